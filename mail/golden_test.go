package mail

import (
	"context"
	"flag"
	"fmt"
	"hash/fnv"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record"
)

var (
	updateGolden = flag.Bool("update", false, "write the golden file of letters")
	sayAllOf     = flag.String("all-of", "", "print the letters of a notice, to compare with what they were")
)

// kept are letters by their kind: how many, and a sum of them all.
type kept struct {
	of map[string]*keptOf
}

type keptOf struct {
	n   int
	sum uint64
}

// chance are what is drawn anew at each run: codes, keys, hashes.
var chance = regexp.MustCompile(`[0-9A-Za-z+/_-]{20,}=*|\b[0-9A-Z]{4}(-[0-9A-Z]{4}){2,}\b`)

func (k *kept) note(when string, m post.Message) {
	name, _, _ := strings.Cut(m.Notice, " ")
	line := when + " " + name
	one := k.of[line]
	if one == nil {
		one = &keptOf{}
		k.of[line] = one
	}
	one.n++
	all := fmt.Sprint(m.To, m.Lang, m.Notice, m.About, m.Position, m.Subject, "\n", m.Text)
	for _, f := range m.Files {
		all += f.Name
	}
	all = chance.ReplaceAllString(all, "…")
	h := fnv.New64a()
	_, _ = h.Write([]byte(all))
	one.sum += h.Sum64() // in whatever order they go
	if *sayAllOf != "" && strings.HasPrefix(line, *sayAllOf) {
		fmt.Println(line, all)
	}
}

func (k *kept) Send(_ context.Context, m post.Message) error {
	k.note("sent", m)
	return nil
}

// aliases are persons of scripts.
var aliases = regexp.MustCompile(`@[a-z][a-z0-9-]*`)

// convening is where a script gives a conversation its address, or says it.
var convening = regexp.MustCompile(`(?m)^(convene|discard) \S+`)

// player writes the letters of a script while it is played.
type player struct {
	t       *testing.T
	kept    *kept
	letters *Letters
	run     *script.Runner
	names   []string
	read    cite.Position
	now     time.Time
}

// addresses gives everybody an address: in one language after the other, every fifth of whom did not prove it yet, every seventh without a wish for letters.
func (f *player) addresses() {
	langs := []locale.Lang{"en", "fr", "ar", "zh", "ru", "es"}
	for i, alias := range f.names {
		if p := f.run.Participant(alias); alias != "" && p != 0 {
			f.names[i] = ""
			email := alias[1:] + "@example.org"
			if err := f.letters.Accounts.SetAddress(ctx, account.Number{Slug: f.run.Slug, Participant: uint64(p)}, email, langs[i%len(langs)], t0); err != nil {
				f.t.Fatal(err)
			}
			if i%5 == 4 {
				continue
			}
			token, _, err := f.letters.Accounts.LettersTo(ctx, email)
			if err != nil {
				f.t.Fatal(err)
			}
			wish := account.Confirmed
			if i%7 == 6 {
				wish = account.Stopped
			}
			if _, err := f.letters.Accounts.SetWish(ctx, token, wish); err != nil {
				f.t.Fatal(err)
			}
		}
	}
}

// follow writes the letters of what came onto the record since, and queues them.
func (f *player) follow(when string, from cite.Position) {
	entries, err := f.letters.Sec.RecordEntries(ctx, f.run.Slug, from+1, 1<<40)
	if err != nil {
		f.t.Fatal(err)
	}
	compose := f.letters.Compose(f.run.Slug)
	for _, e := range entries {
		f.read = e.Position
		all, err := compose(ctx, e.Fact, cite.Entry{Position: e.Position, Time: e.Time})
		if err != nil {
			f.t.Fatal(err)
		}
		for _, m := range all {
			f.kept.note(when, m)
			m.Slug, m.Position = f.run.Slug, e.Position
			if err := f.letters.Queue.Put(ctx, m); err != nil {
				f.t.Fatal(err)
			}
		}
	}
}

// TestGoldenLetters: who is written to of what the scripts of internal/script put onto records, and in which words, is what testdata/letters.txt
// says: as it happens, read again when all of it has happened, and as it is sent.
func TestGoldenLetters(t *testing.T) {
	t.Parallel()
	files := os.DirFS(filepath.Join("..", "internal", "script", "testdata"))
	names, err := fs.Glob(files, "*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	k := &kept{map[string]*keptOf{}}
	db := openDB(t, t.TempDir())
	for i, name := range names {
		if name == "chain.txt" { // it goes on where the demonstration ends
			continue
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		// Each conversation has an address of its own, for they share the private database. One script is about such addresses.
		if own := string(text); name == "convene.txt" {
			k.play(t, db, files, name, own)
		} else {
			k.play(t, db, files, name, convening.ReplaceAllString(own, fmt.Sprintf("${0}-%d", i)))
		}
	}
	var b strings.Builder
	for _, line := range slices.Sorted(maps.Keys(k.of)) {
		fmt.Fprintf(&b, "%s: %d, sum %08x\n", line, k.of[line].n, uint32(k.of[line].sum))
	}
	path := filepath.Join("testdata", "letters.txt")
	if *updateGolden {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		was, is := strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")
		t.Errorf("are now %q\nwere %q", slices.DeleteFunc(slices.Clone(is), func(s string) bool { return slices.Contains(was, s) }),
			slices.DeleteFunc(slices.Clone(was), func(s string) bool { return slices.Contains(is, s) }))
	}
}

// play plays a script, with a follower beside it.
func (k *kept) play(t *testing.T, db *private.DB, files fs.FS, name, text string) {
	t.Helper()
	f := &player{t: t, kept: k, now: time.Date(2026, 3, 2, 10, 30, 45, 0, time.UTC)}
	clock := func() time.Time { return f.now }
	random := rand.NewChaCha8([32]byte{})
	key, err := record.NewKey(random)
	if err != nil {
		t.Fatal(err)
	}
	log, err := record.Open(record.NewMemory(), record.Options{Key: key, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	sec, err := plenary.NewSecretariat(ctx, plenary.Options{Log: log, Now: clock, Random: random, Secret: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sec.Close() }()
	accounts, err := account.New(db, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	q, err := NewQueue(db, k, "noreply@talk.example.org", clock)
	if err != nil {
		t.Fatal(err)
	}
	f.letters = &Letters{Sec: sec, Accounts: accounts, Queue: q, Address: "https://talk.example.org"}
	q.Renew = f.letters.Renew
	f.run = script.New(sec)
	f.run.Attach = func(name string, content []byte) (consultation.SubmitFile, error) {
		return consultation.SubmitFile{ID: "0123456789abcdef", Name: name, Type: "text/plain", Size: int64(len(content)), SHA: fmt.Sprintf("%064x", len(content))}, nil
	}
	for _, alias := range aliases.FindAllString(text, -1) {
		if !slices.Contains(f.names, alias) {
			f.names = append(f.names, alias)
		}
	}
	blocks := 0
	f.run.After = func(time.Time) error {
		if blocks++; f.run.Slug != "" && blocks%6 == 0 {
			f.addresses()
			f.follow("written", f.read)
		}
		return nil
	}
	f.run.Files = files
	if err := f.run.RunText(ctx, name, text); err != nil {
		t.Fatal(err)
	}
	f.addresses()
	f.follow("written", f.read)
	f.follow("read again", 0)
	if _, err := f.letters.Remind(ctx, f.run.Slug); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		f.now = f.now.Add(26 * time.Hour)
		if _, err := f.letters.Remind(ctx, f.run.Slug); err != nil {
			t.Fatal(err)
		}
		if _, err := q.Flush(ctx); err != nil {
			t.Fatal(err)
		}
	}
}
