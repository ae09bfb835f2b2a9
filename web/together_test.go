package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/erasure"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/together"
)

// delegations is a conversation whose call k1 asks five questions, with two parties: Ana, Ben and Hana may speak for Arcadia, Fritz for
// Ruritania. The clock stands still until it is moved.
type delegations struct {
	*house
	ahead  atomic.Int64
	who    map[string]delegation.Participant
	people map[string]*visitor
}

const tg = "/en/c/ferries/k1/together"

func newDelegations(t *testing.T) *delegations {
	t.Helper()
	h := &delegations{who: map[string]delegation.Participant{}, people: map[string]*visitor{}}
	began := time.Now().Truncate(time.Minute)
	files := fstest.MapFS{}
	for _, name := range []string{"questions.json", "survey.json", "paper.json", "labels.json"} {
		b, err := os.ReadFile("../internal/script/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: b}
	}
	at := func(d time.Duration) string { return began.Add(d).UTC().Format("2006-01-02T15:04Z") }
	text := "# Two parties.\n\nat " + at(-2*time.Hour) + `

convene ferries
  title.en: Ferries
  languages: en fr ar
  demonstration: yes
  officer: @olga
  labels: labels.json

grant @max moderator

publish-paper paper.json => $draft

announce comments
  title.en: Comments
  paper: $draft
  opens: ` + at(-time.Hour) + `
  closes: ` + at(2*time.Hour) + `
  late: refused
  moderation: after

ask comments questions.json

announce survey
  title.en: Survey
  paper: $draft
  opens: ` + at(-time.Hour) + `
  closes: ` + at(2*time.Hour) + `
  late: refused
  moderation: after

ask survey survey.json

announce seen
  title.en: Seen
  paper: $draft
  opens: ` + at(-time.Hour) + `
  closes: ` + at(2*time.Hour) + `
  late: refused
  moderation: before

ask seen survey.json

enter %arcadia
  category: member_state
  country: XA
  name: Arcadia

enter %ruritania
  category: member_state
  name: Ruritania

authorise @ana for %arcadia

authorise @ben for %arcadia

authorise @hana for %arcadia

authorise @fritz for %ruritania
`
	files["parties.txt"] = &fstest.MapFile{Data: []byte(text)}
	h.house = houseAt(t, func() time.Time { return began.Add(time.Duration(h.ahead.Load())) }, "ferries", "@olga", "@max", func(sec *plenary.Secretariat) (*script.Runner, error) {
		r := script.New(sec)
		r.Now = began
		err := r.Run(t.Context(), files, "parties.txt")
		for _, name := range []string{"ana", "ben", "hana", "fritz"} {
			h.who[name] = r.Participant("@" + name)
		}
		return r, err
	})
	for name, who := range h.who {
		if _, err := h.web.Accounts.Invite(t.Context(), name+"@parties.example", "ferries", uint64(who), began); err != nil {
			t.Fatal(err)
		}
		h.person(name)
	}
	return h
}

// person is somebody who has signed in, under a name.
func (h *delegations) person(name string) *visitor {
	h.t.Helper()
	if h.people[name] == nil {
		v := h.visitor()
		v.signIn(name + "@parties.example")
		v.post("/en/account", url.Values{"name": {strings.ToUpper(name[:1]) + name[1:]}})
		h.people[name] = v
	}
	return h.people[name]
}

// begin begins a draft of Arcadia as Ana, and gives its address without the page.
func (h *delegations) begin(clearance string) string { return h.beginAt(tg, clearance) }

// beginAt begins one at another call.
func (h *delegations) beginAt(tg, clearance string) string {
	h.t.Helper()
	v := h.person("ana")
	form := deskForm(h.t, v.get(tg).body, tg, 0)
	a := v.post(tg, deskWith(form, "clearance", clearance, "language", "en"))
	to := a.header.Get("Location")
	if a.status != 303 || !strings.HasSuffix(to, "/draft") {
		h.t.Fatalf("begin: %d to %s: %s", a.status, to, a.body)
	}
	if again := v.post(tg, deskWith(form, "clearance", clearance, "language", "en")).header.Get("Location"); again != to {
		h.t.Error("pressed twice, there are two:", again)
	}
	return strings.TrimSuffix(to, "/draft")
}

// write answers question 5 of section 2 as its page was, and gives the answer.
func (v *visitor) write(draft, text string, with ...string) answer {
	v.h.t.Helper()
	at := draft + "/part/s2"
	return v.post(at, deskWith(deskForm(v.h.t, v.get(at).body, at, 0), append([]string{"q5-text", text, "do", "save"}, with...)...))
}

// press presses a button of the draft, or of the page of the whole text.
func (v *visitor) press(draft, page, do string, with ...string) answer {
	v.h.t.Helper()
	form := deskWith(v.hidden(draft+"/"+page), append([]string{"do", do}, with...)...)
	if m := regexp.MustCompile(`name="text" value="(\d+)"`).FindStringSubmatch(v.get(draft + "/" + page).body); m != nil {
		form.Set("text", m[1])
	}
	for i := 0; i+1 < len(with); i += 2 {
		form.Set(with[i], with[i+1])
	}
	return v.post(draft+"/"+page, form)
}

func (h *delegations) refused(a answer, status int, key string) {
	h.t.Helper()
	if a.status != status || !strings.Contains(html.UnescapeString(a.body), locale.English.T("refusal."+key)) {
		h.t.Errorf("%d, want %d and %s: %s", a.status, status, key, deskErrors(a.body))
	}
}

// TestDelegation: a delegation of several writes, clears and sends one contribution; who it is for, what it says and its receipt are
// those of any other; the draft leads there afterwards.
func TestDelegation(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, ben, hana := h.person("ana"), h.person("ben"), h.person("hana")
	if a := ana.get("/en/c/ferries/k1/form"); !strings.Contains(a.body, tg+`"`) {
		t.Error("the form does not lead there")
	}
	draft := h.begin("2")

	if a := ana.press(draft, "draft", "name", "email", "dora@parties.example"); a.status != 303 {
		t.Fatalf("name: %d %s", a.status, deskErrors(a.body))
	}
	dora := h.person("dora")
	if body := dora.get("/en/account").body; !strings.Contains(body, draft[3:]+`/draft"`) || !strings.Contains(body, "Arcadia") {
		t.Error("who was named does not find the draft on their own page")
	}
	if a := dora.write(draft, "Ferries are late."); a.status != 303 {
		t.Fatalf("who was named writes: %d %s", a.status, deskErrors(a.body))
	}
	if body := ana.get(draft + "/draft").body; !strings.Contains(body, "Dora") {
		t.Error("it does not say who wrote last")
	}
	for _, do := range []string{"name", "dismiss", "drop", "settle"} {
		h.refused(dora.press(draft, "draft", do, "email", "x@parties.example", "clearance", "0"), 403, "together.not_yours")
	}
	h.refused(ana.press(draft, "whole", "send"), 409, "together.not_cleared")
	if a := dora.press(draft, "draft", "ask"); a.status != 303 {
		t.Fatalf("ask: %d %s", a.status, deskErrors(a.body))
	}
	if body := ben.get("/en/account").body; !strings.Contains(body, "It waits for your clearance") {
		t.Error("the page of Ben does not name what waits for him")
	}
	if body := dora.get("/en/account").body; strings.Contains(body, "It waits for your clearance") {
		t.Error("it waits for the clearance of one who only writes")
	}
	h.refused(dora.press(draft, "whole", "clear"), 403, "together.not_yours")
	h.refused(dora.press(draft, "whole", "send"), 403, "together.not_yours")

	// The reviewer returns it with a note on the section; nothing is kept where there is none.
	h.refused(ben.press(draft, "whole", "return"), 422, "together.notes")
	if a := ben.press(draft, "whole", "return", "note-s2", "Say how late."); a.status != 303 {
		t.Fatalf("return: %d %s", a.status, deskErrors(a.body))
	}
	if body := dora.get(draft + "/part/s2").body; !strings.Contains(body, "Say how late.") || !strings.Contains(body, "why it was returned") {
		t.Error("the note is not on the section")
	}
	dora.write(draft, "Ferries are an hour late.")
	dora.press(draft, "draft", "ask")
	if a := ben.press(draft, "whole", "clear"); a.status != 303 {
		t.Fatalf("clear: %d %s", a.status, deskErrors(a.body))
	}
	h.refused(ben.press(draft, "whole", "clear"), 403, "together.own")

	// An edit voids it, and says so.
	if a := dora.write(draft, "Ferries are two hours late."); a.status != 303 {
		t.Fatal(a.status)
	}
	if body := ana.get(draft + "/draft").body; !strings.Contains(body, locale.English.T("together.edited")) {
		t.Error("the draft does not say that it was edited")
	}
	h.refused(hana.press(draft, "whole", "clear"), 409, "together.not_asked")
	dora.press(draft, "draft", "ask")
	ben.press(draft, "whole", "clear")
	h.refused(hana.press(draft, "whole", "clear", "text", "1"), 409, "together.moved")
	if a := hana.press(draft, "whole", "clear"); a.status != 303 {
		t.Fatalf("the head clears: %d %s", a.status, deskErrors(a.body))
	}
	h.refused(hana.press(draft, "whole", "send", "text", "1"), 409, "together.moved")
	a := hana.press(draft, "whole", "send")
	receipt := a.header.Get("Location")
	if a.status != 303 || !strings.Contains(receipt, "/receipt") {
		t.Fatalf("send: %d %s", a.status, deskErrors(a.body))
	}
	if a := hana.get(receipt); a.status != 200 {
		t.Error("there is no receipt:", a.status)
	}
	contribution := strings.Split(receipt, "/receipt")[0]
	if body := h.visitor().get(contribution).body; !strings.Contains(body, "Ferries are two hours late.") || !strings.Contains(body, "Arcadia") || strings.Contains(body, "Dora") || strings.Contains(body, "Say how late") {
		t.Error("everybody does not read what was sent, and only that")
	}
	for _, page := range []string{"/draft", "/whole", "/part/s2"} {
		if a := dora.get(draft + page); a.status != 303 || a.header.Get("Location") != contribution {
			t.Errorf("%s afterwards: %d %s", page, a.status, a.header.Get("Location"))
		}
	}
	if a := dora.post(draft+"/part/s2", url.Values{"q5-text": {"Too late."}, "auto": {"1"}}); a.status != 409 || !strings.Contains(a.body, "draft.sent") {
		t.Errorf("writing on: %d %s", a.status, a.body)
	}
	n := 0
	if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error { n = st.Consultation.Len(); return nil }); err != nil || n != 1 {
		t.Error(n, "contributions", err)
	}
}

// TestMemberBegins: whoever only prepares for a party finds from its delegation, and from the call, where several people write; they
// begin a draft, and do not send it.
func TestMemberBegins(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	var officer delegation.Participant
	var party delegation.Party
	if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
		officer, party = st.Roll.Holders(delegation.Officer)[0], st.Roll.Entered()[0]
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.sec.Do(t.Context(), "ferries", conversation.Ask{By: officer, Received: h.sec.Now(),
		Command: delegation.Authorise{Participant: h.who["ben"], Party: party, Capacity: delegation.Member}}); err != nil {
		t.Fatal(err)
	}
	ben := h.person("ben")
	for _, page := range []string{"/en/c/ferries/k1", "/en/c/ferries/k1/form", "/en/c/ferries/delegation?party=" + string(party.Ref())} {
		if body := ben.get(page).body; !strings.Contains(body, `href="`+tg+`"`) {
			t.Errorf("%s does not lead there", page)
		}
	}
	if body := h.visitor().get("/en/c/ferries/k1").body; strings.Contains(body, tg) {
		t.Error("who is in no delegation is led there")
	}
	a := ben.post(tg, deskWith(deskForm(t, ben.get(tg).body, tg, 0), "clearance", "1", "language", "en"))
	draft := strings.TrimSuffix(a.header.Get("Location"), "/draft")
	if a.status != http.StatusSeeOther || ben.write(draft, "Ferries are late.").status != http.StatusSeeOther {
		t.Fatalf("a member begins and writes: %d", a.status)
	}
	h.refused(ben.press(draft, "whole", "send"), 403, "together.not_yours")
}

// TestHeadAlone: a head who could clear no more afterwards reads so before, and why nothing can be pressed, and what to do, after.
func TestHeadAlone(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	draft := h.begin("2")
	ana, hana := h.person("ana"), h.person("hana")
	ana.write(draft, "Ferries are late.")
	ana.press(draft, "draft", "ask")
	if body := html.UnescapeString(hana.get(draft + "/whole").body); !strings.Contains(body, locale.English.T("together.head_reviews")) {
		t.Error("whoever clears as a reviewer is not told that they do not clear as the head then")
	}
	if a := hana.press(draft, "whole", "clear"); a.status != 303 {
		t.Fatalf("clear: %d %s", a.status, deskErrors(a.body))
	}
	for _, page := range []string{"/draft", "/whole"} {
		body := html.UnescapeString(hana.get(draft + page).body)
		if !strings.Contains(body, locale.English.T("refusal.together.own")) || !strings.Contains(body, locale.English.T("together.own_head")) || strings.Contains(body, `value="clear"`) {
			t.Errorf("%s does not say why it cannot be cleared, and what to do", page)
		}
	}
	if body := html.UnescapeString(h.person("ben").get(draft + "/draft").body); strings.Contains(body, locale.English.T("refusal.together.own")) {
		t.Error("who did nothing yet is told that they did")
	}
}

// TestDraftHidden: to whoever may not write a draft, no page and no act of it is there; an officer of the conversation is nobody else.
func TestDraftHidden(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	draft := h.begin("0")
	h.person("ana").write(draft, "A secret of Arcadia.")
	for name, v := range map[string]*visitor{"another party": h.person("fritz"), "an officer": h.as("officer"), "somebody": h.person("nina")} {
		for _, page := range []string{"/draft", "/whole", "/now", "/now?section=s2", "/part/s2"} {
			if a := v.get(draft + page); a.status != 404 || strings.Contains(a.body, "secret") || strings.Contains(a.body, "Arcadia") {
				t.Errorf("%s reads %s: %d", name, page, a.status)
			}
		}
		for page, dos := range map[string][]string{"/draft": {"ask", "settle", "name", "dismiss", "drop"}, "/whole": {"clear", "return", "send"}, "/part/s2": {"save", "say", "unsay"}} {
			for _, do := range dos {
				if a := v.post(draft+page, url.Values{"do": {do}, "text": {"1"}, "q5-text": {"Mine"}, "remark": {"Mine"}, "email": {"x@parties.example"}, "clearance": {"0"}}); a.status != 404 {
					t.Errorf("%s does %s: %d", name, do, a.status)
				}
			}
		}
		if body := v.get(tg).body; strings.Contains(body, draft) {
			t.Error(name, "finds it in the list")
		}
	}
	if a := h.visitor().get(draft + "/draft"); a.status != 303 || !strings.Contains(a.header.Get("Location"), "/sign-in") {
		t.Errorf("who is not signed in: %d", a.status)
	}
	if a := h.person("fritz").post(tg, url.Values{"for": {string(party(t, h, "ana").Ref())}, "clearance": {"0"}, "language": {"en"}}); a.status != 422 {
		t.Errorf("who does not speak for a party begins a draft of it: %d", a.status)
	}
	for _, page := range []string{"/part/s9", "/part/none"} {
		if a := h.person("ana").get(draft + page); a.status != 404 {
			t.Errorf("%s: %d", page, a.status)
		}
	}
	if a := h.person("ana").get(strings.Replace(draft, "/k1/", "/k2/", 1) + "/draft"); a.status != 404 {
		t.Errorf("at another call: %d", a.status)
	}
	if body := h.person("ana").get(draft + "/part/s2").body; !strings.Contains(body, "A secret of Arcadia.") || strings.Contains(body, "Mine") {
		t.Error("the text is not as it was")
	}
}

// party is the first party that somebody may speak for.
func party(t *testing.T, h *delegations, name string) (p delegation.Party) {
	t.Helper()
	if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
		p = st.Roll.SpeaksFor(h.who[name], st.Time)[0]
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestTwoWriters: what two write in one section is put together where they do not touch, and whoever saves last reads it again;
// where they touch, both texts are shown, and whoever saves then has seen the other.
func TestTwoWriters(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, ben := h.person("ana"), h.person("ben")
	draft := h.begin("1")
	const base = "The ferry runs on Monday.\r\nIt is late on Friday."
	ana.write(draft, base)
	at := draft + "/part/s2"
	open := func(v *visitor) url.Values { return deskForm(t, v.get(at).body, at, 0) }
	save := func(v *visitor, f url.Values, text string) answer {
		return v.post(at, deskWith(f, "q5-text", text, "do", "save"))
	}
	first, second := open(ana), open(ben)
	if a := save(ana, first, base); a.header.Get("Location") != at {
		t.Error("what was not changed is put together with something:", a.header.Get("Location"))
	}
	save(ana, first, "The blue ferry runs on Monday.\r\nIt is late on Friday.")
	a := save(ben, second, "The ferry runs on Monday.\r\nIt is never late on Friday.")
	if a.status != 303 || !strings.Contains(a.header.Get("Location"), "done=merged") {
		t.Fatalf("put together: %d to %s", a.status, a.header.Get("Location"))
	}
	if body := ben.get(a.header.Get("Location")).body; !strings.Contains(body, "The blue ferry runs on Monday.\nIt is never late on Friday.</textarea>") || !strings.Contains(body, locale.English.T("together.merged")) {
		t.Error("the texts were not put together")
	}
	first, second = open(ana), open(ben)
	save(ana, first, "The blue ferry runs on Tuesday.\r\nIt is never late on Friday.")
	a = save(ben, second, "The blue ferry runs on Sunday.\r\nIt is never late on Friday.")
	if a.status != http.StatusConflict || !strings.Contains(a.body, "runs on Sunday.\nIt is") || !strings.Contains(a.body, "Tuesday") || !strings.Contains(a.body, "Written meanwhile by \u2068Ana\u2069:") {
		t.Fatalf("both texts are not shown: %d", a.status)
	}
	if body := ana.get(at).body; !strings.Contains(body, "Tuesday") || strings.Contains(body, "Sunday") {
		t.Error("one was written over the other")
	}
	if a := ben.post(at, deskWith(deskForm(t, a.body, at, 0), "do", "save")); a.status != 303 {
		t.Errorf("whoever has seen both: %d", a.status)
	}
	if body := ana.get(at).body; !strings.Contains(body, "Sunday") {
		t.Error("what was decided on is not kept")
	}

	// Choices are put together question by question.
	first, second = open(ana), open(ben)
	ana.post(at, deskWith(first, "q3", "2", "do", "save"))
	ben.post(at, deskWith(second, "q4", "0", "do", "save"))
	if f := open(ana); f.Get("q3") != "2" || f.Get("q4") != "0" {
		t.Error("choices:", f.Get("q3"), f.Get("q4"))
	}
	if a := ana.post(at, deskWith(open(ana), "q3", "77", "do", "save")); a.status != 422 {
		t.Errorf("a choice that is not there: %d", a.status)
	}
	if a := ana.post(at, deskWith(open(ana), "do", "next")); !strings.Contains(a.header.Get("Location"), "/part/x") {
		t.Error("it does not go on:", a.header.Get("Location"))
	}
}

// TestSavesItself: the page of a section saves itself and is told what stands; another page is told the same a moment later, and
// who may write no more is told nothing.
func TestSavesItself(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, ben := h.person("ana"), h.person("ben")
	draft := h.begin("1")
	at := draft + "/part/s2"
	type reply struct {
		Stamp, Saved, Last string
		Clash              bool
		Fields             map[string]struct{ Text, Sent string }
		Picks              map[string]string
	}
	read := func(a answer) (r reply) {
		t.Helper()
		if err := json.Unmarshal([]byte(a.body), &r); err != nil || a.status != 200 || a.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %v: %s", a.status, err, a.body)
		}
		return r
	}
	before := read(ben.get(draft + "/now"))
	form := deskForm(t, ana.get(at).body, at, 0)
	stale := deskForm(t, ben.get(at).body, at, 0)
	r := read(ana.post(at, deskWith(form, "auto", "1", "do", "save", "q5-text", "One.\r\nTwo.", "q3", "2")))
	if r.Fields["q5-text"].Text != "One.\nTwo." || r.Fields["q5-text"].Sent != "One.\nTwo." || r.Picks["q3-was"] != "2" || r.Saved == "" || r.Clash {
		t.Errorf("%+v", r)
	}
	now := read(ben.get(draft + "/now?section=s2"))
	if now.Stamp == before.Stamp || now.Stamp != r.Stamp || now.Fields["q5-text"].Text != "One.\nTwo." || now.Picks["q3-was"] != "2" || !strings.Contains(now.Last, "Ana") {
		t.Errorf("%+v", now)
	}
	if again := read(ana.get(draft + "/now")); again.Stamp != now.Stamp || again.Fields != nil {
		t.Errorf("%+v", again)
	}
	r = read(ben.post(at, deskWith(stale, "auto", "1", "do", "save", "q5-text", "Three.")))
	if !r.Clash || r.Fields["q5-text"].Text != "One.\nTwo." || r.Fields["q5-text"].Sent != "Three." {
		t.Errorf("both began with nothing: %+v", r)
	}
	ana.post(at, deskWith(deskForm(t, ana.get(at).body, at, 1), "remark", "Shorter?", "do", "say"))
	if said := read(ben.get(draft + "/now")); said.Stamp == now.Stamp {
		t.Error("a remark changes nothing")
	}
	body := ben.get(at).body
	if !strings.Contains(body, "Shorter?") || strings.Contains(body, `value="unsay"`) {
		t.Error("the remark is not there, or another deletes it")
	}
	h.refused(ana.post(at, deskWith(deskForm(t, ana.get(at).body, at, 0), "remark", " ", "do", "say")), 422, "note.missing")
	id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(ana.get(at).body)[1]
	ana.post(at, url.Values{"do": {"unsay"}, "id": {id}})
	if strings.Contains(ben.get(at).body, "Shorter?") {
		t.Error("the remark is still there")
	}
	// One that is too long comes back as it was typed; one that is taken leads to the others; none stands on a section that is not there.
	long := strings.Repeat("é", together.MaxRemark+1)
	if a := ana.post(at, url.Values{"do": {"say"}, "remark": {long}}); a.status != 422 || !strings.Contains(a.body, long) || deskSum.FindString(a.body) == "" {
		t.Error("it is not shown again, or nothing says why", a.status)
	}
	if a := ana.post(at, url.Values{"do": {"say"}, "remark": {"Good."}}); a.status != 303 || a.header.Get("Location") != at+"#remarks" {
		t.Error(a.status, a.header.Get("Location"))
	}
	if a := ana.post(draft+"/part/s9", url.Values{"do": {"say"}, "remark": {"Good."}}); a.status != 404 {
		t.Error("on a section that is not there:", a.status)
	}
}

// TestStampIsOfItsText: two pages that save themselves at once are each told what stands: under one stamp nobody is ever told two texts, or a
// page that has the newest stamp would never show the newest text.
func TestStampIsOfItsText(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, ben := h.person("ana"), h.person("ben")
	draft := h.begin("1")
	at := draft + "/part/s2"
	ana.write(draft, "It is late.\r\nIt is slow.")
	var mu sync.Mutex
	texts := map[string]map[string]bool{}
	var both sync.WaitGroup
	for i, v := range []*visitor{ana, ben} {
		form := deskForm(t, v.get(at).body, at, 0)
		was := form.Get("q5-text-was")
		both.Go(func() {
			for n := range 40 {
				lines := strings.Split(strings.ReplaceAll(was, "\r", ""), "\n")
				lines[i] = fmt.Sprintf("It is %s for the %d. time.", []string{"late", "slow"}[i], n)
				var r struct {
					Stamp  string
					Clash  bool
					Fields map[string]struct{ Text, Sent string }
				}
				a := v.post(at, deskWith(form, "auto", "1", "do", "save", "q5-text", strings.Join(lines, "\r\n")))
				if err := json.Unmarshal([]byte(a.body), &r); err != nil || a.status != 200 || r.Clash {
					t.Errorf("%d %v: %s", a.status, err, a.body)
					return
				}
				text := r.Fields["q5-text"].Text
				mu.Lock()
				if texts[r.Stamp] == nil {
					texts[r.Stamp] = map[string]bool{}
				}
				texts[r.Stamp][text] = true
				mu.Unlock()
				was = text
				form.Set("q5-text-was", text)
			}
		})
	}
	both.Wait()
	for stamp, all := range texts {
		if len(all) > 1 {
			t.Errorf("under %s they were told %q", stamp, slices.Collect(maps.Keys(all)))
		}
	}
}

// TestRevokedWhileWriting: whoever loses the mandate in the middle sees the draft no more, and what they cleared is void; the text stays
// with the party.
func TestRevokedWhileWriting(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, ben, hana := h.person("ana"), h.person("ben"), h.person("hana")
	draft := h.begin("2")
	ana.write(draft, "Ferries are late.")
	ana.press(draft, "draft", "ask")
	if a := ben.press(draft, "whole", "clear"); a.status != 303 {
		t.Fatal(a.status)
	}
	if _, err := h.sec.Do(t.Context(), "ferries", conversation.Ask{By: h.officer(), Assurance: "email_proven", Command: delegation.Unauthorise{Participant: h.who["ben"], Party: party(t, h, "ana")}}); err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"/draft", "/whole", "/part/s2", "/now"} {
		if a := ben.get(draft + page); a.status != 404 {
			t.Errorf("%s: %d", page, a.status)
		}
	}
	if a := ben.post(draft+"/part/s2", url.Values{"q5-text": {"Mine."}, "do": {"save"}}); a.status != 404 {
		t.Errorf("who may not speak for the party writes: %d", a.status)
	}
	if body := hana.get(draft + "/draft").body; !strings.Contains(body, locale.English.T("together.ended")) || !strings.Contains(body, locale.English.T("together.stage.review")) {
		t.Error("the clearance of one who may speak no more still counts")
	}
	h.refused(hana.press(draft, "whole", "send"), 409, "together.not_cleared")
}

// TestAskedOtherwise: what was cleared as the answer to one question is not sent as the answer to another: where the questions of the
// call change, the clearance is void.
func TestAskedOtherwise(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, hana := h.person("ana"), h.person("hana")
	draft := h.begin("1")
	ana.write(draft, "Ferries are late.")
	ana.press(draft, "draft", "ask")
	if a := hana.press(draft, "whole", "clear"); a.status != 303 {
		t.Fatal(a.status, deskErrors(a.body))
	}
	read := regexp.MustCompile(`name="text" value="(\d+)"`).FindStringSubmatch(hana.get(draft + "/whole").body)[1]
	var other questionnaire.Ask
	if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
		form, _ := st.Questions.Form("k1")
		other = questionnaire.Ask{Call: "k1", Sections: slices.Clone(form.Sections)}
		last := &other.Sections[1]
		last.Questions = slices.Clone(last.Questions)
		last.Questions[len(last.Questions)-1].Text = locale.Plain("en", "Are they never late?")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.sec.Do(t.Context(), "ferries", conversation.Ask{By: h.officer(), Assurance: "email_proven", Command: other}); err != nil {
		t.Fatal(err)
	}
	h.refused(ana.press(draft, "whole", "send", "text", read), 409, "together.moved")
	h.refused(ana.press(draft, "whole", "send"), 409, "together.not_cleared")
	if body := ana.get(draft + "/draft").body; !strings.Contains(body, locale.English.T("together.edited")) {
		t.Error("the draft does not say why it waits again")
	}
}

// TestAskedInAnotherSection: where the questions are set anew, and one stands in another section than before, its answer is the same on
// every page, is sent once, and is not there any more once somebody has emptied it; one that nobody is asked any more is not sent.
func TestAskedInAnotherSection(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana := h.person("ana")
	draft := h.begin("0")
	first, second := draft+"/part/s1", draft+"/part/s2"
	at := func(page string, with ...string) {
		t.Helper()
		ana.deskTo(ana.post(page, deskWith(deskForm(t, ana.get(page).body, page, 0), append(with, "do", "save")...)))
	}
	ask := func(sections ...int) {
		t.Helper()
		other := questionnaire.Ask{Call: "k1", Alone: true}
		for _, n := range sections {
			s := questionnaire.Section{Title: locale.Plain("en", "Section")}
			for range n {
				s.Questions = append(s.Questions, questionnaire.Question{Kind: questionnaire.Words, Text: locale.Plain("en", "And?")})
			}
			other.Sections = append(other.Sections, s)
		}
		if _, err := h.sec.Do(t.Context(), "ferries", conversation.Ask{By: h.officer(), Assurance: "email_proven", Command: other}); err != nil {
			t.Fatal(err)
		}
	}
	words := func(word string, pages ...string) {
		t.Helper()
		for _, page := range []string{first, second} {
			if has := strings.Contains(ana.get(page).body, "\n"+word+"</textarea>"); has != slices.Contains(pages, page) {
				t.Errorf("%s on %s: %v", word, page, has)
			}
		}
	}
	ask(2, 3)
	at(second, "q3-text", "THREE", "q4-text", "FOUR", "q5-text", "FIVE")
	ask(3, 1) // question 3 stands in the first section, and there is none with the number 5
	at(first)
	words("THREE", first)
	at(first, "q3-text", "THREE ANEW")
	words("THREE ANEW", first)
	at(second)
	ask(2, 2)
	words("THREE ANEW", second)
	at(second, "q3-text", "", "q4-text", "FOUR ANEW")
	ask(3, 1)
	words("THREE ANEW")
	words("THREE")
	at(first, "q3-text", "THREE AT LAST")
	a := ana.press(draft, "whole", "send")
	to, _, _ := strings.Cut(ana.deskTo(a), "/receipt")
	body := ana.get(to).body
	for _, word := range []string{"THREE AT LAST", "FOUR ANEW"} {
		if strings.Count(body, word) != 1 {
			t.Errorf("%s is sent %d times", word, strings.Count(body, word))
		}
	}
	if strings.Contains(body, "FIVE") {
		t.Error("an answer to no question is sent")
	}
}

// unheard makes a draft of what it was when somebody had begun to send it, and nobody heard that it stands on the record.
func (h *delegations) unheard(key string, send func()) {
	h.t.Helper()
	drafts := draft.New(h.db)
	sections, err := drafts.Parts(h.t.Context(), "ferries", draft.Section, key)
	if err != nil {
		h.t.Fatal(err)
	}
	send()
	d, _, err := drafts.Get(h.t.Context(), "ferries", draft.Party, key)
	if err != nil {
		h.t.Fatal(err)
	}
	body := regexp.MustCompile(`,"became":"c\d+"`).ReplaceAll(d.Body, nil)
	if len(body) == len(d.Body) || !bytes.Contains(body, []byte(`"sending"`)) {
		h.t.Fatalf("%s", d.Body)
	}
	if _, err := h.db.ExecContext(h.t.Context(), `UPDATE draft_version SET body = $1 WHERE key = $2 AND kind = 'party' AND version = $3`, body, key, d.Version); err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.db.ExecContext(h.t.Context(), `UPDATE draft SET sent = 0 WHERE key = $1`, key); err != nil {
		h.t.Fatal(err)
	}
	for _, s := range sections {
		if _, err := drafts.Save(h.t.Context(), s, 0, s.Changed); err != nil {
			h.t.Fatal(err)
		}
	}
}

// TestSentUnheard: a draft that stands on the record is sent by nobody again, whoever presses and whatever was written in it since; and
// what its sender sent besides is not taken for it.
func TestSentUnheard(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, ben := h.person("ana"), h.person("ben")
	sent := func() (n int) {
		t.Helper()
		if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error { n = st.Consultation.Len(); return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	first := h.begin("0")
	ana.deskTo(ana.write(first, "Ferries are late.", "q3", "1"))
	h.unheard(path.Base(first), func() { ana.deskTo(ana.press(first, "whole", "send")) })
	h.refused(ben.write(first, "Ferries are early."), 503, "together.sending")
	h.ahead.Add(int64(3 * time.Minute))
	ben.deskTo(ben.write(first, "Ferries are early."))
	read := regexp.MustCompile(`name="text" value="(\d+)"`)
	forms := map[*visitor]url.Values{}
	for _, v := range []*visitor{ana, ben} {
		forms[v] = deskWith(v.hidden(first+"/whole"), "do", "send", "text", read.FindStringSubmatch(v.get(first + "/whole").body)[1])
	}
	for _, v := range []*visitor{ana, ben} {
		if a := v.post(first+"/whole", forms[v]); a.status != 303 {
			t.Error(a.status, deskErrors(a.body))
		}
		if to := v.deskTo(v.get(first + "/draft")); to != "/en/c/ferries/c1" || sent() != 1 {
			t.Errorf("it became %s, and %d were sent", to, sent())
		}
	}

	// Ana began to send one, and left before anybody was asked. What she sends for the party then is another.
	second, third := h.begin("0"), h.begin("0")
	ana.deskTo(ana.write(second, "Ferries are slow."))
	ana.deskTo(ana.write(third, "Ferries are dear."))
	drafts := draft.New(h.db)
	d, _, err := drafts.Get(t.Context(), "ferries", draft.Party, path.Base(second))
	if err != nil {
		t.Fatal(err)
	}
	begun := fmt.Sprintf(`,"sending":{"by":%q,"at":%q,"text":1}}`, h.who["ana"].Ref(), h.sec.Now().Add(-time.Minute).Format(time.RFC3339Nano))
	d.Body = []byte(strings.TrimSuffix(string(d.Body), "}") + begun)
	if _, err := drafts.Save(t.Context(), d, d.Version, time.Now()); err != nil {
		t.Fatal(err)
	}
	ana.deskTo(ana.press(third, "whole", "send"))
	h.ahead.Add(int64(3 * time.Minute))
	ben.deskTo(ben.press(second, "whole", "send"))
	if to := ben.deskTo(ben.get(second + "/draft")); to != "/en/c/ferries/c3" || !strings.Contains(ben.get(to).body, "Ferries are slow.") {
		t.Error("the draft became", to)
	}

	// Where nobody can say whether it is on the record, it stays marked: else somebody else might send it a second time.
	fourth := h.begin("0")
	ana.deskTo(ana.write(fourth, "Ferries are loud."))
	h.disk.full.Store(true)
	if a := ana.press(fourth, "whole", "send"); a.status != 503 {
		t.Error(a.status)
	}
	h.disk.full.Store(false)
	h.refused(ben.press(fourth, "whole", "send"), 503, "together.sending")
	ana.deskTo(ana.press(fourth, "whole", "send"))
	if sent() != 4 {
		t.Error(sent())
	}
}

// officer is the officer of the conversation.
func (h *delegations) officer() (olga delegation.Participant) {
	h.t.Helper()
	if _, err := h.sec.Read(h.t.Context(), "ferries", func(st *conversation.State) error {
		olga = st.Roll.Holders(delegation.Officer)[0]
		return nil
	}); err != nil {
		h.t.Fatal(err)
	}
	return olga
}

// TestCallCloses: when the call closes while a draft is written, the text is kept and can be read and written; it is not taken, and
// says so.
func TestCallCloses(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana := h.person("ana")
	draft := h.begin("0")
	ana.write(draft, "Ferries are late.")
	text := ana.hidden(draft + "/whole")
	h.ahead.Store(int64(3 * time.Hour))
	a := ana.post(draft+"/whole", deskWith(text, "do", "send"))
	if a.status/100 != 4 || len(deskErrors(a.body)) == 0 {
		t.Errorf("sent after the end: %d", a.status)
	}
	if a := ana.get(draft + "/whole"); a.status != 200 || !strings.Contains(a.body, "Ferries are late.") || strings.Contains(a.body, `value="send"`) {
		t.Errorf("the text is not kept, or can be sent: %d", a.status)
	}
	if a := ana.write(draft, "Ferries are very late."); a.status != 303 {
		t.Errorf("it cannot be written on: %d", a.status)
	}
	if body := ana.get(draft + "/part/s2").body; !strings.Contains(body, "Ferries are very late.") {
		t.Error("it is not kept")
	}
	if a := ana.press(draft, "draft", "drop"); a.status != 303 || ana.get(draft+"/draft").status != 404 {
		t.Errorf("it is not deleted: %d", a.status)
	}
}

// TestDrafterNamed: whoever is named as one who writes a draft is known by the address that they were named by, and by nothing else until they write:
// neither by what their account calls them nor by the number that stands on the record.
func TestDrafterNamed(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana := h.person("ana")
	h.person("wanda")
	id, err := h.web.Accounts.Ensure(t.Context(), "wanda@parties.example", locale.English, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	n, err := h.web.Accounts.Participant(t.Context(), id, "ferries", h.sec.Number)
	if err != nil {
		t.Fatal(err)
	}
	draft := h.begin("0")
	ana.press(draft, "draft", "name", "email", "wanda@parties.example")
	for _, page := range []string{"/draft", "/part/s2", "/whole"} {
		if body := ana.get(draft + page).body; strings.Contains(body, "Wanda") || strings.Contains(body, string(delegation.Participant(n).Ref())) {
			t.Errorf("%s says who was named", page)
		}
	}
	if body := ana.get(draft + "/draft").body; !strings.Contains(body, "wanda@parties.example") {
		t.Fatal("whoever named them does not see whom")
	}
	ana.press(draft, "draft", "dismiss", "who", "somebody@parties.example")
	if a := h.person("wanda").write(draft, "Ferries are late."); a.status != 303 {
		t.Errorf("who was named writes: %d", a.status)
	}
	ana.press(draft, "draft", "dismiss", "who", "wanda@parties.example")
	if a := h.person("wanda").get(draft + "/draft"); a.status != 404 {
		t.Errorf("who was dismissed reads: %d", a.status)
	}
}

// TestDrafterLeaves: of an account that is deleted, name and address are gone from the draft; what it wrote stays with the party.
func TestDrafterLeaves(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	queue, err := mail.NewQueue(h.db, &post.Mailbox{}, "noreply@plenary.example", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	e := &erasure.Eraser{Sec: h.sec, DB: h.db, Accounts: h.web.Accounts, Drafts: h.web.Drafts, Files: h.files, Letters: queue}
	ana := h.person("ana")
	draft := h.begin("0")
	ana.press(draft, "draft", "name", "email", "dora@parties.example")
	h.person("dora").write(draft, "Ferries are late.")
	if body := ana.get(draft + "/draft").body; !strings.Contains(body, "dora@parties.example") || !strings.Contains(body, "Dora") {
		t.Fatal("it does not say who writes")
	}
	id, err := h.web.Accounts.Ensure(t.Context(), "dora@parties.example", locale.English, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := e.DeleteAccount(t.Context(), account.ID(id)); err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"/draft", "/part/s2", "/whole"} {
		body := ana.get(draft + page).body
		if strings.Contains(body, "dora@parties.example") || strings.Contains(body, "Dora") || !strings.Contains(body, locale.English.T("together.somebody")) {
			t.Errorf("%s still says who they were", page)
		}
	}
	if body := ana.get(draft + "/part/s2").body; !strings.Contains(body, "Ferries are late.") {
		t.Error("the text of the party went with one who wrote it")
	}
}

// TestTogetherLanguages reads the pages in every language: each key has its sentence, and each page one heading.
func TestTogetherLanguages(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, ben := h.person("ana"), h.person("ben")
	draft := h.begin("2")
	ana.write(draft, "Ferries are late.")
	ana.press(draft, "draft", "ask")
	for _, l := range locale.All {
		for _, page := range []string{tg, draft + "/draft", draft + "/part/s2", draft + "/whole", "/en/account"} {
			for who, v := range map[string]*visitor{"ana": ana, "ben": ben} {
				path := fmt.Sprintf("/%s%s", l, page[3:])
				a := v.get(path)
				if a.status != 200 || strings.Contains(a.body, "⟦") || len(oneH1.FindAllString(a.body, -1)) != 1 || inline.MatchString(a.body) || withTwo.MatchString(a.body) {
					t.Errorf("%s for %s: %d", path, who, a.status)
				}
			}
		}
	}
}

// TestTogetherSurvey: numbers, dates and tables are written together as words are; a table that two changed is shown to whoever
// saves last; what has to be answered is asked for before it is sent; files are not taken.
func TestTogetherSurvey(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, ben := h.person("ana"), h.person("ben")
	draft := h.beginAt("/en/c/ferries/k2/together", "0")
	section := regexp.MustCompile(`/part/(s\d+)"`)
	page := ana.get(draft + "/draft").body
	fields := map[string]string{} // where each question stands
	for _, m := range section.FindAllStringSubmatch(page, -1) {
		for _, f := range regexp.MustCompile(`name="(q\d+(?:-value|-r1-c1|-r1-c2)?)"`).FindAllStringSubmatch(ana.get(draft+"/part/"+m[1]).body, -1) {
			if fields[f[1]] == "" {
				fields[f[1]] = draft + "/part/" + m[1]
			}
		}
	}
	open := func(v *visitor, at string) url.Values { return deskForm(t, v.get(at).body, at, 0) }
	date, table := "", ""
	for name := range fields {
		switch {
		case strings.HasSuffix(name, "-r1-c1"):
			table = name
		case strings.HasSuffix(name, "-value") && strings.Contains(ana.get(fields[name]).body, `name="`+name+`" type="date"`):
			date = name
		}
	}
	if date == "" || table == "" {
		t.Fatalf("no date, or no table: %v", fields)
	}
	second := strings.Replace(table, "-c1", "-c2", 1)
	first, later := open(ana, fields[table]), open(ben, fields[table])
	if a := ana.post(fields[table], deskWith(first, table, "12", "do", "save")); a.status != 303 {
		t.Fatalf("%d %s", a.status, deskErrors(a.body))
	}
	now := open(ben, fields[table])
	if now.Get(table) != "12" || now.Get(table+"-was") != "12" {
		t.Errorf("%v", now)
	}
	if a := ben.post(fields[table], deskWith(now, "do", "save")); strings.Contains(a.header.Get("Location"), "merged") {
		t.Error("nothing was changed, and something was put together")
	}
	if a := ben.post(fields[table], deskWith(later, second, "7", "do", "save")); a.status != http.StatusConflict || !strings.Contains(a.body, "Written meanwhile by") {
		t.Errorf("a table that two changed: %d", a.status)
	}
	if a := ana.press(draft, "whole", "send"); a.status/100 != 4 || !strings.Contains(a.body, "answer") {
		t.Errorf("sent without what has to be answered: %d %s", a.status, deskErrors(a.body))
	}
	if body := ana.get(fields[table]).body; strings.Contains(body, `type="file"`) {
		t.Error("a file is asked for")
	}
	for _, typed := range []string{"2030-01-31", "soon"} {
		want := map[string]int{"2030-01-31": 303, "soon": 422}[typed]
		if a := ana.post(fields[date], deskWith(open(ana, fields[date]), date, typed, "q1", "1", "do", "save")); a.status != want {
			t.Errorf("%s: %d %s", typed, a.status, deskErrors(a.body))
		}
	}
	ana.post(fields[date], deskWith(open(ana, fields[date]), date, "2030-01-31", "do", "save"))
	if f := open(ben, fields[date]); f.Get(date) != "2030-01-31" || f.Get(date+"-was") != "2030-01-31" || f.Get("q1") != "1" || f.Get("q1-was") != "1" {
		t.Errorf("%v", f)
	}
	a := ana.press(draft, "whole", "send")
	if a.status != 303 {
		t.Fatalf("send: %d %s", a.status, deskErrors(a.body))
	}
	if body := h.visitor().get(strings.Split(a.header.Get("Location"), "/receipt")[0]).body; !strings.Contains(body, "31 January 2030") || !strings.Contains(body, "12") {
		t.Error("the date is not in the contribution")
	}
}
