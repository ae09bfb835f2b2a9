package plenary_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
)

// TestRestrictionsStandOnce: whoever follows a record again, after a start or without one, adds nothing to the list that is in it.
func TestRestrictionsStandOnce(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w := ferries(t)
		var refs []cite.Ref
		for n, token := range []string{"a", "b", "c"} {
			refs = append(refs, w.must(submit(n+1, token)).Refs[0])
		}
		w.must(conversation.Ask{By: officer, Command: consultation.Withhold{Contribution: refs[0], Ground: "abuse", Reason: "Rude."}})
		w.must(conversation.Ask{By: officer, Command: consultation.PublishContribution{Contribution: refs[0]}})
		w.must(conversation.Ask{By: officer, Command: conversation.Erase{Contribution: refs[1], Ground: "personal_data"}})
		for _, c := range []any{delegation.Grant{Participant: 70, Role: delegation.Chair}, delegation.Grant{Participant: 71, Role: delegation.Chair}, // which are not listed
			delegation.Revoke{Participant: 71, Role: delegation.Chair}, delegation.Grant{Participant: 71, Role: delegation.Chair}, delegation.Grant{Participant: 71, Role: delegation.Analyst}} {
			w.must(conversation.Ask{By: officer, Command: c})
		}
		open := func() *plenary.Restrictions {
			t.Helper()
			list, err := plenary.OpenRestrictions(dir, "")
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		missing := func(list *plenary.Restrictions) int {
			t.Helper()
			n, err := list.Missing(t.Context(), w.sec, "ferries")
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		follow := func(list *plenary.Restrictions) string {
			t.Helper()
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- list.Follow(ctx, w.sec, "ferries") }()
			synctest.Wait() // until it waits for more
			stop()
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			b, err := os.ReadFile(filepath.Join(dir, plenary.RestrictionsFile))
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		list := open()
		if n := missing(list); n != 5 {
			t.Errorf("an empty list lacks %d", n)
		}
		said := follow(list)
		if n := missing(list); n != 0 {
			t.Errorf("the list lacks %d", n)
		}
		if again := follow(list); again != said {
			t.Errorf("followed again, the list is\n%s\nit was\n%s", again, said)
		}
		if n := missing(open()); n != 0 {
			t.Errorf("opened again, the list lacks %d", n)
		}
		if again := follow(open()); again != said {
			t.Errorf("after a start, the list is\n%s\nit was\n%s", again, said)
		}
	})
}

// TestRestrictionsAfterAFault: what could not be written into the list for a while is added when that is over, and the list, which says how many lines it
// has, can be relied on.
func TestRestrictionsAfterAFault(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, plenary.RestrictionsFile)
	synctest.Test(t, func(t *testing.T) {
		w := ferries(t)
		list, err := plenary.OpenRestrictions(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		follow := func() error {
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- list.Follow(ctx, w.sec, "ferries") }()
			synctest.Wait()
			stop()
			return <-done
		}
		refs := []cite.Ref{w.must(submit(1, "a")).Refs[0], w.must(submit(2, "b")).Refs[0]}
		withhold := func(c cite.Ref) {
			w.must(conversation.Ask{By: officer, Command: consultation.Withhold{Contribution: c, Ground: "abuse", Reason: "Rude."}})
		}
		withhold(refs[0])
		if err := follow(); err != nil {
			t.Fatal(err)
		}
		withhold(refs[1])
		w.must(conversation.Ask{By: officer, Command: consultation.PublishContribution{Contribution: refs[1]}}) // listed because of what is withheld before it
		if err := errors.Join(os.Rename(path, path+".away"), os.Mkdir(path, 0o700)); err != nil {
			t.Fatal(err)
		}
		if err := follow(); err == nil {
			t.Fatal("a directory was written")
		}
		if err := errors.Join(os.Remove(path), os.Rename(path+".away", path)); err != nil {
			t.Fatal(err)
		}
		if err := follow(); err != nil {
			t.Fatal(err)
		}
		list, err = plenary.OpenRestrictions(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		if n, err := list.Missing(t.Context(), w.sec, "ferries"); n != 0 || err != nil || list.Wrong() != nil {
			t.Errorf("%d are missing: %v, %v", n, err, list.Wrong())
		}
	})
}

// TestMarkOfBackupStays: a restored directory that stays marked as a backup is not said to go on.
func TestMarkOfBackupStays(t *testing.T) {
	dir := t.TempDir()
	mark := filepath.Join(dir, plenary.BackupMark)
	inside := filepath.Join(mark, "x") // a directory that holds something is not removed
	if err := os.MkdirAll(inside, 0o700); err != nil {
		t.Fatal(err)
	}
	in, err := plenary.OpenInstance(t.Context(), plenary.InstanceOptions{Dir: dir, Resume: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	word := plenary.Resumption{Reason: "The disk was lost.", Incomplete: true}
	if _, err := in.Resume(t.Context(), word); err == nil || !in.Marked() {
		t.Error("it goes on, and is marked:", in.Marked(), err)
	}
	if err := os.Remove(inside); err != nil {
		t.Fatal(err)
	}
	for range 2 { // and where the mark is gone already
		if _, err := in.Resume(t.Context(), word); err != nil || in.Marked() {
			t.Error("it does not go on:", in.Marked(), err)
		}
	}
}

// TestEndedBesideTheRecords: what was ended beside the records stays in the list, with when it was last, also after what stands
// beside it was damaged and taken out.
func TestEndedBesideTheRecords(t *testing.T) {
	dir := t.TempDir()
	open := func() *plenary.Restrictions {
		t.Helper()
		list, err := plenary.OpenRestrictions(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	says := func(list *plenary.Restrictions, want map[string]time.Time) {
		t.Helper()
		if got, err := list.Ended(); err != nil || !maps.Equal(got, want) {
			t.Errorf("%v (%v), want %v", got, err, want)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		w := ferries(t)
		w.must(conversation.Ask{By: officer, Command: consultation.Withhold{Contribution: w.must(submit(1, "a")).Refs[0], Ground: "abuse", Reason: "Rude."}})
		list := open()
		says(list, map[string]time.Time{})
		at := time.Date(2026, 3, 1, 9, 0, 0, 1000, time.UTC)
		for i, marks := range [][]string{{"account 1", "code 2"}, {}, {"account 1"}, {"code 3"}} {
			if err := list.End(marks, at.Add(time.Duration(i)*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		want := map[string]time.Time{"account 1": at.Add(2 * time.Hour), "code 2": at, "code 3": at.Add(3 * time.Hour)}
		says(list, want)
		// A line that does not fit its checksum is passed over, and taken out when the list is made whole.
		f, err := os.OpenFile(filepath.Join(dir, plenary.RestrictionsFile), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(`{"ended":"code 4","at":1,"sum":7}` + "\n"); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		says(open(), want)
		list = open()
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- list.Follow(ctx, w.sec, "ferries") }()
		synctest.Wait()
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		says(open(), want)
		b, err := os.ReadFile(filepath.Join(dir, plenary.RestrictionsFile))
		if err != nil || strings.Contains(string(b), "code 4") || !strings.Contains(string(b), "withheld") {
			t.Errorf("%s %v", b, err)
		}
	})
}

// TestListCannotBeKept: whoever names a place for the list in which nothing can be kept hears it at the start.
func TestListCannotBeKept(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "nowhere", "list"), filepath.Join(file, "list"), dir} {
		in, err := plenary.OpenInstance(t.Context(), plenary.InstanceOptions{Dir: filepath.Join(dir, "data"), Restrictions: path})
		if err == nil || !strings.Contains(err.Error(), "--restrictions") {
			t.Errorf("the list at %s: %v", path, err)
		}
		if in != nil {
			_ = in.Close()
		}
	}
	for _, path := range []string{filepath.Join(dir, "list"), file} {
		in, err := plenary.OpenInstance(t.Context(), plenary.InstanceOptions{Dir: filepath.Join(dir, "data"), Restrictions: path})
		if err != nil {
			t.Fatal(err)
		}
		if err := in.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.tmp")); err != nil || len(left) > 0 {
		t.Error("left behind:", left, err)
	}
}
