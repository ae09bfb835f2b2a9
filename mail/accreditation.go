package mail

import (
	"context"
	"fmt"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
)

// accreditations is the one table of who hears of what becomes of an accreditation: for each kind of fact the letter
// mail.accreditation.<name>, and to whom it goes.
var accreditations = map[string]struct {
	name string
	find func(*conversation.State, cite.Fact) bodyLetter
	// soon is when it was said that the accreditation ends soon; nil for other letters.
	soon func(cite.Fact) time.Time
}{
	accreditation.Accredited{}.Describe().Kind: {name: "accredited", find: func(st *conversation.State, fact cite.Fact) bodyLetter {
		f := fact.(*accreditation.Accredited)
		return toRequester(st, f.Party, f.Until)
	}},
	accreditation.Refused{}.Describe().Kind: {name: "refused", find: func(st *conversation.State, fact cite.Fact) bodyLetter {
		return toRequester(st, fact.(*accreditation.Refused).Party, time.Time{})
	}},
	accreditation.Prolonged{}.Describe().Kind: {name: "prolonged", find: func(st *conversation.State, fact cite.Fact) bodyLetter {
		f := fact.(*accreditation.Prolonged)
		return toSpeakers(st, f.Party, f.Until)
	}},
	accreditation.Terminated{}.Describe().Kind: {name: "terminated", find: func(st *conversation.State, fact cite.Fact) bodyLetter {
		return toSpeakers(st, fact.(*accreditation.Terminated).Party, time.Time{})
	}},
	accreditation.Reminded{}.Describe().Kind: {name: "reminded", find: func(st *conversation.State, fact cite.Fact) bodyLetter {
		f := fact.(*accreditation.Reminded)
		return toSpeakers(st, f.Party, f.Until)
	}, soon: func(fact cite.Fact) time.Time { return fact.(*accreditation.Reminded).At }},
}

// bodyLetter is a letter about the accreditation of a body.
type bodyLetter struct {
	party cite.Ref
	to    []delegation.Participant
	named cite.Position // where the name of the body stands
	until time.Time
	title locale.Text
	zone  string
	demo  bool
}

// toRequester is a letter to whoever requested; to nobody where the request was taken back since.
func toRequester(st *conversation.State, party cite.Ref, until time.Time) (l bodyLetter) {
	r, ok := st.Accredited.Find(party)
	//mutants:guard nobody is written to about a request that they took back
	if r.Became() == accreditation.Back {
		return l
	}
	if ok {
		l = bodyLetter{to: []delegation.Participant{delegation.ParticipantOf(r.By)}, named: r.Position, until: until}
	}
	return l
}

// stands reports whether an accreditation stands at an instant until the end of which a letter speaks.
func (l bodyLetter) stands(st *conversation.State, now time.Time) bool {
	x, ok := st.Accredited.Standing(l.party)
	return ok && x.Until.Equal(l.until) && x.At(now)
}

// toSpeakers is a letter to all who speak for a party.
func toSpeakers(st *conversation.State, party cite.Ref, until time.Time) bodyLetter {
	l := bodyLetter{party: party, until: until}
	var p delegation.Party
	if p.UnmarshalText([]byte(party)) == nil {
		s, _ := st.Roll.Party(p)
		l.named = s.Named
		for _, a := range st.Roll.Authorities()[p] {
			l.to = append(l.to, a.Participant)
		}
	}
	return l
}

// accreditation writes the letters about what became of an accreditation.
func (w *Letters) accreditation(ctx context.Context, slug string, fact cite.Fact, at cite.Entry) (out []post.Message, err error) {
	row, ok := accreditations[fact.Describe().Kind]
	if !ok {
		return nil, nil
	}
	var l bodyLetter
	if _, err := w.Sec.Read(ctx, slug, func(st *conversation.State) error {
		l = row.find(st, fact)
		//mutants:guard nobody is told that an accreditation ends which was prolonged or is over
		if row.soon != nil && !l.stands(st, w.clock(st, row.soon(fact))) {
			l.to = nil
		}
		l.title, l.zone, l.demo = st.Title, st.Zone, st.Demonstration
		return nil
	}); err != nil {
		return nil, err
	}
	words, err := w.Sec.Words(ctx, slug, []cite.Position{l.named, at.Position})
	if err != nil {
		return nil, err
	}
	for _, p := range l.to {
		m := post.Message{Notice: "accreditation." + row.name, Slug: slug, Participant: uint64(p), Position: at.Position}
		reach, ok, err := w.Accounts.Reach(ctx, account.Number{Slug: slug, Participant: uint64(p)}, fmt.Sprintf("%s %d %s", slug, at.Position, m.Notice))
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, w.bodyText(m, l, reach, words[l.named]["name"], words[at.Position]["reason"]))
		}
	}
	return out, nil
}

// bodyText says it in the reader's language.
func (w *Letters) bodyText(m post.Message, b bodyLetter, reach account.Reach, name, reason string) post.Message {
	l := reach.Lang
	if !l.Valid() {
		l = locale.English
	}
	title, _ := b.title.For(l)
	until := l.T("mail.accreditation.no_end")
	if !b.until.IsZero() { // the last instant of the day before
		until = setting{zone: b.zone}.when(l, b.until.Add(-time.Second))
	}
	link := w.Address + "/" + string(l) + "/c/" + m.Slug + "/accreditation"
	args := []any{"body", name, "title", title, "reason", reason, "until", until, "link", link}
	m.To, m.Lang, m.Subject, m.Stop = reach.Email, l, l.T("mail."+m.Notice+".subject", args...), stopAddress(w.Address, l, reach.Token)
	f := foot{host: w.Address, body: w.Queue.body(l), why: "accreditation", args: args, stop: m.Stop, unproven: !reach.Proven}
	m.Text = verbatim(l, l.Isolate("mail."+m.Notice+".text", args...), link) + f.text(l)
	if b.demo {
		m.Text += "\n\n" + l.T("mail.demo")
	}
	return m
}
