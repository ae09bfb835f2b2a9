package dossier

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation/receipt"
	"github.com/openplenary/plenary/locale"
)

// Format stands in each of the files.
const Format = "plenary-dossier/1"

// Notice stands in every dossier of a demonstration.
const Notice = "Demonstration: what people say here is invented. This dossier proves nothing about the world."

// The names of the files.
const (
	ManifestFile   = "dossier.json"
	PaperFile      = "paper.json"
	CheckpointFile = "checkpoint"
	IndexFile      = "index.html"
)

// SourceFile and SourcePage are the names of the files of a source.
func SourceFile(r cite.Ref) string { return "sources/" + string(r) + ".json" }

// SourcePage is the name of the page of a source.
func SourcePage(r cite.Ref) string { return "sources/" + string(r) + ".html" }

// EntryFile is the name of the file of an entry.
func EntryFile(p cite.Position) string {
	return "entries/" + strconv.FormatInt(int64(p), 10) + ".json"
}

// Manifest is what the archive is, and which files it has.
type Manifest struct {
	Format  string   `json:"format"`
	Notice  string   `json:"notice,omitempty"` // that it is a demonstration
	Edition cite.Ref `json:"edition"`
	Address string   `json:"address"`
	Key     string   `json:"key"` // the verifier key of the record
	// LeftOut is how many sources are not in it that only other sources rest on.
	LeftOut int    `json:"left_out,omitempty"`
	Files   []File `json:"files"`
}

// File is a file of the archive.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Word is a text as everybody reads it, with where it stands on the record.
type Word struct {
	Entry cite.Position `json:"entry"`
	In    string        `json:"in"` // "text": a member of the entry's text; "data": a place in its data, as a JSON pointer (RFC 6901)
	At    string        `json:"at"`
	Lang  locale.Lang   `json:"lang"`
	Text  string        `json:"text"`
}

// Where a word stands.
const (
	InText = "text"
	InData = "data"
)

// Paper is the paper, its title and its sentences.
type Paper struct {
	Format   string        `json:"format"`
	Edition  cite.Ref      `json:"edition"`
	Entry    cite.Position `json:"entry"` // with which it was published
	Symbol   string        `json:"symbol"`
	Date     string        `json:"date"`
	Title    []Word        `json:"title"`
	Elements []Element     `json:"elements"`
	Notes    []Note        `json:"notes"`
}

// Element is a sentence, or a heading.
type Element struct {
	Ref    cite.Ref `json:"ref"`
	Kind   string   `json:"kind"`
	Number string   `json:"number,omitempty"`
	Words  []Word   `json:"words"` // the first are those of the original
	// Cites are what it rests on, as the record has it, and Sources the same as they are called here, each in its place.
	Cites   []cite.Ref `json:"cites,omitempty"`
	Sources []cite.Ref `json:"sources,omitempty"`
	Quotes  []Quote    `json:"quotes,omitempty"`
}

// Quote is what a sentence quotes: the bytes From to To of word number Word of a source, from 0. Where no source has it that can be read,
// Source is None.
type Quote struct {
	Text   string   `json:"text"`
	Source cite.Ref `json:"source,omitempty"`
	Word   int      `json:"word"`
	From   int      `json:"from"`
	To     int      `json:"to"`
}

// Note is a source as it is numbered among the notes of the paper.
type Note struct {
	N       int      `json:"n"`
	Ref     cite.Ref `json:"ref"`
	Who     string   `json:"who"`
	Address string   `json:"address"`
}

// The kinds of source.
const (
	Point    = "point"    // a part of a contribution
	Answer   = "answer"   // of the secretariat
	Passage  = "passage"  // of a paper
	Question = "question" // that was formulated together
	Theme    = "theme"    // in an order of themes
)

// Source is something that a sentence rests on, or that another source rests on.
type Source struct {
	Format string   `json:"format"`
	Ref    cite.Ref `json:"ref"`
	Kind   string   `json:"kind"`
	// Gone is what became of it where nobody reads it any more: erased, withdrawn, withheld.
	Gone string `json:"gone,omitempty"`
	// Black says that passages of it are blacked out.
	Black   bool            `json:"blackened,omitempty"`
	Who     string          `json:"who"`
	Address string          `json:"address"`
	Entries []cite.Position `json:"entries"`
	Words   []Word          `json:"words"`
	RestsOn []cite.Ref      `json:"rests_on"`
}

// Entry is an entry of the record, as far as everybody may read it.
type Entry struct {
	Format   string   `json:"format"`
	Envelope []byte   `json:"envelope"`
	Path     [][]byte `json:"path"`
	Data     []byte   `json:"data,omitempty"` // salt first
	Text     []byte   `json:"text,omitempty"` // salt first
}

// EntryOf is an entry with what may be handed on of it.
func EntryOf(e receipt.Entry, data, text bool) Entry {
	out := Entry{Format: Format, Envelope: e.Proof.Envelope, Path: e.Proof.Path}
	if out.Path == nil {
		out.Path = [][]byte{}
	}
	//mutants:guard data that are not everybody's are not in a dossier
	if data {
		out.Data = e.Data
	}
	//mutants:guard words that are not everybody's are not in a dossier
	if text {
		out.Text = e.Text
	}
	return out
}

// Encode writes a file of the dossier in its one spelling.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(v)
	return b.Bytes(), err
}
