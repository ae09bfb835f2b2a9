package serve

import (
	"net/http"
	"slices"
	"strings"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
)

// Previews are the audiences as which an officer may look at a conversation.
var Previews = []string{"public", "participant", "moderator"}

// previewCookie keeps as whom an officer looks: the conversation, a colon, and one of Previews.
const previewCookie = "preview"

// PreviewAs has the officer see every page of the conversation as one of Previews does, "" for themselves again.
func (q *Request) PreviewAs(who string) {
	if slices.Contains(Previews, who) {
		q.SetCookie(previewCookie, q.Slug+":"+who, ownAge)
		return
	}
	q.SetCookie(previewCookie, "", 0)
}

// preview makes of an officer whom they look as: pages, twins and tables are made for that audience, and nothing can be
// sent. The page that begins and ends it is the officer's own.
func (q *Request) preview() error {
	c, err := q.Cookie(q.Server.CookieName(previewCookie))
	if err != nil || !q.Roles.Has(delegation.Officer) || strings.HasSuffix(q.Route.Pattern, "/desk/preview") {
		return nil
	}
	slug, who, _ := strings.Cut(c.Value, ":")
	if slug != q.Slug || !slices.Contains(Previews, who) {
		return nil
	}
	//mutants:guard nothing is sent from a preview
	if q.Method != http.MethodGet && q.Method != http.MethodHead {
		return refusal.New(refusal.Conflict, "preview")
	}
	q.Frame.Preview, q.Own, q.Nonces, q.Roles = who, nil, nil, 0
	switch who {
	case "moderator":
		q.Roles = q.Roles.With(delegation.Moderator)
	case "public":
		q.SignedIn, q.Account, q.Me = false, 0, 0
	}
	q.seenBy = &conversation.Audience{Roles: q.Roles, Preview: true}
	return nil
}

// There lists the conversations that are there for the reader, oldest first: those that everybody may read, and those
// that are prepared in which they hold an office.
func (q *Request) There() ([]string, error) {
	var out []string
	for _, slug := range q.Server.Sec.Conversations() {
		if q.Server.Sec.Standing(slug).Unread > 0 {
			out = append(out, slug) // whoever shows it says so
			continue
		}
		a, err := q.AudienceIn(slug)
		if err != nil {
			return nil, err
		}
		may := false
		if _, err := q.Server.Sec.ReadAbout(q.Context(), slug, func(st *conversation.State) error {
			may = st.Head > 0 && st.MayEnter(a)
			return nil
		}, conversation.AnySetting, conversation.AnyParty); err != nil {
			return nil, err
		}
		if may {
			out = append(out, slug)
		}
	}
	return out, nil
}

// AudienceIn is who the reader is in a conversation, on a page that is of none.
func (q *Request) AudienceIn(slug string) (a conversation.Audience, err error) {
	if !q.SignedIn {
		return conversation.Public, nil
	}
	n, ok, err := q.Server.Accounts.ParticipantOf(q.Context(), q.Account, slug)
	if err != nil || !ok {
		return conversation.Public, err
	}
	_, err = q.Server.Sec.ReadAbout(q.Context(), slug, func(st *conversation.State) error {
		a.Roles = st.Roll.Roles(delegation.Participant(n))
		return nil
	}, conversation.AnyParty)
	//mutants:guard a letter does not show what is prepared to who holds an office and has a passkey
	if q.ByLetter(a.Roles) {
		return conversation.Public, err
	}
	return a, err
}
