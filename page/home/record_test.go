package home_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
)

// TestLines: every kind of fact has a sentence of its own in every language, and all that the sentence asks for.
func TestLines(t *testing.T) {
	t.Parallel()
	for _, kind := range conversation.Kinds() {
		fact, err := conversation.Decode([]byte(kind + "\n{}"))
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range locale.All {
			line := home.Line(fact, l)
			if line.Key == "fact.unknown" {
				t.Errorf("%s has no line: put %q into the catalogues", kind, "fact."+strings.TrimSuffix(kind, "/1"))
			}
			if s := l.T(line.Key, line.Args...); strings.Contains(s, "⟦") {
				t.Errorf("%s in %s: %s", kind, l, s)
			}
		}
	}
}

// TestLinesOfAll: with everything that a fact can hold, its sentence says nothing that the catalogues have not.
func TestLinesOfAll(t *testing.T) {
	t.Parallel()
	for _, kind := range conversation.Kinds() {
		fact, err := conversation.Decode([]byte(kind + "\n{}"))
		if err != nil {
			t.Fatal(err)
		}
		fill(reflect.ValueOf(fact).Elem(), 0)
		for _, l := range locale.All {
			line := home.Line(fact, l)
			if s := l.T(line.Key, line.Args...); strings.Contains(s, "⟦") {
				t.Errorf("%s in %s: %s", kind, l, s)
			}
		}
	}
}

// fill puts something into every field of a value.
func fill(v reflect.Value, depth int) {
	if depth > 6 || !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth+1)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), depth+1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), depth+1)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, depth+1)
		fill(value, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString("en")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(1)
	}
}

// TestLine: what a line says, where it leads, and when the fact says that it was.
func TestLine(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		fact any
		says string
		to   cite.Ref
		told time.Time
	}{
		{&conversation.Convened{Title: locale.Plain("en", "Ferries"), At: at}, "The conversation was convened: Ferries", "", at},
		{&settings.Staged{Stage: settings.Stage{Title: locale.Plain("en", "First draft")}, At: at}, "Stage of the calendar: First draft", "", at},
		{&settings.MapSet{Off: true, At: at}, "Maps: turned off", "", at},
		{&settings.MapSet{At: at}, "Maps: shown, with the sentence under them", "", at},
		{&conversation.Erased{Position: 1234, Contribution: "c7", At: at}, "The words of a contribution were erased (entry 1234)", "c7", at},
		{&delegation.Granted{Participant: 3, Role: "officer"}, "A participant holds the role of " + locale.English.T("role.officer"), "", time.Time{}},
		{&consultation.Received{Ref: "c7", Received: at}, "A contribution was received", "c7", at},
		{&consultation.PassageRedacted{Part: "c7.1", Ground: "abuse", At: at}, "Something was blacked out (" + locale.English.T("ground.abuse") + ")", "c7", at},
		{&reaction.Reacted{Part: "c7.2", Disposition: "d1", Verdict: "misses", At: at}, "The author said of the answer: " + locale.English.T("verdict.misses"), "c7", at},
		{&consultation.ReasonTranslated{Disposition: "d1", Language: "fr", At: at}, "The reason of an answer exists in another language: French", "d1", at},
		{&paper.Published{Ref: "p1.e2", Symbol: "F/2", At: at}, "Paper published: F/2", "p1.e2", at},
		{&paper.Reserved{Ref: "p1.x9", Name: locale.Plain("en", "Night boats"), At: at}, "A place in the next edition was reserved: Night boats", "p1", at},
		{&paper.ConcordanceCorrected{Edition: "p1.e2", Change: paper.ElementChange{From: "p1.x4", Change: paper.Moved}, At: at}, "The concordance was corrected (" + locale.English.T("fate.moved") + ")", "p1.e2", at},
		{&settings.Changed{Title: settings.Words{"en": "x"}, Zone: "UTC", At: at}, "Settings changed: " + locale.English.T("desk.settings.title") + " and " + locale.English.T("desk.settings.zone"), "", at},
		{&life.Corrected{Call: "k2", Title: map[locale.Lang]string{"en": "x"}, Late: "kept", At: at}, "The call k2 was corrected: " + locale.English.T("call.part.title") + " and " + locale.English.T("call.part.late"), "k2", at},
		{"no fact", "An entry of an unknown kind", "", time.Time{}},
	} {
		line := home.Line(c.fact, "en")
		if says := locale.English.T(line.Key, line.Args...); says != c.says || line.To != c.to || !line.Told.Equal(c.told) {
			t.Errorf("%v: %q leads to %q at %v; want %q, %q, %v", reflect.TypeOf(c.fact), says, line.To, line.Told, c.says, c.to, c.told)
		}
	}
}
