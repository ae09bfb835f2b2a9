package together

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/refusal"
)

// Guest is a party that was invited to submit a draft with the party that leads. Those in its delegation read the draft; somebody who
// speaks for it authorises the text as they read it, or declines. An edit voids what was authorised, and so does the end of the
// mandate of whoever authorised it.
type Guest struct {
	Party   delegation.Party `json:"-"`
	Invited Mark             `json:"invited"`
	// Joined is who authorised which text for the party, nil for nobody; Through is the member that declares, where it is a group.
	Joined  *Mark            `json:"joined,omitempty"`
	Through delegation.Party `json:"through,omitempty"`
	// Declined is who declined, and when; nil for nobody. The last word counts.
	Declined *Mark `json:"declined,omitempty"`
}

// What a party that was invited said of a text.
const (
	Silent   = "silent"   // nothing
	Joined   = "joined"   // somebody authorised it
	Edited   = "edited"   // somebody authorised a text before it
	Ended    = "ended"    // somebody authorised it whose mandate has ended since
	Declined = "declined" // that it does not submit it
)

// Says is what the party said of a text with a number.
func (g *Guest) Says(roll Roll, text int) string {
	switch {
	case g.Declined != nil:
		return Declined
	case g.Joined == nil:
		return Silent
	//mutants:guard an edit voids what a party authorised
	case g.Joined.Text != text:
		return Edited
	}
	//mutants:guard what was authorised ends with the mandate of whoever authorised it
	if !Authorises(roll, g.Joined.By, g.Party, g.Through) {
		return Ended
	}
	return Joined
}

// Authorises reports whether somebody may authorise for a party that was invited; for a group, as somebody who speaks for a member.
func Authorises(roll Roll, who delegation.Participant, party, through delegation.Party) bool {
	members := roll.Members(party)
	//mutants:guard for a group nobody authorises but through a member of it
	if len(members) > 0 {
		return slices.Contains(members, through) && May(roll, who, through).Submit
	}
	//mutants:guard only who speaks for a party authorises for it
	return through == 0 && May(roll, who, party).Submit
}

// Voices lists by which members somebody may authorise for a party: for a group those they speak for, else 0 for the party itself.
func Voices(roll Roll, who delegation.Participant, party delegation.Party) (out []delegation.Party) {
	for _, through := range append([]delegation.Party{0}, roll.Members(party)...) {
		if Authorises(roll, who, party, through) {
			out = append(out, through)
		}
	}
	return out
}

// Reads reports whether somebody reads a draft to which a party was invited: they are in its delegation, or in that of a member of
// the group.
func Reads(roll Roll, who delegation.Participant, party delegation.Party) bool {
	for _, p := range append([]delegation.Party{party}, roll.Members(party)...) {
		//mutants:guard a draft is read by those of the parties that were invited, and by nobody else
		if May(roll, who, p).Write {
			return true
		}
	}
	return false
}

// Sending is that somebody sends a draft: the text that they read, and the parties that they were told are named with theirs.
type Sending struct {
	Mark
	With  []delegation.Party
	Words string // see Draft
	// Sure: it is sent although parties that were invited are not named.
	Sure bool
}

// Named are the parties that are named: those that authorised the text. The refusals are "joint.changed" (they are others than
// those that the sender was told) and "joint.sure" (some of those that were invited are not named, and the sender did not say that
// they know).
func (c Sending) Named(roll Roll, guests []Guest, text int) (with []delegation.Joining, err error) {
	missing := false
	for _, g := range guests {
		switch says := g.Says(roll, text); {
		//mutants:guard no party is named that did not authorise this very text
		case says == Joined:
			with = append(with, delegation.Joining{Party: g.Party, Through: g.Through, By: g.Joined.By})
		case says != Declined:
			missing = true
		}
	}
	same := func(j delegation.Joining, p delegation.Party) bool { return j.Party == p }
	if !slices.EqualFunc(with, c.With, same) {
		return nil, refusal.New(refusal.Conflict, "joint.changed")
	}
	if missing && !c.Sure {
		return nil, refusal.In("sure", "joint.sure")
	}
	return with, nil
}

// Guests lists the parties that were invited to submit a draft, those that were invited first first.
func (s *Store) Guests(ctx context.Context, slug, key string) ([]Guest, error) {
	rows, err := s.drafts.Parts(ctx, slug, draft.Guest, key)
	if err != nil {
		return nil, err
	}
	out := make([]Guest, len(rows))
	for i, row := range rows {
		if err := json.Unmarshal(row.Body, &out[i]); err != nil {
			return nil, err
		}
		out[i].Party = delegation.Party(row.Owner)
	}
	slices.SortStableFunc(out, func(a, b Guest) int { return a.Invited.At.Compare(b.Invited.At) })
	return out, nil
}

func guestRow(slug, key string, party delegation.Party) draft.Draft {
	return draft.Draft{Slug: slug, Kind: draft.Guest, Key: draft.PartKey(key, string(party.Ref())), Owner: uint64(party)}
}

// Invite invites a party to submit a draft with the one that leads. The refusals are "joint.itself", "joint.invited" and "joint.many"
// for the field "party", and those of Update.
func (s *Store) Invite(ctx context.Context, slug, key string, party delegation.Party, m Mark) error {
	return s.save(ctx, guestRow(slug, key, party), m.At, standing(m.At, false), func(_ draft.Draft, there bool) (any, error) {
		d, err := s.unsent(ctx, slug, key)
		if err != nil {
			return nil, err
		}
		all, err := s.Guests(ctx, slug, key)
		if err != nil {
			return nil, err
		}
		//mutants:guard the party that leads is not invited
		if d.Party == party {
			return nil, refusal.In("party", "joint.itself")
		}
		//mutants:guard no party is invited twice
		if there {
			return nil, refusal.In("party", "joint.invited")
		}
		if len(all) >= delegation.MaxJoint {
			return nil, refusal.In("party", "joint.many", "max", delegation.MaxJoint)
		}
		return Guest{Invited: m}, nil
	})
}

// Uninvite takes the invitation of a party back, with what it said and the text that it authorised; that it was not invited is no error.
func (s *Store) Uninvite(ctx context.Context, slug, key string, party delegation.Party) error {
	row := guestRow(slug, key, party)
	if err := s.drafts.Delete(ctx, slug, draft.Guest, row.Key); err != nil {
		return err
	}
	return s.drafts.Delete(ctx, slug, draft.Agreed, row.Key)
}

// Agreed is the text that a party authorised. It is kept so that its people can read what was changed since, and is forgotten when the
// party declines or authorises another, and with the words of the draft.
type Agreed struct {
	Party   delegation.Party `json:"-"`
	Text    int              `json:"text"` // its number
	Answers []Answer         `json:"answers"`
}

// Answer is what was answered at a question, the empty Answer for nothing.
func (a Agreed) Answer(at string) Answer { return answerIn(a.Answers, at) }

// agree keeps the text that a party authorised in place of the one before; nil keeps none. A text that is too long to be kept is
// too long to be sent: it is kept by nobody, and its readers find no comparison.
func (s *Store) agree(ctx context.Context, row draft.Draft, a *Agreed, m Mark) error {
	row.Kind = draft.Agreed
	if err := s.drafts.Delete(ctx, row.Slug, row.Kind, row.Key); err != nil || a == nil {
		return err
	}
	var err error
	if row.Body, err = json.Marshal(a); err != nil || len(row.Body) > draft.MaxBody {
		return err
	}
	return s.drafts.SaveParts(ctx, m.At, standing(m.At, true), row)
}

// Agreed lists the texts that parties authorised, as far as the parties have not declined since.
func (s *Store) Agreed(ctx context.Context, slug, key string) ([]Agreed, error) {
	rows, err := s.drafts.Parts(ctx, slug, draft.Agreed, key)
	if err != nil {
		return nil, err
	}
	out := make([]Agreed, len(rows))
	for i, row := range rows {
		if err := json.Unmarshal(row.Body, &out[i]); err != nil {
			return nil, err
		}
		out[i].Party = delegation.Party(row.Owner)
	}
	return out, nil
}

// authorised are the parties that authorised the text as it stands, the questions of the call being those that an entry set.
func (s *Store) authorised(ctx context.Context, slug, key string, asked cite.Position) (out []Guest, err error) {
	all, err := s.Guests(ctx, slug, key)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	sections, err := s.Sections(ctx, slug, key)
	text := TextOf(sections, asked)
	for _, g := range all {
		if g.Joined != nil && g.Joined.Text == text {
			out = append(out, g)
		}
	}
	return out, err
}

// Invited lists the drafts to which a party was invited, the last begun first.
func (s *Store) Invited(ctx context.Context, slug string, party delegation.Party) ([]Draft, error) {
	rows, err := s.drafts.List(ctx, slug, draft.Guest, uint64(party))
	if err != nil || party == 0 {
		return nil, err
	}
	return s.all(ctx, slug, rows)
}

// Word is what somebody says for a party that was invited.
type Word struct {
	Mark
	Party, Through delegation.Party // Through is the member that declares, where the party is a group
	Joins          bool             // it submits the text that they read; else it declines
}

// Answer says for a party that was invited whether it submits the draft. The refusals are "together.not_yours" (they may not authorise
// for it), "together.moved" (the text is another than they read), "together.sending", and those of Update; "draft.unknown" where
// the party was not invited.
func (s *Store) Answer(ctx context.Context, slug, key string, roll Roll, w Word) error {
	return s.save(ctx, guestRow(slug, key, w.Party), w.At, standing(w.At, true), func(was draft.Draft, there bool) (any, error) {
		d, err := s.unsent(ctx, slug, key)
		switch {
		case err != nil:
			return nil, err
		case !there:
			return nil, errUnknown()
		case d.BeingSent(w.At):
			return nil, refusal.New(refusal.TryAgain, "together.sending")
		}
		//mutants:guard nobody joins or declines for a party that has not authorised them
		if !Authorises(roll, w.By, w.Party, w.Through) {
			return nil, refusal.New(refusal.Forbidden, "together.not_yours")
		}
		sections, err := s.Sections(ctx, slug, key)
		if err != nil {
			return nil, err
		}
		if err := moved(w.Text, TextOf(sections, w.QuestionsAt)); err != nil {
			return nil, err
		}
		var agreed *Agreed
		if w.Joins {
			agreed = &Agreed{Text: w.Text, Answers: Answers(sections)}
		}
		if err := s.agree(ctx, guestRow(slug, key, w.Party), agreed, w.Mark); err != nil {
			return nil, err
		}
		var g Guest
		if err := json.Unmarshal(was.Body, &g); err != nil {
			return nil, err
		}
		if g.Joined, g.Declined, g.Through = nil, &w.Mark, 0; w.Joins {
			g.Joined, g.Declined, g.Through = &w.Mark, nil, w.Through
		}
		return g, nil
	})
}
