package web_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
)

// staffed grants a role to somebody who signed in.
func (h *registering) staffed(name, role string) *visitor {
	h.t.Helper()
	v := h.person(name)
	if a := h.officer.actIn("ferries", "delegation.grant", `{"participant":"`+string(h.who[name].Ref())+`","role":"`+role+`"}`); a.status != http.StatusOK {
		h.t.Fatal(a.status, a.body)
	}
	return v
}

// TestSoundAndPicture: the desk keeps links; each reader is shown those that are for them, with the host, and nobody a link of another; they stand on no public
// record; that interpretation is suspended stands on the floor, for a projector, on the stream, and in the report.
func TestSoundAndPicture(t *testing.T) {
	t.Parallel()
	h := newRegistering(t, time.Now().Add(20*time.Minute))
	ana, fritz, reader := h.person("ana"), h.person("fritz"), h.visitor()
	h.begins(ana, "seat", "active")
	h.confirms(ana, "Ana")
	h.begins(fritz, "seat", "passive")
	h.confirms(fritz, "Fritz")
	const desk = "/en/c/ferries/desk/studio/s1"
	for name, v := range map[string]*visitor{"a reader": reader, "who takes part": ana, "a moderator": h.as("moderator")} {
		if a := v.get(desk); a.status == http.StatusOK {
			t.Errorf("%s sees the desk of sound and picture", name)
		}
		if a := v.post(desk, url.Values{"do": {"interpret"}, "channel": {"fr"}, "sitting": {"1"}, "say": {"on"}}); a.status == http.StatusOK || strings.Contains(a.header.Get("Location"), "done=") {
			t.Errorf("%s says how interpretation stands: %d", name, a.status)
		}
	}
	link := func(channel, to, address string) answer {
		t.Helper()
		page := h.officer.get(desk).body
		form := deskForm(t, page, desk, strings.Count(page[:strings.Index(page, `value="link"`)], "<form method=\"post\" action=\""+desk))
		form = deskWith(form, "do", "link", "channel", channel, "for", to, "minutes", "30", "link", address)
		return h.officer.post(desk, form)
	}
	for _, c := range [][3]string{{"floor", "everybody", "https://webcast.example/hall"}, {"fr", "seated", "https://meet.example/fr"}, {"en", "active", "https://meet.example/speak"}, {"sign", "booth", "https://meet.example/console"}} {
		if a := link(c[0], c[1], c[2]); a.status != http.StatusSeeOther {
			t.Fatal(c, a.status, deskErrors(a.body))
		}
	}
	if a := link("en", "everybody", "ftp://x"); a.status != http.StatusUnprocessableEntity || !strings.Contains(html.UnescapeString(a.body), locale.English.T("refusal.desk.address")) {
		t.Error("an address of another kind:", a.status)
	}
	for name, c := range map[string]struct {
		v    *visitor
		path string
		want string
	}{
		"everybody on the floor": {reader, h.in + "/floor", "hall"}, "everybody": {reader, h.in + "/listen", "hall"}, "an active seat": {ana, h.in + "/listen", "hall fr speak"},
		"a passive seat": {fritz, h.in + "/listen", "hall fr"}, "joins": {fritz, h.in + "/join", "hall fr"}, "the record": {reader, "/en/c/ferries/record", ""}, "the session": {ana, h.in, ""},
		"the record for a moderator": {h.as("moderator"), "/en/c/ferries/record", ""}, "the floor as JSON": {reader, h.in + "/floor.json", "hall"}, "their registration": {ana, h.in + "/register", ""},
	} {
		a := c.v.get(c.path)
		for word, address := range map[string]string{"hall": "webcast.example/hall", "fr": "meet.example/fr", "speak": "meet.example/speak", "console": "meet.example/console"} {
			if want := strings.Contains(" "+c.want+" ", " "+word+" "); strings.Contains(a.body, address) != want {
				t.Errorf("%s: %d; that %s stands there is %v", name, a.status, address, !want)
			}
		}
	}
	if page := reader.get(h.in + "/listen").body; !strings.Contains(page, ">webcast.example</bdi>") || !strings.Contains(page, "noreferrer") {
		t.Error("a link without its host, or one that tells where one came from")
	}
	if page := h.read(ana, h.in+"/register"); !strings.Contains(page, h.in+"/listen") {
		t.Error("the registration does not lead to sound and picture")
	}
	for n := range 40 { // no entry of the record, and nothing that is taken away, has an address
		for _, v := range []*visitor{reader, h.as("moderator")} {
			if a := v.get("/en/c/ferries/entry-" + string(rune('0'+n/10)) + string(rune('0'+n%10))); strings.Contains(a.body, "meet.example") {
				t.Errorf("entry %d shows an address", n)
			}
		}
	}

	// Interpretation is said by the interpreter of the booth, and seen at once.
	inge := h.staffed("fritz", "interpreter")
	now := time.Now().UTC()
	h.officer.actIn("ferries", "session.open-sitting", `{"session":"s1","number":1,"opened":"`+now.Add(-time.Minute).Format(time.RFC3339)+`"}`)
	say := func(v *visitor, channel, what string) answer {
		t.Helper()
		return v.post(desk, url.Values{"do": {"interpret"}, "channel": {channel}, "sitting": {"1"}, "say": {what}})
	}
	if a := say(inge, "fr", "on"); a.status != http.StatusForbidden {
		t.Error("of a booth that is not theirs:", a.status)
	}
	if a := h.officer.actIn("ferries", "studio.assign-booth", `{"session":"s1","channel":"fr","participant":"`+string(h.who["fritz"].Ref())+`"}`); a.status != http.StatusOK {
		t.Fatal(a.status, a.body)
	}
	for _, what := range []string{"on", "sound"} {
		if a := say(inge, "fr", what); a.status != http.StatusSeeOther {
			t.Fatal(what, a.status, deskErrors(a.body))
		}
	}
	for path, l := range map[string]locale.Lang{h.in + "/floor": "en", h.in + "/floor?view=screen": "en", "/ar/c/ferries/s1/floor": "ar", "/fr/c/ferries/s1/floor": "fr", h.in + "/report": "en", h.in + "/listen": "en"} {
		if page := html.UnescapeString(reader.get(path).body); !strings.Contains(page, l.T("studio.reason.sound")) || !strings.Contains(page, l.T("studio.into.fr")) {
			t.Errorf("%s does not say that interpretation is suspended", path)
		}
	}
	say(inge, "fr", "on")
	if page := reader.get(h.in + "/floor").body; strings.Contains(page, locale.English.T("studio.reason.sound")) || !strings.Contains(html.UnescapeString(page), locale.English.T("studio.interpreted_into")) {
		t.Error("the floor still says that it is suspended")
	}
}
