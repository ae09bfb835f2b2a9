package script

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/questionnaire"
)

// announce announces a call: "announce comments". Its alias names it in "call: comments", and as $comments.
func (r *Runner) announce(ctx context.Context, b *block) error {
	if b.gives != "" || !isAlias("$"+b.words[0], '$') {
		return errors.New("want \"announce alias\"")
	}
	c := consultation.AnnounceCall{Zone: b.get("zone"), Late: b.get("late"), Moderation: b.get("moderation"), Who: b.get("who")}
	var err error
	if c.Terms, err = textOf(b, "terms"); err != nil {
		return err
	}
	if c.Title, err = textOf(b, "title"); err != nil {
		return err
	}
	if c.Text, err = textOf(b, "text"); err != nil {
		return err
	}
	if c.Paper, err = r.ref(b.get("paper")); err != nil {
		return err
	}
	if c.Opens, err = r.instant(b.get("opens")); err != nil {
		return err
	}
	if c.Closes, err = r.instant(b.get("closes")); err != nil {
		return err
	}
	named := *b
	named.gives = "$" + b.words[0]
	return r.ask(ctx, &named, c)
}

// correctCall puts a call right.
func (r *Runner) correctCall(ctx context.Context, b *block) (err error) {
	c := life.Correct{Late: b.get("late"), Moderation: b.get("moderation"), Who: b.get("who"), Reason: b.get("reason")}
	if c.Call, err = r.ref(target(b.words[0], r)); err != nil {
		return err
	}
	for name, to := range map[string]*map[locale.Lang]string{"title": &c.Title, "text": &c.Text, "terms": &c.Terms} {
		words, err := wordsOf(b, name)
		if err != nil {
			return err
		}
		*to = words
	}
	for name, to := range map[string]*time.Time{"opens": &c.Opens, "closes": &c.Closes} {
		if s := b.get(name); s != "" {
			if *to, err = r.instant(s); err != nil {
				return err
			}
		}
	}
	return r.ask(ctx, b, c)
}

// addDocument gives a call an address on the web, or a file: "attach: timetable.pdf".
func (r *Runner) addDocument(ctx context.Context, b *block) (err error) {
	c := life.AddDocument{Source: b.get("source")}
	if c.Call, err = r.ref(target(b.words[0], r)); err != nil {
		return err
	}
	if c.Title, err = textOf(b, "title"); err != nil {
		return err
	}
	files, err := r.attach(b)
	if err != nil {
		return err
	}
	if len(files) > 0 {
		c.File = files[0]
	}
	return r.ask(ctx, b, c)
}

// submit sends a contribution. Who speaks for nobody on the roll speaks for a party of their own, the same
// each time they speak.
//
// Nobody speaks for a state on their own word. So a contribution in the category of member states that
// names no party ("for:"), in an included file, is preceded by what a secretariat does about it: the
// officer enters the party, under the name of the organisation, and authorises the person.
func (r *Runner) submit(ctx context.Context, b *block) error {
	who := b.get("as")
	by, err := r.person(who)
	if err != nil {
		return err
	}
	a := r.by(by)
	a.Assurance, a.Token = consultation.Anonymous, b.get("token")
	if v := b.get("assurance"); v != "" {
		a.Assurance = v
	}
	if a.Token != "" && b.get("scope") != "anonymous" {
		a.Scope = string(by.Ref())
	}
	c := consultation.Submit{Category: b.get("category"), Country: b.get("country"), Name: b.get("name"), Body: b.get("organisation"), Affiliation: b.get("affiliation"), Title: b.get("title")}
	if c.Call, err = r.ref(target(b.get("call"), r)); err != nil {
		return err
	}
	if c.Parts, err = r.parts(ctx, b, c.Call); err != nil {
		return err
	}
	if c.Chosen, err = choices(b.get("chosen")); err != nil {
		return err
	}
	if c.Files, err = r.attach(b); err != nil {
		return err
	}
	if c, err = c.Check(); err != nil {
		return err
	}
	for i := range c.Parts {
		if p := &c.Parts[i]; p.Text != "" {
			p.Likeness = r.Sec.Likeness(r.Slug, p.Text)
		}
	}
	party := b.get("for")
	if party == "" && r.included {
		if party, err = r.delegate(ctx, who, by, c); err != nil {
			return err
		}
	}
	c.Known = party != ""
	if party == "" {
		party = "own " + who
	} else if !isAlias(party, '%') {
		return fmt.Errorf("%q is no party (%%alias)", party)
	}
	if a.For, err = r.party(party); err != nil {
		return err
	}
	if v := b.get("through"); v != "" {
		if a.Through, err = r.party(v); err != nil {
			return err
		}
	}
	if a.With, err = r.joining(b.get("with")); err != nil {
		return err
	}
	a.Command = c
	answer, err := r.send(ctx, b, a)
	if err != nil {
		return err
	}
	ref := answer.Refs[0]
	r.authors[ref] = who
	for i, p := range c.Parts {
		r.texts[cite.Part(ref, i+1)] = p.Text
	}
	return nil
}

// joining reads the parties that submit a contribution with the one that leads, each behind who authorised it and, where it is a
// group, before the member that declares: "@bo %boreas, @mina %isles %moor".
func (r *Runner) joining(s string) (out []delegation.Joining, err error) {
	for each := range strings.SplitSeq(s, ",") {
		words := strings.Fields(each)
		if len(words) == 0 && s == "" {
			return nil, nil
		}
		if len(words) < 2 || len(words) > 3 {
			return nil, fmt.Errorf("%q is no party that joins (@alias %%alias)", each)
		}
		var j delegation.Joining
		if j.By, err = r.person(words[0]); err != nil {
			return nil, err
		}
		for i, to := range []*delegation.Party{&j.Party, &j.Through}[:len(words)-1] {
			if *to, err = r.party(words[i+1]); err != nil {
				return nil, err
			}
		}
		out = append(out, j)
	}
	return out, nil
}

// choices reads what was chosen at the questions of a call, and after a colon what was typed: "1=2 4=1,3 7=0 8:1.5 9:2030-01-31".
func choices(s string) (out []cite.Choice, err error) {
	for _, word := range strings.Fields(s) {
		var c cite.Choice
		if question, value, ok := strings.Cut(word, ":"); ok {
			if c.Question, err = strconv.Atoi(question); err != nil {
				return nil, fmt.Errorf("%q is no choice (question:value)", word)
			}
			c.Value = value
			out = append(out, c)
			continue
		}
		question, picks, ok := strings.Cut(word, "=")
		if c.Question, err = strconv.Atoi(question); err != nil || !ok {
			return nil, fmt.Errorf("%q is no choice (question=number,number)", word)
		}
		for p := range strings.SplitSeq(picks, ",") {
			n, err := strconv.Atoi(p)
			if err != nil {
				return nil, fmt.Errorf("%q is no choice (question=number,number)", word)
			}
			c.Picks = append(c.Picks, n)
		}
		out = append(out, c)
	}
	return out, nil
}

// askQuestions sets the questions of a call from a file: "ask comments questions.json", an object with the sections.
func (r *Runner) askQuestions(ctx context.Context, b *block) error {
	content, err := r.file(b.words[1])
	if err != nil {
		return err
	}
	var c questionnaire.Ask
	dec := json.NewDecoder(bytes.NewReader(content))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return fmt.Errorf("%s: %w", b.words[1], err)
	}
	if c.Call, err = r.ref(target(b.words[0], r)); err != nil {
		return err
	}
	return r.ask(ctx, b, c)
}

// parts reads the parts of a contribution: the keys on, language, stance, text and wording for the first,
// on.2, text.2 and so on for others.
func (r *Runner) parts(ctx context.Context, b *block, call cite.Ref) ([]consultation.SubmitPart, error) {
	var out []consultation.SubmitPart
	for n := 1; ; n++ {
		suffix := ""
		if n > 1 {
			suffix = "." + strconv.Itoa(n)
		}
		on, ok := b.lookup("on" + suffix)
		if !ok {
			return out, nil
		}
		p := consultation.SubmitPart{Language: locale.Lang(b.get("language" + suffix)), Text: b.get("text" + suffix), Wording: b.get("wording" + suffix)}
		if p.Language == "" && n > 1 {
			p.Language = out[0].Language
		}
		var err error
		if p.On, err = r.anchor(ctx, call, b.get("edition"), on); err != nil {
			return nil, err
		}
		if q, ok := b.lookup("question" + suffix); ok {
			if p.Question, err = strconv.Atoi(q); err != nil {
				return nil, err
			}
		}
		if p.Stance, ok = consultation.ParseStance(b.get("stance" + suffix)); !ok {
			return nil, fmt.Errorf("no such stance: %s", b.get("stance"+suffix))
		}
		out = append(out, p)
	}
}

// anchor finds the place that a label names in the edition a call is about (or in the one given):
// "general" for the whole, "10", "13(i)", "issue 7". A reference is taken as it is, and so is the point of a contribution, "$ada.1".
func (r *Runner) anchor(ctx context.Context, call cite.Ref, edition, label string) (cite.Ref, error) {
	if ref, err := cite.ParseRef(label); err == nil {
		return ref, nil
	}
	if strings.HasPrefix(label, "$") {
		return r.ref(label)
	}
	var at cite.Ref
	if edition != "" {
		var err error
		if at, err = r.ref(edition); err != nil {
			return cite.None, err
		}
	}
	on := cite.None
	_, err := r.Sec.Read(ctx, r.Slug, func(st *conversation.State) error {
		if k, ok := st.Consultation.Call(call); ok && at == cite.None {
			at = k.Edition
		}
		e, ok := st.Papers.Edition(at)
		if !ok {
			return fmt.Errorf("%s is about no edition in which to find %q", call, label)
		}
		if on, ok = within(e, label); !ok {
			return fmt.Errorf("%s has no %q", e.Ref, label)
		}
		return nil
	})
	return on, err
}

func within(e *paper.Edition, label string) (cite.Ref, bool) {
	if label == "general" {
		return e.Ref, true
	}
	x, ok := e.Find(label)
	return cite.Element(e.Ref, x.ElementNumber()), ok
}

// delegate enters the party of a member state and authorises who speaks for it; it gives the party's
// alias, "" if the category is not that of member states.
func (r *Runner) delegate(ctx context.Context, who string, by delegation.Participant, c consultation.Submit) (string, error) {
	var officer delegation.Participant
	state, entered := false, false
	alias := "%" + who[1:]
	_, err := r.Sec.Read(ctx, r.Slug, func(st *conversation.State) error {
		category, _ := st.Category(c.Category)
		state = category.State
		if officers := st.Roll.Holders(delegation.Officer); len(officers) > 0 {
			officer = officers[0]
		}
		_, entered = st.Roll.Party(r.parties[alias])
		return nil
	})
	if err != nil || !state {
		return "", err
	}
	if entered {
		return alias, nil
	}
	p, err := r.party(alias)
	if err != nil {
		return "", err
	}
	for _, command := range []any{delegation.EnterParty{Party: p, Category: c.Category, Country: c.Country, Name: c.Body}, delegation.Authorise{Participant: by, Party: p}} {
		a := r.by(officer)
		a.Command = command
		if _, err := r.send(ctx, &block{}, a); err != nil {
			return "", err
		}
	}
	return alias, nil
}

// attach hands the files of a contribution ("attach: a.pdf b.pdf") to whoever keeps uploads.
func (r *Runner) attach(b *block) ([]consultation.SubmitFile, error) {
	var out []consultation.SubmitFile
	for _, name := range strings.Fields(b.get("attach")) {
		if r.Attach == nil {
			return nil, errors.New("nobody keeps attachments for this script")
		}
		content, err := r.file(name)
		if err != nil {
			return nil, err
		}
		f, err := r.Attach(path.Base(name), content)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// publish lets everybody read one contribution or several.
func (r *Runner) publish(ctx context.Context, b *block) error {
	for _, word := range b.words {
		ref, err := r.ref(word)
		if err != nil {
			return err
		}
		if err := r.ask(ctx, b, consultation.PublishContribution{Contribution: ref}); err != nil {
			return fmt.Errorf("%s: %w", word, err)
		}
	}
	return nil
}

// author is the ask of who wrote a contribution, unless "as:" says otherwise.
func (r *Runner) author(b *block) (ref cite.Ref, a conversation.Ask, err error) {
	if ref, err = r.ref(b.words[0]); err != nil {
		return ref, a, err
	}
	who := b.get("as")
	if who == "" {
		if who = r.authors[ref]; who == "" {
			return ref, a, fmt.Errorf("nobody known wrote %s", ref)
		}
	}
	by, err := r.person(who)
	return ref, r.by(by), err
}

// withdraw takes a contribution back, as its author.
func (r *Runner) withdraw(ctx context.Context, b *block) error {
	ref, a, err := r.author(b)
	if err != nil {
		return err
	}
	a.Command = consultation.Withdraw{Contribution: ref}
	_, err = r.send(ctx, b, a)
	return err
}

// correctWords puts right what a contribution says, as its author: "text" and "wording" are those of part 1, "text.2" those
// of part 2. A part that is named says nothing else.
func (r *Runner) correctWords(ctx context.Context, b *block) error {
	ref, a, err := r.author(b)
	if err != nil {
		return err
	}
	c := correction.Correct{Contribution: ref, Title: b.get("title"), Reason: b.get("reason")}
	for _, k := range b.keys {
		base, n, _ := strings.Cut(k.name, ".")
		if base == "title" {
			c.Retitle = true
		}
		if base != "text" && base != "wording" {
			continue
		}
		number, err := strconv.Atoi(cmp.Or(n, "1"))
		if err != nil {
			return err
		}
		i := slices.IndexFunc(c.Parts, func(p correction.Part) bool { return p.Part == number })
		if i < 0 {
			i, c.Parts = len(c.Parts), append(c.Parts, correction.Part{Part: number})
		}
		if p := &c.Parts[i]; base == "text" {
			p.Text = b.get(k.name)
		} else {
			p.Wording = b.get(k.name)
		}
	}
	if c, err = c.Check(); err != nil {
		return err
	}
	for i := range c.Parts {
		c.Parts[i].Likeness = r.Sec.Likeness(r.Slug, c.Parts[i].Text)
	}
	a.Command = c
	_, err = r.send(ctx, b, a)
	return err
}

// publishCorrection publishes the correction that waits.
func (r *Runner) publishCorrection(ctx context.Context, b *block) error {
	ref, err := r.ref(b.words[0])
	if err != nil {
		return err
	}
	return r.ask(ctx, b, correction.Publish{Contribution: ref})
}

// withholdCorrection keeps the correction that waits from the public.
func (r *Runner) withholdCorrection(ctx context.Context, b *block) error {
	ref, err := r.ref(b.words[0])
	if err != nil {
		return err
	}
	return r.ask(ctx, b, correction.Withhold{Contribution: ref, Ground: b.get("ground"), Reason: b.get("reason")})
}
