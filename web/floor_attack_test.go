package web_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
)

// sitter is somebody who leads a sitting that is attacked.
type sitter struct {
	*delegations
	t                  *testing.T
	officer            *visitor
	arcadia, ruritania string
}

// led opens a sitting with its list.
func led(t *testing.T) *sitter {
	t.Helper()
	h := &sitter{delegations: newDelegations(t), t: t}
	h.officer = sitting(t, h.delegations)
	declared(t, h.delegations, h.officer)
	h.arcadia, h.ruritania = string(party(t, h.delegations, "ana").Ref()), string(party(t, h.delegations, "fritz").Ref())
	return h
}

// onRecord is the floor as it is on the record.
func (h *sitter) onRecord() (x floor.Floor) {
	h.t.Helper()
	if _, err := h.sec.Read(h.t.Context(), "ferries", func(st *conversation.State) error { x = *st.Floors.Floor("s1"); return nil }); err != nil {
		h.t.Fatal(err)
	}
	return x
}

// does asks for something as an officer, with where the chair acted last.
func (h *sitter) does(name, body string, args ...any) {
	h.t.Helper()
	body = strings.Replace(fmt.Sprintf(body, args...), "SEEN", fmt.Sprint(h.onRecord().Acted), 1)
	if a := h.officer.actIn("ferries", name, body); a.status != http.StatusOK {
		h.t.Fatal(name, a.status, a.body)
	}
}

// TestTwoChairsAtOnce: two who sit in the chair press in the same instant, the same button and different ones, on pages that both have read. Of two presses one is done,
// whoever's it is, and the other is told; nobody is called twice and no turn is two.
func TestTwoChairsAtOnce(t *testing.T) {
	t.Parallel()
	h := led(t)
	const desk = "/en/c/ferries/desk/speakers/s1.i1"
	h.does("floor.enter-request", `{"session":"s1","item":1,"party":%q}`, h.arcadia)
	h.does("floor.enter-request", `{"session":"s1","kind":"reply","item":1,"party":%q}`, h.arcadia)
	other := h.as("officer")
	give := func(n int) url.Values { return url.Values{"do": {"give"}, "request": {fmt.Sprint(n)}} }
	timed := func(what string) url.Values { return url.Values{"do": {"time"}, "what": {what}, "seconds": {"30"}} }
	h.does("floor.enter-request", `{"session":"s1","item":1,"party":%q}`, h.ruritania)
	h.does("floor.set-list", `{"session":"s1","item":2,"open":true}`)
	h.does("floor.enter-request", `{"session":"s1","item":2,"party":%q}`, h.ruritania)
	for i, both := range [][2]url.Values{{give(1), give(1)}, {timed("thank"), timed("cut")}, {give(2), give(3)}, {timed("add"), timed("add")}, {timed("stop"), timed("suspend")},
		{url.Values{"do": {"strike"}, "n": {"4"}, "reason-en": {"They left."}}, url.Values{"do": {"move"}, "n": {"4"}, "to": {"1"}, "reason-en": {"They have to leave."}}}} {
		before := h.onRecord()
		var press sync.WaitGroup
		var got [2]answer
		for n, v := range []*visitor{h.officer, other} {
			both[n].Set("seen", fmt.Sprint(before.Acted))
			press.Go(func() { got[n] = v.post(desk, both[n]) })
		}
		press.Wait()
		done, told := 0, 0
		for _, a := range got {
			switch {
			case a.status == http.StatusSeeOther:
				done++
			case a.status == http.StatusConflict && strings.Contains(html.UnescapeString(a.body), "Something was done in the chair"):
				told++
			}
		}
		after := h.onRecord()
		if done != 1 || told != 1 {
			t.Errorf("%d: %d were done and %d told: %d %s; %d %s", i, done, told, got[0].status, deskErrors(got[0].body), got[1].status, deskErrors(got[1].body))
		}
		if n := len(after.Turns) - len(before.Turns); n > 1 || len(after.Speaking()) > 1 || len(after.Moves) > 1 {
			t.Errorf("%d: %d turns came, %d go on", i, n, len(after.Speaking()))
		}
	}
	if x := h.onRecord(); x.Turns[len(x.Turns)-1].Seconds > 330 {
		t.Error("time was added twice")
	}
}

// TestPartyFloods: one party asks for the floor from many lines at once; it has as many requests as each may have, whatever it sends, and one place on the list; another
// that asks meanwhile is taken, and the chair acts on what it has read.
func TestPartyFloods(t *testing.T) {
	t.Parallel()
	h := led(t)
	ana, ben, fritz := h.person("ana"), h.person("ben"), h.person("fritz")
	seen := h.onRecord().Acted
	var flood sync.WaitGroup
	for i := range 24 {
		v := []*visitor{ana, ben}[i%2]
		flood.Go(func() {
			v.actIn("ferries", "floor.ask-floor", fmt.Sprintf(`{"session":"s1","item":1,"party":%q,"note":"Now!"}`, h.arcadia))
			v.actIn("ferries", "floor.ask-floor", fmt.Sprintf(`{"session":"s1","kind":"point","party":%q}`, h.arcadia))
		})
	}
	a := fritz.actIn("ferries", "floor.ask-floor", fmt.Sprintf(`{"session":"s1","item":1,"party":%q}`, h.ruritania))
	flood.Wait()
	if a.status != http.StatusOK {
		t.Error("another party is kept off:", a.status, a.body)
	}
	x := h.onRecord()
	if n, points := len(x.Waiting(floor.Place, 1, cite.Ref(h.arcadia))), len(x.Waiting(floor.Point, 0, cite.Ref(h.arcadia))); n != floor.MaxWaiting || points != 1 {
		t.Errorf("%d requests wait and %d points of order", n, points)
	}
	if f := h.visitor().floor("s1"); len(f.Places) != 2 || len(f.Points) != 1 {
		t.Errorf("%+v", f)
	}
	if x.Acted != seen {
		t.Error("what is asked for tells the chair that its page is old")
	}
	h.does("floor.give-floor", `{"session":"s1","request":%d,"seen":%d}`, x.Waiting(floor.Place, 1, cite.Ref(h.ruritania))[0].Number, seen)
}

// TestOneNeverReads: one who follows the floor and never reads what is sent holds up neither the chair nor those who read.
func TestOneNeverReads(t *testing.T) {
	t.Parallel()
	h := led(t)
	address := strings.TrimPrefix(h.url, "http://")
	follow := func() net.Conn {
		t.Helper()
		c, err := net.Dial("tcp", address)
		if err == nil {
			_ = c.(*net.TCPConn).SetReadBuffer(1 << 10)
			_, err = io.WriteString(c, "GET /en/c/ferries/live?page=floor&ref=s1.i1&from=0 HTTP/1.1\r\nHost: x\r\n\r\n")
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	for range 5 {
		follow()
	}
	reads := bufio.NewScanner(follow())
	for n := range 150 {
		h.does("floor.set-list", `{"session":"s1","item":2,"open":%t}`, n%2 == 0)
	}
	h.does("floor.enter-request", `{"session":"s1","item":1,"party":%q}`, h.ruritania)
	for reads.Buffer(nil, 1<<20); reads.Scan(); {
		if strings.Contains(reads.Text(), "Ruritania") {
			return
		}
	}
	t.Error("whoever reads is not sent what came last:", reads.Err())
}

// TestServerClock: the clock of the server is put back by an hour while somebody speaks. They have no more time than was theirs, the next begins with all of theirs, the sitting
// is closed all the same, and the minutes are of those who spoke.
func TestServerClock(t *testing.T) {
	t.Parallel()
	h := led(t)
	reader := h.visitor()
	for _, p := range []string{h.arcadia, h.ruritania} {
		h.does("floor.enter-request", `{"session":"s1","item":1,"party":%q}`, p)
	}
	h.does("floor.give-floor", `{"session":"s1","request":1,"seen":SEEN}`)
	h.ahead.Add(int64(time.Minute - time.Hour))
	if s := reader.floor("s1").Speaker; s == nil || s.Left != 180 {
		t.Errorf("the clock was put back: %+v", s)
	}
	h.does("floor.give-floor", `{"session":"s1","request":2,"seen":SEEN}`)
	h.ahead.Add(int64(time.Minute))
	if s := reader.floor("s1").Speaker; s == nil || s.Name != "Ruritania" || s.Left != 120 {
		t.Errorf("the next: %+v", s)
	}
	for _, x := range h.onRecord().Turns {
		if !x.Ended.IsZero() && x.Ended.Before(x.Began()) {
			t.Errorf("turn %d ended before it began", x.Number)
		}
	}
	h.does("session.close-sitting", `{"session":"s1","number":1}`)
	for path, want := range map[string]string{"/s1.i1/floor": "Arcadia", "/s1/report": "Ruritania", "/s1/report.akn.xml": "Ruritania", "/s1/requests?party=" + h.arcadia: "Had the floor"} {
		reader.see("/en/c/ferries"+path, want)
	}
	var r reportOf
	if err := json.Unmarshal([]byte(reader.json("/en/c/ferries/s1/report").body), &r); err != nil || r.Times.Turns != 2 || r.Times.Seconds != 60 {
		t.Errorf("%+v %v", r.Times, err)
	}
}

// TestNightSitting: a sitting goes on past midnight and past the hour for which the clocks of the host are put back. What was asked yesterday is said with its day, the clock
// is that of instants, and a turn is entered afterwards in the hour that there was twice, before they were put back, after, and across.
func TestNightSitting(t *testing.T) {
	t.Parallel()
	now := time.Date(2020, 10, 25, 1, 10, 0, 0, time.UTC)
	h := houseAt(t, func() time.Time { return now }, "ferries", "@olga", "@cora", func(sec *plenary.Secretariat) (*script.Runner, error) {
		r := script.New(sec)
		return r, r.Run(t.Context(), os.DirFS("../internal/script/testdata"), "night.txt")
	})
	officer, reader := h.as("officer"), h.visitor()
	const in, desk = "/en/c/ferries", "/en/c/ferries/desk/speakers/s1.i1"
	var arcadia string
	if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error { arcadia = string(st.Floors.Floor("s1").Turns[0].Party); return nil }); err != nil {
		t.Fatal(err)
	}
	reader.see(in+"/s1.i1/floor", "02:55", "7:00", "02:02", "4:00")
	reader.see(in+"/s1/requests?party="+arcadia, "24 October 2020", "23:55")
	enter := func(with ...string) answer {
		t.Helper()
		form := deskForm(t, officer.get(desk+"?do=turn").body, desk, 0)
		return officer.post(desk, deskWith(form, append([]string{"party", arcadia, "from-date", "2020-10-25"}, with...)...))
	}
	for _, c := range []struct {
		with  []string
		key   string
		began time.Time
		lasts time.Duration
	}{
		{[]string{"from-time", "02:30", "to-time", "02:32"}, "floor.fold", time.Time{}, 0},
		{[]string{"from-time", "02:30", "to-time", "02:32", "fold", "first"}, "", now.Add(-40 * time.Minute), 2 * time.Minute},
		{[]string{"from-time", "02:08", "to-time", "02:09:30", "fold", "second"}, "", now.Add(-2 * time.Minute), 90 * time.Second},
		{[]string{"from-time", "02:50", "to-time", "02:01", "fold", "first"}, "floor.at_once", time.Time{}, 0},
		{[]string{"from-time", "02:52", "to-time", "02:54", "fold", "second"}, "session.future", time.Time{}, 0},
		{[]string{"from-date", "2020-10-24", "from-time", "23:58", "to-time", "00:03"}, "", now.Add(-192 * time.Minute), 5 * time.Minute},
	} {
		a := enter(c.with...)
		if c.key != "" {
			if !strings.Contains(html.UnescapeString(a.body), locale.English.T("refusal."+c.key, "n", 1)) {
				t.Errorf("%v: %d, want %s: %s", c.with, a.status, c.key, deskErrors(a.body))
			}
			continue
		}
		if a.status != http.StatusSeeOther {
			t.Errorf("%v: %d %s", c.with, a.status, deskErrors(a.body))
			continue
		}
		officer.get(a.header.Get("Location"))
		if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
			all := st.Floors.Floor("s1").Turns
			if x := &all[len(all)-1]; !x.Began().Equal(c.began) || x.Ended.Sub(x.Began()) != c.lasts {
				t.Errorf("%v: from %s to %s", c.with, x.Began(), x.Ended)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	// What is put right comes back as it was.
	form := deskForm(t, officer.get(desk+"?do=turn&n=4").body, desk, 0)
	if form.Get("fold") != "second" || form.Get("from-time") != "02:08:00" {
		t.Error("the form for what is put right:", form)
	}
}

// TestNamesOnTheFloor: names that turn lines around, that have no place to break, or that pile marks on one letter stand on every page of the floor between marks that keep
// them apart, and leave no sign in them that reaches beyond.
func TestNamesOnTheFloor(t *testing.T) {
	t.Parallel()
	h := led(t)
	reader := h.visitor()
	for _, name := range []string{"Ar\u202ecadia\u2066", strings.Repeat("W", 200), "e" + strings.Repeat("\u0301", 199), "<b>Fen</b>", "\u200fעין\u200f"} {
		a := h.officer.actIn("ferries", "delegation.enter", fmt.Sprintf(`{"category":"ngo","name":%q}`, name))
		if a.status == http.StatusUnprocessableEntity {
			continue // it is no name
		}
		if a.status != http.StatusOK {
			t.Fatal(name, a.status, a.body)
		}
		var of cite.Ref
		if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
			all := st.Roll.Entered()
			of = all[len(all)-1].Ref()
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		h.does("floor.enter-request", `{"session":"s1","item":1,"party":%q}`, of)
	}
	h.does("floor.give-floor", `{"session":"s1","request":1,"seen":SEEN}`)
	for _, path := range []string{"/s1/floor", "/s1/floor?view=list", "/s1/floor?view=screen", "/s1.i1/floor", "/s1/report"} {
		for _, l := range []string{"en", "ar"} {
			body := reader.get("/" + l + "/c/ferries" + path).body
			if strings.ContainsAny(body, "\u202a\u202b\u202d\u202e") || strings.Contains(body, "<b>Fen") {
				t.Errorf("%s %s: a name turns the line around, or is markup", l, path)
			}
		}
	}
	if n := len(reader.get("/en/c/ferries/s1/floor").body); n > 20_000 {
		t.Errorf("the page of the floor has %d bytes", n)
	}
}

// TestErasedAfterItSpoke: a party's accreditation ends after it had the floor, and what it said, its words in the transcript and as what it spoke are erased. That it had the
// floor stays on the floor, the list, its account, the replay and the report; the words are on none of them, in no language and no file.
func TestErasedAfterItSpoke(t *testing.T) {
	t.Parallel()
	h := led(t)
	reader := h.visitor()
	seen := func() (at cite.Position) {
		_, _ = h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error { at = st.Sessions.Sessions()[0].Seen; return nil })
		return at
	}
	h.does("session.invite", `{"session":"s1","paper":"p1","days":14,"late":"kept","moderation":"after","who":"everybody","seen":%d}`, seen())
	h.does("floor.enter-request", `{"session":"s1","item":1,"party":%q}`, h.arcadia)
	h.does("floor.enter-request", `{"session":"s1","item":1,"party":%q}`, h.ruritania)
	h.ahead.Add(int64(time.Minute))
	h.does("floor.give-floor", `{"session":"s1","request":1,"seen":SEEN}`)
	began := h.onRecord().Turns[0].Began()
	h.ahead.Add(int64(90 * time.Second))
	h.does("floor.time", `{"session":"s1","do":"thank","seen":SEEN}`)
	ended := h.onRecord().Turns[0].Ended
	h.does("floor.describe-turn", `{"session":"s1","number":1,"floor":"en","speaker":"Keeper of the bell"}`)
	h.does("session.deliver", `{"item":"s1.i1","sitting":1,"party":%q,"from":%q,"to":%q,"floor":"en","language":"en","paragraphs":[{"on":"p1.e1","text":"The bell is cracked."}]}`,
		h.arcadia, began.Format(time.RFC3339Nano), ended.Format(time.RFC3339Nano))
	said := cite.Contribution(h.sent(t))
	h.ahead.Add(int64(time.Minute))
	h.does("session.close-sitting", `{"session":"s1","number":1}`)
	from := int(began.Sub(h.opened()) / time.Second)
	h.does("transcript.transcribe", `{"session":"s1","sitting":1,"language":"en","made":"people","source":"[0:0%d:%02d] The bell is cracked."}`, (from+5)/60, (from+5)%60)
	reader.see("/en/c/ferries/s1/transcript", "The bell is cracked.")
	h.does("conversation.erase", `{"contribution":%q,"ground":"abuse"}`, said)
	h.does("floor.describe-turn", `{"session":"s1","number":1,"floor":"en","speaker":""}`)
	h.does("delegation.unauthorise", `{"participant":%q,"party":%q}`, h.who["ana"].Ref(), h.arcadia)
	for path, there := range map[string]bool{"/s1/floor": true, "/s1.i1/floor?view=list": true, "/s1.i1/floor.json": true, "/s1/requests?party=" + h.arcadia: true, "/s1/replay": true, "/s1/replay.json": true,
		"/s1/report": true, "/s1/report.akn.xml": true, "/s1/transcript": false, "/s1": false, "/record": false, "/" + string(said): false} {
		for _, l := range []string{"en", "ar"} {
			a := reader.get("/" + l + "/c/ferries" + path)
			body := html.UnescapeString(a.body)
			if strings.Contains(body, "cracked") || strings.Contains(body, "Keeper of") {
				t.Errorf("%s %s says what was erased", l, path)
			}
			if there && (a.status != http.StatusOK || !strings.Contains(body, "Arcadia") && !strings.Contains(body, h.arcadia)) {
				t.Errorf("%s %s: %d, and does not say that it had the floor", l, path, a.status)
			}
		}
	}
}

// opened is when the sitting was opened.
func (h *sitter) opened() (at time.Time) {
	h.t.Helper()
	if _, err := h.sec.Read(h.t.Context(), "ferries", func(st *conversation.State) error { at = st.Sessions.Sessions()[0].Sittings[0].Opened; return nil }); err != nil {
		h.t.Fatal(err)
	}
	return at
}
