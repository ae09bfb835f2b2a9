package together

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/together"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/together"
	"github.com/openplenary/plenary/web/contribution"
	"github.com/openplenary/plenary/web/serve"
)

// part shows a section.
func (q *request) part() error {
	o, err := q.open()
	if err != nil {
		return err
	}
	if over, err := o.over(); over {
		return err
	}
	return o.showPart(http.StatusOK, nil)
}

// showPart shows the section that the address names; with changes what it shows, nil for nothing.
func (o *opened) showPart(status int, with func(*view.Part)) error {
	return o.show(status, func(d *view.Draft) (frame.View, error) {
		p, ok := view.NewPart(d, o.PathValue("section"))
		if !ok {
			return nil, serve.NotFound()
		}
		p.Merged = o.URL.Query().Get("done") == "merged"
		if with != nil {
			with(p)
		}
		return p, nil
	})
}

// writing is what was sent from the page of a section.
type writing struct {
	*opened
	v      url.Values
	change together.Change
	kept   together.Written
}

// postPart saves a section, or takes a remark on it.
func (q *request) postPart() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	auto := v.Has("auto") // the page saves itself, and reads JSON
	q.JSON = q.JSON || auto
	o, err := q.open()
	if err != nil {
		return err
	}
	if auto && o.Became != cite.None {
		return refusal.New(refusal.NotNow, "draft.sent")
	}
	if over, err := o.over(); over {
		return err
	}
	w := &writing{opened: o, v: v}
	switch v.Get("do") {
	case "say", "unsay":
		return w.remark()
	}
	no, err := w.read()
	if err != nil {
		return err
	}
	size := 0
	for _, a := range w.change.Mine {
		size += len(a.Text) + len(a.Wording)
	}
	if err := q.May(serve.Once(serve.LimitTogether), door.Use{Limit: serve.LimitDraftBytes, Amount: int64(size)}); err != nil {
		return w.again(append(no, refusal.Of(err)...))
	}
	if w.kept, err = q.Store.Write(q.Context(), q.Slug, o.Key, w.change); err != nil {
		if rs := refusal.Of(err); len(rs) > 0 {
			return w.again(append(no, rs...))
		}
		return err
	}
	w.tellVoided(w.kept.Voided)
	switch {
	case auto:
		return w.answer()
	case len(no) > 0:
		return w.again(no)
	case len(w.kept.Clash) > 0:
		return w.both()
	}
	return w.goOn()
}

// read reads what was filled in, and what stood there when it was begun. The refusals say what is wrong with it; it is kept all the
// same, as far as it can be.
func (w *writing) read() (no refusal.Several, err error) {
	id := w.PathValue("section")
	w.change = together.Change{Section: id, By: w.opened.Me, At: w.Received, QuestionsAt: w.QuestionsAt}
	err = w.look(func(st *conversation.Reading, d *view.Draft) error {
		at, ok := d.Form.Section(id)
		if !ok {
			return serve.NotFound()
		}
		mine, wrong := contribution.Answers(st, d.Form, at, w.v)
		stood, _ := contribution.Answers(st, d.Form, at, before(&d.Form.Sections[at], w.v))
		no = wrong
		for i, a := range mine {
			w.change.Mine, w.change.Was = append(w.change.Mine, together.Answer(a)), append(w.change.Was, together.Answer(stood[i]))
			if d.Form.Sections[at].Questions[i].Kind == questionnaire.Table {
				w.change.Whole = append(w.change.Whole, a.At)
			}
		}
		return nil
	})
	if clean, err := together.Clean(w.change.Mine); err == nil { // else what is wrong with it is said when it is saved
		w.change.Mine = clean
	}
	return no, err
}

// before is the form of a section as it stood when its page was made.
func before(s *consult.FormSection, v url.Values) url.Values {
	out := url.Values{}
	for field := range v {
		if name, ok := strings.CutSuffix(field, "-was"); ok {
			out.Set(name, v.Get(field))
		}
	}
	for i := range s.Questions {
		q := &s.Questions[i]
		picks := strings.Fields(out.Get(q.ID))
		if out.Del(q.ID); q.Kind != questionnaire.Ranking || len(picks) != len(q.Options) {
			out[q.ID] = picks
			continue
		}
		for n, place := range picks {
			if place != "0" {
				out.Set(q.PlaceField(n+1), place)
			}
		}
	}
	return out
}

// typed shows on a page what was typed, instead of what is kept; what stood there stays what it was.
func (w *writing) typed(p *view.Part) {
	for i := range p.Section().Questions {
		q := &p.Section().Questions[i]
		for _, a := range w.change.Mine {
			if a.At == q.ID {
				q.Filled = view.Filled(a)
			}
		}
		for j, a := range p.Was {
			if n := slices.IndexFunc(w.change.Was, func(o together.Answer) bool { return o.At == a.At }); a.At == q.ID && n >= 0 {
				p.Was[j] = w.change.Was[n]
			}
		}
	}
}

// again shows the section as it was typed, with what is wrong.
func (w *writing) again(no refusal.Several) error {
	if w.JSON {
		return no
	}
	w.Frame.Errors = no
	return w.showPart(serve.RefusedAs(no), w.typed)
}

// both shows the section as it was typed, and beside it what somebody else made of the same meanwhile. Whoever saves now has seen
// that.
func (w *writing) both() error {
	now, err := w.open()
	if err != nil {
		return err
	}
	return now.showPart(http.StatusConflict, func(p *view.Part) {
		p.Clashed = true
		for i := range p.Section().Questions {
			q := &p.Section().Questions[i]
			for _, a := range w.kept.Clash {
				if a.At != q.ID {
					continue
				}
				theirs := view.Filled(a)
				q.Clash, q.Theirs = &theirs, now.Name(w.kept.By)
				if q.Theirs == "" {
					q.Theirs = now.Frame.T("together.somebody")
				}
				for _, m := range w.change.Mine {
					if m.At == q.ID {
						q.Filled = view.Filled(m)
					}
				}
			}
		}
	})
}

// goOn leads to the section after this one, or back to it.
func (w *writing) goOn() error {
	to := "part/" + w.change.Section
	mixed := slices.ContainsFunc(w.change.Mine, func(a together.Answer) bool {
		now := w.kept.Answer(a.At)
		return now.Text != a.Text || now.Wording != a.Wording || now.Value != a.Value
	})
	switch {
	case mixed: // they see first what was put together
		to += "?done=merged"
	case w.v.Get("do") == "next":
		to = "draft"
		if err := w.look(func(_ *conversation.Reading, d *view.Draft) error {
			if at, ok := d.Form.Section(w.change.Section); ok && at+1 < len(d.Form.Sections) {
				to = "part/" + d.Form.Sections[at+1].ID
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return w.See(w.at(w.Key, to))
}

// remark takes a remark, or takes one away.
func (w *writing) remark() (err error) {
	id := w.PathValue("section")
	if w.v.Get("do") == "unsay" {
		err = w.Store.Unsay(w.Context(), w.Slug, w.Key, w.v.Get("id"), w.opened.Me)
	} else if err = w.look(func(_ *conversation.Reading, d *view.Draft) error {
		if _, ok := d.Form.Section(id); !ok {
			return serve.NotFound()
		}
		return nil
	}); err == nil {
		err = w.Store.Say(w.Context(), w.Slug, w.Key, id, together.Remark{By: w.opened.Me, At: w.Received, Text: w.v.Get("remark")})
	}
	if rs := refusal.Of(err); len(rs) > 0 && rs[0].Kind != refusal.Hidden {
		w.Frame.Errors = rs
		return w.showPart(serve.RefusedAs(rs), func(p *view.Part) { p.Remark = strings.ToValidUTF8(w.v.Get("remark"), "\uFFFD") })
	}
	if err != nil {
		return err
	}
	return w.See(w.at(w.Key, "part/"+id) + "#remarks")
}

// field is a field of a section as it stands, for the page that saves itself.
type field struct {
	Text string `json:"text"`
	Sent string `json:"sent"` // what of it came from the page, as it was cleaned
}

// reply is what the page of a section is told.
type reply struct {
	Stamp  string            `json:"stamp"` // changes whenever anything of the draft does
	Saved  string            `json:"saved,omitempty"`
	Last   string            `json:"last,omitempty"`   // who wrote in the section last
	Clash  bool              `json:"clash,omitempty"`  // something was not kept
	Fields map[string]field  `json:"fields,omitempty"` // texts, by the names of their fields
	Picks  map[string]string `json:"picks,omitempty"`  // what is chosen, by the names of what carries what stood there
}

// put puts the answers of a section into a reply; sent is what came from the page.
func (r *reply) put(s *consult.FormSection, now together.Section, sent []together.Answer) {
	r.Fields, r.Picks = map[string]field{}, map[string]string{}
	for i := range s.Questions {
		q := &s.Questions[i]
		a := now.Answer(q.ID)
		came := a
		for _, m := range sent {
			if m.At == q.ID {
				came = m
			}
		}
		from := view.Texts(q, came)
		for n, x := range view.Texts(q, a) {
			r.Fields[x.Name] = field{x.Value, from[n].Value}
		}
		r.Picks[q.ID+"-was"] = view.Picks(a)
	}
}

// say sends a reply.
func (o *opened) say(r reply) error {
	o.Writer.Header().Set("Content-Type", "application/json")
	o.Writer.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(o.Writer).Encode(r)
}

// answer tells the page that saves itself what stands now: what somebody else saved since is in the stamp, and so in the fields.
func (w *writing) answer() error {
	now, err := w.open()
	if err != nil {
		return err
	}
	r := reply{Stamp: now.Stamp(), Clash: len(w.kept.Clash) > 0, Saved: w.Frame.T("draft.saved") + " " + w.Frame.DateTime(w.Received)}
	return now.look(func(_ *conversation.Reading, d *view.Draft) error {
		p, ok := view.NewPart(d, w.change.Section)
		if !ok {
			return serve.NotFound()
		}
		r.put(p.Section(), together.Section{Answers: p.Was}, w.change.Mine)
		return now.say(r)
	})
}

// now tells a page what stands now.
func (q *request) now() error {
	q.JSON = true
	o, err := q.open()
	if err != nil {
		return err
	}
	if o.Became != cite.None {
		return refusal.New(refusal.NotNow, "draft.sent")
	}
	r := reply{Stamp: o.Stamp()}
	id := serve.Params[nowQuery](q.Request).Section
	if id == "" {
		return o.say(r)
	}
	return o.look(func(_ *conversation.Reading, d *view.Draft) error {
		p, ok := view.NewPart(d, id)
		if !ok {
			return serve.NotFound()
		}
		r.Last = p.LastIn(&o.Frame)
		r.put(p.Section(), together.Section{Answers: p.Was}, nil)
		return o.say(r)
	})
}
