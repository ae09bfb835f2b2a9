package survey

import (
	_ "embed"
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
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
	steps := mapSteps(most)
	for i := range order {
		c := &order[i]
		if k, ok := from[c.Code]; ok {
			c.Contributions, c.Parties = counted[k].Contributions, counted[k].Parties
			c.Step = stepOf(steps, c.Contributions)
			v.Countries = append(v.Countries, *c)
		}
		v.all[c.Code] = *c
	}
	slices.SortStableFunc(v.Countries, func(a, b Country) int { return b.Contributions - a.Contributions })
	if v.Off || v.Published == 0 {
		return v
	}
	v.Steps = steps
	v.Disclaimer = frame.Localize(st.Maps.Disclaimer, l)
	if v.Disclaimer.Text == "" && st.House != nil {
		v.Disclaimer = frame.Localize(st.House.Borders, l)
	}
	if v.Disclaimer.Text == "" {
		v.Disclaimer = frame.LocalizedText{Text: l.T("map.disclaimer"), Lang: l}
	}
	for _, c := range v.Countries {
		if !slices.ContainsFunc(world(), func(s shape) bool { return s.code == c.Code }) {
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

// mapSteps says where each of five steps begins when one country has most of the contributions: for few,
// each number has its own; for many, they are chosen of 1, 2, 5, 10, 20, 50 and so on.
func mapSteps(most int) []int {
	switch {
	case most <= 6:
		return []int{1, 2, 3, 4, 5}
	case most < 10:
		return []int{1, 2, 3, 5, 7}
	case most < 20:
		return []int{1, 2, 4, 7, 10}
	}
	var ladder []int
	for n, i := 1, 0; n <= most; i++ {
		ladder = append(ladder, n)
		n = n * []int{2, 5, 2}[i%3]
		if i%3 == 1 {
			n /= 2
		}
	}
	var out []int
	for i := range 5 {
		out = append(out, ladder[(i*(len(ladder)-1)+2)/4])
	}
	return out
}

func stepOf(steps []int, n int) int {
	i, exact := slices.BinarySearch(steps, n)
	if exact {
		i++
	}
	return i
}

// stepText says which numbers a step of the key holds; step 0 is none.
func (v *Map) stepText(f *frame.Frame, step int) string {
	switch {
	case step == 0:
		return f.T("map.none")
	case step == len(v.Steps):
		return f.T("map.more", "from", f.Lang.Number(v.Steps[step-1]))
	case v.Steps[step]-v.Steps[step-1] == 1:
		return f.Lang.Number(v.Steps[step-1])
	}
	return f.T("map.range", "from", f.Lang.Number(v.Steps[step-1]), "to", f.Lang.Number(v.Steps[step]-1))
}

func (c Country) text(f *frame.Frame) string {
	return f.T("map.country", "country", c.Name, "n", c.Contributions)
}

// undrawn names the countries that have contributions and no shape.
func (v *Map) undrawn(f *frame.Frame) string {
	var names []string
	for _, code := range v.Undrawn {
		names = append(names, v.all[code].Name)
	}
	return f.T("map.undrawn", "countries", f.Lang.List(names))
}

func (v *Map) lead(f *frame.Frame) string {
	return f.T("map.lead", "n", f.Lang.Number(v.Published), "with", f.Lang.Number(v.Published-v.Without), "countries", f.Lang.Number(len(v.Countries)), "without", f.Lang.Number(v.Without))
}

// The world: one shape a line, its code or "-" for a disputed one without, then a path, or the middle of a
// dot for what is too small to be seen. It is read once.
//
//go:embed world.txt
var worldText string

type shape struct{ code, tag, drawn string }

// worldBox is the part of the drawing that has land in it.
const worldX, worldWide, worldHigh = 44, 1876, 842

var world = sync.OnceValue(func() []shape {
	var out []shape
	for line := range strings.Lines(strings.TrimSpace(worldText)) {
		code, d, _ := strings.Cut(strings.TrimSpace(line), " ")
		s := shape{code: code, tag: "path", drawn: ` d="` + d + `"`}
		if x, y, dot := strings.Cut(d, " "); dot && d[0] != 'M' {
			s.tag, s.drawn = "circle", ` cx="`+x+`" cy="`+y+`" r="8"`
		}
		if code != "-" {
			s.drawn = ` id="m-` + code + `"` + s.drawn
		}
		out = append(out, s)
	}
	return out
})

// draw writes the shapes, each with the name of its country and the number. fill says how a step looks.
func (v *Map) draw(b *strings.Builder, f *frame.Frame, fill func(step int) string) {
	for _, s := range world() {
		c, known := v.all[s.code]
		b.WriteString("<" + s.tag + s.drawn)
		if c.Step > 0 {
			b.WriteString(fill(c.Step))
		}
		if !known {
			b.WriteString("/>")
			continue
		}
		b.WriteString("><title>" + escaped(c.text(f)) + "</title></" + s.tag + ">")
	}
}

// SVG is the world map as it stands in the page, in the colours of the stylesheet.
func (v *Map) SVG(f *frame.Frame) string {
	var b strings.Builder
	b.Grow(96 << 10)
	b.WriteString(`<svg class="world" viewBox="` + box(worldX, 0, worldWide, worldHigh) + `" role="img" aria-labelledby="map-title map-desc"><title id="map-title">` +
		escaped(f.T("map.world_title")) + `</title><desc id="map-desc">` + escaped(f.T("map.desc")) + `</desc><g class="map">`)
	v.draw(&b, f, func(step int) string { return ` class="f` + strconv.Itoa(step) + `"` })
	b.WriteString("</g></svg>")
	return b.String()
}

// mapColours are the steps in the light colours of the stylesheet, for a file that has none.
var mapColours = [...]string{"#e6eae7", "#efe6b4", "#b9d29b", "#74b197", "#2a7776", "#123e4b"}

// MapFile is the world map as a file of its own: with its title, key, denominators and disclaimer, in
// colours of its own.
func MapFile(f *frame.Frame, v *Map) []byte {
	const size, line, key = 26, 38, 48
	ink, quiet := "#121a17", "#46524c"
	start := worldX
	if f.Lang.Dir() == "rtl" {
		start = worldX + worldWide
	}
	var notes []string
	for _, s := range []string{v.lead(f), f.T("map.key"), v.Disclaimer.Text, f.T("map.drawn")} {
		notes = append(notes, wrapped(s, size, worldWide)...)
	}
	if len(v.Undrawn) > 0 {
		notes = append(notes, wrapped(v.undrawn(f), size, worldWide)...)
	}
	if f.Demo {
		notes = append(notes, wrapped(f.T("demo.figures"), size, worldWide)...)
	}
	const head = 100
	high := head + worldHigh + key + 30 + line*len(notes) + 20
	var b strings.Builder
	b.Grow(96 << 10)
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="` + box(worldX-20, -head, worldWide+40, high) +
		`" role="img" xml:lang="` + string(f.Lang) + `" direction="` + f.Lang.Dir() + `" font-family="sans-serif" font-size="` +
		strconv.Itoa(size) + `"><title>` + escaped(f.T("map.world_title")) + `</title><desc>` + escaped(v.lead(f)) + `</desc>`)
	b.WriteString(`<rect x="` + strconv.Itoa(worldX-20) + `" y="` + strconv.Itoa(-head) + `" width="` + strconv.Itoa(worldWide+40) + `" height="` + strconv.Itoa(high) + `" fill="#fdfdfc"/>`)
	say := func(x, y int, fill, more, s string) {
		b.WriteString(`<text x="` + strconv.Itoa(x) + `" y="` + strconv.Itoa(y) + `" fill="` + fill + `"` + more + `>` + escaped(s) + `</text>`)
	}
	say(start, -head+60, ink, ` font-size="40" font-weight="bold"`, f.T("map.title")+frame.Colon(f)+f.Name)
	b.WriteString(`<g fill="` + mapColours[0] + `" stroke="#fdfdfc" stroke-width="1.4">`)
	v.draw(&b, f, func(step int) string { return ` fill="` + mapColours[step] + `"` })
	b.WriteString("</g>")
	y := worldHigh + key
	for i := 0; i <= len(v.Steps); i++ {
		x, to := worldX+i*worldWide/6, 56
		at := x + to
		if f.Lang.Dir() == "rtl" {
			x = worldX + worldWide - i*worldWide/6 - 44
			at = x - 12
		}
		b.WriteString(`<rect x="` + strconv.Itoa(x) + `" y="` + strconv.Itoa(y-22) + `" width="44" height="26" fill="` + mapColours[i] + `" stroke="#68746e"/>`)
		say(at, y, ink, "", v.stepText(f, i))
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

func box(n ...int) string {
	var s []string
	for _, x := range n {
		s = append(s, strconv.Itoa(x))
	}
	return strings.Join(s, " ")
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}
