package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/questions"
	"github.com/openplenary/plenary/settings"
)

const town = "/fr/c/" + script.TownSlug

// atTown is the demonstration's town, which gathers questions at its second call.
func atTown(t *testing.T) *house {
	return houseOn(t, &townPlayed, time.Now, script.TownSlug, "@mairie", "@accueil")
}

// TestSupport: who is signed in supports a proposal once, sees that they do and takes it back; nobody else can, and a
// category is asked for.
func TestSupport(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	const at, to = town + "/c64", town + "/c64.1/support" // nobody supports it yet
	reader, somebody := h.visitor(), h.visitor()
	if a := reader.get(at); !strings.Contains(a.body, `href="/fr/sign-in?next=`+at+`">Se connecter pour la soutenir`) || strings.Contains(a.body, to) {
		t.Errorf("who is not signed in: %d", a.status)
	}
	if a := reader.post(to, url.Values{"do": {"support"}, "category": {"resident"}}); a.status != http.StatusSeeOther || !strings.Contains(a.header.Get("Location"), "/sign-in") {
		t.Errorf("who is not signed in supports: %d", a.status)
	}
	somebody.signIn("somebody@quay.example")
	press := func(with ...string) answer {
		t.Helper()
		return somebody.post(to, deskWith(deskForm(t, somebody.get(at).body, to, 0), with...))
	}
	if a := press("do", "support", "category", ""); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "category") && !strings.Contains(a.body, "catégorie") {
		t.Errorf("without a category: %d", a.status)
	}
	a := press("do", "support", "category", "resident")
	if a.status != http.StatusSeeOther {
		t.Fatalf("support: %d %s", a.status, a.body)
	}
	if body := somebody.get(a.header.Get("Location")).body; !strings.Contains(body, "Vous la soutenez, pour") || !strings.Contains(body, "Habitant ou habitante\u00a0: 1 sur ") {
		t.Error("the page does not say that they support it")
	}
	if a := somebody.post(to, url.Values{"do": {"support"}, "for": {""}, "category": {"resident"}}); a.status != http.StatusConflict {
		t.Errorf("twice: %d", a.status)
	}
	if body := h.visitor().get(at).body; !strings.Contains(body, "Habitant ou habitante\u00a0: 1 sur ") || strings.Contains(body, "Vous la soutenez") {
		t.Error("everybody does not see it")
	}
	if a := somebody.post(to, url.Values{"do": {"support"}, "for": {"y0000000000000"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("for a party of others: %d", a.status)
	}
	a = press("do", "take-back")
	if body := somebody.get(a.header.Get("Location")).body; strings.Contains(body, "Vous la soutenez") || !strings.Contains(body, "Habitant ou habitante\u00a0: 0 sur ") {
		t.Errorf("taken back: %d", a.status)
	}
	for _, no := range []string{town + "/c64/support", town + "/c64.9/support", town + "/c8.1/support", town + "/c400.1/support"} {
		if a := somebody.post(no, url.Values{"do": {"support"}, "category": {"resident"}}); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", no, a.status)
		}
	}
}

// TestBench: the rapporteur puts proposals into words, gives a question other words, dissolves it, leaves proposals out with a
// reason and puts questions in order; what was refused keeps what was typed; a draft of a paper begins from the questions.
func TestBench(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	officer := h.as("officer")
	const at = town + "/desk/questions/k2"
	form := func(path string, n int, with ...string) url.Values {
		t.Helper()
		return deskWith(deskForm(t, officer.get(path).body, at, n), with...)
	}
	refused := func(a answer, status int, key string) {
		t.Helper()
		if a.status != status || !strings.Contains(html.UnescapeString(a.body), locale.French.T("refusal."+key)) {
			t.Errorf("%d, want %d and %s: %s", a.status, status, key, deskErrors(a.body))
		}
	}
	choose := func(f url.Values, of ...string) url.Values { f["of"] = of; return f }

	a := officer.post(at, choose(form(at, 0, "do", "word", "wording-fr", "", "reason-fr", "Parce que."), "c64.1", "c65.1"))
	refused(a, http.StatusUnprocessableEntity, "formulation.wording")
	if !strings.Contains(a.body, "Parce que.</textarea>") || strings.Count(a.body, "checked") < 2 {
		t.Error("what was typed is lost")
	}
	a = officer.post(at, choose(form(at, 0, "do", "leave-out", "outcome", "noted"), "c64.1"))
	refused(a, http.StatusUnprocessableEntity, "reason.missing")
	a = officer.post(at, choose(form(at, 0, "do", "word", "wording-fr", "Que filme-t-on, et quand ?", "wording-ar", "ماذا نصوّر ومتى؟", "reason-fr", "Elles parlent de la même chose."), "c64.1", "c65.1"))
	if body := officer.get(officer.deskTo(a)).body; !strings.Contains(body, "Que filme-t-on, et quand ?") {
		t.Error("the question is not on the bench")
	}
	if body := h.visitor().get(town + "/q3").body; !strings.Contains(body, "Que filme-t-on, et quand ?") || !strings.Contains(body, "Pourra-t-on encore se baigner") {
		t.Error("the question has no page with what it is made of")
	}
	if body := h.visitor().get("/ar/c/" + script.TownSlug + "/q3").body; !strings.Contains(body, "ماذا نصوّر ومتى؟") {
		t.Error("not in Arabic")
	}
	if body := h.visitor().get(town + "/c64").body; !strings.Contains(body, "Elles parlent de la même chose.") || !strings.Contains(body, town+"/q3") {
		t.Error("the author is not told")
	}

	reword := form(at+"?question=q3", 0, "do", "word", "wording-fr", "Que filme-t-on la nuit ?", "wording-ar", "")
	stale := form(at+"?question=q3", 0, "do", "word", "wording-fr", "Que filme-t-on le jour ?")
	officer.deskTo(officer.post(at, choose(reword, "c64.1")))
	a = officer.post(at, choose(stale, "c64.1"))
	refused(a, http.StatusConflict, "formulation.changed")
	if !strings.Contains(a.body, "Que filme-t-on le jour ?") {
		t.Error("what was typed is lost")
	}
	body := h.visitor().get(town + "/q3").body
	for _, want := range []string{"Que filme-t-on la nuit ?", "Formulations successives", "<del", "<ins"} {
		if !strings.Contains(body, want) {
			t.Errorf("the question's page does not say %q", want)
		}
	}
	a = officer.post(at, form(at+"?question=q3", 1, "do", "dissolve"))
	refused(a, http.StatusUnprocessableEntity, "desk.reason")
	officer.deskTo(officer.post(at, form(at+"?question=q3", 1, "do", "dissolve", "why", "La mairie ne filme pas la nuit.")))
	if body := h.visitor().get(town + "/q3").body; !strings.Contains(body, "La mairie ne filme pas la nuit.") {
		t.Error("nobody learns why it was dissolved")
	}

	officer.deskTo(officer.post(at, form(at, 1, "do", "arrange", "under-q1", "2", "place-q1", "1", "under-q2", "2", "place-q2", "x")))
	if body := h.visitor().get(town + "/k2/questions").body; strings.Index(body, "Qui a accès aux images") > strings.Index(body, "Combien coûteront") {
		t.Error("the questions are not in order")
	}
	for what, f := range map[string]url.Values{"an order that somebody else changed": form(at, 1, "do", "arrange", "seen", "3"), "no such theme": form(at, 1, "do", "arrange", "under-q1", "99"), "no number": form(at, 1, "do", "arrange", "under-q1", "x")} {
		if a := officer.post(at, f); a.status != http.StatusConflict && a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", what, a.status)
		}
	}
	draft := officer.post(town+"/desk/papers/from/k2", form(at, 1))
	if body := officer.get(officer.deskTo(draft)).body; !strings.Contains(body, "Qui a accès aux images") || !strings.Contains(body, "Combien coûteront") || !strings.Contains(body, "Ce qu’elles coûtent") {
		t.Error("the draft does not begin from the questions")
	}
	// Its original is the first language of the conversation, whatever language its officer reads the desk in.
	page := officer.deskTo(officer.post(strings.Replace(town, "/fr/", "/en/", 1)+"/desk/papers/from/k2", form(at, 1)))
	if body := officer.get(page).body; !strings.HasPrefix(page, "/en/") || !strings.Contains(body, `<h1 class="small" dir="auto" lang="fr">`) {
		t.Error("the original of the draft is the language of the desk:", page)
	}

	// Another call gathers nothing any more once somebody wrote to it.
	if body := officer.get(town + "/desk/questions/k1").body; strings.Contains(body, `value="gather"`) {
		t.Error("a call that was answered may still be made to gather questions")
	}
	if a := officer.get(town + "/desk/questions/k9"); a.status != http.StatusNotFound {
		t.Errorf("no such call: %d", a.status)
	}
	if a := officer.get(at + "?question=q9"); a.status != http.StatusNotFound {
		t.Errorf("no such question: %d", a.status)
	}
}

// TestPropose: somebody without an account proposes a question; without one the form comes back with what was typed.
func TestPropose(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	v := h.visitor()
	const at = town + "/k2/contribute"
	a := v.fill(at, url.Values{"do": {"send"}, "text": {"Cela compte."}, "wording": {""}, "category": {"resident"}, "language": {"fr"}})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Cela compte.</textarea>") || !strings.Contains(a.body, `href="#wording"`) {
		t.Errorf("without a question: %d", a.status)
	}
	a = v.fill(at, url.Values{"do": {"preview"}, "text": {""}, "wording": {""}, "category": {"resident"}, "language": {"fr"}})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#wording"`) || strings.Contains(a.body, `href="#text"`) {
		t.Errorf("with nothing at all: %d, %s", a.status, deskErrors(a.body))
	}
	for text, sealed := range map[string]bool{"": false, "Cela compte.": true} {
		a = v.fill(at, url.Values{"do": {"preview"}, "text": {text}, "wording": {"Et le parc ?"}, "category": {"resident"}, "language": {"fr"}})
		if a.status != http.StatusOK || strings.Contains(a.body, locale.French.T("preview.bytes")) != sealed {
			t.Errorf("%d: the preview of %q says of a text that is not there that it is sealed, or not of one that is", a.status, text)
		}
	}
	a = v.fill(at, url.Values{"do": {"send"}, "text": {"Cela compte."}, "wording": {"Et le parc ?"}, "category": {"resident"}, "language": {"fr"}})
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if body := h.visitor().get(town + "/k2/questions").body; !strings.Contains(body, "Et le parc ?") {
		t.Error("it is not listed")
	}
	if body := h.visitor().get(town + "/k2/questions?state=left_out").body; !strings.Contains(body, `<span class="state">Écartée</span>`) {
		t.Error("of one proposal it does not say what became of it")
	}
	if a := h.visitor().get(town + "/k1/questions"); a.status != http.StatusNotFound {
		t.Errorf("a call that gathers none: %d", a.status)
	}
	for _, wrong := range []string{"?state=lost", "?next=k1", "?next=c9999"} {
		if a := h.visitor().get(town + "/k2/questions" + wrong); a.status >= 500 || wrong != "?next=c9999" && a.status < 400 {
			t.Errorf("%s: %d", wrong, a.status)
		}
	}
}

// TestTraceOfProposal: the path of a proposal leads through the question that it was put into words with.
func TestTraceOfProposal(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	for at, want := range map[string]string{"/c62.1/trace": "Qui a accès aux images, et comment les habitants", "/c63.1/trace": "Telle qu’elle a été proposée"} {
		if body := h.visitor().get(town + at).body; !strings.Contains(body, want) || !strings.Contains(body, "Formulée") || !strings.Contains(body, town+"/q") {
			t.Errorf("%s does not lead through the question", at)
		}
	}
	if body := h.visitor().get(town + "/c68.1/trace").body; strings.Contains(body, "Formulée") {
		t.Error("a proposal that waits leads through a question")
	}
}

// TestRapporteur: a rapporteur who is nothing else is led from the desk to the bench and puts questions together there; papers stay
// with officers. Other offices, and a moderator, are not let in.
func TestRapporteur(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	rosa := h.visitor()
	rosa.signIn("rosa@quay.example")
	rosa.post(town+"/c64.1/support", url.Values{"do": {"support"}, "category": {"resident"}}) // who takes part has a number here
	if a := rosa.get(town + "/desk/questions/k2"); a.status != http.StatusNotFound {
		t.Errorf("before: %d", a.status)
	}
	if a := h.as("moderator").get(town + "/desk/questions/k2"); a.status != http.StatusNotFound {
		t.Errorf("a moderator: %d", a.status)
	}
	var number delegation.Participant
	if _, err := h.sec.Read(t.Context(), script.TownSlug, func(st *conversation.State) error {
		all := st.Formulation.Supports("c64.1")
		return number.UnmarshalText([]byte(all[len(all)-1].By))
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.sec.Do(t.Context(), script.TownSlug, conversation.Ask{System: true, Received: h.sec.Now(), Command: delegation.Grant{Participant: number, Role: delegation.Rapporteur}}); err != nil {
		t.Fatal(err)
	}
	body := rosa.get(town + "/desk").body
	if !strings.Contains(body, "Questions proposées qui attendent une décision") || !strings.Contains(body, town+"/desk/questions/k2") {
		t.Errorf("the desk does not lead there")
	}
	a := rosa.post(town+"/desk/questions/k2", deskWith(deskForm(t, rosa.get(town+"/desk/questions/k2").body, town+"/desk/questions/k2", 0), "do", "as-proposed", "of", "c66.1", "reason-fr", "Bien demandé."))
	if rosa.deskTo(a); !strings.Contains(h.visitor().get(town+"/q3").body, "Les caméras verront-elles la cour") {
		t.Error("it is not taken up")
	}
	if a := rosa.post(town+"/desk/papers/from/k2", url.Values{"do": {"draft"}}); a.status != http.StatusNotFound {
		t.Errorf("a rapporteur begins a paper: %d", a.status)
	}
}

// TestTwoAnswer: where an answer takes two people the bench says so, puts proposals into words all the same, and leaves none out.
func TestTwoAnswer(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	if _, err := h.sec.Do(t.Context(), script.TownSlug, conversation.Ask{System: true, Received: h.sec.Now(), Command: settings.ReviewAnswers{Required: true}}); err != nil {
		t.Fatal(err)
	}
	officer := h.as("officer")
	const at = town + "/desk/questions/k2"
	body := officer.get(at).body
	if !strings.Contains(body, "Ici, une réponse demande deux personnes") || !strings.Contains(body, "/desk/points?paper=p1") || strings.Contains(body, `value="leave-out"`) || strings.Contains(body, "reason-fr") {
		t.Error("the bench offers what is refused")
	}
	officer.deskTo(officer.post(at, deskWith(deskForm(t, body, at, 0), "do", "as-proposed", "of", "c66.1")))
	if a := h.visitor().get(town + "/q3"); !strings.Contains(a.body, "Les caméras verront-elles la cour") {
		t.Errorf("it is not put into words: %d", a.status)
	}
	if a := officer.get(town + "/desk/points/c66.1"); a.status != http.StatusOK {
		t.Error("it does not wait for an answer")
	}
}

// TestBenchOfMany: proposals of several pages are put together; what was ticked and typed stays while one turns the pages.
func TestBenchOfMany(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	officer := h.as("officer")
	const at = town + "/desk/questions/k2"
	for i := range questions.BenchSize + 3 {
		a := h.visitor().fill(town+"/k2/contribute", url.Values{"do": {"send"}, "wording": {"Et la rue " + strconv.Itoa(i) + " ?"}, "category": {"resident"}, "language": {"fr"}})
		if a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	last := "c" + strconv.Itoa(68+questions.BenchSize+3) + ".1"
	body := officer.get(at).body
	if strings.Contains(body, last) || !strings.Contains(body, `value="more"`) {
		t.Fatal("all proposals stand on one page")
	}
	f := deskWith(deskForm(t, body, at, 0), "do", "more", "wording-fr", "Et les rues ?", "outcome", "noted")
	f["of"] = []string{"c64.1", "c66.1"}
	a := officer.post(at, f)
	for _, want := range []string{last, `value="c64.1" checked`, `value="c66.1" checked`, "Et les rues ?", `value="noted" selected`, `value="first"`} {
		if a.status != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("the next page, %d, has not %q", a.status, want)
		}
	}
	f = deskWith(deskForm(t, a.body, at, 0), "do", "word")
	f["of"] = []string{"c64.1", "c66.1", last}
	officer.deskTo(officer.post(at, f))
	if body := h.visitor().get(town + "/q3").body; !strings.Contains(body, "Et les rues ?") || strings.Count(body, town+"/c") < 3 {
		t.Error("they are not put together")
	}
	for _, next := range []string{"", "c64", "k2", "x"} {
		if a := officer.post(at, url.Values{"do": {"more"}, "next": {next}}); a.status != http.StatusNotFound {
			t.Errorf("after %q: %d", next, a.status)
		}
	}
}

// TestAskedBeforeAndDecided: of a proposal that was left out, or put together with others, the row says so, and leads to the reason.
func TestAskedBeforeAndDecided(t *testing.T) {
	t.Parallel()
	const write, bench = town + "/k2/contribute", town + "/desk/questions/k2"
	for what, c := range map[string]struct {
		form []string
		of   []string
		want string
	}{
		"left out": {[]string{"do", "leave-out", "outcome", "noted", "reason-fr", "Hors du sujet."}, []string{"c65.1"}, `<b>Écartée</b>`},
		"together": {[]string{"do", "word", "wording-fr", "Qui sera filmé ?", "reason-fr", "Elles disent la même chose."}, []string{"c65.1", "c66.1"}, "réunie avec 1 autre"},
		"alone":    {[]string{"do", "as-proposed", "reason-fr", "Claire et neuve."}, []string{"c65.1"}, ""},
	} {
		h := atTown(t)
		v, officer := h.visitor(), h.as("officer")
		row := func() string {
			t.Helper()
			a := v.post(write, deskWith(deskForm(t, v.get(write).body, write, 0), "wording", "Sera-t-on filmé quand on se baigne au petit matin ?", "category", "resident", "do", "preview"))
			_, row, ok := strings.Cut(html.UnescapeString(a.body), `id="like"`)
			if row, _, _ = strings.Cut(row, "</ol>"); a.status != http.StatusOK || !ok {
				t.Fatalf("%s: nothing is like it: %d", what, a.status)
			}
			return row
		}
		why := regexp.MustCompile(`<a href="(` + town + `/d\d+)">Le motif`)
		if before := row(); why.MatchString(before) || strings.Contains(before, "Écartée") || strings.Contains(before, "réunie") {
			t.Errorf("%s: nothing was decided yet: %s", what, before)
		}
		f := deskWith(deskForm(t, officer.get(bench).body, bench, 0), c.form...)
		f["of"] = c.of
		if a := officer.post(bench, f); a.status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", what, a.status, deskErrors(a.body))
		}
		after := row()
		m := why.FindStringSubmatch(after)
		switch {
		case c.want == "":
			if m != nil || strings.Contains(after, "réunie") {
				t.Errorf("%s: %s", what, after)
			}
		case m == nil || !strings.Contains(after, c.want):
			t.Errorf("%s: the row does not say so: %s", what, after)
		default:
			if a := v.get(m[1]); !strings.Contains(html.UnescapeString(a.body), c.form[len(c.form)-1]) {
				t.Errorf("%s: it does not lead to the reason: %d", what, a.status)
			}
		}
	}
}

// TestAskedBefore: who is about to propose a question is shown, before it is sent, who asked the same in like words, in words as
// everybody reads them; what nobody asked, and what is not public, is not offered. It can be sent all the same.
func TestAskedBefore(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	v := h.visitor()
	const write = town + "/k2/contribute"
	preview := func(wording string) string {
		t.Helper()
		a := v.post(write, deskWith(deskForm(t, v.get(write).body, write, 0), "wording", wording, "category", "resident", "do", "preview"))
		if a.status != http.StatusOK || !strings.Contains(a.body, html.EscapeString(wording)) {
			t.Fatalf("no preview: %d %s", a.status, deskErrors(a.body))
		}
		return html.UnescapeString(a.body)
	}
	const title, there = "Déjà demandé en des termes proches", "Pourra-t-on encore se baigner au petit matin sans être filmé ?"
	const again = "Sera-t-on filmé quand on se baigne au petit matin ?"
	if body := preview(again); !strings.Contains(body, title) || !strings.Contains(body, there) ||
		!strings.Contains(body, `href="`+town+`/c65">Lire la proposition 65 et la soutenir`) || strings.Contains(body, "tombe en panne") {
		t.Error("who asked it before is not shown, or more than that")
	}
	if body := preview("Combien de places de stationnement perdra le marché couvert ?"); strings.Contains(body, title) {
		t.Error("something is shown that asks another thing")
	}
	if body := preview("Les sons sont-ils enregistrés aussi, ou seulement les images ?"); strings.Contains(body, title) {
		t.Error("nobody asked it in French, and nobody translated who did")
	}
	officer := h.as("officer")
	const bench = town + "/desk/questions/k2"
	f := deskWith(deskForm(t, officer.get(bench).body, bench, 0), "do", "as-proposed", "reason-fr", "Claire et neuve.")
	f["of"] = []string{"c65.1"}
	if a := officer.post(bench, f); a.status != http.StatusSeeOther {
		t.Fatalf("not put into words: %d %s", a.status, deskErrors(a.body))
	}
	if body := preview(again); !strings.Contains(body, there) || !strings.Contains(body, `href="`+town+`/q3">Question 3`) {
		t.Error("the question that it stands in is not shown")
	}
	// In another language it is found by its translation.
	const arabic, ar = "هل يمكن السباحة في الصباح الباكر دون تصوير؟", "/ar/c/" + script.TownSlug
	find := func() bool {
		t.Helper()
		a := v.post(ar+"/k2/contribute", deskWith(deskForm(t, v.get(ar+"/k2/contribute").body, ar+"/k2/contribute", 0), "wording", "هل تمكن السباحة باكرا في الصباح بلا تصوير؟", "category", "resident", "do", "preview"))
		return strings.Contains(html.UnescapeString(a.body), there)
	}
	if find() {
		t.Error("found before anybody translated it")
	}
	id, to := cite.Part("c65", 1).ID(), town+"/c65.1/rendering"
	if a := officer.post(to, deskWith(deskForm(t, officer.get(town+"/c65").body, to, 0), "language-"+id, "ar", "rendering-"+id, arabic, "wording-"+id, arabic)); a.status != http.StatusSeeOther {
		t.Fatalf("not translated: %d %s", a.status, deskErrors(a.body))
	}
	if !find() {
		t.Error("not found by its translation")
	}
	moderator := h.as("moderator")
	if a := moderator.post(town+"/c65/withhold", url.Values{"ground": {"off_topic"}, "reason": {"Ailleurs."}}); a.status != http.StatusSeeOther {
		t.Fatalf("not withheld: %d %s", a.status, deskErrors(a.body))
	}
	if body := preview(again); strings.Contains(body, there) {
		t.Error("words that are withheld are offered")
	}
}
