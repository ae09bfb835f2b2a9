package mail

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/paper"
)

// considered publishes considerations that rest on what @maria and @mario said.
const considered = `
grant @rana rapporteur
  as: @olga

grant @otto officer
  as: @olga

mark-sentences considerations.json
  as: @rana
  verdict: supported

publish-paper considerations.json
  as: @olga
`

// consider gives the world the file of the considerations, and addresses to those who hold an office.
func (w *world) consider() {
	w.t.Helper()
	w.run.Files.(fstest.MapFS)["considerations.json"] = &fstest.MapFile{Data: []byte(`{"kind": "considerations", "symbol": "TEST/CONS/1", "original": "en", "date": "2020-01-12", "title": {"en": "Considerations"}, "elements": [
  {"kind": "paragraph", "number": "1", "cites": ["$maria.1"], "text": {"en": "Somebody asks what a ferry is."}},
  {"kind": "paragraph", "number": "2", "cites": ["$mario.1"], "text": {"en": "Of cattle “are not goods” was said."}},
  {"kind": "paragraph", "number": "3", "cites": ["$maria.1", "$mario.2"], "text": {"en": "Somebody asks for more."}}]}`)}
	w.play(publishAll + considered)
	for alias, l := range map[string]locale.Lang{"@olga": locale.English, "@otto": locale.Arabic, "@rana": locale.English} {
		if err := w.letters.Accounts.SetAddress(ctx, account.Number{Slug: "ferries", Participant: uint64(w.run.Participant(alias))}, alias[1:]+"@example.org", l, t0); err != nil {
			w.t.Fatal(err)
		}
		w.wish(alias[1:]+"@example.org", account.Confirmed)
	}
}

// TestLostLetters: each officer is written to once where an act takes something away that published sentences rest on, with the way to the first of
// them and no word of what went; of nothing else. A redaction counts where it is of words that are quoted.
func TestLostLetters(t *testing.T) {
	both := []string{"olga: sources 1", "otto: sources 1"}
	const correctMario, publishIt = "\ncorrect-words $mario\n  as: @mario\n  text: ", "\npublish-correction $mario\n  as: @olga\n"
	for name, c := range map[string]struct {
		script string
		want   []string
		n      string
	}{
		"nothing":                  {"", nil, ""},
		"withdrawn":                {"\nwithdraw $maria\n", both, "Sentences: 2"},
		"erased":                   {"\nerase $maria\n  as: @olga\n  ground: at_request\n", both, "Sentences: 2"},
		"withheld":                 {"\nwithhold $mario\n  as: @olga\n  ground: advertising\n  reason: Boats.\n", both, "Sentences: 2"},
		"nobody cites it":          {"\nerase $nora\n  as: @olga\n  ground: at_request\n", nil, ""},
		"quoted words blacked out": {"\nredact $mario.1\n  as: @olga\n  bytes: 7-15\n  ground: personal_data\n", both, "Sentences: 1"},
		"quoted words corrected":   {correctMario + "Horses are not ours.\n" + publishIt, both, "Sentences: 1"},
		"other words corrected":    {correctMario + "Horses are not goods.\n" + publishIt, nil, ""},
		"a correction that waits":  {correctMario + "Horses are not ours.\n", nil, ""},
		"other words blacked out":  {"\nredact $mario.1\n  as: @olga\n  bytes: 0-6\n  ground: personal_data\n", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.consider()
			if c.script != "" {
				w.play(c.script)
			}
			var got []string
			for _, m := range w.read() {
				if m.Notice != "sources lost" {
					continue
				}
				who, _, _ := strings.Cut(m.To, "@")
				got = append(got, who+": sources 1")
				if !strings.Contains(m.Text, "/c/ferries/p2.e1.x") || strings.Contains(m.Text, "⟦") || strings.Contains(m.Text, "what a ferry is") || m.Stop == "" || m.About != "" {
					t.Errorf("%+v", m)
				}
				if m.Lang == "en" && (!strings.Contains(m.Text, c.n) || !strings.Contains(m.Text, "TEST/CONS/1")) {
					t.Error(m.Text)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestSecondReaderLetter: who is asked to read sentences as a second person gets one letter, in their language, with the way to the draft and how
// many wait; whoever wants no letters gets none, and that is told.
func TestSecondReaderLetter(t *testing.T) {
	w := newWorld(t)
	w.consider()
	box := &post.Mailbox{}
	q, err := NewQueue(w.db, box, "noreply@plenary.example", w.in.Now)
	if err != nil {
		t.Fatal(err)
	}
	w.letters.Queue = q
	x := paper.Asking{Slug: "ferries", Key: "KEY", At: time.Now(), To: map[string]int{string(w.run.Participant("@rana").Ref()): 3, string(w.run.Participant("@otto").Ref()): 1, string(w.run.Participant("@nora").Ref()): 1}}
	w.wish("otto@example.org", account.Stopped)
	told, err := w.letters.SecondReader(ctx, x)
	if err != nil || told != 1 {
		t.Fatal(told, err)
	}
	flush(t, q, 1)
	m := box.All()[0]
	if m.To != "rana@example.org" || !strings.Contains(m.Text, "https://talk.example.org/en/c/ferries/desk/sources/KEY") || !strings.Contains(m.Text, "3") || strings.Contains(m.Subject+m.Text, "⟦") || m.Stop == "" {
		t.Errorf("%+v", m)
	}
}
