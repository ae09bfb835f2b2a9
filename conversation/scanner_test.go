package conversation

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
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
	rich.Parts = []consultation.ReceivedPart{full, part, full}
	return []cite.Fact{plain, rich, consultation.ContributionPublished{Contribution: "c7", At: at}, consultation.ContributionPublished{Contribution: "c7", By: "u0000000000007", At: at}}
}

// TestFastDecode reads what is written, and leaves to the ordinary way what it does not know.
func TestFastDecode(t *testing.T) {
	for _, f := range samples() {
		data, err := Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		body := data[len(f.Describe().Kind)+1:]
		got := fastDecode(f.Describe().Kind, body)
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
	data, err := Encode(withFile)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Decode(data); err != nil || len(got.(*consultation.Received).Files) != 1 {
		t.Error(got, err)
	}
}

func same(t *testing.T, kind string, body []byte) {
	t.Helper()
	got := fastDecode(kind, body)
	if got == nil {
		return
	}
	want := factKinds[kind].new()
	if err := json.Unmarshal(body, want); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s\nwas read as %+v\nand is      %+v, %v", body, got, want, err)
	}
}

func FuzzFastDecode(f *testing.F) {
	for _, s := range samples() {
		data, err := Encode(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(s.Describe().Kind, data[len(s.Describe().Kind)+1:])
	}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		if factKinds[kind] != nil {
			same(t, kind, body)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	data, err := Encode(samples()[0])
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}
