package lint

import (
	"strings"
	"unicode"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/questionnaire"
)

// Rule is what a hint is about.
type Rule string

// The rules.
const (
	// Leading: words that expect an answer, such as "of course".
	Leading Rule = "leading"
	// Double: two question marks, "and/or", or a question for one choice that joins two things.
	Double Rule = "double"
	// Preferred: the first of the choices agrees. What stands first is chosen more often.
	Preferred Rule = "preferred"
	// Hidden: a question that has to be answered is asked of some only. Whoever it is not asked of sends without it.
	Hidden Rule = "hidden"
	// Long: the form takes longer than Most.
	Long Rule = "long"
)

// Most is how many minutes a form should take, as it says to those who fill it in: many leave one that takes longer.
const Most = 12

// Hint is one thing to look at again.
type Hint struct {
	Rule     Rule
	Question int         // its number; 0 for the whole form
	Language locale.Lang // in which it was found; "" for the whole form
	Found    string      // the words
	Minutes  int         // how long the whole form takes, about (Long)
}

// Check reads a questionnaire. The hints stand in the order of the questions, that of the whole form last.
func Check(f *questionnaire.Form) (out []Hint) {
	for n := 1; n <= f.Len(); n++ {
		q, _ := f.Question(n)
		if q.Required && f.Conditional(n) {
			out = append(out, Hint{Rule: Hidden, Question: n})
		}
		for _, l := range locale.All {
			for _, rule := range []struct {
				name Rule
				find func(*questionnaire.Question, locale.Lang) string
			}{{Leading, leads}, {Double, doubles}, {Preferred, prefers}} {
				if found := rule.find(q, l); found != "" {
					out = append(out, Hint{Rule: rule.name, Question: n, Language: l, Found: found})
				}
			}
		}
	}
	minutes := 0
	for i := range f.Sections {
		minutes += f.Sections[i].Minutes()
	}
	if minutes > Most {
		out = append(out, Hint{Rule: Long, Minutes: minutes})
	}
	return out
}

// leads finds words that lead to an answer.
func leads(q *questionnaire.Question, l locale.Lang) string {
	for _, s := range []string{q.Text.In[l], q.Hint.In[l]} {
		for _, p := range leading[l] {
			if found := find(s, p, l); found != "" {
				return found
			}
		}
	}
	return ""
}

// doubles finds what makes two questions of one.
func doubles(q *questionnaire.Question, l locale.Lang) string {
	s := q.Text.In[l]
	if i := strings.IndexFunc(s, asks); i >= 0 && strings.ContainsFunc(s[i+1:], func(r rune) bool { return unicode.IsLetter(r) }) && strings.ContainsFunc(s[i+1:], asks) {
		return "? … ?"
	}
	for _, p := range eitherOr[l] {
		if strings.Contains(strings.ToLower(s), p) {
			return p
		}
	}
	if q.Kind == questionnaire.Words || q.Kind == questionnaire.Table { // words can answer both
		return ""
	}
	if l == locale.Arabic { // the word for "and" is a part of the next
		for _, word := range strings.Fields(s) {
			if strings.HasPrefix(word, "وال") && len([]rune(word)) > 4 {
				return strings.TrimRightFunc(word, unicode.IsPunct)
			}
		}
		return ""
	}
	for _, p := range joins[l] {
		if found := find(s, p, l); found != "" {
			return found
		}
	}
	return ""
}

func asks(r rune) bool { return r == '?' || r == '？' || r == '؟' }

// prefers finds a first choice that agrees, where there is another to choose.
func prefers(q *questionnaire.Question, l locale.Lang) string {
	if len(q.Options) < 2 || !questionnaire.Offers(q.Kind) {
		return ""
	}
	first := q.Options[0].In[l]
	plain := words(first)
	for _, p := range agreeing[l] {
		begins := words(p)
		if l == locale.Chinese && len([]rune(p)) > 1 { // words without spaces between
			begins = strings.TrimSuffix(begins, " ")
		}
		if strings.HasPrefix(plain, begins) {
			return strings.TrimSpace(first)
		}
	}
	return ""
}

// find finds words in a text, whole words except in Chinese; "" where they are not there.
func find(s, p string, l locale.Lang) string {
	if l == locale.Chinese {
		if strings.Contains(s, p) {
			return p
		}
		return ""
	}
	if strings.Contains(words(s), words(p)) {
		return p
	}
	return ""
}

// words are the words of a text in small letters, a space around each: what is between them is left out.
func words(s string) string {
	var b strings.Builder
	b.WriteByte(' ')
	gap := true
	for _, r := range strings.ToLower(s) {
		switch {
		case r == '’':
			b.WriteByte('\'')
			gap = false
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'':
			b.WriteRune(r)
			gap = false
		case unicode.Is(unicode.Mn, r): // the vowels of Arabic
		case !gap:
			b.WriteByte(' ')
			gap = true
		}
	}
	if !gap {
		b.WriteByte(' ')
	}
	return b.String()
}
