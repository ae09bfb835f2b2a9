package team

import (
	"context"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/web/serve"
)

// Handlers are the handlers of the room, with what they need beside the server.
type Handlers struct {
	// Aside keeps the notes among those who moderate and answer, and what they put off.
	Aside *aside.Store
	// InviteMail queues the letter that invites somebody.
	InviteMail func(ctx context.Context, i account.InvitationLetter) error
	// MailWaits says whether a mail server is named; nil where nobody knows.
	MailWaits func(ctx context.Context) (letters int, named bool, err error)
	// Namesakes finds for names contributions that were sent under names which look like them; nil where nobody knows.
	Namesakes func(ctx context.Context, slug string, names []string) (map[string]cite.Ref, error)
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
var done = []string{"published", "withheld", "granted", "unmailed", "queued", "invited", "uninvited", "later", "noted", "deleted", "revoked", "entered",
	"authorised", "unauthorised", "renamed"}

// show builds a page and shows it.
func (q *request) show(status int, build func(*conversation.Reading) (frame.View, error)) error {
	return q.Desk(status, done, build)
}

// queueQuery are those of the moderators' queue.
type queueQuery struct {
	// From is the contribution at which the page begins.
	From cite.Ref `query:"from,c"`
	// All ticks all contributions of the page.
	All bool `query:"all"`
}

// Routes lists the routes of the room. Notes have no JSON twin: nothing of them is given out.
func (h *Handlers) Routes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/queue", Who: serve.Staff, Twin: true,
			Name: "queue", Views: []any{view.Queue{}}, Query: queueQuery{}, Handle: h.on((*request).queue)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/queue", Who: serve.Staff, Body: 64 * serve.KiB, Handle: h.on((*request).postQueue)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/people", Who: serve.Officers, Twin: true,
			Name: "people", Views: []any{view.People{}}, Handle: h.on((*request).people)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/people", Who: serve.Officers, Body: 16 * serve.KiB, Handle: h.on((*request).postPeople)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/notes/{ref}", Who: serve.Staff, Handle: h.on((*request).notes)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/notes/{ref}", Who: serve.Staff, Body: 64 * serve.KiB, Handle: h.on((*request).postNotes)},
	}
}
