package web_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/internal/verifier"
)

// corrects goes through the form of a correction: what changes is shown first, and then sent. It gives the page with the
// changes.
func (v *visitor) corrects(ref, text, reason string) string {
	t := v.h.t
	t.Helper()
	at := "/en" + conv + "/" + ref + "/correct"
	f := deskForm(t, v.get(at).body, at, 0)
	f.Set("text-1", text)
	f.Set("reason", reason)
	f.Set("do", "look")
	look := v.post(at, f)
	if look.status != http.StatusOK {
		t.Fatalf("the changes are not shown: %d %.400s", look.status, look.body)
	}
	f = deskForm(t, look.body, at, 0)
	f.Set("do", "send")
	v.deskTo(v.post(at, f))
	return look.body
}

// TestCorrect: an author corrects what they sent. Nobody else can; until a moderator publishes it everybody reads what stood
// before; afterwards the page, the JSON and the table say the same, and what stood before is there.
func TestCorrect(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.again = true
	author, reader, moderator, officer := h.visitor(), h.visitor(), h.as("moderator"), h.as("officer")
	ref := author.sendFile(nonce1, "The fery is late.", "x\n")
	at := "/en" + conv + "/" + ref
	moderator.deskTo(moderator.post(at+"/publish", url.Values{"token": {nonce2}}))
	for name, v := range map[string]*visitor{"everybody": reader, "a moderator": moderator, "an officer": officer} {
		if a := v.get(at + "/correct"); a.status != http.StatusNotFound {
			t.Errorf("%s opens the form: %d", name, a.status)
		}
		if a := v.post(at+"/correct", url.Values{"do": {"send"}, "text-1": {"Mine."}}); a.status != http.StatusNotFound {
			t.Errorf("%s corrects it: %d", name, a.status)
		}
		v.act("consultation.correct", `{"contribution":"`+ref+`","parts":[{"part":1,"text":"Mine."}]}`).refused(t, http.StatusNotFound, "not_found", "")
		if strings.Contains(v.get(at).body, at+`/correct"`) {
			t.Errorf("%s is offered to correct it", name)
		}
	}
	if body := author.get(at).body; !strings.Contains(body, at+`/correct"`) {
		t.Fatal("the author is not offered to correct it")
	}
	f := deskForm(t, author.get(at+"/correct").body, at+"/correct", 0)
	f.Set("do", "look")
	if a := author.post(at+"/correct", f); a.status != http.StatusUnprocessableEntity {
		t.Errorf("nothing is corrected: %d", a.status)
	}
	f.Set("do", "send")
	if a := author.post(at+"/correct", f); a.status != http.StatusUnprocessableEntity || f.Get("token") == "" {
		t.Errorf("nothing is corrected, and it is said to be: %d", a.status)
	}
	look := author.corrects(ref, "The ferry is late.", "I mistyped.")
	if !strings.Contains(look, "<del>") || !strings.Contains(look, "<ins>") || !strings.Contains(look, "I mistyped.") {
		t.Error("what changes is not shown")
	}
	for _, p := range []string{"", ".json", "/receipt", "/trace", "/receipt.json"} {
		if a := reader.get(at + p); a.status != http.StatusOK || strings.Contains(a.body, "The ferry is late") || strings.Contains(a.body, "mistyped") || strings.Contains(a.body, "orrection by the author") {
			t.Errorf("%s shows to everybody what waits: %d", p, a.status)
		}
	}
	for name, v := range map[string]*visitor{"the author": author, "a moderator": moderator} {
		if a := v.get(at); !strings.Contains(a.body, "I mistyped.") || !strings.Contains(a.body, "waits for a moderator") {
			t.Errorf("%s does not see what waits", name)
		}
	}
	if a := moderator.get("/en" + conv + "/desk/queue"); !strings.Contains(a.body, `id="correction-`+ref+`"`) {
		t.Error("it is not in the queue")
	}
	if a := author.get(at + "/correct"); a.status != http.StatusConflict {
		t.Errorf("another while one waits: %d", a.status)
	}
	moderator.deskTo(moderator.post(at+"/correction", deskForm(t, moderator.get(at).body, at+"/correction", 0)))
	page := reader.get(at).body
	if !strings.Contains(page, "The ferry is late.") || !strings.Contains(page, "The fery is late.") || !strings.Contains(page, "What stood before") || !strings.Contains(page, "I mistyped.") {
		t.Error("the page does not say what stands and what stood before")
	}
	var twin struct {
		Parts []struct {
			Text      string `json:"text"`
			Corrected string `json:"corrected"`
		} `json:"parts"`
		Corrected   string `json:"corrected"`
		Corrections []struct {
			Reason  string `json:"reason"`
			Changes []struct{ Before, After string }
		} `json:"corrections"`
	}
	if err := json.Unmarshal([]byte(reader.get(at+".json").body), &twin); err != nil {
		t.Fatal(err)
	}
	if twin.Parts[0].Text != "The ferry is late." || twin.Corrected == "" || twin.Parts[0].Corrected != twin.Corrected || len(twin.Corrections) != 1 || twin.Corrections[0].Changes[0].Before != "The fery is late." {
		t.Errorf("the JSON says %+v", twin)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(reader.get("/en"+conv+"/contributions.csv?call=k2").body, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, row := range rows {
		if row[0] == ref {
			found = true
			if joined := strings.Join(row, "|"); !strings.Contains(joined, "|"+twin.Parts[0].Text+"|") || row[slices.Index(rows[0], "corrected")] == "" {
				t.Errorf("the table says %q", row)
			}
		}
	}
	if !found {
		t.Error("it is not in the table")
	}
	if a := reader.get(at + "/receipt"); !strings.Contains(a.body, "The fery is late.") || !strings.Contains(a.body, "Correction 1 by the author") {
		t.Error("the receipt does not say that it was corrected since")
	}
	if a := reader.post(at+"/check", nil); a.status != http.StatusOK || !strings.Contains(a.body, "Corrected by the author") {
		t.Errorf("the check does not say that it was corrected since: %d", a.status)
	}
	if a := reader.get(at + "/trace"); !strings.Contains(a.body, "Corrected by the author") {
		t.Error("the trace does not say that the words are not those of the first entry")
	}
	if a := reader.get("/en" + conv + "/contributions?call=k2"); !strings.Contains(a.body, "corrected by the author") {
		t.Error("the list does not say that it was corrected")
	}
}

// TestCorrectedBeforeItIsPublished: what stood before a correction is published with it, so that a moderator reads both wherever
// they decide.
func TestCorrectedBeforeItIsPublished(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, moderator := h.visitor(), h.as("moderator")
	ref := author.sendFile(nonce1, "A slander.", "x\n")
	author.corrects(ref, "A courtesy.", "")
	queue := moderator.get("/en" + conv + "/desk/queue").body
	bulk := moderator.post("/en"+conv+"/desk/queue", url.Values{"do": {"preview-publish"}, "ticked": tickOf(t, queue, ref)}).body
	for name, body := range map[string]string{"the queue": queue, "the decision on several": bulk, "its page": moderator.get("/en" + conv + "/" + ref).body} {
		if !strings.Contains(body, "A slander.") || !strings.Contains(body, "A courtesy.") {
			t.Errorf("%s does not show both texts", name)
		}
	}
	if !strings.Contains(queue, "<details open><summary>What stood before") {
		t.Error("what stood before is folded where somebody decides on it")
	}
}

// tickOf is the value of the box of a contribution in the queue, none where it waits alone.
func tickOf(t *testing.T, queue, ref string) []string {
	t.Helper()
	m := regexp.MustCompile(`value="(` + ref + `@\d+)"`).FindStringSubmatch(queue)
	if m == nil {
		t.Fatal("it has no box in the queue")
	}
	return m[1:]
}

// TestCorrectedIsBlackEverywhere: the page on which words are blacked out finds them in every text that ever stood, and what is
// taken is gone from all of them.
func TestCorrectedIsBlackEverywhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader, moderator := h.visitor(), h.visitor(), h.as("moderator")
	const secret = "Marguerite lives at 9 Quay Street"
	ref := author.sendFile(nonce1, "The fery is late. "+secret+".", "x\n")
	at := "/en" + conv + "/" + ref
	author.corrects(ref, "The ferry is late. "+secret+".", secret)
	moderator.deskTo(moderator.post(at+"/publish", url.Values{"token": {nonce2}}))
	if n := strings.Count(reader.get(at).body, "Marguerite"); n < 3 {
		t.Fatalf("before, it is there %d times", n)
	}
	moderator.redact(ref, secret)
	for _, p := range []string{"", ".json", "/receipt", "/trace", "/receipt.json"} {
		if a := reader.get(at + p); a.status != http.StatusOK || strings.Contains(a.body, "Marguerite") {
			t.Errorf("%s shows what is black: %d", p, a.status)
		}
	}
	if a := moderator.get(at + "/redact"); strings.Contains(a.body, "Marguerite") {
		t.Error("something can still be read")
	}
	author.corrects(ref, "The ferry is often late. "+secret+".", "")
	if a := reader.get(at); strings.Contains(a.body, "often late") || strings.Contains(a.body, "Marguerite") {
		t.Error("what says again what is black does not wait for a moderator")
	}
}

// TestReceiptIsNoAuthor: whoever has the receipt of what everybody could read has the words that are in it, and none that its
// author wrote later: not of a correction that waits, and not of one that was blacked out or withheld with all the rest.
func TestReceiptIsNoAuthor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader, moderator := h.visitor(), h.visitor(), h.as("moderator")
	ref := author.sendFile(nonce1, "The fery is late.", "x\n")
	at := "/en" + conv + "/" + ref
	moderator.deskTo(moderator.post(at+"/publish", url.Values{"token": {nonce2}}))
	receipt := url.Values{"receipt": {reader.get(at + "/receipt.json").body}}
	reads := func(when string, words ...string) {
		t.Helper()
		for _, wants := range []string{"text/html", "application/json"} {
			r, err := http.NewRequest("POST", h.url+"/en/check", strings.NewReader(receipt.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Accept", wants)
			a := reader.do(r)
			if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), wants) || !strings.Contains(a.body, "The fery is late") {
				t.Errorf("%s: %d %.300s", when, a.status, a.body)
			}
			for _, w := range words {
				if strings.Contains(a.body, w) {
					t.Errorf("%s: as %s it tells %q to whoever has the receipt", when, wants, w)
				}
			}
		}
	}
	author.corrects(ref, "The ferry is late, says Marguerite.", "Mistyped.")
	reads("while it waits", "Marguerite", "Mistyped", "correcting")
	moderator.deskTo(moderator.post(at+"/correction", deskForm(t, moderator.get(at).body, at+"/correction", 0)))
	moderator.redact(ref, "Marguerite")
	reads("blacked out", "Marguerite")

	// What was withheld is to whoever has its receipt what it is to everybody.
	gone := author.sendFile(strings.Repeat("d", len(nonce1)), "The fery is late.", "x\n")
	moderator.deskTo(moderator.post("/en"+conv+"/"+gone+"/publish", deskForm(t, moderator.get("/en"+conv+"/"+gone).body, "/en"+conv+"/"+gone+"/publish", 0)))
	receipt = url.Values{"receipt": {reader.get("/en" + conv + "/" + gone + "/receipt.json").body}}
	moderator.deskTo(moderator.post("/en"+conv+"/"+gone+"/withhold", deskWith(deskForm(t, moderator.get("/en"+conv+"/"+gone).body, "/en"+conv+"/"+gone+"/withhold", 0), "ground", "abuse", "reason", "So.")))
	r, err := http.NewRequest("POST", h.url+"/en/check", strings.NewReader(receipt.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	if a := reader.do(r); !strings.Contains(a.body, `"sight": "tombstone"`) && !strings.Contains(a.body, `"sight":"tombstone"`) {
		t.Errorf("withheld: %.2000s", a.body)
	}

	// What waits has no other reader than its author, and once they corrected it the receipt has not the words that came later.
	waits := author.sendFile(strings.Repeat("c", len(nonce1)), "The fery is late.", "x\n")
	receipt = url.Values{"receipt": {author.get("/en" + conv + "/" + waits + "/receipt.json").body}}
	author.corrects(waits, "The ferry is late, says Aurelia.", "")
	reads("corrected while it waits", "Aurelia")
}

// TestWhatWasReadIsPublished: a moderator publishes the words that they read, and not others that their author put in the place
// of them meanwhile.
func TestWhatWasReadIsPublished(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader, moderator := h.visitor(), h.visitor(), h.as("moderator")
	ref := author.sendFile(nonce1, "The ferry is late.", "x\n")
	at, queue := "/en"+conv+"/"+ref, "/en"+conv+"/desk/queue"
	page := deskForm(t, moderator.get(at).body, at+"/publish", 0)
	var listed url.Values
	body := moderator.get(queue + "?from=" + ref).body
	for n := 0; listed.Get("ref") != ref; n++ {
		listed = deskForm(t, body, queue, n)
	}
	listed.Set("do", "publish")
	author.corrects(ref, "Something that nobody may read.", "")
	for name, a := range map[string]answer{"its page": moderator.post(at+"/publish", page), "the queue": moderator.post(queue, listed)} {
		if a.status != http.StatusConflict {
			t.Errorf("from %s it is published: %d", name, a.status)
		}
	}
	if a := reader.get(at); strings.Contains(a.body, "nobody may read") {
		t.Error("everybody reads what no moderator read")
	}
	moderator.deskTo(moderator.post(at+"/publish", deskForm(t, moderator.get(at).body, at+"/publish", 0)))
}

// TestWhatWasReadIsAnswered: an officer answers the words that they read. Where their author put others in their place since, the
// officer is shown those first, and loses nothing of what they wrote.
func TestWhatWasReadIsAnswered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader, moderator, officer := h.visitor(), h.visitor(), h.as("moderator"), h.as("officer")
	ref := author.sendFile(nonce1, "Let the ferry run at night.", "x\n")
	at, point := "/en"+conv+"/"+ref, "/en"+conv+"/desk/points/"+ref+".1"
	moderator.deskTo(moderator.post(at+"/publish", url.Values{"token": {nonce2}}))
	read := deskWith(deskForm(t, officer.get(point).body, point, 1), "outcome", "accepted", "reason-en", "Gladly, we agree.", "do", "answer")
	author.corrects(ref, "Let no ferry run at night.", "")
	moderator.deskTo(moderator.post(at+"/correction", deskForm(t, moderator.get(at).body, at+"/correction", 0)))
	a := officer.post(point, read)
	deskRefused(t, a, http.StatusConflict, "contribution.changed")
	if !strings.Contains(a.body, "Let no ferry run") || !strings.Contains(a.body, "Gladly, we agree.") {
		t.Error("the page does not show what stands now, and what was written")
	}
	if a := reader.get(at); strings.Contains(a.body, "Gladly") {
		t.Error("what nobody read is answered")
	}
	officer.deskTo(officer.post(point, deskWith(deskForm(t, a.body, point, 1), "do", "answer")))
	if a := reader.get(at); !strings.Contains(a.body, "Gladly") {
		t.Error("it is not answered")
	}
}

// TestCorrectionIsAStep: once everybody reads a correction it is a step of every trace that has its point, with its date, what
// stood before and what stands since; before that it is in none. The page of the contribution leads there, and the step back.
func TestCorrectionIsAStep(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader, moderator, officer := h.visitor(), h.visitor(), h.as("moderator"), h.as("officer")
	ref := author.sendFile(nonce1, "Let the ferry run at night.", "x\n")
	at, point := "/en"+conv+"/"+ref, "/en"+conv+"/desk/points/"+ref+".1"
	moderator.deskTo(moderator.post(at+"/publish", url.Values{"token": {nonce2}}))
	publish := func() {
		t.Helper()
		moderator.deskTo(moderator.post(at+"/correction", deskForm(t, moderator.get(at).body, at+"/correction", 0)))
	}
	author.corrects(ref, "Let the ferry run at noon.", "")
	if a := reader.get(at + "/trace"); strings.Contains(a.body, "k-"+ref+"-1-1") || strings.Contains(a.body, "noon") {
		t.Error("a correction that waits is a step of the trace")
	}
	publish()
	officer.deskTo(officer.deskFill(point, point, 1, "outcome", "accepted", "reason-en", "Gladly, we agree.", "do", "answer"))
	author.corrects(ref, "Let no ferry run at noon.", "")
	publish()

	type step struct {
		Kind, At    string
		Correction  int
		AfterAnswer bool `json:"after_answer"`
		Changes     []struct{ Field, Before, After string }
	}
	var page struct{ Steps []step }
	if err := json.Unmarshal([]byte(reader.get(at+"/trace.json").body), &page); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	var steps []step
	for _, s := range page.Steps {
		if kinds = append(kinds, s.Kind); s.Kind == "correction" {
			steps = append(steps, s)
		}
	}
	if got := strings.Join(kinds, " "); !strings.Contains(got, "voice correction answer correction") {
		t.Errorf("the steps are %s", got)
	}
	if len(steps) != 2 || steps[0].AfterAnswer || !steps[1].AfterAnswer || steps[0].At == "" || steps[0].Changes[0].Before != "Let the ferry run at night." ||
		steps[1].Changes[0].After != "Let no ferry run at noon." {
		t.Errorf("%+v", steps)
	}
	body := reader.get(at + "/trace").body
	for _, s := range []string{`id="k-` + ref + `-1-1"`, `id="k-` + ref + `-1-2"`, "made before this correction", `href="/en` + conv + "/" + ref + `.1"`} {
		if !strings.Contains(body, s) {
			t.Errorf("the trace has no %s", s)
		}
	}
	if !strings.Contains(reader.get(at).body, `href="/en`+conv+"/"+ref+"/trace#k-"+ref+`-1-2"`) {
		t.Error("the page of the contribution does not lead to the step")
	}
	answer := regexp.MustCompile(`/c/[a-z-]+/(d\d+)"`).FindStringSubmatch(body)
	if answer == nil || !strings.Contains(reader.get("/en"+conv+"/"+answer[1]+"/trace").body, `id="k-`+ref+`-1-2"`) {
		t.Error("the trace of the answer has not the correction")
	}
}

// TestReceiptOfACorrection: the author of a correction has a receipt of it that both verifiers find genuine, while it waits and
// afterwards; everybody has it once the contribution says what it says; of what is blacked out or erased it has no words, and
// whoever has it is not held for the author.
func TestReceiptOfACorrection(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader, moderator, officer := h.visitor(), h.visitor(), h.as("moderator"), h.as("officer")
	ref := author.sendFile(nonce1, "The fery is late.", "x\n")
	at := "/en" + conv + "/" + ref
	file := at + "/receipt.json?correction=1"
	if a := author.get(file); a.status != http.StatusNotFound {
		t.Errorf("there is a receipt of what was not corrected: %d", a.status)
	}
	moderator.deskTo(moderator.post(at+"/publish", url.Values{"token": {nonce2}}))
	author.corrects(ref, "The ferry is late, says Marguerite.", "Mistyped.")
	if !strings.Contains(author.get(at).body, `receipt.json?correction=1"`) || !strings.Contains(author.get(at+"/receipt").body, `receipt.json?correction=1"`) {
		t.Error("the author is not led to the receipt")
	}
	for name, v := range map[string]*visitor{"everybody": reader, "a moderator": moderator} {
		if a := v.get(file); a.status != http.StatusNotFound || strings.Contains(v.get(at+"/receipt").body, "correction=1") {
			t.Errorf("%s has the receipt while it waits: %d", name, a.status)
		}
	}
	if a := reader.get(at + "/receipt.json?correction=2"); a.status != http.StatusNotFound {
		t.Errorf("the receipt of a correction that is not there: %d", a.status)
	}
	got := author.get(file)
	type checked struct {
		Verdict string
		Receipt struct {
			Contribution string
			Correction   int
			Text         []struct{ Text string }
		}
		Now map[string]any
	}
	check := func(name, receipt string, status int, verdict string) (c checked) {
		t.Helper()
		r, err := http.NewRequest("POST", h.url+"/en/check", strings.NewReader(url.Values{"receipt": {receipt}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "application/json")
		a := reader.do(r)
		if err := json.Unmarshal([]byte(a.body), &c); err != nil || a.status != status || c.Verdict != verdict {
			t.Errorf("%s: %d %s: %v, want %d %s", name, a.status, c.Verdict, err, status, verdict)
		}
		return c
	}
	if c := check("while it waits", got.body, http.StatusOK, "held"); c.Receipt.Contribution != ref || c.Receipt.Correction != 1 || len(c.Receipt.Text) != 1 ||
		c.Receipt.Text[0].Text != "The ferry is late, says Marguerite." || c.Now["own"] == true || c.Now["correcting"] != nil {
		t.Errorf("%+v", c)
	}
	if r, err := verifier.Receipt([]byte(got.body), ""); err != nil {
		t.Errorf("the second verifier: %v", r.Lines)
	}
	for name, lie := range map[string][2]string{
		"another number":       {`"correction": 1`, `"correction": 2`},
		"of a contribution":    {"  \"correction\": 1,\n", ""},
		"another part":         {`"` + ref + `.1"`, `"` + ref + `.2"`},
		"another contribution": {`"contribution": "` + ref + `"`, `"contribution": "c1"`},
	} {
		changed := strings.Replace(got.body, lie[0], lie[1], 1)
		if changed == got.body {
			t.Fatalf("%s: nothing is changed in %s", name, got.body)
		}
		check(name, changed, http.StatusUnprocessableEntity, "changed")
		if _, err := verifier.Receipt([]byte(changed), ""); err == nil {
			t.Errorf("%s: the second verifier notices nothing", name)
		}
	}
	moderator.deskTo(moderator.post(at+"/correction", deskForm(t, moderator.get(at).body, at+"/correction", 0)))
	if a := reader.get(file); a.status != http.StatusOK || a.body != got.body {
		t.Errorf("everybody reads the correction and has not its receipt: %d", a.status)
	}
	moderator.redact(ref, "Marguerite")
	if a := reader.get(file); a.status != http.StatusNotFound {
		t.Errorf("of what is blacked out everybody has the receipt: %d", a.status)
	}
	if a := author.get(file); a.status != http.StatusOK || a.body != got.body {
		t.Errorf("its author has it no longer: %d", a.status)
	}
	if c := check("blacked out", got.body, http.StatusOK, "held"); strings.Contains(fmt.Sprint(c.Now), "Marguerite") {
		t.Errorf("whoever has the receipt is held for the author: %+v", c.Now)
	}
	officer.deskTo(officer.post(at+"/erase", url.Values{"erase-ground": {"at_request"}}))
	if a := reader.get(file); a.status != http.StatusNotFound {
		t.Errorf("of what was erased everybody has the receipt: %d", a.status)
	}
	if a := author.get(file); a.status == http.StatusOK && strings.Contains(a.body, `"text"`) {
		t.Error("the receipt has words that were erased")
	}
	check("kept from before", got.body, http.StatusOK, "held")
}
