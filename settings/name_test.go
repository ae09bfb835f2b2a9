package settings

import (
	"strings"
	"testing"
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
		"Œuvre d’eau – Straße, Ærø, Łódź, Þing": "oeuvre-d-eau-strasse-aero-lodz",
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
