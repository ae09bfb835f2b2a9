package serve

import (
	"fmt"
	"io"
	"strconv"

	"github.com/openplenary/plenary/attachment"
)

// Picture sends a picture that is kept beside the record, if it is the one that a hash says.
func (q *Request) Picture(files *attachment.Store, id, sha string) error {
	if files == nil {
		return ErrBeside
	}
	r, file, err := files.Open(q.Context(), id)
	if err != nil {
		return err
	}
	defer r.Close()
	//mutants:guard what was attached to a contribution is never sent as a picture
	if file.SHA != sha || file.Type != attachment.PNG && file.Type != attachment.JPEG {
		return NotFound()
	}
	h := q.Writer.Header()
	h.Set("Content-Type", file.Type)
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Cache-Control", "private, max-age=86400, immutable") // under this address it never changes
	h.Set("Content-Length", strconv.FormatInt(file.Size, 10))
	if _, err = io.Copy(q.Writer, r); err != nil {
		return fmt.Errorf("the picture %s could not be sent whole: %w", id, err)
	}
	return nil
}
