package registration

import (
	"cmp"
	"slices"
	"strings"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part/atlas"
	"github.com/openplenary/plenary/page/part/figure"
	noun "github.com/openplenary/plenary/registration"
)

// World are the maps of where those who take part come from: one for each session, all with the same steps, so that they are read beside one
// another. A map shows what the table by country shows. A country of which that says nothing, because so few come from it, looks as one from which nobody comes.
type World struct {
	Maps       []WorldMap          // in the order of the sessions; none where no country is shown, or the conversation has no maps
	Steps      []int               // where each of the five begins
	Undrawn    []string            // the names of countries that are in a table and have no shape
	Disclaimer frame.LocalizedText // what is said of boundaries
	Cut        bool                // there are more than are drawn
	name       func(code string) string
}

// maxMaps is of how many sessions a page draws maps, the last ones: each makes the page heavier.
const maxMaps = 4

// WorldMap is the map of one session.
type WorldMap struct {
	Title frame.LocalizedText // of the session
	Cells []WorldCell
}

// WorldCell is a country that is shown.
type WorldCell struct {
	Code, Name string
	N, Of      int
}

// newWorld draws what is shown by country of some sessions.
func newWorld(st *conversation.Reading, maps []WorldMap, l locale.Lang) *World {
	w := &World{}
	if st.Maps.Off {
		return w
	}
	w.Disclaimer = atlas.Disclaimer(st, l)
	w.name = func(code string) string {
		if _, known := st.CountryList().Find(code); !known {
			return ""
		}
		return st.CountryName(code, l)
	}
	most, drawn := 0, false
	for _, m := range maps {
		for _, c := range m.Cells {
			if most = max(most, c.N); atlas.Has(c.Code) {
				drawn = true
			} else if !slices.Contains(w.Undrawn, c.Name) {
				w.Undrawn = append(w.Undrawn, c.Name)
			}
		}
	}
	if !drawn {
		return w
	}
	w.Maps = slices.DeleteFunc(maps, func(m WorldMap) bool { return len(m.Cells) == 0 })
	if more := len(w.Maps) - maxMaps; more > 0 {
		w.Cut, w.Maps = true, w.Maps[more:]
	}
	w.Steps = atlas.StepsFrom(noun.MinCell, most)
	return w
}

// svg draws the map of one session.
func (w *World) svg(f *frame.Frame, i int) string {
	var b strings.Builder
	if i == 0 {
		b.Grow(64 << 10)
	}
	m := w.Maps[i]
	atlas.Open(&b, "world"+number(int64(i+1)), f.T("map.people_title")+frame.Colon(f)+m.Title.Text, f.T("map.desc"))
	marks := make([]atlas.Mark, 0, len(m.Cells))
	for _, c := range m.Cells {
		marks = append(marks, atlas.Mark{Code: c.Code, Step: atlas.StepOf(w.Steps, c.N), Text: c.Name + frame.Colon(f) + figure.Share(f, c.N, c.Of)})
	}
	atlas.Beside(&b, i == 0, w.name, marks)
	b.WriteString(atlas.Close)
	return b.String()
}

// world is the map of the session's figures.
func (v *Offer) world(st *conversation.Reading) *World {
	m := WorldMap{Title: v.Name}
	for _, x := range v.Figures {
		if x.About == noun.ByCountry {
			for i, c := range x.Cells {
				m.Cells = append(m.Cells, WorldCell{Code: c.ID, Name: x.Names[i], N: c.N, Of: x.Said})
			}
		}
	}
	return newWorld(st, []WorldMap{m}, v.l)
}

// world are the maps of the sessions, from the table by country.
func (v *Statistics) world(st *conversation.Reading) *World {
	maps := make([]WorldMap, len(v.Sessions))
	for i, s := range v.Sessions {
		maps[i].Title = s.Name
		for _, t := range v.People {
			for _, y := range t.Lines {
				if c := y.Cells[i]; t.About == noun.ByCountry && y.ID != "" && c.State == "" {
					maps[i].Cells = append(maps[i].Cells, WorldCell{Code: y.ID, Name: y.Name, N: c.N, Of: c.Of})
				}
			}
		}
		slices.SortFunc(maps[i].Cells, func(a, b WorldCell) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Code, b.Code)) })
	}
	return newWorld(st, maps, v.l)
}
