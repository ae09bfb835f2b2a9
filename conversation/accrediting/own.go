package accrediting

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
)

// Acts gives why somebody does not act at an instant for what a contribution says, where it is taken back, put right, or said what is thought of
// the answer to it; nil where they do. What somebody said for themselves is theirs. What was said for a party on the roll is that party's: for it act those who
// speak for it then, by the rule by which they submit, whoever sent it. Who sent it and speaks for the party no more is told so; to anybody else it is as
// if it were not there.
func (h *House) Acts(who delegation.Participant, row consultation.Contribution, now time.Time) error {
	party, heard := h.Floor(row.Ref)
	author := who.Is(row.By) && !heard // whoever entered it did not say it
	//mutants:guard what was said from the floor is nobody's where no party is known, and of nobody before it is published
	if heard && (party == cite.None || row.Status != consultation.Published) {
		return refusal.New(refusal.Hidden, "contribution.unknown")
	}
	//mutants:guard what is a party's is acted for by whoever speaks for it, in the place of who sent it
	if row.Known && h.speaksIn(who, row, now) == nil {
		return nil
	}
	//mutants:guard what is somebody's own is nobody else's
	if !author {
		return refusal.New(refusal.Hidden, "contribution.unknown")
	}
	//mutants:guard whose mandate has ended does nothing more in the name of the party
	if row.Known {
		return refusal.New(refusal.Forbidden, "party.not_authorised")
	}
	return nil
}

// speaksIn gives why somebody does not speak for the party that a contribution was made for, of a group through the member that
// declared it and still is one; nil where they do.
func (h *House) speaksIn(who delegation.Participant, row consultation.Contribution, now time.Time) error {
	var party delegation.Party
	if party.UnmarshalText([]byte(row.For)) != nil {
		return refusal.In("for", "party.unknown")
	}
	d, _ := h.Roll.DeclaredFor(row.Ref)
	return h.Speaks(who, party, d.Member, now)
}
