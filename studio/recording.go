package studio

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// Seconds is what stands in the address of a recording for the second from which it is played.
const Seconds = "{t}"

// Recording is where a channel of a sitting can be heard and seen afterwards. The address itself stands beside its entry, as a word that can be erased.
type Recording struct {
	Sitting int
	Channel string    // one of Channels
	Begins  time.Time // the instant at which it begins
	Entry   cite.Position
}

// Played is the address from which a recording is played at an instant: with the second in the place of Seconds, else as a media fragment. "" for what was before
// it begins.
func (r Recording) Played(address string, at time.Time) string {
	n := at.Sub(r.Begins)
	if n < 0 || address == "" {
		return ""
	}
	t := strconv.FormatInt(int64(n/time.Second), 10)
	if strings.Contains(address, Seconds) {
		return strings.ReplaceAll(address, Seconds, t)
	}
	return address + "#t=" + t
}

// SetRecording says where a channel of a sitting can be heard and seen afterwards, in the place of what was said before; or that it cannot any more.
type SetRecording struct {
	Session cite.Ref  // s2
	Sitting int       // of the session, which is closed
	Channel string    // floor, one of the six languages, or sign
	Begins  time.Time // the instant at which the recording begins; zero: when the sitting was opened
	Link    string    // the address for everybody; {t} in it stands for the second, else #t= is added; "" takes it back
}

// Check looks that it is an address that can be told.
func (c SetRecording) Check() (SetRecording, error) {
	var in input.Check
	in.OneOf("channel", c.Channel, Channels(), "studio.channel")
	address(&in, "link", &c.Link)
	in.If(strings.Contains(c.Link, "#") && !strings.Contains(c.Link, Seconds), "link", "studio.fragment", "t", Seconds)
	c.Begins = c.Begins.UTC()
	return c, in.Err()
}

// SetRecording decides, and says where the address stood that another takes the place of; 0 for none.
func (s *Rooms) SetRecording(act cite.Act, sat Sat, c SetRecording) (f cite.Proposal, had cite.Position, err error) {
	all := s.Of(c.Session).Recordings
	i := slices.IndexFunc(all, func(r Recording) bool { return r.Sitting == c.Sitting && r.Channel == c.Channel })
	if i >= 0 {
		had = all[i].Entry
	}
	if c.Begins.IsZero() {
		c.Begins = sat.Opened
	}
	switch {
	case c.Link == "" && i < 0:
		return f, 0, refusal.New(refusal.NotNow, "studio.no_link")
	case c.Link != "" && sat.Closed.IsZero():
		return f, 0, refusal.New(refusal.NotNow, "studio.not_over")
	case c.Link != "" && !c.Begins.Before(sat.Closed):
		return f, 0, refusal.In("begins", "studio.begins")
	}
	f.Body = RecordingSet{Session: c.Session, Sitting: c.Sitting, Channel: c.Channel, Begins: c.Begins, Off: c.Link == "", By: act.By, At: act.At}
	if c.Link != "" {
		f.Words = cite.Words{"link": c.Link}
	}
	return f, had, nil
}

// RecordingSet: where a channel of a sitting can be heard and seen afterwards was said, or taken back. Words: link.
type RecordingSet struct {
	Session cite.Ref  `json:"session"`
	Sitting int       `json:"sitting"`
	Channel string    `json:"channel"` // one of Channels
	Begins  time.Time `json:"begins"`  // the instant at which it begins
	Off     bool      `json:"off,omitempty"`
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at"`
}

// Describe: a recording is everybody's.
func (f RecordingSet) Describe() cite.Description {
	return described("studio.recording-set/1", f.Session)
}

// Apply keeps where it stands.
func (f *RecordingSet) Apply(s *Rooms, at cite.Entry) error {
	return s.change(f.Session, func(x *Studio) error {
		x.Recordings = slices.DeleteFunc(slices.Clone(x.Recordings), func(r Recording) bool { return r.Sitting == f.Sitting && r.Channel == f.Channel })
		if !f.Off {
			x.Recordings = append(x.Recordings, Recording{Sitting: f.Sitting, Channel: f.Channel, Begins: f.Begins, Entry: at.Position})
		}
		return nil
	})
}
