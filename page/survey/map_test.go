package survey_test

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/survey"
	"github.com/openplenary/plenary/settings"
)

// heard is a conversation in which something was published from each of the countries, in this order.
func heard(t testing.TB, c conversation.Convened, n int, country func(i int) string) *conversation.State {
	t.Helper()
	st := conversation.NewState()
	at := time.Date(2020, 1, 2, 9, 0, 0, 0, time.UTC)
	apply := func(fact cite.Fact) {
		if err := st.Apply(cite.Entry{Position: st.Head + 1, Time: at}, fact); err != nil {
			t.Fatal(err)
		}
	}
	c.Slug, c.At = "ferries", at
	apply(&c)
	apply(&consultation.CallAnnounced{Ref: "k1", Paper: "p1", Edition: "p1.e1", Opens: at, Closes: at.AddDate(1, 0, 0), At: at})
	for i := range n {
		by := string(delegation.Participant(i/2 + 1).Ref()) // everybody writes twice
		apply(&consultation.Received{Ref: cite.Contribution(i + 1), Call: "k1", By: by, For: string(delegation.Party(i/2 + 1).Ref()), Category: "ngo", Country: country(i), Assurance: consultation.Anonymous,
			Parts: []consultation.ReceivedPart{{On: "p1.e1", Language: "en", Bytes: 9, Likeness: uint64(i + 1)}}, Received: at, Deadline: at, Published: true})
	}
	return st
}

func list(codes ...string) func(int) string { return func(i int) string { return codes[i] } }

func wellFormed(t *testing.T, s string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(s)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func names(name string) locale.Text {
	return locale.Text{Original: "en", In: map[locale.Lang]string{"en": name}}
}

// TestMapCounts: every published contribution is on the page once, whatever it says of its country.
func TestMapCounts(t *testing.T) {
	t.Parallel()
	st := heard(t, conversation.Convened{Groups: []settings.Label{{ID: "group_b", Name: names("Group B")}, {ID: "north", Name: names("North <&>")}},
		Countries: []settings.Label{{ID: "XA", Name: names("Arcadia & <sons>"), Group: "north"}}}, 11, list("FR", "FR", "FR", "FR", "XA", "XA", "", "FR", "KE", "KE", "HK"))
	v := survey.NewMap(public(st), "en")
	sum := v.Without
	var got []string
	for _, c := range v.Countries {
		sum += c.Contributions
		got = append(got, fmt.Sprint(c.Code, " ", c.Group, " ", c.Contributions, " ", c.Parties, " ", c.Step))
	}
	if want := []string{"FR group_b 5 3 5", "KE none 2 1 2", "XA north 2 1 2", "HK none 1 1 1"}; !slices.Equal(got, want) || sum != v.Published || v.Published != 11 || v.Without != 1 || v.WithoutParties != 1 {
		t.Errorf("%q, want %q; %d of %d, without %d", got, want, sum, v.Published, v.Without)
	}
	if want := []string{"XA", "HK"}; !slices.Equal(v.Undrawn, want) {
		t.Error("not drawn:", v.Undrawn)
	}
	groups := map[string]string{}
	for _, g := range v.Groups {
		var codes []string
		for _, c := range g.Tiles {
			codes = append(codes, c.Code)
		}
		groups[g.ID] = strings.Join(codes, " ")
		if g.ID == "group_b" && (g.Heard != 1 || g.Countries != len(codes) || g.Contributions != 5) {
			t.Errorf("%+v", g)
		}
	}
	// Who is in no group has a square only when heard.
	if len(groups) != 3 || groups["north"] != "XA" || groups["none"] != "HK KE" || !strings.Contains(groups["group_b"], "DK ES FI FR GB") {
		t.Errorf("%q", groups)
	}
	f := &frame.Frame{Lang: "en", Slug: "ferries", Name: "Ferries"}
	svg := v.SVG(f)
	wellFormed(t, svg)
	for _, want := range []string{` class="f5"><title>France: 5 contributions</title>`, ` class="f2"><title>Kenya: 2 contributions</title>`, `<title>Chad: 0 contributions</title>`, `id="m-FR"`} {
		if !strings.Contains(svg, want) {
			t.Errorf("the map lacks %s", want)
		}
	}
	// A real conversation's own countries stand in its groups; those that a demonstration invents by themselves.
	st = heard(t, conversation.Convened{Demonstration: true, Groups: []settings.Label{{ID: "north", Name: names("North")}}, Countries: []settings.Label{{ID: "XA", Name: names("Arcadia"), Group: "north"}}}, 1, list("XA"))
	if v := survey.NewMap(public(st), "en"); len(v.Groups) != 1 || v.Groups[0].ID != "invented" {
		t.Errorf("%+v", v.Groups)
	}
	// Without groups the regions of the world stand in.
	st = heard(t, conversation.Convened{}, 1, list("FR"))
	if v := survey.NewMap(public(st), "fr"); len(v.Groups) != 5 || v.Groups[0].Name.Text != "Afrique" {
		t.Errorf("%+v", v.Groups)
	}
	// Where nothing was published there is nothing to draw.
	if v := survey.NewMap(public(heard(t, conversation.Convened{}, 0, nil)), "en"); v.Steps != nil || v.Groups != nil || v.Countries != nil {
		t.Errorf("%+v", v)
	}
}

// TestMapFile: the file needs no stylesheet, is well formed in every language, and carries what a map must.
func TestMapFile(t *testing.T) {
	t.Parallel()
	st := heard(t, conversation.Convened{Demonstration: true, Countries: []settings.Label{{ID: "XA", Name: names("Arcadia & <sons>")}}}, 8, list("FR", "FR", "FR", "XA", "", "KE", "KE", "US"))
	for _, l := range locale.All {
		f := &frame.Frame{Lang: l, Slug: "ferries", Name: "Ferries <&>", Demo: true}
		v := survey.NewMap(public(st), l)
		s := string(survey.MapFile(f, v))
		wellFormed(t, s)
		for _, want := range []string{`xmlns="http://www.w3.org/2000/svg"`, `direction="` + l.Dir() + `"`, `fill="#74b197"><title>` + locale.UNCountries().Name("FR", l), l.T("demo.figures"), "Arcadia &amp; &lt;sons&gt;", "Ferries &lt;&amp;&gt;"} {
			if !strings.Contains(s, want) {
				t.Errorf("%s: the file lacks %s", l, want)
			}
		}
		// Lines may be broken; every word is there.
		text := strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(s, " ")), "")
		if !strings.Contains(text, strings.Join(strings.Fields(l.T("map.disclaimer")), "")) {
			t.Errorf("%s: the file lacks the disclaimer", l)
		}
		if m := regexp.MustCompile(`class=|style=|<style|href=|NaN`).FindString(s); m != "" {
			t.Errorf("%s: the file has %s", l, m)
		}
	}
	long := settings.MapSet{Disclaimer: locale.Text{Original: "zh", In: map[locale.Lang]string{"zh": strings.Repeat("边界和名称", 40), "en": strings.Repeat("boundary ", 60), "fr": strings.Repeat("x", 300)}}}
	if err := st.Apply(cite.Entry{Position: st.Head + 1}, &long); err != nil {
		t.Fatal(err)
	}
	for l, most := range map[locale.Lang]int{"zh": 72, "en": 134, "fr": 134} {
		s := string(survey.MapFile(&frame.Frame{Lang: l}, survey.NewMap(public(st), l)))
		lines := 0
		for _, m := range regexp.MustCompile(`<text[^>]*>([^<]*)`).FindAllStringSubmatch(s, -1) {
			if strings.Contains(m[1], "边界") || strings.Contains(m[1], "boundary") || strings.Contains(m[1], "xxx") {
				if lines++; len([]rune(m[1])) > most {
					t.Errorf("%s: a line of %d characters", l, len([]rune(m[1])))
				}
			}
		}
		if lines < 3 {
			t.Errorf("%s: %d lines", l, lines)
		}
	}
}

// TestMapWorld: each shape is a country that is known, once, and the colours of the file are those of the
// stylesheet.
func TestMapWorld(t *testing.T) {
	t.Parallel()
	st := heard(t, conversation.Convened{}, 5, list("FR", "FR", "KE", "US", "US"))
	f := &frame.Frame{Lang: "en"}
	v := survey.NewMap(public(st), "en")
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`id="m-([^"]*)"`).FindAllStringSubmatch(v.SVG(f), -1) {
		if locale.UNCountries().Name(m[1], "en") == "" || seen[m[1]] {
			t.Errorf("the shape %q", m[1])
		}
		seen[m[1]] = true
	}
	if len(seen) != 204 || !seen["TV"] || !seen["FR"] {
		t.Errorf("%d shapes", len(seen))
	}
	css := string(frame.Assets["plenary.css"])
	file := string(survey.MapFile(f, v))
	for i, m := range regexp.MustCompile(`--d([0-5]):(#[0-9a-f]{6})`).FindAllStringSubmatch(css, 6) {
		if m[1] != fmt.Sprint(i) || !strings.Contains(file, `fill="`+m[2]+`"`) {
			t.Errorf("%s is not a colour of the file", m[0])
		}
	}
}

// TestMapOff: a conversation without maps has a table and nothing else.
func TestMapOff(t *testing.T) {
	t.Parallel()
	st := heard(t, conversation.Convened{}, 3, list("FR", "FR", "KE"))
	if err := st.Apply(cite.Entry{Position: st.Head + 1}, &settings.MapSet{Off: true, Disclaimer: names("The banks move.")}); err != nil {
		t.Fatal(err)
	}
	other := heard(t, conversation.Convened{}, 3, list("FR", "FR", "KE"))
	if err := other.Apply(cite.Entry{Position: other.Head + 1}, &settings.MapSet{Disclaimer: names("The banks move.")}); err != nil {
		t.Fatal(err)
	}
	if st.Digest() == other.Digest() {
		t.Error("two states that differ in this have one digest")
	}
	v := survey.NewMap(public(st), "fr")
	if !v.Off || v.Steps != nil || v.Groups != nil || v.Undrawn != nil || v.Disclaimer.Text != "" || len(v.Countries) != 2 {
		t.Errorf("%+v", v)
	}
	if err := st.Apply(cite.Entry{Position: st.Head + 1}, &settings.MapSet{Disclaimer: names("The banks move.")}); err != nil {
		t.Fatal(err)
	}
	if v := survey.NewMap(public(st), "fr"); v.Off || v.Disclaimer != (frame.LocalizedText{Text: "The banks move.", Lang: "en"}) {
		t.Errorf("%+v", v.Disclaimer)
	}
}

// TestMapOfMany: a hundred thousand contributions are counted in place, as a thousand are, and the page is no
// larger for them.
func TestMapOfMany(t *testing.T) {
	all := locale.UNCountries().All("en")
	many := func(n int) *conversation.State {
		return heard(t, conversation.Convened{}, n, func(i int) string { return all[(i/2)%200].Code })
	}
	few, st := many(1000), many(100_000)
	count := func(st *conversation.State) float64 {
		return testing.AllocsPerRun(2, func() { survey.NewMap(public(st), "en") })
	}
	if a, b := count(few), count(st); b > a*1.1 {
		t.Errorf("it takes %.0f allocations, and %.0f for a hundredth", b, a)
	}
	if v := survey.NewMap(public(st), "en"); len(v.Countries) != 200 || v.Countries[0].Contributions != 500 || v.Countries[0].Parties != 250 {
		t.Fatalf("%d countries, %+v", len(v.Countries), v.Countries[0])
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	v := survey.NewMap(public(st), "ru")
	if err := frame.Layout(&frame.Frame{Lang: "ru", Slug: "ferries"}, v).Render(t.Context(), z); err != nil {
		t.Fatal(err)
	}
	_ = z.Close()
	if b.Len() > 45_000 { // of the 60 kB of a first visit; the style and the script have the rest
		t.Errorf("with something from everywhere the page has %d bytes", b.Len())
	}
}

// public is a state as everybody may see it. Tests change states while nobody else reads them, so a reading may
// stay open.
func public(st *conversation.State) *conversation.Reading {
	return conversation.NewReading(st, conversation.Public, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
}

// TestMapGroups: countries stand in the groups of the conversation where it has any; else in those of the operator, and by
// themselves where the operator put them into none; else in the regions of the United Nations.
func TestMapGroups(t *testing.T) {
	t.Parallel()
	banks := locale.UNCountries().With([]locale.CountryChange{{Code: "CH", Group: "g1"}, {Code: "FR", Group: "gone"}}, []locale.CountryGroup{{ID: "g1", Name: names("Banks")}, {ID: "g2", Name: names("Empty")}})
	own := conversation.Convened{Title: names("Ferries"), Languages: []locale.Lang{"en"}, Zone: "UTC", Categories: []settings.Label{{ID: "ngo", Name: names("NGO")}}}
	grouped := own
	grouped.Groups = []settings.Label{{ID: "x1", Name: names("Own")}}
	grouped.Countries = []settings.Label{{ID: "CH", Name: names("Switzerland"), Group: "x1"}}
	for what, c := range map[string]struct {
		convened  conversation.Convened
		countries *locale.CountryList
		want      map[string]string // the group of each country
	}{
		"the operator's":     {own, banks, map[string]string{"CH": "g1", "FR": "", "KE": ""}},
		"the United Nations": {own, nil, map[string]string{"CH": "Europe", "FR": "Europe", "KE": "Africa"}},
		"its own":            {grouped, banks, map[string]string{"CH": "x1", "FR": "", "KE": ""}},
	} {
		st := heard(t, c.convened, 3, list("CH", "FR", "KE"))
		st.Settings.House = &settings.House{Countries: c.countries}
		v := survey.NewMap(conversation.NewReading(st, conversation.Public, time.Date(2020, 1, 3, 0, 0, 0, 0, time.UTC)), "en")
		got := map[string]string{}
		for _, g := range v.Groups {
			if len(g.Tiles) == 0 {
				t.Errorf("%s: %s is empty", what, g.ID)
			}
			for _, x := range g.Tiles {
				got[x.Code] = g.ID
			}
		}
		for code, want := range c.want {
			if want != "" && got[code] != want || want == "" && (got[code] == "g1" || got[code] == "x1" || got[code] == "") {
				t.Errorf("%s: %s stands in %q, want %q", what, code, got[code], want)
			}
		}
		if got["FR"] != got["KE"] && what != "the United Nations" {
			t.Errorf("%s: those in no group stand in %q and %q", what, got["FR"], got["KE"])
		}
	}
}
