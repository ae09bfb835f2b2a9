// Package idempotency tells whether two asks are one: who sends the same again, because the first answer did not come, is
// answered as the first time, and nothing is done twice.
package idempotency

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
)

// Key is under what the outcome of an ask is remembered on a record: the SHA-256 of the record, the scope and the token, so that
// whoever reads it learns no token. The ask has a token.
func Key(record string, a conversation.Ask) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s", record, a.Scope, a.Token))
}

// Digest tells one command from another under the same key: its SHA-256 with whoever it was asked for, and the parties that joined.
// An anonymous ask's numbers derive from its token and say nothing, and are left out.
func Digest(a conversation.Ask) (digest [sha256.Size]byte, err error) {
	said := a.Command
	//mutants:guard what is remembered of a ballot does not tell what it says
	if v, ok := said.(interface{ Veiled() any }); ok {
		said = v.Veiled()
	}
	b, err := json.Marshal(said)
	if err != nil {
		return digest, err
	}
	var who delegation.Party
	if a.Scope != "" {
		who = a.For ^ a.Through
	}
	b = fmt.Appendf(nil, "%s\x00%d\x00%s", reflect.TypeOf(a.Command), who, b)
	for _, j := range a.With {
		b = fmt.Appendf(b, "\x00%d", j.Party)
	}
	return sha256.Sum256(b), nil
}
