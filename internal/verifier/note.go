package verifier

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// strict64 reads standard base64 with padding, and refuses spare bits that are not zero. (The line
// ends that encoding/base64 skips are refused by fromBase64.)
var strict64 = base64.StdEncoding.Strict()

// fromBase64 reads base64 in its one spelling.
func fromBase64(s string) ([]byte, error) {
	b, err := strict64.DecodeString(s)
	if err != nil || base64.StdEncoding.EncodeToString(b) != s {
		return nil, errors.New("not base64 in its one spelling")
	}
	return b, nil
}

// key is a verifier key of signed notes: name, key id and Ed25519 public key.
type key struct {
	name   string
	id     uint32
	public ed25519.PublicKey
}

const algEd25519 = 1

// parseKey reads name+id+key (C2SP signed-note), where key is base64 of the algorithm's byte and the
// public key, and id the first four bytes of SHA-256 over name, LF and these bytes.
func parseKey(s string) (key, error) {
	f := strings.Split(s, "+")
	if len(f) < 3 || !goodName(f[0]) {
		return key{}, errors.New("not a verifier key")
	}
	b, err := fromBase64(strings.Join(f[2:], "+")) // base64 may hold a plus
	if err != nil || len(b) != 1+ed25519.PublicKeySize || b[0] != algEd25519 {
		return key{}, errors.New("not an Ed25519 verifier key")
	}
	k := key{name: f[0], public: b[1:]}
	sum := sha256.Sum256(append([]byte(k.name+"\n"), b...))
	k.id = binary.BigEndian.Uint32(sum[:])
	if f[1] != fmt.Sprintf("%08x", k.id) {
		return key{}, errors.New("the key's id does not belong to it")
	}
	return k, nil
}

func goodName(s string) bool {
	return s != "" && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r == '+' || unicode.IsSpace(r) })
}

// note is a signed note: its text, which ends with LF, and its signatures.
type note struct {
	text string
	sigs []signature
}

type signature struct {
	name string
	id   uint32
	sig  []byte
}

// parseNote splits a note (C2SP signed-note) without checking signatures.
func parseNote(b []byte) (note, error) {
	s := string(b)
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 && r != '\n' }) {
		return note{}, errors.New("not a note: bytes that no note holds")
	}
	split := strings.LastIndex(s, "\n\n")
	if split < 0 || !strings.HasSuffix(s, "\n") || split+2 == len(s) {
		return note{}, errors.New("not a note: no signature")
	}
	n := note{text: s[:split+1]}
	for _, l := range strings.Split(strings.TrimSuffix(s[split+2:], "\n"), "\n") {
		rest, ok := strings.CutPrefix(l, "— ")
		name, b64, ok2 := strings.Cut(rest, " ")
		sig, err := fromBase64(b64)
		if !ok || !ok2 || !goodName(name) || err != nil || len(sig) < 5 || len(n.sigs) == 100 {
			return note{}, errors.New("not a note: a signature line that is none")
		}
		n.sigs = append(n.sigs, signature{name, binary.BigEndian.Uint32(sig), sig[4:]})
	}
	return n, nil
}

// signedBy checks that a key signed. Lines of other keys (witnesses, say) are passed over; of this key
// there must be exactly one.
func (n note) signedBy(k key) error {
	var found *signature
	for i := range n.sigs {
		if n.sigs[i].name == k.name && n.sigs[i].id == k.id {
			if found != nil {
				return fmt.Errorf("%s signed twice", k.name)
			}
			found = &n.sigs[i]
		}
	}
	if found == nil {
		return fmt.Errorf("no signature of %s with the id %08x", k.name, k.id)
	}
	if len(found.sig) != ed25519.SignatureSize || !ed25519.Verify(k.public, []byte(n.text), found.sig) {
		return fmt.Errorf("the signature of %s is false", k.name)
	}
	return nil
}

// checkpoint says that the tree of a record has a root at a size (C2SP tlog-checkpoint).
type checkpoint struct {
	origin string
	size   int64
	root   hash
}

func parseCheckpoint(text string) (checkpoint, error) {
	l := strings.Split(text, "\n")
	if len(l) < 4 || !goodName(l[0]) {
		return checkpoint{}, errors.New("not a checkpoint")
	}
	size, err := strconv.ParseInt(l[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != l[1] {
		return checkpoint{}, errors.New("a checkpoint without a size")
	}
	b, err := fromBase64(l[2])
	if err != nil || len(b) != sha256.Size {
		return checkpoint{}, errors.New("a checkpoint without a root")
	}
	return checkpoint{l[0], size, hash(b)}, nil
}

// of checks that a checkpoint is of a record: its origin ends with the record's id.
func (c checkpoint) of(record string) error {
	host, ok := strings.CutSuffix(c.origin, "/"+record)
	if !ok || host == "" {
		return errors.New("the checkpoint is of another record")
	}
	return nil
}
