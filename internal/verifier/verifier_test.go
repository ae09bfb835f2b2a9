package verifier

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// vectors is the file of test vectors, read with types of this package's own.
type vectors struct {
	Seed, Public, KeyHash string
	Records               []struct {
		ID, Origin, VerifierKey string
		Size                    int64
		Entries                 []struct {
			Position       int64
			Erased         bool
			Data, Text     string
			Envelope, Leaf string
		}
		Roots []string
		Tiles []struct {
			Level  int
			N      int64
			Hashes string
		}
		Checkpoints []struct {
			Size int64
			Note string
		}
		Receipts []struct {
			Name     string
			Position int64
			File     string
		}
	}
}

func load(t testing.TB) vectors {
	t.Helper()
	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func unbase64(t testing.TB, s string) []byte {
	t.Helper()
	b, err := fromBase64(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// row is an entry of a vector record, made by the rules in the file where it is not listed there.
type row struct {
	envelope   string
	data, text []byte
	erased     bool
}

func (v vectors) rows(t testing.TB, record int) []row {
	t.Helper()
	r := v.Records[record]
	drawn := 0
	salt := func() []byte {
		drawn++
		h := sha256.Sum256(fmt.Appendf(nil, "plenary vector salt %d", drawn))
		return h[:]
	}
	var out []row
	listed := r.Entries
	for p := int64(1); p <= r.Size; p++ {
		if len(listed) > 0 && listed[0].Position == p {
			e := listed[0]
			listed = listed[1:]
			x := row{envelope: e.Envelope, data: unbase64(t, e.Data), erased: e.Erased}
			if !bytes.Equal(x.data[:saltSize], salt()) {
				t.Fatalf("entry %d: another salt of its data", p)
			}
			if e.Text != "" {
				x.text = unbase64(t, e.Text)
				if !bytes.Equal(x.text[:saltSize], salt()) {
					t.Fatalf("entry %d: another salt of its text", p)
				}
			}
			out = append(out, x)
			continue
		}
		data := append(salt(), fmt.Sprintf("vector.counted/1\n{\"n\":%d}", p)...)
		c, err := commitment("plenary-data/1", data)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(p) * 1000000001)
		class := []string{"public", "internal", "embargoed", "confidential"}[p%4]
		out = append(out, row{data: data, envelope: fmt.Sprintf("plenary-entry/1\nrecord %s\nposition %d\ntime %s\nclass %s\ndata %s\ntext none\n",
			r.ID, p, at.Format("2006-01-02T15:04:05.000000000Z"), class, c)})
	}
	return out
}

// naive is the tree hash as RFC 6962 defines it, by recursion.
func naive(leaves []hash) hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := split(len(leaves))
	return nodeHash(naive(leaves[:k]), naive(leaves[k:]))
}

// naivePath is the audit path as RFC 6962 defines it, by recursion.
func naivePath(m int, leaves []hash) []hash {
	if len(leaves) == 1 {
		return nil
	}
	k := split(len(leaves))
	if m < k {
		return append(naivePath(m, leaves[:k]), naive(leaves[k:]))
	}
	return append(naivePath(m-k, leaves[k:]), naive(leaves[:k]))
}

func split(n int) int {
	k := 1
	for 2*k < n {
		k *= 2
	}
	return k
}

func TestVectors(t *testing.T) {
	v := load(t)
	seed, _ := hex.DecodeString(v.Seed)
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	if h := sha256.Sum256(public); hex.EncodeToString(public) != v.Public || hex.EncodeToString(h[:]) != v.KeyHash {
		t.Fatal("another public key")
	}
	for i, r := range v.Records {
		k, err := parseKey(r.VerifierKey)
		if err != nil || k.name != r.Origin || !k.public.Equal(public) {
			t.Fatal("the verifier key:", err)
		}
		var tr tree
		var leaves []hash
		got := map[string]string{}
		keep := func(level int, n int64, b []byte) {
			got[fmt.Sprint(level, n)] = base64.StdEncoding.EncodeToString(b)
		}
		root := func() {
			if h := tr.root(); hex.EncodeToString(h[:]) != r.Roots[tr.size] || h != naive(leaves) {
				t.Fatalf("record %d: another root of %d entries", i, tr.size)
			}
		}
		root()
		named := map[int64]string{}
		for _, e := range r.Entries {
			named[e.Position] = e.Leaf
		}
		for j, x := range v.rows(t, i) {
			env, err := parseEnvelope([]byte(x.envelope))
			if err != nil || env.record != r.ID || env.position != int64(j+1) {
				t.Fatal(j+1, env, err)
			}
			if err := env.checkData(x.data); err != nil {
				t.Fatal(j+1, err)
			}
			if x.text != nil {
				if err := env.checkText(x.text); err != nil {
					t.Fatal(j+1, err)
				}
			} else if env.text != "none" {
				t.Fatal(j+1, "a text that is not in the vectors")
			}
			leaf := leafHash([]byte(x.envelope))
			if want, ok := named[env.position]; ok && want != hex.EncodeToString(leaf[:]) {
				t.Fatal(j+1, "another leaf hash")
			}
			leaves = append(leaves, leaf)
			tr.add(leaf, keep)
			root()
		}
		tr.partial(keep)
		for _, x := range r.Tiles {
			if got[fmt.Sprint(x.Level, x.N)] != x.Hashes {
				t.Errorf("another tile %d/%d", x.Level, x.N)
			}
		}
		if len(got) != len(r.Tiles) || int64(len(r.Roots)) != r.Size+1 {
			t.Error("tiles or roots are missing from the vectors")
		}
		for _, c := range r.Checkpoints {
			n, err := parseNote([]byte(c.Note))
			if err != nil {
				t.Fatal(err)
			}
			p, err := parseCheckpoint(n.text)
			if err != nil || p.size != c.Size || p.origin != r.Origin || hex.EncodeToString(p.root[:]) != r.Roots[c.Size] {
				t.Fatal(p, err)
			}
			if err := n.signedBy(k); err != nil {
				t.Fatal(err)
			}
			if b := []byte(n.text + "\n— " + p.origin + " " + base64.StdEncoding.EncodeToString(append(binary.BigEndian.AppendUint32(nil, k.id), ed25519.Sign(ed25519.NewKeyFromSeed(seed), []byte(n.text))...)) + "\n"); string(b) != c.Note {
				t.Error("signing again gives another note")
			}
		}
		for _, c := range r.Receipts {
			a, err := Receipt([]byte(c.File), "")
			if err != nil || a.Verdict() != "consistent" {
				t.Error(c.Name, a, err)
			}
			b, err := Receipt([]byte(c.File), r.VerifierKey)
			if err != nil || b.Verdict() != "signed by "+r.Origin {
				t.Error(c.Name, b, err)
			}
		}
	}
}

func TestPath(t *testing.T) {
	leaves := make([]hash, 70)
	for i := range leaves {
		leaves[i] = leafHash([]byte{byte(i)})
	}
	for size := 1; size <= len(leaves); size++ {
		root := naive(leaves[:size])
		for i := 0; i < size; i++ {
			path := naivePath(i, leaves[:size])
			if err := checkPath(int64(i), int64(size), leaves[i], path, root); err != nil {
				t.Fatalf("leaf %d of %d: %v", i, size, err)
			}
			if checkPath(int64(i), int64(size), leafHash(nil), path, root) == nil || checkPath(int64(i), int64(size), leaves[i], append(path, root), root) == nil ||
				len(path) > 0 && checkPath(int64(i), int64(size), leaves[i], path[1:], root) == nil || checkPath(int64(size), int64(size), leaves[i], path, root) == nil {
				t.Fatalf("leaf %d of %d: a false path passes", i, size)
			}
		}
	}
}

// claims finds the bytes of a receipt that nothing proves: the beginning of the address, and the words
// of a notice.
func claims(file string) func(int) bool {
	a0 := strings.Index(file, `"address": "`) + len(`"address": "`)
	a1 := a0 + strings.Index(file[a0:], `"`)
	a1 = a0 + strings.LastIndex(file[a0:a1], "/")
	a1 = a0 + strings.LastIndex(file[a0:a1], "/")
	n0, n1 := -1, -1
	if i := strings.Index(file, `"notice": "`); i >= 0 {
		n0 = i + len(`"notice": "`)
		n1 = n0 + strings.Index(file[n0:], `"`)
	}
	return func(i int) bool { return i >= a0 && i < a1 || i >= n0 && i < n1 }
}

// TestReceiptByte changes every byte of every receipt in many ways: none passes, but where the change
// falls into the claims that the report calls not proven. (What passes with a key passes without one.)
func TestReceiptByte(t *testing.T) {
	for _, r := range load(t).Records {
		for _, c := range r.Receipts {
			t.Run(c.Name, func(t *testing.T) {
				t.Parallel()
				claimed := claims(c.File)
				b := []byte(c.File)
				for i, was := range b {
					others := []byte{was ^ 1<<(i%8)}
					if c.Name == "three entries" {
						others = []byte{was ^ 1, was ^ 2, was ^ 32, '"'}
					}
					for _, now := range others {
						if now == was {
							continue
						}
						b[i] = now
						report, err := Receipt(b, "")
						if (err == nil) != (report.Verdict() != "wrong") || err != nil && !errors.Is(err, ErrWrong) {
							t.Fatal("report and error disagree:", report, err)
						}
						last := report.Lines[len(report.Lines)-1]
						if err == nil && !(claimed(i) && last.What == "not proven") {
							t.Fatalf("byte %d changed from %q to %q passes", i, was, now)
						}
					}
					b[i] = was
				}
			})
		}
	}
}

// values finds every string and number in a JSON text: where each begins and ends.
func values(t *testing.T, file string) (out [][2]int) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(file))
	d.UseNumber()
	for {
		tok, err := d.Token()
		if err != nil {
			return out
		}
		end := int(d.InputOffset())
		switch v := tok.(type) {
		case string:
			b, _ := json.Marshal(v)
			if file[end] == ':' { // a name
				continue
			}
			if strings.HasSuffix(file[:end], string(b)) {
				out = append(out, [2]int{end - len(b), end})
			}
		case json.Number:
			out = append(out, [2]int{end - len(v), end})
		}
	}
}

// TestReceiptField puts other values, well-formed ones, in every place of a receipt, and takes every
// line away.
func TestReceiptField(t *testing.T) {
	v := load(t)
	pool := map[string]bool{`""`: true, `"x"`: true, `null`: true, `[]`: true, `"AAAA"`: true, `"2026-03-02T09:00:03Z"`: true, `"c2"`: true, `"k2"`: true, `"late"`: true,
		`"internal"`: true, `"vouched"`: true, `"plenary-receipt/2"`: true}
	for _, r := range v.Records {
		for _, c := range r.Receipts {
			for _, p := range values(t, c.File) {
				pool[c.File[p[0]:p[1]]] = true
			}
		}
	}
	refused := func(file, what string) {
		t.Helper()
		if report, err := Receipt([]byte(file), ""); err == nil {
			t.Errorf("%s passes: %v", what, report)
		}
	}
	for _, r := range v.Records {
		for _, c := range r.Receipts {
			claimed := claims(c.File)
			all := values(t, c.File)
			if len(all) < 17 {
				t.Fatalf("%s: only %d values found", c.Name, len(all))
			}
			for _, p := range all {
				was := c.File[p[0]:p[1]]
				for now := range pool {
					if now == was || claimed(p[0]+1) && strings.HasPrefix(now, `"`) && now != `""` {
						continue
					}
					if now == `""` && strings.HasSuffix(c.File[:p[0]], `"text": `) {
						continue
					}
					refused(c.File[:p[0]]+now+c.File[p[1]:], c.Name+": "+now+" for "+was)
				}
				// A base64 string that says one bit else, and one that says the same with other spare bits.
				if b, err := fromBase64(was[1 : len(was)-1]); err == nil && len(b) > 16 {
					b[len(b)/2] ^= 1
					refused(c.File[:p[0]]+`"`+base64.StdEncoding.EncodeToString(b)+`"`+c.File[p[1]:], c.Name+": another bit in "+was)
					if n := strings.IndexByte(was, '='); n > 0 {
						const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
						same := was[:n-1] + alphabet[strings.IndexByte(alphabet, was[n-1])|1:][:1] + was[n:]
						b[len(b)/2] ^= 1
						if d, err := base64.StdEncoding.DecodeString(same[1 : len(same)-1]); err != nil || !bytes.Equal(d, b) {
							t.Fatal("the test's own mistake:", err)
						}
						refused(c.File[:p[0]]+same+c.File[p[1]:], c.Name+": other spare bits in "+was)
					}
				}
			}
			lines := strings.Split(strings.TrimSuffix(c.File, "\n"), "\n")
			for i, l := range lines {
				if strings.HasSuffix(l, "{") || strings.HasSuffix(l, "[") || strings.HasPrefix(l, ` "text"`) {
					continue
				}
				rest := append(append([]string(nil), lines[:i]...), lines[i+1:]...)
				if i > 0 && !strings.HasSuffix(l, ",") {
					rest[i-1] = strings.TrimSuffix(rest[i-1], ",")
				}
				refused(strings.Join(rest, "\n")+"\n", c.Name+": without "+l)
				twice := append(append([]string(nil), lines[:i+1]...), lines[i:]...)
				refused(strings.Join(twice, "\n")+"\n", c.Name+": twice "+l)
			}
		}
	}
}

func spell(t testing.TB, f *receiptFile) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestReceiptAnswers: what may differ between two good receipts, and who can make a false one.
func TestReceiptAnswers(t *testing.T) {
	r := load(t).Records[0]
	file := []byte(r.Receipts[0].File)
	f, err := parseReceipt(file)
	if err != nil {
		t.Fatal(err)
	}
	// Other spellings, and without its text.
	wide, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range [][]byte{spell(t, f), wide, append(wide, '\n')} {
		if report, err := Receipt(b, r.VerifierKey); err != nil || report.Signer != r.Origin {
			t.Error("another spelling:", err)
		}
	}
	text := f.Text
	f.Text = ""
	report, err := Receipt(spell(t, f), r.VerifierKey)
	if err != nil {
		t.Error("without its text:", err)
	}
	for _, l := range report.Lines {
		if l.What == "text" && !strings.Contains(l.Detail, "erased or left out") {
			t.Error("a text that is missing is not spoken of:", l)
		}
	}
	f.Text = text
	// Signed with another key: consistent in itself, and nothing more.
	_, private, _ := ed25519.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{9}, 64)))
	public := append([]byte{algEd25519}, private.Public().(ed25519.PublicKey)...)
	sum := sha256.Sum256(append([]byte(r.Origin+"\n"), public...))
	n, err := parseNote(unbase64(t, f.Proof.Checkpoint))
	if err != nil {
		t.Fatal(err)
	}
	line := func(name string, sig []byte) string {
		return "— " + name + " " + base64.StdEncoding.EncodeToString(append(sum[:4:4], sig...)) + "\n"
	}
	forged := line(r.Origin, ed25519.Sign(private, []byte(n.text)))
	good := string(unbase64(t, f.Proof.Checkpoint))
	forgedKey := fmt.Sprintf("%s+%x+%s", r.Origin, sum[:4], base64.StdEncoding.EncodeToString(public))
	goodKey := f.Key
	set := func(note, key string) []byte {
		f.Proof.Checkpoint, f.Key = base64.StdEncoding.EncodeToString([]byte(note)), key
		return spell(t, f)
	}
	if report, err := Receipt(set(n.text+"\n"+forged, forgedKey), ""); err != nil || report.Verdict() != "consistent" {
		t.Error("without a key nobody can tell:", err)
	}
	if _, err := Receipt(set(n.text+"\n"+forged, forgedKey), goodKey); err == nil {
		t.Error("a forged receipt passes the record's key")
	}
	if _, err := Receipt(set(n.text+"\n"+forged, goodKey), ""); err == nil {
		t.Error("a signature of another key passes")
	}
	if _, err := Receipt(set(good+forged, forgedKey), goodKey); err == nil {
		t.Error("a receipt that claims another key passes")
	}
	if _, err := Receipt(set(good+line("witness.example", make([]byte, 64)), goodKey), goodKey); err != nil {
		t.Error("a line of a witness is passed over:", err)
	}
	if _, err := Receipt(set(good+good[len(n.text)+1:], goodKey), goodKey); err == nil {
		t.Error("two signatures of one key pass")
	}
	if _, err := Receipt(set(good, goodKey), "no key"); err == nil {
		t.Error("a key that is none passes")
	}
}

func FuzzReceipt(f *testing.F) {
	v := load(f)
	known := map[string]bool{}
	for i, r := range v.Records {
		for _, x := range v.rows(f, i) {
			known[base64.StdEncoding.EncodeToString([]byte(x.envelope))] = true
		}
		for _, c := range r.Receipts {
			f.Add([]byte(c.File))
		}
	}
	f.Add([]byte(`{"format":"plenary-receipt/1"}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		report, err := Receipt(b, "")
		if err == nil && report.Verdict() != "consistent" {
			t.Fatal(report)
		}
		for _, r := range v.Records {
			report, err := Receipt(b, r.VerifierKey)
			if err != nil {
				continue
			}
			// The key has signed nothing but the vectors.
			got, err := parseReceipt(b)
			if err != nil || report.Signer != r.Origin || !known[got.Proof.Envelope] {
				t.Fatalf("accepted: %s", b)
			}
		}
	})
}

// makeDatabase writes the records of the vectors as docs/record.md describes the file.
func makeDatabase(t *testing.T, dir string) string {
	t.Helper()
	v := load(t)
	path := filepath.Join(dir, "record.db")
	c, err := sqlite3.Open("file:" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	put := func(sql string, args ...any) {
		t.Helper()
		s, _, err := c.Prepare(sql)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for i, a := range args {
			switch a := a.(type) {
			case int64:
				err = s.BindInt64(i+1, a)
			case string:
				err = s.BindText(i+1, a)
			case []byte:
				err = s.BindBlob(i+1, a)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Exec(); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Exec(`PRAGMA journal_mode=WAL; PRAGMA application_id=1349283190; PRAGMA user_version=1;
		CREATE TABLE record(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, origin TEXT NOT NULL) STRICT;
		CREATE TABLE envelope(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
		CREATE TABLE data(id INTEGER PRIMARY KEY, salted BLOB NOT NULL) STRICT;
		CREATE TABLE text(id INTEGER PRIMARY KEY, salted BLOB NOT NULL) STRICT;
		CREATE TABLE tile(id INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
		CREATE TABLE token(hash BLOB PRIMARY KEY, outcome BLOB NOT NULL) STRICT, WITHOUT ROWID;
		CREATE TABLE checkpoint(id INTEGER PRIMARY KEY, note BLOB NOT NULL) STRICT; BEGIN`); err != nil {
		t.Fatal(err)
	}
	var high []byte
	for i, r := range v.Records {
		number := int64(i + 1)
		put("INSERT INTO record VALUES(?,?,?)", number, r.ID, r.Origin)
		for j, x := range v.rows(t, i) {
			id := number<<40 | int64(j+1)
			put("INSERT INTO envelope VALUES(?,?)", id, []byte(x.envelope))
			put("INSERT INTO data VALUES(?,?)", id, x.data)
			if x.text != nil && !x.erased {
				put("INSERT INTO text VALUES(?,?)", id, x.text)
			}
		}
		for _, x := range r.Tiles {
			put("INSERT INTO tile VALUES(?,?)", number<<40|int64(x.Level)<<36|x.N, unbase64(t, x.Hashes))
		}
		for _, x := range r.Checkpoints {
			put("INSERT INTO checkpoint VALUES(?,?)", number<<40|x.Size, []byte(x.Note))
		}
		high = appendMark(t, high, r.ID, r.Size, r.Roots[r.Size])
	}
	if err := c.Exec("COMMIT"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "high"), high, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func appendMark(t *testing.T, b []byte, id string, head int64, root string) []byte {
	t.Helper()
	h, err := hex.DecodeString(root)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := hex.DecodeString(id)
	if err != nil {
		t.Fatal(err)
	}
	m := append(binary.BigEndian.AppendUint64(raw, uint64(head)), h...)
	m = binary.BigEndian.AppendUint32(m, 1)
	m = binary.BigEndian.AppendUint32(m, crc32.ChecksumIEEE(m))
	return append(append(b, make([]byte, 64)...), m...) // number 1 stands in the second copy
}

func TestDatabase(t *testing.T) {
	ctx := context.Background()
	base := t.TempDir()
	makeDatabase(t, base)
	whole, err := os.ReadFile(filepath.Join(base, "record.db"))
	if err != nil {
		t.Fatal(err)
	}
	marks, err := os.ReadFile(filepath.Join(base, "high"))
	if err != nil {
		t.Fatal(err)
	}
	report, err := Database(ctx, filepath.Join(base, "record.db"))
	if err != nil || report.Verdict() != "consistent" || len(report.Lines) != 3+2*7 {
		t.Fatal(report, err)
	}
	if left, _ := filepath.Glob(filepath.Join(base, "*")); len(left) != 2 {
		t.Error("the check left something behind:", left)
	}
	// id builds a row id of the first record.
	id := func(p int) string { return fmt.Sprint(int64(1)<<40 | int64(p)) }
	last := func(table, column string) string { // changes the last byte of a blob
		return "UPDATE " + table + " SET " + column + " = CAST(substr(" + column + ",1,length(" + column + ")-1) || char((unicode(substr(CAST(" + column + " AS TEXT),-1))+1)%100+8) AS BLOB) WHERE id = "
	}
	for _, c := range []struct{ name, sql, first string }{
		{"an entry is missing", "DELETE FROM envelope WHERE id=" + id(7) + "; DELETE FROM data WHERE id=" + id(7), "entries"},
		{"the last entry is missing", "DELETE FROM envelope WHERE id=" + id(300) + "; DELETE FROM data WHERE id=" + id(300), "tree"},
		{"two entries are exchanged", "UPDATE envelope SET bytes=(SELECT bytes FROM envelope WHERE id=" + id(9) + ") WHERE id=" + id(8), "entries"},
		{"an envelope is another", "UPDATE envelope SET bytes=CAST(replace(CAST(bytes AS TEXT),'class internal','class public') AS BLOB) WHERE id=" + id(9), "tree"},
		{"an envelope is spelled else", "UPDATE envelope SET bytes=CAST(replace(CAST(bytes AS TEXT),'position 9','position 09') AS BLOB) WHERE id=" + id(9), "entries"},
		{"a time goes back", "UPDATE envelope SET bytes=CAST(replace(CAST(bytes AS TEXT),'2026-03-02','2025-03-02') AS BLOB) WHERE id=" + id(9), "entries"},
		{"data are missing", "DELETE FROM data WHERE id=" + id(200), "data"},
		{"data are another", last("data", "salted") + id(200), "data"},
		{"a text is another", last("text", "salted") + id(3), "texts"},
		{"a text was taken away", "DELETE FROM text WHERE id=" + id(3), "texts"},
		{"an erased text is back", "INSERT INTO text VALUES(" + id(4) + ", zeroblob(40))", "texts"},
		{"a text that none wrote", "INSERT INTO text VALUES(" + id(9) + ", zeroblob(40))", "texts"},
		{"a tile is another", "UPDATE tile SET hashes=zeroblob(8192) WHERE id=" + id(0), "tree"},
		{"a tile is missing", "DELETE FROM tile WHERE id=" + id(1), "tree"},
		{"a tile too many", "INSERT INTO tile VALUES(" + id(2) + ", zeroblob(32))", "tree"},
		{"a checkpoint of another size", "UPDATE checkpoint SET id=" + id(5) + " WHERE id=" + id(3), "checkpoints"},
		{"a checkpoint of another record", "UPDATE checkpoint SET note=(SELECT note FROM checkpoint WHERE id=" + fmt.Sprint(int64(2)<<40|2) + ") WHERE id=" + id(3), "checkpoints"},
		{"a checkpoint with another root", "UPDATE checkpoint SET note=CAST(replace(CAST(note AS TEXT), substr(CAST(note AS TEXT),56,4), 'AAAA') AS BLOB) WHERE id=" + id(3), "checkpoints"},
		{"a record has another name", "UPDATE record SET origin='x/5eed' WHERE number=1", "origin"},
		{"a record was taken away", "DELETE FROM record WHERE number=2", "high mark"},
		{"data of no entry", "INSERT INTO data VALUES(" + id(301) + ", zeroblob(40))", "nothing else"},
		{"another schema", "PRAGMA user_version=3", "database"},
		{"a trigger", "CREATE TRIGGER t AFTER INSERT ON envelope BEGIN DELETE FROM text WHERE id < new.id; END", "tables"},
		{"a view", "CREATE VIEW v AS SELECT * FROM data", "tables"},
		{"a table too many", "CREATE TABLE more(x)", "tables"},
		{"an index", "CREATE INDEX i ON token(outcome)", "tables"},
		{"a column too many", "ALTER TABLE text ADD COLUMN more TEXT", "tables"},
		{"another program's file", "PRAGMA application_id=0", "database"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "record.db")
			if err := errors.Join(os.WriteFile(path, whole, 0o600), os.WriteFile(filepath.Join(dir, "high"), marks, 0o600)); err != nil {
				t.Fatal(err)
			}
			db, err := sqlite3.Open("file:" + path)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(db.Exec(c.sql), db.Close()); err != nil {
				t.Fatal(err)
			}
			report, err := Database(ctx, path)
			if !errors.Is(err, ErrWrong) {
				t.Fatal("not found:", err)
			}
			if l, bad := report.Wrong(); !bad || !strings.HasPrefix(l.What, c.first) {
				t.Errorf("named %q (%s), wanted %q first", l.What, l.Detail, c.first)
			}
		})
	}
}

// TestDatabaseMarks: a high mark that does not fit is found, and a file that is none of the record's.
func TestDatabaseMarks(t *testing.T) {
	ctx, v, base := context.Background(), load(t), t.TempDir()
	makeDatabase(t, base)
	marks, err := os.ReadFile(filepath.Join(base, "high"))
	if err != nil {
		t.Fatal(err)
	}
	r := v.Records[0]
	for name, m := range map[string][]byte{
		"a higher mark":         appendMark(t, nil, r.ID, 301, r.Roots[300]),
		"a mark of other roots": appendMark(t, nil, r.ID, 299, r.Roots[300]),
		"a mark of none":        appendMark(t, nil, strings.Repeat("a", 32), 1, r.Roots[300]),
		"a torn mark":           append(append([]byte(nil), marks[:100]...), make([]byte, 28)...),
		"a short mark":          marks[:100],
	} {
		if err := os.WriteFile(filepath.Join(base, "high"), m, 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := Database(ctx, filepath.Join(base, "record.db"))
		if l, _ := report.Wrong(); !errors.Is(err, ErrWrong) || !strings.HasPrefix(l.What, "high mark") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := os.Remove(filepath.Join(base, "high")); err != nil {
		t.Fatal(err)
	}
	if _, err := Database(ctx, filepath.Join(base, "record.db")); err != nil {
		t.Error("without a mark:", err)
	}
	if _, err := Database(ctx, filepath.Join(base, "none.db")); err == nil || errors.Is(err, ErrWrong) {
		t.Error("a file that is not there:", err)
	}
	if err := os.WriteFile(filepath.Join(base, "none.db"), bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Database(ctx, filepath.Join(base, "none.db")); !errors.Is(err, ErrWrong) {
		t.Error("a file that is no database:", err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := Database(gone, filepath.Join(base, "record.db")); !errors.Is(err, context.Canceled) {
		t.Error("a context that ended:", err)
	}
}
