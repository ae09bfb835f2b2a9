package conversation_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
)

var update = flag.Bool("update", false, "write the golden files of kinds that have none yet")

// TestGolden: every kind of fact is written as it always was, and what was written is read for ever. A
// golden file is never changed: a fact that must look otherwise is a new version of its kind.
func TestGolden(t *testing.T) {
	for _, kind := range conversation.Kinds() {
		path := filepath.Join("testdata", "golden", strings.ReplaceAll(kind, "/", "-")+".txt")
		want, err := os.ReadFile(path)
		if os.IsNotExist(err) && *update {
			fact, err := conversation.Decode([]byte(kind + "\n{}"))
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			fill(reflect.ValueOf(fact).Elem(), &n)
			if want, err = conversation.Encode(reflect.ValueOf(fact).Elem().Interface().(cite.Fact)); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		} else if err != nil {
			t.Errorf("%s has no golden encoding: go test ./conversation -run TestGolden -update", kind)
			continue
		}
		fact, err := conversation.Decode(want)
		if err != nil {
			t.Errorf("%s: what was written cannot be read any more: %v", kind, err)
			continue
		}
		got, err := conversation.Encode(reflect.ValueOf(fact).Elem().Interface().(cite.Fact))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is written otherwise than it was:\n got %s\nwant %s", kind, got, want)
		}
	}
}

// fill puts something else into every field.
func fill(v reflect.Value, n *int) {
	*n++
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = time.Date(2020, 2, 14, 22, *n%60, 0, 123456789, time.UTC)
		return
	case *cite.Ref:
		*x = cite.Contribution(*n)
		return
	case *locale.Text:
		*x = locale.Text{Original: "en", In: map[locale.Lang]string{"en": "text <&> " + string(rune('a'+*n%26)), "ar": "نص"}}
		return
	case *locale.Lang:
		*x = "fr"
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("s" + string(rune('a'+*n%26)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint64:
		v.SetUint(uint64(*n) << 40)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		e := reflect.New(v.Type().Elem()).Elem()
		fill(e, n)
		v.SetMapIndex(reflect.ValueOf("fr").Convert(v.Type().Key()), e)
	case reflect.Struct:
		for i := 0; i < v.NumField(); i++ {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), n)
			}
		}
	}
}
