package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/priorities"
)

// TestOrderOnThePage walks an order of themes through the desk without a script: it is declared, proposed, and cannot be decided
// while comments on it are taken; everybody reads the reasons and what stands behind each theme; it is given up with a reason.
func TestOrderOnThePage(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	const desk = town + "/desk/priorities"
	if a := h.visitor().get(desk); a.status != http.StatusSeeOther && a.status != http.StatusForbidden && a.status != http.StatusNotFound {
		t.Errorf("the public reads the bench: %d", a.status)
	}
	v := h.as("officer")
	body := v.get(desk).body
	form := deskForm(t, body, desk, 0)
	var about []string
	for field := range form {
		if strings.HasPrefix(field, "about-") {
			about = append(about, field)
		}
	}
	if len(about) < 2 {
		t.Fatalf("%d passages are offered", len(about))
	}
	with := func(form url.Values, more ...string) url.Values { return deskWith(form, more...) }
	if a := v.post(desk, with(form, "do", "begin")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Donnez un nom à cet ordre") {
		t.Errorf("an order that declares nothing: %d", a.status)
	}
	to := v.deskTo(v.post(desk, with(deskForm(t, v.get(desk).body, desk, 0), "do", "begin", "title-fr", "Par quoi commencer", "criterion1-fr", "Ce qui presse",
		about[0], "1", about[1], "2", "title1-fr", "Les caméras")))
	if !strings.Contains(to, desk+"/o1") {
		t.Fatal(to)
	}
	now := h.sec.Now()
	call := h.announced(t, consultation.AnnounceCall{Title: locale.Plain("fr", "Sur l’ordre"), Paper: "p1", Opens: now.Add(-time.Minute), Closes: now.Add(24 * time.Hour), Zone: "UTC",
		Late: consultation.LateRefused, Moderation: consultation.ModerateAfter})
	const bench = desk + "/o1"
	proposal := func() url.Values {
		return with(deskForm(t, v.get(bench).body, bench, 0), "do", "propose", "call", string(call), "place1", "2", "place2", "1", "reason1-fr", "Elle attend.", "reason2-fr", "Elle presse.")
	}
	a := v.post(bench, with(proposal(), "reason2-fr", ""))
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Écrivez une raison pour le thème 2") || !strings.Contains(a.body, "Elle attend.") {
		t.Errorf("a theme without a reason: %d", a.status)
	}
	v.deskTo(v.post(bench, proposal()))
	reader := h.visitor()
	page := reader.get(town + "/o1").body
	for _, want := range []string{"Le Secrétariat propose cet ordre", "Aucun scrutin n’a eu lieu", "Les caméras", "Elle presse.", "Ce qui presse", town + "/o1.t2", town + "/" + string(call) + "/contribute"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of the order does not say %q", want)
		}
	}
	if !strings.Contains(reader.get(town+"/"+string(call)).body, town+"/o1") || !strings.Contains(reader.get(town).body, town+"/priorities") {
		t.Error("nothing leads to the order")
	}
	var twin struct {
		priorities.Evidence
		By []map[string]any `json:"by"`
	}
	if err := json.Unmarshal([]byte(reader.get(town+"/o1.t2.json").body), &twin); err != nil || twin.Place != 1 || len(twin.By) == 0 {
		t.Errorf("the data of a theme: %v %+v", err, twin.Place)
	}
	if a := reader.get(town + "/o1/order.csv"); a.status != http.StatusOK || !strings.Contains(a.body, "o1.t2,") || strings.Index(a.body, "o1.t2,") > strings.Index(a.body, "o1.t1,") {
		t.Errorf("the table of the order: %d %s", a.status, a.body)
	}
	if a := reader.get(town + "/o1.t2/evidence.csv"); a.status != http.StatusOK || strings.Count(a.body, "\n") < 3 {
		t.Errorf("the table of a theme: %d %s", a.status, a.body)
	}
	for _, none := range []string{"/o2", "/o1.t3", "/o1.t1/order.csv", "/o1/evidence.csv"} {
		if a := reader.get(town + none); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", none, a.status)
		}
	}
	if body := v.get(bench).body; strings.Contains(body, `value="decide"`) {
		t.Error("it may be decided while comments are taken")
	}
	v.deskTo(v.post(bench, with(deskForm(t, v.get(bench).body, bench, 0), "do", "give-up", "gone-fr", "La séance est reportée.")))
	if body := reader.get(town + "/o1").body; !strings.Contains(body, "La séance est reportée.") || !strings.Contains(body, "Cet ordre a été abandonné") {
		t.Error("the page does not say why it was given up")
	}
}

// TestPlacesOnTheBench: a theme is published only where the officer put it. What is no number, a place that two themes have, and a
// theme without a place are refused, each at its field; digits are those of any language. The desk leads to the bench.
func TestPlacesOnTheBench(t *testing.T) {
	t.Parallel()
	h := atTown(t)
	const desk = town + "/desk/priorities"
	v := h.as("officer")
	if !strings.Contains(v.get(town+"/desk").body, `href="`+desk+`"`) {
		t.Error("nothing on the desk leads to the bench")
	}
	form := func() url.Values { return deskForm(t, v.get(desk).body, desk, 0) }
	var about []string
	for field := range form() {
		if strings.HasPrefix(field, "about-") {
			about = append(about, field)
		}
	}
	slices.Sort(about)
	begun := []string{"do", "begin", "title-fr", "Par quoi commencer", "criterion1-fr", "Ce qui presse", about[0], "1", about[1], "2"}
	for says, with := range map[string][]string{
		"Écrivez le numéro d’un thème, de 1 à 40": {about[0], "un"}, "Dites sur quoi porte le thème 2": {about[1], "3"}, "Dites sur quoi porte le thème 3": {"title3-fr", "Sans passage"},
	} {
		if a := v.post(desk, deskWith(form(), append(slices.Clone(begun), with...)...)); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, says) {
			t.Errorf("%q: %d %s", with, a.status, deskErrors(a.body))
		}
	}
	v.deskTo(v.post(desk, deskWith(form(), begun...)))
	now := h.sec.Now()
	call := h.announced(t, consultation.AnnounceCall{Title: locale.Plain("fr", "Sur l’ordre"), Paper: "p1", Opens: now.Add(-time.Minute), Closes: now.Add(24 * time.Hour), Zone: "UTC",
		Late: consultation.LateRefused, Moderation: consultation.ModerateAfter})
	const bench = desk + "/o1"
	proposal := []string{"do", "propose", "call", string(call), "place1", "٢", "place2", "۱", "reason1-fr", "Elle attend.", "reason2-fr", "Elle presse."}
	for says, with := range map[string][]string{
		"Écrivez la place du thème 1 en un nombre de 1 à 2": {"place1", "premier"}, "Écrivez la place du thème 2 en un nombre de 1 à 2": {"place2", "3"},
		"Les thèmes 1 et 2 ont tous deux la place 1": {"place1", "1"}, "Le thème 1 manque": {"place1", ""},
	} {
		a := v.post(bench, deskWith(deskForm(t, v.get(bench).body, bench, 0), append(slices.Clone(proposal), with...)...))
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, says) || !strings.Contains(a.body, "Elle attend.") {
			t.Errorf("%q: %d %s", with, a.status, deskErrors(a.body))
		}
	}
	v.deskTo(v.post(bench, deskWith(deskForm(t, v.get(bench).body, bench, 0), proposal...)))
	if body := h.visitor().get(town + "/o1/order.csv").body; strings.Index(body, "o1.t2,") > strings.Index(body, "o1.t1,") {
		t.Errorf("not in the order of the places: %s", body)
	}
}

// announced announces a call, and gives its reference.
func (h *house) announced(t *testing.T, c consultation.AnnounceCall) cite.Ref {
	t.Helper()
	var officer delegation.Participant
	if _, err := h.sec.Read(t.Context(), script.TownSlug, func(st *conversation.State) error {
		officer = st.Roll.Holders(delegation.Officer)[0]
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	answer, err := h.sec.Do(t.Context(), script.TownSlug, conversation.Ask{By: officer, Received: h.sec.Now(), Command: c})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Refs[0]
}
