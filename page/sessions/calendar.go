package sessions

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/openplenary/plenary/page/frame"
)

// Calendar is the session as a calendar (RFC 5545): each sitting is an event of its own, with its instants in UTC, so that every calendar
// shows them in its owner's time. An event keeps its name when it is put right, and its number grows; one that was called off says so.
// stamp is when what is told last became so; host makes names unlike those of others; address is that of the page, "" where nobody outside
// can open it.
func (v *Session) Calendar(f *frame.Frame, host, address string, stamp time.Time) string {
	var b strings.Builder
	line := func(name, value string) { fold(&b, name+":"+value) }
	utc := func(t time.Time) string { return t.UTC().Format("20060102T150405Z") }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Plenary//Sessions//EN")
	line("CALSCALE", "GREGORIAN")
	line("METHOD", "PUBLISH")
	line("X-WR-CALNAME", escape(v.Name.Text))
	for _, t := range v.Sittings {
		line("BEGIN", "VEVENT")
		line("UID", string(v.Ref)+"-"+strconv.Itoa(t.Number)+"-"+f.Slug+"@"+host)
		line("DTSTAMP", utc(stamp))
		line("SEQUENCE", strconv.Itoa(v.times(t.Number)))
		line("DTSTART", utc(t.Begins))
		line("DTEND", utc(t.Ends))
		name := v.Name.Text
		if len(v.Sittings) > 1 {
			name = f.T("session.calendar", "session", v.Name.Text, "n", t.Number)
		}
		line("SUMMARY", escape(name))
		if v.Place.Text != "" {
			line("LOCATION", escape(v.Place.Text))
		}
		var items []string
		for _, it := range v.Agenda {
			if it.Sitting == t.Number && !it.Off {
				items = append(items, it.number(f)+". "+it.Name.Text)
			}
		}
		if f.Demo {
			items = append(items, f.T("demo.invented"))
		}
		if len(items) > 0 {
			line("DESCRIPTION", escape(strings.Join(items, "\n")))
		}
		if address != "" {
			line("URL", address)
		}
		status := "CONFIRMED"
		if t.Off {
			status = "CANCELLED"
		}
		line("STATUS", status)
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return b.String()
}

// times is how often a sitting was put right.
func (v *Session) times(sitting int) (n int) {
	for _, c := range v.Changes {
		if c.Of == "sitting" && c.Number == sitting {
			n++
		}
	}
	return n
}

// escape writes a text as a value.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`).Replace(s)
}

// fold writes a line, broken where it is longer than 75 bytes and never within a character.
func fold(b *strings.Builder, s string) {
	for room := 75; len(s) > room; room = 74 {
		n := room
		for !utf8.RuneStart(s[n]) {
			n--
		}
		b.WriteString(s[:n] + "\r\n ")
		s = s[n:]
	}
	b.WriteString(s + "\r\n")
}

// Stamp is when what the calendar tells became so: the last thing that was put right, or entered.
func (v *Session) Stamp() time.Time {
	last := v.at
	for _, c := range v.Changes {
		if c.At.After(last) {
			last = c.At
		}
	}
	return last
}
