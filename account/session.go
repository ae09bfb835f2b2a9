package account

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"time"

	"github.com/openplenary/plenary/private"
)

// A session ends when nobody used it for idleLife, and in any case after wholeLife.
const (
	idleLife  = 12 * time.Hour
	wholeLife = 14 * 24 * time.Hour
)

// touchEvery is how often the time a session was last used is written.
const touchEvery = time.Minute

// cookieLength is that of 32 random bytes in base64.
const cookieLength = 43

// sessionHalf bounds the cache: two generations of at most so many sessions.
const sessionHalf = 10_000

// sessionCache remembers sessions that were used lately, so that a page costs no query. When the young
// generation is full, the old one is thrown away.
type sessionCache struct {
	young, old map[string]*cachedSession
	epoch      int // raised by every ending, so that what was read before it is not kept after it
}

type cachedSession struct {
	account    ID
	made, seen time.Time
	written    time.Time // of seen
	proved     time.Time // zero for never
	// Whether the account had passkeys when this was read, and any that can be used: what changes either drops it.
	passkey, usable bool
	read            time.Time // when this was read, where nodes share the database
}

// heldAway is for how long a session is taken for one while a database that nodes share is away: so long the pages of who signed in are read on.
const heldAway = 10 * time.Minute

func (c *sessionCache) get(hash string) *cachedSession {
	if e, ok := c.young[hash]; ok {
		return e
	}
	e, ok := c.old[hash]
	if ok {
		c.put(hash, e)
	}
	return e
}

func (c *sessionCache) put(hash string, e *cachedSession) {
	if c.young == nil || len(c.young) >= sessionHalf {
		c.young, c.old = map[string]*cachedSession{}, c.young
	}
	c.young[hash] = e
}

// end drops the sessions that match.
func (c *sessionCache) end(matches func(hash string, e *cachedSession) bool) {
	c.epoch++
	for _, m := range []map[string]*cachedSession{c.young, c.old} {
		for hash, e := range m {
			if matches(hash, e) {
				delete(m, hash)
			}
		}
	}
}

// NewSession makes a session for an account and returns the value of its cookie, of which only a hash
// is kept. The web makes a new one at each change of what the bearer may do.
func (s *Store) NewSession(ctx context.Context, account ID, now time.Time) (string, error) {
	return s.NewSessionOn(ctx, account, "", now)
}

// NewSessionOn makes a session as NewSession does, and keeps where it is: a browser and a system in words, by which its
// owner tells it from others.
func (s *Store) NewSessionOn(ctx context.Context, account ID, device string, now time.Time) (string, error) {
	return s.newSession(ctx, account, device, now, time.Time{})
}

// NewSessionProved makes a session as NewSessionOn does, for somebody who has this moment proved who they are by more than
// reading a letter: by a passkey, or by a printed code.
func (s *Store) NewSessionProved(ctx context.Context, account ID, device string, now time.Time) (string, error) {
	return s.newSession(ctx, account, device, now, now)
}

func (s *Store) newSession(ctx context.Context, account ID, device string, now, proved time.Time) (string, error) {
	var b [32]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	cookie := base64.RawURLEncoding.EncodeToString(b[:])
	err := s.db.Within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_session WHERE made <= $1 OR seen <= $2`, private.Micro(now.Add(-wholeLife)), private.Micro(now.Add(-idleLife))); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO account_session(hash, account, made, seen, device, proved) VALUES($1, $2, $3, $4, $5, $6)`,
			s.mac("session", cookie), int64(account), private.Micro(now), private.Micro(now), device, private.Micro(proved))
		return err
	})
	return cookie, err
}

// Prove keeps that whoever bears the cookie of a session has this moment proved who they are, as for NewSessionProved.
func (s *Store) Prove(ctx context.Context, cookie string, now time.Time) error {
	hash := s.mac("session", cookie)
	_, err := s.db.ExecContext(ctx, `UPDATE account_session SET proved = $1 WHERE hash = $2`, private.Micro(now), hash)
	s.drop(func(h string, _ *cachedSession) bool { return h == string(hash) })
	return err
}

// Bearer is what is known of whoever bears the cookie of a session.
type Bearer struct {
	Account ID
	Made    time.Time // when they signed in
	Proved  time.Time // when they last proved who they are by a passkey or a printed code; zero where a letter is all that opened the session
	Passkey bool      // the account has a passkey
	Usable  bool      // it has one that can be used
}

// FreshFor is how long a proof counts as fresh.
const FreshFor = 10 * time.Minute

// Fresh reports whether a proof that was given then is fresh.
func Fresh(proof, now time.Time) bool {
	return !proof.IsZero() && now.Sub(proof) < FreshFor
}

// Session is the account whose session a cookie carries; ok is false if the session is over or never was.
func (s *Store) Session(ctx context.Context, cookie string, now time.Time) (account ID, ok bool, err error) {
	b, ok, err := s.Bearer(ctx, cookie, now)
	return b.Account, ok, err
}

// Bearer is who bears the cookie of a session; ok is false if the session is over or never was. A session that was
// ended is over at the next call. Where the database is of this process alone most calls cost no query; the time of last use is written at most once a minute.
func (s *Store) Bearer(ctx context.Context, cookie string, now time.Time) (b Bearer, ok bool, err error) {
	if len(cookie) != cookieLength {
		return b, false, nil
	}
	hash := string(s.mac("session", cookie))
	s.mu.Lock()
	e, epoch := s.sessions.get(hash), s.sessions.epoch
	s.mu.Unlock()
	//mutants:guard a session that another node ended is over here too
	if shared := s.db.Shared(); shared || e == nil {
		was := e
		if e, err = s.readSession(ctx, hash); shared {
			e, err = s.held(hash, was, e, err, now)
		}
		if err != nil || e == nil {
			return b, false, err
		}
	}
	s.mu.Lock()
	if s.sessions.epoch == epoch {
		if again := s.sessions.get(hash); again != nil { // somebody else read it meanwhile
			e = again
		} else {
			s.sessions.put(hash, e)
		}
	}
	b = Bearer{Account: e.account, Made: e.made, Proved: e.proved, Passkey: e.passkey, Usable: e.usable}
	ok = now.Sub(e.seen) < idleLife && now.Sub(e.made) < wholeLife
	touch := false
	if ok && now.After(e.seen) {
		e.seen = now
		if touch = now.Sub(e.written) >= touchEvery; touch {
			e.written = now
		}
	}
	s.mu.Unlock()
	if touch {
		// Nobody is turned away because a time could not be written; the next minute tries again.
		_, _ = s.db.ExecContext(ctx, `UPDATE account_session SET seen = $1 WHERE hash = $2`, private.Micro(now), []byte(hash))
	}
	if !ok {
		b = Bearer{}
	}
	return b, ok, nil
}

// held is a session as it was just read from a database that nodes share, or, where the database is away, as it was read last: was. What is over
// is forgotten at once.
func (s *Store) held(hash string, was, is *cachedSession, err error, now time.Time) (*cachedSession, error) {
	if err != nil {
		//mutants:guard what was ended elsewhere while nobody could look is not taken for a session for long
		if was != nil && now.Sub(was.read) < heldAway {
			return was, nil
		}
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions.young, hash)
	delete(s.sessions.old, hash)
	if is != nil {
		is.read = now
	}
	return is, nil
}

func (s *Store) readSession(ctx context.Context, hash string) (*cachedSession, error) {
	var account, made, seen, proved, passkeys, usable int64
	err := s.db.QueryRowContext(ctx, `SELECT account, made, seen, proved, (SELECT COUNT(*) FROM account_passkey k WHERE k.account = s.account),
		(SELECT COUNT(*) FROM account_passkey k WHERE k.account = s.account AND k.stopped = 0) FROM account_session s WHERE hash = $1`, []byte(hash)).
		Scan(&account, &made, &seen, &proved, &passkeys, &usable)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &cachedSession{account: ID(account), made: private.Instant(made), seen: private.Instant(seen), written: private.Instant(seen), proved: private.Instant(proved),
		passkey: passkeys > 0, usable: usable > 0}, nil
}

// EndSession ends the session that a cookie carries.
func (s *Store) EndSession(ctx context.Context, cookie string) error {
	hash := s.mac("session", cookie)
	_, err := s.db.ExecContext(ctx, `DELETE FROM account_session WHERE hash = $1`, hash)
	s.drop(func(h string, _ *cachedSession) bool { return h == string(hash) })
	return err
}

// EndAll ends every session of an account.
func (s *Store) EndAll(ctx context.Context, account ID) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM account_session WHERE account = $1`, int64(account))
	s.drop(func(_ string, e *cachedSession) bool { return e.account == account })
	return err
}

func (s *Store) drop(matches func(string, *cachedSession) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.end(matches)
}

// EndOne ends one session of an account, by the name that Sessions gives it; ok is false where it is over already or is
// not the account's.
func (s *Store) EndOne(ctx context.Context, account ID, name string) (ok bool, err error) {
	hashes, err := s.hashes(ctx, account)
	if err != nil {
		return false, err
	}
	for _, hash := range hashes {
		if s.sessionName(hash) != name {
			continue
		}
		_, err := s.db.ExecContext(ctx, `DELETE FROM account_session WHERE hash = $1`, hash)
		s.drop(func(h string, _ *cachedSession) bool { return h == string(hash) })
		return err == nil, err
	}
	return false, nil
}

// hashes lists the sessions of an account.
func (s *Store) hashes(ctx context.Context, account ID) (out [][]byte, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT hash FROM account_session WHERE account = $1`, int64(account))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var hash []byte
		if err := rows.Scan(&hash); err != nil {
			return nil, err
		}
		out = append(out, hash)
	}
	return out, rows.Err()
}

// sessionName is how the owner of a session names it: nobody signs in with it.
func (s *Store) sessionName(hash []byte) string {
	return base64.RawURLEncoding.EncodeToString(s.mac("session name", string(hash))[:16])
}

// SessionName is the name of the session that a cookie carries, as Sessions gives it.
func (s *Store) SessionName(cookie string) string { return s.sessionName(s.mac("session", cookie)) }

// Opened is one session of an account, as its owner sees it. Seen may lag by a minute.
type Opened struct {
	Name       string // names it to EndOne
	Device     string // a browser and a system in words, "" where nobody knows
	Made, Seen time.Time
}

// Sessions lists the living sessions of an account, the last used first.
func (s *Store) Sessions(ctx context.Context, account ID, now time.Time) ([]Opened, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT hash, device, made, seen FROM account_session WHERE account = $1 AND made > $2 AND seen > $3 ORDER BY seen DESC`,
		int64(account), private.Micro(now.Add(-wholeLife)), private.Micro(now.Add(-idleLife)))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Opened
	for rows.Next() {
		var hash []byte
		var made, seen int64
		var o Opened
		if err := rows.Scan(&hash, &o.Device, &made, &seen); err != nil {
			return nil, err
		}
		o.Name, o.Made, o.Seen = s.sessionName(hash), private.Instant(made), private.Instant(seen)
		out = append(out, o)
	}
	return out, rows.Err()
}
