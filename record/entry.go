package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"golang.org/x/mod/sumdb/tlog"
)

// Format is the first line of every envelope.
const Format = "plenary-entry/1"

// MaxEnvelope is the largest envelope, in bytes.
const MaxEnvelope = 4 << 10

// MaxPart is the largest data or text part, in bytes, without its salt. (A text of a person is at
// most 1 MiB; the rest is room for its names.)
const MaxPart = 2 << 20

// SaltSize is the number of random bytes before the data and before the text of an entry.
const SaltSize = 32

// ID names one record: 32 hexadecimal digits, random, made with the conversation.
type ID string

// Valid reports whether the id has its form.
func (id ID) Valid() bool {
	if len(id) != 32 {
		return false
	}
	for i := 0; i < len(id); i++ {
		if b := id[i]; (b < '0' || b > '9') && (b < 'a' || b > 'f') {
			return false
		}
	}
	return true
}

// Class is how open an entry was when it was written. What is shown later is decided by rules.
type Class uint8

// The classes at writing.
const (
	Public Class = iota
	Internal
	Embargoed
	Confidential
)

var classNames = [...]string{"public", "internal", "embargoed", "confidential"}

// String gives the class as the envelope carries it.
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return "unknown"
}

// Commitment is SHA-256 over a name, a zero byte, a salt of 32 random bytes, and the bytes.
type Commitment [sha256.Size]byte

// CommitData computes the commitment to salted data (salt first).
func CommitData(salted []byte) Commitment { return commit("plenary-data/1\x00", salted) }

// CommitText computes the commitment to salted text (salt first).
func CommitText(salted []byte) Commitment { return commit("plenary-text/1\x00", salted) }

func commit(name string, salted []byte) Commitment {
	h := sha256.New()
	h.Write([]byte(name))
	h.Write(salted)
	var c Commitment
	h.Sum(c[:0])
	return c
}

// Envelope is the public, permanent part of an entry.
type Envelope struct {
	Record   ID
	Position cite.Position
	Time     time.Time // the true time of writing in UTC, never less than the one before
	Class    Class
	Data     Commitment
	Text     *Commitment // nil where the entry was written without text
}

const timeLayout = "2006-01-02T15:04:05.000000000Z"

// Marshal gives the bytes that are hashed: lines in fixed order, each ended by LF.
func (e *Envelope) Marshal() []byte { return e.append(make([]byte, 0, envelopeSize)) }

const envelopeSize = 320 // at most, of those that are written here

func (e *Envelope) append(b []byte) []byte {
	b = append(b, Format...)
	b = append(b, "\nrecord "...)
	b = append(b, e.Record...)
	b = append(b, "\nposition "...)
	b = strconv.AppendInt(b, int64(e.Position), 10)
	b = append(b, "\ntime "...)
	b = e.Time.UTC().AppendFormat(b, timeLayout)
	b = append(b, "\nclass "...)
	b = append(b, e.Class.String()...)
	b = append(b, "\ndata "...)
	b = hex.AppendEncode(b, e.Data[:])
	b = append(b, "\ntext "...)
	if e.Text == nil {
		b = append(b, "none"...)
	} else {
		b = hex.AppendEncode(b, e.Text[:])
	}
	return append(b, '\n')
}

var newline = []byte("\n")

// ErrEnvelope says that bytes are not an envelope of this format.
var ErrEnvelope = errors.New("record: not an envelope")

// ParseEnvelope reads what Marshal writes, and refuses every other spelling of it.
func ParseEnvelope(b []byte) (*Envelope, error) {
	if len(b) > MaxEnvelope {
		return nil, fmt.Errorf("%w: %d bytes", ErrEnvelope, len(b))
	}
	rest := b
	line := func(name string) (v []byte, ok bool) {
		l, r, ok := bytes.Cut(rest, newline)
		rest = r
		if !ok {
			return nil, false
		}
		if v, ok = bytes.CutPrefix(l, []byte(name)); !ok {
			return l, false
		}
		return v, true
	}
	if f, ok := line(Format); !ok || len(f) != 0 {
		return nil, fmt.Errorf("%w: format %q", ErrEnvelope, f)
	}
	var e Envelope
	rec, ok1 := line("record ")
	pos, ok2 := line("position ")
	at, ok3 := line("time ")
	class, ok4 := line("class ")
	data, ok5 := line("data ")
	text, ok6 := line("text ")
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6) || len(rest) != 0 {
		return nil, fmt.Errorf("%w: lines", ErrEnvelope)
	}
	e.Record = ID(rec)
	p, err := strconv.ParseInt(string(pos), 10, 64)
	if err != nil || p < 1 || !e.Record.Valid() {
		return nil, fmt.Errorf("%w: record or position", ErrEnvelope)
	}
	e.Position = cite.Position(p)
	if e.Time, err = time.Parse(time.RFC3339, string(at)); err != nil {
		return nil, fmt.Errorf("%w: time", ErrEnvelope)
	}
	found := false
	for i, n := range classNames {
		if n == string(class) {
			e.Class, found = Class(i), true
		}
	}
	if !found {
		return nil, fmt.Errorf("%w: class", ErrEnvelope)
	}
	e.Data = commitment(data)
	if string(text) != "none" {
		c := commitment(text)
		e.Text = &c
	}
	if !bytes.Equal(e.append(make([]byte, 0, envelopeSize)), b) {
		return nil, fmt.Errorf("%w: not in its one spelling", ErrEnvelope)
	}
	return &e, nil
}

// commitment is the commitment that a text spells. What spells none is taken for another one, whose spelling differs.
func commitment(s []byte) (c Commitment) {
	_, _ = hex.Decode(c[:], s[:min(len(s), 2*len(c))])
	return c
}

// LeafHash is the hash of an envelope as a leaf of the tree.
func LeafHash(envelope []byte) tlog.Hash { return tlog.RecordHash(envelope) }

// Entry is an entry as a reader of the record gets it.
type Entry struct {
	Envelope
	Leaf tlog.Hash
	// Data is what rules read, without its salt.
	Data []byte
}

// New is an entry about to be written.
type New struct {
	Class Class
	Data  []byte
	Text  []byte // nil for none
}
