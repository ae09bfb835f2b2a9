package site

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/markup"
	"github.com/openplenary/plenary/refusal"
)

func at() time.Time { return time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC) }

func opened(t *testing.T) (*Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(dir, "https://talk.example.org", at)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

// Each legal page begins in each language with a text that says what is missing and is read whole by the markup.
func TestFirstTexts(t *testing.T) {
	for _, page := range PageNames {
		gaps := -1
		for _, l := range locale.All {
			text := FirstText(page, l)
			if text == "" || !strings.Contains(text, "{contact}") {
				t.Errorf("%s in %s: %q", page, l, text)
			}
			if n := len(Gaps(text)); gaps >= 0 && n != gaps {
				t.Errorf("%s in %s has %d gaps, in another language %d", page, l, n, gaps)
			} else {
				gaps = n
			}
			if strings.Count(text, "[[") != strings.Count(text, "]]") || len(markup.Parse(text)) < 5 {
				t.Errorf("%s in %s is broken", page, l)
			}
			if l == locale.French && (strings.Contains(text, " :") || strings.Contains(text, "'")) {
				t.Errorf("%s is not set as French is", page)
			}
			if taken := TakenText(page, l); len(Gaps(taken)) > 0 || strings.Contains(taken, "||") || strings.Contains(taken, "\n\n\n") || len(markup.Parse(taken)) < len(markup.Parse(text))-3 ||
				!strings.Contains(taken, "{contact}") || strings.Contains(text, "||") {
				t.Errorf("%s in %s cannot be taken as it begins: %s", page, l, taken)
			}
			if _, ok := Blank().Page(page, l); ok {
				t.Errorf("%s in %s is shown before anybody filled it in", page, l)
			}
		}
	}
}

// What is saved holds, is found again at the next start, and the versions before stay.
func TestVersions(t *testing.T) {
	s, dir := opened(t)
	if now := s.Now(); now.Filled() || now.Version != 0 || now.CountryList() != locale.UNCountries() {
		t.Error(now)
	}
	told := 0
	s.OnChange(func(*Site) { told++ })
	save := func(name string) {
		t.Helper()
		if err := s.Save(func(now Said) (Said, error) {
			now.Name, now.Contact = locale.Plain(locale.French, "  "+name+" "), locale.Plain(locale.English, "Quay 1")
			now.Pages = FirstPages(func(gap string, _ locale.Lang) string { return "filled: " + gap })
			return now, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	save("Mairie")
	save("Ville de Clairvallon")
	again, err := Open(dir, "https://talk.example.org", at)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []*Store{s, again} {
		now := x.Now()
		text, ok := now.Page(Privacy, locale.English)
		if now.Version != 2 || !now.Filled() || !ok || !strings.Contains(text, "Ville de Clairvallon runs https://talk.example.org") || !strings.Contains(text, "Quay 1") {
			t.Errorf("%d %v %q", now.Version, now.Filled(), text)
		}
		was, err := x.Earlier(1)
		if err != nil || was.Name.String() != "Mairie" {
			t.Error(was, err)
		}
	}
	if n, err := Check(dir); n != 2 || err != nil || told != 3 {
		t.Error(n, err, told)
	}
	if _, err := s.Earlier(3); err == nil {
		t.Error("a version that never was")
	}
}

// A byte that is other is damage: the version before holds, nothing is saved, and it is said.
func TestDamage(t *testing.T) {
	for _, damage := range []struct {
		file string
		do   func([]byte) []byte
		name string
	}{
		{"0002.json", func(b []byte) []byte { return bytes.Replace(b, []byte("Two"), []byte("Ten"), 1) }, "One"},
		{"0002.json", func([]byte) []byte { return []byte("{") }, "One"},
		{"0001.json", func([]byte) []byte { return nil }, ""},
	} {
		s, dir := opened(t)
		for _, name := range []string{"One", "Two"} {
			if err := s.Save(func(now Said) (Said, error) { now.Name = locale.Plain(locale.English, name); return now, nil }); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(dir, Dir, damage.file)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if b = damage.do(b); b == nil {
			err = os.Remove(path)
		} else {
			err = os.WriteFile(path, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		again, err := Open(dir, "", at)
		if !errors.Is(err, ErrDamaged) || again.Now().Name.String() != damage.name {
			t.Errorf("%s: %v, %q holds", damage.file, err, again.Now().Name)
		}
		if rs := refusal.Of(again.Save(func(now Said) (Said, error) { return now, nil })); len(rs) != 1 || rs[0].Key != "site.damaged" {
			t.Error(rs)
		}
		if _, err := Check(dir); !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
	}
}

func picture(w, h int) *image.NRGBA {
	p := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			p.Set(x, y, color.NRGBA{uint8(x), uint8(y), 90, 255})
		}
	}
	return p
}

func pngOf(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture(w, h)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A logo is made anew, small enough for every page; what is none is refused with its reason.
func TestLogo(t *testing.T) {
	s, dir := opened(t)
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, picture(900, 300), nil); err != nil {
		t.Fatal(err)
	}
	for name, sent := range map[string][]byte{"png": pngOf(t, 2000, 1000), "jpeg": photo.Bytes(), "largest": pngOf(t, MaxLogo, MinLogo)} {
		logo, err := s.SetLogo(sent)
		if err != nil {
			t.Fatal(name, err)
		}
		if logo.Width != LargeLogo || logo.SmallHeight > SmallLogo {
			t.Errorf("%s: %+v", name, logo)
		}
		b, err := s.Picture(logo.Small)
		if config, kind, cerr := image.DecodeConfig(bytes.NewReader(b)); err != nil || cerr != nil || kind != "png" || config.Height != logo.SmallHeight || bytes.Contains(b, sent[:64]) {
			t.Error(name, err, cerr, kind)
		}
		if err := s.Save(func(now Said) (Said, error) { now.Logo = logo; return now, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := Check(dir); n != 3 || err != nil {
		t.Error(n, err)
	}
	if err := os.Remove(filepath.Join(dir, Dir, s.Now().Logo.Small)); err != nil {
		t.Fatal(err)
	}
	if _, err := Check(dir); !errors.Is(err, ErrDamaged) {
		t.Error("a picture is gone and nobody says so:", err)
	}
	for key, sent := range map[string][]byte{
		"site.logo.large":  make([]byte, 30<<20),
		"site.logo.small":  pngOf(t, 1, 1),
		"site.logo.pixels": pngOf(t, MaxLogo+1, MinLogo),
		"site.logo.type":   []byte("GIF89a and more that is no picture"),
		"site.logo.svg":    []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`),
		"site.logo.broken": pngOf(t, 100, 100)[:60],
	} {
		if _, err := s.SetLogo(sent); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Key != key || refusal.Of(err)[0].Field != "logo" {
			t.Errorf("%s: %v", key, err)
		}
	}
	for _, name := range []string{"0001.json", "../keys/secret", "", strings.Repeat("a", 32) + ".png"} {
		if _, err := s.Picture(name); err == nil {
			t.Errorf("%q is given out", name)
		}
	}
}

// A country can be added, named, moved to the front, put into a group and taken from the forms; a record that has it keeps
// its name.
func TestCountries(t *testing.T) {
	s, _ := opened(t)
	if err := s.Save(func(now Said) (Said, error) {
		now.Groups = []locale.CountryGroup{{ID: "g1", Name: locale.Plain(locale.English, "Neighbours")}}
		now.Countries = []locale.CountryChange{
			{Code: "XK", Name: map[locale.Lang]string{locale.French: "Kosovo"}},
			{Code: "TW", Name: map[locale.Lang]string{locale.English: "Elsewhere"}, Group: "gone"},
			{Code: "FR", Place: 1, Group: "g1"}, {Code: "MC", Place: 2},
			{Code: "AD", Off: true}, {Code: "DE"},
		}
		return now, nil
	}); err != nil {
		t.Fatal(err)
	}
	list := s.Now().CountryList()
	offered := list.Offered(locale.English)
	codes := make([]string, len(offered))
	for i, c := range offered {
		codes[i] = c.Code
	}
	if len(codes) != 248+2-1 || codes[0] != "FR" || codes[1] != "MC" || codes[2] != "AF" || slices.Contains(codes, "AD") || !slices.Contains(codes, "XK") {
		t.Errorf("%d: %v", len(codes), codes[:5])
	}
	if list.Name("XK", locale.Arabic) != "Kosovo" || list.Name("TW", locale.English) != "Elsewhere" || list.Name("AD", locale.English) != "Andorra" || list.May("AD") || !list.May("TW") {
		t.Error("names, or what may be chosen")
	}
	if c, _ := list.Find("FR"); c.Own != "g1" || len(s.Now().Countries) != 5 || s.Now().Countries[1].Group != "" {
		t.Errorf("%+v", s.Now().Countries)
	}
	for key, c := range map[string][]locale.CountryChange{
		"site.code":         {{Code: "fr", Off: true}},
		"site.code_taken":   {{Code: "FR", Off: true}, {Code: "FR", Place: 1}},
		"site.country_name": {{Code: "XZ", Place: 1}},
		"site.place":        {{Code: "FR", Place: 1000}},
		"line.long":         {{Code: "FR", Name: map[locale.Lang]string{locale.English: strings.Repeat("x", MaxName+1)}}},
	} {
		err := s.Save(func(now Said) (Said, error) { now.Countries = c; return now, nil })
		if rs := refusal.Of(err); len(rs) == 0 || rs[0].Key != key {
			t.Errorf("%s: %v", key, err)
		}
	}
	if s.Now().Version != 1 {
		t.Error("what is refused is saved")
	}
}

// TestTranslate: a translation is saved with what it is; when its original is changed it is older, whatever was said of it;
// nobody overwrites what they have not seen, and no gap is left.
func TestTranslate(t *testing.T) {
	s, dir := opened(t)
	if err := s.Save(func(now Said) (Said, error) {
		now.Name, now.Contact = locale.Text{Original: locale.English, In: map[locale.Lang]string{locale.English: "Town", locale.French: "Ville"}}, locale.Plain(locale.English, "Quay 1")
		now.Pages = FirstPages(func(gap string, _ locale.Lang) string { return "filled: " + gap })
		return now, nil
	}); err != nil {
		t.Fatal(err)
	}
	translate := func(name, status, words, key string) {
		t.Helper()
		text, _ := s.Now().Text(name)
		seen := text.Seen(locale.French)
		if key == "translation.moved" {
			seen = "0123456789abcdef"
		}
		err := s.Translate(name, input.Translated{Language: locale.French, Status: status, Words: words, Seen: seen})
		if rs := refusal.Of(err); key == "" && err != nil || key != "" && (len(rs) == 0 || rs[0].Key != key) {
			t.Errorf("%s: %v, want %q", name, err, key)
		}
	}
	is := func(name, want string) {
		t.Helper()
		text, _ := s.Now().Text(name)
		if got := s.Now().Marks.Standing(name, text, locale.French); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	is(Help, locale.IsUnsaid)
	is(ContactText, locale.IsMissing)
	translate(Help, locale.IsOfficial, "Comment participer. {contact}", "")
	is(Help, locale.IsOfficial)
	translate(Help, locale.IsOfficial, "Encore.", "translation.moved")
	translate(Help, locale.IsOfficial, "Il manque [[ceci]].", "site.gap_left")
	translate(Help, locale.IsOfficial, " ", "translation.empty")
	translate(Help, locale.IsOfficial, strings.Repeat("é", MaxPage+1), "line.long")
	translate("king", locale.IsOfficial, "Roi", "translation.unknown")
	translate(ContactText, locale.IsUnofficial, "Quai 1", "")
	if err := s.Save(func(now Said) (Said, error) {
		now.Pages[Help][locale.English] = "How to take part, anew."
		return now, nil
	}); err != nil {
		t.Fatal(err)
	}
	is(Help, locale.IsOlder)
	is(ContactText, locale.IsUnofficial)
	again, err := Open(dir, "https://talk.example.org", at)
	if err != nil || !again.Now().Marks.Older(Help, locale.French) {
		t.Errorf("it is not found again: %v %v", again.Now().Marks, err)
	}
}
