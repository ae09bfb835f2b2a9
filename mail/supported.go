package mail

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
)

// supported tells who proposed that parties support it: in one letter a day, in the morning, however many proposals and parties
// there are. Its words are written when it is handed over, so that it says nothing of support that was taken back, nor of a
// proposal that was withdrawn or erased meanwhile.
var supported = notice{
	name:  "supported",
	daily: true,
	find: func(_ *conversation.State, fact cite.Fact) []letter {
		f := fact.(*formulation.Supported)
		return []letter{{about: f.Proposal.Root()}}
	},
	holds: func(s consultation.Status) bool { return s == consultation.Published },
}

// ofDay is the one letter of a morning to somebody. Its key in the queue is the day, so that a second is not taken.
func (w *Letters) ofDay(ctx context.Context, s setting, d due) (m post.Message, ok bool, err error) {
	morning := nextMorning(s.at.Time, s.zone)
	m = post.Message{Notice: s.name + " " + morning.Format(time.DateOnly), Slug: s.slug, Participant: uint64(d.by), Position: daily, Due: morning}
	reach, ok, err := w.Accounts.Reach(ctx, account.Number{Slug: s.slug, Participant: m.Participant}, s.slug+" "+m.Notice)
	m.To, m.Lang = reach.Email, reach.Lang
	return m, ok, err
}

// daily is the position of letters that come of a day and of no single entry: the first of every record.
const daily cite.Position = 1

// renewed reports whether the words of a letter are written when it is handed over, or whether it goes is looked up then.
func renewed(notice string) bool {
	return notice == waiting || strings.HasPrefix(notice, supported.name+" ") || slices.Contains(endsSoon, notice) || strings.HasPrefix(notice, aboutFloor) || strings.HasPrefix(notice, aboutRegistration)
}

// renewSupport writes the words of a letter about support; ok is false where there is none any more.
func (w *Letters) renewSupport(ctx context.Context, m post.Message) (post.Message, bool, error) {
	reach, ok, err := w.Accounts.Reach(ctx, account.Number{Slug: m.Slug, Participant: m.Participant}, m.Slug+" "+m.Notice)
	if err != nil || !ok {
		return m, false, err
	}
	l := reach.Lang
	if !l.Valid() {
		l = locale.English
	}
	var lines, refs []string
	var title locale.Text
	demo := false
	in := w.Address + "/" + string(l) + "/c/" + m.Slug + "/"
	if _, err := w.Sec.Read(ctx, m.Slug, func(st *conversation.State) error {
		title, demo = st.Title, st.Demonstration
		now := w.Queue.now()
		lines, refs = supportLines(conversation.NewReading(st, conversation.Readers, now), of(st, delegation.Participant(m.Participant), now), in, l)
		return nil
	}); err != nil {
		return m, false, err
	}
	//mutants:guard nobody is written to about support that was taken back, or for what was withdrawn or erased since
	if len(lines) == 0 {
		return m, false, nil
	}
	name, _ := title.For(l)
	list := strings.Join(lines, "\n")
	args := []any{"title", name, "list", list, "ref", strings.Join(refs, ", ")}
	m.To, m.Lang, m.Stop = reach.Email, l, stopAddress(w.Address, l, reach.Token)
	m.Subject = l.T("mail.supported.subject", args...)
	f := foot{host: w.Address, body: w.Queue.body(l), why: "address", args: args, stop: m.Stop, unproven: !reach.Proven}
	if reach.Account {
		f.why = "account"
	}
	m.Text = verbatim(l, l.Isolate("mail.supported.text", args...), list) + f.text(l)
	if demo {
		m.Text += "\n\n" + l.T("mail.demo")
	}
	return m, true, nil
}

// supportLines says of each published proposal that is supported who supports it, by category, and where it stands; refs are the
// contributions with these.
func supportLines(r *conversation.Reading, sent []cite.Ref, in string, l locale.Lang) (out, refs []string) {
	defer r.Close()
	slices.Sort(sent)
	for _, c := range sent {
		row, ok := r.Consultation.Row(c)
		if _, gathers := r.Formulation.Gathering(row.Call); !ok || !gathers || row.Status != consultation.Published {
			continue
		}
		for n := 1; n <= row.Parts; n++ {
			proposal := cite.Part(c, n)
			if len(r.Formulation.Supports(proposal)) == 0 {
				continue
			}
			var by []string
			for _, s := range r.Formulation.Constituencies(row.Call, proposal) {
				if category, ok := r.Category(s.Category); ok && s.Support > 0 {
					name, _ := category.Name.For(l)
					by = append(by, l.T("mail.supported.by", "category", name, "share", l.T("questions.of", "n", s.Support, "of", s.Of)))
				}
			}
			if !slices.Contains(refs, string(c)) {
				refs = append(refs, string(c))
			}
			out = append(out, fmt.Sprintf("- %s\n  %s%s#%s", strings.Join(by, "; "), in, c, proposal.ID()))
		}
	}
	return out, refs
}
