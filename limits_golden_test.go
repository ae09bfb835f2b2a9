package plenary_test

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/dump"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// mostTimes is how often the same is asked for; no limit that a rule keeps by counting one by one is higher, but those that are not meant to be reached.
const mostTimes = 520

// counted is an ask in which something is another each time: what varies is the number of a text of the command, or who asks.
func counted(a conversation.Ask, what string, n int) conversation.Ask {
	c := reflect.New(reflect.TypeOf(a.Command)).Elem()
	c.Set(reflect.ValueOf(a.Command))
	switch what {
	case "by others":
		a.By += delegation.Participant(n)
	case "later":
		a.Told = a.Now().Add(time.Duration(n) * time.Minute)
	default:
		if f := c.FieldByName(what); f.IsValid() {
			switch x := f.Addr().Interface().(type) {
			case *locale.Text:
				*x = locale.Text{Original: x.Original, In: map[locale.Lang]string{}}
				for l, s := range reflect.ValueOf(a.Command).FieldByName(what).Interface().(locale.Text).In {
					x.In[l] = fmt.Sprint(s, " ", n)
				}
			default:
				if f.Kind() == reflect.String {
					f.SetString(fmt.Sprint(f.String(), n))
				} else if f.CanInt() {
					f.SetInt(f.Int() + int64(n))
				}
			}
		}
	}
	a.Command = c.Interface()
	return a
}

// ways are how a command may be asked for again and again.
func ways(command any) []string {
	out := []string{"as it is", "by others", "later"}
	t := reflect.TypeOf(command)
	for i := range t.NumField() {
		f := t.Field(i)
		if f.IsExported() && (f.Type == reflect.TypeFor[locale.Text]() || f.Type.Kind() == reflect.String && f.Type.PkgPath() == "" || f.Type.Kind() == reflect.Int) {
			out = append(out, f.Name)
		}
	}
	return out
}

// times asks for something until it is refused, and says how often it was granted and why it is not any more.
func times(t *testing.T, written []byte, a conversation.Ask, way string) (n int, why string) {
	t.Helper()
	st := conversation.NewState()
	if err := dump.Read(bytes.NewReader(written), st); err != nil {
		t.Fatal(err)
	}
	for ; n < mostTimes; n++ {
		facts, err := st.Decide(counted(a, way, n))
		if err != nil {
			if no := refusal.Of(err); len(no) > 0 {
				return n, no[0].Error()
			}
			return n, err.Error()
		}
		for _, f := range facts {
			data, err := conversation.Encode(f.Body)
			if err != nil {
				t.Fatal(err)
			}
			read, err := conversation.Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			if err := st.Apply(cite.Entry{Position: st.Head + 1, Time: a.Now()}, read); err != nil {
				return n, err.Error()
			}
		}
	}
	return n, "granted"
}

// TestGoldenLimits: how often the same can be asked for is what testdata/limits.txt says. Of every command an ask that a script granted is asked for again and again, as it
// is, by others, later, with another text each time: of each way that goes further than a few times stands there how far, and what is said then.
func TestGoldenLimits(t *testing.T) {
	t.Parallel()
	out := tallies{}
	files, names := scripts(t)
	done := map[reflect.Type]int{}
	for _, name := range names {
		all, _, _ := moments(t, files, name)
		for _, m := range all {
			of := reflect.TypeOf(m.ask.Command)
			if done[of] >= 2 || m.st.Head == 0 {
				continue
			}
			if facts, err := m.st.Decide(m.ask); err != nil || len(facts) == 0 {
				continue
			}
			done[of]++
			var b bytes.Buffer
			if err := dump.Write(&b, m.st.Snapshot()); err != nil {
				t.Fatal(err)
			}
			for _, way := range ways(m.ask.Command) {
				n, why := times(t, b.Bytes(), m.ask, way)
				if n > 3 {
					out.note(of.String()+" "+way, fmt.Sprintf("%d times, then %s,", n, why), name, why)
				}
				if n == mostTimes {
					break // there is no limit
				}
			}
		}
	}
	out.golden(t, "limits.txt")
}
