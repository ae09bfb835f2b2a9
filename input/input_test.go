package input_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// long is n letters of two bytes each: characters and bytes are told apart by it.
func long(n int) string { return strings.Repeat("é", n) }

func tooLong(field string, max int) error { return refusal.In(field, "line.long", "max", max) }

func tooLarge(field string, max int) error {
	return &refusal.Refusal{Kind: refusal.TooLarge, Key: "contribution.long", Field: field, Args: []any{"max", max}}
}

// TestTexts: what each check makes of a text, and what it refuses. A bound is taken, one more is not.
func TestTexts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		check func(*input.Check, *string)
		in    string
		want  string
		no    error
	}{
		{"a line is trimmed", func(in *input.Check, s *string) { in.Line("f", s, 5) }, "  a\tb \r\n", "a b", nil},
		{"a line may have its bound in characters", func(in *input.Check, s *string) { in.Line("f", s, 5) }, long(5), long(5), nil},
		{"a line may not have one more", func(in *input.Check, s *string) { in.Line("f", s, 5) }, long(6), "", tooLong("f", 5)},
		{"a line is UTF-8", func(in *input.Check, s *string) { in.Line("f", s, 5) }, "a\xff", "", refusal.In("f", "text.utf8")},

		{"a text keeps its lines", func(in *input.Check, s *string) { in.Text("f", s, 20) }, "\r\na\r\nb\n", "a\nb", nil},
		{"a text may have its bound in bytes", func(in *input.Check, s *string) { in.Text("f", s, 10) }, long(5), long(5), nil},
		{"a text may not have one byte more", func(in *input.Check, s *string) { in.Text("f", s, 9) }, long(5), long(5), tooLarge("f", 9)},
		{"a text is UTF-8", func(in *input.Check, s *string) { in.Text("f", s, 9) }, "a\xff", "", refusal.In("f", "text.utf8")},
		{"no text is longer than can be stored", func(in *input.Check, s *string) { in.Text("f", s, 1<<30) }, long(locale.MaxText), "", tooLong("f", 1<<30)},

		{"a short text keeps its lines", func(in *input.Check, s *string) { in.Short("f", s, 5) }, "a\r\nb", "a\nb", nil},
		{"a short text may have its bound in characters", func(in *input.Check, s *string) { in.Short("f", s, 5) }, long(5), long(5), nil},
		{"a short text may not have one more", func(in *input.Check, s *string) { in.Short("f", s, 5) }, long(6), long(6), tooLong("f", 5)},
		{"a short text is UTF-8", func(in *input.Check, s *string) { in.Short("f", s, 5) }, "\xff", "", refusal.In("f", "text.utf8")},

		{"a source may be none", func(in *input.Check, s *string) { in.Address("f", s) }, " ", "", nil},
		{"a source is on the web", func(in *input.Check, s *string) { in.Address("f", s) }, " https://example.org/a ", "https://example.org/a", nil},
		{"a source may be without encryption", func(in *input.Check, s *string) { in.Address("f", s) }, "http://example.org/", "http://example.org/", nil},
		{"a source runs no script", func(in *input.Check, s *string) { in.Address("f", s) }, "javascript:alert(1)", "javascript:alert(1)", refusal.In("f", "desk.address")},
		{"a source is no path", func(in *input.Check, s *string) { in.Address("f", s) }, "//example.org", "//example.org", refusal.In("f", "desk.address")},
		{"an address has no spaces", func(in *input.Check, s *string) { in.Address("f", s) }, "https://example.org/a X-EVIL:1", "https://example.org/a X-EVIL:1", refusal.In("f", "desk.address")},
		{"a source may have 2,000 characters", func(in *input.Check, s *string) { in.Address("f", s) }, "http://" + long(1993), "http://" + long(1993), nil},
		{"a source may not have one more", func(in *input.Check, s *string) { in.Address("f", s) }, "http://" + long(1994), "", tooLong("f", 2000)},
	} {
		var in input.Check
		s := c.in
		c.check(&in, &s)
		if s != c.want || !reflect.DeepEqual(in.Err(), c.no) {
			t.Errorf("%s: %.40q, %v; want %.40q, %v", c.name, s, in.Err(), c.want, c.no)
		}
	}
}

func text(original locale.Lang, in ...string) locale.Text {
	t := locale.Text{Original: original, In: map[locale.Lang]string{}}
	for i := 0; i < len(in); i += 2 {
		t.In[locale.Lang(in[i])] = in[i+1]
	}
	return t
}

// TestLanguages: a text in several languages is cleaned in each; what is empty is left out, and the original is
// one of the six languages.
func TestLanguages(t *testing.T) {
	t.Parallel()
	lines := func(in *input.Check, x *locale.Text) { in.Lines("f", x, 3) }
	texts := func(in *input.Check, x *locale.Text) { in.Texts("f", x, 3) }
	whole := func(in *input.Check, x *locale.Text) { in.Whole("f", x) }
	for _, c := range []struct {
		name  string
		check func(*input.Check, *locale.Text)
		in    locale.Text
		want  locale.Text
		no    error
	}{
		{"none is none", lines, locale.Text{}, locale.Text{}, nil},
		{"each is cleaned", lines, text("en", "en", " a ", "fr", "b\n"), text("en", "en", "a", "fr", "b"), nil},
		{"what is empty goes", lines, text("en", "en", "a", "fr", "  "), text("en", "en", "a"), nil},
		{"each has the bound", lines, text("en", "en", "abc", "fr", "abcd"), text("en", "en", "abc"), tooLong("f", 3)},
		{"a language is one of the six", lines, text("en", "en", "a", "de", "b"), text("en", "en", "a"), refusal.In("f", "contribution.language")},
		{"the original is one of the six", lines, text("de", "en", "a"), text("de", "en", "a"), refusal.In("f", "contribution.language")},
		{"the original of nothing does not matter", lines, text("", "en", " "), text(""), nil},
		{"texts keep their lines", texts, text("en", "en", "a\r\nb"), text("en", "en", "a\nb"), nil},
		{"texts have the bound in characters", texts, text("en", "en", long(3), "fr", long(4)), text("en", "en", long(3), "fr", long(4)), tooLong("f", 3)},
		{"a whole text may be as long as can be stored", whole, text("en", "en", strings.Repeat("a", locale.MaxText)), text("en", "en", strings.Repeat("a", locale.MaxText)), nil},
		{"a whole text may not be longer", whole, text("en", "en", strings.Repeat("a", locale.MaxText+1)), text("en"), tooLong("f", locale.MaxText)},
	} {
		var in input.Check
		x := c.in
		was := len(c.in.In)
		c.check(&in, &x)
		if !reflect.DeepEqual(x, c.want) || !reflect.DeepEqual(in.Err(), c.no) {
			t.Errorf("%s: %.80v, %v; want %.80v, %v", c.name, x, in.Err(), c.want, c.no)
		}
		if len(c.in.In) != was {
			t.Errorf("%s: the command of whoever asked was changed", c.name)
		}
	}
}

// TestOneWord: choices, languages and time zones.
func TestOneWord(t *testing.T) {
	t.Parallel()
	list := []string{"a", "b"}
	for _, c := range []struct {
		name  string
		check func(*input.Check)
		no    error
	}{
		{"one of a list", func(in *input.Check) { in.OneOf("f", "b", list, "k") }, nil},
		{"none of a list", func(in *input.Check) { in.OneOf("f", "c", list, "k") }, refusal.In("f", "k")},
		{"nothing is none of a list", func(in *input.Check) { in.OneOf("f", "", list, "k") }, refusal.In("f", "k")},
		{"a language", func(in *input.Check) { in.Language("f", "ar") }, nil},
		{"another language", func(in *input.Check) { in.Language("f", "de") }, refusal.In("f", "contribution.language")},
		{"no language", func(in *input.Check) { in.Language("f", "") }, refusal.In("f", "contribution.language")},
		{"a zone", func(in *input.Check) { in.Zone("f", "Europe/Zurich") }, nil},
		{"no zone is UTC", func(in *input.Check) { in.Zone("f", "") }, nil},
		{"an invented zone", func(in *input.Check) { in.Zone("f", "Europe/Ferries") }, refusal.In("f", "zone.unknown")},
		{"a condition that holds", func(in *input.Check) { in.If(false, "f", "k") }, nil},
		{"a condition that does not", func(in *input.Check) { in.If(true, "f", "k", "max", 3) }, refusal.In("f", "k", "max", 3)},
	} {
		var in input.Check
		c.check(&in)
		if !reflect.DeepEqual(in.Err(), c.no) {
			t.Errorf("%s: %v, want %v", c.name, in.Err(), c.no)
		}
		if want := len(refusal.Of(c.no)); in.Found() != want {
			t.Errorf("%s: %d found, want %d", c.name, in.Found(), want)
		}
	}
}

// TestAllAtOnce: everything that is wrong with a command is found in one go, in order.
func TestAllAtOnce(t *testing.T) {
	t.Parallel()
	var in input.Check
	s := long(4)
	in.Line("a", &s, 3)
	in.Language("b", "de")
	in.Refuse("c", "k")
	want := refusal.Several{refusal.In("a", "line.long", "max", 3), refusal.In("b", "contribution.language"), refusal.In("c", "k")}
	if !reflect.DeepEqual(in.Err(), error(want)) || in.Found() != 3 {
		t.Errorf("%v, want %v", in.Err(), want)
	}
}
