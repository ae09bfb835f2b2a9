package consultation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Stance is the answer to a question that asks for one.
type Stance uint8

// The stances. NoStance: not asked, or left empty.
const (
	NoStance Stance = iota
	Yes
	InPart
	No
	WrongQuestion
)

var stanceNames = [...]string{"", "yes", "in_part", "no", "wrong_question"}

// String is the stance on the record and in catalogue keys.
func (s Stance) String() string { return stanceNames[min(int(s), len(stanceNames)-1)] }

// ParseStance reads a stance; "" is NoStance.
func ParseStance(s string) (Stance, bool) {
	i := slices.Index(stanceNames[:], s)
	return Stance(max(i, 0)), i >= 0
}

// Assurance is how sure we are of the author.
const (
	Anonymous   = "anonymous"    // nothing was proven
	EmailProven = "email_proven" // somebody with that address signed in
	Vouched     = "vouched"      // an officer entered the party and authorised the participant, or it was heard from the floor
	OpenID      = "openid"       // they signed in, with an account that is linked with one at a provider that the operator trusts
)

// The rule that made a contribution on time or late.
const (
	OnTime = "on_time" // received before the deadline
	Late   = "late"    // received after it, kept because the call keeps late ones
)

// Limits of one contribution, in bytes unless said otherwise.
const (
	MaxText    = 64 << 10
	MaxWording = 16 << 10
	MaxParts   = 100
	MaxFiles   = 5
	MaxName    = 200
)

// Submit is what somebody sends in answer to a call.
type Submit struct {
	Call     cite.Ref
	Parts    []SubmitPart
	Chosen   []cite.Choice // at the call's own questions
	Files    []SubmitFile  `api:"-"` // kept by the form before they are cited
	Category string        // id of a category of the conversation
	Country  string        // a country's code, "" for none
	Name     string        // as it shall be shown; "" for nobody's
	Body     string        // the organisation spoken for; "" for none
	// Affiliation is an organisation that the author belongs to and does not speak for; "" for none.
	Affiliation string
	// Title says in one line what it is about, as the author puts it, in the language of the first part; "" for none. At
	// most MaxHeading characters.
	Title string
	// Known: the party is on the roll; category, country and name are taken from there.
	Known bool `api:"-"`
}

// SubmitPart is what one anchor holds.
type SubmitPart struct {
	On       cite.Ref // p3.e2.x17, or the edition for the whole paper; in a round of replies the point that is replied to, c23.1
	Language locale.Lang
	Stance   Stance
	Text     string
	Wording  string
	Question int      // of the call's own questions, where it answers one; 0 for none
	To       cite.Ref `api:"-"` // the point that it replies to: On names that until the conversation looked up where it stands
	// Likeness is a keyed hash of text and wording as Check leaves them: equal for equal texts, meaningless without
	// the key. Whoever asks computes it; it is no part of what was sent.
	Likeness uint64 `api:"-"`
}

// SubmitFile is a file already kept by the attachment room.
type SubmitFile struct {
	ID   string `json:"-" api:"-"` // random, of the attachment room: two presses bring two, so it tells no command apart
	Name string
	Type string // media type by its content
	Size int64
	SHA  string // SHA-256 of the bytes, hexadecimal: erasable, so a word
}

// Check cleans what was written and holds it to the limits of one contribution.
func (c Submit) Check() (Submit, error) {
	var in input.Check
	in.If(len(c.Parts)+len(c.Chosen) == 0 || len(c.Parts) > MaxParts, "text", "contribution.parts", "max", MaxParts)
	in.If(len(c.Files) > MaxFiles, "file", "contribution.files", "max", MaxFiles)
	if err := in.Err(); err != nil {
		return c, err
	}
	in.Line("name", &c.Name, MaxName)
	in.Line("body", &c.Body, MaxName)
	in.Line("affiliation", &c.Affiliation, MaxName)
	in.Line("title", &c.Title, MaxHeading)
	c.Files = slices.Clone(c.Files)
	for i := range c.Files {
		f := &c.Files[i]
		for _, s := range []*string{&f.ID, &f.Name, &f.Type, &f.SHA} {
			in.Line("file", s, MaxName)
		}
	}
	c.Parts = slices.Clone(c.Parts)
	for i := range c.Parts {
		p := &c.Parts[i]
		in.Text("text", &p.Text, MaxText)
		in.Text("wording", &p.Wording, MaxWording)
		in.If(p.Text == "" && p.Wording == "" && len(c.Files) == 0 && p.Stance == NoStance, "text", "contribution.empty")
		in.Written("language", p.Language)
	}
	return c, in.Err()
}

// At is the instant that rules use: the script's clock in a demonstration, else when it arrived.
func (f *Received) At() time.Time {
	if !f.Told.IsZero() {
		return f.Told
	}
	return f.Received
}

// Sender says who sends a contribution, for whom, and when.
type Sender struct {
	By, For   string // references of the participant and of the party
	Assurance string // how sure we are of the author
	State     bool   // the party is a member state on the roll
	Received  time.Time
	Told      time.Time // by a script, in demonstrations only
}

// Anchor is what the conversation knows of a place to comment on.
type Target struct {
	Exists  bool
	Stance  bool // a stance is asked there
	Earlier bool // a newer edition of that paper is out
}

// Submit decides. The targets are looked up by the conversation, in the order of the parts.
func (b *State) Submit(from Sender, targets []Target, c Submit) (cite.Proposal, error) {
	k, ok := b.Call(c.Call)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "call.unknown")
	}
	if !slices.Contains(assurances, from.Assurance) {
		return cite.Proposal{}, fmt.Errorf("consultation: unknown assurance %q", from.Assurance)
	}
	f := Received{Ref: cite.Contribution(b.rows.Len() + 1), Call: c.Call, By: from.By, For: from.For, Category: c.Category, Country: c.Country, Known: c.Known,
		Assurance: from.Assurance, Received: from.Received.UTC(), Told: from.Told, Rule: OnTime, Deadline: k.Closes, Published: k.Moderation == ModerateAfter, Chosen: c.Chosen, Parts: []ReceivedPart{}}
	//mutants:guard only those answer who may
	if k.Who == SignedIn && from.Assurance == Anonymous || k.Who == Parties && from.Assurance != Vouched || k.Who == States && (from.Assurance != Vouched || !from.State) {
		return cite.Proposal{}, refusal.New(refusal.Forbidden, "call.who_"+k.Who)
	}
	switch at := f.At(); {
	case at.Before(k.Opens):
		return cite.Proposal{}, refusal.New(refusal.NotNow, "call.not_open", "opens", k.Opens)
	case !at.Before(k.Closes) && k.Withdrawn != 0:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "call.withdrawn")
	case !at.Before(k.Closes) && k.Late == LateRefused:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "call.closed", "closes", k.Closes)
	case !at.Before(k.Closes):
		f.Rule = Late
	}
	words := cite.Words{}
	put := func(name, s string) {
		if s != "" {
			words[name] = s
		}
	}
	put("name", c.Name)
	put("body", c.Body)
	put("affiliation", c.Affiliation)
	put(FieldTitle, c.Title)
	var no refusal.Several
	for i, p := range c.Parts {
		if !targets[i].Exists || p.On.Root() != k.Paper {
			no = append(no, refusal.In("on", "contribution.anchor"))
		} else if p.Stance != NoStance && !targets[i].Stance {
			no = append(no, refusal.In("stance", "contribution.stance"))
		}
		f.Parts = append(f.Parts, ReceivedPart{On: p.On, Language: string(p.Language), Stance: p.Stance.String(), Bytes: len(p.Text), Wording: len(p.Wording),
			Likeness: p.Likeness, Earlier: targets[i].Earlier, Question: p.Question, To: p.To})
		n := strconv.Itoa(i + 1)
		put(n+".text", p.Text)
		put(n+".wording", p.Wording)
	}
	for i, file := range c.Files {
		n := "f" + strconv.Itoa(i+1)
		f.Files = append(f.Files, ReceivedFile{ID: file.ID, Type: file.Type, Size: file.Size})
		words[n+".name"], words[n+".sha256"] = file.Name, file.SHA
	}
	if len(words) == 0 {
		words["none"] = "-" // a receipt proves words, and what has none was erased
	}
	return cite.Proposal{Body: f, Words: words}, no.Or()
}

// Status is what became of a contribution. Each has exactly one.
type Status uint8

// The statuses.
const (
	Pending Status = iota
	Published
	Withheld
	Withdrawn
	Erased
	statuses
)

var statusNames = [statuses]string{"pending", "published", "withheld", "withdrawn", "erased"}

// String is the status in catalogue keys.
func (s Status) String() string { return statusNames[min(s, statuses-1)] }

// ParseStatus reads a status.
func ParseStatus(s string) (Status, bool) {
	i := slices.Index(statusNames[:], s)
	return Status(max(i, 0)), i >= 0
}

// The grounds on which something is withheld, redacted or erased.
var Grounds = []string{"personal_data", "third_party_rights", "unlawful", "off_topic", "abuse", "advertising", "at_request"}

// PublishContribution lets everybody read a contribution.
type PublishContribution struct {
	Contribution cite.Ref
	Seen         cite.Position // the last entry that touched it when it was looked at: refused where another came since; 0 for whichever
}

// Check has nothing to hold it to.
func (c PublishContribution) Check() (PublishContribution, error) { return c, nil }

// Withhold keeps a contribution from the public, on a ground and with a reason in words.
type Withhold struct {
	Contribution cite.Ref
	Ground       string        // one of Grounds
	Reason       string        // at most MaxReason bytes
	Seen         cite.Position // the last entry that touched it when it was looked at: refused where another came since; 0 for whichever
}

// Check cleans the reason and looks whether the ground is one.
func (c Withhold) Check() (Withhold, error) {
	var in input.Check
	in.OneOf("ground", c.Ground, Grounds, "ground.missing")
	in.Text("reason", &c.Reason, MaxReason)
	in.If(strings.TrimSpace(c.Reason) == "", "reason", "reason.missing")
	return c, in.Err()
}

// Withdraw takes a contribution back: it is its author's, or that of the party for which it was sent. That it was there stays.
type Withdraw struct{ Contribution cite.Ref }

// Check has nothing to hold it to.
func (c Withdraw) Check() (Withdraw, error) { return c, nil }

// decidable finds the contribution that a command is about; it is refused where its status is none of those from which the step
// can be taken, and where something came after the entry that somebody saw, 0 for whichever.
func (b *State) decidable(r cite.Ref, seen cite.Position, from ...Status) (Contribution, error) {
	row, ok := b.Row(r)
	switch {
	case !ok || row.Ref != r:
		return row, refusal.New(refusal.Hidden, "contribution.unknown")
	case !slices.Contains(from, row.Status):
		return row, refusal.New(refusal.Conflict, "contribution.decided", "status", row.Status.String())
	//mutants:guard nothing is decided in a row that was changed since it was looked at
	case seen != 0 && row.Changed != seen:
		return row, refusal.New(refusal.Conflict, "contribution.changed")
	}
	return row, nil
}

// PublishContribution decides.
func (b *State) PublishContribution(act cite.Act, c PublishContribution) (cite.Proposal, error) {
	_, err := b.decidable(c.Contribution, c.Seen, Pending, Withheld)
	return cite.Proposal{Body: ContributionPublished{Contribution: c.Contribution, By: act.By, At: act.At}}, err
}

// Withhold decides.
func (b *State) Withhold(act cite.Act, c Withhold) (cite.Proposal, error) {
	_, err := b.decidable(c.Contribution, c.Seen, Pending, Published)
	return cite.Proposal{Body: ContributionWithheld{Contribution: c.Contribution, Ground: c.Ground, By: act.By, At: act.At}, Words: cite.Words{"reason": c.Reason}}, err
}

// Withdraw decides. The conversation looks up why whoever asks does not act for the contribution; nil where they do.
func (b *State) Withdraw(act cite.Act, not error, c Withdraw) (cite.Proposal, error) {
	//mutants:guard nobody takes back what is another's
	if not != nil {
		return cite.Proposal{}, not
	}
	_, err := b.decidable(c.Contribution, 0, Pending, Published, Withheld)
	return cite.Proposal{Body: ContributionWithdrawn{Contribution: c.Contribution, By: act.By, At: act.At}}, err
}

// Apply adds the contribution.
func (f *Received) Apply(b *State, at cite.Entry) error {
	_, called := b.Call(f.Call)
	if f.Ref.Number() != b.rows.Len()+1 || !called {
		return b.gap(f, f.Ref)
	}
	b.receive(at, f)
	return nil
}

// Apply publishes the contribution.
func (f *ContributionPublished) Apply(b *State, at cite.Entry) error {
	return b.decided(f, at, f.Contribution, Published, "")
}

// Apply withholds the contribution, and notes where the reason stands.
func (f *ContributionWithheld) Apply(b *State, at cite.Entry) error {
	if err := b.decided(f, at, f.Contribution, Withheld, f.Ground); err != nil {
		return err
	}
	id := uint32(f.Contribution.Number() - 1)
	b.withheld.Set(id, append(b.withheld.Get(id), at.Position))
	return nil
}

// Apply takes the contribution back.
func (f *ContributionWithdrawn) Apply(b *State, at cite.Entry) error {
	return b.decided(f, at, f.Contribution, Withdrawn, "")
}
