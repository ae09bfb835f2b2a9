package together

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// Limits.
const (
	MaxDrafts   = 20    // of a party in a conversation
	MaxDrafters = 60    // who are named as those who write a draft
	MaxRemark   = 4_000 // characters
	maxRemarks  = 200   // on a section

	// sendTime is how long a draft counts as being sent of which nobody hears whether it was.
	sendTime = 2 * time.Minute
)

// Store keeps what is written together. Its methods may be called from many goroutines; there is one for a database. Errors that
// are no refusals are faults of the database.
type Store struct {
	drafts *draft.Store
	mu     sync.Mutex // who reads and saves over what they read does it alone; other processes are seen by the versions, and by standing
}

// New opens the room over the drafts of the house.
func New(drafts *draft.Store) *Store { return &Store{drafts: drafts} }

// tries is how often a save is tried that another process came before.
const tries = 8

// check is asked as a part of a draft is saved, with the draft as it stands then; nil for the draft itself.
type check = func(of draft.Draft, there bool) error

// save keeps a value as the next version of a row: edit makes it of what is there (false where nothing is); nil is nothing to save.
func (s *Store) save(ctx context.Context, row draft.Draft, now time.Time, may check, edit func(was draft.Draft, there bool) (any, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range tries {
		was, there, err := s.drafts.Get(ctx, row.Slug, row.Kind, row.Key)
		if err != nil {
			return err
		}
		v, err := edit(was, there)
		if err != nil || v == nil {
			return err
		}
		if row.Body, err = json.Marshal(v); err != nil {
			return err
		}
		if there {
			row.Owner = was.Owner
		}
		if row.Version = was.Version; may != nil {
			err = s.drafts.SaveParts(ctx, now, may, row)
		} else {
			_, err = s.drafts.Save(ctx, row, was.Version, now)
		}
		if rs := refusal.Of(err); len(rs) > 0 && rs[0].Key == "draft.moved" {
			continue
		}
		return err
	}
	return errBusy()
}

// errBusy says that others were quicker again and again.
func errBusy() error { return refusal.New(refusal.TryAgain, "draft.busy") }

// errUnknown is the one answer for what is not there and for what is another's.
func errUnknown() error { return refusal.New(refusal.Hidden, "draft.unknown") }

// Open begins a draft of a party. The refusal is "together.many" where the party has MaxDrafts that are not sent.
func (s *Store) Open(ctx context.Context, slug string, d Draft) error {
	all, err := s.List(ctx, slug, d.Party)
	if err != nil {
		return err
	}
	if len(slices.DeleteFunc(all, func(d Draft) bool { return d.Became != cite.None })) >= MaxDrafts {
		return refusal.New(refusal.Conflict, "together.many", "max", MaxDrafts)
	}
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	_, err = s.drafts.Save(ctx, draft.Draft{Slug: slug, Kind: draft.Party, Key: d.Key, Owner: uint64(d.Party), Body: body}, 0, d.Begun.At)
	return err
}

func read(kept draft.Draft) (d Draft, ok bool) {
	ok = json.Unmarshal(kept.Body, &d) == nil
	d.Key, d.Changed, d.version = kept.Key, kept.Changed, kept.Version
	return d, ok
}

// Get is a draft; ok is false where there is none. Whoever shows it first asks May and Seated.
func (s *Store) Get(ctx context.Context, slug, key string) (d Draft, ok bool, err error) {
	kept, ok, err := s.drafts.Get(ctx, slug, draft.Party, key)
	if err != nil || !ok || strings.Contains(key, ".") {
		return Draft{}, false, err
	}
	d, ok = read(kept)
	return d, ok, nil
}

// List lists the drafts of a party, the last begun first.
func (s *Store) List(ctx context.Context, slug string, party delegation.Party) ([]Draft, error) {
	rows, err := s.drafts.List(ctx, slug, draft.Party, uint64(party))
	if err != nil {
		return nil, err
	}
	return s.all(ctx, slug, rows)
}

// all reads drafts by the rows of them or of their parts, the last begun first.
func (s *Store) all(ctx context.Context, slug string, rows []draft.Draft) (out []Draft, err error) {
	for _, row := range rows {
		key, _, _ := strings.Cut(row.Key, ".")
		d, ok, err := s.Get(ctx, slug, key)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b Draft) int { return b.Begun.At.Compare(a.Begun.At) })
	return out, nil
}

// Of lists the drafts that somebody was named to write, the last begun first.
func (s *Store) Of(ctx context.Context, slug string, who delegation.Participant) ([]Draft, error) {
	rows, err := s.drafts.List(ctx, slug, draft.Seat, uint64(who))
	if err != nil || who == 0 {
		return nil, err
	}
	return s.all(ctx, slug, rows)
}

// Update changes the state of a draft. What edit refuses is not kept; "draft.unknown" says that it is not there, "draft.sent" that
// it was sent.
func (s *Store) Update(ctx context.Context, slug, key string, now time.Time, edit func(*Draft) error) (d Draft, err error) {
	err = s.save(ctx, draft.Draft{Slug: slug, Kind: draft.Party, Key: key}, now, nil, func(was draft.Draft, there bool) (any, error) {
		var ok bool
		if d, ok = read(was); !there || !ok {
			return nil, errUnknown()
		}
		if was.Sent || d.Became != cite.None {
			return nil, refusal.New(refusal.NotNow, "draft.sent")
		}
		if err := edit(&d); err != nil {
			return nil, err
		}
		return d, nil
	})
	return d, err
}

// Sections are the sections of a draft that were ever written in, all as they stood at one moment.
func (s *Store) Sections(ctx context.Context, slug, key string) ([]Section, error) {
	rows, err := s.drafts.Parts(ctx, slug, draft.Section, key)
	if err != nil {
		return nil, err
	}
	out := make([]Section, 0, len(rows))
	for _, row := range rows {
		x, err := section(row)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

func section(row draft.Draft) (x Section, err error) {
	if row.Version > 0 {
		err = json.Unmarshal(row.Body, &x)
	}
	_, x.ID, _ = strings.Cut(row.Key, ".")
	x.Version, x.At = row.Version, row.Changed
	return x, err
}

// Change is what somebody wrote in a section.
type Change struct {
	Section string
	Mine    []Answer // as they wrote it
	Was     []Answer // what stood in front of them when they began
	Whole   []string // the questions of which the text is a table
	By      delegation.Participant
	At      time.Time
	// QuestionsAt is the entry that set the questions of the call, as whoever writes sees them; 0 for none.
	QuestionsAt cite.Position
}

// Written is what became of a change.
type Written struct {
	Section          // as it is now
	Clash   []Answer // what is kept where what was written is not
	Voided  []Guest  // the parties that had authorised the text before it
}

// Write saves what somebody wrote in a section of a draft, as Merge lays it over what is kept. A draft that is not there, or was sent,
// is refused as by Update; what cannot be kept at all, as by Clean.
func (s *Store) Write(ctx context.Context, slug, key string, c Change) (w Written, err error) {
	var no refusal.Several
	for _, to := range []*[]Answer{&c.Mine, &c.Was} {
		if *to, err = Clean(*to); err != nil {
			no = append(no, refusal.Of(err)...)
		}
	}
	if err := no.Or(); err != nil {
		return w, err
	}
	if strings.Contains(key, ".") { // a part is no draft
		return w, errUnknown()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for range tries {
		var rows []draft.Draft
		if w, rows, err = s.written(ctx, slug, key, c); err != nil {
			return w, err
		}
		if len(rows) == 0 {
			of, there, err := s.drafts.Get(ctx, slug, draft.Party, key)
			if err == nil {
				err = standing(c.At, true)(of, there)
			}
			return w, err
		}
		err = s.drafts.SaveParts(ctx, c.At, standing(c.At, true), rows...)
		if rs := refusal.Of(err); len(rs) > 0 && rs[0].Key == "draft.moved" {
			continue
		}
		return w, err
	}
	return w, errBusy()
}

// written is what becomes of a change, and the rows to be saved for it: the section, and others in which a question of it was answered
// before the questions were set anew, without that answer; none where nothing changes.
func (s *Store) written(ctx context.Context, slug, key string, c Change) (w Written, rows []draft.Draft, err error) {
	sections, err := s.Sections(ctx, slug, key)
	if err != nil {
		return w, nil, err
	}
	asked := func(a Answer) bool { return slices.ContainsFunc(c.Mine, func(m Answer) bool { return m.At == a.At }) }
	w.ID = c.Section
	var others []Section
	for _, x := range sections {
		switch {
		case x.ID == c.Section:
			w.Section = x
		case slices.ContainsFunc(x.Answers, asked):
			others = append(others, x)
		}
	}
	w.Answers = slices.DeleteFunc(slices.Clone(w.Answers), asked)
	for _, m := range c.Mine {
		if a := AnswerAt(sections, m.At); !a.Empty() {
			w.Answers = append(w.Answers, a)
		}
	}
	ordered(w.Answers)
	merged, clash := Merge(c.Was, w.Answers, c.Mine, c.Whole...)
	w.Clash = clash
	if slices.EqualFunc(merged, w.Answers, Answer.Same) {
		return w, nil, nil
	}
	// Whoever is told of it is told once: nobody else writes meanwhile, and after it the text is another.
	if w.Voided, err = s.authorised(ctx, slug, key, c.QuestionsAt); err != nil {
		return w, nil, err
	}
	row := func(x Section) (err error) {
		r := draft.Draft{Slug: slug, Kind: draft.Section, Key: draft.PartKey(key, x.ID), Version: x.Version}
		r.Body, err = json.Marshal(x)
		rows = append(rows, r)
		return err
	}
	w.Answers, w.By = merged, c.By
	err = row(w.Section)
	for _, x := range others {
		x.Answers = slices.DeleteFunc(slices.Clone(x.Answers), asked)
		err = errors.Join(err, row(x))
	}
	w.At = c.At
	w.Version++
	return w, rows, err
}

// BeingSent reports whether somebody is about to send the draft.
func (d *Draft) BeingSent(now time.Time) bool {
	return d.Sending != nil && now.Sub(d.Sending.At) < sendTime
}

// Outgoing is what is sent of a draft.
type Outgoing struct {
	Draft    Draft
	Was      Draft // as it was before somebody began to send it
	Sections []Section
	With     []delegation.Joining // the parties that authorised it, beside the one that leads
}

// Send begins to send a draft, and gives it as it is to be sent: until Done or Keep, nobody writes in it, and no party joins or
// declines. The refusals are those of MaySend, Named and Update, and "together.sending" where somebody else sends it.
func (s *Store) Send(ctx context.Context, slug, key string, roll Roll, c Sending) (out Outgoing, err error) {
	look := func(d *Draft) (err error) {
		if out.Sections, err = s.Sections(ctx, slug, key); err != nil {
			return err
		}
		guests, err := s.Guests(ctx, slug, key)
		if err != nil {
			return err
		}
		text := TextOf(out.Sections, c.QuestionsAt)
		if err := d.MaySend(roll, c.Mark, text); err != nil {
			return err
		}
		out.With, err = c.Named(roll, guests, text)
		return err
	}
	out.Draft, err = s.Update(ctx, slug, key, c.At, func(d *Draft) error {
		if d.BeingSent(c.At) && d.Sending.By != c.By {
			return refusal.New(refusal.TryAgain, "together.sending")
		}
		out.Was = *d
		if err := look(d); err != nil {
			return err
		}
		d.Sending, d.Words = &c.Mark, c.Words
		return nil
	})
	if err != nil {
		return out, err
	}
	// Another node may have saved something between that look and the mark. After the mark none does.
	if err = look(&out.Draft); err != nil {
		err = errors.Join(err, s.Keep(ctx, slug, out.Was, c.At))
	}
	return out, err
}

// Keep says that a draft was not sent after all: it was refused, and is written on. Where somebody had begun to send it before, of
// which nobody heard, that stays.
func (s *Store) Keep(ctx context.Context, slug string, was Draft, now time.Time) error {
	_, err := s.Update(ctx, slug, was.Key, now, func(d *Draft) error { d.Sending, d.Words = was.Sending, was.Words; return nil })
	return err
}

// Done says that a draft became a contribution: its words and the remarks are forgotten.
func (s *Store) Done(ctx context.Context, slug, key string, became cite.Ref, now time.Time) error {
	if _, err := s.Update(ctx, slug, key, now, func(d *Draft) error { d.Became = became; return nil }); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.drafts.MarkSentWithParts(ctx, slug, key, now)
}

// Delete forgets a draft with all that belongs to it.
func (s *Store) Delete(ctx context.Context, slug, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.drafts.DeleteWithParts(ctx, slug, key)
}

// Drafter is somebody who was named by their address as one who writes a draft, and may not send it.
type Drafter struct {
	Who     delegation.Participant `json:"-"`
	Address string                 `json:"address"`
	By      delegation.Participant `json:"by"` // who named them
}

// standing lets something be put beside a draft that is there and is not sent; else it is refused as by Update: what is put beside a
// draft that is gone would stay when it is forgotten. What is part of what is sent is refused while somebody sends it as well
// ("together.sending"): what came then would be in no contribution, and gone.
func standing(now time.Time, part bool) check {
	return func(of draft.Draft, _ bool) error {
		d, ok := read(of)
		//mutants:guard nothing is put beside a draft that was forgotten: of one that is gone there is nothing to read
		if !ok {
			return errUnknown()
		}
		switch {
		case of.Sent, d.Became != cite.None: // then it is marked as sent in a moment
			return refusal.New(refusal.NotNow, "draft.sent")
		case part && d.BeingSent(now):
			return refusal.New(refusal.TryAgain, "together.sending")
		}
		return nil
	}
}

// unsent is a draft that is there and is not sent; else it is refused as by Update.
func (s *Store) unsent(ctx context.Context, slug, key string) (d Draft, err error) {
	row, there, err := s.drafts.Get(ctx, slug, draft.Party, key)
	if err != nil {
		return d, err
	}
	d, _ = read(row) // what cannot be read is refused by standing
	return d, standing(time.Time{}, false)(row, there)
}

// beside locks what stands beside the words of a draft until unlock is called.
func (s *Store) beside(ctx context.Context, slug, key string) (unlock func(), err error) {
	s.mu.Lock()
	if _, err = s.unsent(ctx, slug, key); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	return s.mu.Unlock, nil
}

// Name names somebody as one who writes a draft. The refusals are "together.drafters" where MaxDrafters are named already, and those of
// Update. Somebody who is named already stays so.
func (s *Store) Name(ctx context.Context, slug, key string, d Drafter, now time.Time) error {
	unlock, err := s.beside(ctx, slug, key)
	if err != nil {
		return err
	}
	defer unlock()
	all, err := s.Drafters(ctx, slug, key)
	switch {
	case err != nil:
		return err
	case slices.ContainsFunc(all, func(o Drafter) bool { return o.Who == d.Who }):
		return nil
	case len(all) >= MaxDrafters:
		return refusal.In("email", "together.drafters", "max", MaxDrafters)
	}
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return s.drafts.SaveParts(ctx, now, standing(now, false), draft.Draft{Slug: slug, Kind: draft.Seat, Key: draft.PartKey(key, string(d.Who.Ref())), Owner: uint64(d.Who), Body: body})
}

// Dismiss takes it back that somebody writes a draft. What they wrote stays.
func (s *Store) Dismiss(ctx context.Context, slug, key string, who delegation.Participant) error {
	return s.drafts.Delete(ctx, slug, draft.Seat, draft.PartKey(key, string(who.Ref())))
}

// Drafters lists those who were named to write a draft.
func (s *Store) Drafters(ctx context.Context, slug, key string) ([]Drafter, error) {
	rows, err := s.drafts.Parts(ctx, slug, draft.Seat, key)
	out := make([]Drafter, len(rows))
	for i, row := range rows {
		if err := json.Unmarshal(row.Body, &out[i]); err != nil {
			return nil, err
		}
		out[i].Who = delegation.Participant(row.Owner)
	}
	return out, err
}

// Seated reports whether somebody was named to write a draft.
func (s *Store) Seated(ctx context.Context, slug, key string, who delegation.Participant) (bool, error) {
	if who == 0 {
		return false, nil
	}
	_, ok, err := s.drafts.Get(ctx, slug, draft.Seat, draft.PartKey(key, string(who.Ref())))
	return ok, err
}

// Remark is what somebody says about a section to those who write it with them. It is never sent.
type Remark struct {
	ID       string                 `json:"-"` // with the section in front: "x7.000632..."
	By       delegation.Participant `json:"by"`
	At       time.Time              `json:"at"`
	Text     string                 `json:"text"`
	Returned bool                   `json:"returned,omitempty"` // it is a note with which the draft was returned
}

// CheckRemark cleans a remark and holds it to its bounds. The refusals are "note.missing" and those of its length, by the field.
func CheckRemark(field, text string) (string, error) {
	var in input.Check
	in.Short(field, &text, MaxRemark)
	in.If(strings.TrimSpace(text) == "", field, "note.missing")
	return text, in.Err()
}

// Say adds a remark to a section. The refusals are those of CheckRemark for the field "remark", "note.many", and those of Update.
func (s *Store) Say(ctx context.Context, slug, key, section string, r Remark) (err error) {
	if r.Text, err = CheckRemark("remark", r.Text); err != nil {
		return err
	}
	unlock, err := s.beside(ctx, slug, key)
	if err != nil {
		return err
	}
	defer unlock()
	all, err := s.Remarks(ctx, slug, key)
	if err != nil {
		return err
	}
	if len(all[section]) >= maxRemarks {
		return refusal.In("remark", "note.many", "max", maxRemarks)
	}
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	id := fmt.Sprintf("%s.%016x%s", section, r.At.UnixMicro(), rand.Text()[:8])
	return s.drafts.SaveParts(ctx, r.At, standing(r.At, false), draft.Draft{Slug: slug, Kind: draft.Remarks, Key: draft.PartKey(key, id), Body: body})
}

// Unsay deletes a remark of whoever made it. It is gone from the disk when it returns; that it is not there is no error.
func (s *Store) Unsay(ctx context.Context, slug, key, id string, by delegation.Participant) error {
	row, ok, err := s.drafts.Get(ctx, slug, draft.Remarks, draft.PartKey(key, id))
	if err != nil || !ok {
		return err
	}
	var r Remark
	//mutants:guard only who made a remark deletes it
	if err := json.Unmarshal(row.Body, &r); err != nil || r.By != by {
		return err
	}
	return s.drafts.Delete(ctx, slug, draft.Remarks, row.Key)
}

// Remarks are the remarks on the sections of a draft, by section, the oldest first.
func (s *Store) Remarks(ctx context.Context, slug, key string) (map[string][]Remark, error) {
	rows, err := s.drafts.Parts(ctx, slug, draft.Remarks, key)
	out := map[string][]Remark{}
	for _, row := range rows {
		var r Remark
		if err := json.Unmarshal(row.Body, &r); err != nil {
			return nil, err
		}
		_, r.ID, _ = strings.Cut(row.Key, ".")
		section, _, _ := strings.Cut(r.ID, ".")
		out[section] = append(out[section], r)
	}
	return out, err
}
