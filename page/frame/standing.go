package frame

import "github.com/openplenary/plenary/locale"

// LocalizeAs is Localize, with what the text is to a reader of the language: as locale.Standing decided.
func LocalizeAs(t locale.Text, l locale.Lang, is string) LocalizedText {
	return Localize(t, l).As(is, t.Original)
}

// As is the text with what it is to its reader, and from which language it was translated.
func (s LocalizedText) As(is string, original locale.Lang) LocalizedText {
	if is != locale.IsOriginal && is != locale.IsUnsaid {
		s.Is, s.From = is, original
	}
	return s
}

// Told reports whether the page says what the text is.
func (s LocalizedText) Told() bool { return s.Is != "" && !s.hushed }

// Hush has the page not say what the text is: it says so of many at once.
func (s *LocalizedText) Hush() { s.hushed = true }

// Together finds what the page says of all of some texts at once, where it is the same of all that say something, and has
// none of them say it again. It says nothing where they differ, and of fewer than two.
func Together(all []*LocalizedText) (once LocalizedText) {
	n := 0
	for _, s := range all {
		switch {
		case s.Text == "":
		case n > 0 && (s.Is != once.Is || s.From != once.From):
			return LocalizedText{}
		default:
			once, n = *s, n+1
		}
	}
	if n < 2 {
		return LocalizedText{}
	}
	for _, s := range all {
		s.Hush()
	}
	once.hushed = false
	return once
}

// Mostly finds what the page says of most of some texts, says it once, and has none of those say it again: the others go on
// saying what they are. It says nothing of fewer than two, and where some are originals in the language of the page, which say
// nothing by themselves.
func Mostly(all []*LocalizedText) (once LocalizedText) {
	type kind struct {
		is   string
		from locale.Lang
	}
	counted, most := map[kind]int{}, kind{}
	for _, s := range all {
		if s.Text == "" {
			continue
		}
		k := kind{s.Is, s.From}
		if counted[k]++; counted[k] > counted[most] {
			most = k
		}
	}
	if counted[most] < 2 || counted[kind{}] > 0 {
		return LocalizedText{}
	}
	for _, s := range all {
		if s.Is == most.is && s.From == most.from {
			s.Hush()
		}
	}
	return LocalizedText{Is: most.is, From: most.from}
}

// Note says what the text is: a translation and of which kind, one that is older than its original, or the original
// because there is no translation. It is "" where there is nothing to say.
func (s LocalizedText) Note(f *Frame) string {
	if !s.Told() {
		return ""
	}
	return f.T("translation.is."+s.Is, "from", f.T("language.from."+string(s.From)), "language", s.From)
}
