// Package transcript answers for what was said in sittings word for word: its pages and files, and the desk at which it is entered and put right.
package transcript

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/transcript"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/transcript"
	"github.com/openplenary/plenary/web/serve"
)

// query are the parameters of a transcript; what is left out is chosen for the reader.
type query struct {
	// Sitting is its number.
	Sitting int `query:"sitting"`
	// In is the language in which the words are written.
	In locale.Lang `query:"in"`
}

func (p query) chosen() view.Chosen { return view.Chosen{Sitting: p.Sitting, Language: p.In} }

// deskQuery are the parameters of the desk.
type deskQuery struct {
	// Sitting is that of the transcript that is put right.
	Sitting int `query:"sitting"`
	// In is its language.
	In locale.Lang `query:"in"`
	// Number is that of the passage that is put right.
	Number int `query:"n"`
}

// Routes lists the routes of the room.
func Routes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/transcript", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "transcript", Query: query{}, Views: []any{view.Page{}}, Handle: show},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/transcript.vtt", Who: serve.Everybody, File: true, Query: query{}, Name: "transcript_vtt", Media: "text/vtt", Handle: file},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/captions", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "captions", Query: captionsQuery{}, Views: []any{view.Captions{}}, Handle: captions},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/captions", Who: serve.Everybody, Body: transcript.MaxCaption, Handle: sent},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/transcripts/{ref}", Who: serve.Rapporteurs, Query: deskQuery{}, Handle: desk},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/transcripts/{ref}", Who: serve.Rapporteurs, Body: 3 * serve.MiB, Handle: post},
	}
}

// show shows a transcript.
func show(q *serve.Request) error {
	q.Frame.Section = "overview"
	p := serve.Params[query](q)
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.New(st, q.Ref(), p.chosen(), q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		return v, nil
	})
}

// file is a transcript as a file that players show beside a recording.
func file(q *serve.Request) error {
	p := serve.Params[query](q)
	var v *view.Page
	if err := q.Look(func(st *conversation.Reading) error {
		var ok bool
		if v, ok = view.New(st, q.Ref(), p.chosen(), q.Lang); !ok || v.Sitting == 0 {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	if err := q.Fill(v); err != nil {
		return err
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "text/vtt; charset=utf-8")
	name := "transcript-" + string(v.Session) + "-" + strconv.Itoa(v.Sitting) + "-" + string(v.Language) + "-" + q.Slug
	h.Set("Content-Disposition", `attachment; filename="`+q.FileName(name, ".vtt")+`"`)
	h.Set("Cache-Control", "no-store")
	_, _ = q.Writer.Write([]byte(v.VTT(&q.Frame))) // a reader that has gone is no fault
	return nil
}

var done = []string{"feed_closed", "transcript_entered", "transcript_corrected", "transcript_erased"}

// desk shows the desk.
func desk(q *serve.Request) error {
	p := serve.Params[deskQuery](q)
	return q.Desk(http.StatusOK, done, func(st *conversation.Reading) (frame.View, error) { return build(q, st, p) })
}

func build(q *serve.Request, st *conversation.Reading, p deskQuery) (*view.Desk, error) {
	v, ok := view.NewDesk(st, q.Ref(), view.Chosen{Sitting: p.Sitting, Language: p.In}, p.Number, q.Lang)
	if !ok {
		return nil, serve.NotFound()
	}
	return v, nil
}

// post does what is asked at the desk, and leads back to it.
func post(q *serve.Request) error {
	v, err := q.ReadForm()
	no := refusal.Several(refusal.Of(err))
	if err != nil && (v == nil || len(no) == 0) {
		return err
	}
	p := deskQuery{Sitting: number(v.Get("of")), In: locale.Lang(v.Get("in")), Number: number(v.Get("n"))}
	zone := ""
	if err := q.Look(func(st *conversation.Reading) error {
		d, err := build(q, st, p)
		if err == nil {
			zone = d.Zone
		}
		return err
	}); err != nil {
		return err
	}
	w := &work{Request: q, v: v, p: p, key: serve.Nonce()}
	command, said := w.command(zone, &no)
	if command == nil {
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	answer, rs, err := q.DeskDo(v, command, no)
	if err != nil {
		return err
	}
	if c, ok := command.(transcript.SetFeed); ok && c.Key != "" && len(rs) == 0 {
		return q.Desk(http.StatusOK, nil, func(st *conversation.Reading) (frame.View, error) { // the key is shown once
			d, err := build(q, st, p)
			if err == nil {
				d.Key = w.key
			}
			return d, err
		})
	}
	if len(rs) > 0 {
		rs = serve.Renamed(rs, func(field string) string {
			if field == "zero" {
				return "zero-date"
			}
			return field
		})
		return q.DeskAgain(rs, v.Get("token"), func(st *conversation.Reading) (frame.View, error) {
			d, err := build(q, st, p)
			if err == nil {
				d.Typed(serve.Typed(v))
			}
			return d, err
		})
	}
	return q.DeskSee("/transcripts/"+string(q.Ref()), answer.Last, said, "")
}

// work is what was sent from the desk; key is the one that a feed is given, if it is.
type work struct {
	*serve.Request
	v   url.Values
	p   deskQuery
	key string
}

// command is what is asked, and what is said once it is done; nil where the form asks nothing that there is.
func (w *work) command(zone string, no *refusal.Several) (any, string) {
	q, v, p := w.Request, w.v, w.p
	of := q.Ref()
	switch v.Get("do") {
	case view.DoEnter:
		c := transcript.Transcribe{Session: of, Sitting: number(v.Get("sitting")), Language: locale.Lang(v.Get("language")), Made: v.Get("made"), Source: v.Get("paper"), Instead: v.Get("instead") != ""}
		if strings.TrimSpace(c.Source) == "" {
			c.Source = serve.OneEnding(v.Get("source"))
		}
		c.Zero = zero(q, v, zone, no)
		return c, "transcript_entered"
	case view.DoCorrect:
		over := cite.Position(number(v.Get("over")))
		return transcript.Correct{Session: of, Sitting: p.Sitting, Language: p.In, Passage: p.Number, Text: serve.OneEnding(v.Get("text")), Over: over}, "transcript_corrected"
	case view.DoFeed, view.DoCloseFeed:
		c := transcript.SetFeed{Session: of, Sitting: number(v.Get("sitting")), Language: locale.Lang(v.Get("language")), Made: v.Get("made")}
		if v.Get("do") == view.DoFeed {
			c.Key = hashed(w.key)
		}
		return c, "feed_closed"
	case view.DoErase:
		return transcript.Erase{Session: of, Sitting: p.Sitting, Language: p.In, Passage: p.Number, Ground: v.Get("ground")}, "transcript_erased"
	}
	return nil, ""
}

// zero reads the instant of time code 0:00:00; none where it is left out.
func zero(q *serve.Request, v url.Values, zone string, no *refusal.Several) time.Time {
	date, clock := v.Get("zero-date"), strings.TrimSpace(v.Get("zero-time"))
	if date == "" && clock == "" {
		return time.Time{}
	}
	// The seconds matter here, and nowhere else in a form.
	var seconds time.Duration
	if f := strings.Split(clock, ":"); len(f) == 3 {
		seconds, clock = time.Duration(number(f[2]))*time.Second, f[0]+":"+f[1]
	}
	m := input.Moment{Date: date, Clock: clock, Zone: zone}
	t, wrong := m.In("zero", q.Lang)
	if wrong != nil {
		*no = append(*no, wrong)
		return time.Time{}
	}
	return t.Add(seconds)
}

// number reads a number; 0 for none.
func number(s string) int {
	n, err := strconv.Atoi(locale.WesternDigits(strings.TrimSpace(s)))
	if err != nil || n < 0 {
		return 0
	}
	return n
}
