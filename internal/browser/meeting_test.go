package browser

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// meeting is a session of its own in the demonstration, with the office that plans it.
type meeting struct {
	*testing.T
	office *client // the officer, as a program
	ref    string  // s3
	at     string  // its address without the language
}

// newMeeting has the officer plan a session of one sitting, from one instant to another, with an item on the agenda.
func newMeeting(t *testing.T, title string, begins, ends time.Time) *meeting {
	t.Helper()
	m := &meeting{T: t, office: newClient(t).as("officer")}
	m.ref = m.office.actIn(house, "session.plan", map[string]any{"plan": map[string]any{"title": in(title), "form": "online", "zone": "UTC"}})[0]
	m.at = house + "/" + m.ref
	m.act("session.plan-sitting", map[string]any{"begins": begins.UTC(), "ends": ends.UTC(), "seen": m.seen("sessions", "item")})
	m.act("session.plan-item", map[string]any{"item": map[string]any{"title": in("Ferries at night")}, "seen": m.seen("sessions", "item")})
	return m
}

// act has the officer ask for a command that is about the session.
func (m *meeting) act(name string, fields map[string]any) {
	m.Helper()
	fields["session"] = m.ref
	m.office.actIn(house, name, fields)
}

// seen is where a desk of the session says that it changed last.
func (m *meeting) seen(desk, do string) int {
	m.Helper()
	_, page := m.office.get("/en" + house + "/desk/" + desk + "/" + m.ref + "?do=" + do)
	seen := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(page)
	if seen == nil {
		m.Fatalf("the desk of %s does not say where it changed last", desk)
	}
	return must(strconv.Atoi(seen[1]))
}

// offers has people register from two days ago until an instant, under these terms besides.
func (m *meeting) offers(closes time.Time, terms map[string]any) {
	m.Helper()
	all := map[string]any{"opens": time.Now().UTC().AddDate(0, 0, -2), "closes": closes.UTC(), "figures": "everyone", "list": "participants"}
	for k, v := range terms {
		all[k] = v
	}
	m.act("registration.set-terms", all)
}

// asks has those of some categories, all where none is named, asked a choice that they have to make, and something that they may write.
func (m *meeting) asks(categories ...string) {
	m.Helper()
	of := append([]string{}, categories...) // a list, where it is empty too
	m.act("registration.ask-field", map[string]any{"label": in("How do you take part?"), "kind": "choice", "required": true, "options": in("In the room\nFrom elsewhere"), "categories": of, "seen": m.seen("registration", "field")})
	m.act("registration.ask-field", map[string]any{"label": in("What you eat"), "kind": "text", "categories": of, "seen": m.seen("registration", "field")})
}

// speaks opens the list of the item and the sitting, which was opened some minutes ago.
func (m *meeting) speaks(opened time.Time) {
	m.Helper()
	classes := []string{"group", "state", "igo", "ngo", "other"}
	m.act("floor.set-rules", map[string]any{"rules": map[string]any{"classes": classes, "limits": map[string]int{"group": 300, "state": 180, "igo": 180, "ngo": 120, "other": 120}, "changeover": 20, "overrun": 30, "reserve": 10, "replies": []int{300, 180}}, "seen": 0})
	m.act("floor.set-list", map[string]any{"item": 1, "open": true})
	m.act("session.open-sitting", map[string]any{"number": 1, "opened": opened.UTC()})
}

// posts has somebody send a form, which has to be taken.
func (c *client) posts(path string, form url.Values) {
	c.Helper()
	if status, to := c.post(path, form); status != http.StatusSeeOther {
		c.Fatalf("%s with %v is answered with %d %s", path, form, status, to)
	}
}

// party is the first in whose delegation the client is.
func (c *client) party() string {
	c.Helper()
	_, page := c.get("/en" + house + "/delegation")
	party := regexp.MustCompile(`party=(y\w{13})`).FindStringSubmatch(page)
	if party == nil {
		c.Fatal("there is no delegation")
	}
	return party[1]
}

// letters are those of the demonstration to an address with something in them, as they stand on the page of the mailbox, the newest first.
func letters(t *testing.T, to, has string) (out []string) {
	t.Helper()
	_, page := newClient(t).get("/en/mailbox")
	for _, letter := range regexp.MustCompile(`(?s)<article.*?</article>`).FindAllString(page, -1) {
		if letter = html.UnescapeString(letter); strings.Contains(letter, to) && strings.Contains(letter, has) {
			out = append(out, letter)
		}
	}
	return out
}

// letterTo waits until there are more such letters than so many, and gives the newest.
func letterTo(t *testing.T, to, has string, before int) string {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if all := letters(t, to, has); len(all) > before {
			return all[0]
		}
	}
	t.Fatalf("no letter to %s has %q in it", to, has)
	return ""
}

// comes is somebody who was invited, and comes by the link of their letter.
func comes(t *testing.T, to string) *tab {
	t.Helper()
	v := visitor(t)
	v.open(regexp.MustCompile(`href="([^"]*/invitation/[^"]*)"`).FindStringSubmatch(letterTo(t, to, "/invitation/", 0))[1])
	v.press("main form button.go")
	return v
}

// staff invites somebody into an office, who comes.
func (m *meeting) staff(to, role string) *tab {
	m.Helper()
	m.office.posts("/en"+house+"/desk/people", url.Values{"do": {"invite"}, "email": {to}, "role": {role}, "language": {"en"}})
	return comes(m.T, to)
}

// script turns JavaScript on or off.
func (v *tab) script(on bool) {
	v.Helper()
	command(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// acts is one press on a page that the stream may change, after which an expression is true on the page that follows.
func (v *tab) acts(selector, then string) {
	v.Helper()
	v.until(selector+" is there", fmt.Sprintf("document.readyState === 'complete' && !!document.querySelector(%q)", selector))
	v.do("mark the page", chromedp.Evaluate[chromedp.Void]("void (window.was = true)"))
	v.press(selector)
	v.until("after "+selector, "!window.was && document.readyState === 'complete' && "+then)
}

// shows is the expression that an element has words in it.
func shows(selector, words string) string {
	return fmt.Sprintf("(document.querySelector(%q)?.innerText ?? '').includes(%q)", selector, words)
}

// looked is read by axe and with a ruler as it stands, in the language in which it is open.
func (v *tab) looked(what string) {
	v.Helper()
	for _, wrong := range v.inspect("en") {
		v.Errorf("%s (%s): %s", what, v.at(), wrong)
	}
}

// room is where a session is held: another site, which a browser comes to.
func room(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, "<!doctype html><title>Room</title><p id=room>The room, from %q", r.Referer())
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// inRoom looks that the visitor came there, and that nothing told from where.
func (v *tab) inRoom() {
	v.Helper()
	v.until("the visitor is in the room", "!!document.querySelector('#room')")
	if said := v.text("#room"); said != `The room, from ""` {
		v.Errorf("the room knows where the visitor came from: %s", said)
	}
}

// TestRegistrantTakesPart: somebody without an account, on a phone without script, comes from the first page to the form, is refused what lacks, with what was written kept, and
// has a seat, a badge and the calendar; where one joins is told when it is time, by the account and by the code of the badge without it, also to whoever signs in on the way; and
// what was registered is taken back, with all that came of it.
func TestRegistrantTakesPart(t *testing.T) {
	if os.Getenv("PLENARY_SOAK") != "1" {
		return
	}
	const who = "nadia@journeys.example"
	begins := time.Now().Add(72 * time.Hour)
	m := newMeeting(t, "A session to register for", begins, begins.Add(2*time.Hour))
	m.offers(time.Now().Add(time.Hour), map[string]any{"active": 1, "passive": 2, "gender": true, "first": true})
	m.asks("individual")
	head := newClient(t).as("delegate")
	head.posts("/en"+m.at+"/members", url.Values{"do": {"enter"}, "party": {head.party()}, "members": {"Dora Ek; dora@journeys.example; passive"}})
	v := visitor(t)
	v.noScript()
	v.size(360, 740)
	v.open("/en" + house)
	v.press(`main a[href$="/sessions"]`)
	v.press(`main a[href$="` + m.at + `"]`)
	v.press(`main a[href$="/registration"]`)
	v.says("Registration is open", "Active seat: 1 of 1 free", "How do you take part?")
	v.press(`main a.btn.go`)
	v.signsIn(who)
	if v.page() != m.at+"/register" {
		t.Fatalf("who signed in to register is at %s", v.at())
	}

	// The seat, and then who it is.
	v.press(`button[value="begin"]`)
	if sum := v.text(".sum"); !strings.Contains(sum, "2 things") {
		t.Errorf("neither seat nor category was said: %s", sum)
	}
	v.choose(`[name="seat"][value="active"]`)
	v.fill("#category", "individual")
	v.press(`button[value="begin"]`)
	v.says("An active seat is held for you until")
	v.fill("#name", "Nadia Registrant")
	v.fill("#post", "Librarian")
	v.fill("#field-2", "Everything, slowly.")
	v.press(`button[value="confirm"]`)
	if sum := v.text(".sum"); !strings.Contains(sum, "How do you take part?: This has to be answered") {
		t.Errorf("what has to be answered is not said: %s", sum)
	}
	v.do("follow the error", chromedp.Click(chromedp.CSS(`.sum a[href="#field-1"]`)))
	v.until("the field has the focus", `document.activeElement.id === "field-1" && document.activeElement.getAttribute("aria-invalid") === "true"`)
	if kept := eval[string](v, `["name", "post", "field-2"].map(n => document.getElementById(n).value).join("|")`); kept != "Nadia Registrant|Librarian|Everything, slowly." {
		t.Errorf("what was written is not kept: %s", kept)
	}
	v.fill("#field-1", "2")
	v.choose(`[name="gender"][value="woman"]`)
	v.press(`button[value="confirm"]`)
	v.says("Confirmed, with an active seat", "Where you join is told here, from 24 hours before")
	if letter := letterTo(t, who, "Confirmed: “A session to register for”", 0); !strings.Contains(letter, "session.ics") || strings.Contains(letter, "still missing") {
		t.Errorf("the letter: %s", letter)
	}

	// The badge, and the calendar, which a program reads.
	ics := eval[string](v, `document.querySelector('main a[href$="/session.ics"]').href`)
	r, err := http.Get(ics)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if kind := r.Header.Get("Content-Type"); r.StatusCode != http.StatusOK || !strings.HasPrefix(kind, "text/calendar") {
		t.Errorf("%s is answered with %d %s", ics, r.StatusCode, kind)
	}
	v.press(`main a[href$="/badge"]`)
	code := v.text(".badge .code")
	if !regexp.MustCompile(`^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]$`).MatchString(code) || !eval[bool](v, `document.querySelector(".badge .square svg")?.getBoundingClientRect().width > 100`) {
		t.Errorf("the badge has no code, or none to be read by a machine: %s", v.text("main"))
	}
	v.says("Nadia Registrant", "Librarian", "Active seat")

	m.joins(v, code)
	v.takesBack(m, code)
}

// signsIn types an address into the page on which one signs in, and the code that comes by mail.
func (v *tab) signsIn(to string) {
	v.Helper()
	before := len(letters(v.T, to, "type this code"))
	v.write("#email", to)
	v.press("main form button.go")
	v.write("#code", regexp.MustCompile(`type this code: (\d+)`).FindStringSubmatch(letterTo(v.T, to, "type this code", before))[1])
	v.press("main form button.go")
}

// joins: the session begins in two hours. Whoever has a seat comes into the room from the page of their registration, by signing in, and by the code of their badge alone.
func (m *meeting) joins(v *tab, code string) {
	m.Helper()
	to, begins := room(m.T), time.Now().UTC().Add(2*time.Hour)
	m.office.posts("/en"+house+"/desk/registration/"+m.ref, url.Values{"do": {"links"}, "link-active": {to}, "link-passive": {to}})
	guest := visitor(m.T)
	guest.size(360, 740)
	guest.open("/en" + m.at + "/join-by-code")
	guest.write("#code", code)
	guest.press("main form button.go")
	if sum := guest.text(".sum"); !strings.Contains(sum, "24 hours") {
		m.Errorf("a code that comes too early is answered with %s: %s", sum, guest.text("main"))
	}
	guest.looked("too early")
	m.act("session.plan-sitting", map[string]any{"number": 1, "begins": begins, "ends": begins.Add(time.Hour), "reason": in("The ferry comes earlier."), "seen": m.seen("sessions", "item")})

	v.open("/en" + m.at + "/register")
	v.press(`main a[href$="/join"]`)
	v.inRoom()
	guest.write("#code", "0000-0000-0000-0")
	guest.press("main form button.go")
	if sum := guest.text(".sum"); sum == "" {
		m.Errorf("a code that is none is not refused: %s", guest.text("main"))
	}
	guest.write("#code", strings.ToLower(code))
	guest.leave("join", chromedp.Click(chromedp.CSS("main form button.go")))
	guest.inRoom()
	elsewhere := visitor(m.T)
	elsewhere.noScript()
	elsewhere.open("/en" + m.at + "/join")
	elsewhere.signsIn("dora@journeys.example") // whom her delegation registered, and who was never here
	elsewhere.inRoom()
}

// takesBack: what was registered is taken back; nothing of it is there any more.
func (v *tab) takesBack(m *meeting, code string) {
	v.Helper()
	v.script(true)
	for _, path := range []string{"/registration", "/register", "/register?change=1", "/badge", "/join-by-code"} {
		v.reads(m.at + path)
	}
	v.noScript()
	v.size(360, 740)
	v.open("/en" + m.at + "/register")
	v.do("unfold", chromedp.Click(chromedp.CSS(`details:has(button[value="take-back"]) > summary`)))
	v.press(`button[value="take-back"]`)
	v.says("Active seat: 1 of 1 free")
	v.open("/en" + m.at + "/badge")
	if strings.Contains(v.text("main"), "Nadia") {
		v.Error("there is a badge of who takes no part")
	}
	v.open("/en" + m.at + "/join-by-code")
	v.write("#code", code)
	v.press("main form button.go")
	if v.text(".sum") == "" {
		v.Errorf("a code that was taken back leads to %s: %s", v.at(), v.text("main"))
	}
}

// TestFocalPointRegisters: the focal point of a delegation comes by a letter, registers two members, is told which line is wrong, sees who has not answered what has to be, answers
// for the one without an account, and puts another in the place of one; the other member answers for herself.
func TestFocalPointRegisters(t *testing.T) {
	if os.Getenv("PLENARY_SOAK") != "1" {
		return
	}
	begins := time.Now().Add(3 * time.Hour)
	m := newMeeting(t, "A session for a delegation", begins, begins.Add(2*time.Hour))
	m.offers(time.Now().Add(time.Hour), map[string]any{"active": 5, "passive": 5, "each": 2})
	m.asks()
	head := newClient(t).as("delegate")
	party := head.party()
	head.posts("/en"+house+"/delegation", url.Values{"do": {"invite"}, "party": {party}, "email": {"fatma@journeys.example"}, "capacity": {"focal_point"}, "language": {"en"}})
	v := comes(t, "fatma@journeys.example")
	v.open("/en" + m.at)
	v.press(`main a[href$="/registration"]`)
	v.press(`main a[href$="/members"]`)
	const wrong = "Amina Diallo; amina@; active\nBo Li;; active"
	v.fill("#members", wrong)
	v.press(`button[value="enter"]`)
	if sum := v.text(".sum"); !strings.Contains(sum, "Line 1") || eval[string](v, `document.querySelector("#members").value`) != wrong {
		t.Errorf("the line that is wrong is not said, or nothing is kept: %s", sum)
	}
	v.looked("a line is wrong")
	v.fill("#members", strings.Replace(wrong, "amina@", "amina@journeys.example", 1))
	v.press(`button[value="enter"]`)
	v.says("Registered: 2", "amina@journeys.example")
	member := func(n int) string { return fmt.Sprintf("main ol.docs li:nth-child(%d)", n) }
	for n := 1; n <= 2; n++ {
		if said := v.text(member(n)); !strings.Contains(said, "incomplete") {
			t.Errorf("nothing says what is missing: %s", said)
		}
	}
	if letter := letterTo(t, "amina@journeys.example", "Confirmed: “A session for a delegation”", 0); !strings.Contains(letter, "Something that has to be answered is still missing") {
		t.Errorf("the letter does not say that an answer is missing: %s", letter)
	}

	// One has no account: the delegation answers. The other answers for herself.
	v.press(member(2) + " a")
	v.says("Bo Li", "Missing: How do you take part?")
	v.fill("#field-2", "Rice.")
	v.press(`button[value="answer"]`)
	if sum := v.text(".sum"); !strings.Contains(sum, "How do you take part?: This has to be answered") || eval[string](v, `document.querySelector("#field-2").value`) != "Rice." {
		t.Errorf("what has to be answered is not said, or nothing is kept: %s", sum)
	}
	v.looked("an answer is missing")
	v.fill("#field-1", "1")
	v.press(`button[value="answer"]`)
	v.reads(v.page())
	v.press(`main a[href*="/members"]`)
	code := v.text(member(2) + " .code")
	if said := v.text(member(2)); code == "" || strings.Contains(said, "incomplete") {
		t.Errorf("who is complete has no code: %s", said)
	}
	amina := visitor(t)
	amina.size(360, 740)
	amina.open("/en" + m.at + "/register")
	amina.signsIn("amina@journeys.example")
	amina.says("Confirmed, with an active seat", "Missing: How do you take part?")
	amina.press(`main a[href$="?change=1"]`)
	amina.fill("#field-1", "2")
	amina.press(`button[value="confirm"]`)
	amina.press(`main a[href$="/badge"]`)
	amina.says("Amina Diallo")
	v.open("/en" + m.at + "/members")
	if said := v.text(member(1)); strings.Contains(said, "incomplete") || strings.Contains(said, "Answer for them") {
		t.Errorf("who answered is not complete: %s", said)
	}

	// Another comes in the place of one, whose code is worth nothing any more.
	v.press(member(2) + ` button[value="take-back"]`)
	v.fill("#members", "Chen Wu;; active")
	v.press(`button[value="enter"]`)
	v.says("Registered: 2", "Chen Wu")
	if strings.Contains(v.text("main ol.docs"), "Bo Li") {
		t.Error("who was replaced is still there")
	}
	guest := visitor(t)
	guest.open("/en" + m.at + "/join-by-code")
	guest.write("#code", code)
	guest.press("main form button.go")
	if guest.text(".sum") == "" {
		t.Errorf("the code of who was replaced leads to %s", guest.at())
	}
	v.reads(m.at + "/members")
}
