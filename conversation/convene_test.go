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

// TestTemplateStages: the start and the deadline stand at the stages that bear them, and every title has its words
// in six languages.
func TestTemplateStages(t *testing.T) {
	t.Parallel()
	for template, want := range map[string]string{
		TemplateConversation: "session 2026-03-02..; paper ..; call ..2026-05-01; paper ..; session ..; considerations ..",
		TemplateConsultation: "paper ..; call 2026-03-02..2026-05-01; considerations ..",
		TemplateMeeting:      "paper ..; session 2026-03-02..2026-05-01; review ..",
	} {
		stages, ok := TemplateStages(template, "2026-03-02", "2026-05-01", locale.French)
		var got []string
		for _, s := range stages {
			got = append(got, s.Kind+" "+s.From+".."+s.To)
			for _, l := range locale.All {
				if words := s.Title.In[l]; words == "" || strings.Contains(words, "⟦") || s.Title.Original != locale.French || s.State != Planned {
					t.Errorf("%s: %+v", template, s)
				}
			}
		}
		if !ok || strings.Join(got, "; ") != want {
			t.Errorf("%s: %s, not %s", template, strings.Join(got, "; "), want)
		}
	}
	if stages, ok := TemplateStages("party", "2026-03-02", "2026-05-01", locale.French); ok || stages != nil {
		t.Errorf("%+v", stages)
	}
	if len(Templates) != len(calendars) {
		t.Error(Templates)
	}
}

// TestPresets: a name in any language finds its preset, and every preset has six.
func TestPresets(t *testing.T) {
	t.Parallel()
	for _, ps := range [][]Preset{PresetCategories, PresetGroups, PresetSubjects, presetCrosscutting} {
		for _, p := range ps {
			for _, l := range locale.All {
				name := p.Name(locale.French).In[l]
				if found, ok := FindPreset(ps, strings.ToUpper(name)); !ok || found != p || strings.Contains(name, "⟦") {
					t.Errorf("%s in %s: %q finds %+v", p.ID, l, name, found)
				}
			}
		}
		if p, ok := FindPreset(ps, "The ferry"); ok {
			t.Errorf("%+v", p)
		}
	}
	if rows := StartingCrosscutting(locale.French); len(rows) != 9 || rows[0].ID != "author" || rows[0].Name.Original != locale.French {
		t.Errorf("%+v", rows)
	}
	for name, want := range map[string]string{"Water Users": "water_users", "水": "subject_3"} {
		if got := NewLabelID(name, "subjects", 3); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}
