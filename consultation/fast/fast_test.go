package fast_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/fast"
	"github.com/openplenary/plenary/conversation"
)

// samples are facts as they are written, with every field empty and every field filled.
func samples() []cite.Fact {
	at := time.Date(2026, 2, 3, 4, 5, 6, 123456000, time.UTC)
	part := consultation.ReceivedPart{On: "p1.e1.x5", Language: "en", Bytes: 700}
	full := consultation.ReceivedPart{On: "p1.e2", Language: "ar", Stance: "in_part", Bytes: 0, Wording: 12, Likeness: 1<<64 - 1, Earlier: true}
	plain := consultation.Received{Ref: "c1", Call: "k1", By: "u0000000000007", For: "y0000000000008", Category: "individual", Assurance: "anonymous",
		Parts: []consultation.ReceivedPart{part}, Received: at, Rule: "on_time", Deadline: at.Add(time.Hour).Truncate(time.Second)}
	rich := plain
	rich.Country, rich.Known, rich.Told, rich.Published = "KE", true, at.Add(-time.Hour), true
	own := consultation.ReceivedPart{On: "p1.e2", Language: "en", Bytes: 3, Question: 7}
	answers := consultation.ReceivedPart{On: "p1.e1.x5", Language: "en", Bytes: 3, To: "c5.1"}
	rich.Parts = []consultation.ReceivedPart{full, part, own, answers, full}
	rich.Chosen = []cite.Choice{{Question: 1, Picks: []int{2}}, {Question: 12, Picks: []int{1, 3}}, {Question: 4, Picks: []int{0}}, {Question: 9, Picks: []int{}, Value: "-1.5"}}
	return []cite.Fact{plain, rich, consultation.ContributionPublished{Contribution: "c7", At: at}, consultation.ContributionPublished{Contribution: "c7", By: "u0000000000007", At: at}}
}

// TestFastDecode reads what is written, and leaves to the ordinary way what it does not know.
func TestFastDecode(t *testing.T) {
	for _, f := range samples() {
		data, err := conversation.Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		body := data[len(f.Describe().Kind)+1:]
		got := fast.Decode(f.Describe().Kind, body)
		if got == nil || !reflect.DeepEqual(reflect.ValueOf(got).Elem().Interface(), any(f)) {
			t.Errorf("%s\nwas read as %+v", data, got)
		}
		for i := range body { // whatever else it reads, it reads as JSON is read
			for _, c := range []byte{'"', '\\', '0', ',', ' ', 'x', '}', 0, 0xc3} {
				changed := append([]byte(nil), body...)
				changed[i] = c
				same(t, f.Describe().Kind, changed)
			}
			same(t, f.Describe().Kind, body[:i])
		}
	}
	withFile := samples()[0].(consultation.Received)
	withFile.Files = []consultation.ReceivedFile{{ID: "a", Type: "text/plain", Size: 1}}
	data, err := conversation.Encode(withFile)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := conversation.Decode(data); err != nil || len(got.(*consultation.Received).Files) != 1 {
		t.Error(got, err)
	}
}

// empty is a fact of one of the kinds that are read here, nil for others.
func empty(kind string) cite.Fact {
	switch kind {
	case "consultation.received/1":
		return &consultation.Received{}
	case "consultation.published/1":
		return &consultation.ContributionPublished{}
	}
	return nil
}

func same(t *testing.T, kind string, body []byte) {
	t.Helper()
	got := fast.Decode(kind, body)
	if got == nil {
		return
	}
	want := empty(kind)
	if err := json.Unmarshal(body, want); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s\nwas read as %+v\nand is      %+v, %v", body, got, want, err)
	}
}

func FuzzFastDecode(f *testing.F) {
	for _, s := range samples() {
		data, err := conversation.Encode(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(s.Describe().Kind, data[len(s.Describe().Kind)+1:])
	}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		if empty(kind) != nil {
			same(t, kind, body)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	data, err := conversation.Encode(samples()[0])
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := conversation.Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}
