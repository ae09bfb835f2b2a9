package verifier

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// partyFile is a party in a receipt of what several submitted: what it says, and the entries that prove it.
type partyFile struct {
	Party       string      `json:"party"`
	Name        string      `json:"name,omitempty"`
	Category    string      `json:"category"`
	Country     string      `json:"country,omitempty"`
	Through     string      `json:"through,omitempty"`
	Dissociated string      `json:"dissociated,omitempty"`
	Entries     []entryFile `json:"entries"`
}

// entryFile is an entry that a receipt proves beside its own.
type entryFile struct {
	Proof proofFile `json:"proof"`
	Data  string    `json:"data"`
	Text  string    `json:"text,omitempty"`
}

// parties checks the parties that submitted a contribution together: each has entries of the same record, signed with the same key,
// that say of it what the receipt says. own is the contribution's own entry, data are its data without the salt.
func (r *Report) parties(f *receiptFile, own shown, data []byte) (beside []shown, ok bool) {
	if len(f.Parties) == 0 {
		return nil, true
	}
	kind, of, err := fact(data)
	if err == nil && kind != "consultation.received/1" {
		err = errors.New("only a contribution is submitted by several parties")
	}
	seen := map[string]bool{}
	for i, p := range f.Parties {
		var at []shown
		if err == nil {
			at, err = p.proven(own, of, i == 0)
		}
		if err == nil && seen[p.Party] {
			err = errors.New("it is named twice")
		}
		if err != nil && p.Party != "" {
			err = fmt.Errorf("%s: %w", p.Party, err)
		}
		if !r.check("party", err, "%s", p.words(at, i == 0)) {
			return nil, false
		}
		seen[p.Party] = true
		beside = append(beside, at...)
	}
	return beside, true
}

// words says which party it is, and where that stands.
func (p partyFile) words(at []shown, lead bool) string {
	var out []string
	for _, s := range []string{p.Name, p.Party, p.Category, p.Country} {
		if s != "" {
			out = append(out, s)
		}
	}
	if p.Through != "" {
		out = append(out, "declared by "+p.Through)
	}
	switch {
	case lead:
		out = append(out, "leads")
	case len(at) > 0:
		out = append(out, fmt.Sprintf("submitted it by entry %d", at[0].envelope.position))
	}
	if p.Dissociated != "" {
		out = append(out, "DISSOCIATED ITSELF on "+p.Dissociated)
	}
	return strings.Join(out, ", ")
}

// proven checks the entries of a party, in the order in which a receipt has them: that it submitted the contribution (but of the party
// that leads, of which the data of the contribution say it), the one that gave it its name, the one by which it dissociated itself. It
// must say what they say, and nothing else.
func (p partyFile) proven(own shown, of map[string]json.RawMessage, lead bool) (at []shown, err error) {
	type read struct {
		kind        string
		data, words map[string]json.RawMessage
	}
	var all []read
	for _, e := range p.Entries {
		var x read
		s, err := e.proven(own, &x.kind, &x.data, &x.words)
		if err != nil {
			return nil, err
		}
		at, all = append(at, s), append(all, x)
	}
	var is partyFile
	member := func(m map[string]json.RawMessage, name string) (s string) {
		if err == nil {
			s, err = text(m, name)
		}
		return s
	}
	next := func(kinds ...string) (x read, ok bool) {
		if len(all) > 0 && strings.Contains(" "+strings.Join(kinds, " ")+" ", " "+all[0].kind+" ") {
			x, all, ok = all[0], all[1:], true
		}
		return x, ok
	}
	contribution := member(of, "ref")
	is.Party, is.Category, is.Country = member(of, "for"), member(of, "category"), member(of, "country")
	if !lead {
		j, ok := next("delegation.joined/1")
		if !ok || member(j.data, "contribution") != contribution {
			return nil, errors.Join(errors.New("no entry says that it submitted the contribution"), err)
		}
		is.Party, is.Category, is.Country, is.Through = member(j.data, "party"), member(j.data, "category"), member(j.data, "country"), member(j.data, "through")
	}
	if x, ok := next("delegation.entered/1", "delegation.renamed/1"); ok {
		if is.Name = member(x.words, "name"); member(x.data, "party") != is.Party {
			return nil, errors.Join(errors.New("the entry with the name is another party's"), err)
		}
	}
	if x, ok := next("delegation.stood/1"); ok && !lead {
		is.Dissociated = member(x.data, "at")
		if member(x.data, "contribution") != contribution || member(x.data, "party") != is.Party || member(x.data, "group") != "" || member(x.data, "stand") != "dissociated" {
			return nil, errors.Join(errors.New("the entry that is to say that it dissociated itself says something else"), err)
		}
	} else if ok {
		return nil, errors.New("the party that leads cannot dissociate itself")
	}
	said := p
	said.Entries = nil
	if a, b := fmt.Sprintf("%q", said), fmt.Sprintf("%q", is); err == nil && a != b {
		err = fmt.Errorf("the receipt says %s, its entries say %s", a, b)
	}
	if err == nil && len(all) > 0 {
		err = fmt.Errorf("an entry that is a %q does not belong there", all[0].kind)
	}
	return at, err
}

// proven checks one entry as the entry of the receipt is checked, and reads it.
func (e entryFile) proven(own shown, kind *string, data, words *map[string]json.RawMessage) (s shown, err error) {
	s.claimed = own.claimed
	if s.raw, err = fromBase64(e.Proof.Envelope); err == nil {
		s.envelope, err = parseEnvelope(s.raw)
	}
	if err == nil && s.envelope.record != own.envelope.record {
		err = errors.New("an entry of another record")
	}
	var n note
	if err == nil {
		n, s.point, err = e.Proof.point(s.envelope)
	}
	if err == nil && s.point.origin != own.point.origin {
		err = fmt.Errorf("a checkpoint of %s", s.point.origin)
	}
	if err == nil {
		err = e.Proof.stands(s.envelope, s.raw, s.point)
	}
	if err != nil {
		return s, err
	}
	k, err := parseKey(own.claimed)
	if err == nil {
		err = n.signedBy(k)
	}
	if err != nil {
		return s, err
	}
	salted, err := fromBase64(e.Data)
	if err == nil {
		err = s.envelope.checkData(salted)
	}
	if err == nil {
		*kind, *data, err = fact(salted[saltSize:])
	}
	if err != nil || e.Text == "" {
		return s, err
	}
	if salted, err = fromBase64(e.Text); err == nil {
		err = s.envelope.checkText(salted)
	}
	if err == nil && !utf8.Valid(salted[saltSize:]) {
		err = errors.New("its text is not UTF-8")
	}
	if err == nil {
		*words, err = object(salted[saltSize:])
	}
	return s, err
}
