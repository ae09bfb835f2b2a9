package together

import (
	"slices"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/together"
	"github.com/openplenary/plenary/web/serve"
)

// tell writes to some people that something happened to the draft; not to who did it, and to each but a few times a day about one
// draft, whatever is done and undone. What concerns each party that was invited is counted by itself: else one that changes its mind
// would use up the letters that ask for clearance. That a letter cannot be queued undoes nothing: what waits stands on each one's
// page too.
func (o *opened) tell(l together.Letter, to ...delegation.Participant) {
	if o.Mail == nil {
		return
	}
	l.Slug = o.Slug
	slices.Sort(to)
	about := "letters " + l.Draft.Key + " " + string(l.Other.Ref()) + " " + string(l.Draft.Became) + " "
	for _, who := range slices.Compact(to) {
		//mutants:guard who did it is not written to about it, and nobody is flooded with letters
		if who == o.Me || o.MayAs(about+strconv.FormatUint(uint64(who), 10), serve.Once(serve.LimitInvite)) != nil {
			continue
		}
		l.To = who
		if err := o.Mail(o.Context(), l); err != nil {
			o.Server.Logger.Error("cannot queue a letter about a draft", "err", err)
			return
		}
	}
}

// delegates are those in the delegation of a party, and in those of its members where it is a group.
func (o *opened) delegates(party delegation.Party) (out []delegation.Participant) {
	all := o.roll.r.Roll.Authorities()
	for _, p := range append([]delegation.Party{party}, o.roll.Members(party)...) {
		for _, m := range all[p] {
			out = append(out, m.Participant)
		}
	}
	return out
}

// tellWaits writes to those for whose clearance the draft waits as it was left, or, where it is cleared, to who sent it for
// clearance.
func (o *opened) tellWaits(d together.Draft) {
	if d.Standing(o.roll, o.Text()).Stage == together.Cleared {
		o.tell(together.Letter{Draft: d, Kind: together.LetterCleared, Page: "whole"}, d.Asked.By)
		return
	}
	o.tell(together.Letter{Draft: d, Kind: together.LetterClear, Page: "whole"}, slices.DeleteFunc(o.delegates(d.Party), func(who delegation.Participant) bool {
		//mutants:guard only who may clear is asked to
		return d.MayClear(o.roll, who, o.Text()) != nil
	})...)
}

// tellInvited writes to those who may authorise for a party that was invited.
func (o *opened) tellInvited(party delegation.Party) {
	o.tell(together.Letter{Draft: o.Draft, Kind: together.LetterInvited, Other: party, Page: "joint"}, o.voices(party)...)
}

// tellVoided writes to those who may authorise for parties that authorised the text before it was changed: what they authorised is
// void. Each change after it finds nothing that it could void, so who types on brings no more letters.
func (o *opened) tellVoided(were []together.Guest) {
	for _, g := range were {
		// What had ended before is not void by this.
		if g.Says(o.roll, g.Joined.Text) == together.Joined {
			o.tell(together.Letter{Draft: o.Draft, Kind: together.LetterVoided, Other: g.Party, Page: "joint#since"}, o.voices(g.Party)...)
		}
	}
}

// voices are those who may authorise for a party that was invited.
func (o *opened) voices(party delegation.Party) []delegation.Participant {
	return slices.DeleteFunc(o.delegates(party), func(who delegation.Participant) bool {
		//mutants:guard only who may authorise is asked to, and told that it is void
		return len(together.Voices(o.roll, who, party)) == 0
	})
}

// tellAnswer writes to who invited a party what it said, unless it had said the same of that text before.
func (o *opened) tellAnswer(w together.Word) {
	l := together.Letter{Draft: o.Draft, Kind: together.LetterDeclined, Other: w.Party, Page: "draft"}
	if w.Joins {
		l.Kind = together.LetterJoined
	}
	for _, g := range o.Guests {
		same := !w.Joins && g.Declined != nil || w.Joins && g.Joined != nil && g.Joined.Text == w.Text
		// What was said twice is news once.
		if g.Party == w.Party && !same {
			o.tell(l, g.Invited.By)
		}
	}
}

// tellSent writes to those who may authorise for the parties that are named with what was sent: it was sent in their name, and by
// somebody else.
func (o *opened) tellSent(became cite.Ref) {
	d := o.Draft
	d.Became = became
	for _, g := range o.Guests {
		// Who is not named with it is told nothing.
		if g.Says != together.Joined {
			continue
		}
		o.tell(together.Letter{Draft: d, Kind: together.LetterSent, Other: g.Party}, o.voices(g.Party)...)
	}
}
