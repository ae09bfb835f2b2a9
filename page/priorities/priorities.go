package priorities

import (
	"slices"
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/priority"
)

// The states of an order.
const (
	Begun     = "begun"     // criteria and themes are declared
	Comments  = "comments"  // it is proposed, and comments on it are taken
	Proposed  = "proposed"  // comments are over, and nothing is decided yet
	Decided   = "decided"   // it is decided
	Withdrawn = "withdrawn" // it was given up before anything was decided
)

// stateOf is the state of an order.
func stateOf(st *conversation.Reading, o *priority.Order) string {
	switch {
	case o.Withdrawn != 0:
		return Withdrawn
	case o.Decided() != nil:
		return Decided
	case o.Proposal == nil:
		return Begun
	}
	if k, ok := st.Consultation.Call(o.Call); ok && k.Withdrawn == 0 && st.Now.Before(k.Closes) {
		return Comments
	}
	return Proposed
}

// Row is an order in a list.
type Row struct {
	Ref    cite.Ref            `json:"ref"`
	Name   frame.LocalizedText `json:"title"`
	State  string              `json:"state"`  // begun, comments, proposed, decided, withdrawn
	Themes int                 `json:"themes"` // how many it has
	// At is when it was begun, proposed or decided last.
	At time.Time `json:"at"`
}

func newRow(st *conversation.Reading, o *priority.Order, l locale.Lang) Row {
	v := Row{Ref: o.Ref, Name: frame.Localize(o.Title, l), State: stateOf(st, o), Themes: len(o.Themes), At: o.At}
	if r := o.Now(); r != nil {
		v.At = r.At
	}
	return v
}

// List is the list of all orders.
type List struct {
	frame.NoWords
	Orders []Row `json:"orders"` // the newest first
}

// NewList builds the page.
func NewList(st *conversation.Reading, l locale.Lang) *List {
	v := &List{}
	for _, o := range slices.Backward(st.Priorities.Orders()) {
		v.Orders = append(v.Orders, newRow(st, o, l))
	}
	return v
}

// Title is the page's title.
func (v *List) Title(f *frame.Frame) string { return f.T("priority.orders") }

// Reason is what the secretariat wrote beside a fact, in the reader's language, else in the one it was written in.
type Reason struct {
	Said frame.LocalizedText
	at   cite.Position
	name string // without the language
}

func newReason(at cite.Position, name string, original locale.Lang, languages []locale.Lang, l locale.Lang) Reason {
	if !slices.Contains(languages, l) {
		l = original
	}
	return Reason{Said: frame.LocalizedText{Lang: l}, at: at, name: name}
}

func (r *Reason) fill(words map[cite.Position]cite.Words) {
	r.Said.Text = words[r.at][r.name+"."+string(r.Said.Lang)]
}

// Theme is a theme of an order.
type Theme struct {
	Ref    cite.Ref            `json:"ref"` // o1.t2
	Number int                 `json:"n"`   // of the theme, in the order in which they were declared, from 1
	Name   frame.LocalizedText `json:"title"`
	Own    bool                `json:"own_words,omitempty"` // the title is the secretariat's; else it is that of what the theme names
	Names  []part.PassageRow   `json:"names"`               // the passages that it is about
}

// newTheme describes theme n of an order.
func newTheme(st *conversation.Reading, o *priority.Order, n int, l locale.Lang) Theme {
	t, _ := o.Theme(n)
	v := Theme{Ref: cite.Theme(o.Ref, n), Number: n, Own: !t.Title.Empty()}
	for _, x := range t.Names {
		v.Names = append(v.Names, part.NewPassageRow(st, x, l))
	}
	if v.Name = frame.Localize(t.Title, l); !v.Own {
		v.Name = v.Names[0].Text
		v.Name.Text = frame.Shorten(frame.Plain(v.Name.Text), 200)
	}
	return v
}

// Placed is a theme in its place, or not taken, with the reason.
type Placed struct {
	Theme
	Place  int                 `json:"place,omitempty"`    // from 1; 0 where it is not taken
	Before int                 `json:"proposed,omitempty"` // its place in what was proposed; only in what is decided
	Reason frame.LocalizedText `json:"reason"`
	reason Reason
}

// Version is an order as it was proposed or decided.
type Version struct {
	Decided    bool                `json:"decided"`
	At         time.Time           `json:"at"`
	Position   cite.Position       `json:"position"`
	Places     []int               `json:"places"`               // of theme N the place is at N-1, 0 for not taken
	Why        frame.LocalizedText `json:"why,omitzero"`         // why it took the place of the decision before
	Unanswered int                 `json:"unanswered,omitempty"` // comments that had no answer then
	why        Reason
}

// Order is the page of an order.
type Order struct {
	Row
	Criteria []frame.LocalizedText `json:"criteria"`            // by which the themes are put in order, as they were declared
	Taken    []*Placed             `json:"order"`               // the order that holds; none while there is none
	Left     []*Placed             `json:"not_taken,omitempty"` // themes that were not taken
	Themes   []Theme               `json:"themes"`              // as they were declared
	Versions []*Version            `json:"versions"`            // oldest first
	Call     *part.Call            `json:"call,omitempty"`      // at which comments on it are taken
	Comments int                   `json:"comments"`            // published points
	Open     int                   `json:"comments_open"`       // of these, without an answer
	// Days is for how many whole days comments on the proposal were taken, or are.
	Days    int                 `json:"comments_days"`
	Why     frame.LocalizedText `json:"given_up,omitzero"` // why it was given up
	Ballot  bool                `json:"ballot"`            // whether an indicative ballot was held on it
	Ballots []BallotRow         `json:"ballots,omitempty"` // indicative ballots on its themes, oldest first: inputs, and no decision
	why     Reason
}

// NewOrder builds the page; ok is false where there is no such order.
func NewOrder(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*Order, bool) {
	o, ok := st.Priorities.Order(ref)
	if !ok || ref.ThemeNumber() > 0 {
		return nil, false
	}
	v := &Order{Row: newRow(st, o, l)}
	for _, c := range o.Criteria {
		v.Criteria = append(v.Criteria, frame.Localize(c, l))
	}
	for n := range o.Themes {
		v.Themes = append(v.Themes, newTheme(st, o, n+1, l))
	}
	if now := o.Now(); now != nil {
		v.Taken, v.Left = v.placed(o, now, now.Places, l), v.placed(o, now, now.Left, l)
	}
	if o.Proposal != nil {
		v.version(o.Proposal, false, l)
	}
	for _, d := range o.Decisions {
		v.version(d, true, l)
	}
	if k, ok := st.Consultation.Call(o.Call); ok {
		c := part.NewCall(st, k, l)
		v.Call = &c
		if o.Proposal != nil && k.Withdrawn == 0 {
			v.Days = int(k.Lasted(o.Proposal.At) / consultation.Day)
		}
	}
	for _, p := range st.Polls.Of(o.Ref) {
		v.Ballots = append(v.Ballots, newBallotRow(st, p))
	}
	v.Ballot = len(v.Ballots) > 0
	all, open := st.Priorities.Comments(o)
	v.Comments, v.Open = len(all), len(open)
	v.why = newReason(o.Withdrawn, "reason", o.Gone.Original, o.Gone.Languages, l)
	return v, true
}

// placed are themes of the order that holds, with their reasons.
func (v *Order) placed(o *priority.Order, now *priority.Ranking, places []priority.Place, l locale.Lang) (out []*Placed) {
	for _, p := range places {
		x := &Placed{Theme: v.Themes[p.Theme-1], Place: now.Place(p.Theme), reason: newReason(now.Position, "reason."+strconv.Itoa(p.Theme), p.Original, p.Languages, l)}
		if o.Decided() != nil {
			x.Before = o.Proposal.Place(p.Theme)
		}
		out = append(out, x)
	}
	return out
}

func (v *Order) version(r *priority.Ranking, decided bool, l locale.Lang) {
	x := &Version{Decided: decided, At: r.At, Position: r.Position, Unanswered: r.Unanswered, why: newReason(r.Position, "why", r.Original, r.Languages, l)}
	for n := range v.Themes {
		x.Places = append(x.Places, r.Place(n+1))
	}
	v.Versions = append(v.Versions, x)
}

// Need are the entries with the reasons.
func (v *Order) Need() (out []cite.Position) {
	for _, x := range v.Versions {
		out = append(out, x.Position)
	}
	if v.State == Withdrawn {
		out = append(out, v.why.at)
	}
	return out
}

// Fill gives them.
func (v *Order) Fill(words map[cite.Position]cite.Words) {
	for _, p := range slices.Concat(v.Taken, v.Left) {
		p.reason.fill(words)
		p.Reason = p.reason.Said
	}
	for _, x := range v.Versions {
		x.why.fill(words)
		x.Why = x.why.Said
	}
	if v.State == Withdrawn {
		v.why.fill(words)
		v.Why = v.why.Said
	}
}

// Title is the page's title.
func (v *Order) Title(*frame.Frame) string { return v.Name.Text }

// lead says in a sentence where the order stands.
func (v *Order) lead(f *frame.Frame) string { return f.T("priority.lead." + v.State) }

// moved reports how a theme of version i stands otherwise than in the version before: the place before, and whether it did.
func (v *Order) moved(i, theme int) (before int, moved bool) {
	if i == 0 {
		return 0, false
	}
	before = v.Versions[i-1].Places[theme]
	return before, before != v.Versions[i].Places[theme]
}
