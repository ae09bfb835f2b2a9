package home_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/paper"
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
		{&conversation.Staged{Stage: conversation.Stage{Title: locale.Plain("en", "First draft")}, At: at}, "Stage of the calendar: First draft", "", at},
		{&conversation.MapSet{Off: true, At: at}, "Maps: turned off", "", at},
		{&conversation.MapSet{At: at}, "Maps: shown, with the sentence under them", "", at},
		{&conversation.Erased{Position: 1234, Contribution: "c7", At: at}, "The words of c7 (entry 1234) were erased", "c7", at},
		{&delegation.Granted{Participant: 3, Role: "officer"}, string(delegation.Participant(3).Ref()) + " holds the role of " + locale.English.T("role.officer"), "", time.Time{}},
		{&consultation.Received{Ref: "c7", Received: at}, "Contribution c7 was received", "c7", at},
		{&consultation.PassageRedacted{Part: "c7.1", Ground: "abuse", At: at}, "Something of c7 was blacked out (" + locale.English.T("ground.abuse") + ")", "c7", at},
		{&consultation.Reacted{Part: "c7.2", Disposition: "d1", Verdict: "misses", At: at}, "The author of c7.2 said of the answer: " + locale.English.T("verdict.misses"), "c7", at},
		{&consultation.ReasonTranslated{Disposition: "d1", Language: "fr", At: at}, "The reason of d1 exists in another language: French", "d1", at},
		{&paper.Published{Ref: "p1.e2", Symbol: "F/2", At: at}, "Paper published: F/2", "p1.e2", at},
		{&paper.Reserved{Ref: "p1.x9", Name: locale.Plain("en", "Night boats"), At: at}, "A place in the next edition was reserved: Night boats", "p1", at},
		{&paper.ConcordanceCorrected{Edition: "p1.e2", Change: paper.ElementChange{From: "p1.x4", Change: paper.Moved}, At: at}, "The concordance was corrected: p1.x4 (" + locale.English.T("fate.moved") + ")", "p1.e2", at},
		{"no fact", "An entry of an unknown kind", "", time.Time{}},
	} {
		line := home.Line(c.fact, "en")
		if says := locale.English.T(line.Key, line.Args...); says != c.says || line.To != c.to || !line.Told.Equal(c.told) {
			t.Errorf("%v: %q leads to %q at %v; want %q, %q, %v", reflect.TypeOf(c.fact), says, line.To, line.Told, c.says, c.to, c.told)
		}
	}
}
