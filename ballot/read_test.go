package ballot_test

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/openplenary/plenary/ballot"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// refused is the key and the line of a refusal.
func refused(err error) string {
	var r *refusal.Refusal
	if !errors.As(err, &r) {
		return fmt.Sprint(err)
	}
	if len(r.Args) > 1 && r.Args[0] == "line" {
		return fmt.Sprint(r.Key, " ", r.Args[1])
	}
	return r.Key
}

// TestRefused: what is no ballot is refused with the line on which it stands, in each language.
func TestRefused(t *testing.T) {
	const approve, rank, points = "ballot,option\n", "ballot,option,rank\n", "ballot,option,points\n"
	for _, c := range []struct {
		name   string
		method ballot.Method
		file   string
		want   string
	}{
		{"nothing", ballot.Approval, "", "ballot.file"},
		{"nothing but a mark", ballot.Approval, "\xef\xbb\xbf\n\n", "ballot.file"},
		{"no ballot", ballot.Approval, approve, "ballot.none"},
		{"empty ballots alone", ballot.Approval, approve + "1,\n2,\n", "ballot.none"},
		{"no header", ballot.Approval, "1,A\n", "ballot.header 1"},
		{"the header of another method", ballot.Schulze, points, "ballot.header 1"},
		{"too many columns", ballot.Approval, rank, "ballot.header 1"},
		{"a column twice", ballot.Approval, "ballot,ballot\n", "ballot.header 1"},
		{"semicolons", ballot.Schulze, "ballot;option;rank\n1;A;1\n", "ballot.header 1"},
		{"UTF-16", ballot.Approval, "\xff\xfeb\x00a\x00\n", "ballot.utf8 1"},
		{"a header that is all one", ballot.Approval, strings.Repeat("x", 5000) + "\n", "ballot.header 1"},
		{"an option twice", ballot.Approval, approve + "1,A\n2,A\n1,A\n", "ballot.twice 4"},
		{"an option twice, ranked", ballot.Schulze, rank + "1,A,1\n1,A,2\n", "ballot.twice 3"},
		{"an option twice, composed otherwise", ballot.Approval, approve + "1,\u00e9\n1,e\u0301\n", "ballot.twice 3"},
		{"no option", ballot.Schulze, rank + "1,,1\n", "ballot.option 2"},
		{"no option but spaces", ballot.Points, points + "1, \u200f ,1\n", "ballot.option 2"},
		{"no ballot in a line", ballot.Approval, approve + "1,A\n ,B\n", "ballot.unnamed 3"},
		{"empty and not", ballot.Approval, approve + "1,\n1,A\n", "ballot.void 3"},
		{"not and empty", ballot.Approval, approve + "1,A\n1,\n", "ballot.void 3"},
		{"empty twice", ballot.Approval, approve + "1,\n1,\n", "ballot.void 3"},
		{"no rank", ballot.Schulze, rank + "1,A,\n", "ballot.rank 2"},
		{"rank 0", ballot.Schulze, rank + "1,A,0\n", "ballot.rank 2"},
		{"a negative rank", ballot.Schulze, rank + "1,A,-1\n", "ballot.rank 2"},
		{"a rank in words", ballot.Schulze, rank + "1,A,first\n", "ballot.rank 2"},
		{"a rank and a half", ballot.Schulze, rank + "1,A,1.5\n", "ballot.rank 2"},
		{"a rank beyond numbers", ballot.Schulze, rank + "1,A,18446744073709551617\n", "ballot.rank 2"},
		{"digits of another script", ballot.Schulze, rank + "1,A,\u0661\n", "ballot.rank 2"},
		{"a rank that is no text", ballot.Schulze, rank + "1,A,\xff\n", "ballot.utf8 2"},
		{"negative points", ballot.Points, points + "1,A,0\n1,B,-3\n", "ballot.points 3"},
		{"points that are none", ballot.Points, points + "1,A,NaN\n", "ballot.points 2"},
		{"points with a power", ballot.Points, points + "1,A,1e3\n", "ballot.points 2"},
		{"more points than there can be", ballot.Points, points + "1,A,1000001\n", "ballot.points 2"},
		{"a column too few", ballot.Schulze, rank + "1,A,1\n\n2,B\n", "ballot.fields 4"},
		{"a column too many", ballot.Approval, approve + "1,A,B\n", "ballot.fields 2"},
		{"a quotation mark inside", ballot.Approval, approve + "1,A\"B\n", "ballot.quotes 2"},
		{"a quotation mark that is not closed", ballot.Approval, approve + "1,A\n2,\"B\n3,C\n", "ballot.quotes 3"},
		{"one that is not closed in a long file", ballot.Approval, approve + "1,A\n2,\"B\n" + strings.Repeat("3,C\n", 30_000), "ballot.line 3"},
		{"an option that is no text", ballot.Approval, approve + "1,\xc3\x28\n", "ballot.utf8 2"},
		{"a ballot that is no text", ballot.Approval, approve + "\xff,A\n", "ballot.utf8 2"},
		{"a long name", ballot.Approval, approve + "1," + strings.Repeat("é", 201) + "\n", "ballot.name 2"},
		{"a longer name", ballot.Approval, approve + "1," + strings.Repeat("A", 50_000) + "\n", "ballot.name 2"},
		{"201 options", ballot.Approval, approve + each(201, "1,%d\n"), "ballot.options 202"},
	} {
		_, err := ballot.Read(strings.NewReader(c.file), c.method, nil)
		if got := refused(err); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		for _, l := range locale.All {
			for _, r := range refusal.Of(err) {
				if said := l.T("refusal."+r.Key, r.Args...); strings.ContainsAny(said, "{}") || said == "refusal."+r.Key || len(said) > 600 {
					t.Errorf("%s: in %s: %s", c.name, l, said)
				}
			}
		}
	}
}

func each(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// TestListed: with a list of options, its order is that of the tables, and another option is refused.
func TestListed(t *testing.T) {
	const file = "ballot,option\n1,Water\n1, water \n2,Air\n"
	for _, c := range []struct {
		options []string
		want    string
	}{
		{[]string{"Water", "water", "Air"}, "<nil>"},
		{[]string{"Water", "Air"}, "ballot.unknown 3"},
		{[]string{"Water"}, "ballot.unknown 3"}, // a list of one is a list
		{[]string{"Water", " Water"}, "ballot.list.twice"},
		{[]string{"Water", ""}, "ballot.list.name"},
		{[]string{"\xff"}, "ballot.list.name"},
		{strings.Split(strings.TrimSuffix(each(201, "%d,"), ","), ","), "ballot.list.many"},
	} {
		if _, err := ballot.Read(strings.NewReader(file), ballot.Approval, c.options); refused(err) != c.want {
			t.Errorf("%q: %v, want %s", c.options, err, c.want)
		}
	}
}

// TestSame: the same ballots in other spellings of a file are the same count.
func TestSame(t *testing.T) {
	const file = "ballot,option,rank\n1,الماء,1\n1,\"水, 空气\",2\n2,Énergie,1\n3,,\n"
	want := count(t, ballot.Schulze, file)
	if got := strings.Join(want.Options, "|"); got != "Énergie|الماء|水, 空气" || want.Empty != 1 {
		t.Fatal(got)
	}
	for name, other := range map[string]string{
		"a byte order mark":       "\xef\xbb\xbf" + file,
		"two characters a line":   strings.ReplaceAll(file, "\n", "\r\n"),
		"no end of line":          strings.TrimSuffix(file, "\n"),
		"columns in other order":  "Rank, Option ,BALLOT\n1,الماء,1\n2,\"水, 空气\",1\n1,Énergie,2\n,,3\n",
		"spaces":                  strings.ReplaceAll(file, ",1\n", ", 1 \n"),
		"quotes everywhere":       "\"ballot\",\"option\",\"rank\"\n\"1\",\"الماء\",\"1\"\n\"1\",\"水, 空气\",\"2\"\n\"2\",\"Énergie\",\"1\"\n\"3\",\"\",\"\"\n",
		"composed otherwise":      strings.ReplaceAll(file, "É", "E\u0301"),
		"marks of direction":      strings.ReplaceAll(file, "الماء", "\u200fالماء\u200e"),
		"empty lines":             strings.ReplaceAll(file, "\n", "\n\n"),
		"lines of ballots mixed":  "ballot,option,rank\n3,,\n1,\"水, 空气\",2\n2,Énergie,1\n1,الماء,1\n",
		"ranks with zeros before": strings.ReplaceAll(file, ",1\n", ",001\n"),
	} {
		b, err := ballot.Read(iotest.OneByteReader(strings.NewReader(other)), ballot.Schulze, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got := b.Count(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestReadFails: a file that cannot be read any further is that error and no count.
func TestReadFails(t *testing.T) {
	broken := errors.New("the disk is gone")
	if _, err := ballot.Read(io.MultiReader(strings.NewReader("ballot,option\n1,A\n"), iotest.ErrReader(broken)), ballot.Approval, nil); !errors.Is(err, broken) {
		t.Error(err)
	}
}

// lines is a file that is written while it is read: n lines, none of which is kept.
type lines struct {
	n, at int
	line  func(i int) string
	rest  string
}

func (l *lines) Read(p []byte) (int, error) {
	for l.rest == "" {
		if l.at == l.n {
			return 0, io.EOF
		}
		l.rest = l.line(l.at)
		l.at++
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

// TestStreamed: a file is not kept while it is read. A line of it takes a few bytes however long it is written.
func TestStreamed(t *testing.T) {
	const n = 200_000
	spaces := strings.Repeat(" ", 1000)
	file := &lines{n: n + 1, line: func(i int) string {
		if i == 0 {
			return "ballot,option\n"
		}
		return fmt.Sprintf("%d,%s%d\n", i/50, spaces, i%50)
	}} // 200 MB
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	b, err := ballot.Read(file, ballot.Approval, nil)
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if kept := int(after.HeapAlloc) - int(before.HeapAlloc); kept > 16<<20 {
		t.Errorf("%d bytes are kept", kept)
	}
	if r := b.Count(); r.Ballots != n/50+1 || r.Named[0] != n/50 {
		t.Errorf("%+v", r)
	}
}

// FuzzRead: whatever a file holds is ballots or a refusal, and what is counted adds up.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"ballot,option\n1,A\n2,\n", "ballot,option,rank\n1,A,1\n1,\"B\"\"\",1\n", "\xef\xbb\xbfballot,option,points\r\n1,水,3\r\n", "ballot,option\n1,\"A\n"} {
		for i := range ballot.Methods {
			f.Add(i, s)
		}
	}
	f.Fuzz(func(t *testing.T, method int, file string) {
		m := ballot.Methods[(method%3+3)%3]
		b, err := ballot.Read(strings.NewReader(file), m, nil)
		if err != nil {
			if len(refusal.Of(err)) == 0 {
				t.Fatalf("no refusal: %v", err)
			}
			return
		}
		r := b.Count()
		stand := 0
		for _, p := range r.Order {
			stand += len(p)
		}
		if stand != len(r.Options) || r.Ballots < 1 || r.Empty > r.Ballots || len(r.Named) != len(r.Options) {
			t.Fatalf("%+v", r)
		}
		for i, o := range r.Options {
			if clean, err := locale.CleanLine(o, ballot.MaxName); err != nil || clean != o || o == "" || i > 0 && o <= r.Options[i-1] || r.Named[i] < 1 || r.Named[i] > r.Ballots {
				t.Fatalf("option %q: %+v", o, r)
			}
		}
		for i := range r.Pairwise {
			for j := range r.Pairwise {
				if r.Pairwise[i][j]+r.Pairwise[j][i] > r.Ballots {
					t.Fatalf("%+v", r)
				}
			}
		}
	})
}
