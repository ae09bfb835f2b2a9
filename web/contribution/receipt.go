package contribution

import (
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// receipt shows a receipt to the author, or to anybody once the contribution is published; as JSON it
// is the file that can be checked.
func (q *request) receipt() error {
	q.AwaitOwn()
	ref := q.Ref()
	var c *part.Contribution
	var call frame.LocalizedText
	if err := q.Look(func(st *conversation.Reading) error {
		var ok bool
		//mutants:guard the receipt of what the reader may not read is not given
		if c, ok = part.NewContribution(st, ref, q.Lang); !ok || c.Sight == "tombstone" && !c.Own || ref.PartNumber() > 0 {
			return serve.NotFound()
		}
		c.Answered(st, q.Lang)
		if k, ok := st.Consultation.Call(c.Call); ok {
			call.Text, call.Lang = k.Title.For(q.Lang)
		}
		return nil
	}); err != nil {
		return err
	}
	r, err := q.Server.Sec.Receipt(q.Context(), q.Slug, c.Ref, q.Frame.Host+"/c/"+q.Slug+"/"+string(c.Ref))
	if err != nil {
		return err
	}
	//mutants:guard a receipt has no word that is blacked out for the reader
	if c.Redacted && c.Sight != "whole" {
		r.Text = nil // what is blacked out is not in the file either
	}
	if strings.HasSuffix(q.URL.Path, ".json") || q.JSON {
		b, err := plenary.EncodeReceipt(r)
		if err != nil {
			return err
		}
		q.Writer.Header().Set("Content-Type", "application/json; charset=utf-8")
		q.Writer.Header().Set("Cache-Control", "no-store")
		q.Writer.Header().Set("Vary", "Accept, Cookie, Accept-Encoding")
		if q.Unchanged(serve.ETag(b)) {
			return nil
		}
		return q.Reply(http.StatusOK, b)
	}
	v := &consult.Receipt{Contribution: c, Meaning: r.Meaning, VKey: r.Key, CallName: call}
	checked, err := q.Server.Sec.Proved(q.Slug, r.Proof)
	if err != nil {
		return err
	}
	v.SignedSize, v.Root, v.LeafHash = checked.Checkpoint.Size, checked.Checkpoint.Root.String(), checked.Leaf
	v.DataHash = hex.EncodeToString(checked.Envelope.Data[:])
	if checked.Envelope.Text != nil {
		v.TextHash = hex.EncodeToString(checked.Envelope.Text[:])
	}
	if err := q.Fill(v); err != nil {
		return err
	}
	q.Frame.Token = serve.Nonce() // of the author's word on an answer
	return q.Show(http.StatusOK, v)
}

// postCheckHere checks the receipt of a contribution in the page.
func (q *request) postCheckHere() error {
	var sight conversation.Visibility
	var own bool
	ref := q.Ref()
	if err := q.Look(func(st *conversation.Reading) error {
		sight = st.MaySee(ref)
		own = st.Own(ref)
		return nil
	}); err != nil {
		return err
	}
	//mutants:guard the receipt of what the reader may not read is not checked either
	if sight == conversation.Nothing || sight == conversation.Tombstone && !own || ref.Root() != ref {
		return serve.NotFound()
	}
	r, err := q.Server.Sec.Receipt(q.Context(), q.Slug, ref, q.Frame.Host+"/c/"+q.Slug+"/"+string(ref))
	if err != nil {
		return err
	}
	//mutants:guard a receipt that is checked has no word that is blacked out for the reader
	if sight != conversation.Full {
		r.Text = nil
	}
	b, err := plenary.EncodeReceipt(r)
	if err != nil {
		return err
	}
	return q.checked(b)
}

func (q *request) check() error { return q.Show(http.StatusOK, &consult.Check{}) }

func (q *request) postCheck() error {
	if q.JSON && strings.HasPrefix(q.Header.Get("Content-Type"), "application/json") {
		b, err := io.ReadAll(q.Body)
		if err != nil {
			return serve.BadForm(err)
		}
		return q.checked(b)
	}
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	if v.Get("receipt") == "" {
		q.Frame.Errors = []*refusal.Refusal{refusal.In("receipt", "receipt.missing")}
		return q.Show(http.StatusUnprocessableEntity, &consult.Check{})
	}
	return q.checked([]byte(v.Get("receipt")))
}

// checked shows what checking a receipt found. Its bearer is its author: they see what became of it.
func (q *request) checked(b []byte) error {
	if err := q.May(serve.Once(serve.LimitCheck)); err != nil {
		return err
	}
	c := q.Server.Sec.CheckReceipt(q.Context(), b)
	v := q.verdict(&c)
	for _, l := range c.Lines {
		v.Lines = append(v.Lines, consult.CheckLine{Key: q.Frame.T("check.line." + l.What), OK: l.OK, Detail: l.Detail})
	}
	if c.Genuine() {
		v.Answer = &consult.CheckedReceipt{Contribution: c.Received.Ref, Received: c.Received.Received}
		for i, p := range c.Received.Parts {
			if t := c.Words[strconv.Itoa(i+1)+".text"]; t != "" {
				v.Answer.Text = append(v.Answer.Text, frame.LocalizedText{Text: t, Lang: locale.Lang(p.Language)})
			}
		}
	}
	if v.OK {
		if err := q.became(&c, v); err != nil {
			return err
		}
	}
	status := http.StatusOK
	switch {
	case c.Genuine() && !v.OK:
		status = http.StatusConflict // it is the record that is not as it should be
	case !v.OK:
		status = http.StatusUnprocessableEntity
	}
	return q.Show(status, v)
}

// verdict says what checking a receipt came to.
func (q *request) verdict(c *plenary.ReceiptCheck) *consult.Check {
	v := &consult.Check{Asked: true, OK: c.Held(), SignedBy: c.SignedBy, Slug: c.Slug, Missing: c.Missing, Erased: c.Erased, Origin: c.OriginHost, Host: c.Host}
	switch {
	case v.OK:
		v.Verdict = consult.Held
	case c.Genuine():
		v.Verdict, v.Wrong = consult.NotHeld, q.Frame.T("check.not_held")
	case c.Wrong == "elsewhere":
		v.Verdict, v.Wrong = consult.Elsewhere, q.Frame.T("check.wrong.elsewhere")
	default:
		v.Verdict, v.Wrong = consult.Changed, q.Frame.T("check.wrong."+c.Wrong)
	}
	if c.Received != nil && v.Verdict != consult.Elsewhere && !strings.HasPrefix(c.Address, q.Frame.Host+"/") {
		v.Address = c.Address
	}
	return v
}

// became looks up what became of the contribution of a receipt that the record holds.
func (q *request) became(c *plenary.ReceiptCheck, v *consult.Check) error {
	a := q.Audience()
	if c.Words != nil {
		// Only the author's own copy carries the words of what is not published.
		var p delegation.Participant
		if p.UnmarshalText([]byte(c.Received.By)) == nil {
			a.As = append(a.As, p)
		}
	}
	s := q.Server
	var r *conversation.Reading
	if _, err := s.LookIn(q.Context(), c.Slug, a, q.Received, func(st *conversation.Reading) error {
		r = st
		if v.Now, _ = part.NewContribution(st, c.Received.Ref, q.Lang); v.Now != nil {
			v.Now.Answered(st, q.Lang)
			v.Now.Own = false // whoever has the file may read; only the cookie or the account may speak
		}
		return nil
	}); err != nil {
		return err
	}
	if _, err := s.LookIn(q.Context(), c.Slug, q.Audience(), q.Received, func(st *conversation.Reading) error {
		v.Seen = st.MaySee(c.Received.Ref) > conversation.Nothing
		return nil
	}); err != nil {
		return err
	}
	if v.Now == nil {
		return nil
	}
	w, err := s.Granted(q.Context(), c.Slug, r, v.Now.Need())
	if err == nil {
		v.Now.Fill(w)
	}
	return err
}
