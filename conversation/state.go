package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/poll"
	"github.com/openplenary/plenary/priority"
	"github.com/openplenary/plenary/reply"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/settings"
)

// Erased reports whether the text at a position was erased, and where that was written.
func (s *State) Erased(p cite.Position) (cite.Position, bool) { return s.erased.Find(p) }

// References that stand for everything of a kind: what is counted or listed, where a page would otherwise rest
// on thousands of references. Each is touched whenever one of its kind is.
const (
	AnyContribution cite.Ref = "c"                     // contributions and their parts: counts, lists, statuses
	AnyPaper        cite.Ref = "p"                     // editions and what is reserved for them; not what is said on them
	AnyCall         cite.Ref = "k"                     // calls and their deadlines; not what is sent to them
	AnyAnswer       cite.Ref = "d"                     // answers, their reasons and reactions
	AnyParty        cite.Ref = "roll"                  // who holds which office, and who speaks for whom
	AnySetting               = settings.Any            // calendar, documents, maps, labels
	AnyQuestion              = formulation.AnyQuestion // what was proposed and formulated: supports, wordings, order
	AnyOrder                 = priority.AnyOrder       // orders of themes: begun, proposed, decided, given up
	AnyPoll                  = poll.AnyPoll            // indicative ballots: held, opened, closed
	AnyReply                 = reply.AnyReply          // rounds of replies, and who replied to what
	AnySession               = session.AnySession      // sessions, their sittings, items and interventions
	Anything        cite.Ref = "*"                     // every entry
)

// Changed is the last position that touched any of the references.
func (s *State) Changed(refs ...cite.Ref) cite.Position {
	var last cite.Position
	for _, r := range refs {
		switch {
		case r == Anything:
			return s.Head
		case r.Kind() == 'c' && len(r) > 1:
			if c, ok := s.Consultation.Row(r); ok {
				last = max(last, c.Changed)
			}
		default:
			last = max(last, s.changed.Get(r))
		}
	}
	return last
}

// Touched hands over the references that were touched since the last call: whoever watches one of
// them is woken when that is durable.
func (s *State) Touched() []cite.Ref {
	t := s.touched
	s.touched = nil
	return t
}
