package consult_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
)

// TestTables: a file is in one language: heads, categories, outcomes, reasons, and places with their words.
func TestTables(t *testing.T) {
	t.Parallel()
	w := newFerries(t)
	c := w.say(1, true, "p1.e1.x2")
	w.answer("accepted", cite.Part(c, 1))
	for _, l := range locale.All {
		f := &frame.Frame{Lang: l}
		v, _ := consult.NewResponseTable(public(w.st), "p1", cite.None, l, 10)
		v.Fill(w.words)
		list := consult.NewList(public(w.st), consult.ListQuery{}, l, 10)
		list.Fill(w.words)
		rows := map[string]map[string]string{}
		for name, table := range map[string]struct {
			columns []consult.Column
			cells   []string
		}{"responses": {consult.ResponseColumns, consult.ResponseCells(f, v.Rows[0])}, "contributions": {consult.ContributionColumns, consult.ContributionCells(f, list.Contributions[0], list.Contributions[0].Parts[0])}} {
			heads := consult.Heads(f, table.columns)
			if len(heads) != len(table.cells) || len(consult.Widths(table.columns)) != len(heads) {
				t.Fatalf("%s, %s: %d heads over %d cells", l, name, len(heads), len(table.cells))
			}
			if sorted := slices.Sorted(slices.Values(heads)); len(slices.Compact(sorted)) != len(heads) || slices.ContainsFunc(heads, func(s string) bool { return s == "" || strings.Contains(s, "_") || strings.Contains(s, "table.") }) {
				t.Errorf("%s, %s: heads %q", l, name, heads)
			}
			rows[name] = map[string]string{}
			for i, c := range table.columns {
				rows[name][c.ID] = table.cells[i]
			}
		}
		place := rows["responses"]["place"]
		if !strings.HasPrefix(place, l.T("kind.paragraph")+" 2") || !strings.HasSuffix(place, "Element 2") || rows["contributions"]["place"] != place {
			t.Errorf("%s: the place is %q and %q", l, place, rows["contributions"]["place"])
		}
		for _, r := range rows {
			if r["category"] != "NGO" || r["category_id"] != "ngo" || r["language"] != locale.French.NameIn(l) {
				t.Errorf("%s: %q", l, r)
			}
		}
		if r := rows["responses"]; r["outcome"] != l.T("outcome.accepted") || r["reason"] != "Because of d1" || r["reason_language"] != locale.English.NameIn(l) {
			t.Errorf("%s: %q", l, r)
		}
	}
}

// TestListChosen: a list holds what was chosen, on a place that there is not nothing, and the days that it names.
func TestListChosen(t *testing.T) {
	t.Parallel()
	w := newFerries(t)
	w.say(1, true, "p1.e1.x1")
	w.say(2, true, "p1.e1.x2")
	w.say(3, false, "p1.e1.x2")
	for q, want := range map[consult.ListQuery]int{
		{}: 2, {Issue: "p1.x1"}: 1, {Issue: "p1.x3"}: 0, {Issue: "p9.x1"}: 0, {Since: "2020-01-02"}: 2, {Since: "2020-01-03"}: 0, {Until: "2020-01-02"}: 2, {Until: "2020-01-01"}: 0,
		{Status: "published"}: 2, {Status: "withdrawn"}: 0, {Status: "nonsense"}: 2, {Since: "nonsense"}: 2,
	} {
		if v := consult.NewList(public(w.st), q, "en", 10); v.Total != want || len(v.Contributions) != want {
			t.Errorf("%+v: %d, and %d are shown", q, v.Total, len(v.Contributions))
		}
	}
}

// TestListPrinted: a list that is longer than one part of it leads to the next, down to the last; what was chosen stands
// on it in words.
func TestListPrinted(t *testing.T) {
	t.Parallel()
	w := newFerries(t)
	for range 6 {
		w.say(1, true, "p1.e1.x1")
	}
	chosen, seen, pages := consult.ListQuery{Category: "ngo", Language: "fr", Since: "2020-01-01"}, 0, 0
	for {
		v := consult.NewList(public(w.st), chosen, "en", 3)
		if v.Total != 6 || len(v.Contributions) == 0 {
			t.Fatalf("page %d: %d of %d", pages, len(v.Contributions), v.Total)
		}
		f := &frame.Frame{Lang: "en", Zone: "UTC", Now: time.Now()}
		if got, want := v.ChosenInWords(f), []string{"Category: NGO", "Language: French", "Received from: 1 January 2020"}; !slices.Equal(got, want) {
			t.Errorf("chosen: %q, want %q", got, want)
		}
		seen, pages = seen+len(v.Contributions), pages+1
		if chosen.Before = v.Next; v.Next == 0 {
			break
		}
	}
	if seen != 6 || pages != 2 {
		t.Errorf("%d contributions on %d pages", seen, pages)
	}
	if v := consult.NewList(public(w.st), consult.ListQuery{}, "en", 3); len(v.ChosenInWords(&frame.Frame{Lang: "en"})) != 0 {
		t.Error("nothing was chosen, and something is said")
	}
}
