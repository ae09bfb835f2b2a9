package desk

import (
	"time"

	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// Invitation is a letter that invites somebody, and what became of it.
type Invitation struct {
	Participant delegation.Participant
	Email       string
	Called      string // how whoever invites calls them
	Lang        locale.Lang
	Word        string
	Roles       []string
	Party       string // the reference of the party that they are to speak for
	State       string // "sent", "opened", "accepted" or "expired"
	Sent        time.Time
	Opened      time.Time
	Accepted    time.Time
	Ends        time.Time
}

// Invited adds an invitation to the page, and to whom it concerns.
func (v *People) Invited(participant uint64, i Invitation) {
	i.Participant = delegation.Participant(participant)
	v.Invitations = append(v.Invitations, i)
	if i.State == "accepted" {
		return
	}
	for n := range v.Holders {
		if v.Holders[n].Participant == i.Participant {
			v.Holders[n].Invited = &i
		}
	}
}

// as says as what somebody is invited.
func (v *People) as(f *frame.Frame, i Invitation) string {
	var out []string
	for _, r := range i.Roles {
		out = append(out, f.T("role."+r))
	}
	for _, p := range v.Parties {
		if i.Party == string(p.Party.Ref()) {
			out = append(out, p.Name)
		}
	}
	return f.Lang.List(out)
}

// state says what became of an invitation, with the day.
func (i *Invitation) state(f *frame.Frame) string {
	day := i.Sent
	switch i.State {
	case "opened":
		day = i.Opened
	case "accepted":
		day = i.Accepted
	case "expired":
		day = i.Ends
	}
	return f.T("desk.invitation."+i.State, "date", f.Date(day))
}

// open are the invitations that nobody took up yet, came those that were.
func (v *People) open() []Invitation { return v.sorted(false) }
func (v *People) came() []Invitation { return v.sorted(true) }

func (v *People) sorted(accepted bool) (out []Invitation) {
	for _, i := range v.Invitations {
		if (i.State == "accepted") == accepted {
			out = append(out, i)
		}
	}
	return out
}

// typed is what stands in a field of the form that changes an invitation: what was typed where it came back.
func (v *People) typed(i Invitation, typed, stands string) string {
	if v.Form.Changing == string(i.Participant.Ref()) {
		return typed
	}
	return stands
}

// inviting is what was typed into the form that invites; what was typed into one that changes an invitation stands there.
func (v *People) inviting(typed string) string {
	if v.Form.Changing != "" {
		return ""
	}
	return typed
}

// language is that of a letter that is written now.
func (v *People) language() string {
	for _, c := range v.Languages {
		if v.Form.Changing == "" && c.ID == v.Form.Language {
			return c.ID
		}
	}
	return v.Languages[0].ID
}

// noRole is the first of the offices to choose from: none, where somebody can speak for a party instead.
func (v *People) noRole(f *frame.Frame) string {
	if len(v.Parties) > 0 {
		return f.T("desk.people.no_role")
	}
	return f.T("choose")
}
