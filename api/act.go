package api

import (
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
)

// Speaker is what may be sent with a contribution beside its own fields.
type Speaker struct {
	// For is the party on the roll that is spoken for, by somebody who is authorised to. Its category, country and
	// name are taken from the roll. Without it, people speak for themselves.
	For cite.Ref `json:"for,omitempty"`
	// PublicAddress says that a name which is an e-mail address shall be shown to everybody; without it such a name is
	// refused.
	PublicAddress bool `json:"public_address,omitempty"`
}

// Extra is what may be sent with a command beside its own fields, nil for nothing.
func Extra(command string) any {
	if command == submit {
		return Speaker{}
	}
	return nil
}

// Acts lists the commands that a program may ask for: all but those of the house itself, and convening, which
// is not done inside a conversation.
func Acts() []conversation.Command {
	return slices.DeleteFunc(conversation.Commands(), func(c conversation.Command) bool {
		return c.Standing == conversation.Timekeeper || c.Standing == conversation.Founders || c.Standing == conversation.Nobody
	})
}

// Rooms are the packages of the commands, by their path in the module.
func Rooms() []string {
	var out []string
	for _, c := range conversation.Commands() {
		if path := strings.TrimPrefix(c.Type.PkgPath(), module); !slices.Contains(out, path) {
			out = append(out, path)
		}
	}
	return out
}

// ActWords are what a command does, from the comment of its type: a line, and the rest.
func ActWords(c Comments, command conversation.Command) (summary, more string) {
	return firstSentence(sentence(command.Type.Name(), c.ofType(command.Type)))
}
