package web_test

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/internal/script"
)

// TestManyRows: a table of more rows than one reading takes has each once, in its order.
func TestManyRows(t *testing.T) {
	t.Parallel()
	const many = 1_010
	var b strings.Builder
	b.WriteString(`at 2020-01-10T09:00Z

convene ferries
  title.en: Ferries
  languages: en fr
  demonstration: yes
  officer: @olga
  labels: labels.json

grant @max moderator

publish-paper paper.json => $draft

announce comments
  title.en: Comments
  paper: $draft
  opens: 2020-01-10T09:00Z
  closes: 2020-02-14T00:00Z
  late: kept
  moderation: after

ask comments questions.json

tick
`)
	for i := range many {
		fmt.Fprintf(&b, "\nsubmit\n  as: @p%d\n  call: comments\n  category: individual\n  chosen: 1=1\n  on: 1(i)\n  language: en\n  text: Ferry %d.\n", i, i+1)
	}
	files := fstest.MapFS{"many.txt": {Data: []byte(b.String())}}
	for _, name := range []string{"questions.json", "paper.json", "labels.json"} {
		content, err := os.ReadFile("../internal/script/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: content}
	}
	at := time.Date(2020, 1, 20, 9, 0, 0, 0, time.UTC)
	h := houseAt(t, func() time.Time { return at }, "ferries", "@olga", "@max", func(sec *plenary.Secretariat) (*script.Runner, error) {
		r := script.New(sec)
		return r, r.Run(t.Context(), files, "many.txt")
	})
	// One that breaks off in the middle does not look whole. What was read once is kept in memory, so each breaks off at another text.
	for _, x := range []struct {
		path string
		torn cite.Ref
	}{{"/p1/responses.csv", "c700"}, {"/contributions.csv", "c505"}, {"/k1/answers.csv", "c505"}} {
		if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
			row, _ := st.Consultation.Row(x.torn)
			h.disk.torn.Store(int64(row.Position))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		res, err := http.Get(h.url + "/en/c/ferries" + x.path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode == http.StatusOK && err == nil {
			t.Errorf("%s breaks off after %d bytes and looks whole", x.path, len(body))
		}
	}
	h.disk.torn.Store(0)
	for path, newestFirst := range map[string]bool{"/contributions.csv": true, "/p1/responses.csv": false, "/k1/answers.csv": true} {
		a := h.visitor().get("/en/c/ferries" + path)
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff"))).ReadAll()
		if err != nil || a.status != 200 || len(rows) != many+1 {
			t.Errorf("%s: %d, %d rows, %v", path, a.status, len(rows), err)
			continue
		}
		for i, row := range rows[1:] {
			n := i + 1
			if newestFirst {
				n = many - i
			}
			if want := fmt.Sprintf("c%d", n); !strings.HasPrefix(row[0], want) || strings.HasPrefix(row[0], want+"0") {
				t.Errorf("%s: row %d is %q, not %s", path, i+1, row[0], want)
				break
			}
		}
	}
}
