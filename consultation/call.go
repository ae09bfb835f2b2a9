package consultation

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// What happens to a contribution that comes after the deadline.
const (
	LateKept    = "kept"    // taken, labelled late
	LateRefused = "refused" // refused, with the rule
)

// When contributions are moderated.
const (
	ModerateBefore = "before" // published after a moderator saw them
	ModerateAfter  = "after"  // published at once
)

// Call is a call for comments on an edition of a paper.
type Call struct {
	Ref        cite.Ref
	Title      locale.Text
	Text       locale.Text // what is asked, in plain words; may be empty
	Paper      cite.Ref    // the paper it is about; new editions of it may come while it is open
	Edition    cite.Ref    // the edition that was current when it was announced
	Opens      time.Time
	Closes     time.Time
	Zone       string // IANA name: the zone in which the deadline was set
	Late       string
	Moderation string
	Who        string      // may answer: one of WhoMayAnswer
	Terms      locale.Text // of publication, beside what is said at every call; may be empty
	Announced  cite.Position
	At         time.Time     // when it was announced
	Opened     cite.Position // where the timekeeper wrote it, 0 before
	Closed     cite.Position // where the timekeeper or an officer did
	Withdrawn  cite.Position // where it was withdrawn, 0 for one that stands
	Extended   int           // how often
	Turns      []Turn        // what became of it since it was announced, oldest first
	Marks      locale.Marks  // what is known of its translations, by the names of its texts
	Documents  []Document    // that belong to it, oldest first
}

// OpenAt reports whether the call takes contributions on time at an instant: rules compare instants, never flags.
func (c *Call) OpenAt(t time.Time) bool { return !t.Before(c.Opens) && t.Before(c.Closes) }

// Lasted is how long everybody whom it asks could answer a call on time: from when it opened, and not before it was announced nor before another
// instant, until it closed.
func (c *Call) Lasted(since time.Time) time.Duration {
	for _, t := range []time.Time{c.Opens, c.At} {
		if t.After(since) {
			since = t
		}
	}
	return max(c.Closes.Sub(since), 0)
}

// Day is what periods are said in.
const Day = 24 * time.Hour

// AnnounceCall announces a call for comments on a paper.
type AnnounceCall struct {
	Title      locale.Text // at most input.MaxTitle characters in each language
	Text       locale.Text // what is asked, at most input.MaxText characters; may be empty
	Paper      cite.Ref    // the paper it is about
	Opens      time.Time
	Closes     time.Time
	Zone       string      // IANA name of the zone in which the deadline is set
	Late       string      // LateKept or LateRefused
	Moderation string      // ModerateBefore or ModerateAfter
	Who        string      // may answer, one of WhoMayAnswer; "" for everybody
	Terms      locale.Text // of publication, at most input.MaxOutcome characters; may be empty
}

// Check cleans the texts and holds everything to its bounds.
func (c AnnounceCall) Check() (AnnounceCall, error) {
	var in input.Check
	in.Lines("title", &c.Title, input.MaxTitle)
	in.Texts("text", &c.Text, input.MaxText)
	in.If(c.Title.Empty(), "title", "call.title")
	in.If(c.Opens.IsZero() || c.Closes.IsZero() || !c.Opens.Before(c.Closes), "closes", "call.order")
	in.Zone("zone", c.Zone)
	in.OneOf("late", c.Late, []string{LateKept, LateRefused}, "call.late")
	in.OneOf("moderation", c.Moderation, []string{ModerateBefore, ModerateAfter}, "call.moderation")
	in.If(c.Who != "" && !slices.Contains(WhoMayAnswer, c.Who), "who", "call.who")
	in.Texts("terms", &c.Terms, input.MaxOutcome)
	if c.Who == Everybody {
		c.Who = ""
	}
	if c.Terms.Empty() {
		c.Terms = locale.Text{}
	}
	c.Opens, c.Closes = c.Opens.UTC(), c.Closes.UTC()
	return c, in.Err()
}

// Call finds a call.
func (b *State) Call(r cite.Ref) (*Call, bool) {
	n := r.Number()
	if r.Kind() != 'k' || n < 1 || n > len(b.Calls) {
		return nil, false
	}
	return b.Calls[n-1], true
}

// AnnounceCall decides. The edition is the one of the paper that is current, looked up by the conversation;
// None where there is no such paper.
func (b *State) AnnounceCall(act cite.Act, edition cite.Ref, c AnnounceCall) (cite.Proposal, error) {
	var no refusal.Several
	if edition == cite.None {
		no = append(no, refusal.In("paper", "call.paper"))
	}
	if !c.Closes.After(act.At) {
		no = append(no, refusal.In("closes", "call.past"))
	}
	return cite.Proposal{Body: CallAnnounced{Ref: cite.Call(len(b.Calls) + 1), Title: c.Title, Text: c.Text, Paper: edition.Root(), Edition: edition,
		Opens: c.Opens, Closes: c.Closes, Zone: c.Zone, Late: c.Late, Moderation: c.Moderation,
		Who: c.Who, Terms: c.Terms, By: act.By, At: act.At}}, no.Or()
}

// Apply adds the call.
func (f *CallAnnounced) Apply(b *State, at cite.Entry) error {
	if f.Ref.Number() != len(b.Calls)+1 {
		return b.gap(f, f.Ref)
	}
	who := f.Who
	if who == "" {
		who = Everybody
	}
	b.Calls = append(b.Calls, &Call{Ref: f.Ref, Title: f.Title, Text: f.Text, Paper: f.Paper, Edition: f.Edition, Opens: f.Opens, Closes: f.Closes,
		Zone: f.Zone, Late: f.Late, Moderation: f.Moderation, Who: who, Terms: f.Terms, Announced: at.Position, At: f.At})
	b.tallies = append(b.tallies, Tally{})
	return nil
}

// ChangeCall folds a fact about a call.
func (b *State) ChangeCall(f cite.Fact, r cite.Ref, fold func(*Call)) error {
	k, ok := b.Call(r)
	if !ok {
		return b.gap(f, r)
	}
	changed := *k // snapshots hold the one before
	fold(&changed)
	b.Calls[r.Number()-1] = &changed
	return nil
}
