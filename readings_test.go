package plenary_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/dossier"
	"github.com/openplenary/plenary/conversation/quoting"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/digest"
)

// asker asks everything that can be asked of what is read, with things that are there and things that are not.
type asker struct {
	out     tallies
	where   string
	pool    map[reflect.Type][]reflect.Value
	seen    map[reflect.Type]int // how many of a type were asked
	objects []reflect.Value
	sums    map[any]string // of what lies behind a pointer
	each    func(func())   // gives what is asked a reading of its own
}

// How many things of a type are asked, how many are asked about in one place, and how many questions are put by one method of one thing.
const (
	maxAsked = 2
	maxAbout = 6
	maxPut   = 7
)

// put keeps a thing that may be asked about, or asked.
func (k *asker) put(v reflect.Value, depth int) {
	t := v.Type()
	switch v.Kind() {
	case reflect.Interface, reflect.Func, reflect.Chan, reflect.Bool, reflect.Int:
		return
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
	case reflect.Slice:
		for i := range min(v.Len(), 4) {
			k.put(v.Index(i), depth)
		}
		return
	case reflect.Map:
		return
	}
	if t.Kind() == reflect.String && v.Len() > 40 {
		return
	}
	if has := k.pool[t]; len(has) < 60 && !(t.Comparable() && slices.ContainsFunc(has, func(x reflect.Value) bool { return x.Equal(v) })) {
		k.pool[t] = append(has, v)
		if strings.HasPrefix(strings.TrimPrefix(t.String(), "*"), "time.") || t.Kind() == reflect.String && t.PkgPath() == "" {
			return
		}
		if t.NumMethod() > 0 && k.seen[t] < maxAsked {
			k.seen[t]++
			k.objects = append(k.objects, v)
		}
	}
	if s := reflect.Indirect(v); s.Kind() == reflect.Struct && depth < 3 && t != reflect.TypeFor[time.Time]() {
		for i := range s.NumField() {
			if s.Type().Field(i).IsExported() {
				k.put(s.Field(i), depth+1)
			}
		}
	}
}

// about are values for a parameter.
func (k *asker) about(t reflect.Type) (out []reflect.Value) {
	spread := func(all []reflect.Value, most int) {
		n := min(len(all), most)
		for i := range n {
			out = append(out, all[i*len(all)/n])
		}
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int64, reflect.Uint64, reflect.Uint16:
		if t.PkgPath() == "" || len(k.pool[t]) == 0 {
			for _, n := range []int{1, 0, 2, 50} {
				out = append(out, reflect.ValueOf(n).Convert(t))
			}
			return out
		}
	case reflect.Bool:
		return []reflect.Value{reflect.ValueOf(true).Convert(t), reflect.ValueOf(false).Convert(t)}
	case reflect.Slice:
		of := k.about(t.Elem())
		out = append(out, reflect.Append(reflect.Zero(t), of...))
		if len(of) > 0 {
			out = append(out, reflect.Append(reflect.Zero(t), of[0]))
		}
		return append(out, reflect.Zero(t))
	case reflect.Map:
		return []reflect.Value{reflect.Zero(t)}
	case reflect.Interface, reflect.Chan, reflect.Func:
		return nil
	case reflect.Pointer:
		spread(k.pool[t], 3)
		return out
	}
	most := maxAbout
	if t == reflect.TypeFor[cite.Ref]() {
		most = 2 * maxAbout
	}
	spread(k.pool[t], most)
	if t.Kind() == reflect.Struct && len(out) == 0 && t != reflect.TypeFor[time.Time]() {
		for i := range t.NumField() {
			if !t.Field(i).IsExported() {
				continue
			}
			for _, with := range k.about(t.Field(i).Type) {
				c := reflect.New(t).Elem()
				c.Field(i).Set(with)
				out = append(out, c)
			}
		}
	}
	return append(out, reflect.Zero(t))
}

// changes are parameters of methods that change something, or decide on it.
var changes = []reflect.Type{reflect.TypeFor[cite.Act](), reflect.TypeFor[cite.Entry](), reflect.TypeFor[conversation.Ask](), reflect.TypeFor[*cite.Position]()}

// skipped are methods that say nothing of a thing.
var skipped = []string{"Snapshot", "Refs", "Since", "Until", "Preview", "Show", "Digest", "Error", "GoString", "Touched"}

// method asks one thing, with one method.
func (k *asker) method(i int, name string, of func() reflect.Value) {
	m := of().Method(i)
	t := m.Type()
	visits := -1
	args := make([][]reflect.Value, t.NumIn())
	total := 1
	for n := range t.NumIn() {
		in := t.In(n)
		if slices.Contains(changes, in) {
			return
		}
		if in.Kind() == reflect.Func {
			visits = n
			args[n] = []reflect.Value{reflect.Zero(in)}
		} else {
			args[n] = k.about(in)
		}
		total *= len(args[n])
	}
	if t.NumOut() == 0 && visits < 0 || total == 0 {
		return
	}
	n := min(total, maxPut)
	for q := range n {
		at := q * total / n
		in := make([]reflect.Value, len(args))
		for j, all := range args {
			in[j] = all[at%len(all)]
			at /= len(all)
		}
		k.call(name, i, of, in, visits)
	}
}

// call puts one question.
func (k *asker) call(name string, i int, of func() reflect.Value, in []reflect.Value, visits int) {
	outcome, said := "", []string{}
	k.each(func() {
		defer func() {
			if recover() != nil { // asked about what is not there: that it does so stands in the file
				outcome = "panics"
			}
		}()
		m := of().Method(i)
		if visits >= 0 {
			in[visits] = reflect.MakeFunc(m.Type().In(visits), func(given []reflect.Value) (out []reflect.Value) {
				for _, x := range given {
					said = append(said, k.sum(x))
				}
				for o := range m.Type().In(visits).NumOut() {
					out = append(out, reflect.Zero(m.Type().In(visits).Out(o)))
				}
				return out
			})
		}
		var out []reflect.Value
		if m.Type().IsVariadic() {
			out = m.CallSlice(in)
		} else {
			out = m.Call(in)
		}
		empty := len(said) == 0
		for _, x := range out {
			empty = empty && x.IsZero()
			said = append(said, k.sum(x))
			k.put(x, 0)
		}
		if outcome = "something"; empty {
			outcome = "nothing"
		}
	})
	what := k.where
	if *sayAllOf != "" && strings.HasPrefix(name, *sayAllOf) {
		for j := range in {
			if j != visits {
				what += fmt.Sprintf(" %.80s", fmt.Sprint(in[j]))
			}
		}
	}
	k.out.note(name, outcome, what, strings.Join(said, " "))
}

// sum is a digest of a value.
func (k *asker) sum(v reflect.Value) (sum string) {
	switch v.Kind() {
	case reflect.Bool, reflect.Int, reflect.String:
		return fmt.Sprint(v.Interface())
	case reflect.Interface:
		if v.IsNil() {
			return "nil"
		}
		if err, ok := v.Interface().(error); ok {
			return err.Error()
		}
		v = v.Elem()
	case reflect.Pointer:
		if has, ok := k.sums[v.Interface()]; ok {
			return has
		}
		defer func() { k.sums[v.Interface()] = sum }()
	}
	defer func() {
		if recover() != nil { // it holds what has no digest
			sum = v.Type().String()
		}
	}()
	return digest.Of(v.Interface())[:16]
}

// object asks one thing by all its methods.
func (k *asker) object(name string, t reflect.Type, of func() reflect.Value) {
	for i := range t.NumMethod() {
		if m := t.Method(i).Name; !slices.Contains(skipped, m) {
			k.method(i, name+" "+m, of)
		}
	}
}

// askAll asks a state everything, as an audience reads it, and then the things that it was answered with; where another audience asked them before,
// only those that may answer otherwise.
func (k *asker) askAll(st *conversation.State, a conversation.Audience, now time.Time, again bool) {
	read := reflect.TypeFor[conversation.Reading]()
	var r *conversation.Reading
	k.each = func(ask func()) {
		r = conversation.NewReading(st, a, now)
		ask()
		refs := r.Refs()
		k.out.note("what it rests on", "read", k.where, fmt.Sprint(refs, r.Until()))
	}
	r = conversation.NewReading(st, a, now)
	k.object("Reading", reflect.TypeFor[*conversation.Reading](), func() reflect.Value { return reflect.ValueOf(r) })
	for i := range read.NumField() {
		if f := read.Field(i); f.IsExported() && !f.Anonymous && f.Name != "Now" && f.Name != "Audience" {
			k.object("Reading "+f.Name, reflect.PointerTo(f.Type), func() reflect.Value { return reflect.ValueOf(r).Elem().Field(i).Addr() })
		}
	}
	k.each = func(ask func()) { ask() }
	for n := 0; n < len(k.objects) && n < 400; n++ {
		v := k.objects[n]
		if again && !strings.HasSuffix(v.Type().Name(), "Reading") { // it says the same to everybody
			continue
		}
		k.object(v.Type().String(), v.Type(), func() reflect.Value { return v })
	}
}

// words says which words an audience is shown, what may be quoted of them, and what is in the dossiers that hold them.
func (k *asker) words(st *conversation.State, a conversation.Audience, now time.Time, words map[cite.Position]cite.Words) {
	r := conversation.NewReading(st, a, now)
	var refs []cite.Ref
	for n := 1; n <= st.Consultation.Len(); n++ {
		row, ok := r.Consultation.Row(cite.Contribution(n))
		r.Consultation.Corrections(row.Ref)
		for part := range row.Parts {
			refs = append(refs, cite.Part(cite.Contribution(n), part+1))
			r.Consultation.Reactions(refs[len(refs)-1])
		}
		k.out.note("words", fmt.Sprint("row ", ok), k.where, k.sum(reflect.ValueOf(row)))
	}
	for n := 1; n <= st.Consultation.Dispositions(); n++ {
		r.Consultation.Disposition(cite.Disposition(n))
		refs = append(refs, cite.Disposition(n))
	}
	k.out.note("words", "shown", k.where, digest.Of(r.Show(words)))
	for _, p := range st.Papers.All {
		for _, e := range p.Editions {
			refs = append(refs, e.Ref, cite.Element(e.Ref, 1), cite.Element(e.Ref, 2))
			reads := conversation.NewReading(st, conversation.Readers, now)
			plan, ok := dossier.New(reads, e.Ref)
			if !ok {
				continue
			}
			shown := plan.Show(words)
			k.out.note("conversation/dossier", "entries", k.where, fmt.Sprint(plan.Entries(), plan.Cited, plan.LeftOut)+digest.Of(plan.Paper)+digest.Of(shown))
			for _, s := range plan.Sources {
				k.out.note("conversation/dossier", s.Kind, k.where, digest.Of(s)+fmt.Sprint(plan.Need(s))+digest.Of(plan.Filled(s, words)))
			}
		}
	}
	s := quoting.New(r, refs)
	k.out.note("conversation/quoting", "texts", k.where, fmt.Sprint(s.Need())+digest.Of(s.Texts(words, r.Show(words))))
}

// audiences are who reads: everybody, and persons with and without a role.
func audiences(st *conversation.State, people []delegation.Participant) []conversation.Audience {
	out := []conversation.Audience{conversation.Public}
	roles := map[delegation.RoleSet]bool{}
	for _, p := range people {
		if r := st.Roll.Roles(p); !roles[r] && len(out) < 3 {
			roles[r] = true
			out = append(out, conversation.Audience{As: []delegation.Participant{p}, Roles: r, Unredacted: r.Has(delegation.Moderator)})
		}
	}
	return out
}

// TestGoldenReadings: what can be read of a conversation is what testdata/readings.txt says: at the end of every script of internal/script
// everybody, an officer and somebody who takes part ask everything that a reading answers, and the rooms themselves, about things that are there and
// things that are not. Of each question stands there how often something and how often nothing was answered, and a sum of all answers.
// Where a line is another after a change, "go test . -run TestGoldenReadings -all-of 'Reading Papers All'" says everything that is in it.
func TestGoldenReadings(t *testing.T) {
	t.Parallel()
	out := tallies{}
	files, names := scripts(t)
	for _, name := range names {
		all, end, words := moments(t, files, name)
		var people []delegation.Participant
		for _, m := range all {
			people = append(people, m.ask.By)
		}
		people = slices.DeleteFunc(distinct(people), func(p delegation.Participant) bool { return p == 0 })
		at := moment{all[len(all)-1].ask, end}
		for n, a := range audiences(at.st, people) {
			k := &asker{out: out, where: name, pool: map[reflect.Type][]reflect.Value{}, seen: map[reflect.Type]int{}, sums: map[any]string{}}
			for _, m := range all {
				k.put(reflect.ValueOf(m.ask.Command), 0)
			}
			k.objects, k.seen = nil, map[reflect.Type]int{}
			for _, x := range []cite.Ref{"p1", "p1.e1", "k1", "c1", "c1.1", "c2", "c2.1", "d1", "q1", "s1"} {
				k.put(reflect.ValueOf(x), 0)
			}
			s := reflect.ValueOf(at.st.Snapshot()).Elem()
			for i := range s.NumField() {
				if f := s.Type().Field(i); f.IsExported() && f.Type.Kind() == reflect.Pointer {
					k.objects = append(k.objects, s.Field(i))
				}
			}
			k.askAll(at.st, a, at.ask.Now(), n > 0)
			k.words(at.st, a, at.ask.Now(), words)
		}
	}
	out.golden(t, "readings.txt")
}
