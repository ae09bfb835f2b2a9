package web

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/page/papers"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/refusal"
)

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

// health says whether the instance can be read and written, a line for each thing that is wrong; why stands in the
// log of the server, because it names what only those who look after it need.
func (s *Server) health(q *request) error {
	var wrong []string
	if s.NoRoom != nil && s.NoRoom() {
		wrong = append(wrong, "disk full: nothing can be written until there is room")
	}
	for _, slug := range s.Sec.Conversations() {
		switch at := s.Sec.Standing(slug); {
		case at.Unread > 0:
			wrong = append(wrong, fmt.Sprintf("not shown: %s: its record cannot be read from entry %d on", slug, at.Unread))
		case at.Behind && at.To > 0:
			wrong = append(wrong, fmt.Sprintf("read only: %s: entries %d to %d are missing", slug, at.From, at.To))
		case at.Behind:
			wrong = append(wrong, fmt.Sprintf("read only: %s: restored, entries from %d on may be missing", slug, at.From))
		case at.ReadOnly != nil:
			wrong = append(wrong, "read only: "+slug+": damage was found")
		}
	}
	if len(wrong) == 0 && s.Sec.Damage() != nil {
		wrong = append(wrong, "read only: damage was found")
	}
	q.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if len(wrong) > 0 {
		q.w.WriteHeader(http.StatusServiceUnavailable)
	} else {
		wrong = []string{"ok"}
	}
	_, _ = q.w.Write([]byte(strings.Join(wrong, "\n") + "\n"))
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
	b, ok := frame.Assets[name]
	if !ok || frame.AssetPath(name) != q.URL.Path {
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
	forAnyVerifier(h)
	_, _ = q.w.Write(b)
	return nil
}

// forAnyVerifier lets a page of any site read the log: a verifier that runs in a browser, on a site that is not ours.
// Nothing in the log is anybody's own.
func forAnyVerifier(h http.Header) { h.Set("Access-Control-Allow-Origin", "*") }

// logRoot says what the root of the first entries is, in the two lines that stand in a checkpoint: whoever kept one, or a
// letter to a witness, compares them by eye.
func (s *Server) logRoot(q *request) error {
	size, err := strconv.ParseInt(q.PathValue("size"), 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != q.PathValue("size") {
		return notFound()
	}
	root, err := s.Sec.Root(q.slug, size)
	if err != nil {
		return err
	}
	h := q.w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	forAnyVerifier(h)
	_, _ = fmt.Fprintf(q.w, "%d\n%s\n", size, root)
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
	forAnyVerifier(h)
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
	v := &home.Index{}
	q.frame.ReadOnly = s.Sec.Damage() != nil
	for _, slug := range s.Sec.Conversations() {
		if at := s.Sec.Standing(slug).Unread; at > 0 {
			v.Unread = append(v.Unread, home.Unread{Conversation: slug, From: at})
			continue
		}
		if _, err := s.lookIn(q.Context(), slug, conversation.Public, q.received, func(st *conversation.Reading) error {
			v.Conversations = append(v.Conversations, part.NewConversationRow(st, q.lang))
			return nil
		}); err != nil {
			return err
		}
	}
	return q.show(http.StatusOK, v)
}

func (s *Server) home(q *request) error {
	q.frame.Section = "home"
	q.liveOn("home", cite.None)
	return q.read(func(st *conversation.Reading) (frame.View, error) {
		v := home.New(st, q.lang, s.Demo[q.slug])
		return v, nil
	})
}

func (s *Server) documents(q *request) error {
	q.frame.Section = "documents"
	return q.read(func(st *conversation.Reading) (frame.View, error) {
		return home.NewDocuments(st, q.lang), nil
	})
}

// reference answers for a reference: a paper, an element, a call, a contribution, a file.
func (s *Server) reference(q *request) error {
	if strings.HasPrefix(q.PathValue("ref"), "entry-") {
		return s.entry(q)
	}
	ref := q.ref()
	p := params[referenceQuery](q)
	text, second := p.languages(q.lang)
	switch {
	case ref.Kind() == 'p' && ref.ElementNumber() == 0:
		q.frame.Section = "documents"
		q.liveOn("paper", ref)
		return q.read(func(st *conversation.Reading) (frame.View, error) {
			v, ok := papers.NewPaper(st, ref, q.lang, text, second)
			if !ok {
				return nil, notFound()
			}
			if p.Was != cite.None {
				v.Arrive(st, p.Was)
			}
			return v, nil
		})
	case ref.Kind() == 'p':
		q.frame.Section = "documents"
		return q.read(func(st *conversation.Reading) (frame.View, error) {
			v, ok := papers.NewElementPage(st, ref, q.lang)
			if !ok {
				return nil, notFound()
			}
			return v, nil
		})
	case ref.Kind() == 'k':
		return q.read(func(st *conversation.Reading) (frame.View, error) {
			v, ok := consult.NewCallPage(st, ref, q.lang)
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
		return q.read(func(st *conversation.Reading) (frame.View, error) {
			v, ok := consult.NewContributionPage(st, ref, q.lang)
			if !ok {
				return nil, notFound()
			}
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

func (s *Server) record(q *request) error {
	q.frame.Section = "record"
	before := params[recordQuery](q).Before
	return q.page(func() (frame.View, error) {
		v := &home.Record{}
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
			v.Entries = append(v.Entries, home.EntryRow{Position: e.Position, Time: e.Time, Kind: e.Kind, Line: home.Line(e.Fact, q.lang)})
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
	return q.page(func() (frame.View, error) {
		entries, err := s.Sec.RecordEntries(q.Context(), q.slug, p, p)
		if err != nil {
			return nil, err
		}
		if len(entries) != 1 {
			return nil, notFound()
		}
		e := entries[0]
		v := &home.Entry{EntryRow: home.EntryRow{Position: e.Position, Time: e.Time, Kind: e.Kind, Line: home.Line(e.Fact, q.lang)},
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
