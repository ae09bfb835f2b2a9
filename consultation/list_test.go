package consultation_test

import (
	. "github.com/openplenary/plenary/consultation"
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/locale"
	"pgregory.net/rapid"
)

// drawn is a state of some hundreds of contributions with all that may become of them.
func drawn(t *rapid.T) *State {
	b, at := NewState(), cite.Entry{}
	apply := func(f interface {
		Apply(*State, cite.Entry) error
	}) {
		at.Position++
		if err := f.Apply(b, at); err != nil {
			t.Fatal(err)
		}
	}
	apply(&CallAnnounced{Ref: "k1", Paper: "p1"})
	apply(&CallAnnounced{Ref: "k2", Paper: "p1"})
	of := func(what string, values ...string) string { return rapid.SampledFrom(values).Draw(t, what) }
	for n := range rapid.SampledFrom([]int{1, 20, 300}).Draw(t, "contributions") {
		f := &Received{Ref: cite.Contribution(n + 1), Call: cite.Ref(of("call", "k1", "k1", "k2")), By: of("by", "u11", "u12"), For: "y11", Category: of("category", "ngo", "person"), Country: of("country", "", "CH", "KE"),
			Assurance: Anonymous, Rule: of("rule", OnTime, Late), Received: noon.Add(time.Duration(n) * time.Minute), Published: rapid.Bool().Draw(t, "published")}
		for range rapid.IntRange(1, 2).Draw(t, "parts") {
			f.Parts = append(f.Parts, ReceivedPart{On: cite.Ref(of("on", "p1.e1", "p1.e1.x1", "p1.e2.x1", "p1.e1.x2")), Language: of("language", "en", "fr", "ar", "de", "zu"), Likeness: rapid.Uint64Range(0, 3).Draw(t, "words")})
		}
		apply(f)
		switch of("then", "", "", "publish", "withhold", "withdraw", "answer", "react") {
		case "publish":
			apply(&ContributionPublished{Contribution: f.Ref})
		case "withhold":
			apply(&ContributionWithheld{Contribution: f.Ref, Ground: "abuse"})
		case "withdraw":
			apply(&ContributionWithdrawn{Contribution: f.Ref})
		case "answer":
			apply(&Answered{Ref: cite.Disposition(b.Dispositions() + 1), Parts: []cite.Ref{cite.Part(f.Ref, 1)}, Outcome: of("outcome", Outcomes...)})
		case "react":
			apply(&Answered{Ref: cite.Disposition(b.Dispositions() + 1), Parts: []cite.Ref{cite.Part(f.Ref, 1)}, Outcome: of("outcome", Outcomes...)})
			apply(&reaction.Reacted{Part: cite.Part(f.Ref, 1), Disposition: cite.Disposition(b.Dispositions()), Verdict: of("verdict", Verdicts...)})
		}
	}
	return b
}

// TestListIsAScan: a filtered list, its total and its pages are those that looking at every contribution finds.
func TestListIsAScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawn(t)
		for range 10 {
			f := Filter{Call: rapid.SampledFrom([]cite.Ref{"", "", "k1", "k2", "k9"}).Draw(t, "f.call"), Category: rapid.SampledFrom([]string{"", "ngo", "nobody"}).Draw(t, "f.category"),
				Country: rapid.SampledFrom([]string{"", "", "KE"}).Draw(t, "f.country"), Language: rapid.SampledFrom([]locale.Lang{"", "", "fr", "zu"}).Draw(t, "f.language"), Late: rapid.Bool().Draw(t, "f.late"),
				Party: rapid.SampledFrom([]string{"", "", "y11"}).Draw(t, "f.party"), Before: rapid.IntRange(0, b.Len()+1).Draw(t, "f.before")}
			if rapid.IntRange(0, 3).Draw(t, "f.timed") == 0 {
				f.Since, f.Until = noon.Add(5*time.Minute), noon.Add(100*time.Minute)
			}
			if rapid.IntRange(0, 3).Draw(t, "f.placed") == 0 {
				f.Element = []cite.Ref{"p1.x1", "p1.x2"}
			}
			f.Status = rapid.SampledFrom([][]Status{nil, {Pending}, {Withheld, Withdrawn}, {Published, Pending}}).Draw(t, "f.status")
			var want []int
			for n := b.Len(); n >= 1; n-- {
				if scanned(b, f, n) {
					want = append(want, n)
				}
			}
			limit := rapid.IntRange(0, 60).Draw(t, "limit")
			if got, want := b.LanguagesPresent(), scannedLanguages(b); !slices.Equal(got, want) {
				t.Fatalf("languages %v, want %v", got, want)
			}
			page, total := b.List(f, limit)
			if total != len(want) {
				t.Fatalf("%+v: %d in all, want %d", f, total, len(want))
			}
			want = slices.DeleteFunc(want, func(n int) bool { return f.Before > 0 && n >= f.Before })
			var got []int
			for _, c := range page {
				got = append(got, int(c.Number))
			}
			if want = want[:min(limit, len(want))]; !slices.Equal(got, want) {
				t.Fatalf("%+v: %v, want %v", f, got, want)
			}
		}
	})
}

// scanned reports whether a filter chooses a contribution, spelled out.
func scanned(b *State, f Filter, n int) bool {
	c, _ := b.Row(cite.Contribution(n))
	status := f.Status
	if status == nil {
		status = []Status{Published}
	}
	language, placed := f.Language == "", len(f.Element) == 0
	for i := range c.Parts {
		p := b.Part(c.Ref, i+1)
		language = language || p.Language == f.Language
		placed = placed || slices.Contains(f.Element, p.On.Element())
	}
	return slices.Contains(status, c.Status) && (f.Call == "" || c.Call == f.Call) && (f.Category == "" || c.Category == f.Category) && (f.Country == "" || c.Country == f.Country) &&
		(f.Party == "" || c.For == f.Party) && (!f.Late || c.Late) && (f.Since.IsZero() || !c.Received.Before(f.Since)) && (f.Until.IsZero() || c.Received.Before(f.Until)) && language && placed
}

// TestPointsAreAScan: the points that a query chooses, their number, what says the same, who wrote what, and what
// waits are those that looking at every part finds.
func TestPointsAreAScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawn(t)
		var published []cite.Ref
		var pending, mine []cite.Ref
		for n := 1; n <= b.Len(); n++ {
			c, _ := b.Row(cite.Contribution(n))
			for i := range c.Parts {
				if c.Status == Published {
					published = append(published, cite.Part(c.Ref, i+1))
				}
			}
			if c.Status == Pending {
				pending = append(pending, c.Ref)
			}
			if c.By == "u11" {
				mine = append(mine, c.Ref)
			}
		}
		for _, q := range []PointQuery{{}, {Open: true}, {Paper: "p1", Open: true}, {Paper: "p2"}, {Outcome: Noted}, {Open: true, Outcome: Noted}, {Verdict: Misses}, {Call: "k2"},
			{Element: []cite.Ref{"p1.x2"}}, {Paper: "p1", Element: []cite.Ref{cite.None}, Open: true}} {
			if len(published) > 0 && rapid.Bool().Draw(t, "after") {
				q.After = rapid.SampledFrom(published).Draw(t, "point")
			}
			var want []cite.Ref
			total, past := 0, q.After == cite.None
			for _, r := range published {
				c, _ := b.Row(r)
				on := b.Part(c.Ref, r.PartNumber()).On
				d, reopened := b.Answer(r)
				is, answered := b.Disposition(d)
				open := !answered || reopened
				rs := b.Reactions(r)
				if (q.Paper == "" || on.Root() == q.Paper) && (q.Call == "" || c.Call == q.Call) && (!q.Open || open) && (q.Outcome == NoOutcome || !open && is.Outcome == q.Outcome) &&
					(len(q.Element) == 0 || slices.Contains(q.Element, on.Element())) && (q.Verdict == "" || len(rs) > 0 && rs[len(rs)-1].Verdict == q.Verdict && rs[len(rs)-1].Disposition == d) {
					total++
					if past && len(want) < 7 {
						want = append(want, r)
					}
				}
				past = past || r == q.After
			}
			if got, n := b.Points(q, 7); n != total || !slices.Equal(got, want) {
				t.Fatalf("%+v: %v of %d, want %v of %d", q, got, n, want, total)
			}
		}
		for _, r := range published {
			var want []cite.Ref
			for _, x := range published {
				if like := b.Likeness(r); x == r || like != 0 && b.Likeness(x) == like {
					want = append(want, x)
				}
			}
			if got := b.Alike(r); !slices.Equal(got, want) {
				t.Fatalf("%s: %v, want %v", r, got, want)
			}
		}
		if got := b.Pending(); !slices.Equal(got, pending) {
			t.Fatalf("pending: %v, want %v", got, pending)
		}
		if got := b.By("u11"); !slices.Equal(got, mine) {
			t.Fatalf("by u11: %v, want %v", got, mine)
		}
		texts, parties, countries := map[uint64]bool{}, map[string]bool{}, map[string]bool{}
		for _, r := range published {
			c, _ := b.Row(r)
			texts[c.Likeness()], parties[c.For] = true, true
			if c.Country != "" {
				countries[c.Country] = true
			}
		}
		if got := b.Counts(); got.Texts != len(texts) || got.Parties != len(parties) || got.Countries != len(countries) || len(b.CountriesPresent()) != len(countries) {
			t.Fatalf("%+v, want %d texts of %d parties in %d countries", got, len(texts), len(parties), len(countries))
		}
	})
}

// scannedLanguages lists the languages of what is published, by looking at every part.
func scannedLanguages(b *State) (out []locale.Lang) {
	for _, l := range []locale.Lang{"ar", "en", "fr", "de", "zu"} {
		for n := 1; n <= b.Len(); n++ {
			if scanned(b, Filter{Language: l}, n) {
				out = append(out, l)
				break
			}
		}
	}
	return out
}
