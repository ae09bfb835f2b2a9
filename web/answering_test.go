package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/openplenary/plenary/answering"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/internal/script"
)

// another makes somebody else an officer of the demonstration, and signs them in.
func (h *house) another(officer *visitor) *visitor {
	h.t.Helper()
	people := "/en" + conv + "/desk/people"
	n := strings.Count(officer.get(people).body, `name="held"`)
	officer.deskTo(officer.deskFill(people, people, n, "email", "second@example.org", "role", "officer", "do", "invite"))
	v := h.visitor()
	v.signIn("second@example.org")
	return v
}

// openPoints lists the points that wait for an answer on the considerations.
func (v *visitor) openPoints() []string {
	v.h.t.Helper()
	var list struct {
		Items []struct{ Part struct{ Ref string } }
	}
	if err := json.Unmarshal([]byte(v.get("/en"+conv+"/desk/points.json?paper=p2").body), &list); err != nil {
		v.h.t.Fatal(err)
	}
	var out []string
	for _, p := range list.Items {
		out = append(out, p.Part.Ref)
	}
	return out
}

// TestSecondPairOfEyes: where it is asked for, one officer drafts an answer, and another releases it or returns it with a
// note; neither does both, nobody else sees the draft, and the answer names both offices.
func TestSecondPairOfEyes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.as("officer")
	second := h.another(v)
	settings := "/en" + conv + "/desk/settings"
	v.deskTo(v.post(settings, url.Values{"what": {"review"}, "review": {"on"}}))
	part := v.openPoints()[0]
	point := "/en" + conv + "/desk/points/" + part
	if a := v.get(point); !strings.Contains(a.body, `value="offer"`) || strings.Contains(a.body, `value="answer"`) {
		t.Error("the page does not say that another officer releases the answer")
	}
	written := []string{"outcome", "accepted", "reason-en", "It is taken up.", "heading-en", "Lifts are taken up", "heading-fr", "Les ascenseurs sont repris"}
	deskRefused(t, v.deskFill(point, point, 1, append(written, "do", "answer")...), 409, "answer.second")
	deskRefused(t, v.deskFill(point, point, 1, "do", "offer"), 422, "reason.missing")
	v.deskTo(v.deskFill(point, point, 1, append(written, "do", "offer")...))

	contribution := "/en" + conv + "/" + strings.Split(part, ".")[0]
	for path, who := range map[string]*visitor{contribution: h.visitor(), contribution + ".json": h.visitor(), "/en" + conv + "/record": v} {
		if strings.Contains(who.get(path).body, "Lifts are taken up") {
			t.Errorf("%s shows the draft", path)
		}
	}
	if a := h.visitor().get(point); a.status == 200 {
		t.Error("anybody reads the draft")
	}
	if a := v.get("/en" + conv + "/desk/points"); !strings.Contains(a.body, "Yours; it waits for another officer") {
		t.Error("the list does not say that the draft waits")
	}
	if a := second.get("/en" + conv + "/desk"); !strings.Contains(a.body, "Answers that wait for your eyes: 1") {
		t.Error("the desk does not say that a draft waits")
	}
	own := deskForm(t, v.get(point).body, point, 1)
	deskRefused(t, v.post(point, deskWith(own, "do", "release")), 403, "answer.own")
	deskRefused(t, v.post(point, deskWith(own, "do", "return", "note", "To myself.")), 403, "answer.own")

	read := deskForm(t, second.get(point).body, point, 1)
	deskRefused(t, second.post(point, deskWith(read, "do", "return", "note", " ")), 422, "answer.note")
	second.deskTo(second.post(point, deskWith(read, "do", "return", "note", "Say where it is taken up.")))
	deskRefused(t, second.post(point, deskWith(read, "do", "release")), 409, "answer.not_offered")
	if a := v.get(point); !strings.Contains(a.body, "Say where it is taken up.") || !strings.Contains(a.body, "It is taken up.") {
		t.Error("the note does not stand beside what was written")
	}
	v.deskTo(v.deskFill(point, point, 1, "reason-en", "It is taken up in paragraph 1.", "do", "offer"))
	stale := deskWith(read, "do", "release")
	deskRefused(t, second.post(point, stale), 409, "answer.not_offered") // they read another version
	if to := second.deskTo(second.deskFill(point, point, 1, "do", "release")); !strings.Contains(to, "done=released") {
		t.Error(to)
	}
	if a := h.visitor().get(contribution); !strings.Contains(a.body, "Lifts are taken up") || !strings.Contains(a.body, "It is taken up in paragraph 1.") {
		t.Error("the answer is not on the page of the contribution")
	}
	if a := h.visitor().get("/fr" + conv + "/" + strings.Split(part, ".")[0]); !strings.Contains(a.body, "Les ascenseurs sont repris") {
		t.Error("its heading is not shown in French")
	}
	if _, err := h.sec.Read(t.Context(), script.DemoSlug, func(st *conversation.State) error {
		r, _ := st.Consultation.Answer(cite.Ref(part))
		d, ok := st.Consultation.Disposition(r)
		if !ok || d.Drafted == "" || d.By == "" || d.Drafted == d.By {
			t.Errorf("drafted by %q, released by %q", d.Drafted, d.By)
		}
		if a := h.visitor().get("/en" + conv + "/" + string(r)); !strings.Contains(a.body, "<title>Answer "+strconv.Itoa(r.Number())+": Lifts are taken up") || !strings.Contains(a.body, "another released it") {
			t.Error("the page of the answer is not headed by its line")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}

	// One alone does not end it.
	v.deskTo(v.post(settings, url.Values{"what": {"review"}, "review": {"off"}}))
	deskRefused(t, v.post(settings, url.Values{"what": {"review"}, "review": {"off"}}), 403, "review.same")
	second.deskTo(second.post(settings, url.Values{"what": {"review"}, "review": {"off"}}))
	next := "/en" + conv + "/desk/points/" + v.openPoints()[0]
	v.deskTo(v.deskFill(next, next, 1, "outcome", "noted", "reason-en", "Noted.", "do", "answer"))
}

// TestAnswerDrafts: what an officer types is kept, nobody overwrites what they have not seen, an earlier answer is found by
// its words and taken over without losing what is written, and a duplicate is chosen.
func TestAnswerDrafts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.as("officer")
	second := h.another(v)
	points := v.openPoints()
	point := "/en" + conv + "/desk/points/" + points[0]
	form, theirs := deskForm(t, v.get(point).body, point, 1), deskForm(t, second.get(point).body, point, 1)
	a := v.post(point+"/draft", deskWith(form, "outcome", "noted", "reason-en", "First words."))
	if a.status != 200 || !strings.Contains(a.body, `"version":1`) {
		t.Fatal(a.status, a.body)
	}
	if a := second.get(point); !strings.Contains(a.body, "First words.") || !strings.Contains(a.body, "Another officer began this draft") {
		t.Error("the other officer does not find the draft")
	}
	a = second.post(point, deskWith(theirs, "reason-en", "Other words.", "do", "keep")) // from a page without the draft
	deskRefused(t, a, 409, "draft.moved")
	if !strings.Contains(a.body, "First words.") || !strings.Contains(a.body, "Other words.") {
		t.Error("a conflict does not show both")
	}
	again := deskForm(t, a.body, point, 1)
	second.deskTo(second.post(point, deskWith(again, "do", "keep"))) // they were told
	if a := v.get(point); !strings.Contains(a.body, "Other words.") {
		t.Error("the last version is not shown")
	}

	to := v.deskTo(v.deskFill(point, point, 1, "words", "registr", "do", "find"))
	found := v.get(strings.Split(to, "#")[0])
	take := regexp.MustCompile(`value="(take d\d+)"`).FindStringSubmatch(found.body)
	if found.status != 200 || take == nil || !strings.Contains(found.body, "Other words.") {
		t.Fatal(found.status, "nothing is found, or the draft is lost", to)
	}
	v.deskTo(v.post(point, deskWith(deskForm(t, found.body, point, 1), "do", take[1])))
	taken := deskForm(t, v.get(point).body, point, 1)
	if s := taken.Get("reason-en"); !strings.HasPrefix(s, "Other words.") || len(s) < len("Other words.")+20 || taken.Get("outcome") == "" {
		t.Errorf("taken over: %q", s)
	}
	if a := v.get(point + "?words=zzzzzz"); !strings.Contains(a.body, "Answers with these words: 0") {
		t.Error("what is not there is found")
	}

	deskRefused(t, v.post(point, deskWith(taken, "outcome", "duplicate", "do", "answer")), 422, "answer.duplicate")
	if a := v.get(point + "?words=avalanch"); !strings.Contains(a.body, `name="of" value="c260.1"`) {
		t.Error("a point that is found cannot be chosen")
	}
	v.deskTo(v.post(point, deskWith(taken, "outcome", "duplicate", "of", "c260.1", "do", "answer")))
	if a := v.get("/en" + conv + "/desk/points"); strings.Contains(a.body, "Answers being written") {
		t.Error("the draft is still there after the answer")
	}
}

// TestDraftOfAColleague: neither deleting a draft nor sending one's own answer takes a colleague's draft away unseen.
func TestDraftOfAColleague(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.as("officer")
	second := h.another(v)
	point := "/en" + conv + "/desk/points/" + v.openPoints()[0]
	v.deskTo(v.deskFill(point, point, 1, "reason-en", "Mine.", "do", "keep"))
	stale := deskForm(t, v.get(point).body, point, 1)
	second.deskTo(second.deskFill(point, point, 1, "reason-en", "A colleague's words.", "do", "keep"))
	for _, do := range []string{"discard", "answer"} {
		a := v.post(point, deskWith(stale, "outcome", "noted", "do", do))
		deskRefused(t, a, 409, "draft.moved")
		if !strings.Contains(a.body, "A colleague") || !strings.Contains(a.body, "Mine.") {
			t.Errorf("%s: a conflict does not show both", do)
		}
		if a := second.get(point); !strings.Contains(a.body, "A colleague") {
			t.Fatalf("%s took the draft of a colleague away", do)
		}
	}
	again := deskForm(t, v.post(point, deskWith(stale, "outcome", "noted", "do", "answer")).body, point, 1)
	v.deskTo(v.post(point, deskWith(again, "do", "answer"))) // they were told
}

// TestNoDraftForTheErased: nothing is written about a contribution that was erased.
func TestNoDraftForTheErased(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.as("officer")
	part := v.openPoints()[0]
	point := "/en" + conv + "/desk/points/" + part
	form := deskForm(t, v.get(point).body, point, 1)
	v.deskTo(v.post("/en"+conv+"/"+strings.Split(part, ".")[0]+"/erase", url.Values{"erase-ground": {"at_request"}}))
	for _, a := range []answer{v.post(point+"/draft", deskWith(form, "reason-en", "Her words.")), v.post(point, deskWith(form, "reason-en", "Her words.", "do", "keep"))} {
		if a.status != 404 {
			t.Error(a.status)
		}
	}
	if d, ok, err := answering.New(h.web.Drafts).Get(t.Context(), script.DemoSlug, cite.Ref(part)); ok || err != nil {
		t.Error("a draft was written:", d, err)
	}
}

// TestOfferedForThese: an answer that was offered is released for the points that it was offered for, without those that were
// answered meanwhile.
func TestOfferedForThese(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.as("officer")
	second := h.another(v)
	points := v.openPoints()
	at := func(i int) string { return "/en" + conv + "/desk/points/" + points[i] }
	answerOf := func(i int) (r cite.Ref) {
		if _, err := h.sec.Read(t.Context(), script.DemoSlug, func(st *conversation.State) error {
			r, _ = st.Consultation.Answer(cite.Ref(points[i]))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return r
	}
	f := deskWith(deskForm(t, v.get(at(0)).body, at(0), 1), "outcome", "noted", "reason-en", "Noted together.", "do", "offer")
	f["with"] = []string{points[1], points[2]}
	v.deskTo(v.post(at(0), f))
	second.deskTo(second.deskFill(at(1), at(1), 1, "outcome", "noted", "reason-en", "Noted before.", "do", "answer"))
	before := answerOf(1)
	d, ok, err := answering.New(h.web.Drafts).Get(t.Context(), script.DemoSlug, cite.Ref(points[0]))
	if err != nil || !ok || len(d.Points) < 3 {
		t.Fatal(d.Points, ok, err)
	}
	d.With = append(d.With, points[3]) // as if one more came to be alike since
	if err := answering.New(h.web.Drafts).Offer(t.Context(), script.DemoSlug, d, d.Since); err != nil {
		t.Fatal(err)
	}
	if a := second.get(at(0)); !strings.Contains(a.body, "answered or hidden since: 1") {
		t.Error("what is left out is not said")
	}
	second.deskTo(second.deskFill(at(0), at(0), 1, "do", "release"))
	if answerOf(0) == cite.None || answerOf(2) != answerOf(0) || answerOf(1) != before || answerOf(3) != cite.None {
		t.Error(answerOf(0), answerOf(1), answerOf(2), answerOf(3))
	}
}

// TestCorrectedSinceItWasDrafted: the author of a point corrects it after an answer was drafted. The desk, the list and the page
// of the draft say so, with what changed word by word; the answer is not sent, offered or released unread; one press keeps the
// draft as still right, and an offer stays offered.
func TestCorrectedSinceItWasDrafted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader, moderator, officer := h.visitor(), h.visitor(), h.as("moderator"), h.as("officer")
	second := h.another(officer)
	ref := author.sendFile(nonce1, "Let the ferry run at night.", "x\n")
	at, point, list := "/en"+conv+"/"+ref, "/en"+conv+"/desk/points/"+ref+".1", "/en"+conv+"/desk/points"
	moderator.deskTo(moderator.post(at+"/publish", url.Values{"token": {nonce2}}))
	correct := func(text string) {
		t.Helper()
		author.corrects(ref, text, "")
		moderator.deskTo(moderator.post(at+"/correction", deskForm(t, moderator.get(at).body, at+"/correction", 0)))
	}
	flagged := func(name string, want bool) {
		t.Helper()
		for where, a := range map[string]answer{"the desk": officer.get("/en" + conv + "/desk"), "the list": second.get(list), "the page": officer.get(point)} {
			text := map[string]string{"the desk": "corrected since: 1", "the list": "was corrected since: read it again", "the page": "since this draft was written: 1"}[where]
			if strings.Contains(a.body, text) != want {
				t.Errorf("%s: %s says that the point was corrected: %t", name, where, !want)
			}
		}
	}
	officer.deskTo(officer.deskFill(point, point, 1, "outcome", "accepted", "reason-en", "Gladly, we agree.", "do", "keep"))
	flagged("before", false)
	correct("Let no ferry run at night.")
	flagged("corrected", true)
	a := officer.get(point)
	if !regexp.MustCompile(`<del>(<span class="vh">[^<]*</span>)?the\b`).MatchString(a.body) || !regexp.MustCompile(`<ins>(<span class="vh">[^<]*</span>)?no\b`).MatchString(a.body) {
		t.Error("the page does not show what changed, word by word")
	}
	for _, do := range []string{"answer", "offer"} {
		deskRefused(t, officer.post(point, deskWith(deskForm(t, a.body, point, 1), "do", do)), http.StatusConflict, "contribution.changed")
	}
	if a := officer.post(point+"/draft", deskWith(deskForm(t, a.body, point, 1), "reason-en", "Gladly.")); a.status != http.StatusOK {
		t.Fatal(a.status)
	}
	flagged("saved by the script", true)
	f := deskForm(t, officer.get(point).body, point, 1)
	officer.deskTo(officer.post(point, deskWith(f, "reason-en", "Not gladly.", "do", pressed(t, officer.get(point).body, "still"))))
	flagged("kept", false)
	if a := officer.get(point); !strings.Contains(a.body, "Not gladly.") {
		t.Error("what was typed is lost")
	}

	officer.deskTo(officer.deskFill(point, point, 1, "do", "offer"))
	correct("Let no ferry run at night or at noon.")
	flagged("offered", true)
	page := second.get(point).body
	a = second.post(point, deskWith(deskForm(t, page, point, 1), "do", "release"))
	deskRefused(t, a, http.StatusConflict, "contribution.changed")
	if !strings.Contains(a.body, "or at noon") || !strings.Contains(a.body, pressed(t, page, "reread")) {
		t.Error("the refusal does not show what changed")
	}
	if strings.Contains(reader.get(at).body, "Not gladly.") {
		t.Error("what nobody read is answered")
	}
	second.deskTo(second.post(point, deskWith(deskForm(t, page, point, 1), "do", pressed(t, page, "reread"))))
	flagged("read again", false)
	deskRefused(t, officer.post(point, deskWith(deskForm(t, officer.get(point).body, point, 1), "do", "release")), http.StatusForbidden, "answer.own")
	second.deskTo(second.deskFill(point, point, 1, "do", "release"))
	if !strings.Contains(reader.get(at).body, "Not gladly.") {
		t.Error("it is not answered")
	}
}

// pressed is the value of the button that keeps a draft.
func pressed(t *testing.T, body, do string) string {
	t.Helper()
	m := regexp.MustCompile(`value="(` + do + ` \d+)"`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("there is no button %q", do)
	}
	return m[1]
}

// TestPutOff: an officer skips a point or puts it off, for themselves alone; what they put off comes last.
func TestPutOff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.as("officer")
	second := h.another(v)
	points := v.openPoints()
	at := func(part string) string { return "/en" + conv + "/desk/points/" + part }
	if a := v.get(at(points[2])); !strings.Contains(a.body, `href="`+at(points[3])+`"`) {
		t.Error("the point after this one is not next")
	}
	if a := v.get(at(points[len(points)-1])); !strings.Contains(a.body, `href="`+at(points[0])+`"`) {
		t.Error("after the last comes the first")
	}
	if to := v.deskTo(v.deskFill(at(points[0]), at(points[0]), 0, "do", "later")); !strings.HasPrefix(to, at(points[1])) {
		t.Error(to)
	}
	if got := v.openPoints(); got[0] != points[1] || len(got) != len(points)-1 {
		t.Error("it is still in the list", got)
	}
	if got := second.openPoints(); got[0] != points[0] {
		t.Error("another officer's list changed", got)
	}
	if a := v.get("/en" + conv + "/desk/points"); !strings.Contains(a.body, "Points you put off: 1") {
		t.Error("what was put off is not listed")
	}
	if a := v.get(at(points[len(points)-1])); !strings.Contains(a.body, `href="`+at(points[1])+`"`) {
		t.Error("what was put off is next")
	}
	v.deskTo(v.deskFill(at(points[0]), at(points[0]), 0, "do", "again"))
	if got := v.openPoints(); got[0] != points[0] {
		t.Error("it was not taken up again", got)
	}
}

// TestInOneLine: what a contribution is about stands on every page that lists it, can be blacked out like any other word,
// and is erased with them; without it the pages are as before.
func TestInOneLine(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const line = "Lifts that learn are two things"
	v := h.visitor()
	form := submission("DDDDDDDDDDDDDDDDDDDDDD", "A lift that learns in June is another.")
	form.Set("title", line)
	form.Set("do", "preview")
	if a := v.post("/en"+conv+"/k2/contribute", form); !strings.Contains(a.body, `<h2 class="small"><bdi lang="en">`+line) || !strings.Contains(a.body, `name="title" value="`+line) {
		t.Error("the preview does not show the line, or loses it")
	}
	long := url.Values{"title": {strings.Repeat("a", 200)}}
	for k, x := range form {
		if k != "title" {
			long[k] = x
		}
	}
	if a := v.post("/en"+conv+"/k2/contribute", long); a.status != 422 {
		t.Error("a line that is too long is answered with", a.status)
	}
	form.Set("do", "send")
	to := v.deskTo(v.post("/en"+conv+"/k2/contribute", form))
	ref := strings.Split(strings.TrimPrefix(to, "/en"+conv+"/"), "/")[0]
	if a := v.get(strings.Split(to, "?")[0]); !strings.Contains(a.body, line) {
		t.Error("the receipt does not have the line")
	}
	m := h.as("moderator")
	if a := m.get("/en" + conv + "/desk/queue"); !strings.Contains(a.body, line) {
		t.Error("the queue does not have the line")
	}
	m.deskTo(m.post("/en"+conv+"/desk/queue", url.Values{"do": {"publish"}, "ref": {ref}}))
	pages := []string{"/" + ref, "/" + ref + ".json", "/contributions", "/p2.e1.x3", "/p2/responses?outcome=unanswered&print=1"}
	for _, p := range pages {
		if a := h.visitor().get("/en" + conv + p); !strings.Contains(a.body, line) {
			t.Errorf("%s does not have the line", p)
		}
	}
	if a := h.visitor().get("/en" + conv + "/" + ref); !strings.Contains(a.body, "<title>"+line) {
		t.Error("the page is not called by the line")
	}
	m.take(ref, "title[0:5]")
	for _, p := range pages {
		if a := h.visitor().get("/en" + conv + p); strings.Contains(a.body, line) || !strings.Contains(a.body, "that learn are two things") {
			t.Errorf("%s shows what was blacked out, or nothing of the line", p)
		}
	}
}
