package together

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/private"
)

const slug, token = "ferries", "AAAAAAAAAAAAAAAAAAAAAA"

// kept is a store with one draft of Arcadia.
func kept(t *testing.T) (s *Store, drafts *draft.Store, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), private.FileName)
	db, err := private.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	drafts = draft.New(db)
	s = New(drafts)
	if err := s.Open(t.Context(), slug, Draft{Key: token, Party: arcadia, Call: "k1", Clearance: ByHead, Begun: by(ana, 0)}); err != nil {
		t.Fatal(err)
	}
	return s, drafts, path
}

func (s *Store) mustWrite(t *testing.T, c Change) (Section, []Answer) {
	t.Helper()
	if c.At.IsZero() {
		c.At = t0
	}
	w, err := s.Write(t.Context(), slug, token, c)
	if err != nil {
		t.Fatal(err)
	}
	return w.Section, w.Clash
}

func (s *Store) text(t *testing.T, section, at string) string {
	t.Helper()
	all, err := s.Sections(t.Context(), slug, token)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		if x.ID == section {
			return x.Answer(at).Text
		}
	}
	return ""
}

// TestWrite: a section is saved by itself, with who wrote last; two who write in one are put together, or both texts are there.
func TestWrite(t *testing.T) {
	s, _, _ := kept(t)
	const base = "The ferry runs on Monday. It is late on Friday."
	s.mustWrite(t, Change{Section: "s1", Mine: answers(base), By: ana})
	was := answers(base)
	now, clash := s.mustWrite(t, Change{Section: "s1", Was: was, Mine: answers("The blue ferry runs on Monday. It is late on Friday."), By: ben, At: t0.Add(time.Minute)})
	if len(clash) > 0 || now.By != ben || !now.At.Equal(t0.Add(time.Minute)) || now.Version != 2 {
		t.Errorf("%+v %v", now, clash)
	}
	if now, clash = s.mustWrite(t, Change{Section: "s1", Was: was, Mine: answers("The ferry runs on Monday. It is never late on Friday."), By: drafter}); len(clash) > 0 || now.Answer("q1").Text != "The blue ferry runs on Monday. It is never late on Friday." {
		t.Errorf("%+v %v", now, clash)
	}
	if _, clash = s.mustWrite(t, Change{Section: "s1", Was: was, Mine: answers("The red ferry runs on Monday. It is late on Friday."), By: ana}); len(clash) != 1 {
		t.Error("the same words were changed by two, and nobody is told")
	}
	if got := s.text(t, "s1", "q1"); got != "The blue ferry runs on Monday. It is never late on Friday." {
		t.Error("it was written over:", got)
	}
	all, err := s.Sections(t.Context(), slug, token)
	if err != nil || TextOf(all, 0) != 3 {
		t.Error("the number of the text:", TextOf(all, 0), err)
	}
	s.mustWrite(t, Change{Section: "s1", Was: all[0].Answers, Mine: all[0].Answers, By: ana})
	if again, err := s.Sections(t.Context(), slug, token); err != nil || TextOf(again, 0) != 3 || TextOf(again, 9) != 12 || again[0].By != drafter {
		t.Error("saving what stands there is an edit", err)
	}
	for _, no := range []string{"BBBBBBBBBBBBBBBBBBBBBB", token + ".s1"} {
		if _, err := s.Write(t.Context(), slug, no, Change{Section: "s1", Mine: answers("x"), At: t0}); key(err) != "draft.unknown" {
			t.Error(no, err)
		}
	}
}

// TestFortyWriters: forty people write in one contribution of thirty sections at once, most sections with several of them, each a
// word at a time from what they last saw. No word of anybody is lost, and where two touched the same words each was told and said
// theirs again.
func TestFortyWriters(t *testing.T) {
	s, _, _ := kept(t)
	const writers, sections, words = 40, 30, 5
	asked := func(section string) string { return "q" + section[1:] }
	for n := range sections {
		s.mustWrite(t, Change{Section: fmt.Sprint("s", n+1), Mine: []Answer{{At: asked(fmt.Sprint("s", n+1)), Text: fmt.Sprintf("Section %d begins. Section %d ends.", n+1, n+1)}}, By: ana})
	}
	var wg sync.WaitGroup
	said := make([][]string, writers)
	for w := range writers {
		wg.Go(func() {
			section := fmt.Sprint("s", w%sections+1)
			all, err := s.Sections(t.Context(), slug, token)
			if err != nil {
				t.Error(err)
				return
			}
			var seen string
			for _, x := range all {
				if x.ID == section {
					seen = x.Answer(asked(section)).Text
				}
			}
			for n := range words {
				word := fmt.Sprintf("w%dn%d", w, n)
				for tries := 0; ; tries++ {
					// Each adds before the end or at the end: now and then two touch the same place.
					mine := strings.Replace(seen, "ends.", "ends. "+word+".", 1)
					if w%2 == 0 {
						mine = strings.Replace(seen, "begins.", "begins. "+word+".", 1)
					}
					w, err := s.Write(t.Context(), slug, token, Change{Section: section, Was: []Answer{{At: asked(section), Text: seen}}, Mine: []Answer{{At: asked(section), Text: mine}}, By: delegation.Participant(w + 100), At: t0})
					if err != nil {
						t.Error(err)
						return
					}
					seen = w.Answer(asked(section)).Text
					if len(w.Clash) == 0 {
						break
					}
					if tries > 1_000 {
						t.Error("it never ends")
						return
					}
				}
				said[w] = append(said[w], word)
			}
		})
	}
	wg.Wait()
	for w := range writers {
		section := fmt.Sprint("s", w%sections+1)
		text := s.text(t, section, asked(section))
		for _, word := range said[w] {
			if strings.Count(text, " "+word+".") != 1 {
				t.Errorf("%s stands %d times in: %s", word, strings.Count(text, " "+word+"."), text)
			}
		}
		if len(said[w]) != words || !strings.Contains(text, "begins.") || !strings.Contains(text, "ends.") {
			t.Errorf("writer %d: %q", w, text)
		}
	}
	all, err := s.Sections(t.Context(), slug, token)
	if err != nil || len(all) != sections || TextOf(all, 0) != sections+writers*words {
		t.Errorf("%d sections, number %d, %v", len(all), TextOf(all, 0), err)
	}
}

// TestSending: while somebody sends, nobody writes and nobody else sends; afterwards the words and remarks are gone from the disk,
// and that there was a draft is known for a day.
func TestSending(t *testing.T) {
	s, drafts, path := kept(t)
	r := people()
	s.mustWrite(t, Change{Section: "s1", Mine: answers("NOBODY-ELSE-READS-THIS"), By: ana})
	if err := s.Say(t.Context(), slug, token, "s1", Remark{By: ana, At: t0, Text: "NOR-THIS"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Update(t.Context(), slug, token, t0, func(d *Draft) error { return d.Settle(r, head, NoClearance) }); err != nil {
		t.Fatal(err)
	}
	send := func(who delegation.Participant, text int, at time.Time) string {
		sent, err := s.Send(t.Context(), slug, token, r, Sending{Mark: Mark{By: who, At: at, Text: text}})
		if err == nil && len(sent.Sections) != 1 {
			t.Error("nothing to send")
		}
		return key(err)
	}
	if k := send(drafter, 1, t0); k != "together.not_yours" {
		t.Error(k)
	}
	if k := send(head, 0, t0); k != "together.moved" {
		t.Error(k)
	}
	if k := send(head, 1, t0); k != "" {
		t.Error(k)
	}
	if k := send(ana, 1, t0.Add(time.Second)); k != "together.sending" {
		t.Error(k)
	}
	if _, err := s.Write(t.Context(), slug, token, Change{Section: "s1", Mine: answers("late"), At: t0.Add(time.Second)}); key(err) != "together.sending" {
		t.Error("somebody wrote what nobody sends:", err)
	}
	if k := send(head, 1, t0.Add(time.Second)); k != "" {
		t.Error("pressed twice:", k)
	}
	if k := send(ana, 1, t0.Add(time.Hour)); k != "" {
		t.Error("it is never sent by anybody else:", k)
	}
	if err := s.Keep(t.Context(), slug, Draft{Key: token}, t0); err != nil {
		t.Fatal(err)
	}
	s.mustWrite(t, Change{Section: "s1", Was: answers("NOBODY-ELSE-READS-THIS"), Mine: answers("NOBODY-ELSE-READS-THIS either"), By: ana})
	if err := s.Name(t.Context(), slug, token, Drafter{Who: drafter, Address: "d@example.org", By: head}, t0); err != nil {
		t.Fatal(err)
	}
	if err := s.Done(t.Context(), slug, token, "c9", t0); err != nil {
		t.Fatal(err)
	}
	d, ok, err := s.Get(t.Context(), slug, token)
	if err != nil || !ok || d.Became != "c9" || d.Standing(r, 0).Stage != Sent {
		t.Errorf("%+v %v %v", d, ok, err)
	}
	if _, err := s.Write(t.Context(), slug, token, Change{Section: "s1", Mine: answers("late"), At: t0}); key(err) != "draft.sent" {
		t.Error(err)
	}
	if _, err := s.Update(t.Context(), slug, token, t0, func(*Draft) error { return nil }); key(err) != "draft.sent" {
		t.Error(err)
	}
	for _, suffix := range []string{"", "-wal"} {
		if b, err := os.ReadFile(path + suffix); err == nil && (bytes.Contains(b, []byte("NOBODY-ELSE")) || bytes.Contains(b, []byte("NOR-THIS"))) {
			t.Error("its words are still on the disk:", suffix)
		}
	}
	if n, err := drafts.Sweep(t.Context(), t0.Add(25*time.Hour)); err != nil || n != 2 {
		t.Error("a day later it and its drafter are swept:", n, err)
	}
	if _, ok, _ := s.Get(t.Context(), slug, token); ok {
		t.Error("it is still there")
	}
}

// between is a roll in which something happens while it is asked, once.
type between struct {
	roll
	happens func()
}

func (b *between) WritesFor(p delegation.Participant) []delegation.Party {
	if f := b.happens; f != nil {
		b.happens = nil
		f()
	}
	return b.roll.WritesFor(p)
}

// TestSendOnTwoNodes: what another node saves while a draft is looked at to be sent is not lost: the draft is not sent, and waits for
// whoever reads it again.
func TestSendOnTwoNodes(t *testing.T) {
	s, drafts, _ := kept(t)
	other := New(drafts)
	if _, err := s.Update(t.Context(), slug, token, t0, func(d *Draft) error { return d.Settle(people(), head, NoClearance) }); err != nil {
		t.Fatal(err)
	}
	s.mustWrite(t, Change{Section: "s1", Mine: answers("It runs."), By: ana})
	r := &between{roll: people(), happens: func() {
		other.mustWrite(t, Change{Section: "s1", Was: answers("It runs."), Mine: answers("It runs late."), By: ben})
	}}
	if sent, err := s.Send(t.Context(), slug, token, r, Sending{Mark: by(ana, 1)}); key(err) != "together.moved" {
		t.Errorf("sent as %v: %v", sent.Sections, err)
	}
	if d, _, err := s.Get(t.Context(), slug, token); err != nil || d.Sending != nil {
		t.Errorf("it is still being sent: %+v %v", d.Sending, err)
	}
	if sent, err := s.Send(t.Context(), slug, token, people(), Sending{Mark: by(ana, 2)}); err != nil || sent.Sections[0].Answer("q1").Text != "It runs late." {
		t.Errorf("%v %v", sent.Sections, err)
	}
}

// TestKeepsWhoBegan: a draft that was refused is as it was before: that somebody had begun to send it, of whom nobody heard, stays.
func TestKeepsWhoBegan(t *testing.T) {
	s, _, _ := kept(t)
	r := people()
	if _, err := s.Update(t.Context(), slug, token, t0, func(d *Draft) error { return d.Settle(r, head, NoClearance) }); err != nil {
		t.Fatal(err)
	}
	send := func(who delegation.Participant, words string, at time.Time) Outgoing {
		t.Helper()
		out, err := s.Send(t.Context(), slug, token, r, Sending{Mark: Mark{By: who, At: at}, Words: words})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	send(ana, "ana's", t0)
	out := send(ben, "ben's", t0.Add(time.Hour))
	if d := out.Draft; d.Sending.By != ben || d.Words != "ben's" {
		t.Errorf("%+v", d)
	}
	if err := s.Keep(t.Context(), slug, out.Was, t0.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if d, _, err := s.Get(t.Context(), slug, token); err != nil || d.Sending == nil || d.Sending.By != ana || d.Words != "ana's" {
		t.Errorf("%+v %v", d, err)
	}
}

// TestOneAnswerToAQuestion: a question that stands in another section than before has one answer, wherever it was written, and what
// stands beside it in either section stays.
func TestOneAnswerToAQuestion(t *testing.T) {
	s, _, _ := kept(t)
	said := func(at, text string) Answer { return Answer{At: at, Text: text} }
	s.mustWrite(t, Change{Section: "s2", Mine: []Answer{said("q3", "three"), said("q4", "four")}, By: ana})
	all := func() string {
		t.Helper()
		sections, err := s.Sections(t.Context(), slug, token)
		if err != nil {
			t.Fatal(err)
		}
		out := fmt.Sprint(TextOf(sections, 0))
		for _, x := range sections {
			for _, a := range x.Answers {
				out += " " + x.ID + "." + a.At + "=" + a.Text
			}
		}
		for _, a := range Answers(sections) {
			if AnswerAt(sections, a.At).Text != a.Text {
				t.Error(out, "answers", a)
			}
			out += " " + a.Text
		}
		return out
	}
	is := func(want string) {
		t.Helper()
		if got := all(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	s.mustWrite(t, Change{Section: "s1", Was: []Answer{said("q3", "three")}, Mine: []Answer{said("q3", "three")}, By: ana})
	is("1 s2.q3=three s2.q4=four three four")
	w, clash := s.mustWrite(t, Change{Section: "s1", Was: []Answer{said("q3", "three")}, Mine: []Answer{said("q1", "one"), said("q3", "three anew")}, By: ana, At: t0.Add(time.Minute)})
	if is("3 s1.q1=one s1.q3=three anew s2.q4=four one three anew four"); len(clash) > 0 || w.Version != 1 || w.ID != "s1" {
		t.Errorf("%+v %v", w, clash)
	}
	s.mustWrite(t, Change{Section: "s2", Was: []Answer{said("q3", "three anew")}, Mine: []Answer{said("q3", "")}, By: ana, At: t0.Add(2 * time.Minute)})
	is("5 s1.q1=one s2.q4=four one four")
	// As drafts were kept before, both have it: what was written last counts.
	sections := []Section{{ID: "s1", Answers: []Answer{said("q3", "old")}, At: t0}, {ID: "s2", Answers: []Answer{said("q3", "new")}, At: t0.Add(time.Minute)}, {ID: "s3", Answers: []Answer{said("q3", "older")}}}
	if got := Answers(sections); len(got) != 1 || got[0].Text != "new" {
		t.Error(got)
	}
}

// TestSweep: a draft is swept whole, 90 days after the last change of any of its parts, and not before; another stays.
func TestSweep(t *testing.T) {
	s, drafts, _ := kept(t)
	const day = 24 * time.Hour
	s.mustWrite(t, Change{Section: "s1", Mine: answers("old"), By: ana})
	s.mustWrite(t, Change{Section: "s2", Mine: []Answer{{At: "q2", Text: "younger"}}, By: ana, At: t0.Add(60 * day)})
	if n, err := drafts.Sweep(t.Context(), t0.Add(100*day)); n != 0 || err != nil {
		t.Error("part of a draft was swept:", n, err)
	}
	if got := s.text(t, "s1", "q1"); got != "old" {
		t.Error("the old section is gone")
	}
	if n, err := drafts.Sweep(t.Context(), t0.Add(151*day)); n != 3 || err != nil {
		t.Error(n, err)
	}
	if got := s.text(t, "s2", "q2"); got != "" {
		t.Error("it is still there")
	}
}

// TestForget: what is asked to be forgotten is gone: a draft with its parts, all drafts of a party, and that somebody writes; what
// belongs to others stays.
func TestForget(t *testing.T) {
	s, drafts, path := kept(t)
	const other = "BBBBBBBBBBBBBBBBBBBBBB"
	if err := s.Open(t.Context(), slug, Draft{Key: other, Party: ruritania, Call: "k1", Begun: by(foreign, 0)}); err != nil {
		t.Fatal(err)
	}
	s.mustWrite(t, Change{Section: "s1", Mine: answers("FORGET-ME"), By: drafter})
	if _, err := s.Write(t.Context(), slug, other, Change{Section: "s1", Mine: answers("stays"), By: foreign, At: t0}); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{token, other} {
		if err := s.Name(t.Context(), slug, k, Drafter{Who: drafter, Address: "forget@example.org", By: head}, t0); err != nil {
			t.Fatal(err)
		}
	}
	seated := func(k string) bool {
		ok, err := s.Seated(t.Context(), slug, k, drafter)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if all, err := s.Of(t.Context(), slug, drafter); err != nil || len(all) != 2 || !seated(token) {
		t.Error(all, err)
	}
	if err := s.Dismiss(t.Context(), slug, token, drafter); err != nil || seated(token) || !seated(other) {
		t.Error("not dismissed from this one alone", err)
	}
	if err := s.Name(t.Context(), slug, token, Drafter{Who: drafter, Address: "forget@example.org", By: head}, t0); err != nil {
		t.Fatal(err)
	}
	if err := drafts.Forget(t.Context(), slug, uint64(drafter)); err != nil || seated(token) || seated(other) {
		t.Error("an account that is deleted is still named", err)
	}
	if s.text(t, "s1", "q1") == "" {
		t.Error("the text of the party went with one who wrote it")
	}
	if err := drafts.ForgetParty(t.Context(), slug, uint64(arcadia)); err != nil {
		t.Fatal(err)
	}
	if all, err := s.List(t.Context(), slug, arcadia); err != nil || len(all) != 0 || s.text(t, "s1", "q1") != "" {
		t.Error(all, err)
	}
	if x, err := s.Sections(t.Context(), slug, other); err != nil || len(x) != 1 {
		t.Error("the draft of another party is gone", err)
	}
	for _, suffix := range []string{"", "-wal"} {
		if b, err := os.ReadFile(path + suffix); err == nil && (bytes.Contains(b, []byte("FORGET-ME")) || bytes.Contains(b, []byte("forget@example.org"))) {
			t.Error("it is still on the disk:", suffix)
		}
	}
	if err := s.Delete(t.Context(), slug, other); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.Get(t.Context(), slug, other); ok || err != nil {
		t.Error("it is still there", err)
	}
}

// TestRemarks: remarks stand on their section, the oldest first; who made one deletes it, nobody else.
func TestRemarks(t *testing.T) {
	s, _, path := kept(t)
	for i, text := range []string{"Ask the HARBOURMASTER.", "And the crew."} {
		if err := s.Say(t.Context(), slug, token, "s1", Remark{By: ana, At: t0.Add(time.Duration(i) * time.Second), Text: text, Returned: i == 1}); err != nil {
			t.Fatal(err)
		}
	}
	if k := key(s.Say(t.Context(), slug, token, "s1", Remark{By: ana, At: t0, Text: " \n"})); k != "note.missing" {
		t.Error(k)
	}
	all, err := s.Remarks(t.Context(), slug, token)
	if err != nil || len(all) != 1 || len(all["s1"]) != 2 || all["s1"][0].Text != "Ask the HARBOURMASTER." || !all["s1"][1].Returned {
		t.Fatalf("%+v %v", all, err)
	}
	if err := s.Unsay(t.Context(), slug, token, all["s1"][0].ID, ben); err != nil {
		t.Error(err)
	}
	if left, _ := s.Remarks(t.Context(), slug, token); len(left["s1"]) != 2 {
		t.Error("somebody deleted the remark of another")
	}
	if err := s.Unsay(t.Context(), slug, token, all["s1"][0].ID, ana); err != nil {
		t.Error(err)
	}
	if left, _ := s.Remarks(t.Context(), slug, token); len(left["s1"]) != 1 || left["s1"][0].Text != "And the crew." {
		t.Error(left)
	}
	for _, suffix := range []string{"", "-wal"} {
		if b, err := os.ReadFile(path + suffix); err == nil && bytes.Contains(b, []byte("HARBOURMASTER")) {
			t.Error("it is still on the disk:", suffix)
		}
	}
	if all, err := s.Sections(t.Context(), slug, token); err != nil || TextOf(all, 0) != 0 {
		t.Error("a remark is an edit", err)
	}
}

// TestMany: a party has at most so many drafts, and a draft so many who are named.
func TestMany(t *testing.T) {
	s, _, _ := kept(t)
	for n := range MaxDrafts {
		err := s.Open(t.Context(), slug, Draft{Key: fmt.Sprintf("%022d", n), Party: arcadia, Call: "k1", Begun: by(ana, 0)})
		if want := map[bool]string{true: "together.many"}[n == MaxDrafts-1]; key(err) != want {
			t.Fatal(n, err)
		}
	}
	for n := range MaxDrafters + 1 {
		err := s.Name(t.Context(), slug, token, Drafter{Who: delegation.Participant(n + 100), By: head}, t0)
		if want := map[bool]string{true: "together.drafters"}[n == MaxDrafters]; key(err) != want {
			t.Fatal(n, err)
		}
	}
	if err := s.Name(t.Context(), slug, token, Drafter{Who: 100, By: head}, t0); err != nil {
		t.Error("who is named already is refused", err)
	}
	if all, err := s.Drafters(t.Context(), slug, token); err != nil || len(all) != MaxDrafters || all[0].Who == 0 {
		t.Error(len(all), err)
	}
}

// TestNothingBesideWhatIsGone: a remark, or a name with its address, that comes when a draft was sent or forgotten is not kept: nobody
// would forget it with the rest.
func TestNothingBesideWhatIsGone(t *testing.T) {
	for want, end := range map[string]func(*Store) error{
		"draft.sent":    func(s *Store) error { return s.Done(t.Context(), slug, token, "c9", t0) },
		"draft.unknown": func(s *Store) error { return s.Delete(t.Context(), slug, token) },
	} {
		s, _, path := kept(t)
		s.mustWrite(t, Change{Section: "s1", Mine: answers("words"), By: ana})
		if err := end(s); err != nil {
			t.Fatal(err)
		}
		if err := s.Say(t.Context(), slug, token, "s1", Remark{By: ben, At: t0, Text: "TOO-LATE-TO-BE-SAID"}); key(err) != want {
			t.Errorf("a remark: %v, want %s", err, want)
		}
		if err := s.Name(t.Context(), slug, token, Drafter{Who: drafter, Address: "late@example.org", By: head}, t0); key(err) != want {
			t.Errorf("a name: %v, want %s", err, want)
		}
		for _, suffix := range []string{"", "-wal"} {
			if b, err := os.ReadFile(path + suffix); err == nil && (bytes.Contains(b, []byte("TOO-LATE")) || bytes.Contains(b, []byte("late@example"))) {
				t.Errorf("%s: it is on the disk: %q", want, suffix)
			}
		}
	}
}
