package conversation_test

import (
	"slices"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
)

// TestOfficesStayTaken: offices and authorities that ended in entries which are lost end again, while the copy is only read and
// when it goes on; one that was given back is there, and of one that was given in lost entries nothing is written.
func TestOfficesStayTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const other, third delegation.Participant = 9, 10
	w.must(olga, delegation.Grant{Participant: other, Role: delegation.Officer}, delegation.Grant{Participant: mo, Role: delegation.Moderator},
		delegation.Grant{Participant: tom, Role: delegation.Translator}, delegation.EnterParty{Party: fenland, Category: "state", Name: "Fenland"},
		delegation.Authorise{Participant: fen, Party: fenland}, delegation.Authorise{Participant: ben, Party: fenland})
	n := len(w.data)
	copied := func() *conversation.State {
		st := conversation.NewState()
		for i, data := range w.data[:n] {
			f, err := conversation.Decode(data)
			if err == nil {
				err = st.Apply(cite.Entry{Position: cite.Position(i + 1), Time: noon}, f)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		return st
	}
	w.must(other, delegation.Revoke{Participant: olga, Role: delegation.Officer}, delegation.Revoke{Participant: mo, Role: delegation.Moderator, Sure: true},
		delegation.Revoke{Participant: tom, Role: delegation.Translator}, delegation.Grant{Participant: tom, Role: delegation.Translator},
		delegation.Unauthorise{Participant: fen, Party: fenland}, delegation.Unauthorise{Participant: ben, Party: fenland}, delegation.Authorise{Participant: ben, Party: fenland},
		delegation.Grant{Participant: third, Role: delegation.Chair}, delegation.Revoke{Participant: third, Role: delegation.Chair})
	var lost []conversation.Lost
	for _, data := range w.data[n:] {
		lost = append(lost, conversation.Lost{Data: string(data)})
	}
	want := func(st *conversation.State) {
		t.Helper()
		got := map[delegation.Participant]delegation.RoleSet{}
		for _, p := range []delegation.Participant{olga, other, mo, tom, third} {
			got[p] = st.Roll.Roles(p)
		}
		if got[olga].Has(delegation.Officer) || got[mo] != 0 || got[third] != 0 || !got[other].Has(delegation.Officer) || !got[tom].Has(delegation.Translator) {
			t.Errorf("they hold %v", got)
		}
		if len(st.Roll.SpeaksFor(fen, w.now)) != 0 || !slices.Equal(st.Roll.SpeaksFor(ben, w.now), []delegation.Party{fenland}) {
			t.Errorf("they speak for %v and %v", st.Roll.SpeaksFor(fen, w.now), st.Roll.SpeaksFor(ben, w.now))
		}
	}
	read := copied()
	before := read.Roll.Snapshot()
	if _, err := read.Restrict(lost); err != nil {
		t.Fatal(err)
	}
	if want(read); !before.Roles(olga).Has(delegation.Officer) {
		t.Error("whoever reads a snapshot is shown another")
	}
	on := copied()
	facts, err := on.Decide(conversation.Ask{System: true, Received: noon, Command: conversation.Resume{Restored: true, From: cite.Position(n + 1), Reason: "The disk was lost.", Again: lost}})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for i, f := range facts {
		kinds = append(kinds, f.Body.Describe().Kind)
		data, err := conversation.Encode(f.Body)
		if err != nil {
			t.Fatal(err)
		}
		read, err := conversation.Decode(data)
		if err == nil {
			err = on.Apply(cite.Entry{Position: cite.Position(n + 1 + i), Time: noon}, read)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if want(on); len(kinds) != 8 {
		t.Errorf("it writes %v", kinds)
	}
}

// TestLeftWithoutOfficer: whoever has a copy go on is told before that nobody would be an officer any more.
func TestLeftWithoutOfficer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(olga, delegation.Grant{Participant: 9, Role: delegation.Officer}, delegation.Grant{Participant: mo, Role: delegation.Moderator})
	fact := func(f cite.Fact) conversation.Lost {
		data, err := conversation.Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		return conversation.Lost{Data: string(data)}
	}
	taken := func(p delegation.Participant, role string) conversation.Lost {
		return fact(delegation.Revoked{Participant: p, Role: role})
	}
	back := func(p delegation.Participant) conversation.Lost {
		return fact(delegation.Granted{Participant: p, Role: "officer"})
	}
	for name, c := range map[string]struct {
		lost []conversation.Lost
		want bool
	}{
		"nothing was taken":            {nil, false},
		"one of two":                   {[]conversation.Lost{taken(olga, "officer")}, false},
		"another office of the other":  {[]conversation.Lost{taken(olga, "officer"), taken(9, "chair")}, false},
		"both":                         {[]conversation.Lost{taken(olga, "officer"), taken(9, "officer")}, true},
		"both, and one had it back":    {[]conversation.Lost{taken(olga, "officer"), taken(9, "officer"), back(olga)}, false},
		"whom nobody knows is nobody":  {[]conversation.Lost{back(30), taken(olga, "officer"), taken(9, "officer")}, true},
		"what cannot be read is left":  {[]conversation.Lost{{Data: "?"}, taken(9, "officer")}, false},
		"one who was none before, too": {[]conversation.Lost{taken(30, "officer"), taken(olga, "officer")}, false},
	} {
		var lost []cite.Fact
		for _, l := range c.lost {
			fact, _ := conversation.Decode([]byte(l.Data))
			lost = append(lost, fact)
		}
		if got := w.st.Roll.LeftWithout(lost); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
