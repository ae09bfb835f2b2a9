package paper_test

import (
	"strings"
	"testing"

	"github.com/openplenary/plenary/paper"
)

// TestRedlineOfLongTexts: a word that is put into a text of a hundred thousand is found without copying the text for each of them.
func TestRedlineOfLongTexts(t *testing.T) {
	before := strings.Repeat("The ferry leaves at nine, and is late. ", 10_000)
	after := before[:len(before)/2] + "blue " + before[len(before)/2:]
	var ops []paper.Op
	if n := testing.AllocsPerRun(1, func() { ops = paper.Redline(before, after) }); n > 1000 {
		t.Errorf("memory is taken %v times", n)
	}
	said := ""
	for _, op := range ops {
		if op.Do != paper.Delete {
			said += op.Text
		}
	}
	if said != after || len(ops) > 5 {
		t.Errorf("%d operations make another text", len(ops))
	}
}
