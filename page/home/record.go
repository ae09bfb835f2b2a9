package home

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/page/frame"
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
	Last     bool     `json:"-"` // nothing came after it yet
}

// Title is the page's title.
func (v *Entry) Title(f *frame.Frame) string { return f.T("record.entry", "n", itoa(int(v.Position))) }
