package web

import (
	"context"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page"
	"github.com/openplenary/plenary/refusal"
)

func (s *Server) register() {
	s.handle("GET", "/{$}", s.root)
	s.handle("GET", "/healthz", s.health)
	s.handle("GET", "/openapi.json", s.openAPI)
	s.handle("GET", "/robots.txt", s.robots)
	s.handle("GET", "/static/{hash}/{name}", s.static)
	s.handle("GET", "/c/{slug}/log/checkpoint", s.checkpoint)
	s.handle("GET", "/c/{slug}/log/tile/{path...}", s.tile)
	s.handle("GET", "/c/{slug}/symbol/{symbol...}", s.symbol)
	s.handle("GET", "/c/{slug}", s.redirect)
	s.handle("GET", "/c/{slug}/{path...}", s.redirect)

	s.handle("GET", "/{lang}/{$}", s.index)
	s.handle("GET", "/{lang}/sign-in", s.signIn)
	s.handle("POST", "/{lang}/sign-in", s.postSignIn)
	s.handle("POST", "/{lang}/sign-in/code", s.postCode)
	s.handle("GET", "/{lang}/sign-in/{token}", s.confirm)
	s.handle("POST", "/{lang}/sign-in/{token}", s.postConfirm)
	s.handle("POST", "/{lang}/sign-out", s.signOut)
	s.handle("GET", "/{lang}/account", s.accountPage)
	s.handle("POST", "/{lang}/account", s.postAccount)
	s.handle("GET", "/{lang}/check", s.check)
	s.handle("POST", "/{lang}/check", s.postCheck)
	s.handle("GET", "/{lang}/mailbox", s.mailbox)
	s.handle("GET", "/{lang}/demo/{role}", s.demoRole)
	s.handle("POST", "/{lang}/demo/{role}", s.postDemoRole)

	s.handle("GET", "/{lang}/c/{slug}", s.home)
	s.handle("GET", "/{lang}/c/{slug}/documents", s.documents)
	s.handle("GET", "/{lang}/c/{slug}/contributions", s.contributions)
	s.handle("GET", "/{lang}/c/{slug}/contributions.csv", s.contributionsCSV)
	s.handle("GET", "/{lang}/c/{slug}/map", s.mapPage)
	s.handle("GET", "/{lang}/c/{slug}/map.csv", s.mapCSV)
	s.handle("GET", "/{lang}/c/{slug}/map.svg", s.mapSVG)
	s.handle("GET", "/{lang}/c/{slug}/record", s.record)
	s.handle("GET", "/{lang}/c/{slug}/mine", s.mine)
	s.handle("GET", "/{lang}/c/{slug}/live", s.stream)
	s.handle("GET", "/{lang}/c/{slug}/{ref}", s.reference)
	s.handle("GET", "/{lang}/c/{slug}/{ref}/contribute", s.contribute)
	s.handle("POST", "/{lang}/c/{slug}/{ref}/contribute", s.postContribute)
	s.handle("POST", "/{lang}/c/{slug}/{ref}/draft", s.postDraft)
	s.handle("GET", "/{lang}/c/{slug}/{ref}/receipt", s.receipt)
	s.handle("POST", "/{lang}/c/{slug}/{ref}/check", s.postCheckHere)
	s.handle("POST", "/{lang}/c/{slug}/{ref}/withdraw", s.postWithdraw)
	s.handle("POST", "/{lang}/c/{slug}/{ref}/publish", s.postPublish)
	s.handle("POST", "/{lang}/c/{slug}/{ref}/withhold", s.postWithhold)
	s.handle("POST", "/{lang}/c/{slug}/{ref}/redact", s.postRedact)
	s.handle("POST", "/{lang}/c/{slug}/{ref}/erase", s.postErase)
}

// root sends a reader to their language; where there is one conversation, to it.
func (s *Server) root(q *request) error {
	q.w.Header().Set("Vary", "Accept-Language, Cookie")
	to := "/" + string(q.preferred()) + "/"
	if slugs := s.Sec.Conversations(); len(slugs) == 1 {
		to += "c/" + slugs[0]
	}
	http.Redirect(q.w, q.Request, to, http.StatusFound)
	return nil
}

// redirect sends an address without a language to one with.
func (s *Server) redirect(q *request) error {
	q.w.Header().Set("Vary", "Accept-Language, Cookie")
	to := "/" + string(q.preferred()) + q.URL.EscapedPath()
	if q.URL.RawQuery != "" {
		to += "?" + q.URL.RawQuery
	}
	http.Redirect(q.w, q.Request, to, http.StatusFound)
	return nil
}

// health says whether the instance can be read and written.
func (s *Server) health(q *request) error {
	q.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	for _, slug := range s.Sec.Conversations() {
		if err := s.Sec.Halted(slug); err != nil {
			q.w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = q.w.Write([]byte("read only: " + slug + "\n"))
			return nil
		}
	}
	_, _ = q.w.Write([]byte("ok\n"))
	return nil
}

func (s *Server) robots(q *request) error {
	q.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = q.w.Write([]byte("User-agent: *\nDisallow: /*/sign-in\nDisallow: /*/mailbox\nDisallow: /*/contribute\n"))
	return nil
}

var assetTypes = map[string]string{"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}

// static serves an asset under the address that holds its hash, for ever.
func (s *Server) static(q *request) error {
	name := q.PathValue("name")
	b, ok := page.Assets[name]
	if !ok || page.AssetPath(name) != q.URL.Path {
		return notFound()
	}
	h := q.w.Header()
	h.Set("Content-Type", assetTypes[name[strings.LastIndexByte(name, '.')+1:]])
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	key := "a" + q.URL.Path
	if acceptsGzip(q.Request) {
		p := s.cache.get(key)
		if p == nil {
			p = &cached{body: compress(b, gzipWell)}
			s.cache.put(key, p)
		}
		h.Set("Content-Encoding", "gzip")
		b = p.body
	}
	_, _ = q.w.Write(b)
	return nil
}

// checkpoint serves the signed checkpoint (C2SP tlog-tiles).
func (s *Server) checkpoint(q *request) error {
	b, err := s.Sec.Checkpoint(q.slug)
	if err != nil {
		return err
	}
	h := q.w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	_, _ = q.w.Write(b)
	return nil
}

// tile serves a tile under its C2SP address: <L>/<N>, N in groups of three digits of which all but the
// last begin with x, and ".p/<W>" for a partial one.
func (s *Server) tile(q *request) error {
	level, n, width, ok := parseTile(q.PathValue("path"))
	if !ok {
		return notFound()
	}
	b, err := s.Sec.Tile(q.slug, level, n, width)
	if err != nil {
		return err
	}
	h := q.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = q.w.Write(b)
	return nil
}

func parseTile(path string) (level int, n int64, width int, ok bool) {
	width = 256
	if head, w, partial := strings.Cut(path, ".p/"); partial {
		v, err := strconv.Atoi(w)
		if err != nil || v < 1 || v > 255 || strconv.Itoa(v) != w {
			return
		}
		path, width = head, v
	}
	seg := strings.Split(path, "/")
	if len(seg) < 2 || len(seg) > 6 {
		return
	}
	l, err := strconv.Atoi(seg[0])
	if err != nil || l < 0 || l > 7 || strconv.Itoa(l) != seg[0] {
		return
	}
	for i, s := range seg[1:] {
		last := i == len(seg)-2
		if !last {
			if !strings.HasPrefix(s, "x") {
				return
			}
			s = s[1:]
		}
		if len(s) != 3 || strings.Trim(s, "0123456789") != "" {
			return
		}
		v, _ := strconv.Atoi(s)
		n = n*1000 + int64(v)
	}
	if len(seg) > 2 && seg[1] == "x000" {
		return 0, 0, 0, false
	}
	return l, n, width, true
}

// symbol sends a document symbol to the paper that bears it.
func (s *Server) symbol(q *request) error {
	sym, err := cite.ParseSymbol(q.PathValue("symbol"))
	if err != nil {
		return notFound()
	}
	var ref cite.Ref
	if err := q.look(func(st *conversation.Reading) error {
		r, ok := st.Papers.Symbol(sym)
		if !ok {
			return notFound()
		}
		ref = r
		return nil
	}); err != nil {
		return err
	}
	q.w.Header().Set("Vary", "Accept-Language, Cookie")
	http.Redirect(q.w, q.Request, "/"+string(q.lang)+"/c/"+q.slug+"/"+string(ref), http.StatusFound)
	return nil
}

func (s *Server) index(q *request) error {
	v := &page.Index{}
	for _, slug := range s.Sec.Conversations() {
		if _, err := s.lookIn(q.Context(), slug, conversation.Public, q.received, func(st *conversation.Reading) error {
			v.Conversations = append(v.Conversations, page.NewIndexRow(st, q.lang))
			return nil
		}); err != nil {
			return err
		}
	}
	return q.show(http.StatusOK, v)
}

// look reads the conversation as the reader may see it. What was granted there is what fill may show.
func (q *request) look(f func(*conversation.Reading) error) error {
	_, err := q.lookAt(f)
	return err
}

// lookAt is look, with the position that was read.
func (q *request) lookAt(f func(*conversation.Reading) error) (cite.Position, error) {
	return q.s.lookIn(q.Context(), q.slug, q.audience(), q.received, func(r *conversation.Reading) error {
		q.reading = r
		return f(r)
	})
}

// lookIn lends a conversation to an audience.
func (s *Server) lookIn(ctx context.Context, slug string, a conversation.Audience, now time.Time, f func(*conversation.Reading) error) (cite.Position, error) {
	return s.Sec.Read(ctx, slug, func(st *conversation.State) error {
		if st.Head == 0 {
			return notFound() // its first entry is still being written
		}
		r := conversation.NewReading(st, a, now)
		defer r.Close()
		return f(r)
	})
}

// read builds a view under the read lock for q.page.
func (q *request) read(build func(*conversation.Reading) (page.View, error)) error {
	return q.page(func() (v page.View, err error) {
		err = q.look(func(r *conversation.Reading) (err error) {
			v, err = build(r)
			return err
		})
		return v, err
	})
}

func (s *Server) home(q *request) error {
	q.frame.Section = "home"
	q.liveOn("home", cite.None)
	return q.read(func(st *conversation.Reading) (page.View, error) {
		v := page.NewHome(st, q.lang, s.Demo[q.slug])
		return v, nil
	})
}

func (s *Server) documents(q *request) error {
	q.frame.Section = "documents"
	return q.read(func(st *conversation.Reading) (page.View, error) {
		return page.NewDocuments(st, q.lang), nil
	})
}

// reference answers for a reference: a paper, an element, a call, a contribution, a file.
func (s *Server) reference(q *request) error {
	if strings.HasPrefix(q.PathValue("ref"), "entry-") {
		return s.entry(q)
	}
	ref := q.ref()
	text, second := q.textLanguages()
	switch {
	case ref.Kind() == 'p' && ref.ElementNumber() == 0:
		q.frame.Section = "documents"
		q.liveOn("paper", ref)
		return q.read(func(st *conversation.Reading) (page.View, error) {
			v, ok := page.NewPaper(st, ref, q.lang, text, second)
			if !ok {
				return nil, notFound()
			}
			if was, err := cite.ParseRef(q.URL.Query().Get("was")); err == nil {
				v.Arrive(st, was)
			}
			return v, nil
		})
	case ref.Kind() == 'p':
		q.frame.Section = "documents"
		return q.read(func(st *conversation.Reading) (page.View, error) {
			v, ok := page.NewElementPage(st, ref, q.lang)
			if !ok {
				return nil, notFound()
			}
			return v, nil
		})
	case ref.Kind() == 'k':
		return q.read(func(st *conversation.Reading) (page.View, error) {
			v, ok := page.NewCallPage(st, ref, q.lang)
			if !ok {
				return nil, notFound()
			}
			return v, nil
		})
	case ref.Kind() == 'd':
		return s.disposition(q, ref)
	case ref.Kind() == 'c' && ref.FileNumber() > 0:
		return s.file(q, ref)
	case ref.Kind() == 'c':
		q.frame.Section = "contributions"
		q.frame.Token = nonceUnless(q.anonymous())
		return q.read(func(st *conversation.Reading) (page.View, error) {
			v, ok := page.NewContribution(st, ref, q.lang)
			if !ok {
				return nil, notFound()
			}
			v.Answered(st, q.lang)
			return v, nil
		})
	}
	return notFound()
}

func nonceUnless(no bool) string {
	if no {
		return ""
	}
	return nonce()
}

// textLanguages are the languages of a paper's text: the one asked for, by default the interface's,
// and one beside it.
func (q *request) textLanguages() (text, second locale.Lang) {
	text = q.lang
	if l, ok := locale.Parse(q.URL.Query().Get("text")); ok {
		text = l
	}
	if l, ok := locale.Parse(q.URL.Query().Get("second")); ok && l != text {
		second = l
	}
	return text, second
}

func (s *Server) record(q *request) error {
	q.frame.Section = "record"
	before := cite.Position(0)
	if n, err := strconv.ParseInt(q.URL.Query().Get("before"), 10, 64); err == nil && n > 0 {
		before = cite.Position(n)
	}
	return q.page(func() (page.View, error) {
		v := &page.RecordPage{}
		if err := q.look(func(st *conversation.Reading) error {
			v.Head, v.Tally = st.Head(), st.Consultation.Total()
			v.Holds = v.Tally.Holds()
			return nil
		}); err != nil {
			return nil, err
		}
		v.Origin, v.Key, v.KeyHash = s.Sec.Key(q.slug)
		cp, err := s.Sec.Checkpoint(q.slug)
		if rs := refusal.Of(err); err != nil && (len(rs) == 0 || rs[0].Key != "record.no_checkpoint") {
			return nil, err
		}
		v.Checkpoint = string(cp) // none where the page says that none is signed
		to := v.Head
		if before > 0 {
			to = min(to, before-1)
		}
		from := max(1, to-49)
		entries, err := s.Sec.RecordEntries(q.Context(), q.slug, from, to)
		if err != nil {
			return nil, err
		}
		for i := len(entries) - 1; i >= 0; i-- {
			e := entries[i]
			v.Entries = append(v.Entries, page.RecordRow{Position: e.Position, Time: e.Time, Kind: e.Kind, Line: page.Line(e.Fact, q.lang)})
		}
		if from > 1 {
			v.Before = from
		}
		return v, nil
	})
}

func (s *Server) entry(q *request) error {
	q.frame.Section = "record"
	n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSuffix(q.PathValue("ref"), ".json"), "entry-"), 10, 64)
	if err != nil || n < 1 {
		return notFound()
	}
	p := cite.Position(n)
	return q.page(func() (page.View, error) {
		entries, err := s.Sec.RecordEntries(q.Context(), q.slug, p, p)
		if err != nil {
			return nil, err
		}
		if len(entries) != 1 {
			return nil, notFound()
		}
		e := entries[0]
		v := &page.EntryPage{RecordRow: page.RecordRow{Position: e.Position, Time: e.Time, Kind: e.Kind, Line: page.Line(e.Fact, q.lang)},
			Envelope: string(e.Raw), Leaf: hex.EncodeToString(e.Leaf[:]), HasText: e.Text != nil}
		err = q.look(func(st *conversation.Reading) error {
			_, v.Erased = st.Erased(p)
			// The data of an entry are shown where its subject may be seen.
			if st.MaySeeFact(e.Fact) {
				v.Data, v.DataShow = string(e.Data), true
			}
			return nil
		})
		return v, err
	})
}
