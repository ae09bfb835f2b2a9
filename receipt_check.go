package plenary

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/receipt"
	"github.com/openplenary/plenary/record"
)

// ReceiptCheck is what checking a receipt found, line by line. What names a sentence of the catalogues
// ("check.line." is put before it).
type ReceiptCheck struct {
	Lines     []ReceiptLine
	Wrong     string                 // the key of the first thing that is wrong, "" if nothing is
	Slug      string                 // the conversation of this instance it belongs to, "" where there is no such record
	Received  *consultation.Received // nil where it is the receipt of a correction
	Corrected *correction.Corrected  // the correction that it is the receipt of
	Meaning   consultation.Meaning   // what the receipt says, as soon as that agrees with its data
	Words     cite.Words
	SignedBy  string // the name in which this instance's own key signed, "" where it did not
	Proved    record.Checked
	// Parties are those that submitted it together, as the receipt proves them, the one that leads first; none where one party did.
	Parties []receipt.Party
	beside  []record.Checked // their entries
	// Missing says why this instance's record does not hold what its own key signed, "" where it holds it: its
	// error is record.ErrNotHeld. It is set only where nothing is wrong with the receipt.
	Missing string
	// Erased says that the record holds the entry, and that the words were erased since.
	Erased bool
	// Address is where the file says that the contribution can be read. Nothing proves it.
	Address string
	// OriginHost is the host in whose name the record is kept, Host that of the instance as it is reached now;
	// each "" where there is none.
	OriginHost, Host string
}

// Genuine says that this instance signed the receipt and that nothing in it was changed.
func (c *ReceiptCheck) Genuine() bool { return c.Wrong == "" && c.SignedBy != "" }

// Held says that the receipt is genuine and that the record holds what it shows.
func (c *ReceiptCheck) Held() bool { return c.Genuine() && c.Missing == "" }

// ReceiptLine is one thing that was checked.
type ReceiptLine struct {
	What   string
	OK     bool
	Detail string
}

// CheckReceipt checks a receipt file with the keys of this instance, and compares it with the record: a
// genuine receipt that the record does not hold is the proof that something was lost.
func (s *Secretariat) CheckReceipt(ctx context.Context, b []byte) ReceiptCheck {
	c := ReceiptCheck{Host: s.host}
	r, err := receipt.Decode(b)
	format := consultation.ReceiptFormat
	if err == nil {
		format = r.Format
	}
	if !c.line("format", err == nil, format) || !c.proof(s, r) || !c.content(r) || !c.parties(r) {
		return c
	}
	if c.SignedBy == "" {
		c.Wrong = "elsewhere"
		return c
	}
	c.Erased, err = s.log.Holds(ctx, c.Proved.Envelope.Record, r.Proof.Envelope, c.Proved.Checkpoint)
	for _, e := range c.beside {
		if err == nil {
			_, err = s.log.Holds(ctx, e.Envelope.Record, e.Envelope.Marshal(), e.Checkpoint)
		}
	}
	c.line("held", err == nil, errText(err))
	if err != nil {
		c.Wrong, c.Missing = "", err.Error()
	}
	return c
}

func (c *ReceiptCheck) line(what string, ok bool, detail string) bool {
	c.Lines = append(c.Lines, ReceiptLine{what, ok, detail})
	if !ok && c.Wrong == "" {
		c.Wrong = what
	}
	return ok
}

// proof checks the envelope, its path to a root, and who signed that.
func (c *ReceiptCheck) proof(s *Secretariat, r *receipt.File) bool {
	env, err := record.ParseEnvelope(r.Proof.Envelope)
	if !c.line("envelope", err == nil, "") {
		return false
	}
	c.Slug = s.slugOf(env.Record)
	c.Proved, err = record.CheckProof(r.Proof, "")
	own := ""
	if err == nil {
		own = s.log.Key().Verifier(c.Proved.Checkpoint.Origin)
		err = record.CheckCheckpoint(r.Proof.Checkpoint, own)
	}
	if err == nil {
		c.SignedBy = c.Proved.Checkpoint.Origin
	} else if c.Slug == "" && c.Proved.Checkpoint.Origin != "" {
		own = r.Key // of another instance: it must agree with itself
		err = record.CheckCheckpoint(r.Proof.Checkpoint, own)
	}
	if !c.line("path", err == nil, errText(err)) || !c.line("key", r.Key == own, r.Key) {
		return false
	}
	host, _, _ := strings.Cut(c.Proved.Checkpoint.Origin, "/")
	notice := ""
	if host == demonstrationHost {
		notice = DemonstrationNotice
	}
	if r.Notice != notice {
		c.Lines[0].OK, c.Wrong = false, "format"
		return false
	}
	if host != demonstrationHost && host != noHost {
		c.OriginHost = host
	}
	return true
}

// content compares data, text and meaning with what the envelope commits to.
func (c *ReceiptCheck) content(r *receipt.File) bool {
	env := c.Proved.Envelope
	if !c.line("data", record.CommitData(r.Data) == env.Data && len(r.Data) > record.SaltSize, hex.EncodeToString(env.Data[:])) {
		return false
	}
	var err error
	if r.Text != nil {
		if !c.line("text", env.Text != nil && record.CommitText(r.Text) == *env.Text && len(r.Text) > record.SaltSize, "") {
			return false
		}
		if c.Words, err = conversation.DecodeWords(r.Text[record.SaltSize:]); !c.line("words", err == nil, "") {
			return false
		}
	}
	fact, err := conversation.Decode(r.Data[record.SaltSize:])
	meaning, ok := receipt.MeaningOf(fact, r.Meaning.Conversation, r.Meaning.Address, env.Class.String())
	if !c.line("fact", err == nil && ok, "") {
		return false
	}
	c.Received, _ = fact.(*consultation.Received)
	c.Corrected, _ = fact.(*correction.Corrected)
	c.Meaning, c.Address = meaning, r.Meaning.Address
	want, err1 := json.Marshal(meaning)
	got, err2 := json.Marshal(r.Meaning)
	address := strings.HasSuffix(r.Meaning.Address, "/"+r.Meaning.Conversation+"/"+string(cmp.Or(meaning.Contribution, meaning.Ballot)))
	same := err1 == nil && err2 == nil && bytes.Equal(want, got) && (c.Slug == "" || c.Slug == r.Meaning.Conversation) && address
	return c.line("meaning", same, "")
}

// parties checks of each party that submitted the contribution together with others that its entries stand on the same record, signed by
// the same key, and that they say of it what the receipt says.
func (c *ReceiptCheck) parties(r *receipt.File) bool {
	for i, p := range r.Parties {
		said := make([]receipt.Said, len(p.Entries))
		ok := c.Received != nil
		for n := 0; ok && n < len(said); n++ {
			ok = c.entry(r.Key, p.Entries[n], &said[n])
		}
		follows := receipt.Party{}
		if ok {
			follows, ok = receipt.PartyOf(c.Received, i == 0, said)
		}
		twice := slices.ContainsFunc(c.Parties, func(o receipt.Party) bool { return o.Party == p.Party })
		detail := strings.TrimSpace(string(p.Party) + " " + p.Name)
		if !c.line("party", ok && p.Same(follows) && !twice, detail) {
			return false
		}
		c.Parties = append(c.Parties, p)
	}
	return true
}

// entry checks an entry that a receipt shows beside its own, and reads what it says.
func (c *ReceiptCheck) entry(key string, e receipt.Entry, said *receipt.Said) bool {
	checked, err := record.CheckProof(e.Proof, "")
	if err == nil {
		err = record.CheckCheckpoint(e.Proof.Checkpoint, key)
	}
	env := checked.Envelope
	switch {
	case err != nil, env.Record != c.Proved.Envelope.Record, checked.Checkpoint.Origin != c.Proved.Checkpoint.Origin,
		len(e.Data) <= record.SaltSize, record.CommitData(e.Data) != env.Data,
		e.Text != nil && (len(e.Text) <= record.SaltSize || env.Text == nil || record.CommitText(e.Text) != *env.Text):
		return false
	}
	c.beside = append(c.beside, checked)
	return saidBy(e, said) == nil
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
