package cluster

import (
	"io"
	"net"
	"sync"
)

// line is the network between a node and a server. It can be cut: then nothing arrives, nothing is refused and nothing is closed; what
// was on its way waits, and arrives when the line is mended.
type line struct {
	l  net.Listener
	to string

	mu   sync.Mutex
	open chan struct{} // closed while the line is whole
}

// newLine lays a line to an address.
func newLine(to string) (*line, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	x := &line{l: l, to: to, open: make(chan struct{})}
	close(x.open)
	go x.serve()
	return x, nil
}

func (x *line) port() int { return x.l.Addr().(*net.TCPAddr).Port }

// cut cuts the line.
func (x *line) cut() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.open = make(chan struct{})
}

// mend makes it whole again.
func (x *line) mend() {
	x.mu.Lock()
	defer x.mu.Unlock()
	close(x.open)
}

// whole waits until the line is whole.
func (x *line) whole() {
	x.mu.Lock()
	open := x.open
	x.mu.Unlock()
	<-open
}

func (x *line) serve() {
	for {
		c, err := x.l.Accept()
		if err != nil {
			return // the line is taken away
		}
		go x.carry(c)
	}
}

// carry carries one connection.
func (x *line) carry(near net.Conn) {
	defer near.Close()
	x.whole()
	far, err := net.Dial("tcp", x.to)
	if err != nil {
		return
	}
	defer far.Close()
	done := make(chan struct{}, 2)
	carry := func(to, from net.Conn) {
		x.pass(to, from)
		done <- struct{}{}
	}
	go carry(far, near)
	go carry(near, far)
	<-done
	x.whole() // nobody hears of an end over a line that is cut
}

// pass passes on what comes, as long as the line is whole.
func (x *line) pass(to io.Writer, from io.Reader) {
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		x.whole()
		if n > 0 {
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
