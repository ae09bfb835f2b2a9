// Package passkeytest is a device that keeps passkeys, for tests: it answers as a browser and an authenticator do together,
// and does what no honest one does where a test asks for it.
package passkeytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Device keeps passkeys, and says of each use what its fields say.
type Device struct {
	Origin     string // of the page that asks, as the browser writes it
	Uses       uint32 // how often it was used, as it says; raised by every use
	Uncounted  bool   // it does not count, and says 0 for ever
	Unverified bool   // it does not look who holds it
	Synced     bool   // it says that it may copy its passkeys
	keys       []key
}

type key struct {
	id, handle []byte
	rp         string
	private    *ecdsa.PrivateKey
}

// asked is what a page asks of a browser, as far as a device looks at it.
type asked struct {
	Challenge string `json:"challenge"`
	RPID      string `json:"rpId"`
	RP        struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
	Allow []struct {
		ID string `json:"id"`
	} `json:"allowCredentials"`
}

// The flags of a device.
const (
	present  = 0x01
	verified = 0x04
	eligible = 0x08
	attested = 0x40
)

func text(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (d *Device) flags() byte {
	f := byte(present)
	if !d.Unverified {
		f |= verified
	}
	if d.Synced {
		f |= eligible
	}
	return f
}

// signed is what a device says of itself and of where it was asked.
func (d *Device) signed(rp string, flags byte) []byte {
	if !d.Uncounted {
		d.Uses++
	}
	sum := sha256.Sum256([]byte(rp))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), d.Uses)
}

func (d *Device) client(kind, challenge string) []byte {
	b, _ := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.Origin, "crossOrigin": false}) // strings
	return b
}

func bytesOf(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

// blob writes bytes as CBOR does.
func blob(b []byte) []byte {
	head := []byte{0x58, byte(len(b))}
	if len(b) > 255 {
		head = []byte{0x59, byte(len(b) >> 8), byte(len(b))}
	}
	return append(head, b...)
}

// Create makes a passkey as a page asks for it, and gives what the script of the page would send.
func (d *Device) Create(options string) (string, error) {
	var o asked
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		return "", err
	}
	handle, err := base64.RawURLEncoding.DecodeString(o.User.ID)
	if err != nil {
		return "", err
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		return "", err
	}
	k := key{id: bytesOf(32), handle: handle, rp: o.RP.ID, private: private}
	d.keys = append(d.keys, k)
	data := append(d.signed(k.rp, d.flags()|attested), make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(k.id)))
	data = append(data, k.id...)
	data = append(append(data, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21), blob(point[1:33])...)
	data = append(append(data, 0x22), blob(point[33:])...)
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData"), blob(data)...)
	return answer(k, map[string]any{"clientDataJSON": text(d.client("webauthn.create", o.Challenge)), "attestationObject": text(object), "transports": []string{"internal"}})
}

// Get gives a passkey as a page asks for it, the newest that will do, and gives what the script of the page would send.
func (d *Device) Get(options string) (string, error) {
	var o asked
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		return "", err
	}
	for i := len(d.keys) - 1; i >= 0; i-- {
		k := d.keys[i]
		will := len(o.Allow) == 0
		for _, a := range o.Allow {
			will = will || a.ID == text(k.id)
		}
		if !will || k.rp != o.RPID {
			continue
		}
		client, data := d.client("webauthn.get", o.Challenge), d.signed(k.rp, d.flags())
		sum := sha256.Sum256(client)
		whole := sha256.Sum256(append(append([]byte(nil), data...), sum[:]...))
		signature, err := ecdsa.SignASN1(rand.Reader, k.private, whole[:])
		if err != nil {
			return "", err
		}
		return answer(k, map[string]any{"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature), "userHandle": text(k.handle)})
	}
	return "", fmt.Errorf("the device has no passkey for %q", o.RPID)
}

func answer(k key, response map[string]any) (string, error) {
	b, err := json.Marshal(map[string]any{"id": text(k.id), "rawId": text(k.id), "type": "public-key", "clientExtensionResults": map[string]any{}, "response": response})
	return string(b), err
}
