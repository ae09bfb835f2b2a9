package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/web"
)

// rotten is an engine in memory from which a text can vanish.
type rotten struct {
	*record.Memory
	gone atomic.Int64 // the position of the text that has vanished
}

func (r *rotten) Texts(ctx context.Context, id record.ID, at []cite.Position) ([]record.Row, error) {
	rows, err := r.Memory.Texts(ctx, id, at)
	for i := range rows {
		if int64(rows[i].Position) == r.gone.Load() {
			rows[i].Text = nil
		}
	}
	return rows, err
}

// rot makes a house over the demonstration, in which the text of a contribution is missing.
func rot(t *testing.T, gone func(*plenary.Secretariat) cite.Position) string {
	t.Helper()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	engine := &rotten{Memory: record.NewMemory()}
	key, err := record.NewKey(rand.Reader)
	ok(err)
	secret := make([]byte, 32)
	open := func() *plenary.Secretariat {
		log, err := record.Open(engine, record.Options{Key: key, Now: time.Now})
		ok(err)
		sec, err := plenary.NewSecretariat(t.Context(), plenary.Options{Log: log, Now: time.Now, Random: rand.Reader, Secret: secret})
		if sec == nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = sec.Close() })
		return sec
	}
	first := open()
	_, err = script.Demo(t.Context(), first, time.Now())
	ok(err)
	engine.gone.Store(int64(gone(first)))
	// Opened anew, nothing is in the cache of words; the last texts are checked, and the damage is found.
	sec := open()
	if sec.Halted(script.DemoSlug) == nil {
		t.Error("the text that is missing was not found at start")
	}
	db, err := private.Open(filepath.Join(t.TempDir(), "private.db"))
	ok(err)
	t.Cleanup(func() { _ = db.Close() })
	accounts, err := account.New(db, secret)
	ok(err)
	drafts := draft.New(db)
	files, err := attachment.New(db, t.TempDir())
	ok(err)
	srv := httptest.NewServer(web.New(web.Options{Sec: sec, Accounts: accounts, Drafts: drafts, Aside: aside.New(db), Files: files}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// newest finds the position of the newest contribution of the demonstration.
func newest(t *testing.T) func(*plenary.Secretariat) cite.Position {
	return func(sec *plenary.Secretariat) (at cite.Position) {
		if _, err := sec.Read(t.Context(), script.DemoSlug, func(st *conversation.State) error {
			rows, _ := st.Consultation.List(consultation.Filter{Call: "k2"}, 1) // what was entered behind it was said before
			at = rows[0].Position
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return at
	}
}

// raw gets an address as a browser does, which unpacks what it gets by what the header says.
func raw(t *testing.T, url string, zip bool) (status int, header http.Header, body []byte, err error) {
	t.Helper()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if zip {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	r, err := (&http.Transport{DisableCompression: true}).RoundTrip(req)
	if err != nil {
		return 0, nil, nil, err
	}
	defer r.Body.Close()
	body, err = io.ReadAll(r.Body)
	if err == nil && r.Header.Get("Content-Encoding") == "gzip" {
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(body)); err == nil {
			body, err = io.ReadAll(z)
		}
	}
	return r.StatusCode, r.Header, body, err
}

// TestDamagedText has a text vanish: no page shows a tombstone for it, each that needs it says what is wrong,
// whole and in the form that its header says; nothing is signed; what is sound is there.
func TestDamagedText(t *testing.T) {
	t.Parallel()
	url := rot(t, newest(t))
	for _, l := range locale.All {
		for _, zip := range []bool{true, false} {
			for _, p := range []string{"/contributions?call=k2", "/contributions.csv", "/contributions.json?call=k2", "/contributions?print=1"} {
				status, header, body, err := raw(t, url+"/"+string(l)+"/c/"+script.DemoSlug+p, zip)
				if err != nil || status != http.StatusServiceUnavailable {
					t.Errorf("%s: %d %v", p, status, err)
					continue
				}
				if bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
					t.Errorf("%s: packed, and no header says so", p)
				}
				if header.Get("Content-Disposition") != "" {
					t.Errorf("%s: the page that says what is wrong is sent as a file to keep", p)
				}
				if want := l.T("refusal.record.damaged"); !strings.Contains(string(body), want) {
					t.Errorf("%s does not say %q: %.300s", p, want, body)
				}
			}
		}
	}
	for _, zip := range []bool{true, false} {
		status, _, body, err := raw(t, url+"/en/c/"+script.DemoSlug, zip)
		if err != nil || status != http.StatusOK || !strings.Contains(string(body), "</html>") || !strings.Contains(string(body), locale.English.T("refusal.record.damaged")) {
			t.Errorf("the conversation: %d %v %.100s", status, err, body)
		}
	}
	status, _, body, err := raw(t, url+"/en/c/"+script.DemoSlug+"/record", false)
	if err != nil || status != http.StatusOK || !strings.Contains(string(body), locale.English.T("refusal.record.no_checkpoint")) {
		t.Errorf("the record: %d %v", status, err)
	}
	status, _, body, err = raw(t, url+"/c/"+script.DemoSlug+"/log/checkpoint", false)
	if err != nil || status != http.StatusServiceUnavailable || !strings.Contains(string(body), locale.English.T("refusal.record.no_checkpoint")) {
		t.Errorf("a checkpoint over damage: %d %v %s", status, err, body)
	}
}

// TestBrokenOff has a text missing at the end of a long list: what was begun is broken off.
func TestBrokenOff(t *testing.T) {
	t.Parallel()
	const many = "many"
	url := rot(t, func(sec *plenary.Secretariat) cite.Position {
		en := func(s string) locale.Text { return locale.Plain(locale.English, s) }
		const officer delegation.Participant = 7
		now := time.Now()
		if _, err := sec.Convene(t.Context(), conversation.Ask{By: officer, Received: now, Command: conversation.Convene{Slug: many, Title: en("Ferries"), Languages: []locale.Lang{locale.English},
			Categories: []settings.Label{{ID: "individual", Name: en("Individual")}}, Officer: officer}}); err != nil {
			t.Fatal(err)
		}
		do := func(by delegation.Participant, command any) cite.Position {
			a, err := sec.Do(t.Context(), many, conversation.Ask{By: by, For: delegation.Party(by), Assurance: consultation.Anonymous, Received: time.Now(), Command: command})
			if err != nil {
				t.Fatal(err)
			}
			return a.First
		}
		do(officer, paper.Publish{Kind: paper.IssuesPaper, Symbol: "F/1", Title: en("Paper"), Date: "2026-01-01", Elements: []paper.Element{{Kind: paper.Paragraph, Number: "1", Text: en("Boats.")}}})
		do(officer, consultation.AnnounceCall{Title: en("Call"), Paper: "p1", Opens: now.Add(-time.Hour), Closes: now.Add(time.Hour), Late: consultation.LateKept, Moderation: consultation.ModerateAfter})
		first := cite.Position(0)
		for i := range 700 {
			at := do(delegation.Participant(100+i), consultation.Submit{Call: "k1", Category: "individual", Parts: []consultation.SubmitPart{{On: "p1.e1.x1", Language: locale.English, Text: fmt.Sprintf("Text %d.", i)}}})
			if first == 0 {
				first = at
			}
		}
		return first
	})
	for _, zip := range []bool{true, false} {
		status, _, body, err := raw(t, url+"/en/c/"+many+"/contributions.csv", zip)
		if status != http.StatusOK || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("a list that is not whole ends with %d %v: %.200s", status, err, body[max(0, len(body)-200):])
		}
		if bytes.Contains(body, []byte("<html")) || bytes.Contains(body, []byte{0x1f, 0x8b}) {
			t.Error("a page is in the list")
		}
	}
}
