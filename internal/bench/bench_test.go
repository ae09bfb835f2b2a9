package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A measure may start this very program again, to measure a fresh process.
func TestMain(m *testing.M) {
	if os.Getenv(childVar) != "" {
		if err := Run(context.Background(), Options{Out: os.Stdout}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestMeasures runs every measure, small and short: that it measures is tested, not what. With
// BENCH_SECONDS it measures in full, for a profile.
func TestMeasures(t *testing.T) {
	seconds, _ := strconv.Atoi(os.Getenv("BENCH_SECONDS"))
	if seconds == 0 {
		listed, startContributions, million, streams, liveRounds, answeredParts = 300, 300, 300, 5, 2, 5
		crowds, voices, onList, floorRounds, againRounds, askers, askingFor = []int{30}, 20, 20, 1, 1, 5, 0
		listeners, beat = 30, 50*time.Millisecond
	}
	figures := map[string]string{
		"record":  "record.entries",
		"asks":    "asks.acknowledged asks.alone.syncs",
		"pages":   "pages.list pages.list.arriving pages.list.arriving.p99 pages.list.filtered pages.list.filtered.arriving pages.list.filtered.arriving.p99 pages.list.filtered.p99 pages.list.filtered.size pages.list.p99 pages.list.size pages.paper pages.paper.arriving pages.paper.arriving.p99 pages.paper.p99 pages.paper.size pages.paper.fresh pages.list.fresh pages.list.fresh.p99 pages.list.filtered.fresh pages.receipt pages.paper.hanging.p99 pages.list.hanging.p99",
		"start":   "start.cpu start.memory start.ready start.folded.ready start.folded.cpu start.folded.memory",
		"million": "million.ready million.memory million.folded.ready million.check million.list million.list.p99 million.list.filtered.p99",
		"live":    "live.last live.last.worst live.memory live.reached",
		"floor":   "floor.30.last floor.30.last.worst floor.30.cpu floor.30.memory floor.30.again floor.list.acknowledged floor.draw floor.requests.acknowledged floor.requests.p99 floor.hands.counted floor.hands.p99 floor.steady.30.p50 floor.steady.30.p99 floor.steady.30.worst",
		"lock":    "lock.overview.read.p50 lock.overview.read.p99 lock.overview.read.max lock.overview.write.max lock.overview.page.p99 lock.evidence.read.max lock.responses.read.max lock.map.read.max lock.list.filtered.read.max lock.points.read.max lock.read.max lock.write.max",
	}
	for _, what := range Measures() {
		if figures[what] == "" && what != "cluster" { // it takes servers, and minutes
			t.Errorf("nothing is looked for in %s", what)
		}
	}
	for what, want := range figures {
		t.Run(what, func(t *testing.T) {
			var out bytes.Buffer
			dir := t.TempDir()
			if err := Run(t.Context(), Options{What: what, JSON: true, Seconds: seconds, Dir: dir, Out: &out}); err != nil {
				t.Fatal(err)
			}
			got := map[string]bool{}
			for line := range strings.Lines(out.String()) {
				t.Log(strings.TrimSpace(line))
				var f map[string]any
				if err := json.Unmarshal([]byte(line), &f); err != nil {
					t.Fatal(err)
				}
				for _, key := range []string{"name", "value", "unit", "limit", "ratio", "peer", "peer_value", "n", "machine"} {
					if _, ok := f[key]; !ok {
						t.Errorf("%s has no %s", f["name"], key)
					}
				}
				got[fmt.Sprint(f["name"])] = true
			}
			for _, name := range strings.Fields(want) {
				if !got[name] {
					t.Errorf("no figure %s", name)
				}
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v %v", left, err)
			}
		})
	}
}

func TestQuantile(t *testing.T) {
	v := []float64{5, 1, 4, 2, 3}
	for q, want := range map[float64]number{0: 1, 0.5: 3, 0.99: 5, 1: 5} {
		if got := quantile(v, q); got != want {
			t.Errorf("quantile %v is %v, want %v", q, got, want)
		}
	}
	if median(nil) != 0 {
		t.Error("the median of nothing")
	}
	for n, want := range map[number]string{0: "null", 123456: "123456", 0.0123456: "0.01235", 98.765432: "98.77"} {
		if b, err := json.Marshal(n); err != nil || string(b) != want {
			t.Errorf("%v is written %s, want %s", float64(n), b, want)
		}
	}
}
