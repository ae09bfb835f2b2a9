package contribution

import (
	"encoding/hex"
	"io"
	"net/http"
	"strings"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/receipt"
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
	ref, file := q.Ref(), strings.HasSuffix(q.URL.Path, ".json") || q.JSON
	if n := serve.Params[receiptQuery](q.Request).Correction; n > 0 && file {
		return q.correctionReceipt(ref, n)
	}
	var c *part.Contribution
	var call frame.LocalizedText
	var by string
	if err := q.Look(func(st *conversation.Reading) error {
		var ok bool
		//mutants:guard the receipt of what the reader may not read is not given
		if c, ok = part.NewContribution(st, ref, q.Lang); !ok || c.Sight == "tombstone" && !c.Own || ref.PartNumber() > 0 {
			return notThere(st, ref)
		}
		c.Answered(st, q.Lang)
		if row, ok := st.Consultation.Row(ref); ok && c.Own {
			c.Correctable(st, row)
			by = row.By
		}
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
	if file {
		return q.receiptFile(r)
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
	if v.Mail, err = q.mailed(by, c.Assurance); err != nil {
		return err
	}
	v.Code = q.authorCode(by, c.Assurance)
	if err := q.Fill(v); err != nil {
		return err
	}
	q.Frame.Token = serve.Nonce() // of the author's word on an answer
	return q.Show(http.StatusOK, v)
}

// receiptFile answers with a receipt as the file that can be checked.
func (q *request) receiptFile(r *receipt.File) error {
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

// correctionReceipt answers with the receipt of a correction: to its author, and to everybody once the contribution says what it
// says, unless something of that contribution is blacked out for them.
func (q *request) correctionReceipt(ref cite.Ref, n int) error {
	if err := q.Look(func(st *conversation.Reading) error {
		c, ok := part.NewContribution(st, ref, q.Lang)
		if !ok || ref.PartNumber() > 0 {
			return notThere(st, ref)
		}
		all := st.Consultation.Corrections(ref)
		stands := n >= 1 && n <= len(all) && all[n-1].Stands > 0
		//mutants:guard the receipt of a correction that the reader may not read whole is not given
		if !c.Own && (!c.Readable() || c.Redacted || !stands) {
			return notThere(st, ref)
		}
		return nil
	}); err != nil {
		return err
	}
	r, err := q.Server.Sec.CorrectionReceipt(q.Context(), q.Slug, ref, n, q.Frame.Host+"/c/"+q.Slug+"/"+string(ref))
	if err != nil {
		return err
	}
	return q.receiptFile(r)
}

// mailed is what its author is told about the letter with a receipt. Of an address that was only left with it that is
// the rule and not the case: whether somebody uses an address is nobody else's business.
func (q *request) mailed(author, assurance string) (string, error) {
	if author == "" {
		return "", nil
	}
	var by delegation.Participant
	if err := by.UnmarshalText([]byte(author)); err != nil {
		return "", err
	}
	email, _, ok, err := q.Server.Accounts.AddressOf(q.Context(), q.Slug, uint64(by))
	if err != nil || !ok {
		return "", err
	}
	if assurance == consultation.Anonymous {
		return "left", nil
	}
	_, wish, err := q.Server.Accounts.LettersTo(q.Context(), email)
	if wish == account.Stopped {
		return "stopped", err
	}
	return "account", err
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

// checked shows what checking a receipt found. Whoever has it sees what became of what it is the receipt of.
func (q *request) checked(b []byte) error {
	if err := q.May(serve.Once(serve.LimitCheck)); err != nil {
		return err
	}
	c := q.Server.Sec.CheckReceipt(q.Context(), b)
	v := q.verdict(&c)
	for _, l := range c.Lines {
		v.Lines = append(v.Lines, consult.CheckLine{Key: q.Frame.T("check.line." + l.What), OK: l.OK, Detail: l.Detail})
	}
	if v.OK {
		if err := q.became(&c, v); err != nil {
			return err
		}
	}
	if c.Genuine() {
		v.Answer = receiptSays(&c, v.Now)
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

// receiptSays is what a genuine receipt says. Of a correction it is the line too, and what it proposes; in which language that
// is follows from the contribution, where the reader may see it.
func receiptSays(c *plenary.ReceiptCheck, now *part.Contribution) *consult.CheckedReceipt {
	v := &consult.CheckedReceipt{Contribution: c.Meaning.Contribution, Correction: c.Meaning.Correction, Received: c.Meaning.Received, Parties: c.Parties}
	add := func(field string, l locale.Lang) {
		if t := c.Words[field]; t != "" {
			v.Text = append(v.Text, frame.LocalizedText{Text: t, Lang: l})
		}
	}
	if c.Received != nil {
		for i, p := range c.Received.Parts {
			add(consultation.TextField(i+1), locale.Lang(p.Language))
		}
		return v
	}
	in := func(n int) (l locale.Lang) {
		if now != nil && n <= len(now.Parts) {
			l = now.Parts[n-1].Language
		}
		return l
	}
	if c.Corrected == nil { // a ballot: what it says is no part of its receipt
		v.Contribution = c.Meaning.Ballot
		return v
	}
	add(consultation.FieldTitle, in(1))
	for _, p := range c.Corrected.Parts {
		add(consultation.TextField(p.Part), in(p.Part))
		add(consultation.WordingField(p.Part), in(p.Part))
	}
	return v
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
	if c.Address != "" && v.Verdict != consult.Elsewhere && !strings.HasPrefix(c.Address, q.Frame.Host+"/") {
		v.Address = c.Address
	}
	return v
}

// became looks up what became of the contribution of a receipt that the record holds.
func (q *request) became(c *plenary.ReceiptCheck, v *consult.Check) error {
	a := q.Audience()
	if _, err := q.Server.Sec.ReadAbout(q.Context(), c.Slug, func(st *conversation.State) error {
		row, _ := st.Consultation.Row(c.Meaning.Contribution)
		// Only its author can have the words of what waits. Of what was published anybody has them, and of what was corrected the
		// receipt has not the words that came later: then its bearer reads as anybody does.
		//mutants:guard whoever has a receipt reads no words that are not in it
		if c.Received == nil || row.Status != consultation.Pending || row.Corrected > 0 {
			return nil
		}
		var p delegation.Participant
		if p.UnmarshalText([]byte(c.Received.By)) == nil {
			a.As = append(a.As, p)
		}
		return nil
	}, c.Meaning.Contribution); err != nil {
		return err
	}
	s := q.Server
	var r *conversation.Reading
	if _, err := s.LookIn(q.Context(), c.Slug, a, q.Received, func(st *conversation.Reading) error {
		r = st
		if v.Now, _ = part.NewContribution(st, c.Meaning.Contribution, q.Lang); v.Now != nil {
			v.Now.Answered(st, q.Lang)
			v.Now.Own = false // whoever has the file may read; only the account, the cookie or the author's code let them speak
		}
		return nil
	}); err != nil {
		return err
	}
	if _, err := s.LookIn(q.Context(), c.Slug, q.Audience(), q.Received, func(st *conversation.Reading) error {
		v.Seen = st.MaySee(c.Meaning.Contribution) > conversation.Nothing
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
