package web

import (
	"encoding"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/openplenary/plenary/locale"
)

func describe(routes []Route) ([]byte, error) {
	doc := &openapi3.T{OpenAPI: "3.1.0", Info: &openapi3.Info{Title: "Plenary", Version: "1", Description: "Every page is a value: the same structs are rendered as HTML or, with .json or Accept: application/json, as JSON."},
		Paths: openapi3.NewPaths(), Components: &openapi3.Components{Schemas: openapi3.Schemas{}}}
	{
		for _, r := range routes {
			if !r.Twin || r.Name == "" {
				continue
			}
			var refs openapi3.SchemaRefs
			for _, v := range r.Views {
				refs = append(refs, schemaOf(reflect.TypeOf(v), doc.Components.Schemas))
			}
			schema := &openapi3.SchemaRef{Value: &openapi3.Schema{OneOf: refs}}
			if len(refs) == 1 {
				schema = refs[0]
			}
			ok := "What the page shows."
			op := &openapi3.Operation{OperationID: strings.ToLower(r.Method) + "_" + r.Name, Responses: openapi3.NewResponses(openapi3.WithStatus(200,
				&openapi3.ResponseRef{Value: &openapi3.Response{Description: &ok, Content: openapi3.NewContentWithJSONSchemaRef(schema)}}))}
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
}

// schemaOf describes a type as encoding/json writes it: structs become components of their name.
func schemaOf(t reflect.Type, all openapi3.Schemas) *openapi3.SchemaRef {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[time.Time]():
		return openapi3.NewSchemaRef("", openapi3.NewDateTimeSchema())
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()), t.Kind() == reflect.String:
		return openapi3.NewSchemaRef("", openapi3.NewStringSchema())
	}
	switch t.Kind() {
	case reflect.Bool:
		return openapi3.NewSchemaRef("", openapi3.NewBoolSchema())
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return openapi3.NewSchemaRef("", openapi3.NewInt64Schema())
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return openapi3.NewSchemaRef("", openapi3.NewBytesSchema())
		}
		s := openapi3.NewArraySchema()
		s.Items = schemaOf(t.Elem(), all)
		return openapi3.NewSchemaRef("", s)
	case reflect.Map:
		s := openapi3.NewObjectSchema()
		s.AdditionalProperties = openapi3.AdditionalProperties{Schema: schemaOf(t.Elem(), all)}
		return openapi3.NewSchemaRef("", s)
	case reflect.Struct:
		name := t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:] + "." + t.Name()
		if _, known := all[name]; !known {
			s := openapi3.NewObjectSchema()
			s.Properties = openapi3.Schemas{}
			all[name] = openapi3.NewSchemaRef("", s) // before its fields: types may hold themselves
			fields(t, s.Properties, all)
		}
		return openapi3.NewSchemaRef("#/components/schemas/"+name, nil)
	}
	return openapi3.NewSchemaRef("", openapi3.NewSchema())
}

func fields(t reflect.Type, into, all openapi3.Schemas) {
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && tag == "" {
			e := f.Type
			if e.Kind() == reflect.Pointer {
				e = e.Elem()
			}
			fields(e, into, all)
			continue
		}
		if !f.IsExported() || tag == "-" {
			continue
		}
		if tag == "" {
			tag = f.Name
		}
		into[tag] = schemaOf(f.Type, all)
	}
}

// openAPI serves the description of the API (OpenAPI 3.1).
func (s *Server) openAPI(q *request) error {
	b, err := s.description()
	if err != nil {
		return err
	}
	q.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	return writeBody(q.w, q.Request, http.StatusOK, b)
}
