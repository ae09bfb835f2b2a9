package registration

import (
	"context"
	"fmt"
	"io"
	"mime"
	"strconv"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/refusal"
	noun "github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/web/serve"
)

// upload keeps a file that is answered as it arrives.
type upload struct {
	q       *request
	file    *attachment.File
	release func()
	keep    bool                                // something was made of it
	of      func() (roster.Registration, error) // whose it is; the zero one where they have none
}

// Keep keeps the file of somebody who registered.
func (u *upload) Keep(ctx context.Context, r io.Reader, name string) error {
	q := u.q
	switch {
	case q.Files == nil:
		return serve.ErrBeside
	case u.file != nil:
		return refusal.In("file", "contribution.files", "max", 1)
	case q.Files.Scarce():
		return refusal.New(refusal.TryAgain, "disk.reserved")
	}
	if u.release == nil {
		if mine, err := u.of(); err != nil {
			return err
		} else if mine.ID == 0 {
			return refusal.New(refusal.NotNow, "registration.given_up")
		}
		size := q.ContentLength
		if size < 0 || size > q.Route.Body {
			size = q.Route.Body
		}
		if err := q.May(serve.Once(serve.LimitFile), door.Use{Limit: serve.LimitFileBytes, Amount: size}); err != nil {
			return err
		}
		release, ok := q.UploadSlot()
		if !ok {
			return &refusal.Refusal{Kind: refusal.TryAgain, Key: "file.no_room", Field: "file"}
		}
		u.release = release
	}
	f, err := q.Files.KeepFrom(ctx, q.Counted(), r, name, q.Received)
	if err == nil {
		u.file = &f
	}
	return err
}

// close gives back what reading took, and removes the file where nothing was made of it.
func (u *upload) close() {
	if u.release != nil {
		u.release()
	}
	if u.file == nil || u.keep {
		return
	}
	if err := u.q.Files.Discard(context.WithoutCancel(u.q.Context()), u.file.ID); err != nil {
		u.q.Server.Logger.Error("cannot remove a file that came to nothing", "err", err)
	}
}

// enclose keeps the file with the registration, as the answer to a field that asks those of its category for one.
func (u *upload) enclose(field string) error {
	q := u.q
	r, err := u.of()
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(field)
	asked := false
	for _, x := range q.terms.Of(r.Category) {
		asked = asked || x == n && q.terms.Fields[x-1].Kind == noun.File
	}
	//mutants:guard no file is kept of who has only a seat, which may be given up, or was refused
	if r.ID == 0 || !asked || r.Status == roster.Held || r.Over() {
		return serve.NotFound()
	}
	if u.file == nil {
		return refusal.In("file", "registration.file")
	}
	if err := q.Files.Claim(q.Context(), u.file.ID, q.Received); err != nil {
		return err
	}
	replaced, err := q.Roster.Enclose(q.Context(), r.ID, n, u.file.ID, u.file.Name)
	if err != nil {
		return err
	}
	u.keep = true
	if err := q.Files.Cited(q.Context(), u.file.ID); err != nil {
		return err
	}
	if replaced != "" {
		return q.Files.Erase(q.Context(), replaced)
	}
	return nil
}

// file sends what somebody answered with a file to the secretariat.
func (q *request) file() error {
	id, _ := strconv.ParseInt(q.PathValue("id"), 10, 64)
	r, ok, err := q.Roster.Find(q.Context(), q.Slug, q.Ref(), id)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(q.PathValue("field"))
	if !ok || r.Files[n] == "" || q.Files == nil {
		return serve.NotFound()
	}
	f, file, err := q.Files.Open(q.Context(), r.Answers[n])
	if err != nil {
		return err
	}
	defer f.Close()
	h := q.Writer.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Length", strconv.FormatInt(file.Size, 10))
	if _, err = io.Copy(q.Writer, f); err != nil {
		return fmt.Errorf("the file %s could not be sent whole: %w", r.Answers[n], err)
	}
	return nil
}
