package api

import (
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/openplenary/plenary/conversation"
)

// id is the name of an operation in clients that are made from the description.
func (o Operation) id() string {
	if o.Command != nil {
		return o.Name
	}
	return strings.ToLower(o.Method) + "_" + o.Name
}

// path is the address of an operation: of a page, that of its value.
func (o Operation) path() string {
	if o.Method == http.MethodGet && o.Media == "" && !strings.HasSuffix(o.Path, "/") {
		return o.Path + ".json"
	}
	return o.Path
}

// words are a line about an operation, and more.
func (o Operation) words(c Comments) (summary, more string) {
	switch {
	case o.Command == nil && operationWords[o.Name] != "":
		return operationWords[o.Name], operationMore[o.Name]
	case o.Command == nil && len(o.Views) > 0: // what its value is
		t := pointed(reflect.TypeOf(o.Views[0].Value))
		return firstSentence(sentence(t.Name(), c.ofType(t)))
	case o.Command == nil:
		return "", ""
	}
	summary, more = ActWords(c, *o.Command)
	return summary, strings.TrimSpace(more + " Who may: " + WhoMay(*o.Command) + ".")
}

// alone reports whether somebody without an account may use an operation.
func (o Operation) alone() bool {
	return !o.SignedIn && (o.Command == nil || WithoutAccount(*o.Command))
}

// statuses are those that an operation answers with, beside 200.
func (o Operation) statuses() []int {
	var out []int
	switch {
	case o.Command != nil:
		out = []int{400, 403, 404, 409, 413, 422, 503}
		if o.Command.Name == submit {
			out = append(out, 429)
		}
	case o.Media != "":
		out = []int{400, 503}
	case o.Method == http.MethodGet:
		out = []int{304, 400, 503}
	case o.Name == "submit":
		out = []int{303, 403, 409, 413, 422, 429, 503}
	default:
		out = []int{403, 413, 422, 429, 503}
	}
	if o.Hides && !slices.Contains(out, 404) {
		out = append(out, 404)
	}
	if !o.alone() {
		out = append(out, 401)
	}
	slices.Sort(out)
	return out
}

// security says which cookies an operation takes: none of them, any, or that of somebody signed in.
func (o Operation) security() []object {
	if !o.alone() {
		return []object{{"session": []string{}}}
	}
	return []object{{}, {"own": []string{}}, {"session": []string{}}}
}

const submit = "consultation.submit"

// supports reports whether a command gives or takes back the support of a party.
func supports(command string) bool {
	return command == "formulation.support" || command == "formulation.take-back"
}

// votes reports whether a command casts a ballot or takes one back.
func votes(command string) bool { return command == "poll.cast" || command == "poll.return" }

// Joins reports whether whoever is signed in may ask for a command who did nothing in the conversation yet.
func Joins(c conversation.Command) bool {
	return supports(c.Name) || votes(c.Name) || c.Name == "accreditation.request"
}

// WithoutAccount reports whether somebody may ask for a command who is not signed in: about what is theirs.
func WithoutAccount(c conversation.Command) bool {
	return c.Standing == conversation.Anybody && !supports(c.Name) && !votes(c.Name) && !delegates(c.Name) && c.Room() != "accreditation"
}

// delegates reports whether a command is one of those who hold an authority of a party, by which they have an account.
func delegates(command string) bool {
	return slices.Contains([]string{"delegation.appoint", "delegation.end", "delegation.hand-over", align}, command)
}

// align is the command that takes the party of a delegate.
const align = "delegation.align"

// MaxBody is the largest body of an act, in bytes.
func MaxBody(c conversation.Command) int64 {
	switch c.Name {
	case "transcript.transcribe":
		return 3 << 20
	case submit, "paper.publish":
		return 5 << 20
	case "consultation.correct":
		return 5 << 20
	case "consultation.answer":
		return 512 << 10
	}
	return 128 << 10
}

// operationWords say in a line what an operation gives, by its name.
var operationWords = map[string]string{
	"index":              "The conversations of this house",
	"mailbox":            "The letters that a demonstration would have sent",
	"home":               "A conversation: its calendar, open calls, papers and newest contributions",
	"documents":          "The papers of a conversation and the documents that it cites",
	"reference":          "Whatever a reference names: a paper, an element, a call, a contribution, an answer, or an entry of the record",
	"stages":             "The calendar as officers change it",
	"desk":               "What officers and moderators have to do",
	"record":             "The newest entries of the record, with its signed checkpoint",
	"check":              "Check a receipt against the record",
	"receipt":            "The receipt of a contribution: a file that proves that it stands on the record",
	"redline":            "An edition compared with an earlier one, and why each passage changed",
	"concordance":        "What became of each element of the edition before",
	"find":               "Find what an earlier edition printed under a number",
	"trace":              "What stands behind a passage, a contribution or an answer, step by step",
	"desk_accreditation": "The requests for accreditation, who may request it, and whose was granted",
	"parties":            "The accredited parties",
	"order_csv":          "An order of themes, as a table",
	"transcript":         "What was said in a sitting word for word, in a language, with who spoke when",
	"transcript_vtt":     "A transcript as a WebVTT file",
	"captions":           "What was said last in the sitting that is open",
	"session_ics":        "A session as a calendar file, each sitting an event of its own",
	"session_report":     "The report of a session: who spoke, who filed in writing, who was not heard, and how the time was shared",
	"session_report_akn": "The report of a session as a debate record of Akoma Ntoso 3.0",
	"interventions_csv":  "What was said in a session and filed for it, as a table",
	"theme_csv":          "What stands behind a theme of an order, as a table",
	"parties_csv":        "The accredited parties, as a table",
	"desk_papers":        "The drafts of papers and the editions",
	"contributions":      "The list of contributions, by what is chosen",
	"mine":               "What the reader has sent, and their drafts",
	"contribute":         "What a contribution to a call would answer",
	"submit":             "Send a contribution with a form, with files if there are any",
	"queue":              "The contributions that wait for a moderator",
	"responses":          "Comments on a paper, and the answers",
	"points":             "The points that wait for an answer",
	"point":              "One point, with those that are like it",
	"overview":           "What was said on each subject and cross-cutting question",
	"evidence":           "What stands behind one cell of the overview",
	"map":                "From which countries contributions came",
	"desk_map":           "Whether the maps are shown, and what stands under them",
	"people":             "Who holds which role, and the parties on the roll",
	// Files.
	"contributions_csv": "The list of contributions as a table, by what is chosen",
	"dossier":           "The dossier of considerations: one archive (ZIP) with the paper, all that it rests on, and the proofs, for everybody the same",
	"paper_txt":         "An edition of a paper as plain text, with what it rests on as notes",
	"statistics":        "All sessions side by side: who took part, who asked for the floor and who had it",
	"statistics_csv":    "All sessions side by side, as a table: one row for each count",
	"ballots_csv":       "The ballots of one constituency and assurance, as a table that can be counted again",
	"ballot_options":    "The options of an indicative ballot, one on each line, in their order",
	"ballot_roll":       "The frozen roll of an indicative ballot, of which the hash is published",
	"responses_csv":     "Comments on a paper and the answers, as a table",
	"responses_xlsx":    "Comments on a paper and the answers, as a workbook",
	"answers_csv":       "What was chosen at the questions of a call, as a table",
	"answers_data":      "What was chosen at the questions of a call in numbers, as a table",
	"answers_xlsx":      "What was chosen at the questions of a call, as a workbook",
	"codebook":          "What the numbers of answers_data mean, as a table",
	"overview_csv":      "What was said on each subject and cross-cutting question, as a table",
	"map_csv":           "How many contributions came from which country, as a table",
	"map_svg":           "The map, as a picture",
	"code":              "The square code that leads to a call, as a picture",
}

// operationMore say more, where a line is not enough.
var operationMore = map[string]string{
	"index": "Send Accept: application/json: this address has none that ends in .json.",
	"check": "The receipt is sent as the file that it is. What is checked is listed line by line.",
	"receipt": "The bytes are the same whenever it is asked for, until the words are erased; then it comes without them and still proves the rest. " +
		"It can be read by its author, and by everybody once the contribution is published.",
	"submit": "For programs, the act consultation.submit is simpler; files can be sent here only. Send do=send and Accept: application/json. The answer leads to the receipt.",
}

// operationForms are the fields of the forms that a program may send.
var operationForms = map[string][]FormField{
	"check": {{Name: "receipt", Description: "The receipt file.", File: true}},
	"submit": {
		{Name: "do", Description: "What is wanted.", Values: []string{"send"}},
		{Name: "token", Description: "128 random bits in base64url without padding. The same form with the same token is one contribution, however often it is sent. It is the secret of its author."},
		{Name: "on", Description: "The reference of the element of an edition that is commented on, or of the edition; without it, the newest edition of the call's paper."},
		{Name: "text", Description: "The comment, at most 65536 bytes."},
		{Name: "wording", Description: "The wording that is proposed instead, at most 16384 bytes."},
		{Name: "stance", Description: "The answer to a question that asks for one.", Values: []string{"", "yes", "in_part", "no", "wrong_question"}},
		{Name: "language", Description: "The language of the texts; without it, it is guessed from their script, and where that does not tell, that of the address."},
		{Name: "category", Description: "The identifier of a stakeholder category of the conversation; without it, the one of whoever says none, where the conversation has such a category."},
		{Name: "country", Description: "The code of a country."},
		{Name: "name", Description: "A name, as it shall be shown, at most 200 characters."},
		{Name: "body", Description: "The organisation spoken for, at most 200 characters."},
		{Name: "belongs", Description: "Whether the author speaks for the organisation or only belongs to it; asked where the category is one of persons.", Values: []string{"", "speaks", "belongs"}},
		{Name: "public_address", Description: "A name that is an e-mail address shall be shown to everybody; without it such a name is refused.", Values: []string{"yes"}},
		{Name: "email", Description: "An address for letters about this contribution. It is never shown and not on the record."},
		{Name: "for", Description: "The reference of a party that the sender is authorised to speak for."},
		{Name: "file", Description: "A file; up to five times.", File: true},
	},
}
