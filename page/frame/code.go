package frame

import (
	"bytes"
	"strconv"

	"rsc.io/qr"
)

// DrawCode draws an address as a square code: a row of runs for each line, so that it stays small and sharp at any size.
func DrawCode(address string) ([]byte, error) {
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return nil, err
	}
	const margin = 4 // what a reader needs around it
	var b bytes.Buffer
	side := strconv.Itoa(code.Size + 2*margin)
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + side + " " + side + `" width="480" height="480" role="img" shape-rendering="crispEdges"><title>` +
		address + `</title><rect width="` + side + `" height="` + side + `" fill="#fff"/><path fill="#000" d="`)
	for y := range code.Size {
		for x := 0; x < code.Size; {
			n := 0
			for x+n < code.Size && code.Black(x+n, y) {
				n++
			}
			if n > 0 {
				b.WriteString("M" + strconv.Itoa(x+margin) + " " + strconv.Itoa(y+margin) + "h" + strconv.Itoa(n) + "v1h-" + strconv.Itoa(n) + "z")
			}
			x += max(n, 1)
		}
	}
	b.WriteString(`"/></svg>` + "\n")
	return b.Bytes(), nil
}
