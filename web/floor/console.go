package floor

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/floor"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/panel"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// consoleQuery are the parameters of the console.
type consoleQuery struct {
	// Do is the form that is shown: rules, enter, move, strike, consult, turn, describe, sheet, hands, aside.
	Do string `query:"do"`
	// Number is the request that is moved or struck, the question that is set aside, or the turn that is put right or described.
	Number int `query:"n"`
}

// enters looks that the reader sits in the chair or works for it.
func enters(q *serve.Request) error {
	//mutants:guard the console with its notes is for the chair and the secretariat: who holds another office does not see it
	if !view.Chairs(q.Roles) && !view.Enters(q.Roles) {
		return serve.NotFound()
	}
	return nil
}

// console shows the console.
func console(q *serve.Request) error {
	if err := enters(q); err != nil {
		return err
	}
	p := serve.Params[consoleQuery](q)
	return q.Desk(http.StatusOK, []string{"floor_done"}, func(st *conversation.Reading) (frame.View, error) { return build(q, st, p.Do, p.Number) })
}

func build(q *serve.Request, st *conversation.Reading, do string, n int) (*view.Console, error) {
	v, ok := view.NewConsole(st, q.Ref(), do, n, q.Lang)
	if !ok {
		return nil, serve.NotFound()
	}
	dress(q, v.Page, "clock")
	if q.Frame.Section = "desk"; do != "" {
		q.Frame.Again, q.Frame.Live = 0, ""
	}
	return v, nil
}

// work is what was sent from the console.
type work struct {
	*serve.Request
	v    url.Values
	do   string
	n    int
	of   cite.Ref
	seen cite.Position
	page *view.Console
	no   refusal.Several
}

// postConsole does what was pressed, and leads back to the console.
func postConsole(q *serve.Request) error {
	if err := enters(q); err != nil {
		return err
	}
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	w := &work{Request: q, v: v, do: v.Get("do"), n: number(v.Get("n")), of: q.Ref().Root(), seen: cite.Position(number(v.Get("seen")))}
	form := w.do
	if !slices.Contains(view.Forms, form) {
		form = ""
	}
	if err := q.Look(func(st *conversation.Reading) (err error) {
		if w.page, err = build(q, st, form, w.n); err != nil { // what was to be moved has gone
			w.page, err = build(q, st, "", 0)
		}
		return err
	}); err != nil {
		return err
	}
	if w.do == view.DoSheet {
		return w.sheet()
	}
	command := w.command()
	if command == nil {
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	answer, rs, err := q.DeskDo(v, command, w.no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		rs = serve.Renamed(rs, func(field string) string {
			return cmp.Or(map[string]string{"from": view.FieldFrom, "to": view.FieldTo}[field], field)
		})
		return q.DeskAgain(rs, v.Get("token"), func(st *conversation.Reading) (frame.View, error) {
			page, err := build(q, st, form, w.n)
			if err != nil {
				page, err = build(q, st, "", 0)
			}
			if err == nil && form != "" {
				page.Typed(serve.Typed(v))
			}
			return page, err
		})
	}
	done := ""
	if form != "" {
		done = "floor_done"
	}
	return q.DeskSee("/speakers/"+string(q.Ref()), answer.Last, done, "")
}

// command is what is asked; nil where the form asks nothing that there is.
func (w *work) command() any {
	request := number(w.v.Get("request"))
	switch w.do {
	case "give":
		return floor.Give{Session: w.of, Request: request, Seen: w.seen}
	case "time":
		return floor.Time{Session: w.of, Do: w.v.Get("what"), Seconds: number(w.v.Get("seconds")), Seen: w.seen}
	case "rule":
		return floor.Rule{Session: w.of, Request: request, Ruling: w.v.Get("ruling"), Seen: w.seen}
	case "open-list", "close-list":
		return floor.SetList{Session: w.of, Item: number(w.v.Get("item")), Open: w.do == "open-list"}
	case "conclude":
		return floor.Conclude{Session: w.of, Objects: number(w.v.Get("objects"))}
	case view.DoConsult:
		return floor.Consult{Session: w.of, Text: w.Tongues(w.v, w.page.Text, locale.Text{}), Seconds: number(w.v.Get("seconds")), Seen: w.seen}
	case view.DoHands:
		return floor.AskHands{Session: w.of, Text: w.Tongues(w.v, w.page.Text, locale.Text{}), Seen: w.seen}
	case "take":
		return panel.TakeQuestion{Session: w.of, Question: request}
	case "answered":
		return panel.MarkAnswered{Session: w.of, Question: request}
	case view.DoAside:
		return panel.SetAside{Session: w.of, Question: w.n, Reason: w.Tongues(w.v, w.page.Reason, locale.Text{})}
	case "end-hands":
		return floor.EndHands{Session: w.of}
	case view.DoMove:
		return floor.MovePlace{Session: w.of, Request: w.n, To: number(w.v.Get("to")), Reason: w.Tongues(w.v, w.page.Reason, locale.Text{}), Seen: w.seen}
	case view.DoStrike:
		return floor.Strike{Session: w.of, Request: w.n, Reason: w.Tongues(w.v, w.page.Reason, locale.Text{}), Seen: w.seen}
	case view.DoEnter:
		c := floor.Enter{Session: w.of, Kind: w.v.Get("kind"), Item: number(w.v.Get("item")), Party: cite.Ref(w.v.Get("party")), Through: cite.Ref(w.v.Get("through")),
			Floor: locale.Lang(w.v.Get("floor")), Minutes: w.count("minutes", "floor.minutes", "max", floor.MaxLong),
			Note: serve.OneEnding(w.v.Get("note"))}
		return c
	case view.DoTurn:
		return w.turn()
	case view.DoDescribe:
		return floor.DescribeTurn{Session: w.of, Number: w.n, Floor: locale.Lang(w.v.Get("floor")), Speaker: w.v.Get("speaker")}
	case view.DoRules:
		return w.rules()
	}
	return nil
}

// turn is one that is entered afterwards, or put right. It ends on the day on which it began, or after midnight on the next.
func (w *work) turn() floor.EnterTurn {
	c := floor.EnterTurn{Session: w.of, Number: w.n, Kind: w.v.Get("kind"), Sitting: number(w.v.Get("sitting")), Item: number(w.v.Get("item")), Party: cite.Ref(w.v.Get("party")),
		Through: cite.Ref(w.v.Get("through")), Ruling: w.v.Get("ruling"),
		Cut: w.v.Get("cut") != "", Floor: locale.Lang(w.v.Get("floor")), Speaker: w.v.Get("speaker"), Reason: w.Tongues(w.v, w.page.Reason, locale.Text{})}
	day := w.v.Get(view.FieldDay)
	c.Began = w.moment("from", day, func(twice []time.Time) (time.Time, *refusal.Refusal) {
		switch w.v.Get(view.FieldFold) {
		case view.FoldFirst:
			return twice[0], nil
		case view.FoldSecond:
			return twice[1], nil
		}
		return time.Time{}, refusal.In(view.FieldFold, "floor.fold")
	})
	// It ended the first time after it began that the clocks showed it.
	ended := func(twice []time.Time) (time.Time, *refusal.Refusal) {
		if twice[0].After(c.Began) {
			return twice[0], nil
		}
		return twice[1], nil
	}
	if c.Ended = w.moment("to", day, ended); !c.Began.IsZero() && !c.Ended.IsZero() && c.Ended.Before(c.Began) {
		if next, err := time.Parse(time.DateOnly, day); err == nil {
			c.Ended = w.moment("to", next.AddDate(0, 0, 1).Format(time.DateOnly), ended)
		}
	}
	return c
}

// moment reads a time of a day of the host, to the second where it has one; which of two is chosen where the clocks showed it twice.
func (w *work) moment(field, day string, which func(twice []time.Time) (time.Time, *refusal.Refusal)) time.Time {
	hour := locale.WesternDigits(strings.TrimSpace(w.v.Get(field + "-time")))
	seconds := 0
	if len(hour) == len(time.TimeOnly) {
		if n, err := strconv.Atoi(hour[6:]); err == nil && n < 60 {
			hour, seconds = hour[:5], n
		}
	}
	t, wrong := input.Moment{Date: day, Clock: hour, Zone: w.page.Page.Zone}.In(field, w.Lang)
	if all, err := locale.Instants(day, hour, w.page.Page.Zone); err == nil && len(all) == 2 {
		t, wrong = which(all)
	}
	if wrong != nil {
		if wrong.Field == "to-date" { // there is one field for the day
			wrong = refusal.In("to-time", wrong.Key, wrong.Args...)
		}
		w.no = append(w.no, wrong)
		return time.Time{}
	}
	return t.Add(time.Duration(seconds) * time.Second)
}

// count reads a number that may be left out.
func (w *work) count(field, key string, args ...any) int {
	s := strings.TrimSpace(w.v.Get(field))
	n, err := strconv.Atoi(locale.WesternDigits(s))
	if s != "" && (err != nil || n < 0) {
		w.no = append(w.no, refusal.In(field, key, args...))
	}
	return max(0, n)
}

// rules are those of the form.
func (w *work) rules() floor.SetRules {
	r := floor.Rules{Limits: map[string]int{}, ByRegion: w.v.Get("by_region") != "", Fewest: w.v.Get("fewest") != "", Changeover: w.count("changeover", "floor.changeover"),
		Overrun: 60 * w.count("overrun", "floor.overrun"), Reserve: 60 * w.count("reserve", "floor.overrun")}
	for i, class := range floor.Classes {
		r.Classes = append(r.Classes, w.v.Get(view.OrderField(i+1)))
		r.Limits[class] = w.count("limit-"+class, "floor.limit")
	}
	for _, s := range strings.Fields(w.v.Get("replies")) {
		r.Replies = append(r.Replies, number(s))
	}
	return floor.SetRules{Session: w.of, Rules: r, Reason: w.Tongues(w.v, w.page.Reason, locale.Text{}), Seen: w.seen}
}
