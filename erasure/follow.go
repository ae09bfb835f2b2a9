package erasure

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/mail"
	"github.com/openplenary/plenary/private"
)

// Eraser reaches everything that is kept beside the records. Its methods may be called from many
// goroutines; what they do twice does no harm.
type Eraser struct {
	Sec      *plenary.Secretariat
	DB       *private.DB
	Accounts *account.Store
	Drafts   *draft.Store
	Files    *attachment.Store
	Letters  *mail.Queue
	// Pages drops what is kept ready of a conversation's pages; nil where nothing is.
	Pages  func(slug string)
	Logger *slog.Logger // nil discards
}

// follower names the position that the private database keeps for erasures.
const follower = "erasure"

// rememberEvery is how many entries without an erasure may be read again after a crash.
const rememberEvery = 10_000

// CatchUp erases what was erased on any record while the server was away. It comes before serving. Where a
// record is damaged it is not known what else cites a file: then this is logged, and the files stay until the
// record is whole again.
func (e *Eraser) CatchUp(ctx context.Context) error {
	for _, slug := range e.Sec.Conversations() {
		from, err := e.DB.Position(ctx, follower, slug)
		if err == nil {
			_, err = e.pass(ctx, slug, progress{from, from})
		}
		if err != nil && ctx.Err() == nil && e.halted() {
			e.log().Error("not everything could be erased that a record says was erased", "conversation", slug, "err", err)
			err = nil
		}
		if err != nil {
			return fmt.Errorf("erasure: %s: %w", slug, err)
		}
	}
	return nil
}

// halted says whether any record may only be read.
func (e *Eraser) halted() bool {
	for _, slug := range e.Sec.Conversations() {
		if e.Sec.Halted(slug) != nil {
			return true
		}
	}
	return false
}

// Follow erases on, from where it stopped, until the context ends (then it returns nil) or something fails.
func (e *Eraser) Follow(ctx context.Context, slug string) error {
	log, id, err := e.Sec.Record(slug)
	if err != nil {
		return err
	}
	from, err := e.DB.Position(ctx, follower, slug)
	for p := (progress{from, from}); err == nil; {
		if err = log.Wait(ctx, id, p.at+1); err == nil {
			p, err = e.pass(ctx, slug, p)
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("erasure: following %s: %w", slug, err)
}

// progress is how far a record was read, and how much of that a crash does not take back.
type progress struct{ at, remembered cite.Position }

// pass does what became durable since, and says how far it came. Each erasure is remembered when it is done;
// that there was none only now and then, because remembering is a write.
func (e *Eraser) pass(ctx context.Context, slug string, p progress) (progress, error) {
	from := p.at + 1
	p.at = max(p.at, e.Sec.Durable(slug))
	err := e.Sec.RecordEntriesOf(ctx, slug, from, []string{conversation.Erased{}.Describe().Kind}, func(entry plenary.RecordEntry) error {
		if err := e.erase(ctx, slug, entry.Fact.(*conversation.Erased)); err != nil {
			return fmt.Errorf("entry %d: %w", entry.Position, err)
		}
		p.at, p.remembered = max(p.at, entry.Position), entry.Position
		return e.remember(ctx, slug, entry.Position)
	})
	if err == nil && p.at-p.remembered >= rememberEvery {
		p.remembered = p.at
		err = e.remember(ctx, slug, p.at)
	}
	return p, err
}

func (e *Eraser) remember(ctx context.Context, slug string, to cite.Position) error {
	return e.DB.Remember(ctx, follower, slug, to)
}

// erase takes away what stands beside an entry whose words were erased.
func (e *Eraser) erase(ctx context.Context, slug string, f *conversation.Erased) error {
	entries, err := e.Sec.RecordEntries(ctx, slug, f.Position, f.Position)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if r, ok := entry.Fact.(*consultation.Received); ok {
			if err := e.contribution(ctx, slug, r); err != nil {
				return err
			}
		}
	}
	if e.Pages != nil {
		e.Pages(slug)
	}
	return e.DB.Scrub(ctx)
}

// contribution takes away what stands beside an erased contribution: what its author still keeps of it, the
// letters about it, the address they left with it, and its files.
func (e *Eraser) contribution(ctx context.Context, slug string, r *consultation.Received) error {
	var by delegation.Participant
	if err := by.UnmarshalText([]byte(r.By)); err != nil {
		return err
	}
	if err := e.drafts(ctx, slug, by, r.Assurance); err != nil {
		return err
	}
	if err := e.Letters.Erase(ctx, slug, r.Ref, uint64(by)); err != nil {
		return err
	}
	if r.Assurance == consultation.Anonymous { // the number is of this contribution alone
		if err := e.Accounts.Forget(ctx, slug, uint64(by)); err != nil {
			return err
		}
	}
	return e.files(ctx, r)
}

// drafts deletes the drafts that may hold the same words. Of somebody who signed in that is all they have
// begun in the conversation: which of it is the erased text nobody can tell any more. A draft from before
// signing in has no owner, and is found by the number that follows from its key.
func (e *Eraser) drafts(ctx context.Context, slug string, by delegation.Participant, assurance string) error {
	if assurance != consultation.Anonymous {
		return e.Drafts.Forget(ctx, slug, uint64(by))
	}
	keys, err := e.Drafts.Unowned(ctx, slug)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if e.Sec.AnonymousParticipant(slug, key) == by {
			if err := e.Drafts.Delete(ctx, slug, draft.Contribution, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// files erases the files of an erased contribution that nothing else cites.
func (e *Eraser) files(ctx context.Context, r *consultation.Received) error {
	if len(r.Files) == 0 {
		return nil
	}
	cited := map[string]bool{}
	for _, slug := range e.Sec.Conversations() {
		c, err := e.Sec.Cited(ctx, slug)
		if err != nil {
			return err
		}
		for id := range c.Files {
			cited[id] = true
		}
	}
	var faults []error
	for _, f := range r.Files {
		if !cited[f.ID] {
			faults = append(faults, e.Files.Erase(ctx, f.ID))
		}
	}
	return errors.Join(faults...)
}

func (e *Eraser) log() *slog.Logger {
	if e.Logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return e.Logger
}
