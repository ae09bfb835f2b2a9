package browser

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestLongWords: a name and a text without a space break where the line ends, and widen no page that shows them, on the
// narrowest screen.
func TestLongWords(t *testing.T) {
	author := newClient(t)
	token := "LONGWORDSAAAAAAAAAAAAA"
	status, body := author.post("/en"+house+"/k2/contribute", url.Values{"on": {"p2.e1"}, "language": {"en"}, "category": {"ngo"}, "token": {token}, "do": {"send"},
		"text": {strings.Repeat("w", 300) + "\n\thttps://example.org/" + strings.Repeat("a", 300)}, "wording": {strings.Repeat("v", 300)}, "name": {strings.Repeat("n", 200)}, "body": {strings.Repeat("o", 200)}})
	m := regexp.MustCompile(`/(c\d+)/receipt`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("it is not taken: %d %.300s", status, body)
	}
	ref := m[1]
	look := func(v *tab, paths ...string) {
		t.Helper()
		v.size(320, 800)
		for _, p := range paths {
			v.open("/en" + house + p)
			if !strings.Contains(v.text("main"), strings.Repeat("o", 100)) {
				t.Errorf("%s does not show it", p)
			}
			if wide := eval[int](v, `document.scrollingElement.scrollWidth`); wide > 320 {
				t.Errorf("%s is %d pixels wide", p, wide)
			}
		}
	}
	moderator := visitor(t)
	moderator.signInAs("moderator")
	look(moderator, "/desk/queue?from="+ref, "/"+ref, "/"+ref+"/redact")
	for _, wrong := range moderator.inspect("en") {
		t.Errorf("%s: %s", moderator.at(), wrong)
	}
	moderator.write("#passage", "ooo")
	moderator.press(`button[value="find"]`)
	if n := eval[int](moderator, `document.querySelectorAll("input[name=mask]:checked").length`); n != 66 {
		t.Errorf("of 200 letters in threes, %d passages are ticked", n)
	}
	publish(t, ref)
	v := visitor(t)
	look(v, "", "/contributions", "/contributions?print=1", "/"+ref, "/"+ref+"/trace", "/p2/responses")
}
