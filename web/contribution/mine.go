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

// mine lists what the reader sent and began.
func (q *request) mine() error {
	q.AwaitOwn()
	return q.showMine(http.StatusOK, consult.Claim{Number: string(serve.Params[mineQuery](q.Request).Contribution)})
}

// showMine lists it, with what was typed to find what was sent from elsewhere.
func (q *request) showMine(status int, claim consult.Claim) error {
	q.Frame.Section = "mine"
	v := &consult.Mine{Claim: claim}
	if err := q.Look(func(st *conversation.Reading) error {
		for _, p := range st.Audience.As {
			for _, ref := range st.Consultation.By(string(p.Ref())) {
				if c, ok := part.NewContribution(st, ref, q.Lang); ok && c.Own { // what they entered as heard from the floor is not theirs
					if row, there := st.Consultation.Row(ref); there {
						c.Correctable(st, row)
					}
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
	if q.Server.Accounts == nil { // nor are drafts there
		return q.Show(status, v)
	}
	drafts, err := q.Intake.Drafts(q.Context(), Sender(q.Request))
	if err != nil {
		return err
	}
	calls := map[cite.Ref]part.Call{}
	if err := q.Look(func(st *conversation.Reading) error {
		for _, d := range drafts {
			if k, ok := st.Consultation.Call(d.Call); ok {
				calls[d.Call] = part.NewCall(st, k, q.Lang)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	for _, d := range drafts {
		text := d.Written.Text
		if d.Written.Whole && len(d.Written.Answers) > 0 {
			text = d.Written.Answers[0].Text
		}
		if len(text) > 200 {
			text = strings.ToValidUTF8(text[:200], "") + " …"
		}
		v.Drafts = append(v.Drafts, consult.DraftRow{Name: d.Name, Call: d.Call, On: d.On, Excerpt: text, Changed: d.Changed, Whole: d.Written.Whole, Answered: len(d.Written.Answers), Of: calls[d.Call]})
	}
	return q.Show(status, v)
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
	return q.download(f.Files[n-1].ID)
}

// callDocument sends the file of a document that belongs to a call.
func (q *request) callDocument() error {
	id := ""
	if err := q.Look(func(st *conversation.Reading) error {
		k, _ := st.Consultation.Call(q.Ref())
		for _, d := range k.StandingDocuments() {
			if strconv.Itoa(d.Number) == q.PathValue("number") {
				id = d.File.ID
			}
		}
		if id == "" {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	return q.download(id)
}

// download sends a file to be taken away.
func (q *request) download(id string) error {
	if q.Files == nil {
		return serve.ErrBeside
	}
	r, file, err := q.Files.OpenCited(q.Context(), id)
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
		return fmt.Errorf("the file %s could not be sent whole: %w", id, err)
	}
	return nil
}
