package paper_test

import (
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// TestMarkIsSomebodys: what is said of a sentence is said by a person, and what the same person said before gives way to it; nobody's own
// sentence counts.
func TestMarkIsSomebodys(t *testing.T) {
	s := paper.NewState()
	c := paper.MarkSentence{Seal: "0123456789abcdef0123456789abcdef", Verdict: paper.Supported}
	if _, err := s.MarkSentence(cite.Act{}, c); len(refusal.Of(err)) == 0 || refusal.Of(err)[0].Key != "paper.reader" {
		t.Error(err)
	}
	for i, m := range []struct{ by, verdict string }{{"u1", paper.Supported}, {"u2", paper.NotSupported}, {"u1", paper.PartlySupported}} {
		f, err := s.MarkSentence(cite.Act{By: m.by}, paper.MarkSentence{Seal: c.Seal, Verdict: m.verdict})
		if err != nil {
			t.Fatal(err)
		}
		fact := f.Body.(paper.SentenceMarked)
		if err := fact.Apply(s, cite.Entry{Position: cite.Position(i + 1)}); err != nil {
			t.Fatal(err)
		}
	}
	if all := s.Marks(c.Seal, nil); len(all) != 2 || all[1].By != "u1" || all[1].Verdict != paper.PartlySupported || all[1].Position != 3 {
		t.Errorf("%+v", all)
	}
	if all := s.Marks(c.Seal, []string{"u1"}); len(all) != 1 || all[0].By != "u2" {
		t.Errorf("%+v", all)
	}
}
