package attachment

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/internal/golden"
	"github.com/openplenary/plenary/refusal"
)

var updateGolden = flag.Bool("update", false, "write what files are taken for now into testdata")

func said(err error) string {
	if rs := refusal.Of(err); len(rs) > 0 {
		return rs[0].Key
	}
	if err != nil {
		return "fault"
	}
	return ""
}

// taken is what a file is taken for that comes in pieces of a size.
func taken(b []byte, piece int) string {
	var s sniffer
	for from := 0; from < len(b); from += piece {
		_, _ = s.Write(b[from:min(len(b), from+piece)])
	}
	kind, err := s.kind(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return said(err)
	}
	return kind
}

// TestGoldenKinds changes every byte of the head and of the list of parts of packed documents, and begins texts in many ways, and writes down what each is taken for,
// in whatever pieces it comes.
func TestGoldenKinds(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for name, b := range map[string][]byte{
		"empty": nil, "a pdf": []byte("%PDF-1.7"), "nearly a pdf": []byte("%PDF"), "rtf": []byte(`{\rtf1 a}`), "nearly rtf": []byte(`{\rt`), "a zip's head": []byte("PK\x03\x04"), "words": []byte("Words.\r\n\tAnd \f more."),
		"a bell": []byte("a\ab"), "a nought": []byte("a\x00"), "deleted": []byte("a\x7f"), "letters": []byte("é漢👩"), "cut letters": []byte("é漢👩")[:8], "no letters": []byte("a\xffb"), "a wrong one": []byte("a\xe6\x41\x41b"), "surrogate": []byte("a\xed\xa0\x80b"), "a replacement": []byte("a\uFFFDb"),
		"a page": []byte("<!DOCTYPE html><p>"), "another": []byte(" \n<HTML>"), "with a mark": []byte("\xef\xbb\xbf<html>"), "with a comment": []byte("<!-- a --> <!-- b --><html>"), "an endless comment": []byte("<!-- a <html>"), "xml": []byte(`<?xml version="1.0"?><html>`), "other xml": []byte(`<?xml version="1.0"?><a>`),
		"endless xml": []byte("<?xml <html>"), "within": []byte("a <html>"),
	} {
		is := taken(b, max(1, len(b)))
		for _, piece := range []int{1, 2, 3, 5} {
			if got := taken(b, piece); got != is {
				t.Errorf("%s in pieces of %d is %q, and %q whole", name, piece, got, is)
			}
		}
		fmt.Fprintf(&out, "%s: %s\n", name, is)
	}
	long := []byte(strings.Repeat("a", headSize-6) + "<html>" + strings.Repeat("漢", 2000))
	if got := taken(long, 7); got != Text {
		t.Errorf("what is no page is %s", got)
	}
	for name, b := range map[string][]byte{
		"docx": packed(t, "[Content_Types].xml", "word/document.xml"), "two documents": packed(t, "[Content_Types].xml", "word/document2.xml"), "no types": packed(t, "word/document.xml"), "no document": packed(t, "[Content_Types].xml"),
		"macros": packed(t, "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "basic": packed(t, "content.xml", "Basic/a"), "scripts": packed(t, "content.xml", "Scripts/a"), "content": packed(t, "content.xml"),
		"leads out": packed(t, "[Content_Types].xml", "word/document.xml", "../a"), "from the root": packed(t, "[Content_Types].xml", "word/document.xml", "/a"), "dots": packed(t, "[Content_Types].xml", "word/document.xml", "a/..b/c..d"), "a stroke": packed(t, "[Content_Types].xml", "word/document.xml", `a\b`),
		"twice": packed(t, "[Content_Types].xml", "word/document.xml", "word/document.xml"), "most parts": packed(t, manyParts(maxParts)...), "one more": packed(t, manyParts(maxParts+1)...), "a sheet": packed(t, "[Content_Types].xml", "xl/document.xml"), "no xml": packed(t, "[Content_Types].xml", "word/document.txt"),
	} {
		fmt.Fprintf(&out, "packed, %s: %s\n", name, taken(b, len(b)))
	}
	whole := packed(t, "[Content_Types].xml", "word/document.xml")
	at := bytes.Index(whole, []byte("PK\x01\x02"))
	counts := map[string]int{}
	var how strings.Builder
	for i := at; i < len(whole); i++ {
		for _, flip := range []byte{1, 0x80, 0xff} {
			b := slices.Clone(whole)
			b[i] ^= flip
			is := taken(b, len(b))
			counts[is]++
			fmt.Fprintf(&how, "%c", (is + "?")[0]^byte(len(is)&31))
		}
	}
	for _, cut := range []int{1, 21, 22, 23, 60} {
		fmt.Fprintf(&out, "packed, cut by %d: %s; with as much behind: %s\n", cut, taken(whole[:len(whole)-cut], 99), taken(append(slices.Clone(whole), make([]byte, cut)...), 99))
	}
	for i, line := 0, how.String(); i < len(line); i += 96 {
		fmt.Fprintf(&out, "each byte changed, from %d: %q\n", i/3, line[i:min(len(line), i+96)])
	}
	fmt.Fprintf(&out, "each byte changed: %v\n", counts)
	odt := append([]byte("PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x27\x00\x00\x00\x27\x00\x00\x00\x08\x00\x00\x00mimetype"), ODT+"PK"...)
	for i := range 38 {
		for _, flip := range []byte{1, 0x40, 0xff} {
			b := slices.Clone(odt)
			b[i] ^= flip
			if is := openDocument(b); is != ODT {
				fmt.Fprintf(&out, "the head with byte %d changed by %d: %q\n", i, flip, is)
			}
		}
	}
	for _, n := range []int{0, 29, 30, 38, len(odt) - 3, len(odt) - 2, len(odt)} {
		fmt.Fprintf(&out, "the head, %d bytes of it: %q\n", n, openDocument(odt[:n]))
	}
	zero := slices.Clone(odt)
	copy(zero[22:], "\x00\x00\x00\x00")
	fmt.Fprintf(&out, "the head of a stream: %q, cut: %q\n", openDocument(zero), openDocument(zero[:len(zero)-3]))
	for _, kind := range []string{PDF, DOCX, Text, JPEG, HTML} {
		for _, name := range []string{"", "a", "a.pdf", "A.PDF", "a.txt", "a.jpeg", `C:\b\a.docx`, "../../a.html", ".pdf", "...", "a.b.csv", " a . ", "a\u202ecod.pdf", "a\xff.txt", "a\nb.md", strings.Repeat("é", MaxName), strings.Repeat("é", MaxName-4), strings.Repeat("a", MaxName-5) + " b", strings.Repeat("a", 5000) + ".pdf", strings.Repeat("漢", 1366) + "\xff.txt"} {
			is := cleanName(name, kind)
			fmt.Fprintf(&out, "%.15q of %d as %.15s: %.20q of %d\n", name, len(name), kind, is, len([]rune(is)))
			if again := cleanName(is, kind); again != is {
				t.Errorf("%q becomes %q", is, again)
			}
		}
	}
	lines := strings.SplitAfter(out.String(), "\n")
	slices.Sort(lines)
	golden.Lines(t, "kinds.golden", strings.Join(lines, ""), *updateGolden)
}

// TestQuotaModel has sources send and end in any order, and compares what is charged with plain sums.
func TestQuotaModel(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(13, 14))
	type sending struct {
		source string
		n      int64
	}
	for _, room := range []Room{{}, {PerSource: 100}, {InAll: 150}, {PerSource: 100, InAll: 150}} {
		q := newQuota()
		q.room = room
		var now []sending
		kept := map[string]int64{} // by source, and of all under "all"
		for i := range 400 {
			switch k := r.IntN(4); {
			case k == 0:
				source := []string{"a", "b", ""}[r.IntN(3)]
				if q.beginAt(source, kept[source], kept["all"], q.settled+1) {
					t.Fatal("it begins with what was looked up before")
				}
				if !q.beginAt(source, kept[source], kept["all"], q.settled) {
					t.Fatal("it never begins")
				}
				now = append(now, sending{source, 0})
			case k < 3 && len(now) > 0:
				x := &now[r.IntN(len(now))]
				own, all := kept[x.source], kept["all"]
				for _, o := range now {
					if all += o.n; o.source == x.source {
						own += o.n
					}
				}
				n, want := int64(1+r.IntN(30)), ""
				if x.source != "" && room.PerSource > 0 && own+n > room.PerSource {
					want = "file.quota"
				} else if room.InAll > 0 && all+n > room.InAll {
					want = "file.no_room"
				}
				if got := said(q.take(x.source, n)); got != want {
					t.Fatalf("%+v, %d: %d more of %q over %d of %d: %q, want %q", room, i, n, x.source, own, all, got, want)
				}
				if want == "" {
					x.n += n
				}
			case len(now) > 0:
				i := r.IntN(len(now))
				x, keeps := now[i], r.IntN(2) == 0
				now = slices.Delete(now, i, i+1)
				if keeps {
					if kept["all"] += x.n; x.source != "" {
						kept[x.source] += x.n
					}
				}
				settled := q.settled
				if q.end(x.source, x.n, keeps); (q.settled > settled) != keeps {
					t.Fatal("what became a row is not counted")
				}
				if r.IntN(3) == 0 { // what was kept is cited
					kept = map[string]int64{}
					for i := range now { // those that go on look again only when another begins
						if now[i].source != "" {
							q.bySource[now[i].source] = q.coming[now[i].source].bytes
						}
					}
					q.inAll = q.coming[""].bytes
				}
			}
		}
		for _, x := range now {
			q.end(x.source, x.n, false)
		}
		if len(q.bySource) != 0 || q.coming[""].bytes != 0 {
			t.Errorf("%+v: of nothing that comes there is left %v %v", room, q.bySource, q.coming)
		}
	}
}

// TestGoldenStore keeps, claims, cites and sweeps files that are chosen by a seed, and writes down what is there afterwards.
func TestGoldenStore(t *testing.T) {
	s := newStore(t)
	r := rand.New(rand.NewPCG(15, 16))
	now := t0
	var ids []string
	some := func() string { // one of those that there were, or none
		if i := r.IntN(len(ids) + 1); i < len(ids) {
			return ids[i]
		}
		return []string{"", "x", strings.Repeat("a", 32), strings.Repeat("g", 32)}[r.IntN(4)]
	}
	called := func(id string) int { return slices.Index(ids, id) + 1 }
	var out strings.Builder
	for i := range 110 {
		line := ""
		switch r.IntN(12) {
		case 0, 1, 2:
			f, err := s.KeepFrom(ctx, []string{"a", ""}[r.IntN(2)], strings.NewReader([]string{"Words.", "<html>", "", "a\x00", "%PDF-1"}[r.IntN(5)]), "a", now)
			if err == nil {
				ids = append(ids, f.ID)
			}
			line = fmt.Sprintf("keep %d: %s %s %d %s", called(f.ID), f.Name, f.Type, f.Size, said(err))
		case 3, 4:
			id := some()
			line = fmt.Sprintf("claim %d: %s", called(id), said(s.Claim(ctx, id, now)))
		case 5:
			id := some()
			line = fmt.Sprintf("cited %d: %s", called(id), said(s.Cited(ctx, id)))
		case 6:
			id, other := some(), some()
			line = fmt.Sprintf("discard %d and %d: %s", called(id), called(other), said(s.Discard(ctx, id, other)))
		case 7:
			id := some()
			line = fmt.Sprintf("erase %d: %s", called(id), said(s.Erase(ctx, id)))
		case 8, 9:
			now = now.Add(time.Duration(r.IntN(20)) * time.Hour)
			asked, fails := 0, r.IntN(5) == 0
			n, err := s.Sweep(ctx, now, func(_ context.Context, all []string) (map[string]bool, error) {
				if asked = len(all); fails {
					return nil, errors.New("nobody knows")
				}
				by := map[string]bool{}
				for _, id := range all {
					by[id] = called(id)%2 == 0
				}
				return by, nil
			})
			line = fmt.Sprintf("sweep: %d, asked of %d, %s", n, asked, said(err))
		default:
			id := some()
			f, ok, err := s.Look(ctx, id)
			rd, g, errOpen := s.Open(ctx, id)
			read := 0
			if errOpen == nil {
				b, err := io.ReadAll(rd)
				if read = len(b); err != nil {
					t.Error(err)
				}
				_ = rd.Close()
			}
			line = fmt.Sprintf("look %d: %v %d %s; open: %s %d, %s", called(id), ok, f.Size, said(err), g.Name, read, said(errOpen))
		}
		held, err := s.Held(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var there []int
		for id := range held {
			there = append(there, called(id))
		}
		slices.Sort(there)
		uncited, err := s.Uncited(ctx)
		fmt.Fprintf(&out, "%03d +%d %s; held %v, %d charged %s\n", i, int(now.Sub(t0).Hours()), line, there, uncited/leastCharge, said(err))
	}
	golden.Lines(t, "store.golden", out.String(), *updateGolden)
}

// TestTurned reads how a camera was held out of heads that are cut off or changed at any byte: it is what is said, or upright.
func TestTurned(t *testing.T) {
	t.Parallel()
	little := []byte("II*\x00\x08\x00\x00\x00\x02\x00\x01\x01\x03\x00\x01\x00\x00\x00\x05\x00\x00\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00")
	big := []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x03\x00\x00")
	for name, c := range map[string]struct {
		b    []byte
		want int
	}{"little": {little, 6}, "big": {big, 3}} {
		if got := turned(c.b); got != c.want {
			t.Errorf("%s: %d", name, got)
		}
		for n := range c.b {
			if got := turned(c.b[:n]); got != 1 {
				t.Errorf("%s, %d bytes of it: %d", name, n, got)
			}
			for _, to := range []byte{0, 7, 9, byte(len(c.b) - 1), byte(len(c.b) - 2), 0xff} {
				changed := slices.Clone(c.b)
				changed[n] = to
				turned(changed) // whatever it says, it reads nothing that is not there
			}
		}
		whole := append([]byte("\xff\xd8\xff\xe0\x00\x04ab\xff\xe1"), append([]byte{0, byte(len(c.b) + 8)}, append([]byte("Exif\x00\x00"), c.b...)...)...)
		if got := orientation(whole); got != c.want {
			t.Errorf("%s in a file: %d", name, got)
		}
		for n := range whole {
			if got := orientation(whole[:n]); got != 1 {
				t.Errorf("%s, %d bytes of the file: %d", name, n, got)
			}
		}
		scan := slices.Clone(whole)
		if scan[3] = 0xda; orientation(scan) != 1 {
			t.Errorf("%s: it is read out of the picture", name)
		}
		short := slices.Clone(whole)
		if short[5] = 1; orientation(short) != 1 {
			t.Errorf("%s: it is read behind a length that is none", name)
		}
	}
	for n, want := range map[int]int{MaxName - 5: MaxName - 1, MaxName - 4: MaxName, MaxName - 3: MaxName} {
		if is := cleanName(strings.Repeat("é", n-1)+"e", PDF); len([]rune(is)) != want || n <= MaxName-4 && !strings.HasSuffix(is, "ée.pdf") {
			t.Errorf("a name of %d becomes one of %d", n, len([]rune(is)))
		}
	}
}
