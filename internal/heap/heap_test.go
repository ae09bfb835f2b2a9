package heap

import (
	"testing"
	"testing/fstest"
)

const gb = 1 << 30

// machine is a file system with what a machine says of its memory.
func machine(files map[string]string) fstest.MapFS {
	root := fstest.MapFS{}
	for name, text := range files {
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return root
}

const (
	meminfo = "MemTotal:        4194304 kB\nMemFree:          100000 kB\n"
	service = "0::/system.slice/plenary.service\n"
)

// TestMemory: the least of what the machine and the control groups around the process have.
func TestMemory(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"nobody says": {nil, 0},
		"machine":     {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": service, "sys/fs/cgroup/system.slice/plenary.service/memory.max": "max\n"}, 4 * gb},
		"service":     {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": service, "sys/fs/cgroup/system.slice/plenary.service/memory.max": "1073741824\n"}, gb},
		"slice": {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": service, "sys/fs/cgroup/system.slice/plenary.service/memory.max": "3221225472\n",
			"sys/fs/cgroup/system.slice/memory.max": "2147483648\n"}, 2 * gb},
		"container": {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "1073741824\n"}, gb},
		"version 1": {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "4:memory:/docker/1\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "1073741824\n"}, gb},
		"no bound":  {map[string]string{"proc/meminfo": meminfo, "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 4 * gb},
		"nonsense":  {map[string]string{"proc/meminfo": "MemTotal: many kB\n", "proc/self/cgroup": "0::/a/../../b\n"}, 0},
	} {
		if got := memory(machine(c.files)); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// TestSpend: what the operator says holds.
func TestSpend(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env     map[string]string
		percent int
		limit   int64
	}{
		"nothing said": {nil, 200, 3 * gb},
		"GOGC":         {map[string]string{"GOGC": "50"}, 0, 0},
		"GOMEMLIMIT":   {map[string]string{"GOMEMLIMIT": "1GiB"}, 200, 0},
		"both":         {map[string]string{"GOGC": "off", "GOMEMLIMIT": "1GiB"}, 0, 0},
	} {
		percent, limit := 0, int64(0)
		spend(func(name string) string { return c.env[name] }, machine(map[string]string{"proc/meminfo": meminfo}),
			func(p int) int { percent = p; return 100 }, func(n int64) int64 { limit = n; return 0 })
		if percent != c.percent || limit != c.limit {
			t.Errorf("%s: %d %% and %d bytes, want %d and %d", name, percent, limit, c.percent, c.limit)
		}
	}
}
