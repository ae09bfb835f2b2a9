package studio

import (
	"net/http"

	"github.com/openplenary/plenary/conversation"
	view "github.com/openplenary/plenary/page/booth"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/studio"
	"github.com/openplenary/plenary/web/serve"
)

// Without script the page of an interpreter is asked for again after so many seconds.
const again = 10

// inBooth builds the page of an interpreter.
func inBooth(q *serve.Request, st *conversation.Reading) (frame.View, error) {
	v, ok := view.NewBooth(st, q.Ref(), q.Audience().As, q.Lang)
	if !ok {
		return nil, serve.NotFound()
	}
	q.Frame.Floor, q.Frame.Again = true, again
	return v, nil
}

// booth shows the page of an interpreter.
func booth(q *serve.Request) error {
	q.LiveOn("clock", q.Ref(), "")
	return q.Desk(http.StatusOK, nil, func(st *conversation.Reading) (frame.View, error) { return inBooth(q, st) })
}

// postBooth does what was pressed in a booth, and leads back to it.
func postBooth(q *serve.Request) error {
	if err := q.Look(func(st *conversation.Reading) error {
		_, err := inBooth(q, st)
		return err
	}); err != nil {
		return err
	}
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	var command any
	sitting, channel := number(v.Get("sitting")), v.Get("channel")
	switch v.Get("do") {
	case view.DoInterpret:
		command = saying(q.Ref(), v)
	case view.DoSignal:
		command = studio.GiveSignal{Session: q.Ref(), Sitting: sitting, Channel: channel, Kind: v.Get("kind")}
	case view.DoTake:
		command = studio.TakeAir{Session: q.Ref(), Sitting: sitting, Channel: channel}
	case view.DoBack:
		command = studio.TakeAir{Session: q.Ref(), Sitting: sitting, Channel: channel, Back: true}
	case view.DoPass:
		command = studio.PassAir{Session: q.Ref(), Sitting: sitting, Channel: channel}
	default:
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	answer, rs, err := q.DeskDo(v, command, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.DeskAgain(rs, v.Get("token"), func(st *conversation.Reading) (frame.View, error) { return inBooth(q, st) })
	}
	return q.DeskSee("/booth/"+string(q.Ref()), answer.Last, "", "")
}
