package quote

import (
	"slices"
	"testing"

	"github.com/openplenary/plenary/cite"
)

// TestQuotations: what stands between quotation marks of any language is found.
func TestQuotations(t *testing.T) {
	for text, want := range map[string][]string{
		"No marks, it’s said.":                 nil,
		"They said “it is late” and left.":     {"it is late"},
		"Ils disent « il est tard ».":          {"il est tard"},
		"Он сказал «поздно» и „нет“.":          {"поздно", "нет"},
		"他说“太晚了”，又说「不」。":                       {"太晚了", "不"},
		"It is \"late\" and “unended":          {"late", "unended"},
		"“”":                                   nil,
		"They said ‘it is late’ and left.":     {"it is late"},
		"They said 'it is late.' We left.":     {"it is late."},
		"He said ’it is late’.":                {"it is late"},
		"It’s the parties’ point, o’clock.":    nil,
		"It's the parties' point, isn't it":    nil,
		"‘Nobody’s bell’ rings.":               {"Nobody’s bell"},
		"The ’90s, and Ka‘ba, and ‘Ali.":       nil,
		"Er sagte ‚spät‘ und „nein“.":          {"spät", "nein"},
		"Er sagte »spät« und ›nein‹.":          {"spät", "nein"},
		"Il dit ‹ tard › et ‹non›.":            {"tard", "non"},
		"It is ＂late＂ and ＇soon＇.":             {"late", "soon"},
		"It is `late' and `soon`.":             {"late", "soon"},
		"It is ''late'' and ‘‘soon’’, <<no>>.": {"late", "soon", "no"},
		"他说‘太晚了’的时候，《必须有灯》。":                   {"太晚了", "必须有灯"},
		"见《伯尔尼公约》和《2020年议题文件》。":                nil,
		"《必须有灯。这是法》":                           {"必须有灯。这是法"},
		"他說『太晚』、﹁不﹂、｢好｣。":                      {"太晚", "不", "好"},
		"l’« art » et d’‘usage’":               {"art", "usage"},
	} {
		if got := All(text); !slices.Equal(got, want) {
			t.Errorf("%q quotes %q", text, got)
		}
	}
}

// TestStands: a quotation is a run of bytes of the text that cuts neither a word nor a character in two.
func TestStands(t *testing.T) {
	for _, c := range []struct {
		text, q string
		want    bool
	}{
		{"Nobody hears the bell.", "hears the bell", true},
		{"Nobody hears the bell.", "body hears", false},
		{"Nobody hears the bell.", "hears the be", false},
		{"Nobody hears the bell.", "Hears", false},
		{"nothing, not a thing", "not", true}, // the second, not the first
		{"لا يسمع أحد الجرس", "يسمع أحد", true},
		{"لا يسمع أحد الجرس", "سمع أحد", false}, // cut across a ligature: another form of the letter is seen
		{"قال كِتاباً", "كِتاب", false},         // its vowel sign is left behind
		{"cafe\u0301 noir", "cafe", false},      // an accent of its own is left behind
		{"👩\u200d🌾 ploughs", "👩", false},        // half of what is seen
		{"渡船过河很慢", "过河", true},
		{"a", "", true},
	} {
		if got := Stands(c.text, c.q); got != c.want {
			t.Errorf("%q in %q: %v", c.q, c.text, got)
		}
	}
}

// TestCut: a range of bytes is words of a text where it cuts neither a word nor a character in two, and does not go beyond its end.
func TestCut(t *testing.T) {
	for _, c := range []struct {
		text, want string
		at         cite.Span
	}{
		{"Nobody hears the bell.", "hears the bell", cite.Span{From: 7, To: 21}},
		{"Nobody hears the bell.", "", cite.Span{From: 8, To: 21}},
		{"Nobody hears the bell.", "", cite.Span{From: 7, To: 20}},
		{"Nobody", "Nobody", cite.Span{From: 0, To: 6}},
		{"Nobody", "", cite.Span{From: 0, To: 7}},
		{"لا يسمع", "يسمع", cite.Span{From: 5, To: 13}},
		{"لا يسمع", "", cite.Span{From: 7, To: 13}},
		{"渡船", "", cite.Span{From: 0, To: 2}}, // half of the bytes of a character
		{"渡船", "", cite.Span{From: 1, To: 3}},
		{"渡船", "渡", cite.Span{From: 0, To: 3}},
		{"👩\u200d🌾 ploughs", "", cite.Span{From: 0, To: 4}},
	} {
		if got, ok := Cut(c.text, c.at); got != c.want || ok != (c.want != "") {
			t.Errorf("%v of %q: %q %v", c.at, c.text, got, ok)
		}
	}
}

// TestOther: a translation that quotes in the words of the original quotes nothing else.
func TestOther(t *testing.T) {
	for _, c := range []struct {
		original, translation string
		want                  bool
	}{
		{"They say “it is late”.", "Elles disent «\u00a0il est tard\u00a0».", true},
		{"They say “it is late”.", "Elles disent «\u00a0it is late\u00a0».", false},
		{"They say “it is late”.", "Elles disent qu’il est tard.", false},
		{"They say “a” and “b”.", "Elles disent « b » et « a ».", false},
	} {
		if got := Other(c.original, c.translation); got != c.want {
			t.Errorf("%q: %v", c.translation, got)
		}
	}
}
