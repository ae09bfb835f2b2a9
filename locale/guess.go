package locale

import "unicode"

// scriptOf are the languages that the letters of a text tell, where most of them are of one script.
var scriptOf = []struct {
	script *unicode.RangeTable
	lang   Lang
}{
	{unicode.Arabic, Arabic}, {unicode.Han, Chinese}, {unicode.Cyrillic, Russian}, {unicode.Hangul, "ko"}, {unicode.Greek, "el"}, {unicode.Hebrew, "he"},
	{unicode.Devanagari, "hi"}, {unicode.Thai, "th"}, {unicode.Bengali, "bn"}, {unicode.Armenian, "hy"}, {unicode.Georgian, "ka"}, {unicode.Ethiopic, "am"},
}

// Guess is the language that a text seems to be written in, by the script of most of its letters: a guess, to be shown to
// whoever wrote it and to be changed by them. Latin letters tell none of the languages that use them: then it is the
// page's, or English where the page is in another script. A text without letters is in the page's language.
func Guess(text string, page Lang) Lang {
	counts, latin, kana := make([]int, len(scriptOf)), 0, 0
	for _, r := range text {
		switch {
		case !unicode.IsLetter(r):
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			kana++
		default:
			for i, s := range scriptOf {
				if unicode.Is(s.script, r) {
					counts[i]++
				}
			}
		}
	}
	best, most := page, 0
	for i, n := range counts {
		if n > most {
			best, most = scriptOf[i].lang, n
		}
	}
	switch {
	case kana > 0 && most+kana > latin && (best == Chinese || most < kana):
		return "ja"
	case latin > most && page.index() >= 0 && (page == Arabic || page == Chinese || page == Russian):
		return English
	case latin > most:
		return page
	}
	return best
}
