package script

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/priority"
)

// numbered is the key of the nth of several: "theme", "theme.2", "theme.3", ...
func numbered(name string, n int) string {
	if n > 1 {
		return name + "." + strconv.Itoa(n)
	}
	return name
}

// tongues reads a text on one line: "en Authors; fr Auteurs". The first is the original.
func tongues(s string) locale.Text {
	t := locale.Text{In: map[locale.Lang]string{}}
	for said := range strings.SplitSeq(s, ";") {
		l, words, ok := strings.Cut(strings.TrimSpace(said), " ")
		if !ok {
			continue
		}
		if t.In[locale.Lang(l)] = words; t.Original == "" {
			t.Original = locale.Lang(l)
		}
	}
	return t
}

// beginOrder begins an order of themes: "criterion: en How many spoke; fr Combien", "theme.2: en Authors" and "about.2: p1.e1.x3",
// and so on. A theme without a title is called as what it is about.
func (r *Runner) beginOrder(ctx context.Context, b *block) (err error) {
	c := priority.Begin{}
	if c.Title, err = textOf(b, "title"); err != nil {
		return err
	}
	for n := 1; b.has(numbered("criterion", n)); n++ {
		c.Criteria = append(c.Criteria, tongues(b.get(numbered("criterion", n))))
	}
	for n := 1; b.has(numbered("about", n)); n++ {
		t := priority.Theme{Title: tongues(b.get(numbered("theme", n)))}
		for word := range strings.FieldsSeq(b.get(numbered("about", n))) {
			x, err := r.place(word)
			if err != nil {
				return err
			}
			t.Names = append(t.Names, x)
		}
		c.Themes = append(c.Themes, t)
	}
	return r.ask(ctx, b, c)
}

// order proposes an order of themes, decides on one, or gives one up: "order: 2 1", "left: 3", "reason.3: en Nobody asked". It has
// read the order as it is, unless "seen:" names another entry.
func (r *Runner) order(ctx context.Context, b *block) error {
	ref, err := r.ref(target(b.words[0], r))
	if err != nil {
		return err
	}
	seen, err := r.seenThemes(ctx, b, ref)
	if err != nil {
		return err
	}
	order, err := placed(b, "order")
	if err != nil {
		return err
	}
	left, err := placed(b, "left")
	if err != nil {
		return err
	}
	switch b.verb {
	case "propose":
		c := priority.Propose{Order: ref, Places: order, Seen: seen}
		if s := b.get("call"); s != "" {
			if c.Call, err = r.ref(target(s, r)); err != nil {
				return err
			}
		}
		return r.ask(ctx, b, c)
	case "decide":
		c := priority.Decide{Order: ref, Places: order, Left: left, List: b.get("list") == "yes", Seen: seen}
		if c.Why, err = textOf(b, "why"); err != nil {
			return err
		}
		return r.ask(ctx, b, c)
	}
	c := priority.GiveUp{Order: ref, Seen: seen}
	if c.Reason, err = textOf(b, "reason"); err != nil {
		return err
	}
	return r.ask(ctx, b, c)
}

// placed are the themes that a key numbers, each with the reason for it.
func placed(b *block, key string) (out []priority.Placed, err error) {
	for s := range strings.FieldsSeq(b.get(key)) {
		n, err := strconv.Atoi(s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		out = append(out, priority.Placed{Theme: n, Reason: tongues(b.get(numbered("reason", n)))})
	}
	return out, nil
}

func (r *Runner) seenThemes(ctx context.Context, b *block, order cite.Ref) (seen cite.Position, err error) {
	if s := b.get("seen"); s != "" {
		n, err := strconv.ParseInt(s, 10, 64)
		return cite.Position(n), err
	}
	_, err = r.Sec.Read(ctx, r.Slug, func(st *conversation.State) error {
		if o, ok := st.Priorities.Order(order); ok {
			seen = o.Seen()
		}
		return nil
	})
	return seen, err
}

// orderIs compares the order that holds: "assert order $o 2 1", themes by their numbers.
func (r *Runner) orderIs(st *conversation.State, args []string) error {
	ref, err := r.ref(args[0])
	if err != nil {
		return err
	}
	o, ok := st.Priorities.Order(ref)
	if !ok || o.Now() == nil {
		return fmt.Errorf("there is no order %s", args[0])
	}
	var is []string
	for _, p := range o.Now().Places {
		is = append(is, strconv.Itoa(p.Theme))
	}
	if !slices.Equal(is, args[1:]) {
		return fmt.Errorf("the order is %v, want %v", is, args[1:])
	}
	return nil
}
