package floor

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/speaking"
	view "github.com/openplenary/plenary/page/floor"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/replay"
	"github.com/openplenary/plenary/web/serve"
)

// againReplay is after how many seconds the page of a replay is asked for again without script: some minutes of the sitting.
const againReplay = 5

// watched is a replay that somebody watches. It holds nothing of them.
type watched struct {
	*replay.Replay
	server *serve.Server
	frame  frame.Frame
}

// watch finds the replay of a session that the reader may see.
func (h *Handlers) watch(q *serve.Request, ref cite.Ref) (*watched, error) {
	w := &watched{server: q.Server, frame: q.Frame}
	w.frame.Me, w.frame.Live, w.frame.Errors = frame.Me{}, "", nil
	var hour speaking.Hour
	if err := q.Look(func(st *conversation.Reading) error {
		var ok bool
		if hour, ok = view.HourOf(st, ref); !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return nil, err
	}
	var err error
	w.Replay, err = h.Replays.Of(q.Context(), q.Slug, ref, hour)
	return w, err
}

// look builds the page as everybody sees it at an instant.
func (w *watched) look(ctx context.Context, now time.Time) (m replay.Moment, v *view.Replay, err error) {
	m = w.At(now)
	if _, err := w.server.LookIn(ctx, w.frame.Slug, conversation.Readers, now, func(*conversation.Reading) error { return nil }); err != nil {
		return m, nil, err // it may be here no more
	}
	var r *conversation.Reading
	if _, err := w.server.Sec.Read(ctx, w.frame.Slug, func(st *conversation.State) error {
		r = m.Reading(st, conversation.Readers)
		defer r.Close()
		var ok bool
		if v, ok = view.NewReplay(r, w.Session, w.frame.Lang, view.Shown{Ended: m.Ended, Pace: replay.Pace, Seen: func(t time.Time) time.Time { return w.Seen(m, t) }}); !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return m, nil, err
	}
	words, err := w.server.Granted(ctx, w.frame.Slug, r, v.Need())
	if err == nil {
		v.Fill(words)
	}
	return m, v, err
}

// replay shows an hour of a sitting again.
func (h *Handlers) replay(q *serve.Request) error {
	w, err := h.watch(q, q.Ref())
	if err != nil {
		return err
	}
	m, v, err := w.look(q.Context(), q.Server.Sec.Now())
	if err != nil {
		return err
	}
	q.Frame.Section, q.Frame.Floor, q.Frame.Again = "overview", true, againReplay
	q.LiveOn("replay", w.Session, "")
	q.Frame.Live += "&from=" + strconv.FormatInt(int64(m.Position), 10)
	return q.Show(http.StatusOK, v)
}

// Feed is what the stream of a replay sends. It waits for the clock, and for nobody's act.
func (h *Handlers) Feed(q *serve.Request, ref cite.Ref, from cite.Position) (*serve.Feed, error) {
	w, err := h.watch(q, ref)
	if err != nil {
		return nil, err
	}
	at := w.At(q.Server.Sec.Now()).Position
	return &serve.Feed{Key: q.Slug + " replay " + string(ref) + " " + string(q.Lang), From: from, Head: at, Touched: at, Wait: w.wait, Fragments: w.fragments}, nil
}

// wait gives the next position that is shown.
func (w *watched) wait(ctx context.Context, after cite.Position) (cite.Position, error) {
	for {
		now := w.server.Sec.Now()
		m := w.At(now)
		if m.Position > after {
			return m.Position, nil
		}
		timer := time.NewTimer(m.Next.Sub(now))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return 0, ctx.Err()
		}
	}
}

// fragments are the parts of the page that are sent again: the minute when it is another, the rest when something happens.
func (w *watched) fragments(ctx context.Context) (cite.Position, []*serve.Fragment, error) {
	f := w.frame
	f.Now = w.server.Sec.Now()
	m, v, err := w.look(ctx, f.Now)
	if err != nil {
		return 0, nil, err
	}
	part := func(id string, render func() templ.Component) *serve.Fragment {
		return &serve.Fragment{ID: id, Changed: m.Changed, Render: render}
	}
	return m.Position, []*serve.Fragment{
		{ID: "replay-now", Changed: m.Position, Render: func() templ.Component { return view.ReplayNow(&f, v) }},
		part("floor-now", func() templ.Component { return view.Now(&f, v.Page) }),
		part("floor-list", func() templ.Component { return view.Listed(&f, v.Page, view.Few) }),
		part("floor-shares", func() templ.Component { return view.Shares(&f, v.Page) }),
	}, nil
}
