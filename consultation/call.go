package consultation

import (
	"time"

	"github.com/openplenary/plenary/cite"
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
	Announced  cite.Position
	Opened     cite.Position // where the timekeeper wrote it, 0 before
	Closed     cite.Position
	Extended   int // how often
}

// OpenAt reports whether the call takes contributions on time at an instant: rules compare instants,
// never flags.
func (c *Call) OpenAt(t time.Time) bool { return !t.Before(c.Opens) && t.Before(c.Closes) }

// AnnounceCall announces a call.
type AnnounceCall struct {
	Title      locale.Text
	Text       locale.Text
	Paper      cite.Ref
	Opens      time.Time
	Closes     time.Time
	Zone       string
	Late       string
	Moderation string
}

// ExtendCall moves a deadline to a later instant. It is announced; it never shortens.
type ExtendCall struct {
	Call   cite.Ref
	Closes time.Time
	Reason string
}

// OpenCall and CloseCall are the timekeeper's: it writes once that the instant has come.
type (
	OpenCall  struct{ Call cite.Ref }
	CloseCall struct{ Call cite.Ref }
)

// CallAnnounced: a call will be open between two instants.
type CallAnnounced struct {
	Ref        cite.Ref    `json:"ref"`
	Title      locale.Text `json:"title"`
	Text       locale.Text `json:"text,omitzero"`
	Paper      cite.Ref    `json:"paper"`
	Edition    cite.Ref    `json:"edition"`
	Opens      time.Time   `json:"opens"`
	Closes     time.Time   `json:"closes"`
	Zone       string      `json:"zone"`
	Late       string      `json:"late"`
	Moderation string      `json:"moderation"`
	By         string      `json:"by,omitempty"`
	At         time.Time   `json:"at"`
}

// CallExtended: the deadline of a call is later. Words: reason.
type CallExtended struct {
	Call   cite.Ref  `json:"call"`
	Closes time.Time `json:"closes"`
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at"`
}

// CallOpened: the instant of opening has come.
type CallOpened struct {
	Call cite.Ref  `json:"call"`
	At   time.Time `json:"at"`
}

// CallClosed: the deadline has passed.
type CallClosed struct {
	Call cite.Ref  `json:"call"`
	At   time.Time `json:"at"`
}

// Kind names the fact on the record.
func (CallAnnounced) Kind() string { return "consultation.call_announced/1" }

// Kind names the fact on the record.
func (CallExtended) Kind() string { return "consultation.call_extended/1" }

// Kind names the fact on the record.
func (CallOpened) Kind() string { return "consultation.call_opened/1" }

// Kind names the fact on the record.
func (CallClosed) Kind() string { return "consultation.call_closed/1" }

// Call finds a call.
func (b *State) Call(r cite.Ref) (*Call, bool) {
	n := r.Number()
	if r.Kind() != 'k' || n < 1 || n > len(b.Calls) {
		return nil, false
	}
	return b.Calls[n-1], true
}

// AnnounceCall decides. The edition is the one that is current, looked up by the conversation.
func (b *State) AnnounceCall(by string, now time.Time, edition cite.Ref, c AnnounceCall) (CallAnnounced, error) {
	var no refusal.Several
	if c.Title.Empty() {
		no = append(no, refusal.In("title", "call.title"))
	}
	if edition == cite.None {
		no = append(no, refusal.In("paper", "call.paper"))
	}
	if c.Opens.IsZero() || c.Closes.IsZero() || !c.Opens.Before(c.Closes) {
		no = append(no, refusal.In("closes", "call.order"))
	} else if !c.Closes.After(now) {
		no = append(no, refusal.In("closes", "call.past"))
	}
	if c.Late != LateKept && c.Late != LateRefused {
		no = append(no, refusal.In("late", "call.late"))
	}
	if c.Moderation != ModerateBefore && c.Moderation != ModerateAfter {
		no = append(no, refusal.In("moderation", "call.moderation"))
	}
	return CallAnnounced{Ref: cite.Call(len(b.Calls) + 1), Title: c.Title, Text: c.Text, Paper: edition.Root(), Edition: edition,
		Opens: c.Opens.UTC(), Closes: c.Closes.UTC(), Zone: c.Zone, Late: c.Late, Moderation: c.Moderation, By: by, At: now}, no.Or()
}

// ExtendCall decides.
func (b *State) ExtendCall(by string, now time.Time, c ExtendCall) (CallExtended, cite.Words, error) {
	k, ok := b.Call(c.Call)
	if !ok {
		return CallExtended{}, nil, refusal.New(refusal.Hidden, "call.unknown")
	}
	if !c.Closes.After(k.Closes) || !c.Closes.After(now) {
		return CallExtended{}, nil, refusal.In("closes", "call.extension")
	}
	words := cite.Words{}
	if c.Reason != "" {
		words["reason"] = c.Reason
	}
	return CallExtended{Call: c.Call, Closes: c.Closes.UTC(), By: by, At: now}, words, nil
}

// Due lists what the timekeeper must write at an instant, and the next instant at which it must look
// again (zero if there is none).
func (b *State) Due(now time.Time) (open, shut []cite.Ref, next time.Time) {
	sooner := func(t time.Time) {
		if t.After(now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	for _, k := range b.Calls {
		if k.Opened == 0 {
			if !now.Before(k.Opens) {
				open = append(open, k.Ref)
			} else {
				sooner(k.Opens)
			}
		}
		if k.Closed == 0 {
			if !now.Before(k.Closes) {
				shut = append(shut, k.Ref)
			} else {
				sooner(k.Closes)
			}
		}
	}
	return open, shut, next
}

// OpenCall decides.
func (b *State) OpenCall(now time.Time, r cite.Ref) (CallOpened, error) {
	k, ok := b.Call(r)
	if !ok || k.Opened != 0 || now.Before(k.Opens) {
		return CallOpened{}, refusal.New(refusal.NotNow, "call.opening")
	}
	return CallOpened{Call: r, At: now}, nil
}

// CloseCall decides.
func (b *State) CloseCall(now time.Time, r cite.Ref) (CallClosed, error) {
	k, ok := b.Call(r)
	if !ok || k.Closed != 0 || now.Before(k.Closes) {
		return CallClosed{}, refusal.New(refusal.NotNow, "call.closing")
	}
	return CallClosed{Call: r, At: now}, nil
}
