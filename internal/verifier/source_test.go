package verifier

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSource: what people download is a whole program. It is built where nothing else of ours is, says yes to a receipt,
// and no to one in which a byte was changed.
func TestSource(t *testing.T) {
	t.Parallel()
	b, err := Source()
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dir = filepath.Join(dir, "verify")
	run := func(name string, args ...string) (string, error) {
		c := exec.CommandContext(t.Context(), name, args...)
		c.Dir = dir
		c.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off")
		out, err := c.CombinedOutput()
		return string(out), err
	}
	if out, err := run("go", "build", "-o", "verify.exe", "."); err != nil {
		t.Fatalf("it is no program: %v\n%s", err, out)
	}
	rec := load(t).Records[0]
	good := rec.Receipts[0].File
	for _, c := range []struct {
		file, key, says string
		ok              bool
	}{
		{good, "", "consistent", true}, {good, rec.VerifierKey, "signed by", true},
		{strings.Replace(good, `"rule": "`, `"rule": "x`, 1), "", "wrong", false},
	} {
		if err := os.WriteFile(filepath.Join(dir, "receipt.json"), []byte(c.file), 0o600); err != nil {
			t.Fatal(err)
		}
		args := []string{"receipt.json"}
		if c.key != "" {
			args = append(args, c.key)
		}
		out, err := run(filepath.Join(dir, "verify.exe"), args...)
		if (err == nil) != c.ok || !strings.Contains(out, c.says) {
			t.Errorf("want %q, it says %v\n%.600s", c.says, err, out)
		}
	}
}
