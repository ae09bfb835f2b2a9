package mail

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
)

// delegated is a letter about a delegation: to whom, of which kind, and what it says beside what every letter says.
type delegated struct {
	to   delegation.Participant
	kind string // its sentences are mail.delegation.<kind>.subject and mail.delegation.<kind>.text
}

// stepped is what a fact did to a delegation.
type stepped struct {
	party    delegation.Party
	by       delegation.Participant // who did it, and is told nothing
	whose    delegation.Participant // whose mandate it is
	capacity delegation.Capacity
	kind     string    // of the letters to those who manage the delegation
	own      string    // of the letter to whose mandate it is, "" for none
	until    time.Time // the end of the mandate, where the letter says it
}

// steps are the facts that letters about delegations are called for by. Whoever is brought in is invited by a letter of its own.
var steps = map[string]func(cite.Fact) stepped{
	delegation.Authorised{}.Describe().Kind: func(fact cite.Fact) stepped {
		f := fact.(*delegation.Authorised)
		return stepped{party: f.Party, by: f.By, whose: f.Participant, capacity: f.Capacity, kind: "joined"}
	},
	delegation.Unauthorised{}.Describe().Kind: func(fact cite.Fact) stepped {
		f := fact.(*delegation.Unauthorised)
		return stepped{party: f.Party, by: f.By, whose: f.Participant, kind: "left", own: "ended"}
	},
	delegation.HandedOver{}.Describe().Kind: func(fact cite.Fact) stepped {
		f := fact.(*delegation.HandedOver)
		return stepped{party: f.Party, by: f.From, whose: f.To, capacity: f.Capacity, kind: "handed", own: "yours"}
	},
}

// delegatedBy finds the letters that a step calls for: whose mandate it is hears of what they were not told already, and
// everybody who managed the delegation already of what another did.
func delegatedBy(st *conversation.State, s stepped, at cite.Entry) (out []delegated) {
	if s.own != "" && s.whose != s.by {
		out = append(out, delegated{s.whose, s.own})
	}
	for _, a := range st.Roll.Delegation(s.party) {
		if a.Capacity.Manages() && a.InForce(at.Time) && a.Since.Before(at.Time) && a.Participant != s.by && a.Participant != s.whose {
			out = append(out, delegated{a.Participant, s.kind})
		}
	}
	return out
}

// delegations writes the letters about delegations that a fact calls for.
func (w *Letters) delegations(ctx context.Context, slug string, fact cite.Fact, at cite.Entry) ([]post.Message, error) {
	s := setting{notice: notice{name: "delegation"}, slug: slug, at: at}
	find, ok := steps[fact.Describe().Kind]
	reminded, reminds := fact.(*delegation.Reminded)
	if !ok && !reminds {
		return nil, nil
	}
	var step stepped
	var letters []delegated
	var named cite.Position
	if _, err := w.Sec.Read(ctx, slug, func(st *conversation.State) error {
		if reminds {
			letters, step = endsSoonBy(st, reminded, w.clock(st, reminded.At))
		} else {
			step = find(fact)
			letters = delegatedBy(st, step, at)
		}
		s.title, s.demo, s.zone = st.Title, st.Demonstration, st.Zone
		standing, _ := st.Roll.Party(step.party)
		named = standing.Named
		return nil
	}); err != nil || len(letters) == 0 {
		return nil, err
	}
	words, err := w.Sec.Words(ctx, slug, []cite.Position{named})
	if err != nil {
		return nil, err
	}
	var out []post.Message
	for _, d := range letters {
		m, ok, err := w.delegation(ctx, s, d, [2]string{cmp.Or(words[named]["name"], string(step.party.Ref())), string(step.party.Ref())}, step)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, m)
		}
	}
	return out, nil
}

// delegation writes one letter about a party, its name and its reference; ok is false where nothing leads to its reader, or they
// may not be written to.
func (w *Letters) delegation(ctx context.Context, s setting, d delegated, party [2]string, step stepped) (m post.Message, ok bool, err error) {
	m = post.Message{Notice: "delegation " + d.kind, Slug: s.slug, Participant: uint64(d.to), Position: s.at.Position}
	reach, ok, err := w.Accounts.Reach(ctx, account.Number{Slug: s.slug, Participant: uint64(d.to)}, fmt.Sprintf("%s %d %s", s.slug, s.at.Position, m.Notice))
	if err != nil || !ok {
		return post.Message{}, false, err
	}
	l := reach.Lang
	if !l.Valid() {
		l = locale.English
	}
	title, _ := s.title.For(l)
	link := w.Address + "/" + string(l) + "/c/" + s.slug + "/delegation"
	if d.kind != "ended" {
		link += "?party=" + party[1]
	}
	args := []any{"title", title, "party", party[0], "capacity", l.T("delegation.capacity." + cmp.Or(string(step.capacity), "none")), "link", link,
		"until", s.when(l, step.until.Add(-time.Second))} // the last instant of the day before
	m.To, m.Lang, m.Subject = reach.Email, l, l.T("mail.delegation."+d.kind+".subject", args...)
	m.Stop = stopAddress(w.Address, l, reach.Token)
	f := foot{host: w.Address, body: w.Queue.body(l), why: "delegation", args: args, stop: m.Stop, unproven: !reach.Proven}
	m.Text = verbatim(l, l.Isolate("mail.delegation."+d.kind+".text", args...), link) + f.text(l)
	if s.demo {
		m.Text += "\n\n" + l.T("mail.demo")
	}
	return m, true, nil
}
