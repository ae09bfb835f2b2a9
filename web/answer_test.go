package web_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/internal/script"
)

// TestRevision walks the considerations of the demonstration to their next edition at the desk: nothing is
// forgotten, a passage that an answer needs is reserved and brought into the draft, the edition lists what it
// does not answer, and a draft of an edition that is no longer the newest has to be compared first.
func TestRevision(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.as("officer")
	desk := "/en" + conv + "/desk"
	begin := func() string {
		t.Helper()
		return strings.Split(strings.Split(v.deskTo(v.deskFill(desk+"/papers", desk+"/papers", 3, "do", "edition")), "?")[0], "#")[0]
	}
	first := begin()
	second := begin() // two officers begin at once
	masthead := []string{"symbol", "DEMO/IP/AI/CONS/1 REV.", "date", "2026-12-20"}
	publish := func(path string, with ...string) answer {
		t.Helper()
		return v.deskFill(path, path, 0, append(append([]string{"do", "publish"}, masthead...), with...)...)
	}
	deskRefused(t, publish(first), 409, "paper.pending")

	m := h.as("moderator")
	var queue struct{ Items []struct{ Ref string } }
	if err := json.Unmarshal([]byte(m.get(desk+"/queue.json").body), &queue); err != nil || len(queue.Items) != 4 {
		t.Fatal(err, len(queue.Items))
	}
	for _, c := range queue.Items {
		m.deskTo(m.post(desk+"/queue", url.Values{"do": {"publish"}, "ref": {c.Ref}}))
	}
	deskRefused(t, publish(first), 409, "paper.unanswered")
	if a := v.get(first); !strings.Contains(a.body, `name="list"`) {
		t.Error("the draft does not offer to list what has no answer")
	}

	// An answer that needs a new passage.
	var part string
	var list struct {
		Items []struct{ Part struct{ Ref string } }
	}
	if err := json.Unmarshal([]byte(v.get(desk+"/points.json?paper=p2").body), &list); err != nil || len(list.Items) != 13 {
		t.Fatal(err, len(list.Items))
	}
	part = list.Items[0].Part.Ref
	deskRefused(t, v.deskFill(desk+"/points/"+part, desk+"/points/"+part, 1, "outcome", "accepted"), 422, "reason.missing")
	deskRefused(t, v.deskFill(desk+"/points/"+part, desk+"/points/"+part, 1, "outcome", "duplicate", "of", "nonsense", "reason-en", "x"), 422, "answer.duplicate")
	to := v.deskTo(v.deskFill(desk+"/points/"+part, desk+"/points/"+part, 1, "outcome", "accepted", "reason-en", "It is taken up.", "reason-fr", "C'est repris.", "heading-en", "Lifts are taken up", "new", "Lifts in buildings"))
	if !strings.Contains(to, "done=answered") || !strings.Contains(to, list.Items[1].Part.Ref) {
		t.Error("the next open point is not shown:", to)
	}
	contribution := strings.Split(part, ".")[0]
	if a := h.visitor().get("/en" + conv + "/" + contribution); !strings.Contains(a.body, "It is taken up.") || !strings.Contains(a.body, "Lifts in buildings") {
		t.Error("the public does not see the answer with its promise")
	}
	if a := h.visitor().get("/fr" + conv + "/" + contribution); !strings.Contains(a.body, "C&#39;est repris.") {
		t.Error("the reason is not shown in French")
	}
	// Answered twice: the second officer is told who was first.
	again := deskWith(url.Values{}, "outcome", "noted", "reason-en", "Again.")
	deskRefused(t, v.post(desk+"/points/"+part, again), 409, "answer.already")

	// The reserved passage is missing from the draft, and is brought into it.
	page := v.get(first).body
	bring := regexp.MustCompile(`value="(bring:p2\.x\d+)"`).FindStringSubmatch(page)
	if bring == nil || !strings.Contains(page, "Lifts in buildings") {
		t.Fatal("the draft does not say what was promised")
	}
	open, _, _ := strings.Cut(v.deskTo(v.deskFill(first, first, 0, append([]string{"do", bring[1]}, masthead...)...)), "#")
	deskRefused(t, publish(first, "list", "1"), 422, "compiler.unsourced", "compiler.unread")
	// It rests on the point that asked for it, and another officer reads it beside that.
	v.deskTo(v.deskFill(open, first, 2, "cites", part, "do", "close"))
	sources := desk + "/sources" + first[strings.LastIndexByte(first, '/'):]
	reader := h.another(v)
	reader.deskTo(reader.deskFill(sources, sources, strings.Count(reader.get(sources).body, `name="seal"`)-1, "verdict", "supported"))
	if !strings.Contains(v.get(first).body, "A change was promised by") {
		t.Error("the draft does not say who asked for the passage")
	}
	if to := v.deskTo(publish(first, "list", "1")); !strings.Contains(to, "/p2?") {
		t.Error(to)
	}
	if _, err := h.sec.Read(t.Context(), script.DemoSlug, func(st *conversation.State) error {
		e, _ := st.Papers.Edition("p2.e2")
		if e == nil || len(e.Listed) != 12 {
			t.Errorf("the edition does not list what has no answer: %+v", e)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}

	// The other draft was begun from the edition before.
	deskRefused(t, v.deskFill(second, second, 0, "do", "publish", "symbol", "DEMO/IP/AI/CONS/1 REV. 2", "date", "2026-12-21", "list", "1"), 409, "paper.stale")
	if a := v.get(second); !strings.Contains(a.body, `value="rebase"`) || !strings.Contains(a.body, "Lifts in buildings") {
		t.Error("the stale draft does not say what it lacks")
	}
	v.deskTo(v.deskFill(second, second, 0, "do", "rebase"))
	v.deskTo(v.deskFill(second, second, 0, "do", "publish", "symbol", "DEMO/IP/AI/CONS/1 REV. 2", "date", "2026-12-21", "list", "1"))
	if a := h.visitor().get("/en" + conv + "/p2.e3/concordance.json"); !strings.Contains(a.body, `"deleted"`) {
		t.Error("the passage that the stale draft did not have is not shown as deleted")
	}
}

// TestReactRefused: nobody reacts to what is not theirs, or to what has no answer.
func TestReactRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if a := h.visitor().post("/en"+conv+"/c23.1/react", url.Values{"verdict-c23-1": {"satisfied"}}); a.status != 404 {
		t.Error("a stranger's reaction is answered with", a.status)
	}
	if a := h.visitor().post("/en"+conv+"/c99999.1/react", url.Values{}); a.status != 404 {
		t.Error(a.status)
	}
	v := h.visitor()
	to := v.deskTo(v.post("/en"+conv+"/k2/contribute", submission("CCCCCCCCCCCCCCCCCCCCCC", "Nobody has answered this.")))
	ref := strings.Split(strings.TrimPrefix(to, "/en"+conv+"/"), "/")[0]
	if a := v.post("/en"+conv+"/"+ref+".1/react", url.Values{"verdict-" + ref + "-1": {"satisfied"}}); a.status != 409 {
		t.Error("a reaction to no answer is answered with", a.status)
	}
}

// TestErasedFromEveryPage asks for every page that shows a contribution, so that each is in the cache; erases
// the contribution, withholds another, and asks again: the words and the names are nowhere.
func TestErasedFromEveryPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	reader := h.visitor()
	var paths []string
	for _, p := range []string{"", "/c23", "/c23/receipt", "/c23/trace", "/c23.1/trace", "/d5", "/d5/trace", "/p1.e1.x35", "/p1.e1.x35/trace", "/p1.e2.x35", "/p1.e2.x35/trace", "/p1.e2.x88", "/p1.e2.x88/trace",
		"/p1.e1", "/p1.e2", "/p1.e2/redline", "/p1.e2/concordance", "/p1/responses", "/contributions", "/contributions?country=SN", "/overview/author/copyright", "/overview", "/map", "/p2.e1", "/p2.e1.x3", "/p2.e1.x3/trace"} {
		paths = append(paths, "/en"+conv+p, "/fr"+conv+p)
		if p != "" && !strings.Contains(p, "?") {
			paths = append(paths, "/en"+conv+p+".json")
		}
	}
	paths = append(paths, "/en"+conv+"/contributions.csv", "/en"+conv+"/p1/responses.csv")
	seen := 0
	for range 2 {
		for _, p := range paths {
			a := reader.get(p)
			if a.status != 200 {
				t.Errorf("%s: %d", p, a.status)
			}
			if strings.Contains(a.body, "Coly-Ndiongue") {
				seen++
			}
		}
	}
	if seen < 20 {
		t.Errorf("the name was on %d pages: this test looks in the wrong places", seen)
	}
	officer := h.as("officer")
	officer.deskTo(officer.post("/en"+conv+"/c23/erase", url.Values{"erase-ground": {"at_request"}}))
	moderator := h.as("moderator")
	moderator.deskTo(moderator.post("/en"+conv+"/c24/withhold", url.Values{"ground": {"off_topic"}, "reason": {"Elsewhere."}}))
	for range 2 {
		for _, p := range paths {
			a := reader.get(p)
			for _, gone := range []string{"Coly-Ndiongue", "bibliothécaire dans une petite", "sans qu'une personne en ait dirigé", "sans qu&#39;une personne en ait dirigé", "Les deux mots sont maintenant définis"} {
				if strings.Contains(a.body, gone) {
					t.Errorf("%s still says %q", p, gone)
				}
			}
		}
	}
}
