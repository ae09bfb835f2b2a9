package delegation

import (
	"cmp"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// List is the page of the parties that a reader holds an authority of.
type List struct {
	Delegations []Row `json:"delegations"`
}

// Row is one of them.
type Row struct {
	part.Named
	Capacity delegation.Capacity `json:"capacity"`
	// Until is the first instant at which the mandate is over; absent where it has no end.
	Until time.Time `json:"until,omitzero"`
	// Over says that it has ended.
	Over bool `json:"over,omitempty"`
	// Manages says that the reader manages the delegation.
	Manages bool `json:"manages,omitempty"`
}

// NewList builds the page.
func NewList(st *conversation.Reading, me delegation.Participant) *List {
	v := &List{}
	for _, a := range st.Roll.Mandates().Held(me) {
		v.Delegations = append(v.Delegations, Row{Named: part.NewNamed(st, a.Party), Capacity: a.Capacity, Until: a.Until, Over: !a.InForce(st.Now), Manages: st.Roll.Manages(me, a.Party)})
	}
	return v
}

// Title is the page's title.
func (v *List) Title(f *frame.Frame) string { return f.T("delegation.list") }

// Need lists the names of the parties.
func (v *List) Need() (out []cite.Position) {
	for i := range v.Delegations {
		out = append(out, v.Delegations[i].Need())
	}
	return out
}

// Fill gives them.
func (v *List) Fill(words map[cite.Position]cite.Words) {
	for i := range v.Delegations {
		v.Delegations[i].Fill(words)
	}
}

// Page is one delegation, as those who are in it and the secretariat see it.
type Page struct {
	Of           part.Named
	CategoryName string
	CountryName  string
	Before       []string // the names that the party had before, oldest first
	Groups       []part.Named
	Members      []part.Named // of a group
	People       []Mandate
	Steps        []Step      // what was done, the newest first
	Said         []Said      // what was published for the party, the newest first
	Unread       []Said      // what was sent for it and is not published, for those who act for it, the newest first
	Calls        []part.Call // at which the delegation can write now, none for a group
	Total        int         // how much was
	// Mine is the authority of the reader, none where an officer looks.
	Mine    delegation.Authority
	Manages bool // the reader manages the delegation
	Last    bool // and nobody else does
	Officer bool
	// Others are the parties that a group may have as members.
	Others    []part.Named
	Languages []frame.Choice
	Form      Form
	// NewToken makes the token of one of the page's forms.
	NewToken func() string
	beforeAt []cite.Position
}

// Mandate is that of one person.
type Mandate struct {
	delegation.Authority
	Name   string // as those who manage the delegation know them: their address; to others, the name that they gave
	ByName string
	Me     bool
	Over   bool // it has ended
	Soon   bool // it ends so soon that those were told who can renew it
	State  string
}

// Step is one thing that was done.
type Step struct {
	delegation.Step
	Name, ByName, FromName string
}

// Said is a contribution that was published for the party.
type Said struct {
	Ref cite.Ref
	At  time.Time
	// Through is the member that declared it, where the party is a group.
	Through part.Named
	Status  string
	Correct bool // the reader can put it right now
}

// Form is what stands in the page's forms.
type Form struct {
	Do       string
	Email    string
	Called   string
	Capacity string
	Until    string // the last day, 2020-02-14
	Language string
	Word     string
	To       string // to whom is handed over
	Stays    string
	Person   string // whose mandate is changed
	Members  []string
}

// maxSaid and maxSteps are how much the page lists.
const (
	maxSaid  = 20
	maxSteps = 50
)

// New builds the page of a party; ok is false where there is no such party on the roll, or the reader has no business there.
func New(st *conversation.Reading, of delegation.Party, me delegation.Participant, l locale.Lang) (*Page, bool) {
	officer := st.Audience.Roles.Has(delegation.Officer)
	people := st.Roll.Mandates().Delegation(of)
	mine := slices.IndexFunc(people, func(a delegation.Authority) bool { return a.Participant == me && a.InForce(st.Now) })
	//mutants:guard a delegation is looked at by those who are in it, and by officers
	if !slices.Contains(st.Roll.Entered(), of) || mine < 0 && !officer {
		return nil, false
	}
	standing, _ := st.Roll.Party(of)
	v := &Page{Of: part.NewNamed(st, of), Officer: officer, Manages: st.Roll.Manages(me, of), beforeAt: st.Roll.Before(of)}
	if mine >= 0 {
		v.Mine = people[mine]
	}
	managers := 0
	for _, a := range people {
		v.People = append(v.People, Mandate{Authority: a, Me: a.Participant == me, Over: !a.InForce(st.Now), Soon: a.Soon(st.Now)})
		if a.Capacity.Manages() && a.InForce(st.Now) {
			managers++
		}
	}
	v.Last = v.Manages && managers == 1
	for _, s := range st.Roll.Mandates().Steps(of) {
		v.Steps = append(v.Steps, Step{Step: s})
	}
	slices.Reverse(v.Steps)
	v.Steps = v.Steps[:min(len(v.Steps), maxSteps)]
	for _, g := range st.Roll.Mandates().Groups(of) {
		v.Groups = append(v.Groups, part.NewNamed(st, g))
	}
	members := st.Roll.Mandates().Members(of)
	for _, m := range members {
		v.Members = append(v.Members, part.NewNamed(st, m))
	}
	if officer {
		for _, y := range st.Roll.Entered() {
			if y != of && len(st.Roll.Mandates().Members(y)) == 0 {
				v.Others = append(v.Others, part.NewNamed(st, y))
			}
		}
	}
	v.said(st, of, l)
	if c, ok := st.Category(standing.Category); ok {
		v.CategoryName = frame.Localize(c.Name, l).Text
	}
	if standing.Country != "" {
		v.CountryName = st.CountryName(standing.Country, l)
	}
	if mine >= 0 && len(members) == 0 {
		v.Calls = writable(st, l)
	}
	for _, x := range st.Languages {
		v.Languages = append(v.Languages, frame.Choice{ID: string(x), Name: x.Name()})
	}
	return v, true
}

// said lists what was sent for the party: what is published, and for those who act for it what is not.
func (v *Page) said(st *conversation.Reading, of delegation.Party, l locale.Lang) {
	list := func(status ...consultation.Status) (out []Said, total int) {
		rows, total := st.Consultation.List(consultation.Filter{Party: string(of.Ref()), Status: status}, maxSaid)
		for _, row := range rows {
			c := part.ContributionOf(st, row, l).Correctable(st, row)
			//mutants:guard what is not published is listed for those who act for it
			if row.Status != consultation.Published && !c.Acts {
				continue
			}
			s := Said{Ref: row.Ref, At: row.Received, Status: c.Status, Correct: c.Acts && c.MayCorrect == nil}
			if d, _, ok := st.Roll.Declared(row.Ref); ok {
				s.Through = part.NewNamed(st, d.Member)
			}
			out = append(out, s)
		}
		return out, total
	}
	v.Said, v.Total = list(consultation.Published)
	// How many there are is not told: of a group some may be another member's, which the reader does not see.
	v.Unread, _ = list(consultation.Pending, consultation.Withheld)
}

// writable are the calls at which several people can write a contribution now.
func writable(st *conversation.Reading, l locale.Lang) (out []part.Call) {
	for _, k := range st.Consultation.Calls() {
		if c := part.NewCall(st, k, l); c.State == "open" && part.HasForm(st, &c) {
			out = append(out, c)
		}
	}
	return out
}

// Knows gives the page the names of people, and what became of the letters to them.
func (v *Page) Knows(name, state func(delegation.Participant) string) {
	for i := range v.People {
		p := &v.People[i]
		p.Name, p.ByName, p.State = name(p.Participant), name(p.By), state(p.Participant)
	}
	for i := range v.Steps {
		s := &v.Steps[i]
		s.Name, s.ByName, s.FromName = name(s.Participant), name(s.By), name(s.From)
	}
}

// Title is the page's title.
func (v *Page) Title(f *frame.Frame) string {
	t := f.T("delegation.title", "party", v.party())
	if len(f.Errors) > 0 {
		return f.T("error.title_prefix") + " " + t
	}
	return t
}

func (v *Page) party() string { return cmp.Or(v.Of.Name, string(v.Of.Party)) }

// named are the parties that the page names.
func (v *Page) named() []*part.Named {
	out := []*part.Named{&v.Of}
	for _, list := range [][]part.Named{v.Groups, v.Members, v.Others} {
		for i := range list {
			out = append(out, &list[i])
		}
	}
	for _, list := range [][]Said{v.Said, v.Unread} {
		for i := range list {
			out = append(out, &list[i].Through)
		}
	}
	return out
}

// Need lists the names of the parties.
func (v *Page) Need() (out []cite.Position) {
	for _, n := range v.named() {
		if at := n.Need(); at > 0 {
			out = append(out, at)
		}
	}
	return append(out, v.beforeAt...)
}

// Fill gives them.
func (v *Page) Fill(words map[cite.Position]cite.Words) {
	for _, n := range v.named() {
		n.Fill(words)
	}
	for _, at := range v.beforeAt {
		if name := words[at]["name"]; name != "" {
			v.Before = append(v.Before, name)
		}
	}
}

// appoints are the capacities that the reader may give.
func (v *Page) appoints(f *frame.Frame) []frame.Choice {
	ids := []string{string(delegation.Alternate), string(delegation.Member), string(delegation.FocalPoint)}
	if v.Officer {
		ids = append([]string{string(delegation.Head)}, ids...)
	}
	return frame.Choices(f, "delegation.capacity.", ids)
}

// may reports whether the reader may change or end a mandate of another.
func (v *Page) may(m Mandate) bool {
	return v.Officer || v.Manages && !m.Me && (m.Capacity != delegation.Head || m.Over)
}

// ends says on which day a mandate ends, and in how many days that is.
func ends(f *frame.Frame, t time.Time) string {
	day := func(t time.Time) time.Time {
		here := frame.InZone(t, f.Zone)
		return time.Date(here.Year(), here.Month(), here.Day(), 0, 0, 0, 0, time.UTC)
	}
	last := t.Add(-time.Second)
	n := int(day(last).Sub(day(f.Now)) / (24 * time.Hour))
	if n == 0 {
		return f.T("delegation.ends_today", "date", f.Date(last))
	}
	return f.T("delegation.ends", "date", f.Date(last), "n", n)
}

// renewed is the last day of a mandate that is renewed in one press, as a field of a form takes it.
func renewed(f *frame.Frame, t time.Time) string {
	return lastDay(f, t.AddDate(delegation.RenewYears, 0, 0))
}

// renewedUntil is that day in words.
func renewedUntil(f *frame.Frame, t time.Time) string {
	return f.Date(t.AddDate(delegation.RenewYears, 0, 0).Add(-time.Second))
}

// heirs are those to whom the reader may hand over.
func (v *Page) heirs(f *frame.Frame) (out []frame.Choice) {
	for _, m := range v.People {
		if !m.Me && !m.Over && m.Capacity != delegation.Head && m.Capacity != v.Mine.Capacity {
			out = append(out, frame.Choice{ID: string(m.Participant.Ref()), Name: called(f, m.Name, m.Participant)})
		}
	}
	return out
}

// called is a name, or says that there is none, with the number by which the record knows somebody.
func called(f *frame.Frame, name string, p delegation.Participant) string {
	return cmp.Or(name, f.T("desk.people.nameless", "number", string(p.Ref())))
}

// capacity says what somebody is.
func capacity(f *frame.Frame, c delegation.Capacity) string {
	return f.T("delegation.capacity." + cmp.Or(string(c), "none"))
}

// until says until which day a mandate holds, the day included.
func until(f *frame.Frame, t time.Time) string {
	return f.T("delegation.until", "date", f.Date(t.Add(-time.Second)))
}

// lastDay is that day as a field of a form takes it.
func lastDay(f *frame.Frame, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return frame.InZone(t.Add(-time.Second), f.Zone).Format(time.DateOnly)
}

// typed is what stands in a field of the form that changes a mandate: what was typed where it came back.
func (v *Page) typed(m Mandate, typed, stands string) string {
	if v.Form.Do == "change" && v.Form.Person == string(m.Participant.Ref()) {
		return typed
	}
	return stands
}

// inviting is what was typed into the form that invites.
func (v *Page) inviting(typed string) string {
	if v.Form.Do != "invite" {
		return ""
	}
	return typed
}

// handing is what was typed into the form that hands over.
func (v *Page) handing(typed string) string {
	if v.Form.Do != "hand-over" {
		return ""
	}
	return typed
}

// isMember reports whether a party is ticked as a member of the group.
func (v *Page) isMember(n part.Named) bool {
	if v.Form.Do == "compose" {
		return slices.Contains(v.Form.Members, string(n.Party))
	}
	return slices.ContainsFunc(v.Members, func(m part.Named) bool { return m.Party == n.Party })
}

// did says what was done in a step.
func (s Step) did(f *frame.Frame) string {
	args := []any{"who", called(f, s.Name, s.Participant), "capacity", capacity(f, s.Capacity), "from", called(f, s.FromName, s.From)}
	out := f.Lang.Isolate("delegation.did."+s.Did, args...)
	if !s.Until.IsZero() {
		out += " · " + until(f, s.Until)
	}
	if s.Stays != "" {
		out += " · " + f.Lang.Isolate("delegation.did.stays", "from", called(f, s.FromName, s.From), "capacity", capacity(f, s.Stays))
	}
	return out
}
