package web_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/site"
	"github.com/openplenary/plenary/web"
)

// operated is a desk house whose operator can say something about the instance.
type operated struct {
	*deskHouse
	site   *site.Store
	relay  error // what it answers
	tested []string
	waits  int // letters
	named  bool
}

func newOperated(t testing.TB, operators ...string) *operated {
	t.Helper()
	h := &operated{deskHouse: newDeskHouse(t)}
	var err error
	if h.site, err = site.Open(t.TempDir(), "https://talk.example.org", time.Now); err != nil {
		t.Fatal(err)
	}
	db := h.deskHouse.db
	files, err := attachment.New(db, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h.web = web.New(web.Options{Operators: operators, Sec: h.sec, Accounts: h.accounts, Drafts: draft.New(db), Files: files, Site: h.site,
		SignInMail: func(context.Context, *account.SignIn, locale.Lang, string) error { return nil },
		TestMail: func(_ context.Context, to string, _ locale.Lang) error {
			h.tested = append(h.tested, to)
			return h.relay
		}, MailWaits: func(context.Context) (int, bool, error) { return h.waits, h.named, nil }})
	srv := httptest.NewServer(h.web)
	t.Cleanup(srv.Close)
	h.url = srv.URL
	return h
}

// convened makes a prepared conversation with everything that it needs of its own.
func (h *operated) convened(slug string, officer uint64, languages ...locale.Lang) {
	h.t.Helper()
	text := locale.Text{Original: languages[0], In: map[locale.Lang]string{}}
	for _, l := range languages {
		text.In[l] = "Cameras"
	}
	if _, err := h.sec.Convene(h.t.Context(), conversation.Ask{System: true, Received: time.Now(), Command: conversation.Convene{Slug: slug, Title: text, Lead: text,
		Contact: text, Languages: languages, Zone: "Europe/Paris", Officer: delegation.Participant(officer), Prepared: true,
		Categories: []settings.Label{{ID: "citizen", Name: text, Unsaid: true}}}}); err != nil {
		h.t.Fatal(err)
	}
}

// TestTakePages: the legal pages are read as they begin and taken by one press, with what else the form says or by
// themselves, in every language that is offered. What somebody wrote themselves stays, and who may not write takes nothing.
func TestTakePages(t *testing.T) {
	t.Parallel()
	h := newOperated(t, "operator@example.org")
	op := h.signedIn("operator@example.org")
	const page = "/en/site"
	first := op.get(page)
	for _, want := range []string{locale.English.T("site.save_take"), locale.English.T("site.take"), "data protection authority of your country", "قانون المكان", `id="take"`} {
		if !strings.Contains(first.body, want) {
			t.Errorf("%q is not there to be read before", want)
		}
	}
	if strings.Contains(first.body, "||") {
		t.Error("marks of the texts are shown")
	}
	if a := h.signedIn("somebody@example.org").post(page, url.Values{"what": {"take"}}); a.status != 404 || h.site.Now().Version != 0 {
		t.Errorf("somebody else takes them: %d", a.status)
	}
	body := deskForm(t, first.body, page, 0)
	body.Set("name-en", "The town of Tarsis")
	body.Set("contact-en", "quay@town.example")
	body["languages"] = []string{"en", "fr"}
	body.Set("do", "take")
	op.deskTo(op.post(page, body))
	now := h.site.Now()
	if !now.Filled() || len(now.Pages[site.Help]) != 0 || len(now.Pages[site.Privacy]) != 2 {
		t.Errorf("filled %v, with %v", now.Filled(), now.Pages)
	}
	if a := h.visitor().get("/fr/site/privacy"); !strings.Contains(a.body, "The town of Tarsis") || !strings.Contains(a.body, "protection des données de votre pays") || strings.Contains(a.body, "[[") {
		t.Error(a.body)
	}
	if a := op.get(page); strings.Contains(a.body, `id="take"`) {
		t.Error("what was taken is offered again")
	}
	// Another language is offered from now on, and one page is written in it by hand.
	if err := h.site.Save(func(s site.Said) (site.Said, error) {
		s.Languages = append(s.Languages, "es")
		s.Pages[site.Terms]["es"] = "Lo nuestro. {contact}"
		return s, nil
	}); err != nil {
		t.Fatal(err)
	}
	a := op.get(page)
	if h.site.Now().Filled() || !strings.Contains(a.body, "el derecho") && !strings.Contains(a.body, "autoridad de protección de datos") {
		t.Error("the pages of another language are not offered")
	}
	op.deskTo(op.post(page, url.Values{"what": {"take"}, "token": deskForm(t, a.body, page, 0)["token"]}))
	if now := h.site.Now(); !now.Filled() || now.Pages[site.Terms]["es"] != "Lo nuestro. {contact}" || !strings.Contains(now.Pages[site.Privacy]["es"], "autoridad de protección de datos") {
		t.Errorf("%v", now.Pages)
	}
}

// TestSite: what the operator says stands on every page; while legal pages are not written nobody can open a conversation,
// and whoever tries hears which; two who write at the same time lose nothing.
func TestSite(t *testing.T) {
	t.Parallel()
	h := newOperated(t, "op@example.org")
	op := h.signedIn("op@example.org")
	if a := h.signedIn("somebody@example.org").get("/en/site"); a.status != 404 {
		t.Errorf("somebody else: %d", a.status)
	}
	if a := h.signedIn("somebody@example.org").post("/en/site", url.Values{"what": {"mail"}}); a.status != 404 || len(h.tested) > 0 {
		t.Errorf("somebody else sends: %d", a.status)
	}
	if a := h.visitor().get("/en/site"); a.status != 303 || !strings.Contains(a.header.Get("Location"), "sign-in") {
		t.Errorf("nobody: %d", a.status)
	}
	const page = "/en/site"
	two := op.get(page).body // of a second window
	begun := deskWith(deskForm(t, two, page, 0), "name-fr", "Ville de Clairvallon", "contact-en", "town@example.org")
	begun["languages"] = []string{"fr", "en"}
	saved, _, _ := strings.Cut(op.deskTo(op.post(page, begun)), "#")
	if !strings.Contains(op.get(saved).body, "<p class=\"notice\" role=\"status\">Saved.") || strings.Contains(two, "Saved.") {
		t.Error("nothing says that it was saved")
	}
	if body := op.get("/en/convene").body; !strings.Contains(body, `value="fr"`) || strings.Contains(body, `value="ru"`) {
		t.Error("a conversation is offered languages that the site is not")
	}
	late := deskWith(deskForm(t, two, page, 0), "name-fr", "Mairie", "borders-en", "Borders are nobody’s opinion.")
	deskRefused(t, op.post(page, late), 422, "settings.meanwhile")
	if name := h.site.Now().Name.In["fr"]; name != "Ville de Clairvallon" {
		t.Errorf("the second window won: %s", name)
	}
	first := h.visitor().get("/fr/")
	for _, want := range []string{"Ville de Clairvallon", `href="/fr/site/privacy"`, `content="Ville de Clairvallon"`, "town@example.org", "Fonctionne avec Plenary",
		`hreflang="en" href="` + h.url + `/en/"`} {
		if !strings.Contains(first.body, want) {
			t.Errorf("the first page lacks %s", want)
		}
	}
	if strings.Contains(first.body, `hreflang="ru"`) {
		t.Error("a language is offered that is not")
	}
	if a := h.visitor().get("/en/site/privacy"); a.status != 200 || strings.Contains(a.body, "[[") || !strings.Contains(a.body, locale.English.T("site.empty")) {
		t.Error("a page with gaps is shown")
	}
	h.convened("cameras", 1, locale.English, locale.French)
	_, err := h.sec.Do(t.Context(), "cameras", conversation.Ask{System: true, Received: time.Now(), Command: settings.OpenUp{}})
	if err == nil || !strings.Contains(err.Error(), "life.page.privacy languages=English, Français") || strings.Contains(err.Error(), "life.page.help") {
		t.Errorf("opened without its legal pages, or not said which: %v", err)
	}
	// One page by itself, then all that are not finished in one form.
	for _, edit := range []string{site.Terms, "pages"} {
		form := deskForm(t, op.get(page+"?edit="+edit).body, page+"?edit="+edit, 0)
		if edit == "pages" && !slices.Equal(form["page"], []string{site.About, site.Privacy, site.Accessibility}) {
			t.Errorf("the form has the pages %q", form["page"])
		}
		for _, name := range form["page"] {
			for _, l := range []string{"en", "fr"} {
				form.Set(name+"-"+l, regexp.MustCompile(`\[\[[^\]]*\]\]`).ReplaceAllString(form.Get(name+"-"+l), "done"))
			}
		}
		if edit == "pages" { // somebody else wrote one of them meanwhile: what was typed into the others comes back too
			if err := h.site.Save(func(s site.Said) (site.Said, error) {
				s.Pages[site.About] = map[locale.Lang]string{"en": "Theirs."}
				return s, nil
			}); err != nil {
				t.Fatal(err)
			}
			a := op.post(page, form)
			if deskRefused(t, a, 422, "settings.meanwhile"); !strings.Contains(a.body, "<h3>"+locale.English.T("site.page.privacy")) {
				t.Error("the other pages are not there any more")
			}
			form = deskForm(t, a.body, page+"?edit="+edit, 0)
		}
		op.deskTo(op.post(page, form))
	}
	if now := h.site.Now(); !now.Filled() || len(now.Pages[site.Help]) != 0 {
		t.Errorf("not filled in, or a text that nobody changed was copied: %v", now.Pages[site.Help])
	}
	if a := h.visitor().get("/fr/site/privacy"); !strings.Contains(a.body, "Ville de Clairvallon gère") {
		t.Error(a.body)
	}
	n := h.site.Now().Version
	if a := h.visitor().get("/en/site/privacy?version=1"); !strings.Contains(a.body, locale.English.T("site.newest")) {
		t.Error("an earlier version is not said to be one", n)
	}
	h.system("cameras", settings.OpenUp{})
}

// TestSiteOfOfficers: where no operator is named, the officers of the conversations say whose instance it is; where one is,
// an officer is led to the desk.
func TestSiteOfOfficers(t *testing.T) {
	t.Parallel()
	for _, operators := range [][]string{nil, {"op@example.org"}} {
		h := newOperated(t, operators...)
		officer := h.signedIn("officer@example.org")
		id, err := h.accounts.Ensure(t.Context(), "officer@example.org", locale.English, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		n, err := h.accounts.Participant(t.Context(), id, "cameras", h.sec.Number)
		if err != nil {
			t.Fatal(err)
		}
		h.convened("cameras", n, locale.English)
		a := officer.get("/en/site")
		if operators == nil && a.status != 200 || operators != nil && a.header.Get("Location") != "/en/c/cameras/desk" {
			t.Errorf("%v: %d %s", operators, a.status, a.header.Get("Location"))
		}
		if a := officer.post("/en/site", url.Values{"what": {"body"}, "name-en": {"X"}, "languages": {"en"}, "was-languages": {"ar zh en fr ru es "}}); (a.status == 303) != (operators == nil) {
			t.Errorf("%v: saved: %d", operators, a.status)
		}
	}
}

// TestSiteLogoAndMail: a logo is shown to everybody, a false one refused beside its field; the operator hears what the relay
// answered.
func TestSiteLogoAndMail(t *testing.T) {
	t.Parallel()
	h := newOperated(t, "op@example.org")
	op := h.signedIn("op@example.org")
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 300, 100))); err != nil {
		t.Fatal(err)
	}
	send := func(name string, content []byte) answer {
		return op.deskUpload("/en/site", deskForm(t, op.get("/en/site").body, "/en/site", 1), "logo", name, content)
	}
	deskRefused(t, send("logo.png", []byte("<svg xmlns='x'/>")), 422, "site.logo.svg")
	deskRefused(t, send("logo.png", make([]byte, 30<<20)), 422, "site.logo.large")
	deskRefused(t, send("", nil), 422, "site.logo.none")
	op.deskTo(send("anything.txt", b.Bytes()))
	logo := h.site.Now().Logo
	first := h.visitor().get("/en/")
	if logo == nil || !strings.Contains(first.body, `<img src="/logo/`+logo.Small+`"`) || !strings.Contains(first.body, `content="`+h.url+"/logo/"+logo.File+`"`) {
		t.Fatal("the logo is not there", logo)
	}
	a := h.visitor().get("/logo/" + logo.File)
	if a.status != 200 || a.header.Get("Content-Type") != "image/png" || a.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Error(a.status, a.header)
	}
	if a := h.visitor().get("/logo/0001.json"); a.status != 404 {
		t.Error("a version is given out as a picture")
	}
	mail := func() answer { return op.post("/en/site", deskForm(t, op.get("/en/site").body, "/en/site", 3)) }
	if a := op.get(mail().header.Get("Location")); !strings.Contains(a.body, "The mail server took the letter to op@example.org") || len(h.tested) != 1 {
		t.Error("what was taken is not said", h.tested)
	}
	h.relay = http.ErrHandlerTimeout
	if a := mail(); !strings.Contains(a.body, http.ErrHandlerTimeout.Error()) {
		t.Error("what was refused is not said")
	}
}

// TestSiteMailWaits: the operator hears how many letters wait and what to do, and reads none of them.
func TestSiteMailWaits(t *testing.T) {
	t.Parallel()
	h := newOperated(t, "op@example.org")
	op := h.signedIn("op@example.org")
	h.waits = 7
	for _, l := range locale.All {
		a := op.get("/" + string(l) + "/site")
		if !strings.Contains(a.body, "plenary mail --data DIR") || !strings.Contains(a.body, l.T("site.mail_waits", "n", 7)) || !strings.Contains(a.body, "--smtp smtp://") {
			t.Errorf("%s: it is not said that letters wait", l)
		}
	}
	h.named = true
	if a := op.get("/en/site"); strings.Contains(a.body, "plenary mail --data") || !strings.Contains(a.body, "Letters that wait: 7.") {
		t.Error("of a server that does not answer other things are said")
	}
	h.waits = 0
	if a := op.get("/en/site"); strings.Contains(a.body, "Letters that wait") {
		t.Error("nothing waits")
	}
}

// TestSiteCountries: one list for every form, rule and map.
func TestSiteCountries(t *testing.T) {
	t.Parallel()
	h := newOperated(t, "op@example.org")
	op := h.signedIn("op@example.org")
	id, err := h.accounts.Ensure(t.Context(), "op@example.org", locale.English, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	n, err := h.accounts.Participant(t.Context(), id, "cameras", h.sec.Number)
	if err != nil {
		t.Fatal(err)
	}
	h.convened("cameras", n, locale.English)
	form := func(code string, more ...string) {
		t.Helper()
		at := "/en/site?edit=country-" + code
		op.deskTo(op.post("/en/site", deskWith(deskForm(t, op.get(at).body, at, 0), more...)))
	}
	form("", "code", "xk", "country-en", "Kosovo")
	form("FR", "country-en", "French Republic", "place", "1")
	form("AD", "off", "yes")
	people := op.get("/en/c/cameras/desk/people").body
	for want, there := range map[string]bool{`value="XK">Kosovo<`: true, `>French Republic<`: true, `value="AD"`: false} {
		if strings.Contains(people, want) != there {
			t.Errorf("the form of parties: %s is there: %v", want, !there)
		}
	}
	if strings.Index(people, "French Republic") > strings.Index(people, "Afghanistan") {
		t.Error("what was put first does not stand there")
	}
	h.state("cameras", func(st *conversation.State) {
		if !st.KnownCountry("XK") || st.KnownCountry("AD") || st.CountryName("AD", locale.English) != "Andorra" || st.CountryName("FR", locale.English) != "French Republic" {
			t.Error("the rule has another list than the form")
		}
	})
	at := "/en/site?edit=country-FR"
	stale := deskForm(t, op.get(at).body, at, 0)
	form("FR", "country-en", "France (new name)", "place", "2")
	a := op.post("/en/site", deskWith(stale, "country-en", "France (other name)", "off", "yes"))
	deskRefused(t, a, 422, "settings.meanwhile")
	if !strings.Contains(a.body, "France (new name)") || !strings.Contains(a.body, "France (other name)") {
		t.Error("not both are shown")
	}
	op.deskTo(op.post("/en/site", deskWith(stale, "country-en", "French Republic", "off", "", "country-fr", "France (autre nom)"))) // of what the other left alone
	if list := h.web.Site.Now().CountryList(); list.Name("FR", locale.English) != "France (new name)" || list.Name("FR", locale.French) != "France (autre nom)" {
		t.Error("the last to save won:", list.Name("FR", locale.English), list.Name("FR", locale.French))
	}
	form("FR", "country-en", "French Republic", "place", "1")
	form("FR", "country-en", "France", "country-fr", "") // as the United Nations' list has it
	if said := h.web.Site.Now().Countries[1]; said.Code != "FR" || len(said.Name) != 0 {
		t.Errorf("%+v", said)
	}
	form("FR", "country-en", "French Republic")
	op.deskTo(op.post("/en/site", deskWith(deskForm(t, op.get(at).body, at, 0), "do", "remove")))
	if strings.Contains(op.get("/en/c/cameras/desk/people").body, "French Republic") {
		t.Error("it is not as it was")
	}
}

// TestFramed: the one page that others may show inside theirs gives no cookie, has no form and no script, and is the same to
// everybody; every other page refuses to be framed.
func TestFramed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	path := "/fr/embed/" + script.DemoSlug
	a := h.visitor().get(path)
	if a.status != 200 || !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors *") || a.header.Get("Set-Cookie") != "" ||
		a.header.Get("Cross-Origin-Opener-Policy") != "" || a.header.Get("X-Frame-Options") != "" {
		t.Errorf("%d %v", a.status, a.header)
	}
	for _, no := range []string{"<form", "<script", "<button", "<input"} {
		if strings.Contains(a.body, no) {
			t.Errorf("it has %s", no)
		}
	}
	if !strings.Contains(a.body, `<base target="_blank">`) || !strings.Contains(a.body, `class="line"`) || !strings.Contains(a.body, "317") {
		t.Error("it lacks the ribbon, the counter, or leads inside the frame")
	}
	if own := h.as("officer").get(path); own.body != a.body || own.header.Get("Set-Cookie") != "" {
		t.Error("it is another one for an officer")
	}
	for _, page := range append([]string{"/site/about", "/embed/nothing"}, pages...) {
		if p := h.visitor().get("/en" + page); !strings.Contains(p.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") && page != "/embed/nothing" {
			t.Errorf("%s may be framed: %d", page, p.status)
		}
	}
}

// TestCode: the square code of a call leads to it, without a language; nothing else has one.
func TestCode(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.visitor().get("/en" + conv + "/k2/qr.svg")
	if a.status != 200 || !strings.HasPrefix(a.body, "<svg ") || !strings.Contains(a.body, "<title>"+h.url+conv+"/k2</title>") || len(a.body) > 20_000 {
		t.Errorf("%d, %d bytes", a.status, len(a.body))
	}
	if to := h.visitor().get(conv + "/k2"); to.status != 302 {
		t.Errorf("what it leads to: %d", to.status)
	}
	for _, none := range []string{"/k99", "/p1", "/c1", "/x"} {
		if a := h.visitor().get("/en" + conv + none + "/qr.svg"); a.status != 404 {
			t.Errorf("%s has one: %d", none, a.status)
		}
	}
	if !strings.Contains(h.as("officer").get("/en"+conv+"/k2").body, conv+"/k2/qr.svg") || strings.Contains(h.visitor().get("/en"+conv+"/k2").body, "qr.svg") {
		t.Error("an officer does not find it on the page of the call")
	}
}

// TestTakenAwayUnseen: what an operator takes away while another changes it is shown first; a country that a party names stays,
// and so does a group with countries in it.
func TestTakenAwayUnseen(t *testing.T) {
	t.Parallel()
	h := newOperated(t, "op@example.org")
	op, other := h.signedIn("op@example.org"), h.signedIn("op@example.org")
	h.convened("cameras", 7, locale.English)
	form := func(v *visitor, what string) url.Values {
		at := "/en/site?edit=" + what
		return deskForm(t, v.get(at).body, at, 0)
	}
	save := func(v *visitor, f url.Values, more ...string) { v.deskTo(v.post("/en/site", deskWith(f, more...))) }
	kept := func(code string) bool {
		return slices.ContainsFunc(h.site.Now().Countries, func(c locale.CountryChange) bool { return c.Code == code })
	}
	save(op, form(op, "group-"), "group-en", "Neighbours")
	save(op, form(op, "country-"), "code", "XK", "country-en", "Kosovo")
	for what, change := range map[string][]string{"name": {"country-en", "Republic"}, "group": {"country-group", "g1"}, "offer": {"off", "yes"}, "place": {"place", "3"}} {
		stale := form(op, "country-XK")
		save(other, form(other, "country-XK"), change...)
		a := op.post("/en/site", deskWith(stale, "do", "remove"))
		deskRefused(t, a, 422, "site.meanwhile")
		if !kept("XK") {
			t.Fatal("it was taken away with another", what)
		}
	}
	h.system("cameras", delegation.EnterParty{Party: 5, Category: "citizen", Country: "FR", Name: "A body"})
	deskRefused(t, op.post("/en/site", deskWith(form(op, "group-g1"), "do", "remove")), 422, "site.group_used")
	stale := form(op, "group-g1")
	save(other, form(other, "group-g1"), "group-en", "Far away")
	deskRefused(t, op.post("/en/site", deskWith(stale, "do", "remove")), 422, "site.meanwhile")
	save(other, form(other, "country-XK"), "country-group", "", "off", "")
	save(op, form(op, "group-g1"), "do", "remove")
	save(op, stale, "do", "remove") // once more: it is gone
	if len(h.site.Now().Groups) != 0 {
		t.Error(h.site.Now().Groups)
	}
	h.system("cameras", delegation.EnterParty{Party: 6, Category: "citizen", Country: "XK", Name: "Another body"})
	deskRefused(t, op.post("/en/site", deskWith(form(op, "country-XK"), "do", "remove")), 422, "site.country_used")
	save(op, form(op, "country-FR"), "country-en", "French Republic")
	save(op, form(op, "country-FR"), "do", "remove") // it keeps the name that the United Nations give it
	save(op, form(op, "country-"), "code", "XZ", "country-en", "Nowhere")
	save(op, form(op, "country-XZ"), "do", "remove") // nothing names it
	if !kept("XK") || kept("FR") || kept("XZ") {
		t.Error(h.site.Now().Countries)
	}
	logo := func(v *visitor) url.Values { return deskForm(t, v.get("/en/site").body, "/en/site", 1) }
	picture := func(side int) []byte {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, side, 100))); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	stale = logo(op)
	other.deskTo(other.deskUpload("/en/site", logo(other), "logo", "a.png", picture(300)))
	deskRefused(t, op.deskUpload("/en/site", stale, "logo", "b.png", picture(200)), 422, "site.logo.moved")
	stale = logo(op)
	other.deskTo(other.deskUpload("/en/site", logo(other), "logo", "c.png", picture(400)))
	deskRefused(t, op.deskUpload("/en/site", deskWith(stale, "do", "remove"), "", "", nil), 422, "site.logo.moved")
	if h.site.Now().Logo == nil {
		t.Fatal("a logo that nobody had seen was taken away")
	}
	op.deskTo(op.deskUpload("/en/site", deskWith(logo(op), "do", "remove"), "", "", nil))
	if h.site.Now().Logo != nil {
		t.Error("the logo is still there")
	}
}
