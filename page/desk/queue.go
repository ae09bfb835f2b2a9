package desk

import (
	"slices"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// QueueSize is how many contributions a page of the queue shows.
const QueueSize = 20

// Queue lists what waits for a moderator, oldest first.
type Queue struct {
	Total int         `json:"total"`
	From  cite.Ref    `json:"from,omitempty"` // the page begins with this one or the next that waits
	Next  cite.Ref    `json:"next,omitempty"` // From of the next page
	Items []QueueItem `json:"items"`
	// Proposed are contributions of which something is proposed to be redacted or erased; another person has to
	// confirm it.
	Proposed []cite.Ref `json:"proposed,omitempty"`
	// Corrections are published contributions of which a correction by the author waits.
	Corrections []*part.Contribution `json:"corrections,omitempty"`
	Two         bool                 `json:"-"` // two people are needed for what is published
	// One is proposed: that one person be enough for it. Another has to confirm it.
	One  consultation.ProposedOne `json:"-"`
	Mine bool                     `json:"-"` // the reader proposed it
	// The form that came back with an error.
	Wrong  cite.Ref `json:"-"`
	Ground string   `json:"-"`
	Reason string   `json:"-"`
	// The form that decides on several, where it came back with an error.
	BulkGround string `json:"-"`
	BulkReason string `json:"-"`
	BulkOpen   bool   `json:"-"`
	// Later are those that the reader put off.
	Later []*part.Contribution `json:"-"`
	// Names are those with whom names are compared.
	Names *part.Names `json:"-"`
}

// maxLater is how many of those that were put off are listed.
const maxLater = 50

// QueueItem is one of them. Each has its own form token: a moderator decides many from one page.
type QueueItem struct {
	*part.Contribution
	Token  string        `json:"-"`
	Seen   cite.Position `json:"-"` // the last entry that touched it
	Skip   cite.Ref      `json:"-"` // the one after it on the page
	Ticked bool          `json:"-"`
	Notes  []NoteRow     `json:"-"` // among colleagues
}

// tick is the value of its box: what it is, and as of when it was looked at.
func (c QueueItem) tick() string { return string(c.Ref) + "@" + c.seen() }

func (c QueueItem) seen() string { return strconv.FormatInt(int64(c.Seen), 10) }

// NewQueue builds the page; later is what the reader put off, and token makes form tokens.
func NewQueue(st *conversation.Reading, from cite.Ref, later []cite.Ref, l locale.Lang, token func() string) *Queue {
	v := &Queue{From: from, Names: part.NewNames(st)}
	is := st.Consultation.Removing(cite.None)
	v.Proposed, v.Two, v.One, v.Mine = is.Proposed, is.Two, is.One, st.Audience.Is(is.One.By)
	for _, r := range is.Correcting[:min(len(is.Correcting), maxLater)] {
		if c, ok := part.NewContribution(st, r, l); ok {
			v.Corrections = append(v.Corrections, c.WithCorrections())
		}
	}
	waiting := st.Consultation.Pending()
	v.Total = len(waiting)
	for _, r := range waiting {
		if slices.Contains(later, r) && len(v.Later) < maxLater {
			if c, ok := part.NewContribution(st, r, l); ok {
				v.Later = append(v.Later, c)
			}
		}
	}
	begin, _ := slices.BinarySearchFunc(waiting, from.Number(), func(r cite.Ref, n int) int { return r.Number() - n })
	for _, r := range waiting[begin:] {
		if slices.Contains(later, r) {
			continue
		}
		if len(v.Items) == QueueSize {
			v.Next = r
			break
		}
		if c, ok := part.NewContribution(st, r, l); ok {
			row, _ := st.Consultation.Row(r)
			v.Items = append(v.Items, QueueItem{Contribution: c.WithCorrections(), Token: token(), Seen: row.Changed})
		}
	}
	for i := range len(v.Items) - 1 {
		v.Items[i].Skip = v.Items[i+1].Ref
	}
	return v
}

// Need lists the words of the items.
func (v *Queue) Need() []cite.Position {
	var out []cite.Position
	for _, c := range v.Items {
		out = append(out, c.Need()...)
	}
	for _, c := range slices.Concat(v.Later, v.Corrections) {
		out = append(out, c.Need()...)
	}
	return append(out, v.Names.Need()...)
}

// Fill gives them.
func (v *Queue) Fill(words map[cite.Position]cite.Words) {
	all := make([]*part.Contribution, len(v.Items))
	for i, c := range v.Items {
		c.Fill(words)
		all[i] = c.Contribution
	}
	for _, c := range slices.Concat(v.Later, v.Corrections) {
		c.Fill(words)
	}
	v.Names.Flag(words, all)
}

// Title is the page's title.
func (v *Queue) Title(f *frame.Frame) string { return f.T("desk.queue.title") }

// Bulk says what will be done to several contributions at once, or what was done.
type Bulk struct {
	From     cite.Ref
	Withhold bool // else they are published
	Ground   string
	Reason   string
	Done     bool
	Items    []BulkItem
	Left     []BulkItem // that are left out
}

// BulkItem is one of them.
type BulkItem struct {
	*part.Contribution
	Seen  cite.Position
	Token string
	Why   string // it is left out: a key of the catalogue or a sentence
}

// NewBulk begins the page.
func NewBulk(from cite.Ref, withhold bool, ground, reason string) *Bulk {
	return &Bulk{From: from, Withhold: withhold, Ground: ground, Reason: reason}
}

// Add adds one to what is done; seen is the last entry that touched it.
func (v *Bulk) Add(st *conversation.Reading, r cite.Ref, seen cite.Position, token string, l locale.Lang) {
	if c, ok := part.NewContribution(st, r, l); ok {
		v.Items = append(v.Items, BulkItem{Contribution: c.WithCorrections(), Seen: seen, Token: token})
	}
}

// Leave adds one to what is left out, and why.
func (v *Bulk) Leave(st *conversation.Reading, r cite.Ref, why string, l locale.Lang) {
	if c, ok := part.NewContribution(st, r, l); ok {
		v.Left = append(v.Left, BulkItem{Contribution: c, Why: why})
	}
}

// Need lists the words of the contributions.
func (v *Bulk) Need() []cite.Position {
	var out []cite.Position
	for _, list := range [][]BulkItem{v.Items, v.Left} {
		for _, c := range list {
			out = append(out, c.Need()...)
		}
	}
	return out
}

// Fill gives them.
func (v *Bulk) Fill(words map[cite.Position]cite.Words) {
	for _, list := range [][]BulkItem{v.Items, v.Left} {
		for _, c := range list {
			c.Fill(words)
		}
	}
}

// Title is the page's title.
func (v *Bulk) Title(f *frame.Frame) string {
	if v.Withhold {
		return f.T("bulk.withhold_several")
	}
	return f.T("bulk.publish")
}

// verb is what is done.
func (v *Bulk) verb() string {
	if v.Withhold {
		return "withhold"
	}
	return "publish"
}

// why says why one is left out.
func (c BulkItem) why(f *frame.Frame) string {
	if key := c.Why; len(key) > 5 && key[:5] == "bulk." || key == "refusal.contribution.changed" {
		return f.T(key)
	}
	return c.Why
}

// tick is the value by which one is named, and as of when it was looked at.
func (c BulkItem) tick() string { return string(c.Ref) + "@" + strconv.FormatInt(int64(c.Seen), 10) }

// spoken names a contribution to those who hear a button: two may come from one author.
func spoken(f *frame.Frame, c *part.Contribution) string {
	return " " + c.Who(f) + " (" + string(c.Ref) + ")"
}
