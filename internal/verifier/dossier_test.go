package verifier

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// kept is a dossier that web's tests wrote once, with the key of its record: considerations on ferries, three sentences, one quotation.
func kept(t testing.TB) (names []string, files map[string][]byte, key string) {
	t.Helper()
	b, err := os.ReadFile("testdata/dossier.zip")
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	files = map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		names = append(names, f.Name)
	}
	var m dossierManifest
	if err := json.Unmarshal(files["dossier.json"], &m); err != nil {
		t.Fatal(err)
	}
	return names, files, m.Key
}

// packed is an archive of files.
func packed(t testing.TB, names []string, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// relisted has the manifest say what the files are, as somebody does who makes a false dossier.
func relisted(t testing.TB, names []string, files map[string][]byte) map[string][]byte {
	t.Helper()
	var m dossierManifest
	if err := json.Unmarshal(files["dossier.json"], &m); err != nil {
		t.Fatal(err)
	}
	m.Files = []dossierPut{}
	for _, name := range names {
		if name != "dossier.json" {
			sum := sha256.Sum256(files[name])
			m.Files = append(m.Files, dossierPut{name, int64(len(files[name])), hex.EncodeToString(sum[:])})
		}
	}
	return put(t, files, "dossier.json", m)
}

// put is the files with one that says something else.
func put(t testing.TB, files map[string][]byte, name string, v any) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for n, b := range files {
		out[n] = b
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	out[name] = b.Bytes()
	return out
}

// with is the files with some bytes of one replaced by others, which must be there.
func with(t testing.TB, files map[string][]byte, name, from, to string) map[string][]byte {
	t.Helper()
	if !bytes.Contains(files[name], []byte(from)) {
		t.Fatalf("%s has no %q", name, from)
	}
	out := map[string][]byte{}
	for n, b := range files {
		out[n] = b
	}
	out[name] = bytes.Replace(files[name], []byte(from), []byte(to), 1)
	return out
}

func verdict(b []byte, key string) (Report, error) {
	return Dossier(bytes.NewReader(b), int64(len(b)), key)
}

// TestDossierHolds: the kept dossier is proved, also in another order of its files.
func TestDossierHolds(t *testing.T) {
	names, files, key := kept(t)
	for range 2 {
		r, err := verdict(packed(t, names, files), key)
		if err != nil || r.Signer == "" || !strings.HasPrefix(r.Verdict(), "signed by demonstration/") {
			t.Fatalf("%v %+v", err, r)
		}
		slices.Reverse(names)
	}
	if r, err := verdict(packed(t, names, files), ""); err != nil || r.Verdict() != "consistent" {
		t.Error(err, r.Verdict())
	}
}

// TestDossierBits: one bit that is another one in any file is noticed. In the list of the files alone stand things that nothing proves; a bit of
// these is noticed, or the report says of what stands there that it is not proved.
func TestDossierBits(t *testing.T) {
	names, files, key := kept(t)
	for _, name := range names {
		step := max(1, len(files[name])/40)
		for i := 0; i < len(files[name]); i += step {
			now := map[string][]byte{}
			for n, b := range files {
				now[n] = b
			}
			now[name] = slices.Clone(files[name])
			now[name][i] ^= 1 << (i % 8)
			r, err := verdict(packed(t, names, now), key)
			if err != nil && errors.Is(err, ErrWrong) {
				continue
			}
			var m dossierManifest
			if name != "dossier.json" || json.Unmarshal(now[name], &m) != nil {
				t.Fatalf("%s: bit %d of byte %d is not noticed: %v", name, i%8, i, err)
			}
			said := false
			for _, l := range r.Lines {
				said = said || l.What == NotProven && (strings.Contains(l.Detail, m.Address) || strings.Contains(l.Detail, m.Notice))
			}
			if !said {
				t.Errorf("byte %d of the list is not noticed, and not named as not proved", i)
			}
		}
	}
}

// TestDossierOfLiars: somebody who can write every file and the list of them, and has no key, is found out.
func TestDossierOfLiars(t *testing.T) {
	names, files, key := kept(t)
	without := func(name string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
	}
	source := func(change func(*dossierSource)) func() ([]string, map[string][]byte) {
		return func() ([]string, map[string][]byte) {
			var s dossierSource
			if err := json.Unmarshal(files["sources/c1.1.json"], &s); err != nil {
				t.Fatal(err)
			}
			change(&s)
			return names, put(t, files, "sources/c1.1.json", s)
		}
	}
	paper := func(change func(*dossierPaper)) func() ([]string, map[string][]byte) {
		return func() ([]string, map[string][]byte) {
			var p dossierPaper
			if err := json.Unmarshal(files["paper.json"], &p); err != nil {
				t.Fatal(err)
			}
			change(&p)
			return names, put(t, files, "paper.json", p)
		}
	}
	for what, c := range map[string]struct {
		line string
		make func() ([]string, map[string][]byte)
	}{
		"other words of a source":              {"sources", source(func(s *dossierSource) { s.Words[0].Text = "The bell is not rung." })},
		"words in another language":            {"sources", source(func(s *dossierSource) { s.Words[0].Lang = "fr" })},
		"words of another place":               {"sources", source(func(s *dossierSource) { s.Words[0].At = "name" })},
		"a source without its words":           {"sources", source(func(s *dossierSource) { s.Words = []dossierWord{} })},
		"a source that is said to be gone":     {"sources", source(func(s *dossierSource) { s.Words, s.Gone = []dossierWord{}, "withdrawn" })},
		"a source of no entry":                 {"sources", source(func(s *dossierSource) { s.Entries = []int64{} })},
		"a source of another entry":            {"sources", source(func(s *dossierSource) { s.Entries, s.Words[0].Entry = []int64{s.Entries[0] + 1}, s.Entries[0]+1 })},
		"a source that rests on nothing there": {"sources", source(func(s *dossierSource) { s.RestsOn = []string{"c77.1"} })},
		"another name":                         {"sources", source(func(s *dossierSource) { s.Who = "Somebody" })},
		"another name in its form":             {"sources", source(func(s *dossierSource) { s.Who = "Ministry of Karsova · Contribution 1" })},
		"another number":                       {"sources", source(func(s *dossierSource) { s.Who = "Nia · Contribution 2" })},
		"a name that says more":                {"sources", source(func(s *dossierSource) { s.Who = "Nia · Contribution 1, for all states" })},
		"another address":                      {"sources", source(func(s *dossierSource) { s.Address = "/c/ferries/c2.1" })},
		"a swapped source": {"sources", func() ([]string, map[string][]byte) {
			now := put(t, files, "x", 0)
			delete(now, "x")
			now["sources/c1.1.json"], now["sources/c2.1.json"] = files["sources/c2.1.json"], files["sources/c1.1.json"]
			return names, now
		}},
		"another sentence":           {"paper", paper(func(p *dossierPaper) { p.Elements[0].Words[0].Text += "!" })},
		"another translation":        {"paper", paper(func(p *dossierPaper) { p.Elements[0].Words[1].Text += "!" })},
		"a sentence less":            {"paper", paper(func(p *dossierPaper) { p.Elements = p.Elements[:2] })},
		"sentences in another order": {"paper", paper(func(p *dossierPaper) { p.Elements[0], p.Elements[1] = p.Elements[1], p.Elements[0] })},
		"a citation less": {"paper", paper(func(p *dossierPaper) {
			p.Elements[1].Cites, p.Elements[1].Sources = p.Elements[1].Cites[1:], p.Elements[1].Sources[1:]
		})},
		"a citation of another":    {"paper", paper(func(p *dossierPaper) { p.Elements[0].Sources[0] = "c2.1" })},
		"another title":            {"paper", paper(func(p *dossierPaper) { p.Title[0].Text = "Decisions on ferries" })},
		"another symbol":           {"paper", paper(func(p *dossierPaper) { p.Symbol = "TEST/CONS/2" })},
		"another edition":          {"paper", paper(func(p *dossierPaper) { p.Edition = "p1.e1" })},
		"a note less":              {"notes", paper(func(p *dossierPaper) { p.Notes = p.Notes[:3] })},
		"a quotation of elsewhere": {"quotations", paper(func(p *dossierPaper) { p.Elements[0].Quotes[0].From++; p.Elements[0].Quotes[0].To++ })},
		"a quotation cut short": {"quotations", paper(func(p *dossierPaper) {
			p.Elements[0].Quotes[0].Text, p.Elements[0].Quotes[0].To = "nobody", p.Elements[0].Quotes[0].From+6
		})},
		"a quotation of nobody":            {"quotations", paper(func(p *dossierPaper) { p.Elements[0].Quotes[0].Source = "" })},
		"a quotation that is not told":     {"quotations", paper(func(p *dossierPaper) { p.Elements[0].Quotes = nil })},
		"a quotation of what is not cited": {"quotations", paper(func(p *dossierPaper) { p.Elements[0].Quotes[0].Source = "c3.1" })},
		"a range beyond the end":           {"quotations", paper(func(p *dossierPaper) { p.Elements[0].Quotes[0].To = 1 << 40 })},
		"a source less":                    {"sources", func() ([]string, map[string][]byte) { return without("sources/c1.1.json"), files }},
		"a page less":                      {"sources", func() ([]string, map[string][]byte) { return without("sources/c1.1.html"), files }},
		"an entry less":                    {"sources", func() ([]string, map[string][]byte) { return without(entryOf(t, files)), files }},
		"a page with other words": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "sources/c1.1.html", "The bell is rung", "The bell is not rung")
		}},
		"a first page with other words": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", "One party on the roll does not want that", "Everybody wants that")
		}},
		"a page that runs something": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", "</body>", "<script>alert(1)</script></body>")
		}},
		"a page that fetches something": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", `href="style.css"`, `href="https://example.org/style.css"`)
		}},
		"a page that listens": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", "<body>", `<body onload="x()">`)
		}},
		"a page that tells that it is opened": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", "<body>", `<body background="https://example.org/x">`)
		}},
		"a page that tells where one goes": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", "<a href", `<a ping="https://example.org/" href`)
		}},
		"a page that goes elsewhere": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", "<head>", `<head><meta http-equiv="refresh" content="0;url=https://example.org/">`)
		}},
		"a style that writes": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "style.css", ".s{", `.words::after{content:"not "}.s{`)
		}},
		"a style that fetches": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "style.css", ".s{", `.s{background:url(//example.org/x);`)
		}},
		"a page with a hidden text": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", "<h1>", `<h1 hidden>`)
		}},
		"a page with one paragraph more": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", "<section", "<p>Every member state agrees.</p><section")
		}},
		"a page of a source with one paragraph more": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "sources/c1.1.html", "<h2>", "<p>Every member state agrees.</p><h2>")
		}},
		"another status": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", "it does not commit member states", "it commits all member states")
		}},
		"no status": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", "Prepared by the secretariat; it does not commit member states.", "")
		}},
		"a sign beside the notice": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", `<p class="notice">`, `<p class="notice">`+"\x00")
		}},
		"another notice": {"checkpoint", func() ([]string, map[string][]byte) {
			var m dossierManifest
			if err := json.Unmarshal(files["dossier.json"], &m); err != nil {
				t.Fatal(err)
			}
			m.Notice = "Certified by the United Nations."
			return names, put(t, files, "dossier.json", m)
		}},
		"another name on a link": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", `<a href="sources/c1.1.html"><bdi>Nia`, `<a href="sources/c2.1.html"><bdi>Nia`)
		}},
		"words that are folded away": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", "<main>", "<main><details>")
		}},
		"words that are folded away behind an end": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", "<main>", "<main></details><details>")
		}},
		"words in a title": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, with(t, files, "index.html", "<main>", "<main><title>"), "index.html", "</main>", "</title></main>")
		}},
		"a title that does not end": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, with(t, files, "index.html", "</title>", ""), "index.html", "</body>", "</title></body>")
		}},
		"another day": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "index.html", "2020", "2019")
		}},
		"a style that makes words white": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "style.css", ".s{", `.words{color:#fff}.s{`)
		}},
		"a style that makes words small": {"pages", func() ([]string, map[string][]byte) {
			return names, with(t, files, "style.css", ".s{", `.words{font-size:0}.s{`)
		}},
		"another checkpoint": {"signature", func() ([]string, map[string][]byte) {
			lines := strings.Split(string(files["checkpoint"]), "\n")
			return names, with(t, files, "checkpoint", "\n"+lines[1]+"\n", "\n"+lines[1]+"0\n")
		}},
		"no notice": {"checkpoint", func() ([]string, map[string][]byte) {
			var m dossierManifest
			if err := json.Unmarshal(files["dossier.json"], &m); err != nil {
				t.Fatal(err)
			}
			m.Notice = ""
			return names, put(t, files, "dossier.json", m)
		}},
		"other data of an entry": {"entries", func() ([]string, map[string][]byte) {
			var e dossierEntry
			name := entryOf(t, files)
			if err := json.Unmarshal(files[name], &e); err != nil {
				t.Fatal(err)
			}
			e.Data[len(e.Data)-3] ^= 1
			return names, put(t, files, name, e)
		}},
		"other words of an entry": {"entries", func() ([]string, map[string][]byte) {
			var e dossierEntry
			name := entryOf(t, files)
			if err := json.Unmarshal(files[name], &e); err != nil {
				t.Fatal(err)
			}
			e.Text[len(e.Text)-3] ^= 1
			return names, put(t, files, name, e)
		}},
	} {
		t.Run(what, func(t *testing.T) {
			list, now := c.make()
			r, err := verdict(packed(t, list, relisted(t, list, now)), key)
			if !errors.Is(err, ErrWrong) || r.Signer != "" || r.Verdict() != "wrong" {
				t.Fatalf("it is believed: %v %s", err, r.Verdict())
			}
			if !slices.ContainsFunc(r.Lines, func(l Line) bool { return !l.OK && l.What == c.line }) {
				t.Errorf("no line %q is wrong: %v", c.line, err)
			}
		})
	}
}

// TestNameThatGoesOn: a name that begins as its entry has it and goes on is believed as far as the entry has it, and what goes on is named as
// not proved.
func TestNameThatGoesOn(t *testing.T) {
	names, files, key := kept(t)
	now := map[string][]byte{}
	for name, b := range files {
		if !strings.HasPrefix(name, "entries/") {
			b = bytes.ReplaceAll(b, []byte("Nia"), []byte("Nia for all states"))
		}
		now[name] = b
	}
	r, err := verdict(packed(t, names, relisted(t, names, now)), key)
	if err == nil && !slices.ContainsFunc(r.Lines, func(l Line) bool { return l.What == NotProven && strings.Contains(l.Detail, "Nia for all states") }) {
		t.Error("it is taken for the entry's:", r.Lines)
	}
	if err != nil && !strings.Contains(err.Error(), "for all states") {
		t.Error("it is wrong for another reason:", err)
	}
}

// entryOf is the name of the entry that c1 is.
func entryOf(t testing.TB, files map[string][]byte) string {
	t.Helper()
	var s dossierSource
	if err := json.Unmarshal(files["sources/c1.1.json"], &s); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("entries/%d.json", s.Entries[0])
}

// TestDossierOfOthers: a dossier of another record, or one that another key signed, is not what was asked for.
func TestDossierOfOthers(t *testing.T) {
	names, files, _ := kept(t)
	other := load(t).Records[0].VerifierKey
	if r, err := verdict(packed(t, names, files), other); !errors.Is(err, ErrWrong) || !strings.Contains(err.Error(), "signature") || r.Signer != "" {
		t.Error(err)
	}
	// Under the checkpoint of another record nothing of it stands.
	var receipt receiptFile
	if err := json.Unmarshal([]byte(load(t).Records[0].Receipts[0].File), &receipt); err != nil {
		t.Fatal(err)
	}
	signed, err := fromBase64(receipt.Proof.Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	var m dossierManifest
	if err := json.Unmarshal(files["dossier.json"], &m); err != nil {
		t.Fatal(err)
	}
	m.Key = other
	if !strings.HasPrefix(other, "demonstration/") {
		m.Notice = ""
	}
	now := put(t, files, "dossier.json", m)
	now["checkpoint"] = signed
	if _, err := verdict(packed(t, names, relisted(t, names, now)), other); !errors.Is(err, ErrWrong) || !strings.Contains(err.Error(), "entries") {
		t.Error(err)
	}
}

// TestDossierOfNonsense: what is no dossier is refused, before it is unpacked.
func TestDossierOfNonsense(t *testing.T) {
	names, files, key := kept(t)
	good := packed(t, names, files)
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	for _, name := range []string{"paper.json", "dossier.json"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		for range 40 {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	// The directory says that a file is small, and it is not.
	lie := bytes.Clone(good)
	if i := bytes.LastIndex(lie, []byte("paper.json")); i > 0 {
		copy(lie[i-46+24:], []byte{1, 0, 0, 0})
	}
	twice := slices.Concat(names, []string{"paper.json"})
	empty := map[string][]byte{}
	for _, n := range names {
		empty[n] = nil
	}
	for what, b := range map[string][]byte{
		"nothing": nil, "two letters": []byte("PK"), "no archive": []byte("PK\x03\x04 and so on"), "no end": good[:len(good)-30], "half": good[:len(good)/2], "no files": packed(t, nil, nil),
		"a bomb": bomb.Bytes(), "a false length": lie, "a name twice": packed(t, twice, files), "empty files": packed(t, names, empty),
		"a way out":       packed(t, append(slices.Clone(names), "../../etc/passwd"), files),
		"an absolute way": packed(t, append(slices.Clone(names), "/sources/c1.1.json"), files),
		"a backslash":     packed(t, append(slices.Clone(names), `sources\c1.json`), files),
		"dots":            packed(t, append(slices.Clone(names), "sources/../c1.json"), files),
		"another name":    packed(t, append(slices.Clone(names), "run.exe"), files),
		"not listed":      packed(t, append(slices.Clone(names), "sources/c99.1.json"), files),
	} {
		if r, err := verdict(b, key); !errors.Is(err, ErrWrong) || r.Verdict() != "wrong" {
			t.Errorf("%s: %v %s", what, err, r.Verdict())
		}
	}
}

// FuzzDossier: whatever the bytes are, it comes to an end without a panic, and nothing that is not the kept dossier is signed.
func FuzzDossier(f *testing.F) {
	names, files, key := kept(f)
	for i, name := range names {
		f.Add(i, files[name])
	}
	f.Add(-1, packed(f, names, files))
	f.Add(-1, []byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, which int, b []byte) {
		if which < 0 || which >= len(names) {
			if r, err := verdict(b, key); err == nil && r.Signer == "" {
				t.Fatal("no error, and not signed")
			}
			return
		}
		now := map[string][]byte{}
		for n, old := range files {
			now[n] = old
		}
		now[names[which]] = b
		if names[which] != "dossier.json" {
			now = relisted(t, names, now)
		}
		r, err := verdict(packed(t, names, now), key)
		if err == nil && r.Signer == "" {
			t.Fatal("no error, and not signed")
		}
	})
}
