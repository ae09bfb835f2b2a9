package browser

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// checkers are html-validate and Lighthouse, fetched into a directory of their own at the versions that the lock file
// names. Without them the test is not run, and says so; where CI=true that is a failure.
func checkers(t *testing.T) (dir string) {
	t.Helper()
	missing := func(what string) {
		if os.Getenv("CI") == "true" {
			t.Fatal(what)
		}
		t.Skip("\n*** " + what + " ***")
	}
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			missing("NO " + strings.ToUpper(name) + " ON THIS MACHINE: THE PAGES ARE NOT CHECKED (scripts/node.sh installs it)")
		}
	}
	dir = t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", "html.json"} {
		b, err := os.ReadFile(filepath.Join("checkers", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := tool(t, dir, "npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"); err != nil {
		missing("THE CHECKERS CANNOT BE HAD: THE PAGES ARE NOT CHECKED\n" + string(out))
	}
	return dir
}

// tool runs a tool and gives what it says.
func tool(t *testing.T, dir, name string, args ...string) ([]byte, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.WaitDelay = dir, time.Second
	cmd.Env = append(os.Environ(), "CHROME_PATH="+findChromium())
	// Into a file: what a program of Node has not written into a pipe yet when it ends is lost.
	said, err := os.Create(filepath.Join(t.TempDir(), "said"))
	if err != nil {
		return nil, err
	}
	defer said.Close()
	cmd.Stdout = said
	err = cmd.Run()
	out, bad := os.ReadFile(said.Name())
	return out, errors.Join(err, bad, ctx.Err())
}

// TestHTML: a checker of HTML finds nothing on any page that everybody may read, in six languages.
func TestHTML(t *testing.T) {
	dir := checkers(t)
	args := []string{"html-validate", "--config", "html.json", "--formatter", "json"}
	names := map[string]string{}
	author := newClient(t)
	for _, l := range leaves(t, author) {
		if l.who != "" || l.act != nil {
			continue
		}
		for _, lang := range []string{"en", "ar", "fr", "es", "ru", "zh"} {
			_, page := newClient(t).get("/" + lang + l.path)
			file := filepath.Join(dir, strconv.Itoa(len(names))+".html")
			if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
				t.Fatal(err)
			}
			names[file] = lang + l.path
			args = append(args, file)
		}
	}
	out, err := tool(t, dir, "npx", args...)
	var found []struct {
		FilePath string
		Messages []struct{ RuleID, Message, Selector string }
	}
	if bad := json.Unmarshal(out, &found); bad != nil {
		t.Fatalf("the checker says nothing: %v, %v, %d bytes that end in\n%s", err, bad, len(out), out[max(0, len(out)-500):])
	}
	for _, f := range found {
		for _, m := range f.Messages {
			t.Errorf("%s: %s (%s) at %s", names[f.FilePath], m.Message, m.RuleID, m.Selector)
		}
	}
	t.Logf("%d pages were read", len(names))
}

// lighthouse are ten pages, each in one language, with what Lighthouse has to give them at least: how fast they are, how
// accessible, how well made, how well found. How fast they are is the best of three times, because others use the machine.
var lighthouse = []string{"/en" + house, "/fr" + house + "/p1.e2", "/ar" + house + "/contributions", "/en" + house + "/c23", "/es" + house + "/c23/trace", "/ru" + house + "/overview",
	"/zh" + house + "/p1/responses", "/fr" + house + "/p1/redline", "/en" + house + "/record", "/ar" + house + "/k2"}

var atLeast = map[string]float64{"performance": .98, "accessibility": 1, "best-practices": 1, "seo": 1}

// TestLighthouse holds ten pages to what a phone with a slow line gets.
func TestLighthouse(t *testing.T) {
	if os.Getenv("PLENARY_SOAK") != "1" {
		t.Skip("only in make soak: it takes five minutes, and the machine for itself")
	}
	dir := checkers(t)
	for _, path := range lighthouse {
		var wrong []string
		for range 3 {
			out, err := tool(t, dir, "npx", "lighthouse", address+path, "--quiet", "--output=json", "--chrome-flags=--headless --no-sandbox --disable-gpu")
			var report struct {
				Categories map[string]struct {
					Score     float64
					AuditRefs []struct{ ID string }
				}
				Audits map[string]struct{ Score *float64 }
			}
			if json.Unmarshal(out, &report) != nil || len(report.Categories) == 0 {
				t.Fatalf("%s: Lighthouse says nothing: %v", path, err)
			}
			wrong = nil
			for name, least := range atLeast {
				c := report.Categories[name]
				if c.Score >= least {
					continue
				}
				s := name + " " + strconv.FormatFloat(100*c.Score, 'f', 0, 64) + ":"
				for _, a := range c.AuditRefs {
					if got := report.Audits[a.ID].Score; got != nil && *got < .9 {
						s += " " + a.ID
					}
				}
				wrong = append(wrong, s)
			}
			if len(wrong) == 0 {
				break
			}
		}
		if len(wrong) > 0 {
			t.Errorf("%s: %s", path, strings.Join(wrong, "; "))
		}
	}
}
