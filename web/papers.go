package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/papers"
	"github.com/openplenary/plenary/page/trace"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// element reads a reference of an address that names an element.
func element(s string) cite.Ref {
	r, err := cite.ParseRef(s)
	if err != nil {
		return cite.None
	}
	return r.Element()
}

// redline shows what an edition changed, with the voices behind it. It changes with its paper and with
// every contribution: an answer may answer what was said on another paper.
func (q *request) redline() error {
	q.Frame.Section = "documents"
	ref, p := q.Ref(), serve.Params[redlineQuery](q.Request)
	text := cmp.Or(p.Text, q.Lang)
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := papers.NewRedline(st, ref, papers.RedlineQuery{From: p.From, All: p.All, Text: text}, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		return v, nil
	})
}

func (q *request) concordance() error {
	q.Frame.Section = "documents"
	p := serve.Params[concordanceQuery](q.Request)
	q.Frame.Token = serve.NonceUnless(!q.Frame.Me.Officer())
	if q.Common.Done == "corrected" {
		q.Frame.Notice = "concordance.done"
	}
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		return q.concordanceOf(st, p.Fate, p.Open.Element(), p.Correct.Element())
	})
}

// concordanceOf builds the page; an officer finds the row that they are correcting as it stands.
func (q *request) concordanceOf(st *conversation.Reading, fate string, open, correct cite.Ref) (frame.View, error) {
	if !q.Frame.Me.Officer() {
		correct = cite.None
	}
	c, ok := papers.NewConcordance(st, q.Ref(), papers.ConcordanceQuery{Change: fate, Open: open, Correct: correct}, q.Lang)
	if !ok {
		return nil, serve.NotFound()
	}
	c.Officer = q.Frame.Me.Officer()
	for _, r := range c.Rows {
		if r.Ref.Element() == correct {
			c.Typed.Fate = r.Fate
			for i, to := range r.To {
				if i > 0 {
					c.Typed.To += ", "
				}
				c.Typed.To += papers.Named(to)
			}
		}
	}
	return c, nil
}

// postConcordance corrects a row, in an officer's name and with a reason.
func (q *request) postConcordance() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	ref, x := q.Ref(), element(v.Get("element"))
	c := paper.CorrectConcordance{Edition: ref, From: x, Change: v.Get("fate"), Reason: v.Get("reason")}
	var no refusal.Several
	if err := q.Look(func(st *conversation.Reading) error {
		e, ok := st.Papers.Edition(ref)
		if !ok || ref.ElementNumber() > 0 {
			return serve.NotFound()
		}
		if _, ok := e.Change(x); !ok {
			return serve.NotFound()
		}
		c.Edition = e.Ref
		if c.To, ok = papers.Targets(e, v.Get("to")); !ok {
			no = append(no, refusal.In("to", "concordance.to"))
			if strings.TrimSpace(c.Reason) == "" {
				no = append(no, refusal.In("reason", "reason.missing"))
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if len(no) > 0 {
		return q.concordanceAgain(v, x, no)
	}
	a, err := q.Ask(c, v.Get("token"))
	if err != nil {
		return err
	}
	answer, err := q.Server.Sec.Do(q.Context(), q.Slug, a)
	if err != nil {
		if rs := refusal.Of(err); len(rs) > 0 && (rs[0].Kind == refusal.Invalid || rs[0].Kind == refusal.TooLarge) {
			return q.concordanceAgain(v, x, rs)
		}
		return err
	}
	return q.See(q.In("/"+string(c.Edition)+"/concordance") + "?done=corrected&after=" + strconv.FormatInt(int64(answer.Last), 10) + "#" + x.ID())
}

// concordanceAgain shows the form with what was typed and what is wrong with it.
func (q *request) concordanceAgain(v url.Values, x cite.Ref, rs []*refusal.Refusal) error {
	q.Frame.Errors, q.Frame.Section, q.Frame.Token = rs, "documents", serve.Nonce()
	if t := v.Get("token"); serve.ValidNonce(t) {
		q.Frame.Token = t
	}
	var c frame.View
	if err := q.Look(func(st *conversation.Reading) (err error) {
		c, err = q.concordanceOf(st, "", cite.None, x)
		return err
	}); err != nil {
		return err
	}
	if c, ok := c.(*papers.Concordance); ok {
		c.Typed = papers.Correction{Fate: v.Get("fate"), To: v.Get("to"), Reason: v.Get("reason")}
	}
	if err := q.Fill(c); err != nil {
		return err
	}
	status, _ := frame.StatusOf(rs[0].Kind)
	return q.Show(status, c)
}

var errElsewhere = errors.New("to be found elsewhere")

// find sends a reader with a number that an edition prints to the place where it is now. Where there is no
// such place, or more than one, it says so.
func (q *request) find() error {
	q.Frame.Section = "documents"
	p := serve.Params[findQuery](q.Request)
	number, err := locale.CleanLine(p.Number, 40)
	if err != nil {
		number = ""
	}
	text := string(p.Text)
	to := ""
	err = q.Read(func(st *conversation.Reading) (frame.View, error) {
		f, ok := papers.NewFind(st, q.Ref(), p.Edition, number, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		if !q.JSON {
			if to, ok = f.Address(&q.Frame, text); ok {
				return nil, errElsewhere
			}
		}
		return f, nil
	})
	if errors.Is(err, errElsewhere) {
		return q.Found(to)
	}
	return err
}

// trace shows the way from a passage, an answer or a contribution to its causes and effects. Much can
// touch it, in other papers too, so it is made again after any entry.
func (q *request) trace() error {
	ref := q.Ref()
	q.Frame.Section = "documents"
	if ref.Kind() == 'c' {
		q.Frame.Section = "contributions"
	}
	after := serve.Params[traceQuery](q.Request).PointsAfter
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := trace.New(st, ref, after, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		return v, nil
	})
}

// paperText answers with an edition as plain text.
func (q *request) paperText() error {
	var v *papers.Paper
	if err := q.Look(func(st *conversation.Reading) error {
		ref, ok := q.Ref(), false
		if ref.Kind() == 'p' && ref.ElementNumber() == 0 {
			v, ok = papers.NewPaper(st, ref, q.Lang, cmp.Or(serve.Params[paperTextQuery](q.Request).Text, q.Lang), "")
		}
		if !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	if err := q.Fill(v); err != nil {
		return err
	}
	text := v.Plain(&q.Frame)
	if q.NotPublic() {
		text = q.Frame.T("export.notice") + "\n" + text
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="`+q.FileName(q.Slug+"-"+string(v.Ref), ".txt")+`"`)
	h.Set("Cache-Control", "no-store")
	return q.Reply(http.StatusOK, []byte(text))
}

// picture sends a picture of an edition.
func (q *request) picture() error {
	var p paper.Picture
	if err := q.Look(func(st *conversation.Reading) error {
		e, ok := st.Papers.Edition(q.Ref())
		if !ok {
			return serve.NotFound()
		}
		if p, ok = e.PictureNamed(q.PathValue("name")); !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	return q.Picture(q.Files, p.File, p.SHA)
}
