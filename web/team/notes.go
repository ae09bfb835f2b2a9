package team

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// noteRef is what the page is about: a contribution, or a point of it.
func (q *request) noteRef() (cite.Ref, error) {
	r, err := cite.ParseRef(q.PathValue("ref"))
	if err != nil || r.Kind() != 'c' || r != r.Root() && r.PartNumber() == 0 {
		return cite.None, serve.NotFound()
	}
	return r, q.seen(r)
}

func (q *request) notes() error {
	ref, err := q.noteRef()
	if err != nil {
		return err
	}
	return q.showNotes(ref, nil, "", "")
}

func (q *request) showNotes(ref cite.Ref, rs []*refusal.Refusal, typed, token string) error {
	rows, err := q.noteRows(ref.Root())
	if err != nil {
		return err
	}
	build := func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.NewNotes(st, ref, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		v.Rows, v.Typed = rows, typed
		return v, nil
	}
	if len(rs) > 0 {
		return q.DeskAgain(rs, token, build)
	}
	return q.show(http.StatusOK, build)
}

// noteRows lists the notes on a contribution and its points, with who wrote them.
func (q *request) noteRows(contribution cite.Ref) ([]view.NoteRow, error) {
	notes, err := q.Aside.Notes(q.Context(), q.Slug, contribution)
	if err != nil {
		return nil, err
	}
	out := make([]view.NoteRow, len(notes))
	for i, n := range notes {
		name, err := q.colleague(n.By)
		if err != nil {
			return nil, err
		}
		out[i] = view.NoteRow{ID: n.ID, Ref: n.Ref, By: name, At: n.At, Text: n.Text, Mine: n.By == uint64(q.Me)}
	}
	return out, nil
}

// colleague is how somebody who holds an office is shown to others who do: by name, else by address; "" where nothing leads
// to them any more.
func (q *request) colleague(participant uint64) (string, error) {
	name, err := q.Server.Accounts.NameOf(q.Context(), account.Number{Slug: q.Slug, Participant: participant})
	if err != nil || name != "" {
		return name, err
	}
	email, _, _, err := q.Server.Accounts.AddressOf(q.Context(), q.Slug, participant)
	return email, err
}

// postNotes writes a note, or deletes one of the reader's own.
func (q *request) postNotes() error {
	ref, err := q.noteRef()
	if err != nil {
		return err
	}
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	if name, ok := strings.CutPrefix(v.Get("do"), "delete:"); ok {
		id, err := strconv.ParseInt(name, 10, 64)
		if err != nil {
			return serve.NotFound()
		}
		// One that is not there was deleted before: the answer to that was lost, and is given now.
		if ok, err := q.Aside.Delete(q.Context(), q.Slug, id, uint64(q.Me)); err != nil {
			return err
		} else if !ok {
			notes, err := q.Aside.Notes(q.Context(), q.Slug, ref.Root())
			if err != nil {
				return err
			}
			if slices.ContainsFunc(notes, func(n aside.Note) bool { return n.ID == id }) {
				return serve.NotFound()
			}
		}
		return q.DeskSee("/notes/"+string(ref), 0, "deleted", "")
	}
	field := "text"
	if v.Has("text-" + string(ref)) { // in the queue, where there are several
		field = "text-" + string(ref)
	}
	n := aside.Note{Slug: q.Slug, Ref: ref, By: uint64(q.Me), At: q.Received, Text: v.Get(field)}
	if token := v.Get("token"); serve.ValidNonce(token) {
		n.ID = int64(q.Server.Sec.Derive("note", q.Slug, strconv.FormatUint(n.By, 10)+" "+token)>>1 | 1)
	}
	_, err = q.Aside.Write(q.Context(), n)
	if rs := refusal.Of(err); len(rs) > 0 {
		return q.showNotes(ref, rs, v.Get(field), v.Get("token"))
	}
	if err != nil {
		return err
	}
	// Erased while it was written: what stands beside was taken away, and this came after.
	if err := q.seen(ref); err != nil {
		return cmp.Or(q.Aside.Erase(q.Context(), q.Slug, ref.Root()), err)
	}
	if v.Get("back") == "queue" {
		return q.DeskSee(queuePath(contributionRef(v.Get("from"))), 0, "noted", ref.ID())
	}
	return q.DeskSee("/notes/"+string(ref), 0, "noted", "")
}
