package site

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/internal/golden"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

var updateGolden = flag.Bool("update", false, "write what the store answers now into testdata")

// told is what a method answered, a refusal by its key.
func told(err error, answers ...any) string {
	if rs := refusal.Of(err); len(rs) > 0 {
		return fmt.Sprintf("%d %s %s %v", rs[0].Kind, rs[0].Field, rs[0].Key, rs[0].Args)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "not there"
	case err != nil:
		return "fault"
	}
	return strings.TrimSuffix(fmt.Sprintln(answers...), "\n")
}

// short is the beginning of a text, and how long it is.
func short(s string) string { return fmt.Sprintf("%.12q of %d", s, len(s)) }

// TestGoldenStore says and translates some things of an instance that are chosen by a seed, with what is offered and what is not, over what stands and what stood
// before, and writes down what is refused and what is read afterwards.
func TestGoldenStore(t *testing.T) {
	t.Parallel()
	s, dir := opened(t)
	r := rand.New(rand.NewPCG(7, 8))
	pick := func(all ...string) string { return all[r.IntN(len(all))] }
	lang := func() locale.Lang { return locale.Lang(pick("en", "fr", "ar", "zh", "de")) }
	var out strings.Builder
	heard := 0
	s.OnChange(func(*Site) { heard++ })
	for i := range 90 {
		switch what := r.IntN(9); {
		case what < 3:
			l, text := lang(), pick("Town hall", "Quay 1", "quay@example.org", "")
			part := pick("name", "contact", "borders", "languages", "page", "take", "no")
			err := s.Save(func(now Said) (Said, error) {
				switch part {
				case "name":
					now.Name = locale.Plain(l, text)
				case "contact":
					now.Contact = locale.Plain(l, text)
				case "borders":
					now.Borders = locale.Plain(l, text)
				case "languages":
					now.Languages = [][]locale.Lang{nil, {"en", "fr"}, {"fr", "ar"}, {"en"}}[r.IntN(4)]
				case "page":
					page := PageNames[r.IntN(len(PageNames))]
					if now.Pages == nil {
						now.Pages = map[string]map[locale.Lang]string{}
					}
					now.Pages[page] = map[locale.Lang]string{l: pick("{body} says.", "[[gap]]", "")}
				case "take":
					now.Take()
				case "no":
					return now, refusal.In("name", "name.missing")
				}
				return now, nil
			})
			fmt.Fprintf(&out, "%02d save %s in %s: %s\n", i, part, l, told(err, s.Now().Version))
		case what < 7:
			name, l := append(slices.Clone(TextNames), "other")[r.IntN(len(TextNames)+1)], lang()
			text, _ := s.Now().Text(name)
			t := input.Translated{Language: l, Status: pick("official", "machine", "machine", "none"), Words: pick("Mairie", "Quai 1", "[[gap]]", "", strings.Repeat("é", MaxName+1)), Seen: text.Seen(l)}
			if r.IntN(4) == 0 {
				t.Seen = text.Seen("ru")
			}
			err := s.Translate(name, t)
			is, _ := s.Now().Text(name)
			fmt.Fprintf(&out, "%02d translate %s into %s as %s, %s: %s; %s, %+v\n", i, name, l, t.Status, short(t.Words), told(err, s.Now().Version), short(is.In[l]), s.Now().Marks.Of(name, l))
		default:
			n := r.IntN(s.Now().Version+3) - 1
			was, err := s.Earlier(n)
			if err != nil {
				fmt.Fprintf(&out, "%02d version %d: %s\n", i, n, told(err))
				continue
			}
			fmt.Fprintf(&out, "%02d version %d: %d %v, offered %v, default %s, filled %v, %d marks, %s\n", i, n, was.Version, was.At.IsZero(), was.Offered(), was.Default(), was.Filled(), len(was.Marks), was.ContactIn([]locale.Lang{"en", "fr"}, "fr").In)
		}
		if i%9 > 0 {
			continue
		}
		now := s.Now()
		for _, name := range append(slices.Clone(TextNames), "other") {
			text, ok := now.Text(name)
			fmt.Fprintf(&out, "%02d %s: %v from %s in %v; begun %v; unwritten %v, takes %v, something is missing %v\n", i, name, ok, text.Original, slices.Sorted(maps.Keys(text.In)), now.Begun(name, "fr") != "", now.Unwritten(name), now.Takes(name), len(now.Missing(name, "fr")) > 0)
		}
	}
	n, err := Check(dir)
	fmt.Fprintf(&out, "versions: %s; heard of %d\n", told(err, n), heard)
	again, err := Open(dir, "https://talk.example.org", at)
	fmt.Fprintf(&out, "opened: %s\n", told(err, again.Now().Version, short(again.Now().Name.In["en"])))
	// What is no version is none; where one is missing, or two follow, nothing is said any more.
	for _, name := range []string{"001.json", "1.json", "0001.json.tmp", "x0001.json", "note.txt"} {
		if err := os.WriteFile(filepath.Join(dir, Dir, name), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	n, err = Check(dir)
	fmt.Fprintf(&out, "beside others: %s\n", told(err, n))
	if err := os.Remove(filepath.Join(dir, Dir, fileName(3))); err != nil {
		t.Fatal(err)
	}
	again, err = Open(dir, "https://talk.example.org", at)
	_, checked := Check(dir)
	fmt.Fprintf(&out, "without the third: %v %v, %s\n", errors.Is(err, ErrDamaged), errors.Is(checked, ErrDamaged), told(again.Save(func(now Said) (Said, error) { return now, nil })))
	golden.Lines(t, "store.golden", out.String(), *updateGolden)
}

// TestNothingIsKept: where there is no store nothing is said and nothing can be.
func TestNothingIsKept(t *testing.T) {
	t.Parallel()
	var s *Store
	if s.Now().Version != 0 || told(s.Save(func(now Said) (Said, error) { return now, nil })) == "" {
		t.Error(s.Now())
	}
	if _, err := s.Picture(strings.Repeat("a", 32) + ".png"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if is, err := s.Earlier(0); err != nil || is.Version != 0 {
		t.Error(is, err)
	}
	if err := s.Refresh(); err != nil {
		t.Error(err)
	}
}
