package web_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
)

// TestColleaguesAct: Ana sends something for Norland. Her colleague corrects it, says what they think of the answer and takes back what Ana, who has left
// the delegation by then, takes back no more; who prepares only, and who is of no delegation, do nothing. Nobody reads of Ana what is hers.
func TestColleaguesAct(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.again = true
	officer, moderator := h.as("officer"), h.as("moderator")
	const people, at = "/en" + conv + "/desk/people", "/en" + conv + "/delegation"
	officer.deskTo(officer.post(people, url.Values{"do": {"enter"}, "name": {"Norland"}, "category": {"member_state"}}))
	norland := ""
	h.state(func(st *conversation.State) { all := st.Roll.Entered(); norland = string(all[len(all)-1].Ref()) })
	people4 := map[string]*visitor{"ana": h.visitor(), "ben": h.visitor(), "carl": h.visitor(), "dora": h.visitor()}
	number := map[string]string{}
	for _, name := range []string{"ana", "ben", "carl", "dora"} {
		people4[name].signIn(name + "@norland.example")
		if name == "dora" {
			continue // of no delegation
		}
		officer.deskTo(officer.post(people, url.Values{"do": {"authorise"}, "party": {norland}, "speaker": {name + "@norland.example"}}))
		h.state(func(st *conversation.State) {
			var y delegation.Party
			if err := y.UnmarshalText([]byte(norland)); err != nil {
				t.Fatal(err)
			}
			for _, a := range st.Roll.Delegation(y) {
				if p := string(a.Participant.Ref()); number["ana"] != p && number["ben"] != p {
					number[name] = p
				}
			}
		})
	}
	officer.act("delegation.authorise", `{"party": "`+norland+`", "participant": "`+number["carl"]+`", "capacity": "member"}`).did(t)
	ana, ben := people4["ana"], people4["ben"]
	send := func(forWhom, words string) string {
		t.Helper()
		f := deskWith(deskForm(t, ana.get(form).body, form, 0), "for", forWhom, "text", words, "language", "en", "do", "send")
		if forWhom == "" {
			f.Set("category", "individual")
		}
		to := ana.deskTo(ana.post(form, f))
		return strings.TrimSuffix(strings.TrimPrefix(strings.Split(to, "?")[0], "/en"+conv+"/"), "/receipt")
	}
	ref, own := send(norland, "Norland wants a fery."), send("", "I want a bridge.")
	page := "/en" + conv + "/" + ref
	offers := func(who string, what ...string) {
		t.Helper()
		body := people4[who].get(page).body
		for _, act := range []string{"/withdraw", "/correct", ".1/react"} {
			want := false
			for _, w := range what {
				want = want || w == act
			}
			if got := strings.Contains(body, page+act+`"`); got != want {
				t.Errorf("%s is offered %s: %v", who, act, got)
			}
		}
	}
	offers("ana", "/withdraw", "/correct")
	offers("ben", "/withdraw", "/correct")
	offers("carl")
	offers("dora")
	for who, reads := range map[string]bool{"ana": true, "ben": true, "carl": false, "dora": false} {
		if got := strings.Contains(people4[who].get(page).body, "Norland wants a fery."); got != reads {
			t.Errorf("%s reads what waits: %v", who, got)
		}
	}
	// What is Ana's stays hers: her address, what she is told of letters, and what she said for herself.
	for _, p := range []string{page, page + "/receipt", page + ".json", page + "/correct", at + "?party=" + norland} {
		if body := html.UnescapeString(ben.get(p).body); strings.Contains(body, "ana@norland.example") || strings.Contains(body, locale.English.T("receipt.mail.account")) || strings.Contains(body, locale.English.T("receipt.account")) {
			t.Errorf("%s tells a colleague what is Ana's", p)
		}
	}
	if body := ben.get("/en" + conv + "/" + own).body; strings.Contains(body, "a bridge") || strings.Contains(body, own+"/withdraw") {
		t.Error("a colleague reads what Ana said for herself")
	}
	if body := ben.get("/en" + conv + "/mine").body; strings.Contains(body, page) {
		t.Error("what Ana sent is among what her colleague sent")
	}
	for who, lists := range map[string]bool{"ana": true, "ben": true, "carl": false} {
		body := people4[who].get(at + "?party=" + norland).body
		if got := strings.Contains(body, page+`"`) && strings.Contains(body, page+`/correct"`); got != lists {
			t.Errorf("%s finds it on the page of the delegation, to be corrected: %v", who, got)
		}
	}
	ben.corrects(ref, "Norland wants two ferries.", "")
	moderator.deskTo(moderator.post(page+"/publish", url.Values{}))
	officer.act("consultation.answer", `{"parts":["`+ref+`.1"],"outcome":"noted","reason":{"original":"en","in":{"en":"We have read it with care."}}}`).did(t)
	officer.deskTo(officer.post(people, url.Values{"do": {"unauthorise"}, "party": {norland}, "participant": {number["ana"]}}))
	// Ana has left.
	offers("ana")
	offers("ben", "/withdraw", "/correct", ".1/react")
	offers("carl")
	offers("dora")
	verdict := url.Values{"verdict-" + ref + "-1": {"not_satisfied"}, "text-" + ref + "-1": {"Two."}}
	mend := `{"contribution":"` + ref + `","parts":[{"part":1,"text":"Mine."}]}`
	for who, status := range map[string]int{"ana": http.StatusForbidden, "carl": http.StatusNotFound, "dora": http.StatusNotFound} {
		v := people4[who]
		if a := v.post(page+"/withdraw", url.Values{}); a.status != status {
			t.Errorf("%s withdraws: %d", who, a.status)
		}
		if a := v.post(page+".1/react", verdict); a.status != status {
			t.Errorf("%s reacts: %d", who, a.status)
		}
		if a := v.get(page + "/correct"); a.status != status {
			t.Errorf("%s corrects: %d", who, a.status)
		}
		key := map[int]string{http.StatusForbidden: "party.not_authorised", http.StatusNotFound: "not_found"}[status]
		v.act("consultation.withdraw", `{"contribution":"`+ref+`"}`).refused(t, status, key, "")
		v.act("consultation.correct", mend).refused(t, status, key, "")
	}
	if a := ben.post(page+".1/react", verdict); a.status != http.StatusSeeOther {
		t.Errorf("a colleague reacts: %d %.300s", a.status, a.body)
	}
	ben.act("consultation.react", `{"part":"`+ref+`.1","verdict":"satisfied","language":"en"}`).did(t)
	if a := ben.post(page+"/withdraw", url.Values{}); a.status != http.StatusSeeOther {
		t.Errorf("a colleague withdraws: %d", a.status)
	}
	if a := ana.post("/en"+conv+"/"+own+"/withdraw", url.Values{}); a.status != http.StatusSeeOther {
		t.Errorf("Ana withdraws what is hers: %d", a.status)
	}
	// Who did what is on the record, by number.
	entries, err := h.sec.RecordEntries(t.Context(), strings.TrimPrefix(conv, "/c/"), 1, 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	corrected := 0
	for _, e := range entries {
		if c, ok := e.Fact.(*correction.Corrected); ok && string(c.Contribution) == ref {
			if corrected++; c.By != number["ben"] {
				t.Errorf("corrected by %s", c.By)
			}
		}
	}
	if corrected != 1 {
		t.Errorf("corrected %d times", corrected)
	}
}
