package cite

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Position is the place of an entry on one conversation's record: dense from 1. Zero is "before
// everything".
type Position int64

// Ref is a permanent reference in ASCII. The forms are:
//
//	p3            paper 3
//	p3.e2         its edition 2
//	p3.x17        its element 17 (a theme, issue, paragraph or question), through time
//	p3.e2.x17     that element as edition 2 has it
//	p3.e2.x17.fr  the same in French
//	k2            call 2
//	c418          contribution 418
//	c418.2        its part 2
//	c418.f1       its attached file 1
//	d7            disposition 7: an answer of the secretariat
//	q4            question 4, formulated from what was proposed
//	o2            order 2: the order in which themes are taken up
//	o2.t3         its theme 3, wherever that stands in the order
//	b5            indicative ballot 5, on the themes of an order
//	s2            session 2
//	s2.i4         item 4 of its agenda
//	y4g9…         a party (13 characters after the letter)
//	u7ck…         a participant (13 characters after the letter)
//
// and any of the texts among them may be followed by a byte range, "[120:188]".
type Ref string

// None is the reference to nothing.
const None Ref = ""

// ErrRef says that a string is not a well-formed reference.
var ErrRef = errors.New("cite: not a reference")

const maxRef = 96

// ParseRef checks s and returns it as a Ref. It accepts exactly the forms that Ref documents and
// returns ErrRef for anything else, so a stranger's bytes never travel further as a reference.
func ParseRef(s string) (Ref, error) {
	if len(s) < 2 || len(s) > maxRef {
		return None, ErrRef
	}
	head, span, hasSpan := strings.Cut(s, "[")
	if hasSpan {
		if _, ok := parseSpan("[" + span); !ok {
			return None, ErrRef
		}
	}
	if head == "" {
		return None, ErrRef
	}
	seg := strings.Split(head, ".")
	var ok bool
	switch head[0] {
	case 'p':
		ok = parsePaper(seg) && (!hasSpan || len(seg) == 4)
	case 'k', 'd', 'q', 'b':
		ok = len(seg) == 1 && counter(head[1:]) && !hasSpan
	case 'o':
		ok = counter(seg[0][1:]) && (len(seg) == 1 || len(seg) == 2 && tagged(seg[1], 't')) && !hasSpan
	case 's':
		ok = counter(seg[0][1:]) && (len(seg) == 1 || len(seg) == 2 && tagged(seg[1], 'i')) && !hasSpan
	case 'c':
		ok = counter(seg[0][1:]) && (len(seg) == 1 || len(seg) == 2 && (counter(seg[1]) || strings.HasPrefix(seg[1], "f") && counter(seg[1][1:])))
		ok = ok && (!hasSpan || len(seg) == 2 && seg[1][0] != 'f')
	case 'y', 'u':
		_, err := ParseNumber(head[1:])
		ok = len(seg) == 1 && err == nil && !hasSpan
	}
	if !ok {
		return None, ErrRef
	}
	return Ref(s), nil
}

func parsePaper(seg []string) bool {
	if !counter(seg[0][1:]) {
		return false
	}
	rest := seg[1:]
	if len(rest) > 0 && tagged(rest[0], 'e') {
		rest = rest[1:]
		if len(rest) > 0 && tagged(rest[0], 'x') {
			rest = rest[1:]
			if len(rest) == 1 && len(rest[0]) == 2 && lower(rest[0][0]) && lower(rest[0][1]) {
				rest = nil
			}
		}
		return len(rest) == 0
	}
	if len(rest) > 0 && tagged(rest[0], 'x') {
		rest = rest[1:]
	}
	return len(rest) == 0
}

func lower(b byte) bool { return b >= 'a' && b <= 'z' }

func tagged(s string, tag byte) bool { return len(s) > 1 && s[0] == tag && counter(s[1:]) }

// counter reports whether s is a decimal number from 1 without leading zeros.
func counter(s string) bool {
	if s == "" || len(s) > 12 || s[0] == '0' {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Kind is the leading letter of the reference: 'p', 'k', 'c', 'd', 'q', 'o', 'b', 's', 'y', 'u', or 0 for None.
func (r Ref) Kind() byte {
	if r == "" {
		return 0
	}
	return r[0]
}

// ID is the reference as an HTML id: "p3.x17" becomes "p3-x17".
func (r Ref) ID() string { return strings.ReplaceAll(string(r), ".", "-") }

// Root is the first segment: the paper of an element, the contribution of a part.
func (r Ref) Root() Ref {
	head, _, _ := strings.Cut(string(r), ".")
	head, _, _ = strings.Cut(head, "[")
	return Ref(head)
}

// Number is the counter of the root: 418 for "c418.2"; 0 where there is none.
func (r Ref) Number() int {
	root := r.Root()
	if len(root) < 2 {
		return 0
	}
	n, _ := strconv.Atoi(string(root[1:]))
	return n
}

// tag returns the number of the segment that begins with the letter, 0 if there is none.
func (r Ref) tag(letter byte) int {
	head, _, _ := strings.Cut(string(r), "[")
	_, rest, more := strings.Cut(head, ".")
	for more {
		var s string
		s, rest, more = strings.Cut(rest, ".")
		if len(s) > 1 && s[0] == letter {
			if n, err := strconv.Atoi(s[1:]); err == nil {
				return n
			}
		}
	}
	return 0
}

// EditionNumber is n of ".eN", 0 if the reference names no edition.
func (r Ref) EditionNumber() int { return r.tag('e') }

// ElementNumber is n of ".xN", 0 if the reference names no element.
func (r Ref) ElementNumber() int { return r.tag('x') }

// ThemeNumber is n of "o2.tN", 0 if the reference names no theme of an order.
func (r Ref) ThemeNumber() int { return r.tag('t') }

// ItemNumber is n of "s2.iN", 0 if the reference names no item of an agenda.
func (r Ref) ItemNumber() int { return r.tag('i') }

// FileNumber is n of ".fN", 0 if the reference names no attached file.
func (r Ref) FileNumber() int { return r.tag('f') }

// PartNumber is n of "c418.N", 0 if the reference names no part of a contribution.
func (r Ref) PartNumber() int {
	if r.Kind() != 'c' {
		return 0
	}
	_, rest, _ := strings.Cut(string(r), ".")
	if rest, _, _ = strings.Cut(rest, "["); rest == "" || rest[0] == 'f' {
		return 0 // the contribution itself, or a file: an error made and thrown away would cost more than all the rest
	}
	n, _ := strconv.Atoi(rest)
	return n
}

// Element is the reference through time of the element named: "p3.x17" for "p3.e2.x17.fr[1:2]".
func (r Ref) Element() Ref {
	if _, last, _ := strings.Cut(string(r), ".x"); r.Kind() == 'p' && counter(last) && counter(string(r[1:len(r)-len(last)-2])) {
		return r // it is one: most references that are asked for it are
	}
	if n := r.ElementNumber(); n > 0 {
		return Element(r.Root(), n)
	}
	return None
}

// Edition is the edition named: "p3.e2" for "p3.e2.x17"; None if there is none.
func (r Ref) Edition() Ref {
	if n := r.EditionNumber(); n > 0 {
		return EditionOf(r.Root(), n)
	}
	return None
}

// Span returns the byte range of the reference, if it has one.
func (r Ref) Span() (Span, bool) {
	_, s, ok := strings.Cut(string(r), "[")
	if !ok {
		return Span{}, false
	}
	return parseSpan("[" + s)
}

// Paper is the reference of the paper with counter n.
func Paper(n int) Ref { return Ref("p" + strconv.Itoa(n)) }

// Call is the reference of the call with counter n.
func Call(n int) Ref { return Ref("k" + strconv.Itoa(n)) }

// Question is the reference of the formulated question with counter n.
func Question(n int) Ref { return Ref("q" + strconv.Itoa(n)) }

// Order is the reference of the order of themes with counter n.
func Order(n int) Ref { return Ref("o" + strconv.Itoa(n)) }

// Ballot is the reference of indicative ballot n.
func Ballot(n int) Ref { return Ref("b" + strconv.Itoa(n)) }

// Theme is the reference of theme n of an order.
func Theme(order Ref, n int) Ref { return order + Ref(".t"+strconv.Itoa(n)) }

// Session is the reference of the session with counter n.
func Session(n int) Ref { return Ref("s" + strconv.Itoa(n)) }

// Item is the reference of item n of the agenda of a session.
func Item(session Ref, n int) Ref { return session + Ref(".i"+strconv.Itoa(n)) }

// Contribution is the reference of the contribution with counter n.
func Contribution(n int) Ref { return Ref("c" + strconv.Itoa(n)) }

// Disposition is the reference of the disposition with counter n.
func Disposition(n int) Ref { return Ref("d" + strconv.Itoa(n)) }

// Part is the reference of part n of a contribution.
func Part(c Ref, n int) Ref { return c + "." + Ref(strconv.Itoa(n)) }

// File is the reference of attached file n of a contribution.
func File(c Ref, n int) Ref { return c + ".f" + Ref(strconv.Itoa(n)) }

// EditionOf is the reference of edition n of a paper.
func EditionOf(p Ref, n int) Ref { return p + ".e" + Ref(strconv.Itoa(n)) }

// Element is the reference of element n of a paper (or, given an edition, of that element in it).
func Element(p Ref, n int) Ref { return p + ".x" + Ref(strconv.Itoa(n)) }

// Span is a range of bytes of a stored text: from the first byte up to, not including, the last.
type Span struct{ From, To int }

// String gives the range as a reference carries it: "[120:188]".
func (s Span) String() string { return fmt.Sprintf("[%d:%d]", s.From, s.To) }

// ParseBytes reads a range as an address carries it, "120-188".
func ParseBytes(s string) (Span, bool) {
	a, b, ok := strings.Cut(s, "-")
	if !ok {
		return Span{}, false
	}
	return parseSpan("[" + a + ":" + b + "]")
}

func parseSpan(s string) (Span, bool) {
	if len(s) < 5 || s[0] != '[' || s[len(s)-1] != ']' {
		return Span{}, false
	}
	a, b, ok := strings.Cut(s[1:len(s)-1], ":")
	if !ok || !(a == "0" || counter(a)) || !counter(b) {
		return Span{}, false
	}
	from, err1 := strconv.Atoi(a)
	to, err2 := strconv.Atoi(b)
	if err1 != nil || err2 != nil || from >= to || to > 1<<20 {
		return Span{}, false
	}
	return Span{from, to}, true
}

// numberAlphabet is Crockford's base 32 in lower case: no i, l, o or u to misread.
const numberAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// FormatNumber writes a random 64-bit number as the 13 characters that follow the letter of a
// party's or participant's reference.
func FormatNumber(n uint64) string {
	var b [13]byte
	for i := 12; i >= 0; i-- {
		b[i] = numberAlphabet[n&31]
		n >>= 5
	}
	return string(b[:])
}

// IsNumber reports whether s is what FormatNumber writes of n.
func IsNumber(s string, n uint64) bool {
	if len(s) != 13 {
		return false
	}
	for i := 12; i >= 0; i-- { // they differ at the first character that is looked at, mostly
		if s[i] != numberAlphabet[n&31] {
			return false
		}
		n >>= 5
	}
	return true
}

// ParseNumber reads what FormatNumber writes, and nothing else.
func ParseNumber(s string) (uint64, error) {
	if len(s) != 13 || s[0] > 'f' {
		return 0, ErrRef
	}
	var n uint64
	for i := 0; i < len(s); i++ {
		d := strings.IndexByte(numberAlphabet, s[i])
		if d < 0 {
			return 0, ErrRef
		}
		n = n<<5 | uint64(d)
	}
	return n, nil
}
