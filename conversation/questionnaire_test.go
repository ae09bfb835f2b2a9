package conversation_test

import (
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/refusal"
)

// TestChosenIsRead: what somebody chose is read by those who may read the contribution, and is counted while that is
// published.
func TestChosenIsRead(t *testing.T) {
	w := seated(t)
	w.must(olga, questionnaire.Ask{Call: "k1", Sections: []questionnaire.Section{{Title: english("All"), Questions: []questionnaire.Question{
		{Kind: questionnaire.One, Text: english("Which?"), Options: []locale.Text{english("A"), english("B")}}}}}})
	w.must(ann, consultation.Submit{Call: "k1", Category: "ngo", Chosen: []cite.Choice{{Question: 1, Picks: []int{2}}}})
	check := func(status string, counted int, readers ...string) {
		t.Helper()
		for name, a := range audiences {
			may := false
			for _, r := range readers {
				may = may || r == name
			}
			reading(w.st, a, w.now, func(r *conversation.Reading) {
				if got := r.Consultation.Chosen("c1"); (len(got) > 0) != may {
					t.Errorf("%s: %s reads %v", status, name, got)
				}
				counts, by, ok := r.Consultation.ChoiceCounts("k1")
				if !ok || counts.Of != counted || counts.Questions[0].Picks[1] != counted {
					t.Errorf("%s: %s counts %+v", status, name, counts)
				}
				for i, c := range r.Categories {
					if n := by[i].Of; n != counted && c.ID == "ngo" || n != 0 && c.ID != "ngo" {
						t.Errorf("%s: %s counts %d of %s", status, name, n, c.ID)
					}
				}
			})
		}
	}
	all := []string{"public", "author", "another", "moderator", "asking", "nosy", "officer", "chair", "rapporteur", "analyst", "translator"}
	staff := []string{"author", "moderator", "asking", "officer"}
	check("pending", 0, staff...)
	w.must(mo, consultation.PublishContribution{Contribution: "c1"})
	check("published", 1, all...)
	w.must(mo, consultation.Withhold{Contribution: "c1", Ground: "abuse", Reason: "It is."})
	check("withheld", 0, staff...)
	w.must(ann, consultation.Withdraw{Contribution: "c1"})
	check("withdrawn", 0, staff...)
	w.must(olga, conversation.Erase{Contribution: "c1", Ground: "at_request"})
	check("erased", 0)
}

// TestStanceOfTheCalls: yes, in part or no at a question of the call's own that stands for one of the paper is a stance on it, once,
// in the table of the overview as on the page of the passage.
func TestStanceOfTheCalls(t *testing.T) {
	w := seated(t)
	ask := func(on cite.Ref) questionnaire.Ask {
		return questionnaire.Ask{Call: "k1", Sections: []questionnaire.Section{{Title: english("All"), Questions: []questionnaire.Question{
			{Kind: questionnaire.Stance, Text: english("Should they?"), On: on}}}}}
	}
	refused := func(c questionnaire.Ask) string {
		if _, err := w.do(olga, c); err != nil {
			return refusal.Of(err)[0].Key
		}
		return ""
	}
	e, _ := w.st.Papers.Edition("p1")
	asks := cite.None
	for _, el := range e.Elements {
		switch on := el.Ref; {
		case el.Stance:
			asks = on
		case refused(ask(on)) != "questionnaire.on":
			t.Errorf("%s asks for no stance", on)
		}
	}
	if got := refused(ask("p1.x99")); got != "questionnaire.on" {
		t.Errorf("what is not there: %q", got)
	}
	w.must(olga, ask(asks))
	for _, c := range []struct {
		submit consultation.Submit
		want   string
	}{
		{consultation.Submit{Call: "k1", Category: "ngo", Chosen: []cite.Choice{{Question: 1, Picks: []int{3}}}}, "no"},
		{consultation.Submit{Call: "k1", Category: "ngo", Chosen: []cite.Choice{{Question: 1, Picks: []int{3}}},
			Parts: []consultation.SubmitPart{{On: cite.Element(e.Ref, asks.ElementNumber()), Language: "en", Stance: consultation.Yes}}}, "yes"},
	} {
		w.must(ann, c.submit)
		x := cite.Contribution(w.st.Consultation.Len())
		w.must(mo, consultation.PublishContribution{Contribution: x})
		reading(w.st, conversation.Public, w.now, func(r *conversation.Reading) {
			row, _ := r.Consultation.Row(x)
			if p := r.Consultation.Part(x, 1); row.Parts != 1 || p.On.Element() != asks || p.Stance.String() != c.want {
				t.Errorf("%s: %d parts, %+v", c.want, row.Parts, p)
			}
			stating := 0
			for _, cell := range r.Overview().Cells {
				stating = max(stating, cell.Stating)
			}
			if stating != 1 {
				t.Errorf("%s: %d parties take a stance in the overview", c.want, stating)
			}
		})
	}
}
