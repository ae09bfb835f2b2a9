package frame_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/openplenary/plenary/page/frame"
)

var bad = regexp.MustCompile(`(?i)<(script|style|iframe|object|embed|img|svg|form|input|base|meta|link)|\son[a-z]+\s*=|javascript:|data:text/html|vbscript:|\sstyle=|\sid=|\sclass=`)

func TestMarkdown(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a\n\nb":                    "<p>a</p>\n<p>b</p>\n",
		"a\nb":                      "<p>a<br>\nb</p>\n",
		"*x* **y**":                 "<p><em>x</em> <strong>y</strong></p>\n",
		"- one\n- two":              "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n",
		"<b>x</b>":                  "<p>x</p>\n",
		"[a](https://b.example/c)":  `<p><a href="https://b.example/c" rel="nofollow noreferrer">a</a></p>` + "\n",
		"[a](javascript:alert(1))":  "<p>a</p>\n",
		"# Heading":                 "Heading\n",
		"![x](https://b.example/p)": "<p></p>\n",
	} {
		if got := frame.Markdown(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"<script>alert(1)</script>", "[a](javascript:alert(1))", "<img src=x onerror=alert(1)>", "[x](data:text/html;base64,AAAA)", "`<svg/onload=1>`", "<a href=\"java\nscript:x\">", "&lt;script&gt;", "[a]: vbscript:x\n[a]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := frame.Markdown(s)
		// What looks like a tag in the output is one of the allow-list; text is escaped.
		for _, tag := range regexp.MustCompile(`<[^>]*>`).FindAllString(out, -1) {
			if bad.MatchString(tag) {
				t.Fatalf("%q became %q", s, out)
			}
		}
		if strings.Count(out, "<") != strings.Count(out, ">") && !strings.Contains(s, ">") && strings.Contains(out, "<script") {
			t.Fatalf("%q became %q", s, out)
		}
	})
}
