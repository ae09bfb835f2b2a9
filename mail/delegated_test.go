package mail

import (
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/locale"
)

const delegates = `
enter %arcadia
  as: @olga
  category: member_state
  country: XA
  name: Arcadia

authorise @maria for %arcadia
  as: @olga
  capacity: head

appoint %arcadia @mario
  as: @maria
  capacity: focal_point
`

// TestDelegationLetters: whoever manages a delegation hears of what another did, and of a mandate whoever has or had it; who did it
// hears nothing, and whoever is brought in has a letter of invitation.
func TestDelegationLetters(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		want   []string
	}{
		"brought in":       {"", nil},
		"by the other":     {"\nappoint %arcadia @nora\n  as: @mario\n  capacity: member\n", []string{"maria: joined"}},
		"by an officer":    {"\nauthorise @nora for %arcadia\n  as: @olga\n", []string{"maria: joined", "mario: joined"}},
		"handed over":      {"\nappoint %arcadia @nora\n  as: @maria\n  capacity: member\nhand-over %arcadia @nora\n  as: @maria\n", []string{"mario: joined", "mario: handed"}},
		"to who reads":     {"\nappoint %arcadia @mario\n  as: @maria\n  capacity: alternate\nhand-over %arcadia @mario\n  as: @maria\n", []string{"mario: yours"}},
		"a mandate ends":   {"\nend %arcadia @mario\n  as: @maria\n", []string{"mario: ended"}},
		"somebody leaves":  {"\nend %arcadia @mario\n  as: @mario\n", []string{"maria: left"}},
		"by an officer, 2": {"\nunauthorise @maria %arcadia\n  as: @olga\n", []string{"maria: ended", "mario: left"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			had := len(w.read())
			w.play(delegates + c.script)
			var got []string
			for _, m := range w.read()[had:] {
				who, _, _ := strings.Cut(m.To, "@")
				_, kind, _ := strings.Cut(m.Notice, " ")
				got = append(got, who+": "+kind)
				if !strings.Contains(m.Text, "https://talk.example.org/"+string(m.Lang)+"/c/ferries/delegation") || !strings.Contains(m.Text, "Arcadia") {
					t.Errorf("%s: %s", got, m.Text)
				}
			}
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	for _, kind := range []string{"joined", "left", "ended", "handed", "yours", "ends", "ends_alone", "renew"} {
		for _, l := range locale.All {
			if s := l.T("mail.delegation."+kind+".subject", "party", "P") + l.T("mail.delegation."+kind+".text", "party", "P", "title", "T", "capacity", "C", "until", "U", "link", "L"); strings.Contains(s, "⟦") || strings.Contains(s, "{") {
				t.Errorf("%s %s: %s", l, kind, s)
			}
		}
	}
}

// TestColleagueCorrects: whoever corrects what was sent for a party is told of their correction, and who sent it that a colleague did, as long as they
// speak for the party.
func TestColleagueCorrects(t *testing.T) {
	const sent = `
appoint %arcadia @mario
  as: @maria
  capacity: alternate

submit => $arcadia
  as: @mario
  for: %arcadia
  call: comments
  on: 1
  language: en
  text: Arcadia has a ferry.
`
	for name, c := range map[string]struct {
		script string
		want   []string
	}{
		"a colleague":                      {"\ncorrect-words $arcadia\n  as: @maria\n  text: Arcadia has two ferries.\n", []string{"maria: corrected", "mario: corrected_for"}},
		"who sent it":                      {"\ncorrect-words $arcadia\n  as: @mario\n  text: Arcadia has two ferries.\n", []string{"mario: corrected"}},
		"a colleague of who left":          {"\nend %arcadia @mario\n  as: @maria\n\ncorrect-words $arcadia\n  as: @maria\n  text: Arcadia has two ferries.\n", []string{"maria: corrected"}},
		"a colleague, and it is published": {"\ncorrect-words $arcadia\n  as: @maria\n  text: Arcadia has two ferries.\n\npublish $arcadia\n  as: @olga\n", []string{"maria: corrected", "mario: corrected_for"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.play(delegates + sent + c.script)
			var got []string
			for _, m := range w.read() {
				if who, _, _ := strings.Cut(m.To, "@"); strings.HasPrefix(m.Notice, "corrected") {
					got = append(got, who+": "+m.Notice)
					if strings.Contains(m.Text+m.Subject, "⟦") || strings.Contains(m.Text, "maria@") {
						t.Errorf("%s\n%s", m.Subject, m.Text)
					}
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
