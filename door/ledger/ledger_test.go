package ledger

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

func opened(t *testing.T, name string) *private.DB {
	t.Helper()
	config, err := pgx.ParseConfig(postgrestest.Shared(t).Loopback(name))
	if err != nil {
		t.Fatal(err)
	}
	config.Password = postgrestest.Password
	db, err := private.OpenServer(t.Context(), private.Server{Config: config})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// TestTwoNodes: what one node lets in counts at the other, for a source and in all, though nodes only tell one another each second; in the database nobody is named. A node
// that went is not counted, nor is what no limit looks back to.
func TestTwoNodes(t *testing.T) {
	_, name := postgrestest.Shared(t).Database(t)
	var nodes []*door.Limiter
	var books []*Ledger
	for range 2 {
		l := door.NewLimiter(door.Limit{Name: "sign-ins", PerSource: 100, InAll: 150, Window: 24 * time.Hour})
		books = append(books, &Ledger{DB: opened(t, name)})
		l.Share(books[len(books)-1], []byte("a key of the instance"))
		nodes = append(nodes, l)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	for _, l := range nodes {
		go l.Run(ctx)
	}
	for end := time.Now().Add(time.Minute); ; { // until both are known
		st, err := books[0].Exchange(t.Context(), "a test", nil, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if st.Nodes == 3 && time.Until(st.Now).Abs() < time.Minute {
			break
		}
		if time.Now().After(end) {
			t.Fatal(st)
		}
	}
	now := time.Now()
	let := map[string]int{}
	for i := range 600 {
		source := []string{"192.0.2.1", "192.0.2.2"}[i/300]
		if wait, _ := nodes[i%2].Take(source, now, door.Use{Limit: "sign-ins", Amount: 1}); wait == 0 {
			let[source]++
		}
	}
	if first, both := let["192.0.2.1"], let["192.0.2.1"]+let["192.0.2.2"]; first < 100 || first > 126 || both < 150 || both > 188 {
		t.Errorf("let in: %v", let)
	}
	stop()
	st, err := books[0].Exchange(t.Context(), "a test", []door.Spent{
		{Limit: "sign-ins", Source: "of old", Began: now.Add(-72 * time.Hour), Until: now.Add(-time.Hour), Amount: 3},
		{Limit: "sign-ins", Source: "of old", Began: now.Add(-72 * time.Hour), Until: now.Add(-time.Hour), Amount: 4},
	}[:1], time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for _, total := range st.Totals {
		if bytes.Contains([]byte(total.Source), []byte("192")) {
			t.Errorf("the database names %q", total.Source)
		}
	}
	db := books[0].DB
	if _, err := db.ExecContext(t.Context(), `UPDATE spent SET changed = 0 WHERE name = '' AND source <> 'a test'`); err != nil {
		t.Fatal(err)
	}
	books[0].swept = time.Time{}
	if st, err = books[0].Exchange(t.Context(), "a test", nil, time.Time{}); err != nil || st.Nodes != 1 {
		t.Errorf("%d nodes: %v", st.Nodes, err)
	}
	for _, total := range st.Totals {
		if total.Source == "of old" {
			t.Error("what no limit looks back to is kept")
		}
	}
}
