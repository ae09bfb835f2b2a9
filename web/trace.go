package web

import (
	"cmp"
	"errors"
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
	q.frame.Section = "documents"
	ref, p := q.ref(), params[redlineQuery](q)
	text := cmp.Or(p.Text, q.lang)
	return q.read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := papers.NewRedline(st, ref, papers.RedlineQuery{From: p.From, All: p.All, Text: text}, q.lang)
		if !ok {
			return nil, notFound()
		}
		return v, nil
	})
}

func (q *request) concordance() error {
	q.frame.Section = "documents"
	p := params[concordanceQuery](q)
	q.frame.Token = nonceUnless(!q.frame.Me.Officer())
	if q.common.Done == "corrected" {
		q.frame.Notice = "concordance.done"
	}
	return q.read(func(st *conversation.Reading) (frame.View, error) {
		return q.concordanceOf(st, p.Fate, p.Open.Element(), p.Correct.Element())
	})
}

// concordanceOf builds the page; an officer finds the row that they are correcting as it stands.
func (q *request) concordanceOf(st *conversation.Reading, fate string, open, correct cite.Ref) (frame.View, error) {
	if !q.frame.Me.Officer() {
		correct = cite.None
	}
	c, ok := papers.NewConcordance(st, q.ref(), papers.ConcordanceQuery{Change: fate, Open: open, Correct: correct}, q.lang)
	if !ok {
		return nil, notFound()
	}
	c.Officer = q.frame.Me.Officer()
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
	v, err := q.form()
	if err != nil {
		return err
	}
	ref, x := q.ref(), element(v.Get("element"))
	c := paper.CorrectConcordance{Edition: ref, From: x, Change: v.Get("fate"), Reason: v.Get("reason")}
	var no refusal.Several
	if err := q.look(func(st *conversation.Reading) error {
		e, ok := st.Papers.Edition(ref)
		if !ok || ref.ElementNumber() > 0 {
			return notFound()
		}
		if _, ok := e.Change(x); !ok {
			return notFound()
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
	a, err := q.ask(c, v.Get("token"))
	if err != nil {
		return err
	}
	answer, err := q.s.Sec.Do(q.Context(), q.slug, a)
	if err != nil {
		if rs := refusal.Of(err); len(rs) > 0 && (rs[0].Kind == refusal.Invalid || rs[0].Kind == refusal.TooLarge) {
			return q.concordanceAgain(v, x, rs)
		}
		return err
	}
	return q.see(q.in("/"+string(c.Edition)+"/concordance") + "?done=corrected&after=" + strconv.FormatInt(int64(answer.Last), 10) + "#" + x.ID())
}

// concordanceAgain shows the form with what was typed and what is wrong with it.
func (q *request) concordanceAgain(v url.Values, x cite.Ref, rs []*refusal.Refusal) error {
	q.frame.Errors, q.frame.Section, q.frame.Token = rs, "documents", nonce()
	if t := v.Get("token"); validNonce(t) {
		q.frame.Token = t
	}
	var c frame.View
	if err := q.look(func(st *conversation.Reading) (err error) {
		c, err = q.concordanceOf(st, "", cite.None, x)
		return err
	}); err != nil {
		return err
	}
	if c, ok := c.(*papers.Concordance); ok {
		c.Typed = papers.Correction{Fate: v.Get("fate"), To: v.Get("to"), Reason: v.Get("reason")}
	}
	if err := q.fill(c); err != nil {
		return err
	}
	status, _ := frame.StatusOf(rs[0].Kind)
	return q.show(status, c)
}

var errElsewhere = errors.New("to be found elsewhere")

// find sends a reader with a number that an edition prints to the place where it is now. Where there is no
// such place, or more than one, it says so.
func (q *request) find() error {
	q.frame.Section = "documents"
	p := params[findQuery](q)
	number, err := locale.CleanLine(p.Number, 40)
	if err != nil {
		number = ""
	}
	text := string(p.Text)
	to := ""
	err = q.read(func(st *conversation.Reading) (frame.View, error) {
		f, ok := papers.NewFind(st, q.ref(), p.Edition, number, q.lang)
		if !ok {
			return nil, notFound()
		}
		if !q.json {
			if to, ok = f.Address(&q.frame, text); ok {
				return nil, errElsewhere
			}
		}
		return f, nil
	})
	if errors.Is(err, errElsewhere) {
		return q.found(to)
	}
	return err
}

// trace shows the way from a passage, an answer or a contribution to its causes and effects. Much can
// touch it, in other papers too, so it is made again after any entry.
func (q *request) trace() error {
	ref := q.ref()
	q.frame.Section = "documents"
	if ref.Kind() == 'c' {
		q.frame.Section = "contributions"
	}
	after := params[traceQuery](q).PointsAfter
	return q.read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := trace.New(st, ref, after, q.lang)
		if !ok {
			return nil, notFound()
		}
		return v, nil
	})
}
