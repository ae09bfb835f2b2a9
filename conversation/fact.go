package conversation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation/fast"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/settings"
)

// Fact is a fact about to go on the record: its data, and beside them the words that may be erased.
type Fact = cite.Proposal

// Convened: the conversation exists. It is entry 1 of every record.
type Convened struct {
	Slug          string                 `json:"slug"`
	Title         locale.Text            `json:"title"`
	Lead          locale.Text            `json:"lead,omitzero"`
	Languages     []locale.Lang          `json:"languages"`
	Zone          string                 `json:"zone"`
	Categories    []settings.Label       `json:"categories"`
	Groups        []settings.Label       `json:"groups,omitempty"`
	Subjects      []settings.Label       `json:"subjects,omitempty"`
	Crosscutting  []settings.Label       `json:"crosscutting,omitempty"`
	Countries     []settings.Label       `json:"countries,omitempty"`
	Contact       string                 `json:"contact,omitempty"` // of conversations that were convened when it had one language
	Whom          locale.Text            `json:"whom,omitzero"`     // whom to ask
	Demonstration bool                   `json:"demonstration,omitempty"`
	Key           string                 `json:"key"` // SHA-256 of the checkpoint key
	Officer       delegation.Participant `json:"officer"`
	Prepared      bool                   `json:"prepared,omitempty"`
	At            time.Time              `json:"at"`
}

// Describe: everything of a conversation begins here.
func (Convened) Describe() cite.Description {
	return cite.Description{Kind: "conversation.convened/1", Touches: []cite.Ref{AnySetting, AnyParty}, About: cite.Public}
}

// Erased: the words of an entry were deleted.
type Erased struct {
	Position     cite.Position `json:"position"`
	Contribution cite.Ref      `json:"contribution,omitempty"`
	Ground       string        `json:"ground"`
	Proposed     cite.Position `json:"proposed,omitempty"` // by another person, where two are needed
	Own          bool          `json:"own,omitempty"`      // whoever wrote them took them back, and is not named
	Ballot       cite.Ref      `json:"ballot,omitempty"`   // they are of a ballot that was counted, or counts no more
	By           string        `json:"by,omitempty"`
	At           time.Time     `json:"at"`
}

// Describe: that words were erased, and on which ground, is public.
func (f Erased) Describe() cite.Description {
	return cite.Description{Kind: "conversation.erased/1", Touches: []cite.Ref{f.Contribution}, About: cite.Public}
}

// factRow is a row of the table of facts: how one of a kind is read, and which room folds it.
type factRow struct {
	new   func() cite.Fact
	apply func(*State, cite.Entry, cite.Fact) error
}

// The table of facts: every kind that was ever written, by its name and by its type.
var (
	factKinds = map[string]*factRow{}
	factTypes = map[reflect.Type]*factRow{}
)

// folded is a fact that a room's state knows how to fold.
type folded[F, S any] interface {
	*F
	cite.Fact
	Apply(*S, cite.Entry) error
}

// fact is a row of the table: F is folded into the state of a room.
func fact[F, S any, P folded[F, S]](room func(*State) *S) {
	row := &factRow{
		new:   func() cite.Fact { return P(new(F)) },
		apply: func(s *State, at cite.Entry, f cite.Fact) error { return f.(P).Apply(room(s), at) },
	}
	factKinds[row.new().Describe().Kind] = row
	factTypes[reflect.TypeFor[P]()] = row
}

// Kinds lists every kind of fact, in no order.
func Kinds() []string {
	out := make([]string, 0, len(factKinds))
	for k := range factKinds {
		out = append(out, k)
	}
	return out
}

// Encode writes the data of a fact: its kind on a line, then one JSON object.
func Encode(f cite.Fact) ([]byte, error) {
	var buf bytes.Buffer
	buf.WriteString(f.Describe().Kind)
	buf.WriteByte('\n')
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(f); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// Decode reads the data of a fact; the result is a pointer to its type.
func Decode(data []byte) (cite.Fact, error) {
	kind, body, ok := bytes.Cut(data, []byte("\n"))
	if !ok {
		return nil, fmt.Errorf("conversation: data without a kind")
	}
	row, ok := factKinds[string(kind)]
	if !ok {
		return nil, fmt.Errorf("conversation: unknown kind %q: written by a newer Plenary", kind)
	}
	if f := fast.Decode(string(kind), body); f != nil {
		return f, nil
	}
	f := row.new()
	if err := json.Unmarshal(body, f); err != nil {
		return nil, fmt.Errorf("conversation: %s: %w", kind, err)
	}
	return f, nil
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
func (s *State) Apply(at cite.Entry, f cite.Fact) error {
	if at.Position != s.Head+1 {
		return fmt.Errorf("conversation: entry %d does not follow on entry %d", at.Position, s.Head)
	}
	row, ok := factTypes[reflect.TypeOf(f)]
	if !ok {
		return fmt.Errorf("conversation: entry %d: nobody applies %T", at.Position, f)
	}
	if err := row.apply(s, at, f); err != nil {
		return fmt.Errorf("conversation: entry %d: %w", at.Position, err)
	}
	s.touch(at.Position, f.Describe().Touches)
	s.Head, s.Time = at.Position, at.Time
	return nil
}

// touch notes that references show something else since a position, and with them what rests on them: the
// lists and counts in which a contribution stands, the passages that an answer changes, the answer that a point had
// before.
func (s *State) touch(at cite.Position, refs []cite.Ref) {
	from := len(s.touched)
	for _, r := range refs {
		s.touched = append(s.touched, r)
		switch r.Kind() {
		case 'c':
			if r != AnyContribution {
				s.touched = s.Consultation.Touched(append(s.touched, AnyContribution), r)
				if s.Replies.Replies(r) {
					s.touched = append(s.touched, AnyReply)
				}
			}
		case 'd':
			s.touched = append(s.touched, AnyAnswer)
			if d, ok := s.Consultation.Disposition(r); ok {
				s.touched = s.Consultation.Replaced(s.touched, d, at)
				for _, x := range d.Changes {
					s.touched = append(s.touched, x.Root(), x.Element())
				}
			}
		case 'k':
			s.touched = append(s.touched, AnyCall)
		case 'p':
			s.touched = append(s.touched, r.Root(), AnyPaper)
		case 'u', 'y':
			s.touched = append(s.touched, AnyParty)
		}
	}
	for _, r := range s.touched[from:] {
		if r.Kind() != 'c' || r == AnyContribution { // a contribution keeps its own
			s.changed.Set(r, at)
		}
	}
}
