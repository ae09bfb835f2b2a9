package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestFresh: what was collected is what the source says now.
func TestFresh(t *testing.T) {
	const root = "../.."
	files, err := generate(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		if got, err := os.ReadFile(filepath.Join(root, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is older than the source: go generate ./api (%v)", name, err)
		}
	}
}
