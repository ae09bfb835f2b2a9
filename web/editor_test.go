package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"image"
	"image/png"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary/api"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// keep opens a passage at an address, changes fields of it and keeps it.
func (h *deskHouse) keep(v *visitor, at string, fields ...string) string {
	h.t.Helper()
	page, _, _ := strings.Cut(at, "?")
	f := deskForm(h.t, v.get(at).body, page, 2)
	return v.deskTo(v.post(page, deskWith(f, append(fields, "do", "close")...)))
}

// step presses a button that stands beside the passages.
func (h *deskHouse) step(v *visitor, page, what string) string {
	h.t.Helper()
	return v.deskTo(v.post(page, deskWith(deskForm(h.t, v.get(page).body, page, 1), "do", what)))
}

// writeDemoPaper puts in, moves, splits, joins and deletes passages of the demonstration's paper, and takes all of it back but
// one French heading.
func (h *deskHouse) writeDemoPaper(v *visitor, page string) {
	t := h.t
	t.Helper()
	opened := func(at string) url.Values { return deskForm(t, v.get(at).body, page, 2) }
	first := opened(page + "?open=1&text=fr")
	if first.Get("text") != "Introduction" || first.Get("other") != "Introduction" || first.Get("element-kind") != paper.Theme {
		t.Error(first)
	}
	if to := v.deskTo(v.post(page, deskWith(first, "other", "Entrée en matière", "do", "close"))); !strings.Contains(to, "text=fr") || !strings.HasSuffix(to, "#e1") {
		t.Error(to)
	}
	if f := opened(page + "?open=6"); f.Get("subjects") != "patents" {
		t.Error(f)
	}
	at := h.step(v, page, "insert:12:paragraph")
	if !strings.HasSuffix(at, "#e84") {
		t.Fatal(at)
	}
	// Enter in a field of one line is "keep and close"; a line of === splits then, too.
	at = v.deskTo(v.post(page, deskWith(opened(at), "text", "One.\n===\nTwo.", "do", "close")))
	if f := opened(at); f.Get("text") != "One." || f.Get("number") != "6" || !strings.Contains(v.get(at).body, "<p>Two.</p>") {
		t.Error("not split:", f)
	}
	at = v.deskTo(v.post(page, deskWith(opened(page+"?open=85"), "do", "join")))
	f := opened(at)
	if f.Get("text") != "One.\n\nTwo." || f.Get("id") != "84" {
		t.Error("not joined:", f)
	}
	at = v.deskTo(v.post(page, deskWith(f, "do", "up"))) // before paragraph 5 with its questions
	if f = opened(at); f.Get("number") != "5" {
		t.Error("not moved up:", f)
	}
	at = v.deskTo(v.post(page, deskWith(f, "move", " 1", "do", "close")))
	if f = opened(at); f.Get("number") != "1" {
		t.Error("not moved to the top:", f)
	}
	a := v.post(page, deskWith(f, "text", "One and a half.", "move", "99", "do", "move"))
	deskRefused(t, a, 422, "desk.draft.no_number")
	// What was refused was not kept; pressed again, it is.
	at = v.deskTo(v.post(page, deskWith(deskForm(t, a.body, page, 2), "move", "", "do", "close")))
	if f = opened(page + "?open=84"); f.Get("text") != "One and a half." {
		t.Error("what was refused once is lost:", at, f)
	}
	v.deskTo(v.post(page, deskWith(f, "text", "One.\n\nTwo.", "do", "close")))
	f = opened(page + "?open=84")
	at = v.deskTo(v.post(page, deskWith(f, "do", "delete")))
	if !strings.Contains(at, "#gone-") {
		t.Error(at)
	}
	at = h.step(v, page, "undo:"+at[strings.Index(at, "#gone-")+len("#gone-"):])
	if f = opened(at); f.Get("text") != "One.\n\nTwo." || f.Get("number") != "1" {
		t.Error("not brought back:", f)
	}
	v.deskTo(v.post(page, deskWith(f, "do", "delete")))
	if f = opened(page + "?open=83"); f.Get("id") != "83" {
		t.Error(f)
	}
	deskRefused(t, v.post(page, deskWith(opened(page+"?open=7"), "element-kind", paper.Issue, "number", "1", "do", "close")), 422, "draft.number_taken")
	deskRefused(t, v.post(page, deskWith(opened(page+"?open=6"), "subjects", "submarines", "do", "close")), 422, "subject.unknown")
}

// twoOfficers work on one draft: different passages are no conflict, and where both changed one, both are shown.
func (h *deskHouse) twoOfficers(v *visitor, page string) {
	t := h.t
	t.Helper()
	const desk = "/en/c/ferries/desk"
	if to := v.deskTo(v.deskFill(desk+"/people", desk+"/people", 2, "email", "second@example.org", "role", "officer", "do", "invite")); !strings.Contains(to, "done=granted") {
		t.Error(to)
	}
	if i := h.invited; len(i) != 1 || i[0].Email != "second@example.org" || i[0].Title != "Ferries" || !strings.HasPrefix(i[0].Link, h.url+"/en/invitation/") || i[0].Roles[0] != "officer" {
		t.Error(h.invited)
	}
	second := h.signedIn("second@example.org")
	mine, theirs := deskForm(t, v.get(page+"?open=2").body, page, 2), deskForm(t, second.get(page+"?open=2").body, page, 2)
	if !strings.Contains(v.get(page).body, html.EscapeString(locale.English.T("desk.editor.someone"))) {
		t.Error("nobody is told who has the passage open")
	}
	v.deskTo(v.post(page, deskWith(mine, "text", "The first officer's words.", "do", "close")))
	h.keep(second, page+"?open=3", "text", "Kept & safe.")
	a := second.post(page, deskWith(theirs, "text", "The second officer's words.", "do", "close"))
	deskRefused(t, a, 409, "draft.passage_moved")
	f := deskForm(t, a.body, page, 2)
	if f.Get("text") != "The second officer's words." || !strings.Contains(a.body, locale.English.T("desk.editor.they_changed")) || f.Get("was-text") != "The first officer's words." {
		t.Error("what was typed is lost, or what was saved is not shown:", f)
	}
	if got := deskForm(t, v.get(page+"?open=2").body, page, 2).Get("text"); got != "The first officer's words." {
		t.Error("overwritten:", got)
	}
	second.deskTo(second.post(page, deskWith(f, "do", "close"))) // now they have seen it
	if got := deskForm(t, v.get(page+"?open=2").body, page, 2).Get("text"); got != "The second officer's words." {
		t.Error(got)
	}
	// The masthead likewise.
	head, other := deskForm(t, v.get(page).body, page, 0), deskForm(t, second.get(page).body, page, 0)
	v.deskTo(v.deskUpload(page, deskWith(head, "symbol", "FERRY/0", "do", "head"), "", "", nil))
	a = second.deskUpload(page, deskWith(other, "symbol", "FERRY/00", "do", "head"), "", "", nil)
	deskRefused(t, a, 409, "draft.head_moved")
	if f := deskForm(t, a.body, page, 0); f.Get("symbol") != "FERRY/00" || !strings.Contains(a.body, "FERRY/0 ·") {
		t.Error(f)
	}
	// What somebody deletes while another writes in it is given back.
	theirs = deskForm(t, second.get(page+"?open=8").body, page, 2)
	at := v.deskTo(v.post(page, deskWith(deskForm(t, v.get(page+"?open=8").body, page, 2), "do", "delete")))
	a = second.post(page, deskWith(theirs, "text", "Written in vain?", "do", "close"))
	deskRefused(t, a, 409, "draft.passage_gone")
	if f := deskForm(t, a.body, page, 0); f.Get("text") != "Written in vain?" {
		t.Error("what was typed is lost:", f)
	}
	h.step(v, page, "undo:"+at[strings.Index(at, "#gone-")+len("#gone-"):])
}

// TestWordsOfTwo: what two officers change at different places of one passage is put together, and whoever came second reads
// it before anything else is done; what they change at one place is shown with the text that both had, and they choose.
func TestWordsOfTwo(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	v, second := h.signedIn("officer@example.org"), h.signedIn("officer@example.org")
	h.convene(v, "ferries")
	const desk = "/en/c/ferries/desk"
	page, _, _ := strings.Cut(v.deskTo(v.deskFill(desk+"/papers", desk+"/papers", 0, "do", "new")), "?")
	at := h.step(v, page, "insert:0")
	const base = "The ferry leaves at nine.\n\nIt carries thirty cars today."
	h.keep(v, at, "text", base)
	form := func(v *visitor) url.Values { return deskForm(t, v.get(at).body, page, 2) }
	mine, theirs := form(v), form(second)
	v.deskTo(v.post(page, deskWith(mine, "text", strings.Replace(base, "nine", "eight", 1), "do", "close")))
	to := second.deskTo(second.post(page, deskWith(theirs, "text", strings.Replace(base, "thirty", "forty", 1), "do", "delete")))
	const both = "The ferry leaves at eight.\n\nIt carries forty cars today."
	body := second.get(to).body
	if f := deskForm(t, body, page, 2); f.Get("text") != both || !strings.Contains(body, html.EscapeString(locale.English.T("desk.editor.merged"))) {
		t.Error("not put together, or deleted unread:", to, f)
	}
	// A page that keeps itself puts nothing together.
	a := second.post(page, deskWith(theirs, "text", "The ferry leaves at nine.\n\nIt carries fifty cars today.", "do", "keep", "auto", "1"))
	if a.status != 409 || !strings.Contains(a.body, "draft.passage_moved") {
		t.Error(a.status, a.body)
	}
	conflict := func(words string) url.Values {
		mine, theirs := form(v), form(second)
		v.deskTo(v.post(page, deskWith(mine, "text", strings.Replace(both, "eight", "seven", 1), "do", "close")))
		a := second.post(page, deskWith(theirs, "text", words, "do", "close"))
		deskRefused(t, a, 409, "draft.passage_moved")
		for _, key := range []string{"desk.editor.both_had", "desk.editor.they_changed", "desk.editor.you_changed"} {
			if !strings.Contains(a.body, html.EscapeString(locale.English.T(key))) {
				t.Error("missing:", key)
			}
		}
		f := deskForm(t, a.body, page, 2)
		if f.Get("text") != words {
			t.Error("what was typed is lost:", f)
		}
		return f
	}
	f := conflict(strings.Replace(both, "eight", "noon", 1))
	a = second.post(page, deskWith(f, "do", "both:text"))
	if f = deskForm(t, a.body, page, 2); a.status != 200 || f.Get("text") != "The ferry leaves at seven noon.\n\nIt carries forty cars today." {
		t.Error(a.status, f)
	}
	if got := form(v).Get("text"); strings.Contains(got, "noon") {
		t.Error("kept unread:", got)
	}
	second.deskTo(second.post(page, deskWith(f, "text", "The ferry leaves at noon.", "do", "close")))
	if got := form(v).Get("text"); got != "The ferry leaves at noon." {
		t.Error(got)
	}
	h.keep(v, at, "text", both)
	f = conflict(strings.Replace(both, "eight", "ten", 1))
	second.deskTo(second.post(page, deskWith(f, "do", "theirs:text")))
	if got := form(second).Get("text"); got != strings.Replace(both, "eight", "seven", 1) {
		t.Error(got)
	}
	// What is joined with the first passage leaves that one open.
	h.keep(v, at, "text", "One.\n===\nTwo.")
	to = v.deskTo(v.post(page, deskWith(deskForm(t, v.get(page+"?open=2").body, page, 2), "do", "join")))
	if f = deskForm(t, v.get(to).body, page, 2); f.Get("id") != "1" || f.Get("text") != "One.\n\nTwo." {
		t.Error("not joined:", to, f)
	}
}

// TestEditorKeepsByItself: the page keeps what is typed as a program would, and is told of what another has changed.
func TestEditorKeepsByItself(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	v := h.signedIn("officer@example.org")
	h.convene(v, "ferries")
	const desk = "/en/c/ferries/desk"
	page, _, _ := strings.Cut(v.deskTo(v.deskFill(desk+"/papers", desk+"/papers", 0, "do", "new")), "?")
	at := h.step(v, page, "insert:0")
	f := deskForm(t, v.get(at).body, page, 2)
	auto := func(f url.Values) (int, map[string]any) {
		r, err := http.NewRequest("POST", h.url+page, strings.NewReader(deskWith(f, "do", "keep", "auto", "1").Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "application/json")
		a := v.do(r)
		var said map[string]any
		if err := json.Unmarshal([]byte(a.body), &said); err != nil {
			t.Fatal(a.status, a.body)
		}
		return a.status, said
	}
	old := maps.Clone(f)
	for i := range 3 {
		f.Set("text", fmt.Sprint("Words ", i))
		status, said := auto(f)
		if status != 200 || said["saved"] == "" {
			t.Fatal(status, said)
		}
		for _, k := range []string{"seen-text", "seen-other", "seen-settings", "seen-number"} {
			f.Set(k, said[k].(string))
		}
	}
	if status, _ := auto(f); status != 200 { // the same again
		t.Error(status)
	}
	old.Set("text", "Other words")
	status, said := auto(old)
	if errors, _ := said["errors"].([]any); status != 409 || len(errors) != 1 || errors[0].(map[string]any)["key"] != "draft.passage_moved" {
		t.Error(status, said)
	}
	if got := deskForm(t, v.get(at).body, page, 2).Get("text"); got != "Words 2" {
		t.Error(got)
	}
	keepsWhatAnotherWrote(t, v, at, page, auto)
	for _, bad := range []url.Values{{"auto": {"1"}, "do": {"keep"}}, with(deskForm(t, v.get(at).body, page, 2), "auto", "1")} {
		if bad.Get("do") != "keep" {
			bad.Set("do", "delete")
		}
		if a := v.post(page, bad); a.status != 303 {
			t.Error("a passage that is not there any more keeps itself:", a.status)
		}
	}
}

// keepsWhatAnotherWrote: a page that keeps itself again and again never puts what it still shows over what somebody else wrote since
// at other fields of the passage.
func keepsWhatAnotherWrote(t *testing.T, v *visitor, at, page string, auto func(url.Values) (int, map[string]any)) {
	t.Helper()
	for _, c := range []struct{ mine, theirs, text string }{{"element-kind", "text", "Theirs"}, {"text", "number", "17"}, {"text", "stance", "1"}} {
		v.deskTo(v.post(page, deskWith(deskForm(t, v.get(at).body, page, 2), "element-kind", "paragraph", "text", "Both", "number", "3", "do", "close")))
		f := deskForm(t, v.get(at).body, page, 2)
		v.deskTo(v.post(page, deskWith(deskForm(t, v.get(at).body, page, 2), c.theirs, c.text, "do", "close")))
		for _, mine := range []string{"issue", "paragraph", "issue"} {
			f.Set(c.mine, mine)
			status, said := auto(f)
			if status != 200 {
				t.Fatal(c, status, said)
			}
			for k := range said {
				if f.Has(k) {
					f.Set(k, said[k].(string))
				}
			}
		}
		if got := deskForm(t, v.get(at).body, page, 2); got.Get(c.theirs) != c.text || got.Get(c.mine) != "issue" {
			t.Errorf("%+v: it says %q and %q", c, got.Get(c.theirs), got.Get(c.mine))
		}
	}
}

// TestSavedWhilePublished: what a colleague saves in the moment in which a draft is published is in no edition: the draft stays.
func TestSavedWhilePublished(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	v := h.signedIn("officer@example.org")
	h.convene(v, "ferries")
	const desk = "/en/c/ferries/desk"
	page, _, _ := strings.Cut(v.deskTo(v.deskFill(desk+"/papers", desk+"/papers", 0, "do", "new")), "?")
	v.deskTo(v.post(page, deskWith(deskForm(t, v.get(h.step(v, page, "insert:0")).body, page, 2), "text", "Ferries stop at ten.", "do", "close")))
	f := deskWith(deskForm(t, v.get(page).body, page, 0), "kind", "issues-paper", "symbol", "FERRY/1", "title", "Ferries", "date", "2020-01-01", "do", "publish")
	drafts := draft.New(h.db)
	h.disk.commits = func() {
		h.disk.commits = nil
		d, _, err := drafts.Get(t.Context(), "ferries", draft.Paper, path.Base(page))
		if d.Body = bytes.Replace(d.Body, []byte("at ten"), []byte("at eleven"), 1); err == nil {
			_, err = drafts.Save(t.Context(), d, d.Version, time.Now())
		}
		if err != nil {
			t.Error(err)
		}
	}
	if to := v.deskTo(v.deskUpload(page, f, "", "", nil)); !strings.HasPrefix(to, "/en/c/ferries/p1?after=") {
		t.Fatal(to)
	}
	if a := v.get(page); a.status != 200 || !strings.Contains(a.body, "at eleven") {
		t.Error("what a colleague saved meanwhile is gone:", a.status)
	}
}

// TestManyHandsAtOnce: what several people do at one time to different passages is all there afterwards.
func TestManyHandsAtOnce(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	v := h.signedIn("officer@example.org")
	h.convene(v, "ferries")
	const desk, hands = "/en/c/ferries/desk", 4
	page, _, _ := strings.Cut(v.deskTo(v.deskFill(desk+"/papers", desk+"/papers", 0, "do", "new")), "?")
	h.step(v, page, "insert:0")
	for i := 1; i < hands; i++ {
		h.step(v, page, fmt.Sprintf("insert:%d:paragraph", i))
	}
	forms := make([]url.Values, hands)
	for i := range forms {
		forms[i] = deskWith(deskForm(t, v.get(fmt.Sprintf("%s?open=%d", page, i+1)).body, page, 2), "text", fmt.Sprint("Hand ", i+1), "do", "close")
	}
	var all sync.WaitGroup
	status := make([]int, hands)
	for i, f := range forms {
		all.Go(func() { status[i] = v.post(page, f).status })
	}
	all.Wait()
	if slices.ContainsFunc(status, func(n int) bool { return n != http.StatusSeeOther }) {
		t.Fatal(status)
	}
	for i := range forms {
		if got := deskForm(t, v.get(fmt.Sprintf("%s?open=%d", page, i+1)).body, page, 2); got.Get("text") != fmt.Sprint("Hand ", i+1) || got.Get("number") != fmt.Sprint(i+1) {
			t.Error(got)
		}
	}
}

// TestPictures: a picture comes into a paper with what it shows, is seen in the preview and on the paper, and by nobody before;
// what is none is said clearly, and what a paper does not show is not kept.
func TestPictures(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	v := h.signedIn("officer@example.org")
	h.convene(v, "ferries")
	const desk = "/en/c/ferries/desk"
	page, _, _ := strings.Cut(v.deskTo(v.deskFill(desk+"/papers", desk+"/papers", 0, "do", "new")), "?")
	at := h.step(v, page, "insert:0")
	var chart bytes.Buffer
	if err := png.Encode(&chart, image.NewGray(image.Rect(0, 0, 90, 60))); err != nil {
		t.Fatal(err)
	}
	send := func(file []byte, fields ...string) answer {
		return v.deskUpload(page, deskWith(deskForm(t, v.get(at).body, page, 2), append([]string{"text", "See below."}, fields...)...), "file", "../Ferry chart (1).png", file)
	}
	var dot bytes.Buffer
	if err := png.Encode(&dot, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	for key, a := range map[string]answer{
		"picture.small": send(dot.Bytes(), "shows", "x", "do", "picture"), "picture.svg": send([]byte("<svg/>"), "shows", "x", "do", "picture"), "picture.type": send([]byte("GIF89a"), "shows", "x", "do", "picture"),
		"picture.shows": send(chart.Bytes(), "do", "picture"), "picture.none": v.deskUpload(page, deskWith(deskForm(t, v.get(at).body, page, 2), "text", "See below.", "shows", "x", "do", "picture"), "", "", nil),
	} {
		deskRefused(t, a, 422, key)
		if f := deskForm(t, a.body, page, 2); f.Get("text") != "See below." {
			t.Errorf("%s: what was typed is lost: %v", key, f)
		}
	}
	a := send(append(chart.Bytes(), make([]byte, 11<<20)...), "shows", "x", "do", "picture")
	deskRefused(t, a, 413, "picture.long")
	if a = send(make([]byte, 30<<20), "shows", "x", "do", "picture"); a.status != 413 || !strings.Contains(a.body, "See below.") {
		t.Error(a.status)
	}
	if held, err := h.files.Held(t.Context()); err != nil || len(held) != 0 {
		t.Error("what was refused was kept:", held, err)
	}
	// Enter, or any other button, adds the picture that was chosen.
	v.deskTo(send(chart.Bytes(), "shows", "Ferries [by year]", "do", "close"))
	v.deskTo(send(chart.Bytes(), "text", "Gone.", "shows", "Not shown in the end", "do", "picture"))
	h.keep(v, at, "text", "See.\n\n![Ferries (by year)](Ferry-chart--1-.png)")
	const img = `width="90" height="60" loading="lazy" alt="Ferries (by year)">`
	for _, where := range []string{page, page + "/preview"} {
		body := v.get(where).body
		if !strings.Contains(body, `<img src="`+page+`/picture/Ferry-chart--1-.png" `+img) {
			t.Errorf("%s shows no picture: %s", where, deskArticle(t, body))
		}
	}
	if a := v.get(page + "/picture/Ferry-chart--1-.png"); a.status != 200 || a.header.Get("Content-Type") != "image/png" {
		t.Error(a.status, a.header)
	}
	anybody := h.visitor()
	for _, path := range []string{page + "/picture/Ferry-chart--1-.png", "/en/c/ferries/picture/p1/Ferry-chart--1-.png"} {
		if a := anybody.get(path); a.status == 200 {
			t.Errorf("%s can be seen by everybody", path)
		}
	}
	f := deskWith(deskForm(t, v.get(page).body, page, 0), "symbol", "FERRY/1", "date", "2020-01-01", "kind", "issues-paper", "title", "Ferries", "do", "publish")
	v.deskTo(v.deskUpload(page, f, "", "", nil))
	if body := anybody.get("/en/c/ferries/p1").body; !strings.Contains(body, `<img src="/en/c/ferries/picture/p1.e1/Ferry-chart--1-.png" `+img) {
		t.Error(deskArticle(t, body))
	}
	got := anybody.get("/en/c/ferries/picture/p1.e1/Ferry-chart--1-.png")
	if _, err := png.Decode(strings.NewReader(got.body)); err != nil || got.status != 200 || got.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Error(got.status, err)
	}
	for _, path := range []string{"/en/c/ferries/picture/p1.e1/other.png", "/en/c/ferries/picture/p1.e9/Ferry-chart--1-.png", "/en/c/ferries/picture/k1/Ferry-chart--1-.png"} {
		if a := anybody.get(path); a.status != 404 {
			t.Error(path, a.status)
		}
	}
	cited, err := h.sec.Cited(t.Context(), "ferries")
	held, err2 := h.files.Held(t.Context())
	if err != nil || err2 != nil || len(cited.Files) != 1 || len(held) != 1 {
		t.Fatal(cited.Files, held, err, err2)
	}
	for id, by := range cited.Files {
		if !held[id] || len(by) != 1 || by[0] != "p1.e1" {
			t.Error(id, by)
		}
	}
	// The next edition has it too; a draft that is thrown away takes along only what no edition has.
	page, _, _ = strings.Cut(v.deskTo(v.post(desk+"/papers", deskWith(deskForm(t, v.get(desk+"/papers").body, desk+"/papers", 1), "do", "edition"))), "?")
	at = page + "?open=1"
	v.deskTo(send(chart.Bytes(), "text", "Both.", "shows", "Another", "do", "picture"))
	if held, _ := h.files.Held(t.Context()); len(held) != 2 {
		t.Error(held)
	}
	// Where a picture cannot be erased, the draft that knows it stays.
	broken := func(sql string) {
		t.Helper()
		if _, err := h.db.ExecContext(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	broken(`CREATE TRIGGER broken BEFORE DELETE ON attachment BEGIN SELECT RAISE(ABORT, 'no'); END`)
	if a := v.post(page, deskWith(deskForm(t, v.get(page).body, page, 1), "do", "discard")); a.status != 500 || v.get(page).status != 200 {
		t.Error("a draft of which the pictures stay:", a.status, v.get(page).status)
	}
	broken(`DROP TRIGGER broken`)
	h.step(v, page, "discard")
	if held, _ := h.files.Held(t.Context()); len(held) != 1 {
		t.Error(held)
	}
}

// TestPicturesCompared: a picture that was replaced is shown with the one before it, and both descriptions, in the redline and
// in the trace; the concordance says it in words.
func TestPicturesCompared(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	v := h.signedIn("officer@example.org")
	h.convene(v, "ferries")
	const desk = "/en/c/ferries/desk"
	page, _, _ := strings.Cut(v.deskTo(v.deskFill(desk+"/papers", desk+"/papers", 0, "do", "new")), "?")
	at := h.step(v, page, "insert:0")
	add := func(shade uint8, name, shows, text string) {
		chart := image.NewGray(image.Rect(0, 0, 90, 60))
		chart.Pix[0] = shade
		var b bytes.Buffer
		if err := png.Encode(&b, chart); err != nil {
			t.Fatal(err)
		}
		v.deskTo(v.deskUpload(page, deskWith(deskForm(t, v.get(at).body, page, 2), "text", text, "shows", shows, "do", "picture"), "file", name, b.Bytes()))
	}
	publish := func(symbol string) {
		f := deskWith(deskForm(t, v.get(page).body, page, 0), "symbol", symbol, "date", "2020-01-01", "kind", "issues-paper", "title", "Ferries", "do", "publish")
		v.deskTo(v.deskUpload(page, f, "", "", nil))
	}
	add(0, "chart.png", "Ferries in 2019", "See below.")
	publish("FERRY/1")
	page, _, _ = strings.Cut(v.deskTo(v.post(desk+"/papers", deskWith(deskForm(t, v.get(desk+"/papers").body, desk+"/papers", 1), "do", "edition"))), "?")
	at = page + "?open=1"
	add(255, "chart.png", "Ferries in 2020", "See below.")
	publish("FERRY/2")
	anybody := h.visitor()
	const before, after = `src="/en/c/ferries/picture/p1.e1/chart.png" width="90" height="60"`, `src="/en/c/ferries/picture/p1.e2/chart-2.png" width="90" height="60"`
	said := locale.English.T("redline.picture.replaced")
	for _, path := range []string{"/p1/redline", "/p1.e2.x1/trace"} {
		body := anybody.get("/en/c/ferries" + path).body
		for _, want := range []string{before, after, said, "Ferries in 2019</figcaption>", "Ferries in 2020</figcaption>"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %s: %s", path, want, deskArticle(t, body))
			}
		}
	}
	if body := anybody.get("/en/c/ferries/p1/concordance").body; !strings.Contains(body, said) || !strings.Contains(body, "<ins>Ferries in 2020</ins>") {
		t.Error(deskArticle(t, body))
	}
	for _, path := range []string{"/p1/redline.json", "/p1/concordance.json", "/p1.e2.x1/trace.json"} {
		if body := anybody.get("/en/c/ferries" + path).body; !strings.Contains(body, `"change": "replaced"`) || !strings.Contains(body, `"shows": "Ferries in 2020"`) {
			t.Error(path, body)
		}
	}
	// What a trace shows as it stands, it shows with its pictures.
	if body := anybody.get("/en/c/ferries/p1.e1.x1/trace").body; !strings.Contains(body, before) {
		t.Error(deskArticle(t, body))
	}
}

// TestPreviewOfAnything: the preview shows a draft with everything that may stand in it, and one that cannot be published yet as
// far as it is written, with what publishing needs; a long file does not keep anybody waiting.
func TestPreviewOfAnything(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	v := h.signedIn("officer@example.org")
	h.convene(v, "ferries")
	const desk = "/en/c/ferries/desk"
	wide := "3. Forty columns.\n\n|" + strings.Repeat(" x |", 40) + "\n|" + strings.Repeat("---|", 40) + "\n|" + strings.Repeat(" 7 |", 40) + "\n\n"
	fine := "# Ferries\n[fr] Bacs\n[ar] العبّارات\n\n## 1. Crossing\n[fr] Traverser\n\n1. At *nine*, **thirty** cars[^a], [more](https://example.org/x).\n[fr] À neuf heures[^a].\n\n[^a]: In winter twenty.\n[fr] Vingt en hiver.\n\n" +
		"(i) Earlier?\n\n2. A list:\n- one\n- two\n\n" + wide + "4. Berth\n: A place for a ship.\n\n5. <script>alert(1)</script>\n\n"
	imported := func(text string) string {
		f := deskWith(deskForm(t, v.get(desk+"/papers/import").body, desk+"/papers/import", 0), "text", text, "original", "en", "do", "read")
		f = deskForm(t, v.post(desk+"/papers/import", f).body, desk+"/papers/import", 0)
		page, _, _ := strings.Cut(v.deskTo(v.post(desk+"/papers/import", deskWith(f, "text", text, "do", "save"))), "?")
		return page
	}
	needs := html.EscapeString(locale.English.T("desk.editor.needs"))
	shows := []string{`<em>nine</em>`, `<strong>thirty</strong>`, `<ul><li>one</li>`, `<div class="tbox" tabindex="0"><table>`, `<dt>Berth</dt>`, `&lt;script&gt;alert(1)`, "In winter twenty."}
	page := imported(fine)
	for _, l := range []string{"en", "fr", "ar"} {
		a := v.get(strings.Replace(page, "/en/", "/"+l+"/", 1) + "/preview?text=en")
		for _, want := range shows {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s: %s is missing", l, want)
			}
		}
		if a.status != 200 || strings.Contains(a.body, needs) {
			t.Error(l, a.status)
		}
	}
	faulty := imported(fine + "6. Nobody cites this.\n\n[^zz]: An orphan.\n\n7. No such note[^nope].\n\n")
	a := v.get(faulty + "/preview")
	for _, want := range append(shows, needs, "[^zz]: An orphan.", "No such note[^nope].") {
		if !strings.Contains(a.body, want) {
			t.Errorf("of one that cannot be published yet: %s is missing", want)
		}
	}
	var long strings.Builder
	long.WriteString(fine)
	for n := 6; long.Len() < 200_000; n++ {
		fmt.Fprintf(&long, "%d. Paragraph with *emphasis*[^n%d].\n\n[^n%d]: Note. %s\n\n(i) A question?\n\n", n, n, n, strings.Repeat("Words and more words. ", 30))
	}
	if a := v.get(imported(long.String()) + "/preview"); a.status != 200 || len(a.body) < 200_000 || strings.Contains(a.body, needs) {
		t.Error("of a long file:", a.status, len(a.body))
	}
	// Where it cannot be built at all, it says what is missing, and where to go back.
	empty, _, _ := strings.Cut(v.deskTo(v.deskFill(desk+"/papers", desk+"/papers", 0, "do", "new")), "?")
	if a := v.get(empty + "/preview"); a.status != 200 || !strings.Contains(a.body, needs) || !strings.Contains(a.body, `href="`+empty+`"`) {
		t.Error("of an empty draft:", a.status)
	}
}

// TestOnlyPicturesAreSent: under the address of a picture nothing else is sent: no other file that is kept, and no picture
// other than the one of which the hash stands on the record.
func TestOnlyPicturesAreSent(t *testing.T) {
	h := newHouse(t)
	var chart bytes.Buffer
	if err := png.Encode(&chart, image.NewGray(image.Rect(0, 0, 20, 20))); err != nil {
		t.Fatal(err)
	}
	kept, err := h.files.KeepPicture(t.Context(), &chart, "chart.png", h.sec.Now())
	if err != nil {
		t.Fatal(err)
	}
	v := h.visitor()
	ref := v.sendFile(nonce1, "With a file.", "What was attached.\n")
	h.as("moderator").post("/en"+conv+"/"+ref+"/publish", url.Values{"token": {nonce2}})
	held, err := h.files.Held(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("What was attached.\n"))
	attached := ""
	for _, id := range slices.Sorted(maps.Keys(held)) {
		if id != kept.ID {
			attached = id
		}
	}
	var olga delegation.Participant
	if _, err := h.sec.Read(t.Context(), script.DemoSlug, func(st *conversation.State) error {
		olga = st.Roll.Holders(delegation.Officer)[0]
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	picture := func(name, file, sha, kind string) paper.Picture {
		return paper.Picture{Name: name, File: file, SHA: sha, Type: kind, Size: 9, Width: 20, Height: 20}
	}
	other := strings.Repeat("0", 64)
	published, err := h.sec.Do(t.Context(), script.DemoSlug, conversation.Ask{By: olga, Assurance: consultation.EmailProven, Command: paper.Publish{Kind: paper.InformationPaper, Symbol: "PICTURES/1", Date: "2026-01-01",
		Title: locale.Plain(locale.English, "Pictures"), Elements: []paper.Element{{Kind: paper.Paragraph, Number: "1", Text: locale.Plain(locale.English, "![x](right.png) ![x](file.png) ![x](other.png)")}},
		Pictures: []paper.Picture{picture("right.png", kept.ID, kept.SHA, kept.Type), picture("file.png", attached, hex.EncodeToString(sum[:]), attachment.PNG), picture("other.png", kept.ID, other, kept.Type)}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"right.png": 200, "file.png": 404, "other.png": 404} {
		if a := v.get("/en" + conv + "/picture/" + string(published.Refs[0]) + "/" + name); a.status != want {
			t.Errorf("%s: %d, want %d", name, a.status, want)
		}
	}
}

// TestPicturesOfTheDraftOnly: an edition has only pictures that the desk kept with its draft: one that is gone is refused, and
// an act cannot name any.
func TestPicturesOfTheDraftOnly(t *testing.T) {
	t.Parallel()
	h := newDeskHouse(t)
	v := h.signedIn("officer@example.org")
	h.convene(v, "ferries")
	const desk = "/en/c/ferries/desk"
	page, _, _ := strings.Cut(v.deskTo(v.deskFill(desk+"/papers", desk+"/papers", 0, "do", "new")), "?")
	at := h.step(v, page, "insert:0")
	var chart bytes.Buffer
	if err := png.Encode(&chart, image.NewGray(image.Rect(0, 0, 90, 60))); err != nil {
		t.Fatal(err)
	}
	v.deskTo(v.deskUpload(page, deskWith(deskForm(t, v.get(at).body, page, 2), "text", "See below.", "shows", "Ferries", "do", "picture"), "file", "chart.png", chart.Bytes()))
	held, err := h.files.Held(t.Context())
	if err != nil || len(held) != 1 {
		t.Fatal(held, err)
	}
	for id := range held {
		if err := h.files.Erase(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	f := deskWith(deskForm(t, v.get(page).body, page, 0), "symbol", "FERRY/1", "date", "2020-01-01", "kind", "issues-paper", "title", "Ferries", "do", "publish")
	deskRefused(t, v.deskUpload(page, f, "", "", nil), 422, "paper.picture")
	if a := v.get("/en/c/ferries/p1"); a.status != 404 {
		t.Error("the paper was published:", a.status)
	}
	var c paper.Publish
	if err := api.Decode([]byte(`{"pictures":[{"file":"x"}]}`), &c); err == nil || !strings.Contains(fmt.Sprint(refusal.Of(err)[0].Key), "body.unknown") {
		t.Error("an act may name pictures:", err)
	}
}
