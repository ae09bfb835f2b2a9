package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail"
)

// witnesses are those outside who are told once a day what the record of each conversation is: whoever has the key
// could else show two records to two people, or go back to an older one, and nobody would see it.
type witnesses struct {
	addresses []string
	urls      []string
}

// parseWitnesses reads addresses, of mail or of http.
func parseWitnesses(all []string) (w witnesses, err error) {
	for _, s := range all {
		if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
			if u, err := url.Parse(s); err != nil || u.Host == "" {
				return w, fmt.Errorf("%w: --witness %q is no address", errWrongUse, s)
			}
			w.urls = append(w.urls, s)
			continue
		}
		address, err := account.ParseAddress(s)
		if err != nil {
			return w, fmt.Errorf("%w: --witness %q is neither an address of mail nor one that begins with http", errWrongUse, s)
		}
		w.addresses = append(w.addresses, address)
	}
	return w, nil
}

// witness tells the witnesses once a day, until the context ends. What failed is tried again after an hour.
func (a *app) witness(ctx context.Context) {
	if len(a.witnesses.addresses)+len(a.witnesses.urls) == 0 {
		return
	}
	for {
		for _, slug := range a.Conversations() {
			if err := a.tellWitnesses(ctx, slug); err != nil && ctx.Err() == nil {
				a.logger.Error("witness", "conversation", slug, "err", err)
			}
		}
		if !pause(ctx, time.Hour) {
			return
		}
	}
}

// tellWitnesses sends each witness today's checkpoint of a conversation, those that have not got it yet. Under damage
// nothing is signed, and nothing is sent; nor of a conversation that is still prepared.
func (a *app) tellWitnesses(ctx context.Context, slug string) error {
	if err := a.Standing(slug).ReadOnly; err != nil {
		return nil // it is said in the log and by /healthz
	}
	title, lang, public := "", locale.English, false
	if _, err := a.Read(ctx, slug, func(st *conversation.State) error {
		public = st.MayEnter(conversation.Public)
		if len(st.Languages) > 0 {
			lang = st.Languages[0]
		}
		title, _ = st.Title.For(lang)
		return nil
	}); err != nil {
		return err
	}
	if !public { // a conversation that may yet be given up is nobody's to vouch for
		return nil
	}
	signed, err := a.Checkpoint(slug)
	if err != nil {
		return err
	}
	size := a.SizeOf(signed)
	var faults []error
	for _, to := range a.witnesses.addresses {
		faults = append(faults, a.daily(ctx, to, slug, func() error {
			return a.queue.Witness(ctx, mail.Witness{To: to, Title: title, Slug: slug, Lang: lang, Checkpoint: string(signed), Size: size,
				Link: fmt.Sprintf("%s/c/%s/log/root/%d", a.public, slug, size)})
		}))
	}
	for _, to := range a.witnesses.urls {
		faults = append(faults, a.daily(ctx, to, slug, func() error { return hand(ctx, to, slug, signed) }))
	}
	return errors.Join(faults...)
}

// daily does something for a witness once a day.
func (a *app) daily(ctx context.Context, to, slug string, f func() error) error {
	day := cite.Position(a.Now().Unix() / (24 * 60 * 60))
	name := "witness " + to
	last, err := a.db.Position(ctx, name, slug)
	if err != nil || last >= day {
		return err
	}
	if err := f(); err != nil {
		return err
	}
	return a.db.Remember(ctx, name, slug, day)
}

// witnessClient goes to the address that the operator named and nowhere else: a way elsewhere is an answer that is no
// success.
var witnessClient = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// hand hands a checkpoint to a witness over HTTP: the body is the signed note, as under /log/checkpoint.
func hand(ctx context.Context, to, slug string, signed []byte) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(string(signed)))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "text/plain; charset=utf-8")
	r.Header.Set("Plenary-Conversation", slug)
	res, err := witnessClient.Do(r)
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // so that the connection can be used again
	if err := res.Body.Close(); err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("the witness %s answers %s", to, res.Status)
	}
	return nil
}
