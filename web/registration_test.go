package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/registration/roster"
)

// registering is a session that offers seats, with whoever registers for it.
type registering struct {
	*delegations
	t       *testing.T
	officer *visitor
	in      string
}

// newRegistering has an officer plan a session that begins at an instant, and offer seats for it.
func newRegistering(t *testing.T, begins time.Time, terms ...string) *registering {
	t.Helper()
	h := &registering{delegations: newDelegations(t), t: t, in: "/en/c/ferries/s1"}
	h.officer = h.as("officer")
	const desk = "/en/c/ferries/desk/sessions"
	utc := func(t time.Time) (day, clock string) { return t.UTC().Format(time.DateOnly), t.UTC().Format("15:04") }
	post := func(at string, with ...string) {
		t.Helper()
		path, _, _ := strings.Cut(at, "?")
		if a := h.officer.post(path, deskWith(deskForm(t, h.officer.get(at).body, path, 0), with...)); a.status != http.StatusSeeOther {
			t.Fatal(at, a.status, deskErrors(a.body))
		}
	}
	post(desk, "do", "plan", "title-en", "Night session", "form", "online", "zone", "UTC")
	day, clock := utc(begins)
	until, end := utc(begins.Add(3 * time.Hour))
	post(desk+"/s1?do=sitting", "do", "sitting", "begins-date", day, "begins-time", clock, "ends-date", until, "ends-time", end)
	opens, _ := utc(begins.AddDate(0, 0, -2))
	closes, _ := utc(begins.AddDate(0, 0, 2))
	post("/en/c/ferries/desk/registration/s1", append([]string{"do", "terms", "opens-date", opens, "opens-time", "00:00", "closes-date", closes, "closes-time", "00:00", "active", "1", "passive", "2",
		"gender", "yes", "first", "yes", "figures", "everyone", "list", "participants"}, terms...)...)
	return h
}

// asks has the officer ask something.
func (h *registering) asks(with ...string) {
	h.t.Helper()
	const at = "/en/c/ferries/desk/registration/s1"
	if a := h.officer.post(at, deskWith(deskForm(h.t, h.officer.get(at+"?do=field").body, at, 0), append([]string{"do", "field"}, with...)...)); a.status != http.StatusSeeOther {
		h.t.Fatal(a.status, deskErrors(a.body))
	}
}

// begins presses the first step, and gives the page that follows.
func (h *registering) begins(v *visitor, with ...string) string {
	h.t.Helper()
	f := url.Values{"do": {"begin"}, "seat": {"active"}, "category": {"individual"}}
	for i := 0; i < len(with); i += 2 {
		f.Set(with[i], with[i+1])
	}
	a := v.post(h.in+"/register", f)
	if a.status == http.StatusSeeOther {
		return h.read(v, a.header.Get("Location"))
	}
	return html.UnescapeString(a.body)
}

// confirms presses the second.
func (h *registering) confirms(v *visitor, name string, with ...string) string {
	h.t.Helper()
	f := url.Values{"do": {"confirm"}, "name": {name}}
	for i := 0; i < len(with); i += 2 {
		f.Set(with[i], with[i+1])
	}
	a := v.post(h.in+"/register", f)
	if a.status == http.StatusSeeOther {
		return h.read(v, a.header.Get("Location"))
	}
	return html.UnescapeString(a.body)
}

func (h *registering) read(v *visitor, path string) string {
	h.t.Helper()
	return html.UnescapeString(v.get(path).body)
}

// says looks whether a page says sentences of the catalogue.
func (h *registering) says(what, page string, keys ...string) {
	h.t.Helper()
	for _, k := range keys {
		if !strings.Contains(page, locale.English.T(k)) {
			h.t.Errorf("%s does not say %s: %s", what, k, deskErrors(page))
		}
	}
}

// code is that of somebody's badge.
func (h *registering) code(v *visitor) string {
	h.t.Helper()
	page := h.read(v, h.in+"/badge")
	m := regexp.MustCompile(`<p class="code">([0-9A-Z-]+)</p>`).FindStringSubmatch(page)
	if m == nil {
		h.t.Fatal("no badge")
	}
	return m[1]
}

// checks has the officer check a code, and gives the page.
func (h *registering) checks(code string) string {
	h.t.Helper()
	return html.UnescapeString(h.officer.post("/en/c/ferries/desk/registration/s1/check-in", url.Values{"do": {"check"}, "code": {code}}).body)
}

// leads reports whether an answer leads to where one joins, by itself and by a link, and tells nobody from where. It is no redirect: one to another site would not be followed where it
// answers a form.
func leads(a answer, to string) bool {
	return a.status == http.StatusOK && a.header.Get("Location") == "" && a.header.Get("Refresh") == "0; url="+to && a.header.Get("Referrer-Policy") == "no-referrer" &&
		strings.Contains(a.body, `href="`+to+`" rel="noreferrer noopener nofollow"`)
}

// TestRegistering: two people register without a script; the second waits with a passive seat, moves up when the first takes it back, and is checked in. Names that would break
// the page stand on it as they are.
func TestRegistering(t *testing.T) {
	t.Parallel()
	h := newRegistering(t, time.Now().Add(2*time.Hour))
	ana, fritz := h.person("ana"), h.person("fritz")
	if a := h.visitor().get(h.in + "/register"); a.status == http.StatusOK {
		t.Error("the form is shown to somebody who is not signed in")
	}
	h.says("the offer", h.read(h.visitor(), h.in+"/registration"), "registration.state.open", "registration.register", "registration.gender", "registration.list_for.participants")
	h.says("the session", h.read(h.visitor(), h.in), "registration.title")
	h.says("a category that there is not", h.begins(ana, "category", "knights"), "refusal.registration.category")
	h.says("a seat that there is not", h.begins(ana, "seat", "throne"), "refusal.registration.seat")
	h.says("a party that is not theirs", h.begins(fritz, "party", string(party(t, h.delegations, "ana").Ref())), "refusal.registration.party")
	h.says("confirmed before", h.confirms(ana, "Ana"), "refusal.registration.given_up")
	h.says("the second step", h.begins(ana), "registration.held.active", "registration.confirm", "registration.gender_hint")
	h.says("without a name", h.confirms(ana, " "), "refusal.name.missing")
	const name = `Ana "<script>alert(1)</script>" محمد WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW`
	h.says("confirmed", h.confirms(ana, name, "gender", "woman", "first", "no"), "registration.became.confirmed_active", "registration.badge", "registration.done.confirmed")
	h.says("again", h.begins(ana), "refusal.registration.already")
	if raw := ana.get(h.in + "/badge").body; strings.Contains(raw, "<script>alert") || !strings.Contains(html.UnescapeString(raw), name) || !strings.Contains(raw, "<svg") {
		t.Error("the badge does not show the name as it is, or no code")
	}
	h.says("the second person", h.begins(fritz, "party", ""), "registration.none_free.active", "registration.held.passive")
	h.says("waits", h.confirms(fritz, "Fritz", "listed", "yes"), "registration.became.confirmed_passive", "registration.meanwhile")
	first, second := h.code(ana), h.code(fritz)

	// The list is for those who take part; who did not agree does not stand on it.
	if a := h.visitor().get(h.in + "/participants"); a.status != http.StatusNotFound {
		t.Error("the list is shown to anybody:", a.status)
	}
	if page := h.read(fritz, h.in+"/participants"); !strings.Contains(page, "Fritz") || strings.Contains(page, "alert(1)") {
		t.Error("the list:", page)
	}
	if a := h.as("moderator").get("/en/c/ferries/desk/registration/s1"); a.status == http.StatusOK {
		t.Error("a moderator reads who registered")
	}

	// Codes at the door.
	h.says("the badge of the first", h.checks(first), "registration.check.welcome")
	h.says("shown twice", h.checks("https://plenary.example/x?code="+strings.ReplaceAll(first, "-", "")), "registration.check.before")
	h.says("mistyped", h.checks("ABCD"), "registration.check.mistyped")
	h.says("a certificate for who was there", h.read(ana, h.in+"/certificate"), "registration.certificate")
	if a := fritz.get(h.in + "/certificate"); a.status != http.StatusNotFound {
		t.Error("a certificate for who was not there:", a.status)
	}
	if a := h.as("moderator").get(h.in + "/badge"); a.status != http.StatusNotFound {
		t.Error("a badge for who did not register:", a.status)
	}
	h.says("a letter", h.read(fritz, h.in+"/invitation-letter"), "registration.invitation_bears")

	// Where one joins is told to those who take part, and another address takes the place of one that leaked.
	const desk = "/en/c/ferries/desk/registration/s1"
	if a := fritz.get(h.in + "/join"); a.status != http.StatusConflict || !strings.Contains(html.UnescapeString(a.body), locale.English.T("refusal.registration.no_link")) {
		t.Error(a.status, deskErrors(a.body))
	}
	for _, link := range []string{"https://leaked.example/", "https://meet.example/2"} {
		if a := h.officer.post(desk, deskWith(deskForm(t, h.officer.get(desk+"?do=links").body, desk, 0), "do", "links", "link-passive", link)); a.status != http.StatusSeeOther {
			t.Fatal(a.status, deskErrors(a.body))
		}
	}
	if a := fritz.get(h.in + "/join"); !leads(a, "https://meet.example/2") {
		t.Error(a.status, a.header)
	}
	if a := h.as("moderator").get(h.in + "/join"); a.status != http.StatusNotFound {
		t.Error("told to somebody who takes no part:", a.status)
	}
	for path, who := range map[string]*visitor{h.in + "/register": fritz, h.in: h.visitor(), h.in + "/registration": fritz} {
		if strings.Contains(who.get(path).body, "meet.example") {
			t.Error("the address stands on", path)
		}
	}

	// The first takes it back: the second moves up with the same badge, and the first's is worth nothing.
	if a := ana.post(h.in+"/register", url.Values{"do": {"take-back"}}); !strings.Contains(a.header.Get("Location"), "done=taken_back") {
		t.Error(a.status, a.header)
	}
	h.says("moved up", h.read(fritz, h.in+"/register"), "registration.became.confirmed_active")
	h.says("taken back", h.checks(first), "registration.check.revoked")
	h.says("the same badge", h.checks(second), "registration.check.welcome")
	if page := h.read(h.officer, desk); strings.Contains(page, "alert(1)") {
		t.Error("what was taken back is there")
	}

	// The table is safe for a spreadsheet.
	h.begins(ana, "seat", "passive")
	h.confirms(ana, `=HYPERLINK("https://evil.example")`)
	if csv := h.officer.get(desk + "/registrations.csv?status=confirmed").body; !strings.Contains(csv, `'=HYPERLINK`) || !strings.Contains(csv, "Fritz") {
		t.Error(csv)
	}
	if csv := h.officer.get(desk + "/registrations.csv?status=refused").body; strings.Contains(csv, "Fritz") {
		t.Error("the filter does not hold for the table")
	}
}

// TestRegistrationDecided: the secretariat decides, reads the file that was asked for, and gives a reason; there is no badge before what is required is there.
func TestRegistrationDecided(t *testing.T) {
	t.Parallel()
	h := newRegistering(t, time.Now().AddDate(0, 0, 1).Add(2*time.Hour), "approval", "yes")
	h.asks("label-en", "Your letter", "kind", "file", "required", "yes")
	h.asks("label-en", "Diet", "kind", "choice", "options-en", "None\nVegetarian", "required", "yes")
	ana := h.person("ana")
	arcadia := string(party(t, h.delegations, "ana").Ref())
	h.says("the second step", h.begins(ana, "party", arcadia, "category", ""), "registration.file_next", "registration.listed_party")
	if a := ana.deskUpload(h.in+"/register", url.Values{"do": {"file"}, "field": {"1"}}, "file", "letter.txt", []byte("Arcadia sends Ana.")); a.status != http.StatusNotFound {
		t.Error("a file of who has only a seat:", a.status)
	}
	page := h.confirms(ana, "Ana")
	if h.says("nothing chosen", page, "refusal.registration.required"); !strings.Contains(page, `<a href="#field-2">Diet: `) {
		t.Error("the summary does not say which question has to be answered")
	}
	h.says("waits for the decision", h.confirms(ana, "Ana", "field-2", "2"), "registration.became.asked", "registration.lacks")
	const desk = "/en/c/ferries/desk/registration/s1"
	one := regexp.MustCompile(desk + `/([0-9]{3,})"`).FindStringSubmatch(h.read(h.officer, desk+"?status=incomplete"))
	if one == nil {
		t.Fatal("nobody is on the list")
	}
	at := desk + "/" + one[1]
	decide := func(do string, with ...string) string {
		a := h.officer.post(at, deskWith(deskForm(t, h.officer.get(at).body, at, 0), append(with, "do", do)...))
		if a.status == http.StatusSeeOther {
			return h.read(h.officer, a.header.Get("Location"))
		}
		return html.UnescapeString(a.body)
	}
	h.says("a file is missing", decide("approve"), "refusal.registration.incomplete")
	a := ana.deskUpload(h.in+"/register", url.Values{"do": {"file"}, "field": {"1"}}, "file", "letter.txt", []byte("Arcadia sends Ana."))
	if a.status != http.StatusSeeOther || !strings.Contains(a.header.Get("Location"), "done=file") {
		t.Fatal(a.status, deskErrors(a.body))
	}
	if a := ana.deskUpload(h.in+"/register", url.Values{"do": {"file"}, "field": {"2"}}, "file", "letter.txt", []byte("x")); a.status != http.StatusNotFound {
		t.Error("a file for what is no file:", a.status)
	}
	if got := h.officer.get(at + "/1"); got.body != "Arcadia sends Ana." || !strings.Contains(got.header.Get("Content-Disposition"), "letter.txt") {
		t.Error(got.status, got.body)
	}
	if got := ana.get(at + "/1"); got.status == http.StatusOK {
		t.Error("others read what the secretariat reads")
	}
	if got := ana.get(h.in + "/badge"); got.status != http.StatusNotFound {
		t.Error("a badge before the decision")
	}
	h.says("approved", decide("approve"), "registration.done.approved", "registration.became.confirmed_active")
	if got := ana.get(h.in + "/join"); got.status != http.StatusConflict || !strings.Contains(html.UnescapeString(got.body), locale.English.T("refusal.registration.join_later", "n", 24)) {
		t.Error("told where to join before it is time:", got.status)
	}
	if page := h.read(ana, h.in+"/participants"); !strings.Contains(page, "<bdi>Ana</bdi>") {
		t.Error("a representative of a party does not stand on the list")
	}
	old := h.code(ana)
	a = h.officer.post(at, deskWith(deskForm(t, h.officer.get(at).body, at, 1), "do", "renew"))
	if h.says("the badge that was lost", h.checks(old), "registration.check.revoked"); h.code(ana) == old {
		t.Error("the badge is the old one", a.status)
	}
	h.says("refused without a reason", decide("refuse", "reason", ""), "refusal.registration.reason")
	h.says("refused", decide("refuse", "reason", "The letter is not signed."), "registration.done.refused")
	if page := h.read(ana, h.in+"/register"); !strings.Contains(page, "The letter is not signed.") {
		t.Error("the reason is not read")
	}
	if got := ana.get(h.in + "/badge"); got.status != http.StatusNotFound {
		t.Error("a badge of who was refused")
	}
}

// TestRegistrationIncomplete: without what is required there is no badge, though the registration is confirmed; when the session has ended, nobody is told where to join. The public reads figures
// from the close on.
func TestRegistrationIncomplete(t *testing.T) {
	t.Parallel()
	h := newRegistering(t, time.Now().Add(3*time.Hour), "opens-date", time.Now().UTC().AddDate(0, 0, -3).Format(time.DateOnly))
	ana, fritz := h.person("ana"), h.person("fritz")
	h.begins(fritz)
	h.says("confirmed", h.confirms(fritz, "Fritz"), "registration.became.confirmed_active")
	h.asks("label-en", "Your letter", "kind", "file", "required", "yes")
	h.begins(ana, "seat", "passive")
	h.says("confirmed, and incomplete", h.confirms(ana, "Ana"), "registration.became.confirmed_passive", "registration.lacks")
	if a := ana.get(h.in + "/badge"); a.status != http.StatusNotFound {
		t.Error("a badge without what is required:", a.status)
	}
	page := h.read(h.visitor(), h.in+"/registration")
	if h.says("before the close", page, "registration.figures_later"); strings.Contains(page, "<table") {
		t.Error("figures are shown while people come in")
	}
	const desk = "/en/c/ferries/desk/registration/s1"
	if page := h.read(h.officer, desk); !strings.Contains(page, locale.English.T("registration.by.seat")) {
		t.Error("the secretariat sees no figures")
	}
	// It closes, and the figures are for those who take part.
	if a := h.officer.post(desk, deskWith(deskForm(t, h.officer.get(desk+"?do=terms").body, desk, 0), "do", "terms", "closes-date", time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly), "figures", "participants", "reason-en", "Enough.")); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	h.says("to anybody", h.read(h.visitor(), h.in+"/registration"), "registration.figures_for.participants", "registration.state.closed")
	h.says("to who takes part", h.read(fritz, h.in+"/registration"), "registration.by.seat", "registration.too_few")

	// The session has ended: nobody is told where to join, or registers any more.
	h.asks("n", "1", "off", "yes", "reason-en", "It is not needed.")
	const sitting = "/en/c/ferries/desk/sessions/s1"
	day, clock := func(t time.Time) (string, string) { return t.UTC().Format(time.DateOnly), t.UTC().Format("15:04") }, time.Now().UTC()
	begins, at := day(clock.Add(-6 * time.Hour))
	ends, until := day(clock.Add(-3 * time.Hour))
	for path, with := range map[string][]string{
		desk + "?do=links":          {"do", "links", "link-active", "https://meet.example/a"},
		sitting + "?do=sitting&n=1": {"do", "sitting", "begins-date", begins, "begins-time", at, "ends-date", ends, "ends-time", until, "reason-en", "It was earlier."},
	} {
		to, _, _ := strings.Cut(path, "?")
		if a := h.officer.post(to, deskWith(deskForm(t, h.officer.get(path).body, to, 0), with...)); a.status != http.StatusSeeOther {
			t.Fatal(path, a.status, deskErrors(a.body))
		}
	}
	if a := fritz.get(h.in + "/join"); a.status != http.StatusConflict {
		t.Error("the session has ended, and it is told where to join:", a.status)
	}
	h.says("their own page", h.read(fritz, h.in+"/register"), "registration.past")
	h.says("the page of codes", h.read(h.visitor(), h.in+"/join-by-code"), "registration.past")
}

// TestJoinByCode: whom a delegation registered by name alone joins with the code that the delegation hands them, and without an account; every code that is not valid is answered in one way.
func TestJoinByCode(t *testing.T) {
	t.Parallel()
	h := newRegistering(t, time.Now().Add(2*time.Hour), "active", "5", "passive", "9", "list", "nobody")
	arcadia := string(party(t, h.delegations, "ana").Ref())
	ana := h.person("ana")
	if a := h.officer.actIn("ferries", "delegation.authorise", `{"participant":"`+string(h.who["ana"].Ref())+`","party":"`+arcadia+`","capacity":"focal_point"}`); a.status != http.StatusOK {
		t.Fatal(a.status, a.body)
	}
	ana.post(h.in+"/members", url.Values{"do": {"enter"}, "party": {arcadia}, "members": {"Amina Diallo; amina@example.org; passive\nBo Li;; active"}})
	if err := roster.New(h.db).Claim(t.Context(), "ferries", "amina@example.org", 4242); err != nil { // she signed in
		t.Fatal(err)
	}
	page := h.read(ana, h.in+"/members")
	codes := regexp.MustCompile(`dir="ltr">([0-9A-Z]{4}-[0-9A-Z-]+)<`).FindAllStringSubmatch(page, -1)
	if len(codes) != 1 {
		t.Fatal("codes for those who cannot read them, and for nobody else:", codes)
	}
	anybody := h.visitor()
	joins := func(code string) answer {
		return anybody.post(h.in+"/join-by-code", url.Values{"code": {code}})
	}
	h.says("nothing said yet", html.UnescapeString(joins(codes[0][1]).body), "refusal.registration.no_link")
	const desk = "/en/c/ferries/desk/registration/s1"
	h.officer.post(desk, deskWith(deskForm(t, h.officer.get(desk+"?do=links").body, desk, 0), "do", "links", "link-active", "https://meet.example/a"))
	if a := joins(strings.ToLower(codes[0][1])); !leads(a, "https://meet.example/a") {
		t.Error(a.status, a.header)
	}
	id := regexp.MustCompile(`name="id" value="([0-9]+)"`).FindAllStringSubmatch(page, -1)
	ana.post(h.in+"/members", url.Values{"do": {"take-back"}, "party": {arcadia}, "id": {id[1][1]}})
	for _, code := range []string{"", "nonsense", "0000-0000-0000-0", codes[0][1]} {
		a := joins(code)
		if h.says("the code "+code, html.UnescapeString(a.body), "refusal.registration.no_code"); a.status != http.StatusUnprocessableEntity {
			t.Error(code, a.status)
		}
	}
}

// TestRefusedMember: whoever manages a delegation does not take a member off the list whom the secretariat refused, to register them again.
func TestRefusedMember(t *testing.T) {
	t.Parallel()
	h := newRegistering(t, time.Now().Add(48*time.Hour))
	arcadia := string(party(t, h.delegations, "ana").Ref())
	ana := h.person("ana")
	if a := h.officer.actIn("ferries", "delegation.authorise", `{"participant":"`+string(h.who["ana"].Ref())+`","party":"`+arcadia+`","capacity":"focal_point"}`); a.status != http.StatusOK {
		t.Fatal(a.status, a.body)
	}
	form := url.Values{"do": {"enter"}, "party": {arcadia}, "members": {"Bo Li"}}
	ana.post(h.in+"/members", form)
	id := regexp.MustCompile(`name="id" value="([0-9]+)"`).FindStringSubmatch(h.read(ana, h.in+"/members"))[1]
	if a := h.officer.post("/en/c/ferries/desk/registration/s1/"+id, url.Values{"do": {"refuse"}, "reason": {"Nobody knows him."}}); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	a := ana.post(h.in+"/members", url.Values{"do": {"take-back"}, "party": {arcadia}, "id": {id}})
	if h.says("taken back", html.UnescapeString(a.body), "refusal.registration.was_refused", "registration.became.refused"); a.status != http.StatusConflict {
		t.Error(a.status)
	}
	if got := html.UnescapeString(ana.post(h.in+"/members", form).body); !strings.Contains(got, locale.English.T("refusal.registration.member_twice", "line", 1)) {
		t.Error("registered again:", deskErrors(got))
	}
}

// TestNobodyIsAStateByThemselves: a body that is on the roll is represented by those whom it authorised; whoever registers for themselves is offered no category of bodies, and has none, unless the
// secretariat decides on each.
func TestNobodyIsAStateByThemselves(t *testing.T) {
	t.Parallel()
	h := newRegistering(t, time.Now().Add(2*time.Hour))
	ana := h.person("fritz")
	if page := h.read(ana, h.in+"/register"); strings.Contains(page, `value="member_state"`) || !strings.Contains(page, `value="individual"`) {
		t.Error("the categories that are offered")
	}
	h.says("by themselves", h.begins(ana, "category", "member_state"), "refusal.registration.category")
	const desk = "/en/c/ferries/desk/registration/s1"
	if a := h.officer.post(desk, deskWith(deskForm(t, h.officer.get(desk+"?do=terms").body, desk, 0), "do", "terms", "approval", "yes", "reason-en", "To look at letters.")); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	h.begins(ana, "category", "member_state")
	h.says("where the secretariat decides", h.confirms(ana, "Fritz"), "registration.became.asked")
}

// TestRegistrationOfDelegation: who manages a delegation registers its members, by lines that were pasted; what is wrong is said by its line. Who signs in with an address has the registration.
func TestRegistrationOfDelegation(t *testing.T) {
	t.Parallel()
	h := newRegistering(t, time.Now().Add(48*time.Hour), "active", "5", "passive", "300")
	arcadia := string(party(t, h.delegations, "ana").Ref())
	ana := h.person("ana")
	who := string(h.who["ana"].Ref())
	if a := h.officer.actIn("ferries", "delegation.authorise", `{"participant":"`+who+`","party":"`+arcadia+`","capacity":"focal_point"}`); a.status != http.StatusOK {
		t.Fatal(a.status, a.body)
	}
	enter := func(v *visitor, lines string) string {
		a := v.post(h.in+"/members", url.Values{"do": {"enter"}, "party": {arcadia}, "members": {lines}})
		if a.status == http.StatusSeeOther {
			return h.read(v, a.header.Get("Location"))
		}
		return fmt.Sprint(a.status, html.UnescapeString(a.body))
	}
	if got := enter(h.person("fritz"), "X"); !strings.HasPrefix(got, "404") {
		t.Error("somebody registers the delegation of others:", got[:3])
	}
	if got := enter(h.person("ben"), "X"); !strings.HasPrefix(got, "404") {
		t.Error("somebody who speaks for the party and does not manage its delegation registers its members:", got[:3])
	}
	for lines, want := range map[string]string{
		" \n":               locale.English.T("refusal.registration.no_members"),
		"A\nB; nonsense":    locale.English.T("refusal.registration.member_address", "line", 2),
		"A;;throne":         locale.English.T("refusal.registration.member_seat", "line", 1),
		"A;a@b.example;;x;": locale.English.T("refusal.registration.member", "line", 1),
		"; a@b.example":     locale.English.T("refusal.registration.member", "line", 1),
	} {
		if got := enter(ana, lines); !strings.Contains(got, want) {
			t.Errorf("%q: want %q, %s", lines, want, deskErrors(got))
		}
	}
	page := enter(ana, "Amina Diallo\tother@example.org\tpassive\nBo Li; bo@example.org; active\n\nمحمد علي")
	h.says("registered", page, "registration.done.entered", "registration.became.confirmed_active", "registration.became.confirmed_passive")
	if !strings.Contains(page, "محمد علي") || !strings.Contains(page, "bo@example.org") {
		t.Error("members are missing")
	}
	if n := strings.Count(page, `value="take-back"`); n != 3 {
		t.Error(n)
	}
	id := regexp.MustCompile(`name="id" value="([0-9]+)"`).FindAllStringSubmatch(page, -1)
	a := ana.post(h.in+"/members", url.Values{"do": {"take-back"}, "party": {arcadia}, "id": {id[2][1]}})
	if !strings.Contains(a.header.Get("Location"), "done=taken_back") || strings.Contains(h.read(ana, h.in+"/members"), "محمد علي") {
		t.Error(a.status)
	}
	fritz := h.person("fritz")
	h.begins(fritz)
	h.confirms(fritz, "Fritz")
	all, err := roster.New(h.db).All(t.Context(), "ferries", "s1")
	if err != nil || len(all) != 3 {
		t.Fatal(len(all), err)
	}
	for _, r := range all {
		if r.Name == "Fritz" {
			if a := ana.post(h.in+"/members", url.Values{"do": {"take-back"}, "party": {arcadia}, "id": {fmt.Sprint(r.ID)}}); a.status != http.StatusNotFound {
				t.Error("somebody else's registration is taken back:", a.status)
			}
		}
	}
}

// TestAnswersForAMember: whoever manages a delegation answers what is asked of a member whom it registered by name alone, who has the code of a badge then;
// not of one who has an address or an account, nor of a member of others.
func TestAnswersForAMember(t *testing.T) {
	t.Parallel()
	h := newRegistering(t, time.Now().Add(48*time.Hour), "active", "5", "passive", "9")
	arcadia := string(party(t, h.delegations, "ana").Ref())
	ana := h.person("ana")
	if a := h.officer.actIn("ferries", "delegation.authorise", `{"participant":"`+string(h.who["ana"].Ref())+`","party":"`+arcadia+`","capacity":"focal_point"}`); a.status != http.StatusOK {
		t.Fatal(a.status, a.body)
	}
	h.asks("label-en", "Your flight", "kind", "text", "required", "yes")
	h.asks("label-en", "Your letter", "kind", "file", "required", "yes")
	ana.post(h.in+"/members", url.Values{"do": {"enter"}, "party": {arcadia}, "members": {"Bo Li;; active\nAmina Diallo; amina@example.org; passive\nCarla Nunes; carla@example.org; passive"}})
	store := roster.New(h.db)
	if err := store.Claim(t.Context(), "ferries", "carla@example.org", 4242); err != nil { // she signed in
		t.Fatal(err)
	}
	found := func() map[string]roster.Registration {
		t.Helper()
		all, err := store.All(t.Context(), "ferries", "s1")
		if err != nil || len(all) != 3 {
			t.Fatal(len(all), err)
		}
		out := map[string]roster.Registration{}
		for _, r := range all {
			out[r.Name] = r
		}
		return out
	}
	at := func(name string) string { return fmt.Sprintf("/en/c/ferries/member/s1/%d", found()[name].ID) }
	answers := url.Values{"do": {"answer"}, "field-1": {"PL 17"}}
	for name, who := range map[string]*visitor{"Amina Diallo": ana, "Carla Nunes": ana, "Bo Li": h.person("fritz")} {
		if a := who.get(at(name)); a.status != http.StatusNotFound {
			t.Errorf("what is asked of %s is shown: %d", name, a.status)
		}
		if a := who.post(at(name), answers); a.status != http.StatusNotFound || len(found()[name].Answers) > 0 {
			t.Errorf("somebody answers for %s: %d", name, a.status)
		}
	}
	page := h.read(ana, h.in+"/members")
	if n := strings.Count(page, ">"+locale.English.T("registration.answer")+"<"); n != 1 || !strings.Contains(page, at("Bo Li")) {
		t.Error("for how many the delegation is offered to answer:", n)
	}
	bo := at("Bo Li")
	h.says("what is missing", h.read(ana, bo), "registration.answer_for_text", "registration.lacks")
	h.says("nothing answered", html.UnescapeString(ana.post(bo, url.Values{"do": {"answer"}}).body), "refusal.registration.required")
	if a := ana.post(bo, answers); a.status != http.StatusSeeOther || found()["Bo Li"].Answers[1] != "PL 17" {
		t.Fatal(a.status, deskErrors(a.body))
	}
	if strings.Contains(h.read(ana, h.in+"/members"), `class="code"`) {
		t.Error("a code before all is answered")
	}
	if a := ana.deskUpload(bo, url.Values{"do": {"file"}, "field": {"2"}}, "file", "letter.txt", []byte("I am Bo.")); a.status != http.StatusSeeOther || found()["Bo Li"].Files[2] != "letter.txt" {
		t.Fatal(a.status, deskErrors(a.body))
	}
	h.says("answered", h.read(ana, bo+"?done=file"), "registration.done.file", "registration.file_kept")
	if !strings.Contains(h.read(ana, h.in+"/members"), `class="code"`) {
		t.Error("no code, and all is answered")
	}
}
