package mail

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
)

// fakeServer speaks SMTP on the loopback interface, well or badly.
type fakeServer struct {
	listener net.Listener
	tls      *tls.Config // offers STARTTLS
	needAuth string      // the AUTH PLAIN answer it wants before MAIL
	onHang   func()      // called when it begins to hang

	mu                       sync.Mutex
	mode                     string // see the constants
	letters                  []string
	sessions                 int
	open                     map[net.Conn]bool
	encrypted, authenticated int
}

// What a server does wrong.
const (
	well       = ""
	busy       = "451 at the recipient"
	refuse     = "550 at the recipient"
	hang       = "never answers the recipient"
	hangHello  = "never greets"
	dropBefore = "takes the sample, then drops the line without saying so"
	dropAfter  = "takes the sample, says so, and drops the line"
)

func serve(t *testing.T, how ...func(*fakeServer)) *fakeServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &fakeServer{listener: l, open: map[net.Conn]bool{}}
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
			s.sessions++
			s.mu.Unlock()
			wait.Go(func() {
				s.talk(c)
				c.Close()
				s.mu.Lock()
				delete(s.open, c)
				s.mu.Unlock()
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		s.mu.Lock()
		for c := range s.open {
			c.Close()
		}
		s.mu.Unlock()
		wait.Wait()
	})
	return s
}

func (s *fakeServer) set(mode string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mode = mode
}

func (s *fakeServer) get() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mode
}

// taken lists the letters the server has accepted or pretended not to.
func (s *fakeServer) taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.letters...)
}

func (s *fakeServer) port() int { return s.listener.Addr().(*net.TCPAddr).Port }

func (s *fakeServer) talk(c net.Conn) {
	if s.get() == hangHello {
		_, _ = io.Copy(io.Discard, c)
		return
	}
	r := bufio.NewReader(c)
	say := func(format string, args ...any) { fmt.Fprintf(c, format+"\r\n", args...) }
	authenticated := s.needAuth == ""
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
			if s.tls != nil && !encrypted {
				say("250-STARTTLS")
			}
			if s.needAuth != "" {
				say("250-AUTH PLAIN")
			}
			say("250-SMTPUTF8")
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go on")
			t := tls.Server(c, s.tls)
			if t.Handshake() != nil {
				return
			}
			c, r = t, bufio.NewReader(t)
		case "AUTH":
			if authenticated = rest == "PLAIN "+s.needAuth; !authenticated {
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
			case busy:
				say("451 4.2.0 %s is busy", rest)
			case refuse:
				say("550 5.1.1 %s is unknown", rest)
			case hang:
				if s.onHang != nil {
					s.onHang()
				}
				_, _ = io.Copy(io.Discard, r)
				return
			default:
				say("250 ok")
			}
		case "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				line, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				b.WriteString(strings.TrimPrefix(line, "."))
			}
			mode := s.get()
			s.mu.Lock()
			s.letters = append(s.letters, b.String())
			if encrypted {
				s.encrypted++
			}
			if s.needAuth != "" {
				s.authenticated++
			}
			s.mu.Unlock()
			if mode == dropBefore {
				return
			}
			say("250 taken")
			if mode == dropAfter {
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

func (s *fakeServer) transport(t *testing.T, change func(*SMTPConfig)) Transport {
	t.Helper()
	c := SMTPConfig{Host: "127.0.0.1", Port: s.port(), From: "Plenary <noreply@plenary.example>", Timeout: 5 * time.Second}
	if change != nil {
		change(&c)
	}
	tr, err := SMTP(c)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

var sample = Message{To: "maria@example.org", Subject: "Получено: c418 — вклад", Text: "Bonjour,\n\nVotre contribution est là : é好.\n.\n..two dots\nFrom here" + strings.Repeat(" long", 300) + "\n",
	Lang: locale.French, MessageID: "abc@plenary.example", Made: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)}

func TestLetterArrivesAsWritten(t *testing.T) {
	s := serve(t)
	if err := s.transport(t, nil).Send(context.Background(), sample); err != nil {
		t.Fatal(err)
	}
	got := s.taken()
	if len(got) != 1 {
		t.Fatal(got)
	}
	m, err := netmail.ReadMessage(strings.NewReader(got[0]))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != sample.Subject {
		t.Errorf("%q %v", subject, err)
	}
	for name, want := range map[string]string{"From": `"Plenary" <noreply@plenary.example>`, "To": "<maria@example.org>", "Message-Id": "<abc@plenary.example>", "Content-Language": "fr",
		"Auto-Submitted": "auto-generated", "Date": "Sun, 01 Mar 2026 09:30:00 +0000", "Mime-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8", "User-Agent": "", "X-Mailer": ""} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if m.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
		t.Error(m.Header)
	}
	b, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if body := strings.TrimRight(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n"); err != nil || body != strings.TrimRight(sample.Text, "\n") {
		t.Errorf("%v\n%q\n%q", err, body, sample.Text)
	}
}

func TestAddressesOfAllScripts(t *testing.T) {
	s := serve(t)
	m := sample
	m.To = "пётр@xn--e1afmkfd.xn--p1ai"
	if err := s.transport(t, nil).Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
}

func TestServerFaults(t *testing.T) {
	for _, mode := range []string{busy, refuse, hang, hangHello, dropBefore} {
		t.Run(mode, func(t *testing.T) {
			s := serve(t)
			s.set(mode)
			err := s.transport(t, func(c *SMTPConfig) { c.Timeout = 200 * time.Millisecond }).Send(context.Background(), sample)
			if err == nil {
				t.Fatal("taken for sent")
			}
			if strings.Contains(err.Error(), "maria") {
				t.Errorf("the error names the address: %v", err)
			}
			t.Log(err)
		})
	}
	t.Run(dropAfter, func(t *testing.T) {
		s := serve(t)
		s.set(dropAfter)
		if err := s.transport(t, nil).Send(context.Background(), sample); err != nil {
			t.Errorf("the server had taken it: %v", err)
		}
	})
	t.Run("nobody there", func(t *testing.T) {
		s := serve(t)
		tr := s.transport(t, nil)
		s.listener.Close()
		if err := tr.Send(context.Background(), sample); err == nil {
			t.Error("sent to nobody")
		}
	})
	t.Run("context ends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		s := serve(t, func(s *fakeServer) { s.onHang = cancel })
		s.set(hang)
		done := make(chan error)
		go func() { done <- s.transport(t, func(c *SMTPConfig) { c.Timeout = time.Hour }).Send(ctx, sample) }()
		select {
		case err := <-done:
			if err == nil {
				t.Error("no error")
			}
		case <-time.After(10 * time.Second):
			t.Fatal("hangs on")
		}
	})
}

func TestEncryption(t *testing.T) {
	cert, pool := certificate(t)
	elsewhere := func(c *SMTPConfig) { c.Host, c.tls = "mail.plenary.example", &tls.Config{RootCAs: pool} }
	// send reaches the fake under a name that is not this machine's.
	send := func(t *testing.T, s *fakeServer, change func(*SMTPConfig)) error {
		tr := s.transport(t, change).(*smtp)
		tr.dialer = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, s.listener.Addr().String())
		}
		return tr.Send(context.Background(), sample)
	}
	t.Run("STARTTLS and a password", func(t *testing.T) {
		s := serve(t, func(s *fakeServer) {
			s.tls, s.needAuth = &tls.Config{Certificates: []tls.Certificate{cert}}, "AHBsZW5hcnkAc2VjcmV0" // \0plenary\0secret
		})
		if err := send(t, s, func(c *SMTPConfig) { elsewhere(c); c.User, c.Password = "plenary", "secret" }); err != nil {
			t.Fatal(err)
		}
		s.mu.Lock()
		if s.encrypted != 1 || s.authenticated != 1 {
			t.Error(s.encrypted, s.authenticated)
		}
		s.mu.Unlock()
		if err := send(t, s, func(c *SMTPConfig) { elsewhere(c); c.User, c.Password = "plenary", "wrong" }); err == nil || strings.Contains(err.Error(), "wrong") {
			t.Error(err)
		}
	})
	t.Run("port 465", func(t *testing.T) {
		s := serve(t, func(s *fakeServer) { s.needAuth = "AHBsZW5hcnkAc2VjcmV0" })
		tr := s.transport(t, func(c *SMTPConfig) { elsewhere(c); c.Port, c.User, c.Password = 465, "plenary", "secret" }).(*smtp)
		// A small ferry: TLS on this side, the plain fake on the other.
		tr.dialer = func(ctx context.Context, network, _ string) (net.Conn, error) {
			near, far := net.Pipe()
			plain, err := (&net.Dialer{}).DialContext(ctx, network, s.listener.Addr().String())
			if err != nil {
				return nil, err
			}
			secure := tls.Server(far, &tls.Config{Certificates: []tls.Certificate{cert}})
			go func() { _, _ = io.Copy(secure, plain); secure.Close() }()
			go func() { _, _ = io.Copy(plain, secure); plain.Close() }()
			return near, nil
		}
		if err := tr.Send(context.Background(), sample); err != nil {
			t.Fatal(err)
		}
		if len(s.taken()) != 1 {
			t.Error(s.taken())
		}
	})
	t.Run("not offered", func(t *testing.T) {
		s := serve(t)
		if err := send(t, s, elsewhere); err == nil || len(s.taken()) > 0 {
			t.Errorf("sent in the clear: %v", err)
		}
	})
	t.Run("a stranger's certificate", func(t *testing.T) {
		s := serve(t, func(s *fakeServer) { s.tls = &tls.Config{Certificates: []tls.Certificate{cert}} })
		if err := send(t, s, func(c *SMTPConfig) { elsewhere(c); c.tls = nil }); err == nil || len(s.taken()) > 0 {
			t.Errorf("sent to a stranger: %v", err)
		}
	})
}

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"mail.plenary.example"}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestSMTPConfig(t *testing.T) {
	for _, c := range []SMTPConfig{{}, {Host: "mail.example"}, {From: "a@b.example"}, {Host: "mail.example", From: "nobody"}, {Host: "mail.example", From: "a@b.example", Port: 70000}} {
		if _, err := SMTP(c); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
	for host, want := range map[string]bool{"localhost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "mail.example": false, "10.0.0.1": false, "localhost.example": false} {
		if isLoopback(host) != want {
			t.Error(host)
		}
	}
}

// A letter with files arrives as it was written: its parts are read back by other code, names in any language (RFC
// 2231), and what is read back is what was attached.
func TestFilesArrive(t *testing.T) {
	long := strings.Repeat("ы", 60) + ".txt"
	files := []File{
		{"receipt-ferries-c1.json", "application/json", []byte(`{"a":"é好"}` + "\n")},
		{"مساهمة c1.txt", "text/plain; charset=utf-8", []byte("سطر\n.\n..dots\nFrom here" + strings.Repeat(" long", 300) + "\n")},
		{`意见书 "c1"; x=\y.txt`, "text/plain; charset=utf-8", nil},
		{long, "text/plain; charset=utf-8", bytes.Repeat([]byte{0, 255, '\r', '\n'}, 5000)},
	}
	s := serve(t)
	m := sample
	m.Files, m.Stop = files, "https://talk.example.org/fr/mail/"+strings.Repeat("a", 26)
	if err := s.transport(t, nil).Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	raw := s.taken()[0]
	for line := range strings.Lines(raw) {
		if len(line) > 1000 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
	got, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if h := got.Header; h.Get("List-Unsubscribe") != "<"+m.Stop+">" || h.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
		t.Error(h)
	}
	kind, params, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/mixed" {
		t.Fatal(kind, err)
	}
	parts := multipart.NewReader(got.Body, params["boundary"])
	body, err := parts.NextPart() // decodes quoted-printable
	if err != nil || body.Header.Get("Content-Type") != "text/plain; charset=UTF-8" {
		t.Fatal(body, err)
	}
	if b, err := io.ReadAll(body); err != nil || strings.ReplaceAll(string(b), "\r\n", "\n") != m.Text {
		t.Errorf("%q %v", b, err)
	}
	for _, f := range files {
		p, err := parts.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		how, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
		if err != nil || how != "attachment" || params["filename"] != f.Name || p.Header.Get("Content-Type") != f.Type || strings.Contains(p.Header.Get("Content-Disposition"), "=?") {
			t.Errorf("%q: %v %v", f.Name, p.Header, err)
		}
		b, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
		if err != nil || p.Header.Get("Content-Transfer-Encoding") != "base64" || !bytes.Equal(b, f.Content) {
			t.Errorf("%q: %v %d bytes, want %d, %v", f.Name, p.Header, len(b), len(f.Content), err)
		}
	}
	if _, err := parts.NextPart(); err != io.EOF {
		t.Error("more parts", err)
	}
}

// A letter that is being handed over to a slow server while its contribution is erased does not go.
func TestErasedWhileItIsSent(t *testing.T) {
	for name, erase := range map[string]func(*Queue) error{
		"contribution": func(q *Queue) error { return q.Erase(ctx, "ai", "c1", 7) },
		"account":      func(q *Queue) error { return q.Forget(ctx, "Maria@example.org") },
	} {
		t.Run(name, func(t *testing.T) {
			hangs := make(chan struct{})
			s := serve(t, func(s *fakeServer) { s.mode, s.onHang = hang, func() { close(hangs) } })
			q, _ := newQueue(t, s.transport(t, func(c *SMTPConfig) { c.Timeout = time.Hour }))
			m := note("maria@example.org", 3)
			m.About, m.Files = "c1", []File{{"a.txt", "text/plain", []byte("words")}}
			put(t, q, m)
			sent := make(chan int)
			go func() {
				n, err := q.Flush(ctx)
				if err != nil {
					t.Error(err)
				}
				sent <- n
			}()
			<-hangs
			if err := erase(q); err != nil {
				t.Fatal(err)
			}
			if n := <-sent; n != 0 || len(s.taken()) != 0 {
				t.Error("it went", n, s.taken())
			}
			counts(t, q, map[string]int{})
		})
	}
}

// A letter that was taken from the queue and erased before it was handed over does not go either.
func TestErasedAfterItWasTaken(t *testing.T) {
	box := &Mailbox{}
	q, _ := newQueue(t, box)
	m := note("maria@example.org", 3)
	m.About = "c1"
	put(t, q, m)
	taken, until, err := q.take(ctx, others)
	if err != nil || taken == nil {
		t.Fatal(taken, err)
	}
	if err := q.Erase(ctx, "ai", "c1", 7); err != nil {
		t.Fatal(err)
	}
	sent, store := q.deliver(ctx, *taken, until)
	if err := store(); sent || err != nil || len(box.All()) != 0 {
		t.Error(sent, err, box.All())
	}
}
