package transcript

import (
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	noun "github.com/openplenary/plenary/transcript"
)

// Latest is how many cues the page of captions shows: it stays small, and the transcript has the others.
const Latest = 24

// CaptionRests are the references on which the page of captions rests.
var CaptionRests = []cite.Ref{noun.AnyTranscript, conversation.AnySession}

// Captions is what was said last in the sitting that is open, in a language: a page of words only, which goes over the narrowest line.
type Captions struct {
	Session cite.Ref            `json:"session"` // s2
	Name    frame.LocalizedText `json:"title"`
	Zone    string              `json:"zone"` // of the host
	// Open reports whether a sitting is open.
	Open    bool `json:"open"`
	Sitting int  `json:"sitting,omitempty"` // that is open, or was last
	// Languages are those in which there are words of the sitting, or in which they are to come.
	Languages []string    `json:"languages"`
	Language  locale.Lang `json:"language,omitempty"`
	Cues      []Cue       `json:"cues"` // the last ones, oldest first
	whole     *Page
}

// NewCaptions builds the page; ok is false where there is no such session.
func NewCaptions(st *conversation.Reading, ref cite.Ref, in, l locale.Lang) (*Captions, bool) {
	x, ok := st.Sessions.Session(ref)
	if !ok || x.Ref != ref {
		return nil, false
	}
	v := &Captions{Session: x.Ref, Name: frame.Localize(x.Plan.Title, l), Zone: x.Plan.Zone, Languages: []string{}, Cues: []Cue{}}
	for i, t := range x.Sittings {
		if !t.Opened.IsZero() && (t.Closed.IsZero() || !v.Open) {
			v.Sitting, v.Open = i+1, t.Closed.IsZero()
		}
	}
	known := map[locale.Lang]bool{}
	for _, t := range st.Transcripts.Of(ref) {
		known[t.Language] = known[t.Language] || t.Sitting == v.Sitting
	}
	for _, f := range st.Transcripts.Feeds(ref) {
		known[f.Language] = known[f.Language] || f.Sitting == v.Sitting
	}
	for _, k := range locale.All {
		if known[k] {
			v.Languages = append(v.Languages, string(k))
			if k == in || v.Language == "" && in == "" || k == l && in == "" {
				v.Language = k
			}
		}
	}
	if v.Language == "" {
		return v, in == ""
	}
	v.whole, ok = New(st, ref, Chosen{Sitting: v.Sitting, Language: v.Language}, l)
	if !ok { // the words are to come
		v.whole = nil
		return v, true
	}
	n := 0
	for i := len(v.whole.Passages) - 1; i >= 0 && n < Latest; i-- {
		n += len(v.whole.Passages[i].Cues)
		if n >= Latest || i == 0 {
			v.whole.Passages = v.whole.Passages[i:]
		}
	}
	return v, true
}

// Need are the words that are shown.
func (v *Captions) Need() []cite.Position {
	if v.whole == nil {
		return nil
	}
	return v.whole.Need()
}

// Fill gives them.
func (v *Captions) Fill(words map[cite.Position]cite.Words) {
	if v.whole == nil {
		return
	}
	v.whole.Fill(words)
	for _, p := range v.whole.Passages {
		for _, c := range p.Cues {
			if c.Text != "" {
				v.Cues = append(v.Cues, c)
			}
		}
	}
	v.Cues = v.Cues[max(0, len(v.Cues)-Latest):]
}

// Title is the page's title.
func (v *Captions) Title(f *frame.Frame) string {
	return f.T("captions.title") + frame.Colon(f) + v.Name.Text
}

// hour is the time of day of the host.
func (v *Captions) hour(t time.Time) string { return frame.InZone(t, v.Zone).Format("15:04:05") }

// Address is where a feed sends its captions.
func Address(f *frame.Frame, session cite.Ref) string {
	return strings.TrimSuffix(f.Public, "/") + string(f.In("/"+string(session)+"/captions"))
}
