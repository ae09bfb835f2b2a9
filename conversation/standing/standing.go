// Package standing is the table of who may ask for what in a conversation: by the roles that they hold, and by nothing else.
package standing

import "github.com/openplenary/plenary/delegation"

// Standing says who may ask for a command. The zero value lets nobody.
type Standing uint8

// The standings.
const (
	Nobody     Standing = iota
	Timekeeper          // the house itself: its clock, and whoever looks after the instance
	Anybody             // whoever takes part; the rule looks whether the thing is theirs
	Moderators
	Translators // and officers
	Rapporteurs // and officers
	Chairs      // and officers
	Officers    // and operators, by the command line
	Staff       // officers and moderators
	Technicians // and officers
	Booths      // interpreters, technicians, and who leads a sitting: the chair, rapporteurs and officers; the rule looks in which office
	Founders    // whoever may convene: kept at the door, because there is no conversation yet
)

var standingNames = [...]string{"nobody", "timekeeper", "anybody", "moderators", "translators", "rapporteurs", "chairs", "officers", "staff", "technicians", "booths", "founders"}

// String is the standing in the list of commands.
func (w Standing) String() string { return standingNames[w] }

// Allows reports whether an ask of somebody, or of the house itself, has a standing.
func (w Standing) Allows(by delegation.Participant, system bool, roles delegation.RoleSet) bool {
	switch w {
	//mutants:guard what the clock asks for nobody else asks for
	case Timekeeper:
		return system
	//mutants:guard nobody asks without a name
	case Anybody:
		return by != 0
	//mutants:guard what moderators ask for nobody else asks for
	case Moderators:
		return roles.Has(delegation.Moderator)
	//mutants:guard what translators ask for only they and officers ask for
	case Translators:
		return system || roles.Has(delegation.Translator, delegation.Officer)
	//mutants:guard what rapporteurs ask for only they and officers ask for
	case Rapporteurs:
		return system || roles.Has(delegation.Rapporteur, delegation.Officer)
	//mutants:guard what whoever sits in the chair asks for only they and officers ask for
	case Chairs:
		return system || roles.Has(delegation.Chair, delegation.Officer)
	//mutants:guard what officers ask for nobody else asks for
	case Officers:
		return system || roles.Has(delegation.Officer)
	//mutants:guard what the staff asks for nobody else asks for
	case Staff:
		return Officers.Allows(by, system, roles) || Moderators.Allows(by, system, roles)
	//mutants:guard what technicians ask for only they and officers ask for
	case Technicians:
		return system || roles.Has(delegation.Technician, delegation.Officer)
	//mutants:guard what is asked from a booth only those ask who work for a sitting
	case Booths:
		return system || roles.Has(delegation.Interpreter, delegation.Technician, delegation.Chair, delegation.Rapporteur, delegation.Officer)
	case Founders:
		return true
	}
	return false
}
