package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/web"
)

// house is an instance with everything that follows it.
type house struct {
	*plenary.Instance
	db       *sql.DB
	accounts *account.Store
	drafts   *draft.Store
	files    *attachment.Store
	queue    *mail.Queue
	mailbox  *mail.Mailbox // of a demonstration, else nil
	server   *web.Server
	public   string // address of the instance, for links in mail
	logger   *slog.Logger

	mu       sync.Mutex
	followed map[string]bool
}

type houseOptions struct {
	dir            string
	public         string
	secure         bool
	demo           bool
	transport      mail.Transport // nil in a demonstration
	from           string
	operators      []string
	demonstrations map[string]home.Demonstration
	work           map[string]string // where the work of each role of a demonstration waits
	roles          map[string]account.ID
	door           doorOptions
	logger         *slog.Logger
}

// openHouse opens everything of a data directory. Damage of the record is reported and leaves it
// readable.
func openHouse(ctx context.Context, o houseOptions) (*house, error) {
	host := ""
	if u, err := url.Parse(o.public); err == nil && o.public != "" && !o.demo {
		host = u.Host
	}
	in, err := plenary.OpenInstance(ctx, plenary.InstanceOptions{Dir: o.dir, Host: host, Logger: o.logger})
	if in == nil {
		return nil, err
	}
	if err != nil {
		o.logger.Error("the record is damaged: serving it read only", "err", err)
	}
	h := &house{Instance: in, public: o.public, logger: o.logger, followed: map[string]bool{}}
	fail := func(err error) (*house, error) { return nil, errors.Join(err, h.close()) }
	if h.db, err = account.OpenDB(filepath.Join(o.dir, "private.db")); err != nil {
		return fail(err)
	}
	if h.accounts, err = account.New(h.db, in.Secret); err != nil {
		return fail(err)
	}
	if h.drafts, err = draft.New(h.db); err != nil {
		return fail(err)
	}
	if h.files, err = attachment.New(h.db, o.dir); err != nil {
		return fail(err)
	}
	transport := o.transport
	if o.demo {
		h.mailbox = &mail.Mailbox{}
		transport = h.mailbox
	}
	if h.queue, err = mail.NewQueue(h.db, transport, o.from, in.Now); err != nil {
		return fail(err)
	}
	h.queue.Logger = o.logger
	wo := web.Options{Sec: in.Secretariat, Accounts: h.accounts, Drafts: h.drafts, Files: h.files, SignInMail: h.signInMail, InviteMail: h.inviteMail,
		NoRoom:    in.NoRoom,
		PublicURL: o.public, Secure: o.secure, Demo: o.demonstrations, DemoWork: o.work, Operators: o.operators, DemoRoles: o.roles, Logger: o.logger}
	wo.Sources, wo.Caps = o.door.sources, o.door.caps
	room, err := o.door.roomOn(o.dir)
	if err != nil {
		return fail(err)
	}
	h.files.SetRoom(room)
	if h.mailbox != nil {
		wo.Mailbox = h.mailRows
		wo.PublicURL = ""
	}
	h.server = web.New(wo)
	return h, nil
}

func (h *house) close() error {
	err := h.Instance.Close()
	if h.db != nil {
		err = errors.Join(err, h.db.Close())
	}
	return err
}

// serve answers on a listener until the context ends, with the timekeeper, the mail and the sweeper.
func (h *house) serve(ctx context.Context, l net.Listener) error {
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer wg.Wait()
	defer cancel()
	wg.Go(func() { h.KeepTime(ctx) })
	wg.Go(func() { h.queue.Run(ctx) })
	wg.Go(func() { h.sweep(ctx) })
	wg.Go(func() { h.followAll(ctx) })
	srv := h.server.HTTPServer()
	srv.BaseContext = func(net.Listener) context.Context { return ctx }
	done := make(chan error, 1)
	go func() { done <- h.server.Serve(srv, l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	cancel()
	stop, end := context.WithTimeout(context.Background(), 5*time.Second)
	defer end()
	if err := srv.Shutdown(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	_ = srv.Close() // event streams do not end by themselves
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// sweep removes uploads that no contribution cites and drafts that nobody goes on with.
func (h *house) sweep(ctx context.Context) {
	for {
		if _, err := h.files.Sweep(ctx, h.Now(), h.CitedFiles); err != nil && ctx.Err() == nil {
			h.logger.Error("sweep of files", "err", err)
		}
		if _, err := h.drafts.Sweep(ctx, h.Now()); err != nil && ctx.Err() == nil {
			h.logger.Error("sweep of drafts", "err", err)
		}
		timer := time.NewTimer(time.Hour)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

// followAll starts the mail follower of every conversation, those that are convened later included.
func (h *house) followAll(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		for _, slug := range h.Conversations() {
			h.mu.Lock()
			started := h.followed[slug]
			h.followed[slug] = true
			h.mu.Unlock()
			if started {
				continue
			}
			wg.Go(func() {
				if err := h.queue.Follow(ctx, h.Secretariat, slug, h.compose(slug)); err != nil && ctx.Err() == nil {
					h.logger.Error("mail follower", "conversation", slug, "err", err)
				}
				select { // a follower goes on from where it was
				case <-time.After(30 * time.Second):
				case <-ctx.Done():
				}
				h.mu.Lock()
				h.followed[slug] = false
				h.mu.Unlock()
			})
		}
		timer := time.NewTimer(2 * time.Second)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

// letter is a letter to the author of a contribution that a fact calls for.
type letter struct {
	notice string
	about  cite.Ref // the contribution
	path   string   // where it leads, inside the conversation
	args   func(locale.Lang) []any
}

// lettersFor says which letters a fact calls for: the receipt, what a moderator decided, the answer to a
// point, and the new edition that changed a passage because of it.
func lettersFor(st *conversation.State, fact any) []letter {
	none := func(locale.Lang) []any { return nil }
	switch f := fact.(type) {
	case *consultation.Received:
		return []letter{{"receipt", f.Ref, string(f.Ref) + "/receipt", none}}
	case *consultation.ContributionPublished:
		return []letter{{"published", f.Contribution, string(f.Contribution), none}}
	case *consultation.ContributionWithheld:
		return []letter{{"withheld", f.Contribution, string(f.Contribution), func(l locale.Lang) []any { return []any{"ground", l.T("ground." + f.Ground)} }}}
	case *consultation.Answered:
		return toAuthors(f.Parts, "answered", func(l locale.Lang) []any { return []any{"outcome", l.T("outcome." + f.Outcome)} })
	case *paper.Published:
		if f.Ref.EditionNumber() < 2 {
			return nil
		}
		var parts []cite.Ref
		for n := 1; n <= st.Consultation.Dispositions(); n++ {
			d, _ := st.Consultation.Disposition(cite.Disposition(n))
			for _, c := range d.Changes {
				e, ok := st.Effect(d, c)
				if !ok || e.Ref != f.Ref {
					continue
				}
				if before, after := st.Texts(e, c.Element(), ""); before.Text != after.Text { // else it was left as it was
					parts = append(parts, st.PublishedParts(d)...)
					break
				}
			}
		}
		return toAuthors(parts, "changed", func(locale.Lang) []any { return []any{"symbol", f.Symbol} })
	}
	return nil
}

// toAuthors writes one letter for each contribution among some parts, leading to the first of its parts.
func toAuthors(parts []cite.Ref, notice string, args func(locale.Lang) []any) []letter {
	var out []letter
	told := map[cite.Ref]bool{}
	for _, r := range parts {
		if c := r.Root(); !told[c] {
			told[c] = true
			out = append(out, letter{notice, c, string(c) + "#" + r.ID(), args})
		}
	}
	return out
}

// compose writes the letters that a fact calls for, each in its reader's language. Authors without an
// address are told on the page of their receipt.
func (h *house) compose(slug string) mail.Compose {
	return func(ctx context.Context, fact any, at cite.Entry) ([]mail.Message, error) {
		if f, ok := fact.(*conversation.Erased); ok {
			return nil, h.forget(ctx, slug, f)
		}
		var letters []letter
		var rows []consultation.Contribution
		var title locale.Text
		demo := false
		zone := ""
		if _, err := h.Read(ctx, slug, func(st *conversation.State) error {
			letters = lettersFor(st, fact)
			for _, x := range letters {
				row, _ := st.Consultation.Row(x.about)
				rows = append(rows, row)
			}
			title, demo, zone = st.Title, st.Demonstration, st.Zone
			return nil
		}); err != nil {
			return nil, err
		}
		_, _, key := h.Key(slug)
		var out []mail.Message
		for i, x := range letters {
			row := rows[i]
			notice := x.notice
			switch notice {
			case "answered", "changed":
				if row.Status != consultation.Published {
					continue // withdrawn or erased since
				}
				notice += " " + string(x.about) // one author may hear of several contributions at one entry
			}
			var p delegation.Participant
			if err := p.UnmarshalText([]byte(row.By)); err != nil {
				return nil, err
			}
			to, lang, ok, err := h.accounts.AddressOf(ctx, slug, uint64(p))
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			if !lang.Valid() {
				lang = locale.English
			}
			name, _ := title.For(lang)
			when := row.Received
			if loc, err := time.LoadLocation(zone); err == nil && zone != "" {
				when = when.In(loc)
			}
			args := append(x.args(lang), "ref", string(x.about), "title", name, "n", fmt.Sprint(int64(row.Position)), "time", lang.DateTime(when, lang.ZoneName(zone)), "key", key,
				"link", h.public+"/"+string(lang)+"/c/"+slug+"/"+x.path)
			text := lang.Isolate("mail."+x.notice+".text", args...)
			if demo {
				text += "\n\n" + lang.T("mail.demo")
			}
			out = append(out, mail.Message{To: to, Lang: lang, Notice: notice, Slug: slug, Participant: uint64(p), Position: at.Position,
				Subject: lang.T("mail."+x.notice+".subject", args...), Text: plainLinks(text)})
		}
		return out, nil
	}
}

// plainLinks takes the isolates off addresses and keys: they are copied, not read.
func plainLinks(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		t := strings.Trim(l, "\u2068\u2069")
		if strings.HasPrefix(t, "http://") || strings.HasPrefix(t, "https://") {
			lines[i] = t
		}
	}
	return strings.Join(lines, "\n")
}

// forget erases what stood beside an erased contribution: its files, the mails about it and the address
// of its author.
func (h *house) forget(ctx context.Context, slug string, f *conversation.Erased) error {
	var row consultation.Contribution
	if _, err := h.Read(ctx, slug, func(st *conversation.State) error {
		row, _ = st.Consultation.Row(f.Contribution)
		return nil
	}); err != nil {
		return err
	}
	entries, err := h.RecordEntries(ctx, slug, f.Position, f.Position)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if r, ok := e.Fact.(*consultation.Received); ok {
			for _, file := range r.Files {
				if err := h.files.Erase(ctx, file.ID); err != nil {
					return err
				}
			}
		}
	}
	if err := h.queue.Erase(ctx, slug, f.Position); err != nil {
		return err
	}
	var p delegation.Participant
	if p.UnmarshalText([]byte(row.By)) == nil && row.Assurance == consultation.Anonymous {
		return h.accounts.Forget(ctx, slug, uint64(p))
	}
	return nil
}

func (h *house) signInMail(ctx context.Context, s *account.SignIn, lang locale.Lang, link string) error {
	return h.queue.PutDirect(ctx, mail.Message{To: s.To, Lang: lang, Notice: "signin", Subject: lang.T("mail.signin.subject"),
		Text: plainLinks(lang.T("mail.signin.text", "link", link, "code", s.Code))}, s.Expires)
}

func (h *house) inviteMail(ctx context.Context, email string, lang locale.Lang, title, link string) error {
	return h.queue.PutDirect(ctx, mail.Message{To: email, Lang: lang, Notice: "invited", Subject: lang.T("mail.invited.subject", "title", title),
		Text: plainLinks(lang.T("mail.invited.text", "title", title, "link", link))}, h.Now().Add(7*24*time.Hour))
}

// mailRows shows the demonstration's mailbox.
func (h *house) mailRows() []accounts.MailRow {
	var out []accounts.MailRow
	for _, m := range h.mailbox.All() {
		row := accounts.MailRow{To: m.To, Subject: m.Subject, Text: m.Text, Sent: m.Sent}
		for _, line := range strings.Split(m.Text, "\n") {
			if strings.HasPrefix(line, "http") && row.Link == "" {
				if u, err := url.Parse(line); err == nil {
					row.Link = u.EscapedPath() // of this instance, whatever name it is reached by
				}
			}
		}
		out = append(out, row)
	}
	return out
}

// lines splits a list given with commas.
func lines(s string) []string {
	return slices.DeleteFunc(strings.Split(s, ","), func(p string) bool { return strings.TrimSpace(p) == "" })
}

// dirExists refuses a data directory that is not there.
func dirExists(dir string) error {
	if fi, err := os.Stat(filepath.Join(dir, "record.db")); err != nil || fi.IsDir() {
		return fmt.Errorf("%s holds no Plenary instance", dir)
	}
	return nil
}
