package questions

import (
	"net/http"
	"net/url"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/questions"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// floor shows the form on which the rapporteur enters a question that was asked from the floor.
func floor(q *serve.Request) error {
	return q.Desk(http.StatusOK, nil, func(st *conversation.Reading) (frame.View, error) { return floorForm(q, st, view.FloorForm{}) })
}

// floorForm is the form with what was typed.
func floorForm(q *serve.Request, st *conversation.Reading, typed view.FloorForm) (*view.Floor, error) {
	v, ok := view.NewFloor(st, q.Ref(), q.Lang)
	if !ok {
		return nil, serve.NotFound()
	}
	v.Form = typed
	return v, nil
}

// postFloor shows what would be stored, or enters it.
func postFloor(q *serve.Request) error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	typed := view.FloorForm{On: v.Get("on"), Party: v.Get("party"), Speaker: v.Get("speaker"), Category: v.Get("category"), Date: v.Get("said-date"), Time: v.Get("said-time"),
		Language: v.Get("language"), Question: v.Get("wording"), Why: v.Get("text")}
	if v.Get("do") == "edit" {
		return q.Desk(http.StatusOK, nil, func(st *conversation.Reading) (frame.View, error) { return floorForm(q, st, typed) })
	}
	guessed := typed.Language == ""
	if guessed {
		typed.Language = string(locale.Guess(typed.Question+typed.Why, q.Lang))
	}
	c, rs := heard(q, typed)
	ask, err := Hearing(q, c, v.Get("token"))
	if err != nil {
		return err
	}
	if len(rs) == 0 && v.Get("do") == "send" {
		answer, err := q.Server.Sec.Do(q.Context(), q.Slug, ask)
		if err == nil {
			return q.DeskSee("/questions/"+string(q.Ref()), answer.Last, "heard", "")
		}
		if rs = refusal.Of(err); len(rs) == 0 {
			return err
		}
	}
	return previewFloor(q, v, typed, previewing{ask: ask, rs: rs, guessed: guessed})
}

// previewing is what is shown before a question is entered.
type previewing struct {
	ask     conversation.Ask
	rs      []*refusal.Refusal // what is wrong already
	guessed bool               // the language is
}

// previewFloor shows the question as it would be stored; where it would be refused, the form again with why.
func previewFloor(q *serve.Request, v url.Values, typed view.FloorForm, p previewing) error {
	if len(p.rs) == 0 {
		if err := q.Look(func(st *conversation.Reading) error {
			p.rs = refusal.Of(st.Refused(p.ask))
			return nil
		}); err != nil {
			return err
		}
	}
	if len(p.rs) > 0 {
		if p.guessed {
			typed.Language = ""
		}
		rs := serve.Renamed(p.rs, func(field string) string {
			if field == "said" {
				return "said-date"
			}
			return field
		})
		return q.DeskAgain(rs, v.Get("token"), func(st *conversation.Reading) (frame.View, error) { return floorForm(q, st, typed) })
	}
	if token := v.Get("token"); serve.ValidNonce(token) {
		q.Frame.Token = token
	}
	c, err := p.ask.Command.(formulation.Hear).Check()
	if err != nil {
		return err
	}
	typed.Question, typed.Why, typed.Speaker, typed.Said = c.Wording, c.Text, c.Speaker, c.Said
	return q.Desk(http.StatusOK, nil, func(st *conversation.Reading) (frame.View, error) {
		f, err := floorForm(q, st, typed)
		if err == nil {
			f.Preview(st, typed, p.guessed, q.Lang)
		}
		return f, err
	})
}

// heard is what was typed as the command has it.
func heard(q *serve.Request, typed view.FloorForm) (c formulation.Hear, rs []*refusal.Refusal) {
	c = formulation.Hear{Call: q.Ref(), Speaker: typed.Speaker, Category: typed.Category, Language: locale.Lang(typed.Language),
		Wording: serve.OneEnding(typed.Question), Text: serve.OneEnding(typed.Why)}
	var on, party error
	if c.On, on = cite.ParseRef(typed.On); typed.Party != "" {
		c.Party, party = cite.ParseRef(typed.Party)
	}
	if on != nil || party != nil { // chosen from lists
		return c, []*refusal.Refusal{refusal.New(refusal.Invalid, "form.unreadable")}
	}
	var wrong *refusal.Refusal
	if c.Said, wrong = (input.Moment{Date: typed.Date, Clock: typed.Time, Zone: frame.ZoneOrUTC(q.Frame.Zone)}).In("said", q.Lang); wrong != nil {
		rs = append(rs, wrong)
		if _, err := c.Check(); err != nil {
			for _, r := range refusal.Of(err) {
				if r.Field != "said" {
					rs = append(rs, r)
				}
			}
		}
	}
	return c, rs
}

// Hearing is the ask of whoever enters a question that was asked from the floor. Somebody of whom no party is known is a party of their
// own, the same for the same token.
func Hearing(q *serve.Request, c formulation.Hear, token string) (conversation.Ask, error) {
	if checked, err := c.Check(); err == nil {
		c.Likeness = q.Server.Sec.Likeness(q.Slug, checked.Text+"\x00"+checked.Wording)
	}
	a, err := q.Ask(c, token)
	a.For = delegation.Party(q.Server.Sec.Derive("heard", q.Slug, string(a.By.Ref())+" "+token))
	return a, err
}
