package post

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"net"
	netmail "net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// SMTPConfig says which mail server takes the letters.
type SMTPConfig struct {
	Host     string
	Port     int    // 0 for 587; 465 speaks TLS from the first byte
	User     string // "" to send without signing in to the server
	Password string
	From     string        // the sender's address, with or without a name
	Timeout  time.Duration // for the connection and for each answer; 0 for 20 seconds

	tls *tls.Config // tests bring their own authority
}

const (
	smtpTimeout = 20 * time.Second
	// smtpWhole is how many timeouts one letter may take in all, from a server that answers slowly.
	smtpWhole = 3
)

// smtp sends one letter per connection.
type smtp struct {
	config  SMTPConfig
	options []gomail.Option
	dialer  gomail.DialContextFunc
}

// SMTP makes the transport to a mail server. The connection is encrypted and the server's certificate
// verified, or nothing is sent; only a server on this machine (a loopback host) is spoken to plainly.
func SMTP(c SMTPConfig) (Transport, error) {
	sender, err := netmail.ParseAddress(c.From)
	if err != nil || c.Host == "" {
		return nil, fmt.Errorf("mail: a server and a sender's address are needed, not %q and %q", c.Host, c.From)
	}
	if c.Port == 0 {
		c.Port = 587
	}
	if c.Timeout == 0 {
		c.Timeout = smtpTimeout
	}
	if c.tls == nil {
		c.tls = &tls.Config{}
	}
	c.tls = c.tls.Clone()
	c.tls.ServerName, c.tls.MinVersion = c.Host, tls.VersionTLS12
	policy, auth := gomail.TLSMandatory, gomail.SMTPAuthAutoDiscover
	switch {
	case c.implicitTLS():
		policy = gomail.TLSOpportunistic // the connection is encrypted before the library sees it
	case isLoopback(c.Host):
		policy, auth = gomail.NoTLS, gomail.SMTPAuthPlainNoEnc
	}
	s := &smtp{config: c, dialer: (&net.Dialer{}).DialContext, options: []gomail.Option{gomail.WithPort(c.Port), gomail.WithTimeout(c.Timeout), gomail.WithTLSPolicy(policy), gomail.WithTLSConfig(c.tls),
		gomail.WithHELO(sender.Address[strings.LastIndexByte(sender.Address, '@')+1:])}}
	if c.User != "" {
		s.options = append(s.options, gomail.WithSMTPAuth(auth), gomail.WithUsername(c.User), gomail.WithPassword(c.Password))
	}
	if _, err := gomail.NewClient(c.Host, s.options...); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return s, nil
}

func (c *SMTPConfig) implicitTLS() bool { return c.Port == 465 }

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send hands one letter to the server.
func (s *smtp) Send(ctx context.Context, m Message) error {
	msg, err := s.compose(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, smtpWhole*s.config.Timeout)
	defer cancel()
	// The library forgets its connection when the server fails it in the middle: so it is closed here,
	// and at once when the context ends.
	closeConn := func() {}
	defer func() { closeConn() }()
	dial := func(short context.Context, network, address string) (net.Conn, error) {
		conn, err := s.dial(short, network, address)
		if err == nil {
			stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
			closeConn = func() { stop(); _ = conn.Close() }
		}
		return conn, err
	}
	client, err := gomail.NewClient(s.config.Host, append(s.options[:len(s.options):len(s.options)], gomail.WithDialContextFunc(dial))...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	server, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("mail: no connection to %s: %w", s.config.Host, err)
	}
	err = client.SendWithSMTPClient(server, msg)
	if msg.IsDelivered() {
		// The server said that it took the letter; what went wrong after that is no reason to send it again.
		_ = client.CloseWithSMTPClient(server)
		return nil
	}
	return reason(err)
}

// dial connects, and speaks TLS from the first byte where the port says so.
func (s *smtp) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := s.dialer(ctx, network, address)
	if err != nil || !s.config.implicitTLS() {
		return conn, err
	}
	secure := tls.Client(conn, s.config.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secure, nil
}

// reason says why a letter was not taken, without the server's words, which may repeat the address.
func reason(err error) error {
	var e *gomail.SendError
	if !errors.As(err, &e) {
		return errors.New("mail: the server did not take the letter")
	}
	if e.ErrorCode() == 0 {
		return fmt.Errorf("mail: the connection broke: %s", e.Reason)
	}
	return fmt.Errorf("mail: the server answered %d %s: %s", e.ErrorCode(), e.EnhancedStatusCode(), e.Reason)
}

// compose writes the letter's head and body.
func (s *smtp) compose(m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	sender, err := netmail.ParseAddress(s.config.From)
	if err == nil && sender.Name == "" && m.Sender != "" {
		err = msg.FromFormat(m.Sender, sender.Address)
	} else if err == nil {
		err = msg.From(s.config.From)
	}
	if err != nil {
		return nil, errors.New("mail: the sender is no address")
	}
	if err := msg.To(m.To); err != nil {
		return nil, errors.New("mail: the recipient is no address")
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.MessageID)
	msg.SetDateWithValue(m.Made)
	msg.SetGenHeader(gomail.HeaderContentLang, string(m.Lang))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday replies
	if m.Stop != "" {                                    // mail programs offer it as a button (RFC 2369, RFC 8058)
		msg.SetGenHeader("List-Unsubscribe", "<"+m.Stop+">")
		msg.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	for _, f := range m.Files {
		if err := msg.AttachReader(f.Name, bytes.NewReader(f.Content), attached(f)); err != nil {
			return nil, errors.New("mail: a file cannot be attached")
		}
	}
	return msg, nil
}

// attached writes the head of a file. The library would write a name in another script as it is written in a subject,
// which a parameter must not be (RFC 2231).
func attached(f File) gomail.FileOption {
	return func(file *gomail.File) {
		file.Header.Set("Content-Type", f.Type)
		file.Header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	}
}
