package script

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/session"
)

// seenLast says for whoever plans a session, or acts in its chair, that they have read it as it is, unless "seen:" names another entry.
func (r *Runner) seenLast(ctx context.Context, b *block, command reflect.Value) error {
	of, seen := command.FieldByName("Session"), command.FieldByName("Seen")
	if !of.IsValid() || !seen.IsValid() || b.has("seen") {
		return nil
	}
	_, err := r.Sec.Read(ctx, r.Slug, func(st *conversation.State) error {
		if strings.HasSuffix(command.Type().PkgPath(), "/registration") {
			seen.SetInt(int64(st.Registration.Seen(cite.Ref(of.String()))))
		} else if x, ok := st.Sessions.Session(cite.Ref(of.String())); ok {
			seen.SetInt(int64(x.Seen))
		}
		if strings.HasSuffix(command.Type().PkgPath(), "/floor") {
			seen.SetInt(int64(st.Floors.Floor(cite.Ref(of.String())).Acted))
		}
		return nil
	})
	return err
}

// documents reads the documents of an item, one on each line: "en Summary; fr Résumé | S/1/2 | https://example.org/1".
func documents(s string) (out []session.Document, err error) {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		fields := strings.Split(line, "|")
		if len(fields) != 3 {
			return nil, errors.New("want \"title | symbol | source\"")
		}
		out = append(out, session.Document{Title: tongues(fields[0]), Symbol: strings.TrimSpace(fields[1]), Source: strings.TrimSpace(fields[2])})
	}
	return out, nil
}

// deliver enters what somebody said in a sitting, "deliver $item => $said": for a party, or, with "speaker:", for somebody of whom none is
// known. Paragraph n has "text.n:", and perhaps "on.n:" and "takes.n:".
func (r *Runner) deliver(ctx context.Context, b *block) error {
	a, err := r.acting(b)
	if err != nil {
		return err
	}
	c := session.Deliver{Speaker: b.get("speaker"), Category: b.get("category"), Language: locale.Lang(b.get("language")), Floor: locale.Lang(b.get("floor")), Cut: b.get("cut") == "yes", Sitting: 1}
	if c.Floor == "" {
		c.Floor = c.Language
	}
	if c.Item, err = r.ref(target(b.words[0], r)); err != nil {
		return err
	}
	if s := b.get("sitting"); s != "" {
		if _, err := fmt.Sscan(s, &c.Sitting); err != nil {
			return err
		}
	}
	if c.From, err = r.instant(b.get("from")); err != nil {
		return err
	}
	if c.To, err = r.instant(b.get("to")); err != nil {
		return err
	}
	var call cite.Ref
	if _, err := r.Sec.Read(ctx, r.Slug, func(st *conversation.State) error {
		if x, ok := st.Sessions.Session(c.Item); ok {
			call = x.Call
		}
		return nil
	}); err != nil {
		return err
	}
	for n := 1; b.has(numbered("text", n)); n++ {
		p := session.Paragraph{Text: b.get(numbered("text", n))}
		if p.On, err = r.anchor(ctx, call, "", b.get(numbered("on", n))); err != nil && call != cite.None {
			return err
		}
		if p.Takes, err = r.refsOf(strings.Fields(b.get(numbered("takes", n)))); err != nil {
			return err
		}
		if p.Text != "" {
			p.Likeness = r.Sec.Likeness(r.Slug, p.Text)
		}
		c.Paragraphs = append(c.Paragraphs, p)
	}
	party := b.get("for")
	if party == "" {
		party = "spoken " + string(c.Item) + " " + c.From.String()
	} else if !isAlias(party, '%') {
		return fmt.Errorf("%q is no party (%%alias)", party)
	}
	if a.For, err = r.party(party); err != nil {
		return err
	}
	if b.get("for") != "" {
		c.Party = a.For.Ref()
	}
	a.Command = c
	answer, err := r.send(ctx, b, a)
	if err == nil {
		r.authors[answer.Refs[0]] = b.get("as")
		for i, p := range c.Paragraphs {
			r.texts[cite.Part(answer.Refs[0], i+1)] = p.Text
		}
	}
	return err
}

// sessionIs compares in which state a session is: "assert session $s adjourned".
func (r *Runner) sessionIs(st *conversation.State, args []string) error {
	ref, err := r.ref(args[0])
	if err != nil {
		return err
	}
	x, ok := st.Sessions.Session(ref)
	if !ok {
		return fmt.Errorf("there is no session %s", args[0])
	}
	return same("session", x.State(), args[1])
}

// interventionIs compares how everybody reads an intervention, "assert intervention $c $item spoken": spoken, cut, cut_filed (it was cut off
// and filed), filed, rest (of what was cut off), gone (it was there) or none.
func (r *Runner) interventionIs(st *conversation.State, args []string) error {
	c, err := r.ref(args[0])
	if err != nil {
		return err
	}
	item := cite.None
	if args[1] != "nowhere" {
		if item, err = r.ref(args[1]); err != nil {
			return err
		}
	}
	reading := conversation.NewReading(st, conversation.Readers, st.Time)
	defer reading.Close()
	is, on := "none", cite.None
	for _, x := range reading.Sessions.Sessions() {
		all := reading.Sessions.Interventions(x)
		if i := slices.IndexFunc(all, func(v conversation.Intervention) bool { return v.Contribution == c.Root() }); i >= 0 {
			if on, is = all[i].Item, "gone"; st.MaySee(conversation.Readers, c) >= conversation.Redacted {
				is = all[i].How()
			}
		}
	}
	if on != item {
		return fmt.Errorf("it stands under %q, want %q", on, item)
	}
	return same("intervention", is, args[2])
}
