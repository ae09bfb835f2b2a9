package part

import (
	"cmp"
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/page/frame"
)

// Named is a party with its name.
type Named struct {
	Party cite.Ref `json:"party"`
	Name  string   `json:"name"` // "" where it was erased
	at    cite.Position
}

// NewNamed is a party of the roll; Fill gives its name.
func NewNamed(st *conversation.Reading, p delegation.Party) Named {
	s, _ := st.Roll.Party(p)
	return Named{Party: p.Ref(), at: s.Named}
}

// Need is the entry with the name.
func (n Named) Need() cite.Position { return n.at }

// Fill gives the name.
func (n *Named) Fill(words map[cite.Position]cite.Words) { n.Name = words[n.at]["name"] }

// name is the name, or the reference of a party without one.
func (n Named) name(*frame.Frame) string { return cmp.Or(n.Name, string(n.Party)) }

// Declared is what is known of a contribution for a group: which member declared it, and how the others stand on it.
type Declared struct {
	// Group is the group that it was made for.
	Group cite.Ref `json:"group"`
	// Member is the member that declared it.
	Member Named `json:"member"`
	// Aligned are the members that aligned themselves, those that said so first first.
	Aligned []Named `json:"aligned,omitempty"`
	// Dissociated are the members that dissociated themselves, those that said so first first.
	Dissociated []Named `json:"dissociated,omitempty"`
	// Silent is how many members said nothing.
	Silent int `json:"silent"`
	// Members is how many the group has now beside the one that declared.
	Members int `json:"members"`
	// Mine are the members that the reader may speak for.
	Mine  []Aligning `json:"-"`
	group delegation.Party
	ref   cite.Ref
}

// Aligning is a member of a group that the reader speaks for.
type Aligning struct {
	Named
	Stand string // how it stands already, "" where it said nothing
}

// newDeclared is what is known of a contribution for a group; nil where it is for none.
func newDeclared(st *conversation.Reading, ref cite.Ref) *Declared {
	d, stands, ok := st.Roll.Declared(ref)
	if !ok {
		return nil
	}
	v := &Declared{Group: d.Group.Ref(), Member: NewNamed(st, d.Member), group: d.Group, ref: ref.Root()}
	for _, s := range stands {
		if n := NewNamed(st, s.Party); s.Stand == delegation.Aligned {
			v.Aligned = append(v.Aligned, n)
		} else {
			v.Dissociated = append(v.Dissociated, n)
		}
	}
	for _, m := range st.Roll.Mandates().Members(d.Group) {
		if m == d.Member {
			continue
		}
		v.Members++
		if !slices.ContainsFunc(stands, func(s delegation.Stand) bool { return s.Party == m }) {
			v.Silent++
		}
	}
	return v
}

// For adds the members that a reader may say a stand for. None is chosen for them.
func (v *Declared) For(st *conversation.Reading, me delegation.Participant) {
	if v == nil {
		return
	}
	_, stands, _ := st.Roll.Declared(v.ref)
	members := st.Roll.Mandates().Members(v.group)
	for _, y := range st.Roll.SpeaksNow(me) {
		if y.Ref() == v.Member.Party || !slices.Contains(members, y) {
			continue
		}
		a := Aligning{Named: NewNamed(st, y)}
		for _, s := range stands {
			if s.Party == y {
				a.Stand = s.Stand
			}
		}
		v.Mine = append(v.Mine, a)
	}
}

// all are the parties that it names.
func (v *Declared) all() (out []*Named) {
	if v == nil {
		return nil
	}
	out = append(out, &v.Member)
	for _, list := range [][]Named{v.Aligned, v.Dissociated} {
		for i := range list {
			out = append(out, &list[i])
		}
	}
	for i := range v.Mine {
		out = append(out, &v.Mine[i].Named)
	}
	return out
}

func (v *Declared) need(out []cite.Position) []cite.Position {
	for _, n := range v.all() {
		if n.at > 0 {
			out = append(out, n.at)
		}
	}
	return out
}

func (v *Declared) fill(words map[cite.Position]cite.Words) {
	for _, n := range v.all() {
		n.Fill(words)
	}
}
