package web

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/api"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/intake"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/web/contribution"
	"github.com/openplenary/plenary/web/questions"
	"github.com/openplenary/plenary/web/serve"
	"github.com/openplenary/plenary/web/sessions"
)

// Acts are what a program asks for: a JSON object whose fields are those of a command, at the address of that
// command. Who asks is found as on a form, and the same rule decides.

// actRoutes are what can be asked for by a program: one address for each command.
func (s *site) actRoutes() []serve.Route {
	var out []serve.Route
	for _, c := range api.Acts() {
		out = append(out, serve.Route{Method: "POST", Pattern: "/{lang}/c/{slug}/acts/" + c.Name, Who: serve.Everybody, Body: api.MaxBody(c), Name: "act_" + strings.ReplaceAll(c.Name, ".", "_"),
			Command: c, Handle: s.on((*request).postAct)})
	}
	return out
}

// postAct has a command decided, and answers with what became of it.
func (q *request) postAct() error {
	c := q.Route.Command
	switch {
	case api.WithoutAccount(c):
	case !q.SignedIn:
		return serve.ErrSignIn
	case q.Me == 0 && !api.Joins(c): // nobody yet in this conversation: no number is made for them
		return refusal.New(refusal.Forbidden, "standing.missing")
	}
	//mutants:guard nobody who holds no office fills the record by doing and undoing
	if c.Standing == conversation.Anybody {
		if err := q.May(serve.Once(serve.LimitActs)); err != nil {
			return err
		}
	}
	k, err := api.KeyOf(q.Header, func(text string) uint64 { return q.Server.Sec.Derive("key", q.Slug, text) })
	if err != nil {
		return err
	}
	command := c.New()
	into := []any{command}
	var speaker api.Speaker
	var supporter api.Supporter
	switch api.Extra(c.Name).(type) {
	case api.Speaker:
		into = append(into, &speaker)
	case api.Supporter:
		into = append(into, &supporter)
	case api.Caster:
		into = append(into, (*api.Caster)(&supporter))
	}
	if err := api.Read(q.Request.Request, into...); err != nil {
		return serve.BadForm(err)
	}
	if submit, ok := command.(*consultation.Submit); ok {
		return q.submitAct(*submit, speaker, k)
	}
	ask, err := q.actAsk(command, supporter, k)
	if err != nil {
		return err
	}
	answer, err := q.Server.Sec.Do(q.Context(), q.Slug, ask)
	if err != nil {
		return err
	}
	return q.acted(answer)
}

// actAsk is the ask of whoever sends an act. Most are asked for as they are.
func (q *request) actAsk(command any, supporter api.Supporter, k api.Key) (conversation.Ask, error) {
	c := reflect.ValueOf(command).Elem()
	switch q.Route.Command.Name {
	case "consultation.withdraw":
		return q.authorAct(c.Interface(), c.Interface().(consultation.Withdraw).Contribution, k)
	case "consultation.correct":
		return q.correctAct(c.Interface().(correction.Correct), k)
	case "consultation.react":
		return q.authorAct(c.Interface(), c.Interface().(reaction.React).Part, k)
	case "formulation.support", "formulation.take-back", "delegation.align", "poll.cast", "poll.return":
		if known := c.FieldByName("Known"); known.IsValid() {
			known.SetBool(supporter.For != cite.None)
		}
		return questions.Supporting(q.Request, c.Interface(), string(supporter.For), k.Token)
	case "accreditation.request":
		ask := c.Addr().Interface().(*accreditation.Ask)
		if ask.Alike = q.Server.Sec.Likeness(q.Slug, accreditation.Folded(ask.Name)); ask.Party == cite.None { // drawn, and the same for the same key
			ask.Party = delegation.Party(q.Server.Sec.Derive("accreditation", q.Slug, k.Token)).Ref()
		}
	case "paper.publish":
		written, err := q.editor.Written(q.Request, c.Interface().(paper.Publish))
		if err != nil {
			return conversation.Ask{}, err
		}
		return q.Ask(written, k.Token)
	case "formulation.hear":
		return questions.Hearing(q.Request, c.Interface().(formulation.Hear), k.Token)
	case "floor.ask-floor":
		return q.floors.Asking(q.Request, c.Interface().(floor.Ask), k.Token)
	case "session.deliver":
		return sessions.Delivering(q.Request, c.Interface().(session.Deliver), k.Token)
	case "delegation.enter":
		if party := c.Addr().Interface().(*delegation.EnterParty); party.Party == 0 { // drawn, and the same for the same key
			party.Party = delegation.Party(q.Server.Sec.Derive("entered", q.Slug, k.Token))
		}
	}
	return q.Ask(c.Interface(), k.Token)
}

// correctAct is the ask of an author who puts right what they sent. What changes nothing is left out.
func (q *request) correctAct(c correction.Correct, k api.Key) (conversation.Ask, error) {
	page := &consult.Correct{}
	if err := q.Look(func(st *conversation.Reading) error {
		var ok bool
		if page, ok = consult.NewCorrect(st, c.Contribution, q.Lang); !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return conversation.Ask{}, err
	}
	if err := q.Fill(page); err != nil {
		return conversation.Ask{}, err
	}
	c, rs := contribution.Changed(q.Request, page, c)
	if len(rs) > 0 {
		return conversation.Ask{}, refusal.Several(rs)
	}
	if err := contribution.Sender(q.Request).Limits.Send(); err != nil {
		return conversation.Ask{}, err
	}
	return q.authorAct(c, c.Contribution, k)
}

// submitAct takes a contribution in, of the reader, for the party that is named or for themselves.
func (q *request) submitAct(c consultation.Submit, speaker api.Speaker, k api.Key) error {
	answer, err := q.intake.Send(q.Context(), intake.Contribution{Sender: contribution.Sender(q.Request), Token: k.Token, For: speaker.For, Through: speaker.Through,
		PublicAddress: speaker.PublicAddress, Submit: c})
	if err != nil {
		return err
	}
	if !q.SignedIn && (k.Secret || !answer.Again) {
		// Who repeats a key that may be guessed is not known by it to be the author.
		q.AddOwn(k.Token)
	}
	return q.acted(answer)
}

// authorAct is the ask of whoever acts for a contribution: its author, with or without an account, or who speaks for its party. To anybody else it is as if
// the contribution were not there.
func (q *request) authorAct(command any, ref cite.Ref, k api.Key) (conversation.Ask, error) {
	a := conversation.Ask{Received: q.Received, Assurance: consultation.Anonymous, Command: command, Token: k.Token}
	if q.SignedIn {
		a.Assurance = consultation.EmailProven
	}
	err := q.Look(func(st *conversation.Reading) error {
		if a.By, _ = st.Acts(ref); a.By == 0 {
			return serve.NotFound()
		}
		a.Scope = string(a.By.Ref())
		return nil
	})
	return a, err
}

// acted says what became of an act.
func (q *request) acted(answer plenary.Answer) error {
	h := q.Writer.Header()
	if len(answer.Refs) > 0 {
		h.Set("Location", q.In("/"+string(answer.Refs[0])))
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	return json.NewEncoder(q.Writer).Encode(api.Done{First: answer.First, Last: answer.Last, Refs: append([]cite.Ref{}, answer.Refs...), Repeated: answer.Again})
}
