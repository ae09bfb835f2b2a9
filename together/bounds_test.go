package together

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/private"
)

// TestReviewerThenHead: where a party has a head, the first clearance is of anybody who speaks for it and the second of the head alone, whoever gave them.
func TestReviewerThenHead(t *testing.T) {
	r := seats{people()}
	asked := by(drafter, 2)
	for name, c := range map[string]struct {
		clearance int
		cleared   []delegation.Participant
		want      Standing
	}{
		"nobody":                       {ByBoth, nil, Standing{Stage: Review}},
		"a reviewer":                   {ByBoth, []delegation.Participant{ben}, Standing{Stage: Head}},
		"the head first":               {ByBoth, []delegation.Participant{head}, Standing{Stage: Head}},
		"who only writes":              {ByBoth, []delegation.Participant{foreign}, Standing{Stage: Review, Ended: true}},
		"a reviewer and the head":      {ByBoth, []delegation.Participant{ben, head}, Standing{Stage: Cleared}},
		"two reviewers":                {ByBoth, []delegation.Participant{ben, ana}, Standing{Stage: Head, Ended: true}},
		"nobody, the head alone":       {ByHead, nil, Standing{Stage: Head}},
		"a reviewer, the head alone":   {ByHead, []delegation.Participant{ben}, Standing{Stage: Head, Ended: true}},
		"the head, who is asked alone": {ByHead, []delegation.Participant{head}, Standing{Stage: Cleared}},
	} {
		d := Draft{Party: arcadia, Clearance: c.clearance, Asked: &asked}
		for _, who := range c.cleared {
			d.Cleared = append(d.Cleared, by(who, 2))
		}
		if got := d.Standing(r, 2); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// TestAnotherProcess: whoever saves over what another process saved meanwhile begins again from that, and after some tries is told to come back.
func TestAnotherProcess(t *testing.T) {
	s, drafts, _ := kept(t)
	other := New(drafts)
	call := func(ref cite.Ref) {
		t.Helper()
		if _, err := other.Update(t.Context(), slug, token, t0, func(d *Draft) error { d.Call = ref; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	tried := 0
	d, err := s.Update(t.Context(), slug, token, t0, func(d *Draft) error {
		if tried++; tried == 1 {
			call("k7")
		}
		d.Language = "fr"
		return nil
	})
	if err != nil || tried != 2 || d.Call != "k7" || d.Language != "fr" {
		t.Errorf("after %d tries: %+v %v", tried, d, err)
	}
	tried = 0
	_, err = s.Update(t.Context(), slug, token, t0, func(d *Draft) error {
		tried++
		call(cite.Ref(fmt.Sprint("k1", tried)))
		d.Language = "ar"
		return nil
	})
	if key(err) != "draft.busy" || tried != tries {
		t.Errorf("after %d tries: %v", tried, err)
	}
	if d, ok, err := s.Get(t.Context(), slug, token); err != nil || !ok || d.Language != "fr" || d.Party != arcadia {
		t.Errorf("%+v %v %v", d, ok, err)
	}
}

// TestNobody: nobody in particular was named, invited or is asked for, whatever rows there are; the first of all people and parties is somebody.
func TestNobody(t *testing.T) {
	s, drafts, _ := kept(t)
	for _, row := range []draft.Draft{{Kind: draft.Seat}, {Kind: draft.Guest}} {
		row.Slug, row.Key, row.Body = slug, draft.PartKey(token, ""), []byte("{}")
		if _, err := drafts.Save(t.Context(), row, 0, t0); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Name(t.Context(), slug, token, Drafter{Who: 1, By: head}, t0); err != nil {
		t.Fatal(err)
	}
	if err := s.Invite(t.Context(), slug, token, 1, by(ana, 0)); err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]int{0: 0, 1: 1, 2: 0} {
		seated, err := s.Seated(t.Context(), slug, token, delegation.Participant(n))
		of, errOf := s.Of(t.Context(), slug, delegation.Participant(n))
		invited, errInvited := s.Invited(t.Context(), slug, delegation.Party(n))
		if err != nil || errOf != nil || errInvited != nil || seated != (want == 1) || len(of) != want || len(invited) != want {
			t.Errorf("%d: named %v, writes %d, invited to %d: %v %v %v", n, seated, len(of), len(invited), err, errOf, errInvited)
		}
	}
	for _, no := range []string{"BBBBBBBBBBBBBBBBBBBBBB", ""} {
		if d, ok, err := s.Get(t.Context(), slug, no); ok || err != nil || !reflect.DeepEqual(d, Draft{}) {
			t.Errorf("%q: %+v %v %v", no, d, ok, err)
		}
	}
	if _, err := drafts.Save(t.Context(), draft.Draft{Slug: slug, Kind: draft.Party, Key: token + ".s1", Owner: uint64(arcadia), Body: []byte("{}")}, 0, t0); err != nil {
		t.Fatal(err)
	}
	if d, ok, err := s.Get(t.Context(), slug, token+".s1"); ok || err != nil || !reflect.DeepEqual(d, Draft{}) {
		t.Errorf("part of a draft is one: %+v %v %v", d, ok, err)
	}
}

// TestBothMarks: a draft that is marked as sent takes nothing any more, nor one that became a contribution and is not marked yet.
func TestBothMarks(t *testing.T) {
	for name, end := range map[string]func(*Store, *draft.Store) error{
		"marked": func(_ *Store, d *draft.Store) error {
			was, _, err := d.Get(t.Context(), slug, draft.Party, token)
			if err == nil {
				_, err = d.MarkSent(t.Context(), was, t0)
			}
			return err
		},
		"became": func(s *Store, _ *draft.Store) error {
			_, err := s.Update(t.Context(), slug, token, t0, func(d *Draft) error { d.Became = "c3"; return nil })
			return err
		},
	} {
		s, drafts, _ := kept(t)
		if err := s.Invite(t.Context(), slug, token, ruritania, by(ana, 0)); err != nil {
			t.Fatal(err)
		}
		if err := end(s, drafts); err != nil {
			t.Fatal(err)
		}
		_, update := s.Update(t.Context(), slug, token, t0, func(*Draft) error { return nil })
		for what, err := range map[string]error{
			"said":    s.Say(t.Context(), slug, token, "s1", Remark{By: ana, At: t0, Text: "Late."}),
			"named":   s.Name(t.Context(), slug, token, Drafter{Who: drafter, By: head}, t0),
			"invited": s.Invite(t.Context(), slug, token, isles, by(ana, 0)),
			"joined":  s.Answer(t.Context(), slug, token, people(), Word{Mark: by(foreign, 0), Party: ruritania, Joins: true}),
			"changed": update,
		} {
			if key(err) != "draft.sent" {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
}

// TestOneGuest: the word of the only party that was invited is voided by a change, and said to be; nothing is said where none was invited.
func TestOneGuest(t *testing.T) {
	s, _, _ := kept(t)
	write := func(was, text string, at time.Time) int {
		t.Helper()
		w, err := s.Write(t.Context(), slug, token, Change{Section: "s1", Was: answers(was), Mine: answers(text), By: ana, At: at})
		if err != nil {
			t.Fatal(err)
		}
		return len(w.Voided)
	}
	if n := write("", "one", t0); n != 0 {
		t.Error("nobody was invited:", n)
	}
	if err := s.Invite(t.Context(), slug, token, ruritania, by(ana, 1)); err != nil {
		t.Fatal(err)
	}
	if n := write("one", "two", t0); n != 0 {
		t.Error("nobody joined:", n)
	}
	if err := s.Answer(t.Context(), slug, token, people(), Word{Mark: by(foreign, 2), Party: ruritania, Joins: true}); err != nil {
		t.Fatal(err)
	}
	if n := write("two", "three", t0); n != 1 {
		t.Error("it joined:", n)
	}
}

// TestRemarkBounds: a section takes its last remark and no other, each as long as it may be; another section takes its own. What is not there is unsaid in silence.
func TestRemarkBounds(t *testing.T) {
	db, err := private.Open(filepath.Join(t.TempDir(), private.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := New(draft.New(db))
	if err := s.Open(t.Context(), slug, Draft{Key: token, Party: arcadia, Call: "k1", Begun: by(ana, 0)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Say(t.Context(), slug, token, "s1", Remark{By: ana, At: t0, Text: "The first."}); err != nil {
		t.Fatal(err)
	}
	if err := db.Within(t.Context(), func(tx *sql.Tx) error { // one after the other takes a second
		for n := range maxRemarks - 2 {
			for _, table := range []string{"draft(slug, kind, key, version, changed, owner, sent, code) SELECT slug, kind, $1, version, changed, owner, sent, code FROM draft", "draft_version(slug, kind, key, version, changed, body) SELECT slug, kind, $1, version, changed, body FROM draft_version"} {
				if _, err := tx.ExecContext(t.Context(), "INSERT INTO "+table+" WHERE kind = 'remarks' LIMIT 1", draft.PartKey(token, fmt.Sprintf("s1.%016x", n))); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		section string
		length  int
		want    string
	}{{"s1", MaxRemark + 1, "line.long"}, {"s1", MaxRemark, ""}, {"s1", 1, "note.many"}, {"s2", 1, ""}, {"s2", 0, "note.missing"}} {
		text := make([]byte, c.length)
		for i := range text {
			text[i] = 'a'
		}
		if got := key(s.Say(t.Context(), slug, token, c.section, Remark{By: ana, At: t0, Text: string(text)})); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
	if err := s.Unsay(t.Context(), slug, token, "s2.nothing", ana); err != nil {
		t.Error(err)
	}
	if all, err := s.Remarks(t.Context(), slug, token); err != nil || len(all["s1"]) != maxRemarks || len(all["s2"]) != 1 {
		t.Error(len(all["s1"]), len(all["s2"]), err)
	}
}

// TestClean: every field of every answer is cleaned; questions have names.
func TestClean(t *testing.T) {
	given := []Answer{{At: "q1", Text: "a\u202eb", Wording: "c\u202ed", Value: " 1\u202e "}, {At: "x2", Text: "e\r\nf"}}
	got, err := Clean(given)
	if want := []Answer{{At: "q1", Text: "ab", Wording: "cd", Value: "1"}, {At: "x2", Text: "e\nf"}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v %v", got, err)
	}
	if given[0].Text != "a\u202eb" {
		t.Error("what was given was changed")
	}
	for at, want := range map[string]string{"": "form.unreadable", "q": "form.unreadable", "q1": ""} {
		if _, err := Clean([]Answer{{At: at}}); key(err) != want {
			t.Errorf("%q: %v", at, err)
		}
	}
	for _, a := range []Answer{{At: "q1", Text: "\xff"}, {At: "q1", Wording: "\xff"}, {At: "q1", Value: "\xff"}} {
		if _, err := Clean([]Answer{a}); err == nil {
			t.Errorf("%+v is clean", a)
		}
	}
}

// TestEmpty: an answer is empty where nothing of it says anything.
func TestEmpty(t *testing.T) {
	for _, c := range []struct {
		Answer
		empty bool
	}{
		{Answer{At: "q1"}, true}, {Answer{At: "q1", Text: " ", Wording: "\n", Value: "\t"}, true}, {Answer{At: "q1", Picks: []int{}}, true}, {Answer{Picks: []int{0}}, false},
		{Answer{Stance: "no"}, false}, {Answer{Text: "a"}, false}, {Answer{Wording: "a"}, false}, {Answer{Value: "0"}, false}, {Answer{Picks: []int{1}, Stance: "yes", Text: "a"}, false},
	} {
		if c.Empty() != c.empty {
			t.Errorf("%+v is empty: %v", c.Answer, !c.empty)
		}
	}
}

// TestNamed: whoever sends names the very parties that authorised the text, in their order, no more and no others.
func TestNamed(t *testing.T) {
	r := grouped{roll{foreign: {ruritania, 30}, head: {31}}}
	mark := by(foreign, 4)
	guests := []Guest{{Party: ruritania, Joined: &mark}, {Party: 30, Joined: &mark}, {Party: 31}, {Party: 32, Declined: &mark}}
	for _, c := range []struct {
		with []delegation.Party
		sure bool
		text int
		want string
	}{
		{[]delegation.Party{ruritania, 30}, true, 4, ""}, {[]delegation.Party{ruritania, 30}, false, 4, "joint.sure"}, {[]delegation.Party{ruritania, 31}, true, 4, "joint.changed"},
		{[]delegation.Party{30, ruritania}, true, 4, "joint.changed"}, {[]delegation.Party{ruritania}, true, 4, "joint.changed"}, {[]delegation.Party{ruritania, 30, 31}, true, 4, "joint.changed"},
		{nil, true, 5, ""}, {nil, false, 5, "joint.sure"},
	} {
		with, err := Sending{With: c.with, Sure: c.sure}.Named(r, guests, c.text)
		if key(err) != c.want || err == nil && len(with) != len(c.with) {
			t.Errorf("%+v: %v %v", c, with, err)
		}
	}
	if with, err := (Sending{With: []delegation.Party{ruritania}}).Named(r, []Guest{guests[0], guests[3]}, 4); err != nil || len(with) != 1 {
		t.Errorf("one that declined is missed: %v %v", with, err)
	}
}

// TestTooLongToAgree: a party joins a text that is too long to be kept, and there is none to compare with.
func TestTooLongToAgree(t *testing.T) {
	s, drafts, _ := kept(t)
	for _, id := range []string{"s1", "s2"} {
		body := fmt.Appendf(nil, `{"answers":[{"at":"q%s","text":"%s"}]}`, id[1:], strings.Repeat("a", draft.MaxBody*2/3))
		if _, err := drafts.Save(t.Context(), draft.Draft{Slug: slug, Kind: draft.Section, Key: draft.PartKey(token, id), Body: body}, 0, t0); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Invite(t.Context(), slug, token, ruritania, by(ana, 2)); err != nil {
		t.Fatal(err)
	}
	if err := s.Answer(t.Context(), slug, token, people(), Word{Mark: by(foreign, 2), Party: ruritania, Joins: true}); err != nil {
		t.Fatal(err)
	}
	if all, err := s.Agreed(t.Context(), slug, token); err != nil || len(all) != 0 || s.says(t, people(), ruritania) != Joined {
		t.Error(len(all), err)
	}
}

// TestOrder: drafts are listed the last begun first, whoever lists them, and parties in the order in which they were invited; what is written for the first time
// says where. What is not there is not changed.
func TestOrder(t *testing.T) {
	s, _, _ := kept(t)
	for i, k := range []string{"BBBBBBBBBBBBBBBBBBBBBB", "CCCCCCCCCCCCCCCCCCCCCC"} { // the draft of the store was begun between the two
		begun := by(ana, 0)
		begun.At = t0.Add(time.Duration(2*i-1) * time.Hour)
		if err := s.Open(t.Context(), slug, Draft{Key: k, Party: arcadia, Call: "k1", Begun: begun}); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{k, token} {
			if err := s.Name(t.Context(), slug, key, Drafter{Who: drafter, By: head}, t0); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Invite(t.Context(), slug, k, ruritania, by(ana, 0)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Invite(t.Context(), slug, token, ruritania, by(ana, 0)); err != nil {
		t.Fatal(err)
	}
	list, err := s.List(t.Context(), slug, arcadia)
	of, errOf := s.Of(t.Context(), slug, drafter)
	invited, errInvited := s.Invited(t.Context(), slug, ruritania)
	for what, all := range map[string][]Draft{"list": list, "of": of, "invited": invited} {
		got := ""
		for _, d := range all {
			got += d.Key[:1]
		}
		if got != "CAB" {
			t.Errorf("%s: %s, %v %v %v", what, got, err, errOf, errInvited)
		}
	}
	for i, p := range []delegation.Party{9, 7 << 40, 10, 3} {
		m := by(ana, 0)
		m.At = t0.Add(time.Duration(i) * time.Second)
		if err := s.Invite(t.Context(), slug, "BBBBBBBBBBBBBBBBBBBBBB", p, m); err != nil {
			t.Fatal(err)
		}
	}
	guests, err := s.Guests(t.Context(), slug, "BBBBBBBBBBBBBBBBBBBBBB")
	var got []delegation.Party
	for _, g := range guests {
		got = append(got, g.Party)
	}
	if err != nil || fmt.Sprint(got[len(got)-3:]) != fmt.Sprint([]delegation.Party{7 << 40, 10, 3}) {
		t.Error(got, err)
	}
	w, err := s.Write(t.Context(), slug, token, Change{Section: "s4", Mine: answers("first"), By: ana, At: t0})
	if err != nil || w.ID != "s4" || w.Section.Version != 1 || w.By != ana {
		t.Errorf("%+v %v", w, err)
	}
	const no = "DDDDDDDDDDDDDDDDDDDDDD"
	_, err = s.Update(t.Context(), slug, no, t0, func(*Draft) error { return nil })
	if _, ok, errGet := s.Get(t.Context(), slug, no); key(err) != "draft.unknown" || ok || errGet != nil {
		t.Error(err, ok, errGet)
	}
}
