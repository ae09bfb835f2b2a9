// Package speaking has the rules of the floor that span nouns: who may ask for it and for whom, as what a party speaks and for which region,
// whom the chair may give it, and how a list of speakers is drawn from what the record knows.
package speaking

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/panel"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/speakers"
)

// House is what these rules look up.
type House struct {
	*settings.Settings
	Floors     *floor.State
	Panels     *panel.State
	Sessions   *session.State
	Roll       *delegation.Roll
	Accredited *accreditation.State
	// Speaks says why somebody may not speak for a party, through another or not, at an instant; nil where they may.
	Speaks func(who delegation.Participant, party, through delegation.Party, now time.Time) error
	// Present finds a party of which a representative can speak at an instant; for a group a member of it does.
	Present func(party cite.Ref, now time.Time) (delegation.Party, error)
}

// session finds a session, and its sitting that is open, 0 for none.
func (h *House) session(r cite.Ref) (*session.Session, int, error) {
	x, ok := h.Sessions.Session(r)
	if !ok || x.Ref != r {
		return nil, 0, refusal.New(refusal.Hidden, "session.unknown")
	}
	return x, Sits(x), nil
}

// Sits is the number of the sitting of a session that is open; 0 where none is.
func Sits(x *session.Session) int {
	for i, t := range x.Sittings {
		if !t.Opened.IsZero() && t.Closed.IsZero() {
			return i + 1
		}
	}
	return 0
}

// item looks that an item stands on the agenda.
func item(x *session.Session, n int) error {
	if it, ok := x.Item(n); !ok || it.Off {
		return refusal.In("item", "session.item")
	}
	return nil
}

// Party reads the reference of a party; 0 for anything else.
func Party(r cite.Ref) (p delegation.Party) {
	if r.Kind() == 'y' && p.UnmarshalText([]byte(r)) != nil {
		return 0
	}
	return p
}

// Class is as what a party speaks, and Region for which region: what the roll and its accreditation know.
func (h *House) Class(p delegation.Party) string {
	st, _ := h.Roll.Party(p)
	of, _ := h.Category(st.Category)
	switch {
	case h.Roll.IsGroup(p):
		return floor.Group
	//mutants:guard who observes has the floor with those who observe, whatever it is
	case of.State && !h.Accredited.Observes(p.Ref()):
		return floor.Member
	case of.ID == floor.IGO, of.ID == floor.NGO:
		return of.ID
	}
	return floor.Other
}

// Region is where a party's country stands: in a group of the conversation, where it has some, else in one of the instance, else in a region of
// the United Nations; "" for none. A group of parties has that of the member which speaks.
func (h *House) Region(p, through delegation.Party) string {
	st, _ := h.Roll.Party(p)
	if h.Roll.IsGroup(p) {
		st, _ = h.Roll.Party(through)
	}
	own, _ := h.Country(st.Country)
	c, _ := h.CountryList().Find(st.Country)
	switch {
	case len(h.Groups) > 0:
		for _, id := range []string{own.Group, c.Group, c.UNGroup} {
			if id != "" && slices.Contains(settings.IDs(h.Groups), id) {
				return id
			}
		}
		return ""
	case len(h.CountryList().Groups()) > 0:
		return c.Own
	}
	return c.Region
}

// who is for whom something is asked.
func (h *House) who(x *session.Session, sits int, p, through delegation.Party) floor.Who {
	return floor.Who{Class: h.Class(p), Region: h.Region(p, through), Open: sits > 0}
}

// asks looks that a session is not over, and that an item of its agenda is asked for unless it is a point of order.
func asks(x *session.Session, kind string, n int) error {
	if s := x.State(); s == session.Over || s == session.Off {
		return refusal.New(refusal.NotNow, "floor.over")
	}
	if kind == floor.Point {
		return nil
	}
	return item(x, n)
}

// voice is a party, and the member that speaks where it is a group.
func (h *House) voice(of, by cite.Ref) (p, through delegation.Party) {
	if p = Party(of); h.Roll.IsGroup(p) {
		through = Party(by)
	}
	return p, through
}

// Ask looks up whether whoever asks speaks for the party.
func (h *House) Ask(act cite.Act, c floor.Ask) ([]cite.Proposal, error) {
	x, sits, err := h.session(c.Session)
	if err != nil {
		return nil, err
	}
	p, through := h.voice(c.Party, c.Through)
	c.Party, c.Through = p.Ref(), through.Ref()
	//mutants:guard nobody asks for the floor for a party that has not authorised them
	if why := h.Speaks(delegation.ParticipantOf(act.By), p, through, act.At); why != nil {
		return nil, why
	}
	if err := asks(x, c.Kind, c.Item); err != nil {
		return nil, err
	}
	return h.Floors.Request(act, c, h.who(x, sits, p, through))
}

// Enter looks up the party of somebody who wrote or called.
func (h *House) Enter(act cite.Act, c floor.Enter) ([]cite.Proposal, error) {
	x, sits, err := h.session(c.Session)
	if err != nil {
		return nil, err
	}
	p, through, err := h.spoken(c.Party, c.Through, act.At)
	if err != nil {
		return nil, err
	}
	c.Party, c.Through = p.Ref(), through.Ref()
	if err := asks(x, c.Kind, c.Item); err != nil {
		return nil, err
	}
	who := h.who(x, sits, p, through)
	who.Entered = true
	return h.Floors.Request(act, c.Ask(), who)
}

// EnterTurn looks up the sitting, the item, and whether the party could speak then.
func (h *House) EnterTurn(act cite.Act, c floor.EnterTurn) ([]cite.Proposal, error) {
	if err := h.Sessions.InSitting(act, c.Session, c.Sitting, c.Began, c.Ended); err != nil {
		return nil, err
	}
	x, sits, err := h.session(c.Session)
	if err != nil {
		return nil, err
	}
	if c.Kind != floor.Point {
		if err := item(x, c.Item); err != nil {
			return nil, err
		}
	}
	p, through, err := h.spoken(c.Party, c.Through, c.Began)
	if err != nil {
		return nil, err
	}
	c.Party, c.Through = p.Ref(), through.Ref()
	return h.Floors.EnterTurn(act, c, h.who(x, sits, p, through))
}

// spoken finds the party for which something is entered, and the member that speaks where it is a group.
func (h *House) spoken(of, by cite.Ref, now time.Time) (p, through delegation.Party, err error) {
	if p, through = h.voice(of, by); through == 0 {
		p, err = h.Present(of, now)
		return p, 0, err
	}
	//mutants:guard for a group nothing is entered but through a member of it that is accredited, as it is itself
	if !slices.Contains(h.Roll.Members(p), through) || !h.Accredited.Stands(of, now) {
		return 0, 0, refusal.In("through", "floor.through")
	}
	_, err = h.Present(by, now)
	return p, through, err
}

// Leave looks up whether whoever asks speaks for the party.
func (h *House) Leave(act cite.Act, c floor.Leave) (cite.Proposal, error) {
	p, through := h.voice(c.Party, c.Through)
	c.Party = p.Ref()
	//mutants:guard nobody gives up the place of a party that has not authorised them
	if why := h.Speaks(delegation.ParticipantOf(act.By), p, through, act.At); why != nil {
		return cite.Proposal{}, why
	}
	return h.Floors.Leave(act, c)
}

// Object looks up whether whoever objects speaks for the party. Groups do not: their members do.
func (h *House) Object(act cite.Act, c floor.Object) (cite.Proposal, error) {
	p := Party(c.Party)
	c.Party = p.Ref()
	//mutants:guard nobody objects for a party that has not authorised them
	if why := h.Speaks(delegation.ParticipantOf(act.By), p, 0, act.At); why != nil {
		return cite.Proposal{}, why
	}
	return h.Floors.Object(act, c)
}

// AskHands looks up the sitting, and counts the parties that could answer: all that are on the roll and accredited, but for groups.
func (h *House) AskHands(act cite.Act, c floor.AskHands) (cite.Proposal, error) {
	if err := h.sitting(c.Session); err != nil {
		return cite.Proposal{}, err
	}
	of := 0
	for _, p := range h.Roll.Entered() {
		if !h.Roll.IsGroup(p) && h.Accredited.Stands(p.Ref(), act.At) {
			of++
		}
	}
	return h.Floors.AskHands(act, c, of)
}

// ShowHand looks up whether whoever answers speaks for the party. Groups do not: their members do.
func (h *House) ShowHand(act cite.Act, c floor.ShowHand) (cite.Proposal, error) {
	p := Party(c.Party)
	c.Party = p.Ref()
	//mutants:guard nobody shows a hand for a party that has not authorised them
	if why := h.Speaks(delegation.ParticipantOf(act.By), p, 0, act.At); why != nil {
		return cite.Proposal{}, why
	}
	return h.Floors.ShowHand(act, c)
}

// SetRules looks up the session.
func (h *House) SetRules(act cite.Act, c floor.SetRules) (cite.Proposal, error) {
	if _, _, err := h.session(c.Session); err != nil {
		return cite.Proposal{}, err
	}
	return h.Floors.SetRules(act, c)
}

// SetList looks up the item.
func (h *House) SetList(act cite.Act, c floor.SetList) (cite.Proposal, error) {
	x, _, err := h.session(c.Session)
	if err != nil {
		return cite.Proposal{}, err
	}
	if err := item(x, c.Item); err != nil {
		return cite.Proposal{}, err
	}
	return h.Floors.SetList(act, c)
}

// Move looks up beside which places the place is put, as the list is drawn at that instant.
func (h *House) Move(act cite.Act, c floor.MovePlace) (cite.Proposal, error) {
	r, err := h.Floors.ToMove(c)
	if err != nil {
		return cite.Proposal{}, err
	}
	list := h.Sheet(c.Session, r.Item, act.At, locale.English).Draw()
	before, after := list.Beside(name(r.Number), c.To)
	return h.Floors.Move(act, r, c, numbers(before), numbers(after)), nil
}

// Give looks up the sitting, and whether anybody may speak for the party now.
func (h *House) Give(act cite.Act, c floor.Give) ([]cite.Proposal, error) {
	_, sits, err := h.session(c.Session)
	if err != nil {
		return nil, err
	}
	r, err := h.Floors.ToGive(c)
	if err != nil {
		return nil, err
	}
	if sits == 0 {
		return nil, refusal.New(refusal.NotNow, "floor.not_sitting")
	}
	//mutants:guard nobody has the floor for a party that is accredited no more, or for which nobody speaks any more
	if !h.Eligible(r, act.At) {
		return nil, refusal.New(refusal.NotNow, "floor.speaks_no_more")
	}
	return h.Floors.Give(act, h.place(r, c.Session, act.At), sits, c), nil
}

// place lists what was asked for with a request that may have the floor: each reply and each point is one; a place is all that was asked for it and may have the
// floor as well. What was asked through the same member comes first: it speaks.
func (h *House) place(r floor.Request, of cite.Ref, now time.Time) (all []floor.Request) {
	if r.Kind != floor.Place {
		return []floor.Request{r}
	}
	var others []floor.Request
	for _, same := range h.Floors.Floor(of).Waiting(r.Kind, r.Item, r.Party) {
		//mutants:guard nobody speaks for a group through a member that may not
		if !h.Eligible(same, now) {
			continue
		}
		if same.Through == r.Through {
			all = append(all, same)
		} else {
			others = append(others, same)
		}
	}
	return append(all, others...)
}

// sitting looks that a sitting is open.
func (h *House) sitting(r cite.Ref) error {
	_, sits, err := h.session(r)
	if err == nil && sits == 0 {
		return refusal.New(refusal.NotNow, "floor.not_sitting")
	}
	return err
}

// Time looks up the sitting.
func (h *House) Time(act cite.Act, c floor.Time) ([]cite.Proposal, error) {
	if err := h.sitting(c.Session); err != nil {
		return nil, err
	}
	return h.Floors.Time(act, c)
}

// Rule rules on a point of order.
func (h *House) Rule(act cite.Act, c floor.Rule) ([]cite.Proposal, error) {
	return h.Floors.Rule(act, c)
}

// Consult looks up the sitting.
func (h *House) Consult(act cite.Act, c floor.Consult) (cite.Proposal, error) {
	if err := h.sitting(c.Session); err != nil {
		return cite.Proposal{}, err
	}
	return h.Floors.Consult(act, c)
}

// Eligible reports whether the party of a request may have the floor at an instant: its accreditation stands, and somebody speaks for it, or the
// secretariat entered the request. Of a group so must the member that speaks, and it must be one still.
func (h *House) Eligible(r floor.Request, now time.Time) bool {
	if !h.Accredited.Stands(r.Party, now) {
		return false
	}
	of, through := Party(r.Party), Party(r.Through)
	if through != 0 || h.Roll.IsGroup(of) {
		//mutants:guard for a group somebody speaks while a member of it does, and nobody who belongs to it no more
		if !slices.Contains(h.Roll.Members(of), through) || !h.Accredited.Stands(r.Through, now) {
			return false
		}
		of = through
	}
	if r.Entered {
		return true
	}
	for _, a := range h.Roll.Delegation(of) {
		if h.Roll.MaySpeak(a.Participant, of, now) {
			return true
		}
	}
	return false
}

// name is how a sheet calls a request, such that letters order them as numbers do.
func name(n int) string { return fmt.Sprintf("%05d", n) }

// Number is the request that a sheet calls so.
func Number(name string) int {
	n, _ := strconv.Atoi(name) // it is made by name
	return n
}

func names(all []int) (out []string) {
	for _, n := range all {
		out = append(out, name(n))
	}
	return out
}

func numbers(all []string) (out []int) {
	for _, s := range all {
		out = append(out, Number(s))
	}
	return out
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// Settings are the declared rules as a list is drawn by them.
func Settings(r floor.Rules) speakers.Settings {
	s := speakers.Settings{Categories: r.Classes, Limits: map[string]time.Duration{}, ByRegion: r.ByRegion, FewestFirst: r.Fewest,
		Changeover: seconds(r.Changeover), Overrun: seconds(r.Overrun), ReplyReserve: seconds(r.Reserve)}
	for class, n := range r.Limits {
		s.Limits[class] = seconds(n)
	}
	for _, n := range r.Replies {
		s.Replies = append(s.Replies, seconds(n))
	}
	return s
}

// Sheet is what the list of an item is drawn from at an instant. Requests that were taken back or struck are not on it, nor are those of parties
// that may not have the floor any more; what was heard is. Why the chair moved a place is said in a reader's language.
func (h *House) Sheet(of cite.Ref, item int, now time.Time, l locale.Lang) speakers.Sheet {
	x := h.Floors.Floor(of)
	list, _ := x.List(item)
	s := speakers.Sheet{Settings: Settings(x.Rules), Closed: list.Closed}
	spoke := map[cite.Ref]int{}
	before := make([]int, len(x.Turns)+1) // how many times the party of a turn had the floor before it
	for _, t := range x.InTime() {
		if t.Kind == floor.Place {
			before[t.Number] = spoke[t.Party]
			spoke[t.Party]++
		}
	}
	type asker struct {
		party, through cite.Ref
		entered        bool
	}
	may := map[asker]bool{}
	for _, r := range x.Requests {
		heard := r.Became == floor.Heard
		if r.Kind != floor.Place || r.Item != item || r.Became != floor.Waits && !heard {
			continue
		}
		k := asker{r.Party, r.Through, r.Entered}
		if _, ok := may[k]; !heard && !ok {
			may[k] = h.Eligible(r, now)
		}
		//mutants:guard who may not have the floor any more stands on no list
		if !heard && !may[k] {
			continue
		}
		q := speakers.Request{Ref: name(r.Number), At: r.At, Time: seconds(r.Seconds), Party: string(r.Party), Category: r.Class, Region: r.Region, Spoken: spoke[r.Party], Heard: heard}
		if r.Seconds == 0 {
			q.Time = seconds(x.Rules.Limits[r.Class])
		}
		if heard {
			q.Spoken = before[r.Turn]
		}
		s.Requests = append(s.Requests, q)
	}
	for _, m := range x.Moves {
		if m.Item == item {
			why, _ := m.Why.For(l)
			s.Moves = append(s.Moves, speakers.Move{Request: name(m.Request), Before: names(m.Before), After: names(m.After), By: m.By, At: m.At, Why: why})
		}
	}
	return s
}
