package web_test

import (
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/web/serve"
)

// TestPressedAgain: whoever had no answer sends the same form once more. It is done once, and they see what they would have seen: of a request for the floor, and of a place
// that is given up, which would not be there any more.
func TestPressedAgain(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	declared(t, h, sitting(t, h))
	ana := h.person("ana")
	const at = "/en/c/ferries/s1.i1/ask-floor"
	forms := regexp.MustCompile(`(?s)<form[^>]*action="` + at + `".*?</form>`)
	token := regexp.MustCompile(`name="token" value="([^"]+)"`)
	for _, do := range []string{"ask", "leave"} {
		form := ""
		for _, f := range forms.FindAllString(ana.get(at).body, -1) {
			if strings.Contains(f, `name="do" value="`+do+`"`) {
				form = f
			}
		}
		found := token.FindStringSubmatch(form)
		if found == nil {
			t.Fatalf("no form with a token does %s: %s", do, form)
		}
		v := url.Values{"do": {do}, "for": {string(party(t, h, "ana").Ref())}, "item": {"1"}, "kind": {"place"}, "token": {found[1]}}
		first, again := ana.post(at, v), ana.post(at, v)
		if first.status != http.StatusSeeOther || again.status != first.status || again.header.Get("Location") != first.header.Get("Location") {
			t.Errorf("%s is answered with %d %s, and sent again with %d %s: %s", do, first.status, first.header.Get("Location"), again.status, again.header.Get("Location"), deskErrors(again.body))
		}
	}
	if n := h.requests(); n != 1 {
		t.Errorf("%d requests came", n)
	}
}

// TestNotSavedIsNotSaid: a form that is shown again, of a draft that was saved before, says no time at which it was saved where none is known.
func TestNotSavedIsNotSaid(t *testing.T) {
	t.Parallel()
	const at = "/en/c/ferries/k1/contribute"
	v := newDelegations(t).visitor()
	form := deskWith(deskForm(t, v.get(at).body, at, 0), "text", "", "do", "preview")
	for _, version := range []string{"0", "1"} {
		a := v.post(at, deskWith(form, "version", version))
		if a.status != http.StatusUnprocessableEntity || strings.Contains(a.body, `datetime="0001-`) {
			t.Errorf("version %s is answered with %d, and says when it was saved: %t", version, a.status, strings.Contains(a.body, `datetime="0001-`))
		}
	}
}

// withoutToken are forms that may be sent without the token of an ask, by a part of their address, with the reason. What they do reaches no record.
var withoutToken = map[string]string{
	`"/sign-in`: "signs in", `"/sign-out"`: "signs out", `"/account`: "is about the account alone", `"/invitation/`: "opens an account", `"/mail/`: "says which letters are wanted",
	`"/demo/`: "takes a role of the demonstration", `"/desk/preview"`: "looks as somebody else", `"/check"`: "checks a receipt", `"/mine"`: "shows a browser what it sent",
	`"/unredacted"`: "looks at what is blacked out, which is noted each time", `"/form/part/resume"`: "opens a draft by its code",
	`string(v.AskCall) + "/contribute"`: "opens the form of the call, which has one", `"/desk/notes/" + string(on)`: "deletes a note by its number",
}

var (
	templ    = regexp.MustCompile(`(?ms)^templ (?:\([^)]*\) )?(\w+)\(.*?^\}`)
	called   = regexp.MustCompile(`@(?:\w+\.)?(\w+)\(`)
	tokened  = regexp.MustCompile(`@frame\.(?:Form|Press)?Token\(|@FormToken\(|name="token"|name=\{ "token-"`)
	formIn   = regexp.MustCompile(`(?s)<form\b.*?</form>`)
	actionIn = regexp.MustCompile(`(?s)action=\{(.*?)\}[\s>]`)
)

// TestFormsHaveTokens: every form of every page that asks for something carries the token of its ask, so that it can be sent again when its answer was lost. A form that carries
// none is named in withoutToken, with the reason.
func TestFormsHaveTokens(t *testing.T) {
	t.Parallel()
	bodies, texts := map[string]string{}, map[string]string{}
	if err := filepath.WalkDir("../page", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".templ" {
			return err
		}
		b, err := os.ReadFile(path)
		texts[path] = string(b)
		for _, m := range templ.FindAllStringSubmatch(texts[path], -1) {
			bodies[filepath.Dir(path)+" "+m[1]] = m[0]
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var has func(dir, body string, depth int) bool
	has = func(dir, body string, depth int) bool {
		return tokened.MatchString(body) || depth < 4 && slices.ContainsFunc(called.FindAllStringSubmatch(body, -1), func(m []string) bool { return has(dir, bodies[dir+" "+m[1]], depth+1) })
	}
	forms, used := 0, map[string]bool{}
	for path, text := range texts {
		for _, form := range formIn.FindAllString(text, -1) {
			begin, _, _ := strings.Cut(form, "\n")
			if !strings.Contains(form[:min(len(form), 400)], `method="post"`) {
				continue
			}
			forms++
			action := actionIn.FindStringSubmatch(form)
			if action == nil {
				t.Errorf("%s: where is this form sent? %s", path, begin)
				continue
			}
			if has(filepath.Dir(path), form, 0) {
				continue
			}
			except := ""
			for part := range withoutToken {
				if strings.Contains(action[1], part) {
					except, used[part] = part, true
				}
			}
			if except == "" {
				t.Errorf("%s: a form to %s carries no token: sent again after its answer was lost it is refused, or done twice", path, action[1])
			}
		}
	}
	for part := range withoutToken {
		if !used[part] {
			t.Errorf("no form without a token is sent to %s", part)
		}
	}
	if forms < 150 {
		t.Errorf("only %d forms are found", forms)
	}
}

// tokens looks that every form of a page that carries a token carries one that can be used: a page whose handler draws none has it empty.
func tokens(t *testing.T, path, body string) {
	t.Helper()
	for _, m := range tokenField.FindAllStringSubmatch(body, -1) {
		if !serve.ValidNonce(m[1]) {
			t.Errorf("on %s a form carries the token %q", path, m[1])
		}
	}
}

var tokenField = regexp.MustCompile(`name="token[^"]*" value="([^"]*)"`)

// notAgain are parts of addresses of what is written together, or kept as a draft, beside the record: there a version says what was seen, and whoever sends again is told that it
// has gone on. Nor is what is forgotten there forgotten twice.
var notAgain = []string{"/desk/papers/", "/draft", "/form"}

// twice has whatever is sent by a form of the house sent twice where h.again says so, and the answer compared: it leads to the same page.
func (v *visitor) twice(path string, form url.Values, send func(url.Values) answer) answer {
	v.h.t.Helper()
	if !v.h.again || !strings.Contains(path, "/c/") || form.Get("do") == "forget" || slices.ContainsFunc(notAgain, func(part string) bool { return strings.Contains(path, part) }) {
		return send(form)
	}
	with := url.Values{}
	maps.Copy(with, form)
	if !serve.ValidNonce(with.Get("token")) {
		with.Set("token", serve.Nonce())
	}
	first := send(with)
	if first.status != http.StatusSeeOther {
		return first
	}
	if again := send(with); again.status != first.status || strings.Split(again.header.Get("Location"), "?")[0] != strings.Split(first.header.Get("Location"), "?")[0] {
		v.h.t.Errorf("a form to %s that does %q %q is answered with %d %s, and sent again with %d %s: %s", path, with.Get("do"), with.Get("what"), first.status, first.header.Get("Location"), again.status,
			again.header.Get("Location"), deskErrors(again.body))
	}
	return first
}
