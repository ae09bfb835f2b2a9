package locale

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

var (
	fix = flag.Bool("fix", false, "write the files anew before they are checked: the catalogues each key in its file, sorted,\n"+
		"with the sources of new keys; the glossary from its terms")
	accept = flag.String("accept", "", "after re-reading: the translations of these keys fit the English of today\n"+
		"(key,key,... for all five languages, fr:key for one)")
)

// commonRoom is the file of the keys whose first word has no file of its own.
const commonRoom = "words"

// catalog is what the files of one language hold.
type catalog struct {
	words   map[string]any
	room    map[string]string // key -> the file it was found in, without .json
	data    map[string][]byte // room -> the file as it is
	sources map[string]string // key -> sum of the English it was made from; nil for English
}

// readFiles reads the catalogues as they lie on disk.
func readFiles(t *testing.T) map[Lang]*catalog {
	t.Helper()
	all := make(map[Lang]*catalog)
	for _, l := range All {
		c := &catalog{words: map[string]any{}, room: map[string]string{}, data: map[string][]byte{}}
		paths, err := filepath.Glob(filepath.Join("catalog", string(l), "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var words map[string]any
			if err := json.Unmarshal(data, &words); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			room := strings.TrimSuffix(filepath.Base(path), ".json")
			c.data[room] = data
			for key, v := range words {
				if other, twice := c.room[key]; twice {
					t.Fatalf("%s: %s stands in %s.json and in %s.json; keep one", l, key, other, room)
				}
				c.words[key], c.room[key] = v, room
			}
		}
		if l != English {
			c.sources = readSources(t, l)
		}
		all[l] = c
	}
	return all
}

func sourcesPath(l Lang) string { return filepath.Join("catalog", string(l), "sources.sum") }

// readSources reads lines of a key, a space and the sum of its English.
func readSources(t *testing.T, l Lang) map[string]string {
	t.Helper()
	data, err := os.ReadFile(sourcesPath(l))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	sources := make(map[string]string)
	for line := range strings.Lines(string(data)) {
		key, sum, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if _, twice := sources[key]; !ok || twice {
			t.Errorf("%s: %q is not a key with one sum, or stands twice; delete the line, then -fix", sourcesPath(l), line)
		}
		sources[key] = sum
	}
	return sources
}

// sum is the first twelve hexadecimal digits of the SHA-256 of an English entry.
func sum(v any) string {
	data, err := json.Marshal(v) // the keys of an object come out sorted
	if err != nil {
		panic(err)
	}
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:6])
}

func firstWord(key string) string {
	word, _, _ := strings.Cut(key, ".")
	return word
}

// rooms lists the files that there are: those of the English catalogue that hold a key of their name, and
// the common one.
func rooms(english *catalog) map[string]bool {
	r := map[string]bool{commonRoom: true}
	for key, room := range english.room {
		if firstWord(key) == room {
			r[room] = true
		}
	}
	return r
}

// roomOf is the file in which a key lives.
func roomOf(key string, rooms map[string]bool) string {
	if word := firstWord(key); rooms[word] {
		return word
	}
	return commonRoom
}

// layOut is how the files of a language are written.
func layOut(t *testing.T, c *catalog, rooms map[string]bool) map[string][]byte {
	t.Helper()
	by := make(map[string]map[string]any)
	for key, v := range c.words {
		room := roomOf(key, rooms)
		if by[room] == nil {
			by[room] = make(map[string]any)
		}
		by[room][key] = v
	}
	files := make(map[string][]byte)
	for room, words := range by {
		files[room] = formatCatalog(t, words)
	}
	return files
}

// formatCatalog is how a file is written: sorted, one space of indent, NFC, nothing escaped that need not
// be.
func formatCatalog(t *testing.T, words map[string]any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(words); err != nil {
		t.Fatal(err)
	}
	return norm.NFC.Bytes(b.Bytes())
}

func checkFiles(t *testing.T, raw map[Lang]*catalog) {
	t.Helper()
	rooms := rooms(raw[English])
	for _, l := range All {
		for _, key := range slices.Sorted(maps.Keys(raw[l].room)) {
			if got, want := raw[l].room[key], roomOf(key, rooms); got != want {
				t.Errorf("%s: %s stands in %s.json and lives in %s.json; run go test ./locale -run TestCatalogs -fix", l, key, got, want)
			}
		}
		want := layOut(t, raw[l], rooms)
		for _, room := range slices.Sorted(maps.Keys(raw[l].data)) {
			if !bytes.Equal(raw[l].data[room], want[room]) {
				t.Errorf("catalog/%s/%s.json: not sorted and formatted, or a key stands twice; run go test ./locale -run TestCatalogs -fix", l, room)
			}
			if err := readCatalog(map[string]*message{}, raw[l].data[room]); err != nil {
				t.Errorf("catalog/%s/%s.json: %v", l, room, err)
			}
		}
	}
}

// checkSources asks that every translation knows the English it was made from, and that this is the
// English of today.
func checkSources(t *testing.T, raw map[Lang]*catalog) {
	t.Helper()
	for _, l := range All {
		if l == English {
			continue
		}
		var stale []string
		for _, key := range slices.Sorted(maps.Keys(raw[l].words)) {
			switch got, ok := raw[l].sources[key]; {
			case !ok:
				t.Errorf("%s: %s does not say which English it was made from; run go test ./locale -run TestCatalogs -fix", l, key)
			case raw[English].words[key] != nil && got != sum(raw[English].words[key]):
				stale = append(stale, key)
			}
		}
		if stale != nil {
			t.Errorf("%s: the English has changed since these were translated. Read them again, mend what does not fit, then say\n"+
				"go test ./locale -run TestCatalogs -accept %s:%s", l, l, strings.Join(stale, ","+string(l)+":"))
		}
		for _, key := range slices.Sorted(maps.Keys(raw[l].sources)) {
			if raw[l].words[key] == nil {
				t.Errorf("%s: there is no %s any more; run go test ./locale -run TestCatalogs -fix", sourcesPath(l), key)
			}
		}
	}
}

// fixFiles writes every file as it should be. A translation that is older than its English stays so,
// unless it was accepted.
func fixFiles(t *testing.T, raw map[Lang]*catalog) {
	t.Helper()
	accepted := make(map[string]bool)
	for _, key := range strings.Split(*accept, ",") {
		if l, bare, ok := strings.Cut(key, ":"); ok && Lang(l).Valid() {
			accepted[l+":"+bare] = true
			key = bare
		} else {
			for _, l := range All {
				accepted[string(l)+":"+key] = true
			}
		}
		if *accept != "" && raw[English].words[key] == nil {
			t.Fatalf("-accept: there is no key %s", key)
		}
	}
	rooms := rooms(raw[English])
	for _, l := range All {
		files := layOut(t, raw[l], rooms)
		for room := range raw[l].data {
			if files[room] == nil {
				if err := os.Remove(filepath.Join("catalog", string(l), room+".json")); err != nil {
					t.Fatal(err)
				}
			}
		}
		for room, data := range files {
			write(t, filepath.Join("catalog", string(l), room+".json"), data)
		}
		if l == English {
			continue
		}
		var b bytes.Buffer
		for _, key := range slices.Sorted(maps.Keys(raw[l].words)) {
			source, ok := raw[l].sources[key]
			if !ok || accepted[string(l)+":"+key] {
				source = sum(raw[English].words[key])
			}
			fmt.Fprintf(&b, "%s %s\n", key, source)
		}
		write(t, sourcesPath(l), b.Bytes())
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
