package web

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/api"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Acts are what a program asks for: a JSON object whose fields are those of a command, at the address of that
// command. Who asks is found as on a form, and the same rule decides.

// actRoutes are what can be asked for by a program: one address for each command.
func actRoutes() []Route {
	var out []Route
	for _, c := range api.Acts() {
		out = append(out, Route{Method: "POST", Pattern: "/{lang}/c/{slug}/acts/" + c.Name, Who: Everybody, Body: api.MaxBody(c), Name: "act_" + strings.ReplaceAll(c.Name, ".", "_"),
			Command: c, handle: (*Server).postAct})
	}
	return out
}

// postAct has a command decided, and answers with what became of it.
func (s *Server) postAct(q *request) error {
	c := q.route.Command
	switch {
	case api.WithoutAccount(c):
	case !q.signedIn:
		return errSignIn
	case q.me == 0: // nobody yet in this conversation: no number is made for them
		return refusal.New(refusal.Forbidden, "standing.missing")
	}
	token, err := q.idempotencyKey()
	if err != nil {
		return err
	}
	command := c.New()
	into := []any{command}
	var speaker api.Speaker
	if api.Extra(c.Name) != nil {
		into = append(into, &speaker)
	}
	if err := q.readObject(into...); err != nil {
		return err
	}
	ask, err := q.actAsk(command, speaker, token)
	if err != nil {
		return err
	}
	answer, err := s.Sec.Do(q.Context(), q.slug, ask)
	if err != nil {
		return err
	}
	return q.acted(ask, token, answer)
}

// key is an idempotency key: the token that it stands for, and whether it is one in the house's own form, 128
// random bits, by which somebody can show later that a contribution is theirs.
type key struct {
	token string
	own   bool
}

// idempotencyKey reads the header Idempotency-Key; without it, every request is an ask of its own.
func (q *request) idempotencyKey() (key, error) {
	s := q.Header.Get("Idempotency-Key")
	switch {
	case s == "":
		return key{nonce(), true}, nil
	case validNonce(s):
		return key{s, true}, nil
	case !api.KeyFormed(s):
		return key{}, &refusal.Refusal{Kind: refusal.Malformed, Key: "body.key", Field: "Idempotency-Key"}
	}
	// Hashed with the secret of the instance, so that nobody makes a cookie out of a key that they guess.
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], q.s.Sec.Derive("key", q.slug, s))
	binary.BigEndian.PutUint64(b[8:], q.s.Sec.Derive("second half of key", q.slug, s))
	return key{base64.RawURLEncoding.EncodeToString(b[:]), false}, nil
}

// readObject reads the body: one JSON object.
func (q *request) readObject(into ...any) error {
	if kind, _, _ := mime.ParseMediaType(q.Header.Get("Content-Type")); kind != "application/json" {
		return refusal.New(refusal.Malformed, "body.json")
	}
	b, err := io.ReadAll(q.Body)
	if err != nil {
		return badForm(err)
	}
	return api.Decode(b, into...)
}

// actAsk is the ask of whoever sends an act. Most are asked for as they are.
func (q *request) actAsk(command any, speaker api.Speaker, k key) (conversation.Ask, error) {
	c := reflect.ValueOf(command).Elem()
	switch q.route.Command.Name {
	case "consultation.submit":
		return q.submitAct(c.Interface().(consultation.Submit), speaker, k)
	case "consultation.withdraw":
		return q.authorAct(c.Interface(), c.Interface().(consultation.Withdraw).Contribution, k)
	case "consultation.react":
		return q.authorAct(c.Interface(), c.Interface().(consultation.React).Part, k)
	case "delegation.enter":
		if party := c.Addr().Interface().(*delegation.EnterParty); party.Party == 0 { // drawn, and the same for the same key
			party.Party = delegation.Party(q.s.Sec.Derive("entered", q.slug, k.token))
		}
	}
	return q.ask(c.Interface(), k.token)
}

// submitAct is the ask of a contribution: of the reader, for the party that is named or for themselves.
func (q *request) submitAct(c consultation.Submit, speaker api.Speaker, k key) (conversation.Ask, error) {
	if err := q.may(once(limitSend)); err != nil {
		return conversation.Ask{}, err
	}
	a := conversation.Ask{Token: k.token, Received: q.received, Assurance: consultation.Anonymous}
	switch {
	case q.signedIn:
		me, err := q.participant()
		if err != nil {
			return a, err
		}
		a.By, a.Scope, a.Assurance = me, string(me.Ref()), consultation.EmailProven
		a.For = delegation.Party(q.s.Sec.Derive("self", q.slug, string(me.Ref())))
	default:
		a.By = q.anonymousParticipant(k.token)
		a.For = delegation.Party(q.s.Sec.Derive("party", q.slug, k.token))
	}
	if speaker.For != cite.None {
		if err := a.For.UnmarshalText([]byte(speaker.For)); err != nil {
			return a, refusal.In("for", "party.unknown")
		}
		c.Known = true
	}
	if !q.signedIn {
		for field, name := range map[string]string{"name": c.Name, "body": c.Body} {
			if name != "" && locale.Reserved(name) {
				return a, refusal.In(field, "name.reserved")
			}
		}
	}
	// What is likened is what goes on the record. Where Check refuses, nothing does.
	if checked, err := conversation.Check(c); err == nil {
		c = checked.(consultation.Submit)
		for i := range c.Parts {
			c.Parts[i].Likeness = q.s.Sec.Likeness(q.slug, c.Parts[i].Text+"\x00"+c.Parts[i].Wording)
		}
	}
	a.Command = c
	return a, nil
}

// authorAct is the ask of the author of a contribution, with or without an account. To anybody else it is as if
// the contribution were not there.
func (q *request) authorAct(command any, ref cite.Ref, k key) (conversation.Ask, error) {
	a := conversation.Ask{Received: q.received, Assurance: consultation.Anonymous, Command: command, Token: k.token}
	if q.signedIn {
		a.Assurance = consultation.EmailProven
	}
	reader := q.audience()
	err := q.look(func(st *conversation.Reading) error {
		row, _ := st.Consultation.Row(ref) // nobody's where there is none
		//mutants:guard only an author acts on what is theirs
		if !reader.Is(row.By) {
			return notFound()
		}
		for _, p := range reader.As {
			if string(p.Ref()) == row.By {
				a.By = p
			}
		}
		return nil
	})
	a.Scope = string(a.By.Ref())
	return a, err
}

// actResult is the answer to an act.
type actResult struct {
	First    cite.Position `json:"first"`
	Last     cite.Position `json:"last"`
	Refs     []cite.Ref    `json:"refs"`
	Repeated bool          `json:"repeated"`
}

// acted says what became of an act.
func (q *request) acted(ask conversation.Ask, k key, answer plenary.Answer) error {
	h := q.w.Header()
	if _, submitted := ask.Command.(consultation.Submit); submitted && !q.signedIn && (k.own || !answer.Again) {
		// Who repeats a key that may be guessed is not known by it to be the author.
		q.addOwn(k.token)
	}
	if len(answer.Refs) > 0 {
		h.Set("Location", q.in("/"+string(answer.Refs[0])))
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	b, err := json.MarshalIndent(actResult{answer.First, answer.Last, append([]cite.Ref{}, answer.Refs...), answer.Again}, "", " ")
	if err != nil {
		return err
	}
	return writeBody(q.w, q.Request, http.StatusOK, append(b, '\n'))
}
