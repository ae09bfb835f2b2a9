package web

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

func (q *request) record() error {
	q.Frame.Section = "record"
	before := serve.Params[recordQuery](q.Request).Before
	return q.Page(func() (frame.View, error) {
		v := &home.Record{}
		if err := q.Look(func(st *conversation.Reading) error {
			v.Head, v.Tally = st.Head(), st.Consultation.Total()
			v.Holds = v.Tally.Holds()
			return nil
		}); err != nil {
			return nil, err
		}
		v.Origin, v.Key, v.KeyHash = q.Server.Sec.Key(q.Slug)
		cp, err := q.Server.Sec.Checkpoint(q.Slug)
		if rs := refusal.Of(err); err != nil && (len(rs) == 0 || rs[0].Key != "record.no_checkpoint") {
			return nil, err
		}
		v.Checkpoint = string(cp) // none where the page says that none is signed
		to := v.Head
		if before > 0 {
			to = min(to, before-1)
		}
		from := max(1, to-49)
		entries, err := q.Server.Sec.RecordEntries(q.Context(), q.Slug, from, to)
		if err != nil {
			return nil, err
		}
		for i := len(entries) - 1; i >= 0; i-- {
			e := entries[i]
			v.Entries = append(v.Entries, home.EntryRow{Position: e.Position, Time: e.Time, Kind: e.Kind, Line: home.Line(e.Fact, q.Lang)})
		}
		if from > 1 {
			v.Before = from
		}
		return v, nil
	})
}

func (q *request) entry() error {
	q.Frame.Section = "record"
	n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSuffix(q.PathValue("ref"), ".json"), "entry-"), 10, 64)
	if err != nil || n < 1 {
		return serve.NotFound()
	}
	p := cite.Position(n)
	return q.Page(func() (frame.View, error) {
		entries, err := q.Server.Sec.RecordEntries(q.Context(), q.Slug, p, p)
		if err != nil {
			return nil, err
		}
		if len(entries) != 1 {
			return nil, serve.NotFound()
		}
		e := entries[0]
		v := &home.Entry{EntryRow: home.EntryRow{Position: e.Position, Time: e.Time, Kind: e.Kind, Line: home.Line(e.Fact, q.Lang)},
			Envelope: string(e.Raw), Leaf: hex.EncodeToString(e.Leaf[:]), HasText: e.Text != nil}
		err = q.Look(func(st *conversation.Reading) error {
			v.Last = p >= st.Head()
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

// checkpoint serves the signed checkpoint (C2SP tlog-tiles).
func (q *request) checkpoint() error {
	b, err := q.Server.Sec.Checkpoint(q.Slug)
	if err != nil {
		return err
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	forAnyVerifier(h)
	_, _ = q.Writer.Write(b)
	return nil
}

// forAnyVerifier lets a page of any site read the log: a verifier that runs in a browser, on a site that is not ours.
// Nothing in the log is anybody's own.
func forAnyVerifier(h http.Header) { h.Set("Access-Control-Allow-Origin", "*") }

// logRoot says what the root of the first entries is, in the two lines that stand in a checkpoint: whoever kept one, or a
// letter to a witness, compares them by eye.
func (q *request) logRoot() error {
	size, err := strconv.ParseInt(q.PathValue("size"), 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != q.PathValue("size") {
		return serve.NotFound()
	}
	root, err := q.Server.Sec.Root(q.Slug, size)
	if err != nil {
		return err
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	forAnyVerifier(h)
	_, _ = fmt.Fprintf(q.Writer, "%d\n%s\n", size, root)
	return nil
}

// tile serves a tile under its C2SP address: <L>/<N>, N in groups of three digits of which all but the
// last begin with x, and ".p/<W>" for a partial one.
func (q *request) tile() error {
	level, n, width, ok := parseTile(q.PathValue("path"))
	if !ok {
		return serve.NotFound()
	}
	b, err := q.Server.Sec.Tile(q.Slug, level, n, width)
	if err != nil {
		return err
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	forAnyVerifier(h)
	_, _ = q.Writer.Write(b)
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
