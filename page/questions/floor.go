package questions

import (
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/like"
)

// FloorForm is what stands in the form with a question that was asked from the floor.
type FloorForm struct {
	On                 string // the place of the paper
	Party              string // on the roll; "" for nobody known
	Speaker, Category  string // of somebody of whom no party is known
	Date, Time         string // when it was said, in the conversation's zone
	Language           string
	Question, Why      string
	Said               time.Time // the same as Date and Time, on the preview
	guessed, previewed bool
}

// Place is a place of the paper that a question may be about.
type Place struct {
	part.Element
	subjects []frame.LocalizedText
}

// Floor is the form on which the rapporteur enters a question that was asked from the floor, and its preview. It has no JSON twin: its
// act has.
type Floor struct {
	Call       part.Call
	Form       FloorForm
	Whole      cite.Ref // the edition, for a question on the whole paper
	Places     []Place
	Parties    []part.Named // accredited, but for groups
	Categories []frame.Choice
	Likes      like.Likes
}

// NewFloor builds the form; ok is false where there is no such call, or it gathers no questions.
func NewFloor(st *conversation.Reading, call cite.Ref, l locale.Lang) (*Floor, bool) {
	k, ok := st.Consultation.Call(call)
	if _, gathers := st.Formulation.Gathering(call); !ok || !gathers {
		return nil, false
	}
	v := &Floor{Call: part.NewCall(st, k, l), Categories: part.OwnCategories(st, l)}
	if e, ok := st.Papers.Edition(k.Paper); ok {
		v.Whole = e.Ref
		for _, el := range e.Elements {
			p := Place{Element: part.NewElement(st, e, el.Ref, l)}
			for _, id := range el.Subjects {
				if s, ok := st.Subject(id); ok {
					p.subjects = append(p.subjects, frame.Localize(s.Name, l))
				}
			}
			v.Places = append(v.Places, p)
		}
	}
	for _, y := range st.Roll.Accreditation().Stand(st.Roll.Entered()) {
		if len(st.Roll.Mandates().Members(y)) == 0 {
			v.Parties = append(v.Parties, part.NewNamed(st, y))
		}
	}
	return v, true
}

// Preview shows the question as it would be stored, with the proposals that are like it. guessed: nobody said in which language it is.
func (v *Floor) Preview(st *conversation.Reading, f FloorForm, guessed bool, l locale.Lang) {
	v.Form = f
	v.Form.previewed, v.Form.guessed = true, guessed
	on := cite.Ref(f.On)
	if on == v.Whole {
		on = cite.None
	}
	v.Likes = like.Compare(st, v.Call.Ref, on, l)
}

// Need are the entries with the names of the parties, and the words of the proposals that are like it.
func (v *Floor) Need() []cite.Position {
	out := v.Likes.Need()
	for _, p := range v.Parties {
		out = append(out, p.Need())
	}
	return out
}

// Fill gives them.
func (v *Floor) Fill(words map[cite.Position]cite.Words) {
	for i := range v.Parties {
		v.Parties[i].Fill(words)
	}
	v.Likes = v.Likes.Fill(v.Form.Question, words)
}

// Title is the page's title.
func (v *Floor) Title(f *frame.Frame) string {
	t := f.T("heard.enter")
	if len(f.Errors) > 0 {
		return f.T("error.title_prefix") + " " + t
	}
	return t
}

// places are the places as the form offers them, each with the beginning of its words.
func (v *Floor) places(f *frame.Frame) []frame.Choice {
	out := []frame.Choice{{ID: string(v.Whole), Name: f.T("heard.whole")}}
	for _, p := range v.Places {
		name := strings.TrimSpace(f.T("kind."+p.Kind) + " " + p.Label)
		if text := frame.Shorten(locale.OneLine(p.Text.Text), 60); text != "" {
			name += frame.Colon(f) + text
		}
		out = append(out, frame.Choice{ID: string(p.Ref), Name: name})
	}
	return out
}

// place is the place that was chosen, in words.
func (v *Floor) place(f *frame.Frame) string {
	for _, c := range v.places(f) {
		if c.ID == v.Form.On {
			return c.Name
		}
	}
	return ""
}

// subjects are the subject areas of the place that was chosen.
func (v *Floor) subjects() []frame.LocalizedText {
	for _, p := range v.Places {
		if string(p.Ref) == v.Form.On {
			return p.subjects
		}
	}
	return nil
}

// parties are the parties as the form offers them.
func (v *Floor) parties() (out []frame.Choice) {
	for _, p := range v.Parties {
		name := p.Name
		if name == "" {
			name = string(p.Party)
		}
		out = append(out, frame.Choice{ID: string(p.Party), Name: name})
	}
	return out
}

// who is the party that was chosen, or the description of who spoke.
func (v *Floor) who() string {
	for _, c := range v.parties() {
		if c.ID == v.Form.Party {
			return c.Name
		}
	}
	return v.Form.Speaker
}

// written are the languages in which a question may be written.
func written() (out []frame.Choice) {
	for _, l := range locale.Written() {
		out = append(out, frame.Choice{ID: string(l), Name: l.Name()})
	}
	return out
}

// at is the address of the form.
func (v *Floor) at(f *frame.Frame) string {
	return string(f.In("/desk/questions/" + string(v.Call.Ref) + "/floor"))
}
