package web

import (
	"cmp"
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
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/refusal"
)

// The parameters of an address are a struct for each page: fields of the types below, named by the tag query,
// in which the kind of a reference, the words that may stand there, or the largest number follow the name. What
// is unknown or cannot be read is said with the name of the parameter, never ignored. An empty value is no value,
// as forms send it.
//
//	type listQuery struct {
//		Call   cite.Ref `query:"call,k"`
//		Status string   `query:"status,pending published"`
//		Late   bool     `query:"late"`
//	}

// common are the parameters that every page takes.
type common struct {
	// After is a position that the reader's own act led to: the page waits until it is there.
	After cite.Position `query:"after"`
	// Done is the act that the page says was just done.
	Done string `query:"done"`
}

// parseQuery reads the parameters of an address into a new value of the type of a route's Query. It gives them
// again in one form, for the key of a cache.
func parseQuery(values url.Values, prototype any) (params any, base common, key string, err error) {
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

// params are the parameters of the address, read before the handler is called.
func params[T any](q *request) T {
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
	common common
	key    string
}

// maxParsed is how many addresses are kept, and longParsed up to which length of their parameters.
const (
	maxParsed  = 4096
	longParsed = 200
)

// query reads the parameters of an address of a route.
func (k *parsedQueries) query(r Route, u *url.URL) (any, common, string, error) {
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
	case *date:
		_, err := time.Parse(time.DateOnly, s)
		*to = date(s)
		return err == nil
	case *bool:
		*to = s == "1" || s == "yes"
		return *to
	case *int:
		n, err := strconv.Atoi(s)
		*to = n
		return err == nil && n >= 0 && n <= 1<<30
	case *string:
		*to = s
		return p.rule == "" || slices.Contains(strings.Fields(p.rule), s)
	}
	return false
}

// date is a day as forms send it, 2020-01-31.
type date string

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

// The parameters of the pages.

// signInQuery are those of signing in.
type signInQuery struct {
	// Next is the address on this site that the reader is led to afterwards.
	Next string `query:"next"`
}

// listQuery are those of the list of contributions.
type listQuery struct {
	// Call chooses what answers one call.
	Call cite.Ref `query:"call,k"`
	// Issue chooses what is said on an element of a paper, through time, and on what stands inside it.
	Issue cite.Ref `query:"issue,x"`
	// Category chooses one stakeholder category.
	Category string `query:"category"`
	// Country chooses one country by its code.
	Country string `query:"country"`
	// Party chooses what one party on the roll said.
	Party cite.Ref `query:"party,y"`
	// Language chooses what is written in one language.
	Language locale.Lang `query:"language,written"`
	// Since and Until choose by the day of arrival, both days included.
	Since date `query:"since"`
	Until date `query:"until"`
	// Late chooses what came after the deadline.
	Late bool `query:"late"`
	// Status chooses another status than published.
	Status string `query:"status,pending published withheld withdrawn erased"`
	// Before is the number of the contribution before which the page begins; 0 for the newest.
	Before int `query:"before"`
	// Print shows the whole list on one page.
	Print bool `query:"print"`
}

// chosen is the choice as the page takes it.
func (l listQuery) chosen() consult.ListQuery {
	return consult.ListQuery{Call: l.Call, Issue: l.Issue.Element(), Category: l.Category, Country: strings.ToUpper(l.Country), Party: string(l.Party), Language: l.Language,
		Since: string(l.Since), Until: string(l.Until), Late: l.Late, Status: l.Status, Before: l.Before}
}

// referenceQuery are those of whatever a reference names.
type referenceQuery struct {
	// Text is the language of a paper's text, by default that of the page; Second is one beside it.
	Text   locale.Lang `query:"text"`
	Second locale.Lang `query:"second"`
	// Was is the element of an earlier edition that the reader came from.
	Was cite.Ref `query:"was,x"`
	// Bytes is a passage, 120-188.
	Bytes string `query:"bytes"`
	// PointsAfter is the point after which a page of points begins.
	PointsAfter cite.Ref `query:"points-after,part"`
}

// languages are the languages of a paper's text: the one asked for, by default the interface's, and one beside it.
func (r referenceQuery) languages(l locale.Lang) (text, second locale.Lang) {
	text = cmp.Or(r.Text, l)
	if r.Second != text {
		second = r.Second
	}
	return text, second
}

// redlineQuery are those of the comparison of two editions.
type redlineQuery struct {
	// From is the number of the edition to compare with; by default the one before.
	From int `query:"from"`
	// All shows what is unchanged, too.
	All bool `query:"all"`
	// Text is the language of the texts.
	Text locale.Lang `query:"text"`
	// Second has no meaning here; links between a paper's pages carry it.
	Second locale.Lang `query:"second"`
}

// concordanceQuery are those of the concordance.
type concordanceQuery struct {
	// Fate chooses what became of the elements.
	Fate string `query:"fate"`
	// Open shows the comments on one element.
	Open cite.Ref `query:"open,x"`
	// Correct shows an officer the form that corrects one row.
	Correct cite.Ref    `query:"correct,x"`
	Text    locale.Lang `query:"text"`
}

// findQuery are those of finding a number of an earlier edition.
type findQuery struct {
	// Number is what is printed there: 13(i), 7, issue 7.
	Number string `query:"number"`
	// Edition is the edition in which it is printed; by default the first.
	Edition int         `query:"edition"`
	Text    locale.Lang `query:"text"`
}

// traceQuery are those of the trace.
type traceQuery struct {
	// PointsAfter is the point after which a page of points begins.
	PointsAfter cite.Ref `query:"points-after,part c"`
}

// responsesQuery are those of comments and answers.
type responsesQuery struct {
	// Outcome chooses one outcome, or what has no answer.
	Outcome string `query:"outcome"`
	// After is the part after which the page begins.
	After cite.Ref `query:"after,part"`
	// Print shows everything on one page.
	Print bool `query:"print"`
}

// evidenceQuery are those of the evidence behind a cell.
type evidenceQuery struct {
	// After is the part after which the page begins.
	After cite.Ref `query:"after,part"`
}

// recordQuery are those of the record.
type recordQuery struct {
	// Before is the position before which the page begins; by default the end.
	Before cite.Position `query:"before"`
}

// contributeQuery are those of the form of a contribution.
type contributeQuery struct {
	// On is what is commented on: an element of an edition, or an edition.
	On cite.Ref `query:"on,x p"`
	// Draft is the key of a draft of the reader's.
	Draft string `query:"draft"`
}

// queueQuery are those of the moderators' queue.
type queueQuery struct {
	// From is the contribution at which the page begins.
	From cite.Ref `query:"from,c"`
}

// pointsQuery are those of the officers' points.
type pointsQuery struct {
	// Show chooses among the points.
	Show string `query:"show"`
	// Paper chooses those on one paper.
	Paper       cite.Ref `query:"paper,p"`
	PointsAfter cite.Ref `query:"points-after,part"`
}

// draftQuery are those of a draft of a paper.
type draftQuery struct {
	// Text is the language beside the original.
	Text locale.Lang `query:"text"`
	// From is the element at which the page begins, counted from 0.
	From int `query:"from"`
}

// liveQuery are those of an event stream.
type liveQuery struct {
	// Page is the kind of page that is followed.
	Page string `query:"page,home list paper"`
	// Ref is the paper, where it is one.
	Ref cite.Ref `query:"ref,p"`
	// Text is the language of the paper's text.
	Text locale.Lang `query:"text"`
	// From is the position since which the page stands as it does.
	From cite.Position `query:"from"`
}
