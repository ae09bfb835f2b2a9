package mail

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
)

// gathering is the tiny conversation with a second call that gathers questions, at which @maria, @mario and @nora propose one each.
const gathering = `
announce questions
  as: @olga
  title.en: Which questions?
  paper: $draft
  opens: 2020-01-10T09:00Z
  closes: 2020-02-14T00:00Z
  zone: UTC
  late: refused
  moderation: after

gather questions
  as: @olga
  days: 10

grant @rosa rapporteur
  as: @olga

submit => $what
  as: @maria
  call: questions
  on: 1
  category: individual
  language: en
  wording: What is a ferry?

submit => $raft
  as: @mario
  call: questions
  on: 1
  category: individual
  language: en
  wording: Is a raft one?
`

const support = "\nsupport $what.1\n  as: @nora\n  category: individual\n"

// TestRepliedLetters: the author of a point is told of a reply once everybody may read it, and of none that is not.
func TestRepliedLetters(t *testing.T) {
	round := "\nat 2020-02-15T09:00Z\n\ntick\n\nopen-replies round\n  as: @olga\n  of: comments\n  who: all\n  title.en: Replies\n  closes: 2020-03-01T00:00Z\n  zone: UTC\n  moderation: before\n" +
		"\nsubmit => $reply\n  as: @nora\n  call: round\n  on: $maria.1\n  category: individual\n  language: en\n  assurance: email_proven\n  text: No.\n  on.2: $mario.1\n  text.2: No.\n  on.3: $mario.2\n  text.3: No.\n"
	told := func(scripts ...string) (out []string) {
		w := newWorld(t, append([]string{publishAll, round}, scripts...)...)
		for _, m := range w.short(w.read()) {
			if strings.Contains(m, ": replied ") {
				out = append(out, m)
			}
		}
		slices.Sort(out)
		return out
	}
	publish := "\npublish $reply\n  as: @olga\n"
	for name, c := range map[string]struct {
		scripts []string
		want    []string
	}{
		"while it waits":       {nil, nil},
		"published":            {[]string{publish}, []string{"maria: replied $maria", "mario: replied $mario"}},
		"withheld":             {[]string{publish, "\nwithhold $reply\n  as: @olga\n  ground: abuse\n  reason: Rude.\n"}, nil},
		"its point withdrawn":  {[]string{publish, "\nwithdraw $maria\n"}, []string{"mario: replied $mario"}},
		"withdrawn by its own": {[]string{publish, "\nwithdraw $reply\n"}, nil},
	} {
		if got := told(c.scripts...); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestWordedLetters: who proposed is told of every wording of a question with their proposal and that it was dissolved; where a
// reason is written to them they have the letter of that answer alone.
func TestWordedLetters(t *testing.T) {
	word := "\nword questions => $q\n  as: @rosa\n  of: $what.1 $raft.1\n  wording.en: What is a ferry, and is a raft one?\n"
	reword := "\nword $q\n  as: @rosa\n  wording.en: Which boats are ferries?\n"
	w := newWorld(t, gathering, word, reword, "\ndissolve $q\n  as: @rosa\n  reason: Elsewhere.\n")
	count := func(w *world) map[string]int {
		out := map[string]int{}
		for _, m := range w.short(w.read()) {
			who, rest, _ := strings.Cut(m, ": ")
			kind, _, _ := strings.Cut(rest, " ")
			out[who+" "+kind]++
		}
		return out
	}
	got := count(w)
	for what, n := range map[string]int{"maria worded": 2, "mario worded": 2, "maria dissolved": 1, "mario dissolved": 1, "maria answered": 0} {
		if got[what] != n {
			t.Errorf("%s: %d, want %d", what, got[what], n)
		}
	}
	for _, m := range w.read() {
		if strings.HasPrefix(m.Notice, "worded") && (!strings.Contains(m.Text, "/c/ferries/q1\n") || strings.Contains(m.Text, "⟦")) {
			t.Error(m.Text)
		}
	}
	got = count(newWorld(t, gathering, strings.TrimSuffix(word, "\n")+"\n  reason.en: They ask the same.\n"))
	if got["maria worded"] != 0 || got["maria answered"] != 1 {
		t.Errorf("with a reason: %v", got)
	}
}

// TestSupportedLetters: whoever proposed gets one letter in the morning after support came, and no second that day; its words are
// those of the moment in which it goes.
func TestSupportedLetters(t *testing.T) {
	w := newWorld(t, gathering)
	c := &clock{t: time.Now()}
	box := &post.Mailbox{}
	q, err := NewQueue(w.db, box, "noreply@talk.example.org", c.now)
	if err != nil {
		t.Fatal(err)
	}
	w.letters.Queue, q.Renew = q, w.letters.Renew
	read := 0
	follow := func() (letters []post.Message) {
		t.Helper()
		had := len(box.To("maria@example.org"))
		entries, err := w.in.RecordEntries(ctx, "ferries", 1, 1<<40)
		if err != nil {
			t.Fatal(err)
		}
		for i := range entries {
			entries[i].Time = c.now()
		}
		if _, err := q.answer(ctx, "ferries", 0, entries[read:], w.letters.Compose("ferries")); err != nil {
			t.Fatal(err)
		}
		read = len(entries)
		if _, err := q.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		all := box.To("maria@example.org")
		for _, m := range all[:len(all)-had] { // the newest come first
			if strings.HasPrefix(m.Notice, supported.name) {
				letters = append(letters, m)
			}
		}
		return letters
	}
	w.play(support)
	w.play(strings.Replace(support, "@nora", "@mario", 1))
	if got := follow(); len(got) != 0 {
		t.Fatalf("before the morning: %+v", got)
	}
	c.add(25 * time.Hour)
	got := follow()
	if len(got) != 1 || !strings.Contains(got[0].Text, ": 3 of 3\n  https://talk.example.org/en/c/ferries/"+string(w.run.Ref("$what"))+"#") || strings.Contains(got[0].Text, "⟦") || got[0].Stop == "" {
		t.Fatalf("%+v", got)
	}
	if got := follow(); len(got) != 0 {
		t.Error("told again")
	}
	// Support that is taken back before the morning is not told; nor is that of what was withdrawn.
	w.play(strings.Replace(support, "@nora", "@nina", 1))
	for _, who := range []string{"@nina", "@nora", "@mario"} {
		w.play("\ntake-back $what.1\n  as: " + who + "\n")
	}
	follow()
	c.add(25 * time.Hour)
	if got := follow(); len(got) != 0 {
		t.Errorf("taken back: %s", got[0].Text)
	}
	w.play(support)
	follow()
	w.play("\nwithdraw $what\n")
	c.add(25 * time.Hour)
	if got := follow(); len(got) != 0 {
		t.Errorf("withdrawn: %s", got[0].Text)
	}
	// A queue that is opened again sends nothing before its morning.
	w.play(strings.NewReplacer("$what", "$raft").Replace(support))
	follow()
	if _, err := NewQueue(w.db, box, "noreply@talk.example.org", c.now); err != nil {
		t.Fatal(err)
	}
	had := len(box.To("mario@example.org"))
	if _, err := q.Flush(ctx); err != nil || len(box.To("mario@example.org")) != had {
		t.Error("a restart sends what waits for the morning", err)
	}
	c.add(25 * time.Hour)
	if _, err := q.Flush(ctx); err != nil || len(box.To("mario@example.org")) != had+1 || box.To("mario@example.org")[0].Lang != locale.Arabic {
		t.Error("and then not at all", err)
	}
}
