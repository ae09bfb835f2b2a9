package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
)

// balloted is the page of a ballot as a program reads it.
type balloted struct {
	Constituencies []struct {
		ID      string
		OnRoll  *int `json:"on_roll"`
		Voted   *int
		Parties []struct{ Voted *bool }
		Tallies []struct {
			Ballots int
			Kept    bool
		}
	}
}

func (v *visitor) balloted(page string) (out balloted) {
	v.h.t.Helper()
	if err := json.Unmarshal([]byte(v.get(page+".json").body), &out); err != nil {
		v.h.t.Fatal(err)
	}
	return out
}

// actAs has a program act in the conversation on ferries, with a key of its own.
func (v *visitor) actAs(key, name, body string) answer {
	v.h.t.Helper()
	r, err := http.NewRequest(http.MethodPost, v.h.url+"/en/c/ferries/acts/"+name, strings.NewReader(body))
	if err != nil {
		v.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	return v.do(r)
}

// TestBallotOnce: pressed twice, a form casts once, and what comes late takes the place of nobody's ballot; a delegation votes by a program;
// a token that was used says nothing of what was chosen, before the count and after it; the page does not say what is not so.
func TestBallotOnce(t *testing.T) {
	t.Parallel()
	h := atReplies(t, ballots+`

authorise @olga for %arcadia
  as: @olga

hold $o => $few
  as: @olga
  method: approval
  secret: yes
  constituencies: public
  opens: now
  closes: now+1d
  zone: UTC

tick

cast $few
  as: @p1
  marks: 1:1
`)
	const b, vote = "/en/c/ferries/b1", "/en/c/ferries/b1/vote"
	delegate, person, reader := h.as("moderator"), h.visitor(), h.visitor()
	var arcadia, rowers cite.Ref
	last := func() (at cite.Position) {
		if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
			p, _ := st.Polls.Poll("b1")
			arcadia, rowers, at = p.Roll[0].Parties[0], p.Roll[1].Parties[0], p.Last
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return at
	}
	last()

	// The form has a token; the same form again is one ballot, whatever became of it meanwhile.
	colleague := h.as("officer")
	form := deskForm(t, delegate.get(vote).body, vote, 0)
	if form.Get("token") == "" {
		t.Fatal("the form of a ballot has no token")
	}
	press := func(v *visitor, f url.Values, with ...string) string {
		t.Helper()
		a := v.post(vote, deskWith(f, append([]string{"do", "cast"}, with...)...))
		if a.status != http.StatusSeeOther {
			t.Fatal(a.status, deskErrors(a.body))
		}
		return a.header.Get("Location")
	}
	press(delegate, form, "theme1", "1")
	cast := last()
	if to := press(delegate, form, "theme1", "1"); last() != cast || !strings.Contains(delegate.get(strings.TrimPrefix(to, h.url)).body, "This form had been sent before") {
		t.Error("pressed twice, it was cast twice, or nothing says that it was not")
	}
	a := colleague.actAs("", "poll.cast", `{"poll":"b1","for":"`+string(arcadia)+`","marks":[{"option":2,"value":1}]}`)
	if a.status != http.StatusOK || last() == cast {
		t.Fatal("a delegation does not vote by a program:", a.status, a.body)
	}
	cast = last()
	// What one of a delegation cast is theirs to take back and to have proven; the others see that it was cast.
	for who, v := range map[bool]*visitor{true: colleague, false: delegate} {
		page := v.get(vote).body
		if strings.Contains(page, "/b1/inclusion") != who || strings.Contains(page, `value="return"`) != who {
			t.Errorf("who cast a delegation's ballot (%v) has its receipt and takes it back, and nobody else: %s", who, page)
		}
	}
	if press(delegate, form, "theme1", "1"); last() != cast {
		t.Error("a form that came late took the place of a colleague's ballot")
	}
	if a := colleague.actAs("", "poll.return", `{"poll":"b1","for":"`+string(arcadia)+`"}`); a.status != http.StatusOK || last() == cast {
		t.Error("a delegation does not take its ballot back by a program:", a.status, a.body)
	}
	if a := colleague.actAs("", "poll.cast", `{"poll":"b1","for":"`+string(rowers)+`","marks":[]}`); !strings.Contains(a.body, "party.not_authorised") {
		t.Error("a program votes for a party for which it does not speak:", a.status, a.body)
	}
	if a := reader.actAs("", "poll.cast", `{"poll":"b1","marks":[]}`); a.status != http.StatusForbidden && a.status != http.StatusUnauthorized {
		t.Error("somebody who is not signed in votes by a program:", a.status, a.body)
	}

	// Whoever keeps the token shows nobody by it what they chose: each choice is answered alike.
	person.signIn("somebody@quay.example")
	said := func(choice string) answer {
		return person.actAs("a-key-that-i-keep", "poll.cast", `{"poll":"b1","marks":[`+choice+`]}`)
	}
	first, same, other := said(`{"option":1,"value":1}`), said(`{"option":1,"value":1}`), said(`{"option":2,"value":1}`)
	if first.status != http.StatusOK || !same.did(t).Repeated || other.status != same.status || other.body != same.body {
		t.Errorf("an answer says what was chosen: %d %s, %d %s", same.status, same.body, other.status, other.body)
	}

	// Before the count nothing is said of who voted, and what has no roll is not on it.
	for _, c := range reader.balloted(b).Constituencies {
		if c.Voted != nil || (c.OnRoll != nil) != (c.ID != "public") || len(c.Parties) > 0 && c.Parties[0].Voted != nil {
			t.Errorf("while it is open: %+v", c)
		}
	}
	if a := reader.get(b + "/ballots.csv?of=x"); a.status != http.StatusBadRequest || !strings.Contains(a.body, "of") {
		t.Errorf("ballots of nobody: %d", a.status)
	}
	if _, err := h.sec.Tick(t.Context(), "ferries", h.sec.Now().Add(25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if same, other := said(`{"option":1,"value":1}`), said(`{"option":2,"value":1}`); same.status != other.status || same.body != other.body {
		t.Errorf("after the count, an answer says what was chosen: %d %s, %d %s", same.status, same.body, other.status, other.body)
	}
	told := reader.balloted(b).Constituencies
	if c := told[1]; c.Voted == nil || *c.Voted != 1 || c.Parties[0].Voted == nil || !*c.Parties[0].Voted {
		t.Errorf("after the count: %+v", c)
	}
	if c := told[0]; c.Voted == nil || *c.Voted != 0 || c.Parties[0].Voted == nil || *c.Parties[0].Voted {
		t.Errorf("after the count: %+v", c)
	}
	if !strings.Contains(reader.get(b).body, "What would have changed the first place") {
		t.Error("the page does not say that it speaks of the first place alone")
	}

	// Too few secret ballots are not counted by theme, and no file of them is offered to be counted again.
	const few = "/en/c/ferries/b3"
	if c := reader.balloted(few).Constituencies[0]; len(c.Tallies) != 1 || !c.Tallies[0].Kept || c.Tallies[0].Ballots != 1 {
		t.Fatalf("%+v", c)
	}
	if page := reader.get(few).body; !strings.Contains(page, "too few to be counted") || strings.Contains(page, "tally --method") || strings.Contains(page, "counted and not listed") {
		t.Error("the page of too few ballots says that they were counted, or how to count them again")
	}
}
