package conversation_test

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// TestGap leaves out one fact after another of a record: what speaks of it is refused, and the state stays as
// it was. Nothing panics and nothing gets the number of what is missing.
func TestGap(t *testing.T) {
	en := func(s string) locale.Text { return locale.Plain(locale.English, s) }
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	received := func(ref cite.Ref) *consultation.Received {
		return &consultation.Received{Ref: ref, Call: "k1", By: "u11", For: "y11", Assurance: consultation.Anonymous, Received: now, Category: "individual",
			Parts: []consultation.ReceivedPart{{On: "p1.e1.x1", Language: "en", Bytes: 3}}}
	}
	facts := []cite.Fact{
		&conversation.Convened{Slug: "ferries", Title: en("Ferries"), Languages: []locale.Lang{locale.English}, Zone: "UTC", At: now},
		&paper.Published{Ref: "p1.e1", Symbol: "F/1", Title: en("Paper"), Elements: []paper.Element{{Kind: paper.Paragraph, Number: "1", Text: en("Boats.")}}, Counter: 1, At: now},
		&paper.Published{Ref: "p1.e2", Symbol: "F/2", Title: en("Paper"), Elements: []paper.Element{{Kind: paper.Paragraph, Number: "1", Text: en("Boats.")}}, Counter: 1, At: now},
		&consultation.CallAnnounced{Ref: "k1", Title: en("Call"), Paper: "p1", Edition: "p1.e1", Opens: now, Closes: now.Add(time.Hour), At: now},
		&life.Opened{Call: "k1", At: now},
		received("c1"),
		received("c2"),
		&consultation.ContributionPublished{Contribution: "c2", At: now},
		&consultation.PassageRedacted{Part: "c2.p1.b0-1", At: now},
		&consultation.ContributionWithheld{Contribution: "c1", Ground: consultation.Grounds[0], At: now},
		&consultation.ContributionWithdrawn{Contribution: "c1", At: now},
		&conversation.Erased{Position: 7, Contribution: "c2", At: now},
		&life.Extended{Call: "k1", Closes: now.Add(2 * time.Hour), At: now},
		&life.Closed{Call: "k1", At: now},
	}
	// For each fact that may be left out, the first that speaks of it.
	first := map[int]int{1: 2, 3: 4, 5: 6, 6: 7}
	for out := range facts {
		// In its own place a fact that is missing is seen by the position.
		st := conversation.NewState()
		for i, f := range facts {
			if i == out {
				continue
			}
			err := st.Apply(cite.Entry{Position: cite.Position(i + 1), Time: now}, f)
			if (err == nil) != (i < out) {
				t.Errorf("without fact %d, fact %d: %v", out, i, err)
			}
			if want := cite.Position(min(i+1, out)); st.Head != want {
				t.Errorf("without fact %d, after fact %d it stands at %d", out, i, st.Head)
			}
		}
		// And where the positions hide it, by the numbers.
		st = conversation.NewState()
		failed := -1
		for i, f := range facts {
			if i == out {
				continue
			}
			before := st.Digest()
			if err := st.Apply(cite.Entry{Position: st.Head + 1, Time: now}, f); err != nil {
				if failed < 0 {
					failed = i
				}
				if st.Digest() != before {
					t.Errorf("without fact %d, fact %d is refused (%v) and changes something", out, i, err)
				}
			}
		}
		if want, ok := first[out]; ok && failed != want || !ok && failed >= 0 {
			t.Errorf("without fact %d the first that is refused is %d", out, failed)
		}
	}
	st := conversation.NewState()
	for i, f := range facts {
		if err := st.Apply(cite.Entry{Position: cite.Position(i + 1), Time: now}, f); err != nil {
			t.Fatal(i, err)
		}
	}
	for _, bad := range []cite.Fact{received("c4"), received("c2"), &paper.Published{Ref: "p3.e1"}, &paper.Published{Ref: "p1.e4"}, &consultation.CallAnnounced{Ref: "k3"},
		&consultation.ContributionPublished{Contribution: "c9"}, &consultation.PassageRedacted{Part: "c9.p1.b0-1"}, &conversation.Erased{Contribution: "c9"}, &consultation.Received{Ref: "c3", Call: "k9"}} {
		if err := st.Apply(cite.Entry{Position: st.Head + 1, Time: now}, bad); err == nil {
			t.Errorf("%T %+v is taken", bad, bad)
		}
	}
}
