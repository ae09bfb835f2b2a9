package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTally: each method counts a file, or standard input, and says what it found in one line of JSON.
func TestTally(t *testing.T) {
	dir := t.TempDir()
	options := filepath.Join(dir, "options.txt")
	if err := os.WriteFile(options, []byte("\ufeffWater\r\nAir\r\n\r\nالتربة\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, file, order, says string
	}{
		{"approval", "ballot,option\n1,Water\n2,Water\n2,Air\n3,Air\n4,Water\n", `["Water","Air","التربة"]`,
			"The first place changes from Water to Water and Air if 1 ballot is added and each approves Air alone. Fewer cannot do it, whatever they say: it follows from the counts."},
		{"schulze", "ballot,option,rank\n1,Water,1\n1,Air,2\n2,Air,1\n2,Water,2\n", `[["Water","Air"],"التربة"]`,
			"The first place changes from Water and Air to Water if 1 ballot is added and each puts Water first and leaves the others out. " +
				"No smaller number of such ballots does it for any option; ballots that rank more were not tried."},
		{"points", "ballot,option,points\r\n1,Water,5\r\n1,Air,2\r\n2,التربة,10\r\n", `["التربة","Water","Air"]`,
			"The first place changes from التربة to Water if 1 ballot is removed, those that prefer التربة to Water by most. Fewer cannot do it: it follows from the sums."},
	} {
		out, _ := plenaryReads(t, c.file, 0, "priority", "tally", "--method", c.method, "--options", options, "-")
		if !strings.Contains(out, `"options":["Water","Air","التربة"]`) || !strings.Contains(out, `"order":`+c.order) || !strings.Contains(out, c.says) || strings.Count(out, "\n") != 1 {
			t.Errorf("%s: %s", c.method, out)
		}
		path := filepath.Join(dir, c.method+".csv")
		if err := os.WriteFile(path, []byte(c.file), 0o600); err != nil {
			t.Fatal(err)
		}
		if again, _ := plenaryDoes(t, 0, "priority", "tally", path, "--method="+c.method, "--options="+options); again != out {
			t.Errorf("from a file: %s", again)
		}
		var got struct {
			Label   string
			Ballots int
			Order   []any
			Says    []string `json:"order_changes_if"`
		}
		if err := json.Unmarshal([]byte(out), &got); err != nil || got.Ballots < 2 || len(got.Says) != 2 || got.Label != "indicative; not a decision of member states" {
			t.Errorf("%+v %v", got, err)
		}
	}
}

// TestTallySays: where a search found no least number, that is said; and where nothing changes the first place.
func TestTallySays(t *testing.T) {
	says := func(method, file string) string {
		out, _ := plenaryReads(t, file, 0, "priority", "tally", "--method", method, "-")
		var got struct {
			Says []string `json:"order_changes_if"`
		}
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatal(err)
		}
		return strings.Join(got.Says, "\n")
	}
	var many strings.Builder
	many.WriteString("ballot,option,rank\n")
	for i := range 2000 { // each says something else; all put A first
		for o := range 11 {
			fmt.Fprintf(&many, "%d,%c,%d\n", i, 'A'+o, 1+min(o, 1)*(2+i>>o&1))
		}
	}
	for _, c := range []struct{ method, file, want string }{
		{"approval", "ballot,option\n1,A\n", "There is one option: no ballot changes the order."},
		{"points", "ballot,option,points\n1,A,0\n1,B,0\n", "No ballot that could be added changes the first place.\nThe first place is the same whichever ballots are removed."},
		{"schulze", "ballot,option,rank\n1,A,1\n1,B,1\n", "The first place changes from A and B to A if 1 ballot is added and each puts A first and leaves the others out. No smaller number of such ballots does it for any option; " +
			"ballots that rank more were not tried.\nThe first place is the same whichever ballots are removed."},
		{"schulze", many.String(), "was tried and does not do it; of more, only some were tried."},
	} {
		if got := says(c.method, c.file); !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: %s", c.method, got)
		}
	}
}

// TestTallyIsRefused: what cannot be counted is status 1 with the line and nothing on standard output; what is asked
// wrongly is status 2.
func TestTallyIsRefused(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "options.txt")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		status int
		file   string
		args   []string
		says   string
	}{
		{1, "ballot,option\n1,A\n1,A\n", []string{"--method", "approval", "-"}, "Line 3: the ballot “1” names “A” a second time"},
		{1, "ballot,option,points\n1,A,-2\n", []string{"--method", "points", "-"}, "Line 2: “-2” is not a number of points"},
		{1, "", []string{"--method", "schulze", "-"}, "The file is empty. Its first line names the columns ballot,option,rank"},
		{1, "ballot,option\n", []string{"--method", "approval", "--options", empty, "-"}, "The list of options is empty"},
		{1, "", []string{"--method", "approval", "no-such-file.csv"}, "no-such-file.csv"},
		{1, "", []string{"--method", "approval", "--options", "no-such-file.txt", "-"}, "no-such-file.txt"},
		{2, "", []string{"--method", "approval", "--options", "-", "-"}, "only one of the files can be standard input"},
		{2, "", []string{"--method", "borda", "-"}, "--method"},
		{2, "", []string{"-"}, "--method"},
		{2, "", []string{"--method", "approval"}, "<file>"},
	} {
		if out, errs := plenaryReads(t, c.file, c.status, append([]string{"priority", "tally"}, c.args...)...); !strings.Contains(errs, c.says) || c.status == 1 && out != "" {
			t.Errorf("%q: %s\n%s", c.args, out, errs)
		}
	}
}
