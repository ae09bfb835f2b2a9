package home

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
)

// Demonstration says what the home page of a demonstration leads to.
type Demonstration struct {
	Proposal   cite.Ref // the proposal with which the way of the voice begins; None where there is none
	Voice      cite.Ref // the contribution that is followed
	Individual cite.Ref // the contribution whose author a visitor may play: it has an answer to react to

	// Clearing counts the drafts that wait for the head of a delegation, whom a visitor may play: they are on no record. Nil where
	// no visitor may play one. It may be called from many goroutines.
	Clearing func() int

	// Asking counts the drafts to which a party was invited for which a visitor may speak, and that wait for its word. Nil where no visitor
	// may. It may be called from many goroutines.
	Asking func() int

	// Sitting counts the places that wait in the sitting which visitors lead: it is on no record. Nil where there is none. It may be called from many
	// goroutines.
	Sitting func() int

	Watch cite.Ref // a session of which an hour can be watched again; None for none

	Second      string      // the address of another conversation of the demonstration; "" for none
	SecondTitle locale.Text // its title
}

// Second is another conversation of a demonstration, which has nothing of this one in it.
type Second struct {
	Slug string              `json:"conversation"`
	Name frame.LocalizedText `json:"title"`
}

// Example follows one contribution through the chain, stop by stop: what it was about, what it said, who said
// the like, what was answered, what that changed, what rests on it now, and what its author thinks.
type Example struct {
	*part.Contribution
	Asked    *part.PointCard `json:"asked,omitempty"`   // the question that somebody proposed before, and what became of it
	Session  *Stage          `json:"session,omitempty"` // where questions were first wanted
	Before   *part.Element   `json:"before"`            // the place as it was when it was commented on
	Symbol   string          `json:"symbol"`
	Issues   int             `json:"issues"`               // of that edition
	Like     int             `json:"like"`                 // points answered with it
	After    part.PaperRow   `json:"after"`                // the edition that the answer changed
	New      []NewIssue      `json:"new_issues,omitempty"` // of that edition
	Number   string          `json:"number,omitempty"`
	Found    cite.Ref        `json:"found,omitempty"` // where a number of the old edition is found in the new one
	FoundAs  string          `json:"found_as,omitempty"`
	FoundIn  string          `json:"found_in,omitempty"` // the issue that holds it
	Citing   []part.Citing   `json:"cited_by,omitempty"`
	Review   cite.Ref        `json:"review,omitempty"`  // an open call on what cites it
	Refused  *part.PointCard `json:"refused,omitempty"` // beside it: a point that was not accepted
	Why      *part.Answer    `json:"refused_because,omitempty"`
	LateOne  *part.PointCard `json:"late_one,omitempty"` // and one that came late, and was kept
	OldLabel string          `json:"old_number,omitempty"`
	Heard    []*Heard        `json:"heard,omitempty"`  // in sessions
	Ranked   *Ranked         `json:"ranked,omitempty"` // in an order of themes
}

// NewIssue is an issue that an edition has and the one before had not.
type NewIssue struct {
	Ref    cite.Ref            `json:"ref"`
	Number string              `json:"number"`
	Name   frame.LocalizedText `json:"title"`
	Points int                 `json:"points"` // that it was added for
}

// newIssues lists the issues of an edition that go on from none of the edition before, with how many points
// asked for them.
func newIssues(st *conversation.Reading, e *paper.Edition, l locale.Lang) []NewIssue {
	old := map[cite.Ref]bool{}
	for _, f := range e.Changes {
		for _, x := range f.To {
			old[x] = true
		}
	}
	var out []NewIssue
	for i := range e.Elements {
		el := &e.Elements[i]
		if el.Kind != paper.Issue || old[el.Ref] || len(e.Changes) == 0 {
			continue
		}
		n := NewIssue{Ref: cite.Element(e.Ref, el.Ref.ElementNumber()), Number: el.Number, Name: frame.Localize(el.Text, l)}
		for _, d := range st.Behind(e, el.Ref) {
			n.Points += d.Current
		}
		out = append(out, n)
	}
	return out
}

// exampleNumber is the printed number that the voice shows to still find its place.
const exampleNumber = "13(i)"

// newExample builds the path; nil where the contribution is not published or has no answer.
func newExample(st *conversation.Reading, d Demonstration, l locale.Lang) *Example {
	c, ok := part.NewContribution(st, d.Voice, l)
	if !ok || c.Status != "published" || len(c.Parts) == 0 {
		return nil
	}
	c.Answered(st, l)
	v := &Example{Contribution: c}
	first := c.Parts[0]
	e, ok := st.Papers.Edition(first.On)
	if !ok {
		return nil
	}
	if asked, ok := part.NewPointCard(st, cite.Part(d.Proposal, 1), l); ok && d.Proposal != cite.None {
		asked.Contribution.Answered(st, l)
		v.Asked = &asked
	}
	v.Symbol, v.Issues = string(e.Symbol), e.Issues()
	if x := first.On.Element(); x != cite.None {
		el := part.NewElement(st, e, x, l)
		v.Before = &el
	}
	for _, s := range stagesOf(st, l) {
		if s.Kind == "session" {
			v.Session = &s
			break
		}
	}
	if first.Answer == nil {
		return v
	}
	v.Like = first.Answer.Points - 1
	v.revised(st, e, first.Answer, l)
	v.heard(st, first.Ref, l)
	v.ranked(st)
	v.rests(st, &first, l)
	v.beside(st, e.Ref.Root(), l)
	return v
}

// revised shows the edition that the answer changed, and where a number of the old one is found in it.
func (v *Example) revised(st *conversation.Reading, e *paper.Edition, a *part.Answer, l locale.Lang) {
	for _, ch := range a.Changes {
		if out, ok := st.Papers.Edition(ch.Ref); ok && !ch.Promised && ch.Ref.EditionNumber() > 0 {
			v.After, v.New = part.NewPaperRow(out, l), newIssues(st, out, l)
			if x, at, ok := st.Find(e, exampleNumber); ok && len(at.Elements) == 1 {
				y := at.Elements[0]
				v.Number, v.OldLabel = exampleNumber, e.Label(x)
				v.Found, v.FoundAs = cite.Element(out.Ref, y.ElementNumber()), out.Label(y)
				if is, ok := out.Element(out.IssueOf(y)); ok {
					v.FoundIn = is.Number
				}
			}
			return
		}
	}
}

// rests lists what rests on the point, on its answer and on the passages that this changed, and an open call on it.
func (v *Example) rests(st *conversation.Reading, first *part.ContributionPart, l locale.Lang) {
	seen := map[cite.Ref]bool{}
	rests := []cite.Ref{first.Ref, first.Answer.Ref}
	for _, ch := range first.Answer.Changes {
		rests = append(rests, ch.Ref)
	}
	for _, r := range rests {
		for _, k := range part.CitingOf(st, r, l) {
			if !seen[k.Ref] {
				seen[k.Ref] = true
				v.Citing = append(v.Citing, k)
			}
		}
	}
	for _, k := range st.OpenCalls() {
		for _, ci := range v.Citing {
			if ci.Ref.Root() == k.Paper {
				v.Review = k.Ref
			}
		}
	}
}

// beside shows a point on the same paper that was not accepted, and one that came late and was kept.
func (v *Example) beside(st *conversation.Reading, on cite.Ref, l locale.Lang) {
	if refs, _ := st.Consultation.Points(consultation.PointQuery{Paper: on, Outcome: consultation.NotAccepted}, 1); len(refs) > 0 {
		if p, ok := part.NewPointCard(st, refs[0], l); ok {
			d, _ := st.Consultation.Answer(refs[0])
			v.Refused, v.Why = &p, part.NewAnswer(st, d, l)
		}
	}
	if rows, _ := st.Consultation.List(consultation.Filter{Late: true}, 1); len(rows) > 0 {
		if p, ok := part.NewPointCard(st, cite.Part(rows[0].Ref, 1), l); ok {
			v.LateOne = &p
		}
	}
}

// Need lists the words of the voice and of those beside it.
func (v *Example) Need() []cite.Position {
	out := v.Contribution.Need()
	if v.Asked != nil {
		out = append(out, v.Asked.Need()...)
	}
	for _, c := range v.cards() {
		out = append(out, c.Need()...)
	}
	if v.Refused != nil {
		out = append(append(out, v.Refused.Need()...), v.Why.Need()...)
	}
	if v.LateOne != nil {
		out = append(out, v.LateOne.Need()...)
	}
	return out
}

// Fill gives them.
func (v *Example) Fill(words map[cite.Position]cite.Words) {
	v.Contribution.Fill(words)
	if v.Asked != nil {
		v.Asked.Fill(words)
	}
	for _, c := range v.cards() {
		c.Fill(words)
	}
	if v.Refused != nil {
		v.Refused.Fill(words)
		v.Why.Fill(words)
	}
	if v.LateOne != nil {
		v.LateOne.Fill(words)
	}
}

// Chair is a role that a visitor of the demonstration may take, with the work that waits there.
type Chair struct {
	Role    string `json:"role"`
	Waiting int    `json:"waiting"`
}

// chairs lists the roles of the demonstration.
func chairs(st *conversation.Reading, d Demonstration) []Chair {
	out := []Chair{{"officer", st.Consultation.AnswerCounts(cite.None).Unanswered}}
	if row, ok := st.Consultation.Row(d.Individual); ok && row.Status == consultation.Published {
		waiting := 0
		for n := 1; n <= row.Parts; n++ {
			part := cite.Part(row.Ref, n)
			has, reopened := st.Consultation.Answer(part)
			rs := st.Consultation.Reactions(part)
			if has != cite.None && !reopened && (len(rs) == 0 || rs[len(rs)-1].Disposition != has) {
				waiting++
			}
		}
		out = append(out, Chair{"individual", waiting})
	}
	out = append(out, Chair{"moderator", st.Consultation.Total().Pending})
	if d.Clearing != nil {
		out = append(out, Chair{"delegate", d.Clearing()})
	}
	if d.Asking != nil {
		out = append(out, Chair{"partner", d.Asking()})
	}
	if d.Sitting != nil {
		out = append(out, Chair{"chair", d.Sitting()}, Chair{"speaker", 1})
	}
	return out
}

// foldedChairs are the roles that the first page folds, so that it stays short on a phone.
var foldedChairs = []string{"moderator", "partner", "speaker"}

// offered are the roles that the page shows, and those that it folds.
func offered(all []Chair) (shown, folded []Chair) {
	for _, c := range all {
		if len(all) > 5 && slices.Contains(foldedChairs, c.Role) {
			folded = append(folded, c)
		} else {
			shown = append(shown, c)
		}
	}
	return shown, folded
}
