package web_test

import (
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
)

// TestFloor: the rapporteur enters a question that was asked from the floor, sees what was asked before in like words, and it stands on
// every page with who said it and when; the party says that it was not said so and takes it back, and nobody else does.
func TestFloor(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	h.again = true
	ana, fritz, officer, reader := h.person("ana"), h.person("fritz"), h.as("officer"), h.visitor()
	arcadia := string(party(t, h, "ana").Ref())
	opens := time.Now().UTC().Truncate(time.Minute)
	if a := officer.actIn("ferries", "consultation.announce", fmt.Sprintf(`{"title":{"original":"en","in":{"en":"Which questions?"}},"paper":"p1","opens":%q,"closes":%q,"zone":"UTC","late":"refused","moderation":"after"}`,
		opens.Add(-time.Minute).Format(time.RFC3339), opens.Add(time.Hour).Format(time.RFC3339))); a.status != 200 {
		t.Fatal(a.status, a.body)
	}
	if a := officer.actIn("ferries", "formulation.gather", `{"call":"k4","days":5}`); a.status != 200 {
		t.Fatal(a.status, a.body)
	}
	const in, at = "/en/c/ferries", "/en/c/ferries/desk/questions/k4/floor"
	for name, v := range map[string]*visitor{"a delegate": ana, "a moderator": h.as("moderator"), "a reader": reader} {
		if a := v.get(at); a.status == 200 {
			t.Errorf("%s sees the form: %d", name, a.status)
		}
		if a := v.post(at, url.Values{"do": {"send"}, "on": {"p1.e1"}, "wording": {"Whose?"}}); a.status == 303 && !strings.Contains(a.header.Get("Location"), "sign-in") || a.status == 200 {
			t.Errorf("%s enters a question: %d", name, a.status)
		}
	}
	if a := officer.get(in + "/desk/questions/k1/floor"); a.status != 404 {
		t.Errorf("at a call that gathers nothing: %d", a.status)
	}
	if !strings.Contains(officer.get(in+"/desk/questions/k4").body, at) {
		t.Error("the bench does not lead to the form")
	}
	form := func(with ...string) url.Values {
		t.Helper()
		said := opens.Add(-time.Minute)
		f := deskForm(t, officer.get(at).body, at, 0)
		return deskWith(deskWith(f, "on", "p1.e1", "party", arcadia, "wording", "Who rings the bell of the ferry?", "text", "Nobody hears it.", "said-date", said.Format(time.DateOnly), "said-time", said.Format("15:04"), "do", "preview"), with...)
	}
	refused := func(a answer, key string) {
		t.Helper()
		if a.status != 422 || !strings.Contains(html.UnescapeString(a.body), locale.English.T("refusal."+key)) {
			t.Errorf("%d, want %s: %s", a.status, key, deskErrors(a.body))
		}
	}
	page := officer.get(at).body
	if !strings.Contains(page, `value="`+arcadia+`">Arcadia</option>`) || !strings.Contains(page, `value="p1.e1.x1"`) {
		t.Error("neither the parties nor the places are offered by their names")
	}
	refused(officer.post(at, form("party", "", "speaker", "")), "heard.speaker")
	refused(officer.post(at, form("wording", "")), "proposal.question")
	refused(officer.post(at, form("said-date", "2035-01-01")), "heard.said")
	refused(officer.post(at, form("said-date", "2019-01-01", "do", "send")), "heard.said")
	if a := officer.post(at, form("said-date", "yesterday", "wording", "Who is it?")); a.status != 422 || !strings.Contains(a.body, `href="#said-date"`) || !strings.Contains(a.body, "Who is it?</textarea>") {
		t.Errorf("no day: %d", a.status)
	}
	first := officer.post(at, form())
	if first.status != 200 || strings.Contains(first.body, locale.English.T("questions.like_title")) || !strings.Contains(html.UnescapeString(first.body), "Asked from the floor by \u2068Arcadia\u2069, ") {
		t.Fatal(first.status, deskErrors(first.body))
	}
	send := deskWith(deskForm(t, first.body, at, 0), "do", "send")
	a := officer.post(at, send)
	if to := officer.deskTo(a); !strings.Contains(officer.get(to).body, locale.English.T("desk.done.heard")) {
		t.Error("the bench does not say that it is entered: ", to)
	}
	before := h.sent(t)
	if officer.deskTo(officer.post(at, send)); h.sent(t) != before {
		t.Error("entered twice with the same token")
	}
	ref := cite.Contribution(before)
	second := officer.post(at, form("wording", "Who rings the ferry's bell?", "party", "", "speaker", "a ferryman, from the gallery", "category", "individual"))
	if !strings.Contains(second.body, locale.English.T("questions.like_title")) || !strings.Contains(second.body, string(ref)) {
		t.Errorf("what was asked before is not offered: %d %s", second.status, deskErrors(second.body))
	}
	officer.deskTo(officer.post(at, deskWith(deskForm(t, second.body, at, 0), "do", "send")))
	officer.deskTo(officer.post(at, deskWith(deskForm(t, officer.post(at, form("wording", "Who paints it?", "party", "", "speaker", "a ferryman, from the gallery", "category", "individual")).body, at, 0), "do", "send")))
	var heard [2]string
	if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
		for i := range heard {
			row, _ := st.Consultation.Row(cite.Contribution(before + 1 + i))
			heard[i] = row.For
		}
		return nil
	}); err != nil || heard[0] == heard[1] {
		t.Errorf("two whom nobody knows are one: %v %v", heard, err)
	}

	for path, wants := range map[string][]string{
		in + "/" + string(ref):         {"Asked from the floor by", "entered by the rapporteur", "Whoever speaks for"},
		in + "/k4/questions":           {"Asked from the floor by \u2068Arcadia\u2069", "Asked from the floor by \u2068a ferryman, from the gallery\u2069"},
		in + "/k4/questions.json":      {`"heard":`, `"party":"` + arcadia + `"`, `"said":"` + opens.Add(-time.Minute).Format(time.RFC3339) + `"`},
		in + "/contributions.csv":      {"asked from the floor", "," + opens.Add(-time.Minute).Format(time.RFC3339) + "\r\n"},
		in + "/contributions":          {"asked from the floor"},
		in + "/desk/questions/k4":      {"asked from the floor"},
		"/ar/c/ferries/" + string(ref): {"طُرح في القاعة من"},
	} {
		v := reader
		if strings.Contains(path, "/desk/") {
			v = officer
		}
		body := html.UnescapeString(strings.ReplaceAll(strings.ReplaceAll(v.get(path).body, `": `, `":`), "<bdi>", ""))
		for _, want := range wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
	}

	// The party, and nobody else, says whether it was said so.
	own := in + "/" + string(ref)
	no := locale.English.T("heard.no")
	for name, v := range map[string]*visitor{"whoever entered it": officer, "another party": fritz, "a reader": reader} {
		if body := v.get(own).body; strings.Contains(body, no) || strings.Contains(body, own+"/withdraw") {
			t.Errorf("%s is offered what is the party's", name)
		}
		if a := v.post(own+"/withdraw", nil); a.status != 404 {
			t.Errorf("%s withdraws it: %d", name, a.status)
		}
	}
	if strings.Contains(officer.get(in+"/mine").body, string(ref)) {
		t.Error("it is among what whoever entered it has sent")
	}
	a = ana.post(own+"/stand", deskWith(deskForm(t, ana.get(own).body, own+"/stand", 0), "do", "dissociated"))
	if to := ana.deskTo(a); !strings.HasSuffix(to, "#heard") {
		t.Errorf("%s", to)
	}
	if body := html.UnescapeString(reader.get(own).body); !strings.Contains(body, "says that it was not said so") {
		t.Error("nobody reads that the party says that it was not said so")
	}
	if a := fritz.actIn("ferries", "consultation.withdraw", `{"contribution":"`+string(ref)+`"}`); a.status != 404 {
		t.Errorf("another party's program withdraws it: %d", a.status)
	}
	if a := ana.post(own+"/withdraw", deskForm(t, ana.get(own).body, own+"/withdraw", 0)); a.status != 303 {
		t.Errorf("the party does not withdraw it: %d", a.status)
	}

	// A program enters one as well.
	said := opens.Add(-time.Minute).Format(time.RFC3339)
	body := `{"call":"k4","on":"p1.e1","party":"` + arcadia + `","said":"` + said + `","language":"en","wording":"Who mends the bell?"}`
	if a := ana.actIn("ferries", "formulation.hear", body); a.status != 403 {
		t.Errorf("a delegate's program: %d", a.status)
	}
	if a := officer.actIn("ferries", "formulation.hear", body); a.status != 200 || !strings.Contains(a.body, `"c`) {
		t.Errorf("the rapporteur's program: %d %s", a.status, a.body)
	}
}

// sent is how many contributions the conversation of the delegations has.
func (h *delegations) sent(t *testing.T) (n int) {
	t.Helper()
	if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
		n = st.Consultation.Len()
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n
}
