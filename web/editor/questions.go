package editor

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/web/serve"
)

// asked is a question that a draft takes up, with where its words stand.
type asked struct {
	element  int           // of the draft
	position cite.Position // of its wording, or of the contribution that proposes it
	of       cite.Ref      // the proposal whose own words they are; None for a wording
	field    string        // among the words of a contribution; "" for a wording, which has one in each language
	language locale.Lang
}

// postFromQuestions begins a draft from the questions of a call: each theme is an issue with a paragraph to be written, each
// question stands under it in the words that it has, and rests on where it comes from.
func (q *request) postFromQuestions() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	call := q.Ref()
	d := paper.Draft{Kind: paper.IssuesPaper, Original: q.Lang}
	var take []asked
	// A draft becomes a paper: it has the words that everybody reads, and not what its officer may read beside them.
	var everybody *conversation.Reading
	if _, err := q.Server.LookIn(q.Context(), q.Slug, conversation.Readers, q.Received, func(st *conversation.Reading) error {
		everybody = st
		g, ok := st.Formulation.Gathering(call)
		if !ok || len(st.Formulation.Questions(call)) == 0 {
			return serve.NotFound()
		}
		take = fromQuestions(st, g, &d)
		return nil
	}); err != nil {
		return err
	}
	need := make([]cite.Position, len(take))
	for i, a := range take {
		need[i] = a.position
	}
	words, err := q.Server.Granted(q.Context(), q.Slug, everybody, need)
	if err != nil {
		return err
	}
	for _, a := range take {
		e := &d.Elements[a.element]
		if a.field != "" {
			said := words[a.position][a.field]
			e.Text[a.language] = said
			e.Taken = map[locale.Lang]paper.Taken{a.language: {Of: a.of, Mark: q.Server.Sec.Likeness(q.Slug, strings.TrimSpace(said))}}
			continue
		}
		e.Text[a.language] = words[a.position]["wording."+string(a.language)]
	}
	key, err := q.beginPaper(q.signed(d), v.Get("token"))
	if err != nil {
		return err
	}
	return q.DeskSee("/papers/"+key, 0, "", "")
}

// fromQuestions puts the themes and questions of a call into a draft, and says which words go where.
func fromQuestions(st *conversation.Reading, g *formulation.Gathering, d *paper.Draft) (take []asked) {
	if len(st.Languages) > 0 {
		d.Original = st.Languages[0]
	}
	under := map[cite.Ref]int{}
	for i, t := range g.Themes {
		for _, r := range t.Questions {
			under[r] = i + 1
		}
	}
	issue, last := 0, -1
	letter := 0
	for _, x := range st.Formulation.Questions(g.Call) {
		theme := under[x.Ref]
		if theme != last {
			issue, last, letter = issue+1, theme, 0
			title := map[locale.Lang]string{}
			if theme > 0 {
				title = maps.Clone(g.Themes[theme-1].Title.In)
			}
			d.Elements = append(d.Elements, paper.DraftElement{Kind: paper.Issue, Number: strconv.Itoa(issue), Text: title},
				paper.DraftElement{Kind: paper.Paragraph, Number: strconv.Itoa(issue), Text: map[locale.Lang]string{}})
		}
		w := x.Now()
		d.Elements = append(d.Elements, paper.DraftElement{Kind: paper.Question, Number: lettered(letter), Stance: true, Cites: []cite.Ref{x.Ref}, Text: map[locale.Lang]string{}})
		letter++
		at := len(d.Elements) - 1
		for _, l := range w.Languages {
			take = append(take, asked{element: at, position: w.Position, language: l})
		}
		if row, ok := st.Consultation.Row(w.Of[0]); ok && w.AsProposed() && st.MaySee(w.Of[0]) >= conversation.Redacted {
			p := st.Consultation.Part(row.Ref, w.Of[0].PartNumber())
			take = append(take, asked{at, row.Position, w.Of[0], strconv.Itoa(w.Of[0].PartNumber()) + ".wording", p.Language})
		}
	}
	return take
}

// takenAway lists the passages, by their numbers, that rest on words of a proposal which not everybody may read whole any more.
func takenAway(st *conversation.Reading, elements []paper.DraftElement) map[int]bool {
	out := map[int]bool{}
	for _, e := range elements {
		out[e.ID] = slices.ContainsFunc(e.Cites, st.Formulation.TakenAway)
	}
	return out
}

// lettered is the number of question n of a paragraph, from 0: (a), (b), ... (z), (aa), ...
func lettered(n int) string {
	s := ""
	for n++; n > 0; n = (n - 1) / 26 {
		s = string(rune('a'+(n-1)%26)) + s
	}
	return "(" + s + ")"
}
