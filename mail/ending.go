package mail

import (
	"context"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/mail/post"
)

// Letters that a mandate or an accreditation ends soon: to whoever holds it, and to those who can renew it. What only the secretariat
// renews is among what waits for officers. They are called for by the entry of the timekeeper, of which there is one for each end, and their words are
// written anew when they are handed over: a letter that waited does not say of what was renewed, or is over, that it ends soon.

// endsSoon are these letters, as they are called in the queue.
var endsSoon = []string{"delegation ends", "delegation ends_alone", "delegation renew", "accreditation.reminded"}

// endsSoonBy finds the letters of a reminder about a mandate: none where it has another end by now, or none any more.
func endsSoonBy(st *conversation.State, f *delegation.Reminded, now time.Time) (out []delegated, s stepped) {
	a, ok := st.Roll.Holds(f.Participant, f.Party)
	//mutants:guard nobody is told that a mandate ends which was renewed or is over
	if !ok || !a.Until.Equal(f.Until) || !a.InForce(now) {
		return nil, s
	}
	s = stepped{party: f.Party, whose: f.Participant, capacity: a.Capacity, until: f.Until}
	renew := st.Roll.Renewers(a, now)
	own := "ends"
	if len(renew) == 0 {
		own = "ends_alone"
	}
	out = append(out, delegated{f.Participant, own})
	for _, p := range renew {
		out = append(out, delegated{p, "renew"})
	}
	return out, s
}

// clock is the instant against which an end is held: the reader's; in a demonstration the one that its script tells.
func (w *Letters) clock(st *conversation.State, told time.Time) time.Time {
	if st.Demonstration || w.Queue == nil {
		return told
	}
	return w.Queue.now()
}

// renewEntry writes the words of a letter from the entry that called for it; ok is false where it does not call for one to this reader any more.
func (w *Letters) renewEntry(ctx context.Context, m post.Message) (post.Message, bool, error) {
	entries, err := w.Sec.RecordEntries(ctx, m.Slug, m.Position, m.Position)
	if err != nil || len(entries) != 1 {
		return m, false, err
	}
	e := entries[0]
	all, err := w.Compose(m.Slug)(ctx, e.Fact, cite.Entry{Position: e.Position, Time: e.Time})
	if err != nil {
		return m, false, err
	}
	i := slices.IndexFunc(all, func(x post.Message) bool {
		return x.Participant == m.Participant && (x.Notice == m.Notice || slices.Contains(endsSoon, m.Notice) && slices.Contains(endsSoon, x.Notice))
	})
	if i < 0 {
		return m, false, nil
	}
	m.To, m.Lang, m.Subject, m.Text, m.Stop = all[i].To, all[i].Lang, all[i].Subject, all[i].Text, all[i].Stop
	return m, true, nil
}
