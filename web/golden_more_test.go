package web_test

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/web"
	"golang.org/x/net/html"
)

// What is asked at the end of a script beside its pages and whole forms: the files that its pages lead to, addresses whose parameters
// are at their bounds and beyond, and forms in which one field is other than it should be. As with pages, what is asked stands in the file
// of the script, and was chosen because it said something new. To choose a part anew, remove it from the
// files and give -update with PLENARY_CHOOSE=yes, which takes minutes.

// more asks all of these.
func (m *moments) more() {
	m.t.Helper()
	m.part("files", m.again, m.files)
	m.part("addresses", m.again, m.addresses)
	m.part("fields", m.fieldsAgain, m.fields)
}

// part asks what the file names under a title, or chooses it where the file has no such part.
func (m *moments) part(name string, again func(title string), choose func()) {
	m.t.Helper()
	m.moment++
	title := fmt.Sprintf("=== %s, %s", name, m.now.UTC().Format("2006-01-02T15:04Z"))
	if _, ok := m.want[title]; ok || m.want == nil || !m.choosing {
		again(title)
		return
	}
	m.out.WriteString(title + "\n")
	choose()
	m.chose = true
}

// askedOf are who asked for what, in the parts of the file, each once.
func (m *moments) askedOf(post bool) (out [][]string) {
	seen := map[string]bool{}
	var titles []string
	for title := range m.want {
		titles = append(titles, title)
	}
	slices.Sort(titles)
	for _, title := range titles {
		for _, line := range m.want[title] {
			part := strings.Split(line, " ")
			if len(part) < 3 || (part[1] == "POST") != post {
				continue
			}
			if post {
				part = part[:4]
			} else {
				part = part[:2]
			}
			if key := strings.Join(part, " "); !seen[key] {
				seen[key] = true
				out = append(out, part)
			}
		}
	}
	return out
}

// sourceOrLink is what a page leads to or shows.
var sourceOrLink = regexp.MustCompile(`(?:href|src)="(/[^"#]*)"`)

// files reads one of each kind of what is no page, from the pages that were read.
func (m *moments) files() {
	m.t.Helper()
	for _, x := range m.askedOf(false) {
		page := m.get(x[0], x[1])
		for _, link := range sourceOrLink.FindAllStringSubmatch(page.body, -1) {
			to := html.UnescapeString(link[1])
			kind := unslugged(to)
			if m.chosen.tried["file "+kind] || strings.Contains(to, " ") {
				continue
			}
			m.chosen.tried["file "+kind] = true
			if a := m.get(x[0], to); !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") && !strings.HasPrefix(to, "/static/") && to != "/openapi.json" {
				m.note(x[0], to, a)
			}
		}
	}
}

// bounds are what parameters of addresses are set to.
var bounds = []string{"", "x", "0", "1", "2", "-1", "99999999", "2020-05-05", "fr", "c1", "p1", "k1", "yes"}

// addresses asks for pages with each parameter that they take at its bounds and beyond.
func (m *moments) addresses() {
	m.t.Helper()
	for _, x := range m.askedOf(false) {
		path, query, _ := strings.Cut(x[1], "?")
		with, err := url.ParseQuery(query)
		if err != nil {
			continue
		}
		names := parametersOf(path)
		for name := range with {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			for _, value := range bounds {
				key := "address " + unslugged(path) + " " + name + "=" + value
				if m.chosen.tried[key] {
					continue
				}
				m.chosen.tried[key] = true
				is := url.Values{}
				for k, v := range with {
					is[k] = v
				}
				is.Set(name, value)
				to := path + "?" + is.Encode()
				if a := m.get(x[0], to); !isPacked(a) && m.chosen.isNew(wordsOf(a)) {
					m.note(x[0], to, a)
				}
			}
		}
	}
}

// inPattern is a parameter of a route's pattern.
var inPattern = regexp.MustCompile(`\\\{[a-z]+(\\\.\\\.\\\.)?\\\}`)

// parametersOf are the names of the parameters that an address takes.
func parametersOf(path string) (names []string) {
	path = strings.TrimSuffix(path, ".json")
	for _, r := range web.Routes() {
		like := strings.ReplaceAll(regexp.QuoteMeta(r.Pattern), `\{\$\}`, "")
		if r.Method != http.MethodGet || r.Query == nil || !regexp.MustCompile("^"+inPattern.ReplaceAllString(like, `[^/]+`)+"$").MatchString(path) {
			continue
		}
		for _, f := range reflect.VisibleFields(reflect.TypeOf(r.Query)) {
			if name, _, _ := strings.Cut(f.Tag.Get("query"), ","); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// fields sends forms in which each field in turn is other than it should be.
func (m *moments) fields() {
	m.t.Helper()
	m.opened = map[string][]*sheetForm{}
	for _, x := range m.askedOf(true) {
		s := sheet{x[0], x[2]}
		f := m.form(s, x[3])
		if f == nil {
			continue
		}
		for _, b := range f.buttons[:min(len(f.buttons), 4)] {
			for _, manner := range f.manners() {
				key := f.kind(s.who) + " " + kindOf(b.name+"="+b.value) + " " + kindOf(manner)
				if m.chosen.tried[key] {
					continue
				}
				m.chosen.tried[key] = true
				if f = m.form(s, x[3]); f == nil {
					break
				}
				if a, words := m.filledIn(s, f, manner, b); m.chosen.isNewPair(words) {
					m.noteField(s, f, manner, b, a, words)
				}
			}
			if f == nil {
				break
			}
		}
	}
}

// fieldsAgain sends those that the file names.
func (m *moments) fieldsAgain(title string) {
	m.t.Helper()
	m.opened = map[string][]*sheetForm{}
	for i, line := range m.want[title] {
		if i == 0 {
			m.out.WriteString(title + "\n")
		}
		part := strings.Split(line, " ")
		if len(part) < 6 {
			m.t.Fatalf("%s: %s", title, line)
		}
		s := sheet{part[0], part[2]}
		f := m.form(s, part[3])
		if f == nil {
			continue // the line is missing, then
		}
		for _, b := range f.buttons {
			if url.QueryEscape(b.name+"="+b.value) == part[5] {
				a, words := m.filledIn(s, f, part[4], b)
				m.noteField(s, f, part[4], b, a, words)
				break
			}
		}
	}
}

// sent sends a form, and reads the page that it leads to where it is taken.
func (m *moments) filledIn(s sheet, f *sheetForm, manner string, b field) (answer, []byte) {
	m.t.Helper()
	a := m.send(s.who, f, manner, b)
	words := wordsOf(a)
	if a.status >= 400 {
		return a, words
	}
	delete(m.opened, s.who+" "+s.page) // it is another page now
	if to := a.header.Get("Location"); strings.HasPrefix(to, "/") && !strings.ContainsAny(to, " ") {
		words = append(words, wordsOf(m.get(s.who, to))...)
	}
	return a, words
}

// noteField writes down what was answered.
func (m *moments) noteField(s sheet, f *sheetForm, manner string, b field, a answer, words []byte) {
	m.t.Helper()
	if m.chosen != nil {
		m.chosen.isNewPair(words)
	}
	asked := fmt.Sprintf("%s POST %s %s %s %s", s.who, s.page, f.name, manner, url.QueryEscape(b.name+"="+b.value))
	fmt.Fprintf(&m.out, "%s %d %s\n", asked, a.status, m.digest(asked, words))
}

// isNewPair reports whether words say something new, or something that was said before after something else, and notes it.
func (c *news) isNewPair(words []byte) (yes bool) {
	h, last := fnv.New64a(), []byte(nil)
	for line := range bytes.Lines(inNumber.ReplaceAll(words, []byte("0"))) {
		h.Reset()
		_, _ = h.Write(last)
		_, _ = h.Write(line)
		if sum := h.Sum64(); !c.pairs[sum] {
			c.pairs[sum], yes = true, true
		}
		last = line
	}
	return yes
}

// manners are the ways in which one field of a form is other than it should be, each with the field's name.
func (f *sheetForm) manners() (out []string) {
	seen := map[string]bool{}
	for _, x := range f.fields {
		if seen[x.name] || x.name == "token" || x.name == "as" {
			continue
		}
		seen[x.name] = true
		ways := []string{"without", "wrong"}
		switch x.kind {
		case "hidden", "checkbox":
		case "radio":
			for i := range f.named(x.name) {
				ways = append(ways, "choice"+strconv.Itoa(i))
			}
		case "select":
			for i := range x.options[:min(len(x.options), 6)] {
				ways = append(ways, "choice"+strconv.Itoa(i))
			}
		default:
			ways = append(ways, "long", "other")
			if x.most > 0 {
				ways = append(ways, "most", "over")
			}
		}
		for _, w := range ways {
			out = append(out, w+":"+url.QueryEscape(x.name))
		}
	}
	return out
}

// named are the fields of a name.
func (f *sheetForm) named(name string) (out []field) {
	for _, x := range f.fields {
		if x.name == name {
			out = append(out, x)
		}
	}
	return out
}

// oneOther is a form that is filled in, but for one field, which is what a manner says.
func (f *sheetForm) oneOther(manner string, button field) url.Values {
	v := f.values("filled", button)
	way, name, _ := strings.Cut(manner, ":")
	name, err := url.QueryUnescape(name)
	of := f.named(name)
	if err != nil || len(of) == 0 {
		return v
	}
	x := of[0]
	nth, choice := strings.CutPrefix(way, "choice")
	switch {
	case choice:
		i, _ := strconv.Atoi(nth)
		if x.kind == "select" && i < len(x.options) {
			v.Set(name, x.options[i])
		} else if x.kind == "radio" && i < len(of) {
			v.Set(name, of[i].value)
		}
	case way == "without" && (x.kind == "checkbox" || x.kind == "radio" || x.kind == "hidden"):
		v.Del(name)
	case way == "without":
		v.Set(name, "")
	case way == "wrong" && (x.kind == "checkbox" || x.kind == "radio" || x.kind == "select" || x.kind == "hidden"):
		v.Set(name, "nowhere")
	case way == "wrong":
		v.Set(name, x.typed("wrong"))
	case way == "long":
		v.Set(name, x.typed("long"))
	case way == "other":
		v.Set(name, field{name: x.name, kind: x.kind}.typed("otherwise"))
	case way == "most":
		v.Set(name, x.atBound(0))
	case way == "over":
		v.Set(name, x.atBound(1))
	}
	return v
}

// atBound is as much as a field takes, or more.
func (x field) atBound(more int) string {
	if x.kind == "number" {
		return strconv.Itoa(x.most + more)
	}
	return strings.Repeat("n", x.most+more)
}
