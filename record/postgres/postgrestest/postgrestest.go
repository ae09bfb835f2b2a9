// Package postgrestest runs a PostgreSQL server of its own for tests: made by initdb in a temporary directory, reached on a
// socket there and on loopback, and gone when the test binary ends, however it ends.
package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/openplenary/plenary/internal/freeport"
)

// Password is that of the role that may sign in over loopback.
const Password = "a password with 'quotes' & more"

// Server is a running server.
type Server struct {
	dir  string // of everything
	bin  string // of PostgreSQL's programs
	port int
	args []string

	mu    sync.Mutex
	cmd   *exec.Cmd
	life  io.WriteCloser // as long as it is open the server runs, and no longer than this process
	ended chan struct{}
}

var (
	once   sync.Once
	shared *Server
	failed error
	last   atomic.Int64 // database that was made
)

// Find looks for PostgreSQL's programs: "" where there are none.
func Find() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
		return filepath.Dir(path)
	}
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(dirs) == 0 {
		return ""
	}
	return filepath.Dir(slices.MaxFunc(dirs, func(a, b string) int { return len(a) - len(b) + strings.Compare(a, b) }))
}

// Main runs the tests of a package that uses Shared, and ends the server.
func Main(m *testing.M) {
	code := m.Run()
	if shared != nil {
		shared.Remove()
	}
	os.Exit(code)
}

// Shared is the one server of this test binary, started when it is first asked for. Where there is no PostgreSQL it says so aloud and
// leaves the test out, and fails where CI=true.
func Shared(t testing.TB) *Server {
	t.Helper()
	if Find() == "" {
		const none = "\n*** NO POSTGRESQL ON THIS MACHINE: ITS TESTS ARE NOT RUN ***\n*** scripts/postgres.sh installs it ***"
		if os.Getenv("CI") == "true" {
			t.Fatal(none)
		}
		once.Do(func() { fmt.Fprintln(os.Stderr, none) })
		t.Skip(none)
	}
	once.Do(func() { shared, failed = Start() })
	if failed != nil {
		t.Fatal(failed)
	}
	return shared
}

// Start makes a server with settings of its own, such as "fsync=off", and starts it.
func Start(settings ...string) (*Server, error) {
	dir, err := os.MkdirTemp("", "postgres")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, bin: Find(), args: settings}
	if s.port, err = freeport.Find(); err == nil {
		err = s.init()
	}
	if err == nil {
		err = s.Run()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

// Standby makes a server of its own of files that a server left when it stopped, and starts it as a standby that nothing comes to. It ends with the test.
func (s *Server) Standby(t testing.TB, files string) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "postgres")
	if err != nil {
		t.Fatal(err)
	}
	n := &Server{dir: dir, bin: s.bin, args: s.args}
	if n.port, err = freeport.Find(); err == nil {
		err = exec.CommandContext(t.Context(), "cp", "-a", files, n.data()).Run()
	}
	if err == nil && os.Getuid() == 0 {
		err = os.Chown(dir, nobody, nobody)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(n.data(), "standby.signal"), nil, 0o600)
	}
	if err == nil && os.Getuid() == 0 {
		err = os.Chown(filepath.Join(n.data(), "standby.signal"), nobody, nobody)
	}
	if err == nil {
		err = n.Run()
	}
	if err != nil {
		t.Fatal(errors.Join(err, os.RemoveAll(dir)))
	}
	t.Cleanup(n.Remove)
	return n
}

// Promote has a standby take over.
func (s *Server) Promote(t testing.TB) {
	t.Helper()
	if done := s.Value(t, "postgres", "SELECT pg_promote()"); done != "t" {
		t.Fatal("it does not take over")
	}
}

// init makes the cluster.
func (s *Server) init() error {
	pw := filepath.Join(s.dir, "pw")
	if err := os.WriteFile(pw, []byte(Password+"\n"), 0o600); err != nil {
		return err
	}
	if os.Getuid() == 0 { // PostgreSQL does not run as root
		for _, name := range []string{s.dir, pw} {
			if err := os.Chown(name, nobody, nobody); err != nil {
				return err
			}
		}
	}
	cmd := s.command(filepath.Join(s.bin, "initdb"), "-D", s.data(), "-U", "plenary", "--pwfile="+pw, "-A", "trust", "--auth-host=scram-sha-256", "-E", "UTF8", "--no-locale", "-N", "-k")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return nil
}

// nobody is whoever runs the server where the tests run as root.
const nobody = 65534

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), name, args...)
	cmd.Dir = s.dir
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return cmd
}

// Run starts the server, and waits until it answers.
func (s *Server) Run() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	args := []string{"-D", s.data(), "-k", s.dir, "-p", strconv.Itoa(s.port), "-h", "127.0.0.1"}
	for _, set := range s.args {
		args = append(args, "-c", set)
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	// A shell waits for the end of this process and then ends the server: nothing is left behind where a test dies.
	s.cmd = s.command("/bin/sh", append([]string{"-c", keep, "sh", filepath.Join(s.bin, "postgres")}, args...)...)
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if s.life, err = s.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	s.ended = make(chan struct{})
	go func(cmd *exec.Cmd, ended chan struct{}) { _ = cmd.Wait(); close(ended) }(s.cmd, s.ended)
	return s.answers()
}

// keep is the shell's part: where its input ends before a line came, the server goes with all that it left.
const keep = `exec 3<&0; "$@" 3<&- </dev/null & pid=$!; echo $pid >pid; (read -r kept <&3 || { kill -QUIT $pid; sleep 1; rm -rf "$PWD"; }) 2>/dev/null & exec 3<&-; wait $pid`

// answers waits until the server takes connections.
func (s *Server) answers() error {
	for end := time.Now().Add(30 * time.Second); ; {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		c, err := pgx.Connect(ctx, s.url("postgres"))
		if err == nil {
			err = c.Close(ctx)
		}
		cancel()
		if err == nil {
			return nil
		}
		select {
		case <-s.ended:
			b, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("the server did not start: %s", b)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(end) {
			return err
		}
	}
}

// Signal sends the server a signal: SIGINT has it stop in order, SIGQUIT at once.
func (s *Server) Signal(sig syscall.Signal) error {
	b, err := os.ReadFile(filepath.Join(s.dir, "pid"))
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return err
	}
	return syscall.Kill(pid, sig)
}

// Stop ends the server by a signal and waits until it is gone.
func (s *Server) Stop(sig syscall.Signal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, kept := io.WriteString(s.life, "kept\n") // what the server leaves is for whoever starts it again
	if err := errors.Join(kept, s.Signal(sig)); err != nil {
		return err
	}
	<-s.ended
	_ = s.life.Close() // it may be closed already
	return nil
}

// Remove ends the server and takes away everything of it.
func (s *Server) Remove() {
	_ = s.Stop(syscall.SIGQUIT)
	_ = os.RemoveAll(s.dir)
}

// Dir is where the server keeps its files.
func (s *Server) Dir() string { return s.data() }

// url is the address of a database on the socket.
func (s *Server) url(database string) string {
	return fmt.Sprintf("postgres://plenary@/%s?host=%s&port=%d", database, s.dir, s.port)
}

// URL is the address of a database.
func (s *Server) URL(database string) string { return s.url(database) }

// Either is the address of a database on two servers, this one first, of whichever can be written to.
func (s *Server) Either(other *Server, database string) string {
	return fmt.Sprintf("postgres://plenary@/%s?host=%s,%s&port=%d,%d&target_session_attrs=read-write", database, s.dir, other.dir, s.port, other.port)
}

// Loopback is the address of a database over TCP, without the password.
func (s *Server) Loopback(database string) string {
	return fmt.Sprintf("postgres://plenary@127.0.0.1:%d/%s?sslmode=disable", s.port, database)
}

// Address is where the server listens on loopback.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// Database makes an empty database, and gives its address and its name.
func (s *Server) Database(t testing.TB) (url, name string) {
	t.Helper()
	name = fmt.Sprintf("test%d", last.Add(1))
	s.Exec(t, "postgres", "CREATE DATABASE "+name)
	return s.url(name), name
}

// Exec runs statements in a database.
func (s *Server) Exec(t testing.TB, database string, sql string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, s.url(database))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	if _, err := c.PgConn().Exec(ctx, sql).ReadAll(); err != nil {
		t.Fatal(err)
	}
}

// Value is the one value that a statement gives, as text.
func (s *Server) Value(t testing.TB, database string, sql string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, s.url(database))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	r, err := c.PgConn().Exec(ctx, sql).ReadAll()
	if err != nil || len(r) == 0 || len(r[0].Rows) == 0 {
		t.Fatalf("%s: %v", sql, err)
	}
	return string(r[0].Rows[0][0])
}
