package web_test

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/intake"
)

const check = fc + "/form/part/check"

// TestWholeFormWithFiles: in the whole form too a question of the paper may be answered by another wording, and files may
// be attached: nothing of it is lost where something is refused, and all of it stands wherever the contribution does.
func TestWholeFormWithFiles(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	v := h.visitor()
	section := regexp.MustCompile(`/form/part/(x\d+)`).FindStringSubmatch(v.get(fc + "/form").body)
	if section == nil {
		t.Fatal("the form has no part of the paper")
	}
	paper := fc + "/form/part/" + section[1]
	at := regexp.MustCompile(`name="(x\d+)-wording"`).FindStringSubmatch(v.get(paper).body)
	if at == nil {
		t.Fatal("no wording is asked in the paper's part")
	}
	if a := v.get(fc + "/form/part/s1"); strings.Contains(a.body, "-wording") {
		t.Error("a wording is asked of a question that has no text")
	}
	long := v.fill(paper, url.Values{at[1] + "-wording": {"No ferry runs at night." + strings.Repeat("x", 17<<10)}, "do": {"next"}})
	if long.status != 413 || !strings.Contains(long.body, "No ferry runs at night.") {
		t.Error("a long wording is taken, or lost:", long.status)
	}
	v.deskTo(v.fill(paper, url.Values{at[1] + "-wording": {"No ferry runs at night."}, "do": {"check"}}))
	if a := v.get(paper); !strings.Contains(a.body, "No ferry runs at night.</textarea>") {
		t.Error("the wording is not there any more")
	}
	checked := func() url.Values { return deskForm(t, v.get(check).body, check, 0) }
	f := checked()
	f.Set("name", "Maria")
	f.Set("category", "ngo")
	f.Set("email", "no address")
	f.Set("do", "send")
	a := v.deskUpload(check, f, "file", "timetable.txt", []byte("07:00 and 19:00"))
	deskRefused(t, a, 422, "address.invalid")
	if !strings.Contains(a.body, "timetable.txt") || !strings.Contains(a.body, `value="Maria"`) {
		t.Error("the file or the name is lost:", deskErrors(a.body))
	}
	f = deskForm(t, a.body, check, 0)
	if len(f["kept"]) != 1 || !slices.Equal(f["kept"], f["shown"]) {
		t.Fatal(f)
	}
	f.Set("email", "")
	f.Set("do", "save")
	v.deskTo(v.deskUpload(check, f, "file", "map.txt", []byte("A map.")))
	f = checked()
	if len(f["kept"]) != 2 {
		t.Fatal(f["kept"])
	}
	// What is not a file that is taken is refused, and the others stay.
	a = v.deskUpload(check, with(f, "do", "send"), "file", "ferry.exe", []byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff"))
	if a.status != 422 || !strings.Contains(a.body, "timetable.txt") || !strings.Contains(a.body, "map.txt") || !strings.Contains(a.body, `value="Maria"`) {
		t.Error("refused, and lost:", a.status, deskErrors(a.body))
	}
	// Too many are refused, and none of those that are kept is lost.
	many := with(checked(), "do", "send")
	many["kept"] = append(many["kept"], "a", "b", "c")
	deskRefused(t, v.deskUpload(check, many, "file", "more.txt", []byte("More.")), 422, "contribution.files")
	if f = checked(); len(f["kept"]) != 2 {
		t.Error("of two files there are left", len(f["kept"]))
	}
	// A page that was made before a file came does not take it away; one that shows it and leaves it out does.
	old := with(checked(), "do", "save")
	old.Del("kept")
	old.Del("shown")
	v.deskTo(v.post(check, old))
	f = checked()
	if len(f["kept"]) != 2 {
		t.Fatal("an older page takes files away:", f["kept"])
	}
	f["kept"] = f["kept"][1:] // the newest comes first
	v.deskTo(v.post(check, with(f, "do", "save")))
	if a := v.get(check); strings.Contains(a.body, "map.txt") || !strings.Contains(a.body, "timetable.txt") {
		t.Error("a file that was left out is still there, or the other is not")
	}
	a = v.post(check, with(checked(), "do", "send"))
	ref := regexp.MustCompile(`/(c\d+)/receipt`).FindStringSubmatch(a.header.Get("Location"))
	if a.status != 303 || ref == nil {
		t.Fatal(a.status, deskErrors(a.body))
	}
	page := "/en/c/ferries/" + ref[1]
	for path, wants := range map[string][]string{
		page:                                  {"No ferry runs at night.", "timetable.txt"},
		page + "/receipt":                     {"No ferry runs at night.", "timetable.txt"},
		page + ".json":                        {"No ferry runs at night.", "timetable.txt"},
		"/en/c/ferries/contributions.csv":     {"No ferry runs at night.", ".f1: timetable.txt"},
		"/en/c/ferries/p1/responses.csv":      {"No ferry runs at night."},
		"/en/c/ferries/contributions?print=1": {"No ferry runs at night."},
		"/en/c/ferries/" + ref[1] + ".f1":     {"07:00 and 19:00"},
	} {
		a := h.visitor().get(path)
		for _, want := range wants {
			if a.status != 200 || !strings.Contains(a.body, want) {
				t.Errorf("%s (%d) lacks %q", path, a.status, want)
			}
		}
	}
}

// TestFilesOfDrafts: the files of a draft are there as long as somebody goes on with it, and whoever sends it later hears
// that one is gone.
func TestFilesOfDrafts(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	v := h.visitor()
	v.deskTo(v.fill(fc+"/form/part/s1", url.Values{"q1": {"1"}, "do": {"check"}}))
	f := with(deskForm(t, v.get(check).body, check, 0), "do", "save")
	f.Set("category", "ngo")
	v.deskTo(v.deskUpload(check, f, "file", "timetable.txt", []byte("07:00 and 19:00")))
	sweep := func(after time.Duration) int {
		t.Helper()
		now := time.Now().Add(after)
		if err := intake.KeepFiles(t.Context(), draft.New(h.db), h.files, now); err != nil {
			t.Fatal(err)
		}
		n, err := h.files.Sweep(t.Context(), now, h.sec.CitedFiles)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	const day = 24 * time.Hour
	for _, after := range []time.Duration{2 * day, 5 * day, 13 * day} {
		if n := sweep(after); n != 0 {
			t.Fatalf("after %v %d files are swept away", after, n)
		}
	}
	if n := sweep(16 * day); n != 1 {
		t.Fatalf("%d are swept away in the end", n)
	}
	f = with(deskForm(t, v.get(check).body, check, 0), "do", "send")
	deskRefused(t, v.post(check, f), 422, "file.gone")
	f.Del("kept")
	v.deskTo(v.post(check, f))
}

// TestFilesOfOnePassage: in the form of one passage a sixth file, and a file that is gone, are said, and nothing that was typed
// or attached is lost.
func TestFilesOfOnePassage(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	v := h.visitor()
	const to = "/en/c/ferries/k1/contribute"
	f := deskForm(t, v.get(to).body, to, 0)
	f.Set("text", "Let no ferry run at night.")
	f.Set("category", "ngo")
	for i := range 5 {
		a := v.deskUpload(to, with(f, "do", "save"), "file", "file"+strconv.Itoa(i+1)+".txt", []byte("File "+strconv.Itoa(i+1)))
		if f = deskForm(t, a.body, to, 0); a.status != 200 || len(f["kept"]) != i+1 {
			t.Fatalf("%d: %d files are kept: %s", a.status, len(f["kept"]), deskErrors(a.body))
		}
	}
	a := v.deskUpload(to, with(f, "do", "send"), "file", "file6.txt", []byte("File 6"))
	deskRefused(t, a, 422, "contribution.files")
	if f = deskForm(t, a.body, to, 0); len(f["kept"]) != 6 || f.Get("text") != "Let no ferry run at night." || !strings.Contains(a.body, "file6.txt") {
		t.Errorf("%d files to choose from, and %q", len(f["kept"]), f.Get("text"))
	}
	deskRefused(t, v.post(to, with(f, "do", "send")), 422, "contribution.files")
	f["kept"] = f["kept"][:5]
	gone := slices.Clone(f["kept"])
	now := time.Now().Add(20 * 24 * time.Hour)
	if n, err := h.files.Sweep(t.Context(), now, h.sec.CitedFiles); err != nil || n == 0 {
		t.Fatal(n, err)
	}
	a = v.post(to, with(f, "do", "send"))
	deskRefused(t, a, 422, "file.gone")
	if f = deskForm(t, a.body, to, 0); len(f["kept"]) == len(gone) || f.Get("text") != "Let no ferry run at night." {
		t.Errorf("%d files, and %q", len(f["kept"]), f.Get("text"))
	}
	v.deskTo(v.post(to, with(f, "do", "send")))
}
