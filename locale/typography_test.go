package locale

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// A rule of typography: what matches wrong must not stand in the words, once what matches but was taken
// out of them.
type typeRule struct {
	wrong *regexp.Regexp
	but   *regexp.Regexp
	says  string
}

func rule(wrong, says string) typeRule { return typeRule{wrong: regexp.MustCompile(wrong), says: says} }

// typed is what people type exactly so: a scheme, the mark of a language in a form.
var typed = regexp.MustCompile(`https?://|(\b[a-z]{2}|\{language\}):`)

// typography holds the rules of each language. They follow what the organisation prints: in French the
// Imprimerie nationale, in Spanish the Academy, in Chinese GB/T 15834.
var typography = map[Lang][]typeRule{
	Arabic: {
		rule(`['"“”‘’]`, "quotation marks are « »"),
		rule(`[,;?]`, "the comma is ،, the semicolon ؛, the question mark ؟"),
		rule(`\x{64B}\x{627}`, "tanwin stands before the alif: اً"),
		rule(bareTanwin, "tanwin is written: اً"),
	},
	Chinese: {
		rule(`['"«»]`, "quotation marks are “ ”"),
		rule(`\p{Han}[,.;:?!()]|[,.;:?!()]\p{Han}`, "punctuation beside a character is of full width"),
		rule(`[，。；：？！、（）] | [，。；：？！、（）]`, "no space beside punctuation of full width"),
	},
	English: {
		rule(`'`, "the apostrophe is ’"),
		rule(`["«»]`, "quotation marks are “ ”"),
		rule(`\s[:;?!%]`, "no space before : ; ? ! %"),
	},
	French: {
		rule(`'`, "the apostrophe is ’"),
		rule(`["“”]`, "quotation marks are « »"),
		{regexp.MustCompile(`(?:^|[^\x{A0}]):`), typed, "U+00A0 before :"},
		rule(`«[^\x{A0}]|[^\x{A0}]»`, "U+00A0 inside « »"),
		rule(`[^\x{202F}][;?!]`, "U+202F before ; ? !"),
		rule(`[^\x{A0}]%`, "U+00A0 before %"),
	},
	Russian: {
		rule(`['"“”]`, "quotation marks are « »"),
		rule(`\s[:;?!]`, "no space before : ; ? !"),
		rule(`[^\x{A0}]%`, "U+00A0 before %"),
		rule(`\p{L} - `, "the dash is —"),
	},
	Spanish: {
		rule(`['"“”]`, "quotation marks are « »"),
		rule(`«\s|\s»`, "no space inside « »"),
		rule(`\s[:;?!]`, "no space before : ; ? !"),
		rule(`^[^¿]*\?|^[^¡]*!`, "a question opens with ¿, a call with ¡"),
		rule(`[^\x{A0}]%`, "U+00A0 before %"),
	},
}

// bareTanwin finds words that end in tanwin and are often written without it.
const bareTanwin = `(?:^|[^\p{Arabic}\p{Mn}])(?:شبه|رد|مقطع|مع|تعليق|راضي|موضع|طرف|جزئي|أيض|صوت|واحد|متاح|مصدر|موجود|علم|بلد|لاحق|أول|فارغ|محجوز|مكان|اسم|مؤقت|شيئ|أبد|فور|قيد|يوم|سطر|حرف)ا(?:[^\p{Arabic}\p{Mn}]|$)`

func TestTypography(t *testing.T) {
	raw := readFiles(t)
	for _, l := range All {
		for _, key := range slices.Sorted(maps.Keys(raw[l].words)) {
			for form, s := range forms(raw[l].words[key]) {
				for _, wrong := range mistakes(l, s) {
					t.Errorf("%s: %s%s: %s", l, key, form, wrong)
				}
			}
		}
	}
}

// forms gives the words of an entry by plural category, which is " (few)" or "" if there is none.
func forms(v any) map[string]string {
	switch v := v.(type) {
	case string:
		return map[string]string{"": v}
	case map[string]any:
		m := make(map[string]string)
		for form, words := range v {
			m[" ("+form+")"], _ = words.(string)
		}
		return m
	}
	return nil
}

// mistakes lists what is wrong with words in l, each with the rule and where it was broken.
func mistakes(l Lang, s string) []string {
	var out []string
	for _, r := range typography[l] {
		words := s
		if r.but != nil {
			words = r.but.ReplaceAllString(s, "")
		}
		if at := r.wrong.FindStringIndex(words); at != nil {
			out = append(out, fmt.Sprintf("%s; it is written “%s”", r.says, around(words, at[0], at[1])))
		}
	}
	return out
}

// around is what stands at i to j with a few letters on each side.
func around(s string, i, j int) string {
	for n := 0; n < 12 && i > 0; n++ {
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	for n := 0; n < 12 && j < len(s); n++ {
		_, size := utf8.DecodeRuneInString(s[j:])
		j += size
	}
	return strings.TrimSpace(s[i:j])
}

// TestTypographyRules shows each rule what it is there for.
func TestTypographyRules(t *testing.T) {
	for _, c := range []struct {
		l     Lang
		right string
		wrong []string
	}{
		{Arabic, "ما هذا؟ «شيء»، جزئياً", []string{"ما هذا?", "نعم, لا", "“شيء”", "جزئيا", "جزئيًا", "حقلاً أيضا"}},
		{Chinese, "共 3 份（已公布）：“是”，第 13(i) 段。", []string{"共 3 份(已公布)", "是,否", "«是»", "是， 否", "结果:"}},
		{English, "The author’s “yes”: 5%", []string{"The author's", `"yes"`, "What ?", "5 %"}},
		{French, "L’avis\u00a0: «\u00a0oui\u00a0»\u202f; quoi\u202f? 5\u00a0%, https://x, fr: …",
			[]string{"L'avis", "Avis :", "Avis:", "«oui»", "« oui »", "“oui”", "quoi ?", "quoi\u00a0?", "un ; deux", "5 %", "fra:"}},
		{Russian, "«Да»: 5\u00a0%", []string{"“Да”", "Да :", "5 %", "да - нет"}},
		{Spanish, "¿Sí? «sí»: 5\u00a0%", []string{"Sí?", "“sí”", "« sí »", "sí :", "5 %", "Alto!"}},
	} {
		if m := mistakes(c.l, c.right); m != nil {
			t.Errorf("%s: %q is right, but %v", c.l, c.right, m)
		}
		for _, s := range c.wrong {
			if mistakes(c.l, s) == nil {
				t.Errorf("%s: %q is wrong and passes", c.l, s)
			}
		}
	}
}
