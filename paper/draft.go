package paper

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// Draft is a paper that is being prepared: what an edition needs, complete or not. Its JSON form is the
// file that package paper/manuscript reads, so a draft can be taken out, mended and brought back.
type Draft struct {
	Paper    cite.Ref               `json:"paper,omitempty"` // the paper that gets a new edition; None for a new paper
	Base     int                    `json:"base,omitempty"`  // the edition that it was begun from, 0 for none
	Kind     string                 `json:"kind"`
	Symbol   string                 `json:"symbol"`
	Original locale.Lang            `json:"original"`
	Date     string                 `json:"date"`
	Title    map[locale.Lang]string `json:"title"`
	Note     map[locale.Lang]string `json:"note,omitempty"`
	Source   string                 `json:"source,omitempty"`
	Status   map[locale.Lang]string `json:"status,omitempty"` // of translations: official, unofficial
	Elements []DraftElement         `json:"elements"`
	Pictures []Picture              `json:"pictures,omitempty"`
	Notes    []Note                 `json:"notes,omitempty"` // what was not understood of an imported file, or is doubtful
}

// DraftElement is an element of a draft.
type DraftElement struct {
	ID           int                    `json:"id,omitempty"`  // by which package paper/editor knows it; 0 for none. No edition has it
	Ref          cite.Ref               `json:"ref,omitempty"` // of the edition before, or reserved; None for a new element
	Kind         string                 `json:"kind"`
	Number       string                 `json:"number,omitempty"`
	Subjects     []string               `json:"subjects,omitempty"`
	Crosscutting []string               `json:"crosscutting,omitempty"`
	Stance       bool                   `json:"stance,omitempty"`
	From         []cite.Ref             `json:"from,omitempty"`  // other elements that it goes on from
	Cites        []cite.Ref             `json:"cites,omitempty"` // what it rests on
	Text         map[locale.Lang]string `json:"text"`
	Status       map[locale.Lang]string `json:"status,omitempty"` // of translations, where it is another than the draft's
	// Wrote are the participants who changed its words or what it cites.
	Wrote []string `json:"wrote,omitempty"`
	// Sealed is the seal under which a second reader last said something of it, where it says something else now. No edition has it.
	Sealed Seal `json:"sealed,omitempty"`
	// Taken are the texts that were taken from contributions as they were. No edition has it.
	Taken map[locale.Lang]Taken `json:"taken,omitempty"`
}

// Taken says that a text was taken from a contribution as it was.
type Taken struct {
	Of   cite.Ref `json:"of"`          // the part of it
	Mark uint64   `json:"mark,string"` // a keyed hash of the text: whoever has no key learns nothing from it
}

// Forget takes texts out that were taken from a contribution and that nobody changed since, by the marks of the texts that stand;
// it reports whether there was anything of that contribution.
func (e *DraftElement) Forget(contribution cite.Ref, mark func(text string) uint64) bool {
	forgot := false
	for l, t := range e.Taken {
		if t.Of.Root() != contribution.Root() {
			continue
		}
		//mutants:guard what somebody wrote themselves since is not taken from them
		if mark(strings.TrimSpace(e.Text[l])) == t.Mark {
			e.Text[l] = ""
		}
		delete(e.Taken, l)
		forgot = true
	}
	return forgot
}

// Encode writes the draft as package paper/manuscript reads it.
func (d Draft) Encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(d.Whole())
	return b.Bytes(), err
}

// Whole is the draft with a title, elements and texts, though they be empty.
func (d Draft) Whole() Draft {
	if d.Title == nil {
		d.Title = map[locale.Lang]string{}
	}
	d.Elements = append([]DraftElement{}, d.Elements...)
	for i := range d.Elements {
		if d.Elements[i].Text == nil {
			d.Elements[i].Text = map[locale.Lang]string{}
		}
	}
	return d
}

// Publish is the command that publishes the draft. A reference that is not of the paper that gets the
// edition says nothing: such an element is new.
func (d Draft) Publish() Publish {
	c := Publish{Paper: d.Paper, Base: d.Base, Kind: d.Kind, Symbol: d.Symbol, Title: d.text(d.Title), Note: d.text(d.Note), Source: d.Source, Date: d.Date}
	c.Title.Original, c.Pictures = d.Original, d.shown()
	for l, s := range d.Status {
		if l != d.Original && s != "" && d.Title[l] != "" {
			if c.Status == nil {
				c.Status = map[locale.Lang]string{}
			}
			c.Status[l] = s
		}
	}
	c.Elements = make([]Element, len(d.Elements))
	for i, e := range d.Elements {
		c.Elements[i] = Element{Kind: e.Kind, Number: e.Number, Subjects: slices.Clone(e.Subjects), Crosscutting: slices.Clone(e.Crosscutting), Stance: e.Stance,
			Cites: slices.Clone(e.Cites), Text: d.text(e.Text)}
		if Compiled(d.Kind) {
			c.Elements[i].Wrote = slices.Clone(e.Wrote)
		}
		for l, s := range e.Status {
			if l != d.Original && s != d.Status[l] && e.Text[l] != "" {
				c.Elements[i].Status = put(c.Elements[i].Status, l, s)
			}
		}
		if e.Ref != cite.None && e.Ref.Root() == d.Paper {
			c.Elements[i].Ref = e.Ref
		}
		for _, x := range e.From {
			if x.Root() == d.Paper && x != e.Ref {
				c.Elements[i].From = append(c.Elements[i].From, x)
			}
		}
	}
	return c
}

// text leaves out the languages without words; the zero Text if there are no words at all.
func (d Draft) text(in map[locale.Lang]string) locale.Text {
	var t locale.Text
	for l, s := range in {
		if s != "" {
			if t.In == nil {
				t = locale.Text{Original: d.Original, In: map[locale.Lang]string{}}
			}
			t.In[l] = s
		}
	}
	return t
}

// Find is the element that bears a number: a paragraph ("12"), a question ("(ii)", "12(ii)") or an issue ("issue 3"); its
// place in the draft from 0.
func (d Draft) Find(number string) (int, bool) {
	e := Edition{Elements: make([]Element, len(d.Elements))}
	for i, el := range d.Elements { // references are drawn anew: elements that are new have none
		e.Elements[i] = Element{Ref: cite.Element(cite.Paper(1), i+1), Kind: el.Kind, Number: el.Number}
	}
	e.build()
	x, ok := e.Find(number)
	return x.ElementNumber() - 1, ok
}

// Move moves an element, with all that it holds, before another.
func (d *Draft) Move(i, before int) {
	end := i + 1
	for end < len(d.Elements) && level(d.Elements[end].Kind) > level(d.Elements[i].Kind) {
		end++
	}
	if before >= i && before <= end { // it stands there
		return
	}
	block := slices.Clone(d.Elements[i:end])
	rest := slices.Delete(slices.Clone(d.Elements), i, end)
	if before > i {
		before -= end - i
	}
	d.Elements = slices.Insert(rest, before, block...)
}

// Missing counts the elements (and the title) without a text in a language.
func (d Draft) Missing(l locale.Lang) int {
	n := 0
	if d.Title[l] == "" {
		n++
	}
	for _, e := range d.Elements {
		if e.Text[l] == "" {
			n++
		}
	}
	return n
}

// Draft is where the next edition of the paper begins: this edition, each element under its reference.
// Symbol and date are the new edition's own and must be filled in.
func (e *Edition) Draft() Draft {
	copied := func(t locale.Text) map[locale.Lang]string {
		m := make(map[locale.Lang]string, len(t.In))
		for l, s := range t.In {
			m[l] = s
		}
		return m
	}
	d := Draft{Paper: e.Ref.Root(), Base: e.Ref.EditionNumber(), Kind: e.Kind, Original: e.Title.Original, Title: copied(e.Title), Note: copied(e.Note), Source: e.Source,
		Status: copied(locale.Text{In: e.Status}), Elements: make([]DraftElement, len(e.Elements))}
	d.Pictures = slices.Clone(e.Pictures)
	for l := range e.Title.In { // where translations made it of one sort, it is so as a whole
		if s := e.StatusIn(l); l != e.Title.Original && s != Mixed && s != "" {
			d.Status = put(d.Status, l, s)
		}
	}
	for i, el := range e.Elements {
		d.Elements[i] = DraftElement{Ref: el.Ref, Kind: el.Kind, Number: el.Number, Subjects: slices.Clone(el.Subjects), Crosscutting: slices.Clone(el.Crosscutting),
			Stance: el.Stance, Cites: slices.Clone(el.Cites), Wrote: slices.Clone(el.Wrote), Text: copied(el.Text), Status: maps.Clone(el.Status)}
	}
	return d
}

// Twice finds the elements whose number another of their kind has before them: where each stands in the draft, from 0,
// and where the first does. The letters of questions begin anew under each paragraph.
func (d Draft) Twice(found func(i, first int)) {
	repeated(len(d.Elements), func(i int) (string, string) { return d.Elements[i].Kind, d.Elements[i].Number }, found)
}
