package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3gen"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page"
)

// apiViews are the structs behind the pages that have a JSON twin, by the name of their route. The
// description of the API is made from them, so that it cannot say anything else than the pages do.
var apiViews = map[string][]any{
	"index": {page.Index{}}, "check": {page.Check{}}, "mailbox": {page.Mailbox{}}, "home": {page.Home{}}, "documents": {page.Documents{}},
	"contributions": {page.List{}}, "record": {page.RecordPage{}}, "entry": {page.EntryPage{}}, "mine": {page.Mine{}},
	"reference": {page.Paper{}, page.ElementPage{}, page.CallPage{}, page.Contribution{}}, "contribute": {page.Contribute{}},
	"submit": {consultation.Receipt{}}, "receipt": {consultation.Receipt{}}, "desk": {page.Problem{}},
}

var apiDocument = sync.OnceValues(func() ([]byte, error) {
	doc := &openapi3.T{OpenAPI: "3.1.0", Info: &openapi3.Info{Title: "Plenary", Version: "1", Description: "Every page is a value: the same structs are rendered as HTML or, with .json or Accept: application/json, as JSON."},
		Paths: openapi3.NewPaths(), Components: &openapi3.Components{Schemas: openapi3.Schemas{}}}
	gen := openapi3gen.NewGenerator(openapi3gen.UseAllExportedFields(), openapi3gen.CreateComponentSchemas(openapi3gen.ExportComponentSchemasOptions{ExportComponentSchemas: true, ExportTopLevelSchema: true}))
	for _, table := range [][]Rule{Policy, deskPolicy} {
		for _, r := range table {
			if !r.Twin || r.Name == "" {
				continue
			}
			var refs openapi3.SchemaRefs
			for _, v := range apiViews[r.Name] {
				ref, err := gen.NewSchemaRefForValue(v, doc.Components.Schemas)
				if err != nil {
					return nil, err
				}
				refs = append(refs, ref)
			}
			schema := &openapi3.SchemaRef{Value: &openapi3.Schema{OneOf: refs}}
			if len(refs) == 1 {
				schema = refs[0]
			}
			ok := "What the page shows."
			op := &openapi3.Operation{OperationID: strings.ToLower(r.Method) + "_" + r.Name, Responses: openapi3.NewResponses(openapi3.WithStatus(200, &openapi3.ResponseRef{Value: &openapi3.Response{Description: &ok, Content: openapi3.NewContentWithJSONSchemaRef(schema)}}))}
			for _, seg := range strings.Split(r.Pattern, "/") {
				name := strings.Trim(seg, "{}")
				if seg == name || name == "$" {
					continue
				}
				p := openapi3.NewPathParameter(name).WithSchema(openapi3.NewStringSchema())
				if name == "lang" {
					enum := openapi3.NewStringSchema()
					for _, l := range locale.All {
						enum.Enum = append(enum.Enum, string(l))
					}
					p = openapi3.NewPathParameter(name).WithSchema(enum)
				}
				op.AddParameter(p)
			}
			path := strings.TrimSuffix(r.Pattern, "{$}")
			if r.Method == "GET" && !strings.HasSuffix(path, "/") {
				path += ".json"
			}
			doc.AddOperation(path, r.Method, op)
		}
	}
	return json.MarshalIndent(doc, "", " ")
})

// openAPI serves the description of the API (OpenAPI 3.1).
func (s *Server) openAPI(q *request) error {
	b, err := apiDocument()
	if err != nil {
		return err
	}
	q.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	return writeBody(q.w, q.Request, http.StatusOK, b)
}
