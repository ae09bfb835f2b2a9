package contribution

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/web/serve"
)

func (q *request) mine() error {
	q.Frame.Section = "mine"
	q.AwaitOwn()
	v := &consult.Mine{}
	if err := q.Look(func(st *conversation.Reading) error {
		for _, p := range st.Audience.As {
			for _, ref := range st.Consultation.By(string(p.Ref())) {
				if c, ok := part.NewContribution(st, ref, q.Lang); ok {
					v.Contributions = append(v.Contributions, c)
				}
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if err := q.Fill(v); err != nil {
		return err
	}
	drafts, err := q.Intake.Drafts(q.Context(), Sender(q.Request))
	if err != nil {
		return err
	}
	for _, d := range drafts {
		text := d.Written.Text
		if len(text) > 200 {
			text = strings.ToValidUTF8(text[:200], "") + " …"
		}
		v.Drafts = append(v.Drafts, consult.DraftRow{Key: d.Key, Call: d.Call, On: d.On, Excerpt: text, Changed: d.Changed})
	}
	return q.Show(http.StatusOK, v)
}

// file sends an attached file, as a download that no browser runs.
func (q *request) file(ref cite.Ref) error {
	var c *part.Contribution
	if err := q.Look(func(st *conversation.Reading) error {
		var ok bool
		//mutants:guard files of what the reader may not read are not sent
		if c, ok = part.NewContribution(st, ref, q.Lang); !ok || c.Sight == "tombstone" {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	entries, err := q.Server.Sec.RecordEntries(q.Context(), q.Slug, c.Position, c.Position)
	if err != nil {
		return err
	}
	if len(entries) != 1 {
		return serve.NotFound()
	}
	f, ok := entries[0].Fact.(*consultation.Received)
	n := ref.FileNumber()
	if !ok || n < 1 || n > len(f.Files) {
		return serve.NotFound()
	}
	r, file, err := q.Files.Open(q.Context(), f.Files[n-1].ID)
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
	// Where nothing was sent yet this is a page that says so, else the answer is broken off.
	if _, err = io.Copy(q.Writer, r); err != nil {
		return fmt.Errorf("the file %s could not be sent whole: %w", f.Files[n-1].ID, err)
	}
	return nil
}
