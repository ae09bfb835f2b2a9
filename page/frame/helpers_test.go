package frame

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// TestStatusOf: each kind of refusal has its status and its sort, and only what is hidden is equal to what is not there.
func TestStatusOf(t *testing.T) {
	t.Parallel()
	f := &Frame{Lang: locale.English}
	for kind, want := range map[refusal.Kind]struct {
		status int
		sort   string
	}{refusal.Hidden: {404, "not_found"}, refusal.Forbidden: {403, "refused"}, refusal.Conflict: {409, "refused"}, refusal.NotNow: {409, "refused"}, refusal.TooLarge: {413, "refused"}, refusal.TooMany: {429, "busy"},
		refusal.TryAgain: {503, "busy"}, refusal.Malformed: {400, "refused"}, refusal.Invalid: {422, "refused"}} {
		if status, sort := StatusOf(kind); status != want.status || sort != want.sort {
			t.Errorf("%v: %d %s", kind, status, sort)
		}
		p := NewProblem(f, []*refusal.Refusal{refusal.New(kind, "contribution.unknown")})
		hidden := kind == refusal.Hidden
		if p.Status != want.status || p.Kind != want.sort || (len(p.Errors) == 0) != hidden || (p.Type == "/problems/not_found") != hidden || p.Detail == "" || p.Name == "" {
			t.Errorf("%v: %+v", kind, p)
		}
	}
	for _, key := range losses {
		if p := NewProblem(f, []*refusal.Refusal{refusal.New(refusal.Hidden, key, "from", int64(1), "to", int64(2))}); p.Type != "/problems/"+key || len(p.Errors) != 1 {
			t.Errorf("%s: %+v", key, p)
		}
	}
	for _, key := range stops {
		if p := NewProblem(f, []*refusal.Refusal{refusal.New(refusal.TryAgain, key)}); p.Kind != "stopped" || p.Status != 503 {
			t.Errorf("%s: %+v", key, p)
		}
	}
	if p := NewProblem(f, []*refusal.Refusal{refusal.New(refusal.Forbidden, "sign_in.needed")}); p.Status != 401 {
		t.Errorf("%+v", p)
	}
	if p := NewProblem(f, nil); p.Status != 500 || p.Kind != "fault" || p.Errors == nil || p.Detail == "" {
		t.Errorf("a fault: %+v", p)
	}
	h := &Held{}
	for _, value := range []string{"chosen", strings.Repeat("c", longChoice), strings.Repeat("w", longChoice+1), "two words", "two\nlines", ""} {
		h.Add("field", value)
	}
	h.Add("as", "somebody else")
	h.Add("token", "a token")
	if len(h.Texts) != 3 || len(h.Rest) != 3 {
		t.Errorf("%+v", h)
	}
}

// TestTongues: a text has a field for each language, in one order, with what is known of it; what came back stands in it.
func TestTongues(t *testing.T) {
	t.Parallel()
	text := locale.Text{Original: "fr", In: map[locale.Lang]string{"fr": "Bac", "en": "Ferry", "es": "Barca"}}
	older := func(l locale.Lang) bool { return l == "es" || l == "fr" }
	v := NewTongues("title", text, []locale.Lang{"es", "en", "ar"}, older)
	var got []string
	for _, r := range v.Rows {
		got = append(got, v.Field(r)+" "+r.State+" "+r.Value)
	}
	if want := []string{"title-ar missing ", "title-en translation Ferry", "title-fr original Bac", "title-es older Barca"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if r := NewTongues("title", text, []locale.Lang{"es"}, nil).Rows; len(r) != 2 || r[1].State != "translation" {
		t.Errorf("%+v", r)
	}
	named := v.Named([]locale.Lang{"es"})
	if !named.Naming || v.Naming || !named.Rows[3].Official || named.Rows[1].Official || v.Rows[3].Official {
		t.Errorf("%+v", named)
	}
	typed := v.Typed(func(field string) (string, bool) { return "", field == "title-en" })
	if typed.Rows[1].Value != "" || typed.Rows[2].Value != "Bac" || v.Rows[1].Value != "Ferry" || typed.Rows[1].Was != "Ferry" {
		t.Errorf("%+v", typed)
	}
	for lang, want := range map[locale.Lang]int{"en": 1, "ar": 0, "zh": 1} {
		if n := v.folded(&Frame{Lang: lang}); n != want {
			t.Errorf("to a reader of %s %d are folded", lang, n)
		}
	}
	if n := v.folded(&Frame{Lang: "en", Errors: []*refusal.Refusal{refusal.In("title-ar", "line.long")}}); n != 0 {
		t.Errorf("what is wrong is folded: %d", n)
	}
	empty := NewTongues("title", locale.Text{Original: "fr"}, []locale.Lang{"en"}, nil)
	if empty.folded(&Frame{Lang: "en"}) != 1 || empty.folded(&Frame{Lang: "ar"}) != 1 || !empty.open(&Frame{Lang: "ar"}, empty.Rows[1]) || empty.open(&Frame{Lang: "en"}, empty.Rows[1]) {
		t.Error("an original without words stands open for whoever has no field of their own")
	}
}

// TestTogether: what is the same of all that say something is said once.
func TestTogether(t *testing.T) {
	t.Parallel()
	said := func(text, is string) *LocalizedText {
		s := LocalizedText{Text: text, Lang: "en"}.As(is, "fr")
		return &s
	}
	for name, c := range map[string]struct {
		all  []*LocalizedText
		want string
	}{
		"alike":           {[]*LocalizedText{said("a", "machine"), said("", "official"), said("b", "machine")}, "machine"},
		"one":             {[]*LocalizedText{said("a", "machine"), said("", "machine")}, ""},
		"none":            {nil, ""},
		"different":       {[]*LocalizedText{said("a", "machine"), said("b", "official")}, ""},
		"one says itself": {[]*LocalizedText{said("a", "machine"), said("b", locale.IsOriginal)}, ""},
		"originals":       {[]*LocalizedText{said("a", locale.IsOriginal), said("b", locale.IsUnsaid)}, ""},
	} {
		once := Together(c.all)
		if once.Is != c.want || c.want != "" && !once.Told() {
			t.Errorf("%s: %+v", name, once)
		}
		for _, s := range c.all {
			if c.want != "" && s.Told() {
				t.Errorf("%s: said again: %+v", name, s)
			}
		}
	}
	f := &Frame{Lang: "en"}
	if note := said("a", "machine").Note(f); note == "" || strings.Contains(note, "⟦") {
		t.Errorf("%q", note)
	}
	hushed := said("a", "machine")
	hushed.Hush()
	if hushed.Note(f) != "" || said("a", locale.IsOriginal).Note(f) != "" {
		t.Error("something is said of an original, or of what was said already")
	}
}

// TestCited: a page says how it is cited where everybody can be sent to it, without what only one reader was told.
func TestCited(t *testing.T) {
	t.Parallel()
	is := Frame{Slug: "ferries", Stands: 7}
	for name, c := range map[string]struct {
		f    func(*Frame)
		want bool
	}{"a page": {func(*Frame) {}, true}, "of no conversation": {func(f *Frame) { f.Slug = "" }, false}, "that rests on nothing": {func(f *Frame) { f.Stands = 0 }, false}, "of entry 1": {func(f *Frame) { f.Stands = 1 }, true},
		"on which is written": {func(f *Frame) { f.Writes = true }, false}, "of the reader's own": {func(f *Frame) { f.Section = "mine" }, false}, "of the desk": {func(f *Frame) { f.Section = "desk" }, false}, "of papers": {func(f *Frame) { f.Section = "documents" }, true}} {
		f := is
		if c.f(&f); f.cited() != c.want {
			t.Errorf("%s is cited: %v", name, !c.want)
		}
	}
	for query, want := range map[string]string{"": "https://x/c/a", "after=1&done=saved": "https://x/c/a", "b=2&after=1": "https://x/c/a?b=2", "%zz": "https://x/c/a"} {
		if got := (&Frame{Public: "https://x", Path: "/c/a", Query: query}).citedAs(); got != want {
			t.Errorf("%q: %s", query, got)
		}
	}
	f := &Frame{Lang: "en", Name: "Ferries"}
	for title, want := range map[string]string{"Ferries": "", "Papers": ", \u2068Ferries\u2069"} {
		if got := f.citedIn(titled{name: title}); got != want {
			t.Errorf("%q: %q", title, got)
		}
	}
	if got := (&Frame{Lang: "en"}).citedIn(titled{name: "Papers"}); got != "" {
		t.Errorf("outside of a conversation: %q", got)
	}
	for ref, want := range map[cite.Ref]string{"c23": "Contribution 23", "c23.1": "Contribution 23", "c23.2": "Contribution 23 (2)", "d5": "Answer 5", "k2": "Call 2", "p1.e1.x3": "p1.e1.x3"} {
		if got := Named(f, ref); got != want {
			t.Errorf("%s is called %q", ref, got)
		}
	}
}

// titled is a page of which only the title matters.
type titled struct {
	NoWords
	name string
}

func (v titled) Title(*Frame) string         { return v.name }
func (v titled) Body(*Frame) templ.Component { return nil }

// TestDays: a day and a span of days are said in words, as far as they are days.
func TestDays(t *testing.T) {
	t.Parallel()
	f := &Frame{Lang: "en", Slug: "a", Zone: "Europe/Zurich", Host: "https://x", Path: "/c/a"}
	for _, c := range [][3]string{{"", "", ""}, {"2020-01-10", "", "10 January 2020"}, {"2020-01-10", "2020-01-10", "10 January 2020"}, {"", "2020-01-10", f.T("date.until", "date", "10 January 2020")}, {"2020-01-10", "2020-01-12", locale.English.Days(day(10), day(12))}} {
		if got := f.Days(c[0], c[1]); got != c[2] {
			t.Errorf("%q to %q: %q, want %q", c[0], c[1], got, c[2])
		}
	}
	if f.Day("soon") != "soon" || f.Day("2020-01-10") != "10 January 2020" {
		t.Error(f.Day("soon"), f.Day("2020-01-10"))
	}
	late := time.Date(2020, 1, 10, 23, 30, 0, 0, time.UTC)
	if f.Date(late) != "11 January 2020" || (&Frame{Lang: "en", Zone: "Mars"}).Date(late) != "10 January 2020" || (&Frame{Lang: "en"}).Date(late) != "10 January 2020" {
		t.Error("the day in a zone:", f.Date(late))
	}
	if ZoneOrUTC("") != "UTC" || ZoneOrUTC("Europe/Zurich") != "Europe/Zurich" {
		t.Error("a zone that is not given")
	}
	for path, want := range map[string]string{"": "/en/c/a", "x": "/en/c/a/x", "/x": "/en/c/a/x"} {
		if got := string(f.In(path)); got != want {
			t.Errorf("%q: %s", path, got)
		}
	}
	for query, want := range map[string]string{"after=5": "/fr/c/a", "after=5&text=fr&done=sent&second=en": "/fr/c/a?text=fr&second=en", "afterwards=1": "/fr/c/a?afterwards=1", "": "/fr/c/a"} {
		if got := string((&Frame{Path: "/c/a", Query: query}).Other("fr")); got != want {
			t.Errorf("with %q the page is in French at %s, want %s", query, got, want)
		}
	}
	if string(f.Other("fr")) != "/fr/c/a" || string((&Frame{Path: "/c/a", Query: "b=1"}).Other("fr")) != "/fr/c/a?b=1" || f.Canonical() != "https://x/c/a" {
		t.Error("the page in another language")
	}
	f.Errors = []*refusal.Refusal{refusal.In("b", "k")}
	for _, c := range []struct {
		field string
		hint  bool
		want  string
	}{{"a", false, ""}, {"a", true, "a-hint"}, {"b", false, "b-error"}, {"b", true, "b-hint b-error"}} {
		if got := f.described(c.field, c.hint); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	if Stop(&Frame{Lang: "zh"}) != "。" || Stop(f) != "." || Colon(&Frame{Lang: "fr"}) != "\u00a0: " || Colon(&Frame{Lang: "zh"}) != "：" || Colon(f) != ": " || TableYes(f, false) != "" || TableYes(f, true) == "" {
		t.Error("signs between words")
	}
}

func day(n int) time.Time { return time.Date(2020, 1, n, 0, 0, 0, 0, time.UTC) }

// TestOneEnding: each sign that ends a line is one end, whether others are there or not.
func TestOneEnding(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"a": "a", "a\nb": "a\nb", "a\r\nb": "a\nb", "a\rb": "a\nb", "a\u0085b": "a\nb", "a\u2028b": "a\nb", "a\u2029b": "a\nb", "a\r\u2028b": "a\n\nb"} {
		if got := oneEnding(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	for r, want := range map[rune]rune{'a': 'a', ' ': ' ', '~': '~', '\t': '\t', '\n': '\n', 0: '\u2400', 0x1f: '\u241f', 0x7f: '\u2421', 0x80: 0xfffd, 0x9f: 0xfffd, 0xa0: 0xa0, 0x2029: 0x2029, 0x202a: 0xfffd, 0x202e: 0xfffd, 0x202f: 0x202f, 0x2065: 0x2065, 0x2066: 0xfffd, 0x2069: 0xfffd,
		0x206a: 0x206a, 0xfdd0: 0xfffd, 0xfdcf: 0xfdcf, 0xfdf0: 0xfdf0, 'é': 'é'} {
		if got := visible(r); got != want {
			t.Errorf("%U is shown as %U, not %U", r, got, want)
		}
	}
}
