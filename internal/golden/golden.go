// Package golden compares what a test found with what a file in its folder says, line by line: tests alone use it.
package golden

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Lines compares a text with the file of a name below testdata. The lines that only one of them has are errors, of each at most 900 bytes.
// With update the file is written first.
func Lines(t testing.TB, name, text string, update bool) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(string(want), "\n"), strings.Split(text, "\n")
	for _, line := range is {
		if !slices.Contains(was, line) {
			t.Errorf("is now: %.900s", line)
		}
	}
	for _, line := range was {
		if !slices.Contains(is, line) {
			t.Errorf("was: %.900s", line)
		}
	}
}
