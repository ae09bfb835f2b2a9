package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/place"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/openplenary/plenary/mail"
)

// mailCmd lists the letters that wait, and prints one: for an instance that has no mail server yet.
type mailCmd struct {
	Data      string `required:"" env:"PLENARY_DATA" help:"Data directory."`
	Letter    int64  `arg:"" optional:"" help:"Number of a letter: it is printed. Without one, the letters that wait are listed, one JSON object a line."`
	Files     string `help:"Folder into which what comes with the letter is written."`
	Handed    bool   `help:"The letter was given to its reader in another way: take it off the queue."`
	PublicURL string `env:"PLENARY_PUBLIC_URL" default:"http://127.0.0.1:8080" help:"Address under which people reach the instance; a running server knows its own."`
	place.Flags
}

// waitingLetter is a letter that waits, as the command says it.
type waitingLetter struct {
	Letter  int64     `json:"letter"` // its number
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Kind    string    `json:"kind"` // "receipt", "invited", "signin", ...
	Made    time.Time `json:"made"`
	// Until is when it is given up, because what it holds is over then.
	Until time.Time `json:"until,omitzero"`
	// Secret says that it holds a link or a code which is for its reader alone.
	Secret bool        `json:"secret,omitempty"`
	Text   string      `json:"text,omitempty"`
	Files  []post.File `json:"files,omitempty"`
}

// Run lists them or prints one, through the running server where there is one.
func (c *mailCmd) Run(ctx context.Context, con *console) error {
	if (c.Handed || c.Files != "") && c.Letter == 0 {
		return fmt.Errorf("%w: say which letter", errWrongUse)
	}
	if err := dirExists(c.Data); err != nil {
		return err
	}
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	out, err := askControl(ctx, c.Data, "/mail", body)
	if errors.Is(err, errNoServer) {
		out, err = c.alone(ctx, con)
	}
	if err != nil {
		return err
	}
	var letters []waitingLetter
	if err := json.Unmarshal(out, &letters); err != nil {
		return err
	}
	switch {
	case c.Letter == 0:
		enc := json.NewEncoder(con.out)
		for _, l := range letters {
			if err := enc.Encode(l); err != nil {
				return err
			}
		}
		if len(letters) == 0 {
			fmt.Fprintln(con.err, "note: no letter waits")
		}
		return nil
	case c.Handed:
		fmt.Fprintf(con.err, "note: letter %d is off the queue\n", c.Letter)
		return nil
	}
	return c.print(con, letters[0])
}

// alone does it where no server runs.
func (c *mailCmd) alone(ctx context.Context, con *console) ([]byte, error) {
	const from = "plenary@localhost"
	transport, err := post.Relay("", from)
	if err != nil {
		return nil, err
	}
	a, err := openApp(ctx, appOptions{dir: c.Data, public: c.PublicURL, transport: transport, from: from, record: c.Flags,
		logger: slog.New(slog.NewTextHandler(con.err, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		return nil, err
	}
	letters, err := a.waitingMail(ctx, c)
	if err = errors.Join(err, a.close()); err != nil {
		return nil, err
	}
	return json.Marshal(letters)
}

// print prints a letter as its reader would read it.
func (c *mailCmd) print(con *console, l waitingLetter) error {
	if l.Secret {
		over := ""
		if !l.Until.IsZero() {
			over = ", and is over at " + l.Until.Format(time.RFC3339)
		}
		fmt.Fprintf(con.err, "note: what this letter holds is for %s alone%s. Whoever has it acts in their name\n", l.To, over)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "To: %s\nSubject: %s\nDate: %s\n", l.To, l.Subject, l.Made.Format(time.RFC1123Z))
	for _, f := range l.Files {
		name := filepath.Base(f.Name)
		fmt.Fprintf(&b, "Attached: %s (%d bytes)\n", name, len(f.Content))
		if c.Files == "" {
			continue
		}
		// Never over a file that is there.
		file, err := os.OpenFile(filepath.Join(c.Files, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		_, err = file.Write(f.Content)
		if err = errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	fmt.Fprintf(&b, "\n%s\n", l.Text)
	_, err := con.out.Write(b.Bytes())
	return err
}

// waitingOf is a letter that waits as the command says it. A receipt is never over: it brings the words of what may wait, and
// the code of an author who has no account.
func waitingOf(w mail.Waits) waitingLetter {
	return waitingLetter{Letter: w.ID, To: w.To, Subject: w.Subject, Kind: w.Notice, Made: w.Made.UTC(), Until: w.Until, Secret: !w.Until.IsZero() || w.Notice == "receipt",
		Text: w.Text, Files: w.Files}
}

// waitingMail lists the letters that wait without their words, or gives one with them.
func (a *app) waitingMail(ctx context.Context, c *mailCmd) ([]waitingLetter, error) {
	out := []waitingLetter{}
	if c.Letter == 0 {
		all, err := a.queue.Waiting(ctx)
		for _, w := range all {
			out = append(out, waitingOf(w))
		}
		return out, err
	}
	w, ok, err := a.queue.Letter(ctx, c.Letter)
	if err == nil && ok && c.Handed {
		ok, err = a.queue.HandedOver(ctx, c.Letter)
		w = mail.Waits{}
	}
	if err == nil && !ok {
		err = fmt.Errorf("no letter %d waits: it may have been sent, or given up", c.Letter)
	}
	return append(out, waitingOf(w)), err
}

// mailWaits counts the letters that wait, and says whether a mail server is named.
func (a *app) mailWaits(ctx context.Context) (letters int, named bool, err error) {
	all, err := a.queue.Waiting(ctx)
	return len(all), a.queue.Named(), err
}
