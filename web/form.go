package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Limits of a form.
const (
	maxFields = 1000
	maxField  = 256 * kib
)

// upload is a file that came with a form and is already kept.
type upload struct {
	field string
	file  attachment.File
}

// form reads a form of either encoding with bounded fields; files are kept as they arrive.
func (q *request) form() (url.Values, []upload, error) {
	kind, params, _ := mime.ParseMediaType(q.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		if err := q.Request.ParseForm(); err != nil {
			return nil, nil, badForm(err)
		}
		return q.Request.PostForm, nil, tooMany(q.Request.PostForm)
	}
	if params["boundary"] == "" {
		return nil, nil, refusal.New(refusal.Invalid, "form.unreadable")
	}
	mr, err := q.Request.MultipartReader()
	if err != nil {
		return nil, nil, badForm(err)
	}
	v := url.Values{}
	var ups []upload
	for n := 0; ; n++ {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return v, ups, tooMany(v)
		}
		if err != nil {
			return nil, nil, badForm(err)
		}
		if n > maxFields {
			return nil, nil, refusal.New(refusal.TooLarge, "form.fields")
		}
		name := part.FormName()
		if part.FileName() != "" {
			if len(ups) >= consultation.MaxFiles {
				return v, ups, refusal.In("file", "contribution.files", "max", consultation.MaxFiles)
			}
			if name == "receipt" || name == "paper" { // read, not kept
				b, err := io.ReadAll(io.LimitReader(part, 4*mib+1))
				if err != nil {
					return nil, nil, badForm(err)
				}
				v.Add(name, string(b))
				continue
			}
			f, err := q.s.Files.Keep(q.Context(), part, part.FileName(), q.received)
			if err != nil {
				return v, ups, err
			}
			ups = append(ups, upload{name, f})
			continue
		}
		b, err := io.ReadAll(io.LimitReader(part, maxField+1))
		if err != nil {
			return nil, nil, badForm(err)
		}
		if len(b) > maxField {
			return nil, nil, refusal.New(refusal.TooLarge, "too_large")
		}
		if name != "" && !(len(b) == 0 && name == "file") {
			v.Add(name, string(b))
		}
	}
}

func badForm(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return refusal.New(refusal.Invalid, "form.unreadable")
}

func tooMany(v url.Values) error {
	n := 0
	for _, values := range v {
		n += len(values)
		for _, s := range values {
			if len(s) > 4*mib {
				return refusal.New(refusal.TooLarge, "too_large")
			}
		}
	}
	if n > maxFields {
		return refusal.New(refusal.TooLarge, "form.fields")
	}
	return nil
}

// clean takes a text of a stranger; what cannot be taken becomes a refusal about the field.
func clean(field, s string, no *refusal.Several) string {
	out, err := locale.Clean(s)
	switch {
	case errors.Is(err, locale.ErrLong):
		*no = append(*no, &refusal.Refusal{Kind: refusal.TooLarge, Key: "text.long", Field: field})
	case err != nil:
		*no = append(*no, refusal.In(field, "text.utf8"))
	}
	return out
}

func cleanLine(field, s string, max int, no *refusal.Several) string {
	out, err := locale.CleanLine(s, max)
	switch {
	case errors.Is(err, locale.ErrLong):
		*no = append(*no, refusal.In(field, "line.long", "max", max))
	case err != nil:
		*no = append(*no, refusal.In(field, "text.utf8"))
	}
	return out
}
