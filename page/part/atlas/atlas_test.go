package atlas_test

import (
	"slices"
	"testing"

	"github.com/openplenary/plenary/page/part/atlas"
)

// TestMapSteps: five steps, each with a beginning of its own, and the country with most in the last.
func TestMapSteps(t *testing.T) {
	t.Parallel()
	for _, most := range []int{1, 3, 5, 6, 7, 9, 10, 19, 20, 49, 50, 99, 100, 101, 999, 1000, 4321, 99_999, 1_000_000} {
		steps := atlas.Steps(most)
		if len(steps) != 5 || steps[0] != 1 || !slices.IsSorted(steps) || len(slices.Compact(slices.Clone(steps))) != 5 || most > 5 && (steps[4] > most || steps[4]*3 < most) {
			t.Errorf("%d: %v", most, steps)
		}
	}
	for most, want := range map[int][]int{20: {1, 2, 5, 10, 20}, 100: {1, 5, 10, 50, 100}, 5: {1, 2, 3, 4, 5}} {
		if got := atlas.Steps(most); !slices.Equal(got, want) {
			t.Errorf("%d: %v, want %v", most, got, want)
		}
	}
}

// TestStepsFrom: what is told from five people on has no shade for fewer.
func TestStepsFrom(t *testing.T) {
	t.Parallel()
	for most, want := range map[int][]int{5: {5, 10, 15, 20, 25}, 40: {5, 10, 15, 25, 35}, 500: {5, 25, 50, 250, 500}} {
		steps := atlas.StepsFrom(5, most)
		if !slices.Equal(steps, want) || atlas.StepOf(steps, 4) != 0 || atlas.StepOf(steps, 5) != 1 || atlas.StepOf(steps, most) == 0 {
			t.Errorf("%d: %v, want %v", most, steps, want)
		}
	}
}
