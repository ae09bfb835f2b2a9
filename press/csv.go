// Package press makes files of papers and tables: what leaves the house on paper or in a spreadsheet.
// A file per format.
package press

import (
	"bufio"
	"io"
	"strings"
)

// CSV writes a table as RFC 4180 with a byte-order mark, so that spreadsheets read it as UTF-8.
// Cells that a spreadsheet would run as a formula are made harmless: see Harmless. A cell is quoted where it holds what
// separates cells in any country, a semicolon or a tab as well: spreadsheets that look for these too would break it there,
// and run what follows.
type CSV struct {
	w     *bufio.Writer
	begun bool
}

// NewCSV writes to w.
func NewCSV(w io.Writer) *CSV { return &CSV{w: bufio.NewWriter(w)} }

// quotes doubles quotation marks, and ends lines as the format does.
var quotes = strings.NewReplacer(`"`, `""`, "\r", "", "\n", "\r\n")

// quoted puts a cell between quotation marks where it has to be.
func quoted(s string) string {
	if !strings.ContainsAny(s, ",;\t\"\r\n") && !strings.HasPrefix(s, " ") {
		return s
	}
	return `"` + quotes.Replace(s) + `"`
}

// Row writes one row.
func (c *CSV) Row(cells ...string) (err error) {
	put := func(s string) {
		if err == nil {
			_, err = c.w.WriteString(s)
		}
	}
	if !c.begun {
		c.begun = true
		put("\ufeff")
	}
	for i, s := range cells {
		if i > 0 {
			put(",")
		}
		put(quoted(Harmless(s)))
	}
	put("\r\n")
	return err
}

// Flush hands on what was written.
func (c *CSV) Flush() error { return c.w.Flush() }

// Harmless puts an apostrophe before a cell that begins as a formula does, or with an apostrophe, and before what a spreadsheet would take for
// a number and write otherwise: see rounded. Plain numbers such as "-5" stay as they are. So no two texts become the same cell, and whoever reads a file takes away one
// apostrophe where a cell begins with one, and has the text: Harmful.
func Harmless(s string) string {
	if strings.HasPrefix(s, "'") || rounded(s) {
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

// rounded reports whether a spreadsheet would take a text for a number and lose some of it: more digits than the fifteen that it keeps, noughts in front,
// or what looks like an exponent, as the code of a badge may.
func rounded(s string) bool {
	digits := strings.TrimLeft(s, "0123456789")
	switch n := len(s) - len(digits); {
	case n == 0:
		return false
	case digits == "":
		return n > 15 || n > 1 && s[0] == '0'
	case digits[0] == 'E' || digits[0] == 'e':
		return len(digits) > 1 && strings.Trim(digits[1:], "0123456789") == ""
	}
	return false
}

// Harmful is the text that Harmless made a cell of.
func Harmful(cell string) string { return strings.TrimPrefix(cell, "'") }
