package intake

import (
	"context"
	"crypto/hmac"
	"io"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/refusal"
)

// Uploads are the files that come with one contribution, kept as they arrive. They belong to one goroutine, and
// whoever opened them closes them. The methods of a nil *Uploads do nothing.
type Uploads struct {
	in      *Intake
	from    Sender
	call    cite.Ref
	asked   bool
	release func()
	files   []attachment.File
	waiting bool // something was made of them, or may be yet
}

// Uploads opens the way in for the files of a contribution to a call.
func (i *Intake) Uploads(from Sender, call cite.Ref) *Uploads {
	return &Uploads{in: i, from: from, call: call}
}

// Keep reads a file from its sender and keeps it. Before the first, it asks whether the call takes
// contributions, whether there is room on the disk, and the limits.
//
// Refusals: "not_found" (no such call), "call.not_open", "call.closed", "disk.reserved", those of the limits,
// "contribution.files" (as many came as a contribution may have), and those of attachment.Store.KeepFrom.
// attachment.ErrUnread says that the sender broke off.
func (u *Uploads) Keep(ctx context.Context, r io.Reader, name string) error {
	if !u.asked {
		if err := u.open(ctx); err != nil {
			return err
		}
		u.asked = true
	}
	if len(u.files) >= consultation.MaxFiles {
		return refusal.In("file", "contribution.files", "max", consultation.MaxFiles)
	}
	f, err := u.in.o.Files.KeepFrom(ctx, u.from.Source, r, name, u.from.Received)
	if err != nil {
		return err
	}
	u.files = append(u.files, f)
	return nil
}

// open asks, before anything is kept, what there is to ask.
func (u *Uploads) open(ctx context.Context) error {
	at := u.from.Received
	if _, err := u.in.o.Sec.Read(ctx, u.from.Slug, func(st *conversation.State) error {
		k, ok := st.Consultation.Call(u.call)
		switch {
		case !ok:
			return refusal.New(refusal.Hidden, "not_found")
		case at.Before(k.Opens):
			return refusal.New(refusal.NotNow, "call.not_open", "opens", k.Opens)
		case !k.OpenAt(at) && k.Withdrawn != 0:
			return refusal.New(refusal.NotNow, "call.withdrawn")
		case !k.OpenAt(at) && k.Late == consultation.LateRefused:
			return refusal.New(refusal.NotNow, "call.closed", "closes", k.Closes)
		}
		return nil
	}); err != nil {
		return err
	}
	if u.in.o.Files.Scarce() {
		return refusal.New(refusal.TryAgain, "disk.reserved")
	}
	if u.from.Limits == nil {
		return nil
	}
	release, err := u.from.Limits.Upload()
	u.release = release
	return err
}

// Files are those that were kept.
func (u *Uploads) Files() []File {
	if u == nil {
		return nil
	}
	out := make([]File, len(u.files))
	for i, f := range u.files {
		out[i] = fileOf(f)
	}
	return out
}

// Wait leaves the files when they are closed: a form that is shown again names them, a fact cites them, or
// nobody knows whether one does. Those of which nothing is made are removed after a day.
func (u *Uploads) Wait() {
	if u != nil {
		u.waiting = true
	}
}

// Close gives back what was taken of the limits, and removes the files if nothing was made of them.
func (u *Uploads) Close(ctx context.Context) {
	if u == nil {
		return
	}
	if u.release != nil {
		u.release()
		u.release = nil
	}
	if u.waiting {
		return
	}
	var ids []string
	for _, f := range u.files {
		ids = append(ids, f.ID)
	}
	if err := u.in.o.Files.Discard(context.WithoutCancel(ctx), ids...); err != nil {
		u.in.o.Logger.Error("cannot remove files that came to nothing", "err", err)
	}
}

// Ticket lets a form bring a file again that came with it before: the form hands it out and gets it back. It holds for the
// form with this token, in this conversation, and for no other: the ids of files that others sent stand on the public
// record, and whoever cites one would have a say in what becomes of it.
func (i *Intake) Ticket(slug, token, id string) string {
	return id + "." + strconv.FormatUint(i.o.Sec.Derive("file", slug, token+"\x00"+id), 16)
}

// Kept are the files that came with a form before and wait for it, by their tickets. What is no ticket of this form, and
// files that were removed in the meantime, are left out. There may be more than a contribution takes, at most twice as many: whoever
// sends it chooses which.
func (i *Intake) Kept(ctx context.Context, slug, token string, tickets []string) ([]File, error) {
	var out []File
	for _, ticket := range tickets {
		if len(out) == 2*consultation.MaxFiles {
			break
		}
		id, _, _ := strings.Cut(ticket, ".")
		//mutants:guard a file is brought again by the form that it came with
		if !hmac.Equal([]byte(ticket), []byte(i.Ticket(slug, token, id))) {
			continue
		}
		f, ok, err := i.o.Files.Look(ctx, id)
		if err != nil {
			return out, err
		}
		if ok {
			out = append(out, fileOf(f))
		}
	}
	return out, nil
}

func fileOf(f attachment.File) File { return File{f.ID, f.Name, f.Type, f.Size, f.SHA} }
