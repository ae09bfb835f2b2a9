package frame_test

import (
	"context"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"pgregory.net/rapid"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

func rendered(t interface{ Fatal(...any) }, c templ.Component) string {
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// seen is what a reader of some HTML sees, with one space for any white space, and the elements in it.
func seen(t interface{ Fatal(...any) }, s string) (text string, elements map[string]int, links []string) {
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	elements = map[string]int{}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch n.Type {
		case html.TextNode:
			b.WriteString(n.Data)
		case html.ElementNode:
			elements[n.Data]++
			for _, a := range n.Attr {
				if n.Data == "a" && a.Key == "href" {
					links = append(links, a.Val)
				}
			}
			if n.Data == "p" || n.Data == "br" || n.Data == "li" || n.Data == "td" || n.Data == "th" || n.Data == "dt" || n.Data == "dd" {
				b.WriteByte(' ')
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	for _, n := range nodes {
		walk(n)
	}
	return spaced(b.String()), elements, links
}

func spaced(s string) string { return strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ") }

// findings are texts of which a page once showed something else.
var findings = []string{
	"Good paper.\n\n<div>HIDDEN-ABUSE the minister is a crook</div>",
	"speed <limit> applies",
	"7. We agree with the first part.\n9. We do not agree with the second.",
	"7. We agree\n\n9. We do not",
	"pressure p<q and r>s here",
	"should name <applicant>",
	"auteur*rice*s",
	"5*3*2 = 30",
	"![the chart](https://example.org/chart.png)",
	"\tOur association has met.\n    It was cold.",
	"I <3 clean water",
	"a_b_c `code` ~~no~~ # heading",
	"&lt;script&gt; &amp; &nbsp; &#60;",
	"[text](javascript:alert(1))",
	"<!-- a comment --> <![CDATA[ x ]]> <?php ?>",
	"<plaintext><textarea><title><svg><math>",
	"---\n===\n> quote\n| a | b |",
	"see https://example.org/a_(b)?x=1&y=2, and http://who.int.",
	"https://who.int@evil.example/ https://evil.example/█████/x",
	"line\n\n\n\nline",
	"« Œuvre » : l’eau – 1 000 €",
	"مرحبا (13) https://example.org/",
	"👩‍👩‍👧 ᚠ \u200eabc",
	"x\\*y\\* \\<",
}

// Whatever is kept, the page shows it: every character of it, and no others.
func TestWords(t *testing.T) {
	t.Parallel()
	show := func(t interface {
		Fatal(...any)
		Fatalf(string, ...any)
	}, kept string) map[string]int {
		text, elements, links := seen(t, rendered(t, frame.Words(kept)))
		if text != spaced(kept) {
			t.Fatalf("%q is shown as %q", kept, text)
		}
		for e := range elements {
			if e != "p" && e != "br" && e != "a" {
				t.Fatalf("%q became an element %s", kept, e)
			}
		}
		for _, l := range links {
			if !strings.Contains(kept, l) || !strings.HasPrefix(strings.ToLower(l), "http") {
				t.Fatalf("%q has a link to %q", kept, l)
			}
		}
		return elements
	}
	for _, s := range findings {
		show(t, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.SampledFrom(findings), rapid.StringMatching(`[<>&"'*_#\[\]()!/:. \n\t0-9a-z]{0,30}`)), 0, 5).Draw(t, "text")
		kept, err := locale.Clean(strings.Join(pieces, ""))
		if err != nil {
			return
		}
		show(t, kept)
	})
}

// Lines, paragraphs and addresses stand as they were written.
func TestWordsHTML(t *testing.T) {
	t.Parallel()
	link := func(s string) string {
		return `<a href="` + s + `" rel="nofollow ugc noopener" referrerpolicy="no-referrer">` + s + `</a>`
	}
	for in, want := range map[string]string{
		"":                              "",
		" \n ":                          "",
		"a":                             `<p dir="auto">a</p>`,
		"a\nb":                          `<p dir="auto">a<br>b</p>`,
		"a\n\n\nb":                      `<p dir="auto">a</p><p dir="auto">b</p>`,
		"a\r\nb\u2028c":                 `<p dir="auto">a<br>b<br>c</p>`,
		"    x":                         `<p dir="auto">    x</p>`,
		"<b>":                           `<p dir="auto">&lt;b&gt;</p>`,
		"(https://a.example/b).":        `<p dir="auto">(` + link("https://a.example/b") + `).</p>`,
		"https://a.example/b_(c)":       `<p dir="auto">` + link("https://a.example/b_(c)") + `</p>`,
		"mailto:x@a.example":            `<p dir="auto">mailto:x@a.example</p>`,
		"xhttps://a.example":            `<p dir="auto">xhttps://a.example</p>`,
		"git+https://a.example":         `<p dir="auto">git+https://a.example</p>`,
		"https://u:p@a.example/":        `<p dir="auto">https://u:p@a.example/</p>`,
		"javascript://a.example/%0aa()": `<p dir="auto">javascript://a.example/%0aa()</p>`,
		"https://":                      `<p dir="auto">https://</p>`,
		"见https://a.example/路。好":        `<p dir="auto">见` + link("https://a.example/路") + `。好</p>`,
		"a\x00b\x7f\u202ec":             `<p dir="auto">a␀b␡` + "\ufffd" + `c</p>`,
	} {
		if got := rendered(t, frame.Words(in)); got != want {
			t.Errorf("%q became\n%s, want\n%s", in, got, want)
		}
	}
}

// The markup of the secretariat: emphasis, links and lists, the same as a block, in a line and in an excerpt.
func TestMarkup(t *testing.T) {
	t.Parallel()
	link := func(to, s string) string {
		return `<a href="` + to + `" rel="nofollow ugc noopener" referrerpolicy="no-referrer">` + s + `</a>`
	}
	for _, c := range []struct{ in, block, plain string }{
		{"a\nb\n\nc", "<p>a<br>b</p><p>c</p>", "a\nb\nc"},
		{"*x* **y** ***z***", "<p><em>x</em> <strong>y</strong> ***z***</p>", "x y ***z***"},
		{"**a *b* c**", "<p><strong>a </strong><strong><em>b</em></strong><strong> c</strong></p>", "a b c"},
		{"auteur*rice*s 5*3*2 * a *", "<p>auteur*rice*s 5*3*2 * a *</p>", "auteur*rice*s 5*3*2 * a *"},
		{"这**很**重要", "<p>这<strong>很</strong>重要</p>", "这很重要"},
		{"- one\n- two\n  more", "<ul><li>one</li><li>two<br>more</li></ul>", "– one\n– two\nmore"},
		{"7. yes\n9. no", `<ol><li value="7">yes</li><li value="9">no</li></ol>`, "7. yes\n9. no"},
		{"adopted in\n2019. It was revised", "<p>adopted in<br>2019. It was revised</p>", "adopted in\n2019. It was revised"},
		{"<b>x</b> &amp; `c`", "<p>&lt;b&gt;x&lt;/b&gt; &amp;amp; `c`</p>", "<b>x</b> &amp; `c`"},
		{"[a](https://b.example/c)", "<p>" + link("https://b.example/c", "a") + "</p>", "a"},
		{"[*a* b](https://b.example/c(d))!", "<p>" + link("https://b.example/c(d)", "<em>a</em>") + link("https://b.example/c(d)", " b") + "!</p>", "a b!"},
		{"[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>", "[a](javascript:alert(1))"},
		{"![x](https://b.example/p)", "<p>!" + link("https://b.example/p", "x") + "</p>", "!x"},
		{"see https://b.example/.", "<p>see " + link("https://b.example/", "https://b.example/") + ".</p>", "see https://b.example/."},
		{"# no heading", "<p># no heading</p>", "# no heading"},
		{"| a | b |\n|---|--:|\n| *c* \\| d | 1 |\n| e |", `<div class="tbox" tabindex="0"><table><thead><tr><th scope="col">a</th><th scope="col" class="end">b</th></tr></thead>` +
			`<tbody><tr><td><em>c</em> | d</td><td class="end">1</td></tr><tr><td>e</td><td class="end"></td></tr></tbody></table></div>`, "a | b\nc | d | 1\ne | "},
		{"| a | b |\nno table", "<p>| a | b |</p><p>no table</p>", "| a | b |\nno table"},
		{"Word[^x] and[^y].\n\n[^y]: Two.\n[^x]: One *em*,\nmore.", `<p>Word<sup>[1]</sup> and<sup>[2]</sup>.</p><ol class="notes"><li value="1">One <em>em</em>,<br>more.</li><li value="2">Two.</li></ol>`,
			"Word[1] and[2].\n[1] One em,\nmore.\n[2] Two."},
		{"1. x[^a]\n\n[^a]: y", `<ol><li value="1">x<sup>[1]</sup></li></ol><ol class="notes"><li value="1">y</li></ol>`, "1. x[1]\n[1] y"},
		{"None[^x].\n\n[^y]: Lost.", "<p>None[^x].</p><p>[^y]: Lost.</p>", "None[^x].\n[^y]: Lost."},
		{"Data\n: What is kept.\n: What is given.\n\n: And more.\n\nText", "<dl><dt>Data</dt><dd>What is kept.</dd><dd>What is given.</dd><dd>And more.</dd></dl><p>Text</p>",
			"Data\n– What is kept.\n– What is given.\n– And more.\nText"},
		{": no term", "<p>: no term</p>", ": no term"},
		{"![A chart](chart.png)", "<p>[A chart]</p>", "A chart"},
		{"![A chart](chart.svg](x)", "<p>![A chart](chart.svg](x)</p>", "![A chart](chart.svg](x)"},
	} {
		if got := rendered(t, frame.Markup(c.in)); got != c.block {
			t.Errorf("%q became\n%s, want\n%s", c.in, got, c.block)
		}
		if got := frame.Plain(c.in); got != c.plain {
			t.Errorf("%q reads %q, want %q", c.in, got, c.plain)
		}
		want := spaced(c.plain)
		if got, _, _ := seen(t, rendered(t, frame.Begin(c.in, 1000))); got != want {
			t.Errorf("%q begins %q, want %q", c.in, got, want)
		}
	}
	if got := rendered(t, frame.Begin("The **whole of** it", 10)); got != "The <strong>whole</strong> …" {
		t.Errorf("an excerpt is %s", got)
	}
}

// No text, marked up or not, becomes an element that is not of the few, or loses a letter.
func FuzzMarkup(f *testing.F) {
	for _, s := range append(findings, "<script>alert(1)</script>", "[x](data:text/html;base64,AAAA)", "[a](https://\"onload=x)", "**a*b**c*", "*[a*](https://b.example)", "- \n1. \n1. x",
		"| a | b |\n|---|---|\n| <b> | [x](https://b.example) | more |\n|\n", "| a\n|-\n[^a]: x\n| b[^a]", "a[^1][^2]\n\n[^1]: x[^2]\n[^2]: y\n[^1]: again\n| a |\nb[^1]",
		"t\n: d\n[^a]: x\n: e[^a]", "![a\"><script>](x.png) ![](y.png)", "[^a]: x\n: y\n- z[^a]\n\n: q") {
		f.Add(s)
	}
	allowed := map[string]bool{"table": true, "thead": true, "tbody": true, "tr": true, "th": true, "td": true, "div": true, "dl": true, "dt": true, "dd": true,
		"sup": true, "img": true, "p": true, "br": true, "a": true, "em": true, "strong": true, "ul": true, "ol": true, "li": true}
	f.Fuzz(func(t *testing.T, s string) {
		s, err := locale.Clean(s)
		if err != nil {
			return
		}
		marking := frame.Marking{ID: "x1", First: 3, Back: "back", Picture: func(name string) (frame.Picture, bool) {
			return frame.Picture{Source: "/p/" + name, Width: 3, Height: 4}, strings.HasPrefix(name, "a")
		}}
		whole := rendered(t, marking.Markup(s))
		balanced(t, s, whole)
		text, elements, links := seen(t, rendered(t, frame.Markup(s)))
		for e := range elements {
			if !allowed[e] {
				t.Fatalf("%q became an element %s", s, e)
			}
		}
		for _, l := range links {
			if !strings.HasPrefix(strings.ToLower(l), "http://") && !strings.HasPrefix(strings.ToLower(l), "https://") {
				t.Fatalf("%q has a link to %q", s, l)
			}
		}
		plain := ""
		for _, r := range frame.Runs(s) {
			plain += r.Text
		}
		letters := func(s string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsLetter(r) {
					return r
				}
				return -1
			}, s)
		}
		if letters(plain) != letters(text) {
			t.Fatalf("%q reads %q and is shown as %q", s, plain, text)
		}
		if shown, _, _ := seen(t, rendered(t, frame.Words(s))); shown != spaced(s) {
			t.Fatalf("%q is shown as %q", s, shown)
		}
	})
}

// TestText: a text is written as HTML escapes it, character by character, with what nobody could see made visible.
func TestText(t *testing.T) {
	t.Parallel()
	check := func(t interface{ Fatalf(string, ...any) }, s string) {
		var want strings.Builder
		for _, r := range s {
			switch {
			case r < ' ' && r != '\t':
				r += 0x2400
			case r == 0x7f:
				r = 0x2421
			case r > 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe:
				r = 0xfffd
			}
			want.WriteString(html.EscapeString(string(r)))
		}
		if got := string(frame.RunsHTML([]frame.Run{{Text: s}})); got != want.String() {
			t.Fatalf("%q becomes %q, want %q", s, got, want.String())
		}
	}
	for _, s := range append(findings, "\x00\x07\t\x1f\x7f\u0080\u0085\u009f\u00a0", "a\u202eb\u202f\u2066\u2069\u206a", "\ufdcf\ufdd0\ufdef\ufdf0\ufffe\uffff\U0001fffe\U0010ffff", "\xff\xc2 \xe2\x80", "\"'&<>") {
		check(t, strings.ReplaceAll(s, "\n", " "))
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, strings.ReplaceAll(rapid.String().Draw(t, "text"), "\n", " "))
	})
	if got := frame.RunsHTML([]frame.Run{{Text: "a\nb\n"}, {Text: "c\nd", Em: true}}); got != "a<br>b<br><em>c<br>d</em>" {
		t.Errorf("new lines become %q", got)
	}
}

// balanced checks that every element that begins ends, in its order, and that no attribute but those of the house is
// in it.
func balanced(t *testing.T, of, s string) {
	var open []string
	known := map[string]bool{"href": true, "rel": true, "referrerpolicy": true, "class": true, "tabindex": true, "scope": true, "value": true, "id": true, "aria-label": true,
		"src": true, "width": true, "height": true, "loading": true, "alt": true}
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		token := z.Token()
		for _, a := range token.Attr {
			if !known[a.Key] {
				t.Fatalf("%q has an attribute %s", of, a.Key)
			}
		}
		switch name := token.Data; {
		case kind == html.StartTagToken && name != "br" && name != "img":
			open = append(open, name)
		case kind == html.EndTagToken && (len(open) == 0 || open[len(open)-1] != name):
			t.Fatalf("%q became %s: %s ends, and %v are open", of, s, name, open)
		case kind == html.EndTagToken:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Fatalf("%q became %s: %v are not ended", of, s, open)
	}
}
