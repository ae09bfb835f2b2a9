package consult

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
)

// ListQuery is what a list's address says. Each filtered list has its own.
type ListQuery struct {
	Call     cite.Ref    `json:"call,omitempty"`
	Issue    cite.Ref    `json:"issue,omitempty"` // an element through time; what stands inside it counts
	Category string      `json:"category,omitempty"`
	Country  string      `json:"country,omitempty"`
	Party    string      `json:"party,omitempty"`
	Language locale.Lang `json:"language,omitempty"`
	Since    string      `json:"since,omitempty"` // 2020-01-31
	Until    string      `json:"until,omitempty"` // the day itself included
	Late     bool        `json:"late,omitempty"`
	Status   string      `json:"status,omitempty"` // for moderators
	Before   int         `json:"before,omitempty"`
}

// Query writes the address again, in one order, with another Before.
func (c ListQuery) Query(before int) string {
	q := url.Values{}
	set := func(k, v string) {
		if v != "" {
			q.Set(k, v)
		}
	}
	set("call", string(c.Call))
	set("issue", string(c.Issue))
	set("category", c.Category)
	set("country", c.Country)
	set("party", c.Party)
	set("language", string(c.Language))
	set("since", c.Since)
	set("until", c.Until)
	set("status", c.Status)
	if c.Late {
		set("late", "1")
	}
	if before > 0 {
		set("before", strconv.Itoa(before))
	}
	return q.Encode()
}

// export is the address of the list as it is chosen, in another form: kind is how the name of the file ends, more what
// the address says beside.
func (v *List) export(f *frame.Frame, kind, more string) templ.SafeURL {
	return v.address(f, kind, more, v.Chosen.Query(0))
}

// page is the address of another part of the list.
func (v *List) page(f *frame.Frame, before int) templ.SafeURL {
	more := ""
	if v.Print {
		more = "print=1"
	}
	return v.address(f, "", more, v.Chosen.Query(before))
}

// address is that of the list with some queries, of which any may be empty.
func (v *List) address(f *frame.Frame, kind string, queries ...string) templ.SafeURL {
	to := f.In("/contributions" + kind)
	for i, query := range slices.DeleteFunc(queries, func(s string) bool { return s == "" }) {
		to += templ.SafeURL([]string{"?", "&"}[i] + query)
	}
	return to
}

// Filter is the choice as the book takes it.
func (c ListQuery) Filter(st *conversation.Reading) consultation.Filter {
	f := consultation.Filter{Call: c.Call, Category: c.Category, Country: c.Country, Party: c.Party, Language: c.Language, Late: c.Late, Before: c.Before}
	zone := frame.InZone(time.Time{}, st.Zone).Location()
	if t, err := time.ParseInLocation(time.DateOnly, c.Since, zone); err == nil {
		f.Since = t
	}
	if t, err := time.ParseInLocation(time.DateOnly, c.Until, zone); err == nil {
		f.Until = t.AddDate(0, 0, 1)
	}
	if c.Issue != cite.None {
		f.Element = []cite.Ref{c.Issue}
		if p, ok := st.Papers.Paper(c.Issue); ok {
			for _, e := range p.Editions {
				for i := range e.Elements {
					if r := e.Elements[i].Ref; e.Within(r, c.Issue) && !slices.Contains(f.Element, r) {
						f.Element = append(f.Element, r)
					}
				}
			}
		}
	}
	if s, ok := consultation.ParseStatus(c.Status); ok && c.Status != "" {
		// Everybody may list what is withheld, withdrawn or erased: the tombstones. What waits is handed out to those who
		// moderate, and to nobody else.
		f.Status = []consultation.Status{s}
	}
	return f
}

// List is the page of contributions.
type List struct {
	Chosen        ListQuery            `json:"chosen"`
	Total         int                  `json:"total"`
	Of            int                  `json:"of"` // everything published
	Contributions []*part.Contribution `json:"contributions"`
	Next          int                  `json:"next,omitempty"` // Before of the next page
	Tally         consultation.Tally   `json:"tally"`
	Holds         bool                 `json:"tally_holds"`
	Three         consultation.Counts  `json:"counts"`
	Calls         []part.Call          `json:"-"`
	Issues        []part.Element       `json:"-"`
	Categories    []frame.Choice       `json:"-"`
	Countries     []frame.Choice       `json:"-"`
	Languages     []locale.Lang        `json:"-"`
	Print         bool                 `json:"-"`
	MapOff        bool                 `json:"-"`
	Head          cite.Position        `json:"position"`
	// Names are those with whom names are compared.
	Names *part.Names `json:"-"`
}

// PrintSize is how many contributions one part of the list to be printed has; the page says how many there are, and
// leads to the next part.
const PrintSize = 2000

// NewList builds the page.
func NewList(st *conversation.Reading, c ListQuery, l locale.Lang, limit int) *List {
	v := &List{Chosen: c, Tally: st.Consultation.Total(), Three: st.Consultation.Counts(), MapOff: st.Maps.Off, Names: part.NewNames(st)}
	st.Stamp(&v.Head)
	v.Holds = v.Tally.Holds()
	v.Of = v.Tally.Published
	rows, total := st.Consultation.List(c.Filter(st), limit+1) // one more tells whether there is a next page
	v.Total = total
	if len(rows) > limit {
		rows = rows[:limit]
		v.Next = int(rows[limit-1].Number)
	}
	v.Contributions = slices.Grow(v.Contributions, len(rows))
	for _, r := range rows {
		v.Contributions = append(v.Contributions, part.ContributionOf(st, r, l))
	}
	for _, k := range st.Consultation.Calls() {
		v.Calls = append(v.Calls, part.NewCall(st, k, l))
	}
	for _, p := range st.Papers.All() {
		e := p.Latest()
		for i := range e.Elements {
			if e.Elements[i].Kind == paper.Issue {
				v.Issues = append(v.Issues, part.NewElement(st, e, e.Elements[i].Ref, l))
			}
		}
	}
	for _, cat := range st.Categories {
		if cat.Into != "" {
			continue
		}
		n, _ := cat.Name.For(l)
		v.Categories = append(v.Categories, frame.Choice{ID: cat.ID, Name: n})
	}
	v.Languages = st.Consultation.LanguagesPresent()
	if c.Language != "" && !slices.Contains(v.Languages, c.Language) {
		v.Languages = append(v.Languages, c.Language)
	}
	v.Countries = countryChoices(st, l, st.Consultation.CountriesPresent())
	return v
}

// ChosenInWords says what the list is chosen by, for whoever reads it on paper.
func (v *List) ChosenInWords(f *frame.Frame) []string {
	var out []string
	say := func(key, value string) {
		if value != "" {
			out = append(out, f.T(key)+frame.Colon(f)+value)
		}
	}
	named := func(id string, choices []frame.Choice) string {
		if i := slices.IndexFunc(choices, func(c frame.Choice) bool { return c.ID == id }); i >= 0 {
			return choices[i].Name
		}
		return id
	}
	c := v.Chosen
	say("filter.category", named(c.Category, v.Categories))
	say("filter.country", named(c.Country, v.Countries))
	say("filter.issue", named(string(c.Issue), issueChoices(v)))
	say("filter.language", c.Language.NameIn(f.Lang))
	say("filter.call", named(string(c.Call), callChoices(v)))
	say("filter.since", day(f, c.Since))
	say("filter.until", day(f, c.Until))
	say("filter.party", c.Party)
	say("filter.status", word(f, "status.", c.Status))
	if c.Late {
		out = append(out, f.T("filter.late"))
	}
	return out
}

// day is a date of an address in words.
func day(f *frame.Frame, s string) string {
	if s == "" {
		return ""
	}
	return f.Day(s)
}

func countryChoices(st *conversation.Reading, l locale.Lang, codes []string) []frame.Choice {
	out := make([]frame.Choice, 0, len(codes))
	for _, code := range codes {
		out = append(out, frame.Choice{ID: code, Name: st.CountryName(code, l)})
	}
	locale.SortBy(l, out, func(c frame.Choice) string { return c.Name })
	return out
}

// Need lists the words of the rows.
func (v *List) Need() []cite.Position {
	var out []cite.Position
	for _, c := range v.Contributions {
		out = append(out, c.Need()...)
	}
	return append(out, v.Names.Need()...)
}

// Fill gives them.
func (v *List) Fill(words map[cite.Position]cite.Words) {
	for _, c := range v.Contributions {
		c.Fill(words)
	}
	v.Names.Flag(words, v.Contributions)
}

// Title is the page's title.
func (v *List) Title(f *frame.Frame) string { return f.T("contributions.title") }
