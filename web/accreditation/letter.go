package accreditation

import (
	"context"
	"crypto/hmac"
	"fmt"
	"io"
	"mime"
	"strconv"
	"strings"

	noun "github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// upload keeps the letter of a request as it arrives.
type upload struct {
	q       *request
	file    *attachment.File
	release func()
	keep    bool // something was made of it, or the form is shown again with it
}

// Keep keeps the letter.
func (u *upload) Keep(ctx context.Context, r io.Reader, name string) error {
	files := u.q.Files
	switch {
	case files == nil:
		return serve.ErrBeside
	case u.file != nil:
		return refusal.In("file", "contribution.files", "max", 1)
	case files.Scarce():
		return refusal.New(refusal.TryAgain, "disk.reserved")
	}
	if u.release == nil {
		if err := u.open(); err != nil {
			return err
		}
	}
	f, err := files.KeepFrom(ctx, u.q.Counted(), r, name, u.q.Received)
	if err != nil {
		return err
	}
	u.file = &f
	return nil
}

// open asks the limits, and whether anybody may request accreditation.
func (u *upload) open() error {
	if err := u.q.Look(func(st *conversation.Reading) error {
		if !st.Roll.Accreditation().Offer().Open() {
			return refusal.New(refusal.NotNow, "accreditation.closed")
		}
		return nil
	}); err != nil {
		return err
	}
	size := u.q.ContentLength
	if size < 0 || size > u.q.Route.Body {
		size = u.q.Route.Body
	}
	if err := u.q.May(serve.Once(serve.LimitFile), door.Use{Limit: serve.LimitFileBytes, Amount: size}); err != nil {
		return err
	}
	release, ok := u.q.UploadSlot()
	if !ok {
		return &refusal.Refusal{Kind: refusal.TryAgain, Key: "file.no_room", Field: "file"}
	}
	u.release = release
	return nil
}

// close gives back what reading took, and removes the letter where nothing was made of it.
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

// ticket is by what a form that is shown again brings its letter back: it holds for that form alone.
func (q *request) ticket(token, id string) string {
	return id + "." + strconv.FormatUint(q.Server.Sec.Derive("letter", q.Slug, token+"\x00"+id), 16)
}

// letter is the letter of the form: what came with it now, else what came with it before.
func (q *request) letter(u *upload, token, ticket string) (f attachment.File, ok bool, err error) {
	if u.file != nil {
		return *u.file, true, nil
	}
	id, _, _ := strings.Cut(ticket, ".")
	//mutants:guard a letter is brought again by the form that it came with
	if ticket == "" || !hmac.Equal([]byte(ticket), []byte(q.ticket(token, id))) {
		return attachment.File{}, false, nil
	}
	return q.Files.Look(q.Context(), id)
}

// enclose keeps what comes with a request. Where the form is pressed twice at once, the later press takes the place of the other, and its letter
// is erased.
func (q *request) enclose(s sending, by uint64) error {
	if err := q.Files.Claim(q.Context(), s.file.ID, q.Received); err != nil {
		return err
	}
	replaced, err := q.Aside.Enclose(q.Context(), aside.Enclosure{Slug: q.Slug, Request: s.command.Party, By: by, Contact: s.contact, File: s.file.ID, Name: s.file.Name,
		Type: s.file.Type, Size: s.file.Size, Made: q.Received})
	if err != nil || replaced == "" {
		return err
	}
	return q.Files.Erase(q.Context(), replaced)
}

// encloses reports whether the letter of a request that came is the one that is kept with it, and notes that this one is cited.
func (q *request) encloses(s sending) (bool, error) {
	ctx := context.WithoutCancel(q.Context())
	kept, ok, err := q.Aside.Enclosed(ctx, q.Slug, s.command.Party)
	if err != nil {
		return true, err // nobody knows: whoever sweeps looks
	}
	if !ok || kept.File != s.file.ID {
		return false, nil
	}
	if err := q.Files.Cited(ctx, s.file.ID); err != nil {
		q.Server.Logger.Error("cannot note that a letter is cited", "err", err)
	}
	return true, nil
}

// getLetter sends the letter of a request to those who decide, and to whoever sent it.
func (q *request) getLetter() error {
	kept, err := q.enclosed(q.Ref())
	if err != nil {
		return err
	}
	if kept.File == "" {
		return serve.NotFound()
	}
	r, file, err := q.Files.Open(q.Context(), kept.File)
	if err != nil {
		return err
	}
	defer r.Close()
	h := q.Writer.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Length", strconv.FormatInt(file.Size, 10))
	if _, err = io.Copy(q.Writer, r); err != nil {
		return fmt.Errorf("the letter %s could not be sent whole: %w", kept.File, err)
	}
	return nil
}

// enclosed is what came with a request that the reader may see; to anybody else it is as if there were none.
func (q *request) enclosed(party cite.Ref) (aside.Enclosure, error) {
	if q.Aside == nil || q.Files == nil {
		return aside.Enclosure{}, serve.ErrBeside
	}
	//mutants:guard what came with a request is for those who decide, and for whoever sent it
	if err := q.Look(func(st *conversation.Reading) error {
		for _, x := range st.Roll.Accreditation().Requests() {
			if x.Party == party && x.Became() != noun.Back {
				return nil
			}
		}
		return serve.NotFound()
	}); err != nil {
		return aside.Enclosure{}, err
	}
	kept, ok, err := q.Aside.Enclosed(q.Context(), q.Slug, party)
	if err == nil && !ok {
		err = serve.NotFound()
	}
	return kept, err
}

// forget deletes what came with a request: contact and letter.
func (q *request) forget(party cite.Ref) error {
	kept, err := q.enclosed(party)
	if err != nil {
		return err
	}
	if kept.File != "" {
		if err := q.Files.Erase(q.Context(), kept.File); err != nil {
			return err
		}
	}
	return q.Aside.Unenclose(q.Context(), q.Slug, party)
}

// sender is how the house knows a participant, for officers: by the address that they signed in with.
func (q *request) sender(by cite.Ref) (string, error) {
	who := delegation.ParticipantOf(string(by))
	if who == 0 || q.Server.Accounts == nil {
		return "", nil
	}
	email, _, _, err := q.Server.Accounts.AddressOf(q.Context(), q.Slug, uint64(who))
	return email, err
}
