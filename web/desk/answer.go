package desk

import (
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// postAnswerTools links an answer to passages.
func (q *request) postAnswerTools() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	ref := q.Ref()
	if v.Get("do") != "link" {
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
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
	answer, rs, err := q.deskDo(v, c, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.deskAgain(rs, "", func(st *conversation.Reading) (frame.View, error) {
			w, ok := consult.NewDisposition(st, ref, cite.None, q.Lang)
			if !ok {
				return nil, serve.NotFound()
			}
			w.TokenB, w.Chosen = serve.Nonce(), map[string]bool{}
			for _, x := range v["changes"] {
				w.Chosen[x] = true
			}
			return w, nil
		})
	}
	return q.See(q.In("/"+string(ref)) + "?after=" + strconv.FormatInt(int64(answer.Last), 10) + "&done=linked")
}
