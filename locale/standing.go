package locale

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strings"
)

// What a text is to somebody who reads it in a language.
const (
	IsOriginal   = "original"    // nobody translated it: it was written so, or says nothing
	IsOfficial   = "official"    // a translation that somebody named official
	IsUnofficial = "unofficial"  // a translation for whoever reads no other language
	IsMachine    = "machine"     // made by a program, and read by nobody yet
	IsOlder      = "older"       // than its original, whatever was said of it before
	IsMissing    = "missing"     // there is none: the original is shown
	IsUnsaid     = "translation" // one of which nobody said what it is
)

// Standing decides what a text is to somebody who reads it in l: original is the language in which it was written, has
// says whether there are words in l, status what was said of them (IsOfficial, IsUnofficial, IsMachine, or "" for
// nothing), and older that the original has other words since. It is the only place where that is decided, so that
// nothing is called official that is missing or older than its original.
func Standing(l, original Lang, has bool, status string, older bool) string {
	switch {
	case l == original:
		return IsOriginal
	case !has:
		return IsMissing
	case older:
		return IsOlder
	case status == "":
		return IsUnsaid
	}
	return status
}

// Standing decides what the text is to somebody who reads it in l: see Standing.
func (t Text) Standing(l Lang, status string, older bool) string {
	if strings.TrimSpace(t.In[t.Original]) == "" {
		return IsOriginal
	}
	return Standing(l, t.Original, strings.TrimSpace(t.In[l]) != "", status, older)
}

// Seen names what somebody sees who translates the text into l: its original and its words in l. It is otherwise as soon
// as one of them is, so nobody overwrites what they have not seen: the first 16 hexadecimal digits of the SHA-256 of both,
// a zero byte between them.
func (t Text) Seen(l Lang) string {
	sum := sha256.Sum256([]byte(t.In[t.Original] + "\x00" + t.In[l]))
	return hex.EncodeToString(sum[:8])
}

// Mark is what is known of one translation beside its words.
type Mark struct {
	// Status is what was said of it: IsOfficial, IsUnofficial or IsMachine, "" where nobody said.
	Status string `json:"status,omitempty"`
	// Of is what the original said when it was translated, where it says something else now; else "".
	Of string `json:"of,omitempty"`
}

// Marks are what is known of the translations of the texts of one thing, by the name that the thing gives a text and the
// language, "title fr". Nobody changes them: After makes others.
type Marks map[string]Mark

// Of is what is known of a text in a language.
func (m Marks) Of(name string, l Lang) Mark { return m[name+" "+string(l)] }

// Older reports whether what a text says in a language is older than its original.
func (m Marks) Older(name string, l Lang) bool { return m.Of(name, l).Of != "" }

// Standing decides what a text is to somebody who reads it in l: see Standing.
func (m Marks) Standing(name string, t Text, l Lang) string {
	mark := m.Of(name, l)
	return t.Standing(l, mark.Status, mark.Of != "")
}

// After are the marks after a text was written: was is what it said until then, now what it says, and wrote are the
// languages that were written, with the same words or with others. Words that were written anew as they are fit the
// original as it stands; words that are other are of nobody's word until status says what they are. What was not written
// while its original was is older than it.
func (m Marks) After(name string, was, now Text, wrote map[Lang]string, status string) Marks {
	out := maps.Clone(m)
	if out == nil {
		out = Marks{}
	}
	before := was.In[was.Original]
	original := now.In[now.Original]
	for _, l := range All {
		mark := out[name+" "+string(l)]
		_, written := wrote[l]
		switch {
		case l == now.Original || now.In[l] == "":
			mark = Mark{}
		case written:
			if mark.Of = ""; status != "" || was.In[l] != now.In[l] {
				mark.Status = status
			}
		case was.Original == now.Original && before != "" && before != original && mark.Of == "" && was.In[l] == now.In[l]:
			mark.Of = before
		case mark.Of == original: // it says again what was translated
			mark.Of = ""
		}
		if mark == (Mark{}) {
			delete(out, name+" "+string(l))
		} else {
			out[name+" "+string(l)] = mark
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// Without are the marks without those of a text that is gone.
func (m Marks) Without(name string) Marks {
	return m.After(name, Text{}, Text{}, nil, "")
}

// Changed are the languages in which a text says something else than before.
func Changed(was, now Text) map[Lang]string {
	out := map[Lang]string{}
	for _, l := range All {
		if was.In[l] != now.In[l] {
			out[l] = now.In[l]
		}
	}
	return out
}

// Lacking lists those of some languages in which a text says nothing; none where it says nothing at all.
func (t Text) Lacking(languages []Lang) (out []Lang) {
	if t.Empty() {
		return nil
	}
	for _, l := range languages {
		if strings.TrimSpace(t.In[l]) == "" {
			out = append(out, l)
		}
	}
	return out
}
