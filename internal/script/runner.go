package script

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
)

// Runner runs scripts against a Secretariat. Aliases and the clock last from one script to the next, so
// a later script may go on where an earlier one ended. A Runner is used by one goroutine.
//
// While a script tells times in the past, no timekeeper may run beside it (Secretariat.KeepTime): it
// would close on the machine's clock what the script has only just opened on its own.
type Runner struct {
	Sec  *plenary.Secretariat
	Slug string // of the conversation; "convene" sets it
	// Files is where RunText looks for papers, labels, attachments and includes; Run sets it.
	Files fs.FS
	// Attach keeps a file that a contribution brings. Nil: scripts cannot attach.
	Attach func(name string, content []byte) (consultation.SubmitFile, error)
	// Random gives the numbers of persons and parties. It is seeded: a script gives the same numbers again.
	Random io.Reader
	// Now is what "now" means in times such as now-14d.
	Now time.Time
	// After is called after each block that was run, with the instant that the script told last, zero while none
	// is told. An error ends the script there. Nil: nobody is called.
	After func(told time.Time) error

	told   time.Time // the script's clock: the last instant told
	spoken time.Time // the last instant that an ask was told
	real   bool      // no times are told
	as     string    // who acts where a block does not say

	people  map[string]delegation.Participant // by alias with its mark
	parties map[string]delegation.Party
	refs    map[string]cite.Ref
	texts   map[cite.Ref]string // of each part submitted, as it was submitted
	authors map[cite.Ref]string // alias of who submitted a contribution

	included bool            // the block being run was read by "include"
	used     map[string]bool // verbs that were run
}

// New makes a Runner whose numbers are the same at each run.
func New(sec *plenary.Secretariat) *Runner {
	return &Runner{Sec: sec, Random: rand.NewChaCha8([32]byte([]byte("Plenary: randomness for scripts."))), Now: sec.Now(), real: true,
		people: map[string]delegation.Participant{}, parties: map[string]delegation.Party{}, refs: map[string]cite.Ref{},
		texts: map[cite.Ref]string{}, authors: map[cite.Ref]string{}, used: map[string]bool{}}
}

// Ref is what a block brought into being ("$c1"; "$comments" for the call announced as comments), None
// if there is no such alias.
func (r *Runner) Ref(alias string) cite.Ref { return r.refs[alias] }

// Participant is the number of a person ("@maria"), 0 if the scripts run so far name nobody so.
func (r *Runner) Participant(alias string) delegation.Participant { return r.people[alias] }

// Party is the number of a party ("%fenland"), 0 if the scripts run so far name none so.
func (r *Runner) Party(alias string) delegation.Party { return r.parties[alias] }

// Run runs a script that is a file.
func (r *Runner) Run(ctx context.Context, fsys fs.FS, name string) error {
	r.Files = fsys
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	return r.RunText(ctx, name, string(text))
}

// RunText runs a script; the name is for errors. Nothing is run if its form is wrong anywhere.
func (r *Runner) RunText(ctx context.Context, name, text string) error {
	blocks, err := r.read(name, text)
	if err != nil {
		return err
	}
	for _, b := range blocks {
		if err := r.dated(b); err != nil {
			return b.wrap(err)
		}
		if err := r.block(ctx, b); err != nil {
			return b.wrap(err)
		}
	}
	return nil
}

// read parses a script and checks its verbs and keys.
func (r *Runner) read(name, text string) ([]*block, error) {
	blocks, err := parse(name, text)
	if err != nil {
		return nil, err
	}
	for _, b := range blocks {
		if err := check(b); err != nil {
			return nil, b.wrap(err)
		}
	}
	return blocks, nil
}

// dated moves the clock to the key "at:" of a block, if it has one.
func (r *Runner) dated(b *block) error {
	at := b.get("at")
	if at == "" {
		return nil
	}
	t, err := r.instant(at)
	if err != nil {
		return err
	}
	return r.set(t)
}

// block runs one block, and says that it was run.
func (r *Runner) block(ctx context.Context, b *block) error {
	err := r.expected(ctx, b)
	if err == nil && r.After != nil {
		err = r.After(r.clock())
	}
	return err
}

// expected runs one block and compares what became of it with what the block expects.
func (r *Runner) expected(ctx context.Context, b *block) error {
	r.used[b.verb] = true
	err := verbs[b.verb].run(r, ctx, b)
	want := b.get("expect")
	if want == "" || err != nil && len(refusal.Of(err)) == 0 {
		return err
	}
	if err == nil {
		return fmt.Errorf("granted, but should be refused: %s", want)
	}
	for _, no := range refusal.Of(err) {
		if no.Key == want {
			return nil
		}
	}
	return fmt.Errorf("should be refused with %s, but: %w", want, err)
}

// include reads several files and runs their blocks in the order of their times. The time of a block is
// its key "at:", or the last line "at" above it in its file; a line "as" holds for the rest of its file.
// Before each block the timekeeper writes what became due.
func (r *Runner) include(ctx context.Context, b *block) error {
	if r.included {
		return errors.New("an included file cannot include")
	}
	type item struct {
		*block
		at time.Time
		as string
	}
	var items []item
	for _, name := range b.words {
		text, err := r.file(name)
		if err != nil {
			return err
		}
		blocks, err := r.read(name, string(text))
		if err != nil {
			return err
		}
		as, at := r.as, time.Time{}
		for _, in := range blocks {
			it := item{block: in}
			switch in.verb {
			case "as":
				as = in.words[0]
				continue
			case "at":
				if at, err = r.instant(strings.Join(in.words, " ")); err != nil {
					return in.wrap(err)
				}
				continue
			case "include", "clock":
				return in.wrap(errors.New("not in an included file"))
			}
			it.as, it.at = as, at
			if own := in.get("at"); own != "" {
				if it.at, err = r.instant(own); err != nil {
					return in.wrap(err)
				}
			}
			if it.at.IsZero() {
				return in.wrap(errors.New("an included block needs a time"))
			}
			items = append(items, it)
		}
	}
	slices.SortStableFunc(items, func(a, b item) int { return a.at.Compare(b.at) })
	as := r.as
	r.included = true
	defer func() { r.included, r.as = false, as }()
	for _, it := range items {
		r.as = it.as
		if err := r.set(it.at); err != nil {
			return it.wrap(err)
		}
		if err := r.tick(ctx); err != nil {
			return it.wrap(err)
		}
		if err := r.block(ctx, it.block); err != nil {
			return it.wrap(err)
		}
	}
	return nil
}

// tick has the timekeeper write what is due at the script's clock, each thing at its own instant.
func (r *Runner) tick(ctx context.Context) error {
	if r.Slug == "" {
		return nil
	}
	if r.real {
		_, err := r.Sec.Tick(ctx, r.Slug, time.Time{})
		return err
	}
	var due []time.Time
	_, err := r.Sec.Read(ctx, r.Slug, func(st *conversation.State) error {
		for _, k := range st.Consultation.Calls {
			if k.Opened == 0 {
				due = append(due, k.Opens)
			}
			if k.Closed == 0 {
				due = append(due, k.Closes)
			}
		}
		for _, p := range st.Polls.Polls() {
			if p.Closed == 0 && p.Dropped == 0 {
				due = append(due, p.Opens, p.Closes)
			}
		}
		due = append(append(due, st.Accredited.Reminders()...), st.Roll.Reminders()...)
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(due, time.Time.Compare)
	for _, t := range due {
		if t.After(r.told) {
			break
		}
		if t.Before(r.spoken) { // announced when it was already due
			t = r.spoken
		}
		if _, err := r.Sec.Tick(ctx, r.Slug, t); err != nil {
			return err
		}
		r.spoken = t
	}
	return nil
}

// ask sends a command to the Secretariat, at the script's clock, as whoever acts.
func (r *Runner) ask(ctx context.Context, b *block, command any) error {
	a, err := r.acting(b)
	if err != nil {
		return err
	}
	a.Command = command
	_, err = r.send(ctx, b, a)
	return err
}

// acting is an ask in the name of the person of the key "as:", or of the line "as" before it.
func (r *Runner) acting(b *block) (conversation.Ask, error) {
	who := r.as
	if b.has("as") {
		who = b.get("as")
	}
	if who == "" {
		return conversation.Ask{}, errors.New("nobody acts: \"as:\" is missing")
	}
	by, err := r.person(who)
	return r.by(by), err
}

// by is an ask in a person's name: told by the script's clock, received when it really arrives. Where the
// script keeps real time, nothing is told.
func (r *Runner) by(p delegation.Participant) conversation.Ask {
	a := conversation.Ask{By: p, Received: r.Sec.Now()}
	if !r.real {
		a.Told = r.clock()
	}
	return a
}

// send sends an ask and keeps what it minted under the alias of the block.
func (r *Runner) send(ctx context.Context, b *block, a conversation.Ask) (plenary.Answer, error) {
	do := r.Sec.Do
	c, convening := a.Command.(conversation.Convene)
	if convening {
		do = func(ctx context.Context, _ string, a conversation.Ask) (plenary.Answer, error) {
			return r.Sec.Convene(ctx, a)
		}
	}
	answer, err := do(ctx, r.Slug, a)
	if err != nil {
		return answer, err
	}
	if convening {
		r.Slug = c.Slug
	}
	if !r.real {
		r.spoken = r.told
	}
	if b.has("again") && !answer.Again {
		return answer, errors.New("should have been answered before, but is new")
	}
	if b.gives == "" {
		return answer, nil
	}
	if len(answer.Refs) == 0 {
		return answer, fmt.Errorf("nothing to call %s", b.gives)
	}
	return answer, r.call(b.gives, answer.Refs[len(answer.Refs)-1]) // what was reserved on the way comes first
}

// call gives a reference an alias.
func (r *Runner) call(alias string, ref cite.Ref) error {
	if old, ok := r.refs[alias]; ok && old != ref {
		return fmt.Errorf("%s is %s already", alias, old)
	}
	r.refs[alias] = ref
	return nil
}

// person is the number of a person, drawn when they are first named.
func (r *Runner) person(alias string) (delegation.Participant, error) {
	if !isAlias(alias, '@') {
		return 0, fmt.Errorf("%q is no person (@alias)", alias)
	}
	if p, ok := r.people[alias]; ok {
		return p, nil
	}
	n, err := r.number()
	r.people[alias] = delegation.Participant(n)
	return r.people[alias], err
}

// party is the number of a party, drawn when it is first named.
func (r *Runner) party(alias string) (delegation.Party, error) {
	if p, ok := r.parties[alias]; ok {
		return p, nil
	}
	n, err := r.number()
	r.parties[alias] = delegation.Party(n)
	return r.parties[alias], err
}

func (r *Runner) number() (uint64, error) {
	var b [8]byte
	_, err := io.ReadFull(r.Random, b[:])
	return max(1, binary.BigEndian.Uint64(b[:])), err
}

// ref is the reference that a word names: an alias, the alias of a contribution and a part of it
// ("$c1.2"), or a reference as such.
func (r *Runner) ref(word string) (cite.Ref, error) {
	if strings.HasPrefix(word, "$") && strings.Contains(word, "@") {
		return r.place(word)
	}
	alias, part, _ := strings.Cut(word, ".")
	if ref, ok := r.refs[alias]; ok {
		if part != "" {
			ref += cite.Ref("." + part)
		}
		return cite.ParseRef(string(ref))
	}
	if strings.HasPrefix(word, "$") {
		return cite.None, fmt.Errorf("nothing is called %s", alias)
	}
	ref, err := cite.ParseRef(word)
	if err != nil {
		return cite.None, fmt.Errorf("%q is neither an alias nor a reference", word)
	}
	return ref, nil
}

func (r *Runner) file(name string) ([]byte, error) {
	if r.Files == nil {
		return nil, fmt.Errorf("no files to read %s from", name)
	}
	return fs.ReadFile(r.Files, name)
}
