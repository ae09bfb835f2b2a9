package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openplenary/plenary/locale"
)

// groups are the streams that a crowd follows, in turn: each language, and in each what five kinds of people look at. Who asks for the
// floor and the chair follow what the screen follows, and ask for the rest themselves.
func groups() (out []string) {
	for _, page := range []string{"floor", "floor", "clock", "clock", "clock"} {
		for _, l := range locale.All {
			out = append(out, "/"+string(l)+"/c/"+slug+"/live?page="+page+"&ref=s1")
		}
	}
	return out
}

// crowd is many clients of one server, in a process of their own: a process may open only so many files. It is told what to do line by line.
type crowd struct {
	addr    string
	members []*member

	mu    sync.Mutex
	notes bool  // whether all that comes is noted
	need  int64 // the position that is waited for; 0 for none
	left  int   // how many have not got there
	there chan struct{}
}

// member is one client.
type member struct {
	group   int
	conn    *conn
	at      int64 // the position of the last event it has
	when    time.Time
	size    int     // of that event
	had     []noted // what came, where a crowd notes it
	reading sync.WaitGroup
}

// crowdChild is a process with a crowd: "address members position".
func crowdChild(ctx context.Context, args string, out io.Writer) error {
	c := &crowd{}
	var n int
	var from int64
	if _, err := fmt.Sscan(args, &c.addr, &n, &from); err != nil {
		return err
	}
	for i := range n {
		c.members = append(c.members, &member{group: i % len(groups()), at: from})
	}
	defer c.part()
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20) // the events of an hour
	for in.Scan() && ctx.Err() == nil {
		order, arg, _ := strings.Cut(in.Text(), " ")
		answer, err := c.obey(order, arg)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, answer); err != nil {
			return err
		}
	}
	return in.Err()
}

func (c *crowd) obey(order, arg string) (string, error) {
	switch order {
	case "come":
		begun := time.Now()
		return strconv.FormatInt(begun.UnixNano(), 10), c.come()
	case "part":
		c.part()
		return "0", nil
	case "until":
		at, err := strconv.ParseInt(arg, 10, 64)
		if err != nil {
			return "", err
		}
		last, n := c.until(at)
		return fmt.Sprintf("%d %d", last.UnixNano(), n), nil
	case "note":
		c.mu.Lock()
		defer c.mu.Unlock()
		c.notes = true
		return "0", nil
	case "late":
		return c.late(arg)
	case "sizes":
		var sizes []string
		for i := range groups() {
			sizes = append(sizes, strconv.Itoa(c.members[min(i, len(c.members)-1)].size))
		}
		return strings.Join(sizes, " "), nil
	}
	return "", fmt.Errorf("bench: a crowd does not know %q", order)
}

// come has all open their streams at once, each from where it was.
func (c *crowd) come() error {
	paths := groups()
	errs := make([]error, len(c.members))
	var wg sync.WaitGroup
	for i, m := range c.members {
		wg.Go(func() { errs[i] = m.come(c, paths[m.group]) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (m *member) come(c *crowd, path string) error {
	head := "Last-Event-ID: " + strconv.FormatInt(m.at, 10) + "\r\n"
	conn, err := dialAs(c.addr, path+"&from="+strconv.FormatInt(m.at, 10), head)
	if err != nil {
		return err
	}
	m.conn = conn
	conn.r = bufio.NewReaderSize(conn.net, 4<<10)
	if _, err := conn.net.Write(conn.request); err != nil {
		return err
	}
	if _, err := conn.head(); err != nil {
		return err
	}
	m.reading.Go(func() { m.listen(c) })
	return nil
}

// part closes all streams.
func (c *crowd) part() {
	for _, m := range c.members {
		if m.conn != nil {
			_ = m.conn.net.Close()
			m.reading.Wait()
			m.conn = nil
		}
	}
}

// listen reads the events of a stream, as little of each as will do: chunk by chunk.
func (m *member) listen(c *crowd) {
	r, at, size := m.conn.r, int64(0), 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 64)
		if err != nil || n < 4 {
			return
		}
		begins, err := r.Peek(int(min(n, 24)))
		if err != nil {
			return
		}
		if id, ok := bytes.CutPrefix(begins, []byte("id: ")); ok {
			digits, _, _ := bytes.Cut(id, []byte("\n"))
			at, size = number64(digits), 0
		}
		if _, err := r.Discard(int(n) - 2); err != nil {
			return
		}
		ends, err := r.Peek(4)
		if err != nil {
			return
		}
		whole := string(ends) == "\n\n\r\n"
		_, _ = r.Discard(4) // it was peeked at
		if size += int(n); at > 0 && whole {
			c.got(m, at, size)
			at = 0
		}
	}
}

func number64(digits []byte) int64 {
	n, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (c *crowd) got(m *member, at int64, size int) {
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	before := m.at
	m.at, m.when, m.size = at, now, size
	if c.notes {
		m.had = append(m.had, noted{at, now.UnixNano()})
	}
	if c.need > 0 && before < c.need && at >= c.need {
		if c.left--; c.left == 0 {
			close(c.there)
		}
	}
}

// until waits until all have a position, at most half a minute: when the last had it, and how many have.
func (c *crowd) until(at int64) (last time.Time, reached int) {
	c.mu.Lock()
	c.need, c.left, c.there = at, 0, make(chan struct{})
	for _, m := range c.members {
		if m.at < at {
			c.left++
		}
	}
	if c.left == 0 {
		close(c.there)
	}
	there := c.there
	c.mu.Unlock()
	select {
	case <-there:
	case <-time.After(30 * time.Second):
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.need = 0
	for _, m := range c.members {
		if m.at >= at {
			reached++
			if m.when.After(last) {
				last = m.when
			}
		}
	}
	return last, reached
}
