package browser

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// parties is a demonstration of its own, in which bodies are accredited, a delegation writes, points are replied to, a
// questionnaire asks in every way that there is, and themes are put in order.
type parties struct {
	*testing.T
	host    string
	office  *client // the officer, as a program
	officer *tab
	public  *tab
	party   string // whose delegation it is
	nora    *tab   // who speaks for an organisation that was accredited,
	ngo     string // this one
	looked  int
}

// newParties starts one.
func newParties(t *testing.T) *parties {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	host, stop, err := startDemo(data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	p := &parties{T: t, host: host, office: newClient(t)}
	p.office.host = host
	p.office.as("officer")
	p.officer, p.public = p.tab(), p.tab()
	p.officer.signInAs("officer")
	p.nora = p.person("Nora")
	return p
}

func (p *parties) tab() *tab {
	p.Helper()
	v := visitor(p.T)
	v.host = p.host
	return v
}

// person is somebody who signed in by mail, under a name.
func (p *parties) person(name string) *tab {
	p.Helper()
	v := p.tab()
	link, _ := v.askForMail(name + "@parties.example")
	v.open(link)
	v.press("main form button")
	v.signedIn()
	v.write("#name", name)
	v.press(`form[action$="/account"] button`)
	return v
}

// joins is somebody who was invited, and comes by the link of their letter.
func (p *parties) joins(name string) *tab {
	p.Helper()
	v := p.tab()
	find := fmt.Sprintf(`[...document.querySelectorAll("article")].find(a => a.innerText.includes(%q) && a.querySelector('a[href*="/invitation/"]'))`, name+"@parties.example")
	for range 100 {
		if v.open("/en/mailbox"); eval[bool](v, "!!"+find) {
			break
		}
	}
	v.open(eval[string](v, find+`.querySelector('a[href*="/invitation/"]').href`))
	p.here("invitation", v, "en")
	v.press("main form button.go")
	if !strings.Contains(v.at(), "/delegation?party=") {
		p.Fatalf("%s is led to %s: %s", name, v.at(), v.text("main"))
	}
	v.open("/en/account")
	v.write("#name", name)
	v.press(`form[action$="/account"] button`)
	return v
}

// look reads a page in two languages, of which one is written from right to left, and when there is time in a third, at two widths, with
// axe and with a ruler. It leaves the reader on the English one.
func (p *parties) look(name string, v *tab, path string) {
	p.Helper()
	langs := []string{"ar", "en"}
	if os.Getenv("PLENARY_SOAK") != "" {
		langs = append([]string{"fr"}, langs...)
	}
	for _, lang := range langs {
		v.open("/" + lang + path)
		p.here(name, v, lang)
	}
}

// here reads the page that is open.
func (p *parties) here(name string, v *tab, lang string) {
	p.Helper()
	p.looked++
	if dir := os.Getenv("PLENARY_PICTURES"); dir != "" {
		name := strings.NewReplacer(" ", "-", "/", "-").Replace(name)
		for _, width := range []int64{360, 1280} {
			if v.size(width, 900); eval[int](v, `document.documentElement.scrollHeight`) > 12_000 {
				continue // the browser does not draw it in one piece
			}
			v.picture(filepath.Join(dir, fmt.Sprintf("%02d-%s-%s-%d.png", p.looked, name, lang, width)), chromedp.FullScreenshot(90))
		}
	}
	for _, wrong := range v.inspect(lang) {
		p.Errorf("%s (%s): %s", name, v.at(), wrong)
	}
}

// page is the address of the page without the language, and without what comes after.
func (v *tab) page() string {
	v.Helper()
	return regexp.MustCompile(`[?#].*`).ReplaceAllString(v.at()[3:], "")
}

// unfold opens everything that is folded on the page.
func (v *tab) unfold() {
	v.Helper()
	eval[bool](v, `[...document.querySelectorAll("main details")].every(d => d.open = true)`)
}

// do has the officer send a form, which has to be taken.
func (p *parties) do(path string, form url.Values) (to string) {
	p.Helper()
	status, to := p.office.post("/en"+house+path, form)
	if status != http.StatusSeeOther {
		p.Fatalf("%s with %v is answered with %d", path, form, status)
	}
	return to
}

// announce announces a call on a paper, and gives its reference.
func (p *parties) announce(en, fr, ar string) string {
	p.Helper()
	to := p.do("/desk/calls/new", url.Values{"title-en": {en}, "title-fr": {fr}, "title-ar": {ar}, "who": {"everybody"}, "paper": {"p1"}, "opens-date": {"2020-01-01"}, "opens-time": {"09:00"},
		"closes-date": {time.Now().AddDate(1, 0, 0).Format(time.DateOnly)}, "closes-time": {"23:59"}, "zone": {"UTC"}, "late": {"refused"}, "moderation": {"after"}})
	ref := regexp.MustCompile(`/(k\d+)\?after=`).FindStringSubmatch(to)
	if ref == nil {
		p.Fatal(to)
	}
	return ref[1]
}

// TestPagesOfParties walks through what parties and officers do, each page in three languages: accreditation, delegations, a
// contribution that several people write, a round of replies, a questionnaire of all kinds, an order of themes.
func TestPagesOfParties(t *testing.T) {
	t.Parallel() // it has a demonstration of its own
	p := newParties(t)
	for _, part := range []struct {
		name string
		walk func()
	}{{"accreditation", p.accreditation}, {"delegation", p.delegation}, {"questionnaire", p.questionnaire}, {"replies", p.replies}, {"priorities", p.priorities}} {
		t.Run(part.name, func(t *testing.T) {
			for _, v := range []*tab{p.officer, p.public, p.nora} {
				v.T = t
			}
			p.T, p.office.T = t, t
			part.walk()
		})
	}
}

// accreditation: a body asks, the officer decides.
func (p *parties) accreditation() {
	nora := p.nora
	p.do("/desk/accreditation", url.Values{"category": {"ngo"}, "capacity": {"party", "observer"}})
	p.public.open("/en" + house)
	p.public.press(`main a[href$="/parties"]`)
	p.public.press(`main a[href$="/accreditation"]`)
	if !strings.Contains(p.public.at(), "/sign-in") {
		p.Errorf("who is not signed in is led to %s", p.public.at())
	}
	nora.open("/en" + house + "/accreditation")
	nora.press("main form button.go")
	p.here("request refused", nora, "en")
	ask := func(name string) {
		nora.fill("#name", name)
		nora.fill("#category", "ngo")
		nora.choose(`[name="capacity"][value="observer"]`)
		nora.fill("#contact", "Nora Nilsen, +41 22 000 00 00")
		nora.attach("#file", "letter.txt", "She speaks for us.\n")
		nora.fill("#interests", "Libraries pay our work.")
		nora.press("main form button.go")
	}
	ask("Readers without Borders")
	p.look("request", nora, house+"/accreditation")
	p.look("desk of accreditation", p.officer, house+"/desk/accreditation")
	p.officer.press(`main a[href*="/desk/accreditation/y"]`)
	waiting := p.officer.page()
	p.look("decision", p.officer, waiting)
	p.officer.press(`button[value="accredit"]`)
	p.here("decision refused", p.officer, "en")
	p.officer.fill("#reason", "The letter is signed by the chair.")
	p.officer.press(`button[value="accredit"]`)
	p.look("accredited", p.officer, waiting)
	nora.open("/en" + house + "/accreditation")
	ask("Readers of the Coast")
	p.look("requests", nora, house+"/accreditation")
	p.look("parties", p.public, house+"/parties")
	p.look("parties for print", p.public, house+"/parties?print=1")
	nora.open("/en" + house + "/accreditation")
	nora.press(`main a[href$="/delegation"]`) // whoever was accredited finds what to do next
	nora.press(`main a[href*="/delegation?party="]`)
	p.here("delegation of whoever was accredited", nora, "en")
	p.ngo = eval[string](nora, `location.href.split("party=")[1].split("&")[0]`)
}

// delegation: a head brings in four others; they write, clear and send together, one in French, one in Arabic.
func (p *parties) delegation() {
	p.officer.open("/en" + house + "/desk/people")
	p.party = eval[string](p.officer, `document.querySelector('main a[href*="/delegation?party="]').href.split("party=")[1]`)
	page := house + "/delegation?party=" + p.party
	p.do("/delegation", url.Values{"do": {"invite"}, "party": {p.party}, "email": {"Hana@parties.example"}, "capacity": {"head"}, "language": {"en"}})
	hana := p.joins("Hana")
	hana.open("/en" + page)
	invite := func(name, capacity string) {
		hana.fill("#email", name+"@parties.example")
		hana.fill("#capacity", capacity)
		hana.press(`button[value="invite"]`)
	}
	hana.press(`button[value="invite"]`)
	p.here("delegation refused", hana, "en")
	invite("Fatma", "focal_point")
	invite("Alex", "alternate")
	invite("Mei", "member")
	invite("Omar", "member")
	fatma, alex, mei, omar := p.joins("Fatma"), p.joins("Alex"), p.joins("Mei"), p.joins("Omar")
	for who, v := range map[string]*tab{"head": hana, "focal point": fatma, "alternate": alex, "member": mei, "officer": p.officer} {
		p.look("delegation, "+who, v, page)
	}
	p.look("delegations", mei, house+"/delegation")

	// The member begins, from the page of the delegation.
	mei.press(`main a[href*="/delegation?party="]`)
	mei.press(`main a[href$="/k2/together"]`)
	p.look("together", mei, house+"/k2/together")
	mei.fill("#clearance", "2")
	mei.press("main form button.go")
	draft := strings.TrimSuffix(mei.page(), "/draft")
	mei.press(".tasks a")
	mei.write("form[data-part] textarea", "Whoever trains a model says on what.")
	mei.press(`form[data-part] button[value="save"]`)
	mei.write("#remark", "Is this what the ministry said?")
	mei.press(`button[value="say"]`)
	section := mei.page()
	p.look("section", mei, section)
	omar.open("/ar" + section)
	omar.write("#remark", "نعم، قالت ذلك.")
	omar.press(`button[value="say"]`)
	if !strings.Contains(omar.text("main"), "نعم، قالت ذلك.") {
		p.Errorf("the remark is not there: %s", omar.text("main"))
	}
	mei.open("/en" + draft + "/draft")
	mei.press(`button[value="ask"]`)
	p.look("draft", hana, draft+"/draft")
	alex.open("/en" + draft + "/draft")
	alex.press("#standing a.go")
	p.look("whole text", alex, draft+"/whole")
	alex.press(`button[value="return"]`)
	p.here("returned without a note", alex, "en")
	alex.unfold()
	alex.fill(`textarea[name^="note-"]`, "Say which models.")
	alex.press(`button[value="return"]`)
	p.look("returned", mei, draft+"/draft")
	mei.open("/en" + section)
	mei.write("form[data-part] textarea", "Whoever trains a model for the public says on what.")
	mei.press(`form[data-part] button[value="save"]`)
	// An organisation that was accredited joins: it authorises the text as it stands.
	nora := p.nora
	hana.open("/en" + draft + "/draft")
	hana.unfold()
	hana.fill(`[name="party"]`, p.ngo)
	hana.press(`button[value="invite"]`)
	p.look("an invited party reads", nora, draft+"/joint")
	nora.press(`button[value="join"]`)
	p.look("an invited party authorised", nora, draft+"/joint")
	mei.open("/en" + draft + "/draft")
	mei.press(`button[value="ask"]`)
	alex.open("/ar" + draft + "/whole")
	alex.press(`button[value="clear"]`)
	hana.open("/fr" + draft + "/whole")
	hana.press(`button[value="clear"]`)
	p.look("cleared", hana, draft+"/draft")
	p.look("whole text to send", hana, draft+"/whole")
	hana.open("/fr" + draft + "/whole")
	hana.press(`button[value="send"]`)
	if !strings.Contains(hana.at(), "/receipt") {
		p.Errorf("not sent: %s %s", hana.at(), hana.text("main"))
	}
	if said := hana.text("main"); !strings.Contains(said, "Readers") {
		p.Errorf("the receipt does not name the party that joined: %s", said)
	}
}

// questionnaire: an officer asks in every way, somebody on a phone answers without JavaScript, a choice is taken back.
func (p *parties) questionnaire() {
	call := p.announce("What does your library do?", "Que fait votre bibliothèque\u202f?", "ماذا تفعل مكتبتك؟")
	desk := house + "/desk/calls/" + call + "/questions"
	p.officer.open("/en" + desk)
	kinds := []string{"choice", "choices", "scale", "stance", "ranking", "number", "date", "table", "file", "text"}
	for n, kind := range kinds {
		p.officer.press(fmt.Sprintf(`button[value="add-%s-1"]`, kind))
		if !eval[bool](p.officer, fmt.Sprintf(`!!document.querySelector("#q%d")`, n+1)) {
			p.Fatalf("no %s: %s", kind, p.officer.text("main"))
		}
	}
	p.officer.press(`button.go[value="save"]`)
	p.here("questions refused", p.officer, "en")
	if said := p.officer.text(".sum"); !strings.Contains(said, "Question 4: ") || !strings.Contains(said, "Question 10: ") {
		p.Errorf("it does not say of which question: %s", said)
	}
	in := func(name string, s [3]string) {
		for i, l := range []string{"en", "fr", "ar"} {
			p.officer.fill("#"+name+"-"+l, s[i])
		}
	}
	options := [3]string{"Lends books\nLends pictures\nLends machines", "Prête des livres\nPrête des images\nPrête des machines", "تعير الكتب\nتعير الصور\nتعير الآلات"}
	in("s1-title", [3]string{"Your library", "Votre bibliothèque", "مكتبتك"})
	for n, kind := range kinds {
		id := "q" + strconv.Itoa(n+1)
		in(id+"-ask", [3]string{"What about it, number " + strconv.Itoa(n+1) + "?", "Qu’en est-il, numéro " + strconv.Itoa(n+1) + "\u202f?", "ماذا عن ذلك، رقم " + strconv.Itoa(n+1) + "؟"})
		switch kind {
		case "choice", "choices", "ranking":
			in(id+"-options", options)
		case "table":
			in(id+"-rows", options)
			in(id+"-options", [3]string{"2019\n2020", "2019\n2020", "2019\n2020"})
		case "scale":
			in(id+"-low", [3]string{"nothing", "rien", "لا شيء"})
			in(id+"-high", [3]string{"everything", "tout", "كل شيء"})
		case "number":
			in(id+"-unit", [3]string{"books", "livres", "كتاب"})
		}
	}
	p.officer.choose(`[name="q1-required"]`)
	p.officer.choose(`[name="q6-declines"]`)
	p.officer.unfold()
	p.officer.fill("#q2-if", "1")
	p.officer.fill("#q2-picks", "1, 3")
	p.officer.press(`button.go[value="save"]`)
	p.here("questions that lack languages", p.officer, "en")
	p.officer.press(`button.go[value="save"]`)
	if !strings.HasPrefix(p.officer.at(), "/en"+house+"/"+call) {
		p.Fatalf("the questions are not set: %s", p.officer.text("main"))
	}
	p.look("questions", p.officer, desk)
	p.look("form", p.public, house+"/"+call+"/form")

	phone := p.tab()
	phone.size(360, 740)
	phone.noScript()
	phone.open("/en" + house + "/" + call)
	phone.press("main a.go")
	for range 3 { // past the first page, which asks who writes, and to what must be answered
		if !eval[bool](phone, `!!document.querySelector("#q1")`) {
			phone.press(`button[value="next"]`)
		}
	}
	part := house + "/" + call + "/form/part/s1"
	phone.press(`button[value="check"]`)
	if eval[bool](phone, `!!document.querySelector('button[value="send"]')`) {
		phone.press(`button[value="send"]`)
	}
	read := func(name string) { // axe is a script
		command(phone, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false})
		p.here(name, phone, "en")
		phone.noScript()
		phone.size(360, 740)
	}
	read("form refused")
	p.look("part of the form", p.public, part)
	phone.open("/en" + part)
	phone.choose(`[name="q1"][value="1"]`)
	phone.choose(`[name="q3"][value="2"]`)
	phone.fill("#q6-value", "1200")
	phone.fill(`[name="q8-r1-c1"]`, "40")
	phone.attach("#q9-file", "answers.txt", "What we lend.\n")
	phone.write("#q10-text", "We lend machines since spring.")
	phone.press(`button[value="check"]`)
	read("check")
	phone.press(`button[value="send"]`)
	if !strings.Contains(phone.at(), "/receipt") {
		p.Fatalf("not sent: %s %s", phone.at(), phone.text("main"))
	}
	p.look("results", p.public, house+"/"+call+"/results")
	p.look("call with a questionnaire", p.public, house+"/"+call)
	p.look("questions that were answered", p.officer, desk)
	p.officer.press(`button[value="withdraw-q1-3"]`)
	p.here("choice withdrawn", p.officer, "en")
	p.look("form with a withdrawn choice", p.public, part)
}

// replies: an officer opens a round on a call that has closed, and somebody who took part replies.
func (p *parties) replies() {
	p.look("too early for a round", p.officer, house+"/desk/replies/k2")
	p.officer.open("/en" + house + "/desk/calls/k1")
	p.officer.press(`main a[href$="/desk/replies/k1"]`)
	p.look("open a round", p.officer, house+"/desk/replies/k1")
	p.officer.press("main form button.go")
	p.here("round refused", p.officer, "en")
	for lang, title := range map[string]string{"en": "Replies", "fr": "Réponses", "ar": "الردود"} {
		p.officer.fill("#title-"+lang, title)
	}
	p.officer.choose(`[name="who"][value="all"]`)
	p.officer.press("main form button.go")
	round := regexp.MustCompile(`/(k\d+)\?after=`).FindStringSubmatch(p.officer.at())
	if round == nil {
		p.Fatalf("no round: %s", p.officer.text("main"))
	}
	p.look("call for replies", p.public, house+"/"+round[1])
	one := p.tab()
	one.signInAs("individual")
	one.open("/en" + house + "/" + round[1])
	one.press("main a.go")
	p.look("round", one, house+"/"+round[1]+"/replies")
	one.press(`main a.btn[href*="/contribute?on="]`)
	p.here("reply", one, "en")
	one.write("#text", "So do we.")
	one.press(`button[value="preview"]`)
	one.press(`button[value="send"]`)
	if !strings.Contains(one.at(), "/receipt") {
		p.Fatalf("no reply: %s %s", one.at(), one.text("main"))
	}
	p.look("round with a reply", p.public, house+"/"+round[1]+"/replies?replied=1")
	p.look("round, opened", p.officer, house+"/desk/replies/k1")
}

// priorities: the officer begins an order from the desk, proposes it and decides.
func (p *parties) priorities() {
	call := p.announce("On the order", "Sur l’ordre", "حول الترتيب")
	p.officer.open("/en" + house + "/desk")
	p.officer.press(`nav a[href$="/desk/priorities"]`)
	p.look("bench", p.officer, house+"/desk/priorities")
	p.officer.press(`button[value="begin"]`)
	p.here("bench refused", p.officer, "en")
	p.officer.fill("#title-en", "What comes first")
	p.officer.fill("#criterion1-en", "What cannot wait")
	for n := range 3 {
		p.officer.fill(fmt.Sprintf(`#themes li:nth-child(%d) input`, n+1), strconv.Itoa(n+1))
	}
	p.officer.press(`button[value="begin"]`)
	ref, _, _ := strings.Cut(p.officer.at(), "?")
	ref = path.Base(ref) // the demonstration has an order already
	order := house + "/" + ref
	p.look("order begun", p.public, order)
	p.look("bench of an order", p.officer, house+"/desk/priorities/"+ref)
	rank := func(places ...string) {
		for i, place := range places {
			n := strconv.Itoa(i + 1)
			p.officer.fill("#place"+n, place)
			p.officer.fill("#reason"+n+"-en", "Many spoke, number "+n+".")
		}
	}
	rank("2", "x", "2")
	p.officer.fill("#call", call)
	p.officer.press(`button[value="propose"]`)
	p.here("places refused", p.officer, "en")
	rank("2", "1", "3")
	p.officer.press(`button[value="propose"]`)
	p.look("bench while comments are taken", p.officer, house+"/desk/priorities/"+ref)
	p.look("order proposed", p.public, order)
	p.do("/desk/calls/"+call, url.Values{"what": {"stop"}, "stop-reason": {"Everything was said."}})
	p.look("bench to decide", p.officer, house+"/desk/priorities/"+ref)
	rank("1", "2", "")
	p.officer.press(`button[value="decide"]`)
	p.look("order decided", p.public, order)
	p.look("what stands behind a theme", p.public, order+".t1")
	p.look("orders", p.public, house+"/priorities")
	p.look("bench to decide again", p.officer, house+"/desk/priorities/"+ref)
}
