package conversation_test

import (
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/poll"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/transcript"
	"github.com/openplenary/plenary/translation"
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

// TestWordsStayErased: words that are of no contribution and were erased in entries that are lost go again, while the copy is only read and when it goes
// on: renderings, passages of transcripts, requests that were taken back. So does a document that was taken off its call, and a ballot that was taken back.
// Nothing goes that came in the place of what is lost, and of a ballot whose count is lost the words stay until it is counted again.
func TestWordsStayErased(t *testing.T) {
	t.Parallel()
	w := spoken(t, consultation.ModerateAfter)
	spoke := cite.Contribution(w.st.Consultation.Len())
	w.must(tom, translation.Render{Part: cite.Part(spoke, 1), Language: "fr", Text: "Le bac."})
	rendering := w.st.Head
	w.must(olga, settings.Name{List: settings.Categories, ID: "ngo", Chooser: settings.Both}, accreditation.SetOffer{Categories: []string{"ngo"}, As: accreditation.Capacities},
		life.AddDocument{Call: "k1", Title: english("Costs"), Source: "https://example.org"}, life.AddDocument{Call: "k1", Title: english("Map"), Source: "https://example.org"})
	w.must(ben, asking(boats, "ngo", 7))
	request := w.st.Head
	ordering(w)
	voted(w, "o1", time.Hour)
	voted(w, "o1", time.Hour)
	for _, of := range []cite.Ref{"b1", "b2"} {
		w.must(ann, poll.Cast{Poll: of, Marks: []poll.Mark{{Option: 1, Value: 1}}})
	}
	of := transcript.Of{Session: "s1", Sitting: 1, Language: "en"}
	passage, _ := w.st.Transcripts.Find(of)
	cast := w.st.Polls.CastAt("b1")
	n := len(w.data)
	copied := func() *conversation.State {
		st := conversation.NewState()
		for i, data := range w.data[:n] {
			if f, err := conversation.Decode(data); err != nil {
				t.Fatal(err)
			} else if err := st.Apply(cite.Entry{Position: cite.Position(i + 1), Time: noon}, f); err != nil {
				t.Fatal(err)
			}
		}
		return st
	}

	row, _ := w.st.Consultation.Row(spoke)
	w.must(tom, translation.Render{Part: cite.Part(spoke, 1), Language: "fr", Text: "Le bac vert."})
	w.must(mo, consultation.Redact{Part: cite.Part(spoke, 1) + "[4:9]", Ground: "abuse"})
	w.must(olga, transcript.Erase{Session: "s1", Sitting: 1, Language: "en", Passage: 1, Ground: "abuse"}, life.RemoveDocument{Call: "k1", Number: 2, Reason: "Wrong."},
		life.AddDocument{Call: "k1", Title: english("Plan"), Source: "https://example.org"}, life.RemoveDocument{Call: "k1", Number: 3, Reason: "Wrong."})
	w.must(ben, accreditation.Retract{Party: boats.Ref()})
	w.must(ann, poll.Return{Poll: "b1"})
	w.now = w.now.Add(2 * time.Hour)
	if _, err := w.ask(conversation.Ask{System: true, Received: w.now, Command: poll.Count{Poll: "b2", Seen: w.st.Polls.Polls()[1].Last}}); err != nil {
		t.Fatal(err)
	}
	var lost []conversation.Lost
	for _, data := range w.data[n:] {
		l := conversation.Lost{Data: string(data)}
		if f, err := conversation.Decode(data); err == nil && f.Describe().Touches[0].Root() == spoke {
			l.Of = row.Position
		}
		lost = append(lost, l)
	}
	want := append([]cite.Position{rendering, request}, append(passage.Passages[0].Entries(), cast...)...)
	slices.Sort(want)
	gone := func(when string, st *conversation.State, erased []cite.Position) {
		t.Helper()
		slices.Sort(erased)
		if !slices.Equal(erased, want) {
			t.Errorf("%s: the words of %v are erased, want %v", when, erased, want)
		}
		for _, at := range want {
			if _, ok := st.Erased(at); !ok {
				t.Errorf("%s: the words of entry %d are there", when, at)
			}
		}
		tr, _ := st.Transcripts.Find(of)
		r, _ := st.Accredited.Find(boats.Ref())
		k, _ := st.Consultation.Call("k1")
		if !tr.Passages[0].Gone || tr.Passages[1].Gone || r.Became() != accreditation.Back || k.Documents[0].Removed || !k.Documents[1].Removed || len(k.Documents) != 2 {
			t.Errorf("%s: %+v %+v %+v", when, tr.Passages, r, k.Documents)
		}
		if len(st.Polls.CastAt("b1")) != 0 || len(st.Polls.CastAt("b2")) != 1 {
			t.Errorf("%s: the ballots at %v and %v count", when, st.Polls.CastAt("b1"), st.Polls.CastAt("b2"))
		}
	}
	read := copied()
	erased, err := read.Restrict(lost)
	if err != nil {
		t.Fatal(err)
	}
	gone("read", read, erased)
	on := copied()
	facts, err := on.Decide(conversation.Ask{System: true, Received: noon, Command: conversation.Resume{Restored: true, From: cite.Position(n + 1), Reason: "The disk was lost.", Again: lost}})
	if err != nil {
		t.Fatal(err)
	}
	erased = nil
	for i, f := range facts {
		data, err := conversation.Encode(f.Body)
		if err != nil {
			t.Fatal(err)
		}
		again, err := conversation.Decode(data)
		if err == nil {
			err = on.Apply(cite.Entry{Position: cite.Position(n + 1 + i), Time: noon}, again)
		}
		if err != nil {
			t.Fatal(err)
		}
		erased = append(erased, f.Erase...)
	}
	gone("going on", on, erased)
}
