package contribution

import (
	"context"
	"slices"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation/receipt"
	"github.com/openplenary/plenary/intake"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/web/serve"
)

// Handlers are the handlers of contributions, with what they need beside the server.
type Handlers struct {
	// Intake is the way in of every contribution.
	Intake *intake.Intake
	// Files are the files that contributions bring.
	Files *attachment.Store
	// Namesakes finds for names contributions that were sent under names which look like them; nil where nobody knows.
	Namesakes func(ctx context.Context, slug string, names []string) (map[string]cite.Ref, error)
	// DraftMail queues the letter with the link that finds a draft on another device.
	DraftMail func(ctx context.Context, email string, lang locale.Lang, title, link string) error
}

// request is one request for these handlers.
type request struct {
	*serve.Request
	*Handlers
}

// on makes a handler of one of this room.
func (h *Handlers) on(handle func(*request) error) func(*serve.Request) error {
	return func(q *serve.Request) error { return handle(&request{q, h}) }
}

// Reference answers for a reference of a consultation: a call, an answer, a contribution, a file. Of an answer to many
// points, those after one are shown. Any other reference is not found.
func (h *Handlers) Reference(q *serve.Request, ref, pointsAfter cite.Ref) error {
	r := request{q, h}
	return r.reference(ref, pointsAfter)
}

// Routes lists the routes of contributions.
func (h *Handlers) Routes() []serve.Route {
	return slices.Concat(h.receiptRoutes(), h.contributionRoutes(), h.formRoutes(), h.answerRoutes())
}

// receiptRoutes are receipts and their check.
func (h *Handlers) receiptRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/check", Who: serve.Everybody, Handle: h.on((*request).check)},
		{Method: "POST", Pattern: "/{lang}/check", Who: serve.Everybody, Body: 4 * serve.MiB, Twin: true, Reads: true,
			Name: "check", Views: []any{consult.Check{}}, Handle: h.on((*request).postCheck)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/check", Who: serve.Everybody, Body: 16 * serve.KiB, Reads: true, Handle: h.on((*request).postCheckHere)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/receipt", Who: serve.Everybody, Twin: true,
			Name: "receipt", Views: []any{receipt.File{}}, Query: receiptQuery{}, Handle: h.on((*request).receipt)},
	}
}

// contributionRoutes are contributions: sending, reading, moderating.
func (h *Handlers) contributionRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/contributions", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "contributions", Views: []any{consult.List{}}, Query: listQuery{}, Handle: h.on((*request).contributions)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/contributions.csv", Who: serve.Everybody, File: true, Query: listQuery{},
			Name: "contributions_csv", Media: "text/csv", Handle: h.on((*request).contributionsCSV)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/mine", Who: serve.Everybody, Twin: true,
			Name: "mine", Views: []any{consult.Mine{}}, Query: mineQuery{}, Handle: h.on((*request).mine)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/mine", Who: serve.Everybody, Body: 16 * serve.KiB, Reads: true, Handle: h.on((*request).postHold)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/contribute", Who: serve.Everybody, Twin: true, Beside: true,
			Name: "contribute", Views: []any{consult.Contribute{}}, Query: contributeQuery{}, Handle: h.on((*request).contribute)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/contribute", Who: serve.Everybody, Body: 21 * serve.MiB, Twin: true,
			Name: "submit", Views: []any{receipt.File{}}, Handle: h.on((*request).postContribute)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/documents/{ref}/{number}", Who: serve.Everybody, Beside: true, File: true, Handle: h.on((*request).callDocument)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/draft", Who: serve.Everybody, Body: 21 * serve.MiB, Handle: h.on((*request).postDraft)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/withdraw", Who: serve.Everybody, Body: 16 * serve.KiB, Handle: h.on((*request).postWithdraw)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/correct", Who: serve.Everybody, Handle: h.on((*request).correct)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/correct", Who: serve.Everybody, Body: 5 * serve.MiB, Handle: h.on((*request).postCorrect)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/correction", Who: serve.Staff, Body: 64 * serve.KiB, Handle: h.on((*request).postCorrection)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/publish", Who: serve.Staff, Body: 16 * serve.KiB, Handle: h.on((*request).postPublish)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/withhold", Who: serve.Staff, Body: 64 * serve.KiB, Handle: h.on((*request).postWithhold)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/erase", Who: serve.Officers, Body: 16 * serve.KiB, Handle: h.on((*request).postErase)},
	}
}

// answerRoutes are answers to what was said, and what their authors think of them.
func (h *Handlers) answerRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/responses", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "responses", Views: []any{consult.Responses{}}, Query: responsesQuery{}, Handle: h.on((*request).responses)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/responses.csv", Who: serve.Everybody, File: true, Name: "responses_csv", Media: "text/csv", Handle: h.on((*request).responsesCSV)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/responses.xlsx", Who: serve.Everybody, File: true, Name: "responses_xlsx", Media: serve.Workbook, Handle: h.on((*request).responsesXLSX)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/react", Who: serve.Everybody, Body: 64 * serve.KiB, Handle: h.on((*request).postReact)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/rendering", Who: serve.Translators, Body: 256 * serve.KiB, Handle: h.on((*request).postRendering)},
	}
}
