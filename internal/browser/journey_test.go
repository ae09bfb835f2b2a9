package browser

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const house = "/c/ip-ai"

// TestWithoutAccount walks from the paper to the receipt. It takes four actions at most.
func TestWithoutAccount(t *testing.T) {
	said := map[string]string{
		"en": "A journey from the paper to the receipt, written in English.",
		"fr": "Un chemin du document jusqu'au récépissé, écrit en français.",
		"ar": "طريق من الورقة إلى الإيصال، مكتوب بالعربية.",
	}
	for _, lang := range []string{"en", "fr", "ar"} {
		for _, script := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/script=%t", lang, script), func(t *testing.T) {
				v := visitor(t)
				if !script {
					v.noScript()
				}
				v.open("/" + lang + house + "/p2.e1")
				if ran := eval[bool](v, `document.querySelector("time[data-local] bdi") !== null`); ran != script {
					t.Fatalf("the page's script ran: %t", ran)
				}
				v.press(`.p .m a[href*="/contribute?on="]`)
				v.write("#text", said[lang])
				v.press(`button[value="preview"]`)
				v.press(`button[value="send"]`)
				v.receipt(said[lang])
				if v.actions > 4 {
					t.Errorf("it took %d actions", v.actions)
				}
				if wrong := v.complaints(); len(wrong) > 0 {
					t.Errorf("the console: %q", wrong)
				}
			})
		}
	}
}

// TestWithoutScript walks the whole way with JavaScript off: what is wrong is mended, the preview is corrected, the
// contribution is sent, found again and taken back.
func TestWithoutScript(t *testing.T) {
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			v := visitor(t)
			v.noScript()
			v.open("/" + lang + house + "/p2.e1")
			v.press(`.p .m a[href*="/contribute?on="]`)
			v.press(`button[value="preview"]`) // nothing is written yet
			if got := v.text(`[role="alert"]`); got == "" || !strings.Contains(v.at(), "/contribute") {
				t.Fatalf("an empty contribution is not refused: %s", v.text("main"))
			}
			v.write("#text", "First thought.\nSecond line.")
			v.press(`button[value="preview"]`)
			if got := v.text("article"); !strings.Contains(got, "First thought.\nSecond line.") {
				t.Errorf("the preview shows %q", got)
			}
			v.press(`button[value="edit"]`)
			if got := eval[string](v, `document.querySelector("#text").value`); got != "First thought.\nSecond line." {
				t.Errorf("the text came back as %q", got)
			}
			v.write("#text", "Better thought.")
			v.press(`button[value="preview"]`)
			v.press(`button[value="send"]`)
			v.receipt("Better thought.")
			v.press(`.acts a[href^="/` + lang + house + `/c"]:not([download], [href$="/correct"])`)
			own := v.at()
			v.do("unfold", chromedp.Click(chromedp.CSS(`details:has(form[action$="/withdraw"]) > summary`)))
			v.press(`form[action$="/withdraw"] button`)
			if status, page := newClient(t).get(own); status == http.StatusOK && strings.Contains(page, "Better thought.") {
				t.Error("taken back, it is still there")
			}
			v.open("/" + lang + house + "/mine.json")
			if got := v.text("body"); !strings.Contains(got, `"status": "withdrawn"`) {
				t.Errorf("it is not taken back: %s", got)
			}
			if wrong := v.complaints(); len(wrong) > 0 {
				t.Errorf("the console: %q", wrong)
			}
		})
	}
}

// receipt checks that the page is the receipt of what was said.
func (v *tab) receipt(said string) {
	v.Helper()
	if !regexp.MustCompile(`^/\w\w/c/ip-ai/c\d+/receipt\?after=\d+$`).MatchString(v.at()) {
		v.Fatalf("this is no receipt: %s: %s", v.at(), v.text("main"))
	}
	if !strings.Contains(v.text("main"), said) {
		v.Errorf("the receipt does not show what was said: %s", v.text("main"))
	}
}

// TestFromTheHomePage writes into the first page's box: three actions.
func TestFromTheHomePage(t *testing.T) {
	for _, script := range []bool{true, false} {
		t.Run(fmt.Sprintf("script=%t", script), func(t *testing.T) {
			v := visitor(t)
			if !script {
				v.noScript()
			}
			v.open("/en" + house)
			said := fmt.Sprintf("Written into the box of the home page, with script %t.", script)
			v.write("#text", said)
			v.press(`button[value="preview"]`)
			v.press(`button[value="send"]`)
			v.receipt(said)
			if v.actions > 3 {
				t.Errorf("it took %d actions", v.actions)
			}
		})
	}
}

// TestByKeyboard walks the same way with Tab, letters and Enter alone, and sees where it is.
func TestByKeyboard(t *testing.T) {
	v := visitor(t)
	v.open("/en" + house + "/p2.e1")
	v.tabTo(`.p .m a[href*="/contribute?on="]`)
	v.leave("follow the link", chromedp.KeyEvent(kb.Enter))
	v.tabTo("#text")
	said := "Written without a mouse."
	v.do("type", chromedp.KeyEvent(said))
	v.tabTo(`button[value="preview"]`)
	v.leave("preview", chromedp.KeyEvent(kb.Enter))
	v.tabTo(`button[value="send"]`)
	v.leave("send", chromedp.KeyEvent(kb.Enter))
	v.receipt(said)
	// The first stop of every page leads past its head.
	v.open("/en" + house)
	v.tabTo("a.skip")
	v.do("skip", chromedp.KeyEvent(kb.Enter))
	v.until("the head is skipped", `location.hash === "#main"`)
	v.tabTo("#main *")
}

// tabTo presses Tab until the focus is on what the selector finds, which must be seen.
func (v *tab) tabTo(selector string) {
	v.Helper()
	for range 400 {
		v.do("Tab", chromedp.KeyEvent(kb.Tab))
		if !eval[bool](v, fmt.Sprintf("document.activeElement.matches(%q)", selector)) {
			continue
		}
		if !eval[bool](v, `(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 })()`) {
			v.Errorf("the focus on %s cannot be seen", selector)
		}
		return
	}
	v.Fatalf("Tab does not lead to %s", selector)
}

// TestReceiptIsChecked downloads a receipt, has it checked, and changes one byte of it.
func TestReceiptIsChecked(t *testing.T) {
	author := newClient(t)
	ref := author.say("p2.e1.x3", "A receipt that is downloaded and checked.")
	status, receipt := author.get("/en" + house + "/" + ref + "/receipt.json")
	if status != http.StatusOK {
		t.Fatalf("the receipt is answered with %d", status)
	}
	if status, page := checkReceipt(t, receipt); status != http.StatusOK || !strings.Contains(page, "A receipt that is downloaded and checked.") {
		t.Errorf("a good receipt is answered with %d", status)
	}
	for _, change := range [][2]string{{"downloaded", "downlodded"}, {`"rule"`, `"rulf"`}} {
		if !strings.Contains(receipt, change[0]) {
			continue
		}
		if status, _ := checkReceipt(t, strings.Replace(receipt, change[0], change[1], 1)); status != http.StatusUnprocessableEntity {
			t.Errorf("a receipt with %s for %s is answered with %d", change[1], change[0], status)
		}
	}
	// Any byte of the middle: never a good answer to different words, never a fault.
	for i := 0; i < len(receipt); i += max(1, len(receipt)/25) {
		b := []byte(receipt)
		b[i] ^= 1
		if status, page := checkReceipt(t, string(b)); status >= 500 || status == http.StatusOK && !strings.Contains(page, "A receipt that is downloaded and checked.") {
			t.Errorf("with byte %d changed it is answered with %d", i, status)
		}
	}
}

// checkReceipt sends a file to the checking page, as a stranger would.
func checkReceipt(t *testing.T, receipt string) (int, string) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part := must(w.CreateFormFile("receipt", "receipt.json"))
	_ = must(part.Write([]byte(receipt)))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := newClient(t).Post(address+"/en/check", w.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var page bytes.Buffer
	if _, err := page.ReadFrom(r.Body); err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, page.String()
}

// TestPublishedLive has a moderator publish while somebody reads: the margin of the open page counts it.
func TestPublishedLive(t *testing.T) {
	author := newClient(t)
	ref := author.say("p2.e1.x3", "Something that is pending at first, and is published while somebody reads.")
	path := "/en" + house + "/" + ref
	if status, page := author.get(path); status != http.StatusOK || !strings.Contains(page, "pending at first") {
		t.Errorf("its author is answered with %d", status)
	}
	// A stranger reads what the record says of it, and no word of it; to a program it is not there.
	status, waits := newClient(t).get(path)
	if status != http.StatusOK || strings.Contains(waits, "pending at first") {
		t.Errorf("a stranger is answered with %d", status)
	}
	status, hidden := newClient(t).get(path + ".json")
	_, nothing := newClient(t).get("/en" + house + "/c99999.json")
	if status != http.StatusNotFound || blank(hidden, ref) != blank(nothing, "c99999") {
		t.Errorf("what is hidden looks different from what is not there: %d", status)
	}
	reader := visitor(t)
	reader.open("/en" + house + "/p2.e1")
	reader.until("the stream is open", `performance.getEntriesByType("resource").length > 0 && !!window.htmx`)
	eval[bool](reader, `window.untouched = true`)
	before := reader.text("#m-p2-x3")

	moderator := visitor(t)
	moderator.signInAs("moderator")
	moderator.open(path)
	moderator.press(`form[action$="/publish"] button`)
	if !strings.Contains(moderator.at(), "done=published") {
		t.Errorf("the moderator is at %s", moderator.at())
	}
	reader.until("the margin counts it", fmt.Sprintf(`document.querySelector("#m-p2-x3").innerText !== %q`, before))
	if !eval[bool](reader, "window.untouched === true") {
		t.Error("the page was loaded again")
	}
	count := regexp.MustCompile(`\d+`)
	if was, is := count.FindString(before), count.FindString(reader.text("#m-p2-x3")); is == was || is == "" {
		t.Errorf("the margin said %q and says %q", before, reader.text("#m-p2-x3"))
	}
	if status, _ := newClient(t).get(path); status != http.StatusOK {
		t.Errorf("published, it is answered with %d", status)
	}
	if wrong := reader.complaints(); len(wrong) > 0 {
		t.Errorf("the console: %q", wrong)
	}
}

// blank takes a page's own reference out of it.
func blank(page, ref string) string { return strings.ReplaceAll(page, ref, "") }

// TestSignIn goes by the mail: by its link, by its code, and by its link in another browser.
func TestSignIn(t *testing.T) {
	t.Run("link", func(t *testing.T) {
		v := visitor(t)
		link, _ := v.askForMail("link@example.org")
		v.open(link)
		if eval[bool](v, `!!document.querySelector("#code")`) {
			t.Error("the browser that asked is asked for the code")
		}
		v.press("main form button")
		v.signedIn()
		again := visitor(t)
		again.open(link)
		if eval[bool](again, `!!document.querySelector("main form")`) {
			t.Error("a link works twice")
		}
		// Nor does its form, sent again.
		if status, to := newClient(t).post(link, url.Values{}); status == http.StatusSeeOther {
			t.Errorf("a used link leads to %s", to)
		}
	})
	t.Run("code", func(t *testing.T) {
		v := visitor(t)
		_, code := v.askForMail("code@example.org")
		v.open("/en/sign-in") // the page with the field is the answer to a form, so ask once more
		v.write("#email", "code@example.org")
		v.press("main form button")
		v.write("#code", code)
		v.press("main form button")
		v.signedIn()
	})
	t.Run("another browser", func(t *testing.T) {
		v := visitor(t)
		link, code := v.askForMail("elsewhere@example.org")
		other := visitor(t)
		other.open(link)
		other.write("#code", wrongCode(code))
		other.press("main form button")
		if !eval[bool](other, `!!document.querySelector("[aria-invalid=true], .sum")`) {
			t.Errorf("a wrong code is not refused: %s", other.text("main"))
		}
		other.write("#code", code)
		other.press("main form button")
		other.signedIn()
	})
}

// askForMail asks for a sign-in mail and reads it in the demonstration's mailbox.
func (v *tab) askForMail(to string) (link, code string) {
	v.Helper()
	v.open("/en/sign-in")
	v.write("#email", to)
	v.press("main form button")
	// Others may have written to them before: it is the one that signs in.
	find := fmt.Sprintf(`[...document.querySelectorAll("article")].find(a => a.innerText.includes(%q) && a.querySelector('a.btn[href*="/sign-in/"]'))`, to)
	v.press(`main a[href$="/mailbox"]`)
	for range 100 {
		if eval[bool](v, "!!"+find) {
			break
		}
		v.open("/en/mailbox")
	}
	link = eval[string](v, find+`.querySelector("a.btn").getAttribute("href")`)
	code = regexp.MustCompile(`\b\d{4} ?\d{4}\b|\b\d{3} ?\d{3}\b|\b\d{6,8}\b`).FindString(eval[string](v, find+`.querySelector("pre").innerText`))
	if code == "" {
		v.Fatalf("no code in %s", v.text("main"))
	}
	return link, code
}

func wrongCode(code string) string {
	if code[0] == '9' {
		return "1" + code[1:]
	}
	return "9" + code[1:]
}

func (v *tab) signedIn() {
	v.Helper()
	if !strings.HasPrefix(v.at(), "/en/account") {
		v.Fatalf("not signed in, but at %s: %s", v.at(), v.text("main"))
	}
}

// TestDraft leaves a text unsent and finds it again.
func TestDraft(t *testing.T) {
	v := visitor(t)
	v.open("/en" + house + "/k2/contribute?on=p2.e1.x3")
	v.write("#text", "A thought that is not finished")
	v.until("the draft is saved", `document.querySelector("[name=version]").value === "1"`)
	v.write("#text", "A thought that is still not finished")
	v.until("it is saved again", `document.querySelector("[name=version]").value === "2"`)
	v.open("/en" + house + "/mine")
	v.press(`main a[href*="draft="]`)
	if got := eval[string](v, `document.querySelector("#text").value`); got != "A thought that is still not finished" {
		t.Errorf("the draft came back as %q", got)
	}
	if status, page := newClient(t).get(v.at()); status != http.StatusOK || strings.Contains(page, "A thought") {
		t.Errorf("a stranger with the draft's address is answered with %d, and may read it", status)
	}
}

// TestSentTwice sends the same form two times, and then another text with the same token.
func TestSentTwice(t *testing.T) {
	c := newClient(t)
	_, page := c.get("/en" + house + "/k2/contribute?on=p2.e1.x3")
	token := regexp.MustCompile(`name="token" value="([^"]+)"`).FindStringSubmatch(page)
	if token == nil {
		t.Fatal("the form has no token")
	}
	form := url.Values{"on": {"p2.e1.x3"}, "text": {"Pressed two times, said once."}, "do": {"send"}, "token": {token[1]}}
	_, first := c.post("/en"+house+"/k2/contribute", form)
	_, second := c.post("/en"+house+"/k2/contribute", form)
	if first == "" || first != second {
		t.Errorf("the same form led to %s and to %s", first, second)
	}
	form.Set("text", "Something else with the same token.")
	if status, to := c.post("/en"+house+"/k2/contribute", form); status != http.StatusConflict {
		t.Errorf("another text with the same token is answered with %d %s", status, to)
	}
	_, mine := c.get("/en" + house + "/mine.json")
	if n := strings.Count(mine, `"call": "k2"`); n != 1 {
		t.Errorf("%d contributions came of it", n)
	}
}

// TestArabic reads a page from right to left: Latin digits, symbols that keep their own direction.
func TestArabic(t *testing.T) {
	v := visitor(t)
	for _, path := range []string{house, house + "/p2.e1", house + "/contributions", house + "/record"} {
		v.open("/ar" + path)
		if dir := eval[string](v, `getComputedStyle(document.body).direction`); dir != "rtl" {
			t.Errorf("%s runs %s", path, dir)
		}
		if found := regexp.MustCompile(`[٠-٩۰-۹]+`).FindString(v.text("body")); found != "" {
			t.Errorf("%s has the digits %s", path, found)
		}
		if bad := eval[[]string](v, `[...document.querySelectorAll(".sym, .code")].filter(e => e.innerText && getComputedStyle(e).unicodeBidi !== "isolate").map(e => e.outerHTML)`); len(bad) > 0 {
			t.Errorf("%s: not isolated: %q", path, bad)
		}
	}
}

// TestLanguageKeepsThePage changes the language in the middle of something.
func TestLanguageKeepsThePage(t *testing.T) {
	v := visitor(t)
	v.open("/en" + house + "/contributions?category=ngo&late=1")
	v.language("es")
	if v.at() != "/es"+house+"/contributions?category=ngo&late=1" {
		t.Errorf("it leads to %s", v.at())
	}
	if lang := eval[string](v, "document.documentElement.lang"); lang != "es" {
		t.Errorf("the page is in %s", lang)
	}
	// The text of a paper has its own language, which the interface's does not change.
	v.open("/en" + house + "/p2.e1?text=ru")
	v.language("ar")
	if v.at() != "/ar"+house+"/p2.e1?text=ru" || eval[string](v, `document.querySelector("article").lang`) != "ru" {
		t.Errorf("it leads to %s", v.at())
	}
}

// TestWeight counts what a first visit brings over the line: at most 60 KB in all, 25 KB of it script.
func TestWeight(t *testing.T) {
	for _, path := range []string{house, house + "/p2.e1", house + "/contributions", house + "/k2/contribute?on=p2.e1.x3", house + "/record"} {
		for _, lang := range []string{"en", "ru"} {
			v := visitor(t)
			v.open("/" + lang + path)
			weight := eval[map[string]int](v, `(() => {
				const all = { total: 0, script: 0 };
				for (const e of [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]) {
					all.total += e.transferSize;
					if (e.initiatorType === "script") all.script += e.transferSize;
				}
				return all;
			})()`)
			t.Logf("/%s%s: %d bytes, %d of them script", lang, path, weight["total"], weight["script"])
			if weight["total"] > 60<<10 || weight["script"] > 25<<10 || weight["total"] == 0 {
				t.Errorf("/%s%s weighs %d bytes, %d of them script", lang, path, weight["total"], weight["script"])
			}
		}
	}
}

// language chooses another language in the head of the page.
func (v *tab) language(lang string) {
	v.Helper()
	v.do("open the languages", chromedp.Click(chromedp.CSS(".tongue summary")))
	v.press(`.tongue a[hreflang="` + lang + `"]`)
}
