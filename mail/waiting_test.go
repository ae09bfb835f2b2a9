package mail

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
)

// office is the tiny conversation with a moderator, @mo, who reads French and has signed in, and a queue with a clock.
type office struct {
	*world
	clock *clock
	box   *post.Mailbox
	mo    account.ID
}

func newOffice(t *testing.T) *office {
	t.Helper()
	w := newWorld(t, "\ngrant @mo moderator\n  as: @olga\n")
	o := &office{world: w, clock: &clock{t: time.Now()}, box: &post.Mailbox{}}
	q, err := NewQueue(w.db, o.box, "noreply@talk.example.org", o.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	w.letters.Queue, q.Renew = q, w.letters.Renew
	o.mo = o.signIn("@mo", locale.French)
	return o
}

// signIn makes the account of somebody.
func (o *office) signIn(alias string, l locale.Lang) account.ID {
	o.t.Helper()
	id, err := o.letters.Accounts.Ensure(ctx, alias[1:]+"@example.org", l, t0)
	if err != nil {
		o.t.Fatal(err)
	}
	n := uint64(o.run.Participant(alias))
	if got, err := o.letters.Accounts.Participant(ctx, id, "ferries", func() (uint64, error) { return n, nil }); got != n || err != nil {
		o.t.Fatal(got, err)
	}
	return id
}

// remind looks what waits and sends what is due; it returns the letters to @mo that came by it.
func (o *office) remind() []post.Message {
	o.t.Helper()
	had := len(o.box.To("mo@example.org"))
	if _, err := o.letters.Remind(ctx, "ferries"); err != nil {
		o.t.Fatal(err)
	}
	o.flush()
	now := o.box.To("mo@example.org")
	return now[:len(now)-had]
}

func (o *office) flush() {
	o.t.Helper()
	if _, err := o.letters.Queue.Flush(ctx); err != nil {
		o.t.Fatal(err)
	}
}

const more = "\nsubmit => $more\n  as: @nina\n  call: comments\n  on: 1\n  category: individual\n  language: en\n  text: More boats.\n"

// A burst is one letter; what comes soon after it waits an hour; what everybody knows is not said again.
func TestWaitingBurst(t *testing.T) {
	o := newOffice(t)
	o.letters.Queue.Body = func(locale.Lang) string { return "Ville de Clairvallon" }
	got := o.remind()
	if len(got) != 1 {
		t.Fatalf("%d letters about three contributions", len(got))
	}
	m := got[0]
	if m.Lang != locale.French || !strings.HasSuffix(m.Subject, "3") || !strings.Contains(m.Text, "https://talk.example.org/fr/c/ferries/desk/queue\n") ||
		!strings.Contains(m.Text, "https://talk.example.org/fr/account\n") || strings.Contains(m.Text, "ferry is") || strings.Contains(m.Text, "⟦") || m.Stop == "" || !strings.Contains(m.Text, "Ville de Clairvallon") {
		t.Errorf("%s\n%s", m.Subject, m.Text)
	}
	o.clock.add(2 * time.Hour)
	if got := o.remind(); len(got) != 0 {
		t.Errorf("told again: %q", got[0].Text)
	}
	o.play(more)
	if got := o.remind(); len(got) != 1 || !strings.HasSuffix(got[0].Subject, "4") {
		t.Errorf("%+v", got)
	}
	o.play(strings.NewReplacer("@nina", "@nino", "$more", "$again").Replace(more))
	o.clock.add(quiet - time.Minute)
	if got := o.remind(); len(got) != 0 {
		t.Error("two letters in an hour")
	}
	o.clock.add(time.Minute)
	if got := o.remind(); len(got) != 1 {
		t.Error("nothing after an hour")
	}
}

// The letter waits until a burst has settled, and an hour after the last one.
func TestWaitingDue(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	noon := at("2026-03-02T12:00:00Z")
	for name, c := range map[string]struct {
		told  told
		waits []wait
		how   account.Told
		want  time.Time
	}{
		"nothing":            {how: account.AtOnce},
		"told already":       {told: told{upTo: 5, at: noon}, waits: []wait{{position: 5, since: noon}}, how: account.AtOnce},
		"first":              {waits: []wait{{position: 5, since: noon}, {position: 6, since: noon.Add(time.Minute)}}, how: account.AtOnce, want: noon.Add(settles)},
		"soon after another": {told: told{upTo: 5, at: noon}, waits: []wait{{position: 6, since: noon.Add(time.Minute)}}, how: account.AtOnce, want: noon.Add(quiet)},
		"long after another": {told: told{upTo: 5, at: noon}, waits: []wait{{position: 6, since: noon.Add(3 * time.Hour)}}, how: account.AtOnce, want: noon.Add(3*time.Hour + settles)},
		"never":              {waits: []wait{{position: 5, since: noon}}, how: account.Never},
		"daily":              {waits: []wait{{position: 5, since: noon}}, how: account.Daily, want: at("2026-03-03T07:00:00+01:00")},
		"daily, once a day":  {told: told{upTo: 5, at: at("2026-03-03T07:00:00+01:00")}, waits: []wait{{position: 6, since: noon}}, how: account.Daily, want: at("2026-03-04T07:00:00+01:00")},
		// The night in which the clocks go forward: 7 o'clock stays 7 o'clock.
		"daily, in spring": {waits: []wait{{position: 5, since: at("2026-03-28T12:00:00Z")}}, how: account.Daily, want: at("2026-03-29T07:00:00+02:00")},
	} {
		if got := c.told.due(c.waits, c.how, "Europe/Paris"); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestToldWithoutLetter: that somebody needs no letter is kept, and none is queued.
func TestToldWithoutLetter(t *testing.T) {
	o := newOffice(t)
	n := account.Number{Slug: "ferries", Participant: uint64(o.run.Participant("@mo"))}
	if err := o.letters.Queue.keepTold(ctx, n, told{7, o.clock.now()}, nil); err != nil {
		t.Fatal(err)
	}
	flush(t, o.letters.Queue, 0)
}

// What was decided, taken back or erased while the mail server was away is in no letter, and where nothing is left none goes.
func TestWaitingStale(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		count  string // what the subject ends in, "" where no letter goes
	}{
		"nothing happened":   {"", "3"},
		"one was published":  {"\npublish $maria\n  as: @olga\n", "2"},
		"one was erased":     {"\nwithhold $nora\n  as: @olga\n  ground: advertising\n  reason: Boats.\n\nerase $nora\n  as: @olga\n  ground: at_request\n", "2"},
		"the newest is left": {"\npublish $maria $mario\n  as: @olga\n", "1"},
		"all is done":        {publishAll, ""},
		"all is taken back":  {"\nwithdraw $maria\n\nwithdraw $mario\n\nwithdraw $nora\n", ""},
		"the office ended":   {"\nrevoke @mo moderator\n  as: @olga\n", ""},
		// What came after the letter was queued is told by it too, while something of it still waits.
		"more came": {more, "4"},
		// All it was about is done: the new one gets a letter of its own, when it is due.
		"done, and more came": {publishAll + more, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			if _, err := o.letters.Remind(ctx, "ferries"); err != nil { // queued, and not sent yet
				t.Fatal(err)
			}
			if c.script != "" {
				o.play(c.script)
			}
			o.flush()
			got := o.box.To("mo@example.org")
			switch {
			case c.count == "" && len(got) > 0:
				t.Errorf("a letter about nothing: %s", got[0].Text)
			case c.count != "" && (len(got) != 1 || !strings.HasSuffix(got[0].Subject, c.count)):
				t.Errorf("%+v", got)
			}
			if n, err := o.letters.Queue.Count(ctx); err != nil || n[post.Queued]+n[post.Failed] > 0 {
				t.Error(n, err)
			}
		})
	}
}

// Each chooses how they are told; who wants no letters, or has not signed in, gets none.
func TestWaitingChoice(t *testing.T) {
	for name, c := range map[string]struct {
		choose func(o *office) error
		want   int
	}{
		"nothing chosen": {func(*office) error { return nil }, 1},
		"at once":        {func(o *office) error { return o.letters.Accounts.SetTold(ctx, o.mo, account.AtOnce) }, 1},
		"never":          {func(o *office) error { return o.letters.Accounts.SetTold(ctx, o.mo, account.Never) }, 0},
		"daily": {func(o *office) error {
			o.clock.add(time.Date(2020, 1, 10, 23, 0, 0, 0, time.UTC).Sub(o.clock.now())) // the night after they came
			return o.letters.Accounts.SetTold(ctx, o.mo, account.Daily)
		}, 0},
		"no letters": {func(o *office) error { o.wish("mo@example.org", account.Stopped); return nil }, 0},
		"invited": {func(o *office) error {
			if err := o.letters.Accounts.Delete(ctx, o.mo); err != nil {
				return err
			}
			_, err := o.letters.Accounts.Invite(ctx, "mo@example.org", "ferries", uint64(o.run.Participant("@mo")), t0)
			return err
		}, 0},
		"unknown way": {func(o *office) error {
			if o.letters.Accounts.SetTold(ctx, o.mo, "hourly") == nil {
				return errors.New("taken")
			}
			return nil
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			if err := c.choose(o); err != nil {
				t.Fatal(err)
			}
			if got := o.remind(); len(got) != c.want {
				t.Errorf("%d letters", len(got))
			}
		})
	}
	// Changed after the letter was queued: it does not go.
	o := newOffice(t)
	if _, err := o.letters.Remind(ctx, "ferries"); err != nil {
		t.Fatal(err)
	}
	if err := o.letters.Accounts.SetTold(ctx, o.mo, account.Never); err != nil {
		t.Fatal(err)
	}
	if o.flush(); len(o.box.All()) > 0 {
		t.Error("a letter to somebody who wants none")
	}
}

// What waits for whom: contributions for moderators, confirmations for whoever did not propose, reopened points for officers.
func TestWaits(t *testing.T) {
	o := newOffice(t)
	o.play("\nrequire-two yes\n  as: @olga\n" + publishAll + answerAll + `
redact $maria
  as: @olga
  masks: 1.text[4:12]
  ground: personal_data

react $mario.1
  as: @mario
  verdict: misses
  language: en
  text: I asked about cattle.
`)
	for alias, want := range map[string]string{"@olga": waitsReopened, "@mo": waitsRemoval, "@maria": ""} {
		var got []string
		if _, err := o.in.Read(ctx, "ferries", func(st *conversation.State) error {
			for _, w := range waits(st, o.run.Participant(alias), t0) {
				got = append(got, w.kind)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", alias, got, want)
		}
	}
}

// arrived is a transport that says whom a letter goes to.
type arrived chan string

func (a arrived) Send(_ context.Context, m post.Message) error {
	a <- m.To
	return nil
}

// Beside a server that runs, what waits is told by itself, and the watch ends with the server.
func TestWatch(t *testing.T) {
	o := newOffice(t)
	box := make(arrived, 10)
	o.letters.Queue.transport = box
	within, end := context.WithCancel(ctx)
	defer end()
	go o.letters.Queue.Run(within)
	done := make(chan error, 1)
	go func() { done <- o.letters.Watch(within, "ferries") }()
	if to := <-box; to != "mo@example.org" {
		t.Error(to)
	}
	end()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
