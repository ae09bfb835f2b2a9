package desk

import (
	"net/http"
	"net/url"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// contributionRef reads the reference of a contribution out of a form or an address.
func contributionRef(s string) cite.Ref {
	r, err := cite.ParseRef(s)
	if err != nil || r.Kind() != 'c' || r != r.Root() {
		return cite.None
	}
	return r
}

func (q *request) queue() error {
	from := serve.Params[queueQuery](q.Request).From.Root()
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		return view.NewQueue(st, from, q.Lang, serve.Nonce), nil
	})
}

// postQueue publishes or withholds a contribution and comes back to the queue.
func (q *request) postQueue() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	ref, from := contributionRef(v.Get("ref")), contributionRef(v.Get("from"))
	if ref == cite.None {
		return serve.NotFound()
	}
	reason, ground := v.Get("reason-"+string(ref)), v.Get("ground-"+string(ref))
	var command any
	done := ""
	switch v.Get("do") {
	case "publish":
		command, done = consultation.PublishContribution{Contribution: ref}, "published"
	case "withhold":
		command, done = consultation.Withhold{Contribution: ref, Ground: ground, Reason: reason}, "withheld"
	default:
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	answer, rs, err := q.deskDo(v, command, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		rs = serve.Renamed(rs, func(field string) string {
			if field == "ground" || field == "reason" {
				return field + "-" + string(ref)
			}
			return ""
		})
		return q.deskAgain(rs, "", func(st *conversation.Reading) (frame.View, error) {
			w := view.NewQueue(st, from, q.Lang, serve.Nonce)
			w.Wrong, w.Ground, w.Reason = ref, ground, reason
			return w, nil
		})
	}
	path := "/queue"
	if from != cite.None {
		path += "?from=" + string(from)
	}
	return q.deskSee(path, answer.Last, done, "")
}

// deskDo has a command decided, unless the form was refused already.
func (q *request) deskDo(v url.Values, command any, no refusal.Several) (answer plenary.Answer, rs []*refusal.Refusal, err error) {
	if len(no) > 0 {
		return answer, no, nil
	}
	a, err := q.Ask(command, v.Get("token"))
	if err != nil {
		return answer, nil, err
	}
	answer, err = q.Server.Sec.Do(q.Context(), q.Slug, a)
	if rs := refusal.Of(err); len(rs) > 0 {
		return answer, rs, nil
	}
	return answer, nil, err
}
