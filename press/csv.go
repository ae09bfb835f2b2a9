// Package press makes files of papers and tables: what leaves the house on paper or in a spreadsheet.
// A file per format.
package press

import (
	"encoding/csv"
	"io"
	"strings"
)

// CSV writes a table as RFC 4180 with a byte-order mark, so that spreadsheets read it as UTF-8.
// Cells that a spreadsheet would run as a formula are made harmless: see Harmless.
type CSV struct {
	w     *csv.Writer
	out   io.Writer
	begun bool
}

// NewCSV writes to w.
func NewCSV(w io.Writer) *CSV {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	return &CSV{w: c, out: w}
}

// Row writes one row.
func (c *CSV) Row(cells ...string) error {
	if !c.begun {
		c.begun = true
		if _, err := io.WriteString(c.out, "\ufeff"); err != nil {
			return err
		}
	}
	safe := make([]string, len(cells))
	for i, s := range cells {
		safe[i] = Harmless(s)
	}
	return c.w.Write(safe)
}

// Flush hands on what was written.
func (c *CSV) Flush() error {
	c.w.Flush()
	return c.w.Error()
}

// Harmless puts an apostrophe before a cell that begins as a formula does, or with an apostrophe. Plain numbers such
// as "-5" stay as they are. So no two texts become the same cell, and whoever reads a file takes away one
// apostrophe where a cell begins with one, and has the text: Harmful.
func Harmless(s string) string {
	if strings.HasPrefix(s, "'") {
		return "'" + s
	}
	if s == "" || !strings.ContainsAny(s[:1], "=+-@\t\r") && !strings.HasPrefix(s, "＝") && !strings.HasPrefix(s, "＋") && !strings.HasPrefix(s, "－") && !strings.HasPrefix(s, "＠") {
		return s
	}
	if (s[0] == '-' || s[0] == '+') && len(s) > 1 && strings.Trim(s[1:], "0123456789.,") == "" {
		return s
	}
	return "'" + s
}

// Harmful is the text that Harmless made a cell of.
func Harmful(cell string) string { return strings.TrimPrefix(cell, "'") }
