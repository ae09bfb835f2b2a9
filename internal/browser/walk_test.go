package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestWalk brings a conversation in three languages from an empty directory to its answered second edition, as the people
// do who meet in it: a convener, a second officer, a moderator, a translator, a delegate and eleven other authors, in
// English, French and Arabic, half of them on a phone, half of them without JavaScript. Each stage goes on where the one
// before ended.
//
// What it costs is counted by the hands that do it, never by the test: each press of a link, a button or a folded part,
// each box or point that is chosen, each field that is filled in and each file that is chosen is one action; so is opening
// a link that came from outside, in a letter or in a terminal. A field that nobody can see cannot be filled in: whatever
// is folded has to be opened first, which is an action. Nothing is opened by typing an address while actions are counted.
func TestWalk(t *testing.T) {
	t.Parallel() // it has an instance of its own
	w := newWalk(t)
	w.stage("site", w.fillSite)
	w.stage("prepared", w.prepare)
	w.stage("words", w.name)
	w.stage("team", w.gather)
	w.stage("paper", w.publishPaper)
	w.stage("call", w.call)
	w.stage("contributions", w.contribute)
	w.stage("moderated", w.moderate)
	w.stage("answered", w.answer)
	w.stage("revised", w.revise)
	w.stage("traced", w.trace)
}

// The most actions that each may take.
const (
	mostSite     = 9  // an instance is said whose it is, with its legal pages in three languages
	mostPrepared = 16 // a conversation in three languages, from convening to opened: with the operator's first page no more than 25
	mostPaper    = 15 // a paper in three languages, imported and published
	mostForm     = 20 // fifteen answers, sent
)

// quay is where the walk's conversation stands.
const quay = "/c/quay"

// walk are the people of the walk. Whoever has a language and a width keeps them.
type walk struct {
	*instance
	t                                                *testing.T
	officer, second, moderator, translator, delegate *tab
	authors                                          []*author
}

// author is somebody who writes, and what they write.
type author struct {
	*tab
	lang           string
	on             string // an element of the paper
	words          string
	name, category string
	email          string
	ref            string // of what they sent
}

func newWalk(t *testing.T) *walk {
	t.Helper()
	w := &walk{instance: newInstance(t, "olga@town.example"), t: t}
	someone := func(width int64, script bool) *tab {
		v := visitor(t)
		v.host = w.host
		v.size(width, 900)
		if !script {
			v.noScript()
		}
		return v
	}
	w.officer, w.translator = someone(1280, true), someone(1280, true)
	w.second, w.moderator, w.delegate = someone(360, false), someone(360, false), someone(1280, false)
	for i := range 11 {
		a := &author{tab: someone([]int64{360, 1280}[i%2], i/2%2 == 0), lang: []string{"en", "fr", "ar"}[i%3]}
		if a.on, a.words = "x3", "Keep a lane for bicycles along the whole quay."; i >= 3 { // three write the same letter, the others to a question each
			a.on, a.words = "x"+strconv.Itoa(4+i%5), fmt.Sprintf("A word about the quay, from author %d.", i+1)
		}
		if i%2 == 1 {
			a.name, a.category = fmt.Sprintf("Author %d", i+1), "researcher"
		}
		w.authors = append(w.authors, a)
	}
	w.authors[0].email = "ana@reader.example"
	return w
}

// stage runs one part of the walk, in which everybody's failures are its own.
func (w *walk) stage(name string, run func()) {
	if !w.t.Run(name, func(t *testing.T) {
		for _, v := range w.everybody() {
			v.T = t
		}
		run()
		for _, v := range w.everybody() {
			if wrong := v.complaints(); len(wrong) > 0 {
				t.Errorf("the console: %q", wrong)
			}
			if wide := eval[int](v, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
				t.Errorf("%s is %d too wide", v.at(), wide)
			}
		}
	}) {
		w.t.FailNow() // each stage goes on from the one before
	}
}

func (w *walk) everybody() []*tab {
	all := []*tab{w.officer, w.second, w.moderator, w.translator, w.delegate}
	for _, a := range w.authors {
		all = append(all, a.tab)
	}
	return all
}

// counted does a task and says how many actions it took.
func (v *tab) counted(what string, most int, task func()) {
	v.Helper()
	before := v.actions
	task()
	n := v.actions - before
	v.Logf("%s: %d actions, at most %d", what, n, most)
	if n > most {
		v.Errorf("%s takes %d actions, at most %d are wanted", what, n, most)
	}
}

// follow is one action of the visitor: a link that came from outside is opened.
func (v *tab) follow(link string) {
	v.Helper()
	v.actions++
	v.open(link)
}

// fill is one action of the visitor: a field that is seen gets its text, date or choice.
func (v *tab) fill(selector, value string) {
	v.Helper()
	v.actions++
	if !eval[bool](v, fmt.Sprintf(`(e => {
		if (!e || e.disabled || e.readOnly || !e.checkVisibility()) return false;
		e.focus();
		const one = e.multiple && [...e.options].find(o => o.value === %[2]q);
		if (one) one.selected = true; else e.value = %[2]q;
		for (const what of ["input", "change"]) e.dispatchEvent(new Event(what, { bubbles: true }));
		return e.value.replaceAll("\r\n", "\n") === %[2]q;
	})(document.querySelector(%[1]q))`, selector, value)) {
		v.Fatalf("%s cannot be filled in with %q, at %s", selector, value, v.at())
	}
}

// attach is one action of the visitor: a file is chosen.
func (v *tab) attach(selector, name, content string) {
	v.Helper()
	v.actions++
	path := filepath.Join(v.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		v.Fatal(err)
	}
	v.do("choose a file for "+selector, chromedp.SetUploadFiles(chromedp.CSS(selector), []string{path}))
}

// says checks that a page has some words on it.
func (v *tab) says(words ...string) {
	v.Helper()
	text := eval[string](v, `document.querySelector("main").textContent`)
	for _, want := range words {
		if !strings.Contains(text, want) {
			v.Errorf("%s does not say %q: %s", v.at(), want, strings.Join(strings.Fields(text), " "))
		}
	}
}

// fillSite is the operator's first page: whose instance it is, and its legal pages, taken as they begin.
func (w *walk) fillSite() {
	v := w.officer
	v.counted("the operator's first page", mostSite, func() {
		v.follow(w.link)
		v.fill("#code", w.code)
		v.press("main form button.go")
		for _, l := range []string{"es", "ru", "zh"} {
			v.choose(`[name="languages"][value="` + l + `"]`)
		}
		v.fill("#name-en", "The town of Tarsis")
		v.fill("#contact-en", "quay@town.example")
		v.press(`form:has([value="body"]) button[value="take"]`)
	})
	if !eval[bool](v, `!!document.querySelector("main a[href$='/convene']")`) {
		v.Errorf("something is still missing: %s", v.text("main"))
	}
}

// prepare convenes a conversation, prepares it and opens it.
func (w *walk) prepare() {
	v, stranger := w.officer, w.authors[1]
	v.counted("prepared and opened", mostPrepared, func() {
		v.press(`main a[href$="/convene"]`)
		v.fill("#title", "A quay for everybody")
		v.fill("#slug", "quay")
		v.choose(`[name="languages"][value="fr"]`)
		v.choose(`[name="languages"][value="ar"]`)
		v.fill("#zone", "Africa/Algiers")
		v.fill("#until", time.Now().AddDate(0, 6, 0).Format(time.DateOnly))
		v.press("main form button.go")
		v.fill("#title-fr", "Un quai pour tous")
		v.fill("#title-ar", "رصيف للجميع")
		v.fill("#lead-en", "The quay is rebuilt. What should stand on it?")
		v.fill("#lead-fr", "Le quai est refait. Que doit-il s’y trouver\u202f?")
		v.fill("#lead-ar", "يُعاد بناء الرصيف. ماذا ينبغي أن يكون عليه؟")
		v.press(`form:has([value="words"]) button.go`)
		stranger.open("/fr" + quay)
		if strings.Contains(stranger.text("body"), "Un quai pour tous") {
			v.Error("what is only prepared is shown to everybody")
		}
		v.choose("#sure")
		v.press(`form:has([value="open"]) button.go`)
	})
	stranger.open("/fr" + quay)
	stranger.says("Un quai pour tous", "Que doit-il s’y trouver")
	stranger.open("/ar/site/privacy")
	stranger.says("سلطة حماية البيانات في بلدك", "The town of Tarsis", "quay@town.example")
}

// name has the conversation call contributions letters, with all the forms that this takes.
func (w *walk) name() {
	v := w.officer
	v.open("/en" + quay + "/desk/settings")
	v.choose("#nouns details > summary")
	v.choose("#nouns details details:has(#noun-contributions_one-en) > summary")
	for field, word := range map[string]string{"contributions-en": "Letters", "contributions-fr": "Lettres", "contributions-ar": "الرسائل",
		"contributions_one-en": "letter", "contributions_other-en": "letters", "contributions_one-fr": "lettre", "contributions_other-fr": "lettres",
		"contributions_zero-ar": "لا رسائل", "contributions_one-ar": "رسالة واحدة", "contributions_two-ar": "رسالتان", "contributions_few-ar": "رسائل", "contributions_many-ar": "رسالة", "contributions_other-ar": "رسالة"} {
		v.fill("#noun-"+field, word)
	}
	v.press(`form:has([value="nouns"]) button.btn`)
	if errors := v.text("#errors"); errors != "" || !strings.Contains(v.at(), "done=saved") {
		v.Fatalf("the words are not saved: %s: %s", v.at(), errors)
	}
	v.open("/fr" + quay + "/contributions")
	v.says("Lettres")
}

// gather invites those who work together. Each comes by the link of their letter, in their language.
func (w *walk) gather() {
	v := w.officer
	v.open("/en" + quay + "/desk")
	v.press(`main a[href$="/desk/people"]`)
	v.fill("#name", "Friends of the harbour")
	v.fill("#category", "organisation")
	v.press(`button[value="enter"]`)
	party := eval[string](v, `[...document.querySelectorAll("#speaks option")].at(-1).value`)
	for _, x := range []struct {
		*tab
		who, lang, role, speaks string
	}{
		{w.second, "sami", "fr", "officer", ""}, {w.moderator, "mona", "ar", "moderator", ""}, {w.translator, "theo", "fr", "translator", ""}, {w.delegate, "dalia", "ar", "", party},
	} {
		to := x.who + "@town.example"
		v.fill("#email", to)
		if x.role != "" {
			v.fill("#role", x.role)
		}
		if x.speaks != "" {
			v.fill("#speaks", x.speaks)
		}
		v.fill("#language", x.lang)
		v.press(`button[value="invite"]`)
		x.follow(w.relay.link(v.T, to, "/"+x.lang+"/invitation/"))
		x.press("main form button.go")
		if !strings.HasPrefix(x.at(), "/"+x.lang+quay) {
			v.Fatalf("%s is led to %s: %s", x.who, x.at(), x.text("main"))
		}
	}
	v.Logf("a party and four people invited: everybody came")
}

// tongues is a sentence in the three languages.
type tongues [3]string

// markdown is the sentence with its translations under it.
func (s tongues) markdown() string {
	return s[0] + "\n[fr] " + s[1] + "\n[ar] " + s[2] + "\n\n"
}

// issuesPaper is a paper with three issues, a paragraph and five questions in each, in three languages.
func issuesPaper() string {
	var b strings.Builder
	b.WriteString("kind: issues-paper\nsymbol: QUAY/1\ndate: 2026-03-02\nstatus: official\ntitle: " + tongues{"Issues of the quay", "Les questions du quai", "قضايا الرصيف"}.markdown() + "# " +
		tongues{"The quay", "Le quai", "الرصيف"}.markdown())
	for i, what := range []tongues{{"cars", "voitures", "السيارات"}, {"boats", "bateaux", "القوارب"}, {"stalls", "étals", "الأكشاك"}} {
		about := func(format string, words tongues) string {
			return fmt.Sprintf(format, words[0], words[1], words[2])
		}
		b.WriteString(fmt.Sprintf("## %d. ", i+1) + tongues{what[0], what[1], what[2]}.markdown())
		b.WriteString(fmt.Sprintf("%d. ", i+1) + about("The %s stand where people walk.\n[fr] Les %s sont là où l’on marche.\n[ar] توجد %s حيث يمشي الناس.\n\n", what))
		for n, ask := range []string{
			"Should there be fewer %s?\n[fr] Faut-il moins de %s\u202f?\n[ar] هل ينبغي تقليل %s؟\n\n",
			"Where should the %s stay?\n[fr] Où garder les %s\u202f?\n[ar] أين تبقى %s؟\n\n",
			"Who should pay for the %s?\n[fr] Qui doit payer pour les %s\u202f?\n[ar] من يدفع عن %s؟\n\n",
			"At what hours are the %s in the way?\n[fr] À quelles heures les %s gênent-elles le passage\u202f?\n[ar] في أي ساعات تعيق %s المرور؟\n\n",
			"What do the %s need?\n[fr] De quoi les %s ont-elles besoin\u202f?\n[ar] ماذا تحتاج %s؟\n\n",
		} {
			b.WriteString("- (" + []string{"i", "ii", "iii", "iv", "v"}[n] + ") " + about(ask, what))
		}
	}
	return b.String()
}

// publishPaper imports a paper and publishes it.
func (w *walk) publishPaper() {
	v, readers := w.officer, w.authors[1:3]
	v.open("/en" + quay + "/desk")
	v.counted("a paper in three languages imported and published", mostPaper, func() {
		v.press(`main a[href$="/desk/papers"]`)
		v.press(`main a[href$="/desk/papers/import"]`)
		v.attach("#paper", "quay.md", issuesPaper())
		v.press(`button[value="read"]`)
		v.press(`button[value="save"]`)
		v.press(`button[value="publish"]`)
	})
	for i, want := range []string{"De quoi les étals ont-elles besoin", "ماذا تحتاج الأكشاك"} {
		readers[i].open("/" + readers[i].lang + quay + "/p1")
		readers[i].says(want, "QUAY/1")
	}
}

// call opens a call for comments and puts right what it says.
func (w *walk) call() {
	v, reader := w.officer, w.authors[2]
	v.open("/en" + quay + "/desk")
	v.press(`main a[href$="/desk/calls/new"]`)
	for lang, title := range map[string]string{"en": "What should stand on the quay?", "fr": "Que mettre sur le quai\u202f?", "ar": "ماذا نضع على الرصيف؟"} {
		v.fill("#title-"+lang, title)
	}
	v.fill("#text-en", "Tell us until spring.")
	v.fill("#closes-date", time.Now().AddDate(0, 2, 0).Format(time.DateOnly))
	v.press("main form button.go")
	if !strings.HasPrefix(v.at(), "/en"+quay+"/k1") {
		v.Fatalf("no call is announced: %s: %s", v.at(), v.text("#errors"))
	}
	v.open("/en" + quay + "/desk/calls/k1")
	v.fill("#text-en", "Tell us until summer.")
	v.fill("#text-ar", "أخبرونا قبل الصيف.")
	v.fill("#reason", "Spring was too early.")
	v.press(`form:has([value="correct"]) button.go`)
	reader.open("/en" + quay + "/k1")
	reader.says("Tell us until summer.", "Tell us until spring.", "Spring was too early.")
	reader.open("/ar" + quay + "/k1")
	reader.says("أخبرونا قبل الصيف.", "ماذا نضع على الرصيف؟")
}

// receipted notes the reference of what was sent, from the address of its receipt.
func (a *author) receipted() {
	a.Helper()
	ref := regexp.MustCompile(`^/\w\w/c/quay/(c\d+)/receipt\?after=\d+$`).FindStringSubmatch(a.at())
	if ref == nil {
		a.Fatalf("this is no receipt: %s: %s", a.at(), a.text("main"))
	}
	a.says(a.words)
	a.ref = ref[1]
}

// contribute has twelve authors send: one by the whole form, one for a party, one without saying anything of themselves.
func (w *walk) contribute() {
	for i, a := range w.authors[:10] {
		a.open("/" + a.lang + quay + "/p1.e1")
		a.press(`.p .m a[href*="/contribute?on=p1.e1.` + a.on + `"]`)
		a.fill("#text", a.words)
		if a.name != "" || a.email != "" {
			a.choose("form details:has(#name) > summary")
		}
		if a.name != "" {
			a.fill("#name", a.name)
			a.fill("#category", a.category)
		}
		if a.email != "" {
			a.fill("#email", a.email)
		}
		a.press(`button[value="preview"]`)
		a.press(`button[value="send"]`)
		if a.receipted(); i == 0 {
			// An address is written to once before its reader has said that it is theirs.
			a.follow(w.relay.link(a.T, a.email, "/mail/"))
			a.press(`button[value="confirmed"]`)
		}
	}
	// The delegate speaks for the party.
	d := &author{tab: w.delegate, lang: "ar", words: "باسم أصدقاء الميناء: نطلب مكاناً للقوارب الصغيرة."}
	d.open("/ar" + quay + "/k1/contribute?on=p1.e1.x10")
	d.choose(`[name="for"]:not([value="self"])`)
	d.fill("#text", d.words)
	d.press(`button[value="preview"]`)
	d.says("Friends of the harbour")
	d.press(`button[value="send"]`)
	d.receipted()
	// The last fills in the whole form.
	f := w.authors[10]
	f.open("/" + f.lang + quay + "/k1")
	f.counted("fifteen answers by the whole form", mostForm, func() {
		f.press(`main a[href$="/k1/form/part/begin"]`)
		for range 3 {
			for _, id := range eval[[]string](f.tab, `[...document.querySelectorAll("main .ask textarea[id$=\"-text\"]")].map(e => e.id)`) {
				f.fill("#"+id, f.words)
			}
			f.press(`button[value="next"]`)
		}
		f.press(`button[value="send"]`)
	})
	f.receipted()
	if n := eval[int](f.tab, fmt.Sprintf(`document.querySelector("main").textContent.split(%q).length - 1`, f.words)); n < 15 {
		f.Errorf("the receipt has %d answers", n)
	}
}

// moderate publishes what was sent: one by itself, the others together after a look at what will be done.
func (w *walk) moderate() {
	m, reader := w.moderator, w.authors[4]
	m.open("/ar" + quay + "/desk")
	m.press(`main a[href$="/desk/queue"]`)
	if n := eval[int](m, `document.querySelectorAll("main article.entry").length`); n != 12 {
		m.Fatalf("%d contributions wait", n)
	}
	m.says("12 رسالة.")
	m.press(`article.entry button[value="publish"]`)
	m.press(`main a[href*="all=1"]`)
	m.press(`button[value="preview-publish"]`)
	m.press(`button[value="bulk-publish"]`)
	reader.open("/fr" + quay + "/contributions")
	if n := eval[int](reader.tab, `document.querySelectorAll("main article").length`); n != 12 {
		m.Errorf("%d contributions are published: %s", n, reader.text("main"))
	}
	reader.says("Friends of the harbour", "Author 2", "Affiché\u00a0: 12 lettres.")
	reader.open("/en" + quay + "/p1.e1")
	reader.says("3 letters", "1 letter")
}

// The line that heads the answer, and its reason.
var (
	heading = tongues{"Bicycles have a lane of their own", "Les vélos ont leur piste", "للدراجات مسار خاص بها"}
	reason  = tongues{"The revised paper keeps a lane free.", "Le document révisé garde une piste libre.", "تُبقي الورقة المنقحة مساراً خالياً."}
)

// answer has one officer draft an answer to those who wrote the same, and another release it.
func (w *walk) answer() {
	v, second := w.officer, w.second
	v.open("/en" + quay + "/desk/settings")
	v.press(`button[name="review"][value="on"]`)
	v.open("/en" + quay + "/desk/points/" + w.authors[0].ref + ".1")
	v.choose(`[name="outcome"][value="accepted"]`)
	if !eval[bool](v, `document.querySelector("[name=alike]").checked`) {
		v.Error("those who wrote the same are not answered together")
	}
	v.fill("#heading-en", heading[0])
	v.fill("#reason-en", reason[0])
	v.fill("#changes", "p1.x3")
	v.press(`button[value="offer"]`)
	w.authors[0].open("/en" + quay + "/" + w.authors[0].ref)
	if strings.Contains(w.authors[0].text("main"), heading[0]) {
		v.Error("an answer that is only offered is shown")
	}
	second.open("/fr" + quay + "/desk")
	second.press(`main a[href$="/desk/points"]`)
	second.press(`section[aria-labelledby="drafts"] a`)
	second.says(heading[0], reason[0])
	second.press(`button[value="release"]`)
	for _, a := range w.authors[:3] {
		a.open("/" + a.lang + quay + "/" + a.ref)
		a.says(heading[0], reason[0])
	}
}

// revise publishes the second edition, in one language; the translator follows with the other two.
func (w *walk) revise() {
	v, tr, reader := w.officer, w.translator, w.authors[2]
	v.open("/en" + quay + "/desk/papers")
	v.press(`button[value="edition"]`)
	v.fill("#symbol", "QUAY/2")
	v.fill("#date", "2026-06-01")
	v.opens("#e3 a.n", "3")
	v.fill("textarea[name=text]", "The cars stand where people walk. A lane is kept free for bicycles.")
	v.here("form[data-passage] .acts button[value=close]")
	v.until("the passage is closed", `!document.querySelector("form[data-passage]")`)
	v.choose(`[name="list"]`)
	v.press(`button[value="publish"]`)
	if !strings.HasPrefix(v.at(), "/en"+quay+"/p1?after=") {
		v.Fatalf("it is not published: %s: %s", v.at(), v.text("#editor"))
	}
	v.says("A lane is kept free for bicycles.", "QUAY/2")
	for lang, text := range map[string]string{"fr": "Les voitures sont là où l’on marche. Une piste reste libre pour les vélos.", "ar": "توجد السيارات حيث يمشي الناس. ويبقى مسار خالياً للدراجات."} {
		tr.open("/fr" + quay + "/desk/translations?to=" + lang + "&pile=older")
		tr.fill("details.unit[open] textarea[name=text]", text)
		tr.press(`details.unit[open] button[value="official"]`)
	}
	for i, lang := range []string{"fr", "ar"} {
		tr.open("/fr" + quay + "/desk/translations?to=" + lang + "&pile=answers")
		tr.translated(reason[0], heading[i+1], reason[i+1])
	}
	reader.open("/ar" + quay + "/p1.e2")
	reader.says("ويبقى مسار خالياً للدراجات.")
	if e := eval[int](reader.tab, `document.querySelectorAll(".older").length`); e > 0 {
		v.Errorf("%d passages are older than their original", e)
	}
	reader.open("/ar" + quay + "/" + w.authors[0].ref)
	reader.says(heading[2], reason[2])
}

// translated releases the translation of an answer.
func (v *tab) translated(original, line, text string) {
	v.Helper()
	id := eval[string](v, fmt.Sprintf(`[...document.querySelectorAll("details.unit")].find(e => e.textContent.includes(%q))?.id ?? ""`, original))
	if id == "" {
		v.Fatalf("%s does not wait for a translation: %s", original, v.text("main"))
	}
	unit := "#" + id
	if !eval[bool](v, fmt.Sprintf(`document.querySelector(%q).open`, unit)) {
		v.choose(unit + " > summary")
	}
	v.fill(unit+" [name=line]", line)
	v.fill(unit+" [name=text]", text)
	v.press(unit + ` button[value="official"]`)
}

// trace goes from a letter to the comment, from there to the passage that changed because of it, and back.
func (w *walk) trace() {
	for i, a := range []*author{w.authors[0], w.authors[1]} {
		if i == 0 {
			a.follow(w.relay.link(a.T, a.email, "/"+a.lang+quay+"/"+a.ref))
		} else {
			a.open("/" + a.lang + quay + "/" + a.ref)
		}
		own := "/" + a.lang + quay + "/" + a.ref
		a.says(a.words, heading[min(i, 1)])
		a.press(`main a[href$="/` + a.ref + `/trace"]`)
		a.says(a.words, heading[min(i, 1)])
		a.press(`main .chain a[href="/` + a.lang + quay + `/p1.e2.x3"]`)
		a.says([]string{"A lane is kept free for bicycles.", "Une piste reste libre pour les vélos."}[i])
		a.press(`main a[href="/` + a.lang + quay + `/p1.e2.x3/trace"]`)
		a.says(heading[min(i, 1)])
		a.press(`main a[href="` + own + `"]`)
		a.says(a.words)
	}
}
