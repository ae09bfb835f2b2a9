package plenary_test

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"flag"
	"fmt"
	"hash"
	"hash/fnv"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/digest"
	"github.com/openplenary/plenary/internal/dump"
	"github.com/openplenary/plenary/internal/golden"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
)

var (
	updateGolden = flag.Bool("update", false, "write the golden files of what rules decide and of what is read")
	sayAllOf     = flag.String("all-of", "", "say everything that goes into the line of a golden file that begins so, to compare with what it was")
)

// moment is an ask of a script with the state that it found.
type moment struct {
	ask conversation.Ask
	st  *conversation.State
}

// moments plays a script and keeps every ask with the state before it; and the state at the end, with the words that are kept then.
func moments(t *testing.T, files fs.FS, name string) (out []moment, end *conversation.State, words map[cite.Position]cite.Words) {
	t.Helper()
	clock := func() time.Time { return time.Date(2026, 3, 2, 10, 30, 45, 0, time.UTC) }
	key, err := record.NewKey(bytes.NewReader(make([]byte, 64)))
	if err != nil {
		t.Fatal(err)
	}
	log, err := record.Open(record.NewMemory(), record.Options{Key: key, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	sec, err := plenary.NewSecretariat(t.Context(), plenary.Options{Log: log, Now: clock, Random: rand.Reader, Secret: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sec.Close() }()
	sec.Rules(func(st *conversation.State, a conversation.Ask) ([]conversation.Fact, error) {
		out = append(out, moment{a, st.Snapshot()})
		return st.Decide(a)
	}, nil)
	r := script.New(sec)
	r.Attach = func(name string, content []byte) (consultation.SubmitFile, error) {
		return consultation.SubmitFile{ID: "0123456789abcdef", Name: name, Type: "text/plain", Size: int64(len(content)), SHA: fmt.Sprintf("%x", sha256.Sum256(content))}, nil
	}
	if err := r.Run(t.Context(), files, name); err != nil {
		t.Fatal(err)
	}
	if _, err := sec.Read(t.Context(), r.Slug, func(st *conversation.State) error { end = st.Snapshot(); return nil }); err != nil {
		t.Fatal(err)
	}
	at := make([]cite.Position, end.Head)
	for i := range at {
		at[i] = cite.Position(i + 1)
	}
	if words, err = sec.Words(t.Context(), r.Slug, at); err != nil {
		t.Fatal(err)
	}
	return out, end, words
}

// scripts are those that begin with nothing.
func scripts(t *testing.T) (fs.FS, []string) {
	t.Helper()
	files := os.DirFS(filepath.Join("internal", "script", "testdata"))
	names, err := fs.Glob(files, "*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	// One goes on where the demonstration ends, one is a part of another.
	return files, slices.DeleteFunc(names, func(name string) bool { return name == "chain.txt" })
}

// tallies are the lines of a golden file: of each, how often what came of it, and a sum of everything that it was.
type tallies map[string]*tally

type tally struct {
	of  map[string]int
	sum hash.Hash64
}

// note counts one outcome; all is what must stay the same of it.
func (x tallies) note(line, outcome, what, all string) {
	one := x[line]
	if one == nil {
		one = &tally{map[string]int{}, fnv.New64a()}
		x[line] = one
	}
	one.of[outcome]++
	_, _ = one.sum.Write([]byte(all + "\n"))
	if *sayAllOf != "" && strings.HasPrefix(line, *sayAllOf) {
		fmt.Printf("%s: %s: %s: %s\n", line, what, outcome, all)
	}
}

// golden compares the lines with those of a file, or writes it.
func (x tallies) golden(t *testing.T, name string) {
	t.Helper()
	var b strings.Builder
	for _, line := range slices.Sorted(maps.Keys(x)) {
		fmt.Fprintf(&b, "%s:", line)
		of := x[line].of
		for _, outcome := range slices.SortedFunc(maps.Keys(of), func(a, b string) int { return cmp.Or(of[b]-of[a], cmp.Compare(a, b)) }) {
			fmt.Fprintf(&b, " %s %d,", outcome, of[outcome])
		}
		fmt.Fprintf(&b, " sum %08x\n", uint32(x[line].sum.Sum64()))
	}
	golden.Lines(t, name, b.String(), *updateGolden)
}

// alike are values that fields of the commands of a script have: by their type, of a text or a number by the name of the field besides.
type alike map[string][]reflect.Value

func alikeKey(t reflect.Type, field string) string {
	if t.PkgPath() != "" {
		return t.String()
	}
	return t.String() + " " + field
}

// collect keeps what a value is made of, each thing once.
func (p alike) collect(v reflect.Value, field string) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() != reflect.TypeFor[time.Time]() {
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					p.collect(v.Field(i), v.Type().Field(i).Name)
				}
			}
			return
		}
	case reflect.Slice:
		for i := range v.Len() {
			p.collect(v.Index(i), field)
		}
		return
	case reflect.Pointer:
		if !v.IsNil() {
			p.collect(v.Elem(), field)
		}
		return
	case reflect.Map, reflect.Bool:
		return
	}
	key := alikeKey(v.Type(), field)
	if !slices.ContainsFunc(p[key], func(has reflect.Value) bool { return has.Interface() == v.Interface() }) {
		p[key] = append(p[key], v)
	}
}

// maxOthers is how many values of its like a field is given.
const maxOthers = 3

// others are values that a field might have as well, never itself: spread over all that there are.
func (p alike) others(v reflect.Value, field string, yield func(reflect.Value)) {
	all := slices.DeleteFunc(slices.Clone(p[alikeKey(v.Type(), field)]), func(has reflect.Value) bool { return has.Interface() == v.Interface() })
	n := min(len(all), maxOthers)
	for i := range n {
		yield(all[i*len(all)/n])
	}
}

// vary gives a value with one thing in it that is otherwise: left out, one more, one less, that of another, twice.
func (p alike) vary(v reflect.Value, field string, yield func(what string, with reflect.Value)) {
	zero := reflect.Zero(v.Type())
	also := func(what string, with reflect.Value) { yield(field+" "+what, with) }
	if v.Type() == reflect.TypeFor[time.Time]() {
		if t := v.Interface().(time.Time); !t.IsZero() {
			also("none", zero)
			also("sooner", reflect.ValueOf(t.Add(-time.Nanosecond)))
			also("later", reflect.ValueOf(t.Add(time.Nanosecond)))
		}
		p.others(v, field, func(x reflect.Value) { also("other", x) })
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				p.vary(v.Field(i), f.Name, func(what string, with reflect.Value) {
					c := reflect.New(v.Type()).Elem()
					c.Set(v)
					c.Field(i).Set(with)
					yield(what, c)
				})
			}
		}
	case reflect.Slice:
		p.varyList(v, field, yield)
	case reflect.Map:
		if v.Len() > 0 {
			also("none", zero)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			also("none", zero)
			p.vary(v.Elem(), field, func(what string, with reflect.Value) {
				c := reflect.New(v.Type().Elem())
				c.Elem().Set(with)
				yield(what, c)
			})
		}
	case reflect.Bool:
		also("turned", reflect.ValueOf(!v.Bool()).Convert(v.Type()))
	case reflect.String:
		if v.Len() > 0 {
			also("none", zero)
		}
		also("longer", reflect.ValueOf(v.String()+"x").Convert(v.Type()))
		p.others(v, field, func(x reflect.Value) { also("other", x) })
	default:
		if v.CanInt() {
			for _, n := range []int64{-v.Int(), v.Int() - 1, v.Int() + 1} {
				also(fmt.Sprint(n), reflect.ValueOf(n).Convert(v.Type()))
			}
		} else if v.CanUint() {
			also("none", zero)
			also("one more", reflect.ValueOf(v.Uint()+1).Convert(v.Type()))
		}
		p.others(v, field, func(x reflect.Value) { also("other", x) })
	}
}

// varyList varies a list, and its first and last element.
func (p alike) varyList(v reflect.Value, field string, yield func(string, reflect.Value)) {
	n := v.Len()
	if n == 0 {
		p.others(reflect.Zero(v.Type().Elem()), field, func(x reflect.Value) {
			yield(field+" one", reflect.Append(reflect.MakeSlice(v.Type(), 0, 1), x))
		})
		return
	}
	yield(field+" none", reflect.Zero(v.Type()))
	copied := func() reflect.Value {
		c := reflect.MakeSlice(v.Type(), n, n+1)
		reflect.Copy(c, v)
		return c
	}
	yield(field+" twice", reflect.Append(copied(), v.Index(0)))
	if n > 1 {
		yield(field+" without the last", copied().Slice(0, n-1))
		c := copied()
		for i := range n {
			c.Index(i).Set(v.Index(n - 1 - i))
		}
		yield(field+" turned round", c)
	}
	for i := range n {
		if i == 0 || i == n-1 {
			p.vary(v.Index(i), field, func(what string, with reflect.Value) {
				c := copied()
				c.Index(i).Set(with)
				yield(what, c)
			})
		}
	}
}

// decided is what becomes of an ask: in short, and all of it.
func decided(t *testing.T, st *conversation.State, a conversation.Ask) (outcome, all string) {
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("%T %+v: the rule panics: %v", a.Command, a, r)
		}
	}()
	facts, err := st.Decide(a)
	if err != nil {
		no := refusal.Of(err)
		if len(no) == 0 {
			return "fault", err.Error()
		}
		return no[0].Key, err.Error()
	}
	var b strings.Builder
	for _, f := range facts {
		data, err := conversation.Encode(f.Body)
		if err != nil {
			t.Errorf("%T %+v: %v", a.Command, a, err)
		}
		words, err := conversation.EncodeWords(f.Words)
		if err != nil {
			t.Errorf("%T %+v: %v", a.Command, a, err)
		}
		fmt.Fprintf(&b, "%s %s %v", data, words, f.Erase)
	}
	return "granted", b.String()
}

// trials asks again what a script asked, otherwise.
type trials struct {
	t      *testing.T
	out    tallies
	names  map[reflect.Type]string
	folded map[string]bool
	of     *conversation.State // that was written down last, so that facts can be folded into copies of it
	copied []byte
}

func (x *trials) try(what string, st *conversation.State, a conversation.Ask) {
	outcome, all := decided(x.t, st, a)
	name := x.names[reflect.TypeOf(a.Command)]
	x.out.note(name, outcome, what, all)
	if one := name + " " + what; outcome == "granted" && st.Head > 0 && !x.folded[one] {
		x.folded[one] = true
		x.fold(one, st, a)
	}
}

// fold notes what a copy of a state is after an ask was granted.
func (x *trials) fold(what string, st *conversation.State, a conversation.Ask) {
	if x.of != st {
		var b bytes.Buffer
		if err := dump.Write(&b, st.Snapshot()); err != nil {
			x.t.Fatal(err)
		}
		x.of, x.copied = st, b.Bytes()
	}
	c := conversation.NewState()
	if err := dump.Read(bytes.NewReader(x.copied), c); err != nil {
		x.t.Fatal(err)
	}
	facts, err := c.Decide(a)
	if err != nil {
		x.t.Fatal(err)
	}
	for _, f := range facts {
		data, err := conversation.Encode(f.Body)
		if err != nil {
			x.t.Fatal(err)
		}
		read, err := conversation.Decode(data)
		if err != nil {
			x.t.Fatal(err)
		}
		if err := c.Apply(cite.Entry{Position: c.Head + 1, Time: a.Now()}, read); err != nil {
			x.out.note("folded", "not taken", what, err.Error())
			return
		}
	}
	x.state("folded", what, c)
}

// state notes what the rooms of a state hold, each in a line of its own.
func (x *trials) state(how, what string, st *conversation.State) {
	s := reflect.ValueOf(st).Elem()
	for i := range s.NumField() {
		if f := s.Type().Field(i); f.IsExported() {
			x.out.note(how+" "+f.Name, "states", what, digest.Of(s.Field(i).Interface()))
		}
	}
}

// near asks for what was asked for with one thing in it that is otherwise: of the command, of who asks, of when.
func (x *trials) near(m moment, p alike, people []delegation.Participant, parties []delegation.Party) {
	p.vary(reflect.ValueOf(m.ask.Command), "", func(what string, with reflect.Value) {
		a := m.ask
		a.Command = with.Interface()
		x.try(what, m.st, a)
	})
	for _, who := range people {
		a := m.ask
		a.By = who
		x.try("by another", m.st, a)
	}
	for _, y := range parties {
		a := m.ask
		a.For = y
		x.try("for another", m.st, a)
		a.For, a.Through = m.ask.For, y
		x.try("through another", m.st, a)
	}
	p.others(reflect.ValueOf(m.ask.Now()), "", func(at reflect.Value) {
		for _, by := range []time.Duration{-time.Nanosecond, 0, time.Nanosecond} {
			a := m.ask
			a.Told = at.Interface().(time.Time).Add(by)
			x.try("at an instant", m.st, a)
		}
	})
	a := m.ask
	a.System = !a.System
	x.try("as the house", m.st, a)
}

// distinct keeps each value once, in order.
func distinct[E comparable](all []E) (out []E) {
	for _, x := range all {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// maxMoments is at how many moments of a script everything is asked that it asks anywhere.
const maxMoments = 8

// TestGoldenDecisions: what rules answer is what testdata/decisions.txt says, in all that the scripts of internal/script ask: as it
// is asked, again after it was answered, at other moments, by others, and with any one field otherwise. Of each command stands there how often it is granted and how often
// which refusal comes first, and a sum of all facts and refusals; and of each room, what it holds after a script, and after facts that no script made. Where a line is another after a change of a rule,
// "go test . -run TestGoldenDecisions -all-of floor.give" says everything that is in it.
func TestGoldenDecisions(t *testing.T) {
	t.Parallel()
	x := &trials{t: t, out: tallies{}, names: map[reflect.Type]string{}, folded: map[string]bool{}}
	for _, c := range conversation.Commands() {
		x.names[c.Type] = c.Name
	}
	files, names := scripts(t)
	for _, name := range names {
		all, end, _ := moments(t, files, name)
		p := alike{}
		var people []delegation.Participant
		var parties []delegation.Party
		for _, m := range all {
			p.collect(reflect.ValueOf(m.ask.Command), "")
			people, parties = append(people, m.ask.By), append(parties, m.ask.For)
		}
		people, parties = distinct(people), distinct(parties)
		for i, m := range all {
			x.near(m, p, people[:min(5, len(people))], parties[:min(4, len(parties))])
			after := end
			if i+1 < len(all) {
				after = all[i+1].st
			}
			x.try("again", after, m.ask)
		}
		for k := range maxMoments {
			at := all[k*len(all)/maxMoments]
			for _, m := range all {
				a := m.ask
				a.Told, a.Received = at.ask.Told, at.ask.Received
				x.try("at another moment", at.st, a)
			}
		}
		for _, m := range all {
			x.try("at the end", end, m.ask)
		}
		x.state("played", name, end)
	}
	x.out.golden(t, "decisions.txt")
}
