package conversation_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/consultation/removal"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/chain"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/panel"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/poll"
	"github.com/openplenary/plenary/priority"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/reply"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/studio"
	"github.com/openplenary/plenary/transcript"
	"pgregory.net/rapid"
)

// generator makes values of commands: mostly such as somebody might send, now and then such as nobody should.
// It draws evenly from one seed: rapid's own numbers are mostly small, and so would be all that is made of them.
type generator struct {
	*rapid.T
	*rand.Rand
	w       *world
	symbols int
}

func pick[E any](g *generator, from ...E) E { return from[g.number(len(from))] }

func (g *generator) number(n int) int { return g.IntN(n) }

// odd is true now and then.
func (g *generator) odd() bool { return g.number(12) == 0 }

// words are choices for strings, by the name of their field; the last is not taken.
var words = map[string][]string{
	"Ground":     {"abuse", "off_topic", "personal_data", "ugly"},
	"Outcome":    {"accepted", "noted", "not_accepted", "duplicate", "liked"},
	"Verdict":    {consultation.Satisfied, consultation.NotSatisfied, consultation.Misses, "angry"},
	"Late":       {consultation.LateKept, consultation.LateRefused, "lost"},
	"Moderation": {consultation.ModerateBefore, consultation.ModerateAfter, "never"},
	"Status":     {"official", "unofficial", "good"},
	"Zone":       {"", "UTC", "Europe/Zurich", "Nowhere"},
	"Category":   {"ngo", "person", "state", "king"},
	"Country":    {"", "CH", "XA", "XX"},
	"Group":      {"", "g"},
	"Date":       {"2020-01-10", "yesterday"},
	"From":       {"2020-01-10", "2020-02-10", "", "yesterday"},
	"To":         {"2020-02-10", "2020-01-10", "", "tomorrow"},
	"State":      {settings.Open, settings.Planned, "sleeping"},
	"Source":     {"https://example.org/", "", "javascript:x"},
	"Change":     append(slices.Clone(paper.ChangeNames), "gone"),
	"Number":     {"1", "(i)", "", strings.Repeat("9", 300)},
	"ID":         {"ngo", "person", "patents", "a", ""},
	"Nouns":      append(slices.Clone(settings.Nouns), "kings"),
	"Into":       {"ngo", "person", "state", "a"},
	"List":       append(slices.Clone(settings.Lists), "countries"),
	"Chooser":    append([]string{""}, append(slices.Clone(settings.Choosers), "cats")...),
	"Slug":       {"ferries", "new"},
	"Seal":       {seal, "0"},
	"Who":        {"", consultation.Everybody, "kings"},
}

// seal is that of a sentence.
const seal = "0123456789abcdef0123456789abcdef"

var kinds = map[reflect.Type][]string{
	reflect.TypeFor[settings.Stage](): append(slices.Clone(settings.StageKinds), "party"),
	reflect.TypeFor[paper.Publish]():  append(slices.Clone(paper.Kinds), "leaflet"),
	reflect.TypeFor[paper.Element]():  {paper.Theme, paper.Issue, paper.Paragraph, paper.Question, "line"},
	reflect.TypeFor[paper.Reserve]():  {paper.Paragraph, paper.Question, "line"},
}

func (g *generator) string(in reflect.Type, field string) string {
	choices := words[field]
	if field == "Kind" {
		choices = kinds[in]
	}
	switch {
	case field == "Symbol" && !g.odd():
		g.symbols++
		return fmt.Sprintf("S/%d", g.symbols)
	case choices == nil && g.odd():
		return pick(g, "", strings.Repeat("é", 400), "\xff")
	case choices == nil:
		return pick(g, "Ferries shall run.", "أعمال عن العبّارات", " Two\r\nlines ")
	case g.odd():
		return choices[len(choices)-1]
	}
	return choices[g.number(max(1, len(choices)-1))]
}

// ref is a reference of the kind that a field is about.
func (g *generator) ref(field string) cite.Ref {
	st := g.w.st
	contribution := cite.Contribution(1 + g.number(st.Consultation.Len()+1))
	element := cite.Element("p1", 1+g.number(6))
	if g.odd() {
		return pick[cite.Ref](g, "", "p1", "p9", "k1", "c1", "c1.1", "d1", "p1.e1.x2", "c1.2[3:9]", "nonsense")
	}
	switch field {
	case "Contribution":
		return contribution
	case "Part":
		if g.number(2) == 0 {
			contribution = "c1"
		}
		if p := cite.Part(contribution, 1+g.number(2)); g.number(2) == 0 {
			return p + cite.Ref(cite.Span{From: g.number(9), To: 9 + g.number(9)}.String())
		} else {
			return p
		}
	case "Parts", "Of", "Proposal", "Like":
		return cite.Part(contribution, 1)
	case "Call":
		return cite.Call(1 + g.number(len(st.Consultation.Calls)))
	case "Revises":
		return pick[cite.Ref](g, "", "", "d2", cite.Disposition(1+g.number(st.Consultation.Dispositions()+1)))
	case "Disposition":
		return cite.Disposition(1 + g.number(st.Consultation.Dispositions()+1))
	case "Paper":
		return pick[cite.Ref](g, "p1", "p1", "p2", "")
	case "On":
		return pick(g, cite.EditionOf("p1", 1), cite.Element("p1.e1", 3), cite.Element("p1.e1", 1+g.number(4)), cite.Element("p1.e2", 3))
	case "Edition":
		return pick[cite.Ref](g, "p1.e2", "p1.e3", "p1")
	case "Cites":
		return pick(g, cite.Part(contribution, 1), element, "d1")
	case "Changes":
		return pick(g, cite.Element("p1", 1+g.number(4)), cite.Element("p1.e1", 1+g.number(4)), element)
	case "Target":
		return pick[cite.Ref](g, "", "p1", "k1")
	}
	return element
}

// fill makes a value.
func (g *generator) fill(v reflect.Value, in reflect.Type, field string) {
	switch to := v.Addr().Interface().(type) {
	case *cite.Ref:
		*to = g.ref(field)
		return
	case *locale.Lang:
		*to = pick[locale.Lang](g, "en", "fr", "ar")
		if g.odd() {
			*to = "de"
		}
		return
	case *locale.Text:
		if (field == "Heading" || field == "Terms") && g.number(2) == 0 { // may be left out, and mostly is
			*to = locale.Text{}
			return
		}
		*to = pick(g, english("Ferries."), english("Boats."), locale.Text{Original: "fr", In: map[locale.Lang]string{"fr": "Bacs.", "en": "Ferries."}})
		if g.odd() {
			*to = pick(g, locale.Text{}, locale.Text{Original: "de", In: map[locale.Lang]string{"en": "x"}}, english(strings.Repeat("é", 400)), english("\xff"))
		}
		return
	case *time.Time:
		if in == reflect.TypeFor[life.Correct]() && !g.odd() { // stays as it is
			return
		}
		*to = g.w.now.Add(time.Duration(g.number(40)-10) * time.Hour)
		return
	case *consultation.Mask:
		to.Field = pick(g, "1.text", "1.text", "2.text", "1.wording", "name", "body", "f1", "f1.name", "1.text@1", "1.text@2", "title@1", "reason@1")
		if from := g.number(12); g.number(3) > 0 {
			to.From, to.To = from, from+1+g.number(5)
		}
		if g.odd() {
			*to = pick(g, consultation.Mask{Field: "9.text"}, consultation.Mask{Field: "1.text", From: 4, To: 2}, consultation.Mask{Field: "1.text", From: 1, To: 999}, consultation.Mask{})
		}
		return
	case *cite.Position:
		for _, c := range g.w.st.Consultation.Proposed() {
			for _, r := range g.w.st.Consultation.Removals(c) {
				if *to = r.At; g.number(2) == 0 {
					return
				}
			}
		}
		return
	case *delegation.Capacity:
		*to = pick(g, delegation.Capacities...)
		return
	case *questionnaire.Condition:
		if g.odd() {
			*to = questionnaire.Condition{Question: 1 + g.number(3), Picks: []int{1}}
		}
		return
	case *delegation.Role:
		*to = delegation.Role(g.number(9))
		return
	case *delegation.Participant:
		*to = delegation.Participant(g.number(9))
		return
	case *delegation.Party:
		*to = pick(g, fenland, 21, 22, 30, 0)
		return
	case *[]cite.Choice:
		if form, ok := g.w.st.Questions.Form("k1"); ok && g.number(2) == 0 {
			*to = []cite.Choice{{Question: 1 + g.number(form.Len()), Picks: []int{1 + g.number(2)}}}
		}
		if g.odd() {
			*to = []cite.Choice{{Question: g.number(9) - 2, Picks: []int{g.number(9) - 2}}}
		}
		return
	case *questionnaire.Question:
		*to = questionnaire.Question{Kind: pick(g, questionnaire.Kinds...), Text: english("Why?"), Options: []locale.Text{english("A"), english("B")}, Steps: 3, Low: english("low"), High: english("high"),
			Words: g.number(2) == 0}
		if g.odd() {
			to.Kind, to.Most = pick(g, "nonsense", questionnaire.Several), g.number(5)
		}
		return
	case *consultation.Stance:
		*to = consultation.Stance(g.number(3) * g.number(3))
		return
	case *[]paper.Element:
		if g.w.st.Papers.All != nil && !g.odd() {
			*to = g.edition()
			return
		}
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(g.string(in, field))
	case reflect.Bool:
		v.SetBool(g.number(2) == 0)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(g.number(2) * g.number(4)))
		if field == "Part" { // of a contribution, corrected
			v.SetInt(int64(1 + g.number(2)))
		}
		if field == "Question" && g.number(8) > 0 {
			v.SetInt(0)
		}
		if g.odd() {
			v.SetInt(-1)
		}
	case reflect.Uint64:
		v.SetUint(uint64(g.number(3)))
	case reflect.Slice:
		n := 1 + g.number(2)
		if g.odd() {
			n = g.number(5)
		}
		if field == "From" || field == "Subjects" || field == "Crosscutting" || field == "Files" || field == "Masks" || field == "Pictures" {
			n = g.number(2) * g.number(2)
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			g.fill(v.Index(i), in, field)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range g.number(3) {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			g.fill(k, in, field)
			g.fill(e, in, field)
			v.SetMapIndex(k, e)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				g.fill(v.Field(i), v.Type(), f.Name)
			}
		}
	default:
		g.Fatalf("a command holds a %s, which this test cannot make", v.Type())
	}
}

// mend has a command go on from what is there, where what is made of nothing would never be granted: a translation names
// what was seen of it, a correction is its author's. It gives that author, nobody for any.
func (g *generator) mend(command any) (author delegation.Participant) {
	st := g.w.st
	if g.odd() {
		return nobody
	}
	switch c := command.(type) {
	case *delegation.Authorise:
		c.Until = time.Time{}
	case *delegation.Unauthorise:
		c.Party, c.Participant = pick(g, fenland, moor), fen
	case *delegation.Appoint:
		c.Party, c.Capacity, c.Until, c.Reached = fenland, delegation.Alternate, time.Time{}, true
		return ben
	case *delegation.End:
		c.Party = fenland
		return ben
	case *delegation.HandOver:
		c.Party, c.Participant, c.Stays, c.Until = fenland, fen, delegation.Alternate, time.Time{}
		return ben
	case *delegation.Compose:
		c.Group, c.Members = isles, pick(g, []delegation.Party{fenland}, []delegation.Party{moor, fenland})
	case *accreditation.SetOffer:
		c.Categories, c.As = []string{"ngo"}, accreditation.Capacities[:2+g.number(2)]
	case *accreditation.Ask:
		*c = accreditation.Ask{Party: g.body(), Name: pick(g, "Ferrymen", "Pilots"), Category: "ngo", As: pick(g, accreditation.Capacities...), Alike: uint64(g.number(4))}
	case *accreditation.Accredit:
		*c = accreditation.Accredit{Party: g.body(), Name: "Ferrymen", Until: g.w.now.Add(time.Duration(20+g.number(100)) * time.Hour), Apart: true, Reason: "Because."}
	case *accreditation.Refuse:
		c.Party, c.Reason = g.body(), "Because."
	case *accreditation.Prolong:
		*c = accreditation.Prolong{Party: g.body(), Until: g.w.now.Add(1000 * time.Hour), Reason: "Because."}
	case *accreditation.Terminate:
		c.Party, c.Reason = g.body(), "Because."
	case *accreditation.Retract:
		c.Party = g.body()
		return ann
	case *accreditation.Remind:
		c.Party = g.body()
	case *delegation.Remind:
		c.Party, c.Participant = fenland, ann
	case *paper.Publish:
		*c = paper.Publish{Kind: paper.IssuesPaper, Symbol: c.Symbol, Title: english("Paper"), Date: "2020-01-10", List: true, Elements: elements()}
		if g.number(2) == 0 {
			c.Paper, c.Elements = "p1", g.w.next("p1")
			for i := range c.Elements {
				c.Elements[i].From, c.Elements[i].Cites = nil, nil
			}
		}
	case *paper.MarkSentence:
		c.Seal, c.Verdict = seal, pick(g, paper.Verdicts...)
	case *life.RemoveDocument:
		c.Call, c.Number = "k1", 1
	case *consultation.ConfirmRemoval:
		c.Contribution, c.Proposal = g.removal()
		return olga // moderator, as who proposed it
	case *removal.Decline:
		c.Contribution, c.Proposal = g.removal()
	case *consultation.Submit:
		if g.number(2) == 0 {
			*c = send(cite.Call(1+g.number(2)), "p1.e1.x3")
		}
	case *formulation.Hear:
		*c = formulation.Hear{Call: "k3", On: "p1.e1.x3", Party: pick(g, fenland, moor).Ref(), Said: g.w.now, Language: "en", Wording: "What is a ferry?", Text: "We ask.", Likeness: 3}
	case *priority.Begin:
		*c = priority.Begin{Title: english("First things"), Criteria: []locale.Text{english("Haste")}, Themes: themes}
	case *priority.Decide:
		*c = priority.Decide{Order: "o1", Places: placed[:1], Left: placed[1:], List: true}
		if o, ok := st.Priorities.Order("o1"); ok {
			if c.Seen = o.Seen(); o.Decided() != nil {
				c.Why = english("Others matter more.")
			}
		}
	case *poll.Hold:
		*c = poll.Hold{Order: "o1", Terms: balloted(g.w.now.Add(time.Hour), g.w.now.Add(20*time.Hour))}
	case *poll.Alter:
		c.Terms = balloted(g.w.now.Add(2*time.Hour), g.w.now.Add(20*time.Hour))
		c.Poll = pick[cite.Ref](g, "b2", cite.Ballot(len(st.Polls.Polls())))
	case *poll.Freeze:
		c.Poll = pick[cite.Ref](g, "b2", cite.Ballot(len(st.Polls.Polls())))
	case *poll.Cast:
		*c = poll.Cast{Poll: pick[cite.Ref](g, "b1", "b2"), Marks: []poll.Mark{{Option: 1 + g.number(2), Value: 1}}}
	case *poll.Return:
		c.Poll, c.Known = "b1", false
	case *poll.CallOff:
		c.Poll = pick[cite.Ref](g, "b2", cite.Ballot(len(st.Polls.Polls())))
	case *poll.Count:
		*c = poll.Count{Poll: "b1", Said: map[cite.Position]string{}}
		if p, ok := st.Polls.Poll("b1"); ok {
			c.Seen = p.Last
		}
		for _, at := range st.Polls.CastAt("b1") {
			c.Said[at] = pick(g, "1:1", "", "2:1", "nonsense")
		}
	case *session.PlanSession, *session.PlanSitting, *session.PlanItem, *session.Invite, *session.OpenSitting, *session.CloseSitting, *session.AdoptAgenda, *session.Deliver:
		g.inSession(c)
	case *floor.SetRules, *floor.SetList, *floor.Ask, *floor.Enter, *floor.Leave, *floor.Strike, *floor.MovePlace, *floor.Give, *floor.Time, *floor.Rule, *floor.Consult, *floor.Object, *floor.Conclude,
		*floor.EnterTurn, *floor.DescribeTurn, *floor.AskHands, *floor.ShowHand, *floor.EndHands:
		return g.onFloor(c)
	case *studio.SetLink, *studio.SetRecording, *studio.AssignBooth, *studio.Interpret, *studio.GiveSignal, *studio.TakeAir, *studio.PassAir, *studio.HandIn:
		return g.inStudio(c)
	case *panel.PutQuestion, *panel.RetractQuestion, *panel.TakeQuestion, *panel.MarkAnswered, *panel.SetAside:
		return g.onPanel(c)
	case *registration.SetTerms:
		*c = registration.SetTerms{Session: "s1", Opens: g.w.now, Closes: g.w.now.Add(time.Hour), Active: 1 + g.number(3), Figures: registration.Everyone, List: registration.Nobody, Reason: english("Because."),
			Seen: st.Registration.Seen("s1")}
	case *registration.AskField:
		*c = registration.AskField{Session: "s1", Label: english("What do you bring?"), Kind: registration.Line, Seen: st.Registration.Seen("s1")}
	case *transcript.Transcribe, *transcript.Correct, *transcript.Erase, *transcript.SetFeed, *transcript.Caption:
		return g.inTranscript(c)
	case *reply.Open:
		*c = reply.Open{Of: "k5", Who: reply.All, Title: english("Replies"), Closes: g.w.now.Add(40 * time.Hour), Zone: "UTC", Moderation: consultation.ModerateAfter}
	case *delegation.Align:
		var of []cite.Ref
		for n := range st.Consultation.Len() {
			ref := cite.Contribution(n + 1)
			if _, ok := st.Roll.DeclaredFor(ref); ok || len(st.Roll.JointlyBy(ref)) > 0 {
				of = append(of, ref)
			}
		}
		c.Contribution, c.Stand = pick(g, of...), pick(g, delegation.Aligned, delegation.Dissociated)
		return pick(g, ben, fen)
	case *priority.Propose:
		*c = priority.Propose{Order: "o1", Call: pick[cite.Ref](g, "k5", cite.Call(len(st.Consultation.Calls))), Places: placed}
		if o, ok := st.Priorities.Order("o1"); ok {
			c.Seen = o.Seen()
		}
	case *priority.GiveUp:
		if o, ok := st.Priorities.Order("o1"); ok {
			c.Order, c.Seen = "o1", o.Seen()
		}
	case *questionnaire.WithdrawOption:
		c.Call, c.Question, c.Option = "k4", 1, 1+g.number(4)
	case *consultation.PublishContribution:
		if waits := st.Consultation.Pending(); len(waits) > 0 {
			c.Contribution = pick(g, waits...)
		}
	case *formulation.GiveSupport:
		c.Proposal, c.Category, c.Known = g.proposal(), "ngo", false
	case *formulation.TakeBackSupport:
		c.Proposal, c.Known = g.proposal(), false
		if s := st.Formulation.Supports(c.Proposal); len(s) > 0 && author.UnmarshalText([]byte(s[0].By)) != nil {
			return nobody
		}
	case *formulation.Word:
		c.Call, c.Question, c.Of, c.Wording, c.Until = "k3", cite.None, []cite.Ref{g.proposal(), g.proposal()}, english("What is a ferry?"), time.Time{}
		if q, ok := st.Formulation.Question("q1"); ok && g.number(2) == 0 {
			c.Question, c.Of, c.Seen = "q1", nil, q.Now().Position
		}
	case *formulation.LeaveOut:
		c.Of, c.Outcome = []cite.Ref{g.proposal()}, pick(g, "noted", "not_accepted")
	case *formulation.Dissolve:
		c.Question = pick[cite.Ref](g, "q1", "q1", "q2")
		if q, ok := st.Formulation.Question(c.Question); ok {
			c.Seen = q.Now().Position
		}
	case *formulation.Arrange:
		c.Call, c.Themes = "k3", []formulation.Theme{{Title: english("Words")}}
		if gathering, ok := st.Formulation.Gathering("k3"); ok {
			c.Seen = gathering.Arranged
		}
		for _, q := range st.Formulation.Questions("k3") {
			c.Themes[0].Questions = append(c.Themes[0].Questions, q.Ref)
		}
	case *settings.Translate:
		c.Text, c.Language = pick(g, st.Settings.TextNames()...), pick[locale.Lang](g, "fr", "en")
		t, _ := st.Settings.Text(c.Text)
		c.Seen = t.Seen(c.Language)
	case *life.Translate:
		c.Text, c.Language = pick(g, "title", "text"), pick[locale.Lang](g, "fr", "ar")
		if k, ok := st.Consultation.Call(c.Call); ok {
			t, _ := life.Text(k, c.Text)
			c.Seen = t.Seen(c.Language)
		}
	case *questionnaire.Translate:
		c.Call, c.Text, c.Language = "k4", pick(g, "q1", "q1.o1"), "fr"
		if form, ok := st.Questions.Form(c.Call); ok {
			t, _ := form.Text(c.Text)
			c.Seen = t.Seen(c.Language)
		}
	case *paper.TranslatePassage:
		if p, ok := st.Papers.Paper("p1"); ok {
			c.Edition, c.Language, c.Over = p.Latest().Ref, "fr", 0
			c.Passage = pick(g, "title", paper.PassageOf(cite.Element("p1", 1+g.number(4))))
		}
	case *correction.Correct:
		c.Seen, c.Parts = 0, []correction.Part{{Part: 1, Text: pick(g, "Boats, then.", "Bridges."), Likeness: 1}}
		if row, ok := st.Consultation.Row(c.Contribution); ok && author.UnmarshalText([]byte(row.By)) != nil {
			return nobody
		}
	case *correction.Publish:
		c.Seen = 0
		if waits := correction.Waiting(st.Consultation); len(waits) > 0 {
			c.Contribution = pick(g, waits...)
		}
	case *correction.Withhold:
		c.Seen = 0
		if waits := correction.Waiting(st.Consultation); len(waits) > 0 {
			c.Contribution = pick(g, waits...)
		}
	}
	return author
}

// proposal is one of those that gathering gathered.
func (g *generator) proposal() cite.Ref {
	all, _ := g.w.st.Consultation.Points(consultation.PointQuery{Call: "k3"}, 10)
	if len(all) == 0 {
		return "c1.1"
	}
	return pick(g, all...)
}

// removal is one of those that were proposed.
func (g *generator) removal() (c cite.Ref, at cite.Position) {
	for _, c := range g.w.st.Consultation.Proposed() {
		for _, r := range g.w.st.Consultation.Removals(c) {
			return c, r.At
		}
	}
	return "c1", 1
}

// body is one of a few that request accreditation.
func (g *generator) body() cite.Ref { return delegation.Party(40 + g.number(3)).Ref() }

// edition makes the elements of paper 1 into those of its next edition: some go, some change, some come.
func (g *generator) edition() []paper.Element {
	var out []paper.Element
	for _, el := range g.w.next("p1") {
		el.From, el.Cites = nil, nil
		switch g.number(6) {
		case 0:
			continue
		case 1:
			el.Text = english("Said otherwise.")
		case 2:
			el.From = []cite.Ref{cite.Element("p1", 1+g.number(4))}
		case 3:
			el.Cites = []cite.Ref{g.ref("Cites")}
		}
		out = append(out, el)
	}
	if g.number(2) == 0 {
		out = append(out, paper.Element{Kind: paper.Paragraph, Number: "9", Text: english("New."), Subjects: []string{"patents"}, Crosscutting: []string{"use"}})
	}
	return out
}

// themes are two, and placed puts them in order.
var (
	themes = []priority.Theme{{Names: []cite.Ref{cite.Element("p1.e1", 1)}}, {Names: []cite.Ref{cite.Element("p1.e1", 3)}}}
	placed = []priority.Placed{{Theme: 2, Reason: english("First.")}, {Theme: 1, Reason: english("Then.")}}
)

// furnished brings in what most acts of delegations, accreditation, questionnaires, orders and replies go on from: a game has not
// the turns to come to it. A call with questions is k4; one that closes soon, on an order of themes, is k5.
func furnished(w *world, g *generator) {
	w.t.Helper()
	w.must(olga, delegation.Authorise{Participant: ben, Party: fenland, Capacity: delegation.Head}, delegation.EnterParty{Party: isles, Category: "ngo", Name: "Isles"},
		delegation.EnterParty{Party: moor, Category: "ngo", Name: "Moor"}, delegation.Authorise{Participant: fen, Party: moor},
		delegation.Compose{Group: isles, Members: []delegation.Party{fenland, moor}},
		settings.Name{List: settings.Categories, ID: "ngo", Chooser: settings.Both}, accreditation.SetOffer{Categories: []string{"ngo"}, As: accreditation.Capacities})
	w.must(ann, accreditation.Ask{Party: g.body(), Name: "Pilots", Category: "ngo", As: accreditation.Capacities[0], Alike: 9})
	if g.number(2) == 0 {
		for i := range 3 {
			_, _ = w.do(olga, accreditation.Accredit{Party: delegation.Party(40 + i).Ref(), Name: "Pilots", Until: w.now.Add(100 * time.Hour), Reason: "Because."}) // one of them requested
		}
	}
	w.must(ann, send("k1", "p1.e1.x3"))
	w.must(ann, send("k1", "p1.e1.x3"))
	corrected := cite.Contribution(w.st.Consultation.Len())
	w.must(mo, consultation.PublishContribution{Contribution: corrected})
	w.must(ann, correction.Correct{Contribution: corrected, Parts: []correction.Part{{Part: 1, Text: "Boats.", Likeness: 7}}}) // waits for a moderator
	w.must(olga, life.AddDocument{Call: "k1", Title: english("Map"), Source: "https://example.org/"},
		delegation.Authorise{Participant: ann, Party: fenland, Until: w.now.Add(20 * time.Hour)}) // who holds it is reminded after ten
	if g.number(2) == 0 {
		w.must(olga, removal.RequireTwo{Required: true})
		w.must(mo, consultation.Redact{Part: "c1", Masks: []consultation.Mask{{Field: "1.text", From: 8, To: 9}}, Ground: "abuse"})
	}
	c := send("k2", "p1.e1.x3")
	c.Known = true
	if _, err := w.ask(conversation.Ask{By: fen, For: isles, Through: moor, Assurance: consultation.EmailProven, Command: c}); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.ask(conversation.Ask{By: fen, For: moor, With: []delegation.Joining{{Party: fenland, By: ben}}, Assurance: consultation.EmailProven, Command: c}); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.ask(conversation.Ask{By: ben, For: fenland, With: []delegation.Joining{{Party: moor, By: fen}}, Assurance: consultation.EmailProven, Command: c}); err != nil {
		w.t.Fatal(err)
	}
	soon := announcing(consultation.LateRefused, consultation.ModerateAfter)
	soon.Closes = w.now.Add(20 * time.Minute)
	w.must(olga, announcing(consultation.LateRefused, consultation.ModerateAfter), questionnaire.Ask{Call: "k4", Sections: []questionnaire.Section{{Title: english("All"),
		Questions: []questionnaire.Question{{Kind: questionnaire.One, Text: english("Which?"), Options: []locale.Text{english("A"), english("B"), english("C"), english("D")}}}}}},
		soon, priority.Begin{Title: english("First things"), Criteria: []locale.Text{english("Haste")}, Themes: themes})
	voted(w, "o1", 30*time.Minute)
	voted(w, "o1", 20*time.Hour)
	if _, err := w.ask(conversation.Ask{By: ann, For: himself, Assurance: consultation.EmailProven, Command: poll.Cast{Poll: "b1"}}); err != nil && key(err) != "poll.speaks" {
		w.t.Fatal(err)
	}
	assembled(w)
	interpreted(w)
	w.must(ann, consultation.Submit{Call: "k4", Category: "ngo", Chosen: []cite.Choice{{Question: 1, Picks: []int{2}}}})
	if g.number(3) > 0 {
		o, _ := w.st.Priorities.Order("o1")
		w.must(olga, priority.Propose{Order: "o1", Call: "k5", Places: placed, Seen: o.Seen()})
	}
}

// TestAnyCommands plays random asks, granted and refused. What is refused changes nothing; what is granted can be
// written, read and folded; a replay is what was live; no audience is handed what it may not see; and what a
// reader was handed stays so until something is touched that it rests on.
func TestAnyCommands(t *testing.T) {
	t.Parallel()
	granted := map[string]bool{}
	commands := conversation.Commands()
	rapid.Check(t, func(t *rapid.T) {
		w := seated(t)
		discussed(w)
		g := &generator{T: t, Rand: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), rapid.Uint64().Draw(t, "more")*977+rapid.Uint64().Draw(t, "and more"))), w: w}
		if g.number(2) == 0 {
			w.must(olga, publishing("p1", "P/2", append(w.next("p1")[:3], paper.Element{Kind: paper.Question, Number: "(iii)", Text: english("When?")})...))
		}
		gathered(w)
		furnished(w, g)
		held := hold(w)
		for range 45 + g.number(50) { // fewer than there are commands: each comes in about every second
			row := commands[g.number(len(commands))]
			if row.Name == "conversation.archive" && !g.odd() {
				continue // not much can be asked afterwards
			}
			c := row.New()
			g.fill(reflect.ValueOf(c).Elem(), row.Type, "")
			author := g.mend(c)
			by := map[conversation.Standing][]delegation.Participant{conversation.Officers: {olga}, conversation.Moderators: {mo}, conversation.Staff: {olga, mo}, conversation.Translators: {tom}, conversation.Rapporteurs: {olga}, conversation.Chairs: {olga, cora}, conversation.Timekeeper: {nobody}, conversation.Anybody: {ann, ben, fen}}[row.Standing]
			if by == nil || g.odd() {
				by = []delegation.Participant{nobody, olga, mo, cora, ana, tom, ann}
			}
			if author != nobody && !g.odd() {
				by = []delegation.Participant{author}
			}
			ask := conversation.Ask{By: by[g.number(len(by))], Assurance: consultation.EmailProven, Command: reflect.ValueOf(c).Elem().Interface()}
			ask.For, ask.System = pick(g, delegation.Party(ask.By)+20, fenland, moor), ask.By == nobody
			if g.odd() {
				ask.With = []delegation.Joining{{Party: pick(g, moor, isles, fenland), Through: pick[delegation.Party](g, 0, moor), By: pick(g, ben, fen, ann)}}
			}
			if _, err := w.ask(ask); err == nil {
				granted[row.Name] = true
			} else if len(refusal.Of(err)) == 0 {
				t.Fatalf("%+v: a fault, not a refusal: %v", ask, err)
			}
			w.now = w.now.Add(time.Duration(g.number(30)) * time.Minute)
			if g.odd() {
				w.now = w.now.Add(5 * time.Hour)
			}
			if g.number(3) == 0 {
				held = held.still(w)
			}
		}
		if w.replayed() != w.st.Digest() {
			t.Fatal("a replay gives another state than was live")
		}
		handsOut(w)
	})
	// These begin and end a conversation's life: none can be granted in one that is open. TestLife asks them.
	life := []string{"conversation.convene", "conversation.open", "conversation.archive", "conversation.reopen", "conversation.discard"}
	var never []string
	for _, c := range commands {
		if !granted[c.Name] && !slices.Contains(life, c.Name) {
			never = append(never, c.Name)
		}
	}
	if len(never) > 10 && !testing.Short() {
		t.Errorf("a generator that makes nothing that is granted tests nothing: never %q", never)
	} else {
		t.Log("never granted:", never)
	}
}

// handsOut holds every contribution against the rule of reading, for every audience.
func handsOut(w *world) {
	w.t.Helper()
	for name, a := range audiences {
		a = a.At(w.now)
		fault := func(r cite.Ref, what string) {
			w.t.Helper()
			w.t.Fatalf("the %s, who may see %d of %s, is handed %s", name, w.st.MaySee(a, r), r, what)
		}
		r := reading(w.st, a, w.now, func(r *conversation.Reading) {
			r.Consultation.List(consultation.Filter{}, 99)
			var every []consultation.Status
			for s := consultation.Pending; s <= consultation.Erased; s++ {
				every = append(every, s)
			}
			rows, _ := r.Consultation.List(consultation.Filter{Status: every}, 99)
			for _, row := range rows {
				if v := w.st.MaySee(a, row.Ref); v == conversation.Nothing || v == conversation.Tombstone && (row.By != "" || row.For != "" || row.Known) {
					fault(row.Ref, fmt.Sprintf("%+v", row))
				}
			}
			for _, ref := range r.Consultation.Pending() {
				if w.st.MaySee(a, ref) < conversation.Redacted {
					fault(ref, "that it waits")
				}
			}
			points, _ := r.Consultation.Points(consultation.PointQuery{}, 99)
			r.Consultation.Walk(func(p *consultation.PublishedPart) { points = append(points, p.Ref()) })
			for _, p := range points {
				if w.st.MaySee(a, p) < conversation.Redacted {
					fault(p, "the point")
				}
			}
			for n := 1; n <= w.st.Consultation.Len(); n++ {
				w.handsOutOne(r, a, cite.Contribution(n), fault)
			}
		})
		shown := r.Show(w.words)
		for n := 1; n <= w.st.Consultation.Len(); n++ {
			ref := cite.Contribution(n)
			row, _ := w.st.Consultation.Row(ref)
			v := w.st.MaySee(a, ref)
			at := []cite.Position{row.Position}
			for i := 1; i <= row.Parts; i++ {
				for _, re := range w.st.Consultation.Reactions(cite.Part(ref, i)) {
					at = append(at, re.Position)
				}
				for _, field := range []string{consultation.TextField(i), consultation.WordingField(i), consultation.FieldName, consultation.FieldBody} {
					from, masked := row.Position, field // the last text that stood
					for n, k := range w.st.Consultation.Corrections(ref) {
						if k.Stands > 0 && slices.Contains(k.Fields(), field) {
							from, masked = k.Position, consultation.CorrectedField(field, n+1)
						}
					}
					said, text := w.words[from][field], shown[row.Position][field]
					var spans []cite.Span
					for _, m := range w.st.Consultation.Masks(ref) {
						if m.Field == masked {
							spans = append(spans, m.Span())
						}
					}
					if want := cite.Blacken(said, spans); v == conversation.Redacted && text != want || v == conversation.Full && text != said {
						fault(ref, fmt.Sprintf("the words %q", text))
					}
				}
			}
			for _, k := range w.st.Consultation.Corrections(ref) {
				if at = append(at, k.Position); k.Stands == 0 && v < conversation.Full && !a.Roles.Has(delegation.Moderator, delegation.Officer) && (shown[k.Position] != nil || r.Granted(k.Position)) {
					fault(ref, "a correction that does not stand")
				}
			}
			for _, p := range at {
				if _, words := shown[p]; words && v < conversation.Redacted || r.Granted(p) && v < conversation.Redacted {
					fault(ref, fmt.Sprintf("the words at %d", p))
				}
			}
		}
	}
}

// handsOutOne asks a reading for everything that there is of one contribution.
func (w *world) handsOutOne(r *conversation.Reading, a conversation.Audience, ref cite.Ref, fault func(cite.Ref, string)) {
	v := w.st.MaySee(a, ref)
	is, _ := w.st.Consultation.Row(ref)
	row, ok := r.Consultation.Row(ref)
	switch {
	case ok != (v > conversation.Nothing):
		fault(ref, fmt.Sprintf("the row: %v", ok))
	case v == conversation.Tombstone && (row.By != "" || row.For != "" || row.Known):
		fault(ref, "who sent it")
	case v >= conversation.Redacted && (row.By != is.By || row.For != is.For):
		fault(ref, "a row without its author")
	}
	_, heard := w.st.Formulation.Floor(ref) // which nobody sent
	if own := a.Is(is.By); r.Own(ref) != (own && !heard) || !own && len(r.Consultation.By(is.By)) > 0 {
		fault(ref, "that it is theirs")
	}
	for n := 1; n <= is.Parts; n++ {
		part := cite.Part(ref, n)
		p, reactions, earlier, alike := r.Consultation.Part(ref, n), r.Consultation.Reactions(part), r.Consultation.Earlier(part), r.Consultation.Alike(part)
		if v < conversation.Redacted && (!reflect.DeepEqual(p, consultation.Part{}) || len(reactions)+len(earlier)+len(alike) > 0) {
			fault(part, fmt.Sprintf("%+v %v %v %v", p, reactions, earlier, alike))
		}
		if v >= conversation.Redacted && p.Ref != part {
			fault(part, "no part")
		}
		if d, _ := r.Consultation.Answer(part); d != cite.None && v == conversation.Nothing {
			fault(part, "its answer")
		}
		for _, l := range append(r.Forward(part, 9), r.Back(part, 9)...) {
			for _, end := range []cite.Ref{l.From, l.To} {
				if end.Root() != ref && w.st.MaySee(a, end) < conversation.Tombstone {
					fault(end, "a link to it")
				}
			}
			if v < conversation.Redacted && l.Kind == chain.LinkComment || v == conversation.Nothing {
				fault(part, fmt.Sprintf("the link %v", l))
			}
		}
	}
}

// inSession makes of a command about sessions one that may well be granted.
func (g *generator) inSession(command any) {
	now, last := g.w.now, &session.Session{}
	if all := g.w.st.Sessions.Sessions(); len(all) > 0 {
		last = all[0]
	}
	n := max(1, len(last.Sittings))
	switch c := command.(type) {
	case *session.PlanSession:
		*c = session.PlanSession{Plan: session.Plan{Title: english("Session"), Form: session.Online, Zone: "UTC"}}
	case *session.PlanSitting:
		*c = session.PlanSitting{Session: "s1", Begins: now, Ends: now.Add(time.Hour), Seen: last.Seen}
	case *session.PlanItem:
		*c = session.PlanItem{Session: "s1", Item: session.Content{Title: english("Item"), About: []cite.Ref{"p1.e1.x3"}}, Seen: last.Seen}
	case *session.Invite:
		*c = session.Invite{Session: "s1", Paper: "p1", Days: 20, Late: consultation.LateKept, Moderation: consultation.ModerateAfter, Seen: last.Seen}
	case *session.OpenSitting:
		*c = session.OpenSitting{Session: "s1", Number: n, Opened: now}
	case *session.CloseSitting:
		*c = session.CloseSitting{Session: "s1", Number: n, Closed: now}
	case *session.AdoptAgenda:
		*c = session.AdoptAgenda{Session: "s1", Sitting: n, Adopted: now, Seen: last.Seen}
	case *session.Deliver:
		*c = session.Deliver{Item: "s1.i1", Sitting: n, Party: fenland.Ref(), From: now.Add(-time.Minute), To: now, Floor: "en", Language: "en",
			Paragraphs: []session.Paragraph{{On: "p1.e1.x3", Text: "We speak.", Likeness: 4}}}
	}
}
