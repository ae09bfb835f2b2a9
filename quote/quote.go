// Package quote finds what a text quotes, and where words stand in another text: as a run of bytes, whole words and whole characters at both
// ends.
package quote

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openplenary/plenary/cite"
)

// mark is a sign with which a quotation begins, and those of which the first ends it.
type mark struct {
	open  rune
	close string
	// single marks are apostrophes too: they begin a quotation only where a word begins, and only where another of them ends one.
	single bool
	// title marks stand around the titles of works and treaties as well: see titled.
	title bool
}

// marks are the kinds of quotation marks, of all languages.
var marks = func() map[rune]mark {
	out := map[rune]mark{}
	for _, m := range []mark{
		{open: '“', close: "”“"}, {open: '”', close: "”"}, {open: '„', close: "“”"}, {open: '‟', close: "”"}, {open: '"', close: "\""}, {open: '＂', close: "＂"},
		{open: '❝', close: "❞"}, {open: '〝', close: "〞〟"},
		{open: '«', close: "»"}, {open: '»', close: "«»"}, {open: '「', close: "」"}, {open: '『', close: "』"}, {open: '｢', close: "｣"}, {open: '﹁', close: "﹂"}, {open: '﹃', close: "﹄"},
		{open: '‹', close: "›"}, {open: '›', close: "‹›", single: true}, {open: '‘', close: "’‘", single: true}, {open: '’', close: "’", single: true}, {open: '‚', close: "‘’", single: true},
		{open: '‛', close: "’", single: true}, {open: '\'', close: "'", single: true}, {open: '＇', close: "＇", single: true}, {open: '`', close: "`'´’", single: true}, {open: '´', close: "´", single: true},
		{open: '❛', close: "❜", single: true}, {open: '《', close: "》", title: true}, {open: '〈', close: "〉", title: true},
	} {
		out[m.open] = m
	}
	return out
}()

// doubled are single marks that are put twice for a double one.
var doubled = strings.NewReplacer("‘‘", "“", "’’", "”", "''", "\"", "``", "“", "´´", "”", ",,", "„", "‚‚", "„", "<<", "«", ">>", "»", "‹‹", "«", "››", "»")

// All are what stands between quotation marks in a text, without the marks and the spaces beside them. One that does not end goes to
// the end of the text. An apostrophe is no mark, and the title of a work is no quotation.
func All(text string) (out []string) {
	runes := []rune(doubled.Replace(text))
	for i := 0; i < len(runes); i++ {
		m, ok := marks[runes[i]]
		if !ok || m.single && within(runes, i) {
			continue
		}
		end := i + 1
		for end < len(runes) && (!strings.ContainsRune(m.close, runes[end]) || m.single && (within(runes, end) || runes[end] == m.open && opens(runes, end))) {
			end++
		}
		if m.single && (end == len(runes) || !opens(runes, i)) {
			continue
		}
		q := strings.TrimFunc(string(runes[i+1:end]), unicode.IsSpace)
		if q != "" && !(m.title && titled(q)) {
			out = append(out, q)
		}
		i = end
	}
	return out
}

// within reports whether a sign stands inside of a word, as an apostrophe does.
func within(text []rune, i int) bool {
	return i > 0 && i+1 < len(text) && letter(text[i-1]) && letter(text[i+1])
}

// opens reports whether a single mark stands where a quotation may begin: before a word, and not at the end of one.
func opens(text []rune, i int) bool {
	behind := i+1 < len(text) && !unicode.IsSpace(text[i+1])
	return behind && (i == 0 || !letter(text[i-1]) && !unicode.IsPunct(text[i-1]) || strings.ContainsRune("([{«“„—–-:،,。，：’'", text[i-1]))
}

// titled reports whether what stands between the marks of a title is one: it is short, is no sentence, and ends in what a text of that kind is called.
func titled(q string) bool {
	const most = 30
	return len([]rune(q)) <= most && !strings.ContainsAny(q, "，。！？；：,.!?;:") && slices.ContainsFunc(works, func(kind string) bool { return strings.HasSuffix(q, kind) })
}

// works are what a text with a title is called.
var works = strings.Fields("公约 條約 条约 协定 協定 协议 議定書 议定书 法 法案 条例 條例 规则 規則 细则 指南 宣言 文件 报告 報告 声明 聲明 纲要 决议 決議 章程 手册 文书 准则 原则 建议书 意见书 议题文件 考虑 摘要 论文 杂志 期刊")

// Other reports whether a translation quotes in other words than the original: what stands between its quotation marks is then a translation
// of what the original quotes.
func Other(original, translation string) bool {
	of := All(original)
	return slices.ContainsFunc(All(translation), func(q string) bool { return !slices.Contains(of, q) })
}

// Stands reports whether a quotation stands in a text, and neither cuts a word in two nor leaves behind an accent, a vowel sign or a joiner:
// in Arabic a cut through a word changes the letters that are seen.
func Stands(text, q string) bool {
	_, ok := Find(text, q)
	return ok
}

// Find is where a quotation stands in a text, as a run of bytes that cuts nothing in two; ok is false where it stands nowhere so.
func Find(text, q string) (at cite.Span, ok bool) {
	for from := 0; from <= len(text); {
		i := strings.Index(text[from:], q)
		if i < 0 {
			return at, false
		}
		i += from
		end := i + len(q)
		if !cuts(text, i) && !cuts(text, end) {
			return cite.Span{From: i, To: end}, true
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		from = i + max(1, n)
	}
	return at, false
}

// Cut is what stands in a range of bytes of a text; ok is false where the range goes beyond it, or cuts a word or a character in two.
func Cut(text string, at cite.Span) (words string, ok bool) {
	//mutants:guard nobody is quoted with half a word, or half a character
	if at.To > len(text) || cuts(text, at.From) || cuts(text, at.To) {
		return "", false
	}
	//mutants:guard half of the bytes of a character are nobody's words
	if words = text[at.From:at.To]; !utf8.ValidString(words) {
		return "", false
	}
	return words, true
}

// cuts reports whether a place in a text, in bytes, is inside of a character that people see, or of a word of a script that has spaces.
func cuts(text string, at int) bool {
	if at <= 0 || at >= len(text) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	behind, _ := utf8.DecodeRuneInString(text[at:])
	if unicode.IsMark(behind) || behind == '\u200d' || before == '\u200d' || behind == '\ufe0f' {
		return true
	}
	return letter(before) && letter(behind)
}

// letter reports whether a rune is a letter or a figure of a script that puts spaces between words.
func letter(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}
