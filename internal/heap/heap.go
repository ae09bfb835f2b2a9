// Package heap says how much memory a process that serves may fill before it looks for what is of no more use. Looking
// costs the processor's time, which readers of pages wait for; memory that would lie idle costs nothing.
package heap

import (
	"bufio"
	"bytes"
	"io/fs"
	"os"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
)

// percent is how much may be added to what is in use before it is looked through: Go's own is 100.
const percent = 200

// Spend lets this process use twice the memory that Go would give it beside what it holds, and no more than three quarters
// of what the machine, or its control group, has. What the operator says with GOGC or GOMEMLIMIT holds instead. It
// is called when everything is open: while a record is read in, memory grows by what is kept, and the most that it
// takes is what a small machine must have.
func Spend() { spend(os.Getenv, os.DirFS("/"), debug.SetGCPercent, debug.SetMemoryLimit) }

func spend(getenv func(string) string, root fs.FS, setPercent func(int) int, setLimit func(int64) int64) {
	if getenv("GOGC") != "" {
		return
	}
	setPercent(percent)
	if has := memory(root); has > 0 && getenv("GOMEMLIMIT") == "" {
		setLimit(has / 4 * 3)
	}
}

// memory is how many bytes this process may use: what the machine has, or less where its control group or one that
// that is in may have less; 0 where nobody says.
func memory(root fs.FS) (least int64) {
	take := func(n int64, err error) {
		if err == nil && n > 0 && (least == 0 || n < least) {
			least = n
		}
	}
	for line := range lines(root, "proc/meminfo") {
		if kb, ok := strings.CutPrefix(line, "MemTotal:"); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(kb, "kB")), 10, 64)
			take(n*1024, err)
		}
	}
	bound := func(name string) {
		for line := range lines(root, name) { // "max" where there is none
			take(strconv.ParseInt(line, 10, 64))
		}
	}
	bound("sys/fs/cgroup/memory/memory.limit_in_bytes") // of version 1, in a container
	for line := range lines(root, "proc/self/cgroup") {
		group, ok := strings.CutPrefix(line, "0::/") // of version 2
		for ok {
			bound(path.Join("sys/fs/cgroup", group, "memory.max"))
			ok = group != "" && group != "."
			group = path.Dir(group)
		}
	}
	return least
}

// lines are those of a file, none where it cannot be read.
func lines(root fs.FS, name string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		b, err := fs.ReadFile(root, name)
		if err != nil {
			return
		}
		for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
			if !yield(s.Text()) {
				return
			}
		}
	}
}
