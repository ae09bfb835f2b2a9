package serve

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Limits of a form.
const (
	maxFields = 2000
	maxField  = 256 * KiB
	maxAway   = 80 * MiB     // of a body that is refused
	maxPlain  = 3 * maxTexts // of a form without files as it is sent: there a letter takes three times its room
	maxTexts  = 4 * MiB      // of all fields together; what is longer than a field may be is read to be shown again
)

// ReadForm reads a form of either encoding with bounded fields, and keeps no file. With uploads, files are kept
// there as they arrive. Where a file is refused or a text is too long, the rest is read all the same, so that the
// form can be shown again as it was typed: then both the values and a refusal are returned. So it is with a form that
// was made for somebody else than who sends it: its refusal is about the field "as".
func (q *Request) ReadForm(uploads ...Uploads) (url.Values, error) {
	v, err := q.readForm(uploads)
	q.form = v
	if q.form == nil {
		q.form = url.Values{}
	}
	if err != nil && (v == nil || len(refusal.Of(err)) == 0) {
		return v, err
	}
	if other := q.spoken(v); other != nil {
		return v, append(refusal.Several(refusal.Of(other)), refusal.Of(err)...)
	}
	return v, err
}

// readPlain reads a form that has no files. What came before it was too large is kept.
func (q *Request) readPlain() (url.Values, error) {
	if kind, _, _ := mime.ParseMediaType(q.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" {
		if err := q.Request.ParseForm(); err != nil {
			return nil, BadForm(err)
		}
		return q.Request.PostForm, nil
	}
	b, err := io.ReadAll(io.LimitReader(q.Body, maxPlain+1))
	var long *http.MaxBytesError
	switch {
	case bytes.Count(b, []byte("&")) >= maxFields: // a form of nothing else takes forty times its own room
		q.readAway()
		return nil, refusal.New(refusal.TooLarge, "form.fields")
	case errors.As(err, &long), len(b) > maxPlain: // what came before it was read
		q.readAway()
		v, _ := url.ParseQuery(string(b)) // of what was cut off, as much as can be read
		return v, refusal.New(refusal.TooLarge, "too_large")
	case err != nil:
		return nil, BadForm(err)
	}
	v, err := url.ParseQuery(string(b))
	if err != nil {
		return nil, BadForm(err)
	}
	return v, tooMany(v)
}

func (q *Request) readForm(uploads []Uploads) (url.Values, error) {
	kind, params, _ := mime.ParseMediaType(q.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return q.readPlain()
	}
	if params["boundary"] == "" {
		return nil, refusal.New(refusal.Invalid, "form.unreadable")
	}
	mr, err := q.Request.MultipartReader()
	if err != nil {
		return nil, BadForm(err)
	}
	f := reading{q: q, v: url.Values{}}
	if len(uploads) > 0 {
		f.uploads = uploads[0]
	}
	for n := 0; ; n++ {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			if err := tooMany(f.v); err != nil {
				return nil, err
			}
			return f.v, f.refused()
		}
		if err == nil && n > maxFields {
			return nil, refusal.New(refusal.TooLarge, "form.fields")
		}
		if err == nil {
			err = f.part(part)
		}
		var long *http.MaxBytesError
		switch {
		case errors.As(err, &long): // what came before it was read
			q.readAway()
			f.no = append(f.no, refusal.New(refusal.TooLarge, "too_large"))
			return f.v, f.refused()
		case err != nil:
			return nil, BadForm(err)
		}
	}
}

// Uploads keep the files of a form as they arrive. A refusal says why a file is not taken.
type Uploads interface {
	Keep(ctx context.Context, file io.Reader, name string) error
}

// readAway reads what is left of a body that is refused: a browser reads no answer before it has sent everything.
func (q *Request) readAway() {
	if q.raw != nil {
		_, _ = io.CopyN(io.Discard, q.raw, maxAway) // if it breaks off, nobody reads the answer
	}
}

// reading is a form that is being read.
type reading struct {
	q        *Request
	v        url.Values
	texts    int     // bytes
	sheets   int     // bytes of receipts and papers, which are read like texts
	uploads  Uploads // where there are none, files are passed over
	declined bool    // no file is taken any more
	no       refusal.Several
}

func (f *reading) refused() error {
	if len(f.no) > 0 {
		return f.no
	}
	return nil
}

// part reads one field or file. What it refuses is in f.no; its errors end the reading.
func (f *reading) part(part *multipart.Part) error {
	name := part.FormName()
	if part.FileName() != "" && name != "receipt" && name != "paper" {
		return f.file(part)
	}
	most := min(max(maxTexts-f.texts, maxField), max(2*maxTexts-f.texts, 0))
	if part.FileName() != "" {
		most = maxTexts - f.sheets // read, not kept
	}
	b, err := io.ReadAll(io.LimitReader(part, int64(most)+1))
	switch {
	case err != nil:
		return err
	case part.FileName() != "":
		f.sheets = min(f.sheets+len(b), maxTexts)
		f.v.Add(name, string(b))
		return nil
	case len(b) > most, f.texts+len(b) > maxTexts: // kept, as far as it can be shown again
		b = b[:min(len(b), most)]
		if !slices.ContainsFunc(f.no, func(r *refusal.Refusal) bool { return r.Key == "too_large" }) {
			f.no = append(f.no, refusal.New(refusal.TooLarge, "too_large"))
		}
	case len(b) > maxField:
		f.no = append(f.no, &refusal.Refusal{Kind: refusal.TooLarge, Key: "text.long", Field: name})
	}
	f.texts += len(b)
	if name != "" && !(len(b) == 0 && name == "file") {
		f.v.Add(name, string(b))
	}
	return nil
}

func (f *reading) file(part *multipart.Part) error {
	if f.uploads == nil || f.declined {
		return nil
	}
	err := f.uploads.Keep(f.q.Context(), part, part.FileName())
	if errors.Is(err, attachment.ErrUnread) {
		return BadForm(err)
	}
	if err != nil {
		return f.decline(err)
	}
	return nil
}

// decline notes why no file is taken; what is no refusal is a fault.
func (f *reading) decline(err error) error {
	rs := refusal.Of(err)
	if len(rs) == 0 {
		return fault{err}
	}
	f.declined = true
	f.no = append(f.no, rs...)
	return nil
}

// fault is a failure of ours while a form is read, which is not what the sender did.
type fault struct{ error }

// Unwrap is the failure.
func (f fault) Unwrap() error { return f.error }

// BadForm is what is said of a form that could not be read. Too large and refused are said as they are; a failure
// of ours stays one.
func BadForm(err error) error {
	var tooLarge *http.MaxBytesError
	if ours := (fault{}); errors.As(err, &tooLarge) || errors.As(err, &ours) || len(refusal.Of(err)) > 0 {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, attachment.ErrUnread) {
		return refusal.New(refusal.Malformed, "form.cut")
	}
	return refusal.New(refusal.Invalid, "form.unreadable")
}

func tooMany(v url.Values) error {
	n, size := 0, 0
	for _, values := range v {
		n += len(values)
		for _, s := range values {
			if size += len(s); len(s) > 4*MiB || size > maxPlain {
				return refusal.New(refusal.TooLarge, "too_large")
			}
		}
	}
	if n > maxFields {
		return refusal.New(refusal.TooLarge, "form.fields")
	}
	return nil
}

// Clean takes a text of a stranger; what cannot be taken becomes a refusal about the field.
func Clean(field, s string, no *refusal.Several) string {
	out, err := locale.Clean(s)
	switch {
	case errors.Is(err, locale.ErrLong):
		*no = append(*no, &refusal.Refusal{Kind: refusal.TooLarge, Key: "text.long", Field: field})
	case err != nil:
		*no = append(*no, refusal.In(field, "text.utf8"))
	}
	return out
}

// CleanAddress takes the address of a source on the web; "" where none is given. What is none is refused about the field.
func CleanAddress(field, s string, no *refusal.Several) string {
	s = CleanLine(field, s, 2000, no)
	if s != "" && !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
		*no = append(*no, refusal.In(field, "desk.address"))
	}
	return s
}

// Shown is a stranger's word as a refusal may repeat it.
func Shown(s string) string {
	if s, err := locale.CleanLine(s, 60); err == nil {
		return s
	}
	return "…"
}

// CleanLine takes a text of one line of at most max characters; what cannot be taken becomes a refusal about the
// field.
func CleanLine(field, s string, max int, no *refusal.Several) string {
	out, err := locale.CleanLine(s, max)
	switch {
	case errors.Is(err, locale.ErrLong):
		*no = append(*no, refusal.In(field, "line.long", "max", max))
	case err != nil:
		*no = append(*no, refusal.In(field, "text.utf8"))
	}
	return out
}

// Renamed gives the refusals of a rule the fields of a form.
func Renamed(rs []*refusal.Refusal, field func(string) string) []*refusal.Refusal {
	out := make([]*refusal.Refusal, len(rs))
	for i, r := range rs {
		copied := *r
		copied.Field = field(r.Field)
		out[i] = &copied
	}
	return out
}
