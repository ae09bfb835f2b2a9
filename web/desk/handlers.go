package desk

import (
	"context"
	"slices"

	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/web/serve"
)

// Handlers are the handlers of the desk, with what they need beside the server.
type Handlers struct {
	// Drafts keeps the papers that are prepared.
	Drafts *draft.Store
	// InviteMail queues the mail that tells somebody that they were invited.
	InviteMail func(ctx context.Context, email string, lang locale.Lang, title, link string) error
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
	return slices.Concat(h.conversationRoutes(), h.paperRoutes(), h.consultationRoutes(), h.answerRoutes(), h.mapRoutes(), h.delegationRoutes(), h.redactionRoutes())
}

// conversationRoutes are convening, the calendar, and what waits.
func (h *Handlers) conversationRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/stages", Who: serve.Officers, Twin: true,
			Name: "stages", Views: []any{view.Stages{}}, Handle: h.on((*request).stages)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/stages", Who: serve.Officers, Body: 256 * serve.KiB, Handle: h.on((*request).postStages)},
		{Method: "GET", Pattern: "/{lang}/convene", Who: serve.Operators, Handle: h.on((*request).convene)},
		{Method: "POST", Pattern: "/{lang}/convene", Who: serve.Operators, Body: 256 * serve.KiB, Handle: h.on((*request).postConvene)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk", Who: serve.Staff, Twin: true,
			Name: "desk", Views: []any{view.Home{}}, Handle: h.on((*request).desk)},
	}
}

// paperRoutes are papers that are drafted.
func (h *Handlers) paperRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers", Who: serve.Officers, Twin: true,
			Name: "desk_papers", Views: []any{view.Papers{}}, Handle: h.on((*request).deskPapers)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers", Who: serve.Officers, Body: 16 * serve.KiB, Handle: h.on((*request).postDeskPapers)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers/import", Who: serve.Officers, Handle: h.on((*request).paperImport)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers/import", Who: serve.Officers, Body: 5 * serve.MiB, Handle: h.on((*request).postPaperImport)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers/{key}", Who: serve.Officers, Query: draftQuery{}, Handle: h.on((*request).paperDraft)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers/{key}", Who: serve.Officers, Body: 4 * serve.MiB, Handle: h.on((*request).postPaperDraft)},
	}
}

// consultationRoutes are the moderators' queue, and calls.
func (h *Handlers) consultationRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/queue", Who: serve.Staff, Twin: true,
			Name: "queue", Views: []any{view.Queue{}}, Query: queueQuery{}, Handle: h.on((*request).queue)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/queue", Who: serve.Staff, Body: 64 * serve.KiB, Handle: h.on((*request).postQueue)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/calls/new", Who: serve.Officers, Handle: h.on((*request).newCall)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/calls/new", Who: serve.Officers, Body: 256 * serve.KiB, Handle: h.on((*request).postNewCall)},
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
			Name: "point", Views: []any{view.AnswerPage{}}, Handle: h.on((*request).point)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/points/{ref}", Who: serve.Officers, Body: 512 * serve.KiB, Handle: h.on((*request).postPoint)},
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

// delegationRoutes are who holds which office, and who speaks for whom.
func (h *Handlers) delegationRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/people", Who: serve.Officers, Twin: true,
			Name: "people", Views: []any{view.People{}}, Handle: h.on((*request).people)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/people", Who: serve.Officers, Body: 16 * serve.KiB, Handle: h.on((*request).postPeople)},
	}
}
