package web_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/web"
)

// authorsCode is the code on the page of a receipt.
var authorsCode = regexp.MustCompile(`<b class="code2" dir="ltr">([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</b>`)

// TestWithdrawElsewhere: whoever sent something without an account takes it back on another device, by its number and the
// code on its receipt, and by nothing less.
func TestWithdrawElsewhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	to, _, _ := strings.Cut(v.deskTo(v.contributes("I may want this back.")), "?")
	ref := strings.TrimSuffix(strings.TrimPrefix(to, "/en"+conv+"/"), "/receipt")
	page := v.get(to)
	code := authorsCode.FindStringSubmatch(page.body)
	if code == nil {
		t.Fatal("no code stands on the receipt:", page.status)
	}
	const mine = "/en" + conv + "/mine"
	typed := func(number, code string) url.Values { return url.Values{"contribution": {number}, "code": {code}} }

	// The receipt file does not hold the code, and gives no hold on what it is of.
	file := v.get(to + ".json")
	if strings.Contains(file.body, code[1]) || strings.Contains(file.body, strings.ReplaceAll(code[1], "-", "")) {
		t.Error("the code stands in the file that anybody may be shown")
	}
	other := h.visitor()
	if a := other.deskUpload("/en/check", nil, "receipt", "receipt.json", []byte(file.body)); a.status != 200 || !strings.Contains(a.body, `action="`+conv+`/mine"`) && !strings.Contains(a.body, `action="`+mine+`"`) || strings.Contains(a.body, code[1]) {
		t.Error("the check does not lead on to the code, or tells it:", a.status)
	}
	if a := other.post("/en"+conv+"/"+ref+"/withdraw", nil); a.status != 404 {
		t.Error("somebody with the receipt alone takes it back:", a.status)
	}

	// A wrong code of what waits, and any code of what is not there, answer alike.
	bare := func(a answer, number string) string {
		return strings.ReplaceAll(strings.ReplaceAll(a.body, number, "N"), code[1], "K")
	}
	wrong, none := other.post(mine, typed(ref, "0000-0000-0000")), other.post(mine, typed("c9999", "0000-0000-0000"))
	// Nobody's code, were it known, opens nothing.
	deskRefused(t, other.post(mine, typed("c9999", h.sec.AuthorCode(script.DemoSlug, 0))), 422, "author.code")
	deskRefused(t, wrong, 422, "author.code")
	if wrong.status != none.status || bare(wrong, ref) != bare(none, "c9999") {
		t.Error("a wrong code tells whether there is such a contribution")
	}
	for _, number := range []string{"", "x", "0", "-1", "c1.1", "p2", strings.Repeat("9", 300), "c1"} {
		deskRefused(t, other.post(mine, typed(number, code[1])), 422, "author.code")
	}
	if a := other.get("/en" + conv + "/" + ref); strings.Contains(a.body, "I may want this back") {
		t.Error("a stranger reads what waits")
	}
	// Nobody tries many codes.
	street := h.entrance(func(*web.Options) {})
	other = street.from("192.0.2.7", "")
	for range 10 {
		deskRefused(t, other.post(mine, typed(ref, "0000-0000-0000")), 422, "author.code")
	}
	deskRefused(t, other.post(mine, typed(ref, code[1])), 429, "too_many")

	// However it was typed.
	other = street.from("192.0.2.9", "")
	number := strings.TrimPrefix(ref, "c")
	loose := " " + strings.ToLower(strings.NewReplacer("-", " ", "0", "o", "1", "l").Replace(code[1])) + " "
	if to := other.deskTo(other.post(mine, typed(" "+number+" ", loose))); to != "/en"+conv+"/"+ref+"?done=held" {
		t.Fatal(to)
	}
	if a := other.get("/en" + conv + "/" + ref); a.status != 200 || !strings.Contains(a.body, "I may want this back") || !strings.Contains(a.body, "/"+ref+`/withdraw"`) {
		t.Error("it is not theirs now:", a.status)
	}
	if a := other.get(mine); !strings.Contains(a.body, `/`+ref+`/receipt"`) {
		t.Error("it is not among what they sent")
	}
	if to := other.deskTo(other.post("/en"+conv+"/"+ref+"/withdraw", nil)); !strings.Contains(to, "done=withdrawn") {
		t.Error(to)
	}
}

// TestHoldIsProved: a browser that says it is an author is none without the proof that this instance gave it.
func TestHoldIsProved(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	to, _, _ := strings.Cut(v.deskTo(v.contributes("Mine.")), "?")
	ref := strings.TrimSuffix(strings.TrimPrefix(to, "/en"+conv+"/"), "/receipt")
	code := authorsCode.FindStringSubmatch(v.get(to).body)[1]
	other := h.visitor()
	other.deskTo(other.post("/en"+conv+"/mine", url.Values{"contribution": {ref}, "code": {code}}))
	at, _ := url.Parse(h.url)
	own := ""
	for _, c := range other.c.Jar.Cookies(at) {
		if c.Name == "plenary-own" {
			own = c.Value
		}
	}
	slug, shown, ok := strings.Cut(own, "*")
	b, err := base64.RawURLEncoding.DecodeString(shown)
	if !ok || err != nil || len(b) != 16 {
		t.Fatal(own)
	}
	withdraws := func(value string) int {
		x := h.visitor()
		x.c.Jar.SetCookies(at, []*http.Cookie{{Name: "plenary-own", Value: value}})
		return x.post("/en"+conv+"/"+ref+"/withdraw", nil).status
	}
	for i := range b {
		changed := append([]byte(nil), b...)
		changed[i] ^= 4
		if got := withdraws(slug + "*" + base64.RawURLEncoding.EncodeToString(changed)); got != 404 {
			t.Errorf("byte %d changed: %d", i, got)
		}
	}
	if got := withdraws("elsewhere*" + shown); got != 404 {
		t.Error("what was shown of another conversation:", got)
	}
	if got := withdraws(own); got != 303 {
		t.Error(got)
	}
}

// TestCodeIsTheAuthors: the code stands on the author's page of a receipt, printed too, and on nobody else's; what was sent
// with an account has none.
func TestCodeIsTheAuthors(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	to, _, _ := strings.Cut(v.deskTo(v.contributes("For all to read.")), "?")
	ref := strings.TrimSuffix(strings.TrimPrefix(to, "/en"+conv+"/"), "/receipt")
	moderator := h.as("moderator")
	moderator.deskTo(moderator.post("/en"+conv+"/"+ref+"/publish", nil))
	for who, x := range map[string]*visitor{"a stranger": h.visitor(), "a moderator": moderator, "an officer": h.as("officer")} {
		a := x.get(to)
		if a.status != 200 || authorsCode.MatchString(a.body) || !strings.Contains(a.body, "/mine?contribution="+ref) {
			t.Errorf("%s: %d", who, a.status)
		}
	}
	if a := v.get(to); !authorsCode.MatchString(a.body) {
		t.Error("the author has it no more once it is published")
	}
	member := h.as("officer")
	if a := member.get(func() string {
		s, _, _ := strings.Cut(member.deskTo(member.contributes("With an account.")), "?")
		return s
	}()); authorsCode.MatchString(a.body) || !strings.Contains(a.body, "with your account") {
		t.Error("a code of what was sent with an account:", a.status)
	}
}
