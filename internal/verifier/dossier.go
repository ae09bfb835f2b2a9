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
	"regexp"
	"strconv"
	"strings"
)

// DossierFormat is the format of the dossiers that this package reads.
const DossierFormat = "plenary-dossier/1"

// dossierNotice stands in every dossier of a demonstration.
const dossierNotice = "Demonstration: what people say here is invented. This dossier proves nothing about the world."

// What a dossier may have at most. What is larger is refused before it is unpacked.
const (
	maxArchive      = 1 << 30
	maxDossierFiles = 50_000
	maxDossierFile  = 32 << 20
	maxUnpacked     = 1 << 30
	maxWork         = 16 << 30 // bytes that are unpacked in all, however often the same
)

// maxFindings is how many things of one sort are listed that are wrong.
const maxFindings = 20

// dossierManifest is dossier.json.
type dossierManifest struct {
	Format  string       `json:"format"`
	Notice  string       `json:"notice,omitempty"`
	Edition string       `json:"edition"`
	Address string       `json:"address"`
	Key     string       `json:"key"`
	LeftOut int          `json:"left_out,omitempty"`
	Files   []dossierPut `json:"files"`
}

// dossierPut is a file as the manifest lists it.
type dossierPut struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// dossierEntry is entries/N.json.
type dossierEntry struct {
	Format   string   `json:"format"`
	Envelope []byte   `json:"envelope"`
	Path     [][]byte `json:"path"`
	Data     []byte   `json:"data,omitempty"`
	Text     []byte   `json:"text,omitempty"`
}

// dossierNames are the names that a file of a dossier may have.
var dossierNames = regexp.MustCompile(`\A(?:dossier\.json|paper\.json|checkpoint|index\.html|style\.css|entries/[1-9][0-9]{0,17}\.json|sources/[a-z0-9][a-z0-9.]{0,94}\.(?:json|html))\z`)

// dossier is one that is being checked. Of what is in it little is kept: what is needed again is read again.
type dossier struct {
	*Report
	files    map[string]*zip.File
	manifest dossierManifest
	point    checkpoint
	known    map[int64]*proved // some of the entries that were read lately
	paper    dossierPaper
	sources  map[string]*dossierSource // those that sentences cite, with their words
	who      map[string]string         // what each source is called
	unsaid   []string                  // names that no entry has, with whose they are
	unproved map[string]int            // how many things are not proved, by what they are
	found    int                       // how many things of the present sort are wrong
	work     uint64                    // bytes that were unpacked
}

// proved is an entry that stands under the root, with what of it is in the dossier.
type proved struct {
	envelope envelope
	kind     string         // "" where its data are not in it
	data     map[string]any // nil as well
	text     map[string]any // nil where its text is not in it
}

// Dossier checks a dossier: one archive with a paper of considerations, everything that its sentences rest on, and the proofs. It looks
// whether each entry of the record stands under the one signed checkpoint and is what it committed to, whether every word of the paper and of
// its sources is the entry's, whether what is quoted stands where it is said to stand, and whether everything that a sentence cites is
// there. verifierKey is as Receipt has it. The error is the first thing that is wrong; it contacts nobody and unpacks nothing onto the disk.
func Dossier(from io.ReaderAt, size int64, verifierKey string) (Report, error) {
	r := Report{}
	d := &dossier{Report: &r, files: map[string]*zip.File{}, known: map[int64]*proved{}, sources: map[string]*dossierSource{}, who: map[string]string{}, unproved: map[string]int{}}
	if d.open(from, size) && d.listed() && d.signed(verifierKey) {
		entries := d.entries()
		if d.readPaper() && d.readSources() {
			d.quotations()
		}
		d.pages()
		if !entries {
			d.Signer = ""
		}
		d.rest()
	}
	if _, bad := r.Wrong(); bad {
		r.Signer = ""
	}
	return r, r.err()
}

// wrong notes something that is wrong; only the first of a sort are listed one by one.
func (d *dossier) wrong(what, format string, args ...any) {
	if d.found++; d.found == maxFindings+1 {
		d.check(what, errors.New("and more of the same sort"), "")
	}
	if d.found <= maxFindings {
		d.check(what, fmt.Errorf(format, args...), "")
	}
}

// begin begins another sort of findings, and end says how it went: the line that all of it is right, where it is.
func (d *dossier) begin() { d.found = 0 }

func (d *dossier) end(what, format string, args ...any) bool {
	if d.found > 0 {
		return false
	}
	return d.check(what, nil, format, args...)
}

// open reads the table of the archive, and refuses what is no dossier before anything is unpacked.
func (d *dossier) open(from io.ReaderAt, size int64) bool {
	err := fmt.Errorf("an archive of %d bytes is too large", size)
	var z *zip.Reader
	if size <= maxArchive {
		z, err = zip.NewReader(from, size)
	}
	if err != nil {
		return d.check("archive", fmt.Errorf("not a whole ZIP archive: %w", err), "")
	}
	if len(z.File) > maxDossierFiles {
		return d.check("archive", fmt.Errorf("%d files are too many", len(z.File)), "")
	}
	var all uint64
	for _, f := range z.File {
		switch {
		case !dossierNames.MatchString(f.Name):
			return d.check("archive", fmt.Errorf("%.100q is no name of a file of a dossier", f.Name), "")
		case d.files[f.Name] != nil:
			return d.check("archive", fmt.Errorf("%s is there twice", f.Name), "")
		case f.UncompressedSize64 > maxDossierFile || f.Method != zip.Deflate && f.Method != zip.Store:
			return d.check("archive", fmt.Errorf("%s is too large, or packed in a way that no dossier is", f.Name), "")
		}
		if all += f.UncompressedSize64; all > maxUnpacked {
			return d.check("archive", fmt.Errorf("it would be more than %d bytes", int64(maxUnpacked)), "")
		}
		d.files[f.Name] = f
	}
	return d.check("archive", nil, "%d files", len(z.File))
}

// unpack reads a file.
func (d *dossier) unpack(name string) ([]byte, error) {
	f := d.files[name]
	if f == nil {
		return nil, fmt.Errorf("%s is not there", name)
	}
	if d.work += f.UncompressedSize64; d.work > maxWork {
		return nil, errors.New("to check it takes too long: no dossier refers to so much so often")
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s cannot be unpacked: %w", name, err)
	}
	defer r.Close()
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(r, int64(f.UncompressedSize64)+1)) //nolint:gosec // at most maxDossierFile
	if err == nil && uint64(n) != f.UncompressedSize64 {                    //nolint:gosec // not negative
		err = errors.New("it has another length than the archive says")
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be unpacked: %w", name, err)
	}
	return b.Bytes(), nil
}

// exact reads a file for programs and refuses every spelling but the one in which dossiers are written: nothing in it can be read in two ways.
func (d *dossier) exact(name string, v any) error {
	b, err := d.unpack(name)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("%s is not what a dossier has: %w", name, err)
	}
	var again bytes.Buffer
	enc := json.NewEncoder(&again)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		return err
	}
	if !bytes.Equal(again.Bytes(), b) {
		return fmt.Errorf("%s is not in the form in which dossiers are given out", name)
	}
	return nil
}

// listed compares the files with the list of them.
func (d *dossier) listed() bool {
	err := d.exact("dossier.json", &d.manifest)
	if err == nil && d.manifest.Format != DossierFormat {
		err = fmt.Errorf("the format is %q, not %q", d.manifest.Format, DossierFormat)
	}
	if !d.check("format", err, "%s", d.manifest.Format) {
		return false
	}
	d.begin()
	seen := map[string]bool{"dossier.json": true}
	for _, p := range d.manifest.Files {
		if seen[p.Name] {
			d.wrong("files", "%.100q is listed twice", p.Name)
			continue
		}
		seen[p.Name] = true
		b, err := d.unpack(p.Name)
		if err != nil {
			d.wrong("files", "%w", err)
			continue
		}
		if sum := sha256.Sum256(b); int64(len(b)) != p.Size || hex.EncodeToString(sum[:]) != p.SHA256 {
			d.wrong("files", "%s is not as it is listed: it was changed", p.Name)
		}
	}
	for name := range d.files {
		if !seen[name] {
			d.wrong("files", "%s is not listed", name)
		}
	}
	return d.end("files", "%d, each as it is listed", len(d.files))
}

// signed checks the checkpoint and who signed it.
func (d *dossier) signed(verifierKey string) bool {
	b, err := d.unpack("checkpoint")
	var n note
	if err == nil {
		n, err = parseNote(b)
	}
	if err == nil {
		d.point, err = parseCheckpoint(n.text)
	}
	if n := d.manifest.Notice; err == nil && n != "" && n != dossierNotice {
		err = fmt.Errorf("its notice is %.200q, which no dossier has", n)
	}
	if err == nil && strings.HasPrefix(d.point.origin, "demonstration/") != (d.manifest.Notice != "") {
		err = errors.New("a notice stands in the dossiers of a demonstration, and in no other")
	}
	return d.check("checkpoint", err, "of %s at %d entries", d.point.origin, d.point.size) && d.signature(d.manifest.Key, verifierKey, n, d.point)
}

// entries checks every entry that is in the dossier.
func (d *dossier) entries() bool {
	d.begin()
	n, data, text := 0, 0, 0
	for _, p := range d.manifest.Files {
		name, ok := strings.CutPrefix(p.Name, "entries/")
		if !ok {
			continue
		}
		at, err := strconv.ParseInt(strings.TrimSuffix(name, ".json"), 10, 64)
		var e *proved
		if err == nil {
			e, err = d.entry(at)
		}
		if err != nil {
			d.wrong("entries", "%w", err)
			continue
		}
		if n++; e.data != nil {
			data++
		}
		if e.text != nil {
			text++
		}
	}
	return d.end("entries", "%d stand under the root of the checkpoint; the data of %d and the words of %d are what was committed to", n, data, text)
}

// maxKnown is how many entries are kept once they were read.
const maxKnown = 64

// entry reads an entry and checks that it stands under the root, and that its data and its text are what it commits to.
func (d *dossier) entry(at int64) (*proved, error) {
	if e := d.known[at]; e != nil {
		return e, nil
	}
	name := fmt.Sprintf("entries/%d.json", at)
	var f dossierEntry
	if err := d.exact(name, &f); err != nil {
		return nil, err
	}
	e, err := f.proved(at, d.point)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(d.known) >= maxKnown {
		clear(d.known)
	}
	d.known[at] = e
	return e, nil
}

// proved checks an entry against a checkpoint.
func (f *dossierEntry) proved(at int64, c checkpoint) (*proved, error) {
	env, err := parseEnvelope(f.Envelope)
	if err != nil {
		return nil, err
	}
	if f.Format != DossierFormat || env.position != at {
		return nil, fmt.Errorf("it is entry %d", env.position)
	}
	if err := c.of(env.record); err != nil {
		return nil, err
	}
	path := make([]hash, len(f.Path))
	for i, h := range f.Path {
		if len(h) != len(path[i]) {
			return nil, errors.New("a step of the path is not a hash")
		}
		path[i] = hash(h)
	}
	if err := checkPath(env.position-1, c.size, leafHash(f.Envelope), path, c.root); err != nil {
		return nil, err
	}
	e := &proved{envelope: env}
	if f.Data != nil {
		if err := env.checkData(f.Data); err != nil {
			return nil, fmt.Errorf("its data: %w", err)
		}
		kind, body, _ := bytes.Cut(f.Data[saltSize:], []byte("\n"))
		if e.data, err = members(body); err != nil {
			return nil, fmt.Errorf("its data: %w", err)
		}
		e.kind = string(kind)
	}
	if f.Text != nil {
		if err := env.checkText(f.Text); err != nil {
			return nil, fmt.Errorf("its words: %w", err)
		}
		if e.text, err = members(f.Text[saltSize:]); err != nil {
			return nil, fmt.Errorf("its words: %w", err)
		}
	}
	return e, nil
}

// members reads a JSON object with all that is in it, and refuses a name that comes twice anywhere: two readers could take two meanings.
func members(b []byte) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	v, err := value(dec, 0)
	if err != nil {
		return nil, err
	}
	m, ok := v.(map[string]any)
	if _, err := dec.Token(); !ok || err != io.EOF {
		return nil, errors.New("not one JSON object")
	}
	return m, nil
}

// value reads the next value.
func value(dec *json.Decoder, depth int) (any, error) {
	t, err := dec.Token()
	if err != nil || depth > 50 {
		return nil, errors.New("not JSON, or too deep")
	}
	switch t {
	case json.Delim('{'):
		m := map[string]any{}
		for dec.More() {
			t, err := dec.Token()
			name, ok := t.(string)
			if err != nil || !ok {
				return nil, errors.New("not JSON")
			}
			if _, twice := m[name]; twice {
				return nil, fmt.Errorf("%q stands there twice", name)
			}
			if m[name], err = value(dec, depth+1); err != nil {
				return nil, err
			}
		}
		_, err = dec.Token()
		return m, err
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			v, err := value(dec, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = dec.Token()
		return list, err
	}
	return t, nil
}

// rest says what nothing proves.
func (d *dossier) rest() {
	if _, bad := d.Wrong(); bad {
		return
	}
	for _, what := range []string{unprovedWords, unprovedPlace, unprovedQuote, unprovedLink, unsourced} {
		if n := d.unproved[what]; n > 0 {
			d.check(NotProven, nil, what, n)
		}
	}
	if len(d.unsaid) > 0 {
		d.check(NotProven, nil, "what is said of who said something, which the entries that are here do not have: %s", strings.Join(d.unsaid, "; "))
	}
	if d.manifest.LeftOut > 0 {
		d.check(NotProven, nil, "%d sources that only other sources rest on: the archive says that it leaves them out", d.manifest.LeftOut)
	}
	d.check(NotProven, nil, "address %q%s%s: the file says so, the record does not",
		d.manifest.Address, noticed(d.manifest.Notice), elsewhere(d.manifest.Address, d.point.origin))
	d.check(NotProven, nil, "what became of it after entry %d", d.point.size)
}
