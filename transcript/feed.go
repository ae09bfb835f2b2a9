package transcript

import (
	"regexp"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/transcript/cue"
)

// Bounds of what a feed sends at once.
const (
	MaxCaption = 32 << 10 // bytes
	MaxAtOnce  = 60       // cues
	Pause      = time.Second
)

// Feed is that whoever has a key may write captions for a sitting, in a language, while it is open. What they write is its transcript.
type Feed struct {
	Of
	Made string // People or Machine
	Key  string // SHA-256 of the key, in hexadecimal
}

// Feeds lists the feeds of a session.
func (s *State) Feeds(session cite.Ref) (out []Feed) {
	for _, f := range s.feeds {
		if f.Session == session {
			out = append(out, f)
		}
	}
	return out
}

// SetFeed gives a key for the captions of a sitting in a language, in the place of whatever there was; or takes it back.
type SetFeed struct {
	Session  cite.Ref    // s2
	Sitting  int         // of the session
	Language locale.Lang // of the captions, one of the six
	Made     string      // people or machine
	Key      string      // SHA-256 of the key, in hexadecimal; "" takes the key back
}

var digest = regexp.MustCompile("^[0-9a-f]{64}$")

// Check holds it to its bounds.
func (c SetFeed) Check() (SetFeed, error) {
	var in input.Check
	in.Language("language", c.Language)
	in.If(c.Key != "" && !digest.MatchString(c.Key), "key", "transcript.key")
	if c.Key == "" {
		c.Made = ""
	} else {
		in.OneOf("made", c.Made, Makers, "transcript.made")
	}
	return c, in.Err()
}

// SetFeed decides. A key can be taken back at any time.
func (s *State) SetFeed(act cite.Act, sat Sat, c SetFeed) (cite.Proposal, error) {
	of := Of{Session: c.Session, Sitting: c.Sitting, Language: c.Language}
	there := slices.ContainsFunc(s.feeds, func(f Feed) bool { return f.Of == of })
	switch {
	case c.Key == "" && !there:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "transcript.no_feed")
	case c.Key != "" && !sat.Closed.IsZero():
		return cite.Proposal{}, refusal.New(refusal.NotNow, "session.closed")
	}
	return cite.Proposal{Body: FeedSet{Of: of, Made: c.Made, Key: c.Key, By: act.By, At: act.At}}, nil
}

// Caption is what a feed sends: what was said in the last seconds.
type Caption struct {
	Session  cite.Ref
	Sitting  int
	Language locale.Lang
	Key      string // SHA-256 of the key that was sent
	Source   string // WebVTT, at most MaxCaption bytes
}

// Check has nothing to hold it to: the rule reads the file.
func (c Caption) Check() (Caption, error) { return c, nil }

// Caption decides. The last of the cues ends now, whatever its times count from, and none begins before what is there.
func (s *State) Caption(act cite.Act, sat Sat, c Caption) ([]cite.Proposal, error) {
	of := Of{Session: c.Session, Sitting: c.Sitting, Language: c.Language}
	i := slices.IndexFunc(s.feeds, func(f Feed) bool { return f.Of == of })
	//mutants:guard nobody writes captions but with the key that was given for that sitting and language, until it is taken back
	if i < 0 || s.feeds[i].Key != c.Key {
		return nil, refusal.New(refusal.Hidden, "transcript.no_feed")
	}
	//mutants:guard captions are what is said now: nothing is written beside a sitting that is open
	if sat.Opened.IsZero() || !sat.Closed.IsZero() {
		return nil, refusal.New(refusal.NotNow, "session.not_open")
	}
	if len(c.Source) > MaxCaption {
		return nil, &refusal.Refusal{Kind: refusal.TooLarge, Key: "transcript.large", Args: []any{"max", MaxCaption >> 10}, Field: cue.Field}
	}
	cues, err := cue.Parse(cue.VTT, c.Source)
	switch {
	case err != nil:
		return nil, err
	case len(cues) > MaxAtOnce:
		return nil, refusal.In(cue.Field, "transcript.at_once", "max", MaxAtOnce)
	}
	base, end, n, byPeople := sat.Opened, time.Duration(0), 0, false
	if was, there := s.Find(of); there {
		_, last := was.Span(len(was.Passages))
		base, end, n, byPeople = was.Zero, last.Sub(was.Zero), len(was.Passages), was.Made == People
	}
	now := act.At.Sub(base)
	//mutants:guard a feed does not fill the record: one entry in a second
	if n > 0 && now-end < Pause {
		return nil, refusal.New(refusal.TooMany, "transcript.fast")
	}
	if n == MaxPassages {
		return nil, refusal.In(cue.Field, "transcript.passages", "max", MaxPassages)
	}
	f := Written{Of: of, Number: n + 1, At: act.At}
	var texts []string
	behind := now - cues[len(cues)-1].To
	for _, x := range cues {
		from := min(max(x.From+behind, end), now-time.Millisecond)
		f.Spans = append(f.Spans, Span{From: from.Milliseconds(), To: max(min(x.To+behind, now), from+time.Millisecond).Milliseconds()})
		texts = append(texts, x.Text)
	}
	out := []cite.Proposal{{Body: f, Words: words(texts)}}
	// A transcript that people began is not called theirs any more once a program goes on with it.
	if n == 0 || byPeople && s.feeds[i].Made == Machine {
		out = append([]cite.Proposal{{Body: Entered{Of: of, Zero: base, Made: s.feeds[i].Made, At: act.At}}}, out...)
	}
	return out, nil
}

// FeedSet: a key for captions was given, or taken back.
type FeedSet struct {
	Of
	Made string    `json:"made,omitempty"`
	Key  string    `json:"key,omitempty"` // SHA-256; absent where it was taken back
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at"`
}

// Describe: that captions are written, and until when, is everybody's. A hash of a long random key tells nothing of it.
func (f FeedSet) Describe() cite.Description { return described("transcript.feed-set/1", f.Session) }

// Apply keeps the feed, or takes it away.
func (f *FeedSet) Apply(s *State, _ cite.Entry) error {
	s.feeds = slices.DeleteFunc(slices.Clone(s.feeds), func(x Feed) bool { return x.Of == f.Of })
	if f.Key != "" {
		s.feeds = append(s.feeds, Feed{Of: f.Of, Made: f.Made, Key: f.Key})
	}
	return nil
}
