package cluster

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openplenary/plenary/internal/fault/kept"
)

// patient is how long a caller waits for an answer before asking again.
const patient = 6 * time.Second

func newClient() *http.Client {
	return &http.Client{Timeout: patient, Transport: &http.Transport{MaxIdleConnsPerHost: 32},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// callers send contributions to the balancer one after the other, each with the same token until it is acknowledged. A contribution is
// acknowledged when its caller has read the answer and the receipt and has synced both to a log of its own.
type callers struct {
	url    string
	dir    string
	client *http.Client

	next  atomic.Int64
	again atomic.Int64 // how often something was sent once more

	mu     sync.Mutex
	posted map[string]bool // all that was ever sent
	when   []time.Time     // of acknowledgements
}

// run has so many callers send until the context ends. What they have on its way then is brought to its end.
func (c *callers) run(ctx context.Context, many int) error {
	wrong := make([]error, many)
	var wg sync.WaitGroup
	for i := range many {
		wg.Go(func() { wrong[i] = c.caller(ctx, i) })
	}
	wg.Wait()
	return errors.Join(wrong...)
}

func (c *callers) log(i int) string { return filepath.Join(c.dir, "receipts-"+strconv.Itoa(i)) }

// caller is one of them.
func (c *callers) caller(ctx context.Context, i int) (err error) {
	f, err := os.OpenFile(c.log(i), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for ctx.Err() == nil {
		n := c.next.Add(1)
		x := &kept.Sent{Token: newToken(), Text: fmt.Sprintf("Caller %d says its word number %d.%s", i, n, strings.Repeat(" The river freezes in January.", int(n%40)))}
		c.mu.Lock()
		c.posted[x.Text] = true
		c.mu.Unlock()
		if err := c.acknowledged(x); err != nil {
			return err
		}
		line, err := json.Marshal(x)
		if err != nil {
			return err
		}
		if _, err := f.Write(append(line, '\n')); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
	}
	return nil
}

// longest is how long anything may be away until a caller gives up, which fails the whole.
const longest = 3 * time.Minute

// acknowledged sends a contribution until it is acknowledged, and fetches its receipt.
func (c *callers) acknowledged(x *kept.Sent) error {
	var last error
	for end := time.Now().Add(longest); time.Now().Before(end); pause(context.Background(), 50*time.Millisecond) {
		if x.Ref == "" {
			if last = send(context.Background(), c.client, c.url, x); last != nil {
				c.again.Add(1)
				continue
			}
			c.mu.Lock()
			c.when = append(c.when, time.Now())
			c.mu.Unlock()
		}
		if x.Receipt, last = c.receipt(x); last == nil {
			return nil
		}
	}
	return fmt.Errorf("cluster: not acknowledged within %s: %w", longest, last)
}

// send posts a contribution once. It is acknowledged if and only if there is no error; its reference is set then.
func send(ctx context.Context, client *http.Client, to string, x *kept.Sent) error {
	form := url.Values{"on": {on}, "text": {x.Text}, "language": {"en"}, "category": {"individual"}, "token": {x.Token}, "do": {"send"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to+"/en/c/"+slug+"/"+call+"/contribute", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r, err := client.Do(req)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return err
	}
	at, _, _ := strings.Cut(r.Header.Get("Location"), "?")
	ref, ok := strings.CutPrefix(at, "/en/c/"+slug+"/")
	ref, ok2 := strings.CutSuffix(ref, "/receipt")
	if r.StatusCode != http.StatusSeeOther || !ok || !ok2 {
		return fmt.Errorf("answered %d %s", r.StatusCode, at)
	}
	x.Ref = ref
	return nil
}

// receipt fetches the receipt of a contribution.
func (c *callers) receipt(x *kept.Sent) ([]byte, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, c.url+"/en/c/"+slug+"/"+x.Ref+"/receipt.json", nil)
	if err != nil {
		return nil, err
	}
	req.AddCookie(&http.Cookie{Name: "plenary-own", Value: slug + "~" + x.Token})
	r, err := c.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err == nil && r.StatusCode != http.StatusOK {
		err = fmt.Errorf("the receipt of %s: %d", x.Ref, r.StatusCode)
	}
	return b, err
}

// receipts reads back from the disk what the callers were told.
func (c *callers) receipts() (all []kept.Sent, err error) {
	names, err := filepath.Glob(filepath.Join(c.dir, "receipts-*"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		in := bufio.NewScanner(bytes.NewReader(b))
		in.Buffer(nil, 1<<20)
		for in.Scan() {
			var x kept.Sent
			if err := json.Unmarshal(in.Bytes(), &x); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			all = append(all, x)
		}
		if err := in.Err(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// count is how many acknowledgements came since an instant.
func (c *callers) count(since time.Time) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, at := range slices.Backward(c.when) {
		if at.Before(since) {
			break
		}
		n++
	}
	return n
}

// gap is the longest time without an acknowledgement from an instant until now.
func (c *callers) gap(from time.Time) (longest time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, at := range append(slices.Clone(c.when), time.Now()) {
		if at.Before(from) {
			continue
		}
		longest, from = max(longest, at.Sub(from)), at
	}
	return longest
}

func newToken() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}
