package site

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/home"
	view "github.com/openplenary/plenary/page/site"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/site"
	"github.com/openplenary/plenary/web/serve"
)

// Handlers are the handlers of these pages.
type Handlers struct {
	// TestMail sends a letter to an address at once, and gives the error that the relay answered; nil where no mail is sent.
	TestMail func(ctx context.Context, to string, lang locale.Lang) error
	// MailWaits counts the letters that wait, and says whether a mail server is named; nil where nobody knows.
	MailWaits func(ctx context.Context) (letters int, named bool, err error)
	// Files keeps attached files; nil where none are.
	Files *attachment.Store
}

// request is one request for these handlers.
type request struct {
	*serve.Request
	*Handlers
}

func (h *Handlers) on(handle func(*request) error) func(*serve.Request) error {
	return func(q *serve.Request) error { return handle(&request{q, h}) }
}

// siteQuery says what is being changed.
type siteQuery struct {
	Edit string `query:"edit"` // a legal page, "pages" for all that are not finished, "country-FR", "group-ID"
	Mail string `query:"mail"` // "taken" after a test letter was
}

// legalQuery chooses a version.
type legalQuery struct {
	// Version is one that held before, by its number.
	Version int `query:"version"`
}

// Routes lists the routes.
func (h *Handlers) Routes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/site", Who: serve.SignedIn, Query: siteQuery{}, Handle: h.on((*request).operator)},
		{Method: "POST", Pattern: "/{lang}/site", Who: serve.SignedIn, Body: 64 * serve.MiB, Handle: h.on((*request).postOperator)},
		{Method: "GET", Pattern: "/{lang}/site/translations", Who: serve.SignedIn, Query: translationsQuery{}, Handle: h.on((*request).translations)},
		{Method: "POST", Pattern: "/{lang}/site/translations", Who: serve.SignedIn, Body: 512 * serve.KiB, Handle: h.on((*request).postTranslations)},
		{Method: "GET", Pattern: "/{lang}/site/{page}", Who: serve.Everybody, Query: legalQuery{}, Handle: h.on((*request).legal)},
		{Method: "GET", Pattern: "/readyz", Who: serve.Everybody, Handle: h.on((*request).ready)},
		{Method: "GET", Pattern: "/logo/{file}", Who: serve.Everybody, Handle: h.on((*request).logo)},
		{Method: "GET", Pattern: "/{lang}/embed/{slug}", Who: serve.Everybody, Framed: true, Handle: h.on((*request).framed)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/qr.svg", Who: serve.Everybody, Name: "code", Media: "image/svg+xml", Handle: h.on((*request).qr)},
	}
}

// keeper lets in who may say what holds for the instance: its operators; where none are named, the officers of its
// conversations. An officer who is not one is led to their desk.
func (q *request) keeper() (elsewhere string, err error) {
	if q.Frame.Me.Operator {
		return "", nil
	}
	for _, slug := range q.Server.Sec.Conversations() {
		n, ok, err := q.Server.Accounts.ParticipantOf(q.Context(), q.Account, slug)
		if err != nil {
			return "", err
		}
		officer := false
		if ok {
			_, err = q.Server.Sec.Read(q.Context(), slug, func(st *conversation.State) error {
				officer = st.Roll.Roles(delegation.Participant(n)).Has(delegation.Officer)
				return nil
			})
		}
		switch {
		case err != nil:
			return "", err
		case officer && len(q.Server.Operators) == 0:
			return "", nil
		case officer:
			elsewhere = "/" + string(q.Lang) + "/c/" + slug + "/desk"
		}
	}
	if elsewhere == "" {
		return "", serve.NotFound()
	}
	return elsewhere, nil
}

func (q *request) operator() error {
	if to, err := q.keeper(); err != nil {
		return err
	} else if to != "" {
		return q.See(to)
	}
	p := serve.Params[siteQuery](q.Request)
	v, err := q.view()
	if err != nil {
		return err
	}
	if q.Common.Done == "saved" {
		q.Frame.Notice = "desk.done.saved"
	}
	if v.Edit(p.Edit); p.Mail == "taken" {
		v.Mail = &view.MailAnswer{To: v.MailTo}
	}
	return q.Show(http.StatusOK, v)
}

// files is what is said of attached files.
func (q *request) files() (*view.Files, error) {
	if q.Files == nil {
		return nil, nil
	}
	s, err := q.Files.Summary(q.Context())
	if err != nil {
		return nil, err
	}
	return &view.Files{Where: s.Where, Bucket: s.Bucket, Files: s.Files, Bytes: s.Bytes, Waiting: s.Waiting, WaitingBytes: s.WaitingBytes, Lost: s.Lost, At: s.At, Fault: s.What}, nil
}

// view is the page as it stands.
func (q *request) view() (v *view.Operator, err error) {
	v = view.NewOperator(q.Server.Site.Now())
	v.NewToken = serve.Nonce
	if q.TestMail != nil {
		a, _, err := q.Server.Accounts.Get(q.Context(), q.Account)
		if err != nil {
			return nil, err
		}
		v.MailTo = a.Email
	}
	if q.MailWaits != nil {
		if v.Letters, v.MailNamed, err = q.MailWaits(q.Context()); err != nil {
			return nil, err
		}
	}
	if v.Files, err = q.files(); err != nil {
		return nil, err
	}
	there, err := q.There()
	if err != nil {
		return nil, err
	}
	for _, slug := range there {
		_, err := q.Server.LookIn(q.Context(), slug, conversation.Audience{}, q.Received, func(st *conversation.Reading) error {
			v.Embeds = append(v.Embeds, view.Embed{Slug: slug, Name: frame.Localize(st.Title, q.Lang).Text})
			return nil
		})
		if err != nil && len(refusal.Of(err)) == 0 {
			return nil, err
		}
	}
	return v, nil
}

// legal shows a legal page, or as it was.
func (q *request) legal() error {
	page := q.PathValue("page")
	if !slices.Contains(site.PageNames, page) {
		return serve.NotFound()
	}
	now := q.Server.Site.Now()
	shown := now
	if n := serve.Params[legalQuery](q.Request).Version; n > 0 {
		var err error
		if shown, err = q.Server.Site.Earlier(n); err != nil {
			return serve.NotFound()
		}
	}
	v := view.NewLegal(shown, page, q.Lang)
	v.Past = shown != now
	// The newest first; a version in which only something else was changed is left out.
	last := q.words(now, page)
	for n := now.Version - 1; n > 0 && len(v.Earlier) < 20; n-- {
		was, err := q.Server.Site.Earlier(n)
		if err != nil {
			break
		}
		if words := q.words(was, page); words != last {
			last = words
			v.Earlier = append(v.Earlier, n)
		}
	}
	return q.Show(http.StatusOK, v)
}

func (q *request) words(s *site.Site, page string) string {
	text, _ := s.Page(page, q.Lang)
	return text
}

// logo gives a picture of the logo to everybody: who shows a link elsewhere shows it.
func (q *request) logo() error {
	b, err := q.Server.Site.Picture(q.PathValue("file"))
	if err != nil {
		return serve.NotFound()
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "image/png")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	_, err = q.Writer.Write(b)
	return err
}

// framed shows a conversation inside the page of another: to everybody the same, with nothing of who reads.
func (q *request) framed() error {
	var v *home.Page
	_, err := q.Server.LookIn(q.Context(), q.Slug, conversation.Audience{}, q.Received, func(st *conversation.Reading) error {
		v = home.New(st, q.Lang, home.Demonstration{})
		return nil
	})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := home.Framed(&q.Frame, v).Render(q.Context(), &b); err != nil {
		return err
	}
	return q.plain("text/html; charset=utf-8", b.Bytes())
}

// qr draws the address of a call as a square code, for posters and letters.
func (q *request) qr() error {
	ref := q.Ref()
	if ref.Kind() != 'k' {
		return serve.NotFound()
	}
	if err := q.Look(func(st *conversation.Reading) error {
		if _, ok := st.Consultation.Call(ref); !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	b, err := frame.DrawCode(q.Frame.Host + "/c/" + q.Slug + "/" + string(ref))
	if err != nil {
		return err
	}
	q.Writer.Header().Set("Content-Disposition", `inline; filename="`+q.FileName(q.Slug, "-"+string(ref)+".svg")+`"`)
	return q.plain("image/svg+xml; charset=utf-8", b)
}

// plain sends what is not kept and is for everybody.
func (q *request) plain(kind string, b []byte) error {
	h := q.Writer.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-cache")
	_, err := q.Writer.Write(b)
	return err
}

// oneFile takes the file of the form into memory, as far as it may be one.
type oneFile struct{ sent []byte }

// Keep reads the file. What is beyond the bound is read away, so that the browser hears the answer.
func (o *oneFile) Keep(_ context.Context, file io.Reader, _ string) error {
	b, err := io.ReadAll(io.LimitReader(file, site.MaxLogoBytes+1))
	if err != nil {
		return serve.BadForm(err)
	}
	if _, err := io.Copy(io.Discard, file); err != nil {
		return serve.BadForm(err)
	}
	o.sent = b
	return nil
}

// testMail sends a letter to who asks, and shows what the relay answered.
func (q *request) testMail() error {
	v, err := q.view()
	if err != nil || v.MailTo == "" {
		return err
	}
	if err := q.May(serve.Once(serve.LimitInvite)); err != nil {
		return err
	}
	if err := q.TestMail(q.Context(), v.MailTo, q.Lang); err != nil {
		v.Mail = &view.MailAnswer{To: v.MailTo, Err: err.Error()}
		return q.Show(http.StatusOK, v)
	}
	return q.See("/" + string(q.Lang) + "/site?mail=taken#mail")
}
