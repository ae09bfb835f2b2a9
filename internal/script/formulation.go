package script

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
)

// hear enters a question that was asked from the floor, "hear questions => $asked": for a party, or, with "speaker:", for somebody of
// whom none is known.
func (r *Runner) hear(ctx context.Context, b *block) error {
	a, err := r.acting(b)
	if err != nil {
		return err
	}
	c := formulation.Hear{Speaker: b.get("speaker"), Category: b.get("category"), Language: locale.Lang(b.get("language")), Wording: b.get("wording"), Text: b.get("text")}
	if c.Call, err = r.ref(target(b.words[0], r)); err != nil {
		return err
	}
	if c.On, err = r.anchor(ctx, c.Call, "", b.get("on")); err != nil {
		return err
	}
	if s := b.get("said"); s != "" {
		if c.Said, err = r.instant(s); err != nil {
			return err
		}
	}
	if a.Token = b.get("token"); a.Token != "" {
		a.Scope = string(a.By.Ref())
	}
	party := b.get("for")
	if party == "" {
		party = "heard " + string(c.Call) + " " + a.Token + " " + c.Speaker
	} else if !isAlias(party, '%') {
		return fmt.Errorf("%q is no party (%%alias)", party)
	}
	if a.For, err = r.party(party); err != nil {
		return err
	}
	if b.get("for") != "" {
		c.Party = a.For.Ref()
	}
	if c.Text != "" {
		c.Likeness = r.Sec.Likeness(r.Slug, c.Text)
	}
	a.Command = c
	answer, err := r.send(ctx, b, a)
	if err == nil {
		r.authors[answer.Refs[0]] = b.get("as")
		r.texts[cite.Part(answer.Refs[0], 1)] = c.Text
	}
	return err
}

// heardIs compares when a proposal was said aloud: "assert heard $ada.1 2020-01-10T10:40Z", or "never".
func (r *Runner) heardIs(st *conversation.State, args []string) error {
	ref, err := r.ref(args[0])
	if err != nil {
		return err
	}
	said := "never"
	if floor, ok := st.Formulation.Floor(ref); ok {
		said = floor.Said.Format("2006-01-02T15:04Z")
	}
	return same("heard", said, args[1])
}

// support supports a proposal, "support $ada.1", or takes the support back: for a party that a person speaks for, or for
// themselves.
func (r *Runner) support(ctx context.Context, b *block) error {
	proposal, err := r.ref(b.words[0])
	if err != nil {
		return err
	}
	a, err := r.acting(b)
	if err != nil {
		return err
	}
	a.Assurance = consultation.EmailProven
	if v := b.get("assurance"); v != "" {
		a.Assurance = v
	}
	party, known := b.get("for"), true
	switch {
	case party == "":
		who := r.as
		if b.has("as") {
			who = b.get("as")
		}
		party, known = "own "+who, false
	case !isAlias(party, '%'):
		return fmt.Errorf("%q is no party (%%alias)", party)
	}
	if a.For, err = r.party(party); err != nil {
		return err
	}
	if b.verb == "take-back" {
		a.Command = formulation.TakeBackSupport{Proposal: proposal, Known: known}
	} else {
		a.Command = formulation.GiveSupport{Proposal: proposal, Category: b.get("category"), Known: known}
	}
	_, err = r.send(ctx, b, a)
	return err
}

// word puts proposals into words, "word questions => $q", or gives a question other words, "word $q"; the key "answer:" is the
// alias of the answer that says so to the authors. dissolve takes a question away. Both have read the wording that it has now,
// unless "seen:" names another entry.
func (r *Runner) word(ctx context.Context, b *block) error {
	ref, err := r.ref(target(b.words[0], r))
	if err != nil {
		return err
	}
	seen, err := r.seenWording(ctx, b, ref)
	if err != nil {
		return err
	}
	if b.verb == "dissolve" {
		return r.ask(ctx, b, formulation.Dissolve{Question: ref, Reason: b.get("reason"), Seen: seen})
	}
	c := formulation.Word{Call: ref, Seen: seen}
	if ref.Kind() == 'q' {
		c.Call, c.Question = cite.None, ref
	}
	if c.Of, err = r.refsOf(strings.Fields(b.get("of"))); err != nil {
		return err
	}
	if c.Wording, err = textOf(b, "wording"); err != nil {
		return err
	}
	if c.Reason, err = textOf(b, "reason"); err != nil {
		return err
	}
	if s := b.get("until"); s != "" {
		if c.Until, err = r.instant(s); err != nil {
			return err
		}
	}
	a, err := r.acting(b)
	if err != nil {
		return err
	}
	a.Command = c
	answer, err := r.send(ctx, b, a)
	if err != nil || !b.has("answer") {
		return err
	}
	i := slices.IndexFunc(answer.Refs, func(x cite.Ref) bool { return x.Kind() == 'd' })
	if i < 0 || !isAlias(b.get("answer"), '$') {
		return fmt.Errorf("no answer to call %q", b.get("answer"))
	}
	return r.call(b.get("answer"), answer.Refs[i])
}

func (r *Runner) seenWording(ctx context.Context, b *block, q cite.Ref) (seen cite.Position, err error) {
	if s := b.get("seen"); s != "" {
		n, err := strconv.ParseInt(s, 10, 64)
		return cite.Position(n), err
	}
	_, err = r.Sec.Read(ctx, r.Slug, func(st *conversation.State) error {
		if q, ok := st.Formulation.Question(q); ok {
			seen = q.Now().Position
		}
		return nil
	})
	return seen, err
}

// arrange puts the questions of a call in order: "theme.2: en Authors; fr Auteurs" and "under.2: $q2 $q1", and so on.
func (r *Runner) arrange(ctx context.Context, b *block) (err error) {
	c := formulation.Arrange{}
	if c.Call, err = r.ref(target(b.words[0], r)); err != nil {
		return err
	}
	for n := 1; ; n++ {
		key := ""
		if n > 1 {
			key = "." + strconv.Itoa(n)
		}
		title, ok := b.lookup("theme" + key)
		if !ok {
			c.Seen, err = r.seenOrder(ctx, c.Call)
			if err != nil {
				return err
			}
			return r.ask(ctx, b, c)
		}
		t := formulation.Theme{Title: locale.Text{In: map[locale.Lang]string{}}}
		for said := range strings.SplitSeq(title, ";") {
			l, words, _ := strings.Cut(strings.TrimSpace(said), " ")
			if t.Title.In[locale.Lang(l)] = words; t.Title.Original == "" {
				t.Title.Original = locale.Lang(l)
			}
		}
		if t.Questions, err = r.refsOf(strings.Fields(b.get("under" + key))); err != nil {
			return err
		}
		c.Themes = append(c.Themes, t)
	}
}

// seenOrder is where the questions of a call were put in order last.
func (r *Runner) seenOrder(ctx context.Context, call cite.Ref) (seen cite.Position, err error) {
	_, err = r.Sec.Read(ctx, r.Slug, func(st *conversation.State) error {
		if g, ok := st.Formulation.Gathering(call); ok {
			seen = g.Arranged
		}
		return nil
	})
	return seen, err
}

// supportsAre compares how many support a proposal: "assert supports $ada.1 3".
func (r *Runner) supportsAre(st *conversation.State, args []string) error {
	ref, err := r.ref(args[0])
	if err != nil {
		return err
	}
	return same("supports", strconv.Itoa(len(st.Formulation.Supports(ref))), args[1])
}

// standsIn compares where a proposal stands: "assert stands $ada.1 $q1", or "nowhere".
func (r *Runner) standsIn(st *conversation.State, args []string) error {
	ref, err := r.ref(args[0])
	if err != nil {
		return err
	}
	want := cite.None
	if args[1] != "nowhere" {
		if want, err = r.ref(args[1]); err != nil {
			return err
		}
	}
	return same("question", string(st.Formulation.In(ref)), string(want))
}
