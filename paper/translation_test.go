package paper

import (
	"reflect"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// TestTranslation: a translation is whole only while every passage is there and none is older than its original.
func TestTranslation(t *testing.T) {
	t.Parallel()
	text := func(en, fr string) locale.Text {
		out := locale.Text{Original: "en", In: map[locale.Lang]string{"en": en}}
		if fr != "" {
			out.In["fr"] = fr
		}
		return out
	}
	edition := func(title locale.Text, texts ...locale.Text) *Edition {
		e := &Edition{Title: title}
		for i, s := range texts {
			e.Elements = append(e.Elements, Element{Ref: cite.Element("p1", i+1), Kind: Paragraph, Text: s})
		}
		e.build()
		return e
	}
	title := text("Cameras", "Caméras")
	p := &Paper{Ref: "p1", Editions: []*Edition{
		edition(title, text("three metres", "trois mètres"), text("one", "un")),
		edition(title, text("one metre", "trois mètres"), text("one", "un"), text("new", "")),
		edition(text("Cameras and microphones", "Caméras"), text("one metre", "trois mètres"), text("one", "une"), text("new", "neuf")),
		edition(text("Cameras and microphones", "Caméras et micros"), text("one metre", "un mètre"), text("one", "une"), text("new", "neuf")),
	}}
	for n, want := range map[int]Translation{1: {}, 2: {Older: []int{0}, Missing: []int{2}}, 3: {TitleOlder: true, Older: []int{0}}, 4: {}} {
		got := p.Translation(n, "fr")
		if !reflect.DeepEqual(got, want) {
			t.Errorf("edition %d: %+v, want %+v", n, got, want)
		}
		if got.Whole() != (n == 1 || n == 4) {
			t.Errorf("edition %d is whole: %v", n, got.Whole())
		}
	}
	if got := p.Translation(2, "en"); !got.Whole() {
		t.Errorf("the original: %+v", got)
	}
	if got := p.Translation(2, "ar"); got.LacksTexts() != 4 || got.OlderTexts() != 0 {
		t.Errorf("a language that nobody wrote: %+v", got)
	}
	// A draft is told the same before it is published.
	d := Draft{Paper: "p1", Original: "en", Title: map[locale.Lang]string{"en": "Cameras and microphones", "fr": "Caméras et micros"}, Note: map[locale.Lang]string{"en": "Note"},
		Elements: []DraftElement{{Ref: "p1.x1", Kind: Paragraph, Text: map[locale.Lang]string{"en": "two metres", "fr": "un mètre"}}, {Kind: Paragraph, Text: map[locale.Lang]string{"en": "added"}}}}
	if got, want := d.Translation(p, "fr"), (Translation{Older: []int{0}, Missing: []int{1}, NoteMissing: true}); !reflect.DeepEqual(got, want) {
		t.Errorf("the draft: %+v, want %+v", got, want)
	}
	if got, want := d.Translation(nil, "fr"), (Translation{Missing: []int{1}, NoteMissing: true}); !reflect.DeepEqual(got, want) {
		t.Errorf("a new paper: %+v, want %+v", got, want)
	}
}
