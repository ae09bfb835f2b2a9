package frame

import (
	"html"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// Words shows what somebody wrote, as they wrote it: plain text, every character of it. A blank line begins a paragraph,
// a line is a line, spaces stay, and an address of the web is a link that the house does not vouch for. Nothing in
// it is markup. The page of a contribution, its preview, the queue, the documents and the print all show people's
// words by this function, so that a moderator reads what the public would. It stands in an element of the
// class "words".
func Words(s string) templ.Component { return templ.Raw(wordsHTML(s)) }

func wordsHTML(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8 + 32)
	open := false
	for line := range strings.SplitSeq(endings.Replace(s), "\n") {
		if strings.TrimSpace(line) == "" {
			if open {
				b.WriteString("</p>")
			}
			open = false
			continue
		}
		if open {
			b.WriteString("<br>")
		} else {
			b.WriteString(`<p dir="auto">`)
		}
		open = true
		writeLinked(&b, line)
	}
	if open {
		b.WriteString("</p>")
	}
	return b.String()
}

// endings makes all ends of line one.
var endings = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// Visible is a line with what nobody could see in it made visible: control characters as the signs for them, and
// characters that turn the direction of others, or are none, as the sign for an unknown one. What is kept on
// the record has none of them.
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r >= ' ' && r < 0x7f:
			return r
		case r < ' ':
			return '\u2400' + r
		case r == 0x7f:
			return '\u2421'
		case r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, unicode.Is(unicode.Noncharacter_Code_Point, r):
			return utf8.RuneError
		}
		return r
	}, s)
}

// writeLinked writes a text with the addresses in it as links.
func writeLinked(b *strings.Builder, s string) {
	for {
		from, to := address(s)
		if from < 0 {
			b.WriteString(html.EscapeString(Visible(s)))
			return
		}
		b.WriteString(html.EscapeString(Visible(s[:from])))
		writeLink(b, s[from:to], html.EscapeString(s[from:to]))
		s = s[to:]
	}
}

// writeLink writes a link to a stranger's address.
func writeLink(b *strings.Builder, to, shown string) {
	b.WriteString(`<a href="` + html.EscapeString(to) + `" rel="nofollow ugc noopener" referrerpolicy="no-referrer">` + shown + "</a>")
}

// address finds the first address of the web in a text; -1 where there is none.
func address(s string) (from, to int) {
	for at := 0; ; {
		i := strings.Index(s[at:], "://")
		if i < 0 {
			return -1, 0
		}
		i += at
		at = i + len("://")
		from = i
		for from > 0 && isASCIILetter(s[from-1]) {
			from--
		}
		if r, _ := utf8.DecodeLastRuneInString(s[:from]); from > 0 && (unicode.IsDigit(r) || r == '+' || r == '.' || r == '-') {
			continue // the end of a longer scheme
		}
		if to = addressFrom(s[from:]); to > 0 {
			return from, from + to
		}
	}
}

// addressFrom is how long the address is that a text begins with, 0 where it begins with none.
func addressFrom(s string) int {
	i := strings.Index(s[:min(len(s), len("https://"))], "://")
	if i < 0 {
		return 0
	}
	if scheme := strings.ToLower(s[:i]); scheme != "http" && scheme != "https" {
		return 0
	}
	i += len("://")
	to := i
	for to < len(s) && to <= maxAddress {
		r, n := utf8.DecodeRuneInString(s[to:])
		if !inAddress(r) {
			break
		}
		to += n
	}
	if to > maxAddress {
		return 0
	}
	if to = i + len(ending(s[i:to])); !safeAddress(s[:to]) {
		return 0
	}
	return to
}

// maxAddress is how many bytes the longest address has that becomes a link.
const maxAddress = 2048

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// inAddress reports whether an address may go on with a character. Signs of other scripts that end a sentence, and
// what cannot be seen, end it.
func inAddress(r rune) bool {
	switch {
	case r == utf8.RuneError, r == '█', strings.ContainsRune("<>\"`{}|\\^", r):
		return false
	case r < 0x80:
		return r > ' ' && r != 0x7f
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
}

// ending takes off the signs at the end that belong to the sentence and not to the address.
func ending(s string) string {
	round, square := strings.Count(s, ")")-strings.Count(s, "("), strings.Count(s, "]")-strings.Count(s, "[")
	for s != "" {
		switch last := s[len(s)-1]; {
		case strings.IndexByte(".,;:!?'*_~", last) >= 0:
		case last == ')' && round > 0:
			round--
		case last == ']' && square > 0:
			square--
		default:
			return s
		}
		s = s[:len(s)-1]
	}
	return s
}

// safeAddress reports whether a link may lead to an address: of the web, with a host, and without a name before the
// host, by which an address pretends to be another.
func safeAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil
}
