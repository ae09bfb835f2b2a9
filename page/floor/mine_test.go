package floor_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/script/scripttest"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/floor"
	"github.com/openplenary/plenary/page/part"
)

// TestMine: somebody asks for the floor for each party for which they speak, and through it for its groups, once, whoever else they are; what waits of each is its own.
func TestMine(t *testing.T) {
	t.Parallel()
	sec, r := scripttest.New(t, func() time.Time { return time.Date(2026, 3, 2, 10, 30, 45, 0, time.UTC) })
	whole, err := os.ReadFile("../../internal/script/testdata/speakers.txt")
	if err != nil {
		t.Fatal(err)
	}
	// Up to where the first of the list has spoken for a minute and a point of order was raised.
	text, _, found := strings.Cut(string(whole), "\nask-floor $s\n  as: @fred\n  kind: point\n  party: %fen\n  expect: floor.raised\n")
	if !found {
		t.Fatal("the script is another")
	}
	r.Files = os.DirFS("../../internal/script/testdata")
	if err := r.RunText(t.Context(), "speakers", text); err != nil {
		t.Fatal(err)
	}
	_, err = sec.Read(t.Context(), r.Slug, func(s *conversation.State) error {
		st := conversation.NewReading(s, conversation.Public, time.Date(2020, 10, 24, 8, 1, 0, 0, time.UTC))
		var all []delegation.Participant
		for _, list := range s.Roll.Authorities() {
			for _, a := range list {
				if !slices.Contains(all, a.Participant) {
					all = append(all, a.Participant)
				}
			}
		}
		slices.Sort(all)
		voices, through, points := 0, 0, 0
		for _, me := range all {
			once, ok := floor.NewMine(st, "s1", []delegation.Participant{me}, locale.English)
			twice, _ := floor.NewMine(st, "s1", []delegation.Participant{me, me}, locale.English)
			if !ok || fmt.Sprint(ids(once)) != fmt.Sprint(ids(twice)) {
				t.Errorf("%s asks for %v, and for %v if they come twice", me.Ref(), ids(once), ids(twice))
				continue
			}
			for _, y := range once.Voices {
				voices++
				if y.Through.Party != "" {
					through++
				}
				if y.Point {
					points++
				}
				if found, ok := once.Voice(y.ID()); !ok || found != y {
					t.Errorf("%s is not found", y.ID())
				}
			}
			if _, ok := once.Voice("nobody"); ok {
				t.Error("nobody is found")
			}
			for _, may := range []bool{true, false} {
				once.Seated(func(_, _ cite.Ref) bool { return may })
				for _, y := range once.Voices {
					if y.Off == may {
						t.Errorf("%s holds a seat: %v", y.ID(), !may)
					}
				}
				if once.Unseated == (may || len(once.Voices) == 0) {
					t.Errorf("%s is unseated: %v", me.Ref(), once.Unseated)
				}
			}
		}
		if voices < 4 || through < 1 || points != 1 {
			t.Errorf("%d voices, %d of them through a member, %d of which a point of order waits", voices, through, points)
		}
		if _, ok := floor.NewMine(st, "s9", all, locale.English); ok {
			t.Error("there is another session")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func ids(m *floor.Mine) (out []string) {
	for _, y := range m.Voices {
		out = append(out, y.ID())
	}
	return out
}

// TestFind: a party is found by its name, however it is written, or by its reference; one of two that share a name by its reference alone.
func TestFind(t *testing.T) {
	t.Parallel()
	v := &floor.Console{Parties: []part.Named{{Party: "y1", Name: "Norland"}, {Party: "y2", Name: "Fenland"}, {Party: "y3", Name: ""}}, Groups: []part.Named{{Party: "y4", Name: "fenland"}, {Party: "y5", Name: "Isles"}}}
	for name, want := range map[string]cite.Ref{"Norland": "y1", " norland": "y1", "y1": "y1", "Fenland": cite.None, "y2": "y2", "y4": "y4", "Isles": "y5", "": cite.None, "Nowhere": cite.None, "y9": cite.None} {
		if is := v.Find(name); is != want {
			t.Errorf("%q is %q, not %q", name, is, want)
		}
	}
}
