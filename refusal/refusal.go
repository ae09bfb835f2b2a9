// Package refusal says why an ask is not granted: a key of the catalogues and its arguments, ready to
// be put into any language, so that whoever asked reads what to do next. A refusal is an answer,
// not a fault; faults are ordinary errors, logged once and shown as a reference number.
package refusal

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Kind says what sort of answer a refusal is, for programs and for the HTTP status.
type Kind uint8

// The kinds of refusal.
const (
	// Invalid: what was sent cannot be taken as it is; mend it and send again.
	Invalid Kind = iota
	// NotNow: the stage, the deadline or the state of the thing does not allow it (any more, or yet).
	NotNow
	// Forbidden: whoever asks has no standing for it.
	Forbidden
	// Hidden: there is nothing here that the one who asks may see.
	Hidden
	// Conflict: somebody else, or an earlier press of the same button, was first.
	Conflict
	// TooLarge: more than the stated limit.
	TooLarge
	// TooMany: too often in too short a time.
	TooMany
	// Malformed: the address itself, or the form of what was sent, cannot be read.
	Malformed
	// TryAgain: nothing is wrong with the ask, the house could not take it just now.
	TryAgain
)

// Refusal is an error that a person can read. Key names the sentence in the catalogues ("refusal." is
// put before it), Field the form field it concerns (or ""), Args the alternating names and values.
type Refusal struct {
	Kind  Kind
	Key   string
	Field string
	Args  []any
}

// Error gives the key and arguments; people read the catalogue's sentence instead.
func (r *Refusal) Error() string {
	var b strings.Builder
	b.WriteString("refused: ")
	b.WriteString(r.Key)
	if r.Field != "" {
		fmt.Fprintf(&b, " (%s)", r.Field)
	}
	for i := 0; i+1 < len(r.Args); i += 2 {
		fmt.Fprintf(&b, " %v=%v", r.Args[i], r.Args[i+1])
	}
	return b.String()
}

// New makes a refusal of a kind.
func New(kind Kind, key string, args ...any) *Refusal {
	return &Refusal{Kind: kind, Key: key, Args: args}
}

// In makes an Invalid refusal about one form field.
func In(field, key string, args ...any) *Refusal {
	return &Refusal{Kind: Invalid, Key: key, Field: field, Args: args}
}

// Several collects the refusals of one form, so that a person mends everything in one go.
type Several []*Refusal

// Error lists the refusals.
func (s Several) Error() string {
	parts := make([]string, len(s))
	for i, r := range s {
		parts[i] = r.Error()
	}
	return strings.Join(parts, "; ")
}

// Or returns the collected refusals as an error: nil when there is none.
func (s Several) Or() error {
	switch len(s) {
	case 0:
		return nil
	case 1:
		return s[0]
	}
	return s
}

// Of finds the refusals inside an error; nil means that the error is a fault, not a refusal.
func Of(err error) []*Refusal {
	var one *Refusal
	var many Several
	switch {
	case errors.As(err, &many):
		return many
	case errors.As(err, &one):
		return []*Refusal{one}
	}
	return nil
}

// Together joins what is wrong with a command by itself with what the rule says of it, so that a person mends
// everything in one go: one refusal a field, of lists one for each thing that is wrong. Where the rule says that nothing there can be mended, that is
// all that is said.
func Together(wrong Several, err error) error {
	no := slices.Clone(wrong)
	for _, r := range Of(err) {
		if r.Kind != Invalid && r.Kind != TooLarge {
			return err
		}
		if !slices.ContainsFunc(no, func(has *Refusal) bool {
			return has.Field == r.Field && (has.Key == r.Key || r.Field != "elements")
		}) {
			no = append(no, r)
		}
	}
	return no.Or()
}
