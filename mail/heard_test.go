package mail

import (
	"slices"
	"strings"
	"testing"
)

// TestHeardLetters: those who speak for the party of which something was heard from the floor are told that it was entered, once they may read
// it, and of what becomes of it; whoever entered it, who only prepares for the party and who speaks for it no more are not.
func TestHeardLetters(t *testing.T) {
	parties := "\nenter %boats\n  as: @olga\n  category: individual\n  name: Boats\n\nauthorise @maria for %boats\n  as: @olga\n\nauthorise @mario for %boats\n  as: @olga\n  capacity: member\n"
	enter := "\nhear questions => $bell\n  as: @rosa\n  on: 1\n  for: %boats\n  said: 2020-01-10T09:00Z\n  language: en\n  wording: Who rings the bell?\n"
	somebody := "\nhear questions => $bell\n  as: @rosa\n  on: 1\n  category: individual\n  speaker: a ferryman\n  said: 2020-01-10T09:00Z\n  language: en\n  wording: Who rings the bell?\n"
	word := "\nword questions => $q\n  as: @rosa\n  of: $bell.1\n"
	before := strings.Replace(gathering, "moderation: after", "moderation: before", 1)
	publish := "\npublish $bell\n  as: @olga\n"
	for name, c := range map[string]struct {
		scripts []string
		want    []string
	}{
		"published at once":                 {[]string{gathering, parties, enter}, []string{"maria: heard"}},
		"while it waits":                    {[]string{before, parties, enter}, nil},
		"once it is published":              {[]string{before, parties, enter, publish}, []string{"maria: heard"}},
		"what becomes of it":                {[]string{gathering, parties, enter, word}, []string{"maria: heard", "maria: worded"}},
		"it was withdrawn":                  {[]string{gathering, parties, enter, "\nwithdraw $bell\n  as: @maria\n"}, nil},
		"who speaks for the party no more":  {[]string{gathering, parties, enter, "\nunauthorise @maria %boats\n  as: @olga\n", word}, nil},
		"of whom no party is known, nobody": {[]string{gathering, parties, somebody, word}, nil},
	} {
		w := newWorld(t, c.scripts...)
		var got []string
		all := w.read()
		for i, m := range w.short(all) {
			if all[i].About == w.run.Ref("$bell") {
				who, _, _ := strings.Cut(m, " c")
				got = append(got, who)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		for _, m := range all {
			if m.Notice == "heard" && (!strings.Contains(m.Text, "10 January 2020") || !strings.Contains(m.Text, "#heard\n") || strings.Contains(m.Text, "⟦")) {
				t.Errorf("%s: %s", name, m.Text)
			}
		}
	}
}
