package serve

import (
	"net/http"
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

// root sends a reader to their language; where there is one conversation, to it.
func (q *Request) root() error {
	q.Writer.Header().Set("Vary", "Accept-Language, Cookie")
	to := "/" + string(q.preferred()) + "/"
	if slugs := q.Server.Sec.Conversations(); len(slugs) == 1 {
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

// health says whether the instance can be read and written.
func (q *Request) health() error {
	q.Writer.Header().Set("Content-Type", "text/plain; charset=utf-8")
	for _, slug := range q.Server.Sec.Conversations() {
		if err := q.Server.Sec.Halted(slug); err != nil {
			q.Writer.WriteHeader(http.StatusServiceUnavailable)
			_, _ = q.Writer.Write([]byte("read only: " + slug + "\n"))
			return nil
		}
	}
	_, _ = q.Writer.Write([]byte("ok\n"))
	return nil
}

func (q *Request) robots() error {
	q.Writer.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = q.Writer.Write([]byte("User-agent: *\nDisallow: /*/sign-in\nDisallow: /*/mailbox\nDisallow: /*/contribute\n"))
	return nil
}

var assetTypes = map[string]string{"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}

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
