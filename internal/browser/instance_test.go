package browser

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// instance is the program serving an empty directory, as an operator starts it, with a mail relay that keeps every letter.
type instance struct {
	host       string // "http://127.0.0.1:12345"
	link, code string // what was printed for the operator
	data       string // the directory
	relay      *relay
}

// newInstance starts one.
func newInstance(t *testing.T, operator string) *instance {
	t.Helper()
	return instanceAt(t, "127.0.0.1:0", operator)
}

// instanceAt starts one at an address, with more settings.
func instanceAt(t *testing.T, addr, operator string, more ...string) *instance {
	t.Helper()
	in := &instance{relay: newRelay(t)}
	in.data = t.TempDir()
	serve := exec.Command(program, append([]string{"serve", "--data", in.data, "--addr", addr, "--operator", operator, "--smtp", in.relay.url(), "--from", "quay@town.example"}, more...)...)
	var log strings.Builder
	serve.Stderr = &log
	out, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = serve.Process.Signal(syscall.SIGTERM)
		_ = serve.Wait()
		if t.Failed() || strings.Contains(log.String(), "level=ERROR") {
			t.Errorf("the server said: %s", log.String())
		}
	})
	lines := bufio.NewReader(out)
	first, err1 := lines.ReadString('\n')
	second, err2 := lines.ReadString('\n')
	said := regexp.MustCompile(`^operator\t(\S+)\tcode (\d+)\n$`).FindStringSubmatch(second)
	if errors.Join(err1, err2) != nil || said == nil {
		t.Fatalf("the program printed %q and %q", first, second)
	}
	in.host, in.link, in.code = strings.TrimSuffix(strings.TrimSpace(first), "/"), said[1], said[2]
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return in
}

// relay is a mail server on the loopback that takes everything and keeps it.
type relay struct {
	listener net.Listener
	mu       sync.Mutex
	letters  []letter
	more     chan struct{} // closed when another letter comes
}

// letter is one letter as its reader sees it.
type letter struct{ to, subject, text string }

func newRelay(t *testing.T) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{listener: l, more: make(chan struct{})}
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wait.Go(func() {
				defer c.Close()
				if err := r.talk(c); err != nil && !errors.Is(err, io.EOF) {
					t.Error(err)
				}
			})
		}
	})
	t.Cleanup(func() { l.Close(); wait.Wait() })
	return r
}

func (r *relay) url() string { return "smtp://" + r.listener.Addr().String() }

// talk takes the letters of one connection.
func (r *relay) talk(c net.Conn) error {
	in := bufio.NewReader(c)
	answer := "220 relay ESMTP"
	for {
		if _, err := fmt.Fprintf(c, "%s\r\n", answer); err != nil {
			return err
		}
		line, err := in.ReadString('\n')
		if err != nil {
			return err
		}
		verb, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch strings.ToUpper(verb) {
		case "QUIT":
			_, err := fmt.Fprint(c, "221 bye\r\n")
			return err
		case "EHLO":
			answer = "250-relay\r\n250-SMTPUTF8\r\n250 8BITMIME"
		case "DATA":
			if _, err := fmt.Fprint(c, "354 go on\r\n"); err != nil {
				return err
			}
			var whole strings.Builder
			for line = ""; line != ".\r\n"; {
				whole.WriteString(strings.TrimPrefix(line, "."))
				if line, err = in.ReadString('\n'); err != nil {
					return err
				}
			}
			if err := r.take(whole.String()); err != nil {
				return err
			}
			answer = "250 taken"
		default:
			answer = "250 ok"
		}
	}
}

// take reads a letter and keeps it.
func (r *relay) take(raw string) error {
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		return err
	}
	to, err := netmail.ParseAddress(m.Header.Get("To"))
	if err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err
	}
	text, err := plainText(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.letters = append(r.letters, letter{to.Address, subject, text})
	close(r.more)
	r.more = make(chan struct{})
	return nil
}

// plainText is what stands in a letter, without its files.
func plainText(contentType, encoding string, body io.Reader) (string, error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(kind, "multipart/") {
		part, err := multipart.NewReader(body, params["boundary"]).NextRawPart() // the text comes first
		if err != nil {
			return "", err
		}
		return plainText(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part)
	}
	if strings.EqualFold(encoding, "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	b, err := io.ReadAll(body)
	return string(b), err
}

// subject waits for a letter to an address with a subject.
func (r *relay) subject(t *testing.T, to, subject string) {
	t.Helper()
	for patient := time.After(patience); ; {
		r.mu.Lock()
		more := r.more
		there := slices.ContainsFunc(r.letters, func(l letter) bool { return l.to == to && l.subject == subject })
		r.mu.Unlock()
		if there {
			return
		}
		select {
		case <-more:
		case <-patient:
			t.Fatalf("no letter to %s says %q", to, subject)
		}
	}
}

// link waits for a letter to an address that has a link with something in its path, and gives the newest.
func (r *relay) link(t *testing.T, to, path string) string {
	t.Helper()
	pattern := regexp.MustCompile(`http://[^\s\x{2068}\x{2069}]*` + regexp.QuoteMeta(path) + `[^\s\x{2068}\x{2069}]*`)
	return r.found(t, to, pattern.FindString)
}

// code waits for the code with which somebody signs in, and gives the newest.
func (r *relay) code(t *testing.T, to string) string {
	t.Helper()
	pattern := regexp.MustCompile(`type this code: \d+`)
	return r.found(t, to, func(text string) string {
		_, code, _ := strings.Cut(pattern.FindString(text), ": ")
		return code
	})
}

// found waits for a letter to an address in which something is found, and gives that of the newest.
func (r *relay) found(t *testing.T, to string, find func(text string) string) string {
	t.Helper()
	for patient := time.After(patience); ; {
		r.mu.Lock()
		more, got := r.more, ""
		for _, l := range r.letters {
			if found := find(l.text); l.to == to && found != "" {
				got = found
			}
		}
		all := fmt.Sprintf("%q", r.letters)
		r.mu.Unlock()
		if got != "" {
			return got
		}
		select {
		case <-more:
		case <-patient:
			t.Fatalf("no letter to %s has what is looked for: %s", to, all)
		}
	}
}
