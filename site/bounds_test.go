package site

import (
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// TestClean: what is saved is held to its bounds, in each language; what stands at a bound is taken.
func TestClean(t *testing.T) {
	t.Parallel()
	en := func(n int) locale.Text { return locale.Plain(locale.English, strings.Repeat("é", n)) }
	for name, c := range map[string]struct {
		bound int
		put   func(*Said, int)
		want  string // of one more
	}{
		"name":    {MaxName, func(s *Said, n int) { s.Name = en(n) }, "name-en line.long"},
		"contact": {MaxContact, func(s *Said, n int) { s.Contact = en(n) }, "contact-en site.long"},
		"borders": {MaxBorders, func(s *Said, n int) { s.Borders = en(n) }, "borders-en site.long"},
		"group":   {MaxName, func(s *Said, n int) { s.Groups = []locale.CountryGroup{{ID: "g1", Name: en(n)}} }, "group-en line.long"},
		"page": {MaxPage, func(s *Said, n int) {
			s.Pages = map[string]map[locale.Lang]string{Help: {locale.English: strings.Repeat("é", n)}}
		}, "help-en site.long"},
		"country": {MaxName, func(s *Said, n int) {
			s.Countries = []locale.CountryChange{{Code: "FR", Name: map[locale.Lang]string{locale.English: strings.Repeat("é", n)}}}
		}, "country-en line.long"},
		"place": {999, func(s *Said, n int) { s.Countries = []locale.CountryChange{{Code: "FR", Place: n}} }, "place site.place"},
	} {
		var at, above Said
		c.put(&at, c.bound)
		c.put(&above, c.bound+1)
		if err := at.Clean(); err != nil {
			t.Errorf("%s of %d: %v", name, c.bound, err)
		}
		if rs := refusal.Of(above.Clean()); len(rs) == 0 || rs[0].Field+" "+rs[0].Key != c.want {
			t.Errorf("%s of %d: %v, want %s", name, c.bound+1, rs, c.want)
		}
	}
	for code, want := range map[string]string{"FR": "", "F": "site.code", "FRA": "site.code", "F1": "site.code", "": "site.code", "XQ": "site.country_name"} {
		s := Said{Countries: []locale.CountryChange{{Code: code, Place: 1}}}
		if rs := refusal.Of(s.Clean()); want == "" && len(rs) > 0 || want != "" && (len(rs) == 0 || rs[0].Key != want) {
			t.Errorf("%q: %v, want %q", code, rs, want)
		}
	}
	if s := (Said{Countries: []locale.CountryChange{{Code: "FR", Place: -1}}}); len(refusal.Of(s.Clean())) != 1 {
		t.Error("a place before the first is taken")
	}
	// Whatever says one thing about a country stays; one that says nothing goes.
	s := Said{Groups: []locale.CountryGroup{{ID: "g1", Name: locale.Plain(locale.English, "G")}}, Countries: []locale.CountryChange{{Code: "FR"}, {Code: "DE", Off: true}, {Code: "ES", Place: 3}, {Code: "IT", Group: "g1"},
		{Code: "PT", Group: "g9"}, {Code: "XQ", Name: map[locale.Lang]string{locale.French: " Nulle part "}}}, Name: locale.Plain(locale.English, " \n"), Contact: locale.Plain(locale.French, "  Quai 1 \n")}
	if err := s.Clean(); err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, c := range s.Countries {
		codes = append(codes, c.Code)
	}
	if !slices.Equal(codes, []string{"DE", "ES", "IT", "XQ"}) || s.Countries[3].Name["fr"] != "Nulle part" || s.Contact.In["fr"] != "Quai 1" || s.Name.Original != "" {
		t.Errorf("%+v", s)
	}
}

// TestSaid: what is said of an instance is in a language that is offered, and what lacks is named.
func TestSaid(t *testing.T) {
	t.Parallel()
	s := newSite(Said{Languages: []locale.Lang{"ar", "fr"}, Name: locale.Plain("fr", "Mairie"), Pages: map[string]map[locale.Lang]string{Help: {"fr": "Écrivez à {body}, {contact}, {address}.", "ar": ""}}}, 1, at(), "https://talk.example.org/")
	if s.Default() != "ar" || Blank().Default() != locale.English || newSite(Said{Languages: []locale.Lang{"fr", "en"}}, 1, at(), "").Default() != locale.English {
		t.Error("the language of whoever asks for none")
	}
	if got := Blank().Offered(); !slices.Equal(got, locale.All) || !slices.Equal(s.Offered(), []locale.Lang{"ar", "fr"}) {
		t.Error(got, s.Offered())
	}
	text, ok := s.Page(Help, "fr")
	if ok || !strings.HasPrefix(text, "Écrivez à Mairie, [[") || !strings.HasSuffix(text, "]], https://talk.example.org.") {
		t.Errorf("%q %v", text, ok)
	}
	if text, ok := s.Page(Help, "ar"); ok || text != "" || !slices.Equal(s.Missing(Help, "ar"), []string{locale.Arabic.T("site.gap.text")}) || len(s.Missing(Help, "fr")) != 1 {
		t.Errorf("%q %v %v", text, s.Missing(Help, "ar"), s.Missing(Help, "fr"))
	}
	if got := s.Unwritten(Help); !slices.Equal(got, []locale.Lang{"ar", "fr"}) || s.Filled() {
		t.Error(got)
	}
	for in, want := range map[string][]string{"": nil, "a": nil, "[[ a ]] [[b]]": {"a", "b"}, "[[a": nil, "a]]": nil, "[[a]] [[b": {"a"}} {
		if got := Gaps(in); !slices.Equal(got, want) {
			t.Errorf("%q: %q", in, got)
		}
	}
	for contact, want := range map[string]int{"quay@example.org": 2, "Quay 1": 1, "": 0} {
		s := newSite(Said{Contact: locale.Plain("fr", contact)}, 1, at(), "")
		if got := s.ContactIn([]locale.Lang{"fr", "en"}, "fr"); len(got.In) != want {
			t.Errorf("%q: %v", contact, got)
		}
		if got := s.ContactIn([]locale.Lang{"fr", "en"}, "en"); (len(got.In) == 2) != (want == 2) {
			t.Errorf("%q, where English comes first: %v", contact, got)
		}
	}
	for name, own := range map[string]bool{strings.Repeat("a", 32) + ".png": true, strings.Repeat("a", 31) + ".png": false, strings.Repeat("g", 32) + ".png": false, strings.Repeat("a", 32): false, strings.Repeat("a", 33) + ".png": false} {
		if ownName(name) != own {
			t.Errorf("%q is the name of a picture: %v", name, !own)
		}
	}
}

// TestFit: a picture is made as small as it has to be, of the same shape, and each point is the mean of those that it
// stands for; one that fits stays as it is.
func TestFit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ w, h, width, height, wantW, wantH int }{
		{100, 50, 100, 50, 100, 50}, {101, 50, 100, 50, 100, 49}, {100, 51, 100, 50, 98, 50}, {200, 100, 50, 50, 50, 25}, {100, 200, 50, 50, 25, 50}, {4000, 2, 100, 100, 100, 1}, {2, 4000, 100, 100, 1, 100}, {32, 32, 256, 64, 32, 32},
	} {
		if b := fit(picture(c.w, c.h), c.width, c.height).Bounds(); b.Dx() != c.wantW || b.Dy() != c.wantH {
			t.Errorf("%d by %d into %d by %d: %d by %d", c.w, c.h, c.width, c.height, b.Dx(), b.Dy())
		}
	}
	p := image.NewNRGBA(image.Rect(3, 5, 7, 7)) // it begins elsewhere
	for x := 3; x < 7; x++ {
		for y := 5; y < 7; y++ {
			p.Set(x, y, color.NRGBA{uint8(40 * (x - 3)), uint8(80 * (y - 5)), 0, 255})
		}
	}
	q := fit(p, 2, 2)
	if b := q.Bounds(); b.Dx() != 2 || b.Dy() != 1 || q.NRGBAAt(0, 0) != (color.NRGBA{20, 40, 0, 255}) || q.NRGBAAt(1, 0) != (color.NRGBA{100, 40, 0, 255}) {
		t.Errorf("%v %v %v", b, q.NRGBAAt(0, 0), q.NRGBAAt(1, 0))
	}
	same := fit(p, 4, 2)
	for x := range 4 {
		for y := range 2 {
			if same.NRGBAAt(x, y) != p.NRGBAAt(x+3, y+5) {
				t.Errorf("at %d, %d: %v", x, y, same.NRGBAAt(x, y))
			}
		}
	}
	for side, taken := range map[int]bool{MinLogo: true, MinLogo - 1: false} {
		for _, b := range [][]byte{pngOf(t, side, MinLogo), pngOf(t, MinLogo, side)} {
			if _, _, err := readLogo(b); (err == nil) != taken {
				t.Errorf("%d points: %v", side, err)
			}
		}
	}
	if _, _, err := readLogo(pngOf(t, MinLogo, MaxLogo+1)); err == nil {
		t.Error("one that is too high is taken")
	}
}
