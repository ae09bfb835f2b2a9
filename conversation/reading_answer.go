package conversation

import (
	"cmp"
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
)

// Addressed says how somebody who writes an answer chose the points that it answers.
type Addressed struct {
	Point   cite.Ref   // the part before them
	Revises cite.Ref   // the answer that is revised; None for a first one
	Alike   bool       // the others with the same words too; where an answer is revised, all that have it
	With    []cite.Ref // those that were chosen by hand; not where an answer is revised
}

// PointsAddressed lists the parts that such an answer answers. Where those with the same words are too many for
// one answer, the newest of them stay open.
func (r *Reading) PointsAddressed(a Addressed) []cite.Ref {
	out := []cite.Ref{a.Point}
	if d, ok := r.Consultation.Disposition(a.Revises); ok {
		if a.Alike {
			for _, part := range r.PublishedParts(d) {
				if _, reopened := r.Consultation.Answer(part); !reopened && part != a.Point {
					out = append(out, part)
				}
			}
		}
		return out
	}
	if a.Alike {
		alike := r.OpenAlike(a.Point)
		out = append(out, alike[:min(len(alike), max(0, consultation.MaxAnswered-1-len(a.With)))]...)
	}
	out = append(out, a.With...)
	slices.SortFunc(out, func(x, y cite.Ref) int { return cmp.Or(x.Number()-y.Number(), x.PartNumber()-y.PartNumber()) })
	return slices.Compact(out)
}

// StillAddressed are those of the parts that an answer was offered for which it can still answer: a first answer those that
// are open, one that revises another those that still have that one.
func (r *Reading) StillAddressed(parts []cite.Ref, revises cite.Ref) []cite.Ref {
	var out []cite.Ref
	for _, part := range parts {
		if row, ok := r.Consultation.Row(part); !ok || row.Status != consultation.Published {
			continue
		}
		if d, reopened := r.Consultation.Answer(part); d == revises || revises == cite.None && reopened {
			out = append(out, part)
		}
	}
	return out
}

// OpenAlike lists the open points with the same words as a part's, oldest first, itself not included.
func (r *Reading) OpenAlike(part cite.Ref) []cite.Ref {
	var out []cite.Ref
	for _, x := range r.Consultation.Alike(part) {
		if d, reopened := r.Consultation.Answer(x); x != part && (d == cite.None || reopened) {
			out = append(out, x)
		}
	}
	return out
}

// PassagesLinked spells the passages that an answer is linked to after the fact: where an edition came out since
// the answer, it is that edition which changed them; a passage that is still promised stays a promise.
func (r *Reading) PassagesLinked(answer cite.Ref, changes []cite.Ref) []cite.Ref {
	d, ok := r.Consultation.Disposition(answer)
	if !ok {
		return changes
	}
	out := make([]cite.Ref, 0, len(changes))
	for _, x := range changes {
		if p, ok := r.Papers.Paper(x); ok && x == x.Element() && p.Latest().At > d.Position {
			if _, there := p.Latest().Element(x); there {
				x = cite.Element(p.Latest().Ref, x.ElementNumber())
			}
		}
		out = append(out, x)
	}
	return out
}
