package transcript

import (
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/transcript/cue"
)

// MaxPassages is how many passages a transcript has at most.
const MaxPassages = 3_000

// Grace is how long before its opening and after its closing a sitting's transcript may begin and end: a recording is started before the
// gavel falls.
const Grace = 5 * time.Minute

// Transcribe enters the transcript of a sitting in a language, from a file. What is said later in the same sitting may be entered with
// another file.
type Transcribe struct {
	Session  cite.Ref    // s2
	Sitting  int         // of the session
	Language locale.Lang // in which the words are written, one of the six
	Kind     string      // of the file: vtt, srt or text; "" to have it seen
	Made     string      // people or machine
	Zero     time.Time   // the instant of time code 0:00:00; zero: when the sitting was opened
	Source   string      // the file, at most cue.MaxSource bytes
	Instead  bool        // people wrote it, and it takes the place of what a program wrote in this language
}

// Check sees which kind of file it is, and holds everything but the file to its bounds.
func (c Transcribe) Check() (Transcribe, error) {
	var in input.Check
	in.Language("language", c.Language)
	in.OneOf("made", c.Made, Makers, "transcript.made")
	c.Zero = c.Zero.UTC()
	if c.Zero.IsZero() {
		c.Zero = time.Time{}
	}
	if c.Kind == "" {
		c.Kind = cue.Kind(c.Source)
	}
	in.If(strings.TrimSpace(c.Source) == "", cue.Field, "transcript.empty")
	return c, in.Err()
}

// Sat is what is known of a sitting: when it was opened and closed, and when the floor changed hands.
type Sat struct {
	Opened, Closed time.Time
	Bounds         []time.Time
}

// Transcribe decides: everything was said while the sitting was open, and after what is there already.
func (s *State) Transcribe(act cite.Act, sat Sat, c Transcribe) ([]cite.Proposal, error) {
	if sat.Opened.IsZero() {
		return nil, refusal.New(refusal.NotNow, "session.not_open")
	}
	cues, err := cue.Parse(c.Kind, c.Source)
	if err != nil {
		return nil, err
	}
	zero := c.Zero
	if zero.IsZero() {
		zero = sat.Opened
	}
	first, last := zero.Add(cues[0].From), zero.Add(cues[0].To)
	for _, x := range cues {
		if end := zero.Add(x.To); end.After(last) {
			last = end
		}
	}
	//mutants:guard nothing is entered of what cannot have been said yet
	if last.After(act.At) {
		return nil, refusal.In(cue.Field, "transcript.future")
	}
	//mutants:guard the transcript of another meeting is not taken for that of this sitting
	if first.Before(sat.Opened.Add(-Grace)) || !sat.Closed.IsZero() && last.After(sat.Closed.Add(Grace)) {
		return nil, refusal.In(cue.Field, "transcript.outside", "first", clock(first.Sub(sat.Opened)), "last", clock(last.Sub(sat.Opened)))
	}
	of := Of{Session: c.Session, Sitting: c.Sitting, Language: c.Language}
	n, base := 0, zero
	was, there := s.Find(of)
	if c.Instead {
		if err := instead(sat, c, was); err != nil {
			return nil, err
		}
	}
	if there { // times go on from those of what is there
		n, base = len(was.Passages), was.Zero
		if _, end := was.Span(n); !c.Instead && first.Before(end) {
			return nil, refusal.In(cue.Field, "transcript.there")
		}
	}
	passages := Cut(cues, zero, sat.Bounds)
	if n+len(passages) > MaxPassages {
		return nil, refusal.In(cue.Field, "transcript.passages", "max", MaxPassages)
	}
	out := []cite.Proposal{{Body: Entered{Of: of, Zero: base, Made: c.Made, Passages: len(passages), Instead: c.Instead, By: act.By, At: act.At}}}
	for i, p := range passages {
		f := Written{Of: of, Number: n + i + 1, By: act.By, At: act.At}
		var texts []string
		for _, x := range p {
			f.Spans = append(f.Spans, Span{From: (zero.Sub(base) + x.From).Milliseconds(), To: (zero.Sub(base) + x.To).Milliseconds()})
			texts = append(texts, x.Text)
		}
		out = append(out, cite.Proposal{Body: f, Words: words(texts)})
	}
	return out, nil
}

// instead says why a transcript does not take the place of what was there; nil where it does.
func instead(sat Sat, c Transcribe, was *Transcript) error {
	//mutants:guard what people wrote is put right passage by passage, and never replaced as a whole
	if was == nil || was.Made != Machine || c.Made != People {
		return refusal.In("instead", "transcript.instead")
	}
	//mutants:guard while a program writes captions nothing takes their place: what came after would stand among what people wrote
	if sat.Closed.IsZero() {
		return refusal.New(refusal.NotNow, "transcript.goes_on")
	}
	return nil
}

// clock writes a time after the opening of a sitting, one before it with a minus.
func clock(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "−", -d
	}
	return sign + time.Time{}.Add(d).Format("15:04:05")
}

// Correct puts the words of a passage right. What stood before stays on the record.
type Correct struct {
	Session  cite.Ref    // s2
	Sitting  int         // of the session
	Language locale.Lang // of the transcript
	Passage  int         // its number in the transcript, from 1
	// Text is its words, a line for each of its spans in their order, each at most cue.MaxText characters; what was not said is an empty line.
	Text string
	// Over is the entry whose words stood when it was read: refused where others came since; 0 for whichever.
	Over cite.Position
}

// Check cleans the words and holds them to their bounds.
func (c Correct) Check() (Correct, error) {
	var in input.Check
	lines := c.lines()
	for i := range lines {
		in.Line("text", &lines[i], cue.MaxText)
	}
	c.Text = strings.Join(lines, "\n")
	in.If(strings.TrimSpace(c.Text) == "", "text", "transcript.words")
	return c, in.Err()
}

// lines are the words, span by span.
func (c Correct) lines() []string {
	return strings.Split(strings.ReplaceAll(c.Text, "\r\n", "\n"), "\n")
}

// passage finds a passage whose words were not erased.
func (s *State) passage(of Of, n int) (Passage, error) {
	t, ok := s.Find(of)
	if !ok || n < 1 || n > len(t.Passages) {
		return Passage{}, refusal.New(refusal.Hidden, "transcript.unknown")
	}
	//mutants:guard what was erased does not come back by being put right
	if t.Passages[n-1].Gone {
		return Passage{}, refusal.New(refusal.NotNow, "transcript.gone")
	}
	return t.Passages[n-1], nil
}

// Correct decides, for whoever holds an office.
func (s *State) Correct(act cite.Act, office string, c Correct) (cite.Proposal, error) {
	of := Of{Session: c.Session, Sitting: c.Sitting, Language: c.Language}
	p, err := s.passage(of, c.Passage)
	lines := c.lines()
	for len(lines) > len(p.Spans) && lines[len(lines)-1] == "" { // empty lines at the end are nothing
		lines = lines[:len(lines)-1]
	}
	switch {
	case err != nil:
		return cite.Proposal{}, err
	//mutants:guard nothing is put right that somebody else put right since it was read, nor what another transcript took the place of
	case c.Over != 0 && c.Over != p.Standing() || p.Replaced:
		return cite.Proposal{}, refusal.New(refusal.Conflict, "transcript.changed")
	case len(lines) != len(p.Spans):
		return cite.Proposal{}, refusal.In("text", "transcript.spans", "n", len(p.Spans))
	}
	return cite.Proposal{Body: Corrected{Of: of, Number: c.Passage, Office: office, By: act.By, At: act.At}, Words: words(lines)}, nil
}

// Erase erases the words of a passage for good, on a ground, as they came and as they were put right.
type Erase struct {
	Session  cite.Ref    // s2
	Sitting  int         // of the session
	Language locale.Lang // of the transcript
	Passage  int         // its number in the transcript, from 1
	Ground   string      // as for contributions
}

// Check has nothing to hold it to: grounds are those of contributions, and looked up there.
func (c Erase) Check() (Erase, error) { return c, nil }

// Erase decides: the entries whose words go, and the fact that says so.
func (s *State) Erase(act cite.Act, c Erase) ([]cite.Position, cite.Proposal, error) {
	of := Of{Session: c.Session, Sitting: c.Sitting, Language: c.Language}
	p, err := s.passage(of, c.Passage)
	if err != nil {
		return nil, cite.Proposal{}, err
	}
	return p.Entries(), cite.Proposal{Body: Erased{Of: of, Number: c.Passage, Ground: c.Ground, By: act.By, At: act.At}}, nil
}
