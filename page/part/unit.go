package part

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/markup"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
)

// The piles of a translators' desk, the worst first.
const (
	PileMissing = "missing"
	PileOlder   = "older"  // than their original
	PileUnread  = "unread" // unofficial, a machine's, or of which nobody says what they are
	PileDone    = "done"   // official, and as new as their original
)

// Piles lists the piles.
var Piles = []string{PileMissing, PileOlder, PileUnread, PileDone}

// UnitsSize is how many texts a page of a translators' desk shows.
const UnitsSize = 20

// PileCount is how much is in a pile.
type PileCount struct {
	N       int
	Words   int // of the originals
	Changed int // words of them that are new since the translation
}

// Unit is a text and its translation on a translators' desk.
type Unit struct {
	Says     string // how it is called, a sentence of the catalogue: "desk.text.question"
	N, M     int    // the numbers in that name, 0 for none
	Label    string // of an element, after its kind
	Where    string // what it is a text of, as that is cited: the symbol of a paper, d4, k1; "" for none
	At       string // what it is a text of: an edition, an answer, a call, "settings", "site"
	Passage  string // which of its texts; "" for an answer, which has one
	Original frame.LocalizedText
	Lang     locale.Lang
	Text     string // the translation as it stands
	Status   string // what was said of it: official, unofficial or machine, "" for nothing
	Pile     string
	Words    int // of the original
	Changed  int // of them, new since the translation
	Terms    []locale.Term
	Over     cite.Position // the release that is shown, for editions and answers
	Seen     string        // what is shown, for all else: see locale.Text.Seen
	Since    time.Time     // when Text was released, if that is known
	Token    string
	// Typed is what is in the form: a draft, or what was refused; Version is the draft's, 0 for none.
	Typed   string
	Version int
	Kept    time.Time
	// Theirs is what somebody else released or kept in the meantime.
	Theirs string
	Open   bool
	// Heading is the line that heads an answer, absent for texts that have none; Line is its translation in the form.
	Heading frame.LocalizedText
	Line    string

	redline *Redline
	again   *wrote
}

// NewUnit is a text with its translation into l, with what was said of it (status) and the original that it translates
// where that says something else now (of); ok is false where there is nothing to translate.
func NewUnit(u Unit, t locale.Text, l locale.Lang, mark locale.Mark) (out *Unit, ok bool) {
	original := t.In[t.Original]
	if strings.TrimSpace(original) == "" || t.Original == l {
		return nil, false
	}
	u.Lang, u.Status, u.Seen = l, mark.Status, t.Seen(l)
	u.Original, u.Words = frame.LocalizedText{Text: original, Lang: t.Original}, CountWords(original)
	u.Text, u.Typed = t.In[l], t.In[l]
	u.Sort(t.Standing(l, mark.Status, mark.Of != ""), mark.Of)
	return &u, true
}

// Sort puts the unit on its pile: is is what its text is, of the original that it translates where it is older.
func (u *Unit) Sort(is, of string) {
	switch is {
	case locale.IsMissing:
		u.Pile = PileMissing
	case locale.IsOlder:
		u.Pile = PileOlder
		r := NewRedline([]string{of}, u.Original.Text)
		u.redline = &r
		for _, o := range r.Ops {
			if o.Do == paper.Insert {
				u.Changed += CountWords(o.Text)
			}
		}
	case locale.IsOfficial:
		u.Pile = PileDone
	default:
		u.Pile = PileUnread
	}
}

// Waits reports whether the unit is missing or older than its original.
func (u *Unit) Waits() bool { return u.Pile == PileMissing || u.Pile == PileOlder }

// UnitKey names the draft of a translation.
func UnitKey(at, passage string, l locale.Lang) string { return at + "/" + passage + "/" + string(l) }

// Key names the draft of the translation.
func (u *Unit) Key() string { return UnitKey(u.At, u.Passage, u.Lang) }

// ID is the anchor of the text on its page.
func (u *Unit) ID() string {
	return "u-" + strings.NewReplacer(".", "-", "/", "-", " ", "-").Replace(u.At+"-"+u.Passage)
}

// Keeps puts into the form what was kept of it, and beside it what somebody released since that was begun.
func (u *Unit) Keeps(typed, line string, version int, changed time.Time, moved bool) {
	u.Typed, u.Line, u.Version, u.Kept = typed, line, version, changed
	if moved {
		u.Theirs = u.Text
	}
}

// wrote is what somebody wrote into the form and was refused.
type wrote struct{ key, text, line string }

// Late puts the text into the form again, where the words that stand there came only after it was refused.
func (u *Unit) Late() {
	if u.again != nil {
		u.Again(u.again.key, u.again.text, u.again.line, "")
	}
}

// Again puts into the form what was refused, and beside it what somebody else released or kept since.
func (u *Unit) Again(key, text, line, token string) {
	u.Open, u.again = true, &wrote{key, text, line}
	if key == "draft.moved" && u.Typed != text {
		u.Theirs = u.Typed
	} else if key == "translation.moved" && u.Text != text {
		u.Theirs = u.Text
	}
	u.Typed, u.Line = text, line
	if token != "" {
		u.Token = token
	}
}

// Units are the texts of a translators' desk in one language, sorted into piles.
type Units struct {
	To     locale.Lang
	Pile   string // that is shown
	Counts map[string]PileCount
	Shown  []*Unit // a page of the pile
	From   int
	Next   int // From of the next page, 0 for none
	Zone   string
	Action string // where its forms go
	Query  string // what its links carry beside: "&of=calls"
	// Released: nothing is kept as a draft.
	Released bool
}

// Arrange shows a page of a pile, the worst that has something where pile is none of them. The unit with the key hold is
// shown first whatever pile it is on: somebody has just written there.
func (v *Units) Arrange(all []*Unit, pile string, from int, hold string) {
	v.Counts = map[string]PileCount{}
	of := map[string][]*Unit{}
	for _, u := range all {
		c := v.Counts[u.Pile]
		c.N, c.Words, c.Changed = c.N+1, c.Words+u.Words, c.Changed+u.Changed
		v.Counts[u.Pile] = c
		of[u.Pile] = append(of[u.Pile], u)
	}
	v.Pile = pile
	if !slices.Contains(Piles, pile) {
		v.Pile = PileDone
		for _, p := range slices.Backward(Piles) {
			if v.Counts[p].N > 0 {
				v.Pile = p
			}
		}
	}
	list := of[v.Pile]
	switch v.Pile {
	case PileOlder: // what changed most
		slices.SortStableFunc(list, func(a, b *Unit) int { return b.Changed - a.Changed })
	case PileUnread: // what no person has read
		slices.SortStableFunc(list, func(a, b *Unit) int { return machineFirst(a) - machineFirst(b) })
	}
	if from = max(from, 0); from >= len(list) {
		from = 0
	}
	v.From = from
	v.Shown = slices.Clone(list[from:min(len(list), from+UnitsSize)])
	if from+UnitsSize < len(list) {
		v.Next = from + UnitsSize
	}
	if i := slices.IndexFunc(all, func(u *Unit) bool { return u.Key() == hold }); i >= 0 && !slices.Contains(v.Shown, all[i]) {
		v.Shown = append([]*Unit{all[i]}, v.Shown...)
	}
	for i, u := range v.Shown {
		u.Open = i == 0
		u.Terms = locale.Terms(markup.Plain(u.Original.Text), u.Original.Lang, v.To)
	}
}

func machineFirst(u *Unit) int {
	if u.Status == locale.IsMachine {
		return 0
	}
	return 1
}

// CountWords counts the words of a text with markup as translators are paid for them: an ideograph is one.
func CountWords(s string) int {
	n, in := 0, false
	for _, c := range markup.Plain(s) {
		switch {
		case unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana):
			n, in = n+1, false
		case unicode.IsLetter(c) || unicode.IsDigit(c):
			if !in {
				n++
			}
			in = true
		case unicode.IsSpace(c) || c == '–' || c == '—' || c == '/':
			in = false
		}
	}
	return n
}

// name is how the text is called: "Paragraph 4".
func (u *Unit) name(f *frame.Frame) string {
	return strings.TrimSpace(f.T(u.Says, "n", u.N, "m", u.M) + " " + u.Label)
}

// Rows is the height of a text's box.
func Rows(texts ...string) int {
	most := 1
	for _, s := range texts {
		most = max(most, 1+len([]rune(s))/55+strings.Count(s, "\n"))
	}
	return min(most, 14)
}

// hasMarks reports whether a text is more than the words that are read: then its marks are of use to a translator.
func hasMarks(s string) bool { return markup.Plain(s) != strings.TrimSpace(s) }
