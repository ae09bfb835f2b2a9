package markup

import "strings"

// Plain is the text as it is read, without the marks: what an excerpt, a search and a comparison take.
func Plain(s string) string {
	var b strings.Builder
	for _, r := range Runs(s) {
		b.WriteString(r.Text)
	}
	return b.String()
}

// Runs is a text on one level: paragraphs, items, definitions, rows of tables and footnotes end in a new line. An item
// begins with its number or a dash, a definition with a dash, a footnote with its mark, and cells are parted by bars.
func Runs(s string) []Run {
	var out []Run
	for i, k := range Parse(s) {
		if i > 0 {
			out = append(out, Run{Text: "\n"})
		}
		switch k.Kind {
		case Item:
			if k.Number != "" {
				out = append(out, Run{Text: k.Number + ". "})
			} else {
				out = append(out, Run{Text: "– "})
			}
		case Definition:
			out = append(out, Run{Text: "– "})
		case Note:
			out = append(out, Run{Text: noteMark(k.Note) + " "})
		case Table:
			out = append(out, rows(k.Rows)...)
		}
		out = append(out, k.Runs...)
	}
	return out
}

func rows(rows [][][]Run) []Run {
	var out []Run
	for i, row := range rows {
		if i > 0 {
			out = append(out, Run{Text: "\n"})
		}
		for j, cell := range row {
			if j > 0 {
				out = append(out, Run{Text: " | "})
			}
			out = append(out, cell...)
		}
	}
	return out
}
