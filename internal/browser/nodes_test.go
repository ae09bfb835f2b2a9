package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/openplenary/plenary/internal/cluster"
)

// crossing is where the conversation of the nodes stands.
const crossing = "/c/ferries"

// sitting is what happens there before anybody comes: a delegate speaks for a party, and a session has a list of speakers.
const sitting = `
enter %boats
  category: ngo
  name: Boats for All

authorise @bo for %boats

plan => $s
  title.en: First session
  form: online

plan-sitting $s
  begins: now-5m
  ends: now+2h

plan-item $s
  title.en: Ferries at night

set-rules $s
  limits: ngo 120

set-list $s
  item: 1
  open: yes
`

// nodes are three of them behind a balancer, of which one is killed before each press.
type nodes struct {
	*testing.T
	*cluster.Cluster
	relay                  *relay
	presses, kills, broken int // broken are the presses whose answer nobody had
}

// passenger is somebody with a browser whose pages come from any of the nodes.
type passenger struct {
	*tab
	*nodes
	signed bool // they have signed in, and stay so
}

// TestNodesAreKilled: people write, ask for the floor and answer while before every press of theirs one of three nodes is killed, and while of each form that they send the answer is
// lost once: the node that took it is killed before it says so. They see what they would see with one node that never fails, but for a page that asks them to load it again.
func TestNodesAreKilled(t *testing.T) {
	if os.Getenv("PLENARY_SOAK") != "1" {
		return
	}
	n := &nodes{T: t, relay: newRelay(t)}
	var err error
	n.Cluster, err = cluster.Start(t.Context(), cluster.Options{Program: program, Out: t.Output(), More: sitting, People: []string{"olga", "bo"},
		Env: []string{"PLENARY_SMTP=" + n.relay.url(), "PLENARY_FROM=harbour@ferries.example",
			"PLENARY_RESERVE=0"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(t.Failed()); err != nil {
			t.Error(err)
		}
	})
	reader := n.comes()
	reader.open("/en" + crossing + "/p1.e1")
	asking := n.comes()
	asking.open("/en" + crossing + "/s1/floor")
	for _, v := range []*passenger{reader, asking} {
		eval[bool](v.tab, `window.untouched = true`)
	}
	ida, ref := n.writes()
	reader.until("what was sent is counted in the margin of a page that is open", `/1/.test(document.querySelector("#m-p1-x2").innerText)`)
	n.asks()
	asking.until("who asked for the floor is on the page that is open", `document.querySelector("main").innerText.includes("Boats for All")`)
	n.answers(ref)
	for _, v := range []*passenger{reader, asking} {
		if !eval[bool](v.tab, "window.untouched === true") {
			t.Errorf("%s was loaded again", v.at())
		}
	}
	ida.open("/en" + crossing + "/" + ref)
	ida.says("The last ferry leaves too early.", "A later ferry is tried in spring.")
	if err := n.Agreed(t.Context()); err != nil {
		t.Error(err)
	}
	lost, twice := n.counts()
	fmt.Printf("%d presses, %d kills, %d lost, %d twice\n", n.presses, n.kills, lost, twice)
	t.Logf("of %d forms the answer was lost, and they were sent again", n.broken)
	if lost+twice > 0 {
		t.Errorf("%d acts are lost, %d were done twice", lost, twice)
	}
}

// comes is somebody who was never here.
func (n *nodes) comes() *passenger {
	n.Helper()
	v := visitor(n.T)
	v.host = n.URL()
	return &passenger{tab: v, nodes: n}
}

// kill kills a node.
func (n *nodes) kill() {
	n.Helper()
	if err := n.Kill(n.T.Context()); err != nil {
		n.Fatal(err)
	}
	n.kills++
}

// press kills a node, presses, and looks at the page that comes.
func (p *passenger) press(selector string) {
	p.tab.Helper()
	p.kill()
	p.presses++
	p.tab.press(selector)
	p.looks(false)
}

// sends presses a button that sends a form, of which the answer is lost, and loads the page that says so again.
func (p *passenger) sends(selector string) {
	p.tab.Helper()
	p.kill()
	happened := p.LoseAnswer(eval[string](p.tab, fmt.Sprintf(`new URL((b => b.hasAttribute("formaction") ? b.formAction : b.form.getAttribute("action") ?? "")(document.querySelector(%q)), location).pathname`, selector)))
	p.presses++
	p.tab.press(selector)
	if err := happened(); err != nil {
		p.tab.Fatal(err)
	}
	p.kills++
	p.broken++
	p.looks(true)
}

// looks reads the page that came. Where it says that no answer came, it is loaded again, which sends what was sent once more.
func (p *passenger) looks(broken bool) {
	p.tab.Helper()
	again := func() bool { return eval[bool](p.tab, `!!document.querySelector("main#again")`) }
	if broken && !again() {
		p.tab.Fatalf("the answer was lost, and the page is %s", p.tab.text("body"))
	}
	for i := 0; again(); i++ {
		if i == 20 {
			p.tab.Fatalf("no answer comes at %s", p.at())
		}
		p.kill()
		p.presses++
		p.leave("load again", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, page.Reload, page.ReloadParams{})
			return err
		}))
	}
	if status := eval[int](p.tab, `performance.getEntriesByType("navigation")[0].responseStatus`); status != 200 {
		p.tab.Fatalf("%s is answered with %d: %s", p.at(), status, p.tab.text("body"))
	}
	if p.signed && eval[bool](p.tab, `!document.querySelector("ul.me a[href$='/account']")`) {
		p.tab.Fatalf("%s was signed out at %s", p.tab.text("ul.me"), p.at())
	}
	for _, c := range p.complaints() {
		if !brokenOff.MatchString(c) {
			p.tab.Errorf("the console: %s", c)
		}
	}
}

// brokenOff is what the console says of a stream, or of a draft that saves itself, whose node was lost: both come again.
var brokenOff = regexp.MustCompile(`502 \(Bad Gateway\)|ERR_INCOMPLETE_CHUNKED_ENCODING|htmx:sse:error: network error|TypeError: network error|^console: Object$`)

// signsIn types an address, and the code that comes by mail.
func (p *passenger) signsIn(to string) {
	p.tab.Helper()
	p.open("/en/sign-in")
	p.write("#email", to)
	p.press("main form button.go")
	p.write("#code", p.relay.code(p.tab.T, to))
	p.press("main form button.go")
	p.signed = true
	p.looks(false)
}

// writes: somebody without an account writes, keeps a draft, comes back to it, and sends it; the receipt is opened and checked.
func (n *nodes) writes() (v *passenger, ref string) {
	n.Helper()
	v = n.comes()
	v.open("/en" + crossing + "/p1.e1")
	v.press(`.p .m a[href*="/contribute?on="]`)
	v.write("#text", "The last ferry leaves")
	v.kill()
	v.saved("1")
	happened := v.LoseAnswer("/en" + crossing + "/k1/draft")
	v.write("#text", "The last ferry leaves too")
	if err := happened(); err != nil {
		v.tab.Fatal(err)
	}
	v.kills++
	v.write("#text", "The last ferry leaves too early")
	v.saved("3") // the one whose answer was lost, and what was written meanwhile
	v.sends(`button[value="save"]`)
	v.open("/en" + crossing + "/mine")
	v.press(`main a[href*="draft="]`)
	if got := eval[string](v.tab, `document.querySelector("#text")?.value ?? document.querySelector("main").innerText`); got != "The last ferry leaves too early" {
		v.tab.Errorf("the draft came back as %q", got)
	}
	v.write("#text", "The last ferry leaves too early.")
	v.do("choose a category", setValue("#category", "individual"))
	v.sends(`button[value="preview"]`)
	v.sends(`button[value="send"]`)
	m := regexp.MustCompile(`^/en/c/ferries/(c\d+)/receipt\?after=\d+$`).FindStringSubmatch(v.at())
	if m == nil {
		v.tab.Fatalf("this is no receipt: %s: %s", v.at(), v.tab.text("main"))
	}
	v.says("The last ferry leaves too early.")
	v.sends(`form[action$="/check"] button`)
	v.says("The last ferry leaves too early.")
	return v, m[1]
}

// saved waits until the draft was saved by itself.
func (p *passenger) saved(version string) {
	p.tab.Helper()
	for deadline := time.Now().Add(2 * patience); eval[string](p.tab, `document.querySelector("[name=version]").value`) != version; {
		eval[bool](p.tab, `dispatchEvent(new Event("online"))`) // it is tried again twenty seconds later, or now
		if time.Now().After(deadline) {
			p.tab.Fatalf("the draft is not saved: %q; the console: %q", p.tab.text("[data-saved]"), p.complaints())
		}
	}
}

// asks: a delegate asks for the floor, gives the place up, and asks again.
func (n *nodes) asks() {
	n.Helper()
	v := n.comes()
	v.signsIn("bo@ferries.example")
	v.open("/en" + crossing + "/s1/floor")
	v.press(`main a.btn.go[href$="/ask-floor"]`)
	v.sends(`button[value="ask"]`)
	v.sends(`button[value="leave"]`)
	v.sends(`button[value="ask"]`)
	v.says("Boats for All")
}

// answers: an officer answers what was written.
func (n *nodes) answers(ref string) {
	n.Helper()
	v := n.comes()
	v.signsIn("olga@ferries.example")
	v.open("/en" + crossing + "/desk")
	v.press(`main a[href$="/desk/points"]`)
	v.press(`main a[href$="/desk/points/` + ref + `.1"]`)
	v.do("choose an outcome", chromedp.Click(chromedp.CSS(`input[name="outcome"][value="accepted"]`)))
	v.write("#reason-en", "A later ferry is tried.")
	v.sends(`button[value="keep"]`)
	v.write("#reason-en", "A later ferry is tried in spring.")
	v.sends(`button[value="answer"]`)
	if errors := v.tab.text("#errors"); errors != "" || !strings.Contains(v.at(), "done=answered") {
		v.tab.Fatalf("the officer is at %s: %s", v.at(), errors)
	}
}

// counts holds what is on the record against what was done: which kinds of entries came of it, and how many.
func (n *nodes) counts() (lost, twice int) {
	n.Helper()
	c := newClient(n.T)
	c.host = n.URL()
	var record struct{ Entries []struct{ Kind string } }
	_, body := c.get("/en" + crossing + "/record.json")
	if err := json.Unmarshal([]byte(body), &record); err != nil {
		n.Fatal(err)
	}
	got := map[string]int{}
	for _, e := range record.Entries {
		got[e.Kind]++
	}
	for kind, want := range map[string]int{"consultation.received/1": 1, "floor.requested/1": 2, "floor.left/1": 1, "consultation.answered/1": 1} {
		lost += max(0, want-got[kind])
		twice += max(0, got[kind]-want)
	}
	if lost+twice > 0 {
		n.Errorf("the record has %v", got)
	}
	return lost, twice
}
