package floor

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/floor"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/panel"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/replay"
	"github.com/openplenary/plenary/studio"
	"github.com/openplenary/plenary/web/serve"
)

// floorQuery are the parameters of the page of the floor.
type floorQuery struct {
	// View is how it is shown: as a page, or screen for a projector, or list for the whole list with its rules.
	View string `query:"view,screen list"`
}

// accountQuery are the parameters of the page of what a party asked for.
type accountQuery struct {
	// Party is the party.
	Party cite.Ref `query:"party,y"`
}

// Handlers answer, with the replays that are watched.
type Handlers struct {
	Replays *replay.Keeper
	// Roster keeps who registers for sessions; nil where nothing can be kept.
	Roster *roster.Store
}

// Routes lists the routes of the room.
func (h *Handlers) Routes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/floor", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "floor", Query: floorQuery{}, Views: []any{view.Page{}}, Handle: show},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/replay", Who: serve.Everybody, Twin: true,
			Name: "floor_replay", Views: []any{view.Replay{}}, Handle: h.replay},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/requests", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "floor_requests", Query: accountQuery{}, Views: []any{view.Account{}}, Handle: account},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/ask-floor", Who: serve.SignedIn, Handle: h.ask},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/ask-floor", Who: serve.SignedIn, Body: 256 * serve.KiB, Handle: h.postAsk},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/speakers/{ref}", Who: serve.Offices, Query: consoleQuery{}, Handle: console},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/speakers/{ref}", Who: serve.Offices, Body: serve.MiB, Handle: postConsole},
	}
}

// Without script the page of a floor is asked for again after so many seconds: often while a sitting is open.
const (
	againOpen  = 10
	againAhead = 120
)

// dress gives the frame of a page that shows a floor what it needs.
func dress(q *serve.Request, v *view.Page, page string) {
	q.Frame.Section, q.Frame.Floor = "overview", true
	q.LiveOn(page, q.Ref(), "")
	if q.Frame.Again = againAhead; v.State != view.Ahead {
		q.Frame.Again = againOpen
	}
}

// show shows the floor of a session.
func show(q *serve.Request) error {
	p := serve.Params[floorQuery](q)
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.New(st, q.Ref(), q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		switch p.View {
		case "screen":
			dress(q, v, "clock")
			return view.Screen{Page: v}, nil
		case "list":
			q.Frame.Section, q.Frame.Floor = "overview", true
			return view.Whole{Page: v}, nil
		}
		dress(q, v, "floor")
		return v, nil
	})
}

// account shows what a party asked for, and what became of it.
func account(q *serve.Request) error {
	q.Frame.Section = "overview"
	p := serve.Params[accountQuery](q)
	if p.Party == cite.None {
		return refusal.New(refusal.Invalid, "floor.which_party")
	}
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.NewAccount(st, q.Ref(), p.Party, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		return v, nil
	})
}

// me are the participants that the reader is.
func me(q *serve.Request) []delegation.Participant { return q.Audience().As }

// ask shows where the floor is asked for, and the reader's places.
func (h *Handlers) ask(q *serve.Request) error {
	q.AwaitOwn()
	return h.asking(q, http.StatusOK, nil)
}

func (h *Handlers) asking(q *serve.Request, status int, v url.Values) error {
	seat, err := h.seat(q, q.Ref().Root())
	if err != nil {
		return err
	}
	var page *view.Mine
	if err := q.Look(func(st *conversation.Reading) error {
		var ok bool
		if page, ok = view.NewMine(st, q.Ref(), me(q), q.Lang); !ok {
			return serve.NotFound()
		}
		page.Seated(func(party, through cite.Ref) bool { return seat.asks(party, through) == nil })
		return nil
	}); err != nil {
		return err
	}
	dress(q, page.Page, "clock")
	q.Frame.Again = 0 // somebody may be writing
	if q.Frame.Token == "" {
		q.Frame.Token = serve.Nonce()
	}
	if err := q.Fill(page); err != nil {
		return err
	}
	if v != nil {
		page.Typed(serve.Typed(v))
	}
	return q.Show(status, page)
}

// postAsk asks for the floor, gives a place up, objects, or asks something in writing.
func (h *Handlers) postAsk(q *serve.Request) error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	if err := q.May(serve.Once(serve.LimitActs)); err != nil {
		return err
	}
	of := q.Ref().Root()
	party, through, _ := strings.Cut(v.Get("for"), "~")
	c := floor.Ask{Session: of, Kind: v.Get("kind"), Item: number(v.Get("item")), Party: cite.Ref(party), Through: cite.Ref(through), Floor: locale.Lang(v.Get("floor")),
		Note: serve.OneEnding(v.Get("note"))}
	var no refusal.Several
	if s := strings.TrimSpace(v.Get("minutes")); s != "" {
		if c.Minutes = number(s); c.Minutes == 0 {
			no = append(no, refusal.In("minutes", "floor.minutes", "max", floor.MaxLong))
		}
	}
	seat, err := h.seat(q, of)
	if err != nil {
		return err
	}
	var command any = c
	switch v.Get("do") {
	case "leave":
		command, no = floor.Leave{Session: of, Kind: c.Kind, Item: c.Item, Party: c.Party, Through: c.Through}, nil
	case "text", "untext":
		no = nil
		t := studio.HandIn{Session: of, Item: c.Item, Party: c.Party, Language: locale.Lang(v.Get("language"))}
		if v.Get("do") == "text" {
			if t.Text = serve.OneEnding(v.Get("text")); strings.TrimSpace(t.Text) == "" {
				no = append(no, refusal.In("text", "studio.text"))
			}
		}
		command = t
	case "put":
		command, no = panel.PutQuestion{Session: of, Item: c.Item, Party: c.Party, Language: locale.Lang(v.Get("question-language")), Text: serve.OneEnding(v.Get("question-text"))}, nil
	case "retract":
		command, no = panel.RetractQuestion{Session: of, Question: number(v.Get("question"))}, nil
	case "hand":
		command, no = floor.ShowHand{Session: of, Party: c.Party, Answer: v.Get("answer")}, nil
	case "object":
		command, no = floor.Object{Session: of, Party: c.Party}, nil
	default:
		no = append(no, refusal.Of(seat.asks(c.Party, c.Through))...)
	}
	answer, rs, err := q.DeskDo(v, command, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		if v.Get("do") == "put" {
			rs = serve.Renamed(rs, func(field string) string {
				return cmp.Or(map[string]string{"text": "question-text", "language": "question-language"}[field], field)
			})
		}
		q.Frame.Errors = rs
		return h.asking(q, serve.DeskStatus(rs), v)
	}
	return q.See(q.In("/"+string(q.Ref())+"/ask-floor") + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
}

// number reads a number in whatever digits; 0 for none.
func number(s string) int {
	n, err := strconv.Atoi(locale.WesternDigits(strings.TrimSpace(s)))
	if err != nil || n < 0 {
		return 0
	}
	return n
}
