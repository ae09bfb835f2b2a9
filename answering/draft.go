package answering

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// The states of a draft.
const (
	Writing  = "writing"
	Offered  = "offered"  // it waits for another officer
	Returned = "returned" // another officer gave it back with a note
)

// Limits of drafts.
const (
	maxNote   = 2_000 // characters of a note
	maxListed = 200   // drafts that are listed
)

// Draft is an answer that is being written, as the form has it: nothing of it is checked before it is offered or sent.
type Draft struct {
	Point   cite.Ref    `json:"-"` // the point before which it was begun, c23.1
	By      string      `json:"by"`
	Outcome string      `json:"outcome,omitempty"`
	Of      string      `json:"of,omitempty"` // the point that a duplicate repeats
	Heading locale.Text `json:"heading,omitzero"`
	Reason  locale.Text `json:"reason,omitzero"`
	// Official are the languages in which a translation of the reason is named official.
	Official []locale.Lang `json:"official,omitempty"`
	New      string        `json:"new,omitempty"`   // the working title of a new passage
	Alike    bool          `json:"alike,omitempty"` // it answers all points with the same words
	With     []string      `json:"with,omitempty"`  // the other points that it answers
	Changes  []string      `json:"changes,omitempty"`
	Points   []cite.Ref    `json:"points,omitempty"`  // those that it answers, fixed when it is offered
	Revises  cite.Ref      `json:"revises,omitempty"` // the answer that it takes the place of
	State    string        `json:"state"`
	Since    time.Time     `json:"since"`          // when it came to that state
	Note     string        `json:"note,omitempty"` // why it was returned
	Noted    string        `json:"noted,omitempty"`
	// Seen is the last entry of the record when the points were read from which it was written; 0 where that is not known.
	Seen    cite.Position `json:"seen,omitempty"`
	Version int           `json:"-"` // 1, 2, ...
	Changed time.Time     `json:"-"`
}

// Store keeps drafts. Its methods may be called from many goroutines. Errors that are no refusals are faults of the
// database.
type Store struct{ drafts *draft.Store }

// New opens the room over the drafts of the instance.
func New(drafts *draft.Store) *Store { return &Store{drafts} }

// Get is the draft of a point; ok is false where there is none.
func (s *Store) Get(ctx context.Context, slug string, point cite.Ref) (d Draft, ok bool, err error) {
	kept, ok, err := s.drafts.Get(ctx, slug, draft.Answer, string(point))
	if err != nil || !ok || kept.Sent || json.Unmarshal(kept.Body, &d) != nil {
		return Draft{}, false, err
	}
	d.Point, d.Version, d.Changed = point, kept.Version, kept.Changed
	return d, true, nil
}

// List lists the drafts of a conversation, the last changed first, at most 200.
func (s *Store) List(ctx context.Context, slug string) ([]Draft, error) {
	list, err := s.drafts.List(ctx, slug, draft.Answer, 0)
	if err != nil {
		return nil, err
	}
	var out []Draft
	for _, k := range list[:min(len(list), maxListed)] {
		d, ok, err := s.Get(ctx, slug, cite.Ref(k.Key))
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, d)
		}
	}
	return out, nil
}

// Save keeps a draft over its Version, 0 for a new one, and gives the number of the new version. It is being written from
// then on, whatever it was, and By has written it. The refusals are those of what cannot be kept at all, by field, and
// those of draft.Store.Save.
func (s *Store) Save(ctx context.Context, slug string, d Draft, now time.Time) (version int, err error) {
	return s.keep(ctx, slug, d, Writing, now)
}

// Offer keeps a draft as Save does and lays it before another officer.
func (s *Store) Offer(ctx context.Context, slug string, d Draft, now time.Time) error {
	_, err := s.keep(ctx, slug, d, Offered, now)
	return err
}

func (s *Store) keep(ctx context.Context, slug string, d Draft, state string, now time.Time) (int, error) {
	var in input.Check
	in.Whole("heading", &d.Heading)
	in.Whole("reason", &d.Reason)
	in.Text("new", &d.New, locale.MaxText)
	if err := in.Err(); err != nil {
		return 0, err
	}
	was, ok, err := s.Get(ctx, slug, d.Point)
	if err != nil {
		return 0, err
	}
	if d.State, d.Since = state, now; ok && was.Version == d.Version+1 { // if it is what was saved, it is sent once more because its answer was lost
		d.Since = was.Since
	}
	if state == Offered {
		d.Note, d.Noted = "", ""
	} else if ok && was.Note != "" { // what was noted is read until the draft is offered again
		d.Note, d.Noted, d.State = was.Note, was.Noted, Returned
	}
	return s.write(ctx, slug, d, now)
}

func (s *Store) write(ctx context.Context, slug string, d Draft, now time.Time) (int, error) {
	body, err := json.Marshal(d)
	if err != nil {
		return 0, err
	}
	return s.drafts.Save(ctx, draft.Draft{Slug: slug, Kind: draft.Answer, Key: string(d.Point), Body: body}, d.Version, now)
}

// Reread notes on the draft of a point that an officer has read the points anew, up to the entry Seen, and that it stands as it is:
// of read its Point, its Version and Seen count. What state it is in and who wrote it stay. The refusal is that of Seen.
func (s *Store) Reread(ctx context.Context, slug string, read Draft, now time.Time) error {
	d, ok, err := s.Get(ctx, slug, read.Point)
	if err != nil {
		return err
	}
	if !ok || d.Version != read.Version {
		return refusal.New(refusal.Conflict, "draft.moved", "version", d.Version)
	}
	d.Seen = read.Seen
	_, err = s.write(ctx, slug, d, now)
	return err
}

// Says reports whether two drafts say the same, whoever wrote them and whatever became of them.
func (d Draft) Says(o Draft) bool {
	bare := func(d Draft) string {
		d.By, d.State, d.Since, d.Note, d.Noted, d.Points, d.Seen = "", "", time.Time{}, "", "", nil, 0
		b, _ := json.Marshal(d) // texts and references: it cannot fail
		return string(b)
	}
	return bare(d) == bare(o)
}

// Reviewed is the draft of a point as one officer offered it and another has read it: the version that they read. The
// refusals are "answer.not_offered" (it does not wait, or is another version by now) and "answer.own" (they wrote it).
func (s *Store) Reviewed(ctx context.Context, slug string, point cite.Ref, version int, by string) (Draft, error) {
	d, ok, err := s.Get(ctx, slug, point)
	switch {
	case err != nil:
		return Draft{}, err
	case !ok || d.State != Offered || d.Version != version:
		return Draft{}, refusal.New(refusal.Conflict, "answer.not_offered")
	//mutants:guard nobody reads their own draft for the second time
	case d.By == by:
		return Draft{}, refusal.New(refusal.Forbidden, "answer.own")
	}
	return d, nil
}

// Return gives a draft that was offered back to whoever wrote it: of read its Point, its Version, its Note and who Noted it
// count. The refusals are those of Reviewed, "answer.note" where the note is empty, and those of its length.
func (s *Store) Return(ctx context.Context, slug string, read Draft, now time.Time) error {
	var in input.Check
	in.Short("note", &read.Note, maxNote)
	in.If(strings.TrimSpace(read.Note) == "", "note", "answer.note")
	if err := in.Err(); err != nil {
		return err
	}
	d, err := s.Reviewed(ctx, slug, read.Point, read.Version, read.Noted)
	if err != nil {
		return err
	}
	d.State, d.Since, d.Note, d.Noted = Returned, now, read.Note, read.Noted
	_, err = s.write(ctx, slug, d, now)
	return err
}

// Erase deletes the draft of a point, whatever its version. One that is not there is no error.
func (s *Store) Erase(ctx context.Context, slug string, point cite.Ref) error {
	return s.drafts.Delete(ctx, slug, draft.Answer, string(point))
}

// Seen refuses with "draft.moved" where a draft of a point stands in another version than the one that somebody has seen, 0
// for none.
func (s *Store) Seen(ctx context.Context, slug string, point cite.Ref, version int) error {
	d, ok, err := s.Get(ctx, slug, point)
	if err == nil && ok && d.Version != version {
		return refusal.New(refusal.Conflict, "draft.moved", "version", d.Version)
	}
	return err
}

// Done deletes the draft of a point in the version that somebody has seen. One that is not there is no error; the refusal is
// that of Seen, and then nothing is deleted.
func (s *Store) Done(ctx context.Context, slug string, point cite.Ref, version int) error {
	deleted, err := s.drafts.DeleteVersion(ctx, draft.Draft{Slug: slug, Kind: draft.Answer, Key: string(point), Version: version})
	if err != nil || deleted {
		return err
	}
	return s.Seen(ctx, slug, point, version)
}
