package web_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/survey"
)

// TestMap: the map, the squares, the table and the files give the same numbers as the list of
// contributions does.
func TestMap(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	var m survey.Map
	if err := json.Unmarshal([]byte(v.get("/en"+conv+"/map.json").body), &m); err != nil || len(m.Countries) < 20 || len(m.Groups) != 8 {
		t.Fatal(err, len(m.Countries), len(m.Groups))
	}
	body := v.get("/en" + conv + "/map").body
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(v.get("/en"+conv+"/map.csv").body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != len(m.Countries)+2 || rows[len(rows)-1][0] != "" {
		t.Fatal(err, len(rows))
	}
	sum, grouped := m.Without, m.Without
	for i, c := range m.Countries {
		sum += c.Contributions
		var list struct{ Total int }
		link := conv + "/contributions?country=" + c.Code
		if err := json.Unmarshal([]byte(v.get("/en"+strings.Replace(link, "?", ".json?", 1)).body), &list); err != nil || list.Total != c.Contributions {
			t.Errorf("%s: %d on the map, %d in the list, %v", c.Code, c.Contributions, list.Total, err)
		}
		if n := strings.Count(body, `href="/en`+link+`"`); n != 2 {
			t.Errorf("%s is linked %d times", c.Code, n)
		}
		if row := rows[i+1]; row[0] != c.Code || row[1] != c.Name || row[3] != strconv.Itoa(c.Contributions) || row[4] != strconv.Itoa(m.Published) || row[5] != strconv.Itoa(c.Parties) || row[7] != "yes" {
			t.Errorf("%s: %q", c.Code, row)
		}
		if i > 0 && c.Contributions > m.Countries[i-1].Contributions {
			t.Errorf("%s stands too low", c.Code)
		}
	}
	for _, g := range m.Groups {
		grouped += g.Contributions
	}
	if sum != m.Published || grouped != m.Published {
		t.Errorf("%d in the table, %d in groups, %d published", sum, grouped, m.Published)
	}
	for _, l := range locale.All {
		body := v.get("/" + string(l) + conv + "/map").body
		for _, want := range []string{l.T("map.disclaimer"), `role="img"`, l.T("map.key"), `<ul class="tiles">`, locale.UNCountries().Name("AR", l), l.T("demo.figures")} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: the page lacks %s", l, want)
			}
		}
		for _, p := range []string{"", "/contributions"} {
			if !strings.Contains(v.get("/"+string(l)+conv+p).body, l.T("map.link")) {
				t.Errorf("%s%s does not lead to the map", l, p)
			}
		}
		a := v.get("/" + string(l) + conv + "/map.svg")
		if a.status != 200 || a.header.Get("Content-Type") != "image/svg+xml; charset=utf-8" || !strings.Contains(a.header.Get("Content-Disposition"), "attachment") || !strings.Contains(a.body, l.T("demo.figures")) {
			t.Errorf("%s: %d, %v", l, a.status, a.header)
		}
	}
}

// TestMapOffSwitch: what an officer settles is seen at once, by those too who got a kept page before.
func TestMapOffSwitch(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v, officer := h.visitor(), h.as("officer")
	const desk = "/en" + conv + "/desk/map"
	seen := func(what string) string {
		t.Helper()
		a := v.get("/en" + conv + what)
		if a.status != 200 {
			t.Fatal(what, a.status)
		}
		return a.body
	}
	common := locale.English.T("map.disclaimer")
	if !strings.Contains(seen("/map"), common) || !strings.Contains(seen(""), locale.English.T("map.link")) {
		t.Fatal("no map to begin with")
	}
	seen("/contributions") // is kept from here on
	if to := officer.deskTo(officer.deskFill(desk, desk, 0, "disclaimer-en", "Borders are <not> ours.", "disclaimer-fr", "Les frontières ne sont pas les nôtres.")); !strings.Contains(to, "done=mapped") {
		t.Error(to)
	}
	if b := seen("/map"); strings.Contains(b, common) || !strings.Contains(b, "Borders are &lt;not&gt; ours.") {
		t.Error("the disclaimer is not the conversation's")
	}
	if b := v.get("/fr" + conv + "/map").body; !strings.Contains(b, "Les frontières ne sont pas les nôtres.") {
		t.Error("the disclaimer is not in French")
	}
	if b := v.get("/ar" + conv + "/map").body; !strings.Contains(b, `<span lang="en" dir="ltr">Borders are`) {
		t.Error("the disclaimer does not say its language")
	}
	deskRefused(t, officer.deskFill(desk, desk, 0), 409, "map.unchanged")
	deskRefused(t, officer.deskFill(desk, desk, 0, "show", "maybe"), 422, "form.unreadable")
	a := officer.deskFill(desk, desk, 0, "disclaimer-en", strings.Repeat("long ", 250))
	deskRefused(t, a, 422, "line.long")
	if !strings.Contains(a.body, "long long") {
		t.Error("what was typed is gone")
	}
	if a := v.post(desk, url.Values{"show": {"off"}}); a.status != 404 {
		t.Error("anybody turns the maps off:", a.status)
	}

	officer.deskTo(officer.deskFill(desk, desk, 0, "show", "off"))
	b := seen("/map")
	for _, gone := range []string{`class="world"`, `class="tiles"`, `class="key"`, "Borders are", "map.svg"} {
		if strings.Contains(b, gone) {
			t.Errorf("maps are off, and the page has %s", gone)
		}
	}
	if !strings.Contains(b, locale.English.T("map.off")) || !strings.Contains(b, "/contributions?country=AR") {
		t.Error("the page does not say that maps are off, or has no table")
	}
	for _, p := range []string{"", "/contributions"} {
		if b := seen(p); strings.Contains(b, locale.English.T("map.link")) || !strings.Contains(b, locale.English.T("map.link_off")) {
			t.Errorf("%s promises a map", p)
		}
	}
	if a := v.get("/en" + conv + "/map.svg"); a.status != 404 {
		t.Error("the file is still there:", a.status)
	}
	if a := v.get("/en" + conv + "/map.csv"); a.status != 200 {
		t.Error("the table is gone:", a.status)
	}
	if b := v.get("/en" + conv + "/map.json").body; strings.Contains(b, `"groups"`) || !strings.Contains(b, `"off": true`) {
		t.Error(b[:min(len(b), 200)])
	}
	if b := seen("/record"); !strings.Contains(b, locale.English.T("fact.conversation.map_set.off")) || !strings.Contains(b, locale.English.T("fact.conversation.map_set")) {
		t.Error("the record does not say what was settled")
	}
	officer.deskTo(officer.deskFill(desk, desk, 0, "show", "on", "disclaimer-en", " ", "disclaimer-fr", ""))
	if !strings.Contains(seen("/map"), common) {
		t.Error("the common sentence does not come back")
	}
}

// TestMapWeight: the page is light in every language.
func TestMapWeight(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	for _, l := range locale.All {
		body, weight, _ := v.weigh("/" + string(l) + conv + "/map")
		parts := fmt.Sprint(weight)
		for _, m := range pageAsset.FindAllStringSubmatch(body, -1) {
			_, n, _ := v.weigh(m[2])
			weight += n
			parts += fmt.Sprint(" + ", n)
		}
		t.Logf("%s: %s = %d bytes", l, parts, weight)
		if weight > 50_000 { // with room for rows: the table of the demonstration is short
			t.Errorf("%s: %d bytes", l, weight)
		}
	}
}
