// Package studio answers for sound and picture: where sittings are heard and seen, and the desks of those who work for them.
package studio

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/booth"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/registration"
	page "github.com/openplenary/plenary/page/studio"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/studio"
	"github.com/openplenary/plenary/web/serve"
)

// Handlers are the handlers of the room, with what they need beside the server.
type Handlers struct {
	// Roster keeps who registers; nil where nothing can be kept.
	Roster *roster.Store
}

// Routes lists the routes of the room.
func (h *Handlers) Routes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/listen", Who: serve.Everybody, Beside: true, Handle: h.listen},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/studio/{ref}", Who: serve.Offices, Handle: desk},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/studio/{ref}", Who: serve.Offices, Body: 32 * serve.KiB, Handle: post},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/booth/{ref}", Who: serve.Offices, Handle: booth},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/booth/{ref}", Who: serve.Offices, Body: 16 * serve.KiB, Handle: postBooth},
	}
}

// seat is the kind of seat that the reader has in the session of the address, "" for none.
func (h *Handlers) seat(q *serve.Request) (string, error) {
	if h.Roster == nil || !q.SignedIn || q.Me == 0 {
		return "", nil
	}
	r, ok, err := h.Roster.Mine(q.Context(), roster.Of{Slug: q.Slug, Session: q.Ref(), Participant: uint64(q.Me)})
	if err != nil || !ok {
		return "", err
	}
	seat := ""
	return seat, q.Look(func(st *conversation.Reading) error {
		//mutants:guard links are told to those who take part, and answered what they have to
		if o, ok := st.Registration(q.Ref()); ok && registration.Entitled(o, r) {
			seat = r.Seat
		}
		return nil
	})
}

// listen shows where the session is heard and seen, as the reader is told now.
func (h *Handlers) listen(q *serve.Request) error {
	seat, err := h.seat(q)
	if err != nil {
		return err
	}
	q.Frame.Section = "overview"
	var v *page.Listen
	if err := q.Look(func(st *conversation.Reading) error {
		var ok bool
		if v, ok = page.NewListen(st, q.Ref(), seat, q.Lang); !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	if err := q.Fill(v); err != nil {
		return err
	}
	q.Writer.Header().Set("X-Robots-Tag", "noindex")
	q.Writer.Header().Set("Referrer-Policy", "no-referrer")
	return q.Show(http.StatusOK, v)
}

var done = []string{"studio_link", "studio_unlink", "studio_state", "studio_booth", "studio_recording"}

// works looks that the reader works for sittings.
func works(q *serve.Request, st *conversation.Reading) error {
	//mutants:guard the desk of sound and picture is for those who work for sittings: who holds another office does not see it
	if !st.Studio.Works() {
		return serve.NotFound()
	}
	return nil
}

// names are those of the interpreters, as officers and technicians know them: by the address that they were invited by.
func names(q *serve.Request) (map[delegation.Participant]string, error) {
	var all []delegation.Participant
	if err := q.Look(func(st *conversation.Reading) error {
		//mutants:guard addresses of interpreters are for those who give out the booths
		if q.Roles.Has(delegation.Officer) {
			all = st.Roll.Holders(delegation.Interpreter)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	out := map[delegation.Participant]string{}
	for _, p := range all {
		email, _, _, err := q.Server.Accounts.AddressOf(q.Context(), q.Slug, uint64(p))
		if err != nil {
			return nil, err
		}
		out[p] = email
	}
	return out, nil
}

func build(q *serve.Request, st *conversation.Reading, names map[delegation.Participant]string) (*view.Desk, error) {
	if err := works(q, st); err != nil {
		return nil, err
	}
	q.Frame.Floor = true
	v, ok := view.NewDesk(st, q.Ref(), names, q.Lang)
	if !ok {
		return nil, serve.NotFound()
	}
	return v, nil
}

// desk shows the desk.
func desk(q *serve.Request) error {
	all, err := names(q)
	if err != nil {
		return err
	}
	q.LiveOn("clock", q.Ref(), "")
	return q.Desk(http.StatusOK, done, func(st *conversation.Reading) (frame.View, error) { return build(q, st, all) })
}

// post does what is asked at the desk, and leads back to it.
func post(q *serve.Request) error {
	zone := ""
	if err := q.Look(func(st *conversation.Reading) error {
		if x, ok := st.Sessions.Session(q.Ref()); ok {
			zone = x.Plan.Zone
		}
		return works(q, st)
	}); err != nil {
		return err
	}
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	var no refusal.Several
	command, said := asked(q.Ref(), v, zone, &no)
	if command == nil {
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	answer, rs, err := q.DeskDo(v, command, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		rs = serve.Renamed(rs, func(field string) string {
			if field == "link" && v.Get("do") == view.DoRecord {
				return "address"
			}
			return field
		})
		all, err := names(q)
		if err != nil {
			return err
		}
		return q.DeskAgain(rs, v.Get("token"), func(st *conversation.Reading) (frame.View, error) {
			d, err := build(q, st, all)
			if err == nil && (v.Get("do") == view.DoLink || v.Get("do") == view.DoRecord) {
				d.Typed(serve.Typed(v))
			}
			return d, err
		})
	}
	return q.DeskSee("/studio/"+string(q.Ref()), answer.Last, said, "")
}

// asked is what is asked, and what is said once it is done; nil where the form asks nothing that there is.
func asked(of cite.Ref, v url.Values, zone string, no *refusal.Several) (command any, said string) {
	switch do := v.Get("do"); do {
	case view.DoLink, view.DoUnlink:
		c := studio.SetLink{Session: of, Sitting: number(v.Get("sitting")), Channel: v.Get("channel"), For: v.Get("for")}
		if do == view.DoUnlink {
			return c, "studio_unlink"
		}
		if c.Link = strings.TrimSpace(v.Get("link")); c.Link == "" {
			*no = append(*no, refusal.In("link", "desk.address"))
		}
		var err error
		if c.Minutes, err = strconv.Atoi(locale.WesternDigits(strings.TrimSpace(v.Get("minutes")))); err != nil {
			c.Minutes = -1
		}
		return c, "studio_link"
	case view.DoRecord, view.DoUnrecord:
		c := studio.SetRecording{Session: of, Sitting: number(v.Get("sitting")), Channel: v.Get("channel")}
		if do == view.DoUnrecord {
			return c, "studio_unlink"
		}
		if c.Link = strings.TrimSpace(v.Get("address")); c.Link == "" {
			*no = append(*no, refusal.In("link", "desk.address"))
		}
		c.Begins = begins(v.Get("begins"), zone, no)
		return c, "studio_recording"
	case view.DoInterpret:
		return saying(of, v), "studio_state"
	case view.DoAssign, view.DoUnassign:
		return studio.AssignBooth{Session: of, Channel: v.Get("channel"), Participant: cite.Ref(v.Get("participant")), Off: do == view.DoUnassign}, "studio_booth"
	}
	return nil, ""
}

// begins reads when a recording begins, by the clock of the host; the zero instant where nothing is said.
func begins(s, zone string, no *refusal.Several) time.Time {
	s = locale.WesternDigits(strings.TrimSpace(s))
	if s == "" {
		return time.Time{}
	}
	in, err := time.LoadLocation(zone)
	if err != nil {
		in = time.UTC
	}
	for _, as := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(as, s, in); err == nil {
			return t.UTC()
		}
	}
	*no = append(*no, refusal.In("begins", "studio.begins"))
	return time.Time{}
}

// saying is what a switch says of interpretation: that it is there, or why it is not.
func saying(of cite.Ref, v url.Values) studio.Interpret {
	c := studio.Interpret{Session: of, Sitting: number(v.Get("sitting")), Channel: v.Get("channel"), Is: studio.On}
	if why := v.Get("say"); why != studio.On {
		c.Is, c.Reason = studio.Suspended, why
	}
	return c
}

// number reads a number; 0 for none.
func number(s string) int {
	n, err := strconv.Atoi(locale.WesternDigits(strings.TrimSpace(s)))
	if err != nil || n < 0 {
		return 0
	}
	return n
}
