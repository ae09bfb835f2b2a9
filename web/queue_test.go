package web_test

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/erasure"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail"
	"github.com/openplenary/plenary/mail/post"
)

const queuePage = "/en/c/ferries/desk/queue"

// newQueueHouse is a conversation with an officer who moderates, a second moderator, and contributions that wait.
func newQueueHouse(t *testing.T, n int) (*inviting, *visitor) {
	h := newInviting(t)
	h.paperAndCall("ferries")
	link := h.invite("email", "mo@example.org", "called", "Mo", "role", "moderator")
	mo := h.visitor()
	if a := mo.post(link, nil); a.status != 303 {
		t.Fatal(a.status)
	}
	author := h.visitor()
	for i := range n {
		author.deskTo(author.post("/en/c/ferries/k1/contribute", url.Values{"text": {"Comment " + strconv.Itoa(i+1) + "."}, "on": {"p1.e1.x1"}, "name": {"Author " + strconv.Itoa(i+1)},
			"category": {"individual"}, "language": {"en"}, "do": {"send"}}))
	}
	return h, mo
}

// ticks are the boxes of the page of the queue.
func ticks(t *testing.T, page string) []string {
	t.Helper()
	var out []string
	for _, m := range regexp.MustCompile(`name="ticked" value="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	if len(out) == 0 {
		t.Fatal("nothing to tick")
	}
	return out
}

// chosen is how many boxes of the page are ticked.
func chosen(page string) int {
	return len(regexp.MustCompile(`name="ticked" value="[^"]+" checked`).FindAllString(page, -1))
}

// officially asks as the officer.
func (h *inviting) officially(command any) {
	h.t.Helper()
	var by delegation.Participant
	h.state("ferries", func(st *conversation.State) { by = st.Roll.Holders(delegation.Officer)[0] })
	if _, err := h.sec.Do(h.t.Context(), "ferries", conversation.Ask{By: by, Received: time.Now(), Command: command}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *inviting) tally() consultation.Tally {
	var out consultation.Tally
	h.state("ferries", func(st *conversation.State) { out = st.Consultation.Total() })
	return out
}

// Several are published at once: only after a page that lists each, only as they were looked at; what was left out is said;
// a second press does nothing more.
func TestQueueBulk(t *testing.T) {
	h, mo := newQueueHouse(t, 6)
	boxes := ticks(t, mo.get(queuePage).body)
	if len(boxes) != 6 || chosen(mo.get(queuePage+"?all=1").body) != 6 || chosen(mo.get(queuePage).body) != 0 {
		t.Error(boxes)
	}
	// Before the preview: one is published, one withdrawn (its words are gone), one blacked out in part.
	h.officially(consultation.PublishContribution{Contribution: "c1"})
	h.officially(consultation.Redact{Part: "c2", Masks: []consultation.Mask{{Field: "name"}}, Ground: "personal_data"})
	preview := mo.post(queuePage, url.Values{"do": {"preview-publish"}, "ticked": boxes})
	for _, want := range []string{"Author 3", "Comment 3.", "Author 4", "Author 5", "Author 6", "was published meanwhile", "It was changed since you looked at it", `value="bulk-publish"`} {
		if preview.status != 200 || !strings.Contains(preview.body, want) {
			t.Errorf("%d, no %q", preview.status, want)
		}
	}
	if strings.Contains(preview.body, "Comment 1.") || strings.Contains(preview.body, "Comment 2.") {
		t.Error("what is left out is offered")
	}
	if got := h.tally(); got.Published != 1 || got.Pending != 5 {
		t.Fatalf("looking did something: %+v", got)
	}
	f := deskForm(t, preview.body, queuePage, 0)
	// Between the preview and the press: a colleague withholds one, and one is blacked out in part.
	h.officially(consultation.Withhold{Contribution: "c4", Ground: "abuse", Reason: "It insults."})
	h.officially(consultation.Redact{Part: "c5", Masks: []consultation.Mask{{Field: "name"}}, Ground: "personal_data"})
	f.Set("do", "bulk-publish")
	for range 2 {
		done := mo.post(queuePage, f)
		if done.status != 200 || !strings.Contains(done.body, "Published: 2") || !strings.Contains(done.body, "Left out: 2") || !strings.Contains(done.body, "It was changed since you looked at it") {
			t.Error(done.status, done.body)
		}
		if got := h.tally(); got.Published != 3 || got.Withheld != 1 || got.Pending != 2 {
			t.Fatalf("%+v", got)
		}
	}
}

// Withholding several asks for a ground and a reason first, and keeps what was typed.
func TestQueueBulkWithhold(t *testing.T) {
	h, mo := newQueueHouse(t, 3)
	boxes := ticks(t, mo.get(queuePage).body)
	deskRefused(t, mo.post(queuePage, url.Values{"do": {"preview-publish"}}), 422, "bulk.none")
	a := mo.post(queuePage, url.Values{"do": {"preview-withhold"}, "ticked": boxes[:2], "reason": {"Typed & kept"}})
	deskRefused(t, a, 422, "ground.missing")
	if !strings.Contains(a.body, "Typed &amp; kept") || chosen(a.body) != 2 {
		t.Error("what was typed or ticked is lost")
	}
	preview := mo.post(queuePage, url.Values{"do": {"preview-withhold"}, "ticked": boxes[:2], "ground": {"abuse"}, "reason": {"They insult."}})
	if strings.Contains(preview.body, "an address: 2") || !strings.Contains(preview.body, "They insult.") || !strings.Contains(preview.body, locale.English.T("ground.abuse")) {
		t.Error(preview.body)
	}
	f := deskForm(t, preview.body, queuePage, 0)
	f.Set("do", "bulk-withhold")
	if done := mo.post(queuePage, f); !strings.Contains(done.body, "Withheld: 2") {
		t.Error(done.body)
	}
	if got := h.tally(); got.Withheld != 2 || got.Pending != 1 {
		t.Errorf("%+v", got)
	}
	// Forged: what cannot be decided in bulk, by whom it cannot be decided.
	for _, item := range []string{"c3", "c3@0", "c3@x", "p1@5", "c99@7"} {
		if a := mo.post(queuePage, url.Values{"do": {"bulk-publish"}, "item": {item}}); a.status != 200 || !strings.Contains(a.body, "Published: 0") {
			t.Error(item, a.status)
		}
	}
	if a := h.signedIn("stranger@example.org").post(queuePage, url.Values{"do": {"bulk-publish"}, "item": {boxes[2]}}); a.status != 404 {
		t.Error(a.status)
	}
	if got := h.tally(); got.Pending != 1 {
		t.Errorf("%+v", got)
	}
}

// What one person puts off stands at the end of their own queue, and nowhere else.
func TestQueueLater(t *testing.T) {
	h, mo := newQueueHouse(t, 3)
	if to := mo.deskTo(mo.post(queuePage, url.Values{"do": {"later"}, "ref": {"c1"}})); !strings.Contains(to, "done=later") {
		t.Error(to)
	}
	page := mo.get(queuePage).body
	list, end, _ := strings.Cut(page, "Put off by you: 1")
	if strings.Contains(list, "Author 1") || !strings.Contains(end, "Author 1") || !strings.Contains(page, "3 contributions wait") {
		t.Error("it is not at the end, or counted out")
	}
	if other := h.officer.get(queuePage).body; !strings.Contains(other, "Author 1") || strings.Contains(other, "Put off by you") {
		t.Error("somebody else sees it")
	}
	if strings.Contains(mo.get(queuePage+".json").body, "later") {
		t.Error("it is given out")
	}
	mo.deskTo(mo.post(queuePage, url.Values{"do": {"take-up"}, "ref": {"c1"}}))
	if page := mo.get(queuePage).body; strings.Contains(page, "Put off by you") || !strings.Contains(page, "Comment 1.") {
		t.Error("not taken up")
	}
	for _, ref := range []string{"c9", "p1", ""} {
		if a := mo.post(queuePage, url.Values{"do": {"later"}, "ref": {ref}}); a.status != 404 {
			t.Error(ref, a.status)
		}
	}
}

// Colleagues read each other's notes, on the contribution, in the queue and at the point; nobody else does, nothing gives
// them out, and they are erased with the contribution.
func TestQueueNotes(t *testing.T) {
	h, mo := newQueueHouse(t, 2)
	h.again = true
	const note, onPoint = "Ask the HARBOURMASTER <first>.", "The point is covered by paragraph 3."
	mo.deskTo(mo.post("/en/c/ferries/desk/notes/c1", url.Values{"text-c1": {note}, "back": {"queue"}}))
	h.officer.deskTo(h.officer.post("/en/c/ferries/desk/notes/c1.1", url.Values{"text": {onPoint}}))
	deskRefused(t, mo.post("/en/c/ferries/desk/notes/c1", url.Values{"text": {" "}}), 422, "note.missing")
	for _, page := range []string{queuePage, "/en/c/ferries/desk/notes/c1"} {
		a := h.officer.get(page)
		for _, want := range []string{"Ask the HARBOURMASTER &lt;first&gt;.", onPoint, "Mo", "on point 1"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s: no %q", page, want)
			}
		}
	}
	for _, page := range []string{queuePage + ".json", "/en/c/ferries/c1.json", "/en/c/ferries/c1", "/en/c/ferries/contributions.csv", "/en/c/ferries/record.json", "/en/c/ferries/desk/notes/c1.json"} {
		if a := mo.get(page); strings.Contains(a.body, "HARBOURMASTER") {
			t.Errorf("%s gives a note out", page)
		}
	}
	for _, who := range []*visitor{h.signedIn("stranger@example.org"), h.visitor()} {
		if a := who.get("/en/c/ferries/desk/notes/c1"); strings.Contains(a.body, "HARBOURMASTER") || a.status == 200 {
			t.Error("read by somebody else", a.status)
		}
		if a := who.post("/en/c/ferries/desk/notes/c1", url.Values{"text": {"x"}}); a.status == 303 && !strings.Contains(a.header.Get("Location"), "sign-in") {
			t.Error("written by somebody else", a.status)
		}
	}
	// Each deletes their own.
	own := regexp.MustCompile(`value="(delete:\d+)"`).FindAllStringSubmatch(h.officer.get("/en/c/ferries/desk/notes/c1").body, -1)
	if len(own) != 1 {
		t.Fatal(own)
	}
	if a := mo.post("/en/c/ferries/desk/notes/c1", url.Values{"do": {own[0][1]}}); a.status != 404 {
		t.Error("a colleague's note was deleted", a.status)
	}
	h.officer.deskTo(h.officer.post("/en/c/ferries/desk/notes/c1", url.Values{"do": {own[0][1]}}))
	if a := mo.get("/en/c/ferries/desk/notes/c1"); strings.Contains(a.body, onPoint) || !strings.Contains(a.body, "HARBOURMASTER") {
		t.Error("the wrong note went")
	}
	for _, ref := range []string{"c9", "c1.9", "p1", "c1.f1", "x"} {
		if a := mo.post("/en/c/ferries/desk/notes/"+ref, url.Values{"text": {"x"}}); a.status != 404 {
			t.Error(ref, a.status)
		}
	}
	// Erased.
	h.officially(consultation.PublishContribution{Contribution: "c1"})
	h.officially(conversation.Erase{Contribution: "c1", Ground: "at_request"})
	queue, err := mail.NewQueue(h.db, &post.Mailbox{}, "noreply@plenary.example", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	e := &erasure.Eraser{Sec: h.sec, DB: h.db, Accounts: h.accounts, Drafts: h.web.Drafts, Files: h.web.Files, Letters: queue}
	if err := e.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if notes, err := h.web.Aside.Notes(t.Context(), "ferries", "c1"); err != nil || len(notes) != 0 {
		t.Error("notes on what was erased:", notes, err)
	}
	if a := mo.post("/en/c/ferries/desk/notes/c1", url.Values{"text": {"After."}}); a.status != 404 {
		t.Error(a.status)
	}
	if !slices.Contains([]int{404}, mo.get("/en/c/ferries/desk/notes/c1").status) {
		t.Error("there are notes on what is not there")
	}
}
