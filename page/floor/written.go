package floor

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/panel"
)

// Written is a question that a party put in writing during a sitting.
type Written struct {
	part.Named
	// Number is that of the question in the session.
	Number int `json:"n"`
	// Item is the number of the item of the agenda.
	Item int `json:"item"`
	// Text is the question, in the language in which it was written.
	Text frame.LocalizedText `json:"text"`
	// At is when it was put.
	At time.Time `json:"at"`
	// Became is taken while it is to be answered, answered when it was, aloud. For its party also waits, or aside where the chair set it aside.
	Became string `json:"became"`
	// Reason says why the chair set it aside; absent where it did not.
	Reason frame.LocalizedText `json:"reason,omitzero"`
	entry  cite.Position
}

func newWritten(st *conversation.Reading, all []panel.Question, l locale.Lang) (out []*Written) {
	for _, q := range all {
		y := &Written{Named: named(st, q.Party), Number: q.Number, Item: q.Item, At: q.At, Became: q.Became, entry: q.Entry, Text: frame.LocalizedText{Lang: q.Language}}
		if q.Became == panel.Waits {
			y.Became = "waits"
		}
		if !q.Reason.Empty() {
			y.Reason = frame.Localize(q.Reason, l)
		}
		out = append(out, y)
	}
	return out
}

// written are the questions that everybody reads: those to be answered, then those that were, the last first.
func (v *Page) written(st *conversation.Reading, l locale.Lang) {
	v.Written = newWritten(st, st.Floor.Taken(v.Session), l)
	slices.SortStableFunc(v.Written, func(a, b *Written) int {
		switch {
		case a.Became != b.Became && a.Became == panel.Taken:
			return -1
		case a.Became != b.Became:
			return 1
		case a.Became == panel.Answered:
			return b.Number - a.Number
		}
		return a.Number - b.Number
	})
}

// became is what became of a question that the chair took, in a word of the catalogue: when the session is over, no answer is to come.
func (v *Page) became(y *Written) string {
	if v.Over && y.Became == panel.Taken {
		return "left"
	}
	return y.Became
}

// toAnswer are those that the chair took and that were not answered yet.
func (v *Page) toAnswer() (out []*Written) {
	for _, y := range v.Written {
		if y.Became == panel.Taken {
			out = append(out, y)
		}
	}
	return out
}

func needWritten(all []*Written) (out []cite.Position) {
	for _, y := range all {
		out = append(out, y.Named.Need(), y.entry)
	}
	return out
}

func fillWritten(all []*Written, words map[cite.Position]cite.Words) {
	for _, y := range all {
		y.Named.Fill(words)
		y.Text.Text = words[y.entry]["text"]
	}
}

// mayRetract reports whether its party can take it back.
func (y *Written) mayRetract() bool { return y.Became == "waits" || y.Became == panel.Taken }
