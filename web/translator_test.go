package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/site"
)

// desks is a conversation with a call and its questions, an officer and a translator.
type desks struct {
	*deskHouse
	officer, tom *visitor
}

const translationDesk = "/en/c/ferries/desk/translations"

func newDesks(t *testing.T) *desks {
	t.Helper()
	h := &desks{deskHouse: newDeskHouse(t)}
	h.officer = h.signedIn("officer@example.org")
	h.convene(h.officer, "ferries")
	h.publishFerries(h.officer)
	const people = "/en/c/ferries/desk/people"
	a := h.officer.get(people)
	h.officer.deskTo(h.officer.post(people, deskWith(deskForm(t, a.body, people, strings.Count(a.body, `name="held"`)), "email", "tom@example.org", "role", "translator", "do", "invite")))
	h.tom = h.signedIn("tom@example.org")
	en := func(s string) locale.Text { return locale.Plain(locale.English, s) }
	h.system("ferries", consultation.AnnounceCall{Title: en("Comments on ferries"), Text: en("Say what you think."), Paper: "p1", Opens: time.Now().Add(-time.Hour), Closes: time.Now().Add(time.Hour), Zone: "UTC",
		Late: consultation.LateKept, Moderation: consultation.ModerateAfter})
	h.system("ferries", questionnaire.Ask{Call: "k1", Sections: []questionnaire.Section{{Title: en("You"), Questions: []questionnaire.Question{{Kind: questionnaire.Words, Text: en("How often?")}}}}})
	return h
}

// unit is the form of a text on the desk of somebody, in French.
func (h *desks) unit(v *visitor, of, pile, passage string) url.Values {
	h.t.Helper()
	a := v.get(translationDesk + "?to=fr&of=" + of + "&pile=" + pile)
	for n := range strings.Count(a.body, `name="passage"`) {
		if f := deskForm(h.t, a.body, translationDesk, n); f.Get("passage") == passage {
			return f
		}
	}
	h.t.Fatalf("no %s among %s of %s", passage, pile, of)
	return nil
}

func (h *desks) release(v *visitor, f url.Values, do, text string) answer {
	return v.post(translationDesk, deskWith(f, "text", text, "do", do))
}

// TestTranslateCalls: a translator translates what a call says and asks without being an officer; readers are told what a
// text is; a translator and an officer on one text lose nothing.
func TestTranslateCalls(t *testing.T) {
	t.Parallel()
	h := newDesks(t)
	says := func(path, want string) {
		t.Helper()
		if body := h.visitor().get("/fr/c/ferries" + path).body; !strings.Contains(body, want) {
			t.Errorf("%s does not say %q", path, want)
		}
	}
	const missing, unofficial, official, older = "Pas de traduction\u00a0: ceci est l’original (anglais).", "Traduction non officielle de l’anglais.", "Traduction officielle de l’anglais.", "est plus ancienne que son original"
	for _, path := range []string{"/k1", "/k1/form/part/s1", "/p1.x3", "/k1/contribute?on=p1.e1.x4", "/p1.x4/trace"} {
		says(path, missing)
	}
	h.tom.deskTo(h.release(h.tom, h.unit(h.tom, "calls", "missing", "title"), "unofficial", "Observations sur les bacs"))
	h.tom.deskTo(h.release(h.tom, h.unit(h.tom, "calls", "missing", "q1"), "official", "Combien de fois ?"))
	says("/k1", "Observations sur les bacs")
	says("/k1", unofficial)
	says("/k1/form/part/s1", "Combien de fois")
	says("/k1/form/part/s1", official)
	// The original changes: what was said of the translation counts no more, and the desk shows what changed.
	h.system("ferries", life.Correct{Call: "k1", Title: map[locale.Lang]string{"en": "Comments on our ferries"}, Reason: "Ours."})
	says("/k1", older)
	if body := h.tom.get(translationDesk + "?to=fr&of=calls&pile=older").body; !strings.Contains(body, "<ins") || !strings.Contains(body, "our") {
		t.Error("the change of the original is not shown")
	}
	mine, theirs := h.unit(h.tom, "calls", "older", "title"), h.unit(h.officer, "calls", "older", "title")
	h.tom.deskTo(h.release(h.tom, mine, "official", "Observations sur nos bacs"))
	b := h.release(h.officer, theirs, "official", "Vos avis sur les bacs")
	deskRefused(t, b, 409, "translation.moved")
	if !strings.Contains(b.body, "Vos avis sur les bacs") || !strings.Contains(b.body, "Observations sur nos bacs") {
		t.Error("both are shown")
	}
	says("/k1", official)
	h.state("ferries", func(st *conversation.State) {
		if k := st.Consultation.Calls[0]; k.Title.In["fr"] != "Observations sur nos bacs" || len(k.Turns) != 2 || k.Turns[1].Title.In["fr"] != "Observations sur les bacs" {
			t.Errorf("what it said before is kept with its turns: %+v", k.Turns)
		}
	})
	// What cannot be taken stays in its field.
	text := h.unit(h.tom, "calls", "missing", "text")
	deskRefused(t, h.release(h.tom, text, "official", " \n"), 422, "translation.empty")
	if a := h.release(h.tom, text, "official", strings.Repeat("bacs ", 40<<10)); a.status != 422 && a.status != 413 || !strings.Contains(a.body, "bacs bacs") {
		t.Errorf("200 KB: %d", a.status)
	}
	for _, bad := range []url.Values{{"at": {"k9"}, "passage": {"title"}, "language": {"fr"}, "text": {"x"}, "do": {"official"}}, {"at": {"k1"}, "passage": {"q9"}, "language": {"fr"}, "text": {"x"}, "do": {"official"}},
		{"at": {"settings"}, "passage": {"stage 99"}, "language": {"fr"}, "text": {"x"}, "do": {"official"}}, {"at": {"k1"}, "passage": {strings.Repeat("q", 5000)}, "language": {"fr"}}} {
		if a := h.tom.post(translationDesk, bad); a.status < 400 || a.status >= 500 {
			t.Error(bad, a.status)
		}
	}
}

// TestReleaseLeavesDrafts: whoever releases a text takes no draft away that they have not seen: they are told of it once, and a release
// that is sent again takes nothing that was kept since.
func TestReleaseLeavesDrafts(t *testing.T) {
	t.Parallel()
	h := newDesks(t)
	mine, theirs := h.unit(h.tom, "calls", "missing", "title"), h.unit(h.officer, "calls", "missing", "title")
	h.officer.deskTo(h.release(h.officer, theirs, "keep", "Le travail d’une demi-heure"))
	b := h.release(h.tom, mine, "unofficial", "Observations")
	deskRefused(t, b, 409, "draft.moved")
	if !strings.Contains(b.body, "Observations") || !strings.Contains(b.body, "Le travail d’une demi-heure") {
		t.Error("both are not shown")
	}
	seen := h.unit(h.tom, "calls", "missing", "title")
	if seen.Get("text") != "Le travail d’une demi-heure" {
		t.Fatal("the draft is gone:", seen.Get("text"))
	}
	// Who was told releases, and the draft goes; what is kept afterwards stays when the same is sent again.
	h.tom.deskTo(h.release(h.tom, seen, "unofficial", "Observations"))
	after := h.unit(h.officer, "calls", "unread", "title")
	if after.Get("text") != "Observations" || after.Get("version") != "0" {
		t.Errorf("the draft that was seen stays: %v", after)
	}
	h.officer.deskTo(h.release(h.officer, after, "keep", "Vos observations"))
	h.tom.deskTo(h.release(h.tom, seen, "unofficial", "Observations"))
	if left := h.unit(h.officer, "calls", "unread", "title"); left.Get("text") != "Vos observations" {
		t.Error("a release that was sent again took a draft away:", left.Get("text"))
	}
}

// TestTranslateSettings: what a conversation says of itself and its labels are translated on the same desk; in a language
// that was taken away meanwhile nothing is saved and nothing is lost.
func TestTranslateSettings(t *testing.T) {
	t.Parallel()
	h := newDesks(t)
	h.tom.deskTo(h.release(h.tom, h.unit(h.tom, "settings", "unread", "lead"), "official", "Quand circulent-ils ?"))
	h.state("ferries", func(st *conversation.State) {
		if st.Lead.In["fr"] != "Quand circulent-ils ?" || st.Marks.Standing(settings.LeadText, st.Lead, "fr") != locale.IsOfficial {
			t.Errorf("%+v %v", st.Lead, st.Marks)
		}
	})
	h.system("ferries", settings.Change{Lead: settings.Words{"en": "When do they run?"}})
	if body := h.officer.get("/en/c/ferries/desk/settings").body; !strings.Contains(body, locale.English.T("tongue.older")) {
		t.Error("the page of settings does not say that it is older")
	}
	if body := h.visitor().get("/fr/c/ferries").body; !strings.Contains(body, "est plus ancienne que son original") {
		t.Error("the first page does not say that what it is about is older than its original")
	}
	h.tom.deskTo(h.release(h.tom, h.unit(h.tom, "settings", "older", "lead"), "same", ""))
	h.state("ferries", func(st *conversation.State) {
		if st.Older(settings.LeadText, "fr") {
			t.Error("the change does not touch it")
		}
	})
	// The record tells it in words, with the office.
	if body := h.visitor().get("/en/c/ferries/record").body; !strings.Contains(body, "A text of the settings was translated: French (official)") {
		t.Error("the record does not tell it")
	}
	// A language is taken away while somebody translates into it, and comes again.
	h.system("ferries", settings.Change{Languages: []locale.Lang{"en", "fr", "es"}})
	f := deskWith(h.unit(h.tom, "settings", "unread", "contact"), "language", "es", "seen", locale.Plain("en", "The harbour office").Seen("es"))
	h.system("ferries", settings.Change{Languages: []locale.Lang{"en", "fr"}})
	b := h.release(h.tom, f, "official", "La capitanía")
	deskRefused(t, b, 409, "translation.language")
	if !strings.Contains(b.body, "La capitanía") {
		t.Error("what was typed is lost")
	}
	h.system("ferries", settings.Change{Languages: []locale.Lang{"en", "fr", "es"}})
	h.tom.deskTo(h.release(h.tom, f, "unofficial", "La capitanía"))
}

// TestOfficersTranslation: the translation of a reason that an officer writes with it is unofficial unless it is named
// official.
func TestOfficersTranslation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	officer := h.as("officer")
	answer := func(with ...string) string {
		t.Helper()
		point := officer.openPoints()[0]
		page := "/en" + conv + "/desk/points/" + point
		a := officer.deskFill(page, page, 1, append([]string{"outcome", "noted", "reason-en", "Because.", "reason-fr", "Parce que.", "do", "answer"}, with...)...)
		if to := officer.deskTo(a); to == "" {
			t.Fatal(a.body)
		}
		var d string
		h.state(func(st *conversation.State) {
			last, _ := st.Consultation.Disposition(cite.Disposition(st.Consultation.Dispositions()))
			d = string(last.Ref) + " " + last.Reasons["fr"].Status + " " + last.Reasons["en"].Status
		})
		return d
	}
	if d := answer(); !strings.HasSuffix(d, " unofficial ") {
		t.Error("by accident:", d)
	}
	d := answer("official-reason-fr", "yes", "official-reason-en", "yes", "official-reason-es", "yes")
	if !strings.HasSuffix(d, " official ") {
		t.Error("named official:", d)
	}
	ref, _, _ := strings.Cut(d, " ")
	if body := h.visitor().get("/fr" + conv + "/" + ref).body; !strings.Contains(body, "Traduction officielle de l’anglais.") {
		t.Error("the answer does not say what the translation is")
	}
}

// TestTranslateSite: whoever says what holds for the instance translates it, side by side; nobody else does.
func TestTranslateSite(t *testing.T) {
	t.Parallel()
	h := newOperated(t, "op@example.org")
	op := h.signedIn("op@example.org")
	const page = "/en/site/translations"
	if err := h.site.Save(func(now site.Said) (site.Said, error) {
		now.Name, now.Contact = locale.Plain(locale.English, "Town"), locale.Plain(locale.English, "Quay 1")
		now.Pages = map[string]map[locale.Lang]string{site.About: {locale.English: "We ask about ferries."}}
		return now, nil
	}); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[*visitor]int{op: 200, h.signedIn("somebody@example.org"): 404, h.visitor(): 303} {
		if a := who.get(page + "?to=fr"); a.status != want {
			t.Errorf("%d, want %d", a.status, want)
		}
		if a := who.post(page, url.Values{"passage": {"about"}, "language": {"fr"}, "do": {"official"}, "text": {"x"}}); want != 200 && a.status == 303 && !strings.Contains(a.header.Get("Location"), "sign-in") {
			t.Errorf("somebody else saves: %d", a.status)
		}
	}
	unit := func(pile, name string) url.Values {
		t.Helper()
		a := op.get(page + "?to=fr&pile=" + pile)
		for n := range strings.Count(a.body, `name="passage"`) {
			if f := deskForm(t, a.body, page, n); f.Get("passage") == name {
				return f
			}
		}
		t.Fatalf("no %s among %s", name, pile)
		return nil
	}
	f, other := unit("missing", site.About), unit("missing", site.About)
	op.deskTo(op.post(page, deskWith(f, "text", "Nous parlons des bacs.", "do", "unofficial")))
	b := op.post(page, deskWith(other, "text", "Les bacs, encore.", "do", "official"))
	deskRefused(t, b, 409, "translation.moved")
	if !strings.Contains(b.body, "Les bacs, encore.") || !strings.Contains(b.body, "Nous parlons des bacs.") {
		t.Error("both are shown")
	}
	if body := h.visitor().get("/fr/site/about").body; !strings.Contains(body, "Nous parlons des bacs.") || !strings.Contains(body, "Traduction non officielle de l’anglais.") {
		t.Error("the page does not say what it is")
	}
	if a := op.post(page, deskWith(unit("unread", site.About), "text", "Avec un [[blanc]].", "do", "official")); a.status != 422 || !strings.Contains(a.body, "Avec un [[blanc]].") {
		t.Errorf("a gap: %d", a.status)
	}
}
