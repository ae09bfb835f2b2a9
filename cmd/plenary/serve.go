package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail"
	"golang.org/x/text/unicode/norm"
)

// settings are what serving needs; each may also come from the environment (PLENARY_SERVE_...).
type settings struct {
	Data      string `required:"" env:"PLENARY_DATA" help:"Data directory."`
	Addr      string `default:"127.0.0.1:8080" env:"PLENARY_ADDR" help:"Address to listen on."`
	PublicURL string `env:"PLENARY_PUBLIC_URL" help:"Address people reach it under, such as https://talk.example.org. Cookies are then sent over https only."`
	SMTP      string `env:"PLENARY_SMTP" help:"Mail relay: smtp://user:password@host:587. Without one, mail waits in the queue."`
	From      string `env:"PLENARY_FROM" default:"plenary@localhost" help:"Sender of mail."`
	Operator  string `env:"PLENARY_OPERATOR" help:"Addresses of those who may convene, with commas."`
	doorFlags
}

// serveCmd serves an instance.
type serveCmd struct{ settings }

// Run serves.
func (c *serveCmd) Run(ctx context.Context) (err error) {
	secure := strings.HasPrefix(c.PublicURL, "https://")
	host, _, herr := net.SplitHostPort(c.Addr)
	if herr != nil {
		return fmt.Errorf("%w: --addr: %w", errWrongUse, herr)
	}
	if !onLoopback(host) && !c.BehindProxy {
		return fmt.Errorf("%w: plain http is served on loopback only; put a proxy that ends https in front and say --behind-proxy", errWrongUse)
	}
	if c.BehindProxy && !secure {
		return fmt.Errorf("%w: --behind-proxy needs --public-url https://", errWrongUse)
	}
	guard, err := c.options(host)
	if err != nil {
		return err
	}
	transport, err := transportOf(c.SMTP, c.From)
	if err != nil {
		return fmt.Errorf("%w: --smtp: %w", errWrongUse, err)
	}
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	public := c.PublicURL
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return err
	}
	if public == "" {
		public = "http://" + listener.Addr().String()
	}
	var operators []string
	for _, o := range lines(c.Operator) {
		a, err := account.ParseAddress(o)
		if err != nil {
			_ = listener.Close()
			return fmt.Errorf("%w: --operator %q is no address", errWrongUse, o)
		}
		operators = append(operators, a)
	}
	h, err := openHouse(ctx, houseOptions{dir: c.Data, door: guard, public: public, secure: secure, transport: transport, from: c.From, operators: operators, logger: logger})
	if err != nil {
		_ = listener.Close()
		return err
	}
	defer func() {
		if cerr := h.close(); err == nil {
			err = cerr
		}
	}()
	control, err := h.control(ctx)
	if err != nil {
		_ = listener.Close()
		return err
	}
	defer control.Close()
	fmt.Println(public + "/")
	if len(h.Conversations()) == 0 {
		if err := h.welcome(ctx, operators); err != nil {
			return err
		}
		fmt.Fprintln(os.Stderr, "nothing is convened yet: plenary new --data", c.Data, "--title ... --officer ADDRESS")
	}
	return h.serve(ctx, listener)
}

// welcome prints the first operator's sign-in link, so that an empty instance can be used before any mail
// can be sent.
func (h *house) welcome(ctx context.Context, operators []string) error {
	if len(operators) == 0 {
		return nil
	}
	in, err := h.accounts.BeginSignIn(ctx, operators[0], "", locale.English, "/en/convene", h.Now())
	if err != nil || in == nil {
		return err
	}
	fmt.Printf("operator\t%s/en/sign-in/%s\tcode %s\n", h.public, in.Token, in.Code)
	return nil
}

func transportOf(s, from string) (mail.Transport, error) {
	if s == "" {
		return nowhere{}, nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "smtp" || u.Hostname() == "" {
		return nil, errors.New("it should look like smtp://user:password@host:587")
	}
	port := 587
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return nil, err
		}
	}
	pass, _ := u.User.Password()
	return mail.SMTP(mail.SMTPConfig{Host: u.Hostname(), Port: port, User: u.User.Username(), Password: pass, From: from})
}

// nowhere is the transport of an instance without a relay: everything stays in the queue.
type nowhere struct{}

// Send keeps the message waiting.
func (nowhere) Send(context.Context, mail.Message) error {
	return errors.New("no mail relay is configured (--smtp)")
}

// newCmd makes a conversation.
type newCmd struct {
	Data      string `required:"" env:"PLENARY_DATA" help:"Data directory; made if it is missing."`
	Title     string `required:"" help:"Title, in the first of the languages."`
	Slug      string `help:"Its address; made from the title if it is not given."`
	Languages string `default:"en" help:"Languages, with commas; the first is the original."`
	Zone      string `default:"UTC" help:"Time zone of its deadlines."`
	Officer   string `required:"" help:"E-mail address of the first officer."`
	PublicURL string `env:"PLENARY_PUBLIC_URL" default:"http://127.0.0.1:8080" help:"Address of the instance, for the link."`
}

// made is what newCmd prints, as JSON.
type made struct {
	Conversation string `json:"conversation"`
	Address      string `json:"address"`
	SignIn       string `json:"sign_in"`
	Code         string `json:"code"`
}

// Run makes it, through the running server where there is one.
func (c *newCmd) Run(ctx context.Context) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if out, err := askControl(ctx, c.Data, "/new", body); err == nil {
		_, err = os.Stdout.Write(out)
		return err
	} else if !errors.Is(err, errNoServer) {
		return err
	}
	h, err := openHouse(ctx, houseOptions{dir: c.Data, public: c.PublicURL, transport: nowhere{}, from: "plenary@localhost",
		logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		return err
	}
	out, err := h.newConversation(ctx, c)
	if cerr := h.close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

// newConversation convenes with the categories that every conversation begins with.
func (h *house) newConversation(ctx context.Context, c *newCmd) (*made, error) {
	email, err := account.ParseAddress(c.Officer)
	if err != nil {
		return nil, err
	}
	var langs []locale.Lang
	for _, s := range lines(c.Languages) {
		l, ok := locale.Parse(strings.TrimSpace(s))
		if !ok {
			return nil, fmt.Errorf("%w: %q is not one of ar, zh, en, fr, ru, es", errWrongUse, s)
		}
		langs = append(langs, l)
	}
	if len(langs) == 0 {
		return nil, fmt.Errorf("%w: --languages", errWrongUse)
	}
	title, err := locale.CleanLine(c.Title, 200)
	if err != nil {
		return nil, err
	}
	slug := c.Slug
	if slug == "" {
		slug = slugOf(title)
	}
	n, err := h.Number()
	if err != nil {
		return nil, err
	}
	if n, err = h.accounts.Invite(ctx, email, slug, n, h.Now()); err != nil {
		return nil, err
	}
	var cats []conversation.Label
	for _, id := range []string{"member_state", "igo", "ngo", "industry", "academia", "individual"} {
		t := locale.Text{Original: langs[0], In: map[locale.Lang]string{}}
		for _, l := range locale.All {
			t.In[l] = l.T("desk.category." + id)
		}
		cats = append(cats, conversation.Label{ID: id, Name: t, Body: id != "individual", State: id == "member_state"})
	}
	if _, err := h.Convene(ctx, conversation.Ask{By: delegation.Participant(n), Assurance: consultation.EmailProven,
		Command: conversation.Convene{Slug: slug, Title: locale.Plain(langs[0], title), Languages: langs, Zone: c.Zone, Categories: cats, Officer: delegation.Participant(n)}}); err != nil {
		return nil, err
	}
	in, err := h.accounts.BeginSignIn(ctx, email, "", langs[0], "/"+string(langs[0])+"/c/"+slug+"/desk", h.Now())
	if err != nil {
		return nil, err
	}
	out := &made{Conversation: slug, Address: c.PublicURL + "/c/" + slug}
	if in != nil {
		out.SignIn, out.Code = c.PublicURL+"/"+string(langs[0])+"/sign-in/"+in.Token, in.Code
	}
	return out, nil
}

// slugOf makes an address out of a title: Latin letters and digits.
func slugOf(title string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(norm.NFKD.String(title)) {
		switch {
		case unicode.Is(unicode.Mn, r): // é is e
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := strings.Trim(b.String(), "-")
	if len(s) > 30 {
		s = strings.Trim(s[:30], "-")
	}
	if s == "" {
		s = "conversation"
	}
	return s
}

// errNoServer says that no server runs on a data directory.
var errNoServer = errors.New("no server runs on this directory")

// control listens on the instance's socket (mode 0600): commands that write go through the server while
// one runs.
func (h *house) control(ctx context.Context) (io.Closer, error) {
	l, err := listenControl(h.Dir)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /new", func(w http.ResponseWriter, r *http.Request) {
		var c newCmd
		out := (*made)(nil)
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&c)
		if err == nil {
			c.PublicURL = h.public // the server knows where it is reached
			out, err = h.newConversation(r.Context(), &c)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		_ = json.NewEncoder(w).Encode(out)
	})
	srv := &http.Server{Handler: mux, ReadTimeout: 10 * time.Second}
	go func() { _ = srv.Serve(l) }()
	return srv, nil
}

func askControl(ctx context.Context, dir, path string, body []byte) ([]byte, error) {
	if _, err := os.Stat(socketPath(dir)); err != nil {
		return nil, errNoServer
	}
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialControl(ctx, dir)
	}}, Timeout: 30 * time.Second}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://control"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r, err := client.Do(req)
	var refused *net.OpError
	if errors.As(err, &refused) && refused.Op == "dial" {
		return nil, errNoServer
	}
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	out, err := io.ReadAll(r.Body)
	if err == nil && r.StatusCode != http.StatusOK {
		err = errors.New(strings.TrimSpace(string(out)))
	}
	return out, err
}
