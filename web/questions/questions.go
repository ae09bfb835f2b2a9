package questions

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/questions"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// pageQuery are the parameters of the page of what was proposed.
type pageQuery struct {
	// State chooses proposals by what became of them: waiting, worded, left_out.
	State string `query:"state"`
	// After is the last proposal of the page before.
	After cite.Ref `query:"next,c"`
	// Question is the last question of the page before.
	Question cite.Ref `query:"questions,q"`
}

// benchQuery are those of the rapporteur's bench.
type benchQuery struct {
	// Question is the question that gets other words.
	Question cite.Ref `query:"question,q"`
	// After is the last proposal of the page before.
	After cite.Ref `query:"next,c"`
}

// done are the acts that the bench may say were just done.
var done = []string{"gathered", "worded", "left_out", "dissolved", "arranged", "heard"}

// Routes lists the routes of the room.
func Routes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/questions", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "questions", Query: pageQuery{}, Views: []any{view.Page{}}, Handle: page},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/support", Who: serve.SignedIn, Body: 16 * serve.KiB, Handle: postSupport},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/questions/{ref}", Who: serve.Rapporteurs, Query: benchQuery{}, Handle: bench},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/questions/{ref}", Who: serve.Rapporteurs, Body: 512 * serve.KiB, Handle: postBench},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/questions/{ref}/floor", Who: serve.Rapporteurs, Handle: floor},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/questions/{ref}/floor", Who: serve.Rapporteurs, Body: 64 * serve.KiB, Handle: postFloor},
	}
}

// page shows what was proposed at a call, and what was made of it.
func page(q *serve.Request) error {
	p := serve.Params[pageQuery](q)
	if p.State != "" && !slices.Contains(view.States, p.State) {
		return serve.NotFound()
	}
	ref := q.Ref()
	q.Frame.Section = "contributions"
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.NewPage(st, ref, view.At{State: p.State, After: p.After, Question: p.Question}, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		return v, nil
	})
}

// postSupport gives the support of a party to a proposal, or takes it back.
func postSupport(q *serve.Request) error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	ref := q.Ref()
	if ref.PartNumber() == 0 {
		return serve.NotFound()
	}
	party := v.Get("for")
	var command any = formulation.GiveSupport{Proposal: ref, Category: v.Get("category"), Known: party != ""}
	if v.Get("do") == "take-back" {
		command = formulation.TakeBackSupport{Proposal: ref, Known: party != ""}
	}
	if err := q.May(serve.Once(serve.LimitActs)); err != nil {
		return err
	}
	a, err := Supporting(q, command, party, v.Get("token"))
	if err != nil {
		return err
	}
	answer, err := q.Server.Sec.Do(q.Context(), q.Slug, a)
	if err != nil {
		return err
	}
	return q.See(q.In("/"+string(ref.Root())) + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
}

// Supporting is the ask of who gives support or takes it back: for a party on the roll, or, where none is named, for themselves.
func Supporting(q *serve.Request, command any, party, token string) (conversation.Ask, error) {
	a, err := q.Ask(command, token)
	switch {
	case err != nil:
		return a, err
	case party == "":
		a.For = q.SelfOf(a.By)
	case a.For.UnmarshalText([]byte(party)) != nil:
		return a, refusal.In("for", "party.unknown")
	}
	return a, nil
}

// bench shows the rapporteur's bench.
func bench(q *serve.Request) error {
	p := serve.Params[benchQuery](q)
	return q.Desk(http.StatusOK, done, func(st *conversation.Reading) (frame.View, error) { return build(q, st, p) })
}

func build(q *serve.Request, st *conversation.Reading, p benchQuery) (*view.Bench, error) {
	v, ok := view.NewBench(st, q.Ref(), p.Question, p.After, q.Lang)
	if !ok {
		return nil, serve.NotFound()
	}
	return v, nil
}

// work is what was sent from the bench.
type work struct {
	*serve.Request
	v        url.Values
	question cite.Ref
	seen     cite.Position
	read     cite.Position
	of       []cite.Ref
	texts    map[string]locale.Text // wording, reason, and the titles of themes
	days     int
}

// postBench does what the rapporteur asks: makes the call gather questions, words, leaves out, dissolves, puts in order.
func postBench(q *serve.Request) error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	w := work{Request: q, v: v, texts: map[string]locale.Text{}}
	var no refusal.Several
	if s := v.Get("question"); s != "" {
		if w.question, err = cite.ParseRef(s); err != nil || w.question.Kind() != 'q' {
			return serve.NotFound()
		}
	}
	position := func(field string) cite.Position {
		n, _ := strconv.ParseInt(v.Get(field), 10, 64)
		return cite.Position(max(0, n))
	}
	w.seen, w.read = position("seen"), position("read")
	for _, s := range v["of"] {
		r, err := cite.ParseRef(s)
		if err != nil {
			return serve.NotFound()
		}
		w.of = append(w.of, r)
	}
	if w.days, err = strconv.Atoi(cmp.Or(strings.TrimSpace(v.Get("days")), "10")); err != nil {
		w.days = -1
	}
	if err := q.Look(func(st *conversation.Reading) error {
		for _, name := range append([]string{"wording", "reason"}, themes(v)...) {
			w.texts[name] = q.Tongues(v, frame.NewTongues(name, locale.Text{}, st.Languages, nil), locale.Text{})
		}
		return nil
	}); err != nil {
		return err
	}
	if do := v.Get("do"); do == "more" || do == "first" {
		return w.turn(do)
	}
	command, said, err := w.command()
	if err != nil {
		return err
	}
	if c, ok := command.(formulation.Word); ok && len(c.Of) == 0 { // who unticks them all does not mean those that it had
		return w.again([]*refusal.Refusal{refusal.In("of", "formulation.of", "max", formulation.MaxOf)})
	}
	answer, rs, err := q.DeskDo(v, command, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return w.again(rs)
	}
	return q.DeskSee("/questions/"+string(q.Ref()), answer.Last, said, "")
}

// themes are the names of the fields of the themes' titles.
func themes(v url.Values) (out []string) {
	n, _ := strconv.Atoi(v.Get("themes"))
	for i := range min(max(0, n), formulation.MaxThemes) {
		out = append(out, "theme"+strconv.Itoa(i+1))
	}
	return out
}

// command is what is asked, and what is said once it is done.
func (w *work) command() (command any, said string, err error) {
	switch w.v.Get("do") {
	case "gather":
		return formulation.Gather{Call: w.Ref(), Days: w.days}, "gathered", nil
	case "word":
		c := formulation.Word{Call: w.Ref(), Question: w.question, Of: w.of, Wording: w.texts["wording"], Reason: w.texts["reason"], Seen: w.seen, Read: w.read}
		if c.Question != cite.None {
			c.Call = cite.None
		}
		return c, "worded", nil
	case "as-proposed":
		return formulation.Word{Call: w.Ref(), Of: w.of, Reason: w.texts["reason"], Read: w.read}, "worded", nil
	case "leave-out":
		return formulation.LeaveOut{Of: w.of, Outcome: w.v.Get("outcome"), Reason: w.texts["reason"], Read: w.read}, "left_out", nil
	case "dissolve":
		return formulation.Dissolve{Question: w.question, Reason: w.v.Get("why"), Seen: w.seen}, "dissolved", nil
	case "arrange":
		c, err := w.arrange()
		return c, "arranged", err
	}
	return nil, "", refusal.New(refusal.Invalid, "form.unreadable")
}

// arrange reads the order: of each question the theme and the place in it; those without a place stand behind.
func (w *work) arrange() (formulation.Arrange, error) {
	c := formulation.Arrange{Call: w.Ref(), Seen: w.seen}
	type placed struct {
		question cite.Ref
		place    int
	}
	under := map[int][]placed{}
	for field := range w.v {
		s, ok := strings.CutPrefix(field, "under-")
		if !ok {
			continue
		}
		r, err := cite.ParseRef(s)
		theme, bad := strconv.Atoi(w.v.Get(field))
		if err != nil || bad != nil || theme < 0 || theme > len(themes(w.v)) {
			return c, refusal.New(refusal.Invalid, "form.unreadable")
		}
		n, err := strconv.Atoi(strings.TrimSpace(w.v.Get("place-" + s)))
		if err != nil || n < 1 {
			n = 1 << 30
		}
		under[theme] = append(under[theme], placed{r, n})
	}
	for i, name := range themes(w.v) {
		t := formulation.Theme{Title: w.texts[name]}
		in := under[i+1]
		if t.Title.Empty() && len(in) == 0 {
			continue // the theme more than there are
		}
		slices.SortFunc(in, func(x, y placed) int {
			return cmp.Or(cmp.Compare(x.place, y.place), cmp.Compare(x.question.Number(), y.question.Number()))
		})
		for _, p := range in {
			t.Questions = append(t.Questions, p.question)
		}
		c.Themes = append(c.Themes, t)
	}
	return c, nil
}

// turn shows other proposals on the bench; what was ticked and typed stays.
func (w *work) turn(to string) error {
	var next cite.Ref
	if to == "more" {
		var err error
		if next, err = cite.ParseRef(w.v.Get("next")); err != nil || next.PartNumber() == 0 {
			return serve.NotFound()
		}
	}
	return w.Desk(http.StatusOK, nil, func(st *conversation.Reading) (frame.View, error) { return w.typed(st, next) })
}

// again shows the bench with what was typed.
func (w *work) again(rs []*refusal.Refusal) error {
	for _, r := range rs {
		if w.v.Get("do") == "dissolve" && r.Field == "reason" {
			r.Field = "why"
		}
	}
	return w.DeskAgain(rs, w.v.Get("token"), func(st *conversation.Reading) (frame.View, error) { return w.typed(st, cite.None) })
}

// typed is the bench with what was typed, and the proposals after one, None for the first.
func (w *work) typed(st *conversation.Reading, after cite.Ref) (frame.View, error) {
	at := benchQuery{Question: w.question, After: after}
	if q, ok := st.Formulation.Question(w.question); ok && q.Dissolved != 0 {
		at.Question = cite.None
	}
	b, err := build(w.Request, st, at)
	if err != nil {
		return nil, err
	}
	b.Keep(st, w.of, w.Lang)
	b.Form.Do, b.Form.Outcome, b.Form.Why, b.Form.Days = w.v.Get("do"), w.v.Get("outcome"), w.v.Get("why"), w.v.Get("days")
	typed := serve.Typed(w.v)
	b.Form.Wording, b.Form.Reason = b.Form.Wording.Typed(typed), b.Form.Reason.Typed(typed)
	for i := range b.Themes {
		b.Themes[i].Title = b.Themes[i].Title.Typed(typed)
	}
	return b, nil
}
