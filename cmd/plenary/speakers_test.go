package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/speakers/casefile"
)

// speakersCases are our own cases, and the golden ones that lie beside the repository.
func speakersCases(t testing.TB) []string {
	t.Helper()
	own, err := filepath.Glob("../../speakers/testdata/*.json")
	if err != nil || len(own) < 4 {
		t.Fatal("our own cases are not there", own, err)
	}
	golden, err := filepath.Glob("../../../shared/data/floor/*.json")
	if err != nil || len(golden) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("../shared/data/floor is not there", err)
		}
		t.Log("NOT TESTED: the golden cases, ../shared/data/floor is not there")
	}
	return append(own, golden...)
}

// TestSpeakers: of each case the command prints what its file expects, field by field, with a sentence for each place and
// each forecast in the language that was asked for; and notices where the file expects something else.
func TestSpeakers(t *testing.T) {
	t.Parallel()
	for _, path := range speakersCases(t) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file struct{ Expected map[string]any }
		if err := json.Unmarshal(b, &file); err != nil || len(file.Expected) < 3 {
			t.Fatal(path, err)
		}
		for _, lang := range []string{"en", "ar"} {
			printed, _ := plenaryReads(t, string(b), 0, "speakers", "-", "--language", lang)
			var got map[string]any
			if err := json.Unmarshal([]byte(printed), &got); err != nil {
				t.Fatal(err)
			}
			for field, want := range file.Expected {
				if at := missing(field, want, got[field]); at != "" {
					t.Errorf("%s: %s", path, at)
				}
			}
			for _, field := range []string{"order", "forecasts"} {
				for _, row := range got[field].([]any) {
					s, _ := row.(map[string]any)["sentence"].(string)
					if s == "" || strings.Contains(s, "⟦") || (lang == "ar") != strings.ContainsAny(s, "بتالي") {
						t.Errorf("%s: %s: %q", path, field, s)
					}
				}
			}
		}
	}
}

// TestSpeakersExpected: a file that expects anything else than is drawn is told what.
func TestSpeakersExpected(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../speakers/testdata/moved.json")
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(expected map[string]any){
		"order[1]": func(e map[string]any) { e["order"].([]any)[1].(map[string]any)["turn"] = 9 },
		"order[0]": func(e map[string]any) { e["order"].([]any)[0].(map[string]any)["requests"] = []string{"b2"} },
		"order":    func(e map[string]any) { e["order"] = e["order"].([]any)[1:] },
		"forecasts[2]": func(e map[string]any) {
			e["forecasts"].([]any)[2].(map[string]any)["heard"].([]any)[3] = []string{"Lowfen", "10:40:16"}
		},
		"forecasts[0]":          func(e map[string]any) { e["forecasts"].([]any)[0].(map[string]any)["limit"] = "2031" },
		"forecasts":             func(e map[string]any) { e["forecasts"] = []any{} },
		"refused_after_closing": func(e map[string]any) { e["refused_after_closing"] = []string{"b1"} },
		"": func(e map[string]any) {
			e["order"].([]any)[0].(map[string]any)["sentence"] = "In other words."
			delete(e, "forecasts")
			delete(e, "refused_after_closing")
		},
	} {
		var file map[string]any
		if err := json.Unmarshal(b, &file); err != nil {
			t.Fatal(err)
		}
		change(file["expected"].(map[string]any))
		other, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		status := 1
		if want == "" {
			status = 0
		}
		out, errs := plenaryReads(t, string(other), status, "speakers", "-")
		if out == "" || want != "" && !strings.Contains(errs, "drawn is another "+want+" than the file expects") {
			t.Errorf("%s: %s", want, errs)
		}
	}
}

// missing says where something that is expected was not printed. What is printed beside it is no matter.
func missing(at string, want, got any) string {
	switch want := want.(type) {
	case map[string]any:
		row, _ := got.(map[string]any)
		for name, v := range want {
			if m := missing(at+"."+name, v, row[name]); m != "" {
				return m
			}
		}
		return ""
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return at + ": another length"
		}
		for i := range want {
			if m := missing(at, want[i], list[i]); m != "" {
				return m
			}
		}
		return ""
	}
	if want != got {
		w, _ := json.Marshal(want)
		g, _ := json.Marshal(got)
		return at + ": " + string(g) + ", expected " + string(w)
	}
	return ""
}

const (
	oneRequest  = `{"id":"q1","at":"2031-03-04T09:01:00","minutes":5,"party":"A","category":"state"}`
	twoRequests = oneRequest + `,{"id":"q2","at":"2031-03-04T09:02:00","minutes":5,"party":"B","category":"state"}`
	goodLimits  = `"limits":{"group":4,"state":3,"igo":3,"ngo":2,"other":2}`
	goodNow     = `"now":"2031-03-04T10:00:00"`
)

// TestSpeakersNonsense: what is wrong with a file is said by its field, in words, and nothing is printed.
func TestSpeakersNonsense(t *testing.T) {
	t.Parallel()
	settings := func(more string) string {
		return `{"settings":{` + goodLimits + `,` + goodNow + more + `},"requests":[` + twoRequests + `]}`
	}
	beside := func(requests, more string) string {
		return `{"settings":{` + goodLimits + `,` + goodNow + `},"requests":[` + requests + `]` + more + `}`
	}
	move := func(fields string) string {
		return beside(twoRequests, `,"moves":[{`+fields+`,"by":"C","at":"2031-03-04T09:50:00","why":"W"}]`)
	}
	if out, errs := plenaryReads(t, move(`"request":"q2","before":"q1"`), 0, "speakers", "-"); !strings.Contains(out, "Moved by") || errs != "" {
		t.Fatal(out, errs)
	}
	if _, errs := plenaryReads(t, "\xef\xbb\xbf"+settings(``), 0, "speakers", "-"); errs != "" {
		t.Error(errs)
	}
	many := strings.Repeat(`{"id":"q","at":"2031-03-04T09:01","minutes":1,"party":"A","category":"a"},`, 10_001)
	for in, want := range map[string]string{
		``:                                     "Line 1: this is not correct JSON",
		"{\n\n\"a\":}":                         "Line 3: this is not correct JSON",
		`[]`:                                   "not one JSON object",
		`"x"`:                                  "not one JSON object",
		`{} {}`:                                "not correct JSON",
		`{}`:                                   "settings.now: This is missing",
		"{\n\"settings\": {}, \"C\xf4te\": 1}": "Line 2 is not text in UTF-8",
		strings.Repeat(`[`, 100_000):           "not correct JSON",
		`{"request":[]}`:                       "request: There is no field request here",
		`{"settings":{},"settings":{}}`:        "settings: The field settings is there twice",
		settings(`,"balance":"regions"`):       "settings.balance: Say region or none",
		settings(`,"changeover_s":-1`):         "settings.changeover_s: Write a whole number from 0 to 3,600",
		settings(`,"overrun_min":1441`):        "settings.overrun_min: ",
		settings(`,"reply_reserve_min":9999999999`):                                                                  "settings.reply_reserve_min: ",
		settings(`,"remaining_s":-20`):                                                                               "settings.remaining_s: ",
		settings(`,"reply_limits":[5,0]`):                                                                            "settings.reply_limits[1]: ",
		settings(`,"closed":"9:45"`):                                                                                 "settings.closed: Write the day and the time, for example: 2020-07-07T12:41:09",
		settings(`,"closed":"2031-03-04T09:45:00Z"`):                                                                 "settings.closed: Some times say their offset from UTC and others do not",
		settings(`,"closed":"2031-02-30T09:45:00"`):                                                                  "settings.closed: ",
		settings(`,"closed":"0000-03-04T09:45:00"`):                                                                  "settings.closed: ",
		settings(`,"first_time_first":"yes"`):                                                                        "settings.first_time_first: The value",
		settings(`,"categories":["group","state"]`):                                                                  "settings.limits.igo: “igo” is none of the declared categories",
		settings(`,"categories":["a"]`):                                                                              "settings.limits.a: ",
		settings(`,"regions":["Asia","Asia"]`):                                                                       "settings.regions[1]: “Asia” is there twice",
		beside(oneRequest+`,`+oneRequest, ``):                                                                        "requests[1].id: “q1” is there twice",
		beside(oneRequest, `,"replies":-1`):                                                                          "replies: ",
		beside(oneRequest, `,"ends":["soon"]`):                                                                       "ends[0]: Write the day",
		beside(oneRequest, `,"ends":[""]`):                                                                           "ends[0]: This is missing",
		beside(many[:len(many)-1], ``):                                                                               "requests: The value of the field requests cannot be read",
		beside(`{"id":"q1","minutes":5,"party":"A"}`, `,"expected":{"order":"none"}`):                                "expected.order: ",
		strings.Replace(beside(oneRequest, ``), `"minutes":5`, `"minutes":-5`, 1):                                    "requests[0].minutes: Write a whole number from 1 to 1,440",
		strings.Replace(beside(oneRequest, ``), `"minutes":5`, `"minutes":307445734561825861`, 1):                    "requests[0].minutes: ",
		strings.Replace(beside(oneRequest, ``), `"minutes":5`, `"minutes":2.5`, 1):                                   "requests[0].minutes: The value",
		strings.Replace(beside(oneRequest, ``), `"minutes":5`, `"minutes":"5"`, 1):                                   "requests[0].minutes: The value",
		strings.Replace(beside(oneRequest, ``), `"minutes":5`, `"minutes":5,"minutes":6`, 1):                         "requests[0].minutes: The field",
		strings.Replace(beside(oneRequest, ``), `"at":"2031-03-04T09:01:00"`, `"at":"2031-03-04T09:01:00+01:00"`, 1): "requests[0].at: Some times",
		strings.Replace(beside(oneRequest, ``), `"state"}`, `"states"}`, 1):                                          "requests[0].category: “states” is none",
		strings.Replace(beside(twoRequests, ``), `"party":"B"`, `"party":"A","region":"Asia"`, 1):                    "requests[1].region: A: here it says “Asia”, in the request q1 “none”",
		strings.Replace(settings(`,"regions":["Asia"]`), `"party":"B"`, `"party":"B","region":"asia"`, 1):            "requests[1].region: “asia” is none of the declared regions",
		strings.Replace(beside(oneRequest, ``), `"party":"A"`, `"party":"\u001b[31mA"`, 1) + `x`:                     "not correct JSON",
		move(`"request":"q9","before":"q1"`):                                                                         "moves[0].request: There is no request q9",
		move(`"request":"q1","before":"q9"`):                                                                         "moves[0].before: There is no request q9",
		move(`"request":"q1","before":"q1"`):                                                                         "moves[0].before: A place cannot be put before itself",
		move(`"request":"q1"`):                                                                                       "moves[0]: Say one of the two",
		move(`"request":"q1","before":"q2","last":true`):                                                             "moves[0]: Say one of the two",
		strings.Replace(move(`"request":"q2","last":true`), goodNow, goodNow+`,"closed":"2031-03-04T09:01:30"`, 1):   "moves[0].request: The request q2 was made after the list was closed",
		beside(oneRequest, `,"rights_of_reply":[{"id":"r","at":"2031-03-04T09:01:00"}]`):                             "rights_of_reply[0].party: This is missing",
		beside(oneRequest, `,"points_of_order":[{"id":"r","at":"2031-03-04T09:01:00","party":"A"},{"id":"s","at":"2031-03-04","party":"A"}]`): "points_of_order[1].at: ",
	} {
		out, errs := plenaryReads(t, in, 1, "speakers", "-")
		if !strings.Contains(errs, want) || out != "" || strings.Contains(errs, "⟦") || strings.Contains(errs, "\x1b") {
			t.Errorf("%.200s: %.300q, want %q; printed %.100q", in, errs, want, out)
		}
	}
	ends := `,"ends":[` + strings.Repeat(`"2031-03-04T11:00:00",`, casefile.MaxEnds) + `"2031-03-04T11:00:00"]`
	if _, errs := plenaryReads(t, beside(oneRequest, ends), 1, "speakers", "-"); !strings.Contains(errs, "ends: There are too many: at most 24") {
		t.Error(errs)
	}
	if _, errs := plenaryReads(t, beside(strings.Repeat(`{"id":"","at":"x","minutes":0},`, 99)+`{}`, ``), 1, "speakers", "-"); strings.Count(errs, "requests[") != casefile.MaxNamed {
		t.Error(errs)
	}
	if _, errs := plenaryReads(t, settings(`,"balance":"x"`), 1, "speakers", "-", "--language", "fr"); !strings.Contains(errs, "settings.balance: Écrivez region ou none") {
		t.Error(errs)
	}
	plenaryReads(t, settings(``), 2, "speakers", "-", "--language", "de")
	plenaryReads(t, "", 2, "speakers")
	plenaryReads(t, "", 1, "speakers", filepath.Join(t.TempDir(), "none.json"))
}

// endless is a file without an end.
type endless struct{ read int }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	e.read += len(b)
	return len(b), nil
}

// TestSpeakersBound: of a file without an end no more is read than a file may have.
func TestSpeakersBound(t *testing.T) {
	t.Parallel()
	var out, errs output
	in := &endless{}
	if status := run(t.Context(), []string{"speakers", "-"}, &console{in, &out, &errs}); status != 1 || !strings.Contains(errs.String(), "larger than 4 MB") || in.read > 2*casefile.MaxMiB<<20 {
		t.Errorf("status %d, read %d: %s", status, in.read, errs.String())
	}
}

// TestSpeakersGuide: the file that the guide shows is taken, and no field is left out of the guide.
func TestSpeakersGuide(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../docs/speakers.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "```json\n")
	file, rest, _ := strings.Cut(rest, "```")
	var got casefile.List
	printed, _ := plenaryReads(t, file, 0, "speakers", "-")
	if err := json.Unmarshal([]byte(printed), &got); err != nil || len(got.Order) != 2 || got.Order[0].Party != "Northland" || len(got.Forecasts) != 2 {
		t.Error(printed, err)
	}
	for _, field := range []string{"categories", "limits", "regions", "balance", "first_time_first", "changeover_s", "overrun_min", "reply_reserve_min", "reply_limits", "now", "remaining_s", "closed",
		"requests", "moves", "ends", "replies", "rights_of_reply", "points_of_order", "expected", "id", "at", "minutes", "party", "category", "region", "spoken", "item", "speaker", "heard",
		"request", "before", "last", "by", "why", "given", "order", "turn", "speakers", "sentence", "forecasts", "limit", "cut", "refused_after_closing", "refused_rights_of_reply", "number"} {
		if !strings.Contains(rest, "`"+field+"`") && !strings.Contains(rest, `"`+field+`"`) {
			t.Errorf("the guide does not say what %s is", field)
		}
	}
}

// FuzzSpeakersCase: whatever a file holds, it is refused or a list is drawn in which every request stands once.
func FuzzSpeakersCase(f *testing.F) {
	for _, path := range speakersCases(f) {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"settings":{` + goodLimits + `,` + goodNow + `},"requests":[` + twoRequests + `],"moves":[{"request":"q1","last":true,"by":"C","at":"2031-03-04T09:50:00","why":"W"}],"ends":["1999-01-01T00:00"]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := casefile.Read(b)
		if err != nil {
			if len(refusal.Of(err)) == 0 || inWords(locale.French, err).Error() == "" {
				t.Fatal(err)
			}
			return
		}
		out := in.Draw(locale.Spanish)
		if _, err := json.Marshal(out); err != nil {
			t.Fatal(err)
		}
		refs := slices.Clone(out.RefusedAfterClosing)
		for _, p := range out.Order {
			refs = append(refs, p.Requests...)
		}
		waiting := 0
		for _, r := range in.Sheet().Requests {
			if !r.Heard || slices.Contains(refs, r.Ref) {
				waiting++
			}
		}
		slices.Sort(refs)
		if n := len(refs); len(slices.Compact(refs)) != n || n != waiting {
			t.Fatalf("%d stand, %d wait", n, waiting)
		}
		for _, fc := range out.Forecasts {
			if len(fc.Heard)+len(fc.Cut) != len(out.Order) {
				t.Fatal(fc)
			}
		}
	})
}
