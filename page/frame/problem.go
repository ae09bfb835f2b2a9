package frame

import (
	"cmp"
	"net/http"
	"slices"
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
	Held      *Held              `json:"-"`                   // what was typed, nil for nothing
}

// Held is what was typed into a form that was refused on a page of its own: it is given back, and can be sent again.
type Held struct {
	Action string // where the form is sent
	As     string // who it was made for
	Other  string // who may send it instead, once they choose so; "" for nobody
	SignIn bool   // who it was made for has to sign in again
	Token  string
	Texts  []HeldField // what a person wrote
	Rest   []HeldField // what else stood in the form
}

// HeldField is a field of a form.
type HeldField struct{ Name, Value string }

// longChoice is the longest value, in bytes, of what is chosen and not written, such as the identifier of a category.
const longChoice = 40

// Add holds a field. What has a space or is long was written by a person; anything else was chosen.
func (h *Held) Add(name, value string) {
	switch {
	case name == "as" || name == "token":
	case strings.ContainsAny(value, " \n") || len(value) > longChoice:
		h.Texts = append(h.Texts, HeldField{name, value})
	default:
		h.Rest = append(h.Rest, HeldField{name, value})
	}
}

// ProblemError is one thing that is wrong: the field that it is about, the key of its sentence, and the sentence.
type ProblemError struct {
	Field  string `json:"field"`
	Key    string `json:"key"`
	Detail string `json:"detail"`
}

// NewProblem says refusals in the language of a frame; without any it is a fault. It is equal for everything that is
// hidden.
func NewProblem(f *Frame, rs []*refusal.Refusal) *Problem {
	v := &Problem{Kind: "fault", Type: "/problems/fault", Status: http.StatusInternalServerError, Errors: []ProblemError{}}
	if len(rs) > 0 {
		v.Status, v.Kind = StatusOf(rs[0].Kind)
		v.Refusals, v.Type = rs, "/problems/"+rs[0].Key
		switch {
		case slices.Contains(stops, rs[0].Key):
			v.Kind = "stopped"
		case rs[0].Key == "sign_in.needed":
			v.Status = http.StatusUnauthorized
		}
	}
	if v.Kind == "not_found" && !slices.Contains(losses, rs[0].Key) {
		v.Refusals, v.Type = nil, "/problems/not_found"
	}
	v.Name = v.Title(f)
	for _, r := range v.Refusals {
		s := f.Sentence(r)
		v.Sentences = append(v.Sentences, s)
		v.Errors = append(v.Errors, ProblemError{Field: r.Field, Key: r.Key, Detail: s})
	}
	v.Detail = cmp.Or(strings.Join(v.Sentences, "\n"), f.T("problem."+v.Kind+".next"))
	return v
}

// losses are the refusals that say of what is not there that it may have been lost: everybody may know it.
var losses = []string{"contribution.lost", "contribution.lost_from"}

// stops are the refusals that say that something may only be read, or not even that, until somebody mends it.
var stops = []string{"record.damaged", "record.no_receipt", "record.no_checkpoint", "record.unread", "record.unlisted", "record.behind", "private.unread", "file.lost", "file.lost_cited"}

// StatusOf is the HTTP status of a kind of refusal, and the sort of problem that it is.
func StatusOf(k refusal.Kind) (int, string) {
	switch k {
	case refusal.Hidden:
		return http.StatusNotFound, "not_found"
	case refusal.Forbidden:
		return http.StatusForbidden, "refused"
	case refusal.Conflict, refusal.NotNow:
		return http.StatusConflict, "refused"
	case refusal.TooLarge:
		return http.StatusRequestEntityTooLarge, "refused"
	case refusal.TooMany:
		return http.StatusTooManyRequests, "busy"
	case refusal.TryAgain:
		return http.StatusServiceUnavailable, "busy"
	case refusal.Malformed:
		return http.StatusBadRequest, "refused"
	}
	return http.StatusUnprocessableEntity, "refused"
}

// proof is where the reader proves that it is they, where that was asked for; "" where it was not. It opens beside the page, so
// that what was typed is still there afterwards.
func (v *Problem) proof(f *Frame) string {
	for _, r := range v.Refusals {
		switch r.Key {
		case "proof.needed":
			return string(f.To("/sign-in/passkey"))
		case "proof.sign_in":
			return string(f.To("/sign-in"))
		}
	}
	return ""
}

// Title is the page's title.
func (v *Problem) Title(f *Frame) string { return f.T("problem." + v.Kind + ".title") }

// Body is the page.
func (v *Problem) Body(f *Frame) templ.Component { return problemBody(f, v) }
