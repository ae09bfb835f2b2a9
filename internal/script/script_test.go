package script

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/internal/dump"
	"github.com/openplenary/plenary/record"
)

//go:embed testdata
var testdata embed.FS

func files(t testing.TB) fs.FS {
	t.Helper()
	f, err := fs.Sub(testdata, "testdata")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// fixed is the machine's clock in these tests: it stands still.
var fixed = time.Date(2026, 3, 2, 10, 30, 45, 0, time.UTC)

// tester is what *testing.T and *rapid.T have in common.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// world is a Secretariat over a record in memory.
type world struct {
	t      tester
	engine *record.Memory
	key    *record.Key
	sec    *plenary.Secretariat
}

func newWorld(t tester) *world {
	t.Helper()
	key, err := record.NewKey(bytes.NewReader(make([]byte, 64)))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, engine: record.NewMemory(), key: key}
	w.open()
	return w
}

// open starts a Secretariat over whatever is on the record.
func (w *world) open() {
	w.t.Helper()
	log, err := record.Open(w.engine, record.Options{Key: w.key, Now: clock})
	if err != nil {
		w.t.Fatal(err)
	}
	w.sec, err = plenary.NewSecretariat(context.Background(), plenary.Options{Log: log, Now: clock, Random: rand.Reader, Secret: make([]byte, 32)})
	if err != nil {
		w.t.Fatal(err)
	}
}

func clock() time.Time { return fixed }

func (w *world) digest(slug string) (d string) {
	w.t.Helper()
	if _, err := w.sec.Read(context.Background(), slug, func(st *conversation.State) error { d = st.Digest(); return nil }); err != nil {
		w.t.Fatal(err)
	}
	return d
}

// proves checks what must hold after any script: the record verifies; at every position everything received
// is somewhere, once; and a replay, here and by a new Secretariat, gives the state that was live. It
// returns the kinds of facts on the record.
func (w *world) proves(slug string) []string {
	w.t.Helper()
	ctx := context.Background()
	live := w.digest(slug)
	log, id, err := w.sec.Record(slug)
	if err != nil {
		w.t.Fatal(err)
	}
	n, err := log.Verify(ctx, id)
	if err != nil {
		w.t.Fatal("the record does not verify:", err)
	}
	var kinds []string
	st := conversation.NewState()
	err = log.Entries(ctx, id, 1, n, func(e record.Entry) error {
		if e.Position%max(1, n/4) == 0 { // a start may go on from what was written down of the state
			var b bytes.Buffer
			snapshot := st.Snapshot()
			if st = conversation.NewState(); errors.Join(dump.Write(&b, snapshot), dump.Read(&b, st)) != nil || st.Digest() != snapshot.Digest() {
				w.t.Fatalf("position %d: a state that was written down and read again is another", e.Position)
			}
		}
		kind, _, _ := strings.Cut(string(e.Data), "\n")
		kinds = append(kinds, kind)
		fact, err := conversation.Decode(e.Data)
		if err != nil {
			return err
		}
		if err := st.Apply(cite.Entry{Position: e.Position, Time: e.Time}, fact); err != nil {
			return err
		}
		return holds(st)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if st.Head != n || st.Digest() != live {
		w.t.Fatal("a replay gives another state than was live")
	}
	if err := w.sec.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.open()
	if w.digest(slug) != live {
		w.t.Fatal("a restart gives another state than was live")
	}
	return kinds
}

// holds checks the invariant of the counts in one state, as a whole, by call, and against the rows.
func holds(st *conversation.State) error {
	total := st.Consultation.Total()
	if !total.Holds() {
		return fmt.Errorf("position %d: %+v", st.Head, total)
	}
	var sum consultation.Tally
	for _, k := range st.Consultation.Calls {
		t := st.Consultation.Tally(k.Ref)
		if !t.Holds() {
			return fmt.Errorf("position %d: %s: %+v", st.Head, k.Ref, t)
		}
		sum.Received += t.Received
		sum.Published += t.Published
	}
	var count consultation.Tally
	parties, texts := map[string]bool{}, st.Consultation.Counts().Texts
	from, speaking := map[string]int{}, map[string]map[string]bool{}
	for n := 1; n <= st.Consultation.Len(); n++ {
		row, _ := st.Consultation.Row(cite.Contribution(n))
		count.Received++
		switch row.Status {
		case consultation.Pending:
			count.Pending++
		case consultation.Published:
			count.Published++
			from[row.Country]++
			speaks := func(party, country string) {
				if parties[party] = true; speaking[country] == nil {
					speaking[country] = map[string]bool{}
				}
				speaking[country][party] = true
			}
			speaks(row.For, row.Country)
			for _, j := range st.Roll.JointlyBy(row.Ref) { // each where it is counted itself
				if !j.Dissociated {
					speaks(string(j.Party.Ref()), j.Country)
				}
			}
			if row.Late {
				count.Late++
			}
			if row.Redacted {
				count.Redacted++
			}
		case consultation.Withheld:
			count.Withheld++
		case consultation.Withdrawn:
			count.Withdrawn++
		case consultation.Erased:
			count.Erased++
		}
	}
	if err := ledgerHolds(st); err != nil {
		return err
	}
	for _, c := range st.Consultation.ByCountry() {
		if c.Contributions != from[c.Country] || c.Parties != len(speaking[c.Country]) {
			return fmt.Errorf("position %d: %+v, counted %d and %d", st.Head, c, from[c.Country], len(speaking[c.Country]))
		}
		delete(from, c.Country)
	}
	switch {
	case len(from) > 0:
		return fmt.Errorf("position %d: not counted: %v", st.Head, from)
	case count != total:
		return fmt.Errorf("position %d: counted %+v, kept %+v", st.Head, count, total)
	case sum.Received != total.Received || sum.Published != total.Published:
		return fmt.Errorf("position %d: the calls add up to %+v, not %+v", st.Head, sum, total)
	case len(parties) != st.Consultation.Counts().Parties || texts > total.Published:
		return fmt.Errorf("position %d: %+v", st.Head, st.Consultation.Counts())
	}
	return nil
}

// ledgerHolds counts every part of every contribution again: each is somewhere, once.
func ledgerHolds(st *conversation.State) error {
	all, papers := consultation.AnswerCounts{}, map[cite.Ref]consultation.AnswerCounts{}
	current := map[cite.Ref]int{}
	for n := 1; n <= st.Consultation.Len(); n++ {
		row, _ := st.Consultation.Row(cite.Contribution(n))
		for i := 1; i <= row.Parts; i++ {
			part := st.Consultation.Part(row.Ref, i)
			d, reopened := st.Consultation.Answer(part.Ref)
			if d != cite.None {
				current[d]++
			}
			one := consultation.AnswerCounts{}
			switch {
			case row.Status == consultation.Pending:
				one.Pending = 1
			case row.Status != consultation.Published:
				one.Gone = 1
			case d == cite.None:
				one.Unanswered = 1
			case reopened:
				one.Unanswered, one.Reopened = 1, 1
			default:
				is, _ := st.Consultation.Disposition(d)
				one.Answered, one.By[is.Outcome] = 1, 1
			}
			add := func(l *consultation.AnswerCounts) {
				l.Answered, l.Unanswered, l.Reopened = l.Answered+one.Answered, l.Unanswered+one.Unanswered, l.Reopened+one.Reopened
				l.Pending, l.Gone = l.Pending+one.Pending, l.Gone+one.Gone
				for o, k := range one.By {
					l.By[o] += k
				}
			}
			add(&all)
			l := papers[part.On.Root()]
			add(&l)
			papers[part.On.Root()] = l
		}
	}
	if all != st.Consultation.AnswerCounts(cite.None) {
		return fmt.Errorf("position %d: counted %+v, kept %+v", st.Head, all, st.Consultation.AnswerCounts(cite.None))
	}
	for p, l := range papers {
		if l != st.Consultation.AnswerCounts(p) {
			return fmt.Errorf("position %d: %s: counted %+v, kept %+v", st.Head, p, l, st.Consultation.AnswerCounts(p))
		}
	}
	for n := 1; n <= st.Consultation.Dispositions(); n++ {
		d, _ := st.Consultation.Disposition(cite.Disposition(n))
		if d.Current != current[d.Ref] {
			return fmt.Errorf("position %d: %s answers %d points, counted %d", st.Head, d.Ref, d.Current, current[d.Ref])
		}
	}
	return nil
}

// keep is an attachment room that keeps nothing.
func keep(name string, content []byte) (consultation.SubmitFile, error) {
	return consultation.SubmitFile{ID: "0123456789abcdef", Name: name, Type: "text/plain", Size: int64(len(content)), SHA: fmt.Sprintf("%x", sha256.Sum256(content))}, nil
}

// TestScripts runs every script of testdata. Together they must use every verb and bring every kind of
// fact onto a record.
func TestScripts(t *testing.T) {
	f := files(t)
	names, err := fs.Glob(f, "*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	kinds, used := map[string]bool{}, map[string]bool{}
	for _, name := range names {
		t.Run(strings.TrimSuffix(name, path.Ext(name)), func(t *testing.T) {
			w := newWorld(t)
			defer func() { _ = w.sec.Close() }()
			r := New(w.sec)
			if name == "chain.txt" { // it goes on where the demonstration ends
				var err error
				if r, err = Demo(t.Context(), w.sec, fixed); err != nil {
					t.Fatal(err)
				}
			}
			r.Attach = keep
			if err := r.Run(t.Context(), f, name); err != nil {
				t.Fatal(err)
			}
			for _, k := range w.proves(r.Slug) {
				kinds[k] = true
			}
			for v := range r.used {
				used[v] = true
			}
		})
	}
	for _, k := range conversation.Kinds() {
		if !kinds[k] {
			t.Errorf("no script brings %s onto a record", k)
		}
	}
	for v := range verbs {
		if !used[v] {
			t.Errorf("no script says %q", v)
		}
	}
}

// TestEveryCommandHasAVerb: what can be asked for can be said in a script.
func TestEveryCommandHasAVerb(t *testing.T) {
	mine := map[reflect.Type]bool{}
	for _, v := range verbs {
		for _, c := range v.commands {
			mine[reflect.TypeOf(c)] = true
		}
	}
	for _, c := range conversation.Commands() {
		if !mine[c.Type] {
			t.Errorf("no verb says %s", c.Name)
		}
		delete(mine, c.Type)
	}
	for c := range mine {
		t.Errorf("a verb says %s, which is no command", c)
	}
}

// TestErrors: a script that is wrong says where.
func TestErrors(t *testing.T) {
	const head = "at 2020-01-02T09:00Z\n\nconvene ferries\n  title.en: Ferries\n  languages: en\n  demonstration: yes\n  officer: @olga\n  labels: labels.json\n\n"
	for _, c := range []struct{ text, want string }{
		{"dance", `x.txt:1: dance: no such verb`},
		{"grant @x", `x.txt:1: grant @x: 1 words after the verb`},
		{"  key: value", `x.txt:1: key: value: a key before the first block`},
		{"tick\n  name: value", `x.txt:1: tick: line 2: tick takes no key "name"`},
		{"tick\n key: value", `x.txt:2: key: value: want two spaces`},
		{"tick\n  at: now\n  at: now", `x.txt:3: at: now: the key stands twice`},
		{"tick => alias", `x.txt:1: tick => alias: want "=> $alias" at the end`},
		{`redact $c "unfinished`, `x.txt:1: redact $c "unfinished: a quotation without an end`},
		{"stage\n  title.tlh: yIjaH", `x.txt:1: stage: line 2: title.tlh: no such language`},
		{"at tomorrow", `x.txt:1: at tomorrow: "tomorrow" is no instant`},
		{"at now+1y", `"now+1y" is no instant`},
		{"clock fast", `want "clock real"`},
		{"at 2020-01-02T09:00Z\nat 2020-01-01T09:00Z", `x.txt:2: at 2020-01-01T09:00Z: the clock goes back`},
		{head + "grant x chair", `x.txt:10: grant x chair: "x" is no person`},
		{head + "grant @x king", `no such role: king`},
		{head + "publish $nobody", `nothing is called $nobody`},
		{head + "publish nothing", `neither an alias nor a reference`},
		{head + "publish c1", `x.txt:10: publish c1: c1: refused: contribution.unknown`},
		{head + "publish c1\n  expect: contribution.decided", `should be refused with contribution.decided, but: c1: refused: contribution.unknown`},
		{head + "grant @x chair\n  expect: role.held", `granted, but should be refused: role.held`},
		{head + "grant @x chair => $x", `nothing to call $x`},
		{head + "assert received 1", `x.txt:10: assert received 1: received: 0, want 1`},
		{head + "assert nonsense 1", `cannot assert "nonsense"`},
		{head + "assert three 1 2", `want 3 words after "three"`},
		{head + "include nowhere.txt", `nowhere.txt: file does not exist`},
		{head + "include include.txt", `include.txt:`},
		{strings.Replace(head, "  demonstration: yes\n", "", 1), `x.txt:3: convene ferries: times are told in demonstrations only`},
		{"tick\n\ngrant @x chair", `x.txt:3: grant @x chair: nobody acts`},
	} {
		w := newWorld(t)
		r := New(w.sec)
		r.Files = files(t)
		err := r.RunText(t.Context(), "x.txt", c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n got %v\nwant %s", c.text, err, c.want)
		}
		_ = w.sec.Close()
	}
}

// TestForm: nothing is lost between the lines of a script.
func TestForm(t *testing.T) {
	blocks, err := parse("x", "# remark\n\nsubmit \"two words\" => $c\n  text: |\n    One.\n\n      # indented, no remark\n    two: three\n  name:   Maria: the first  \n\nat now\n")
	if err != nil || len(blocks) != 2 {
		t.Fatal(blocks, err)
	}
	b := blocks[0]
	if b.verb != "submit" || !slices.Equal(b.words, []string{"two words"}) || b.gives != "$c" || b.line != 3 {
		t.Errorf("%+v", b)
	}
	if got := b.get("text"); got != "One.\n\n  # indented, no remark\ntwo: three\n" {
		t.Errorf("%q", got)
	}
	if got := b.get("name"); got != "Maria: the first" {
		t.Errorf("%q", got)
	}
}

func TestInstants(t *testing.T) {
	r := &Runner{Now: fixed}
	for in, want := range map[string]string{
		"2019-12-18T14:02+01:00":         "2019-12-18T13:02:00Z",
		"2019-12-13T10:00Z":              "2019-12-13T10:00:00Z",
		"2020-02-14 23:59 Europe/Zurich": "2020-02-14T22:59:00Z",
		"now":                            "2026-03-02T10:30:00Z",
		"now-14d":                        "2026-02-16T10:30:00Z",
		"now+36h":                        "2026-03-03T22:30:00Z",
		"now+7d 23:59 Europe/Zurich":     "2026-03-09T22:59:00Z",
		"now+15h 00:00 Asia/Tokyo":       "2026-03-02T15:00:00Z",
	} {
		got, err := r.instant(in)
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%s: %s, %v; want %s", in, got.Format(time.RFC3339), err, want)
		}
	}
	for _, in := range []string{"", "now-", "now*3d", "now+3", "2020-02-30T00:00Z", "2020-03-29 02:30 Europe/Zurich", "now 23:59 Nowhere/Atall", "a b"} {
		if got, err := r.instant(in); err == nil {
			t.Errorf("%q is taken for %s", in, got)
		}
	}
}
