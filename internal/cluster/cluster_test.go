package cluster

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/internal/fault/kept"
	"github.com/openplenary/plenary/place"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// TestLine: what is sent over a line that is cut waits, and comes when the line is mended; nobody hears of an end meanwhile.
func TestLine(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	far := make(chan net.Conn, 1)
	go func() {
		c, err := l.Accept()
		if err == nil {
			far <- c
		}
	}()
	x, err := newLine(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer x.l.Close()
	near, err := net.Dial("tcp", loopback(x.port()))
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	server := <-far
	say := func(c net.Conn, s string) {
		t.Helper()
		if _, err := io.WriteString(c, s); err != nil {
			t.Fatal(err)
		}
	}
	hear := func(c net.Conn, n int) string {
		t.Helper()
		b := make([]byte, n)
		if _, err := io.ReadFull(c, b); err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	say(near, "one")
	if got := hear(server, 3); got != "one" {
		t.Fatal(got)
	}
	x.cut()
	say(near, "two")
	say(server, "three")
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	if err := near.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := near.Read(make([]byte, 10)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("over a line that is cut come %d bytes: %v", n, err)
	}
	if err := near.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	x.mend()
	if got := hear(near, 5); got != "three" {
		t.Error(got)
	}
	if _, err := near.Read(make([]byte, 1)); err == nil {
		t.Error("the end is not heard")
	}
}

// TestBalancer: a request goes to a node that is ready; where one cannot be reached, to another.
func TestBalancer(t *testing.T) {
	answers := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Asked", r.Host+r.URL.RequestURI())
		w.WriteHeader(http.StatusTeapot)
	}
	there := httptest.NewServer(http.HandlerFunc(answers))
	defer there.Close()
	gone := httptest.NewServer(http.HandlerFunc(answers))
	gone.Close()
	b, err := newBalancer()
	if err != nil {
		t.Fatal(err)
	}
	var nodes []*node
	for _, s := range []*httptest.Server{there, gone} {
		nodes = append(nodes, &node{url: s.URL, addr: strings.TrimPrefix(s.URL, "http://"), client: newClient()})
	}
	b.serve(t.Context(), nodes)
	for range 4 {
		r, err := http.Get(b.url() + "/a%2Fb?c=d")
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if want := b.l.Addr().String() + "/a%2Fb?c=d"; r.StatusCode != http.StatusTeapot || r.Header.Get("Asked") != want {
			t.Errorf("%d, asked for %s, want %s", r.StatusCode, r.Header.Get("Asked"), want)
		}
	}
	b.ready[0].Store(false)
	b.ready[1].Store(false)
	r, err := http.Get(b.url())
	if err != nil {
		t.Fatal(err)
	}
	if r.Body.Close(); r.StatusCode != http.StatusBadGateway {
		t.Error("where no node is ready:", r.StatusCode)
	}
}

// TestStreamsEnd: the event streams of a node that says nothing any more are ended, and nothing else of it is.
func TestStreamsEnd(t *testing.T) {
	silent := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/readyz":
			select {
			case <-silent:
				<-r.Context().Done()
			default:
			}
			return
		case "/live":
			w.Header().Set("Content-Type", "text/event-stream")
		}
		_, _ = io.WriteString(w, "hello\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(s.CloseClientConnections)
	b, err := newBalancer()
	if err != nil {
		t.Fatal(err)
	}
	b.serve(t.Context(), []*node{{url: s.URL, addr: strings.TrimPrefix(s.URL, "http://"), client: newClient()}})
	get := func(path string) *bufio.Reader {
		t.Helper()
		r, err := http.Get(b.url() + path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.Body.Close() })
		in := bufio.NewReader(r.Body)
		if line, err := in.ReadString('\n'); err != nil || line != "hello\n" {
			t.Fatal(line, err)
		}
		return in
	}
	stream, page := get("/live"), get("/page")
	close(silent)
	if line, err := stream.ReadString('\n'); err == nil {
		t.Error("more of the stream:", line)
	}
	ended := make(chan struct{})
	go func() { _, _ = page.ReadByte(); close(ended) }()
	select {
	case <-ended:
		t.Error("the page was broken off")
	default:
	}
}

// TestFollowersMove: of two real nodes over one database behind the balancer one is killed. Whoever followed a page at it follows it at the other, and has every
// event since, in order; those who followed at the other notice nothing.
func TestFollowersMove(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	database, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	const password = "short"
	for _, sql := range []string{"CREATE DATABASE plenary", "ALTER ROLE plenary PASSWORD '" + password + "'"} {
		if _, err := database.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	port := int(database.Config().Port)
	if err := database.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := &Cluster{dir: t.TempDir(), password: password, servers: []*server{{port: port}}}
	c.o = Options{Nodes: 2, Program: filepath.Join(c.dir, "plenary"), Out: io.Discard}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", c.o.Program, "github.com/openplenary/plenary/cmd/plenary")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Cleanup(func() {
		for _, n := range c.nodes {
			n.proc.kill()
		}
		if c.end != nil {
			c.end()
		}
	})
	if err := errors.Join(c.convene(t.Context()), c.startNodes(t.Context())); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	const many = 8
	all := newFollowers(ctx, c.page(), many)
	told := 0
	tell := func() {
		t.Helper()
		told++
		x := &kept.Sent{Token: newToken(), Text: fmt.Sprintf("Word number %d.", told)}
		if err := until(ctx, time.Minute, "it is acknowledged", func() bool { return send(ctx, newClient(), c.balancer.url(), x) == nil }); err != nil {
			t.Fatal(err)
		}
		d, err := c.nodes[len(c.nodes)-1].digests(ctx, c.o.Program)
		if err != nil || len(d) != 1 {
			t.Fatal(d, err)
		}
		if err := until(ctx, time.Minute, "all are told", func() bool { return all.there(d[0].Position) }); err != nil {
			many, away, back := all.moved()
			t.Fatal(err, many, away, back)
		}
	}
	tell()
	for _, f := range all {
		f.begin()
	}
	c.nodes[0].proc.kill()
	tell()
	tell()
	moved, _, back := all.moved()
	if moved == 0 || moved == many {
		t.Errorf("%d of %d were at the node that was killed", moved, many)
	}
	if back > 0 {
		t.Errorf("%d events came out of their order", back)
	}
}

// TestCompare: whoever holds receipts against a record sees what is missing there, what is there twice, and what nobody sent.
func TestCompare(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	in, err := plenary.OpenInstance(t.Context(), plenary.InstanceOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, text := range []string{"once", "twice", "twice", "never sent"} {
		said += "\nsubmit\n  as: @ida\n  call: comments\n  on: general\n  language: en\n  category: individual\n  text: " + text + "\n"
	}
	if _, err := play(t.Context(), in, said); err != nil {
		t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	on, err := kept.Read(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	told := func(text string) kept.Sent {
		x := kept.Sent{Text: text}
		if refs := on.ByText[text]; len(refs) > 0 {
			x.Ref = refs[0]
		}
		return x
	}
	b, err := compare(on, []kept.Sent{told("once"), told("twice"), told("lost")}, map[string]bool{"once": true, "twice": true, "lost": true})
	if want := (broken{lost: 1, twice: 1, strange: 1}); b != want || err != nil {
		t.Errorf("%+v %v, want %+v", b, err, want)
	}
	wrong := told("once")
	wrong.Ref = "c99"
	if _, err := compare(on, []kept.Sent{wrong}, map[string]bool{"once": true, "twice": true, "never sent": true}); err == nil {
		t.Error("a receipt of another contribution is taken")
	}
}

// TestReceipts: what callers were told is read back from their logs, and the gaps between acknowledgements are counted.
func TestReceipts(t *testing.T) {
	c := &callers{dir: t.TempDir()}
	if err := os.WriteFile(c.log(3), []byte(`{"Token":"t","Text":"x","Ref":"c1","Receipt":"eA=="}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := c.receipts()
	if err != nil || len(all) != 1 || all[0].Ref != "c1" || string(all[0].Receipt) != "x" {
		t.Errorf("%+v %v", all, err)
	}
	begun := time.Now().Add(-time.Hour)
	for _, s := range []int{1, 2, 12, 13} {
		c.when = append(c.when, begun.Add(time.Duration(s)*time.Minute))
	}
	if got := c.count(begun.Add(2 * time.Minute)); got != 3 {
		t.Error(got)
	}
	if got := c.gap(begun); got < 47*time.Minute || got > 48*time.Minute {
		t.Error("until now:", got)
	}
	c.when = append(c.when, time.Now())
	c.when = c.when[2:]
	if got := c.gap(begun.Add(2 * time.Minute)); got < 47*time.Minute {
		t.Error(got)
	}
}

// TestWhoIsAskedAgain: where a node dies before it answers, what only reads is asked of another; a form is not, for it may have been taken, and whoever sent it is asked to load the
// page again. A form that did not reach a node goes whole to another.
func TestWhoIsAskedAgain(t *testing.T) {
	var took atomic.Int64
	there := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			took.Add(1)
		}
		all, _ := io.ReadAll(r.Body)
		_, _ = w.Write(all)
	}))
	defer there.Close()
	dies := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/readyz" {
			return
		}
		_, _ = io.ReadAll(r.Body)
		panic(http.ErrAbortHandler)
	}))
	defer dies.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	behind := func(s *httptest.Server) *balancer {
		b, err := newBalancer()
		if err != nil {
			t.Fatal(err)
		}
		var nodes []*node
		for _, s := range []*httptest.Server{there, s} {
			nodes = append(nodes, &node{url: s.URL, addr: strings.TrimPrefix(s.URL, "http://"), client: newClient()})
		}
		b.serve(t.Context(), nodes)
		return b
	}
	send := func(b *balancer, form string) (status int, body string) {
		t.Helper()
		r, err := http.Post(b.url(), "text/plain", strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		all, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return r.StatusCode, string(all)
	}
	b, form := behind(gone), strings.Repeat("a form ", 10_000)
	for range 2 {
		if status, body := send(b, form); status != http.StatusOK || body != form {
			t.Errorf("beside a node that is not there: %d, %d of %d bytes", status, len(body), len(form))
		}
	}
	b = behind(dies)
	took.Store(0)
	for range 2 {
		r, err := http.Get(b.url())
		if err != nil {
			t.Fatal(err)
		}
		if r.Body.Close(); r.StatusCode != http.StatusOK {
			t.Errorf("a page beside a node that dies: %d", r.StatusCode)
		}
	}
	var answers []int
	for range 2 {
		status, body := send(b, form)
		if answers = append(answers, status); status == http.StatusBadGateway && !strings.Contains(body, `id="again"`) {
			t.Errorf("nothing says what to do: %q", body)
		}
	}
	if slices.Sort(answers); !slices.Equal(answers, []int{http.StatusOK, http.StatusBadGateway}) || took.Load() != 1 {
		t.Errorf("of two forms, beside a node that dies with one: %v, %d taken", answers, took.Load())
	}

	// An answer that is taken away was given: its node took the form.
	b, struck := behind(there), -1
	b.lose.Store(&lost{path: "/", strike: func(at int) { struck = at }})
	took.Store(0)
	for i, want := range []int{http.StatusBadGateway, http.StatusOK} {
		if status, _ := send(b, form); status != want || took.Load() != int64(i+1) || struck < 0 {
			t.Errorf("form %d of two, of which the first has its answer taken away: %d, %d taken, struck %d", i, status, took.Load(), struck)
		}
	}
}

// TestANodeThatOnlyRead: a node that was killed before it had anything to write is a node again when it is started, and not one that lost what it knew; so is one that was killed
// while it began.
func TestANodeThatOnlyRead(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	first := filepath.Join(t.TempDir(), "first")
	open := func(dir string) (*plenary.Instance, place.Beside) {
		t.Helper()
		in, beside, err := place.Flags{Record: url}.OpenInstance(t.Context(), plenary.InstanceOptions{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		return in, beside
	}
	in, beside := open(first)
	if db, err := beside.Private(t.Context(), false); err != nil || db.Close() != nil {
		t.Fatal(err)
	}
	if _, err := play(t.Context(), in, ""); err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	for name, begin := range map[string]func(string) error{
		"joined":                func(string) error { return nil },
		"killed while it began": func(dir string) error { return os.WriteFile(filepath.Join(dir, "high"), nil, 0o600) },
	} {
		dir := filepath.Join(t.TempDir(), "data")
		if err := errors.Join(os.CopyFS(filepath.Join(dir, "keys"), os.DirFS(filepath.Join(first, "keys"))), begin(dir)); err != nil {
			t.Fatal(err)
		}
		for again := range 2 {
			in, _ := open(dir)
			if in.Restored() != nil {
				t.Errorf("%s, started %d times before: %v", name, again, in.Restored())
			}
			if err := in.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}
