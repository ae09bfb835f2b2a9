package delegation

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// world is a roll on which commands are played as the house plays them: checked, decided, written and read
// again, folded.
type world struct {
	t testing.TB
	*Roll
	n  cite.Position
	by Participant
	at time.Time
}

func newWorld(t testing.TB) *world { return &world{t: t, Roll: NewRoll(), by: olga, at: noon} }

// noon is when everything is asked.
var noon = time.Date(2020, 1, 2, 12, 0, 0, 0, time.UTC)

// olga acts. She is an officer only where a test says so: standing is looked at by the conversation.
const olga Participant = 7

// fold writes a fact, reads it and folds it.
func (w *world) fold(body cite.Fact) cite.Fact {
	w.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	read := reflect.New(reflect.TypeOf(body))
	if err := json.Unmarshal(data, read.Interface()); err != nil {
		w.t.Fatal(err)
	}
	if got := read.Elem().Interface(); !reflect.DeepEqual(got, any(body)) {
		w.t.Fatalf("%+v was written, %+v is read", body, got)
	}
	w.n++
	if err := read.Interface().(interface {
		Apply(*Roll, cite.Entry) error
	}).Apply(w.Roll, cite.Entry{Position: w.n}); err != nil {
		w.t.Fatal(err)
	}
	return body
}

// play has a command decided and, where it is granted, folds its fact.
func play[C interface{ Check() (C, error) }](w *world, rule func(*Roll, cite.Act, C) (cite.Proposal, error), c C) (cite.Proposal, error) {
	w.t.Helper()
	c, err := c.Check()
	if err != nil {
		return cite.Proposal{}, err
	}
	p, err := rule(w.Roll, cite.Act{By: string(w.by.Ref()), At: w.at}, c)
	if err == nil {
		w.fold(p.Body)
	}
	return p, err
}

func (w *world) do(command any) (cite.Proposal, error) {
	w.t.Helper()
	switch c := command.(type) {
	case Grant:
		return play(w, (*Roll).Grant, c)
	case Revoke:
		return play(w, (*Roll).Revoke, c)
	case EnterParty:
		return play(w, (*Roll).EnterParty, c)
	case Authorise:
		return play(w, (*Roll).Authorise, c)
	case Unauthorise:
		return play(w, (*Roll).Unauthorise, c)
	case Rename:
		return play(w, (*Roll).Rename, c)
	case Appoint:
		return play(w, (*Roll).Appoint, c)
	case End:
		return play(w, (*Roll).End, c)
	case Remind:
		return play(w, (*Roll).Remind, c)
	case HandOver:
		return play(w, (*Roll).HandOver, c)
	case Compose:
		return play(w, (*Roll).Compose, c)
	}
	w.t.Fatalf("no command: %T", command)
	return cite.Proposal{}, nil
}

// TestRules: for each rule of the roll what was done before, what is asked, and the fact or the refusal.
func TestRules(t *testing.T) {
	t.Parallel()
	const name200 = 200
	for _, c := range []struct {
		name    string
		before  []any
		command any
		want    cite.Proposal
		no      error
	}{
		{"a role is given", nil, Grant{1, Chair}, cite.Proposal{Body: Granted{1, "chair", olga}}, nil},
		{"a person may hold two", []any{Grant{1, Chair}}, Grant{1, Moderator}, cite.Proposal{Body: Granted{1, "moderator", olga}}, nil},
		{"the last role of the list is one", nil, Grant{1, roles - 1}, cite.Proposal{Body: Granted{1, "technician", olga}}, nil},
		{"there is no role after it", nil, Grant{1, roles}, cite.Proposal{}, refusal.In("role", "role.unknown")},
		{"nobody holds no role", nil, Grant{0, Chair}, cite.Proposal{}, refusal.In("role", "role.unknown")},
		{"a role is given once", []any{Grant{1, Chair}}, Grant{1, Chair}, cite.Proposal{}, refusal.New(refusal.Conflict, "role.held")},

		{"a role is taken", []any{Grant{1, Chair}}, Revoke{Participant: 1, Role: Chair}, cite.Proposal{Body: Revoked{1, "chair", olga}}, nil},
		{"and can be given again", []any{Grant{1, Chair}, Revoke{Participant: 1, Role: Chair}}, Grant{1, Chair}, cite.Proposal{Body: Granted{1, "chair", olga}}, nil},
		{"a role that is not held is not taken", []any{Grant{1, Chair}}, Revoke{Participant: 1, Role: Moderator}, cite.Proposal{}, refusal.New(refusal.Conflict, "role.not_held")},
		{"nor from somebody else", []any{Grant{1, Chair}}, Revoke{Participant: 2, Role: Chair}, cite.Proposal{}, refusal.New(refusal.Conflict, "role.not_held")},
		{"the last officer stays", []any{Grant{1, Officer}}, Revoke{Participant: 1, Role: Officer}, cite.Proposal{}, refusal.New(refusal.NotNow, "role.last_officer")},
		{"the last but one may go", []any{Grant{1, Officer}, Grant{2, Officer}}, Revoke{Participant: 1, Role: Officer}, cite.Proposal{Body: Revoked{1, "officer", olga}}, nil},
		{"the last moderator may go", []any{Grant{1, Moderator}}, Revoke{Participant: 1, Role: Moderator}, cite.Proposal{Body: Revoked{1, "moderator", olga}}, nil},

		{"a party is entered", nil, EnterParty{Party: 5, Category: "state", Country: "XA", Name: " Fenland "},
			cite.Proposal{Body: Entered{5, "state", "XA", olga}, Words: cite.Words{"name": "Fenland"}}, nil},
		{"a party has a number", nil, EnterParty{Name: "Fenland"}, cite.Proposal{}, refusal.In("party", "party.unknown")},
		{"a party has a name", nil, EnterParty{Party: 5, Name: " "}, cite.Proposal{}, refusal.In("name", "name.missing")},
		{"its name has 200 characters", nil, EnterParty{Party: 5, Name: strings.Repeat("é", name200)},
			cite.Proposal{Body: Entered{Party: 5, By: olga}, Words: cite.Words{"name": strings.Repeat("é", name200)}}, nil},
		{"and not one more", nil, EnterParty{Party: 5, Name: strings.Repeat("é", name200+1)}, cite.Proposal{},
			refusal.Several{refusal.In("name", "line.long", "max", name200), refusal.In("name", "name.missing")}},
		{"a party is entered once", []any{EnterParty{Party: 5, Name: "F"}}, EnterParty{Party: 5, Name: "G"}, cite.Proposal{}, refusal.New(refusal.Conflict, "party.entered")},

		{"somebody is let speak", []any{EnterParty{Party: 5, Name: "F"}}, Authorise{Participant: 1, Party: 5}, cite.Proposal{Body: Authorised{Participant: 1, Party: 5, By: olga}}, nil},
		{"two may speak for one party", []any{EnterParty{Party: 5, Name: "F"}, Authorise{Participant: 1, Party: 5}}, Authorise{Participant: 2, Party: 5}, cite.Proposal{Body: Authorised{Participant: 2, Party: 5, By: olga}}, nil},
		{"nobody speaks for nobody", []any{EnterParty{Party: 5, Name: "F"}}, Authorise{Participant: 0, Party: 5}, cite.Proposal{}, refusal.In("party", "party.unknown")},
		{"nobody speaks for who is not on the roll", []any{EnterParty{Party: 5, Name: "F"}}, Authorise{Participant: 1, Party: 6}, cite.Proposal{}, refusal.In("party", "party.unknown")},
		{"somebody is let speak once", []any{EnterParty{Party: 5, Name: "F"}, Authorise{Participant: 1, Party: 5}}, Authorise{Participant: 1, Party: 5}, cite.Proposal{}, refusal.New(refusal.Conflict, "party.authorised")},

		{"an authority ends", []any{EnterParty{Party: 5, Name: "F"}, Authorise{Participant: 1, Party: 5}}, Unauthorise{Participant: 1, Party: 5}, cite.Proposal{Body: Unauthorised{1, 5, olga}}, nil},
		{"and may be given again", []any{EnterParty{Party: 5, Name: "F"}, Authorise{Participant: 1, Party: 5}, Unauthorise{Participant: 1, Party: 5}}, Authorise{Participant: 1, Party: 5}, cite.Proposal{Body: Authorised{Participant: 1, Party: 5, By: olga}}, nil},
		{"none ends that is not there", []any{EnterParty{Party: 5, Name: "F"}, Authorise{Participant: 2, Party: 5}}, Unauthorise{Participant: 1, Party: 5}, cite.Proposal{}, refusal.New(refusal.Conflict, "party.no_authority")},
		{"nor twice", []any{EnterParty{Party: 5, Name: "F"}, Authorise{Participant: 1, Party: 5}, Unauthorise{Participant: 1, Party: 5}}, Unauthorise{Participant: 1, Party: 5}, cite.Proposal{}, refusal.New(refusal.Conflict, "party.no_authority")},
		{"a name is corrected", []any{EnterParty{Party: 5, Name: "F"}}, Rename{5, " Fenland "}, cite.Proposal{Body: Renamed{5, olga}, Words: cite.Words{"name": "Fenland"}}, nil},
		{"of a party on the roll", nil, Rename{5, "F"}, cite.Proposal{}, refusal.In("party", "party.unknown")},
		{"into a name", []any{EnterParty{Party: 5, Name: "F"}}, Rename{5, " "}, cite.Proposal{}, refusal.In("name", "name.missing")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for _, b := range c.before {
				if _, err := w.do(b); err != nil {
					t.Fatal(b, err)
				}
			}
			got, err := w.do(c.command)
			if !reflect.DeepEqual(err, c.no) || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%+v, %v; want %+v, %v", got, err, c.want, c.no)
			}
		})
	}
}

// TestRoll: what the roll says after some days of work at it.
func TestRoll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []any{
		Grant{9, Officer}, Grant{3, Officer}, Grant{3, Moderator}, Grant{4, Chair}, Revoke{Participant: 4, Role: Chair},
		EnterParty{Party: 20, Category: "state", Country: "XA", Name: "Fenland"}, EnterParty{Party: 10, Category: "ngo", Name: "Boats"},
		Authorise{Participant: 4, Party: 20}, Authorise{Participant: 4, Party: 10}, Authorise{Participant: 5, Party: 10},
	} {
		if _, err := w.do(c); err != nil {
			t.Fatal(c, err)
		}
	}
	if got := w.Holders(Officer); !slices.Equal(got, []Participant{3, 9}) {
		t.Errorf("the officers are %v", got)
	}
	if got := w.Holders(Chair); len(got) != 0 {
		t.Errorf("the chairs are %v", got)
	}
	if s := w.Roll.Roles(3); !s.Has(Officer) || !s.Has(Chair, Moderator) || s.Has(Chair) || s.Has() || s.Has(Chair, Analyst) {
		t.Errorf("3 holds %b", s)
	}
	if got, want := w.Entered(), []Party{20, 10}; !slices.Equal(got, want) || w.Parties() != 2 {
		t.Errorf("the parties are %v, want %v in the order of their entry; %d in all", got, want, w.Parties())
	}
	if s, ok := w.Party(20); !ok || s != (Standing{Entered: 6, Named: 6, Category: "state", Country: "XA"}) {
		t.Errorf("party 20: %+v, %v", s, ok)
	}
	if _, ok := w.Party(21); ok {
		t.Error("party 21 is on the roll")
	}
	if got := w.SpeaksFor(4, noon); !slices.Equal(got, []Party{20, 10}) {
		t.Errorf("4 speaks for %v", got)
	}
	for _, c := range []struct {
		who  Participant
		whom Party
		may  bool
	}{{4, 20, true}, {4, 10, true}, {5, 10, true}, {5, 20, false}, {6, 10, false}, {0, 0, false}} {
		if w.MaySpeak(c.who, c.whom, noon) != c.may {
			t.Errorf("%d for %d: not %v", c.who, c.whom, c.may)
		}
	}
}

// TestAuthorities: who speaks for whom, since when and by whose word; a snapshot keeps what was so when it was made.
func TestAuthorities(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []any{EnterParty{Party: 20, Name: "Fenland"}, Authorise{Participant: 4, Party: 20}, Authorise{Participant: 3, Party: 20}, Rename{20, "Kingdom of Fenland"}} {
		if _, err := w.do(c); err != nil {
			t.Fatal(c, err)
		}
	}
	held := w.Roll.Snapshot()
	w.Roll = w.Roll.Own()
	for _, c := range []any{Unauthorise{Participant: 4, Party: 20}, Rename{20, "Fenland"}} {
		if _, err := w.do(c); err != nil {
			t.Fatal(c, err)
		}
	}
	if got, want := held.Authorities(), map[Party][]Authority{20: {{Participant: 3, Party: 20, By: olga}, {Participant: 4, Party: 20, By: olga}}}; !reflect.DeepEqual(got, want) {
		t.Errorf("then %+v", got)
	}
	if got, want := w.Authorities(), map[Party][]Authority{20: {{Participant: 3, Party: 20, By: olga}}}; !reflect.DeepEqual(got, want) {
		t.Errorf("now %+v", got)
	}
	for roll, want := range map[*Roll][]cite.Position{held: {1, 4}, w.Roll: {1, 4, 6}} {
		s, _ := roll.Party(20)
		if got := append(slices.Clone(roll.Before(20)), s.Named); !slices.Equal(got, want) || s.Entered != 1 {
			t.Errorf("its names stand at %v, want %v", got, want)
		}
	}
	if held.MaySpeak(4, 20, noon) == w.MaySpeak(4, 20, noon) {
		t.Error("a snapshot changed")
	}
	if err := (&Renamed{Party: 21}).Apply(w.Roll, cite.Entry{Position: 9}); err == nil {
		t.Error("a party that is not on the roll was renamed")
	}
}

// TestFacts: what the house is told of each fact. All of the roll is public, by number.
func TestFacts(t *testing.T) {
	t.Parallel()
	u, y := Participant(1).Ref(), Party(5).Ref()
	for _, c := range []struct {
		fact    cite.Fact
		kind    string
		touches []cite.Ref
	}{
		{Granted{Participant: 1}, "delegation.granted/1", []cite.Ref{u}},
		{Revoked{Participant: 1}, "delegation.revoked/1", []cite.Ref{u}},
		{Entered{Party: 5}, "delegation.entered/1", []cite.Ref{y}},
		{Authorised{Participant: 1, Party: 5}, "delegation.authorised/1", []cite.Ref{u, y}},
		{Unauthorised{Participant: 1, Party: 5}, "delegation.unauthorised/1", []cite.Ref{u, y}},
		{Renamed{Party: 5}, "delegation.renamed/1", []cite.Ref{y}},
		{HandedOver{Party: 5, From: 1, To: 2}, "delegation.handed_over/1", []cite.Ref{u, Participant(2).Ref(), y}},
		{Composed{Group: 5}, "delegation.composed/1", []cite.Ref{y}},
	} {
		want := cite.Description{Kind: c.kind, Touches: c.touches, About: cite.Public}
		if got := c.fact.Describe(); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	// A role that a later program knew, and this one does not, changes nothing.
	w := newWorld(t)
	w.fold(Granted{Participant: 1, Role: "officer"})
	w.fold(Granted{Participant: 1, Role: "archivist"})
	w.fold(Revoked{Participant: 1, Role: "archivist"})
	if got := w.Roll.Roles(1); got != RoleSet(0).With(Officer) {
		t.Errorf("1 holds %b", got)
	}
}

// TestNumbers: a person and a party are known by a letter and 13 characters, and nobody by none.
func TestNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ref string
		n   Participant
		err bool
	}{
		{"", 0, false},
		{"u0000000000007", 7, false},
		{string(Participant(1<<64 - 1).Ref()), 1<<64 - 1, false},
		{"y0000000000007", 0, true},
		{"u000000000007", 0, true},
		{"u000000000000!", 0, true},
	} {
		var p Participant
		if err := p.UnmarshalText([]byte(c.ref)); (err != nil) != c.err || p != c.n {
			t.Errorf("%q is %d, %v", c.ref, p, err)
		}
		if got := ParticipantOf(c.ref); got != c.n {
			t.Errorf("%q is %d", c.ref, got)
		}
		if b, err := c.n.MarshalText(); !c.err && (err != nil || string(b) != c.ref) {
			t.Errorf("%d is written %q, %v", c.n, b, err)
		}
	}
	people := []Participant{0, 7, 8, 32, 1<<64 - 1, 0x0123456789abcdef}
	for _, p := range people {
		refs := []string{"", "u", "u0000000000007", "u00000000000007", "u000000000007", "y0000000000007", "U0000000000007", "ug000000000007"}
		for _, q := range people {
			refs = append(refs, string(q.Ref()))
		}
		for _, ref := range refs {
			if p.Is(ref) != (string(p.Ref()) == ref) {
				t.Errorf("%d is %q: %v", p, ref, p.Is(ref))
			}
		}
	}
	var y Party
	if err := y.UnmarshalText([]byte("u0000000000007")); err == nil {
		t.Error("a person was taken for a party")
	}
	if err := y.UnmarshalText([]byte("y0000000000007")); err != nil || y != 7 || y.Ref() != "y0000000000007" || Party(0).Ref() != cite.None {
		t.Errorf("party %d, %v", y, err)
	}
}

// TestRoleNames: each role is read by the name that it is written by.
func TestRoleNames(t *testing.T) {
	t.Parallel()
	var names []string
	for _, r := range Roles() {
		names = append(names, r.String())
		if got, ok := ParseRole(r.String()); !ok || got != r {
			t.Errorf("%s is read as %s", r, got)
		}
	}
	if want := strings.Fields("officer chair rapporteur analyst translator interpreter moderator technician"); !slices.Equal(names, want) {
		t.Errorf("the roles are %q", names)
	}
	if _, ok := ParseRole("king"); ok || roles.String() != "unknown" {
		t.Error("there is a role too many")
	}
}
