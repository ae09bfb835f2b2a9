package web_test

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/passkey"
	"github.com/openplenary/plenary/passkey/passkeytest"
	"github.com/openplenary/plenary/web"
	"github.com/openplenary/plenary/web/serve"
)

// keyOrigin is the address of the house of these tests, as browsers write it.
const keyOrigin = "https://talk.example.org"

// keyHouse is an instance at an address where browsers give passkeys.
type keyHouse struct {
	*deskHouse
	told []string // owners were told this of which passkey
}

func newKeyHouse(t *testing.T) *keyHouse {
	t.Helper()
	h := &keyHouse{deskHouse: newDeskHouse(t)}
	site, err := passkey.New(keyOrigin)
	if err != nil {
		t.Fatal(err)
	}
	h.web.Passkeys = site
	h.web.PasskeyMail = func(_ context.Context, _ account.ID, what, name string) error {
		h.told = append(h.told, what+" "+name)
		return nil
	}
	h.web.SignInMail = func(_ context.Context, s *account.SignIn, _ locale.Lang, link string) error {
		u, err := url.Parse(link)
		h.mail = append(h.mail, accounts.MailRow{To: s.To, Text: s.Code, Link: u.Path})
		return err
	}
	return h
}

// letter has somebody follow the link of a letter to an address, in a browser of their own.
func (h *keyHouse) letter(email, next string) (*visitor, answer) {
	h.t.Helper()
	in, err := h.accounts.BeginSignIn(h.t.Context(), account.SignInRequest{Email: email, Lang: locale.English, Next: next, Handed: true}, time.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	v := h.visitor()
	return v, v.post(in.Path(locale.English), url.Values{"code": {in.Code}})
}

var optionsOf = regexp.MustCompile(`data-options="([^"]+)"`)

// options is what a page tells the browser; it fails where the page asks for no passkey.
func (v *visitor) options(path string) string {
	v.h.t.Helper()
	a := v.get(path)
	m := optionsOf.FindStringSubmatch(a.body)
	if m == nil || !strings.Contains(a.body, "/passkey.js") {
		v.h.t.Fatalf("%s asks for no passkey: %d", path, a.status)
	}
	return html.UnescapeString(m[1])
}

// adds has the reader add a passkey of a device.
func (v *visitor) adds(d *passkeytest.Device, name string) {
	v.h.t.Helper()
	made, err := d.Create(v.options("/en/account/passkey"))
	if err != nil {
		v.h.t.Fatal(err)
	}
	if a := v.post("/en/account/passkey", url.Values{"answer": {made}, "name": {name}}); a.status != 303 {
		v.h.t.Fatal(name, a.status, a.body)
	}
}

// gives answers what a page asks with a passkey of a device.
func (v *visitor) gives(d *passkeytest.Device, page string, with ...string) answer {
	v.h.t.Helper()
	given, err := d.Get(v.options(page))
	if err != nil {
		v.h.t.Fatal(err)
	}
	return v.post("/en/sign-in/passkey", deskWith(url.Values{"answer": {given}}, with...))
}

// cookie is a cookie of the visitor, "" for none.
func (v *visitor) cookie(name string) string {
	u, _ := url.Parse(v.h.url)
	for _, c := range v.c.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func (v *visitor) in() bool { v.h.t.Helper(); return v.get("/en/account").status == 200 }

func wantsKey(t *testing.T, what string, a answer, status int, key string) {
	t.Helper()
	if a.status != status || !strings.Contains(html.UnescapeString(a.body), locale.English.T("refusal."+key)) {
		t.Errorf("%s: %d, not %d %s: %.2000s", what, a.status, status, key, a.body[max(0, strings.Index(a.body, "<main")):])
	}
}

// Somebody adds passkeys of two devices, signs in with each in two requests, names them, and removes them, the last one only
// after they were told what that means. They hear of each change by letter.
func TestPasskeySignsIn(t *testing.T) {
	t.Parallel()
	h := newKeyHouse(t)
	v := h.visitor()
	v.signIn("olga@elsewhere.example")
	phone, ring := &passkeytest.Device{Origin: keyOrigin}, &passkeytest.Device{Origin: keyOrigin, Uncounted: true}
	v.adds(phone, "Telephone")
	v.adds(ring, "Key ring")
	for _, d := range []*passkeytest.Device{phone, ring, phone, ring} {
		other := h.visitor()
		if a := other.gives(d, "/en/sign-in?next=%2Ffr%2Faccount"); a.status != 303 || a.header.Get("Location") != "/en/account" {
			t.Fatal(a.status, a.header, a.body)
		}
		if a := other.gives(d, "/en/sign-in", "next", "/fr/account"); a.status != 303 || a.header.Get("Location") != "/fr/account" || !other.in() {
			t.Fatal(a.status, a.header)
		}
		if a := other.gives(d, "/en/sign-in", "next", "https://elsewhere.example/"); a.header.Get("Location") != "/en/account" {
			t.Error("it leads to another site:", a.header)
		}
	}
	// A letter opens the account too: nobody here holds an office.
	if letter, _ := h.letter("olga@elsewhere.example", ""); !letter.in() {
		t.Error("a letter opens nothing any more")
	}
	page := v.get("/en/account").body
	if !strings.Contains(page, "Telephone") || !strings.Contains(page, "Key ring") || strings.Count(page, "· "+locale.English.T("passkey.used")) != 2 {
		t.Error(page)
	}
	refs := regexp.MustCompile(`/account/passkey/remove\?key=([\w-]+)`).FindAllStringSubmatch(page, -1)
	if len(refs) != 2 {
		t.Fatal(refs)
	}
	if a := v.post("/en/account/passkey/name", url.Values{"key": {refs[0][1]}, "name": {"Old telephone"}}); a.status != 303 {
		t.Error(a.status)
	}
	if a := v.post("/en/account/passkey/name", url.Values{"key": {refs[0][1]}, "name": {strings.Repeat("x", 61)}}); a.status != 422 {
		t.Error(a.status)
	}
	// Another's passkeys are not theirs to see or to change.
	other := h.visitor()
	other.signIn("karl@elsewhere.example")
	for _, a := range []answer{other.get("/en/account/passkey/remove?key=" + refs[0][1]), other.post("/en/account/passkey/remove", url.Values{"key": {refs[0][1]}, "last": {"1"}}),
		other.post("/en/account/passkey/name", url.Values{"key": {refs[0][1]}, "name": {"Mine"}})} {
		if a.status != 404 {
			t.Error(a.status)
		}
	}
	remove := func(ref string) answer {
		page := "/en/account/passkey/remove"
		return v.post(page, deskForm(t, v.get(page+"?key="+ref).body, page, 0))
	}
	if a := v.post("/en/account/passkey/remove", url.Values{"key": {refs[0][1]}}); a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	wantsKey(t, "the last by accident", v.post("/en/account/passkey/remove", url.Values{"key": {refs[1][1]}}), 422, "passkey.last")
	if a := v.get("/en/account/passkey/remove?key=" + refs[1][1]); !strings.Contains(html.UnescapeString(a.body), locale.English.T("passkey.remove_last")) {
		t.Error("nothing says that it is the last")
	}
	if a := remove(refs[1][1]); a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	if want := []string{"added Telephone", "added Key ring", "removed Old telephone", "removed Key ring"}; !slices.Equal(h.told, want) {
		t.Errorf("%q", h.told)
	}
	given, err := ring.Get(h.visitor().options("/en/sign-in"))
	if err != nil {
		t.Fatal(err)
	}
	wantsKey(t, "one that was removed", h.visitor().post("/en/sign-in/passkey", url.Values{"answer": {given}}), 422, "passkey.stale")
	wantsKey(t, "one that was removed", h.visitor().gives(ring, "/en/sign-in"), 422, "passkey.wrong")
}

// Nothing but what a device has just signed for this site, this page and this browser is taken; and whoever has a copy of a
// passkey is found out.
func TestPasskeyIsNotTaken(t *testing.T) {
	t.Parallel()
	h := newKeyHouse(t)
	v := h.visitor()
	v.signIn("olga@elsewhere.example")
	d := &passkeytest.Device{Origin: keyOrigin}
	v.adds(d, "Telephone")
	with := func(change func(*passkeytest.Device)) *passkeytest.Device {
		x := *d
		change(&x)
		d.Uses += 10 // it was asked, whatever became of it
		return &x
	}
	wantsKey(t, "another site", h.visitor().gives(with(func(x *passkeytest.Device) { x.Origin = "https://talk.example.com" }), "/en/sign-in"), 422, "passkey.wrong")
	wantsKey(t, "nobody looked", h.visitor().gives(with(func(x *passkeytest.Device) { x.Unverified = true }), "/en/sign-in"), 422, "passkey.unverified")
	wantsKey(t, "a stranger", h.visitor().post("/en/sign-in/passkey", url.Values{"answer": {"{}"}}), 422, "passkey.wrong")
	// An answer that is sent again, with the browser's cookie or without.
	victim, thief := h.visitor(), h.visitor()
	given, err := d.Get(victim.options("/en/sign-in"))
	if err != nil {
		t.Fatal(err)
	}
	wantsKey(t, "seen over the shoulder", thief.post("/en/sign-in/passkey", url.Values{"answer": {given}}), 422, "passkey.stale")
	if a := victim.post("/en/sign-in/passkey", url.Values{"answer": {given}}); a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	u, _ := url.Parse(h.url)
	thief.c.Jar.SetCookies(u, []*http.Cookie{{Name: "plenary-browser", Value: victim.cookie("plenary-browser"), Path: "/"}})
	wantsKey(t, "again, with the cookie of the browser", thief.post("/en/sign-in/passkey", url.Values{"answer": {given}}), 422, "passkey.stale")
	wantsKey(t, "again", victim.post("/en/sign-in/passkey", url.Values{"answer": {given}}), 422, "passkey.stale")
	if thief.in() {
		t.Error("a cookie of a browser opens an account")
	}
	// What was made to add a passkey adds none elsewhere, and not twice.
	made, err := d.Create(v.options("/en/account/passkey"))
	if err != nil {
		t.Fatal(err)
	}
	other := h.visitor()
	other.signIn("karl@elsewhere.example")
	wantsKey(t, "for another account", other.post("/en/account/passkey", url.Values{"answer": {made}}), 422, "passkey.stale")
	if a := v.post("/en/account/passkey", url.Values{"answer": {made}, "name": {"Second"}}); a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	wantsKey(t, "added twice", v.post("/en/account/passkey", url.Values{"answer": {made}}), 422, "passkey.stale")
	wantsKey(t, "a passkey that is to be added", v.post("/en/account/passkey", url.Values{"answer": {given}}), 422, "passkey.wrong")
	// A copy of the device, which has been used less often.
	copied := *d
	if a := h.visitor().gives(d, "/en/sign-in"); a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	h.told = nil
	wantsKey(t, "a copy", h.visitor().gives(&copied, "/en/sign-in"), 422, "passkey.copied")
	wantsKey(t, "ever after", h.visitor().gives(d, "/en/sign-in"), 422, "passkey.copied")
	if !slices.Equal(h.told, []string{"copied Second"}) {
		t.Errorf("%q", h.told)
	}
	if page := v.get("/en/account").body; !strings.Contains(page, locale.English.T("passkey.stopped")) {
		t.Error("the page does not say that it was stopped")
	}
}

// ferries convenes a conversation with an officer, a moderator and an analyst, and gives each a passkey.
func (h *keyHouse) ferries() (people map[string]*visitor, devices map[string]*passkeytest.Device) {
	h.t.Helper()
	people, devices = map[string]*visitor{}, map[string]*passkeytest.Device{}
	h.convene(h.signedIn("officer@example.org"), "ferries")
	for _, role := range []delegation.Role{delegation.Moderator, delegation.Analyst} {
		n, err := h.sec.Number()
		if err != nil {
			h.t.Fatal(err)
		}
		if n, err = h.accounts.Invite(h.t.Context(), role.String()+"@example.org", "ferries", n, time.Now()); err != nil {
			h.t.Fatal(err)
		}
		h.system("ferries", delegation.Grant{Participant: delegation.Participant(n), Role: role})
	}
	for _, who := range []string{"officer", "moderator", "analyst", "other"} { // the last is an operator without an office
		v, d := h.signedIn(who+"@example.org"), &passkeytest.Device{Origin: keyOrigin}
		v.adds(d, who)
		people[who], devices[who] = v, d
	}
	return people, devices
}

// Who holds an office and has a passkey is let in by nothing less: not by a letter, not by a session that a letter opened. A
// code that the operator printed is the way back.
func TestOfficesNeedThePasskey(t *testing.T) {
	t.Parallel()
	h := newKeyHouse(t)
	before := h.signedIn("officer@example.org") // by a letter, before there was a passkey
	people, devices := h.ferries()
	const desk = "/en/c/ferries/desk"
	led := func(a answer, to string) bool {
		return a.status == 303 && strings.HasPrefix(a.header.Get("Location"), to)
	}
	for who, page := range map[string]string{"officer": desk, "moderator": desk + "/queue", "other": "/en/convene"} {
		if a := people[who].get(page); a.status != 200 {
			t.Errorf("%s added a passkey and is not let in: %d", who, a.status)
		}
		letter, a := h.letter(who+"@example.org", page)
		if !led(a, "/en/sign-in/passkey?next="+url.QueryEscape(page)) || letter.cookie("plenary") != "" || letter.in() {
			t.Errorf("a letter opens the account of the %s: %d %v", who, a.status, a.header)
		}
		if a := letter.gives(devices[who], a.header.Get("Location"), "next", page); !led(a, page) || letter.get(page).status != 200 {
			t.Errorf("the passkey of the %s does not open: %d", who, a.status)
		}
		// A session that a letter opened.
		old := h.signedIn(who + "@example.org")
		if who != "other" && (strings.Contains(old.get("/en/account").body, "/en/c/ferries") || !strings.Contains(people[who].get("/en/account").body, "/en/c/ferries")) {
			t.Errorf("on the page of the account, a letter is enough to be %s", who)
		}
		if a := old.get(page); !led(a, "/en/sign-in/passkey?next=") {
			t.Errorf("a session of a letter is let in as %s: %d", who, a.status)
		}
		if a := old.post(page, url.Values{"do": {"x"}}); a.status == 303 || a.status == 200 {
			t.Errorf("a session of a letter sends as %s: %d", who, a.status)
		}
		if a := old.gives(devices[who], "/en/sign-in/passkey", "mine", "1", "next", page); !led(a, page) || old.get(page).status != 200 {
			t.Errorf("the %s proves it and is not let in: %d", who, a.status)
		}
	}
	// So it is with a session from before there was a passkey.
	if a := before.get(desk); !led(a, "/en/sign-in/passkey?next=") {
		t.Error(a.status)
	}
	if a := before.actIn("ferries", "conversation.archive", `{}`); a.status < 400 {
		t.Error("a session of a letter acts as an officer:", a.status, a.body)
	}
	if a := h.signedIn("analyst@example.org").get(desk); a.status != 200 {
		t.Error("an office that asks for none asks for a passkey:", a.status)
	}
	// Nor is a letter enough to read of what is prepared that it is there.
	h.prepare(people["officer"], "cameras", "en")
	n, err := h.sec.Number()
	if err != nil {
		t.Fatal(err)
	}
	if n, err = h.accounts.Invite(t.Context(), "moderator@example.org", "cameras", n, time.Now()); err != nil {
		t.Fatal(err)
	}
	h.system("cameras", delegation.Grant{Participant: delegation.Participant(n), Role: delegation.Moderator})
	for _, page := range []string{"/en/", "/readyz"} {
		if !strings.Contains(people["moderator"].get(page).body, "cameras") || strings.Contains(h.signedIn("moderator@example.org").get(page).body, "cameras") {
			t.Errorf("%s names what is prepared, or keeps it from who moderates", page)
		}
	}
	// What everybody is shown does not tell that one of those who are not let in is of a delegation.
	h.system("ferries", delegation.EnterParty{Party: 77, Name: "Fenland", Category: "member_state", Country: "KE"})
	var officer delegation.Participant
	h.state("ferries", func(st *conversation.State) { officer = st.Roll.Holders(delegation.Officer)[0] })
	h.system("ferries", delegation.Authorise{Participant: officer, Party: 77})
	if a := before.get("/en/c/ferries"); a.status != 200 || strings.Contains(a.body, "/c/ferries/delegation") || strings.Contains(h.visitor().get("/en/c/ferries").body, "/c/ferries/delegation") {
		t.Error("everybody is led to a delegation:", a.status)
	}
	if !strings.Contains(people["officer"].get("/en/c/ferries").body, "/c/ferries/delegation") {
		t.Error("who is of the delegation is not led to it")
	}
	// Every device is lost.
	codes, err := h.accounts.Print(t.Context(), "officer@example.org", 2, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	lost := h.visitor()
	if a := lost.post("/en/sign-in/printed", url.Values{"email": {"officer@example.org"}, "code": {codes[0]}, "next": {desk}}); !led(a, desk) || lost.get(desk).status != 200 {
		t.Error("a printed code does not open:", a.status)
	}
	h.lose(lost)
	if letter, _ := h.letter("officer@example.org", ""); letter.get(desk).status != 200 {
		t.Error("without a passkey a letter opens nothing")
	}
}

// lose has the reader remove their only passkey.
func (h *keyHouse) lose(v *visitor) {
	h.t.Helper()
	m := regexp.MustCompile(`/account/passkey/remove\?key=([\w-]+)`).FindStringSubmatch(v.get("/en/account").body)
	if m == nil {
		h.t.Fatal("no passkey to remove")
	}
	const page = "/en/account/passkey/remove"
	if a := v.post(page, deskForm(h.t, v.get(page+"?key="+m[1]).body, page, 0)); a.status != 303 {
		h.t.Fatal(a.status, a.body)
	}
}

// age makes the proof of the reader as old as that.
func (h *keyHouse) age(v *visitor, old time.Duration) {
	h.t.Helper()
	if err := h.accounts.Prove(h.t.Context(), v.cookie("plenary"), time.Now().Add(-old)); err != nil {
		h.t.Fatal(err)
	}
}

// What cannot be taken back asks those who have a passkey for a proof of the last ten minutes, whichever way it is asked for.
func TestFreshProof(t *testing.T) {
	t.Parallel()
	h := newKeyHouse(t)
	h.web.DeleteAccount = func(context.Context, account.ID) error { return nil }
	people, devices := h.ferries()
	officer, d := people["officer"], devices["officer"]
	h.age(officer, account.FreshFor)
	var moderator delegation.Participant
	h.state("ferries", func(st *conversation.State) { moderator = st.Roll.Holders(delegation.Moderator)[0] })
	revoke := fmt.Sprintf(`{"participant":%q,"role":"moderator"}`, moderator.Ref())
	people1 := "/en/c/ferries/desk/people"
	for what, ask := range map[string]func() answer{
		"an act": func() answer { return officer.actIn("ferries", "delegation.revoke", revoke) },
		"erasing": func() answer {
			return officer.actIn("ferries", "conversation.erase", `{"contribution":"c1","ground":"personal_data"}`)
		},
		"a form": func() answer {
			return officer.post(people1, url.Values{"do": {"revoke"}, "held": {"moderator"}, "participant": {string(moderator.Ref())}})
		},
		"discarding":           func() answer { return officer.actIn("ferries", "conversation.discard", `{}`) },
		"deleting the account": func() answer { return officer.post("/en/account/delete", url.Values{"sure": {"1"}}) },
		"adding a passkey":     func() answer { return officer.post("/en/account/passkey", url.Values{"answer": {"{}"}}) },
		"removing one": func() answer {
			return officer.post("/en/account/passkey/remove", url.Values{"key": {"x"}, "last": {"1"}})
		},
		"deleting, in the form":     func() answer { return officer.post("/fr/account/delete", url.Values{"sure": {"1"}}) },
		"adding, in another tongue": func() answer { return officer.post("/ar/account/passkey", nil) },
	} {
		a := ask()
		if a.status != 403 || !strings.Contains(a.body, "proof.needed") && !strings.Contains(a.body, "/sign-in/passkey") {
			t.Errorf("%s asks for no proof: %d %.300s", what, a.status, a.body)
		}
	}
	h.state("ferries", func(st *conversation.State) {
		if !st.Roll.Roles(moderator).Has(delegation.Moderator) {
			t.Error("it was done without a proof")
		}
	})
	// The page that is for adding one leads to the proof, and back.
	if a := officer.get("/en/account/passkey"); !strings.Contains(a.body, "/en/sign-in/passkey?next=%2Fen%2Faccount%2Fpasskey") || strings.Contains(a.body, "data-options") {
		t.Error(a.body)
	}
	// Somebody else's passkey proves nothing; one's own does.
	given, err := devices["analyst"].Get(officer.options("/en/sign-in")) // a page that names no passkey
	if err != nil {
		t.Fatal(err)
	}
	wantsKey(t, "another's", officer.post("/en/sign-in/passkey", url.Values{"answer": {given}, "mine": {"1"}}), 422, "passkey.other")
	if a := officer.gives(d, "/en/sign-in/passkey", "mine", "1"); a.status != 303 || a.header.Get("Location") != "/en/sign-in/passkey" {
		t.Fatal(a.status, a.header)
	}
	if a := officer.get("/en/sign-in/passkey"); !strings.Contains(html.UnescapeString(a.body), locale.English.T("passkey.proved")) {
		t.Error(a.body)
	}
	if a := officer.actIn("ferries", "delegation.revoke", revoke); a.status != 200 {
		t.Error("a fresh proof is not enough:", a.status, a.body)
	}
	// Who has no passkey is asked for none; but to get one, they sign in anew.
	plain := h.signedIn("plain@example.org")
	if a := plain.post("/en/account/delete", nil); a.status != 200 {
		t.Error(a.status)
	}
	id, err := h.accounts.Ensure(t.Context(), "plain@example.org", locale.English, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cookie, err := h.accounts.NewSession(t.Context(), id, time.Now().Add(-account.FreshFor))
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(h.url)
	stolen := h.visitor()
	stolen.c.Jar.SetCookies(u, []*http.Cookie{{Name: "plenary", Value: cookie, Path: "/"}})
	if a := stolen.get("/en/account/passkey"); !strings.Contains(a.body, "/en/sign-in?next=%2Fen%2Faccount%2Fpasskey") || strings.Contains(a.body, "data-options") {
		t.Error(a.body)
	}
	if a := stolen.post("/en/account/passkey", url.Values{"answer": {"{}"}}); a.status != 403 {
		t.Error("a stolen session adds a passkey:", a.status)
	}
}

// actIn has a program act in a conversation.
func (v *visitor) actIn(slug, name, body string) answer {
	v.h.t.Helper()
	r, err := http.NewRequest("POST", v.h.url+"/en/c/"+slug+"/acts/"+name, strings.NewReader(body))
	if err != nil {
		v.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Idempotency-Key", serve.Nonce())
	return v.do(r)
}

// What the table of grave things names is there.
func TestGravesExist(t *testing.T) {
	t.Parallel()
	there := map[string]bool{}
	for _, c := range conversation.Commands() {
		there[c.Name] = true
	}
	for _, r := range web.Routes() {
		there[r.Method+" "+r.Pattern] = true
	}
	for _, name := range serve.Graves() {
		if !there[name] {
			t.Errorf("there is no %s", name)
		}
	}
	for _, name := range []string{"conversation.erase", "consultation.confirm", "conversation.discard", "delegation.revoke", "POST /{lang}/account/delete", "POST /{lang}/account/passkey",
		"POST /{lang}/account/passkey/remove"} {
		if !slices.Contains(serve.Graves(), name) {
			t.Errorf("%s asks for no proof", name)
		}
	}
}

// Where browsers give no passkeys nothing asks for one; a chair of a demonstration, which is everybody's, has none; and pages say
// what to do without a script.
func TestWithoutPasskeys(t *testing.T) {
	t.Parallel()
	h := newKeyHouse(t)
	if a := h.visitor().get("/en/sign-in"); !strings.Contains(a.body, "hidden action=\"/en/sign-in/passkey\"") || !strings.Contains(html.UnescapeString(a.body), locale.English.T("passkey.without")) ||
		!strings.Contains(a.body, `name="email"`) {
		t.Error(a.body)
	}
	h.web.Passkeys = nil
	v := h.signedIn("olga@elsewhere.example")
	if a := h.visitor().get("/en/sign-in"); strings.Contains(a.body, "passkey") {
		t.Error("a passkey is asked for")
	}
	if a := v.get("/en/account/passkey"); !strings.Contains(html.UnescapeString(a.body), locale.English.T("passkey.address")) {
		t.Error(a.body)
	}
	wantsKey(t, "an answer", v.post("/en/account/passkey", url.Values{"answer": {"{}"}}), 422, "passkey.address")
	wantsKey(t, "an answer", h.visitor().post("/en/sign-in/passkey", url.Values{"answer": {"{}"}}), 422, "passkey.address")
	demo := newHouse(t)
	site, err := passkey.New(keyOrigin)
	if err != nil {
		t.Fatal(err)
	}
	demo.web.Passkeys = site
	chair := demo.as("officer")
	if a := chair.get("/en/account/passkey"); a.status != 404 {
		t.Error("a chair gets a passkey:", a.status)
	}
	if a := chair.post("/en/account/passkey", url.Values{"answer": {"{}"}}); a.status != 404 {
		t.Error("a chair gets a passkey:", a.status)
	}
	if a := chair.get("/en/account"); strings.Contains(a.body, "passkey") {
		t.Error("a chair is offered a passkey")
	}
}
