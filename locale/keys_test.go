package locale

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// saidKey finds a key that is said as it stands, saidPrefix the beginning of one that ends in a value.
	saidKey    = regexp.MustCompile(`\.(?:T|Isolate)\("([a-z0-9_.]+)"\s*[,)]`)
	saidPrefix = regexp.MustCompile(`\.(?:T|Isolate)\("([a-z0-9_.]+\.)"\s*\+`)
	// quoted finds all strings: a key may reach the catalogue through a field or a table.
	quoted = regexp.MustCompile(`"([A-Za-z0-9_./]+)(?:%|")`)
)

// TestKeysInCode compares the catalogues with the code: what the code says is there, and what is there can be
// said by some code.
func TestKeysInCode(t *testing.T) {
	keys := readFiles(t)[English].words
	strs := make(map[string]bool)
	for path, src := range sources(t) {
		for _, m := range quoted.FindAllStringSubmatch(src, -1) {
			strs[m[1]] = true
		}
		for _, m := range saidKey.FindAllStringSubmatch(src, -1) {
			if keys[m[1]] == nil {
				t.Errorf("%s says %s, which no catalogue has", path, m[1])
			}
		}
		for _, m := range saidPrefix.FindAllStringSubmatch(src, -1) {
			if !hasPrefix(keys, m[1]) {
				t.Errorf("%s says %s..., and no catalogue has such a key", path, m[1])
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if !mentioned(strs, key) && !mentioned(strs, strings.TrimPrefix(key, "refusal.")) {
			t.Errorf("no code says %s", key)
		}
	}
}

// sources gives the code that may say words: all but tests and what is generated.
func sources(t *testing.T) map[string]string {
	t.Helper()
	out := make(map[string]string)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != ".." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "static"):
			return filepath.SkipDir
		case strings.HasSuffix(name, "_test.go"), strings.HasSuffix(name, "_templ.go"):
			return nil
		case strings.HasSuffix(name, ".go"), strings.HasSuffix(name, ".templ"):
			data, err := os.ReadFile(path)
			out[path] = string(data)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func hasPrefix(keys map[string]any, prefix string) bool {
	for key := range keys {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// mentioned says whether a string of the code is the key, or the beginning of it up to a dot.
func mentioned(strs map[string]bool, key string) bool {
	if strs[key] {
		return true
	}
	for i := range key {
		if key[i] == '.' && strs[key[:i+1]] {
			return true
		}
	}
	return false
}
