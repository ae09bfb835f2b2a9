package api

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/conversation"
)

// Operation is one thing that a program can do at one address.
type Operation struct {
	Name     string // what is said about it is found by it
	Method   string
	Path     string                // with the parameters in braces; of a page, without .json
	Queries  []any                 // structs of the parameters of the address
	Views    []View                // what is answered with 200, one of them
	Command  *conversation.Command // what is asked for, nil for none
	SignedIn bool                  // only with an account
	Hides    bool                  // there may be nothing there that whoever asks may see
	Media    string                // the media type of a file that is answered with 200 instead of a view: text/csv; "" for none
}

// View is a value that a page shows.
type View struct {
	Value any
	Typed bool // it says its own type
}

// FormField is a field of a form that a program may send.
type FormField struct {
	Name, Description string
	File              bool
	Values            []string
}

// Cookies are the names of the cookies by which somebody is known.
type Cookies struct{ Session, Own string }

// Document is the description of a house, with what it is about.
type Document struct {
	Operations, Parameters, Fields int      // how many there are
	Missing                        []string // what has no word about it
	Unused                         []string // what there are words or values for, and is not there
	Body                           []byte   // JSON
}

// Describe writes the description of operations in OpenAPI 3.1.
func Describe(operations []Operation, cookies Cookies) (Document, error) {
	d := describer{schemas: newSchemas(Collected())}
	paths := object{}
	for _, o := range operations {
		p, ok := paths[o.path()].(object)
		if !ok {
			p = object{}
			paths[o.path()] = p
		}
		p[strings.ToLower(o.Method)] = d.operation(o)
	}
	d.components["Problem"] = problem()
	doc := object{
		"openapi": "3.1.0",
		"info": object{"title": "Plenary", "version": "1", "license": object{"name": "Apache-2.0", "identifier": "Apache-2.0"},
			"description": preface},
		"servers": []object{{"url": "/", "description": "This house."}},
		"tags":    []object{{"name": "pages", "description": "What pages show, as values."}, {"name": "acts", "description": "What can be asked for."}},
		"paths":   paths,
		"components": object{"schemas": d.components, "securitySchemes": object{
			"session": object{"type": "apiKey", "in": "cookie", "name": cookies.Session, "description": "The cookie of somebody who is signed in."},
			"own":     object{"type": "apiKey", "in": "cookie", "name": cookies.Own, "description": "The cookie of what was sent without an account. Whoever bears it is the one who sent it."},
		}},
	}
	b, err := json.MarshalIndent(doc, "", " ")
	out := Document{Operations: len(operations), Parameters: d.parameters, Missing: d.missing, Body: b}
	out.Unused = d.unused()
	for _, c := range d.components {
		if p, ok := c.(object)["properties"].(object); ok {
			out.Fields += len(p)
		}
	}
	return out, err
}

// unused lists what stands in the lists of words and values for nothing.
func (d *describer) unused() (out []string) {
	var b strings.Builder
	for _, c := range conversation.Commands() {
		d.table(&b, c) // some are in the manual only
	}
	for _, names := range [][]string{slices.Sorted(maps.Keys(words)), slices.Sorted(maps.Keys(wordsOf)), slices.Sorted(maps.Keys(enumAt))} {
		for _, name := range names {
			if !d.used[name] {
				out = append(out, name)
			}
		}
	}
	return out
}

const preface = "Every page of the house is a value: the same value is rendered as HTML or, at its address with .json or with Accept: application/json, as JSON. " +
	"Everything that can be done is an act on the record, asked for by POST with a JSON object. " +
	"Instants are RFC 3339 in UTC; days are 2020-01-31; sizes and ranges of text are bytes of UTF-8, except where characters are said; whatever counts is a number of things, not of bytes. " +
	"References are permanent: p3 a paper, p3.e2 its edition, p3.x17 an element of it through time, k2 a call, c418 a contribution, " +
	"c418.2 its part, c418.2[120:188] a passage, d7 an answer, y... a party, u... a participant; " +
	"what one names is at /{lang}/c/{slug}/{ref}. The first field of a page's value is type: the name of its schema. Receipts are files of their own and have format instead. " +
	"Answers to GET carry an ETag: send it in If-None-Match, and what has not changed is answered with 304. Errors are problems as RFC 9457 describes them."

type describer struct {
	*schemas
	parameters int
}

// statuses are what an answer with a status says.
var statusWords = map[int]string{
	303: "It was done: the answer is at the address in Location.",
	304: "Nothing has changed since the ETag in If-None-Match.",
	400: "The address or the body cannot be read: errors says which parameter or field.",
	401: "Only somebody who is signed in may do this.",
	403: "Whoever asks is not allowed to do this, or the request was sent by a page of another site.",
	404: "There is nothing here that whoever asks may see.",
	409: "The state of the thing does not allow it: somebody was first, the time is not now, or the Idempotency-Key stands for another ask.",
	413: "The body, or a text in it, is larger than it may be.",
	422: "What was sent cannot be taken as it is: errors says what to mend.",
	429: "Too often in too short a time: Retry-After says when to come again, in seconds.",
	503: "Nothing is wrong with what was sent; it could not be taken just now. Send it again after Retry-After seconds, with the same Idempotency-Key.",
}

func (d *describer) operation(o Operation) object {
	summary, more := o.words(d.comments)
	out := object{"operationId": o.id(), "summary": summary, "description": cmp.Or(more, summary+"."), "tags": []string{"pages"}, "security": o.security(), "parameters": d.parametersOf(o)}
	if summary == "" {
		d.missing = append(d.missing, "operation "+o.id())
	}
	responses := object{}
	for _, s := range o.statuses() {
		responses[strconv.Itoa(s)] = response(s)
	}
	if !slices.Contains(o.statuses(), 303) { // else the answer is elsewhere
		responses["200"] = d.answer(o)
	}
	out["responses"] = responses
	if f := operationForms[o.Name]; f != nil && o.Method == http.MethodPost {
		out["requestBody"] = form(f)
	}
	if o.Command != nil {
		out["tags"] = []string{"acts"}
		out["requestBody"] = object{"required": true, "description": "The act, as one JSON object.", "content": object{"application/json": object{"schema": d.command(o.Command)}}}
	}
	return out
}

// parametersOf are the parameters of an operation: in the path, in the address, and headers.
func (d *describer) parametersOf(o Operation) []object {
	params := d.inPath(o)
	switch {
	case o.Method == http.MethodGet:
		for _, q := range o.Queries {
			for _, p := range d.inQuery(o, reflect.TypeOf(q)) { // a page's own takes the place of one that all pages have
				params = append(slices.DeleteFunc(params, func(had object) bool { return had["in"] == "query" && had["name"] == p["name"] }), p)
			}
		}
		if o.Media != "" { // made anew each time
			break
		}
		params = append(params, object{"name": "If-None-Match", "in": "header", "description": "The ETag of an earlier answer, or several.", "schema": object{"type": "string"}})
	case o.Command != nil:
		params = append(params, object{"name": "Idempotency-Key", "in": "header", "description": idempotency, "schema": object{"type": "string", "minLength": minKey, "maxLength": maxKey}})
	}
	d.parameters += len(params)
	return params
}

const idempotency = "Any random text of 16 to 128 visible ASCII characters. The same key with the same ask finds the first answer, however often it is sent; with another ask it is refused. " +
	"For what is sent without an account, use 128 random bits in base64url without padding (22 characters): whoever knows that key can show that the contribution is theirs."

// command is the schema of what is sent for a command.
func (d *describer) command(c *conversation.Command) object {
	if extra := Extra(c.Name); extra != nil {
		return object{"allOf": []object{d.asked(c.Type), d.asked(reflect.TypeOf(extra))}}
	}
	return d.asked(c.Type)
}

func (d *describer) answer(o Operation) object {
	if o.Command != nil {
		return object{"description": "It was done, and stands on the record.", "content": object{"application/json": object{"schema": d.ofStruct(reflect.TypeFor[Done]())}},
			"headers": object{"Location": object{"description": "The address of what was made, where something was.", "schema": object{"type": "string"}}}}
	}
	if o.Media != "" {
		return object{"description": "The file.", "content": object{o.Media: object{"schema": object{"type": "string", "contentMediaType": o.Media}}}}
	}
	out := object{"description": "What the page shows.", "content": object{"application/json": object{"schema": d.oneOf(o.Views)}}}
	if o.Method == http.MethodGet {
		out["headers"] = object{"ETag": object{"description": "Names the bytes of the answer.", "schema": object{"type": "string"}}}
	}
	return out
}

func (d *describer) oneOf(views []View) object {
	var all []object
	mapping := object{}
	for _, v := range views {
		ref := d.view(reflect.TypeOf(v.Value), v.Typed)
		all = append(all, ref)
		mapping[TypeOf(v.Value)] = ref["$ref"]
	}
	if len(all) == 1 {
		return all[0]
	}
	return object{"oneOf": all, "discriminator": object{"propertyName": "type", "mapping": mapping}}
}

func response(status int) object {
	out := object{"description": statusWords[status]}
	switch {
	case status == 303:
		out["headers"] = object{"Location": object{"description": "Where the answer is.", "schema": object{"type": "string"}}}
	case status == 304:
	default:
		out["content"] = object{"application/problem+json": object{"schema": reference("Problem")}}
	}
	if status == 429 || status == 503 {
		out["headers"] = object{"Retry-After": object{"description": "Seconds to wait.", "schema": object{"type": "integer"}}}
	}
	return out
}

// pathWords are what the parts of an address say.
var pathWords = map[string]string{
	"lang":    "The language of the texts that the house writes, and of translations where there are any.",
	"slug":    "The address of the conversation.",
	"ref":     "A permanent reference: a paper, an edition, an element, a call, a contribution, an answer, or entry-N for an entry of the record.",
	"row":     "The identifier of a cross-cutting question of the conversation.",
	"subject": "The identifier of a subject of the conversation.",
}

func (d *describer) inPath(o Operation) []object {
	out := []object{}
	for rest := o.path(); ; {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			return out
		}
		name, tail, _ := strings.Cut(after, "}")
		rest = tail
		schema := object{"type": "string"}
		if name == "lang" {
			schema["enum"] = languages()
		}
		if pathWords[name] == "" {
			d.missing = append(d.missing, "parameter "+name+" of "+o.id())
		}
		out = append(out, object{"name": name, "in": "path", "required": true, "description": pathWords[name], "schema": schema})
	}
}

// inQuery are the parameters that a struct names by its tags.
func (d *describer) inQuery(o Operation, t reflect.Type) []object {
	var out []object
	for i := range t.NumField() {
		f := t.Field(i)
		name, rule, _ := strings.Cut(f.Tag.Get("query"), ",")
		text := d.comments.ofField(t, f.Name)
		if text == "" {
			text = words["?"+name]
			d.used["?"+name] = true
		}
		if text == "" {
			d.missing = append(d.missing, "parameter "+name+" of "+o.id())
		}
		out = append(out, object{"name": name, "in": "query", "description": sentence(f.Name, text), "schema": d.parameter(f.Type, rule)})
	}
	return out
}

// parameter is the schema of a parameter of an address, by its type and the rule in its tag.
func (d *describer) parameter(t reflect.Type, rule string) object {
	switch {
	case t.Kind() == reflect.Bool:
		return object{"type": "string", "enum": []string{"1", "yes"}}
	case t.Kind() == reflect.Int:
		return object{"type": "integer", "minimum": 0, "maximum": 1 << 30}
	case t.Kind() == reflect.Int64:
		return object{"type": "integer", "minimum": 0, "maximum": 1<<40 - 1}
	case t.Name() == "Date":
		return object{"type": "string", "format": "date", "examples": []string{time.DateOnly}}
	case rule != "" && t.Name() == "string":
		return object{"type": "string", "enum": strings.Fields(rule)}
	case t.Name() == "string":
		return object{"type": "string", "maxLength": 2000}
	}
	return d.of(t)
}

func form(fields []FormField) object {
	properties := object{}
	for _, f := range fields {
		p := object{"type": "string", "description": f.Description}
		if f.File {
			p["contentMediaType"] = "application/octet-stream"
		}
		if f.Values != nil {
			p["enum"] = f.Values
		}
		properties[f.Name] = p
	}
	return object{"required": true, "description": "A form.", "content": object{"multipart/form-data": object{"schema": object{"type": "object", "properties": properties}}}}
}

// problem is the schema of an error.
func problem() object {
	text := func(s string) object { return object{"type": "string", "description": s} }
	required := []string{"type", "title", "status", "detail", "kind", "errors"}
	return object{"type": "object", "description": "Why something was not answered, as RFC 9457 has it.", "required": required, "properties": object{
		"type": object{"type": "string", "format": "uri-reference", "examples": []string{"/problems/call.closed"},
			"description": "Which problem it is: /problems/ and a key that stays. Equal for everything that whoever asks may not see."},
		"title":  text("What sort of problem it is, in a few words of the language in the address."),
		"status": object{"type": "integer", "description": "The status of the answer."},
		"detail": text("What is wrong and what to do, in sentences of that language."),
		"kind": object{"type": "string", "enum": slices.Clone(Kinds),
			"description": "What sort of problem it is, for programs: not_found, refused, busy (come again later), stopped (the record may only be read), fault (ours)."},
		"reference": text("Of a fault: the number under which it was logged."),
		"errors": object{"type": "array", "description": "Each thing that is wrong.", "items": object{"type": "object", "required": []string{"field", "key", "detail"},
			"properties": object{
				"field":  text("The field or parameter that it is about, empty for the whole."),
				"key":    text("Names the sentence, and stays."),
				"detail": text("The sentence, in the language in the address."),
			}}},
	}}
}

// Kinds are the sorts of problems.
var Kinds = []string{"not_found", "refused", "busy", "stopped", "fault"}
