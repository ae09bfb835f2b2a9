package aside

import (
	"strings"
	"testing"

	"github.com/openplenary/plenary/refusal"
)

// TestEnclosures: what comes with a request is found under it, replaced by what is kept next, and gone when it is taken away, when its
// sender is forgotten, and with the conversation.
func TestEnclosures(t *testing.T) {
	s, _ := open(t)
	e := Enclosure{Slug: "ferries", Request: "y0000000000001", By: 1 << 63, Contact: "Bo, +41 22", File: "f1", Name: "letter.pdf", Type: "application/pdf", Size: 7, Made: t0}
	more := []Enclosure{e, {Slug: "ferries", Request: "y0000000000002", By: 2, Contact: "Ida", Made: t0}, {Slug: "bridges", Request: "y0000000000001", By: 1 << 63, Contact: "Bo", Made: t0}}
	for _, x := range more {
		if _, err := s.Enclose(t.Context(), x); err != nil {
			t.Fatal(err)
		}
	}
	e.Contact = "Bo, +41 31"
	for file, want := range map[string]string{"f1": "", "f2": "f1"} {
		next := e
		next.File = file
		if file == "f2" {
			next.Request = "y0000000000003"
			before := next
			before.File = "f1"
			if replaced, err := s.Enclose(t.Context(), before); replaced != "" || err != nil {
				t.Fatal(replaced, err)
			}
		}
		if replaced, err := s.Enclose(t.Context(), next); replaced != want || err != nil {
			t.Errorf("in the place of %q, %v", replaced, err)
		}
	}
	if err := s.Unenclose(t.Context(), "ferries", "y0000000000003"); err != nil {
		t.Fatal(err)
	}
	if got, ok, err := s.Enclosed(t.Context(), "ferries", e.Request); !ok || err != nil || got != e {
		t.Errorf("%+v, %v, %v", got, ok, err)
	}
	of := func(slug string, by uint64) int {
		t.Helper()
		all, err := s.Enclosures(t.Context(), slug, by)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	if of("ferries", 0) != 2 || of("ferries", 1<<63) != 1 || of("ferries", 3) != 0 || of("bridges", 0) != 1 {
		t.Error("not what was kept")
	}
	if err := s.Unenclose(t.Context(), "ferries", "y0000000000002"); err != nil {
		t.Fatal(err)
	}
	if err := s.Forget(t.Context(), "ferries", 1<<63); err != nil {
		t.Fatal(err)
	}
	if of("ferries", 0) != 0 || of("bridges", 0) != 1 {
		t.Error("what was taken away is there, or more is gone")
	}
	if err := s.ForgetAll(t.Context(), "bridges"); err != nil || of("bridges", 0) != 0 {
		t.Error("of a conversation that is gone something is left", err)
	}
	if _, ok, err := s.Enclosed(t.Context(), "bridges", e.Request); ok || err != nil {
		t.Error(ok, err)
	}
}

// TestContact: a contact is there, and within its bounds.
func TestContact(t *testing.T) {
	for said, want := range map[string]string{"": "accreditation.contact", " \n": "accreditation.contact", " Bo ": "", strings.Repeat("é", MaxContact): "", strings.Repeat("é", MaxContact+1): "line.long"} {
		_, err := CleanContact(said)
		got := ""
		if rs := refusal.Of(err); len(rs) > 0 {
			got = rs[0].Key
		}
		if got != want {
			t.Errorf("%.20q: %q, want %q", said, got, want)
		}
	}
}
