package web_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/web"
)

// TestDescribed: there is no operation, parameter or field of the description without a word about it.
func TestDescribed(t *testing.T) {
	t.Parallel()
	doc, err := web.New(web.Options{}).Description()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range doc.Missing {
		t.Errorf("nothing is said about %s: write it in the comment of the field, or in api/words.go", m)
	}
	for _, m := range doc.Unused {
		t.Errorf("something is said about %s, which is not there: take it out of api/words.go or api/enum.go", m)
	}
	// What is always written is required, and nothing else.
	s := schema{decoded(t, doc.Body).(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any)}
	for name, x := range map[string]struct{ always, sometimes string }{"home.Page": {"counts", "ask"}, "part.Contribution": {"status", "late"}, "part.Call": {"closes", "text"}, "api.Done": {"refs", ""}} {
		required := types(s.all[name].(map[string]any)["required"])
		if !slices.Contains(required, x.always) || slices.Contains(required, x.sometimes) {
			t.Errorf("%s requires %v", name, required)
		}
	}
	t.Logf("%d operations, %d parameters, %d fields", doc.Operations, doc.Parameters, doc.Fields)
	walk("", decoded(t, doc.Body), func(path string, o map[string]any) {
		_, parameter := o["in"].(string)
		_, operation := o["operationId"].(string)
		if o["name"] == "since" && o["schema"].(map[string]any)["format"] != "date" {
			t.Errorf("%s is described as %v, and is a day", path, o["schema"])
		}
		if (parameter || operation) && o["description"] == nil && o["summary"] == nil {
			t.Errorf("%s says nothing", path)
		}
		if p, ok := o["properties"].(map[string]any); ok && o["type"] == "object" {
			for name, f := range p {
				if s, _ := f.(map[string]any)["description"].(string); s == "" {
					t.Errorf("%s.%s says nothing", path, name)
				}
			}
		}
	})
}

// TestValidDescription: a public validator takes the description for OpenAPI 3.1.
func TestValidDescription(t *testing.T) {
	t.Parallel()
	described, err := web.New(web.Options{}).Description()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(described.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func decoded(t *testing.T, b []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// walk visits every object of a JSON value.
func walk(path string, v any, visit func(string, map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(path, v)
		for name, x := range v {
			walk(path+"/"+name, x, visit)
		}
	case []any:
		for i, x := range v {
			walk(fmt.Sprintf("%s[%d]", path, i), x, visit)
		}
	}
}

// schema checks values against the description: unlike validators of schemas, it wants every field described, and
// it sees which values of an enum were met.
type schema struct {
	all map[string]any
}

func (s schema) check(path string, v any, by map[string]any) error {
	if ref, ok := by["$ref"].(string); ok {
		return s.check(path, v, s.all[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any))
	}
	if one, ok := by["oneOf"].([]any); ok {
		return s.one(path, v, one)
	}
	if values, ok := by["enum"].([]any); ok && !slices.Contains(values, v) {
		return fmt.Errorf("%s: %v is none of %v", path, v, values)
	}
	if only, ok := by["const"]; ok && v != only {
		return fmt.Errorf("%s: %v is not %v", path, v, only)
	}
	if by["type"] != nil && !slices.Contains(types(by["type"]), typeOf(v)) {
		return fmt.Errorf("%s: %v is a %s, not a %v", path, v, typeOf(v), by["type"])
	}
	switch v := v.(type) {
	case map[string]any:
		return s.object(path, v, by)
	case []any:
		for i, x := range v {
			if err := s.check(fmt.Sprintf("%s[%d]", path, i), x, by["items"].(map[string]any)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s schema) one(path string, v any, of []any) error {
	var errs []string
	for _, by := range of {
		err := s.check(path, v, by.(map[string]any))
		if err == nil {
			return nil
		}
		errs = append(errs, err.Error())
	}
	return fmt.Errorf("%s is none of these: %s", path, strings.Join(errs, " | "))
}

func (s schema) object(path string, v, by map[string]any) error {
	required, _ := by["required"].([]any)
	for _, name := range required {
		if _, ok := v[name.(string)]; !ok {
			return fmt.Errorf("%s: %v is missing", path, name)
		}
	}
	properties, _ := by["properties"].(map[string]any)
	for name, x := range v {
		p, ok := properties[name].(map[string]any)
		if !ok {
			if p, ok = by["additionalProperties"].(map[string]any); !ok {
				return fmt.Errorf("%s: nothing is said about %s", path, name)
			}
		}
		if err := s.check(path+"."+name, x, p); err != nil {
			return err
		}
	}
	return nil
}

func types(t any) []string {
	if s, ok := t.(string); ok {
		return []string{s}
	}
	var out []string
	for _, x := range t.([]any) {
		out = append(out, x.(string))
	}
	return out
}

func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	}
	return "object"
}

// twins are addresses of values, each with the operation that describes it.
var twins = map[string][]string{
	"get_statistics":         {conv + "/statistics"},
	"get_index":              {"/"},
	"get_became":             {conv + "/became"},
	"get_next":               {conv + "/next"},
	"get_next_of":            {conv + "/k1/next"},
	"get_home":               {conv},
	"get_documents":          {conv + "/documents"},
	"get_contributions":      {conv + "/contributions", conv + "/contributions?late=1", conv + "/contributions?status=withheld", conv + "/contributions?status=withdrawn", conv + "/contributions?print=1"},
	"get_map":                {conv + "/map"},
	"get_record":             {conv + "/record", conv + "/record?before=20"},
	"get_reference":          {conv + "/entry-3", conv + "/entry-40", conv + "/p1", conv + "/p2", conv + "/p1.e1?text=ar&second=en", conv + "/p1.x4", conv + "/p1.e1.x4", conv + "/k1", conv + "/k2", conv + "/c7", conv + "/c1", conv + "/d1", conv + "/d2"},
	"get_mine":               {conv + "/mine"},
	"get_priorities":         {conv + "/priorities"},
	"get_sessions":           {conv + "/sessions"},
	"get_registration":       {conv + "/s1/registration"},
	"get_overview":           {conv + "/overview"},
	"get_evidence":           {conv + "/overview/use/copyright", conv + "/overview/administration/data"},
	"get_responses":          {conv + "/p1/responses", conv + "/p1/responses?outcome=not_accepted", conv + "/p1/responses?outcome=unanswered", conv + "/p2/responses?print=1"},
	"get_redline":            {conv + "/p1/redline", conv + "/p1/redline?all=1"},
	"get_concordance":        {conv + "/p1/concordance", conv + "/p1.e2/concordance?fate=split"},
	"get_find":               {conv + "/p1/find", conv + "/p1/find?number=13"},
	"get_trace":              {conv + "/p1.e1.x4/trace", conv + "/c7/trace", conv + "/d1/trace"},
	"get_contribute":         {conv + "/k2/contribute", conv + "/k2/contribute?on=p2.e1.x3"},
	"get_form":               {conv + "/k1/form"},
	"get_receipt":            {conv + "/c7/receipt"},
	"get_mailbox":            {"/mailbox"},
	"get_desk":               {conv + "/desk"},
	"get_stages":             {conv + "/desk/stages"},
	"get_desk_papers":        {conv + "/desk/papers"},
	"get_quantities":         {conv + "/quantities"},
	"get_queue":              {conv + "/desk/queue"},
	"get_points":             {conv + "/desk/points"},
	"get_point":              {conv + "/desk/points/c7.1"},
	"get_desk_map":           {conv + "/desk/map"},
	"get_people":             {conv + "/desk/people"},
	"get_parties":            {conv + "/parties"},
	"get_desk_accreditation": {conv + "/desk/accreditation"},
}

// taken are addresses of files that are answered as they are, each with the operation that describes it.
var taken = map[string]string{
	"get_contributions_csv": conv + "/contributions.csv", "get_responses_csv": conv + "/p1/responses.csv", "get_responses_xlsx": conv + "/p1/responses.xlsx",
	"get_overview_csv": conv + "/overview.csv", "get_parties_csv": conv + "/parties.csv",
	"get_map_csv": conv + "/map.csv", "get_map_svg": conv + "/map.svg", "get_code": conv + "/k1/qr.svg",
	"get_ballot_options": conv + "/b1/options.txt", "get_statistics_csv": conv + "/statistics.csv", "get_ballots_csv": conv + "/b1/ballots.csv?of=public&level=email_proven", "get_ballot_roll": conv + "/b1/roll.txt",
	"get_dossier": conv + "/p2/dossier.zip", "get_paper_txt": conv + "/p2/paper.txt",
}

// description reads the operations and schemas of a house.
func (h *house) description(t *testing.T) (operations map[string]map[string]any, s schema) {
	t.Helper()
	a := h.visitor().get("/openapi.json")
	if a.status != http.StatusOK {
		t.Fatal(a.status)
	}
	doc := decoded(t, []byte(a.body)).(map[string]any)
	operations = map[string]map[string]any{}
	for path, item := range doc["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			o := op.(map[string]any)
			o["path"], o["method"] = path, method
			operations[o["operationId"].(string)] = o
		}
	}
	return operations, schema{doc["components"].(map[string]any)["schemas"].(map[string]any)}
}

func contentOf(o map[string]any, status, media string) map[string]any {
	return o["responses"].(map[string]any)[status].(map[string]any)["content"].(map[string]any)[media].(map[string]any)["schema"].(map[string]any)
}

// TestDescriptionIsTrue reads every value of the house in every role, and holds it against what is said of it: no
// field is missing or unsaid, and no value is outside of its list.
func TestDescriptionIsTrue(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	operations, s := h.description(t)
	read := map[string]bool{}
	for role, v := range map[string]*visitor{"nobody": h.visitor(), "officer": h.as("officer"), "moderator": h.as("moderator")} {
		for id, addresses := range twins {
			for _, path := range addresses {
				a := v.json("/en" + path)
				if role != "officer" && strings.Contains(path, "/desk") && a.status != http.StatusOK {
					continue
				}
				if a.status != http.StatusOK {
					t.Errorf("%s for %s: %d", path, role, a.status)
					continue
				}
				read[id] = true
				if err := s.check(path, decoded(t, []byte(a.body)), contentOf(operations[id], "200", "application/json")); err != nil {
					t.Errorf("%s for %s: %v", id, role, err)
				}
			}
		}
	}
	town := houseOf(t, script.TownSlug, "@mairie", "@accueil", func(sec *plenary.Secretariat) (*script.Runner, error) {
		return script.Town(t.Context(), sec, sec.Now())
	})
	for path, id := range map[string]string{"/k2/questions": "get_questions", "/k2/questions?state=left_out": "get_questions", "/k1/results": "get_results", "/q1": "get_reference", "/q2": "get_reference", "/c61": "get_reference"} {
		a := town.visitor().json("/fr/c/" + script.TownSlug + path)
		if a.status != http.StatusOK {
			t.Errorf("%s: %d", path, a.status)
			continue
		}
		read[id] = true
		if err := s.check(path, decoded(t, []byte(a.body)), contentOf(operations[id], "200", "application/json")); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	replies := atReplies(t, answered).visitor()
	for path, id := range map[string]string{"/k2/replies": "get_replies", "/c1": "get_reference", "/c3": "get_reference", "/k1": "get_reference", "/k2": "get_reference", "/contributions": "get_contributions"} {
		a := replies.json("/en/c/ferries" + path)
		read[id] = true
		if err := s.check(path, decoded(t, []byte(a.body)), contentOf(operations[id], "200", "application/json")); a.status != http.StatusOK || err != nil {
			t.Errorf("%s: %d %v", path, a.status, err)
		}
	}
	for _, of := range []string{"answers_csv", "answers_xlsx", "answers_data", "codebook"} {
		read["get_"+of] = true // no call of this conversation has questions of its own: see TestWholeForm
	}
	for _, of := range []string{"order_csv", "theme_csv"} {
		read["get_"+of] = true // no order stands here: see TestOrderOnThePage
	}
	for _, of := range []string{"session_ics", "interventions_csv", "floor", "floor_requests", "floor_replay", "transcript", "transcript_vtt", "captions", "session_report", "session_report_akn"} {
		read["get_"+of] = true // no session is planned here: see TestSessionOnThePages, TestReportOfASession, TestFloorOnThePages, TestReplayOnThePages, TestTranscriptOnThePages and TestCaptionsOnThePages
	}
	for id, path := range taken {
		a := h.visitor().get("/en" + path)
		address, _, _ := strings.Cut(path, "?")
		media, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
		if a.status != http.StatusOK || operations[id] == nil || contentOf(operations[id], "200", media)["contentMediaType"] != media || operations[id]["path"] != "/{lang}"+strings.NewReplacer(conv, "/c/{slug}", "/p1", "/{ref}", "/p2", "/{ref}", "/k1", "/{ref}", "/b1", "/{ref}").Replace(address) {
			t.Errorf("%s: %d %s, described as %v", path, a.status, media, operations[id])
			continue
		}
		read[id] = true
	}
	for id, o := range operations {
		if o["method"] == "get" && !read[id] {
			t.Errorf("no value of %s was read: give it an address in twins", id)
		}
	}
}

// json reads the twin of a page.
func (v *visitor) json(path string) answer {
	v.h.t.Helper()
	r, err := http.NewRequest(http.MethodGet, v.h.url+path, nil)
	if err != nil {
		v.h.t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	return v.do(r)
}

// TestTypes: whatever a reference names says first which schema it has.
func TestTypes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for ref, want := range map[string]string{"p1": "papers.Paper", "p1.x4": "papers.ElementPage", "k1": "consult.CallPage", "c7": "consult.ContributionPage", "d1": "consult.Disposition", "entry-3": "home.Entry"} {
		if a := h.visitor().get("/en" + conv + "/" + ref + ".json"); !strings.HasPrefix(a.body, "{\n \"type\": \""+want+"\",\n") {
			t.Errorf("%s begins with %.60s", ref, a.body)
		}
	}
	// A field of that name would be a second one.
	for _, r := range web.Routes() {
		for _, v := range r.Views {
			b, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := decoded(t, b).(map[string]any)["type"]; ok {
				t.Errorf("%T has a field type of its own", v)
			}
		}
	}
}

// TestUnchanged: every page and twin names its bytes, and is not sent again to whoever has them.
func TestUnchanged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.as("officer")
	for _, id := range slices.Sorted(maps.Keys(twins)) {
		for _, path := range twins[id] {
			for _, accept := range []string{"application/json", "text/html"} {
				get := func(etag string) answer {
					r, err := http.NewRequest(http.MethodGet, h.url+"/en"+path, nil)
					if err != nil {
						t.Fatal(err)
					}
					r.Header.Set("Accept", accept)
					r.Header.Set("If-None-Match", etag)
					return v.do(r)
				}
				first := get("")
				if first.status == http.StatusFound {
					continue // a browser is led to what was found
				}
				etag := first.header.Get("ETag")
				if first.status != http.StatusOK || etag == "" {
					t.Errorf("%s as %s: %d with ETag %q", path, accept, first.status, etag)
					continue
				}
				if accept == "text/html" && strings.Contains(first.body, `name="token"`) {
					continue // a form has a token of its own each time
				}
				if again := get(etag); again.status != http.StatusNotModified || again.body != "" || again.header.Get("ETag") != etag {
					t.Errorf("%s as %s: %d with %d bytes for who has it", path, accept, again.status, len(again.body))
				}
			}
		}
	}
}

// TestProblems: every error that is answered as JSON is a problem of RFC 9457, as the description has it.
func TestProblems(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, s := h.description(t)
	for path, want := range map[string]struct {
		status int
		of     string
		field  string
	}{
		conv + "/c99999":                   {404, "/problems/not_found", ""},
		conv + "/" + h.pending(t):          {404, "/problems/not_found", ""},
		"/c/nowhere":                       {404, "/problems/not_found", ""},
		conv + "/contributions?colour=red": {400, "/problems/address.unknown", "colour"},
		conv + "/contributions?call=p1":    {400, "/problems/address.malformed", "call"},
		conv + "/desk":                     {401, "/problems/sign_in.needed", ""},
	} {
		a := h.visitor().json("/en" + path)
		if a.status != want.status || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", path, a.status, a.header.Get("Content-Type"))
			continue
		}
		p := decoded(t, []byte(a.body)).(map[string]any)
		if err := s.check(path, p, map[string]any{"$ref": "#/components/schemas/Problem"}); err != nil {
			t.Error(err)
		}
		errors := p["errors"].([]any)
		if p["type"] != want.of || p["status"] != float64(want.status) || (want.field == "") != (len(errors) == 0 || errors[0].(map[string]any)["field"] == "") {
			t.Errorf("%s: %s", path, a.body)
		}
		if want.status == http.StatusNotFound && len(errors) > 0 {
			t.Errorf("%s says why it is hidden: %v", path, errors)
		}
		if want.field != "" && errors[0].(map[string]any)["field"] != want.field {
			t.Errorf("%s: the field is %v", path, errors)
		}
	}
	if a := h.visitor().get("/en" + conv + "/desk"); a.status != http.StatusSeeOther {
		t.Error("a browser is not led to where one signs in:", a.status)
	}
}
