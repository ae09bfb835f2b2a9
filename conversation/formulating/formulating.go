// Package formulating has the rules of formulating questions together that span nouns: what is known of a proposal, which is a part of
// a contribution; how it is answered when it is put into words; and what an edition makes of the questions that it takes up.
package formulating

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/priority"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/reply"
)

// House is what these rules look up.
type House struct {
	Consultation *consultation.State
	Formulation  *formulation.State
	Papers       *paper.State
	Questions    *questionnaire.State
	Priorities   *priority.State
	Replies      *reply.State
}

// Gather looks up the call: it is there, and nothing was sent to it yet.
func (h *House) Gather(act cite.Act, c formulation.Gather) (cite.Proposal, error) {
	k, ok := h.Consultation.Call(c.Call)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "call.unknown")
	}
	if _, replies := h.Replies.Round(c.Call); replies {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "reply.asks")
	}
	//mutants:guard what is sent as comments on an order of themes stays that
	if _, orders := h.Priorities.ByCall(c.Call); orders {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "priority.gathers")
	}
	if _, asks := h.Questions.Form(c.Call); asks || h.Consultation.Tally(c.Call).Received > 0 || k.Withdrawn != 0 {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "formulation.begun")
	}
	return h.Formulation.Gather(act, c)
}

// Dissolve looks up whether an edition has taken the question up.
func (h *House) Dissolve(act cite.Act, c formulation.Dissolve) (cite.Proposal, error) {
	return h.Formulation.Dissolve(act, h.TakenBy(c.Question), c)
}

// Submitted is the contribution that a question becomes which was heard from the floor.
func Submitted(c formulation.Hear) consultation.Submit {
	return consultation.Submit{Call: c.Call, Category: c.Category, Name: c.Speaker, Known: c.Party != cite.None,
		Parts: []consultation.SubmitPart{{On: c.On, Language: c.Language, Text: c.Text, Wording: c.Wording, Likeness: c.Likeness}}}
}

// Speaker is who supports, and for whom.
func Speaker(by delegation.Participant, party delegation.Party) formulation.Speaker {
	return formulation.Speaker{By: string(by.Ref()), For: string(party.Ref())}
}

// Drafts are the proposals that are sent.
func Drafts(c consultation.Submit) []formulation.Draft {
	out := make([]formulation.Draft, len(c.Parts))
	for i, p := range c.Parts {
		out[i] = formulation.Draft{Question: p.Wording, Why: p.Text}
	}
	return out
}

// Corrected holds what a correction says to what its call gathers: each part still proposes one question.
func (h *House) Corrected(call cite.Ref, parts []correction.Part) error {
	if len(parts) == 0 {
		return nil
	}
	drafts := make([]formulation.Draft, len(parts))
	for i, p := range parts {
		drafts[i] = formulation.Draft{Question: p.Wording, Why: p.Text}
	}
	return h.Formulation.Proposed(call, drafts)
}

// Circle reports whether a part, of which some others are to be said to repeat it, is itself said to repeat one of them, perhaps
// through others: then each would lead to another, and none of them to an answer.
func (h *House) Circle(parts []cite.Ref, of cite.Ref) bool {
	for seen := map[cite.Ref]bool{}; !seen[of]; {
		//mutants:guard what repeats a part is not what that part repeats: nothing would be left that is answered
		if slices.Contains(parts, of) {
			return true
		}
		seen[of] = true
		d, _ := h.Consultation.Answer(of)
		a, ok := h.Consultation.Disposition(d)
		if !ok || a.Outcome != consultation.Duplicate {
			return false
		}
		of = a.Of
	}
	return false
}

// Proposal looks up a proposal. It is decided where its call is closed, and was withdrawn or the proposal stands in a question or
// was left out.
func (h *House) Proposal(act cite.Act, r cite.Ref) formulation.Found {
	row, ok := h.Consultation.Row(r)
	n := r.PartNumber()
	if !ok || n < 1 || n > row.Parts || cite.Part(row.Ref, n) != r {
		return formulation.Found{Ref: r}
	}
	k, _ := h.Consultation.Call(row.Call)
	return formulation.Found{Ref: r, Proposal: formulation.Proposal{Call: row.Call, Published: row.Status == consultation.Published, For: row.For,
		Decided: !act.At.Before(k.Closes) && (k.Withdrawn != 0 || h.Formulation.In(r) != cite.None || h.LeftOut(r))}}
}

// ProposalFor looks up a proposal for a party: its own where it proposes it, be it with others.
func (h *House) ProposalFor(act cite.Act, r cite.Ref, party string) formulation.Proposal {
	of := h.Proposal(act, r).Proposal
	//mutants:guard what a party proposes with others is its own
	if h.Consultation.Speaks(r, party) {
		of.For = party
	}
	return of
}

// Proposals looks up proposals that were read up to an entry, 0 for whichever.
func (h *House) Proposals(act cite.Act, of []cite.Ref, read cite.Position) ([]formulation.Found, error) {
	out := make([]formulation.Found, len(of))
	for i, r := range of {
		out[i] = h.Proposal(act, r)
		//mutants:guard no proposal is decided on that was corrected since it was read
		if read != 0 && len(correction.Since(h.Consultation.Corrections(r), r.PartNumber(), read)) > 0 {
			return nil, refusal.New(refusal.Conflict, "contribution.changed")
		}
	}
	return out, nil
}

// Answer is the answer to the proposals that are put into words: each was taken up as it is, or in part. All of them have the same
// answer before, or none: others are answered apart.
func (h *House) Answer(c formulation.Word) (consultation.Answer, error) {
	answer := consultation.Answer{Parts: c.Of, Outcome: consultation.Accepted.String(), Reason: c.Reason}
	if !c.Wording.Empty() {
		answer.Outcome = consultation.AcceptedInPart.String()
	}
	for i, r := range c.Of {
		d, reopened := h.Consultation.Answer(r)
		if reopened {
			d = cite.None
		}
		if i > 0 && d != answer.Revises {
			return answer, refusal.In("reason", "formulation.answers")
		}
		answer.Revises = d
	}
	return answer.Check()
}

// LeaveOut is the answer to proposals that are not taken up.
func (h *House) LeaveOut(act cite.Act, c formulation.LeaveOut) (answer consultation.Answer, err error) {
	of, err := h.Proposals(act, c.Of, c.Read)
	if err == nil {
		err = h.Formulation.LeaveOut(of)
	}
	if err != nil {
		return answer, err
	}
	return consultation.Answer{Parts: c.Of, Outcome: c.Outcome, Of: c.Like, Reason: c.Reason}.Check()
}

// TakenAway reports whether a question has, or once had, the own words of a proposal which not everybody may read whole any more. note is
// told each contribution that was looked at.
func (h *House) TakenAway(question cite.Ref, note func(cite.Ref)) bool {
	q, ok := h.Formulation.Question(question)
	return ok && slices.ContainsFunc(q.Wordings, func(w formulation.Wording) bool {
		if !w.AsProposed() {
			return false
		}
		note(w.Of[0].Root())
		row, there := h.Consultation.Row(w.Of[0])
		field := strconv.Itoa(w.Of[0].PartNumber()) + ".wording"
		return there && (row.Status != consultation.Published || slices.ContainsFunc(h.Consultation.Masks(w.Of[0].Root()), func(m consultation.Mask) bool {
			black, _ := m.In()
			return black == field
		}))
	})
}

// Takers are the elements of editions that have taken a question up: those that cite it, oldest first, then those with which the
// answer that tells the authors of its words is linked, as where the edition was out before the two were joined.
func (h *House) Takers(q cite.Ref) []cite.Ref {
	out := slices.Clip(h.Papers.Citing(q))
	stands, ok := h.Formulation.Question(q)
	if !ok || stands.Dissolved != 0 {
		return out
	}
	if d, ok := h.Consultation.Disposition(stands.Now().Answer); ok {
		for _, x := range d.Changes {
			if x.EditionNumber() > 0 && !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	return out
}

// TakenBy reports whether an edition has taken a question up.
func (h *House) TakenBy(q cite.Ref) bool { return q != cite.None && len(h.Takers(q)) > 0 }

// Taken are the questions that stand and that some elements cite, each once.
func (h *House) Taken(elements []paper.Element) (out []*formulation.Question) {
	for _, el := range elements {
		for _, r := range el.Cites {
			if q, ok := h.Formulation.Question(r); ok && !slices.Contains(out, q) {
				out = append(out, q)
			}
		}
	}
	return out
}

// LeftOut reports whether a proposal has an answer, which its author lets stand, that leaves it out or changes a passage. That it is
// taken up settles nothing by itself: then it stands in a question.
func (h *House) LeftOut(part cite.Ref) bool {
	d, reopened := h.Consultation.Answer(part)
	a, ok := h.Consultation.Disposition(d)
	return ok && !reopened && (len(a.Changes) > 0 || formulation.LeavesOut(a.Outcome.String()))
}

// Undecided are the published proposals of the calls whose questions some elements take up first, that were neither left out
// nor stand in a question that these or an edition before took up: nothing is forgotten. A call whose questions an edition took
// up before is asked no more.
func (h *House) Undecided(elements []paper.Element) (out []cite.Ref) {
	calls, in := map[cite.Ref]bool{}, map[cite.Ref]bool{}
	for _, q := range h.Taken(elements) {
		in[q.Ref] = true
		calls[q.Call] = calls[q.Call] || !h.TakenBy(q.Ref)
	}
	for call, first := range calls {
		if !first {
			continue
		}
		all, _ := h.Consultation.Points(consultation.PointQuery{Call: call}, math.MaxInt)
		for _, part := range all {
			if q := h.Formulation.In(part); !in[q] && !h.TakenBy(q) && !h.LeftOut(part) {
				out = append(out, part)
			}
		}
	}
	slices.SortFunc(out, func(x, y cite.Ref) int { return cmp.Or(x.Number()-y.Number(), x.PartNumber()-y.PartNumber()) })
	return out
}

// TakenUp links the answers to proposals with the elements of an edition that take up the questions they stand in.
func (h *House) TakenUp(act cite.Act, f paper.Published) (facts []cite.Proposal) {
	changes, order := map[cite.Ref][]cite.Ref{}, []cite.Ref(nil)
	for _, el := range f.Elements {
		for _, q := range h.Taken([]paper.Element{el}) {
			for _, part := range q.Now().Of {
				d, _ := h.Consultation.Answer(part)
				was, ok := h.Consultation.Disposition(d)
				at := cite.Element(f.Ref, el.Ref.ElementNumber())
				linked := func(r cite.Ref) bool { return r.Element() == at.Element() }
				if !ok || slices.ContainsFunc(was.Changes, linked) || slices.ContainsFunc(changes[d], linked) {
					continue
				}
				if len(changes[d]) == 0 {
					order = append(order, d)
				}
				changes[d] = append(changes[d], at)
			}
		}
	}
	for _, d := range order {
		facts = append(facts, cite.Proposal{Body: consultation.PassageLinked{Disposition: d, Changes: changes[d], By: act.By, At: act.At}})
	}
	return facts
}

// Publish publishes an edition, and looks up what on its paper still waits for an answer, and which proposals are undecided: it is refused, or lists them.
func (h *House) Publish(act cite.Act, c paper.Publish) ([]cite.Proposal, error) {
	f, err := h.Papers.Publish(act, c)
	if err != nil {
		return nil, err
	}
	undecided := h.Undecided(c.Elements)
	if len(undecided) > 0 && !c.List {
		return nil, refusal.New(refusal.NotNow, "paper.undecided", "n", len(undecided))
	}
	f.Listed = undecided
	if c.Paper != cite.None {
		switch open := h.Consultation.AnswerCounts(c.Paper); {
		case open.Pending > 0:
			return nil, refusal.New(refusal.NotNow, "paper.pending", "n", open.Pending)
		case open.Unanswered > 0 && !c.List:
			return nil, refusal.New(refusal.NotNow, "paper.unanswered", "n", open.Unanswered)
		case open.Unanswered > 0:
			f.Listed = append(f.Listed, h.Consultation.OpenParts(c.Paper)...)
		}
	}
	return append([]cite.Proposal{{Body: f}}, h.TakenUp(act, f)...), nil
}

// TakingPart counts the parties of each category that proposed or supported something at a call. Parties on the roll take part whether
// they said something or not, where they are counted; canonical is the category that took the place of one that was merged.
func (h *House) TakingPart(call cite.Ref, roll *delegation.Roll, counts func(cite.Ref) bool, canonical func(string) string) map[string]int {
	party := map[string]string{}
	for _, y := range roll.Entered() {
		if standing, _ := roll.Party(y); counts(y.Ref()) {
			party[string(y.Ref())] = standing.Category
		}
	}
	parts, _ := h.Consultation.Points(consultation.PointQuery{Call: call}, math.MaxInt)
	of := make(map[cite.Ref]bool, len(parts))
	for _, p := range parts {
		row, _ := h.Consultation.Row(p)
		of[p], party[row.For] = true, row.Category
	}
	return h.Formulation.TakingPart(of, party, canonical)
}
