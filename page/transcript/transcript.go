package transcript

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/speaking"
	"github.com/openplenary/plenary/conversation/verbatim"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/channel"
	"github.com/openplenary/plenary/session"
	noun "github.com/openplenary/plenary/transcript"
)

// Row is a transcript in a list.
type Row struct {
	Sitting  int    `json:"sitting"` // its number in the session
	Language string `json:"language"`
	Made     string `json:"made"`     // people or machine
	Passages int    `json:"passages"` // how many it has
}

// Cue is what was said from one instant until another.
type Cue struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Code string    `json:"code"` // its time code
	Text string    `json:"text"` // "" of what was not said after all
	id   string    // of the place on the page; "" where another cue has it
}

// Change is that the words of a passage were put right.
type Change struct {
	Office   string        `json:"office"` // in which it was done: officer, rapporteur
	At       time.Time     `json:"at"`
	Position cite.Position `json:"position"`
	Before   []string      `json:"before"` // what stood before, cue by cue
}

// Speaker is who had the floor.
type Speaker struct {
	// Contribution is the intervention that was entered of it; absent while none is, or it is not the reader's to read.
	Contribution cite.Ref `json:"contribution,omitempty"`
	// Name is that of the party, or what the intervention is signed with.
	Name  string `json:"name"`
	named *part.Named
	said  *part.Contribution
}

// Passage is a passage of a transcript.
type Passage struct {
	Number  int      `json:"n"`                 // in the transcript, from 1
	Speaker *Speaker `json:"speaker,omitempty"` // absent where nobody was given the floor: the chair spoke, or it is not known
	Cues    []Cue    `json:"cues"`              // in order of time
	// State says why there are no words: erased, or hidden with the intervention that it is part of; absent where there are.
	State   string        `json:"state,omitempty"`
	Changes []Change      `json:"changes,omitempty"` // oldest first
	At      cite.Position `json:"position"`          // the entry whose words stand
	first   bool          // of its speaker
	entries []cite.Position
}

// Page is what was said in a sitting, in a language.
type Page struct {
	Session cite.Ref            `json:"session"` // s2
	Name    frame.LocalizedText `json:"title"`
	Zone    string              `json:"zone"`        // of the host
	All     []Row               `json:"transcripts"` // of all sittings, in all languages
	// Sitting is the one that is shown; 0 where there is no transcript.
	Sitting  int         `json:"sitting,omitempty"`
	Language locale.Lang `json:"language,omitempty"`
	Made     string      `json:"made,omitempty"` // by people or by a machine
	// Zero is the instant of time code 0:00:00.
	Zero     time.Time  `json:"zero,omitzero"`
	Passages []*Passage `json:"passages"`
	// Before are the passages that a program wrote, and in whose place others stand; absent where there are none.
	Before []*Passage `json:"before,omitempty"`
	// Recordings are those in which it is heard: of the language, else of the floor.
	Recordings channel.Recordings `json:"recordings,omitempty"`
}

// each lists all passages, those in whose place others stand behind the others.
func (v *Page) each() []*Passage { return slices.Concat(v.Passages, v.Before) }

// Chosen is which transcript is asked for; what is left out is chosen for the reader.
type Chosen struct {
	Sitting  int
	Language locale.Lang
}

// of finds the session of an address, and the transcript that is asked for: else that in the reader's language, else the first.
func of(st *conversation.Reading, ref cite.Ref, c Chosen, l locale.Lang) (x *session.Session, t *noun.Transcript, all []*noun.Transcript, ok bool) {
	x, ok = st.Sessions.Session(ref)
	if !ok || x.Ref != ref {
		return nil, nil, nil, false
	}
	all = st.Transcripts.Of(ref)
	fits := func(t *noun.Transcript, l locale.Lang) bool {
		return (c.Sitting == 0 || t.Sitting == c.Sitting) && (l == "" || t.Language == l)
	}
	for _, want := range []locale.Lang{cmp.Or(c.Language, l), c.Language} {
		if i := slices.IndexFunc(all, func(t *noun.Transcript) bool { return fits(t, want) }); i >= 0 {
			return x, all[i], all, true
		}
	}
	return x, nil, all, c.Language == "" && c.Sitting == 0
}

// New builds the page; ok is false where there is no such session or transcript.
func New(st *conversation.Reading, ref cite.Ref, c Chosen, l locale.Lang) (*Page, bool) {
	x, t, all, ok := of(st, ref, c, l)
	if !ok {
		return nil, false
	}
	v := &Page{Session: x.Ref, Name: frame.Localize(x.Plan.Title, l), Zone: x.Plan.Zone, All: []Row{}, Passages: []*Passage{}}
	for _, o := range all {
		v.All = append(v.All, Row{Sitting: o.Sitting, Language: string(o.Language), Made: o.Made, Passages: o.Standing()})
	}
	if t == nil {
		return v, true
	}
	v.Sitting, v.Language, v.Made, v.Zero = t.Sitting, t.Language, t.Made, t.Zero
	v.Recordings = channel.NewRecordings(st, ref).In(t.Sitting, string(t.Language))
	ids, names := map[string]bool{}, map[cite.Ref]*Speaker{}
	var last *Speaker
	for _, p := range st.Transcripts.Passages(t) {
		y := &Passage{Number: p.Number, At: p.Standing(), Cues: []Cue{}, entries: p.Entries()}
		y.Speaker = speaker(st, t, p, names, l)
		y.first = len(v.Passages) == 0 || y.Speaker != last
		last = y.Speaker
		for _, s := range p.Spans {
			k := Cue{From: t.Instant(s.From), To: t.Instant(s.To), Code: Code(s.From), id: anchor(s.From)}
			if p.Replaced || ids[k.id] {
				k.id = ""
			}
			ids[k.id] = true
			y.Cues = append(y.Cues, k)
		}
		for _, c := range p.Changes {
			y.Changes = append(y.Changes, Change{Office: c.Office, At: c.At, Position: c.Position})
		}
		switch {
		case p.Gone:
			y.State = "erased"
		case p.Hidden:
			y.State = "hidden"
		}
		if p.Replaced {
			v.Before = append(v.Before, y)
			continue
		}
		v.Passages = append(v.Passages, y)
	}
	return v, true
}

// speaker is who had the floor in a passage: by the intervention that was entered, else by the floor.
func speaker(st *conversation.Reading, t *noun.Transcript, p verbatim.Passage, known map[cite.Ref]*Speaker, l locale.Lang) *Speaker {
	if ref := p.Contribution; ref != cite.None {
		if known[ref] == nil {
			if c, ok := part.NewContribution(st, ref, l); ok {
				known[ref] = &Speaker{Contribution: ref, said: c}
			}
		}
		return known[ref]
	}
	if p.Hidden && !p.Gone {
		return nil
	}
	turns := st.Floor.Floor(t.Session).Turns
	for i := len(turns) - 1; i >= 0; i-- {
		turn := &turns[i]
		for _, s := range turn.Spans {
			if turn.Sitting == t.Sitting && !s.To.IsZero() && t.Said(p.Number, s.From, s.To) {
				key := turn.Party + cite.Ref(fmt.Sprint("#", turn.Number))
				if known[key] == nil {
					n := part.NewNamed(st, speaking.Party(turn.Party))
					known[key] = &Speaker{named: &n}
				}
				return known[key]
			}
		}
	}
	return nil
}

// Code writes milliseconds as a time code.
func Code(ms int64) string {
	s := ms / 1000
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// anchor is where a time is on the page: t0-12-30.
func anchor(ms int64) string { return "t" + strings.ReplaceAll(Code(ms), ":", "-") }

// Need are the words of the passages, and the names of who spoke.
func (v *Page) Need() (out []cite.Position) {
	for _, p := range v.each() {
		if p.State == "" {
			out = append(out, p.entries...)
		}
		switch s := p.Speaker; {
		case s == nil:
		case s.said != nil:
			out = append(out, s.said.Need()...)
		default:
			out = append(out, s.named.Need())
		}
	}
	return append(out, v.Recordings.Need()...)
}

// Fill gives them.
func (v *Page) Fill(words map[cite.Position]cite.Words) {
	v.Recordings.Fill(words)
	for _, p := range v.each() {
		if s := p.Speaker; s != nil && s.said != nil {
			s.said.Fill(words)
			s.Name = s.said.Signed()
		} else if s != nil {
			s.named.Fill(words)
			s.Name = cmp.Or(s.named.Name, string(s.named.Party))
		}
		if p.State != "" {
			continue
		}
		for i := range p.Cues {
			p.Cues[i].Text = words[p.At][strconv.Itoa(i+1)]
		}
		for n := range p.Changes {
			for i := range p.Cues {
				p.Changes[n].Before = append(p.Changes[n].Before, words[p.entries[n]][strconv.Itoa(i+1)])
			}
		}
	}
}

// Title is the page's title.
func (v *Page) Title(f *frame.Frame) string {
	return f.T("transcript.title") + frame.Colon(f) + v.Name.Text
}

// VTT is the transcript as a WebVTT file, as the reader reads it.
func (v *Page) VTT(f *frame.Frame) string {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	if f.Demo {
		b.WriteString("\nNOTE " + f.T("demo.invented") + "\n")
	}
	clock := func(t time.Time) string {
		ms := t.Sub(v.Zero).Milliseconds()
		s := ms / 1000
		return fmt.Sprintf("%02d:%02d:%02d.%03d", s/3600, s/60%60, s%60, ms%1000)
	}
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	for _, p := range v.Passages {
		for _, c := range p.Cues {
			if c.Text != "" {
				b.WriteString("\n" + clock(c.From) + " --> " + clock(c.To) + "\n" + escape.Replace(c.Text) + "\n")
			}
		}
	}
	return b.String()
}
