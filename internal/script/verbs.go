package script

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// verb is what a block may be: how many words follow it, which keys it takes, which commands it may
// send to the Secretariat, and what it does.
type verb struct {
	least, most int    // words; most -1 for any number
	keys        string // "title.*" is a text in several languages, "text.#" may be "text" or "text.2"
	commands    []any
	run         func(*Runner, context.Context, *block) error
}

// everywhere are the keys that every block takes: when, who acts, which refusal is expected.
const everywhere = "at as expect"

// verbs are all verbs of the language. A command of the conversation without a verb fails a test.
var verbs map[string]verb

func init() {
	verbs = map[string]verb{
		// The script itself.
		"at":      {1, 3, "", nil, (*Runner).at},
		"clock":   {1, 1, "", nil, (*Runner).realClock},
		"as":      {1, 1, "", nil, (*Runner).actAs},
		"include": {1, -1, "", nil, (*Runner).include},
		"assert":  {1, -1, "", nil, (*Runner).assert},
		"tick":    {0, 0, "", []any{consultation.OpenCall{}, consultation.CloseCall{}}, func(r *Runner, ctx context.Context, _ *block) error { return r.tick(ctx) }},

		// Commands that want more than their fields.
		"convene":       {1, 1, "title.* lead.* original languages zone demonstration officer labels contact", []any{conversation.Convene{}}, (*Runner).convene},
		"stage":         {0, 1, "kind title.* original from to state outcome.* promised.* source target", []any{conversation.PlanStage{}}, (*Runner).stage},
		"map":           {1, 1, "disclaimer.* original", []any{conversation.SetMap{}}, (*Runner).setMap},
		"authorise":     {3, 3, "", []any{delegation.Authorise{}}, (*Runner).authorise},
		"publish-paper": {1, 1, "paper symbol date base list", []any{paper.Publish{}}, (*Runner).publishPaper},
		"correct":       {2, 2, "fate to reason", []any{paper.CorrectConcordance{}}, (*Runner).correct},
		"answer":        {0, 0, "parts outcome of changes new-in new.* reason.* original revises", []any{consultation.Answer{}}, (*Runner).answer},
		"announce":      {1, 1, "title.* text.* original paper opens closes zone late moderation", []any{consultation.AnnounceCall{}}, (*Runner).announce},
		"submit": {0, 0, "call edition for on.# category country name organisation assurance language.# stance.# text.# wording.# attach token scope again",
			[]any{consultation.Submit{}}, (*Runner).submit},
		"publish":  {1, -1, "", []any{consultation.PublishContribution{}}, (*Runner).publish},
		"withdraw": {1, 1, "", []any{consultation.Withdraw{}}, (*Runner).withdraw},
		"redact":   {1, 2, "ground bytes masks", []any{consultation.Redact{}}, (*Runner).redact},
		"confirm":  {1, 1, "", []any{consultation.ConfirmRemoval{}}, (*Runner).confirm},
		"decline":  {1, 1, "", []any{consultation.DeclineRemoval{}}, (*Runner).decline},
		"resume":   {0, 0, "from to beside reason", []any{conversation.Resume{}}, (*Runner).resume},

		"require-two": {1, 1, "", []any{consultation.RequireTwo{}}, (*Runner).requireTwo},
	}
	special := map[reflect.Type]bool{}
	for _, v := range verbs {
		for _, c := range v.commands {
			special[reflect.TypeOf(c)] = true
		}
	}
	for _, c := range conversation.Commands() {
		if !special[c.Type] {
			verbs[c.Verb()] = commandVerb(c)
		}
	}
}

// check compares a block with its verb, before anything is run.
func check(b *block) error {
	v, ok := verbs[b.verb]
	if !ok {
		return errors.New("no such verb")
	}
	if len(b.words) < v.least || v.most >= 0 && len(b.words) > v.most {
		return fmt.Errorf("%d words after the verb", len(b.words))
	}
	takes := strings.Fields(v.keys + " " + everywhere)
	for _, k := range b.keys {
		base, suffix, dotted := strings.Cut(k.name, ".")
		switch {
		case !dotted && (slices.Contains(takes, base) || slices.Contains(takes, base+".#")):
		case dotted && slices.Contains(takes, base+".*"):
			if !locale.Lang(suffix).Valid() {
				return fmt.Errorf("line %d: %s: no such language", k.line, k.name)
			}
		case dotted && slices.Contains(takes, base+".#") && suffix != "" && suffix != "1" && strings.Trim(suffix, "0123456789") == "":
		default:
			return fmt.Errorf("line %d: %s takes no key %q", k.line, b.verb, k.name)
		}
	}
	return nil
}

func (r *Runner) at(_ context.Context, b *block) error {
	t, err := r.instant(strings.Join(b.words, " "))
	if err != nil {
		return err
	}
	return r.set(t)
}

// realClock is "clock real": from here on no times are told.
func (r *Runner) realClock(_ context.Context, b *block) error {
	if b.words[0] != "real" {
		return errors.New("want \"clock real\"")
	}
	r.real = true
	return nil
}

func (r *Runner) actAs(_ context.Context, b *block) error {
	_, err := r.person(b.words[0])
	r.as = b.words[0]
	return err
}

// textOf reads a text in several languages from the keys "name.en", "name.fr". The original is the
// language of the key "original", else English if it is there, else the first.
func textOf(b *block, name string) (locale.Text, error) {
	langs := b.under(name)
	if len(langs) == 0 {
		return locale.Text{}, nil
	}
	t := locale.Text{Original: locale.Lang(langs[0]), In: map[locale.Lang]string{}}
	if slices.Contains(langs, "en") {
		t.Original = locale.English
	}
	if o := b.get("original"); o != "" {
		t.Original = locale.Lang(o)
	}
	for _, l := range langs {
		t.In[locale.Lang(l)] = b.get(name + "." + l)
	}
	return t, nil
}
