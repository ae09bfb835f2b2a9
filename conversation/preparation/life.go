package preparation

import (
	"slices"

	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

// inArchive are the commands that an archived conversation still takes: those that have it go on, those that take words
// away that must go, and those about who looks after it.
var inArchive = []string{"conversation.reopen", "conversation.erase", "conversation.resume", "delegation.grant", "delegation.revoke",
	"delegation.unauthorise", "delegation.end", "consultation.withdraw", "consultation.redact", "consultation.confirm", "consultation.decline",
	"transcript.erase-passage", "accreditation.retract", "accreditation.terminate"}

// Living says why a command cannot be asked for where a conversation stands in its life; nil where it can. anybody reports whether it needs no office.
func Living(life settings.Life, command string, anybody bool) error {
	switch {
	//mutants:guard nothing is said in a conversation that is not open yet
	case life == settings.Prepared && anybody:
		return refusal.New(refusal.NotNow, "life.prepared")
	case life == settings.Archived && !slices.Contains(inArchive, command):
		return refusal.New(refusal.NotNow, "life.archived")
	case life == settings.Discarded:
		return refusal.New(refusal.Hidden, "conversation.unknown")
	}
	return nil
}
