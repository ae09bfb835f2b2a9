package web_test

import (
	"encoding/csv"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/openplenary/plenary/conversation/overview"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/press"
	"github.com/xuri/excelize/v2"
)

// records reads a table with its header.
func records(t testing.TB, all [][]string, err error) (rows []map[string]string) {
	t.Helper()
	if err != nil || len(all) == 0 {
		t.Fatal(err, len(all))
	}
	for _, r := range all[1:] {
		row := map[string]string{}
		for i, s := range r {
			row[all[0][i]] = s
		}
		rows = append(rows, row)
	}
	return rows
}

// table reads a CSV.
func (v *visitor) table(path string) []map[string]string {
	v.h.t.Helper()
	a := v.get(path)
	if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") {
		v.h.t.Fatal(path, a.status, a.header.Get("Content-Type"))
	}
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff"))).ReadAll()
	return records(v.h.t, all, err)
}

// TestOverview: the page, its CSV and the page behind each cell say the same numbers.
func TestOverview(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	rows := v.table("/en" + conv + "/overview.csv")
	if len(rows) != 9*10 {
		t.Fatalf("%d cells, want every question by every subject", len(rows))
	}
	html := v.get("/en" + conv + "/overview").body
	words := map[string]bool{}
	for _, r := range rows {
		at := conv + "/overview/" + r["question"] + "/" + r["subject"]
		if leads := strings.Contains(html, `href="/en`+at+`"`); leads != (r["contributions"] != "0") {
			t.Errorf("%s: the table leads there: %v, with %s contributions", at, leads, r["contributions"])
		}
		listed := 0
		for pages, after := 0, ""; pages < 20; pages++ {
			var e struct {
				overview.Cell
				Convergence string            `json:"convergence"`
				Said        []json.RawMessage `json:"points_page"`
				Next        string            `json:"next"`
			}
			a := v.get("/en" + at + ".json?after=" + after)
			if err := json.Unmarshal([]byte(a.body), &e); err != nil || a.status != 200 {
				t.Fatal(at, a.status, err)
			}
			for name, n := range map[string]int{"contributions": e.Submissions, "parties": e.Count.Parties, "texts": e.Texts, "points": e.Points, "open points": e.Open, "passages": e.Elements, "pairs": e.Pairs} {
				if r[name] != strconv.Itoa(n) {
					t.Errorf("%s: the table says %s %s, its page %d", at, r[name], name, n)
				}
			}
			if locale.English.T("convergence."+e.Convergence) != r["convergence"] {
				t.Errorf("%s: %s and %s", at, r["convergence"], e.Convergence)
			}
			words[e.Convergence] = true
			listed += len(e.Said)
			if after = e.Next; after == "" {
				break
			}
		}
		if r["points"] != strconv.Itoa(listed) {
			t.Errorf("%s: %s points, and %d listed", at, r["points"], listed)
		}
		if r["invented"] != "yes" {
			t.Errorf("%s does not say that it is a demonstration's", at)
		}
	}
	if !words["nothing"] || !words["too_few"] || len(words) < 3 {
		t.Errorf("the demonstration shows only %v", words)
	}
	for _, p := range []string{"/overview/none/patents", "/overview/author/none", "/overview/author/none.json"} {
		if a := v.get("/en" + conv + p); a.status != 404 {
			t.Errorf("%s: %d", p, a.status)
		}
	}
}

// TestResponses: the files hold every published point of the paper, once, and no word that is not for
// everybody; what a spreadsheet would run is harmless in them.
func TestResponses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v, mod, stranger := h.visitor(), h.as("moderator"), h.visitor()
	send := func(token, text string) string {
		a := v.post("/en"+conv+"/k1/contribute", with(submission(token, text), "on", "p1.e1.x12")) // late, and kept
		m := regexp.MustCompile(`/(c\d+)/receipt`).FindStringSubmatch(a.header.Get("Location"))
		if m == nil {
			t.Fatal(a.status, a.body)
		}
		return m[1]
	}
	public := send(nonce1, `=HYPERLINK("https://evil.example";"secret name")`)
	waits := send(nonce2, "What waits for a moderator.")
	if a := mod.post("/en"+conv+"/"+public+"/publish", nil); a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	mod.redact(public, "secret name")
	var doc struct {
		Ledger   struct{ Answered, Unanswered, Pending int }
		Outcomes []struct {
			Outcome string
			Points  int
		}
		Holds bool `json:"ledger_holds"`
	}
	if err := json.Unmarshal([]byte(stranger.get("/en"+conv+"/p1/responses.json").body), &doc); err != nil || !doc.Holds || doc.Ledger.Answered == 0 || doc.Ledger.Unanswered == 0 || doc.Ledger.Pending == 0 {
		t.Fatalf("%v %+v", err, doc)
	}
	book := stranger.get("/en" + conv + "/p1/responses.xlsx")
	f, err := excelize.OpenReader(strings.NewReader(book.body))
	if err != nil {
		t.Fatal(book.status, err)
	}
	defer f.Close()
	about, err := f.GetRows("About")
	if err != nil {
		t.Fatal(err)
	}
	cover := ""
	for _, r := range about {
		cover += strings.Join(r, " ") + "\n"
	}
	if !strings.Contains(cover, "what people say is invented") || !strings.Contains(cover, "DEMO/IP/AI") {
		t.Errorf("the cover: %s", cover)
	}
	sheet, err := f.GetRows("Points")
	for name, rows := range map[string][]map[string]string{"csv": stranger.table("/en" + conv + "/p1/responses.csv"), "xlsx": records(t, sheet, err)} {
		if len(rows) != doc.Ledger.Answered+doc.Ledger.Unanswered {
			t.Errorf("%s: %d rows, the ledger says %+v", name, len(rows), doc.Ledger)
		}
		seen, by := map[string]bool{}, map[string]int{}
		for _, r := range rows {
			if seen[r["reference"]] || r["reference"] != r["contribution"]+"."+r["part"] {
				t.Errorf("%s: %s", name, r["reference"])
			}
			seen[r["reference"]] = true
			by[r["outcome"]]++
			if r["contribution"] == waits || strings.Contains(r["text"], "What waits") {
				t.Errorf("%s: what waits is in it", name)
			}
			if r["outcome"] != "" && (r["reason"] == "" || r["answer"] == "") {
				t.Errorf("%s: %s has an outcome and no reason", name, r["reference"])
			}
			text := `=HYPERLINK("https://evil.example";"█████")`
			if name == "csv" {
				text = press.Harmless(text)
			}
			if r["contribution"] == public && (r["text"] != text || r["redacted"] != "yes" || r["late"] != "yes" || r["invented"] != "yes") {
				t.Errorf("%s: %v", name, r)
			}
			if r["place"] == "" && strings.Contains(r["written on"], ".x") || r["document"] == "" {
				t.Errorf("%s: %s stands nowhere", name, r["reference"])
			}
		}
		for _, o := range doc.Outcomes {
			if in := locale.English.T("outcome." + o.Outcome); by[in] != o.Points {
				t.Errorf("%s: %d rows are %s, the ledger says %d", name, by[in], in, o.Points)
			}
		}
		if by[""] != doc.Ledger.Unanswered || !seen[public+".1"] {
			t.Errorf("%s: %d rows are unanswered, the ledger says %d", name, by[""], doc.Ledger.Unanswered)
		}
	}
	// The page follows what happens: it is kept only while nothing it shows changes.
	open := "/en" + conv + "/p1/responses?outcome=unanswered"
	if a := stranger.get(open); !strings.Contains(a.body, "HYPERLINK") || strings.Contains(a.body, "secret name") {
		t.Error("the page of the unanswered")
	}
	if a := v.post("/en"+conv+"/"+public+"/withdraw", nil); a.status != 303 {
		t.Fatal(a.status)
	}
	if strings.Contains(stranger.get(open).body, "HYPERLINK") {
		t.Error("withdrawn, and still in the document")
	}
	for _, p := range []string{"/p9/responses", "/p9/responses.csv", "/p9/responses.xlsx", "/c7/responses", "/p1.x4/responses"} {
		if a := stranger.get("/en" + conv + p); a.status != 404 {
			t.Errorf("%s: %d", p, a.status)
		}
	}
}
