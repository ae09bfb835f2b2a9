package web_test

import (
	"html"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
)

// TestReplayOnThePages: while a sitting goes on there is nothing to watch again; when it was held, everybody reads the floor as it was, marked as a
// replay in each language, by a stream and without script; the note to the chair is nobody's, and the record is as long as before.
func TestReplayOnThePages(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	sitting(t, h)
	reader := h.visitor()
	const in = "/en/c/ferries"
	if a := reader.get(in + "/s1/replay"); a.status != http.StatusNotFound || strings.Contains(reader.get(in+"/s1/floor").body, "/s1/replay") {
		t.Errorf("a sitting that goes on is watched again: %d", a.status)
	}
	if status, _ := reader.sent("page=replay&ref=s1"); status != http.StatusNotFound {
		t.Errorf("its stream: %d", status)
	}
	held := houseAt(t, func() time.Time { return time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC) }, "ferries", "@olga", "@olga", func(sec *plenary.Secretariat) (*script.Runner, error) {
		r := script.New(sec)
		return r, r.Run(t.Context(), os.DirFS("../internal/script/testdata"), "speakers.txt")
	})
	reader = held.visitor()
	head := held.sec.Durable("ferries")
	for _, l := range locale.All {
		page := html.UnescapeString(reader.get("/" + string(l) + "/c/ferries/s1/replay").body)
		for _, want := range []string{"<title>" + l.T("floor.replay") + " · ", `id="replay">` + l.T("floor.replay") + "</h1>", `http-equiv="refresh"`, "page=replay&ref=s1", "Arcadia"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %q", l, want)
			}
		}
		if strings.Contains(page, "by telephone") {
			t.Error("everybody reads the note to the chair")
		}
	}
	if !strings.Contains(reader.get(in+"/s1/floor").body, `href="`+in+`/s1/replay"`) {
		t.Error("the floor does not lead to it")
	}
	if body := reader.json(in + "/s1/replay").body; !strings.Contains(body, `"replay": 30`) {
		t.Errorf("a program is not told that it is a replay: %s", body)
	}
	if status, data := reader.sent("page=replay&ref=s1"); status != http.StatusOK || !strings.Contains(data, `hx-target="#replay-now"`) || !strings.Contains(data, `hx-target="#floor-now"`) {
		t.Errorf("the stream: %d %s", status, data)
	}
	for _, path := range []string{"/s1.i1/replay", "/s2/replay", "/p1/replay"} {
		if a := reader.get(in + path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if now := held.sec.Durable("ferries"); now != head {
		t.Errorf("%d entries were written", now-head)
	}
}
