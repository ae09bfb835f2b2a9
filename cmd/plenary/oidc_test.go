package main

import (
	"errors"
	"strings"
	"testing"
)

// Providers are named on the command line; a mistake is said before anything is served, and never shows a secret.
func TestProvidersAreRead(t *testing.T) {
	read := func(settings ...string) (appOptions, error) {
		return (&serveCmd{serving{Data: t.TempDir(), Addr: "127.0.0.1:0", From: "a@example.org", OIDC: settings}}).appOptions()
	}
	o, err := read("Ministry=https://plenary:top-secret@login.example.org", "House=https://plenary:top-secret@house.example.org/realms/x")
	if err != nil || len(o.providers) != 2 || o.providers[1].Issuer != "https://house.example.org/realms/x" {
		t.Fatal(o.providers, err)
	}
	for _, bad := range [][]string{{"https://plenary:top-secret@login.example.org"}, {"Ministry=http://plenary:top-secret@login.example.org"},
		{"A=https://plenary:top-secret@login.example.org", "a=https://plenary:top-secret@other.example.org"}, {"A=https://plenary:top-secret@login.example.org", "B=https://other:top-secret@login.example.org"}} {
		if _, err := read(bad...); !errors.Is(err, errWrongUse) || strings.Contains(err.Error(), "top-secret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
