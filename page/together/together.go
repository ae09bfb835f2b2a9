package together

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/questionnaire"
	joint "github.com/openplenary/plenary/together"
)

// Kept is a draft as it is kept, and as the reader may deal with it.
type Kept struct {
	joint.Draft
	Sections    []joint.Section
	Remarks     map[string][]joint.Remark // by section
	Drafters    []joint.Drafter           // who were named by their address
	Guests      []KeptGuest               // the parties that were invited to submit it too
	Rights      joint.Rights              // of the reader
	Me          delegation.Participant
	Standing    joint.Standing
	Waits       bool          // it waits for the clearance of the reader
	Own         bool          // it waits for clearance by somebody else: the reader sent it for clearance, or cleared it already
	Asks        bool          // it waits for their word, for a party that was invited
	QuestionsAt cite.Position // the entry that set the questions of the call, 0 for none
	// Name is what a participant is called, "" where nobody knows.
	Name func(delegation.Participant) string
}

// Text is the number of the text.
func (k *Kept) Text() int { return joint.TextOf(k.Sections, k.QuestionsAt) }

// section is a section of it.
func (k *Kept) section(id string) joint.Section {
	for _, s := range k.Sections {
		if s.ID == id {
			return s
		}
	}
	return joint.Section{ID: id}
}

// At is what is filled in at a question.
func (k *Kept) At(id string) consult.Filled { return Filled(k.answer(id)) }

func (k *Kept) answer(id string) joint.Answer { return joint.AnswerAt(k.Sections, id) }

// Filled is an answer as the form shows it.
func Filled(a joint.Answer) consult.Filled {
	shown := func(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
	return consult.Filled{Picks: a.Picks, Stance: a.Stance, Said: shown(a.Text), Wording: shown(a.Wording), Value: shown(a.Value)}
}

// called is what a participant is called on a page.
func (k *Kept) called(f *frame.Frame, who delegation.Participant) string {
	if name := k.Name(who); name != "" {
		return name
	}
	for _, d := range k.Drafters {
		if d.Who == who {
			return d.Address
		}
	}
	return f.T("together.somebody")
}

// party is the name of a party, to be fetched.
type party struct {
	Party string
	at    cite.Position
}

func partyOf(st *conversation.Reading, p delegation.Party) (out party) {
	if s, ok := st.Roll.Party(p); ok {
		out.at = s.Named
	}
	return out
}

// Need is where the name of the party stands.
func (p *party) Need() []cite.Position { return []cite.Position{p.at} }

// Fill gives it.
func (p *party) Fill(words map[cite.Position]cite.Words) { p.Party = words[p.at]["name"] }

// Page is the drafts at a call that the reader may write, and where they begin one.
type Page struct {
	Call    part.Call
	Drafts  []*Row
	Parties []*Choice // that they may speak for
	// What was chosen for the new draft.
	For, Language, Clearance string
}

// Row is a draft in a list.
type Row struct {
	party
	Key      string
	Page     string // of the draft, that the reader may look at
	Standing joint.Standing
	Waits    bool // for the clearance of the reader
	Asks     bool // for their word, for a party that was invited
	Begun    time.Time
	Language locale.Lang
	Became   cite.Ref
}

// Choice is a party that the reader may speak for.
type Choice struct {
	party
	Ref cite.Ref
}

// NewPage builds the page; ok is false where there is no such call, or where it asks nothing.
func NewPage(st *conversation.Reading, call cite.Ref, me delegation.Participant, drafts []Kept, l locale.Lang) (*Page, bool) {
	form, ok := consult.NewForm(st, call, consult.Filling{At: func(string) consult.Filled { return consult.Filled{} }}, l)
	if !ok {
		return nil, false
	}
	v := &Page{Call: form.Call, Language: string(l)}
	for i := range drafts {
		v.Drafts = append(v.Drafts, NewRow(st, &drafts[i]))
	}
	for _, p := range st.Roll.WritesNow(me) {
		v.Parties = append(v.Parties, &Choice{partyOf(st, p), p.Ref()})
	}
	return v, true
}

// NewRow builds a row.
func NewRow(st *conversation.Reading, k *Kept) *Row {
	return &Row{party: partyOf(st, k.Party), Key: k.Key, Page: k.Page(), Standing: k.Standing, Waits: k.Waits, Asks: k.Asks, Begun: k.Begun.At, Language: k.Language, Became: k.Became}
}

// Need are the names of the parties.
func (v *Page) Need() (out []cite.Position) {
	for _, d := range v.Drafts {
		out = append(out, d.Need()...)
	}
	for _, p := range v.Parties {
		out = append(out, p.Need()...)
	}
	return out
}

// Fill gives them.
func (v *Page) Fill(words map[cite.Position]cite.Words) {
	for _, d := range v.Drafts {
		d.Fill(words)
	}
	for _, p := range v.Parties {
		p.Fill(words)
	}
}

// Title is the page's title.
func (v *Page) Title(f *frame.Frame) string { return f.T("together.title") }

// choices are the parties as options.
func (v *Page) choices() (out []frame.Choice) {
	for _, p := range v.Parties {
		out = append(out, frame.Choice{ID: string(p.Ref), Name: p.Party})
	}
	return out
}

// clearances are the ways to clear a draft.
func clearances(f *frame.Frame) (out []frame.Choice) {
	for n := joint.NoClearance; n <= joint.ByBoth; n++ {
		out = append(out, frame.Choice{ID: strconv.Itoa(n), Name: f.T("together.clearance." + strconv.Itoa(n))})
	}
	return out
}

// languages are the languages in which a draft can be written.
func languages() (out []frame.Choice) {
	for _, l := range locale.Written() {
		out = append(out, frame.Choice{ID: string(l), Name: l.Name()})
	}
	return out
}

// Draft is the page of a draft: how far it is, its sections, and who writes it.
type Draft struct {
	*Kept
	*consult.Form
	party
	Guests    []*Guest      // the parties that were invited to submit it too
	Invitable []*part.Named // and those that may be, for the head of the party that leads
	inviting  func() []*part.Named
	// What was typed.
	Email, Invite string
}

// NewDraft builds the page; ok is false where the call is not there or asks nothing.
func NewDraft(st *conversation.Reading, k *Kept, l locale.Lang) (*Draft, bool) {
	form, ok := consult.NewForm(st, k.Call, consult.Filling{On: k.On, At: k.At}, l)
	if !ok {
		return nil, false
	}
	return &Draft{Kept: k, Form: form, party: partyOf(st, k.Party), Guests: newGuests(st, k), inviting: func() []*part.Named { return newInvitable(st, k) }}, true
}

// Need is where the names of the parties stand.
func (v *Draft) Need() []cite.Position { return needNamed(v.party.Need(), v.named()) }

// Fill gives them.
func (v *Draft) Fill(words map[cite.Position]cite.Words) {
	v.party.Fill(words)
	for _, n := range v.named() {
		n.Fill(words)
	}
}

// Title is the page's title.
func (v *Draft) Title(f *frame.Frame) string { return v.title(f, f.T("together.draft")) }

func (v *Draft) title(f *frame.Frame, t string) string {
	if len(f.Errors) > 0 {
		t = f.T("error.title_prefix") + " " + t
	}
	return t + " · " + v.Form.Call.Name.Text
}

// in is the address of a page of the draft.
func (v *Draft) in(f *frame.Frame, page string) templ.SafeURL {
	return f.In("/" + string(v.Kept.Call) + "/together/" + v.Key + "/" + page)
}

// stage is how far a draft is, in words.
func stage(f *frame.Frame, s joint.Standing) string { return f.T("together.stage." + string(s.Stage)) }

// maySend reports whether the reader may send it as it is.
func (v *Draft) maySend() bool {
	ready := v.Clearance == joint.NoClearance || v.Standing.Stage == joint.Cleared
	return v.Rights.Submit && ready && v.Form.Answered > 0 && v.Form.Call.Takes() && v.Form.Call.State != "planned"
}

// mayAsk reports whether it can be sent for clearance.
func (v *Draft) mayAsk() bool {
	return v.Rights.Write && v.Clearance != joint.NoClearance && v.Standing.Stage == joint.Writing && v.Form.Answered > 0
}

// Part is the page of a section.
type Part struct {
	*Draft
	In int // its place among the sections
	// Was is what stands in front of whoever writes, question by question: it is sent along, so that what two write can be put together.
	Was     []joint.Answer
	Remark  string // that was typed
	Clashed bool   // somebody else changed the same meanwhile
	Merged  bool   // what somebody else wrote was put together with it
}

// NewPart builds the page; ok is false where there is no such section.
func NewPart(v *Draft, id string) (*Part, bool) {
	at, ok := v.Form.Section(id)
	if !ok {
		return nil, false
	}
	p := &Part{Draft: v, In: at}
	for _, q := range v.Form.Sections[at].Questions {
		p.Was = append(p.Was, v.answer(q.ID))
	}
	return p, true
}

// Section is the section.
func (v *Part) Section() *consult.FormSection { return &v.Form.Sections[v.In] }

// Title is the page's title.
func (v *Part) Title(f *frame.Frame) string {
	return v.title(f, v.Section().Letter+". "+v.Section().Name.Text)
}

// Field is a field of a question, with what stands in it.
type Field struct{ Name, Value string }

// Texts are the fields of a question into which is typed, with what stands in each where it is answered so.
func Texts(q *consult.FormQuestion, a joint.Answer) (out []Field) {
	switch cells := q.Cells(a.Text); {
	case cells != nil:
		for _, name := range slices.Sorted(maps.Keys(cells)) {
			out = append(out, Field{name, cells[name]})
		}
	case q.Words:
		out = append(out, Field{q.ID + "-text", a.Text})
	}
	if q.On != cite.None {
		out = append(out, Field{q.ID + "-wording", a.Wording})
	}
	if questionnaire.Typed(q.Kind) {
		out = append(out, Field{q.ValueField(), a.Value})
	}
	return out
}

// Hidden is what stood in front of whoever writes at a question of the section, by its place: it is sent along, under the names of
// the fields and "-was", and for what is chosen under the name of the question and that.
func (v *Part) Hidden(i int) []Field {
	q := &v.Section().Questions[i]
	return append(Texts(q, v.Was[i]), Field{q.ID, Picks(v.Was[i])})
}

// Picks writes what was chosen: numbers with spaces between, or a stance.
func Picks(a joint.Answer) string {
	var out []string
	for _, n := range a.Picks {
		out = append(out, strconv.Itoa(n))
	}
	if a.Stance != "" {
		out = append(out, a.Stance)
	}
	return strings.Join(out, " ")
}

// Whole is the page with the whole text, for whoever reads, clears or sends it.
type Whole struct {
	*Draft
	Notes map[string]string // that were typed, by section
}

// Title is the page's title.
func (v *Whole) Title(f *frame.Frame) string { return v.title(f, f.T("together.whole")) }

// NoteField is the field of the note on a section.
func NoteField(section string) string { return "note-" + section }

// Stamp changes whenever something is written, remarked or done in the draft.
func (k *Kept) Stamp() string {
	n := 0
	for _, all := range k.Remarks {
		n += len(all)
	}
	return strings.Join([]string{strconv.Itoa(k.Text()), strconv.Itoa(n), strconv.Itoa(len(k.Drafters)), k.guestStamp(), string(k.Standing.Stage), strconv.FormatInt(k.Changed.UnixMicro(), 36)}, ".")
}

// LastIn says who wrote in the section last, and when; "" for nobody.
func (v *Part) LastIn(f *frame.Frame) string {
	s := v.section(v.Section().ID)
	if s.Version == 0 {
		return ""
	}
	return f.Lang.Isolate("together.last_by", "name", v.called(f, s.By)) + " " + f.DateTime(s.At)
}
