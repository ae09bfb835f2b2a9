package home

import (
	"time"
	"unicode/utf8"

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

// shownData is how many bytes of an entry's data a page shows: a paper in six languages is many times as long.
const shownData = 40_000

// Beginning is what the page shows of the data, and whether that is not all of it.
func (v *Entry) Beginning() (data string, more bool) {
	if len(v.Data) <= shownData {
		return v.Data, false
	}
	end := shownData
	for end > 0 && !utf8.RuneStart(v.Data[end]) {
		end--
	}
	return v.Data[:end], true
}

// Title is the page's title.
func (v *Entry) Title(f *frame.Frame) string { return f.T("record.entry", "n", itoa(int(v.Position))) }
