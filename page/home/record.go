package home

import (
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/page/frame"
)

// Record shows the record: its checkpoint, how to check it, and its last entries.
type Record struct {
	Head       cite.Position `json:"head"`
	Origin     string        `json:"origin"`
	Key        string        `json:"key"`
	KeyHash    string        `json:"key_sha256"`
	Checkpoint string        `json:"checkpoint"`
	Entries    []*Act        `json:"entries"`
	Before     cite.Position `json:"before,omitempty"` // of the next page
	Chosen     RecordChoice  `json:"chosen"`
	// People are those who hold an office, for officers and no one else.
	People []frame.Choice     `json:"-"`
	Tally  consultation.Tally `json:"tally"`
	Holds  bool               `json:"tally_holds"`
}

// RecordChoice is which entries a reader looks for.
type RecordChoice struct {
	Kind   string        `json:"kind,omitempty"` // one of ActKinds, "" for all
	Day    string        `json:"day,omitempty"`  // of the conversation's zone, as 2020-01-31
	Who    cite.Ref      `json:"-"`              // an officer's alone: who acted in an office
	Before cite.Position `json:"before,omitempty"`
}

// Chosen reports whether anything was chosen.
func (c RecordChoice) Chosen() bool { return c.Kind != "" || c.Day != "" || c.Who != "" }

// Query is the choice as an address has it, from before an entry on; 0 for the newest.
func (c RecordChoice) Query(before cite.Position) string {
	v := url.Values{}
	for name, s := range map[string]string{"kind": c.Kind, "day": c.Day, "who": string(c.Who)} {
		if s != "" {
			v.Set(name, s)
		}
	}
	if before > 0 {
		v.Set("before", itoa(int(before)))
	}
	return v.Encode()
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
