package locale

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for s, want := range map[string]Lang{"fr": French, "fr-CA": French, "zh-Hans": Chinese, "zh-Hans-CN": Chinese, "ar-u-nu-latn": Arabic,
		"": "", "f": "", "FR": "", "de": "", "fr-": "", "fra": "", "fr_CA": "", "fr-CA-": "", "fr--CA": "", "fr-C A": "", "fr-123456789": "",
		"en/../x": "", "en-" + strings.Repeat("a-", 30) + "a": ""} {
		if got, ok := Parse(s); got != want || ok != (want != "") {
			t.Errorf("Parse(%q) = %q, %v", s, got, ok)
		}
	}
}

func TestLang(t *testing.T) {
	letters := ""
	for i, l := range All {
		letters += l.Letter()
		if !l.Valid() || l.index() != i || l.Name() == "" || (l.Dir() == "rtl") != (l == Arabic) {
			t.Error(l)
		}
	}
	if letters != "ACEFRS" || Spanish.Name() != "Español" {
		t.Error(letters)
	}
	for reader, want := range map[Lang]string{English: "French", Spanish: "francés", Russian: "французский", Chinese: "法文", "xx": "French"} {
		if got := French.NameIn(reader); got != want {
			t.Errorf("French in %s is %s", reader, got)
		}
	}
	if got := Spanish.T("paper.original", "language", French) + Spanish.T("paper.original", "language", Lang("xx")); got != "Original: francésOriginal: xx" {
		t.Error(got)
	}
	if got := Russian.Isolate("paper.original", "language", Arabic); got != "Оригинал: \u2068арабский\u2069" {
		t.Errorf("%q", got)
	}
	if x := Lang("xx"); x.NameIn(French) != "xx" || x.Valid() || x.Name() != "xx" || x.Letter() != "" || x.Dir() != "ltr" {
		t.Error("a language that is not one of the six")
	}
}

func TestNegotiate(t *testing.T) {
	for s, want := range map[string]Lang{
		"": English, "fr": French, "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5": French,
		"de-DE,de;q=0.9,es;q=0.5": Spanish, "zh-TW,zh;q=0.9": Chinese, "ar-EG": Arabic, "uk-UA,uk;q=0.9": Russian, "de": English, "*": English,
		"en-GB,fr;q=0.9": English, "fr;q=0.3,es;q=0.7": Spanish, "_bad_,ru": Russian, "fr;q=0,es;q=0.1": Spanish, "fr;q=x,es": Spanish,
		"fr,es;q=junk": French, strings.Repeat("de;q=0.9,", 21) + "es,fr": Spanish, strings.Repeat("fr", 500): English,
		"pt-BR,pt;q=0.9,en;q=0.1": English, "\x00,\xff,es": Spanish, "es-419": Spanish, ",,,": English,
		"es;q=0.9," + strings.Repeat("de;q=0.9,", 20) + "de;q=0.9,fr;q=0.1": Spanish, // what is cut off says nothing, not even in part
	} {
		if got := Negotiate(s); got != want {
			t.Errorf("Negotiate(%.60q) = %s, want %s", s, got, want)
		}
	}
}

func FuzzNegotiate(f *testing.F) {
	f.Add("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5")
	f.Add("zh-Hant-TW-u-nu-hanidec;q=1.0,i-klingon,x-private")
	f.Add(strings.Repeat("en-a-b-", 100))
	f.Fuzz(func(t *testing.T, s string) {
		if l := Negotiate(s); !l.Valid() {
			t.Fatal(l)
		}
		if l, ok := Parse(s); ok != l.Valid() {
			t.Fatal(l, ok)
		}
	})
}

func BenchmarkNegotiate(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Negotiate("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5")
	}
}

func TestText(t *testing.T) {
	x := Text{Original: French, In: map[Lang]string{French: "Avis", Russian: "", Spanish: "Aviso", Arabic: "رأي"}}
	for l, want := range map[Lang]Lang{French: French, Spanish: Spanish, Russian: French, Chinese: French, "xx": French} {
		if s, in := x.For(l); in != want || s != x.In[want] {
			t.Errorf("%s: %q in %s", l, s, in)
		}
	}
	data, err := json.Marshal(x)
	if want := `{"original":"fr","in":{"ar":"رأي","es":"Aviso","fr":"Avis","ru":""}}`; err != nil || string(data) != want {
		t.Errorf("%s, %v", data, err)
	}
	x.In[French] = ""
	if s, in := x.For(English); s != "رأي" || in != Arabic || x.String() != s {
		t.Error(s, in)
	}
	if (Text{}).String() != "" || !(Text{}).Empty() || Plain(English, "a").Empty() || Plain(English, "a").String() != "a" || !Plain(English, "").Empty() {
		t.Error("Plain, Empty")
	}
}
