package registration

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	noun "github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/registration/roster"
)

// JoinBefore is how long before the first sitting those who take part are told where they join.
const JoinBefore = 24 * time.Hour

// The steps of registering.
const (
	Seat = 1 // which seat, and for whom
	Self = 2 // who it is
	Done = 3 // what became of it
)

// Mine is the form by which somebody registers, and what became of their registration. It has no JSON twin: nothing of it is for programs.
type Mine struct {
	*Offer
	Step    int
	Reg     roster.Registration // theirs; the zero Registration before the first step
	Parties []part.Named        // for which they may speak
	Choices []frame.Choice      // categories
	Places  []frame.Choice      // countries
	// For is the name of the party for which they take part, "" for themselves; CategoryName and CountryName are said of either.
	For                       part.Named
	CategoryName, CountryName string
	Asked                     []Field // of their category
	Files                     []Field // those of them that are files
	Whole                     bool    // what has to be answered is there
	Joins                     bool    // they are told where they join
	Account                   string  // the name on their account
	NewToken                  func() string
	typed                     func(string) (string, bool)
}

// NewMine builds the page for a registration, the zero one where there is none. ok is false where there is nothing to register for.
func NewMine(st *conversation.Reading, ref cite.Ref, me delegation.Participant, r roster.Registration, l locale.Lang) (v *Mine, ok bool) {
	o, ok := New(st, ref, l)
	if !ok {
		return nil, false
	}
	v = &Mine{Offer: o, Step: Seat, Reg: r}
	switch {
	case r.ID != 0 && r.Status == roster.Held:
		v.Step = Self
	case r.ID != 0 && !r.Cleared():
		v.Step = Done
	}
	for _, p := range st.Roll.SpeaksFor(me) {
		if x, _ := st.Roll.Party(p); May(st, o.offer, x.Category) {
			v.Parties = append(v.Parties, part.NewNamed(st, p))
		}
	}
	v.Choices, v.Places = categories(st, o.offer, l), countries(st, l)
	if r.ID != 0 {
		v.say(st, l)
	}
	return v, true
}

// Change shows what somebody said as a form.
func (v *Mine) Change() {
	if v.Step == Done && !v.Reg.Over() {
		v.Step = Self
	}
}

// say says in words what stands in the registration.
func (v *Mine) say(st *conversation.Reading, l locale.Lang) {
	if p := partyOf(v.Reg.Party); p != 0 {
		v.For = part.NewNamed(st, p)
	}
	v.CategoryName = categoryName(st, v.Reg.Category, l)
	if v.Reg.Country != "" {
		v.CountryName = st.CountryName(v.Reg.Country, l)
	}
	for _, n := range v.offer.Of(v.Reg.Category) {
		if v.Asked = append(v.Asked, v.Fields[n-1]); v.Fields[n-1].Kind == noun.File {
			v.Files = append(v.Files, v.Fields[n-1])
		}
	}
	v.Whole = v.offer.Complete(v.Reg.Category, v.Reg.Answers)
	v.Joins = Joins(st, v.Ref)
	if !v.Begins.IsZero() {
		st.Turns(v.Begins.Add(-JoinBefore))
	}
}

// Entitled reports whether somebody has a badge, and is told where they join: they take part, and answered what they have to.
//
//mutants:guard nobody has a badge, or is told where to join, who does not take part
func Entitled(o *noun.Offer, r roster.Registration) bool {
	return r.Seated() && o.Complete(r.Category, r.Answers)
}

// Joins reports whether those who are entitled are told now where they join: from a day before the first sitting until an hour after the last.
func Joins(st *conversation.Reading, ref cite.Ref) bool {
	x, ok := st.Sessions.Session(ref)
	if !ok || x.Begins().IsZero() {
		return false
	}
	//mutants:guard where to join is told when it is time
	return !st.Now.Before(x.Begins().Add(-JoinBefore)) && st.Now.Before(x.Ends().Add(time.Hour))
}

// Typed gives the form what was typed into it.
func (v *Mine) Typed(typed func(string) (string, bool)) { v.typed = typed }

// value is what stands in a field: what was typed, else what is kept, else the usual.
func (v *Mine) value(field, kept string) string {
	if v.typed != nil {
		if s, ok := v.typed(field); ok {
			return s
		}
	}
	return kept
}

// checked reports whether a box is ticked.
func (v *Mine) checked(field string, kept bool) bool {
	if v.typed != nil {
		_, ok := v.typed(field)
		return ok
	}
	return kept
}

// lacks are the files that are missing.
func (v *Mine) lacks() []Field {
	return slices.DeleteFunc(slices.Clone(v.Asked), func(x Field) bool { return !x.Required || v.Reg.Answers[x.Number] != "" })
}

// which names the question that an error is about, before the sentence: of all that have to be answered, the sentence is the same.
func (v *Mine) which(f *frame.Frame) func(field string) string {
	return func(field string) string {
		i := slices.IndexFunc(v.Asked, func(x Field) bool { return noun.FieldName(x.Number) == field })
		if i < 0 {
			return ""
		}
		return v.Asked[i].Label.Text + frame.Colon(f)
	}
}

// became is what became of the registration, in a word of the catalogue.
func (v *Mine) became() string {
	switch r := v.Reg; {
	case r.Over():
		return r.Status
	case r.Seat == "":
		return "waiting"
	case r.Status == roster.Asked:
		return "asked"
	}
	return "confirmed_" + v.Reg.Seat
}

// seatOptions are the kinds of seat to choose among, with how many are free.
func (v *Mine) seatOptions(f *frame.Frame) (out []frame.Choice) {
	for _, s := range v.Seats {
		out = append(out, frame.Choice{ID: s.Kind, Name: f.T("registration.seat."+s.Kind) + " (" + f.T("registration.free", "n", f.Lang.Number(s.Free), "of", f.Lang.Number(s.All)) + ")"})
	}
	return out
}

// whose are for whom one may take part.
func (v *Mine) whose(f *frame.Frame) (out []frame.Choice) {
	for _, p := range v.Parties {
		name := p.Name
		if name == "" {
			name = string(p.Party)
		}
		out = append(out, frame.Choice{ID: string(p.Party), Name: name})
	}
	return out
}

// optional are the answers to a question that nobody has to answer.
func optional(f *frame.Frame, prefix string, ids []string) []frame.Choice {
	return append(frame.Choices(f, prefix, ids), frame.Choice{ID: "", Name: f.T("registration.unsaid")})
}

// options are those of a field that is a choice.
func options(x Field) (out []frame.Choice) {
	for i, s := range x.Options {
		out = append(out, frame.Choice{ID: number(int64(i + 1)), Name: s})
	}
	return out
}

// Need are the entries with the names of parties.
func (v *Mine) Need() (out []cite.Position) {
	for _, p := range append(v.Parties, v.For) {
		if p.Need() > 0 {
			out = append(out, p.Need())
		}
	}
	return out
}

// Fill gives them.
func (v *Mine) Fill(words map[cite.Position]cite.Words) {
	for i := range v.Parties {
		v.Parties[i].Fill(words)
	}
	if v.For.Need() > 0 {
		v.For.Fill(words)
	}
}

// Title is the page's title.
func (v *Mine) Title(f *frame.Frame) string {
	if v.Step == Done {
		return f.T("registration.mine") + " · " + v.Name.Text
	}
	return f.T("registration.register") + " · " + v.Name.Text
}
