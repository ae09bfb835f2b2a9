package mail

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
)

const offerBodies = `
offer
  as: @olga
  categories: ngo
  capacities: party

request %boats
  as: @maria
  name: Boats for All
  category: ngo
`

// accreditationLetters are those about accreditation, who they go to and what they say.
func (w *world) accreditationLetters() (out []post.Message) {
	w.t.Helper()
	for _, m := range w.read() {
		if strings.HasPrefix(m.Notice, "accreditation.") {
			out = append(out, m)
		}
	}
	return out
}

// TestAccreditationLetters: whoever requested is told what was decided and why; all who speak for a party are told when its accreditation
// changes or will be over; nobody of what they took back.
func TestAccreditationLetters(t *testing.T) {
	grant := offerBodies + `
accredit %boats
  as: @olga
  name: Boats for All
  until: 2020-03-01T00:00Z
  reason: The letter is signed.

authorise @mario for %boats
  as: @olga
`
	for name, c := range map[string]struct {
		script string
		want   []string
	}{
		"requested":      {offerBodies, nil},
		"accredited":     {grant, []string{"maria@example.org accredited"}},
		"declined":       {offerBodies + "\nrefuse %boats\n  as: @olga\n  reason: No date.\n", []string{"maria@example.org refused"}},
		"taken back":     {offerBodies + "\nrefuse %boats\n  as: @olga\n  reason: No date.\n\nretract %boats\n  as: @maria\n", nil},
		"over soon":      {grant + "\nat 2020-02-16T00:00Z\n\ntick\n", []string{"maria@example.org accredited", "maria@example.org reminded", "mario@example.org reminded"}},
		"another end":    {grant + "\nprolong %boats\n  as: @olga\n  until: 2020-05-01T00:00Z\n  reason: They asked.\n", []string{"maria@example.org accredited", "maria@example.org prolonged", "mario@example.org prolonged"}},
		"ended":          {grant + "\nterminate %boats\n  as: @olga\n  reason: Not signed.\n", []string{"maria@example.org accredited", "maria@example.org terminated", "mario@example.org terminated"}},
		"without an end": {offerBodies + "\naccredit %boats\n  as: @olga\n  name: Boats for All\n  reason: Signed.\n", []string{"maria@example.org accredited"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, c.script)
			var got []string
			for _, m := range w.accreditationLetters() {
				got = append(got, m.To+" "+strings.TrimPrefix(m.Notice, "accreditation."))
				if !strings.Contains(m.Text, "https://talk.example.org/") || strings.Contains(m.Text, "⟦") || !strings.Contains(m.Text+m.Subject, "Boats for All") {
					t.Errorf("%s: %s", m.Notice, m.Text)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	w := newWorld(t, grant)
	if m := w.accreditationLetters()[0]; !strings.Contains(m.Text, "The letter is signed.") || !strings.Contains(m.Text, "29 February 2020") || m.Subject != "Boats for All is accredited" {
		t.Errorf("%s\n%s", m.Subject, m.Text)
	}
}

// TestAccreditationNotices: every row is about a fact that is written, and its letter can be said in every language.
func TestAccreditationNotices(t *testing.T) {
	for kind, row := range accreditations {
		if !slices.Contains(conversation.Kinds(), kind) {
			t.Errorf("%s is no kind of fact", kind)
		}
		for _, l := range locale.All {
			for _, part := range []string{"subject", "text"} {
				if s := l.T("mail.accreditation."+row.name+"."+part, "body", "B", "title", "T", "reason", "R", "until", "U", "link", "L"); strings.Contains(s, "⟦") {
					t.Errorf("%s %s: %s", l, row.name, s)
				}
			}
		}
	}
}

// TestAccreditationWaits: a request waits for officers, and not for whoever sent it.
func TestAccreditationWaits(t *testing.T) {
	w := newWorld(t, offerBodies, "\ngrant @maria officer\n  as: @olga\n")
	if _, err := w.in.Read(ctx, "ferries", func(st *conversation.State) error {
		for who, want := range map[string]int{"@olga": 1, "@maria": 0, "@mario": 0} {
			n := 0
			for _, x := range waits(st, w.run.Participant(who), t0) {
				if x.kind == waitsAccrediting {
					n++
				}
			}
			if n != want {
				t.Errorf("%s: %d wait", who, n)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	one := []wait{{waitsAccrediting, 9, time.Date(2020, 1, 10, 9, 0, 0, 0, time.UTC)}}
	for _, l := range locale.All {
		if lines, path := waitLines(l, one, "UTC"); strings.Contains(lines, "⟦") || lines == "" || path != "/desk/accreditation" {
			t.Errorf("%s: %q %s", l, lines, path)
		}
	}
}
