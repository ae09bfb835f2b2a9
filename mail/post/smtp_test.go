package post

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post/posttest"
)

// transport leads to a server.
func transport(t *testing.T, s *posttest.Server, change func(*SMTPConfig)) Transport {
	t.Helper()
	c := SMTPConfig{Host: "127.0.0.1", Port: s.Port(), From: "Plenary <noreply@plenary.example>", Timeout: 5 * time.Second}
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
	s := posttest.Serve(t)
	if err := transport(t, s, nil).Send(context.Background(), sample); err != nil {
		t.Fatal(err)
	}
	got := s.Taken()
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
	s := posttest.Serve(t)
	m := sample
	m.To = "пётр@xn--e1afmkfd.xn--p1ai"
	if err := transport(t, s, nil).Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
}

func TestServerFaults(t *testing.T) {
	for _, mode := range []string{posttest.Busy, posttest.Refuse, posttest.Hang, posttest.HangHello, posttest.DropBefore} {
		t.Run(mode, func(t *testing.T) {
			s := posttest.Serve(t)
			s.Set(mode)
			err := transport(t, s, func(c *SMTPConfig) { c.Timeout = 200 * time.Millisecond }).Send(context.Background(), sample)
			if err == nil {
				t.Fatal("taken for sent")
			}
			if strings.Contains(err.Error(), "maria") {
				t.Errorf("the error names the address: %v", err)
			}
			t.Log(err)
		})
	}
	t.Run(posttest.DropAfter, func(t *testing.T) {
		s := posttest.Serve(t)
		s.Set(posttest.DropAfter)
		if err := transport(t, s, nil).Send(context.Background(), sample); err != nil {
			t.Errorf("the server had taken it: %v", err)
		}
	})
	t.Run("nobody there", func(t *testing.T) {
		s := posttest.Serve(t)
		tr := transport(t, s, nil)
		s.Close()
		if err := tr.Send(context.Background(), sample); err == nil {
			t.Error("sent to nobody")
		}
	})
	t.Run("context ends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		s := posttest.Serve(t, func(s *posttest.Server) { s.OnHang = cancel })
		s.Set(posttest.Hang)
		done := make(chan error)
		go func() { done <- transport(t, s, func(c *SMTPConfig) { c.Timeout = time.Hour }).Send(ctx, sample) }()
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
	send := func(t *testing.T, s *posttest.Server, change func(*SMTPConfig)) error {
		tr := transport(t, s, change).(*smtp)
		tr.dialer = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, s.Address())
		}
		return tr.Send(context.Background(), sample)
	}
	t.Run("STARTTLS and a password", func(t *testing.T) {
		s := posttest.Serve(t, func(s *posttest.Server) {
			s.TLS, s.NeedAuth = &tls.Config{Certificates: []tls.Certificate{cert}}, "AHBsZW5hcnkAc2VjcmV0" // \0plenary\0secret
		})
		if err := send(t, s, func(c *SMTPConfig) { elsewhere(c); c.User, c.Password = "plenary", "secret" }); err != nil {
			t.Fatal(err)
		}
		if encrypted, authenticated := s.How(); encrypted != 1 || authenticated != 1 {
			t.Error(encrypted, authenticated)
		}
		if err := send(t, s, func(c *SMTPConfig) { elsewhere(c); c.User, c.Password = "plenary", "wrong" }); err == nil || strings.Contains(err.Error(), "wrong") {
			t.Error(err)
		}
	})
	t.Run("port 465", func(t *testing.T) {
		s := posttest.Serve(t, func(s *posttest.Server) { s.NeedAuth = "AHBsZW5hcnkAc2VjcmV0" })
		tr := transport(t, s, func(c *SMTPConfig) { elsewhere(c); c.Port, c.User, c.Password = 465, "plenary", "secret" }).(*smtp)
		// A small ferry: TLS on this side, the plain fake on the other.
		tr.dialer = func(ctx context.Context, network, _ string) (net.Conn, error) {
			near, far := net.Pipe()
			plain, err := (&net.Dialer{}).DialContext(ctx, network, s.Address())
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
		if len(s.Taken()) != 1 {
			t.Error(s.Taken())
		}
	})
	t.Run("not offered", func(t *testing.T) {
		s := posttest.Serve(t)
		if err := send(t, s, elsewhere); err == nil || len(s.Taken()) > 0 {
			t.Errorf("sent in the clear: %v", err)
		}
	})
	t.Run("a stranger's certificate", func(t *testing.T) {
		s := posttest.Serve(t, func(s *posttest.Server) { s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}} })
		if err := send(t, s, func(c *SMTPConfig) { elsewhere(c); c.tls = nil }); err == nil || len(s.Taken()) > 0 {
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
	s := posttest.Serve(t)
	m := sample
	m.Files, m.Stop = files, "https://talk.example.org/fr/mail/"+strings.Repeat("a", 26)
	if err := transport(t, s, nil).Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	raw := s.Taken()[0]
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
