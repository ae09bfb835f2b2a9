package web_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
)

// reportOf is what a program reads of the report of a session.
type reportOf struct {
	Items []struct {
		Spoke []struct {
			Name, Class, Category string
			Seconds               int
			Entered               time.Time
			Contribution          cite.Ref
		}
		Filed   []struct{ Name, Contribution string }
		Unheard []struct{ Name, Became string }
		Hidden  []struct{ Ref, Status string }
	}
	Times *struct {
		Seconds, Turns, Afterwards, Parties, Accredited, Asked, Heard int

		Classes []timeShare `json:"by_class"`
		Regions []timeShare `json:"by_region"`
	}
}

type timeShare struct {
	Of                                  string
	Parties, Accredited, Turns, Seconds int
}

// TestReportOfASession: two parties ask for the floor, one has it, once as the chair gave it and once as it was entered afterwards; what it said is
// entered, the other files in writing. The report says who spoke, who filed, who was not heard and why, and how the time was shared, of how many;
// what is erased then is said to be, and its words are in none of its forms.
func TestReportOfASession(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	fritz, reader := h.person("fritz"), h.visitor()
	officer := sitting(t, h)
	const in, desk = "/en/c/ferries", "/en/c/ferries/desk/speakers/s1"
	arcadia, ruritania := string(party(t, h, "ana").Ref()), string(party(t, h, "fritz").Ref())
	var opened time.Time
	var acted, seen cite.Position
	read := func() {
		if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
			x := st.Sessions.Sessions()[0]
			opened, seen, acted = x.Sittings[0].Opened, x.Seen, st.Floors.Floor("s1").Acted
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	act := func(v *visitor, name, body string, args ...any) {
		t.Helper()
		if a := v.actIn("ferries", name, fmt.Sprintf(body, args...)); a.status != http.StatusOK {
			t.Fatal(name, a.status, a.body)
		}
		read()
	}
	report := func() (r reportOf) {
		t.Helper()
		if err := json.Unmarshal([]byte(reader.json(in+"/s1/report").body), &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	read()
	if strings.Contains(reader.get(in+"/s1").body, "/s1/report") || reader.get(in+"/s1/report.akn.xml").status != http.StatusNotFound {
		t.Error("a session in which nobody spoke has a report")
	}
	act(officer, "session.invite", `{"session":"s1","paper":"p1","days":14,"late":"kept","moderation":"after","who":"everybody","seen":%d}`, seen)
	if a := officer.post(desk, deskWith(deskForm(t, officer.get(desk+"?do=rules").body, desk, 0), "do", "rules")); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	if a := officer.post(desk, url.Values{"do": {"open-list"}, "item": {"1"}}); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	for _, p := range []string{arcadia, ruritania} {
		act(officer, "floor.enter-request", `{"session":"s1","item":1,"party":%q}`, p)
	}
	act(officer, "floor.give-floor", `{"session":"s1","request":1,"seen":%d}`, acted)
	h.ahead.Add(int64(195 * time.Second))
	act(officer, "floor.time", `{"session":"s1","do":"thank","seen":%d}`, acted)
	h.ahead.Add(int64(time.Minute))
	after := func(d time.Duration) string { return opened.Add(d).Format(time.RFC3339Nano) }
	act(officer, "floor.enter-turn", `{"session":"s1","item":1,"sitting":1,"party":%q,"began":%q,"ended":%q,"speaker":"Minister of Ferries"}`, arcadia, after(200*time.Second), after(245*time.Second))
	act(officer, "session.deliver", `{"item":"s1.i1","sitting":1,"party":%q,"from":%q,"to":%q,"floor":"fr","language":"en","paragraphs":[{"on":"p1.e1","text":"The bell is ours."}]}`,
		arcadia, after(0), after(195*time.Second))
	spoken := cite.Contribution(h.sent(t))
	act(fritz, "consultation.submit", `{"call":"k4","for":%q,"parts":[{"on":"p1.e1.x1","language":"en","text":"The rope is worn."}]}`, ruritania)
	filed := cite.Contribution(h.sent(t))
	act(officer, "session.place", `{"contribution":%q,"item":"s1.i1"}`, filed)
	if r := report(); len(r.Items) != 2 || len(r.Items[0].Unheard) != 1 || r.Items[0].Unheard[0].Became != "waits" {
		t.Errorf("while it sits: %+v", r)
	}
	act(officer, "session.close-sitting", `{"session":"s1","number":1}`)

	r := report()
	first := r.Items[0]
	if len(first.Spoke) != 2 || first.Spoke[0].Name != "Arcadia" || first.Spoke[0].Class != "state" || first.Spoke[0].Seconds != 195 || first.Spoke[0].Contribution != spoken ||
		!first.Spoke[0].Entered.IsZero() || first.Spoke[1].Seconds != 45 || first.Spoke[1].Entered.IsZero() || first.Spoke[1].Contribution != "" {
		t.Errorf("spoke: %+v", first.Spoke)
	}
	if len(first.Filed) != 1 || first.Filed[0].Name != "Ruritania" || first.Filed[0].Contribution != string(filed) {
		t.Errorf("filed: %+v", first.Filed)
	}
	if len(first.Unheard) != 1 || first.Unheard[0].Name != "Ruritania" || first.Unheard[0].Became != "missed" || len(first.Hidden) != 0 {
		t.Errorf("not heard: %+v", first)
	}
	x := r.Times
	if x == nil || x.Seconds != 240 || x.Turns != 2 || x.Afterwards != 1 || x.Parties != 1 || x.Accredited != 2 || x.Asked != 2 || x.Heard != 1 {
		t.Fatalf("times: %+v", x)
	}
	if want := []timeShare{{"state", 1, 2, 2, 240}}; fmt.Sprint(x.Classes) != fmt.Sprint(want) {
		t.Errorf("by class: %v", x.Classes)
	}
	if got := fmt.Sprint(x.Regions); !strings.Contains(got, "{north 1 1 2 240}") || !strings.Contains(got, "{none 0 1 0 0}") || len(x.Regions) != 2 {
		t.Errorf("by region: %v", x.Regions)
	}
	reader.see(in+"/s1", "/s1/report")
	reader.see(in+"/s1/report", "Spoke: 2", "Filed in writing, with equal standing: 1", "Not reached before the session ended", in+"/s1/requests?party="+ruritania, "entered afterwards by the secretariat",
		"Minister of Ferries", "3:15", in+"/"+string(spoken), in+"/"+string(filed), "Northern group", "1 of 2", "\u20684:00\u2069 of \u20684:00\u2069", "\u20680:00\u2069 of \u20684:00\u2069")
	reader.see("/ar/c/ferries/s1/report", "وقت الكلام")
	if a := reader.get(in + "/s1.i1/report"); a.status != http.StatusNotFound {
		t.Errorf("an item has a report: %d", a.status)
	}
	for _, want := range []string{"The bell is ours.", "The rope is worn.", `by="#` + arcadia + `"`, "<writtenStatements", "Not reached before the session ended"} {
		if body := html.UnescapeString(reader.debate()); !strings.Contains(body, want) {
			t.Errorf("the debate does not say %q: %s", want, body)
		}
	}

	// Whoever comes later was not there, and what is erased is said to be.
	act(officer, "delegation.enter", `{"category":"member_state","name":"Latecomer"}`)
	act(officer, "conversation.erase", `{"contribution":%q,"ground":"abuse"}`, filed)
	if r := report(); r.Times.Accredited != 2 || len(r.Items[0].Filed) != 0 || len(r.Items[0].Hidden) != 1 || r.Items[0].Hidden[0].Status != "erased" {
		t.Errorf("%+v", r)
	}
	reader.see(in+"/s1/report", "Not shown: 1", "Erased")
	if strings.Contains(reader.debate(), "The rope is worn.") {
		t.Error("the debate says what was erased")
	}
}

// debate is the debate record of the session in English, which is XML.
func (v *visitor) debate() string {
	v.h.t.Helper()
	a := v.get("/en/c/ferries/s1/report.akn.xml")
	if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "application/akn+xml") {
		v.h.t.Fatal(a.status, a.header)
	}
	for d := xml.NewDecoder(strings.NewReader(a.body)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return a.body
		} else if err != nil {
			v.h.t.Fatal(err, a.body)
		}
	}
}
