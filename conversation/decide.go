package conversation

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// Ask is what somebody wants done.
type Ask struct {
	By        delegation.Participant // who asks; 0 only for the timekeeper
	For       delegation.Party       // who is spoken for; 0 where it does not matter
	Token     string                 // a repeated token gets the first answer; "" for none
	Scope     string                 // what the token is scoped to beside the conversation: "" for an anonymous form
	Assurance string                 // how sure we are of By
	Received  time.Time              // when the request's head arrived
	Told      time.Time              // a script's clock, in demonstrations only
	System    bool                   // the timekeeper's or an operator's own ask
	Command   any
}

// Now is the instant that rules use.
func (a Ask) Now() time.Time {
	if !a.Told.IsZero() {
		return a.Told.UTC()
	}
	return a.Received.UTC()
}

// Convene makes a conversation. It is decided before there is a state.
type Convene struct {
	Slug          string
	Title         locale.Text
	Lead          locale.Text
	Languages     []locale.Lang
	Zone          string
	Categories    []Label
	Groups        []Label
	Subjects      []Label
	Crosscutting  []Label
	Countries     []Label
	Contact       string
	Demonstration bool
	Key           string
	Officer       delegation.Participant
	Stages        []Stage
}

// PlanStage adds a stage to the calendar (Number 0) or changes one.
type PlanStage struct{ Stage Stage }

// CiteDocument cites a document kept elsewhere.
type CiteDocument struct{ Document Document }

// Erase deletes the words of a contribution for good, on a ground.
type Erase struct {
	Contribution cite.Ref
	Ground       string
}

// zoneForm is what an IANA zone's name looks like; whether it exists is looked up where clocks are read.
var zoneForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+/-]{0,60}$`)

// maxStages is the most stages a calendar may have.
const maxStages = 60

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// ReservedSlugs may not name a conversation: they are addresses of the house.
var ReservedSlugs = []string{"new", "static", "check", "sign-in", "mailbox", "api"}

var stageStates = map[string]bool{Planned: true, Open: true, Closed: true, Held: true, Issued: true, NotHeld: true, Superseded: true}

// Decide answers an ask with facts, or with a refusal; the state is not changed.
func (s *State) Decide(a Ask) ([]Fact, error) {
	by := string(a.By.Ref())
	if c, ok := a.Command.(Convene); ok {
		if !c.Demonstration {
			a.Told = time.Time{}
		}
		return s.convene(a.Now(), c)
	}
	if !s.Demonstration {
		a.Told = time.Time{} // only a demonstration is told another time
	}
	now := a.Now()
	if s.Head == 0 {
		return nil, refusal.New(refusal.Hidden, "conversation.unknown")
	}
	if err := s.standing(a); err != nil {
		return nil, err
	}
	one := func(b Body, err error) ([]Fact, error) { return []Fact{{Body: b}}, err }
	worded := func(b Body, w cite.Words, err error) ([]Fact, error) { return []Fact{{Body: b, Words: w}}, err }
	switch c := a.Command.(type) {
	case PlanStage:
		return s.planStage(now, by, c)
	case CiteDocument:
		d := c.Document
		if d.Title.Empty() || d.Source == "" {
			return nil, refusal.In("title", "document.incomplete")
		}
		return one(Documented{Document: d, By: by, At: now}, nil)
	case Erase:
		return s.erase(now, by, c)
	case SetMap:
		return s.setMap(now, by, c)
	case delegation.Grant:
		b, err := s.Roll.Grant(a.By, c)
		return one(b, err)
	case delegation.Revoke:
		b, err := s.Roll.Revoke(a.By, c)
		return one(b, err)
	case delegation.EnterParty:
		if _, ok := s.Category(c.Category); !ok {
			return nil, refusal.In("category", "category.unknown")
		}
		if c.Country != "" && !s.KnownCountry(c.Country) {
			return nil, refusal.In("country", "country.unknown")
		}
		b, w, err := s.Roll.EnterParty(a.By, c)
		return worded(b, w, err)
	case delegation.Authorise:
		b, err := s.Roll.Authorise(a.By, c)
		return one(b, err)
	case paper.Publish:
		return s.publish(now, by, c)
	case paper.Reserve:
		b, err := s.Papers.Reserve(by, now, c)
		return one(b, err)
	case paper.CorrectConcordance:
		b, w, err := s.Papers.CorrectConcordance(by, now, c)
		return worded(b, w, err)
	case consultation.AnnounceCall:
		edition := cite.None
		if e, ok := s.Papers.Edition(c.Paper); ok {
			edition = e.Ref
		}
		b, err := s.Consultation.AnnounceCall(by, now, edition, c)
		return one(b, err)
	case consultation.ExtendCall:
		b, w, err := s.Consultation.ExtendCall(by, now, c)
		return worded(b, w, err)
	case consultation.OpenCall:
		b, err := s.Consultation.OpenCall(now, c.Call)
		return one(b, err)
	case consultation.CloseCall:
		b, err := s.Consultation.CloseCall(now, c.Call)
		return one(b, err)
	case consultation.Submit:
		return s.submit(a, by, c)
	case consultation.PublishContribution:
		b, err := s.Consultation.PublishContribution(by, now, c)
		return one(b, err)
	case consultation.Withhold:
		b, w, err := s.Consultation.Withhold(by, now, c)
		return worded(b, w, err)
	case consultation.Withdraw:
		b, err := s.Consultation.Withdraw(by, now, c)
		return one(b, err)
	case consultation.Redact:
		b, err := s.Consultation.Redact(by, now, c)
		return one(b, err)
	case consultation.Answer:
		return s.answer(now, by, c)
	case consultation.LinkPassage:
		if err := s.changes(c.Changes); err != nil {
			return nil, err
		}
		b, err := s.Consultation.LinkPassage(by, now, c)
		return one(b, err)
	case consultation.TranslateReason:
		b, w, err := s.Consultation.TranslateReason(by, now, c)
		return worded(b, w, err)
	case consultation.React:
		b, w, err := s.Consultation.React(by, now, c)
		return worded(b, w, err)
	}
	return nil, refusal.New(refusal.Forbidden, "command.unknown")
}

// standing keeps who may ask for what: deny by default.
//
// The timekeeper opens and closes calls. Anybody may submit, and withdraw or react to what is theirs. Moderators
// publish, withhold and redact. Everything else is an officer's.
func (s *State) standing(a Ask) error {
	roles := s.Roll.Roles(a.By)
	ok := false
	switch a.Command.(type) {
	case consultation.OpenCall, consultation.CloseCall:
		ok = a.System
	case consultation.Submit, consultation.Withdraw, consultation.React:
		ok = a.By != 0
	case consultation.PublishContribution, consultation.Withhold, consultation.Redact:
		ok = roles.Has(delegation.Moderator)
	case PlanStage, CiteDocument, Erase, SetMap, delegation.Grant, delegation.Revoke, delegation.EnterParty, delegation.Authorise,
		paper.Publish, paper.Reserve, paper.CorrectConcordance, consultation.AnnounceCall, consultation.ExtendCall,
		consultation.Answer, consultation.LinkPassage, consultation.TranslateReason:
		ok = roles.Has(delegation.Officer) || a.System
	}
	if !ok {
		return refusal.New(refusal.Forbidden, "standing.missing")
	}
	return nil
}

func (s *State) convene(now time.Time, c Convene) ([]Fact, error) {
	if s.Head != 0 {
		return nil, refusal.New(refusal.Conflict, "conversation.exists")
	}
	var no refusal.Several
	if len(c.Slug) > 40 || !slugForm.MatchString(c.Slug) {
		no = append(no, refusal.In("slug", "conversation.slug"))
	}
	for _, r := range ReservedSlugs {
		if c.Slug == r {
			no = append(no, refusal.In("slug", "conversation.slug_taken"))
		}
	}
	if len(c.Languages) == 0 {
		no = append(no, refusal.In("languages", "conversation.languages"))
	}
	for _, l := range c.Languages {
		if !l.Valid() {
			no = append(no, refusal.In("languages", "conversation.languages"))
		}
	}
	if t, _ := c.Title.For(c.Title.Original); strings.TrimSpace(t) == "" || len(t) > 600 {
		no = append(no, refusal.In("title", "conversation.title"))
	}
	if len(c.Categories) == 0 {
		no = append(no, refusal.In("categories", "conversation.categories"))
	}
	for _, ls := range [][]Label{c.Categories, c.Groups, c.Subjects, c.Crosscutting, c.Countries} {
		seen := map[string]bool{}
		for _, l := range ls {
			if l.ID == "" || len(l.ID) > 40 || l.Name.Empty() || seen[l.ID] {
				no = append(no, refusal.In("categories", "conversation.labels", "id", l.ID))
			}
			seen[l.ID] = true
		}
	}
	if len(c.Stages) > maxStages {
		no = append(no, refusal.In("stages", "stage.number"))
	}
	if c.Zone != "" && !zoneForm.MatchString(c.Zone) {
		no = append(no, refusal.In("zone", "zone.unknown"))
	}
	if c.Officer == 0 {
		no = append(no, refusal.In("officer", "conversation.officer"))
	}
	facts := []Fact{{Body: Convened{Slug: c.Slug, Title: c.Title, Lead: c.Lead, Languages: c.Languages, Zone: c.Zone, Categories: c.Categories, Groups: c.Groups,
		Subjects: c.Subjects, Crosscutting: c.Crosscutting, Countries: c.Countries, Contact: c.Contact, Demonstration: c.Demonstration, Key: c.Key, Officer: c.Officer, At: now}}}
	for i, st := range c.Stages {
		st.Number = i + 1
		if err := checkStage(st); err != nil {
			no = append(no, err)
			break
		}
		facts = append(facts, Fact{Body: Staged{Stage: st, By: string(c.Officer.Ref()), At: now}})
	}
	return facts, no.Or()
}

func checkStage(st Stage) *refusal.Refusal {
	if st.Title.Empty() || !stageStates[st.State] {
		return refusal.In("stages", "stage.incomplete")
	}
	for _, d := range []string{st.From, st.To} {
		if d == "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return refusal.In("stages", "stage.date")
		}
	}
	if st.From != "" && st.To != "" && st.To < st.From {
		return refusal.In("stages", "stage.date")
	}
	return nil
}

func (s *State) planStage(now time.Time, by string, c PlanStage) ([]Fact, error) {
	if c.Stage.Number == 0 {
		c.Stage.Number = len(s.Stages) + 1
	}
	if c.Stage.Number < 1 || c.Stage.Number > len(s.Stages)+1 || c.Stage.Number > maxStages {
		return nil, refusal.In("stages", "stage.number")
	}
	if err := checkStage(c.Stage); err != nil {
		return nil, err
	}
	return []Fact{{Body: Staged{Stage: c.Stage, By: by, At: now}}}, nil
}

func (s *State) erase(now time.Time, by string, c Erase) ([]Fact, error) {
	row, ok := s.Consultation.Row(c.Contribution)
	if !ok || row.Ref != c.Contribution {
		return nil, refusal.New(refusal.Hidden, "contribution.unknown")
	}
	if row.Status == consultation.Erased {
		return nil, refusal.New(refusal.Conflict, "contribution.decided", "status", row.Status.String())
	}
	if !consultation.KnownGround(c.Ground) {
		return nil, refusal.In("ground", "ground.missing")
	}
	f := Erased{Position: row.Position, Contribution: row.Ref, Ground: c.Ground, By: by, At: now}
	facts := []Fact{{Body: f, Erase: []cite.Position{row.Position}}}
	for _, at := range s.Consultation.WithheldAt(row.Ref) { // a reason for withholding may repeat what has to go
		f.Position = at
		facts = append(facts, Fact{Body: f, Erase: []cite.Position{at}})
	}
	for n := 1; n <= row.Parts; n++ { // and what its author said of the answers
		for _, r := range s.Consultation.Reactions(cite.Part(row.Ref, n)) {
			if r.Worded {
				f.Position = r.Position
				facts = append(facts, Fact{Body: f, Erase: []cite.Position{r.Position}})
			}
		}
	}
	return facts, nil
}

// submit looks up what spans nouns: who is spoken for, and what each part is anchored to.
func (s *State) submit(a Ask, by string, c consultation.Submit) ([]Fact, error) {
	if c.Known {
		if !s.Roll.MaySpeak(a.By, a.For) {
			return nil, refusal.In("for", "party.not_authorised")
		}
		st, _ := s.Roll.Party(a.For)
		c.Category, c.Country, c.Name, c.Body = st.Category, st.Country, "", ""
		a.Assurance = consultation.Vouched
	}
	if a.For == 0 {
		return nil, refusal.In("for", "party.unknown")
	}
	cat, ok := s.Category(c.Category)
	if !ok {
		return nil, refusal.In("category", "category.unknown")
	}
	if cat.State && !c.Known {
		// Nobody speaks for a state on their own word.
		return nil, refusal.In("category", "category.state")
	}
	if c.Country != "" && !s.KnownCountry(c.Country) {
		return nil, refusal.In("country", "country.unknown")
	}
	anchors := make([]consultation.Target, len(c.Parts))
	for i, p := range c.Parts {
		anchors[i] = s.target(p.On)
	}
	f, w, err := s.Consultation.Submit(by, string(a.For.Ref()), a.Assurance, a.Received, a.Told, anchors, c)
	return []Fact{{Body: f, Words: w}}, err
}

// anchor looks up a place to comment on: an element in an edition, or the whole edition.
func (s *State) target(r cite.Ref) consultation.Target {
	p, ok := s.Papers.Paper(r)
	if !ok || r.EditionNumber() == 0 {
		return consultation.Target{}
	}
	e, ok := p.Edition(r.EditionNumber())
	if !ok {
		return consultation.Target{}
	}
	out := consultation.Target{Exists: true, Earlier: e != p.Latest()}
	if x := r.Element(); x != cite.None {
		el, ok := e.Element(x)
		if !ok {
			return consultation.Target{}
		}
		out.Stance = el.Stance
	}
	return out
}

// publish looks up what spans nouns: the labels that elements carry, what they cite, and the points on the
// paper that still wait for an answer. Nothing is forgotten: an edition that revises a paper answers
// every point, or lists those that it does not.
func (s *State) publish(now time.Time, by string, c paper.Publish) ([]Fact, error) {
	for i, el := range c.Elements {
		for _, sub := range el.Subjects {
			if _, ok := s.Subject(sub); !ok {
				return nil, refusal.In("elements", "subject.unknown", "subject", sub)
			}
		}
		for _, id := range el.Crosscutting {
			if _, ok := find(s.Crosscutting, id); !ok {
				return nil, refusal.In("elements", "crosscutting.unknown", "id", id)
			}
		}
		for _, r := range el.Cites {
			if !s.exists(r) {
				return nil, refusal.In("elements", "paper.cites", "n", i+1, "ref", string(r))
			}
		}
	}
	f, err := s.Papers.Publish(by, c)
	if err != nil {
		return nil, err
	}
	f.At = now
	if c.Paper != cite.None {
		switch open := s.Consultation.AnswerCounts(c.Paper); {
		case open.Pending > 0:
			return nil, refusal.New(refusal.NotNow, "paper.pending", "n", open.Pending)
		case open.Unanswered > 0 && !c.List:
			return nil, refusal.New(refusal.NotNow, "paper.unanswered", "n", open.Unanswered)
		case open.Unanswered > 0:
			f.Listed = s.Consultation.OpenParts(c.Paper)
		}
	}
	return []Fact{{Body: f}}, nil
}

// answer looks up the passages that the answer changes, and reserves the new one.
func (s *State) answer(now time.Time, by string, c consultation.Answer) ([]Fact, error) {
	if err := s.changes(c.Changes); err != nil {
		return nil, err
	}
	var facts []Fact
	if c.New.Paper != cite.None {
		f, err := s.Papers.Reserve(by, now, paper.Reserve{Paper: c.New.Paper, Kind: paper.Paragraph, Name: c.New.Name})
		if err != nil {
			return nil, err
		}
		facts = append(facts, Fact{Body: f})
		c.Changes = append(slices.Clone(c.Changes), f.Ref)
	}
	f, w, err := s.Consultation.WriteAnswer(by, now, c)
	return append(facts, Fact{Body: f, Words: w}), err
}

// exists reports whether a reference names something that everybody may read that it was there.
func (s *State) exists(r cite.Ref) bool { return s.MaySee(Public, r) >= Tombstone }

// changes looks up the passages that an answer changes: elements of an edition that is out, elements that
// the next edition may change, or elements reserved for it.
func (s *State) changes(refs []cite.Ref) error {
	for _, r := range refs {
		x := r.Element()
		p, ok := s.Papers.Paper(r)
		if !ok || x == cite.None {
			return refusal.In("changes", "answer.passage", "ref", string(r))
		}
		if n := r.EditionNumber(); n > 0 {
			e, ok := p.Edition(n)
			if !ok || r != cite.Element(e.Ref, x.ElementNumber()) {
				return refusal.In("changes", "answer.passage", "ref", string(r))
			}
			if _, ok := e.Element(x); !ok {
				return refusal.In("changes", "answer.passage", "ref", string(r))
			}
			continue
		}
		if _, ok := p.Latest().Element(x); r != x || !ok && !p.Promised(x) {
			return refusal.In("changes", "answer.passage", "ref", string(r))
		}
	}
	return nil
}
