package mail

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/sessions"
	"github.com/openplenary/plenary/registration/roster"
)

// aboutRegistration begins what letters about registrations are called in the queue: after it stand the number of the registration, and what the letter tells.
const aboutRegistration = "registered "

// registrationOf is the number of the registration that a letter is about, and what it tells.
func registrationOf(notice string) (id int64, tells string) {
	number, tells, _ := strings.Cut(strings.TrimPrefix(notice, aboutRegistration), " ")
	id, _ = strconv.ParseInt(number, 10, 64) // written by registeredLetter
	return id, tells
}

// renewRegistered lets a letter about a registration go while what it tells is so; ok is false where it is not, or the registration was taken back.
func (w *Letters) renewRegistered(ctx context.Context, m post.Message) (post.Message, bool, error) {
	id, tells := registrationOf(m.Notice)
	now, err := roster.New(w.Queue.db).Telling(ctx, m.Slug, id)
	//mutants:guard nobody is told that they take part whose registration was taken back meanwhile
	return m, err == nil && now[id] == tells, err
}

// unsay drops the letters about registrations in a conversation that wait and tell what is not so any more: of a registration that was taken back nothing is kept.
func (w *Letters) unsay(ctx context.Context, store *roster.Store, slug string) error {
	q := w.Queue
	rows, err := q.db.QueryContext(ctx, `SELECT id, message_id, notice FROM mail WHERE state IN ($1, $2) AND slug = $3 AND notice LIKE $4`, post.Queued, post.Sending, slug, aboutRegistration+"%")
	if err != nil {
		return err
	}
	defer rows.Close()
	var all []post.Message
	for rows.Next() {
		var m post.Message
		if err := rows.Scan(&m.ID, &m.MessageID, &m.Notice); err != nil {
			return err
		}
		all = append(all, m)
	}
	if err := rows.Err(); err != nil || len(all) == 0 {
		return err
	}
	now, err := store.Telling(ctx, slug, 0)
	all = slices.DeleteFunc(all, func(m post.Message) bool {
		id, tells := registrationOf(m.Notice)
		return now[id] == tells
	})
	if err != nil || len(all) == 0 {
		return err
	}
	if err := q.db.Within(ctx, func(tx *sql.Tx) error {
		for _, m := range all {
			if _, err := tx.ExecContext(ctx, `DELETE FROM mail WHERE id = $1 AND message_id = $2`, m.ID, m.MessageID); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	q.recall(func(x post.Message) bool {
		return slices.ContainsFunc(all, func(m post.Message) bool { return m.MessageID == x.MessageID })
	})
	return q.db.Scrub(ctx)
}

// Registered writes the letters about registrations in a conversation that are due: one for each thing that became so, in the transaction that notes
// that it was told. Who wants no letters, or left no address, is told on the page of their registration alone. Those that wait, and tell what is not so any more,
// are dropped.
func (w *Letters) Registered(ctx context.Context, store *roster.Store, slug string) error {
	var of []cite.Ref
	if _, err := w.Sec.Read(ctx, slug, func(st *conversation.State) error {
		for _, o := range st.Registration.Offers() {
			of = append(of, o.Session)
		}
		return nil
	}); err != nil {
		return err
	}
	failed := w.unsay(ctx, store, slug)
	for _, session := range of {
		due, err := store.Untold(ctx, slug, session)
		if err != nil {
			return err
		}
		for _, r := range due {
			failed = errors.Join(failed, w.registered(ctx, r))
		}
	}
	return failed
}

// registered queues one of them.
func (w *Letters) registered(ctx context.Context, r roster.Registration) error {
	m, ok, err := w.registeredLetter(ctx, r)
	if err != nil {
		return err
	}
	if ok {
		if m, err = w.Queue.ready(m); err != nil {
			return err
		}
	}
	until := w.Queue.now().Add(invitationLife)
	err = w.Queue.db.Within(ctx, func(tx *sql.Tx) error {
		fresh, err := roster.Told(ctx, tx, r)
		if err != nil || !fresh || !ok {
			return err
		}
		return w.Queue.insert(ctx, tx, m, until)
	})
	if err == nil {
		w.Queue.wakeAll()
	}
	return err
}

// reader is who a letter about a registration is for; ok is false where they may not be written to.
func (w *Letters) reader(ctx context.Context, r roster.Registration) (to post.Message, f foot, ok bool, err error) {
	f = foot{host: w.Address, why: "registered"}
	if r.Email != "" {
		token, wish, err := w.Accounts.LettersTo(ctx, r.Email)
		if err != nil {
			return to, f, false, err
		}
		//mutants:guard whoever wants no letters gets none because somebody registered them
		if wish == account.Stopped {
			return to, f, false, nil
		}
		l := cmp.Or(r.Lang, locale.English)
		return post.Message{To: r.Email, Lang: l, Stop: stopAddress(w.Address, l, token)}, f, true, nil
	}
	reach, ok, err := w.Accounts.Reach(ctx, account.Number{Slug: r.Slug, Participant: r.Participant}, fmt.Sprintf("%s %d %s", r.Slug, r.ID, r.Tells()))
	if err != nil || !ok || r.Participant == 0 {
		return to, f, false, err
	}
	l := cmp.Or(reach.Lang, locale.English)
	f.unproven = !reach.Proven
	return post.Message{To: reach.Email, Lang: l, Stop: stopAddress(w.Address, l, reach.Token)}, f, true, nil
}

// registeredLetter writes the letter that tells what became of a registration; with one that is confirmed comes the calendar of the session.
func (w *Letters) registeredLetter(ctx context.Context, r roster.Registration) (m post.Message, ok bool, err error) {
	m, f, ok, err := w.reader(ctx, r)
	if err != nil || !ok {
		return m, false, err
	}
	l := m.Lang
	var title, name, zone, file string
	var begins, ends time.Time
	demo, lacks := false, false
	if _, err := w.Sec.Read(ctx, r.Slug, func(st *conversation.State) error {
		title, _ = st.Title.For(l)
		if o, ok := st.Registration.Offer(r.Session); ok {
			lacks = r.Seated() && !o.Complete(r.Category, r.Answers)
		}
		demo = st.Demonstration
		x, there := st.Sessions.Session(r.Session)
		if !there {
			return nil
		}
		name, _ = x.Plan.Title.For(l)
		zone, begins, ends = x.Plan.Zone, x.Begins(), x.Ends()
		reading := conversation.NewReading(st, conversation.Audience{}, w.Queue.now())
		defer reading.Close()
		if v, ok := sessions.New(reading, r.Session, l); ok && r.Seated() && !begins.IsZero() {
			host := w.Address
			if u, err := url.Parse(w.Address); err == nil {
				host = u.Hostname()
			}
			file = v.Calendar(&frame.Frame{Lang: l, Slug: r.Slug, Demo: demo}, host, w.Address+"/"+string(l)+"/c/"+r.Slug+"/"+string(r.Session), v.Stamp())
		}
		return nil
	}); err != nil {
		return m, false, err
	}
	days := l.T("stage.no_date")
	if !begins.IsZero() {
		days = l.Days(frame.InZone(begins, zone), frame.InZone(ends.Add(-time.Nanosecond), zone))
	}
	link := w.Address + "/" + string(l) + "/c/" + r.Slug + "/" + string(r.Session) + "/register"
	who := r.Name
	//mutants:guard what somebody wrote is not mailed by the house to whatever address they wrote beside it
	if r.Email != "" {
		who = r.Email
	}
	args := []any{"name", who, "session", name, "title", title, "days", days, "link", link, "reason", r.Reason}
	key := "mail.registered." + r.Tells()
	f.body, f.args, f.stop = w.Queue.body(l), args, m.Stop
	m.Notice, m.Slug, m.Participant = fmt.Sprintf("%s%d %s", aboutRegistration, r.ID, r.Tells()), r.Slug, r.Participant
	m.Subject = l.T(key+".subject", args...)
	text := l.Isolate(key+".text", args...)
	if lacks { // the seat is theirs, and nothing that comes with it
		text += "\n\n" + l.T("mail.registered.lacking")
	}
	m.Text = verbatim(l, text, link) + f.text(l)
	if demo {
		m.Text += "\n\n" + l.T("mail.demo")
	}
	if file != "" {
		m.Files = []post.File{{Name: "session.ics", Type: "text/calendar", Content: []byte(file)}}
	}
	return m, true, nil
}
