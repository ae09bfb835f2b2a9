package web_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/script"
	"github.com/xuri/excelize/v2"
)

var (
	tickable = regexp.MustCompile(`name="mask" value="([^"]*)"( checked)?`)
	proposed = regexp.MustCompile(`name="proposal" value="(\d+)"`)
)

// tickedOn lists what the page of a redaction offers, and what of it is ticked.
func tickedOn(a answer) (ticked, offered []string) {
	for _, m := range tickable.FindAllStringSubmatch(a.body, -1) {
		offered = append(offered, m[1])
		if m[2] != "" {
			ticked = append(ticked, m[1])
		}
	}
	return ticked, offered
}

// find looks for a passage on the page of a redaction.
func (v *visitor) find(ref, passage string) answer {
	v.h.t.Helper()
	a := v.post("/en"+conv+"/"+ref+"/redact", url.Values{"passage": {passage}, "do": {"find"}})
	if a.status != http.StatusOK {
		v.h.t.Fatalf("%q is looked for: %d %.300s", passage, a.status, a.body)
	}
	return a
}

// take redacts what is named, and gives the page that says so.
func (v *visitor) take(ref string, masks ...string) answer {
	v.h.t.Helper()
	a := v.post("/en"+conv+"/"+ref+"/redact", url.Values{"mask": masks, "redact-ground": {"personal_data"}, "do": {"take"}})
	if a.status != http.StatusSeeOther {
		v.h.t.Fatalf("%v are not taken: %d %.600s", masks, a.status, a.body)
	}
	return v.get(a.header.Get("Location"))
}

// redact takes every occurrence of a passage.
func (v *visitor) redact(ref, passage string) answer {
	v.h.t.Helper()
	ticked, _ := tickedOn(v.find(ref, passage))
	if len(ticked) == 0 {
		v.h.t.Fatalf("%q is not found", passage)
	}
	return v.take(ref, ticked...)
}

// holding is somebody signed in who holds a role.
func (h *house) holding(role delegation.Role, number uint64) *visitor {
	h.t.Helper()
	email := role.String() + strconv.FormatUint(number, 10) + "@example.org"
	if _, err := h.web.Options.Accounts.Invite(h.t.Context(), email, script.DemoSlug, number, time.Now()); err != nil {
		h.t.Fatal(err)
	}
	ask := conversation.Ask{System: true, Received: time.Now(), Command: delegation.Grant{Participant: delegation.Participant(number), Role: role}}
	if _, err := h.sec.Do(h.t.Context(), script.DemoSlug, ask); err != nil {
		h.t.Fatal(err)
	}
	v := h.visitor()
	v.signIn(email)
	return v
}

// sendNamed contributes with a name, an organisation, a wording and a file.
func (v *visitor) sendNamed(token string) string {
	v.h.t.Helper()
	form := url.Values{"on": {"p2.e1"}, "language": {"en"}, "category": {"ngo"}, "token": {token}, "do": {"send"},
		"text": {"Call Mrs Poloznik. Her neighbour Poloznik agrees.\nPOLOZNIK, in short."}, "wording": {"Ask Poloznik."}, "name": {"Ada Poloznik"}, "body": {"Poloznik & Sons"}}
	a := v.deskUpload("/en"+conv+"/k2/contribute", form, "file", "Poloznik.txt", []byte("The ferryman's letter\n"))
	ref, _, _ := strings.Cut(strings.TrimPrefix(a.header.Get("Location"), "/en"+conv+"/"), "/")
	if a.status != http.StatusSeeOther || ref == "" {
		v.h.t.Fatalf("it is not taken: %d %.300s", a.status, a.body)
	}
	return ref
}

// rows reads a table as a spreadsheet does.
func rows(t *testing.T, s string) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(s, "\ufeff")))
	r.FieldsPerRecord = -1
	out, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestRedactionTakesAll: one passage is found in every field, and taken from every page and file; what looks like it is
// named, and taken by another press; the bars tell no length; nobody but the author reads it by default.
func TestRedactionTakesAll(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader, moderator, officer := h.visitor(), h.visitor(), h.as("moderator"), h.as("officer")
	ref := author.sendNamed(nonce1)
	at := "/en" + conv + "/" + ref
	moderator.deskTo(moderator.post(at+"/publish", url.Values{"token": {nonce2}}))
	ticked, offered := tickedOn(moderator.find(ref, "Poloznik"))
	want := []string{"name[4:12]", "body[0:8]", "1.text[9:17]", "1.text[33:41]", "1.wording[4:12]", "f1.name[0:8]"}
	if !slices.Equal(ticked, want) {
		t.Errorf("ticked are %q, want %q", ticked, want)
	}
	for _, whole := range []string{"name", "body", "1.wording", "f1.name", "f1"} {
		if !slices.Contains(offered, whole) {
			t.Errorf("%s cannot be taken whole: %q", whole, offered)
		}
	}
	a := moderator.take(ref, ticked...)
	still, _ := tickedOn(a)
	if !strings.Contains(a.body, "Still visible") || !slices.Equal(still, []string{"1.text[50:58]"}) {
		t.Errorf("after it is still visible: %q", still)
	}
	if a = moderator.take(ref, still...); strings.Contains(a.body, "Still visible") || !strings.Contains(a.body, "Nothing that looks like") {
		t.Error("it is not said that nothing is left")
	}
	if a := moderator.post(at+"/redact", url.Values{"mask": {"name[4:12]"}, "redact-ground": {"personal_data"}, "do": {"take"}}); a.status != http.StatusConflict || !strings.Contains(a.body, "blacked out already") {
		t.Errorf("what is black is redacted once more: %d", a.status)
	}
	for _, p := range []string{"", ".json", "/trace", "/redact", "/receipt", "/receipt.json"} {
		for name, v := range map[string]*visitor{"everybody": reader, "a moderator": moderator, "an officer": officer} {
			if p == "/redact" && v == reader {
				continue
			}
			a := v.get(at + p)
			if a.status != http.StatusOK || strings.Contains(strings.ToLower(a.body), "poloznik") {
				t.Errorf("%s shows to %s what is redacted: %d", p, name, a.status)
			}
			if p == "" && !strings.Contains(a.body, "Call Mrs █████. Her neighbour █████ agrees.<br>█████, in short.") {
				t.Errorf("%s reads no bars of one length", name)
			}
		}
	}
	for _, p := range []string{"/contributions", "/contributions.json", "/contributions.csv", "/contributions?print=1", "/desk/queue", ""} {
		for name, v := range map[string]*visitor{"everybody": reader, "a moderator": moderator, "an officer": officer} {
			if a := v.get("/en" + conv + p); strings.Contains(strings.ToLower(a.body), "poloznik") {
				t.Errorf("%s shows to %s what is redacted", p, name)
			}
		}
	}
	if a := author.get(at); !strings.Contains(a.body, "Ada Poloznik") {
		t.Error("the author does not read it")
	}
	// The file by itself.
	moderator.take(ref, "f1")
	for v, want := range map[*visitor]int{reader: http.StatusNotFound, author: http.StatusOK, moderator: http.StatusOK} {
		if a := v.get(at + ".f1"); a.status != want {
			t.Errorf("the withheld file: %d, want %d", a.status, want)
		}
	}
	if a := reader.get(at + ".json"); strings.Contains(a.body, "sha256") || !strings.Contains(a.body, `"withheld": true`) {
		t.Errorf("the withheld file can be told by its hash: %s", a.body)
	}
	// How long the words are is on the record, and not for everybody any more.
	row := func() (at cite.Position) {
		h.state(func(st *conversation.State) { r, _ := st.Consultation.Row(cite.Ref(ref)); at = r.Position })
		return at
	}()
	var entry struct{ Data string }
	if err := json.Unmarshal([]byte(reader.get("/en"+conv+"/entry-"+strconv.Itoa(int(row))+".json").body), &entry); err != nil || entry.Data != "" {
		t.Errorf("the entry says how long the words are: %s %v", entry.Data, err)
	}
}

// TestLooking: what is black is one press away for those who moderate, and it is noted who pressed.
func TestLooking(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader, moderator, officer := h.visitor(), h.visitor(), h.as("moderator"), h.as("officer")
	ref := author.sendNamed(nonce1)
	at := "/en" + conv + "/" + ref
	moderator.deskTo(moderator.post(at+"/publish", url.Values{"token": {nonce2}}))
	moderator.redact(ref, "Poloznik")
	if a := officer.get(at + "/redact"); strings.Contains(a.body, "Who read what is blacked out") {
		t.Error("somebody looked before anybody did")
	}
	if a := reader.post(at+"/unredacted", nil); a.status != http.StatusNotFound && a.status != http.StatusForbidden {
		t.Errorf("everybody may look: %d", a.status)
	}
	if a := author.post(at+"/unredacted", nil); a.status == http.StatusOK {
		t.Errorf("the author may look as a moderator")
	}
	if a := moderator.get(at + "/unredacted"); a.status == http.StatusOK {
		t.Error("a link shows what is black")
	}
	a := moderator.post(at+"/unredacted", nil)
	if a.status != http.StatusOK || !strings.Contains(a.body, "Call Mrs Poloznik.") || !strings.Contains(a.body, "It is noted that you looked") || !strings.Contains(a.header.Get("Cache-Control"), "no-store") {
		t.Errorf("the moderator does not read it: %d %s", a.status, a.header.Get("Cache-Control"))
	}
	if !regexp.MustCompile(`<a\s+href="/en` + conv + `/desk"\s+aria-current="page"`).MatchString(a.body) {
		t.Error("the page does not stand at the desk")
	}
	if a := moderator.get(at); strings.Contains(a.body, "Poloznik.") {
		t.Error("one look shows it for ever")
	}
	looks, err := h.web.Options.Accounts.Looks(t.Context(), script.DemoSlug, ref, 9)
	if err != nil || len(looks) != 1 || looks[0].At.IsZero() {
		t.Fatalf("noted is %v %v", looks, err)
	}
	if email, _, _, err := h.web.Options.Accounts.AddressOf(t.Context(), script.DemoSlug, looks[0].Participant); err != nil || !strings.Contains(officer.get(at+"/redact").body, email) {
		t.Errorf("who looked is not said: %q %v", email, err)
	}
}

// TestExportsArePublic: a table, a twin and a print show the public's view to every role; what is not public is
// there for those who moderate and ask for it, and the name of the file and its first row say so.
func TestExportsArePublic(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author := h.visitor()
	ref := author.sendNamed(nonce1)
	waits := author.sendFile(nonce2, "What waits: Zwischenruf.", "x\n")
	moderator := h.as("moderator")
	moderator.deskTo(moderator.post("/en"+conv+"/"+ref+"/publish", nil))
	ticked, _ := tickedOn(moderator.find(ref, "Poloznik"))
	moderator.take(ref, ticked...)
	still, _ := tickedOn(moderator.get("/en" + conv + "/" + ref + "/redact"))
	moderator.take(ref, still...)
	hidden := func(s string) string {
		for _, w := range []string{"poloznik", "zwischenruf"} {
			if strings.Contains(strings.ToLower(s), w) {
				return w
			}
		}
		return ""
	}
	workbook := func(a answer) (all, first string) {
		f, err := excelize.OpenReader(strings.NewReader(a.body))
		if err != nil {
			t.Fatal(a.status, err)
		}
		defer func() { _ = f.Close() }()
		for i, sheet := range f.GetSheetList() {
			rs, err := f.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			for j, r := range rs {
				line := strings.Join(r, " ")
				all += line + "\n"
				if i == 0 && j == 0 {
					first = line
				}
			}
		}
		return all, first
	}
	files := []struct{ path, with string }{
		{"/contributions.csv", "?"}, {"/contributions.csv?status=pending", "&"}, {"/contributions.json", "?"}, {"/contributions.json?status=pending", "&"},
		{"/contributions?print=1", "&"}, {"/contributions?print=1&status=pending", "&"}, {"/p2/responses.csv", "?"}, {"/p2/responses.json", "?"}, {"/p2/responses?print=1", "&"}, {"/p2/responses.xlsx", "?"},
	}
	people := map[string]*visitor{"everybody": h.visitor(), "its author": author, "moderator": moderator}
	for _, role := range delegation.Roles() {
		people[role.String()] = h.holding(role, 1000+uint64(role))
	}
	for name, v := range people {
		staff := name == delegation.Moderator.String() || name == delegation.Officer.String()
		for _, f := range files {
			a := v.get("/en" + conv + f.path)
			body := a.body
			if strings.HasSuffix(f.path, ".xlsx") {
				body, _ = workbook(a)
			}
			if w := hidden(body); a.status != http.StatusOK || w != "" {
				t.Errorf("%s for the %s: %d, it holds %s", f.path, name, a.status, w)
			}
			a = v.get("/en" + conv + f.path + f.with + "with=not-public")
			if !staff {
				if a.status != http.StatusForbidden || hidden(a.body) != "" {
					t.Errorf("%s with what is not public, for the %s: %d", f.path, name, a.status)
				}
				continue
			}
			first, body := "", a.body
			switch {
			case strings.HasSuffix(f.path, ".xlsx"):
				body, first = workbook(a)
			case strings.Contains(f.path, ".csv"):
				first = strings.Join(rows(t, a.body)[0], "")
			case strings.Contains(f.path, ".json"):
				first = strings.TrimSpace(strings.SplitN(a.body, "\n", 3)[1])
			default:
				first = a.body
			}
			if a.status != http.StatusOK || !strings.Contains(first, "With what is not public: what waits") && first != `"not_public": true,` {
				t.Errorf("%s for the %s does not say that it holds what is not public: %d %.200s", f.path, name, a.status, first)
			}
			if !strings.Contains(f.path, "print=1") && !strings.Contains(a.header.Get("Content-Disposition"), "with-what-is-not-public") {
				t.Errorf("%s for the %s is called %s", f.path, name, a.header.Get("Content-Disposition"))
			}
			if want := map[bool]string{true: "zwischenruf", false: "poloznik"}[strings.Contains(f.path, "pending")]; !strings.Contains(strings.ToLower(body), want) {
				t.Errorf("%s with what is not public lacks %s for the %s", f.path, want, name)
			}
		}
		// A page that is no export takes no such word.
		if a := v.get("/en" + conv + "/contributions?with=not-public"); a.status == http.StatusOK || hidden(a.body) != "" {
			t.Errorf("the page for the %s: %d", name, a.status)
		}
	}
	if a := moderator.get("/en" + conv + "/" + waits + ".json"); a.status != http.StatusNotFound {
		t.Errorf("the twin of what waits is not public: %d", a.status)
	}
	if a := author.get("/en" + conv + "/" + waits + ".json"); a.status != http.StatusOK {
		t.Errorf("the twin of one's own: %d", a.status)
	}
}

// TestTwoOnThePage: where the conversation asks for two, one press proposes and another person's press confirms.
func TestTwoOnThePage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader, moderator, officer := h.visitor(), h.visitor(), h.as("moderator"), h.as("officer")
	ref := author.sendNamed(nonce1)
	at := "/en" + conv + "/" + ref
	moderator.deskTo(moderator.post(at+"/publish", nil))
	if a := moderator.post("/en"+conv+"/desk/two", url.Values{"two": {"on"}}); a.status != http.StatusForbidden {
		t.Errorf("a moderator settles it: %d", a.status)
	}
	officer.deskTo(officer.post("/en"+conv+"/desk/two", url.Values{"two": {"on"}}))
	a := moderator.redact(ref, "Poloznik")
	m := proposed.FindStringSubmatch(a.body)
	if m == nil || strings.Contains(a.body, `value="confirm"`) || !strings.Contains(a.body, "somebody else has to confirm it") {
		t.Fatalf("what was proposed is not shown: %d", a.status)
	}
	if a := reader.get(at); !strings.Contains(a.body, "Call Mrs Poloznik.") {
		t.Error("one person redacted what was published")
	}
	if a := officer.get("/en" + conv + "/desk/queue"); !strings.Contains(a.body, ref+"/redact") {
		t.Error("the queue does not say that something waits")
	}
	if a := moderator.post(at+"/removal", url.Values{"proposal": {m[1]}, "do": {"confirm"}}); a.status != http.StatusForbidden {
		t.Errorf("who proposed it confirms it: %d", a.status)
	}
	if a := reader.post(at+"/removal", url.Values{"proposal": {m[1]}, "do": {"confirm"}}); a.status == http.StatusSeeOther {
		t.Error("everybody may confirm")
	}
	other := h.holding(delegation.Moderator, 2000)
	if a := other.post(at+"/removal", url.Values{"proposal": {m[1]}, "do": {"confirm"}}); a.status != http.StatusSeeOther {
		t.Fatalf("another person cannot confirm: %d %.400s", a.status, a.body)
	}
	if a := reader.get(at); strings.Contains(a.body, "Mrs Poloznik") {
		t.Error("confirmed, it is still there")
	}
	// That one is enough takes two as well: an officer proposes it, and a moderator confirms it.
	const two, queue = "/en" + conv + "/desk/two", "/en" + conv + "/desk/queue"
	if to := officer.deskTo(officer.post(two, url.Values{"two": {"off"}})); !strings.Contains(to, "done=proposed") {
		t.Errorf("it is settled by one: %s", to)
	}
	if a := officer.get(queue); !strings.Contains(a.body, "You proposed it") || strings.Contains(a.body, `value="off"`) {
		t.Error("who proposed it may confirm it")
	}
	if a := moderator.get(queue); !strings.Contains(a.body, `name="two" value="off"`) {
		t.Error("a moderator is not asked to confirm it")
	}
	if to := moderator.deskTo(moderator.post(two, url.Values{"two": {"off"}})); !strings.Contains(to, "done=settled") {
		t.Errorf("confirmed, it is not settled: %s", to)
	}
}

// TestWhatIsBlackIsNotOffered: a name of which every character is black is not offered to be taken whole once more; one of
// which something is left is.
func TestWhatIsBlackIsNotOffered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	moderator := h.as("moderator")
	ref := h.visitor().sendNamed(nonce1)
	at := "/en" + conv + "/" + ref + "/redact"
	take := func(masks ...string) string {
		moderator.deskTo(moderator.post(at, url.Values{"do": {"take"}, "mask": masks, "redact-ground": {"personal_data"}}))
		return moderator.get(at).body
	}
	if page := take("name[0:4]"); !strings.Contains(page, `value="name"`) {
		t.Error("the rest of the name is not offered")
	}
	if page := take("name[4:12]", "body"); strings.Contains(page, `value="name"`) || strings.Contains(page, `value="body"`) || !strings.Contains(page, `value="f1.name"`) {
		t.Error("what is black is offered")
	}
}

// TestNothingIsBlackedOutUnread: a moderator has the page open while the author, in a call that publishes at once, puts other words
// in place. What they chose is not blacked out before they were shown those; then it is, with what they ticked still ticked.
func TestNothingIsBlackedOutUnread(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author, reader, moderator := h.visitor(), h.visitor(), h.as("moderator")
	ref := author.sendFile(nonce1, "Marguerite is late.", "x\n")
	at := "/en" + conv + "/" + ref
	moderator.deskTo(moderator.post(at+"/publish", url.Values{"token": {nonce2}}))
	ticked, _ := tickedOn(moderator.find(ref, "Marguerite"))
	form := deskForm(t, moderator.find(ref, "Marguerite").body, at+"/redact", 1)
	form["mask"], form["redact-ground"], form["do"] = ticked, []string{"personal_data"}, []string{"take"}
	author.corrects(ref, "The ferry is late, says Marguerite.", "")
	a := moderator.post(at+"/redact", form)
	deskRefused(t, a, http.StatusConflict, "contribution.changed")
	if !strings.Contains(a.body, "The ferry is late") || !strings.Contains(reader.get(at).body, "Marguerite") {
		t.Error("what came since is not shown, or something is blacked out")
	}
	again, _ := tickedOn(a)
	if len(again) < len(ticked) {
		t.Errorf("%v are ticked of %v", again, ticked)
	}
	form = deskForm(t, a.body, at+"/redact", 1)
	form["mask"], form["redact-ground"], form["do"] = again, []string{"personal_data"}, []string{"take"}
	moderator.deskTo(moderator.post(at+"/redact", form))
	if strings.Contains(reader.get(at).body, "Marguerite") {
		t.Error("it is not blacked out")
	}
}
