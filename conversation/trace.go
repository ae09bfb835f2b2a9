package conversation

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// Effect is the edition in which a passage that a disposition changes is changed: the one that the link
// names, else the first that came out after the link was made and has the passage, or had it before. No such
// edition yet: it is a promise.
func (s *State) Effect(d *consultation.Disposition, change cite.Ref) (*paper.Edition, bool) {
	p, ok := s.Papers.Paper(change)
	if !ok {
		return nil, false
	}
	if n := change.EditionNumber(); n > 0 {
		return p.Edition(n)
	}
	since, x := d.Since(change), change.Element()
	for _, e := range p.Editions {
		if e.At <= since {
			continue
		}
		_, there := e.Element(x)
		if _, was := e.Change(x); there || was {
			return e, true
		}
	}
	return nil, false
}

// Behind lists the dispositions that an edition changed an element for, oldest first: those that still
// hold for at least one point.
func (s *State) Behind(e *paper.Edition, x cite.Ref) []*consultation.Disposition {
	var out []*consultation.Disposition
	for _, r := range s.Consultation.Changing(x) {
		d, ok := s.Consultation.Disposition(r)
		if !ok || d.Current == 0 {
			continue
		}
		if slices.ContainsFunc(d.Changes, func(c cite.Ref) bool {
			at, ok := s.Effect(d, c)
			return ok && at == e && c.Element() == x
		}) {
			out = append(out, d)
		}
	}
	return out
}

// Voices lists the published parts that a disposition answers now, in the order of the answer.
func (s *State) PublishedParts(d *consultation.Disposition) []cite.Ref {
	out := make([]cite.Ref, 0, d.Current)
	for _, r := range d.Parts {
		now, _ := s.Consultation.Answer(r)
		if row, ok := s.Consultation.Row(r); ok && now == d.Ref && row.Status == consultation.Published {
			out = append(out, r)
		}
	}
	return out
}

// Find resolves a number printed in an edition ("13(i)", "issue 7") and walks it to the newest edition.
func (s *State) Find(edition *paper.Edition, label string) (x cite.Ref, now paper.Location, ok bool) {
	x, ok = edition.Find(label)
	if !ok {
		return cite.None, paper.Location{}, false
	}
	p, _ := s.Papers.Paper(edition.Ref)
	return x, p.Follow(x, edition.Ref.EditionNumber(), len(p.Editions)), true
}

// Labels are the subjects and cross-cutting questions of an element: its own, or those of what holds it.
func Labels(e *paper.Edition, x cite.Ref) (subjects, crosscutting []string) {
	for x != cite.None && (subjects == nil || crosscutting == nil) {
		el, ok := e.Element(x)
		if !ok {
			break
		}
		if subjects == nil && len(el.Subjects) > 0 {
			subjects = el.Subjects
		}
		if crosscutting == nil && len(el.Crosscutting) > 0 {
			crosscutting = el.Crosscutting
		}
		x = e.Holder(x)
	}
	return subjects, crosscutting
}

// The kinds of hop of the chain.
const (
	LinkComment  = "comment"  // element of an edition -> part of a contribution on it
	LinkAnswer   = "answer"   // part -> disposition
	LinkChange   = "change"   // disposition -> element of the edition that was changed for it
	LinkNext     = "next"     // element of an edition -> element of the next edition that goes on from it
	LinkCitation = "citation" // part, disposition or element -> element of an edition that rests on it
)

// Hop is one link of the chain: it joins elements, parts and dispositions, never whole papers.
type Link struct {
	Kind string   `json:"kind"`
	From cite.Ref `json:"from"` // what came first
	To   cite.Ref `json:"to"`   // what came of it
}

// Forward lists what came of a reference, at most limit comments among it: the comments on an element of an
// edition, what the next edition made of it, the answer to a part, the passages changed by an answer, and
// whatever rests on it. What an audience may not see is not there.
func (s *State) Forward(a Audience, r cite.Ref, limit int) []Link {
	var out []Link
	add := func(kind string, to cite.Ref) {
		if s.MaySee(a, to) >= Tombstone {
			out = append(out, Link{kind, r, to})
		}
	}
	switch r.Kind() {
	case 'p':
		e, ok := s.Papers.Edition(r)
		x := r.Element()
		if !ok || x == cite.None || r.EditionNumber() == 0 {
			return nil
		}
		for _, part := range s.Consultation.On(r, limit) {
			add(LinkComment, part)
		}
		p, _ := s.Papers.Paper(r)
		if next, ok := p.Edition(e.Ref.EditionNumber() + 1); ok {
			if f, ok := next.Change(x); ok {
				for _, y := range f.To {
					add(LinkNext, cite.Element(next.Ref, y.ElementNumber()))
				}
			}
		}
		for _, c := range s.Papers.Citing(r) {
			if e.At <= s.editionAt(c) {
				add(LinkCitation, c)
			}
		}
	case 'c':
		if d, _ := s.Consultation.Answer(r); d != cite.None {
			add(LinkAnswer, d)
		}
		for _, c := range s.Papers.Citing(r) {
			add(LinkCitation, c)
		}
	case 'd':
		d, ok := s.Consultation.Disposition(r)
		if !ok {
			return nil
		}
		for _, c := range d.Changes {
			if e, ok := s.Effect(d, c); ok {
				if _, there := e.Element(c.Element()); there {
					add(LinkChange, cite.Element(e.Ref, c.ElementNumber()))
				}
			}
		}
		for _, c := range s.Papers.Citing(r) {
			add(LinkCitation, c)
		}
	}
	return out
}

// Back lists what a reference came from, at most limit parts among it: each hop of Forward, the other way.
func (s *State) Back(a Audience, r cite.Ref, limit int) []Link {
	var out []Link
	add := func(kind string, from cite.Ref) {
		if s.MaySee(a, from) >= Tombstone {
			out = append(out, Link{kind, from, r})
		}
	}
	switch r.Kind() {
	case 'p':
		e, ok := s.Papers.Edition(r)
		x := r.Element()
		if !ok || x == cite.None || r.EditionNumber() == 0 {
			return nil
		}
		for _, d := range s.Behind(e, x) {
			add(LinkChange, d.Ref)
		}
		for _, f := range e.Changes {
			if slices.Contains(f.To, x) {
				add(LinkNext, cite.Element(cite.EditionOf(e.Ref.Root(), e.Ref.EditionNumber()-1), f.From.ElementNumber()))
			}
		}
		if el, ok := e.Element(x); ok {
			for _, c := range el.Cites {
				add(LinkCitation, s.asCited(e, c))
			}
		}
	case 'c':
		row, ok := s.Consultation.Row(r)
		if n := r.PartNumber(); ok && n >= 1 && n <= row.Parts && s.MaySee(a, r) >= Redacted {
			if on := s.Consultation.Part(row.Ref, n).On; on.ElementNumber() > 0 {
				add(LinkComment, on)
			}
		}
	case 'd':
		d, ok := s.Consultation.Disposition(r)
		if !ok {
			return nil
		}
		for i, part := range s.PublishedParts(d) {
			if i == limit {
				break
			}
			add(LinkAnswer, part)
		}
	}
	return out
}

// editionAt is where the edition of a reference came on the record.
func (s *State) editionAt(r cite.Ref) cite.Position {
	if e, ok := s.Papers.Edition(r); ok {
		return e.At
	}
	return 0
}

// asCited spells a citation of an element without an edition with the edition that was the newest when
// the citing edition came out.
func (s *State) asCited(citing *paper.Edition, c cite.Ref) cite.Ref {
	if c.Kind() != 'p' || c.EditionNumber() > 0 {
		return c
	}
	p, ok := s.Papers.Paper(c)
	if !ok {
		return c
	}
	for i := len(p.Editions) - 1; i >= 0; i-- {
		if _, there := p.Editions[i].Element(c.Element()); there && p.Editions[i].At <= citing.At {
			return cite.Element(p.Editions[i].Ref, c.ElementNumber())
		}
	}
	return c
}

// Said is a text and the language it is in.
type LocalizedText struct {
	Text string
	Lang locale.Lang
}

// Texts are the words of an element before an edition and in it, in a language if both editions have it in
// that, else in the original. What is not in an edition has no words there.
func (s *State) Texts(e *paper.Edition, x cite.Ref, l locale.Lang) (before, after LocalizedText) {
	p, ok := s.Papers.Paper(e.Ref)
	if !ok {
		return before, after
	}
	in := func(e *paper.Edition, l locale.Lang) (LocalizedText, bool) {
		el, ok := e.Element(x)
		if !ok {
			return LocalizedText{}, true
		}
		if l == "" {
			l = el.Text.Original
		}
		return LocalizedText{el.Text.In[l], l}, el.Text.In[l] != ""
	}
	was, old := p.Edition(e.Ref.EditionNumber() - 1)
	for _, try := range []locale.Lang{l, ""} {
		ok1, ok2 := true, true
		after, ok1 = in(e, try)
		before = LocalizedText{}
		if old {
			before, ok2 = in(was, try)
		}
		if ok1 && ok2 {
			break
		}
	}
	return before, after
}
