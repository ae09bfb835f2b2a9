package web_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
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

// conveneWith makes a conversation that is open, with categories of its own.
func (h *deskHouse) conveneWith(slug string, categories ...settings.Label) {
	h.t.Helper()
	c := conversation.Convene{Slug: slug, Title: locale.Plain(locale.English, slug), Languages: []locale.Lang{locale.English}, Categories: categories, Officer: 77}
	if _, err := h.sec.Convene(h.t.Context(), conversation.Ask{By: 77, Received: time.Now(), Command: c}); err != nil {
		h.t.Fatal(err)
	}
}

// TestNoCategoryByAccident: in a conversation with categories of its own nothing is chosen for anybody. The box on
// the home page asks, the form asks in sight, and where an officer named the category of whoever says none, that is it.
func TestNoCategoryByAccident(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	named := func(id string) settings.Label {
		return settings.Label{ID: id, Name: locale.Plain(locale.English, strings.ToUpper(id[:1])+id[1:])}
	}
	h.conveneWith("asks", named("municipality").Chosen(settings.Bodies), named("resident"))
	resident := named("resident")
	resident.Unsaid = true
	h.conveneWith("knows", named("municipality").Chosen(settings.Bodies), named("club").Chosen(settings.Both), resident)
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
		_, inside, _ := strings.Cut(again, "<main")
		if field := strings.Index(inside, `id="category"`); field < 0 || field > strings.Index(inside, "<details") {
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
}

// TestWhereTheAuthorBelongs: an organisation that is named in a category of persons is asked about. It is spoken for in a
// category of bodies, or shown as where the author belongs, and is never taken for the one who speaks.
func TestWhereTheAuthorBelongs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v, reader := h.visitor(), h.visitor()
	typed := deskWith(contribution("Boats, please."), "category", "individual", "name", "Ada Poloznik", "body", "Poloznik Ferries")
	a := v.post(form, deskWith(typed, "do", "send"))
	deskRefused(t, a, 422, "body.person")
	asked := deskForm(t, a.body, form, 0)
	if asked.Get("body") != "Poloznik Ferries" || asked.Get("belongs") != "" || strings.Count(a.body, `name="belongs"`) != 2 {
		t.Fatalf("nobody is asked: %v", asked)
	}
	deskRefused(t, v.post(form, deskWith(asked, "belongs", "speaks", "do", "send")), 422, "category.bodies")
	preview := v.post(form, deskWith(asked, "belongs", "belongs", "do", "preview"))
	who, _, _ := strings.Cut(preview.body[strings.Index(preview.body, "<article"):], "</article>")
	if preview.status != 200 || strings.Index(who, "Ada Poloznik") > strings.Index(who, "Poloznik Ferries") || !strings.Contains(who, "affiliation") {
		t.Errorf("%d: the preview shows %s", preview.status, who)
	}
	ref := func(a answer) string {
		ref, _, _ := strings.Cut(strings.TrimPrefix(v.deskTo(a), "/en"+conv+"/"), "/")
		h.as("moderator").post("/en"+conv+"/"+ref+"/publish", nil)
		return ref
	}
	belongs := ref(v.post(form, deskWith(deskForm(t, preview.body, form, 0), "do", "send")))
	speaks := ref(v.post(form, deskWith(asked, "token", nonce2, "belongs", "speaks", "category", "ngo", "do", "send")))
	for at, want := range map[string][2]string{belongs: {"", "Poloznik Ferries"}, speaks: {"Poloznik Ferries", ""}} {
		var is struct{ Name, Organisation, Affiliation string }
		if err := json.Unmarshal([]byte(reader.get("/en"+conv+"/"+at+".json").body), &is); err != nil || is.Name != "Ada Poloznik" || is.Organisation != want[0] || is.Affiliation != want[1] {
			t.Errorf("%s says %+v (%v)", at, is, err)
		}
	}
	if page := reader.get("/en" + conv + "/" + belongs).body; !strings.Contains(page, "affiliation: <bdi>Poloznik Ferries</bdi>") {
		t.Error("the page does not show where the author belongs")
	}
	if csv := reader.get("/en" + conv + "/contributions.csv").body; !strings.Contains(csv, "Ada Poloznik,,Poloznik Ferries,") || !strings.Contains(csv, "Ada Poloznik,Poloznik Ferries,,") {
		t.Error("the table mixes up who speaks and where they belong")
	}
	// It is redacted like any other name.
	h.as("moderator").deskTo(h.as("moderator").post("/en"+conv+"/"+belongs+"/redact", url.Values{"do": {"take"}, "mask": {"affiliation"}, "redact-ground": {"personal_data"}}))
	if page := reader.get("/en" + conv + "/" + belongs).body; strings.Contains(page, "Poloznik Ferries") {
		t.Error("redacted, it is still there")
	}
}
