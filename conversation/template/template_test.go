package template

import (
	"strings"
	"testing"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/settings"
)

func TestStartingCategories(t *testing.T) {
	cats := StartingCategories(locale.French)
	ids := map[string]settings.Label{}
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
	if len(ids) != 5 || !ids["company"].Body || !ids["researcher"].Both || !ids["individual"].Unsaid || ids["individual"].Body {
		t.Errorf("%+v", ids)
	}
}

// TestStages: the start and the deadline stand at the stages that bear them, and every title has its words
// in six languages.
func TestStages(t *testing.T) {
	t.Parallel()
	for template, want := range map[string]string{
		Conversation: "session 2026-03-02..; paper ..; call ..2026-05-01; paper ..; session ..; considerations ..",
		Consultation: "paper ..; call 2026-03-02..2026-05-01; considerations ..",
		WIPO:         "session 2026-03-02..; paper ..; call ..2026-05-01; paper ..; session ..; considerations ..",
		Meeting:      "paper ..; session 2026-03-02..2026-05-01; review ..",
	} {
		stages, ok := Stages(template, "2026-03-02", "2026-05-01", locale.French)
		var got []string
		for _, s := range stages {
			got = append(got, s.Kind+" "+s.From+".."+s.To)
			for _, l := range locale.All {
				if words := s.Title.In[l]; words == "" || strings.Contains(words, "⟦") || s.Title.Original != locale.French || s.State != settings.Planned {
					t.Errorf("%s: %+v", template, s)
				}
			}
		}
		if !ok || strings.Join(got, "; ") != want {
			t.Errorf("%s: %s, not %s", template, strings.Join(got, "; "), want)
		}
	}
	if stages, ok := Stages("party", "2026-03-02", "2026-05-01", locale.French); ok || stages != nil {
		t.Errorf("%+v", stages)
	}
	if len(Names) != len(calendars) {
		t.Error(Names)
	}
}

// TestLabels: every label has its name in six languages; a template begins with no subject area and no question but
// the one that says so, and whoever says no category is an individual.
func TestLabels(t *testing.T) {
	t.Parallel()
	for _, name := range Names {
		lists := Labels(name, locale.French)
		if with := len(lists[settings.Subjects]) + len(lists[settings.Crosscutting]) + len(lists[settings.Groups]); (with > 0) != (name == WIPO) {
			t.Errorf("%s begins with %d labels", name, with)
		}
		unsaid := 0
		for list, labels := range lists {
			for _, l := range labels {
				for _, lang := range locale.All {
					if s := l.Name.In[lang]; s == "" || strings.Contains(s, "⟦") {
						t.Errorf("%s: %s in %s: %q", list, l.ID, lang, s)
					}
				}
				if l.Unsaid {
					unsaid++
				}
			}
		}
		if unsaid != 1 || len(lists[settings.Categories]) < 5 {
			t.Errorf("%s: %+v", name, lists[settings.Categories])
		}
	}
	if rows := StartingCrosscutting(locale.French); len(rows) != 9 || rows[0].ID != "author" || rows[0].Name.Original != locale.French {
		t.Errorf("%+v", rows)
	}
}
