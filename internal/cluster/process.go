package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// nobody is whoever runs the servers where we are root.
const nobody = 65534

// process is one program of the cluster. It ends with this one, however this one ends.
type process struct {
	name  string
	log   string // where it says what it does
	cmd   *exec.Cmd
	ended chan struct{}
}

// launch is how a program is started.
type launch struct {
	name   string
	dir    string // where it runs and has its log
	env    []string
	server bool // it is one of those that do not run as root
}

// start starts a program.
func (l launch) start(argv ...string) (*process, error) {
	p := &process{name: l.name, log: filepath.Join(l.dir, l.name+".log"), ended: make(chan struct{})}
	f, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p.cmd = exec.CommandContext(context.Background(), argv[0], argv[1:]...)
	p.cmd.Dir, p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = l.dir, append(os.Environ(), l.env...), f, f
	p.cmd.SysProcAttr = attributes(l.server && os.Getuid() == 0)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { _ = p.cmd.Wait(); close(p.ended) }()
	return p, nil
}

// signal sends the program a signal.
func (p *process) signal(s syscall.Signal) { _ = syscall.Kill(p.cmd.Process.Pid, s) } // where it is gone there is nothing to do

// kill ends the program at once.
func (p *process) kill() {
	if p == nil {
		return
	}
	p.signal(syscall.SIGKILL)
	<-p.ended
}

// gone reports whether the program has ended.
func (p *process) gone() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// said is what the program has said.
func (p *process) said() string {
	b, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// last is the end of that.
func (p *process) last() string {
	s := p.said()
	return s[max(0, len(s)-1500):]
}

// family are a process and all that it started, as /proc has them.
func family(pid int) (all []int) {
	all = []int{pid}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended meanwhile
		}
		_, rest, _ := strings.Cut(string(b), ") ")
		fields := strings.Fields(rest)
		if len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			child, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			all = append(all, child)
		}
	}
	return all
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// until asks again and again until something is so, at most for a time.
func until(ctx context.Context, limit time.Duration, what string, is func() bool) error {
	for end := time.Now().Add(limit); ; {
		if is() {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("cluster: not within %s: %s", limit, what)
		}
		if !pause(ctx, 100*time.Millisecond) {
			return ctx.Err()
		}
	}
}

// pause waits, and reports false where the context ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// reaper ends the servers that Patroni started, which do not end with it, when this process ends without having said that it tidied
// up, and takes the directory away.
const reaper = `read -r kept || { for f in "$1"/pg*/data/postmaster.pid; do read -r pid <"$f" && kill -QUIT "$pid"; done; sleep 1; rm -rf "$1"; }`

// keep starts the reaper of a directory.
func keep(dir string) (life io.WriteCloser, err error) {
	cmd := exec.CommandContext(context.Background(), "/bin/sh", "-c", reaper, "sh", dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if life, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() { _ = cmd.Wait() }()
	return life, nil
}

// missing says which programs are not here.
func missing() error {
	var none []string
	for _, name := range []string{"patroni", "etcd"} {
		if _, err := exec.LookPath(name); err != nil {
			none = append(none, name)
		}
	}
	if programs() == "" {
		none = append(none, "PostgreSQL")
	}
	if len(none) == 0 {
		return nil
	}
	return errors.New("cluster: not on this machine: " + strings.Join(none, ", ") + " (scripts/cluster.sh installs them)")
}

// programs is where PostgreSQL's programs are, "" where there are none.
func programs() string {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(dirs) == 0 {
		return ""
	}
	return filepath.Dir(dirs[len(dirs)-1])
}
