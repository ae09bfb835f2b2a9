package verifier

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ReceiptFormat is the format of the receipts that this package reads; JointFormat that of those which prove several parties.
const (
	ReceiptFormat = "plenary-receipt/1"
	JointFormat   = "plenary-receipt/2"
)

// maxReceipt is more than the largest receipt can have.
const maxReceipt = 8 << 20

// receiptFile is the file, member by member in its order; what is base64 there is still base64 here.
type receiptFile struct {
	Format  string    `json:"format"`
	Notice  string    `json:"notice,omitempty"`
	Key     string    `json:"key"`
	Proof   proofFile `json:"proof"`
	Data    string    `json:"data"`
	Text    string    `json:"text,omitempty"`
	Meaning struct {
		Address      string   `json:"address"`
		Conversation string   `json:"conversation"`
		Contribution string   `json:"contribution"`
		Ballot       string   `json:"ballot,omitempty"`
		Correction   int64    `json:"correction,omitempty"`
		Call         string   `json:"call"`
		On           []string `json:"on"`
		Corrects     []string `json:"corrects,omitempty"`
		Received     string   `json:"received"`
		Told         string   `json:"told,omitempty"`
		Rule         string   `json:"rule"`
		Deadline     string   `json:"deadline"`
		Class        string   `json:"class"`
		Assurance    string   `json:"assurance"`
	} `json:"meaning"`
	Parties []partyFile `json:"parties,omitempty"`
}

// proofFile is a proof in the file.
type proofFile struct {
	Envelope   string   `json:"envelope"`
	Path       []string `json:"path"`
	Checkpoint string   `json:"checkpoint"`
}

// parseReceipt reads a receipt file and refuses every spelling but those that a writer of receipts uses: members
// in their order, with or without the escapes that keep JSON harmless inside HTML. White space between the parts,
// the kind of line ends and a byte order mark may be others: editors and mail programs change them.
func parseReceipt(b []byte) (*receiptFile, error) {
	if len(b) > maxReceipt {
		return nil, fmt.Errorf("a file of %d bytes is no receipt", len(b))
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	f := new(receiptFile)
	if err := d.Decode(f); err != nil {
		return nil, errors.New("not the JSON of a receipt: " + err.Error())
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("something follows the receipt")
	}
	format := ReceiptFormat
	if len(f.Parties) > 0 {
		format = JointFormat
	}
	if f.Format != format {
		return nil, fmt.Errorf("the format is %q, not %q", f.Format, format)
	}
	if f.Proof.Path == nil || f.Meaning.On == nil {
		return nil, errors.New("a list is missing")
	}
	var got bytes.Buffer
	if err := json.Compact(&got, b); err != nil {
		return nil, err
	}
	for _, escape := range []bool{false, true} {
		var again bytes.Buffer
		e := json.NewEncoder(&again)
		e.SetEscapeHTML(escape)
		if err := e.Encode(f); err != nil {
			return nil, err
		}
		if bytes.Equal(bytes.TrimSuffix(again.Bytes(), []byte("\n")), got.Bytes()) {
			return f, nil
		}
	}
	return nil, errors.New("not in the form in which receipts are given out: a program may have changed the file on its way; try it as it was first saved")
}

// Receipt checks a receipt file. With a verifier key (C2SP signed-note: name, id and public key, joined
// by plus signs) the verdict is "signed by" its name; without one it is "consistent": everything in
// the file agrees, but the key in the file is the file's own claim, and whoever makes a false receipt
// can make a key for it. The error is the first thing that is wrong; it contacts nobody.
func Receipt(b []byte, verifierKey string) (Report, error) {
	var r Report
	r.receipt(b, verifierKey)
	return r, r.err()
}

// shown is what a receipt turned out to show, once everything in it agrees.
type shown struct {
	envelope envelope
	raw      []byte // the envelope's bytes
	point    checkpoint
	claimed  string  // the key in the file
	beside   []shown // the entries of the parties, which have none beside them
}

// receipt checks everything in the file; ok says that all of it agrees.
func (r *Report) receipt(b []byte, verifierKey string) (s shown, ok bool) {
	f, err := parseReceipt(b)
	if err != nil {
		return s, r.check("format", err, "")
	}
	r.check("format", nil, "%s", f.Format)
	env, raw, ok := r.envelope(f)
	if !ok {
		return s, false
	}
	n, c, ok := r.checkpoint(f, env)
	if !ok || !r.check("proof", f.Proof.stands(env, raw, c), "the entry stands under the root of the checkpoint") || !r.signature(f.Key, verifierKey, n, c) {
		return s, false
	}
	data, err := fromBase64(f.Data)
	if err == nil {
		err = env.checkData(data)
	}
	if !r.check("data", err, "%d bytes are what the envelope commits to", len(data)-saltSize) {
		return s, false
	}
	words, ok := r.text(f, env)
	if !ok || !r.meaning(f, env, c, data[saltSize:], words) {
		return s, false
	}
	s = shown{envelope: env, raw: raw, point: c, claimed: f.Key}
	if s.beside, ok = r.parties(f, s, data[saltSize:]); !ok {
		return s, false
	}
	r.check(NotProven, nil, "address %q, conversation %q%s: the file says so, the record does not%s",
		f.Meaning.Address, f.Meaning.Conversation, noticed(f.Notice), elsewhere(f.Meaning.Address, c.origin))
	if len(f.Parties) > 0 {
		r.check(NotProven, nil, "that no other party submitted it with them, and whether one dissociated itself, or aligned itself again, after this file was made")
	}
	return s, true
}

// elsewhere warns of an address on another host than the one in whose name the record is kept.
func elsewhere(address, origin string) string {
	host, _, _ := strings.Cut(origin, "/")
	u, err := url.Parse(address)
	if err != nil || host == "demonstration" || host == "plenary.invalid" || u.Host == host {
		return ""
	}
	return fmt.Sprintf("; beware: the record is kept in the name of %s, and the address leads to %q", host, u.Host)
}

// envelope reads the envelope; raw are its bytes.
func (r *Report) envelope(f *receiptFile) (env envelope, raw []byte, ok bool) {
	raw, err := fromBase64(f.Proof.Envelope)
	if err == nil {
		env, err = parseEnvelope(raw)
	}
	ok = r.check("envelope", err, "entry %d of record %s, written %s", env.position, env.record, env.time.Format("2006-01-02 15:04:05.000000000 UTC"))
	return env, raw, ok
}

// checkpoint reads the checkpoint and checks that it is of the envelope's record.
func (r *Report) checkpoint(f *receiptFile, env envelope) (note, checkpoint, bool) {
	n, c, err := f.Proof.point(env)
	return n, c, r.check("checkpoint", err, "of %s at %d entries", c.origin, c.size)
}

// point reads the checkpoint of a proof, which must be of the envelope's record.
func (p proofFile) point(env envelope) (n note, c checkpoint, err error) {
	signed, err := fromBase64(p.Checkpoint)
	if err == nil {
		n, err = parseNote(signed)
	}
	if err == nil {
		c, err = parseCheckpoint(n.text)
	}
	if err == nil {
		err = c.of(env.record)
	}
	return n, c, err
}

// stands checks that the envelope stands under the root of the checkpoint.
func (p proofFile) stands(env envelope, raw []byte, c checkpoint) error {
	path := make([]hash, len(p.Path))
	for i, s := range p.Path {
		h, err := fromBase64(s)
		if err != nil || len(h) != len(path[i]) {
			return errors.New("a step of the path is not a hash")
		}
		path[i] = hash(h)
	}
	return checkPath(env.position-1, c.size, leafHash(raw), path, c.root)
}

// text checks the text, where there is one, and reads its words; nil where there is none.
func (r *Report) text(f *receiptFile, env envelope) (words map[string]json.RawMessage, ok bool) {
	if f.Text == "" {
		detail := "none was written"
		if env.text != "none" {
			detail = "not in this receipt: it was erased or left out, and nothing is shown about it"
		}
		return nil, r.check("text", nil, "%s", detail)
	}
	salted, err := fromBase64(f.Text)
	if err == nil {
		err = env.checkText(salted)
	}
	if err == nil {
		words, err = object(salted[saltSize:])
	}
	if err == nil && !utf8.Valid(salted[saltSize:]) {
		err = errors.New("not UTF-8")
	}
	return words, r.check("text", err, "%d bytes are what the envelope commits to", len(salted)-saltSize)
}

func noticed(s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf(" and notice %q", s)
}

// signature checks who signed the checkpoint.
func (r *Report) signature(claimed, given string, n note, c checkpoint) bool {
	own, err := parseKey(claimed)
	if err == nil && own.name != c.origin {
		err = fmt.Errorf("the key is of %s", own.name)
	}
	if err == nil {
		err = n.signedBy(own)
	}
	if given == "" {
		return r.check("signature", err, "it fits the key in the file; that key is only a claim of the file, so this does not show who signed")
	}
	if err != nil {
		return r.check("signature", err, "")
	}
	k, err := parseKey(given)
	if err != nil {
		err = fmt.Errorf("the key to check with: %w", err)
	}
	if err == nil && k.name != c.origin {
		err = fmt.Errorf("the key to check with is of %s, the checkpoint of %s", k.name, c.origin)
	}
	if err == nil {
		err = n.signedBy(k)
	}
	if err == nil && claimed != given {
		err = errors.New("the file claims another key than the one to check with")
	}
	if r.check("signature", err, "signed by %s", k.name) {
		r.Signer = k.name
		return true
	}
	return false
}

// meaning compares every field of the meaning with the data that the envelope commits to.
func (r *Report) meaning(f *receiptFile, env envelope, c checkpoint, data []byte, words map[string]json.RawMessage) bool {
	m := f.Meaning
	kind, got, err := fact(data)
	if err == nil && kind == "poll.received/1" {
		return r.check("kind", nil, "%s", kind) && r.ballot(f, env, c, got, words)
	}
	corrects := kind == "consultation.corrected/1"
	if err == nil && m.Ballot != "" {
		err = errors.New("the receipt names a ballot, and the entry is none")
	}
	if err == nil && kind != "consultation.received/1" && !corrects {
		err = fmt.Errorf("the entry is a %q, not a contribution or a correction of one", kind)
	}
	if !r.check("kind", err, "%s", kind) || !r.fields(f, got, corrects) || !r.said(f, got, words, corrects) {
		return false
	}
	if m.Class != env.class {
		err = fmt.Errorf("the receipt says %q, the envelope says %q", m.Class, env.class)
	}
	if !r.check("class", err, "%s", env.class) {
		return false
	}
	if !r.check("rule and times", ruleFits(m.Received, m.Told, m.Deadline, m.Rule), "the rule follows from the times") || !r.demonstration(f, c) {
		return false
	}
	if !strings.HasSuffix(m.Address, "/"+m.Conversation+"/"+m.Contribution) {
		err = errors.New("it does not end with the conversation and the contribution")
	}
	return r.check("address", err, "names the contribution")
}

// ballot compares the meaning of the receipt of a ballot with its data. What the ballot says is no part of it.
func (r *Report) ballot(f *receiptFile, env envelope, c checkpoint, got, words map[string]json.RawMessage) bool {
	m := f.Meaning
	for _, v := range []struct{ name, said, member string }{
		{"ballot", m.Ballot, "poll"}, {"received", m.Received, "at"}, {"deadline", m.Deadline, "closes"}, {"assurance", m.Assurance, "assurance"},
	} {
		s, err := text(got, v.member)
		if err == nil && s == "" {
			err = errors.New("the data do not say")
		}
		if err == nil && s != v.said {
			err = fmt.Errorf("the receipt says %q, the data say %q", v.said, s)
		}
		if !r.check(v.name, err, "%s", s) {
			return false
		}
	}
	var err error
	if words != nil || m.Contribution != "" || m.Call != "" || m.Rule != "" || m.Told != "" || m.Correction != 0 || len(m.On)+len(m.Corrects)+len(f.Parties) > 0 {
		err = errors.New("the receipt says more than that a ballot was cast")
	}
	if !r.check("choice", err, "what was chosen is no part of it") {
		return false
	}
	if m.Class != env.class {
		err = fmt.Errorf("the receipt says %q, the envelope says %q", m.Class, env.class)
	}
	if !r.check("class", err, "%s", env.class) || !r.demonstration(f, c) {
		return false
	}
	if !strings.HasSuffix(m.Address, "/"+m.Conversation+"/"+m.Ballot) {
		err = errors.New("it does not end with the conversation and the ballot")
	}
	return r.check("address", err, "names the ballot")
}

// said compares what each part answers, and of a correction which one it is and what it says anew.
func (r *Report) said(f *receiptFile, got, words map[string]json.RawMessage, corrects bool) bool {
	m := f.Meaning
	var on, anew []string
	var err error
	if corrects {
		var n int64
		if n, err = count(got, "number"); err == nil && (n < 1 || n != m.Correction) {
			err = fmt.Errorf("the receipt says %d, the data say %d", m.Correction, n)
		}
		if !r.check("correction", err, "number %d of %s", n, m.Contribution) {
			return false
		}
		anew, err = corrected(m.Contribution, got, words)
	} else if on, err = parts(got, words); err == nil && m.Correction != 0 {
		err = errors.New("the receipt says that it is of a correction, the data are of a contribution")
	}
	same := func(name string, said, have []string) bool {
		if err == nil && strings.Join(have, "\n") != strings.Join(said, "\n") {
			err = fmt.Errorf("the receipt says %q, the data say %q", said, have)
		}
		return r.check(name, err, "%s", strings.Join(have, " "))
	}
	if !same("on", m.On, on) {
		return false
	}
	return !corrects && len(m.Corrects) == 0 || same("corrects", m.Corrects, anew)
}

// fields compares the members that stand in the data letter by letter.
func (r *Report) fields(f *receiptFile, got map[string]json.RawMessage, corrects bool) bool {
	m, ref := f.Meaning, "ref"
	if corrects {
		ref = "contribution"
	}
	for _, v := range []struct {
		name, said, member string
		must               bool
	}{
		{"contribution", m.Contribution, ref, true},
		{"call", m.Call, "call", true},
		{"received", m.Received, "received", true},
		{"told", m.Told, "told", false},
		{"rule", m.Rule, "rule", true},
		{"deadline", m.Deadline, "deadline", true},
		{"assurance", m.Assurance, "assurance", true},
	} {
		s, err := text(got, v.member)
		if err == nil && s == "" && v.must {
			err = errors.New("the data do not say")
		}
		if err == nil && s != v.said {
			err = fmt.Errorf("the receipt says %q, the data say %q", v.said, s)
		}
		if s == "" {
			s = "not used"
		}
		if !r.check(v.name, err, "%s", s) {
			return false
		}
	}
	return true
}

// demonstration checks that a notice stands where the record is a demonstration, and nowhere else.
func (r *Report) demonstration(f *receiptFile, c checkpoint) bool {
	var err error
	detail := "no"
	switch demonstration := strings.HasPrefix(c.origin, "demonstration/"); {
	case demonstration && f.Notice == "":
		err = errors.New("it is one, and the receipt has no notice that says so")
	case demonstration:
		detail = "yes: what it says is invented"
	case f.Notice != "":
		err = errors.New("a notice, on a record that is none")
	case f.Meaning.Told != "":
		err = errors.New("a told time, on a record that is none")
	}
	return r.check("demonstration", err, "%s", detail)
}

// ruleFits checks that the rule is the one that the instants give: a script's clock where there is one,
// else the arrival; before the deadline is on time, at it and after it is late.
func ruleFits(received, told, deadline, rule string) error {
	at, err := instant(received)
	if err != nil {
		return err
	}
	if told != "" {
		if at, err = instant(told); err != nil {
			return err
		}
	}
	end, err := instant(deadline)
	if err != nil {
		return err
	}
	want := "late"
	if at.Before(end) {
		want = "on_time"
	}
	if rule != want {
		return fmt.Errorf("the rule is %q where the times say %q", rule, want)
	}
	return nil
}

// parts lists what each part answers, and checks that the text, where there is one, has the lengths
// that the data say. Who only chose something at the questions of a call has none.
func parts(got map[string]json.RawMessage, words map[string]json.RawMessage) ([]string, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(got["parts"], &list); err != nil || len(list) == 0 && len(got["chosen"]) == 0 {
		return nil, errors.New("the data list no parts")
	}
	var on []string
	for i, raw := range list {
		p, err := object(raw)
		if err != nil {
			return nil, err
		}
		s, err := text(p, "on")
		if err != nil || s == "" {
			return nil, errors.New("a part that answers nothing")
		}
		on = append(on, s)
		if err := lengths(p, words, int64(i+1)); err != nil {
			return nil, err
		}
	}
	return on, nil
}

// corrected lists the parts that a correction says anew, and checks the lengths of the text, where there is one.
func corrected(contribution string, got, words map[string]json.RawMessage) (anew []string, err error) {
	var list []json.RawMessage
	if raw, ok := got["parts"]; ok {
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, err
		}
	}
	for _, raw := range list {
		p, err := object(raw)
		if err != nil {
			return nil, err
		}
		n, err := count(p, "part")
		if err == nil && n < 1 {
			err = errors.New("a part without a number")
		}
		if err == nil {
			err = lengths(p, words, n)
		}
		if err != nil {
			return nil, err
		}
		anew = append(anew, contribution+"."+strconv.FormatInt(n, 10))
	}
	return anew, nil
}

// lengths checks that the words of a part, where there are any, have the lengths that the data say.
func lengths(p, words map[string]json.RawMessage, part int64) error {
	if words == nil {
		return nil
	}
	for _, v := range []struct{ word, member string }{{".text", "bytes"}, {".wording", "wording"}} {
		said, err := count(p, v.member)
		if err != nil {
			return err
		}
		name := strconv.FormatInt(part, 10) + v.word
		w, err := text(words, name)
		if err != nil {
			return err
		}
		if int64(len(w)) != said {
			return fmt.Errorf("%q has %d bytes, the data say %d", name, len(w), said)
		}
	}
	return nil
}
