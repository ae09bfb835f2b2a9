package desk

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/markup"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/paper/editor"
	"github.com/openplenary/plenary/refusal"
)

// DraftSize is how many passages one page of a draft shows.
const DraftSize = 100

// DraftQuery says what the page of a draft shows.
type DraftQuery struct {
	// Text is the language beside the original.
	Text locale.Lang `query:"text"`
	// From is the passage at which the page begins, counted from 0.
	From int `query:"from"`
	// Open is the passage that is open, by its number in the draft.
	Open int `query:"open"`
	// Step is what was just done and can be taken back.
	Step int `query:"step"`
	// Merged says that what was just kept of the open passage was put together with what somebody else had changed of it.
	Merged bool `query:"merged"`
}

// PaperDraft is a paper while it is written: its masthead, its outline, and its passages, one of which may be open. The
// original stands alone or beside one other language.
type PaperDraft struct {
	frame.NoWords
	Key          string
	Version      int
	Changed      time.Time
	Draft        *editor.Sheet
	Shown        locale.Lang // beside the original; "" for none
	From         int         // the first passage of the page
	Open         int         // the passage that is open, from 0; -1 for none
	Step         *editor.Step
	Merged       bool // the open passage has what two people changed of it, and one of them has just kept theirs
	Languages    []locale.Lang
	Papers       []frame.Choice // of which it may become a new edition
	Subjects     []frame.Choice
	Crosscutting []frame.Choice
	Ledger       LedgerView         // of the paper that gets a new edition
	Fresh        int                // passages that go on from none of the edition before
	Left         []LeftOut          // of the edition before, and reserved ones, that are not in the draft
	Stale        string             // symbol of a newer edition than the draft was begun from
	List         bool               // the edition shall list what has no answer
	Final        bool               // it is the final edition, after the review
	Translations []DraftTranslation // that are not whole
	Needs        []Need             // what publishing still needs
	Typed        *Typed             // what was typed into the open passage and not kept
	Lost         string             // what was typed into a passage that somebody deleted meanwhile
	Theirs       *paper.Draft       // what somebody else made of the masthead meanwhile, nil where nobody did
	HeadSeen     string             // the mark of the masthead that whoever writes has seen
	Others       map[int]Other      // passages that somebody else has open, by their numbers
	TakenAway    map[int]bool       // passages that rest on words which were taken away since
	asked        map[cite.Ref][]cite.Ref
	shown        paper.Translation // into the language that is shown
	released     []paper.Differs   // translations that came since, with other words than the draft has
	gone         map[int][]editor.Step
	notes        []int // how many footnotes stand before each passage
}

// Typed is what stands in the form of the open passage instead of what the draft has.
type Typed struct {
	Text, Other, Number, Move, Shows string
	Settings                         editor.Settings
	Was                              map[string]string // by field, the text that whoever typed began with, as far as it is known
}

// clash is a text of the open passage that somebody else has changed meanwhile as well, at the same place.
type clash struct {
	field             string // "text" or "other"
	lang              locale.Lang
	was, theirs, mine string
	known             bool // was is what both had before them
}

// both is the text with what each of the two made of it.
func (c clash) both() string {
	s, _ := editor.Merge(c.was, c.theirs, c.mine)
	return s
}

// Other is somebody else who has a passage open.
type Other struct {
	Name  string
	Since time.Time
}

// Need is something that the draft lacks to be published.
type Need struct {
	Refusal *refusal.Refusal
	ID      int // of the passage, 0 for the masthead
	From    int // where the page that shows it begins
}

// maxNeeds is how many of them are listed.
const maxNeeds = 8

// NewPaperDraft builds the page for a query.
func NewPaperDraft(st *conversation.Reading, w *editor.Sheet, q DraftQuery, l locale.Lang) *PaperDraft {
	var released []paper.Differs
	of, there := st.Papers.Paper(w.Paper)
	if there {
		released = of.Latest().CatchUp(&w.Draft)
	}
	v := &PaperDraft{Draft: w, released: released, HeadSeen: editor.HeadMark(w.Draft), gone: w.Deletions()}
	for _, p := range st.Papers.All() {
		v.Papers = append(v.Papers, frame.Choice{ID: string(p.Ref), Name: string(p.Latest().Symbol)})
	}
	for _, s := range st.Subjects {
		v.Subjects = append(v.Subjects, frame.Choice{ID: s.ID, Name: frame.Localize(s.Name, l).Text})
	}
	for _, s := range st.Crosscutting {
		v.Crosscutting = append(v.Crosscutting, frame.Choice{ID: s.ID, Name: frame.Localize(s.Name, l).Text})
	}
	v.Languages = languagesOf(w, st.Languages)
	if slices.Contains(v.Languages, q.Text) {
		v.Shown = q.Text
	}
	v.Open = w.Place(q.Open)
	if v.From = q.From; v.Open >= 0 {
		v.From = v.Open
	}
	v.From = max(0, min(v.From, len(w.Elements)-1)) / DraftSize * DraftSize
	v.Merged = q.Merged && v.Open >= 0
	if i := slices.IndexFunc(w.Steps, func(s editor.Step) bool { return s.Number == q.Step }); i >= 0 {
		v.Step = &w.Steps[i]
	}
	v.revises(st, l)
	v.shown = w.Translation(of, v.Shown)
	for _, c := range v.Languages {
		if t := w.Translation(of, c); !t.Whole() {
			v.Translations = append(v.Translations, DraftTranslation{Lang: c, Missing: t.LacksTexts(), Older: t.OlderTexts(), Official: w.Status[c] == paper.Official})
		}
	}
	v.need()
	v.notes = make([]int, len(w.Elements))
	for i, n := 0, 0; i < len(w.Elements); i++ {
		v.notes[i] = n
		n += markup.Notes(w.Elements[i].Text[w.Original])
	}
	return v
}

// languagesOf lists the languages of a draft beside its original: those of the conversation, and those in which something
// is written.
func languagesOf(w *editor.Sheet, of []locale.Lang) []locale.Lang {
	present := map[locale.Lang]bool{}
	for _, l := range of {
		present[l] = true
	}
	for l := range w.Title {
		present[l] = true
	}
	for _, e := range w.Elements {
		for l := range e.Text {
			present[l] = true
		}
	}
	var out []locale.Lang
	for _, l := range locale.All {
		if present[l] && l != w.Original {
			out = append(out, l)
		}
	}
	return out
}

// need looks what the draft lacks to be published, as far as the draft alone can tell.
func (v *PaperDraft) need() {
	_, err := v.Draft.Publish().Check()
	for _, r := range refusal.Of(err) {
		n := Need{Refusal: r}
		if i, ok := PlaceOf(r); ok && i < len(v.Draft.Elements) {
			n.ID, n.From = v.Draft.Elements[i].ID, i/DraftSize*DraftSize
		}
		v.Needs = append(v.Needs, n)
	}
}

// PlaceOf is the place of the passage that a refusal is about, from 0; ok is false where it is about none.
func PlaceOf(r *refusal.Refusal) (i int, ok bool) {
	for k := 0; k+1 < len(r.Args); k += 2 {
		if n, is := r.Args[k+1].(int); is && r.Args[k] == "n" && r.Field == "elements" {
			return n - 1, n > 0
		}
	}
	return 0, false
}

// Address is the address of the page with a passage open, 0 for none.
func (v *PaperDraft) Address(f *frame.Frame, open int, anchor string) string {
	s := string(f.In("/desk/papers/"+v.Key)) + "?from=" + strconv.Itoa(v.From)
	if v.Shown != "" {
		s += "&text=" + string(v.Shown)
	}
	if open > 0 {
		s += "&open=" + strconv.Itoa(open)
	}
	return s + anchor
}

// Preview is the address of the draft as readers will see it.
func (v *PaperDraft) Preview(f *frame.Frame, l locale.Lang) string {
	return string(f.In("/desk/papers/"+v.Key+"/preview")) + "?text=" + string(l)
}

// Outlined lists the places of themes and issues, and how many changes were promised of what each holds and itself.
func (v *PaperDraft) Outlined() (places []int, promised map[int]int) {
	promised = map[int]int{}
	for i, e := range v.Draft.Elements {
		if e.Kind == paper.Theme || e.Kind == paper.Issue {
			places = append(places, i)
		}
		if n := len(places); n > 0 {
			promised[places[n-1]] += len(v.asked[e.Ref])
		}
	}
	return places, promised
}

// OutlineAddress leads to a passage of the outline.
func (v *PaperDraft) OutlineAddress(f *frame.Frame, i int) string {
	anchor := "#e" + strconv.Itoa(v.Draft.Elements[i].ID)
	if i/DraftSize*DraftSize == v.From {
		return anchor
	}
	s := string(f.In("/desk/papers/"+v.Key)) + "?from=" + strconv.Itoa(i)
	if v.Shown != "" {
		s += "&text=" + string(v.Shown)
	}
	return s + anchor
}

// In is what stands in the form of the open passage.
func (v *PaperDraft) In() Typed {
	if v.Typed != nil {
		return *v.Typed
	}
	e := v.Draft.Elements[v.Open]
	return Typed{Text: e.Text[v.Draft.Original], Other: e.Text[v.Shown], Number: e.Number, Settings: editor.SettingsOf(e)}
}

// Seen are the marks of what stands in the open passage: of its original, of its text beside that, and of its settings.
func (v *PaperDraft) Seen() (text, other, settings string) {
	e := v.Draft.Elements[v.Open]
	return editor.TextMark(e.Text[v.Draft.Original]), editor.TextMark(e.Text[v.Shown]), editor.SettingsOf(e).Mark()
}

// clash is what somebody else has made of a text of the open passage, where what was typed was refused for it.
func (v *PaperDraft) clash(f *frame.Frame, field string, l locale.Lang) (c clash, ok bool) {
	if r := f.Wrong(field); r == nil || r.Key != "draft.passage_moved" || v.Typed == nil {
		return c, false
	}
	c = clash{field: field, lang: l, theirs: v.Draft.Elements[v.Open].Text[l], mine: v.Typed.Text}
	if field == "other" {
		c.mine = v.Typed.Other
	}
	c.was, c.known = v.Typed.Was[field]
	return c, true
}

// Above is the number of the passage to which the open one can be joined; ok is false where there is none.
func (v *PaperDraft) Above(f *frame.Frame) (label string, ok bool) {
	i := v.Draft.Above(v.Open)
	if i < 0 {
		return "", false
	}
	return v.Label(f, i), true
}

// Questions counts the questions that go where the open passage goes.
func (v *PaperDraft) Questions() int {
	n := 0
	if v.Draft.Elements[v.Open].Kind == paper.Paragraph {
		for i := v.Open + 1; i < len(v.Draft.Elements) && v.Draft.Elements[i].Kind == paper.Question; i++ {
			n++
		}
	}
	return n
}

// name is the paper's title, as far as it has one.
func (v *PaperDraft) name(f *frame.Frame) string {
	if s := v.Draft.Title[v.Draft.Original]; s != "" {
		return s
	}
	return f.T("desk.draft.title")
}

// last is the number of the last passage, 0 for none.
func (v *PaperDraft) last() int {
	if n := len(v.Draft.Elements); n > 0 {
		return v.Draft.Elements[n-1].ID
	}
	return 0
}

// text is the text of a passage in its original.
func (v *PaperDraft) text(f *frame.Frame, i int) string {
	if s := v.Draft.Elements[i].Text[v.Draft.Original]; s != "" {
		return s
	}
	return f.T("desk.editor.empty")
}

// textLabel is the label of the text of the open passage.
func (v *PaperDraft) textLabel(f *frame.Frame, i int) string {
	return v.Label(f, i) + ", " + v.Draft.Original.Name()
}

// besides is the address of the page with another language beside the original, "" for none.
func (v *PaperDraft) besides(f *frame.Frame, l locale.Lang) string {
	x := *v
	x.Shown = l
	if v.Open < 0 {
		return x.Address(f, 0, "")
	}
	id := v.Draft.Elements[v.Open].ID
	return x.Address(f, id, "#e"+strconv.Itoa(id))
}

// page is the address of the page that begins at a passage.
func (v *PaperDraft) page(f *frame.Frame, from int) string {
	x := *v
	x.From = max(0, from)
	return x.Address(f, 0, "")
}

// needAddress opens the passage that something is missing in.
func (v *PaperDraft) needAddress(f *frame.Frame, n Need) string {
	x := *v
	x.From = n.From
	return x.Address(f, n.ID, "#e"+strconv.Itoa(n.ID))
}

// headOfTheirs is what somebody else made of the masthead, in few words.
func (v *PaperDraft) headOfTheirs() []string {
	d := v.Theirs
	return slices.DeleteFunc([]string{d.Symbol, d.Date, d.Title[d.Original], d.Note[d.Original], d.Source}, func(s string) bool { return s == "" })
}

// headOpen reports whether the masthead stands open: where it is not filled in, or something in it was refused.
func (v *PaperDraft) headOpen(f *frame.Frame) bool {
	for _, field := range []string{"kind", "symbol", "date", "original", "title", "note", "source", "edition-of", "head", "title-other", "note-other"} {
		if f.Wrong(field) != nil {
			return true
		}
	}
	return v.Draft.Kind == "" || v.Draft.Symbol == "" || v.Draft.Date == "" || v.Draft.Title[v.Draft.Original] == ""
}

// settingsOpen reports whether the settings of the open passage stand open: where something in them was refused.
func (v *PaperDraft) settingsOpen(f *frame.Frame) bool {
	for _, field := range []string{"settings", "number", "subjects", "crosscutting", "goes-on", "cites"} {
		if f.Wrong(field) != nil {
			return true
		}
	}
	return false
}

// marking is how a closed passage stands on the page.
func (v *PaperDraft) marking(f *frame.Frame, i int) frame.Marking {
	return frame.Marking{First: v.notes[i], Picture: func(name string) (frame.Picture, bool) {
		p, ok := v.Draft.PictureNamed(name)
		return frame.Picture{Source: string(f.In("/desk/papers/" + v.Key + "/picture/" + url.PathEscape(name))), Width: p.Width, Height: p.Height}, ok
	}}
}

// DraftTranslation is what a translation of a draft lacks.
type DraftTranslation struct {
	Lang     locale.Lang `json:"language"`
	Missing  int         `json:"texts_missing,omitempty"`
	Older    int         `json:"texts_older,omitempty"` // than their original
	Official bool        `json:"official,omitempty"`    // it is marked as official, and no page will say so
}

// lacks is what a language of the draft lacks.
func (v *PaperDraft) lacks(l locale.Lang) DraftTranslation {
	for _, t := range v.Translations {
		if t.Lang == l {
			return t
		}
	}
	return DraftTranslation{Lang: l}
}

// LeftOut is an element that the edition before has, or that is reserved, and the draft has not.
type LeftOut struct {
	Ref      cite.Ref            `json:"ref"`
	Kind     string              `json:"kind"`
	Label    string              `json:"label,omitempty"`
	Text     frame.LocalizedText `json:"text"`
	Reserved bool                `json:"reserved,omitempty"`
	// Contributions is how many published contributions are on it.
	Contributions int `json:"contributions,omitempty"`
}

// dropped lists what the edition before has and the draft has not, first what most contributions are on.
func (v *PaperDraft) dropped() []LeftOut {
	out := slices.DeleteFunc(slices.Clone(v.Left), func(x LeftOut) bool { return x.Reserved })
	slices.SortStableFunc(out, func(a, b LeftOut) int { return b.Contributions - a.Contributions })
	return out
}

// revises compares the draft with the edition that it revises.
func (v *PaperDraft) revises(st *conversation.Reading, l locale.Lang) {
	p, ok := st.Papers.Paper(v.Draft.Paper)
	if !ok {
		return
	}
	v.Ledger = newLedger(st.Consultation.AnswerCounts(p.Ref))
	latest := p.Latest()
	if v.Draft.Base != 0 && v.Draft.Base != len(p.Editions) {
		v.Stale = string(latest.Symbol)
	}
	there := map[cite.Ref]bool{}
	for _, e := range v.Draft.Elements {
		there[e.Ref] = true
		for _, x := range e.From {
			there[x] = true
		}
		_, old := latest.Element(e.Ref)
		if !old && !p.Promised(e.Ref) {
			v.Fresh++
		}
	}
	for _, r := range p.Reserved {
		if !there[r.Ref] {
			v.Left = append(v.Left, LeftOut{Ref: r.Ref, Kind: r.ElementKind, Text: frame.Localize(r.Name, l), Reserved: true})
		}
	}
	for i := range latest.Elements {
		if el := &latest.Elements[i]; !there[el.Ref] {
			t := frame.Localize(el.Text, l)
			t.Text = frame.Shorten(t.Text, 80)
			v.Left = append(v.Left, LeftOut{Ref: el.Ref, Kind: el.Kind, Label: latest.Label(el.Ref), Text: t, Contributions: st.Consultation.CountOn(el.Ref)})
		}
	}
	v.asked = map[cite.Ref][]cite.Ref{}
	for _, e := range v.Draft.Elements {
		if e.Ref == cite.None {
			continue
		}
		for _, r := range st.Consultation.Changing(e.Ref) {
			d, ok := st.Consultation.Disposition(r)
			if !ok || d.Current == 0 {
				continue
			}
			for _, c := range d.Changes {
				if _, out := st.Effect(d, c); !out && c.Element() == e.Ref {
					v.asked[e.Ref] = append(v.asked[e.Ref], r)
					break
				}
			}
		}
	}
}

// Asked lists the answers that promise a change of a passage in this edition.
func (v *PaperDraft) Asked(i int) []cite.Ref { return v.asked[v.Draft.Elements[i].Ref] }

// Range gives the places of the passages that the page shows.
func (v *PaperDraft) Range() []int {
	out := make([]int, 0, DraftSize)
	for i := v.From; i < min(v.From+DraftSize, len(v.Draft.Elements)); i++ {
		out = append(out, i)
	}
	return out
}

// Label is how a passage is called on the page: "Paragraph 12".
func (v *PaperDraft) Label(f *frame.Frame, i int) string {
	e := v.Draft.Elements[i]
	return strings.TrimSpace(f.T("kind."+e.Kind) + " " + e.Number)
}

// Released is the translation of a passage that was released since the draft was begun, where the draft has other words.
func (v *PaperDraft) Released(i int, l locale.Lang) string {
	for _, d := range v.released {
		if d.Element == i && d.Release.Language == l {
			return d.Release.Text
		}
	}
	return ""
}

// HasCrosscutting reports whether a draft's page asks for the cross-cutting questions of an element.
func (v *PaperDraft) HasCrosscutting(e paper.DraftElement) bool {
	return len(e.Crosscutting) > 0 || len(v.Crosscutting) > 0 && e.Kind == paper.Issue
}

// HasFrom reports whether a draft's page asks what else an element goes on from.
func (v *PaperDraft) HasFrom(e paper.DraftElement) bool {
	return v.Draft.Paper != cite.None || len(e.From) > 0
}

// HasCites reports whether a draft's page asks what an element rests on.
func (v *PaperDraft) HasCites(e paper.DraftElement) bool {
	return len(e.Cites) > 0 || paper.Compiled(v.Draft.Kind) && e.Kind == paper.Paragraph
}

// HasSubjects reports whether a draft's page asks for the subject areas of an element.
func HasSubjects(e paper.DraftElement) bool {
	return len(e.Subjects) > 0 || e.Kind == paper.Theme || e.Kind == paper.Issue
}

// Title is the page's title.
func (v *PaperDraft) Title(f *frame.Frame) string {
	if v.Draft.Symbol != "" {
		return f.T("desk.draft.title") + " " + v.Draft.Symbol
	}
	return f.T("desk.draft.title")
}

// rowsFor is the height of a text's box.
func rowsFor(texts ...string) int { return part.Rows(texts...) }

// PaperPreview is a draft as readers will see it once it is published.
type PaperPreview struct {
	Key   string
	Paper frame.View         // nil where something is missing
	Needs []*refusal.Refusal // what
}

// Title is the page's title.
func (v *PaperPreview) Title(f *frame.Frame) string { return f.T("desk.editor.preview") }

// Need lists the words that the paper wants.
func (v *PaperPreview) Need() []cite.Position {
	if v.Paper == nil {
		return nil
	}
	return v.Paper.Need()
}

// Fill gives them.
func (v *PaperPreview) Fill(words map[cite.Position]cite.Words) {
	if v.Paper != nil {
		v.Paper.Fill(words)
	}
}
