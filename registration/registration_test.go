package registration

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

var t0 = time.Date(2020, 6, 1, 9, 0, 0, 0, time.UTC)

func keys(err error) (out []string) {
	for _, r := range refusal.Of(err) {
		if out = append(out, r.Field+" "+r.Key); strings.HasPrefix(locale.English.T("refusal."+r.Key, r.Args...), "⟦") {
			out = append(out, r.Key+" is in no catalogue")
		}
	}
	slices.Sort(out)
	return out
}

func terms() SetTerms {
	return SetTerms{Session: "s1", Opens: t0, Closes: t0.AddDate(0, 1, 0), Active: 2, Passive: 3, Figures: Everyone, List: Nobody}
}

func why1() locale.Text { return locale.Plain("en", "It was wrong.") }

// apply has a fact folded at a position.
func apply(t *testing.T, s *State, p cite.Proposal, at cite.Position) {
	t.Helper()
	var err error
	switch f := p.Body.(type) {
	case Offered:
		err = f.Apply(s, cite.Entry{Position: at})
	case FieldAsked:
		err = f.Apply(s, cite.Entry{Position: at})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestChecks: what is out of bounds is refused in the field that it stands in.
func TestChecks(t *testing.T) {
	for want, change := range map[string]func(*SetTerms){
		"closes registration.order":    func(c *SetTerms) { c.Closes = c.Opens },
		"active registration.seats":    func(c *SetTerms) { c.Active = MaxSeats + 1 },
		"passive registration.seats":   func(c *SetTerms) { c.Passive = -1 },
		"active registration.no_seats": func(c *SetTerms) { c.Active, c.Passive = 0, 0 },
		"figures registration.readers": func(c *SetTerms) { c.Figures = "me" },
		"list registration.readers":    func(c *SetTerms) { c.List = "" },
		"reason desk.reason":           func(c *SetTerms) { c.Seen = 3 },
		"keep registration.keep":       func(c *SetTerms) { c.Keep = MaxKeep + 1 },
	} {
		c := terms()
		change(&c)
		if _, err := c.Check(); !slices.Equal(keys(err), []string{want}) {
			t.Error(want, keys(err))
		}
	}
	two := locale.Text{Original: "en", In: map[locale.Lang]string{"en": "Yes\nNo", "fr": "Oui\nNon"}}
	for want, change := range map[string]func(*AskField){
		"label registration.label":          func(c *AskField) { c.Label = locale.Text{} },
		"kind registration.kind":            func(c *AskField) { c.Kind = "colour" },
		"options registration.options":      func(c *AskField) { c.Options = locale.Plain("en", "Only one\n\n") },
		"options registration.options_same": func(c *AskField) { c.Options.In = map[locale.Lang]string{"en": "Yes\nNo", "fr": "Oui"} },
		"reason desk.reason":                func(c *AskField) { c.Number = 1 },
		"off session.nothing":               func(c *AskField) { c.Off = true },
	} {
		c := AskField{Session: "s1", Label: locale.Plain("en", "Diet"), Kind: Choice, Options: two}
		change(&c)
		if _, err := c.Check(); !slices.Equal(keys(err), []string{want}) {
			t.Error(want, keys(err))
		}
	}
}

// TestOffer: an offer is put right by whoever has read it as it is, with all that was before in its changes; a field stays of its kind.
func TestOffer(t *testing.T) {
	s := &State{}
	if _, err := s.AskField(cite.Act{}, AskField{Session: "s1", Kind: Line}); !slices.Equal(keys(err), []string{" registration.no_offer"}) {
		t.Error(keys(err))
	}
	p, err := s.SetTerms(cite.Act{At: t0}, terms(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	apply(t, s, p, 5)
	before := s.Snapshot()
	c := terms()
	if _, err := s.SetTerms(cite.Act{At: t0}, c, time.Time{}); !slices.Equal(keys(err), []string{" registration.changed"}) {
		t.Error(keys(err))
	}
	c.Seen, c.Active, c.Reason = 5, 9, why1()
	p, err = s.SetTerms(cite.Act{At: t0}, c, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	apply(t, s, p, 6)
	o, _ := s.Offer("s1")
	if o.Terms.Active != 9 || len(o.Changes) != 1 || o.Position != 5 || o.Seen != 6 || s.Seen("s1") != 6 || s.Seen("s2") != 0 {
		t.Errorf("%+v", o)
	}
	if was, _ := before.Offer("s1"); was.Terms.Active != 2 || len(was.Changes) != 0 {
		t.Errorf("a snapshot changed: %+v", was)
	}
	at := cite.Position(6)
	asks := func(c AskField) error {
		c.Session, c.Seen = "s1", at
		p, err := s.AskField(cite.Act{At: t0}, c)
		if err == nil {
			at++
			apply(t, s, p, at)
		}
		return err
	}
	yes := locale.Plain("en", "Yes\nNo")
	for _, f := range []AskField{{Kind: Line, Required: true}, {Kind: Choice, Options: yes, Categories: []string{"ngo"}}, {Kind: File}} {
		if err := asks(f); err != nil {
			t.Fatal(err)
		}
	}
	for want, c := range map[string]AskField{
		"kind registration.kind_stays": {Number: 1, Kind: File},
		" registration.no_field":       {Number: 4, Kind: Line},
	} {
		if err := asks(c); !slices.Equal(keys(err), []string{want}) {
			t.Error(want, keys(err))
		}
	}
	if err := asks(AskField{Number: 2, Kind: Choice, Options: locale.Plain("en", "Yes")}); !slices.Equal(keys(err), []string{"kind registration.kind_stays"}) {
		t.Error("an option that was chosen is gone:", keys(err))
	}
	if err := asks(AskField{Number: 3, Off: true}); err != nil {
		t.Fatal(err)
	}
	o, _ = s.Offer("s1")
	if got := fmt.Sprint(o.Of("ngo"), o.Of("igo")); got != "[1 2] [1]" {
		t.Error(got)
	}
	if o.Complete("igo", nil) || !o.Complete("igo", map[int]string{1: "x"}) || o.Fields[2].Kind != File {
		t.Error("complete")
	}
	for len(o.Fields) < MaxFields {
		if err := asks(AskField{Kind: Line}); err != nil {
			t.Fatal(err)
		}
		o, _ = s.Offer("s1")
	}
	if err := asks(AskField{Kind: Line}); !slices.Equal(keys(err), []string{" registration.fields"}) {
		t.Error(keys(err))
	}
	if err := (&FieldAsked{Session: "s1", Number: 50}).Apply(s, cite.Entry{Position: 99}); err == nil {
		t.Error("a field that does not follow the last")
	}
}

// TestPromised: once people may register, nothing of them is kept longer or shown to more than they were told; before, anything may be put right.
func TestPromised(t *testing.T) {
	s, ends := &State{}, t0.AddDate(0, 2, 0)
	set := func(at time.Time, change func(*SetTerms)) []string {
		t.Helper()
		c := terms()
		c.Figures, c.List, c.Keep, c.Seen, c.Reason = Participants, Participants, 90, s.Seen("s1"), why1()
		if change(&c); c.Seen == 0 {
			c.Reason = locale.Text{}
		}
		p, err := s.SetTerms(cite.Act{At: at}, c, ends)
		if err == nil {
			apply(t, s, p, s.Seen("s1")+1)
		}
		return keys(err)
	}
	none := func(*SetTerms) {}
	set(t0.Add(-time.Hour), func(c *SetTerms) { c.Keep = 30 })
	if got := set(t0.Add(-time.Second), none); len(got) > 0 {
		t.Error("before the opening:", got)
	}
	for want, change := range map[string]func(*SetTerms){
		"keep registration.keep_longer": func(c *SetTerms) { c.Keep = 0 }, // the usual is longer
		"figures registration.wider":    func(c *SetTerms) { c.Figures = Everyone },
		"list registration.wider":       func(c *SetTerms) { c.List = Everyone },
	} {
		if got := set(t0, change); !slices.Equal(got, []string{want}) {
			t.Error(want, got)
		}
	}
	// Registration is not put off, so that all of it could be said anew meanwhile; nor is its close put beyond the session, from whose end the days count.
	if got := set(t0.Add(time.Hour), func(c *SetTerms) { c.Opens = t0.Add(time.Hour + 1) }); !slices.Equal(got, []string{"opens registration.opened"}) {
		t.Error("put off:", got)
	}
	for _, now := range []time.Time{t0, ends.AddDate(0, 0, 1)} {
		if got := set(now, func(c *SetTerms) { c.Closes = ends.Add(1) }); !slices.Equal(got, []string{"closes registration.closes_past"}) {
			t.Error("closed when the session is over:", got)
		}
	}
	if got := set(t0.Add(time.Hour), func(c *SetTerms) { c.Opens, c.Closes = t0.Add(time.Hour), ends }); len(got) > 0 {
		t.Error("closed when the session ends:", got)
	}
	if got := set(t0.Add(2*time.Hour), func(c *SetTerms) { c.List = Everyone }); !slices.Equal(got, []string{"list registration.wider"}) {
		t.Error("opened again:", got)
	}
	ends = time.Time{}
	if got := set(t0.Add(2*time.Hour), func(c *SetTerms) { c.Closes = t0.AddDate(0, 3, 0) }); len(got) > 0 {
		t.Error("where no sitting is planned:", got)
	}
	if got := set(t0, func(c *SetTerms) { c.Figures, c.List, c.Keep = Nobody, Nobody, 89 }); len(got) > 0 {
		t.Error("less than was said:", got)
	}
	o, _ := s.Offer("s1")
	for ends, want := range map[time.Time]time.Time{{}: o.Terms.Closes, o.Terms.Closes.AddDate(0, 0, 9): o.Terms.Closes.AddDate(0, 0, 9)} {
		if got := o.Terms.Discarded(ends); !got.Equal(want.AddDate(0, 0, 89)) {
			t.Error(ends, got)
		}
	}
	if (Terms{}).Days() != UsualKeep {
		t.Error("the usual")
	}
}

// TestTakes: from the opening on, and not at the close.
func TestTakes(t *testing.T) {
	x := Terms{Opens: t0, Closes: t0.Add(time.Hour), Active: 1}
	for at, want := range map[time.Duration]bool{-1: false, 0: true, time.Hour - 1: true, time.Hour: false} {
		if x.Takes(t0.Add(at)) != want {
			t.Error(at)
		}
	}
	if !slices.Equal(x.Kinds(), []string{Active}) || x.Seated("none") != 0 {
		t.Error(x.Kinds())
	}
}

// TestAnswer: an answer is of the kind of its field, and said in the language of the reader.
func TestAnswer(t *testing.T) {
	f := Field{Kind: Choice, Required: true, Options: locale.Text{Original: "en", In: map[locale.Lang]string{"en": "Yes\n No ", "fr": "Oui\nNon"}}}
	for s, want := range map[string]string{"1": "", "2": "", "3": "field-7 registration.choose", "0": "field-7 registration.choose", "02": "field-7 registration.choose", "x": "field-7 registration.choose", "": "field-7 registration.required"} {
		var in input.Check
		f.Answer(&in, 7, s, true)
		if got := strings.Join(keys(in.Err()), ";"); got != want {
			t.Errorf("%q: %q", s, got)
		}
	}
	if f.Said("2", "fr") != "Non" || f.Said("2", "ru") != "No" || f.Said("9", "en") != "" {
		t.Error(f.Said("2", "fr"), f.Said("2", "ru"))
	}
	var in input.Check
	if got := (Field{Kind: Line}).Answer(&in, 1, "  two   words ", true); got == "" || in.Err() != nil {
		t.Error(got, in.Err())
	}
	if (Field{Kind: Line}).Said("x", "fr") != "x" || (Field{Kind: File, Required: true}).Answer(&in, 1, "x", true) != "" || in.Err() != nil {
		t.Error("a file is no text")
	}
	(Field{Kind: Line}).Answer(&in, 1, strings.Repeat("x", MaxAnswer+1), true)
	if in.Err() == nil {
		t.Error("an answer without an end")
	}
}

// TestFigures: each figure says of how many it is, and none shows fewer than five people, nor lets them be worked out.
func TestFigures(t *testing.T) {
	people := func(of string) (out []Person) {
		for pair := range strings.FieldsSeq(of) {
			id, n, _ := strings.Cut(pair, ":")
			k, err := strconv.Atoi(n)
			if err != nil {
				t.Fatal(err)
			}
			for range k {
				p := Person{ByGender: {id}}
				if id == "-" {
					p = Person{}
				}
				out = append(out, p)
			}
		}
		return out
	}
	for of, want := range map[string]string{
		"a:10 b:7":         "17/17 a:10 b:7",
		"a:10 b:7 -:2":     "17/19 a:10 b:7",
		"a:10 b:4":         "14/14 +14 in 2",        // four could be worked out, so the ten go with them
		"a:10 b:7 c:4":     "21/21 a:10 +11 in 2",   // the seven hide the four
		"a:10 b:3 c:3":     "16/16 a:10 +6 in 2",    // they hide one another
		"a:30 b:9 c:1 d:1": "41/41 a:30 +11 in 3",   //
		"a:4":              "0/4",                   // nothing is shown
		"a:2 b:1":          "0/3",                   //
		"":                 "0/0",                   //
		"a:5":              "5/5 a:5",               //
		"a:5 b:5 c:2 d:3":  "15/15 a:5 b:5 +5 in 2", //
		"a:9 b:6 c:1 d:2":  "18/18 a:9 +9 in 3",     //
		"z:6 a:6":          "12/12 a:6 z:6",         // of equals, by their names
	} {
		f := Count(people(of), ByGender, false)
		got := fmt.Sprintf("%d/%d", f.Said, f.Of)
		for _, c := range f.Cells {
			got += fmt.Sprintf(" %s:%d", c.ID, c.N)
		}
		if f.Few > 0 {
			got += fmt.Sprintf(" +%d in %d", f.Few, f.Folded)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", of, got, want)
		}
	}
	if f := Count(people("a:10 b:4"), ByGender, true); len(f.Cells) != 2 || f.Few != 0 {
		t.Errorf("the secretariat sees %+v", f)
	}
	all := Counted([]Person{{ByGroup: {"g1", "g2"}, BySeat: {Active}}, {BySeat: {Passive}}}, true)
	if len(all) != 2 || all[0].About != BySeat || all[1].Said != 1 || len(all[1].Cells) != 2 {
		t.Errorf("%+v", all)
	}
}

// TestShown: what is for participants or for nobody is shown to no others; the secretariat reads all.
func TestShown(t *testing.T) {
	for to, want := range map[string]string{Everyone: "true true true", Participants: "false true true", Nobody: "false false true", "": "false false true"} {
		if got := fmt.Sprint(Shown(to, false, false), Shown(to, true, false), Shown(to, false, true)); got != want {
			t.Errorf("%q: %s", to, got)
		}
	}
}

// TestCountOfMany: who stands in several small cells is one person: a few people in many groups are not shown as if they were five.
func TestCountOfMany(t *testing.T) {
	t.Parallel()
	one := Person{ByGroup: {"a", "b", "c", "d", "e"}}
	if f := Count([]Person{one}, ByGroup, false); f.Few != 0 || f.Said != 0 || len(f.Cells) != 0 {
		t.Errorf("one person in five groups: %+v", f)
	}
	people := []Person{one, {ByGroup: {"a", "b", "f"}}}
	for range 8 {
		people = append(people, Person{ByGroup: {"g"}})
	}
	if f := Count(people, ByGroup, false); len(f.Cells) != 0 || f.Few != 10 || f.Folded != 7 || f.Said != 10 {
		t.Errorf("two people in six groups beside eight in another: %+v", f)
	}
}
