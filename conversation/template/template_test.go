package template

import (
	"strings"
	"testing"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
)

func TestStartingCategories(t *testing.T) {
	cats := StartingCategories(locale.French)
	ids := map[string]conversation.Label{}
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

// TestStages: the start and the deadline stand at the stages that bear them, and every title has its words
// in six languages.
func TestStages(t *testing.T) {
	t.Parallel()
	for template, want := range map[string]string{
		Conversation: "session 2026-03-02..; paper ..; call ..2026-05-01; paper ..; session ..; considerations ..",
		Consultation: "paper ..; call 2026-03-02..2026-05-01; considerations ..",
		Meeting:      "paper ..; session 2026-03-02..2026-05-01; review ..",
	} {
		stages, ok := Stages(template, "2026-03-02", "2026-05-01", locale.French)
		var got []string
		for _, s := range stages {
			got = append(got, s.Kind+" "+s.From+".."+s.To)
			for _, l := range locale.All {
				if words := s.Title.In[l]; words == "" || strings.Contains(words, "⟦") || s.Title.Original != locale.French || s.State != conversation.Planned {
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

// TestLabels: a name in any language finds its label, and every label has six.
func TestLabels(t *testing.T) {
	t.Parallel()
	for _, ps := range [][]Label{Categories, Groups, Subjects, crosscutting} {
		for _, p := range ps {
			for _, l := range locale.All {
				name := p.Name(locale.French).In[l]
				if found, ok := Find(ps, strings.ToUpper(name)); !ok || found != p || strings.Contains(name, "⟦") {
					t.Errorf("%s in %s: %q finds %+v", p.ID, l, name, found)
				}
			}
		}
		if p, ok := Find(ps, "The ferry"); ok {
			t.Errorf("%+v", p)
		}
	}
	if rows := StartingCrosscutting(locale.French); len(rows) != 9 || rows[0].ID != "author" || rows[0].Name.Original != locale.French {
		t.Errorf("%+v", rows)
	}
	for name, want := range map[string]string{"Water Users": "water_users", "水": "subject_3"} {
		if got := LabelID(name, "subjects", 3); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}
