package desk

import (
	"context"
	"slices"

	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/draft"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/web/serve"
)

// Handlers are the handlers of the desk, with what they need beside the server.
type Handlers struct {
	// Drafts keeps answers and translations while they are written.
	Drafts *draft.Store
	// Papers lists the papers that are being written, those changed last first.
	Papers func(q *serve.Request) ([]view.DraftRow, error)
	// Aside keeps what an officer put off.
	Aside *aside.Store
	// Files keeps the files of documents; nil where none can be kept.
	Files *attachment.Store
	// Namesakes finds for names contributions that were sent under names which look like them; nil where nobody knows.
	Namesakes func(ctx context.Context, slug string, names []string) (map[string]cite.Ref, error)
	// Delete deletes a conversation that was discarded before it was opened; nil where that cannot be done.
	Delete func(ctx context.Context, slug string) error
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

// Routes lists the routes of the desk.
func (h *Handlers) Routes() []serve.Route {
	return slices.Concat(h.conversationRoutes(), h.settingsRoutes(), h.consultationRoutes(), h.callRoutes(), h.answerRoutes(),
		h.mapRoutes(), h.redactionRoutes())
}

// conversationRoutes are convening, the calendar, and what waits.
func (h *Handlers) conversationRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/stages", Who: serve.Officers, Twin: true,
			Name: "stages", Views: []any{view.Stages{}}, Handle: h.on((*request).stages)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/stages", Who: serve.Officers, Body: 256 * serve.KiB, Handle: h.on((*request).postStages)},
		{Method: "GET", Pattern: "/{lang}/convene", Who: serve.Operators, Handle: h.on((*request).convene)},
		{Method: "POST", Pattern: "/{lang}/convene", Who: serve.Operators, Body: 256 * serve.KiB, Handle: h.on((*request).postConvene)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk", Who: serve.Offices, Twin: true,
			Name: "desk", Views: []any{view.Home{}}, Handle: h.on((*request).desk)},
	}
}

// consultationRoutes are calls.
func (h *Handlers) consultationRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/calls/new", Who: serve.Officers, Query: newCallQuery{}, Handle: h.on((*request).newCall)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/calls/new", Who: serve.Officers, Body: 256 * serve.KiB, Handle: h.on((*request).postNewCall)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/calls/{ref}/questions", Who: serve.Officers, Handle: h.on((*request).questions)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/calls/{ref}/questions", Who: serve.Officers, Body: serve.MiB, Handle: h.on((*request).postQuestions)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/calls/{ref}/extend", Who: serve.Officers, Handle: h.on((*request).extendCall)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/calls/{ref}/extend", Who: serve.Officers, Body: 64 * serve.KiB, Handle: h.on((*request).postExtendCall)},
	}
}

// answerRoutes are the points that wait for an answer, and the answers.
func (h *Handlers) answerRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/points", Who: serve.Officers, Twin: true,
			Name: "points", Views: []any{view.Points{}}, Query: pointsQuery{}, Handle: h.on((*request).points)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/points/{ref}", Who: serve.Officers, Twin: true,
			Name: "point", Views: []any{view.AnswerPage{}}, Query: pointQuery{}, Handle: h.on((*request).point)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/points/{ref}", Who: serve.Officers, Body: 512 * serve.KiB, Handle: h.on((*request).postPoint)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/points/{ref}/draft", Who: serve.Officers, Body: 512 * serve.KiB, Handle: h.on((*request).postPointDraft)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/answers/{ref}", Who: serve.Officers, Body: 128 * serve.KiB, Handle: h.on((*request).postAnswerTools)},
	}
}

// mapRoutes are what the map shows.
func (h *Handlers) mapRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/map", Who: serve.Officers, Twin: true,
			Name: "desk_map", Views: []any{view.Map{}}, Handle: h.on((*request).deskMap)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/map", Who: serve.Officers, Body: 64 * serve.KiB, Handle: h.on((*request).postDeskMap)},
	}
}
