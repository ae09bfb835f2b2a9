package browser

import (
	"fmt"
	"testing"
)

// slowServer holds back what the page asks of the server, until the test answers.
const slowServer = `window.asked = []; window.fetch = (address, o) => new Promise((yes, no) => asked.push({ text: o.body.get("text"), yes, no })); true`

// answerDraft answers the last thing that was asked.
func answerDraft(v *tab, status int, body string) {
	v.Helper()
	eval[bool](v, fmt.Sprintf(`asked.at(-1).yes(new Response(%q, { status: %d })); true`, body, status))
}

// TestSavedIsSaved: the page says that a draft is saved when all of it is, and else why not; leaving asks first.
func TestSavedIsSaved(t *testing.T) {
	v := visitor(t)
	v.open("/en" + house + "/k2/contribute?on=p2.e1.x3")
	eval[bool](v, slowServer)
	says := func(text string) {
		v.Helper()
		v.until("it says "+text, fmt.Sprintf(`document.querySelector("[data-saved]").textContent.includes(%q)`, text))
	}
	leaving := func() bool {
		return !eval[bool](v, `dispatchEvent(new Event("beforeunload", { cancelable: true }))`)
	}
	if leaving() {
		t.Error("an empty form asks before it is left")
	}
	v.write("#text", "One")
	says("Not saved yet")
	v.until("it is saved", `asked.length === 1`)
	v.write("#text", "One and two")
	answerDraft(v, 200, `{"version": 1, "saved": "Draft saved: now"}`)
	says("Not saved yet")
	if !leaving() {
		t.Error("what is not saved is left without a word")
	}
	v.until("the rest is saved too", `asked.length === 2 && asked[1].text === "One and two"`)
	answerDraft(v, 200, `{"version": 2, "saved": "Draft saved: now"}`)
	says("Draft saved: now")
	if leaving() {
		t.Error("what is saved asks before it is left")
	}
	v.write("#text", "Three")
	v.until("it is saved", `asked.length === 3`)
	eval[bool](v, `asked.at(-1).no(new TypeError("no network")); true`)
	says("the server did not take it")
	eval[bool](v, `dispatchEvent(new Event("online")); true`)
	v.until("it is saved when the network is back", `asked.length === 4 && asked[3].text === "Three"`)
	answerDraft(v, 409, `{"errors": [{"key": "draft.moved"}]}`)
	says("another tab")
	if !leaving() {
		t.Error("what another tab saved over is left without a word")
	}
	eval[bool](v, `addEventListener("beforeunload", (e) => e.stopImmediatePropagation(), { capture: true }); true`)
	eval[bool](v, `document.querySelector("form[data-draft]").dispatchEvent(new Event("submit", { bubbles: true })); true`)
	if leaving() {
		t.Error("a form that is sent asks before it is left")
	}
}

// TestFieldTakesFocus: a field that is refused in a folded part opens it, says what is wrong, and one goes on there.
func TestFieldTakesFocus(t *testing.T) {
	for _, script := range []bool{true, false} {
		t.Run(fmt.Sprintf("script=%t", script), func(t *testing.T) {
			v := visitor(t)
			if !script {
				v.noScript()
			}
			v.open("/en" + house + "/k2/contribute?on=p2.e1.x3")
			eval[bool](v, `document.querySelector("#text").value = "Boats, please."; document.querySelector("#email").value = "ana@"; document.querySelector("#email").closest("details").open = false; true`)
			v.press(`button[value="preview"]`)
			v.until("the field has the focus", `document.activeElement.id === "email"`)
			if !eval[bool](v, `document.querySelector("#email").closest("details").open && document.querySelector("#email").getAttribute("aria-invalid") === "true" && !!document.getElementById("email-error") && document.querySelector("#email").getAttribute("aria-describedby").includes("email-error")`) {
				t.Error("the field does not say what is wrong")
			}
			if got := eval[string](v, `document.querySelector("#text").value + document.querySelector("#email").value`); got != "Boats, please.ana@" {
				t.Errorf("what was typed is %q", got)
			}
		})
	}
}
