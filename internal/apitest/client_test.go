package apitest

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestClient makes a client from the description and runs a program with it.
func TestClient(t *testing.T) {
	if testing.Short() {
		t.Skip("fetches packages")
	}
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			missing(t, "NO "+strings.ToUpper(tool)+" ON THIS MACHINE: NO CLIENT IS MADE FROM THE DESCRIPTION (scripts/node.sh installs it)")
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("client")); err != nil {
		t.Fatal(err)
	}
	if out, err := run(t, dir, "npm", "ci", "--ignore-scripts", "--prefer-offline"); err != nil {
		missing(t, "THE PACKAGES OF THE CLIENT CANNOT BE HAD: NO CLIENT IS MADE FROM THE DESCRIPTION\n"+out)
	}
	address := demonstration(t)
	description(t, address+"/openapi.json", filepath.Join(dir, "openapi.json"))
	for _, step := range [][]string{{"npm", "run", "--silent", "generate"}, {"npm", "run", "--silent", "check"}, {"node", "out/read.js", address}} {
		out, err := run(t, dir, step[0], step[1:]...)
		if err != nil {
			t.Fatalf("%s: %v\n%s", strings.Join(step, " "), err, out)
		}
		t.Log(out)
	}
}

// missing says loudly that the test cannot be run; where CI=true that is a failure.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip("\n*** " + what + " ***")
}

// patience is how long one step may take.
const patience = 3 * time.Minute

func run(t *testing.T, dir, name string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.WaitDelay = dir, time.Second
	out, err := cmd.CombinedOutput()
	return string(out), errors.Join(err, ctx.Err())
}

// demonstration serves one on a free port of the loopback until the test ends.
func demonstration(t *testing.T) (address string) {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "plenary")
	if out, err := run(t, ".", "go", "build", "-o", binary, "github.com/openplenary/plenary/cmd/plenary"); err != nil {
		t.Fatal(err, out)
	}
	demo := exec.Command(binary, "demo", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "data"))
	demo.Stderr = os.Stderr
	out, err := demo.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = demo.Process.Signal(syscall.SIGTERM)
		_ = demo.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal("the demonstration does not start:", err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return strings.TrimSuffix(strings.TrimSpace(line), "/")
}

// description fetches the description of the house into a file.
func description(t *testing.T, address, file string) {
	t.Helper()
	r, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err == nil {
		err = os.WriteFile(file, b, 0o600)
	}
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatal(r.Status, err)
	}
}
