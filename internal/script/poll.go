package script

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/poll"
)

// hold announces an indicative ballot on an order, "hold $o => $b", or changes its terms before it opens, "alter $b".
func (r *Runner) hold(ctx context.Context, b *block) error {
	ref, err := r.ref(b.words[0])
	if err != nil {
		return err
	}
	t := poll.Terms{Method: b.get("method"), Secret: b.get("secret") == "yes", Constituencies: strings.Fields(b.get("constituencies")), Zone: b.get("zone")}
	if t.Opens, err = r.instant(b.get("opens")); err != nil {
		return err
	}
	if t.Closes, err = r.instant(b.get("closes")); err != nil {
		return err
	}
	if b.verb == "alter" {
		return r.ask(ctx, b, poll.Alter{Poll: ref, Terms: t})
	}
	return r.ask(ctx, b, poll.Hold{Order: ref, Terms: t})
}

// cast casts a ballot, "cast $b" with "marks: 2:1 1:2" (theme 2 has rank 1), for whoever asks or "for: %party"; return takes it back.
func (r *Runner) cast(ctx context.Context, b *block) error {
	ref, err := r.ref(b.words[0])
	if err != nil {
		return err
	}
	a, err := r.acting(b)
	if err != nil {
		return err
	}
	if a.Assurance = consultation.EmailProven; b.has("assurance") {
		a.Assurance = b.get("assurance")
	}
	party, known := b.get("for"), b.has("for")
	if known {
		if a.For, err = r.party(party); err != nil {
			return err
		}
	}
	a.Command = poll.Return{Poll: ref, Known: known}
	if b.verb == "cast" {
		c := poll.Cast{Poll: ref, Known: known}
		for s := range strings.FieldsSeq(b.get("marks")) {
			var m poll.Mark
			if _, err := fmt.Sscanf(s, "%d:%d", &m.Option, &m.Value); err != nil {
				return fmt.Errorf("marks: %q: %w", s, err)
			}
			c.Marks = append(c.Marks, m)
		}
		a.Command, a.Token = c, b.get("token")
	}
	_, err = r.send(ctx, b, a)
	return err
}

func (r *Runner) callOff(ctx context.Context, b *block) error {
	ref, err := r.ref(b.words[0])
	if err != nil {
		return err
	}
	c := poll.CallOff{Poll: ref}
	if c.Reason, err = textOf(b, "reason"); err != nil {
		return err
	}
	return r.ask(ctx, b, c)
}

func (r *Runner) ballot(st *conversation.State, alias string) (*poll.Poll, error) {
	ref, err := r.ref(alias)
	if err != nil {
		return nil, err
	}
	p, ok := st.Polls.Poll(ref)
	if !ok {
		return nil, fmt.Errorf("there is no ballot %s", alias)
	}
	return p, nil
}

// rollIs compares how many parties are on the frozen roll: "assert roll $b states:2,observers:1".
func (r *Runner) rollIs(st *conversation.State, args []string) error {
	p, err := r.ballot(st, args[0])
	if err != nil {
		return err
	}
	var is []string
	for _, g := range p.Roll {
		is = append(is, fmt.Sprintf("%s:%d", g.Constituency, len(g.Parties)))
	}
	if poll.RollHash(p.Roll) != p.Hash {
		return fmt.Errorf("the hash %s is not that of the roll %q", p.Hash, poll.RollText(p.Roll))
	}
	return same("roll", strings.Join(is, ","), args[1])
}

// countIs compares what is listed: "assert counted $b states:vouched 2: 1:1_2:2*2", the ballots after the constituency, the assurance and
// the number of all; "-" is an empty one, "kept" says that they are too few to be listed. In an open ballot "%a=1:1" is that of a party.
func (r *Runner) countIs(st *conversation.State, args []string) error {
	p, err := r.ballot(st, args[0])
	if err != nil {
		return err
	}
	if p.Closed == 0 {
		return fmt.Errorf("it is not counted")
	}
	names := map[cite.Ref]string{}
	for alias, y := range r.parties {
		names[y.Ref()] = alias
	}
	var is []string
	for _, l := range p.Lists {
		is = append(is, l.Constituency+":"+l.Assurance, fmt.Sprintf("%d:", l.Total))
		if l.Kept {
			is = append(is, "kept")
		}
		from := len(is)
		for _, s := range l.Ballots {
			said := strings.ReplaceAll(s.Choice, " ", "_")
			if said == "" {
				said = "-"
			}
			if s.Party != cite.None {
				said = names[s.Party] + "=" + said
			}
			if s.Count > 1 {
				said += fmt.Sprintf("*%d", s.Count)
			}
			is = append(is, said)
		}
		slices.Sort(is[from:]) // parties by their aliases
	}
	if p.Gone > 0 {
		is = append(is, fmt.Sprintf("gone:%d", p.Gone))
	}
	return same("count", strings.Join(is, " "), strings.Join(args[1:], " "))
}
