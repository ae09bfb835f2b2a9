package site

import (
	"embed"
	"regexp"
	"strings"

	"github.com/openplenary/plenary/locale"
)

// The first texts of the legal pages: what holds for every instance, with gaps for what only its operator knows.
//
//go:embed texts/*.md
var texts embed.FS

// FirstText is the text with which a legal page begins in a language. {body}, {contact} and {address} stand for what is
// said about the body; what stands in double brackets has to be filled in.
func FirstText(page string, l locale.Lang) string {
	return gap.ReplaceAllString(first(page, l), "[[$1]]")
}

// TakenText is what a legal page says where its operator takes it as it begins: in the place of each gap stands what holds
// for every instance, or nothing where there is nothing to say. Only {body}, {contact} and {address} are left in it.
func TakenText(page string, l locale.Lang) string {
	var out []string
	for _, paragraph := range strings.Split(gap.ReplaceAllString(first(page, l), "$2"), "\n\n") {
		if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
			out = append(out, paragraph)
		}
	}
	return strings.Join(out, "\n\n")
}

// Takes lists the languages in which a legal page can be taken as it begins: those that pages are offered in, in which
// nobody wrote it here and it begins with gaps.
func (s *Said) Takes(page string) (out []locale.Lang) {
	offered := s.Languages
	if len(offered) == 0 {
		offered = locale.All
	}
	for _, l := range offered {
		if _, own := s.Pages[page][l]; !own && len(Gaps(FirstText(page, l))) > 0 {
			out = append(out, l)
		}
	}
	return out
}

// gap is a gap of a first text: what is to be filled in, and after two bars what stands there where nobody does.
var gap = regexp.MustCompile(`\[\[(.*?) \|\| ?(.*?)\]\]`)

func first(page string, l locale.Lang) string {
	b, err := texts.ReadFile("texts/" + page + "." + string(l) + ".md")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// Take has the legal pages that nobody wrote here say what TakenText says, in every language that pages are offered in. One
// that begins without gaps says it already, and stays what the program brings.
func (s *Said) Take() {
	for _, page := range PageNames {
		for _, l := range s.Takes(page) {
			if s.Pages == nil {
				s.Pages = map[string]map[locale.Lang]string{}
			}
			if s.Pages[page] == nil {
				s.Pages[page] = map[locale.Lang]string{}
			}
			s.Pages[page][l] = TakenText(page, l)
		}
	}
}

// Taken is how a legal page reads in a language once it is taken as it begins.
func (s *Site) Taken(page string, l locale.Lang) string { return s.fill(TakenText(page, l), l) }

// FirstPages are all legal pages in all languages as they begin, each gap filled with what fill says in the language: for a
// demonstration, and for whoever tries things out.
func FirstPages(fill func(gap string, l locale.Lang) string) map[string]map[locale.Lang]string {
	out := map[string]map[locale.Lang]string{}
	for _, page := range PageNames {
		out[page] = map[locale.Lang]string{}
		for _, l := range locale.All {
			text := FirstText(page, l)
			for _, gap := range Gaps(text) {
				text = strings.Replace(text, "[["+gap+"]]", fill(gap, l), 1)
			}
			out[page][l] = text
		}
	}
	return out
}
