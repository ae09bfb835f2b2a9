package web_test

import (
	"encoding/json"
	"html"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
)

// TestTranscriptOnThePages: the rapporteur's desk enters a transcript from a file, and refuses that of another meeting; everybody reads it with who
// spoke when, and takes it away; a passage is put right with what stood before beside it, and erased.
func TestTranscriptOnThePages(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	h.again = true
	officer, reader, arcadia := h.as("officer"), h.visitor(), string(party(t, h, "ana").Ref())
	now := time.Now().UTC().Truncate(time.Second)
	at := func(d time.Duration) string { return now.Add(d - 2*time.Hour).Format(time.RFC3339) }
	act := func(name, body string) {
		t.Helper()
		if a := officer.actIn("ferries", name, body); a.status != http.StatusOK {
			t.Fatal(name, a.status, a.body)
		}
	}
	seen := func() string {
		t.Helper()
		body := officer.get("/en/c/ferries/desk/sessions/s1?do=item").body
		_, rest, _ := strings.Cut(body, `name="seen" value="`)
		n, _, _ := strings.Cut(rest, `"`)
		return n
	}
	act("session.plan", `{"plan":{"title":{"original":"en","in":{"en":"First session"}},"form":"online","zone":"UTC"}}`)
	act("session.plan-sitting", `{"session":"s1","begins":"`+at(0)+`","ends":"`+at(time.Hour)+`","seen":`+seen()+`}`)
	act("session.plan-item", `{"session":"s1","item":{"title":{"original":"en","in":{"en":"Bells"}}},"seen":`+seen()+`}`)
	act("session.invite", `{"session":"s1","paper":"p1","days":10,"late":"kept","moderation":"after","who":"everybody","seen":`+seen()+`}`)
	act("session.open-sitting", `{"session":"s1","number":1,"opened":"`+at(0)+`"}`)
	act("session.deliver", `{"item":"s1.i1","sitting":1,"party":"`+arcadia+`","from":"`+at(time.Minute)+`","to":"`+at(2*time.Minute)+`","floor":"fr","language":"en","paragraphs":[{"on":"p1.e1","text":"The bell rings."}]}`)
	act("session.close-sitting", `{"session":"s1","number":1,"closed":"`+at(time.Hour)+`"}`)

	const page, desk = "/en/c/ferries/s1/transcript", "/en/c/ferries/desk/transcripts/s1"
	for name, v := range map[string]*visitor{"a delegate": h.person("ana"), "a reader": reader} {
		if a := v.get(desk); a.status == 200 {
			t.Errorf("%s sees the desk", name)
		}
	}
	if a := reader.get(page); a.status != 200 || !strings.Contains(a.body, "There is no transcript") {
		t.Fatal(a.status)
	}
	if a := reader.get(page + "?sitting=1&in=fr"); a.status != http.StatusNotFound {
		t.Error(a.status)
	}
	enter := func(with ...string) answer {
		t.Helper()
		return officer.post(desk, deskWith(deskForm(t, officer.get(desk).body, desk, 0), append([]string{"sitting", "1", "language", "en", "made", "machine"}, with...)...))
	}
	const vtt = "WEBVTT\n\n00:10.000 --> 00:12.000\nGood morning & welcome.\n\n01:05.000 --> 01:09.000\n<v Ann>The bell\n\n01:10.000 --> 01:12.000\nwrings.\n\n02:30.000 --> 02:33.000\nThank you."
	for key, with := range map[string][]string{"outside": {"source", "WEBVTT\n\n00:10.000 --> 00:12.000\na\n\n1:30:00.000 --> 1:30:01.000\nb"}, "markup": {"source", strings.Replace(vtt, "<v Ann>", "<img src=x>", 1)}, "empty": {"source", ""},
		"made": {"source", vtt, "made", ""}} {
		// The sentence is compared up to its first argument.
		want, _, _ := strings.Cut(locale.English.T("refusal.transcript."+key, "line", 7, "first", "\x00", "last", ""), "\x00")
		if a := enter(with...); a.status/100 != 4 || !strings.Contains(html.UnescapeString(a.body), want) {
			t.Errorf("%s: %d %s", key, a.status, deskErrors(a.body))
		} else if s := with[1]; s != "" && !strings.Contains(html.UnescapeString(a.body), s[:20]) {
			t.Errorf("%s: what was sent is not shown again", key)
		}
	}
	if a := enter("source", vtt); a.status != http.StatusSeeOther || !strings.Contains(officer.get(officer.deskTo(a)).body, locale.English.T("desk.done.transcript_entered")) {
		t.Fatal(a.status, deskErrors(a.body))
	}
	a := reader.get(page)
	for _, want := range []string{"Good morning &amp; welcome.", "wrings.", `id="t0-01-10"`, `href="#t0-01-05"`, "Arcadia", locale.English.T("transcript.made_text.machine")} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(a.body, "Ann") {
		t.Error("the name of a speaker in the file is shown")
	}
	if a := reader.get(page + ".vtt"); a.status != 200 || !strings.HasPrefix(a.body, "WEBVTT\n") || !strings.Contains(a.body, "00:01:10.000 --> 00:01:12.000\nwrings.") || !strings.Contains(a.body, "morning &amp; welcome") {
		t.Error(a.status, a.body)
	}
	passages := func() (out []struct {
		Position int64
		State    string
	}) {
		t.Helper()
		var v struct {
			Passages []struct {
				Position int64
				State    string
			}
		}
		if err := json.Unmarshal([]byte(reader.json(page).body), &v); err != nil {
			t.Fatal(err)
		}
		return v.Passages
	}
	if n := len(passages()); n != 3 {
		t.Fatalf("%d passages", n)
	}

	// The intervention leads to its passage.
	linked := false
	for _, c := range []string{"c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"} {
		linked = linked || strings.Contains(reader.get("/en/c/ferries/"+c).body, `/s1/transcript?sitting=1&amp;in=en#n2"`)
	}
	if !linked || !strings.Contains(reader.get("/en/c/ferries/s1").body, `/s1/transcript"`) {
		t.Error("nothing leads from the intervention, or from the session, to the transcript")
	}

	// A passage is put right; whoever read what stood before is told.
	const second = desk + "?sitting=1&in=en&n=2"
	right := deskForm(t, officer.get(second).body, desk, 0)
	if a := officer.post(desk, deskWith(right, "text", "The bell\nrings.")); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	if a := officer.post(desk, deskWith(right, "token", strconv.Itoa(1), "text", "The bell\nsings.")); a.status != http.StatusConflict {
		t.Error(a.status, deskErrors(a.body))
	}
	a = reader.get(page)
	if !strings.Contains(a.body, "<del lang=\"en\" dir=\"ltr\">wrings.</del>") || !strings.Contains(a.body, ">rings.</span>") {
		t.Error("what stood before does not stand beside what stands")
	}
	// The first passage is erased; the intervention's goes with it, and nobody reads it in the file either.
	if a := officer.post(desk, deskWith(deskForm(t, officer.get(desk+"?sitting=1&in=en&n=1").body, desk, 1), "ground", "abuse")); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	for _, c := range []string{"c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"} {
		if strings.Contains(reader.json("/en/c/ferries/"+c).body, `"how": "spoken"`) {
			act("conversation.erase", `{"contribution":"`+c+`","ground":"abuse"}`)
		}
	}
	if all := passages(); all[0].State != "erased" || all[1].State != "erased" || all[2].State != "" {
		t.Error(all)
	}
	for _, path := range []string{page, page + ".vtt", page + ".json"} {
		if a := reader.get(path); strings.Contains(a.body, "rings") || strings.Contains(a.body, "Good morning") || !strings.Contains(a.body, "Thank you.") {
			t.Errorf("%s shows what was erased, or not what was not", path)
		}
	}
}
