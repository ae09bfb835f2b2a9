package browser

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// registers has somebody register as a program, and gives the page that says what became of it.
func (m *meeting) registers(c *client, name string) string {
	m.Helper()
	c.posts("/en"+m.at+"/register", url.Values{"do": {"begin"}, "seat": {"active"}, "category": {"individual"}})
	c.posts("/en"+m.at+"/register", url.Values{"do": {"confirm"}, "name": {name}})
	_, page := c.get("/en" + m.at + "/register")
	return page
}

// TestSecretariatHoldsASession: the secretariat goes from its desk to the session: it approves two registrations, refuses a third without a reason and is asked for one, gives one
// more seat, so that whoever waited for it moves up, and checks their badge; it enters the request of a party that wrote, and, after a sitting that was led on paper, what happened;
// the report has it, with what is marked as entered afterwards, on its page and as a debate record.
func TestSecretariatHoldsASession(t *testing.T) {
	if os.Getenv("PLENARY_SOAK") != "1" {
		return
	}
	now := time.Now().UTC()
	m := newMeeting(t, "A session of the secretariat", now.Add(-time.Hour), now.Add(time.Hour))
	m.offers(now.Add(30*time.Minute), map[string]any{"active": 1, "passive": 3, "approval": true})
	first, second, third := newClient(t).as("individual"), newClient(t).as("partner"), newClient(t).as("moderator")
	m.registers(first, "First Person")
	m.registers(second, "Second Person")
	if page := m.registers(third, "Third Person"); !strings.Contains(page, "Waits for the decision of the secretariat") {
		t.Error("nobody decides")
	}
	desk, console := house+"/desk/registration/"+m.ref, house+"/desk/speakers/"+m.ref
	v := signedInAs(t, "officer")
	v.open("/en" + house + "/desk")
	v.press(`main a[href$="/desk/sessions"]`)
	v.press(`main a[href$="/desk/sessions/` + m.ref + `"]`)
	v.press(`main a[href$="` + desk + `"]`)
	v.says("Waiting for a seat: 2.", "Shown: 3 of 3")

	// person goes to the page of somebody, by a search.
	person := func(name string) {
		t.Helper()
		v.open("/en" + desk)
		v.fill("#q", name)
		v.press("main form.filters button")
		v.press("table.people tbody a")
		v.says(name)
	}
	for _, name := range []string{"First Person", "Second Person"} {
		person(name)
		v.looked("somebody who registered")
		v.press(`button[value="approve"]`)
	}
	v.says("Confirmed, with a passive seat", "Waits for an active seat")
	person("Third Person")
	v.press(`button[value="refuse"]`)
	if v.text(".sum") == "" {
		t.Errorf("refused without a reason: %s", v.text("main"))
	}
	v.fill("#reason", "Nobody sent a letter.")
	v.press(`button[value="refuse"]`)
	v.says("Refused")
	v.press(`main a[href$="` + desk + `"]`)
	v.press(`main nav a[href$="do=terms"]`)
	v.looked("terms")
	v.fill("#active", "2")
	v.press(`button[value="terms"]`)
	if v.text(".sum") == "" {
		t.Errorf("the terms are put right without a reason: %s", v.text("main"))
	}
	v.unfold()
	v.fill(`[name="reason-en"]`, "A larger room was found.")
	v.press(`button[value="terms"]`)
	person("Second Person")
	v.says("Confirmed, with an active seat")
	letterTo(t, "partner@", "Confirmed: “A session of the secretariat”, with an active seat", 0)

	// At the door.
	_, badge := second.get("/en" + m.at + "/badge")
	code := regexp.MustCompile(`<p class="code">([0-9A-Z-]+)<`).FindStringSubmatch(badge)
	if code == nil {
		t.Fatal("who moved up has no badge")
	}
	v.open("/en" + desk)
	v.press(`main nav a[href$="/check-in"]`)
	for _, said := range []string{"Welcome: checked in now", "This badge was checked in before"} {
		v.write("#code", strings.ToLower(code[1]))
		v.press(`button[value="check"]`)
		v.says(said, "Second Person", "Checked in: 1 of 2")
	}
	v.looked("checked in before")

	v.follows(m, now)
	for _, path := range []string{desk, desk + "?do=field", desk + "/check-in", console + "?do=enter", m.at + "/report", m.at + "/participants"} {
		v.reads(path)
	}
}

// follows is what the secretariat does of a sitting that was led on paper: a request of a party that wrote, the turn as it was, and the report.
func (v *tab) follows(m *meeting, now time.Time) {
	v.Helper()
	opened := now.Add(-40 * time.Minute).Truncate(time.Second)
	m.speaks(opened)
	v.open("/en" + house + "/desk/sessions/" + m.ref)
	v.press(`main a[href$="/desk/speakers/` + m.ref + `"]`)
	v.press(`main a[href*="do=enter"]`)
	v.press(`main form button.go`)
	if v.text(".sum") == "" {
		v.Errorf("a request of nobody is entered: %s", v.text("main"))
	}
	const wrote, spoke = "Gulf Forum for Science Records", "Friends of the Small Languages"
	choose := func(party string) {
		v.Helper()
		v.fill("#party", eval[string](v, `[...document.querySelectorAll("#party option")].find(o => o.text === "`+party+`").value`))
	}
	choose(wrote)
	v.fill("#note", "They wrote on Monday.")
	v.press(`main form button.go`)
	v.says(wrote, "Entered by the secretariat", "They wrote on Monday.")

	began := opened.Add(5*time.Minute + 5*time.Second)
	v.press(`main a[href*="do=turn"]`)
	choose(spoke)
	v.fill("#from-date", began.Format(time.DateOnly))
	v.fill("#from-time", began.Format(time.TimeOnly))
	v.press(`main form button.go`)
	if sum := v.text(".sum"); !strings.Contains(sum, "one thing") || !strings.Contains(sum, "The floor was taken back: Enter a date and a time") || eval[string](v, `document.querySelector("#from-time").value`) != began.Format(time.TimeOnly) {
		v.Errorf("a turn without an end is entered, or nothing is kept: %s", sum)
	}
	v.fill("#to-time", began.Add(150*time.Second).Format(time.TimeOnly))
	v.fill("#speaker", "Head of delegation")
	v.press(`main form button.go`)
	v.says(spoke, "2:30", "Head of delegation", "entered afterwards")
	m.act("session.close-sitting", map[string]any{"number": 1})
	v.open("/en" + m.at)
	v.press(`main a[href$="/report"]`)
	v.says(spoke, "Head of delegation", "entered afterwards", "2:30", "1 of 1", wrote, "Not reached")
	r, err := http.Get(address + eval[string](v, `document.querySelector('main a[href$="/report.akn.xml"]').getAttribute("href")`))
	if err != nil {
		v.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != http.StatusOK || !strings.Contains(r.Header.Get("Content-Type"), "xml") {
		v.Errorf("the debate record is answered with %d %s", r.StatusCode, r.Header.Get("Content-Type"))
	}
}
