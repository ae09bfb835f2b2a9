package plenary

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"sync"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/record"
)

// Restrictions is the list of what was taken away or kept from the public, kept apart from the record: erasures,
// withholdings, withdrawals and redactions. A backup that is older does not know of them, and would show again what
// must not be shown. So they are written again when an instance that was restored goes on. It holds no words. It may
// lag behind the record by a moment, and what it lacks is added at the next start.
type Restrictions struct {
	path string
	mu   sync.Mutex
	have map[record.ID]map[cite.Position]bool // entries that are in the list
	held map[record.ID]map[cite.Ref]bool      // contributions that were withheld
}

// restriction is a line of the list.
type restriction struct {
	Record   record.ID     `json:"record"`
	Position cite.Position `json:"position"`
	Of       cite.Position `json:"of"` // where the contribution stands
	Data     string        `json:"data"`
	Sum      uint32        `json:"sum"` // CRC-32 of all before
}

func (l restriction) sum() uint32 {
	return crc32.ChecksumIEEE(fmt.Appendf(nil, "%s %d %d %s", l.Record, l.Position, l.Of, l.Data))
}

// RestrictionsFile is what the list is called in a data directory.
const RestrictionsFile = "restrictions.jsonl"

// OpenRestrictions reads the list at path, which need not exist; "" is the one in the data directory dir. A line
// that does not fit its checksum is passed over: following the record adds it again.
func OpenRestrictions(dir, path string) (*Restrictions, error) {
	if path == "" {
		path = filepath.Join(dir, RestrictionsFile)
	}
	r := &Restrictions{path: path, have: map[record.ID]map[cite.Position]bool{}, held: map[record.ID]map[cite.Ref]bool{}}
	lines, err := r.read()
	for _, l := range lines {
		r.note(l)
	}
	return r, err
}

func (r *Restrictions) read() (out []restriction, err error) {
	b, err := os.ReadFile(r.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s := bufio.NewScanner(bytes.NewReader(b))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var l restriction
		if err := json.Unmarshal(s.Bytes(), &l); err == nil && l.Record.Valid() && l.Sum == l.sum() {
			out = append(out, l)
		}
	}
	return out, s.Err()
}

// note keeps what the following lines depend on.
func (r *Restrictions) note(l restriction) {
	if r.have[l.Record] == nil {
		r.have[l.Record] = map[cite.Position]bool{}
	}
	r.have[l.Record][l.Position] = true
	if fact, err := conversation.Decode([]byte(l.Data)); err == nil && fact.Describe().Kind == withheldKind {
		if r.held[l.Record] == nil {
			r.held[l.Record] = map[cite.Ref]bool{}
		}
		r.held[l.Record][about(fact)] = true
	}
}

// about is the contribution that a fact of the list is about.
func about(fact cite.Fact) cite.Ref { return fact.Describe().Touches[0] }

// What decides whether a publication belongs into the list: one that comes after a withholding does.
var (
	withheldKind  = consultation.ContributionWithheld{}.Describe().Kind
	publishedKind = consultation.ContributionPublished{}.Describe().Kind
)

// restricting are the kinds of fact in the list. The first thing that each touches is a contribution.
var restricting = []string{conversation.Erased{}.Describe().Kind, withheldKind, publishedKind, consultation.ContributionWithdrawn{}.Describe().Kind,
	consultation.PassageRedacted{}.Describe().Kind}

// Follow adds to the list what is on a conversation's record and not in it, and then what comes, until the context ends (then
// it returns nil) or something fails. Of a record that may only be read it takes nothing: it may be behind.
func (r *Restrictions) Follow(ctx context.Context, s *Secretariat, slug string) error {
	w, err := s.writer(slug)
	if err != nil {
		return err
	}
	for at := cite.Position(0); err == nil; {
		if err = s.log.Halted(w.id); err == nil {
			at, err = r.pass(ctx, s, w, at)
		}
		if err == nil {
			err = s.log.Wait(ctx, w.id, at+1)
		}
	}
	if ctx.Err() != nil || errors.Is(err, record.ErrReadOnly) || errors.Is(err, record.ErrDamaged) || errors.Is(err, record.ErrBehind) {
		<-ctx.Done()
		return nil
	}
	return fmt.Errorf("restrictions: %w", err)
}

// pass adds what became durable after a position, and says how far it came.
func (r *Restrictions) pass(ctx context.Context, s *Secretariat, w *writer, after cite.Position) (cite.Position, error) {
	to := max(after, s.Durable(w.slug))
	var lines []restriction
	err := s.RecordEntriesOf(ctx, w.slug, after+1, restricting, func(e RecordEntry) error {
		lines = append(lines, restriction{Record: w.id, Position: e.Position, Data: string(e.Data)})
		to = max(to, e.Position)
		return nil
	})
	if err != nil || len(lines) == 0 {
		return to, err
	}
	if _, err := s.Read(ctx, w.slug, func(st *conversation.State) error {
		for i, l := range lines {
			fact, err := conversation.Decode([]byte(l.Data))
			if err != nil {
				return err
			}
			row, _ := st.Consultation.Row(about(fact))
			lines[i].Of = row.Position
		}
		return nil
	}); err != nil {
		return after, err
	}
	return to, r.add(lines)
}

// add appends lines, synced.
func (r *Restrictions) add(lines []restriction) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b bytes.Buffer
	for _, l := range lines {
		if r.have[l.Record][l.Position] {
			continue
		}
		fact, err := conversation.Decode([]byte(l.Data))
		if err != nil {
			return err
		}
		l.Sum = l.sum()
		if fact.Describe().Kind == publishedKind && !r.held[l.Record][about(fact)] {
			continue
		}
		r.note(l)
		if err := json.NewEncoder(&b).Encode(l); err != nil {
			return err
		}
	}
	if b.Len() == 0 {
		return nil
	}
	f, err := os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append([]byte("\n"), b.Bytes()...)) // the line before may have been cut short
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// Missing counts what is on a conversation's record and not in the list. Beside a server it may be some that are being
// added just now.
func (r *Restrictions) Missing(ctx context.Context, s *Secretariat, slug string) (n int, err error) {
	w, err := s.writer(slug)
	if err != nil {
		return 0, err
	}
	held := map[cite.Ref]bool{}
	err = s.RecordEntriesOf(ctx, slug, 1, restricting, func(e RecordEntry) error {
		held[about(e.Fact)] = held[about(e.Fact)] || e.Kind == withheldKind
		if e.Kind == publishedKind && !held[about(e.Fact)] {
			return nil
		}
		if !r.have[w.id][e.Position] {
			n++
		}
		return nil
	})
	return n, err
}

// after lists what was taken away in entries of a record after a position.
func (r *Restrictions) after(id record.ID, p cite.Position) (out []conversation.Lost, err error) {
	lines, err := r.read()
	for _, l := range lines {
		if l.Record == id && l.Position > p {
			out = append(out, conversation.Lost{Of: l.Of, Data: l.Data})
		}
	}
	return out, err
}

// cut takes lines after the heads of records out of the list: those positions will be others'.
func (r *Restrictions) cut(heads map[record.ID]cite.Position) error {
	lines, err := r.read()
	if err != nil || len(lines) == 0 {
		return err
	}
	var b bytes.Buffer
	for _, l := range lines {
		if head, ok := heads[l.Record]; !ok || l.Position <= head {
			if err := json.NewEncoder(&b).Encode(l); err != nil {
				return err
			}
		}
	}
	next := r.path + ".next"
	if err := os.Remove(next); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := record.WriteSynced(next, b.Bytes()); err != nil {
		return err
	}
	return os.Rename(next, r.path)
}
