package editor

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/markup"
	"github.com/openplenary/plenary/paper"
)

// Mark stands for a passage as it is, its number and who wrote it left out: another mark says that it was changed.
func Mark(e paper.DraftElement) string {
	e.Number, e.Text, e.Wrote = "", texts(e.Text), nil
	return mark(e)
}

// TextMark stands for a text as it is.
func TextMark(s string) string { return mark(s) }

// mark is the beginning of a hash of a value.
func mark(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// note is a footnote as it is written in a text.
type note struct{ label, text string }

// footnotes takes the footnotes out of a text.
func footnotes(s string) (words string, notes []note) {
	var out []string
	open := false
	for line := range strings.SplitSeq(s, "\n") {
		t := strings.TrimSpace(line)
		label, text := markup.NoteLine(t)
		switch {
		case label != "":
			notes, open = append(notes, note{label, text}), true
		case open && t != "" && !strings.HasPrefix(t, "|"):
			notes[len(notes)-1].text += "\n" + t
		default:
			open = false
			out = append(out, line)
		}
	}
	return strings.TrimSpace(strings.Join(out, "\n")), notes
}

func (n note) mark() string { return "[^" + n.label + "]" }

func withNotes(words string, notes []note) string {
	if len(notes) == 0 {
		return words
	}
	all := make([]string, len(notes))
	for i, n := range notes {
		all[i] = n.mark() + ": " + n.text
	}
	return strings.TrimSpace(words + "\n\n" + strings.Join(all, "\n"))
}

// split parts a text at the lines that hold only ===. Each footnote goes to the parts that cite it, and to the first where
// none does. Parts without words are left out.
func split(s string) []string {
	words, notes := footnotes(s)
	var pieces []string
	for _, piece := range cut.Split(words, -1) {
		if piece = strings.TrimSpace(piece); piece != "" {
			pieces = append(pieces, piece)
		}
	}
	if len(pieces) == 0 {
		return []string{strings.TrimSpace(s)}
	}
	out := make([]string, len(pieces))
	for i, piece := range pieces {
		var own []note
		for _, n := range notes {
			cited := strings.Contains(piece, n.mark())
			if cited || i == 0 && !strings.Contains(words, n.mark()) {
				own = append(own, n)
			}
		}
		out[i] = withNotes(piece, own)
	}
	return out
}

// joined is one text out of two: headings on one line, others in paragraphs of their own. A footnote of the second whose label
// the first has for another gets a label of its own.
func joined(kind, a, b string) string {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	switch {
	case a == "" || b == "":
		return a + b
	case kind == paper.Theme || kind == paper.Issue:
		return a + " " + b
	}
	first, notes := footnotes(a)
	second, more := footnotes(b)
	has := map[string]string{}
	for _, n := range notes {
		has[n.label] = n.text
	}
	for _, n := range more {
		text, taken := has[n.label]
		if taken && text == n.text {
			continue
		}
		if taken {
			label := n.label
			for i := 2; taken; i++ {
				label = n.label + "-" + strconv.Itoa(i)
				_, taken = has[label]
				taken = taken || strings.Contains(b, "[^"+label+"]")
			}
			second = strings.ReplaceAll(second, n.mark(), "[^"+label+"]")
			n.label = label
		}
		has[n.label] = n.text
		notes = append(notes, n)
	}
	return withNotes(strings.TrimSpace(first+"\n\n"+second), notes)
}
