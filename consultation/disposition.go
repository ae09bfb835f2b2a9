package consultation

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/internal/cow"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Outcome is what the secretariat decided about a point.
type Outcome uint8

// The outcomes. NoOutcome: not answered.
const (
	NoOutcome Outcome = iota
	Accepted
	AcceptedInPart
	Noted
	Deferred
	NotAccepted
	OutOfScope
	Duplicate
	outcomes
)

var outcomeNames = [outcomes]string{"", "accepted", "accepted_in_part", "noted", "deferred", "not_accepted", "out_of_scope", "duplicate"}

// Outcomes lists the outcomes as the record and the catalogues name them.
var Outcomes = outcomeNames[1:]

// String is the outcome on the record and in catalogue keys.
func (o Outcome) String() string { return outcomeNames[min(o, outcomes-1)] }

// ParseOutcome reads an outcome.
func ParseOutcome(s string) (Outcome, bool) {
	i := slices.Index(outcomeNames[:], s)
	return Outcome(max(i, 0)), i > 0
}

// The verdicts of an author on the answer. Misses says that the answer is to something else than was
// said: that point is open again.
const (
	Satisfied    = "satisfied"
	NotSatisfied = "not_satisfied"
	Misses       = "misses"
)

// Verdicts lists the verdicts.
var Verdicts = []string{Satisfied, NotSatisfied, Misses}

// Limits of answers and reactions.
const (
	MaxReason    = 16 << 10 // bytes, in each language
	MaxReaction  = 8 << 10  // bytes
	MaxHeading   = 160      // characters of the line that heads an answer or a contribution, in each language
	MaxAnswered  = 5000     // parts that one answer answers
	MaxChanges   = 200      // passages that one answer changes
	MaxReactions = 20       // on one part
)

// Answer is the secretariat's answer to a group of like points: one outcome, one reason, and the
// passages of the paper that it changes. A group of one is a group.
type Answer struct {
	Parts   []cite.Ref
	Outcome string
	Of      cite.Ref   // the part that a duplicate repeats
	Changes []cite.Ref // p3.x17: what the next edition changes; p3.e2.x17: what that edition changed
	New     NewPassage // one more passage, which no edition has yet
	Reason  locale.Text
	Heading locale.Text // one line that heads it in pages, lists and letters, at most MaxHeading characters in each language; may be empty
	// Official are the languages in which the officer names the reason official, beside the original; a translation is
	// unofficial unless it is named here.
	Official []locale.Lang
	// Drafted is who wrote it, where another person releases it: a participant, u7.
	Drafted string `api:"-"`
	// Seen is the last entry when the parts were read: refused where the author of one has corrected it since; 0 for whichever.
	Seen cite.Position `api:"-"`
	// Revises is the disposition that these parts have and that this one takes the place of; None for
	// parts that have none. So nobody overwrites an answer that they have not seen.
	Revises cite.Ref
}

// Check cleans the reason and holds the answer to its bounds.
func (c Answer) Check() (Answer, error) {
	var in input.Check
	_, ok := ParseOutcome(c.Outcome)
	in.If(!ok, "outcome", "answer.outcome")
	in.If(len(c.Parts) == 0 || len(c.Parts) > MaxAnswered, "parts", "answer.parts", "max", MaxAnswered)
	in.If(len(c.Changes) > MaxChanges, "changes", "answer.changes", "max", MaxChanges)
	reasons := make(map[locale.Lang]string, len(c.Reason.In))
	for _, l := range locale.All {
		s := c.Reason.In[l]
		in.Text("reason", &s, MaxReason)
		if s = strings.TrimSpace(s); s != "" {
			reasons[l] = s
		}
	}
	c.Reason.In = reasons
	c.Official = slices.DeleteFunc(slices.Clone(c.Official), func(l locale.Lang) bool { return l == c.Reason.Original || reasons[l] == "" })
	in.If(!c.Reason.Original.Valid() || reasons[c.Reason.Original] == "", "reason", "reason.missing")
	if c.Heading.Original == "" {
		c.Heading.Original = c.Reason.Original
	}
	in.Lines("heading", &c.Heading, MaxHeading)
	in.Lines("new", &c.New.Name, input.MaxTitle)
	in.Line("drafted", &c.Drafted, MaxName) // it goes on the record as it is
	return c, in.Err()
}

// NewPassage is a paragraph that the next edition of a paper shall have because of an answer. The zero
// value is none.
type NewPassage struct {
	Paper cite.Ref
	Name  locale.Text // a working title
}

// LinkPassage adds passages to those that a disposition changes.
type LinkPassage struct {
	Disposition cite.Ref
	Changes     []cite.Ref // as Answer.Changes
}

// Check has nothing to hold it to: what is known already is found by the rule.
func (c LinkPassage) Check() (LinkPassage, error) { return c, nil }

// TranslateReason adds a reason in another language, or corrects one.
type TranslateReason struct {
	Disposition cite.Ref
	Language    locale.Lang
	Status      string // official, unofficial
	Reason      string // at most MaxReason bytes
	Heading     string // the line that heads the answer, at most MaxHeading characters; "" leaves it as it is in that language
	// Over is the entry of the reason in that language that whoever translates has seen, 0 for none: nobody overwrites what
	// they have not seen.
	Over cite.Position
}

// Check cleans the reason and holds everything to its bounds.
func (c TranslateReason) Check() (TranslateReason, error) {
	var in input.Check
	in.Language("language", c.Language)
	in.OneOf("status", c.Status, []string{"official", "unofficial"}, "answer.status")
	in.Text("reason", &c.Reason, MaxReason)
	in.Line("heading", &c.Heading, MaxHeading)
	c.Reason = strings.TrimSpace(c.Reason)
	in.If(c.Reason == "", "reason", "reason.missing")
	return c, in.Err()
}

// Disposition is an answer as it stands.
type Disposition struct {
	Ref      cite.Ref
	Position cite.Position
	Changed  cite.Position // the last entry that touched it
	Outcome  Outcome
	Parts    []cite.Ref // all that it answered; some may have another answer since
	Of       cite.Ref
	Changes  []cite.Ref
	Original locale.Lang
	Reasons  map[locale.Lang]Reason
	Headings map[locale.Lang]Reason // where the line that heads it stands; none in answers that have none
	Revises  cite.Ref
	By       string
	Drafted  string // who wrote it, where By released it
	At       time.Time
	Current  int             // how many of Parts have this answer now
	since    []cite.Position // where each of Changes was linked
}

// Since is where a passage was linked to the disposition, 0 if it was not.
func (d *Disposition) Since(change cite.Ref) cite.Position {
	if i := slices.Index(d.Changes, change); i >= 0 {
		return d.since[i]
	}
	return 0
}

// Reason says where the words of a reason or a heading are, and how good a translation they are.
type Reason struct {
	At     cite.Position
	Key    string // among the words at that position
	Status string // "" for the original; official, unofficial
}

// Reaction is what an author said of an answer.
type Reaction struct {
	Position    cite.Position
	Part        cite.Ref
	Disposition cite.Ref
	Verdict     string
	Language    locale.Lang
	Worded      bool // there are words at its position
	At          time.Time
}

// AnswerCounts counts the parts of received contributions, each exactly once.
type AnswerCounts struct {
	Answered   int `json:"answered"`
	Unanswered int `json:"unanswered"` // of published contributions, late ones included
	Reopened   int `json:"reopened"`   // of the unanswered: had an answer that missed the point
	Pending    int `json:"pending"`    // of contributions that wait for a moderator
	Gone       int `json:"gone"`       // of contributions withdrawn, withheld or erased
	// By counts the answered by outcome.
	By [outcomes]int `json:"-"`
}

// Open is how many parts still have to be dealt with before a paper can be published.
func (l AnswerCounts) Open() int { return l.Unanswered + l.Pending }

// Parts is how many there are in all.
func (l AnswerCounts) Parts() int { return l.Answered + l.Unanswered + l.Pending + l.Gone }

// answers keeps what this file adds to the state.
type answers struct {
	dispositions cow.Slice[Disposition]
	total        AnswerCounts
	papers       []AnswerCounts                // by paper
	changes      cow.Map[cite.Ref, []uint32]   // dispositions by the element (through time) that they change
	reactions    cow.Map[cite.Ref, []Reaction] // by part
	history      cow.Map[cite.Ref, []cite.Ref] // earlier dispositions of a part, oldest first
	satisfied    map[string]int                // parts by their author's last verdict
}

func newAnswers() answers {
	return answers{changes: cow.NewMap[cite.Ref, []uint32](cow.HashString), reactions: cow.NewMap[cite.Ref, []Reaction](cow.HashString),
		history: cow.NewMap[cite.Ref, []cite.Ref](cow.HashString), satisfied: map[string]int{}}
}

func (a *answers) snapshot() answers {
	return answers{dispositions: a.dispositions.Snapshot(), total: a.total, papers: slices.Clone(a.papers), changes: a.changes.Snapshot(),
		reactions: a.reactions.Snapshot(), history: a.history.Snapshot(), satisfied: maps.Clone(a.satisfied)}
}

// Disposition finds a disposition. It is good until the next fact is applied; of a snapshot, for good.
func (b *State) Disposition(r cite.Ref) (*Disposition, bool) {
	n := r.Number()
	if r.Kind() != 'd' || n < 1 || n > b.answers.dispositions.Len() {
		return nil, false
	}
	return b.answers.dispositions.At(n - 1), true
}

// Dispositions is how many answers were written.
func (b *State) Dispositions() int { return b.answers.dispositions.Len() }

// AnswerCounts counts the parts anchored to a paper; None for all papers.
func (b *State) AnswerCounts(paper cite.Ref) AnswerCounts {
	if paper == cite.None {
		return b.answers.total
	}
	if n := paper.Number(); paper.Kind() == 'p' && n < len(b.answers.papers) {
		return b.answers.papers[n]
	}
	return AnswerCounts{}
}

// Verdict counts the parts whose author's last word on the answer is a verdict.
func (b *State) Verdict(v string) int { return b.answers.satisfied[v] }

// partIndex finds a part; ok only if it is one of its contribution's.
func (b *State) partIndex(r cite.Ref) (i uint32, ok bool) {
	n, p := r.Number(), r.PartNumber()
	if r.Kind() != 'c' || n < 1 || n > b.rows.Len() {
		return 0, false
	}
	w := b.rows.At(n - 1)
	return w.first + uint32(p) - 1, p >= 1 && p <= int(w.parts)
}

// Answer is the disposition that a part has: None if it was not answered; reopened where its author said
// that the answer misses the point, and nobody answered again.
func (b *State) Answer(part cite.Ref) (d cite.Ref, reopened bool) {
	i, ok := b.partIndex(part)
	if !ok {
		return cite.None, false
	}
	p := b.parts.At(int(i))
	if p.answer == 0 {
		return cite.None, false
	}
	return cite.Disposition(int(p.answer)), p.reopened
}

// Earlier lists the dispositions that a part had before, oldest first.
func (b *State) Earlier(part cite.Ref) []cite.Ref { return b.answers.history.Get(part) }

// Replaced adds the dispositions of which the entry at a position took points away, for the one that it gave them
// to: they answer fewer points from then on.
func (b *State) Replaced(to []cite.Ref, d *Disposition, at cite.Position) []cite.Ref {
	from := len(to)
	for _, r := range d.Parts {
		had := b.answers.history.Get(r)
		if len(had) == 0 {
			continue
		}
		old := had[len(had)-1]
		if b.answers.dispositions.At(old.Number()-1).Changed == at && old != d.Ref && !slices.Contains(to[from:], old) {
			to = append(to, old)
		}
	}
	return to
}

// Reactions are what the author of a part said of its answers, oldest first.
func (b *State) Reactions(part cite.Ref) []Reaction { return b.answers.reactions.Get(part) }

// Verdicts counts the parts among some whose author's last word is about an answer, by verdict.
func (b *State) Verdicts(answer cite.Ref, parts []cite.Ref) map[string]int {
	out := map[string]int{}
	if b.answers.reactions.Len() == 0 {
		return out
	}
	for _, r := range parts {
		if rs := b.answers.reactions.Get(r); len(rs) > 0 && rs[len(rs)-1].Disposition == answer {
			out[rs[len(rs)-1].Verdict]++
		}
	}
	return out
}

// Changing lists the dispositions that change an element (named through time), oldest first.
func (b *State) Changing(element cite.Ref) []cite.Ref {
	ns := b.answers.changes.Get(element)
	out := make([]cite.Ref, len(ns))
	for i, n := range ns {
		out[i] = cite.Disposition(int(n))
	}
	return out
}

// Alike lists the published parts whose words are the same as a part's, itself included, oldest first.
func (b *State) Alike(part cite.Ref) []cite.Ref {
	i, ok := b.partIndex(part)
	if !ok {
		return nil
	}
	like := b.parts.At(int(i)).likeness
	if like == 0 {
		return []cite.Ref{part}
	}
	var out []cite.Ref
	add := func(j int) {
		if p := b.parts.At(j); p.likeness == like && b.rows.At(int(p.row)).Status == Published {
			out = append(out, b.partRef(uint32(j)))
		}
	}
	b.byWords.Each(like, add)
	for _, j := range b.recast {
		add(int(j))
	}
	slices.SortFunc(out, func(x, y cite.Ref) int { return cmp.Or(x.Number()-y.Number(), x.PartNumber()-y.PartNumber()) })
	return slices.Compact(out)
}

// partRef spells the reference of a part.
func (b *State) partRef(i uint32) cite.Ref {
	w := b.rows.At(int(b.parts.At(int(i)).row))
	return cite.Part(cite.Contribution(int(w.Number)), int(i-w.first)+1)
}

// Points chooses parts for the officer's queue. Zero fields choose all published parts.
type PointQuery struct {
	Paper   cite.Ref
	Element []cite.Ref // anchored to any of these, named through time
	Call    cite.Ref
	Open    bool    // not answered, or reopened
	Outcome Outcome // answered so
	Verdict string  // whose author's last word is this
	After   cite.Ref
}

// Points lists published parts, oldest first: at most limit of them, and how many there are in all.
func (b *State) Points(f PointQuery, limit int) (page []cite.Ref, total int) {
	after := -1
	if i, ok := b.partIndex(f.After); ok {
		after = int(i)
	}
	c := pointChoice{PointQuery: f}
	for _, x := range f.Element {
		c.on = append(c.on, place{x.Number(), x.ElementNumber()})
	}
	total, counted := b.countPoints(f)
	from := 0
	if counted {
		from = after + 1
	}
	for i := from; i < b.parts.Len() && !(counted && len(page) == limit); i++ {
		if !c.chosen(b, i) {
			continue
		}
		if !counted {
			total++
		}
		if i > after && len(page) < limit {
			page = append(page, b.partRef(uint32(i)))
		}
	}
	return page, total
}

// countPoints is how many parts a query chooses, where that is kept.
func (b *State) countPoints(f PointQuery) (n int, kept bool) {
	counts := b.AnswerCounts(f.Paper)
	switch {
	case len(f.Element) > 0, f.Call != cite.None, f.Verdict != "", f.Open && f.Outcome != NoOutcome:
		return 0, false
	case f.Open:
		return counts.Unanswered, true
	case f.Outcome != NoOutcome:
		return counts.By[f.Outcome], true
	}
	return counts.Unanswered + counts.Answered, true
}

// place is an element of a paper through time; element 0 is the paper as a whole, paper 0 any.
type place struct{ paper, element int }

// pointChoice is a query in numbers.
type pointChoice struct {
	PointQuery
	on []place
}

func (c *pointChoice) chosen(b *State, i int) bool {
	p := b.parts.At(i)
	w := b.rows.At(int(p.row))
	open := p.answer == 0 || p.reopened
	switch {
	case w.Status != Published,
		c.Paper != cite.None && int(p.paper) != c.Paper.Number(),
		c.Call != cite.None && int(w.call) != c.Call.Number(),
		c.Open && !open,
		c.Outcome != NoOutcome && (open || b.answers.dispositions.At(int(p.answer)-1).Outcome != c.Outcome),
		len(c.on) > 0 && !slices.ContainsFunc(c.on, func(x place) bool { return x.element == int(p.element) && (x.paper == int(p.paper) || x.element == 0) }):
		return false
	case c.Verdict != "":
		rs := b.answers.reactions.Get(b.partRef(uint32(i)))
		// A word on an answer that was revised since is no word on this one.
		return len(rs) > 0 && rs[len(rs)-1].Verdict == c.Verdict && rs[len(rs)-1].Disposition == cite.Disposition(int(p.answer))
	}
	return true
}

// OpenParts lists the published parts on a paper that have no answer, for an edition that lists them.
func (b *State) OpenParts(paper cite.Ref) []cite.Ref {
	out, _ := b.Points(PointQuery{Paper: paper, Open: true}, b.parts.Len())
	return out
}

// WriteAnswer decides. What Changes refer to was looked up by the conversation.
func (b *State) WriteAnswer(act cite.Act, c Answer) (cite.Proposal, error) {
	f := Answered{Ref: cite.Disposition(b.answers.dispositions.Len() + 1), Parts: c.Parts, Outcome: c.Outcome, Changes: c.Changes, Original: c.Reason.Original, Official: c.Official,
		Revises: c.Revises, By: act.By, At: act.At}
	if c.Drafted != act.By {
		f.Drafted = c.Drafted
	}
	if c.Revises != cite.None {
		if _, ok := b.Disposition(c.Revises); !ok {
			return cite.Proposal{}, refusal.New(refusal.Hidden, "answer.unknown")
		}
	}
	seen := make(map[cite.Ref]bool, len(c.Parts))
	for _, r := range c.Parts {
		if err := b.answerable(r, c.Revises, seen); err != nil {
			return cite.Proposal{}, err
		}
		//mutants:guard nothing is answered that was corrected since it was read
		if c.Seen != 0 && slices.ContainsFunc(b.Corrections(r), func(k Correction) bool { return k.Stands > c.Seen && k.Of(r.PartNumber()) }) {
			return cite.Proposal{}, refusal.New(refusal.Conflict, "contribution.changed")
		}
		seen[r] = true
	}
	var no refusal.Several
	if c.Outcome == Duplicate.String() {
		i, ok := b.partIndex(c.Of)
		if !ok || c.Of != b.partRef(i) || seen[c.Of] || b.rows.At(int(b.parts.At(int(i)).row)).Status != Published {
			no = append(no, refusal.In("of", "answer.duplicate"))
		}
		f.Of = c.Of
	}
	words := cite.Words{}
	for _, l := range locale.All {
		if s := c.Reason.In[l]; s != "" {
			words["reason."+string(l)] = s
			f.Languages = append(f.Languages, l)
		}
		if s := c.Heading.In[l]; s != "" {
			words["heading."+string(l)] = s
			f.Headed = append(f.Headed, l)
		}
	}
	return cite.Proposal{Body: f, Words: words}, no.Or()
}

// answerable looks whether a part can be given an answer now: it is published, and it has no other
// answer than the one that is revised.
func (b *State) answerable(r, revises cite.Ref, seen map[cite.Ref]bool) error {
	i, ok := b.partIndex(r)
	if !ok || r != b.partRef(i) {
		return refusal.New(refusal.Hidden, "contribution.unknown")
	}
	if seen[r] {
		return refusal.In("parts", "answer.twice", "part", string(r))
	}
	p := b.parts.At(int(i))
	switch status := b.rows.At(int(p.row)).Status; status {
	case Published:
	case Pending:
		return refusal.New(refusal.NotNow, "answer.pending", "part", string(r))
	default:
		return refusal.New(refusal.Conflict, "answer.gone", "part", string(r), "status", status.String())
	}
	has := cite.None
	if p.answer > 0 {
		has = cite.Disposition(int(p.answer))
	}
	if has != revises && !(p.reopened && revises == cite.None) {
		if has == cite.None {
			return refusal.New(refusal.Conflict, "answer.not_that", "part", string(r), "disposition", string(revises))
		}
		return refusal.New(refusal.Conflict, "answer.already", "part", string(r), "disposition", string(has))
	}
	return nil
}

// LinkPassage decides.
func (b *State) LinkPassage(act cite.Act, c LinkPassage) (cite.Proposal, error) {
	d, ok := b.Disposition(c.Disposition)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "answer.unknown")
	}
	fresh := slices.DeleteFunc(slices.Clone(c.Changes), func(r cite.Ref) bool { return slices.Contains(d.Changes, r) })
	if len(fresh) == 0 || len(fresh)+len(d.Changes) > MaxChanges {
		return cite.Proposal{}, refusal.In("changes", "answer.changes", "max", MaxChanges)
	}
	return cite.Proposal{Body: PassageLinked{Disposition: d.Ref, Changes: fresh, By: act.By, At: act.At}}, nil
}

// TranslateReason decides.
func (b *State) TranslateReason(act cite.Act, c TranslateReason) (cite.Proposal, error) {
	d, ok := b.Disposition(c.Disposition)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "answer.unknown")
	}
	if c.Language == d.Original {
		return cite.Proposal{}, refusal.In("language", "contribution.language")
	}
	//mutants:guard nobody overwrites a translation that they have not seen
	if d.Reasons[c.Language].At != c.Over {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "translation.moved")
	}
	words := cite.Words{"reason": c.Reason}
	if c.Heading != "" {
		words["heading"] = c.Heading
	}
	return cite.Proposal{Body: ReasonTranslated{Disposition: d.Ref, Language: c.Language, Status: c.Status, Headed: c.Heading != "", By: act.By, At: act.At}, Words: words}, nil
}

// Apply gives each of the points its answer.
func (f *Answered) Apply(b *State, at cite.Entry) error {
	if f.Ref != cite.Disposition(b.answers.dispositions.Len()+1) {
		return b.gap(f, f.Ref)
	}
	for _, r := range f.Parts {
		if _, ok := b.partIndex(r); !ok {
			return b.gap(f, r)
		}
	}
	b.answered(at, f)
	return nil
}

// Apply links the passages.
func (f *PassageLinked) Apply(b *State, at cite.Entry) error {
	d, ok := b.editDisposition(f.Disposition)
	if !ok {
		return b.gap(f, f.Disposition)
	}
	d.Changed = at.Position
	b.link(at, d, f.Changes)
	return nil
}

// editDisposition finds a disposition, to be changed.
func (b *State) editDisposition(r cite.Ref) (*Disposition, bool) {
	if _, ok := b.Disposition(r); !ok {
		return nil, false
	}
	return b.answers.dispositions.Edit(r.Number() - 1), true
}

// Apply notes where the reason stands in one language more.
func (f *ReasonTranslated) Apply(b *State, at cite.Entry) error {
	d, ok := b.editDisposition(f.Disposition)
	if !ok {
		return b.gap(f, f.Disposition)
	}
	d.Changed = at.Position
	d.Reasons = maps.Clone(d.Reasons) // snapshots hold the one before
	d.Reasons[f.Language] = Reason{At: at.Position, Key: "reason", Status: f.Status}
	if f.Headed {
		d.Headings = maps.Clone(d.Headings)
		d.Headings[f.Language] = Reason{At: at.Position, Key: "heading", Status: f.Status}
	}
	return nil
}

func (b *State) answered(at cite.Entry, f *Answered) {
	outcome, _ := ParseOutcome(f.Outcome)
	b.answers.dispositions.Append(Disposition{Ref: f.Ref, Position: at.Position, Changed: at.Position, Outcome: outcome, Parts: f.Parts, Of: f.Of, Original: f.Original,
		Reasons: standing("reason.", at, f, f.Languages), Headings: standing("heading.", at, f, f.Headed), Revises: f.Revises, By: f.By, Drafted: f.Drafted, At: f.At})
	n := uint32(b.answers.dispositions.Len())
	d := b.answers.dispositions.Edit(int(n) - 1)
	b.link(at, d, f.Changes)
	for _, r := range f.Parts {
		i, _ := b.partIndex(r)
		p := b.parts.Edit(int(i))
		w := b.rows.Edit(int(p.row))
		b.addPartCounts(w, p, -1)
		if p.answer > 0 {
			old := b.answers.dispositions.Edit(int(p.answer) - 1)
			old.Current--
			old.Changed = at.Position
			b.answers.history.Set(r, append(b.answers.history.Get(r), old.Ref))
			if rs := b.answers.reactions.Get(r); len(rs) > 0 && rs[len(rs)-1].Disposition == old.Ref {
				b.answers.satisfied[rs[len(rs)-1].Verdict]-- // it was about the answer before
			}
		}
		p.answer, p.reopened = n, false
		d.Current++
		b.addPartCounts(w, p, 1)
		w.Changed = at.Position
	}
}

// standing says where words that came with an answer are, in each of some languages, and what they are.
func standing(key string, at cite.Entry, f *Answered, languages []locale.Lang) map[locale.Lang]Reason {
	out := map[locale.Lang]Reason{}
	for _, l := range languages {
		r := Reason{At: at.Position, Key: key + string(l)}
		if slices.Contains(f.Official, l) {
			r.Status = locale.IsOfficial
		} else if l != f.Original {
			r.Status = locale.IsUnofficial
		}
		out[l] = r
	}
	return out
}

// link notes which elements a disposition changes.
func (b *State) link(at cite.Entry, d *Disposition, changes []cite.Ref) {
	for _, r := range changes {
		if slices.Contains(d.Changes, r) {
			continue
		}
		d.Changes, d.since = append(d.Changes, r), append(d.since, at.Position)
		x := r.Element()
		n := uint32(d.Ref.Number())
		if has := b.answers.changes.Get(x); len(has) == 0 || has[len(has)-1] != n {
			b.answers.changes.Set(x, append(has, n))
		}
	}
}

// React folds a word on an answer, which comes with a fact; where it says that the answer misses the point, that point is open again.
func (b *State) React(f cite.Fact, r Reaction) error {
	i, ok := b.partIndex(r.Part)
	if !ok {
		return b.gap(f, r.Part)
	}
	d, ok := b.editDisposition(r.Disposition)
	if !ok {
		return b.gap(f, r.Disposition)
	}
	p := b.parts.Edit(int(i))
	w := b.rows.Edit(int(p.row))
	rs := b.answers.reactions.Get(r.Part)
	if len(rs) > 0 && rs[len(rs)-1].Disposition == r.Disposition {
		b.answers.satisfied[rs[len(rs)-1].Verdict]--
	}
	b.answers.satisfied[r.Verdict]++
	b.answers.reactions.Set(r.Part, append(rs, r))
	if r.Verdict == Misses && !p.reopened {
		b.addPartCounts(w, p, -1)
		p.reopened = true
		b.addPartCounts(w, p, 1)
	}
	w.Changed, d.Changed = r.Position, r.Position
	return nil
}

// addCounts adds n to the counts for each part of a contribution, where it stands.
func (b *State) addCounts(w *Row, n int) {
	for i := w.first; i < w.first+uint32(w.parts); i++ {
		b.addPartCounts(w, b.parts.At(int(i)), n)
	}
}

func (b *State) addPartCounts(w *Row, p *part, n int) {
	for len(b.answers.papers) <= int(p.paper) {
		b.answers.papers = append(b.answers.papers, AnswerCounts{})
	}
	for _, l := range [...]*AnswerCounts{&b.answers.total, &b.answers.papers[p.paper]} {
		switch {
		case w.Status == Pending:
			l.Pending += n
		case w.Status != Published:
			l.Gone += n
		case p.answer == 0:
			l.Unanswered += n
		case p.reopened:
			l.Unanswered += n
			l.Reopened += n
		default:
			l.Answered += n
			l.By[b.answers.dispositions.At(int(p.answer)-1).Outcome] += n
		}
	}
}

// On lists the published parts anchored to an element of an edition, oldest first, at most limit.
func (b *State) On(r cite.Ref, limit int) []cite.Ref {
	var out []cite.Ref
	b.anchored(r.Element(), r.EditionNumber(), func(i int) bool {
		if len(out) < limit {
			out = append(out, b.partRef(uint32(i)))
		}
		return len(out) < limit
	})
	return out
}

// CountsOf are the three counts of some published parts: their submissions, parties, distinct texts, and
// countries.
func (b *State) CountsOf(parts []cite.Ref) Counts {
	rows, parties, texts, countries := map[uint32]bool{}, map[uint64]bool{}, map[uint64]bool{}, map[uint16]bool{}
	for _, r := range parts {
		i, ok := b.partIndex(r)
		if !ok {
			continue
		}
		p := b.parts.At(int(i))
		w := b.rows.At(int(p.row))
		rows[p.row], parties[w.party] = true, true
		for _, j := range b.jointly(w) {
			parties[j.Party] = true
		}
		texts[cmp.Or(p.likeness, 1<<63|uint64(i))] = true // where there is nothing to compare it is a text of its own
		if w.country != 0 {
			countries[w.country] = true
		}
	}
	return Counts{Submissions: len(rows), Parties: len(parties), Texts: len(texts), Countries: len(countries)}
}
