package consult

import (
	"cmp"
	"math"
	"net/url"
	"slices"
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

// Responses is the comment-response document of a paper: every published point on it, grouped by answer,
// in the order of the newest edition.
type Responses struct {
	Ref      cite.Ref                  `json:"ref"`
	Edition  cite.Ref                  `json:"edition"` // the newest, whose order this is
	Symbol   string                    `json:"symbol"`
	Name     frame.LocalizedText       `json:"paper"`
	Ledger   consultation.AnswerCounts `json:"ledger"`
	Outcomes []part.OutcomeCount       `json:"outcomes"` // the answered, by outcome
	Holds    bool                      `json:"ledger_holds"`
	Chosen   string                    `json:"outcome,omitempty"` // an outcome, or unanswered
	Points   int                       `json:"points"`            // in the groups of this choice
	Groups   []*ResponseGroup          `json:"groups"`            // one page of them
	Total    int                       `json:"groups_total"`
	Next     cite.Ref                  `json:"next,omitempty"` // After of the next page
	After    cite.Ref                  `json:"-"`
	Print    bool                      `json:"-"`
	Invented bool                      `json:"invented,omitempty"`
	Head     cite.Position             `json:"position"`
	reasons  frame.LocalizedText       // what most of the reasons on the page are
	texts    frame.LocalizedText       // and most of the passages
	made     *part.PointRows
}

// ResponseGroup is an answer with the points it answers, or points on one place that have none. A group
// with many points is continued in the next one, which leaves the reason and what follows from it out.
type ResponseGroup struct {
	Answer   cite.Ref            `json:"answer,omitempty"`
	Outcome  string              `json:"outcome,omitempty"`
	Answered time.Time           `json:"answered,omitzero"`
	Heading  frame.LocalizedText `json:"heading,omitzero"` // the line that heads the answer
	Reason   frame.LocalizedText `json:"reason,omitzero"`
	Status   string              `json:"reason_status,omitempty"` // official or unofficial translation; "" for the original
	Original locale.Lang         `json:"reason_original,omitempty"`
	Of       cite.Ref            `json:"duplicate_of,omitempty"`
	Changes  []part.ChangeRow    `json:"changes,omitempty"`
	Places   []part.PassageRow   `json:"places"`          // in the newest edition
	Whole    bool                `json:"whole,omitempty"` // some of it is on the paper as a whole
	Deleted  bool                `json:"deleted,omitempty"`
	From     int                 `json:"from"` // the first of these points is this one of the answer's
	Size     int                 `json:"size"` // how many points the whole group has on this paper
	Points   []*part.PointRow    `json:"points"`
	Verdicts []VerdictRow        `json:"reactions,omitempty"`
	answer   *part.Answer        // nil where the reason is not said here
}

// Shown is how many points of the group stand open: all on paper, else the first few.
func (g *ResponseGroup) Shown(printed bool) int {
	if printed || len(g.Points) <= maxShown+1 {
		return len(g.Points)
	}
	return maxShown
}

// VerdictRow counts the authors' last words on an answer.
type VerdictRow struct {
	Verdict string `json:"verdict"`
	Points  int    `json:"points"`
}

// Unanswered chooses the points without an answer, those that were reopened among them.
const Unanswered = "unanswered"

// How much a page of the document holds: groups of at most maxGroup points. Printed, more of them.
const (
	maxGroups  = 8 // to a page
	maxGroup   = 20
	maxShown   = 2 // points of a group that stand open, the others are folded
	maxPrinted = 500
	maxPlaces  = 6
)

// spot is where a part stands in the newest edition.
type lookup struct {
	order    int
	elements []cite.Ref // of editions; the part's own where it was deleted, none for the whole paper
	deleted  bool
}

// spots finds places, each once.
type lookups struct {
	p    *paper.Paper
	seen map[[2]int]*lookup
}

func (s *lookups) of(edition, element int) *lookup {
	k := [2]int{edition, element}
	at, ok := s.seen[k]
	if !ok {
		found := s.find(edition, element)
		at = &found
		s.seen[k] = at
	}
	return at
}

func (s *lookups) find(edition, element int) lookup {
	if element == 0 {
		return lookup{order: -1}
	}
	e := s.p.Latest()
	x := cite.Element(s.p.Ref, element)
	out := lookup{order: len(e.Elements)}
	for _, y := range s.p.Follow(x, edition, len(s.p.Editions)).Elements {
		if i := slices.IndexFunc(e.Elements, func(el paper.Element) bool { return el.Ref == y }); i >= 0 {
			out.order = min(out.order, i)
			out.elements = append(out.elements, cite.Element(e.Ref, y.ElementNumber()))
		}
	}
	if len(out.elements) > 0 {
		return out
	}
	// Deleted: after everything that is left, in the order of its own edition.
	out.deleted = true
	if own, ok := s.p.Edition(edition); ok {
		out.elements = []cite.Ref{cite.Element(own.Ref, element)}
		out.order += 1 + edition*10000 + slices.IndexFunc(own.Elements, func(el paper.Element) bool { return el.Ref == x })
	}
	return out
}

// spokenAt is a published part with its place.
type spokenAt struct {
	number, answer uint32 // of the contribution, and of its answer: 0 for none, or reopened
	part           uint8
	outcome        consultation.Outcome
	spot           *lookup
}

func (s spokenAt) ref() cite.Ref { return cite.Part(cite.Contribution(int(s.number)), int(s.part)) }

// document is all of the comment-response document of a paper, for whoever reads it at a position.
type document struct {
	groups [][]spokenAt
	by     map[consultation.Outcome]int
	points int
}

// documentOf tells the papers' documents apart among what is worked out once.
type documentOf cite.Ref

// newDocument works it out.
func newDocument(st *conversation.Reading, p *paper.Paper) *document {
	all := spokenOn(st, p)
	d := &document{groups: grouped(all), by: map[consultation.Outcome]int{}, points: len(all)}
	for _, s := range all {
		d.by[s.outcome]++
	}
	return d
}

// spokenOn lists the published parts on a paper, oldest first.
func spokenOn(st *conversation.Reading, p *paper.Paper) []spokenAt {
	return stretchOn(st, p, cite.None, math.MaxInt)
}

// stretchOn lists at most limit of them, after one: only those are walked, so that a long document in
// slices is read once.
func stretchOn(st *conversation.Reading, p *paper.Paper, after cite.Ref, limit int) []spokenAt {
	places := &lookups{p: p, seen: map[[2]int]*lookup{}}
	var out []spokenAt
	st.Consultation.WalkFrom(after.Number(), func(s *consultation.PublishedPart) bool {
		if s.Paper != p.Ref.Number() || after != cite.None && s.Number == after.Number() && s.Part <= after.PartNumber() {
			return true
		}
		at := spokenAt{number: uint32(s.Number), part: uint8(s.Part), spot: places.of(s.Edition, s.Element)}
		if !s.Open() {
			at.answer, at.outcome = uint32(s.Answer), s.Outcome
		}
		out = append(out, at)
		return len(out) < limit
	})
	return out
}

// grouped puts parts under their answers, those without one under their place, in the order of the
// newest edition.
func grouped(all []spokenAt) [][]spokenAt {
	by := map[[2]int]int{}
	var groups [][]spokenAt
	for _, s := range all {
		k := [2]int{int(s.answer), 0}
		if s.answer == 0 {
			k[1] = s.spot.order
		}
		i, ok := by[k]
		if !ok {
			i = len(groups)
			by[k] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], s)
	}
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b spokenAt) int { return cmp.Compare(a.spot.order, b.spot.order) })
	}
	slices.SortStableFunc(groups, func(a, b []spokenAt) int {
		return cmp.Or(cmp.Compare(a[0].spot.order, b[0].spot.order), cmp.Compare(a[0].answer, b[0].answer))
	})
	return groups
}

// ResponsesQuery is what a reader asks of the document.
type ResponsesQuery struct {
	Outcome string   // chooses groups: an outcome, or Unanswered; anything else for all
	After   cite.Ref // the page goes on after the group that begins with this point
	Print   bool     // on few, long pages
}

// NewResponses builds the page; not ok where there is no such paper.
func NewResponses(st *conversation.Reading, ref cite.Ref, q ResponsesQuery, l locale.Lang) (*Responses, bool) {
	p, ok := st.Papers.Paper(ref)
	if _, there := st.Papers.Edition(ref); !ok || !there {
		return nil, false
	}
	e := p.Latest()
	v := &Responses{Ref: p.Ref, Edition: e.Ref, Symbol: string(e.Symbol), Name: frame.Localize(e.Title, l), Ledger: st.Consultation.AnswerCounts(p.Ref),
		After: q.After, Print: q.Print, Invented: st.Demonstration,
		made: part.NewPointRows(st, l)}
	st.Stamp(&v.Head)
	outcome, known := consultation.ParseOutcome(q.Outcome)
	if known || q.Outcome == Unanswered {
		v.Chosen = q.Outcome
	}
	doc := conversation.Keep(st, documentOf(p.Ref), func(public *conversation.Reading) *document { return newDocument(public, p) })
	v.count(doc)

	limit := maxGroups
	if q.Print {
		limit = maxPrinted
	}
	begun := q.After == cite.None
	for _, g := range doc.groups {
		if v.Chosen != "" && g[0].outcome != outcome {
			continue
		}
		v.Points += len(g)
		for from := 0; from < len(g); from += maxGroup {
			v.Total++
			some := g[from:min(len(g), from+maxGroup)]
			switch {
			case !begun:
				begun = some[0].ref() == q.After // the last group of the page before
			case len(v.Groups) < limit:
				v.Groups = append(v.Groups, v.group(st, g, some, from, l))
			case v.Next == cite.None:
				v.Next = v.Groups[limit-1].Points[0].Ref
			}
		}
	}
	if !begun {
		// The group that the address goes on from is another by now: from the beginning.
		q.After = cite.None
		return NewResponses(st, ref, q, l)
	}
	return v, true
}

// count counts the document itself and holds it against the ledger.
func (v *Responses) count(d *document) {
	by := d.by
	v.Holds = by[consultation.NoOutcome] == v.Ledger.Unanswered && d.points == v.Ledger.Unanswered+v.Ledger.Answered
	for _, name := range consultation.Outcomes {
		o, _ := consultation.ParseOutcome(name)
		v.Outcomes = append(v.Outcomes, part.OutcomeCount{Outcome: name, Points: by[o]})
		v.Holds = v.Holds && by[o] == v.Ledger.By[o]
	}
}

// group describes some of the points of a group.
func (v *Responses) group(st *conversation.Reading, all, some []spokenAt, from int, l locale.Lang) *ResponseGroup {
	g := &ResponseGroup{From: from + 1, Size: len(all)}
	for _, s := range some {
		if p := v.made.Point(s.ref()); p != nil {
			g.Points = append(g.Points, p)
		}
		for _, r := range s.spot.elements {
			if len(g.Places) < maxPlaces && !slices.ContainsFunc(g.Places, func(p part.PassageRow) bool { return p.Ref == r }) {
				g.Places = append(g.Places, part.NewPassageRow(st, r, l))
			}
		}
		g.Whole, g.Deleted = g.Whole || len(s.spot.elements) == 0, g.Deleted || s.spot.deleted
	}
	d, ok := st.Consultation.Disposition(cite.Disposition(int(some[0].answer)))
	if !ok {
		return g
	}
	a := part.AnswerOf(d, l)
	g.Answer, g.Outcome, g.Answered, g.Of, g.Original = a.Ref, a.Outcome, a.At, a.Of, a.Original
	if from > 0 {
		return g // the rest is said with the first of its points
	}
	g.answer, g.Status, g.Reason = a, a.Status, a.Reason
	g.Changes = part.ChangeRows(st, d, l)
	if !slices.ContainsFunc(consultation.Verdicts, func(v string) bool { return st.Consultation.Verdict(v) > 0 }) {
		return g // nobody has said anything of any answer
	}
	refs := make([]cite.Ref, len(all))
	for i, s := range all {
		refs[i] = s.ref()
	}
	counted := st.Consultation.Verdicts(d.Ref, refs)
	for _, verdict := range consultation.Verdicts {
		if n := counted[verdict]; n > 0 {
			g.Verdicts = append(g.Verdicts, VerdictRow{verdict, n})
		}
	}
	return g
}

// Need lists the words of the points and of the reasons.
func (v *Responses) Need() []cite.Position {
	out := v.made.Need()
	for _, g := range v.Groups {
		out = append(out, g.answer.Need()...)
	}
	return out
}

// Fill gives them.
func (v *Responses) Fill(words map[cite.Position]cite.Words) {
	v.made.Fill(words)
	var reasons, texts []*frame.LocalizedText
	for _, g := range v.Groups {
		if g.answer != nil {
			g.answer.Fill(words)
			g.Reason, g.Heading = g.answer.Reason, g.answer.Heading
			reasons = append(reasons, &g.Reason)
		}
		if len(g.Places) == 1 {
			texts = append(texts, &g.Places[0].Text)
		}
		for i := range g.Changes {
			texts = append(texts, &g.Changes[i].Text)
		}
	}
	v.reasons, v.texts = frame.Mostly(reasons), frame.Mostly(texts)
}

// Title is the page's title.
func (v *Responses) Title(f *frame.Frame) string { return f.T("responses.title") + " " + v.Symbol }

// ResponseTable is a stretch of the document as a table: a row for each published part, oldest first.
type ResponseTable struct {
	Rows []*ResponseRow
	Next cite.Ref // After of the next stretch
	made *part.PointRows
}

// ResponseRow is one row of that table.
type ResponseRow struct {
	Point    *part.PointRow
	Said     part.Point     // the whole of it
	Places   []PlaceInWords // in the newest edition, each piece if it was split
	Symbol   string         // of that edition, or of the last that had it
	Deleted  bool
	Invented bool
	Outcome  string              // "" where it waits for an answer, or does again
	Reason   frame.LocalizedText // in the reader's language, or in its original
	Heading  frame.LocalizedText // the line that heads the answer
	Changes  []part.ChangeRow
	answer   *part.Answer
}

// NewResponseTable builds the rows of at most limit parts after one; not ok where there is no such paper.
func NewResponseTable(st *conversation.Reading, ref, after cite.Ref, l locale.Lang, limit int) (*ResponseTable, bool) {
	p, ok := st.Papers.Paper(ref)
	if _, there := st.Papers.Edition(ref); !ok || !there {
		return nil, false
	}
	v := &ResponseTable{made: part.NewPointRows(st, l)}
	all := stretchOn(st, p, after, limit+1)
	if len(all) > limit {
		all = all[:limit]
		v.Next = all[limit-1].ref()
	}
	for _, s := range all {
		pt := v.made.Point(s.ref())
		if pt == nil {
			continue
		}
		r := &ResponseRow{Point: pt, Symbol: string(p.Latest().Symbol), Deleted: s.spot.deleted, Invented: st.Demonstration}
		if !pt.Open() {
			r.Outcome = pt.Outcome
		}
		for _, x := range s.spot.elements {
			e, _ := st.Papers.Edition(x)
			r.Symbol = string(e.Symbol)
			if el, ok := e.Element(x.Element()); ok {
				r.Places = append(r.Places, PlaceInWords{Kind: el.Kind, Label: e.Label(el.Ref), Text: part.ElementText(st, e, el.Ref, l)})
			}
		}
		if d, ok := st.Consultation.Disposition(pt.Answer); ok {
			r.answer = part.AnswerOf(d, l)
			r.Changes = part.ChangeRows(st, d, l)
		}
		v.Rows = append(v.Rows, r)
	}
	return v, true
}

// Need lists the words of the rows.
func (v *ResponseTable) Need() []cite.Position {
	out := v.made.Need()
	for _, r := range v.Rows {
		out = append(out, r.answer.Need()...)
	}
	return out
}

// Fill gives them.
func (v *ResponseTable) Fill(words map[cite.Position]cite.Words) {
	v.made.Fill(words)
	for _, r := range v.Rows {
		if r.answer != nil {
			r.answer.Fill(words)
			r.Reason, r.Heading = r.answer.Reason, r.answer.Heading
		}
		if p, ok := r.Point.Said(); ok {
			r.Said = p
		}
	}
}

// address is the document with another choice; kind is "" or the end of a file's name.
func (v *Responses) address(f *frame.Frame, outcome string, after cite.Ref, printed bool, kind string) templ.SafeURL {
	q := url.Values{}
	if outcome != "" {
		q.Set("outcome", outcome)
	}
	if after != cite.None {
		q.Set("after", string(after))
	}
	if printed {
		q.Set("print", "1")
	}
	u := f.In("/" + string(v.Ref) + "/responses" + kind)
	if len(q) > 0 {
		u += templ.SafeURL("?" + q.Encode())
	}
	return u
}
