package script

import (
	"context"
	"fmt"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// paperFile is an edition of a paper as a script brings it.
type paperFile struct {
	Kind     string
	Symbol   string
	Original locale.Lang
	Date     string
	Title    map[locale.Lang]string
	Note     map[locale.Lang]string
	Source   string
	Status   map[locale.Lang]string
	Elements []struct {
		Ref      cite.Ref // of the edition before; "" for a new element
		Kind     string
		Number   string
		Subjects []string
		Stance   bool
		Text     map[locale.Lang]string
	}
}

// publishPaper publishes an edition that stands in a file. The key "paper:" makes it a new edition of a
// paper that is out, "symbol:" gives it another symbol than the file does.
func (r *Runner) publishPaper(ctx context.Context, b *block) error {
	data, err := r.file(b.words[0])
	if err != nil {
		return err
	}
	var f paperFile
	if err := strict(data, &f); err != nil {
		return fmt.Errorf("%s: %w", b.words[0], err)
	}
	c := paper.Publish{Kind: f.Kind, Symbol: f.Symbol, Status: f.Status, Source: f.Source, Date: f.Date}
	if s := b.get("symbol"); s != "" {
		c.Symbol = s
	}
	if p := b.get("paper"); p != "" {
		ref, err := r.ref(p)
		if err != nil {
			return err
		}
		c.Paper = ref.Root()
	}
	if c.Title, err = cleaned(f.Original, f.Title, cleanTitle); err != nil {
		return err
	}
	if c.Note, err = cleaned(f.Original, f.Note, locale.Clean); err != nil {
		return err
	}
	for i, e := range f.Elements {
		t, err := cleaned(f.Original, e.Text, locale.Clean)
		if err != nil {
			return fmt.Errorf("element %d: %w", i+1, err)
		}
		c.Elements = append(c.Elements, paper.Element{Ref: e.Ref, Kind: e.Kind, Number: e.Number, Subjects: e.Subjects, Stance: e.Stance, Text: t})
	}
	return r.ask(ctx, b, c)
}

func cleaned(original locale.Lang, in map[locale.Lang]string, clean func(string) (string, error)) (locale.Text, error) {
	t := locale.Text{Original: original, In: make(map[locale.Lang]string, len(in))}
	for l, s := range in {
		s, err := clean(s)
		if err != nil {
			return t, fmt.Errorf("%s: %w", l, err)
		}
		t.In[l] = s
	}
	return t, nil
}
