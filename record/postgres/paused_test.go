package postgres_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/postgres"
)

// asNode has this binary be a node of its own: it holds the address of a database and a record.
const asNode = "PLENARY_TEST_NODE"

// beNode writes on a record with several callers until its input ends, and prints what each was told.
func beNode() int {
	url, id, _ := strings.Cut(os.Getenv(asNode), " ")
	e, err := postgres.Open(context.Background(), postgres.Options{URL: url})
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	key, err := record.NewKey(strings.NewReader(strings.Repeat("\a", 64)))
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	l, err := record.Open(e, record.Options{Key: key, Now: time.Now})
	if err == nil {
		err = l.Load(context.Background(), record.ID(id), func(record.Entry) error { return nil })
	}
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	stop := make(chan struct{})
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); close(stop) }()
	var print sync.Mutex
	var wg sync.WaitGroup
	for c := range 4 {
		wg.Go(func() {
			for k := 0; ; k++ {
				select {
				case <-stop:
					return
				default:
				}
				body := fmt.Sprintf("%d.%d.%d", os.Getpid(), c, k)
				p, err := node{Log: l}.write(context.Background(), record.ID(id), body)
				said := newLedger()
				said.told(body, p, err)
				print.Lock()
				switch {
				case len(said.acked) > 0:
					fmt.Println("acked", body, p)
				case len(said.refused) > 0:
					fmt.Println("refused", body, p)
				default:
					fmt.Println("other", body, p)
				}
				print.Unlock()
			}
		})
	}
	wg.Wait()
	if err := l.Close(); err != nil {
		fmt.Println("error", err)
		return 1
	}
	return 0
}

// process is a node that runs by itself.
type process struct {
	cmd   *exec.Cmd
	input io.Closer
	read  sync.WaitGroup
}

// starts runs this binary as a node, and notes what its callers are told.
func starts(t *testing.T, d database, id record.ID, l *ledger) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0])}
	p.cmd.Env = append(os.Environ(), asNode+"="+d.url+" "+string(id))
	p.cmd.Stderr = os.Stderr
	in, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.input = in
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	p.read.Go(func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var word, body string
			var at cite.Position
			if _, err := fmt.Sscan(lines.Text(), &word, &body, &at); err != nil {
				t.Error(lines.Text())
				return
			}
			switch word {
			case "acked":
				l.told(body, at, nil)
			case "refused":
				l.told(body, at, record.ErrNotWritten)
			default:
				t.Error(lines.Text())
			}
		}
	})
	return p
}

// ends has a process end in order.
func (p *process) ends(t *testing.T) {
	t.Helper()
	_ = p.input.Close()
	p.read.Wait()
	if err := p.cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// TestPaused: of three processes that write, one after the other is stopped by a signal, at any moment, for so long that the others
// go on without it; then it goes on. Nothing that anybody was told is untrue.
func TestPaused(t *testing.T) {
	d := newDatabase(t)
	id := create(t, d.url)
	l := newLedger()
	nodes := []*process{starts(t, d, id, l), starts(t, d, id, l), starts(t, d, id, l)}
	l.more(t, 60)
	rounds := 2
	if os.Getenv("PLENARY_SOAK") != "" {
		rounds = 20
	}
	for i := range rounds {
		stopped := nodes[i%len(nodes)].cmd.Process
		if err := stopped.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		l.more(t, 60) // of the others, by whatever it may have held up
		if err := stopped.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		l.more(t, 60)
	}
	if err := nodes[0].cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	nodes[0].read.Wait()
	l.more(t, 60)
	for _, n := range nodes[1:] {
		n.ends(t)
	}
	l.check(t, d.url, id)
}
