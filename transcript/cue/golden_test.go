package cue

import (
	"flag"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/internal/golden"
	"github.com/openplenary/plenary/refusal"
)

var updateGolden = flag.Bool("update", false, "write what files are read as now into testdata")

// TestGoldenFiles reads everything that some lines make, as each kind of file, and everything that some signs make as words and as times, and writes down how much is read, with a sum.
func TestGoldenFiles(t *testing.T) {
	t.Parallel()
	sums, counts := map[string]uint32{}, map[string]map[string]int{}
	say := func(key string, err error, is ...any) {
		why := "read"
		if rs := refusal.Of(err); len(rs) > 0 {
			why = rs[0].Key
			is = append(is, rs[0].Args...)
		}
		if counts[key] == nil {
			counts[key] = map[string]int{}
		}
		counts[key][why]++
		sums[key] = crc32.Update(sums[key], crc32.IEEETable, fmt.Appendln(nil, append(is, why)...))
	}
	every := func(pieces []string, between string, length int, f func(string)) {
		var all func(string, int)
		all = func(s string, left int) {
			f(s)
			for _, piece := range pieces {
				if left > 0 {
					all(s+between+piece, left-1)
				}
			}
		}
		for _, piece := range pieces {
			all(piece, length-1)
		}
	}
	every([]string{"WEBVTT", "00:01.000 --> 00:02.000", "00:00.000 --> 00:01.500 align:left", "name", "a", "", "NOTE b", "STYLE", "REGION"}, "\n", 4, func(s string) {
		cues, err := Parse(VTT, s)
		more, errMore := Parse(VTT, "WEBVTT x\n\n"+s)
		say("vtt", err, s, cues)
		say("vtt behind its head", errMore, s, more)
		say("guessed", nil, Kind(s))
	})
	every([]string{"1", "00:00:01,000 --> 00:00:02,000", "00:00:01.000 --> 00:00:02.000", "00:00:02,000 --> 00:00:01,000", "a <i>b</i>", "", "c"}, "\n", 4, func(s string) {
		cues, err := Parse(SRT, s)
		say("srt", err, s, cues)
		say("guessed", nil, Kind(s))
	})
	every([]string{"[0:01] a", "[0:00:03] b", "(00:02)", "[x] c", "d", "", "[0:01", "{0:01} e", "[٠:٠٤] f", strings.Repeat("g", 40)}, "\n", 4, func(s string) {
		cues, err := Parse(Text, s)
		say("text", err, s, cues)
	})
	for _, kind := range []string{VTT, SRT, Text} {
		head := map[string]string{VTT: "WEBVTT\n\n00:01.000 --> 00:02.000\n", SRT: "1\n00:00:01,000 --> 00:00:02,000\n", Text: "[0:01] "}[kind]
		every([]string{"<i>", "</i>", "<v Ana>", "<font color>", "<", ">", "<00:01.000>", "<c.x>", "<script>", "a", "&lt;", "&amp;", "-->", "</", "<ib>", "\u202e", "\xff"}, "", 3, func(s string) {
			cues, err := Parse(kind, head+s)
			say("words of "+kind, err, s, cues)
		})
		for n := MaxText - 1; n <= MaxText+1; n++ {
			_, err := Parse(kind, head+strings.Repeat("é", n))
			say(fmt.Sprintf("%d letters of %s", n, kind), err)
		}
	}
	every([]string{"0", "1", "59", "60", ":", "00", "٣", "100", "1000"}, "", 5, func(s string) {
		at, ok := Clock(s)
		say("clock", nil, s, at, ok)
	})
	for n := MaxCues - 1; n <= MaxCues+1; n++ {
		_, err := Parse(VTT, "WEBVTT\n\n"+strings.Repeat("00:01.000 --> 00:02.000\nx\n\n", n))
		say(fmt.Sprintf("%d cues", n), err)
	}
	for n := MaxSource - 1; n <= MaxSource+1; n++ {
		_, err := Parse(Text, "[0:01] a"+strings.Repeat("\n", n-len("[0:01] a")))
		say(fmt.Sprintf("%d bytes", n), err)
	}
	for _, d := range []time.Duration{MaxTime - time.Millisecond, MaxTime, MaxTime + time.Millisecond} {
		h, m, s, ms := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60, int(d.Milliseconds())%1000
		_, err := Parse(VTT, fmt.Sprintf("WEBVTT\n\n00:01.000 --> %02d:%02d:%02d.%03d\nx", h, m, s, ms))
		say("until "+d.String(), err)
		last, err := Parse(Text, fmt.Sprintf("[%d:%02d:%02d] x", h, m, s))
		say("from "+d.String(), err, last)
	}
	var lines []string
	for key, sum := range sums {
		lines = append(lines, fmt.Sprintf("%s: %v, sum %08x", key, counts[key], sum))
	}
	slices.Sort(lines)
	golden.Lines(t, "files.golden", strings.Join(lines, "\n")+"\n", *updateGolden)
}
