package conversation

import (
	"github.com/openplenary/plenary/conversation/verbatim"
	"github.com/openplenary/plenary/transcript"
	"github.com/openplenary/plenary/translation"
)

func transcripts(s *State) *transcript.State { return s.Transcripts }

// scribe is what the rules of transcripts look up.
func scribe(s *State) *verbatim.House {
	return &verbatim.House{Transcripts: s.Transcripts, Sessions: s.Sessions, Floors: s.Floors, Consultation: s.Consultation, Of: agendas(s).Of}
}

func (s *State) correctPassage(a Ask, c transcript.Correct) ([]Fact, error) {
	f, err := s.Transcripts.Correct(a.act(), s.office(a, "rapporteur"), c)
	return []Fact{f}, err
}

func (s *State) erasePassage(a Ask, c transcript.Erase) ([]Fact, error) {
	g, err := scribe(s).Erase(a.act(), c)
	return s.unwritten(a, c.Ground, g), err
}

// unwritten lets go the words of passages of transcripts.
func (s *State) unwritten(a Ask, ground string, all ...verbatim.Gone) (facts []Fact) {
	for _, g := range all {
		facts = append(s.letGo(facts, Erased{Ground: ground, By: a.act().By, At: a.act().At}, g.Words...), g.Fact)
	}
	return facts
}

// office is that in which somebody acts who holds the one that is named, or is an officer.
func (s *State) office(a Ask, named string) string {
	if Officers.Allows(a.By, a.System, s.Roll.Roles(a.By)) {
		return translation.Officer
	}
	return named
}

func init() {
	fact[transcript.Entered](transcripts)
	fact[transcript.Written](transcripts)
	fact[transcript.Corrected](transcripts)
	fact[transcript.Erased](transcripts)
	fact[transcript.FeedSet](transcripts)
}
