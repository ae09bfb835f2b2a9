package registration

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/calendar"
	"github.com/openplenary/plenary/page/part/figure"
	noun "github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/session"
)

// Summary is a session among others.
type Summary struct {
	Session cite.Ref            `json:"session,omitempty"` // its reference; absent of one that is only in the calendar
	Name    frame.LocalizedText `json:"title"`
	From    string              `json:"from,omitempty"` // its first day
	// Reported is what was reported of it, in the words in which it was; absent where nothing was.
	Reported frame.LocalizedText `json:"reported,omitzero"`
	// Source is the address of the source of what was reported.
	Source string `json:"source,omitempty"`
	// Figures says what is said of who took part: shown, later, hidden, none.
	Figures string `json:"figures"`
	// People is how many take part; 0 where that is not shown.
	People int `json:"people,omitempty"`
	// Asked is how many parties asked for the floor.
	Asked      int `json:"asked"`
	Spoke      int `json:"spoke"`      // how many parties had the floor
	Accredited int `json:"accredited"` // how many parties could have it
	offer      *Offer
}

// Tally is a count in one session.
type Tally struct {
	N  int `json:"n"`  // how many stand there
	Of int `json:"of"` // of how many
	// State says why there is no count: "few" where it is counted together with other small ones; "none" where nothing is known. It is absent where there is one.
	State string `json:"state,omitempty"`
}

// Line is what is counted, in each session.
type Line struct {
	ID    string  `json:"id"`    // "" for all that are counted together, because each is small
	Name  string  `json:"name"`  // in the language of the page
	Cells []Tally `json:"cells"` // in the order of the sessions
	named part.Named
}

// Table is counts of one kind, side by side.
type Table struct {
	// About is what is counted: people by seat, category, country, region, group, gender, first time, arrival; parties that asked and spoke by class or region.
	About string `json:"about"`
	Lines []Line `json:"lines"`
}

// counts reports whether anything is counted of a session, by its place in the row.
func (t Table) counts(i int) bool {
	return slices.ContainsFunc(t.Lines, func(y Line) bool { return y.Cells[i].State != "none" })
}

// Statistics is the page of all sessions side by side.
type Statistics struct {
	Sessions []Summary `json:"sessions"` // in the order of time
	People   []Table   `json:"people"`   // who takes part, by what they said of themselves
	Floor    []Table   `json:"floor"`    // which parties had the floor, of those that could
	l        locale.Lang
	shown    *World
}

// NewStatistics builds the page without its people: see Session.
func NewStatistics(st *conversation.Reading, l locale.Lang) *Statistics {
	v := &Statistics{Sessions: []Summary{}, People: []Table{}, Floor: []Table{}, l: l}
	stages := calendar.Of(st)
	told := map[cite.Ref]calendar.Stage{}
	for _, s := range stages {
		if s.Kind != "session" || frame.Localize(s.Outcome, l).Text == "" {
			continue
		}
		if x, ok := st.Sessions.Session(s.Target); ok {
			told[x.Ref] = s
		} else {
			v.Sessions = append(v.Sessions, Summary{Name: frame.Localize(s.Title, l), From: s.From, Reported: frame.Localize(s.Outcome, l), Source: s.Source, Figures: noun.FiguresNone})
		}
	}
	for _, x := range st.Sessions.Sessions() {
		if x.State() == session.Off {
			continue
		}
		s := Summary{Session: x.Ref, Name: frame.Localize(x.Plan.Title, l), Figures: noun.FiguresNone}
		if t, ok := told[x.Ref]; ok {
			s.Reported, s.Source = frame.Localize(t.Outcome, l), t.Source
		}
		if b := x.Begins(); !b.IsZero() {
			s.From = frame.InZone(b, x.Plan.Zone).Format("2006-01-02")
		}
		v.Sessions = append(v.Sessions, s)
	}
	slices.SortStableFunc(v.Sessions, func(a, b Summary) int { return cmp.Compare(cmp.Or(a.From, "9999"), cmp.Or(b.From, "9999")) })
	for i := range v.Sessions {
		v.spoken(st, i)
	}
	return v
}

// spoken adds which parties asked for the floor in a session, and had it.
func (v *Statistics) spoken(st *conversation.Reading, i int) {
	s := &v.Sessions[i]
	x, ok := st.Sessions.Session(s.Session)
	if !ok {
		return
	}
	asked := map[cite.Ref]bool{}
	floor := st.Floor.Floor(x.Ref)
	for _, r := range floor.Requests {
		if r.Kind == "place" {
			asked[r.Party] = true
		}
	}
	all := st.Floor.Accredited(x, v.l)
	s.Asked, s.Spoke, s.Accredited = len(asked), all.Parties, all.Accredited
	if len(floor.Turns) == 0 {
		return
	}
	for _, c := range all.Classes {
		v.line(&v.Floor, "class", c.Of, c.Name).Cells[i] = Tally{N: c.Parties, Of: c.Accredited}
	}
	for _, r := range all.Regions {
		v.line(&v.Floor, "floor_region", r.Of, r.Name).Cells[i] = Tally{N: r.Parties, Of: r.Accredited}
	}
}

// line finds a line of a table, or adds it.
func (v *Statistics) line(to *[]Table, about, id, name string) *Line {
	i := slices.IndexFunc(*to, func(t Table) bool { return t.About == about })
	if i < 0 {
		i, *to = len(*to), append(*to, Table{About: about, Lines: []Line{}})
	}
	t := &(*to)[i]
	at := slices.IndexFunc(t.Lines, func(x Line) bool { return x.ID == id })
	if at < 0 {
		y := Line{ID: id, Name: name, Cells: make([]Tally, len(v.Sessions))}
		for k := range y.Cells {
			y.Cells[k].State = "none"
		}
		at, t.Lines = len(t.Lines), append(t.Lines, y)
	}
	return &t.Lines[at]
}

// Take adds the figures of those who take part in a session, as its own page shows them to everybody; later says that they are shown when registration is
// closed.
func (v *Statistics) Take(o *Offer, state string) {
	i := slices.IndexFunc(v.Sessions, func(s Summary) bool { return s.Session == o.Ref })
	if i < 0 {
		return
	}
	s := &v.Sessions[i]
	if s.Figures, s.offer = state, o; state != noun.FiguresShown {
		return
	}
	for _, f := range o.Figures {
		s.People = f.Of
		for k, c := range f.Cells {
			y := v.line(&v.People, f.About, c.ID, f.Names[k])
			y.Cells[i], y.named = Tally{N: c.N, Of: f.Said}, f.Named[k]
		}
		if f.Few > 0 {
			v.line(&v.People, f.About, "", "").Cells[i] = Tally{N: f.Few, Of: f.Said}
		}
	}
}

// Taken orders the tables and draws the maps, when the figures of all sessions are in: what is not shown of one because it is small stands among what is counted together.
func (v *Statistics) Taken(st *conversation.Reading) {
	slices.SortStableFunc(v.People, func(a, b Table) int { return slices.Index(noun.About, a.About) - slices.Index(noun.About, b.About) })
	for _, t := range v.People {
		largest := func(y Line) (n int) {
			for _, c := range y.Cells {
				n = max(n, c.N)
			}
			return n
		}
		slices.SortStableFunc(t.Lines, func(a, b Line) int {
			if (a.ID == "") != (b.ID == "") { // what is counted together comes last
				return map[bool]int{true: 1, false: -1}[a.ID == ""]
			}
			return cmp.Or(cmp.Compare(largest(b), largest(a)), cmp.Compare(a.ID, b.ID))
		})
		for i := range v.Sessions {
			together := slices.ContainsFunc(t.Lines, func(y Line) bool { return y.ID == "" && y.Cells[i].State == "" })
			for _, y := range t.Lines {
				if together && y.Cells[i].State == "none" {
					y.Cells[i].State = "few"
				}
			}
		}
	}
	v.shown = v.world(st)
}

// Need are the names of groups of parties.
func (v *Statistics) Need() (out []cite.Position) {
	for _, t := range v.People {
		for _, y := range t.Lines {
			if n := y.named.Need(); n > 0 {
				out = append(out, n)
			}
		}
	}
	return out
}

// Fill gives them.
func (v *Statistics) Fill(words map[cite.Position]cite.Words) {
	for _, t := range v.People {
		for i := range t.Lines {
			if y := &t.Lines[i]; y.named.Need() > 0 {
				y.named.Fill(words)
				y.Name = cmp.Or(y.named.Name, y.Name)
			}
		}
	}
}

// Title is the page's title.
func (v *Statistics) Title(f *frame.Frame) string { return f.T("statistics.title") }

// called is what a line is called.
func (y Line) called(f *frame.Frame) string {
	if y.ID == "" {
		return f.T("statistics.few")
	}
	return y.Name
}

// said is what a cell says.
func (c Tally) said(f *frame.Frame) string {
	switch c.State {
	case "few":
		return f.T("statistics.together")
	case "none":
		return "–"
	}
	return figure.Share(f, c.N, c.Of)
}

// Heads are those of the table as a file.
func (v *Statistics) Heads(f *frame.Frame) (out []string) {
	for _, k := range []string{"about", "id", "name", "session", "n", "of"} {
		out = append(out, f.T("statistics.column."+k))
	}
	return out
}

// Rows are those of the table as a file: one for each count.
func (v *Statistics) Rows(f *frame.Frame) (out [][]string) {
	for i, s := range v.Sessions {
		for _, x := range []struct {
			id    string
			n, of int
			known bool
		}{{"people", s.People, s.People, s.Figures == noun.FiguresShown}, {"asked", s.Asked, s.Accredited, s.Session != cite.None}, {"spoke", s.Spoke, s.Accredited, s.Session != cite.None}} {
			if x.known {
				out = append(out, []string{"session", x.id, f.T("statistics." + x.id), s.Name.Text, strconv.Itoa(x.n), strconv.Itoa(x.of)})
			}
		}
		for _, t := range slices.Concat(v.People, v.Floor) {
			for _, y := range t.Lines {
				if c := y.Cells[i]; c.State == "" {
					out = append(out, []string{t.About, y.ID, y.called(f), s.Name.Text, strconv.Itoa(c.N), strconv.Itoa(c.Of)})
				}
			}
		}
	}
	return out
}
