package record

import (
	"context"
	"errors"
	"fmt"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record/merkle"
	"golang.org/x/mod/sumdb/tlog"
)

// Meta is what an engine knows of a record beside its entries.
type Meta struct {
	ID     ID
	Origin string // the name of the log and of its key, fixed for ever
}

// TokenResult is what became of an ask that carried a token: the digest of the command, the position of
// its first entry and the references it minted.
type TokenResult struct {
	Digest [32]byte
	First  cite.Position
	Refs   []cite.Ref
}

// TokenHash is the hash under which an outcome is kept; the token itself is stored nowhere.
type TokenHash [32]byte

// Row is one entry as an engine keeps it: three parts in three places.
type Row struct {
	Position cite.Position
	Envelope []byte
	Data     []byte // salt first
	Text     []byte // salt first; nil for none
}

// Batch is everything that one turn writes: all of it becomes durable, or none.
type Batch struct {
	Record ID
	Before cite.Position // the head it was made on; an engine refuses another with ErrConflict
	Rows   []Row
	Tiles  []merkle.Tile
	Tokens []TokenRow
	Erase  []cite.Position // texts to delete with their salts
	// Head and Root are what the tree is after the batch.
	Head cite.Position
	Root tlog.Hash
	// Last says that nothing more is committed under the right to write: it may be handed on as soon as the batch is written,
	// before it is durable.
	Last bool
	// LastToken is set by an engine that numbers outcomes, before it says that the batch is durable: how many
	// outcomes are stored then, those of all records.
	LastToken int64
}

// TokenRow is an outcome about to be stored.
type TokenRow struct {
	Hash    TokenHash
	Outcome TokenResult
}

// Engine keeps the rows of all records of an instance. It is used by Log only, and promises: a batch
// whose done is called with nil is durable; batches of one record become durable in the order of
// Commit; what was committed is read back byte by byte.
type Engine interface {
	// Records lists the records, oldest first.
	Records() ([]Meta, error)
	// Create makes an empty record, durably.
	Create(Meta) error
	// Delete takes a record away with everything that is stored of it, durably; what it held is gone from the disk.
	// Nobody writes on it any more when it is called. Outcomes of asks stay: they are hashes of tokens.
	Delete(ID) error
	// Head is the last durable position of a record: 0 for an empty one.
	Head(ID) (cite.Position, error)
	// Watch gives the last durable position of a record, whoever wrote it, and a channel that is closed when
	// there is a later one. It is cheap: it does not wait for the disk.
	Watch(ID) (cite.Position, <-chan struct{}, error)
	// Sequence waits for the right to write next on a record, among all logs over the same storage, and takes
	// it. What those before it committed is durable or has failed when it returns.
	Sequence(context.Context, ID) (Right, error)
	// Commit writes the batch and calls done once: with nil when it is durable, with ErrFull when there
	// was no room or ErrNotWritten when it was rolled back for another reason (nothing was written, try
	// again later), with ErrConflict when the head has moved, or
	// with another error after which the engine must not be written to any more.
	Commit(b *Batch, done func(error))
	// Rows calls each with envelope and salted data of the entries from one position to another, both
	// included, in order; the slices are only valid during the call.
	Rows(ctx context.Context, id ID, from, to cite.Position, each func(p cite.Position, envelope, data []byte) error) error
	// Texts returns envelope and salted text of the entries at the positions, in that order; a missing
	// entry has no envelope, a missing text is nil.
	Texts(ctx context.Context, id ID, at []cite.Position) ([]Row, error)
	// Tile returns the hashes of a tile, full or as far as it goes; nil if there is none.
	Tile(id ID, level int, n int64) ([]byte, error)
	// Tokens returns the outcomes stored under hashes; where there is none, it is absent.
	Tokens(id ID, hs []TokenHash) (map[TokenHash]*TokenResult, error)
	// LastToken says how many outcomes are stored, those of all records; 0 where the engine does not number them.
	LastToken() (int64, error)
	// SaveCheckpoint stores a signed checkpoint for ever, durably.
	SaveCheckpoint(id ID, size int64, note []byte) error
	// CheckpointFor returns the stored checkpoint of the smallest tree that holds the position, nil
	// if there is none.
	CheckpointFor(id ID, p cite.Position) ([]byte, error)
	// LastCheckpoint returns the stored checkpoint of the largest tree that is not larger than a size, nil if
	// there is none.
	LastCheckpoint(id ID, size int64) ([]byte, error)
	// MarkVerified says that everything that is stored was read and is what was written. Until then an engine
	// that was opened refuses to write and changes nothing that is stored, not on closing either: what it
	// takes for leftovers may be acknowledged entries behind a flipped bit. It returns what the engine
	// found wrong by itself.
	MarkVerified() error
	// Freeze says that damage was found: from now on, and on closing, nothing that is stored is changed.
	Freeze()
	// Check verifies what only the engine can see (page checksums, b-trees) and returns what is wrong.
	Check(ctx context.Context) error
	Close() error
}

// Teller is an engine that can hand on all outcomes of a record, in any order: what has to be copied beside its entries.
type Teller interface {
	Engine
	// Outcomes calls each with every stored outcome. Of a hash, as much is told as is stored; the rest is zeros.
	Outcomes(ctx context.Context, id ID, each func(TokenRow) error) error
}

// Right is the right to write on a record: only one log over a storage has it at a time.
type Right interface {
	// Wanted reports whether another log waits for it.
	Wanted() bool
	// Release gives it back. Nothing that was committed under it may still be on its way.
	Release()
}

// Distant is an Engine that may be away for a while: whoever reads keeps what is durable at hand.
type Distant interface {
	Engine
	// Distant reports whether it is.
	Distant() bool
}

// Handover is a Right that is handed on before what was written under it is durable, so that logs do not wait for each
// other's disks one after the other. Whoever has it next builds upon entries that may be lost with the server that has them; what is
// built upon them is then lost too, and nothing of either is acknowledged or shown before all of it is durable.
type Handover interface {
	Right
	// Begins gives the head that the right begins on. Where that is not known to be durable, settled is called
	// once, from Commit or Pass on: with nil when it is, with ErrConflict where it may have been lost.
	Begins(settled func(error)) (head cite.Position, durable bool)
	// Awaited reports whether another log waits for it now. Wanted says that it has for a while.
	Awaited() bool
	// Pass hands it on: nothing more is committed under it.
	Pass()
}

// Errors of the record. Each is wrapped with what happened.
var (
	// ErrDamaged: stored bytes are not what was written. Reading goes on where it can; writing stops.
	ErrDamaged = errors.New("record: damaged")
	// ErrReadOnly: the record may be read but not written any more, because of damage or a failed fsync.
	ErrReadOnly = errors.New("record: read only")
	// ErrBehind: a record holds fewer entries than were acknowledged, or was restored from a backup: what came after
	// may be missing. It may be read; writing goes on only when somebody who looks after the instance says so.
	ErrBehind = errors.New("record: behind")
	// ErrRestored: the directory was restored from a backup, or has lost its high marks: nobody knows what came after
	// the last entry of each record. It is ErrBehind for all of them.
	ErrRestored = fmt.Errorf("%w: restored", ErrBehind)
	// ErrFull: there was no room on the disk; nothing was written; try again later.
	ErrFull = errors.New("record: disk full")
	// ErrNotWritten: the transaction was rolled back whole; nothing was written; try again later.
	ErrNotWritten = errors.New("record: not written")
	// ErrAway: the storage cannot be reached now. What is to be written was not written; what is to be read may be there.
	ErrAway = errors.New("record: the storage cannot be reached")
	// ErrConflict: somebody else wrote first, or an earlier batch failed.
	ErrConflict = errors.New("record: the head has moved")
	// ErrNoRecord: there is no such record.
	ErrNoRecord = errors.New("record: no such record")
	// ErrNoEntry: there is no such position.
	ErrNoEntry = errors.New("record: no such entry")
	// ErrClosed: the engine was closed.
	ErrClosed = errors.New("record: closed")
)
