package web_test

import (
	"cmp"
	"fmt"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// sheet is a page with forms, as somebody reads it.
type sheet struct{ who, page string }

// sheetForm is a form of a page.
type sheetForm struct {
	name    string // where it is sent, with its number among those of the page that are sent there
	action  string
	fields  []field
	buttons []field // the zero one where no button has a name
}

// field is what stands in a form under a name.
type field struct {
	name, kind, value string
	checked           bool
	most              int      // characters, or the largest number; 0 where nothing is said
	options           []string // of a list
}

// formsOf finds the forms in the middle of a page.
func formsOf(page, address string) (out []*sheetForm) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil
	}
	byID, count := map[string]*sheetForm{}, map[string]int{}
	var walk func(n *html.Node, in *sheetForm)
	walk = func(n *html.Node, in *sheetForm) {
		switch n.DataAtom {
		case atom.Header, atom.Footer:
			return
		case atom.Form:
			if in = nil; attr(n, "method") == "post" {
				in = &sheetForm{action: attr(n, "action")}
				if in.action == "" {
					in.action = address
				}
				count[in.action]++
				in.name = fmt.Sprintf("%s#%d", in.action, count[in.action])
				out = append(out, in)
				byID[attr(n, "id")] = in
			}
		case atom.Input, atom.Select, atom.Textarea, atom.Button:
			to := in
			if id := attr(n, "form"); id != "" {
				to = byID[id]
			}
			if to != nil {
				to.add(n)
			}
		}
		for c := range n.ChildNodes() {
			walk(c, in)
		}
	}
	walk(root, nil)
	for _, f := range out {
		if len(f.buttons) == 0 {
			f.buttons = []field{{}}
		}
	}
	return out
}

// attr is an attribute of an element.
func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// add puts a field or a button into a form.
func (f *sheetForm) add(n *html.Node) {
	x := field{name: attr(n, "name"), kind: attr(n, "type"), value: attr(n, "value")}
	x.most, _ = strconv.Atoi(cmp.Or(attr(n, "maxlength"), attr(n, "max")))
	x.checked = slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "checked" })
	switch n.DataAtom {
	case atom.Button:
		if x.kind != "button" && !slices.Contains(f.buttonNames(), x.name+"="+x.value) {
			f.buttons = append(f.buttons, x)
		}
		return
	case atom.Textarea:
		x.kind = "text"
		if n.FirstChild != nil {
			x.value = strings.TrimPrefix(n.FirstChild.Data, "\n")
		}
	case atom.Select:
		x.kind, x.value = "select", ""
		for o := range n.Descendants() {
			if o.DataAtom == atom.Option {
				x.options = append(x.options, attr(o, "value"))
				if slices.ContainsFunc(o.Attr, func(a html.Attribute) bool { return a.Key == "selected" }) {
					x.value = attr(o, "value")
				}
			}
		}
	}
	if x.name != "" && x.kind != "file" {
		f.fields = append(f.fields, x)
	}
}

func (f *sheetForm) buttonNames() (out []string) {
	for _, b := range f.buttons {
		out = append(out, b.name+"="+b.value)
	}
	return out
}

// kind is what forms have in common that are of one kind, whatever they are of.
func (f *sheetForm) kind(who string) string {
	var names []string
	for _, x := range f.fields {
		names = append(names, kindOf(x.name))
	}
	slices.Sort(names)
	somebody := "somebody"
	if who == "" {
		somebody = ""
	}
	return somebody + kindOf(f.action) + " " + strings.Join(slices.Compact(names), " ")
}

// manners are the ways in which forms are sent, in this order.
var manners = []string{"nothing", "wrong", "long", "as-it-stands", "filled", "otherwise"}

// maxTried is how many forms of a kind are sent.
const maxTried = 2

// values is what a form is sent with.
func (f *sheetForm) values(manner string, button field) url.Values {
	if strings.Contains(manner, ":") {
		return f.oneOther(manner, button)
	}
	v := url.Values{}
	for i, x := range f.fields {
		last := i+1 == len(f.fields) || f.fields[i+1].name != x.name
		first := i == 0 || f.fields[i-1].name != x.name
		switch {
		case x.kind == "hidden":
			if manner == "wrong" && x.name != "token" && x.name != "as" && x.name != "what" {
				x.value = "x"
			}
			v.Add(x.name, x.value)
		case manner == "nothing":
		case x.kind == "checkbox" || x.kind == "radio":
			switch {
			case manner == "wrong":
				v.Add(x.name, "nowhere")
			case manner == "filled" && (x.kind == "checkbox" || last), manner == "otherwise" && x.kind == "radio" && first, manner != "filled" && manner != "otherwise" && x.checked:
				v.Add(x.name, x.value)
			}
		case x.kind == "select":
			v.Add(x.name, x.choice(manner))
		default:
			v.Add(x.name, x.typed(manner))
		}
	}
	if button.name != "" {
		v.Set(button.name, button.value)
	}
	return v
}

// choice is what is chosen from a list.
func (x field) choice(manner string) string {
	some := slices.DeleteFunc(slices.Clone(x.options), func(o string) bool { return o == "" })
	switch {
	case manner == "wrong":
		return "nowhere"
	case manner == "filled" && len(some) > 0:
		return some[len(some)-1]
	case manner == "otherwise" && len(some) > 0:
		return some[0]
	}
	return x.value
}

// typed is what is typed into a field.
func (x field) typed(manner string) string {
	switch manner {
	case "wrong":
		return map[string]string{"number": "-1", "date": "2020-02-30", "time": "25:61", "email": "nobody"}[x.kind] + "x"
	case "long":
		switch x.kind {
		case "number":
			return "99999999"
		case "date", "time":
			return x.value
		}
		return strings.Repeat("A word. ", 4000)
	case "filled", "otherwise":
		if x.value != "" && manner == "filled" {
			return x.value
		}
		by := map[string]string{"number": "2", "date": "2020-12-01", "time": "10:00", "email": "somebody@demonstration.invalid", "url": "https://ferries.example/x"}
		if by[x.kind] != "" {
			return by[x.kind]
		}
		switch {
		case strings.Contains(x.name, "date"):
			return "2020-12-01"
		case strings.Contains(x.name, "time"):
			return "10:00"
		}
		return "Words that are typed."
	}
	return x.value
}

// fill sends forms in each manner with each of their buttons, or as the file says.
func (m *moments) fill() {
	m.t.Helper()
	title := fmt.Sprintf("=== forms, %s", m.now.UTC().Format("2006-01-02T15:04Z"))
	m.moment++
	if m.want != nil {
		m.fillAgain(title)
		return
	}
	m.out.WriteString(title + "\n")
	type trial struct {
		sheet
		name string
	}
	var trials []trial
	for _, s := range m.sheets {
		for _, f := range formsOf(m.get(s.who, s.page).body, s.page) {
			if k := f.kind(s.who); m.chosen.forms[k] < maxTried {
				m.chosen.forms[k]++
				trials = append(trials, trial{s, f.name})
			}
		}
	}
	for _, manner := range manners {
		m.opened = map[string][]*sheetForm{}
		for _, x := range trials {
			f := m.form(x.sheet, x.name)
			if f == nil {
				continue
			}
			for _, b := range f.buttons[:min(len(f.buttons), 12)] {
				a := m.send(x.who, f, manner, b)
				if taken := a.status < 400; m.chosen.isNew(wordsOf(a)) || taken {
					m.noteForm(x.sheet, f, manner, b, a)
				}
			}
		}
	}
}

// fillAgain sends the forms that the file names.
func (m *moments) fillAgain(title string) {
	m.t.Helper()
	manner := ""
	for i, line := range m.want[title] {
		if i == 0 {
			m.out.WriteString(title + "\n")
		}
		part := strings.Split(line, " ")
		if len(part) < 6 {
			m.t.Fatalf("%s: %s", title, line)
		}
		s := sheet{part[0], part[2]}
		if part[4] != manner {
			manner, m.opened = part[4], map[string][]*sheetForm{}
		}
		f := m.form(s, part[3])
		if f == nil {
			continue // the line is missing, then
		}
		for _, b := range f.buttons {
			if url.QueryEscape(b.name+"="+b.value) == part[5] {
				m.noteForm(s, f, manner, b, m.send(s.who, f, manner, b))
				break
			}
		}
	}
}

// form is one of a page, as it stood when the page was read first in this manner.
func (m *moments) form(s sheet, name string) *sheetForm {
	m.t.Helper()
	key := s.who + " " + s.page
	if _, ok := m.opened[key]; !ok {
		m.opened[key] = formsOf(m.get(s.who, s.page).body, s.page)
	}
	for _, f := range m.opened[key] {
		if f.name == name {
			return f
		}
	}
	return nil
}

// send sends a form.
func (m *moments) send(who string, f *sheetForm, manner string, button field) answer {
	m.t.Helper()
	r := httptest.NewRequest("POST", f.action, strings.NewReader(f.values(manner, button).Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return m.do(who, r)
}

// noteForm writes down what was answered to a form, with the sentences of a refusal.
func (m *moments) noteForm(s sheet, f *sheetForm, manner string, b field, a answer) {
	m.t.Helper()
	asked := fmt.Sprintf("POST %s %s %s %s", s.page, f.name, manner, url.QueryEscape(b.name+"="+b.value))
	m.note(s.who, asked, a)
}
