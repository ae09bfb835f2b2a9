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
	// Restrictions is the list of what was taken away after the backup.
	Restrictions *Restrictions
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

// ErrNothingToResume says that nothing is missing.
var ErrNothingToResume = errors.New("nothing is missing here: the instance can be served as it is")

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
			if c.Again, err = r.Restrictions.after(w.id, head); err != nil {
				return out, err
			}
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
