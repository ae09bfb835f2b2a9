package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// childVar names what a process that was started by a measure has to do: "job:directory". What is
// measured of a process (its start, its memory) must be measured of a fresh one.
const childVar = "PLENARY_BENCH_CHILD"

func runChild(ctx context.Context, job string, out io.Writer) error {
	job, dir, _ := strings.Cut(job, ":")
	switch job {
	case "start":
		return startChild(ctx, dir, out)
	case "check":
		return checkChild(ctx, dir, out)
	case "live":
		return liveChild(ctx, dir, out)
	case "bare":
		return bareChild(out)
	case "sitting":
		return sittingChild(ctx, dir, out)
	case "hub":
		return hubChild(out)
	case "crowd":
		return crowdChild(ctx, dir, out)
	}
	return fmt.Errorf("bench: unknown job %q", job)
}

// child is a process that answers lines with lines.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func (b *bench) spawn(job, dir string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{cmd: exec.CommandContext(b.ctx, self, "bench", b.What)}
	c.cmd.Env = append(os.Environ(), childVar+"="+job+":"+dir)
	c.cmd.Stderr = os.Stderr
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.out = bufio.NewReader(out)
	return c, c.cmd.Start()
}

// hear reads the next line of the child.
func (c *child) hear() (string, error) {
	line, err := c.out.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("bench: the measured process ended: %w", err)
	}
	return strings.TrimSuffix(line, "\n"), nil
}

// tell sends a line.
func (c *child) tell(line string) error {
	_, err := io.WriteString(c.in, line+"\n")
	return err
}

// ask sends a line and reads a number.
func (c *child) ask(line string) (float64, error) {
	if err := c.tell(line); err != nil {
		return 0, err
	}
	answer, err := c.hear()
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(answer, 64)
}

// end lets the child go and waits for it.
func (c *child) end() error { return errors.Join(c.in.Close(), c.cmd.Wait()) }

// memory reads a line of /proc/self/status in bytes: VmRSS for what is in use, VmHWM for the most that
// ever was. It is 0 where there is no such file.
func memory(what string) float64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, what+":"); ok {
			kb, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "kB")), 64)
			return kb * 1024
		}
	}
	return 0
}

const mb = 1e6
