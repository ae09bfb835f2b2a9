package script

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

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
		Ref          string // of the edition before, or the alias of a reserved one; "" for a new element
		Kind         string
		Number       string
		Subjects     []string
		Crosscutting []string
		Stance       bool
		From         []string // references or aliases
		Cites        []string
		Text         map[locale.Lang]string
	}
}

// publishPaper publishes an edition that stands in a file. The key "paper:" makes it a new edition of a
// paper that is out, "symbol:" gives it another symbol than the file does, "date:" another date, "base:"
// says from which edition it was drafted, and "list: yes" that it lists the points without an answer.
func (r *Runner) publishPaper(ctx context.Context, b *block) error {
	c, err := r.edition(b.words[0])
	if err != nil {
		return err
	}
	if s := b.get("symbol"); s != "" {
		c.Symbol = s
	}
	c.List, c.Final = b.get("list") == "yes", b.get("final") == "yes"
	if n := b.get("base"); n != "" {
		if c.Base, err = strconv.Atoi(n); err != nil {
			return err
		}
	}
	if d := b.get("date"); d != "" {
		t, err := r.instant(d)
		if err != nil {
			return err
		}
		c.Date = t.Format(time.DateOnly)
	}
	if p := b.get("paper"); p != "" {
		ref, err := r.ref(p)
		if err != nil {
			return err
		}
		c.Paper = ref.Root()
	}
	return r.ask(ctx, b, c)
}

// edition reads the file of an edition.
func (r *Runner) edition(name string) (c paper.Publish, err error) {
	data, err := r.file(name)
	if err != nil {
		return c, err
	}
	var f paperFile
	if err := strict(data, &f); err != nil {
		return c, fmt.Errorf("%s: %w", name, err)
	}
	c = paper.Publish{Kind: f.Kind, Symbol: f.Symbol, Status: f.Status, Source: f.Source, Date: f.Date}
	c.Title, c.Note = locale.Text{Original: f.Original, In: f.Title}, locale.Text{Original: f.Original, In: f.Note}
	for i, e := range f.Elements {
		el := paper.Element{Kind: e.Kind, Number: e.Number, Subjects: e.Subjects, Crosscutting: e.Crosscutting, Stance: e.Stance, Text: locale.Text{Original: f.Original, In: e.Text}}
		if e.Ref != "" {
			if el.Ref, err = r.ref(e.Ref); err != nil {
				return c, fmt.Errorf("element %d: %w", i+1, err)
			}
		}
		if el.From, err = r.refsOf(e.From); err != nil {
			return c, fmt.Errorf("element %d: %w", i+1, err)
		}
		if el.Cites, err = r.refsOf(e.Cites); err != nil {
			return c, fmt.Errorf("element %d: %w", i+1, err)
		}
		c.Elements = append(c.Elements, el)
	}
	return c, nil
}

// markSentences says of every sentence of a file of considerations what somebody found who read what it cites; "only:" names the numbers of
// some of them, "translations:" the languages in which they were read as well.
func (r *Runner) markSentences(ctx context.Context, b *block) error {
	c, err := r.edition(b.words[0])
	if err != nil {
		return err
	}
	if c, err = c.Check(); err != nil {
		return err
	}
	only := strings.Fields(b.get("only"))
	for i := range c.Elements {
		el := &c.Elements[i]
		if el.Kind != paper.Paragraph || len(only) > 0 && !slices.Contains(only, el.Number) {
			continue
		}
		mark := paper.MarkSentence{Seal: el.Seal(), Verdict: b.get("verdict"), Translations: map[locale.Lang]paper.Seal{}}
		for l, seal := range el.TranslationSeals() {
			if slices.Contains(strings.Fields(b.get("translations")), string(l)) {
				mark.Translations[l] = seal
			}
		}
		if err := r.ask(ctx, b, mark); err != nil {
			return fmt.Errorf("element %d: %w", i+1, err)
		}
	}
	return nil
}

// refsOf reads references and aliases.
func (r *Runner) refsOf(words []string) ([]cite.Ref, error) {
	var out []cite.Ref
	for _, w := range words {
		x, err := r.ref(w)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// correct corrects a concordance: "correct p1.e2 p1.x3".
func (r *Runner) correct(ctx context.Context, b *block) error {
	e, err := r.ref(b.words[0])
	if err != nil {
		return err
	}
	x, err := r.ref(b.words[1])
	if err != nil {
		return err
	}
	to, err := r.refsOf(strings.Fields(b.get("to")))
	if err != nil {
		return err
	}
	return r.ask(ctx, b, paper.CorrectConcordance{Edition: e, From: x, Change: b.get("fate"), To: to, Reason: b.get("reason")})
}
