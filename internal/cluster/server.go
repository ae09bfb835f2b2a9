package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/openplenary/plenary/internal/freeport"
)

// server is one machine with PostgreSQL under Patroni.
type server struct {
	name       string
	dir        string
	port, rest int // of PostgreSQL, of Patroni
	config     string
	patroni    *process
}

// patience is what Patroni is told, in seconds: how long a primary that is silent keeps its place, how often it looks, and how long etcd may
// be away. A primary that is lost is followed by its standby about so long after. Patroni's own default is 30, 10 and 10.
const (
	leaderSeconds = 12
	lookSeconds   = 1
	retrySeconds  = 5
)

// settings is Patroni's file. %[9]d to %[11]d are those of patience.
const settings = `scope: plenary
name: %[1]s
restapi: {listen: "%[2]s", connect_address: "%[2]s"}
etcd3: {host: "%[3]s"}
bootstrap:
  dcs:
    ttl: %[9]d
    loop_wait: %[10]d
    retry_timeout: %[11]d
    synchronous_mode: true
    postgresql: {use_pg_rewind: true, use_slots: true}
  initdb: [{encoding: UTF8}, {locale: C}, data-checksums]
  pg_hba:
    - host all all 127.0.0.1/32 scram-sha-256
    - host replication replicator 127.0.0.1/32 scram-sha-256
postgresql:
  listen: "%[4]s"
  connect_address: "%[4]s"
  data_dir: %[5]s/data
  bin_dir: %[6]s
  pgpass: %[5]s/pgpass
  authentication:
    superuser: {username: postgres, password: "%[7]s"}
    replication: {username: replicator, password: "%[7]s"}
    rewind: {username: rewinder, password: "%[7]s"}
  parameters: {unix_socket_directories: %[5]s, max_connections: 150, wal_retrieve_retry_interval: 500ms, wal_keep_size: 2GB, password_encryption: scram-sha-256%[8]s}
tags: {}
`

// newServer writes what a server is told.
func newServer(dir, name, etcd, password, more string) (*server, error) {
	s := &server{name: name, dir: filepath.Join(dir, name)}
	var err, err2 error
	s.port, err = freeport.Find()
	s.rest, err2 = freeport.Find()
	if err := errors.Join(err, err2, os.Mkdir(s.dir, 0o700)); err != nil {
		return nil, err
	}
	s.config = filepath.Join(s.dir, "patroni.yml")
	text := fmt.Sprintf(settings, name, loopback(s.rest), etcd, loopback(s.port), s.dir, programs(), password, more, leaderSeconds, lookSeconds, retrySeconds)
	if err := os.WriteFile(s.config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return s, own(s.dir, s.config)
}

// own gives files to whoever runs the servers.
func own(names ...string) error {
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range names {
		if err := os.Chown(name, nobody, nobody); err != nil {
			return err
		}
	}
	return nil
}

// start starts Patroni, which starts PostgreSQL.
func (s *server) start() (err error) {
	s.patroni, err = launch{name: "patroni", dir: s.dir, env: []string{"HOME=" + s.dir, "LC_ALL=C.UTF-8"}, server: true}.start("patroni", s.config)
	return err
}

// postmaster is the process of PostgreSQL that started the others, 0 where there is none.
func (s *server) postmaster() int {
	b, err := os.ReadFile(filepath.Join(s.dir, "data", "postmaster.pid"))
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(b), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(line))
	return pid
}

// kill has the whole machine die: PostgreSQL and what watches it.
func (s *server) kill() {
	pid := s.postmaster()
	all := []int{}
	if pid > 0 {
		all = family(pid)
	}
	s.patroni.signal(syscall.SIGKILL)
	for _, pid := range all {
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended with the first
	}
	<-s.patroni.ended
}

// crash ends PostgreSQL at once, and leaves Patroni, which starts it again.
func (s *server) crash() { _ = syscall.Kill(s.postmaster(), syscall.SIGKILL) }

// member is what Patroni says of a server.
type member struct{ Name, Role, State string }

// ask has Patroni on a server say how all of them stand.
func (s *server) ask(ctx context.Context) (all []member, err error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+loopback(s.rest)+"/cluster", nil)
	if err != nil {
		return nil, err
	}
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	var said struct{ Members []member }
	err = json.NewDecoder(r.Body).Decode(&said)
	return said.Members, err
}

// leads asks Patroni whether this server is the primary, and runs.
func (s *server) leads(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+loopback(s.rest)+"/primary", nil)
	if err != nil {
		return false
	}
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer r.Body.Close()
	return r.StatusCode == http.StatusOK
}
