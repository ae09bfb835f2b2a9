package browser

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// fifteen announces a call with fifteen questions of its own in three parts, once for all tests, and gives its reference.
var fifteen = sync.OnceValues(func() (string, error) {
	c := newClient(&testing.T{}).as("officer")
	later := time.Now().AddDate(3, 0, 0).Format(time.DateOnly)
	status, to := c.post("/en/c/ip-ai/desk/calls/new", url.Values{"title-en": {"Cameras in our streets?"}, "title-fr": {"Des caméras dans nos rues\u202f?"}, "title-ar": {"كاميرات في شوارعنا؟"}, "who": {"everybody"}, "paper": {"p1"},
		"opens-date": {"2020-01-01"}, "opens-time": {"09:00"}, "closes-date": {later}, "closes-time": {"23:59"}, "zone": {"Europe/Paris"}, "late": {"kept"}, "moderation": {"before"}})
	ref := regexp.MustCompile(`/(k\d+)\?after=`).FindStringSubmatch(to)
	if status != http.StatusSeeOther || ref == nil {
		return "", fmt.Errorf("announcing a call is answered with %d %s", status, to)
	}
	form := url.Values{"do": {"save"}}
	in := func(name, en, fr, ar string) {
		form.Set(name+"-en", en)
		form.Set(name+"-fr", fr)
		form.Set(name+"-ar", ar)
	}
	titles := [][3]string{{"Your neighbourhood", "Votre quartier", "حيّك"}, {"Where to film, and what for", "Où filmer, et pour quoi faire", "أين يُصوَّر، ولأي غرض"},
		{"The pictures: who sees them, how long", "Les images\u00a0: qui les voit, combien de temps", "الصور: من يراها، وإلى متى"}}
	n := 0
	for s, title := range titles {
		id := "s" + strconv.Itoa(s+1)
		form.Set(id, "5")
		in(id+"-title", title[0], title[1], title[2])
		in(id+"-text", "Articles "+strconv.Itoa(s+1)+" to "+strconv.Itoa(s+3)+" of the draft. Pictures would be kept for *seven days*.", "Articles "+strconv.Itoa(s+1)+" à "+strconv.Itoa(s+3)+" du projet. Les images seraient gardées *sept jours*.", "")
		for _, kind := range []string{"choice", "choices", "stance", "scale", "text"} {
			n++
			q := "q" + strconv.Itoa(n)
			form.Set(q+"-kind", kind)
			in(q+"-ask", map[string]string{"choice": "Who are you?", "choices": "Who should be able to look at the pictures?", "stance": "Are seven days the right time to keep them?", "scale": "How far do you trust the town to delete the pictures in time?", "text": "What else should we know?"}[kind]+" ("+strconv.Itoa(n)+")",
				map[string]string{"choice": "Qui êtes-vous\u202f?", "choices": "Qui devrait pouvoir regarder les images\u202f?", "stance": "Sept jours de conservation, est-ce la bonne durée\u202f?", "scale": "Jusqu’où faites-vous confiance à la ville pour effacer les images à temps\u202f?", "text": "Que devrions-nous savoir encore\u202f?"}[kind]+" ("+strconv.Itoa(n)+")",
				map[string]string{"choice": "من أنت؟", "choices": "من ينبغي أن يتمكن من مشاهدة الصور؟", "stance": "هل سبعة أيام مدة مناسبة للحفظ؟", "scale": "إلى أي مدى تثق في أن المدينة تمحو الصور في وقتها؟", "text": "ماذا ينبغي أن نعرف أيضاً؟"}[kind])
			in(q+"-options", "Two officers of the municipal police\nA judge, on written request\nNobody, unless there is an accident or a complaint", "Deux agents de la police municipale\nUn juge, sur demande écrite\nPersonne, sauf accident ou plainte", "شرطيان من الشرطة البلدية\nقاضٍ، بطلب مكتوب\nلا أحد، إلا عند وقوع حادث أو شكوى")
			in(q+"-low", "no trust", "aucune confiance", "لا ثقة")
			in(q+"-high", "full trust", "confiance entière", "ثقة تامة")
			form.Set(q+"-steps", "5")
			if kind == "choices" {
				form.Set(q+"-most", "2")
			}
			if kind == "stance" {
				form.Set(q+"-words", "yes")
			}
		}
	}
	if status, to := c.post("/en/c/ip-ai/desk/calls/"+ref[1]+"/questions", form); status != http.StatusSeeOther {
		return "", fmt.Errorf("the questions are answered with %d %s", status, to)
	}
	return ref[1], nil
})

// choose is one action of the visitor: something is ticked, or a point is set.
func (v *tab) choose(selector string) {
	v.Helper()
	v.actions++
	v.do("choose "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// answerFive answers the five questions of the part that is open, from number n on.
func (v *tab) answerFive(n int) {
	v.Helper()
	at := func(i int) string { return `[name="q` + strconv.Itoa(n+i) + `"]` }
	v.choose(at(0) + `[value="2"]`)
	v.choose(at(1) + `[value="3"]`)
	v.choose(at(2) + `[value="2"]`)
	v.choose(at(3) + `[value="4"]`)
	v.write("#q"+strconv.Itoa(n+4)+"-text", fmt.Sprintf("A word about the cameras, number %d.", n+4))
}

// TestWholeForm: fifteen answers, in twenty actions, are one contribution with one receipt, without an account; begun on
// one device and ended on another.
func TestWholeForm(t *testing.T) {
	call := must(fifteen())
	for _, lang := range []string{"en", "fr", "ar"} {
		for _, script := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/script=%t", lang, script), func(t *testing.T) {
				v := visitor(t)
				if !script {
					v.noScript()
				}
				v.size(360, 740)
				v.open("/" + lang + house + "/" + call + "/form")
				v.press("main a.btn.go")
				v.answerFive(1)
				v.press(`button[value="next"]`)
				v.answerFive(6)
				v.press(`button[value="next"]`)
				v.answerFive(11)
				v.press(`button[value="check"]`)
				if wide := eval[int](v, `document.documentElement.scrollWidth`); wide > 360 {
					t.Errorf("the page is %d wide", wide)
				}
				v.press(`button[value="send"]`)
				if v.actions > 20 {
					t.Errorf("it took %d actions", v.actions)
				}
				if !regexp.MustCompile(`^/\w\w/c/ip-ai/c\d+/receipt\?after=\d+$`).MatchString(v.at()) {
					t.Fatalf("this is no receipt: %s: %s", v.at(), v.text("main"))
				}
				said := v.text("main")
				for _, n := range []int{5, 10, 15} {
					if !strings.Contains(said, fmt.Sprintf("A word about the cameras, number %d.", n)) {
						t.Errorf("the receipt lacks answer %d: %s", n, said)
					}
				}
				if n := eval[int](v, `document.querySelectorAll(".check dt").length`); n != 12 {
					t.Errorf("the receipt names %d choices", n)
				}
				if wrong := v.complaints(); len(wrong) > 0 {
					t.Errorf("the console: %q", wrong)
				}
			})
		}
	}
}

// TestFormElsewhere: what was begun in one browser is ended in another, by its code.
func TestFormElsewhere(t *testing.T) {
	call := must(fifteen())
	v := visitor(t)
	v.noScript()
	v.open("/en" + house + "/" + call + "/form/part/s1")
	v.answerFive(1)
	v.press(`button[value="later"]`)
	code := v.text(".code2")
	if !regexp.MustCompile(`^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}$`).MatchString(code) {
		t.Fatalf("the code is %q", code)
	}
	other := visitor(t)
	other.open("/en" + house + "/" + call + "/form/part/resume?code=" + strings.ToLower(code))
	other.press("main form button")
	if said := other.text("main"); !strings.Contains(said, "Answered: 5 of") {
		t.Fatalf("the other device shows: %s, at %s", said, other.at())
	}
	other.open("/en" + house + "/" + call + "/form/part/s2" + other.at()[strings.Index(other.at(), "?"):])
	other.choose(`[name="q6"][value="1"]`)
	other.until("the script saves by itself", `document.querySelector("[data-saved]").innerText.startsWith("Draft saved")`)
	// The first device sees it, and ends.
	v.open("/en" + house + "/" + call + "/form/part/check")
	if said := v.text("main"); !strings.Contains(said, "Answered: 6 of") {
		t.Errorf("the first device shows: %s", said)
	}
	v.press(`button[value="send"]`)
	other.press(`button[value="next"]`)
	if said := other.text("#errors"); !strings.Contains(said, "was sent or deleted") {
		t.Errorf("the other device is told: %q", said)
	}
}

// TestFormIsForAll reads the pages of the whole form, empty, filled in and refused, and the officer's, with axe and with
// a ruler.
func TestFormIsForAll(t *testing.T) {
	call := must(fifteen())
	base := house + "/" + call
	langs := []string{"en", "ar"}
	if os.Getenv("PLENARY_SOAK") == "1" {
		langs = []string{"en", "ar", "fr", "es", "ru", "zh"}
	}
	for _, lang := range langs {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			v, officer := visitor(t), visitor(t)
			officer.signInAs("officer")
			look := func(v *tab, name, path string) {
				t.Helper()
				v.open("/" + lang + path)
				for _, wrong := range v.inspect(lang) {
					t.Errorf("%s: %s", name, wrong)
				}
			}
			look(v, "empty", base+"/form")
			look(v, "empty check", base+"/form/part/check")
			v.open("/" + lang + base + "/form/part/s1")
			v.answerFive(1)
			v.press(`button[value="next"]`)
			v.choose(`[name="q7"][value="1"]`)
			v.choose(`[name="q7"][value="2"]`)
			v.choose(`[name="q7"][value="3"]`)
			v.press(`button[value="next"]`)
			if v.text("#errors") == "" {
				t.Error("too many were chosen, and nothing is said")
			}
			for _, wrong := range v.inspect(lang) {
				t.Errorf("refused: %s", wrong)
			}
			for name, path := range map[string]string{"begun": "/form", "part": "/form/part/s2", "of the paper": "/form/part/" + firstOfPaper(v, lang+base), "check": "/form/part/check", "code": "/form/part/resume", "call": ""} {
				look(v, name, base+path)
			}
			look(officer, "questions", house+"/desk/calls/k1/questions")
		})
	}
}

// TestFormPictures draws the pages of the whole form, for somebody to look at.
func TestFormPictures(t *testing.T) {
	dir := os.Getenv("PLENARY_PICTURES")
	if dir == "" {
		t.Skip("PLENARY_PICTURES is not set")
	}
	call := must(fifteen())
	v := visitor(t)
	base := house + "/" + call
	v.open("/en" + base + "/form/part/s1")
	v.answerFive(1)
	v.press(`button[value="next"]`)
	v.choose(`[name="q6"][value="2"]`)
	v.press(`button[value="next"]`)
	officer := visitor(t)
	officer.signInAs("officer")
	done := visitor(t)
	done.open("/en" + base + "/form/part/s1")
	done.answerFive(1)
	done.press(`button[value="check"]`)
	done.press(`button[value="send"]`)
	ref := regexp.MustCompile(`/(c\d+)/receipt`).FindStringSubmatch(done.at())[1]
	publish(t, ref)
	for _, lang := range []string{"en", "fr", "ar"} {
		for _, p := range []struct {
			by         *tab
			name, path string
		}{{v, "call", base}, {v, "form", base + "/form"}, {v, "section", base + "/form/part/s2"}, {v, "paper", base + "/form/part/" + firstOfPaper(v, lang+base)}, {v, "check", base + "/form/part/check"}, {v, "resume", base + "/form/part/resume"},
			{done, "receipt", house + "/" + ref + "/receipt"}, {v, "contribution", house + "/" + ref}, {officer, "questions", house + "/desk/calls/k1/questions"}, {v, "mine", house + "/mine"}} {
			for _, width := range []int64{360, 1280} {
				for _, scheme := range []string{"light", "dark"} {
					p.by.size(width, 900)
					p.by.scheme(scheme)
					p.by.open("/" + lang + p.path)
					p.by.picture(filepath.Join(dir, fmt.Sprintf("form-%s-%s-%d-%s.png", p.name, lang, width, scheme)), chromedp.FullScreenshot(90))
				}
			}
		}
	}
}

// firstOfPaper is the first part of the form that is the paper's.
func firstOfPaper(v *tab, base string) string {
	v.open("/" + base + "/form")
	m := regexp.MustCompile(`/form/part/(x\d+)`).FindStringSubmatch(eval[string](v, `document.querySelector(".tasks").innerHTML`))
	if m == nil {
		v.Fatal("no part is the paper's")
	}
	return m[1]
}
