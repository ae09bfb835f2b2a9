package browser

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestAnswerAGroup: an officer answers a hundred points with the same words in three actions from the
// point's page (an outcome, a reason, the button), without leaving it, and comes to the next open point.
// The authors see comment and answer together, and one says that it misses the point: that one is open
// again.
func TestAnswerAGroup(t *testing.T) {
	for _, script := range []bool{true, false} {
		t.Run(fmt.Sprintf("script=%t", script), func(t *testing.T) {
			text := fmt.Sprintf("One letter, sent by many hands, with script %t.", script)
			moderator := newClient(t).as("moderator")
			var refs []string
			var authors []*client
			for range 100 {
				a := newClient(t)
				ref := a.say("p2.e1.x4", text)
				if status, _ := moderator.post("/en/c/ip-ai/"+ref+"/publish", nil); status != http.StatusSeeOther {
					t.Fatalf("publishing %s is answered with %d", ref, status)
				}
				refs, authors = append(refs, ref), append(authors, a)
			}
			v := visitor(t)
			if !script {
				v.noScript()
			}
			v.open("/en" + house)
			v.press(`form[action$="/demo/officer"] button`)
			if !strings.HasSuffix(v.at(), "/desk/points") {
				t.Fatalf("the officer lands at %s", v.at())
			}
			v.open("/en" + house + "/desk/points/" + refs[0] + ".1")
			if body := v.text("main"); !strings.Contains(body, "99 other points with the same words") {
				t.Fatalf("the like ones are not offered: %s", body)
			}
			v.actions = 0
			v.actions++
			v.do("choose an outcome", chromedp.Click(chromedp.CSS(`input[name="outcome"][value="not_accepted"]`)))
			v.write("#reason-en", "The letter asks for what the paper does not decide.")
			v.press(`main form button.go`)
			if v.actions > 3 {
				t.Errorf("it took %d actions", v.actions)
			}
			if !strings.Contains(v.at(), "done=answered") {
				t.Fatalf("the officer is at %s: %s", v.at(), v.text("#errors"))
			}
			_, one := newClient(t).get("/en/c/ip-ai/" + refs[57] + ".json")
			if !strings.Contains(one, `"outcome": "not_accepted"`) || !strings.Contains(one, `"points": 100`) {
				t.Errorf("point 58 is not answered with the others: %s", one)
			}

			// Its author sees both together, and reacts.
			author := visitor(t)
			author.become(authors[57])
			if !script {
				author.noScript()
			}
			author.open("/en" + house + "/" + refs[57])
			if body := author.text("main"); !strings.Contains(body, text) || !strings.Contains(body, "The letter asks for what the paper does not decide.") {
				t.Errorf("comment and answer are not together: %s", body)
			}
			author.do("choose a verdict", chromedp.Click(chromedp.CSS(`input[value="misses"]`)))
			author.write("textarea", "I asked for something else.")
			author.press(`form[action$="/react"] button`)
			if body := author.text("main"); !strings.Contains(body, "It is open again") || !strings.Contains(body, "I asked for something else.") {
				t.Errorf("the point is not open again: %s", body)
			}
			if _, other := newClient(t).get("/en/c/ip-ai/" + refs[56] + ".json"); strings.Contains(other, `"reopened": true`) {
				t.Error("the others were opened too")
			}

			// Two officers answer at once: the second is told.
			late := newClient(t).as("officer")
			form := url.Values{"outcome": {"noted"}, "reason-en": {"Noted."}}
			if status, _ := late.post("/en/c/ip-ai/desk/points/"+refs[3]+".1", form); status != http.StatusConflict {
				t.Errorf("a second answer to the same point is answered with %d", status)
			}
			for _, w := range [][]string{v.complaints(), author.complaints()} {
				if len(w) > 0 {
					t.Errorf("the console: %q", w)
				}
			}
		})
	}
}

// TestReactAsTheIndividual: whoever sits in the individual's chair lands on an answer that waits for a word.
func TestReactAsTheIndividual(t *testing.T) {
	v := visitor(t)
	v.open("/fr" + house)
	v.press(`form[action$="/demo/individual"] button`)
	if !eval[bool](v, `!!document.querySelector("form[action$='/react']")`) {
		t.Fatalf("no answer waits at %s", v.at())
	}
	v.press(`form[action$="/react"] button`)
	if !eval[bool](v, `!!document.querySelector("#errors")`) {
		t.Error("nothing was chosen, and nothing was said about it")
	}
	v.do("choose", chromedp.Click(chromedp.CSS(`input[value="not_satisfied"]`)))
	v.write("textarea", "La question ne dit toujours pas qui vérifie.")
	v.press(`form[action$="/react"] button`)
	if body := v.text("main"); !strings.Contains(body, "La question ne dit toujours pas qui vérifie.") {
		t.Errorf("the reaction is not there: %s", body)
	}
}

// TestToldByMail: an author who gave an address is told of the answer, and sees what became of the comment in
// one press from the letter.
func TestToldByMail(t *testing.T) {
	author := newClient(t)
	status, to := author.post("/en/c/ip-ai/k2/contribute", url.Values{"on": {"p2.e1.x7"}, "text": {"Tell me by mail what becomes of this."}, "email": {"told@example.org"}, "do": {"send"}})
	if status != http.StatusSeeOther {
		t.Fatalf("answered with %d", status)
	}
	ref := strings.Split(strings.TrimPrefix(to, "/en"+house+"/"), "/")[0]
	publish(t, ref)
	v := visitor(t)
	v.become(author)
	// Nobody has said yet that the address is theirs: its reader does, in one press from the first letter.
	first := mailed(t, v, "told@example.org", "Receipt for your contribution "+ref)
	if !strings.Contains(first, "receipt-ip-ai-"+ref+".json") {
		t.Errorf("no receipt file came: %s", first)
	}
	v.open(regexp.MustCompile(`http:\S+/mail/\S+`).FindString(first))
	v.press(`button[value="confirmed"]`)
	if body := v.text("main"); !strings.Contains(body, "The address is confirmed") {
		t.Fatalf("confirming leads to %s: %s", v.at(), body)
	}
	officer := newClient(t).as("officer")
	if status, to := officer.post("/en/c/ip-ai/desk/points/"+ref+".1", url.Values{"outcome": {"accepted"}, "reason-en": {"The paper will say so."}, "changes": {"p2.x7"}}); status != http.StatusSeeOther {
		t.Fatalf("the answer is answered with %d %s", status, to)
	}
	link := regexp.MustCompile(`http:\S+`).FindString(mailed(t, v, "told@example.org", "An answer to your contribution "+ref))
	v.open(link)
	if body := v.text("main"); !strings.Contains(body, "Tell me by mail what becomes of this.") || !strings.Contains(body, "The paper will say so.") || !strings.Contains(body, "The next edition will change") {
		t.Errorf("the letter leads to %s: %s", v.at(), body)
	}
}

// mailed waits for a letter in the demonstration's mailbox, and gives what it says.
func mailed(t *testing.T, v *tab, to, subject string) string {
	t.Helper()
	letter := fmt.Sprintf(`[...document.querySelectorAll("article")].find(a => a.innerText.includes(%q) && a.innerText.includes(%q))?.innerText ?? ""`, to, subject)
	for range 100 {
		v.open("/en/mailbox")
		if text := eval[string](v, letter); text != "" {
			return text
		}
	}
	t.Fatalf("no letter: %s", v.text("main"))
	return ""
}
