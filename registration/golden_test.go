package registration

import (
	"encoding/json"
	"flag"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/internal/golden"
	"github.com/openplenary/plenary/locale"
)

var updateGolden = flag.Bool("update", false, "write what the rules answer now into testdata")

// answered is what a rule answered: what it refuses, or the sum of the fact.
func answered(p cite.Proposal, err error) string {
	if err != nil {
		return strings.Join(keys(err), ", ")
	}
	b, err := json.Marshal(p.Body)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE(b))
}

// choices is a field to choose in, with so many options.
func choices(n int) locale.Text {
	return locale.Plain("en", strings.Repeat("Yes\n", n))
}

// offered is a state in which two sessions offer something, and one of them asks for something of each kind.
func offered(t *testing.T) *State {
	t.Helper()
	s := &State{}
	for i, f := range []cite.Fact{
		Offered{Session: "s1", Terms: Terms{Opens: t0, Closes: t0.AddDate(0, 1, 0), Active: 2, Passive: 3, Figures: Participants, List: Participants}},
		Offered{Session: "s2", Terms: Terms{Opens: t0, Closes: t0.AddDate(0, 1, 0), Passive: 1, Figures: Nobody, List: Nobody, Keep: 10}},
		FieldAsked{Session: "s1", Number: 1, Field: Field{Label: locale.Plain("en", "Diet"), Kind: Line, Required: true}},
		FieldAsked{Session: "s1", Number: 2, Field: Field{Label: locale.Plain("en", "Day"), Kind: Choice, Options: choices(3), Categories: []string{"state"}}},
		FieldAsked{Session: "s1", Number: 3, Field: Field{Label: locale.Plain("en", "Letter"), Kind: File, Required: true, Categories: []string{"ngo"}}},
		FieldAsked{Session: "s1", Number: 4, Off: true, Field: Field{Label: locale.Plain("en", "Old"), Kind: Line, Required: true}},
	} {
		apply(t, s, cite.Proposal{Body: f}, cite.Position(i+1))
	}
	return s
}

// TestGoldenRules writes down what the rules answer at, below and above each of their bounds, before and after registration opened, over what was read and
// over what changed since.
func TestGoldenRules(t *testing.T) {
	var out strings.Builder
	say := func(what string, is ...any) {
		fmt.Fprintf(&out, "%s: %s\n", what, strings.TrimSuffix(fmt.Sprintln(is...), "\n"))
	}
	s := offered(t)
	for name, change := range map[string]func(*SetTerms){
		"as it is":            func(*SetTerms) {},
		"never opens":         func(c *SetTerms) { c.Opens = time.Time{} },
		"closes a bit later":  func(c *SetTerms) { c.Closes = c.Opens.Add(1) },
		"closes as it opens":  func(c *SetTerms) { c.Closes = c.Opens },
		"most active":         func(c *SetTerms) { c.Active = MaxSeats },
		"no active, floor":    func(c *SetTerms) { c.Active, c.Floor = 0, true },
		"no active":           func(c *SetTerms) { c.Active = 0 },
		"no passive, floor":   func(c *SetTerms) { c.Passive, c.Floor = 0, true },
		"fewer than none":     func(c *SetTerms) { c.Active, c.Passive, c.Each = -1, -1, -1 },
		"most each":           func(c *SetTerms) { c.Each = MaxSeats },
		"one more each":       func(c *SetTerms) { c.Each = MaxSeats + 1 },
		"most passive":        func(c *SetTerms) { c.Passive = MaxSeats },
		"one more passive":    func(c *SetTerms) { c.Passive = MaxSeats + 1 },
		"kept for no days":    func(c *SetTerms) { c.Keep = -1 },
		"kept for one":        func(c *SetTerms) { c.Keep = 1 },
		"kept as usual":       func(c *SetTerms) { c.Keep = UsualKeep },
		"kept for one more":   func(c *SetTerms) { c.Keep = UsualKeep + 1 },
		"kept for ten":        func(c *SetTerms) { c.Keep = 10 },
		"kept for eleven":     func(c *SetTerms) { c.Keep = 11 },
		"kept for the most":   func(c *SetTerms) { c.Keep = MaxKeep },
		"kept for too long":   func(c *SetTerms) { c.Keep = MaxKeep + 1 },
		"figures for all":     func(c *SetTerms) { c.Figures = Everyone },
		"figures for some":    func(c *SetTerms) { c.Figures = Participants },
		"list for all":        func(c *SetTerms) { c.List = Everyone },
		"list for some":       func(c *SetTerms) { c.List = Participants },
		"all for nobody":      func(c *SetTerms) { c.Figures, c.List = Nobody, Nobody },
		"categories twice":    func(c *SetTerms) { c.Categories = []string{"b", "a", "b"} },
		"a reason":            func(c *SetTerms) { c.Reason = why1() },
		"everything is asked": func(c *SetTerms) { c.Approval, c.Gender, c.First = true, true, true },
	} {
		for _, session := range []cite.Ref{"s1", "s2", "s3"} {
			for _, seen := range []cite.Position{0, 1, s.Seen(session)} {
				c := SetTerms{Opens: t0, Closes: t0.AddDate(0, 1, 0), Active: 2, Passive: 3, Figures: Nobody, List: Nobody, Keep: 5}
				c.Session, c.Seen = session, seen
				if seen > 0 && name != "as it is" {
					c.Reason = why1()
				}
				change(&c)
				checked, err := c.Check()
				for at, now := range map[string]time.Time{"before": t0.Add(-1), "open": t0, "after": t0.AddDate(1, 0, 0)} {
					what := fmt.Sprintf("terms of %s over %d %s, %s", session, seen, at, name)
					if err != nil {
						say(what, "checked:", strings.Join(keys(err), ", "))
						continue
					}
					p, err := s.SetTerms(cite.Act{By: "u1", At: now}, checked, time.Time{})
					say(what, answered(p, err))
				}
			}
		}
	}
	for name, change := range map[string]func(*AskField){
		"a line":              func(*AskField) {},
		"a file":              func(c *AskField) { c.Kind = File },
		"no label":            func(c *AskField) { c.Label = locale.Text{} },
		"a long label":        func(c *AskField) { c.Label = locale.Plain("en", strings.Repeat("a", input.MaxTitle)) },
		"a longer label":      func(c *AskField) { c.Label = locale.Plain("en", strings.Repeat("a", input.MaxTitle+1)) },
		"not any more":        func(c *AskField) { c.Off = true },
		"options of no use":   func(c *AskField) { c.Options = choices(2) },
		"one to choose":       func(c *AskField) { c.Kind, c.Options = Choice, choices(1) },
		"two to choose":       func(c *AskField) { c.Kind, c.Options = Choice, choices(2) },
		"three to choose":     func(c *AskField) { c.Kind, c.Options = Choice, choices(3) },
		"four, as a line":     func(c *AskField) { c.Kind, c.Options = Line, choices(4) },
		"most to choose":      func(c *AskField) { c.Kind, c.Options = Choice, choices(MaxOptions) },
		"one more to choose":  func(c *AskField) { c.Kind, c.Options = Choice, choices(MaxOptions+1) },
		"categories twice":    func(c *AskField) { c.Categories = []string{"b", "a", "b"} },
		"required, no reason": func(c *AskField) { c.Required, c.Reason = true, locale.Text{} },
	} {
		for _, session := range []cite.Ref{"s1", "s3"} {
			for _, seen := range []cite.Position{3, s.Seen(session)} {
				for n := -1; n <= 5; n++ {
					c := AskField{Session: session, Number: n, Seen: seen, Label: locale.Plain("en", "What?"), Kind: Line, Reason: why1()}
					change(&c)
					what := fmt.Sprintf("field %d of %s over %d, %s", n, session, seen, name)
					checked, err := c.Check()
					if err != nil {
						say(what, "checked:", strings.Join(keys(err), ", "))
						continue
					}
					p, err := s.AskField(cite.Act{By: "u1", At: t0}, checked)
					say(what, answered(p, err))
				}
			}
		}
	}
	full := offered(t)
	for n := 5; n <= MaxFields; n++ {
		_, err := full.AskField(cite.Act{At: t0}, AskField{Session: "s1", Seen: full.Seen("s1"), Label: why1(), Kind: Line})
		say(fmt.Sprintf("one beside %d", n-1), keys(err))
		apply(t, full, cite.Proposal{Body: FieldAsked{Session: "s1", Number: n, Field: Field{Label: why1(), Kind: Line}}}, cite.Position(100+n))
	}
	_, err := full.AskField(cite.Act{At: t0}, AskField{Session: "s1", Seen: full.Seen("s1"), Label: why1(), Kind: Line})
	say("one beside all", keys(err))
	_, err = full.AskField(cite.Act{At: t0}, AskField{Session: "s1", Number: MaxFields, Seen: full.Seen("s1"), Label: why1(), Kind: Line})
	say("the last of all", keys(err))
	golden.Lines(t, "rules.golden", sorted(out.String()), *updateGolden)
}

// sorted puts lines in the order of the alphabet.
func sorted(s string) string {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

// TestGoldenOffer writes down what an offer says of itself at each of its bounds, and what becomes of each answer.
func TestGoldenOffer(t *testing.T) {
	var out strings.Builder
	say := func(what string, is ...any) {
		fmt.Fprintf(&out, "%s: %s\n", what, strings.TrimSuffix(fmt.Sprintln(is...), "\n"))
	}
	s := offered(t)
	for _, n := range []int{0, 5, 7, -1} {
		err := (&FieldAsked{Session: "s1", Number: n}).Apply(s.Snapshot(), cite.Entry{Position: 50})
		say(fmt.Sprintf("field %d is folded", n), err)
	}
	for _, session := range []cite.Ref{"s1", "s2", "s3"} {
		o, ok := s.Offer(session)
		say(fmt.Sprintf("offer of %s", session), ok, s.Seen(session))
		if !ok {
			continue
		}
		say(fmt.Sprintf("it became of %s", session), len(o.Changes), o.Position, o.Seen, o.Terms.Days(), o.Terms.Kinds(), o.Terms.Seated(Active), o.Terms.Seated(Passive), o.Terms.Seated("none"))
		for name, at := range map[string]time.Time{"before": t0.Add(-1), "opens": t0, "last": o.Terms.Closes.Add(-1), "closes": o.Terms.Closes, "later": o.Terms.Closes.Add(1), "never": {}} {
			say(fmt.Sprintf("%s at %s", session, name), o.Terms.Takes(at), o.Terms.Public(at), o.Terms.Discarded(at).Format(time.RFC3339Nano), o.Terms.Holds(at).Sub(at))
		}
		for _, category := range []string{"", "state", "ngo", "other"} {
			say(fmt.Sprintf("%s asks %q", session, category), o.Of(category))
			for _, answers := range []map[int]string{nil, {1: "a"}, {3: "a"}, {1: "a", 3: "b"}, {1: "", 3: "b"}, {2: "1"}} {
				say(fmt.Sprintf("%s has of %q what it needs with %v", session, category, answers), o.Complete(category, answers))
			}
		}
	}
	for _, to := range Readers {
		for _, part := range []bool{true, false} {
			for _, officer := range []bool{true, false} {
				say(fmt.Sprintf("for %s, taking part %v, officer %v", to, part, officer), Shown(to, part, officer), Terms{Figures: to, Closes: t0}.Public(t0), Terms{Figures: to, Closes: t0}.Public(t0.Add(-1)))
			}
		}
	}
	o, _ := s.Offer("s1")
	for i, f := range o.Fields {
		for name, v := range map[string]string{"none": "", "zero": "0", "one": "1", "three": "3", "four": "4", "minus": "-1", "01": "01", "plus": "+1", "words": "a  b", "most": strings.Repeat("é", MaxAnswer), "more": strings.Repeat("é", MaxAnswer+1)} {
			for _, must := range []bool{true, false} {
				for _, required := range []bool{true, false} {
					var in input.Check
					f.Required = required
					is := f.Answer(&in, i+1, v, must)
					say(fmt.Sprintf("%s of %d %s, must %v, required %v", f.Kind, i+1, name, must, required), len(is), keys(in.Err()), f.Said(v, "en") != "", len(f.Said(v, "fr")))
				}
			}
		}
	}
	golden.Lines(t, "offer.golden", sorted(out.String()), *updateGolden)
}
