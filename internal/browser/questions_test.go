package browser

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// gathering announces a call that gathers questions, once for all tests, and gives its reference.
var gathering = sync.OnceValues(func() (string, error) {
	c := newClient(&testing.T{}).as("officer")
	later := time.Now().AddDate(4, 0, 0).Format(time.DateOnly)
	status, to := c.post("/en/c/ip-ai/desk/calls/new", url.Values{"title-en": {"Which questions should be asked?"}, "title-fr": {"Quelles questions poser\u202f?"}, "title-ar": {"أي أسئلة نطرح؟"}, "who": {"everybody"}, "paper": {"p1"},
		"opens-date": {"2020-01-01"}, "opens-time": {"09:00"}, "closes-date": {later}, "closes-time": {"23:59"}, "zone": {"UTC"}, "late": {"refused"}, "moderation": {"after"}})
	ref := regexp.MustCompile(`/(k\d+)\?after=`).FindStringSubmatch(to)
	if status != http.StatusSeeOther || ref == nil {
		return "", fmt.Errorf("announcing a call is answered with %d %s", status, to)
	}
	if status, to := c.post("/en/c/ip-ai/desk/questions/"+ref[1], url.Values{"do": {"gather"}, "days": {"5"}}); status != http.StatusSeeOther {
		return "", fmt.Errorf("gathering is answered with %d %s", status, to)
	}
	return ref[1], nil
})

// proposes is somebody who proposes a question, without an account and without JavaScript; it gives the contribution.
func proposes(t *testing.T, lang, call, question, why string) (v *tab, ref string) {
	t.Helper()
	v = visitor(t)
	v.noScript()
	v.open("/" + lang + house + "/" + call + "/questions")
	v.press(`main a.go`)
	v.fill("#wording", question)
	v.fill("#text", why)
	v.do("choose a category", setValue("#category", "individual"))
	v.press(`button[value="preview"]`)
	v.press(`button[value="send"]`)
	m := regexp.MustCompile(`/(c\d+)/receipt`).FindStringSubmatch(v.at())
	if m == nil {
		t.Fatalf("no receipt: %s", v.at())
	}
	return v, m[1]
}

// TestQuestionsTogether: two people propose, the officer puts both into the words of one question without JavaScript, one
// author agrees and the other objects, and the page of the question says all of it, in three languages.
func TestQuestionsTogether(t *testing.T) {
	call := must(gathering())
	ada, a := proposes(t, "en", call, "Who answers for what a machine invents?", "Nobody can be asked today.")
	bo, b := proposes(t, "fr", call, "Qui répond de ce qu’une machine invente\u202f?", "")

	officer := visitor(t)
	officer.signInAs("officer")
	officer.noScript()
	officer.open("/en" + house + "/desk/questions/" + call)
	officer.choose(`[name="of"][value="` + a + `.1"]`)
	officer.choose(`[name="of"][value="` + b + `.1"]`)
	officer.fill("#wording-en", "Who answers for an invention that a machine made, and to whom?")
	officer.press(`button[value="word"]`)
	if !strings.Contains(officer.text("main"), "words") || officer.text(".sum") != "" {
		t.Errorf("without a reason it is put into words all the same: %s", officer.text("main"))
	}
	question := regexp.MustCompile(`/(q\d+)"`).FindStringSubmatch(eval[string](officer, `document.querySelector("#order").innerHTML`))
	if question == nil {
		t.Fatal("the question is not on the bench")
	}
	officer.open("/en" + house + "/desk/questions/" + call + "?question=" + question[1])
	officer.do("unfold the other languages", chromedp.Click(chromedp.CSS(`#wording details > summary`)))
	officer.fill("#wording-fr", "Qui répond d’une invention faite par une machine, et devant qui\u202f?")
	officer.fill("#reason-en", "Both ask who can be held to account.")
	officer.press(`button[value="word"]`)

	for _, c := range []struct {
		v            *tab
		lang, ref    string
		verdict, say string
	}{{ada, "en", a, "satisfied", "Yes."}, {bo, "fr", b, "not_satisfied", "Je parlais des personnes."}} {
		c.v.open("/" + c.lang + house + "/" + c.ref)
		c.v.choose(`input[value="` + c.verdict + `"]`)
		c.v.fill(`form[action$="/react"] textarea`, c.say)
		c.v.press(`form[action$="/react"] button`)
	}
	reader := visitor(t)
	for lang, want := range map[string][]string{
		"en": {"Who answers for an invention that a machine made, and to whom?", "agrees", "objects", "Wordings it had"},
		"fr": {"Qui répond d’une invention faite par une machine, et devant qui\u202f?", "d’accord", "s’oppose"},
		"ar": {"موافق", "معترض"},
	} {
		reader.open("/" + lang + house + "/" + question[1])
		said := reader.text("main")
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("in %s the question's page does not say %q", lang, w)
			}
		}
	}
	office := signedInAs(t, "officer")
	for at, v := range map[string]*tab{"/en" + house + "/" + question[1]: reader, "/ar" + house + "/" + call + "/questions": reader, "/fr" + house + "/" + a: reader, "/ar" + house + "/desk/questions/" + call: office} {
		v.open(at)
		for _, wrong := range v.inspect(at[1:3]) {
			t.Errorf("%s: %s", at, wrong)
		}
	}
	if dir := os.Getenv("PLENARY_PICTURES"); dir != "" {
		o := office
		for _, lang := range []string{"en", "fr", "ar"} {
			for _, width := range []int64{360, 1280} {
				for name, p := range map[string]string{"bench": "/desk/questions/" + call, "reword": "/desk/questions/" + call + "?question=" + question[1], "question": "/" + question[1], "proposal": "/" + a} {
					o.size(width, 900)
					o.open("/" + lang + house + p)
					o.picture(filepath.Join(dir, fmt.Sprintf("questions-%s-%s-%d.png", name, lang, width)), chromedp.FullScreenshot(90))
				}
			}
		}
	}
}

// signedInAs is a browser of somebody in a role.
func signedInAs(t *testing.T, role string) *tab {
	t.Helper()
	v := visitor(t)
	v.signInAs(role)
	return v
}
