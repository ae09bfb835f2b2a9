package conversation

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/locale"
)

// Erased reports whether the text at a position was erased, and where that was written.
func (s *State) Erased(p cite.Position) (cite.Position, bool) { return s.erased.Find(p) }

// Cross finds a cross-cutting question.
func (s *Settings) Cross(id string) (Label, bool) { return find(s.Crosscutting, id) }

// References that stand for everything of a kind: what is counted or listed, where a page would otherwise rest
// on thousands of references. Each is touched whenever one of its kind is.
const (
	AnyContribution cite.Ref = "c"        // contributions and their parts: counts, lists, statuses
	AnyPaper        cite.Ref = "p"        // editions and what is reserved for them; not what is said on them
	AnyCall         cite.Ref = "k"        // calls and their deadlines; not what is sent to them
	AnyAnswer       cite.Ref = "d"        // answers, their reasons and reactions
	AnyParty        cite.Ref = "roll"     // who holds which office, and who speaks for whom
	AnySetting      cite.Ref = "settings" // calendar, documents, maps, labels
	Anything        cite.Ref = "*"        // every entry
)

// Changed is the last position that touched any of the references.
func (s *State) Changed(refs ...cite.Ref) cite.Position {
	var last cite.Position
	for _, r := range refs {
		switch {
		case r == Anything:
			return s.Head
		case r.Kind() == 'c' && len(r) > 1:
			if c, ok := s.Consultation.Row(r); ok {
				last = max(last, c.Changed)
			}
		default:
			last = max(last, s.changed.Get(r))
		}
	}
	return last
}

// Touched hands over the references that were touched since the last call: whoever watches one of
// them is woken when that is durable.
func (s *State) Touched() []cite.Ref {
	t := s.touched
	s.touched = nil
	return t
}

// Category finds a stakeholder category.
func (s *Settings) Category(id string) (Label, bool) { return find(s.Categories, id) }

// Unsaid is the id of the category of whoever says none; "" where everybody has to say one.
func (s *Settings) Unsaid() string {
	for _, c := range s.Categories {
		if c.Unsaid {
			return c.ID
		}
	}
	return ""
}

// Subject finds a subject area.
func (s *Settings) Subject(id string) (Label, bool) { return find(s.Subjects, id) }

// IDs are the ids of labels.
func IDs(ls []Label) (out []string) {
	for _, l := range ls {
		out = append(out, l.ID)
	}
	return out
}

func find(ls []Label, id string) (Label, bool) {
	i := slices.IndexFunc(ls, func(l Label) bool { return l.ID == id })
	if i < 0 {
		return Label{}, false
	}
	return ls[i], true
}

// CountryName is the name of a country, of the conversation's own or of the common list; the code where
// neither knows it.
func (s *State) CountryName(code string, l locale.Lang) string {
	if c, ok := find(s.Countries, code); ok {
		n, _ := c.Name.For(l)
		return n
	}
	if n := locale.CountryName(code, l); n != "" {
		return n
	}
	return code
}

// KnownCountry reports whether a code may stand for a country in this conversation.
func (s *State) KnownCountry(code string) bool {
	_, own := find(s.Countries, code)
	return own || locale.KnownCountry(code)
}

// OpenCalls lists the calls that are open at an instant, those that close first first.
func (s *State) OpenCalls(now time.Time) []*consultation.Call {
	var out []*consultation.Call
	for _, k := range s.Consultation.Calls {
		if k.OpenAt(now) {
			out = append(out, k)
		}
	}
	slices.SortStableFunc(out, func(a, b *consultation.Call) int { return a.Closes.Compare(b.Closes) })
	return out
}
