package removal

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
)

// Black lists what masks black out of the words of a correction, 1, 2, ..., or of the contribution as it came, 0, by the
// field of the words; nil for a field that is left out.
func Black(masks []consultation.Mask, correction int) map[string][]cite.Span {
	out := map[string][]cite.Span{}
	//mutants:guard each field has its black
	for _, m := range masks {
		if field, in := m.In(); in != correction {
			continue
		} else if n := m.File(); n > 0 {
			out[consultation.FileField(n)+".sha256"] = nil // it would tell the file to whoever has it
		} else {
			out[field] = append(out[field], m.Span())
		}
	}
	return out
}
