package settings

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// key is the first refusal of an error, "" where there is none.
func key(err error) string {
	if rs := refusal.Of(err); len(rs) > 0 {
		return rs[0].Key
	}
	return ""
}

// TestChooser: a category is chosen by persons, bodies, both or states, and says so; by itself may be in it who speaks for
// themselves.
func TestChooser(t *testing.T) {
	t.Parallel()
	for _, by := range Choosers {
		for _, was := range Choosers {
			l := Label{}.Chosen(was).Chosen(by)
			if l.Chooser() != by || l.Persons() != (by == Persons || by == Both) {
				t.Errorf("%s after %s: %+v is chosen by %s, by persons %v", by, was, l, l.Chooser(), l.Persons())
			}
		}
	}
	all := []Label{{ID: "a"}, {ID: "b", Closed: true}, {ID: "c", Into: "a"}, {ID: "d"}}
	if got := IDs(Offered(all)); !slices.Equal(got, []string{"a", "d"}) || len(all) != 4 || all[1].ID != "b" {
		t.Errorf("offered: %v of %v", got, all)
	}
}

// TestCloseMergeRemove is the table of what may be done with a label, and what becomes of it.
func TestCloseMergeRemove(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before  func(*State)
		command any
		want    string
		after   func(*State) bool
	}{
		"no list":                     {nil, Close{List: "countries", ID: "x"}, "settings.list", nil},
		"no label":                    {nil, Close{List: Categories, ID: "x"}, "settings.unknown", nil},
		"closed":                      {nil, Close{List: Categories, ID: "club"}, "", func(s *State) bool { return s.Categories[0].Closed && !s.Categories[1].Closed }},
		"closed twice":                {func(s *State) { s.Categories[0].Closed = true }, Close{List: Categories, ID: "club"}, "settings.unchanged", nil},
		"offered twice":               {nil, Close{List: Categories, ID: "club", Offer: true}, "settings.unchanged", nil},
		"offered again":               {func(s *State) { s.Categories[0].Closed = true }, Close{List: Categories, ID: "club", Offer: true}, "", func(s *State) bool { return !s.Categories[0].Closed }},
		"of whoever says none":        {nil, Close{List: Categories, ID: "person"}, "settings.unsaid", nil},
		"the last that is chosen":     {func(s *State) { s.Categories[1].Unsaid, s.Categories[1].Closed = false, true }, Close{List: Categories, ID: "club"}, "settings.last", nil},
		"states do not count":         {func(s *State) { s.Categories[1].Unsaid, s.Categories[1].Into = false, "club" }, Close{List: Categories, ID: "club"}, "settings.last", nil},
		"the last subject":            {nil, Close{List: Subjects, ID: "water"}, "", func(s *State) bool { return s.Subjects[0].Closed }},
		"merged is closed no more":    {func(s *State) { s.Categories[0].Into = "person" }, Close{List: Categories, ID: "club"}, "settings.unknown", nil},
		"merged":                      {nil, Merge{ID: "club", Into: "person"}, "", func(s *State) bool { return s.Categories[0].Into == "person" && s.Categories[1].Into == "" }},
		"merged from nothing":         {nil, Merge{ID: "x", Into: "person"}, "settings.unknown", nil},
		"merged into nothing":         {nil, Merge{ID: "club", Into: "x"}, "settings.unknown", nil},
		"merged into itself":          {nil, Merge{ID: "club", Into: "club"}, "settings.merge_itself", nil},
		"merged twice":                {func(s *State) { s.Categories[0].Into = "person" }, Merge{ID: "club", Into: "person"}, "settings.merged", nil},
		"into what was merged":        {func(s *State) { s.Categories[1].Into = "x" }, Merge{ID: "club", Into: "person"}, "settings.merged", nil},
		"into what is closed":         {func(s *State) { s.Categories[1].Closed = true }, Merge{ID: "club", Into: "person"}, "settings.merge_closed", nil},
		"from what is closed":         {func(s *State) { s.Categories[0].Closed = true }, Merge{ID: "club", Into: "person"}, "", func(s *State) bool { return s.Categories[0].Into == "person" }},
		"a state":                     {nil, Merge{ID: "club", Into: "state"}, "settings.merge_state", nil},
		"into a body":                 {func(s *State) { s.Categories[0] = s.Categories[0].Chosen(Bodies) }, Merge{ID: "person", Into: "club"}, "category.unsaid", nil},
		"with whoever says none":      {nil, Merge{ID: "person", Into: "club"}, "", func(s *State) bool { return s.Categories[0].Unsaid && !s.Categories[1].Unsaid }},
		"with what was merged before": {func(s *State) { s.Categories[2] = Label{ID: "old", Into: "club"} }, Merge{ID: "club", Into: "person"}, "", func(s *State) bool { return s.Categories[2].Into == "person" }},
		"removed":                     {nil, Remove{List: Subjects, ID: "water"}, "", func(s *State) bool { return len(s.Subjects) == 0 && len(s.Categories) == 3 && len(s.Marks) == 1 }},
		"removed from no list":        {nil, Remove{List: "countries", ID: "water"}, "settings.list", nil},
		"nothing to remove":           {nil, Remove{List: Subjects, ID: "club"}, "settings.unknown", nil},
		"whoever says none has one":   {nil, Remove{List: Categories, ID: "person"}, "settings.unsaid", nil},
		"one stays":                   {func(s *State) { s.Categories[1].Unsaid, s.Categories[1].Closed = false, true }, Remove{List: Categories, ID: "club"}, "settings.last", nil},
		"another was merged into it":  {func(s *State) { s.Categories[2] = Label{ID: "old", Into: "club"} }, Remove{List: Categories, ID: "club"}, "settings.used", nil},
	} {
		b := settled(t)
		b.st.Subjects = []Label{{ID: "water", Name: locale.Plain(locale.French, "eau")}}
		b.st.Marks = locale.Marks{"subjects water en": {Of: "x"}, "title en": {Of: "y"}}
		if c.before != nil {
			c.before(b.st)
		}
		shot := *b.st
		var p cite.Proposal
		var err error
		switch x := c.command.(type) {
		case Close:
			p, err = b.st.Close(cite.Act{By: "u1"}, x)
		case Merge:
			p, err = b.st.Merge(cite.Act{By: "u1"}, x)
		case Remove:
			p, err = b.st.Remove(cite.Act{By: "u1"}, x)
		}
		was := [][]Label{slices.Clone(shot.Categories), slices.Clone(shot.Subjects)}
		b.does(p, err, c.want)
		if c.after != nil && !c.after(b.st) {
			t.Errorf("%s: %+v", name, b.st)
		}
		same := func(a, b Label) bool {
			return a.ID == b.ID && a.Into == b.Into && a.Closed == b.Closed && a.Unsaid == b.Unsaid
		}
		if !slices.EqualFunc(shot.Categories, was[0], same) || !slices.EqualFunc(shot.Subjects, was[1], same) {
			t.Errorf("%s: a snapshot is changed", name)
		}
	}
}

// TestBegin: what a conversation begins with has its bounds; what stands at a bound is taken.
func TestBegin(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("a", n) }
	labels := func(n int) (out []Label) {
		for i := range n {
			out = append(out, Label{ID: "l" + strings.Repeat("x", i%39) + string(rune('a'+i/39)), Name: locale.Plain(locale.English, "L")})
		}
		return out
	}
	for name, c := range map[string]struct {
		change func(*State)
		want   string // fields and keys
	}{
		"good":                       {func(*State) {}, ""},
		"a long address":             {func(s *State) { s.Slug = long(maxSlug) }, ""},
		"one letter more":            {func(s *State) { s.Slug = long(maxSlug + 1) }, "slug conversation.slug"},
		"no address":                 {func(s *State) { s.Slug = "" }, "slug conversation.slug"},
		"an address with a sign":     {func(s *State) { s.Slug = "a_b" }, "slug conversation.slug"},
		"an address of the house":    {func(s *State) { s.Slug = "sign-in" }, "slug conversation.slug_taken"},
		"no language":                {func(s *State) { s.Languages = nil }, "languages conversation.languages"},
		"a language nobody has":      {func(s *State) { s.Languages = []locale.Lang{"en", "de"} }, "languages conversation.languages"},
		"no title":                   {func(s *State) { s.Title = locale.Plain("en", " ") }, "title conversation.title"},
		"a long title":               {func(s *State) { s.Title = locale.Plain("en", long(input.MaxTitle)) }, ""},
		"one letter too long":        {func(s *State) { s.Title = locale.Plain("en", long(input.MaxTitle+1)) }, "title line.long, title conversation.title"},
		"a long lead":                {func(s *State) { s.Lead = locale.Plain("en", long(input.MaxOutcome+1)) }, "lead line.long"},
		"a long contact":             {func(s *State) { s.Contact = locale.Plain("en", long(input.MaxOutcome+1)) }, "contact line.long"},
		"no zone":                    {func(s *State) { s.Zone = "Mars" }, "zone zone.unknown"},
		"no category":                {func(s *State) { s.Categories = nil }, "categories conversation.categories"},
		"as many labels as there be": {func(s *State) { s.Subjects = labels(maxLabels) }, ""},
		"one more":                   {func(s *State) { s.Subjects = labels(maxLabels + 1) }, "subjects conversation.labels"},
		"the same id twice":          {func(s *State) { s.Groups = []Label{labels(1)[0], labels(1)[0]} }, "groups conversation.labels"},
		"no id":                      {func(s *State) { s.Crosscutting = []Label{{Name: locale.Plain("en", "L")}} }, "crosscutting conversation.labels"},
		"no name":                    {func(s *State) { s.Countries = []Label{{ID: "XA"}} }, "countries conversation.labels"},
		"a long id":                  {func(s *State) { s.Subjects = []Label{{ID: long(maxLabelID), Name: locale.Plain("en", "L")}} }, ""},
		"an id in long letters":      {func(s *State) { s.Subjects = []Label{{ID: strings.Repeat("é", 21), Name: locale.Plain("en", "L")}} }, "subjects conversation.labels"},
		"two for whoever says none":  {func(s *State) { s.Categories[0].Unsaid, s.Categories[1].Unsaid = true, true }, "categories category.unsaid_twice"},
		"a body by saying nothing":   {func(s *State) { s.Categories[0] = s.Categories[0].Chosen(Bodies); s.Categories[0].Unsaid = true }, "categories category.unsaid"},
		"sixty stages":               {func(s *State) { s.Stages = slices.Repeat(s.Stages, maxStages) }, ""},
		"sixty-one":                  {func(s *State) { s.Stages = slices.Repeat(s.Stages, maxStages+1) }, "stages stage.number"},
		"a stage without a title":    {func(s *State) { s.Stages[0].Title = locale.Text{} }, "title stage.incomplete"},
		"a stage of no kind":         {func(s *State) { s.Stages[0].Kind = "feast" }, "kind desk.stage_kind"},
	} {
		s := &State{Slug: "ferries", Title: locale.Plain("en", "Ferries"), Languages: []locale.Lang{"en"}, Zone: "UTC", Categories: labels(2),
			Stages: []Stage{{Kind: "session", Title: locale.Plain("en", "Crossing"), State: Planned, Number: 9}}}
		c.change(s)
		var in input.Check
		s.Begin(&in)
		var got []string
		for _, r := range refusal.Of(in.Err()) {
			got = append(got, r.Field+" "+r.Key)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		for i, st := range s.Stages {
			if c.want == "" && st.Number != i+1 {
				t.Errorf("%s: stage %d has number %d", name, i+1, st.Number)
			}
		}
	}
	given := []Label{{ID: "a", Name: locale.Plain("en", "A"), Closed: true, Into: "b"}}
	s := &State{Slug: "ferries", Title: locale.Plain("en", "Ferries"), Languages: []locale.Lang{"en"}, Zone: "UTC", Categories: given}
	var in input.Check
	if s.Begin(&in); s.Categories[0].Closed || s.Categories[0].Into != "" || !given[0].Closed {
		t.Errorf("a label begins closed, or what was given is changed: %+v %+v", s.Categories, given)
	}
}

// TestLives is every change of a conversation's life, from each state of it.
func TestLives(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		may  Life
		to   Life
		no   string
		do   func(*State, cite.Act) (cite.Proposal, error)
	}{
		{"opened", Prepared, Opened, "life.opened", func(s *State, a cite.Act) (cite.Proposal, error) { return s.OpenUp(a, OpenUp{}) }},
		{"archived", Opened, Archived, "life.not_open", func(s *State, a cite.Act) (cite.Proposal, error) {
			return s.Archive(a, Archive{Last: locale.Plain("fr", "Fin.")})
		}},
		{"reopened", Archived, Opened, "life.not_archived", func(s *State, a cite.Act) (cite.Proposal, error) { return s.Reopen(a, Reopen{Reason: "r"}) }},
		{"discarded", Prepared, Discarded, "life.opened", func(s *State, a cite.Act) (cite.Proposal, error) { return s.Discard(a, Discard{Slug: "ferries"}) }},
	} {
		for life := Opened; life <= Discarded; life++ {
			b := settled(t)
			b.st.Life, b.st.Last, b.st.Marks = life, locale.Plain("fr", "Avant."), locale.Marks{LastText + " en": {Of: "x"}, TitleText + " en": {Of: "y"}}
			p, err := c.do(b.st, cite.Act{By: "u1", At: at})
			if life != c.may {
				b.does(p, err, c.no)
				continue
			}
			b.does(p, err, "")
			if b.st.Life != c.to || !b.st.Turned.Equal(at) {
				t.Errorf("%s from %s: %s since %s", c.name, life, b.st.Life, b.st.Turned)
			}
			if want := map[string]string{"archived": "Fin.", "reopened": ""}; c.name == "archived" || c.name == "reopened" {
				if b.st.Last.In["fr"] != want[c.name] {
					t.Errorf("%s: its last word is %q", c.name, b.st.Last.In["fr"])
				}
			}
			if c.name == "archived" && len(b.st.Marks) != 1 {
				t.Errorf("what was known of another last word is kept: %v", b.st.Marks)
			}
		}
	}
	b := settled(t)
	b.st.Life = Prepared
	_, err := b.st.Discard(cite.Act{}, Discard{Slug: "ferry"})
	b.does(cite.Proposal{}, err, "life.slug")
	for _, c := range []struct {
		err  error
		want string
	}{
		{check(Archive{}), "life.last"}, {check(Archive{Last: locale.Plain("en", strings.Repeat("a", input.MaxOutcome))}), ""}, {check(Archive{Last: locale.Plain("en", strings.Repeat("a", input.MaxOutcome+1))}), "line.long"},
		{check(Reopen{Reason: " "}), "reason.missing"}, {check(Reopen{Reason: "r"}), ""}, {check(Discard{Slug: strings.Repeat("a", maxSlug)}), ""}, {check(Discard{Slug: strings.Repeat("a", maxSlug+1)}), "line.long"},
		{check(SetMap{Disclaimer: locale.Plain("en", strings.Repeat("a", maxDisclaimer))}), ""}, {check(SetMap{Disclaimer: locale.Plain("en", strings.Repeat("a", maxDisclaimer+1))}), "line.long"},
		{check(CiteDocument{Document{Title: locale.Plain("en", "T")}}), "document.incomplete"}, {check(CiteDocument{Document{Source: "https://example.org"}}), "document.incomplete"},
		{check(CiteDocument{Document{Title: locale.Plain("en", "T"), Source: "https://example.org", Symbol: "S", Date: "2020-01-01"}}), ""},
		{check(Name{List: "countries"}), "settings.list"}, {check(Name{List: Categories, Chooser: "kings"}), "settings.chooser"}, {check(Name{List: Categories, Chooser: Both}), ""},
		{check(Close{List: "x"}), "settings.list"}, {check(Remove{List: "x"}), "settings.list"}, {check(Merge{Reason: strings.Repeat("a", input.MaxOutcome+1)}), "contribution.long"},
	} {
		if key(c.err) != c.want || c.want == "" && c.err != nil {
			t.Errorf("%v, want %q", c.err, c.want)
		}
	}
	if (&Settings{}).ByCountry() != true || (&Settings{Maps: Maps{Off: true}}).ByCountry() || !(&Settings{Maps: Maps{Off: true}, Groups: []Label{{ID: "a"}}}).ByCountry() || !(&Settings{Maps: Maps{Off: true}, Countries: []Label{{ID: "a"}}}).ByCountry() {
		t.Error("who is asked from which country they speak")
	}
}

func check[C interface{ Check() (C, error) }](c C) error {
	_, err := c.Check()
	return err
}

// TestFreeID: the id of a new label is made of its name, and is one that no other has, however long.
func TestFreeID(t *testing.T) {
	t.Parallel()
	var all []Label
	for range 12 {
		id := freeID(all, Subjects, strings.Repeat("abcdefghij", 5))
		if Place(all, id) >= 0 || len(id) > maxLabelID {
			t.Fatalf("%q of %v", id, IDs(all))
		}
		all = append(all, Label{ID: id})
	}
	if all[0].ID != strings.Repeat("abcdefghij", 4) || all[1].ID != strings.Repeat("abcdefghij", 4)[:36]+"_2" || all[11].ID != strings.Repeat("abcdefghij", 4)[:36]+"_12" {
		t.Errorf("%v", IDs(all))
	}
	if id := freeID([]Label{{ID: "a"}}, Categories, "水"); id != "categorie_2" {
		t.Error("a name without a Latin letter:", id)
	}
}
