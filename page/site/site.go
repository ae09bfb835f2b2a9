package site

import (
	"slices"
	"strconv"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/site"
)

// Operator is the page on which the operator says what holds for the instance.
type Operator struct {
	frame.NoWords
	Site *site.Site
	// Texts are the name, the contact and the boundary notice.
	Texts []frame.Tongues
	// Languages are those that are chosen, and WasLangs what was when the page was made.
	Languages []string
	WasLangs  string
	// Writing are the legal pages that are being written.
	Writing []frame.Tongues
	// Country is the code that is being changed, "" for none, and New is true where one is added.
	Country *Country
	// Group is the group of countries that is being changed; nil for none.
	Group *Group
	// Embeds are the conversations that can be shown inside the pages of others.
	Embeds []Embed
	// MailTo is where a test letter goes; "" where no mail is sent.
	MailTo string
	// Letters is how many letters wait, and MailNamed whether a mail server is named that they wait for. What they say is
	// on no page.
	Letters   int
	MailNamed bool
	// Mail is what the relay answered to the last test; nil where there was none.
	Mail *MailAnswer
	// Files is what is said of attached files; nil where they cannot be counted.
	Files *Files
	// NewToken makes the token of a form.
	NewToken func() string
}

// Files is what is said of attached files, and of where they are kept.
type Files struct {
	Where, Bucket       string // "folder", "rows" or "bucket", and which
	Files, Waiting      int    // all, and those of them that nothing cites yet
	Bytes, WaitingBytes int64
	Lost                int       // those that were asked for and cannot be given out
	At                  time.Time // when something went wrong last
	Fault               string    // what it was, "" where nothing did
}

// megabytes are as many as hold so many bytes.
func megabytes(n int64) int { return int((n + 1<<20 - 1) >> 20) }

// MailAnswer is what became of a test letter.
type MailAnswer struct {
	To  string
	Err string // "" where the relay took it
}

// Country is a country that is being changed.
type Country struct {
	Code, Group string
	New, Off    bool
	Place       string
	Name        frame.Tongues
}

// Group is a group of countries that is being changed.
type Group struct {
	ID   string
	New  bool
	Name frame.Tongues
}

// Embed is a conversation that can be shown inside the pages of others.
type Embed struct{ Slug, Name string }

// The texts of the operator's page, as the fields are named.
const (
	NameText    = "name"
	ContactText = "contact"
	BordersText = "borders"
)

// NewOperator builds the page. languages are those in which fields are shown.
func NewOperator(s *site.Site) *Operator {
	languages := s.Offered()
	v := &Operator{Site: s, Texts: []frame.Tongues{frame.NewTongues(NameText, s.Name, languages, nil),
		frame.NewTongues(ContactText, s.Contact, languages, nil), frame.NewTongues(BordersText, s.Borders, languages, nil)}}
	for _, l := range languages {
		v.Languages = append(v.Languages, string(l))
		v.WasLangs += string(l) + " "
	}
	return v
}

// LogoName is the name of the picture of a logo, "" for none.
func LogoName(l *site.Logo) string {
	if l == nil {
		return ""
	}
	return l.File
}

// AllPages opens every legal page that is not finished.
const AllPages = "pages"

// Edit opens one thing of the page: a legal page, all that are not finished, a country by its code, "country-" for a new
// one, a group by its id, "group-" for a new one.
func (v *Operator) Edit(what string) {
	for _, page := range site.PageNames {
		if page == what || what == AllPages && len(v.Site.Unwritten(page)) > 0 {
			v.Writing = append(v.Writing, PageTongues(v.Site, page))
		}
	}
	if id, ok := cut(what, "group-"); ok {
		v.Group = v.group(id)
	}
	if code, ok := cut(what, "country-"); ok {
		v.Country = v.country(code)
	}
}

func cut(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || s[:len(prefix)] != prefix {
		return "", false
	}
	return s[len(prefix):], true
}

func (v *Operator) group(id string) *Group {
	for _, g := range v.Site.Groups {
		if g.ID == id {
			return &Group{ID: id, Name: frame.NewTongues("group", g.Name, v.Site.Offered(), nil)}
		}
	}
	return &Group{New: true, Name: frame.NewTongues("group", locale.Text{}, v.Site.Offered(), nil)}
}

func (v *Operator) country(code string) *Country {
	out := &Country{Code: code, New: code == ""}
	names := map[locale.Lang]string{}
	for _, l := range locale.All {
		if name := v.Site.CountryList().Name(code, l); name != "" {
			names[l] = name
		}
	}
	for _, c := range v.Site.Countries {
		if c.Code == code {
			out.Group, out.Off = c.Group, c.Off
			if c.Place > 0 {
				out.Place = strconv.Itoa(c.Place)
			}
		}
	}
	out.Name = frame.NewTongues("country", locale.Text{In: names}, locale.All, nil)
	return out
}

// PageTongues are the fields of a legal page, with the text that is there, gaps included.
func PageTongues(s *site.Site, page string) frame.Tongues {
	t := locale.Text{In: map[locale.Lang]string{}}
	for _, l := range s.Offered() {
		t.In[l] = s.Draft(page, l)
	}
	out := frame.NewTongues(page, t, s.Offered(), nil)
	for i, r := range out.Rows { // none of them is a translation of another
		out.Rows[i].State = "first"
		if _, own := s.Pages[page][r.Lang]; own {
			out.Rows[i].State = "own"
		}
	}
	return out
}

// written is what is being written, as Edit names it.
func (v *Operator) written() string {
	if len(v.Writing) == 1 {
		return v.Writing[0].Name
	}
	return AllPages
}

// Unfinished counts the legal pages that are not written in every language that is offered.
func (v *Operator) Unfinished() (n int) {
	for _, page := range site.PageNames {
		if len(v.Site.Unwritten(page)) > 0 {
			n++
		}
	}
	return n
}

// Takable is a legal page that can be taken as it begins, and the languages in which it can.
type Takable struct {
	Page string
	In   []locale.Lang
}

// Takable lists the legal pages that can be taken as they begin.
func (v *Operator) Takable() (out []Takable) {
	for _, page := range site.PageNames {
		if in := v.Site.Takes(page); len(in) > 0 {
			out = append(out, Takable{page, in})
		}
	}
	return out
}

// PageRow is a legal page in the list of the operator.
type PageRow struct {
	Name string
	In   []locale.Lang // in which it is not written
	Gaps []string      // what is missing in the language of the reader
}

// Pages lists the legal pages with what is missing in each.
func (v *Operator) Pages(l locale.Lang) (out []PageRow) {
	for _, page := range site.PageNames {
		r := PageRow{Name: page, In: v.Site.Unwritten(page)}
		if slices.Contains(r.In, l) {
			r.Gaps = v.Site.Missing(page, l)
		}
		out = append(out, r)
	}
	return out
}

// Changed lists the countries that are other than in the United Nations' list, in the order of the reader's language, and
// Others all that are offered as they are there.
func (v *Operator) Changed(l locale.Lang) []locale.Country {
	return slices.DeleteFunc(v.Site.CountryList().All(l), func(c locale.Country) bool { return !v.changed(c.Code) })
}

// Others lists the countries that are as in the United Nations' list.
func (v *Operator) Others(l locale.Lang) []locale.Country {
	return slices.DeleteFunc(v.Site.CountryList().Offered(l), func(c locale.Country) bool { return v.changed(c.Code) })
}

func (v *Operator) changed(code string) bool {
	return slices.ContainsFunc(v.Site.Countries, func(c locale.CountryChange) bool { return c.Code == code })
}

// Title is the page's title.
func (v *Operator) Title(f *frame.Frame) string { return f.T("site.title") }

// Legal is a legal page as it is read.
type Legal struct {
	frame.NoWords
	Page    string              `json:"page"`
	Text    string              `json:"text,omitempty"`
	Lang    locale.Lang         `json:"lang,omitempty"`
	Since   time.Time           `json:"since,omitzero"`
	Version int                 `json:"version"`
	Past    bool                `json:"past,omitempty"` // another holds now
	Invent  bool                `json:"invented,omitempty"`
	Earlier []int               `json:"earlier,omitempty"` // versions in which it said something else
	told    frame.LocalizedText // what its text is to the reader
}

// NewLegal builds the page. Where it is not written in the reader's language it is shown in another that it is written in.
func NewLegal(s *site.Site, page string, l locale.Lang) *Legal {
	v := &Legal{Page: page, Since: s.At, Version: s.Version, Invent: s.Demonstration}
	text, _ := s.Text(page)
	v.told = frame.LocalizeAs(text, l, s.Marks.Standing(page, text, l))
	for _, in := range append([]locale.Lang{l, text.Original}, s.Offered()...) {
		if text, ok := s.Page(page, in); ok {
			v.Text, v.Lang = text, in
			break
		}
	}
	return v
}

// Title is the page's title.
func (v *Legal) Title(f *frame.Frame) string { return f.T("site.page." + v.Page) }

// Description is what is said of the page elsewhere.
func (v *Legal) Description(f *frame.Frame) string {
	return f.T("site.page."+v.Page) + ". " + f.Body().Text
}
