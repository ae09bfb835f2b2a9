package frame

import (
	"strings"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/refusal"
)

// Problem is the page of a refusal or a fault: what happened, and what to do next.
type Problem struct {
	NoWords
	Type      string             `json:"type"`
	Name      string             `json:"title"`
	Status    int                `json:"status"`
	Detail    string             `json:"detail"`
	Kind      string             `json:"kind"` // not_found, refused, fault, busy, stopped
	Errors    []ProblemError     `json:"errors"`
	Refusals  []*refusal.Refusal `json:"-"`
	Sentences []string           `json:"-"`
	Reference string             `json:"reference,omitempty"` // of a logged fault
}

// ProblemError is one thing that is wrong: the field that it is about, the key of its sentence, and the sentence.
type ProblemError struct {
	Field  string `json:"field"`
	Key    string `json:"key"`
	Detail string `json:"detail"`
}

// Say puts the refusals into the language of a frame.
func (v *Problem) Say(f *Frame) {
	v.Name, v.Errors = v.Title(f), []ProblemError{}
	for _, r := range v.Refusals {
		s := f.Sentence(r)
		v.Sentences = append(v.Sentences, s)
		v.Errors = append(v.Errors, ProblemError{Field: r.Field, Key: r.Key, Detail: s})
	}
	v.Detail = strings.Join(v.Sentences, "\n")
	if v.Detail == "" {
		v.Detail = f.T("problem." + v.Kind + ".next")
	}
}

// Title is the page's title.
func (v *Problem) Title(f *Frame) string { return f.T("problem." + v.Kind + ".title") }

// Body is the page.
func (v *Problem) Body(f *Frame) templ.Component { return problemBody(f, v) }
