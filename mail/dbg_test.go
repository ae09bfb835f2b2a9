package mail
import ("testing";"context")
func TestDbg(t *testing.T) {
	begun := make(chan struct{})
	q, _ := newQueue(t, transportFunc(func(ctx context.Context, m Message) error {
		close(begun)
		<-ctx.Done()
		return ctx.Err()
	}))
	put(t, q, note("a@example.org", 1))
	running, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { q.Run(running); close(done) }()
	<-begun
	counts(t, q, map[string]int{Sending: 1})
	cancel()
	<-done
	got1, _ := q.Count(ctx)
	got, _ := q.Count(ctx)
	c, _ := q.db.Conn(ctx); defer c.Close()
	var all []string
	for range 6 { c, _ := q.db.Conn(ctx); var n string; c.QueryRowContext(ctx, "select state from mail").Scan(&n); all = append(all, n); defer c.Close() 
	if len(all)==5 {break}}
	if got1[Queued] != 1 { t.Error(got1, got, all) }
}
