package web_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
)

// actsOf walks through all pages of the record as somebody finds it, and gives the acts by their positions.
func (v *visitor) actsOf(query string) (out []map[string]any) {
	v.h.t.Helper()
	for q := query; ; {
		a := v.get("/en" + conv + "/record.json?" + q)
		var page struct {
			Entries []map[string]any `json:"entries"`
			Before  cite.Position    `json:"before"`
		}
		if err := json.Unmarshal([]byte(a.body), &page); err != nil || a.status != 200 {
			v.h.t.Fatalf("%s: %d %v", q, a.status, err)
		}
		if len(page.Entries) > 50 {
			v.h.t.Fatalf("%d acts on one page", len(page.Entries))
		}
		out = append(out, page.Entries...)
		if page.Before == 0 {
			return out
		}
		values, _ := url.ParseQuery(query)
		values.Set("before", strconv.Itoa(int(page.Before)))
		q = values.Encode()
	}
}

// TestRecordInWords: the record tells each act once, with an office; chosen by kind, every act is of one kind; chosen by day, of
// that day.
func TestRecordInWords(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	public := h.visitor()
	all := public.actsOf("")
	if len(all) != int(h.head()) {
		t.Fatalf("%d acts, the record has %d entries", len(all), h.head())
	}
	offices := map[string]int{}
	for i, a := range all {
		if i > 0 && a["position"].(float64) >= all[i-1]["position"].(float64) {
			t.Fatalf("%v comes after %v", a["position"], all[i-1]["position"])
		}
		offices[a["office"].(string)]++
	}
	for _, office := range []string{"officer", "moderator", "author", "clock"} {
		if offices[office] == 0 {
			t.Errorf("nothing was done by the %s: %v", office, offices)
		}
	}
	sum := 0
	for _, kind := range []string{"contributions", "moderation", "answers", "calls", "papers", "people", "settings"} {
		n := len(public.actsOf("kind=" + kind))
		if n == 0 {
			t.Errorf("no act is of the kind %s", kind)
		}
		sum += n
	}
	if sum != len(all) {
		t.Errorf("the kinds have %d acts, the record has %d", sum, len(all))
	}
	day := public.actsOf("day=2020-03-10&kind=answers")
	if len(day) == 0 {
		t.Fatal("nothing was answered on the day of the answer")
	}
	for _, a := range day {
		if told := a["line"].(map[string]any)["told"].(string); !strings.HasPrefix(told, "2020-03-10") || !strings.HasPrefix(a["kind"].(string), "consultation.answered") {
			t.Errorf("%v of %s is among the answers of that day", a["kind"], told)
		}
	}
}

// TestRecordNamesNobody: officers see who acted in an office, and choose by it. Nobody else sees a name or a number, whatever
// they ask for, and neither does an officer who looks at the conversation as everybody does.
func TestRecordNamesNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	officer, moderator, public := h.as("officer"), h.as("moderator"), h.visitor()
	const name = "@demonstration.invalid"
	var me cite.Ref
	h.state(func(st *conversation.State) { me = st.Roll.Holders(delegation.Moderator)[0].Ref() })
	if body := officer.get("/en" + conv + "/record?kind=moderation").body; !strings.Contains(body, "moderator"+name) {
		t.Error("an officer does not see who moderated")
	}
	mine := officer.get("/en" + conv + "/record?who=" + string(me)).body
	if n := strings.Count(mine, `class="act"`); n == 0 || n == strings.Count(officer.get("/en"+conv+"/record").body, `class="act"`) && !strings.Contains(mine, "who=") {
		t.Errorf("%d acts of one person on the first page", n)
	}
	for _, other := range []string{"record.by.author", "record.by.clock", "record.by.operator"} {
		if strings.Contains(mine, locale.English.T(other)) {
			t.Errorf("%q is told of a person", locale.English.T(other))
		}
	}
	number := regexp.MustCompile(`\bu[0-9a-z]{13}\b`)
	for who, v := range map[string]*visitor{"nobody": public, "a moderator": moderator} {
		for _, query := range []string{"", "kind=moderation", "who=" + string(me)} {
			for _, page := range []string{"/record?", "/record.json?"} {
				body := v.get("/en" + conv + page + query).body
				if _, shown, _ := strings.Cut(body, "<main"); strings.Contains(shown, name) || strings.Contains(body, name) && page != "/record?" {
					t.Errorf("%s reads a name at %s%s", who, page, query)
				}
				if _, rest, _ := strings.Cut(body, "<main"); number.MatchString(rest) && query != "who="+string(me) {
					t.Errorf("%s reads a number at %s%s: %s", who, page, query, number.FindString(rest))
				}
			}
		}
		if n := len(v.actsOf("who=" + string(me))); n != int(h.head()) {
			t.Errorf("%s chooses %d acts by a person", who, n)
		}
	}
	officer.deskTo(officer.post("/en"+conv+"/desk/preview", url.Values{"who": {"public"}}))
	if body := officer.get("/en" + conv + "/record?kind=moderation").body; strings.Contains(body, "moderator"+name) {
		t.Error("who looks as everybody does reads a name")
	}
}

// TestRecordWhileManyWrite: the page of the record is answered though something is written while it looks, however often it looks; and
// what it told then is not kept.
func TestRecordWhileManyWrite(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var party delegation.Party
	h.state(func(st *conversation.State) { party = st.Roll.Entered()[0] })
	written := 0
	write := func() {
		var c any = delegation.Authorise{Participant: 10_000, Party: party, Capacity: delegation.Member}
		if written%2 > 0 {
			c = delegation.Unauthorise{Participant: 10_000, Party: party}
		}
		if _, err := h.sec.Do(t.Context(), script.DemoSlug, conversation.Ask{System: true, Received: h.sec.Now(), Command: c}); err != nil {
			t.Error(err)
		}
		written++
	}
	h.disk.read.Store(&write)
	if a := h.visitor().get("/en" + conv + "/record.json"); a.status != 200 || written == 0 || written > 10 {
		t.Errorf("answered with %d after %d more entries", a.status, written)
	}
	h.disk.read.Store(nil)
	if n := len(h.visitor().actsOf("")); n != int(h.head()) {
		t.Errorf("%d acts are told of %d: what was told in a hurry was kept", n, h.head())
	}
}
