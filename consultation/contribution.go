package consultation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/openplenary/plenary/cite"
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
	for i, n := range stanceNames {
		if n == s {
			return Stance(i), true
		}
	}
	return NoStance, false
}

// Assurance is how sure we are of the author.
const (
	Anonymous   = "anonymous"    // nothing was proven
	EmailProven = "email_proven" // somebody with that address signed in
	Vouched     = "vouched"      // an officer entered the party and authorised the participant
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
	MaxParts   = 40
	MaxFiles   = 5
	MaxName    = 200
)

// Submit is what somebody sends in answer to a call.
type Submit struct {
	Call     cite.Ref
	Parts    []SubmitPart
	Files    []SubmitFile
	Category string
	Country  string
	Name     string // as it shall be shown; "" for nobody's
	Body     string // the organisation spoken for; "" for none
	// Known: the party is on the roll; category, country and name are taken from there.
	Known bool
}

// SubmitPart is what one anchor holds.
type SubmitPart struct {
	On       cite.Ref // p3.e2.x17, or the edition for the whole paper
	Language locale.Lang
	Stance   Stance
	Text     string
	Wording  string
	Likeness uint64 // a keyed hash of the text: equal for equal texts, meaningless without the key
}

// SubmitFile is a file already kept by the attachment room.
type SubmitFile struct {
	ID   string `json:"-"` // random, of the attachment room: two presses bring two, so it tells no command apart
	Name string
	Type string // media type by its content
	Size int64
	SHA  string // SHA-256 of the bytes, hexadecimal: erasable, so a word
}

// Received: a contribution came. Words: name, body, N.text, N.wording, fN.name, fN.sha256.
type Received struct {
	Ref       cite.Ref       `json:"ref"`
	Call      cite.Ref       `json:"call"`
	By        string         `json:"by"`
	For       string         `json:"for"`
	Category  string         `json:"category"`
	Country   string         `json:"country,omitempty"`
	Known     bool           `json:"known,omitempty"` // the party is on the roll
	Assurance string         `json:"assurance"`
	Parts     []ReceivedPart `json:"parts"`
	Files     []ReceivedFile `json:"files,omitempty"`
	Received  time.Time      `json:"received"`
	Told      time.Time      `json:"told,omitzero"` // the script's clock, in demonstrations only
	Rule      string         `json:"rule"`
	Deadline  time.Time      `json:"deadline"`
	Published bool           `json:"published,omitempty"` // at once: the call moderates afterwards
}

// ReceivedPart is the data of a part.
type ReceivedPart struct {
	On       cite.Ref `json:"on"`
	Language string   `json:"language"`
	Stance   string   `json:"stance,omitempty"`
	Bytes    int      `json:"bytes"`
	Wording  int      `json:"wording,omitempty"`
	Likeness uint64   `json:"likeness,omitempty"`
	Earlier  bool     `json:"earlier,omitempty"` // a newer edition was out when it came
}

// ReceivedFile is the data of an attached file.
type ReceivedFile struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

// Kind names the fact on the record.
func (Received) Kind() string { return "consultation.received/1" }

// At is the instant that rules use: the script's clock in a demonstration, else when it arrived.
func (f *Received) At() time.Time {
	if !f.Told.IsZero() {
		return f.Told
	}
	return f.Received
}

// Anchor is what the conversation knows of a place to comment on.
type Target struct {
	Exists  bool
	Stance  bool // a stance is asked there
	Earlier bool // a newer edition of that paper is out
}

// Submit decides. The anchors are looked up by the conversation, in the order of the parts.
func (b *State) Submit(by, forWhom string, assurance string, received, told time.Time, anchors []Target, c Submit) (Received, cite.Words, error) {
	k, ok := b.Call(c.Call)
	if !ok {
		return Received{}, nil, refusal.New(refusal.Hidden, "call.unknown")
	}
	f := Received{Ref: cite.Contribution(len(b.rows) + 1), Call: c.Call, By: by, For: forWhom, Category: c.Category, Country: c.Country, Known: c.Known,
		Assurance: assurance, Received: received.UTC(), Told: told, Rule: OnTime, Deadline: k.Closes, Published: k.Moderation == ModerateAfter}
	if !slices.Contains(assurances, assurance) {
		return f, nil, fmt.Errorf("consultation: unknown assurance %q", assurance)
	}
	at := f.At()
	switch {
	case at.Before(k.Opens):
		return f, nil, refusal.New(refusal.NotNow, "call.not_open", "opens", k.Opens)
	case !at.Before(k.Closes) && k.Late == LateRefused:
		return f, nil, refusal.New(refusal.NotNow, "call.closed", "closes", k.Closes)
	case !at.Before(k.Closes):
		f.Rule = Late
	}
	var no refusal.Several
	if len(c.Parts) == 0 || len(c.Parts) > MaxParts {
		return f, nil, refusal.In("text", "contribution.parts", "max", MaxParts)
	}
	words := cite.Words{}
	if c.Name != "" {
		words["name"] = c.Name
	}
	if c.Body != "" {
		words["body"] = c.Body
	}
	for i, p := range c.Parts {
		n := strconv.Itoa(i + 1)
		switch {
		case !anchors[i].Exists || p.On.Root() != k.Paper:
			no = append(no, refusal.In("on", "contribution.anchor"))
		case strings.TrimSpace(p.Text) == "" && strings.TrimSpace(p.Wording) == "" && len(c.Files) == 0:
			no = append(no, refusal.In("text", "contribution.empty"))
		case len(p.Text) > MaxText:
			no = append(no, &refusal.Refusal{Kind: refusal.TooLarge, Key: "contribution.long", Field: "text", Args: []any{"max", MaxText}})
		case len(p.Wording) > MaxWording:
			no = append(no, &refusal.Refusal{Kind: refusal.TooLarge, Key: "contribution.long", Field: "wording", Args: []any{"max", MaxWording}})
		case p.Stance != NoStance && !anchors[i].Stance:
			no = append(no, refusal.In("stance", "contribution.stance"))
		case !p.Language.Valid():
			no = append(no, refusal.In("language", "contribution.language"))
		}
		if len(no) > 0 {
			continue
		}
		f.Parts = append(f.Parts, ReceivedPart{On: p.On, Language: string(p.Language), Stance: p.Stance.String(), Bytes: len(p.Text), Wording: len(p.Wording), Likeness: p.Likeness, Earlier: anchors[i].Earlier})
		if p.Text != "" {
			words[n+".text"] = p.Text
		}
		if p.Wording != "" {
			words[n+".wording"] = p.Wording
		}
	}
	for field, name := range map[string]string{"name": c.Name, "body": c.Body} {
		if utf8.RuneCountInString(name) > MaxName {
			no = append(no, refusal.In(field, "line.long", "max", MaxName))
		}
	}
	if len(c.Files) > MaxFiles {
		no = append(no, refusal.In("file", "contribution.files", "max", MaxFiles))
	}
	for i, file := range c.Files {
		n := "f" + strconv.Itoa(i+1)
		f.Files = append(f.Files, ReceivedFile{ID: file.ID, Type: file.Type, Size: file.Size})
		words[n+".name"], words[n+".sha256"] = file.Name, file.SHA
	}
	return f, words, no.Or()
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
	for i, n := range statusNames {
		if n == s {
			return Status(i), true
		}
	}
	return 0, false
}

// The grounds on which something is withheld, redacted or erased.
var Grounds = []string{"personal_data", "third_party_rights", "unlawful", "off_topic", "abuse", "advertising", "at_request"}

// KnownGround reports whether g is one of Grounds.
func KnownGround(g string) bool {
	for _, k := range Grounds {
		if k == g {
			return true
		}
	}
	return false
}

// PublishContribution lets everybody read a contribution.
type PublishContribution struct{ Contribution cite.Ref }

// Withhold keeps a contribution from the public, on a ground and with a reason in words.
type Withhold struct {
	Contribution cite.Ref
	Ground       string
	Reason       string
}

// Withdraw is the author's: the contribution is taken back. That it was there stays.
type Withdraw struct{ Contribution cite.Ref }

// Redact blacks out a passage of a part for everybody but those who moderate; the bytes stay on the
// record until they are erased.
type Redact struct {
	Part   cite.Ref // c418.2[120:188]
	Ground string
}

// ContributionPublished: everybody may read it.
type ContributionPublished struct {
	Contribution cite.Ref  `json:"contribution"`
	By           string    `json:"by,omitempty"`
	At           time.Time `json:"at"`
}

// ContributionWithheld: it is kept from the public. Words: reason.
type ContributionWithheld struct {
	Contribution cite.Ref  `json:"contribution"`
	Ground       string    `json:"ground"`
	By           string    `json:"by,omitempty"`
	At           time.Time `json:"at"`
}

// ContributionWithdrawn: its author took it back.
type ContributionWithdrawn struct {
	Contribution cite.Ref  `json:"contribution"`
	By           string    `json:"by,omitempty"`
	At           time.Time `json:"at"`
}

// PassageRedacted: a passage is blacked out.
type PassageRedacted struct {
	Part   cite.Ref  `json:"part"`
	Ground string    `json:"ground"`
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at"`
}

// Kind names the fact on the record.
func (ContributionPublished) Kind() string { return "consultation.published/1" }

// Kind names the fact on the record.
func (ContributionWithheld) Kind() string { return "consultation.withheld/1" }

// Kind names the fact on the record.
func (ContributionWithdrawn) Kind() string { return "consultation.withdrawn/1" }

// Kind names the fact on the record.
func (PassageRedacted) Kind() string { return "consultation.redacted/1" }

// PublishContribution decides.
func (b *State) PublishContribution(by string, now time.Time, c PublishContribution) (ContributionPublished, error) {
	r, ok := b.Row(c.Contribution)
	if !ok || r.Ref != c.Contribution {
		return ContributionPublished{}, refusal.New(refusal.Hidden, "contribution.unknown")
	}
	if r.Status != Pending && r.Status != Withheld {
		return ContributionPublished{}, refusal.New(refusal.Conflict, "contribution.decided", "status", r.Status.String())
	}
	return ContributionPublished{Contribution: c.Contribution, By: by, At: now}, nil
}

// Withhold decides.
func (b *State) Withhold(by string, now time.Time, c Withhold) (ContributionWithheld, cite.Words, error) {
	r, ok := b.Row(c.Contribution)
	if !ok || r.Ref != c.Contribution {
		return ContributionWithheld{}, nil, refusal.New(refusal.Hidden, "contribution.unknown")
	}
	if r.Status != Pending && r.Status != Published {
		return ContributionWithheld{}, nil, refusal.New(refusal.Conflict, "contribution.decided", "status", r.Status.String())
	}
	var no refusal.Several
	if !KnownGround(c.Ground) {
		no = append(no, refusal.In("ground", "ground.missing"))
	}
	if strings.TrimSpace(c.Reason) == "" {
		no = append(no, refusal.In("reason", "reason.missing"))
	}
	return ContributionWithheld{Contribution: c.Contribution, Ground: c.Ground, By: by, At: now}, cite.Words{"reason": c.Reason}, no.Or()
}

// Withdraw decides.
func (b *State) Withdraw(by string, now time.Time, c Withdraw) (ContributionWithdrawn, error) {
	r, ok := b.Row(c.Contribution)
	if !ok || r.Ref != c.Contribution || r.By != by {
		return ContributionWithdrawn{}, refusal.New(refusal.Hidden, "contribution.unknown")
	}
	if r.Status == Withdrawn || r.Status == Erased {
		return ContributionWithdrawn{}, refusal.New(refusal.Conflict, "contribution.decided", "status", r.Status.String())
	}
	return ContributionWithdrawn{Contribution: c.Contribution, By: by, At: now}, nil
}

// Redact decides.
func (b *State) Redact(by string, now time.Time, c Redact) (PassageRedacted, error) {
	r, ok := b.Row(c.Part.Root())
	n := c.Part.PartNumber()
	span, spanned := c.Part.Span()
	if !ok || n < 1 || n > r.Parts {
		return PassageRedacted{}, refusal.New(refusal.Hidden, "contribution.unknown")
	}
	if !spanned || span.To > b.Part(c.Part.Root(), n).Bytes {
		return PassageRedacted{}, refusal.In("part", "redact.passage")
	}
	if r.Status == Withdrawn || r.Status == Erased {
		return PassageRedacted{}, refusal.New(refusal.Conflict, "contribution.decided", "status", r.Status.String())
	}
	if !KnownGround(c.Ground) {
		return PassageRedacted{}, refusal.In("ground", "ground.missing")
	}
	return PassageRedacted{Part: c.Part, Ground: c.Ground, By: by, At: now}, nil
}
