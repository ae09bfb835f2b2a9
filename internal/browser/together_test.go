package browser

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestTwoWriteAtOnce: two who may speak for a party open one section of a draft; each sees what the other types without loading the
// page, neither loses a word, and what both changed at once is shown to whoever saves last. The pages pass axe.
func TestTwoWriteAtOnce(t *testing.T) {
	c := newClient(t).as("officer")
	people := "/en" + house + "/desk/people"
	_, body := c.get(people)
	parties := regexp.MustCompile(`<option[^>]*value="(y[0-9a-z]+)"`).FindAllStringSubmatch(body, -1)
	if len(parties) < 2 {
		t.Fatal("no party to speak for")
	}
	party := parties[len(parties)-1] // the first has a head, who clears after whoever reviews
	open := func(name string) *tab {
		t.Helper()
		if status, to := c.post(people, url.Values{"do": {"authorise"}, "party": {party[1]}, "speaker": {name + "@together.example"}}); status != http.StatusSeeOther {
			t.Fatal(status, to)
		}
		v := visitor(t)
		link, _ := v.askForMail(name + "@together.example")
		if !strings.Contains(link, "/sign-in/") {
			t.Fatal(link)
		}
		v.open(link)
		v.press("main form button")
		v.signedIn()
		v.write("#name", name)
		v.press(`form[action$="/account"] button`)
		return v
	}
	first, second := open("Anouk"), open("Bashir")
	first.open("/en" + house + "/k2/together")
	look := func(v *tab, lang string) {
		t.Helper()
		for _, wrong := range v.inspect(lang) {
			t.Errorf("%s: %s", v.at(), wrong)
		}
	}
	look(first, "en")
	first.press("main form button.go")
	draft := strings.TrimSuffix(first.at(), "/draft")
	section := eval[string](first, `document.querySelector(".tasks a").getAttribute("href")`)
	first.open(section)
	second.open(section)
	field := eval[string](first, `document.querySelector("form[data-part] textarea").id`)
	stands := func(text string) string {
		return fmt.Sprintf(`document.querySelector("#%s").value === %q`, field, text)
	}
	types := func(v *tab, text string) {
		t.Helper()
		eval[bool](v, fmt.Sprintf(`(() => { const x = document.querySelector("#%s"); x.focus(); x.value = %q; return x.dispatchEvent(new Event("input", { bubbles: true })) })()`, field, text))
	}
	saved := func(v *tab) {
		t.Helper()
		v.until("it is saved", `document.querySelector("[data-state]").textContent.startsWith("Draft saved")`)
	}

	types(first, "The ferry runs on Monday. It is late on Friday.")
	second.until("the other sees it", stands("The ferry runs on Monday. It is late on Friday."))
	second.until("and by whom", `document.querySelector("[data-last]").textContent.includes("Anouk")`)
	types(first, "The blue ferry runs on Monday. It is late on Friday.")
	types(second, "The ferry runs on Monday. It is never late on Friday.")
	both := "The blue ferry runs on Monday. It is never late on Friday."
	first.until("what the other typed is put together with theirs", stands(both))
	second.until("and theirs with what the other typed", stands(both))
	saved(first)
	saved(second)

	// The same words at once: whoever is later keeps what they typed, is told, and is shown both.
	eval[bool](second, `window.through = window.fetch, window.fetch = () => Promise.reject(new TypeError("no network")), true`)
	types(second, "The blue ferry runs on Sunday. It is never late on Friday.")
	types(first, "The blue ferry runs on Tuesday. It is never late on Friday.")
	saved(first)
	eval[bool](second, `window.fetch = window.through, dispatchEvent(new Event("online")), true`)
	second.until("it says that it was not saved", `document.querySelector("[data-state]").textContent === document.querySelector("[data-state]").dataset.clash`)
	if !eval[bool](second, stands("The blue ferry runs on Sunday. It is never late on Friday.")) {
		t.Error("what was typed is gone")
	}
	second.press(`form[data-part] button[value="save"]`)
	if said := second.text("main"); !strings.Contains(said, "Tuesday") || !eval[bool](second, stands("The blue ferry runs on Sunday. It is never late on Friday.")) {
		t.Errorf("not both: %s", said)
	}
	look(second, "en")
	second.press(`form[data-part] button[value="save"]`)
	first.until("the decision is seen", stands("The blue ferry runs on Sunday. It is never late on Friday."))

	// Sent for clearance, the other reads and clears it, and one of them sends it: in French, then in Arabic.
	first.open("/fr" + draft[3:] + "/draft")
	look(first, "fr")
	second.open("/ar" + draft[3:] + "/draft")
	first.press(`button[value="ask"]`)
	second.until("the page of the other says that it waits", `!!document.querySelector("#standing a.go")`)
	look(second, "ar")
	second.press("#standing a.go")
	look(second, "ar")
	second.press(`button[value="clear"]`)
	second.open("/ar" + draft[3:] + "/whole")
	second.press(`button[value="send"]`)
	if !strings.Contains(second.at(), "/receipt") {
		t.Errorf("not sent: %s %s", second.at(), second.text("main"))
	}
	first.until("the other page goes to what it became", `/\/c\d+$/.test(location.pathname)`)
}
