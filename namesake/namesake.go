package namesake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
)

// Index is the index of names of all conversations. Its methods may be called from many goroutines, Follow and CatchUp
// by one for each conversation.
type Index struct {
	sec *plenary.Secretariat
	db  *private.DB
}

// New opens the index.
func New(sec *plenary.Secretariat, db *private.DB) *Index { return &Index{sec, db} }

// follower names the position that the private database keeps for the index.
const follower = "namesake"

const (
	atOnce        = 200    // how many entries are taken in one transaction
	rememberEvery = 10_000 // how many entries that change nothing may be read again after a crash
)

// progress is how far a record was read, and how much of that a crash does not take back.
type progress struct{ at, remembered cite.Position }

// Follow takes up names from where it stopped, until the context ends (then it returns nil) or something fails.
func (x *Index) Follow(ctx context.Context, slug string) error {
	log, id, err := x.sec.Record(slug)
	if err != nil {
		return err
	}
	from, err := x.db.Position(ctx, follower, slug)
	for p := (progress{from, from}); err == nil; {
		if err = log.Wait(ctx, id, p.at+1); err == nil {
			p, err = x.pass(ctx, slug, p)
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("namesake: following %s: %w", slug, err)
}

// CatchUp takes up all names that are durable now.
func (x *Index) CatchUp(ctx context.Context, slug string) error {
	from, err := x.db.Position(ctx, follower, slug)
	if err == nil {
		_, err = x.pass(ctx, slug, progress{from, from})
	}
	return err
}

// kinds are the facts that change the index.
var kinds = []string{consultation.Received{}.Describe().Kind, conversation.Erased{}.Describe().Kind}

// pass takes up what became durable since, and says how far it came.
func (x *Index) pass(ctx context.Context, slug string, p progress) (progress, error) {
	from, head := p.at+1, x.sec.Durable(slug)
	var batch []plenary.RecordEntry
	take := func(to cite.Position) error {
		if err := x.take(ctx, slug, batch, to); err != nil {
			return err
		}
		p, batch = progress{max(p.at, to), to}, batch[:0]
		return nil
	}
	err := x.sec.RecordEntriesOf(ctx, slug, from, kinds, func(e plenary.RecordEntry) error {
		if batch = append(batch, e); len(batch) < atOnce {
			return nil
		}
		return take(e.Position)
	})
	if err != nil {
		return p, err
	}
	if len(batch) > 0 {
		err = take(max(head, batch[len(batch)-1].Position))
	} else if p.at = max(p.at, head); p.at-p.remembered >= rememberEvery {
		p.remembered = p.at
		err = x.db.Remember(ctx, follower, slug, p.at)
	}
	return p, err
}

// take stores what entries change, and that everything up to a position is done.
func (x *Index) take(ctx context.Context, slug string, entries []plenary.RecordEntry, to cite.Position) error {
	var at []cite.Position
	for _, e := range entries {
		at = append(at, e.Position)
	}
	words, err := x.sec.Words(ctx, slug, at)
	if err != nil {
		return err
	}
	erased := false
	err = x.db.Within(ctx, func(tx *sql.Tx) error {
		for _, e := range entries {
			var number int
			switch f := e.Fact.(type) {
			case *consultation.Received:
				number = f.Ref.Number()
			case *conversation.Erased:
				if f.Contribution == cite.None {
					continue
				}
				number, erased = f.Contribution.Number(), true
			}
			// Where a record was restored, another contribution may have come in the place of one that is lost.
			if _, err := tx.ExecContext(ctx, `DELETE FROM namesake WHERE slug = $1 AND contribution = $2`, slug, number); err != nil {
				return err
			}
			for _, field := range []string{consultation.FieldName, consultation.FieldBody, consultation.FieldAffiliation} {
				alike, written, ok := x.hashes(slug, words[e.Position][field])
				if !ok {
					continue
				}
				if _, err := tx.ExecContext(ctx, `INSERT INTO namesake(slug, alike, written, contribution) VALUES($1, $2, $3, $4) ON CONFLICT DO NOTHING`, slug, alike, written, number); err != nil {
					return err
				}
			}
		}
		return private.Advance(ctx, tx, follower, slug, to)
	})
	if err == nil && erased {
		err = x.db.Scrub(ctx)
	}
	return err
}

// hashes are the keyed hashes of a name; ok is false for one of which the eye takes nothing.
func (x *Index) hashes(slug, name string) (alike, written int64, ok bool) {
	skeleton := locale.Skeleton(name)
	if skeleton == "" {
		return 0, 0, false
	}
	return int64(x.sec.Derive("name alike", slug, skeleton)), int64(x.sec.Derive("name written", slug, name)), true
}

// Others finds for each of some names a contribution of the conversation that was sent under one which looks like it and
// is written otherwise. A name that has no such namesake is absent.
func (x *Index) Others(ctx context.Context, slug string, names []string) (map[string]cite.Ref, error) {
	out := map[string]cite.Ref{}
	for _, name := range names {
		alike, written, ok := x.hashes(slug, name)
		if _, known := out[name]; known || !ok {
			continue
		}
		for _, q := range []string{
			`SELECT contribution FROM namesake WHERE slug = $1 AND alike = $2 AND written < $3 ORDER BY written DESC LIMIT 1`,
			`SELECT contribution FROM namesake WHERE slug = $1 AND alike = $2 AND written > $3 ORDER BY written LIMIT 1`,
		} {
			var n int
			err := x.db.QueryRowContext(ctx, q, slug, alike, written).Scan(&n)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return nil, x.db.Explain(err)
			}
			out[name] = cite.Contribution(n)
			break
		}
	}
	return out, nil
}
