package conversation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// Body is what a fact of any room is: data with a kind and version. A kind is read for ever.
type Body interface{ Kind() string }

// Fact is a fact about to go on the record, or just read from it: its data, and beside them the words
// that may be erased (nil when it is read back: rules never see them).
type Fact struct {
	Body  Body
	Words cite.Words
	// Erase lists entries whose words go with this fact.
	Erase []cite.Position
}

// Convened: the conversation exists. It is entry 1 of every record.
type Convened struct {
	Slug          string                 `json:"slug"`
	Title         locale.Text            `json:"title"`
	Lead          locale.Text            `json:"lead,omitzero"`
	Languages     []locale.Lang          `json:"languages"`
	Zone          string                 `json:"zone"`
	Categories    []Label                `json:"categories"`
	Groups        []Label                `json:"groups,omitempty"`
	Subjects      []Label                `json:"subjects,omitempty"`
	Crosscutting  []Label                `json:"crosscutting,omitempty"`
	Countries     []Label                `json:"countries,omitempty"`
	Contact       string                 `json:"contact,omitempty"`
	Demonstration bool                   `json:"demonstration,omitempty"`
	Key           string                 `json:"key"` // SHA-256 of the checkpoint key
	Officer       delegation.Participant `json:"officer"`
	At            time.Time              `json:"at"`
}

// Staged: a stage of the calendar is as described from now on.
type Staged struct {
	Stage Stage     `json:"stage"`
	By    string    `json:"by,omitempty"`
	At    time.Time `json:"at"`
}

// Documented: a document kept elsewhere is cited.
type Documented struct {
	Document Document  `json:"document"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
}

// Erased: the words of an entry were deleted.
type Erased struct {
	Position     cite.Position `json:"position"`
	Contribution cite.Ref      `json:"contribution,omitempty"`
	Ground       string        `json:"ground"`
	By           string        `json:"by,omitempty"`
	At           time.Time     `json:"at"`
}

// Kind names the fact on the record.
func (Convened) Kind() string { return "conversation.convened/1" }

// Kind names the fact on the record.
func (Staged) Kind() string { return "conversation.staged/1" }

// Kind names the fact on the record.
func (Documented) Kind() string { return "conversation.documented/1" }

// Kind names the fact on the record.
func (Erased) Kind() string { return "conversation.erased/1" }

// kinds makes an empty fact of each kind that was ever written.
var kinds = map[string]func() any{}

func known[T Body]() {
	var zero T
	kinds[zero.Kind()] = func() any { return new(T) }
}

func init() {
	known[Convened]()
	known[Staged]()
	known[Documented]()
	known[Erased]()
	known[MapSet]()
	known[delegation.Granted]()
	known[delegation.Revoked]()
	known[delegation.Entered]()
	known[delegation.Authorised]()
	known[paper.Published]()
	known[paper.Reserved]()
	known[paper.ConcordanceCorrected]()
	known[consultation.CallAnnounced]()
	known[consultation.CallExtended]()
	known[consultation.CallOpened]()
	known[consultation.CallClosed]()
	known[consultation.Received]()
	known[consultation.ContributionPublished]()
	known[consultation.ContributionWithheld]()
	known[consultation.ContributionWithdrawn]()
	known[consultation.PassageRedacted]()
	known[consultation.Answered]()
	known[consultation.PassageLinked]()
	known[consultation.ReasonTranslated]()
	known[consultation.Reacted]()
}

// Kinds lists every kind of fact, in no order.
func Kinds() []string {
	out := make([]string, 0, len(kinds))
	for k := range kinds {
		out = append(out, k)
	}
	return out
}

// Encode writes the data of a fact: its kind on a line, then one JSON object.
func Encode(b Body) ([]byte, error) {
	var buf bytes.Buffer
	buf.WriteString(b.Kind())
	buf.WriteByte('\n')
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(b); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// Decode reads the data of a fact; the result is a pointer to its type.
func Decode(data []byte) (any, error) {
	kind, body, ok := bytes.Cut(data, []byte("\n"))
	if !ok {
		return nil, fmt.Errorf("conversation: data without a kind")
	}
	make, ok := kinds[string(kind)]
	if !ok {
		return nil, fmt.Errorf("conversation: unknown kind %q: written by a newer Plenary", kind)
	}
	if v := fastDecode(string(kind), body); v != nil {
		return v, nil
	}
	v := make()
	if err := json.Unmarshal(body, v); err != nil {
		return nil, fmt.Errorf("conversation: %s: %w", kind, err)
	}
	return v, nil
}

// EncodeWords writes the words of a fact as one JSON object with sorted keys, nil for none.
func EncodeWords(w cite.Words) ([]byte, error) {
	if len(w) == 0 {
		return nil, nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(w); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// DecodeWords reads what EncodeWords writes.
func DecodeWords(b []byte) (cite.Words, error) {
	if b == nil {
		return nil, nil
	}
	var w cite.Words
	return w, json.Unmarshal(b, &w)
}

// Apply folds a fact, as Decode gives it, into the state. A fact that does not follow on what the state
// holds is an error and changes nothing.
func (s *State) Apply(at cite.Entry, fact any) error {
	if at.Position != s.Head+1 {
		return fmt.Errorf("conversation: entry %d does not follow on entry %d", at.Position, s.Head)
	}
	if err := s.apply(at, fact); err != nil {
		return fmt.Errorf("conversation: entry %d: %w", at.Position, err)
	}
	s.Head, s.Time = at.Position, at.Time
	return nil
}

func (s *State) apply(at cite.Entry, fact any) error {
	switch f := fact.(type) {
	case *Convened:
		s.Slug, s.Title, s.Lead, s.Languages, s.Zone = f.Slug, f.Title, f.Lead, f.Languages, f.Zone
		s.Categories, s.Groups, s.Subjects, s.Crosscutting, s.Countries = f.Categories, f.Groups, f.Subjects, f.Crosscutting, f.Countries
		s.Contact, s.Demonstration, s.KeyHash, s.Convened = f.Contact, f.Demonstration, f.Key, f.At
		s.Roll.Apply(at, &delegation.Granted{Participant: f.Officer, Role: delegation.Officer.String()})
		s.Roll.Apply(at, &delegation.Granted{Participant: f.Officer, Role: delegation.Moderator.String()})
	case *Staged:
		if n := f.Stage.Number; n >= 1 && n <= len(s.Stages) {
			s.Stages[n-1] = f.Stage
		} else {
			s.Stages = append(s.Stages, f.Stage)
		}
	case *Documented:
		s.Documents = append(s.Documents, f.Document)
	case *MapSet:
		s.Maps = Maps{Off: f.Off, Disclaimer: f.Disclaimer}
		s.touch(at.Position, MapSettings)
	case *Erased:
		if f.Contribution != cite.None {
			if err := s.Consultation.Erase(at, f.Contribution); err != nil {
				return err
			}
			s.touchContribution(at.Position, f.Contribution)
		}
		s.erased[f.Position] = at.Position
	default:
		known := s.Roll.Apply(at, fact)
		var err error
		if !known {
			known, err = s.Papers.Apply(at, fact)
		}
		if !known {
			known, err = s.Consultation.Apply(at, fact)
		}
		if err != nil {
			return err
		}
		if !known {
			return fmt.Errorf("nobody applies %T", fact)
		}
		s.notice(at.Position, fact)
	}
	return nil
}

// notice keeps what changed last, for followers and caches.
func (s *State) notice(at cite.Position, fact any) {
	switch f := fact.(type) {
	case *paper.Published:
		s.touch(at, f.Ref.Root(), AnyPaper)
	case *paper.Reserved:
		s.touch(at, f.Ref.Root(), AnyPaper)
	case *paper.ConcordanceCorrected:
		s.touch(at, f.Edition.Root(), AnyPaper)
	case *consultation.CallAnnounced:
		s.touch(at, f.Ref)
	case *consultation.CallExtended:
		s.touch(at, f.Call)
	case *consultation.CallOpened:
		s.touch(at, f.Call)
	case *consultation.CallClosed:
		s.touch(at, f.Call)
	case *consultation.Received:
		s.touchContribution(at, f.Ref)
	case *consultation.ContributionPublished:
		s.touchContribution(at, f.Contribution)
	case *consultation.ContributionWithheld:
		s.touchContribution(at, f.Contribution)
	case *consultation.ContributionWithdrawn:
		s.touchContribution(at, f.Contribution)
	case *consultation.PassageRedacted:
		s.touchContribution(at, f.Part.Root())
	case *consultation.Answered:
		s.touch(at, f.Ref)
		s.touchPassages(at, f.Changes)
		for _, r := range f.Parts {
			s.touchContribution(at, r.Root())
			if before := s.Consultation.Earlier(r); len(before) > 0 { // it answers one point less now
				s.touch(at, before[len(before)-1])
			}
		}
	case *consultation.PassageLinked:
		s.touchDisposition(at, f.Disposition)
		s.touchPassages(at, f.Changes)
	case *consultation.ReasonTranslated:
		s.touchDisposition(at, f.Disposition)
	case *consultation.Reacted:
		s.touch(at, f.Disposition)
		s.touchContribution(at, f.Part.Root())
	}
}

// touchDisposition touches an answer and everything that it answers.
func (s *State) touchDisposition(at cite.Position, r cite.Ref) {
	s.touch(at, r)
	if d, ok := s.Consultation.Disposition(r); ok {
		s.touchPassages(at, d.Changes)
		for _, part := range d.Parts {
			s.touchContribution(at, part.Root())
		}
	}
}

func (s *State) touchPassages(at cite.Position, refs []cite.Ref) {
	for _, r := range refs {
		s.touch(at, r.Root(), r.Element())
	}
}

func (s *State) touchContribution(at cite.Position, c cite.Ref) {
	from := len(s.touched)
	s.touched = s.Consultation.Touched(append(s.touched, AnyContribution), c)
	for _, r := range s.touched[from:] {
		s.changed[r] = at
	}
}

// Minted lists the references that a fact brought into being.
func Minted(fact any) []cite.Ref {
	switch f := fact.(type) {
	case *paper.Published:
		return []cite.Ref{f.Ref}
	case *paper.Reserved:
		return []cite.Ref{f.Ref}
	case *consultation.Answered:
		return []cite.Ref{f.Ref}
	case *consultation.CallAnnounced:
		return []cite.Ref{f.Ref}
	case *consultation.Received:
		return []cite.Ref{f.Ref}
	}
	return nil
}
