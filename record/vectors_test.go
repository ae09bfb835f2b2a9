package record_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/internal/verifier"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/recordtest"
	"github.com/openplenary/plenary/record/sqlite"
	"github.com/openplenary/plenary/settings"
)

var update = flag.Bool("update", false, "write the test vectors anew")

const vectorsPath = "../internal/verifier/testdata/vectors.json"

// vectors is the file of test vectors. The second verifier reads it with types of its own.
type vectors struct {
	Format  string         `json:"format"`
	Rules   []string       `json:"rules"`
	Seed    string         `json:"seed"`
	Public  string         `json:"public"`
	KeyHash string         `json:"keyHash"`
	Records []vectorRecord `json:"records"`
}

type vectorRecord struct {
	ID          string             `json:"id"`
	Origin      string             `json:"origin"`
	VerifierKey string             `json:"verifierKey"`
	Size        int64              `json:"size"`
	Entries     []vectorEntry      `json:"entries"`
	Roots       []string           `json:"roots"`
	Tiles       []vectorTile       `json:"tiles"`
	Checkpoints []vectorCheckpoint `json:"checkpoints"`
	Receipts    []vectorReceipt    `json:"receipts"`
}

type vectorEntry struct {
	Position int64  `json:"position"`
	Erased   bool   `json:"erased,omitempty"`
	Data     []byte `json:"data"`
	Text     []byte `json:"text,omitempty"`
	Envelope string `json:"envelope"`
	Leaf     string `json:"leaf"`
}

type vectorTile struct {
	Level  int    `json:"level"`
	N      int64  `json:"n"`
	Hashes []byte `json:"hashes"`
}

type vectorCheckpoint struct {
	Size int64  `json:"size"`
	Note string `json:"note"`
}

type vectorReceipt struct {
	Name     string `json:"name"`
	Position int64  `json:"position"`
	File     string `json:"file"`
}

var vectorRules = []string{
	"Salt k of a record, k from 1, is SHA-256 of the ASCII string \"plenary vector salt k\". Salts are drawn in the order of the entries, for the data and then for the text of each entry that has one.",
	"An entry that is not listed was written at 2026-03-02T09:00:00Z plus its position times 1.000000001 seconds, with the data \"vector.counted/1\", LF, {\"n\":position}, without text, in the class with the number position mod 4 of public, internal, embargoed, confidential.",
	"roots[n] is the root of the tree of the first n entries, in hexadecimal; tiles are those of the whole record; base64 is standard, with padding; data and text begin with their salts.",
}

// salts hands out the salts of the vectors.
type salts struct{ k int }

func (s *salts) Read(b []byte) (int, error) {
	s.k++
	h := sha256.Sum256(fmt.Appendf(nil, "plenary vector salt %d", s.k))
	return copy(b, h[:]), nil
}

func vectorClock(p int64) time.Time {
	return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(p) * (time.Second + 1))
}

func vectorSeed() []byte {
	seed := make([]byte, ed25519.SeedSize)
	for i := range seed {
		seed[i] = byte(i)
	}
	return seed
}

// said is one listed entry of a vector record.
type said struct {
	class   record.Class
	body    cite.Fact
	words   cite.Words
	erase   []cite.Position
	back    bool   // the clock goes back before it
	receipt string // name of the receipt made right after it
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// plan is a vector record to be written.
type plan struct {
	meta         record.Meta
	slug, notice string
	size         int64
	listed       map[int64]said
	late         map[string]int64 // receipts made at the end, by name
}

// buildRecord writes a record with the house's own code and lists what came of it.
func buildRecord(t testing.TB, key *record.Key, plan plan) vectorRecord {
	t.Helper()
	m, p, back := plan.meta, int64(0), false
	engine := record.NewMemory()
	l := must[*record.Log](t)(record.Open(engine, record.Options{Key: key, Random: new(salts), Now: func() time.Time {
		if back {
			return vectorClock(p - 3)
		}
		return vectorClock(p)
	}}))
	l.ReadErasures(erasedBy)
	if err := l.Create(m); err != nil {
		t.Fatal(err)
	}
	out := vectorRecord{ID: string(m.ID), Origin: m.Origin, VerifierKey: key.Verifier(m.Origin), Size: plan.size}
	w := vectorWriter{t, l, plan, &out}
	w.root()
	for p = 1; p <= plan.size; p++ {
		back = plan.listed[p].back
		w.write(p)
	}
	for _, name := range []string{"erased", "second tile"} {
		if at, ok := plan.late[name]; ok {
			w.receipt(name, at)
		}
	}
	w.tree(engine)
	if _, err := l.Verify(context.Background(), m.ID); err != nil {
		t.Fatal(err)
	}
	return out
}

// vectorWriter writes one vector record.
type vectorWriter struct {
	t    testing.TB
	log  *record.Log
	plan plan
	out  *vectorRecord
}

// root lists the root of the tree as it is.
func (w vectorWriter) root() {
	c := must[[]byte](w.t)(w.log.Checkpoint(w.plan.meta.ID))
	root := checkpointOf(w.t, c).Root
	w.out.Roots = append(w.out.Roots, hex.EncodeToString(root[:]))
}

// checkpointOf reads a signed checkpoint.
func checkpointOf(t testing.TB, note []byte) record.Checkpoint {
	return must[record.Checkpoint](t)(record.ParseCheckpoint(string(note[:bytes.Index(note, []byte("\n\n"))+1])))
}

// write writes an entry and lists what is to be listed of it.
func (w vectorWriter) write(p int64) {
	t, l, id := w.t, w.log, w.plan.meta.ID
	s, isListed := w.plan.listed[p]
	n := record.New{Class: record.Class(p % 4), Data: fmt.Appendf(nil, "vector.counted/1\n{\"n\":%d}", p)}
	if isListed {
		n = record.New{Class: s.class, Data: must[[]byte](t)(conversation.Encode(s.body)), Text: must[[]byte](t)(conversation.EncodeWords(s.words))}
	}
	turn := must[*record.Turn](t)(l.Turn(context.Background(), id))
	must[cite.Entry](t)(turn.Append(n))
	done := make(chan error, 1)
	turn.Commit(func(err error) { done <- err })
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	w.root()
	for _, x := range s.erase {
		for i := range w.out.Entries {
			w.out.Entries[i].Erased = w.out.Entries[i].Erased || w.out.Entries[i].Position == int64(x)
		}
	}
	if isListed {
		row := must[record.Row](t)(l.Salted(context.Background(), id, cite.Position(p)))
		leaf := record.LeafHash(row.Envelope)
		w.out.Entries = append(w.out.Entries, vectorEntry{Position: p, Data: row.Data, Text: row.Text, Envelope: string(row.Envelope), Leaf: hex.EncodeToString(leaf[:])})
	}
	if s.receipt != "" {
		w.receipt(s.receipt, p)
	}
}

// receipt makes the receipt of an entry.
func (w vectorWriter) receipt(name string, p int64) {
	t, ctx, m := w.t, context.Background(), w.plan.meta
	row := must[record.Row](t)(w.log.Salted(ctx, m.ID, cite.Position(p)))
	proof := must[cite.Proof](t)(w.log.Prove(ctx, m.ID, cite.Position(p)))
	fact := must[any](t)(conversation.Decode(row.Data[record.SaltSize:]))
	env := must[*record.Envelope](t)(record.ParseEnvelope(row.Envelope))
	f := fact.(*consultation.Received)
	address := "https://consultation.example/c/" + w.plan.slug + "/" + string(f.Ref)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(consultation.Receipt{Format: consultation.ReceiptFormat, Notice: w.plan.notice, Key: w.out.VerifierKey, Proof: proof,
		Data: row.Data, Text: row.Text, Meaning: consultation.MeaningOf(f, w.plan.slug, address, env.Class.String())}); err != nil {
		t.Fatal(err)
	}
	w.out.Receipts = append(w.out.Receipts, vectorReceipt{name, p, b.String()})
	c := must[record.Checked](t)(record.CheckProof(proof, w.out.VerifierKey))
	if c.SignedBy != m.Origin || int64(c.Envelope.Position) != p {
		t.Fatal("the proof is of something else:", c)
	}
}

// tree lists the tiles and the stored checkpoints.
func (w vectorWriter) tree(engine record.Engine) {
	t, id := w.t, w.plan.meta.ID
	for level := range 3 {
		for n := int64(0); ; n++ {
			b := must[[]byte](t)(engine.Tile(id, level, n))
			if b == nil {
				break
			}
			w.out.Tiles = append(w.out.Tiles, vectorTile{level, n, b})
		}
	}
	for last := int64(0); last < w.plan.size; {
		note := must[[]byte](t)(engine.CheckpointFor(id, cite.Position(last+1)))
		if note == nil {
			break
		}
		last = checkpointOf(t, note).Size
		w.out.Checkpoints = append(w.out.Checkpoints, vectorCheckpoint{last, string(note)})
	}
}

// received is a contribution that arrived at the first instant, before or after a deadline, the second.
func received(n int, rule string, when [2]time.Time, words cite.Words, on ...cite.Ref) *consultation.Received {
	f := &consultation.Received{Ref: cite.Contribution(n), Call: "k1", By: "u0000000000001", For: "y0000000000002", Category: "individual",
		Assurance: consultation.Anonymous, Received: when[0], Rule: rule, Deadline: when[1]}
	for i, r := range on {
		f.Parts = append(f.Parts, consultation.ReceivedPart{On: r, Language: "en", Bytes: len(words[fmt.Sprintf("%d.text", i+1)]), Wording: len(words[fmt.Sprintf("%d.wording", i+1)]), Likeness: 1<<63 + uint64(n)})
	}
	return f
}

func buildVectors(t testing.TB) vectors {
	t.Helper()
	seed := vectorSeed()
	key := must[*record.Key](t)(record.NewKey(bytes.NewReader(seed)))
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	v := vectors{Format: "plenary-vectors/1", Rules: vectorRules, Seed: hex.EncodeToString(seed), Public: hex.EncodeToString(public), KeyHash: key.Hash()}

	title := func(s string) locale.Text { return locale.Text{Original: "en", In: map[locale.Lang]string{"en": s}} }
	start := vectorClock(0)
	deadline := start.Add(4 * time.Second)
	convened := func(slug string, demonstration bool) conversation.Convened {
		return conversation.Convened{Slug: slug, Title: title("Fish & ships <2026>"), Languages: []locale.Lang{"en", "fr"}, Zone: "Europe/Paris",
			Categories: []settings.Label{{ID: "individual", Name: title("Individual")}}, Key: key.Hash(), Officer: 1, Demonstration: demonstration, At: start}
	}
	call := consultation.CallAnnounced{Ref: "k1", Title: title("First call"), Paper: "p1", Edition: "p1.e1", Opens: start, Closes: deadline, Zone: "Europe/Paris",
		Late: consultation.LateKept, Moderation: consultation.ModerateBefore, At: start}
	one := cite.Words{"1.text": "Keep § 3 — it is right. <b>&amp;</b>\nÎles, جزر, 島.", "1.wording": "shall", "2.text": "Agreed.", "name": "Ana Ønsøe"}
	two := cite.Words{"1.text": "Too late, but heard."}
	three := cite.Words{"1.text": "From the second tile."}
	first := received(1, consultation.OnTime, [2]time.Time{start.Add(2 * time.Second), deadline}, one, "p1.e1.x2", "p1.e1")
	first.Parts[0].Stance, first.Parts[1].Language = consultation.InPart.String(), "fr"
	first.Assurance = consultation.EmailProven

	main := record.ID("5eed0000000000000000000000000001")
	v.Records = append(v.Records, buildRecord(t, key, plan{meta: record.Meta{ID: main, Origin: "consultation.example/" + string(main)}, slug: "fisheries", size: 300, listed: map[int64]said{
		1:   {body: convened("fisheries", false)},
		2:   {body: call},
		3:   {class: record.Embargoed, body: first, words: one, receipt: "three entries"},
		4:   {class: record.Internal, body: received(2, consultation.Late, [2]time.Time{deadline, deadline}, two, "p1.e1.x7"), words: two},
		5:   {body: life.Extended{Call: "k1", Closes: deadline.Add(time.Hour), At: start.Add(5 * time.Second)}, words: cite.Words{"reason": "A holiday."}, back: true},
		6:   {body: conversation.Erased{Position: 4, Contribution: "c2", Ground: "at_request", At: start.Add(6 * time.Second)}, erase: []cite.Position{4}},
		258: {class: record.Confidential, body: received(3, consultation.OnTime, [2]time.Time{start.Add(258 * time.Second), deadline.Add(time.Hour)}, three, "p1.e2.x7"), words: three},
	}, late: map[string]int64{"erased": 4, "second tile": 258}}))

	demo := record.ID("5eed0000000000000000000000000002")
	told := received(1, consultation.OnTime, [2]time.Time{start.Add(2 * time.Second), time.Date(2020, 2, 14, 23, 59, 0, 0, time.UTC)}, two, "p1.e1")
	told.Told = time.Date(2020, 2, 14, 22, 59, 0, 500, time.UTC)
	v.Records = append(v.Records, buildRecord(t, key, plan{meta: record.Meta{ID: demo, Origin: "demonstration/" + string(demo)}, slug: "play", notice: "What this receipt says is invented.", size: 2, listed: map[int64]said{
		1: {body: convened("play", true)},
		2: {body: told, words: two, receipt: "demonstration"},
	}}))
	return v
}

// TestVectors writes the records of the test vectors anew with the house's code and compares every byte
// with the file, which the second verifier checks by itself.
func TestVectors(t *testing.T) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	v := buildVectors(t)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(vectorsPath, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := must[[]byte](t)(os.ReadFile(vectorsPath))
	if !bytes.Equal(b.Bytes(), want) {
		t.Fatal("the record writes other bytes than the test vectors: a format that was promised for ever has changed")
	}
	for _, r := range v.Records {
		for _, c := range r.Receipts {
			report, err := verifier.Receipt([]byte(c.File), r.VerifierKey)
			if err != nil || report.Signer != r.Origin {
				t.Errorf("the second verifier on receipt %q: %v", c.Name, err)
			}
		}
	}
}

// erasedBy reads which text an entry says was erased.
func erasedBy(data []byte) []cite.Position {
	fact, err := conversation.Decode(data)
	if f, ok := fact.(*conversation.Erased); ok && err == nil {
		return []cite.Position{f.Position}
	}
	return nil
}

// TestDatabaseSecondVerifier has the second verifier read a database that the house wrote, beside the
// house while it writes.
func TestDatabaseSecondVerifier(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "record.db")
	ctx := context.Background()
	engine := must[*sqlite.Engine](t)(sqlite.Open(path, sqlite.Options{}))
	high := must[*record.HighWater](t)(record.OpenHighWater(filepath.Join(dir, "high"), false))
	l := must[*record.Log](t)(record.Open(engine, record.Options{Key: recordtest.Key(t), Now: time.Now, High: high}))
	l.ReadErasures(erasedBy)
	ids := []record.ID{"5eed0000000000000000000000000003", "5eed0000000000000000000000000004"}
	for _, id := range ids {
		if err := l.Create(record.Meta{ID: id, Origin: "test.invalid/" + string(id)}); err != nil {
			t.Fatal(err)
		}
	}
	write := func(id record.ID, n record.New) {
		t.Helper()
		turn := must[*record.Turn](t)(l.Turn(ctx, id))
		must[cite.Entry](t)(turn.Append(n))
		done := make(chan error, 1)
		turn.Commit(func(err error) { done <- err })
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	check := func() {
		t.Helper()
		report, err := verifier.Database(ctx, path)
		if err != nil || report.Verdict() != "consistent" {
			t.Fatal(report, err)
		}
	}
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				if _, err := verifier.Database(ctx, path); err != nil {
					t.Error("beside the writer:", err)
					return
				}
			}
		}
	}()
	for i := 1; i <= 700; i++ {
		write(ids[i%2], record.New{Data: fmt.Appendf(nil, "vector.counted/1\n{\"n\":%d}", i), Text: fmt.Appendf(nil, `{"1.text":"%d"}`, i)})
		if i%50 == 0 {
			must[cite.Proof](t)(l.Prove(ctx, ids[0], cite.Position(i/4)))
			write(ids[1], record.New{Data: must[[]byte](t)(conversation.Encode(conversation.Erased{Position: cite.Position(i / 4), Ground: "at_request"}))})
		}
	}
	close(stop)
	<-done
	check()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	check()
}
