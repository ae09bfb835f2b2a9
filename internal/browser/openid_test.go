package browser

import (
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/openplenary/plenary/openid/openidtest"
)

// TestOpenID has somebody link their account at a provider, which is another site to the browser, and sign in with it in one
// press; where nobody linked it, or the provider is away, the page says what to do.
func TestOpenID(t *testing.T) {
	issuer := openidtest.New(t)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.Addr().String())
	free.Close()
	in := instanceAt(t, "127.0.0.1:"+port, "olga@town.example", "--public-url", "http://localhost:"+port, "--oidc", "Ministry="+strings.ReplaceAll(issuer.Setting(), ",", url.QueryEscape(",")))
	v := visitor(t)
	v.host = in.host
	v.open("/fr/sign-in")
	v.press(`a[href*="/sign-in/with/ministry"]`)
	if v.at() == "" || !strings.Contains(v.text("#errors"), "Ministry") || !strings.Contains(v.text("h1"), "Connexion") {
		t.Fatalf("%s: %s", v.at(), v.text("main"))
	}
	for _, wrong := range v.inspect("fr") {
		t.Errorf("%s: %s", v.at(), wrong)
	}
	v.open(in.link)
	v.write("#code", in.code)
	v.press("main form button.go")
	v.open("/en/account")
	v.press(`a[href="/en/account/with/ministry"]`)
	if v.at() != "/en/account?done=saved#linked" || !strings.Contains(v.text("main"), "Ministry · linked") {
		t.Fatalf("%s: %s", v.at(), v.text("main"))
	}
	for _, wrong := range v.inspect("en") {
		t.Errorf("%s: %s", v.at(), wrong)
	}
	v.press(`button[name="all"][value=""]`)
	v.open("/ar/sign-in?next=%2Far%2Faccount")
	v.press(`a[href*="/sign-in/with/ministry"]`)
	if v.at() != "/ar/account" || !strings.Contains(v.text("main"), "Ministry") {
		t.Fatalf("%s: %s", v.at(), v.text("main"))
	}
}
