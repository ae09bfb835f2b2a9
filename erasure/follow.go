package erasure

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/intake"
	"github.com/openplenary/plenary/mail"
	"github.com/openplenary/plenary/paper/editor"
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
	if err := e.deleteDiscarded(ctx); err != nil && ctx.Err() == nil {
		e.log().Error("a conversation that was discarded could not be deleted", "err", err)
	}
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

// FollowPages drops what is kept ready of a conversation's pages whenever something was erased, until the context ends. It is for nodes beside
// the one that erases.
func (e *Eraser) FollowPages(ctx context.Context, slug string) error {
	log, id, err := e.Sec.Record(slug)
	if err != nil {
		return err
	}
	for at := e.Sec.Durable(slug); ; {
		if err := log.Wait(ctx, id, at+1); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		from := at + 1
		at = e.Sec.Durable(slug)
		gone := false
		if err := e.Sec.RecordEntriesOf(ctx, slug, from, erasing, func(plenary.RecordEntry) error { gone = true; return nil }); err != nil {
			return err
		}
		if gone {
			e.Pages(slug)
		}
	}
}

// erasing are the kinds of facts that take something away for good.
var erasing = []string{conversation.Erased{}.Describe().Kind, life.DocumentRemoved{}.Describe().Kind}

// progress is how far a record was read, and how much of that a crash does not take back.
type progress struct{ at, remembered cite.Position }

// pass does what became durable since, and says how far it came. Each erasure is remembered when it is done;
// that there was none only now and then, because remembering is a write.
func (e *Eraser) pass(ctx context.Context, slug string, p progress) (progress, error) {
	from := p.at + 1
	p.at = max(p.at, e.Sec.Durable(slug))
	err := e.Sec.RecordEntriesOf(ctx, slug, from, erasing, func(entry plenary.RecordEntry) (err error) {
		if gone, ok := entry.Fact.(*life.DocumentRemoved); ok {
			err = e.document(ctx, slug, gone)
		} else {
			err = e.erase(ctx, slug, entry.Fact.(*conversation.Erased))
		}
		if err != nil {
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
		if r, ok := entry.Fact.(*accreditation.Requested); ok {
			if err := e.Enclosed(ctx, slug, r.Party); err != nil {
				return err
			}
		}
	}
	if e.Pages != nil {
		e.Pages(slug)
	}
	return e.DB.Scrub(ctx)
}

// ofParties deletes the drafts of the parties that submitted an erased contribution: what their drafters have begun may hold the same
// words.
func (e *Eraser) ofParties(ctx context.Context, slug string, r *consultation.Received) error {
	if !r.Known {
		return nil
	}
	var lead delegation.Party
	if err := lead.UnmarshalText([]byte(r.For)); err != nil {
		return err
	}
	parties := []delegation.Party{lead}
	if _, err := e.Sec.Read(ctx, slug, func(st *conversation.State) error {
		for _, j := range st.Roll.JointlyBy(r.Ref) {
			parties = append(parties, j.Party)
		}
		return nil
	}); err != nil {
		return err
	}
	for _, party := range parties {
		if err := e.Drafts.ForgetParty(ctx, slug, uint64(party)); err != nil {
			return err
		}
	}
	return nil
}

// contribution takes away what stands beside an erased contribution: what its author still keeps of it, the
// letters and notes about it, the address they left with it, and its files.
func (e *Eraser) contribution(ctx context.Context, slug string, r *consultation.Received) error {
	var by delegation.Participant
	if err := by.UnmarshalText([]byte(r.By)); err != nil {
		return err
	}
	if err := e.begun(ctx, slug, by, r); err != nil {
		return err
	}
	for n := range r.Parts { // an answer that is being written may quote them
		if err := e.Drafts.Delete(ctx, slug, draft.Answer, string(cite.Part(r.Ref, n+1))); err != nil {
			return err
		}
	}
	if err := e.passages(ctx, slug, r.Ref); err != nil {
		return err
	}
	if err := e.Letters.Erase(ctx, slug, r.Ref, uint64(by)); err != nil {
		return err
	}
	if err := aside.New(e.DB).Erase(ctx, slug, r.Ref); err != nil {
		return err
	}
	if r.Assurance == consultation.Anonymous { // the number is of this contribution alone
		if err := e.Accounts.Forget(ctx, slug, uint64(by)); err != nil {
			return err
		}
	}
	ids := make([]string, len(r.Files))
	for i, f := range r.Files {
		ids[i] = f.ID
	}
	return e.files(ctx, ids)
}

// begun deletes the drafts from which an erased contribution may have been made. What was heard from the floor was made from none: drafts of
// the party, and of whoever entered it, are of something else.
func (e *Eraser) begun(ctx context.Context, slug string, by delegation.Participant, r *consultation.Received) error {
	heard := false
	if _, err := e.Sec.Read(ctx, slug, func(st *conversation.State) error {
		_, heard = st.Formulation.Floor(r.Ref)
		return nil
	}); err != nil || heard {
		return err
	}
	if err := e.drafts(ctx, slug, by, r.Assurance); err != nil {
		return err
	}
	return e.ofParties(ctx, slug, r)
}

// passages takes the words of a proposal out of the drafts of papers that were begun with them, where nobody changed them since. What
// somebody made of them stays, and its editor says that the words were taken away.
func (e *Eraser) passages(ctx context.Context, slug string, contribution cite.Ref) error {
	return e.Drafts.Rewrite(ctx, slug, draft.Paper, func(body []byte) ([]byte, error) {
		sheet, err := editor.Open(body)
		if err != nil || !sheet.Forget(contribution, func(text string) uint64 { return e.Sec.Likeness(slug, text) }) {
			return nil, err
		}
		return sheet.Encode()
	})
}

// drafts deletes the drafts that may hold the same words. Of somebody who signed in that is all they have
// begun in the conversation: which of it is the erased text nobody can tell any more; what they write with others for a party stays
// theirs to write. A draft from before
// signing in has no owner, and is found by the number that follows from its key.
func (e *Eraser) drafts(ctx context.Context, slug string, by delegation.Participant, assurance string) error {
	if assurance != consultation.Anonymous {
		if err := e.attached(ctx, slug, uint64(by)); err != nil {
			return err
		}
		return e.Drafts.ForgetBegun(ctx, slug, uint64(by))
	}
	keys, err := e.Drafts.Unowned(ctx, slug)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if e.Sec.AnonymousParticipant(slug, key) == by {
			ids, err := intake.FilesOf(ctx, e.Drafts, slug, key)
			if err = errors.Join(err, e.files(ctx, ids)); err != nil {
				return err
			}
			if err := e.Drafts.Delete(ctx, slug, draft.Contribution, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// document erases the file of a document that was taken off its call.
func (e *Eraser) document(ctx context.Context, slug string, gone *life.DocumentRemoved) error {
	var ids []string
	err := e.Sec.RecordEntriesOf(ctx, slug, 1, []string{life.DocumentAdded{}.Describe().Kind}, func(entry plenary.RecordEntry) error {
		if f := entry.Fact.(*life.DocumentAdded); f.Call == gone.Call && f.Number == gone.Number && f.File != nil {
			ids = append(ids, f.File.ID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return e.files(ctx, ids)
}

// files erases files that nothing else cites: those of an erased contribution, that of a document.
func (e *Eraser) files(ctx context.Context, ids []string) error { return e.unshared(ctx, ids, "") }

// unshared erases those of some files that no conversation cites but one.
func (e *Eraser) unshared(ctx context.Context, ids []string, but string) error {
	if len(ids) == 0 {
		return nil
	}
	cited := map[string]bool{}
	for _, slug := range e.Sec.Conversations() {
		if slug == but {
			continue
		}
		c, err := e.Sec.Cited(ctx, slug)
		if err != nil {
			return err
		}
		for id := range c.Files {
			cited[id] = true
		}
	}
	var faults []error
	for _, id := range ids {
		if !cited[id] {
			faults = append(faults, e.Files.Erase(ctx, id))
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
