package plenary

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/record"
)

// Resumption is the word of whoever looks after an instance that writing goes on.
type Resumption struct {
	Reason string
	// Restrictions is the list of what was taken away in what is missing; nil for none.
	Restrictions *Restrictions
	// Incomplete says that the list need not tell all of it, because nobody has the newest one any more: then what is missing
	// may have taken words away that are shown again.
	Incomplete bool
	// Officer says that somebody becomes an officer afterwards of each conversation that would be left without one.
	Officer bool
	// Beside is what was kept beside the records and is lost, such as private.db; "" for nothing.
	Beside string
}

// Resumed is what became of one conversation.
type Resumed struct {
	Slug     string
	Head     cite.Position // the last entry that was there
	From, To cite.Position // what may be missing; 0 where nothing is, and where nobody knows
	Entry    cite.Position // where it was written
	Again    int           // facts that took something away and were written again
}

// ErrNoOfficer says that the offices of all officers of a conversation ended in entries that are missing.
var ErrNoOfficer = errors.New("nobody is an officer any more, because the offices of all officers that the copy knows ended after it was made")

// ErrNothingToResume says that nothing is missing.
var ErrNothingToResume = errors.New("nothing is missing here: the instance can be served as it is")

// Unlisted is why a list does not tell what was taken from view in entries that may be missing (ErrUnlisted), nil where it
// does or none are.
func (in *Instance) Unlisted(list *Restrictions) error {
	for _, slug := range in.Conversations() {
		w, err := in.writer(slug)
		if err != nil {
			return err
		}
		if had := in.log.Behind(w.id); list != nil && (had > 0 || in.restored != nil) {
			if _, err := list.lost(w.id, in.Durable(slug), had); err != nil {
				return fmt.Errorf("%s: %w", slug, err)
			}
		}
	}
	return nil
}

// Resume has writing go on upon records that are behind or were restored. It writes on each what may be missing and
// why writing goes on, and takes away again what was taken away after. The instance must have been opened
// with InstanceOptions.Resume, and no damage found.
func (in *Instance) Resume(ctx context.Context, r Resumption) ([]Resumed, error) {
	if !in.resuming {
		return nil, errors.New("plenary: the instance was not opened to be resumed")
	}
	if damage := in.Damage(); damage != nil {
		return nil, fmt.Errorf("this is not only old, it is damaged, and nothing is written on it: %w", damage)
	}
	if err := in.Unlisted(r.Restrictions); err != nil && !r.Incomplete {
		return nil, err
	}
	if err := in.leftWithout(ctx, r); err != nil && !r.Officer {
		return nil, err
	}
	var out []Resumed
	heads := map[record.ID]cite.Position{}
	for _, slug := range in.Conversations() {
		w, err := in.writer(slug)
		if err != nil {
			return out, err
		}
		head, had := in.Durable(slug), in.log.Behind(w.id)
		heads[w.id] = head
		if in.restored == nil && had == 0 && r.Beside == "" {
			continue
		}
		c := conversation.Resume{Reason: r.Reason, Beside: r.Beside}
		if in.restored != nil || had > 0 {
			c.From, c.To, c.Restored = head+1, had, had == 0
		}
		if r.Restrictions != nil {
			have, err := r.Restrictions.read()
			if err != nil {
				return out, err
			}
			c.Again = have.after(w.id, head)
		}
		a, err := in.Do(ctx, slug, conversation.Ask{System: true, Command: c})
		if err != nil {
			return out, fmt.Errorf("%s: %w", slug, err)
		}
		out = append(out, Resumed{Slug: slug, Head: head, From: c.From, To: c.To, Entry: a.First, Again: int(a.Last - a.First)})
	}
	if len(out) == 0 && in.restored == nil && in.log.Lost() == 0 {
		return nil, ErrNothingToResume
	}
	if err := in.log.Resumed(); err != nil {
		return out, err
	}
	if r.Restrictions != nil {
		if err := r.Restrictions.cut(heads); err != nil {
			return out, err
		}
	}
	if err := os.Remove(filepath.Join(in.Dir, BackupMark)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return out, err
	}
	return out, nil
}

// leftWithout is ErrNoOfficer where what a list tells of would leave a conversation without an officer.
func (in *Instance) leftWithout(ctx context.Context, r Resumption) error {
	if r.Restrictions == nil {
		return nil
	}
	have, err := r.Restrictions.read()
	if err != nil {
		return err
	}
	for _, slug := range in.Conversations() {
		w, err := in.writer(slug)
		if err != nil {
			return err
		}
		if _, err := in.Read(ctx, slug, func(st *conversation.State) error {
			var lost []cite.Fact
			for _, l := range have.after(w.id, in.Durable(slug)) {
				fact, _ := conversation.Decode([]byte(l.Data)) // what cannot be read changes no office
				lost = append(lost, fact)
			}
			if st.Roll.LeftWithout(lost) {
				return fmt.Errorf("%s: %w", slug, ErrNoOfficer)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
