package fault

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	meeting "github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/transcript"
	"github.com/openplenary/plenary/translation"
)

// gone is what was taken from view after the backup: words that nobody may be shown, and with erased that not even
// those who moderate may be.
type gone struct {
	words  string
	erased bool
}

// walk asks for every address that anybody is led to, and for those that nobody is led to of what was taken away, and
// looks for words that must not be there. It returns how many answers were pages.
func (s *server) walk(name string, sentinels []gone, officer bool, cookies ...*http.Cookie) (pages int) {
	s.t.Helper()
	todo := []string{"/", "/en/", "/healthz", "/openapi.json", "/en/c/" + slug + "/live?page=list", "/en/c/" + slug + "/live?page=home", "/en/c/" + slug + "/live?page=paper&ref=p1"}
	for _, q := range []string{"", ".json", ".csv", ".xlsx", "?print=1", "?status=withheld", "?status=published", "?q=Sentinel", "?call=k1", "?element=p1.e1.x2"} {
		todo = append(todo, "/en/c/"+slug+"/contributions"+q, "/en/c/"+slug+"/p1/responses"+q, "/en/c/"+slug+"/p1"+q, "/en/c/"+slug+"/overview"+q, "/en/c/"+slug+"/record"+q)
	}
	for n := 1; n <= 7; n++ {
		for _, end := range []string{"", ".1", ".f1", ".f2", "/receipt", "/receipt.json", "/trace", "/redact", "/withhold"} {
			todo = append(todo, fmt.Sprintf("/en/c/%s/c%d%s", slug, n, end), fmt.Sprintf("/en/c/%s/c%d%s.json", slug, n, end))
		}
	}
	for n := 1; n <= 7; n++ { // what is written beside a contribution, in another language
		todo = append(todo, fmt.Sprintf("/fr/c/%s/c%d", slug, n))
	}
	todo = append(todo, "/en/c/"+slug+"/s1/transcript", "/en/c/"+slug+"/s1/transcript.json")
	for n := 1; n <= 40; n++ {
		todo = append(todo, fmt.Sprintf("/en/c/%s/entry-%d", slug, n), fmt.Sprintf("/en/c/%s/entry-%d.json", slug, n))
	}
	seen, most := map[string]bool{}, 900
	if testing.Short() {
		most = 450
	}
	for len(todo) > 0 {
		p := todo[0]
		todo = todo[1:]
		if seen[p] || len(seen) > most {
			continue
		}
		seen[p] = true
		a := s.begun(p, cookies...)
		if a.status == http.StatusOK {
			pages++
		}
		for _, g := range sentinels {
			if !officer || g.erased {
				if bytes.Contains(a.body, []byte(g.words)) || bytes.Contains(a.body, []byte(base64.StdEncoding.EncodeToString([]byte(g.words))[:12])) {
					s.t.Errorf("%s: %s shows %q", name, p, g.words)
				}
			}
		}
		for _, m := range links.FindAllSubmatch(a.body, -1) {
			to := html.UnescapeString(string(m[1]))
			to, _, _ = strings.Cut(to, "#")
			if strings.HasPrefix(to, "/en/") || strings.HasPrefix(to, "/c/") {
				path, query, _ := strings.Cut(to, "?")
				todo = append(todo, to, path+".json?"+query)
			}
		}
	}
	return pages
}

var links = regexp.MustCompile(`(?:href|src|action)="(/[^"]*)"`)

// begun is an answer; of an event stream what comes first. A table in a ZIP file is unpacked.
func (s *server) begun(path string, cookies ...*http.Cookie) *answer {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", s.url+path, nil)
	ok(s.t, err)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	got, err := s.client.Do(r)
	ok(s.t, err)
	defer got.Body.Close()
	a := &answer{status: got.StatusCode, header: got.Header}
	if strings.HasPrefix(got.Header.Get("Content-Type"), "text/event-stream") {
		a.body = make([]byte, 64<<10)
		n, _ := got.Body.Read(a.body)
		a.body = a.body[:n]
		return a
	}
	a.body, err = io.ReadAll(got.Body)
	ok(s.t, err)
	if z, err := zip.NewReader(bytes.NewReader(a.body), int64(len(a.body))); err == nil {
		a.body = nil
		for _, f := range z.File {
			r, err := f.Open()
			ok(s.t, err)
			b, err := io.ReadAll(r)
			ok(s.t, errors.Join(err, r.Close()))
			a.body = append(a.body, b...)
		}
	}
	return a
}

// says checks what people are told where they would write, and of what they sent and is lost.
func (s *server) says(when string, lost *sent) {
	s.t.Helper()
	for _, p := range []string{"", "/" + comments + "/contribute"} {
		a, err := s.get("/en/c/" + slug + p)
		ok(s.t, err)
		told, form := strings.Contains(string(a.body), "Nothing can be received at present"), strings.Contains(string(a.body), `method="post"`)
		if a.status != http.StatusOK || told != (when == "before") || form == (when == "before") {
			s.t.Errorf("%s, %q: told %t, a form %t: %v", when, p, told, form, a)
		}
	}
	status, words := http.StatusServiceUnavailable, "may be missing"
	if when == "after" {
		status, words = http.StatusNotFound, "the number may have been given out in one of them. If you have its receipt, keep it"
	}
	for _, end := range []string{"", "/receipt"} {
		if a, err := s.get("/en/c/" + slug + "/" + lost.Ref + end); err != nil || a.status != status || !strings.Contains(string(a.body), words) {
			s.t.Errorf("%s, %s%s: %v %v", when, lost.Ref, end, a, err)
		}
	}
}

// session signs the officer in.
func session(t *testing.T, in *plenary.Instance, who delegation.Participant) *http.Cookie {
	t.Helper()
	db, err := private.Open(filepath.Join(in.Dir, private.FileName))
	ok(t, err)
	defer db.Close()
	accounts, err := account.New(db, in.Secret)
	ok(t, err)
	link, err := accounts.BeginSignIn(t.Context(), account.SignInRequest{Email: fmt.Sprintf("%x@ferries.example", uint64(who)), Lang: "en", Next: "/en/", Handed: true}, time.Now())
	ok(t, err)
	id, _, _, err := accounts.FinishSignIn(t.Context(), link.Token, link.Code, "", time.Now())
	ok(t, err)
	cookie, err := accounts.NewSession(t.Context(), id, time.Now())
	ok(t, err)
	return &http.Cookie{Name: "plenary", Value: cookie}
}

// said has a sitting of which there is a transcript, with a passage for each text.
func said(t *testing.T, in *plenary.Instance, act func(delegation.Participant, any), by delegation.Participant, texts ...string) {
	t.Helper()
	began := in.Now().Add(-time.Hour).Truncate(time.Minute)
	act(by, meeting.PlanSession{Plan: meeting.Plan{Title: locale.Plain(locale.English, "Session"), Form: meeting.Online, Zone: "UTC"}})
	var seen cite.Position
	ok(t, read(t, in, func(st *conversation.State) { seen = st.Sessions.Sessions()[0].Seen }))
	act(by, meeting.PlanSitting{Session: "s1", Begins: began, Ends: began.Add(2 * time.Hour), Seen: seen})
	act(by, meeting.OpenSitting{Session: "s1", Number: 1, Opened: began})
	source := ""
	for i, text := range texts { // so far apart that each is a passage
		source += fmt.Sprintf("[%d:00] %s\n\n", 2*i, text)
	}
	act(by, transcript.Transcribe{Session: "s1", Sitting: 1, Language: locale.English, Made: transcript.People, Source: source})
}

// TestNothingComesBack: what was erased, withheld, withdrawn or redacted after a backup is nowhere to be read when the
// backup is served, before writing goes on and after: on no page, in no file, table, receipt or stream.
func TestNothingComesBack(t *testing.T) {
	s, dir, _, bin := house(t)
	attach := func(text, name, content string) *sent {
		t.Helper()
		c := &sent{Token: newToken(), Text: text}
		if a, err := s.attach(c, name, []byte(content)); err != nil || c.Ref == "" {
			t.Fatal(a, err)
		}
		return c
	}
	erased := attach("Sentinel erased.", "sentinel-erased-name.txt", "Sentinel file of the erased.\n")
	withheld := attach("Sentinel withheld.", "sentinel-withheld-name.txt", "Sentinel file of the withheld.\n")
	mine := attach("Sentinel withdrawn.", "sentinel-withdrawn-name.txt", "Sentinel file of the withdrawn.\n")
	black := attach("This is SentinelBlack to all.", "sentinel-black-name.txt", "Sentinel file that is withheld by itself.\n")
	before := attach("Sentinel withheld with a reason that repeats it.", "a.txt", "-\n")
	again := s.must("Withheld and published again: plain.")
	left := attach("Nothing happens to me.", "left.txt", "What is left.\n")
	s.stop()
	in := opened(t, dir, false)
	var olga delegation.Participant
	ok(t, read(t, in, func(st *conversation.State) { olga = st.Roll.Holders(delegation.Officer)[0] }))
	act := func(by delegation.Participant, command any) {
		t.Helper()
		if _, err := in.Do(t.Context(), slug, conversation.Ask{By: by, Assurance: consultation.EmailProven, Command: command}); err != nil {
			t.Fatal(err)
		}
	}
	act(olga, consultation.Withhold{Contribution: cite.Ref(before.Ref), Ground: "abuse", Reason: "Sentinel of the reason."})
	act(olga, translation.Render{Part: cite.Part(cite.Ref(black.Ref), 1), Language: "fr", Text: "C’est SentinelleNoire pour tous."})
	said(t, in, act, olga, "Sentinel of the sitting.", "What is said next stays.")
	cookie := session(t, in, olga)
	closed(t, in)
	s = serve(t, bin, dir)
	for path, words := range map[string]string{"/fr/c/" + slug + "/" + black.Ref: "SentinelleNoire", "/en/c/" + slug + "/s1/transcript": "Sentinel of the sitting"} {
		if a, err := s.get(path); err != nil || !strings.Contains(string(a.body), words) {
			t.Fatalf("%s does not show it: %v %v", path, a, err)
		}
	}
	s.stop()
	old := filepath.Join(filepath.Dir(dir), "old")
	good(t, bin, "backup", "--data", dir, "-o", old)
	in = opened(t, dir, false)
	act(olga, conversation.Erase{Contribution: cite.Ref(erased.Ref), Ground: "at_request"})
	act(olga, conversation.Erase{Contribution: cite.Ref(before.Ref), Ground: "at_request"})
	act(olga, consultation.Withhold{Contribution: cite.Ref(withheld.Ref), Ground: "abuse", Reason: "Rude."})
	act(in.AnonymousParticipant(slug, mine.Token), consultation.Withdraw{Contribution: cite.Ref(mine.Ref)})
	act(olga, consultation.Redact{Part: cite.Ref(black.Ref + ".1[8:21]"), Ground: "personal_data"})
	act(olga, consultation.Redact{Part: cite.Ref(black.Ref), Masks: []consultation.Mask{{Field: consultation.FileField(1)}, {Field: consultation.FileNameField(1)}}, Ground: "personal_data"})
	act(olga, transcript.Erase{Session: "s1", Sitting: 1, Language: "en", Passage: 1, Ground: "personal_data"})
	act(olga, consultation.Withhold{Contribution: cite.Ref(again.Ref), Ground: "abuse", Reason: "Rude."})
	act(olga, consultation.PublishContribution{Contribution: cite.Ref(again.Ref)})
	closed(t, in)
	s = serve(t, bin, dir)
	lost := s.must("This one is lost.")
	s.stop()
	sentinels := []gone{{"Sentinel erased.", true}, {"sentinel-erased-name", true}, {"Sentinel file of the erased", true},
		{"Sentinel withheld with a reason", true}, {"Sentinel of the reason", true},
		{"Sentinel withheld.", false}, {"sentinel-withheld-name", false}, {"Sentinel file of the withheld", false},
		{"Sentinel withdrawn.", false}, {"sentinel-withdrawn-name", false}, {"Sentinel file of the withdrawn", false},
		{"SentinelleNoire", true}, {"Sentinel of the sitting", true},
		{"SentinelBlack", false}, {"sentinel-black-name", false}, {"Sentinel file that is withheld by itself", false}}

	restored := filepath.Join(filepath.Dir(dir), "restored")
	copyDir(t, old, restored)
	copyDir(t, filepath.Join(dir, "keys"), filepath.Join(restored, "keys"))
	b, err := os.ReadFile(filepath.Join(dir, plenary.RestrictionsFile))
	ok(t, err)
	ok(t, os.WriteFile(filepath.Join(restored, plenary.RestrictionsFile), b, 0o600))
	rolled := filepath.Join(filepath.Dir(dir), "rolled")
	copyDir(t, dir, rolled)
	ok(t, replace(rolled, old, "record.db", "private.db"))
	both := filepath.Join(filepath.Dir(dir), "both")
	copyDir(t, dir, both)
	ok(t, replace(both, old, "record.db", "private.db", "high"))
	all := map[string]string{"restored": restored, "rolled back": rolled, "rolled back with its high marks": both}
	if testing.Short() {
		delete(all, "rolled back")
		delete(all, "rolled back with its high marks")
	}
	for name, of := range all {
		for _, when := range []string{"before", "after"} {
			s := serve(t, bin, of)
			if a, err := s.get("/healthz"); (err != nil || a.status != http.StatusOK) != (when == "before") {
				t.Errorf("%s, %s: %v %v", name, when, a, err)
			}
			if n := s.walk(name+", "+when, sentinels, false); n < 60 {
				t.Errorf("%s, %s: only %d pages were read", name, when, n)
			}
			s.walk(name+", "+when+", an officer", sentinels, true, cookie)
			for ref, words := range map[string]string{left.Ref: "Nothing happens to me.", again.Ref: "plain.", withheld.Ref: "abuse", left.Ref + ".f1": "What is left.", "s1/transcript": "What is said next stays.", "contributions": "Nothing happens to me."} {
				if a, err := s.get("/en/c/" + slug + "/" + ref); err != nil || a.status != http.StatusOK || !strings.Contains(string(a.body), words) && words != "abuse" {
					t.Errorf("%s, %s: %s: %v %v", name, when, ref, a, err)
				}
			}
			s.says(when, lost)
			s.stop()
			if when == "before" {
				good(t, bin, "resume", "--data", of, "--reason", "The disk was lost.")
			}
		}
		good(t, bin, "fsck", "--data", of)
	}
	// What the list says is needed: damaged, cut short or gone, it tells nothing, and then nothing is shown.
	for name, change := range map[string]func([]byte) []byte{
		"gone": nil, "empty": func([]byte) []byte { return nil }, "a bit": func(b []byte) []byte { b[len(b)/2] ^= 4; return b },
		"a line less":      func(b []byte) []byte { return b[:bytes.LastIndexByte(bytes.TrimSpace(b), '\n')+1] },
		"as old as it was": func(b []byte) []byte { return b[:bytes.Index(b, []byte("\n\n"))+1] },
	} {
		of := filepath.Join(filepath.Dir(dir), strings.ReplaceAll(name, " ", "-"))
		copyDir(t, dir, of)
		ok(t, replace(of, old, "record.db", "private.db"))
		list := filepath.Join(of, plenary.RestrictionsFile)
		if change == nil {
			ok(t, os.Remove(list))
		} else {
			ok(t, os.WriteFile(list, change(bytes.Clone(b)), 0o600))
		}
		s := serve(t, bin, of)
		if a, err := s.get("/healthz"); err != nil || !strings.Contains(string(a.body), "restrictions.jsonl does not tell") {
			t.Errorf("%s: %v %v", name, a, err)
		}
		s.walk(name, append(sentinels, gone{"Nothing happens to me", true}), false)
		s.stop()
	}
	// A list that is damaged while all entries are there is made whole again, and then tells everything.
	mended := filepath.Join(filepath.Dir(dir), "mended")
	copyDir(t, dir, mended)
	b[len(b)/2] ^= 4
	ok(t, os.WriteFile(filepath.Join(mended, plenary.RestrictionsFile), b, 0o600))
	s = serve(t, bin, mended)
	for damaged := true; damaged; { // until it was looked through
		now, err := os.ReadFile(filepath.Join(mended, plenary.RestrictionsFile))
		ok(t, err)
		damaged = bytes.Contains(now, b[len(b)/2-8:len(b)/2+8]) || !bytes.Contains(now, []byte(`"seen"`))
	}
	s.stop()
	ok(t, replace(mended, old, "record.db", "private.db"))
	s = serve(t, bin, mended)
	if a, err := s.get("/en/c/" + slug + "/" + left.Ref); err != nil || a.status != http.StatusOK {
		t.Errorf("a list that was made whole tells nothing: %v %v", a, err)
	}
	s.walk("mended", sentinels, false)
	s.stop()
}
