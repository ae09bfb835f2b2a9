package web

import (
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/openplenary/plenary/api"
	"github.com/openplenary/plenary/page/frame"
)

// operationWords say in a line what an operation gives, by its name in the tables of routes.
var operationWords = map[string]string{
	"index":         "The conversations of this house",
	"mailbox":       "The letters that a demonstration would have sent",
	"home":          "A conversation: its calendar, open calls, papers and newest contributions",
	"documents":     "The papers of a conversation and the documents that it cites",
	"reference":     "Whatever a reference names: a paper, an element, a call, a contribution, an answer, or an entry of the record",
	"stages":        "The calendar as officers change it",
	"desk":          "What officers and moderators have to do",
	"record":        "The newest entries of the record, with its signed checkpoint",
	"check":         "Check a receipt against the record",
	"receipt":       "The receipt of a contribution: a file that proves that it stands on the record",
	"redline":       "An edition compared with an earlier one, and why each passage changed",
	"concordance":   "What became of each element of the edition before",
	"find":          "Find what an earlier edition printed under a number",
	"trace":         "What stands behind a passage, a contribution or an answer, step by step",
	"desk_papers":   "The drafts of papers and the editions",
	"contributions": "The list of contributions, by what is chosen",
	"mine":          "What the reader has sent, and their drafts",
	"contribute":    "What a contribution to a call would answer",
	"submit":        "Send a contribution with a form, with files if there are any",
	"queue":         "The contributions that wait for a moderator",
	"responses":     "Comments on a paper, and the answers",
	"points":        "The points that wait for an answer",
	"point":         "One point, with those that are like it",
	"overview":      "What was said on each subject and cross-cutting question",
	"evidence":      "What stands behind one cell of the overview",
	"map":           "From which countries contributions came",
	"desk_map":      "Whether the maps are shown, and what stands under them",
	"people":        "Who holds which role, and the parties on the roll",
}

// operationMore say more, where a line is not enough.
var operationMore = map[string]string{
	"index":   "Send Accept: application/json: this address has none that ends in .json.",
	"check":   "The receipt is sent as the file that it is. What is checked is listed line by line.",
	"receipt": "The bytes are the same whenever it is asked for, until the words are erased; then it comes without them and still proves the rest. It can be read by its author, and by everybody once the contribution is published.",
	"submit":  "For programs, the act consultation.submit is simpler; files can be sent here only. Send do=send and Accept: application/json. The answer leads to the receipt.",
}

// operationForms are the fields of the forms that a program may send.
var operationForms = map[string][]api.FormField{
	"check": {{Name: "receipt", Description: "The receipt file.", File: true}},
	"submit": {
		{Name: "do", Description: "What is wanted.", Values: []string{"send"}},
		{Name: "token", Description: "128 random bits in base64url without padding. The same form with the same token is one contribution, however often it is sent. It is the secret of its author."},
		{Name: "on", Description: "The reference of the element of an edition that is commented on, or of the edition; without it, the newest edition of the call's paper."},
		{Name: "text", Description: "The comment, at most 65536 bytes."},
		{Name: "wording", Description: "The wording that is proposed instead, at most 16384 bytes."},
		{Name: "stance", Description: "The answer to a question that asks for one.", Values: []string{"", "yes", "in_part", "no", "wrong_question"}},
		{Name: "language", Description: "The language of the texts; without it, that of the address."},
		{Name: "category", Description: "The identifier of a stakeholder category of the conversation; without it, individual."},
		{Name: "country", Description: "The code of a country."},
		{Name: "name", Description: "A name, as it shall be shown, at most 200 characters."},
		{Name: "body", Description: "The organisation spoken for, at most 200 characters."},
		{Name: "email", Description: "An address for letters about this contribution. It is never shown and not on the record."},
		{Name: "for", Description: "The reference of a party that the sender is authorised to speak for."},
		{Name: "file", Description: "A file; up to five times.", File: true},
	},
}

// describe writes the description of the API (OpenAPI 3.1) from the tables of routes and commands.
func (s *Server) describe() (api.Document, error) {
	var all []api.Operation
	for _, r := range s.routes {
		if r.Name != "" {
			all = append(all, operation(r))
		}
	}
	return api.Describe(all, api.Cookies{Session: s.cookieName("plenary"), Own: s.cookieName("plenary-own")})
}

// operation is a row of the tables of routes as the description has it.
func operation(r Route) api.Operation {
	o := api.Operation{ID: strings.ToLower(r.Method) + "_" + r.Name, Method: r.Method, Path: strings.TrimSuffix(r.Pattern, "{$}"), Tag: "pages",
		Summary: operationWords[r.Name], Description: operationMore[r.Name], Form: operationForms[r.Name],
		SignedIn: r.Who != Everybody && r.Who != DemoOnly, Cookies: true}
	if r.Command.Type != nil {
		return actOperation(r, o)
	}
	for _, v := range r.Views {
		o.Views = append(o.Views, api.View{Value: v, Typed: isView(v)})
	}
	if r.Method == http.MethodGet {
		if !strings.HasSuffix(o.Path, "/") {
			o.Path += ".json"
		}
		o.Queries = []any{common{}}
		if r.Query != nil {
			o.Queries = append(o.Queries, r.Query)
		}
		o.Statuses = []int{304, 400, 503}
	} else {
		o.Statuses = []int{403, 413, 422, 429, 503}
		if r.Name == "submit" {
			o.Views, o.Statuses = nil, append(o.Statuses, 303, 409)
		}
	}
	if strings.Contains(r.Pattern, "{slug}") || r.Who == DemoOnly {
		o.Statuses = append(o.Statuses, 404)
	}
	if o.SignedIn {
		o.Statuses = append(o.Statuses, 401)
	}
	slices.Sort(o.Statuses)
	return o
}

// openAPI serves the description of the API.
func (s *Server) openAPI(q *request) error {
	doc, err := s.description()
	if err != nil {
		return err
	}
	q.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	q.w.Header().Set("Cache-Control", "no-cache")
	if q.unchanged(etagOf(doc.Body)) {
		return nil
	}
	return writeBody(q.w, q.Request, http.StatusOK, doc.Body)
}

// isView reports whether a value is shown as a page: then its JSON says its type. Receipts are files instead.
func isView(v any) bool {
	_, ok := reflect.New(reflect.TypeOf(v)).Interface().(frame.View)
	return ok
}

// Description is the description of the API.
func (s *Server) Description() (api.Document, error) { return s.description() }
