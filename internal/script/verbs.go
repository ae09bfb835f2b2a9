package script

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/consultation/removal"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/poll"
	"github.com/openplenary/plenary/priority"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/reply"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/settings"
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
		"clock":   {1, 1, "", nil, (*Runner).setClock},
		"as":      {1, 1, "", nil, (*Runner).actAs},
		"include": {1, -1, "", nil, (*Runner).include},
		"assert":  {1, -1, "", nil, (*Runner).assert},
		"tick": {0, 0, "", []any{life.Open{}, life.Close{}, poll.Freeze{}, poll.Count{},
			accreditation.Remind{}, delegation.Remind{}}, func(r *Runner, ctx context.Context, _ *block) error { return r.tick(ctx) }},

		// Commands that want more than their fields.
		"convene":        {1, 1, "title.* lead.* original languages zone demonstration officer labels contact prepared", []any{conversation.Convene{}}, (*Runner).convene},
		"stage":          {0, 1, "kind title.* original from to state outcome.* promised.* source target", []any{settings.PlanStage{}}, (*Runner).stage},
		"change":         {0, 0, "title.* lead.* contact.* noun word.* languages zone reason", []any{settings.Change{}}, (*Runner).change},
		"name":           {1, 2, "name.* chooser unsaid asked fresh reason", []any{settings.Name{}}, (*Runner).name},
		"map":            {1, 1, "disclaimer.* original", []any{settings.SetMap{}}, (*Runner).setMap},
		"authorise":      {3, 3, "capacity until", []any{delegation.Authorise{}}, (*Runner).authorise},
		"offer":          {0, 0, "categories capacities", []any{accreditation.SetOffer{}}, (*Runner).offer},
		"request":        {1, 1, "name category country capacity interests assurance", []any{accreditation.Ask{}}, (*Runner).request},
		"accredit":       {1, 1, "name capacity until into apart reason", []any{accreditation.Accredit{}}, (*Runner).accredit},
		"publish-paper":  {1, 1, "paper symbol date base list final", []any{paper.Publish{}}, (*Runner).publishPaper},
		"mark-sentences": {1, 1, "verdict only translations", []any{paper.MarkSentence{}}, (*Runner).markSentences},
		"correct":        {2, 2, "fate to reason", []any{paper.CorrectConcordance{}}, (*Runner).correct},
		"answer":         {0, 0, "parts outcome of changes new-in new.* reason.* heading.* original revises drafted", []any{consultation.Answer{}}, (*Runner).answer},
		"announce":       {1, 1, "title.* text.* original paper opens closes zone late moderation who terms.*", []any{consultation.AnnounceCall{}}, (*Runner).announce},
		"correct-call":   {1, 1, "title.* text.* terms.* original late moderation who opens closes reason", []any{life.Correct{}}, (*Runner).correctCall},
		"add-document":   {1, 1, "title.* original source attach", []any{life.AddDocument{}}, (*Runner).addDocument},
		"submit": {0, 0, "call edition for through with on.# category country name organisation affiliation title assurance language.# stance.# text.# wording.# question.# chosen attach token scope again",
			[]any{consultation.Submit{}}, (*Runner).submit},
		"ask":                 {2, 2, "", []any{questionnaire.Ask{}}, (*Runner).askQuestions},
		"publish":             {1, -1, "", []any{consultation.PublishContribution{}}, (*Runner).publish},
		"withdraw":            {1, 1, "", []any{consultation.Withdraw{}}, (*Runner).withdraw},
		"correct-words":       {1, 1, "title text.# wording.# reason", []any{correction.Correct{}}, (*Runner).correctWords},
		"publish-correction":  {1, 1, "", []any{correction.Publish{}}, (*Runner).publishCorrection},
		"withhold-correction": {1, 1, "ground reason", []any{correction.Withhold{}}, (*Runner).withholdCorrection},
		"redact":              {1, 2, "ground bytes masks", []any{consultation.Redact{}}, (*Runner).redact},
		"confirm":             {1, 1, "", []any{consultation.ConfirmRemoval{}}, (*Runner).confirm},
		"decline":             {1, 1, "", []any{removal.Decline{}}, (*Runner).decline},
		"resume":              {0, 0, "from to beside reason", []any{conversation.Resume{}}, (*Runner).resume},

		"hear":      {1, 1, "on for speaker category language said wording text token again", []any{formulation.Hear{}}, (*Runner).hear},
		"support":   {1, 1, "for category assurance", []any{formulation.GiveSupport{}}, (*Runner).support},
		"align":     {1, 1, "for stand", []any{delegation.Align{}}, (*Runner).align},
		"take-back": {1, 1, "for", []any{formulation.TakeBackSupport{}}, (*Runner).support},
		"word":      {1, 1, "of wording.* reason.* original until seen answer", []any{formulation.Word{}}, (*Runner).word},
		"dissolve":  {1, 1, "reason seen", []any{formulation.Dissolve{}}, (*Runner).word},
		"arrange":   {1, 1, "theme.# under.#", []any{formulation.Arrange{}}, (*Runner).arrange},

		"begin":        {0, 0, "title.* original criterion.# theme.# about.#", []any{priority.Begin{}}, (*Runner).beginOrder},
		"propose":      {1, 1, "call order reason.# seen", []any{priority.Propose{}}, (*Runner).order},
		"decide":       {1, 1, "order left reason.# why.* original list seen", []any{priority.Decide{}}, (*Runner).order},
		"give-up":      {1, 1, "reason.* original seen", []any{priority.GiveUp{}}, (*Runner).order},
		"open-replies": {1, 1, "of who title.* text.* original opens closes zone moderation terms.*", []any{reply.Open{}}, (*Runner).openReplies},

		"deliver":  {1, 1, "for speaker category sitting from to cut floor language on.# text.# takes.# token again", []any{session.Deliver{}}, (*Runner).deliver},
		"hold":     {1, 1, "method secret constituencies opens closes zone", []any{poll.Hold{}}, (*Runner).hold},
		"alter":    {1, 1, "method secret constituencies opens closes zone", []any{poll.Alter{}}, (*Runner).hold},
		"cast":     {1, 1, "for marks assurance token", []any{poll.Cast{}}, (*Runner).cast},
		"return":   {1, 1, "for assurance", []any{poll.Return{}}, (*Runner).cast},
		"call-off": {1, 1, "reason.* original", []any{poll.CallOff{}}, (*Runner).callOff},

		"set-rules": {1, 1, "limits classes byregion fewest changeover overrun reserve reason.* original seen", []any{floor.SetRules{}}, (*Runner).setRules},

		"require-two": {1, 1, "", []any{removal.RequireTwo{}}, (*Runner).requireTwo},
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

// setClock is "clock real": from here on no times are told; or "clock back": what follows was entered later than it
// happened, and the next instant may be earlier than the last.
func (r *Runner) setClock(_ context.Context, b *block) error {
	switch b.words[0] {
	case "real":
		r.real = true
	case "back":
		r.told, r.spoken = time.Time{}, time.Time{}
	default:
		return errors.New("want \"clock real\" or \"clock back\"")
	}
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
