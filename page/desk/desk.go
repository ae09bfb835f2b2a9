package desk

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
)

// Convene is the form that makes a conversation: twelve fields, of which most are filled in already.
type Convene struct {
	frame.NoWords
	Form ConveneForm `json:"form"`
}

// ConveneForm is what stands in the form. Title may hold translations, see Lines.
type ConveneForm struct {
	Template   string   `json:"template"`
	Slug       string   `json:"slug"`
	Title      string   `json:"title"`
	Lead       string   `json:"lead"`
	Languages  []string `json:"languages"`
	Zone       string   `json:"zone"`
	From       string   `json:"from"`
	Until      string   `json:"until"`
	Categories string   `json:"categories"`
	Groups     string   `json:"groups"`
	Subjects   string   `json:"subjects"`
	Contact    string   `json:"contact"`
}

// Title is the page's title.
func (v *Convene) Title(f *frame.Frame) string { return f.T("convene.title") }

// Lines writes a text in several languages as forms show it: the words of l as they are, each other
// language after its tag ("fr: ..."). web reads it back.
func Lines(t locale.Text, l locale.Lang) string {
	var out []string
	if s := t.In[l]; s != "" {
		out = append(out, s)
	}
	for _, other := range locale.All {
		if s := t.In[other]; s != "" && other != l {
			out = append(out, string(other)+": "+s)
		}
	}
	return strings.Join(out, "\n")
}

// Home says what waits for the officers and moderators of a conversation.
type Home struct {
	frame.NoWords
	Next       string          `json:"next"` // what to do now: a step's key
	Path       string          `json:"-"`    // where it is done
	Count      int             `json:"-"`    // of what Next speaks of
	Pending    int             `json:"pending"`
	Reopened   int             `json:"reopened"`   // points whose author said that the answer misses them
	Unanswered int             `json:"unanswered"` // points without an answer
	Drafts     []DraftRow      `json:"drafts"`
	Papers     []part.PaperRow `json:"papers"`
	Calls      []part.Call     `json:"calls"`
	Officers   int             `json:"officers"`
	Moderators int             `json:"moderators"`
	Parties    int             `json:"parties"`
	Stages     int             `json:"stages"`
	Officer    bool            `json:"-"` // the reader may do what officers do
}

// DraftRow is a paper that is not out yet.
type DraftRow struct {
	Key      string              `json:"key"`
	Symbol   string              `json:"symbol"`
	Name     frame.LocalizedText `json:"title"`
	Paper    cite.Ref            `json:"paper,omitempty"` // of which it will be a new edition
	Elements int                 `json:"elements"`
	Version  int                 `json:"version"`
	Changed  time.Time           `json:"changed"`
}

// NewDraftRow describes a draft in a list.
func NewDraftRow(key string, d paper.Draft, version int, changed time.Time, l locale.Lang) DraftRow {
	return DraftRow{Key: key, Symbol: d.Symbol, Name: frame.Localize(locale.Text{Original: d.Original, In: d.Title}, l), Paper: d.Paper, Elements: len(d.Elements), Version: version, Changed: changed}
}

// NewHome builds the page.
func NewHome(st *conversation.Reading, drafts []DraftRow, l locale.Lang) *Home {
	v := &Home{Drafts: drafts, Pending: len(st.Consultation.Pending()), Officers: len(st.Roll.Holders(delegation.Officer)), Moderators: len(st.Roll.Holders(delegation.Moderator)),
		Parties: len(st.Roll.Entered()), Stages: len(st.Stages), Papers: latestPapers(st, l), Officer: st.Audience.Roles.Has(delegation.Officer)}
	open, planned := false, false
	for i := len(st.Consultation.Calls()) - 1; i >= 0; i-- {
		c := part.NewCall(st, st.Consultation.Calls()[i], l)
		open, planned = open || c.State == "open", planned || c.State == "planned"
		v.Calls = append(v.Calls, c)
	}
	for _, p := range st.Papers.All() {
		c := st.Consultation.AnswerCounts(p.Ref)
		v.Reopened, v.Unanswered = v.Reopened+c.Reopened, v.Unanswered+c.Unanswered
	}
	v.Count = v.Pending
	switch {
	case v.Pending > 0 && (st.Audience.Roles.Has(delegation.Moderator) || !v.Officer):
		v.Next, v.Path = "moderate", "/desk/queue"
	case !v.Officer:
		v.Next, v.Path = "rest", "/contributions"
	case len(v.Papers) == 0 && len(v.Drafts) == 0:
		v.Next, v.Path = "import", "/desk/papers/import"
	case len(v.Papers) == 0 && len(v.Drafts) == 1:
		v.Next, v.Path = "publish", "/desk/papers/"+v.Drafts[0].Key
	case len(v.Papers) == 0:
		v.Next, v.Path = "publish", "/desk/papers"
	case len(v.Calls) == 0:
		v.Next, v.Path = "announce", "/desk/calls/new"
	case v.Reopened > 0:
		v.Next, v.Path, v.Count = "reopened", "/desk/points", v.Reopened
	case open:
		v.Next, v.Path = "open", "/contributions"
	case planned:
		v.Next, v.Path = "planned", "/desk/people"
	case v.Unanswered > 0:
		v.Next, v.Path, v.Count = "answer", "/desk/points", v.Unanswered
	default:
		v.Next, v.Path = "closed", "/desk/stages"
	}
	return v
}

// latestPapers lists the newest edition of each paper, the newest paper first.
func latestPapers(st *conversation.Reading, l locale.Lang) []part.PaperRow {
	var out []part.PaperRow
	for _, p := range slices.Backward(st.Papers.All()) {
		out = append(out, part.NewPaperRow(p.Latest(), l))
	}
	return out
}

// Title is the page's title.
func (v *Home) Title(f *frame.Frame) string { return f.T("desk.title") }

// QueueSize is how many contributions a page of the queue shows.
const QueueSize = 20

// Queue lists what waits for a moderator, oldest first.
type Queue struct {
	Total int         `json:"total"`
	From  cite.Ref    `json:"from,omitempty"` // the page begins with this one or the next that waits
	Next  cite.Ref    `json:"next,omitempty"` // From of the next page
	Items []QueueItem `json:"items"`
	// Proposed are contributions of which something is proposed to be redacted or erased; another person has to
	// confirm it.
	Proposed []cite.Ref `json:"proposed,omitempty"`
	Two      bool       `json:"-"` // two people are needed for what is published
	// The form that came back with an error.
	Wrong  cite.Ref `json:"-"`
	Ground string   `json:"-"`
	Reason string   `json:"-"`
	names  *part.Names
}

// QueueItem is one of them. Each has its own form token: a moderator decides many from one page.
type QueueItem struct {
	*part.Contribution
	Token string `json:"-"`
}

// NewQueue builds the page; token makes form tokens.
func NewQueue(st *conversation.Reading, from cite.Ref, l locale.Lang, token func() string) *Queue {
	v := &Queue{From: from, names: part.NewNames(st)}
	is := st.Consultation.Removing(cite.None)
	v.Proposed, v.Two = is.Proposed, is.Two
	waiting := st.Consultation.Pending()
	v.Total = len(waiting)
	begin, _ := slices.BinarySearchFunc(waiting, from.Number(), func(r cite.Ref, n int) int { return r.Number() - n })
	for _, r := range waiting[begin:] {
		if len(v.Items) == QueueSize {
			v.Next = r
			break
		}
		if c, ok := part.NewContribution(st, r, l); ok {
			v.Items = append(v.Items, QueueItem{c, token()})
		}
	}
	return v
}

// Need lists the words of the items.
func (v *Queue) Need() []cite.Position {
	var out []cite.Position
	for _, c := range v.Items {
		out = append(out, c.Need()...)
	}
	return append(out, v.names.Need()...)
}

// Fill gives them.
func (v *Queue) Fill(words map[cite.Position]cite.Words) {
	all := make([]*part.Contribution, len(v.Items))
	for i, c := range v.Items {
		c.Fill(words)
		all[i] = c.Contribution
	}
	v.names.Flag(words, all)
}

// Title is the page's title.
func (v *Queue) Title(f *frame.Frame) string { return f.T("desk.queue.title") }

// Papers lists the papers that are out and those that are prepared.
type Papers struct {
	frame.NoWords
	Drafts []DraftRow      `json:"drafts"`
	Papers []part.PaperRow `json:"papers"`
}

// NewPapers builds the page.
func NewPapers(st *conversation.Reading, drafts []DraftRow, l locale.Lang) *Papers {
	return &Papers{Drafts: drafts, Papers: latestPapers(st, l)}
}

// Title is the page's title.
func (v *Papers) Title(f *frame.Frame) string { return f.T("desk.papers.title") }

// PaperImport is the form that takes a paper in.
type PaperImport struct {
	frame.NoWords
	Text string `json:"text"` // what was pasted
}

// Title is the page's title.
func (v *PaperImport) Title(f *frame.Frame) string { return f.T("desk.import.title") }

// DraftSize is how many elements one page of a draft shows: with six fields each, a form stays far below
// the number of fields that the house takes.
const DraftSize = 100

// PaperDraft is a paper while it is corrected: its masthead, and its elements in the original beside one
// other language.
type PaperDraft struct {
	frame.NoWords
	Key          string             `json:"key"`
	Version      int                `json:"version"`
	Changed      time.Time          `json:"changed"`
	Draft        paper.Draft        `json:"draft"`
	Shown        locale.Lang        `json:"text_language,omitempty"` // beside the original; "" for none
	From         int                `json:"from"`                    // the first element of the page
	Languages    []locale.Lang      `json:"languages"`
	Papers       []frame.Choice     `json:"-"` // of which it may become a new edition
	Subjects     []frame.Choice     `json:"-"`
	Crosscutting []frame.Choice     `json:"-"`
	Ledger       LedgerView         `json:"ledger"`                 // of the paper that gets a new edition
	Fresh        int                `json:"new"`                    // elements that go on from none of the edition before
	Left         []LeftOut          `json:"left_out"`               // of the edition before, and reserved ones, that are not in the draft
	Stale        string             `json:"stale,omitempty"`        // symbol of a newer edition than the draft was begun from
	List         bool               `json:"-"`                      // the edition shall list what has no answer
	Translations []DraftTranslation `json:"translations,omitempty"` // that are not whole
	asked        map[cite.Ref][]cite.Ref
	shown        paper.Translation // into the language that is shown
	// Somebody else saved meanwhile: their version and what it says.
	Moved  int          `json:"moved,omitempty"`
	Theirs *paper.Draft `json:"-"`
}

// NewPaperDraft builds the page. shown is the language that was asked for.
func NewPaperDraft(st *conversation.Reading, d paper.Draft, shown locale.Lang, from int, l locale.Lang) *PaperDraft {
	v := &PaperDraft{Draft: d}
	for _, p := range st.Papers.All() {
		v.Papers = append(v.Papers, frame.Choice{ID: string(p.Ref), Name: string(p.Latest().Symbol)})
	}
	for _, s := range st.Subjects {
		v.Subjects = append(v.Subjects, frame.Choice{ID: s.ID, Name: frame.Localize(s.Name, l).Text})
	}
	present := map[locale.Lang]bool{}
	for _, c := range st.Languages {
		present[c] = true
	}
	for c, s := range d.Title {
		present[c] = present[c] || s != ""
	}
	for _, e := range d.Elements {
		for c, s := range e.Text {
			present[c] = present[c] || s != ""
		}
	}
	for _, c := range locale.All {
		if present[c] && c != d.Original {
			v.Languages = append(v.Languages, c)
		}
	}
	for _, c := range []locale.Lang{shown, l} {
		if v.Shown == "" && slices.Contains(v.Languages, c) {
			v.Shown = c
		}
	}
	if v.Shown == "" && len(v.Languages) > 0 {
		v.Shown = v.Languages[0]
	}
	if from > 0 && from < len(d.Elements) {
		v.From = from / DraftSize * DraftSize
	}
	for _, s := range st.Crosscutting {
		v.Crosscutting = append(v.Crosscutting, frame.Choice{ID: s.ID, Name: frame.Localize(s.Name, l).Text})
	}
	v.revises(st, l)
	of, _ := st.Papers.Paper(d.Paper)
	v.shown = d.Translation(of, v.Shown)
	for _, c := range v.Languages {
		if t := d.Translation(of, c); !t.Whole() {
			v.Translations = append(v.Translations, DraftTranslation{Lang: c, Missing: t.LacksTexts(), Older: t.OlderTexts(), Official: d.Status[c] == "official"})
		}
	}
	return v
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
			v.Left = append(v.Left, LeftOut{Ref: el.Ref, Kind: el.Kind, Label: latest.Label(el.Ref), Text: t})
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

// Asked lists the answers that promise a change of an element in this edition.
func (v *PaperDraft) Asked(i int) []cite.Ref { return v.asked[v.Draft.Elements[i].Ref] }

// Range gives the numbers of the elements that the page shows.
func (v *PaperDraft) Range() []int {
	out := make([]int, 0, DraftSize)
	for i := v.From; i < min(v.From+DraftSize, len(v.Draft.Elements)); i++ {
		out = append(out, i)
	}
	return out
}

// Label is how an element is called on the page: "Paragraph 12".
func (v *PaperDraft) Label(f *frame.Frame, i int) string {
	e := v.Draft.Elements[i]
	return strings.TrimSpace(f.T("kind."+e.Kind) + " " + e.Number)
}

// Their is what somebody else saved for an element in a language, "" where it is what stands here or the
// draft is built in another way by now.
func (v *PaperDraft) Their(i int, l locale.Lang) string {
	if v.Theirs == nil || len(v.Theirs.Elements) != len(v.Draft.Elements) {
		return ""
	}
	if s := v.Theirs.Elements[i].Text[l]; s != v.Draft.Elements[i].Text[l] {
		return s
	}
	return ""
}

// HasStance reports whether a draft's page asks if an element takes a stance.
func HasStance(e paper.DraftElement) bool {
	return e.Stance || e.Kind == paper.Paragraph || e.Kind == paper.Question
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
	return len(e.Cites) > 0 || v.Draft.Kind == paper.Considerations && e.Kind == paper.Paragraph
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
func rowsFor(texts ...string) int {
	most := 1
	for _, s := range texts {
		most = max(most, 1+len([]rune(s))/55+strings.Count(s, "\n"))
	}
	return min(most, 14)
}

// CallForm announces a call, or extends one.
type CallForm struct {
	frame.NoWords
	Extends *part.Call     `json:"extends,omitempty"`
	Form    CallWriting    `json:"form"`
	Papers  []frame.Choice `json:"-"`
	Zones   []frame.Choice `json:"-"`
}

// CallWriting is what stands in the form. Title and Text may hold translations, see Lines.
type CallWriting struct {
	Title      string `json:"title"`
	Text       string `json:"text"`
	Paper      string `json:"paper"`
	OpensDate  string `json:"opens_date"`
	OpensTime  string `json:"opens_time"`
	ClosesDate string `json:"closes_date"`
	ClosesTime string `json:"closes_time"`
	Zone       string `json:"zone"`
	Late       string `json:"late"`
	Moderation string `json:"moderation"`
	Reason     string `json:"reason"`
}

// NewCallForm builds the page that announces a call: it opens now, unless somebody says otherwise.
func NewCallForm(st *conversation.Reading, l locale.Lang) *CallForm {
	here := frame.InZone(st.Now, frame.ZoneOrUTC(st.Zone))
	v := &CallForm{Zones: zoneChoices(l, st.Zone), Form: CallWriting{OpensDate: here.Format(time.DateOnly), OpensTime: here.Format("15:04"), ClosesTime: "23:59",
		Zone: frame.ZoneOrUTC(st.Zone), Late: consultation.LateKept, Moderation: consultation.ModerateBefore}}
	for _, p := range slices.Backward(st.Papers.All()) {
		e := p.Latest()
		v.Papers = append(v.Papers, frame.Choice{ID: string(p.Ref), Name: string(e.Symbol) + ", " + frame.Localize(e.Title, l).Text})
	}
	if len(v.Papers) == 1 {
		v.Form.Paper = v.Papers[0].ID
	}
	return v
}

// NewCallExtension builds the page that gives a call a later deadline.
func NewCallExtension(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*CallForm, bool) {
	k, ok := st.Consultation.Call(ref)
	if !ok {
		return nil, false
	}
	c := part.NewCall(st, k, l)
	here := frame.InZone(k.Closes, k.Zone)
	return &CallForm{Extends: &c, Form: CallWriting{ClosesDate: here.Format(time.DateOnly), ClosesTime: here.Format("15:04"), Zone: k.Zone}}, true
}

// zoneChoices are the zones that a form offers, and those of others that are in use: a deadline is set in the
// conversation's own zone, whichever that is.
func zoneChoices(l locale.Lang, used ...string) []frame.Choice {
	zones := locale.Zones()
	for _, z := range used {
		if locale.KnownZone(z) && !slices.Contains(zones, z) {
			zones = append(zones, z)
		}
	}
	out := make([]frame.Choice, len(zones))
	for i, z := range zones {
		out[i] = frame.Choice{ID: z, Name: l.ZoneName(z)}
	}
	locale.SortBy(l, out, func(c frame.Choice) string { return c.Name })
	return out
}

// Title is the page's title.
func (v *CallForm) Title(f *frame.Frame) string {
	if v.Extends != nil {
		return f.T("desk.extend.title")
	}
	return f.T("desk.call.title")
}

// People is the page of roles and parties.
type People struct {
	Holders    []Holder       `json:"holders"`
	Parties    []PartyRow     `json:"parties"`
	Total      int            `json:"parties_total"`
	Roles      []string       `json:"roles"`
	Categories []frame.Choice `json:"-"`
	Countries  []frame.Choice `json:"-"`
	Form       InviteForm     `json:"-"`
	// Renaming is the party whose new name was refused; its name as it was typed stands in the form.
	Renaming delegation.Party `json:"-"`
	// NewToken makes the token of one of the page's forms.
	NewToken func() string `json:"-"`
}

// newName is what stands in the form for the name of a party.
func (v *People) newName(p PartyRow) string {
	if v.Renaming == p.Party && v.Form.Name != "" {
		return v.Form.Name
	}
	return p.Name
}

// nameOr is a name, or the number of whoever has none here.
func nameOr(name string, p delegation.Participant) string { return cmp.Or(name, string(p.Ref())) }

// Holder is a participant with roles.
type Holder struct {
	Participant delegation.Participant `json:"participant"`
	Name        string                 `json:"-"` // or the address they were invited by
	Roles       []string               `json:"roles"`
	Me          bool                   `json:"me,omitempty"`
}

// PartyRow is a party that an officer entered.
type PartyRow struct {
	Party        delegation.Party `json:"party"`
	Name         string           `json:"name"`
	CategoryName string           `json:"category"`
	CountryName  string           `json:"country,omitempty"`
	// Before are the names that it had before, oldest first.
	Before []string `json:"before,omitempty"`
	// Speakers may speak for it.
	Speakers []SpeakerRow `json:"speakers,omitempty"`
	at       cite.Position
	beforeAt []cite.Position
}

// SpeakerRow is somebody who may speak for a party.
type SpeakerRow struct {
	Participant delegation.Participant `json:"participant"`
	Name        string                 `json:"-"`            // the address they were invited by
	Since       time.Time              `json:"since"`        // when they were authorised
	By          delegation.Participant `json:"by,omitempty"` // the officer by whose word
	ByName      string                 `json:"-"`
}

// InviteForm is what stands in the page's forms.
type InviteForm struct {
	Email    string
	Role     string
	Name     string
	Category string
	Country  string
	Speaker  string // the address of a person who speaks for a party
	Party    string
}

// maxParties is how many parties the page lists: all there are, in any real conversation.
const maxParties = 1000

// NewPeople builds the page.
func NewPeople(st *conversation.Reading, l locale.Lang) *People {
	v := &People{}
	seen := map[delegation.Participant]int{}
	for _, r := range delegation.Roles() {
		v.Roles = append(v.Roles, r.String())
		for _, p := range st.Roll.Holders(r) {
			i, ok := seen[p]
			if !ok {
				i = len(v.Holders)
				seen[p] = i
				v.Holders = append(v.Holders, Holder{Participant: p})
			}
			v.Holders[i].Roles = append(v.Holders[i].Roles, r.String())
		}
	}
	parties := st.Roll.Entered()
	v.Total = len(parties)
	speak := st.Roll.Authorities()
	for _, p := range parties[:min(len(parties), maxParties)] {
		s, _ := st.Roll.Party(p)
		row := PartyRow{Party: p, at: s.Named, beforeAt: st.Roll.Before(p)}
		for _, a := range speak[p] {
			row.Speakers = append(row.Speakers, SpeakerRow{Participant: a.Participant, Since: a.Since, By: a.By})
		}
		if c, ok := st.Category(s.Category); ok {
			row.CategoryName = frame.Localize(c.Name, l).Text
		}
		if s.Country != "" {
			row.CountryName = st.CountryName(s.Country, l)
		}
		v.Parties = append(v.Parties, row)
	}
	for _, c := range st.Categories {
		v.Categories = append(v.Categories, frame.Choice{ID: c.ID, Name: frame.Localize(c.Name, l).Text})
	}
	for _, c := range st.Countries {
		v.Countries = append(v.Countries, frame.Choice{ID: c.ID, Name: frame.Localize(c.Name, l).Text})
	}
	for _, c := range locale.Countries(l) {
		v.Countries = append(v.Countries, frame.Choice{ID: c.Code, Name: c.Name(l)})
	}
	return v
}

// Need lists the names of the parties.
func (v *People) Need() []cite.Position {
	var out []cite.Position
	for _, p := range v.Parties {
		out = append(append(out, p.at), p.beforeAt...)
	}
	return out
}

// Fill gives them.
func (v *People) Fill(words map[cite.Position]cite.Words) {
	for i := range v.Parties {
		p := &v.Parties[i]
		p.Name = words[p.at]["name"]
		for _, at := range p.beforeAt {
			if name := words[at]["name"]; name != "" {
				p.Before = append(p.Before, name)
			}
		}
	}
}

// Title is the page's title.
func (v *People) Title(f *frame.Frame) string { return f.T("desk.people.title") }

func (v *People) partyChoices() []frame.Choice {
	out := make([]frame.Choice, len(v.Parties))
	for i, p := range v.Parties {
		out[i] = frame.Choice{ID: string(p.Party.Ref()), Name: p.Name}
		if out[i].Name == "" { // erased
			out[i].Name = string(p.Party.Ref())
		}
	}
	return out
}

// Stages is the page of the calendar.
type Stages struct {
	frame.NoWords
	Stages  []StageForm    `json:"stages"` // the last one is empty: a stage to add
	Targets []frame.Choice `json:"-"`
	// NewToken makes the token of one of the page's forms.
	NewToken func() string `json:"-"`
}

// StageForm is one stage as it stands in its form. Title, Outcome and Promised may hold translations, see
// Lines.
type StageForm struct {
	Number   int                 `json:"number"` // 0 for a new one
	Kind     string              `json:"kind"`
	Title    string              `json:"title"`
	From     string              `json:"from"`
	To       string              `json:"to"`
	State    string              `json:"state"`
	Outcome  string              `json:"outcome"`
	Promised string              `json:"promised"`
	Source   string              `json:"source"`
	Target   string              `json:"target"`
	Open     bool                `json:"-"` // the form came back with an error
	Name     frame.LocalizedText `json:"-"`
}

// StageKinds and StageStates are what a stage may be.
var (
	StageKinds  = []string{"session", "paper", "call", "priorities", "considerations", "review"}
	StageStates = []string{conversation.Planned, conversation.Open, conversation.Closed, conversation.Held, conversation.Issued, conversation.NotHeld, conversation.Superseded}
)

// NewStages builds the page.
func NewStages(st *conversation.Reading, l locale.Lang) *Stages {
	v := &Stages{}
	for _, k := range st.Consultation.Calls() {
		v.Targets = append(v.Targets, frame.Choice{ID: string(k.Ref), Name: frame.Localize(k.Title, l).Text})
	}
	for _, p := range st.Papers.All() {
		for _, e := range p.Editions {
			v.Targets = append(v.Targets, frame.Choice{ID: string(e.Ref), Name: string(e.Symbol)})
		}
	}
	for _, s := range st.Stages {
		v.Stages = append(v.Stages, StageForm{Number: s.Number, Kind: s.Kind, Title: Lines(s.Title, l), From: s.From, To: s.To, State: s.State, Outcome: Lines(s.Outcome, l),
			Promised: Lines(s.Promised, l), Source: s.Source, Target: string(s.Target), Name: frame.Localize(s.Title, l)})
		if s.Target != cite.None && !slices.ContainsFunc(v.Targets, func(c frame.Choice) bool { return c.ID == string(s.Target) }) {
			v.Targets = append(v.Targets, frame.Choice{ID: string(s.Target), Name: string(s.Target)})
		}
	}
	v.Stages = append(v.Stages, StageForm{Kind: "session", State: conversation.Planned})
	return v
}

// Title is the page's title.
func (v *Stages) Title(f *frame.Frame) string { return f.T("desk.stages.title") }

// field is the name of a field of one of several forms on a page: "state-3".
func field(name string, n int) string { return name + "-" + strconv.Itoa(n) }
