package studio

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/idna"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// Whom a link is told.
const (
	Everybody = "everybody" // it is that of a public webcast
	Seated    = "seated"    // all who take part
	Active    = "active"    // those with an active seat
	Passive   = "passive"   // those with a passive seat
	Booth     = "booth"     // those who work for the sitting: interpreters, technicians, the chair and the secretariat
)

// Readers lists to whom links are told.
var Readers = []string{Everybody, Seated, Active, Passive, Booth}

// Bounds of what a link may be told before, in minutes.
const (
	UsualMinutes = 30
	MaxMinutes   = 7 * 24 * 60
)

// Link is where a channel of a sitting is heard and seen. The address itself stands beside its entry, as a word that can be erased.
type Link struct {
	Sitting int    // of the session; 0 for each sitting that has none of its own
	Channel string // one of Channels
	For     string // one of Readers
	Minutes int    // before the sitting from which on it is told
	Entry   cite.Position
	At      time.Time
}

// same reports whether a link takes the place of another.
func (l Link) same(o Link) bool {
	return l.Sitting == o.Sitting && l.Channel == o.Channel && l.For == o.For
}

// In lists the links of a sitting: its own, and those of each sitting where it has none of its own for the same channel and readers. They stand in the order
// of channels.
func (s *Studio) In(sitting int) (out []Link) {
	for _, c := range Channels() {
		for _, to := range Readers {
			var found *Link
			for _, l := range s.Links {
				if l.Channel == c && l.For == to && (l.Sitting == sitting || l.Sitting == 0 && found == nil) {
					found = &l
				}
			}
			if found != nil {
				out = append(out, *found)
			}
		}
	}
	return out
}

// From is from when on a link is told for a sitting.
func (l Link) From(sat Sat) time.Time { return sat.Begins.Add(-time.Duration(l.Minutes) * time.Minute) }

// Told reports whether it is time to tell a link for a sitting. A sitting that is opened earlier than it was planned is heard from then on.
func (l Link) Told(sat Sat, now time.Time) bool {
	//mutants:guard where a sitting is heard is told from the declared minutes before it, and until its end, be it closed or forgotten
	return now.Before(sat.Over()) && (sat.Open() || !now.Before(l.From(sat)))
}

// To reports whether a link is for somebody: with a seat of a kind, "" for none, or who works for the sitting.
func (l Link) To(seat string, works bool) bool {
	//mutants:guard a link is told to those for whom it is, and to nobody else but those who work for the sitting
	return works || l.For == Everybody || seat != "" && (l.For == Seated || l.For == seat)
}

// SetLink says where a channel of a sitting is heard and seen, in the place of what was said before; or that it is nowhere any more.
type SetLink struct {
	Session cite.Ref // s2
	Sitting int      // of the session; 0 for each sitting that has none of its own
	Channel string   // floor, one of the six languages, or sign
	For     string   // everybody, seated, active, passive or booth: to whom it is told
	Minutes int      // before the sitting from which on it is told, at most MaxMinutes
	Link    string   // the address, which begins with http:// or https://; "" takes it back
}

// Check looks that it is an address that can be told.
func (c SetLink) Check() (SetLink, error) {
	var in input.Check
	in.OneOf("channel", c.Channel, Channels(), "studio.channel")
	in.OneOf("for", c.For, Readers, "studio.for")
	in.If(c.Minutes < 0 || c.Minutes > MaxMinutes, "minutes", "studio.minutes", "max", MaxMinutes)
	address(&in, "link", &c.Link)
	if c.Link == "" {
		c.Minutes = 0
	}
	return c, in.Err()
}

// address holds the address of a service to what can be shown with its host.
func address(in *input.Check, field string, s *string) {
	had := in.Found()
	if in.Address(field, s); *s == "" || in.Found() > had {
		return
	}
	u, err := url.Parse(*s)
	//mutants:guard an address that says one host and goes to another is not told: no name stands before the host, and nothing in it turns how it reads
	in.If(err != nil || u.User != nil || Host(*s) == "", field, "desk.address")
}

// Host is the host of an address, as people are shown before they go there: as the network has it, in which letters that look like others are told apart.
// "" where there is none.
func Host(address string) string {
	u, err := url.Parse(address)
	if err != nil || strings.ContainsFunc(u.Hostname(), odd) {
		return ""
	}
	name, err := idna.Punycode.ToASCII(u.Hostname())
	if err != nil {
		return ""
	}
	return strings.Replace(u.Host, u.Hostname(), name, 1)
}

// odd reports whether a character stands in no name of a host.
func odd(r rune) bool {
	return !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit) && !strings.ContainsRune(".-_:", r)
}

// SetLink decides. The sitting was looked up before. The address that was there before is erased with it.
func (s *Rooms) SetLink(act cite.Act, c SetLink) (cite.Proposal, error) {
	l := Link{Sitting: c.Sitting, Channel: c.Channel, For: c.For}
	all := s.Of(c.Session).Links
	i := slices.IndexFunc(all, l.same)
	if c.Link == "" && i < 0 {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "studio.no_link")
	}
	f := cite.Proposal{Body: LinkSet{Session: c.Session, Sitting: c.Sitting, Channel: c.Channel, For: c.For, Minutes: c.Minutes, Off: c.Link == "", By: act.By, At: act.At}}
	if c.Link != "" {
		f.Words = cite.Words{"link": c.Link}
	}
	return f, nil
}

// Had is where the address stands that a link takes the place of; 0 for none.
func (s *Rooms) Had(f LinkSet) cite.Position {
	for _, l := range s.Of(f.Session).Links {
		if l.same(Link{Sitting: f.Sitting, Channel: f.Channel, For: f.For}) {
			return l.Entry
		}
	}
	return 0
}

// LinkSet: where a channel of a sitting is heard and seen was said, or taken back. Words: link.
type LinkSet struct {
	Session cite.Ref  `json:"session"`
	Sitting int       `json:"sitting,omitempty"` // absent for each that has none of its own
	Channel string    `json:"channel"`           // one of Channels
	For     string    `json:"for"`               // one of Readers
	Minutes int       `json:"minutes,omitempty"` // before the sitting from which on it is told
	Off     bool      `json:"off,omitempty"`     // it was taken back
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at"`
}

// Describe: an address is a key; even that there is one is for those who hold an office.
func (f LinkSet) Describe() cite.Description {
	return cite.Description{Kind: "studio.link-set/1", Touches: []cite.Ref{f.Session, Any}, About: cite.None}
}

// Apply keeps where it stands.
func (f *LinkSet) Apply(s *Rooms, at cite.Entry) error {
	return s.change(f.Session, func(x *Studio) error {
		l := Link{Sitting: f.Sitting, Channel: f.Channel, For: f.For, Minutes: f.Minutes, Entry: at.Position, At: f.At}
		x.Links = slices.DeleteFunc(slices.Clone(x.Links), l.same)
		if !f.Off {
			x.Links = append(x.Links, l)
		}
		return nil
	})
}
