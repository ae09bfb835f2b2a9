package priorities

import (
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/overview"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/ties"
	"github.com/openplenary/plenary/priority"
)

// Constituency is what one stakeholder category said on a theme. No number over all categories is made.
type Constituency struct {
	ID   string              `json:"id"`
	Name frame.LocalizedText `json:"name"`
	overview.Count
	Everything overview.Count `json:"conversation"`     // what the category said in the whole conversation
	OnRoll     int            `json:"parties_on_roll"`  // of the category
	Spoke      int            `json:"of_these_spoke"`   // on the theme
	Silent     []*Silent      `json:"silent,omitempty"` // the others
}

// Silent is a party on the roll that has nothing published on the theme.
type Silent struct {
	Party   cite.Ref `json:"party"`
	Name    string   `json:"name"`
	Country string   `json:"country,omitempty"`
	at      cite.Position
}

// Asked is what the parties of each category answered to one question, as it was worded then.
type Asked struct {
	part.PassageRow
	By []Stances `json:"by"` // categories that answered it
}

// Stances are those of one category.
type Stances struct {
	Name frame.LocalizedText `json:"name"`
	consultation.Stances
}

// Evidence is the page of what stands behind a theme of an order.
type Evidence struct {
	Theme
	Order    Row                 `json:"order"`               // that the theme belongs to
	Ties     ties.Of             `json:"ties"`                // what the theme rests on, and what rests on it, counted
	Place    int                 `json:"place,omitempty"`     // in the order that holds, from 1; 0 where it has none
	Left     bool                `json:"not_taken,omitempty"` // it was not taken
	Reason   frame.LocalizedText `json:"reason,omitzero"`     // for its place, or for not taking it
	Ballot   bool                `json:"ballot,omitempty"`    // whether an indicative ballot was held on the order
	By       []*Constituency     `json:"by"`                  // in the order of the conversation's categories
	Asked    []Asked             `json:"asked,omitempty"`     // the questions on which parties took a stance
	Gone     []part.PassageRow   `json:"gone,omitempty"`      // passages that were spoken on and are deleted since
	Comments []*part.PointRow    `json:"comments,omitempty"`  // on the order, on what this theme is about
	TakenUp  []part.Citing       `json:"taken_up,omitempty"`  // passages that rest on the theme
	Said     []*part.PointRow    `json:"points"`              // one page of them, oldest first
	After    cite.Ref            `json:"after,omitempty"`     // the last point of the page before
	Next     cite.Ref            `json:"next,omitempty"`      // After of the next page
	Head     cite.Position       `json:"position"`            // the entry since which all of it stands so
	Invented bool                `json:"invented,omitempty"`  // the contributions are made up
	reason   Reason
	made     *part.PointRows
	lang     locale.Lang
}

// MaxComments is how many comments on an order the page of a theme shows.
const MaxComments = 50

// NewEvidence builds the page of a theme, with the points after one of them, None for the first; ok is false where there is no
// such theme.
func NewEvidence(st *conversation.Reading, ref, after cite.Ref, l locale.Lang) (*Evidence, bool) {
	o, ok := st.Priorities.Order(ref)
	n := ref.ThemeNumber()
	if !ok || n == 0 {
		return nil, false
	}
	v := &Evidence{Theme: newTheme(st, o, n, l), Order: newRow(st, o, l), Ties: ties.New(st, cite.Theme(o.Ref, n)), After: after, Invented: st.Demonstration, made: part.NewPointRows(st, l), lang: l}
	st.Stamp(&v.Head)
	v.Ballot = len(st.Polls.Of(o.Ref)) > 0
	v.place(o, n, l)
	about, e := st.Priorities.Evidence(o, n, after, part.PageSize)
	v.constituencies(st, about, l)
	for _, q := range e.Asked {
		a := Asked{PassageRow: part.NewPassageRow(st, q.On, l)}
		for i, s := range q.By {
			if s.Parties() > 0 {
				a.By = append(a.By, Stances{Name: categoryName(st, about.By[i].Category, l), Stances: s})
			}
		}
		v.Asked = append(v.Asked, a)
	}
	for _, x := range e.Gone {
		v.Gone = append(v.Gone, part.NewPassageRow(st, x, l))
	}
	for _, x := range e.Parts {
		if p := v.made.Point(x); p != nil {
			v.Said = append(v.Said, p)
		}
	}
	if e.More {
		v.Next = e.Parts[len(e.Parts)-1]
	}
	v.comments(st, o)
	v.TakenUp = part.CitingOf(st, v.Ref, l)
	return v, true
}

// place is where the theme stands in the order that holds.
func (v *Evidence) place(o *priority.Order, n int, l locale.Lang) {
	now := o.Now()
	if now == nil {
		return
	}
	p, left := now.NotTaken(n)
	if v.Place, v.Left = now.Place(n), left; v.Place > 0 {
		p = now.Places[v.Place-1]
	}
	v.reason = newReason(now.Position, "reason."+strconv.Itoa(n), p.Original, p.Languages, l)
}

func categoryName(st *conversation.Reading, id string, l locale.Lang) frame.LocalizedText {
	if c, ok := st.Category(id); ok {
		return frame.Localize(c.Name, l)
	}
	return frame.LocalizedText{Text: id, Lang: l}
}

// constituencies counts by category, and names who is silent.
func (v *Evidence) constituencies(st *conversation.Reading, about *overview.About, l locale.Lang) {
	of := map[string]*Constituency{}
	for _, k := range about.By {
		c := &Constituency{ID: k.Category, Name: categoryName(st, k.Category, l), Count: k.Count, Everything: k.Everything,
			OnRoll: about.OnRoll[k.Category], Spoke: about.Spoke[k.Category]}
		of[k.Category] = c
		v.By = append(v.By, c)
	}
	for _, y := range about.Silent {
		standing, _ := st.Roll.Party(y)
		category := standing.Category
		if c, ok := st.Category(category); ok {
			category = c.ID
		}
		if c := of[category]; c != nil {
			c.Silent = append(c.Silent, silent(st, y, standing, l))
		}
	}
}

func silent(st *conversation.Reading, y delegation.Party, standing delegation.Standing, l locale.Lang) *Silent {
	s := &Silent{Party: y.Ref(), at: standing.Named}
	if standing.Country != "" {
		s.Country = st.CountryName(standing.Country, l)
	}
	return s
}

// comments are those on the order that stand on what the theme is about.
func (v *Evidence) comments(st *conversation.Reading, o *priority.Order) {
	all, _ := st.Priorities.Comments(o)
	for _, x := range all {
		on := st.Consultation.Part(x.Root(), x.PartNumber()).On
		e, ok := st.Papers.Edition(on)
		if !ok || !st.Priorities.Falls(o, v.Number, e, on.Element()) {
			continue
		}
		if p := v.made.Point(x); p != nil && len(v.Comments) < MaxComments {
			v.Comments = append(v.Comments, p)
		}
	}
}

// Need lists the words of the points, of the reason, and the names of who is silent.
func (v *Evidence) Need() []cite.Position {
	out := append(v.made.Need(), v.reason.at)
	for _, c := range v.By {
		for _, s := range c.Silent {
			out = append(out, s.at)
		}
	}
	return out
}

// Fill gives them.
func (v *Evidence) Fill(words map[cite.Position]cite.Words) {
	v.made.Fill(words)
	v.reason.fill(words)
	v.Reason = v.reason.Said
	for _, c := range v.By {
		for _, s := range c.Silent {
			if s.Name = words[s.at]["name"]; s.Name == "" {
				s.Name = s.Country // the name was erased
			}
		}
		locale.SortBy(v.lang, c.Silent, func(s *Silent) string { return s.Name })
	}
}

// Title is the page's title.
func (v *Evidence) Title(*frame.Frame) string { return v.Name.Text }
