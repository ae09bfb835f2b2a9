package web_test

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/internal/golden"
)

// TestGoldenDescription compares what programs are told of every operation and every schema with what they were told: its names as they stand, and all else by a sum.
func TestGoldenDescription(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	operations, s := h.description(t)
	sum := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%08x", crc32.ChecksumIEEE(b))
	}
	var lines []string
	for id, o := range operations {
		var parameters, statuses []string
		if all, ok := o["parameters"].([]any); ok {
			for _, p := range all {
				p := p.(map[string]any)
				parameters = append(parameters, fmt.Sprint(p["in"], " ", p["name"]))
			}
		}
		for status := range o["responses"].(map[string]any) {
			statuses = append(statuses, status)
		}
		slices.Sort(statuses)
		lines = append(lines, fmt.Sprintf("%s %s %s: %s; answers %s; sum %s", id, o["method"], o["path"], strings.Join(parameters, ", "), strings.Join(statuses, " "), sum(o)))
	}
	for name, v := range s.all {
		lines = append(lines, fmt.Sprintf("schema %s: sum %s", name, sum(v)))
	}
	slices.Sort(lines)
	golden.Lines(t, "description.golden", strings.Join(lines, "\n")+"\n", *updateGolden)
}
