package record

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"crypto/ed25519"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/internal/platform"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Key signs the checkpoints of every record of an instance. The note key's name is the origin of the
// record, so one Ed25519 key has one signer per record.
type Key struct {
	seed ed25519.PrivateKey
}

// NewKey makes a key from a source of randomness (crypto/rand.Reader outside of scripts).
func NewKey(random io.Reader) (*Key, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, err
	}
	return &Key{ed25519.NewKeyFromSeed(seed)}, nil
}

// LoadKey reads the key of a directory, or makes it there (mode 0600) if there is none.
func LoadKey(dir string) (*Key, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "checkpoint.ed25519")
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		k, err := NewKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		return k, WriteSynced(path, []byte(hex.EncodeToString(k.seed.Seed())+"\n"))
	}
	if err != nil {
		return nil, err
	}
	seed, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("record: %s is not a key: put it back from where the keys are kept", path)
	}
	return &Key{ed25519.NewKeyFromSeed(seed)}, nil
}

// LoadSecret reads the instance's secret, or makes it (32 bytes, mode 0600). Who only looks makes none, and
// goes on without: Secret is nil then.
func LoadSecret(path string, readOnly bool) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err == nil && len(b) == 32 {
		return b, nil
	}
	if err == nil && readOnly {
		return nil, nil
	}
	if err == nil {
		return nil, fmt.Errorf("%s does not hold a secret: put it back from where the keys are kept", path)
	}
	if readOnly && errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	b = make([]byte, 32)
	if _, err := io.ReadFull(rand.Reader, b); err != nil {
		return nil, err
	}
	return b, WriteSynced(path, b)
}

// WriteSynced makes a file (mode 0600) that must not exist yet: written whole under another name, synced,
// then linked to its own, so that a crash leaves either nothing or all of it.
func WriteSynced(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err = f.Write(b); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil {
		return err
	}
	return platform.SyncDir(filepath.Dir(path))
}

// Hash is SHA-256 of the public key in hexadecimal: it stands in the first entry of every record and
// in every mail, so that a swapped key is seen.
func (k *Key) Hash() string {
	h := sha256.Sum256(k.seed.Public().(ed25519.PublicKey))
	return hex.EncodeToString(h[:])
}

// Verifier is the verifier key of a record in the text form of signed notes (C2SP signed-note).
func (k *Key) Verifier(origin string) string {
	v, err := note.NewEd25519VerifierKey(origin, k.seed.Public().(ed25519.PublicKey))
	if err != nil {
		return ""
	}
	return v
}

func (k *Key) signer(origin string) (note.Signer, error) {
	pub := k.seed.Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(origin, pub)
	if err != nil {
		return nil, err
	}
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, err
	}
	skey := fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", origin, v.KeyHash(), base64.StdEncoding.EncodeToString(append([]byte{1}, k.seed.Seed()...)))
	return note.NewSigner(skey)
}

// Checkpoint is the statement that a tree of a size has a root (C2SP tlog-checkpoint).
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
}

// Text is the body of the checkpoint's note.
func (c Checkpoint) Text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + c.Root.String() + "\n"
}

// ErrCheckpoint says that bytes are not a checkpoint or not signed as they should be.
var ErrCheckpoint = errors.New("record: not a checkpoint")

// ParseCheckpoint reads the body of a checkpoint's note.
func ParseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) < 4 || lines[0] == "" {
		return Checkpoint{}, ErrCheckpoint
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("%w: size", ErrCheckpoint)
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: root", ErrCheckpoint)
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: root}, nil
}

// Sign signs a checkpoint.
func (k *Key) Sign(c Checkpoint) ([]byte, error) {
	s, err := k.signer(c.Origin)
	if err != nil {
		return nil, err
	}
	return note.Sign(&note.Note{Text: c.Text()}, s)
}

// strictNote refuses a note whose signature lines could be written in another way: base64 has spare bits
// that note.Open does not look at.
func strictNote(b []byte) error {
	_, sigs, ok := strings.Cut(string(b), "\n\n")
	if !ok {
		return ErrCheckpoint
	}
	for _, line := range strings.Split(strings.TrimSuffix(sigs, "\n"), "\n") {
		i := strings.LastIndexByte(line, ' ')
		if _, err := base64.StdEncoding.Strict().DecodeString(line[i+1:]); err != nil {
			return fmt.Errorf("%w: signature line", ErrCheckpoint)
		}
	}
	return nil
}

// CheckCheckpoint checks that a checkpoint was signed with a key (C2SP text form) whose name is its origin.
func CheckCheckpoint(signed []byte, verifierKey string) error {
	if err := strictNote(signed); err != nil {
		return err
	}
	v, err := note.NewVerifier(verifierKey)
	if err != nil {
		return fmt.Errorf("%w: key: %v", ErrCheckpoint, err)
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return fmt.Errorf("%w: %v", ErrCheckpoint, err)
	}
	c, err := ParseCheckpoint(n.Text)
	if err == nil && c.Origin != v.Name() {
		err = fmt.Errorf("%w: signed by %s for %s", ErrCheckpoint, v.Name(), c.Origin)
	}
	return err
}

// Checked is what a proof turned out to show.
type Checked struct {
	Envelope   Envelope
	Checkpoint Checkpoint
	SignedBy   string // the name of the key that signed, "" when no key was given to check with
}

// CheckProof verifies a proof: the envelope's form, its path to the checkpoint's root, and, when a
// verifier key is given (C2SP text form), the signature. It contacts nobody.
func CheckProof(p cite.Proof, verifierKey string) (Checked, error) {
	var out Checked
	env, err := ParseEnvelope(p.Envelope)
	if err != nil {
		return out, err
	}
	out.Envelope = *env
	if err := strictNote(p.Checkpoint); err != nil {
		return out, err
	}
	var text string
	if verifierKey == "" {
		n, err := note.Open(p.Checkpoint, note.VerifierList())
		var un *note.UnverifiedNoteError
		if !errors.As(err, &un) {
			if err == nil {
				err = errors.New("no signature line")
			}
			return out, fmt.Errorf("%w: %v", ErrCheckpoint, err)
		}
		_ = n
		text = un.Note.Text
	} else {
		v, err := note.NewVerifier(verifierKey)
		if err != nil {
			return out, fmt.Errorf("%w: key: %v", ErrCheckpoint, err)
		}
		n, err := note.Open(p.Checkpoint, note.VerifierList(v))
		if err != nil {
			return out, fmt.Errorf("%w: %v", ErrCheckpoint, err)
		}
		text, out.SignedBy = n.Text, v.Name()
	}
	if out.Checkpoint, err = ParseCheckpoint(text); err != nil {
		return out, err
	}
	if out.SignedBy != "" && out.SignedBy != out.Checkpoint.Origin {
		return out, fmt.Errorf("%w: signed by %s for %s", ErrCheckpoint, out.SignedBy, out.Checkpoint.Origin)
	}
	if !strings.HasSuffix(out.Checkpoint.Origin, "/"+string(env.Record)) {
		return out, fmt.Errorf("%w: the checkpoint is of another record", ErrCheckpoint)
	}
	path := make(tlog.RecordProof, len(p.Path))
	for i, h := range p.Path {
		if len(h) != tlog.HashSize {
			return out, fmt.Errorf("%w: path", ErrCheckpoint)
		}
		copy(path[i][:], h)
	}
	if err := tlog.CheckRecord(path, out.Checkpoint.Size, out.Checkpoint.Root, int64(env.Position)-1, LeafHash(p.Envelope)); err != nil {
		return out, fmt.Errorf("record: the entry does not stand under this root: %w", err)
	}
	return out, nil
}
