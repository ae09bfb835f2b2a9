package editor

import (
	"context"
	"net/http"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/sources"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/web/serve"
)

// Handlers are the handlers of the room, with what they need beside the server.
type Handlers struct {
	// Drafts keeps the papers that are prepared.
	Drafts *draft.Store
	// Files keeps the pictures of papers; nil where none can be kept.
	Files *attachment.Store
	// Mail queues letters to those who are asked to read sentences as a second person, and says how many get one; nil where no mail is sent.
	Mail func(context.Context, paper.Asking) (int, error)

	opened openPassages
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

// done are the acts that a page may say were just done.
var done = []string{"saved", "imported", "discarded", "marked", "asked"}

// show builds a page and shows it.
func (q *request) show(build func(*conversation.Reading) (frame.View, error)) error {
	return q.Desk(http.StatusOK, done, build)
}

// previewQuery are those of the preview of a draft.
type previewQuery struct {
	// Text is the language of the text.
	Text locale.Lang `query:"text"`
	// Second is the language beside it.
	Second locale.Lang `query:"second"`
}

// Routes lists the routes of papers that are drafted.
func (h *Handlers) Routes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers", Who: serve.Officers, Twin: true,
			Name: "desk_papers", Views: []any{view.Papers{}}, Handle: h.on((*request).deskPapers)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers", Who: serve.Officers, Body: 16 * serve.KiB, Handle: h.on((*request).postDeskPapers)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers/import", Who: serve.Officers, Handle: h.on((*request).paperImport)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers/import", Who: serve.Officers, Body: 5 * serve.MiB, Handle: h.on((*request).postPaperImport)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers/from/{ref}", Who: serve.Officers, Body: 16 * serve.KiB, Handle: h.on((*request).postFromQuestions)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers/{key}", Who: serve.Officers, Query: view.DraftQuery{}, Handle: h.on((*request).paperDraft)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers/{key}/preview", Who: serve.Officers, Query: previewQuery{}, Handle: h.on((*request).paperPreview)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers/{key}", Who: serve.Officers, Body: 12 * serve.MiB, Handle: h.on((*request).postPaperDraft)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/quantities", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "quantities", Views: []any{sources.Quantities{}}, Handle: h.on((*request).quantities)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/sources", Who: serve.Rapporteurs, Handle: h.on((*request).sourcesList)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/sources/{key}", Who: serve.Rapporteurs, Query: sources.Query{}, Handle: h.on((*request).sourcesPage)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/sources/{key}", Who: serve.Rapporteurs, Body: 16 * serve.KiB, Handle: h.on((*request).postSources)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/sources/{key}/cite", Who: serve.Rapporteurs, Body: 16 * serve.KiB, Handle: h.on((*request).postCite)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/sources/{key}/ask", Who: serve.Rapporteurs, Body: 16 * serve.KiB, Handle: h.on((*request).postAsk)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers/{key}/picture/{name}", Who: serve.Officers, Handle: h.on((*request).draftPicture)},
	}
}
