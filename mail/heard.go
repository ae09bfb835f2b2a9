package mail

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
)

// heard tells those who speak for a party that a question was entered which was asked from the floor for it, once they may read it. It
// stands in the place of the receipt, and of the letter that it is published: they sent nothing.
var heard = notice{
	name:  "heard",
	find:  func(st *conversation.State, fact cite.Fact) []letter { return aloud(st, fact, false) },
	holds: func(s consultation.Status) bool { return s == consultation.Published },
}

// delivered tells those who speak for a party that an intervention was entered which was spoken for it, as heard does of a question.
var delivered = notice{
	name:  "delivered",
	find:  func(st *conversation.State, fact cite.Fact) []letter { return aloud(st, fact, true) },
	holds: func(s consultation.Status) bool { return s == consultation.Published },
}

// aloud is the letter about what was said aloud: a question, or an intervention.
func aloud(st *conversation.State, fact cite.Fact, spoken bool) []letter {
	c := fact.Describe().Touches[0] // what was entered, or published
	floor, ok := st.Formulation.Floor(c)
	row, _ := st.Consultation.Row(c)
	_, said := st.Sessions.Spoken(c)
	_, published := fact.(*consultation.ContributionPublished)
	if !ok || said != spoken || !published && row.Decided > row.Position { // told when it was published
		return nil
	}
	zone := setting{zone: st.Zone}
	return []letter{{about: c, path: string(c) + "#heard", args: func(l locale.Lang) []any { return []any{"said", zone.when(l, floor.Said)} }}}
}

// unheard leaves a letter out about what was heard from the floor: whoever would get it did not send it.
func unheard(find func(*conversation.State, cite.Fact) []letter) func(*conversation.State, cite.Fact) []letter {
	return func(st *conversation.State, fact cite.Fact) []letter {
		return slices.DeleteFunc(find(st, fact), func(l letter) bool {
			_, is := st.Formulation.Floor(l.about)
			return is
		})
	}
}

// authors are those who are told of what becomes of a contribution: whoever sent it; of what was heard from the floor those who speak for
// the party at an instant, and nobody where no party is known.
func authors(st *conversation.State, row consultation.Contribution, now time.Time) (out []delegation.Participant) {
	floor, ok := st.Formulation.Floor(row.Ref)
	if !ok {
		return []delegation.Participant{delegation.ParticipantOf(row.By)}
	}
	var party delegation.Party
	if party.UnmarshalText([]byte(floor.Party)) != nil || !st.Accredited.Stands(floor.Party, now) {
		return nil
	}
	return voices(st, party, now)
}

// voices are those who speak for a party at an instant.
func voices(st *conversation.State, party delegation.Party, now time.Time) (out []delegation.Participant) {
	for _, a := range st.Roll.Delegation(party) {
		//mutants:guard who only prepares for a party, or did so once, is told nothing of what it said
		if st.Roll.MaySpeak(a.Participant, party, now) {
			out = append(out, a.Participant)
		}
	}
	return out
}

// of lists the contributions of which somebody is told what becomes of them: as authors does.
func of(st *conversation.State, who delegation.Participant, now time.Time) []cite.Ref {
	out := slices.DeleteFunc(slices.Clone(st.Consultation.By(string(who.Ref()))), func(c cite.Ref) bool {
		_, is := st.Formulation.Floor(c)
		return is
	})
	for _, y := range st.Roll.SpeaksFor(who, now) {
		for _, proposal := range st.Formulation.FloorOf(y.Ref()) {
			if st.Accredited.Stands(y.Ref(), now) {
				out = append(out, proposal.Root())
			}
		}
	}
	return out
}
