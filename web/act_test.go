package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/openplenary/plenary/api"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/web"
)

// act asks for a command as a program does.
func (v *visitor) act(name, body string, headers ...string) answer {
	v.h.t.Helper()
	r, err := http.NewRequest(http.MethodPost, v.h.url+"/en"+conv+"/acts/"+name, strings.NewReader(body))
	if err != nil {
		v.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return v.do(r)
}

// done is the answer to an act.
type done struct {
	First, Last cite.Position
	Refs        []cite.Ref
	Repeated    bool
}

// did reads the answer of an act that was done.
func (a answer) did(t *testing.T) done {
	t.Helper()
	var d done
	if err := json.Unmarshal([]byte(a.body), &d); a.status != http.StatusOK || err != nil {
		t.Fatal(a.status, a.body, err)
	}
	return d
}

// refused checks that an act was refused as a problem, about a field and with a key.
func (a answer) refused(t *testing.T, status int, key, field string) {
	t.Helper()
	var p struct {
		Type, Title, Detail string
		Status              int
		Errors              []struct{ Field, Key, Detail string }
	}
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.status != status || p.Status != status || a.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("want %d %s: %d %s %s", status, key, a.status, a.header.Get("Content-Type"), a.body)
		return
	}
	if p.Type != "/problems/"+key || p.Title == "" || p.Detail == "" {
		t.Errorf("want %s: %s", key, a.body)
	}
	if field != "" && (len(p.Errors) == 0 || p.Errors[0].Field != field || p.Errors[0].Key != key) {
		t.Errorf("want %s about %s: %v", key, field, p.Errors)
	}
}

const said = `{"call":"k2","category":"individual","country":"KE","name":"Ms A","parts":[{"on":"p2.e1.x3","language":"en","text":"What a program has to say."}]}`

// TestActSubmit: a program sends a contribution without an account, gets its receipt, and takes it back.
func TestActSubmit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	first := v.act("consultation.submit", said, "Idempotency-Key", nonce1)
	d := first.did(t)
	if len(d.Refs) != 1 || d.Repeated || d.First == 0 || first.header.Get("Location") != "/en"+conv+"/"+string(d.Refs[0]) {
		t.Fatal(first.body, first.header.Get("Location"))
	}
	again := v.act("consultation.submit", said, "Idempotency-Key", nonce1).did(t)
	if !again.Repeated || again.Refs[0] != d.Refs[0] || again.First != d.First {
		t.Error("the same key makes another contribution:", again)
	}
	v.act("consultation.submit", strings.Replace(said, "has to say", "says", 1), "Idempotency-Key", nonce1).refused(t, http.StatusConflict, "token.other", "")
	if r := v.get("/en" + conv + "/" + string(d.Refs[0]) + "/receipt.json"); r.status != http.StatusOK {
		t.Error("the author does not get the receipt:", r.status)
	}
	if r := h.visitor().get("/en" + conv + "/" + string(d.Refs[0]) + "/receipt.json"); r.status != http.StatusNotFound {
		t.Error("everybody gets the receipt of what waits for a moderator:", r.status)
	}
	withdraw := `{"contribution":"` + string(d.Refs[0]) + `"}`
	h.visitor().act("consultation.withdraw", withdraw).refused(t, http.StatusNotFound, "not_found", "")
	h.as("officer").act("consultation.withdraw", withdraw).refused(t, http.StatusNotFound, "not_found", "")
	v.act("consultation.withdraw", withdraw).did(t)
	v.act("consultation.withdraw", withdraw).refused(t, http.StatusConflict, "contribution.decided", "")
}

// TestActLikeForm: what a program sends and what a form sends are the same to the rules: equal texts are one text.
func TestActLikeForm(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const text = "The very same caf\u00e9, word for word."
	counts := func() (c consultation.Counts) {
		h.state(func(s *conversation.State) { c = s.Consultation.Counts() })
		return c
	}
	before := counts()
	a := h.visitor().post("/en"+conv+"/k2/contribute", submission(nonce2, text))
	ref, _, _ := strings.Cut(strings.TrimPrefix(a.header.Get("Location"), "/en"+conv+"/"), "/")
	d := h.visitor().act("consultation.submit", strings.Replace(said, "What a program has to say.", strings.Replace(text, "\u00e9", "e\u0301", 1), 1)).did(t)
	m := h.as("moderator")
	for _, c := range []string{ref, string(d.Refs[0])} {
		m.act("consultation.publish", `{"contribution":"`+c+`"}`).did(t)
	}
	if after := counts(); after.Submissions != before.Submissions+2 || after.Texts != before.Texts+1 {
		t.Errorf("equal texts are not one text: %v after %v", after, before)
	}
}

// TestActGuessedKey: who repeats a key that may be guessed is not taken for the author.
func TestActGuessedKey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const guessed = "my-first-contribution"
	v := h.visitor()
	d := v.act("consultation.submit", said, "Idempotency-Key", guessed).did(t)
	other := h.visitor()
	a := other.act("consultation.submit", said, "Idempotency-Key", guessed)
	if !a.did(t).Repeated || len(a.header.Values("Set-Cookie")) > 0 {
		t.Error("a guessed key gives the cookie of the author:", a.header.Values("Set-Cookie"))
	}
	other.act("consultation.withdraw", `{"contribution":"`+string(d.Refs[0])+`"}`).refused(t, http.StatusNotFound, "not_found", "")
	v.act("consultation.withdraw", `{"contribution":"`+string(d.Refs[0])+`"}`).did(t)
}

// TestActStanding: each act is done by whom the table of commands names, and by nobody else; what is refused
// leaves the record as it was.
func TestActStanding(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	pending := h.pending(t)
	people := map[string]*visitor{"nobody": h.visitor(), "moderator": h.as("moderator"), "officer": h.as("officer")}
	for name, x := range map[string]struct {
		body string
		who  string
	}{
		"consultation.publish":  {`{"contribution":"` + pending + `"}`, "moderator"},
		"consultation.withhold": {`{"contribution":"c7","ground":"off_topic","reason":"It is about something else."}`, "moderator"},
		"consultation.redact":   {`{"part":"c12.1[0:4]","ground":"personal_data"}`, "moderator"},
		"conversation.document": {`{"document":{"symbol":"X/1","title":{"original":"en","in":{"en":"A document"}},"source":"https://example.org/"}}`, "officer"},
		"conversation.map":      {`{"off":true}`, "officer"},
		"delegation.enter":      {`{"category":"ngo","country":"KE","name":"A body"}`, "officer"},
		"consultation.announce": {`{"title":{"original":"en","in":{"en":"A call"}},"paper":"p2","opens":"2035-01-01T00:00:00Z","closes":"2035-02-01T00:00:00Z","zone":"UTC","late":"kept","moderation":"before"}`, "officer"},
		"paper.reserve":         {`{"paper":"p2","kind":"paragraph","name":{"original":"en","in":{"en":"A paragraph to come"}}}`, "officer"},
	} {
		for role, v := range people {
			if role == x.who || role == "officer" && x.who == "moderator" {
				continue
			}
			before := h.head()
			if role == "nobody" {
				v.act(name, x.body).refused(t, http.StatusUnauthorized, "sign_in.needed", "")
			} else {
				v.act(name, x.body).refused(t, http.StatusForbidden, "standing.missing", "")
			}
			if after := h.head(); after != before {
				t.Errorf("%s was refused to %s, and the record went on", name, role)
			}
		}
		before := h.head()
		a := people[x.who].act(name, x.body, "Idempotency-Key", "a key for "+name+"...")
		if a.status != http.StatusBadRequest {
			t.Errorf("a key with blanks: %d", a.status)
		}
		key := "a-key-for-" + name
		d := people[x.who].act(name, x.body, "Idempotency-Key", key).did(t)
		if d.First != before+1 || h.head() != d.Last {
			t.Errorf("%s: %v after %d", name, d, before)
		}
		if again := people[x.who].act(name, x.body, "Idempotency-Key", key).did(t); !again.Repeated || again.Last != d.Last || h.head() != d.Last {
			t.Errorf("%s with the same key: %v", name, again)
		}
	}
}

// TestActMalformed: what cannot be read is said with its field, and nothing is done.
func TestActMalformed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	before := h.head()
	for body, want := range map[string][2]string{
		``:                             {"body.unreadable"},
		`[]`:                           {"body.unreadable"},
		`{"call":"k2"`:                 {"body.unreadable"},
		`{"call":"k2"}x`:               {"body.unreadable"},
		`{"call":"k2"}{}`:              {"body.unreadable"},
		`{"call":"k2","colour":"red"}`: {"body.unknown", "colour"},
		`{"Call":"k2"}`:                {"body.unknown", "Call"},
		`{"call":"k2","call":"k1"}`:    {"body.twice", "call"},
		`{"call":7}`:                   {"body.type", "call"},
		`{"call":"nonsense"}`:          {"body.type", "call"},
		`{"call":null}`:                {"body.type", "call"},
		`{"parts":{}}`:                 {"body.type", "parts"},
		`{"parts":[{"on":"p2.e1.x3","likeness":1}]}`: {"body.unknown", "parts[0].likeness"},
		`{"parts":[{},{"stance":"perhaps"}]}`:        {"body.type", "parts[1].stance"},
		`{"parts":[{"language":"xx"}]}`:              {"body.type", "parts[0].language"},
		`{"files":[{"name":"a.pdf","size":1}]}`:      {"body.unknown", "files"},
		`{"known":true}`:                             {"body.unknown", "known"},
		`{"for":3}`:                                  {"body.type", "for"},
	} {
		v.act("consultation.submit", body).refused(t, http.StatusBadRequest, want[0], want[1])
	}
	v.act("consultation.submit", said, "Content-Type", "text/plain").refused(t, http.StatusBadRequest, "body.json", "")
	v.act("consultation.submit", said, "Idempotency-Key", "short").refused(t, http.StatusBadRequest, "body.key", "Idempotency-Key")
	v.act("consultation.submit", said, "Sec-Fetch-Site", "cross-site").refused(t, http.StatusForbidden, "cross_origin", "")
	v.act("consultation.submit", `{"call":"`+strings.Repeat("k", 6<<20)+`"}`).refused(t, http.StatusRequestEntityTooLarge, "too_large", "")
	v.act("consultation.submit", strings.Replace(said, "p2.e1.x3", "p1.e1.x4", 1)).refused(t, http.StatusUnprocessableEntity, "contribution.anchor", "on")
	v.act("consultation.submit", strings.Replace(said, `{"call"`, `{"for":"y0000000000001","call"`, 1)).refused(t, http.StatusUnprocessableEntity, "party.not_authorised", "for")
	for _, gone := range []string{"conversation.convene", "consultation.open", "consultation.close", "consultation.nothing"} {
		if a := h.as("officer").act(gone, `{"call":"k2"}`); a.status != http.StatusNotFound && a.status != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", gone, a.status)
		}
	}
	v.act("consultation.submit", strings.Replace(said, "Ms A", "The Secretariat", 1)).refused(t, http.StatusUnprocessableEntity, "name.reserved", "name")
	if after := h.head(); after != before {
		t.Errorf("what was refused went on the record: %d after %d", after, before)
	}
}

// TestActLimit: acts that send contributions are counted with the forms that do.
func TestActLimit(t *testing.T) {
	t.Parallel()
	h := newHouse(t).entrance(func(*web.Options) {})
	for range 60 {
		h.from("198.51.100.7", "").act("consultation.submit", said).did(t)
	}
	a := h.from("198.51.100.7", "").act("consultation.submit", said)
	a.refused(t, http.StatusTooManyRequests, "too_many", "")
	if a.header.Get("Retry-After") == "" {
		t.Error("nobody is told when to come back")
	}
}

// TestActs: there is an act for every command of the table, but for those that nobody asks for inside a conversation.
func TestActs(t *testing.T) {
	t.Parallel()
	has := map[string]bool{}
	for _, r := range web.Routes() {
		if r.Command.Type != nil {
			has[r.Command.Name] = true
		}
	}
	for _, c := range conversation.Commands() {
		wanted := c.Standing != conversation.Timekeeper && c.Standing != conversation.Founders
		if has[c.Name] != wanted {
			t.Errorf("%s has an act: %v", c.Name, has[c.Name])
		}
		if summary, _ := api.ActWords(api.Collected(), c); summary == "" {
			t.Errorf("nothing says what %s does", c.Name)
		}
	}
}
