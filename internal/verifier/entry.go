package verifier

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	saltSize    = 32
	maxEnvelope = 4096
)

// envelope is the public part of an entry.
type envelope struct {
	record   string
	position int64
	time     time.Time
	class    string
	data     string // commitment, hexadecimal
	text     string // commitment, hexadecimal, or "none"
}

var envelopeForm = regexp.MustCompile(`\Aplenary-entry/1
record ([0-9a-f]{32})
position ([1-9][0-9]{0,18})
time ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{9}Z)
class (public|internal|embargoed|confidential)
data ([0-9a-f]{64})
text ([0-9a-f]{64}|none)
\z`)

func parseEnvelope(b []byte) (envelope, error) {
	if len(b) > maxEnvelope {
		return envelope{}, fmt.Errorf("an envelope of %d bytes", len(b))
	}
	m := envelopeForm.FindStringSubmatch(string(b))
	if m == nil {
		return envelope{}, errors.New("not the lines of a plenary-entry/1")
	}
	e := envelope{record: m[1], class: m[4], data: m[5], text: m[6]}
	var err error
	if e.position, err = strconv.ParseInt(m[2], 10, 64); err != nil {
		return envelope{}, errors.New("its position is too large")
	}
	if e.time, err = time.Parse("2006-01-02T15:04:05.000000000Z", m[3]); err != nil {
		return envelope{}, errors.New("its time is no time")
	}
	return e, nil
}

// commitment is SHA-256 over a name, a zero byte, the salt and the bytes; salted begins with its salt.
func commitment(name string, salted []byte) (string, error) {
	if len(salted) < saltSize {
		return "", fmt.Errorf("%d bytes, too few for a salt", len(salted))
	}
	h := sha256.New()
	h.Write([]byte(name))
	h.Write([]byte{0})
	h.Write(salted)
	return hex.EncodeToString(h.Sum(nil)), nil
}

// checkData compares salted data with the envelope's commitment.
func (e envelope) checkData(salted []byte) error {
	c, err := commitment("plenary-data/1", salted)
	if err == nil && c != e.data {
		err = errors.New("not what the envelope commits to")
	}
	return err
}

// checkText compares salted text with the envelope's commitment.
func (e envelope) checkText(salted []byte) error {
	if e.text == "none" {
		return errors.New("there is a text, but the envelope says that none was written")
	}
	c, err := commitment("plenary-text/1", salted)
	if err == nil && c != e.text {
		err = errors.New("not what the envelope commits to")
	}
	return err
}

// fact splits data, without their salt, into the kind and the members of the JSON object.
func fact(data []byte) (kind string, members map[string]json.RawMessage, err error) {
	head, body, ok := bytes.Cut(data, []byte("\n"))
	if !ok {
		return "", nil, errors.New("data without a line that names their kind")
	}
	members, err = object(body)
	return string(head), members, err
}

// object reads one JSON object and refuses a name that comes twice: two readers could take two meanings.
func object(b []byte) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("not a JSON object")
	}
	out := map[string]json.RawMessage{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, errors.New("not a JSON object")
		}
		name, _ := t.(string)
		if _, twice := out[name]; twice {
			return nil, fmt.Errorf("%q stands there twice", name)
		}
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			return nil, errors.New("not a JSON object")
		}
		out[name] = v
	}
	if _, err := d.Token(); err != nil {
		return nil, errors.New("not a JSON object")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("something follows the JSON object")
	}
	return out, nil
}

// text gives a member as a string, "" where it is absent.
func text(members map[string]json.RawMessage, name string) (string, error) {
	raw, ok := members[name]
	if !ok {
		return "", nil
	}
	if !strings.HasPrefix(string(raw), `"`) {
		return "", fmt.Errorf("%q is not a string", name)
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return "", fmt.Errorf("%q is not a string", name)
	}
	return s, nil
}

// count gives a member as a whole number, 0 where it is absent.
func count(members map[string]json.RawMessage, name string) (int64, error) {
	raw, ok := members[name]
	if !ok {
		return 0, nil
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a whole number", name)
	}
	return n, nil
}

// instant reads a time as JSON carries it (RFC 3339), in its one spelling.
func instant(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.Format(time.RFC3339Nano) != s {
		return time.Time{}, fmt.Errorf("%q is not a time", s)
	}
	return t, nil
}
