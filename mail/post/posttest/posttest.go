// Package posttest is a mail server on the loopback, for tests: it speaks SMTP, well or badly.
package posttest

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// Server speaks SMTP on the loopback interface, well or badly. Its fields are set before it serves.
type Server struct {
	TLS      *tls.Config // offers STARTTLS
	NeedAuth string      // the AUTH PLAIN answer it wants before MAIL
	OnHang   func()      // called when it begins to hang

	listener net.Listener

	mu                       sync.Mutex
	mode                     string // see the constants
	letters                  []string
	open                     map[net.Conn]bool
	encrypted, authenticated int
}

// What a server does wrong.
const (
	Well       = ""
	Busy       = "451 at the recipient"
	Refuse     = "550 at the recipient"
	Hang       = "never answers the recipient"
	HangHello  = "never greets"
	DropBefore = "takes the sample, then drops the line without saying so"
	DropAfter  = "takes the sample, says so, and drops the line"
)

// Serve starts one, which ends with the test.
func Serve(t testing.TB, how ...func(*Server)) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{listener: l, open: map[net.Conn]bool{}}
	for _, f := range how {
		f(s)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.open[c] = true
			s.mu.Unlock()
			wait.Go(func() {
				s.talk(c)
				_ = c.Close()
				s.mu.Lock()
				delete(s.open, c)
				s.mu.Unlock()
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		s.mu.Lock()
		for c := range s.open {
			_ = c.Close()
		}
		s.mu.Unlock()
		wait.Wait()
	})
	return s
}

// Set has it behave in another way from now on.
func (s *Server) Set(mode string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mode = mode
}

func (s *Server) get() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mode
}

// Taken lists the letters the server has accepted or pretended not to.
func (s *Server) Taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.letters...)
}

// How counts the letters that came over an encrypted line, and those of senders that had signed in.
func (s *Server) How() (encrypted, authenticated int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.encrypted, s.authenticated
}

// Address is where it listens.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Port is where it listens on 127.0.0.1.
func (s *Server) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// Close has it listen no more.
func (s *Server) Close() { _ = s.listener.Close() }

func (s *Server) talk(c net.Conn) {
	if s.get() == HangHello {
		_, _ = io.Copy(io.Discard, c)
		return
	}
	r := bufio.NewReader(c)
	say := func(format string, args ...any) { fmt.Fprintf(c, format+"\r\n", args...) }
	authenticated := s.NeedAuth == ""
	say("220 fake ESMTP")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		verb, rest, _ := strings.Cut(line, " ")
		_, encrypted := c.(*tls.Conn)
		switch strings.ToUpper(verb) {
		case "EHLO":
			say("250-fake")
			if s.TLS != nil && !encrypted {
				say("250-STARTTLS")
			}
			if s.NeedAuth != "" {
				say("250-AUTH PLAIN")
			}
			say("250-SMTPUTF8")
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go on")
			t := tls.Server(c, s.TLS)
			if t.HandshakeContext(context.Background()) != nil {
				return
			}
			c, r = t, bufio.NewReader(t)
		case "AUTH":
			if authenticated = rest == "PLAIN "+s.NeedAuth; !authenticated {
				say("535 no")
				continue
			}
			say("235 yes")
		case "MAIL":
			if !authenticated {
				say("530 who are you")
				continue
			}
			say("250 ok")
		case "RCPT":
			switch s.get() {
			case Busy:
				say("451 4.2.0 %s is busy", rest)
			case Refuse:
				say("550 5.1.1 %s is unknown", rest)
			case Hang:
				if s.OnHang != nil {
					s.OnHang()
				}
				_, _ = io.Copy(io.Discard, r)
				return
			default:
				say("250 ok")
			}
		case "DATA":
			say("354 go on")
			mode, ok := s.data(r, encrypted)
			if !ok || mode == DropBefore {
				return
			}
			say("250 taken")
			if mode == DropAfter {
				return
			}
		case "RSET", "NOOP":
			say("250 ok")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("500 what")
		}
	}
}

// data takes a letter; ok is false where the line broke before its end.
func (s *Server) data(r *bufio.Reader, encrypted bool) (mode string, ok bool) {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", false
		}
		if line == ".\r\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.letters = append(s.letters, b.String())
	if encrypted {
		s.encrypted++
	}
	if s.NeedAuth != "" {
		s.authenticated++
	}
	return s.mode, true
}
