package desk

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/web/serve"
)

// callRoutes are the page of one call on the desk, and what becomes of it there.
func (h *Handlers) callRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/calls/{ref}", Who: serve.Officers, Handle: h.on((*request).callDesk)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/calls/{ref}", Who: serve.Officers, Body: 21 * serve.MiB, Handle: h.on((*request).postCallDesk)},
	}
}

func (q *request) callDesk() error { return q.deskShow(http.StatusOK, q.callView(nil)) }

// callView builds the page, changed by put where put is something.
func (q *request) callView(put func(*view.CallDesk)) func(*conversation.Reading) (frame.View, error) {
	return func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.NewCallDesk(st, q.Ref(), q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		v.NewToken = serve.Nonce
		if put != nil {
			put(v)
		}
		return v, nil
	}
}

// callNow is the page as it stands.
func (q *request) callNow() (v *view.CallDesk, err error) {
	err = q.Look(func(st *conversation.Reading) error {
		var ok bool
		if v, ok = view.NewCallDesk(st, q.Ref(), q.Lang); !ok {
			return serve.NotFound()
		}
		return nil
	})
	return v, err
}

// postCallDesk takes one of the forms of the page; "what" says which.
func (q *request) postCallDesk() error {
	u := &officeUpload{q: q}
	defer u.close()
	v, formErr := q.ReadForm(u)
	if formErr != nil && (v == nil || len(refusal.Of(formErr)) == 0) {
		return formErr
	}
	now, err := q.callNow()
	if err != nil {
		return err
	}
	no := refusal.Several(refusal.Of(formErr))
	switch what := v.Get("what"); what {
	case "correct":
		return q.correctCall(v, now, no)
	case "stop":
		return q.turnCall(v, life.Stop{Call: now.Ref, Reason: v.Get("stop-reason")}, "stop-reason", no)
	case "withdraw":
		return q.turnCall(v, life.Withdraw{Call: now.Ref, Reason: v.Get("withdraw-reason")}, "withdraw-reason", no)
	case "remove":
		n, _ := strconv.Atoi(v.Get("number"))
		field := "remove-" + strconv.Itoa(n)
		return q.turnCall(v, life.RemoveDocument{Call: now.Ref, Number: n, Reason: v.Get(field)}, field, no)
	case "document":
		return q.addDocument(v, now, u, no)
	case "first":
		return q.askFirst(v, now, no)
	}
	return refusal.New(refusal.Invalid, "form.unreadable")
}

// callSee sends the officer to the page again, to see what was done there.
func (q *request) callSee(at cite.Position, anchor string) error {
	return q.deskSee("/calls/"+string(q.Ref()), at, "saved", anchor)
}

// correctCall puts right what the call says and its rules: only what the officer changed.
func (q *request) correctCall(v url.Values, now *view.CallDesk, no refusal.Several) error {
	m := meanwhile{no: no}
	f := callWriting(v)
	c := life.Correct{Call: now.Ref, Reason: f.Reason}
	for i, to := range []*map[locale.Lang]string{&c.Title, &c.Text, &c.Terms} {
		*to = m.words(v, now.Texts[i])
	}
	for _, x := range []struct {
		field, typed, now string
		to                *string
	}{{"late", f.Late, now.Was.Late, &c.Late}, {"moderation", f.Moderation, now.Was.Moderation, &c.Moderation}, {"who", f.Who, now.Was.Who, &c.Who}} {
		if v.Has(x.field) && m.field(x.field, x.typed, v.Get("was-"+x.field), x.now) {
			*x.to = x.typed
		}
	}
	for _, x := range []struct {
		field, date, time, nowDate, nowTime string
		to                                  *time.Time
	}{{"opens", f.OpensDate, f.OpensTime, now.Was.OpensDate, now.Was.OpensTime, &c.Opens}, {"closes", f.ClosesDate, f.ClosesTime, now.Was.ClosesDate, now.Was.ClosesTime, &c.Closes}} {
		if !v.Has(x.field + "-date") {
			continue
		}
		day := m.field(x.field+"-date", x.date, v.Get("was-"+x.field+"-date"), x.nowDate)
		if clock := m.field(x.field+"-time", x.time, v.Get("was-"+x.field+"-time"), x.nowTime); day || clock {
			*x.to = q.moment(x.field, x.date, x.time, now.Zone, &m.no)
		}
	}
	answer, rs, err := q.deskDo(v, c, m.no)
	if err != nil {
		return err
	}
	if len(rs) > 0 && !unchanged(rs) {
		return q.deskAgain(serve.Renamed(rs, callField), "", q.callView(func(w *view.CallDesk) {
			for i := range w.Texts {
				w.Texts[i] = w.Texts[i].Typed(serve.Typed(v))
			}
			w.Form = f
			w.Form.Zone = w.Was.Zone
		}))
	}
	return q.callSee(answer.Last, "turns")
}

// turnCall does what wants nothing but a reason, which the form has in a field of its own.
func (q *request) turnCall(v url.Values, command any, field string, no refusal.Several) error {
	answer, rs, err := q.deskDo(v, command, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		rs = serve.Renamed(rs, func(f string) string {
			if f == "reason" {
				return field
			}
			return f
		})
		return q.deskAgain(rs, "", q.callView(func(w *view.CallDesk) { w.Reasons[field] = v.Get(field) }))
	}
	return q.callSee(answer.Last, "turns")
}

// askFirst has the box on the first page ask the call, or leaves it to choose by itself.
func (q *request) askFirst(v url.Values, now *view.CallDesk, no refusal.Several) error {
	var c settings.AskFirst
	if v.Get("do") != "leave" {
		c.Call = now.Ref
		if on := v.Get("on"); on != "" {
			if err := q.Look(func(st *conversation.Reading) error {
				ref, err := cite.ParseRef(on)
				e, ok := st.Papers.Edition(now.Paper)
				if err != nil || !ok {
					no = append(no, refusal.In("on", "contribution.anchor"))
					return nil
				}
				c.On = cite.Element(e.Ref, ref.ElementNumber())
				return nil
			}); err != nil {
				return err
			}
		}
	}
	answer, rs, err := q.deskDo(v, c, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 && !unchanged(rs) {
		return q.deskAgain(rs, "", q.callView(func(w *view.CallDesk) { w.On = v.Get("on") }))
	}
	return q.callSee(answer.Last, "first")
}

// addDocument gives the call a document.
func (q *request) addDocument(v url.Values, now *view.CallDesk, u *officeUpload, no refusal.Several) error {
	c := life.AddDocument{Call: now.Ref, Title: q.Tongues(v, now.Document, locale.Text{}), Source: v.Get("source")}
	if f := u.file; f != nil {
		c.File = consultation.SubmitFile{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, SHA: f.SHA}
		if err := q.Files.Claim(q.Context(), f.ID, q.Received); err != nil {
			return err
		}
	}
	answer, rs, err := q.deskDo(v, c, no)
	if err != nil {
		u.keep = true // nobody knows: the sweeper asks the record
		return err
	}
	if len(rs) > 0 {
		rs = serve.Renamed(rs, func(f string) string {
			if f == "title" {
				return "document"
			}
			return f
		})
		return q.deskAgain(rs, "", q.callView(func(w *view.CallDesk) {
			w.Document, w.Source = w.Document.Typed(serve.Typed(v)), v.Get("source")
		}))
	}
	if u.file != nil && !answer.Again {
		u.keep = true
		if err := q.Files.Cited(context.WithoutCancel(q.Context()), u.file.ID); err != nil {
			q.Server.Logger.Error("cannot note that a document is cited", "err", err)
		}
	}
	return q.callSee(answer.Last, "documents")
}

// officeUpload keeps the one file of a form of the desk.
type officeUpload struct {
	q    *request
	file *attachment.File
	keep bool // something was made of it
}

// Keep keeps the file as it arrives.
func (u *officeUpload) Keep(ctx context.Context, r io.Reader, name string) error {
	files := u.q.Files
	switch {
	case files == nil:
		return serve.ErrBeside
	case u.file != nil:
		return refusal.In("file", "contribution.files", "max", 1)
	case files.Scarce():
		return refusal.New(refusal.TryAgain, "disk.reserved")
	}
	f, err := files.KeepFrom(ctx, u.q.Counted(), r, name, u.q.Received)
	if err != nil {
		return err
	}
	u.file = &f
	return nil
}

// close removes the file where nothing was made of it.
func (u *officeUpload) close() {
	if u.file == nil || u.keep {
		return
	}
	if err := u.q.Files.Discard(context.WithoutCancel(u.q.Context()), u.file.ID); err != nil {
		u.q.Server.Logger.Error("cannot remove a file that came to nothing", "err", err)
	}
}
