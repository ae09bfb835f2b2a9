package web_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// paperAndCall publishes a paper of one paragraph, and opens a call on it.
func (h *deskHouse) paperAndCall(slug string) {
	h.t.Helper()
	var by delegation.Participant
	h.state(slug, func(st *conversation.State) { by = st.Roll.Holders(delegation.Officer)[0] })
	en := func(s string) locale.Text { return locale.Plain(locale.English, s) }
	now := time.Now()
	for _, c := range []any{
		paper.Publish{Kind: paper.IssuesPaper, Symbol: "F/1", Title: en("Paper"), Date: "2026-01-01", Elements: []paper.Element{{Kind: paper.Paragraph, Number: "1", Text: en("Boats.")}}},
		consultation.AnnounceCall{Title: en("Call"), Paper: "p1", Opens: now.Add(-time.Hour), Closes: now.Add(time.Hour), Late: consultation.LateRefused, Moderation: consultation.ModerateBefore},
	} {
		if _, err := h.sec.Do(h.t.Context(), slug, conversation.Ask{By: by, Received: now, Command: c}); err != nil {
			h.t.Fatal(err)
		}
	}
}

// TestNoCategoryByAccident: in a conversation with categories of its own nothing is chosen for anybody. The box on
// the home page asks, the form asks in sight, and where an officer named the category of whoever says none, that is it.
func TestNoCategoryByAccident(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	officer := h.signedIn("officer@example.org")
	h.convene(officer, "asks", "categories", "Municipality\nResident (person)\n")
	h.convene(officer, "knows", "categories", "Municipality\nClub (persons and bodies)\nResident (person, if nothing is said)\n")
	h.state("knows", func(st *conversation.State) {
		if c := st.Categories; len(c) != 3 || c[0].Persons() || !c[1].Persons() || !c[1].Body || !c[2].Unsaid || st.Unsaid() != "resident" {
			t.Errorf("%+v", c)
		}
	})
	for _, slug := range []string{"asks", "knows"} {
		at := "/en/c/" + slug
		h.paperAndCall(slug)
		box := h.visitor().get(at).body
		write := at + "/k1/contribute"
		sent := deskForm(t, box, write, 0)
		if _, asked := sent["category"]; asked != (slug == "asks") {
			t.Errorf("%s: the box asks for a category: %v", slug, asked)
		}
		if slices.Contains(sent["category"], "municipality") {
			t.Errorf("%s: a category is chosen: %q", slug, sent["category"])
		}
		v := h.visitor()
		a := v.post(write, deskWith(sent, "text", "Boats, please.", "do", "preview"))
		form := deskForm(t, v.get(write).body, write, 0)
		direct := v.post(write, deskWith(form, "text", "Boats, please.", "do", "preview"))
		if slug == "knows" {
			if got := deskForm(t, a.body, write, 0); a.status != 200 || got.Get("category") != "resident" || !strings.Contains(a.body, "Resident") {
				t.Errorf("%d %v", a.status, got)
			}
			continue
		}
		deskRefused(t, a, 422, "category.missing")
		deskRefused(t, direct, 422, "category.missing")
		again := a.body
		if field := strings.Index(again, `id="category"`); field < 0 || field > strings.Index(again, "<details") {
			t.Error("the field that is wrong is not in sight")
		}
		kept := deskForm(t, again, write, 0)
		if kept.Get("text") != "Boats, please." || kept.Get("category") != "" {
			t.Errorf("%v", kept)
		}
		if a := v.post(write, deskWith(kept, "category", "resident", "do", "preview")); a.status != 200 {
			t.Errorf("%d: %s", a.status, deskErrors(a.body))
		}
	}
	refused := func(categories string) answer {
		return officer.deskFill("/en/convene", "/en/convene", 0, "title", "X", "slug", "x", "until", time.Now().AddDate(0, 2, 0).Format(time.DateOnly), "zone", "UTC", "categories", categories)
	}
	deskRefused(t, refused("Municipality (if nothing is said)\nResident (person)"), 422, "category.unsaid")
	deskRefused(t, refused("A (person, if nothing is said)\nB (person, if nothing is said)"), 422, "category.unsaid_twice")
}
