package desk

import (
	"net/url"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
)

// What all pages of the desk have in common.

// deskDone are the acts that a page of the desk may say were just done.
var deskDone = []string{"published", "withheld", "saved", "staged", "mapped", "answered", "translated", "linked", "settled", "opened", "convened", "proposed",
	"offered", "released", "returned", "taken", "put_off", "option_withdrawn"}

// deskShow builds a page of the desk and shows it.
func (q *request) deskShow(status int, build func(*conversation.Reading) (frame.View, error)) error {
	return q.Desk(status, deskDone, build)
}

// deskAgain shows a form again: what was refused, and what was typed.
func (q *request) deskAgain(rs []*refusal.Refusal, token string, build func(*conversation.Reading) (frame.View, error)) error {
	return q.DeskAgain(rs, token, build)
}

// deskSee sends an officer to another page of the desk, to see what was done there.
func (q *request) deskSee(path string, at cite.Position, done, anchor string) error {
	return q.DeskSee(path, at, done, anchor)
}

// deskDo has a command decided, unless the form was refused already. A form says what is to change of what stands: sent again after it was done, it changes nothing, and so
// asks for something else under its token. Then it is said that nothing is new.
func (q *request) deskDo(v url.Values, command any, no refusal.Several) (plenary.Answer, []*refusal.Refusal, error) {
	answer, rs, err := q.DeskDo(v, command, no)
	if err != nil || len(rs) != 1 || rs[0].Key != "token.other" {
		return answer, rs, err
	}
	a, err := q.Ask(command, "")
	if err != nil {
		return answer, nil, err
	}
	err = q.Look(func(st *conversation.Reading) error {
		if left := refusal.Of(st.Refused(a)); unchanged(left) {
			rs = left
		}
		return nil
	})
	return answer, rs, err
}

// maxLine is how long a line may be that is written at the desk, in code points.
const maxLine = 300

// moment reads a date and a time of day in a zone. A time that does not exist or occurs twice is refused.
func (q *request) moment(field, date, clock, zone string, no *refusal.Several) time.Time {
	t, wrong := input.Moment{Date: date, Clock: clock, Zone: zone}.In(field, q.Lang)
	if wrong != nil {
		*no = append(*no, wrong)
	}
	return t
}
