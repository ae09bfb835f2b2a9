package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestLog: the log of a record lies open to any verifier, on whatever site it runs: roots and checkpoints are asked for anew
// each time, tiles are kept for ever; an address that is not spelled as it has to be leads nowhere.
func TestLog(t *testing.T) {
	t.Parallel()
	h, readers := newRiver(t)
	v := readers[""]
	const log = "/c/river/log/"
	for path, want := range map[string]struct {
		kind, cache, begins string
		bytes               int
	}{
		log + "checkpoint":     {"text/plain; charset=utf-8", "no-cache", "", 0},
		log + "root/5":         {"text/plain; charset=utf-8", "no-cache", "5\n", len("5\n") + 45},
		log + "tile/0/000.p/5": {"application/octet-stream", "public, max-age=31536000, immutable", "", 5 * 32},
	} {
		a := v.get(path)
		if a.status != http.StatusOK || a.header.Get("Content-Type") != want.kind || a.header.Get("Cache-Control") != want.cache || a.header.Get("Access-Control-Allow-Origin") != "*" ||
			!strings.HasPrefix(a.body, want.begins) || want.bytes > 0 && len(a.body) != want.bytes {
			t.Errorf("%s: %d, %v, %d bytes %.20q", path, a.status, a.header, len(a.body), a.body)
		}
	}
	for _, path := range []string{"root/05", "root/x", "root/-1", "root/999999", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/05", "tile/8/000", "tile/0/0", "tile/0/001", "tile/0/000"} {
		if a := v.get(log + path); a.status < 400 || a.status >= 500 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a, b := v.get(log+"checkpoint"), strings.Split(v.get(log+"root/5").body, "\n"); len(strings.Split(a.body, "\n")) < 5 || strings.Contains(a.body, b[1]) {
		t.Errorf("the checkpoint says %q, the root of five entries is %q", a.body, b)
	}
	zip := v.get("/verify.zip")
	if zip.status != http.StatusOK || zip.header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(zip.body, "PK") || zip.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("the verifier: %d, %v", zip.status, zip.header)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/verify.zip", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("If-None-Match", zip.header.Get("ETag"))
	if a := v.do(r); a.status != http.StatusNotModified || a.body != "" {
		t.Errorf("the verifier again: %d, %d bytes", a.status, len(a.body))
	}
}

// TestActsOfAuthors: by a program too, nobody but the author of a contribution says what they think of an answer, corrects what
// was sent or takes it back; a correction that changes nothing is refused.
func TestActsOfAuthors(t *testing.T) {
	t.Parallel()
	_, readers := newRiver(t)
	if a := readers["moderator"].post("/en"+riverPath+"/c9/correction", nil); a.status != http.StatusSeeOther { // another can be sent then
		t.Fatal(a.status, a.body)
	}
	for _, act := range []struct{ name, body string }{
		{"consultation.react", `{"part":"c1.1","verdict":"satisfied","language":"en"}`},
		{"consultation.correct", `{"contribution":"c9","parts":[{"part":1,"text":"The ferry is never late.","wording":"The ferry is on time."}]}`},
		{"consultation.withdraw", `{"contribution":"c9"}`},
	} {
		for who, v := range readers {
			if who == "author" {
				continue
			}
			if a := v.actIn("river", act.name, act.body); a.status != http.StatusNotFound && a.status != http.StatusForbidden {
				t.Errorf("%s by %q: %d %s", act.name, who, a.status, a.body)
			}
		}
		if act.name == "consultation.correct" {
			for body, key := range map[string]string{
				`{"contribution":"c9","parts":[{"part":1,"text":"The ferry is always late."}]}`: "correction.same",
				`{"contribution":"c9","parts":[{"part":1,"text":" "}]}`:                         "",
				`{"contribution":"c999","parts":[{"part":1,"text":"A"}]}`:                       "",
			} {
				if a := readers["author"].actIn("river", act.name, body); a.status < 400 || a.status >= 500 || !strings.Contains(a.body, key) {
					t.Errorf("%s: %d %s", body, a.status, a.body)
				}
			}
		}
		readers["author"].actIn("river", act.name, act.body).did(t)
	}
	if body := readers[""].get("/en" + riverPath + "/c1").body; !strings.Contains(body, "The author: Satisfied") {
		t.Error("the page does not say what the author thinks")
	}
	if body := readers[""].get("/en" + riverPath + "/c9").body; strings.Contains(body, "The ferry is") {
		t.Error("what was taken back is read")
	}
}
