package receipt

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/poll"
)

// JointFormat is the format of the receipt of what several parties submitted: that of every receipt, with the parties after it.
const JointFormat = "plenary-receipt/2"

// File is a receipt as it is given out. That of what several parties submitted proves each of them too, at the time at which it was made.
type File struct {
	consultation.Receipt
	Parties []Party `json:"parties,omitempty"`
}

// Entry is an entry that a receipt proves beside its own.
type Entry struct {
	Proof cite.Proof `json:"proof"`
	Data  []byte     `json:"data"`           // salt first
	Text  []byte     `json:"text,omitempty"` // salt first; absent where there is none, or once erased
}

// Encode writes a receipt file.
func Encode(f *File) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(f)
	return b.Bytes(), err
}

// Decode reads a receipt file. White space between its parts, the kind of its line ends and a byte order mark may be others than when
// it was given out, because editors and mail programs change them; nothing else may.
func Decode(b []byte) (*File, error) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	f := new(File)
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(f); err != nil {
		return nil, err
	}
	again, err := Encode(f)
	if err != nil {
		return nil, err
	}
	var got, want, escaped bytes.Buffer
	if err := errors.Join(json.Compact(&got, b), json.Compact(&want, again)); err != nil {
		return nil, err
	}
	json.HTMLEscape(&escaped, want.Bytes())
	if !f.whole() || !bytes.Equal(got.Bytes(), want.Bytes()) && !bytes.Equal(got.Bytes(), escaped.Bytes()) {
		return nil, errors.New("not in the one spelling of a receipt")
	}
	return f, nil
}

// whole reports whether a receipt has all that its format has, and nothing that another has.
func (f *File) whole() bool {
	format := consultation.ReceiptFormat
	if len(f.Parties) > 0 {
		format = JointFormat
	}
	for _, p := range f.Parties {
		for _, e := range p.Entries {
			if e.Proof.Path == nil {
				return false
			}
		}
	}
	return f.Format == format && f.Proof.Path != nil && f.Meaning.On != nil
}

// MeaningOf spells out what a fact means that somebody has a receipt of; ok is false for every other.
func MeaningOf(fact cite.Fact, slug, address, class string) (m consultation.Meaning, ok bool) {
	if f, is := fact.(*consultation.Received); is {
		return consultation.MeaningOf(f, slug, address, class), true
	}
	if f, is := fact.(*correction.Corrected); is {
		return correction.MeaningOf(f, slug, address, class), true
	}
	if f, is := fact.(*poll.Received); is { // what it says is no part of it
		return consultation.Meaning{Address: address, Conversation: slug, Ballot: f.Poll, On: []cite.Ref{}, Received: f.At, Deadline: f.Closes, Class: class, Assurance: f.Assurance}, true
	}
	return m, false
}
