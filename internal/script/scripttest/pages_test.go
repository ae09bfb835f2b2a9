package scripttest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"hash"
	"hash/fnv"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/golden"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/internal/script/scripttest"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/settings"
)

var updateGolden = flag.Bool("update", false, "write what is given now into testdata")

// net plays a script and makes pages at moments of it.
type net struct {
	t       *testing.T
	script  string
	sec     *plenary.Secretariat
	runner  *script.Runner
	moment  int
	blocks  int // since pages were made
	ended   bool
	now     time.Time
	said    map[string]uint32 // by room, the sum of what was given last
	sum     hash.Hash32       // of what a room gives
	seen    map[uint64]int    // what any script said, as far as pages that are dressed are chosen by it
	out     strings.Builder
	made    int
	dressed int
	refs    map[byte][]cite.Ref // by kind
	texts   []string            // that are asked with
	some    []cite.Ref          // that are asked with beside the first
	people  []delegation.Participant
	given   map[reflect.Type]reflect.Value // what makers gave last
}

// most is how often the same is said by pages that are dressed.
const most = 2

// between is how many blocks a script goes on before its pages are made again.
const between = 18

// TestGoldenPages makes every page of every script at moments of it, for everybody, with what an address could say and with what makes no
// sense, asks its methods what they answer, and writes down the sums of what each room gave. To see what became of one whose sum is another,
// have everything written down before a change and after it:
//
//	PLENARY_SAID=/tmp/is go test ./internal/script/scripttest -run TestGoldenPages
//	git stash; PLENARY_SAID=/tmp/was go test ./internal/script/scripttest -run TestGoldenPages; git stash pop
//	diff -r /tmp/was /tmp/is
func TestGoldenPages(t *testing.T) {
	t.Parallel()
	files := os.DirFS("../testdata")
	names, err := fs.Glob(files, "*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	seen := map[uint64]int{}
	for _, name := range names {
		name = strings.TrimSuffix(name, ".txt")
		if name == "chain" {
			continue // it goes on where the demonstration ends
		}
		t.Run(name, func(t *testing.T) {
			golden.Lines(t, name+".golden", play(t, files, name, seen), *updateGolden)
		})
	}
}

// play plays one script.
func play(t *testing.T, files fs.FS, name string, seen map[uint64]int) string {
	t.Helper()
	n := &net{t: t, script: name, now: time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC), said: map[string]uint32{}, sum: fnv.New32a(), given: map[reflect.Type]reflect.Value{}, seen: seen}
	n.sec, n.runner = scripttest.New(t, func() time.Time { return n.now })
	n.runner.Attach = func(name string, content []byte) (consultation.SubmitFile, error) {
		return consultation.SubmitFile{ID: "0123456789abcdef", Name: name, Type: "text/plain", Size: int64(len(content)), SHA: strings.Repeat("0", 64)}, nil
	}
	n.runner.After = func(told time.Time) error {
		if told.After(n.now) {
			n.now = told
		}
		if n.blocks++; n.runner.Slug != "" && n.blocks >= between {
			n.all()
		}
		return nil
	}
	if err := n.runner.Run(t.Context(), files, name+".txt"); err != nil {
		t.Fatal(err)
	}
	n.ended = true
	n.all()
	n.ended = false
	n.now = n.now.Add(100 * 24 * time.Hour)
	n.all()
	t.Logf("%d made, %d dressed, %d moments", n.made, n.dressed, n.moment)
	return n.out.String()
}

// all makes every page there is, and notes the makers of what is another than it was.
func (n *net) all() {
	n.t.Helper()
	n.blocks = 0
	n.moment++
	var line strings.Builder
	_, err := n.sec.Read(n.t.Context(), n.runner.Slug, func(s *conversation.State) error {
		n.look(s)
		for i, m := range makers {
			n.make(s, m)
			if i+1 < len(makers) && makers[i+1].room() == m.room() {
				continue
			}
			if is := n.sum.Sum32(); is != n.said[m.room()] {
				fmt.Fprintf(&line, " %s:%08x", m.room(), is)
				n.said[m.room()] = is
			}
			n.sum.Reset()
		}
		return nil
	})
	if err != nil {
		n.t.Fatal(err)
	}
	if line.Len() > 0 {
		fmt.Fprintf(&n.out, "%s %d%s\n", n.script, n.moment, line.String())
	}
}

// look lists what pages can be asked about.
func (n *net) look(s *conversation.State) {
	n.refs = map[byte][]cite.Ref{}
	add := func(rs ...cite.Ref) {
		for _, r := range rs {
			if !slices.Contains(n.refs[r.Kind()], r) {
				n.refs[r.Kind()] = append(n.refs[r.Kind()], r)
			}
		}
	}
	for _, p := range s.Papers.All {
		add(p.Ref)
		for _, e := range p.Editions {
			add(e.Ref)
			for i := 0; i < len(e.Elements); i += max(1, len(e.Elements)/4) {
				add(e.Elements[i].Ref, cite.Element(e.Ref, e.Elements[i].Ref.ElementNumber()))
			}
		}
		for _, r := range p.Reserved {
			add(r.Ref)
		}
	}
	for i := 1; i <= s.Consultation.Len(); i += 1 + i/6 {
		c := cite.Contribution(i)
		add(c, cite.Part(c, 1), cite.Part(c, 2))
	}
	// Of each of these the first few, whether they are there yet or not.
	for _, kind := range "kdqobs" {
		for i := 1; i <= 3; i++ {
			add(cite.Ref(fmt.Sprintf("%c%d", kind, i)))
		}
	}
	for _, a := range s.Roll.Authorities() {
		for _, x := range a {
			if !slices.Contains(n.people, x.Participant) {
				n.people = append(n.people, x.Participant)
			}
		}
	}
	slices.Sort(n.people)
	n.texts = slices.Clone(known)
	n.texts = append(n.texts, s.Consultation.CountriesPresent()...)
	for _, list := range [][]settings.Label{s.Categories, s.Groups, s.Subjects, s.Crosscutting} {
		for i, x := range list {
			if i < 2 {
				n.texts = append(n.texts, x.ID, x.Name.In[locale.English])
			}
		}
	}
	n.some = slices.Clone(usual)
	for i, y := range s.Roll.Entered() {
		add(y.Ref())
		if i < 3 {
			n.some = append(n.some, y.Ref(), y.Ref())
		}
	}
	for _, p := range n.people {
		add(p.Ref())
	}
}

// audiences are who reads: everybody, an officer, and who has another part; in the course of a script one of them at a time.
func (n *net) audiences(s *conversation.State) []conversation.Audience {
	out := []conversation.Audience{{}}
	add := func(ps ...delegation.Participant) {
		if len(ps) > 0 {
			p := ps[n.moment%len(ps)]
			out = append(out, conversation.Audience{Roles: s.Roll.Roles(p), As: []delegation.Participant{p}})
		}
	}
	add(s.Roll.Holders(delegation.Officer)...)
	add(n.people...)
	if !n.ended {
		n := n.moment % len(out)
		return out[n : n+1]
	}
	for _, role := range delegation.Roles() {
		if role != delegation.Officer {
			add(s.Roll.Holders(role)...)
		}
	}
	return out
}

// usual are references that are asked for beside the first, and known are words of addresses and of forms.
var (
	usual = []cite.Ref{"", "", "p1", "p1.e1", "p1.e2", "p1.x1", "p1.x2", "p1.e1.x2", "k1", "k2", "c1", "c1.1", "c2", "c2.1", "d1", "q1", "q2", "o1", "s1", "b1"}
	known = []string{"", "", "", "1", "2", "name", "title", "text", "note", "call-off", "change", "accepted", "in_part", "unanswered", "answered", "open", "arrived", "waiting", "incomplete", "unchanged", "text_changed", "published",
		"withheld", "withdrawn", "2020-01-15", "CH", "FR", "place", "class", "confirmed", "refused", "held", "yes", "no", "Ferry", "missing", "older"}
)

// maker is a function of a room that makes a page, or a part of one.
type maker struct {
	name  string
	f     reflect.Value
	kinds string // of references, of which each is asked about
}

// room is that of a maker.
func (m maker) room() string { return m.name[:strings.IndexByte(m.name, '.')] }

var (
	ofReading  = reflect.TypeFor[*conversation.Reading]()
	ofFrame    = reflect.TypeFor[*frame.Frame]()
	ofRef      = reflect.TypeFor[cite.Ref]()
	ofPerson   = reflect.TypeFor[delegation.Participant]()
	ofParty    = reflect.TypeFor[delegation.Party]()
	ofLanguage = reflect.TypeFor[locale.Lang]()
	ofTime     = reflect.TypeFor[time.Time]()
	ofError    = reflect.TypeFor[error]()
)

// question is one thing that is asked: by whom, of what, when, and with which chance for what else is to be given.
type question struct {
	n        *net
	s        *conversation.State
	m        maker
	audience conversation.Audience
	lang     locale.Lang
	refs     []cite.Ref // given first
	first    cite.Ref
	seed     uint64
	r        *rand.Rand
	st       *conversation.Reading
	depth    int
	words    []string // of the page, with which its methods are asked
}

// make makes a page for everybody and of everything.
func (n *net) make(s *conversation.State, m maker) {
	n.t.Helper()
	first := make([]cite.Ref, n.few()) // none, as often as it is asked
	if m.f.Type().NumIn() <= 2 {
		first = first[:1]
	}
	if m.kinds != "" {
		first = nil
		for _, kind := range m.kinds {
			all := n.refs[byte(kind)]
			for i := range min(len(all), n.few()) {
				first = append(first, all[(i+n.moment*n.few())%len(all)])
			}
		}
		first = append(first, n.some[n.moment%len(n.some)]) // of another kind, as a rule
	}
	for _, a := range n.audiences(s) {
		for i, ref := range first {
			x := &question{n: n, s: s, m: m, audience: a, lang: locale.English, refs: []cite.Ref{ref}, first: ref, seed: sum(m.name, string(ref), fmt.Sprint(i, n.moment%8))}
			if (i+n.moment)%7 == 6 {
				x.lang = locale.All[n.moment%len(locale.All)]
			}
			if given, ok := x.ask(); ok {
				_, _ = n.sum.Write(given)
				n.keep(x, given)
			}
		}
	}
}

// few is how many of a kind are asked about.
func (n *net) few() int {
	if n.ended {
		return 4
	}
	return 1
}

// keep writes down what was given, if somebody wants to read it.
func (n *net) keep(x *question, given []byte) {
	dir := os.Getenv("PLENARY_SAID")
	if dir == "" {
		return
	}
	file := filepath.Join(dir, n.script, fmt.Sprint(n.moment), x.m.name, fmt.Sprintf("%v-%v-%s-%s", x.audience.Roles, x.audience.As, x.first, x.lang))
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		n.t.Fatal(err)
	}
	if err := os.WriteFile(file, given, 0o600); err != nil {
		n.t.Fatal(err)
	}
}

// sum is the sum of some words.
func sum(words ...string) uint64 {
	h := fnv.New64a()
	for _, w := range words {
		_, _ = h.Write([]byte(w + "\n"))
	}
	return h.Sum64()
}

// ask makes the page and says all there is to say of it; ok is false where there is none.
func (x *question) ask() (given []byte, ok bool) {
	x.n.made++
	var b bytes.Buffer
	defer func() {
		if r := recover(); r != nil { // it was asked with what no handler gives
			fmt.Fprintln(&b, "cannot be shown:", r)
			given, ok = b.Bytes(), true
		}
	}()
	v, ok := x.page(&b)
	if !ok {
		return nil, false
	}
	x.show(&b, v, true)
	return b.Bytes(), true
}

// page calls the maker. What it gives is filled in, if it can be.
func (x *question) page(b *bytes.Buffer) (v reflect.Value, ok bool) {
	refs := x.refs
	x.r = rand.New(rand.NewPCG(x.seed, 0))
	x.st = conversation.NewReading(x.s, x.audience, x.n.now)
	defer x.st.Close()
	out := x.call(b, x.m.f)
	x.refs = refs
	if len(out) == 0 {
		return v, false // it was asked what cannot be
	}
	v = out[0]
	said := false // that there is one
	for _, y := range out[1:] {
		if y.Kind() == reflect.Bool {
			if said = y.Bool(); !said {
				return v, false
			}
		}
	}
	if !said && v.Kind() == reflect.Pointer && v.IsNil() || v.Kind() == reflect.Slice && v.Len() == 0 {
		return v, false
	}
	if f, is := v.Interface().(interface {
		Need() []cite.Position
		Fill(map[cite.Position]cite.Words)
	}); is {
		need := slices.Clone(f.Need())
		slices.Sort(need) // in any order
		words, err := x.n.sec.Words(x.n.t.Context(), x.n.runner.Slug, x.st.Needed(need))
		if err != nil {
			x.n.t.Fatal(err)
		}
		fmt.Fprintln(b, "needs", need)
		f.Fill(x.st.Show(words))
	}
	if k := v.Kind(); k == reflect.Pointer || k == reflect.Struct {
		x.n.given[v.Type()] = v
	}
	refs = x.st.Refs()
	slices.Sort(refs)
	fmt.Fprintln(b, "rests on", refs, x.st.Until().UTC())
	return v, true
}

// call calls a function with what it wants. What cannot be asked of it gives nothing.
func (x *question) call(b *bytes.Buffer, f reflect.Value) (out []reflect.Value) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintln(b, "cannot be asked:", r)
			out = nil
		}
	}()
	t := f.Type()
	in := make([]reflect.Value, t.NumIn())
	for i := range in {
		in[i] = x.value(t.In(i))
	}
	if t.IsVariadic() {
		return f.CallSlice(in)
	}
	return f.Call(in)
}

// show writes what a page says, dressed too if nobody was shown the same before, and with all that its methods answer.
func (x *question) show(b *bytes.Buffer, v reflect.Value, methods bool) {
	said, err := json.Marshal(v.Interface())
	fmt.Fprintf(b, "%s %v\n", said, err)
	if methods && !x.news(said) {
		return
	}
	x.dress(b, v)
	if !methods {
		return
	}
	for i, m := range inWords.FindAllSubmatch(said, 30) {
		if x.words = append(x.words, string(m[1])); i%3 == 0 {
			x.words = append(x.words, strings.ToUpper(string(m[1])))
		}
	}
	for i := range v.NumMethod() {
		name := v.Type().Method(i).Name
		if slices.Contains([]string{"Need", "Fill", "Title", "Body", "MarshalJSON", "String", "Error"}, name) {
			continue
		}
		fmt.Fprintln(b, name)
		x.method(b, v, i)
	}
	x.r = rand.New(rand.NewPCG(x.seed, 99))
	x.fill(v)
	fmt.Fprintln(b, "filled")
	x.dress(b, v)
}

// news reports whether something says what nothing before it said, however much of it: another word, none, one or more of something.
func (x *question) news(said []byte) (yes bool) {
	key := sum(x.m.name, string(said), fmt.Sprint(x.audience.Roles != 0))
	if x.n.seen[key] > 0 {
		return false
	}
	x.n.seen[key]++
	var all any
	if json.Unmarshal(said, &all) != nil {
		return false
	}
	note := func(path, what string) {
		if key := sum(x.m.name, path, what, fmt.Sprint(x.audience.Roles != 0)); x.n.seen[key] < most {
			x.n.seen[key]++
			yes = true
		}
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			note(path, "fields")
			for k, v := range v {
				walk(path+"."+k, v)
			}
		case []any:
			note(path, fmt.Sprint(min(len(v), 3)))
			for _, v := range v {
				walk(path+"#", v)
			}
		case string:
			if len(v) > 16 || strings.ContainsFunc(v, func(c rune) bool { return c != '_' && (c < 'a' || c > 'z') }) {
				v = "words"
			}
			note(path, v)
		case float64:
			note(path, fmt.Sprint(min(v, 2)))
		default:
			note(path, fmt.Sprint(v))
		}
	}
	walk("", all)
	if yes {
		x.n.dressed++
	}
	return yes
}

// dress writes how a page looks. What a handler alone can give may be lacking.
func (x *question) dress(b *bytes.Buffer, v reflect.Value) {
	page, is := v.Interface().(frame.View)
	if !is {
		return
	}
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintln(b, "cannot be dressed:", r)
		}
	}()
	fmt.Fprintln(b, page.Title(x.frame()))
	if err := page.Body(x.frame()).Render(context.Background(), b); err != nil {
		fmt.Fprintln(b, err)
	}
}

// inWords are the shorter words that a page says.
var inWords = regexp.MustCompile(`:"([^"\\\\]{1,40})"`)

// fill gives the fields of a page anything that its maker left empty, as a handler may.
func (x *question) fill(v reflect.Value) {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct || !v.CanSet() {
		return
	}
	for i := range v.NumField() {
		if v.Type().Field(i).IsExported() && v.Field(i).IsZero() {
			v.Field(i).Set(x.value(v.Field(i).Type()))
		}
	}
}

// method asks a method what it answers. One that answers nothing changes the page: another is made for it.
func (x *question) method(b *bytes.Buffer, v reflect.Value, i int) {
	m := v.Method(i)
	tries := 1 + 7*min(m.Type().NumIn(), 1)
	if m.Type().NumOut() == 0 {
		var none bytes.Buffer
		if v, ok := x.page(&none); ok {
			x.r = rand.New(rand.NewPCG(x.seed, uint64(i)))
			x.st = conversation.NewReading(x.s, x.audience, x.n.now)
			defer x.st.Close()
			x.call(b, v.Method(i))
			x.show(b, v, false)
		}
		return
	}
	x.st = conversation.NewReading(x.s, x.audience, x.n.now)
	defer x.st.Close()
	for try := range tries {
		x.r = rand.New(rand.NewPCG(x.seed+uint64(try), uint64(i)))
		for _, y := range x.call(b, m) {
			said, err := json.Marshal(y.Interface())
			fmt.Fprintf(b, "%s %v\n", said, err)
		}
	}
}

// frame is what surrounds a page.
func (x *question) frame() *frame.Frame {
	f := &frame.Frame{Lang: x.lang, Path: "/c/" + x.s.Slug, Slug: x.s.Slug, Name: "Name", Host: "https://example.org", Now: x.n.now, Token: "token", As: "as",
		Me: frame.Me{SignedIn: x.audience.As != nil, Roles: x.audience.Roles, Own: x.audience.As != nil, Delegate: x.audience.As != nil}}
	f.Settled(&x.s.Settings)
	return f
}

// value is something of a type: what there is where the type says what it is, else anything.
func (x *question) value(t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	r := x.r
	if x.depth > 4 {
		return v
	}
	x.depth++
	defer func() { x.depth-- }()
	switch t {
	case ofReading:
		return reflect.ValueOf(x.st)
	case ofFrame:
		return reflect.ValueOf(x.frame())
	case ofLanguage:
		if x.depth > 1 {
			v.SetString(string(locale.All[r.IntN(2)]))
		} else {
			v.SetString(string(x.lang))
		}
		return v
	case ofRef:
		if len(x.refs) > 0 && x.refs[0] != "" {
			v.SetString(string(x.refs[0]))
			x.refs = nil
		} else {
			v.SetString(string(x.n.some[r.IntN(len(x.n.some))]))
		}
		return v
	case ofPerson:
		if len(x.audience.As) > 0 {
			v.Set(reflect.ValueOf(x.audience.As[0]))
		}
		return v
	case ofParty:
		if all := x.s.Roll.Entered(); len(all) > 0 {
			v.Set(reflect.ValueOf(all[r.IntN(len(all))]))
		}
		return v
	case ofTime:
		v.Set(reflect.ValueOf(x.n.now.UTC().Add(time.Duration(r.IntN(5)-2) * 36 * time.Hour)))
		return v
	}
	if given, ok := x.n.given[t]; ok && r.IntN(4) > 0 {
		return given
	}
	switch t.Kind() {
	case reflect.String:
		all := x.n.texts
		if len(x.words) > 0 && r.IntN(3) > 0 {
			all = x.words
		}
		v.SetString(all[r.IntN(len(all))])
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(r.IntN(4)))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(r.IntN(4)))
	case reflect.Float64:
		v.SetFloat(float64(r.IntN(4)))
	case reflect.Slice:
		k := r.IntN(4)
		if t.Elem() == ofPerson {
			k = len(x.audience.As)
		}
		for range k {
			v.Set(reflect.Append(v, x.value(t.Elem())))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		for range r.IntN(4) {
			v.SetMapIndex(x.value(t.Key()), x.value(t.Elem()))
		}
	case reflect.Pointer:
		if r.IntN(4) > 0 {
			v.Set(reflect.New(t.Elem()))
			v.Elem().Set(x.value(t.Elem()))
		}
	case reflect.Struct:
		for i := range t.NumField() {
			f := v.Field(i)
			reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem().Set(x.value(f.Type()))
		}
	case reflect.Func:
		seed := r.Uint64()
		v.Set(reflect.MakeFunc(t, func(in []reflect.Value) (out []reflect.Value) {
			said := ""
			for _, y := range in {
				said += fmt.Sprint(y.Interface())
			}
			was := x.r
			x.r = rand.New(rand.NewPCG(seed, sum(said)))
			for i := range t.NumOut() {
				if t.Out(i) == ofError {
					out = append(out, reflect.Zero(ofError))
				} else {
					out = append(out, x.value(t.Out(i)))
				}
			}
			x.r = was
			return out
		}))
	}
	return v
}
