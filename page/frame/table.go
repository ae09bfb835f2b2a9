package frame

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
