package together

import (
	"cmp"
	"slices"
	"strings"
	"time"

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

// KeptGuest is a party that was invited to submit a draft, with what it says of the text.
type KeptGuest struct {
	joint.Guest
	Says   string             // joint.Silent, ...
	Mine   bool               // the reader is in its delegation, or in that of a member of the group
	Voices []delegation.Party // the members by which the reader may authorise for it, 0 for the party itself
}

// Reads reports whether the reader is in the delegation of a party that was invited.
func (k *Kept) Reads() bool {
	return slices.ContainsFunc(k.Guests, func(g KeptGuest) bool { return g.Mine })
}

// guestStamp changes whenever a party is invited, or says something.
func (k *Kept) guestStamp() (out string) {
	for _, g := range k.Guests {
		out += g.Says[:1]
	}
	return out
}

// Wants reports whether the draft waits for the word of the reader, for a party that was invited.
func (k *Kept) Wants() bool {
	return slices.ContainsFunc(k.Guests, func(g KeptGuest) bool {
		return len(g.Voices) > 0 && g.Says != joint.Joined && g.Says != joint.Declined
	})
}

// Page is where the reader deals with the draft: those who write it on its own page, those of a party that was invited on that of
// the parties.
func (k *Kept) Page() string {
	if k.Rights.Write {
		return "draft"
	}
	return "joint"
}

// Guest is a party that was invited.
type Guest struct {
	*KeptGuest
	Of     part.Named
	Member part.Named // by which it authorised, where it is a group
	Voices []part.Named
}

// newGuests builds the list of those that were invited.
func newGuests(st *conversation.Reading, k *Kept) (out []*Guest) {
	for i := range k.Guests {
		g := &k.Guests[i]
		x := &Guest{KeptGuest: g, Of: part.NewNamed(st, g.Party)}
		if g.Through != 0 {
			x.Member = part.NewNamed(st, g.Through)
		}
		for _, y := range g.Voices {
			v := part.Named{}
			if y != 0 {
				v = part.NewNamed(st, y)
			}
			x.Voices = append(x.Voices, v)
		}
		out = append(out, x)
	}
	return out
}

// newInvitable lists the parties that may be invited: those on the roll that take part, but for the one that leads and those that
// were invited.
func newInvitable(st *conversation.Reading, k *Kept) (out []*part.Named) {
	for _, y := range st.Roll.Accreditation().Stand(st.Roll.Entered()) {
		if y != k.Party && !slices.ContainsFunc(k.Guests, func(g KeptGuest) bool { return g.Party == y }) {
			n := part.NewNamed(st, y)
			out = append(out, &n)
		}
	}
	return out
}

// Inviting offers the head of the party that leads other parties to invite, while the page is built.
func (v *Draft) Inviting() {
	if v.Rights.Head {
		v.Invitable = v.inviting()
	}
}

// named are the parties that the pages of the draft name beside the one that leads.
func (v *Draft) named() (out []*part.Named) {
	for _, g := range v.Guests {
		out = append(out, &g.Of, &g.Member)
		for i := range g.Voices {
			out = append(out, &g.Voices[i])
		}
	}
	return append(out, v.Invitable...)
}

// invitable are the parties that may be invited as options, in the order of their names.
func (v *Draft) invitable(f *frame.Frame) []frame.Choice {
	out := make([]frame.Choice, len(v.Invitable))
	for i, n := range v.Invitable {
		out[i] = frame.Choice{ID: string(n.Party), Name: called(*n)}
	}
	locale.SortBy(f.Lang, out, func(c frame.Choice) string { return c.Name })
	return out
}

// called is the name of a party, or its reference where it has none.
func called(n part.Named) string { return cmp.Or(n.Name, string(n.Party)) }

// said is when the party said what it says; zero where it said nothing.
func (g *Guest) said() time.Time {
	switch {
	case g.Declined != nil:
		return g.Declined.At
	case g.Joined != nil:
		return g.Joined.At
	}
	return time.Time{}
}

// with are those that authorised the text as it stands, and others those that were asked and did not.
func (v *Draft) with() (named, others []*Guest) {
	for _, g := range v.Guests {
		switch g.Says {
		case joint.Joined:
			named = append(named, g)
		case joint.Declined:
		default:
			others = append(others, g)
		}
	}
	return named, others
}

// withRefs are the parties that are named, as the form sends them along.
func withRefs(named []*Guest) string {
	var out []string
	for _, g := range named {
		out = append(out, string(g.Of.Party))
	}
	return strings.Join(out, " ")
}

// authorised are the parties that authorised the text as it stands: an edit voids that.
func (v *Draft) authorised() []*Guest { named, _ := v.with(); return named }

// void reports whether what the reader's party authorised is void, because the text was changed since.
func (v *Draft) void() bool {
	return slices.ContainsFunc(v.Guests, func(g *Guest) bool { return g.Mine && g.Says == joint.Edited })
}

// Joint is the page of the parties that submit the draft: for those of a party that was invited, the text as they would submit it.
type Joint struct {
	*Draft
	Since []*Since // what was changed since parties authorised it
}

// Since is what was changed in the draft since some parties authorised one text of it.
type Since struct {
	Of      []*Guest
	Changes []Change // none where every answer reads as it did, or where the text that they authorised is not kept
	Kept    bool     // the text that they authorised is kept
	text    int
}

// Change is a question that is answered otherwise than in the text that was authorised.
type Change struct {
	Now    *consult.FormQuestion
	Before *consult.FormQuestion // the same question, as it was answered
}

// NewJoint builds the page. What was changed is for those of the party that authorised what stood before, and for those who write it.
func NewJoint(d *Draft, agreed []joint.Agreed) *Joint {
	v := &Joint{Draft: d}
	for _, g := range d.Guests {
		//mutants:guard what a party authorised before is read by its people and by those who write the draft
		if g.Says != joint.Edited || !g.Mine && !d.Rights.Write {
			continue
		}
		text := g.Joined.Text
		if i := slices.IndexFunc(v.Since, func(s *Since) bool { return s.text == text }); i >= 0 {
			v.Since[i].Of = append(v.Since[i].Of, g)
			continue
		}
		s := &Since{Of: []*Guest{g}, text: text}
		if i := slices.IndexFunc(agreed, func(a joint.Agreed) bool { return a.Party == g.Guest.Party && a.Text == text }); i >= 0 {
			s.Kept, s.Changes = true, d.changes(&agreed[i])
		}
		v.Since = append(v.Since, s)
	}
	return v
}

// changes are the questions that are answered otherwise than in a text.
func (v *Draft) changes(was *joint.Agreed) (out []Change) {
	for i := range v.Form.Sections {
		for j := range v.Form.Sections[i].Questions {
			q := &v.Form.Sections[i].Questions[j]
			before := was.Answer(q.ID)
			if before.Same(v.answer(q.ID)) {
				continue
			}
			old := *q
			old.Filled = Filled(before)
			out = append(out, Change{q, &old})
		}
	}
	return out
}

// marked compares the words of both where nothing else was changed and they are no table; ok is false where each is shown by itself.
func (c Change) marked(l locale.Lang) (all []part.Reworded, ok bool) {
	is, was := c.Now.Filled, c.Before.Filled
	if c.Now.Kind == questionnaire.Table || is.Stance != was.Stance || is.Value != was.Value || !slices.Equal(is.Picks, was.Picks) {
		return nil, false
	}
	for _, w := range []part.Reworded{{Field: "text", Language: l, Before: was.Said, After: is.Said}, {Field: "wording", Language: l, Before: was.Wording, After: is.Wording}} {
		if w.Before != w.After {
			all = append(all, w)
		}
	}
	return all, true
}

// Title is the page's title.
func (v *Joint) Title(f *frame.Frame) string { return v.title(f, f.T("joint.title")) }

// needNamed adds where the names of parties stand.
func needNamed(out []cite.Position, all []*part.Named) []cite.Position {
	for _, n := range all {
		if at := n.Need(); at > 0 {
			out = append(out, at)
		}
	}
	return out
}
