package conversation

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation/asked"
	"github.com/openplenary/plenary/conversation/compiler"
	"github.com/openplenary/plenary/conversation/formulating"
	"github.com/openplenary/plenary/conversation/preparation"
	"github.com/openplenary/plenary/conversation/round"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/reply"
	"github.com/openplenary/plenary/settings"
)

// The rules that span nouns: a noun's own rule is in its room; here is looked up what it needs of the others.

// submit looks up whether whoever sends speaks for the party.
func (s *State) submit(a Ask, c consultation.Submit) ([]Fact, error) {
	if err := s.authorised(a, c.Known); err != nil {
		return nil, err
	}
	return s.received(a, c)
}

// received looks up what spans nouns: who said it, and what each part is anchored to.
func (s *State) received(a Ask, c consultation.Submit) ([]Fact, error) {
	if c.Known {
		c.Name, c.Body, c.Affiliation = "", "", ""
	}
	cat, country, err := s.constituency(a, c.Known, c.Category)
	if err != nil {
		return nil, err
	}
	if c.Category = cat.ID; c.Known {
		c.Country = country
		a.Assurance = consultation.Vouched
	}
	// In a conversation without categories of bodies nobody could say that they speak for one.
	if persons := !cat.Body && !cat.State && !cat.Both; c.Body != "" && !c.Known && persons && slices.ContainsFunc(s.Categories, func(l settings.Label) bool { return l.Body && !l.State && !l.Closed }) {
		return nil, refusal.In("body", "body.person")
	}
	if c.Country != "" && !s.KnownCountry(c.Country) {
		return nil, refusal.In("country", "country.unknown")
	}
	replies := reply.Speaker{For: string(a.For.Ref()), Known: c.Known || a.Assurance != consultation.Anonymous}
	if c.Parts, err = round.Parts(s.Consultation, s.Replies, a.act(), replies, c); err != nil {
		return nil, err
	}
	targets, answers := make([]consultation.Target, len(c.Parts)), questionnaire.Answers{Choices: c.Chosen, Files: len(c.Files)}
	for i, p := range c.Parts {
		targets[i] = asks(s).Target(p.On)
		if p.Question != 0 {
			answers.Words = append(answers.Words, questionnaire.Worded{Question: p.Question, Text: p.Text})
			targets[i].Exists = targets[i].Exists && p.On.Element() == cite.None
		}
	}
	if c.Chosen, err = s.Questions.Check(c.Call, answers); err != nil {
		return nil, err
	}
	if err := s.Formulation.Proposed(c.Call, formulating.Drafts(c)); err != nil {
		return nil, err
	}
	c.Parts, targets = asks(s).Stances(c, targets)
	from := consultation.Sender{By: string(a.By.Ref()), For: string(a.For.Ref()), Assurance: a.Assurance, State: c.Known && cat.State, Received: a.Received, Told: a.Told}
	f, err := s.Consultation.Submit(from, targets, c)
	if err != nil {
		return nil, err
	}
	return s.declared(a, c.Call, f)
}

// constituency looks up for whom something is said: the category in which they are counted, and the country of a party on the roll.
func (s *State) constituency(a Ask, known bool, category string) (cat settings.Label, country string, err error) {
	if known {
		st, _ := s.Roll.Party(a.For)
		category, country = st.Category, st.Country
	}
	if a.For == 0 {
		return cat, "", refusal.In("for", "party.unknown")
	}
	cat, err = s.Counted(category, known)
	return cat, country, err
}

// publish looks up what spans nouns: the labels that elements carry, what they cite, and the points on the
// paper that still wait for an answer. Nothing is forgotten: an edition that revises a paper answers
// every point, or lists those that it does not.
func (s *State) publish(a Ask, c paper.Publish) ([]Fact, error) {
	if err := preparation.Labelled(&s.Settings, c.Elements, s.exists); err != nil {
		return nil, err
	}
	facts, err := formulator(s).Publish(a.act(), c)
	if err == nil {
		err = s.compiler().Publish(a.act(), c)
	}
	return facts, err
}

// compiler is what considerations are checked against.
func (s *State) compiler() *compiler.House {
	return &compiler.House{Papers: s.Papers, Consultation: s.Consultation, Other: s.other, Readable: func(r cite.Ref) bool { return s.MaySee(Readers, r) >= Redacted }}
}

// other reports whether a call takes something else than comments on its paper: what is said in a session, replies, questions, or comments on an order.
func (s *State) other(call cite.Ref) bool {
	_, heard := s.Sessions.ByCall(call)
	_, replies := s.Replies.Round(call)
	_, gathers := s.Formulation.Gathering(call)
	_, orders := s.Priorities.ByCall(call)
	return heard || replies || gathers || orders
}

// answer looks up who drafted the answer, and what its parts repeat.
func (s *State) answer(a Ask, c consultation.Answer) ([]Fact, error) {
	//mutants:guard where two people are needed nobody answers alone
	if s.Review.Required && (c.Drafted == "" || c.Drafted == a.act().By) {
		return nil, refusal.New(refusal.NotNow, "answer.second")
	}
	facts, err := asks(s).Answer(a.act(), c)
	if err == nil && c.Outcome == consultation.Duplicate.String() && formulator(s).Circle(c.Parts, c.Of) {
		err = refusal.In("of", "answer.circle")
	}
	return facts, err
}

// exists reports whether a reference names something that everybody may read that it was there.
func (s *State) exists(r cite.Ref) bool { return s.MaySee(Readers, r) >= Tombstone }

// reserve gives a reference to an element of the next edition.
func (s *State) reserve(act cite.Act, c paper.Reserve) (cite.Proposal, error) {
	f, err := s.Papers.Reserve(act, c)
	return cite.Proposal{Body: f}, err
}

// openReplies announces the call that takes the replies, and says to whose points.
func (s *State) openReplies(a Ask, c reply.Open) ([]Fact, error) {
	opened, k, err := round.Open(s.Consultation, s.Replies, a.act(), c)
	if err != nil {
		return nil, err
	}
	call, err := s.announceCall(a.act(), k)
	return []Fact{call, opened}, err
}

// announceCall looks up the edition that is current.
func (s *State) announceCall(act cite.Act, c consultation.AnnounceCall) (cite.Proposal, error) {
	edition := cite.None
	if e, ok := s.Papers.Edition(c.Paper); ok {
		edition = e.Ref
	}
	return s.Consultation.AnnounceCall(act, edition, c)
}

// asks is what has to be looked up of what people are asked.
func asks(s *State) *asked.House {
	return &asked.House{Papers: s.Papers, Consultation: s.Consultation, Questions: s.Questions, Replies: s.Replies, Formulation: s.Formulation, Settings: settled(s)}
}
