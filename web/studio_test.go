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
	h.again = true
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
	h.officer.actIn("ferries", "session.open-sitting", `{"session":"s1","number":1,"opened":"`+now.Add(-10*time.Minute).Format(time.RFC3339)+`"}`)
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

	// Afterwards each passage of the transcript leads to its second in the recording.
	for _, c := range [][2]string{{"session.close-sitting", `{"session":"s1","number":1}`},
		{"transcript.transcribe", `{"session":"s1","sitting":1,"language":"en","made":"people","source":"[0:00:10] Good morning.\n[0:00:20] We begin."}`}} {
		if a := h.officer.actIn("ferries", c[0], c[1]); a.status != http.StatusOK {
			t.Fatal(c[0], a.status, a.body)
		}
	}
	record := func(do, address string) answer {
		t.Helper()
		return h.officer.post(desk, url.Values{"do": {do}, "channel": {"floor"}, "sitting": {"1"}, "begins": {""}, "address": {address}})
	}
	if a := record("record", "https://video.example/1#x"); a.status != http.StatusUnprocessableEntity {
		t.Error("an address with a fragment:", a.status)
	}
	if a := record("record", "https://video.example/1"); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	if page := reader.get(h.in + "/transcript").body; !strings.Contains(page, `href="https://video.example/1#t=10"`) {
		t.Error("the transcript does not lead to the recording")
	}
	if page := h.officer.get(desk).body; !strings.Contains(page, "https://video.example/1") {
		t.Error("the desk does not show the recording")
	}
	if a := record("unrecord", ""); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	if page := reader.get(h.in + "/transcript").body; strings.Contains(page, "video.example") {
		t.Error("the transcript leads to a recording that was taken back")
	}
}

// TestBooth: an interpreter sees who speaks and the texts in advance, goes on air, and tells the chair and the technician; nobody who works in no booth sees the page,
// and nobody else the texts or the signals.
func TestBooth(t *testing.T) {
	t.Parallel()
	h := newRegistering(t, time.Now().Add(20*time.Minute))
	h.again = true
	ana, reader := h.person("ana"), h.visitor()
	inge := h.staffed("fritz", "interpreter")
	const desk, tech = "/en/c/ferries/desk/booth/s1", "/en/c/ferries/desk/studio/s1"
	act := func(name, body string) {
		t.Helper()
		if a := h.officer.actIn("ferries", name, body); a.status != http.StatusOK {
			t.Fatal(name, a.status, a.body)
		}
	}
	if a := inge.get(desk); a.status != http.StatusNotFound {
		t.Error("an interpreter without a booth:", a.status)
	}
	act("studio.assign-booth", `{"session":"s1","channel":"fr","participant":"`+string(h.who["fritz"].Ref())+`"}`)
	_, seen, _ := strings.Cut(h.officer.get("/en/c/ferries/desk/sessions/s1?do=item").body, `name="seen" value="`)
	seen, _, _ = strings.Cut(seen, `"`)
	act("session.plan-item", `{"session":"s1","item":{"title":{"original":"en","in":{"en":"Ferries"}}},"seen":`+seen+`}`)
	now := time.Now().UTC()
	act("session.open-sitting", `{"session":"s1","number":1,"opened":"`+now.Add(-time.Minute).Format(time.RFC3339)+`"}`)
	const secret = "The ferry shall run at night."
	if a := ana.post(h.in+".i1/ask-floor", url.Values{"do": {"text"}, "for": {string(party(t, h.delegations, "ana").Ref())}, "item": {"1"}, "language": {"en"}, "text": {secret}}); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	if a := ana.post(h.in+".i1/ask-floor", url.Values{"do": {"text"}, "for": {string(party(t, h.delegations, "ana").Ref())}, "item": {"1"}, "language": {"en"}, "text": {" "}}); a.status != http.StatusUnprocessableEntity {
		t.Error("an empty text:", a.status)
	}
	press := func(v *visitor, do, kind string) answer {
		t.Helper()
		return v.post(desk, url.Values{"do": {do}, "channel": {"fr"}, "sitting": {"1"}, "kind": {kind}})
	}
	if a := press(inge, "take", ""); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	if a := press(inge, "signal", "slow"); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	if a := press(inge, "signal", "slow"); a.status != http.StatusTooManyRequests || !strings.Contains(html.UnescapeString(a.body), locale.English.T("refusal.studio.signalled")) {
		t.Error("twice in a moment:", a.status)
	}
	slow := locale.English.T("studio.signal.slow")
	h.says("the booth", h.read(inge, desk), "studio.air.me", "studio.texts", "studio.signal.sound", "studio.do.on")
	if page := inge.get(desk).body; !strings.Contains(page, "<h1>The booth: French</h1>") || !strings.Contains(page, "<title>The booth: French") {
		t.Error("the page does not say which booth it is")
	}
	if !strings.Contains(inge.get(desk).body, secret) {
		t.Error("the interpreter does not read the text")
	}
	ben := h.staffed("ben", "interpreter")
	act("studio.assign-booth", `{"session":"s1","channel":"fr","participant":"`+string(h.who["ben"].Ref())+`"}`)
	h.says("the booth, to a colleague", h.read(ben, desk), "studio.air.other")
	if strings.Contains(html.UnescapeString(ben.get(desk).body), locale.English.T("studio.air.me")) {
		t.Error("who works in the booth too is told that they are on air")
	}
	h.says("the desk", h.read(h.officer, tech), "studio.signal.slow", "studio.on_air")
	h.says("the console", h.read(h.officer, "/en/c/ferries/desk/speakers/s1"), "studio.signal.slow")
	for name, v := range map[string]*visitor{"a reader": reader, "a delegate": ana, "a moderator": h.as("moderator"), "an officer": h.officer} {
		if a := v.get(desk); a.status == http.StatusOK {
			t.Errorf("%s sees the booth", name)
		}
		if a := press(v, "signal", "sound"); a.status == http.StatusSeeOther && !strings.Contains(a.header.Get("Location"), "sign-in") {
			t.Errorf("%s speaks for the booth: %d", name, a.status)
		}
		for _, path := range []string{h.in + "/floor", h.in + ".i1/ask-floor", h.in + "/requests?party=" + string(party(t, h.delegations, "ana").Ref()), h.in + "/floor.json", tech, "/en/c/ferries/record"} {
			body := html.UnescapeString(v.get(path).body)
			if strings.Contains(body, secret) {
				t.Errorf("%s reads on %s what is for interpreters alone", name, path)
			}
			if name != "an officer" && strings.Contains(body, slow) {
				t.Errorf("%s reads on %s what a booth told", name, path)
			}
		}
	}
	h.says("who handed it in", h.read(ana, h.in+".i1/ask-floor"), "studio.text_there", "studio.text_back")

	// Whoever has the booth no more is on air in it for nobody.
	act("studio.assign-booth", `{"session":"s1","channel":"fr","participant":"`+string(h.who["fritz"].Ref())+`","off":true}`)
	if a := inge.get(desk); a.status != http.StatusNotFound {
		t.Error("the booth is still hers:", a.status)
	}
	if strings.Contains(html.UnescapeString(h.officer.get(tech).body), locale.English.T("studio.on_air")) {
		t.Error("the desk shows her on air")
	}
}
