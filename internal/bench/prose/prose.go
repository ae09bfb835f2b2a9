// Package prose makes text that means nothing, for what is measured.
package prose

import (
	mathrand "math/rand/v2"
	"strings"
)

var vocabulary = strings.Fields(`the of and to in a is that for it as be on with by this are or from at which an should not may must whether where
		artificial intelligence intellectual property invention inventor patent application disclosure algorithm data training work author
		copyright design trademark owner licence right infringement court examination office policy incentive innovation development country
		capacity building accountability administrative decision protection subject matter human machine generated autonomous creation law
		treaty exception balance public domain interest access research education health market competition cost burden evidence practice
		deposit microorganism skilled person standard obvious prior art novelty step industry small enterprise technology transfer knowledge
		society culture language translation quality transparency bias privacy trade secret confidential information database investment
		reward recognition moral economic model system software hardware process result effect example question answer consider require
		allow prevent encourage respect apply extend limit define recognise distinguish between existing new current future national
		international legal framework approach option proposal consequence concern reason experience consultation stakeholder government`)

// Text is text of about a number of bytes, the same for the same source.
func Text(r *mathrand.Rand, size int) string {
	var b strings.Builder
	for b.Len() < size {
		n := 8 + r.IntN(14)
		for i := range n {
			w := vocabulary[r.IntN(len(vocabulary))]
			if i == 0 {
				w = strings.ToUpper(w[:1]) + w[1:]
			} else {
				b.WriteByte(' ')
			}
			b.WriteString(w)
		}
		b.WriteString(". ")
	}
	return strings.TrimSpace(b.String())
}
