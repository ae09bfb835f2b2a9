package contribution

import (
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// postHold lets the browser be the author of what was sent without an account from another one, to whoever types its
// number and its code. A receipt alone does not do it: once its contribution is published, anybody may have it. A wrong
// code, a number that is not there and one that waits answer the same.
func (q *request) postHold() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	ref, code := contributionNumber(v.Get("contribution")), v.Get("code")
	again := func(rs ...*refusal.Refusal) error {
		q.Frame.Errors = rs
		return q.showMine(serve.RefusedAs(rs), consult.Claim{Number: strings.ToValidUTF8(v.Get("contribution"), "\uFFFD"), Code: strings.ToValidUTF8(code, "\uFFFD")})
	}
	if err := q.May(serve.Once(serve.LimitAuthor)); err != nil {
		return again(refusal.Of(err)...)
	}
	var by delegation.Participant
	if _, err := q.Server.Sec.ReadAbout(q.Context(), q.Slug, func(st *conversation.State) error {
		if row, ok := st.Consultation.Row(ref); ok && row.Assurance == consultation.Anonymous {
			return by.UnmarshalText([]byte(row.By))
		}
		return nil
	}, ref); err != nil {
		return err
	}
	//mutants:guard whoever has not the code of an author is not made one
	if !q.Server.Sec.IsAuthor(q.Slug, by, code) {
		return again(refusal.In("code", "author.code"))
	}
	q.Hold(by)
	return q.See(q.In("/"+string(ref)) + "?done=held")
}

// contributionNumber reads the number of a contribution as people copy it, "12" or "c12"; cite.None where it is none.
func contributionNumber(typed string) cite.Ref {
	typed = strings.ToLower(strings.TrimSpace(locale.WesternDigits(typed)))
	ref, err := cite.ParseRef("c" + strings.TrimPrefix(typed, "c"))
	if err != nil || ref.Root() != ref {
		return cite.None
	}
	return ref
}

// authorCode is the code that the author of a contribution keeps; "" for others, and where it was sent with an account.
func (q *request) authorCode(by, assurance string) string {
	author, ok := q.Holds(by)
	//mutants:guard the code of an author is shown to its author
	if !ok || assurance != consultation.Anonymous {
		return ""
	}
	return q.Server.Sec.AuthorCode(q.Slug, author)
}
