package plenary

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/receipt"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/input/code"
	"github.com/openplenary/plenary/poll"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
)

// DemonstrationNotice stands in every receipt of a demonstration.
const DemonstrationNotice = "Demonstration: what people say here is invented. This receipt proves nothing about the world."

// Receipt makes the receipt of a contribution. It is the same bytes whenever it is asked for, until the words are erased; then it comes
// without them and still verifies. That of what several parties submitted names each of them, as they stand when it is made. While the
// record may only be read there is a receipt only where a checkpoint for it is stored; "record.no_receipt" is the refusal otherwise, and
// "record.damaged" where what it needs is damaged.
func (s *Secretariat) Receipt(ctx context.Context, slug string, ref cite.Ref, address string) (*receipt.File, error) {
	return s.receiptOf(ctx, slug, ref, address, func(st *conversation.State) (cite.Position, [][]cite.Position) {
		row, _ := st.Consultation.Row(ref)
		return row.Position, receipt.Beside(st, ref)
	})
}

// CorrectionReceipt makes the receipt of a correction of a contribution, 1, 2, ..., as Receipt does: whether it stands, waits or
// was withheld. The refusals are those of Receipt.
func (s *Secretariat) CorrectionReceipt(ctx context.Context, slug string, ref cite.Ref, correction int, address string) (*receipt.File, error) {
	return s.receiptOf(ctx, slug, ref, address, func(st *conversation.State) (cite.Position, [][]cite.Position) {
		if all := st.Consultation.Corrections(ref); correction >= 1 && correction <= len(all) {
			return all[correction-1].Position, nil
		}
		return 0, nil
	})
}

// BallotReceipt makes the receipt of a ballot that somebody cast and that counts: that it stands on the record. What it says is no part of it.
func (s *Secretariat) BallotReceipt(ctx context.Context, slug string, of poll.Claim, address string) (*receipt.File, error) {
	r, err := s.receiptOf(ctx, slug, of.Poll, address, func(st *conversation.State) (cite.Position, [][]cite.Position) { return st.Polls.Claimed(of), nil })
	//mutants:guard what a ballot says is proven to nobody
	if r != nil {
		r.Text = nil
	}
	return r, err
}

// receiptOf makes the receipt of an entry about a contribution; where says which, 0 for none, and which entries it proves beside it.
func (s *Secretariat) receiptOf(ctx context.Context, slug string, ref cite.Ref, address string, where func(*conversation.State) (cite.Position, [][]cite.Position)) (*receipt.File, error) {
	w, err := s.writer(slug)
	if err != nil {
		return nil, err
	}
	var at cite.Position
	var beside [][]cite.Position
	demo := false
	if _, err := s.ReadAbout(ctx, slug, func(st *conversation.State) error {
		at, beside = where(st)
		if demo = st.Demonstration; at == 0 {
			return refusal.New(refusal.Hidden, "contribution.unknown")
		}
		return nil
	}, ref, conversation.AnyParty); err != nil {
		return nil, err
	}
	own, said, err := s.proven(ctx, slug, w, at)
	if err != nil {
		return nil, err
	}
	env, err := record.ParseEnvelope(own.Proof.Envelope)
	if err != nil {
		return nil, err
	}
	meaning, ok := receipt.MeaningOf(said.Fact, slug, address, env.Class.String())
	if !ok {
		return nil, fmt.Errorf("plenary: entry %d is %T, not a contribution or a correction of one", at, said.Fact)
	}
	r := &receipt.File{Receipt: consultation.Receipt{Format: consultation.ReceiptFormat, Key: s.log.Key().Verifier(s.log.Origin(w.id)), Proof: own.Proof, Data: own.Data,
		Text: own.Text, Meaning: meaning}}
	if demo {
		r.Notice = DemonstrationNotice
	}
	if of, is := said.Fact.(*consultation.Received); is && len(beside) > 0 {
		err = s.withParties(ctx, slug, r, of, beside)
		// Where nothing may be signed any more, what was signed before is better than nothing: the receipt itself, as it is.
		if rs := refusal.Of(err); len(rs) > 0 && rs[0].Key == "record.no_receipt" {
			r.Format, r.Parties, err = consultation.ReceiptFormat, nil, nil
		}
	}
	return r, err
}

// proven is an entry with its proof, as a receipt shows it, and what it says.
func (s *Secretariat) proven(ctx context.Context, slug string, w *writer, at cite.Position) (e receipt.Entry, said receipt.Said, err error) {
	if e.Proof, err = s.log.Prove(ctx, w.id, at); err != nil {
		return e, said, s.unsigned(slug, "record.no_receipt", err)
	}
	if e.Data, e.Text, err = s.salted(ctx, slug, w, at); err != nil {
		return e, said, err
	}
	return e, said, saidBy(e, &said)
}

// salted are the data of an entry and its text, salts first; nil where that was erased.
func (s *Secretariat) salted(ctx context.Context, slug string, w *writer, at cite.Position) (data, text []byte, err error) {
	row, err := s.log.Salted(ctx, w.id, at)
	if err != nil {
		return nil, nil, s.unreadable(slug, err)
	}
	if w.isTaken(at) {
		row.Text = nil
	}
	return row.Data, row.Text, nil
}

// Evidence proves entries of a conversation under one checkpoint, that of the last entry they are shown with; each is called with one entry
// after the other, in their order. What was erased comes without its words. Which of it may be handed on is for whoever asks to decide.
func (s *Secretariat) Evidence(ctx context.Context, slug string, upTo cite.Position, at []cite.Position, each func(cite.Position, receipt.Entry) error) error {
	w, err := s.writer(slug)
	if err != nil {
		return err
	}
	for _, p := range at {
		proof, err := s.log.ProveUpTo(ctx, w.id, p, upTo)
		if err != nil {
			return s.unsigned(slug, "record.no_receipt", err)
		}
		data, text, err := s.salted(ctx, slug, w, p)
		if err == nil {
			err = each(p, receipt.Entry{Proof: proof, Data: data, Text: text})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// saidBy reads what an entry of a receipt says.
func saidBy(e receipt.Entry, said *receipt.Said) (err error) {
	if said.Fact, err = conversation.Decode(e.Data[record.SaltSize:]); err == nil && e.Text != nil {
		said.Words, err = conversation.DecodeWords(e.Text[record.SaltSize:])
	}
	return err
}

// withParties adds to a receipt the parties that submitted the contribution, with the entries that prove each.
func (s *Secretariat) withParties(ctx context.Context, slug string, r *receipt.File, of *consultation.Received, beside [][]cite.Position) error {
	w, err := s.writer(slug)
	if err != nil {
		return err
	}
	for i, places := range beside {
		entries, said := make([]receipt.Entry, len(places)), make([]receipt.Said, len(places))
		for n, at := range places {
			if entries[n], said[n], err = s.proven(ctx, slug, w, at); err != nil {
				return err
			}
		}
		p, ok := receipt.PartyOf(of, i == 0, said)
		if !ok {
			return fmt.Errorf("plenary: the entries %v are not those of a party that submitted %s", places, of.Ref)
		}
		p.Entries = entries
		r.Parties = append(r.Parties, p)
	}
	r.Format = receipt.JointFormat
	return nil
}

// EncodeReceipt writes a receipt file.
func EncodeReceipt(r *receipt.File) ([]byte, error) { return receipt.Encode(r) }

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

// authorCode is how many signs the code of an author has: 60 bits.
const authorCode = 12

// AuthorCode is the code by which somebody shows on any device that they sent something without an account: what the
// participant of that number sent. It derives from the number and the instance's secret, so it is kept nowhere, and the
// record does not tell it.
func (s *Secretariat) AuthorCode(slug string, by delegation.Participant) string {
	return code.Spell(s.Derive("author code", slug, string(by.Ref())), authorCode)
}

// IsAuthor reports whether a code is the author code of a participant, however it was typed. Whoever calls it limits how
// often somebody may try. Nobody is author of what has none.
func (s *Secretariat) IsAuthor(slug string, by delegation.Participant, typed string) bool {
	got, ok := code.Read(typed, authorCode)
	want, _ := code.Read(s.AuthorCode(slug, by), authorCode)
	return subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1 && ok && by != 0
}
