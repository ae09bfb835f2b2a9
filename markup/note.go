package markup

import (
	"strconv"
	"strings"
)

// footnote is one that a text defines.
type footnote struct {
	label, text string
	number      int  // in the text, from 1; 0 while nothing cites it
	twice       bool // a second one has the same label
	taken       bool // the first was read
}

// noteMark is the mark of a footnote, as it is read.
func noteMark(n int) string { return "[" + strconv.Itoa(n) + "]" }

// maxLabel is how many bytes the label of a footnote has at most.
const maxLabel = 40

// labelAt reads [^label] at a place.
func labelAt(s string, i int) (label string, end int) {
	rest, ok := strings.CutPrefix(s[i:], "[^")
	if !ok {
		return "", 0
	}
	j := strings.IndexByte(rest[:min(len(rest), maxLabel+1)], ']')
	if j <= 0 || strings.ContainsAny(rest[:j], "[] \t\n") {
		return "", 0
	}
	return rest[:j], i + 2 + j + 1
}

// NoteLine reads the beginning of a footnote, "[^label]:" and its first words. The label is "" where a line is none.
func NoteLine(line string) (label, text string) {
	label, end := labelAt(line, 0)
	if label == "" {
		return "", ""
	}
	text, ok := strings.CutPrefix(line[end:], ":")
	if text = strings.TrimSpace(text); !ok || text == "" {
		return "", ""
	}
	return label, text
}

// lookForNotes reads the footnotes of a text, and which of them its words cite.
func (p *parser) lookForNotes(s string) {
	p.notes = map[string]*footnote{}
	var open *footnote
	var words []string // in which notes are cited
	for line := range strings.SplitSeq(endings.Replace(s), "\n") {
		line = strings.Trim(line, " \t")
		label, text := NoteLine(line)
		switch {
		case label != "" && p.notes[label] != nil:
			p.notes[label].twice = true // what comes second stays characters
			open = nil
		case label != "":
			open = &footnote{label: label, text: text}
			p.notes[label] = open
		case line == "":
			open = nil
		case open != nil && !strings.HasPrefix(line, "|"):
			open.text += "\n" + line
		default:
			open = nil
			words = append(words, line)
		}
	}
	for _, line := range words {
		for i := 0; i < len(line); {
			j := strings.Index(line[i:], "[^")
			if j < 0 {
				break
			}
			label, end := labelAt(line, i+j)
			if label == "" {
				i += j + len("[^")
				continue
			}
			i = end
			if n := p.notes[label]; n != nil && n.number == 0 {
				p.cited = append(p.cited, n)
				n.number = len(p.cited)
			}
		}
	}
}

// noteBegins reports whether a line begins a footnote.
func (p *parser) noteBegins(line string) bool {
	if p.notes == nil {
		return false
	}
	label, _ := NoteLine(line)
	return label != ""
}

// isNote reports whether a block that begins with a line is a footnote that is written at the end.
func (p *parser) isNote(line string) bool {
	if !p.noteBegins(line) {
		return false
	}
	label, _ := NoteLine(line)
	n := p.notes[label]
	if n == nil || n.number == 0 || n.taken {
		return false
	}
	n.taken = true
	return true
}

// citation reads the mark of a footnote at a place: its number, 0 where there is no such footnote.
func (p *parser) citation(s string, i int) (number, end int) {
	if p.notes == nil {
		return 0, 0
	}
	label, end := labelAt(s, i)
	if n := p.notes[label]; label != "" && n != nil {
		return n.number, end
	}
	return 0, 0
}

// footnotes are those that are cited, as blocks. A footnote does not cite another.
func (p *parser) footnotes() []Block {
	var out []Block
	for _, n := range p.cited {
		out = append(out, Block{Kind: Note, Note: n.number, Runs: (&parser{}).inline(n.text, Run{})})
	}
	return out
}

// Notes counts the footnotes of a text that its words cite.
func Notes(s string) int {
	if !strings.Contains(s, "[^") {
		return 0
	}
	p := parser{}
	p.lookForNotes(s)
	return len(p.cited)
}

// Faults are what is wrong with the footnotes of a text, by their labels: marks for which there is no footnote,
// footnotes that nothing cites, and labels that two footnotes have.
type Faults struct{ Unknown, Uncited, Twice []string }

// None reports whether nothing is wrong.
func (f Faults) None() bool { return len(f.Unknown)+len(f.Uncited)+len(f.Twice) == 0 }

// Check looks at the footnotes of a text.
func Check(s string) (f Faults) {
	if !strings.Contains(s, "[^") {
		return f
	}
	p := parser{}
	p.lookForNotes(s)
	seen := map[string]bool{}
	for line := range strings.SplitSeq(endings.Replace(s), "\n") {
		line = strings.Trim(line, " \t")
		if label, _ := NoteLine(line); label != "" {
			n := p.notes[label]
			if n.number == 0 && !seen["^"+label] {
				f.Uncited = append(f.Uncited, label)
			}
			if n.twice && !seen["^"+label] {
				f.Twice = append(f.Twice, label)
			}
			seen["^"+label] = true
			_, end := labelAt(line, 0)
			line = line[end:]
		}
		for i := 0; i < len(line); i++ {
			if label, end := labelAt(line, i); label != "" {
				if p.notes[label] == nil && !seen[label] {
					f.Unknown = append(f.Unknown, label)
				}
				seen[label] = true
				i = end - 1
			}
		}
	}
	return f
}

// Pictures names the pictures of a text, each once, and counts those of which nobody says what they show.
func Pictures(s string) (names []string, undescribed int) {
	if !strings.Contains(s, "![") {
		return nil, 0
	}
	seen := map[string]bool{}
	for _, r := range Runs(s) {
		if r.Picture == "" {
			continue
		}
		if r.Text == "" {
			undescribed++
		}
		if !seen[r.Picture] {
			seen[r.Picture] = true
			names = append(names, r.Picture)
		}
	}
	return names, undescribed
}
