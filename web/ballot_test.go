package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/ballot"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/internal/verifier"
	"github.com/openplenary/plenary/poll"
)

// ballots has an order of three themes with two ballots: an open one by ranking that is open to everybody, and a secret one by points that is announced.
const ballots = `
enter %arcadia
  category: member_state
  country: XA
  name: Arcadia

enter %rowers
  category: ngo
  name: Rowers

authorise @max for %arcadia

authorise @rio for %rowers

begin => $o
  as: @olga
  title.en: What comes first
  criterion: en How many spoke
  about: p1.e1.x3
  theme.2: en Winter
  about.2: p1.e1.x4
  theme.3: en Freight
  about.3: p1.e1.x5

hold $o => $b
  as: @olga
  method: schulze
  constituencies: states observers public
  opens: now
  closes: now+1d
  zone: UTC

hold $o => $later
  as: @olga
  method: points
  secret: yes
  constituencies: states public
  opens: now+1d
  closes: now+2d
  zone: UTC

tick

cast $b
  as: @rio
  for: %rowers
  marks: 1:1 2:1

cast $b
  as: @p1
  marks: 1:1 2:2 3:3

cast $b
  as: @p2
  marks: 2:1 3:2 1:3

cast $b
  as: @p3
  marks: 3:1 1:2 2:3

cast $b
  as: @p4
  marks: 3:1

cast $b
  as: @p5
`

// instant is a time of day with its date: one may read as a ballot does.
var instant = regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+Z`)

// TestBallotOnThePage: somebody votes by the page, for their delegation and for themselves, and changes it; nothing is told before it closes, and to nobody
// what was chosen; then what the page counts is what anybody counts again from what it exports.
func TestBallotOnThePage(t *testing.T) {
	t.Parallel()
	h := atReplies(t, ballots)
	const at, b, vote = "/en/c/ferries", "/en/c/ferries/b1", "/en/c/ferries/b1/vote"
	reader, delegate, person := h.visitor(), h.as("moderator"), h.visitor()
	person.signIn("somebody@quay.example")
	if a := reader.get(vote); a.status != http.StatusSeeOther && a.status != http.StatusForbidden {
		t.Errorf("the public at the page where ballots are cast: %d", a.status)
	}
	body := reader.get(b).body
	for _, want := range []string{"It is not a decision of member states", "Ballots are taken now", vote, "On the frozen roll: 1", "Winter"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page of the ballot does not say %q", want)
		}
	}
	if !strings.Contains(reader.get(at+"/o1").body, b) {
		t.Error("the order does not lead to its ballot")
	}
	page := delegate.get(vote).body
	if !strings.Contains(page, "Arcadia") || !strings.Contains(page, "A delegation has one voice") {
		t.Error("a delegate does not vote for the delegation")
	}
	send := func(v *visitor, status int, with ...string) answer {
		t.Helper()
		f := url.Values{}
		for form := range 3 { // the last is the one that casts
			if !strings.Contains(v.get(vote).body, `value="return"`) && form > 0 {
				break
			}
			if f = deskForm(t, v.get(vote).body, vote, form); f.Has("theme1") || form == 2 {
				break
			}
		}
		a := v.post(vote, deskWith(f, append([]string{"do", "cast"}, with...)...))
		if a.status != status {
			t.Fatalf("%d, want %d: %s", a.status, status, deskErrors(a.body))
		}
		return a
	}
	for _, bad := range []string{"4", "0", "first", "1.5"} {
		if a := send(delegate, http.StatusUnprocessableEntity, "theme1", bad); !strings.Contains(a.body, "Theme 1: a whole number, at most 3") || !strings.Contains(a.body, `value="`+bad+`"`) {
			t.Errorf("%q: %s", bad, deskErrors(a.body))
		}
	}
	send(delegate, http.StatusSeeOther, "theme1", "1", "theme2", "2")
	send(person, http.StatusSeeOther, "theme2", "1")
	send(person, http.StatusSeeOther, "theme2", "١", "theme1", "2")
	said := person.get(vote).body
	if !strings.Contains(said, "You voted.") || !strings.Contains(said, "You can change it until") || strings.Contains(said, `value="2"`) {
		t.Error("whoever voted is not told, or is told what they chose")
	}

	// The receipt proves the ballot, and not what it says; to nobody else.
	_, link, _ := strings.Cut(said, b+"/inclusion?entry=")
	entry, _, _ := strings.Cut(link, `"`)
	receipt := person.get(b + "/inclusion?entry=" + entry)
	if r, err := verifier.Receipt([]byte(receipt.body), ""); err != nil {
		t.Errorf("%v %+v", err, r)
	}
	if strings.Contains(receipt.body, `"text"`) || !strings.Contains(receipt.body, `"ballot": "b1"`) {
		t.Errorf("the receipt: %s", receipt.body)
	}
	if _, err := verifier.Receipt([]byte(strings.Replace(receipt.body, `"ballot": "b1"`, `"ballot": "b2"`, 1)), ""); err == nil {
		t.Error("the receipt of another ballot is believed")
	}
	for _, v := range []*visitor{delegate, h.as("officer")} {
		if a := v.get(b + "/inclusion?entry=" + entry); a.status != http.StatusNotFound {
			t.Errorf("another gets the receipt: %d", a.status)
		}
		if a := v.get(at + "/entry-" + entry + ".json"); strings.Contains(a.body, "email_proven") || strings.Contains(instant.ReplaceAllString(a.body, ""), "1:2") {
			t.Errorf("another reads who voted: %s", a.body)
		}
	}
	if a := reader.get(b + ".json"); strings.Contains(a.body, "tallies") {
		t.Error("something is told before it closes")
	}
	if a := reader.get(b + "/ballots.csv?of=public&level=email_proven"); a.status != http.StatusNotFound {
		t.Error("ballots are exported before it closes:", a.status)
	}

	if _, err := h.sec.Tick(t.Context(), "ferries", h.sec.Now().Add(25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	var twin struct {
		Constituencies []struct {
			ID      string
			Tallies []struct {
				Assurance string
				Ballots   int
				Result    *ballot.Result
			}
			Parties []struct{ Name, Choice string }
		}
	}
	if err := json.Unmarshal([]byte(reader.get(b+".json").body), &twin); err != nil || len(twin.Constituencies) != 3 {
		t.Fatal(err, twin)
	}
	options := strings.Fields(reader.get(b + "/options.txt").body)
	for i, want := range []int{1, 1, 6} {
		c := twin.Constituencies[i]
		if len(c.Tallies) != 1 || c.Tallies[0].Ballots != want {
			t.Fatalf("%+v", c)
		}
		csv := reader.get(b + "/ballots.csv?of=" + c.ID + "&level=" + c.Tallies[0].Assurance)
		again, err := ballot.Read(strings.NewReader(csv.body), ballot.Schulze, options)
		if err != nil {
			t.Fatal(err, csv.body)
		}
		if got := again.Count(); !reflect.DeepEqual(got, c.Tallies[0].Result) {
			t.Errorf("%s is counted otherwise from its export:\n%+v\n%+v", c.ID, got, c.Tallies[0].Result)
		}
	}
	if c := twin.Constituencies[0].Parties[0]; c.Name != "Arcadia" || c.Choice != "1:1 2:2" {
		t.Errorf("what a delegation chose in an open ballot: %+v", c)
	}
	body = reader.get(b).body
	for _, want := range []string{"The order changes if", "Voted: 1 of 1", "Strength of the strongest path", "Ballots: 6", "ballots.csv?of=public&amp;level=email_proven"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page of the count does not say %q", want)
		}
	}
	var roll string
	if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
		p, _ := st.Polls.Poll("b1")
		roll = poll.RollText(p.Roll)
		if !strings.Contains(body, p.Hash) {
			t.Error("the page does not say the hash of the roll")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if a := reader.get(b + "/roll.txt"); a.body != roll || roll == "" {
		t.Errorf("the roll: %q", a.body)
	}

	// The officers' page: one is altered before it opens, and called off.
	officer := h.as("officer")
	const held, desk = "/en/c/ferries/desk/ballots/o1", "/en/c/ferries/desk/ballots/b2"
	if a := delegate.get(held); a.status != http.StatusForbidden && a.status != http.StatusNotFound {
		t.Errorf("a delegate holds ballots: %d", a.status)
	}
	form := deskForm(t, officer.get(held).body, held, 0)
	if a := officer.post(held, deskWith(form, "do", "hold", "opens-date", "2020-01-01", "closes-date", "2020-01-02")); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a ballot in the past: %d", a.status)
	}
	day := func(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }
	officer.deskTo(officer.post(held, deskWith(deskForm(t, officer.get(held).body, held, 0), "do", "hold", "opens-date", day(4), "closes-date", day(5))))
	form = deskForm(t, officer.get("/en/c/ferries/desk/ballots/b3").body, "/en/c/ferries/desk/ballots/b3", 0)
	officer.deskTo(officer.post("/en/c/ferries/desk/ballots/b3", deskWith(form, "do", "alter", "closes-date", day(9))))
	officer.deskTo(officer.post("/en/c/ferries/desk/ballots/b3", deskWith(deskForm(t, officer.get("/en/c/ferries/desk/ballots/b3").body, "/en/c/ferries/desk/ballots/b3", 1), "do", "call-off", "reason-en", "Nobody was told.")))
	if body := reader.get(at + "/b3").body; !strings.Contains(body, "Nobody was told.") || !strings.Contains(body, "It was called off") {
		t.Error("the page does not say why it was called off")
	}
	if body := officer.get(desk).body; !strings.Contains(body, "is frozen") {
		t.Error("what is open is altered")
	}
}
