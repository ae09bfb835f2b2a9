package became

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/papers"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/calendar"
	"github.com/openplenary/plenary/page/questions"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
)

// The sections of the page, in their order.
const (
	Asked    = "asked"
	Said     = "said"
	Answered = "answered"
	Changed  = "changed"
	Heard    = "heard"
	Decided  = "decided"
	Promised = "promised"
)

// Sections lists the sections of the page.
var Sections = []string{Asked, Said, Answered, Changed, Heard, Decided, Promised}

// Page says what became of a conversation.
type Page struct {
	frame.NoWords
	Name     frame.LocalizedText `json:"title"`
	Life     string              `json:"life"`     // where the conversation stands in its life
	Sections []*Section          `json:"sections"` // what was counted, by kind
	Stages   []Stage             `json:"stages"`   // the calendar as it stands, in its order
	// Left is how many points go to the next session, as the list of them counts.
	Left     int           `json:"to_the_next_session"`
	Invented bool          `json:"invented,omitempty"` // everything that is counted here was invented
	Print    bool          `json:"-"`
	Head     cite.Position `json:"position"`
	tally    consultation.Tally
	answered consultation.AnswerCounts
	fate     fates
	places   map[string][]string // where the stages of each fate stand in the calendar, as JSON pointers into the page of the conversation
}

// Section is what was counted of one kind.
type Section struct {
	Kind    string    `json:"kind"`
	Figures []*Figure `json:"figures"` // the numbers, in the order of the page
}

// Figure is a number, with how many it is one of and where what was counted stands.
type Figure struct {
	Key   string              `json:"counted"`        // what was counted
	About frame.LocalizedText `json:"about,omitzero"` // the call, paper or order that it is about; none for the whole conversation
	// Symbol is that of the edition that it is about.
	Symbol string `json:"symbol,omitempty"`
	N      int    `json:"n"`  // the number
	Of     int    `json:"of"` // the denominator
	// Kind is what the denominator counts.
	Kind string `json:"of_what"`
	// Source is the page that holds what was counted: what follows the address of the conversation.
	Source string `json:"source"`
	// At says where the number stands in the JSON of that page: JSON pointers, whose numbers are added up, and taken away behind a minus; a list
	// counts as many as it has, an object one, and what is not there nothing. None where nothing is counted.
	At []string `json:"at"`
	// OfAt says where the denominator stands, as At does for the number.
	OfAt []string `json:"of_at"`
}

// Stage is a step of the calendar: what was promised, what came of it, and when.
type Stage struct {
	Number   int                 `json:"number"`
	Kind     string              `json:"kind"`
	Name     frame.LocalizedText `json:"title"`
	From     string              `json:"from,omitempty"`
	To       string              `json:"to,omitempty"`
	State    string              `json:"state"`
	Fate     string              `json:"fate"`                         // what became of the promise: one of Fates
	Due      string              `json:"first_promised_for,omitempty"` // the day, as it was promised first
	Days     int                 `json:"days_late,omitempty"`          // after that day; 0 where it is in time
	Outcome  frame.LocalizedText `json:"outcome,omitzero"`
	Promised frame.LocalizedText `json:"promised,omitzero"` // what was promised, in the words of the calendar
	Source   string              `json:"source,omitempty"`
	Target   cite.Ref            `json:"target,omitempty"`
	// Played: what came of it is played in a demonstration, also where it was announced in reality, as its source says.
	Played bool `json:"played,omitempty"`
	// Unnamed: it is said to have come about, and neither what it is about nor a source says what that was.
	Unnamed bool `json:"unnamed,omitempty"`
	// Renamed: it was promised under another name, or as something else.
	Renamed bool `json:"renamed,omitempty"`
	// Before is how the public could read it before, the first first, where it reads otherwise now: nothing that was promised or given up goes.
	Before  []Before `json:"before,omitempty"`
	guessed bool     // what it leads to is the next of its kind
}

// Before is how the public could read a stage once.
type Before struct {
	Kind     string              `json:"kind"`
	Name     frame.LocalizedText `json:"title"`
	From     string              `json:"from,omitempty"`
	To       string              `json:"to,omitempty"`
	State    string              `json:"state"`
	Outcome  frame.LocalizedText `json:"outcome,omitzero"` // why it was given up then
	Position cite.Position       `json:"position"`         // the entry from which on it read so
}

// What became of the promise of a stage.
const (
	Kept     = "kept"      // it came about, by the day for which it was promised first, or without one
	KeptLate = "kept_late" // it came about after that day
	Late     = "late"      // that day has passed
	Ahead    = "ahead"     // that day has not passed
	Undated  = "undated"   // it was announced without a day, and has not come about
	Reasoned = "dropped"   // it was given up, or not held, or superseded, with a reason
	Silent   = "silent"    // it was given up, and no reason given
	Running  = "running"   // it is going on
	Unnamed  = "unnamed"   // it is said to have come about, and nothing is named
	Renamed  = "renamed"   // it came about under another name than was promised, or as something else
	Played   = "played"    // it was promised in reality, and what came of it is played in a demonstration
)

// Fates lists what may have become of the promise of a stage.
var Fates = []string{Kept, KeptLate, Running, Late, Undated, Ahead, Played, Renamed, Unnamed, Reasoned, Silent}

// fates counts stages by what became of them.
type fates map[string]int

// New builds the page.
func New(st *conversation.Reading, l locale.Lang) *Page {
	v := &Page{Name: frame.Localize(st.Title, l), Life: st.Life.String(), Invented: st.Demonstration,
		tally: st.Consultation.Total(), answered: st.Consultation.AnswerCounts(cite.None), fate: fates{}, places: map[string][]string{}}
	st.Stamp(&v.Head)
	for _, kind := range Sections {
		v.Sections = append(v.Sections, &Section{Kind: kind, Figures: []*Figure{}})
	}
	v.stages(st, l)
	v.asked(st, l)
	v.said(st, l)
	v.answers(st, l)
	v.changes(st, l)
	v.decisions(st, l)
	v.promises(st, l)
	return v
}

// Title is the page's title.
func (v *Page) Title(f *frame.Frame) string { return f.T("became.title") }

// section finds a section.
func (v *Page) section(kind string) *Section {
	for _, s := range v.Sections {
		if s.Kind == kind {
			return s
		}
	}
	return nil
}

// add adds a figure to a section. A number of nothing at all says nothing, and is left out.
func (v *Page) add(kind string, x Figure) {
	if x.Of > 0 {
		s := v.section(kind)
		x.At, x.OfAt = append([]string{}, x.At...), append([]string{}, x.OfAt...)
		s.Figures = append(s.Figures, &x)
	}
}

// stages are the calendar, and what became of each promise.
func (v *Page) stages(st *conversation.Reading, l locale.Lang) {
	for i, s := range calendar.Of(st) {
		x := Stage{Number: s.Number, Kind: s.Kind, Name: frame.Localize(s.Title, l), From: s.From, To: s.To, State: s.State,
			Fate: fateOf(s, st.Demonstration), Due: s.Due, Days: s.Days, Outcome: frame.Localize(s.Outcome, l), Promised: frame.Localize(s.Promised, l), Source: s.Source, Target: s.Target,
			Played: played(s, st.Demonstration), Unnamed: cameAbout(s) && !s.Named, Renamed: s.Renamed, guessed: s.Guessed}
		for _, t := range s.Told {
			if !s.Stage.Renamed(t.Stage) && x.Days > 0 && !t.GivenUp() && cmp.Or(t.To, t.From) == s.Due { // the day for which it was first promised is said
				continue
			}
			x.Before = append(x.Before, Before{Kind: t.Kind, Name: frame.Localize(t.Title, l), From: t.From, To: t.To, State: t.State, Position: t.Position})
			if t.GivenUp() {
				x.Before[len(x.Before)-1].Outcome = frame.Localize(t.Outcome, l)
			}
		}
		v.fate[x.Fate]++
		v.places[x.Fate] = append(v.places[x.Fate], place(i))
		v.Stages = append(v.Stages, x)
	}
}

// place is where a stage stands in the JSON of the page of the conversation.
func place(i int) string { return "/stages/" + strconv.Itoa(i) }

// played reports whether what came of a stage is played: it has no source, or that is the source of a promise alone.
func played(s calendar.Stage, demonstration bool) bool {
	return demonstration && (s.Source == "" || s.Followed && s.Target != cite.None)
}

// cameAbout reports whether a stage is said to have come about.
func cameAbout(s calendar.Stage) bool {
	return s.State == settings.Closed || s.State == settings.Held || s.State == settings.Issued
}

// fateOf says what became of the promise of a stage, by what everybody could read of it from the first.
func fateOf(s calendar.Stage, demonstration bool) string {
	switch {
	case s.State == calendar.Late:
		return Late
	case s.State == settings.Planned && s.Due == "":
		return Undated
	case s.State == settings.Planned:
		return Ahead
	case s.State == calendar.Withdrawn: // of a call or an order the reason stands on its page
		return Reasoned
	case s.Stage.GivenUp():
		return dropped(s.Stage)
	//mutants:guard what was given up does not come about by another thing in its place
	case s.Abandoned != nil && s.Renamed:
		return dropped(s.Abandoned.Stage)
	case s.State == settings.Open:
		return Running
	case s.Renamed:
		return Renamed
	case !s.Named:
		return Unnamed
	case s.Source != "" && played(s, demonstration):
		return Played
	case s.Days > 0:
		return KeptLate
	}
	return Kept
}

// dropped says whether a stage was given up with a reason.
func dropped(s settings.Stage) string {
	if s.Outcome.Empty() {
		return Silent
	}
	return Reasoned
}

// proposedAt asks how many questions were proposed at a call, and what became of them.
type proposedAt cite.Ref

// asked is which questions were proposed, and which papers put issues to everybody.
func (v *Page) asked(st *conversation.Reading, l locale.Lang) {
	for _, g := range st.Formulation.Gatherings() {
		k, ok := st.Consultation.Call(g.Call)
		if !ok {
			continue
		}
		n := conversation.Keep(st, proposedAt(k.Ref), func(public *conversation.Reading) (out questions.Counts) {
			if v, ok := questions.NewPage(public, k.Ref, questions.At{}, locale.English); ok {
				out = v.Counts
			}
			return out
		})
		of := Figure{About: frame.Localize(k.Title, l), Source: "/" + string(k.Ref) + "/questions"}
		v.add(Asked, of.counted("proposals", n.Proposed, "/counts/proposed").among("received", st.Consultation.Tally(k.Ref).Received, "/call/tally/received"))
		v.add(Asked, of.counted("worded", n.Worded, "/counts/worded").among("proposals", n.Proposed, "/counts/proposed"))
		v.add(Asked, of.counted("left_out", n.LeftOut, "/counts/left_out").among("proposals", n.Proposed, "/counts/proposed"))
	}
	for _, p := range st.Papers.All() {
		for n, e := range p.Editions {
			if p.Revised(n+1) && e.Issues() > 0 {
				v.add(Asked, about(e, "/"+string(e.Ref), l).counted("issues", e.Issues(), "/issues").among("passages", len(e.Elements), "/elements"))
			}
		}
	}
}

// said is what was received and published, in all and at each call.
func (v *Page) said(st *conversation.Reading, l locale.Lang) {
	t, three := v.tally, st.Consultation.Counts()
	page := Figure{Source: "/contributions"}
	for _, x := range []struct {
		key, kind string
		n, of     int
	}{{"published", "received", t.Published, t.Received}, {"late", "published", t.Late, t.Published}, {"redacted", "published", t.Redacted, t.Published},
		{"withdrawn", "received", t.Withdrawn, t.Received}, {"withheld", "received", t.Withheld, t.Received}, {"erased", "received", t.Erased, t.Received},
		{"pending", "received", t.Pending, t.Received}} {
		if x.n > 0 || x.key == "published" {
			v.add(Said, page.counted(x.key, x.n, "/tally/"+x.key).among(x.kind, x.of, "/tally/"+x.kind))
		}
	}
	v.add(Said, page.counted("parties", three.Parties, "/counts/parties").among("published", three.Submissions, "/counts/submissions"))
	v.add(Said, page.counted("texts", three.Texts, "/counts/texts").among("published", three.Submissions, "/counts/submissions"))
	for _, k := range st.Consultation.Calls() {
		t := st.Consultation.Tally(k.Ref)
		of := Figure{About: frame.Localize(k.Title, l), Source: "/" + string(k.Ref)}
		v.add(Said, of.counted("published", t.Published, "/tally/published").among("received", t.Received, "/tally/received"))
	}
}

// answers is what was answered on each paper, and how.
func (v *Page) answers(st *conversation.Reading, l locale.Lang) {
	answered, unanswered := "/ledger/answered", "/ledger/unanswered"
	for _, p := range st.Papers.All() {
		n, e := st.Consultation.AnswerCounts(p.Ref), p.Latest()
		of := about(e, "/"+string(p.Ref)+"/responses", l)
		points := n.Answered + n.Unanswered
		v.add(Answered, of.counted("answered", n.Answered, answered).among("points", points, answered, unanswered))
		if n.Unanswered > 0 {
			v.add(Answered, of.counted("unanswered", n.Unanswered, unanswered).among("points", points, answered, unanswered))
		}
		for i, name := range consultation.Outcomes {
			if o, _ := consultation.ParseOutcome(name); n.By[o] > 0 {
				v.add(Answered, of.counted("outcome."+name, n.By[o], "/outcomes/"+strconv.Itoa(i)+"/points").among("answered", n.Answered, answered))
			}
		}
	}
}

// about begins a figure about an edition, on a page.
func about(e *paper.Edition, page string, l locale.Lang) Figure {
	return Figure{About: frame.Localize(e.Title, l), Symbol: string(e.Symbol), Source: page}
}

// counted is a figure with what was counted, how many, and where its page says so.
func (x Figure) counted(key string, n int, at ...string) Figure {
	x.Key, x.N, x.At = key, n, at
	return x
}

// among is a figure with its denominator, and where its page says that.
func (x Figure) among(kind string, of int, at ...string) Figure {
	x.Kind, x.Of, x.OfAt = kind, of, at
	return x
}

// changes is what each revision changed, and how much of it nobody had asked for.
func (v *Page) changes(st *conversation.Reading, l locale.Lang) {
	for _, p := range st.Papers.All() {
		for n, e := range p.Editions {
			if n == 0 || !p.Revised(n+1) {
				continue
			}
			counts := map[string]int{}
			for i := range e.Changes {
				counts[e.Changes[i].Change]++
			}
			var at []string
			for i, name := range paper.ChangeNames {
				if name != paper.Unchanged {
					at = append(at, "/counts/"+strconv.Itoa(i)+"/elements")
				}
			}
			of := about(e, "/"+string(e.Ref)+"/concordance", l)
			v.add(Changed, of.counted("changed", len(e.Changes)-counts[paper.Unchanged], at...).among("passages", len(e.Changes), "/elements"))
			r := redlined(st, e.Ref)
			of.Source = "/" + string(e.Ref) + "/redline"
			v.add(Changed, of.counted("asked_for", r.changed-r.own, append(slices.Clone(r.at), "-/own_initiative")...).among("changed", r.changed, r.at...))
			v.add(Changed, of.counted("own", r.own, "/own_initiative").among("changed", r.changed, r.at...))
		}
	}
}

// redlineOf asks how much an edition changed, and how much of it on the secretariat's own initiative.
type redlineOf cite.Ref

type redline struct {
	changed, own int
	at           []string // where its page has what changed
}

// redlined counts what the redline of an edition shows, once.
func redlined(st *conversation.Reading, e cite.Ref) redline {
	return conversation.Keep(st, redlineOf(e), func(public *conversation.Reading) (out redline) {
		v, ok := papers.NewRedline(public, e, papers.RedlineQuery{}, locale.English)
		if !ok {
			return out
		}
		for _, name := range slices.Sorted(maps.Keys(v.Counts)) {
			if name != paper.Unchanged && name != part.ChangeTranslated {
				out.changed += v.Counts[name]
				out.at = append(out.at, "/counts/"+name)
			}
		}
		out.own = v.Own
		return out
	})
}

// decisions are orders of themes that were decided, and what became of the considerations.
func (v *Page) decisions(st *conversation.Reading, l locale.Lang) {
	orders, decided := st.Priorities.Orders(), []string(nil)
	for i, o := range orders {
		if o.Decided() != nil {
			decided = append(decided, "/orders/"+strconv.Itoa(len(orders)-1-i))
		}
	}
	v.add(Decided, Figure{Source: "/priorities"}.counted("orders", len(decided), decided...).among("orders", len(orders), "/orders"))
	for _, o := range orders {
		if now := o.Decided(); now != nil {
			of := Figure{About: frame.Localize(o.Title, l), Source: "/" + string(o.Ref)}
			v.add(Decided, of.counted("themes", len(now.Places), "/order").among("themes", len(o.Themes), "/themes"))
		}
	}
}

// meetings count for each session how many of its interventions were spoken; the others were filed in writing.
func (v *Page) meetings(st *conversation.Reading, l locale.Lang) {
	for _, x := range st.Sessions.Sessions() {
		spoken, all := 0, st.Sessions.Interventions(x)
		for _, i := range all {
			if i.Spoken != nil {
				spoken++
			}
		}
		if len(all) > 0 {
			of := Figure{About: frame.Localize(x.Plan.Title, l), Source: "/" + string(x.Ref)}
			v.add(Heard, of.counted("spoken", spoken, "/spoken").among("interventions", len(all), "/spoken", "/filed"))
		}
	}
}

// promises count what became of the stages, of the sessions among them, and of the changes that answers promised.
func (v *Page) promises(st *conversation.Reading, l locale.Lang) {
	var sessions, held, all []string
	for i, s := range v.Stages {
		all = append(all, place(i))
		if s.Kind == "session" {
			sessions = append(sessions, place(i))
			if (s.State == settings.Held || s.State == settings.Closed) && !s.Unnamed {
				held = append(held, place(i))
			}
		}
	}
	calendar := Figure{Source: "#stages"}
	v.add(Heard, calendar.counted("sessions", len(held), held...).among("sessions", len(sessions), sessions...))
	v.meetings(st, l)
	for _, fate := range Fates {
		if n := v.fate[fate]; n > 0 || fate == Kept || fate == Silent {
			v.add(Promised, calendar.counted("stages."+fate, n, v.places[fate]...).among("stages", len(all), all...))
		}
	}
	left := remaining(st, cite.None)
	v.Left = len(left.points)
	n, list := left.counts, Figure{Source: "/next"}
	v.add(Promised, list.counted("made", n.Made, "/counts/changes_made").among("changes", n.Promised, "/counts/changes_promised"))
	v.add(Heard, list.counted("reacted", n.Reacted, "/counts/reacted").among("given", n.Answered, "/counts/answered"))
	v.add(Heard, list.counted("satisfied", n.Satisfied, "/counts/satisfied").among("reacted", n.Reacted, "/counts/reacted"))
	v.add(Heard, list.counted("not_satisfied", n.NotSatisfied+n.Misses, "/counts/not_satisfied", "/counts/misses").among("reacted", n.Reacted, "/counts/reacted"))
}
