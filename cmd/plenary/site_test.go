package main

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/site"
)

// sayWhose says in a data directory whose instance it is, so that conversations can be opened in it.
func sayWhose(t testing.TB, dir string) {
	t.Helper()
	s, err := site.Open(dir, "https://talk.example.org", time.Now)
	if err == nil {
		err = s.Save(whose)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func whose(now site.Said) (site.Said, error) {
	now.Name, now.Contact = locale.Plain(locale.English, "Harbour Office"), locale.Plain(locale.English, "Quay 1")
	now.Pages = site.FirstPages(func(string, locale.Lang) string { return "…" })
	return now, nil
}
