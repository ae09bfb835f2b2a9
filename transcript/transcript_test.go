package transcript

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/transcript/cue"
)

var nine = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// world folds what is decided.
type world struct {
	t  *testing.T
	s  State
	at cite.Position
}

func (w *world) fold(all []cite.Proposal, err error) string {
	w.t.Helper()
	if err != nil {
		return refusal.Of(err)[0].Key
	}
	for _, p := range all {
		w.at++
		e := cite.Entry{Position: w.at}
		var err error
		switch f := p.Body.(type) {
		case Entered:
			err = f.Apply(&w.s, e)
		case Written:
			err = f.Apply(&w.s, e)
		case Corrected:
			err = f.Apply(&w.s, e)
		case Erased:
			err = f.Apply(&w.s, e)
		case FeedSet:
			err = f.Apply(&w.s, e)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return ""
}

func one(p cite.Proposal, err error) ([]cite.Proposal, error) { return []cite.Proposal{p}, err }

// TestTranscribe: what is of the sitting is taken, to the second, and what is not is refused.
func TestTranscribe(t *testing.T) {
	sat := Sat{Opened: nine, Closed: nine.Add(time.Hour)}
	for name, c := range map[string]struct {
		sat  Sat
		now  time.Duration
		zero time.Duration // after nine; 0 for none
		text string
		want string
	}{
		"all of it":               {sat, 2 * time.Hour, 0, "[0:00:01] a\n\n[0:59:00] b", ""},
		"as soon as it was said":  {Sat{Opened: nine}, 3 * time.Second, 0, "[0:00:01] a", ""},
		"before it was said":      {Sat{Opened: nine}, 3*time.Second - 1, 0, "[0:00:01] a", "transcript.future"},
		"before it was opened":    {Sat{}, time.Hour, 0, "[0:00:01] a", "session.not_open"},
		"at the end of the grace": {sat, 2 * time.Hour, 0, "[1:04:58] a", ""},
		"after the grace":         {sat, 2 * time.Hour, 0, "[1:04:59] a", "transcript.outside"},
		"before the opening":      {sat, 2 * time.Hour, -Grace, "[0:00:00] a", ""},
		"before the grace":        {sat, 2 * time.Hour, -Grace - time.Second, "[0:00:00] a", "transcript.outside"},
		"nothing that is read":    {sat, 2 * time.Hour, 0, "a", "transcript.untimed"},
	} {
		w := &world{t: t}
		ask := Transcribe{Session: "s1", Sitting: 1, Language: "en", Made: People, Kind: cue.Text, Source: c.text}
		if c.zero != 0 {
			ask.Zero = nine.Add(c.zero)
		}
		if got := w.fold(w.s.Transcribe(cite.Act{At: nine.Add(c.now)}, c.sat, ask)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestCut: a passage ends where the floor changes hands, after a minute, and where it would be long.
func TestCut(t *testing.T) {
	at := func(s int, text string) cue.Cue {
		return cue.Cue{From: time.Duration(s) * time.Second, To: time.Duration(s+2) * time.Second, Text: text}
	}
	for name, c := range map[string]struct {
		cues   []cue.Cue
		bounds []time.Time
		want   string
	}{
		"together":        {[]cue.Cue{at(0, "a"), at(10, "b"), at(58, "c")}, nil, "[3]"},
		"a minute":        {[]cue.Cue{at(0, "a"), at(59, "b")}, nil, "[1 1]"},
		"long":            {[]cue.Cue{at(0, strings.Repeat("a", 700)), at(2, strings.Repeat("b", 500)), at(4, "c")}, nil, "[2 1]"},
		"another speaker": {[]cue.Cue{at(0, "a"), at(10, "b"), at(20, "c")}, []time.Time{nine.Add(11 * time.Second), nine.Add(21 * time.Second)}, "[1 1 1]"},
		"by the middle":   {[]cue.Cue{at(0, "a"), at(10, "b")}, []time.Time{nine.Add(11*time.Second + 1)}, "[2]"},
	} {
		var got []int
		for _, p := range Cut(c.cues, nine, c.bounds) {
			got = append(got, len(p))
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

// TestPassages: words are put over those that were read, and what is erased does not come back.
func TestPassages(t *testing.T) {
	w := &world{t: t}
	act := cite.Act{By: "u1", At: nine.Add(time.Hour)}
	w.fold(w.s.Transcribe(act, Sat{Opened: nine}, Transcribe{Session: "s1", Sitting: 1, Language: "en", Made: People, Kind: cue.Text, Source: "[0:00:01] a\n\n[0:00:03] b"}))
	correct := func(over cite.Position, text string) string {
		return w.fold(one(w.s.Correct(act, "officer", Correct{Session: "s1", Sitting: 1, Language: "en", Passage: 1, Text: text, Over: over})))
	}
	for i, c := range []struct {
		over cite.Position
		text string
		want string
	}{{1, "c\nd", "transcript.changed"}, {2, "c", "transcript.spans"}, {2, "c\nd\ne", "transcript.spans"}, {2, "c\nd", ""}, {2, "e\nf", "transcript.changed"}, {3, "e\n\n\n", ""}, {0, "g\nh", ""}} {
		if got := correct(c.over, c.text); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
	at, f, err := w.s.Erase(act, Erase{Session: "s1", Sitting: 1, Language: "en", Passage: 1})
	if err != nil || fmt.Sprint(at) != "[2 3 4 5]" {
		t.Fatal(at, err)
	}
	w.fold([]cite.Proposal{f}, nil)
	if got := correct(0, "g\nh"); got != "transcript.gone" {
		t.Error(got)
	}
	if _, _, err := w.s.Erase(act, Erase{Session: "s1", Sitting: 1, Language: "en", Passage: 1}); err == nil {
		t.Error("it is erased twice")
	}
}

// TestCaption: captions are taken with the key, while the sitting is open, once in a second, and end now.
func TestCaption(t *testing.T) {
	w := &world{t: t}
	key, other := strings.Repeat("a", 64), strings.Repeat("b", 64)
	open := Sat{Opened: nine}
	send := func(key string, sat Sat, after time.Duration, source string) string {
		return w.fold(w.s.Caption(cite.Act{At: nine.Add(after)}, sat, Caption{Session: "s1", Sitting: 1, Language: "en", Key: key, Source: source}))
	}
	const vtt = "WEBVTT\n\n5:00:00.000 --> 5:00:02.000\na\n\n5:00:02.000 --> 5:00:04.000\nb"
	if got := send(key, open, time.Minute, vtt); got != "transcript.no_feed" {
		t.Error("without a feed:", got)
	}
	w.fold(one(w.s.SetFeed(cite.Act{}, open, SetFeed{Session: "s1", Sitting: 1, Language: "en", Made: Machine, Key: key})))
	for i, c := range []struct {
		key    string
		sat    Sat
		after  time.Duration
		source string
		want   string
	}{{other, open, time.Minute, vtt, "transcript.no_feed"}, {"", open, time.Minute, vtt, "transcript.no_feed"}, {key, Sat{}, time.Minute, vtt, "session.not_open"}, {key, Sat{Opened: nine, Closed: nine.Add(30 * time.Second)}, time.Minute, vtt, "session.not_open"},
		{key, open, time.Minute, "WEBVTT\n\n" + strings.Repeat("00:01.000 --> 00:02.000\nx\n\n", MaxAtOnce+1), "transcript.at_once"}, {key, open, time.Minute, "WEBVTT\n\n" + strings.Repeat(" ", MaxCaption), "transcript.large"},
		{key, open, time.Minute, vtt, ""}, {key, open, time.Minute + Pause - 1, vtt, "transcript.fast"}, {key, open, time.Minute + Pause, vtt, ""}} {
		if got := send(c.key, c.sat, c.after, c.source); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
	tr, _ := w.s.Find(Of{"s1", 1, "en"})
	if got := fmt.Sprint(tr.Passages[0].Spans, tr.Passages[1].Spans); got != "[{56000 58000} {58000 60000}] [{60000 60001} {60000 61000}]" {
		t.Error(got)
	}
	w.fold(one(w.s.SetFeed(cite.Act{}, open, SetFeed{Session: "s1", Sitting: 1, Language: "en"})))
	if got := send(key, open, time.Hour, vtt); got != "transcript.no_feed" {
		t.Error("taken back:", got)
	}
}

// TestCaptionsGoOn: what people began is called a machine's once a program goes on with it, and that is said once.
func TestCaptionsGoOn(t *testing.T) {
	w := &world{t: t}
	open, of := Sat{Opened: nine}, Of{"s1", 1, "en"}
	for i, c := range []struct {
		made, want string
		facts      int
	}{{People, People, 2}, {Machine, Machine, 2}, {Machine, Machine, 1}, {People, Machine, 1}} {
		key := strings.Repeat(string(rune('a'+i)), 64)
		w.fold(one(w.s.SetFeed(cite.Act{}, open, SetFeed{Session: "s1", Sitting: 1, Language: "en", Made: c.made, Key: key})))
		out, err := w.s.Caption(cite.Act{At: nine.Add(time.Duration(i+1) * time.Minute)}, open, Caption{Session: "s1", Sitting: 1, Language: "en", Key: key, Source: "WEBVTT\n\n00:00.000 --> 00:02.000\na"})
		if no := w.fold(out, err); no != "" || len(out) != c.facts {
			t.Fatal(i, no, len(out))
		}
		if tr, _ := w.s.Find(of); tr.Made != c.want || len(tr.Passages) != i+1 || !tr.Zero.Equal(nine) {
			t.Errorf("%d: made by %s, %d passages from %v", i, tr.Made, len(tr.Passages), tr.Zero)
		}
	}
}

// TestInstead: while a sitting goes on nothing takes the place of its captions; afterwards what people wrote does, and is never replaced itself.
func TestInstead(t *testing.T) {
	w := &world{t: t}
	act := cite.Act{At: nine.Add(2 * time.Hour)}
	enter := func(sat Sat, made, text string, instead bool) string {
		return w.fold(w.s.Transcribe(act, sat, Transcribe{Session: "s1", Sitting: 1, Language: "en", Made: made, Kind: cue.Text, Source: text, Instead: instead}))
	}
	open, closed := Sat{Opened: nine}, Sat{Opened: nine, Closed: nine.Add(time.Hour)}
	if no := enter(open, Machine, "[0:00:10] Good mourning.", false); no != "" {
		t.Fatal(no)
	}
	if no := enter(open, People, "[0:00:05] Good morning.", true); no != "transcript.goes_on" {
		t.Error("while the sitting goes on:", no)
	}
	if no := enter(closed, People, "[0:00:05] Good morning.", true); no != "" {
		t.Error(no)
	}
	if no := enter(closed, People, "[0:00:05] Good night.", true); no != "transcript.instead" {
		t.Error("over what people wrote:", no)
	}
	got, _ := w.s.Find(Of{Session: "s1", Sitting: 1, Language: "en"})
	if got.Made != People || got.Standing() != 1 || len(got.Passages) != 2 || !got.Passages[0].Replaced || got.Passages[1].Replaced {
		t.Errorf("%+v", got)
	}
}
