package web_test

import (
	"bufio"
	"bytes"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/web"
	"github.com/openplenary/plenary/web/serve"
)

// entrance is another server before the same house, whose connections seem to come from wherever the test
// says.
func (h *house) entrance(change func(*web.Options)) *house {
	h.t.Helper()
	o := *h.web.Options
	o.Sources = &door.Sources{Exposed: true}
	change(&o)
	e := &house{t: h.t, sec: h.sec, web: web.New(o), files: h.files, db: h.db, dir: h.dir}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if peer := r.Header.Get("Test-Peer"); peer != "" {
			r.RemoteAddr = net.JoinHostPort(peer, "4711")
		}
		e.web.ServeHTTP(w, r)
	}))
	h.t.Cleanup(srv.Close)
	e.url = srv.URL
	return e
}

// headers adds headers to every request.
type headers map[string]string

func (h headers) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for k, v := range h {
		r.Header.Set(k, v)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// from is a browser that connects from a peer, which forwards for others ("" for nobody).
func (h *house) from(peer, forwarded string) *visitor {
	v := h.visitor()
	with := headers{"Test-Peer": peer}
	if forwarded != "" {
		with["X-Forwarded-For"] = forwarded
	}
	v.c.Transport = with
	return v
}

// drawn counts the tokens that were made up; some tests send from several goroutines.
var drawn atomic.Int64

// contribution is a form that can be sent.
func contribution(text string) url.Values {
	return url.Values{"on": {"p2.e1"}, "text": {text}, "language": {"en"}, "category": {"individual"}, "token": {fmt.Sprintf("%021dA", drawn.Add(1))}, "do": {"send"}}
}

const form = "/en" + conv + "/k2/contribute"

func (v *visitor) contributes(text string) answer { return v.post(form, contribution(text)) }

// accepted sends contributions, each from where from says, and counts those that were taken.
func accepted(n int, from func(i int) *visitor) (taken int, last answer) {
	for i := range n {
		last = from(i).contributes("Text " + strconv.Itoa(i) + ".")
		if last.status == 303 {
			taken++
		}
	}
	return taken, last
}

func named(list ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range list {
		p, err := door.ParseProxy(s)
		if err != nil {
			panic(err)
		}
		out = append(out, p)
	}
	return out
}

// TestLimitBySource sends contributions through proxies that are named and that are not. The limit is 60 in
// ten minutes.
func TestLimitBySource(t *testing.T) {
	h := newHouse(t)
	behind := func(list ...string) func(*web.Options) {
		return func(o *web.Options) { o.Sources = &door.Sources{Exposed: true, Behind: true, Named: named(list...)} }
	}
	person := func(i int) string { return fmt.Sprintf("198.51.100.%d", i) }
	for _, c := range []struct {
		what   string
		change func(*web.Options)
		n      int
		from   func(i int) (peer, forwarded string)
		want   int
	}{
		{"the operator's own", func(o *web.Options) { o.Sources = &door.Sources{} }, 70, func(int) (string, string) { return "127.0.0.1", "" }, 70},
		{"one source", func(*web.Options) {}, 70, func(int) (string, string) { return "192.0.2.7", "" }, 60},
		{"a hundred people behind a named proxy", behind("10.0.0.0/8"), 100, func(i int) (string, string) { return "10.0.0.5", person(i) }, 100},
		{"one person behind a named proxy", behind("10.0.0.0/8"), 70, func(i int) (string, string) { return "10.0.0.5", person(7) }, 60},
		{"who writes the header themselves", behind("10.0.0.0/8"), 70, func(i int) (string, string) { return "10.0.0.5", person(i) + ", 203.0.113.7" }, 60},
		{"a hundred people behind a proxy that is not named", behind(), 100, func(i int) (string, string) { return "10.0.0.5", person(i) }, 100},
		{"a hundred people behind a proxy on this machine that is not named", behind(), 100, func(i int) (string, string) { return "127.0.0.1", person(i) }, 100},
		{"a stranger who forwards", behind("10.0.0.0/8"), 70, func(i int) (string, string) { return "203.0.113.7", person(i) }, 60},
		{"a hundred people behind two proxies", behind("10.0.0.5", "172.16.0.0/12"), 100, func(i int) (string, string) { return "10.0.0.5", person(i) + ", 172.16.0.9" }, 100},
		{"one person behind two proxies", behind("10.0.0.5", "172.16.0.0/12"), 70, func(i int) (string, string) { return "10.0.0.5", "198.51.100.7, 172.16.0." + strconv.Itoa(i) }, 60},
		{"one household with IPv6", behind("10.0.0.5"), 70, func(i int) (string, string) { return "10.0.0.5", fmt.Sprintf("2001:db8:1:2::%x", i) }, 60},
		{"many households with IPv6", behind("10.0.0.5"), 70, func(i int) (string, string) { return "10.0.0.5", fmt.Sprintf("2001:db8:1:%x::7", i) }, 70},
	} {
		e := h.entrance(c.change)
		got, last := accepted(c.n, func(i int) *visitor { return e.from(c.from(i)) })
		if got != c.want {
			t.Errorf("%s: %d of %d are taken, not %d", c.what, got, c.n, c.want)
		}
		if got == c.n {
			continue
		}
		// What was typed is still there, and when to come back is said.
		wait, err := strconv.Atoi(last.header.Get("Retry-After"))
		if last.status != 429 || err != nil || wait < 1 || wait > 1200 {
			t.Errorf("%s: %d, to come back after %q", c.what, last.status, last.header.Get("Retry-After"))
		}
		deskRefused(t, last, 429, "too_many")
		if !strings.Contains(last.body, "Text "+strconv.Itoa(c.n-1)+".</textarea>") {
			t.Errorf("%s: the text is lost", c.what)
		}
	}
}

// TestLimitInAll: where nobody can be told from others, the limit in all holds.
func TestLimitInAll(t *testing.T) {
	h := newHouse(t)
	all := serve.Limits[0].InAll
	serve.Limits[0].InAll = 30
	e := h.entrance(func(o *web.Options) { o.Sources = &door.Sources{Behind: true, Exposed: true} })
	own := h.entrance(func(o *web.Options) { o.Sources = &door.Sources{} })
	serve.Limits[0].InAll = all
	if got, _ := accepted(40, func(int) *visitor { return own.visitor() }); got != 40 {
		t.Errorf("%d of the operator's own are taken", got)
	}
	if got, last := accepted(40, func(i int) *visitor { return e.from("10.0.0.5", "198.51.100."+strconv.Itoa(i)) }); got != 30 || last.status != 429 {
		t.Errorf("%d are taken, then %d", got, last.status)
	}
}

// TestLimitActs: whoever holds no office does only so much, on pages and by programs together; officers do their work.
func TestLimitActs(t *testing.T) {
	h := newHouse(t)
	_, fenland := h.delegate("Kingdom of Fenland")
	i := slices.IndexFunc(serve.Limits, func(l door.Limit) bool { return l.Name == serve.LimitActs })
	most := serve.Limits[i].PerSource
	serve.Limits[i].PerSource = 4
	e := h.entrance(func(*web.Options) {})
	serve.Limits[i].PerSource = most
	v, officer := e.as("moderator"), e.as("officer")
	for n, a := range []func() answer{
		func() answer {
			return v.act("delegation.align", `{"contribution": "c1", "stand": "aligned", "for": "`+fenland+`"}`)
		},
		func() answer { return v.act("accreditation.retract", `{"party": "y0000000000000"}`) },
		func() answer { return v.post("/en"+conv+"/c1/stand", url.Values{"do": {"aligned"}, "for": {fenland}}) },
		func() answer {
			return v.act("delegation.end", `{"party": "`+fenland+`", "participant": "u0000000000001"}`)
		},
	} {
		if got := a(); got.status == 429 {
			t.Errorf("%d: too much", n)
		}
	}
	for n, a := range []func() answer{
		func() answer {
			return v.act("delegation.align", `{"contribution": "c1", "stand": "aligned", "for": "`+fenland+`"}`)
		},
		func() answer { return v.post("/en"+conv+"/c1/stand", url.Values{"do": {"aligned"}, "for": {fenland}}) },
	} {
		if got := a(); got.status != 429 || got.header.Get("Retry-After") == "" {
			t.Errorf("%d: %d", n, got.status)
		}
	}
	for n := range 6 {
		if a := officer.act("delegation.unauthorise", `{"party": "`+fenland+`", "participant": "u0000000000001"}`); a.status != 409 {
			t.Errorf("%d: an officer is told %d %s", n, a.status, a.body)
		}
	}
}

// TestLimitDelegates: whoever manages a delegation invites so many in a day; an officer is not counted, and a form that is refused
// for its capacity is not either.
func TestLimitDelegates(t *testing.T) {
	h := newHouse(t)
	_, fenland := h.delegate("Kingdom of Fenland")
	var kingdom delegation.Party
	if err := kingdom.UnmarshalText([]byte(fenland)); err != nil {
		t.Fatal(err)
	}
	var officer, manager delegation.Participant
	h.state(func(st *conversation.State) {
		officer, manager = st.Roll.Holders(delegation.Officer)[0], st.Roll.Delegation(kingdom)[0].Participant
	})
	if _, err := h.sec.Do(t.Context(), script.DemoSlug, conversation.Ask{By: officer, Received: h.sec.Now(),
		Command: delegation.Authorise{Participant: manager, Party: kingdom, Capacity: delegation.FocalPoint}}); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(serve.Limits, func(l door.Limit) bool { return l.Name == serve.LimitDelegates })
	most := serve.Limits[i].PerSource
	serve.Limits[i].PerSource = 2
	e := h.entrance(func(*web.Options) {})
	serve.Limits[i].PerSource = most
	n := 0
	invites := func(v *visitor, email, capacity string) int {
		t.Helper()
		n++
		return v.post("/en"+conv+"/delegation", url.Values{"do": {"invite"}, "party": {fenland}, "email": {email}, "capacity": {capacity}, "language": {"en"}}).status
	}
	v := e.as("moderator")
	for _, c := range []struct {
		email, capacity string
		status          int
	}{{"one@fenland.example", "king", 422}, {"one@fenland.example", "member", 303}, {"two@fenland.example", "member", 303}, {"three@fenland.example", "member", 429}} {
		if got := invites(v, c.email, c.capacity); got != c.status {
			t.Errorf("%s as %s: %d, want %d", c.email, c.capacity, got, c.status)
		}
	}
	for range 4 {
		if got := invites(e.as("officer"), fmt.Sprintf("of%d@fenland.example", n), "member"); got != 303 {
			t.Errorf("an officer is told %d", got)
		}
	}
}

// TestOtherLimits: each act has its own.
func TestOtherLimits(t *testing.T) {
	h := newHouse(t)
	e := h.entrance(func(*web.Options) {})
	preview := contribution("A preview.")
	preview.Del("do")
	draft := contribution("A draft.")
	draft.Del("do")
	version := 0
	for _, c := range []struct {
		what  string
		limit int
		act   func(v *visitor) answer
	}{
		{"previews", 120, func(v *visitor) answer { return v.post(form, preview) }},
		{"drafts", 400, func(v *visitor) answer {
			draft.Set("version", strconv.Itoa(version))
			a := v.post("/en"+conv+"/k2/draft", draft)
			version++
			return a
		}},
		{"letters", 20, func(v *visitor) answer { return v.post("/en/sign-in", url.Values{"email": {"a@example.org"}}) }},
		{"codes", 30, func(v *visitor) answer { return v.post("/en/sign-in/code", url.Values{"code": {"000000"}}) }},
		{"codes by link", 0, func(v *visitor) answer { return v.post("/en/sign-in/abc", url.Values{"code": {"000000"}}) }},
		{"printed codes", 0, func(v *visitor) answer {
			return v.post("/en/sign-in/printed", url.Values{"email": {"a@example.org"}, "code": {"AAAA-AAAA-AAAA"}})
		}},
		{"checks", 60, func(v *visitor) answer { return v.post("/en/check", url.Values{"receipt": {"{}"}}) }},
	} {
		v := e.from("192.0.2.7", "")
		for i := range c.limit {
			if a := c.act(v); a.status == 429 {
				t.Fatalf("%s: number %d is refused", c.what, i+1)
			}
		}
		a := c.act(v)
		if a.status != 429 || a.header.Get("Retry-After") == "" {
			t.Errorf("%s: one more is answered with %d", c.what, a.status)
		}
		if c.what == "letters" && !strings.Contains(a.body, `value="a@example.org"`) {
			t.Error("the address is lost")
		}
		if a := c.act(e.from("192.0.2.8", "")); a.status == 429 {
			t.Errorf("%s: another source is refused", c.what)
		}
		if a := c.act(h.visitor()); a.status == 429 {
			t.Errorf("%s: the operator is refused", c.what)
		}
	}
	if a := h.as("officer").post("/en"+conv+"/c1/check", nil); a.status == 429 {
		t.Error(a.status)
	}
}

// TestAccountIsASource: who is signed in is counted by themselves, whoever else sits at the same address.
func TestAccountIsASource(t *testing.T) {
	h := newHouse(t)
	e := h.entrance(func(*web.Options) {})
	anybody := e.from("192.0.2.7", "")
	if got, _ := accepted(61, func(int) *visitor { return anybody }); got != 60 {
		t.Fatalf("%d are taken", got)
	}
	officer := e.from("192.0.2.7", "")
	if a := officer.post("/en/demo/officer", nil); a.status != 303 {
		t.Fatal(a.status)
	}
	if a := officer.contributes("As myself."); a.status != 303 {
		t.Errorf("%d: %s", a.status, deskErrors(a.body))
	}
}

// TestOneAddressIsNotFlooded: an address that nobody proved is theirs can be given ten times a day.
func TestOneAddressIsNotFlooded(t *testing.T) {
	h := newHouse(t)
	e := h.entrance(func(*web.Options) {})
	give := func(i int, address string) answer {
		c := contribution("Write to me.")
		c.Set("email", address)
		return e.from("192.0.2."+strconv.Itoa(i), "").post(form, c)
	}
	for i := range 10 {
		if a := give(i, "victim@example.org"); a.status != 303 {
			t.Fatalf("number %d: %d", i+1, a.status)
		}
	}
	deskRefused(t, give(11, "Victim@EXAMPLE.org"), 429, "email.many")
	if a := give(11, "other@example.org"); a.status != 303 {
		t.Errorf("another address: %d", a.status)
	}
	if a := give(11, ""); a.status != 303 {
		t.Errorf("none: %d", a.status)
	}
}

func (h *house) stored() int {
	h.t.Helper()
	names, err := filepath.Glob(filepath.Join(h.dir, "attachments", "*"))
	if err != nil {
		h.t.Fatal(err)
	}
	return len(names)
}

// uncited is how many bytes are charged for files that nothing cites.
func (h *house) uncited() int64 {
	h.t.Helper()
	n, err := h.files.Uncited(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

var big = bytes.Repeat([]byte("The timetable of 1911.\n"), 19<<20/23)

// TestNothingIsKeptOfWhatIsRefused sends large files where none is wanted.
func TestNothingIsKeptOfWhatIsRefused(t *testing.T) {
	h := newHouse(t)
	e := h.entrance(func(*web.Options) {})
	asJSON := func(v *visitor) *visitor {
		v.c.Transport.(headers)["Accept"] = "application/json"
		return v
	}
	bad := contribution("No such category.")
	bad.Set("category", "nobody")
	twice := contribution("Sent twice.")
	if a := e.from("192.0.2.1", "").post(form, twice); a.status != 303 {
		t.Fatal(a.status)
	}
	other := contribution("Other words.")
	other.Set("token", twice.Get("token"))
	noToken := contribution("A draft without a token.")
	noToken.Del("token")
	for i, c := range []struct {
		what   string
		path   string
		form   url.Values
		v      *visitor
		status int
	}{
		{"a draft", "/en" + conv + "/k2/draft", noToken, e.from("192.0.2.2", ""), 422},
		{"a draft of nothing", "/en" + conv + "/k99/draft", contribution("x"), e.from("192.0.2.3", ""), 200},
		{"no such call", "/en" + conv + "/k99/contribute", contribution("x"), e.from("192.0.2.4", ""), 404},
		{"no such conversation", "/en/c/nowhere/k1/contribute", contribution("x"), e.from("192.0.2.5", ""), 404},
		{"no such route", "/en" + conv + "/nowhere", contribution("x"), e.from("192.0.2.6", ""), 404},
		{"another route", "/en/check", url.Values{}, e.from("192.0.2.6", ""), 413},
		{"a program's form that is refused", form, bad, asJSON(e.from("192.0.2.7", "")), 422},
		{"a token that was used", form, other, e.from("192.0.2.8", ""), 409},
		{"a reply to what is not there", form, func() url.Values { f := contribution("x"); f.Set("on", "p99.e1"); return f }(), e.from("192.0.2.9", ""), 404},
		{"no document", form, contribution("x"), e.from("192.0.2.10", ""), 422},
	} {
		content := big
		if c.what == "no document" {
			content = append([]byte{0, 1, 2, 3}, big[:1<<20]...)
		}
		if a := c.v.deskUpload(c.path, c.form, "file", "timetable.txt", content); a.status != c.status {
			t.Errorf("%d, %s: %d, not %d: %.200s", i, c.what, a.status, c.status, deskErrors(a.body))
		}
		if n := h.stored(); n != 0 || h.uncited() != 0 {
			t.Fatalf("%s: %d files are kept, %d bytes", c.what, n, h.uncited())
		}
	}
}

// TestUploadsAreBounded: files of one source, files of all, and the disk.
func TestUploadsAreBounded(t *testing.T) {
	h := newHouse(t)
	e := h.entrance(func(*web.Options) {})
	preview := func(v *visitor) answer {
		f := contribution("With a file.")
		f.Del("do")
		return v.deskUpload(form, f, "file", "timetable.txt", big[:1<<20])
	}
	h.files.SetRoom(attachment.Room{PerSource: 2 << 20, InAll: 5 << 20})
	one := e.from("192.0.2.7", "")
	for range 2 {
		if a := preview(one); a.status != 200 {
			t.Fatal(a.status, deskErrors(a.body))
		}
	}
	kept := func(a answer) {
		t.Helper()
		if !strings.Contains(a.body, "With a file.</textarea>") {
			t.Error("the text is lost")
		}
	}
	a := preview(one)
	deskRefused(t, a, 429, "file.quota")
	kept(a)
	for i := range 3 {
		if a := preview(e.from("198.51.100."+strconv.Itoa(i), "")); a.status != 200 {
			t.Fatal(a.status, deskErrors(a.body))
		}
	}
	a = preview(e.from("198.51.100.9", ""))
	deskRefused(t, a, 503, "file.no_room")
	kept(a)
	if n := h.stored(); n != 5 {
		t.Errorf("%d files are kept", n)
	}
	// How often, whatever becomes of the files.
	h.files.SetRoom(attachment.Room{})
	often := e.from("203.0.113.9", "")
	for i := range 61 {
		f := contribution("With a file.")
		f.Set("category", "nobody")
		f.Del("do")
		a := often.deskUpload(form, f, "file", "a.txt", []byte("The timetable."))
		if i < 60 && a.status != 422 || i == 60 && a.status != 429 {
			t.Errorf("upload %d: %d %s", i, a.status, deskErrors(a.body))
		}
		if held := deskForm(t, a.body, form, 0); held.Get("text") != "With a file." || held.Get("token") != f.Get("token") {
			t.Errorf("upload %d: what was typed is lost: %v", i, held)
		}
	}
}

// TestFilesAtOnce: one source sends at most eight files at the same time.
func TestFilesAtOnce(t *testing.T) {
	h := newHouse(t)
	e := h.entrance(func(*web.Options) {})
	f := contribution("With a file.")
	f.Del("do")
	var held []net.Conn
	for range 8 {
		c, err := net.Dial("tcp", strings.TrimPrefix(e.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nTest-Peer: 192.0.2.7\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000\r\n\r\n--b\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\n\r\nThe timetable", form)
		held = append(held, c)
	}
	const charge = 16 << 10 // of each file when it has begun
	for h.uncited() < 8*charge {
		runtime.Gosched()
	}
	a := e.from("192.0.2.7", "").deskUpload(form, f, "file", "a.txt", big[:1000])
	if deskRefused(t, a, 503, "file.no_room"); t.Failed() {
		t.FailNow() // what follows waits for it
	}
	if a := e.from("192.0.2.8", "").deskUpload(form, f, "file", "a.txt", big[:1000]); a.status != 200 {
		t.Error("another source:", a.status)
	}
	for _, c := range held {
		_ = c.Close()
	}
	for h.uncited() > charge {
		runtime.Gosched()
	}
	if a := e.from("192.0.2.7", "").deskUpload(form, f, "file", "a.txt", big[:1000]); a.status != 200 {
		t.Error("when they are gone:", a.status)
	}
}

// TestNoFileForACallThatTakesNone: before a call opens and after it has closed, no file is kept, and the form is
// shown again with its text and the reason.
func TestNoFileForACallThatTakesNone(t *testing.T) {
	calls := fstest.MapFS{"calls.txt": {Data: []byte(`at 2020-01-10T09:00Z

convene ferries
  title.en: Ferries
  languages: en
  demonstration: yes
  officer: @olga
  labels: labels.json

publish-paper paper.json => $draft

announce closed
  title.en: Closed
  paper: $draft
  opens: 2020-02-01T00:00Z
  closes: 2020-02-14T00:00Z
  late: refused
  moderation: before

announce later
  title.en: Not open yet
  paper: $draft
  opens: 2090-02-01T00:00Z
  closes: 2090-02-14T00:00Z
  late: refused
  moderation: before
`)}}
	for _, name := range []string{"labels.json", "paper.json"} {
		b, err := os.ReadFile("../internal/script/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		calls[name] = &fstest.MapFile{Data: b}
	}
	h := houseOf(t, "ferries", "@olga", "@max", func(sec *plenary.Secretariat) (*script.Runner, error) {
		r := script.New(sec)
		return r, r.Run(t.Context(), calls, "calls.txt")
	})
	for call, key := range map[string]string{"k1": "call.closed", "k2": "call.not_open"} {
		f := contribution("Too late, or too early.")
		f.Set("on", "p1.e1")
		f.Del("do")
		a := h.visitor().deskUpload("/en/c/ferries/"+call+"/contribute", f, "file", "a.txt", big[:1000])
		deskRefused(t, a, 409, key)
		if !strings.Contains(a.body, "Too late, or too early.</textarea>") {
			t.Errorf("%s: the text is lost", call)
		}
		if n := h.stored(); n != 0 {
			t.Errorf("%s: %d files are kept", call, n)
		}
	}
}

// paced notes the deadlines that are set for reading.
type paced struct {
	*httptest.ResponseRecorder
	until []time.Time
}

func (p *paced) SetReadDeadline(t time.Time) error {
	p.until = append(p.until, t)
	return nil
}

// TestBodiesArePaced: every body is read with a deadline that is near (package door tests what becomes of it).
func TestBodiesArePaced(t *testing.T) {
	h := newHouse(t)
	w := &paced{ResponseRecorder: httptest.NewRecorder()}
	began := time.Now()
	h.web.ServeHTTP(w, httptest.NewRequest("POST", "/en/sign-in", strings.NewReader("email=")))
	if len(w.until) == 0 || w.until[0].Before(began) || w.until[0].After(time.Now().Add(time.Minute)) {
		t.Errorf("deadlines: %v", w.until)
	}
	if srv := h.web.HTTPServer(); srv.ReadHeaderTimeout == 0 || srv.IdleTimeout == 0 || srv.ReadTimeout == 0 || srv.WriteTimeout == 0 {
		t.Errorf("%+v", srv)
	}
}

// TestReserveIsForTheRecord: on a disk that is nearly full, files and drafts are refused with their texts
// kept, and contributions go on record, those with files that are there already too.
func TestReserveIsForTheRecord(t *testing.T) {
	h := newHouse(t)
	e := h.entrance(func(*web.Options) {})
	v := e.from("192.0.2.7", "")
	before := contribution("With a file that is there.")
	before.Del("do")
	a := v.deskUpload(form, before, "file", "timetable.txt", big[:1000])
	if a.status != 200 {
		t.Fatal(a.status)
	}
	before["kept"] = deskForm(t, a.body, form, 0)["kept"]
	before.Set("do", "send")
	h.files.SetRoom(attachment.Room{Reserve: 1 << 62})
	a = v.deskUpload(form, contribution("With a file."), "file", "timetable.txt", big[:1000])
	deskRefused(t, a, 503, "disk.reserved")
	if !strings.Contains(a.body, "With a file.</textarea>") || a.header.Get("Retry-After") == "" {
		t.Error("the text is lost, or nothing is said of later")
	}
	save := contribution("A draft.")
	save.Set("do", "save")
	a = v.post(form, save)
	deskRefused(t, a, 503, "disk.reserved")
	if !strings.Contains(a.body, "A draft.</textarea>") {
		t.Error("the draft is lost")
	}
	if a := v.post("/en"+conv+"/k2/draft", contribution("A draft.")); a.status != 503 {
		t.Error("a draft that saves itself:", a.status)
	}
	if a := v.contributes("Without a file."); a.status != 303 {
		t.Error("without a file:", a.status, deskErrors(a.body))
	}
	if a := v.post(form, before); a.status != 303 || len(before["kept"]) != 1 {
		t.Error("with a file that is there:", a.status, deskErrors(a.body))
	}
}

// TestFormIsBounded: a field that is too long is refused, and shown again; what is far too long is refused.
func TestFormIsBounded(t *testing.T) {
	h := newHouse(t)
	v := h.visitor()
	const most = 256 << 10
	for _, c := range []struct {
		size   int
		status int
		key    string
		shown  bool
	}{
		{most, 413, "contribution.long", true},
		{most + 1, 413, "text.long", true},
		{4<<20 + 1, 413, "too_large", false},
		{22 << 20, 413, "too_large", false},
	} {
		text := strings.Repeat("x", c.size-5) + " end."
		f := contribution(text)
		a := v.deskUpload(form, f, "", "", nil)
		if a.status != c.status || !strings.Contains(html.UnescapeString(a.body), locale.English.T("refusal."+c.key, "max", 65536)) {
			t.Errorf("%d bytes: %d %s", c.size, a.status, deskErrors(a.body))
		}
		if strings.Contains(a.body, " end.</textarea>") != c.shown {
			t.Errorf("%d bytes: shown again: %v", c.size, !c.shown)
		}
	}
	many := url.Values{}
	for i := range 2001 {
		many.Set("f"+strconv.Itoa(i), "")
	}
	nameless := url.Values{"": make([]string, 2002)}
	for what, f := range map[string]url.Values{"2001 fields": many, "2002 fields without a name": nameless} {
		deskRefused(t, v.deskUpload(form, f, "", "", nil), 413)
		if a := v.deskUpload(form, f, "", "", nil); !strings.Contains(a.body, locale.English.T("refusal.form.fields")) {
			t.Error(what, a.status)
		}
	}
}

// TestUploadCutShort: an upload that ends too early is no fault of the house.
func TestUploadCutShort(t *testing.T) {
	h := newHouse(t)
	var log bytes.Buffer
	e := h.entrance(func(o *web.Options) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	for _, path := range []string{form, "/en" + conv + "/k2/draft", "/en/check", "/en/sign-in"} {
		for _, kind := range []string{"multipart/form-data; boundary=b", "application/x-www-form-urlencoded"} {
			c, err := net.Dial("tcp", strings.TrimPrefix(e.url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 9000\r\nConnection: close\r\n\r\n--b\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\n\r\nThe timetable", path, kind)
			if err := c.(*net.TCPConn).CloseWrite(); err != nil {
				t.Fatal(err)
			}
			resp, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatal(path, kind, err)
			}
			if resp.StatusCode < 400 || resp.StatusCode >= 500 {
				t.Errorf("%s, %s: %d", path, kind, resp.StatusCode)
			}
			io.Copy(io.Discard, resp.Body)
			c.Close()
		}
	}
	if n := h.stored(); n != 0 || h.uncited() != 0 {
		t.Errorf("%d files are kept, %d bytes", n, h.uncited())
	}
	if strings.Contains(log.String(), "ERROR") {
		t.Error(log.String())
	}
	// A disk that fails is.
	if err := os.RemoveAll(filepath.Join(h.dir, "attachments")); err != nil {
		t.Fatal(err)
	}
	if a := e.from("192.0.2.7", "").deskUpload(form, contribution("x"), "file", "a.txt", []byte("The timetable.")); a.status != 500 {
		t.Error("a disk that fails:", a.status)
	}
}

// TestStreamsAreBounded: event streams are counted by themselves.
func TestStreamsAreBounded(t *testing.T) {
	h := newHouse(t)
	e := h.entrance(func(o *web.Options) { o.Caps = door.Caps{Conns: 100, PerPeer: 100, Streams: 3, StreamsPerSource: 2} })
	open := func(peer string) *http.Response {
		r, _ := http.NewRequest("GET", e.url+"/en"+conv+"/live?page=home", nil)
		resp, err := (&http.Client{Transport: headers{"Test-Peer": peer}}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() })
		return resp
	}
	for i, c := range []struct {
		peer string
		want int
	}{{"192.0.2.7", 200}, {"192.0.2.7", 200}, {"192.0.2.7", 503}, {"192.0.2.8", 200}, {"192.0.2.9", 503}} {
		//lint:ignore bodyclose a stream stays open until the test ends
		resp := open(c.peer)
		if resp.StatusCode != c.want || c.want == 503 && resp.Header.Get("Retry-After") == "" {
			t.Errorf("stream %d: %d %v", i, resp.StatusCode, resp.Header)
		}
	}
}

// TestOperatorIsToldOfProxies: who convenes sees which proxy to name, and nobody else does.
func TestOperatorIsToldOfProxies(t *testing.T) {
	h := newDeskHouse(t)
	var log bytes.Buffer
	e := h.entrance(func(o *web.Options) {
		o.Sources = &door.Sources{Behind: true, Exposed: true}
		o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	for range 3 {
		e.from("10.0.0.5", "198.51.100.7").get("/en/")
	}
	if n := strings.Count(log.String(), "--trusted-proxy 10.0.0.5"); n != 1 {
		t.Errorf("said %d times: %s", n, log.String())
	}
	for email, want := range map[string]bool{"officer@example.org": true, "anybody@example.org": false} {
		v := h.signedIn(email)
		u, _ := url.Parse(e.url)
		h, _ := url.Parse(h.url)
		v.c.Jar.SetCookies(u, v.c.Jar.Cookies(h))
		for _, l := range locale.All {
			r, _ := http.NewRequest("GET", e.url+"/"+string(l)+"/", nil)
			if a := v.do(r); strings.Contains(a.body, "--trusted-proxy") != want || want && !strings.Contains(a.body, "10.0.0.5") {
				t.Errorf("%s, %s: told: %v", email, l, !want)
			}
		}
	}
}

// TestManyPreviews: strangers who look at previews with files, ten thousand with PLENARY_SOAK=1, fill what strangers may fill and
// no more, and meanwhile people send and keep what they write.
func TestManyPreviews(t *testing.T) {
	n := 300
	if os.Getenv("PLENARY_SOAK") != "" {
		n = 10_000
	}
	h := newHouse(t)
	e := h.entrance(func(*web.Options) {})
	const room = 3 << 20
	h.files.SetRoom(attachment.Room{PerSource: 1 << 20, InAll: room})
	const senders = 4
	var taken [senders]int
	var all sync.WaitGroup
	for s := range senders {
		all.Go(func() {
			for i := range n / senders {
				f := contribution("With a file.")
				f.Del("do")
				v := e.from(fmt.Sprintf("198.%d.%d.%d", 18+s, i/3/250, i/3%250), "") // three each
				a := v.deskUpload(form, f, "file", "timetable.txt", big[:40<<10])
				if a.status == 200 {
					taken[s]++
				} else if a.status != 503 && a.status != 429 || !strings.Contains(a.body, "With a file.</textarea>") {
					t.Errorf("preview %d of %d: %d, or the text is lost", i, s, a.status)
					return
				}
			}
		})
	}
	for i := range 20 {
		v := e.from("203.0.113."+strconv.Itoa(i), "")
		if a := v.contributes("Meanwhile."); a.status != 303 {
			t.Error("a contribution meanwhile:", a.status, deskErrors(a.body))
		}
		if a := v.post("/en"+conv+"/k2/draft", contribution("Not yet.")); a.status >= 300 {
			t.Error("a draft meanwhile:", a.status)
		}
	}
	all.Wait()
	kept := taken[0] + taken[1] + taken[2] + taken[3]
	if kept == 0 || kept*(40<<10) > room || h.stored() != kept || h.uncited() > room {
		t.Errorf("of %d, %d are taken, %d files are kept, %d bytes are counted", n, kept, h.stored(), h.uncited())
	}
	if a := e.from("203.0.113.99", "").contributes("Afterwards."); a.status != 303 {
		t.Error("a contribution afterwards:", a.status)
	}
	t.Logf("of %d previews %d with a file", n, kept)
}

// TestHeldIsBounded: what nobody typed is not given back: a form of some megabytes from nobody, made for somebody, is answered shortly.
func TestHeldIsBounded(t *testing.T) {
	t.Parallel()
	v := newHouse(t).visitor()
	for size, back := range map[int]bool{1 << 10: true, 5 << 20: false} {
		a := v.post("/en/site", url.Values{"as": {"u1"}, "x": {strings.Repeat("a", size)}})
		if a.status < 400 || strings.Contains(a.body, "aaaa") != back || len(a.body) > 1<<20 {
			t.Errorf("%d bytes: %d, answered with %d", size, a.status, len(a.body))
		}
	}
}
