package plenary

import (
	"bytes"
	"context"
	"slices"
	"sort"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/record"
)

// Search says which entries of a record somebody looks for, the newest first.
type Search struct {
	Before cite.Position // only entries before it; 0 for all
	Most   int           // how many are wanted
	Within int           // how many are looked at for them: a search says how far it came, and goes on from there
	// Wants takes an entry by its kind, its time and its data, which are the bytes as they are stored: its fact is not
	// read yet. nil takes all.
	Wants func(RecordEntry) bool
	// Done ends the search at an entry from which on no older one is wanted; nil for none.
	Done func(RecordEntry) bool
}

// searchStep is how many entries are read at once, going back.
const searchStep = 500

// Entries searches the durable entries of a record, the newest first. On is the position before which to go on where
// more may be found, 0 where there is no more.
func (s *Secretariat) Entries(ctx context.Context, slug string, head cite.Position, q Search) (found []RecordEntry, on cite.Position, err error) {
	w, err := s.writer(slug)
	if err != nil {
		return nil, 0, err
	}
	to := head
	if q.Before > 0 {
		to = min(to, q.Before-1)
	}
	for looked := 0; to >= 1; {
		step := min(searchStep, q.Within-looked)
		if q.Wants == nil {
			step = min(step, q.Most-len(found)+1) // one more says whether there are more
		}
		if step <= 0 {
			return found, to + 1, nil
		}
		from := max(1, to-cite.Position(step)+1)
		var some []record.Entry
		if err := s.log.Entries(ctx, w.id, from, to, func(e record.Entry) error {
			some = append(some, e)
			return nil
		}); err != nil {
			return nil, 0, s.unreadable(slug, err)
		}
		for _, e := range slices.Backward(some) {
			kind, _, _ := bytes.Cut(e.Data, []byte("\n"))
			row := RecordEntry{Entry: e, Kind: string(kind)}
			if q.Done != nil && q.Done(row) {
				return found, 0, nil
			}
			if q.Wants != nil && !q.Wants(row) {
				continue
			}
			if len(found) == q.Most {
				return found, e.Position + 1, nil
			}
			row.Raw = e.Envelope.Marshal()
			if row.Fact, err = conversation.Decode(e.Data); err != nil {
				return nil, 0, err
			}
			found = append(found, row)
		}
		looked += len(some)
		to = from - 1
	}
	return found, 0, nil
}

// FirstAt is the first entry of a record, of those up to head, that was written at an instant or later; head + 1 where
// none was. Times never go back from one entry to the next, so few entries are read.
func (s *Secretariat) FirstAt(ctx context.Context, slug string, head cite.Position, at time.Time) (cite.Position, error) {
	w, err := s.writer(slug)
	if err != nil {
		return 0, err
	}
	n := sort.Search(int(head), func(i int) bool {
		late := false
		if err == nil {
			p := cite.Position(i + 1)
			err = s.log.Entries(ctx, w.id, p, p, func(e record.Entry) error {
				late = !e.Time.Before(at)
				return nil
			})
		}
		return late
	})
	return cite.Position(n + 1), s.unreadable(slug, err)
}
