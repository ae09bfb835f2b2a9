package part

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
)

// The reasons for which a moderator looks at a name before it is taken for what it says.
const (
	FlagOffice    = "office"    // it has the name of an office of the process in it
	FlagParty     = "party"     // it is, or looks like, that of a party for which the sender does not speak
	FlagAlike     = "alike"     // it looks like another name on the same page, and is written otherwise
	FlagElsewhere = "elsewhere" // it looks like that of another contribution, and is written otherwise
	FlagAddress   = "address"   // it is an e-mail address
)

// Names are those who take part, as far as others may be mistaken for them: the parties on the roll, and whoever else
// stands on the same page. They are for those who moderate.
type Names struct {
	at      []cite.Position
	parties map[string]bool // by skeleton
	// Others finds for names contributions under names which look like them, on whatever page; nil where nobody knows.
	Others func(names []string) map[string]cite.Ref
}

// maxNames is how many parties are compared: all there are, in any real conversation.
const maxNames = 1000

// NewNames lists whom to compare with; it is nil for readers who do not moderate.
func NewNames(st *conversation.Reading) *Names {
	if !st.Audience.Roles.Has(delegation.Moderator, delegation.Officer) {
		return nil
	}
	n := &Names{}
	parties := st.Roll.Entered()
	for _, p := range parties[:min(len(parties), maxNames)] {
		if s, ok := st.Roll.Party(p); ok {
			n.at = append(n.at, s.Named)
		}
	}
	return n
}

// Compare compares with the names of all contributions as well. others is Names.Others; nil changes nothing.
func (n *Names) Compare(others func(names []string) map[string]cite.Ref) {
	if n != nil {
		n.Others = others
	}
}

// Need lists the names of the parties.
func (n *Names) Need() []cite.Position {
	if n == nil {
		return nil
	}
	return n.at
}

// Flag compares the names of contributions, which have their words, with the parties' and with one another.
func (n *Names) Flag(words map[cite.Position]cite.Words, all []*Contribution) {
	if n == nil {
		return
	}
	n.parties = map[string]bool{}
	for _, at := range n.at {
		if name := words[at]["name"]; name != "" {
			n.parties[locale.Skeleton(name)] = true
		}
	}
	written := map[string][]string{} // by skeleton, each spelling once
	for _, c := range all {
		for _, name := range c.names() {
			if s := locale.Skeleton(name); !slices.Contains(written[s], name) {
				written[s] = append(written[s], name)
			}
		}
	}
	others := n.others(all)
	for _, c := range all {
		if !c.Readable() || c.partyAt != 0 {
			continue
		}
		c.Flags = n.flags(c.names(), written)
		for _, name := range c.names() {
			if ref := others[name]; ref != cite.None && ref != c.Ref && c.LooksLike == cite.None {
				c.LooksLike, c.Flags = ref, append(c.Flags, FlagElsewhere)
			}
		}
	}
}

// others finds the namesakes of all names of a page.
func (n *Names) others(all []*Contribution) map[string]cite.Ref {
	if n.Others == nil {
		return nil
	}
	var names []string
	for _, c := range all {
		if c.Readable() && c.partyAt == 0 {
			names = append(names, c.names()...)
		}
	}
	return n.Others(names)
}

// flags are the reasons to look at names that somebody chose.
func (n *Names) flags(names []string, written map[string][]string) (out []string) {
	add := func(flag string, is bool) {
		if is && !slices.Contains(out, flag) {
			out = append(out, flag)
		}
	}
	for _, name := range names {
		s := locale.Skeleton(name)
		add(FlagOffice, locale.Reserved(name))
		add(FlagParty, n.parties[s])
		add(FlagAlike, len(written[s]) > 1)
		add(FlagAddress, locale.HasAddress(name))
	}
	return out
}

// names are those under which a contribution was sent.
func (v *Contribution) names() (out []string) {
	for _, name := range []string{v.Name, v.Org, v.Affiliation} {
		if name != "" {
			out = append(out, name)
		}
	}
	return out
}
