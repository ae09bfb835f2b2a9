package web_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/namesake"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/together"
	"github.com/openplenary/plenary/web"
	"github.com/openplenary/plenary/web/serve"
)

// house is a real house with the demonstration in it, over a record in memory, behind a real server.
type house struct {
	t    testing.TB
	sec  *plenary.Secretariat
	disk *disk
	url  string
	mu   sync.Mutex
	mail []accounts.MailRow
	news []together.Letter // about drafts
	// asked are those who were asked for a second reading, of whom unreached get no letter.
	asked     []paper.Asking
	unreached int
	web       *web.Server

	files *attachment.Store
	db    *private.DB
	names *namesake.Index
	dir   string // of the files

	again bool // every form is sent twice, as by somebody to whom the first answer was lost
}

func newHouse(t testing.TB) *house {
	t.Helper()
	return houseOn(t, &demonstration, time.Now, script.DemoSlug, "@officer", "@moderator")
}

// played is a record in which a script was played once, for many tests: each goes on from a copy of its own.
type played struct {
	play   func(context.Context, *plenary.Secretariat, time.Time) (*script.Runner, error)
	once   sync.Once
	record *record.Memory
	key    *record.Key
	secret []byte
	runner *script.Runner // knows what the script called what
	err    error
}

var (
	demonstration = played{play: script.Demo}
	townPlayed    = played{play: script.Town}
)

// begin plays the script.
func (p *played) begin(ctx context.Context, now func() time.Time) error {
	p.record, p.secret = record.NewMemory(), make([]byte, 32)
	var err error
	if p.key, err = record.NewKey(rand.Reader); err != nil {
		return err
	}
	sec, err := openSecretariat(ctx, p.record, p.key, p.secret, now)
	if err != nil {
		return err
	}
	p.runner, err = p.play(ctx, sec, now())
	return errors.Join(err, sec.Close())
}

// openSecretariat begins on an engine.
func openSecretariat(ctx context.Context, e record.Engine, key *record.Key, secret []byte, now func() time.Time) (*plenary.Secretariat, error) {
	log, err := record.Open(e, record.Options{Key: key, Now: now})
	if err != nil {
		return nil, err
	}
	return plenary.NewSecretariat(ctx, plenary.Options{Log: log, Now: now, Random: rand.Reader, Secret: secret})
}

// houseOn is a house that goes on from where a script ended.
func houseOn(t testing.TB, p *played, now func() time.Time, slug, officer, moderator string) *house {
	t.Helper()
	p.once.Do(func() { p.err = p.begin(context.Background(), now) })
	if p.err != nil {
		t.Fatal(p.err)
	}
	h := &house{t: t, disk: &disk{Memory: p.record.Clone()}}
	var err error
	if h.sec, err = openSecretariat(t.Context(), h.disk, p.key, p.secret, now); err != nil {
		t.Fatal(err)
	}
	h.open(p.runner, p.secret, slug, officer, moderator)
	return h
}

// houseOf is a house in which a script was played.
func houseOf(t testing.TB, slug, officer, moderator string, play func(*plenary.Secretariat) (*script.Runner, error)) *house {
	t.Helper()
	return houseAt(t, time.Now, slug, officer, moderator, play)
}

// houseAt is one with a clock of its own.
func houseAt(t testing.TB, now func() time.Time, slug, officer, moderator string, play func(*plenary.Secretariat) (*script.Runner, error)) *house {
	t.Helper()
	h := &house{t: t, disk: &disk{Memory: record.NewMemory()}}
	key, err := record.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	secret := make([]byte, 32)
	if h.sec, err = openSecretariat(t.Context(), h.disk, key, secret, now); err != nil {
		t.Fatal(err)
	}
	r, err := play(h.sec)
	if err != nil {
		_ = h.sec.Close()
		t.Fatal(err)
	}
	h.open(r, secret, slug, officer, moderator)
	return h
}

// open serves the pages of what was played.
func (h *house) open(r *script.Runner, secret []byte, slug, officer, moderator string) {
	t := h.t
	t.Helper()
	t.Cleanup(func() { _ = h.sec.Close() })
	db, err := private.Open(filepath.Join(t.TempDir(), "private.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	people, err := account.New(db, secret)
	if err != nil {
		t.Fatal(err)
	}
	drafts := draft.New(db)
	h.dir = t.TempDir()
	files, err := attachment.New(db, h.dir)
	if err != nil {
		t.Fatal(err)
	}
	h.files, h.db, h.names = files, db, namesake.New(h.sec, db)
	roles := map[string]account.ID{}
	for role, alias := range map[string]string{"officer": officer, "moderator": moderator} {
		email := role + "@demonstration.invalid"
		if _, err := people.Invite(t.Context(), email, slug, uint64(r.Participant(alias)), time.Now()); err != nil {
			t.Fatal(err)
		}
		if roles[role], err = people.Ensure(t.Context(), email, locale.English, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	h.web = web.New(web.Options{Sec: h.sec, Accounts: people, Drafts: drafts, Aside: aside.New(db), Roster: roster.New(db), Files: files, DemoRoles: roles, Demo: map[string]home.Demonstration{slug: {Proposal: r.Ref("$asked-definitions"), Voice: r.Ref("$librarian"), Individual: r.Ref("$thesis-student")}},
		SignInMail: func(_ context.Context, s *account.SignIn, _ locale.Lang, link string) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			u, _ := url.Parse(link)
			h.mail = append(h.mail, accounts.MailRow{To: s.To, Text: s.Code, Link: u.Path})
			return nil
		},
		InviteMail: func(context.Context, account.InvitationLetter) error { return nil },
		TogetherMail: func(_ context.Context, l together.Letter) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.news = append(h.news, l)
			return nil
		},
		SecondReaderMail: func(_ context.Context, x paper.Asking) (int, error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.asked = append(h.asked, x)
			return len(x.To) - h.unreached, nil
		},
		Namesakes: h.names.Others,
		Mailbox: func() []accounts.MailRow {
			h.mu.Lock()
			defer h.mu.Unlock()
			return append([]accounts.MailRow(nil), h.mail...)
		}})
	srv := httptest.NewServer(h.web)
	t.Cleanup(srv.Close)
	h.url = srv.URL
}

// visitor is a browser with its own cookies. It does not follow redirects.
type visitor struct {
	h *house
	c *http.Client
}

// lines are the connections of visitors: those of http.DefaultTransport are cut by every httptest.Server that ends, of whatever test.
var lines = http.DefaultTransport.(*http.Transport).Clone()

func (h *house) visitor() *visitor {
	jar, _ := cookiejar.New(nil)
	return &visitor{h, &http.Client{Jar: jar, Transport: lines, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (h *house) as(role string) *visitor {
	v := h.visitor()
	if r := v.post("/en/demo/"+role, nil); r.status != 303 {
		h.t.Fatalf("cannot sit in the chair of the %s: %d", role, r.status)
	}
	return v
}

type answer struct {
	status int
	body   string
	header http.Header
}

func (v *visitor) do(r *http.Request) answer {
	v.h.t.Helper()
	resp, err := v.c.Do(r)
	if err != nil {
		v.h.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		v.h.t.Fatal(err)
	}
	return answer{resp.StatusCode, string(b), resp.Header}
}

func (v *visitor) get(path string) answer {
	v.h.t.Helper()
	r, err := http.NewRequest("GET", v.h.url+path, nil)
	if err != nil {
		v.h.t.Fatal(err)
	}
	return v.do(r)
}

func (v *visitor) post(path string, form url.Values) answer {
	v.h.t.Helper()
	return v.twice(path, form, func(form url.Values) answer { return v.sends(path, form) })
}

// sends sends a form.
func (v *visitor) sends(path string, form url.Values) answer {
	v.h.t.Helper()
	r, err := http.NewRequest("POST", v.h.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.do(r)
}

const conv = "/c/" + script.DemoSlug

// pages are addresses that everybody may read.
var pages = []string{"/", conv, conv + "/documents", conv + "/contributions", conv + "/contributions?late=1&category=ngo", conv + "/contributions?status=withheld", conv + "/contributions?country=ZZ",
	conv + "/contributions?print=1", conv + "/overview", conv + "/overview/use/copyright", conv + "/overview/administration/patents", conv + "/overview/administration/data", conv + "/p1/responses", conv + "/p1/responses?outcome=not_accepted", conv + "/p2/responses?print=1",
	conv + "/map", conv + "/record", conv + "/entry-1", conv + "/entry-40", conv + "/mine", conv + "/p1", conv + "/p1.e1?text=ar&second=en", conv + "/p1.e1.x4", conv + "/p1.x20",
	conv + "/k1", conv + "/k2", conv + "/p1/redline", conv + "/p1/concordance", conv + "/p1/find", conv + "/p1.e1.x4/trace", conv + "/c7/trace", conv + "/d1/trace", conv + "/c7", conv + "/c7/receipt", conv + "/k2/contribute", conv + "/k2/contribute?on=p2.e1.x3", conv + "/k1/contribute", "/sign-in", "/check", "/mailbox", "/demo/officer"}

var (
	oneH1   = regexp.MustCompile(`<h1[ >]`)
	inline  = regexp.MustCompile(`(?i)<script>|<style|\sstyle=|\son[a-z]+=|javascript:`)
	withTwo = regexp.MustCompile(`@[a-z][A-Za-z]+\(`)
)

// TestPages reads every page in every language: each key has its sentence, each page its one heading,
// its language and direction, the headers that keep it safe, and a JSON twin where it says so.
func TestPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for role, v := range map[string]*visitor{"nobody": h.visitor(), "officer": h.as("officer"), "moderator": h.as("moderator")} {
		list := pages
		if role != "nobody" {
			list = append(append([]string(nil), pages...), "/account", conv+"/desk", conv+"/c3")
		}
		for _, l := range locale.All {
			for _, p := range list {
				path := "/" + string(l) + p
				a := v.get(path)
				if a.status != 200 {
					t.Errorf("%s for %s: %d", path, role, a.status)
					continue
				}
				if i := strings.Index(a.body, "⟦"); i >= 0 {
					t.Errorf("%s: no sentence for %s", path, a.body[i:min(len(a.body), i+60)])
				}
				if n := len(oneH1.FindAllString(a.body, -1)); n != 1 {
					t.Errorf("%s: %d headings of the first degree", path, n)
				}
				if !strings.Contains(a.body, `<html lang="`+string(l)+`" dir="`+l.Dir()+`">`) {
					t.Errorf("%s: language and direction", path)
				}
				if m := inline.FindString(a.body); m != "" {
					t.Errorf("%s: inline %q", path, m)
				}
				if m := withTwo.FindString(a.body); m != "" {
					t.Errorf("%s: a component was printed: %q", path, m)
				}
				if !strings.Contains(a.header.Get("Content-Security-Policy"), "default-src 'none'") || a.header.Get("X-Content-Type-Options") != "nosniff" {
					t.Errorf("%s: headers", path)
				}
			}
		}
	}
}

func TestJSONTwins(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	for _, p := range []string{conv, conv + "/documents", conv + "/contributions", conv + "/map", conv + "/record", conv + "/entry-3", conv + "/mine", conv + "/overview", conv + "/overview/use/copyright", conv + "/p1/responses", conv + "/p1", conv + "/p1.x4", conv + "/k2", conv + "/c7", conv + "/c7/receipt", conv + "/p1/redline", conv + "/p1/concordance", conv + "/p1/find", conv + "/c7/trace", "/mailbox"} {
		a := v.get("/en" + p + ".json")
		var out map[string]any
		if err := json.Unmarshal([]byte(a.body), &out); a.status != 200 || err != nil {
			t.Errorf("%s.json: %d, %v", p, a.status, err)
		}
		r, _ := http.NewRequest("GET", h.url+"/en"+p, nil)
		r.Header.Set("Accept", "application/json")
		if b := v.do(r); !strings.HasPrefix(b.header.Get("Content-Type"), "application/json") {
			t.Errorf("%s: Accept: application/json got %s", p, b.header.Get("Content-Type"))
		}
		// What belongs to a form or to the reader is not in it.
		if strings.Contains(a.body, `"Token"`) || strings.Contains(a.body, "@demonstration.invalid") {
			t.Errorf("%s.json holds what is the reader's own", p)
		}
	}
}

func TestHiddenIsEqual(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	pending := h.pending(t)
	var bodies []string
	for _, p := range []string{"/c99999", "/p9", "/k9", "/nonsense", "/c7.9", "/" + pending + "/receipt", "/c99999/receipt", "/p1.x999", "/" + pending + "/trace", "/c99999/trace", "/" + pending + ".1/trace"} {
		a := v.get("/en" + conv + p)
		if a.status != 404 {
			t.Errorf("%s: %d", p, a.status)
		}
		// The page names its own address in the language links; nothing else may differ.
		bodies = append(bodies, strings.ReplaceAll(a.body, p, "/X"))
	}
	for i := range bodies {
		if bodies[i] != bodies[0] {
			t.Errorf("hidden page %d is told apart from one that is not there", i)
		}
	}
}

func (h *house) pending(t *testing.T) string {
	t.Helper()
	var out struct {
		Contributions []struct{ Ref string }
	}
	a := h.as("moderator").get("/en" + conv + "/contributions.json?status=pending&with=not-public")
	if err := json.Unmarshal([]byte(a.body), &out); err != nil || len(out.Contributions) == 0 {
		t.Fatal("nothing waits:", a.status, err)
	}
	return out.Contributions[0].Ref
}

const nonce1, nonce2 = "AAAAAAAAAAAAAAAAAAAAAA", "BAAAAAAAAAAAAAAAAAAAAA"

func submission(token, text string) url.Values {
	return url.Values{"do": {"send"}, "token": {token}, "on": {"p2.e1.x3"}, "text": {text}, "language": {"en"}, "category": {"individual"}}
}

// TestSubmit walks from the form to the receipt, twice with the same button.
func TestSubmit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	first := v.post("/en"+conv+"/k2/contribute", submission(nonce1, "What I have to say."))
	if first.status != 303 {
		t.Fatal(first.status, first.body)
	}
	to := first.header.Get("Location")
	again := v.post("/en"+conv+"/k2/contribute", submission(nonce1, "What I have to say."))
	if again.status != 303 || strings.Split(again.header.Get("Location"), "?")[0] != strings.Split(to, "?")[0] {
		t.Error("a double press does not find its first answer:", again.status, again.header.Get("Location"))
	}
	if other := v.post("/en"+conv+"/k2/contribute", submission(nonce1, "Something else.")); other.status != 409 {
		t.Error("the same token with another text:", other.status)
	}
	if a := v.get(to); a.status != 200 || !strings.Contains(a.body, "What I have to say.") {
		t.Error("the receipt page:", a.status)
	}
	ref := regexp.MustCompile(`/(c\d+)/receipt`).FindStringSubmatch(to)[1]
	receipt := v.get("/en" + conv + "/" + ref + "/receipt.json")
	if receipt.status != 200 {
		t.Fatal(receipt.status)
	}
	if a := h.visitor().get("/en" + conv + "/" + ref); a.status != 200 || !strings.Contains(a.body, "Waiting for a moderator.") || strings.Contains(a.body, "What I have to say.") {
		t.Error("a stranger is told something else than that it waits:", a.status)
	}
	if a := v.get("/en" + conv + "/mine"); !strings.Contains(a.body, "What I have to say.") {
		t.Error("the author does not find it again")
	}
	// Its receipt is good anywhere; with one byte changed it is not.
	check := func(b string) answer {
		r, _ := http.NewRequest("POST", h.url+"/en/check", strings.NewReader(b))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json")
		return h.visitor().do(r)
	}
	if a := check(receipt.body); a.status != 200 || !strings.Contains(a.body, `"pending"`) {
		t.Error("a good receipt:", a.status, a.body)
	}
	for i := 5; i < len(receipt.body); i += 97 {
		b := []byte(receipt.body)
		b[i] ^= 1
		if a := check(string(b)); a.status == 200 && !strings.Contains(receipt.body[max(0, i-120):i], `"address"`) {
			t.Errorf("a receipt with byte %d changed (%q) passes", i, receipt.body[max(0, i-20):i+1])
		}
	}
	// A moderator publishes it; then everybody reads it, and the shared page has it at once.
	mod := h.as("moderator")
	if a := mod.post("/en"+conv+"/"+ref+"/publish", url.Values{"token": {nonce2}}); a.status != 303 {
		t.Fatal("publish:", a.status, a.body)
	}
	if a := h.visitor().get("/en" + conv + "/" + ref); a.status != 200 || !strings.Contains(a.body, "What I have to say.") {
		t.Error("published and not to be read:", a.status)
	}
	if a := h.visitor().get("/en" + conv + "/contributions"); !strings.Contains(a.body, "What I have to say.") {
		t.Error("not in the list")
	}
	// Once it is answered, whoever holds the receipt reads what became of it; only its author may say something to that.
	h.as("officer").act("consultation.answer", `{"parts":["`+ref+`.1"],"outcome":"noted","reason":{"original":"en","in":{"en":"We have read it with care."}}}`, "Idempotency-Key", "CAAAAAAAAAAAAAAAAAAAAA").did(t)
	if a := h.visitor().post("/en/check", url.Values{"receipt": {receipt.body}}); a.status != 200 || !strings.Contains(a.body, "We have read it with care.") || strings.Contains(a.body, "/react") {
		t.Error("a receipt does not lead to the answer:", a.status)
	}
	if a := v.post("/en"+conv+"/"+ref+"/withdraw", url.Values{}); a.status != 303 {
		t.Error("withdraw:", a.status)
	}
	if a := h.visitor().get("/en" + conv + "/" + ref); a.status != 200 || strings.Contains(a.body, "What I have to say.") {
		t.Error("withdrawn and still to be read")
	}
}

func TestNonsense(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	at := "/en" + conv + "/k2/contribute"
	for name, c := range map[string]struct {
		form url.Values
		want int
	}{
		"empty":            {submission(nonce1, "   \n"), 422},
		"invalid UTF-8":    {submission(nonce1, "a\xff\xfeb"), 422},
		"unknown element":  {url.Values{"do": {"send"}, "on": {"p2.e1.x999"}, "text": {"x"}}, 404},
		"unknown paper":    {url.Values{"do": {"send"}, "on": {"p7.e1"}, "text": {"x"}}, 404},
		"no reference":     {url.Values{"do": {"send"}, "on": {"../../etc"}, "text": {"x"}}, 404},
		"unknown country":  {with(submission(nonce1, "x"), "country", "QQ"), 422},
		"unknown category": {with(submission(nonce1, "x"), "category", "king"), 422},
		"a state's voice":  {with(submission(nonce1, "x"), "category", "member_state"), 422},
		"an office's name": {with(submission(nonce1, "x"), "name", "The Secretariat"), 422},
		"bad address":      {with(submission(nonce1, "x"), "email", "a@b\r\nBcc: c@d"), 422},
		"unknown stance":   {with(submission(nonce1, "x"), "stance", "perhaps"), 422},
		"huge text":        {submission(nonce1, strings.Repeat("a", 10<<20)), 413},
		"too long":         {submission(nonce1, strings.Repeat("a", 100<<10)), 413},
		"too many fields":  {many(), 413},
		"nobody's party":   {with(submission("CAAAAAAAAAAAAAAAAAAAAA", "x"), "for", "y0000000000001"), 422}, // who is not signed in speaks for no party, and not silently for themselves
	} {
		if a := v.post(at, c.form); a.status != c.want {
			t.Errorf("%s: %d, want %d: %s", name, a.status, c.want, regexp.MustCompile(`(?s)<main.*</main>`).FindString(a.body))
		}
	}
	// Overrides of direction are taken out, not kept.
	a := v.post(at, submission(nonce2, "safe \u202etxet\u202c end"))
	if a.status != 303 {
		t.Fatal(a.status)
	}
	if b := v.get(a.header.Get("Location")); strings.ContainsAny(b.body, "\u202e\u202c") || !strings.Contains(b.body, "safe txet end") {
		t.Error("an override of direction was kept")
	}
	if a := v.get("/en" + conv); a.status != 200 {
		t.Error("the house is down")
	}
}

func with(v url.Values, k, s string) url.Values { v.Set(k, s); return v }

func many() url.Values {
	v := submission(nonce1, "x")
	for i := 0; i < 2100; i++ {
		v.Add("f", "1")
	}
	return v
}

// TestCrossOrigin: a form of another site is not taken.
func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	r, _ := http.NewRequest("POST", h.url+"/en"+conv+"/k2/contribute", strings.NewReader(submission(nonce1, "x").Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Origin", "https://elsewhere.example")
	if a := v.do(r); a.status != 403 {
		t.Error("a form from another site was taken:", a.status)
	}
}

// TestDoors: what is staff's answers others as if it were not there.
func TestDoors(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	nobody, officer, moderator := h.visitor(), h.as("officer"), h.as("moderator")
	for _, p := range []string{"/c7/publish", "/c7/withhold", "/c7/redact", "/c7/erase"} {
		if a := nobody.post("/en"+conv+p, url.Values{"ground": {"abuse"}, "reason": {"x"}}); a.status != 404 {
			t.Errorf("%s by nobody: %d", p, a.status)
		}
	}
	if a := moderator.post("/en"+conv+"/c7/erase", url.Values{"erase-ground": {"abuse"}}); a.status != 404 {
		t.Error("a moderator erases:", a.status)
	}
	// What lacks something comes back on the page of the contribution, to be mended there; what cannot be does not. Only a form
	// is read as one.
	const withhold = "/en" + conv + "/c7/withhold"
	here := func(a answer) bool { return strings.Contains(a.body, `action="`+withhold+`"`) }
	whole := url.Values{"ground": {"abuse"}, "reason": {"Typed & kept"}}
	for _, c := range []struct {
		form url.Values
		kept string
	}{{url.Values{"reason": {"Typed & kept"}}, "\nTyped &amp; kept</textarea>"}, {url.Values{"ground": {"abuse"}}, `value="abuse" selected`}} {
		if a := moderator.post(withhold, c.form); a.status != 422 || !here(a) || !strings.Contains(a.body, c.kept) {
			t.Error(c.form, a.status, here(a), deskErrors(a.body))
		}
	}
	if a := officer.post("/en"+conv+"/c7/erase", url.Values{"erase-ground": {"nonsense"}}); a.status != 422 || !here(a) || !strings.Contains(a.body, `id="erase-ground-error"`) || !strings.Contains(a.body, "<details open>") {
		t.Error("an erasure without a ground:", a.status, deskErrors(a.body))
	}
	if a := moderator.post("/en"+conv+"/c7/publish", nil); a.status != 409 || here(a) {
		t.Error("what is published is published:", a.status)
	}
	for _, kind := range []string{"text/plain", "application/json", ""} {
		r, err := http.NewRequest("POST", h.url+withhold, strings.NewReader(whole.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		if a := moderator.do(r); a.status != 422 || strings.Contains(a.body, "Typed &amp; kept") {
			t.Errorf("%q is read as a form: %d", kind, a.status)
		}
	}
	if a := nobody.get("/en" + conv + "/desk"); a.status != 303 || !strings.Contains(a.header.Get("Location"), "/sign-in") {
		t.Error("the desk to nobody:", a.status)
	}
	if a := officer.post("/en"+conv+"/c7/erase", url.Values{"erase-ground": {"at_request"}, "token": {nonce1}}); a.status != 303 {
		t.Error("an officer cannot erase:", a.status)
	}
	a := nobody.get("/en" + conv + "/c7")
	if a.status != 200 || !strings.Contains(a.body, "erased") {
		t.Error("the tombstone:", a.status)
	}
	if a := nobody.get("/en" + conv + "/c7/receipt.json"); a.status != 404 {
		t.Error("a stranger gets the receipt of what is erased:", a.status)
	}
}

func TestRoutesHavePolicy(t *testing.T) {
	t.Parallel()
	// web.New panics where a route has no row or a row no route.
	newHouse(t)
	for _, r := range web.Routes() {
		if r.Who == serve.Nobody {
			t.Errorf("%s %s: nobody may use it", r.Method, r.Pattern)
		}
		if r.Method == "POST" && r.Body == 0 {
			t.Errorf("%s %s takes a body of no size", r.Method, r.Pattern)
		}
		if r.Cached && r.Who != serve.Everybody {
			t.Errorf("%s %s is kept for everybody but not for everybody to see", r.Method, r.Pattern)
		}
	}
}

func FuzzForm(f *testing.F) {
	f.Add("application/x-www-form-urlencoded", "do=send&on=p2.e1.x3&text=x")
	f.Add("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nx\r\n--b--\r\n")
	f.Add("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nx\r\n--b--\r\n")
	h := newHouse(f)
	f.Fuzz(func(t *testing.T, ctype, body string) {
		r := httptest.NewRequest("POST", "/en"+conv+"/k2/contribute", strings.NewReader(body))
		r.Header.Set("Content-Type", ctype)
		w := httptest.NewRecorder()
		h.web.ServeHTTP(w, r)
		if w.Code >= 500 && w.Code != 503 {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
	})
}

// TestPolicyMatrix knocks at every door of the policy table in every role.
func TestPolicyMatrix(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	stranger := h.visitor() // signed in, with no role anywhere
	stranger.post("/en/sign-in", url.Values{"email": {"stranger@elsewhere.example"}})
	h.mu.Lock()
	m := h.mail[len(h.mail)-1]
	h.mu.Unlock()
	if a := stranger.post(m.Link, nil); a.status != 303 {
		t.Fatal("sign in:", a.status, a.body)
	}
	roles := map[string]*visitor{"nobody": h.visitor(), "stranger": stranger, "moderator": h.as("moderator"), "officer": h.as("officer")}
	opens := map[serve.Who][]string{
		serve.Everybody: {"nobody", "stranger", "moderator", "officer"}, serve.SignedIn: {"stranger", "moderator", "officer"}, serve.Staff: {"moderator", "officer"},
		serve.Offices: {"moderator", "officer"}, serve.Translators: {"officer"}, serve.Rapporteurs: {"officer"}, serve.Officers: {"officer"}, serve.Operators: {"stranger", "moderator", "officer"}, serve.DemoOnly: {"nobody", "stranger", "moderator", "officer"},
	}
	fill := strings.NewReplacer("{lang}", "en", "{slug}", script.DemoSlug, "{ref}", "c7", "{$}", "", "{token}", "none", "{role}", "nobody", "{key}", "none", "{hash}", "x", "{name}", "y", "{path...}", "p1", "{symbol...}", "X")
	for _, r := range h.web.Routes() {
		if strings.HasSuffix(r.Pattern, "/live") || strings.HasSuffix(r.Pattern, "/sign-out") {
			continue // a stream does not end; signing out would end the role
		}
		for role, v := range roles {
			path := fill.Replace(r.Pattern)
			var a answer
			if r.Method == "GET" {
				a = v.get(path)
			} else {
				a = v.post(path, url.Values{"nothing": {"x"}})
			}
			signIn := a.status == 303 && strings.Contains(a.header.Get("Location"), "/sign-in?next=")
			allowed := slices.Contains(opens[r.Who], role)
			if !allowed && a.status != 404 && !signIn {
				t.Errorf("%s %s lets %s in: %d", r.Method, r.Pattern, role, a.status)
			}
			if allowed && signIn {
				t.Errorf("%s %s sends %s away", r.Method, r.Pattern, role)
			}
			if a.status >= 500 {
				t.Errorf("%s %s for %s: %d", r.Method, r.Pattern, role, a.status)
			}
		}
	}
}
