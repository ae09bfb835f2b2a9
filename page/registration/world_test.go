package registration_test

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/registration"
	"github.com/openplenary/plenary/settings"
)

// reading is a conversation with a country of its own, with or without maps.
func reading(t *testing.T, off bool) *conversation.Reading {
	t.Helper()
	st := conversation.NewState()
	at := time.Date(2020, 1, 2, 9, 0, 0, 0, time.UTC)
	for i, fact := range []cite.Fact{
		&conversation.Convened{Slug: "ferries", At: at, Countries: []settings.Label{{ID: "XA", Name: named("Arcadia & <sons>")}}},
		&settings.MapSet{Off: off, Disclaimer: named("The banks move.")},
	} {
		if err := st.Apply(cite.Entry{Position: cite.Position(i + 1), Time: at}, fact); err != nil {
			t.Fatal(err)
		}
	}
	return conversation.NewReading(st, conversation.Public, at)
}

func named(name string) locale.Text {
	return locale.Text{Original: "en", In: map[locale.Lang]string{"en": name}}
}

func session(name string, cells ...registration.WorldCell) registration.WorldMap {
	return registration.WorldMap{Title: frame.LocalizedText{Text: name, Lang: "en"}, Cells: cells}
}

func drawn(t *testing.T, l locale.Lang, w *registration.World) string {
	t.Helper()
	var b strings.Builder
	if err := registration.WorldMaps(&frame.Frame{Lang: l, Slug: "ferries"}, w).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if b.Len() == 0 {
		return ""
	}
	for d := xml.NewDecoder(strings.NewReader(b.String())); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// TestWorld: a map shows what the table shows, the first has the shapes, one key holds for all, no shade stands for fewer people than are shown, and a country of which nothing is
// shown looks like any other.
func TestWorld(t *testing.T) {
	t.Parallel()
	cell := func(code, name string, n int) registration.WorldCell {
		return registration.WorldCell{Code: code, Name: name, N: n, Of: 60}
	}
	w := registration.NewWorld(reading(t, false), []registration.WorldMap{session("First <one>", cell("FR", "France", 40), cell("TV", "Tuvalu & <more>", 5), cell("XA", "Arcadia & <sons>", 7)), session("Empty"),
		session("Third", cell("FR", "France", 9))}, "en")
	if len(w.Maps) != 2 || len(w.Undrawn) != 1 {
		t.Fatalf("%+v", w)
	}
	s := drawn(t, "en", w)
	for _, want := range []string{`<use href="#m-FR" class="f5"><title>France: 40 of 60</title></use>`, `<use href="#m-TV" class="f1"><title>Tuvalu &amp; &lt;more&gt;: 5 of 60</title></use>`, `<title>Chad</title>`,
		`<use href="#m-FR" class="f1"><title>France: 9 of 60</title></use>`, "First &lt;one&gt;", "The banks move.", "Arcadia &amp; &lt;sons&gt;", "5 to 9", "35 and more", locale.English.T("map.few")} {
		if !strings.Contains(s, want) {
			t.Errorf("the maps lack %s", want)
		}
	}
	if n := strings.Count(s, `id="m-TD"`); n != 1 {
		t.Errorf("the shapes are drawn %d times", n)
	}
	if m := regexp.MustCompile(`style=|<style|<script|xlink|<(?:path|circle)[^>]* class=`).FindString(s); m != "" {
		t.Errorf("the maps have %s", m)
	}
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(s, -1) {
		if seen[m[1]] {
			t.Errorf("two things are %s", m[1])
		}
		seen[m[1]] = true
	}
	if s := drawn(t, "en", registration.NewWorld(reading(t, true), []registration.WorldMap{session("First", cell("FR", "France", 40))}, "en")); s != "" {
		t.Error("a conversation without maps has one")
	}
	if s := drawn(t, "en", registration.NewWorld(reading(t, false), []registration.WorldMap{session("First", cell("XA", "Arcadia", 40))}, "en")); s != "" {
		t.Error("a map is drawn on which nothing is to be seen")
	}
}

// TestWorldWeight: a map with people from everywhere weighs less than 25 kB in each language, and of many sessions only the last are drawn, which the page says.
func TestWorldWeight(t *testing.T) {
	t.Parallel()
	st := reading(t, false)
	for _, l := range locale.All {
		all := func(i int) registration.WorldMap {
			m := session(fmt.Sprint("Session ", i))
			for k, c := range st.CountryList().All(l) {
				m.Cells = append(m.Cells, registration.WorldCell{Code: c.Code, Name: st.CountryName(c.Code, l), N: 5 + k*(i+1)%40, Of: 5000})
			}
			return m
		}
		weight := func(maps ...registration.WorldMap) (string, int) {
			s := drawn(t, l, registration.NewWorld(st, maps, l))
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			_, _ = io.WriteString(z, s)
			_ = z.Close()
			return s, b.Len()
		}
		last := l.T("map.people_last", "n", l.Number(4))
		if s, n := weight(all(1)); n > 25_000 || !strings.Contains(s, "<title>"+locale.UNCountries().Name("FR", l)+"</title>") || strings.Contains(s, last) {
			t.Errorf("%s: a map of %d bytes", l, n)
		}
		if s, n := weight(all(1), all(2), all(3), all(4), all(5), all(6)); n > 30_000 || strings.Contains(s, "Session 2") || !strings.Contains(s, "Session 3") || !strings.Contains(s, last) {
			t.Errorf("%s: maps of %d bytes", l, n)
		}
	}
}
