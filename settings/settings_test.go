package settings

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// table is what a conversation has settled, with an entry for each fact that is folded.
type table struct {
	t  *testing.T
	st *State
	at cite.Position
}

func settled(t *testing.T) *table {
	t.Helper()
	name := func(id string) Label { return Label{ID: id, Name: locale.Plain(locale.French, id)} }
	person := name("person")
	person.Unsaid = true
	return &table{t: t, st: &State{Slug: "ferries", Title: locale.Plain(locale.French, "Les bacs"), Languages: []locale.Lang{"fr", "en"},
		Categories: []Label{name("club").Chosen(Both), person, name("state").Chosen(States)}}}
}

// does folds what a rule answered; key is the refusal that is wanted, "" for none.
func (b *table) does(p cite.Proposal, err error, key string) {
	b.t.Helper()
	got := ""
	if rs := refusal.Of(err); len(rs) > 0 {
		got = rs[0].Key
	}
	if got != key {
		b.t.Fatalf("%v, want %q", err, key)
	}
	if err != nil {
		return
	}
	b.at++
	fact := reflect.New(reflect.TypeOf(p.Body))
	fact.Elem().Set(reflect.ValueOf(p.Body))
	if err := fact.Interface().(interface {
		Apply(*State, cite.Entry) error
	}).Apply(b.st, cite.Entry{Position: b.at}); err != nil {
		b.t.Fatal(err)
	}
}

func (b *table) change(c Change, key string) {
	b.t.Helper()
	c, err := c.Check()
	if err != nil {
		b.does(cite.Proposal{}, err, key)
		return
	}
	p, err := b.st.Change(cite.Act{}, c)
	b.does(p, err, key)
}

func (b *table) name(c Name, key string) {
	b.t.Helper()
	c, err := c.Check()
	if err != nil {
		b.does(cite.Proposal{}, err, key)
		return
	}
	p, err := b.st.Name(cite.Act{}, c)
	b.does(p, err, key)
}

// TestChange: a fact holds only what was changed; a translation is older when the original was written after it, until
// it is written anew or said to be right; an original stays as long as something was translated from it.
func TestChange(t *testing.T) {
	t.Parallel()
	b := settled(t)
	b.change(Change{}, "settings.unchanged")
	b.change(Change{Title: Words{"fr": "Les bacs"}}, "settings.unchanged")
	b.change(Change{Title: Words{"en": "Ferries"}, Lead: Words{"en": "When?"}}, "")
	if b.st.Lead.Original != locale.English {
		t.Errorf("who writes it first writes the original: %+v", b.st.Lead)
	}
	older := func(want bool) {
		t.Helper()
		if (*Settings)(b.st).Older(TitleText, locale.English) != want {
			t.Errorf("older: %v", !want)
		}
	}
	older(false)
	b.change(Change{Title: Words{"fr": "Nos bacs", "en": "Ferries"}}, "") // sent as it was, it says nothing of the new original
	p, err := b.st.Change(cite.Act{}, Change{Title: Words{"fr": "Nos bacs", "en": "Ferries"}, Zone: "UTC"})
	if f, ok := p.Body.(Changed); err != nil || !ok || f.Zone != "UTC" || f.Title["fr"] != "" {
		t.Errorf("%+v %v", p.Body, err)
	}
	older(true)
	b.change(Change{Title: Words{"en": "Ferries"}}, "")
	older(false)
	for i := range b.st.Categories { // of every label, the first too
		c := &b.st.Categories[i]
		name := Categories + " " + c.ID
		c.Name.In[locale.English] = c.ID
		b.st.Marks = locale.Marks{name + " en": {Of: "before"}}
		if !(*Settings)(b.st).Older(name, locale.English) || (*Settings)(b.st).Older(name, locale.French) {
			t.Errorf("%s is not older than its original", name)
		}
		delete(c.Name.In, locale.English)
	}
	b.change(Change{Lead: Words{"fr": "Quand ?"}}, "")
	b.change(Change{Lead: Words{"en": ""}}, "settings.original")
	b.change(Change{Lead: Words{"en": "", "fr": ""}}, "")
	b.change(Change{Title: Words{"fr": ""}}, "settings.original")
	b.change(Change{Title: Words{"de": "Fähren"}}, "contribution.language")
	b.change(Change{Title: Words{"en": strings.Repeat("x", 301)}}, "line.long")
	b.change(Change{Nouns: map[string]Words{"king": {"en": "Queen"}}}, "settings.noun")
	b.change(Change{Nouns: map[string]Words{"secretariat": {"en": "Town hall"}}}, "")
	was := *b.st
	fresh := settled(t)
	if fresh.change(Change{Zone: "UTC"}, ""); fresh.st.Nouns != nil || fresh.st.Zone != "UTC" {
		t.Errorf("of what was not changed something is kept: %+v", fresh.st)
	}
	b.change(Change{Nouns: map[string]Words{"secretariat": {"en": ""}}, Languages: []locale.Lang{"en"}}, "settings.original_language")
	b.change(Change{Nouns: map[string]Words{"secretariat": {"en": ""}}}, "")
	if was.Nouns["secretariat"]["en"] != "Town hall" || (*Settings)(b.st).Noun("secretariat", "en") != "" {
		t.Errorf("a snapshot is changed: %v %v", was.Nouns, b.st.Nouns)
	}
	b.change(Change{Nouns: map[string]Words{"contributions_one": {"en": "submission"}}}, "settings.forms")
	b.change(Change{Nouns: map[string]Words{"contributions_few": {"en": "submissions"}}}, "settings.noun")
	b.change(Change{Nouns: map[string]Words{"record_one": {"en": "book"}}}, "settings.noun")
	b.change(Change{Nouns: map[string]Words{"contributions_one": {"en": "submission"}, "contributions_other": {"en": "submissions"}}}, "")
	b.change(Change{Nouns: map[string]Words{"contributions_one": {"en": ""}}}, "settings.forms")
	b.change(Change{Nouns: map[string]Words{"contributions_one": {"en": "statement"}}}, "")
	b.change(Change{Nouns: map[string]Words{"contributions_one": {"en": ""}, "contributions_other": {"en": ""}}}, "")
}

// TestNames: one category at most is that of whoever says none; a list has its bound; no two have one name; ids are
// made once.
func TestNames(t *testing.T) {
	t.Parallel()
	b := settled(t)
	was := *b.st
	b.name(Name{List: Categories, ID: "club", Unsaid: true}, "")
	if (*Settings)(b.st).Unsaid() != "club" || (*Settings)(&was).Unsaid() != "person" {
		t.Error("two categories for whoever says none, or a snapshot is changed")
	}
	b.name(Name{List: Categories, ID: "club", Chooser: Bodies}, "category.unsaid")
	b.name(Name{List: Categories, ID: "club", Chooser: Bodies, Asked: true}, "")
	b.name(Name{List: Categories, ID: "club", Name: Words{"fr": "person"}}, "settings.twice")
	b.name(Name{List: Categories, ID: "king", Name: Words{"fr": "x"}}, "settings.unknown")
	b.name(Name{List: "countries", Name: Words{"fr": "x"}}, "settings.list")
	b.name(Name{List: Categories, ID: "club"}, "settings.unchanged")
	b.name(Name{List: Categories, ID: "club", Name: Words{"fr": "club"}, Chooser: Bodies}, "settings.unchanged")
	b.name(Name{List: Subjects}, "settings.name")
	b.name(Name{List: Categories, ID: "club", Name: Words{"fr": ""}}, "settings.name") // nothing is left without a name
	b.name(Name{List: Subjects, Name: Words{"fr": "\u202e \x00"}}, "settings.name")
	b.name(Name{List: Subjects, Name: Words{"en": "水"}}, "")
	b.name(Name{List: Subjects, Name: Words{"en": "火"}}, "")
	if a, c := b.st.Subjects[0], b.st.Subjects[1]; a.ID == c.ID || a.Name.Original != locale.English {
		t.Errorf("%+v", b.st.Subjects)
	}
	for i := len(b.st.Subjects); i < maxLabels; i++ {
		b.name(Name{List: Subjects, Name: Words{"fr": fmt.Sprint("même nom ", i, strings.Repeat("é", 100))}}, "")
	}
	b.name(Name{List: Subjects, Name: Words{"fr": "one more"}}, "settings.many")
	seen := map[string]bool{}
	for _, l := range b.st.Subjects {
		if seen[l.ID] || len(l.ID) > maxLabelID {
			t.Errorf("%q", l.ID)
		}
		seen[l.ID] = true
	}
	for _, c := range []struct {
		c   Close
		key string
	}{
		{Close{List: Categories, ID: "club"}, ""}, {Close{List: Categories, ID: "person"}, "settings.last"}, {Close{List: Categories, ID: "club", Offer: true}, ""},
	} {
		p, err := b.st.Close(cite.Act{}, c.c)
		b.does(p, err, c.key)
	}
	p, err := b.st.Merge(cite.Act{}, Merge{ID: "club", Into: "person"})
	b.does(p, err, "")
	if l, ok := (*Settings)(b.st).Category("club"); !ok || l.ID != "person" {
		t.Errorf("%+v", l)
	}
}

// TestTranslateByItsOwnName: each text has one name. By another spelling of it nothing is translated: what was said of the
// translation would be kept under that name, and what was said before, that it is official, would stay with other words.
func TestTranslateByItsOwnName(t *testing.T) {
	t.Parallel()
	b := settled(t)
	b.st.Stages = []Stage{{Title: locale.Plain(locale.French, "Débat"), Outcome: locale.Plain(locale.French, "Une loi"), Promised: locale.Plain(locale.French, "Tôt")}}
	translate := func(text, status, words, key string) {
		t.Helper()
		of, _ := (*Settings)(b.st).Text(strings.ReplaceAll(strings.ReplaceAll(text, "01", "1"), "+1", "1"))
		c, err := Translate{Text: text, Language: "en", Status: status, Words: words, Seen: of.Seen("en")}.Check()
		if err != nil {
			t.Fatal(err)
		}
		p, err := b.st.Translate(cite.Act{}, c)
		b.does(p, err, key)
	}
	for _, what := range []string{"", " outcome"} {
		translate("stage 1"+what, locale.IsOfficial, "Debate", "")
		for _, other := range []string{"stage 01", "stage +1"} {
			translate(other+what, locale.IsMachine, "Rubbish", "translation.unknown")
		}
		text, _ := (*Settings)(b.st).Text("stage 1" + what)
		if is := b.st.Marks.Standing("stage 1"+what, text, "en"); is != locale.IsOfficial || text.In["en"] != "Debate" {
			t.Errorf("%q is %s", text.In["en"], is)
		}
	}
	if len(b.st.Marks) != 2 {
		t.Errorf("%v", b.st.Marks)
	}
	was := *b.st
	for _, name := range []string{"stage 1", "stage 1 outcome", "stage 1 promised", "categories club"} {
		before, ok := (*Settings)(&was).Text(name)
		if !ok {
			t.Fatal(name)
		}
		said := before.In["en"]
		if err := (&Translated{Text: name, Language: "en", Status: locale.IsOfficial, Words: "Anew"}).Apply(b.st, cite.Entry{Position: 9}); err != nil {
			t.Fatal(err)
		}
		now, _ := (*Settings)(b.st).Text(name)
		if then, _ := (*Settings)(&was).Text(name); now.In["en"] != "Anew" || then.In["en"] != said {
			t.Errorf("%s: %q, and a snapshot says %q, not %q", name, now.In["en"], then.In["en"], said)
		}
	}
}
