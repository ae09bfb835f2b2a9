// Package passkey asks a browser for a passkey, and says whether what comes back is right.
//
// A passkey is a pair of keys that a device of its owner keeps: a telephone, a computer, a key on a ring. The instance has the
// public half. To sign in, the device signs a random challenge, after it has looked that it is its owner who holds it: by a
// finger, a face or a number. What it signs names the address at which it was asked, so what was signed elsewhere is of no use
// here, and nothing that can be stolen from the instance opens a door.
//
//	challenge ──> browser ──> device looks who holds it, signs ──> answer: from this address, for this challenge, by this key
//
// This room knows neither accounts nor what becomes of challenges: whoever uses it makes each and takes it once.
package passkey

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"
	"golang.org/x/net/idna"
)

// Why an answer is not taken.
var (
	ErrUnread     = errors.New("passkey: the answer cannot be read")
	ErrWrong      = errors.New("passkey: the answer is not right")
	ErrUnverified = errors.New("passkey: the device did not look who holds it")
)

// ErrAddress is why an instance has no passkeys: browsers give none at its address.
var ErrAddress = errors.New("passkeys need an address that begins with https:// and has a name, such as https://talk.example.org (or http://localhost, for trying out)")

// Site is the instance as browsers and devices know it: what a passkey is made for and opens nothing beside.
type Site struct {
	rp     *webauthn.WebAuthn
	id     string // the name of the host
	origin string // scheme and host, as browsers write them
}

// New is the site at the address that people reach an instance under. The error is ErrAddress, with why, where browsers give no
// passkeys at such an address.
func New(public string) (*Site, error) {
	u, err := url.Parse(public)
	if err != nil || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%w: %q is not an address of a host", ErrAddress, public)
	}
	host, err := idna.Lookup.ToASCII(u.Hostname())
	local := host == "localhost"
	switch {
	case net.ParseIP(u.Hostname()) != nil:
		return nil, fmt.Errorf("%w: %s is a number and not a name", ErrAddress, u.Hostname())
	case err != nil || !local && !strings.Contains(host, ".") || strings.HasSuffix(host, "."):
		return nil, fmt.Errorf("%w: %s is not a whole name", ErrAddress, u.Hostname())
	case u.Scheme != "https" && !(u.Scheme == "http" && local):
		return nil, fmt.Errorf("%w: %s is not reached by https", ErrAddress, u.Host)
	}
	origin := u.Scheme + "://" + host
	if p := u.Port(); p != "" && !(u.Scheme == "https" && p == "443") && !(u.Scheme == "http" && p == "80") {
		origin += ":" + p
	}
	rp, err := webauthn.New(&webauthn.Config{RPID: host, RPDisplayName: host, RPOrigins: []string{origin}, AttestationPreference: protocol.PreferNoAttestation})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAddress, err)
	}
	return &Site{rp: rp, id: host, origin: origin}, nil
}

// Owner is whose passkeys they are, as their device shows and knows them.
type Owner struct {
	Handle []byte // random, the same for all passkeys of an account
	Name   string // by which the owner tells their accounts apart on the device: their address
	Shown  string // how they are called
}

// Key is the public half of a passkey, and what is known of its device.
type Key struct {
	ID, Handle, Public []byte
	Uses               uint32   // how often the device says that it was used; 0 for ever where it does not count
	Synced             bool     // the device may copy it to others of its owner
	Reached            []string // how browsers reach the device: "internal", "usb", ...
}

// algorithms are those by which a passkey may sign, the preferred one first.
var algorithms = []protocol.CredentialParameter{
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgES256},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgEdDSA},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgRS256},
}

// patience is how long a browser waits for its reader, in milliseconds.
const patience = 300_000

// options are what a browser is told, as navigator.credentials takes it; bytes stand in base64 for addresses.
type options struct {
	Challenge        string       `json:"challenge"`
	Timeout          int          `json:"timeout"`
	RPID             string       `json:"rpId,omitempty"`
	RP               *entity      `json:"rp,omitempty"`
	User             *entity      `json:"user,omitempty"`
	Params           []parameter  `json:"pubKeyCredParams,omitempty"`
	Exclude          []descriptor `json:"excludeCredentials,omitempty"`
	Allow            []descriptor `json:"allowCredentials,omitempty"`
	Selection        *selection   `json:"authenticatorSelection,omitempty"`
	UserVerification string       `json:"userVerification,omitempty"`
	Attestation      string       `json:"attestation,omitempty"`
}

type entity struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Display string `json:"displayName,omitempty"`
}

type parameter struct {
	Type string `json:"type"`
	Alg  int64  `json:"alg"`
}

type descriptor struct {
	Type       string   `json:"type"`
	ID         string   `json:"id"`
	Transports []string `json:"transports,omitempty"`
}

type selection struct {
	ResidentKey      string `json:"residentKey"`
	RequireResident  bool   `json:"requireResidentKey"`
	UserVerification string `json:"userVerification"`
}

const (
	kind     = "public-key"
	required = "required"
)

func descriptors(keys []Key) (out []descriptor) {
	for _, k := range keys {
		out = append(out, descriptor{Type: kind, ID: base64.RawURLEncoding.EncodeToString(k.ID), Transports: k.Reached})
	}
	return out
}

func (o options) text() string {
	b, _ := json.Marshal(o) // strings and numbers
	return string(b)
}

// Creation is what a browser is told that is to make a passkey: one that its device finds by itself and gives only to whoever
// it knows. A device that has one of those that there are makes no other.
func (s *Site) Creation(challenge string, o Owner, there []Key) string {
	out := options{Challenge: challenge, Timeout: patience, RP: &entity{ID: s.id, Name: s.id}, Exclude: descriptors(there), Attestation: string(protocol.PreferNoAttestation),
		User:      &entity{ID: base64.RawURLEncoding.EncodeToString(o.Handle), Name: o.Name, Display: o.Shown},
		Selection: &selection{ResidentKey: required, RequireResident: true, UserVerification: required}}
	for _, a := range algorithms {
		out.Params = append(out.Params, parameter{Type: kind, Alg: int64(a.Algorithm)})
	}
	return out.text()
}

// Request is what a browser is told that is to give a passkey: one of these, or where none is named any that it has for the
// site.
func (s *Site) Request(challenge string, of []Key) string {
	return options{Challenge: challenge, Timeout: patience, RPID: s.id, Allow: descriptors(of), UserVerification: required}.text()
}

// Made is what a browser answered that was to make a passkey.
type Made struct {
	parsed *protocol.ParsedCredentialCreationData
}

// ReadMade reads an answer of a browser that was to make a passkey; nothing of it is known to be right yet. The error is
// ErrUnread.
func ReadMade(answer string) (*Made, error) {
	p, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnread, err)
	}
	return &Made{p}, nil
}

// Challenge is the challenge that it answers.
func (m *Made) Challenge() string { return m.parsed.Response.CollectedClientData.Challenge }

// CheckMade says whether the answer is right for its challenge and an owner, and gives the key. The error is ErrWrong or
// ErrUnverified.
func (s *Site) CheckMade(m *Made, o Owner) (Key, error) {
	if !m.parsed.Response.AttestationObject.AuthData.Flags.HasUserVerified() {
		return Key{}, ErrUnverified
	}
	c, err := s.rp.CreateCredential(&user{Owner: o}, webauthn.SessionData{Challenge: m.Challenge(), RelyingPartyID: s.id, UserID: o.Handle,
		UserVerification: protocol.VerificationRequired, CredParams: algorithms}, m.parsed)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrWrong, err)
	}
	k := Key{ID: c.ID, Handle: o.Handle, Public: c.PublicKey, Uses: c.Authenticator.SignCount, Synced: c.Flags.BackupEligible}
	for _, t := range c.Transport {
		if known := []string{"usb", "nfc", "ble", "smart-card", "hybrid", "internal"}; slices.Contains(known, string(t)) && !slices.Contains(k.Reached, string(t)) {
			k.Reached = append(k.Reached, string(t))
		}
	}
	return k, nil
}

// Given is what a browser answered that was to give a passkey.
type Given struct {
	parsed *protocol.ParsedCredentialAssertionData
}

// ReadGiven reads an answer of a browser that was to give a passkey; nothing of it is known to be right yet. The error is
// ErrUnread.
func ReadGiven(answer string) (*Given, error) {
	p, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnread, err)
	}
	return &Given{p}, nil
}

// Challenge is the challenge that it answers.
func (g *Given) Challenge() string { return g.parsed.Response.CollectedClientData.Challenge }

// ID names the passkey that is said to have signed.
func (g *Given) ID() []byte { return g.parsed.RawID }

// CheckGiven says whether the answer is right for its challenge and signed by a key, and how often the device says that it was
// used; whoever keeps that compares it. The error is ErrWrong or ErrUnverified.
func (s *Site) CheckGiven(g *Given, k Key) (uses uint32, err error) {
	if !g.parsed.Response.AuthenticatorData.Flags.HasUserVerified() {
		return 0, ErrUnverified
	}
	u := &user{Owner: Owner{Handle: k.Handle}, keys: []webauthn.Credential{{ID: k.ID, PublicKey: k.Public,
		Flags: webauthn.CredentialFlags{BackupEligible: k.Synced}, Authenticator: webauthn.Authenticator{SignCount: k.Uses}}}}
	_, err = s.rp.ValidateDiscoverableLogin(func([]byte, []byte) (webauthn.User, error) { return u, nil },
		webauthn.SessionData{Challenge: g.Challenge(), RelyingPartyID: s.id, UserVerification: protocol.VerificationRequired}, g.parsed)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrWrong, err)
	}
	return g.parsed.Response.AuthenticatorData.Counter, nil
}

// user is an owner as the library knows one.
type user struct {
	Owner
	keys []webauthn.Credential
}

// WebAuthnID is the handle.
func (u *user) WebAuthnID() []byte { return u.Handle }

// WebAuthnName tells the accounts of one person apart.
func (u *user) WebAuthnName() string { return u.Name }

// WebAuthnDisplayName is how the owner is called.
func (u *user) WebAuthnDisplayName() string { return u.Shown }

// WebAuthnCredentials are the keys of the owner.
func (u *user) WebAuthnCredentials() []webauthn.Credential { return u.keys }
