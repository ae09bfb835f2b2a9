package fault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/ncruces/go-sqlite3"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/internal/fault/kept"
)

// verdict is what became of one flipped bit.
type verdict string

const (
	atStart verdict = "found at start"
	refuses verdict = "refuses to start"
	byRead  verdict = "found when read"
	byFsck  verdict = "found by fsck only"
	nothing verdict = "changes nothing"
	missed  verdict = "MISSED"
)

// truth is what the sound directory shows.
type truth struct {
	acked    []*sent
	lines    map[string]bool   // of contributions.csv
	pages    map[string]string // what every reader may see, by address
	files    map[string][]byte // by address
	receipts map[string][]byte // of a few contributions
	tokens   []*sent           // sent again, they must give the first answer
	leaves   []tlog.Hash       // of the record
}

// TestBitFlips flips one bit in each of many places of a stopped data directory, one at a time, and asks
// for a verdict on each: it is found at start, by fsck, or when it is read; or it changes nothing that
// anybody can see. Where damage was found nothing is written any more, and the pages stay readable.
func TestBitFlips(t *testing.T) {
	bin := binary(t, false)
	base := quickRoom(t)
	home := filepath.Join(base, "home")
	seed(t, home, "now+30d", "")
	contributions := 2000
	samples := 10 // of each file
	if testing.Short() {
		contributions, samples = 400, 8
	}
	seeded := uint64(1) // the same bits on every day: what passes once is not refused for another draw. The soak draws anew.
	if os.Getenv("PLENARY_SOAK") != "" {
		samples, seeded = 1000, uint64(time.Now().UnixNano())
	}
	if s := os.Getenv("PLENARY_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seeded = n
	}
	t.Logf("the same flips again: PLENARY_SEED=%d", seeded)
	w := fillHouse(t, bin, home, contributions)
	id := ""
	entries, err := os.ReadDir(filepath.Join(home, "attachments"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if i, err := e.Info(); err == nil && i.Size() > 100_000 {
			id = e.Name()
		}
	}
	if id == "" {
		t.Fatal("no file was stored")
	}
	random := rand.New(rand.NewPCG(seeded, 7))
	type flip struct {
		file string
		at   int64
		bit  uint8
	}
	var flips []flip
	files := []string{"record.db", "record.db-wal", "private.db", "private.db-wal", "private.db-mark", "high", filepath.Join("keys", "secret"),
		filepath.Join("keys", "checkpoint.ed25519"), filepath.Join("attachments", id)}
	for _, name := range files {
		info, err := os.Stat(filepath.Join(home, name))
		if err != nil || info.Size() == 0 {
			t.Fatalf("%s: %v, %d bytes", name, err, info.Size())
		}
		// One of every so many bytes, so that the samples are spread over the whole file, and the last
		// frames of the log and every header besides.
		n := min(int64(samples), info.Size())
		if name == "high" {
			n = min(n, 32) // it is two copies of 64 bytes
		}
		for i := range n {
			lo, hi := i*info.Size()/n, (i+1)*info.Size()/n
			flips = append(flips, flip{name, lo + random.Int64N(hi-lo), uint8(random.IntN(8))})
		}
		switch name {
		case "private.db-wal":
			for i := range int64(samples) / 4 { // the newest frames
				flips = append(flips, flip{name, info.Size() - 1 - i*397, uint8(random.IntN(8))})
			}
		case "record.db-wal":
			for i := range int64(samples) / 4 { // the newest frames: nothing but the high mark can miss them
				flips = append(flips, flip{name, info.Size() - 1 - i*997, uint8(random.IntN(8))})
			}
			fallthrough
		case "record.db", "private.db":
			for i := range int64(8) {
				flips = append(flips, flip{name, 4*i + random.Int64N(4), uint8(random.IntN(8))})
			}
		}
	}
	t.Logf("%d contributions; %d flips", len(w.acked), len(flips))
	var mu sync.Mutex
	counts := map[string]map[verdict]int{}
	slots := make(chan struct{}, 2)
	var wait sync.WaitGroup
	begin := time.Now()
	for i, f := range flips {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			dir := filepath.Join(base, fmt.Sprintf("f%d", i))
			v, say := judge(t, bin, home, dir, w, f.file, f.at, f.bit)
			mu.Lock()
			defer mu.Unlock()
			name := f.file
			if strings.HasPrefix(name, "attachments") {
				name = "attachments/…"
			}
			if counts[name] == nil {
				counts[name] = map[verdict]int{}
			}
			counts[name][v]++
			if len(say) > 0 {
				t.Errorf("%s, byte %d, bit %d: %s; %s", f.file, f.at, f.bit, v, strings.Join(say, "; "))
				return
			}
			_ = os.RemoveAll(dir)
		})
	}
	wait.Wait()
	var table bytes.Buffer
	tw := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	all := []verdict{refuses, atStart, byRead, byFsck, nothing, missed}
	fmt.Fprint(tw, "file\t")
	for _, v := range all {
		fmt.Fprintf(tw, "%s\t", v)
	}
	fmt.Fprintln(tw)
	for _, name := range append(files[:len(files)-1], "attachments/…") {
		fmt.Fprintf(tw, "%s\t", name)
		for _, v := range all {
			fmt.Fprintf(tw, "%d\t", counts[name][v])
		}
		fmt.Fprintln(tw)
	}
	tw.Flush()
	t.Logf("%d flips in %s\n%s", len(flips), time.Since(begin).Round(time.Second), table.String())
}

// fillHouse puts contributions and files on the record, stops the server so that everything is folded in,
// starts it again, adds some, and kills it so that a write-ahead log is left.
func fillHouse(t *testing.T, bin, dir string, n int) *truth {
	t.Helper()
	w := &truth{pages: map[string]string{}, files: map[string][]byte{}, receipts: map[string][]byte{}}
	add := func(s *server, from, to int) {
		var mu sync.Mutex
		var wait sync.WaitGroup
		for c := range 32 {
			wait.Go(func() {
				for i := from + c; i < to; i += 32 {
					c := &sent{Token: newToken(), Text: strings.TrimSpace(fmt.Sprintf("Voice %d speaks of the ferry. %s", i, strings.Repeat("Who may cross, and when? ", i%30)))}
					if i%4 == 0 {
						c.Email = fmt.Sprintf("voice%d@example.org", i)
					}
					if a, err := s.send(c); err != nil || c.Ref == "" {
						t.Errorf("%v %v", a, err)
						return
					}
					mu.Lock()
					w.acked = append(w.acked, c)
					mu.Unlock()
				}
			})
		}
		wait.Wait()
	}
	s := serve(t, bin, dir)
	add(s, 0, n*9/10)
	for i := range 3 {
		c := &sent{Token: newToken(), Text: fmt.Sprintf("Voice with file %d.", i)}
		content := []byte(strings.Repeat(fmt.Sprintf("Timetable %d of 1911, all crossings.\n", i), 6000))
		if a, err := s.attach(c, "timetable.txt", content); err != nil || c.Ref == "" {
			t.Fatalf("%v %v", a, err)
		}
		w.acked = append(w.acked, c)
		w.files["/en/c/"+slug+"/"+c.Ref+".f1"] = content
	}
	s.stop()
	s = serve(t, bin, dir)
	add(s, n*9/10, n)
	if t.Failed() {
		t.FailNow()
	}
	slices.SortFunc(w.acked, func(a, b *sent) int {
		return len(a.Ref)*1_000_000 - len(b.Ref)*1_000_000 + strings.Compare(a.Ref, b.Ref)
	})
	for i := 0; i < len(w.acked); i += len(w.acked)/14 + 1 {
		w.tokens = append(w.tokens, w.acked[i])
	}
	w.tokens = append(w.tokens, w.acked[len(w.acked)-1])
	for _, c := range w.tokens {
		b, err := s.fetch(c)
		if err != nil {
			t.Fatal(err)
		}
		w.receipts[c.Ref] = b
	}
	for _, p := range []string{"/en/c/" + slug + "/p1.json", "/en/c/" + slug + "/" + comments + ".json", "/en/c/" + slug + "/record.json",
		"/en/c/" + slug + "/" + w.acked[3].Ref + ".json", "/en/c/" + slug + "/contributions.json"} {
		a, err := s.get(p)
		if err != nil || a.status != http.StatusOK {
			t.Fatalf("%s: %v %v", p, a, err)
		}
		w.pages[p] = strings.ReplaceAll(string(a.body), s.url, "http://ferries.example")
	}
	a, err := s.get("/en/c/" + slug + "/contributions.csv")
	if err != nil || a.status != http.StatusOK {
		t.Fatal(a, err)
	}
	w.lines = map[string]bool{}
	for _, l := range strings.Split(strings.TrimSpace(string(a.body)), "\n") {
		w.lines[strings.TrimSpace(l)] = true
	}
	l, err := kept.Read(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	for p := range int64(len(l.Rows)) {
		w.leaves = append(w.leaves, tlog.RecordHash(l.Rows[p+1].Envelope))
	}
	time.Sleep(300 * time.Millisecond) // the mail follower comes to rest
	s.kill()
	return w
}

// judge flips a bit and finds out what becomes of it. say is what is wrong with that.
func judge(t *testing.T, bin, home, dir string, w *truth, name string, at int64, bit uint8) (v verdict, say []string) {
	wrong := func(format string, args ...any) { say = append(say, fmt.Sprintf(format, args...)) }
	checked := dir + "-fsck"
	for _, d := range []string{checked, dir} {
		if err := flipped(t, home, d, name, at, bit); err != nil {
			t.Error(err)
		}
	}
	defer os.RemoveAll(checked)
	fsck, code := run(t, bin, "fsck", "--data", checked)

	s := tryServe(t, bin, dir)
	defer s.kill()
	if s.url == "" {
		// It names the file, and says what to do.
		of := strings.TrimSuffix(strings.TrimSuffix(name, "-wal"), "-mark")
		if said := s.errors.String(); s.state.ExitCode() != 1 || !strings.Contains(said, "plenary: ") || !strings.Contains(said, of) || !strings.Contains(said, "put ") {
			wrong("it ends with %v and says %q", s.state, tail(said))
		}
		if strings.HasPrefix(name, "record.db") || name == "high" {
			wrong("the record cannot be read")
		}
		if code == 0 {
			wrong("the start refuses, and fsck finds nothing")
		}
		return refuses, say
	}
	atOnce := strings.Contains(s.errors.String(), "damaged")
	// Such damage stops writing.
	ofRecord := strings.HasPrefix(name, "record.db") || name == "high" || name == filepath.Join("keys", "checkpoint.ed25519")

	// Everything is read and compared with what it was. An error is honest, another answer is not.
	honest := 0
	look := func(p string, cookies ...*http.Cookie) []byte {
		a, err := s.get(p, cookies...)
		switch {
		case err != nil || a.status >= 500:
			honest++
		case a.status == http.StatusOK:
			return bytes.ReplaceAll(a.body, []byte(s.url), []byte("http://ferries.example"))
		default: // what is there is never said to be absent
			wrong("%s: %v", p, a)
		}
		return nil
	}
	for p, want := range w.pages {
		if got := look(p); got != nil && string(got) != want {
			wrong("%s SHOWS SOMETHING ELSE AS IF IT WERE TRUE", p)
		}
	}
	if got := look("/en/c/" + slug + "/contributions.csv"); got != nil {
		have := strings.Split(strings.TrimSpace(string(got)), "\n")
		for _, l := range have {
			if !w.lines[strings.TrimSpace(l)] {
				wrong("the list SHOWS SOMETHING ELSE AS IF IT WERE TRUE: %.200s", l)
				break
			}
		}
		if len(have) != len(w.lines) {
			wrong("the list ends after %d of %d lines, and nothing says so", len(have), len(w.lines))
		}
	}
	for ref, want := range w.receipts {
		got := look("/en/c/"+slug+"/"+ref+"/receipt.json", own(w.by(ref)))
		if got == nil || bytes.Equal(got, want) {
			continue
		}
		// If the checkpoint that was stored for it is lost, another is as good.
		if err := equallyGood(want, got); err != nil {
			wrong("the receipt of %s: %v", ref, err)
		}
	}
	for p, want := range w.files {
		if got := look(p); got != nil && !bytes.Equal(got, want) {
			wrong("%s SHOWS SOMETHING ELSE AS IF IT WERE TRUE", p)
		}
	}
	if got := look("/c/" + slug + "/log/checkpoint"); got != nil {
		if err := w.was(string(got)); err != nil {
			wrong("it signs a tree that never was: %v", err)
		}
	}
	if atOnce {
		// All of it can be read, or it says from where on it cannot.
		if a, err := s.get("/en/c/" + slug); err != nil || a.status != http.StatusOK && !strings.Contains(string(a.body), "cannot be read") && !strings.Contains(string(a.body), "are missing from entry") {
			wrong("found at start, and then nothing can be read: %v %v", a, err)
		}
		if a, err := s.get("/healthz"); err != nil || a.status != http.StatusServiceUnavailable {
			wrong("found at start, and it says that it is healthy: %v %v", a, err)
		}
	}
	// What was acknowledged is answered as before, or not at all.
	for _, c := range w.tokens {
		twice := &sent{Token: c.Token, Text: c.Text}
		switch a, err := s.send(twice); {
		case err != nil || a.status >= 500:
			if !atOnce {
				honest++
			}
		case twice.Ref != c.Ref:
			wrong("%s sent again is answered with %q %v", c.Ref, twice.Ref, a)
		}
	}
	probe := &sent{Token: newToken(), Text: "A probe."}
	a, err := s.send(probe)
	switch {
	case ofRecord && probe.Ref != "" && (atOnce || honest > 0):
		wrong("damage was found, and it still writes: %s", tail(s.errors.String()))
	case err != nil || probe.Ref == "" && a.status != http.StatusServiceUnavailable:
		wrong("a contribution is answered with %v %v", a, err)
	case !ofRecord && probe.Ref == "" && !strings.HasPrefix(name, "private.db"):
		wrong("the record is sound, and nothing can be written: %v", a)
	}
	s.alive()
	switch {
	case atOnce:
		return atStart, say
	case honest > 0:
		return byRead, say
	case code != 0:
		return byFsck, say
	}
	if err := equalContents(home, checked); err != nil {
		wrong("nobody found it, and the contents are not the same: %v\n%s", err, tail(fsck))
	}
	if len(say) > 0 {
		return missed, say
	}
	return nothing, nil
}

// flipped copies a directory and flips one bit of one of its files.
func flipped(t *testing.T, home, to, name string, at int64, bit uint8) error {
	copyDir(t, home, to)
	f, err := os.OpenFile(filepath.Join(to, name), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	var b [1]byte
	if _, err := f.ReadAt(b[:], at); err != nil {
		return err
	}
	b[0] ^= 1 << bit
	_, err = f.WriteAt(b[:], at)
	return err
}

// equallyGood says whether two receipts prove the same words.
func equallyGood(want, got []byte) error {
	var a, b kept.Receipt
	if err := errors.Join(json.Unmarshal(want, &a), json.Unmarshal(got, &b), kept.Proven(got, a.Key)); err != nil {
		return err
	}
	if !bytes.Equal(a.Proof.Envelope, b.Proof.Envelope) || !bytes.Equal(a.Data, b.Data) || !bytes.Equal(a.Text, b.Text) || a.Key != b.Key {
		return errors.New("it proves something else")
	}
	return nil
}

// was says whether a checkpoint is of a tree that there really was.
func (w *truth) was(checkpoint string) error {
	l := strings.Split(checkpoint, "\n")
	if len(l) < 4 {
		return fmt.Errorf("%q is no checkpoint", checkpoint)
	}
	n, err := strconv.Atoi(l[1])
	if err != nil || n < 1 || n > len(w.leaves) {
		return fmt.Errorf("of %s entries", l[1])
	}
	if root := rootOf(w.leaves[:n]); root.String() != l[2] {
		return fmt.Errorf("the root of %d entries is %s, it says %s", n, root, l[2])
	}
	return nil
}

// rootOf is the root of RFC 6962.
func rootOf(leaves []tlog.Hash) tlog.Hash {
	if len(leaves) == 1 {
		return leaves[0]
	}
	half := 1
	for half*2 < len(leaves) {
		half *= 2
	}
	return tlog.NodeHash(rootOf(leaves[:half]), rootOf(leaves[half:]))
}

// equalContents compares every row of both databases and every file. Of the stored checkpoints some may be
// missing: they are made anew.
func equalContents(home, dir string) error {
	for _, name := range []string{"record.db", "private.db"} {
		want, err := dump(filepath.Join(home, name))
		if err != nil {
			return err
		}
		got, err := dump(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		for row := range got {
			if !want[row] {
				return fmt.Errorf("%s: there is a row that was not there: %.120q", name, row)
			}
		}
		for row := range want {
			if !got[row] && !strings.HasPrefix(row, "checkpoint ") {
				return fmt.Errorf("%s: a row is missing: %.120q", name, row)
			}
		}
	}
	return nil
}

// dump reads every row of every table. It works on a copy, so that what is looked at stays as it is.
func dump(path string) (map[string]bool, error) {
	dir, err := os.MkdirTemp("", "plenary-dump-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	for _, end := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + end)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err := errors.Join(err, os.WriteFile(filepath.Join(dir, "x.db"+end), b, 0o600)); err != nil {
			return nil, err
		}
	}
	c, err := sqlite3.Open("file:" + filepath.Join(dir, "x.db"))
	if err != nil {
		return nil, err
	}
	defer c.Close()
	out := map[string]bool{}
	var tables []string
	s, _, err := c.Prepare("SELECT name, sql FROM sqlite_schema")
	if err != nil {
		return nil, err
	}
	for s.Step() {
		out["schema "+s.ColumnText(0)+" "+s.ColumnText(1)] = true
		if strings.HasPrefix(s.ColumnText(1), "CREATE TABLE") {
			tables = append(tables, s.ColumnText(0))
		}
	}
	if err := errors.Join(s.Err(), s.Close()); err != nil {
		return nil, err
	}
	for _, name := range tables {
		s, _, err := c.Prepare("SELECT * FROM " + sqlite3.QuoteIdentifier(name))
		if err != nil {
			return nil, err
		}
		for s.Step() {
			row := name
			for i := range s.ColumnCount() {
				row += fmt.Sprintf(" %q", s.ColumnText(i))
			}
			out[row] = true
		}
		if err := errors.Join(s.Err(), s.Close()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (w *truth) by(ref string) *sent {
	for _, c := range w.acked {
		if c.Ref == ref {
			return c
		}
	}
	return nil
}

// listedUpTo finds in the list how far it tells everything.
var listedUpTo = regexp.MustCompile(`"seen": *0*([0-9]+)`)

// allListed waits until the list of restrictions tells of all that the record holds. Between looks it asks the server, which
// works meanwhile.
func allListed(t testing.TB, s *server, dir string) {
	t.Helper()
	l, err := kept.Read(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	for range 10_000 {
		b, err := os.ReadFile(filepath.Join(dir, plenary.RestrictionsFile))
		if m := listedUpTo.FindSubmatch(b); err == nil && m != nil {
			if n, err := strconv.Atoi(string(m[1])); err == nil && n >= len(l.Rows) {
				return
			}
		}
		r, err := s.client.Get(s.url + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
	}
	t.Fatalf("the list does not come to entry %d", len(l.Rows))
}

// TestNothingCutOff has a write-ahead log in which one bit is flipped, so that SQLite takes everything after
// it for not written. The house must find that out at start and then keep its hands off: whatever it is
// asked and however it is stopped, when the bit is flipped back everything acknowledged is there again.
func TestNothingCutOff(t *testing.T) {
	bin := binary(t, false)
	base := room(t)
	dir := filepath.Join(base, "data")
	key := seed(t, dir, "now+30d", "")
	s := serve(t, bin, dir)
	var acked []*sent
	for i := range 60 {
		c := &sent{Token: newToken(), Text: fmt.Sprintf("Voice %d, which must not be cut off.", i)}
		if a, err := s.send(c); err != nil || c.Ref == "" {
			t.Fatal(a, err)
		}
		acked = append(acked, c)
	}
	allListed(t, s, dir) // else nothing of the conversation is shown over the gap
	s.kill()
	wal := filepath.Join(dir, "record.db-wal")
	info, err := os.Stat(wal)
	if err != nil {
		t.Fatal(err)
	}
	at := info.Size() / 2
	flip := func() {
		t.Helper()
		f, err := os.OpenFile(wal, os.O_RDWR, 0)
		if err != nil {
			t.Fatalf("the write-ahead log is gone, and with it what was acknowledged: %v", err)
		}
		defer f.Close()
		var b [1]byte
		if _, err := f.ReadAt(b[:], at); err != nil {
			t.Fatalf("the write-ahead log was cut off, and with it what was acknowledged: %v", err)
		}
		b[0] ^= 4
		if _, err := f.WriteAt(b[:], at); err != nil {
			t.Fatal(err)
		}
	}
	flip()
	for round := range 3 {
		s = serve(t, bin, dir)
		if !strings.Contains(s.errors.String(), "acknowledged entries are missing") {
			t.Fatalf("not found at start: %s", tail(s.errors.String()))
		}
		a, err := s.send(&sent{Token: newToken(), Text: "Into the gap."})
		refused(t, a, err)
		for _, c := range acked[:10] { // these are there, and have no receipt yet
			if a, err := s.get("/en/c/"+slug+"/"+c.Ref+"/receipt.json", own(c)); err != nil || a.status != http.StatusOK && a.status != http.StatusServiceUnavailable {
				t.Errorf("%s: %v %v", c.Ref, a, err)
			}
		}
		_, _ = run(t, bin, "new", "--data", dir, "--title", "Bridges", "--officer", "olga@example.org")
		_, _ = run(t, bin, "fsck", "--data", dir)
		_, _ = run(t, bin, "verify", "--data", dir)
		if round == 1 {
			s.kill()
		} else {
			s.stop()
		}
	}
	flip()
	good(t, bin, "fsck", "--data", dir)
	s = serve(t, bin, dir)
	holdsAll(t, dir, key, acked, nil)
	s.must("After the bit was found and put right.")
	s.stop()
}
