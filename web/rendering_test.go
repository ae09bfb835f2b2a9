package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
)

// TestRendering: an officer says in another language what a contribution says; everybody who reads in that language finds
// it below the original, as unofficial and with the office, and nobody else says it.
func TestRendering(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	officer, reader := h.as("officer"), h.visitor()
	const at, to = conv + "/c1", conv + "/c1.1/rendering" // written in English
	id := cite.Part("c1", 1).ID()
	if body := reader.get("/es" + at).body; strings.Contains(body, "/rendering") {
		t.Error("everybody is offered to translate")
	}
	if a := reader.post("/en"+to, url.Values{"language-" + id: {"es"}, "rendering-" + id: {"Palabras de nadie."}}); a.status == http.StatusSeeOther && !strings.Contains(a.header.Get("Location"), "sign-in") {
		t.Errorf("somebody: %d", a.status)
	}
	if a := officer.deskFill("/en"+at, "/en"+to, 0, "language-"+id, "en", "rendering-"+id, "The same."); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "choose another") || !strings.Contains(a.body, "\nThe same.</textarea>") {
		t.Errorf("into its own language: %d", a.status)
	}
	if a := officer.deskFill("/en"+at, "/en"+to, 0, "language-"+id, "es", "rendering-"+id, ""); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Write what the part says") {
		t.Errorf("without words: %d", a.status)
	}
	a := officer.deskFill("/en"+at, "/en"+to, 0, "language-"+id, "es", "rendering-"+id, "Palabras de la traducción.")
	if to := officer.deskTo(a); !strings.Contains(officer.get(to).body, "The translation was added.") {
		t.Errorf("%s does not say that it was done", to)
	}
	body := reader.get("/es" + at).body
	for _, want := range []string{"Palabras de la traducción.", "Traducción no oficial.", "Hecha por la Secretaría.", `lang="en"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(body, "Palabras de nadie") || strings.Contains(reader.get("/ru"+at).body, "Palabras") {
		t.Error("somebody rendered it, or it is shown to those who read another language")
	}
}

// TestWhatWasReadIsRendered: who translates what was blacked out or corrected since they read it is shown that first: what was
// blacked out is not said again in another language, and nothing is taken for a translation of words that nobody translated.
func TestWhatWasReadIsRendered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader, moderator, officer := h.visitor(), h.visitor(), h.as("moderator"), h.as("officer")
	ref := author.sendFile(nonce1, "The ferry of Marguerite is late.", "x\n")
	at, to, id := conv+"/"+ref, conv+"/"+ref+".1/rendering", cite.Part(cite.Ref(ref), 1).ID()
	moderator.deskTo(moderator.post("/en"+at+"/publish", url.Values{"token": {nonce2}}))
	read := deskWith(deskForm(t, officer.get("/en"+at).body, "/en"+to, 0), "language-"+id, "es", "rendering-"+id, "El ferry de Marguerite llega tarde.")
	moderator.redact(ref, "Marguerite")
	a := officer.post("/en"+to, read)
	deskRefused(t, a, http.StatusConflict, "contribution.changed")
	if !strings.Contains(a.body, "El ferry de Marguerite llega tarde.</textarea>") {
		t.Error("what was written is lost")
	}
	if form := regexp.MustCompile(`(?s)<details class="noprint" open><summary>[^<]*</summary><form [^>]*action="/en` + to + `".*?</details>`).FindString(a.body); !strings.Contains(form, "autofocus") {
		t.Error("the form comes back folded, or nothing of it has the focus")
	}
	if strings.Contains(reader.get("/es"+at).body, "Marguerite") {
		t.Error("what is blacked out is said in Spanish")
	}
	officer.deskTo(officer.post("/en"+to, deskWith(deskForm(t, a.body, "/en"+to, 0), "rendering-"+id, "El ferry llega tarde.")))
	if !strings.Contains(reader.get("/es"+at).body, "El ferry llega tarde.") {
		t.Error("it is not translated")
	}
}
