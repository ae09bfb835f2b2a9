package press

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// Limits of a worksheet.
const (
	maxCell = 32767 // characters of a cell, as UTF-16 counts them
	maxRows = 1 << 20
)

// XLSX writes a workbook sheet by sheet, row by row; what is large waits in a temporary file. All cells are
// words, stored as such, so that nothing in them is ever run as a formula and they stand there as they were written.
type XLSX struct {
	f      *excelize.File
	w      *excelize.StreamWriter
	bold   int
	wrap   int
	name   string // of the sheet that was begun
	part   int    // how many sheets it filled before
	header []string
	widths []float64
	row    int
	rows   int // how many a sheet holds
	sheets int
}

// NewXLSX begins a workbook. It has to be closed.
func NewXLSX() (*XLSX, error) {
	x := &XLSX{f: excelize.NewFile(), rows: maxRows}
	var err error
	if x.bold, err = x.f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}); err != nil {
		return nil, err
	}
	x.wrap, err = x.f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	return x, err
}

// Sheet begins the next sheet. The header, if there is one, stays in sight while one scrolls; widths are
// those of the first columns, in characters. A sheet that is full goes on in another of the same name with
// a number.
func (x *XLSX) Sheet(name string, widths []float64, header ...string) error {
	x.name, x.part, x.widths, x.header = sheetName(name), 0, widths, header
	return x.begin()
}

func (x *XLSX) begin() error {
	if err := x.end(); err != nil {
		return err
	}
	name := x.name
	if x.part++; x.part > 1 {
		name = fmt.Sprintf("%s %d", x.name, x.part)
	}
	var err error
	if x.sheets++; x.sheets == 1 {
		err = x.f.SetSheetName("Sheet1", name) // a new workbook has one
	} else {
		_, err = x.f.NewSheet(name)
	}
	if err != nil {
		return err
	}
	if err := x.toPrint(name); err != nil {
		return err
	}
	if x.w, err = x.f.NewStreamWriter(name); err != nil {
		return err
	}
	for i, w := range x.widths {
		if err := x.w.SetColWidth(i+1, i+1, w); err != nil {
			return err
		}
	}
	x.row = 0
	if len(x.header) == 0 {
		return nil
	}
	if err := x.w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return x.put(x.header, x.bold)
}

// toPrint lets a sheet be printed across the paper, as wide as a page.
func (x *XLSX) toPrint(name string) error {
	fit, landscape, a4, one, any := true, "landscape", 9, 1, 0
	if err := x.f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	return x.f.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &one, FitToHeight: &any})
}

// sheetName is a name as a workbook takes it: at most 31 characters, none of those that stand for something else.
func sheetName(s string) string {
	r := []rune(strings.Map(func(c rune) rune {
		if strings.ContainsRune(`[]:*?/\`, c) {
			return '-'
		}
		return c
	}, strings.Trim(s, "'")))
	return string(r[:min(len(r), 28)]) // room for the number of a part
}

// Row writes one row.
func (x *XLSX) Row(cells ...string) error {
	if x.row == x.rows {
		if err := x.begin(); err != nil {
			return err
		}
	}
	return x.put(cells, x.wrap)
}

func (x *XLSX) put(cells []string, style int) error {
	x.row++
	out := make([]any, len(cells))
	for i, s := range cells {
		out[i] = excelize.Cell{StyleID: style, Value: fits(s)}
	}
	at, err := excelize.CoordinatesToCellName(1, x.row)
	if err != nil {
		return err
	}
	return x.w.SetRow(at, out)
}

// cut marks a cell whose words a spreadsheet cannot hold to the end.
const cut = " […]"

// fits cuts what is too long for a cell, and says so in the cell.
func fits(s string) string {
	if len(s) <= maxCell { // bytes are at least as many
		return s
	}
	n := 0
	end := 0
	for i, c := range s {
		if n <= maxCell-len(cut) {
			end = i
		}
		if n += utf16.RuneLen(c); n > maxCell {
			return s[:end] + cut
		}
	}
	return s
}

func (x *XLSX) end() error {
	if x.w == nil {
		return nil
	}
	w := x.w
	x.w = nil
	return w.Flush()
}

// WriteTo writes the workbook.
func (x *XLSX) WriteTo(w io.Writer) (int64, error) {
	if err := x.end(); err != nil {
		return 0, err
	}
	return x.f.WriteTo(w)
}

// Close gives back what the workbook took.
func (x *XLSX) Close() error { return x.f.Close() }
