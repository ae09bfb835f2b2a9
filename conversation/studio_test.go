package conversation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
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
