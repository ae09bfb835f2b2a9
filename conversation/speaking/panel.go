package speaking

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/panel"
	"github.com/openplenary/plenary/refusal"
)

// PutQuestion looks up the sitting that is open, the item, and whether whoever asks speaks for the party. Groups do not ask: their members do.
func (h *House) PutQuestion(act cite.Act, c panel.PutQuestion) (cite.Proposal, error) {
	x, sits, err := h.session(c.Session)
	if err != nil {
		return cite.Proposal{}, err
	}
	p := Party(c.Party)
	c.Party = p.Ref()
	//mutants:guard nobody asks in writing for a party that has not authorised them
	if why := h.Speaks(delegation.ParticipantOf(act.By), p, 0, act.At); why != nil {
		return cite.Proposal{}, why
	}
	if sits == 0 {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "floor.not_sitting")
	}
	if err := item(x, c.Item); err != nil {
		return cite.Proposal{}, err
	}
	return h.Panels.PutQuestion(act, sits, c)
}

// RetractQuestion looks up whether whoever asks speaks for the party, and where its words stand, which go.
func (h *House) RetractQuestion(act cite.Act, c panel.RetractQuestion) (f cite.Proposal, done []cite.Position, err error) {
	q := h.Panels.Of(c.Session).Question(c.Question)
	if q == nil {
		return f, nil, refusal.New(refusal.Hidden, "panel.unknown")
	}
	//mutants:guard nobody takes back the question of a party that has not authorised them
	if why := h.Speaks(delegation.ParticipantOf(act.By), Party(q.Party), 0, act.At); why != nil {
		return f, nil, why
	}
	f, err = h.Panels.RetractQuestion(act, c)
	return f, []cite.Position{q.Entry}, err
}

// SetAside finds the words that go: those that everybody could read.
func (h *House) SetAside(act cite.Act, c panel.SetAside) (f cite.Proposal, done []cite.Position, err error) {
	if f, err = h.Panels.SetAside(act, c); err != nil {
		return f, nil, err
	}
	//mutants:guard what everybody read is erased when it is set aside; what only its party and the chair read stays with them until the session is over
	if q := h.Panels.Of(c.Session).Question(c.Question); q.Public() {
		done = append(done, q.Entry)
	}
	return f, done, nil
}

// Panel is how many questions were put in writing in a session, and what became of them.
func (r Reading) Panel(of cite.Ref) panel.Counts {
	r.Note(panel.AnyQuestion)
	return r.House.Panels.Of(of).Counts()
}

// Taken lists the questions of a session that the chair took, whose words may be shown then.
func (r Reading) Taken(of cite.Ref) []panel.Question {
	return r.asked(of, func(q panel.Question) bool { return q.Public() })
}

// ToChair lists the questions of a session that wait, whose words may be shown then, for those who act in the chair; none for anybody else.
func (r Reading) ToChair(of cite.Ref) []panel.Question {
	return r.asked(of, func(q panel.Question) bool {
		//mutants:guard a question that waits is read by those who act in the chair, and by the party that put it
		return r.Chairs && q.Became == panel.Waits
	})
}

// Aside lists the questions of a session that the chair set aside, whose words may be shown then while they are there, for those who act in the chair; none for anybody else.
func (r Reading) Aside(of cite.Ref) []panel.Question {
	return r.asked(of, func(q panel.Question) bool {
		//mutants:guard what was set aside is read again by those who act in the chair, and by the party that put it
		return r.Chairs && q.Became == panel.Aside
	})
}

// Put lists the questions that a party put in a session and did not take back, whose words may be shown then, for those who speak for it; none for anybody else.
func (r Reading) Put(of, party cite.Ref) []panel.Question {
	mine := false
	for _, who := range r.As {
		for _, p := range r.Speak(who) {
			mine = mine || p.Ref() == party
		}
	}
	return r.asked(of, func(q panel.Question) bool {
		//mutants:guard a question that the chair did not take is read by those who speak for its party
		return mine && q.Party == party && q.Became != panel.Withdrawn
	})
}

func (r Reading) asked(of cite.Ref, which func(panel.Question) bool) (out []panel.Question) {
	r.Note(panel.AnyQuestion)
	for _, q := range r.House.Panels.Of(of).Questions {
		if which(q) {
			r.Grant(q.Entry)
			out = append(out, q)
		}
	}
	return out
}
