package serve

import (
	"encoding"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// The parameters of an address are a struct for each page: fields of the types that set knows, named by the tag query,
// in which the kind of a reference, the words that may stand there, or the largest number follow the name. What
// is unknown or cannot be read is said with the name of the parameter, never ignored. An empty value is no value,
// as forms send it.
//
//	type listQuery struct {
//		Call   cite.Ref `query:"call,k"`
//		Status string   `query:"status,pending published"`
//		Late   bool     `query:"late"`
//	}

// Common are the parameters that every page takes.
type Common struct {
	// After is a position that the reader's own act led to: the page waits until it is there.
	After cite.Position `query:"after"`
	// Done is the act that the page says was just done.
	Done string `query:"done"`
	// With asks for what is not public, in a file, a JSON twin or a print: for officers and moderators.
	With string `query:"with,not-public"`
}

// parseQuery reads the parameters of an address into a new value of the type of a route's Query. It gives them
// again in one form, for the key of a cache.
func parseQuery(values url.Values, prototype any) (params any, base Common, key string, err error) {
	fields := fieldsOf(reflect.ValueOf(&base).Elem())
	into := reflect.Value{}
	if prototype != nil {
		into = reflect.New(reflect.TypeOf(prototype)).Elem()
		for name, f := range fieldsOf(into) {
			fields[name] = f
		}
	}
	var no refusal.Several
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		f, ok := fields[name]
		v := strings.TrimSpace(values.Get(name))
		switch {
		case !ok && addedByOthers(name):
		case !ok:
			no = append(no, malformed(name, "address.unknown"))
		case len(values[name]) > 1 || len(v) > maxParameter || !f.set(v):
			no = append(no, malformed(name, "address.malformed"))
		case v != "" && name != "done" && !(name == "after" && base.After > 0):
			parts = append(parts, name+"="+url.QueryEscape(f.String()))
		}
	}
	if into.IsValid() {
		params = into.Interface()
	}
	return params, base, strings.Join(parts, "&"), no.Or()
}

// Params are the parameters of the address, read before the handler is called. T is the type of the route's Query.
func Params[T any](q *Request) T {
	p, _ := q.params.(T) // the zero value where a route is served without its parameters
	return p
}

// addedByOthers reports whether a parameter is one of those that mail services and social networks put behind every
// address that is shared there. Whoever follows such a link is not told off for it; it means nothing here.
func addedByOthers(name string) bool {
	return strings.HasPrefix(name, "utm_") || slices.Contains([]string{"fbclid", "gclid", "msclkid", "mc_cid", "mc_eid"}, name)
}

// maxParameter is the longest value of a parameter, in bytes.
const maxParameter = 2000

func malformed(name, key string) *refusal.Refusal {
	if len(name) > 40 {
		name = name[:40]
	}
	name, _ = locale.CleanLine(name, 40)
	return &refusal.Refusal{Kind: refusal.Malformed, Key: key, Field: name, Args: []any{"name", name}}
}

// parsedQueries keeps what was read of the addresses that are asked for again and again. What could not be read is
// not kept.
type parsedQueries struct {
	mu   sync.RWMutex
	kept map[string]parsedQuery
}

type parsedQuery struct {
	params any
	common Common
	key    string
}

// maxParsed is how many addresses are kept, and longParsed up to which length of their parameters.
const (
	maxParsed  = 4096
	longParsed = 200
)

// query reads the parameters of an address of a route.
func (k *parsedQueries) query(r Route, u *url.URL) (any, Common, string, error) {
	name := r.Pattern + "?" + u.RawQuery
	k.mu.RLock()
	p, ok := k.kept[name]
	k.mu.RUnlock()
	if ok {
		return p.params, p.common, p.key, nil
	}
	params, base, key, err := parseQuery(u.Query(), r.Query)
	if err != nil || len(u.RawQuery) > longParsed {
		return params, base, key, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept == nil || len(k.kept) >= maxParsed {
		k.kept = make(map[string]parsedQuery)
	}
	k.kept[name] = parsedQuery{params, base, key}
	return params, base, key, nil
}

// parameter is a field of a page's parameters, with what its tag says beside the name.
type parameter struct {
	reflect.Value
	name string
	rule string
}

// fieldsOf lists the fields of a struct of parameters by their names in an address.
func fieldsOf(v reflect.Value) map[string]parameter {
	out := map[string]parameter{}
	for i := range v.NumField() {
		name, rule, _ := strings.Cut(v.Type().Field(i).Tag.Get("query"), ",")
		out[name] = parameter{v.Field(i), name, rule}
	}
	return out
}

// String is the value as it stands in an address.
func (p parameter) String() string {
	if p.Kind() == reflect.Bool {
		return "1"
	}
	if m, ok := p.Interface().(encoding.TextMarshaler); ok {
		b, _ := m.MarshalText() // what was read can be written
		return string(b)
	}
	if p.CanInt() {
		return strconv.FormatInt(p.Int(), 10)
	}
	return p.Value.String()
}

// set reads a value; it reports whether it is one. Nothing is read from "".
func (p parameter) set(s string) bool {
	if s == "" {
		return true
	}
	switch to := p.Addr().Interface().(type) {
	case *cite.Ref:
		r, err := cite.ParseRef(s)
		*to = r
		return err == nil && isKind(r, p.rule)
	case *locale.Lang:
		l, ok := locale.Parse(s)
		if p.rule == "written" {
			l, ok = locale.ParseWritten(s)
		}
		*to = l
		return ok
	case *cite.Position:
		n, err := strconv.ParseInt(s, 10, 64)
		*to = cite.Position(n)
		return err == nil && n >= 0 && n < 1<<40
	case *Date:
		_, err := time.Parse(time.DateOnly, s)
		*to = Date(s)
		return err == nil
	case *bool:
		*to = s == "1" || s == "yes"
		return *to
	case *int:
		n, err := strconv.Atoi(s)
		*to = n
		return err == nil && n >= 0 && n <= 1<<30
	}
	to := p.Addr().Interface().(*string)
	*to = s
	return p.rule == "" || slices.Contains(strings.Fields(p.rule), s)
}

// Date is a day as forms send it, 2020-01-31.
type Date string

// isKind reports whether a reference is of one of the kinds that a tag names: p (a paper or an edition), x (an
// element), k (a call), c (a contribution), part, d (an answer), y (a party).
func isKind(r cite.Ref, kinds string) bool {
	if kinds == "" {
		return true
	}
	kind := string(r.Kind())
	switch {
	case r.ElementNumber() > 0:
		kind = "x"
	case r.PartNumber() > 0:
		kind = "part"
	}
	return slices.Contains(strings.Fields(kinds), kind)
}
