package mail

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/settings"
)

// The delegation of Norland, and Bo, who speaks for a body that is accredited.
const norland delegation.Party = 50

const hana, fidel, alma, milan, bo delegation.Participant = 60, 61, 62, 63, 64

// norlanders is an instance on a disk, with a clock: Alma is an alternate of Norland for 60 days, Hana its head for as long, Fidel its focal point.
type norlanders struct {
	t       *testing.T
	dir     string
	clock   *clock
	in      *plenary.Instance
	letters *Letters
	box     *post.Mailbox
	until   time.Time
}

func newNorlanders(t *testing.T) *norlanders {
	t.Helper()
	d := &norlanders{t: t, dir: t.TempDir(), clock: &clock{t: t0}, box: &post.Mailbox{}, until: t0.AddDate(0, 0, 60)}
	d.start()
	en := func(s string) locale.Text { return locale.Plain(locale.English, s) }
	if _, err := d.in.Convene(ctx, conversation.Ask{By: officer, Command: conversation.Convene{Slug: "ai", Title: en("AI"), Languages: []locale.Lang{locale.English}, Zone: "UTC", Officer: officer,
		Categories: []settings.Label{{ID: "state", Name: en("State"), State: true}, {ID: "ngo", Name: en("NGO"), Body: true}}}}); err != nil {
		t.Fatal(err)
	}
	d.do(officer, delegation.EnterParty{Party: norland, Category: "state", Name: "Norland"}, delegation.Authorise{Participant: hana, Party: norland, Capacity: delegation.Head, Until: d.until},
		delegation.Authorise{Participant: fidel, Party: norland, Capacity: delegation.FocalPoint}, delegation.Authorise{Participant: milan, Party: norland, Capacity: delegation.Member})
	d.do(hana, delegation.Appoint{Party: norland, Participant: alma, Capacity: delegation.Alternate, Until: d.until, Reached: true})
	for name, p := range map[string]delegation.Participant{"hana": hana, "fidel": fidel, "alma": alma, "milan": milan, "bo": bo} {
		l := locale.French
		if p == alma {
			l = locale.Arabic
		}
		if err := d.letters.Accounts.SetAddress(ctx, account.Number{Slug: "ai", Participant: uint64(p)}, name+"@example.org", l, t0); err != nil {
			t.Fatal(err)
		}
		token, _, err := d.letters.Accounts.LettersTo(ctx, name+"@example.org")
		if err != nil {
			t.Fatal(err)
		}
		if ok, err := d.letters.Accounts.SetWish(ctx, token, account.Confirmed); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	return d
}

// start opens the instance, as after a restart.
func (d *norlanders) start() {
	d.t.Helper()
	var err error
	if d.in, err = plenary.OpenInstance(ctx, plenary.InstanceOptions{Dir: filepath.Join(d.dir, "record"), Now: d.clock.now}); err != nil {
		d.t.Fatal(err)
	}
	in := d.in
	d.t.Cleanup(func() { in.Close() })
	db := openDB(d.t, d.dir)
	accounts, err := account.New(db, make([]byte, 32))
	if err != nil {
		d.t.Fatal(err)
	}
	q := open(d.t, db, d.box, d.clock.now)
	d.letters = &Letters{Sec: d.in.Secretariat, Accounts: accounts, Queue: q, Address: "https://talk.example.org"}
	q.Renew = d.letters.Renew
}

func (d *norlanders) restart() {
	d.t.Helper()
	if err := d.in.Close(); err != nil {
		d.t.Fatal(err)
	}
	d.start()
}

func (d *norlanders) do(by delegation.Participant, commands ...any) {
	d.t.Helper()
	for _, c := range commands {
		if _, err := d.in.Do(ctx, "ai", conversation.Ask{By: by, Assurance: "email_proven", Command: c, Received: d.clock.now()}); err != nil {
			d.t.Fatalf("%+v: %v", c, err)
		}
	}
}

// tick has the timekeeper look, several at once.
func (d *norlanders) tick() {
	d.t.Helper()
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := d.in.Tick(ctx, "ai", time.Time{}); err != nil {
				d.t.Error(err)
			}
		})
	}
	wg.Wait()
}

// follow reads the record from its beginning and queues what it calls for.
func (d *norlanders) follow() {
	d.t.Helper()
	for at := cite.Position(0); at < d.in.Durable("ai"); {
		var err error
		if at, err = d.letters.Queue.followTo(ctx, d.in.Secretariat, "ai", at, d.letters.Compose("ai")); err != nil {
			d.t.Fatal(err)
		}
	}
}

// sent are the letters about ends that went so far, with their readers.
func (d *norlanders) sent() (out []string) {
	d.t.Helper()
	if _, err := d.letters.Queue.Flush(ctx); err != nil {
		d.t.Fatal(err)
	}
	for _, m := range d.box.All() {
		if slices.Contains(endsSoon, m.Notice) {
			who, _, _ := strings.Cut(m.To, "@")
			out = append(out, who+": "+m.Notice)
			if strings.Contains(m.Text+m.Subject, "⟦") || strings.Contains(m.Text, "{") {
				d.t.Errorf("%s\n%s", m.Subject, m.Text)
			}
		}
	}
	slices.Sort(out)
	return out
}

func (d *norlanders) want(when string, want ...string) {
	d.t.Helper()
	if got := d.sent(); !slices.Equal(got, want) {
		d.t.Errorf("%s: %q, want %q", when, got, want)
	}
}

var reminded = []string{"alma: delegation ends", "fidel: delegation renew", "hana: delegation ends_alone", "hana: delegation renew"}

// TestMandateEnds: two weeks before a mandate ends, whoever holds it and those who can renew it are written to, once, however often anybody looks and
// wherever the machine stopped; the head, whom only the secretariat can renew, is told that.
func TestMandateEnds(t *testing.T) {
	d := newNorlanders(t)
	d.clock.add(d.until.Add(-delegation.RemindBefore - 1).Sub(d.clock.now()))
	d.tick()
	d.follow()
	d.want("before")
	d.clock.add(1)
	d.tick()
	d.restart() // the entry is written, no letter is queued
	d.tick()
	d.follow()
	d.restart() // the letters are queued, where the follower came to is not remembered
	d.tick()
	d.follow()
	d.want("two weeks before", reminded...)
	for range 2 {
		d.clock.add(time.Hour)
		d.restart()
		d.tick()
		d.follow()
	}
	d.want("again", reminded...)
	for _, m := range d.box.To("alma@example.org") {
		if m.Lang != locale.Arabic || !strings.Contains(m.Text, "/ar/c/ai/delegation?party="+string(norland.Ref())) || !strings.Contains(m.Text, "مناوب") || !strings.Contains(m.Text, "30 أبريل 2026") {
			t.Errorf("%s\n%s", m.Subject, m.Text)
		}
	}
	d.clock.add(d.until.Sub(d.clock.now()))
	d.tick()
	d.follow()
	d.want("it ends", reminded...)
}

// TestMandateRenewed: of a mandate that was renewed nobody hears that it ends, be the letter written or in the queue already; of its new end
// they hear when that comes. Of what is over nobody hears that it ends soon.
func TestMandateRenewed(t *testing.T) {
	renew := func(d *norlanders, until time.Time) {
		d.do(officer, delegation.Authorise{Participant: hana, Party: norland, Capacity: delegation.Head, Until: until})
		d.do(fidel, delegation.Appoint{Party: norland, Participant: alma, Capacity: delegation.Alternate, Until: until})
	}
	for name, c := range map[string]struct {
		queued bool
		then   func(*norlanders)
	}{
		"renewed before it is told":      {false, func(d *norlanders) { renew(d, d.until.AddDate(1, 0, 0)) }},
		"renewed while the letter waits": {true, func(d *norlanders) { renew(d, d.until.AddDate(1, 0, 0)) }},
		"ended while the letter waits": {true, func(d *norlanders) {
			d.do(officer, delegation.Unauthorise{Participant: hana, Party: norland}, delegation.Unauthorise{Participant: alma, Party: norland})
		}},
		"over before the follower came":   {false, func(d *norlanders) { d.clock.add(delegation.RemindBefore) }},
		"over while the letter waits":     {true, func(d *norlanders) { d.clock.add(delegation.RemindBefore) }},
		"over, and nobody looked earlier": {false, func(d *norlanders) { d.clock.add(delegation.RemindBefore) }},
	} {
		t.Run(name, func(t *testing.T) {
			d := newNorlanders(t)
			d.clock.add(d.until.Add(-delegation.RemindBefore).Sub(d.clock.now()))
			if name != "over, and nobody looked earlier" {
				d.tick()
			}
			if c.queued {
				d.follow()
			}
			c.then(d)
			d.tick()
			d.follow()
			d.want(name)
			if !strings.HasPrefix(name, "renewed") {
				return
			}
			d.clock.add(d.until.AddDate(1, 0, 0).Add(-delegation.RemindBefore).Sub(d.clock.now()))
			d.tick()
			d.follow()
			d.want("of the new end", reminded...)
		})
	}
}

// TestBodyEnds: those who speak for a body are told two weeks before its accreditation is over what to do, and officers see it in what waits, until it is prolonged or
// over; with it a mandate that nobody in the delegation can renew.
func TestBodyEnds(t *testing.T) {
	body := delegation.Party(70)
	waiting := func(d *norlanders) (kinds []string) {
		if _, err := d.in.Read(ctx, "ai", func(st *conversation.State) error {
			for _, x := range waits(st, officer, d.clock.now()) {
				kinds = append(kinds, x.kind)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return kinds
	}
	for name, c := range map[string]struct {
		then  func(*norlanders)
		want  []string
		waits []string
	}{
		"soon": {nil, []string{"alma: delegation ends", "bo: accreditation.reminded", "fidel: delegation renew", "hana: delegation ends_alone", "hana: delegation renew"}, []string{waitsEnding, waitsMandate}},
		"prolonged while it waits": {func(d *norlanders) {
			d.do(officer, accreditation.Prolong{Party: body.Ref(), Until: d.until.AddDate(1, 0, 0), Reason: "R"})
		}, reminded, []string{waitsMandate}},
		"terminated while it waits": {func(d *norlanders) { d.do(officer, accreditation.Terminate{Party: body.Ref(), Reason: "R"}) }, reminded, []string{waitsMandate}},
		"over while it waits":       {func(d *norlanders) { d.clock.add(accreditation.RemindBefore) }, nil, nil},
		"the head's mandate was renewed": {func(d *norlanders) {
			d.do(officer, delegation.Authorise{Participant: hana, Party: norland, Capacity: delegation.Head, Until: d.until.AddDate(1, 0, 0)})
		}, []string{"alma: delegation ends", "bo: accreditation.reminded", "fidel: delegation renew", "hana: delegation renew"}, []string{waitsEnding}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newNorlanders(t)
			d.do(officer, accreditation.SetOffer{Categories: []string{"ngo"}, As: []string{accreditation.AsParty}})
			d.do(bo, accreditation.Ask{Party: body.Ref(), Name: "Boats", Category: "ngo", As: accreditation.AsParty})
			d.do(officer, accreditation.Accredit{Party: body.Ref(), Name: "Boats", Until: d.until, Reason: "Signed."})
			d.clock.add(d.until.Add(-accreditation.RemindBefore).Sub(d.clock.now()))
			if got := waiting(d); len(got) != 0 {
				t.Errorf("before it was told: %q", got)
			}
			d.tick()
			d.follow()
			if c.then != nil {
				c.then(d)
			}
			d.want(name, c.want...)
			if got := waiting(d); !slices.Equal(got, c.waits) {
				t.Errorf("%q waits, want %q", got, c.waits)
			}
		})
	}
	for _, kind := range []string{waitsEnding, waitsMandate} {
		for _, l := range locale.All {
			if lines, path := waitLines(l, []wait{{kind, 9, t0}}, "UTC"); strings.Contains(lines, "⟦") || lines == "" || !strings.HasPrefix(path, "/desk/") {
				t.Errorf("%s: %q %s", l, lines, path)
			}
		}
	}
}
