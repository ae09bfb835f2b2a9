package desk

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/consult"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// partRef reads the reference of a part, None for anything else.
func partRef(s string) cite.Ref {
	r, err := cite.ParseRef(s)
	if err != nil || r.PartNumber() == 0 {
		return cite.None
	}
	return r
}

func (q *request) points() error {
	p := serve.Params[pointsQuery](q.Request)
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		return view.NewPoints(st, p.Show, p.Paper, p.PointsAfter, q.Lang), nil
	})
}

func (q *request) point() error {
	ref := q.Ref()
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.NewAnswerPage(st, ref, q.Lang, false)
		if !ok {
			return nil, serve.NotFound()
		}
		return v, nil
	})
}

// postPoint answers a point and those chosen with it, and goes on to the next open one on the same paper.
func (q *request) postPoint() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	ref := q.Ref()
	if ref.PartNumber() == 0 {
		return serve.NotFound()
	}
	var no refusal.Several
	typed := view.AnswerForm{Outcome: v.Get("outcome"), Of: serve.CleanLine("of", v.Get("of"), 40, &no), Reason: v.Get("reason"), New: serve.CleanLine("new", v.Get("new"), maxTitle, &no),
		Alike: v.Get("alike") != "", With: map[string]bool{}, Changes: map[string]bool{}}
	c := consultation.Answer{Outcome: typed.Outcome, Reason: q.lines("reason", typed.Reason, false, consultation.MaxReason, &no)}
	if c.Reason.Original == "" {
		c.Reason.Original = q.Lang
	}
	if typed.Of != "" {
		if c.Of = partRef(typed.Of); c.Of == cite.None {
			no = append(no, refusal.In("of", "answer.duplicate"))
		}
	}
	for _, x := range v["changes"] {
		typed.Changes[x] = true
		r, err := cite.ParseRef(x)
		if err != nil {
			no = append(no, refusal.In("changes", "answer.passage", "ref", shown(x)))
			continue
		}
		c.Changes = append(c.Changes, r)
	}
	var to conversation.Addressed
	for _, x := range v["with"] {
		typed.With[x] = true
		if r := partRef(x); r != cite.None {
			to.With = append(to.With, r)
		}
	}
	c.Revises, _ = cite.ParseRef(v.Get("revises"))
	next := cite.None
	if err := q.Look(func(st *conversation.Reading) error {
		row, ok := st.Consultation.Row(ref)
		if !ok || ref.PartNumber() > row.Parts {
			return serve.NotFound()
		}
		paper := st.Consultation.Part(row.Ref, ref.PartNumber()).On.Root()
		if typed.New != "" {
			c.New = consultation.NewPassage{Paper: paper, Name: locale.Plain(q.Lang, typed.New)}
		}
		to.Point, to.Revises, to.Alike = ref, c.Revises, typed.Alike
		c.Parts = st.PointsAddressed(to)
		open, _ := st.Consultation.Points(consultation.PointQuery{Paper: paper, Open: true}, len(c.Parts)+1)
		for _, r := range open {
			if !slices.Contains(c.Parts, r) {
				next = r
				break
			}
		}
		return nil
	}); err != nil {
		return err
	}
	answer, rs, err := q.deskDo(v, c, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.deskAgain(rs, v.Get("token"), func(st *conversation.Reading) (frame.View, error) {
			w, ok := view.NewAnswerPage(st, ref, q.Lang, true)
			if !ok {
				return nil, serve.NotFound()
			}
			w.Form = typed
			return w, nil
		})
	}
	if next == cite.None {
		return q.deskSee("/points", answer.Last, "answered", "")
	}
	return q.deskSee("/points/"+string(next), answer.Last, "answered", "")
}

// shown is a stranger's word as a refusal may repeat it.
func shown(s string) string {
	if s, err := locale.CleanLine(s, 60); err == nil {
		return s
	}
	return "…"
}

// postAnswerTools translates the reason of an answer, or links it to passages.
func (q *request) postAnswerTools() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	ref := q.Ref()
	var command any
	done := ""
	switch v.Get("do") {
	case "translate":
		command, done = consultation.TranslateReason{Disposition: ref, Language: locale.Lang(v.Get("language")), Status: v.Get("status"), Reason: v.Get("reason")}, "translated"
	case "link":
		c := consultation.LinkPassage{Disposition: ref}
		for _, x := range v["changes"] {
			if r, err := cite.ParseRef(x); err == nil {
				c.Changes = append(c.Changes, r)
			}
		}
		if err := q.Look(func(st *conversation.Reading) error {
			c.Changes = st.PassagesLinked(ref, c.Changes)
			return nil
		}); err != nil {
			return err
		}
		command, done = c, "linked"
	default:
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	answer, rs, err := q.deskDo(v, command, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.deskAgain(rs, "", func(st *conversation.Reading) (frame.View, error) {
			w, ok := consult.NewDisposition(st, ref, cite.None, q.Lang)
			if !ok {
				return nil, serve.NotFound()
			}
			w.TokenA, w.TokenB, w.Chosen = serve.Nonce(), serve.Nonce(), map[string]bool{}
			for _, x := range v["changes"] {
				w.Chosen[x] = true
			}
			w.Typed.Language, w.Typed.Status, w.Typed.Reason = v.Get("language"), v.Get("status"), v.Get("reason")
			return w, nil
		})
	}
	return q.See(q.In("/"+string(ref)) + "?after=" + strconv.FormatInt(int64(answer.Last), 10) + "&done=" + done)
}
