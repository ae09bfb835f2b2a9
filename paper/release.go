package paper

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// What a translation may be.
const (
	Official   = locale.IsOfficial
	Unofficial = locale.IsUnofficial
	Machine    = locale.IsMachine // made by a program, and read by nobody yet
)

// Statuses lists what a translation may be.
var Statuses = []string{Official, Unofficial, Machine}

// The passages of an edition that are no elements.
const (
	TitlePassage = "title"
	NotePassage  = "note"
)

// Passage is a text of an edition: an element, by its reference through time, or its title or note.
type Passage string

// PassageOf is the passage that an element is.
func PassageOf(x cite.Ref) Passage { return Passage(x) }

// TranslatePassage releases the translation of a passage of the newest edition of a paper, without a new edition.
type TranslatePassage struct {
	Edition  cite.Ref      // p3.e2
	Passage  Passage       // p3.x17, or "title" or "note"
	Language locale.Lang   // not that of the original
	Status   string        // one of Statuses
	Text     string        // the same as before where the change of the original does not touch the language
	Over     cite.Position // the release that whoever translates has seen last, 0 for none: nobody overwrites what they have not seen
}

// Check cleans the text and holds everything to its bounds.
func (c TranslatePassage) Check() (TranslatePassage, error) {
	var in input.Check
	in.Language("language", c.Language)
	in.OneOf("status", c.Status, Statuses, "answer.status")
	in.Text("text", &c.Text, input.MaxText)
	c.Text = strings.TrimSpace(c.Text)
	in.If(c.Text == "", "text", "translation.empty")
	checkNotes(&in, 0, &Element{Text: locale.Text{In: map[locale.Lang]string{c.Language: c.Text}}})
	return c, in.Err()
}

// TranslatePassage decides.
func (s *State) TranslatePassage(act cite.Act, c TranslatePassage) (cite.Proposal, error) {
	e, ok := s.Edition(c.Edition)
	if !ok || e.Ref != c.Edition {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "paper.unknown")
	}
	p, _ := s.Paper(c.Edition)
	original, ok := e.Passage(c.Passage)
	switch {
	case !ok:
		return cite.Proposal{}, refusal.New(refusal.Hidden, "paper.unknown")
	case p.Latest() != e:
		return cite.Proposal{}, refusal.New(refusal.Conflict, "paper.stale", "symbol", string(p.Latest().Symbol))
	case c.Language == original.Original || original.In[original.Original] == "":
		return cite.Proposal{}, refusal.In("language", "translation.original")
	}
	if last, _ := e.Released(c.Passage, c.Language); last.At != c.Over {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "translation.moved")
	}
	if el, ok := e.Element(cite.Ref(c.Passage)); c.Passage == TitlePassage || ok && level(el.Kind) < 2 {
		c.Text = locale.OneLine(c.Text)
	}
	return cite.Proposal{Body: PassageTranslated{Edition: e.Ref, Passage: c.Passage, Language: c.Language, Status: c.Status, Text: c.Text, Source: e.At, By: act.By, At: act.At}}, nil
}

// PassageTranslated: a passage of an edition has a translation, or another than before. Published texts are never
// erased, and this is one. The concordance and the symbol stay.
type PassageTranslated struct {
	Edition  cite.Ref      `json:"edition"`
	Passage  Passage       `json:"passage"` // p3.x17, or title or note
	Language locale.Lang   `json:"language"`
	Status   string        `json:"status"`
	Text     string        `json:"text"`
	Source   cite.Position `json:"source"` // where the original stands that it translates
	By       string        `json:"by,omitempty"`
	At       time.Time     `json:"at"`
}

// Describe: the edition reads otherwise in a language.
func (f PassageTranslated) Describe() cite.Description {
	return cite.Description{Kind: "paper.translated/1", Touches: []cite.Ref{f.Edition}, About: cite.Public}
}

// Release is a translation of a passage that came after its edition.
type Release struct {
	Passage  Passage
	Language locale.Lang
	Status   string
	Text     string
	Before   string // the text that stood there until then, "" for none
	At       cite.Position
	Time     time.Time
	By       string
}

// Passage finds a text of the edition.
func (e *Edition) Passage(p Passage) (locale.Text, bool) {
	switch p {
	case TitlePassage:
		return e.Title, true
	case NotePassage:
		return e.Note, true
	}
	el, ok := e.Element(cite.Ref(p))
	if !ok {
		return locale.Text{}, false
	}
	return el.Text, true
}

// Released is the newest release of a passage in a language.
func (e *Edition) Released(p Passage, l locale.Lang) (Release, bool) {
	for _, r := range slices.Backward(e.Releases) {
		if r.Passage == p && r.Language == l {
			return r, true
		}
	}
	return Release{}, false
}

// StatusOf is what the translation of a passage is: one of Statuses, "" where nothing is said.
func (e *Edition) StatusOf(p Passage, l locale.Lang) string {
	if el, ok := e.Element(cite.Ref(p)); ok && el.Status[l] != "" {
		return el.Status[l]
	}
	if p == TitlePassage || p == NotePassage {
		if r, ok := e.Released(p, l); ok {
			return r.Status
		}
	}
	return e.Status[l]
}

// Mixed says of a translation that its passages are not all of one sort.
const Mixed = "mixed"

// StatusIn is what the translation of the edition is as a whole: what each of its passages is, or Mixed.
func (e *Edition) StatusIn(l locale.Lang) string {
	all := e.StatusOf(TitlePassage, l)
	if !e.Note.Empty() && e.StatusOf(NotePassage, l) != all {
		return Mixed
	}
	for i := range e.Elements {
		s := e.Elements[i].Status[l]
		if s == "" {
			s = e.Status[l]
		}
		if s != all {
			return Mixed
		}
	}
	return all
}

// Apply puts the translation in its place. What stood there before is kept with the release.
func (f *PassageTranslated) Apply(s *State, at cite.Entry) error {
	e, ok := s.Edition(f.Edition)
	if !ok {
		return fmt.Errorf("%w: %s", ErrGap, f.Edition)
	}
	was, ok := e.Passage(f.Passage)
	if !ok {
		return fmt.Errorf("%w: %s of %s", ErrGap, f.Passage, f.Edition)
	}
	is := locale.Text{Original: was.Original, In: maps.Clone(was.In)}
	is.In[f.Language] = f.Text
	now := *e // snapshots hold the one before
	now.Releases = append(slices.Clone(e.Releases), Release{Passage: f.Passage, Language: f.Language, Status: f.Status, Text: f.Text, Before: was.In[f.Language], At: at.Position, Time: f.At, By: f.By})
	switch f.Passage {
	case TitlePassage:
		now.Title = is
	case NotePassage:
		now.Note = is
	default:
		now.Elements = slices.Clone(e.Elements)
		el := &now.Elements[e.index[cite.Ref(f.Passage)]]
		el.Text, el.Status = is, maps.Clone(el.Status)
		if el.Status == nil {
			el.Status = map[locale.Lang]string{}
		}
		el.Status[f.Language] = f.Status
	}
	p, _ := s.Paper(f.Edition)
	p.Editions[e.Ref.EditionNumber()-1] = &now
	return nil
}

// Differs is a passage of a draft whose translation was released in the meantime with other words than the draft has.
type Differs struct {
	Element int // of the draft, from 0
	Release Release
}

// CatchUp brings into a draft of the next edition the translations that were released since it was begun. Where the draft
// still has the words of before, it gets the new ones; where somebody wrote others into it, both are to be seen.
func (e *Edition) CatchUp(d *Draft) (differs []Differs) {
	if d.Paper != e.Ref.Root() || d.Base != 0 && d.Base != e.Ref.EditionNumber() {
		return nil
	}
	latest := map[[2]string]Release{}
	before := map[[3]string]bool{} // what a passage said once in a language
	for _, r := range e.Releases {
		latest[[2]string{string(r.Passage), string(r.Language)}] = r
		before[[3]string{string(r.Passage), string(r.Language), r.Before}] = true
	}
	for k, r := range latest {
		stale := func(s string) bool { return s != r.Text && before[[3]string{k[0], k[1], s}] }
		switch {
		case r.Passage == TitlePassage && stale(d.Title[r.Language]):
			d.Title = put(d.Title, r.Language, r.Text)
		case r.Passage == NotePassage && stale(d.Note[r.Language]):
			d.Note = put(d.Note, r.Language, r.Text)
		}
	}
	for i := range d.Elements {
		el := &d.Elements[i]
		for _, l := range locale.All {
			r, ok := latest[[2]string{string(el.Ref), string(l)}]
			switch {
			case !ok || el.Text[l] == r.Text:
				continue
			case before[[3]string{string(el.Ref), string(l), el.Text[l]}]:
				el.Text, el.Status = put(el.Text, l, r.Text), put(el.Status, l, r.Status)
			default:
				differs = append(differs, Differs{i, r})
			}
		}
	}
	return differs
}

// put is a map with another text in it.
func put(m map[locale.Lang]string, l locale.Lang, s string) map[locale.Lang]string {
	m = maps.Clone(m)
	if m == nil {
		m = map[locale.Lang]string{}
	}
	m[l] = s
	return m
}
