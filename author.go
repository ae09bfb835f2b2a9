package plenary

import (
	"crypto/subtle"

	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/input/code"
)

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
