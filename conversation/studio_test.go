package conversation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/studio"
)

// TestLinksAreTold: a link is told to those for whom it is, from its minutes before the sitting until its end; before and after, and to others, its address is
// not handed out; those who enter links read them at any time; and the address that another took the place of is erased.
func TestLinksAreTold(t *testing.T) {
	t.Parallel()
	w := seated(t)
	w.must(olga, delegation.Grant{Participant: 12, Role: delegation.Technician})
	begins := w.now.Add(24 * time.Hour)
	w.must(olga, session.PlanSession{Plan: session.Plan{Title: locale.Plain("en", "First"), Form: session.Online, Zone: "UTC"}})
	x, _ := w.st.Sessions.Session("s1")
	w.must(olga, session.PlanSitting{Session: "s1", Begins: begins, Ends: begins.Add(2 * time.Hour), Seen: x.Seen})
	entry := map[string]cite.Position{}
	for _, to := range studio.Readers {
		w.must(12, studio.SetLink{Session: "s1", Sitting: 1, Channel: "fr", For: to, Minutes: 30, Link: "https://example.org/" + to})
		entry[to] = w.st.Head
	}
	told := func(at time.Time, seat string, roles ...delegation.Role) (out []string) {
		t.Helper()
		a := conversation.Audience{}
		for _, r := range roles {
			a.Roles = a.Roles.With(r)
		}
		r := conversation.NewReading(w.st, a, at)
		defer r.Close()
		x, _ := r.Sessions.Session("s1")
		links, _ := r.Studio.Told(x, seat)
		for _, l := range links {
			out = append(out, l.For)
		}
		for to, p := range entry {
			if slices.Contains(out, to) != r.Granted(p) {
				t.Errorf("%s at %s: told %v, and its address is handed out: %v", to, at, out, r.Granted(p))
			}
		}
		return out
	}
	during := begins.Add(-30 * time.Minute)
	for name, c := range map[string]struct {
		got  []string
		want string
	}{
		"everybody":           {told(during, ""), "everybody"},
		"an active seat":      {told(during, "active"), "everybody seated active"},
		"a passive seat":      {told(during, "passive"), "everybody seated passive"},
		"an interpreter":      {told(during, "", delegation.Interpreter), "everybody seated active passive booth"},
		"a moderator":         {told(during, "", delegation.Moderator), "everybody"},
		"too early":           {told(during.Add(-time.Nanosecond), "active", delegation.Interpreter), ""},
		"after it was to end": {told(begins.Add(2*time.Hour), "active"), ""},
		"just before":         {told(begins.Add(2*time.Hour-1), ""), "everybody"},
	} {
		if got := strings.Join(c.got, " "); got != c.want {
			t.Errorf("%s is told %q, not %q", name, got, c.want)
		}
	}
	for who, keeps := range map[delegation.Role]bool{delegation.Technician: true, delegation.Officer: true, delegation.Interpreter: false, delegation.Chair: false, delegation.Moderator: false} {
		r := conversation.NewReading(w.st, conversation.Audience{Roles: delegation.RoleSet(0).With(who)}, w.now)
		if all := r.Studio.Entered("s1"); (len(all) == len(studio.Readers)) != keeps || r.Granted(entry[studio.Active]) != keeps {
			t.Errorf("%s reads %d links before their time", who, len(all))
		}
		r.Close()
	}
	w.must(12, studio.SetLink{Session: "s1", Sitting: 1, Channel: "fr", For: studio.Active, Minutes: 30, Link: "https://example.org/another"})
	if _, gone := w.st.Erased(entry[studio.Active]); !gone {
		t.Error("the address that another took the place of is kept")
	}
	w.must(12, studio.SetLink{Session: "s1", Sitting: 1, Channel: "fr", For: studio.Booth})
	if _, gone := w.st.Erased(entry[studio.Booth]); !gone {
		t.Error("the address that was taken back is kept")
	}
}

// TestTextsForInterpreters: what a party means to say is read by interpreters of a booth of the session, and by nobody else; it is erased once it was said, when
// another takes its place, and when nothing is ahead.
func TestTextsForInterpreters(t *testing.T) {
	t.Parallel()
	w := seated(t)
	begins := w.now.Add(time.Hour)
	seen := func() cite.Position { x, _ := w.st.Sessions.Session("s1"); return x.Seen }
	w.must(olga, delegation.Grant{Participant: 12, Role: delegation.Interpreter}, delegation.Grant{Participant: 13, Role: delegation.Interpreter},
		delegation.Grant{Participant: 14, Role: delegation.Technician}, session.PlanSession{Plan: session.Plan{Title: locale.Plain("en", "First"), Form: session.Online, Zone: "UTC"}})
	for i := range 2 {
		at := begins.Add(time.Duration(i) * 24 * time.Hour)
		w.must(olga, session.PlanSitting{Session: "s1", Begins: at, Ends: at.Add(2 * time.Hour), Seen: seen()})
	}
	w.must(olga, session.PlanItem{Session: "s1", Item: session.Content{Title: locale.Plain("en", "Ferries")}, Seen: seen()})
	w.must(olga, studio.AssignBooth{Session: "s1", Channel: "fr", Participant: delegation.Participant(12).Ref()})
	hand := func(text string) cite.Position {
		t.Helper()
		w.must(fen, studio.HandIn{Session: "s1", Item: 1, Party: fenland.Ref(), Language: "en", Text: text})
		y, _ := w.st.Studios.Of("s1").Handed(1, fenland.Ref())
		return y.Entry
	}
	first := hand("The ferry is late.")
	second := hand("The ferry is early.")
	gone := func(p cite.Position) bool { _, gone := w.st.Erased(p); return gone }
	if !gone(first) || gone(second) {
		t.Error("what another took the place of is kept, or the other is gone")
	}
	for name, c := range map[string]struct {
		who   delegation.Participant
		role  delegation.Role
		reads bool
	}{"of the booth": {12, delegation.Interpreter, true}, "of no booth": {13, delegation.Interpreter, false}, "an interpreter no more": {12, delegation.Analyst, false},
		"a technician": {14, delegation.Technician, false}, "the chair": {cora, delegation.Chair, false}, "an officer": {olga, delegation.Officer, false}, "a moderator": {mo, delegation.Moderator, false}} {
		r := conversation.NewReading(w.st, conversation.Audience{Roles: delegation.RoleSet(0).With(c.role), As: []delegation.Participant{c.who}}, w.now)
		if all := r.Studio.Texts("s1"); (len(all) == 1) != c.reads || r.Granted(second) != c.reads {
			t.Errorf("%s reads %d texts", name, len(all))
		}
		r.Close()
	}
	w.now = begins
	w.must(olga, session.OpenSitting{Session: "s1", Number: 1})
	w.must(olga, floor.SetRules{Session: "s1", Rules: floor.Usual()})
	w.now = begins.Add(time.Minute)
	w.must(olga, session.CloseSitting{Session: "s1", Number: 1})
	if gone(second) {
		t.Error("what was not said yet is gone")
	}
	w.must(olga, floor.EnterTurn{Session: "s1", Kind: floor.Place, Sitting: 1, Item: 1, Party: fenland.Ref(), Began: begins.Add(time.Second), Ended: begins.Add(30 * time.Second)})
	w.now = begins.Add(24 * time.Hour)
	w.must(olga, session.OpenSitting{Session: "s1", Number: 2})
	third := hand("The ferry is on time.")
	w.must(olga, studio.Interpret{Session: "s1", Sitting: 2, Channel: "fr", Is: studio.On})
	w.must(12, studio.GiveSignal{Session: "s1", Sitting: 2, Channel: "fr", Kind: studio.SlowDown})
	for role, reads := range map[delegation.Role]bool{delegation.Chair: true, delegation.Technician: true, delegation.Moderator: false} {
		r := conversation.NewReading(w.st, conversation.Audience{Roles: delegation.RoleSet(0).With(role)}, w.now)
		if got := r.Studio.Signals("s1", 2); (len(got) == 1) != reads || reads && !r.Until().Equal(w.now.Add(studio.SignalFor)) {
			t.Errorf("%s is shown %d signals until %s", role, len(got), r.Until())
		}
		r.Close()
		r = conversation.NewReading(w.st, conversation.Audience{Roles: delegation.RoleSet(0).With(role)}, w.now.Add(studio.SignalFor))
		if got := r.Studio.Signals("s1", 2); len(got) != 0 {
			t.Errorf("%s is shown signals after their time", role)
		}
		r.Close()
	}
	w.must(olga, session.CloseSitting{Session: "s1", Number: 2})
	if !gone(third) {
		t.Error("nothing is ahead, and the text is kept")
	}
}

// TestTextWasSaid: the text of a party that had the floor under the item goes when the sitting is closed, though another is ahead.
func TestTextWasSaid(t *testing.T) {
	t.Parallel()
	w := seated(t)
	begins := w.now.Add(time.Hour)
	seen := func() cite.Position { x, _ := w.st.Sessions.Session("s1"); return x.Seen }
	w.must(olga, session.PlanSession{Plan: session.Plan{Title: locale.Plain("en", "First"), Form: session.Online, Zone: "UTC"}})
	for i := range 2 {
		at := begins.Add(time.Duration(i) * 24 * time.Hour)
		w.must(olga, session.PlanSitting{Session: "s1", Begins: at, Ends: at.Add(2 * time.Hour), Seen: seen()})
	}
	for _, name := range []string{"Ferries", "Ropes"} {
		w.must(olga, session.PlanItem{Session: "s1", Item: session.Content{Title: locale.Plain("en", name)}, Seen: seen()})
	}
	w.must(olga, floor.SetRules{Session: "s1", Rules: floor.Usual()})
	for item := range 2 {
		w.must(fen, studio.HandIn{Session: "s1", Item: item + 1, Party: fenland.Ref(), Language: "en", Text: "The ferry is late."})
	}
	w.now = begins
	w.must(olga, session.OpenSitting{Session: "s1", Number: 1}, floor.SetList{Session: "s1", Item: 1, Open: true})
	w.must(fen, floor.Ask{Session: "s1", Kind: floor.Place, Item: 1, Party: fenland.Ref()})
	w.must(cora, floor.Give{Session: "s1", Request: 1, Seen: w.st.Floors.Floor("s1").Acted})
	w.now = begins.Add(time.Minute)
	w.must(olga, session.CloseSitting{Session: "s1", Number: 1})
	for item, want := range []bool{true, false} {
		y, _ := w.st.Studios.Of("s1").Handed(item+1, fenland.Ref())
		if _, gone := w.st.Erased(y.Entry); gone != want {
			t.Errorf("the text under item %d was erased: %v", item+1, gone)
		}
	}
}

// interpreted gives a session a booth with two interpreters.
func interpreted(w *world) {
	for _, p := range []delegation.Participant{anja, igor} {
		w.must(olga, delegation.Grant{Participant: p, Role: delegation.Interpreter}, studio.AssignBooth{Session: "s1", Channel: "fr", Participant: p.Ref()})
	}
}

// The interpreters of interpreted.
const (
	anja delegation.Participant = 31
	igor delegation.Participant = 32
)

// inStudio makes of a command about sound and picture one that may well be granted, and gives who asks for it.
func (g *generator) inStudio(command any) (author delegation.Participant) {
	at := g.w.st.Sessions.Sessions()[0]
	sitting := 1
	if n := len(at.Sittings); n > 0 {
		sitting = 1 + g.number(n)
	}
	booth := pick(g, anja, igor)
	switch c := command.(type) {
	case *studio.SetLink:
		*c = studio.SetLink{Session: "s1", Sitting: sitting, Channel: pick(g, studio.Channels()...), For: pick(g, studio.Readers...), Minutes: g.number(60), Link: "https://example.org/a"}
		return olga
	case *studio.SetRecording:
		for i, t := range at.Sittings {
			if !t.Closed.IsZero() {
				sitting = i + 1
			}
		}
		*c = studio.SetRecording{Session: "s1", Sitting: sitting, Channel: pick(g, studio.Channels()...), Link: "https://example.org/r"}
		return olga
	case *studio.AssignBooth:
		*c = studio.AssignBooth{Session: "s1", Channel: pick(g, "fr", "ar"), Participant: booth.Ref(), Off: g.number(2) == 0}
	case *studio.Interpret:
		*c = studio.Interpret{Session: "s1", Sitting: sitting, Channel: pick(g, "fr", "zh"), Is: pick(g, studio.Doings...)}
		if c.Is == studio.Suspended {
			c.Reason = pick(g, studio.Reasons...)
		}
		return olga
	case *studio.GiveSignal:
		*c = studio.GiveSignal{Session: "s1", Sitting: sitting, Channel: "fr", Kind: pick(g, studio.Signals...)}
		return booth
	case *studio.TakeAir:
		*c = studio.TakeAir{Session: "s1", Sitting: sitting, Channel: "fr", Back: g.number(4) == 0}
		return booth
	case *studio.PassAir:
		*c = studio.PassAir{Session: "s1", Sitting: sitting, Channel: "fr"}
		if on := g.w.st.Studios.Of("s1").OnAir(sitting, "fr").On; on == anja.Ref() || on == igor.Ref() {
			_ = booth.UnmarshalText([]byte(on))
		}
		return booth
	case *studio.HandIn:
		*c = studio.HandIn{Session: "s1", Item: 1, Party: fenland.Ref(), Language: locale.French, Text: pick(g, "Nous remercions le Secrétariat.", "")}
		return fen
	}
	return nobody
}

// TestTextsOfSittingsCalledOff: the text of a party goes with the last sitting that was ahead, be it called off, and not with another.
func TestTextsOfSittingsCalledOff(t *testing.T) {
	t.Parallel()
	w := seated(t)
	begins := w.now.Add(time.Hour)
	seen := func() cite.Position { x, _ := w.st.Sessions.Session("s1"); return x.Seen }
	w.must(olga, session.PlanSession{Plan: session.Plan{Title: locale.Plain("en", "First"), Form: session.Online, Zone: "UTC"}})
	for i := range 3 {
		at := begins.Add(time.Duration(i) * 24 * time.Hour)
		w.must(olga, session.PlanSitting{Session: "s1", Begins: at, Ends: at.Add(2 * time.Hour), Seen: seen()})
	}
	w.must(olga, session.PlanItem{Session: "s1", Item: session.Content{Title: locale.Plain("en", "Ferries")}, Seen: seen()})
	w.must(fen, studio.HandIn{Session: "s1", Item: 1, Party: fenland.Ref(), Language: "en", Text: "The ferry is late."})
	y, _ := w.st.Studios.Of("s1").Handed(1, fenland.Ref())
	off := func(n int, gone bool) {
		t.Helper()
		w.must(olga, session.PlanSitting{Session: "s1", Number: n, Off: true, Reason: locale.Plain("en", "The hall is flooded."), Seen: seen()})
		if _, is := w.st.Erased(y.Entry); is != gone {
			t.Errorf("sitting %d is called off, and the text was erased: %v", n, is)
		}
	}
	off(3, false)
	w.now = begins
	w.must(olga, session.OpenSitting{Session: "s1", Number: 1})
	w.now = begins.Add(time.Minute)
	w.must(olga, session.CloseSitting{Session: "s1", Number: 1})
	off(2, true)
}

// TestTextsOfItemsCalledOff: what parties mean to say under an item goes with the item, and what they mean to say under another stays.
func TestTextsOfItemsCalledOff(t *testing.T) {
	t.Parallel()
	w := seated(t)
	seen := func() cite.Position { x, _ := w.st.Sessions.Session("s1"); return x.Seen }
	w.must(olga, session.PlanSession{Plan: session.Plan{Title: locale.Plain("en", "First"), Form: session.Online, Zone: "UTC"}})
	w.must(olga, session.PlanSitting{Session: "s1", Begins: w.now.Add(time.Hour), Ends: w.now.Add(2 * time.Hour), Seen: seen()})
	var all []studio.Text
	for i, title := range []string{"Ferries", "Ropes"} {
		w.must(olga, session.PlanItem{Session: "s1", Item: session.Content{Title: locale.Plain("en", title)}, Seen: seen()})
		w.must(fen, studio.HandIn{Session: "s1", Item: i + 1, Party: fenland.Ref(), Language: "en", Text: "They are late."})
		x, _ := w.st.Studios.Of("s1").Handed(i+1, fenland.Ref())
		all = append(all, x)
	}
	w.must(olga, session.PlanItem{Session: "s1", Number: 1, Item: session.Content{Title: locale.Plain("en", "Boats")}, Reason: locale.Plain("en", "Its name was wrong."), Seen: seen()})
	if _, gone := w.st.Erased(all[0].Entry); gone {
		t.Error("the text goes when the item is put right")
	}
	w.must(olga, session.PlanItem{Session: "s1", Number: 1, Off: true, Reason: locale.Plain("en", "Nobody wants it."), Seen: seen()})
	for i, want := range []bool{true, false} {
		if _, gone := w.st.Erased(all[i].Entry); gone != want {
			t.Errorf("item 1 is called off, and the text under item %d was erased: %v", i+1, gone)
		}
	}
}
