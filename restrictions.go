package plenary

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/poll"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/directory"
	"github.com/openplenary/plenary/transcript"
)

// Restrictions is the list of what was taken away or kept from the public, kept apart from the record: erasures,
// withholdings, withdrawals, redactions, offices and authorities that ended, and, as marks from which nothing follows, what was
// ended beside the records, such as accounts. A backup that is older does not know of them, and would show again what
// must not be shown, or let somebody in who must not come in. So they hold while such an instance may only be read, and are written
// again when it goes on. It holds no words. Of a record it may lag behind by a moment, and what it lacks is added at the next
// start. It says of each record up to where it tells everything.
type Restrictions struct {
	path  string
	wrong error // why what it tells cannot be relied on; nil where it can
	mu    sync.Mutex
	have  map[record.ID]map[cite.Position]bool   // entries that are in the list
	taken map[record.ID]map[string]cite.Position // where what may be given back was taken first
	reach map[record.ID]reach                    // as it stands in the file
}

// reach is a line that says up to which entry of a record the list tells everything. It is as long whatever it says,
// and is written over in its place.
type reach struct {
	Record record.ID     `json:"record"`
	Seen   cite.Position `json:"seen"`
	Lines  int           `json:"lines"` // of the record, up to there
	Sum    uint32        `json:"sum"`   // CRC-32 of all before
	at     int64         // where the line begins
}

func (l reach) sum() uint32 {
	return crc32.ChecksumIEEE(fmt.Appendf(nil, "%s %d %d", l.Record, l.Seen, l.Lines))
}

// line spells the line.
func (l reach) line() string {
	return fmt.Sprintf("{\"record\":%q,\"seen\":%13d,\"lines\":%10d,\"sum\":%10d}\n", l.Record, l.Seen, l.Lines, l.sum())
}

// ErrUnlisted says that entries of a record are missing, and that the list does not tell what they took from view.
var ErrUnlisted = errors.New("what was erased, withheld or redacted in entries that are missing is not known")

// restriction is a line of the list.
type restriction struct {
	Record   record.ID     `json:"record"`
	Position cite.Position `json:"position"`
	Of       cite.Position `json:"of"` // where the contribution stands, 0 where it is about none
	Data     string        `json:"data"`
	Sum      uint32        `json:"sum"` // CRC-32 of all before
}

func (l restriction) sum() uint32 {
	return crc32.ChecksumIEEE(fmt.Appendf(nil, "%s %d %d %s", l.Record, l.Position, l.Of, l.Data))
}

// ending is a line that says that something beside the records was ended.
type ending struct {
	Ended string `json:"ended"` // its mark
	At    int64  `json:"at"`    // in microseconds since 1970
	Sum   uint32 `json:"sum"`   // CRC-32 of all before
}

func (l ending) sum() uint32 {
	return crc32.ChecksumIEEE(fmt.Appendf(nil, "%s %d", l.Ended, l.At))
}

// RestrictionsFile is what the list is called in a data directory.
const RestrictionsFile = "restrictions.jsonl"

// OpenRestrictions reads the list at path, which need not exist; "" is the one in the data directory dir. A line
// that does not fit its checksum is passed over: following the record adds it again.
func OpenRestrictions(dir, path string) (*Restrictions, error) {
	if path == "" {
		path = filepath.Join(dir, RestrictionsFile)
	}
	r := &Restrictions{path: path, have: map[record.ID]map[cite.Position]bool{}, taken: map[record.ID]map[string]cite.Position{}}
	have, err := r.read()
	for _, l := range have.lines {
		r.note(l)
	}
	if r.reach, r.wrong = have.reach, have.wrong; err != nil {
		r.wrong = err
	}
	return r, err
}

// listed is what stands in the file.
type listed struct {
	lines []restriction
	ended []ending
	reach map[record.ID]reach
	wrong error // something in it is not as it was written
}

// read reads the file. Only an error of reading is one: what is wrong with the list is told in what it returns.
func (r *Restrictions) read() (out listed, err error) {
	out.reach = map[record.ID]reach{}
	b, err := os.ReadFile(r.path)
	if errors.Is(err, os.ErrNotExist) {
		out.wrong = fmt.Errorf("%s is missing", r.path)
		return out, nil
	}
	if err != nil {
		return out, err
	}
	if len(bytes.TrimSpace(b)) == 0 {
		out.wrong = fmt.Errorf("%s is empty", r.path)
	}
	n := 0
	for at := int64(0); len(b) > 0; {
		line, rest, _ := bytes.Cut(b, []byte("\n"))
		n++
		if len(bytes.TrimSpace(line)) > 0 && !out.take(line, at) {
			out.wrong = fmt.Errorf("%s is damaged in line %d", r.path, n)
		}
		at, b = at+int64(len(b)-len(rest)), rest
	}
	for id, l := range out.reach {
		if out.count(id, l.Seen) != l.Lines {
			out.wrong = fmt.Errorf("%s is damaged: it has lost lines about the record %s", r.path, id)
		}
	}
	return out, nil
}

// take reads a line that begins at a byte, and reports whether it is sound.
func (x *listed) take(line []byte, at int64) bool {
	var l restriction
	var to reach
	var end ending
	if json.Unmarshal(line, &end) == nil && end.Ended != "" && end.Sum == end.sum() {
		x.ended = append(x.ended, end)
		return true
	}
	if json.Unmarshal(line, &l) != nil || json.Unmarshal(line, &to) != nil || !l.Record.Valid() {
		return false
	}
	if to.at = at; l.Position == 0 && to.Sum == to.sum() {
		x.reach[to.Record] = to
		return true
	}
	if l.Sum != l.sum() {
		return false
	}
	x.lines = append(x.lines, l)
	return true
}

// count counts the lines about a record up to a position.
func (x *listed) count(id record.ID, to cite.Position) (n int) {
	for _, l := range x.lines {
		if l.Record == id && l.Position <= to {
			n++
		}
	}
	return n
}

// note keeps what the following lines depend on.
func (r *Restrictions) note(l restriction) {
	if r.have[l.Record] == nil {
		r.have[l.Record] = map[cite.Position]bool{}
	}
	r.have[l.Record][l.Position] = true
	fact, err := conversation.Decode([]byte(l.Data))
	if err != nil {
		return
	}
	if what, back := takes(fact); what != "" && !back {
		if r.taken[l.Record] == nil {
			r.taken[l.Record] = map[string]cite.Position{}
		}
		if first := r.taken[l.Record][what]; first == 0 || l.Position < first {
			r.taken[l.Record][what] = l.Position
		}
	}
}

// about is the contribution that a fact of the list is about.
func about(fact cite.Fact) cite.Ref { return fact.Describe().Touches[0] }

// takes names what a fact takes away that another may give back, and says whether this one gives it back; "" where it
// is about nothing of the kind. What gives back belongs into the list where it comes after what took away.
func takes(fact cite.Fact) (what string, back bool) {
	if f, ok := fact.(delegation.Changing); ok {
		return f.Changes()
	}
	if kind := fact.Describe().Kind; kind == withheldKind || kind == publishedKind {
		return string(about(fact)), kind == publishedKind
	}
	return "", false
}

var (
	withheldKind  = consultation.ContributionWithheld{}.Describe().Kind
	publishedKind = consultation.ContributionPublished{}.Describe().Kind
)

// restricting are the kinds of fact in the list. The first thing that each touches is a contribution, who loses an office, or where else something is gone.
var restricting = []string{conversation.Erased{}.Describe().Kind, withheldKind, publishedKind,
	consultation.ContributionWithdrawn{}.Describe().Kind, consultation.PassageRedacted{}.Describe().Kind,
	delegation.Revoked{}.Describe().Kind, delegation.Granted{}.Describe().Kind, delegation.Unauthorised{}.Describe().Kind, delegation.Authorised{}.Describe().Kind,
	delegation.HandedOver{}.Describe().Kind, transcript.Erased{}.Describe().Kind, life.DocumentRemoved{}.Describe().Kind,
	accreditation.Retracted{}.Describe().Kind, poll.Returned{}.Describe().Kind}

// Follow adds to the list what is on a conversation's record and not in it, and then what comes, until the context ends (then
// it returns nil) or something fails. Of a record that may only be read it takes nothing: it may be behind.
func (r *Restrictions) Follow(ctx context.Context, s *Secretariat, slug string) error {
	w, err := s.writer(slug)
	if err != nil {
		return err
	}
	for at := cite.Position(0); err == nil; {
		if at, err = r.catchUp(ctx, s, w, at); err == nil {
			err = s.log.Wait(ctx, w.id, at+1)
		}
	}
	if ctx.Err() != nil || errors.Is(err, record.ErrReadOnly) || errors.Is(err, record.ErrDamaged) || errors.Is(err, record.ErrBehind) {
		<-ctx.Done()
		return nil
	}
	return fmt.Errorf("restrictions: %w", err)
}

// Finish adds what was written since Follow looked last at each conversation that it followed: it belongs before the end of a
// server, so that the list tells everything.
func (r *Restrictions) Finish(ctx context.Context, s *Secretariat) error {
	for _, slug := range s.Conversations() {
		w, err := s.writer(slug)
		if err != nil {
			return err
		}
		r.mu.Lock()
		at := r.reach[w.id].Seen
		r.mu.Unlock()
		if at == 0 || s.log.Halted(w.id) != nil {
			continue
		}
		if _, err := r.catchUp(ctx, s, w, at); err != nil {
			return err
		}
	}
	return nil
}

// catchUp adds what became durable after a position, says in the list up to where it tells everything, and returns that.
func (r *Restrictions) catchUp(ctx context.Context, s *Secretariat, w *writer, after cite.Position) (cite.Position, error) {
	if err := s.log.Halted(w.id); err != nil {
		return after, err
	}
	at, err := r.pass(ctx, s, w, after)
	if err != nil {
		return at, err
	}
	return at, r.reached(w.id, at)
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

// add appends lines of a record, in their order, synced. What could not be written is not in the list, and is added again.
func (r *Restrictions) add(lines []restriction) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b bytes.Buffer
	var fresh []restriction
	now := map[string]bool{} // what they take away
	for _, l := range lines {
		if r.have[l.Record][l.Position] {
			continue
		}
		fact, err := conversation.Decode([]byte(l.Data))
		if err != nil {
			return err
		}
		l.Sum = l.sum()
		what, back := takes(fact)
		if first := r.taken[l.Record][what]; back && !now[what] && (first == 0 || l.Position < first) {
			continue
		}
		now[what] = now[what] || !back
		fresh = append(fresh, l)
		if err := json.NewEncoder(&b).Encode(l); err != nil {
			return err
		}
	}
	if err := r.append(b.Bytes()); err != nil {
		return err
	}
	for _, l := range fresh {
		r.note(l)
	}
	return nil
}

// append puts lines at the end of the file, synced.
func (r *Restrictions) append(lines []byte) error {
	_, err := directory.Append(r.path, lines)
	return err
}

// End adds that things beside the records were ended at an instant, synced: each is known by a mark, from which nothing follows.
func (r *Restrictions) End(marks []string, at time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b bytes.Buffer
	for _, mark := range marks {
		l := ending{Ended: mark, At: at.UnixMicro()}
		l.Sum = l.sum()
		if err := json.NewEncoder(&b).Encode(l); err != nil {
			return err
		}
	}
	return r.append(b.Bytes())
}

// Ended is what was ended beside the records, by its mark, and when it was last.
func (r *Restrictions) Ended() (map[string]time.Time, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	have, err := r.read()
	out := map[string]time.Time{}
	for _, l := range have.ended {
		if at := time.UnixMicro(l.At).UTC(); at.After(out[l.Ended]) {
			out[l.Ended] = at
		}
	}
	return out, err
}

// Missing counts what is on a conversation's record and not in the list. Beside a server it may be some that are being
// added just now.
func (r *Restrictions) Missing(ctx context.Context, s *Secretariat, slug string) (n int, err error) {
	w, err := s.writer(slug)
	if err != nil {
		return 0, err
	}
	taken := map[string]bool{}
	err = s.RecordEntriesOf(ctx, slug, 1, restricting, func(e RecordEntry) error {
		what, back := takes(e.Fact)
		if back && !taken[what] {
			return nil
		}
		taken[what] = true
		if !r.have[w.id][e.Position] {
			n++
		}
		return nil
	})
	return n, err
}

// reached says in the file that it tells everything about a record up to a position. Like a high mark it is not synced: it may
// lag behind, and never leads, because the lines were synced before. The first time it also takes out of the file what
// is damaged: what that said has been added again.
func (r *Restrictions) reached(id record.ID, to cite.Position) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.wrong != nil {
		have, err := r.read()
		if err != nil {
			return err
		}
		have.reach = nil // of records that were not compared yet nothing is known
		if err := r.replace(have); err != nil {
			return err
		}
	}
	l := reach{Record: id, Seen: to, at: r.reach[id].at}
	for p := range r.have[id] {
		if p <= to {
			l.Lines++
		}
	}
	was, there := r.reach[id]
	if there && was.Seen == l.Seen && was.Lines == l.Lines {
		return nil
	}
	if !there {
		at, err := directory.Append(r.path, []byte(l.line()))
		if l.at = at; err == nil {
			r.reach[id] = l
		}
		return err
	}
	f, err := os.OpenFile(r.path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err = f.WriteAt([]byte(l.line()), l.at); err == nil {
		r.reach[id] = l
	}
	return errors.Join(err, f.Close())
}

// lost lists what was taken away in entries of a record that are missing: after a position, up to the last that was
// acknowledged, where that is known. ErrUnlisted says that the list cannot tell, and why.
func (r *Restrictions) lost(id record.ID, after, to cite.Position) ([]conversation.Lost, error) {
	if r.wrong != nil {
		return nil, fmt.Errorf("%w: %w; put the newest list back", ErrUnlisted, r.wrong)
	}
	if seen := r.reach[id].Seen; seen < max(after, to) {
		return nil, fmt.Errorf("%w: %s tells of the record %s up to entry %d only; put the newest list there", ErrUnlisted, r.path, id, seen)
	}
	have, err := r.read()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnlisted, err)
	}
	return have.after(id, after), nil
}

// after lists what was taken away in entries of a record after a position, in their order.
func (x *listed) after(id record.ID, p cite.Position) (out []conversation.Lost) {
	var lines []restriction
	for _, l := range x.lines {
		if l.Record == id && l.Position > p {
			lines = append(lines, l)
		}
	}
	// A line that was damaged was added again at the end.
	slices.SortStableFunc(lines, func(a, b restriction) int { return cmp.Compare(a.Position, b.Position) })
	for _, l := range lines {
		out = append(out, conversation.Lost{Of: l.Of, Data: l.Data})
	}
	return out
}

// cut takes lines after the heads of records out of the list: those positions will be others'.
func (r *Restrictions) cut(heads map[record.ID]cite.Position) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	have, err := r.read()
	if err != nil {
		return err
	}
	if have.wrong != nil {
		have.reach = nil // each is compared with its record at the next start
	}
	have.lines = slices.DeleteFunc(have.lines, func(l restriction) bool {
		head, ok := heads[l.Record]
		return ok && l.Position > head
	})
	for id, l := range have.reach {
		if head, ok := heads[id]; ok {
			l.Seen = min(l.Seen, head)
			l.Lines = have.count(id, l.Seen)
			have.reach[id] = l
		}
	}
	return r.replace(have)
}

// replace puts another list in the place of the file.
func (r *Restrictions) replace(with listed) error {
	var b bytes.Buffer
	for _, l := range with.lines {
		if err := json.NewEncoder(&b).Encode(l); err != nil {
			return err
		}
	}
	for _, l := range with.ended {
		if err := json.NewEncoder(&b).Encode(l); err != nil {
			return err
		}
	}
	reaches := map[record.ID]reach{}
	for id, l := range with.reach {
		l.at = int64(b.Len())
		b.WriteString(l.line())
		reaches[id] = l
	}
	next := r.path + ".next"
	if err := os.Remove(next); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := record.WriteSynced(next, b.Bytes()); err != nil {
		return err
	}
	if err := os.Rename(next, r.path); err != nil {
		return err
	}
	r.reach, r.wrong = reaches, nil
	return nil
}
