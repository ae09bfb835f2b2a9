package conversation_test

import (
	"slices"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
)

// TestBlackWordsAreNotGuessed: whoever sends the very words of which something is black, or which wait or are withheld, learns from
// no count and no list of equal texts that they are right.
func TestBlackWordsAreNotGuessed(t *testing.T) {
	t.Parallel()
	say := func(words uint64) consultation.Submit {
		c := send("k2", "p1.e1.x3")
		c.Parts[0].Text, c.Parts[0].Likeness = "Ferries, says Ada.", words
		return c
	}
	for name, hide := range map[string]func(w *world){
		"black": func(w *world) { w.must(mo, consultation.Redact{Part: "c1.1[14:17]", Ground: "personal_data"}) },
		"black twice": func(w *world) {
			w.must(mo, consultation.Redact{Part: "c1.1[14:17]", Ground: "personal_data"}, consultation.Redact{Part: "c1.1[0:7]", Ground: "abuse"})
		},
		"black and corrected": func(w *world) {
			w.must(mo, consultation.Redact{Part: "c1.1[14:17]", Ground: "personal_data"})
			w.must(ann, correction.Correct{Contribution: "c1", Parts: []correction.Part{{Part: 1, Text: "Ferries, says Ada.", Likeness: 7}}, Seen: 0})
		},
		"withheld": func(w *world) {
			w.must(mo, consultation.Withhold{Contribution: "c1", Ground: "abuse", Reason: "Rude."})
		},
	} {
		// told is all that counts and lists say to everybody after somebody has sent two texts.
		told := func(words uint64) (counts consultation.Counts, stands []int, of consultation.Counts, alike []cite.Ref) {
			w := seated(t)
			w.must(ann, say(7))
			hide(w)
			w.must(ben, say(words), say(words))
			r := conversation.NewReading(w.st, conversation.Public, w.now)
			rows, _ := r.Consultation.List(consultation.Filter{}, 100)
			_, stands = r.Consultation.SameWords(rows, 100)
			return r.Consultation.Counts(), stands, w.st.Consultation.CountsOf([]cite.Ref{"c1.1", "c2.1", "c3.1"}), r.Consultation.Alike("c2.1")
		}
		c1, s1, o1, a1 := told(7)
		c2, s2, o2, a2 := told(8)
		if c1 != c2 || !slices.Equal(s1, s2) || !slices.Equal(a1, a2) || name != "withheld" && o1 != o2 {
			t.Errorf("%s: who guesses is told %+v %v %+v %v, who does not %+v %v %+v %v", name, c1, s1, o1, a1, c2, s2, o2, a2)
		}
		if name == "withheld" {
			w := seated(t)
			w.must(ann, say(7))
			hide(w)
			w.must(ben, say(7))
			for who, want := range map[*conversation.Audience][]cite.Ref{{}: nil, {Roles: delegation.RoleSet(0).With(delegation.Moderator)}: {"c2.1"}} {
				if got := conversation.NewReading(w.st, *who, w.now).Consultation.Alike("c1.1"); !slices.Equal(got, want) {
					t.Errorf("%v is told that %v say what is withheld", who.Roles, got)
				}
			}
		}
		if !slices.Contains(s1, 2) || len(a1) != 2 {
			t.Errorf("%s: equal texts are not counted together: %v %v", name, s1, a1)
		}
	}
}
