package serve

import (
	"crypto/rand"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/settings"
)

// Nothing of a page that was kept ready is left when words were erased.
func TestDropPages(t *testing.T) {
	s := &Server{cache: newCache()}
	s.cache.put("a", &cached{body: []byte("the words")})
	s.cache.put("b", &cached{body: []byte("other words")})
	s.DropPages("ferries")
	if s.cache.get("a") != nil || s.cache.get("b") != nil || s.cache.size != 0 {
		t.Error("kept", s.cache.size)
	}
}

// TestFreshPages: a page that is kept answers only while what it rests on can be read and stands as it did, and before the
// instant that it names.
func TestFreshPages(t *testing.T) {
	key, err := record.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	log, err := record.Open(record.NewMemory(), record.Options{Key: key, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	sec, err := plenary.NewSecretariat(t.Context(), plenary.Options{Log: log, Now: time.Now, Random: rand.Reader, Secret: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sec.Close() })
	en := func(s string) locale.Text { return locale.Plain(locale.English, s) }
	now := time.Now()
	if _, err := sec.Convene(t.Context(), conversation.Ask{By: 7, Received: now, Command: conversation.Convene{Slug: "ferries", Title: en("Ferries"), Languages: []locale.Lang{locale.English},
		Categories: []settings.Label{{ID: "individual", Name: en("Individual")}}, Officer: 7}}); err != nil {
		t.Fatal(err)
	}
	s, head := &Server{Options: Options{Sec: sec}}, sec.Durable("ferries")
	for name, c := range map[string]struct {
		slug     string
		made     cite.Position
		until    time.Time
		readOnly bool
		want     bool
	}{
		"as it stands": {"ferries", head, time.Time{}, false, true}, "before its instant": {"ferries", head, now.Add(1), false, true}, "at its instant": {"ferries", head, now, false, false},
		"of before": {"ferries", head - 1, time.Time{}, false, false}, "while nothing is written": {"ferries", head, time.Time{}, true, false}, "of what cannot be read": {"gone", head, time.Time{}, false, false},
	} {
		q := &Request{Request: httptest.NewRequest("GET", "/", nil), Server: s, Slug: c.slug, Received: now, Frame: frame.Frame{ReadOnly: c.readOnly}}
		p := &cached{made: c.made, until: c.until, refs: []cite.Ref{conversation.Anything}}
		p.stands.Store(&standing{c.made, durable})
		if got := q.fresh(p); got != c.want {
			t.Errorf("a page %s is fresh: %v", name, got)
		}
	}
}
