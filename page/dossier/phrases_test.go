package dossier_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/dossier"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
)

var update = flag.Bool("update", false, "add what the pages say now to what the verifier knows")

// verifier is where the program that checks dossiers has what their pages may say.
const verifier = "../../internal/verifier/"

// numbers are the numbers of a text, as the verifier finds them.
var numbers = regexp.MustCompile(`[0-9]+(?:[ ,.\x{a0}\x{202f}][0-9]{3})*`)

// said is all that pages of dossiers say around the words of the record, by what it is.
func said(l locale.Lang) map[string][]string {
	f := &frame.Frame{Lang: l}
	out := map[string][]string{}
	add := func(what string, text string) {
		if text = numbers.ReplaceAllString(text, "#"); !slices.Contains(out[what], text) {
			out[what] = append(out[what], text)
		}
	}
	add("status", f.T("paper.considerations_status"))
	add("notice", f.T("demo.notice"))
	add("notice", f.T("demo.notice_invented"))
	for _, k := range []string{"how", "sources", "chain", "rests", "black", "entries", "cited"} {
		add(k, f.T("dossier."+k))
	}
	add("key", strings.TrimSpace(f.T("dossier.key")+frame.Colon(f)))
	add("rests_on", strings.TrimSpace(f.T("dossier.rests")+frame.Colon(f)))
	for _, n := range []int{1, 2, 3, 5, 11, 20, 21, 100, 1000000} {
		add("left_out", f.T("dossier.left_out", "n", n))
	}
	add("entry", f.T("record.entry", "n", "7"))
	for _, k := range paper.ElementKinds {
		add("kind."+k, f.T("kind."+k))
	}
	for m := time.January; m <= time.December; m++ {
		day := f.Day(time.Date(2001, m, 29, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
		if m == time.February {
			day = f.Day("2004-02-29")
		}
		out["day."+strconv.Itoa(int(m))] = []string{strings.NewReplacer("2001", "{y}", "2004", "{y}", "29", "{d}").Replace(day)}
		first := strings.Replace(f.Day(time.Date(2001, m, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)), "2001", "{y}", 1) // some languages write it otherwise
		out["day."+strconv.Itoa(int(m))+".1"] = []string{first}
	}
	for _, s := range []consultation.Status{consultation.Withdrawn, consultation.Withheld, consultation.Erased, consultation.Pending} {
		add("gone."+s.String(), f.T("status."+s.String())+frame.Stop(f)+" "+f.T("dossier.gone"))
		for _, r := range []cite.Ref{"c7.1", "c7.2"} {
			add("gone_name.point."+s.String(), frame.Named(f, r)+frame.Colon(f)+f.T("status."+s.String()))
		}
	}
	add("point", frame.Named(f, "c7.1"))
	add("point", frame.Named(f, "c7.2"))
	add("nameless", f.T("contribution.nameless"))
	add("question", f.T("questions.numbered", "n", "7"))
	add("theme", frame.Named(f, cite.Theme("o7", 3)))
	add("answer", f.T("sources.answer")+frame.Colon(f))
	for _, o := range consultation.Outcomes {
		add("answer_outcome", f.T("sources.answer")+frame.Colon(f)+f.T("outcome."+o))
	}
	return out
}

// TestSaid: the program that checks dossiers knows all that their pages say around the words of the record, and every style that they were given
// out with. It forgets nothing, so what was given out before is checked as well.
func TestSaid(t *testing.T) {
	const file = verifier + "phrases.go"
	known := read(t, file)
	var missing []string
	names := map[string]map[string][]string{}
	for _, l := range locale.All {
		of := said(l)
		names[string(l)] = map[string][]string{}
		for _, c := range locale.UNCountries().All(l) {
			names[string(l)][c.Code] = []string{c.Name(l)}
		}
		for what, all := range of {
			for _, text := range all {
				if !slices.Contains(known["phrases"][string(l)][what], text) {
					missing = append(missing, fmt.Sprint(l, " ", what, ": ", text))
					put(known, "phrases", string(l), what, text)
				}
			}
		}
		for code, all := range names[string(l)] {
			if !slices.Contains(known["countries"][string(l)][code], all[0]) {
				missing = append(missing, fmt.Sprint(l, " ", code, ": ", all[0]))
				put(known, "countries", string(l), code, all[0])
			}
		}
	}
	if len(missing) > 0 && *update {
		if err := os.WriteFile(file, source(t, known), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if len(missing) > 0 {
		t.Errorf("the program that checks dossiers does not know %q, and %d more: go test ./page/dossier -update", missing[0], len(missing)-1)
	}
	b, err := os.ReadFile(verifier + "dossier_said.go")
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256([]byte(dossier.Style)); !bytes.Contains(b, []byte(hex.EncodeToString(sum[:]))) {
		t.Errorf("the program that checks dossiers does not know their style: add %x to styles, and take none away", sum)
	}
}

func put(known map[string]map[string]map[string][]string, table, lang, what, text string) {
	if known[table] == nil {
		known[table] = map[string]map[string][]string{}
	}
	if known[table][lang] == nil {
		known[table][lang] = map[string][]string{}
	}
	known[table][lang][what] = append(known[table][lang][what], text)
}

// read reads the tables of the verifier from its source.
func read(t *testing.T, file string) map[string]map[string]map[string][]string {
	t.Helper()
	out := map[string]map[string]map[string][]string{}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if parsed == nil {
		return out
	}
	text := func(e ast.Expr) string {
		s, err := strconv.Unquote(e.(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, d := range parsed.Decls {
		for _, s := range d.(*ast.GenDecl).Specs {
			table := s.(*ast.ValueSpec)
			for _, l := range table.Values[0].(*ast.CompositeLit).Elts {
				of := l.(*ast.KeyValueExpr)
				for _, w := range of.Value.(*ast.CompositeLit).Elts {
					x := w.(*ast.KeyValueExpr)
					for _, v := range x.Value.(*ast.CompositeLit).Elts {
						put(out, table.Names[0].Name, text(of.Key), text(x.Key), text(v))
					}
				}
			}
		}
	}
	return out
}

// source writes the tables.
func source(t *testing.T, known map[string]map[string]map[string][]string) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("// Code generated by the tests of page/dossier, which add to it and take nothing away. DO NOT EDIT.\n\npackage verifier\n")
	for _, table := range []struct{ name, says string }{
		{"phrases", "phrases are what the pages of dossiers say around the words of the record, by language and by what it is; # stands for a number."},
		{"countries", "countries are the names of countries, by language and by code (ISO 3166-1)."},
	} {
		fmt.Fprintf(&b, "\n// %s\nvar %s = map[string]map[string][]string{\n", table.says, table.name)
		for _, l := range slices.Sorted(maps.Keys(known[table.name])) {
			fmt.Fprintf(&b, "%q: {\n", l)
			for _, what := range slices.Sorted(maps.Keys(known[table.name][l])) {
				quoted, err := json.Marshal(what)
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&b, "%s: {", quoted)
				for i, text := range known[table.name][l][what] {
					if i > 0 {
						b.WriteString(", ")
					}
					b.WriteString(strconv.Quote(text))
				}
				b.WriteString("},\n")
			}
			b.WriteString("},\n")
		}
		b.WriteString("}\n")
	}
	out, err := format.Source(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return out
}
