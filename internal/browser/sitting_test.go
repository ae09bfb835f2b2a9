package browser

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// sat is the sitting that visitors of the demonstration lead.
const sat = "/c/rehearsal/s1"

// reads looks at a page in two languages and two widths, with axe and with a ruler.
func (v *tab) reads(path string) {
	v.Helper()
	for _, lang := range []string{"ar", "en"} {
		for _, width := range []int64{360, 1280} {
			v.size(width, 900)
			v.open("/" + lang + path)
			for _, wrong := range v.inspect(lang) {
				v.Errorf("%s, %d: %s: %s", lang, width, path, wrong)
			}
			if eval[bool](v, "document.documentElement.scrollWidth > innerWidth") {
				v.Errorf("%s, %d: %s is wider than the screen", lang, width, path)
			}
		}
	}
}

// TestSittingIsLed: the chair gives the floor with the key under the finger, suspends the sitting and resumes it, hears a point of order and rules, moves a place with
// a reason and thanks the speaker; a delegate gives its place up and asks again in two presses on a phone, without script; somebody who only follows reads in Arabic, without
// script, who speaks, and is sent there anew by the page; and two who follow it with a browser see one clock, without asking again.
func TestSittingIsLed(t *testing.T) {
	if os.Getenv("PLENARY_SOAK") != "1" {
		return
	}
	chair, delegate, passive, one, other := visitor(t), visitor(t), visitor(t), visitor(t), visitor(t)
	chair.signInAs("chair")
	one.open("/en" + sat + "/floor")
	other.open("/fr" + sat + "/floor")
	speaks := func(v *tab) string { return v.text("#floor-now .who") }
	next := chair.text(".keys .btn.go")
	chair.leave("press Enter", chromedp.KeyEvent("\r"))
	who := speaks(chair)
	if who == "" || !strings.Contains(next, who) {
		t.Fatalf("%q gave the floor to %q", next, who)
	}
	for _, v := range []*tab{one, other} {
		v.until("the floor is shown", fmt.Sprintf("document.querySelector('#floor-now .who')?.innerText === %q", who))
		v.until("the clock runs", "!!document.querySelector('.clock[data-until]')")
	}
	until := func(v *tab) float64 {
		return eval[float64](v, "Number(document.querySelector('.clock').dataset.until)")
	}
	if d := until(one) - until(other); d > 250 || d < -250 {
		t.Errorf("two browsers show clocks that are %v ms apart", d)
	}
	// acts is one press of the chair, after which something is there.
	acts := func(selector, then string) {
		t.Helper()
		chair.until(selector+" is there", fmt.Sprintf("document.readyState === 'complete' && !!document.querySelector(%q)", selector))
		chair.do("mark the page", chromedp.Evaluate[chromedp.Void]("void (window.was = true)")) // the stream may change it before the next one comes
		chair.press(selector)
		chair.until("after "+selector, fmt.Sprintf("!window.was && document.readyState === 'complete' && !!document.querySelector(%q)", then))
	}
	acts("#press-timesuspend", "#press-timeproceed")
	one.until("the pause is shown", "!document.querySelector('.clock[data-until]')")
	acts("#press-timeproceed", "#press-timego_on")
	acts("#press-timego_on", "#press-timestop")
	acts(`#console section.slip form button[id^="press-give"]`, `.keys button[id$="out_of_order"]`)
	if !strings.Contains(chair.text("#floor-now"), "Point of order") {
		t.Errorf("the point of order is not heard: %s", chair.text("#floor-now"))
	}
	acts(`.keys button[id$="out_of_order"]`, "#press-timethank")
	if speaks(chair) != who {
		t.Errorf("after the ruling the floor is with %q, not %q", speaks(chair), who)
	}
	acts(`#console ol.bare li:nth-child(4) a[href*="do=move"]`, "#to")
	moved := chair.text("main h2 bdi")
	chair.write("#to", "1")
	chair.fill("[name=reason-en]", "They have to leave early.")
	acts("main form button.go", "#press-timethank")
	if first := chair.text("#console ol.bare li b"); moved == "" || first != moved || !strings.Contains(chair.text("#console ol.bare li"), "They have to leave early.") {
		t.Errorf("%q was moved, and %q is first: %s", moved, first, chair.text("#console ol.bare li"))
	}
	acts("#press-timethank", ".keys .btn.go")

	delegate.signInAs("speaker")
	delegate.noScript()
	delegate.size(360, 740)
	delegate.press(`#mine button[value="leave"]`)
	delegate.until("the place is given up", `document.readyState === "complete" && !document.querySelector('#mine button[value="leave"]')`)
	delegate.open("/en" + sat + ".i1/floor")
	before := delegate.actions
	delegate.press(`main a.btn.go`)
	delegate.press(`button[value="ask"]`)
	if said := delegate.text("#mine"); !strings.Contains(said, "Your place on the list") || delegate.actions-before != 2 {
		t.Errorf("after %d presses: %s", delegate.actions-before, said)
	}

	passive.noScript()
	passive.size(360, 740)
	acts(".keys .btn.go", "#press-timethank")
	passive.open("/ar" + sat + "/floor")
	if got := speaks(passive); got != speaks(chair) || !strings.Contains(passive.text("#floor-now .clock"), ":") {
		t.Errorf("without script %q has the floor, not %q", got, speaks(chair))
	}
	if !eval[bool](passive, `document.dir === "rtl" && !!document.querySelector('noscript meta[http-equiv=refresh], meta[http-equiv=refresh]')`) {
		t.Error("the page is not sent there anew, or not from right to left")
	}
	chair.reads("/c/rehearsal/desk/speakers/s1.i1")
	delegate = visitor(t)
	delegate.signInAs("speaker")
	delegate.reads(sat + ".i1/ask-floor")
	one.reads(sat + "/floor")
}

// TestReplayIsWatched: from the first page of the demonstration a visitor comes to the floor of the second session as it was; it goes on by itself, its clock with it, and says
// that it is a replay. Without script the page is asked for again.
func TestReplayIsWatched(t *testing.T) {
	if os.Getenv("PLENARY_SOAK") != "1" {
		return
	}
	v := visitor(t)
	v.open("/en" + house)
	v.press(`main a[href$="/replay"]`)
	if !strings.Contains(v.text("main"), "Replay") {
		t.Error("it does not say that it is a replay")
	}
	v.do("remember the page", chromedp.Evaluate[chromedp.Void]("void (window.same = document.getElementById('replay-now').innerText)"))
	v.until("the sitting goes on", "window.same && document.getElementById('replay-now').innerText !== window.same")
	v.until("somebody has the floor, and the clock runs", "!!document.querySelector('.clock[data-pace]')")
	v.do("remember the clock", chromedp.Evaluate[chromedp.Void]("void (window.left = document.querySelector('.clock').innerText)"))
	v.until("it goes on", "document.querySelector('.clock')?.innerText !== window.left")
	if wrong := v.complaints(); len(wrong) > 0 {
		t.Error(wrong)
	}
	v.reads(house + "/s1/replay")
}
