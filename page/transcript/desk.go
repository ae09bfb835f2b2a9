package transcript

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	noun "github.com/openplenary/plenary/transcript"
)

// What is done at the desk.
const (
	DoEnter     = "enter"
	DoCorrect   = "correct"
	DoErase     = "erase"
	DoFeed      = "feed"
	DoCloseFeed = "close-feed"
)

// Desk is where a transcript is entered, and put right passage by passage. It has no JSON twin: its acts have.
type Desk struct {
	*Page
	Sittings []frame.Choice // that were opened
	Ahead    []frame.Choice // that are not over
	// Passage is the one that is worked on; nil where a transcript is entered, or chosen.
	Passage *Passage
	// Chosen reports whether a transcript was chosen to be put right.
	Chosen bool
	// Feeds are those of captions that are written, and Key is one that was just given: it is shown once.
	Feeds []noun.Feed
	Key   string
	typed func(field string) (string, bool)
}

// NewDesk builds the page; ok is false where there is no such session, transcript or passage.
func NewDesk(st *conversation.Reading, ref cite.Ref, c Chosen, n int, l locale.Lang) (*Desk, bool) {
	p, ok := New(st, ref, c, l)
	if !ok {
		return nil, false
	}
	v := &Desk{Page: p, Chosen: c.Sitting > 0, Feeds: st.Transcripts.Feeds(ref)}
	x, _ := st.Sessions.Session(ref)
	for i, t := range x.Sittings {
		if !t.Off && t.Closed.IsZero() {
			v.Ahead = append(v.Ahead, frame.Choice{ID: strconv.Itoa(i + 1), Name: l.T("session.sitting_n", "n", i+1)})
		}
		if !t.Opened.IsZero() {
			v.Sittings = append(v.Sittings, frame.Choice{ID: strconv.Itoa(i + 1), Name: l.T("session.sitting_n", "n", i+1)})
		}
	}
	all := p.each()
	i := slices.IndexFunc(all, func(p *Passage) bool { return p.Number == n })
	if n > 0 && i < 0 {
		return nil, false
	}
	if n > 0 && v.Chosen {
		v.Passage = all[i]
	}
	return v, true
}

// Typed shows the form as it was sent.
func (v *Desk) Typed(typed func(string) (string, bool)) { v.typed = typed }

// val is what a field shows: what was typed, else what stands.
func (v *Desk) val(field, stands string) string {
	if v.typed != nil {
		if s, ok := v.typed(field); ok {
			return s
		}
	}
	return stands
}

// Title is the page's title.
func (v *Desk) Title(f *frame.Frame) string { return f.T("transcript.desk") }

// text is the words of the passage, a line for each cue.
func (p *Passage) text() string {
	var lines []string
	for _, c := range p.Cues {
		lines = append(lines, c.Text)
	}
	return strings.Join(lines, "\n")
}

// rows is how many rows the field for them has, such that they are seen at once on a phone as well.
func (p *Passage) rows() int {
	n := 1
	for _, c := range p.Cues {
		n += 1 + utf8.RuneCountInString(c.Text)/30
	}
	return min(n, 24)
}

func (v *Desk) languages() (out []frame.Choice) {
	for _, l := range locale.All {
		out = append(out, frame.Choice{ID: string(l), Name: l.Name()})
	}
	return out
}

func makers(f *frame.Frame) (out []frame.Choice) {
	for _, m := range noun.Makers {
		out = append(out, frame.Choice{ID: m, Name: f.T("transcript.made." + m)})
	}
	return out
}

func grounds(f *frame.Frame) (out []frame.Choice) {
	for _, g := range consultation.Grounds {
		out = append(out, frame.Choice{ID: g, Name: f.T("ground." + g)})
	}
	return out
}
