package cluster

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// URL is where the balancer is reached, without the last slash.
func (c *Cluster) URL() string { return c.balancer.url() }

// Kill kills the next node in turn and starts it again. It waits before that until the nodes that were killed earlier are ready, and waits for nothing after it: whoever asks now
// asks while the node is away.
func (c *Cluster) Kill(ctx context.Context) error {
	for _, n := range c.nodes {
		if err := until(ctx, time.Minute, fmt.Sprintf("node %d is ready", n.number), func() bool { return n.ready(ctx) }); err != nil {
			return err
		}
	}
	at := c.next % len(c.nodes)
	c.next++
	return c.again(at)
}

// again kills a node and starts it again.
func (c *Cluster) again(at int) error {
	c.nodes[at].proc.kill()
	return c.nodes[at].start(c.o.Program)
}

// LoseAnswer has whoever sends the next form to a path get no answer: what they sent is done, then the node that did it is killed before anybody is told, and started again. What
// is returned waits, once, until that happened.
func (c *Cluster) LoseAnswer(path string) (happened func() error) {
	done := make(chan error, 1)
	l := &lost{path: path, strike: func(at int) {
		c.next = at + 1
		done <- c.again(at)
	}}
	c.balancer.lose.Store(l)
	return func() error {
		select {
		case err := <-done:
			return err
		case <-time.After(longest):
			return fmt.Errorf("cluster: no form was sent to %s", path)
		}
	}
}

// lost is an answer that is not passed on.
type lost struct {
	path   string
	strike func(node int)
}

// loses takes the answer of a node away where somebody wants that.
func (b *balancer) loses(at int, r *http.Request) bool {
	l := b.lose.Load()
	if l == nil || r.Method != http.MethodPost || r.URL.Path != l.path || !b.lose.CompareAndSwap(l, nil) {
		return false
	}
	l.strike(at)
	return true
}

// Agreed waits until all nodes have read everything and have the same, and has the program look whether what is kept is whole.
func (c *Cluster) Agreed(ctx context.Context) error {
	_, err := c.agreed(ctx)
	return err
}

func (c *Cluster) agreed(ctx context.Context) (digest, error) {
	at, err := c.same(ctx)
	if err != nil {
		return at, err
	}
	_, err = c.nodes[0].command(ctx, c.o.Program, "fsck", "--data", c.nodes[0].data())
	return at, err
}

// same waits until all nodes have read everything, and gives the digest that all of them come to.
func (c *Cluster) same(ctx context.Context) (digest, error) {
	var first digest
	var said string
	err := until(ctx, time.Minute, "the digests of all nodes are equal", func() bool {
		said = ""
		equal := true
		for i, n := range c.nodes {
			all, err := n.digests(ctx, c.o.Program)
			if err != nil || len(all) != 1 {
				said += fmt.Sprintf(" node %d: %v", n.number, err)
				return false
			}
			said += fmt.Sprintf(" node %d: %v", n.number, all[0])
			if i == 0 {
				first = all[0]
			}
			equal = equal && all[0] == first
		}
		return equal
	})
	if err != nil {
		return first, fmt.Errorf("%w:%s", err, said)
	}
	return first, nil
}
