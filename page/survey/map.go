package survey

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part/atlas"
	"github.com/openplenary/plenary/settings"
)

// Map shows from where contributions were published: a world map, a map of squares by group that has
// no borders, and a table. It counts what is published here and nothing else; no map is ever drawn from
// reported figures.
type Map struct {
	frame.NoWords
	Off            bool                `json:"off,omitempty"` // the conversation shows no maps
	Published      int                 `json:"published"`
	Parties        int                 `json:"parties"`
	Without        int                 `json:"without_country"`
	WithoutParties int                 `json:"without_country_parties"`
	Steps          []int               `json:"steps,omitempty"` // where each of the five begins
	Countries      []Country           `json:"countries"`       // those with contributions, most first
	Groups         []Group             `json:"groups,omitempty"`
	Undrawn        []string            `json:"undrawn,omitempty"` // codes with contributions and without a shape
	Disclaimer     frame.LocalizedText `json:"disclaimer,omitzero"`
	Head           cite.Position       `json:"position"`

	all map[string]Country
}

// Country is what was published from one country.
type Country struct {
	Code          string `json:"code"`
	Name          string `json:"name"`
	Group         string `json:"group,omitempty"`
	Contributions int    `json:"contributions"`
	Parties       int    `json:"parties"`
	Step          int    `json:"step,omitempty"` // 1 to 5
}

// Group is a group of countries, each a square.
type Group struct {
	ID            string              `json:"id"`
	Name          frame.LocalizedText `json:"name"`
	Countries     int                 `json:"countries"`
	Heard         int                 `json:"heard"` // of the countries, those with contributions
	Contributions int                 `json:"contributions"`
	Tiles         []Country           `json:"-"`
}

// GroupName is the name of a group in the language of the map; its id where it has none.
func (v *Map) GroupName(id string) string {
	for _, g := range v.Groups {
		if g.ID == id {
			return g.Name.Text
		}
	}
	return id
}

// Groups that are nobody's: for who is in none, and for the states that a demonstration invents.
const (
	noGroup       = "none"
	inventedGroup = "invented"
)

// regions stand for the groups of a conversation that has none.
var regions = []string{"Africa", "Americas", "Asia", "Europe", "Oceania"}

// NewMap builds the page.
func NewMap(st *conversation.Reading, l locale.Lang) *Map {
	three := st.Consultation.Counts()
	v := &Map{Off: st.Maps.Off, Published: three.Submissions, Parties: three.Parties, all: map[string]Country{}}
	st.Stamp(&v.Head)
	order := []Country{} // every country that there is, in the reader's alphabet, the conversation's own last
	for _, c := range st.CountryList().All(l) {
		order = append(order, Country{Code: c.Code, Name: st.CountryName(c.Code, l), Group: groupOf(st, c)})
	}
	for _, c := range st.Countries {
		if _, known := st.CountryList().Find(c.ID); !known {
			order = append(order, Country{Code: c.ID, Name: frame.Localize(c.Name, l).Text, Group: groupOf(st, locale.Country{Code: c.ID})})
		}
	}
	most, from := 0, map[string]int{}
	counted := st.Consultation.ByCountry()
	for i, n := range counted {
		from[n.Country] = i
		if n.Country == "" {
			v.Without, v.WithoutParties = n.Contributions, n.Parties
		} else {
			most = max(most, n.Contributions)
		}
	}
	steps := atlas.Steps(most)
	for i := range order {
		c := &order[i]
		if k, ok := from[c.Code]; ok {
			c.Contributions, c.Parties = counted[k].Contributions, counted[k].Parties
			c.Step = atlas.StepOf(steps, c.Contributions)
			v.Countries = append(v.Countries, *c)
		}
		v.all[c.Code] = *c
	}
	slices.SortStableFunc(v.Countries, func(a, b Country) int { return b.Contributions - a.Contributions })
	if v.Off || v.Published == 0 {
		return v
	}
	v.Steps = steps
	v.Disclaimer = atlas.Disclaimer(st, l)
	for _, c := range v.Countries {
		if !atlas.Has(c.Code) {
			v.Undrawn = append(v.Undrawn, c.Code)
		}
	}
	v.group(st, order, l)
	return v
}

// group arranges the countries in the groups of the conversation. Who is in none has a square only with
// contributions: most of them are territories.
func (v *Map) group(st *conversation.Reading, order []Country, l locale.Lang) {
	var groups []Group
	for _, g := range st.Groups {
		groups = append(groups, Group{ID: g.ID, Name: frame.Localize(g.Name, l)})
	}
	if len(st.Groups) == 0 {
		for _, g := range st.CountryList().Groups() {
			groups = append(groups, Group{ID: g.ID, Name: frame.Localize(g.Name, l)})
		}
	}
	if len(groups) == 0 {
		for _, r := range regions {
			groups = append(groups, Group{ID: r, Name: frame.LocalizedText{Text: l.T("map.region." + strings.ToLower(r)), Lang: l}})
		}
	}
	groups = append(groups, Group{ID: inventedGroup, Name: frame.LocalizedText{Text: l.T("map.invented"), Lang: l}}, Group{ID: noGroup, Name: frame.LocalizedText{Text: l.T("map.no_group"), Lang: l}})
	for _, c := range order {
		if c.Group == noGroup && c.Contributions == 0 {
			continue
		}
		g := &groups[slices.IndexFunc(groups, func(g Group) bool { return g.ID == c.Group })]
		g.Countries++
		g.Contributions += c.Contributions
		if c.Contributions > 0 {
			g.Heard++
		}
		g.Tiles = append(g.Tiles, c)
	}
	for _, g := range groups { // a square shows a code, so codes are what one looks for
		slices.SortFunc(g.Tiles, func(a, b Country) int { return strings.Compare(a.Code, b.Code) })
	}
	v.Groups = slices.DeleteFunc(groups, func(g Group) bool { return len(g.Tiles) == 0 })
}

// groupOf is where a country stands in a conversation: where the conversation says, else where it meets at
// WIPO or at the United Nations, if the conversation has that group. The states that a demonstration invents
// stand by themselves, so that nobody takes them for real.
func groupOf(st *conversation.Reading, c locale.Country) string {
	own := slices.IndexFunc(st.Countries, func(x settings.Label) bool { return x.ID == c.Code })
	if _, known := st.CountryList().Find(c.Code); own >= 0 && st.Demonstration && !known {
		return inventedGroup
	}
	if own := st.CountryList().Groups(); len(st.Groups) == 0 && len(own) > 0 {
		if slices.ContainsFunc(own, func(g locale.CountryGroup) bool { return g.ID == c.Own }) {
			return c.Own
		}
		return noGroup
	}
	if len(st.Groups) == 0 {
		if slices.Contains(regions, c.Region) {
			return c.Region
		}
		return noGroup
	}
	candidates := []string{c.Group, c.UNGroup}
	if own >= 0 {
		candidates = []string{st.Countries[own].Group, c.Group, c.UNGroup}
	}
	for _, id := range candidates {
		if id != "" && slices.ContainsFunc(st.Groups, func(g settings.Label) bool { return g.ID == id }) {
			return id
		}
	}
	return noGroup
}

// Title is the page's title.
func (v *Map) Title(f *frame.Frame) string { return f.T("map.title") }

func (c Country) text(f *frame.Frame) string {
	return f.T("map.country", "country", c.Name, "n", c.Contributions)
}

// undrawn names the countries that have contributions and no shape.
func (v *Map) undrawn() (names []string) {
	for _, code := range v.Undrawn {
		names = append(names, v.all[code].Name)
	}
	return names
}

func (v *Map) lead(f *frame.Frame) string {
	return f.T("map.lead", "n", f.Lang.Number(v.Published), "with", f.Lang.Number(v.Published-v.Without), "countries", f.Lang.Number(len(v.Countries)), "without", f.Lang.Number(v.Without))
}

// draw writes the shapes, each with the name of its country and the number. fill says how a step looks.
func (v *Map) draw(b *strings.Builder, f *frame.Frame, fill func(step int) string) {
	atlas.Draw(b, func(code string) (int, string) {
		c, known := v.all[code]
		if !known {
			return 0, ""
		}
		return c.Step, c.text(f)
	}, fill)
}

// SVG is the world map as it stands in the page, in the colours of the stylesheet.
func (v *Map) SVG(f *frame.Frame) string {
	var b strings.Builder
	b.Grow(96 << 10)
	atlas.Open(&b, "map", f.T("map.world_title"), f.T("map.desc"))
	v.draw(&b, f, atlas.Class)
	b.WriteString(atlas.Close)
	return b.String()
}

// mapColours are the steps in the light colours of the stylesheet, for a file that has none.
var mapColours = [...]string{"#e6eae7", "#efe6b4", "#b9d29b", "#74b197", "#2a7776", "#123e4b"}

// MapFile is the world map as a file of its own: with its title, key, denominators and disclaimer, in
// colours of its own.
func MapFile(f *frame.Frame, v *Map) []byte {
	const size, line, key = 26, 38, 48
	ink, quiet := "#121a17", "#46524c"
	start := atlas.Left
	if f.Lang.Dir() == "rtl" {
		start = atlas.Left + atlas.Wide
	}
	var notes []string
	for _, s := range []string{v.lead(f), f.T("map.key"), v.Disclaimer.Text, f.T("map.drawn")} {
		notes = append(notes, wrapped(s, size, atlas.Wide)...)
	}
	if len(v.Undrawn) > 0 {
		notes = append(notes, wrapped(f.T("map.undrawn", "countries", f.Lang.List(v.undrawn())), size, atlas.Wide)...)
	}
	if f.Demo {
		notes = append(notes, wrapped(f.T("demo.figures"), size, atlas.Wide)...)
	}
	const head = 100
	high := head + atlas.High + key + 30 + line*len(notes) + 20
	var b strings.Builder
	b.Grow(96 << 10)
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="` + atlas.Box(atlas.Left-20, -head, atlas.Wide+40, high) +
		`" role="img" xml:lang="` + string(f.Lang) + `" direction="` + f.Lang.Dir() + `" font-family="sans-serif" font-size="` +
		strconv.Itoa(size) + `"><title>` + atlas.Escaped(f.T("map.world_title")) + `</title><desc>` + atlas.Escaped(v.lead(f)) + `</desc>`)
	b.WriteString(`<rect x="` + strconv.Itoa(atlas.Left-20) + `" y="` + strconv.Itoa(-head) + `" width="` + strconv.Itoa(atlas.Wide+40) + `" height="` + strconv.Itoa(high) + `" fill="#fdfdfc"/>`)
	say := func(x, y int, fill, more, s string) {
		b.WriteString(`<text x="` + strconv.Itoa(x) + `" y="` + strconv.Itoa(y) + `" fill="` + fill + `"` + more + `>` + atlas.Escaped(s) + `</text>`)
	}
	say(start, -head+60, ink, ` font-size="40" font-weight="bold"`, f.T("map.title")+frame.Colon(f)+f.Name)
	b.WriteString(`<g fill="` + mapColours[0] + `" stroke="#fdfdfc" stroke-width="1.4">`)
	v.draw(&b, f, func(step int) string { return ` fill="` + mapColours[step] + `"` })
	b.WriteString("</g>")
	y := atlas.High + key
	for i := 0; i <= len(v.Steps); i++ {
		x, to := atlas.Left+i*atlas.Wide/6, 56
		at := x + to
		if f.Lang.Dir() == "rtl" {
			x = atlas.Left + atlas.Wide - i*atlas.Wide/6 - 44
			at = x - 12
		}
		b.WriteString(`<rect x="` + strconv.Itoa(x) + `" y="` + strconv.Itoa(y-22) + `" width="44" height="26" fill="` + mapColours[i] + `" stroke="#68746e"/>`)
		say(at, y, ink, "", atlas.Range(f, v.Steps, i, f.T("map.none")))
	}
	y += 20
	for _, n := range notes {
		y += line
		say(start, y, quiet, "", n)
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

// wrapped breaks a text into lines that fit: letters are taken for half as wide as high, those of Chinese
// for as wide. Chinese is broken anywhere, everything else between words.
func wrapped(s string, size, wide int) []string {
	var out []string
	for paragraph := range strings.SplitSeq(s, "\n") {
		from, space, width := 0, -1, 0
		for i, r := range paragraph {
			w := size * 54 / 100
			if r >= 0x2e80 {
				w = size
			}
			if r == ' ' {
				space = i
			}
			if width += w; width > wide && i > from {
				cut := i
				if r < 0x2e80 && space > from {
					cut = space
				}
				out = append(out, strings.TrimSpace(paragraph[from:cut]))
				from = cut
				width = (len([]rune(paragraph[from:i])) + 1) * w
			}
		}
		if rest := strings.TrimSpace(paragraph[from:]); rest != "" {
			out = append(out, rest)
		}
	}
	return out
}
