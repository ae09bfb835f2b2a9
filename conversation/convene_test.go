package conversation

import (
	"strings"
	"testing"

	"github.com/openplenary/plenary/locale"
)

func TestSlugOf(t *testing.T) {
	for title, want := range map[string]string{
		"Water":                          "water",
		"  Éducation & Çulture — 2030 ":  "education-culture-2030",
		"العبّارات":                      "conversation",
		"":                               "conversation",
		"AI / IP":                        "ai-ip",
		strings.Repeat("long title ", 9): "long-title-long-title-long-tit",
		strings.Repeat("a", 29) + " b":   strings.Repeat("a", 29),
		"Ｆｕｌｌ ｗｉｄｔｈ":                     "full-width",
	} {
		got := SlugOf(title)
		if got != want || !slugForm.MatchString(got) {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
}

func TestLabelIDOf(t *testing.T) {
	for name, want := range map[string]string{"Member States": "member_states", "Société civile (ONG)": "societe_civile_ong", "会": "", strings.Repeat("x", 50): strings.Repeat("x", 40)} {
		if got := LabelIDOf(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestStartingCategories(t *testing.T) {
	cats := StartingCategories(locale.French)
	ids := map[string]Label{}
	for _, c := range cats {
		ids[c.ID] = c
		for _, l := range locale.All {
			if s, _ := c.Name.For(l); s == "" || strings.Contains(s, "⟦") {
				t.Errorf("%s in %s: %q", c.ID, l, s)
			}
		}
		if c.Name.Original != locale.French {
			t.Error(c.Name.Original)
		}
	}
	if len(ids) != 6 || !ids["member_state"].State || !ids["ngo"].Body || ids["ngo"].State || ids["individual"].Body {
		t.Errorf("%+v", ids)
	}
}
