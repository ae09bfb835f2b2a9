// Package acmetest runs a certificate authority that speaks ACME for tests: Pebble, which Let's Encrypt makes for this. It is built from a
// module of its own (scripts/pebble), really looks at the hosts it vouches for, finds all of them on loopback, and is gone with the test.
package acmetest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/openplenary/plenary/internal/freeport"
)

// Authority is a running authority.
type Authority struct {
	Directory string         // its address
	RootsFile string         // who vouches for that address, as a file
	Roots     *x509.CertPool // and as a pool
	manage    string
}

// Start starts one that looks at hosts on a port of loopback, and whose certificates are good for a time. Where it cannot be built it says so aloud
// and leaves the test out, and fails where CI=true.
func Start(t testing.TB, port int, life time.Duration) *Authority {
	t.Helper()
	dir := t.TempDir()
	a := &Authority{RootsFile: filepath.Join(dir, "cert.pem"), Roots: x509.NewCertPool()}
	a.Roots.AppendCertsFromPEM(own(t, dir))
	here, manage := free(t), free(t)
	a.Directory, a.manage = "https://"+here+"/dir", "https://"+manage
	config, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": here, "managementListenAddress": manage, "certificate": a.RootsFile, "privateKey": filepath.Join(dir, "key.pem"),
		"httpPort": 1, "tlsPort": port, "retryAfter": map[string]int{"authz": 1, "order": 1},
		"profiles": map[string]any{"default": map[string]any{"description": "for tests", "validityPeriod": int(life.Seconds())}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "config.json")
	if err := os.WriteFile(path, config, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), pebble(t), "-config", path, "-dnsserver", names(t))
	cmd.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=5")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // the end of the test's context ends it
	for end := time.Now().Add(30 * time.Second); ; {
		if _, err := a.get(a.Directory); err == nil {
			return a
		}
		if time.Now().After(end) {
			t.Fatal("the authority does not answer: ", said.String())
		}
	}
}

// pebble builds it, or finds that it is built.
func pebble(t testing.TB) string {
	t.Helper()
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOMOD").Output()
	if err != nil {
		t.Fatal(err)
	}
	var why bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "go", "-C", filepath.Join(filepath.Dir(strings.TrimSpace(string(root))), "scripts", "pebble"), "tool", "-n", "pebble")
	cmd.Stderr = &why
	out, err := cmd.Output()
	if err != nil {
		const none = "\n*** PEBBLE CANNOT BE BUILT HERE: CERTIFICATES ARE NOT TESTED ***\n"
		if os.Getenv("CI") == "true" {
			t.Fatal(none, why.String())
		}
		fmt.Fprintln(os.Stderr, none, why.String())
		t.Skip(none)
	}
	return strings.TrimSpace(string(out))
}

// own makes the certificate of the authority's own address.
func own(t testing.TB, dir string) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, of, of, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for name, b := range map[string][]byte{"cert.pem": cert, "key.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert
}

// free is an address that nobody listens on.
func free(t testing.TB) string {
	t.Helper()
	port, err := freeport.Find()
	if err != nil {
		t.Fatal(err)
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

// names answers, over TCP, that every host is on loopback.
func names(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for name(c) == nil {
				}
			}()
		}
	}()
	return l.Addr().String()
}

// name answers one question: each message has its length before it.
func name(c net.Conn) error {
	length := make([]byte, 2)
	if _, err := io.ReadFull(c, length); err != nil {
		return err
	}
	b := make([]byte, binary.BigEndian.Uint16(length))
	if _, err := io.ReadFull(c, b); err != nil {
		return err
	}
	var m dnsmessage.Message
	if err := m.Unpack(b); err != nil {
		return err
	}
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	for _, q := range m.Questions {
		if q.Type == dnsmessage.TypeA {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}})
		}
	}
	b, err := m.AppendPack(make([]byte, 2, 512))
	if err != nil {
		return err
	}
	binary.BigEndian.PutUint16(b, uint16(len(b)-2))
	_, err = c.Write(b)
	return err
}

// get reads something of the authority.
func (a *Authority) get(address string) ([]byte, error) {
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.Roots}, DisableKeepAlives: true}}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	r, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	return io.ReadAll(r.Body)
}

// Trusted is whom to trust to trust its certificates.
func (a *Authority) Trusted(t testing.TB) *x509.CertPool {
	t.Helper()
	b, err := a.get(a.manage + "/roots/0")
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(b) {
		t.Fatalf("no certificate: %s", b)
	}
	return pool
}
