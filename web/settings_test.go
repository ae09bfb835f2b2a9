package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/preparation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/web"
)

// prepare convenes with the form, and leaves the conversation prepared.
func (h *deskHouse) prepare(v *visitor, slug string, languages ...string) {
	h.t.Helper()
	form := deskWith(deskForm(h.t, v.get("/en/convene").body, "/en/convene", 0), "template", "consultation", "title", "Cameras", "slug", slug, "until", "2099-01-01", "zone", "Europe/Paris")
	form["languages"] = languages
	v.deskTo(v.post("/en/convene", form))
}

// TestPreparedIsNotThere: whoever holds no office in a conversation that is prepared gets on every address what they would
// get if there were none: pages, twins, tables, the record, acts. Lists do not name it.
func TestPreparedIsNotThere(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	officer := h.signedIn("officer@example.org")
	h.prepare(officer, "cameras", "en")
	h.paperAndCall("cameras")
	// Nor does a look that no request was let in for: a stream, a receipt that is compared.
	if _, err := h.web.LookIn(t.Context(), "cameras", conversation.Public, time.Now(), func(*conversation.Reading) error { return nil }); err == nil {
		t.Error("the public may look in")
	}
	fill := strings.NewReplacer("{lang}", "en", "{ref}", "p1.e1", "{row}", "author", "{subject}", "data", "{size}", "1", "{path...}", "0/000", "{key}", "abc", "{symbol...}", "F/1",
		"{n}", "1", "{command}", "consultation.submit", "{at}", "1")
	seen := 0
	for _, who := range []*visitor{h.visitor(), h.signedIn("somebody@example.org")} {
		if a := who.get("/readyz"); a.status != 200 || !strings.Contains(a.body, `"ready":true`) || strings.Contains(a.body, "cameras") {
			t.Error(a.status, a.body)
		}
		for _, r := range web.Routes() {
			if !strings.Contains(r.Pattern, "{slug}") || r.Pattern == "/c/{slug}" || r.Pattern == "/c/{slug}/{path...}" {
				continue
			}
			for _, twin := range []string{"", ".json"} {
				if twin != "" && !r.Twin {
					continue
				}
				at := func(slug string) answer {
					path := fill.Replace(strings.Replace(r.Pattern, "{slug}", slug, 1)) + twin
					if r.Method == http.MethodPost {
						a := who.post(path, nil)
						a.body = strings.ReplaceAll(a.body, slug, "")
						return a
					}
					a := who.get(path)
					a.body = strings.ReplaceAll(a.body, slug, "")
					return a
				}
				there, none := at("cameras"), at("nothing")
				if there.status != none.status || there.body != none.body || there.status < 400 {
					t.Errorf("%s %s: %d, and %d where there is no conversation", r.Method, r.Pattern, there.status, none.status)
				}
				seen++
			}
		}
		for _, list := range []string{"/en/", "/en.json", "/en/account"} {
			if strings.Contains(who.get(list).body, "cameras") {
				t.Errorf("%s names it", list)
			}
		}
		if to := who.get("/").header.Get("Location"); to != "/en/" { // two are there for them
			t.Error(to)
		}
	}
	if seen < 80 {
		t.Errorf("%d addresses were tried", seen)
	}
	for _, path := range []string{"/en/c/cameras", "/en/c/cameras/p1.e1", "/en/c/cameras/record", "/en/c/cameras/desk/settings"} {
		if a := officer.get(path); a.status != 200 || !strings.Contains(a.body, "Being prepared") {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if !strings.Contains(officer.get("/en/").body, "/c/cameras") || !strings.Contains(officer.get("/en/account").body, "/c/cameras") {
		t.Error("its officer does not find it")
	}
	if a := officer.get("/en/c/cameras/k1/contribute"); a.status == 200 {
		form := deskForm(t, a.body, "/en/c/cameras/k1/contribute", 0)
		deskRefused(t, officer.post("/en/c/cameras/k1/contribute", deskWith(form, "text", "Too early.", "category", "individual", "on", "p1.e1", "do", "send")), 409, "life.prepared")
	}
	h.system("cameras", settings.Change{Lead: settings.Words{"en": "About cameras."}, Contact: settings.Words{"en": "The town hall"}})
	const page = "/en/c/cameras/desk/settings"
	open := func(sure string) answer {
		return officer.post(page, deskWith(deskForm(t, officer.get(page).body, page, 0), "what", "open", "sure", sure))
	}
	deskRefused(t, open(""), 422, "life.sure")
	officer.deskTo(open("yes"))
	a := h.visitor().get("/en/c/cameras")
	if a.status != 200 || strings.Contains(a.body, "Being prepared") || !strings.Contains(a.body, "The town hall") {
		t.Errorf("opened: %d", a.status)
	}
	if !strings.Contains(h.visitor().get("/en/").body, "/c/cameras") {
		t.Error("the list does not name what is open")
	}
}

// TestCallIsLookedAt: a conversation is not opened while a call that is not over says nothing in one of its languages; the list names
// the language and leads to the translators' desk. What the papers lack is listed, and may come later.
func TestCallIsLookedAt(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	officer := h.signedIn("officer@example.org")
	h.prepare(officer, "cameras", "en", "fr")
	h.paperAndCall("cameras")
	h.system("cameras", settings.Change{Title: settings.Words{"en": "Cameras", "fr": "Caméras"}, Lead: settings.Words{"en": "About cameras.", "fr": "Des caméras."}, Contact: settings.Words{"en": "The town hall", "fr": "La mairie"}})
	needs := func() (of map[string]preparation.Need) {
		of = map[string]preparation.Need{}
		h.state("cameras", func(st *conversation.State) {
			for _, n := range conversation.NewReading(st, conversation.Public, time.Now()).Needs() {
				of[n.What] = n
			}
		})
		return of
	}
	is := needs()
	if n := is[preparation.NeedCallTexts]; n.Ready || n.Optional || !slices.Equal(n.Missing, []locale.Lang{"fr"}) {
		t.Errorf("the texts of the call: %+v", n)
	}
	if n := is[preparation.NeedPaper]; n.Ready || !n.Optional {
		t.Errorf("the paper: %+v", n)
	}
	const page = "/en/c/cameras/desk/settings"
	if a := officer.get(page); !strings.Contains(a.body, "Texts of the calls in every language") || !strings.Contains(a.body, "/desk/translations?of=calls") {
		t.Error("the list does not lead to what is missing")
	}
	deskRefused(t, officer.post(page, url.Values{"what": {"open"}, "sure": {"yes"}}), 409, "life.missing")
	seen := map[string]string{}
	h.state("cameras", func(st *conversation.State) {
		for _, name := range life.TextNames(st.Consultation.Calls[0]) {
			text, _ := life.Text(st.Consultation.Calls[0], name)
			seen[name] = text.Seen("fr")
		}
	})
	for name, is := range seen {
		h.system("cameras", life.Translate{Call: "k1", Text: name, Language: "fr", Status: "official", Words: "En français.", Seen: is})
	}
	if n := needs()[preparation.NeedCallTexts]; !n.Ready {
		t.Errorf("translated: %+v", n)
	}
}

// TestPreview: an officer sees each page as somebody else would, says so on it, and can send nothing; nobody else can
// look so.
func TestPreview(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	officer := h.signedIn("officer@example.org")
	h.prepare(officer, "cameras", "en")
	const page, desk = "/en/c/cameras/desk/preview", `href="/en/c/cameras/desk"`
	for who, sees := range map[string]bool{"public": false, "participant": false, "moderator": true} {
		officer.deskTo(officer.post(page, deskWith(deskForm(t, officer.get(page).body, page, 0), "who", who)))
		a := officer.get("/en/c/cameras")
		if a.status != 200 || !strings.Contains(a.body, "This is a preview") || strings.Contains(a.body, desk) != sees || strings.Contains(a.body, "Being prepared") {
			t.Errorf("%s: %d", who, a.status)
		}
		if a := officer.get("/en/c/cameras/desk/settings"); a.status == 200 {
			t.Errorf("%s reads the settings", who)
		}
		if a := officer.get("/en/c/cameras/desk"); who != "moderator" && (!strings.Contains(a.body, "This is a preview") || !strings.Contains(a.body, "/en/c/cameras/desk/preview")) {
			t.Errorf("%s asks for the desk and is not told that a preview is on: %d", who, a.status)
		}
		if a := officer.post("/en/c/cameras/desk/settings", map[string][]string{"what": {"words"}}); a.status != 409 {
			t.Errorf("%s sends: %d", who, a.status)
		}
	}
	officer.deskTo(officer.post(page, map[string][]string{"who": {""}}))
	if a := officer.get("/en/c/cameras"); strings.Contains(a.body, "This is a preview") || !strings.Contains(a.body, desk) {
		t.Error("the preview does not end")
	}
	other := h.signedIn("somebody@example.org")
	at, _ := url.Parse(h.url)
	other.c.Jar.SetCookies(at, []*http.Cookie{{Name: "preview", Value: "cameras:moderator", Path: "/"}})
	if a := other.get("/en/c/cameras"); a.status != 404 {
		t.Errorf("a cookie lets somebody in: %d", a.status)
	}
}

// TestSettingsTwice: two officers have the page open. What only one of them changed is kept, whoever saves first; what
// both changed is shown to the second before it is replaced, with all that they typed.
func TestSettingsTwice(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	v := h.signedIn("officer@example.org")
	h.prepare(v, "cameras", "en", "fr")
	const page = "/en/c/cameras/desk/settings"
	words := func(body string) map[string][]string { return deskForm(t, body, page, 0) }
	first, second := words(v.get(page).body), words(v.get(page).body)
	a := v.post(page, deskWith(first, "title-fr", "Caméras", "lead-en", "About cameras."))
	deskRefused(t, a, 422, "questionnaire.lacks")
	if again := words(a.body); again["lead-en"][0] != "About cameras." || !strings.Contains(a.body, "missing in French") {
		t.Errorf("the page does not say what lacks a language, or what was typed is lost: %v", again)
	}
	v.deskTo(v.post(page, words(a.body))) // they were told
	a = v.post(page, deskWith(second, "title-fr", "Des caméras", "contact-en", "The town hall\r\nSquare 1"))
	deskRefused(t, a, 422, "settings.meanwhile")
	again := words(a.body)
	if again["title-fr"][0] != "Des caméras" || again["was-title-fr"][0] != "Caméras" || again["contact-en"][0] != "The town hall\nSquare 1" || again["lead-en"][0] != "About cameras." {
		t.Errorf("%v", again)
	}
	v.deskTo(v.post(page, again))                   // that page said whose language is missing, too
	v.deskTo(v.post(page, words(v.get(page).body))) // nothing is new
	h.state("cameras", func(st *conversation.State) {
		if st.Title.In["fr"] != "Des caméras" || st.Lead.In["en"] != "About cameras." || st.Contact.In["en"] != "The town hall\nSquare 1" || st.Older("title", "fr") {
			t.Errorf("%+v", st.Settings)
		}
	})
	v.deskTo(v.post(page, deskWith(words(v.get(page).body), "title-en", "The cameras")))
	h.state("cameras", func(st *conversation.State) {
		if !st.Older("title", "fr") {
			t.Error("the French is not older than the original")
		}
	})
	v.deskTo(v.post(page, deskWith(words(v.get(page).body), "right-title-fr", "yes")))
	h.state("cameras", func(st *conversation.State) {
		if st.Older("title", "fr") {
			t.Error("the French was said to be right, and is older still")
		}
	})
	deskRefused(t, v.post(page, deskWith(words(v.get(page).body), "title-en", "")), 422, "settings.original")
}

// TestLabelsOnPage: categories are renamed, closed and merged on the page; the words of a draft come back with the
// question when its category is closed.
func TestLabelsOnPage(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	h.again = true
	v := h.signedIn("officer@example.org")
	h.convene(v, "ferries", "template", "consultation")
	h.paperAndCall("ferries")
	const page, write = "/en/c/ferries/desk/settings", "/en/c/ferries/k1/contribute"
	label := func(body string) url.Values {
		for n := 0; ; n++ {
			if form := deskForm(t, body, page, n); form.Get("what") == "label" {
				return form
			}
		}
	}
	edit := func(key string, with ...string) answer {
		return v.post(page, deskWith(label(v.get(page+"?edit="+key).body), with...))
	}
	author := h.visitor()
	form := deskForm(t, author.get(write).body, write, 0)
	form = deskWith(form, "text", "Boats, please.", "category", "company", "do", "preview")
	v.deskTo(edit("categories-company", "name-en", "Shipping line", "do", "name"))
	v.deskTo(edit("categories-company", "do", "close"))
	a := author.post(write, form)
	deskRefused(t, a, 422, "category.closed")
	if back := deskForm(t, a.body, write, 0); back.Get("text") != "Boats, please." {
		t.Error("the text is gone")
	}
	if strings.Contains(a.body, `value="company"`) {
		t.Error("a closed category is offered")
	}
	v.deskTo(edit("categories-company", "do", "again"))
	deskRefused(t, edit("categories-company", "do", "merge", "into", "company"), 422, "settings.merge_itself")
	v.deskTo(edit("categories-company", "do", "merge", "into", "organisation"))
	lacking := edit("categories-", "name-en", "Harbour\x07 office", "do", "name")
	deskRefused(t, lacking, 422, "questionnaire.lacks")
	v.deskTo(v.post(page, deskWith(label(lacking.body), "do", "name"))) // they were told
	deskRefused(t, edit("categories-", "name-en", strings.Repeat("x", 201), "do", "name"), 422, "line.long")
	deskRefused(t, edit("categories-individual", "do", "close"), 409, "settings.unsaid")
	h.state("ferries", func(st *conversation.State) {
		c, ok := st.Category("company")
		ids := settings.IDs(settings.Offered(st.Categories))
		if !ok || c.ID != "organisation" || slices.Contains(ids, "company") || !slices.Contains(ids, "harbour_office") {
			t.Errorf("%v %v", c.ID, ids)
		}
	})
	form.Set("category", "company") // a page from before
	if a := author.post(write, form); a.status != 200 {
		t.Errorf("%d: %s", a.status, deskErrors(a.body))
	}
}

// TestWordsOfOne: the conversation's own word for a noun stands where the noun stands alone, in its language, and
// nowhere else.
func TestWordsOfOne(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	h.again = true
	h.convene(h.signedIn("officer@example.org"), "ferries", "template", "consultation")
	before := h.visitor().get("/en/c/ferries/contributions").body
	h.system("ferries", settings.Change{Nouns: map[string]settings.Words{"contributions": {"en": "Voices"}, "secretariat": {"fr": "La mairie"}}})
	after := h.visitor().get("/en/c/ferries/contributions").body
	if strings.Contains(before, ">Voices<") || strings.Count(after, ">Voices<") < 2 {
		t.Error("the word is not taken")
	}
	h.paperAndCall("ferries")
	v := h.signedIn("officer@example.org")
	const page = "/en/c/ferries/desk/settings"
	forms := func(with ...string) answer {
		body := v.get(page).body
		for n := 0; ; n++ {
			if form := deskForm(t, body, page, n); form.Get("what") == "nouns" {
				return v.post(page, deskWith(form, with...))
			}
		}
	}
	deskRefused(t, forms("noun-contributions_other-en", "voices"), 422, "settings.forms")
	v.deskTo(forms("noun-contributions_one-en", "voice", "noun-contributions_other-en", "voices", "noun-contributions_one-fr", "voix", "noun-contributions_other-fr", "voix"))
	if a := v.get("/en/c/ferries/desk/queue").body; !strings.Contains(a, "Waiting for a moderator: 0 voices.") {
		t.Error("what waits is not counted in the conversation’s own word")
	}
	if a := v.get("/fr/c/ferries/desk/queue").body; !strings.Contains(a, "En attente d’un modérateur\u00a0: 0 voix.") {
		t.Error("nor in the other language")
	}
	v.deskTo(forms("noun-contributions_one-fr", "", "noun-contributions_other-fr", ""))
	if a := v.get("/fr/c/ferries/desk/queue").body; !strings.Contains(a, locale.French.T("desk.pending", "n", 0)) {
		t.Error("a language without its own forms does not keep the common word")
	}
	if a := h.visitor().get("/fr/c/ferries").body; strings.Contains(a, "Voices") || !strings.Contains(a, "<b>La mairie</b>") {
		t.Error("in French it is not the French word")
	}
}

// TestArchiveAndDiscard: what is archived says so on every page and keeps its last page; what was never opened is given
// up by its address, and is not there any more.
func TestArchiveAndDiscard(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	v := h.signedIn("officer@example.org")
	h.convene(v, "ferries", "template", "consultation")
	form := func(page, what string) map[string][]string {
		body := v.get(page).body
		for n := 0; ; n++ {
			if form := deskForm(t, body, page, n); form.Get("what") == what {
				return form
			}
		}
	}
	const page, other = "/en/c/ferries/desk/settings", "/en/c/tests/desk/settings"
	deskRefused(t, v.post(page, deskWith(form(page, "archive"), "last-en", "")), 422, "life.sure")
	deskRefused(t, v.post(page, deskWith(form(page, "archive"), "sure", "yes")), 422, "life.last")
	if to := v.deskTo(v.post(page, deskWith(form(page, "archive"), "sure", "yes", "last-fr", "Les bacs *circulent*."))); v.get(to).status != 200 {
		t.Error(to)
	}
	if a := h.visitor().get("/fr/c/ferries").body; !strings.Contains(a, "<em>circulent</em>") || !strings.Contains(a, "Archivé le") {
		t.Error("no last page")
	}
	deskRefused(t, v.post(page, deskWith(form(page, "words"), "title-en", "Old ferries")), 409, "life.archived")
	deskRefused(t, v.post(page, deskWith(form(page, "reopen"), "why", " ")), 422, "reason.missing")
	v.deskTo(v.post(page, deskWith(form(page, "reopen"), "why", "One more question.")))
	if a := h.visitor().get("/en/c/ferries/record").body; !strings.Contains(a, "The archived conversation goes on: One more question.") {
		t.Error("the record does not say why")
	}

	h.prepare(v, "tests", "en")
	deskRefused(t, v.post(other, deskWith(form(other, "discard"), "slug", "test")), 422, "life.slug")
	v.deskTo(v.post(other, deskWith(form(other, "discard"), "slug", "tests")))
	if a := v.get("/en/c/tests"); a.status != 404 {
		t.Errorf("it is still there: %d", a.status)
	}
	ask := conversation.Ask{System: true, Received: time.Now(), Command: delegation.Grant{Participant: 9, Role: delegation.Officer}}
	if _, err := h.sec.Do(t.Context(), "tests", ask); err == nil {
		t.Error("something can still be asked there")
	}
}

// TestWayIn: the address of the instance leads to its only conversation.
func TestWayIn(t *testing.T) {
	t.Parallel()
	if to := newDelegations(t).visitor().get("/").header.Get("Location"); to != "/en/c/ferries" {
		t.Error(to)
	}
}
