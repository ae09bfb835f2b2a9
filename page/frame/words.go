package frame

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/markup"
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
	for line := range strings.SplitSeq(oneEnding(s), "\n") {
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

// oneEnding is a text with all its ends of line made one. Most texts have no other: those are only looked through.
func oneEnding(s string) string {
	if strings.IndexByte(s, '\r') < 0 && !strings.Contains(s, "\u0085") && !strings.Contains(s, "\u2028") && !strings.Contains(s, "\u2029") {
		return s
	}
	return endings.Replace(s)
}

// visible is a character, where nobody could see it as a sign that they can: control characters as the signs for them,
// and characters that turn the direction of others, or are none, as the sign for an unknown one. What is kept on the
// record has none of them.
func visible(r rune) rune {
	switch {
	case r == '\t' || r == '\n' || r >= ' ' && r < 0x7f:
		return r
	case r < ' ':
		return '\u2400' + r
	case r == 0x7f:
		return '\u2421'
	case r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r >= 0xfdd0 && unicode.Is(unicode.Noncharacter_Code_Point, r):
		return utf8.RuneError
	}
	return r
}

// asIs are the bytes that stand in a page as they stand in a text, and are characters by themselves.
var asIs = func() (table [256]bool) {
	for c := byte(' '); c < 0x7f; c++ {
		table[c] = strings.IndexByte("&<>\"'", c) < 0
	}
	table['\t'] = true
	return table
}()

// writeText writes a text as the characters of a page: what cannot be seen is made visible, what HTML would read as its
// own is escaped, a new line is one. It goes through the text once and copies what needs nothing in one piece, because
// a paper has many long texts.
func writeText(b *strings.Builder, s string) {
	begun := 0 // of what is not yet written
	for i := 0; i < len(s); {
		if asIs[s[i]] {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		shown := ""
		switch v := visible(r); {
		case r == '\n':
			shown = "<br>"
		case v != r, r == utf8.RuneError:
			shown = string(v)
		case r < utf8.RuneSelf:
			shown = html.EscapeString(s[i : i+n])
		}
		if shown != "" {
			b.WriteString(s[begun:i])
			b.WriteString(shown)
			begun = i + n
		}
		i += n
	}
	b.WriteString(s[begun:])
}

// writeLinked writes a text with the addresses in it as links.
func writeLinked(b *strings.Builder, s string) {
	for {
		from, to := markup.Address(s)
		if from < 0 {
			writeText(b, s)
			return
		}
		writeText(b, s[:from])
		writeLink(b, s[from:to], html.EscapeString(s[from:to]))
		s = s[to:]
	}
}

// writeLink writes a link to a stranger's address.
func writeLink(b *strings.Builder, to, shown string) {
	b.WriteString(linkTag(to) + shown + "</a>")
}

// linkTag begins a link to a stranger's address.
func linkTag(to string) string {
	return `<a href="` + html.EscapeString(to) + `" rel="nofollow ugc noopener" referrerpolicy="no-referrer">`
}
