package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
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
