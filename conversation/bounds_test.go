package conversation_test

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/internal/golden"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// sound are values for fields that "word" or 1 is not good enough for: by the command and the path of the field, by the name of a field of
// any command, or by type. "|" is between the elements of a list; nothing is an empty list; of an instant they are hours.
var sound = map[string]string{
	"Zone": "Europe/Zurich", "Source": "https://example.org/", "Link": "https://example.org/", "Status": "unofficial", "Language": "fr",
	"Opens": "0", "Ended": "2", "Closes": "2", "Begins": "0", "Ends": "2", "From": "0", "To": "2",
	"Late": "kept", "Moderation": "before", "Method": "approval", "Constituencies": "states|observers", "Made": "people", "Channel": "fr", "Who": "everybody",
	"delegation.Capacity": "member", "As": "party", "Ground": "off_topic", "Ruling": "in_order", "paper.Seal": "0123456789abcdef0123456789abcdef",

	"conversation.convene Stages Kind": "session", "conversation.convene Stages State": "planned", "conversation.convene Stages From": "2020-01-01", "conversation.convene Stages To": "2020-01-02", "conversation.convene Stages Number": "0",
	"conversation.stage Stage Kind": "session", "conversation.stage Stage State": "planned", "conversation.stage Stage From": "2020-01-01", "conversation.stage Stage To": "2020-01-02",
	"settings.name List": "categories", "settings.close List": "categories", "settings.remove List": "categories", "settings.name Chooser": "persons",
	"settings.change Nouns key":  "papers",
	"delegation.hand-over Stays": "member", "delegation.compose Group": "7", "delegation.align Stand": "aligned",
	"accreditation.request Party": "y0000000000001", "accreditation.request Alike": "0", "accreditation.accredit Into": "",
	"paper.publish Kind": "issues-paper", "paper.publish Status of": "unofficial", "paper.publish Elements Status of": "unofficial", "paper.publish Date": "2020-01-01", "paper.publish Elements Kind": "paragraph", "paper.publish Elements Wrote": "u0000000000001",
	"paper.publish Pictures Name": "a.png", "paper.publish Pictures File": "0123456789abcdef0123456789abcdef", "paper.publish Pictures SHA": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "paper.publish Pictures Type": "image/png",
	"paper.mark-sentence Verdict": "supported", "paper.reserve Kind": "paragraph", "paper.correct Change": "unchanged",
	"questionnaire.ask Sections If Question": "0", "questionnaire.ask Sections If Picks": "", "questionnaire.ask Sections Questions If Question": "0", "questionnaire.ask Sections Questions If Picks": "", "Steps": "5", "questionnaire.ask Sections Questions Options": "word|word", "questionnaire.ask Sections Questions Kind": "scale", "questionnaire.ask Sections Questions Least": "", "questionnaire.ask Sections Questions Greatest": "",
	"consultation.add-document Source": "", "consultation.answer Outcome": "accepted", "consultation.react Verdict": "satisfied", "formulation.leave-out Outcome": "noted",
	"priority.begin Themes": "word|word", "reply.open Who": "all", "transcript.set-feed Key": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
	"session.plan Plan Form": "room", "session.plan-item Item Documents Source": "https://example.org/",
	"registration.set-terms Figures": "everyone", "registration.set-terms List": "nobody", "registration.ask-field Kind": "choice", "registration.ask-field Options": "one\ntwo",
	"floor.set-rules Rules Classes": "group|state|igo|ngo|other", "floor.set-rules Rules Limits": "group=60|state=60|igo=60|ngo=60|other=60", "floor.set-rules Rules Replies": "60",
	"floor.ask-floor Kind": "place", "floor.enter-request Kind": "place", "floor.enter-turn Kind": "place", "floor.leave-list Kind": "reply", "floor.time Do": "stop", "floor.consult Seconds": "60", "floor.show-hand Answer": "yes",
	"studio.set-link For": "everybody", "studio.interpret Is": "on", "studio.interpret Reason": "sound", "studio.give-signal Kind": "slow",
}

// others are commands in which fields matter that do not in the ones above: a field that has another value.
var others = [][2]string{
	{"questionnaire.ask Sections Questions Kind", "text"}, {"questionnaire.ask Sections Questions Kind", "choice"}, {"questionnaire.ask Sections Questions Kind", "choices"},
	{"questionnaire.ask Sections Questions Kind", "number"}, {"questionnaire.ask Sections Questions Kind", "table"}, {"questionnaire.ask Sections Questions Kind", "stance"},
	{"registration.ask-field Kind", "text"}, {"registration.ask-field Off", "true"}, {"conversation.map Off", "true"},
	{"floor.leave-list Kind", "place"}, {"floor.enter-turn Kind", "point"}, {"floor.time Do", "add"}, {"studio.interpret Is", "suspended"},
}

// otherwise are fields of which Check takes texts of any length or uncleaned, or leaves an instant in its zone: by the reason.
var otherwise = map[string][]string{
	"is among the labels, which the rule looks up": {
		"settings.close ID", "settings.merge ID", "settings.merge Into", "settings.remove ID", "delegation.enter Category", "delegation.enter Country",
		"accreditation.set-offer Categories", "paper.publish Elements Subjects", "paper.publish Elements Crosscutting", "consultation.submit Category",
		"consultation.submit Country", "formulation.support Country", "registration.set-terms Categories", "registration.ask-field Categories",
	},
	"is the operator's own, from a template": {
		"conversation.convene Categories Group", "conversation.convene Groups Group", "conversation.convene Subjects Group",
		"conversation.convene Crosscutting Group", "conversation.convene Countries Group", "conversation.convene Key",
	},
	"is the house's own": {
		"conversation.resume Again Data", "transcript.caption Language", "transcript.caption Key", "transcript.caption Source", "poll.count Said",
	},
	"names a text that the rule looks up": {
		"settings.translate-text Text", "questionnaire.translate-question Text", "consultation.translate-call Text", "paper.translate-passage Passage",
	},
	"is compared with what stands": {
		"settings.translate-text Seen", "questionnaire.translate-question Seen", "consultation.translate-call Seen",
	},
	"is looked up by the rule: nothing of it is kept": {
		"consultation.redact Masks Field", "transcript.transcribe Kind", "transcript.erase-passage Language", "transcript.erase-passage Ground",
		"transcript.correct-passage Language",
	},
	"is held against the question by the rule": {
		"consultation.submit Chosen Value",
	},
	"is held to the bounds of an answer by the rule": {
		"formulation.leave-out Reason",
	},
	"is held to the bounds of a call by the rule": {
		"reply.open Title", "reply.open Text", "reply.open Zone", "reply.open Moderation", "reply.open Terms", "reply.open Opens", "reply.open Closes",
		"session.invite Late", "session.invite Moderation", "session.invite Who", "session.invite Text", "session.invite Terms",
	},
	"is read by its own rules, line by line": {
		"transcript.transcribe Source",
	},
	"is put into UTC by the rule": {
		"accreditation.accredit Until", "accreditation.prolong Until",
	},
}

// excused is why Check leaves a field as it is, "" for no reason.
func excused(path string) string {
	for reason, all := range otherwise {
		if slices.Contains(all, path) {
			return reason
		}
	}
	return ""
}

// afternoon is an instant in a zone of its own: what a command makes of it is in UTC.
var afternoon = time.Date(2020, 2, 14, 15, 0, 0, 0, time.FixedZone("east", 5*3600))

// dirt is a text of which there is much to clean.
const dirt = "\r\n e\u0301\u202e\x07\r\nx \r\n"

// field is one that a command has, however deep.
type field struct {
	path string
	v    reflect.Value
}

// trial is a command of which one field is tried.
type trial struct {
	*testing.T
	conversation.Command
	other  [2]string // a field that has another value than it mostly has
	i      int       // which field
	before []string  // what is refused of the command as it is
	quick  bool      // what was checked is not checked again
}

// filled is the command with something in every field, and its fields in order.
func (x trial) filled() (reflect.Value, []field) {
	v := reflect.New(x.Type).Elem()
	x.furnish(v, x.Name, 0)
	return v, fieldsOf(v, x.Name, nil)
}

// word is what sound says of a field.
func (x trial) word(of reflect.Type, path string) (string, bool) {
	if path == x.other[0] {
		return x.other[1], true
	}
	for _, key := range []string{path, path[strings.LastIndexByte(path, ' ')+1:], of.String()} {
		if word, ok := sound[key]; ok {
			return word, true
		}
	}
	return "", false
}

// furnish puts something sound into every field, something else for each n.
func (x trial) furnish(v reflect.Value, path string, n int) {
	word, ok := x.word(v.Type(), path)
	number, _ := strconv.Atoi(word)
	if !ok {
		word, number = "word"+strings.Repeat("s", n), 1+n
	}
	switch at := v.Addr().Interface().(type) {
	case *time.Time:
		if !ok {
			number = n
		}
		*at = afternoon.Add(time.Duration(number) * time.Hour)
		return
	case *locale.Text:
		*at = english(word)
		return
	case *locale.Lang:
		if *at = locale.Lang(word); !ok {
			*at = locale.All[(n+2)%len(locale.All)]
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			x.furnish(v.Field(i), path+" "+v.Type().Field(i).Name, n)
		}
	case reflect.Slice:
		x.list(v, path, n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for pair := range strings.SplitSeq(word, "|") {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			x.furnish(k, path+" key", n)
			x.furnish(e, path+" of", n)
			if key, of, ok := strings.Cut(pair, "="); ok {
				number, _ = strconv.Atoi(of)
				k.SetString(key)
				e.SetInt(int64(number))
			}
			v.SetMapIndex(k, e)
		}
	case reflect.String:
		if v.Type() != reflect.TypeFor[string]() && !ok {
			word = "c" + strconv.Itoa(1+n)
		}
		v.SetString(word)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(number))
	case reflect.Uint64, reflect.Uint8:
		v.SetUint(uint64(number))
	case reflect.Bool:
		v.SetBool(word == "true")
	default:
		x.Fatalf("%s is of a type that this test does not know", path)
	}
}

// list puts elements into a list: one, or as many as sound says.
func (x trial) list(v reflect.Value, path string, n int) {
	words := []string{""}
	if word, ok := x.word(v.Type(), path); ok && word == "" {
		words = nil
	} else if ok {
		words = strings.Split(word, "|")
	}
	v.Set(reflect.MakeSlice(v.Type(), len(words), len(words)))
	for i, word := range words {
		if x.furnish(v.Index(i), path, n+i); len(words) > 1 && v.Index(i).Kind() == reflect.String {
			v.Index(i).SetString(word)
		}
	}
}

// fieldsOf lists what can be set in a value: of lists, the list and what its first element has.
func fieldsOf(v reflect.Value, path string, all []field) []field {
	switch {
	case v.Type() == reflect.TypeFor[time.Time](), v.Type() == reflect.TypeFor[locale.Text]():
		return append(all, field{path, v})
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			all = fieldsOf(v.Field(i), path+" "+v.Type().Field(i).Name, all)
		}
		return all
	case v.Kind() == reflect.Slice:
		all = append(all, field{path + "[]", v})
		if v.Len() > 0 {
			all = fieldsOf(v.Index(0), path, all)
		}
		return all
	}
	return append(all, field{path, v})
}

// wrong is what is refused, each as its key and the field.
func wrong(t *testing.T, err error) (all []string) {
	for _, r := range refusal.Of(err) {
		all = append(all, strings.TrimSuffix(r.Key+"("+r.Field+")", "()"))
	}
	if err != nil && all == nil {
		t.Errorf("a fault, not a refusal: %v", err)
	}
	return all
}

// allOf lists what is refused, for a line.
func allOf(no []string) string {
	if len(no) == 0 {
		return "taken"
	}
	return strings.Join(no, " ")
}

// with is what is newly refused when the field is set, and the field as Check leaves it, if it is still there.
func (x trial) with(set func(v reflect.Value)) (no []string, left reflect.Value) {
	v, all := x.filled()
	f := all[x.i]
	set(f.v)
	out, err := conversation.Check(v.Interface())
	for _, w := range wrong(x.T, err) {
		if !slices.Contains(x.before, w) && !slices.Contains(no, w) {
			no = append(no, w)
		}
	}
	if x.quick {
		return no, left
	}
	asked, same := x.filled()
	if set(same[x.i].v); !reflect.DeepEqual(v.Interface(), asked.Interface()) {
		x.Errorf("%s: the command of whoever asked was changed", f.path)
	}
	if err == nil {
		if again, err := conversation.Check(out); err != nil || !reflect.DeepEqual(again, out) {
			x.Errorf("%s: what was checked is something else when it is checked again: %v\n%.300v\n%.300v", f.path, err, out, again)
		}
	}
	o := reflect.New(x.Type).Elem()
	o.Set(reflect.ValueOf(out))
	now := fieldsOf(o, x.Name, nil)
	if i := slices.IndexFunc(now, func(n field) bool { return n.path == f.path }); i >= 0 {
		left = now[i].v
	}
	return no, left
}

// most is the largest number that is not refused, from one that is not, and what is said of one more. It does not look beyond top.
func (x trial) most(from, top int, set func(v reflect.Value, n int)) (int, []string) {
	x.quick = true
	try := func(n int) []string { no, _ := x.with(func(v reflect.Value) { set(v, n) }); return no }
	good, step := from, 1
	for ; good < top && len(try(min(good+step, top))) == 0; step *= 2 {
		good = min(good+step, top)
	}
	if good == top {
		return top, nil
	}
	bad := min(good+step, top)
	for bad-good > 1 {
		if mid := good + (bad-good)/2; len(try(mid)) == 0 {
			good = mid
		} else {
			bad = mid
		}
	}
	return good, try(bad)
}

// bound says what most finds, nothing where there is no bound.
func (x trial) bound(name string, from, top int, set func(v reflect.Value, n int)) string {
	n, no := x.most(from, top, set)
	if len(no) == 0 {
		return ""
	}
	return fmt.Sprintf("%s %d, then %s", name, n, allOf(no))
}

// words says what becomes of a text. What is taken of any length, or uncleaned, is held against what is taken otherwise.
func (x trial) words(f field, set func(v reflect.Value, s string)) (out []string) {
	no, left := x.with(func(v reflect.Value) { set(v, dirt) })
	clean := len(no) > 0 || !left.IsValid()
	if !clean {
		now := fmt.Sprintf("%q", fmt.Sprint(left))
		if left.Type() == reflect.TypeFor[locale.Text]() {
			now = fmt.Sprintf("%q", left.Interface().(locale.Text).In[locale.English])
		}
		if clean = !strings.Contains(now, `\u202e`) && !strings.Contains(now, `\r`) && !strings.Contains(now, `\a`) && !strings.Contains(now, "e\u0301"); clean {
			out = append(out, "becomes "+now)
		}
	} else if len(no) > 0 {
		out = append(out, "dirty "+allOf(no))
	}
	no, left = x.with(func(v reflect.Value) { set(v, strings.Repeat("a", 2<<20)) })
	short := len(no) > 0 || !left.IsValid() || len(fmt.Sprint(left)) < 1<<20
	if no, _ := x.with(func(v reflect.Value) { set(v, "é") }); len(no) > 0 {
		out = append(out, "other "+allOf(no))
		no, _ = x.with(func(v reflect.Value) { set(v, strings.Repeat("a", 2<<20)) })
		out = append(out, "2 MiB "+allOf(no))
	} else if short {
		out = append(out, x.bound("most", 1, 1<<15, func(v reflect.Value, n int) { set(v, strings.Repeat("é", n)) }))
	}
	if reason := excused(f.path); f.v.Type() != reflect.TypeFor[cite.Ref]() && x.other[0] == "" && (reason == "") != (clean && short) {
		x.Errorf("%s: cleaned or refused %v, bounded %v: %q", f.path, clean, short, reason)
	}
	return out
}

// says is what becomes of the field, in a line; "" where it is taken as it is.
func (x trial) says(f field) string {
	var out []string
	say := func(what string, no []string) {
		if len(no) > 0 {
			out = append(out, what+" "+allOf(no))
		}
	}
	no, _ := x.with(func(v reflect.Value) { v.SetZero() })
	say("none", no)
	switch {
	case f.v.Type() == reflect.TypeFor[time.Time]():
		if _, left := x.with(func(reflect.Value) {}); left.Interface().(time.Time).Location() != time.UTC && excused(f.path) == "" {
			x.Errorf("%s stays in %s", f.path, left.Interface().(time.Time).Location())
		}
		out = append(out, x.bound("most hours", 0, 1<<10, func(v reflect.Value, n int) {
			v.Set(reflect.ValueOf(f.v.Interface().(time.Time).Add(time.Duration(n) * time.Hour)))
		}))
		out = append(out, x.bound("least hours", 0, 1<<10, func(v reflect.Value, n int) {
			v.Set(reflect.ValueOf(f.v.Interface().(time.Time).Add(-time.Duration(n) * time.Hour)))
		}))
	case f.v.Type() == reflect.TypeFor[locale.Text]():
		out = append(out, x.words(f, func(v reflect.Value, s string) { v.Set(reflect.ValueOf(english(s))) })...)
		no, _ = x.with(func(v reflect.Value) {
			v.Set(reflect.ValueOf(locale.Text{Original: "en", In: map[locale.Lang]string{"en": "x", "de": "y"}}))
		})
		say("another language", no)
		no, _ = x.with(func(v reflect.Value) {
			v.Set(reflect.ValueOf(locale.Text{Original: "de", In: map[locale.Lang]string{"en": "x"}}))
		})
		say("another original", no)
	case f.v.Kind() == reflect.String:
		out = append(out, x.words(f, func(v reflect.Value, s string) { v.SetString(s) })...)
	case f.v.Kind() == reflect.Map:
		out = append(out, x.keyed(f)...)
	case f.v.Kind() == reflect.Slice:
		path := strings.TrimSuffix(f.path, "[]")
		out = append(out, x.bound("most", f.v.Len(), 1<<11, func(v reflect.Value, n int) {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				x.furnish(v.Index(i), path, i)
			}
		}))
		no, _ = x.with(func(v reflect.Value) { v.Set(reflect.AppendSlice(v, v)) })
		say("twice", no)
	case f.v.CanInt():
		n := int(f.v.Int())
		out = append(out, x.bound("most", n, 1<<40, func(v reflect.Value, n int) { v.SetInt(int64(n)) }))
		out = append(out, x.bound("least -", -n, 1<<40, func(v reflect.Value, n int) { v.SetInt(int64(-n)) }))
	case f.v.CanUint():
		out = append(out, x.bound("most", int(f.v.Uint()), 1<<min(f.v.Type().Bits()-1, 40)-1, func(v reflect.Value, n int) { v.SetUint(uint64(n)) }))
	case f.v.Kind() == reflect.Bool:
		no, _ := x.with(func(v reflect.Value) { v.SetBool(!v.Bool()) })
		say("turned", no)
	}
	if out = slices.DeleteFunc(out, func(s string) bool { return s == "" }); len(out) == 0 {
		return ""
	}
	return f.path + ": " + strings.Join(out, "; ") + "\n"
}

// keyed says what becomes of what is kept by a key: its words, and another key than there may be.
func (x trial) keyed(f field) (out []string) {
	key := f.v.MapKeys()[0]
	one := func(v, key, of reflect.Value) {
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, of)
	}
	if f.v.Type().Elem().Kind() == reflect.String {
		out = x.words(f, func(v reflect.Value, s string) { one(v, key, reflect.ValueOf(s).Convert(v.Type().Elem())) })
	}
	if key.Kind() == reflect.String {
		if no, _ := x.with(func(v reflect.Value) { one(v, reflect.ValueOf("de").Convert(key.Type()), f.v.MapIndex(key)) }); len(no) > 0 {
			out = append(out, "another key "+allOf(no))
		}
	}
	return out
}

// TestGoldenBounds: what every command refuses of each of its fields, and what it makes of it, before any rule looks, is what
// testdata/bounds.txt says: of a bound the last that is taken, and what is said of one more. A field of which nothing stands there is taken as it is. Beside that, whatever the file says, every text is
// cleaned or refused and has a bound, instants are in UTC, whoever asked keeps what they asked with, and what was checked can be checked again.
func TestGoldenBounds(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	try := func(c conversation.Command, other [2]string) {
		x := trial{T: t, Command: c, other: other}
		v, all := x.filled()
		_, err := conversation.Check(v.Interface())
		x.before = wrong(t, err)
		if other[0] != "" {
			fmt.Fprintf(&b, "%s %s: %s\n", other[0], other[1], allOf(x.before))
		} else {
			fmt.Fprintf(&b, "\n%s: %s\n", c.Name, allOf(x.before))
		}
		for i, f := range all {
			x.i = i
			if line := x.says(f); other[0] == "" {
				b.WriteString(line)
			} else if !strings.Contains(b.String(), "\n"+line) {
				b.WriteString(other[1] + ": " + line)
			}
		}
	}
	for _, c := range conversation.Commands() {
		try(c, [2]string{})
		for _, other := range others {
			if strings.HasPrefix(other[0], c.Name+" ") {
				try(c, other)
			}
		}
	}
	golden.Lines(t, "bounds.txt", b.String(), *update)
}
