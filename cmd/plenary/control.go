package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// errNoServer says that no server runs on a data directory.
var errNoServer = errors.New("no server runs on this directory")

// control listens on the instance's socket (mode 0600): commands that write go through the server while
// one runs.
func (a *app) control() (io.Closer, error) {
	l, err := listenControl(a.Dir)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /new", answers(a, func(ctx context.Context, c *newCmd) (any, error) {
		c.PublicURL = a.public // the server knows where it is reached
		return a.convene(ctx, c)
	}))
	mux.HandleFunc("POST /codes", answers(a, func(ctx context.Context, c *codesCmd) (any, error) {
		c.PublicURL = a.public
		return a.printCodes(ctx, c)
	}))
	mux.HandleFunc("POST /mail", answers(a, func(ctx context.Context, c *mailCmd) (any, error) { return a.waitingMail(ctx, c) }))
	mux.HandleFunc("POST /digest", answers(a, func(ctx context.Context, _ *digestCmd) (any, error) { return a.digests(ctx) }))
	srv := &http.Server{Handler: mux, ReadTimeout: 10 * time.Second}
	go func() { _ = srv.Serve(l) }()
	return controlServer{srv, l}, nil
}

// answers makes a handler of what is done for a command that is handed over as JSON.
func answers[C any](a *app, do func(context.Context, *C) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var c C
		var out any
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&c)
		if err == nil && a.db == nil {
			err = a.Damage()
		}
		if err == nil {
			out, err = do(r.Context(), &c)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		_ = json.NewEncoder(w).Encode(out) // who asked has gone, or reads it
	}
}

// controlServer answers at the socket.
type controlServer struct {
	*http.Server
	l net.Listener
}

// Close ends it, though it may not have begun.
func (s controlServer) Close() error {
	err := s.Server.Close()
	_ = s.l.Close() // it is closed already where the server had begun
	return err
}

func askControl(ctx context.Context, dir, path string, body []byte) ([]byte, error) {
	if _, err := os.Stat(socketPath(dir)); err != nil {
		return nil, errNoServer
	}
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialControl(ctx, dir)
	}}, Timeout: 30 * time.Second}
	defer client.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://control"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r, err := client.Do(req)
	var refused *net.OpError
	if errors.As(err, &refused) && refused.Op == "dial" {
		return nil, errNoServer
	}
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	out, err := io.ReadAll(r.Body)
	if err == nil && r.StatusCode != http.StatusOK {
		err = errors.New(strings.TrimSpace(string(out)))
	}
	return out, err
}
