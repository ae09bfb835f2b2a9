package serve

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/openplenary/plenary/page/frame"
)

// SiteRoutes are what every site has, whatever is said on it: the way to a language, assets, the description of the
// API, whether the instance is well.
func SiteRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{$}", Who: Everybody, Handle: (*Request).root},
		{Method: "GET", Pattern: "/healthz", Who: Everybody, Handle: (*Request).health},
		{Method: "GET", Pattern: "/openapi.json", Who: Everybody, Handle: (*Request).openAPI},
		{Method: "GET", Pattern: "/robots.txt", Who: Everybody, Handle: (*Request).robots},
		{Method: "GET", Pattern: "/static/{hash}/{name}", Who: Everybody, Handle: (*Request).static},
		{Method: "GET", Pattern: "/c/{slug}", Who: Everybody, Handle: (*Request).redirect},
		{Method: "GET", Pattern: "/c/{slug}/{path...}", Who: Everybody, Handle: (*Request).redirect},
	}
}

// root sends a reader to their language; where there is one conversation or one that stands for all, to it.
func (q *Request) root() error {
	q.Writer.Header().Set("Vary", "Accept-Language, Cookie")
	to := "/" + string(q.preferred()) + "/"
	slugs, err := q.There()
	if err != nil {
		return err
	}
	switch {
	case slices.Contains(slugs, q.Server.Front):
		to += "c/" + q.Server.Front
	case len(slugs) == 1:
		to += "c/" + slugs[0]
	}
	return q.Found(to)
}

// redirect sends an address without a language to one with.
func (q *Request) redirect() error {
	q.Writer.Header().Set("Vary", "Accept-Language, Cookie")
	to := "/" + string(q.preferred()) + q.URL.EscapedPath()
	if q.URL.RawQuery != "" {
		to += "?" + q.URL.RawQuery
	}
	return q.Found(to)
}

// health says whether the instance can be read and written, a line for each thing that is wrong; why stands in the
// log of the server, because it names what only those who look after it need.
func (q *Request) health() error {
	var wrong []string
	if q.Server.NoRoom != nil && q.Server.NoRoom() {
		wrong = append(wrong, "disk full: nothing can be written until there is room")
	}
	if q.Server.Accounts == nil {
		wrong = append(wrong, "read only: private.db is damaged, empty or missing: nobody can sign in or send, and no attached file is given out")
	}
	there, err := q.There()
	if err != nil {
		return err
	}
	for _, slug := range q.Server.Sec.Conversations() {
		at := q.Server.Sec.Standing(slug)
		if !slices.Contains(there, slug) { // one that is prepared is not named
			slug = "a conversation that is not open"
		}
		switch {
		case at.Unlisted:
			wrong = append(wrong, fmt.Sprintf("not shown: %s: entries from %d on are missing, and restrictions.jsonl does not tell what they took from view", slug, at.Unread))
		case at.Unread > 0:
			wrong = append(wrong, fmt.Sprintf("not shown: %s: its record cannot be read from entry %d on", slug, at.Unread))
		case at.Behind && at.To > 0:
			wrong = append(wrong, fmt.Sprintf("read only: %s: entries %d to %d are missing", slug, at.From, at.To))
		case at.Behind:
			wrong = append(wrong, fmt.Sprintf("read only: %s: restored, entries from %d on may be missing", slug, at.From))
		case at.ReadOnly != nil && q.Server.Accounts != nil:
			wrong = append(wrong, "read only: "+slug+": damage was found")
		}
	}
	if len(wrong) == 0 && q.Server.Sec.Damage() != nil {
		wrong = append(wrong, "read only: damage was found")
	}
	q.Writer.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if len(wrong) > 0 {
		q.Writer.WriteHeader(http.StatusServiceUnavailable)
	} else {
		wrong = []string{"ok"}
	}
	_, _ = q.Writer.Write([]byte(strings.Join(wrong, "\n") + "\n"))
	return nil
}

func (q *Request) robots() error {
	q.Writer.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = q.Writer.Write([]byte("User-agent: *\nDisallow: /*/sign-in\nDisallow: /*/mailbox\nDisallow: /*/contribute\n"))
	return nil
}

var assetTypes = map[string]string{"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml; charset=utf-8"}

// static serves an asset under the address that holds its hash, for ever.
func (q *Request) static() error {
	name := q.PathValue("name")
	b, ok := frame.Assets[name]
	if !ok || frame.AssetPath(name) != q.URL.Path {
		return NotFound()
	}
	h := q.Writer.Header()
	h.Set("Content-Type", assetTypes[name[strings.LastIndexByte(name, '.')+1:]])
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	key := "a" + q.URL.Path
	if acceptsGzip(q.Request) {
		p := q.Server.cache.get(key)
		if p == nil {
			p = &cached{body: compressed(b)}
			q.Server.cache.put(key, p)
		}
		h.Set("Content-Encoding", "gzip")
		b = p.body
	}
	_, _ = q.Writer.Write(b)
	return nil
}
