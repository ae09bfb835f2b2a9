package cue

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/openplenary/plenary/refusal"
)

const s = time.Second

// TestParse: what stands in files of each kind, and the line at which one is refused.
func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		kind, source string
		want         []Cue
		no           string
	}{
		"a cue":                {VTT, "WEBVTT\n\n00:01.000 --> 00:02.500\nGood morning.", []Cue{{s, 2500 * time.Millisecond, "Good morning."}}, ""},
		"with everything":      {VTT, "\ufeffWEBVTT - ferries\r\nKind: captions\r\n\r\nNOTE nothing\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\nfirst\r\n1:00:01.000 --> 1:00:02.000 align:start line:0\r\n<v.loud Ann Other>Good <i>morning</i>,\r\n<00:00:01.500>all &amp; sundry.</v>\r\n", []Cue{{3601 * s, 3602 * s, "Good morning, all & sundry."}}, ""},
		"an empty cue":         {VTT, "WEBVTT\n\n00:01.000 --> 00:02.000\n\n00:03.000 --> 00:04.000\nOne.", []Cue{{3 * s, 4 * s, "One."}}, ""},
		"at once":              {VTT, "WEBVTT\n\n00:01.000 --> 00:05.000\nOne.\n\n00:01.000 --> 00:02.000\nTwo.", []Cue{{s, 5 * s, "One."}, {s, 2 * s, "Two."}}, ""},
		"right to left":        {VTT, "WEBVTT\n\n00:01.000 --> 00:02.000\nصباح الخير", []Cue{{s, 2 * s, "صباح الخير"}}, ""},
		"less than":            {VTT, "WEBVTT\n\n00:01.000 --> 00:02.000\n3 &lt; 4", []Cue{{s, 2 * s, "3 < 4"}}, ""},
		"SubRip":               {SRT, "1\n00:00:01,000 --> 00:00:02,000\n<font color=\"red\">One</font>,\n<b>two</b>.\n\n2\n00:00:02,000 --> 00:00:03,000\nThree.\n", []Cue{{s, 2 * s, "One, two."}, {2 * s, 3 * s, "Three."}}, ""},
		"SubRip unnumbered":    {SRT, "00:00:01,000 --> 00:00:02,000\nOne.", []Cue{{s, 2 * s, "One."}}, ""},
		"plain text":           {Text, "[0:00:01] One.\n\nTwo.\n\n(01:00) Three.", []Cue{{s, 3 * s, "One. Two."}, {60 * s, 62 * s, "Three."}}, ""},
		"as long as it takes":  {Text, "[0:01] " + strings.Repeat("a", 100) + "\n\n[0:05] " + strings.Repeat("b", 100), []Cue{{s, 5 * s, strings.Repeat("a", 100)}, {5 * s, 13 * s, strings.Repeat("b", 100)}}, ""},
		"in other digits":      {Text, "[٠:٠٠:٠١] واحد", []Cue{{s, 3 * s, "واحد"}}, ""},
		"no header":            {VTT, "00:01.000 --> 00:02.000\nOne.", nil, "transcript.header 1"},
		"a header that is not": {VTT, "WEBVTTX\n\n00:01.000 --> 00:02.000\nOne.", nil, "transcript.header 1"},
		"a header with a cue":  {VTT, "WEBVTT\n00:01.000 --> 00:02.000\nOne.", nil, "transcript.header 1"},
		"nothing":              {VTT, "WEBVTT\n", nil, "transcript.empty"},
		"nothing said":         {VTT, "WEBVTT\n\n00:01.000 --> 00:02.000\n<b></b>", nil, "transcript.empty"},
		"a name alone":         {VTT, "WEBVTT\n\nfirst\n", nil, "transcript.timing 3"},
		"no end":               {VTT, "WEBVTT\n\n00:01.000 -->\nOne.", nil, "transcript.timing 3"},
		"backwards":            {VTT, "WEBVTT\n\n00:02.000 --> 00:01.000\nOne.", nil, "transcript.timing 3"},
		"no length":            {VTT, "WEBVTT\n\n00:02.000 --> 00:02.000\nOne.", nil, "transcript.timing 3"},
		"minutes":              {VTT, "WEBVTT\n\n00:61:02.000 --> 00:61:03.000\nOne.", nil, "transcript.timing 3"},
		"a comma":              {VTT, "WEBVTT\n\n00:01,000 --> 00:02,000\nOne.", nil, "transcript.timing 3"},
		"a day":                {VTT, "WEBVTT\n\n23:59:59.000 --> 24:00:01.000\nOne.", nil, "transcript.timing 3"},
		"out of order":         {VTT, "WEBVTT\n\n00:05.000 --> 00:06.000\nOne.\n\n00:04.000 --> 00:06.000\nTwo.", nil, "transcript.order 6"},
		"an arrow in words":    {VTT, "WEBVTT\n\n00:01.000 --> 00:02.000\nOne --> two", nil, "transcript.timing 4"},
		"a script":             {VTT, "WEBVTT\n\n00:01.000 --> 00:02.000\n<script>x</script>", nil, "transcript.markup 4"},
		"a picture":            {SRT, "1\n00:00:01,000 --> 00:00:02,000\n<img src=x onerror=y>", nil, "transcript.markup 3"},
		"never closed":         {VTT, "WEBVTT\n\n00:01.000 --> 00:02.000\nOne <b two", nil, "transcript.markup 4"},
		"made of entities":     {VTT, "WEBVTT\n\n00:01.000 --> 00:02.000\n&lt;script>", nil, "transcript.markup 4"},
		"in plain text":        {Text, "[0:01] <b>One</b>", nil, "transcript.markup 1"},
		"untimed":              {Text, "\nOne.\n\n[0:01] Two.", nil, "transcript.untimed 2"},
		"text out of order":    {Text, "[0:05] One.\n\n[0:04] Two.", nil, "transcript.order 3"},
		"long":                 {Text, "[0:01] " + strings.Repeat("a", MaxText+1), nil, "transcript.long 1"},
		"long by and by":       {Text, "[0:01] " + strings.Repeat("a", MaxText) + "\n\nb", nil, "transcript.long 3"},
		"large":                {VTT, "WEBVTT\n\n" + strings.Repeat(" ", MaxSource), nil, "transcript.large"},
		"no text":              {VTT, "WEBVTT\n\n00:01.000 --> 00:02.000\n\xff", nil, "text.utf8"},
		"many":                 {VTT, "WEBVTT\n\n" + strings.Repeat("00:01.000 --> 00:02.000\na\n\n", MaxCues+1), nil, "transcript.many 30003"},
		"another kind":         {"ass", "x", nil, "transcript.kind"},
	} {
		got, err := Parse(c.kind, c.source)
		no := ""
		for _, r := range refusal.Of(err) {
			if no = r.Key; len(r.Args) > 1 && r.Args[0] == "line" {
				no += fmt.Sprint(" ", r.Args[1])
			}
		}
		if !reflect.DeepEqual(got, c.want) || no != c.no {
			t.Errorf("%s: %v, %q, want %v, %q", name, got, no, c.want, c.no)
		}
	}
}

// TestKind: what a file is, by how it begins.
func TestKind(t *testing.T) {
	for source, want := range map[string]string{"WEBVTT": VTT, "\ufeffWEBVTT\n": VTT, "WEBVTT x\n": VTT, "WEBVTTX\n": Text, "1\n00:00:01,000 --> 00:00:02,000": SRT,
		"00:00:01,000 --> 00:00:02,000": SRT, "1\n2": Text, "": Text, "[0:01] One --> two": SRT, "[0:01] One.": Text} {
		if got := Kind(source); got != want {
			t.Errorf("%q is %s, want %s", source, got, want)
		}
	}
}

// FuzzParse: whatever a stranger sends is refused, or is words with times that go forward.
func FuzzParse(f *testing.F) {
	f.Add(VTT, "WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000 align:start\n<v Ann>One &amp; <00:00:01.500>two")
	f.Add(SRT, "1\n00:00:01,000 --> 00:00:02,000\n<i>One</i>")
	f.Add(Text, "[0:00:01] One.\n\nTwo.\n\n(0:02) Three.")
	f.Fuzz(func(t *testing.T, kind, source string) {
		cues, err := Parse(kind, source)
		if err != nil {
			if len(refusal.Of(err)) == 0 {
				t.Fatalf("an error that is no refusal: %v", err)
			}
			return
		}
		if len(cues) == 0 || len(cues) > MaxCues {
			t.Fatalf("%d cues", len(cues))
		}
		for i, c := range cues {
			if c.From < 0 || c.To <= c.From || c.To > MaxTime || i > 0 && c.From < cues[i-1].From {
				t.Fatalf("times: %v", c)
			}
			if c.Text == "" || !utf8.ValidString(c.Text) || utf8.RuneCountInString(c.Text) > MaxText+1 || strings.ContainsAny(c.Text, "\n\r\x00") || strings.Contains(strings.ToLower(c.Text), "<script") {
				t.Fatalf("words: %q", c.Text)
			}
		}
	})
}
