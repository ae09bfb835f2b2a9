package conversation_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
	"pgregory.net/rapid"
)

// anything writes one fact of any kind that can follow.
func (w *tiny) anything(t *rapid.T) {
	c := w.st.Consultation
	some := func(what string, n int) int { return rapid.IntRange(1, n).Draw(t, what) }
	one := func() cite.Ref { return cite.Contribution(some("contribution", c.Len())) }
	part := func() cite.Ref { return cite.Part(one(), 1) }
	kinds := map[string]func(){
		"some": func() {
			for range rapid.SampledFrom([]int{1, 1, 1, 1, 3, 3, 3, 300}).Draw(t, "many") {
				w.say(uint64(some("party", 40)), rapid.SampledFrom([]string{"ngo", "person"}).Draw(t, "category"), said{on: rapid.SampledFrom([]cite.Ref{"p1.e1", "p1.e1.x2", "p1.e1.x3"}).Draw(t, "on"), stance: "yes", text: uint64(some("text", 9))})
			}
		},
		"publish":  func() { w.apply(&consultation.ContributionPublished{Contribution: one()}) },
		"withhold": func() { w.apply(&consultation.ContributionWithheld{Contribution: one(), Ground: "abuse"}) },
		"put right": func() {
			ref := one()
			n := len(c.Corrections(ref)) + 1
			w.apply(&correction.Corrected{Contribution: ref, Number: n, Call: "k1", Parts: []consultation.CorrectedPart{{Part: 1, Bytes: 3, Likeness: uint64(some("text", 9))}}, Held: rapid.Bool().Draw(t, "held")})
		},
		"let stand": func() {
			if ref := one(); len(c.Corrections(ref)) > 0 {
				w.apply(&correction.Published{Contribution: ref, Number: len(c.Corrections(ref))})
			}
		},
		"withdraw": func() { w.apply(&consultation.ContributionWithdrawn{Contribution: one()}) },
		"redact":   func() { w.apply(&consultation.PassageRedacted{Part: part() + "[0:3]", Ground: "abuse"}) },
		"erase": func() {
			w.apply(&conversation.Erased{Position: cite.Position(some("position", int(w.n))), Contribution: one()})
		},
		"answer": func() {
			w.apply(&consultation.Answered{Ref: cite.Disposition(c.Dispositions() + 1), Parts: []cite.Ref{part()}, Outcome: rapid.SampledFrom(consultation.Outcomes).Draw(t, "outcome"), Changes: []cite.Ref{"p1.x2"}, Original: "en"})
		},
		"extend": func() { w.apply(&life.Extended{Call: "k1", Closes: noon.AddDate(1, 0, int(w.n))}) },
		"correct": func() {
			w.apply(&life.Corrected{Call: "k1", Title: map[locale.Lang]string{"fr": fmt.Sprint(w.n)}, Late: rapid.SampledFrom([]string{"", consultation.LateKept}).Draw(t, "late")})
		},
		"stop":     func() { w.apply(&life.Stopped{Call: "k1", At: noon}) },
		"take off": func() { w.apply(&life.DocumentRemoved{Call: "k1", Number: some("document", 2)}) },
		"add":      func() { w.apply(&life.DocumentAdded{Call: "k1", Number: int(w.n)}) },
		"open":     func() { w.apply(&life.Opened{Call: "k1"}) },
		"stage": func() {
			w.apply(&settings.Staged{Stage: settings.Stage{Number: some("stage", len(w.st.Stages)+1), Title: english(fmt.Sprint(w.n))}})
		},
		"document": func() { w.apply(&settings.Documented{Document: settings.Document{Symbol: fmt.Sprint(w.n)}}) },
		"map":      func() { w.apply(&settings.MapSet{Off: w.n%2 == 0}) },
		"grant": func() {
			w.apply(&delegation.Granted{Participant: delegation.Participant(some("who", 3)), Role: "chair"})
		},
		"revoke": func() {
			w.apply(&delegation.Revoked{Participant: delegation.Participant(some("who", 3)), Role: "chair"})
		},
		"enter": func() { w.apply(&delegation.Entered{Party: delegation.Party(some("party", 5)), Category: "state"}) },
		"speak": func() { w.apply(&delegation.Authorised{Participant: delegation.Participant(some("who", 3)), Party: 2}) },
		"reserve": func() {
			p, _ := w.st.Papers.Paper("p1")
			w.apply(&paper.Reserved{Ref: cite.Element("p1", p.Counter()+1), ElementKind: paper.Paragraph, Name: english("New")})
		},
		"edition": func() {
			p, _ := w.st.Papers.Paper("p1")
			f := &paper.Published{Ref: cite.EditionOf("p1", len(p.Editions)+1), Title: english("P"), Symbol: fmt.Sprint("P/", w.n), Elements: first(), Counter: p.Counter(), Concordance: []paper.ElementChange{{From: "p1.x1", Change: paper.Unchanged, To: []cite.Ref{"p1.x1"}}}}
			f.Elements[1].Cites = []cite.Ref{"c1.1"}
			w.apply(f)
		},
	}
	if p, _ := w.st.Papers.Paper("p1"); len(p.Editions) > 1 {
		kinds["correct"] = func() {
			w.apply(&paper.ConcordanceCorrected{Edition: p.Latest().Ref, Change: paper.ElementChange{From: "p1.x1", Change: rapid.SampledFrom(paper.ChangeNames).Draw(t, "change")}})
		}
	}
	if c.Dispositions() > 0 {
		d := cite.Disposition(some("disposition", c.Dispositions()))
		kinds["link"] = func() {
			w.apply(&consultation.PassageLinked{Disposition: d, Changes: []cite.Ref{cite.Element("p1", some("element", 5))}})
		}
		kinds["translate"] = func() {
			w.apply(&consultation.ReasonTranslated{Disposition: d, Language: rapid.SampledFrom([]locale.Lang{"fr", "es"}).Draw(t, "language"), Status: "official"})
		}
		kinds["react"] = func() {
			w.apply(&reaction.Reacted{Part: part(), Disposition: d, Verdict: rapid.SampledFrom(consultation.Verdicts).Draw(t, "verdict")})
		}
	}
	if c.Len() == 0 {
		kinds["some"]()
		return
	}
	kinds[rapid.SampledFrom(slices.Sorted(maps.Keys(kinds))).Draw(t, "kind")]()
}

// TestSnapshot: a snapshot holds everything that the state held when it was taken, and holds it still whatever was
// written since; and what is worked out from it is what would have been worked out then.
func TestSnapshot(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newTiny(t)
		w.edition(first()...)
		w.announce()
		type taken struct {
			at       *conversation.State
			digest   string
			overview string
		}
		var all []taken
		for range rapid.IntRange(1, 20).Draw(rt, "facts") {
			w.anything(rt)
			w.st.Touched()
			if rapid.Bool().Draw(rt, "look") {
				now := taken{w.st.Snapshot(), w.st.Digest(), fmt.Sprint(*w.st.Overview())}
				if got := now.at.Digest(); got != now.digest {
					rt.Fatal("a snapshot is not what it was taken of")
				}
				all = append(all, now)
				if rapid.Bool().Draw(rt, "start again") {
					w.st = restored(rt, w.st)
				}
			}
		}
		for i, was := range all {
			if was.at.Digest() != was.digest {
				rt.Fatalf("snapshot %d of %d changed", i, len(all))
			}
			if got := fmt.Sprint(*was.at.Overview()); got != was.overview {
				rt.Fatalf("the overview of snapshot %d of %d is %s, was %s", i, len(all), got, was.overview)
			}
		}
	})
}
