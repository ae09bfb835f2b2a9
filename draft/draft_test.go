package draft

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/private/privatetest"
	"github.com/openplenary/plenary/refusal"
)

var (
	ctx = context.Background()
	t0  = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
)

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
	return New(openDB(t, t.TempDir()))
}

func of(owner uint64, key, body string) Draft {
	return Draft{Slug: "ai", Kind: Contribution, Key: key, Owner: owner, Body: []byte(body)}
}

func save(t *testing.T, s *Store, d Draft, base int, now time.Time) int {
	t.Helper()
	v, err := s.Save(ctx, d, base, now)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func no(t *testing.T, err error, kind refusal.Kind, key string) *refusal.Refusal {
	t.Helper()
	r := refusal.Of(err)
	if len(r) != 1 || r[0].Key != key || r[0].Kind != kind {
		t.Fatalf("got %v, want %s", err, key)
	}
	return r[0]
}

func TestSaveAndGet(t *testing.T) {
	s := newStore(t)
	owner := uint64(1<<63 + 9)
	if v := save(t, s, of(owner, "k", `{"a":1}`), 0, t0); v != 1 {
		t.Fatal(v)
	}
	if v := save(t, s, of(owner, "k", `{"a":2}`), 1, t0.Add(time.Minute)); v != 2 {
		t.Fatal(v)
	}
	d, ok, err := s.Get(ctx, "ai", Contribution, "k")
	if err != nil || !ok || d.Owner != owner || string(d.Body) != `{"a":2}` || d.Version != 2 || !d.Changed.Equal(t0.Add(time.Minute)) || d.Sent {
		t.Fatalf("%+v %v %v", d, ok, err)
	}
	if d, ok, err = s.Version(ctx, "ai", Contribution, "k", 1); err != nil || !ok || string(d.Body) != `{"a":1}` || d.Version != 1 {
		t.Fatalf("%+v %v %v", d, ok, err)
	}
	for _, n := range []int{-1, 0, 3} {
		if _, ok, err := s.Version(ctx, "ai", Contribution, "k", n); ok || err != nil {
			t.Error(n, ok, err)
		}
	}
	for _, w := range [][3]string{{"other", Contribution, "k"}, {"ai", Paper, "k"}, {"ai", Contribution, "l"}} {
		if _, ok, err := s.Get(ctx, w[0], w[1], w[2]); ok || err != nil {
			t.Error(w, ok, err)
		}
	}
}

func TestNobodyOverwritesWhatTheyHaveNotSeen(t *testing.T) {
	s := newStore(t)
	save(t, s, of(1, "k", "one"), 0, t0)
	save(t, s, of(1, "k", "two"), 1, t0)
	_, err := s.Save(ctx, of(1, "k", "three"), 1, t0)
	if r := no(t, err, refusal.Conflict, "draft.moved"); r.Args[0] != "version" || r.Args[1] != 2 {
		t.Error(r)
	}
	_, err = s.Save(ctx, of(1, "k", "three"), 0, t0)
	no(t, err, refusal.Conflict, "draft.moved")
	_, err = s.Save(ctx, of(1, "k", "three"), 5, t0)
	no(t, err, refusal.Conflict, "draft.moved")
	// A repeated press is no conflict and no new version.
	if v := save(t, s, of(1, "k", "two"), 1, t0.Add(time.Hour)); v != 2 {
		t.Error(v)
	}
	if v := save(t, s, of(1, "k", "three"), 2, t0); v != 3 {
		t.Error(v)
	}
}

func TestRefusals(t *testing.T) {
	s := newStore(t)
	save(t, s, of(1, "k", "one"), 0, t0)
	_, err := s.Save(ctx, of(2, "k", "two"), 1, t0)
	no(t, err, refusal.Hidden, "draft.unknown")
	_, err = s.Save(ctx, of(1, "other", "two"), 1, t0)
	no(t, err, refusal.Hidden, "draft.unknown")
	_, err = s.Save(ctx, of(1, "big", strings.Repeat("x", MaxBody+1)), 0, t0)
	no(t, err, refusal.TooLarge, "draft.long")
	save(t, s, of(1, "big", strings.Repeat("x", MaxBody)), 0, t0)
	for _, d := range []Draft{{Slug: "ai", Kind: "letter", Key: "k"}, {Kind: Paper, Key: "k"}, {Slug: "ai", Kind: Paper}} {
		if _, err := s.Save(ctx, d, 0, t0); err == nil || refusal.Of(err) != nil {
			t.Error(err)
		}
	}
	for version, want := range []bool{false, true, false} { // one that is not the last, the last, and once more
		d := of(1, "k", "")
		d.Version = min(version, 1)
		if marked, err := s.MarkSent(ctx, d, t0); err != nil || marked != want {
			t.Fatal(version, marked, err)
		}
	}
	_, err = s.Save(ctx, of(1, "k", "two"), 1, t0)
	no(t, err, refusal.NotNow, "draft.sent")
	if d, ok, _ := s.Get(ctx, "ai", Contribution, "k"); !ok || !d.Sent || string(d.Body) != "one" {
		t.Error(d, ok)
	}
}

func TestTwentyVersionsStay(t *testing.T) {
	s := newStore(t)
	for i := range 50 {
		save(t, s, of(0, "k", fmt.Sprint("text ", i+1)), i, t0.Add(time.Duration(i)*time.Second))
	}
	vs, err := s.Versions(ctx, "ai", Contribution, "k")
	if err != nil || len(vs) != 20 || vs[0].Version != 50 || vs[19].Version != 31 || vs[0].Body != nil || !vs[19].Changed.Equal(t0.Add(30*time.Second)) {
		t.Fatalf("%d %+v %v", len(vs), vs[0], err)
	}
	if d, ok, _ := s.Version(ctx, "ai", Contribution, "k", 31); !ok || string(d.Body) != "text 31" {
		t.Error(d, ok)
	}
	if _, ok, _ := s.Version(ctx, "ai", Contribution, "k", 30); ok {
		t.Error("30 is still there")
	}
}

func TestList(t *testing.T) {
	s := newStore(t)
	save(t, s, of(1, "a", "x"), 0, t0)
	save(t, s, of(1, "b", "x"), 0, t0.Add(time.Hour))
	save(t, s, of(2, "c", "x"), 0, t0)
	save(t, s, of(1, "a", "y"), 1, t0.Add(2*time.Hour))
	l, err := s.List(ctx, "ai", Contribution, 1)
	if err != nil || len(l) != 2 || l[0].Key != "a" || l[0].Version != 2 || l[1].Key != "b" || l[0].Body != nil {
		t.Errorf("%+v %v", l, err)
	}
	if l, err := s.List(ctx, "ai", Paper, 1); err != nil || l != nil {
		t.Error(l, err)
	}
}

func TestOfTwoWritersOneIsTold(t *testing.T) {
	s := newStore(t)
	save(t, s, of(1, "k", "start"), 0, t0)
	var wg sync.WaitGroup
	var mu sync.Mutex
	saved := 0
	for i := range 8 {
		wg.Go(func() {
			_, err := s.Save(ctx, of(1, "k", fmt.Sprint("writer ", i)), 1, t0)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				saved++
			} else if r := refusal.Of(err); len(r) != 1 || r[0].Key != "draft.moved" {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if saved != 1 {
		t.Error(saved)
	}
}

// TestSaveParts: parts are saved together or not at all, and only if whoever looks at their draft in that moment lets them.
func TestSaveParts(t *testing.T) {
	s := newStore(t)
	part := func(name, body string, version int) Draft {
		return Draft{Slug: "ai", Kind: Section, Key: PartKey("k", name), Body: []byte(body), Version: version}
	}
	var saw []string
	look := func(of Draft, there bool) error {
		if saw = append(saw, string(of.Body)); !there || of.Sent {
			return refusal.New(refusal.NotNow, "draft.sent")
		}
		return nil
	}
	is := func(want string) {
		t.Helper()
		all, err := s.Parts(ctx, "ai", Section, "k")
		got := ""
		for _, d := range all {
			got += fmt.Sprintf(" %s %s %d", d.Key, d.Body, d.Version)
		}
		if err != nil || got != want {
			t.Errorf("%q, want %q: %v", got, want, err)
		}
	}
	no(t, s.SaveParts(ctx, t0, look, part("a", "one", 0)), refusal.NotNow, "draft.sent")
	is("")
	head := Draft{Slug: "ai", Kind: Party, Key: "k", Body: []byte("head"), Version: 1}
	save(t, s, head, 0, t0)
	if err := s.SaveParts(ctx, t0, look, part("a", "one", 0), part("b", "two", 0)); err != nil {
		t.Fatal(err)
	}
	no(t, s.SaveParts(ctx, t0, look, part("a", "three", 1), part("b", "four", 0)), refusal.Conflict, "draft.moved")
	no(t, s.SaveParts(ctx, t0, look, part("a", "three", 1), part("b", strings.Repeat("x", MaxBody+1), 1)), refusal.TooLarge, "draft.long")
	is(" k.a one 1 k.b two 1")
	if marked, err := s.MarkSent(ctx, head, t0); err != nil || !marked {
		t.Fatal(marked, err)
	}
	no(t, s.SaveParts(ctx, t0, look, part("a", "three", 1)), refusal.NotNow, "draft.sent")
	is(" k.a one 1 k.b two 1")
	if got := strings.Join(saw, ","); got != ",head,head,head" {
		t.Error(got)
	}
}

func TestSweep(t *testing.T) {
	s := newStore(t)
	paper := Draft{Slug: "ai", Kind: Paper, Key: "p", Body: []byte("paper")}
	save(t, s, paper, 0, t0)
	save(t, s, of(1, "old", "x"), 0, t0)
	save(t, s, of(1, "kept", "x"), 0, t0)
	save(t, s, of(1, "kept", "y"), 1, t0.Add(24*time.Hour))
	save(t, s, of(1, "sent", "x"), 0, t0)
	if _, err := s.MarkSent(ctx, Draft{Slug: "ai", Kind: Contribution, Key: "sent", Version: 1}, t0.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at   time.Duration
		gone int
		left string
	}{{24 * time.Hour, 0, "kept sent old"}, {26 * time.Hour, 1, "kept old"}, {90*24*time.Hour + time.Minute, 1, "kept"}, {91*24*time.Hour + time.Minute, 1, ""}} {
		n, err := s.Sweep(ctx, t0.Add(c.at))
		if err != nil || n != c.gone {
			t.Errorf("at %v: %d gone, %v", c.at, n, err)
		}
		l, _ := s.List(ctx, "ai", Contribution, 1)
		var keys []string
		for _, d := range l {
			keys = append(keys, d.Key)
		}
		if got := strings.Join(keys, " "); got != c.left {
			t.Errorf("at %v: %q, want %q", c.at, got, c.left)
		}
	}
	if _, ok, _ := s.Get(ctx, "ai", Paper, "p"); !ok {
		t.Error("the paper went")
	}
	var versions int
	if err := s.db.QueryRow(`SELECT COUNT(*) FROM draft_version`).Scan(&versions); err != nil || versions != 1 {
		t.Error(versions, err)
	}
}

func TestDeletedIsNowhereOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	s := New(openDB(t, dir))
	save(t, s, of(1, "a", "zebra "+strings.Repeat("stripes ", 2000)), 0, t0)
	save(t, s, of(1, "a", "zebra again"), 1, t0)
	save(t, s, of(2, "b", "okapi"), 0, t0)
	save(t, s, of(3, "c", "stays"), 0, t0)
	if !onDisk(t, dir, "zebra") || !onDisk(t, dir, "okapi") {
		t.Fatal("the test looks in the wrong place")
	}
	if err := s.Delete(ctx, "ai", Contribution, "a"); err != nil {
		t.Fatal(err)
	}
	if err := s.Forget(ctx, "ai", 2); err != nil {
		t.Fatal(err)
	}
	for _, m := range []string{"zebra", "stripes", "okapi"} {
		if onDisk(t, dir, m) {
			t.Errorf("%s is still there", m)
		}
	}
	if !onDisk(t, dir, "stays") {
		t.Error("too much went")
	}
	// Nobody is not a person: what people began who had not signed in is not all one.
	save(t, s, of(0, "z", "of a stranger"), 0, t0)
	if err := s.Forget(ctx, "ai", 0); err != nil {
		t.Fatal(err)
	}
	if keys, err := s.Unowned(ctx, "ai"); err != nil || len(keys) != 1 || keys[0] != "z" {
		t.Error(keys, err)
	}
	if err := s.Delete(ctx, "ai", Contribution, "a"); err != nil {
		t.Error("twice:", err)
	}
}

func onDisk(t *testing.T, dir, marker string) bool {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(marker)) {
			return true
		}
	}
	return false
}

// TestRewrite: every version of every draft of a kind in a conversation is given to whoever rewrites; what they leave stays, and so
// does what is of another kind or conversation.
func TestRewrite(t *testing.T) {
	s := newStore(t)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, d := range []Draft{{Slug: "a", Kind: Paper, Key: "one"}, {Slug: "a", Kind: Paper, Key: "two"}, {Slug: "a", Kind: Answer, Key: "one"}, {Slug: "b", Kind: Paper, Key: "one"}} {
		for base, body := range []string{"secret", "secret, and more", "open"} {
			d.Body = []byte(body)
			if _, err := s.Save(t.Context(), d, base, now); err != nil {
				t.Fatal(err)
			}
		}
	}
	given := 0
	if err := s.Rewrite(t.Context(), "a", Paper, func(body []byte) ([]byte, error) {
		given++
		if !bytes.Contains(body, []byte("secret")) {
			return nil, nil
		}
		return bytes.ReplaceAll(body, []byte("secret"), nil), nil
	}); err != nil || given != 6 {
		t.Fatal(given, err)
	}
	for _, c := range []struct {
		d    Draft
		want []string
	}{
		{Draft{Slug: "a", Kind: Paper, Key: "one"}, []string{"", ", and more", "open"}},
		{Draft{Slug: "a", Kind: Paper, Key: "two"}, []string{"", ", and more", "open"}},
		{Draft{Slug: "a", Kind: Answer, Key: "one"}, []string{"secret", "secret, and more", "open"}},
		{Draft{Slug: "b", Kind: Paper, Key: "one"}, []string{"secret", "secret, and more", "open"}},
	} {
		for i, want := range c.want {
			got, ok, err := s.Version(t.Context(), c.d.Slug, c.d.Kind, c.d.Key, i+1)
			if !ok || err != nil || string(got.Body) != want {
				t.Errorf("%s/%s/%s, version %d: %q, want %q (%v)", c.d.Slug, c.d.Kind, c.d.Key, i+1, got.Body, want, err)
			}
		}
	}
}

// TestRewrittenIsNowhereOnTheDisk: what stood where something else was put is gone; where nothing was put, nothing is written anew.
func TestRewrittenIsNowhereOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	s := New(openDB(t, dir))
	for base, body := range []string{"zebra " + strings.Repeat("stripes ", 2000), "zebra again", "nothing of it"} {
		save(t, s, Draft{Slug: "a", Kind: Paper, Key: "one", Body: []byte(body)}, base, t0)
	}
	if err := s.Rewrite(ctx, "a", Paper, func([]byte) ([]byte, error) { return nil, nil }); err != nil {
		t.Fatal(err)
	}
	if !onDisk(t, dir, "zebra") {
		t.Fatal("the test looks in the wrong place")
	}
	if err := s.Rewrite(ctx, "a", Paper, func(body []byte) ([]byte, error) {
		if !bytes.Contains(body, []byte("zebra")) {
			return nil, nil
		}
		return []byte("okapi"), nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, m := range []string{"zebra", "stripes"} {
		if onDisk(t, dir, m) {
			t.Errorf("%s is still there", m)
		}
	}
	if !onDisk(t, dir, "okapi") || !onDisk(t, dir, "nothing of it") {
		t.Error("too much went")
	}
}

// TestNobodyIsForgotten: nobody in particular is not one person of whom something could be forgotten.
func TestNobodyIsForgotten(t *testing.T) {
	s := newStore(t)
	save(t, s, of(0, "z", "of a stranger"), 0, t0)
	save(t, s, Draft{Slug: "ai", Kind: Seat, Key: "k.", Body: []byte("{}")}, 0, t0)
	save(t, s, of(1, "o", "of one"), 0, t0)
	for _, forget := range []func(context.Context, string, uint64) error{s.ForgetBegun, s.Forget} {
		if err := forget(ctx, "ai", 0); err != nil {
			t.Fatal(err)
		}
		for kind, key := range map[string]string{Contribution: "z", Seat: "k."} {
			if _, ok, err := s.Get(ctx, "ai", kind, key); !ok || err != nil {
				t.Error(kind, ok, err)
			}
		}
	}
	if err := s.ForgetBegun(ctx, "ai", 1); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.Get(ctx, "ai", Contribution, "o"); ok || err != nil {
		t.Error("it is still there", err)
	}
	for name, d := range map[string]Draft{"nil": {Slug: "ai", Kind: Answer, Key: "n"}, "empty": {Slug: "ai", Kind: Answer, Key: "e", Body: []byte{}}} {
		save(t, s, d, 0, t0)
		if got, ok, err := s.Get(ctx, "ai", Answer, d.Key); !ok || err != nil || len(got.Body) != 0 || got.Version != 1 {
			t.Error(name, got, ok, err)
		}
	}
}
