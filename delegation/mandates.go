package delegation

// Mandates are what everybody may read of delegations and groups on a roll: who may do what for whom, by number, and what was done
// to a delegation. What was said for groups is not among it: that is for those who may read it.
type Mandates struct{ roll *Roll }

// Mandates lends what everybody may read.
func (r *Roll) Mandates() Mandates { return Mandates{r} }

// Held lists the authorities of a participant, in force or not.
func (m Mandates) Held(p Participant) []Authority { return m.roll.Held(p) }

// Delegation lists who holds an authority of a party, in force or not, the head first.
func (m Mandates) Delegation(of Party) []Authority { return m.roll.Delegation(of) }

// Steps lists what was done to the delegation of a party, oldest first.
func (m Mandates) Steps(of Party) []Step { return m.roll.Steps(of) }

// Members lists the members of a group.
func (m Mandates) Members(group Party) []Party { return m.roll.Members(group) }

// Groups lists the groups that a party is a member of.
func (m Mandates) Groups(member Party) []Party { return m.roll.Groups(member) }
