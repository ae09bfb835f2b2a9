package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/input/code"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Answer is what was filled in at one question of a whole form. Nothing of it is checked.
type Answer struct {
	// At names the question: "q3" for question 3 of the call's own, "x17" for element 17 of the paper.
	At     string `json:"at"`
	Picks  []int  `json:"picks,omitempty"`  // of a question of the call's own that offers choices
	Stance string `json:"stance,omitempty"` // at an element of the paper, as consultation.ParseStance reads it
	Text   string `json:"text,omitempty"`
	// Wording is how they would put the element of the paper.
	Wording string `json:"wording,omitempty"`
	// Value is a number or a date, as it was typed.
	Value string   `json:"value,omitempty"`
	Files []string `json:"files,omitempty"` // ids of the files that were given there, of those of the form
}

// Empty reports whether nothing was filled in.
func (a Answer) Empty() bool {
	return len(a.Picks) == 0 && a.Stance == "" && strings.TrimSpace(a.Text+a.Wording+a.Value) == "" && len(a.Files) == 0
}

// same reports whether two answers say the same.
func (a Answer) same(b Answer) bool {
	return slices.Equal(a.Picks, b.Picks) && a.Stance == b.Stance && a.Text == b.Text && a.Wording == b.Wording && a.Value == b.Value && slices.Equal(a.Files, b.Files)
}

// place splits what names a question.
func (a Answer) place() (kind byte, n int) {
	if a.At == "" {
		return 0, 0
	}
	n, _ = strconv.Atoi(a.At[1:])
	return a.At[0], n
}

// Answer is what was filled in at a question, the empty Answer for nothing.
func (w Written) Answer(at string) Answer {
	for _, a := range w.Answers {
		if a.At == at {
			return a
		}
	}
	return Answer{At: at}
}

// answered makes of the answers of a whole form what is sent: what was chosen, and a part for each that has words, a
// wording or a stance. on is the edition of the paper that they are about. A value is sent as it stands; files are named by their
// places among those of the form.
func (w Written) answered(on cite.Ref) (parts []consultation.SubmitPart, chosen []cite.Choice, err error) {
	for _, a := range w.Answers {
		p := consultation.SubmitPart{On: on, Language: locale.Lang(w.Language), Text: a.Text}
		kind, n := a.place()
		ok := true
		if kind == 'q' {
			p.Question = n
			picks := a.Picks
			for i, f := range w.Files {
				if slices.Contains(a.Files, f.ID) {
					picks = append(slices.Clip(picks), i+1)
				}
			}
			if len(picks) > 0 || a.Value != "" {
				chosen = append(chosen, cite.Choice{Question: n, Picks: picks, Value: a.Value})
			}
		} else {
			p.On, p.Wording = cite.Element(on, n), a.Wording
			p.Stance, ok = consultation.ParseStance(a.Stance)
		}
		if !ok {
			return nil, nil, refusal.In(a.At, "contribution.stance")
		}
		if strings.TrimSpace(a.Text+p.Wording) != "" || p.Stance != consultation.NoStance {
			parts = append(parts, p)
		}
	}
	return parts, chosen, nil
}

// merge lays what was filled in at some questions over what is kept. base is what was kept when that was begun: where
// the same question was filled in otherwise since, what is kept stays, and is given as well.
func merge(base, kept, mine []Answer) (out []Answer, o Others) {
	was, is := Written{Answers: base}, Written{Answers: kept}
	out = slices.Clone(kept)
	for _, a := range mine {
		had, has := was.Answer(a.At), is.Answer(a.At)
		switch {
		case a.same(has):
			continue
		case a.same(had):
			o.Newer = append(o.Newer, has)
			continue
		case !has.same(had):
			o.Clash = append(o.Clash, has)
			continue
		}
		out = slices.DeleteFunc(out, func(o Answer) bool { return o.At == a.At })
		if !a.Empty() {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b Answer) int {
		ka, na := a.place()
		kb, nb := b.place()
		return cmp.Or(cmp.Compare(ka, kb), cmp.Compare(na, nb))
	})
	return out, o
}

// Others is what is kept of a form at questions of a window that shows something else there, because it was saved elsewhere.
type Others struct {
	Clash []Answer // where the window says something of its own
	Newer []Answer // where it says what stood there when it was made
}

// Any reports whether there is any: that window must not go on from the version that is kept now without showing it, for then what
// it still shows would be taken for what its writer wants.
func (o Others) Any() bool { return len(o.Clash)+len(o.Newer) > 0 }

// saves is how often a save is tried that others come before.
const saves = 5

// SaveAnswers keeps what was filled in at some questions of a whole form, and what edit makes of the rest of it (nil for
// nothing). d.Version is the version that it was made from, 0 for a form that is begun. What was saved elsewhere since
// at other questions stays. Where the same question was filled in otherwise, what was kept stays and is given as a clash:
// whoever shows both, with the version of the draft that is given, may save over it. What mine leaves as it was and is kept otherwise
// is given as newer: whoever goes on from the version that is given shows that.
//
// Refusals beside those of SaveDraft: "draft.unknown" (it was sent, or deleted).
func (i *Intake) SaveAnswers(ctx context.Context, from Sender, d Draft, mine []Answer, edit func(*Written)) (kept Draft, others Others, err error) {
	cleaned, err := Written{Answers: mine}.clean()
	if err != nil {
		return d, others, err
	}
	mine = cleaned.Answers
	for range saves {
		next := d
		now, ok, err := i.Draft(ctx, from, d.Key)
		switch {
		case err != nil:
			return d, others, err
		case ok:
			next = now
		case d.Version > 0:
			return d, others, refusal.New(refusal.Hidden, "draft.unknown")
		}
		base, err := i.answersAt(ctx, from, d, now)
		if err != nil {
			return d, others, err
		}
		next.Written.Whole = true
		next.Written.Answers, others = merge(base, next.Written.Answers, mine)
		if edit != nil {
			edit(&next.Written)
		}
		if ok && same(now.Written, next.Written) {
			return now, others, nil
		}
		next.Version, err = i.SaveDraft(ctx, from, next)
		if rs := refusal.Of(err); len(rs) > 0 && rs[0].Key == "draft.moved" {
			continue
		}
		if err != nil { // what was typed is still made from the version that it was made from
			next.Version = d.Version
			return next, Others{}, err
		}
		next.Changed = from.Received
		return next, others, nil
	}
	return d, Others{}, refusal.New(refusal.TryAgain, "draft.busy")
}

// answersAt are the answers of the version that a form was made from; those that are kept now where that is the same.
func (i *Intake) answersAt(ctx context.Context, from Sender, d, now Draft) ([]Answer, error) {
	if d.Version == now.Version {
		return now.Written.Answers, nil
	}
	old, ok, err := i.o.Drafts.Version(ctx, from.Slug, draft.Contribution, d.Key, d.Version)
	if err != nil || !ok {
		return nil, err
	}
	var s stored
	if json.Unmarshal(old.Body, &s) != nil {
		return nil, nil
	}
	return s.Writing.Answers, nil
}

// same reports whether two forms are filled in alike.
func same(a, b Written) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}

// filesLife is how long the files of a draft are kept that nobody goes on with.
const filesLife = 14 * 24 * time.Hour

// KeepFiles keeps the files of drafts that were changed in the last 14 days from being swept away as files of which
// nothing was made. It comes before each sweep.
func KeepFiles(ctx context.Context, drafts *draft.Store, files *attachment.Store, now time.Time) error {
	bodies, err := drafts.Since(ctx, draft.Contribution, now.Add(-filesLife))
	if err != nil {
		return err
	}
	for _, b := range bodies {
		var s stored
		if json.Unmarshal(b, &s) != nil {
			continue
		}
		for _, f := range s.Writing.Files {
			if err := files.Claim(ctx, f.ID, now); err != nil && len(refusal.Of(err)) == 0 {
				return err
			}
		}
	}
	return nil
}

// FilesOf are the files that the kept versions of a draft of a contribution name, by their ids.
func FilesOf(ctx context.Context, drafts *draft.Store, slug, key string) (ids []string, err error) {
	versions, err := drafts.Versions(ctx, slug, draft.Contribution, key)
	for _, v := range versions {
		d, _, err := drafts.Version(ctx, slug, draft.Contribution, key, v.Version)
		if err != nil {
			return nil, err
		}
		var s stored
		if json.Unmarshal(d.Body, &s) != nil {
			continue
		}
		for _, f := range s.Writing.Files {
			ids = append(ids, f.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), err
}

// DeleteDraft deletes a draft of the sender's with its files. One that is not there is no error.
func (i *Intake) DeleteDraft(ctx context.Context, from Sender, key string) error {
	d, ok, err := i.Draft(ctx, from, key)
	if err != nil || !ok {
		return err
	}
	by := from.Participant
	if by == 0 {
		by = i.o.Sec.AnonymousParticipant(from.Slug, key)
	}
	sent := false // something with files: those of this draft, if nobody heard what became of it
	if _, err := i.o.Sec.Read(ctx, from.Slug, func(st *conversation.State) error {
		for _, r := range st.Consultation.By(string(by.Ref())) {
			row, _ := st.Consultation.Row(r)
			sent = sent || row.Call == d.Call && row.Files > 0
		}
		return nil
	}); err != nil {
		return err
	}
	if !sent { // else the sweeper asks the record
		ids, err := FilesOf(ctx, i.o.Drafts, from.Slug, key)
		if err = errors.Join(err, i.o.Files.Discard(ctx, ids...)); err != nil {
			return err
		}
	}
	return i.o.Drafts.Delete(ctx, from.Slug, draft.Contribution, key)
}

// codeLength is how many signs the code of a draft has: 50 bits.
const codeLength = 10

// Code is what finds a draft of somebody without an account on another device. It derives from the draft's key and the
// secret of the instance, so it is kept nowhere; what is kept is a keyed hash of it.
func (i *Intake) Code(slug, key string) string {
	return code.Spell(i.o.Sec.Derive("draft code", slug, key), codeLength)
}

// Name is what a draft is called in addresses, which are seen by many: it opens nothing, and its key does not follow from it.
func (i *Intake) Name(slug, key string) string {
	return code.Spell(i.o.Sec.Derive("draft name", slug, key), codeLength)
}

// codeHash is the keyed hash of a code, however it was typed; 0 for what is no code.
func (i *Intake) codeHash(slug, typed string) uint64 {
	code, ok := code.Read(typed, codeLength)
	if !ok {
		return 0
	}
	return i.o.Sec.Derive("draft code hash", slug, code)
}

// Resume finds a draft by its code, and gives the key by which whoever has it goes on; ok is false where there is none.
// Whoever calls it limits how often somebody may try.
func (i *Intake) Resume(ctx context.Context, slug, code string) (key string, call cite.Ref, ok bool, err error) {
	hash := i.codeHash(slug, code)
	if hash == 0 {
		return "", cite.None, false, nil
	}
	d, ok, err := i.o.Drafts.ByCode(ctx, slug, hash)
	var s stored
	if err != nil || !ok || json.Unmarshal(d.Body, &s) != nil {
		return "", cite.None, false, err
	}
	return d.Key, s.Call, true, nil
}
