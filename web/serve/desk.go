package serve

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
)

// Desk builds a page of those who hold an office and shows it, with the words of what was just done: one of done, each a
// sentence "desk.done.<done>".
func (q *Request) Desk(status int, done []string, build func(*conversation.Reading) (frame.View, error)) error {
	q.Frame.Section, q.Frame.Writes = "desk", true
	if q.Frame.Token == "" {
		q.Frame.Token = Nonce()
	}
	if q.Method == http.MethodGet {
		q.AwaitOwn()
		if slices.Contains(done, q.Common.Done) {
			q.Frame.Notice = "desk.done." + q.Common.Done
		}
	}
	var v frame.View
	if err := q.Look(func(st *conversation.Reading) (err error) {
		v, err = build(st)
		return err
	}); err != nil {
		return err
	}
	if err := q.Fill(v); err != nil {
		return err
	}
	return q.Show(status, v)
}

// DeskAgain shows a form of a desk again: what was refused, and what was typed. A refused token was not used, so the form
// keeps it and may be sent once more after a doubt; only a token that did something else goes.
func (q *Request) DeskAgain(rs []*refusal.Refusal, token string, build func(*conversation.Reading) (frame.View, error)) error {
	q.Frame.Errors = rs
	if ValidNonce(token) && !slices.ContainsFunc(rs, func(r *refusal.Refusal) bool { return r.Key == "token.other" }) {
		q.Frame.Token = token
	}
	return q.Desk(DeskStatus(rs), nil, build)
}

// DeskStatus is the status of a page of a desk on which something was refused.
func DeskStatus(rs []*refusal.Refusal) int {
	if rs[0].Kind == refusal.Hidden { // named by a form that everybody who sees it may send
		return http.StatusUnprocessableEntity
	}
	status, _ := frame.StatusOf(rs[0].Kind)
	return status
}

// DeskSee sends whoever holds an office to another page of the desk, to see what was done there.
func (q *Request) DeskSee(path string, at cite.Position, done, anchor string) error {
	v := url.Values{}
	if at > 0 {
		v.Set("after", strconv.FormatInt(int64(at), 10))
	}
	if done != "" {
		v.Set("done", done)
	}
	path, query, _ := strings.Cut(path, "?")
	if extra := v.Encode(); query == "" {
		query = extra
	} else if extra != "" {
		query += "&" + extra
	}
	if query != "" {
		path += "?" + query
	}
	if anchor != "" {
		path += "#" + anchor
	}
	return q.See(q.In("/desk" + path))
}

// DeskDo has a command decided, unless the form was refused already.
func (q *Request) DeskDo(v url.Values, command any, no refusal.Several) (answer plenary.Answer, rs []*refusal.Refusal, err error) {
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

// Namesakes makes of an index of names one for the conversation of the request. Where the index cannot be read, that is
// logged and nobody has a namesake: it is for telling, and no page is refused for it. It is nil where there is no index.
func (q *Request) Namesakes(find func(ctx context.Context, slug string, names []string) (map[string]cite.Ref, error)) func([]string) map[string]cite.Ref {
	if find == nil {
		return nil
	}
	return func(names []string) map[string]cite.Ref {
		found, err := find(q.Context(), q.Slug, names)
		if err != nil && q.Context().Err() == nil {
			q.Server.Logger.Error("names cannot be compared", "conversation", q.Slug, "err", err)
		}
		return found
	}
}
