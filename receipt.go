package plenary

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
)

// DemonstrationNotice stands in every receipt of a demonstration.
const DemonstrationNotice = "Demonstration: what people say here is invented. This receipt proves nothing about the world."

// Receipt makes the receipt of a contribution. It is the same bytes whenever it is asked for, until the
// words are erased; then it comes without them and still verifies. While the record may only be read there
// is a receipt only where a checkpoint for it is stored; "record.no_receipt" is the refusal otherwise, and
// "record.damaged" where what it needs is damaged.
func (s *Secretariat) Receipt(ctx context.Context, slug string, ref cite.Ref, address string) (*consultation.Receipt, error) {
	return s.receiptOf(ctx, slug, ref, address, func(st *conversation.State) cite.Position {
		row, _ := st.Consultation.Row(ref)
		return row.Position
	})
}

// CorrectionReceipt makes the receipt of a correction of a contribution, 1, 2, ..., as Receipt does: whether it stands, waits or
// was withheld. The refusals are those of Receipt.
func (s *Secretariat) CorrectionReceipt(ctx context.Context, slug string, ref cite.Ref, correction int, address string) (*consultation.Receipt, error) {
	return s.receiptOf(ctx, slug, ref, address, func(st *conversation.State) cite.Position {
		if all := st.Consultation.Corrections(ref); correction >= 1 && correction <= len(all) {
			return all[correction-1].Position
		}
		return 0
	})
}

// receiptOf makes the receipt of an entry about a contribution; where says which, 0 for none.
func (s *Secretariat) receiptOf(ctx context.Context, slug string, ref cite.Ref, address string, where func(*conversation.State) cite.Position) (*consultation.Receipt, error) {
	w, err := s.writer(slug)
	if err != nil {
		return nil, err
	}
	var at cite.Position
	demo := false
	if _, err := s.ReadAbout(ctx, slug, func(st *conversation.State) error {
		if at, demo = where(st), st.Demonstration; at == 0 {
			return refusal.New(refusal.Hidden, "contribution.unknown")
		}
		return nil
	}, ref); err != nil {
		return nil, err
	}
	proof, err := s.log.Prove(ctx, w.id, at)
	if err != nil {
		return nil, s.unsigned(slug, "record.no_receipt", err)
	}
	row, err := s.log.Salted(ctx, w.id, at)
	if err != nil {
		return nil, s.unreadable(slug, err)
	}
	if w.isTaken(at) {
		row.Text = nil
	}
	fact, err := conversation.Decode(row.Data[record.SaltSize:])
	if err != nil {
		return nil, err
	}
	env, err := record.ParseEnvelope(row.Envelope)
	if err != nil {
		return nil, err
	}
	meaning, ok := meaningOf(fact, slug, address, env.Class.String())
	if !ok {
		return nil, fmt.Errorf("plenary: entry %d is %T, not a contribution or a correction of one", at, fact)
	}
	r := &consultation.Receipt{Format: consultation.ReceiptFormat, Key: s.log.Key().Verifier(s.log.Origin(w.id)), Proof: proof, Data: row.Data, Text: row.Text,
		Meaning: meaning}
	if demo {
		r.Notice = DemonstrationNotice
	}
	return r, nil
}

// meaningOf spells out what a fact means that somebody has a receipt of; ok is false for every other.
func meaningOf(fact cite.Fact, slug, address, class string) (m consultation.Meaning, ok bool) {
	if f, is := fact.(*consultation.Received); is {
		return consultation.MeaningOf(f, slug, address, class), true
	}
	if f, is := fact.(*correction.Corrected); is {
		return correction.MeaningOf(f, slug, address, class), true
	}
	return m, false
}

// EncodeReceipt writes a receipt file.
func EncodeReceipt(r *consultation.Receipt) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(r)
	return b.Bytes(), err
}

// slugOf is the address of the conversation whose record it is, "" where it is another instance's.
func (s *Secretariat) slugOf(id record.ID) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for slug, w := range s.convs {
		if w.id == id {
			return slug
		}
	}
	return ""
}

// Checkpoint is the signed checkpoint of what is durable in a conversation. Where damage was found none is
// signed: then it is the last one that was stored, and "record.no_checkpoint" where there is none.
func (s *Secretariat) Checkpoint(slug string) ([]byte, error) {
	w, err := s.writer(slug)
	if err != nil {
		return nil, err
	}
	b, err := s.log.Checkpoint(w.id)
	return b, s.unsigned(slug, "record.no_checkpoint", err)
}

// SizeOf is how many entries a checkpoint of this instance is of, 0 where it is none.
func (s *Secretariat) SizeOf(signed []byte) int64 {
	text, _, _ := bytes.Cut(signed, []byte("\n\n"))
	c, err := record.ParseCheckpoint(string(text) + "\n")
	if err != nil {
		return 0
	}
	return c.Size
}

// Root is the root of the first entries of a conversation's record, as it stands in a checkpoint of that size: whoever
// kept one compares them. Of more entries than there are there is none, a Hidden refusal.
func (s *Secretariat) Root(slug string, size int64) (string, error) {
	w, err := s.writer(slug)
	if err != nil {
		return "", err
	}
	root, err := s.log.Root(w.id, size)
	if errors.Is(err, record.ErrNoEntry) {
		return "", refusal.New(refusal.Hidden, "record.no_tile")
	}
	return root.String(), s.unreadable(slug, err)
}

// Tile is a tile of a conversation's tree; width hashes of it. What is not there is a Hidden refusal.
func (s *Secretariat) Tile(slug string, level int, n int64, width int) ([]byte, error) {
	w, err := s.writer(slug)
	if err != nil {
		return nil, err
	}
	b, err := s.log.Tile(w.id, level, n, width)
	if errors.Is(err, record.ErrNoEntry) {
		return nil, refusal.New(refusal.Hidden, "record.no_tile")
	}
	return b, s.unreadable(slug, err)
}

// Key describes the key of a conversation's record.
func (s *Secretariat) Key(slug string) (origin, verifier, hash string) {
	w, err := s.writer(slug)
	if err != nil {
		return "", "", ""
	}
	origin = s.log.Origin(w.id)
	return origin, s.log.Key().Verifier(origin), s.log.Key().Hash()
}

// RecordEntry is one entry of the record with its fact.
type RecordEntry struct {
	record.Entry
	Fact cite.Fact
	Raw  []byte // the envelope's bytes
	Kind string
}

// RecordEntries reads durable entries from one position to another, both included.
func (s *Secretariat) RecordEntries(ctx context.Context, slug string, from, to cite.Position) ([]RecordEntry, error) {
	w, err := s.writer(slug)
	if err != nil {
		return nil, err
	}
	var out []RecordEntry
	err = s.log.Entries(ctx, w.id, max(1, from), to, func(e record.Entry) error {
		fact, err := conversation.Decode(e.Data)
		if err != nil {
			return err
		}
		kind, _, _ := bytes.Cut(e.Data, []byte("\n"))
		out = append(out, RecordEntry{Entry: e, Fact: fact, Raw: e.Envelope.Marshal(), Kind: string(kind)})
		return nil
	})
	return out, s.unreadable(slug, err)
}

// CitedFiles says which of some files the contributions of any conversation cite. It reads the records, so it
// is for the few files of which nobody else knows. Where a record is damaged it answers with an error: what
// cites a file may be what cannot be read.
func (s *Secretariat) CitedFiles(ctx context.Context, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	for _, slug := range s.Conversations() {
		w, err := s.writer(slug)
		if err != nil {
			continue // it was just about to be convened, and was not
		}
		if err := s.log.Halted(w.id); err != nil {
			return nil, err
		}
		if err := s.log.Entries(ctx, w.id, 1, 1<<40, func(e record.Entry) error {
			for _, id := range ids {
				if bytes.Contains(e.Data, []byte(`"`+id+`"`)) {
					out[id] = true
				}
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Proof is a proof taken apart, for the page that explains it.
type Proof struct {
	record.Checked
	Leaf string // hexadecimal
}

// Proved checks a proof of this instance and takes it apart.
func (s *Secretariat) Proved(slug string, p cite.Proof) (Proof, error) {
	w, err := s.writer(slug)
	if err != nil {
		return Proof{}, err
	}
	c, err := s.log.CheckProof(w.id, p)
	leaf := record.LeafHash(p.Envelope)
	return Proof{c, hex.EncodeToString(leaf[:])}, err
}
