package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
)

// TestStatistics: the sessions stand side by side, each with the figures that are everybody's and no others: none before the close, none of a session that shows
// them to those who take part, be it to an officer, and no small cell in the file either. Nor does a map tell of a small cell: a country from which few come looks as one from
// which nobody does.
func TestStatistics(t *testing.T) {
	t.Parallel()
	h := newRegistering(t, time.Now().Add(3*time.Hour), "opens-date", time.Now().UTC().AddDate(0, 0, -3).Format(time.DateOnly), "passive", "20")
	const page, file, desk = "/en/c/ferries/statistics", "/en/c/ferries/statistics.csv", "/en/c/ferries/desk/registration/s1"
	for i, country := range strings.Fields("KE KE KE KE KE KE KE TD TD TD FR FR") {
		p := h.person(fmt.Sprint("person", i))
		h.begins(p, "seat", "passive", "country", country)
		gender := "woman"
		if i == 0 {
			gender = "man"
		}
		h.says("confirmed", h.confirms(p, fmt.Sprint("Person ", i), "gender", gender), "registration.became.confirmed_passive")
	}
	closes := func(figures string) {
		t.Helper()
		if a := h.officer.post(desk, deskWith(deskForm(t, h.officer.get(desk+"?do=terms").body, desk, 0), "do", "terms", "closes-date", time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly),
			"figures", figures, "reason-en", "Enough.")); a.status != http.StatusSeeOther {
			t.Fatal(a.status, deskErrors(a.body))
		}
	}
	for _, v := range []*visitor{h.visitor(), h.officer} {
		if h.says("before the close", h.read(v, page), "registration.figures_later"); strings.Contains(v.get(file).body, ",12") {
			t.Error("figures stand in the file while people come in")
		}
	}
	const offer = "/en/c/ferries/s1/registration"
	mapped := func(what string, v *visitor, path string, shown bool) {
		t.Helper()
		body := v.get(path).body
		if strings.Contains(body, `<use href="#m-KE" class="f1"><title>Kenya: 7 of 12</title>`) != shown || strings.Contains(body, `id="m-TD"`) != shown || strings.Contains(body, `<use href="#m-`) != shown {
			t.Errorf("%s: %s has a map, or has none", what, path)
		}
		if strings.Contains(body, "#m-TD") || strings.Contains(body, "#m-FR") || shown && strings.Count(body, "Chad") != strings.Count(body, "Mali") {
			t.Errorf("%s: the map of %s tells of a few", what, path)
		}
	}
	const report = "/en/c/ferries/s1/report"
	if body := h.read(h.officer, report); strings.Contains(body, locale.English.T("registration.by.gender")) || !strings.Contains(body, locale.English.T("registration.figures_later")) {
		t.Error("the report has figures while people come in")
	}
	for _, path := range []string{page, offer} {
		mapped("before the close", h.officer, path, false)
	}
	closes("everyone")
	// The report has of them who said their gender, of how many; a small cell is counted with the next, and of a first time, of which nobody said anything, it has nothing.
	reported := func(what string, v *visitor, state string, says ...string) {
		t.Helper()
		var twin struct {
			Figures string
			People  []struct {
				About       string
				Of, Said    int
				Few, Folded int
				Cells       []struct{ ID string }
			}
		}
		if err := json.Unmarshal([]byte(v.get(report+".json").body), &twin); err != nil || twin.Figures != state || (len(twin.People) == 1) != (state == "shown") {
			t.Errorf("%s: %+v, %v", what, twin, err)
		}
		for _, p := range twin.People {
			if p.About != "gender" || p.Of != 12 || p.Said != 12 || p.Few != 12 || p.Folded != 2 || len(p.Cells) > 0 {
				t.Errorf("%s: %+v", what, p)
			}
		}
		h.says(what, h.read(v, report), says...)
	}
	reported("the report", h.visitor(), "shown", "registration.by.gender", "session.report_people")
	reported("the report to an officer", h.officer, "shown", "registration.by.gender")
	for _, path := range []string{page, offer} {
		mapped("after the close", h.visitor(), path, true)
		mapped("to an officer", h.officer, path, true)
	}
	h.says("after the close", h.read(h.visitor(), page), "registration.by.category", "registration.by.gender", "statistics.few")
	csv := h.visitor().get(file).body
	if !strings.Contains(csv, "category,individual,") || !strings.Contains(csv, ",12,12") || !strings.Contains(csv, "gender,,"+strings.Split(locale.English.T("statistics.few"), ",")[0]) &&
		!strings.Contains(csv, `gender,,"`) {
		t.Error(csv)
	}
	if strings.Contains(csv, "gender,man") || strings.Contains(csv, "gender,woman") {
		t.Error("a cell of so few is in the file:", csv)
	}
	if twin := h.visitor().get(page + ".json").body; !strings.Contains(twin, `"people": 12`) || strings.Contains(twin, `"id": "man"`) {
		t.Error(twin)
	}
	closes("participants")
	for _, v := range []*visitor{h.visitor(), h.officer} {
		h.says("to others", h.read(v, page), "statistics.hidden")
		mapped("to others", v, page, false)
		reported("to others", v, "hidden", "statistics.hidden")
		if csv := v.get(file).body; strings.Contains(csv, "individual") {
			t.Error("figures that are not everybody's are in the file:", csv)
		}
	}
	mapped("to those who do not take part", h.visitor(), offer, false)
}
