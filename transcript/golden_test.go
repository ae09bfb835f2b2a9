package transcript

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/internal/golden"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/transcript/cue"
)

var updateGolden = flag.Bool("update", false, "write what the rules answer now into testdata")

// answered is what a rule answered: what it refuses, or the facts with the sum of their words.
func answered(all []cite.Proposal, err error) string {
	var b strings.Builder
	for _, no := range refusal.Of(err) {
		fmt.Fprintf(&b, "%d %s %s %v; ", no.Kind, no.Field, no.Key, no.Args)
	}
	if err != nil {
		return b.String()
	}
	for _, p := range all {
		body, err := json.Marshal(p.Body)
		if err != nil {
			return err.Error()
		}
		var words []string
		for k, w := range p.Words {
			words = append(words, fmt.Sprintf("%s=%.10s", k, w))
		}
		slices.Sort(words)
		fmt.Fprintf(&b, "%s %08x %v; ", p.Body.Describe().Kind, crc32.ChecksumIEEE(body), words)
	}
	return b.String()
}

// said is a text of which one thing is said at each of some seconds.
func said(seconds ...int) string {
	var b strings.Builder
	for _, s := range seconds {
		fmt.Fprintf(&b, "[%d:%02d:%02d] a\n\n", s/3600, s/60%60, s%60)
	}
	return b.String()
}

// filled is a state with a transcript of people of one sitting and one of a program of another, and a feed.
func filled(t *testing.T) *world {
	t.Helper()
	w := &world{t: t}
	act := cite.Act{By: "u1", At: nine.Add(2 * time.Hour)}
	sat := Sat{Opened: nine, Closed: nine.Add(time.Hour)}
	for _, c := range []Transcribe{
		{Session: "s1", Sitting: 2, Language: "en", Made: Machine, Kind: cue.Text, Source: said(0, 10, 80)},
		{Session: "s1", Sitting: 1, Language: "en", Made: People, Kind: cue.Text, Source: said(5, 6, 7, 90)},
		{Session: "s1", Sitting: 1, Language: "fr", Made: People, Kind: cue.Text, Source: said(5)},
		{Session: "s2", Sitting: 1, Language: "en", Made: People, Kind: cue.Text, Source: said(5)},
	} {
		if no := w.fold(w.s.Transcribe(act, sat, c)); no != "" {
			t.Fatal(no)
		}
	}
	for _, c := range []SetFeed{{Session: "s1", Sitting: 3, Language: "en", Made: Machine, Key: strings.Repeat("a", 64)}, {Session: "s1", Sitting: 2, Language: "en", Made: People, Key: strings.Repeat("b", 64)}, {Session: "s2", Sitting: 3, Language: "en", Made: People, Key: strings.Repeat("c", 64)}} {
		if no := w.fold(one(w.s.SetFeed(act, Sat{Opened: nine}, c))); no != "" {
			t.Fatal(no)
		}
	}
	return w
}

// TestGoldenRules writes down what each rule answers at, below and above each of its bounds, over what is there and what is not.
func TestGoldenRules(t *testing.T) {
	var out strings.Builder
	w := filled(t)
	closed, open := Sat{Opened: nine, Closed: nine.Add(time.Hour)}, Sat{Opened: nine}
	say := func(what string, is ...any) {
		fmt.Fprintf(&out, "%s: %s\n", what, strings.TrimSuffix(fmt.Sprintln(is...), "\n"))
	}
	for name, c := range map[string]Transcribe{
		"no language":    {Made: People, Source: "a"},
		"no maker":       {Language: "en", Source: "a"},
		"nothing":        {Language: "en", Made: Machine, Source: " \n"},
		"a kind":         {Language: "en", Made: Machine, Source: "a", Kind: cue.SRT},
		"seen":           {Language: "en", Made: Machine, Source: "WEBVTT\n\n"},
		"in another one": {Language: "en", Made: Machine, Source: "a", Zero: nine.In(time.FixedZone("X", 3600))},
		"at no time":     {Language: "en", Made: Machine, Source: "a", Zero: time.Time{}.In(time.FixedZone("X", 3600))},
	} {
		is, err := c.Check()
		say("check "+name, is.Kind, is.Zero, is.Zero == time.Time{}, is.Zero.Location(), answered(nil, err))
	}
	for _, sitting := range []int{1, 2, 4} {
		for _, made := range Makers {
			for _, instead := range []bool{false, true} {
				for name, source := range map[string]string{"before": said(1), "at the end": said(91, 92), "later": said(100), "across": said(80, 200), "nothing": "", "words": "a"} {
					for at, sat := range map[string]Sat{"open": open, "closed": closed} {
						p, err := w.s.Transcribe(cite.Act{By: "u1", At: nine.Add(2 * time.Hour)}, sat, Transcribe{Session: "s1", Sitting: sitting, Language: "en", Made: made, Kind: cue.Text, Source: source, Instead: instead})
						say(fmt.Sprintf("transcribe %d by %s, instead %v, %s, %s", sitting, made, instead, name, at), answered(p, err))
					}
				}
			}
		}
	}
	for name, source := range map[string]string{
		"the first is the longest": "WEBVTT\n\n00:01.000 --> 10:00.000\na\n\n00:02.000 --> 00:03.000\nb\n",
		"in order":                 "WEBVTT\n\n00:01.000 --> 00:02.500\na\n\n00:02.000 --> 00:03.000\nb\n",
	} {
		for _, after := range []time.Duration{3 * time.Second, 3*time.Second - 1, 10 * time.Minute, 10*time.Minute - 1} {
			for _, zero := range []time.Time{{}, nine.Add(-time.Second)} {
				p, err := w.s.Transcribe(cite.Act{At: nine.Add(after)}, open, Transcribe{Session: "s4", Sitting: 1, Language: "en", Made: People, Kind: cue.VTT, Source: source, Zero: zero})
				say(fmt.Sprintf("%s, %s after, from %v", name, after, zero.IsZero()), answered(p, err))
			}
		}
	}
	for n := -1; n <= 4; n++ {
		for name, c := range map[string]Correct{
			"as many lines": {Text: "b\nc\nd"}, "fewer": {Text: "b"}, "more": {Text: "b\nc\nd\ne"}, "empty ones behind": {Text: "b\nc\nd\n\n"}, "empty ones between": {Text: "b\n\nd"},
			"other ends": {Text: "b\r\nc\r\nd"}, "nothing": {Text: " \n"}, "over it": {Text: "b", Over: 8}, "over another": {Text: "b", Over: 9},
		} {
			c.Session, c.Sitting, c.Language, c.Passage = "s1", 1, "en", n
			checked, err := c.Check()
			if err != nil {
				say(fmt.Sprintf("correct %d, %s, checked", n, name), answered(nil, err))
				continue
			}
			p, err := w.s.Correct(cite.Act{By: "u1", At: nine}, "officer", checked)
			say(fmt.Sprintf("correct %d, %s", n, name), answered([]cite.Proposal{p}, err))
		}
		at, p, err := w.s.Erase(cite.Act{By: "u1", At: nine}, Erase{Session: "s1", Sitting: 1, Language: "en", Passage: n, Ground: "law"})
		say(fmt.Sprintf("erase %d", n), at, answered([]cite.Proposal{p}, err))
	}
	for name, d := range map[string]time.Duration{"none": 0, "a second before": -time.Second, "later": 3661 * time.Second} {
		say("clock of "+name, clock(d))
	}
	golden.Lines(t, "rules.golden", sorted(out.String()), *updateGolden)
}

// TestGoldenFeeds writes down who is given a key, and what becomes of captions.
func TestGoldenFeeds(t *testing.T) {
	var out strings.Builder
	w := filled(t)
	key := strings.Repeat("a", 64)
	closed, open := Sat{Opened: nine, Closed: nine.Add(time.Hour)}, Sat{Opened: nine}
	say := func(what string, is ...any) {
		fmt.Fprintf(&out, "%s: %s\n", what, strings.TrimSuffix(fmt.Sprintln(is...), "\n"))
	}
	for _, k := range []string{"", key, key + "a", key[1:], strings.ToUpper(key), strings.Repeat("g", 64)} {
		for _, made := range []string{"", People, Machine, "a dog"} {
			for _, lang := range []locale.Lang{"en", "de"} {
				c, err := SetFeed{Session: "s1", Sitting: 3, Language: lang, Made: made, Key: k}.Check()
				what := fmt.Sprintf("a key %.2q of %d by %q in %s", k, len(k), made, lang)
				if say(what, c.Made, answered(nil, err)); err != nil {
					continue
				}
				for name, sat := range map[string]Sat{"open": open, "closed": closed} {
					for sitting := 1; sitting <= 3; sitting++ {
						c.Sitting = sitting
						p, err := w.s.SetFeed(cite.Act{By: "u1", At: nine}, sat, c)
						say(fmt.Sprintf("%s, %s, %d", what, name, sitting), answered([]cite.Proposal{p}, err))
					}
				}
			}
		}
	}
	cues := func(n int, from, long time.Duration) string {
		var b strings.Builder
		b.WriteString("WEBVTT\n\n")
		for i := range n {
			at := from + time.Duration(i)*time.Second
			fmt.Fprintf(&b, "%s --> %s\n%c\n\n", time.Time{}.Add(at).Format("15:04:05.000"), time.Time{}.Add(at+long).Format("15:04:05.000"), 'a'+i%26)
		}
		return b.String()
	}
	send := func(what string, after time.Duration, source string) {
		p, err := w.s.Caption(cite.Act{At: nine.Add(after)}, open, Caption{Session: "s1", Sitting: 3, Language: "en", Key: key, Source: source})
		say(fmt.Sprintf("caption %s %s after", what, after), answered(p, err))
		if err == nil {
			w.fold(p, nil)
		}
	}
	send("one", time.Minute, cues(1, 0, 2*time.Second))
	send("too soon", time.Minute+Pause-1, cues(1, 0, 2*time.Second))
	send("again", time.Minute+Pause, cues(1, 0, 2*time.Second))
	send("long ones", 2*time.Minute, cues(3, time.Hour, 90*time.Second))
	send("the most", 3*time.Minute, cues(MaxAtOnce, 0, time.Second))
	send("one more", 4*time.Minute, cues(MaxAtOnce+1, 0, time.Second))
	send("the largest", 4*time.Minute, cues(1, 0, time.Second)+strings.Repeat(" ", MaxCaption-len(cues(1, 0, time.Second))))
	send("a larger", 5*time.Minute, cues(1, 0, time.Second)+strings.Repeat(" ", MaxCaption+1-len(cues(1, 0, time.Second))))
	send("nothing", 5*time.Minute, "")
	for name, c := range map[string]Caption{"of another sitting": {Session: "s1", Sitting: 2, Language: "en", Key: key}, "of another session": {Session: "s2", Sitting: 3, Language: "en", Key: key}, "in another language": {Session: "s1", Sitting: 3, Language: "fr", Key: key}} {
		c.Source = cues(1, 0, time.Second)
		p, err := w.s.Caption(cite.Act{At: nine.Add(time.Hour)}, open, c)
		say("caption "+name, answered(p, err))
	}
	for _, session := range []cite.Ref{"s1", "s2", "s3"} {
		say(fmt.Sprintf("feeds of %s", session), w.s.Feeds(session))
	}
	for _, of := range []Of{{"s1", 3, "en"}, {"s2", 3, "en"}, {"s9", 3, "en"}} {
		is := w.s.Snapshot()
		err := (&FeedSet{Of: of}).Apply(is, cite.Entry{Position: 99})
		say(fmt.Sprintf("taken back %v", of), err, is.Feeds("s1"), is.Feeds("s2"), len(w.s.Feeds("s1")))
	}
	golden.Lines(t, "feeds.golden", sorted(out.String()), *updateGolden)
}

// sorted puts lines in the order of the alphabet.
func sorted(s string) string {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

// TestState: what is found, listed and said, to the instant; a fact about what is not there is none, and a snapshot stays as it was.
func TestState(t *testing.T) {
	w := filled(t)
	held := w.s.Snapshot()
	list := func(s *State, session cite.Ref) (out string) {
		for _, tr := range s.Session(session) {
			out += fmt.Sprintf("%d %s %s %d/%d; ", tr.Sitting, tr.Language, tr.Made, tr.Standing(), len(tr.Passages))
		}
		return out
	}
	for session, want := range map[cite.Ref]string{"s1": "1 en people 2/2; 1 fr people 1/1; 2 en machine 2/2; ", "s2": "1 en people 1/1; ", "s3": ""} {
		if got := list(&w.s, session); got != want {
			t.Errorf("%s: %s", session, got)
		}
	}
	of := Of{"s1", 1, "en"}
	tr, _ := w.s.Find(of)
	from, to := tr.Span(1)
	if !from.Equal(nine.Add(5*time.Second)) || !to.After(from) || !tr.Instant(1500).Equal(nine.Add(1500*time.Millisecond)) {
		t.Error(from, to)
	}
	s := tr.Passages[1].Spans[0]
	mid := tr.Instant((s.From + s.To) / 2)
	for name, c := range map[string]struct {
		n        int
		from, to time.Time
		want     bool
	}{
		"at its middle": {2, mid, mid.Add(1), true}, "from after it": {2, mid.Add(1), mid.Add(time.Hour), false}, "until it": {2, mid.Add(-time.Hour), mid, false}, "never": {2, mid, mid, false},
		"the first of several": {1, nine, nine.Add(6 * time.Second), true}, "the last of several": {1, nine.Add(7 * time.Second), nine.Add(time.Minute), true}, "before all": {1, nine, nine.Add(5 * time.Second), false},
	} {
		if tr.Said(c.n, c.from, c.to) != c.want {
			t.Errorf("%s: not %v", name, c.want)
		}
	}
	entry := cite.Entry{Position: 70}
	span := []Span{{1, 2}}
	for name, err := range map[string]error{
		"of no transcript":     (&Written{Of: Of{"s9", 1, "en"}, Number: 1, Spans: span}).Apply(&w.s, entry),
		"a number too far":     (&Written{Of: of, Number: 4, Spans: span}).Apply(&w.s, entry),
		"a number too near":    (&Written{Of: of, Number: 2, Spans: span}).Apply(&w.s, entry),
		"without spans":        (&Written{Of: of, Number: 3}).Apply(&w.s, entry),
		"correct the nought":   (&Corrected{Of: of, Number: 0}).Apply(&w.s, entry),
		"correct one too many": (&Corrected{Of: of, Number: 3}).Apply(&w.s, entry),
		"erase one too many":   (&Erased{Of: of, Number: 3}).Apply(&w.s, entry),
		"erase of none":        (&Erased{Of: Of{"s1", 9, "en"}, Number: 1}).Apply(&w.s, entry),
	} {
		if !errors.Is(err, ErrGap) {
			t.Errorf("%s: %v", name, err)
		}
	}
	apply := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	later := nine.Add(3 * time.Hour)
	apply((&Corrected{Of: of, Number: 2, Office: "officer", At: later}).Apply(&w.s, entry))
	apply((&Erased{Of: of, Number: 1}).Apply(&w.s, entry))
	apply((&Entered{Of: of, Made: Machine, At: later}).Apply(&w.s, cite.Entry{Position: 71}))
	now, _ := w.s.Find(of)
	if p := now.Passages[1]; !now.Passages[0].Gone || p.Gone || p.Standing() != 70 || len(p.Entries()) != 2 || p.Changes[0].Office != "officer" || !p.Changes[0].At.Equal(later) || now.Made != Machine || !now.At.Equal(later) || now.Position != 71 {
		t.Errorf("%+v", now)
	}
	apply((&Entered{Of: of, Made: People, At: later}).Apply(&w.s, entry))
	if now, _ = w.s.Find(of); now.Made != Machine || now.Standing() != 2 {
		t.Errorf("what a program made in part is %s's", now.Made)
	}
	before := w.s.Snapshot()
	apply((&Entered{Of: of, Made: People, At: later, Instead: true}).Apply(&w.s, entry))
	if was, _ := before.Find(of); was.Standing() != 2 {
		t.Error("what stood in a snapshot is replaced")
	}
	if now, _ = w.s.Find(of); now.Made != People || now.Standing() != 0 {
		t.Errorf("what people put in its place is %s's", now.Made)
	}
	if no := w.fold(one(w.s.Correct(cite.Act{}, "officer", Correct{Session: "s1", Sitting: 1, Language: "en", Passage: 2, Text: "b"}))); no != "transcript.changed" {
		t.Error("what was replaced is put right:", no)
	}
	if old, _ := held.Find(of); old.Passages[0].Gone || old.Standing() != 2 || len(old.Passages[1].Changes) != 0 || old.Made != People {
		t.Errorf("a snapshot changed: %+v", old)
	}
}

// TestCorrected: words that are put right are cleaned line by line, and each is as long as it may be.
func TestCorrected(t *testing.T) {
	if c, err := (Correct{Text: " a\u202eb \r\n c"}).Check(); err != nil || c.Text != "ab\nc" {
		t.Errorf("%q %v", c.Text, err)
	}
	for n, want := range map[int]int{cue.MaxText: 0, cue.MaxText + 1: 1} {
		if _, err := (Correct{Text: "a\n" + strings.Repeat("é", n)}).Check(); len(refusal.Of(err)) != want {
			t.Errorf("%d characters: %v", n, err)
		}
	}
}

// TestCutBounds: a passage is as long as it may be, in time and in letters, and not longer.
func TestCutBounds(t *testing.T) {
	long := func(n int) string { return strings.Repeat("a", n) }
	for name, c := range map[string]struct {
		cues []cue.Cue
		want string
	}{
		"a minute":         {[]cue.Cue{{From: 0, To: time.Second, Text: "a"}, {From: 30 * time.Second, To: longest, Text: "b"}}, "[2]"},
		"a bit more":       {[]cue.Cue{{From: 0, To: time.Second, Text: "a"}, {From: 30 * time.Second, To: longest + 1, Text: "b"}}, "[1 1]"},
		"the most letters": {[]cue.Cue{{To: 1, Text: long(most - 1)}, {To: 2, Text: "b"}}, "[2]"},
		"one more letter":  {[]cue.Cue{{To: 1, Text: long(most)}, {To: 2, Text: "b"}}, "[1 1]"},
		"counted anew":     {[]cue.Cue{{To: 1, Text: long(most)}, {To: 2, Text: long(most - 1)}, {To: 3, Text: "c"}, {To: 4, Text: "d"}}, "[1 2 1]"},
		"nothing":          {nil, "[]"},
	} {
		var got []int
		for _, p := range Cut(c.cues, nine, nil) {
			got = append(got, len(p))
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
	if got := words([]string{"a", "", "c"}); len(got) != 2 || got["1"] != "a" || got["3"] != "c" {
		t.Error(got)
	}
}
