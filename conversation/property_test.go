package conversation_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
	"pgregory.net/rapid"
)

// generator makes values of commands: mostly such as somebody might send, now and then such as nobody should.
// It draws evenly from one seed: rapid's own numbers are mostly small, and so would be all that is made of them.
type generator struct {
	*rapid.T
	*rand.Rand
	w       *world
	symbols int
}

func pick[E any](g *generator, from ...E) E { return from[g.number(len(from))] }

func (g *generator) number(n int) int { return g.IntN(n) }

// odd is true now and then.
func (g *generator) odd() bool { return g.number(12) == 0 }

// words are choices for strings, by the name of their field; the last is not taken.
var words = map[string][]string{
	"Ground":     {"abuse", "off_topic", "personal_data", "ugly"},
	"Outcome":    {"accepted", "noted", "not_accepted", "duplicate", "liked"},
	"Verdict":    {consultation.Satisfied, consultation.NotSatisfied, consultation.Misses, "angry"},
	"Late":       {consultation.LateKept, consultation.LateRefused, "lost"},
	"Moderation": {consultation.ModerateBefore, consultation.ModerateAfter, "never"},
	"Status":     {"official", "unofficial", "good"},
	"Zone":       {"", "UTC", "Europe/Zurich", "Nowhere"},
	"Category":   {"ngo", "person", "state", "king"},
	"Country":    {"", "CH", "XA", "XX"},
	"Group":      {"", "g"},
	"Date":       {"2020-01-10", "yesterday"},
	"From":       {"2020-01-10", "2020-02-10", "", "yesterday"},
	"To":         {"2020-02-10", "2020-01-10", "", "tomorrow"},
	"State":      {conversation.Open, conversation.Planned, "sleeping"},
	"Source":     {"https://example.org/", "", "javascript:x"},
	"Change":     append(slices.Clone(paper.ChangeNames), "gone"),
	"Number":     {"1", "(i)", "", strings.Repeat("9", 300)},
	"ID":         {"a", "b", ""},
	"Slug":       {"ferries", "new"},
}

var kinds = map[reflect.Type][]string{
	reflect.TypeFor[conversation.Stage](): append(slices.Clone(conversation.StageKinds), "party"),
	reflect.TypeFor[paper.Publish]():      append(slices.Clone(paper.Kinds), "leaflet"),
	reflect.TypeFor[paper.Element]():      {paper.Theme, paper.Issue, paper.Paragraph, paper.Question, "line"},
	reflect.TypeFor[paper.Reserve]():      {paper.Paragraph, paper.Question, "line"},
}

func (g *generator) string(in reflect.Type, field string) string {
	choices := words[field]
	if field == "Kind" {
		choices = kinds[in]
	}
	switch {
	case field == "Symbol" && !g.odd():
		g.symbols++
		return fmt.Sprintf("S/%d", g.symbols)
	case choices == nil && g.odd():
		return pick(g, "", strings.Repeat("é", 400), "\xff")
	case choices == nil:
		return pick(g, "Ferries shall run.", "أعمال عن العبّارات", " Two\r\nlines ")
	case g.odd():
		return choices[len(choices)-1]
	}
	return choices[g.number(max(1, len(choices)-1))]
}

// ref is a reference of the kind that a field is about.
func (g *generator) ref(field string) cite.Ref {
	st := g.w.st
	contribution := cite.Contribution(1 + g.number(st.Consultation.Len()+1))
	element := cite.Element("p1", 1+g.number(6))
	if g.odd() {
		return pick[cite.Ref](g, "", "p1", "p9", "k1", "c1", "c1.1", "d1", "p1.e1.x2", "c1.2[3:9]", "nonsense")
	}
	switch field {
	case "Contribution":
		return contribution
	case "Part":
		if g.number(2) == 0 {
			contribution = "c1"
		}
		if p := cite.Part(contribution, 1+g.number(2)); g.number(2) == 0 {
			return p + cite.Ref(cite.Span{From: g.number(9), To: 9 + g.number(9)}.String())
		} else {
			return p
		}
	case "Parts", "Of":
		return cite.Part(contribution, 1)
	case "Call":
		return cite.Call(1 + g.number(len(st.Consultation.Calls)))
	case "Revises":
		return pick[cite.Ref](g, "", "", "d2", cite.Disposition(1+g.number(st.Consultation.Dispositions()+1)))
	case "Disposition":
		return cite.Disposition(1 + g.number(st.Consultation.Dispositions()+1))
	case "Paper":
		return pick[cite.Ref](g, "p1", "p1", "p2", "")
	case "On":
		return pick(g, cite.EditionOf("p1", 1), cite.Element("p1.e1", 3), cite.Element("p1.e1", 1+g.number(4)), cite.Element("p1.e2", 3))
	case "Edition":
		return pick[cite.Ref](g, "p1.e2", "p1.e3", "p1")
	case "Cites":
		return pick(g, cite.Part(contribution, 1), element, "d1")
	case "Changes":
		return pick(g, cite.Element("p1", 1+g.number(4)), cite.Element("p1.e1", 1+g.number(4)), element)
	case "Target":
		return pick[cite.Ref](g, "", "p1", "k1")
	}
	return element
}

// fill makes a value.
func (g *generator) fill(v reflect.Value, in reflect.Type, field string) {
	switch to := v.Addr().Interface().(type) {
	case *cite.Ref:
		*to = g.ref(field)
		return
	case *locale.Lang:
		*to = pick[locale.Lang](g, "en", "fr", "ar")
		if g.odd() {
			*to = "de"
		}
		return
	case *locale.Text:
		*to = pick(g, english("Ferries."), english("Boats."), locale.Text{Original: "fr", In: map[locale.Lang]string{"fr": "Bacs.", "en": "Ferries."}})
		if g.odd() {
			*to = pick(g, locale.Text{}, locale.Text{Original: "de", In: map[locale.Lang]string{"en": "x"}}, english(strings.Repeat("é", 400)), english("\xff"))
		}
		return
	case *time.Time:
		*to = g.w.now.Add(time.Duration(g.number(40)-10) * time.Hour)
		return
	case *consultation.Mask:
		to.Field = pick(g, "1.text", "1.text", "2.text", "1.wording", "name", "body", "f1", "f1.name")
		if from := g.number(12); g.number(3) > 0 {
			to.From, to.To = from, from+1+g.number(5)
		}
		if g.odd() {
			*to = pick(g, consultation.Mask{Field: "9.text"}, consultation.Mask{Field: "1.text", From: 4, To: 2}, consultation.Mask{Field: "1.text", From: 1, To: 999}, consultation.Mask{})
		}
		return
	case *cite.Position:
		for _, c := range g.w.st.Consultation.Proposed() {
			for _, r := range g.w.st.Consultation.Removals(c) {
				if *to = r.At; g.number(2) == 0 {
					return
				}
			}
		}
		return
	case *delegation.Role:
		*to = delegation.Role(g.number(9))
		return
	case *delegation.Participant:
		*to = delegation.Participant(g.number(9))
		return
	case *delegation.Party:
		*to = pick(g, fenland, 21, 22, 30, 0)
		return
	case *consultation.Stance:
		*to = consultation.Stance(g.number(3) * g.number(3))
		return
	case *[]paper.Element:
		if g.w.st.Papers.All != nil && !g.odd() {
			*to = g.edition()
			return
		}
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(g.string(in, field))
	case reflect.Bool:
		v.SetBool(g.number(2) == 0)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(g.number(2) * g.number(4)))
		if g.odd() {
			v.SetInt(-1)
		}
	case reflect.Uint64:
		v.SetUint(uint64(g.number(3)))
	case reflect.Slice:
		n := 1 + g.number(2)
		if g.odd() {
			n = g.number(5)
		}
		if field == "From" || field == "Subjects" || field == "Crosscutting" || field == "Files" || field == "Masks" {
			n = g.number(2) * g.number(2)
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			g.fill(v.Index(i), in, field)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range g.number(3) {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			g.fill(k, in, field)
			g.fill(e, in, field)
			v.SetMapIndex(k, e)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				g.fill(v.Field(i), v.Type(), f.Name)
			}
		}
	default:
		g.Fatalf("a command holds a %s, which this test cannot make", v.Type())
	}
}

// edition makes the elements of paper 1 into those of its next edition: some go, some change, some come.
func (g *generator) edition() []paper.Element {
	var out []paper.Element
	for _, el := range g.w.next("p1") {
		el.From, el.Cites = nil, nil
		switch g.number(6) {
		case 0:
			continue
		case 1:
			el.Text = english("Said otherwise.")
		case 2:
			el.From = []cite.Ref{cite.Element("p1", 1+g.number(4))}
		case 3:
			el.Cites = []cite.Ref{g.ref("Cites")}
		}
		out = append(out, el)
	}
	if g.number(2) == 0 {
		out = append(out, paper.Element{Kind: paper.Paragraph, Number: "9", Text: english("New."), Subjects: []string{"patents"}, Crosscutting: []string{"use"}})
	}
	return out
}

// TestAnyCommands plays random asks, granted and refused. What is refused changes nothing; what is granted can be
// written, read and folded; a replay is what was live; no audience is handed what it may not see; and what a
// reader was handed stays so until something is touched that it rests on.
func TestAnyCommands(t *testing.T) {
	t.Parallel()
	granted := map[string]bool{}
	commands := conversation.Commands()
	rapid.Check(t, func(t *rapid.T) {
		w := seated(t)
		discussed(w)
		g := &generator{T: t, Rand: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), rapid.Uint64().Draw(t, "more")*977+rapid.Uint64().Draw(t, "and more"))), w: w}
		if g.number(2) == 0 {
			w.must(olga, publishing("p1", "P/2", append(w.next("p1")[:3], paper.Element{Kind: paper.Question, Number: "(iii)", Text: english("When?")})...))
		}
		held := hold(w)
		for range 8 + g.number(12) {
			row := commands[g.number(len(commands))]
			c := row.New()
			g.fill(reflect.ValueOf(c).Elem(), row.Type, "")
			by := map[conversation.Standing][]delegation.Participant{conversation.Officers: {olga}, conversation.Moderators: {mo}, conversation.Timekeeper: {nobody}, conversation.Anybody: {ann, ben, fen}}[row.Standing]
			if by == nil || g.odd() {
				by = []delegation.Participant{nobody, olga, mo, cora, ana, tom, ann}
			}
			ask := conversation.Ask{By: by[g.number(len(by))], Assurance: consultation.EmailProven, Command: reflect.ValueOf(c).Elem().Interface()}
			ask.For, ask.System = pick(g, delegation.Party(ask.By)+20, fenland), ask.By == nobody
			if _, err := w.ask(ask); err == nil {
				granted[row.Name] = true
			} else if len(refusal.Of(err)) == 0 {
				t.Fatalf("%+v: a fault, not a refusal: %v", ask, err)
			}
			w.now = w.now.Add(time.Duration(g.number(30)) * time.Minute)
			if g.odd() {
				w.now = w.now.Add(5 * time.Hour)
			}
			if g.number(3) == 0 {
				held = held.still(w)
			}
		}
		if w.replayed() != w.st.Digest() {
			t.Fatal("a replay gives another state than was live")
		}
		handsOut(w)
	})
	var never []string
	for _, c := range commands {
		if !granted[c.Name] {
			never = append(never, c.Name)
		}
	}
	if len(never) > 8 && !testing.Short() {
		t.Errorf("a generator that makes nothing that is granted tests nothing: never %q", never)
	} else {
		t.Log("never granted:", never)
	}
}

// handsOut holds every contribution against the rule of reading, for every audience.
func handsOut(w *world) {
	w.t.Helper()
	for name, a := range audiences {
		fault := func(r cite.Ref, what string) {
			w.t.Helper()
			w.t.Fatalf("the %s, who may see %d of %s, is handed %s", name, w.st.MaySee(a, r), r, what)
		}
		r := reading(w.st, a, w.now, func(r *conversation.Reading) {
			r.Consultation.List(consultation.Filter{}, 99)
			var every []consultation.Status
			for s := consultation.Pending; s <= consultation.Erased; s++ {
				every = append(every, s)
			}
			rows, _ := r.Consultation.List(consultation.Filter{Status: every}, 99)
			for _, row := range rows {
				if v := w.st.MaySee(a, row.Ref); v == conversation.Nothing || v == conversation.Tombstone && (row.By != "" || row.For != "" || row.Known) {
					fault(row.Ref, fmt.Sprintf("%+v", row))
				}
			}
			for _, ref := range r.Consultation.Pending() {
				if w.st.MaySee(a, ref) < conversation.Redacted {
					fault(ref, "that it waits")
				}
			}
			points, _ := r.Consultation.Points(consultation.PointQuery{}, 99)
			r.Consultation.Walk(func(p *consultation.PublishedPart) { points = append(points, p.Ref()) })
			for _, p := range points {
				if w.st.MaySee(a, p) < conversation.Redacted {
					fault(p, "the point")
				}
			}
			for n := 1; n <= w.st.Consultation.Len(); n++ {
				w.handsOutOne(r, a, cite.Contribution(n), fault)
			}
		})
		shown := r.Show(w.words)
		for n := 1; n <= w.st.Consultation.Len(); n++ {
			ref := cite.Contribution(n)
			row, _ := w.st.Consultation.Row(ref)
			v := w.st.MaySee(a, ref)
			at := []cite.Position{row.Position}
			for i := 1; i <= row.Parts; i++ {
				for _, re := range w.st.Consultation.Reactions(cite.Part(ref, i)) {
					at = append(at, re.Position)
				}
				for _, field := range []string{consultation.TextField(i), consultation.WordingField(i), consultation.FieldName, consultation.FieldBody} {
					said, text := w.words[row.Position][field], shown[row.Position][field]
					var spans []cite.Span
					for _, m := range w.st.Consultation.Masks(ref) {
						if m.Field == field {
							spans = append(spans, m.Span())
						}
					}
					if want := consultation.Blacken(said, spans); v == conversation.Redacted && text != want || v == conversation.Full && text != said {
						fault(ref, fmt.Sprintf("the words %q", text))
					}
				}
			}
			for _, p := range at {
				if _, words := shown[p]; words && v < conversation.Redacted || r.Granted(p) && v < conversation.Redacted {
					fault(ref, fmt.Sprintf("the words at %d", p))
				}
			}
		}
	}
}

// handsOutOne asks a reading for everything that there is of one contribution.
func (w *world) handsOutOne(r *conversation.Reading, a conversation.Audience, ref cite.Ref, fault func(cite.Ref, string)) {
	v := w.st.MaySee(a, ref)
	is, _ := w.st.Consultation.Row(ref)
	row, ok := r.Consultation.Row(ref)
	switch {
	case ok != (v > conversation.Nothing):
		fault(ref, fmt.Sprintf("the row: %v", ok))
	case v == conversation.Tombstone && (row.By != "" || row.For != "" || row.Known):
		fault(ref, "who sent it")
	case v >= conversation.Redacted && (row.By != is.By || row.For != is.For):
		fault(ref, "a row without its author")
	}
	if own := a.Is(is.By); r.Own(ref) != own || !own && len(r.Consultation.By(is.By)) > 0 {
		fault(ref, "that it is theirs")
	}
	for n := 1; n <= is.Parts; n++ {
		part := cite.Part(ref, n)
		p, reactions, earlier, alike := r.Consultation.Part(ref, n), r.Consultation.Reactions(part), r.Consultation.Earlier(part), r.Consultation.Alike(part)
		if v < conversation.Redacted && (!reflect.DeepEqual(p, consultation.Part{}) || len(reactions)+len(earlier)+len(alike) > 0) {
			fault(part, fmt.Sprintf("%+v %v %v %v", p, reactions, earlier, alike))
		}
		if v >= conversation.Redacted && p.Ref != part {
			fault(part, "no part")
		}
		if d, _ := r.Consultation.Answer(part); d != cite.None && v == conversation.Nothing {
			fault(part, "its answer")
		}
		for _, l := range append(r.Forward(part, 9), r.Back(part, 9)...) {
			for _, end := range []cite.Ref{l.From, l.To} {
				if end.Root() != ref && w.st.MaySee(a, end) < conversation.Tombstone {
					fault(end, "a link to it")
				}
			}
			if v < conversation.Redacted && l.Kind == conversation.LinkComment || v == conversation.Nothing {
				fault(part, fmt.Sprintf("the link %v", l))
			}
		}
	}
}
