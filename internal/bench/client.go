package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"strconv"
	"sync"
	"time"
)

// conn is as little of an HTTP client as will do, so that what is measured beside it in the same
// process is the server: one connection that is kept, one request that is always the same.
type conn struct {
	net     net.Conn
	r       *bufio.Reader
	request []byte
}

func dial(addr, path string) (*conn, error) { return dialAs(addr, path, "") }

// dialAs is dial as somebody: with lines of their own in the head of the request.
func dialAs(addr, path, head string) (*conn, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &conn{net: c, r: bufio.NewReaderSize(c, 16<<10), request: []byte("GET " + path + " HTTP/1.1\r\nHost: " + addr + "\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n" + head + "\r\n")}, nil
}

// head reads the head of an answer: how long the body is, -1 for chunks.
func (c *conn) head() (length int, err error) {
	line, err := c.r.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
		return 0, fmt.Errorf("bench: the server answered %q", line)
	}
	length = -1
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if len(line) <= 2 {
			return length, nil
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(v))); err != nil {
				return 0, err
			}
		}
	}
}

// get sends the request and reads the answer into body, which may be nil.
func (c *conn) get(body *bytes.Buffer) error {
	if _, err := c.net.Write(c.request); err != nil {
		return err
	}
	n, err := c.head()
	if err != nil {
		return err
	}
	var r io.Reader = io.LimitReader(c.r, int64(n))
	if n < 0 {
		r = httputil.NewChunkedReader(c.r)
	}
	if body != nil {
		_, err = body.ReadFrom(r)
	} else if n >= 0 {
		_, err = c.r.Discard(n)
	} else {
		_, err = io.Copy(io.Discard, r)
	}
	if err == nil && n < 0 {
		_, err = c.r.Discard(2) // the empty line after the last chunk
	}
	return err
}

// fetch gets an address once.
func fetch(addr, path string) ([]byte, error) {
	c, err := dial(addr, path)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = c.get(&b)
	return b.Bytes(), errors.Join(err, c.net.Close())
}

// readers is how many read at the same time.
const readers = 100

// load is what readers got.
type load struct {
	rate float64 // requests a second
	p99  float64 // milliseconds
}

// read lets readers ask for one address, each again as soon as it has the answer.
func (b *bench) read(addr, path string) (load, error) {
	return b.readAs(addr, "", readers, func(int) string { return path })
}

// readAs is read by a number of readers with lines of their own in the head, each of an address of its own.
func (b *bench) readAs(addr, head string, readers int, path func(reader int) string) (load, error) {
	conns := make([]*conn, readers)
	defer func() {
		for _, c := range conns {
			if c != nil {
				_ = c.net.Close()
			}
		}
	}()
	for i := range conns {
		var err error
		if conns[i], err = dialAs(addr, path(i), head); err != nil {
			return load{}, err
		}
		if i == 0 { // once, so that the first round measures what the others do
			if err := conns[i].get(nil); err != nil {
				return load{}, err
			}
		}
	}
	ctx, cancel := context.WithTimeout(b.ctx, b.round)
	defer cancel()
	var wg sync.WaitGroup
	times, errs := make([][]float64, readers), make([]error, readers)
	start := time.Now()
	for i, c := range conns {
		wg.Go(func() {
			for ctx.Err() == nil {
				begun := time.Now()
				if errs[i] = c.get(nil); errs[i] != nil {
					return
				}
				times[i] = append(times[i], float64(time.Since(begun))/float64(time.Millisecond))
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	var all []float64
	for _, t := range times {
		all = append(all, t...)
	}
	return load{rate: float64(len(all)) / took.Seconds(), p99: float64(quantile(all, 0.99))}, errors.Join(errs...)
}
