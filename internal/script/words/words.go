// Package words reads what lines of a script are made of: words, aliases, instants.
package words

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/locale"
)

// Fields splits a line at spaces; what stands in double quotes is one word, without the quotes.
func Fields(line string) ([]string, error) {
	var out []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		var word string
		if line[0] == '"' {
			var closed bool
			if word, line, closed = strings.Cut(line[1:], "\""); !closed {
				return nil, fmt.Errorf("a quotation without an end")
			}
		} else if i := strings.IndexByte(line, ' '); i >= 0 {
			word, line = line[:i], line[i:]
		} else {
			word, line = line, ""
		}
		out = append(out, word)
	}
	return out, nil
}

// IsAlias reports whether s is a mark (@, % or $) and letters, digits and hyphens.
func IsAlias(s string, mark byte) bool {
	if len(s) < 2 || s[0] != mark {
		return false
	}
	for i := 1; i < len(s); i++ {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}

// Instant reads a time as scripts write it:
//
//	2019-12-13T10:00Z, 2019-12-18T14:02+01:00
//	now, now-14d, now+36h, now-5m         from the instant at which the script runs, to the minute
//	2020-02-14 23:59 Europe/Zurich        a wall clock
//	now+7d 23:59 Europe/Zurich            a wall clock, on the day that it is there then
func Instant(s string, run time.Time) (time.Time, error) {
	words := strings.Fields(s)
	if len(words) == 3 {
		date := words[0]
		if strings.HasPrefix(date, "now") {
			place, err := time.LoadLocation(words[2])
			if err != nil {
				return time.Time{}, err
			}
			t, err := FromNow(date, run)
			if err != nil {
				return time.Time{}, err
			}
			date = t.In(place).Format(time.DateOnly)
		}
		t, err := locale.Instant(date, words[1], words[2])
		return t.UTC(), err
	}
	if len(words) != 1 {
		return time.Time{}, fmt.Errorf("%q is no instant", s)
	}
	if strings.HasPrefix(s, "now") {
		return FromNow(s, run)
	}
	for _, layout := range []string{"2006-01-02T15:04Z07:00", time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no instant", s)
}

// FromNow reads "now", "now-14d", "now+36h".
func FromNow(s string, run time.Time) (time.Time, error) {
	now := run.UTC().Truncate(time.Minute)
	rest := strings.TrimPrefix(s, "now")
	if rest == "" {
		return now, nil
	}
	unit, ok := map[byte]time.Duration{'d': 24 * time.Hour, 'h': time.Hour, 'm': time.Minute}[rest[len(rest)-1]]
	n, err := strconv.Atoi(rest[:len(rest)-1])
	if !ok || err != nil || rest[0] != '+' && rest[0] != '-' {
		return time.Time{}, fmt.Errorf("%q is no instant", s)
	}
	return now.Add(time.Duration(n) * unit), nil
}
