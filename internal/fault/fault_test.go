package fault

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/site"
)

// slug is the one conversation of these tests, comments the reference of its open call, on what people
// comment on.
const (
	slug     = "ferries"
	comments = "k1"
	on       = "p1.e1"
)

var world = fstest.MapFS{
	"labels.json": {Data: []byte(`{"original": "en", "categories": [
		{"id": "ngo", "name": {"en": "Non-governmental organisation"}, "body": true},
		{"id": "individual", "name": {"en": "Individual"}}]}`)},
	"paper.json": {Data: []byte(`{"kind": "issues-paper", "symbol": "TEST/FERRY/1", "original": "en", "date": "2026-01-10",
		"title": {"en": "Draft issues paper on ferries"},
		"elements": [
			{"kind": "issue", "number": "1", "text": {"en": "Who may cross"}},
			{"kind": "paragraph", "number": "1", "text": {"en": "A ferry carries people, goods and cattle."}}]}`)},
}

const convened = `
convene ferries
  title.en: Ferries
  languages: en
  officer: @olga
  labels: labels.json

publish-paper paper.json => $draft

announce comments
  title.en: Comments on ferries
  paper: $draft
  opens: now-1m
  closes: CLOSES
  late: refused
  moderation: after

tick
`

// seed makes a data directory with a conversation, a published paper and an open call, and gives the key
// that its record is verified with.
func seed(t testing.TB, dir, closes, more string) (key string) {
	t.Helper()
	ctx := context.Background()
	in, err := plenary.OpenInstance(ctx, plenary.InstanceOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	r := script.New(in.Secretariat)
	r.Files = world
	if err := r.RunText(ctx, "seed", strings.Replace(convened, "CLOSES", closes, 1)+more); err != nil {
		t.Fatal(err)
	}
	invite(t, in)
	whose, err := site.Open(dir, "", time.Now)
	if err == nil {
		err = whose.Save(func(now site.Said) (site.Said, error) { // so that conversations can be opened
			now.Name, now.Contact = locale.Plain(locale.English, "Harbour Office"), locale.Plain(locale.English, "Quay 1")
			now.Pages = site.FirstPages(func(string, locale.Lang) string { return "…" })
			return now, nil
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	_, key, _ = in.Key(slug)
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	return key
}

// invite reserves an account for everybody whom the script gave an office, as the desk does.
func invite(t testing.TB, in *plenary.Instance) {
	t.Helper()
	ctx := context.Background()
	db, err := private.Open(filepath.Join(in.Dir, private.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	accounts, err := account.New(db, in.Secret)
	if err != nil {
		t.Fatal(err)
	}
	cited, err := in.Cited(ctx, slug)
	if err != nil {
		t.Fatal(err)
	}
	for p := range cited.Participants {
		if _, err := accounts.Invite(ctx, fmt.Sprintf("%x@ferries.example", uint64(p)), slug, uint64(p), in.Now()); err != nil {
			t.Fatal(err)
		}
	}
}

// room makes a directory, which is kept if the test fails.
func room(t testing.TB) string { return roomIn(t, "") }

// quickRoom is a room in memory where there is one, for what is done a thousand times and where a sync means
// nothing.
func quickRoom(t testing.TB) string {
	if _, err := os.Stat("/dev/shm"); err == nil {
		return roomIn(t, "/dev/shm")
	}
	return roomIn(t, "")
}

func roomIn(t testing.TB, parent string) string {
	t.Helper()
	dir, err := os.MkdirTemp(parent, "plenary-fault-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("kept: %s", dir)
			return
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

var bins struct {
	mu   sync.Mutex
	dir  string
	path map[bool]string
}

func TestMain(m *testing.M) {
	code := m.Run()
	if bins.dir != "" {
		_ = os.RemoveAll(bins.dir)
	}
	os.Exit(code)
}

// binary builds the real program once, with the race detector or without.
func binary(t testing.TB, race bool) string {
	t.Helper()
	bins.mu.Lock()
	defer bins.mu.Unlock()
	if p := bins.path[race]; p != "" {
		return p
	}
	if bins.dir == "" {
		dir, err := os.MkdirTemp("", "plenary-bin-")
		if err != nil {
			t.Fatal(err)
		}
		bins.dir, bins.path = dir, map[bool]string{}
	}
	p := filepath.Join(bins.dir, fmt.Sprintf("plenary-%t", race))
	args := []string{"build", "-o", p}
	if race { // with the pages as "make check" compiles them, or all that stands on them is compiled once more
		args = append(args, "-race", "-gcflags=github.com/openplenary/plenary/page/...=-N -l")
	}
	out, err := exec.Command("go", append(args, "github.com/openplenary/plenary/cmd/plenary")...).CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	bins.path[race] = p
	return p
}

// run runs a command of the program to its end.
func run(t testing.TB, bin string, args ...string) (out string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var both buffer
	c := exec.CommandContext(ctx, bin, args...)
	c.Stdout, c.Stderr = &both, &both
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s %v: %v", bin, args, err)
	}
	sound(t, both.String())
	return both.String(), c.ProcessState.ExitCode()
}

// good runs a command that must succeed.
func good(t testing.TB, bin string, args ...string) string {
	t.Helper()
	out, code := run(t, bin, args...)
	if code != 0 {
		t.Errorf("plenary %v: exit %d\n%s", args, code, tail(out))
	}
	return out
}

// sound fails the test if a program's messages show a race or a panic.
func sound(t testing.TB, messages string) {
	t.Helper()
	for _, bad := range []string{"DATA RACE", "panic:", "msg=panic", "fatal error:", "SIGBUS", "SIGSEGV"} {
		if i := strings.Index(messages, bad); i >= 0 {
			t.Errorf("the program said:\n%s", messages[max(0, i-200):min(len(messages), i+4000)])
			return
		}
	}
}

func tail(s string) string {
	if len(s) > 3000 {
		return "…" + s[len(s)-3000:]
	}
	return s
}

// buffer is a bytes.Buffer for several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// server is a running "plenary serve".
type server struct {
	t      testing.TB
	dir    string
	url    string // without the last slash
	ready  time.Duration
	cmd    *exec.Cmd
	errors buffer
	ended  chan struct{} // closed when the process is gone
	state  *os.ProcessState
	client *http.Client
}

// longestStart is how long a server may take until it answers.
const longestStart = 10 * time.Second

// tryServe starts a server on a directory and waits until it answers. If the process ends instead, the
// server is returned with it: url is "", state and errors say why.
func tryServe(t testing.TB, bin, dir string, args ...string) *server {
	t.Helper()
	return launch(t, exec.Command(bin, append([]string{"serve", "--data", dir, "--addr", "127.0.0.1:0"}, args...)...), dir)
}

func launch(t testing.TB, cmd *exec.Cmd, dir string) *server {
	t.Helper()
	s := &server{t: t, dir: dir, cmd: cmd, ended: make(chan struct{})}
	s.client = &http.Client{Timeout: 60 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 128},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	s.cmd.Stderr = &s.errors
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make(chan string, 1)
	go func() {
		r := bufio.NewReader(out)
		l, _ := r.ReadString('\n')
		line <- strings.TrimSpace(l)
		_, _ = io.Copy(io.Discard, r)
		_ = s.cmd.Wait()
		s.state = s.cmd.ProcessState
		close(s.ended)
	}()
	t.Cleanup(func() { s.kill() })
	select {
	case l := <-line:
		if l == "" {
			<-s.ended
			sound(t, s.errors.String())
			return s
		}
		s.url = strings.TrimSuffix(l, "/")
	case <-time.After(3 * longestStart):
		s.kill()
		t.Fatalf("no address after %s\n%s", 3*longestStart, tail(s.errors.String()))
	}
	for {
		r, err := s.client.Get(s.url + "/healthz")
		if err == nil {
			r.Body.Close()
			break
		}
		if time.Since(begin) > 3*longestStart {
			s.kill()
			t.Fatalf("does not answer: %v\n%s", err, tail(s.errors.String()))
		}
		time.Sleep(5 * time.Millisecond)
	}
	if s.ready = time.Since(begin); s.ready > longestStart {
		t.Errorf("ready only after %s", s.ready)
	}
	return s
}

// serve starts a server that must come up.
func serve(t testing.TB, bin, dir string, args ...string) *server {
	t.Helper()
	s := tryServe(t, bin, dir, args...)
	if s.url == "" {
		t.Fatalf("serve ended: %v\n%s", s.state, tail(s.errors.String()))
	}
	return s
}

// kill is kill -9 of the whole process group.
func (s *server) kill() {
	select {
	case <-s.ended:
		return
	default:
	}
	_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
	<-s.ended
	s.client.CloseIdleConnections()
	sound(s.t, s.errors.String())
}

// stop ends a server as an operator does.
func (s *server) stop() {
	s.t.Helper()
	select {
	case <-s.ended:
		s.t.Errorf("the server had ended by itself: %v\n%s", s.state, tail(s.errors.String()))
		return
	default:
	}
	s.client.CloseIdleConnections()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
		if !s.state.Success() {
			s.t.Errorf("SIGTERM: %v\n%s", s.state, tail(s.errors.String()))
		}
	case <-time.After(20 * time.Second):
		s.t.Errorf("does not stop\n%s", tail(s.errors.String()))
	}
	s.kill()
	sound(s.t, s.errors.String())
}

// alive fails the test if the process is gone.
func (s *server) alive() {
	s.t.Helper()
	select {
	case <-s.ended:
		s.t.Errorf("the process is gone: %v\n%s", s.state, tail(s.errors.String()))
	default:
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// String shows what an answer says, of a page its title and what is in its main part.
func (a *answer) String() string {
	if a == nil {
		return "no answer"
	}
	b := string(a.body)
	if _, title, ok := strings.Cut(b, "<title>"); ok {
		title, _, _ = strings.Cut(title, "</title>")
		_, body, _ := strings.Cut(b, "<main")
		b = title + ": " + body[:min(len(body), 600)]
	}
	return fmt.Sprintf("%d %s", a.status, b[:min(len(b), 1000)])
}

// do sends a request; an error is one of the connection.
func (s *server) do(method, path, kind string, body []byte, cookies ...*http.Cookie) (*answer, error) {
	r, err := http.NewRequest(method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	a, err := s.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	return &answer{a.StatusCode, a.Header, b}, err
}

func (s *server) get(path string, cookies ...*http.Cookie) (*answer, error) {
	return s.do("GET", path, "", nil, cookies...)
}

const formKind = "application/x-www-form-urlencoded"

func newToken() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func contributePath(call string) string { return "/en/c/" + slug + "/" + call + "/contribute" }

func form(c *sent) url.Values {
	v := url.Values{"on": {on}, "text": {c.Text}, "language": {"en"}, "category": {"individual"}, "token": {c.Token}, "do": {"send"}}
	if c.Email != "" {
		v.Set("email", c.Email)
	}
	return v
}

// send posts a contribution. It is acknowledged if and only if Ref is set afterwards.
func (s *server) send(c *sent) (*answer, error) {
	return s.acknowledged(c, formKind, []byte(form(c).Encode()))
}

func (s *server) acknowledged(c *sent, kind string, body []byte) (*answer, error) {
	a, err := s.do("POST", contributePath(comments), kind, body)
	if err != nil || a.status != http.StatusSeeOther {
		return a, err
	}
	to, _, _ := strings.Cut(a.header.Get("Location"), "?")
	ref, ok := strings.CutPrefix(to, "/en/c/"+slug+"/")
	ref, ok2 := strings.CutSuffix(ref, "/receipt")
	if _, err := strconv.Atoi(strings.TrimPrefix(ref, "c")); !ok || !ok2 || err != nil {
		return a, fmt.Errorf("303 to %q", a.header.Get("Location"))
	}
	c.Ref = ref
	return a, nil
}

func own(c *sent) *http.Cookie {
	return &http.Cookie{Name: "plenary-own", Value: slug + "~" + c.Token}
}

// fetch gets the receipt file of an acknowledged contribution.
func (s *server) fetch(c *sent) ([]byte, error) {
	a, err := s.get("/en/c/"+slug+"/"+c.Ref+"/receipt.json", own(c))
	if err == nil && a.status != http.StatusOK {
		err = fmt.Errorf("receipt of %s: %v", c.Ref, a)
	}
	if err != nil {
		return nil, err
	}
	// The address of the instance stands in a receipt, and these servers have another port at each start.
	return bytes.ReplaceAll(a.body, []byte(s.url), []byte("http://ferries.example")), nil
}

// must posts a contribution that must be acknowledged, with its receipt.
func (s *server) must(text string) *sent {
	s.t.Helper()
	c := &sent{Token: newToken(), Text: text}
	a, err := s.send(c)
	if err != nil || c.Ref == "" {
		s.t.Fatalf("not acknowledged: %v %v\n%s", a, err, tail(s.errors.String()))
	}
	if c.Receipt, err = s.fetch(c); err != nil {
		s.t.Fatal(err)
	}
	return c
}

// copyDir copies a directory that nobody writes, without sockets and without the wal-index, which SQLite
// makes anew.
func copyDir(t testing.TB, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, p)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		case !d.Type().IsRegular() || strings.HasSuffix(p, "-shm"):
			return nil
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// attach posts a contribution with a file, as a browser does.
func (s *server) attach(c *sent, name string, content []byte) (*answer, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range form(c) {
		if err := w.WriteField(k, v[0]); err != nil {
			return nil, err
		}
	}
	p, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = p.Write(content)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	return s.acknowledged(c, w.FormDataContentType(), b.Bytes())
}
