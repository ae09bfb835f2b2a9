package web_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/dossier"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/internal/verifier"
	"github.com/openplenary/plenary/record"
)

// ferryAt is when the pages of the ferries are read.
var ferryAt = time.Date(2020, 3, 2, 9, 0, 0, 0, time.UTC)

// ferryDossier is where the dossier of the considerations on ferries is.
const ferryDossier = "/en/c/ferries/p2.e1/dossier.zip"

// newFerries is a house with considerations on ferries, of which a sentence quotes somebody, and with what was done since.
func newFerries(t *testing.T, since string) *house {
	t.Helper()
	return houseAt(t, func() time.Time { return ferryAt }, "ferries", "@olga", "@max", func(sec *plenary.Secretariat) (*script.Runner, error) {
		b, err := os.ReadFile("../internal/script/testdata/compiler.txt")
		if err != nil {
			return nil, err
		}
		text, _, ok := strings.Cut(string(b), "# A source that its author took back")
		if !ok {
			t.Fatal("the script has no such place")
		}
		r := script.New(sec)
		r.Files = os.DirFS("../internal/script/testdata")
		if err := r.RunText(t.Context(), "../internal/script/testdata/compiler.txt", text); err != nil {
			return nil, err
		}
		return r, r.RunText(t.Context(), "since", since)
	})
}

// checked checks a dossier, with the key of the record.
func (h *house) checked(slug string, a answer) (verifier.Report, error) {
	_, key, _ := h.sec.Key(slug)
	return verifier.Dossier(strings.NewReader(a.body), int64(len(a.body)), key)
}

// unpacked are the files of an archive; what is base64 in those for programs stands behind it in plain.
func unpacked(t *testing.T, body string) map[string]string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	long := regexp.MustCompile(`"[A-Za-z0-9+/]{40,}={0,2}"`)
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		for _, s := range long.FindAllString(text, -1) {
			if plain, err := base64.StdEncoding.DecodeString(strings.Trim(s, `"`)); err == nil {
				text += string(plain)
			}
		}
		out[f.Name] = text
	}
	return out
}

// TestDossier: the dossier of considerations is one archive that is proved offline; it is the same bytes for everybody, whenever it is asked
// for, and the page of the paper leads to it, says how large it is, and has the sources as notes.
func TestDossier(t *testing.T) {
	t.Parallel()
	h := newFerries(t, "")
	v := h.visitor()
	a := v.get(ferryDossier)
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/zip" || !strings.Contains(a.header.Get("Content-Disposition"), `"ferries-p2.e1.zip"`) {
		t.Fatal(a.status, a.header)
	}
	report, err := h.checked("ferries", a)
	if err != nil || report.Signer == "" {
		t.Fatalf("%v\n%+v", err, report.Lines)
	}
	said := ""
	for _, l := range report.Lines {
		said += l.What + ": " + l.Detail + "\n"
	}
	if !strings.Contains(said, "3 sentences") || !strings.Contains(said, "quotations: 1,") {
		t.Error(said)
	}
	for who, r := range map[string]*visitor{"officer": h.as("officer"), "moderator": h.as("moderator"), "somebody": h.visitor()} {
		if b := r.get(ferryDossier); b.body != a.body {
			t.Errorf("the %s gets another dossier", who)
		}
		if b := r.get(ferryDossier + "?with=not-public"); b.status == http.StatusOK {
			t.Errorf("the %s gets one with what is not public", who)
		}
	}
	for _, path := range []string{"/en/c/ferries/p1.e1/dossier.zip", "/en/c/ferries/p9/dossier.zip", "/en/c/ferries/p2.e1.x1/dossier.zip", "/en/c/ferries/c1/dossier.zip", "/en/c/ferries/p2.e2/dossier.zip"} {
		if b := v.get(path); b.status != http.StatusNotFound {
			t.Error(path, b.status)
		}
	}
	page := v.get("/en/c/ferries/p2")
	for _, want := range []string{`href="/en/c/ferries/p2.e1/dossier.zip"`, "\u2068Nia\u2069 · Contribution 1", `href="#note-1"`, `id="note-1"`, "/c/ferries/c1.1", "plenary verify ferries-p2.e1.zip"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	var twin struct {
		Notes []struct {
			N       int
			Ref     cite.Ref
			Who     string
			Address string
		}
		Elements []struct {
			Rests []int `json:"rests_on"`
		}
		Dossier string
	}
	if err := json.Unmarshal([]byte(v.get("/en/c/ferries/p2.json").body), &twin); err != nil {
		t.Fatal(err)
	}
	if len(twin.Notes) != 6 || twin.Notes[0].Who != "Nia" || twin.Notes[0].Address != "/c/ferries/c1.1" || len(twin.Elements[1].Rests) != 4 || twin.Elements[1].Rests[0] != 1 {
		t.Errorf("%+v", twin)
	}
	if "/en/c/ferries"+twin.Dossier != ferryDossier {
		t.Errorf("it is at %q", twin.Dossier)
	}
	for _, l := range []string{"ar", "fr", "ru", "zh", "es"} {
		b := v.get("/" + l + "/c/ferries/p2.e1/dossier.zip")
		if _, err := h.checked("ferries", b); err != nil {
			t.Errorf("%s: %v", l, err)
		}
		if index := unpacked(t, b.body)["index.html"]; strings.Contains(index, "⟦") || !strings.Contains(index, `lang="`+l+`"`) {
			t.Errorf("%s: a page in another language", l)
		}
	}
	// The second verifier is tested with one that is kept; where there is none it is this one.
	if kept := "../internal/verifier/testdata/dossier.zip"; !exists(kept) {
		if err := os.WriteFile(kept, []byte(a.body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// TestPaperText: a paper as plain text has its sentences with the numbers of their notes, and the notes with who said it and where it stands.
func TestPaperText(t *testing.T) {
	t.Parallel()
	h := newFerries(t, "redact $nia.1 \"nobody hears it\"\n  ground: personal_data\n")
	v := h.visitor()
	a := v.get("/en/c/ferries/p2/paper.txt")
	for _, want := range []string{"TEST/CONS/1\nConsiderations on ferries\n1 March 2020\n", "\n1. It was said that “nobody hears it”. [1] [2]\n", "\n[1] \u2068Nia\u2069 · Contribution 1, /c/ferries/c1.1\n", "it does not commit member states"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %q in\n%s", want, a.body)
		}
	}
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Error(a.status, a.header)
	}
	if b := v.get("/en/c/ferries/p2/paper.txt?text=fr"); !strings.Contains(b.body, "\n1. Il a été dit que « personne") {
		t.Error(b.body)
	}
	if b := v.get("/en/c/ferries/p1/paper.txt"); b.status != http.StatusOK || strings.Contains(b.body, "Sources") {
		t.Error(b.status, b.body)
	}
	for _, path := range []string{"p9", "p2.e1.x1", "c1", "k1"} {
		if b := v.get("/en/c/ferries/" + path + "/paper.txt"); b.status != http.StatusNotFound {
			t.Error(path, b.status)
		}
	}
}

// TestDossierHoldsWhatEverybodyReads: what was blacked out, erased or taken back since is in no file of the dossier, not even in what an
// entry had; and the dossier is proved all the same, and says of what it is not.
func TestDossierHoldsWhatEverybodyReads(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ since, gone, says string }{
		"blacked out": {"redact $nia.1 \"nobody hears it\"\n  ground: personal_data\n", "nobody hears", "1 quotations of what not everybody can read"},
		"erased":      {"erase $nia\n  as: @olga\n  ground: at_request\n", "nobody hears", "words of 1 sources"},
		"taken back":  {"withdraw $ada\n  as: @ada\n", "It should be free", "words of 1 sources"},
		"withheld":    {"withhold $ada\n  ground: advertising\n  reason: Names somebody.\n", "It should be free", "words of 1 sources"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newFerries(t, c.since)
			a := h.visitor().get(ferryDossier)
			report, err := h.checked("ferries", a)
			if a.status != http.StatusOK || err != nil {
				t.Fatal(a.status, err)
			}
			said := ""
			for _, l := range report.Lines {
				said += l.Detail + "\n"
			}
			if !strings.Contains(said, c.says) {
				t.Error(said)
			}
			for file, text := range unpacked(t, a.body) {
				// The sentence itself quotes what it quoted: published texts are never erased.
				if strings.Contains(text, c.gone) && file != "paper.json" && file != "index.html" && !strings.Contains(text, "paper.published") {
					t.Errorf("%s has %q", file, c.gone)
				}
			}
			if officer := h.as("officer").get(ferryDossier); officer.body != a.body {
				t.Error("an officer gets another dossier")
			}
		})
	}
}

// TestDossierOfTheDemonstration: nothing in it is more than the rule of reading gives everybody: no data of an entry, and no word of one.
func TestDossierOfTheDemonstration(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	author := h.visitor()
	waits := author.sendFile(nonce1, "What waits: Zwischenruf.", "x\n")
	a := h.visitor().get("/en" + conv + "/p2.e1/dossier.zip")
	if _, err := h.checked(script.DemoSlug, a); a.status != http.StatusOK || err != nil {
		t.Fatal(a.status, err)
	}
	z, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
	if err != nil {
		t.Fatal(err)
	}
	data, text := 0, 0
	for _, f := range z.File {
		if !strings.HasPrefix(f.Name, "entries/") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var e dossier.Entry
		if err := json.NewDecoder(r).Decode(&e); err != nil {
			t.Fatal(err)
		}
		if e.Data == nil {
			if e.Text != nil {
				t.Errorf("%s has words and no data", f.Name)
			}
			continue
		}
		data++
		fact, err := conversation.Decode(e.Data[record.SaltSize:])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.sec.Read(t.Context(), script.DemoSlug, func(st *conversation.State) error {
			if !st.MaySeeFact(conversation.Public, fact) {
				t.Errorf("%s: the data of %T are not everybody's", f.Name, fact)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if e.Text != nil {
			text++
		}
	}
	if data < 100 || text < 100 {
		t.Errorf("the data of %d entries, the words of %d", data, text)
	}
	again := h.visitor().get("/en" + conv + "/p2.e1/dossier.zip")
	if !bytes.Equal([]byte(again.body), []byte(a.body)) {
		t.Error("asked for again it is another")
	}
	_ = waits
}
