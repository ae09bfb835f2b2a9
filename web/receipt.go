package web

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"encoding/hex"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/refusal"
)

// receipt shows a receipt to the author, or to anybody once the contribution is published; as JSON it
// is the file that can be checked.
func (s *Server) receipt(q *request) error {
	q.after()
	ref := q.ref()
	var c *part.Contribution
	var call frame.LocalizedText
	if err := q.look(func(st *conversation.Reading) error {
		var ok bool
		//mutants:guard the receipt of what the reader may not read is not given
		if c, ok = part.NewContribution(st, ref, q.lang); !ok || c.Sight == "tombstone" && !c.Own || ref.PartNumber() > 0 {
			return notFound()
		}
		c.Answered(st, q.lang)
		if k, ok := st.Consultation.Call(c.Call); ok {
			call.Text, call.Lang = k.Title.For(q.lang)
		}
		return nil
	}); err != nil {
		return err
	}
	r, err := s.Sec.Receipt(q.Context(), q.slug, c.Ref, q.frame.Host+"/c/"+q.slug+"/"+string(c.Ref))
	if err != nil {
		return err
	}
	//mutants:guard a receipt has no word that is blacked out for the reader
	if c.Redacted && c.Sight != "whole" {
		r.Text = nil // what is blacked out is not in the file either
	}
	if strings.HasSuffix(q.URL.Path, ".json") || q.json {
		b, err := plenary.EncodeReceipt(r)
		if err != nil {
			return err
		}
		q.w.Header().Set("Content-Type", "application/json; charset=utf-8")
		q.w.Header().Set("Cache-Control", "no-store")
		q.w.Header().Set("Vary", "Accept, Cookie, Accept-Encoding")
		if q.unchanged(etagOf(b)) {
			return nil
		}
		return writeBody(q.w, q.Request, http.StatusOK, b)
	}
	v := &consult.Receipt{Contribution: c, Meaning: r.Meaning, VKey: r.Key, CallName: call}
	checked, err := s.Sec.Proved(q.slug, r.Proof)
	if err != nil {
		return err
	}
	v.SignedSize, v.Root, v.LeafHash = checked.Checkpoint.Size, checked.Checkpoint.Root.String(), checked.Leaf
	v.DataHash = hex.EncodeToString(checked.Envelope.Data[:])
	if checked.Envelope.Text != nil {
		v.TextHash = hex.EncodeToString(checked.Envelope.Text[:])
	}
	if err := q.fill(v); err != nil {
		return err
	}
	q.frame.Token = nonce() // of the author's word on an answer
	return q.show(http.StatusOK, v)
}

// postCheckHere checks the receipt of a contribution in the page.
func (s *Server) postCheckHere(q *request) error {
	var sight conversation.Visibility
	var own bool
	ref := q.ref()
	if err := q.look(func(st *conversation.Reading) error {
		sight = st.MaySee(ref)
		own = st.Own(ref)
		return nil
	}); err != nil {
		return err
	}
	//mutants:guard the receipt of what the reader may not read is not checked either
	if sight == conversation.Nothing || sight == conversation.Tombstone && !own || ref.Root() != ref {
		return notFound()
	}
	r, err := s.Sec.Receipt(q.Context(), q.slug, ref, q.frame.Host+"/c/"+q.slug+"/"+string(ref))
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
	return s.checked(q, b)
}

func (s *Server) check(q *request) error { return q.show(http.StatusOK, &consult.Check{}) }

func (s *Server) postCheck(q *request) error {
	if q.json && strings.HasPrefix(q.Header.Get("Content-Type"), "application/json") {
		b, err := io.ReadAll(q.Body)
		if err != nil {
			return badForm(err)
		}
		return s.checked(q, b)
	}
	v, err := q.form()
	if err != nil {
		return err
	}
	if v.Get("receipt") == "" {
		q.frame.Errors = []*refusal.Refusal{refusal.In("receipt", "receipt.missing")}
		return q.show(http.StatusUnprocessableEntity, &consult.Check{})
	}
	return s.checked(q, []byte(v.Get("receipt")))
}

// checked shows what checking a receipt found. Its bearer is its author: they see what became of it.
func (s *Server) checked(q *request, b []byte) error {
	if err := q.may(once(limitCheck)); err != nil {
		return err
	}
	c := s.Sec.CheckReceipt(q.Context(), b)
	v := q.verdict(&c)
	for _, l := range c.Lines {
		v.Lines = append(v.Lines, consult.CheckLine{Key: q.frame.T("check.line." + l.What), OK: l.OK, Detail: l.Detail})
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
	return q.show(status, v)
}

// verdict says what checking a receipt came to.
func (q *request) verdict(c *plenary.ReceiptCheck) *consult.Check {
	v := &consult.Check{Asked: true, OK: c.Held(), SignedBy: c.SignedBy, Slug: c.Slug, Missing: c.Missing, Erased: c.Erased, Origin: c.OriginHost, Host: c.Host}
	switch {
	case v.OK:
		v.Verdict = consult.Held
	case c.Genuine():
		v.Verdict, v.Wrong = consult.NotHeld, q.frame.T("check.not_held")
	case c.Wrong == "elsewhere":
		v.Verdict, v.Wrong = consult.Elsewhere, q.frame.T("check.wrong.elsewhere")
	default:
		v.Verdict, v.Wrong = consult.Changed, q.frame.T("check.wrong."+c.Wrong)
	}
	if c.Received != nil && v.Verdict != consult.Elsewhere && !strings.HasPrefix(c.Address, q.frame.Host+"/") {
		v.Address = c.Address
	}
	return v
}

// became looks up what became of the contribution of a receipt that the record holds.
func (q *request) became(c *plenary.ReceiptCheck, v *consult.Check) error {
	a := q.audience()
	if c.Words != nil {
		// Only the author's own copy carries the words of what is not published.
		var p delegation.Participant
		if p.UnmarshalText([]byte(c.Received.By)) == nil {
			a.As = append(a.As, p)
		}
	}
	s := q.s
	var r *conversation.Reading
	if _, err := s.lookIn(q.Context(), c.Slug, a, q.received, func(st *conversation.Reading) error {
		r = st
		if v.Now, _ = part.NewContribution(st, c.Received.Ref, q.lang); v.Now != nil {
			v.Now.Answered(st, q.lang)
			v.Now.Own = false // whoever has the file may read; only the cookie or the account may speak
		}
		return nil
	}); err != nil {
		return err
	}
	if _, err := s.lookIn(q.Context(), c.Slug, q.audience(), q.received, func(st *conversation.Reading) error {
		v.Seen = st.MaySee(c.Received.Ref) > conversation.Nothing
		return nil
	}); err != nil {
		return err
	}
	if v.Now == nil {
		return nil
	}
	w, err := s.granted(q.Context(), c.Slug, r, v.Now.Need())
	if err == nil {
		v.Now.Fill(w)
	}
	return err
}
