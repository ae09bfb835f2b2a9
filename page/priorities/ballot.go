package priorities

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/ballot"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/balloting"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/poll"
)

// The states of an indicative ballot.
const (
	Planned = "planned" // it is announced
	Taking  = "open"    // ballots are taken
	Closing = "closing" // none is taken any more, and they are being counted
	Closed  = "counted" // they are counted
	Dropped = "dropped" // it was called off
)

// Label is what an indicative ballot is not, as `plenary priority tally` says it.
const Label = "indicative; not a decision of member states"

// ballotState is the state of a ballot.
func ballotState(st *conversation.Reading, p *poll.Poll) string {
	switch {
	case p.Dropped != 0:
		return Dropped
	case p.Closed != 0:
		return Closed
	case !st.Now.Before(p.Closes):
		return Closing
	case p.Opened != 0:
		return Taking
	}
	return Planned
}

// BallotRow is an indicative ballot in a list.
type BallotRow struct {
	Ref    cite.Ref  `json:"ref"`
	State  string    `json:"state"`  // planned, open, closing, counted, dropped
	Method string    `json:"method"` // approval, schulze, points
	Secret bool      `json:"secret"` // what a delegation chose is never told; of persons it never is
	Opens  time.Time `json:"opens"`
	Closes time.Time `json:"closes"` // the first instant at which none is taken
	Zone   string    `json:"zone"`   // in which the two were set
}

func newBallotRow(st *conversation.Reading, p *poll.Poll) BallotRow {
	p, _ = st.Polls.Poll(p.Ref)
	return BallotRow{Ref: p.Ref, State: ballotState(st, p), Method: p.Method, Secret: p.Secret, Opens: p.Opens, Closes: p.Closes, Zone: p.Zone}
}

// Voter is a party on the frozen roll of a ballot.
type Voter struct {
	Ref  cite.Ref `json:"ref"`
	Name string   `json:"name"` // empty where it was erased
	// Voted is whether a ballot of it was counted; not there before the count.
	Voted *bool `json:"voted,omitempty"`
	// Choice is what it chose, in an open ballot: "1:2 3:1" for the theme with the number 1 at rank 2, or with 2 points.
	Choice string `json:"choice,omitempty"`
	named  cite.Position
}

// Tally is the count of the ballots of one constituency by voters of whom the house is equally sure.
type Tally struct {
	Assurance string `json:"assurance"`      // how sure the house is of who voted: vouched, email_proven, openid
	Ballots   int    `json:"ballots"`        // how many were cast
	Kept      bool   `json:"kept,omitempty"` // they are secret and too few to be listed
	// Result is what `plenary priority tally` prints for the exported ballots and options.
	Result *ballot.Result `json:"result,omitempty"`
	list   poll.List
}

// Electorate is who votes, counted by themselves: nothing is added up across constituencies.
type Electorate struct {
	ID      string   `json:"id"`                // states, observers, public
	OnRoll  *int     `json:"on_roll,omitempty"` // parties on the roll, once it is frozen; of the public there is no roll
	Voted   *int     `json:"voted,omitempty"`   // parties that voted, once it is counted; of the public there is no roll to tell them from
	Parties []*Voter `json:"parties"`           // on the roll
	Tallies []*Tally `json:"tallies,omitzero"`  // once it is counted
}

// Ballot is the page of an indicative ballot.
type Ballot struct {
	BallotRow
	Label          string              `json:"label"`               // what it is not
	Order          Row                 `json:"order"`               // whose themes are put to the vote
	Options        []Theme             `json:"options"`             // the themes that are put to the vote: option N is theme N
	Announced      cite.Position       `json:"announced"`           // the entry that announced it
	Opened         cite.Position       `json:"opened,omitempty"`    // the entry with the roll
	Counted        cite.Position       `json:"counted,omitempty"`   // the entry that closed it
	Hash           string              `json:"roll_hash,omitempty"` // of the frozen roll, SHA-256 in hexadecimal
	Gone           int                 `json:"erased,omitempty"`    // ballots whose words had been erased when they were counted
	Constituencies []*Electorate       `json:"constituencies"`
	Why            frame.LocalizedText `json:"called_off,omitzero"` // why it was called off
	why            Reason
	poll           *poll.Poll
}

// counting asks for a count.
type counting struct {
	ballot                  cite.Ref
	constituency, assurance string
}

// NewBallot builds the page; ok is false where there is no such ballot.
func NewBallot(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*Ballot, bool) {
	p, ok := st.Polls.Poll(ref)
	if !ok {
		return nil, false
	}
	o, _ := st.Priorities.Order(p.Order)
	v := &Ballot{BallotRow: newBallotRow(st, p), Label: Label, Order: newRow(st, o, l), Announced: p.Position, Opened: p.Opened, Counted: p.Closed, Hash: p.Hash, Gone: p.Gone, poll: p,
		why: newReason(p.Dropped, "reason", p.Original, p.Languages, l)}
	for n := range p.Options {
		v.Options = append(v.Options, newTheme(st, o, n+1, l))
	}
	for _, id := range p.Constituencies {
		c := &Electorate{ID: id}
		for _, y := range partiesIn(p.Roll, id) {
			x := &Voter{Ref: y}
			if p.Closed != 0 {
				voted := slices.Contains(partiesIn(p.Voted, id), y)
				x.Voted = &voted
			}
			var party delegation.Party
			if party.UnmarshalText([]byte(y)) == nil {
				standing, _ := st.Roll.Party(party)
				x.named = standing.Named
			}
			c.Parties = append(c.Parties, x)
		}
		if id != poll.Public && p.Opened != 0 {
			n := len(c.Parties)
			c.OnRoll = &n
		}
		if id != poll.Public && p.Closed != 0 {
			n := len(partiesIn(p.Voted, id))
			c.Voted = &n
		}
		for _, list := range p.Lists {
			if list.Constituency == id {
				c.Tallies = append(c.Tallies, v.tally(st, list))
				c.chose(list)
			}
		}
		v.Constituencies = append(v.Constituencies, c)
	}
	return v, true
}

func partiesIn(groups []poll.Group, constituency string) []cite.Ref {
	for _, g := range groups {
		if g.Constituency == constituency {
			return g.Parties
		}
	}
	return nil
}

// chose puts what parties chose beside them, where that was told.
func (c *Electorate) chose(list poll.List) {
	for _, b := range list.Ballots {
		for _, x := range c.Parties {
			if b.Party == x.Ref {
				x.Choice = b.Choice
			}
		}
	}
}

func (v *Ballot) tally(st *conversation.Reading, list poll.List) *Tally {
	t := &Tally{Assurance: list.Assurance, Ballots: list.Total, Kept: list.Kept, list: list}
	if !t.Kept {
		t.Result = conversation.Keep(st, counting{v.Ref, list.Constituency, list.Assurance}, func(*conversation.Reading) *ballot.Result {
			return v.count(list)
		})
	}
	return t
}

// count counts what is exported, and so what anybody can count again.
func (v *Ballot) count(list poll.List) *ballot.Result {
	var b strings.Builder
	for _, row := range Export(v.poll, list) {
		b.WriteString(strings.Join(row, ",") + "\n")
	}
	read, err := ballot.Read(strings.NewReader(b.String()), ballot.Method(v.Method), OptionNames(v.poll))
	if err != nil {
		return nil
	}
	return read.Count()
}

// OptionNames are the options of a ballot as they stand in its export: the references of the themes.
func OptionNames(p *poll.Poll) (out []string) {
	for n := range p.Options {
		out = append(out, string(cite.Theme(p.Order, n+1)))
	}
	return out
}

// Export are the rows of a list of ballots, the names of the columns first, as `plenary priority tally` reads them. A ballot is called by a
// number that means nothing; in an open one, that of a delegation by its party.
func Export(p *poll.Poll, list poll.List) [][]string {
	columns := ballot.Method(p.Method).Columns()
	rows := [][]string{columns}
	at := 0
	for _, said := range list.Ballots {
		marks, _ := p.Marks(said.Choice)
		for range said.Count {
			at++
			name := strconv.Itoa(at)
			if said.Party != cite.None {
				name = string(said.Party)
			}
			if len(marks) == 0 {
				rows = append(rows, slices.Concat([]string{name}, make([]string, len(columns)-1)))
			}
			for _, m := range marks {
				rows = append(rows, []string{name, string(cite.Theme(p.Order, m.Option)), strconv.Itoa(m.Value)}[:len(columns)])
			}
		}
	}
	return rows
}

// Find finds the list of a constituency and an assurance.
func (v *Ballot) Find(constituency, assurance string) (*poll.Poll, poll.List, bool) {
	for _, list := range v.poll.Lists {
		if list.Constituency == constituency && list.Assurance == assurance && !list.Kept {
			return v.poll, list, true
		}
	}
	return v.poll, poll.List{}, false
}

// Need are the names of parties, and why it was called off.
func (v *Ballot) Need() (out []cite.Position) {
	for _, c := range v.Constituencies {
		for _, x := range c.Parties {
			out = append(out, x.named)
		}
	}
	if v.State == Dropped {
		out = append(out, v.why.at)
	}
	return slices.DeleteFunc(out, func(p cite.Position) bool { return p == 0 })
}

// Fill gives them.
func (v *Ballot) Fill(words map[cite.Position]cite.Words) {
	for _, c := range v.Constituencies {
		for _, x := range c.Parties {
			x.Name = words[x.named]["name"]
		}
	}
	if v.State == Dropped {
		v.why.fill(words)
		v.Why = v.why.Said
	}
}

// Title is the page's title.
func (v *Ballot) Title(f *frame.Frame) string { return f.T("poll.title", "n", v.Ref.Number()) }

// listed reports whether the ballots of some kind of voters are listed: where there are, they can be counted again.
func (v *Ballot) listed() bool {
	return slices.ContainsFunc(v.poll.Lists, func(l poll.List) bool { return !l.Kept })
}

// option finds a theme by its name in a count.
func (v *Ballot) option(name string) Theme {
	if n := cite.Ref(name).ThemeNumber(); n >= 1 && n <= len(v.Options) {
		return v.Options[n-1]
	}
	return Theme{}
}

// names are the themes of a place, as words.
func (v *Ballot) names(f *frame.Frame, place ballot.Place) string {
	out := make([]string, len(place))
	for i, name := range place {
		out[i] = f.T("poll.quoted", "name", v.option(name).Name.Text)
	}
	return strings.Join(out, " · ")
}

// sensitive says in sentences what would have changed the first place.
func (v *Ballot) sensitive(f *frame.Frame, r *ballot.Result) (out []string) {
	for _, c := range []struct {
		what string
		ballot.Change
	}{{"added", r.Sensitivity.Added}, {"removed", r.Sensitivity.Removed}} {
		switch {
		case c.Ballots == 0:
			out = append(out, f.T("poll."+c.what+".none"))
		case c.what == "added":
			out = append(out, f.T("poll.added."+v.Method, "n", c.Ballots, "option", v.names(f, ballot.Place{c.Option}), "first", v.names(f, c.First), "points", c.Points))
		default:
			out = append(out, f.T("poll.removed", "n", c.Ballots, "first", v.names(f, c.First)))
		}
		if c.Ballots > 0 && c.MoreThan < c.Ballots-1 {
			out = append(out, f.T("poll.more_than", "n", c.MoreThan))
		}
	}
	return out
}

// chosen is a choice as words: the themes by their numbers.
func (v *Ballot) chosen(f *frame.Frame, x *Voter) string {
	marks, _ := v.poll.Marks(x.Choice)
	if len(marks) == 0 {
		return f.T("poll.empty")
	}
	out := make([]string, len(marks))
	for i, m := range marks {
		if out[i] = f.Lang.Number(m.Option); v.Method != poll.Approval {
			out[i] = f.T("poll.mark", "theme", f.Lang.Number(m.Option), "value", f.Lang.Number(m.Value))
		}
	}
	return strings.Join(out, " · ")
}

// Voice is for whom the reader may vote.
type Voice struct {
	Ref  cite.Ref // of the party; none for themselves
	Name string
	Cast bool
	Mine bool // the reader cast it; of a delegation another may have
	At   time.Time
	// Position is the entry of the ballot.
	Position cite.Position
	named    cite.Position
}

// Vote is the page on which a ballot is cast. It has no JSON twin: its act has.
type Vote struct {
	BallotRow
	Order   Row
	Options []Theme
	Voices  []*Voice // for whom the reader may vote, or did
	Votes   []*Voice // those of them for whom the reader may vote now; none where they may not
	Bound   string   // why not, where a ballot that they cast stands in the way: hand_own, hand_party
	For     string   // the party that was chosen
	Values  map[int]string
	Points  int // the most
}

// NewVote builds the page; ok is false where there is no such ballot.
func NewVote(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*Vote, bool) {
	p, ok := st.Polls.Poll(ref)
	if !ok {
		return nil, false
	}
	o, _ := st.Priorities.Order(p.Order)
	v := &Vote{BallotRow: newBallotRow(st, p), Order: newRow(st, o, l), Values: map[int]string{}, Points: poll.MaxPoints}
	for n := range p.Options {
		v.Options = append(v.Options, newTheme(st, o, n+1, l))
	}
	voices, hand := st.Polls.Voices(p)
	for _, x := range voices {
		voice := &Voice{Cast: x.Cast, Mine: x.Mine, At: x.Vote.At, Position: x.Vote.Position}
		if x.Party {
			voice.Ref = x.Voter
			var party delegation.Party
			if party.UnmarshalText([]byte(x.Voter)) == nil {
				standing, _ := st.Roll.Party(party)
				voice.named = standing.Named
			}
		}
		v.Voices = append(v.Voices, voice)
	}
	v.bind(voices, hand)
	return v, true
}

// bind says for whom the reader may vote now: whoever cast the ballot of one voter does not vote for another beside.
func (v *Vote) bind(voices []balloting.Voice, hand cite.Ref) {
	var own []*Voice
	for i, x := range voices {
		if !x.Party {
			own = append(own, v.Voices[i])
			continue
		}
		v.Votes = append(v.Votes, v.Voices[i])
		if hand == x.Voter {
			v.Votes = []*Voice{v.Voices[i]}
			return
		}
	}
	switch {
	case hand == cite.None && len(v.Votes) == 0, len(own) > 0 && own[0].Cast && len(v.Votes) == 0:
		v.Votes = own
	case hand == cite.None:
	case len(own) > 0 && own[0].Cast:
		v.Votes, v.Bound = nil, "hand_own"
	default:
		v.Votes, v.Bound = nil, "hand_party"
	}
}

// ValueField is the field of what is said of theme n.
func ValueField(n int) string { return "theme" + strconv.Itoa(n) }

// Typed puts what came back with a form in its place.
func (v *Vote) Typed(typed func(field string) (string, bool)) {
	for _, t := range v.Options {
		if s, ok := typed(ValueField(t.Number)); ok {
			v.Values[t.Number] = s
		}
	}
	if s, ok := typed("for"); ok {
		v.For = s
	}
}

// Need are the names of parties.
func (v *Vote) Need() (out []cite.Position) {
	for _, x := range v.Voices {
		if x.named != 0 {
			out = append(out, x.named)
		}
	}
	return out
}

// Fill gives them.
func (v *Vote) Fill(words map[cite.Position]cite.Words) {
	for _, x := range v.Voices {
		x.Name = words[x.named]["name"]
	}
}

// Title is the page's title.
func (v *Vote) Title(f *frame.Frame) string { return f.T("poll.vote_title", "n", v.Ref.Number()) }

// Holding is where officers hold an indicative ballot on an order, alter one before it opens, and call one off. It has no JSON twin: its acts have.
type Holding struct {
	frame.NoWords
	Order  Row
	Ballot *BallotRow // the one that is altered or called off; nil where one is held
	All    []BallotRow
	Form   HoldForm
	Reason frame.Tongues
	Do     string // which form was sent
	Over   bool   // the order takes no ballot any more
}

// HoldForm is what the form says.
type HoldForm struct {
	Method, Secret, OpensDate, OpensTime, ClosesDate, ClosesTime, Zone string
	Who                                                                []string
}

// NewHolding builds the page of an order, or of one of its ballots; ok is false where there is neither.
func NewHolding(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*Holding, bool) {
	v := &Holding{Form: HoldForm{Method: poll.Schulze, Secret: "yes", OpensTime: "00:00", ClosesTime: "00:00", Zone: cmp.Or(st.Zone, "UTC"), Who: poll.Constituencies},
		Reason: frame.NewTongues("reason", locale.Text{}, st.Languages, nil)}
	if p, ok := st.Polls.Poll(ref); ok {
		row := newBallotRow(st, p)
		v.Ballot, ref = &row, p.Order
		zone, _ := time.LoadLocation(p.Zone)
		if zone == nil {
			zone = time.UTC
		}
		opens, closes := p.Opens.In(zone), p.Closes.In(zone)
		v.Form = HoldForm{Method: p.Method, Secret: map[bool]string{true: "yes"}[p.Secret], OpensDate: opens.Format(time.DateOnly), OpensTime: opens.Format("15:04"),
			ClosesDate: closes.Format(time.DateOnly), ClosesTime: closes.Format("15:04"), Zone: p.Zone, Who: p.Constituencies}
	}
	o, ok := st.Priorities.Order(ref)
	if !ok || o.Ref != ref {
		return nil, false
	}
	v.Order, v.Over = newRow(st, o, l), o.Withdrawn != 0 || o.Decided() != nil
	for _, p := range st.Polls.Of(o.Ref) {
		v.All = append(v.All, newBallotRow(st, p))
	}
	return v, true
}

// Title is the page's title.
func (v *Holding) Title(f *frame.Frame) string { return f.T("poll.hold") }
