package fault

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
)

// sits is a session with a sitting that is open, and two parties on the list of its item.
const sits = `
grant @cora chair

enter %arcadia
  category: ngo
  name: Arcadia

enter %moor
  category: ngo
  name: Moor

plan => $s
  title.en: First session
  form: online
  zone: UTC

plan-sitting $s
  begins: now
  ends: now+3h

plan-item $s => $ferries
  title.en: Ferries

set-rules $s
  limits: ngo 600

set-list $s
  item: 1
  open: yes

enter-request $s
  party: %arcadia
  item: 1

enter-request $s
  party: %moor
  item: 1

open-sitting $s
  number: 1
`

// sat is what a program reads of the floor.
type sat struct {
	Speaker *struct {
		Party         cite.Ref
		Seconds, Left int
		Began, Until  time.Time
	}
	Places []struct {
		Party   cite.Ref
		Request int
	}
	Spoken int
	Turns  []struct{ Spoke int }
}

// TestKilledWhileSomebodySpeaks: the server is killed while somebody has the floor, while the clock stands, and while the sitting is
// suspended. Started again, it has the same speaker, the clock goes on to the same instant or stands at the same second, the list is the same, and the chair
// goes on with what it had read before.
func TestKilledWhileSomebodySpeaks(t *testing.T) {
	bin, dir := binary(t, false), room(t)
	seed(t, dir, "now+30d", sits)
	in := opened(t, dir, false)
	var cora delegation.Participant
	var moor cite.Ref
	ok(t, read(t, in, func(st *conversation.State) {
		cora = st.Roll.Holders(delegation.Chair)[0]
		moor = st.Floors.Floor("s1").Requests[1].Party
	}))
	chair := session(t, in, cora)
	closed(t, in)
	s := serve(t, bin, dir)
	const desk = "/en/c/" + slug + "/desk/speakers/s1"
	// looked is where the chair acted last, as the console has it that somebody reads now.
	looked := func() string {
		t.Helper()
		a, err := s.get(desk, chair)
		if err != nil || a.status != http.StatusOK {
			t.Fatal(a, err)
		}
		found := regexp.MustCompile(`name="seen" value="(\d+)"`).FindSubmatch(a.body)
		if found == nil {
			t.Fatal(a)
		}
		return string(found[1])
	}
	press := func(seen string, form url.Values) {
		t.Helper()
		form.Set("seen", seen)
		a, err := s.do("POST", desk, "application/x-www-form-urlencoded", []byte(form.Encode()), chair)
		if err != nil || a.status != http.StatusSeeOther {
			t.Fatal(form, a, err)
		}
	}
	seen := looked()
	floor := func() (f sat) {
		t.Helper()
		a, err := s.get("/en/c/" + slug + "/s1/floor.json")
		if err != nil || a.status != http.StatusOK || json.Unmarshal(a.body, &f) != nil {
			t.Fatal(a, err)
		}
		return f
	}
	// again kills the server, starts it again and looks that nothing changed but what time does.
	again := func(when string) {
		t.Helper()
		before := floor()
		s.kill()
		s = serve(t, bin, dir)
		after := floor()
		if before.Speaker == nil || after.Speaker == nil {
			t.Fatalf("%s: nobody speaks: %+v, then %+v", when, before, after)
		}
		b, a := *before.Speaker, *after.Speaker
		if b.Party != a.Party || b.Seconds != a.Seconds || !b.Began.Equal(a.Began) || !b.Until.Equal(a.Until) || b.Until.IsZero() && b.Left != a.Left {
			t.Errorf("%s: %+v, then %+v", when, b, a)
		}
		if fmt.Sprint(before.Places) != fmt.Sprint(after.Places) || fmt.Sprint(before.Turns) != fmt.Sprint(after.Turns) || b.Until.IsZero() && before.Spoken != after.Spoken {
			t.Errorf("%s: %+v, then %+v", when, before, after)
		}
	}
	for _, c := range []struct {
		when string
		form url.Values
	}{
		{"while somebody speaks", url.Values{"do": {"give"}, "request": {"1"}}},
		{"with time added", url.Values{"do": {"time"}, "what": {"add"}, "seconds": {"30"}}},
		{"while the sitting is suspended", url.Values{"do": {"time"}, "what": {"suspend"}}},
		{"while the clock stands", url.Values{"do": {"time"}, "what": {"proceed"}}},
		{"while it runs again", url.Values{"do": {"time"}, "what": {"go_on"}}},
		{"after the next was called", url.Values{"do": {"give"}, "request": {"2"}}},
	} {
		press(seen, c.form)
		seen = looked() // what is pressed next was read before the server is killed
		again(c.when)
	}
	if f := floor(); f.Speaker.Party != moor || len(f.Places) != 0 || len(f.Turns) != 1 {
		t.Errorf("%+v", f)
	}
	s.stop()
	good(t, bin, "fsck", "--data", dir)
}
