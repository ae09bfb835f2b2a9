package browser

import (
	_ "embed"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

//go:embed testdata/axe.min.js
var axe string

// leaf is one page in one state, as one visitor meets it.
type leaf struct {
	name string
	path string // without the language
	act  func(v *tab)
	who  string // "", author, moderator, officer
}

// leaves are all pages of the house. What is pending, withdrawn and withheld is made for the author first.
func leaves(t *testing.T, author *client) []leaf {
	published := author.say("p2.e1.x3", "What the author said, and a moderator published.")
	publish(t, published)
	pending := author.say("p2.e1.x3", "What waits for a moderator.")
	withdrawn := author.say("p2.e1.x3", "What its author took back.")
	withheld := author.say("p2.e1.x3", "What a moderator did not publish.")
	author.post("/en"+house+"/"+withdrawn+"/withdraw", nil)
	newClient(t).as("moderator").post("/en"+house+"/"+withheld+"/withhold", url.Values{"ground": {"off_topic"}, "reason": {"It answers another question."}})
	hidden := found(t, "status=withheld")
	redacted := first(t, `"redacted": true`)

	write := "/c/ip-ai/k2/contribute?on=p2.e1.x3"
	toPreview := func(v *tab) {
		v.write("#text", "A text with\n\ntwo paragraphs and a [link](https://example.org).")
		v.press(`button[value="preview"]`)
	}
	toErrors := func(v *tab) { v.press(`button[value="preview"]`) }
	wrongReceipt := func(v *tab) {
		v.leave("send a wrong receipt", upload(t, "#receipt", "{}"), submit("main form"))
	}
	goodReceipt := func(v *tab) {
		_, b := author.get("/en" + house + "/" + pending + "/receipt.json")
		v.leave("send a good receipt", upload(t, "#receipt", b), submit("main form"))
	}
	wrongCode := func(v *tab) {
		v.write("#email", "a@example.org")
		v.write("#code", "AAAA-BBBB-CCCC")
		v.press(`main form button`)
	}
	badMail := func(v *tab) {
		v.do("type", setValue("#email", "no address@"))
		v.leave("send", submit("main form"))
	}
	sent := func(v *tab) {
		v.write("#email", "leaf@example.org")
		v.press("main form button")
	}
	all := []leaf{
		{name: "index", path: "/"}, {name: "home", path: house}, {name: "paper", path: house + "/p1.e1"}, {name: "paper in two languages", path: house + "/p1.e1?text=fr&second=en"},
		{name: "paper in Arabic", path: house + "/p1.e1?text=ar&second=en"}, {name: "element", path: house + "/p1.e1.x35"}, {name: "issue", path: house + "/p1.e1.x2"},
		{name: "considerations", path: house + "/p2"}, {name: "answered", path: house + "/c23"}, {name: "answer", path: house + "/d5"}, {name: "answer in another language", path: house + "/d29"},
		{name: "call", path: house + "/k2"}, {name: "closed call", path: house + "/k1"}, {name: "contribute", path: write}, {name: "contribute to the whole", path: house + "/k2/contribute"},
		{name: "contribute with errors", path: write, act: toErrors}, {name: "preview", path: write, act: toPreview}, {name: "contribution", path: house + "/" + published},
		{name: "redacted", path: house + "/" + redacted}, {name: "withheld", path: house + "/" + hidden}, {name: "receipt of another", path: house + "/" + published + "/receipt"},
		{name: "check", path: "/check"}, {name: "check a wrong receipt", path: "/check", act: wrongReceipt}, {name: "check a good receipt", path: "/check", act: goodReceipt},
		{name: "list", path: house + "/contributions"}, {name: "list with nothing", path: house + "/contributions?category=igo&country=IS"}, {name: "list of the withheld", path: house + "/contributions?status=withheld"},
		{name: "list for print", path: house + "/contributions?print=1&category=ngo"}, {name: "map", path: house + "/map"}, {name: "documents", path: house + "/documents"}, {name: "record", path: house + "/record"}, {name: "entry", path: house + "/entry-20"},
		{name: "nothing of mine", path: house + "/mine"}, {name: "sign-in", path: "/sign-in"}, {name: "sign-in with an error", path: "/sign-in", act: badMail}, {name: "sign-in sent", path: "/sign-in", act: sent},
		{name: "printed code", path: "/sign-in/printed"}, {name: "wrong printed code", path: "/sign-in/printed", act: wrongCode},
		{name: "dead link", path: "/sign-in/" + strings.Repeat("a", 22)}, {name: "mailbox", path: "/mailbox"}, {name: "demo role", path: "/demo/officer"},
		{name: "overview", path: house + "/overview"}, {name: "evidence", path: house + "/overview/use/copyright"}, {name: "evidence of nothing", path: house + "/overview/administration/data"},
		{name: "comments and answers", path: house + "/p1/responses"}, {name: "comments not accepted", path: house + "/p1/responses?outcome=not_accepted"}, {name: "comments and answers for print", path: house + "/p1/responses?print=1"},
		{name: "not found", path: house + "/c99999"}, {name: "not found at all", path: "/nowhere"},
		{name: "mine", path: house + "/mine", who: "author"}, {name: "receipt", path: house + "/" + pending + "/receipt", who: "author"}, {name: "my pending", path: house + "/" + pending, who: "author"},
		{name: "my published", path: house + "/" + published, who: "author"}, {name: "my withdrawn", path: house + "/" + withdrawn, who: "author"}, {name: "my withheld", path: house + "/" + withheld, who: "author"},
	}
	for name, path := range map[string]string{"redline": "/p1/redline?all=yes", "concordance": "/p1/concordance", "find": "/p1/find", "found nowhere": "/p1/find?number=999", "found": "/p1.e1/find?number=13(i)",
		"arrived": "/p1.e2?was=p1.e1.x43", "deleted": "/p1.e1/find?number=9(ii)", "concordance with a row open": "/p1/concordance?open=p1.x45", "trace of a passage": "/p1.e2.x45/trace", "trace of a sentence": "/p2.e1.x3/trace", "trace of a contribution": "/" + published + "/trace", "trace of an answer": "/d1/trace"} {
		all = append(all, leaf{name: name, path: house + path})
	}
	for _, path := range []string{"", "/k1", "/k1/form", "/k1/results", "/p1", "/p1/responses", "/c8", "/contributions"} {
		all = append(all, leaf{name: "the town" + path, path: "/c/cameras" + path})
	}
	all = append(all, leaf{name: "concordance to correct", path: house + "/p1/concordance?correct=p1.x12", who: "officer"})
	all = append(all, leaf{name: "an answer to react to", path: house + "/c113", who: "individual"})
	all = append(all, leaf{name: "earlier answers", path: house + "/desk/points/c256.1?words=registration", who: "officer"})
	for _, role := range []string{"moderator", "officer"} {
		all = append(all, leaf{name: "account", path: "/account", who: role}, leaf{name: "home", path: house, who: role}, leaf{name: "pending", path: house + "/" + pending, who: role},
			leaf{name: "withheld", path: house + "/" + withheld, who: role}, leaf{name: "published", path: house + "/" + published, who: role}, leaf{name: "contribute", path: write, who: role}, leaf{name: "answer", path: house + "/d5", who: role}, leaf{name: "answered", path: house + "/c23", who: role})
		for _, path := range desk(t, role) {
			all = append(all, leaf{name: path, path: path, who: role})
		}
	}
	return all
}

// desk finds the pages behind the desk that a role can walk to.
func desk(t *testing.T, role string) []string {
	t.Helper()
	c := newClient(t).as(role)
	links := regexp.MustCompile(`href="/en((?:/c/ip-ai/[^"#]*desk[^"#]*)|/convene[^"#]*|(?:/c/ip-ai/(?:[^"#/]*/)?(?:edit|new|parties|people|roles|stages|calls|papers)[^"#]*))"`)
	seen, next := map[string]bool{}, []string{house + "/desk", "/account"}
	var out []string
	point, label := false, false
	for len(next) > 0 && len(seen) < 40 {
		path := strings.ReplaceAll(next[0], "&amp;", "&")
		next = next[1:]
		if strings.Contains(path, "/desk/points/") { // one of them stands for all
			if point {
				continue
			}
			point = true
		}
		if strings.Contains(path, "/desk/settings?edit=") { // and one of these
			if label {
				continue
			}
			label = true
		}
		if seen[path] || strings.Contains(path, ".json") || strings.Contains(path, ".csv") {
			continue
		}
		seen[path] = true
		status, page := c.get("/en" + path)
		if status != 200 || !strings.Contains(page, "<h1") {
			continue
		}
		if path != "/account" {
			out = append(out, path)
		}
		for _, m := range links.FindAllStringSubmatch(page, -1) {
			next = append(next, m[1])
		}
	}
	slices.Sort(out)
	t.Logf("behind the desk a %s finds %q", role, out)
	return out
}

// found is the first contribution of a list.
func found(t *testing.T, query string) string {
	t.Helper()
	_, page := newClient(t).get("/en" + house + "/contributions.json?" + query)
	m := regexp.MustCompile(`"ref": "(c\d+)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no contribution with %s", query)
	}
	return m[1]
}

// first is the first contribution of the list that has a mark.
func first(t *testing.T, mark string) string {
	t.Helper()
	for n := 1; n < 100; n++ {
		ref := fmt.Sprint("c", n)
		if _, page := newClient(t).get("/en" + house + "/" + ref + ".json"); strings.Contains(page, mark) {
			return ref
		}
	}
	t.Fatalf("no contribution has %s", mark)
	return ""
}

// TestEveryPage reads every page, in every state and role, with axe and with a ruler.
func TestEveryPage(t *testing.T) {
	langs := []string{"en", "ar"}
	if os.Getenv("PLENARY_SOAK") == "1" {
		langs = []string{"en", "ar", "fr", "es", "ru", "zh"}
	}
	author := newClient(t)
	all := leaves(t, author)
	for _, lang := range langs {
		for _, who := range []string{"", "author", "individual", "moderator", "officer"} {
			if len(langs) == 2 && lang == "ar" && (who == "author" || who == "individual") {
				continue // their pages are the public's with a few buttons more
			}
			t.Run(strings.TrimSuffix(lang+"/"+who, "/"), func(t *testing.T) {
				t.Parallel()
				v := visitor(t)
				switch who {
				case "author":
					v.become(author)
				case "individual", "moderator", "officer":
					v.signInAs(who)
				}
				for _, l := range all {
					if l.who != who {
						continue
					}
					v.open("/" + lang + l.path)
					if l.act != nil {
						l.act(v)
					}
					for _, wrong := range v.inspect(lang) {
						t.Errorf("%s (%s): %s", l.name, v.at(), wrong)
					}
				}
			})
		}
	}
}

// heads are the heads of pages whose menus were opened already: most pages have the same but for the addresses.
var (
	heads     sync.Map
	addresses = regexp.MustCompile(` (?:href|action|value)="[^"]*"`)
)

// inspect says what is wrong with the page that is open.
func (v *tab) inspect(lang string) []string {
	v.Helper()
	wrong := eval[[]string](v, fmt.Sprintf(`((lang, dir) => {
		const wrong = [], html = document.documentElement;
		for (const d of document.querySelectorAll("main details")) d.open = true; // axe reads what is shown
		const missing = document.documentElement.textContent.match(/⟦[^⟧]*⟧/g);
		if (missing) wrong.push("no words for " + [...new Set(missing)].join(" "));
		if (html.lang !== lang || html.dir !== dir) wrong.push("html is " + html.lang + " " + html.dir);
		if (document.querySelectorAll("h1").length !== 1) wrong.push(document.querySelectorAll("h1").length + " h1");
		if (!document.title.trim()) wrong.push("no title");
		for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
			if (!e.labels?.length && !e.ariaLabel && !e.getAttribute("aria-labelledby")) wrong.push("no label: " + e.outerHTML.slice(0, 200));
		for (const e of document.querySelectorAll("button, a[href]"))
			if (!e.textContent.trim() && !e.ariaLabel) wrong.push("no words: " + e.outerHTML.slice(0, 200));
		for (const e of document.querySelectorAll("[style], script:not([src]), style")) wrong.push("inline: " + e.outerHTML.slice(0, 200));
		return wrong;
	})(%q, %q)`, lang, map[bool]string{true: "rtl", false: "ltr"}[lang == "ar"]))
	soak := os.Getenv("PLENARY_SOAK") == "1"
	everything := fmt.Sprintf(`{runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], rules: {"color-contrast": {enabled: %t}}}`, v.otherColours("light") || soak)
	wrong = append(wrong, v.axe(everything)...)
	if lang != "ar" || soak { // colours are the same in every language, and whatever is read in Arabic is read in English too
		v.scheme("dark")
		if v.otherColours("dark") || soak {
			for _, w := range v.axe(`{runOnly: {type: "rule", values: ["color-contrast"]}}`) {
				wrong = append(wrong, "in the dark: "+w)
			}
		}
		v.scheme("")
	}
	v.size(360, 740)
	wrong = append(wrong, eval[[]string](v, `(() => {
		const wide = document.scrollingElement.scrollWidth;
		if (wide <= 360) return [];
		const over = [...document.body.querySelectorAll("*")].filter(e => { const r = e.getBoundingClientRect(); return (r.right > 361 || r.left < -1) && !e.closest(".vh, .skip, .raw, .scroll, .wide") });
		return ["at 360 px the page is " + wide + " px wide: " + over.slice(0, 3).map(e => e.outerHTML.slice(0, 160)).join(" | ")];
	})()`)...)
	phone := `{runOnly: {type: "rule", values: ["target-size"]}}` // with a thumb
	if soak {
		phone = everything
	}
	for _, w := range v.axe(phone) {
		wrong = append(wrong, "at 360 px: "+w)
	}
	head := eval[string](v, `document.querySelector(".head")?.outerHTML ?? ""`)
	if _, seen := heads.LoadOrStore(addresses.ReplaceAllString(head, ""), true); seen && !soak {
		head = ""
	}
	for _, menu := range []string{"menu", "tongue"} { // each opens over the page
		if head == "" {
			break // it has none, or one that was looked at on another page
		}
		eval[bool](v, `[...document.querySelectorAll(".head details")].every(d => { d.open = d.classList.contains("`+menu+`"); return true })`)
		for _, w := range v.axe(`{runOnly: {type: "rule", values: ["target-size", "color-contrast"]}}`, ".head") {
			wrong = append(wrong, "at 360 px, with the "+menu+" open: "+w)
		}
	}
	v.size(1280, 900)
	for _, w := range v.complaints() {
		wrong = append(wrong, "the console says "+w)
	}
	return wrong
}

// colours are those that text was seen in, on what, how large and how bold: contrast depends on nothing else.
var colours sync.Map

// otherColours reports whether a text of the page stands in colours that were not looked at on another page. What axe says of contrast is
// the same for all text that stands in the same.
func (v *tab) otherColours(scheme string) bool {
	v.Helper()
	here := eval[[]string](v, `(() => {
		const found = new Set(), under = new Map();
		const ground = e => { // what is behind an element: every colour, picture and veil up to the first that hides the rest
			if (!e) return "";
			if (under.has(e)) return under.get(e);
			const s = getComputedStyle(e);
			let is = s.opacity === "1" ? "" : "veil " + s.opacity + " ";
			if (s.backgroundImage !== "none") is += "picture " + s.backgroundImage + " ";
			is += /^rgb\(/.test(s.backgroundColor) ? s.backgroundColor : s.backgroundColor.endsWith(", 0)") ? ground(e.parentElement) : s.backgroundColor + " on " + ground(e.parentElement);
			under.set(e, is);
			return is;
		};
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		while (walk.nextNode()) {
			const e = walk.currentNode.parentElement;
			if (!walk.currentNode.data.trim() || ["SCRIPT", "STYLE", "NOSCRIPT"].includes(e.tagName)) continue;
			const s = getComputedStyle(e);
			found.add([s.color, s.fill, s.fontSize, s.fontWeight, s.textShadow, ground(e)].join("|"));
		}
		for (const e of document.querySelectorAll("input, select, textarea")) found.add([getComputedStyle(e).color, getComputedStyle(e, "::placeholder").color, e.disabled, ground(e)].join("|"));
		return [...found];
	})()`)
	other := false
	for _, c := range here {
		if _, seen := colours.LoadOrStore(scheme+" "+c, true); !seen {
			other = true
		}
	}
	return other
}

// axe runs axe in the page, or in a part of it.
func (v *tab) axe(options string, where ...string) []string {
	v.Helper()
	if !eval[bool](v, `!!window.axe`) {
		eval[bool](v, axe+"\n;true")
	}
	in := "document"
	if len(where) > 0 {
		in = fmt.Sprintf("%q", where[0])
	}
	return eval[[]string](v, `axe.run(`+in+`, {resultTypes: ["violations"], selectors: false, ...`+options+`}).then(r => r.violations.flatMap(x => x.nodes.map(n => "axe " + x.id + ": " + n.html.slice(0, 200) + " " + (n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? ""))))`)
}

// scheme sets what colours the visitor prefers.
func (v *tab) scheme(s string) {
	v.Helper()
	command(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
}

// TestOperatorsFirstPage reads the page on which an operator says whose the instance is, before anything is said: with the legal
// pages in all languages to be read and taken.
func TestOperatorsFirstPage(t *testing.T) {
	t.Parallel()
	in := newInstance(t, "olga@town.example")
	v := visitor(t)
	v.host = in.host
	v.open(in.link)
	v.fill("#code", in.code)
	v.press("main form button.go")
	langs := []string{"en", "ar"}
	if os.Getenv("PLENARY_SOAK") == "1" {
		langs = []string{"en", "ar", "fr", "es", "ru", "zh"}
	}
	for _, lang := range langs {
		v.open("/" + lang + "/site")
		if n := eval[int](v, `document.querySelectorAll("#take .prose").length`); n != 24 {
			t.Errorf("%s: %d texts are there to be read", lang, n)
		}
		for _, wrong := range v.inspect(lang) {
			t.Errorf("%s: %s", lang, wrong)
		}
	}
}
