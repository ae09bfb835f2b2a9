package frame

import (
	"strings"

	"github.com/openplenary/plenary/locale"
)

// Colon stands between a name and what is said of it, in the language of a page, with the space behind it.
func Colon(f *Frame) string {
	switch f.Lang {
	case locale.French:
		return "\u00a0: "
	case locale.Chinese:
		return "："
	}
	return ": "
}

// Sentences puts sentences one behind the other.
func Sentences(all []string) string { return strings.Join(all, " ") }

// Stop ends a sentence that is put together from words.
func Stop(f *Frame) string {
	if f.Lang == locale.Chinese {
		return "。"
	}
	return "."
}

// Comma stands between the things of a list that a sentence names, in the language of a page, with the space that follows it
// there: nothing after the last.
func Comma(f *Frame, last bool) string {
	if last {
		return ""
	}
	if f.Lang == locale.Chinese { // the comma is as wide as a character
		return f.T("list.comma")
	}
	return f.T("list.comma") + " "
}

// TableHeads are the heads of a table's columns in the language of a page; their names stand in the catalogues under
// "table.".
func TableHeads(f *Frame, columns ...string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = f.T("table." + c)
	}
	return out
}

// TableYes is the cell of what is so, in the language of a page; empty for what is not.
func TableYes(f *Frame, so bool) string {
	if so {
		return f.T("table.yes")
	}
	return ""
}
