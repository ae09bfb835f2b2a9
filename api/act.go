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
	// Through is the member of a group that declares for it, where For is a group: by somebody who is authorised to speak for the
	// member.
	Through cite.Ref `json:"through,omitempty"`
	// PublicAddress says that a name which is an e-mail address shall be shown to everybody; without it such a name is
	// refused.
	PublicAddress bool `json:"public_address,omitempty"`
}

// Supporter is what may be sent with support, and with the stand of a member of a group, beside their own fields.
type Supporter struct {
	// For is the party on the roll that supports, by somebody who is authorised to speak for it. Its category and country
	// are taken from the roll. Without it, people support for themselves.
	For cite.Ref `json:"for,omitempty"`
}

// Caster is what may be sent with a ballot, and when one is taken back, beside their own fields.
type Caster struct {
	// For is the party on the frozen roll whose ballot it is, by somebody who is authorised to speak for it. Without it, people vote for
	// themselves.
	For cite.Ref `json:"for,omitempty"`
}

// Extra is what may be sent with a command beside its own fields, nil for nothing.
func Extra(command string) any {
	switch {
	case command == submit:
		return Speaker{}
	case supports(command), command == align:
		return Supporter{}
	case votes(command):
		return Caster{}
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
