package site

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/site"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/site"
	"github.com/openplenary/plenary/web/serve"
)

// postOperator takes one of the forms of the page; "what" says which.
func (q *request) postOperator() error {
	if to, err := q.keeper(); err != nil {
		return err
	} else if to != "" {
		return serve.NotFound()
	}
	if q.Server.Demonstration {
		return refusal.New(refusal.Forbidden, "site.demonstration")
	}
	var file oneFile
	v, err := q.ReadForm(&file)
	if err != nil {
		return err
	}
	var change func(site.Said) (site.Said, error)
	switch v.Get("what") {
	case "body":
		change = func(s site.Said) (site.Said, error) {
			s, err := q.body(v, s)
			if v.Get("do") == "take" {
				s.Take()
			}
			return s, err
		}
	case "take":
		change = func(s site.Said) (site.Said, error) { s.Take(); return s, nil }
	case "logo":
		change, err = q.logoChange(v, file.sent)
	case "page":
		change = func(s site.Said) (site.Said, error) { return q.pages(v, s) }
	case "country":
		change = func(s site.Said) (site.Said, error) { return q.country(v, s) }
	case "group":
		change = func(s site.Said) (site.Said, error) { return q.group(v, s) }
	case "mail":
		return q.testMail()
	default:
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	if err == nil {
		err = q.Server.Site.Save(change)
	}
	if rs := refusal.Of(err); len(rs) > 0 {
		return q.again(v, rs)
	}
	if err != nil {
		return err
	}
	return q.See("/" + string(q.Lang) + "/site?done=saved#" + anchors[v.Get("what")])
}

// anchors are where on the page each form stands.
var anchors = map[string]string{"body": "body", "logo": "logo-part", "page": "pages", "take": "pages", "country": "countries", "group": "countries"}

// again shows the page again with what was typed.
func (q *request) again(v url.Values, rs []*refusal.Refusal) error {
	w, err := q.view()
	if err != nil {
		return err
	}
	typed := func(field string) (string, bool) {
		left := v.Has("was-"+field) && plain(v.Get(field)) == plain(v.Get("was-"+field))
		return v.Get(field), v.Has(field) && !left
	}
	switch v.Get("what") {
	case "body":
		for i := range w.Texts {
			w.Texts[i] = w.Texts[i].Typed(typed)
		}
		w.Languages = v["languages"]
	case "page":
		for _, page := range v["page"] {
			if slices.Contains(site.PageNames, page) {
				w.Writing = append(w.Writing, view.PageTongues(w.Site, page).Typed(typed))
			}
		}
	case "country":
		w.Edit("country-" + v.Get("code"))
		c := w.Country
		c.New = v.Has("was-new") || !slices.ContainsFunc(w.Site.CountryList().All(q.Lang), func(x locale.Country) bool { return x.Code == c.Code })
		c.Name, c.Group, c.Place, c.Off = c.Name.Typed(typed), v.Get("country-group"), v.Get("place"), v.Get("off") == "yes"
	case "group":
		w.Edit("group-" + v.Get("id"))
		w.Group.Name = w.Group.Name.Typed(typed)
	}
	q.Frame.Errors = rs
	status, _ := frame.StatusOf(rs[0].Kind)
	return q.Show(status, w)
}

func plain(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

// meanwhile notes what somebody else saved since the page was made.
type meanwhile struct{ no refusal.Several }

// field reports whether a person changed a field. Where somebody else did so too, they are shown that first.
func (m *meanwhile) field(v url.Values, field, now string) bool {
	typed, was := plain(v.Get(field)), plain(v.Get("was-"+field))
	now = plain(now)
	if !v.Has(field) || typed == was || typed == now {
		return false
	}
	m.compare("settings.meanwhile", field, was, now)
	return true
}

// left notes a field of what is to be taken away, where somebody else changed it since the page was made.
func (m *meanwhile) left(field, was, now string) {
	m.compare("site.meanwhile", field, plain(was), plain(now))
}

// compare refuses a field that is not as it was, and says how it is now.
func (m *meanwhile) compare(key, field, was, now string) {
	if now == was {
		return
	}
	if now == "" {
		now = "–"
	}
	m.no = append(m.no, refusal.In(field, key, "text", now))
}

// words puts into a text what a person changed of it.
func (m *meanwhile) words(v url.Values, t frame.Tongues, was locale.Text, page locale.Lang) locale.Text {
	out := locale.Text{Original: was.Original, In: map[locale.Lang]string{}}
	for l, s := range was.In {
		out.In[l] = s
	}
	for _, r := range t.Rows {
		if field := t.Field(r); m.field(v, field, r.Value) {
			out.In[r.Lang] = plain(v.Get(field))
		}
	}
	for _, l := range append([]locale.Lang{page}, locale.All...) {
		if out.In[out.Original] == "" && out.In[l] != "" {
			out.Original = l
		}
	}
	return out
}

func (m *meanwhile) err() error {
	if len(m.no) > 0 {
		return m.no
	}
	return nil
}

// body takes name, contact, boundary notice and languages.
func (q *request) body(v url.Values, s site.Said) (site.Said, error) {
	now := view.NewOperator(q.Server.Site.Now())
	var m meanwhile
	for _, t := range now.Texts {
		switch t.Name {
		case view.NameText:
			s.Name = m.words(v, t, s.Name, q.Lang)
		case view.ContactText:
			s.Contact = m.words(v, t, s.Contact, q.Lang)
		case view.BordersText:
			s.Borders = m.words(v, t, s.Borders, q.Lang)
		}
	}
	var chosen []locale.Lang
	typed := ""
	for _, l := range locale.All {
		if slices.Contains(v["languages"], string(l)) {
			chosen = append(chosen, l)
			typed += string(l) + " "
		}
	}
	once := url.Values{"languages": {typed}, "was-languages": v["was-languages"]}
	if m.field(once, "languages", now.WasLangs) {
		s.Languages = chosen
		if len(chosen) == 0 {
			m.no = append(m.no, refusal.In("languages", "site.languages"))
		}
	}
	return s, m.err()
}

// logoChange takes a new logo, or has none from now on.
func (q *request) logoChange(v url.Values, sent []byte) (func(site.Said) (site.Said, error), error) {
	moved := func(now *site.Logo) error {
		if v.Get("was-logo") != view.LogoName(now) {
			return refusal.In("logo", "site.logo.moved")
		}
		return nil
	}
	if err := moved(q.Server.Site.Now().Logo); err != nil {
		return nil, err
	}
	var logo *site.Logo
	if v.Get("do") != "remove" {
		if len(sent) == 0 {
			return nil, refusal.In("logo", "site.logo.none")
		}
		var err error
		if logo, err = q.Server.Site.SetLogo(sent); err != nil {
			return nil, err
		}
	}
	return func(s site.Said) (site.Said, error) {
		err := moved(s.Logo)
		s.Logo = logo
		return s, err
	}, nil
}

// pages takes the texts of legal pages. A first text that nobody changed stays what the program brings.
func (q *request) pages(v url.Values, s site.Said) (site.Said, error) {
	var m meanwhile
	for _, page := range v["page"] {
		if !slices.Contains(site.PageNames, page) {
			return s, refusal.New(refusal.Invalid, "form.unreadable")
		}
		t := view.PageTongues(q.Server.Site.Now(), page)
		for _, r := range t.Rows {
			field := t.Field(r)
			if !m.field(v, field, r.Value) {
				continue
			}
			if s.Pages == nil {
				s.Pages = map[string]map[locale.Lang]string{}
			}
			if s.Pages[page] == nil {
				s.Pages[page] = map[locale.Lang]string{}
			}
			s.Pages[page][r.Lang] = plain(v.Get(field))
		}
	}
	return s, m.err()
}

// country takes what is other about one country.
func (q *request) country(v url.Values, s site.Said) (site.Said, error) {
	code := strings.ToUpper(strings.TrimSpace(v.Get("code")))
	i := slices.IndexFunc(s.Countries, func(c locale.CountryChange) bool { return c.Code == code })
	if v.Get("do") == "remove" {
		return q.removeCountry(v, s, i)
	}
	c := locale.CountryChange{Code: code}
	if i >= 0 {
		c = s.Countries[i]
	}
	if c.Name = maps.Clone(c.Name); c.Name == nil {
		c.Name = map[locale.Lang]string{}
	}
	var m meanwhile
	list := locale.UNCountries().With(s.Countries, s.Groups)
	for _, l := range locale.All {
		field := "country-" + string(l)
		if !m.field(v, field, list.Name(code, l)) {
			continue
		}
		delete(c.Name, l)
		if name := plain(v.Get(field)); name != "" && name != locale.UNCountries().Name(code, l) {
			c.Name[l] = name
		}
	}
	once := url.Values{"country-group": {q.groupName(s, v.Get("country-group"))}, "was-country-group": {q.groupName(s, v.Get("was-country-group"))},
		"off": {q.offMark(v.Get("off") == "yes")}, "was-off": {q.offMark(v.Get("was-off") == "yes")}}
	if v.Has("country-group") && m.field(once, "country-group", q.groupName(s, c.Group)) {
		c.Group = v.Get("country-group")
	}
	if m.field(once, "off", q.offMark(c.Off)) {
		c.Off = v.Get("off") == "yes"
	}
	if m.field(v, "place", placeOf(c)) {
		c.Place = 0
		if typed := plain(v.Get("place")); typed != "" {
			n, err := strconv.Atoi(typed)
			if err != nil || n < 1 {
				return s, refusal.In("place", "site.place")
			}
			c.Place = n
		}
	}
	if s.Countries = slices.Clone(s.Countries); i < 0 {
		s.Countries = append(s.Countries, c)
	} else {
		s.Countries[i] = c
	}
	slices.SortFunc(s.Countries, func(a, b locale.CountryChange) int { return strings.Compare(a.Code, b.Code) })
	return s, m.err()
}

// groupName is a group of countries as people know it, "" for none.
func (q *request) groupName(s site.Said, id string) string {
	if i := slices.IndexFunc(s.Groups, func(g locale.CountryGroup) bool { return g.ID == id }); i >= 0 {
		name, _ := s.Groups[i].Name.For(q.Lang)
		return name
	}
	return ""
}

// offMark says that a country is offered to nobody, "" where it is.
func (q *request) offMark(off bool) string {
	if off {
		return q.Frame.T("site.country_off_mark")
	}
	return ""
}

// placeOf is the place of a country in the list as it is written, "" for that of the alphabet.
func placeOf(c locale.CountryChange) string {
	if c.Place > 0 {
		return strconv.Itoa(c.Place)
	}
	return ""
}

// removeCountry makes the country at a place of the list what the United Nations' list says of it. One that is not in that
// list stays while anything names it, so that this keeps a name; and what somebody else has changed of it is shown first.
func (q *request) removeCountry(v url.Values, s site.Said, i int) (site.Said, error) {
	if i < 0 { // somebody else did it
		return s, nil
	}
	c := s.Countries[i]
	var m meanwhile
	list := locale.UNCountries().With(s.Countries, s.Groups)
	for _, l := range locale.All {
		m.left("country-"+string(l), v.Get("was-country-"+string(l)), list.Name(c.Code, l))
	}
	m.left("country-group", q.groupName(s, v.Get("was-country-group")), q.groupName(s, c.Group))
	m.left("off", q.offMark(v.Get("was-off") == "yes"), q.offMark(c.Off))
	m.left("place", v.Get("was-place"), placeOf(c))
	if !locale.UNCountries().May(c.Code) {
		n, err := q.fromCountry(c.Code)
		if err != nil {
			return s, err
		}
		if n > 0 {
			m.no = append(m.no, refusal.In("off", "site.country_used", "n", n))
		}
	}
	s.Countries = slices.Delete(slices.Clone(s.Countries), i, i+1)
	return s, m.err()
}

// fromCountry counts the parties on a roll and the contributions, whatever became of them, that name a country of the
// instance in any conversation. A code that a conversation has among countries of its own is not the instance's there.
func (q *request) fromCountry(code string) (n int, err error) {
	from := consultation.Filter{Country: code}
	for status := consultation.Pending; status <= consultation.Erased; status++ {
		from.Status = append(from.Status, status)
	}
	for _, slug := range q.Server.Sec.Conversations() {
		if _, err := q.Server.Sec.Read(q.Context(), slug, func(st *conversation.State) error {
			if settings.Place(st.Countries, code) >= 0 {
				return nil
			}
			_, said := st.Consultation.List(from, 0)
			n += said
			for _, y := range st.Roll.Entered() {
				if p, _ := st.Roll.Party(y); p.Country == code {
					n++
				}
			}
			return nil
		}); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// removeGroup takes away the group at a place of the list, unless countries are in it or somebody else has changed it.
func removeGroup(v url.Values, s site.Said, i int) (site.Said, error) {
	if i < 0 { // somebody else did it
		return s, nil
	}
	g := s.Groups[i]
	var m meanwhile
	t := frame.NewTongues("group", g.Name, locale.All, nil)
	for _, r := range t.Rows {
		if field := t.Field(r); v.Has("was-" + field) {
			m.left(field, v.Get("was-"+field), r.Value)
		}
	}
	n := 0
	for _, c := range s.Countries {
		if c.Group == g.ID {
			n++
		}
	}
	if n > 0 {
		m.no = append(m.no, refusal.In("group", "site.group_used", "n", n))
	}
	s.Groups = slices.Delete(slices.Clone(s.Groups), i, i+1)
	return s, m.err()
}

// group takes a group of countries.
func (q *request) group(v url.Values, s site.Said) (site.Said, error) {
	id := v.Get("id")
	i := slices.IndexFunc(s.Groups, func(g locale.CountryGroup) bool { return g.ID == id })
	if v.Get("do") == "remove" {
		return removeGroup(v, s, i)
	}
	var was locale.Text
	if i >= 0 {
		was = s.Groups[i].Name
	}
	var m meanwhile
	name := m.words(v, frame.NewTongues("group", was, locale.All, nil), was, q.Lang)
	switch {
	case name.Empty():
		m.no = append(m.no, refusal.In("group", "site.group_name"))
	case len(s.Groups) >= site.MaxGroups && i < 0:
		m.no = append(m.no, refusal.In("group", "site.groups", "max", site.MaxGroups))
	case i >= 0:
		s.Groups[i].Name = name
	default:
		n := 1
		for slices.ContainsFunc(s.Groups, func(g locale.CountryGroup) bool { return g.ID == "g"+strconv.Itoa(n) }) {
			n++
		}
		s.Groups = append(s.Groups, locale.CountryGroup{ID: "g" + strconv.Itoa(n), Name: name})
	}
	return s, m.err()
}
