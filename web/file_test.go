package web_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
	"golang.org/x/net/html"
)

// TestFilesNobodyCites sends a file with a form that is taken, with a second press of it, and with forms that
// are refused. Of those that come to nothing the file goes at once, of a form that is shown again after a day.
// Then only the file that stands on the record is there.
func TestFilesNobodyCites(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const token = "AAAAAAAAAAAAAAAAAAAAAA"
	v := h.visitor()
	send := func(token, text, category string, want int) string {
		t.Helper()
		form := url.Values{"on": {"p2.e1"}, "text": {text}, "language": {"en"}, "category": {category}, "token": {token}, "do": {"send"}}
		a := v.deskUpload("/en"+conv+"/k2/contribute", form, "file", "timetable.txt", []byte("The timetable of 1911.\n"))
		if a.status != want {
			t.Fatalf("%q is answered with %d: %.300s", text, a.status, a.body)
		}
		ref, _, _ := strings.Cut(strings.TrimPrefix(a.header.Get("Location"), "/en"+conv+"/"), "/")
		return ref
	}
	ref := send(token, "With a timetable.", "individual", 303)
	if again := send(token, "With a timetable.", "individual", 303); again != ref {
		t.Errorf("two presses: %s and %s", ref, again)
	}
	send(token, "Another text under the same token.", "individual", 409)
	send("BAAAAAAAAAAAAAAAAAAAAA", "Refused.", "nobody", 422)
	cited := func(ctx context.Context, ids []string) (map[string]bool, error) {
		if len(ids) != 1 {
			t.Errorf("the record is asked about %d files; of the one that it took all is known", len(ids))
		}
		return h.sec.CitedFiles(ctx, ids)
	}
	for i, want := range []int{0, 1, 0} {
		at := time.Now().Add(time.Duration(i) * 25 * time.Hour)
		if n, err := h.files.Sweep(t.Context(), at, cited); n != want || err != nil {
			t.Errorf("sweep %d removes %d files, not %d: %v", i, n, want, err)
		}
	}
	if a := v.get("/en" + conv + "/" + ref + ".f1"); a.status != 200 || a.body != "The timetable of 1911.\n" {
		t.Errorf("the file on the record: %d %.200s", a.status, a.body)
	}
}

// TestFileAfterACrash has nobody note that a file is cited, as after a crash in between: the record knows.
func TestFileAfterACrash(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	form := url.Values{"on": {"p2.e1"}, "text": {"With a timetable."}, "language": {"en"}, "category": {"individual"}, "token": {"AAAAAAAAAAAAAAAAAAAAAA"}, "do": {"send"}}
	a := v.deskUpload("/en"+conv+"/k2/contribute", form, "file", "timetable.txt", []byte("The timetable of 1911.\n"))
	ref, _, _ := strings.Cut(strings.TrimPrefix(a.header.Get("Location"), "/en"+conv+"/"), "/")
	if _, err := h.db.Exec("UPDATE attachment SET claimed = $1", time.Now().UnixMicro()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if n, err := h.files.Sweep(t.Context(), time.Now().Add(25*time.Hour), h.sec.CitedFiles); n != 0 || err != nil {
			t.Errorf("%d files are removed: %v", n, err)
		}
	}
	if a := v.get("/en" + conv + "/" + ref + ".f1"); a.status != 200 {
		t.Errorf("the file on the record: %d", a.status)
	}
}

// TestDamagedFile changes a byte of a file: at its beginning a page says that it cannot be had, further on the
// answer is broken off. No byte that is not the file's is sent as if it were.
func TestDamagedFile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	content := strings.Repeat("The timetable of 1911.\n", 20_000)
	form := url.Values{"on": {"p2.e1"}, "text": {"With a timetable."}, "language": {"en"}, "category": {"individual"}, "token": {"AAAAAAAAAAAAAAAAAAAAAA"}, "do": {"send"}}
	a := v.deskUpload("/en"+conv+"/k2/contribute", form, "file", "timetable.txt", []byte(content))
	ref, _, _ := strings.Cut(strings.TrimPrefix(a.header.Get("Location"), "/en"+conv+"/"), "/")
	names, err := filepath.Glob(filepath.Join(h.dir, "attachments", "*"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	whole, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{10, len(whole) - 10} {
		damaged := []byte(string(whole))
		damaged[at] ^= 1
		if err := os.WriteFile(names[0], damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := v.c.Get(h.url + "/en" + conv + "/" + ref + ".f1")
		if err != nil {
			if at == 10 {
				t.Error(err)
			}
			continue
		}
		b, err := io.ReadAll(r.Body)
		r.Body.Close()
		switch {
		case at == 10 && (err != nil || r.StatusCode != 503 || !strings.Contains(string(b), "This file cannot be had now") || !strings.Contains(string(b), "</html>") || r.Header.Get("Content-Disposition") != ""):
			t.Errorf("damaged at the beginning: %d %v %v %.100s", r.StatusCode, r.Header, err, b)
		case at != 10 && (err == nil || !strings.HasPrefix(content, string(b))):
			t.Errorf("damaged at the end: %d %v, %d bytes", r.StatusCode, err, len(b))
		}
	}
}

// TestLostFile takes the bytes of a file away: whoever asks for it is told so in their language, with the hash that the record has, and that those who run the site know;
// they do, by one line of the log and on the operator's page, until it is there again.
func TestLostFile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var log strings.Builder
	h.files.Logger = slog.New(slog.NewTextHandler(&log, nil))
	v, operator := h.visitor(), h.as("officer")
	const content = "The timetable of 1911.\n"
	form := url.Values{"on": {"p2.e1"}, "text": {"With a timetable."}, "language": {"en"}, "category": {"individual"}, "token": {"AAAAAAAAAAAAAAAAAAAAAA"}, "do": {"send"}}
	a := v.deskUpload("/en"+conv+"/k2/contribute", form, "file", "timetable.txt", []byte(content))
	ref, _, _ := strings.Cut(strings.TrimPrefix(a.header.Get("Location"), "/en"+conv+"/"), "/")
	site := func(want ...string) {
		t.Helper()
		body := operator.get("/en/site").body
		if _, body, _ = strings.Cut(body, `<section class="stack" id="files"`); len(body) == 0 {
			t.Fatal("the operator's page says nothing of files")
		}
		body, _, _ = strings.Cut(body, "</section>")
		for _, w := range want {
			if no, found := strings.CutPrefix(w, "!"); strings.Contains(body, no) == found {
				t.Errorf("%q on the operator's page: %s", w, body)
			}
		}
	}
	site("In the folder “attachments” of the data directory", "<dd>1 (1 MB)</dd>", "0 (0 MB)", "None since Plenary was started", "!missing or damaged")
	names, err := filepath.Glob(filepath.Join(h.dir, "attachments", "*"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	if err := os.Rename(names[0], names[0]+"-away"); err != nil {
		t.Fatal(err)
	}
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(content)))
	for _, l := range locale.All {
		a := v.get("/" + string(l) + conv + "/" + ref + ".f1")
		words, _, _ := strings.Cut(l.T("refusal.file.lost_cited", "sha", sum), sum)
		if a.status != http.StatusServiceUnavailable || !strings.Contains(html.UnescapeString(a.body), words) || !strings.Contains(a.body, sum) || a.header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %d %v %s", l, a.status, a.header, deskErrors(a.body))
		}
	}
	if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), filepath.Base(names[0])) || !strings.Contains(log.String(), sum) {
		t.Errorf("%d lines of the log: %s", n, log.String())
	}
	site("missing or damaged: 1", "1 (1 MB)", filepath.Base(names[0])+" is missing", "!None since")
	if err := os.Rename(names[0]+"-away", names[0]); err != nil {
		t.Fatal(err)
	}
	if a := v.get("/en" + conv + "/" + ref + ".f1"); a.status != http.StatusOK || a.body != content {
		t.Errorf("the file that was put back: %d", a.status)
	}
	site("!missing or damaged: ", filepath.Base(names[0])+" is missing")
}
