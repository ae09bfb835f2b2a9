package paper

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// What a second person says of a sentence of considerations, after reading what it cites.
const (
	Supported       = "supported"
	PartlySupported = "partly"
	NotSupported    = "not"
)

// Verdicts lists what may be said of a sentence.
var Verdicts = []string{Supported, PartlySupported, NotSupported}

// AnyMark stands for all marks of sentences, for pages that show them.
const AnyMark cite.Ref = "marks"

// Seal names a sentence by its words in the language of the original and by what it cites, in their order: the first 32 hexadecimal digits of
// a SHA-256. A sentence that says something else, or rests on something else, has another, and what was said of it before is not said of
// it any more. Its number, its place and its translations are no part of it: these have seals of their own, see TranslationSeal.
type Seal string

// sealLength is how many hexadecimal digits a Seal has.
const sealLength = 32

// Seal is the seal of a sentence.
func (e *Element) Seal() Seal { return sealOf(e.Text.Original, e.Text.In[e.Text.Original], e.Cites) }

// SealOf is the seal of a sentence that is not an element yet.
func SealOf(l locale.Lang, text string, cites []cite.Ref) Seal { return sealOf(l, text, cites) }

func sealOf(l locale.Lang, text string, cites []cite.Ref) Seal {
	h := sha256.New()
	for _, s := range append([]string{"plenary sentence 1", string(l), strings.TrimSpace(text)}, texts(cites)...) {
		_, _ = h.Write([]byte(s))
		_, _ = h.Write([]byte{0})
	}
	return Seal(hex.EncodeToString(h.Sum(nil))[:sealLength])
}

// TranslationSeal names a translation of a sentence by its words, and by the seal of the sentence that it translates.
func TranslationSeal(of Seal, l locale.Lang, text string) Seal {
	h := sha256.New()
	for _, s := range []string{"plenary translation 1", string(of), string(l), strings.TrimSpace(text)} {
		_, _ = h.Write([]byte(s))
		_, _ = h.Write([]byte{0})
	}
	return Seal(hex.EncodeToString(h.Sum(nil))[:sealLength])
}

// TranslationSeals are those of all translations of a sentence.
func (e *Element) TranslationSeals() map[locale.Lang]Seal {
	out, of := map[locale.Lang]Seal{}, e.Seal()
	for _, l := range locale.All {
		if text := e.Text.In[l]; text != "" && l != e.Text.Original {
			out[l] = TranslationSeal(of, l, text)
		}
	}
	return out
}

// sealed reports whether a seal is written as one.
func (s Seal) sealed() bool {
	_, err := hex.DecodeString(string(s))
	return err == nil && len(s) == sealLength && strings.ToLower(string(s)) == string(s)
}

// texts spells references.
func texts(refs []cite.Ref) []string {
	out := make([]string, len(refs))
	for i, r := range refs {
		out[i] = string(r)
	}
	return out
}

// MarkSentence says whether what a sentence of considerations cites bears it out. Who wrote the sentence may mark it too, and that
// counts for nothing: see Marks.
type MarkSentence struct {
	Seal    Seal   // of the sentence as it was read
	Verdict string // one of Verdicts
	// Translations are those that were read beside the original, each as it was read: see TranslationSeal. What the verdict says is said of these as well,
	// and of no other translation.
	Translations map[locale.Lang]Seal
}

// Check holds the mark to its bounds.
func (c MarkSentence) Check() (MarkSentence, error) {
	var in input.Check
	in.If(!c.Seal.sealed(), "seal", "paper.seal")
	for l, seal := range c.Translations {
		in.Language("translations", l)
		in.If(!seal.sealed(), "translations", "paper.seal")
	}
	in.OneOf("verdict", c.Verdict, Verdicts, "paper.verdict")
	return c, in.Err()
}

// MarkSentence decides. Whoever marks a sentence again says something else of it now.
func (s *State) MarkSentence(act cite.Act, c MarkSentence) (cite.Proposal, error) {
	//mutants:guard a second reader is somebody: what the command line says is nobody's reading
	if act.By == "" {
		return cite.Proposal{}, refusal.New(refusal.Forbidden, "paper.reader")
	}
	return cite.Proposal{Body: SentenceMarked{Seal: c.Seal, Verdict: c.Verdict, Translations: c.Translations, By: act.By, At: act.At}}, nil
}

// Asking asks people to read sentences of a draft as a second person.
type Asking struct {
	Slug string
	Key  string // of the draft
	At   time.Time
	To   map[string]int // participants, with how many sentences wait for each
}

// SentenceMarked: somebody read what a sentence cites, and said whether it bears the sentence out. The sentence may stand in a draft, of
// which nothing else is on the record.
type SentenceMarked struct {
	Seal    Seal      `json:"seal"`
	Verdict string    `json:"verdict"`
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at"`
	// Translations are those that were read as well, by their seals; in marks of before it was not said.
	Translations map[locale.Lang]Seal `json:"translations,omitempty"`
}

// Describe: that somebody answers for a sentence is everybody's.
func (f SentenceMarked) Describe() cite.Description {
	return cite.Description{Kind: "paper.sentence_marked/1", Touches: []cite.Ref{AnyMark}, About: cite.Public}
}

// Apply keeps the mark in the place of what the same person said of the sentence before.
func (f *SentenceMarked) Apply(s *State, at cite.Entry) error {
	m := Mark{Verdict: f.Verdict, Translations: f.Translations, By: f.By, At: f.At, Position: at.Position}
	others := slices.DeleteFunc(slices.Clone(s.marks[f.Seal]), func(x Mark) bool { return x.By == f.By })
	s.marks[f.Seal] = append(others, m)
	return nil
}

// Mark is what somebody said of a sentence last.
type Mark struct {
	Verdict      string
	By           string // the participant's reference
	At           time.Time
	Position     cite.Position
	Translations map[locale.Lang]Seal // that were read as well
}

// Of reports whether a mark of a sentence is of its text in a language: what was translated anew since was read by nobody.
func (m Mark) Of(e *Element, l locale.Lang) bool {
	//mutants:guard nobody is said to have compared a translation that they did not read
	return l == e.Text.Original || m.Translations[l] != "" && m.Translations[l] == TranslationSeal(e.Seal(), l, e.Text.In[l])
}

// Marks lists what was said of a sentence by anybody but those who wrote it, oldest first.
func (s *State) Marks(of Seal, wrote []string) (out []Mark) {
	for _, m := range s.marks[of] {
		//mutants:guard nobody is the second reader of what they wrote
		if !slices.Contains(wrote, m.By) {
			out = append(out, m)
		}
	}
	return out
}
