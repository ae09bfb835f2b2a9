package web_test

import (
	"html"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
)

// replied is a call that has closed, with a point of Ada's, c1.1, and one of Bo's, c2.1.
const replied = `
at now-10d

convene ferries
  title.en: Ferries
  title.fr: Les bacs
  languages: en fr
  demonstration: yes
  officer: @olga
  labels: labels.json

grant @max moderator

publish-paper paper.json => $draft

announce comments
  title.en: Comments on ferries
  paper: $draft
  opens: now-9d
  closes: now-1d
  zone: UTC
  late: refused
  moderation: after

at now-8d

tick

submit => $ada
  as: @ada
  call: comments
  on: 1
  category: individual
  name: Ada Aran
  language: en
  text: A raft is a ferry.

submit => $bo
  as: @bo
  call: comments
  on: 1
  category: ngo
  organisation: Friends of Ferries
  language: en
  text: A raft is no ferry.

at now

tick
`

// answered has a round of replies, k2, with a reply to Ada's point.
const answered = `
open-replies round
  as: @olga
  of: comments
  who: all
  title.en: Replies
  closes: now+9d
  zone: UTC
  moderation: after

submit => $reply
  as: @cleo
  call: round
  on: $ada.1
  category: individual
  language: en
  assurance: email_proven
  text: It is tied to nothing.
`

// atReplies plays the script of a call that has closed, and more.
func atReplies(t *testing.T, more string) *house {
	files := fstest.MapFS{"replies.txt": {Data: []byte(replied + more)}}
	for _, name := range []string{"labels.json", "paper.json"} {
		b, err := os.ReadFile("../internal/script/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: b}
	}
	return houseOf(t, "ferries", "@olga", "@max", func(sec *plenary.Secretariat) (*script.Runner, error) {
		r := script.New(sec)
		r.Now = sec.Now()
		return r, r.Run(t.Context(), files, "replies.txt")
	})
}

// TestReplies: an officer opens a round once the call has closed; who may replies to a point, once; the reply waits for a moderator
// and then stands beside its point on every page, both ways, until it is withheld.
func TestReplies(t *testing.T) {
	t.Parallel()
	h := atReplies(t, "")
	const at, open, round = "/en/c/ferries", "/en/c/ferries/desk/replies/k1", "/en/c/ferries/k2"
	officer, moderator, somebody, reader := h.as("officer"), h.as("moderator"), h.visitor(), h.visitor()
	somebody.signIn("somebody@quay.example")
	if a := somebody.get(open); a.status != http.StatusForbidden && a.status != http.StatusNotFound {
		t.Errorf("somebody at the form that opens a round: %d", a.status)
	}
	if !strings.Contains(officer.get(at+"/k1").body, open) || strings.Contains(reader.get(at+"/k1").body, open) {
		t.Error("the call leads officers, and nobody else, to where a round is opened")
	}
	form := func(with ...string) url.Values {
		t.Helper()
		return deskWith(deskForm(t, officer.get(open).body, open, 0), with...)
	}
	closes := time.Now().UTC().AddDate(0, 0, 9).Format(time.DateOnly)
	a := officer.post(open, form("title-en", "", "text-en", "Be brief.", "who", "all", "closes-date", "2020-13-01", "closes-time", "12:00"))
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Be brief.</textarea>") {
		t.Errorf("no date: %d %s", a.status, deskErrors(a.body))
	}
	a = officer.post(open, form("title-en", "Replies to comments", "title-fr", "Répliques", "text-en", "Be brief.", "who", "all", "closes-date", closes, "closes-time", "12:00", "moderation", "before"))
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), round+"?") {
		t.Fatalf("%d %s %s", a.status, a.header.Get("Location"), deskErrors(a.body))
	}
	if body := officer.get(a.header.Get("Location")).body; !strings.Contains(body, "Be brief.") || !strings.Contains(body, round+"/replies") {
		t.Error("the page of the round")
	}
	if body := officer.get(open).body; !strings.Contains(body, "a round of replies to this call already") {
		t.Error("a second round is offered")
	}
	if a := officer.get("/en/c/ferries/desk/replies/k2"); !strings.Contains(a.body, "replies are not replied to") {
		t.Errorf("a round of replies to replies: %d", a.status)
	}

	const point = round + "/contribute?on=c1.1"
	for _, page := range []string{round + "/replies", at + "/c1"} {
		if body := reader.get(page).body; !strings.Contains(body, point) {
			t.Errorf("%s does not lead to where its point is replied to", page)
		}
	}
	if body := somebody.get(round + "/contribute").body; !strings.Contains(body, round+"/replies") || strings.Contains(body, `name="text"`) {
		t.Error("without a point there is something to write in")
	}
	page := somebody.get(point).body
	if !strings.Contains(page, "A raft is a ferry.") || !strings.Contains(page, `value="c1.1"`) || strings.Contains(page, `name="stance"`) || strings.Contains(page, `name="wording"`) {
		t.Error("the form does not show the point, or asks for more than a reply")
	}
	send := func(v *visitor, on, text string) answer {
		t.Helper()
		f := v.hidden(round + "/contribute?on=c1.1")
		f.Set("on", on)
		f.Set("text", text)
		f.Set("category", "individual")
		f.Set("language", "en")
		f.Set("do", "send")
		return v.post(round+"/contribute", f)
	}
	refused := func(what string, a answer, key string, args ...any) {
		t.Helper()
		if want := locale.English.T("refusal."+key, args...); a.status < 400 || a.status > 499 || !strings.Contains(html.UnescapeString(a.body), want) {
			t.Errorf("%s: %d, want %q: %s", what, a.status, want, deskErrors(a.body))
		}
	}
	refused("who is not signed in", send(reader, "c1.1", "Nobody."), "reply.sign_in")
	refused("to a passage", send(somebody, "p1.e1", "To nobody."), "reply.point")
	refused("to what is not there", send(somebody, "c9.1", "To nobody."), "reply.unpublished", "ref", "c9.1")
	const words = "It is tied to nothing."
	f := somebody.hidden(round + "/contribute?on=c1.1")
	f.Set("text", words)
	f.Set("category", "individual")
	f.Set("language", "en")
	f.Set("do", "preview")
	seen := somebody.post(round+"/contribute", f)
	if seen.status != 200 || !strings.Contains(seen.body, words) || !strings.Contains(seen.body, `name="on" value="c1.1"`) || !strings.Contains(seen.body, "Ada Aran") {
		t.Errorf("the preview: %d", seen.status)
	}
	f.Set("do", "save")
	if a := somebody.post(round+"/contribute", f); a.status != 200 {
		t.Errorf("kept: %d", a.status)
	}
	if body := somebody.get(at + "/mine").body; !strings.Contains(body, "on=c1.1") {
		t.Error("the draft does not lead back to its point")
	}
	if a := send(somebody, "c1.1", words); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, deskErrors(a.body))
	}
	refused("again", send(somebody, "c1.1", "And again."), "reply.once", "ref", "c1.1")
	if body := reader.get(at + "/c1").body; strings.Contains(body, words) {
		t.Error("a reply that waits is shown")
	}
	moderator.deskTo(moderator.post(at+"/c3/publish", url.Values{}))
	refused("to a reply", send(somebody, "c3.1", "And again."), "reply.reply")
	list, csv := at+"/contributions", at+"/contributions.csv"
	for page, wants := range map[string][]string{
		at + "/c1":                   {words, "Replies", `href="/en/c/ferries/c3.1#c3-1"`},
		at + "/c3":                   {words, "In reply to", "A raft is a ferry.", `href="/en/c/ferries/c1.1#c1-1"`},
		at + "/c1.json":              {words, `"replies"`, `"c3.1"`},
		at + "/c3.json":              {`"reply_to":"c1.1"`, "A raft is a ferry."},
		list:                         {"In reply to", "One reply"},
		list + "?print=1":            {"In reply to", "One reply"},
		list + ".json":               {`"reply_to":"c1.1"`, `"replies"`, `"c3.1"`},
		csv:                          {"in reply to", ",c1.1,,\r\n"},
		round + "/replies":           {words, "A raft is a ferry.", "Points with a reply: 1 of 2."},
		round + "/replies?replied=1": {words, "A raft is a ferry."},
		round + "/replies.json":      {`"replied":1`, words},
		at + "/c1/trace":             {words},
		at + "/c3/trace":             {"A raft is a ferry.", "In reply to"},
		at + "/c1/trace.json":        {`"kind":"reply"`, `"ref":"c3.1"`},
		at + "/c3/trace.json":        {`"kind":"replies_to"`, `"ref":"c1.1"`},
		at + "/k1":                   {round + "/replies"},
		"/ar/c/ferries/k2/replies":   {words, "تعقيب"},
	} {
		a := reader.get(page)
		body := strings.ReplaceAll(strings.ReplaceAll(a.body, `": "`, `":"`), `": `, `":`)
		for _, want := range wants {
			if a.status != 200 || !strings.Contains(body, want) && !strings.Contains(a.body, want) {
				t.Errorf("%s does not say %q: %d", page, want, a.status)
			}
		}
	}
	if body := reader.get(round + "/replies?replied=1").body; strings.Contains(body, "A raft is no ferry.") {
		t.Error("points without a reply among those with one")
	}
	moderator.deskTo(moderator.post(at+"/c3/withhold", url.Values{"ground": {"abuse"}, "reason": {"Rude."}}))
	for _, page := range []string{at + "/c1", at + "/c3", at + "/c1.json", at + "/c3.json", list, list + ".json", csv, round + "/replies", round + "/replies.json", at + "/c1/trace", at + "/c3/trace.json"} {
		if a := reader.get(page); strings.Contains(a.body, words) || strings.Contains(a.body, "c3.1") {
			t.Errorf("%s shows a reply that is withheld", page)
		}
	}
	for _, page := range []string{at + "/k1/replies", at + "/k9/replies", at + "/c1/replies", round + "/replies?next=k1"} {
		if a := reader.get(page); a.status != http.StatusNotFound && a.status != http.StatusBadRequest {
			t.Errorf("%s: %d", page, a.status)
		}
	}
	// Of a point that is withheld the reply stays, and says that its words cannot be read.
	moderator.deskTo(moderator.post(at+"/c3/publish", url.Values{}))
	moderator.deskTo(moderator.post(at+"/c1/withhold", url.Values{"ground": {"abuse"}, "reason": {"Rude."}}))
	for _, page := range []string{at + "/c3", at + "/c3.json", round + "/replies", at + "/c3/trace", list} {
		if a := reader.get(page); a.status != 200 || strings.Contains(a.body, "A raft is a ferry.") {
			t.Errorf("%s shows a point that is withheld: %d", page, a.status)
		}
	}
	if body := reader.get(at + "/c3").body; !strings.Contains(body, "cannot be read any more") {
		t.Error("the reply does not say that its point cannot be read")
	}
}

// TestRoundTooEarly: while a call takes contributions, the page that opens a round says until when.
func TestRoundTooEarly(t *testing.T) {
	t.Parallel()
	body := atTown(t).as("officer").get(town + "/desk/replies/k1").body
	if !strings.Contains(body, "Cette consultation reçoit des contributions jusqu’au") || strings.Contains(body, "⟦") {
		t.Errorf("it does not say until when: %s", body[strings.Index(body, "<main"):])
	}
}

// TestRoundWithoutReplies: whoever asks for the points with a reply while there is none reads so, and finds back to all of them.
func TestRoundWithoutReplies(t *testing.T) {
	t.Parallel()
	opened, _, _ := strings.Cut(answered, "submit")
	body := atReplies(t, opened).visitor().get("/en/c/ferries/k2/replies?replied=1").body
	if !strings.Contains(body, "No reply yet.") || !strings.Contains(body, `<a href="/en/c/ferries/k2/replies">All points</a>`) {
		t.Errorf("an empty page leads nowhere: %s", body[strings.Index(body, "<main"):])
	}
}
