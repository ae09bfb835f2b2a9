package web_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"hash/fnv"
	"html"
	"io/fs"
	"maps"
	mathrand "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
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
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/web"
)

// What is kept of a page is what would be made again. These tests play scripts, and ask after every block for the
// addresses that may be kept: of a server that has been asked for them all along, and of one that was never asked
// for anything. Both must say the same; and the event stream of a page must bring what its parts have become.

// compared is a house with a script that is being played, an old server and always a new one.
type compared struct {
	t        *testing.T
	now      time.Time
	sec      *plenary.Secretariat
	accounts *account.Store
	options  web.Options
	old      *web.Server
	url      string // of the old one
	slug     func() string

	seed     uint64
	one      uint64 // of so many addresses one is followed
	every    int    // blocks
	blocks   int
	asked    map[string]string // what the old server said last
	editions int
	last     time.Time // the clock at the step before
	invited  map[string]bool
	streamed,
	pages int
}

// clock is the machine's clock: it stands where the script told it to.
func (c *compared) clock() time.Time { return c.now }

// again is randomness that is the same each time.
type again struct {
	mu sync.Mutex
	r  *mathrand.ChaCha8
}

func (a *again) Read(b []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.r.Read(b)
}

// newCompared opens a house over a record in memory. Without a seed, what its Secretariat draws is the same each time.
func newCompared(t *testing.T, start time.Time, seed, one uint64, every int) *compared {
	t.Helper()
	c := &compared{t: t, now: start, seed: seed, one: one, every: every, asked: map[string]string{}, invited: map[string]bool{}, last: start}
	key, err := record.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	log, err := record.Open(record.NewMemory(), record.Options{Key: key, Now: c.clock})
	if err != nil {
		t.Fatal(err)
	}
	secret, random := make([]byte, 32), rand.Reader
	if seed == 0 {
		random = &again{r: mathrand.NewChaCha8([32]byte([]byte("Plenary: the same for all tests.")))}
	}
	if c.sec, err = plenary.NewSecretariat(t.Context(), plenary.Options{Log: log, Now: c.clock, Random: random, Secret: secret}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.sec.Close() })
	db, err := private.Open(filepath.Join(t.TempDir(), "private.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if c.accounts, err = account.New(db, secret); err != nil {
		t.Fatal(err)
	}
	drafts := draft.New(db)
	files, err := attachment.New(db, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c.options = web.Options{Sec: c.sec, Accounts: c.accounts, Drafts: drafts, Aside: aside.New(db), Roster: roster.New(db), Files: files, DemoRoles: map[string]account.ID{},
		SignInMail: func(context.Context, *account.SignIn, locale.Lang, string) error { return nil },
		InviteMail: func(context.Context, account.InvitationLetter) error { return nil },
		Mailbox:    func() []accounts.MailRow { return nil }}
	c.old = web.New(c.options)
	srv := httptest.NewServer(c.old)
	t.Cleanup(srv.Close)
	c.url = srv.URL
	return c
}

// play runs a script and compares after its blocks.
func (c *compared) play(r *script.Runner, files fs.FS, name string) {
	c.t.Helper()
	r.Attach = attachNothing
	c.slug = func() string { return r.Slug }
	r.After = func(told time.Time) error {
		if told.After(c.now) {
			c.now = told
		}
		if c.blocks++; r.Slug != "" && c.blocks%c.every == 0 {
			return c.step()
		}
		return nil
	}
	if err := r.Run(c.t.Context(), files, name); err != nil {
		c.t.Fatal(err)
	}
	if err := c.step(); err != nil {
		c.t.Fatal(err)
	}
}

// attachNothing says of a file that it is kept.
func attachNothing(name string, content []byte) (consultation.SubmitFile, error) {
	return consultation.SubmitFile{ID: "0123456789abcdef", Name: name, Type: "text/plain", Size: int64(len(content)), SHA: strings.Repeat("0", 64)}, nil
}

// step compares the servers now.
func (c *compared) step() error {
	fresh := web.New(c.options)
	turned := c.turned()
	readers, err := c.readers()
	if err != nil {
		return err
	}
	for i, address := range c.addresses() {
		// A page of somebody must not be kept for everybody, whoever asks first.
		var somebody *http.Cookie
		if names := slices.Sorted(maps.Keys(readers)); c.number(address, "reader")%7 == 0 {
			somebody = readers[names[(i+c.blocks)%len(names)]]
			get(c.old, address, somebody)
		}
		is, want := get(c.old, address, nil), get(fresh, address, nil)
		c.pages++
		if is != want {
			return fmt.Errorf("block %d, at %s: GET %s: the page that was kept is not what would be made: %s", c.blocks, c.now.Format(time.RFC3339), address, difference(is, want))
		}
		if somebody != nil {
			if is, want := plainly(get(c.old, address, somebody)), plainly(get(fresh, address, somebody)); is != want {
				return fmt.Errorf("block %d: GET %s by somebody: %s", c.blocks, address, difference(is, want))
			}
		}
		if was, ok := c.asked[address]; ok && was != is && !turned {
			if err := c.stream(address, was, want); err != nil {
				return fmt.Errorf("block %d: the event stream of %s: %w", c.blocks, address, err)
			}
		}
		c.asked[address] = is
	}
	return nil
}

// turned reports whether, since the step before, a call opened or closed by the clock alone, which no stream says
// before the timekeeper has written it; or an edition came out, which is another page than the one being read.
func (c *compared) turned() (yes bool) {
	c.t.Helper()
	if _, err := c.sec.Read(c.t.Context(), c.slug(), func(st *conversation.State) error {
		editions := 0
		for _, p := range st.Papers.All {
			editions += len(p.Editions)
		}
		yes = editions != c.editions
		for _, k := range st.Consultation.Calls {
			for _, at := range []time.Time{k.Opens, k.Closes} {
				yes = yes || at.After(c.last) && !at.After(c.now)
			}
		}
		c.editions, c.last = editions, c.now
		return nil
	}); err != nil {
		c.t.Fatal(err)
	}
	return yes
}

// readers are cookies of people who are somebody in particular.
func (c *compared) readers() (map[string]*http.Cookie, error) {
	out := map[string]*http.Cookie{"author": {Name: "plenary-own", Value: c.slug() + "~" + nonce1}}
	_, err := c.sec.Read(c.t.Context(), c.slug(), func(st *conversation.State) error {
		for _, role := range []string{"officer", "moderator", "chair"} {
			parsed, _ := delegation.ParseRole(role)
			for _, p := range st.Roll.Holders(parsed) {
				email := string(p.Ref()) + "@demonstration.invalid" // who holds two offices has one account
				if !c.invited[email] {
					if _, err := c.accounts.Invite(c.t.Context(), email, c.slug(), uint64(p), c.now); err != nil {
						return err
					}
					c.invited[email] = true
				}
				id, err := c.accounts.Ensure(c.t.Context(), email, locale.English, c.now)
				if err != nil {
					return err
				}
				c.options.DemoRoles[role] = id
				break
			}
		}
		return nil
	})
	for role := range c.options.DemoRoles {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", "/en/demo/"+role, strings.NewReader(""))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		c.old.ServeHTTP(w, r)
		for _, k := range w.Result().Cookies() {
			if k.Name == "plenary" {
				out[role] = k
			}
		}
		if out[role] == nil && err == nil {
			err = fmt.Errorf("cannot sit in the chair of the %s: %d", role, w.Code)
		}
	}
	return out, err
}

func get(s http.Handler, address string, cookie *http.Cookie) string {
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", address, nil)
	if cookie != nil {
		r.AddCookie(cookie)
	}
	s.ServeHTTP(w, r)
	return fmt.Sprint(w.Code, " ", w.Header().Get("Location"), "\n", w.Body.String())
}

var token = regexp.MustCompile(`value="[A-Za-z0-9_-]{22}"`)

// plainly is a page without the tokens of its forms, which are new each time.
func plainly(s string) string { return token.ReplaceAllString(s, `value="token"`) }

// difference shows where two pages part.
func difference(is, want string) string {
	i := 0
	for i < min(len(is), len(want)) && is[i] == want[i] {
		i++
	}
	cut := func(s string) string { return s[max(0, i-80):min(len(s), i+160)] }
	return fmt.Sprintf("\nkept …%q…\nmade …%q…", cut(is), cut(want))
}

// number is drawn for an address, the same through a whole script.
func (c *compared) number(address, purpose string) uint64 {
	h := fnv.New64a()
	fmt.Fprint(h, c.seed, purpose, address)
	return h.Sum64() >> 7
}

// followed are the pages with an event stream, of which more are followed.
var followed = regexp.MustCompile(`^/../c/[a-z-]+(/contributions|/p\d+(\.e\d+)?)?$`)

// addresses are those of all routes that may be kept, for what there is now; of so many one.
func (c *compared) addresses() (out []string) {
	c.t.Helper()
	refs, cells := c.there()
	for _, r := range c.old.Routes() {
		if r.Method != "GET" || !r.Cached {
			continue
		}
		for _, p := range c.spelled(r.Pattern, refs, cells) {
			languages := []string{"en"}
			if other := locale.All[c.number(p, "language")%uint64(len(locale.All))]; other != locale.English {
				languages = append(languages, string(other))
			}
			for _, l := range languages {
				address := strings.ReplaceAll(p, "{lang}", l)
				one := c.one
				if followed.MatchString(address) {
					one = max(1, one/6)
				}
				if c.number(address, "follow")%one == 0 {
					out = append(out, address)
				}
				if before, query, _ := strings.Cut(address, "?"); c.number(address, "twin")%(4*c.one) == 0 && !strings.HasSuffix(before, "/") {
					out = append(out, before+".json?"+query)
				}
			}
		}
	}
	return out
}

// there lists what there is to be read about: references of every kind, and the cells of the overview.
func (c *compared) there() (refs map[byte][]cite.Ref, cells [][2]string) {
	c.t.Helper()
	refs = map[byte][]cite.Ref{}
	add := func(rs ...cite.Ref) {
		for _, r := range rs {
			if r != cite.None && !slices.Contains(refs[r.Kind()], r) {
				refs[r.Kind()] = append(refs[r.Kind()], r)
			}
		}
	}
	if _, err := c.sec.Read(c.t.Context(), c.slug(), func(st *conversation.State) error {
		for _, p := range st.Papers.All {
			add(p.Ref)
			for _, e := range p.Editions {
				add(e.Ref)
				// As many from a long paper as from a short one: what is left out is left out at each step.
				for i, n := 0, max(1, len(e.Elements)/12); i < len(e.Elements); i += n {
					x := e.Elements[i].Ref
					add(x, cite.Element(e.Ref, x.ElementNumber()))
				}
			}
			for _, r := range p.Reserved {
				add(r.Ref)
			}
		}
		for _, k := range st.Consultation.Calls {
			add(k.Ref)
		}
		for n, by := 1, 1+st.Consultation.Len()/100; n <= st.Consultation.Len(); n += by {
			add(cite.Contribution(n), cite.Part(cite.Contribution(n), 1))
		}
		for n := 1; n <= st.Consultation.Dispositions(); n += 1 + n/20 {
			add(cite.Disposition(n))
		}
		add("p9", "k9", "c999", "d99") // not there yet
		for _, row := range st.Crosscutting {
			for _, s := range st.Subjects {
				cells = append(cells, [2]string{row.ID, s.ID})
			}
		}
		return nil
	}); err != nil {
		c.t.Fatal(err)
	}
	return refs, cells
}

// queries are what an address may end with, by the end of its pattern.
var queries = map[string][]string{
	"/contributions": {"", "call=k1", "call=k2", "category=ngo", "country=CH", "status=withheld", "status=withdrawn", "late=1", "language=fr", "issue=p1.x1", "issue=p1.x2", "since=2020-01-15", "until=2020-01-15", "before=3", "print=1"},
	"/responses":     {"", "outcome=accepted", "outcome=unanswered", "print=1"},
	"/redline":       {"", "all=yes", "from=1"},
	"/concordance":   {"", "fate=unchanged", "open=p1.x2"},
	"/find":          {"", "number=1", "number=1(i)&edition=1"},
	"/trace":         {"", "points-after=c1.1"},
	"/record":        {"", "before=5"},
	"/{ref}":         {""},
}

// paperQueries are those of a paper's page beside.
var paperQueries = []string{"", "text=fr", "text=fr&second=en", "was=p1.x1"}

// spelled puts references and cells into a pattern. The language is left.
func (c *compared) spelled(pattern string, refs map[byte][]cite.Ref, cells [][2]string) (out []string) {
	c.t.Helper()
	p := strings.ReplaceAll(strings.ReplaceAll(pattern, "{slug}", c.slug()), "{$}", "")
	var paths []string
	switch {
	case strings.Contains(p, "{ref}"):
		for kind, rs := range refs {
			for _, r := range rs {
				if strings.HasSuffix(p, "/{ref}") || kind == 'p' || strings.HasSuffix(p, "/trace") {
					paths = append(paths, strings.ReplaceAll(p, "{ref}", string(r)))
				}
			}
		}
		if strings.HasSuffix(p, "/{ref}") {
			paths = append(paths, strings.ReplaceAll(p, "{ref}", "entry-3"), strings.ReplaceAll(p, "{ref}", "entry-20"))
		}
	case strings.Contains(p, "{row}"):
		for _, cell := range cells {
			paths = append(paths, strings.ReplaceAll(strings.ReplaceAll(p, "{row}", cell[0]), "{subject}", cell[1]))
		}
	default:
		paths = []string{p}
	}
	slices.Sort(paths)
	with := []string{""}
	for end, qs := range queries {
		if strings.HasSuffix(pattern, end) {
			with = qs
		}
	}
	for _, p := range paths {
		if strings.Contains(strings.Replace(p, "{lang}", "", 1), "{") {
			c.t.Fatalf("this test has nothing to put into %s", pattern)
		}
		qs := with
		if last := cite.Ref(path.Base(p)); strings.HasSuffix(pattern, "/{ref}") && last.Kind() == 'p' && last.ElementNumber() == 0 {
			qs = paperQueries
		}
		for _, q := range qs {
			out = append(out, strings.TrimSuffix(p+"?"+q, "?"))
		}
	}
	return out
}

var (
	live     = regexp.MustCompile(`hx-sse:connect="([^"]+)"`)
	parts    = regexp.MustCompile(`id="(home-counts|home-latest|list-counts|m-p\d+-x\d+)"`)
	Fragment = regexp.MustCompile(`(?s)<hx-partial hx-target="#([^"]+)" hx-swap="innerHTML">(.*?)</hx-partial>`)
)

// stream reads the next event of the stream of a page that is out of date, and holds it against the page as it is
// now: each fragment is a part of that page, and what changed among the parts is in it.
func (c *compared) stream(address, was, is string) error {
	m := live.FindStringSubmatch(was)
	if m == nil {
		return nil
	}
	changed := map[string]bool{}
	for _, id := range parts.FindAllStringSubmatch(is, -1) {
		old, ok := inner(was, id[1])
		now, _ := inner(is, id[1])
		if ok && old != now {
			changed[id[1]] = true
		}
	}
	if len(changed) == 0 {
		return nil
	}
	c.streamed++
	event, err := c.event(html.UnescapeString(m[1]))
	if err != nil {
		return fmt.Errorf("%w: nothing comes, though %v changed", err, slices.Sorted(maps.Keys(changed)))
	}
	for _, f := range Fragment.FindAllStringSubmatch(event, -1) {
		want, ok := inner(is, f[1])
		if got := strings.TrimSpace(f[2]); !ok || got != want {
			return fmt.Errorf("#%s: %s", f[1], difference(got, want))
		}
		delete(changed, f[1])
	}
	if len(changed) > 0 {
		return fmt.Errorf("it leaves out %v", slices.Sorted(maps.Keys(changed)))
	}
	return nil
}

// event reads one event of a stream, as one text.
func (c *compared) event(address string) (string, error) {
	ctx, cancel := context.WithTimeout(c.t.Context(), 5*time.Second) // only where the test fails
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", c.url+address, nil)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %d", address, resp.StatusCode)
	}
	var data bytes.Buffer
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if line, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			data.WriteString(line + "\n")
		} else if lines.Text() == "" && data.Len() > 0 {
			return data.String(), nil
		}
	}
	return "", fmt.Errorf("%s ended", address)
}

var anyTag = regexp.MustCompile(`</?([a-z][a-z0-9]*)[^>]*>`)

// inner is what stands in the element with an id.
func inner(s, id string) (string, bool) {
	i := strings.Index(s, `id="`+id+`"`)
	if i < 0 {
		return "", false
	}
	start := strings.LastIndexByte(s[:i], '<')
	end := start + strings.IndexByte(s[start:], '>') + 1
	name := anyTag.FindStringSubmatch(s[start:end])[1]
	depth := 1
	for _, m := range anyTag.FindAllStringSubmatchIndex(s[end:], -1) {
		if s[end+m[2]:end+m[3]] != name {
			continue
		}
		if s[end+m[0]+1] == '/' {
			depth--
		} else {
			depth++
		}
		if depth == 0 {
			return strings.TrimSpace(s[end : end+m[0]]), true
		}
	}
	return "", false
}

// TestKeptPagesAreFresh plays every script of the house and the demonstration. Of the addresses some are
// followed, chosen by a seed; with PLENARY_SOAK=1 all, and
// of the demonstration more.
func TestKeptPagesAreFresh(t *testing.T) {
	soak := os.Getenv("PLENARY_SOAK") != ""
	seed := uint64(1) // the same addresses on every day; the soak draws anew
	if soak {
		seed = uint64(time.Now().UnixNano())
	}
	if s := os.Getenv("PLENARY_SEED"); s != "" {
		if _, err := fmt.Sscan(s, &seed); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("PLENARY_SEED=%d", seed)
	one := func(of uint64) uint64 {
		if soak {
			return 1
		}
		return of
	}
	files := os.DirFS("../internal/script/testdata")
	names, err := fs.Glob(files, "*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(name, ".txt"), func(t *testing.T) {
			if name == "chain.txt" {
				t.Skip("it goes on where the demonstration ends")
			}
			t.Parallel() // each has a house of its own, and event streams wait for their pace
			c := newCompared(t, time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC), seed, one(20), 1)
			c.play(script.New(c.sec), files, name)
			t.Logf("%d pages and %d events, after %d blocks", c.pages, c.streamed, c.blocks)
		})
	}
	t.Run("demonstration", func(t *testing.T) {
		t.Parallel()
		every, of := 120, uint64(40)
		if soak {
			every, of = 25, 8 // its pages are many and long
		}
		c := newCompared(t, time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC), seed, of, every)
		r := script.New(c.sec)
		r.Now = time.Date(2026, 3, 2, 10, 30, 0, 0, time.UTC)
		c.play(r, os.DirFS("../internal/script/testdata/demo"), "demo.txt")
		c.every, c.one = 1, max(1, 2*c.one)
		c.play(r, files, "chain.txt")
		t.Logf("%d pages and %d events, after %d blocks", c.pages, c.streamed, c.blocks)
	})
}
