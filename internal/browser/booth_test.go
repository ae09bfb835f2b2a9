package browser

import (
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestBoothIsWorked: two interpreters of one booth come by their letters to the desk, and from there to the booth; each reads the text that a party handed in, which nobody else
// does; one goes on air, the other, on a phone without script, asks for the booth, has it handed over and tells the chair to have people speak more slowly, and that the sound is
// bad. The chair sees it at once; everybody reads that interpretation is suspended; and when the sitting in which the party spoke is closed, its text is gone.
func TestBoothIsWorked(t *testing.T) {
	if os.Getenv("PLENARY_SOAK") != "1" {
		return
	}
	now := time.Now()
	m := newMeeting(t, "A session that is interpreted", now.Add(-10*time.Minute), now.Add(2*time.Hour))
	m.speaks(now.Add(-5 * time.Minute))
	delegate := newClient(t).as("delegate")
	party := delegate.party()
	const text = "La cloche du bac est à nous."
	delegate.posts("/en"+m.at+".i1/ask-floor", url.Values{"do": {"text"}, "for": {party}, "item": {"1"}, "language": {"fr"}, "text": {text}})
	delegate.posts("/en"+m.at+".i1/ask-floor", url.Values{"do": {"ask"}, "for": {party}, "item": {"1"}, "kind": {"place"}, "floor": {"fr"}})

	booth, console := house+"/desk/booth/"+m.ref, house+"/desk/speakers/"+m.ref
	inge, igor, chair := m.staff("inge@journeys.example", "interpreter"), m.staff("igor@journeys.example", "interpreter"), m.staff("carla@journeys.example", "chair")
	igor.noScript()
	igor.size(360, 740)
	if eval[bool](inge, `!!document.querySelector('main a[href*="/desk/booth/"]')`) {
		t.Error("an interpreter without a booth is led to one")
	}
	_, page := m.office.get("/en" + house + "/desk/studio/" + m.ref)
	for _, name := range []string{"inge", "igor"} {
		who := regexp.MustCompile(`value="(u\w{13})"[^>]*>` + name + "@").FindStringSubmatch(page)
		if who == nil {
			t.Fatalf("the desk does not know %s", name)
		}
		m.office.posts("/en"+house+"/desk/studio/"+m.ref, url.Values{"do": {"assign"}, "participant": {who[1]}, "channel": {"ar"}})
	}
	for _, v := range []*tab{inge, igor} {
		v.open("/en" + house + "/desk")
		v.says("You work at the sittings of a session.")
		v.press(`main section a[href$="` + booth + `"]`)
		v.says("The booth: Arabic", text, "Nobody is on air")
	}
	chair.open("/en" + house + "/desk")
	chair.press(`main section a[href$="` + console + `"]`)
	for path, who := range map[string]*tab{m.at + "/floor": visitor(t), console: chair} {
		who.open("/en" + path)
		if strings.Contains(who.text("body"), text) {
			t.Errorf("what is for interpreters stands on %s", path)
		}
	}

	// One is on air; the other asks for the booth, and is handed it.
	inge.acts("#press-takear", shows("#booth", "You are on air"))
	igor.open("/en" + booth)
	igor.says("A colleague is on air")
	igor.acts("#press-takear", shows("#booth", "Take the request back"))
	inge.until("the request is shown", shows("#booth", "A colleague asks you for the booth."))
	inge.acts("#press-passar", shows("#booth", "A colleague is on air"))
	igor.open("/en" + booth)
	igor.says("You are on air")
	if eval[bool](igor, `!!document.querySelector("#press-passar")`) {
		t.Error("there is something to hand over that nobody asked for")
	}

	// The chair sees what the booth tells, without asking again; the public does not, and reads how interpretation stands.
	reader := visitor(t)
	reader.open("/en" + m.at + "/floor")
	chair.open("/en" + console)
	chair.until("the console is there", "document.readyState === 'complete' && !!document.querySelector('#console')")
	igor.press("#press-signalslowar")
	chair.until("the booth is heard", shows("#console", "Slow down, please"))
	igor.press("#press-signalsoundar")
	chair.until("the booth is heard again", shows("#console", "The sound is bad"))
	igor.press(`#booth button[name="say"][value="on"]`)
	reader.until("there is interpretation", shows("main", "Arabic"))
	igor.press(`#booth button[name="say"][value="sound"]`)
	reader.until("it is said that interpretation is suspended", shows("main", "Interpretation into Arabic is suspended"))
	if strings.Contains(reader.text("main"), "Slow down") {
		t.Error("everybody reads what a booth tells the chair")
	}

	// The party speaks; when the sitting is closed what it handed in is nobody's.
	chair.acts(`.keys button[id^="press-give"]`, "!!document.querySelector('#press-timethank')")
	inge.until("the language is known", shows("#booth .lead", "French"))
	inge.reads(booth)
	chair.reads(console)
	chair.open("/en" + console)
	chair.acts("#press-timethank", "!document.querySelector('#press-timethank')")
	inge.reads(house + "/desk")
	m.act("session.close-sitting", map[string]any{"number": 1})
	inge.open("/en" + booth)
	if inge.says("The booth: Arabic"); strings.Contains(inge.text("main"), text) {
		t.Error("the sitting in which the party spoke is closed, and its text is still there")
	}
	inge.open("/en" + house + "/desk")
	if eval[bool](inge, `!!document.querySelector('main a[href$="`+booth+`"]')`) {
		t.Error("the desk leads to the booth of a session that is over")
	}
}
