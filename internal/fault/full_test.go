package fault

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// small mounts a file system of a size, or skips the test and says why.
func small(t *testing.T, size string) string {
	t.Helper()
	dir := filepath.Join(room(t), "m")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "plenary-fault", dir).CombinedOutput(); err != nil {
		t.Skipf("NOT TESTED: a full disk. This machine does not permit mounting a tmpfs (%v: %s); the limit on the size of files is tested instead.", err, strings.TrimSpace(string(out)))
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes all the room that is left.
func fill(t testing.TB, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for b := make([]byte, 1<<20); len(b) > 0; {
		if _, err := f.Write(b); errors.Is(err, syscall.ENOSPC) {
			b = b[:len(b)/2]
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// refused checks that an answer is a clean refusal: 503 and a plain sentence, no reference of a fault.
func refused(t testing.TB, a *answer, err error) {
	t.Helper()
	switch {
	case err != nil:
		t.Errorf("no answer: %v", err)
	case a.status != http.StatusServiceUnavailable:
		t.Errorf("not 503: %v", a)
	case a.header.Get("Retry-After") == "":
		t.Error("does not say when to come again")
	case !strings.Contains(string(a.body), "try again later") && !strings.Contains(string(a.body), "send it again"):
		t.Errorf("no plain sentence: %s", tail(string(a.body)))
	}
}

// reads checks that everything acknowledged can be read.
func (s *server) reads(acked []*sent) {
	s.t.Helper()
	s.readsPages(acked)
	a, err := s.get("/en/c/" + slug + "/contributions.csv")
	if err != nil || a.status != http.StatusOK {
		s.t.Errorf("contributions.csv: %v %v", a, err)
		return
	}
	for _, c := range acked {
		if !strings.Contains(string(a.body), "\n"+c.Ref+",") && !strings.Contains(string(a.body), "\n\""+c.Ref+"\",") {
			s.t.Errorf("%s is not in the list", c.Ref)
			return
		}
	}
}

// readsPages checks that the pages of everything acknowledged can be read, and the receipts.
func (s *server) readsPages(acked []*sent) {
	s.t.Helper()
	for _, p := range []string{"/en/", "/en/c/" + slug, "/en/c/" + slug + "/contributions", "/en/c/" + slug + "/record", "/en/c/" + slug + "/" + comments, "/en/c/" + slug + "/p1", "/c/" + slug + "/log/checkpoint"} {
		if a, err := s.get(p); err != nil || a.status != http.StatusOK {
			s.t.Errorf("GET %s: %v %v", p, a, err)
		}
	}
	for _, c := range acked[max(0, len(acked)-30):] {
		a, err := s.get("/en/c/" + slug + "/" + c.Ref)
		if err != nil || a.status != http.StatusOK || !strings.Contains(string(a.body), c.Text[:min(len(c.Text), 40)]) {
			s.t.Errorf("%s cannot be read: %v %v", c.Ref, a, err)
			return
		}
		// A receipt is made when it is first asked for, which stores a checkpoint; until there is room it can
		// be refused, in words.
		if c.Receipt == nil {
			a, err := s.get("/en/c/"+slug+"/"+c.Ref+"/receipt", own(c))
			if err != nil || a.status != http.StatusOK {
				refused(s.t, a, err)
			}
			continue
		}
		if b, err := s.fetch(c); err != nil || string(b) != string(c.Receipt) {
			s.t.Errorf("the receipt of %s: %v", c.Ref, err)
			return
		}
	}
}

// resumes posts until something is acknowledged.
func (s *server) resumes(within time.Duration) (*sent, time.Duration) {
	s.t.Helper()
	begin := time.Now()
	for {
		c := &sent{Token: newToken(), Text: fmt.Sprintf("After %s the quay is free again, and word %s came.", time.Since(begin), newToken())}
		a, err := s.send(c)
		if c.Ref != "" {
			if c.Receipt, err = s.fetch(c); err != nil {
				s.t.Error(err)
			}
			return c, time.Since(begin)
		}
		if time.Since(begin) > within {
			s.t.Errorf("takes nothing again within %s: %v %v\n%s", within, a, err, tail(s.errors.String()))
			return nil, 0
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// crowd posts from many clients for a while, and keeps apart what was acknowledged.
func (s *server) crowd(clients, each int, acked *[]*sent, posted map[string]bool, judge func(*answer, error)) (refusals int) {
	var mu sync.Mutex
	var wait sync.WaitGroup
	for i := range clients {
		wait.Go(func() {
			for j := range each {
				c := &sent{Token: newToken(), Text: fmt.Sprintf("Client %d, word %d (%s) about the quay. %s", i, j, newToken(), strings.Repeat("More cattle! ", 100*(i%8)))}
				c.Text = strings.TrimSpace(c.Text)
				a, err := s.send(c)
				mu.Lock()
				posted[c.Text] = true
				if c.Ref != "" {
					*acked = append(*acked, c)
				} else {
					refusals++
					judge(a, err)
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return refusals
}

// TestDiskFull fills the disk under a running server, frees it, and fills it again.
func TestDiskFull(t *testing.T) {
	mount := small(t, "24m")
	dir, filler := filepath.Join(mount, "data"), filepath.Join(mount, "filler")
	key := seed(t, dir, "now+30d", "")
	bin := binary(t, false)
	s := serve(t, bin, dir)
	posted := map[string]bool{}
	var acked []*sent
	for i := range 20 {
		c := s.must(fmt.Sprintf("Before the disk was full, number %d, about cattle on ferries.", i))
		acked, posted[c.Text] = append(acked, c), true
	}
	for round := 1; round <= 3 && !t.Failed(); round++ {
		fill(t, filler)
		n := s.crowd(32, 6, &acked, posted, func(a *answer, err error) { refused(t, a, err) })
		if n == 0 {
			t.Fatal("the disk was never full")
		}
		s.alive()
		s.reads(acked)
		// With an address, which is kept in another database, and with a file.
		c := &sent{Token: newToken(), Text: "With an address, which finds no room: " + newToken() + strings.Repeat(" And more cattle!", 3000), Email: "maria@example.org"}
		posted[c.Text] = true
		if a, err := s.send(c); c.Ref == "" {
			refused(t, a, err)
		} else {
			acked = append(acked, c)
		}
		if a, err := s.attach(&sent{Token: newToken(), Text: "A file."}, "f.txt", []byte(strings.Repeat("cattle ", 100_000))); err != nil || a.status != http.StatusServiceUnavailable || !strings.Contains(string(a.body), "again") {
			t.Errorf("a file that finds no room: %v %v", a, err)
		}
		if out, code := run(t, bin, "fsck", "--data", dir); code != 0 {
			t.Errorf("fsck on a full disk: exit %d\n%s", code, tail(out))
		}
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		after, wait := s.resumes(10 * time.Second)
		if after == nil {
			break
		}
		acked, posted[after.Text] = append(acked, after), true
		t.Logf("round %d: %d refused, takes again after %s", round, n, wait.Round(time.Millisecond))
		for i := range 3 {
			c := s.must(fmt.Sprintf("In round %d, number %d, after the quay was cleared: %s.", round, i, newToken()))
			acked, posted[c.Text] = append(acked, c), true
		}
		s.reads(acked)
		holdsAll(t, dir, key, acked, posted)
	}
	// It dies while the disk is full, and starts while it is full: then it is there for reading, or it says
	// what is wrong; and when there is room it is all there.
	fill(t, filler)
	s.crowd(16, 3, &acked, posted, func(a *answer, err error) { refused(t, a, err) })
	s.kill()
	fill(t, filler)
	s = tryServe(t, bin, dir)
	if s.url == "" {
		t.Logf("started on a full disk, it says: %s", tail(s.errors.String()))
		if s.state.ExitCode() != 1 {
			t.Errorf("exit %d", s.state.ExitCode())
		}
	} else {
		t.Log("started on a full disk, it serves")
		s.reads(acked)
		s.kill()
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	s = serve(t, bin, dir)
	holdsAll(t, dir, key, acked, posted)
	s.reads(acked)
	if c, _ := s.resumes(10 * time.Second); c != nil {
		posted[c.Text] = true
		acked = append(acked, c)
	}
	good(t, bin, "fsck", "--data", dir)
	s.stop()
	holdsAll(t, dir, key, acked, posted)
	good(t, bin, "verify", "--data", dir)
}

// TestStartOnFullDisk stops and kills an instance, fills the disk, and starts it: what is there can be read, what
// comes is refused, and as soon as there is room it is taken, without another start.
func TestStartOnFullDisk(t *testing.T) {
	disk := small(t, "48m")
	dir, filler := filepath.Join(disk, "data"), filepath.Join(disk, "filler")
	key := seed(t, dir, "now+30d", "")
	bin := binary(t, false)
	s := serve(t, bin, dir)
	var acked []*sent
	for i := range 10 {
		acked = append(acked, s.must(fmt.Sprintf("Before the disk was full, number %d.", i)))
	}
	for _, how := range []func(){s.stop, func() { s.kill() }} {
		how()
		for _, name := range []string{"record.db-shm", "private.db-shm"} { // its blocks are others' by then
			_ = os.Remove(filepath.Join(dir, name))
		}
		fill(t, filler)
		s = tryServe(t, bin, dir)
		if s.url == "" {
			t.Fatalf("does not start: %s", tail(s.errors.String()))
		}
		s.reads(acked)
		if a, err := s.get("/healthz"); err != nil || a.status != http.StatusServiceUnavailable || !strings.Contains(string(a.body), "disk full") {
			t.Errorf("healthz: %v %v", a, err)
		}
		for p, words := range map[string]string{"/en/sign-in": "Nobody can sign in at present", "/en/c/" + slug: "Nothing can be received at present", contributePath(comments): "Nothing can be received at present"} {
			if a, err := s.get(p); err != nil || a.status != http.StatusOK || !strings.Contains(string(a.body), words) || strings.Contains(string(a.body), `method="post"`) {
				t.Errorf("%s offers a form that nothing can be sent with: %v %v", p, a, err)
			}
		}
		late := &sent{Token: newToken(), Text: "Upon a full disk." + strings.Repeat(" And more.", 900)}
		if a, err := s.send(late); late.Ref == "" {
			refused(t, a, err)
		} else { // there was room in what a crash left
			acked = append(acked, late)
		}
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		c, _ := s.resumes(10 * time.Second)
		if c == nil {
			t.Fatal("takes nothing again")
		}
		acked = append(acked, c)
		s.alive()
	}
	s.stop()
	good(t, bin, "fsck", "--data", dir)
	holdsAll(t, dir, key, acked, nil)
}

// TestFileLimit is the same with a limit on the size of files (EFBIG), which needs no permission: it falls
// when the write-ahead log would grow beyond it, in the middle of whatever is being written.
func TestFileLimit(t *testing.T) {
	prlimit, err := exec.LookPath("prlimit")
	if err != nil {
		t.Skip("NOT TESTED: no prlimit on this machine")
	}
	dir := filepath.Join(room(t), "data")
	key := seed(t, dir, "now+30d", "")
	bin := binary(t, false)
	s := launch(t, exec.Command(prlimit, fmt.Sprintf("--fsize=%d:unlimited", 600_000), bin, "serve", "--data", dir, "--addr", "127.0.0.1:0"), dir)
	if s.url == "" {
		t.Fatalf("does not start: %s", tail(s.errors.String()))
	}
	posted := map[string]bool{}
	var acked []*sent
	if n := s.crowd(32, 10, &acked, posted, func(a *answer, err error) { refused(t, a, err) }); n == 0 {
		t.Fatal("the limit was never met")
	}
	s.alive()
	s.reads(acked)
	holdsAll(t, dir, key, acked, posted)
	// The limit is lifted on the running process.
	if out, err := exec.Command(prlimit, fmt.Sprintf("--pid=%d", s.cmd.Process.Pid), "--fsize=unlimited:unlimited").CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	c, wait := s.resumes(10 * time.Second)
	if c != nil {
		acked, posted[c.Text] = append(acked, c), true
		t.Logf("%d acknowledged; takes again after %s", len(acked), wait.Round(time.Millisecond))
	}
	s.kill()
	s = serve(t, bin, dir)
	holdsAll(t, dir, key, acked, posted)
	s.reads(acked)
	good(t, bin, "fsck", "--data", dir)
	s.stop()
}
