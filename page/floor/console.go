package floor

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	noun "github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/channel"
)

// What is done at the console with a form of its own.
const (
	DoRules    = "rules"
	DoEnter    = "enter"
	DoMove     = "move"
	DoStrike   = "strike"
	DoConsult  = "consult"
	DoTurn     = "turn"
	DoDescribe = "describe"
	DoSheet    = "sheet"
	DoHands    = "hands"
	DoAside    = "aside"
)

// Forms lists what is done with a form of its own.
var Forms = []string{DoRules, DoEnter, DoMove, DoStrike, DoConsult, DoTurn, DoDescribe, DoSheet, DoHands, DoAside}

// Console is where the chair gives the floor, and the secretariat enters who wrote or called. It has no JSON twin: its acts have.
type Console struct {
	Page     *Page
	Signals  []channel.Signal // of the booths
	Do       string           // the form that is shown; "" for the console
	Request  int              // that is moved or struck, or the turn that is put right or described
	Seen     cite.Position
	Reason   frame.Tongues
	Text     frame.Tongues
	Parties  []part.Named // that the form offers, but for groups
	Groups   []part.Named
	Sittings []int      // that were opened
	Folds    bool       // in one of them the clocks of the host were put back
	Waiting  []*Written // questions in writing, for those who act in the chair
	Aside    []*Written // those that were set aside, for the same
	Turn     *Turn      // that is put right or described; nil for none
	Entered  int        // requests of a spreadsheet that were entered, where others were refused
	values   map[string]string
	typed    func(field string) (string, bool)
}

// NewConsole builds the console of a session, with the form for what is done.
func NewConsole(st *conversation.Reading, ref cite.Ref, do string, n int, l locale.Lang) (*Console, bool) {
	page, ok := New(st, ref, l)
	if !ok {
		return nil, false
	}
	v := &Console{Page: page, Signals: channel.Signals(st, page.Session, page.Sitting), Do: do, Request: n, Seen: page.acted, values: map[string]string{}}
	v.Waiting, v.Aside = newWritten(st, st.Floor.ToChair(page.Session), l), newWritten(st, st.Floor.Aside(page.Session), l)
	v.Reason, v.Text = frame.NewTongues("reason", locale.Text{}, st.Languages, nil), frame.NewTongues("text", locale.Text{}, st.Languages, nil)
	switch do {
	case DoRules:
		v.rules()
	case DoEnter, DoSheet:
		if page.Item != nil {
			v.values["item"] = strconv.Itoa(page.Item.Number)
		}
		for _, y := range st.Roll.Accreditation().Stand(st.Roll.Entered()) {
			v.party(part.NewNamed(st, y), len(st.Roll.Mandates().Members(y)) > 0)
		}
	case DoMove, DoStrike:
		if v.place() == nil {
			return nil, false
		}
	case DoAside:
		if v.question() == nil {
			return nil, false
		}
	case DoConsult:
		v.values["seconds"] = "30"
	case DoTurn:
		return v, v.afterwards(st, n)
	case DoDescribe:
		return v, v.described(st, n)
	}
	return v, true
}

// place is the place that is moved or struck; nil for none.
func (v *Console) place() *Place {
	i := slices.IndexFunc(v.Page.Places, func(p *Place) bool { return p.Request == v.Request })
	if i < 0 {
		return nil
	}
	return v.Page.Places[i]
}

// question is that which is set aside; nil for none.
func (v *Console) question() *Written {
	for _, y := range slices.Concat(v.Waiting, v.Page.Written) {
		if y.Number == v.Request {
			return y
		}
	}
	return nil
}

// rules are those that stand, else the usual ones, as the form has them.
func (v *Console) rules() {
	r := noun.Usual()
	if v.Page.Rules != nil {
		r = *v.Page.Rules
	}
	for i, class := range r.Classes {
		v.values[OrderField(i+1)] = class
		v.values["limit-"+class] = strconv.Itoa(r.Limits[class])
	}
	v.values["changeover"], v.values["overrun"], v.values["reserve"] = strconv.Itoa(r.Changeover), strconv.Itoa(r.Overrun/60), strconv.Itoa(r.Reserve/60)
	var replies []string
	for _, n := range r.Replies {
		replies = append(replies, strconv.Itoa(n))
	}
	v.values["replies"] = strings.Join(replies, " ")
	if r.ByRegion {
		v.values["by_region"] = "yes"
	}
	if r.Fewest {
		v.values["fewest"] = "yes"
	}
}

// OrderField is the field that says which class comes at a place of the order.
func OrderField(n int) string { return "order-" + strconv.Itoa(n) }

// Typed puts what came back with a form in place of what it says.
func (v *Console) Typed(typed func(field string) (string, bool)) {
	v.typed = typed
	v.Reason, v.Text = v.Reason.Typed(typed), v.Text.Typed(typed)
}

func (v *Console) val(field string) string {
	if v.typed != nil {
		s, _ := v.typed(field)
		return s
	}
	return v.values[field]
}

// Need are the names of the parties, and the notes to the chair.
func (v *Console) Need() []cite.Position {
	out := append(v.Page.Need(), needWritten(slices.Concat(v.Waiting, v.Aside))...)
	for _, p := range slices.Concat(v.Parties, v.Groups) {
		out = append(out, p.Need())
	}
	if v.Turn != nil {
		out = append(out, v.Turn.need()...)
	}
	return out
}

// Fill gives them.
func (v *Console) Fill(words map[cite.Position]cite.Words) {
	v.Page.Fill(words)
	fillWritten(slices.Concat(v.Waiting, v.Aside), words)
	for _, all := range [][]part.Named{v.Parties, v.Groups} {
		for i := range all {
			all[i].Fill(words)
		}
	}
	if v.Turn != nil {
		v.Turn.fill(words)
		v.values["speaker"] = v.Turn.Speaker
	}
}

// Find finds a party that the form offers, by its name or its reference; None where there is none, or more than one of that name.
func (v *Console) Find(name string) (out cite.Ref) {
	is := locale.Skeleton(name)
	for _, p := range slices.Concat(v.Parties, v.Groups) {
		if string(p.Party) == name {
			return p.Party
		}
		if is == "" || locale.Skeleton(p.Name) != is {
			continue
		}
		if out != cite.None {
			return cite.None
		}
		out = p.Party
	}
	return out
}

// Numbered finds an item by its number on paper, else by that in the order in which the items were planned; 0 for none.
func (v *Console) Numbered(label string) int {
	n, _ := strconv.Atoi(locale.WesternDigits(label))
	for _, it := range v.Page.Items {
		if it.Label != "" && strings.EqualFold(it.Label, label) {
			return it.Number
		}
	}
	for _, it := range v.Page.Items {
		if it.Number == n {
			return n
		}
	}
	return 0
}

// Title is the page's title.
func (v *Console) Title(f *frame.Frame) string {
	t := f.T("floor.console") + " · " + v.Page.Name.Text
	if len(f.Errors) > 0 {
		return f.T("error.title_prefix") + " " + t
	}
	return t
}

// Chairs reports whether somebody with some roles acts in the chair.
func Chairs(roles delegation.RoleSet) bool { return roles.Has(delegation.Chair, delegation.Officer) }

// Enters reports whether somebody with some roles enters who wrote or called.
func Enters(roles delegation.RoleSet) bool {
	return roles.Has(delegation.Rapporteur, delegation.Officer)
}

// presses says what a button does, so that each has a token of its own.
func presses(do string, fields map[string]string) []string {
	out := []string{do}
	for _, name := range sortedKeys(fields) {
		out = append(out, name, fields[name])
	}
	return out
}

// sortedKeys are the names of hidden fields, in one order.
func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
