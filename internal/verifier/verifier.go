// Package verifier checks receipts and record databases a second time, from the description in
// docs/record.md and from nothing else.
//
// It is separate on purpose. The record is written and checked by package record; a mistake there
// would be made twice, once in writing and once in checking, and nobody would see it. So this package
// imports nothing of the house and shares no code with it: it has its own reading of envelopes, its own
// Merkle tree (RFC 6962) and its own signed notes (C2SP signed-note). Both are held to the same test
// vectors, testdata/vectors.json.
//
// It contacts nobody and writes nothing. Whoever wants to write a verifier in another language may read
// it as an example of how little is needed.
package verifier

import (
	"errors"
	"fmt"
)

// Line says what became of one check.
type Line struct {
	What   string // what was checked, in a few words
	OK     bool
	Detail string // what was found; where OK is false, what is wrong
}

// Report is what was checked, in order. Where something is wrong, the first line that is not OK names
// it; what could not be checked any more because of it has no line.
type Report struct {
	Lines []Line
	// Signer is the name of the key that signed a receipt's checkpoint, when a key was given to check
	// with; "" where nothing is known of who signed.
	Signer string
	// Record says whether the record that a receipt was compared with holds it.
	Record Comparison
}

// Comparison is what comparing a receipt with a record came to.
type Comparison int

// What comparing a receipt with a record can come to.
const (
	NotCompared Comparison = iota // no record was given, or the receipt itself is wrong
	Held                          // the record holds the very entry, under the same root
	NotHeld                       // the receipt is in order, and the record does not hold it
)

// Verdict is the whole report in a few words: "consistent", "signed by" a name, or "wrong"; and whether the
// record holds it, where it was compared with one.
func (r Report) Verdict() string {
	if r.Record == NotHeld {
		whose := "consistent"
		if r.Signer != "" {
			whose = "genuine, signed by " + r.Signer
		}
		return whose + ", and the record does NOT hold it: keep the file"
	}
	switch _, bad := r.Wrong(); {
	case bad || len(r.Lines) == 0:
		return "wrong"
	case r.Signer != "" && r.Record == Held:
		return "genuine, signed by " + r.Signer + ", and the record holds it"
	case r.Signer != "":
		return "signed by " + r.Signer
	case r.Record == Held:
		return "consistent, and the record holds it"
	}
	return "consistent"
}

// Wrong gives the first line that is not OK.
func (r Report) Wrong() (Line, bool) {
	for _, l := range r.Lines {
		if !l.OK {
			return l, true
		}
	}
	return Line{}, false
}

// ErrWrong is what every finding of this package is: the bytes were read, and they are not what they
// should be. An error that is not ErrWrong says that they could not be read.
var ErrWrong = errors.New("verifier: wrong")

// err is the first finding as an error.
func (r Report) err() error {
	if l, bad := r.Wrong(); bad {
		return fmt.Errorf("%w: %s: %s", ErrWrong, l.What, l.Detail)
	}
	return nil
}

// check adds a line: OK with the detail, or not OK with what err says. It returns whether it was OK.
func (r *Report) check(what string, err error, detail string, args ...any) bool {
	l := Line{What: what, OK: err == nil, Detail: fmt.Sprintf(detail, args...)}
	if err != nil {
		l.Detail = err.Error()
	}
	r.Lines = append(r.Lines, l)
	return l.OK
}
