package conversation_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/compiler"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// kept is what a query of a Reading answered, and on what it rests.
type kept struct {
	answer string
	refs   []cite.Ref
	since  cite.Position
	until  time.Time
}

// holding are the answers to many queries, by the query.
type holding map[string]kept

// hold asks a Reading of the public every query that there is: each method of each room, with each of some
// arguments. A new method is asked by itself.
func hold(w *world) holding {
	out := holding{}
	ask := func(name string, query func(*conversation.Reading) string) {
		k := kept{}
		r := reading(w.st, conversation.Public, w.now, func(r *conversation.Reading) { k.answer = query(r) })
		k.refs, k.since, k.until = r.Refs(), r.Since(), r.Until()
		out[name] = k
	}
	for _, room := range []string{"", "Papers", "Roll", "Roll.Accreditation", "Consultation"} {
		of := func(r *conversation.Reading) reflect.Value {
			v := reflect.ValueOf(r)
			field, lent, _ := strings.Cut(room, ".")
			if field != "" {
				v = v.Elem().FieldByName(field)
			}
			if lent != "" { // a reading that another lends
				v = v.MethodByName(lent).Call(nil)[0]
			}
			return v
		}
		var t reflect.Type
		reading(w.st, conversation.Public, w.now, func(r *conversation.Reading) { t = of(r).Type() })
		for i := range t.NumMethod() {
			m := t.Method(i)
			if room == "" && slices.Contains(strings.Fields("Close Stamp Refs Since Until Show Needed Granted Changed MaySeeFact Refused Staff Category Subject Cross Preview"), m.Name) {
				continue // of the lending itself, of facts and commands, of what never changes or is not on the record
			}
			if _, lends := t.MethodByName("Mandates"); lends && (m.Name == "Accreditation" || m.Name == "Mandates") {
				continue // what they lend is asked by itself
			}
			if m.Name == "Walk" || m.Name == "WalkFrom" || m.Name == "SameWords" || m.Name == "CategoryName" {
				continue // Points and List say the same; what they number is given by them
			}
			for n, make := range arguments(m.Type) {
				ask(fmt.Sprint(room, ".", m.Name, " ", n), func(r *conversation.Reading) string {
					args, ok := make(r)
					if !ok {
						return "cannot be asked"
					}
					method := of(r).Method(i)
					var results []reflect.Value
					if m.Type.IsVariadic() {
						results = method.CallSlice(args)
					} else {
						results = method.Call(args)
					}
					return spelled(results)
				})
			}
		}
	}
	return out
}

// spelled spells out results, with what pointers point to.
func spelled(results []reflect.Value) string {
	var b strings.Builder
	for _, v := range results {
		for v.Kind() == reflect.Pointer && !v.IsNil() {
			v = v.Elem()
		}
		switch x := v.Interface().(type) {
		case []*consultation.Disposition:
			for _, d := range x {
				fmt.Fprintf(&b, "%+v ", *d)
			}
		case []*paper.Paper:
			for _, p := range x {
				fmt.Fprintf(&b, "%s %d %v ", p.Ref, len(p.Editions), p.Reserved)
			}
		case paper.Paper:
			fmt.Fprintf(&b, "%s %d %v ", x.Ref, len(x.Editions), x.Reserved)
		case paper.Edition:
			fmt.Fprintf(&b, "%s %v ", x.Ref, x.Changes)
		default:
			fmt.Fprintf(&b, "%+v ", x)
		}
	}
	return b.String()
}

// arguments are some choices of arguments for a method; the first parameter is the receiver.
func arguments(m reflect.Type) []func(*conversation.Reading) ([]reflect.Value, bool) {
	refs := []cite.Ref{"p1", "p1.e1", "p1.e1.x3", "p1.e2.x3", "p1.x3", "p1.x5", "p2", "k1", "k2", "k3", "c1", "c1.1", "c2", "c2.1", "c2.2", "d1", "d2", "d3"}
	out := []func(*conversation.Reading) ([]reflect.Value, bool){}
	takesRef := false
	for i := 1; i < m.NumIn(); i++ {
		in := m.In(i)
		takesRef = takesRef || in == reflect.TypeFor[cite.Ref]() || in == reflect.TypeFor[[]cite.Ref]() || in == reflect.TypeFor[consultation.Filter]() || in == reflect.TypeFor[consultation.PointQuery]() || in.Kind() == reflect.Pointer
	}
	if !takesRef {
		refs = refs[:1]
	}
	for _, ref := range refs {
		out = append(out, func(r *conversation.Reading) ([]reflect.Value, bool) {
			var args []reflect.Value
			for i := 1; i < m.NumIn(); i++ {
				v, ok := argument(r, m.In(i), ref)
				if !ok {
					return nil, false
				}
				args = append(args, reflect.ValueOf(v))
			}
			return args, true
		})
	}
	return out
}

func argument(r *conversation.Reading, t reflect.Type, ref cite.Ref) (any, bool) {
	switch t {
	case reflect.TypeFor[cite.Ref]():
		return ref, true
	case reflect.TypeFor[[]cite.Ref]():
		return []cite.Ref{ref, "p1.x1"}, true
	case reflect.TypeFor[int]():
		return 1, true
	case reflect.TypeFor[string]():
		return "patents", true
	case reflect.TypeFor[bool]():
		return true, true
	case reflect.TypeFor[locale.Lang]():
		return locale.English, true
	case reflect.TypeFor[cite.Position]():
		return cite.Position(12), true
	case reflect.TypeFor[cite.Symbol]():
		return cite.Symbol("S/1"), true
	case reflect.TypeFor[delegation.Participant]():
		return cora, true
	case reflect.TypeFor[delegation.Party]():
		return delegation.Party(21), true
	case reflect.TypeFor[delegation.Role]():
		return delegation.Chair, true
	case reflect.TypeFor[accreditation.Request]():
		return accreditation.Request{Party: delegation.Party(21).Ref(), By: "u0000000000007"}, true
	case reflect.TypeFor[*paper.Element]():
		return &paper.Element{Kind: paper.Paragraph, Cites: []cite.Ref{ref}, Text: locale.Plain("en", "Several parties ask for lamps.")}, true
	case reflect.TypeFor[compiler.Paper]():
		return compiler.Paper{Original: "en", Elements: []paper.Element{{Kind: paper.Paragraph, Cites: []cite.Ref{ref}, Text: locale.Plain("en", "Several parties ask for lamps.")}}}, true
	case reflect.TypeFor[paper.Seal]():
		return paper.Seal(seal), true
	case reflect.TypeFor[[]string]():
		return []string{"u0000000000007"}, true
	case reflect.TypeFor[time.Time]():
		return r.Now, true
	case reflect.TypeFor[[]delegation.Party]():
		return []delegation.Party{21}, true
	case reflect.TypeFor[conversation.Audience]():
		return conversation.Public, true
	case reflect.TypeFor[consultation.Filter]():
		f := consultation.Filter{Status: []consultation.Status{consultation.Published, consultation.Withheld}}
		if ref.Element() != cite.None {
			f.Element = []cite.Ref{ref.Element()}
		}
		return f, true
	case reflect.TypeFor[consultation.PointQuery]():
		return consultation.PointQuery{Paper: "p1", Open: ref == "p1"}, true
	case reflect.TypeFor[conversation.Addressed]():
		return conversation.Addressed{Point: ref, Alike: true}, ref.PartNumber() > 0
	case reflect.TypeFor[*consultation.Disposition]():
		d, ok := r.Consultation.Disposition(ref)
		return d, ok
	case reflect.TypeFor[*paper.Edition]():
		e, ok := r.Papers.Edition(ref)
		return e, ok
	}
	panic(fmt.Sprintf("this test has no %s", t))
}

// still asks everything again. What answers otherwise than it did must rest on something that was touched since,
// or be past its instant.
func (h holding) still(w *world) holding {
	w.t.Helper()
	now := hold(w)
	for query, was := range h {
		if now[query].answer == was.answer {
			continue
		}
		if w.st.Changed(was.refs...) <= was.since && (was.until.IsZero() || w.now.Before(was.until)) {
			w.t.Fatalf("%s rests on %v since %d, until %s, and nothing there was touched; but it was\n%s and is\n%s", query, was.refs, was.since, was.until, was.answer, now[query].answer)
		}
	}
	return now
}
