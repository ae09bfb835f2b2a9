package browser

import (
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestCaptionsAreRead: the secretariat gives a program a key at its desk; what the program sends with it is shown to whoever has the page open, without asking again, and read
// by somebody without script, in Arabic, on a phone; what was put right stands there in its place. Nobody else sends. The pages of captions, of the transcript, of the desk and of the
// form for what is put right are no wider than the screen and pass axe, with what was said on them.
func TestCaptionsAreRead(t *testing.T) {
	if os.Getenv("PLENARY_SOAK") != "1" {
		return
	}
	officer := newClient(t).as("officer")
	now := time.Now().UTC()
	s := officer.actIn(house, "session.plan", map[string]any{"plan": map[string]any{"title": in("A session with captions"), "form": "online", "zone": "UTC"}})[0]
	_, page := officer.get("/en" + house + "/desk/sessions/" + s + "?do=item")
	seen := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(page)
	if seen == nil {
		t.Fatal("the desk does not say where the session changed last")
	}
	officer.actIn(house, "session.plan-sitting", map[string]any{"session": s, "begins": now.Add(-time.Hour), "ends": now.Add(time.Hour), "seen": must(strconv.Atoi(seen[1]))})
	officer.actIn(house, "session.open-sitting", map[string]any{"session": s, "number": 1})
	// The officer works in a booth as well: what is for interpreters is read on their page.
	_, record := officer.get("/en" + house + "/record.json")
	head := regexp.MustCompile(`"head": (\d+)`).FindStringSubmatch(record)
	if head == nil {
		t.Fatal("the record has no head: ", record)
	}
	_, entry := officer.get("/en" + house + "/entry-" + head[1] + ".json")
	by := regexp.MustCompile(`\\"by\\":\\"(u\w+)`).FindStringSubmatch(entry)
	if by == nil {
		t.Fatal("the entry does not say who opened the sitting: ", entry)
	}
	officer.actIn(house, "delegation.grant", map[string]any{"participant": by[1], "role": "interpreter"})
	officer.actIn(house, "studio.assign-booth", map[string]any{"session": s, "channel": "fr", "participant": by[1]})
	officer.actIn(house, "studio.take-air", map[string]any{"session": s, "sitting": 1, "channel": "fr"})
	desk, captions := house+"/desk/transcripts/"+s, house+"/"+s+"/captions"

	office := signedInAs(t, "officer")
	office.open("/en" + desk)
	office.fill(`select[name="language"]:not(#language)`, "fr")
	office.press(`form:has(input[name="do"][value="feed"]) button`)
	key := regexp.MustCompile(`Bearer ([\w-]{22})`).FindStringSubmatch(office.text("main"))
	if key == nil {
		t.Fatal("no key is given: ", office.text("main"))
	}
	send := func(key, cues string) int {
		t.Helper()
		r := must(http.NewRequest("POST", address+"/en"+captions, strings.NewReader("WEBVTT\n\n"+cues)))
		r.Header.Set("Content-Type", "text/vtt")
		r.Header.Set("Authorization", "Bearer "+key)
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		return a.StatusCode
	}
	if got := send(strings.Repeat("A", 22), "00:01.000 --> 00:02.000\nNon."); got != http.StatusForbidden {
		t.Errorf("somebody without the key sends: %d", got)
	}
	reader, passive := visitor(t), visitor(t)
	reader.open("/en" + captions)
	reader.do("mark the page", chromedp.Evaluate[chromedp.Void]("void (window.was = true)"))
	if got := send(key[1], "00:01.000 --> 00:02.000\nBonjour à tous.\n\n00:02.000 --> 00:03.000\nNous comencons."); got != http.StatusNoContent {
		t.Fatal(got)
	}
	reader.until("what was said is shown", `window.was && document.querySelector("#captions-now").innerText.includes("Nous comencons.")`)
	passive.noScript()
	passive.size(360, 740)
	passive.open("/ar" + captions)
	if !strings.Contains(passive.text("#captions-now"), "Bonjour à tous.") || !eval[bool](passive, `document.dir === "rtl" && !!document.querySelector('meta[http-equiv=refresh]') && document.querySelector('#captions-now span[lang=fr]').dir === "ltr"`) {
		t.Error("without script, in Arabic:", passive.text("#captions-now"))
	}

	// The secretariat puts it right, and whoever reads has it in its place.
	office.open("/en" + desk + "?sitting=1&in=fr&n=1")
	office.fill("#text", "Bonjour à tous.\nNous commençons.")
	office.press(`form:has(#text) button.go`)
	reader.until("what was put right is shown", `window.was && document.querySelector("#captions-now").innerText.includes("Nous commençons.") && !document.querySelector("#captions-now").innerText.includes("comencons")`)

	for _, scheme := range []string{"light", "dark"} {
		for _, v := range []*tab{reader, office} {
			v.scheme(scheme)
		}
		reader.reads(captions)
		reader.reads(house + "/" + s + "/transcript")
		office.reads(desk)
		office.reads(desk + "?sitting=1&in=fr&n=1")
		office.reads(house + "/desk/studio/" + s)
		office.reads(house + "/desk/booth/" + s)
		office.reads(house + "/desk/speakers/" + s + "?do=turn")
	}
}
