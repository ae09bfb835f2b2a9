package web_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
)

// TestSessionOnThePages: an officer plans a session at the desk, with a sitting past midnight and an item; the rapporteur's desk opens it,
// has its agenda adopted and enters what was said; the delegate files the rest; and everybody reads it, in the time of the host and in UTC, as a
// page, a value, a calendar and a table.
func TestSessionOnThePages(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	h.again = true
	ana, fritz, officer, reader := h.person("ana"), h.person("fritz"), h.as("officer"), h.visitor()
	zurich, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().In(zurich)
	eve, night := now.AddDate(0, 0, -2).Format(time.DateOnly), now.AddDate(0, 0, -1).Format(time.DateOnly)
	arcadia := string(party(t, h, "ana").Ref())
	const in, desk = "/en/c/ferries", "/en/c/ferries/desk/sessions"
	for name, v := range map[string]*visitor{"a delegate": ana, "a moderator": h.as("moderator"), "a reader": reader} {
		if a := v.get(desk); a.status == 200 {
			t.Errorf("%s sees the desk", name)
		}
	}
	send := func(at, do string, with ...string) answer {
		t.Helper()
		path, _, _ := strings.Cut(at, "?")
		return officer.post(path, deskWith(deskForm(t, officer.get(at).body, path, 0), append(with, "do", do)...))
	}
	done := func(a answer, what string) string {
		t.Helper()
		if a.status != http.StatusSeeOther || !strings.Contains(officer.get(officer.deskTo(a)).body, locale.English.T("desk.done."+what)) {
			t.Fatalf("%s: %d %s", what, a.status, deskErrors(a.body))
		}
		return officer.deskTo(a)
	}
	refused := func(a answer, key string, args ...any) {
		t.Helper()
		if a.status/100 != 4 || !strings.Contains(html.UnescapeString(a.body), locale.English.T(key, args...)) {
			t.Errorf("%d, want %s: %s", a.status, key, deskErrors(a.body))
		}
	}
	refused(send(desk, "plan", "title-en", "", "form", "online"), "refusal.session.title")
	done(send(desk, "plan", "title-en", "Night; session, of the ferries", "form", "hybrid", "place-en", "The boathouse", "zone", "Europe/Zurich"), "session_saved")
	of := desk + "/s1"
	refused(send(of+"?do=sitting", "sitting", "begins-date", eve, "begins-time", "", "ends-date", night, "ends-time", "04:30"), "refusal.desk.time")
	done(send(of+"?do=sitting", "sitting", "begins-date", eve, "begins-time", "22:30", "ends-date", night, "ends-time", "04:30"), "session_saved")
	refused(send(of+"?do=item", "item", "title-en", "Bells", "takes_up", "nonsense"), "refusal.session.refs")
	done(send(of+"?do=item", "item", "title-en", "Bells", "about", "p1.e1.x1", "sitting", "1", "label", "2(a)", "documents", "Timetable | T/1 | https://example.org/t"), "session_saved")
	refused(send(of+"?do=invite", "invite", "days", "61"), "refusal.session.days", "max", 60)
	done(send(of+"?do=invite", "invite", "days", "14", "late", "kept"), "session_saved")
	stale := deskForm(t, officer.get(of+"?do=plan").body, of, 0)
	if a := officer.post(of, deskWith(deskForm(t, officer.get(of+"?do=item&n=1").body, of, 0), "label", "3", "reason-en", "It is the third.")); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	refused(officer.post(of, deskWith(stale, "title-en", "Day session", "reason-en", "It is light.")), "refusal.session.changed")

	// It is opened when it was; what was said is the party's, and the end after midnight is on the next day.
	done(send(of+"?do=open", "open", "sitting", "1", "opened-date", eve, "opened-time", "22:34"), "session_opened")
	done(send(of+"?do=adopt", "adopt", "sitting", "1", "adopted-date", eve, "adopted-time", "22:40"), "session_adopted")
	said := func(with ...string) answer {
		return send(of+"?do=deliver&n=1", "deliver", append([]string{"item", "1", "sitting", "1", "party", arcadia, "from-date", eve, "from-time", "23:58", "to-time", "00:03", "cut", "yes", "floor", "fr",
			"language", "en", "text1", "The bell of the ferry", "on1", "p1.e1.x1", "text2", "is rung by", "on2", "p1.e1"}, with...)...)
	}
	refused(said("floor", ""), "refusal.session.floor")
	refused(said("from-time", "22:30"), "refusal.session.outside")
	refused(said("text1", "", "text2", ""), "refusal.session.paragraphs", "max", 40)
	done(said(), "session_entered")
	done(send(of+"?do=close", "close", "sitting", "1", "closed-date", night, "closed-time", "04:41"), "session_closed")

	// A program enters what was said by somebody of whom no party is known; each is a party of its own.
	by := `{"item":"s1.i1","sitting":1,"speaker":"a ferryman, from the gallery","category":"individual","from":"` + night + `T01:00:00Z","to":"` + night + `T01:01:00Z","floor":"fr","language":"fr","paragraphs":[{"on":"p1.e1","text":"Je sonne."}]}`
	if a := ana.actIn("ferries", "session.deliver", by); a.status != http.StatusForbidden {
		t.Errorf("a delegate's program: %d", a.status)
	}
	if a := officer.actIn("ferries", "session.deliver", by); a.status != http.StatusOK {
		t.Errorf("the rapporteur's program: %d %s", a.status, a.body)
	}

	// The party's delegate files the rest, and everybody reads both: when, in the time of the host and in UTC.
	if a := ana.actIn("ferries", "consultation.submit", `{"call":"k4","for":"`+arcadia+`","parts":[{"on":"p1.e1.x1","language":"en","text":"The bell of the ferry is rung by nobody."}]}`); a.status != http.StatusOK {
		t.Fatal(a.status, a.body)
	}
	utc := func(day, clock string) string {
		at, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clock, zurich)
		if err != nil {
			t.Fatal(err)
		}
		return at.UTC().Format("20060102T150405Z")
	}
	var spoken string
	for _, c := range []string{"c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"} {
		if spoken == "" && strings.Contains(reader.json(in+"/"+c).body, `"how": "cut_filed"`) {
			spoken = c
		}
	}
	page := html.UnescapeString(reader.get(in + "/s1").body)
	for _, want := range []string{"Night; session, of the ferries", "no objection was seen", "Cut off by time; the rest was filed in writing", "23:58–00:03", "The bell of the ferry is rung by nobody.", "It is the third.", "UTC", `href="https://example.org/t"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for path, want := range map[string]string{"/s1.i1": "Bells", "/" + spoken: "23:58–00:03", "/sessions": "/en/c/ferries/s1", "": "/en/c/ferries/sessions"} {
		if a := reader.get(in + path); a.status != http.StatusOK || !strings.Contains(html.UnescapeString(a.body), want) {
			t.Errorf("%s does not say %q: %d", path, want, a.status)
		}
	}
	events := calendarOf(t, reader.get(in+"/s1/session.ics").body)
	if len(events) != 1 || events[0]["DTSTART"] != utc(eve, "22:30") || events[0]["DTEND"] != utc(night, "04:30") || events[0]["SUMMARY"] != `Night\; session\, of the ferries` || events[0]["LOCATION"] != "The boathouse" {
		t.Errorf("%v", events)
	}
	if body := reader.get(in + "/s1/interventions.csv").body; strings.Count(body, "\r\nc") != 3 || !strings.Contains(body, spoken+",s1.i1,3,") {
		t.Errorf("%q", body)
	}

	// Whoever entered it does nothing in the party's name; the party says that it was not said so, and takes it back.
	own, no := in+"/"+spoken, locale.English.T("heard.no")
	for name, v := range map[string]*visitor{"whoever entered it": officer, "another party": fritz, "a reader": reader} {
		if strings.Contains(v.get(own).body, no) {
			t.Errorf("%s is offered what is the party's", name)
		}
		if a := v.post(own+"/withdraw", nil); a.status != http.StatusNotFound {
			t.Errorf("%s withdraws it: %d", name, a.status)
		}
	}
	ana.post(own+"/stand", deskWith(deskForm(t, ana.get(own).body, own+"/stand", 0), "do", "dissociated"))
	if body := html.UnescapeString(reader.get(own).body); !strings.Contains(body, "says that it was not said so") {
		t.Error("nobody reads that the party says that it was not said so")
	}
	if a := ana.post(own+"/withdraw", deskForm(t, ana.get(own).body, own+"/withdraw", 0)); a.status != http.StatusSeeOther {
		t.Errorf("the party does not withdraw it: %d", a.status)
	}
	if body := reader.get(in + "/s1").body; strings.Contains(body, "23:58–00:03") || !strings.Contains(body, locale.English.T("status.withdrawn")) {
		t.Error("what was taken back is still told")
	}
}

// icsLine is a content line of a calendar, unfolded.
var icsLine = regexp.MustCompile(`^[A-Z-]+(;[A-Z-]+=[^:;]+)*:.*$`)

// calendarOf reads a calendar strictly: the ends of lines, their length, what is nested in what, and what each event needs.
func calendarOf(t *testing.T, body string) (events []map[string]string) {
	t.Helper()
	if !strings.HasSuffix(body, "\r\n") || strings.Contains(strings.ReplaceAll(body, "\r\n", ""), "\n") {
		t.Error("a line does not end as lines do")
	}
	for _, l := range strings.Split(strings.TrimSuffix(body, "\r\n"), "\r\n") {
		if len(l) > 75 {
			t.Errorf("%d bytes: %s", len(l), l)
		}
	}
	var open []string
	for _, l := range strings.Split(strings.TrimSuffix(strings.ReplaceAll(body, "\r\n ", ""), "\r\n"), "\r\n") {
		name, value, _ := strings.Cut(l, ":")
		switch {
		case !icsLine.MatchString(l):
			t.Errorf("no content line: %s", l)
		case name == "BEGIN":
			open = append(open, value)
			if value == "VEVENT" {
				events = append(events, map[string]string{})
			}
		case name == "END":
			if open[len(open)-1] != value {
				t.Errorf("%s ends in %v", value, open)
			}
			open = open[:len(open)-1]
		case open[len(open)-1] == "VEVENT":
			if _, twice := events[len(events)-1][name]; twice {
				t.Errorf("%s twice", name)
			}
			events[len(events)-1][name] = value
		}
	}
	for _, e := range events {
		for _, name := range []string{"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} {
			if e[name] == "" {
				t.Errorf("an event has no %s", name)
			}
		}
		for _, name := range []string{"DTSTAMP", "DTSTART", "DTEND"} {
			if _, err := time.Parse("20060102T150405Z", e[name]); err != nil {
				t.Error(err)
			}
		}
	}
	return events
}
