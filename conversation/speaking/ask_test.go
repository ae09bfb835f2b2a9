package speaking_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/internal/script/scripttest"
)

// TestAsk: only a group speaks through one of its members; whatever else is said of a party that is none, it asks for itself.
func TestAsk(t *testing.T) {
	t.Parallel()
	sec, r := scripttest.New(t, func() time.Time { return time.Date(2026, 3, 2, 10, 30, 45, 0, time.UTC) })
	whole, err := os.ReadFile("../../internal/script/testdata/speakers.txt")
	if err != nil {
		t.Fatal(err)
	}
	text, _, found := strings.Cut(string(whole), "\nask-floor $s\n  as: @mona\n  party: %moor\n  item: 1\n\nask-floor $s\n  as: @mona\n  party: %moor\n  item: 7\n")
	if !found {
		t.Fatal("the script is another")
	}
	r.Files = os.DirFS("../../internal/script/testdata")
	if err := r.RunText(t.Context(), "speakers", text+`
ask-floor $s
  as: @mona
  party: %moor
  through: %fen
  item: 1

ask-floor $s
  as: @mona
  party: %isles
  through: %moor
  item: 1
`); err != nil {
		t.Fatal(err)
	}
	_, err = sec.Read(t.Context(), r.Slug, func(s *conversation.State) error {
		all := s.Floors.Floor("s1").Requests
		for i, want := range []struct{ party, through cite.Ref }{{r.Party("%moor").Ref(), cite.None}, {r.Party("%isles").Ref(), r.Party("%moor").Ref()}} {
			if is := all[len(all)-2+i]; is.Party != want.party || is.Through != want.through {
				t.Errorf("%s asks through %q, want %+v", is.Party, is.Through, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
