package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

func (q *request) newCall() error {
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		v := view.NewCallForm(st, q.Lang)
		v.About(serve.Params[newCallQuery](q.Request).Paper, serve.Params[newCallQuery](q.Request).Who)
		return v, nil
	})
}

func callWriting(v url.Values) view.CallWriting {
	return view.CallWriting{Paper: v.Get("paper"), OpensDate: v.Get("opens-date"), OpensTime: v.Get("opens-time"),
		ClosesDate: v.Get("closes-date"), ClosesTime: v.Get("closes-time"), Zone: v.Get("zone"), Late: v.Get("late"), Moderation: v.Get("moderation"), Who: v.Get("who"), Reason: v.Get("reason")}
}

// callField is where the form asks for what a rule speaks of.
func callField(f string) string {
	if f == "opens" || f == "closes" {
		return f + "-date"
	}
	return f
}

func (q *request) postNewCall() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	f := callWriting(v)
	var no refusal.Several
	c := consultation.AnnounceCall{Zone: f.Zone, Late: f.Late, Moderation: f.Moderation, Who: f.Who}
	if err := q.Look(func(st *conversation.Reading) error {
		texts := view.NewCallForm(st, q.Lang).Texts
		for i, to := range []*locale.Text{&c.Title, &c.Text, &c.Terms} {
			*to = q.Tongues(v, texts[i], locale.Text{})
		}
		return nil
	}); err != nil {
		return err
	}
	if ref, err := cite.ParseRef(f.Paper); err == nil {
		c.Paper = ref
	}
	c.Opens = q.moment("opens", f.OpensDate, f.OpensTime, f.Zone, &no)
	c.Closes = q.moment("closes", f.ClosesDate, f.ClosesTime, f.Zone, &no)
	if len(no) > 0 { // together with what the rule says of the other fields
		a, err := q.Ask(c, "")
		if err != nil {
			return err
		}
		if err := q.Look(func(st *conversation.Reading) error {
			err := st.Refused(a)
			for _, r := range serve.Renamed(refusal.Of(err), callField) {
				if r.Field != "closes-date" && !slices.ContainsFunc(no, func(mine *refusal.Refusal) bool { return mine.Field == r.Field }) {
					no = append(no, r)
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	answer, rs, err := q.deskDo(v, c, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.deskAgain(serve.Renamed(rs, callField), v.Get("token"), func(st *conversation.Reading) (frame.View, error) {
			w := view.NewCallForm(st, q.Lang)
			w.Form = f
			for i := range w.Texts {
				w.Texts[i] = w.Texts[i].Typed(serve.Typed(v))
			}
			return w, nil
		})
	}
	return q.See(q.In("/"+string(answer.Refs[0])) + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
}

func (q *request) extendCall() error {
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.NewCallExtension(st, q.Ref(), q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		return v, nil
	})
}

func (q *request) postExtendCall() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	ref, zone := q.Ref(), ""
	if err := q.Look(func(st *conversation.Reading) error {
		k, ok := st.Consultation.Call(ref)
		if !ok {
			return serve.NotFound()
		}
		zone = k.Zone // the zone in which the deadline was set
		return nil
	}); err != nil {
		return err
	}
	f := callWriting(v)
	var no refusal.Several
	c := life.Extend{Call: ref, Closes: q.moment("closes", f.ClosesDate, f.ClosesTime, zone, &no), Reason: f.Reason}
	if _, err := c.Check(); err != nil { // said together with what the form says
		no = append(no, refusal.Of(err)...)
	}
	answer, rs, err := q.deskDo(v, c, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.deskAgain(serve.Renamed(rs, callField), v.Get("token"), func(st *conversation.Reading) (frame.View, error) {
			w, ok := view.NewCallExtension(st, ref, q.Lang)
			if !ok {
				return nil, serve.NotFound()
			}
			w.Form.ClosesDate, w.Form.ClosesTime, w.Form.Reason = f.ClosesDate, f.ClosesTime, f.Reason
			return w, nil
		})
	}
	return q.See(q.In("/"+string(ref)) + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
}
