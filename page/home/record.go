package home

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
)

// Record shows the record: its checkpoint, how to check it, and its last entries.
type Record struct {
	frame.NoWords
	Head       cite.Position      `json:"head"`
	Origin     string             `json:"origin"`
	Key        string             `json:"key"`
	KeyHash    string             `json:"key_sha256"`
	Checkpoint string             `json:"checkpoint"`
	Entries    []EntryRow         `json:"entries"`
	Before     cite.Position      `json:"before,omitempty"` // of the next page
	Tally      consultation.Tally `json:"tally"`
	Holds      bool               `json:"tally_holds"`
}

// EntryRow is one entry in a list.
type EntryRow struct {
	Position cite.Position `json:"position"`
	Time     time.Time     `json:"time"`
	Kind     string        `json:"kind"`
	Line     FactLine      `json:"line"`
}

// FactLine is one sentence about a fact: a key of the catalogue, its arguments, and where it leads.
type FactLine struct {
	Key  string    `json:"key"`
	Args []any     `json:"args,omitempty"`
	To   cite.Ref  `json:"to,omitempty"`
	Told time.Time `json:"told,omitzero"`
}

// Title is the page's title.
func (v *Record) Title(f *frame.Frame) string { return f.T("record.title") }

// Entry is one entry of the record.
type Entry struct {
	frame.NoWords
	EntryRow
	Envelope string   `json:"envelope"`
	Leaf     string   `json:"leaf"`
	Data     string   `json:"data"`
	DataShow bool     `json:"-"`
	Erased   bool     `json:"erased,omitempty"`
	ErasedAt cite.Ref `json:"-"`
	HasText  bool     `json:"has_text"`
}

// Title is the page's title.
func (v *Entry) Title(f *frame.Frame) string { return f.T("record.entry", "n", itoa(int(v.Position))) }

// Line says what a fact is, as everybody may read it: what waits for a moderator is named by its
// number only.
func Line(fact any, l locale.Lang) FactLine {
	switch f := fact.(type) {
	case *conversation.Convened:
		return FactLine{Key: "fact.convened", Args: []any{"title", frame.Localize(f.Title, l).Text}, Told: f.At}
	case *conversation.Staged:
		return FactLine{Key: "fact.staged", Args: []any{"title", frame.Localize(f.Stage.Title, l).Text}, Told: f.At}
	case *conversation.Documented:
		return FactLine{Key: "fact.documented", Args: []any{"title", frame.Localize(f.Document.Title, l).Text}, Told: f.At}
	case *conversation.MapSet:
		if f.Off {
			return FactLine{Key: "fact.map_off", Told: f.At}
		}
		return FactLine{Key: "fact.map_set", Told: f.At}
	case *conversation.Erased:
		return FactLine{Key: "fact.erased", Args: []any{"ref", f.Contribution, "n", itoa(int(f.Position))}, To: f.Contribution, Told: f.At}
	case *delegation.Granted:
		return FactLine{Key: "fact.granted", Args: []any{"who", f.Participant.Ref(), "role", l.T("role." + f.Role)}}
	case *delegation.Revoked:
		return FactLine{Key: "fact.revoked", Args: []any{"who", f.Participant.Ref(), "role", l.T("role." + f.Role)}}
	case *delegation.Entered:
		return FactLine{Key: "fact.entered", Args: []any{"party", f.Party.Ref()}}
	case *delegation.Authorised:
		return FactLine{Key: "fact.authorised", Args: []any{"who", f.Participant.Ref(), "party", f.Party.Ref()}}
	case *paper.Published:
		return FactLine{Key: "fact.paper_published", Args: []any{"symbol", f.Symbol}, To: f.Ref, Told: f.At}
	case *consultation.CallAnnounced:
		return FactLine{Key: "fact.call_announced", Args: []any{"title", frame.Localize(f.Title, l).Text}, To: f.Ref, Told: f.At}
	case *consultation.CallExtended:
		return FactLine{Key: "fact.call_extended", Args: []any{"ref", f.Call}, To: f.Call, Told: f.At}
	case *consultation.CallOpened:
		return FactLine{Key: "fact.call_opened", Args: []any{"ref", f.Call}, To: f.Call, Told: f.At}
	case *consultation.CallClosed:
		return FactLine{Key: "fact.call_closed", Args: []any{"ref", f.Call}, To: f.Call, Told: f.At}
	case *consultation.Received:
		return FactLine{Key: "fact.received", Args: []any{"ref", f.Ref}, To: f.Ref, Told: f.At()}
	case *consultation.ContributionPublished:
		return FactLine{Key: "fact.published", Args: []any{"ref", f.Contribution}, To: f.Contribution, Told: f.At}
	case *consultation.ContributionWithheld:
		return FactLine{Key: "fact.withheld", Args: []any{"ref", f.Contribution, "ground", l.T("ground." + f.Ground)}, To: f.Contribution, Told: f.At}
	case *consultation.ContributionWithdrawn:
		return FactLine{Key: "fact.withdrawn", Args: []any{"ref", f.Contribution}, To: f.Contribution, Told: f.At}
	case *consultation.PassageRedacted:
		return FactLine{Key: "fact.redacted", Args: []any{"ref", f.Part.Root(), "ground", l.T("ground." + f.Ground)}, To: f.Part.Root(), Told: f.At}
	case *consultation.Answered:
		return FactLine{Key: "fact.answered", Args: []any{"ref", f.Ref, "outcome", l.T("outcome." + f.Outcome)}, To: f.Ref, Told: f.At}
	case *consultation.PassageLinked:
		return FactLine{Key: "fact.passage_linked", Args: []any{"ref", f.Disposition}, To: f.Disposition, Told: f.At}
	case *consultation.ReasonTranslated:
		return FactLine{Key: "fact.reason_translated", Args: []any{"ref", f.Disposition, "language", f.Language}, To: f.Disposition, Told: f.At}
	case *consultation.Reacted:
		return FactLine{Key: "fact.reacted", Args: []any{"ref", f.Part, "verdict", l.T("verdict." + f.Verdict)}, To: f.Part.Root(), Told: f.At}
	case *paper.Reserved:
		return FactLine{Key: "fact.reserved", Args: []any{"title", frame.Localize(f.Name, l).Text}, To: f.Ref.Root(), Told: f.At}
	case *paper.ConcordanceCorrected:
		return FactLine{Key: "fact.concordance_corrected", Args: []any{"ref", f.Change.From, "fate", l.T("fate." + f.Change.Change)}, To: f.Edition, Told: f.At}
	}
	return FactLine{Key: "fact.unknown"}
}
