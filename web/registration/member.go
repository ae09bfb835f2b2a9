package registration

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/registration"
	"github.com/openplenary/plenary/refusal"
	noun "github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/web/serve"
)

// named finds the member of the address, whom a delegation registered by name alone and for whom the reader answers.
func (q *request) named() (roster.Registration, error) {
	id, _ := strconv.ParseInt(q.PathValue("id"), 10, 64)
	r, ok, err := q.Roster.Find(q.Context(), q.Slug, q.Ref(), id)
	if err != nil {
		return r, err
	}
	//mutants:guard what people said of themselves is read and changed by nobody of their delegation
	if !ok || !r.ByName() {
		return r, serve.NotFound()
	}
	_, err = q.manages(string(r.Party))
	return r, err
}

// member shows what is asked of a member who has no account, for whoever manages the delegation.
func (q *request) member() error {
	r, err := q.named()
	if err != nil {
		return err
	}
	return q.showMember(http.StatusOK, r, nil)
}

func (q *request) showMember(status int, r roster.Registration, typed url.Values) error {
	return q.show(status, func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.NewMember(st, q.Ref(), r, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		v.NewToken = serve.Nonce
		if typed != nil {
			v.Typed(serve.Typed(typed))
		}
		return v, nil
	})
}

// postMember keeps what is answered for a member, or a file.
func (q *request) postMember() error {
	r, err := q.named()
	if err != nil {
		return err
	}
	u := &upload{q: q, of: q.named}
	defer u.close()
	v, err := q.ReadForm(u)
	if err == nil {
		if err := q.May(serve.Once(serve.LimitActs)); err != nil {
			return err
		}
		said := "saved"
		if v.Get("do") == "file" {
			said, err = "file", u.enclose(v.Get("field"))
		} else {
			err = q.answerFor(r, v)
		}
		if err == nil {
			return q.See(q.In("/member/"+string(q.Ref())+"/"+strconv.FormatInt(r.ID, 10)) + "?done=" + said)
		}
	}
	rs := refusal.Of(err)
	if len(rs) == 0 || rs[0].Kind == refusal.Hidden {
		return err
	}
	q.Frame.Errors = rs
	return q.showMember(serve.DeskStatus(rs), r, v)
}

// answerFor keeps what is answered for a member.
func (q *request) answerFor(r roster.Registration, v url.Values) error {
	answers := map[int]string{}
	var in input.Check
	for _, n := range q.terms.Of(r.Category) {
		answers[n] = q.terms.Fields[n-1].Answer(&in, n, v.Get(noun.FieldName(n)), true)
	}
	if err := in.Err(); err != nil {
		return err
	}
	return q.Roster.AnswerFor(q.Context(), q.terms, r.Party, r.ID, answers)
}
