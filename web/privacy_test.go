package web_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/internal/script"
)

// state reads the state of the demonstration.
func (h *house) state(f func(*conversation.State)) {
	h.t.Helper()
	if _, err := h.sec.Read(h.t.Context(), script.DemoSlug, func(st *conversation.State) error { f(st); return nil }); err != nil {
		h.t.Fatal(err)
	}
}

// head is the last position of the demonstration's record.
func (h *house) head() (at cite.Position) {
	h.state(func(st *conversation.State) { at = st.Head })
	return at
}

// sendFile contributes a text with a file and gives the reference.
func (v *visitor) sendFile(token, text, file string) string {
	t := v.h.t
	t.Helper()
	form := url.Values{"on": {"p2.e1"}, "text": {text}, "language": {"en"}, "category": {"individual"}, "token": {token}, "do": {"send"}}
	a := v.deskUpload("/en"+conv+"/k2/contribute", form, "file", "evidence.txt", []byte(file))
	ref, _, _ := strings.Cut(strings.TrimPrefix(a.header.Get("Location"), "/en"+conv+"/"), "/")
	if a.status != http.StatusSeeOther || ref == "" {
		t.Fatalf("it is not taken: %d %.300s", a.status, a.body)
	}
	return ref
}

// receiptText is what stands in a receipt file as the words, "" where there are none.
func receiptText(t *testing.T, a answer) string {
	t.Helper()
	var r consultation.Receipt
	if err := json.Unmarshal([]byte(a.body), &r); err != nil || a.status != http.StatusOK {
		t.Fatal(a.status, err)
	}
	return string(r.Text)
}

// TestReceiptOfRedacted: what is blacked out is blacked out in the receipt file as well, for everybody but its
// author and those who moderate and ask for it; an unredacted one has its words for all.
func TestReceiptOfRedacted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader, moderator := h.visitor(), h.visitor(), h.as("moderator")
	const secret = "Marguerite lives at 9 Quay Street"
	ref := author.sendFile(nonce1, "The post is late. "+secret+".", "x\n")
	at := "/en" + conv + "/" + ref
	moderator.deskTo(moderator.post(at+"/publish", url.Values{"token": {nonce2}}))
	if got := receiptText(t, reader.get(at+"/receipt.json")); !strings.Contains(got, secret) {
		t.Errorf("before: %q", got)
	}
	moderator.redact(ref, secret)
	for _, p := range []string{"", "/receipt", ".json", "/receipt.json", "/trace"} {
		if a := reader.get(at + p); a.status != http.StatusOK || strings.Contains(a.body, "Marguerite") || strings.Contains(a.body, base64.StdEncoding.EncodeToString([]byte(secret))[:20]) {
			t.Errorf("%s shows to everybody what is blacked out: %d", p, a.status)
		}
	}
	if got := receiptText(t, reader.get(at+"/receipt.json")); got != "" {
		t.Errorf("the receipt for everybody has the words %q", got)
	}
	for _, part := range []string{".1/receipt", ".1/receipt.json"} { // a receipt is of the whole
		if a := reader.get(at + part); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", part, a.status)
		}
	}
	if a := reader.post(at+".1/check", nil); a.status != http.StatusNotFound {
		t.Errorf("a part is checked: %d", a.status)
	}
	if a := reader.post(at+"/check", nil); a.status != http.StatusOK || strings.Contains(a.body, "Marguerite") {
		t.Errorf("checked on the page, it shows what is blacked out: %d", a.status)
	}
	for name, v := range map[string]*visitor{"the author": author, "a moderator": moderator} {
		path := at + "/receipt.json"
		if v == moderator {
			if got := receiptText(t, v.get(path)); got != "" {
				t.Errorf("%s has the words without asking for them: %q", name, got)
			}
			path += "?with=not-public"
		}
		if got := receiptText(t, v.get(path)); !strings.Contains(got, secret) {
			t.Errorf("%s has no words: %q", name, got)
		}
		if a := v.post(at+"/check", nil); a.status != http.StatusOK {
			t.Errorf("%s cannot check: %d", name, a.status)
		}
	}
}

// TestFilesFollowTheirContribution: an attached file is read by those who may read what it is attached to.
func TestFilesFollowTheirContribution(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader, moderator, officer := h.visitor(), h.visitor(), h.as("moderator"), h.as("officer")
	look := func(when, ref string, want map[*visitor]int) {
		t.Helper()
		for v, name := range map[*visitor]string{author: "the author", reader: "everybody", moderator: "a moderator", officer: "an officer"} {
			a := v.get("/en" + conv + "/" + ref + ".f1")
			if a.status != want[v] || (a.status == http.StatusOK) != strings.Contains(a.body, "The ferryman's letter") {
				t.Errorf("%s, %s: %d, want %d: %.100s", when, name, a.status, want[v], a.body)
			}
		}
	}
	const yes, no = http.StatusOK, http.StatusNotFound
	ref := author.sendFile(nonce1, "With a letter.", "The ferryman's letter\n")
	if a := author.get("/en" + conv + "/" + ref + ".f2"); a.status != no {
		t.Errorf("a file that is not there: %d", a.status)
	}
	look("waiting", ref, map[*visitor]int{author: yes, reader: no, moderator: yes, officer: yes})
	moderator.deskTo(moderator.post("/en"+conv+"/"+ref+"/publish", url.Values{"token": {nonce2}}))
	look("published", ref, map[*visitor]int{author: yes, reader: yes, moderator: yes, officer: yes})
	officer.deskTo(officer.post("/en"+conv+"/"+ref+"/erase", url.Values{"erase-ground": {"at_request"}, "token": {nonce2}}))
	look("erased", ref, map[*visitor]int{author: no, reader: no, moderator: no, officer: no})
	ref = author.sendFile(nonce2, "With a letter once more.", "The ferryman's letter, again\n")
	moderator.deskTo(moderator.post("/en"+conv+"/"+ref+"/withhold", url.Values{"ground": {"abuse"}, "reason": {"It insults."}, "token": {nonce1}}))
	look("withheld", ref, map[*visitor]int{author: yes, reader: no, moderator: yes, officer: yes})
}

// TestWaitingIsNowhere: before it is published nothing of a contribution is on any page that everybody reads,
// however the lists are asked.
func TestWaitingIsNowhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader := h.visitor(), h.visitor()
	const word = "Zwischenruf"
	ref := author.sendFile(nonce1, "A "+word+" that waits.", "x\n")
	var paths []string
	for _, p := range []string{"", "/contributions", "/contributions.json", "/contributions.csv", "/p2", "/p2.e1", "/p2.e1.json", "/p2/responses", "/p2/responses.csv", "/record", "/overview", "/map"} {
		paths = append(paths, p)
		if strings.HasPrefix(p, "/contributions") {
			for _, q := range []string{"status=pending", "status=pending&print=1", "call=k2&status=pending", "category=individual&status=pending", "call=k2", "before=9999"} {
				paths = append(paths, p+"?"+q)
			}
		}
	}
	for _, p := range paths {
		a := reader.get("/en" + conv + p)
		named := p != "/record" && (strings.Contains(a.body, `"`+ref+`"`) || strings.Contains(a.body, "/"+ref+"\"") || strings.Contains(a.body, "\n"+ref+",")) // that something came is on the record
		if named || strings.Contains(a.body, word) {
			t.Errorf("%s shows what waits", p)
		}
	}
	// Its own page says what the record says: that it came, and when, and that it waits.
	if a := reader.get("/en" + conv + "/" + ref); a.status != http.StatusOK || !strings.Contains(a.body, "Waiting for a moderator.") || strings.Contains(a.body, word) || strings.Contains(a.body, "letter.txt") {
		t.Errorf("the page of what waits: %d %s", a.status, a.body)
	}
	for _, p := range []string{"/" + ref + ".json", "/" + ref + ".1", "/" + ref + "/receipt", "/" + ref + "/receipt.json", "/" + ref + "/trace", "/" + ref + ".f1"} {
		if a := reader.get("/en" + conv + p); a.status != http.StatusNotFound || strings.Contains(a.body, word) {
			t.Errorf("%s: %d", p, a.status)
		}
	}
	if a := reader.post("/en"+conv+"/"+ref+"/check", nil); a.status != http.StatusNotFound {
		t.Errorf("its receipt is checked for everybody: %d", a.status)
	}
	if a := h.as("moderator").get("/en" + conv + "/contributions?status=pending"); !strings.Contains(a.body, word) {
		t.Error("a moderator does not see what waits")
	}
}

// TestTombstoneHasNoName: of what was withheld everybody sees that it was there, and not from whom.
func TestTombstoneHasNoName(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	reader, moderator := h.visitor(), h.as("moderator")
	type said struct {
		Ref  cite.Ref
		Org  string `json:"organisation"`
		Name string
	}
	var list struct {
		Contributions []said
	}
	if err := json.Unmarshal([]byte(reader.get("/en"+conv+"/contributions.json?print=1").body), &list); err != nil {
		t.Fatal(err)
	}
	var known *said
	h.state(func(st *conversation.State) {
		for i := range list.Contributions {
			if row, ok := st.Consultation.Row(list.Contributions[i].Ref); ok && row.Known && list.Contributions[i].Org != "" {
				known = &list.Contributions[i]
			}
		}
	})
	if known == nil {
		t.Fatal("nothing in the demonstration is said for a party that is known")
	}
	at := "/en" + conv + "/" + string(known.Ref)
	if a := reader.get(at + ".json"); !strings.Contains(a.body, known.Org) {
		t.Fatal("the party is not named while it is published")
	}
	moderator.deskTo(moderator.post(at+"/withhold", url.Values{"ground": {"abuse"}, "reason": {"It insults."}, "token": {nonce1}}))
	for _, p := range []string{".json", "", "/trace"} {
		if a := reader.get(at + p); a.status != http.StatusOK || strings.Contains(a.body, known.Org) || known.Name != "" && strings.Contains(a.body, known.Name) {
			t.Errorf("%s still says who it is from: %d", p, a.status)
		}
	}
	// Nor on what, in which language, or for what; and its receipt is for its author.
	for _, gone := range []string{`"parts"`, `"stance"`, `"files"`, `"organisation"`, `"name"`} {
		if a := reader.get(at + ".json"); strings.Contains(a.body, gone) {
			t.Errorf("the tombstone has %s: %s", gone, a.body)
		}
	}
	for _, path := range []string{"/receipt", "/receipt.json"} {
		if a := reader.get(at + path); a.status != http.StatusNotFound {
			t.Errorf("%s for everybody: %d", path, a.status)
		}
	}
	if a := reader.post(at+"/check", nil); a.status != http.StatusNotFound {
		t.Errorf("its receipt is checked for everybody: %d", a.status)
	}
	if a := moderator.get(at + ".json?with=not-public"); !strings.Contains(a.body, known.Org) {
		t.Error("a moderator no longer sees who it is from")
	}
}

// TestEntriesFollowTheirContribution: the data of an entry are shown to those who may read what it is about,
// whatever kind of entry it is.
func TestEntriesFollowTheirContribution(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader, moderator, officer := h.visitor(), h.visitor(), h.as("moderator"), h.as("officer")
	shows := func(v *visitor, at cite.Position) bool {
		t.Helper()
		path := "/en" + conv + "/entry-" + strconv.FormatInt(int64(at), 10) + ".json"
		if v == moderator || v == officer {
			path += "?with=not-public"
		}
		a := v.get(path)
		var entry struct{ Data string }
		if err := json.Unmarshal([]byte(a.body), &entry); err != nil || a.status != http.StatusOK {
			t.Fatal(at, a.status, err)
		}
		return entry.Data != ""
	}
	find := func(is func(any) bool) cite.Position {
		t.Helper()
		entries, err := h.sec.RecordEntries(t.Context(), script.DemoSlug, 1, h.head())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range slices.Backward(entries) {
			if is(e.Fact) {
				return e.Position
			}
		}
		t.Fatal("there is no such entry")
		return 0
	}
	ref := author.sendFile(nonce1, "What waits: Quaystreet 9.", "x\n")
	received := find(func(f any) bool { r, ok := f.(*consultation.Received); return ok && string(r.Ref) == ref })
	if shows(reader, received) || !shows(moderator, received) || !shows(author, received) {
		t.Error("what waits is its author's and the staff's")
	}
	moderator.deskTo(moderator.post("/en"+conv+"/"+ref+"/publish", url.Values{"token": {nonce2}}))
	if !shows(reader, received) {
		t.Error("what is published is everybody's")
	}
	moderator.redact(ref, "Quaystreet 9")
	redacted := find(func(f any) bool { _, ok := f.(*consultation.PassageRedacted); return ok })
	if shows(reader, redacted) || shows(author, redacted) || !shows(moderator, redacted) || !shows(officer, redacted) {
		t.Error("where the black begins and ends is the staff's")
	}
	// Somebody's word on an answer goes with what was answered.
	var on cite.Ref
	reacted := find(func(f any) bool {
		r, ok := f.(*reaction.Reacted)
		if ok {
			on = r.Part.Root()
		}
		return ok
	})
	if !shows(reader, reacted) {
		t.Error("a reaction to what is published is everybody's")
	}
	moderator.deskTo(moderator.post("/en"+conv+"/"+string(on)+"/withhold", url.Values{"ground": {"abuse"}, "reason": {"It insults."}, "token": {"DAAAAAAAAAAAAAAAAAAAAA"}}))
	if shows(reader, reacted) || !shows(moderator, reacted) {
		t.Error("a reaction to what was withheld is the staff's")
	}
	if !shows(reader, 1) {
		t.Error("that a conversation was convened is everybody's")
	}
}

// TestStreamOfTheHidden: there is no stream for what the reader may not see, nor for what is not there.
func TestStreamOfTheHidden(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	for query, want := range map[string]int{
		"page=list&ref=" + h.pending(t): 400, "page=home&ref=c99999": 400, "page=paper&ref=p9": 404, "page=paper&ref=p1.e9": 404, "page=paper": 404, "page=paper&ref=k1": 400, "page=desk": 400,
		"page=home": 200, "page=list": 200, "page=paper&ref=p1": 200,
	} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", h.url+"/en"+conv+"/live?"+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := v.c.Do(r) // the head comes at once; the body does not end
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", query, resp.StatusCode, want)
		}
		_ = resp.Body.Close()
	}
}

// TestSignInStaysInside: where to go after signing in is an address of this house, on the form and when the
// form comes back.
func TestSignInStaysInside(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	shown := func(a answer) string {
		f := deskForm(h.t, a.body, "/en/sign-in", 0)
		return f.Get("next")
	}
	for _, bad := range []string{"//evil.example", "https://evil.example/", "evil.example", `/\evil.example`, "/a\r\nb", "/\t/evil.example", "/\x7f/evil.example", "javascript:x", "/" + strings.Repeat("a", 500)} {
		if got := shown(v.get("/en/sign-in?" + url.Values{"next": {bad}}.Encode())); got != "" {
			t.Errorf("the form leads from %q to %q", bad, got)
		}
		if got := shown(v.post("/en/sign-in", url.Values{"email": {"no address"}, "next": {bad}})); got != "" {
			t.Errorf("the form that comes back leads from %q to %q", bad, got)
		}
	}
	for _, good := range []string{"/en" + conv + "/p1?text=fr", "/" + strings.Repeat("a", 499)} {
		if got := shown(v.get("/en/sign-in?" + url.Values{"next": {good}}.Encode())); got != good {
			t.Errorf("the form leads from %q to %q", good, got)
		}
	}
}

// TestKeptPageEndsAtItsInstant: a page that is kept and names an instant is made again when this comes,
// though nothing was written.
func TestKeptPageEndsAtItsInstant(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	h := houseAt(t, func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }, script.DemoSlug, "@officer", "@moderator", func(sec *plenary.Secretariat) (*script.Runner, error) {
		return script.Demo(t.Context(), sec, time.Now())
	})
	var closes time.Time
	h.state(func(st *conversation.State) {
		k, _ := st.Consultation.Call("k2")
		closes = k.Closes
	})
	v := h.visitor()
	paths := []string{"/en" + conv + "/k2.json", "/en" + conv + ".json", "/en" + conv + "/p2.json", "/en" + conv + "/p2.e1.x3.json"}
	before := map[string]string{}
	for range 2 { // the second is the one that was kept
		for _, p := range paths {
			before[p] = v.get(p).body
		}
	}
	// At the very instant it is closed; a moment before it is not.
	ahead.Store(int64(time.Until(closes) - time.Minute))
	for _, p := range paths {
		if v.get(p).body != before[p] {
			t.Errorf("%s is another before its instant", p)
		}
	}
	ahead.Store(int64(time.Until(closes) + time.Second))
	for _, p := range paths {
		if v.get(p).body == before[p] {
			t.Errorf("%s outlives its instant", p)
		}
	}
}
