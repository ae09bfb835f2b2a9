package floor

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// MaxRows is how many requests a spreadsheet has at most.
const MaxRows = 500

// Row is a request as it stands in a spreadsheet.
type Row struct {
	Line    int    // of the file, from 1
	Party   string // its name, or its reference
	Through string // the member that speaks, where the party is a group
	Item    string // its number on paper, or in the order in which items were planned
	Wish    string // minutes, or place, reply or point; empty for a place with the time that there is
	Floor   string // the language that will be spoken; empty where that is not known
}

// Columns are those of a spreadsheet with requests, as its first line names them. The first two must be there.
var Columns = []string{"party", "item", "wish", "language", "member"}

// ReadRows reads requests from comma-separated values, or values with semicolons between, as spreadsheets of some countries write them. The first
// line names the columns. What cannot be read is a refusal that names the line; a row that says nothing is passed over.
func ReadRows(text string) (rows []Row, err error) {
	text = strings.TrimPrefix(text, "\ufeff")
	first, _, _ := strings.Cut(text, "\n")
	c := csv.NewReader(strings.NewReader(text))
	c.TrimLeadingSpace = true
	if strings.Count(first, ";") > strings.Count(first, ",") {
		c.Comma = ';'
	}
	var at []int // the column of each of Columns, -1 for none
	for {
		fields, err := c.Read()
		var parse *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			if at == nil {
				return nil, refusal.In("rows", "floor.columns")
			}
			return rows, nil
		case errors.As(err, &parse):
			return nil, refusal.In("rows", "floor.unreadable", "line", parse.Line)
		case err != nil:
			return nil, err
		}
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		if at == nil {
			if at = columns(fields); at == nil {
				return nil, refusal.In("rows", "floor.columns")
			}
			continue
		}
		cell := func(n int) string {
			if at[n] < 0 {
				return ""
			}
			return fields[at[n]]
		}
		line, _ := c.FieldPos(0)
		if strings.Join(fields, "") == "" {
			continue
		}
		rows = append(rows, Row{Line: line, Party: cell(0), Item: cell(1), Wish: strings.ToLower(cell(2)), Floor: strings.ToLower(cell(3)), Through: cell(4)})
		if len(rows) > MaxRows {
			return nil, refusal.In("rows", "floor.rows", "max", MaxRows)
		}
	}
}

// columns finds where each of Columns stands; nil where one of the first two does not.
func columns(heads []string) []int {
	at := make([]int, len(Columns))
	for i, name := range Columns {
		at[i] = slices.IndexFunc(heads, func(s string) bool { return strings.EqualFold(s, name) })
	}
	if at[0] < 0 || at[1] < 0 {
		return nil
	}
	return at
}

// Enter is what the secretariat asks by a row, once party, member and item are known.
func (r Row) Enter(c Enter) (Enter, error) {
	switch minutes := locale.WesternDigits(r.Wish); {
	case r.Wish == "", slices.Contains(Kinds, r.Wish):
		c.Kind = r.Wish
	default:
		for _, d := range minutes {
			if d < '0' || d > '9' || c.Minutes > MaxLong {
				return c, refusal.In("wish", "floor.wish", "max", MaxLong)
			}
			c.Minutes = 10*c.Minutes + int(d-'0')
		}
		if c.Minutes == 0 {
			return c, refusal.In("wish", "floor.wish", "max", MaxLong)
		}
	}
	c.Floor = locale.Lang(r.Floor)
	return c, nil
}
