package private

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3/driver"
)

// rooms are the tables of schema 1, room by room: before, each room counted its own schema, and a database
// from then may lack the rooms that were never opened. Times are microseconds since 1970. A participant's
// number is unsigned and stored as the signed number of the same 64 bits.
var rooms = []struct {
	name   string
	tables []string
}{
	// The column who holds the identity of an address.
	{"account", []string{
		`CREATE TABLE account(id BIGINT PRIMARY KEY, who TEXT NOT NULL UNIQUE, email TEXT NOT NULL, name TEXT NOT NULL, lang TEXT NOT NULL, made BIGINT NOT NULL)`,
		`CREATE TABLE account_signin(token BYTEA PRIMARY KEY, code BYTEA NOT NULL, browser BYTEA NOT NULL, who TEXT NOT NULL, email TEXT NOT NULL,
			lang TEXT NOT NULL, next TEXT NOT NULL, made BIGINT NOT NULL, expires BIGINT NOT NULL, wrong BIGINT NOT NULL)`,
		`CREATE INDEX account_signin_browser ON account_signin(browser)`,
		`CREATE INDEX account_signin_who ON account_signin(who)`,
		`CREATE INDEX account_signin_expires ON account_signin(expires)`,
		`CREATE TABLE account_try(id BYTEA PRIMARY KEY, kind TEXT NOT NULL, who BYTEA NOT NULL, made BIGINT NOT NULL)`,
		`CREATE INDEX account_try_who ON account_try(kind, who, made)`,
		`CREATE INDEX account_try_made ON account_try(kind, made)`,
		`CREATE TABLE account_session(hash BYTEA PRIMARY KEY, account BIGINT NOT NULL, made BIGINT NOT NULL, seen BIGINT NOT NULL)`,
		`CREATE INDEX account_session_account ON account_session(account)`,
		`CREATE TABLE account_participant(account BIGINT NOT NULL, slug TEXT NOT NULL, participant BIGINT NOT NULL,
			PRIMARY KEY(account, slug), UNIQUE(slug, participant))`,
		`CREATE TABLE account_invitation(who TEXT NOT NULL, slug TEXT NOT NULL, participant BIGINT NOT NULL, made BIGINT NOT NULL,
			PRIMARY KEY(who, slug), UNIQUE(slug, participant))`,
		`CREATE TABLE account_address(slug TEXT NOT NULL, participant BIGINT NOT NULL, who TEXT NOT NULL, email TEXT NOT NULL, lang TEXT NOT NULL, made BIGINT NOT NULL,
			PRIMARY KEY(slug, participant))`,
		`CREATE INDEX account_address_who ON account_address(who)`,
	}},
	{"draft", []string{
		`CREATE TABLE draft(slug TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, owner BIGINT NOT NULL, version BIGINT NOT NULL,
			changed BIGINT NOT NULL, sent BIGINT NOT NULL, PRIMARY KEY(slug, kind, key))`,
		`CREATE INDEX draft_owner ON draft(slug, kind, owner, changed)`,
		`CREATE INDEX draft_changed ON draft(changed)`,
		`CREATE TABLE draft_version(slug TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, version BIGINT NOT NULL,
			body BYTEA NOT NULL, changed BIGINT NOT NULL, PRIMARY KEY(slug, kind, key, version))`,
	}},
	{"attachment", []string{
		`CREATE TABLE attachment(id TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, size BIGINT NOT NULL, sha TEXT NOT NULL,
			made BIGINT NOT NULL, claimed BIGINT NOT NULL, secret BYTEA NOT NULL)`,
		`CREATE INDEX attachment_claimed ON attachment(claimed, made)`,
	}},
	// queued is when a letter came, by the queue's clock, from which its three days count; until is when a
	// sign-in letter is of no use any more, 0 for other letters.
	{"mail", []string{
		`CREATE TABLE mail(id BIGINT PRIMARY KEY, recipient TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, lang TEXT NOT NULL, message_id TEXT NOT NULL,
			notice TEXT NOT NULL, slug TEXT NOT NULL, participant BIGINT NOT NULL, position BIGINT NOT NULL, state TEXT NOT NULL, tries BIGINT NOT NULL,
			due BIGINT NOT NULL, made BIGINT NOT NULL, queued BIGINT NOT NULL, until BIGINT NOT NULL, sent BIGINT NOT NULL)`,
		`CREATE UNIQUE INDEX mail_once ON mail(slug, participant, position, notice) WHERE position > 0`,
		`CREATE INDEX mail_due ON mail(state, due)`,
		`CREATE TABLE mail_position(slug TEXT PRIMARY KEY, position BIGINT NOT NULL)`,
	}},
}

// steps lead from schema 1 on, each to the next number. A step that was released is never changed. Nodes are updated one after the other, so the program before
// must go on beside a step: it adds tables, indexes, or columns with a default, and nothing else. One that does more comes after an empty one:
// then the program before is two behind, and stops. A test looks at that.
var steps = [][]string{{
	// How far each follower of a record came; until then only the mail had a position.
	`CREATE TABLE follower(name TEXT NOT NULL, slug TEXT NOT NULL, position BIGINT NOT NULL, PRIMARY KEY(name, slug))`,
	`INSERT INTO follower(name, slug, position) SELECT 'mail', slug, position FROM mail_position`,
	`DROP TABLE mail_position`,
	// Which contribution a letter is about, so that an erasure finds it; and which contributions were
	// erased, so that no letter about them comes after.
	`ALTER TABLE mail ADD COLUMN about TEXT NOT NULL DEFAULT ''`,
	`UPDATE mail SET about = SUBSTR(notice, 10) WHERE notice LIKE 'answered c%'`,
	`UPDATE mail SET about = SUBSTR(notice, 9) WHERE notice LIKE 'changed c%'`,
	`CREATE INDEX mail_about ON mail(slug, about)`,
	`CREATE TABLE mail_erased(slug TEXT NOT NULL, about TEXT NOT NULL, PRIMARY KEY(slug, about))`,
	// Participants whose way to a person was cut on purpose: they are not missing. The id is random, so
	// that the order of the rows does not say which of them were one person.
	`CREATE TABLE account_forgotten(id BIGINT PRIMARY KEY, slug TEXT NOT NULL, participant BIGINT NOT NULL, UNIQUE(slug, participant))`,
	// What tells the secret of the instance from any other, without giving it away.
	`CREATE TABLE secret_check(name TEXT PRIMARY KEY, value BYTEA NOT NULL)`,
}, {
	// Who read words that are blacked out for everybody else.
	`CREATE TABLE account_look(id INTEGER PRIMARY KEY, slug TEXT NOT NULL, ref TEXT NOT NULL, participant BIGINT NOT NULL, at BIGINT NOT NULL)`,
	`CREATE INDEX account_look_ref ON account_look(slug, ref, at)`,
}, {
	// What the reader of an address wants to be written, "" where nobody said; and the one letter that an address gets
	// before. The id is a keyed hash: no address follows from it, so it need not be forgotten with one.
	`CREATE TABLE account_letters(id BYTEA PRIMARY KEY, wish TEXT NOT NULL, letter TEXT NOT NULL)`,
	// Codes that the operator printed. used is when one was, 0 for not yet; wrong counts guesses that began as it does.
	`CREATE TABLE account_printed(id BYTEA PRIMARY KEY, hash BYTEA NOT NULL, who TEXT NOT NULL, made BIGINT NOT NULL, used BIGINT NOT NULL, wrong BIGINT NOT NULL)`,
	`CREATE INDEX account_printed_who ON account_printed(who)`,
	// Where the reader of a letter says that they want no more, and the files that come with a letter.
	`ALTER TABLE mail ADD COLUMN stop TEXT NOT NULL DEFAULT ''`,
	`CREATE TABLE mail_file(letter BIGINT NOT NULL REFERENCES mail(id) ON DELETE CASCADE, n BIGINT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, content BYTEA NOT NULL,
			PRIMARY KEY(letter, n))`,
}, {
	// Names that look alike: keyed hashes of what the eye takes from a name, and of how it is written.
	`CREATE TABLE namesake(slug TEXT NOT NULL, alike BIGINT NOT NULL, written BIGINT NOT NULL, contribution BIGINT NOT NULL,
		PRIMARY KEY(slug, alike, written, contribution)) WITHOUT ROWID`,
	`CREATE INDEX namesake_contribution ON namesake(slug, contribution)`,
}, {
	// The keyed hash of the code by which a draft is found on another device, 0 for none.
	`ALTER TABLE draft ADD COLUMN code BIGINT NOT NULL DEFAULT 0`,
	`CREATE INDEX draft_code ON draft(slug, code) WHERE code <> 0`,
}, {
	// Letters of invitation: of their tokens only keyed hashes. opened and accepted are 0 for not yet.
	`CREATE TABLE account_invited(slug TEXT NOT NULL, participant BIGINT NOT NULL, who TEXT NOT NULL, email TEXT NOT NULL, name TEXT NOT NULL, lang TEXT NOT NULL,
		word TEXT NOT NULL, roles TEXT NOT NULL, party TEXT NOT NULL, inviter BIGINT NOT NULL, token BYTEA NOT NULL, sent BIGINT NOT NULL, opened BIGINT NOT NULL,
		accepted BIGINT NOT NULL, PRIMARY KEY(slug, participant))`,
	`CREATE UNIQUE INDEX account_invited_token ON account_invited(token)`,
	`CREATE INDEX account_invited_who ON account_invited(who)`,
	// What people choose on their own page: the language of their letters (chosen is 1 then), and how they are told that
	// something waits for them. device is a browser and a system in words.
	`ALTER TABLE account ADD COLUMN chosen BIGINT NOT NULL DEFAULT 0`,
	`CREATE TABLE account_told(account BIGINT PRIMARY KEY, how TEXT NOT NULL)`,
	`ALTER TABLE account_session ADD COLUMN device TEXT NOT NULL DEFAULT ''`,
	// How far those who hold an office were told by letter what waits for them, and when that was.
	`CREATE TABLE mail_waiting(slug TEXT NOT NULL, participant BIGINT NOT NULL, told BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY(slug, participant))`,
	// Notes among those who moderate and answer, and what each of them put off. contribution is the one that ref is or
	// belongs to.
	`CREATE TABLE aside_note(id BIGINT PRIMARY KEY, slug TEXT NOT NULL, contribution TEXT NOT NULL, ref TEXT NOT NULL, participant BIGINT NOT NULL, at BIGINT NOT NULL, text TEXT NOT NULL)`,
	`CREATE INDEX aside_note_ref ON aside_note(slug, contribution)`,
	`CREATE TABLE aside_later(slug TEXT NOT NULL, participant BIGINT NOT NULL, ref TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY(slug, participant, ref))`,
}, {
	// Passkeys: what a device showed of its key, never the key itself. handle is by what the device knows the account. stopped is
	// when one was refused for good because its count of uses went back, 0 for never; used is 0 for not yet.
	`CREATE TABLE account_passkey(id BYTEA PRIMARY KEY, account BIGINT NOT NULL, handle BYTEA NOT NULL, public BYTEA NOT NULL, uses BIGINT NOT NULL, synced BIGINT NOT NULL,
		reached TEXT NOT NULL, name TEXT NOT NULL, made BIGINT NOT NULL, used BIGINT NOT NULL, stopped BIGINT NOT NULL)`,
	`CREATE INDEX account_passkey_account ON account_passkey(account)`,
	// Accounts elsewhere with which one signs in. who is a keyed hash of issuer and subject: whom a provider knows by them does not
	// stand there. used is 0 for not yet.
	`CREATE TABLE account_linked(who BYTEA PRIMARY KEY, issuer TEXT NOT NULL, account BIGINT NOT NULL, made BIGINT NOT NULL, used BIGINT NOT NULL)`,
	`CREATE INDEX account_linked_account ON account_linked(account)`,
	// When whoever bears a session last proved who they are by a passkey or a printed code, 0 where a letter is all that opened it.
	`ALTER TABLE account_session ADD COLUMN proved BIGINT NOT NULL DEFAULT 0`,
}, {
	// What came with requests for accreditation: how the body is reached, and the letter.
	`CREATE TABLE aside_enclosure(slug TEXT NOT NULL, request TEXT NOT NULL, participant BIGINT NOT NULL, contact TEXT NOT NULL, file TEXT NOT NULL, name TEXT NOT NULL,
		type TEXT NOT NULL, size BIGINT NOT NULL, made BIGINT NOT NULL, PRIMARY KEY(slug, request))`,
}, registrations, registrationsKept, {
	// The bytes of attached files where nodes share the database, sealed and in pieces; with private.db they are in a folder. size is that of all
	// pieces together.
	`CREATE TABLE attachment_piece(id TEXT NOT NULL, n BIGINT NOT NULL, size BIGINT NOT NULL, made BIGINT NOT NULL, bytes BYTEA NOT NULL, PRIMARY KEY(id, n))`,
	// What the operator says about the instance, as nodes share it.
	`CREATE TABLE site_file(name TEXT PRIMARY KEY, bytes BYTEA NOT NULL)`,
	// Who of several nodes does what one does for all: until is by the clock of the database, and a token is never given twice.
	`CREATE TABLE lease(name TEXT PRIMARY KEY, token BIGINT NOT NULL, holder TEXT NOT NULL, until BIGINT NOT NULL)`,
}, {
	// Small files that nodes share and nobody else reads: certificates with their keys.
	`CREATE TABLE sealed_file(name TEXT PRIMARY KEY, bytes BYTEA NOT NULL)`,
	// What nodes let in of what is limited: by whom is a keyed hash, of length 0 for all together. A row goes when no limit looks back to it; one without
	// a limit is of a node that is there.
	`CREATE TABLE spent(name TEXT NOT NULL, source BYTEA NOT NULL, began BIGINT NOT NULL, amount BIGINT NOT NULL, changed BIGINT NOT NULL, until BIGINT NOT NULL,
		PRIMARY KEY(name, source, began))`,
	`CREATE INDEX spent_changed ON spent(changed)`,
	// Of a file that no fact cites yet, who sent it: a keyed hash, of length 0 for nobody in particular.
	`ALTER TABLE attachment ADD COLUMN source BYTEA NOT NULL DEFAULT ''`,
	`CREATE INDEX attachment_source ON attachment(source) WHERE claimed <> 1`,
}, {
	// In which bucket of an object store the attached files are, by its mark: one row, or none where they are in a folder or in rows. Until moved is 1 they are
	// on their way there.
	`CREATE TABLE attachment_place(one BIGINT PRIMARY KEY, mark TEXT NOT NULL, moved BIGINT NOT NULL)`,
}}

// Ahead reports whether a newer Plenary has taken the tables a step further than this one knows: the nodes are being updated.
func (db *DB) Ahead(ctx context.Context) (bool, error) {
	v, err := db.Version(ctx)
	return v > Schema(), err
}

// Schema is the schema number that this Plenary writes.
func Schema() int { return 1 + len(steps) }

// allTables is the row of the table schema that holds the number of all tables.
const allTables = "private"

// version reads the schema number of a database: 0 for a new one, and also for one from the time when each
// room counted for itself, of which it names the rooms that are there.
func (db *DB) version(ctx context.Context, tx *sql.Tx) (version int, there map[string]bool, err error) {
	query := db.QueryContext
	if tx != nil {
		query = tx.QueryContext
	}
	rows, err := query(ctx, `SELECT room, version FROM schema`)
	if err != nil {
		return 0, nil, err
	}
	defer rows.Close()
	there = map[string]bool{}
	for rows.Next() {
		var room string
		var n int
		if err := rows.Scan(&room, &n); err != nil {
			return 0, nil, err
		}
		if room == allTables {
			version = n
		} else {
			there[room] = n > 0
		}
		if n > Schema()+db.beside() {
			return 0, nil, fmt.Errorf("%w: %s has schema %d, this one knows %d: update it", ErrNewer, db.path, n, Schema())
		}
	}
	return version, there, rows.Err()
}

// beside is by how many steps others may be ahead: nodes that share a database are updated one after the other.
func (db *DB) beside() int {
	if db.server != nil {
		return 1
	}
	return 0
}

// numbers is the table of schema numbers.
const numbers = `CREATE TABLE schema(room TEXT PRIMARY KEY, version INTEGER NOT NULL)`

// strange looks that nothing is in the database but what belongs there: a trigger or a view may change or hide what
// is written without any byte being wrong.
func (db *DB) strange(ctx context.Context) (err error) {
	var want, got map[string]string
	if db.server != nil {
		want, got, err = db.compared(ctx)
	} else {
		want, got, err = db.comparedFile(ctx)
	}
	if err != nil {
		return err
	}
	version, _, err := db.version(ctx, nil)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		sql, ok := want[name]
		//mutants:guard what a newer step adds is let stand, and nothing that acts by itself
		if !ok && version > Schema() && added(name) {
			continue
		}
		switch {
		case !ok:
			return fmt.Errorf("%w: there is a %s that does not belong there", ErrDamaged, name)
		case sql != got[name]:
			return fmt.Errorf("%w: the %s is not what it should be", ErrDamaged, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if _, ok := got[name]; !ok {
			return fmt.Errorf("%w: the %s is missing", ErrDamaged, name)
		}
	}
	return nil
}

// added reports whether a thing is one that a step of a newer program may have added: no trigger, rule or view.
func added(name string) bool {
	kind, _, _ := strings.Cut(name, " ")
	return kind == "column" || kind == "index" || kind == "constraint"
}

// statements are all by which a new database is made.
func statements() []string {
	made := []string{numbers}
	for _, r := range rooms {
		made = append(made, r.tables...)
	}
	for _, s := range steps {
		made = append(made, s...)
	}
	return made
}

// comparedFile is what should be in a file and what is.
func (db *DB) comparedFile(ctx context.Context) (want, got map[string]string, err error) {
	fresh, err := driver.Open(":memory:")
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, fresh.Close()) }()
	fresh.SetMaxOpenConns(1)
	for _, s := range statements() {
		if _, err := fresh.ExecContext(ctx, s); err != nil {
			return nil, nil, err
		}
	}
	if want, err = objects(ctx, fresh); err != nil {
		return nil, nil, err
	}
	got, err = objects(ctx, db.DB)
	return want, got, err
}

// objects lists everything in a schema with the statement that made it.
func objects(ctx context.Context, db *sql.DB) (map[string]string, error) {
	rows, err := db.QueryContext(ctx, `SELECT type, name, coalesce(sql, '') FROM sqlite_schema`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var kind, name, statement string
		if err := rows.Scan(&kind, &name, &statement); err != nil {
			return nil, err
		}
		out[kind+" "+name] = statement
	}
	return out, rows.Err()
}

// prepare brings the tables to the newest schema. What is there already is copied before, and the copy is
// kept until the stepped database was read whole and found sound.
func (db *DB) prepare(ctx context.Context) error {
	if _, err := db.ExecContext(ctx, db.dialect(`CREATE TABLE IF NOT EXISTS schema(room TEXT PRIMARY KEY, version INTEGER NOT NULL)`)); err != nil {
		return err
	}
	from, there, err := db.version(ctx, nil)
	if err != nil {
		return err
	}
	if from >= Schema() {
		return db.sound(ctx, db.copies()...)
	}
	copied := ""
	if db.server == nil && (from > 0 || len(there) > 0) { // a server changes its tables wholly or not at all, and has backups of its own
		copied = copyName(db.path, max(from, 1))
		if err := os.RemoveAll(copied); err != nil {
			return err
		}
		if err := db.copyTo(ctx, copied); err != nil {
			return fmt.Errorf("a copy before the schema changes: %w", err)
		}
	}
	if err := db.Within(ctx, func(tx *sql.Tx) error { return db.step(ctx, tx) }); err != nil {
		if copied != "" {
			err = errors.Join(err, remove(copied)) // nothing was changed
		}
		return err
	}
	if copied == "" {
		return nil
	}
	return db.sound(ctx, copied)
}

// copies lists the copies of the database as it was before its schema changed. There is one where a start ended before the
// stepped database was found sound.
func (db *DB) copies() (out []string) {
	for v := 1; v < Schema() && db.server == nil; v++ {
		if _, err := os.Stat(copyName(db.path, v)); err == nil {
			out = append(out, copyName(db.path, v))
		}
	}
	return out
}

func copyName(path string, version int) string { return fmt.Sprintf("%s.schema-%d", path, version) }

// sound reads the stepped database whole, and removes the copies of it from before, where there are any: they hold what may be erased since.
func (db *DB) sound(ctx context.Context, copies ...string) error {
	if len(copies) == 0 {
		return nil
	}
	if err := db.Check(ctx); err != nil {
		return fmt.Errorf("after its schema changed (the database as it was before is %s): %w", strings.Join(copies, ", "), err)
	}
	err := db.Scrub(ctx)
	for _, c := range copies {
		err = errors.Join(err, remove(c))
	}
	return err
}

// remove removes a copy, unless another process did.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// step makes what is missing, in one transaction.
func (db *DB) step(ctx context.Context, tx *sql.Tx) error {
	version, there, err := db.version(ctx, tx)
	if err != nil || version >= Schema() { // somebody else was faster
		return err
	}
	all := func(statements []string) error {
		for _, s := range statements {
			if _, err := tx.ExecContext(ctx, db.dialect(s)); err != nil {
				return err
			}
		}
		return nil
	}
	if version == 0 {
		for _, r := range rooms {
			if there[r.name] {
				continue
			}
			if err := all(r.tables); err != nil {
				return err
			}
		}
		version = 1
	}
	for _, s := range steps[version-1:] {
		if err := all(s); err != nil {
			return err
		}
	}
	// An older Plenary looks for the numbers of the rooms: it must refuse what it does not know.
	for _, r := range append([]string{allTables}, "account", "draft", "attachment", "mail") {
		if _, err := tx.ExecContext(ctx, `INSERT INTO schema(room, version) VALUES($1, $2)
			ON CONFLICT (room) DO UPDATE SET version = excluded.version`, r, Schema()); err != nil {
			return err
		}
	}
	return nil
}
