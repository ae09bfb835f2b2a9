package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// A translator releases what is missing and what is older than its original, without a new edition; an officer and a
// translator on one passage lose nothing; nothing is called official that is not.
func TestTranslations(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	officer := h.signedIn("officer@example.org")
	h.convene(officer, "ferries")
	h.publishFerries(officer)
	const desk, people = "/en/c/ferries/desk", "/en/c/ferries/desk/people"
	invite := func(email, role string) *visitor {
		a := officer.get(people)
		officer.deskTo(officer.post(people, deskWith(deskForm(t, a.body, people, strings.Count(a.body, `name="held"`)), "email", email, "role", role, "do", "invite")))
		return h.signedIn(email)
	}
	tom, cora := invite("tom@example.org", "translator"), invite("cora@example.org", "chair")
	// Each office has a desk, which says what waits there.
	if a := cora.get(desk); a.status != 200 || !strings.Contains(a.body, locale.English.T("desk.now.office")) || strings.Contains(a.body, "/desk/queue") {
		t.Error("the chair's desk:", a.status)
	}
	if a := tom.get(desk); a.status != 200 || !strings.Contains(a.body, "/desk/translations") || strings.Contains(a.body, "/desk/queue") || strings.Contains(a.body, "/desk/people") {
		t.Error("the translator's desk:", a.status)
	}
	const page = desk + "/translations"
	for path, want := range map[string]int{desk + "/papers": 404, people: 404, desk + "/queue": 404, page: 200} {
		if a := tom.get(path); a.status != want {
			t.Error("a translator at", path, a.status)
		}
	}
	if a := cora.get(page); a.status != 404 {
		t.Error("a chair does not translate", a.status)
	}
	// What is missing is released, and read at once, under the same symbol.
	unit := func(v *visitor, pile, passage string) url.Values {
		t.Helper()
		a := v.get(page + "?to=fr&pile=" + pile)
		for n := range strings.Count(a.body, `name="passage"`) {
			if f := deskForm(t, a.body, page, n); f.Get("passage") == passage {
				return f
			}
		}
		t.Fatalf("no %s among %s: %s", passage, pile, a.body)
		return nil
	}
	release := func(v *visitor, f url.Values, do, text string) answer {
		return v.post(page, deskWith(f, "text", text, "do", do))
	}
	for _, p := range []struct{ passage, text string }{{"p1.x1", "Traversée"}, {"p1.x2", "La nuit"}, {"p1.x4", "Doivent-ils continuer ?"}} {
		tom.deskTo(release(tom, unit(tom, "missing", p.passage), "official", p.text))
	}
	const french = "/en/c/ferries/p1?text=fr"
	said := func(key string) bool {
		return strings.Contains(tom.get(french).body, locale.English.T(key, "from", "from English"))
	}
	if !said("paper.status.mixed") || said("paper.status.official") {
		t.Error("a paper of which nobody said what the title is, is not official")
	}
	for _, passage := range []string{"title", "p1.x3"} {
		f := unit(tom, "unread", passage)
		tom.deskTo(release(tom, f, "official", f.Get("text")))
	}
	if !said("paper.status.official") {
		t.Error(tom.get(french).body)
	}
	h.state("ferries", func(st *conversation.State) {
		p, _ := st.Papers.Paper("p1")
		if len(p.Editions) != 1 || p.Latest().Symbol != "FERRY/2" || len(p.Latest().Releases) != 5 {
			t.Errorf("%+v", p.Latest())
		}
	})
	// The original changes: the translation is older, and what changed in it is shown.
	at := officer.deskTo(officer.deskFill(desk+"/papers", desk+"/papers", 0, "do", "edition", "paper", "p1"))
	draft, _, _ := strings.Cut(at, "?")
	h.keep(officer, draft+"?open=3", "text", "Ferries stop at eleven.")
	h.keep(officer, draft+"?open=1", "text", "The crossing")
	f := deskForm(t, officer.get(at).body, draft, 0)
	officer.deskTo(officer.deskUpload(draft, deskWith(f, "symbol", "FERRY/3", "date", "2020-03-03", "do", "publish"), "", "", nil))
	if said("paper.status.official") || !said("translation.is.older") {
		t.Error("what is older than its original is not official")
	}
	if body := tom.get(page + "?to=fr&pile=older").body; !strings.Contains(body, "<del>") || !strings.Contains(body, "ten") || !strings.Contains(body, "eleven") {
		t.Error(body)
	}
	tom.deskTo(release(tom, unit(tom, "older", "p1.x1"), "same", ""))
	// A draft is kept, and found again by the other.
	mine, theirs := unit(tom, "older", "p1.x3"), unit(officer, "older", "p1.x3")
	tom.deskTo(release(tom, mine, "keep", "Les bacs s’arrêtent à onze"))
	b := release(officer, theirs, "keep", "Autre chose")
	deskRefused(t, b, 409, "draft.moved")
	if !strings.Contains(b.body, "Autre chose") || !strings.Contains(b.body, "Les bacs s’arrêtent à onze") {
		t.Error("both are shown")
	}
	// Both release: nobody overwrites what they have not seen, and both texts are shown.
	begun := officer.deskTo(officer.deskFill(desk+"/papers", desk+"/papers", 0, "do", "edition", "paper", "p1"))
	next, _, _ := strings.Cut(begun, "?")
	form := deskForm(t, officer.get(next+"?text=fr").body, next, 0)
	kept := unit(tom, "older", "p1.x3")
	if kept.Get("text") != "Les bacs s’arrêtent à onze" {
		t.Error(kept)
	}
	tom.deskTo(release(officer, unit(officer, "older", "p1.x3"), "keep", "Plus tard"))
	deskRefused(t, release(tom, kept, "official", "Les bacs s’arrêtent à onze heures."), 409, "draft.moved")
	tom.deskTo(release(tom, unit(tom, "older", "p1.x3"), "official", "Les bacs s’arrêtent à onze heures."))
	var left int
	if err := h.db.QueryRowContext(t.Context(), `SELECT count(*) FROM draft WHERE kind = 'translation'`).Scan(&left); err != nil || left != 0 {
		t.Error("a draft that was seen and released is kept:", left, err)
	}
	moved := release(officer, deskWith(theirs, "pile", "done"), "unofficial", "Une autre version")
	deskRefused(t, moved, 409, "translation.moved")
	if !strings.Contains(moved.body, "Une autre version") || !strings.Contains(moved.body, "Les bacs s’arrêtent à onze heures.") {
		t.Error("both are shown:", moved.body)
	}
	if !said("paper.status.official") {
		t.Error("everything is official again")
	}
	// The officer's draft, begun before, gets the translation when it is saved; one with other words keeps them and shows both.
	officer.deskTo(officer.deskUpload(next, deskWith(form, "do", "head"), "", "", nil))
	if body := officer.get(next + "?text=fr").body; !strings.Contains(body, "Les bacs s’arrêtent à onze heures.") {
		t.Error("the draft has the old translation")
	}
	h.keep(officer, next+"?text=fr&open=3", "other", "Les bacs, à onze heures")
	if body := officer.get(next + "?text=fr").body; !strings.Contains(body, "Les bacs, à onze heures") || !strings.Contains(body, locale.English.T("desk.draft.released")) {
		t.Error("both are shown in the draft")
	}
	for _, bad := range []url.Values{{"at": {"p9.e1"}, "passage": {"p9.x1"}, "language": {"fr"}, "text": {"x"}, "do": {paper.Official}}, {"at": {"x"}}, {"at": {"p1.e1"}, "language": {"xx"}}} {
		if a := tom.post(page, bad); a.status != 404 && a.status != 422 {
			t.Error(bad, a.status)
		}
	}
}
