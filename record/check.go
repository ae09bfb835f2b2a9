package record

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record/merkle"
	"golang.org/x/mod/sumdb/tlog"
)

// Load reads a record from the beginning, checks it and hands each entry to each, in order. It
// checks: dense positions, times that never go back, the tree and every stored tile against the
// envelopes, every data commitment, the texts of the last entries (a text that is missing must have been
// erased by an entry that says so), the last stored checkpoints with their signatures, and that the record is not
// shorter than its high mark or than what was signed. What is wrong is returned wrapped in ErrDamaged after everything readable was
// handed on; the record then stays readable and refuses turns. It is called once, before any turn.
func (l *Log) Load(ctx context.Context, id ID, each func(Entry) error) error {
	return l.LoadFrom(ctx, id, Start{}, each)
}

// LoadFrom is Load from a start on: what stands before it is not read, and is looked at by Recheck later. ErrOtherStart comes before anything
// was handed on; the record is then still to be loaded.
func (l *Log) LoadFrom(ctx context.Context, id ID, from Start, each func(Entry) error) error {
	d, err := l.state(id)
	if err != nil {
		return err
	}
	x, err := l.examinationFrom(id, from)
	if err != nil {
		return err
	}
	found := x.all(ctx, lastPoints, each)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if found == nil {
		head := cite.Position(x.tree.Size())
		found = l.checkTexts(ctx, id, max(1, head-lastTexts+1), head, x.erased)
	}
	if errors.Is(found, ErrAway) { // what was read of it is no record
		return found
	}
	d.loadedFrom(x)
	if found != nil {
		l.Halt(id, found)
		return found
	}
	if l.allSound() {
		if found = l.checkTokens(); found == nil {
			found = l.engine.MarkVerified()
		}
		if found != nil {
			l.Halt(id, found)
		}
	}
	return found
}

// checkTokens compares the outcomes that are stored with how many there were.
func (l *Log) checkTokens() error {
	if l.high == nil || l.resume {
		return nil
	}
	want := l.high.Tokens() // first: beside a writer, what is read after it is never less
	got, err := l.engine.LastToken()
	if err == nil && got < want {
		err = fmt.Errorf("%w: %d outcomes of requests are stored, %d were: who sends again would be answered twice", ErrDamaged, got, want)
	}
	return err
}

// loadedFrom takes over what an examination read.
func (d *recordState) loadedFrom(x *examination) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ahead, d.last, d.durable, d.root, d.loaded, d.erased = x.tree, x.last, cite.Position(x.tree.Size()), x.tree.Root(), true, x.erased
	d.unread, d.behind = x.unread(), x.behind
	d.own.Store(x.tree.Size())
}

// allSound notes that one more record was found sound, and reports whether all are.
func (l *Log) allSound() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unread--
	return l.unread == 0 && l.damage == nil
}

// erasures are the positions whose texts an entry says were erased, as far as that was read.
type erasures struct {
	mu   sync.Mutex
	at   map[cite.Position]bool
	upTo cite.Position
}

func newErasures() *erasures { return &erasures{at: map[cite.Position]bool{}} }

// add notes positions and returns those that are new.
func (t *erasures) add(ps ...cite.Position) (added []cite.Position) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range ps {
		if !t.at[p] {
			t.at[p] = true
			added = append(added, p)
		}
	}
	return added
}

// all lists them.
func (t *erasures) all() []cite.Position {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Sorted(maps.Keys(t.at))
}

func (t *erasures) remove(ps []cite.Position) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range ps {
		delete(t.at, p)
	}
}

// readTo says that the entries up to a position were read.
func (t *erasures) readTo(p cite.Position) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.upTo = max(t.upTo, p)
}

// has reports whether a text is known to be erased, and up to where that was read.
func (t *erasures) has(p cite.Position) (bool, cite.Position) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.at[p], t.upTo
}

// wasErased reports whether the text at a position was erased. Where another process writes, the entry that
// says so may be newer than what was read.
func (l *Log) wasErased(ctx context.Context, id ID, t *erasures, p cite.Position) (bool, error) {
	known, upTo := t.has(p)
	if known {
		return true, nil
	}
	head, err := l.engine.Head(id)
	if err != nil {
		return false, err
	}
	later := newErasures()
	err = l.scan(ctx, id, upTo+1, head, func(c *checkedRow) error {
		if c.err == nil {
			later.add(l.erasedBy(c.entry.Data)...)
		}
		return nil
	})
	if errors.Is(err, ErrNoEntry) || errors.Is(err, ErrDamaged) {
		err = nil // what cannot be read says nothing
	}
	return later.at[p], err
}

// examination is the reading and checking of a record from a position on.
type examination struct {
	log    *Log
	id     ID
	tree   *merkle.Tree // of the entries read so far
	last   time.Time    // of the last of them
	erased *erasures
	going  bool // of what others wrote a moment ago, while this log writes too

	highAt   cite.Position // the high mark; 0 for none
	highRoot tlog.Hash

	points map[int64]Checkpoint // stored checkpoints whose roots are compared, by size

	gap    bool          // an entry could not be read
	gapAt  cite.Position // the first of them
	tileAt cite.Position // the first entry below a tile that does not agree
	atHigh bool          // the tree had the root of the high mark
	behind cite.Position // how many entries were acknowledged or signed, where there are fewer
	found  error         // the first thing that is wrong
}

// unread is the first entry that could not be read or cannot be trusted, 0 where there is none. A tile that does
// not agree is wrong itself where the root of the high mark vouches for the entries.
func (x *examination) unread() cite.Position {
	switch {
	case x.gapAt > 0:
		return x.gapAt
	case x.tileAt > 0 && (!x.atHigh || x.tileAt > x.highAt):
		return x.tileAt
	case x.highAt > 0 && !x.atHigh && x.tree.Size() >= int64(x.highAt):
		return 1 // the tree had another root: something was changed, and nobody knows what
	}
	return 0
}

func (x *examination) wrong(format string, args ...any) {
	if x.found == nil {
		x.found = fmt.Errorf("%w: "+format, append([]any{ErrDamaged}, args...)...)
	}
}

// away notes that the storage could not be reached: then nothing is known to be wrong. It reports whether that is so.
func (x *examination) away(err error) bool {
	is := errors.Is(err, ErrAway)
	if is && x.found == nil {
		x.found = err
	}
	return is
}

// wrongly says that stored bytes are not what was written, unless the storage could not be reached.
func wrongly(err error) error {
	if errors.Is(err, ErrAway) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// tile compares a tile that the entries give with the stored one.
func (x *examination) tile(want merkle.Tile) {
	got, err := x.log.engine.Tile(x.id, want.Level, want.N)
	if x.away(err) {
		return
	}
	if err != nil || len(got) < len(want.Hashes) || !bytes.Equal(got[:len(want.Hashes)], want.Hashes) {
		x.wrong("tile %d/%d does not agree with the entries", want.Level, want.N)
		if first := cite.Position(want.N<<(uint(want.Level+1)*merkle.Height)) + 1; x.tileAt == 0 || first < x.tileAt {
			x.tileAt = first
		}
	}
}

// grows reports whether somebody writes just now, or nobody can say.
func (x *examination) grows() bool {
	head, err := x.log.engine.Head(x.id)
	return x.away(err) || err == nil && int64(head) > x.tree.Size()
}

// surplus looks for tiles of more entries than there are: they are the sign of entries that were lost.
func (x *examination) surplus() {
	for level := range 8 {
		have := x.tree.Size() >> (uint(level) * merkle.Height)
		n, width := have/merkle.Width, have%merkle.Width*tlog.HashSize
		got, err := x.log.engine.Tile(x.id, level, n)
		next, nextErr := x.log.engine.Tile(x.id, level, n+1)
		if (err != nil || int64(len(got)) <= width) && (nextErr != nil || len(next) == 0) {
			continue
		}
		if x.grows() {
			return
		}
		// What was not durable may have been lost meanwhile, and its hashes with it.
		got, err = x.log.engine.Tile(x.id, level, n)
		next, nextErr = x.log.engine.Tile(x.id, level, n+1)
		if x.away(errors.Join(err, nextErr)) {
			return
		}
		if err == nil && nextErr == nil && int64(len(got)) <= width && len(next) == 0 {
			continue
		}
		if x.grows() { // since the first look
			return
		}
		x.wrong("%d entries are there, tile %d/%d is of more: entries are missing", x.tree.Size(), level, n)
		x.behind = max(x.behind, cite.Position(x.tree.Size()+1))
	}
}

// signed takes the last stored checkpoints, at most so many: each must be signed with this log's key in the name of
// the record. Their roots are compared as the entries are read. One of more entries than there are shows that
// entries were lost.
func (x *examination) signed(head cite.Position, most int) {
	origin := x.log.Origin(x.id)
	key := x.log.key.Verifier(origin)
	x.points = map[int64]Checkpoint{}
	parse := func(note []byte) (Checkpoint, bool) {
		c, err := x.log.checkpoint(note, origin)
		if err == nil {
			err = CheckCheckpoint(note, key)
		}
		if err != nil {
			x.wrong("a stored checkpoint of %d entries is not signed in the name of %s with the key of this directory: %v", c.Size, origin, err)
		}
		return c, err == nil
	}
	for size := int64(head); most > 0 && size > 0; most-- {
		note, err := x.log.engine.LastCheckpoint(x.id, size)
		if x.away(err) {
			return
		}
		if err != nil {
			x.wrong("stored checkpoints: %v", err)
			return
		}
		if note == nil {
			break
		}
		c, ok := parse(note)
		if !ok {
			return
		}
		above, err := x.log.engine.CheckpointFor(x.id, cite.Position(c.Size+1))
		if a, aerr := x.log.checkpoint(above, origin); err == nil && above != nil && (aerr != nil || a.Size <= size) {
			if now, err := x.log.engine.LastCheckpoint(x.id, size); x.away(err) || err == nil && !bytes.Equal(now, note) { // somebody has signed it since the first look
				most++
				continue
			}
			x.wrong("a stored checkpoint of %d entries stands in the place of another", a.Size)
		}
		if c.Size > size || c.Size < 1 {
			x.wrong("a stored checkpoint of %d entries stands where one of at most %d should be", c.Size, size)
			return
		}
		x.points[c.Size] = c
		size = c.Size - 1
	}
	note, err := x.log.engine.CheckpointFor(x.id, head+1)
	if err != nil || note == nil {
		return
	}
	now, err := x.log.engine.Head(x.id)
	if x.away(err) || err == nil && now > head {
		return // somebody writes just now
	}
	if c, ok := parse(note); ok {
		x.wrong("%d entries are there, a checkpoint of %d was signed: acknowledged entries are missing", head, c.Size)
		x.behind = cite.Position(c.Size)
	}
}

// row checks one row. It reports whether it may be handed on: what follows an entry that cannot be read
// is checked but not handed on, because it may speak of it.
func (x *examination) row(c *checkedRow) bool {
	switch {
	case c.err != nil:
		x.wrong("entry %d: %v", x.tree.Size()+1, c.err)
		x.miss(cite.Position(x.tree.Size() + 1))
	case c.entry.Record != x.id || int64(c.entry.Position) != x.tree.Size()+1 || c.at != c.entry.Position:
		x.wrong("entry %d stands at position %d", c.entry.Position, x.tree.Size()+1)
		x.miss(cite.Position(x.tree.Size() + 1))
	case c.entry.Time.Before(x.last):
		x.wrong("entry %d: its time goes back", c.entry.Position)
	}
	x.last = c.entry.Time
	x.tree.Append(c.entry.Leaf, x.tile)
	if x.tree.Size() == int64(x.highAt) {
		if x.atHigh = x.tree.Root() == x.highRoot; !x.atHigh {
			x.wrong("the tree of size %d has another root than its high mark", x.tree.Size())
		}
	}
	if p, ok := x.points[x.tree.Size()]; ok && p.Root != x.tree.Root() {
		x.wrong("the tree of size %d has another root than was signed", x.tree.Size())
	}
	if c.err == nil {
		x.erased.add(x.log.erasedBy(c.entry.Data)...)
	}
	return !x.gap
}

// miss notes that an entry cannot be read.
func (x *examination) miss(p cite.Position) {
	if !x.gap {
		x.gap, x.gapAt = true, p
	}
}

// read reads the entries of a range, checks them against the tree, and hands them on. It returns the first
// thing that is wrong.
func (x *examination) read(ctx context.Context, from, to cite.Position, each func(Entry) error) error {
	err := x.log.scan(ctx, x.id, from, to, func(c *checkedRow) error {
		if !x.row(c) {
			return nil
		}
		return each(c.entry)
	})
	x.erased.readTo(cite.Position(x.tree.Size()))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		x.miss(cite.Position(x.tree.Size() + 1))
		if !x.away(err) && x.found == nil {
			x.found = fmt.Errorf("%w: entry %d: %w", ErrDamaged, x.tree.Size()+1, err)
		}
	case !x.going: // a tile that goes on growing is compared when it is full, and at the next start
		for _, p := range x.tree.Partial() {
			x.tile(p)
		}
	}
	return x.found
}

// examine reads and checks a record from the beginning without touching what is known of it, with at most so many
// stored checkpoints. It returns what was read beside the first thing that is wrong.
func (l *Log) examine(ctx context.Context, id ID, points int, each func(Entry) error) (*examination, error) {
	x, err := l.examinationFrom(id, Start{})
	if err != nil {
		return x, err
	}
	return x, x.all(ctx, points, each)
}

// all reads and checks the record from where the examination stands, with at most so many stored checkpoints.
func (x *examination) all(ctx context.Context, points int, each func(Entry) error) error {
	l, id := x.log, x.id
	head, err := l.engine.Head(id)
	if err != nil {
		return err
	}
	x.signed(head, points)
	if _ = x.read(ctx, cite.Position(x.tree.Size())+1, head, each); ctx.Err() != nil {
		return ctx.Err()
	}
	if !x.gap {
		x.surplus()
	}
	x.behind = max(x.behind, x.highAt)
	switch {
	case x.tree.Size() >= int64(x.behind):
		x.behind = 0
	case x.found == nil && !l.resume:
		x.found = fmt.Errorf("%w: %w: %d entries are there, %d were acknowledged: acknowledged entries are missing", ErrDamaged, ErrBehind, x.tree.Size(), x.behind)
	}
	return x.found
}

// How much of what is stored last is checked at start.
const (
	lastTexts  = 10_000
	lastPoints = 64
)

type checkedRow struct {
	at    cite.Position
	entry Entry
	err   error
}

// scan reads rows, checks what one row shows, and hands them on in order: reading and hashing run
// beside the caller.
func (l *Log) scan(ctx context.Context, id ID, from, to cite.Position, each func(*checkedRow) error) error {
	if to < from {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	chunks := make(chan []checkedRow, 4)
	var readErr error
	go func() {
		defer close(chunks)
		// In slices, so that nothing is held open in the engine while the caller works.
		const size = 1024
		for ; from <= to; from += size {
			chunk := make([]checkedRow, 0, size)
			readErr = l.engine.Rows(ctx, id, from, min(to, from+size-1), func(p cite.Position, envelope, data []byte) error {
				chunk = append(chunk, checkRow(p, envelope, data))
				return nil
			})
			if readErr == nil && len(chunk) < int(min(to, from+size-1)-from+1) {
				readErr = fmt.Errorf("%w: entries are missing after %d", ErrNoEntry, int(from)+len(chunk)-1)
			}
			select {
			case chunks <- chunk:
			case <-ctx.Done():
				return
			}
			if readErr != nil {
				return
			}
		}
	}()
	for chunk := range chunks {
		for i := range chunk {
			if err := each(&chunk[i]); err != nil {
				cancel()
				for range chunks {
				}
				return err
			}
		}
	}
	return readErr
}

// Check says what is wrong with envelope and data of a row, nil where they belong together.
func (r *Row) Check() error { return checkRow(r.Position, r.Envelope, r.Data).err }

func checkRow(p cite.Position, envelope, salted []byte) checkedRow {
	c := checkedRow{at: p}
	c.entry.Leaf = LeafHash(envelope)
	env, err := ParseEnvelope(envelope)
	if err != nil {
		c.err = err
		return c
	}
	c.entry.Envelope = *env
	if len(salted) < SaltSize {
		c.err = errors.New("its data are missing")
		return c
	}
	c.entry.Data = append([]byte(nil), salted[SaltSize:]...)
	if CommitData(salted) != env.Data {
		c.err = errors.New("its data are not what was committed to")
		c.entry.Data = nil
	}
	return c
}

// Entries hands on the durable entries of a range, both ends included, checked row by row.
func (l *Log) Entries(ctx context.Context, id ID, from, to cite.Position, each func(Entry) error) error {
	return l.seen(id, l.entries(ctx, id, from, min(to, l.Durable(id)), each))
}

// entries is Entries for what is known to be stored, durable or not.
func (l *Log) entries(ctx context.Context, id ID, from, to cite.Position, each func(Entry) error) error {
	next := from
	err := l.scan(ctx, id, from, to, func(c *checkedRow) error {
		if c.err == nil && (c.at != next || c.entry.Position != next) {
			c.err = fmt.Errorf("it stands where %d should be", next)
		}
		next++
		if c.err != nil {
			return fmt.Errorf("%w: entry %d: %w", ErrDamaged, c.at, c.err)
		}
		return each(c.entry)
	})
	if errors.Is(err, ErrNoEntry) { // it was there
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

func (l *Log) checkTexts(ctx context.Context, id ID, from, to cite.Position, erased *erasures) error {
	const step = 1000
	for ; from <= to; from += step {
		at := make([]cite.Position, 0, step)
		for p := from; p <= min(to, from+step-1); p++ {
			at = append(at, p)
		}
		rows, err := l.engine.Texts(ctx, id, at)
		if err != nil {
			return wrongly(fmt.Errorf("texts: %w", err))
		}
		for _, r := range rows {
			if err := l.checkText(ctx, id, r, erased); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkText checks the text of an entry that is on the record: it is what was committed to, or there never
// was one, or it was erased by an entry that says so. Only then is its absence a tombstone.
func (l *Log) checkText(ctx context.Context, id ID, r Row, erased *erasures) error {
	if r.Envelope == nil {
		return fmt.Errorf("%w: entry %d is missing", ErrDamaged, r.Position)
	}
	env, err := ParseEnvelope(r.Envelope)
	if err != nil {
		return fmt.Errorf("%w: entry %d: %w", ErrDamaged, r.Position, err)
	}
	switch {
	case r.Text == nil && env.Text == nil:
		return nil
	case r.Text == nil:
		gone, err := l.wasErased(ctx, id, erased, r.Position)
		if err == nil && !gone {
			err = l.missing(ctx, id, erased, r.Position)
		}
		return err
	case env.Text == nil || len(r.Text) < SaltSize || CommitText(r.Text) != *env.Text:
		return fmt.Errorf("%w: the text of entry %d is not what was committed to", ErrDamaged, r.Position)
	}
	return nil
}

// missing says of a text that it is missing, and no entry says that it was erased; unless it is there after all: what erased it was lost before it
// was durable. Whoever asked for that may have asked again since, so the entries are looked at once more after the text.
func (l *Log) missing(ctx context.Context, id ID, erased *erasures, p cite.Position) error {
	rows, err := l.engine.Texts(ctx, id, []cite.Position{p})
	switch {
	case err != nil:
		return err
	case rows[0].Text != nil:
		return fmt.Errorf("%w: %w: the text of entry %d was away", ErrNotWritten, ErrAway, p)
	}
	if gone, err := l.wasErased(ctx, id, erased, p); gone || err != nil {
		return err
	}
	return fmt.Errorf("%w: the text of entry %d is missing, and no entry says that it was erased", ErrDamaged, p)
}

// Texts reads the texts at positions. An erased or never written text is absent. A text that is not
// what was committed to, or is missing though nothing says that it was erased, is ErrDamaged, and stops
// writing.
func (l *Log) Texts(ctx context.Context, id ID, at []cite.Position) (map[cite.Position][]byte, error) {
	d, err := l.state(id)
	if err != nil {
		return nil, err
	}
	rows, err := l.engine.Texts(ctx, id, at)
	if err != nil {
		return nil, l.seen(id, err)
	}
	stand := d.stand()
	out := make(map[cite.Position][]byte, len(rows))
	for _, r := range rows {
		if r.Envelope == nil && (r.Position < 1 || r.Position > stand.durable) {
			continue
		}
		if err := l.checkText(ctx, id, r, stand.erased); err != nil {
			return nil, l.seen(id, err)
		}
		if r.Text != nil {
			out[r.Position] = r.Text[SaltSize:]
		}
	}
	return out, nil
}

// Salted reads one entry as it is stored: envelope, salted data and salted text (nil where erased or
// never written). Receipts and verifiers need the salts.
func (l *Log) Salted(ctx context.Context, id ID, p cite.Position) (Row, error) {
	d, err := l.state(id)
	if err != nil {
		return Row{}, err
	}
	stand := d.stand()
	if p < 1 || p > stand.durable {
		return Row{}, fmt.Errorf("%w: %d", ErrNoEntry, p)
	}
	row := Row{Position: p}
	err = l.engine.Rows(ctx, id, p, p, func(_ cite.Position, envelope, data []byte) error {
		row.Envelope, row.Data = append([]byte(nil), envelope...), append([]byte(nil), data...)
		return nil
	})
	if err != nil {
		return Row{}, l.seen(id, err)
	}
	rows, err := l.engine.Texts(ctx, id, []cite.Position{p})
	if err != nil {
		return Row{}, l.seen(id, err)
	}
	row.Text = rows[0].Text
	if err := l.checkText(ctx, id, row, stand.erased); err != nil {
		return Row{}, l.seen(id, err)
	}
	if c := checkRow(p, row.Envelope, row.Data); c.err != nil {
		return Row{}, l.seen(id, fmt.Errorf("%w: entry %d: %w", ErrDamaged, p, c.err))
	}
	return row, nil
}

// Verify checks everything of a record: what Load checks, every text, every page of the engine. It
// returns the first thing that is wrong, wrapped in ErrDamaged, and how many entries were checked.
func (l *Log) Verify(ctx context.Context, id ID) (cite.Position, error) {
	x, err := l.examine(ctx, id, 1<<40, func(Entry) error { return nil })
	head := cite.Position(x.tree.Size())
	if err != nil {
		return head, err
	}
	if err := l.checkTexts(ctx, id, 1, head, x.erased); err != nil {
		return head, err
	}
	if err := l.engine.Check(ctx); err != nil {
		return head, wrongly(err)
	}
	return head, nil
}
