package registration

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/registration/roster"
)

// The papers of somebody who takes part.
const (
	Badge       = "badge"
	Invitation  = "invitation-letter"
	Certificate = "certificate" // only of who was checked in
)

// Paper is one to be printed, or shown on a phone.
type Paper struct {
	*Mine
	Kind    string
	Address string // that the code leads to
	Square  string // the code as a picture
	Today   time.Time
}

// NewPaper builds a paper; ok is false where there is none for whoever it is.
func NewPaper(st *conversation.Reading, m *Mine, kind string) (v *Paper, ok bool) {
	//mutants:guard a badge or letter is for who takes part, a certificate for who was there
	if !Entitled(m.offer, m.Reg) || kind == Certificate && m.Reg.Arrived.IsZero() {
		return nil, false
	}
	return &Paper{Mine: m, Kind: kind, Today: st.Now}, true
}

// Title is the page's title.
func (v *Paper) Title(f *frame.Frame) string {
	return f.T("registration."+v.word()) + " · " + v.Name.Text
}

// word is what the catalogue calls the paper.
func (v *Paper) word() string { return strings.TrimSuffix(v.Kind, "-letter") }

// code is the code as it is printed.
func (v *Paper) code() string { return roster.Shown(v.Reg.Code) }

// whole is who it is in one line: the name, what they do, and for whom.
func (v *Paper) whole(f *frame.Frame) string {
	out := v.Reg.Name
	for _, s := range []string{v.Reg.Post, v.For.Name} {
		if s != "" {
			out += frame.Comma(f, false) + s
		}
	}
	return out
}

// Listed is somebody on the list of participants.
type Listed struct {
	Name, Post, Party, Country, Seat string
	party                            cite.Ref
	named                            part.Named
}

// Participants is the list of those who take part and stand on it: representatives of parties, and others who agreed.
type Participants struct {
	Meeting
	Groups []ListedGroup
	Named  int // how many stand on it
	Of     int // of how many who take part
	For    string
}

// ListedGroup are those of a category.
type ListedGroup struct {
	ID, Name string
	People   []Listed
}

// NewParticipants builds the list.
func NewParticipants(st *conversation.Reading, o *Offer, rs []roster.Registration, l locale.Lang) *Participants {
	v := &Participants{Meeting: o.Meeting, For: o.ListFor}
	by := map[string]int{}
	for _, c := range st.Categories {
		name, _ := c.Name.For(l)
		by[c.ID] = len(v.Groups)
		v.Groups = append(v.Groups, ListedGroup{ID: c.ID, Name: name})
	}
	for _, r := range rs {
		if !r.Seated() {
			continue
		}
		v.Of++
		//mutants:guard nobody stands on the list who takes part for themselves and did not agree
		if r.Party == cite.None && !r.Listed {
			continue
		}
		v.Named++
		x := Listed{Name: r.Name, Post: r.Post, Seat: r.Seat, party: r.Party}
		if r.Country != "" {
			x.Country = st.CountryName(r.Country, l)
		}
		if p := partyOf(r.Party); p != 0 {
			x.named = part.NewNamed(st, p)
		}
		id := r.Category
		if c, ok := st.Category(id); ok {
			id = c.ID
		}
		i, ok := by[id]
		if !ok {
			i = len(v.Groups)
			by[id] = i
			v.Groups = append(v.Groups, ListedGroup{ID: id, Name: id})
		}
		v.Groups[i].People = append(v.Groups[i].People, x)
	}
	for _, g := range v.Groups {
		slices.SortStableFunc(g.People, func(a, b Listed) int { return cmp.Compare(a.Name, b.Name) })
	}
	v.Groups = slices.DeleteFunc(v.Groups, func(g ListedGroup) bool { return len(g.People) == 0 })
	return v
}

// Need are the entries with the names of parties.
func (v *Participants) Need() (out []cite.Position) {
	for _, g := range v.Groups {
		for _, x := range g.People {
			if x.named.Need() > 0 {
				out = append(out, x.named.Need())
			}
		}
	}
	return out
}

// Fill gives them, and puts people in the order of their parties and names.
func (v *Participants) Fill(words map[cite.Position]cite.Words) {
	for _, g := range v.Groups {
		for i := range g.People {
			if x := &g.People[i]; x.named.Need() > 0 {
				x.named.Fill(words)
				x.Party = cmp.Or(x.named.Name, string(x.party))
			}
		}
		slices.SortStableFunc(g.People, func(a, b Listed) int { return cmp.Or(cmp.Compare(a.Party, b.Party), cmp.Compare(a.Name, b.Name)) })
	}
}

// Title is the page's title.
func (v *Participants) Title(f *frame.Frame) string {
	return f.T("registration.participants") + " · " + v.Name.Text
}

// Members is where whoever manages a delegation registers its members.
type Members struct {
	*Offer
	Of       part.Named
	Country  string
	Category string
	Others   []part.Named // delegations that the reader manages beside it
	People   []roster.Registration
	Text     string // what was typed
	NewToken func() string
}

// NewMembers builds the page for a party.
func NewMembers(st *conversation.Reading, o *Offer, party cite.Ref, me delegation.Participant, rs []roster.Registration) *Members {
	l := o.l
	p := partyOf(party)
	x, _ := st.Roll.Party(p)
	v := &Members{Offer: o, Of: part.NewNamed(st, p), Category: categoryName(st, x.Category, l)}
	if x.Country != "" {
		v.Country = st.CountryName(x.Country, l)
	}
	for _, r := range rs {
		if r.Party == party && r.Status != roster.Held {
			v.People = append(v.People, r)
		}
	}
	for _, a := range st.Roll.Mandates().Held(me) {
		if a.Party != p && st.Roll.Manages(me, a.Party) {
			v.Others = append(v.Others, part.NewNamed(st, a.Party))
		}
	}
	return v
}

// ByCode is where somebody joins who has a badge and no account.
type ByCode struct {
	*Offer
	Code string // that was typed
}

// Title is the page's title.
func (v *ByCode) Title(f *frame.Frame) string {
	return f.T("registration.by_code") + " · " + v.Name.Text
}

// handed reports whether the delegation hands a member their code, with which they join: they cannot read it themselves.
//
//mutants:guard a delegation sees no code of who reads it themselves
func (v *Members) handed(r roster.Registration) bool {
	return r.ByName() && r.Code != "" && Entitled(v.offer, r)
}

// lacks reports whether something is missing that a member has to answer.
func (v *Members) lacks(r roster.Registration) bool {
	return !r.Over() && !v.offer.Complete(r.Category, r.Answers)
}

// became is what became of the registration of a member.
func became(r roster.Registration) string { return (&Mine{Reg: r}).became() }

// Need are the entries with the names of parties.
func (v *Members) Need() (out []cite.Position) {
	for _, n := range append(v.Others, v.Of) {
		if n.Need() > 0 {
			out = append(out, n.Need())
		}
	}
	return out
}

// Fill gives them.
func (v *Members) Fill(words map[cite.Position]cite.Words) {
	v.Of.Fill(words)
	for i := range v.Others {
		v.Others[i].Fill(words)
	}
}

// Title is the page's title.
func (v *Members) Title(f *frame.Frame) string {
	return f.T("registration.members") + " · " + v.Name.Text
}
