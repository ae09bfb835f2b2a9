package browser

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long anything in a browser may take, on a machine that does other work too.
const patience = 40 * time.Second

// address is where the demonstration is served, program the program that serves it, and browser the one Chromium.
var (
	address string
	program string
	browser context.Context
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run starts the program and the browser around the tests.
func run(m *testing.M) int {
	path := findChromium()
	if path == "" {
		fmt.Fprintln(os.Stderr, "\n*** NO CHROMIUM ON THIS MACHINE: THE BROWSER TESTS ARE NOT RUN ***\n*** scripts/chromium.sh installs it ***")
		if os.Getenv("CI") == "true" {
			return 1
		}
		return 0
	}
	dir, err := os.MkdirTemp("", "plenary-browser-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	stop, err := serveDemo(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, "the demonstration does not start:", err)
		return 1
	}
	defer stop()
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(path), chromedp.UserDataDir(filepath.Join(dir, "profile")),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "en-GB"), chromedp.Env("TZ=Europe/London"))
	defer cancel()
	browser, cancel = chromedp.NewContext(ctx)
	defer cancel()
	if err := chromedp.Do(browser); err != nil {
		fmt.Fprintln(os.Stderr, "Chromium does not start:", err)
		return 1
	}
	return m.Run()
}

func findChromium() string {
	if p := os.Getenv("CHROMIUM"); p != "" {
		return p
	}
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"} { // the first needs half of the time
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	return ""
}

// serveDemo builds the program and serves its demonstration, for all tests.
func serveDemo(dir string) (stop func(), err error) {
	program = filepath.Join(dir, "plenary")
	build := exec.Command("go", "build", "-o", program, "github.com/openplenary/plenary/cmd/plenary")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, err
	}
	address, stop, err = startDemo(filepath.Join(dir, "data"))
	return stop, err
}

// startDemo serves a demonstration on a free port of the loopback, in a directory that is not there yet.
func startDemo(data string) (address string, stop func(), err error) {
	demo := exec.Command(program, "demo", "--addr", "127.0.0.1:0", "--data", data)
	demo.Stderr = os.Stderr
	out, err := demo.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := demo.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = demo.Process.Signal(syscall.SIGTERM)
		_ = demo.Wait()
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, err
	}
	address = strings.TrimSuffix(strings.TrimSpace(line), "/")
	go func() { _, _ = io.Copy(io.Discard, out) }()
	client := &http.Client{Timeout: 2 * time.Second}
	for deadline := time.Now().Add(patience); ; {
		r, err := client.Get(address + "/healthz")
		if err == nil {
			r.Body.Close()
			return address, stop, nil
		}
		if time.Now().After(deadline) {
			stop()
			return "", nil, err
		}
	}
}

// tab is one visitor with a browser of their own: nobody else's cookies, nobody else's history.
type tab struct {
	*testing.T
	ctx     context.Context
	host    string // where the pages are served
	actions int    // what the visitor has done: presses, choices, texts and files

	mu    sync.Mutex
	wrong []string // what the console complained of
}

// visitor opens a browser for somebody who has never been here.
func visitor(t *testing.T) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	v := &tab{T: t, ctx: ctx, host: address}
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as this context
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, v.hear); err != nil {
		t.Fatal(err)
	}
	command(v, network.Enable, network.EnableParams{})
	command(v, cdplog.Enable, cdp.Empty{})
	v.size(1280, 900)
	v.scheme("") // with reduced motion: a page that scrolls by itself moves what is about to be pressed
	return v
}

// command sends a command of the protocol.
func command[P, R any](v *tab, c cdp.Command[P, R], params P) {
	v.Helper()
	if _, err := chromedp.Call(v.ctx, c, params); err != nil {
		v.Fatal(err)
	}
}

// size makes the window so wide and so high.
func (v *tab) size(width, height int64) {
	v.Helper()
	v.do("change the size", chromedp.EmulateViewport(width, height))
}

// hear notes every complaint: an exception, an error in the console, a policy that was broken.
func (v *tab) hear(event any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		what := "exception: " + e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			what += " " + x.Description
		}
		v.wrong = append(v.wrong, what)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			for _, a := range e.Args {
				v.wrong = append(v.wrong, "console: "+string(a.Value)+a.Description)
			}
		}
	case *cdplog.EventEntryAdded:
		// A page that answers 404 or 422 is a page; anything else that does not load is a fault.
		answered := e.Entry.Source == cdplog.EntrySourceNetwork && !strings.Contains(e.Entry.URL, "/static/") && regexp.MustCompile(`status of 4\d\d`).MatchString(e.Entry.Text)
		if (e.Entry.Level == cdplog.EntryLevelError || e.Entry.Source == cdplog.EntrySourceSecurity) && !answered {
			v.wrong = append(v.wrong, fmt.Sprint(e.Entry.Source, ": ", e.Entry.Text, " ", e.Entry.URL))
		}
	}
}

// complaints are what the console said since the last time.
func (v *tab) complaints() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	out := v.wrong
	v.wrong = nil
	return out
}

// do runs actions and fails the test, saying what was being done, if they do not work.
func (v *tab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		v.Fatalf("%s: %v, at %s", what, err, v.at())
	}
}

// at is the address of the page without the host.
func (v *tab) at() string {
	ctx, cancel := context.WithTimeout(v.ctx, 5*time.Second)
	defer cancel()
	s, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	return strings.TrimPrefix(s, v.host)
}

// open goes to an address.
func (v *tab) open(path string) {
	v.Helper()
	if !strings.HasPrefix(path, "http") {
		path = v.host + path
	}
	v.do("open "+path, chromedp.Navigate(path))
}

// press is one action of the visitor: a link or a button is pressed, and the next page is read.
func (v *tab) press(selector string) {
	v.Helper()
	v.actions++
	v.leave("press "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// write is one action of the visitor: a text is typed into a field.
func (v *tab) write(selector, text string) {
	v.Helper()
	v.actions++
	if !eval[bool](v, fmt.Sprintf("(e => { e.focus(); e.select(); return e === document.activeElement })(document.querySelector(%q))", selector)) {
		v.Fatalf("%s cannot be written into", selector)
	}
	v.do("write into "+selector, chromedp.KeyEvent(text))
}

// leave does something that leads to another page, and returns when that is loaded.
func (v *tab) leave(what string, actions ...chromedp.Action[chromedp.Void]) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, actions...); err != nil {
		v.Fatalf("%s: %v, at %s", what, err, v.at())
	}
}

// eval is the value of a JavaScript expression in the page.
func eval[T any](v *tab, expression string) T {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		v.Fatalf("evaluate %s: %v, at %s", expression[:min(len(expression), 80)], err, v.at())
	}
	return out
}

// text is what is written in the first element that a selector finds.
func (v *tab) text(selector string) string {
	v.Helper()
	return eval[string](v, fmt.Sprintf("(document.querySelector(%q)?.innerText ?? '')", selector))
}

// until waits for an expression to be true, looking again as the page changes.
func (v *tab) until(what, expression string) {
	v.Helper()
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !eval[bool](v, expression) {
		if time.Now().After(deadline) {
			v.Fatalf("waited in vain: %s (%s), at %s", what, expression, v.at())
		}
		<-tick.C
	}
}

// noScript turns JavaScript off.
func (v *tab) noScript() {
	v.Helper()
	command(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// signInAs signs in as a role of the demonstration.
func (v *tab) signInAs(role string) {
	v.Helper()
	v.open("/en/demo/" + role)
	v.press("main form button")
	if strings.Contains(v.at(), "/demo/") { // each role lands on its work
		v.Fatalf("%s is not signed in, but at %s", role, v.at())
	}
}

// become gives the browser the cookies of a client.
func (v *tab) become(c *client) {
	v.Helper()
	for _, k := range c.Jar.Cookies(must(url.Parse(c.host))) {
		command(v, network.SetCookie, network.SetCookieParams{Name: k.Name, Value: k.Value, URL: c.host})
	}
}

// client is a visitor without a browser: a program with cookies.
type client struct {
	*testing.T
	*http.Client
	host string // where the pages are served
}

func newClient(t *testing.T) *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t, &http.Client{Jar: jar, Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, address}
}

// get returns the status and the body of a page.
func (c *client) get(path string) (int, string) {
	c.Helper()
	r, err := c.Client.Get(c.host + path)
	if err != nil {
		c.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		c.Fatal(err)
	}
	return r.StatusCode, string(b)
}

// post sends a form and returns the status and where the answer leads.
func (c *client) post(path string, form url.Values) (int, string) {
	c.Helper()
	r, err := c.PostForm(c.host+path, form)
	if err != nil {
		c.Fatal(err)
	}
	defer r.Body.Close()
	_, _ = io.Copy(io.Discard, r.Body)
	return r.StatusCode, r.Header.Get("Location")
}

// say sends a contribution on an element and returns its reference.
func (c *client) say(on, text string) string {
	c.Helper()
	status, to := c.post("/en/c/ip-ai/k2/contribute", url.Values{"on": {on}, "text": {text}, "do": {"send"}})
	ref := regexp.MustCompile(`/(c\d+)/receipt`).FindStringSubmatch(to)
	if status != http.StatusSeeOther || ref == nil {
		c.Fatalf("a contribution was answered with %d %s", status, to)
	}
	return ref[1]
}

// as signs a client in as a role of the demonstration.
func (c *client) as(role string) *client {
	c.Helper()
	if status, _ := c.post("/en/demo/"+role, nil); status != http.StatusSeeOther {
		c.Fatalf("signing in as %s is answered with %d", role, status)
	}
	return c
}

// publish has a moderator publish a contribution.
func publish(t *testing.T, ref string) {
	t.Helper()
	if status, to := newClient(t).as("moderator").post("/en/c/ip-ai/"+ref+"/publish", nil); status != http.StatusSeeOther {
		t.Fatalf("publishing %s is answered with %d %s", ref, status, to)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// upload puts a file of that content into a field.
func upload(t *testing.T, selector, content string) chromedp.Action[chromedp.Void] {
	name := filepath.Join(t.TempDir(), "receipt.json")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return chromedp.SetUploadFiles(chromedp.CSS(selector), []string{name})
}

// submit sends a form as it is, past the browser's own checks.
func submit(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.querySelector(%q).submit()", selector))
}

// setValue sets a field's value, past the browser's own checks.
func setValue(selector, value string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](fmt.Sprintf("void (document.querySelector(%q).value = %q)", selector, value))
}
