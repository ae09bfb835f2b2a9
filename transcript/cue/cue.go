// Package cue reads what was said with its times from files that others made: WebVTT, SubRip and plain text with time codes. It is strict,
// because strangers send such files and everybody is shown what stands in them: sizes and counts are bounded, times go forward, and what is
// neither words nor known marks of the format is refused, with the line on which it stands. Names of speakers that a file marks are left
// out: who spoke is known by who had the floor.
package cue

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Bounds.
const (
	MaxSource = 1 << 20        // bytes of a file
	MaxCues   = 10_000         // of a file
	MaxText   = 1_000          // characters of a cue
	MaxTime   = 24 * time.Hour // after the beginning of the file
)

// Cue is what was said from one instant until another.
type Cue struct {
	From, To time.Duration // after the beginning of the file
	Text     string        // without markup, on one line
}

// The kinds of file.
const (
	VTT  = "vtt"  // WebVTT
	SRT  = "srt"  // SubRip
	Text = "text" // paragraphs, each with its time code before it: [0:12:30]
)

// Kinds lists the kinds of file.
var Kinds = []string{VTT, SRT, Text}

// Kind guesses what a file is by how it begins.
func Kind(source string) string {
	source = strings.TrimLeft(strings.TrimPrefix(source, "\ufeff"), " \t\r\n")
	first, rest, _ := strings.Cut(source, "\n")
	first = strings.TrimSpace(first)
	switch {
	case headed(first):
		return VTT
	case strings.Contains(first, arrow):
		return SRT
	}
	second, _, _ := strings.Cut(rest, "\n")
	if _, err := strconv.Atoi(first); err == nil && strings.Contains(second, arrow) {
		return SRT
	}
	return Text
}

const arrow = "-->"

// headed reports whether a line is the first one of a WebVTT file.
func headed(line string) bool {
	rest, ok := strings.CutPrefix(line, "WEBVTT")
	return ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}

// Field is where a file that cannot be read is said to be wrong.
const Field = "source"

// wrong refuses a file at a line.
func wrong(key string, line int, args ...any) error {
	return refusal.In(Field, "transcript."+key, append([]any{"line", line}, args...)...)
}

// Parse reads a file. Its error is a refusal that names the line.
func Parse(kind, source string) ([]Cue, error) {
	if len(source) > MaxSource {
		return nil, &refusal.Refusal{Kind: refusal.TooLarge, Key: "transcript.large", Args: []any{"max", MaxSource >> 10}, Field: Field}
	}
	if !utf8.ValidString(source) {
		return nil, refusal.In(Field, "text.utf8")
	}
	source = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(source, "\ufeff"))
	r := &reader{lines: strings.Split(source, "\n"), kind: kind}
	var err error
	switch kind {
	case VTT:
		err = r.vtt()
	case SRT:
		err = r.srt()
	case Text:
		err = r.text()
	default:
		return nil, refusal.In("kind", "transcript.kind")
	}
	if err == nil && len(r.cues) == 0 {
		err = refusal.In(Field, "transcript.empty")
	}
	if err != nil {
		return nil, err
	}
	return r.cues, nil
}

// reader is a file that is being read.
type reader struct {
	lines []string
	at    int // the next line, from 0
	kind  string
	cues  []Cue
}

// block gives the lines up to the next empty one, and the number of the first; nil at the end.
func (r *reader) block() (lines []string, first int) {
	for r.at < len(r.lines) && strings.TrimSpace(r.lines[r.at]) == "" {
		r.at++
	}
	first = r.at + 1
	for r.at < len(r.lines) && strings.TrimSpace(r.lines[r.at]) != "" {
		lines = append(lines, r.lines[r.at])
		r.at++
	}
	return lines, first
}

func (r *reader) vtt() error {
	head, first := r.block()
	if len(head) == 0 || first != 1 || !headed(strings.TrimRight(head[0], " \t")) {
		return wrong("header", 1)
	}
	for _, line := range head[1:] {
		if strings.Contains(line, arrow) {
			return wrong("header", 1)
		}
	}
	for {
		lines, first := r.block()
		if lines == nil {
			return nil
		}
		if aside(lines) {
			continue
		}
		if err := r.cue(lines, first); err != nil {
			return err
		}
	}
}

// aside reports whether a block of WebVTT says nothing: notes, styles, regions.
func aside(lines []string) bool {
	for _, word := range []string{"NOTE", "STYLE", "REGION"} {
		rest, ok := strings.CutPrefix(lines[0], word)
		if ok && (strings.TrimSpace(rest) == "" || rest[0] == ' ' || rest[0] == '\t') && !(len(lines) > 1 && strings.Contains(lines[1], arrow)) {
			return true
		}
	}
	return false
}

func (r *reader) srt() error {
	for {
		lines, first := r.block()
		if lines == nil {
			return nil
		}
		if err := r.cue(lines, first); err != nil {
			return err
		}
	}
}

// cue reads a block with a line of times, which a name or number may come before.
func (r *reader) cue(lines []string, first int) error {
	at := first
	if !strings.Contains(lines[0], arrow) {
		if lines, at = lines[1:], at+1; len(lines) == 0 {
			return wrong("timing", at-1)
		}
	}
	from, to, ok := r.times(lines[0])
	if !ok {
		return wrong("timing", at)
	}
	text, err := r.words(lines[1:], at+1)
	if err != nil || text == "" {
		return err
	}
	return r.add(Cue{From: from, To: to, Text: text}, at)
}

// add takes a cue that does not begin before the one before it.
func (r *reader) add(c Cue, line int) error {
	switch n := len(r.cues); {
	case n == MaxCues:
		return wrong("many", line, "max", MaxCues)
	case c.To <= c.From || c.To > MaxTime:
		return wrong("timing", line)
	case n > 0 && c.From < r.cues[n-1].From:
		return wrong("order", line)
	}
	r.cues = append(r.cues, c)
	return nil
}

// times reads "00:01:02.000 --> 00:01:04.000", and what follows says only where it is shown.
func (r *reader) times(line string) (from, to time.Duration, ok bool) {
	a, b, _ := strings.Cut(line, arrow)
	f := strings.Fields(b)
	if len(f) == 0 {
		return 0, 0, false
	}
	if from, ok = r.clock(strings.TrimSpace(a)); !ok {
		return 0, 0, false
	}
	to, ok = r.clock(f[0])
	return from, to, ok
}

// clock reads a time code with thousandths.
func (r *reader) clock(s string) (time.Duration, bool) {
	mark := "."
	if r.kind == SRT {
		mark = ","
	}
	whole, part, ok := strings.Cut(s, mark)
	ms, digits := number(part)
	if !ok || digits != 3 {
		return 0, false
	}
	d, ok := Clock(whole)
	return d + time.Duration(ms)*time.Millisecond, ok
}

// Clock reads hours, minutes and seconds, or minutes and seconds: 1:02:03, 02:03.
func Clock(s string) (time.Duration, bool) {
	f := strings.Split(s, ":")
	if len(f) == 2 {
		f = append([]string{"0"}, f...)
	}
	if len(f) != 3 {
		return 0, false
	}
	h, hn := number(f[0])
	m, mn := number(f[1])
	sec, sn := number(f[2])
	if hn == 0 || hn > 3 || mn == 0 || mn > 2 || sn != 2 || m > 59 || sec > 59 {
		return 0, false
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec)*time.Second, true
}

// number reads digits, and says how many there were; 0 where there is anything else.
func number(s string) (n, digits int) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' || digits == 9 {
			return 0, 0
		}
		n, digits = 10*n+int(c-'0'), digits+1
	}
	return n, digits
}

// text reads paragraphs. The first begins with a time code; one that has none goes on from the one before.
func (r *reader) text() error {
	for {
		lines, first := r.block()
		if lines == nil {
			r.ends()
			return nil
		}
		at, rest, timed := code(lines[0])
		switch {
		case timed:
			lines[0] = rest
		case len(r.cues) == 0:
			return wrong("untimed", first, "code", "[0:12:30]")
		}
		text, err := r.words(lines, first)
		if err != nil {
			return err
		}
		n := len(r.cues)
		switch {
		case text == "":
		case timed:
			if err := r.add(Cue{From: at, To: at + time.Second, Text: text}, first); err != nil {
				return err
			}
		default:
			if r.cues[n-1].Text += " " + text; utf8.RuneCountInString(r.cues[n-1].Text) > MaxText {
				return wrong("long", first, "max", MaxText)
			}
		}
	}
}

// ends gives paragraphs an end, of which the file says nothing: as long as it takes to say them, but not beyond where the next begins.
func (r *reader) ends() {
	for i := range r.cues {
		c := &r.cues[i]
		c.To = min(c.From+max(2*time.Second, time.Duration(utf8.RuneCountInString(c.Text))*80*time.Millisecond), MaxTime)
		if i+1 < len(r.cues) && r.cues[i+1].From > c.From {
			c.To = min(c.To, r.cues[i+1].From)
		}
	}
}

// code takes a time code in brackets off the beginning of a line.
func code(line string) (at time.Duration, rest string, ok bool) {
	line = strings.TrimSpace(line)
	if line == "" || line[0] != '[' && line[0] != '(' {
		return 0, "", false
	}
	inner, rest, ok := strings.Cut(line[1:], map[byte]string{'[': "]", '(': ")"}[line[0]])
	if !ok {
		return 0, "", false
	}
	at, ok = Clock(locale.WesternDigits(strings.TrimSpace(inner)))
	return at, strings.TrimSpace(rest), ok
}

// words joins the lines of a cue, without the marks that its format has.
func (r *reader) words(lines []string, first int) (string, error) {
	for i, line := range lines {
		if strings.Contains(line, arrow) {
			return "", wrong("timing", first+i)
		}
	}
	text := strings.Join(lines, "\n")
	if r.kind != Text {
		var ok bool
		if text, ok = plain(text, r.kind); !ok {
			return "", wrong("markup", first)
		}
	}
	text, err := locale.Clean(text)
	if err != nil {
		return "", wrong("markup", first)
	}
	if utf8.RuneCountInString(text) > MaxText {
		return "", wrong("long", first, "max", MaxText)
	}
	// What looks like markup in words is none of a known kind, and is refused rather than shown.
	if open := strings.IndexByte(text, '<'); open >= 0 && open+1 < len(text) && markup(text[open+1]) {
		return "", wrong("markup", first)
	}
	return strings.Join(strings.Fields(text), " "), nil
}

// markup reports whether a character after "<" begins markup.
func markup(c byte) bool {
	return c == '/' || c == '!' || c == '?' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// The marks of a format, which are left out.
var (
	known    = map[string][]string{VTT: {"c", "i", "b", "u", "v", "lang", "ruby", "rt"}, SRT: {"i", "b", "u", "font"}}
	entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&nbsp;", "\u00a0", "&lrm;", "\u200e", "&rlm;", "\u200f", "&amp;", "&")
)

// plain leaves the marks of a format out; ok is false where there are others.
func plain(s, kind string) (string, bool) {
	var b strings.Builder
	for {
		before, rest, more := strings.Cut(s, "<")
		b.WriteString(before)
		if !more {
			break
		}
		tag, after, closed := strings.Cut(rest, ">")
		if !closed || !mark(tag, kind) {
			return "", false
		}
		s = after
	}
	if kind == VTT {
		return entities.Replace(b.String()), true
	}
	return b.String(), true
}

// mark reports whether what stands between angle brackets is a mark of the format: a known name, or a time of WebVTT.
func mark(tag, kind string) bool {
	if kind == VTT {
		if _, ok := (&reader{kind: VTT}).clock(tag); ok {
			return true
		}
	}
	name := strings.TrimPrefix(tag, "/")
	if i := strings.IndexAny(name, " \t\n."); i >= 0 {
		name = name[:i]
	}
	for _, k := range known[kind] {
		if name == k {
			return true
		}
	}
	return false
}
