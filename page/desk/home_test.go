package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/studio"
)

var noon = time.Date(2020, 1, 10, 12, 0, 0, 0, time.UTC)

func hours(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }

// reading is a conversation in which some facts stand, as somebody with roles reads it at an hour.
func reading(t *testing.T, hour int, roles []delegation.Role, facts ...cite.Fact) *conversation.Reading {
	t.Helper()
	st := conversation.NewState()
	en := func(s string) locale.Text { return locale.Plain(locale.English, s) }
	all := append([]cite.Fact{&conversation.Convened{Slug: "ferries", Title: en("Ferries"), Languages: []locale.Lang{"en"}, Zone: "UTC", Categories: []settings.Label{{ID: "person", Name: en("Person")}}, At: noon},
		&delegation.Granted{Participant: 1, Role: "officer"}}, facts...)
	for i, f := range all {
		if err := st.Apply(cite.Entry{Position: cite.Position(i + 1), Time: noon}, f); err != nil {
			t.Fatalf("%T: %v", f, err)
		}
	}
	var held delegation.RoleSet
	for _, role := range roles {
		held = held.With(role)
	}
	r := conversation.NewReading(st, conversation.Audience{Roles: held, As: []delegation.Participant{1}}, hours(hour))
	t.Cleanup(r.Close)
	return r
}

func draftPaper() cite.Fact {
	return &paper.Published{Ref: "p1.e1", PaperKind: paper.IssuesPaper, Symbol: "P/1", Title: locale.Plain("en", "Paper"), Date: "2020-01-10", Counter: 1, At: noon,
		Elements: []paper.Element{{Ref: "p1.x1", Kind: paper.Paragraph, Number: "1", Text: locale.Plain("en", "A ferry.")}}}
}

// announced is a call that is open from one hour to another.
func announced(ref cite.Ref, from, to int) cite.Fact {
	return &consultation.CallAnnounced{Ref: ref, Title: locale.Plain("en", "Call"), Paper: "p1", Edition: "p1.e1", Opens: hours(from), Closes: hours(to), Zone: "UTC", Late: consultation.LateRefused, Moderation: consultation.ModerateAfter}
}

func received(ref cite.Ref, published bool) cite.Fact {
	return &consultation.Received{Ref: ref, Call: "k1", By: "u0000000000007", For: "y0000000000007", Category: "person", Assurance: consultation.Anonymous, Received: noon, Rule: consultation.OnTime, Deadline: hours(9), Published: published,
		Parts: []consultation.ReceivedPart{{On: "p1.e1.x1", Language: "en", Bytes: 9, Likeness: 1}}}
}

// TestNext: whoever comes to their desk is led to what has to be done next, the most urgent first, and told how much it is.
func TestNext(t *testing.T) {
	t.Parallel()
	officer, moderator, both, translator, chair := []delegation.Role{delegation.Officer}, []delegation.Role{delegation.Moderator}, []delegation.Role{delegation.Officer, delegation.Moderator}, []delegation.Role{delegation.Translator}, []delegation.Role{delegation.Chair}
	answered := &consultation.Answered{Ref: "d1", Parts: []cite.Ref{"c1.1"}, Outcome: "noted", Original: "en", Languages: []locale.Lang{"en"}, At: noon}
	misses := &reaction.Reacted{Part: "c1.1", Disposition: "d1", Verdict: consultation.Misses, Language: "en", At: noon}
	corrected := &correction.Corrected{Contribution: "c1", Number: 1, Call: "k1", Held: true, Parts: []consultation.CorrectedPart{{Part: 1, Bytes: 3}}, Received: noon, Rule: consultation.OnTime, Deadline: hours(9), By: "u0000000000007"}
	open, planned := announced("k1", 0, 9), announced("k2", 20, 30)
	interpreter, technician := []delegation.Role{delegation.Interpreter}, []delegation.Role{delegation.Technician}
	meets := &session.Planned{Ref: "s1", New: true, Plan: session.Plan{Title: locale.Plain("en", "Session"), Zone: "UTC"}, At: noon}
	sitting, off := &session.SittingPlanned{Session: "s1", Number: 1, Begins: hours(2), Ends: hours(3), At: noon}, &session.SittingPlanned{Session: "s1", Number: 1, Off: true, At: noon}
	opened, closed := &session.SittingOpened{Session: "s1", Number: 1, Opened: noon, At: noon}, &session.SittingClosed{Session: "s1", Number: 1, Closed: hours(1), At: hours(1)}
	second, sitting2, opened2 := *meets, *sitting, *opened
	second.Ref, sitting2.Session, opened2.Session = "s2", "s2", "s2"
	booth := &studio.BoothAssigned{Session: "s1", Channel: "fr", Participant: delegation.Participant(1).Ref(), At: noon}
	for name, c := range map[string]struct {
		roles  []delegation.Role
		drafts int
		hour   int
		facts  []cite.Fact
		want   string // next, path, count
	}{
		"nothing is there":              {officer, 0, 1, nil, "import /desk/papers/import 0"},
		"one draft":                     {officer, 1, 1, nil, "publish /desk/papers/key 0"},
		"several drafts":                {officer, 2, 1, nil, "publish /desk/papers 0"},
		"a paper":                       {officer, 1, 1, []cite.Fact{draftPaper()}, "announce /desk/calls/new 0"},
		"an open call":                  {officer, 0, 1, []cite.Fact{draftPaper(), open}, "open /contributions 0"},
		"one open, one planned":         {officer, 0, 1, []cite.Fact{draftPaper(), open, planned}, "open /contributions 0"},
		"a planned call":                {officer, 0, -1, []cite.Fact{draftPaper(), open}, "planned /desk/people 0"},
		"a closed call":                 {officer, 0, 10, []cite.Fact{draftPaper(), open}, "closed /desk/stages 0"},
		"one closed, one planned":       {officer, 0, 10, []cite.Fact{draftPaper(), open, planned}, "planned /desk/people 0"},
		"a point":                       {officer, 0, 1, []cite.Fact{draftPaper(), open, received("c1", true)}, "answer /desk/points 1"},
		"an answered point":             {officer, 0, 1, []cite.Fact{draftPaper(), open, received("c1", true), answered}, "open /contributions 0"},
		"a reopened point":              {officer, 0, 1, []cite.Fact{draftPaper(), open, received("c1", true), answered, misses}, "reopened /desk/points 1"},
		"what waits for another":        {officer, 0, 1, []cite.Fact{draftPaper(), open, received("c1", false)}, "moderate /desk/queue 1"},
		"what waits, and points":        {officer, 0, 1, []cite.Fact{draftPaper(), open, received("c1", true), received("c2", false)}, "answer /desk/points 1"},
		"what waits for who does both":  {both, 0, 1, []cite.Fact{draftPaper(), open, received("c1", true), received("c2", false)}, "moderate /desk/queue 1"},
		"a correction that waits":       {both, 0, 1, []cite.Fact{draftPaper(), open, received("c1", true), corrected}, "correct /desk/queue 1"},
		"a correction for another":      {officer, 0, 1, []cite.Fact{draftPaper(), open, received("c1", true), corrected}, "answer /desk/points 1"},
		"a moderator's queue":           {moderator, 0, 1, []cite.Fact{draftPaper(), open, received("c1", false), received("c2", false)}, "moderate /desk/queue 2"},
		"a moderator's rest":            {moderator, 0, 1, []cite.Fact{draftPaper(), open, received("c1", true)}, "rest /contributions 0"},
		"a translator":                  {translator, 0, 1, nil, "translate /desk/translations 0"},
		"another office":                {chair, 0, 1, []cite.Fact{draftPaper(), open, received("c1", false)}, "office /documents 0"},
		"the chair of a session":        {chair, 0, 1, []cite.Fact{meets}, "sit /desk/speakers/s1 0"},
		"a technician of a session":     {technician, 0, 1, []cite.Fact{meets}, "sit /desk/studio/s1 0"},
		"the session that sits":         {chair, 0, 1, []cite.Fact{meets, &second, &sitting2, &opened2}, "sit /desk/speakers/s2 0"},
		"an interpreter with a booth":   {interpreter, 0, 1, []cite.Fact{meets, booth}, "sit /desk/booth/s1 0"},
		"an interpreter without one":    {interpreter, 0, 1, []cite.Fact{meets}, "office /documents 0"},
		"a session that is over":        {chair, 0, 1, []cite.Fact{meets, sitting, opened, closed}, "office /documents 0"},
		"a session that was called off": {chair, 0, 1, []cite.Fact{meets, sitting, off}, "office /documents 0"},
	} {
		var drafts []DraftRow
		for range c.drafts {
			drafts = append(drafts, DraftRow{Key: "key"})
		}
		v := NewHome(reading(t, c.hour, c.roles, c.facts...), drafts, "en")
		if got := fmt.Sprint(v.Next, " ", v.Path, " ", v.Count); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestCallState: a call says whether it is open, and whether it takes what comes, to the instant.
func TestCallState(t *testing.T) {
	t.Parallel()
	for _, late := range []string{consultation.LateKept, consultation.LateRefused} {
		k := announced("k1", 0, 9).(*consultation.CallAnnounced)
		k.Late = late
		for hour, want := range map[int]string{-1: "planned", 0: "open", 8: "open", 9: "closed", 20: "closed"} {
			r := reading(t, hour, nil, draftPaper(), k)
			call, ok := r.Consultation.Call("k1")
			if !ok {
				t.Fatal("there is no call")
			}
			takes := want == "open" || want == "closed" && late == consultation.LateKept
			if c := part.NewCall(r, call, "en"); c.State != want || c.Takes() != takes || c.Over() != (want == "closed" && !takes) || c.Stopped {
				t.Errorf("at %d, late %s: %s, takes %v, over %v", hour, late, c.State, c.Takes(), c.Over())
			}
		}
	}
}

// TestFieldOf: each field that can be black has a name of its own, in each version of the words.
func TestFieldOf(t *testing.T) {
	t.Parallel()
	f := &frame.Frame{Lang: "en"}
	seen := map[string]string{}
	for _, field := range []string{"name", "body", "affiliation", "title", "f1", "f2", "f1.name", "f2.name", "1.text", "2.text", "1.wording", "2.wording", "1.text@1", "1.text@2", "2.text@1", "title@1", "1.wording@1"} {
		m, ok := consultation.ParseMask(field)
		if !ok {
			t.Fatal(field)
		}
		name := FieldOf(f, m)
		if name == "" || strings.Contains(name, "⟦") || seen[name] != "" {
			t.Errorf("%s is called %q, as %s", field, name, seen[name])
		}
		seen[name] = field
	}
}
