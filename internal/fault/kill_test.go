package fault

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
)

// callers is how many clients post at once.
const callers = 64

// ack is a line of a client's log: written and synced only after the client has read the 303 and the
// receipt.
type ack struct {
	Token, Text, Ref, SHA string
	Receipt               []byte
}

// TestKill kills the server at random instants under load and starts it again on what is left.
func TestKill(t *testing.T) {
	rounds := 12
	switch {
	case os.Getenv("PLENARY_ROUNDS") != "":
		n, err := strconv.Atoi(os.Getenv("PLENARY_ROUNDS"))
		if err != nil {
			t.Fatal(err)
		}
		rounds = n
	case os.Getenv("PLENARY_SOAK") != "":
		rounds = 200
	case testing.Short():
		rounds = 4
	}
	seedNumber := uint64(time.Now().UnixNano())
	if s := os.Getenv("PLENARY_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seedNumber = n
	}
	t.Logf("seed %d, %d rounds", seedNumber, rounds)
	random := rand.New(rand.NewPCG(seedNumber, 1))
	bin := binary(t, true)
	base := room(t)
	dir := filepath.Join(base, "data")
	key := seed(t, dir, "now+30d", "")
	in := opened(t, dir, false)
	var olga delegation.Participant
	ok(t, read(t, in, func(st *conversation.State) { olga = st.Roll.Holders(delegation.Officer)[0] }))
	k := &killing{t: t, bin: bin, dir: dir, base: base, key: key, random: random, posted: map[string]bool{}, officer: session(t, in, olga)}
	closed(t, in)
	begin := time.Now()
	for i := 1; i <= rounds && !t.Failed(); i++ {
		k.round(i)
		if t.Failed() {
			t.Logf("failed with seed %d in round %d", seedNumber, i)
		}
		if os.Getenv("PLENARY_SOAK")+os.Getenv("PLENARY_ROUNDS") == "" && i < rounds && i >= 4 && time.Since(begin) > 150*time.Second {
			t.Logf("STOPPED EARLY after %d of %d rounds: this machine is slow or busy", i, rounds)
			rounds = i
		}
	}
	if t.Failed() {
		return
	}
	if k.logged.Load() < int64(rounds) {
		t.Errorf("only %d acknowledgements in %d rounds: this machine is too slow to show anything", k.logged.Load(), rounds)
	}
	// At the end every receipt ever given is the same bytes when it is asked for again.
	s := serve(t, bin, dir)
	for _, c := range k.acked {
		b, err := s.fetch(c)
		if err != nil || string(b) != string(c.Receipt) {
			t.Errorf("the receipt of %s is not the same any more: %v", c.Ref, err)
			break
		}
	}
	s.stop()
	good(t, bin, "fsck", "--data", dir)
	t.Logf("%d rounds in %s: %d acknowledged (%d of them by a retry), 0 lost, %d sent without an answer (%d of them on the record), %d withheld, published or erased; slowest start %s",
		rounds, time.Since(begin).Round(time.Second), len(k.acked), k.retried, k.unanswered, k.onRecord, len(k.taken), k.slowest.Round(time.Millisecond))
}

type killing struct {
	t              testing.TB
	bin, dir, base string
	key            string
	random         *rand.Rand

	officer *http.Cookie
	taken   []*takenAway

	acked  []*sent
	posted map[string]bool // every text that was ever sent
	next   atomic.Int64
	logged atomic.Int64 // acknowledgements in the clients' logs

	unanswered, onRecord, retried int
	slowest                       time.Duration
}

func (k *killing) round(n int) {
	t := k.t
	s := serve(t, k.bin, k.dir)
	k.slowest = max(k.slowest, s.ready)
	wait := time.Duration(50+k.random.IntN(1451)) * time.Millisecond
	var sending sync.WaitGroup
	var stop atomic.Bool
	logged := k.logged.Load()
	open := make([]*sent, callers) // what each client had sent when the server died
	for i := range callers {
		sending.Go(func() { open[i] = k.client(s, filepath.Join(k.base, fmt.Sprintf("acks-%d-%d", n, i)), i, &stop) })
	}
	late := make([]*takenAway, takers)
	for i := range takers {
		sending.Go(func() {
			late[i] = k.takes(s, filepath.Join(k.base, fmt.Sprintf("taken-%d-%d", n, i)), n*takers+i, &stop)
		})
	}
	// In every other round the time runs from the first acknowledgement, so that a slow machine is also
	// killed while it acknowledges.
	if n%2 == 1 {
		for begin := time.Now(); k.logged.Load() == logged && time.Since(begin) < 20*time.Second; {
			time.Sleep(time.Millisecond)
		}
	}
	time.Sleep(wait)
	s.kill()
	stop.Store(true)
	sending.Wait()
	if t.Failed() {
		return
	}
	// What counts is what the clients' logs say, read back from the disk.
	before, unanswered := len(k.acked), k.unanswered
	for i := range callers {
		k.read(filepath.Join(k.base, fmt.Sprintf("acks-%d-%d", n, i)))
	}
	fresh := len(k.acked) - before
	for i := range takers {
		k.readTaken(filepath.Join(k.base, fmt.Sprintf("taken-%d-%d", n, i)), late[i])
	}
	for _, c := range open {
		if c != nil {
			k.posted[c.Text] = true
		}
	}

	s = serve(t, k.bin, k.dir)
	k.slowest = max(k.slowest, s.ready)
	l := holdsAll(t, k.dir, k.key, k.acked, k.posted)
	if l == nil {
		return
	}
	if all := len(l.ByText) - min(1, len(l.ByText[""])) + len(l.ByText[""]); l.Tokens != all+l.Taken {
		t.Errorf("%d contributions, %d acts about them, %d tokens", all, l.Taken, l.Tokens)
	}
	k.takenAway(s, l)
	for _, c := range k.sample(k.acked[before:], 30) {
		k.again(s, c)
	}
	for _, c := range k.sample(k.acked[:before], 10) {
		k.again(s, c)
	}
	// Who had no answer sends again: whether it had been taken or not, there is one result.
	retry := 0
	for _, c := range open {
		if c == nil {
			continue
		}
		k.unanswered++
		had := l.ByText[c.Text]
		if len(had) == 1 {
			k.onRecord++
		}
		if retry++; retry > 24 {
			continue
		}
		if a, err := s.send(c); err != nil || c.Ref == "" {
			t.Errorf("a retry is not acknowledged: %v %v", a, err)
			return
		}
		if len(had) == 1 && had[0] != c.Ref {
			t.Errorf("was taken as %s, its retry was answered with %s", had[0], c.Ref)
		}
		var err error
		if c.Receipt, err = s.fetch(c); err != nil {
			t.Error(err)
			return
		}
		k.again(s, c)
		k.acked = append(k.acked, c)
		k.retried++
	}
	good(t, k.bin, "fsck", "--data", k.dir)
	good(t, k.bin, "verify", "--data", k.dir)
	holdsAll(t, k.dir, "", k.acked, k.posted)
	if n%2 == 0 { // in every other round the next start finds a write-ahead log
		s.stop()
	} else {
		s.kill()
	}
	t.Logf("round %d: killed after %s, %d acknowledged, %d without an answer", n, wait, fresh, k.unanswered-unanswered)
}

// again sends an acknowledged contribution once more and fetches its receipt: both are as they were.
func (k *killing) again(s *server, c *sent) {
	k.t.Helper()
	twice := &sent{Token: c.Token, Text: c.Text}
	if a, err := s.send(twice); err != nil || twice.Ref != c.Ref {
		k.t.Errorf("%s sent again: %q %v %v", c.Ref, twice.Ref, a, err)
	}
	b, err := s.fetch(c)
	if err != nil || string(b) != string(c.Receipt) {
		k.t.Errorf("the receipt of %s has changed: %v", c.Ref, err)
	}
}

func (k *killing) sample(from []*sent, n int) []*sent {
	if len(from) <= n {
		return from
	}
	out := make([]*sent, n)
	for i := range out {
		out[i] = from[k.random.IntN(len(from))]
	}
	return out
}

// client posts until the server is gone, and gives back what it had sent and got no answer to.
func (k *killing) client(s *server, log string, number int, stop *atomic.Bool) *sent {
	f, err := os.OpenFile(log, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		k.t.Error(err)
		return nil
	}
	defer f.Close()
	for !stop.Load() {
		c := &sent{Token: newToken(), Text: fmt.Sprintf("Client %d says its word number %d. %s", number, k.next.Add(1), strings.Repeat("The river freezes in January. ", int(k.next.Load()%40)))}
		c.Text = strings.TrimSpace(c.Text)
		a, err := s.send(c)
		if err != nil {
			return c
		}
		if a.status != http.StatusSeeOther {
			k.t.Errorf("client %d: %v", number, a)
			return c
		}
		b, err := s.fetch(c)
		if err != nil {
			// The 303 was read: that is an acknowledgement too, but the log says only what is complete.
			return &sent{Token: c.Token, Text: c.Text}
		}
		sum := sha256.Sum256(b)
		line, err := json.Marshal(ack{c.Token, c.Text, c.Ref, hex.EncodeToString(sum[:]), b})
		if err == nil {
			_, err = f.Write(append(line, '\n'))
		}
		if err == nil {
			err = f.Sync()
		}
		if err != nil {
			k.t.Error(err)
			return c
		}
		k.logged.Add(1)
	}
	return nil
}

// read takes what a client logged.
func (k *killing) read(log string) {
	f, err := os.Open(log)
	if err != nil {
		k.t.Error(err)
		return
	}
	defer f.Close()
	r := bufio.NewScanner(f)
	r.Buffer(nil, 1<<20)
	for r.Scan() {
		var a ack
		if err := json.Unmarshal(r.Bytes(), &a); err != nil {
			k.t.Error(err)
			return
		}
		sum := sha256.Sum256(a.Receipt)
		if hex.EncodeToString(sum[:]) != a.SHA {
			k.t.Errorf("%s: the client's own log is wrong", log)
		}
		k.acked = append(k.acked, &sent{Token: a.Token, Text: a.Text, Ref: a.Ref, Receipt: a.Receipt})
		k.posted[a.Text] = true
	}
	if err := r.Err(); err != nil {
		k.t.Error(err)
	}
}
