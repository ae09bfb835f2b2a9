package priorities

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/priorities"
	"github.com/openplenary/plenary/priority"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// done are the acts that the bench may say were just done.
var done = []string{"order_begun", "order_proposed", "order_decided", "order_given_up"}

// Routes lists the routes of the room.
func Routes() []serve.Route {
	return append(ballotRoutes(), []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/priorities", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "priorities", Views: []any{view.List{}}, Handle: list},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/order.csv", Who: serve.Everybody, File: true, Name: "order_csv", Media: "text/csv", Handle: orderCSV},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/evidence.csv", Who: serve.Everybody, File: true, Name: "theme_csv", Media: "text/csv", Handle: evidenceCSV},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/priorities", Who: serve.Officers, Handle: bench},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/priorities", Who: serve.Officers, Body: 256 * serve.KiB, Handle: postBench},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/priorities/{ref}", Who: serve.Officers, Handle: bench},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/priorities/{ref}", Who: serve.Officers, Body: 1024 * serve.KiB, Handle: postBench},
	}...)
}

// list shows which orders there are.
func list(q *serve.Request) error {
	q.Frame.Section = "overview"
	return q.Read(func(st *conversation.Reading) (frame.View, error) { return view.NewList(st, q.Lang), nil })
}

// bench shows the desk where orders are begun, or that of one of them.
func bench(q *serve.Request) error {
	return q.Desk(http.StatusOK, done, func(st *conversation.Reading) (frame.View, error) { return build(q, st) })
}

func build(q *serve.Request, st *conversation.Reading) (*view.Bench, error) {
	if q.PathValue("ref") == "" {
		return view.NewBench(st, q.Lang), nil
	}
	v, ok := view.NewOrderBench(st, q.Ref(), q.Lang)
	if !ok {
		return nil, serve.NotFound()
	}
	return v, nil
}

// work is what was sent from the bench.
type work struct {
	*serve.Request
	v         url.Values
	languages []locale.Lang
	bench     *view.Bench
}

// postBench does what the officer asks: begins an order, proposes it, decides, gives it up.
func postBench(q *serve.Request) error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	w := work{Request: q, v: v}
	if err := q.Look(func(st *conversation.Reading) (err error) {
		w.languages = st.Languages
		w.bench, err = build(q, st)
		return err
	}); err != nil {
		return err
	}
	command, said, no, err := w.command()
	if err != nil {
		return err
	}
	answer, rs, err := q.DeskDo(v, command, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return w.again(rs)
	}
	path := "/priorities"
	if w.bench.Order != nil {
		path += "/" + string(w.bench.Order.Ref)
	} else if len(answer.Refs) > 0 {
		path += "/" + string(answer.Refs[0])
	}
	return q.DeskSee(path, answer.Last, said, "")
}

// text is what a form with a field for each language says.
func (w *work) text(name string) locale.Text {
	return w.Tongues(w.v, frame.NewTongues(name, locale.Text{}, w.languages, nil), locale.Text{})
}

// command is what is asked, what is said once it is done, and what cannot be read in the form.
func (w *work) command() (command any, said string, no refusal.Several, err error) {
	do := w.v.Get("do")
	if w.bench.Order == nil {
		if do != "begin" {
			return nil, "", nil, refusal.New(refusal.Invalid, "form.unreadable")
		}
		command, no = w.begin()
		return command, "order_begun", no, nil
	}
	order := w.bench.Order.Ref
	n, _ := strconv.ParseInt(w.v.Get("seen"), 10, 64)
	seen := cite.Position(max(0, n))
	switch do {
	case "propose":
		places, left, no := w.places()
		if len(left) > 0 && len(no) == 0 { // a proposal has a place for every theme
			no = append(no, refusal.In("places", "priority.missing", "n", left[0].Theme))
		}
		call, err := cite.ParseRef(w.v.Get("call"))
		if err != nil {
			call = cite.None
		}
		return priority.Propose{Order: order, Call: call, Places: places, Seen: seen}, "order_proposed", no, nil
	case "decide":
		places, left, no := w.places()
		return priority.Decide{Order: order, Places: places, Left: left, Why: w.text("why"), List: w.v.Get("list") != "", Seen: seen}, "order_decided", no, nil
	case "give-up":
		return priority.GiveUp{Order: order, Reason: w.text("gone"), Seen: seen}, "order_given_up", nil, nil
	}
	return nil, "", nil, refusal.New(refusal.Invalid, "form.unreadable")
}

// begin reads a new order: passages with the same number make a theme, in the order of the numbers. Every number up to the greatest
// needs a passage, so that what the rules say of theme n is about the one that has n on the bench.
func (w *work) begin() (c priority.Begin, no refusal.Several) {
	c = priority.Begin{Title: w.text("title")}
	for n := range view.Criteria {
		if t := w.text(view.CriterionField(n + 1)); !t.Empty() {
			c.Criteria = append(c.Criteria, t)
		}
	}
	for _, x := range w.bench.Offered {
		n, ok := number(w.v.Get(view.AboutField(x.Ref)), priority.MaxThemes)
		if !ok {
			return c, refusal.Several{refusal.In(view.AboutField(x.Ref), "priority.number", "max", priority.MaxThemes)}
		}
		for len(c.Themes) < n {
			c.Themes = append(c.Themes, priority.Theme{})
		}
		if n > 0 {
			c.Themes[n-1].Names = append(c.Themes[n-1].Names, x.Ref)
		}
	}
	for n := range view.Titles {
		t := w.text(view.TitleField(n + 1))
		for !t.Empty() && len(c.Themes) <= n { // the rules ask what it is about
			c.Themes = append(c.Themes, priority.Theme{})
		}
		if n < len(c.Themes) {
			c.Themes[n].Title = t
		}
	}
	return c, nil
}

// number reads a number from 1 to most, in the digits of any language; 0 is a field that was left empty.
func number(s string, most int) (n int, ok bool) {
	if s = strings.TrimSpace(locale.WesternDigits(s)); s == "" {
		return 0, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 1 && n <= most
}

// places reads the themes in the order of their places, and those without one. What is no place, or that of two themes, is refused:
// else a theme would be published where nobody put it.
func (w *work) places() (places, left []priority.Placed, no refusal.Several) {
	at, of := map[int]int{}, map[int]int{}
	for _, t := range w.bench.Themes {
		p := priority.Placed{Theme: t.Number, Reason: w.text(view.ReasonField(t.Number))}
		n, ok := number(w.v.Get(view.PlaceField(t.Number)), len(w.bench.Themes))
		other, taken := of[n]
		switch at[t.Number] = n; {
		case !ok:
			no = append(no, refusal.In(view.PlaceField(t.Number), "priority.no_place", "n", t.Number, "max", len(w.bench.Themes)))
		case n == 0:
			left = append(left, p)
		case taken:
			no = append(no, refusal.In(view.PlaceField(t.Number), "priority.same_place", "n", t.Number, "other", other, "place", n))
		default:
			of[n], places = t.Number, append(places, p)
		}
	}
	slices.SortStableFunc(places, func(x, y priority.Placed) int { return cmp.Compare(at[x.Theme], at[y.Theme]) })
	return places, left, no
}

// again shows the bench with what was typed.
func (w *work) again(rs []*refusal.Refusal) error {
	do := w.v.Get("do")
	for _, r := range rs {
		if do == "give-up" && r.Field == "reason" {
			r.Field = "gone"
		}
	}
	return w.DeskAgain(rs, w.v.Get("token"), func(st *conversation.Reading) (frame.View, error) {
		v, err := build(w.Request, st)
		if err == nil {
			v.Typed(do, serve.Typed(w.v))
		}
		return v, err
	})
}
