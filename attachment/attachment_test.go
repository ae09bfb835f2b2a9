package attachment

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/private/privatetest"
	"github.com/openplenary/plenary/refusal"
)

var (
	ctx = context.Background()
	t0  = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
)

// path is where a file is in the folder.
func (s *Store) path(id string) string { return filepath.Join(s.dir, id) }

func openDB(t *testing.T, dir string) *private.DB {
	t.Helper()
	db, err := privatetest.Open(t, filepath.Join(dir, private.FileName))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func newStore(t *testing.T) *Store {
	t.Helper()
	dir := t.TempDir()
	s, err := openStore(t, openDB(t, dir), dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func keep(t *testing.T, s *Store, b []byte, name string) File {
	t.Helper()
	f, err := s.Keep(ctx, bytes.NewReader(b), name, t0)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f
}

func no(t *testing.T, err error, key string) {
	t.Helper()
	if r := refusal.Of(err); len(r) != 1 || r[0].Key != key {
		t.Errorf("got %v, want %s", err, key)
	}
}

func read(t *testing.T, s *Store, id string) []byte {
	t.Helper()
	r, _, err := s.Open(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// onlyFiles says how many files are in the folder.
func onlyFiles(t *testing.T, s *Store, want int) {
	t.Helper()
	if entries := s.all(t); len(entries) != want {
		t.Errorf("%d files are kept, want %d: %v", len(entries), want, entries)
	}
}

// all lists everything that is kept, in the folder and in rows.
func (s *Store) all(t *testing.T) []kept {
	t.Helper()
	all, err := s.keep.list(ctx)
	if _, in := s.keep.(*objects); in && store != nil { // what says whose the bucket is is no file
		all = slices.DeleteFunc(all, func(k kept) bool { return k.id == "plenary" })
	}
	if _, same := s.keep.(folder); err == nil && !same {
		var more []kept
		more, err = folder(s.dir).list(ctx)
		all = append(all, more...)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func pdf(size int) []byte {
	b := make([]byte, size)
	r := rand.New(rand.NewPCG(1, uint64(size)))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	copy(b, "%PDF-1.7\n")
	return b
}

// packed makes a zip file of parts; a part is "name" or "name=content"; "mimetype" is stored.
func packed(t *testing.T, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range parts {
		name, content, _ := strings.Cut(p, "=")
		var f io.Writer
		var err error
		if name == "mimetype" {
			f, err = w.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Store, UncompressedSize64: uint64(len(content)), CompressedSize64: uint64(len(content))})
		} else {
			f, err = w.Create(name)
		}
		if err == nil {
			_, err = io.WriteString(f, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatIsKeptComesBack(t *testing.T) {
	s := newStore(t)
	sizes := []int{9, 100, chunkSize - 1, chunkSize, chunkSize + 1, 3 * chunkSize, 3*chunkSize + 7, MaxSize}
	for _, n := range sizes {
		b := pdf(n)
		f, err := s.Keep(ctx, iotest.HalfReader(bytes.NewReader(b)), "a.pdf", t0)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(b)
		if !isID(f.ID) || f.Name != "a.pdf" || f.Type != PDF || f.Size != int64(n) || f.SHA != hex.EncodeToString(sum[:]) || !f.Made.Equal(t0) {
			t.Errorf("%+v", f)
		}
		if !bytes.Equal(read(t, s, f.ID), b) {
			t.Errorf("%d bytes came back otherwise", n)
		}
		_, again, err := s.Open(ctx, f.ID)
		if err != nil || again != f {
			t.Errorf("%+v, %v, want %+v", again, err, f)
		}
		in, size, err := s.keep.open(ctx, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		stored, err := io.ReadAll(io.NewSectionReader(in, 0, size+1))
		_ = in.Close()
		if err != nil || bytes.Contains(stored, []byte("%PDF-1.7\n")) || int64(len(stored)) != sealedSize(int64(n)) {
			t.Errorf("stored: %d bytes, %v", len(stored), err)
		}
	}
	onlyFiles(t, s, len(sizes))
	if err := s.Check(ctx); err != nil {
		t.Error(err)
	}
}

func TestSeek(t *testing.T) {
	s := newStore(t)
	b := pdf(2*chunkSize + 500)
	r, f, err := s.Open(ctx, keep(t, s, b, "a.pdf").ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if end, err := r.Seek(0, io.SeekEnd); err != nil || end != f.Size {
		t.Fatal(end, err)
	}
	for _, off := range []int64{0, chunkSize - 3, chunkSize, 5, 2*chunkSize + 490} {
		if _, err := r.Seek(off, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 10)
		if _, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, b[off:off+10]) {
			t.Errorf("at %d: %v", off, err)
		}
	}
	if _, err := r.Seek(-1, io.SeekStart); err == nil {
		t.Error("before the beginning")
	}
	if _, err := r.Seek(10, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		t.Error(n, err)
	}
}

func TestRefusals(t *testing.T) {
	s := newStore(t)
	for _, c := range []struct {
		name string
		b    []byte
		key  string
	}{
		{"empty", nil, "file.empty"},
		{"long", pdf(MaxSize + 1), "file.long"},
		{"program", []byte("MZ\x90\x00\x03"), "file.type"},
		{"picture", []byte("\x89PNG\r\n\x1a\n\x00\x00"), "file.type"},
		{"old Word", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "file.type"},
		{"Latin-1", []byte("caf\xe9 au lait"), "file.type"},
		{"half a letter at the end", []byte("caf\xc3"), "file.type"},
		{"control", []byte("a\x00b"), "file.type"},
		{"zip of pictures", packed(t, "a.png", "b.png"), "file.type"},
		{"spreadsheet", packed(t, "[Content_Types].xml", "xl/workbook.xml"), "file.type"},
		{"EPUB", packed(t, "mimetype=application/epub+zip", "content.xml"), "file.type"},
		{"ODF spreadsheet", packed(t, "mimetype=application/vnd.oasis.opendocument.spreadsheet", "content.xml"), "file.type"},
		{"mimetype not first", packed(t, "content.xml", "mimetype="+ODT), "file.type"},
		{"macros", packed(t, "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "file.macros"},
		{"ODT macros", packed(t, "mimetype="+ODT, "content.xml", "Basic/Standard/Module1.xml"), "file.macros"},
		{"slip", packed(t, "[Content_Types].xml", "word/document.xml", "../../etc/passwd"), "file.type"},
		{"absolute", packed(t, "[Content_Types].xml", "word/document.xml", "/etc/passwd"), "file.type"},
		{"two of a name", packed(t, "[Content_Types].xml", "word/document.xml", "word/document.xml"), "file.type"},
		{"cut off", packed(t, "[Content_Types].xml", "word/document.xml")[:100], "file.type"},
		{"something behind", append(packed(t, "[Content_Types].xml", "word/document.xml"), "<script>"...), "file.type"},
		{"many parts", packed(t, append(manyParts(2000), "[Content_Types].xml", "word/document.xml")...), "file.packed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := s.Keep(ctx, bytes.NewReader(c.b), c.name, t0)
			no(t, err, c.key)
		})
	}
	onlyFiles(t, s, 0)
	var rows int
	if err := s.db.QueryRow(`SELECT COUNT(*) FROM attachment`).Scan(&rows); err != nil || rows != 0 {
		t.Error(rows, err)
	}
}

func manyParts(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("word/p%d.xml", i)
	}
	return out
}

// A directory that lies about how many parts follow is not read to its end.
func TestLyingDirectory(t *testing.T) {
	b := packed(t, append(manyParts(2500), "[Content_Types].xml", "word/document.xml")...)
	end := bytes.LastIndex(b, []byte("PK\x05\x06"))
	b[end+8], b[end+9], b[end+10], b[end+11] = 5, 0, 5, 0
	if _, err := listParts(bytes.NewReader(b), int64(len(b))); err == nil {
		t.Error("taken")
	}
	// One that declares gigabytes is not taken at all.
	b = packed(t, "[Content_Types].xml", "word/document.xml")
	at := bytes.Index(b, []byte("PK\x01\x02"))
	b[at+27] = 0x70
	_, err := listParts(bytes.NewReader(b), int64(len(b)))
	no(t, err, "file.packed")
}

func TestTypes(t *testing.T) {
	s := newStore(t)
	long := strings.Repeat("Ответ на вопрос 7. ", 10_000)
	for _, c := range []struct{ name, content, kind, want string }{
		{"a.docx", string(packed(t, "[Content_Types].xml", "_rels/.rels", "word/document.xml=<w/>")), DOCX, "a.docx"},
		{"b.docx", string(packed(t, "[Content_Types].xml", "word/document2.xml=<w/>")), DOCX, "b.docx"},
		{"c.odt", string(packed(t, "mimetype="+ODT, "content.xml=<o/>", "META-INF/manifest.xml")), ODT, "c.odt"},
		{"d.rtf", `{\rtf1\ansi hello}`, RTF, "d.rtf"},
		{"e.txt", long, Text, "e.txt"},
		{"f.txt", "\xef\xbb\xbfhello\r\n", Text, "f.txt"},
		{"g", "<script>alert(1)</script>", Text, "g.txt"},
		{"h.htm", "\n<!-- x --> <!DOCTYPE HTML>\n<p>x", HTML, "h.htm"},
		{"i.xhtml", `<?xml version="1.0"?><html xmlns="x"/>`, HTML, "i.xhtml.html"},
		{"invoice.exe", "%PDF-1.4", PDF, "invoice.exe.pdf"},
		{`C:\fakepath\J.PDF`, "%PDF-1.4", PDF, "J.PDF"},
		{"../../etc/k.pdf", "%PDF-1.4", PDF, "k.pdf"},
		{"", "%PDF-1.4", PDF, "file.pdf"},
		{".pdf", "%PDF-1.4", PDF, "pdf.pdf"},
		{"l\u202efdp.exe\r\nX: y", "%PDF-1.4", PDF, "lfdp.exe X: y.pdf"},
		{"m\xff.pdf", "%PDF-1.4", PDF, "file.pdf"},
		{strings.Repeat("é", 300) + ".pdf", "%PDF-1.4", PDF, strings.Repeat("é", 196) + ".pdf"},
		{strings.Repeat("é", 3000) + ".pdf", "%PDF-1.4", PDF, strings.Repeat("é", 196) + ".pdf"},
		{"意见.txt", "好", Text, "意见.txt"},
	} {
		for _, r := range []io.Reader{strings.NewReader(c.content), iotest.OneByteReader(strings.NewReader(c.content[:min(len(c.content), 5000)]))} {
			if len(c.content) > 5000 {
				r = strings.NewReader(c.content)
			}
			f, err := s.Keep(ctx, r, c.name, t0)
			if err != nil || f.Type != c.kind || f.Name != c.want {
				t.Errorf("%q: %q %q %v, want %q %q", c.name, f.Type, f.Name, err, c.kind, c.want)
			}
		}
	}
}

// However a text is cut into pieces, the verdict is the same.
func TestTextAcrossPieces(t *testing.T) {
	good := []byte("aé好😀\n\tz")
	bads := [][]byte{[]byte("a\xc3\x28"), []byte("a\xe5\xa5"), []byte("\xed\xa0\x80"), []byte("\xf0\x9f\x98z"), []byte("é\x80"), []byte("é\x01"), []byte("\xff")}
	verdict := func(b []byte, cut1, cut2 int) bool {
		var s sniffer
		for _, p := range [][]byte{b[:cut1], b[cut1:cut2], b[cut2:]} {
			_, _ = s.Write(p)
		}
		return !s.notText && len(s.partial) == 0
	}
	for i := range good {
		for j := i; j <= len(good); j++ {
			if !verdict(good, i, j) {
				t.Errorf("cut at %d and %d: refused", i, j)
			}
		}
	}
	for _, b := range bads {
		for i := range b {
			for j := i; j <= len(b); j++ {
				if verdict(b, i, j) {
					t.Errorf("%q cut at %d and %d: taken", b, i, j)
				}
			}
		}
	}
	var one sniffer
	for i := range good {
		_, _ = one.Write(good[i : i+1])
	}
	if one.notText || len(one.partial) > 0 {
		t.Error("byte by byte: refused")
	}
}

func TestDamageIsNeverServed(t *testing.T) {
	s := newStore(t)
	b := pdf(2*chunkSize + 1000)
	for _, where := range []int64{0, 100, chunkSize + 3, chunkSize + tagSize, 2*(chunkSize+tagSize) + 1010} {
		f := keep(t, s, b, "a.pdf")
		change(t, s.path(f.ID), func(x []byte) []byte { x[where] ^= 16; return x })
		r, _, err := s.Open(ctx, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		r.Close()
		if !errors.Is(err, ErrDamaged) || !bytes.HasPrefix(b, got) {
			t.Errorf("byte %d: %d bytes served, %v", where, len(got), err)
		}
		if err := s.Check(ctx); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), f.ID) {
			t.Errorf("Check: %v", err)
		}
		if err := s.Erase(ctx, f.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Check(ctx); err != nil {
		t.Fatal(err)
	}
	for name, how := range map[string]func([]byte) []byte{
		"cut": func(x []byte) []byte { return x[:len(x)-1] },
		"cut at a chunk": func(x []byte) []byte {
			return x[:2*(chunkSize+tagSize)]
		},
		"longer": func(x []byte) []byte { return append(x, 0) },
		"swapped": func(x []byte) []byte {
			n := chunkSize + tagSize
			return append(append(append([]byte(nil), x[n:2*n]...), x[:n]...), x[2*n:]...)
		},
	} {
		f := keep(t, s, b, "a.pdf")
		change(t, s.path(f.ID), how)
		if err := s.Check(ctx); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		_ = s.Erase(ctx, f.ID)
	}
	f, g := keep(t, s, b, "a.pdf"), keep(t, s, b, "b.pdf")
	if err := os.Rename(s.path(f.ID), s.path(g.ID)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Open(ctx, f.ID); !errors.Is(err, ErrDamaged) {
		t.Errorf("missing: %v", err)
	}
	if err := s.check(ctx, g.ID); !errors.Is(err, ErrDamaged) {
		t.Errorf("another's: %v", err)
	}
}

func change(t *testing.T, path string, how func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, how(b), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestErasedForGood(t *testing.T) {
	dir := t.TempDir()
	s, err := New(openDB(t, dir), dir)
	if err != nil {
		t.Fatal(err)
	}
	f := keep(t, s, pdf(1000), "zebra-marker.pdf")
	var key []byte
	if err := s.db.QueryRow(`SELECT secret FROM attachment`).Scan(&key); err != nil || len(key) != keySize {
		t.Fatal(len(key), err)
	}
	if err := s.Claim(ctx, f.ID, t0); err != nil {
		t.Fatal(err)
	}
	for range 2 { // twice is no error
		if err := s.Erase(ctx, f.ID); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err = s.Open(ctx, f.ID)
	no(t, err, "file.unknown")
	no(t, s.Claim(ctx, f.ID, t0), "file.unknown")
	onlyFiles(t, s, 0)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if b, _ := os.ReadFile(filepath.Join(dir, e.Name())); bytes.Contains(b, key) || bytes.Contains(b, []byte("zebra")) {
			t.Errorf("still in %s", e.Name())
		}
	}
	if err := s.Erase(ctx, "../private.db"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "private.db")); err != nil {
		t.Error(err)
	}
}

func TestSweep(t *testing.T) {
	s := newStore(t)
	cited, waiting := keep(t, s, pdf(100), "a.pdf"), keep(t, s, pdf(100), "b.pdf")
	if err := s.Claim(ctx, cited.ID, t0); err != nil {
		t.Fatal(err)
	}
	if err := s.Claim(ctx, cited.ID, t0); err != nil {
		t.Fatal("twice:", err)
	}
	if err := s.Cited(ctx, cited.ID); err != nil {
		t.Fatal(err)
	}
	nobody := func(context.Context, []string) (map[string]bool, error) {
		t.Error("asked about files of which all is known")
		return nil, nil
	}
	old := strings.Repeat("a", 32)
	for _, name := range []string{Temporary + old, old, "README", Temporary + strings.Repeat("b", 32)} {
		if err := os.WriteFile(s.path(name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{Temporary + old, old, "README", cited.ID, waiting.ID} {
		if err := os.Chtimes(s.path(name), t0, t0); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(s.path(Temporary+strings.Repeat("b", 32)), t0.Add(23*time.Hour), t0.Add(23*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Sweep(ctx, t0.Add(24*time.Hour), nobody); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	s.mark(old, true)
	if n, err := s.Sweep(ctx, t0.Add(25*time.Hour), nobody); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	s.mark(old, false)
	if n, err := s.Sweep(ctx, t0.Add(25*time.Hour), nobody); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	_, _, err := s.Open(ctx, waiting.ID)
	no(t, err, "file.unknown")
	read(t, s, cited.ID)
	onlyFiles(t, s, 3) // the cited one, README, and a young temporary
}

// TestSweepClaims: of the files that were claimed a day ago those stay that a fact cites. A claim that is
// younger stays, whenever the file came, and where nobody can tell, all stay.
func TestSweepClaims(t *testing.T) {
	s := newStore(t)
	claim := func(f File, at time.Time) {
		t.Helper()
		if err := s.Claim(ctx, f.ID, at); err != nil {
			t.Fatal(err)
		}
	}
	refused, crashed, fresh := keep(t, s, pdf(100), "a.pdf"), keep(t, s, pdf(100), "b.pdf"), keep(t, s, pdf(100), "c.pdf")
	claim(refused, t0)
	claim(crashed, t0)
	claim(fresh, t0)
	claim(fresh, t0.Add(20*time.Hour))
	var asked []string
	record := func(_ context.Context, ids []string) (map[string]bool, error) {
		asked = ids
		return map[string]bool{crashed.ID: true}, nil
	}
	if n, err := s.Sweep(ctx, t0.Add(24*time.Hour), record); n != 0 || err != nil || asked != nil {
		t.Fatal("within the day:", n, err, asked)
	}
	broken := errors.New("the record cannot be read")
	if n, err := s.Sweep(ctx, t0.Add(25*time.Hour), func(context.Context, []string) (map[string]bool, error) { return nil, broken }); n != 0 || !errors.Is(err, broken) {
		t.Fatal("nobody can tell:", n, err)
	}
	onlyFiles(t, s, 3)
	if n, err := s.Sweep(ctx, t0.Add(25*time.Hour), record); n != 1 || err != nil || len(asked) != 2 {
		t.Fatal(n, err, asked)
	}
	_, _, err := s.Open(ctx, refused.ID)
	no(t, err, "file.unknown")
	read(t, s, crashed.ID)
	read(t, s, fresh.ID)
	// What is cited is never asked about again, and a second claim does not make it less.
	claim(crashed, t0.Add(26*time.Hour))
	asked = nil
	if n, err := s.Sweep(ctx, t0.Add(30*24*time.Hour), record); n != 1 || err != nil || len(asked) != 1 || asked[0] != fresh.ID {
		t.Fatal(n, err, asked)
	}
	read(t, s, crashed.ID)
	onlyFiles(t, s, 1)
}

// A broken upload, a disk that is full, an end of the context: nothing is left behind.
func TestFaultsLeaveNothing(t *testing.T) {
	s := newStore(t)
	broken := errors.New("the line broke")
	if _, err := s.Keep(ctx, io.MultiReader(bytes.NewReader(pdf(200_000)), iotest.ErrReader(broken)), "a.pdf", t0); !errors.Is(err, broken) {
		t.Error(err)
	}
	_, err := s.Keep(ctx, iotest.ErrReader(fmt.Errorf("write: %w", syscall.ENOSPC)), "a.pdf", t0)
	no(t, err, "file.no_room")
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Keep(ended, bytes.NewReader(pdf(200_000)), "a.pdf", t0); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	s.db.Close()
	if _, err := s.Keep(ctx, bytes.NewReader(pdf(200_000)), "a.pdf", t0); err == nil {
		t.Error("kept without a key")
	}
	onlyFiles(t, s, 0)
}

func FuzzKind(f *testing.F) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, n := range []string{"[Content_Types].xml", "word/document.xml"} {
		_, _ = w.Create(n)
	}
	_ = w.Close()
	f.Add(b.Bytes(), "a.docx")
	f.Add([]byte("%PDF-1.4"), "x\\y/z.pdf")
	f.Add([]byte("<?xml?><!-- --><html>"), "..")
	f.Add([]byte("PK\x03\x04mimetype"), strings.Repeat(".", 300))
	f.Fuzz(func(t *testing.T, b []byte, name string) {
		var s sniffer
		_, _ = s.Write(b)
		kind, err := s.kind(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			if refusal.Of(err) == nil {
				t.Fatalf("a fault: %v", err)
			}
			kind = PDF
		}
		clean := cleanName(name, kind)
		if clean != cleanName(clean, kind) || len([]rune(clean)) > MaxName || strings.ContainsAny(clean, "/\\\r\n\x00") || strings.HasPrefix(clean, ".") {
			t.Fatalf("%q became %q, then %q", name, clean, cleanName(clean, kind))
		}
	})
}
