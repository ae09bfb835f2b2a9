package speakers

import (
	"time"

	"github.com/openplenary/plenary/locale"
)

// Words are what a sentence calls things by that a session has named itself. The zero Words call them by what the sheet has.
type Words struct {
	Day        time.Time         // times on this day are said without it; they are told in the zone that it carries
	Categories map[string]string // names, in the reader's language
	Regions    map[string]string
}

// Sentence says in a reader's language why a place stands where it stands. It is plain text: what the session or the chair
// wrote stands in isolates, so that no line is turned around.
func (r *Reason) Sentence(l locale.Lang, w Words) string {
	if m := r.Move; m != nil {
		return l.Isolate("speakers.why.moved", "by", m.By, "time", w.time(l, m.At), "why", m.Why)
	}
	var parts []string
	if r.After == "" {
		parts = append(parts, l.T("speakers.why.first", "category", w.category(l, "speakers.category.", r.Category)))
	} else {
		parts = append(parts, l.T("speakers.why.after", "category", w.category(l, "speakers.category.", r.Category), "after", w.category(l, "speakers.after.", r.After)))
	}
	switch {
	case !r.Fewest:
	case r.Spoken == 0:
		parts = append(parts, l.T("speakers.why.unheard"))
	default:
		parts = append(parts, l.T("speakers.why.heard", "n", r.Spoken))
	}
	asked := w.time(l, r.Asked)
	switch {
	case r.Turn == 0:
		parts = append(parts, l.T("speakers.why.asked", "time", asked))
	case r.Region == NoRegion:
		parts = append(parts, l.T("speakers.why.noregion", "turn", r.Turn, "time", asked))
	default:
		region := r.Region
		if name := w.Regions[region]; name != "" {
			region = name
		}
		parts = append(parts, l.Isolate("speakers.why.region", "turn", r.Turn, "region", region, "time", asked))
	}
	if r.Joined > 1 {
		parts = append(parts, l.T("speakers.why.joined", "count", r.Joined))
	}
	if r.Tied != "" {
		parts = append(parts, l.Isolate("speakers.why.tied", "ref", r.Tied))
	}
	s := parts[0]
	for _, next := range parts[1:] {
		s = l.T("speakers.sentences", "before", s, "next", next)
	}
	return s
}

// Sentence says in a reader's language how many are heard until when, and how many are not.
func (f *Forecast) Sentence(l locale.Lang, w Words) string {
	end, limit := w.time(l, f.End), w.time(l, f.Limit)
	if len(f.Cut) == 0 {
		return l.T("speakers.forecast.all", "end", end, "limit", limit, "heard", len(f.Heard))
	}
	return l.T("speakers.forecast.cut", "end", end, "limit", limit, "heard", len(f.Heard), "cut", len(f.Cut))
}

// category is the name of a category in a form that a sentence wants: the catalogue's for those of Defaults, in the words of
// the session where it has some.
func (w *Words) category(l locale.Lang, form, key string) string {
	name := w.Categories[key]
	if name == "" && locale.Has(form+key) && key != "named" {
		return l.T(form + key)
	}
	if name == "" {
		name = key
	}
	return l.Isolate(form+"named", "category", name)
}

// time tells an hour and a minute, with the day where it is another.
func (w *Words) time(l locale.Lang, at time.Time) string {
	at = at.In(w.Day.Location())
	y, m, d := at.Date()
	if yy, mm, dd := w.Day.Date(); y == yy && m == mm && d == dd {
		return at.Format("15:04")
	}
	return l.DateTime(at, "")
}
