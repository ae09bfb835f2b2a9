package floor

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/floor"
	view "github.com/openplenary/plenary/page/registration"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/web/serve"
)

// seat is what the reader needs to ask for the floor of a session, and has.
type seat struct {
	free   bool     // the session lets everybody ask who speaks for a party
	active bool     // the reader holds an active seat in it
	party  cite.Ref // for which they hold it
}

// seat looks up the seat of the reader in a session. Who registers is on no record, so no rule of the record knows it: it is looked at before the ask
// is decided, wherever one comes in.
func (h *Handlers) seat(q *serve.Request, session cite.Ref) (s seat, err error) {
	var offer *registration.Offer
	if err := q.Look(func(st *conversation.Reading) error {
		o, ok := st.Registration(session)
		if s.free = !ok || !o.Terms.Floor; !s.free {
			offer = o
		}
		return nil
	}); err != nil || s.free {
		return s, err
	}
	if h.Roster == nil {
		return s, serve.ErrBeside
	}
	if !q.SignedIn || q.Me == 0 {
		return s, nil
	}
	who, ok, err := q.Server.Accounts.Get(q.Context(), q.Account)
	if err != nil {
		return s, err
	}
	if ok { // a focal point may have registered the address
		if err := h.Roster.Claim(q.Context(), q.Slug, who.Email, uint64(q.Me)); err != nil {
			return s, err
		}
	}
	r, ok, err := h.Roster.Mine(q.Context(), roster.Of{Slug: q.Slug, Session: session, Participant: uint64(q.Me)})
	if err != nil || !ok {
		return s, err
	}
	//mutants:guard nobody has the floor whose seat is passive, or who does not take part
	s.active = r.Seat == registration.Active && view.Entitled(offer, r)
	s.party = r.Party
	return s, nil
}

// asks says why the reader may not ask for the floor for a party, or through one for a group; nil where nothing of their seat is against it.
func (s seat) asks(party, through cite.Ref) error {
	//mutants:guard a party has the floor by its own seats: by one that somebody holds for another party, or for themselves, it has not
	if s.free || s.active && s.party != cite.None && (s.party == party || s.party == through) {
		return nil
	}
	return refusal.New(refusal.Forbidden, "floor.seat")
}

// Asking is the ask of a program for the floor.
func (h *Handlers) Asking(q *serve.Request, c floor.Ask, token string) (conversation.Ask, error) {
	s, err := h.seat(q, c.Session)
	if err == nil {
		err = s.asks(c.Party, c.Through)
	}
	if err != nil {
		return conversation.Ask{}, err
	}
	return q.Ask(c, token)
}
