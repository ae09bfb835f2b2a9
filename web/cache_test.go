package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
)

// TestSharedPageIsFresh has many people act and then read one shared page: whoever reads after an act
// finds it there, whoever else is having the page made at that moment.
func TestSharedPageIsFresh(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 25 {
				c := conversation.CiteDocument{Document: conversation.Document{Title: locale.Plain(locale.English, fmt.Sprintf("Document %d.%d", i, j)), Source: "https://example.org/"}}
				_, err := h.sec.Do(t.Context(), script.DemoSlug, conversation.Ask{System: true, Received: h.sec.Now(), Command: c})
				if err != nil {
					t.Error(err)
					return
				}
				r := h.visitor().get("/en" + conv + "/documents")
				if want := fmt.Sprintf("Document %d.%d<", i, j); r.status != http.StatusOK || !strings.Contains(r.body, want) {
					t.Errorf("%d: the page has no %s", r.status, want)
					return
				}
			}
		})
	}
	wg.Wait()
}
