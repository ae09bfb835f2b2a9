package serve

import (
	"net/http"
	"strings"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
)

// What leaves the house is handed on: a table, the JSON twin of a page, a print. So it is what the public reads,
// whoever takes it away. Officers and moderators may ask for what is not public with it; then the name of the file
// and its first row say so.

// notPublic is the value of the parameter that asks for it.
const notPublic = "not-public"

// exports reports whether the answer leaves the house. Pages of the desk are for those who work there, and say nothing
// that is for anybody else.
func (q *Request) exports() bool {
	if q.Route.Who != Everybody || q.Slug == "" || q.Method != http.MethodGet && q.Method != http.MethodHead {
		return false
	}
	return q.JSON && q.Route.Twin || q.Route.File || q.prints()
}

// prints reports whether the page is asked for to be printed.
func (q *Request) prints() bool { return strings.Contains("&"+q.key+"&", "&print=1&") }

// export settles for whom an answer is made that leaves the house.
func (q *Request) export() error {
	exports, with := q.exports(), q.Common.With == notPublic
	//mutants:guard what is not public leaves the house only for those who moderate
	switch {
	case !exports && with:
		return malformed("with", "address.malformed")
	case !exports:
		return nil
	case with && !q.Roles.Has(delegation.Moderator, delegation.Officer):
		return refusal.New(refusal.Forbidden, "standing.missing")
	case with:
		all := q.Audience()
		all.Unredacted = true
		q.seenBy = &all
		q.Frame.Notice = "export.notice" // of a print
		return nil
	}
	public := conversation.Readers
	//mutants:guard a table shows nobody more than the public, its authors neither
	if !q.Route.File && !q.prints() && (q.Ref().Kind() == 'c' || strings.HasSuffix(q.Route.Pattern, "/{ref}") || !q.Route.Cached) {
		public.As = q.Audience().As // the twin of what is one's own
	}
	q.seenBy = &public
	return nil
}

// NotPublic reports whether the answer holds what is not public: whoever writes a file says so in its first row.
func (q *Request) NotPublic() bool { return q.seenBy != nil && q.seenBy.Unredacted }

// FileName is what a file is called: with what is not public, its name says so.
func (q *Request) FileName(name, ending string) string {
	if q.NotPublic() {
		name += "-with-what-is-" + notPublic
	}
	return name + ending
}
