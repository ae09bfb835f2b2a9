package web

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/verifier"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// The bounds of a page of the record: how many acts it shows, and among how many it looks for them.
const (
	actsPage   = 50
	actsWithin = 4000
	searches   = 3
)

func (q *request) record() error {
	q.Frame.Section = "record"
	chosen := serve.Params[recordQuery](q.Request)
	return q.Page(func() (frame.View, error) {
		v := &home.Record{Chosen: home.RecordChoice{Kind: chosen.Kind, Day: string(chosen.Day), Before: chosen.Before}}
		v.Origin, v.Key, v.KeyHash = q.Server.Sec.Key(q.Slug)
		cp, err := q.Server.Sec.Checkpoint(q.Slug)
		if rs := refusal.Of(err); err != nil && (len(rs) == 0 || rs[0].Key != "record.no_checkpoint") {
			return nil, err
		}
		v.Checkpoint = string(cp) // none where the page says that none is signed
		officer := q.Audience().Roles.Has(delegation.Officer)
		//mutants:guard whom an act is of is asked by officers alone
		if officer {
			v.Chosen.Who = chosen.Who
		}
		holders, err := q.tellActs(v)
		if err != nil {
			return nil, err
		}
		if !officer {
			return v, nil
		}
		return v, q.nameActs(v, holders)
	})
}

// tellActs finds the acts that were chosen and tells them, and gives those who hold an office. The page rests on the
// reading that tells them. Where something was written between the search and that reading, it is done again: what is kept
// must be what would be made. While people write all the time that never ends: then it is as it stood a moment ago, and is not kept.
func (q *request) tellActs(v *home.Record) (holders []delegation.Participant, err error) {
	for tries := 1; ; tries++ {
		zone := ""
		if err := q.Look(func(st *conversation.Reading) error {
			v.Head, zone = st.Head(), st.Zone
			return nil
		}); err != nil {
			return nil, err
		}
		found, on, err := q.searchRecord(v.Head, v.Chosen, zone)
		if err != nil {
			return nil, err
		}
		holders, v.Entries, v.Before = nil, nil, on
		same := false
		if err := q.Look(func(st *conversation.Reading) error {
			v.Tally = st.Consultation.Total()
			v.Holds = v.Tally.Holds()
			same = st.Head() == v.Head
			for _, e := range found {
				row := home.EntryRow{Position: e.Position, Time: e.Time, Kind: e.Kind, Line: home.Line(e.Fact, q.Lang)}
				v.Entries = append(v.Entries, home.NewAct(st, row, e.Fact, q.Lang))
			}
			for _, role := range delegation.Roles() {
				holders = append(holders, st.Roll.Holders(role)...)
			}
			return nil
		}); err != nil || same {
			return holders, err
		}
		if err := q.Context().Err(); err != nil {
			return nil, err
		}
		if tries == searches {
			q.Passing()
			return holders, nil
		}
	}
}

// searchRecord finds the entries that were chosen, the newest first, and the position before which to go on.
func (q *request) searchRecord(head cite.Position, c home.RecordChoice, zone string) ([]plenary.RecordEntry, cite.Position, error) {
	s := plenary.Search{Before: c.Before, Most: actsPage, Within: actsWithin}
	var from, to time.Time
	if c.Day != "" {
		day, err := time.ParseInLocation(time.DateOnly, c.Day, frame.InZone(q.Received, zone).Location())
		if err != nil {
			return nil, 0, refusal.New(refusal.Invalid, "form.unreadable")
		}
		from, to = day, day.AddDate(0, 0, 1)
	}
	if c.Day != "" && !q.Frame.Demo { // the record's own times are those that are shown: they never go back
		end, err := q.Server.Sec.FirstAt(q.Context(), q.Slug, head, to)
		if err != nil {
			return nil, 0, err
		}
		if s.Before == 0 || s.Before > end {
			s.Before = end
		}
		s.Done = func(e plenary.RecordEntry) bool { return e.Time.Before(from) }
	}
	s.Wants = func(e plenary.RecordEntry) bool {
		if c.Kind != "" && home.ActKind(e.Kind) != c.Kind || c.Who != cite.None && !bytes.Contains(e.Data, []byte(`"`+c.Who+`"`)) {
			return false
		}
		if c.Day == "" && c.Who == cite.None {
			return true
		}
		fact, err := conversation.Decode(e.Data)
		if err != nil {
			return true // and the reader is told
		}
		row := home.EntryRow{Position: e.Position, Time: e.Time, Kind: e.Kind, Line: home.Line(fact, q.Lang)}
		if at := row.Shown(q.Frame.Demo); c.Day != "" && (at.Before(from) || !at.Before(to)) {
			return false
		}
		return c.Who == cite.None || home.Doer(e.Kind, fact).Ref() == c.Who
	}
	if !c.Chosen() {
		s.Wants = nil
	}
	return q.Server.Sec.Entries(q.Context(), q.Slug, head, s)
}

// nameActs tells an officer who acted in an office, and offers those who hold one to choose from: by the address that
// they were invited by.
func (q *request) nameActs(v *home.Record, holders []delegation.Participant) error {
	names := map[delegation.Participant]string{}
	name := func(p delegation.Participant) (string, error) {
		if s, known := names[p]; known || p == 0 || q.Server.Accounts == nil {
			return s, nil
		}
		email, _, _, err := q.Server.Accounts.AddressOf(q.Context(), q.Slug, uint64(p))
		names[p] = email
		return email, err
	}
	for _, a := range v.Entries {
		var err error
		if a.Name, err = name(a.By()); err != nil {
			return err
		}
	}
	slices.Sort(holders)
	for _, p := range slices.Compact(holders) {
		s, err := name(p)
		if err != nil {
			return err
		}
		if s != "" {
			v.People = append(v.People, frame.Choice{ID: string(p.Ref()), Name: s})
		}
	}
	return nil
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

// verifierSource sends a program that checks receipts, as source.
func (q *request) verifierSource() error {
	b, err := verifier.Source()
	if err != nil {
		return err
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="verify.zip"`)
	h.Set("Cache-Control", "no-cache")
	if !q.Unchanged(serve.ETag(b)) {
		_, _ = q.Writer.Write(b)
	}
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
