package desk

import (
	"cmp"
	"slices"
	"time"

	"github.com/openplenary/plenary/answering"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// AnswerForm is what stands in the form of an answer.
type AnswerForm struct {
	Outcome string
	Of      string
	Heading frame.Tongues
	Reason  frame.Tongues
	New     string
	Alike   bool
	With    map[string]bool
	Changes map[string]bool
	// Original is the language in which the reason was written first, "" where that follows from the page.
	Original locale.Lang
}

// NewAnswerForm makes the form of a draft.
func NewAnswerForm(d answering.Draft, languages []locale.Lang, l locale.Lang) AnswerForm {
	f := AnswerForm{Outcome: d.Outcome, Of: d.Of, New: d.New, Alike: d.Alike, With: map[string]bool{}, Changes: map[string]bool{}, Original: d.Reason.Original}
	f.Heading = frame.NewTongues("heading", Begun(d.Heading, cmp.Or(d.Reason.Original, l)), languages, nil)
	f.Reason = frame.NewTongues("reason", Begun(d.Reason, l), languages, nil).Named(d.Official)
	for _, r := range d.With {
		f.With[r] = true
	}
	for _, r := range d.Changes {
		f.Changes[r] = true
	}
	return f
}

// AnswerDraft is how far an answer is that an officer writes.
type AnswerDraft struct {
	State   string    `json:"state"` // writing, offered to another officer, or returned by one
	Mine    bool      `json:"mine"`  // the reader wrote it
	Note    string    `json:"note,omitempty"`
	Version int       `json:"version"`
	Changed time.Time `json:"changed"`
}

// AnswerPage is a point with all that an officer needs to answer it and the points like it.
type AnswerPage struct {
	part.PointCard
	Form    AnswerForm           `json:"-"`
	Current *part.Answer         `json:"current,omitempty"` // the answer it has
	Open    bool                 `json:"open"`              // not answered, or reopened
	Same    int                  `json:"same_words"`        // open points with the same words, this one not included
	Near    []NearPoint          `json:"near"`              // open points on the same place, the likest first
	Others  int                  `json:"others"`            // open points on the same place that are not listed
	Ledger  LedgerView           `json:"ledger"`
	Paper   cite.Ref             `json:"paper"`
	Draft   *AnswerDraft         `json:"draft,omitempty"`  // what an officer wrote and did not send yet
	Review  bool                 `json:"review"`           // another officer has to release an answer
	Later   bool                 `json:"later"`            // the reader put it off
	Next    cite.Ref             `json:"next,omitempty"`   // the point that waits after this one
	Search  *AnswerSearch        `json:"search,omitempty"` // what has the words that were looked for
	Repeats []NearPoint          `json:"-"`                // points that this one may repeat, the likest first
	Choices []part.PassageChoice `json:"-"`
	// Addressed is how many points the draft answers.
	Addressed int `json:"-"`
	// Left is how many points it was offered for that were answered or hidden since: it leaves them out.
	Left int `json:"-"`
	// Theirs is what somebody else saved meanwhile, in the language of the page.
	Theirs  string `json:"-"`
	Version int    `json:"-"` // of the draft that the form was made from
	// Seen is the last entry that touched a contribution when the form was made.
	// Where a draft was made before, and the author of a point that it answers put other words in their place since, it is
	// the last entry when those were read.
	Seen cite.Position `json:"-"`
	// Read is the last entry that touched a contribution when the page was made.
	Read cite.Position `json:"-"`
	// Outdated are the points that the draft answers and whose authors put other words in their place since it was written.
	Outdated []part.CorrectedPoint `json:"corrected_since,omitempty"`
	Change   bool                  `json:"-"` // another officer's draft is changed instead of being read
	Note     string                `json:"-"` // that was typed, of a draft that is returned

	basis     cite.Position // the last entry when the points were read that the draft answers
	blank     bool          // nobody has written anything: the form begins with the answer that it revises
	languages []locale.Lang
	l         locale.Lang
	reasons   map[locale.Lang]consultation.Reason
	headings  map[locale.Lang]consultation.Reason
}

// NearPoint is another point.
type NearPoint struct {
	part.PointCard
	Likeness float64 `json:"likeness"` // of the words, from 0 to 1
}

// Bounds of what is compared and offered beside a point.
const (
	nearCompared = 200
	nearShown    = 40
	repeatsShown = 8
	searched     = 1000 // answers, and points, the newest
	foundShown   = 8
)

// AnswerQuery says which page of a point is shown.
type AnswerQuery struct {
	Words  string          // that are looked for in earlier answers and in points; "" for none
	Later  []cite.Ref      // what the officer put off
	Passed []cite.Ref      // what waits for another officer by the officer's own doing
	Me     string          // the officer: u7
	Draft  answering.Draft // the draft; its Version is 0 where there is none
	// Typed is what came back with the form, nil for nothing: its Seen is the last entry that whoever typed it had read.
	Typed   *answering.Draft
	Refused bool // the form comes back
}

// NewAnswerPage builds the page; ok is false where the point cannot be answered. A form that was refused is
// shown whatever became of its point meanwhile, so that nothing typed is lost.
func NewAnswerPage(st *conversation.Reading, ref cite.Ref, q AnswerQuery, l locale.Lang) (*AnswerPage, bool) {
	p, ok := part.NewPointCard(st, ref, l)
	if !ok && q.Refused {
		p, ok = part.HiddenPointCard(st, ref, l)
	}
	if !ok || p.Status != "published" && !q.Refused {
		return nil, false
	}
	p.WithCorrections()
	paper := p.Part.On.Root()
	v := &AnswerPage{PointCard: p, Paper: paper, Ledger: newLedger(st.Consultation.AnswerCounts(paper)), Review: st.Review.Required, Later: slices.Contains(q.Later, ref),
		Next: NextPoint(st, paper, []cite.Ref{ref}, append(slices.Clone(q.Later), q.Passed...)), languages: st.Languages, l: l, Version: q.Draft.Version,
		Read: st.Changed(conversation.AnyContribution)}
	v.Seen = v.Read
	d, reopened := st.Consultation.Answer(ref)
	v.Open = d == cite.None || reopened
	if d != cite.None {
		v.Current = part.NewAnswer(st, d, l)
		if is, ok := st.Consultation.Disposition(d); ok {
			v.reasons, v.headings = is.Reasons, is.Headings
		}
	}
	if q.Draft.Version > 0 {
		v.Draft = &AnswerDraft{State: q.Draft.State, Mine: q.Draft.By == q.Me, Note: q.Draft.Note, Version: q.Draft.Version, Changed: q.Draft.Changed}
	}
	if v.blank = v.Draft == nil; v.blank {
		q.Draft.Alike = true
	}
	v.Form = NewAnswerForm(q.Draft, st.Languages, l)
	v.Addressed = len(answers(st, q.Draft, ref))
	if q.Draft.State == answering.Offered && len(q.Draft.Points) > 0 {
		v.Left = len(q.Draft.Points) - v.Addressed
	}
	read := q.Draft
	if q.Typed != nil {
		read = *q.Typed
	}
	for _, r := range Outdated(st, read, ref) {
		if p, ok := part.NewPointCard(st, r, l); ok {
			p.WithCorrections()
			v.Outdated, v.Seen, v.basis = append(v.Outdated, part.CorrectedPoint{PointCard: p}), read.Seen, read.Seen
		}
	}
	v.Contribution.Answered(st, l)
	v.near(st, l)
	if q.Words != "" {
		v.Search = newAnswerSearch(st, paper, q.Words, l)
	}
	v.Choices = part.PassageChoices(st, []cite.Ref{ref}, l)
	return v, true
}

// answers lists the points that the draft of a point answers: those that it was offered for, as far as they still can be
// answered, else those that are chosen in it.
func answers(st *conversation.Reading, d answering.Draft, point cite.Ref) []cite.Ref {
	if d.State == answering.Offered && len(d.Points) > 0 {
		return st.StillAddressed(d.Points, d.Revises)
	}
	return st.PointsAddressed(Addressed(d, point))
}

// Outdated lists the points that the draft of a point answers and whose authors put other words in their place after those
// were read from which it was written.
func Outdated(st *conversation.Reading, d answering.Draft, point cite.Ref) []cite.Ref {
	if d.Seen == 0 {
		return nil
	}
	return slices.DeleteFunc(answers(st, d, point), func(r cite.Ref) bool {
		return len(correction.Since(st.Consultation.Corrections(r), r.PartNumber(), d.Seen)) == 0
	})
}

// Addressed says which points the draft of a point answers.
func Addressed(d answering.Draft, point cite.Ref) conversation.Addressed {
	to := conversation.Addressed{Point: point, Revises: d.Revises, Alike: d.Alike}
	for _, x := range d.With {
		if r, err := cite.ParseRef(x); err == nil && r.PartNumber() > 0 {
			to.With = append(to.With, r)
		}
	}
	return to
}

// near finds the points on the same place: those that are open, and those that the point may repeat.
func (v *AnswerPage) near(st *conversation.Reading, l locale.Lang) {
	ref := v.Part.Ref
	alike := map[cite.Ref]bool{}
	for _, r := range st.OpenAlike(ref) {
		alike[r] = true
	}
	v.Same = len(alike)
	alike[ref] = true
	where := consultation.PointQuery{Paper: v.Paper, Open: true}
	if x := v.Part.On.Element(); x != cite.None {
		where.Element = []cite.Ref{x}
	} else {
		where.Element = []cite.Ref{cite.None} // the paper as a whole
	}
	refs, _ := st.Consultation.Points(where, nearCompared)
	for _, r := range refs {
		if alike[r] {
			continue
		}
		if near, ok := part.NewPointCard(st, r, l); ok {
			v.Near = append(v.Near, NearPoint{PointCard: near})
		}
	}
	where.Open = false
	refs, _ = st.Consultation.Points(where, nearCompared)
	if of := cite.Ref(v.Form.Of); of != cite.None && !slices.Contains(refs, of) {
		refs = append(refs, of)
	}
	for _, r := range refs {
		if r == ref {
			continue
		}
		if near, ok := part.NewPointCard(st, r, l); ok && near.Status == "published" {
			v.Repeats = append(v.Repeats, NearPoint{PointCard: near})
		}
	}
}

// NextPoint is the point on a paper that an officer answers after some: the next open one that they did not put off,
// from the beginning again after the last, and of those that they put off only when there is no other.
func NextPoint(st *conversation.Reading, paper cite.Ref, answered, later []cite.Ref) cite.Ref {
	open, _ := st.Consultation.Points(consultation.PointQuery{Paper: paper, Open: true}, len(answered)+len(later)+1)
	after, _ := st.Consultation.Points(consultation.PointQuery{Paper: paper, Open: true, After: answered[0]}, len(answered)+len(later)+1)
	put := cite.None
	for _, r := range append(after, open...) {
		switch {
		case slices.Contains(answered, r):
		case !slices.Contains(later, r):
			return r
		case put == cite.None:
			put = r
		}
	}
	return put
}

// Reads reports whether the page shows another officer's draft, to be released or returned.
func (v *AnswerPage) Reads() bool {
	return v.Draft != nil && v.Draft.State == answering.Offered && !v.Draft.Mine && !v.Change
}

// Need lists the words of the point, of its answers and of the points near it.
func (v *AnswerPage) Need() []cite.Position {
	out := append(v.Contribution.Need(), v.Current.Need()...)
	for _, of := range []map[locale.Lang]consultation.Reason{v.reasons, v.headings} {
		for _, r := range of {
			out = append(out, r.At)
		}
	}
	for i := range v.Near {
		out = append(out, v.Near[i].Need()...)
	}
	for i := range v.Repeats {
		out = append(out, v.Repeats[i].Need()...)
	}
	for i := range v.Outdated {
		out = append(out, v.Outdated[i].Need()...)
	}
	return append(out, v.Search.need()...)
}

// Fill gives them, and puts the likest of the near points first.
func (v *AnswerPage) Fill(words map[cite.Position]cite.Words) {
	v.PointCard.Fill(words)
	v.Current.Fill(words)
	for i := range v.Outdated {
		o := &v.Outdated[i]
		o.Fill(words)
		o.Changes = o.RewordedSince(o.Part.Ref, v.basis)
	}
	if v.blank && v.Current != nil && !v.Open {
		d := answering.Draft{Alike: true, Reason: said(v.reasons, words, v.Current.Original), Heading: said(v.headings, words, v.Current.Original)}
		v.Form = NewAnswerForm(d, v.languages, v.l)
	}
	mine := locale.BagOf(v.Part.Text + " " + v.Part.Wording)
	likest(v.Near, mine, words)
	if len(v.Near) > nearShown {
		v.Others = len(v.Near) - nearShown
		v.Near = v.Near[:nearShown]
	}
	likest(v.Repeats, mine, words)
	chosen := slices.IndexFunc(v.Repeats, func(p NearPoint) bool { return string(p.Part.Ref) == v.Form.Of })
	if chosen > 0 {
		one := v.Repeats[chosen]
		v.Repeats = slices.Insert(slices.Delete(v.Repeats, chosen, chosen+1), 0, one)
	}
	v.Repeats = v.Repeats[:min(len(v.Repeats), repeatsShown)]
	v.Search.fill(words, v.Part.Ref)
	if v.Search != nil {
		for _, p := range v.Search.Points {
			if !slices.ContainsFunc(v.Repeats, func(has NearPoint) bool { return has.Part.Ref == p.Part.Ref }) {
				v.Repeats = append(v.Repeats, p)
			}
		}
	}
}

// likest fills points and puts those first that share the most words with some.
func likest(points []NearPoint, mine locale.Bag, words map[cite.Position]cite.Words) {
	for i := range points {
		n := &points[i]
		n.Fill(words)
		n.Likeness = mine.Likeness(locale.BagOf(n.Part.Text + " " + n.Part.Wording))
	}
	slices.SortStableFunc(points, func(a, b NearPoint) int { return cmp.Compare(b.Likeness, a.Likeness) })
}

// said is a text as it stands on the record, in all languages in which it is there.
func said(at map[locale.Lang]consultation.Reason, words map[cite.Position]cite.Words, original locale.Lang) locale.Text {
	t := locale.Text{Original: original, In: map[locale.Lang]string{}}
	for l, r := range at {
		if s := words[r.At][r.Key]; s != "" {
			t.In[l] = s
		}
	}
	return t
}

// Typed puts what came back with the form in place of what was kept.
func (v *AnswerPage) Typed(d answering.Draft) {
	v.Form, v.blank = NewAnswerForm(d, v.languages, v.l), false
}

// Earlier is an earlier answer that is taken over into a draft.
type Earlier struct {
	outcome           string
	original          locale.Lang
	reasons, headings map[locale.Lang]consultation.Reason
	reason, heading   locale.Text
}

// NewEarlier finds an answer; ok is false where there is none.
func NewEarlier(st *conversation.Reading, ref cite.Ref) (v *Earlier, ok bool) {
	d, ok := st.Consultation.Disposition(ref)
	if !ok {
		return nil, false
	}
	return &Earlier{outcome: d.Outcome.String(), original: d.Original, reasons: d.Reasons, headings: d.Headings}, true
}

// Need is where its words are.
func (v *Earlier) Need() []cite.Position {
	var out []cite.Position
	for _, of := range []map[locale.Lang]consultation.Reason{v.reasons, v.headings} {
		for _, r := range of {
			out = append(out, r.At)
		}
	}
	return out
}

// Fill gives them.
func (v *Earlier) Fill(words map[cite.Position]cite.Words) {
	v.reason, v.heading = said(v.reasons, words, v.original), said(v.headings, words, v.original)
}

// Into is a draft with the answer taken over: what is empty is filled, and its reason goes below what is written already.
func (v *Earlier) Into(d answering.Draft) answering.Draft {
	if d.Outcome == "" && v.outcome != consultation.Duplicate.String() {
		d.Outcome = v.outcome
	}
	d.Reason = over(d.Reason, v.reason, true)
	d.Heading = over(d.Heading, v.heading, false)
	return d
}

// over is a text with another taken over into it, in each language: where it says something already, below that or not at all.
func over(t, from locale.Text, below bool) locale.Text {
	out := locale.Text{Original: t.Original, In: map[locale.Lang]string{}}
	if t.In[t.Original] == "" {
		out.Original = from.Original
	}
	for _, l := range locale.All {
		switch was, s := t.In[l], from.In[l]; {
		case was == "" && s != "":
			out.In[l] = s
		case was != "" && s != "" && below && was != s:
			out.In[l] = was + "\n\n" + s
		case was != "":
			out.In[l] = was
		}
	}
	return out
}

// Title is the page's title.
func (v *AnswerPage) Title(f *frame.Frame) string {
	return f.T("desk.answer.title", "ref", string(v.Part.Ref))
}

// AnswerSearch is what was found for some words: earlier answers, and points.
type AnswerSearch struct {
	Words   string         `json:"words"`
	Answers []*part.Answer `json:"answers"`          // the newest first
	Points  []NearPoint    `json:"points,omitempty"` // oldest first
	More    bool           `json:"more,omitempty"`   // more answers have the words than are listed
}

func newAnswerSearch(st *conversation.Reading, paper cite.Ref, words string, l locale.Lang) *AnswerSearch {
	v := &AnswerSearch{Words: words}
	for n := st.Consultation.Dispositions(); n > 0 && len(v.Answers) < searched; n-- {
		if d, ok := st.Consultation.Disposition(cite.Disposition(n)); ok && d.Current > 0 {
			v.Answers = append(v.Answers, part.AnswerOf(d, l))
		}
	}
	refs, _ := st.Consultation.Points(consultation.PointQuery{Paper: paper}, searched)
	for _, r := range refs {
		if p, ok := part.NewPointCard(st, r, l); ok {
			v.Points = append(v.Points, NearPoint{PointCard: p})
		}
	}
	return v
}

func (v *AnswerSearch) need() []cite.Position {
	if v == nil {
		return nil
	}
	var out []cite.Position
	for _, a := range v.Answers {
		out = append(out, a.Need()...)
	}
	for i := range v.Points {
		out = append(out, v.Points[i].Need()...)
	}
	return out
}

// fill leaves what has the words, and not the point itself.
func (v *AnswerSearch) fill(words map[cite.Position]cite.Words, self cite.Ref) {
	if v == nil {
		return
	}
	search := locale.BagOf(v.Words)
	v.Answers = slices.DeleteFunc(v.Answers, func(a *part.Answer) bool {
		a.Fill(words)
		return !locale.BagOf(a.Heading.Text + " " + a.Reason.Text).Finds(search)
	})
	if v.More = len(v.Answers) > foundShown; v.More {
		v.Answers = v.Answers[:foundShown]
	}
	v.Points = slices.DeleteFunc(v.Points, func(p NearPoint) bool {
		p.Fill(words)
		return p.Part.Ref == self || !locale.BagOf(p.Heading.Text+" "+p.Part.Text+" "+p.Part.Wording+" "+p.Signed()).Finds(search)
	})
	v.Points = v.Points[:min(len(v.Points), foundShown)]
	for i := range v.Points {
		v.Points[i].Fill(words)
	}
}
