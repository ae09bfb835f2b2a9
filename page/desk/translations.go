package desk

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
)

// What the texts of a translators' desk are of.
const (
	OfPapers   = "papers"
	OfCalls    = part.TextsOfCalls // and their questions
	OfAnswers  = "answers"
	OfSettings = "settings" // what the conversation says of itself, its labels, its calendar
)

// TextsOf lists what texts are of.
var TextsOf = []string{OfPapers, OfCalls, OfAnswers, OfSettings}

// Translations is the translators' desk for one language: what is missing, what is older than its original, what nobody
// has made official, and what is done, over the newest edition of each paper, the calls with their questions, the reasons
// of answers, and what is settled.
type Translations struct {
	part.Units
	Others  []ToLanguage   // the languages of the conversation
	Of      string         // one of TextsOf, "" for all
	Waiting map[string]int // how many texts are missing or older, by what they are of
	answers []*answerUnit  // whose words are counted when they are there
}

// TranslationsView says what of the desk is shown.
type TranslationsView struct {
	To   locale.Lang
	Of   string // one of TextsOf, anything else for all
	Pile string
	From int
	Hold string // the key of a unit that is shown in any case, "" for none
}

// ToLanguage is a language and how many texts wait in it.
type ToLanguage struct {
	Lang  locale.Lang
	Texts int
}

// answerUnit is a unit whose words stand elsewhere.
type answerUnit struct {
	*part.Unit
	reason, old, heading, oldLine consultation.Reason
}

// NewTranslations builds the page.
func NewTranslations(st *conversation.Reading, q TranslationsView) *Translations {
	v := &Translations{Waiting: map[string]int{}}
	v.To, v.Zone, v.Action = q.To, st.Zone, "/c/"+st.Slug+"/desk/translations"
	if slices.Contains(TextsOf, q.Of) {
		v.Of, v.Query = q.Of, "&of="+q.Of
	}
	for _, l := range st.Languages {
		n := 0
		for u := range translatable(st, l) {
			if u.Waits() {
				n++
			}
		}
		v.Others = append(v.Others, ToLanguage{l, n})
	}
	var all []*part.Unit
	for u, of := range translatable(st, q.To) {
		if u.Waits() {
			v.Waiting[of]++
		}
		if v.Of == "" || of == v.Of || u.Key() == q.Hold {
			all = append(all, u.Unit)
			if of == OfAnswers {
				v.answers = append(v.answers, u)
			}
		}
	}
	v.Arrange(all, q.Pile, q.From, q.Hold)
	return v
}

// TranslationsWaiting counts the texts of a conversation that are missing or older than their original, in all its
// languages.
func TranslationsWaiting(st *conversation.Reading) int {
	n := 0
	for _, l := range st.Languages {
		for u := range translatable(st, l) {
			if u.Waits() {
				n++
			}
		}
	}
	return n
}

// translatable goes through all texts of a conversation that can be translated into a language, with what they are of.
func translatable(st *conversation.Reading, l locale.Lang) func(yield func(*answerUnit, string) bool) {
	return func(yield func(*answerUnit, string) bool) {
		for _, of := range TextsOf {
			var units []*part.Unit
			switch of {
			case OfPapers:
				units = passageUnits(st, l)
			case OfCalls:
				units = callUnits(st, l)
			case OfSettings:
				units = settledUnits(st, l)
			case OfAnswers:
				for _, u := range answerUnits(st, l) {
					if !yield(u, of) {
						return
					}
				}
			}
			for _, u := range units {
				if !yield(&answerUnit{Unit: u}, of) {
					return
				}
			}
		}
	}
}

// passageUnits lists the passages of the newest edition of each paper, in a language.
func passageUnits(st *conversation.Reading, l locale.Lang) []*part.Unit {
	var out []*part.Unit
	for _, p := range st.Papers.All() {
		e := p.Latest()
		t := p.Translation(e.Ref.EditionNumber(), l)
		released := map[paper.Passage]paper.Release{}
		for _, r := range e.Releases {
			if r.Language == l {
				released[r.Passage] = r
			}
		}
		add := func(says, label string, x paper.Passage) {
			text, _ := e.Passage(x)
			u, ok := part.NewUnit(part.Unit{Says: says, Label: label, Where: string(e.Symbol), At: string(e.Ref), Passage: string(x)}, text, l, locale.Mark{Status: e.StatusOf(x, l), Of: t.Sources[x]})
			if ok {
				u.Over, u.Since = released[x].At, released[x].Time
				out = append(out, u)
			}
		}
		add("desk.text.paper_title", "", paper.TitlePassage)
		add("desk.text.paper_note", "", paper.NotePassage)
		for i := range e.Elements {
			el := &e.Elements[i]
			add("kind."+el.Kind, e.Label(el.Ref), paper.PassageOf(el.Ref))
		}
	}
	return out
}

// callUnits lists the texts of the calls that were not withdrawn, the newest first, and of their questions.
func callUnits(st *conversation.Reading, l locale.Lang) (out []*part.Unit) {
	for _, c := range slices.Backward(st.Consultation.Calls()) {
		if c.Withdrawn != 0 {
			continue
		}
		add := func(name string, t locale.Text, mark locale.Mark) {
			u := part.Unit{Where: string(c.Ref), At: string(c.Ref), Passage: name}
			u.Says, u.N, u.M = part.TextName(name)
			if u, ok := part.NewUnit(u, t, l, mark); ok {
				out = append(out, u)
			}
		}
		for _, name := range life.TextNames(&c) {
			t, _ := life.Text(&c, name)
			add(name, t, c.Marks.Of(name, l))
		}
		if form, ok := st.Consultation.Questions(c.Ref); ok {
			for _, name := range form.TextNames() {
				t, _ := form.Text(name)
				add(name, t, form.Marks.Of(name, l))
			}
		}
	}
	return out
}

// nameOfSettled is part.TextName for a text of the settings.
func nameOfSettled(name string) (says string, n, m int) {
	if name == settings.TitleText {
		return "desk.text.conversation", 0, 0
	}
	return part.TextName(name)
}

// settledUnits lists what the conversation says of itself, its labels and its calendar.
func settledUnits(st *conversation.Reading, l locale.Lang) (out []*part.Unit) {
	for _, name := range st.TextNames() {
		t, _ := st.Text(name)
		u := part.Unit{At: AtSettings, Passage: name}
		u.Says, u.N, u.M = nameOfSettled(name)
		if u, ok := part.NewUnit(u, t, l, st.Marks.Of(name, l)); ok {
			out = append(out, u)
		}
	}
	return out
}

// AtSettings is what the texts of the settings are texts of.
const AtSettings = "settings"

// maxAnswers is how many answers are looked through, the newest.
const maxAnswers = 300

// answerUnits lists the answers that hold now, with their reasons.
func answerUnits(st *conversation.Reading, l locale.Lang) []*answerUnit {
	var out []*answerUnit
	for n := st.Consultation.Dispositions(); n > 0 && len(out) < maxAnswers; n-- {
		d, ok := st.Consultation.Disposition(cite.Disposition(n))
		if !ok || d.Current == 0 || d.Original == l {
			continue
		}
		r, has := d.Reasons[l]
		u := &answerUnit{reason: d.Reasons[d.Original], old: r, heading: d.Headings[d.Original], oldLine: d.Headings[l],
			Unit: &part.Unit{Says: "desk.text.answer", Where: string(d.Ref), At: string(d.Ref), Lang: l, Status: r.Status, Over: r.At,
				Original: frame.LocalizedText{Lang: d.Original}, Heading: frame.LocalizedText{Lang: d.Original}}}
		u.Sort(locale.Standing(l, d.Original, has && (u.heading.At == 0 || u.oldLine.At > 0), r.Status, false), "")
		out = append(out, u)
	}
	return out
}

// Need lists where the words of the reasons are.
func (v *Translations) Need() []cite.Position {
	var out []cite.Position
	for _, u := range v.answers {
		for _, r := range []consultation.Reason{u.reason, u.old, u.heading, u.oldLine} {
			if r.At != 0 {
				out = append(out, r.At)
			}
		}
	}
	return out
}

// Fill gives them, and counts them.
func (v *Translations) Fill(words map[cite.Position]cite.Words) {
	for _, u := range v.answers {
		u.Original.Text, u.Text = words[u.reason.At][u.reason.Key], words[u.old.At][u.old.Key]
		u.Heading.Text = words[u.heading.At][u.heading.Key]
		if u.Version == 0 && u.Typed == "" {
			u.Typed = u.Text
			if u.Line == "" {
				u.Line = words[u.oldLine.At][u.oldLine.Key]
			}
		}
		u.Words = part.CountWords(u.Original.Text) + part.CountWords(u.Heading.Text)
		c := v.Counts[u.Pile]
		c.Words += u.Words
		v.Counts[u.Pile] = c
		u.Late()
	}
}

// Title is the page's title.
func (v *Translations) Title(f *frame.Frame) string { return f.T("desk.translations.title") }
