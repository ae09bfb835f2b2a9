package quoting_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/quoting"
	"github.com/openplenary/plenary/internal/script/scripttest"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

const sent = `
at 2020-01-10T09:00Z

convene ferries
  title.en: Ferries
  languages: en
  demonstration: yes
  officer: @olga
  labels: labels.json

publish-paper paper.json => $draft

announce comments
  title.en: Comments on ferries
  paper: $draft
  opens: 2020-01-10T09:00Z
  closes: 2020-02-14T00:00Z
  late: kept
  moderation: before

tick

submit => $sent
  as: @maria
  call: comments
  category: individual
  on: general
  language: en
  text: The fery is late.
  on.2: p1.e1.x3
  language.2: en
  text.2: The bell is loud.

publish $sent

correct-words $sent
  text: The ferry is late.

publish-correction $sent
  as: @olga
`

// TestCorrected: a sentence of a compiled paper has lost what it cites when the author put other words there since, and not where they stand as they were quoted:
// in another part, in another edition, and where nothing is quoted.
func TestCorrected(t *testing.T) {
	t.Parallel()
	now := func() time.Time { return time.Date(2026, 3, 2, 10, 30, 45, 0, time.UTC) }
	sec, r := scripttest.New(t, now)
	r.Files = os.DirFS("../../internal/script/testdata")
	if err := r.RunText(t.Context(), "sent", sent); err != nil {
		t.Fatal(err)
	}
	c := r.Ref("$sent")
	one, two := cite.Part(c, 1), cite.Part(c, 2)
	span := func(part cite.Ref) cite.Ref { return part + "[0:3]" }
	_, err := sec.Read(t.Context(), r.Slug, func(s *conversation.State) error {
		st := conversation.NewReading(s, conversation.Public, now())
		all := s.Consultation.Corrections(c)
		if len(all) != 1 || all[0].Stands == 0 {
			t.Fatal(all)
		}
		stands := all[0].Stands
		for _, x := range []struct {
			kind   string
			at     cite.Position // of the edition
			source cite.Ref
			text   string
			want   string // what is known at once
			read   bool   // something has to be read
		}{
			{paper.Considerations, stands - 1, span(one), "Late.", quoting.Corrected, false},
			{paper.Summary, stands - 1, span(one), "“The”", quoting.Corrected, false},
			{paper.Considerations, stands, span(one), "Late.", "", false},
			{paper.Considerations, stands + 1, span(one), "Late.", "", false},
			{paper.Considerations, stands - 1, span(two), "Late.", "", false},
			{paper.IssuesPaper, stands - 1, span(one), "Late.", "", false},
			{paper.Considerations, stands - 1, one, "Late.", "", false},
			{paper.Considerations, stands - 1, one, "“Late.”", "", true},
			{paper.Considerations, stands, one, "“Late.”", "", false},
			{paper.Considerations, stands - 1, two, "“Late.”", "", false},
			{paper.Considerations, stands - 1, "c77", "“Late.”", "", false},
		} {
			e := &paper.Edition{Ref: "p2.e1", Kind: x.kind, At: x.at, Elements: []paper.Element{{Ref: "p2.x1", Kind: paper.Paragraph, Text: locale.Plain("en", x.text), Cites: []cite.Ref{x.source}}}}
			v := quoting.NewLosses(st, e)
			got := ""
			for _, l := range v.All {
				got += l.Why
				if l.Element != "p2.x1" || l.Source != x.source || l.Position != all[0].Position || !l.At.Equal(all[0].At) || strings.Contains(string(l.Opens()), "[") {
					t.Errorf("%+v: %+v", x, l)
				}
			}
			if got != x.want || (len(v.Need()) > 0) != x.read {
				t.Errorf("%+v: %q, to be read %v", x, got, v.Need())
			}
			if !x.read {
				continue
			}
			// By the words: lost where the sentence quotes what was written first, and not where it stands now.
			for _, q := range []string{"fery", "ferry"} {
				e.Elements[0].Text = locale.Plain("en", fmt.Sprintf("They said “The %s is late.”", q))
				v := quoting.NewLosses(st, e)
				words, err := sec.Words(t.Context(), r.Slug, st.Needed(v.Need()))
				if err != nil {
					t.Fatal(err)
				}
				if lost := v.Fill(st.Show(words)); len(lost) != map[string]int{"fery": 1, "ferry": 0}[q] || len(lost) == 1 && (lost[0].Why != quoting.Corrected || lost[0].Source != x.source) {
					t.Errorf("%s is quoted from %s: %+v", q, x.source, lost)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
