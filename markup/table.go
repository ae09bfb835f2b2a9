package markup

import (
	"regexp"
	"strings"
)

// delimiter is the line that parts the heading of a table from its rows.
var delimiter = regexp.MustCompile(`^\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?$`)

// maxFilled is up to which column short rows are filled with empty cells.
const maxFilled = 100

// TableRule reports whether a line parts the heading of a table from its rows.
func TableRule(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "|") && delimiter.MatchString(line)
}

// table reads a table from its lines.
func (p *parser) table(lines []string) (Block, bool) {
	if len(lines) < 2 || !TableRule(lines[1]) {
		return Block{}, false
	}
	t := Block{Kind: Table}
	for _, c := range cells(lines[1]) {
		side := ""
		switch left, right := strings.HasPrefix(c, ":"), strings.HasSuffix(c, ":"); {
		case left && right:
			side = "mid"
		case right:
			side = "end"
		}
		t.Sides = append(t.Sides, side)
	}
	wide := 0
	for i, line := range lines {
		if i == 1 {
			continue
		}
		var row [][]Run
		for _, c := range cells(line) {
			row = append(row, p.inline(c, Run{}))
		}
		t.Rows = append(t.Rows, row)
		wide = max(wide, len(row))
	}
	for i := range t.Rows {
		for len(t.Rows[i]) < min(wide, maxFilled) {
			t.Rows[i] = append(t.Rows[i], nil)
		}
	}
	return t, true
}

// cells parts a line of a table into its cells.
func cells(line string) []string {
	line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "|"))
	var out []string
	var cell strings.Builder
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && i+1 < len(line) && line[i+1] == '|':
			cell.WriteByte('|')
			i++
		case line[i] == '|':
			out = append(out, strings.TrimSpace(cell.String()))
			cell.Reset()
		default:
			cell.WriteByte(line[i])
		}
	}
	if rest := strings.TrimSpace(cell.String()); rest != "" || len(out) == 0 {
		out = append(out, rest)
	}
	return out
}
