package browser

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// ran is what every payload does if a browser takes it for more than words: it says so, and it asks for something from
// elsewhere.
const (
	ran     = `window.ran=1,alert(1)`
	outside = "127.0.0.1:9" // nobody answers there; it is enough to be asked
)

// payloads are ninety-one ways to have words run.
func payloads() []string {
	var out []string
	// In text.
	for _, s := range []string{"<script>%s</script>", "<SCRIPT>%s</SCRIPT >", "<scr<script>ipt>%s</scr</script>ipt>", "<img src=x onerror=%s>", "<img/src=x/onerror=%s>", "<IMG SRC=x OnErRoR='%s'>",
		"<svg onload=%s>", "<svg><script>%s</script></svg>", "<svg><animate onbegin=%s attributeName=x dur=1s>", "<svg><a xlink:href='javascript:%s'><text y=20>x</text></a></svg>", "<body onload=%s>",
		"<iframe srcdoc='<script>parent.%s</script>'>", "<iframe src='javascript:%s'>", "<video><source onerror=%s></video>", "<audio src=x onerror=%s>", "<details open ontoggle=%s>x</details>",
		"<input autofocus onfocus=%s>", "<select autofocus onfocus=%s>", "<textarea autofocus onfocus=%s>", "<marquee onstart=%s>x</marquee>", "<object data='javascript:%s'>", "<embed src='javascript:%s'>",
		"<math><mi//xlink:href='data:x,<script>%s</script>'>", "<math><mtext><table><mglyph><style><img src=x onerror=%s></style></mglyph></table></mtext></math>", "<noscript><p title='</noscript><img src=x onerror=%s>'>",
		"<style>@import 'javascript:%s';</style>", "<style>*{background:url(javascript:%s)}</style>", "<link rel=stylesheet href='javascript:%s'>", "<meta http-equiv=refresh content='0;url=javascript:%s'>",
		"<base href='javascript:%s//'>", "<form action='javascript:%s'><button autofocus>Send</button></form>", "<button formaction='javascript:%s' autofocus>x</button>", "<a href='javascript:%s'>x</a>",
		"<div style='animation:x' onanimationstart=%s>", "<p onpointerrawupdate=%s onmouseover=%s>x</p>", "<template><script>%s</script></template>", "<custom-x is=script onclick=%s>x</custom-x>",
		"<!--><script>%s</script>-->", "<![CDATA[<script>%s</script>]]>", "<?xml-stylesheet href='javascript:%s'?>", "<xmp></xmp><script>%s</script>", "<plaintext onclick=%s>"} {
		out = append(out, strings.ReplaceAll(s, "%s", ran))
	}
	// Out of where they stand: an attribute, a title, a field, a script with data, a comment, a style.
	for _, s := range []string{`"><script>%s</script>`, `'><script>%s</script>`, `" onmouseover="%s" x="`, `' autofocus onfocus='%s`, "` onerror=%s x=`", `"/><svg/onload=%s>`, "</title><script>%s</script>", "</textarea><script>%s</script>",
		"</option></select><img src=x onerror=%s>", "</script><script>%s</script>", "--><script>%s</script><!--", "</style><script>%s</script>", "</p></article></main><script>%s</script>", "';%s;//", "\\';%s;//", "${%s}", "{{constructor.constructor('%s')()}}",
		"[[${%s}]]", "</noscript><script>%s</script>", "</template><script>%s</script>"} {
		out = append(out, strings.ReplaceAll(s, "%s", ran))
	}
	// As addresses, written as people do and as markup does.
	for _, s := range []string{"[x](javascript:%s)", "[x](JaVaScRiPt:%s)", "[x](java\tscript:%s)", "[x](&#106;avascript:%s)", "[x](data:text/html,<script>%s</script>)", "![x](javascript:%s)", "<javascript:%s>", "[x]: javascript:%s",
		"[x](vbscript:%s)", "[x](https://example.org\" onmouseover=\"%s)", "https://example.org/\"onmouseover=\"%s", "https://example.org/'><script>%s</script>", "javascript:%s", "javascript://example.org/%0a%s"} {
		out = append(out, strings.ReplaceAll(s, "%s", ran))
	}
	// What asks elsewhere without a script, or drives the page's own.
	for _, s := range []string{"<img src=//%s/x>", "![x](http://%s/x.png)", "<link rel=preload as=image href=//%s/x>", "<style>@import '//%s/x';</style>", "<iframe src=//%s/x>", "<body background=//%s/x>", "<video poster=//%s/x>",
		"<meta http-equiv=refresh content='0;url=//%s/x'>", "<object data=//%s/x>", "<div hx-get='//%s/x' hx-trigger=load>x</div>", "<div hx-on:htmx:load='fetch(`//%s/x`)'>x</div>",
		"<div data-hx-get='/en/sign-out' hx-trigger=load hx-target=body>//%s</div>", "<svg><image href=//%s/x></svg>", "<input type=image src=//%s/x>", "<audio src=//%s/x>"} {
		out = append(out, strings.ReplaceAll(s, "%s", outside))
	}
	return out
}

// act asks for a command in the attacked conversation and gives what was made.
func (c *client) act(name string, fields map[string]any) []string {
	c.Helper()
	return c.actIn("/c/attacked", name, fields)
}

// actIn asks for a command in a conversation and gives what was made.
func (c *client) actIn(at, name string, fields map[string]any) []string {
	c.Helper()
	b, err := json.Marshal(fields)
	if err != nil {
		c.Fatal(err)
	}
	r, err := c.Post(address+"/en"+at+"/acts/"+name, "application/json", bytes.NewReader(b))
	if err != nil {
		c.Fatal(err)
	}
	defer r.Body.Close()
	var d struct{ Refs []string }
	if r.StatusCode != http.StatusOK {
		var b bytes.Buffer
		_, _ = b.ReadFrom(r.Body)
		c.Fatalf("%s is answered with %d %.600s", name, r.StatusCode, b.String())
	}
	if err := json.NewDecoder(r.Body).Decode(&d); err != nil {
		c.Fatal(err)
	}
	return d.Refs
}

func in(text string) map[string]any {
	return map[string]any{"original": "en", "in": map[string]string{"en": text}}
}

// attacked makes a conversation in which everything that anybody may write is a payload, and gives its contributions.
func attacked(t *testing.T, all []string) []string {
	officer := newClient(t).as("officer")
	status, to := officer.post("/en/convene", url.Values{"template": {"consultation"}, "title": {"Attacked"}, "slug": {"attacked"}, "languages": {"en"}, "token": {"ATTACKEDAAAAAAAAAAAAAA"}, "zone": {"UTC"}, "from": {"2026-01-01"}, "until": {"2099-01-01"}})
	if status != http.StatusSeeOther {
		t.Fatalf("convening is answered with %d %s", status, to)
	}
	n := 0
	next := func(most int) string { // whole payloads, one after the other, as many as fit
		s := all[n%len(all)]
		for n++; len(s)+len(all[n%len(all)])+1 <= most; n++ {
			s += " " + all[n%len(all)]
		}
		return s
	}
	var elements []map[string]any
	for i := range 12 {
		elements = append(elements, map[string]any{"kind": "paragraph", "number": fmt.Sprint(i + 1), "text": in(next(900))})
	}
	officer.act("settings.change", map[string]any{"title": map[string]string{"en": next(280)}, "lead": map[string]string{"en": next(900)}, "contact": map[string]string{"en": next(900)}, "nouns": map[string]any{"secretariat": map[string]string{"en": next(40)}}})
	officer.act("settings.name", map[string]any{"list": "categories", "id": "", "fresh": "attackers", "name": map[string]string{"en": next(100)}, "chooser": "both"})
	officer.act("delegation.enter", map[string]any{"category": "attackers", "name": next(200)})
	officer.act("paper.publish", map[string]any{"kind": "information-paper", "symbol": "A/1", "title": in(next(300)), "note": in(next(900)), "date": "2026-01-01", "elements": elements})
	officer.act("conversation.open", map[string]any{})
	officer.act("consultation.announce", map[string]any{"title": in(next(300)), "text": in(next(2000)), "paper": "p1", "opens": "2020-01-01T00:00:00Z", "closes": "2099-01-01T00:00:00Z", "zone": "UTC", "late": "kept", "moderation": "after"})
	var refs []string
	for n = 0; n < 5*len(all); {
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		for name, value := range map[string]string{"on": "p1.e1.x" + fmt.Sprint(len(refs)%12+1), "text": next(260), "wording": next(260), "name": next(200), "body": next(200), "language": "en", "category": "attackers", "do": "send",
			"token": fmt.Sprintf("%021dA", 700+len(refs))} {
			_ = w.WriteField(name, value)
		}
		f, err := w.CreateFormFile("file", next(120)+".txt")
		if err == nil {
			_, err = f.Write([]byte(next(300)))
		}
		if err := errors.Join(err, w.Close()); err != nil {
			t.Fatal(err)
		}
		r, err := newClient(t).Post(address+"/en/c/attacked/k1/contribute", w.FormDataContentType(), &form)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		_, _ = b.ReadFrom(r.Body)
		r.Body.Close()
		ref := regexp.MustCompile(`/(c\d+)/receipt`).FindStringSubmatch(r.Header.Get("Location"))
		if ref == nil {
			t.Fatalf("a contribution is answered with %d %s", r.StatusCode, b.String())
		}
		refs = append(refs, ref[1])
	}
	for i, ref := range refs {
		switch i % 3 {
		case 0:
			officer.act("consultation.answer", map[string]any{"parts": []string{ref + ".1"}, "outcome": "accepted", "reason": in(next(2000)), "new": map[string]any{"paper": "p1", "name": in(next(280))}})
		case 1:
			officer.act("consultation.withhold", map[string]any{"contribution": ref, "ground": "off_topic", "reason": next(2000)})
		}
	}
	return refs
}

// attackedReader reads the attacked conversation, and notices what no page may do.
type attackedReader struct {
	*tab
	mu      sync.Mutex
	dialogs int
	abroad  []string // what was asked for elsewhere
}

// hears notes what happens while pages are read.
func (r *attackedReader) hears(event any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := event.(type) {
	case *page.EventJavascriptDialogOpening:
		r.dialogs++
		go func() {
			_, _ = chromedp.Call(r.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: false})
		}()
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, address) && !strings.HasPrefix(e.Request.URL, "data:image/") {
			r.abroad = append(r.abroad, e.Request.URL)
		}
	}
}

// read reads a page and gives the links on it.
func (r *attackedReader) read(path string) (links []string) {
	r.Helper()
	r.open(path)
	ran := eval[bool](r.tab, `"ran" in window`)
	for _, to := range eval[[]string](r.tab, `[...document.querySelectorAll("a[href^='/en/c/attacked']")].map(a => a.pathname + a.search)`) {
		if !attackedFile.MatchString(to) {
			links = append(links, to)
		}
	}
	for _, wrong := range r.complaints() {
		r.Errorf("%s: %s", path, wrong)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if ran || r.dialogs > 0 {
		r.Fatalf("%s: words run", path)
	}
	if len(r.abroad) > 0 {
		r.Fatalf("%s asks for %q", path, r.abroad)
	}
	return links
}

// attackedFile is the address of what a browser keeps instead of showing it.
var attackedFile = regexp.MustCompile(`\.(f\d+|json|csv|xlsx|svg)(\?|$)|/live`)

// TestNothingRuns: whatever people write into whatever field, no page runs it, and none asks elsewhere for anything,
// whoever reads it.
func TestNothingRuns(t *testing.T) {
	all := payloads()
	if len(all) != 91 || len(slices.Compact(slices.Sorted(slices.Values(all)))) != 91 {
		t.Fatalf("%d payloads", len(all))
	}
	most := 25
	if os.Getenv("PLENARY_SOAK") == "1" {
		most = 5000
	}
	refs := attacked(t, all)
	pages := 0
	for _, role := range []string{"", "individual", "officer"} {
		r := &attackedReader{tab: visitor(t)}
		if role != "" {
			r.signInAs(role)
		}
		command(r.tab, page.Enable, page.EnableParams{})
		if err := chromedp.Listen(r.ctx, r.hears); err != nil {
			t.Fatal(err)
		}
		todo := []string{"/en"}
		for _, p := range []string{"", "/contributions", "/p1", "/p1/responses", "/record", "/desk", "/desk/settings", "/desk/people", "/overview", "/contributions?print=1", "/desk/queue", "/desk/points"} {
			todo = append(todo, "/en/c/attacked"+p)
		}
		for i, ref := range refs {
			for _, p := range []string{"/" + ref, "/" + ref + "/trace", "/" + ref + "/receipt", "/" + ref + "/redact", "/desk/points/" + ref + ".1", "/k1/contribute?on=p1.e1.x" + strconv.Itoa(i%12+1)} {
				todo = append(todo, "/en/c/attacked"+p)
			}
		}
		seen := map[string]bool{}
		for ; len(todo) > 0 && len(seen) < most; todo = todo[1:] {
			if !seen[todo[0]] {
				seen[todo[0]] = true
				todo = append(todo, r.read(todo[0])...)
			}
		}
		pages += len(seen)
	}
	t.Logf("%d payloads, %d contributions, %d pages", len(all), len(refs), pages)
}
