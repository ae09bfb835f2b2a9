package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// A challenge is what a device signs with a passkey: random, so that no answer from before will do. It tells by itself for which
// browser and for what it was made, and when, because it holds a keyed hash of all that; so nothing is kept of those that
// nobody answers. Of those that were answered the random part is remembered until they are over: each is taken once. The key
// lives as long as the process: what was asked before it began is not taken. Where nodes share the database it is derived, and what was
// taken is remembered there: a browser may be answered by another node than asked it.

// challengeLife is how long a challenge may be answered.
const challengeLife = 10 * time.Minute

// Lengths of a challenge: what is random, the time, the hash.
const (
	challengeRandom = 16
	challengeBody   = challengeRandom + 8
	challengeWhole  = challengeBody + sha256.Size
)

// Asked says what a challenge was made for, and for whom.
type Asked struct {
	Purpose string // a word for each thing that a passkey is asked for
	Browser string // the random number of the browser that asks; with none nothing is taken
	Account ID     // of the reader, 0 where anybody may answer
}

// challenges makes challenges and takes each once.
type challenges struct {
	key   [32]byte
	mu    sync.Mutex
	taken map[[challengeRandom]byte]time.Time // until when each is remembered
	swept time.Time
}

// hash is the keyed hash of the body of a challenge and of what it was made for.
func (c *challenges) hash(body []byte, a Asked) []byte {
	m := hmac.New(sha256.New, c.key[:])
	_, _ = m.Write(body)
	fmt.Fprintf(m, "%q %q %d", a.Purpose, a.Browser, a.Account)
	return m.Sum(nil)
}

// Challenge makes a challenge, as browsers write it: in base64 for addresses.
func (s *Store) Challenge(a Asked, now time.Time) string {
	body := make([]byte, challengeBody, challengeWhole)
	_, _ = rand.Read(body[:challengeRandom]) // never fails: crypto/rand ends the process instead
	binary.BigEndian.PutUint64(body[challengeRandom:], uint64(now.UnixMicro()))
	return base64.RawURLEncoding.EncodeToString(append(body, s.asked.hash(body, a)...))
}

// Derive is a secret that belongs to a challenge and that nobody can tell from it: 256 bits in 43 characters, other ones for each
// name.
func (s *Store) Derive(challenge, name string) string {
	m := hmac.New(sha256.New, s.asked.key[:])
	fmt.Fprintf(m, "derived %q %q", name, challenge)
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// TakeChallenge takes a challenge that was answered, once, whether the answer turns out to be right or not. The only refusal is
// "passkey.stale": it was made for something or somebody else, or is over, or was taken before.
func (s *Store) TakeChallenge(challenge string, a Asked, now time.Time) error {
	stale := refusal.New(refusal.NotNow, "passkey.stale")
	b, err := base64.RawURLEncoding.Strict().DecodeString(challenge)
	//mutants:guard a challenge is taken in the browser that it was made for, and for what
	if err != nil || len(b) != challengeWhole || a.Browser == "" || !hmac.Equal(b[challengeBody:], s.asked.hash(b[:challengeBody], a)) {
		return stale
	}
	made := time.UnixMicro(int64(binary.BigEndian.Uint64(b[challengeRandom:challengeBody])))
	//mutants:guard a challenge is over after ten minutes
	if now.Sub(made) >= challengeLife || now.Before(made.Add(-time.Minute)) { // a clock that was put back makes none that last
		return stale
	}
	if s.db.Shared() {
		return s.takeShared(string(b[:challengeRandom]), now, stale)
	}
	c := &s.asked
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Sub(c.swept) >= time.Minute {
		for id, until := range c.taken {
			if !now.Before(until) {
				delete(c.taken, id)
			}
		}
		c.swept = now
	}
	id := [challengeRandom]byte(b)
	//mutants:guard a challenge is taken once
	if _, again := c.taken[id]; again {
		return stale
	}
	if c.taken == nil {
		c.taken = map[[challengeRandom]byte]time.Time{}
	}
	c.taken[id] = made.Add(challengeLife + time.Minute)
	return nil
}

// takeShared takes a challenge where nodes share the database. It is remembered with the tries of the day.
func (s *Store) takeShared(random string, now time.Time, stale error) error {
	ctx, cancel := context.WithTimeout(context.Background(), challengeWait)
	defer cancel()
	r, err := s.db.ExecContext(ctx, `INSERT INTO account_try(id, kind, who, made) VALUES($1, 'challenge', $2, $3) ON CONFLICT (id) DO NOTHING`, s.mac("challenge", random), []byte{}, private.Micro(now))
	if err != nil {
		return err
	}
	//mutants:guard a challenge that another node took is taken
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errors.Join(stale, err)
	}
	return nil
}

// challengeWait is how long the database may take to remember one.
const challengeWait = 5 * time.Second
