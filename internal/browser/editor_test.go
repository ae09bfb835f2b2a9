package browser

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// here is a step in the editor: what is pressed leaves the page where it is.
func (v *tab) here(selector string) {
	v.Helper()
	v.actions++
	for deadline := time.Now().Add(patience); ; {
		ctx, cancel := context.WithTimeout(v.ctx, patience)
		err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector)))
		cancel()
		if err == nil {
			return
		}
		// The page took another in the place of what was found: it is looked for again, as people do.
		if !strings.Contains(err.Error(), "Could not find node") || time.Now().After(deadline) {
			v.Fatalf("press %s: %v, at %s", selector, err, v.at())
		}
	}
}

// opens presses a passage until it is open: while the page takes another in its place, a press can fall between the two.
func (v *tab) opens(selector, passage string) {
	v.Helper()
	open := fmt.Sprintf(`document.querySelector("form[data-passage]")?.dataset.passage === %q`, passage)
	for range 5 {
		v.here(selector)
		if eval[bool](v, fmt.Sprintf(`new Promise(done => { let n = 0; const look = () => (%s) ? done(true) : n++ > 40 ? done(false) : setTimeout(look, 50); look() })`, open)) {
			return
		}
	}
	v.Fatalf("%s does not open", selector)
}

// hit presses keys where the focus is.
func (v *tab) hit(keys string, with ...chromedp.KeyOption) {
	v.Helper()
	v.do("hit a key", chromedp.KeyEvent(keys, with...))
}

// TestEditorInPlace writes a paper without leaving the page: by pressing and by keys, kept by itself, and never over what
// somebody else has written.
func TestEditorInPlace(t *testing.T) {
	v, second := visitor(t), visitor(t)
	v.signInAs("officer")
	second.signInAs("officer")
	v.open("/en" + house + "/desk/papers")
	v.press(`button[value="new"]`)
	page, _, _ := strings.Cut(v.at(), "?")
	state := func(text string) {
		t.Helper()
		v.until("it says "+text, fmt.Sprintf(`(document.querySelector("[data-state]")?.textContent ?? "").includes(%q)`, text))
	}
	text := func(want string) {
		t.Helper()
		v.until("the paper is "+want, fmt.Sprintf(`[...document.querySelectorAll(".ed .p.el .t.prose, .ed form textarea[name=text]")].map(x => (x.value ?? x.innerText).trim()).join("|") === %q`, want))
	}
	eval[bool](v, `window.samePage = true`)
	v.here(`button[value="insert:0"]`)
	v.until("a passage is open", `document.activeElement?.name === "text"`)
	v.write(`textarea[name=text]`, "First words")
	state("Draft saved")
	eval[bool](v, `document.querySelector("textarea[name=text]").setSelectionRange(0, 5); true`)
	v.here(`[data-mark=strong]`)
	text("**First** words")
	v.hit("\x1b")
	text("First words")
	v.until("the passage has the focus", `document.activeElement?.closest(".el")?.id === "e1"`)
	v.here(`button[value="insert:1:paragraph"]`)
	v.until("another is open", `document.querySelector("form[data-passage]")?.dataset.passage === "2"`)
	v.write(`textarea[name=text]`, "Second.\n===\nThird.")
	v.here(`form[data-passage] button[value=part]`)
	text("First words|Second.|Third.")
	eval[bool](v, `document.querySelector("#e3 a.n").focus(); true`)
	v.hit("k")
	v.hit("k")
	v.hit("e")
	v.until("the first is open", `document.querySelector("form[data-passage]")?.dataset.passage === "1"`)
	v.here(`form[data-passage] button[value=down]`)
	text("Second.|**First** words|Third.")
	v.here(`form[data-passage] button[value=delete]`)
	text("Second.|Third.")
	v.here(`.gone button`)
	text("Second.|**First** words|Third.")
	// Somebody else changes what is open.
	second.open(page + "?open=1")
	second.write(`textarea[name=text]`, "Their words")
	second.hit("\x1b")
	second.until("it is kept", `!document.querySelector("form[data-passage]")`)
	v.write(`textarea[name=text]`, "My words")
	state("somebody else changed this passage")
	if !eval[bool](v, `!dispatchEvent(new Event("beforeunload", { cancelable: true }))`) {
		t.Error("what is not kept is left without a word")
	}
	v.here(`form[data-passage] button[value=close]:not(.vh)`)
	v.until("both are shown", `[...document.querySelectorAll("form[data-passage] ins")].some(x => x.innerText.includes("Their")) && document.querySelector("textarea[name=text]").value.trim() === "My words"`)
	for _, wrong := range v.inspect("en") {
		if !strings.Contains(wrong, "409 (Conflict)") { // as the browser notes what was refused
			t.Error(wrong)
		}
	}
	v.here(`form[data-passage] button[value=close]:not(.vh)`)
	text("Second.|My words|Third.")
	// An answer that comes late does not shut what was opened meanwhile, and what is pressed twice is done once.
	v.opens(`#e1 a.n`, "1")
	eval[bool](v, `window.through = window.fetch, window.sent = 0, window.held = new Promise(go => window.go = go),
		window.fetch = (...asked) => asked[1]?.method === "POST" ? (sent++, held.then(() => through(...asked))) : through(...asked), true`)
	v.here(`form[data-passage] button[value=close]:not(.vh)`)
	v.here(`form[data-passage] button[value=close]:not(.vh)`)
	v.here(`#e3 a.n`)
	eval[bool](v, `go(), true`)
	v.until("what was asked for last is open", `document.querySelector("form[data-passage]")?.dataset.passage === "3"`)
	if n := eval[int](v, `sent`); n != 1 {
		t.Errorf("it was closed %d times", n)
	}
	eval[bool](v, `window.fetch = window.through, true`)
	v.here(`form[data-passage] button[value=close]:not(.vh)`)
	v.until("it is closed", `!document.querySelector("form[data-passage]")`)
	// Without the network nothing is lost, and the page says so.
	v.opens(`#e2 a.n`, "2")
	eval[bool](v, `window.through = window.fetch, window.fetch = () => Promise.reject(new TypeError("no network")), true`)
	v.write(`textarea[name=text]`, "Second, offline.")
	state("Not saved")
	v.here(`form[data-passage] button[value=down]`)
	text("Second, offline.|My words|Third.")
	eval[bool](v, `window.fetch = window.through, dispatchEvent(new Event("online")), true`)
	state("Draft saved")
	if !eval[bool](v, `window.samePage === true`) {
		t.Error("the page was left")
	}
	v.hit("\x1b")
	v.until("it is closed", `!document.querySelector("form[data-passage]")`)
	v.open(page)
	text("Second, offline.|My words|Third.")
	eval[bool](v, `document.querySelector("button[value=discard]").closest("details").open = true`)
	v.press(`button[value=discard]`)
}
