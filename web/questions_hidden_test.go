package web_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/erasure"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail"
	"github.com/openplenary/plenary/mail/post"
)

// TestDraftFromHidden: a draft of a paper that begins from the questions has only words that everybody may read, and so have the
// pages of the questions.
func TestDraftFromHidden(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	officer, moderator := h.as("officer"), h.as("moderator")
	const at = town + "/desk/questions/k2"
	word := func(of string) {
		t.Helper()
		f := deskWith(deskForm(t, officer.get(at).body, at, 0), "do", "as-proposed")
		f["of"] = []string{of}
		officer.deskTo(officer.post(at, f))
	}
	word("c64.1")
	word("c65.1")
	word("c66.1")
	// c64 stays as it is; c65 is withheld, c66 erased, a passage of c63 blacked out.
	const kept, withheld, erased, black = "panne", "baigner", "la cour", "troisième année"
	moderator.deskTo(moderator.post(town+"/c65/withhold", url.Values{"ground": {"abuse"}, "reason": {"Non."}}))
	officer.deskTo(officer.post(town+"/c66/erase", url.Values{"erase-ground": {"at_request"}}))
	found := moderator.post(town+"/c63/redact", url.Values{"passage": {black}, "do": {"find"}})
	ticked, _ := tickedOn(found)
	moderator.deskTo(moderator.post(town+"/c63/redact", url.Values{"mask": ticked, "redact-ground": {"personal_data"}, "do": {"take"}}))
	a := officer.post(town+"/desk/papers/from/k2", deskForm(t, officer.get(at).body, at, 1))
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d %.1500s", a.status, deskErrors(a.body))
	}
	body := officer.get(officer.deskTo(a)).body
	if !strings.Contains(body, kept) {
		t.Error("what everybody reads is not in the draft")
	}
	for _, not := range []string{withheld, erased, black} {
		if strings.Contains(body, not) {
			t.Errorf("%q is in the draft", not)
		}
	}
	for _, page := range []string{"/q2", "/q3", "/q4", "/q5", "/q2.json", "/q3.json", "/q4.json", "/q5.json", "/k2/questions", "/k2/questions.json"} {
		a := h.visitor().get(town + page)
		if a.status != http.StatusOK {
			t.Errorf("%s: %d", page, a.status)
		}
		for _, not := range []string{withheld, erased, black} {
			if strings.Contains(a.body, not) {
				t.Errorf("%q is on %s", not, page)
			}
		}
	}
}

// TestQuestionGone: where the proposal whose words a question has was withheld, everybody is told, and the rapporteur finds its
// words in no field that would publish them.
func TestQuestionGone(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	officer, moderator := h.as("officer"), h.as("moderator")
	const at, words = town + "/desk/questions/k2?question=q2", "Combien coûteront"
	typed := func() bool {
		return strings.Contains(deskForm(t, officer.get(at).body, town+"/desk/questions/k2", 0).Get("wording-fr"), words)
	}
	gone := locale.French.T("questions.gone")
	if !typed() || strings.Contains(h.visitor().get(town+"/q2").body, gone) {
		t.Fatal("while everybody reads them")
	}
	moderator.deskTo(moderator.post(town+"/c63/withhold", url.Values{"ground": {"abuse"}, "reason": {"Non."}}))
	if typed() {
		t.Error("the rapporteur would publish what was withheld")
	}
	for name, v := range map[string]*visitor{"everybody": h.visitor(), "the officer": officer} {
		for _, page := range []string{"/q2", "/k2/questions"} {
			if body := v.get(town + page).body; !strings.Contains(body, gone) {
				t.Errorf("%s is not told on %s", name, page)
			}
		}
	}
}

// TestQuestionBlack: where a passage of the proposal was blacked out, its bars are not typed for the rapporteur, who would
// otherwise publish them as words of their own.
func TestQuestionBlack(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	officer, moderator := h.as("officer"), h.as("moderator")
	const at = town + "/desk/questions/k2?question=q2"
	typed := func() string {
		return deskForm(t, officer.get(at).body, town+"/desk/questions/k2", 0).Get("wording-fr")
	}
	if typed() == "" {
		t.Fatal("the words of a proposal are not there to begin from")
	}
	found := moderator.post(town+"/c63/redact", url.Values{"passage": {"troisième année"}, "do": {"find"}})
	ticked, _ := tickedOn(found)
	moderator.deskTo(moderator.post(town+"/c63/redact", url.Values{"mask": ticked, "redact-ground": {"personal_data"}, "do": {"take"}}))
	if words := typed(); words != "" {
		t.Errorf("%q would be published", words)
	}
}

// TestSupportByProgram: a program supports a proposal for whoever is signed in, once, and takes it back; for nobody else.
func TestSupportByProgram(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	v := h.visitor()
	act := func(name, body string) answer { return v.actIn(script.TownSlug, name, body) }
	const give = `{"proposal":"c64.1","category":"resident"}`
	if a := act("formulation.support", give); a.status != http.StatusForbidden && a.status != http.StatusUnauthorized {
		t.Errorf("who is not signed in: %d %s", a.status, a.body)
	}
	v.signIn("somebody@quay.example")
	act("formulation.support", give).did(t)
	act("formulation.support", give).refused(t, http.StatusConflict, "proposal.supported", "")
	act("formulation.support", `{"proposal":"c64.1","for":"y0000000000000"}`).refused(t, http.StatusUnprocessableEntity, "party.not_authorised", "for")
	act("formulation.support", `{"proposal":"c64.1","for":"p1"}`).refused(t, http.StatusUnprocessableEntity, "party.unknown", "for")
	if body := v.get(town + "/c64").body; !strings.Contains(body, "Vous la soutenez") {
		t.Error("the page does not say so")
	}
	act("formulation.take-back", `{"proposal":"c64.1"}`).did(t)
	if body := v.get(town + "/c64").body; strings.Contains(body, "Vous la soutenez") {
		t.Error("it was not taken back")
	}
}

// TestDissolvedAgain: a proposal whose author was told that it is taken up waits again once its question is dissolved, and the bench
// offers it. Who unticks all proposals of a question is asked for one.
func TestDissolvedAgain(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	officer := h.as("officer")
	const at, on = town + "/desk/questions/k2", town + "/desk/questions/k2?question=q3"
	f := deskWith(deskForm(t, officer.get(at).body, at, 0), "do", "as-proposed", "reason-fr", "Elle est claire.")
	f["of"] = []string{"c64.1"}
	officer.deskTo(officer.post(at, f))
	listed := func(state string) bool {
		_, list, _ := strings.Cut(h.visitor().get(town+"/k2/questions?state="+state).body, `id="proposed"`)
		return strings.Contains(list, "panne")
	}
	if listed("waiting") {
		t.Fatal("it waits while it stands in a question")
	}
	f = deskWith(deskForm(t, officer.get(on).body, at, 0), "do", "word", "wording-fr", "Et en cas de panne ?")
	delete(f, "of")
	if a := officer.post(at, f); a.status != http.StatusUnprocessableEntity {
		t.Errorf("all are unticked: %d", a.status)
	}
	officer.deskTo(officer.post(at, deskWith(deskForm(t, officer.get(on).body, at, 1), "do", "dissolve", "why", "Une autre suffit.")))
	if !listed("waiting") || listed("left_out") {
		t.Error("it counts as left out")
	}
	if !strings.Contains(officer.get(at).body, `value="c64.1"`) {
		t.Error("the bench does not offer it")
	}
}

// TestProposalCorrected: where the author corrected a proposal after it was put into words, the question says so.
func TestProposalCorrected(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	author, officer := h.visitor(), h.as("officer")
	a := author.fill(town+"/k2/contribute", url.Values{"do": {"send"}, "text": {"Cela compte."}, "wording": {"Et le parc ?"}, "category": {"resident"}, "language": {"fr"}})
	to := strings.Split(author.deskTo(a), "/")
	ref := to[len(to)-2]
	const at = town + "/desk/questions/k2"
	f := deskWith(deskForm(t, officer.get(at).body, at, 0), "do", "as-proposed")
	f["of"] = []string{ref + ".1"}
	officer.deskTo(officer.post(at, f))
	says := locale.French.T("questions.corrected")
	if strings.Contains(h.visitor().get(town+"/q3").body, says) {
		t.Fatal("before it was corrected")
	}
	form := town + "/" + ref + "/correct"
	look := author.post(form, deskWith(deskForm(t, author.get(form).body, form, 0), "wording-1", "Et la plage ?", "do", "look"))
	author.deskTo(author.post(form, deskWith(deskForm(t, look.body, form, 0), "do", "send")))
	for _, page := range []string{"/q3", "/k2/questions"} {
		if body := h.visitor().get(town + page).body; !strings.Contains(body, "Et la plage ?") || !strings.Contains(body, says) {
			t.Errorf("%s does not say so", page)
		}
	}
}

// TestDraftBegunBefore: what is withheld, blacked out or erased after a draft was begun from the questions is marked there; words
// that were erased and that nobody changed are gone from the draft and from every version of it, and what somebody wrote stays.
func TestDraftBegunBefore(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	officer, moderator := h.as("officer"), h.as("moderator")
	const at = town + "/desk/questions/k2"
	for _, of := range []string{"c64.1", "c65.1", "c66.1"} {
		f := deskWith(deskForm(t, officer.get(at).body, at, 0), "do", "as-proposed")
		f["of"] = []string{of}
		officer.deskTo(officer.post(at, f))
	}
	page := officer.deskTo(officer.post(town+"/desk/papers/from/k2", deskForm(t, officer.get(at).body, at, 1)))
	const erased, untouched, away = "la cour", "panne", "Ce passage s’appuie sur les mots d’une proposition"
	if body := officer.get(page).body; !strings.Contains(body, erased) || strings.Contains(body, away) {
		t.Fatal("the draft does not begin with their words")
	}
	marks := func() int { t.Helper(); return strings.Count(html.UnescapeString(officer.get(page).body), away) }
	moderator.deskTo(moderator.post(town+"/c65/withhold", url.Values{"ground": {"abuse"}, "reason": {"Non."}}))
	if n := marks(); n != 1 {
		t.Errorf("withheld: %d passages are marked", n)
	}
	found := moderator.post(town+"/c63/redact", url.Values{"passage": {"troisième année"}, "do": {"find"}})
	ticked, _ := tickedOn(found)
	moderator.deskTo(moderator.post(town+"/c63/redact", url.Values{"mask": ticked, "redact-ground": {"personal_data"}, "do": {"take"}}))
	if n := marks(); n != 2 {
		t.Errorf("and blacked out: %d passages are marked", n)
	}
	officer.deskTo(officer.post(town+"/c66/erase", url.Values{"erase-ground": {"at_request"}}))
	queue, err := mail.NewQueue(h.db, &post.Mailbox{}, "noreply@plenary.example", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	e := &erasure.Eraser{Sec: h.sec, DB: h.db, Accounts: h.web.Accounts, Drafts: h.web.Drafts, Files: h.files, Letters: queue}
	if err := e.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := marks(); n != 3 {
		t.Errorf("and erased: %d passages are marked", n)
	}
	if body := officer.get(page).body; strings.Contains(body, erased) || !strings.Contains(body, untouched) {
		t.Error("what was erased is in the draft, or the rest is not")
	}
	drafts, err := h.web.Drafts.List(t.Context(), script.TownSlug, draft.Paper, 0)
	if err != nil || len(drafts) != 1 {
		t.Fatal(drafts, err)
	}
	for version := 1; version <= drafts[0].Version; version++ {
		d, ok, err := h.web.Drafts.Version(t.Context(), script.TownSlug, draft.Paper, drafts[0].Key, version)
		if err != nil || ok && strings.Contains(string(d.Body), erased) {
			t.Errorf("version %d has what was erased: %v", version, err)
		}
	}
}
