package part

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/translation"
)

// Rendering is what somebody wrote in another language than theirs, by an office of the secretariat. It is never
// official, and stands beside the original.
type Rendering struct {
	Language locale.Lang   `json:"language"`
	Office   string        `json:"office"` // translation.Officer or translation.Translator
	At       time.Time     `json:"at"`
	Position cite.Position `json:"position"`
	Text     string        `json:"text,omitempty"`
	Wording  string        `json:"wording,omitempty"`
	// Before says that it renders what stood before the author corrected the words.
	Before bool `json:"before_correction,omitempty"`
}

// OfWording is the translation of the wording alone, as if it were the text; nil where there is none.
func (v *Rendering) OfWording() *Rendering {
	if v == nil || v.Wording == "" {
		return nil
	}
	w := *v
	w.Text = w.Wording
	return &w
}

// newRendering finds how a part, or one of the reactions to its answers, was rendered in a language; nil where it was not.
func newRendering(st *conversation.Reading, part cite.Ref, reaction int, l locale.Lang) *Rendering {
	r, ok := st.Consultation.Rendering(part, reaction, l)
	if !ok {
		return nil
	}
	return &Rendering{Language: r.Language, Office: r.Office, At: r.At, Position: r.Position}
}

// rendered adds how the part, and what its author said of the answers, is rendered in a language.
func (p *ContributionPart) rendered(st *conversation.Reading, l locale.Lang) {
	if p.Rendering = newRendering(st, p.Ref, 0, l); p.Rendering != nil {
		p.Rendering.Before = p.Rendering.Position < p.stands
	}
	for i := range p.Reactions {
		p.Reactions[i].Rendering = newRendering(st, p.Ref, i+1, l)
	}
}

func (v *Rendering) need(out []cite.Position) []cite.Position {
	if v == nil {
		return out
	}
	return append(out, v.Position)
}

func (v *Rendering) fill(words map[cite.Position]cite.Words) {
	if v != nil {
		v.Text, v.Wording = words[v.Position]["text"], words[v.Position]["wording"]
	}
}

// Note says what the rendering is and who made it.
func (v *Rendering) Note(f *frame.Frame) string {
	if v.Office == translation.Translator {
		return f.T("rendering.by_translator")
	}
	return f.T("rendering.by_officer")
}
