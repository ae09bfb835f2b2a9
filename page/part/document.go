package part

import (
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// CallDocument is a document that belongs to a call.
type CallDocument struct {
	Number int                 `json:"number"`
	Name   frame.LocalizedText `json:"title"`
	// Source is its address on the web, "" for a file.
	Source string `json:"source,omitempty"`
	// File is the name of its file, Size how many bytes it has.
	File string   `json:"file,omitempty"`
	Size int64    `json:"size,omitempty"`
	Call cite.Ref `json:"-"`
}

// NewCallDocuments lists the documents of a call, oldest first.
func NewCallDocuments(k consultation.Call, l locale.Lang) (out []CallDocument) {
	for _, d := range k.StandingDocuments() {
		name := frame.LocalizeAs(d.Title, l, k.Marks.Standing(life.DocumentName(d.Number), d.Title, l))
		out = append(out, CallDocument{Number: d.Number, Name: name, Source: d.Source, File: d.Name, Size: d.File.Size, Call: k.Ref})
	}
	return out
}

// Address is where the document is: elsewhere, or a file here.
func (d CallDocument) Address(f *frame.Frame) string {
	if d.Source != "" {
		return d.Source
	}
	return string(f.In("/documents/" + string(d.Call) + "/" + strconv.Itoa(d.Number)))
}
