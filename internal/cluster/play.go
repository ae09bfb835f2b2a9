package cluster

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/openplenary/plenary/internal/fault/kept"
)

// Faults say what is played.
type Faults struct {
	Rounds  int           // each plays one fault
	Callers int           // how many send at once
	Pause   time.Duration // how long a node is stopped, or cut off
	Seed    uint64
	Only    string // faults whose name has this in it; "" for all in turn
}

// Round is what came of one fault.
type Round struct {
	Fault string
	// Gap is the longest time in which nobody was acknowledged, from the fault on.
	Gap time.Duration
	// Own is how long what the fault hit took by itself: until Patroni had another primary, until another node led, until the node was
	// ready again.
	Own time.Duration
	// Moved is how many of those who followed a page live found another stream, and Away how long after the fault the last of them did.
	Moved int
	Away  time.Duration
	// Acknowledged is how many contributions were, from the fault on.
	Acknowledged int
}

// fault is one thing that goes wrong, and what is done so that all is well again.
type fault struct {
	name string
	play func(*playing, context.Context) (own time.Duration, err error)
}

// faults are all of them, in the order in which they are played.
var faults = []fault{
	{"primary lost, standby promoted", (*playing).losePrimary},
	{"primary restarted in place", (*playing).restartPrimary},
	{"node killed", (*playing).killNode},
	{"node stopped and continued", (*playing).stopNode},
	{"node cut off from PostgreSQL", (*playing).cutNode},
}

type playing struct {
	*Cluster
	f       Faults
	random  *rand.Rand
	callers *callers
	live    followers
}

// following is how many follow a page live meanwhile.
const following = 12

// broken is a promise that was not kept.
type broken struct{ lost, twice, strange int }

// Play plays faults under load, and after each looks whether every promise was kept. It says so at the end in one line.
func (c *Cluster) Play(ctx context.Context, f Faults) (all []Round, err error) {
	p := &playing{Cluster: c, f: f, random: rand.New(rand.NewPCG(f.Seed, 1)),
		callers: &callers{url: c.balancer.url(), dir: c.dir, client: newClient(), posted: map[string]bool{}}}
	fmt.Fprintf(c.o.Out, "%d rounds, %d callers, seed %d; Patroni: a silent primary keeps its place for %d s\n", f.Rounds, f.Callers, f.Seed, leaderSeconds)
	chosen := slices.DeleteFunc(slices.Clone(faults), func(x fault) bool { return !strings.Contains(x.name, f.Only) })
	if len(chosen) == 0 {
		return nil, fmt.Errorf("cluster: no fault is called %q", f.Only)
	}
	watching, stop := context.WithCancel(ctx)
	defer stop()
	p.live = newFollowers(watching, c.page(), following)
	for i := range f.Rounds {
		r, err := p.round(ctx, chosen[i%len(chosen)])
		if err == nil {
			err = p.check(ctx, i)
		}
		if err != nil {
			return all, errors.Join(fmt.Errorf("round %d, %s: %w", i+1, r.Fault, err), c.why())
		}
		fmt.Fprintf(c.o.Out, "%3d  %-32s own %5.1f s, longest without an acknowledgement %5.1f s, %5d acknowledged; %2d of %d followers moved within %.1f s\n",
			i+1, r.Fault, r.Own.Seconds(), r.Gap.Seconds(), r.Acknowledged, r.Moved, following, r.Away.Seconds())
		all = append(all, r)
	}
	return all, p.finish(ctx)
}

// round plays one fault while the callers send.
func (p *playing) round(ctx context.Context, f fault) (r Round, err error) {
	r.Fault = f.name
	sending, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- p.callers.run(sending, p.f.Callers) }()
	begun := time.Now()
	err = until(ctx, 30*time.Second, "contributions are acknowledged", func() bool { return p.callers.count(begun) > 2*p.f.Callers })
	if err == nil {
		pause(ctx, time.Duration(p.random.IntN(1500))*time.Millisecond)
		for _, f := range p.live {
			f.begin()
		}
		struck := time.Now()
		r.Own, err = f.play(p, ctx)
		if err == nil {
			healed := time.Now()
			err = until(ctx, time.Minute, "contributions are acknowledged again", func() bool { return p.callers.count(healed) > 2*p.f.Callers })
		}
		r.Gap, r.Acknowledged = p.callers.gap(struck), p.callers.count(struck)
	}
	stop()
	if err = errors.Join(err, <-done); err == nil {
		r.Moved, r.Away, err = p.followed(ctx)
	}
	return r, err
}

// followed waits until whoever follows the page has been told everything, in order.
func (p *playing) followed(ctx context.Context) (moved int, away time.Duration, err error) {
	d, err := p.same(ctx)
	if err != nil {
		return 0, 0, err
	}
	err = until(ctx, time.Minute, "those who follow a page are told everything", func() bool { return p.live.there(d.Position) })
	moved, away, back := p.live.moved()
	if err == nil && back > 0 {
		err = fmt.Errorf("%d events of a page came out of their order", back)
	}
	return moved, away, err
}

// losePrimary has the machine of the primary die, waits for the standby to take over, and has the machine come back.
func (p *playing) losePrimary(ctx context.Context) (time.Duration, error) {
	lost := p.primary(ctx)
	if lost == nil {
		return 0, errors.New("there is no primary")
	}
	begun := time.Now()
	lost.kill()
	if err := until(ctx, time.Minute, "the standby leads", func() bool { now := p.primary(ctx); return now != nil && now != lost }); err != nil {
		return 0, err
	}
	took, led := time.Since(begun), time.Now()
	if err := until(ctx, time.Minute, "writing goes on", func() bool { return p.callers.count(led) > p.f.Callers }); err != nil {
		return 0, err
	}
	if err := lost.start(); err != nil {
		return 0, err
	}
	return took, p.whole(ctx, 2*time.Minute)
}

// restartPrimary ends the primary at once; Patroni starts it again where it was.
func (p *playing) restartPrimary(ctx context.Context) (time.Duration, error) {
	hit := p.primary(ctx)
	if hit == nil {
		return 0, errors.New("there is no primary")
	}
	was, begun := hit.postmaster(), time.Now()
	hit.crash()
	if err := until(ctx, time.Minute, "the primary runs again", func() bool { return hit.postmaster() != was && p.primary(ctx) != nil }); err != nil {
		return 0, err
	}
	return time.Since(begun), p.whole(ctx, 2*time.Minute)
}

// leader is the node that was the last to begin to lead.
func (p *playing) leader() *node {
	return slices.MaxFunc(p.nodes, func(a, b *node) int { return strings.Compare(a.led(), b.led()) })
}

// killNode kills the node that leads; another leads, and the node comes back.
func (p *playing) killNode(ctx context.Context) (time.Duration, error) {
	if err := until(ctx, 30*time.Second, "a node leads", func() bool { return p.leader().led() != "" }); err != nil {
		return 0, err
	}
	hit := p.leader()
	last, begun := hit.led(), time.Now()
	hit.proc.kill()
	if err := until(ctx, time.Minute, "another node leads", func() bool { return p.leader().led() > last }); err != nil {
		return 0, err
	}
	took := time.Since(begun)
	if err := hit.start(p.o.Program); err != nil {
		return 0, err
	}
	return took, until(ctx, time.Minute, "the node is ready again", func() bool { return hit.ready(ctx) })
}

// stopNode stops a node where it is, and has it go on: what it sends then is stale.
func (p *playing) stopNode(ctx context.Context) (time.Duration, error) {
	hit := p.leader()
	hit.proc.signal(syscall.SIGSTOP)
	pause(ctx, p.f.Pause)
	hit.proc.signal(syscall.SIGCONT)
	begun := time.Now()
	err := until(ctx, time.Minute, "the node has caught up", func() bool { return hit.ready(ctx) && hit.health(ctx) == http.StatusOK })
	return time.Since(begun), err
}

// cutNode cuts the lines between a node and the servers: it is read on, says that nothing can be written, and acknowledges nothing.
func (p *playing) cutNode(ctx context.Context) (time.Duration, error) {
	hit := p.nodes[p.random.IntN(len(p.nodes))]
	for _, x := range hit.lines {
		x.cut()
	}
	mended := false
	mend := func() {
		if !mended {
			mended = true
			for _, x := range hit.lines {
				x.mend()
			}
		}
	}
	defer mend()
	begun := time.Now()
	if err := until(ctx, 30*time.Second, "the node says that it cannot write", func() bool { return hit.health(ctx) == http.StatusServiceUnavailable }); err != nil {
		return 0, err
	}
	x := &kept.Sent{Token: newToken(), Text: "What is said to a node that is cut off."}
	p.callers.mu.Lock()
	p.callers.posted[x.Text] = true
	p.callers.mu.Unlock()
	if err := send(ctx, hit.client, hit.url, x); err == nil {
		return 0, errors.New("a node that is cut off acknowledged " + x.Ref)
	}
	// The paper is in memory. What was said lately may not be: then the page says so, and nobody waits for it in vain.
	for page, may := range map[string]int{"/p1": http.StatusOK, "": http.StatusServiceUnavailable, "/record": http.StatusServiceUnavailable} {
		status, body, err := hit.get(ctx, "/en/c/"+slug+page)
		if err != nil || status != http.StatusOK && status != may {
			hit.proc.signal(syscall.SIGQUIT) // its log then has what it was doing
			pause(ctx, time.Second)
			return time.Since(begun), fmt.Errorf("a node that is cut off is not read: %s: %d %.200s %v", page, status, body, err)
		}
	}
	pause(ctx, p.f.Pause-time.Since(begun))
	mend()
	begun = time.Now()
	err := until(ctx, time.Minute, "the node writes again", func() bool { return hit.ready(ctx) && hit.health(ctx) == http.StatusOK })
	return time.Since(begun), err
}

// check looks whether all nodes have the same, and whether every acknowledgement is on the record once.
func (p *playing) check(ctx context.Context, i int) error {
	if _, err := p.same(ctx); err != nil {
		return err
	}
	out := filepath.Join(p.dir, "backup-"+strconv.Itoa(i))
	if _, err := p.nodes[i%len(p.nodes)].command(ctx, p.o.Program, "backup", "--data", p.nodes[i%len(p.nodes)].data(), "--out", out); err != nil {
		return err
	}
	all, b, err := p.held(out)
	if err != nil || b != (broken{}) {
		return fmt.Errorf("%d acknowledged, %d lost, %d twice, %d that nobody sent (the copy is in %s): %v", all, b.lost, b.twice, b.strange, out, err)
	}
	return os.RemoveAll(out)
}

// held holds what the callers were told against a copy of the record.
func (p *playing) held(dir string) (acknowledged int, b broken, err error) {
	all, err := p.callers.receipts()
	if err != nil {
		return 0, b, err
	}
	r, err := kept.Read(dir, false)
	if err != nil {
		return len(all), b, err
	}
	for _, x := range all {
		if err := kept.Proven(x.Receipt, p.key); err != nil {
			return len(all), b, fmt.Errorf("the receipt of %s: %w", x.Ref, err)
		}
	}
	p.callers.mu.Lock()
	defer p.callers.mu.Unlock()
	b, err = compare(r, all, p.callers.posted)
	return len(all), b, err
}

// compare counts what a record does not hold of what was acknowledged, what it holds twice, and what nobody sent. An error is of an entry
// that is not what its receipt says.
func compare(r *kept.Record, all []kept.Sent, posted map[string]bool) (b broken, err error) {
	for _, x := range all {
		switch n := len(r.ByText[x.Text]); {
		case n == 0:
			b.lost++
		case n == 1:
			err = errors.Join(err, r.Holds(x))
		}
	}
	for text, refs := range r.ByText {
		if len(refs) > 1 {
			b.twice++
		}
		if !posted[text] {
			b.strange++
		}
	}
	return b, err
}

// finish checks everything once more with the program's own means, and says what came of it.
func (p *playing) finish(ctx context.Context) error {
	at, err := p.agreed(ctx)
	if err != nil {
		return err
	}
	n := p.nodes[0]
	out := filepath.Join(p.dir, "backup-last")
	if _, err := n.command(ctx, p.o.Program, "backup", "--data", n.data(), "--out", out); err != nil {
		return err
	}
	if _, err := n.command(ctx, p.o.Program, "verify", "--data", out); err != nil {
		return err
	}
	acknowledged, b, err := p.held(out)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.o.Out, "digest of all %d nodes at position %d: %s\n", len(p.nodes), at.Position, at.Digest)
	fmt.Fprintf(p.o.Out, "%d sent again without an answer\n", p.callers.again.Load())
	fmt.Fprintf(p.o.Out, "%d acknowledged, %d lost, %d twice\n", acknowledged, b.lost, b.twice)
	if b != (broken{}) {
		return fmt.Errorf("cluster: the record holds %d that nobody sent, lost %d, has %d twice", b.strange, b.lost, b.twice)
	}
	return nil
}
