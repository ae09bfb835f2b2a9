package serve

import (
	"context"

	"github.com/openplenary/plenary/cite"
)

// Namesakes makes of an index of names one for the conversation of the request. Where the index cannot be read, that is
// logged and nobody has a namesake: it is for telling, and no page is refused for it. It is nil where there is no index.
func (q *Request) Namesakes(find func(ctx context.Context, slug string, names []string) (map[string]cite.Ref, error)) func([]string) map[string]cite.Ref {
	if find == nil {
		return nil
	}
	return func(names []string) map[string]cite.Ref {
		found, err := find(q.Context(), q.Slug, names)
		if err != nil && q.Context().Err() == nil {
			q.Server.Logger.Error("names cannot be compared", "conversation", q.Slug, "err", err)
		}
		return found
	}
}
