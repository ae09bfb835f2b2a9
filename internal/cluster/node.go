package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// node is one machine with the real program.
type node struct {
	number int
	dir    string // with its log and, in data, what it keeps
	addr   string
	url    string // without the last slash
	env    []string
	lines  []*line // to each server
	proc   *process
	client *http.Client
}

func (n *node) data() string { return filepath.Join(n.dir, "data") }

// start starts the program.
func (n *node) start(program string) (err error) {
	n.proc, err = launch{name: "plenary", dir: n.dir, env: n.env}.start(program, "serve", "--data", n.data(), "--addr", n.addr)
	return err
}

// get asks the node itself, past the balancer.
func (n *node) get(ctx context.Context, path string) (status int, body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, n.url+path, nil)
	if err != nil {
		return 0, nil, err
	}
	r, err := n.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer r.Body.Close()
	body, err = io.ReadAll(r.Body)
	return r.StatusCode, body, err
}

// ready reports whether the node says that it may be asked, and has read everything that it knows of.
func (n *node) ready(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	status, body, err := n.get(ctx, "/readyz")
	return err == nil && status == http.StatusOK && strings.Contains(string(body), `"lag":0`)
}

// health is what the node says of whether it can write: a status, 0 where it says nothing in time.
func (n *node) health(ctx context.Context) int {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	status, _, err := n.get(ctx, "/healthz")
	if err != nil {
		return 0
	}
	return status
}

// led is when the node last began to do what one does for all, as its log has it; "" for never.
func (n *node) led() (at string) {
	for line := range strings.Lines(n.proc.said()) {
		if strings.Contains(line, "keeps time and sends letters") {
			at, _, _ = strings.Cut(line, " ")
		}
	}
	return at
}

// digest is what a node's state of a conversation comes to at a position.
type digest struct {
	Conversation string `json:"conversation"`
	Position     int64  `json:"position"`
	Digest       string `json:"digest"`
}

// digests asks a node for those of its conversations, as its operator does.
func (n *node) digests(ctx context.Context, program string) (all []digest, err error) {
	out, err := n.command(ctx, program, "digest", "--data", n.data())
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(out) {
		var d digest
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// command runs a command of the program with the environment of the node.
func (n *node) command(ctx context.Context, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), n.env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("plenary %s: %w: %s", args[0], err, out)
	}
	return string(out), nil
}
