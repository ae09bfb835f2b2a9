package script

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/settings"
)

// labelsFile is the file that "convene" reads its categories, groups, subjects and countries from.
type labelsFile struct {
	Original                                              locale.Lang
	Categories, Groups, Subjects, Crosscutting, Countries []labelInFile
}

type labelInFile struct {
	ID          string
	Name        map[locale.Lang]string
	Group       string // of a country
	Body, State bool   // of a category
	Both        bool   // of a category
	Unsaid      bool   // of a category
}

func (r *Runner) labels(name string, c *conversation.Convene) error {
	data, err := r.file(name)
	if err != nil {
		return err
	}
	var f labelsFile
	if err := strict(data, &f); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	read := func(from []labelInFile) (out []settings.Label) {
		for _, l := range from {
			out = append(out, settings.Label{ID: l.ID, Name: locale.Text{Original: f.Original, In: l.Name}, Group: l.Group, Body: l.Body, State: l.State, Both: l.Both, Unsaid: l.Unsaid})
		}
		return out
	}
	c.Categories, c.Groups, c.Subjects, c.Crosscutting, c.Countries = read(f.Categories), read(f.Groups), read(f.Subjects), read(f.Crosscutting), read(f.Countries)
	return nil
}

// strict reads JSON and refuses what it does not know: a misspelt key is an error.
func strict(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

// convene makes the conversation that the rest of the script speaks to. Its officer acts from here on,
// until a line "as" says otherwise.
func (r *Runner) convene(ctx context.Context, b *block) error {
	c := conversation.Convene{Slug: b.words[0], Zone: b.get("zone"), Demonstration: b.get("demonstration") == "yes", Prepared: b.get("prepared") == "yes"}
	var err error
	if c.Title, err = textOf(b, "title"); err != nil {
		return err
	}
	if c.Lead, err = textOf(b, "lead"); err != nil {
		return err
	}
	for _, l := range strings.Fields(b.get("languages")) {
		c.Languages = append(c.Languages, locale.Lang(l))
	}
	if f := b.get("labels"); f != "" {
		if err := r.labels(f, &c); err != nil {
			return err
		}
	}
	if contact := b.get("contact"); contact != "" {
		c.Contact = locale.Plain(c.Title.Original, contact)
	}
	if !c.Demonstration && !r.real {
		return errors.New("times are told in demonstrations only: want \"demonstration: yes\"")
	}
	officer := b.get("officer")
	if officer != "" {
		if c.Officer, err = r.person(officer); err != nil {
			return err
		}
	}
	a := r.by(c.Officer)
	a.Command = c
	if _, err := r.send(ctx, b, a); err != nil {
		return err
	}
	r.as = officer
	return nil
}

// stage adds a stage to the calendar; "stage 3" changes the third, in what the block gives.
func (r *Runner) stage(ctx context.Context, b *block) error {
	var st settings.Stage
	zone := "UTC"
	var number int
	if len(b.words) == 1 {
		var err error
		if number, err = strconv.Atoi(b.words[0]); err != nil {
			return err
		}
	}
	_, err := r.Sec.Read(ctx, r.Slug, func(s *conversation.State) error {
		if s.Zone != "" {
			zone = s.Zone
		}
		if number >= 1 && number <= len(s.Stages) {
			st = s.Stages[number-1]
		}
		return nil
	})
	if err != nil {
		return err
	}
	st.Number = number
	for name, to := range map[string]*locale.Text{"title": &st.Title, "outcome": &st.Outcome, "promised": &st.Promised} {
		t, err := textOf(b, name)
		if err != nil {
			return err
		}
		if len(t.In) > 0 {
			*to = t
		}
	}
	for name, to := range map[string]*string{"kind": &st.Kind, "from": &st.From, "to": &st.To, "state": &st.State, "source": &st.Source} {
		if v, ok := b.lookup(name); ok {
			*to = v
		}
	}
	if st.From, err = r.day(st.From, zone); err != nil {
		return err
	}
	if st.To, err = r.day(st.To, zone); err != nil {
		return err
	}
	if t := b.get("target"); t != "" {
		ref, err := r.ref(target(t, r))
		if err != nil {
			return err
		}
		st.Target = ref
	}
	return r.ask(ctx, b, settings.PlanStage{Stage: st})
}

// target lets a call be named by its bare alias.
func target(word string, r *Runner) string {
	if _, ok := r.refs["$"+word]; ok {
		return "$" + word
	}
	return word
}

// setMap is "map on" or "map off", with a disclaimer or without.
func (r *Runner) setMap(ctx context.Context, b *block) error {
	if b.words[0] != "on" && b.words[0] != "off" {
		return errors.New("want \"map on\" or \"map off\"")
	}
	t, err := textOf(b, "disclaimer")
	if err != nil {
		return err
	}
	return r.ask(ctx, b, settings.SetMap{Off: b.words[0] == "off", Disclaimer: t})
}

// resume has writing go on upon a record that was restored, as whoever looks after the instance does. Without "to"
// nobody knows what was acknowledged; without "from" nothing of the record is missing.
func (r *Runner) resume(ctx context.Context, b *block) error {
	c := conversation.Resume{Beside: b.get("beside"), Reason: b.get("reason")}
	for key, p := range map[string]*cite.Position{"from": &c.From, "to": &c.To} {
		if !b.has(key) {
			continue
		}
		n, err := strconv.ParseInt(b.get(key), 10, 64)
		if err != nil {
			return fmt.Errorf("%s: %q is no position", key, b.get(key))
		}
		*p = cite.Position(n)
	}
	c.Restored = c.From > 0 && c.To == 0
	a := r.by(0)
	a.System, a.Command = true, c
	_, err := r.send(ctx, b, a)
	return err
}

// wordsOf are the words that a block has for a text, by language; nil where it has none.
func wordsOf(b *block, name string) (settings.Words, error) {
	t, err := textOf(b, name)
	if err != nil || len(t.In) == 0 {
		return nil, err
	}
	return t.In, nil
}

// change puts right what the conversation says of itself; "noun" says for which noun "word" is.
func (r *Runner) change(ctx context.Context, b *block) (err error) {
	c := settings.Change{Zone: b.get("zone"), Reason: b.get("reason")}
	for name, to := range map[string]*settings.Words{"title": &c.Title, "lead": &c.Lead, "contact": &c.Contact} {
		if *to, err = wordsOf(b, name); err != nil {
			return err
		}
	}
	if noun := b.get("noun"); noun != "" {
		words, err := wordsOf(b, "word")
		if err != nil {
			return err
		}
		c.Nouns = map[string]settings.Words{noun: words}
	}
	for _, l := range strings.Fields(b.get("languages")) {
		c.Languages = append(c.Languages, locale.Lang(l))
	}
	return r.ask(ctx, b, c)
}

// name puts a label right ("name categories ngo") or adds one ("name categories").
func (r *Runner) name(ctx context.Context, b *block) (err error) {
	c := settings.Name{List: b.words[0], Chooser: b.get("chooser"), Fresh: b.get("fresh"), Unsaid: b.get("unsaid") == "yes", Asked: b.get("asked") == "yes", Reason: b.get("reason")}
	if len(b.words) == 2 {
		c.ID = b.words[1]
	}
	if c.Name, err = wordsOf(b, "name"); err != nil {
		return err
	}
	return r.ask(ctx, b, c)
}
