package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/web"
	"golang.org/x/net/html"
)

// deskHouse is an empty house: nobody has convened anything yet.
type deskHouse struct {
	files *attachment.Store
	*house
	accounts *account.Store
	invited  []account.InvitationLetter
	noMail   bool
	noServer bool // no mail server is named: letters wait
}

func newDeskHouse(t testing.TB) *deskHouse {
	t.Helper()
	h := &deskHouse{house: &house{t: t}}
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	key, err := record.NewKey(rand.Reader)
	ok(err)
	h.disk = &disk{Memory: record.NewMemory()}
	log, err := record.Open(h.disk, record.Options{Key: key, Now: time.Now})
	ok(err)
	secret := make([]byte, 32)
	h.sec, err = plenary.NewSecretariat(t.Context(), plenary.Options{Log: log, Now: time.Now, Random: rand.Reader, Secret: secret})
	ok(err)
	t.Cleanup(func() { _ = h.sec.Close() })
	db, err := private.Open(filepath.Join(t.TempDir(), "private.db"))
	ok(err)
	t.Cleanup(func() { _ = db.Close() })
	h.db = db
	h.accounts, err = account.New(db, secret)
	ok(err)
	drafts := draft.New(db)
	files, err := attachment.New(db, t.TempDir())
	ok(err)
	h.files = files
	h.web = web.New(web.Options{Operators: []string{"officer@example.org", "other@example.org"}, Sec: h.sec, Accounts: h.accounts, Drafts: drafts, Aside: aside.New(db), Roster: roster.New(db), Files: files,
		SignInMail: func(context.Context, *account.SignIn, locale.Lang, string) error { return nil },
		InviteMail: func(_ context.Context, i account.InvitationLetter) error {
			if h.noMail {
				return os.ErrDeadlineExceeded
			}
			h.invited = append(h.invited, i)
			return nil
		}, MailWaits: func(context.Context) (int, bool, error) { return len(h.invited), !h.noServer, nil }})
	srv := httptest.NewServer(h.web)
	t.Cleanup(srv.Close)
	h.url = srv.URL
	return h
}

// signedIn is a browser in which somebody has signed in.
func (h *deskHouse) signedIn(email string) *visitor {
	h.t.Helper()
	id, err := h.accounts.Ensure(h.t.Context(), email, locale.English, time.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	cookie, err := h.accounts.NewSession(h.t.Context(), id, time.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	v := h.visitor()
	u, _ := url.Parse(h.url)
	v.c.Jar.SetCookies(u, []*http.Cookie{{Name: "plenary", Value: cookie, Path: "/"}})
	return v
}

func (h *deskHouse) state(slug string, f func(*conversation.State)) {
	h.t.Helper()
	if _, err := h.sec.Read(h.t.Context(), slug, func(st *conversation.State) error { f(st); return nil }); err != nil {
		h.t.Fatal(err)
	}
}

// deskForm reads a form off a page as a browser without a script would: the n-th that posts to action.
func deskForm(t testing.TB, body, action string, n int) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	v := url.Values{}
	found := false
	attr := func(e *html.Node, key string) (string, bool) {
		for _, a := range e.Attr {
			if a.Key == key {
				return a.Val, true
			}
		}
		return "", false
	}
	var text func(*html.Node) string
	text = func(e *html.Node) string {
		s := ""
		if e.Type == html.TextNode {
			s = e.Data
		}
		for c := e.FirstChild; c != nil; c = c.NextSibling {
			s += text(c)
		}
		return s
	}
	var read func(e *html.Node)
	read = func(e *html.Node) {
		name, _ := attr(e, "name")
		value, _ := attr(e, "value")
		_, checked := attr(e, "checked")
		kind, _ := attr(e, "type")
		switch {
		case name == "":
		case e.Data == "input" && kind == "file":
		case e.Data == "input" && (kind != "radio" && kind != "checkbox" || checked):
			v.Add(name, value)
		case e.Data == "textarea":
			v.Add(name, strings.TrimPrefix(text(e), "\n"))
		case e.Data == "select":
			first, chosen := "", ""
			for o := e.FirstChild; o != nil; o = o.NextSibling {
				if o.Data != "option" {
					continue
				}
				s, _ := attr(o, "value")
				if first == "" {
					first = s
				}
				if _, ok := attr(o, "selected"); ok {
					chosen = s
				}
			}
			if chosen == "" {
				if o := e.FirstChild; o != nil {
					for ; o != nil && o.Data != "option"; o = o.NextSibling {
					}
					if o != nil {
						chosen, _ = attr(o, "value")
					}
				}
			}
			v.Add(name, chosen)
		}
		for c := e.FirstChild; c != nil; c = c.NextSibling {
			read(c)
		}
	}
	var walk func(e *html.Node)
	walk = func(e *html.Node) {
		if a, _ := attr(e, "action"); e.Data == "form" && a == action && !found {
			if n == 0 {
				found = true
				read(e)
				return
			}
			n--
		}
		for c := e.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	if !found {
		t.Fatalf("no form that posts to %s", action)
	}
	return v
}

// deskFill reads the n-th form for an address off a page, fills it in, and sends it.
func (v *visitor) deskFill(page, action string, n int, with ...string) answer {
	v.h.t.Helper()
	a := v.get(page)
	if a.status != 200 {
		v.h.t.Fatalf("%s: %d", page, a.status)
	}
	return v.post(action, deskWith(deskForm(v.h.t, a.body, action, n), with...))
}

func deskWith(form url.Values, with ...string) url.Values {
	for i := 0; i+1 < len(with); i += 2 {
		form.Set(with[i], with[i+1])
	}
	return form
}

// deskTo is where an answer leads; it must lead somewhere.
func (v *visitor) deskTo(a answer) string {
	v.h.t.Helper()
	if a.status != 303 {
		v.h.t.Fatalf("%d, want 303: %s", a.status, deskErrors(a.body))
	}
	return a.header.Get("Location")
}

var deskSum = regexp.MustCompile(`(?s)<div class="sum".*?</div>`)

func deskErrors(body string) string {
	if s := deskSum.FindString(body); s != "" {
		return s
	}
	return body[:min(len(body), 2000)]
}

// deskRefused asks for a status and for keys of sentences (or the sentences' own words) in the summary.
func deskRefused(t testing.TB, a answer, status int, keys ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("%d, want %d: %s", a.status, status, deskErrors(a.body))
	}
	sum := html.UnescapeString(deskSum.FindString(a.body))
	for _, key := range keys {
		words := locale.English.T("refusal." + key)
		longest := "" // between the arguments
		for _, part := range regexp.MustCompile(`⟦[a-z_0-9]+⟧`).Split(words, -1) {
			if len(part) > len(longest) {
				longest = part
			}
		}
		if words = strings.TrimSpace(longest); words == "" { // the catalogues do not have it yet
			words = "refusal." + key
		}
		if !strings.Contains(sum, words) {
			t.Errorf("no word of %s (%q) in %s", key, words, sum)
		}
	}
}

func (h *deskHouse) convene(v *visitor, slug string, with ...string) {
	h.t.Helper()
	with = append([]string{"template", "wipo", "title", "Ferries", "slug", slug, "until", time.Now().AddDate(0, 2, 0).Format(time.DateOnly), "zone", "Europe/Zurich"}, with...)
	form := deskWith(deskForm(h.t, v.get("/en/convene").body, "/en/convene", 0), with...)
	form["languages"] = []string{"en", "fr"}
	if to := v.deskTo(v.post("/en/convene", form)); !strings.HasPrefix(to, "/en/c/"+slug+"/desk/settings?done=convened&after=") {
		h.t.Fatal(to)
	}
	both := func(en, fr string) settings.Words { return settings.Words{"en": en, "fr": fr} }
	h.system(slug, settings.Change{Title: settings.Words{"fr": "Les bacs"}, Lead: both("When shall they run?", "Quand doivent-ils circuler\u202f?"), Contact: both("The harbour office", "La capitainerie")})
	h.system(slug, settings.OpenUp{})
}

// system asks as an operator does.
func (h *deskHouse) system(slug string, command any) {
	h.t.Helper()
	if _, err := h.sec.Do(h.t.Context(), slug, conversation.Ask{System: true, Received: time.Now(), Command: command}); err != nil {
		h.t.Fatal(err)
	}
}

// deskUpload sends a form with a file.
func (v *visitor) deskUpload(path string, form url.Values, field, name string, content []byte) answer {
	v.h.t.Helper()
	return v.twice(path, form, func(form url.Values) answer { return v.uploads(path, form, field, name, content) })
}

// uploads sends a form with a file.
func (v *visitor) uploads(path string, form url.Values, field, name string, content []byte) answer {
	v.h.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, vs := range form {
		for _, s := range vs {
			_ = w.WriteField(k, s)
		}
	}
	if field != "" {
		part, err := w.CreateFormFile(field, name)
		if err != nil {
			v.h.t.Fatal(err)
		}
		_, _ = part.Write(content)
	}
	_ = w.Close()
	r, _ := http.NewRequest("POST", v.h.url+path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return v.do(r)
}

func TestDeskConvene(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	if to := h.visitor().get("/en/convene"); to.status != 303 || !strings.HasPrefix(to.header.Get("Location"), "/en/sign-in?next=") {
		t.Error("nobody may convene", to.status)
	}
	if a := h.visitor().post("/en/convene", nil); a.status == 200 || a.status == 422 {
		t.Error("nobody may convene", a.status)
	}
	v := h.signedIn("officer@example.org")
	form := deskForm(t, v.get("/en/convene").body, "/en/convene", 0)
	form.Del("token")
	form.Del("as")
	if n := len(form); n > 12 {
		t.Errorf("%d fields", n)
	}
	h.convene(v, "ferries")
	h.state("ferries", func(st *conversation.State) {
		if st.Title.In["en"] != "Ferries" || st.Title.In["fr"] != "Les bacs" || st.Title.Original != "en" || len(st.Languages) != 2 || len(st.Stages) != 6 || st.Stages[2].To == "" || st.Stages[0].From == "" {
			t.Errorf("%+v", st.Stages)
		}
		state, ok1 := st.Category("member_state")
		person, ok2 := st.Category("individual")
		ngo, ok3 := st.Category("ngo")
		if !ok1 || !ok2 || !ok3 || !state.State || !state.Body || person.Body || !ngo.Body || ngo.State || len(st.Categories) != 6 || len(st.Groups) != 7 || len(st.Subjects) != 10 || len(state.Name.In) != 6 {
			t.Errorf("%+v", st.Categories)
		}
		if st.Roll.Roles(st.Roll.Holders(delegation.Officer)[0]) != delegation.RoleSet(0).With(delegation.Officer).With(delegation.Moderator) {
			t.Error("the convener is officer and moderator")
		}
	})
	// Another template begins with nothing of a subject's own, and what is convened is prepared.
	if to := v.deskTo(v.deskFill("/en/convene", "/en/convene", 0, "template", "meeting", "title", "Meeting", "slug", "meeting", "until", "2099-01-01")); !strings.HasPrefix(to, "/en/c/meeting/desk/settings") {
		t.Error(to)
	}
	h.state("meeting", func(st *conversation.State) {
		if len(st.Stages) != 3 || len(st.Categories) != 5 || len(st.Groups)+len(st.Subjects)+len(st.Crosscutting) != 0 || st.Unsaid() != "individual" || st.Life != settings.Prepared {
			t.Errorf("%+v", st.Settings)
		}
	})
	v.deskTo(v.deskFill("/en/convene", "/en/convene", 0, "template", "consultation", "title", "Nine", "slug", "nine", "until", "2099-01-01", "nine", "yes"))
	h.state("nine", func(st *conversation.State) {
		if len(st.Crosscutting) != 9 || len(st.Subjects) != 0 {
			t.Errorf("%+v", st.Crosscutting)
		}
	})
	if to := v.deskTo(v.deskFill("/fr/convene", "/fr/convene", 0, "template", "consultation", "title", "Les bacs", "slug", "bacs", "until", "2099-01-01")); !strings.HasPrefix(to, "/fr/c/bacs/desk") {
		t.Error(to)
	}
	// A second press finds the first answer; somebody else does not.
	again := func(v *visitor) answer {
		return v.deskFill("/en/convene", "/en/convene", 0, "template", "wipo", "title", "Ferries", "slug", "ferries", "until", "2099-01-01", "zone", "Europe/Zurich")
	}
	if to := v.deskTo(again(v)); to != "/en/c/ferries/desk/settings" {
		t.Error(to)
	}
	deskRefused(t, again(h.signedIn("other@example.org")), 422, "conversation.slug_taken")
	// Everything that is wrong at once, and what was typed is still there.
	a := v.deskFill("/en/convene", "/en/convene", 0, "title", "Only <b>", "slug", "Not a slug", "template", "party", "zone", "Mars/Olympus", "from", "2020-02-31", "until", "x")
	deskRefused(t, a, 422, "conversation.slug", "desk.template", "desk.zone", "desk.date")
	if f := deskForm(t, a.body, "/en/convene", 0); f.Get("slug") != "Not a slug" || f.Get("title") != "Only <b>" {
		t.Error(f)
	}
	deskRefused(t, v.deskFill("/en/convene", "/en/convene", 0, "title", "Bacs", "slug", "x", "until", "2000-01-01", "languages", "fr"), 422, "settings.original_language", "desk.dates")
	a = v.deskFill("/en/convene", "/en/convene", 0, "title", "x", "slug", "sign-in", "until", "2099-01-01")
	deskRefused(t, a, 422, "conversation.slug_taken")
	if f := deskForm(t, a.body, "/en/convene", 0); f.Get("slug") != "sign-in" || f.Get("title") != "x" {
		t.Errorf("what was typed is lost: %v", f)
	}
	if n := len(h.sec.Conversations()); n != 4 {
		t.Error("conversations:", n)
	}
	// What is refused only when it is to be written, here because nothing is written any more, leaves what was typed where it stands.
	form = deskWith(deskForm(t, v.get("/en/convene").body, "/en/convene", 0), "title", "Too late", "slug", "late", "until", "2099-01-01")
	if err := h.sec.Close(); err != nil {
		t.Fatal(err)
	}
	if a = v.post("/en/convene", form); a.status != 503 {
		t.Error(a.status)
	}
	if f := deskForm(t, a.body, "/en/convene", 0); f.Get("slug") != "late" || f.Get("title") != "Too late" {
		t.Errorf("what was typed is lost: %v", f)
	}
}

const deskMarkdown = `symbol: FERRY/2
title: Night crossings
[fr] Traversées de nuit

# Crossing
## 1. At night
1. Ferries stop at ten.
[fr] Les bacs s'arrêtent à dix heures.
- (i) Should they go on?
`

func TestDeskPapers(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	v := h.signedIn("officer@example.org")
	h.convene(v, "ferries")
	const desk = "/en/c/ferries/desk"
	twin := func() (d struct {
		Next    string
		Pending int
		Drafts  []struct{ Key string }
		Papers  []struct{ Ref string }
		Calls   []struct{ Ref, State string }
	}) {
		a := v.get(desk + ".json")
		if err := json.Unmarshal([]byte(a.body), &d); err != nil || a.status != 200 {
			t.Fatal(a.status, err, a.body)
		}
		return d
	}
	if d := twin(); d.Next != "import" {
		t.Error(d.Next)
	}
	// Bad files are refused with their line, and nothing is kept.
	imports := desk + "/papers/import"
	form := func() url.Values { return deskForm(t, v.get(imports).body, imports, 0) }
	deskRefused(t, v.deskUpload(imports, form(), "paper", "x.json", []byte("{\n\"titel\": 1}")), 422, "import.key")
	deskRefused(t, v.deskUpload(imports, form(), "paper", "x.md", []byte("# A\n\xff")), 422, "import.utf8")
	deskRefused(t, v.deskUpload(imports, form(), "paper", "x.md", make([]byte, 2<<20+1)), 413, "import.large")
	a := v.deskUpload(imports, deskWith(form(), "text", "[de] deep & kept"), "", "", nil)
	deskRefused(t, a, 422, "import.language")
	if f := deskForm(t, a.body, imports, 0); f.Get("text") != "[de] deep & kept" {
		t.Error(f)
	}
	deskRefused(t, v.deskUpload(imports, form(), "", "", nil), 422, "import.empty")
	if d := twin(); len(d.Drafts) != 0 {
		t.Error(d.Drafts)
	}
	// The demonstration's paper, in six languages.
	demo, err := os.ReadFile("../internal/script/testdata/demo/draft-issues-paper.json")
	if err != nil {
		t.Fatal(err)
	}
	// What each line becomes is said before anything is saved.
	shown := v.deskUpload(imports, deskWith(form(), "text", "# Titre\n\n1. Un[^n]\n\n    # code\n\n[^n]: <b>note</b>", "original", "fr"), "", "", nil)
	if shown.status != 200 || len(twin().Drafts) != 0 || !strings.Contains(shown.body, locale.English.T("desk.import.line_footnote")) || !strings.Contains(shown.body, locale.English.T("desk.note.code")) ||
		!strings.Contains(shown.body, `<span lang="fr" dir="ltr">Titre</span>`) || strings.Contains(shown.body, "<b>note") {
		t.Error(shown.status, len(twin().Drafts), shown.body)
	}
	f := deskWith(form(), "do", "save")
	at := v.deskTo(v.deskUpload(imports, f, "paper", "paper.json", demo))
	if again := v.deskTo(v.deskUpload(imports, f, "paper", "paper.json", demo)); again != at {
		t.Error("pressed twice:", again)
	}
	page, _, _ := strings.Cut(at, "?")
	if d := twin(); d.Next != "publish" || len(d.Drafts) != 1 || page != desk+"/papers/"+d.Drafts[0].Key {
		t.Error(d)
	}
	a = v.get(page)
	if n := deskPacked(t, a.body); n > 50<<10 {
		t.Errorf("%d bytes compressed", n)
	}
	h.writeDemoPaper(v, page)
	h.twoOfficers(v, page)
	// Publish: refused with what is missing, then done, once.
	h.keep(v, page+"?open=4", "text", "")
	head := deskForm(t, v.get(page).body, page, 0)
	a = v.deskUpload(page, deskWith(head, "symbol", "", "date", "soon", "do", "publish"), "", "", nil)
	deskRefused(t, a, 422, "paper.symbol", "paper.date", "paper.element_empty")
	if !strings.Contains(a.body, `name="id" value="4"`) {
		t.Error("the passage that is empty is not open")
	}
	h.keep(v, page+"?open=4", "text", "Back again.")
	f = deskWith(deskForm(t, v.get(page).body, page, 0), "symbol", "FERRY/1", "date", "2020-01-01", "do", "publish")
	for range 2 {
		if to := v.deskTo(v.deskUpload(page, f, "", "", nil)); !strings.HasPrefix(to, "/en/c/ferries/p1?after=") && to != desk+"/papers" {
			t.Error(to)
		}
	}
	h.state("ferries", func(st *conversation.State) {
		if len(st.Papers.All) != 1 || len(st.Papers.All[0].Editions) != 1 {
			t.Fatal("published twice")
		}
		e := st.Papers.All[0].Latest()
		if len(e.Elements) != 83 || e.Elements[3].Text.In["en"] != "Back again." || e.Elements[0].Text.In["fr"] != "Entrée en matière" || e.Status["fr"] != "unofficial" {
			t.Errorf("%+v", e.Elements[3])
		}
	})
	if to := v.deskTo(v.get(page)); to != desk+"/papers" {
		t.Error("a published draft is not corrected any more:", to)
	}
	// Markdown, pasted; published in another language's original.
	at = v.deskTo(v.deskUpload(imports, deskWith(form(), "text", deskMarkdown, "do", "save"), "", "", nil))
	page, _, _ = strings.Cut(at, "?")
	f = deskForm(t, v.get(page+"?text=fr&open=3").body, page, 2)
	if f.Get("other") != "Les bacs s'arrêtent à dix heures." {
		t.Error(f)
	}
	if f = deskForm(t, v.get(page+"?open=4").body, page, 2); f.Get("element-kind") != paper.Question || f.Get("number") != "(i)" {
		t.Error(f)
	}
	f = deskForm(t, v.get(page).body, page, 0)
	if to := v.deskTo(v.deskUpload(page, deskWith(f, "kind", "information-paper", "date", "2020-02-02", "do", "publish"), "", "", nil)); !strings.HasPrefix(to, "/en/c/ferries/p2") {
		t.Error(to)
	}
	// A new edition keeps the references.
	form2 := deskForm(t, v.get(desk+"/papers").body, desk+"/papers", 2)
	if form2.Get("paper") != "p1" {
		t.Fatal(form2)
	}
	page, _, _ = strings.Cut(v.deskTo(v.post(desk+"/papers", deskWith(form2, "do", "edition"))), "?")
	f = deskForm(t, v.get(page).body, page, 0)
	if f.Get("edition-of") != "p1" || f.Get("symbol") != "" {
		t.Error(f.Get("edition-of"), f.Get("symbol"))
	}
	at = v.deskTo(v.post(page, deskWith(deskForm(t, v.get(page).body, page, 1), "do", "insert:1:paragraph")))
	h.keep(v, at, "text", "New here.")
	// What the preview shows is what is published.
	f = deskWith(deskForm(t, v.get(page).body, page, 0), "symbol", "FERRY/1 REV.", "date", "2020-03-03")
	v.deskTo(v.deskUpload(page, deskWith(f, "do", "head"), "", "", nil))
	preview := deskArticle(t, v.get(page+"/preview?text=fr").body)
	f = deskForm(t, v.get(page).body, page, 0)
	if to := v.deskTo(v.deskUpload(page, deskWith(f, "do", "publish"), "", "", nil)); !strings.HasPrefix(to, "/en/c/ferries/p1") {
		t.Error(to)
	}
	if got := deskArticle(t, v.get("/en/c/ferries/p1?text=fr").body); got != preview || !strings.Contains(preview, "New here.") {
		t.Errorf("the preview was\n%s\nand readers see\n%s", preview, got)
	}
	h.state("ferries", func(st *conversation.State) {
		e := st.Papers.All[0].Latest()
		if e.Ref != "p1.e2" || e.Elements[0].Ref != "p1.x1" || e.Elements[1].Ref != "p1.x84" || e.Elements[2].Ref != "p1.x2" || len(st.Papers.All) != 2 {
			t.Error(e.Ref, e.Elements[:3])
		}
	})
	// Write one without a file, and throw it away.
	page, _, _ = strings.Cut(v.deskTo(v.deskFill(desk+"/papers", desk+"/papers", 0, "do", "new")), "?")
	f = deskForm(t, v.get(page).body, page, 1)
	if to := v.deskTo(v.post(page, deskWith(f, "do", "discard"))); !strings.HasPrefix(to, desk+"/papers") || v.get(page).status != 404 {
		t.Error(to)
	}
	for _, bad := range []string{"nonsense", strings.Repeat("A", 22), "import.json"} {
		if a := v.get(desk + "/papers/" + bad); a.status != 404 {
			t.Error(bad, a.status)
		}
		if a := v.post(desk+"/papers/"+bad, url.Values{"do": {"save"}, "version": {"7"}}); a.status != 404 {
			t.Error(bad, a.status)
		}
	}
}

// deskArticle is the text of a paper on its page.
func deskArticle(t testing.TB, body string) string {
	t.Helper()
	from, to := strings.Index(body, "<article"), strings.Index(body, "</article>")
	if from < 0 || to < from {
		t.Fatal("no paper on the page")
	}
	return body[from:to]
}

func deskPacked(t testing.TB, body string) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, body); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	return b.Len()
}

// publishFerries brings a small paper out.
func (h *deskHouse) publishFerries(v *visitor) {
	h.t.Helper()
	const imports = "/en/c/ferries/desk/papers/import"
	at := v.deskTo(v.deskUpload(imports, deskWith(deskForm(h.t, v.get(imports).body, imports, 0), "text", deskMarkdown, "do", "save"), "", "", nil))
	page, _, _ := strings.Cut(at, "?")
	f := deskForm(h.t, v.get(at).body, page, 0)
	v.deskTo(v.deskUpload(page, deskWith(f, "kind", "issues-paper", "date", "2020-02-02", "do", "publish"), "", "", nil))
}

func TestDeskCallsAndQueue(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	v := h.signedIn("officer@example.org")
	h.convene(v, "ferries")
	const desk, calls = "/en/c/ferries/desk", "/en/c/ferries/desk/calls/new"
	if a := v.get(calls); a.status != 200 || strings.Contains(a.body, "<form class=\"stack loose\"") {
		t.Error("a call needs a paper", a.status)
	}
	h.publishFerries(v)
	later := time.Now().AddDate(0, 1, 0).Format(time.DateOnly)
	good := []string{"title-en", "Comments on ferries", "title-fr", "Observations", "text-en", "Say what you think.", "closes-date", later, "closes-time", "18:00"}
	send := func(with ...string) answer {
		return v.deskFill(calls, calls, 0, append(slices.Clone(good), with...)...)
	}
	deskRefused(t, send("closes-date", "2027-03-28", "closes-time", "02:30"), 422, "desk.time_gap")
	deskRefused(t, send("closes-date", "2027-10-31", "closes-time", "02:30"), 422, "desk.time_fold")
	deskRefused(t, send("closes-date", "tomorrow", "title-en", "", "title-fr", "", "late", ""), 422, "desk.time", "call.title", "call.late")
	deskRefused(t, send("closes-date", "2019-01-01", "opens-date", "2018-01-01"), 422, "call.past")
	deskRefused(t, send("opens-date", "2099-01-01"), 422, "call.order")
	deskRefused(t, send("zone", "Mars/Olympus"), 422, "desk.zone")
	deskRefused(t, send("paper", "p9"), 422, "call.paper")
	a := send("closes-date", "", "text-en", "kept <i>")
	if f := deskForm(t, a.body, calls, 0); f.Get("text-en") != "kept <i>" || f.Get("title-en") != good[1] || f.Get("title-fr") != good[3] {
		t.Error(f)
	}
	f := deskWith(deskForm(t, v.get(calls).body, calls, 0), good...)
	for range 2 {
		if to := v.deskTo(v.post(calls, f)); !strings.HasPrefix(to, "/en/c/ferries/k1?after=") {
			t.Error(to)
		}
	}
	extend := desk + "/calls/k1/extend"
	deskRefused(t, v.deskFill(extend, extend, 0, "closes-date", "2020-01-01", "reason", "x"), 422, "call.extension")
	deskRefused(t, v.deskFill(extend, extend, 0, "closes-date", "2099-01-01"), 422, "desk.reason")
	if to := v.deskTo(v.deskFill(extend, extend, 0, "closes-date", "2099-01-01", "reason", "Two states asked.")); !strings.HasPrefix(to, "/en/c/ferries/k1?") {
		t.Error(to)
	}
	for _, bad := range []string{"k9", "p1", "x"} {
		if a := v.get(desk + "/calls/" + bad + "/extend"); a.status != 404 {
			t.Error(bad, a.status)
		}
	}
	h.state("ferries", func(st *conversation.State) {
		k, _ := st.Consultation.Call("k1")
		if len(st.Consultation.Calls) != 1 || k.Extended != 1 || k.Closes.Year() != 2099 || k.Zone != "Europe/Zurich" || k.Closes.UTC().Hour() != 17 || k.Title.In["fr"] != "Observations" {
			t.Errorf("%+v", k)
		}
	})
	// 25 contributions come; 20 stand on a page of the queue, oldest first.
	reader := h.visitor()
	for i := range 25 {
		// A moment apart is not needed: the queue is in the order of the record.
		reader.deskTo(reader.post("/en/c/ferries/k1/contribute", url.Values{"text": {"Comment <" + strconv.Itoa(i+1) + ">"}, "on": {"p1.e1.x4"}, "category": {"individual"}, "language": {"en"}, "do": {"send"}}))
	}
	a = v.get(desk + "/queue")
	if !strings.Contains(a.body, "Comment &lt;1&gt;") || strings.Contains(a.body, "Comment &lt;21&gt;") || !strings.Contains(a.body, "from=c21") {
		t.Error("the first page")
	}
	if a := v.get(desk + "/queue?from=c21"); !strings.Contains(a.body, "Comment &lt;25&gt;") || strings.Contains(a.body, "Comment &lt;20&gt;") {
		t.Error("the second page")
	}
	tokens := map[string]bool{}
	for i := range 20 {
		tokens[deskForm(t, a.body, desk+"/queue", i).Get("token")] = true
	}
	if len(tokens) != 20 {
		t.Error("each decision has its own token:", len(tokens))
	}
	queue := desk + "/queue"
	first, second := deskForm(t, a.body, queue, 0), deskForm(t, a.body, queue, 1)
	for range 2 {
		if to := v.deskTo(v.post(queue, deskWith(first, "do", "publish"))); !strings.Contains(to, "/desk/queue?after=") {
			t.Error(to)
		}
	}
	b := v.post(queue, deskWith(second, "do", "withhold", "reason-c2", "Typed & kept"))
	deskRefused(t, b, 422, "ground.missing")
	if f := deskForm(t, b.body, queue, 0); f.Get("reason-c2") != "Typed & kept" || !strings.Contains(b.body, `href="#ground-c2"`) {
		t.Error(f)
	}
	v.deskTo(v.post(queue, deskWith(second, "do", "withhold", "ground-c2", "abuse", "reason-c2", "It insults.")))
	h.state("ferries", func(st *conversation.State) {
		if tally := st.Consultation.Total(); tally.Published != 1 || tally.Withheld != 1 || tally.Pending != 23 {
			t.Errorf("%+v", tally)
		}
	})
	deskRefused(t, v.post(queue, url.Values{"do": {"publish"}, "ref": {"c1"}}), 409, "contribution.decided")
	for _, ref := range []string{"", "k1", "c1.1", "c999"} {
		if a := v.post(queue, url.Values{"do": {"publish"}, "ref": {ref}}); a.status != 404 && a.status != 422 {
			t.Error(ref, a.status)
		}
	}
	var twin struct {
		Total int
		Items []struct {
			Ref   string
			Parts []struct{ Text string }
		}
	}
	if err := json.Unmarshal([]byte(v.get(queue+".json").body), &twin); err != nil || twin.Total != 23 || twin.Items[0].Ref != "c3" || twin.Items[0].Parts[0].Text != "Comment <3>" {
		t.Error(err, twin.Total)
	}
}

func TestDeskPeople(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	v := h.signedIn("officer@example.org")
	h.convene(v, "ferries")
	const desk, people = "/en/c/ferries/desk", "/en/c/ferries/desk/people"
	invite := func(email, role string) answer {
		a := v.get(people)
		n := strings.Count(a.body, `name="held"`)
		return v.post(people, deskWith(deskForm(t, a.body, people, n), "email", email, "role", role, "do", "invite"))
	}
	deskRefused(t, invite("nobody", "moderator"), 422, "address.invalid")
	deskRefused(t, invite("m@example.org", "king"), 422, "role.unknown")
	v.deskTo(invite("m@example.org", "moderator"))
	deskRefused(t, invite("M@example.org", "moderator"), 409, "role.held")
	h.noMail = true
	if to := v.deskTo(invite("silent@example.org", "chair")); !strings.Contains(to, "done=unmailed") {
		t.Error(to)
	}
	h.noMail = false
	for i, role := range []string{"moderator", "chair", "rapporteur", "analyst", "translator", "interpreter"} {
		want := "done=granted"
		if i >= 5 {
			want = "done=unmailed" // five letters a day are enough
		}
		if a := invite("Many@example.org", role); !strings.Contains(v.deskTo(a), want) || a.header.Get("Retry-After") != "" {
			t.Error(role, a.header)
		}
	}
	moderator := h.signedIn("m@example.org")
	for path, want := range map[string]int{"": 200, "/queue": 200, "/people": 404, "/papers": 404, "/stages": 404, "/calls/new": 404} {
		if a := moderator.get(desk + path); a.status != want {
			t.Error("moderator", path, a.status)
		}
		if a := h.signedIn("stranger@example.org").get(desk + path); a.status != 404 {
			t.Error("stranger", path, a.status)
		}
		if a := h.visitor().get(desk + path); a.status != 303 {
			t.Error("nobody", path, a.status)
		}
		if a := h.visitor().post(desk+path, nil); a.status != 404 && a.status != 405 {
			t.Error("nobody posts", path, a.status)
		}
	}
	// A second press of one form invites once.
	a := v.get(people)
	f := deskWith(deskForm(t, a.body, people, strings.Count(a.body, `name="held"`)), "email", "again@example.org", "role", "analyst", "do", "invite")
	before := len(h.invited)
	v.deskTo(v.post(people, f))
	v.deskTo(v.post(people, f))
	if len(h.invited) != before+1 {
		t.Error(h.invited)
	}
	// The last officer cannot go; another role can.
	deskRefused(t, v.deskFill(people, people, 0, "held", "officer", "do", "revoke"), 409, "role.last_officer")
	v.deskTo(invite("second@example.org", "officer"))
	var me, other delegation.Participant
	h.state("ferries", func(st *conversation.State) {
		id, _ := h.accounts.Ensure(t.Context(), "officer@example.org", locale.English, time.Now())
		n, _, _ := h.accounts.ParticipantOf(t.Context(), id, "ferries")
		me = delegation.Participant(n)
		for _, p := range st.Roll.Holders(delegation.Officer) {
			if p != me {
				other = p
			}
		}
	})
	token := deskForm(t, v.get(people).body, people, 0).Get("token")
	v.deskTo(v.post(people, url.Values{"do": {"revoke"}, "held": {"officer"}, "participant": {string(other.Ref())}, "token": {token}}))
	// Parties.
	party := func(with ...string) answer {
		a := v.get(people)
		return v.post(people, deskWith(deskForm(t, a.body, people, strings.Count(a.body, `name="held"`)+1), append(with, "do", "enter")...))
	}
	deskRefused(t, party("name", "", "category", "member_state"), 422, "name.missing")
	deskRefused(t, party("name", "Ruritania", "category", "x"), 422, "category.unknown")
	b := party("name", "Ruritania & Sons", "category", "member_state", "country", "QQ")
	deskRefused(t, b, 422, "country.unknown")
	if !strings.Contains(b.body, `value="Ruritania &amp; Sons"`) {
		t.Error("what was typed is lost")
	}
	v.deskTo(party("name", "Kenya", "category", "member_state", "country", "KE"))
	a = v.get(people)
	authorise := func(ref, email string) answer {
		a := v.get(people)
		n := strings.Count(a.body, `name="held"`) + 2
		return v.post(people, deskWith(deskForm(t, a.body, people, n), "party", ref, "speaker", email, "do", "authorise"))
	}
	var kenya delegation.Party
	h.state("ferries", func(st *conversation.State) { kenya = st.Roll.Entered()[0] })
	if !strings.Contains(a.body, "<bdi>Kenya</bdi>") {
		t.Error("the party is not listed")
	}
	deskRefused(t, authorise("y0000000000001", "delegate@example.org"), 422, "party.unknown")
	deskRefused(t, authorise(string(kenya.Ref()), ""), 422, "address.invalid")
	v.deskTo(authorise(string(kenya.Ref()), "delegate@example.org"))
	deskRefused(t, authorise(string(kenya.Ref()), "delegate@example.org"), 409, "party.authorised")
	if last := h.invited[len(h.invited)-1]; last.Email != "delegate@example.org" || last.For != "Kenya" || len(last.Roles) != 0 {
		t.Error(last)
	}
	id, _ := h.accounts.Ensure(t.Context(), "delegate@example.org", locale.English, time.Now())
	n, _, _ := h.accounts.ParticipantOf(t.Context(), id, "ferries")
	h.state("ferries", func(st *conversation.State) {
		if !st.Roll.MaySpeak(delegation.Participant(n), kenya, time.Now()) || st.Roll.Roles(other) != 0 {
			t.Error("nobody speaks for Kenya, or a role stayed")
		}
	})
	// Whose word it was is on the page, and the authority can be withdrawn; a name is corrected, and the one before stays.
	a = v.get(people)
	if !strings.Contains(a.body, "delegate@example.org") || !strings.Contains(a.body, "authorised by") {
		t.Error("the page does not say who speaks for Kenya, by whose word")
	}
	speaker, party2 := string(delegation.Participant(n).Ref()), string(kenya.Ref())
	deskRefused(t, v.post(people, url.Values{"do": {"rename"}, "party": {party2}, "name-" + party2: {" "}}), 422, "name.missing")
	v.deskTo(v.post(people, url.Values{"do": {"rename"}, "party": {party2}, "name-" + party2: {"Republic of Kenya"}}))
	v.deskTo(v.post(people, url.Values{"do": {"unauthorise"}, "party": {party2}, "participant": {speaker}}))
	deskRefused(t, v.post(people, url.Values{"do": {"unauthorise"}, "party": {party2}, "participant": {speaker}}), 409, "party.no_authority")
	a = v.get(people)
	if strings.Contains(a.body, "delegate@example.org") || !strings.Contains(a.body, "<bdi>Republic of Kenya</bdi>") || !strings.Contains(a.body, "Entered before as: <bdi>Kenya</bdi>") {
		t.Error("the page does not say what changed")
	}
	h.state("ferries", func(st *conversation.State) {
		if st.Roll.MaySpeak(delegation.Participant(n), kenya, time.Now()) {
			t.Error("somebody still speaks for Kenya")
		}
	})
	// Nonsense.
	for _, form := range []url.Values{{}, {"do": {"unauthorise"}, "party": {"y"}}, {"do": {"rename"}, "party": {"u0"}}, {"do": {"dance"}}, {"do": {"revoke"}, "held": {"king"}, "participant": {"u0"}}} {
		if a := v.post(people, form); a.status != 422 && a.status != 404 {
			t.Error(form, a.status)
		}
	}
	if a := v.get(people + ".json"); a.status != 200 || strings.Contains(a.body, "token") {
		t.Error(a.status, a.body)
	}
	// Whose own office ends, while another stays, has no desk to come back to: the first page says what became of it.
	v.deskTo(invite("third@example.org", "officer"))
	if to := v.deskTo(v.post(people, url.Values{"do": {"revoke"}, "held": {"officer"}, "participant": {string(me.Ref())}})); !strings.HasPrefix(to, "/en/c/ferries?after=") || strings.HasSuffix(to, "=0") {
		t.Error("it leads to", to)
	}
	h.state("ferries", func(st *conversation.State) {
		if st.Roll.Roles(me).Has(delegation.Officer) || len(st.Roll.Holders(delegation.Officer)) != 1 {
			t.Error("the office did not end")
		}
	})
}

func TestDeskStages(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	v := h.signedIn("officer@example.org")
	h.convene(v, "ferries")
	h.publishFerries(v)
	const stages = "/en/c/ferries/desk/stages"
	// A text that lacks a language is saved when whoever writes it was shown which.
	told := func(n int, with ...string) string {
		t.Helper()
		a := v.deskFill(stages, stages, n, with...)
		deskRefused(t, a, 422, "questionnaire.lacks")
		return v.deskTo(v.post(stages, deskForm(t, a.body, stages, n)))
	}
	if to := told(0, "state-1", "held", "outcome-1-en", "12 delegations (reported).", "outcome-1-fr", "12 délégations\nau port", "promised-1-en", "Planned for March.", "source-1", "https://example.org/a"); !strings.HasSuffix(to, "#stage-1") {
		t.Error(to)
	}
	v.deskTo(v.deskFill(stages, stages, 1, "state-2", "published", "target-2", "p1.e1", "from-2", "2020-02-02"))
	told(6, "title-0-en", "Review", "kind-0", "review")
	h.state("ferries", func(st *conversation.State) {
		s := st.Stages[0]
		if len(st.Stages) != 7 || s.State != "held" || s.Outcome.In["fr"] != "12 délégations\nau port" || s.Promised.In["en"] != "Planned for March." || len(s.Title.In) != 6 || st.Stages[1].Target != cite.Ref("p1.e1") || st.Stages[6].Kind != "review" {
			t.Errorf("%+v", st.Stages)
		}
	})
	// What the form offers can be saved: a stage is about a session too.
	h.system("ferries", session.PlanSession{Plan: session.Plan{Title: locale.Plain("en", "First"), Form: session.Online, Zone: "UTC"}})
	v.deskTo(v.deskFill(stages, stages, 1, "target-2", "s1"))
	v.deskTo(v.deskFill(stages, stages, 1, "source-2", "https://example.org/b"))
	h.state("ferries", func(st *conversation.State) {
		if s := st.Stages[1]; s.Target != "s1" || s.Source != "https://example.org/b" {
			t.Errorf("%+v", s)
		}
	})
	deskRefused(t, v.deskFill(stages, stages, 0, "from-1", "2020-02-31"), 422, "stage.date")
	deskRefused(t, v.deskFill(stages, stages, 0, "from-1", "2020-02-02", "to-1", "2020-02-01"), 422, "stage.date")
	deskRefused(t, v.deskFill(stages, stages, 0, "title-1-en", "", "title-1-fr", ""), 422, "stage.incomplete")
	deskRefused(t, v.deskFill(stages, stages, 0, "kind-1", "dance", "target-1", "k7", "source-1", "javascript:alert(1)"), 422, "desk.stage_kind", "desk.target", "desk.address")
	a := v.deskFill(stages, stages, 0, "state-1", "dreamt", "title-1-en", "Typed & kept")
	deskRefused(t, a, 422, "stage.incomplete")
	if f := deskForm(t, a.body, stages, 0); f.Get("title-1-en") != "Typed & kept" {
		t.Error(f)
	}
	for _, n := range []string{"", "-1", "61", "x"} {
		if a := v.post(stages, url.Values{"number": {n}}); a.status != 422 {
			t.Error(n, a.status)
		}
	}
	deskRefused(t, v.post(stages, url.Values{"number": {"40"}, "title-40-en": {"x"}, "state-40": {"planned"}, "kind-40": {"session"}}), 422, "stage.number")
}

// TestDeskPages: each key that the desk speaks has a sentence, on every page and in every language.
// Until the catalogues have them, the pages must at least be whole.
func TestDeskPages(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	v := h.signedIn("officer@example.org")
	h.convene(v, "ferries")
	h.publishFerries(v)
	page, _, _ := strings.Cut(v.deskTo(v.deskFill("/en/c/ferries/desk/papers", "/en/c/ferries/desk/papers", 1, "do", "edition")), "?")
	key := page[strings.LastIndexByte(page, '/'):]
	id := regexp.MustCompile(`\sid="([^"]*)"`)
	for _, l := range locale.All {
		for _, p := range []string{"/convene", "/c/ferries/desk", "/c/ferries/desk/queue", "/c/ferries/desk/papers", "/c/ferries/desk/papers/import", "/c/ferries/desk/papers" + key,
			"/c/ferries/desk/calls/new", "/c/ferries/desk/people", "/c/ferries/desk/stages", "/c/ferries/desk/map"} {
			a := v.get("/" + string(l) + p)
			if a.status != 200 || len(oneH1.FindAllString(a.body, -1)) != 1 || inline.MatchString(a.body) || withTwo.MatchString(a.body) {
				t.Errorf("%s %s: %d, %q, %q", l, p, a.status, inline.FindString(a.body), withTwo.FindString(a.body))
			}
			if i := strings.Index(a.body, "⟦"); i >= 0 && locale.Has("desk.title") {
				t.Errorf("%s %s: no sentence for %s", l, p, a.body[i:min(len(a.body), i+60)])
			}
			seen := map[string]bool{}
			for _, x := range id.FindAllStringSubmatch(a.body, -1) {
				if seen[x[1]] {
					t.Errorf("%s: the id %s stands twice", p, x[1])
				}
				seen[x[1]] = true
			}
		}
	}
}
