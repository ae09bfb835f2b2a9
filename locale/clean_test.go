package locale

import (
	"errors"
	"math"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                                      "",
		"one\r\ntwo\rthree\n":                   "one\ntwo\nthree",
		" \n\t\n  indented\n\nend  \n \n":       "  indented\n\nend  ",
		" \n \n":                                "",
		"\u200e\n\u200d\u2800":                  "",
		"e\u0301te\u0301":                       "été",
		"a\x00b\x1bc\x7fd\u009fe\tf":            "abcde\tf",
		"\ufeffabc\u202edef\u202c":              "abcdef",
		"x\u2066y\u2069z\u061c":                 "xyz",
		"soft\u00adhyphen\u200b":                "softhyphen",
		"می‌خواهم \u200fنعم\u200e":              "می‌خواهم \u200fنعم\u200e",
		"👩‍💻 ok":                                "👩‍💻 ok",
		"a\u0300\u0301\u0302\u0303\u0304b":      "à\u0301\u0302\u0303\u0304b",
		"x" + strings.Repeat("\u0301", 50):      "x\u0301\u0301\u0301\u0301",
		"x" + strings.Repeat("\u200d\u0301", 6): "x" + strings.Repeat("\u200d\u0301", 4) + "\u200d\u200d",
		"line\u2028line\u2029line\u0085end":     "line\nline\nline\nend",
		"۝ \ufffe\U0001ffff":                    "۝ ",
		"E\U000e0065\U000e007f":                 "E",
		"Å \u212b":                              "Å Å",
		"<b>&amp;":                              "<b>&amp;",
	} {
		if got, err := Clean(in); err != nil || got != want {
			t.Errorf("Clean(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for in, want := range map[string]error{"a\xffb": ErrUTF8, "\xed\xa0\x80": ErrUTF8, strings.Repeat("a", MaxText+1): ErrLong, strings.Repeat("a", MaxText): nil,
		strings.Repeat("\u0958", MaxText/3): ErrLong} { // grows when composed
		if _, err := Clean(in); !errors.Is(err, want) {
			t.Errorf("Clean(%.20q...) says %v, want %v", in, err, want)
		}
	}
}

func TestCleanLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "",
		"  Ana \t\r\n María  ":   "Ana María",
		"Ana":                    "Ana",
		"A\u00a0B\u3000C\u2028D": "A\u00a0B C D",
		"Pourquoi\u202f? Les ports\u00a0: un avis": "Pourquoi\u202f? Les ports\u00a0: un avis",
		"\u00a0a \u202f\u00a0\tb\u00a0":            "a\u202fb",
		"ad\u200dmin\u200c":                        "admin",
		"\u200fعلي\u200e":                          "علي",
		"می‌خواهم":                                 "می‌خواهم",
		"می‌\u200c‌خواهم":                          "می‌خواهم",
		"علي\u200c":                                "علي",
		"क्‍ष":                                     "क्‍ष",
		"👩‍💻 👩\u200d x🏳️‍🌈":                        "👩‍💻 👩 x🏳️‍🌈",
		"\u2190\u200d\U0001f000":                   "\u2190\u200d\U0001f000", // the first signs of each range, and what stands just outside
		"\u218b\u200d\u218b":                       "\u218b\u218b",
		"\U0001fb00\u200d\U0001fb00":               "\U0001fb00\U0001fb00",
		"\u3164\u2800 ":                            "",
		"\u0301 \u0301a":                           "a",
		"\u200d\u200d":                             "",
		"e\u200d\u0301":                            "é",
		"e\u034f\u0301":                            "é",
		"a\u202eb\ufeff":                           "ab",
		"WIPO/IP/AI/2/GE/20/1 REV.":                "WIPO/IP/AI/2/GE/20/1 REV.",
	} {
		if got, err := CleanLine(in, 40); err != nil || got != want {
			t.Errorf("CleanLine(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for in, want := range map[string]error{"é\xff": ErrUTF8, "1234567890": ErrLong, "  1  2  ": nil, "ééééé": nil, "éééééé": ErrLong,
		strings.Repeat(" ", 4000) + "ab": nil, strings.Repeat(" ", 5000) + "ab": ErrLong} {
		if _, err := CleanLine(in, 5); !errors.Is(err, want) {
			t.Errorf("CleanLine(%q) says %v, want %v", in, err, want)
		}
	}
}

func TestCleanLineLimits(t *testing.T) {
	for max, want := range map[int]error{math.MaxInt: nil, math.MinInt / 32: ErrLong, 0: ErrLong, 1: nil} {
		if _, err := CleanLine("é", max); !errors.Is(err, want) {
			t.Errorf("at most %d: %v", max, err)
		}
	}
}

// checkClean holds whatever the stranger sends.
func checkClean(t interface{ Fatalf(string, ...any) }, s string) {
	got, err := Clean(s)
	if err == nil {
		checkSafe(t, s, got, "\n\t")
		if again, err := Clean(got); err != nil || again != got {
			t.Fatalf("Clean(%q) = %q, again %q, %v", s, got, again, err)
		}
	} else if utf8.ValidString(s) && len(s) < MaxText/3 {
		t.Fatalf("%q refused: %v", s, err)
	}
	line, err := CleanLine(s, 1<<16)
	if err != nil {
		return
	}
	checkSafe(t, s, line, "")
	if strings.TrimSpace(line) != line || strings.Contains(line, "  ") || strings.ContainsAny(line, "\u200e\u200f") {
		t.Fatalf("CleanLine(%q) = %q", s, line)
	}
	for _, no := range []string{" \u00a0", "\u00a0 ", " \u202f", "\u202f ", "\u00a0\u202f", "\u202f\u00a0", "\u00a0\u00a0", "\u202f\u202f"} {
		if strings.Contains(line, no) {
			t.Fatalf("CleanLine(%q) = %q: two spaces", s, line)
		}
	}
	if one := OneLine(line); one != line {
		t.Fatalf("OneLine(%q) = %q", line, one)
	}
	if again, err := CleanLine(line, 1<<16); err != nil || again != line {
		t.Fatalf("CleanLine(%q) = %q, again %q, %v", s, line, again, err)
	}
	skeleton := Skeleton(line)
	if again := Skeleton(skeleton); again != skeleton {
		t.Fatalf("Skeleton(%q) = %q, again %q", line, skeleton, again)
	}
	Reserved(s)
}

func checkSafe(t interface{ Fatalf(string, ...any) }, s, got, allowed string) {
	if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) {
		t.Fatalf("%q became %q: not NFC", s, got)
	}
	marks := 0
	for _, r := range got {
		switch {
		case unicode.Is(unicode.Bidi_Control, r) && r != '\u200e' && r != '\u200f', unicode.IsControl(r) && !strings.ContainsRune(allowed, r), r == '\ufeff':
			t.Fatalf("%q became %q with %U", s, got, r)
		case unicode.Is(unicode.M, r):
			if marks++; marks > maxMarks {
				t.Fatalf("%q became %q: too many marks", s, got)
			}
		case !isJoiner(r):
			marks = 0
		}
	}
}

// hostile draws from what makes trouble.
var hostile = rapid.StringOf(rapid.OneOf(
	rapid.SampledFrom([]rune("ab i1mw\n\r\t \u00a0\u0301\u0302\u0327\u034f\u0345\u0344\u200b\u200c\u200d\u200e\u200f\u202e\u2066\u2069\ufeff\u00ad\u061c"+
		"\u1100\u1161\u11a8\u0958\u09c7\u09be\u0bc6\u0bd7\u093c\u094d\u0915کمیهة\u0654\u06dd\u0600👩💻\ufe0f\u20e3\U0001f3fd\u2642\u3164\uffa0\u2800\u0085\u2028\ufffe")),
	rapid.Rune(),
	rapid.RuneFrom(nil, unicode.M, unicode.Cf, unicode.Zs),
))

// TestNoBreakSpaces: between words without anything strange, a no-break space of any kind stays where it stands, alone or among
// others, and a line that has none gets none.
func TestNoBreakSpaces(t *testing.T) {
	spaces := rapid.StringOfN(rapid.SampledFrom([]rune(" \t\n\u00a0\u202f\u3000")), 1, 4, -1)
	rapid.Check(t, func(t *rapid.T) {
		var raw, want strings.Builder
		for i := range rapid.IntRange(1, 6).Draw(t, "words") {
			if i > 0 {
				s := spaces.Draw(t, "space")
				raw.WriteString(s)
				if at := strings.IndexAny(s, "\u00a0\u202f"); at >= 0 {
					r, _ := utf8.DecodeRuneInString(s[at:])
					want.WriteRune(r)
				} else {
					want.WriteByte(' ')
				}
			}
			word := rapid.StringMatching(`[a-zé?:»]{1,4}`).Draw(t, "word")
			raw.WriteString(word)
			want.WriteString(word)
		}
		line, err := CleanLine(raw.String(), 1000)
		if one := OneLine(raw.String()); err != nil || line != want.String() || one != want.String() {
			t.Fatalf("%q is %q and %q (%v), want %q", raw.String(), line, one, err, want.String())
		}
		if Skeleton(line) != Skeleton(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(line)) {
			t.Fatalf("%q does not look like what has plain spaces", line)
		}
	})
}

func TestCleanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkClean(t, hostile.Draw(t, "s")) })
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a\r\n\r", "e\u0301\u200d\u0301", "x" + strings.Repeat("\u0301", 40), strings.Repeat("\u1161", 70), strings.Repeat("\u11a8", 35) + "\u0301",
		"می‌خواهم", "क्‍ष", "👩‍💻🏳️‍🌈", "\u09c7\u200d\u09be", "\u202eabc", "a\u0344\u0344\u0344\u0344\u0344\u0344\u0344\u0344\u0344", "\xff", "Ｓ\u0415\u039cⅰ", "\U0001f170\u01c4\ufdfa"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkClean(t, s) })
}

func TestSkeleton(t *testing.T) {
	for _, alike := range [][]string{
		{"Secretariat", "Sеcrеtariаt", "SECRETARIAT", "Ｓｅｃｒｅｔａｒｉａｔ", "Sécrétariat", "𝐒𝐞𝐜𝐫𝐞𝐭𝐚𝐫𝐢𝐚𝐭", "secretar1at", "secretarlat", "ѕесгетагіат", "🅂🄴🄲🅁🄴🅃🄰🅁🄸🄰🅃", "🆂🅴🅲🆁🅴🆃🅰🆁🅸🅰🆃", "sec\u200bretariat"},
		{"moderator", "rnoderator", "m0derator", "Mοderatοr"},
		{"ΜΑΡΙΑ", "Μαρία", "μαρια"},
		{"Ana  María", "ana maria", " Ana\u00a0María "},
		{"أمانة", "امانه", "أمـانـة"},
		{"علی", "علي", "على"},
	} {
		for _, s := range alike[1:] {
			if Skeleton(s) != Skeleton(alike[0]) {
				t.Errorf("%q is %q, %q is %q", s, Skeleton(s), alike[0], Skeleton(alike[0]))
			}
		}
	}
	if Skeleton("Peru") == Skeleton("Péru x") || Skeleton("أمانة") == Skeleton("أمان") || Skeleton("中国") == Skeleton("中") {
		t.Error("different names are alike")
	}
}

func TestReserved(t *testing.T) {
	for _, s := range []string{"Secretariat", "The  SECRETARIAT (official)", "WIPO-Secretariat", "S e c r e t a r i a t", "Sеcrеtariаt", "Le Secrétariat", "La Secretaría",
		"Секретариат ВОИС", "产权组织秘书处", "أمانة الويبو", "الأمانة", "Admin", "admin2", "ADMIN_1", "Adm1n", "Moderator", "ΜODERATOR", "rnoderator", "Chair", "Co-Chair", "Plenary",
		"Plenary's team", "пленум", "主席", "Président de séance", "Председатель", "مدير النظام", "المشرف", "🅰🅳🅼🅸🅽", "Cнаir", "CHAΙR"} {
		if !Reserved(s) {
			t.Errorf("%q is not reserved (%q)", s, Skeleton(s))
		}
	}
	for _, s := range []string{"", "Ana María", "Chairs and Tables Ltd", "Administration of Customs", "Brazil", "Badminton Club", "President of Peru", "Sony", "日本国", "مصر", "ВОИС", "Plenario", "مدير عام"} {
		if Reserved(s) {
			t.Errorf("%q is reserved (%q)", s, Skeleton(s))
		}
	}
}

// TestClaims: the bare name of an office is nobody's, however it is spelt; a name that has more in it is somebody's, and
// is looked at.
func TestClaims(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"Secretariat", "The  SECRETARIAT (official)", "S e c r e t a r i a t", "Sеcrеtariаt", "Le Secrétariat", "La Secretaría", "Секретариат", "秘书处", "官方秘书处",
		"أمانة", "الأمانة", "الأمانة العامة", "Admin", "admin2", "ADMIN_1", "Adm1n", "Moderator", "ΜODERATOR", "rnoderator", "Moderator 2", "Chair", "Co-Chair", "Chair of the Conversation",
		"Secretariat of the meeting", "Plenary", "Plenary moderators", "пленум", "主席", "Président de séance", "Председатель", "مدير النظام", "المشرف", "🅰🅳🅼🅸🅽", "Cнаir", "CHAΙR"} {
		if !Claims(s) || !Reserved(s) {
			t.Errorf("%q claims nothing (%q)", s, Skeleton(s))
		}
	}
	for _, s := range []string{"State Secretariat for Economic Affairs", "Secretariat of the Pacific Community", "Secretaría de Economía (México)", "Presidencia de la República", "Présidence de la République",
		"أمانة عمّان الكبرى", "UNESCO Chair in Water Ethics", "Секретариат Конвенции", "王主席", "WIPO-Secretariat", "产权组织秘书处"} {
		if Claims(s) || !Reserved(s) {
			t.Errorf("%q claims an office, or is not looked at (%q)", s, Skeleton(s))
		}
	}
	for _, s := range []string{"", "Ana María", "Chairs and Tables Ltd", "Administration of Customs", "The General", "官方", "فريق"} {
		if Claims(s) {
			t.Errorf("%q claims an office", s)
		}
	}
}

func TestHasAddress(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{"ana.privat@example.org": true, "Ana <ana@example.org>": true, "Ana (ана@пример.рф)": true, "ana": false, "@ana": false, "ana@home": false, "": false,
		"Ana @ example.org": false, "a@b@example.org": false, "Dept. of x@.": false} {
		if HasAddress(s) != want {
			t.Errorf("%q: not %v", s, want)
		}
	}
}

func BenchmarkClean(b *testing.B) {
	for name, s := range map[string]string{"ascii": "The Delegation of Peru thanks the Chair. ", "french": "La délégation du Pérou remercie la présidence. ",
		"arabic": "يشكر وفد بيرو الرئيس على العرض. ", "chinese": "秘鲁代表团感谢主席。"} {
		s = strings.Repeat(s, 100)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				sink, _ = Clean(s)
			}
		})
	}
}

func BenchmarkReserved(b *testing.B) {
	for b.Loop() {
		Reserved("Delegation of the Plurinational State of Bolivia")
	}
}
