package mail

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/private"
)

// Letters to those who hold an office, about what waits for them. They come of what waits and not of single entries: one
// letter speaks of all of it, and its words are written when it is handed over, so that it says nothing of what was dealt
// with meanwhile.

// waiting is what these letters are called in the queue.
const waiting = "waiting"

// When somebody is told.
const (
	settles   = 5 * time.Minute // from the first thing of a burst to the letter about it
	quiet     = time.Hour       // from one letter to the next, however much comes
	morning   = 7               // the hour of the daily letter, in the zone of the conversation
	lookEvery = 30 * time.Second
)

// wait is one thing that waits.
type wait struct {
	kind     string // of the sentence: mail.waiting.<kind>
	position cite.Position
	since    time.Time
}

// The kinds of what waits.
const (
	waitsModeration  = "moderation"    // a contribution, for a moderator
	waitsCorrection  = "correction"    // of a published contribution by its author, for a moderator
	waitsRemoval     = "removal"       // a redaction or an erasure, for a second person
	waitsOne         = "one"           // that one person be enough for these, for a second person
	waitsReopened    = "reopened"      // a point whose author says that the answer misses it
	waitsAccrediting = "accreditation" // a request for accreditation, for an officer
	waitsEnding      = "ending"        // an accreditation that ends soon, for an officer
	waitsMandate     = "mandate"       // a mandate that ends soon and that nobody in its delegation can renew, for an officer
)

// maxReopened is how many reopened points are looked at.
const maxReopened = 1000

// waits lists what waits for somebody at an instant, by their offices.
func waits(st *conversation.State, p delegation.Participant, now time.Time) []wait {
	roles := st.Roll.Roles(p)
	staff, officer := roles.Has(delegation.Officer, delegation.Moderator), roles.Has(delegation.Officer)
	var out []wait
	if roles.Has(delegation.Moderator) || officer && len(st.Roll.Holders(delegation.Moderator)) == 0 {
		for _, r := range st.Consultation.Pending() {
			row, _ := st.Consultation.Row(r)
			out = append(out, wait{waitsModeration, row.Position, row.Received})
		}
		for _, r := range correction.Waiting(st.Consultation) {
			all := st.Consultation.Corrections(r)
			out = append(out, wait{waitsCorrection, all[len(all)-1].Position, all[len(all)-1].At})
		}
	}
	if !staff {
		return out
	}
	for _, c := range st.Consultation.Proposed() {
		for _, r := range st.Consultation.Removals(c) {
			if !p.Is(r.By) { // else it waits for another
				out = append(out, wait{waitsRemoval, r.At, r.When})
			}
		}
	}
	if one := st.Consultation.OneProposed; one.At > 0 && !p.Is(one.By) {
		out = append(out, wait{waitsOne, one.At, one.When})
	}
	for _, r := range st.Accredited.Waiting() {
		if officer && !p.Is(r.By) { // nobody decides on their own
			out = append(out, wait{waitsAccrediting, r.Position, r.At})
		}
	}
	if ending := st.Ending(now); officer {
		for _, x := range ending.Bodies {
			out = append(out, wait{waitsEnding, x.Told, x.ToldAt})
		}
		for _, a := range ending.Mandates {
			out = append(out, wait{waitsMandate, a.Told, a.ToldAt})
		}
	}
	if !officer || st.Consultation.Verdict(consultation.Misses) == 0 {
		return out
	}
	refs, _ := st.Consultation.Points(consultation.PointQuery{Verdict: consultation.Misses}, maxReopened)
	for _, r := range refs {
		rs := st.Consultation.Reactions(r)
		last := rs[len(rs)-1]
		out = append(out, wait{waitsReopened, last.Position, last.At})
	}
	return out
}

// told is how far somebody was told, and when.
type told struct {
	upTo cite.Position
	at   time.Time
}

// due is when a letter about what waits is to be written; zero where there is nothing new in it.
func (t told) due(all []wait, how account.Told, zone string) time.Time {
	var first time.Time
	for _, w := range all {
		if w.position > t.upTo && (first.IsZero() || w.since.Before(first)) {
			first = w.since
		}
	}
	switch {
	case first.IsZero() || how == account.Never:
		return time.Time{}
	case how == account.Daily:
		if t.at.After(first) {
			first = t.at
		}
		return nextMorning(first, zone)
	}
	due := first.Add(settles)
	if again := t.at.Add(quiet); !t.at.IsZero() && again.After(due) {
		due = again
	}
	return due
}

// nextMorning is the first morning after an instant, in a zone.
func nextMorning(t time.Time, zone string) time.Time {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	here := t.In(loc)
	day := time.Date(here.Year(), here.Month(), here.Day(), morning, 0, 0, 0, loc)
	if !day.After(t) {
		day = time.Date(here.Year(), here.Month(), here.Day()+1, morning, 0, 0, 0, loc)
	}
	return day
}

// usual is how somebody is told who did not choose: those who moderate at once, the others daily.
func usual(st *conversation.State, p delegation.Participant) account.Told {
	if st.Roll.Roles(p).Has(delegation.Moderator) || len(st.Roll.Holders(delegation.Moderator)) == 0 {
		return account.AtOnce
	}
	return account.Daily
}

// desk is somebody who holds an office, with what waits for them.
type desk struct {
	who   delegation.Participant
	waits []wait
	usual account.Told
}

// Remind queues the letters to those for whom something waits in a conversation, and returns when the next is due; zero
// where none is. Who wants no letters, or has not signed in yet, gets none.
func (w *Letters) Remind(ctx context.Context, slug string) (next time.Time, err error) {
	var desks []desk
	var zone string
	var head cite.Position
	if _, err := w.Sec.Read(ctx, slug, func(st *conversation.State) error {
		zone, head = st.Zone, st.Head
		for _, role := range []delegation.Role{delegation.Moderator, delegation.Officer} {
			for _, p := range st.Roll.Holders(role) {
				if !slices.ContainsFunc(desks, func(d desk) bool { return d.who == p }) {
					desks = append(desks, desk{p, waits(st, p, w.Queue.now()), usual(st, p)})
				}
			}
		}
		return nil
	}); err != nil {
		return time.Time{}, err
	}
	for _, d := range desks {
		due, err := w.remind(ctx, slug, d, head, zone)
		if err != nil {
			return time.Time{}, err
		}
		if !due.IsZero() && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	return next, nil
}

// remind queues the letter to one of them if it is due, else says when it will be.
func (w *Letters) remind(ctx context.Context, slug string, d desk, head cite.Position, zone string) (time.Time, error) {
	n := account.Number{Slug: slug, Participant: uint64(d.who)}
	t, err := w.Queue.toldUpTo(ctx, n)
	if err != nil {
		return time.Time{}, err
	}
	if t.upTo > head { // the record was restored, and goes on from an earlier entry
		t.upTo = head
		if err := w.Queue.keepTold(ctx, n, t, nil); err != nil {
			return time.Time{}, err
		}
	}
	how, err := w.Accounts.ToldTo(ctx, n)
	if err != nil {
		return time.Time{}, err
	}
	if how == account.Unchosen {
		how = d.usual
	}
	due := t.due(d.waits, how, zone)
	if now := w.Queue.now(); due.IsZero() || due.After(now) {
		return due, nil
	}
	upTo := t.upTo
	for _, x := range d.waits {
		upTo = max(upTo, x.position)
	}
	m := post.Message{Notice: waiting, Slug: slug, Participant: n.Participant}
	reach, ok, err := w.Accounts.Reach(ctx, n, fmt.Sprintf("%s %s %d", slug, waiting, upTo))
	if err != nil {
		return time.Time{}, err
	}
	if !ok || !reach.Account { // not signed in yet, or they want none: told when something comes after that
		return time.Time{}, nil
	}
	m.To, m.Lang = reach.Email, reach.Lang
	if m, err = w.Queue.ready(m); err != nil {
		return time.Time{}, err
	}
	return time.Time{}, w.Queue.keepTold(ctx, n, told{upTo, w.Queue.now()}, &m)
}

// Renew writes the words of a letter about what waits, about support, about an end, or about the floor, when it is handed over, and looks up whether one about a
// registration is still so; ok is false where there is nothing of that any more, or its reader is not to be told: then it does not go.
func (w *Letters) Renew(ctx context.Context, m post.Message) (post.Message, bool, error) {
	switch {
	case slices.Contains(endsSoon, m.Notice), strings.HasPrefix(m.Notice, aboutFloor):
		return w.renewEntry(ctx, m)
	case strings.HasPrefix(m.Notice, aboutRegistration):
		return w.renewRegistered(ctx, m)
	case m.Notice != waiting:
		return w.renewSupport(ctx, m)
	}
	n := account.Number{Slug: m.Slug, Participant: m.Participant}
	t, err := w.Queue.toldUpTo(ctx, n)
	if err != nil {
		return m, false, err
	}
	var all []wait
	var title locale.Text
	var zone string
	demo := false
	if _, err := w.Sec.Read(ctx, m.Slug, func(st *conversation.State) error {
		all, title, zone, demo = waits(st, delegation.Participant(m.Participant), w.Queue.now()), st.Title, st.Zone, st.Demonstration
		return nil
	}); err != nil {
		return m, false, err
	}
	// What came after the letter was queued gets one of its own, unless this one speaks of it already.
	//mutants:guard nobody is written to about what was dealt with or erased since
	if !slices.ContainsFunc(all, func(x wait) bool { return x.position <= t.upTo }) {
		return m, false, nil
	}
	how, err := w.Accounts.ToldTo(ctx, n)
	if err != nil || how == account.Never {
		return m, false, err
	}
	reach, ok, err := w.Accounts.Reach(ctx, n, fmt.Sprintf("%s %s %d", m.Slug, waiting, t.upTo))
	if err != nil || !ok {
		return m, false, err
	}
	l := reach.Lang
	if !l.Valid() {
		l = locale.English
	}
	name, _ := title.For(l)
	lines, path := waitLines(l, all, zone)
	link, mine := w.Address+"/"+string(l)+"/c/"+m.Slug+path, w.Address+"/"+string(l)+"/account"
	m.To, m.Lang, m.Stop = reach.Email, l, stopAddress(w.Address, l, reach.Token)
	m.Subject = l.T("mail.waiting.subject", "title", name, "n", len(all))
	f := foot{host: w.Address, body: w.Queue.body(l), why: waiting, args: []any{"title", name}, stop: m.Stop}
	m.Text = verbatim(l, l.Isolate("mail.waiting.text", "title", name, "list", lines, "link", link, "mine", mine), lines, link, mine) + f.text(l)
	if demo {
		m.Text += "\n\n" + l.T("mail.demo")
	}
	return m, true, nil
}

// waitLines says what waits, a line for each kind, and where most of it is done.
func waitLines(l locale.Lang, all []wait, zone string) (text, path string) {
	var lines []string
	for _, kind := range []string{waitsModeration, waitsCorrection, waitsRemoval, waitsOne, waitsAccrediting, waitsEnding, waitsMandate, waitsReopened} {
		n, oldest := 0, time.Time{}
		for _, w := range all {
			if w.kind != kind {
				continue
			}
			if n++; oldest.IsZero() || w.since.Before(oldest) {
				oldest = w.since
			}
		}
		if n == 0 {
			continue
		}
		lines = append(lines, "- "+l.T("mail.waiting."+kind, "n", n, "since", setting{zone: zone}.when(l, oldest)))
		if path == "" {
			switch path = "/desk/queue"; kind {
			case waitsReopened:
				path = "/desk/points"
			case waitsAccrediting, waitsEnding:
				path = "/desk/accreditation"
			case waitsMandate:
				path = "/desk/people#parties"
			}
		}
	}
	return strings.Join(lines, "\n"), path
}

// Watch reminds those who hold an office in a conversation, until the context ends (then it returns nil) or something
// fails.
func (w *Letters) Watch(ctx context.Context, slug string) error {
	log, id, err := w.Sec.Record(slug)
	if err != nil {
		return err
	}
	for err == nil {
		from := w.Sec.Durable(slug)
		var next time.Time
		if next, err = w.Remind(ctx, slug); err != nil {
			break
		}
		pause := longest
		if !next.IsZero() {
			pause = min(max(next.Sub(w.Queue.now()), 0), longest)
		}
		// However fast the record grows, it is looked at twice a minute.
		rest(ctx, nil, min(pause, lookEvery))
		if pause > lookEvery && ctx.Err() == nil {
			err = waitUntil(ctx, time.Now().Add(pause-lookEvery), func(ctx context.Context) error { return log.Wait(ctx, id, from+1) })
		}
		if ctx.Err() != nil {
			return nil
		}
	}
	return fmt.Errorf("mail: what waits in %s: %w", slug, err)
}

// toldUpTo reads how far somebody was told.
func (q *Queue) toldUpTo(ctx context.Context, n account.Number) (t told, err error) {
	var upTo, at int64
	err = q.db.QueryRowContext(ctx, `SELECT told, at FROM mail_waiting WHERE slug = $1 AND participant = $2`, n.Slug, int64(n.Participant)).Scan(&upTo, &at)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return told{cite.Position(upTo), private.Instant(at)}, err
}

// keepTold keeps how far somebody was told, and queues the letter that tells them, in one transaction. One that waits
// already is enough: its words are written when it goes.
func (q *Queue) keepTold(ctx context.Context, n account.Number, t told, m *post.Message) error {
	err := q.db.Within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO mail_waiting(slug, participant, told, at) VALUES($1, $2, $3, $4)
			ON CONFLICT (slug, participant) DO UPDATE SET told = excluded.told, at = excluded.at`, n.Slug, int64(n.Participant), int64(t.upTo), private.Micro(t.at)); err != nil {
			return err
		}
		var there int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM mail WHERE slug = $1 AND participant = $2 AND notice = $3 AND state IN ($4, $5)`,
			n.Slug, int64(n.Participant), waiting, post.Queued, post.Sending).Scan(&there); err != nil || m == nil || there > 0 {
			return err
		}
		return q.insert(ctx, tx, *m, time.Time{})
	})
	if err == nil && m != nil {
		q.wakeAll()
	}
	return err
}
