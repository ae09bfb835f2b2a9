package consult

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
)

// Contribute is the page on which somebody writes a contribution, and its preview.
type Contribute struct {
	Call       part.Call        `json:"call"`
	On         cite.Ref         `json:"on"`
	Element    *part.Element    `json:"element,omitempty"`
	Before     []part.Element   `json:"before,omitempty"` // what comes before it in the same issue
	Issue      *part.Element    `json:"issue,omitempty"`
	Paper      part.PaperRow    `json:"paper"`
	Earlier    bool             `json:"earlier,omitempty"` // a newer edition is out
	Form       ContributionForm `json:"-"`
	Preview    bool             `json:"-"`
	Speaker    string           `json:"-"` // who may send it, where it was made for somebody else; "" for who it was made for
	Saved      time.Time        `json:"-"` // when the draft was last saved
	Version    int              `json:"-"`
	Categories []frame.Choice   `json:"-"`
	Unsaid     string           `json:"-"` // the category of whoever says none, "" where they have to
	Countries  []frame.Choice   `json:"-"`
	Parties    []PartyOf        `json:"-"` // parties the reader may speak for
	MaxText    int              `json:"max_text"`
	partyAt    []cite.Position
}

// PartyOf is a party that the reader may speak for.
type PartyOf struct {
	Ref  cite.Ref
	Name string
}

// ContributionForm is what stands in the form.
type ContributionForm struct {
	Text     string      `json:"text"`
	Wording  string      `json:"wording"`
	Stance   string      `json:"stance"`
	Language string      `json:"language"`
	Category string      `json:"category"`
	Country  string      `json:"country"`
	Name     string      `json:"name"`
	Body     string      `json:"body"`
	For      string      `json:"for"` // a party's reference, or "" for oneself
	Email    string      `json:"email"`
	Files    []WriteFile `json:"files"`
	// PublicAddress: a name that is an e-mail address shall be shown to everybody.
	PublicAddress bool `json:"public_address,omitempty"`
}

// WriteFile is a file that was uploaded with the form.
type WriteFile struct {
	// Kept is what the form sends as "kept" to bring the file again. It holds for this form alone.
	Kept string `json:"kept"`
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
	SHA  string `json:"sha256"`
}

// NewContribute builds the page; ok is false where there is no such place to write to.
func NewContribute(st *conversation.Reading, call, on cite.Ref, me []delegation.Participant, l locale.Lang) (*Contribute, bool) {
	k, ok := st.Consultation.Call(call)
	if !ok {
		return nil, false
	}
	if on == cite.None {
		p, ok := st.Papers.Paper(k.Paper)
		if !ok {
			return nil, false
		}
		on = p.Latest().Ref
	}
	e, ok := st.Papers.Edition(on)
	if !ok || on.Root() != k.Paper {
		return nil, false
	}
	v := &Contribute{Call: part.NewCall(st, k, l), On: e.Ref, Paper: part.NewPaperRow(e, l), MaxText: consultation.MaxText}
	p, _ := st.Papers.Paper(on)
	v.Earlier = e != p.Latest()
	if x := on.Element(); x != cite.None {
		if _, ok := e.Element(x); !ok {
			return nil, false
		}
		v.about(st, e, x, l)
	}
	v.choices(st, me, l)
	return v, true
}

// about shows the element that a contribution is about, with what comes before it in the same issue.
func (v *Contribute) about(st *conversation.Reading, e *paper.Edition, x cite.Ref, l locale.Lang) {
	el := part.NewElement(st, e, x, l)
	v.Element, v.On = &el, el.Ref
	issue := e.IssueOf(x)
	if issue == cite.None || issue == x {
		return
	}
	is := part.NewElement(st, e, issue, l)
	v.Issue = &is
	for i := range e.Elements {
		r := e.Elements[i].Ref
		if r == x {
			break
		}
		if e.Within(r, issue) && e.Elements[i].Kind == paper.Paragraph {
			v.Before = append(v.Before, part.NewElement(st, e, r, l))
		}
	}
}

// choices lists for whom the reader may write, and from where.
func (v *Contribute) choices(st *conversation.Reading, me []delegation.Participant, l locale.Lang) {
	v.Categories = part.OwnCategories(st, l)
	v.Unsaid = st.Unsaid()
	for _, c := range st.Countries {
		n, _ := c.Name.For(l)
		v.Countries = append(v.Countries, frame.Choice{ID: c.ID, Name: n})
	}
	for _, c := range locale.Countries(l) {
		v.Countries = append(v.Countries, frame.Choice{ID: c.Code, Name: c.Name(l)})
	}
	for _, m := range me {
		for _, p := range st.Roll.SpeaksFor(m) {
			if s, ok := st.Roll.Party(p); ok {
				v.Parties = append(v.Parties, PartyOf{Ref: p.Ref()})
				v.partyAt = append(v.partyAt, s.Named)
			}
		}
	}
}

// Need lists the names of the parties.
func (v *Contribute) Need() []cite.Position { return v.partyAt }

// Fill gives them.
func (v *Contribute) Fill(words map[cite.Position]cite.Words) {
	for i := range v.Parties {
		v.Parties[i].Name = words[v.partyAt[i]]["name"]
	}
}

// Title is the page's title.
func (v *Contribute) Title(f *frame.Frame) string {
	t := f.T("contribute.title")
	if v.Preview {
		t = f.T("preview.title")
	}
	if len(f.Errors) > 0 {
		return f.T("error.title_prefix") + " " + t
	}
	return t
}

// Receipt is the page that a person keeps, and finds again.
type Receipt struct {
	*part.Contribution
	Meaning    consultation.Meaning `json:"meaning"`
	Head       cite.Position        `json:"head"`
	SignedSize int64                `json:"checkpoint_size"`
	Root       string               `json:"root"`
	Origin     string               `json:"origin"`
	VKey       string               `json:"key"`
	LeafHash   string               `json:"leaf"`
	DataHash   string               `json:"data_commitment"`
	TextHash   string               `json:"text_commitment"`
	JustSent   bool                 `json:"-"`
	CallName   frame.LocalizedText  `json:"call_title"`
	Text       []byte               `json:"-"`
}

// Title is the page's title.
func (v *Receipt) Title(f *frame.Frame) string { return f.T("receipt.title", "ref", v.Ref) }

// Mine lists what the reader sent.
type Mine struct {
	Contributions []*part.Contribution `json:"contributions"`
	Drafts        []DraftRow           `json:"drafts"`
}

// DraftRow is a draft of the reader's.
type DraftRow struct {
	Key     string    `json:"-"`
	Call    cite.Ref  `json:"call"`
	On      cite.Ref  `json:"on"`
	Excerpt string    `json:"excerpt"`
	Changed time.Time `json:"changed"`
}

// Need lists the words of what the reader sent.
func (v *Mine) Need() []cite.Position {
	var out []cite.Position
	for _, c := range v.Contributions {
		out = append(out, c.Need()...)
	}
	return out
}

// Fill gives them.
func (v *Mine) Fill(words map[cite.Position]cite.Words) {
	for _, c := range v.Contributions {
		c.Fill(words)
	}
}

// Title is the page's title.
func (v *Mine) Title(f *frame.Frame) string { return f.T("mine.title") }
