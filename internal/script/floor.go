package script

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/internal/script/expect"
)

// setRules declares the usual rules of the floor of a session, "set-rules $s", but for what is said otherwise: "limits: state 60 ngo 30", in
// seconds.
func (r *Runner) setRules(ctx context.Context, b *block) (err error) {
	c := floor.SetRules{Rules: floor.Usual()}
	if c.Session, err = r.ref(target(b.words[0], r)); err != nil {
		return err
	}
	rules := &c.Rules
	for i, words := 0, strings.Fields(b.get("limits")); i+1 < len(words); i += 2 {
		n := 0
		if _, err := fmt.Sscan(words[i+1], &n); err != nil {
			return err
		}
		rules.Limits[words[i]] = n
	}
	for name, to := range map[string]*int{"changeover": &rules.Changeover, "overrun": &rules.Overrun, "reserve": &rules.Reserve} {
		if s := b.get(name); s != "" {
			if _, err := fmt.Sscan(s, to); err != nil {
				return err
			}
		}
	}
	rules.ByRegion, rules.Fewest = b.get("byregion") != "no", b.get("fewest") != "no"
	if s := b.get("classes"); s != "" {
		rules.Classes = strings.Fields(s)
	}
	if c.Reason, err = textOf(b, "reason"); err != nil {
		return err
	}
	if err := r.seenLast(ctx, b, reflect.ValueOf(&c).Elem()); err != nil {
		return err
	}
	if s := b.get("seen"); s != "" {
		if _, err := fmt.Sscan(s, &c.Seen); err != nil {
			return err
		}
	}
	return r.ask(ctx, b, c)
}

// floorIs compares what everybody sees of the floor of a session.
func (r *Runner) floorIs(what string) func(*conversation.State, []string) error {
	return func(st *conversation.State, args []string) error {
		of, err := r.ref(target(args[0], r))
		if err != nil {
			return err
		}
		words, parties := args[1:], []cite.Ref(nil)
		for i, word := range words {
			if isAlias(word, '%') {
				p, err := r.party(word)
				if err != nil {
					return err
				}
				words[i], parties = string(p.Ref()), append(parties, p.Ref())
			}
		}
		switch what {
		case "list":
			return expect.List(st, r.told, of, parties)
		case "raised":
			return expect.Raised(st, r.told, of, words...)
		case "turn":
			return expect.Turn(st, r.told, of, words...)
		case "cut":
			return expect.Cut(st, r.told, of, parties)
		}
		return expect.Floor(st, r.told, of, words...)
	}
}
