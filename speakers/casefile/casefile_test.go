package casefile

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/speakers"
)

// TestLimits: the numbers that the reader holds to bounds are those of the room.
func TestLimits(t *testing.T) {
	t.Parallel()
	if d := minutes(1 << 62); d <= 24*time.Hour || minutes(-1<<62) >= 0 || seconds(1<<62) <= time.Hour || seconds(90) != 90*time.Second {
		t.Error(d)
	}
	if s := speakers.Defaults(); len(s.Categories) != 5 || s.Changeover != 20*time.Second {
		t.Error(s)
	}
}
