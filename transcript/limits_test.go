package transcript

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/transcript/cue"
)

// TestMostPassages: a transcript takes its last passage and no other, from people and from a program.
func TestMostPassages(t *testing.T) {
	of := Of{Session: "s1", Sitting: 1, Language: "en"}
	key := "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	at := nine.Add(2 * time.Hour)
	with := func(n int) *State {
		all := make([]Passage, n)
		for i := range all {
			all[i].Spans = []Span{{From: int64(i), To: int64(i + 1)}}
		}
		return &State{all: []*Transcript{{Of: of, Zero: nine, Made: Machine, Passages: all}}, feeds: []Feed{{Of: of, Key: key, Made: Machine}}}
	}
	const said = "WEBVTT\n\n01:00:00.000 --> 01:00:01.000\nYes.\n"
	for name, take := range map[string]func(*State) error{
		"transcribe": func(s *State) error {
			_, err := s.Transcribe(cite.Act{By: "u1", At: at}, Sat{Opened: nine}, Transcribe{Session: "s1", Sitting: 1, Language: "en", Made: Machine, Kind: cue.VTT, Source: said})
			return err
		},
		"caption": func(s *State) error {
			_, err := s.Caption(cite.Act{At: at}, Sat{Opened: nine}, Caption{Session: "s1", Sitting: 1, Language: "en", Key: key, Source: said})
			return err
		},
	} {
		if err := take(with(MaxPassages - 1)); err != nil {
			t.Errorf("%s: the last: %v", name, err)
		}
		if no := refusal.Of(take(with(MaxPassages))); len(no) != 1 || no[0].Key != "transcript.passages" {
			t.Errorf("%s: one more: %v", name, no)
		}
	}
}
