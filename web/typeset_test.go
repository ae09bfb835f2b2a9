package web_test

import (
	"html"
	"regexp"
	"testing"

	"github.com/openplenary/plenary/locale"
)

// TestNoSpaceBeforeAComma: templates put no space between a word and the comma behind it, in any language; and what was
// struck out and what was put in do not touch.
func TestNoSpaceBeforeAComma(t *testing.T) {
	t.Parallel()
	v := newHouse(t).visitor()
	heard := regexp.MustCompile(`<span class="vh"[^>]*>[^<]*</span>`)
	tag := regexp.MustCompile(`</?(?:a|b|bdi|span|small|time|em|strong|q|code)\b[^>]*>`)
	block := regexp.MustCompile(`<[^>]*>`)
	touch := regexp.MustCompile(`</del><ins|</ins><del`)
	for _, l := range locale.All {
		for _, p := range []string{"", "/documents", "/contributions?print=1", "/p1.e1", "/p1.e2/redline", "/p1.e2/concordance", "/p1/responses", "/overview", "/map", "/record", "/c23", "/c23/trace", "/d5", "/k2", "/p1.e2.x7"} {
			a := v.get("/" + string(l) + conv + p)
			s := heard.ReplaceAllString(a.body, "")
			if m := touch.FindString(s); m != "" {
				t.Errorf("%s%s: %s", l, p, m)
			}
			s = block.ReplaceAllString(tag.ReplaceAllString(s, ""), "\x00")
			s = html.UnescapeString(blanks.ReplaceAllString(s, " "))
			for _, m := range regexp.MustCompile(`[^\x00 ]{1,20} [,،][^\x00]{0,20}`).FindAllString(s, 3) {
				t.Errorf("%s%s: %q", l, p, m)
			}
		}
	}
}
