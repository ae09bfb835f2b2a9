package consult

import (
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/like"
	"github.com/openplenary/plenary/paper"
)

// Contribute is the page on which somebody writes a contribution, and its preview.
type Contribute struct {
	Call       part.Call        `json:"call"`
	On         cite.Ref         `json:"on"`
	To         *part.PointCard  `json:"to,omitempty"` // the point that is replied to, in a round of replies
	Element    *part.Element    `json:"element,omitempty"`
	Before     []part.Element   `json:"before,omitempty"` // what comes before it in the same issue
	Issue      *part.Element    `json:"issue,omitempty"`
	Paper      part.PaperRow    `json:"paper"`
	Earlier    bool             `json:"earlier,omitempty"` // a newer edition is out
	Form       ContributionForm `json:"-"`
	Preview    bool             `json:"-"`
	Guessed    bool             `json:"-"` // the language of the preview is a guess
	Speaker    string           `json:"-"` // who may send it, where it was made for somebody else; "" for who it was made for
	Saved      time.Time        `json:"-"` // when the draft was last saved
	Version    int              `json:"-"`
	Categories []frame.Choice   `json:"-"`
	Unsaid     string           `json:"-"` // the category of whoever says none, "" where they have to
	Countries  []frame.Choice   `json:"-"`
	Parties    []PartyOf        `json:"-"` // parties the reader may speak for
	MaxText    int              `json:"max_text"`
	// Likes are proposals like the one in the form, on its preview, where the call gathers questions.
	Likes     like.Likes `json:"-"`
	partyAt   []cite.Position
	throughAt []cite.Position // of each group, in their order
}

// PartyOf is a party that the reader may speak for.
type PartyOf struct {
	Ref  cite.Ref
	Name string
	// Of a group: the member that declares for it.
	Through, ThroughName string
}

// Value is what the form sends for it: the reference of the party, and of a group that of the member that declares, too.
func (p PartyOf) Value() string {
	if p.Through == "" {
		return string(p.Ref)
	}
	return string(p.Ref) + " " + p.Through
}

// name is the name of the party, and of a group by whom it is spoken for.
func (p PartyOf) name(f *frame.Frame) string {
	if p.Through == "" {
		return p.Name
	}
	return f.Lang.Isolate("group.through", "group", p.Name, "member", p.ThroughName)
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
	Title    string      `json:"title"`   // what it is about, in one line
	Belongs  string      `json:"belongs"` // what the author has to do with Body
	For      string      `json:"for"`     // a party's reference, or "" for oneself
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
	place, to := repliedTo(st, k, on, l)
	e, ok := st.Papers.Edition(place)
	if !ok || place.Root() != k.Paper {
		return nil, false
	}
	v := &Contribute{Call: part.NewCall(st, k, l), To: to, On: e.Ref, Paper: part.NewPaperRow(e, l), MaxText: consultation.MaxText}
	p, _ := st.Papers.Paper(place)
	v.Earlier, v.Paper.Name = e != p.Latest(), part.PassageText(st, e, paper.TitlePassage, l)
	if x := place.Element(); x != cite.None {
		if _, ok := e.Element(x); !ok {
			return nil, false
		}
		v.about(st, e, x, l)
	}
	if to != nil {
		v.On = on
	}
	v.choices(st, me, l)
	return v, true
}

// repliedTo is where a point stands that is replied to, and the point; where on is no published point of the call that a round is
// about, the paper of the call, and none.
func repliedTo(st *conversation.Reading, k consultation.Call, on cite.Ref, l locale.Lang) (place cite.Ref, to *part.PointCard) {
	if on.Kind() != 'c' {
		return on, nil
	}
	round, ok := st.Replies.Round(k.Ref)
	if c, there := part.NewPointCard(st, on, l); ok && there && c.Call == round.Of && c.Status == consultation.Published.String() {
		return c.Part.On, &c
	}
	if e, ok := st.Papers.Edition(k.Edition); ok {
		return e.Ref, nil
	}
	return cite.None, nil
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

// Compare looks among the proposals of the call, where it gathers questions, for those that are like the one in the form. They are
// there once the page has its words.
func (v *Contribute) Compare(st *conversation.Reading, l locale.Lang) {
	on := v.On
	if v.Element == nil {
		on = cite.None
	}
	v.Likes = like.Compare(st, v.Call.Ref, on, l)
}

// countries lists from where the reader may write: what the conversation names, then what everybody knows.
func (v *Contribute) countries(st *conversation.Reading, l locale.Lang) {
	for _, c := range st.Countries {
		n, _ := c.Name.For(l)
		v.Countries = append(v.Countries, frame.Choice{ID: c.ID, Name: n})
	}
	for _, c := range st.CountryList().Offered(l) {
		v.Countries = append(v.Countries, frame.Choice{ID: c.Code, Name: c.Name(l)})
	}
}

// choices lists for whom the reader may write, and from where.
func (v *Contribute) choices(st *conversation.Reading, me []delegation.Participant, l locale.Lang) {
	v.Categories = part.OwnCategories(st, l)
	v.Unsaid = st.Unsaid()
	if st.ByCountry() {
		v.countries(st, l)
	}
	for _, m := range me {
		for _, p := range st.Roll.SpeaksNow(m) {
			if s, ok := st.Roll.Party(p); ok {
				v.Parties = append(v.Parties, PartyOf{Ref: p.Ref()})
				v.partyAt = append(v.partyAt, s.Named)
				for _, g := range st.Roll.Mandates().Groups(p) {
					group, _ := st.Roll.Party(g)
					v.Parties = append(v.Parties, PartyOf{Ref: g.Ref(), Through: string(p.Ref())})
					v.partyAt, v.throughAt = append(v.partyAt, group.Named), append(v.throughAt, s.Named)
				}
			}
		}
	}
}

// Need lists the names of the parties, and the words of the point that is replied to.
func (v *Contribute) Need() []cite.Position {
	out := v.Likes.Need()
	if v.To != nil {
		out = append(out, v.To.Need()...)
	}
	return append(out, v.partyAt...)
}

// Fill gives them.
func (v *Contribute) Fill(words map[cite.Position]cite.Words) {
	if v.To != nil {
		v.To.Fill(words)
	}
	v.Likes = v.Likes.Fill(v.Form.Wording, words)
	groups := v.throughAt
	for i := range v.Parties {
		p := &v.Parties[i]
		if p.Name = words[v.partyAt[i]]["name"]; p.Through != "" {
			p.ThroughName, groups = words[groups[0]]["name"], groups[1:]
		}
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
	Mail       string               `json:"-"` // what the author is told about the letter with it: "left", "account", "stopped", "" for nothing
	Code       string               `json:"-"` // by which its author shows on another device that they are it; "" for others
	CallName   frame.LocalizedText  `json:"call_title"`
	Text       []byte               `json:"-"`
}

// Title is the page's title.
func (v *Receipt) Title(f *frame.Frame) string {
	return f.T("receipt.title", "n", strconv.Itoa(v.Ref.Number()))
}

// next says what comes next, or what became of it already.
func (v *Receipt) next(f *frame.Frame) []string {
	if fate := v.Fate(f); len(fate) > 0 && v.Status == "published" {
		for _, p := range v.Parts {
			if p.Answer != nil {
				return fate
			}
		}
	}
	return []string{f.T("receipt.next." + v.Status)}
}

// Claim is what somebody types to be held for the author of what they sent without an account from another device.
type Claim struct {
	Number string // of the contribution, "12" or "c12"
	Code   string // of its author
}

// Mine lists what the reader sent.
type Mine struct {
	// Claim is what was typed to find what they sent from elsewhere.
	Claim         Claim                `json:"-"`
	Contributions []*part.Contribution `json:"contributions"`
	Drafts        []DraftRow           `json:"drafts"`
}

// DraftRow is a draft of the reader's.
type DraftRow struct {
	Name    string    `json:"-"` // by which its address calls it
	Call    cite.Ref  `json:"call"`
	On      cite.Ref  `json:"on"`
	Excerpt string    `json:"excerpt"`
	Changed time.Time `json:"changed"`
	// Answered is how many questions have an answer, of a whole form; 0 for a draft about one place.
	Answered int  `json:"answered,omitempty"`
	Whole    bool `json:"-"`
	// Of is the call as it stands now.
	Of part.Call `json:"-"`
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
