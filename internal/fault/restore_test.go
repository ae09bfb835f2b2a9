package fault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/fault/kept"
	"github.com/openplenary/plenary/internal/verifier"
)

// opened opens a directory, which must be sound or only behind.
func opened(t *testing.T, dir string, resume bool) *plenary.Instance {
	t.Helper()
	in, err := plenary.OpenInstance(t.Context(), plenary.InstanceOptions{Dir: dir, Resume: resume})
	if in == nil {
		t.Fatal(err)
	}
	return in
}

func closed(t *testing.T, in *plenary.Instance) {
	t.Helper()
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
}

// says puts contributions on the record and fetches their receipts.
func says(t *testing.T, in *plenary.Instance, texts ...string) (out []*sent) {
	t.Helper()
	for _, text := range texts {
		c := &sent{Token: newToken(), Text: text}
		if a := tell(in, c); a.err != nil {
			t.Fatal(a.err)
		}
		r, err := in.Receipt(t.Context(), slug, cite.Ref(c.Ref), "http://ferries.example/c/"+slug+"/"+c.Ref)
		if err == nil {
			c.Receipt, err = plenary.EncodeReceipt(r)
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// TestReceiptsOfWhatIsLost: receipts of contributions that were dropped, replaced or rolled back are genuine and not
// held, on the page and by the command alike; and those of what is there are held.
func TestReceiptsOfWhatIsLost(t *testing.T) {
	base := room(t)
	home, old, elsewhere := filepath.Join(base, "home"), filepath.Join(base, "old"), filepath.Join(base, "elsewhere")
	seed(t, home, "now+30d", "")
	in := opened(t, home, false)
	first := says(t, in, "One.", "Two.", "Three.")
	closed(t, in)
	copyDir(t, home, old)
	in = opened(t, home, false)
	lost := says(t, in, "Four.", "Five.", "Six.")
	closed(t, in)
	seed(t, elsewhere, "now+30d", "")
	in = opened(t, elsewhere, false)
	strangers := says(t, in, "One.")
	closed(t, in)

	for _, c := range []struct {
		name   string
		change func(dir string) error
		held   bool // what came after the copy
	}{
		{"nothing was done", nil, true},
		{"rolled back with the high marks: nothing else can see it", func(dir string) error { return replace(dir, old, "record.db", "high") }, false},
		{"rolled back", func(dir string) error { return replace(dir, old, "record.db") }, false},
		{"rolled back, and the high marks deleted", func(dir string) error {
			return errors.Join(replace(dir, old, "record.db"), os.Remove(filepath.Join(dir, "high")))
		}, false},
		{"rolled back, and others came in their place", func(dir string) error {
			if err := replace(dir, old, "record.db", "high"); err != nil {
				return err
			}
			in := opened(t, dir, false)
			says(t, in, "Quite other words.", "And more.", "And more.", "And more.", "And more.")
			return in.Close()
		}, false},
		{"rolled back, resumed, and others came in their place", func(dir string) error {
			if err := replace(dir, old, "record.db"); err != nil {
				return err
			}
			in := opened(t, dir, true)
			if _, err := in.Resume(t.Context(), plenary.Resumption{Reason: "The disk was lost."}); err != nil {
				return err
			}
			says(t, in, "Quite other words.", "And more.", "And more.", "And more.")
			return in.Close()
		}, false},
	} {
		dir := filepath.Join(base, strings.ReplaceAll(c.name, " ", "-"))
		copyDir(t, home, dir)
		if c.change != nil {
			if err := c.change(dir); err != nil {
				t.Fatal(c.name, err)
			}
		}
		in := opened(t, dir, false)
		for _, s := range first {
			compared(t, in, c.name, s, "held")
		}
		for _, s := range lost {
			want := "not held"
			if c.held {
				want = "held"
			}
			compared(t, in, c.name, s, want)
		}
		for _, s := range strangers {
			compared(t, in, c.name, s, "wrong")
		}
		closed(t, in)
	}
}

// replace puts files of another directory in the place of those of one, without their logs.
func replace(dir, from string, names ...string) error {
	var faults []error
	for _, name := range names {
		for _, end := range []string{"-wal", "-shm", "-mark"} {
			_ = os.Remove(filepath.Join(dir, name+end))
		}
		b, err := os.ReadFile(filepath.Join(from, name))
		faults = append(faults, err, os.WriteFile(filepath.Join(dir, name), b, 0o600))
	}
	return errors.Join(faults...)
}

// compared checks a receipt with the house's own code and with the second verifier, as it was given out and as editors
// and mail programs leave it: both must say the same.
func compared(t *testing.T, in *plenary.Instance, name string, s *sent, want string) {
	t.Helper()
	ctx := t.Context()
	for how, b := range map[string][]byte{
		"as it was": s.Receipt, "CRLF": bytes.ReplaceAll(s.Receipt, []byte("\n"), []byte("\r\n")), "BOM": append([]byte("\xef\xbb\xbf"), s.Receipt...),
		"a line more": append(bytes.Clone(s.Receipt), '\n'),
	} {
		c := in.CheckReceipt(ctx, b)
		page := "wrong"
		switch {
		case c.Held():
			page = "held"
		case c.Genuine():
			page = "not held"
		}
		report, err := verifier.ReceiptIn(ctx, b, "", filepath.Join(in.Dir, "record.db"))
		command := "wrong"
		switch report.Record {
		case verifier.Held:
			command = "held"
		case verifier.NotHeld:
			command = "not held"
		}
		if page != want || command != want || (err == nil) != (want == "held") {
			t.Errorf("%s: %s (%s): the page says %s (%s %s), the command %s (%s), want %s", name, s.Ref, how, page, c.Wrong, c.Missing, command, report.Verdict(), want)
		}
	}
	for how, b := range map[string][]byte{
		"a byte of it": bytes.Replace(s.Receipt, []byte(`"rule": "on_time"`), []byte(`"rule": "late"`), 1), "cut short": s.Receipt[:len(s.Receipt)-9],
		"another member": bytes.Replace(s.Receipt, []byte(`"key"`), []byte(`"more": 1, "key"`), 1), "UTF-16": append([]byte("\xff\xfe"), s.Receipt...),
	} {
		c := in.CheckReceipt(ctx, b)
		if report, err := verifier.ReceiptIn(ctx, b, "", filepath.Join(in.Dir, "record.db")); c.Genuine() || !errors.Is(err, verifier.ErrWrong) {
			t.Errorf("%s: %s changed (%s) and taken: %s, %s", name, s.Ref, how, c.Wrong, report.Verdict())
		}
	}
}

// TestErasedStaysErased: what was erased, withheld, taken back or blacked out after a backup is so again when the
// backup goes on, whether the list was in the directory or kept elsewhere; and not what is another's.
func TestErasedStaysErased(t *testing.T) {
	base := room(t)
	home, old := filepath.Join(base, "home"), filepath.Join(base, "old")
	seed(t, home, "now+30d", "")
	in := opened(t, home, false)
	all := says(t, in, "Erase me.", "Withhold me.", "Withdraw me.", "Black the word SECRET out.", "Leave me.", "Withhold me and publish me.")
	var olga delegation.Participant
	ok(t, read(t, in, func(st *conversation.State) { olga = st.Roll.Holders(delegation.Officer)[0] }))
	act := func(by delegation.Participant, command any) {
		t.Helper()
		if _, err := in.Do(t.Context(), slug, conversation.Ask{By: by, Assurance: consultation.EmailProven, Command: command}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range all {
		ok(t, read(t, in, func(st *conversation.State) {
			if row, _ := st.Consultation.Row(cite.Ref(c.Ref)); row.Status != consultation.Published {
				t.Fatal(c.Ref, row.Status)
			}
		}))
	}
	closed(t, in)
	copyDir(t, home, old)

	in = opened(t, home, false)
	list, err := plenary.OpenRestrictions(home, "")
	if err != nil {
		t.Fatal(err)
	}
	act(olga, conversation.Erase{Contribution: "c1", Ground: "at_request"})
	act(olga, consultation.Withhold{Contribution: "c2", Ground: "abuse", Reason: "Rude."})
	act(ask(all[2]).By, consultation.Withdraw{Contribution: "c3"})
	act(olga, consultation.Redact{Part: "c4.1[15:21]", Ground: "personal_data"})
	act(olga, consultation.Redact{Part: "c5", Masks: []consultation.Mask{{Field: consultation.TextField(1), To: 5}}, Ground: "personal_data"})
	act(olga, consultation.Withhold{Contribution: "c6", Ground: "abuse", Reason: "Rude."})
	act(olga, consultation.PublishContribution{Contribution: "c6"})
	says(t, in, "This one is lost.")
	act(olga, conversation.Erase{Contribution: "c7", Ground: "at_request"})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- list.Follow(ctx, in.Secretariat, slug) }()
	for n := -1; n != 0; { // until everything is in it
		again, err := plenary.OpenRestrictions(home, "")
		if err == nil {
			n, err = again.Missing(t.Context(), in.Secretariat, slug)
		}
		ok(t, err)
	}
	stop()
	ok(t, <-done)
	closed(t, in)
	b, err := os.ReadFile(filepath.Join(home, plenary.RestrictionsFile))
	ok(t, err)
	for _, text := range []string{"Rude", "SECRET", "Erase me"} {
		if bytes.Contains(b, []byte(text)) {
			t.Errorf("the list holds words: %q", text)
		}
	}
	broken := filepath.Join(base, "broken.jsonl") // where nobody has a better one, a line that is damaged is passed over, and the others hold
	ok(t, os.WriteFile(broken, append([]byte("{\"record\":\"00\n"), b...), 0o600))
	for _, path := range []string{filepath.Join(home, plenary.RestrictionsFile), broken} {
		dir := filepath.Join(base, filepath.Base(path)+"-restored")
		copyDir(t, old, dir)
		ok(t, os.WriteFile(filepath.Join(dir, plenary.BackupMark), []byte("{}"), 0o600))
		in = opened(t, dir, true)
		list, err := plenary.OpenRestrictions(dir, path)
		ok(t, err)
		before := in.Durable(slug)
		word := plenary.Resumption{Reason: "The disk was lost.", Restrictions: list}
		if path == broken {
			if _, err := in.Resume(t.Context(), word); !errors.Is(err, plenary.ErrUnlisted) {
				t.Error("a list that is damaged is taken for whole:", err)
			}
			word.Incomplete = true
		}
		made, err := in.Resume(t.Context(), word)
		if err != nil || len(made) != 1 || made[0].From != before+1 || made[0].To != 0 || made[0].Entry != before+1 {
			t.Fatal(made, err)
		}
		ok(t, read(t, in, func(st *conversation.State) {
			var got []string
			for n := range 6 {
				row, _ := st.Consultation.Row(cite.Ref(fmt.Sprintf("c%d", n+1)))
				got = append(got, fmt.Sprintf("%s %t", row.Status, row.Redacted))
			}
			if want := "erased false, withheld false, withdrawn false, published true, published true, published false"; strings.Join(got, ", ") != want {
				t.Errorf("after it:\n%s, want\n%s", strings.Join(got, ", "), want)
			}
		}))
		closed(t, in)
		if l, err := kept.Read(dir, true); err != nil || l.ByText["Erase me."] != nil {
			t.Error("the erased text is back", err)
		}
		again := opened(t, dir, false)
		if again.Damage() != nil || again.Restored() != nil {
			t.Error("it does not go on:", again.Damage(), again.Restored())
		}
		says(t, again, "Another in the place of the lost one.") // c7 is another's now, and nobody erased it
		closed(t, again)
		after, err := plenary.OpenRestrictions(dir, path)
		ok(t, err)
		in = opened(t, dir, false)
		if n, err := after.Missing(t.Context(), in.Secretariat, slug); n == 0 || err != nil {
			t.Error("what is of the lost entries is still in the list:", n, err)
		}
		closed(t, in)
		ok(t, os.WriteFile(path, b, 0o600))
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, in *plenary.Instance, f func(*conversation.State)) error {
	t.Helper()
	_, err := in.Read(t.Context(), slug, func(st *conversation.State) error { f(st); return nil })
	return err
}
