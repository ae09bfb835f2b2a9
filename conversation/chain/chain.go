// Package chain walks from a reference to what came of it and to what it came from: from a passage to the comments on it, from a
// comment to its answer, from an answer to the passage that was changed for it, and on to the next edition; and back again.
package chain

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/priority"
	"github.com/openplenary/plenary/reply"
	"github.com/openplenary/plenary/session"
)

// Chain is what is joined: the papers, what was said about them and replied to it, the questions that were formulated, the
// order of themes and the agendas of sessions.
type Chain struct {
	Papers       *paper.State
	Consultation *consultation.State
	Formulation  *formulation.State
	Priorities   *priority.State
	Replies      *reply.State
	Sessions     *session.State
	ItemOf       func(contribution cite.Ref) cite.Ref // the item under which an intervention stands
	Under        func(item cite.Ref) []cite.Ref       // the parts of the interventions under an item
	// Named says whether a reference may be named to whoever asks, be it as something that was taken away.
	Named func(cite.Ref) bool
	// Read says whether its words may be read, be it with a passage blacked out.
	Read func(cite.Ref) bool
}

// Rests are the references on which the links of a reference rest, beside what is listed as a whole.
func (c Chain) Rests(x cite.Ref, links []Link) (out []cite.Ref) {
	switch x.Kind() {
	case 'c':
		out = append(out, x.Root())
		if answer, _ := c.Consultation.Answer(x); answer != cite.None { // another passage may be linked to it when its author has spoken
			out = append(out, answer)
		}
	case 'p':
		out = append(out, x.Element())
	case 'd':
		out = append(out, x, "c")
	default:
		out = append(out, x.Root())
	}
	for _, l := range links {
		for _, end := range []cite.Ref{l.From, l.To} {
			if k := end.Kind(); k == 'c' || k == 'd' {
				out = append(out, end.Root())
			}
		}
	}
	return out
}

// Effect is the edition in which a passage that a disposition changes is changed: the one that the link
// names, else the first that came out after the link was made and has the passage, or had it before. No such
// edition yet: it is a promise.
func (c Chain) Effect(d *consultation.Disposition, change cite.Ref) (*paper.Edition, bool) {
	p, ok := c.Papers.Paper(change)
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
func (c Chain) Behind(e *paper.Edition, x cite.Ref) []*consultation.Disposition {
	var out []*consultation.Disposition
	for _, r := range c.Consultation.Changing(x) {
		d, ok := c.Consultation.Disposition(r)
		if !ok || d.Current == 0 {
			continue
		}
		if slices.ContainsFunc(d.Changes, func(of cite.Ref) bool {
			at, ok := c.Effect(d, of)
			return ok && at == e && of.Element() == x
		}) {
			out = append(out, d)
		}
	}
	return out
}

// Find resolves a number printed in an edition ("13(i)", "issue 7") and walks it to the newest edition.
func (c Chain) Find(edition *paper.Edition, label string) (x cite.Ref, now paper.Location, ok bool) {
	x, ok = edition.Find(label)
	if !ok {
		return cite.None, paper.Location{}, false
	}
	p, _ := c.Papers.Paper(edition.Ref)
	return x, p.Follow(x, edition.Ref.EditionNumber(), len(p.Editions)), true
}

// The kinds of hop of the chain.
const (
	LinkComment  = "comment"  // element of an edition -> part of a contribution on it
	LinkAnswer   = "answer"   // part -> disposition
	LinkChange   = "change"   // disposition -> element of the edition that was changed for it
	LinkNext     = "next"     // element of an edition -> element of the next edition that goes on from it
	LinkWording  = "wording"  // part that proposes a question -> question that it was put into words with
	LinkPriority = "priority" // element of an edition -> theme that names it, in an order that was proposed or decided
	LinkReply    = "reply"    // part -> part that replies to it
	LinkAgenda   = "agenda"   // element of an edition -> item of an agenda that is about it
	LinkTopic    = "topic"    // part, disposition, question, theme or item -> item of a later agenda that takes it up
	LinkSpeech   = "speech"   // item of an agenda -> part of an intervention under it
	LinkTaken    = "taken"    // part, disposition, question or theme -> part of an intervention that takes it up
	LinkReaction = "reaction" // element of an edition -> part that it was changed for, whose author spoke of the answer since
	LinkCitation = "citation" // part, disposition, theme or element -> element of an edition that rests on it
)

// Link is one hop of the chain: it joins elements, parts and dispositions, never whole papers.
type Link struct {
	Kind string   `json:"kind"`
	From cite.Ref `json:"from"` // what came first
	To   cite.Ref `json:"to"`   // what came of it
}

// ButComments is a limit that leaves out the comments on a passage, which are counted elsewhere, and takes all else.
const ButComments = -1

// Forward lists what came of a reference, at most limit comments among it: the comments on an element of an
// edition, what the next edition made of it, the answer to a part, the passages changed by an answer, and
// whatever rests on it. What an audience may not see is not there.
func (c Chain) Forward(r cite.Ref, limit int) []Link {
	var out []Link
	add := func(kind string, to cite.Ref) {
		if c.Named(to) {
			out = append(out, Link{kind, r, to})
		}
	}
	switch r.Kind() {
	case 'p':
		e, ok := c.Papers.Edition(r)
		x := r.Element()
		if !ok || x == cite.None || r.EditionNumber() == 0 {
			return nil
		}
		for _, part := range c.Consultation.On(r, limit) {
			add(LinkComment, part)
		}
		p, _ := c.Papers.Paper(r)
		if next, ok := p.Edition(e.Ref.EditionNumber() + 1); ok {
			if f, ok := next.Change(x); ok {
				for _, y := range f.To {
					add(LinkNext, cite.Element(next.Ref, y.ElementNumber()))
				}
			}
		}
		for _, theme := range c.Priorities.Naming(cite.Element(e.Ref, x.ElementNumber())) {
			add(LinkPriority, theme)
		}
		for _, item := range c.Sessions.Naming(cite.Element(e.Ref, x.ElementNumber())) {
			add(LinkAgenda, item)
		}
		for _, of := range c.spoken(e, x, limit) {
			add(LinkReaction, of)
		}
		for _, by := range c.Papers.Citing(r) {
			if e.At <= c.editionAt(by) {
				add(LinkCitation, by)
			}
		}
	case 'c':
		if d, _ := c.Consultation.Answer(r); d != cite.None {
			add(LinkAnswer, d)
		}
		add(LinkWording, c.Formulation.In(r))
		for _, g := range c.Replies.Given(r) {
			//mutants:guard a reply that was never published is not named: a pending one is nobody else's
			if c.Read(g.Ref) {
				add(LinkReply, g.Ref)
			}
		}
		c.takenUp(r, add)
		for _, by := range c.Papers.Citing(r) {
			add(LinkCitation, by)
		}
	case 's':
		for i, part := range c.Under(r) {
			if i == limit {
				break
			}
			add(LinkSpeech, part)
		}
		c.takenUp(r, add)
	case 'q', 'o':
		c.takenUp(r, add)
		for _, by := range c.Papers.Citing(r) {
			add(LinkCitation, by)
		}
	case 'd':
		d, ok := c.Consultation.Disposition(r)
		if !ok {
			return nil
		}
		for _, x := range d.Changes {
			if e, ok := c.Effect(d, x); ok {
				if _, there := e.Element(x.Element()); there {
					add(LinkChange, cite.Element(e.Ref, x.ElementNumber()))
				}
			}
		}
		c.takenUp(r, add)
		for _, by := range c.Papers.Citing(r) {
			add(LinkCitation, by)
		}
	}
	return out
}

// takenUp adds the items that take something up, and the parts of interventions that do.
func (c Chain) takenUp(r cite.Ref, add func(kind string, to cite.Ref)) {
	for _, by := range c.Sessions.TakenUp(r) {
		switch {
		case by.Kind() == 's':
			add(LinkTopic, by)
		//mutants:guard an intervention that not everybody can read is not named as what takes something up
		case c.Read(by):
			add(LinkTaken, by)
		}
	}
}

// Back lists what a reference came from, at most limit parts among it: each hop of Forward, the other way.
func (c Chain) Back(r cite.Ref, limit int) []Link {
	var out []Link
	add := func(kind string, from cite.Ref) {
		if c.Named(from) {
			out = append(out, Link{kind, from, r})
		}
	}
	switch r.Kind() {
	case 'p':
		e, ok := c.Papers.Edition(r)
		x := r.Element()
		if !ok || x == cite.None || r.EditionNumber() == 0 {
			return nil
		}
		for _, d := range c.Behind(e, x) {
			add(LinkChange, d.Ref)
		}
		for _, f := range e.Changes {
			if slices.Contains(f.To, x) {
				add(LinkNext, cite.Element(cite.EditionOf(e.Ref.Root(), e.Ref.EditionNumber()-1), f.From.ElementNumber()))
			}
		}
		if el, ok := e.Element(x); ok {
			for _, of := range el.Cites {
				add(LinkCitation, c.asCited(e, of))
			}
		}
	case 'c':
		row, ok := c.Consultation.Row(r)
		if n := r.PartNumber(); ok && n >= 1 && n <= row.Parts && c.Read(r) {
			if on := c.Consultation.Part(row.Ref, n).On; on.ElementNumber() > 0 {
				add(LinkComment, on)
			}
			add(LinkReply, c.Replies.To(r))
			for _, from := range c.spokenOf(r) {
				add(LinkReaction, from)
			}
			add(LinkSpeech, c.ItemOf(row.Ref))
			spoken, _ := c.Sessions.Spoken(row.Ref)
			for _, t := range spoken.Takes {
				for _, of := range t.Refs {
					if t.Part == n {
						add(LinkTaken, of)
					}
				}
			}
		}
	case 's':
		x, ok := c.Sessions.Session(r)
		if !ok || r.ItemNumber() == 0 {
			return nil
		}
		it, _ := x.Item(r.ItemNumber())
		for _, of := range it.About {
			add(LinkAgenda, of)
		}
		for _, of := range it.TakesUp {
			add(LinkTopic, of)
		}
	case 'o':
		o, ok := c.Priorities.Order(r)
		if !ok || o.Proposal == nil || o.Withdrawn != 0 {
			return nil
		}
		t, _ := o.Theme(r.ThemeNumber())
		for _, x := range t.Names {
			add(LinkPriority, x)
		}
	case 'q':
		q, ok := c.Formulation.Question(r)
		if !ok || q.Dissolved != 0 {
			return nil
		}
		for i, part := range q.Now().Of {
			if i == limit {
				break
			}
			add(LinkWording, part)
		}
	case 'd':
		d, ok := c.Consultation.Disposition(r)
		if !ok {
			return nil
		}
		for i, part := range c.Consultation.PublishedParts(d) {
			if i == limit {
				break
			}
			add(LinkAnswer, part)
		}
	}
	return out
}

// spoken lists the published parts that an element was changed for and whose authors spoke of the answer since the edition came out, at most
// limit of them.
func (c Chain) spoken(e *paper.Edition, x cite.Ref, limit int) (out []cite.Ref) {
	for _, d := range c.Behind(e, x) {
		for _, of := range d.Parts {
			if len(out) == limit {
				return out
			}
			if now, _ := c.Consultation.Answer(of); now != d.Ref || !c.after(of, d, e) || slices.Contains(out, of) {
				continue
			}
			//mutants:guard what an author said of an answer is for those who may read the point
			if c.Read(of) {
				out = append(out, of)
			}
		}
	}
	return out
}

// spokenOf lists the elements that were changed for a part before its author spoke of the answer that it has.
func (c Chain) spokenOf(of cite.Ref) (out []cite.Ref) {
	now, _ := c.Consultation.Answer(of)
	d, ok := c.Consultation.Disposition(now)
	if !ok {
		return nil
	}
	for _, x := range d.Changes {
		e, ok := c.Effect(d, x)
		if !ok || !c.after(of, d, e) {
			continue
		}
		if from := cite.Element(e.Ref, x.ElementNumber()); !slices.Contains(out, from) {
			if _, there := e.Element(x.Element()); there {
				out = append(out, from)
			}
		}
	}
	return out
}

// after reports whether the author of a part spoke of an answer after an edition.
func (c Chain) after(of cite.Ref, d *consultation.Disposition, e *paper.Edition) bool {
	return slices.ContainsFunc(c.Consultation.Reactions(of), func(r consultation.Reaction) bool { return r.Disposition == d.Ref && r.Position > e.At })
}

// editionAt is where the edition of a reference came on the record.
func (c Chain) editionAt(r cite.Ref) cite.Position {
	if e, ok := c.Papers.Edition(r); ok {
		return e.At
	}
	return 0
}

// asCited spells a citation of an element without an edition with the edition that was the newest when
// the citing edition came out.
func (c Chain) asCited(citing *paper.Edition, of cite.Ref) cite.Ref {
	if of.Kind() != 'p' || of.EditionNumber() > 0 {
		return of
	}
	p, ok := c.Papers.Paper(of)
	if !ok {
		return of
	}
	for i := len(p.Editions) - 1; i >= 0; i-- {
		if _, there := p.Editions[i].Element(of.Element()); there && p.Editions[i].At <= citing.At {
			return cite.Element(p.Editions[i].Ref, of.ElementNumber())
		}
	}
	return of
}
