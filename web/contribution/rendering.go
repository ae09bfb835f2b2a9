package contribution

import (
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/translation"
	"github.com/openplenary/plenary/web/serve"
)

// postRendering says in another language what a part of a contribution says.
func (q *request) postRendering() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	ref := q.Ref()
	if ref.PartNumber() == 0 {
		return serve.NotFound()
	}
	at := "-" + ref.ID()
	typed := consult.RenderForm{Part: ref, Language: v.Get("language" + at), Text: v.Get("rendering" + at), Wording: v.Get("wording" + at)}
	seen, _ := strconv.ParseInt(v.Get("seen"), 10, 64)
	a, err := q.Ask(translation.Render{Part: ref, Language: locale.Lang(typed.Language), Text: typed.Text, Wording: typed.Wording, Seen: cite.Position(seen)}, v.Get("token"))
	if err != nil {
		return err
	}
	answer, err := q.Server.Sec.Do(q.Context(), q.Slug, a)
	if err == nil {
		return q.See(q.In("/"+string(ref.Root())) + "?after=" + strconv.FormatInt(int64(answer.Last), 10) + "&done=translated#" + ref.ID())
	}
	rs := refusal.Of(err)
	if len(rs) == 0 {
		return err
	}
	return q.contributionRefused(ref.Root(), serve.Renamed(rs, func(field string) string {
		switch field {
		case "language", "wording":
			return field + at
		}
		return "rendering" + at // whatever else it is, one goes on there
	}), func(c *consult.ContributionPage) { c.Rendered = typed })
}
