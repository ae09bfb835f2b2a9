package mail

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/speaking"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/session"
)

// Letters about the floor of a session, to those who may speak for the party that asked for it: that it stands on a list, what the chair did with its
// place, and that a sitting ended before it was reached. Their words are written anew when they are handed over: a letter that waited does not say of
// a place that was given up, or was heard, that it stands.

// aboutFloor begins what these letters are called in the queue.
const aboutFloor = "floor "

// floors is the one table of who hears of what becomes of a request for the floor: for each kind of fact the letters that it calls for, and when it
// says that it became so.
var floors = map[string]func(*conversation.State, cite.Fact) ([]asked, time.Time){
	floor.Requested{}.Describe().Kind:       listed,
	floor.Left{}.Describe().Kind:            struck,
	floor.PlaceMoved{}.Describe().Kind:      moved,
	session.SittingClosed{}.Describe().Kind: unreached,
}

// asked is what a letter tells about requests of one party, through one member of it where it is a group.
type asked struct {
	kind           string // its sentences are mail.floor.<kind>.subject and mail.floor.<kind>.text
	session        cite.Ref
	party, through cite.Ref
	requests       []floor.Request // that it is about
	reason         locale.Text     // of the chair
	first          cite.Position   // the first request of the place, where it is told once of a place; else 0

	of    *session.Session
	named [2]cite.Position // where the names of party and member stand
	to    []delegation.Participant
	call  cite.Ref // that takes what is filed in writing; None where it does not
	until time.Time
}

// each makes one letter for each party among some requests, and for a group one for each member through which it asks.
func each(kind string, of cite.Ref, reason locale.Text, requests []floor.Request) (out []asked) {
	at := map[[2]cite.Ref]int{}
	for _, r := range requests {
		who := [2]cite.Ref{r.Party, r.Through}
		i, ok := at[who]
		if !ok {
			i = len(out)
			at[who] = i
			out = append(out, asked{kind: kind, session: of, party: r.Party, through: r.Through, reason: reason})
		}
		out[i].requests = append(out[i].requests, r)
	}
	return out
}

// listed tells that a party stands on the list of an item, once of each list however often it asks. Whoever replies or rises to a point of order
// sees it in the sitting.
func listed(st *conversation.State, fact cite.Fact) ([]asked, time.Time) {
	f := fact.(*floor.Requested)
	x, ok := st.Sessions.Session(f.Session)
	if !ok || f.Kind != floor.Place || x.State() == session.Over || x.State() == session.Off {
		return nil, f.At
	}
	a := asked{kind: "listed", session: f.Session, party: f.Party, through: f.Through}
	for _, r := range st.Floors.Floor(f.Session).Requests {
		if r.Kind != f.Kind || r.Item != f.Item || r.Party != f.Party || r.Through != f.Through {
			continue
		}
		if a.first == 0 {
			a.first = r.Position
		}
		//mutants:guard nobody is told that they have a place which they gave up, or which the chair took off
		if r.Became == floor.Waits {
			a.requests = append(a.requests, r)
		}
	}
	if len(a.requests) == 0 {
		return nil, f.At
	}
	return []asked{a}, f.At
}

// struck tells that the chair took requests off.
func struck(st *conversation.State, fact cite.Fact) ([]asked, time.Time) {
	f := fact.(*floor.Left)
	//mutants:guard nobody is told that the chair took off what they gave up themselves
	if !f.Struck {
		return nil, f.At
	}
	kind, all := "struck", []floor.Request{}
	for _, n := range f.Requests {
		if r, ok := st.Floors.Floor(f.Session).Request(n); ok {
			if r.Kind != floor.Place { // points of order and rights of reply stand on no list of speakers
				kind = "beside"
			}
			all = append(all, r)
		}
	}
	return each(kind, f.Session, f.Reason, all), f.At
}

// moved tells that the chair moved a place.
func moved(st *conversation.State, fact cite.Fact) ([]asked, time.Time) {
	f := fact.(*floor.PlaceMoved)
	x := st.Floors.Floor(f.Session)
	//mutants:guard nobody is told that a place was moved which they gave up since, or from which they were heard
	if r, ok := x.Request(f.Request); !ok || r.Became != floor.Waits {
		return nil, f.At
	}
	return each("moved", f.Session, f.Reason, x.Waiting(floor.Place, f.Item, f.Party)), f.At
}

// unreached tells that a sitting ended before a party was reached: the last one, or one in which others spoke on the item. What was said of a sitting
// while the next one goes on would come too late.
func unreached(st *conversation.State, fact cite.Fact) ([]asked, time.Time) {
	f := fact.(*session.SittingClosed)
	s, ok := st.Sessions.Session(f.Session)
	if !ok {
		return nil, f.At
	}
	for i, t := range s.Sittings {
		if i+1 != f.Number && !t.Opened.Before(f.Closed) {
			return nil, f.At
		}
	}
	kind, x, on := "missed", st.Floors.Floor(f.Session), map[int]bool{}
	if s.State() != session.Over {
		kind = "adjourned"
		for _, t := range x.Turns {
			on[t.Item] = on[t.Item] || t.Sitting == f.Number
		}
	}
	var all []floor.Request
	for _, r := range x.Requests {
		//mutants:guard nobody is told that they were not reached who was heard, or gave up what they asked for
		if r.Became == floor.Waits && r.Kind != floor.Point && (kind == "missed" || on[r.Item]) {
			all = append(all, r)
		}
	}
	return each(kind, f.Session, locale.Text{}, all), f.At
}

// look looks up what the letter says, and who may be told at an instant: those who may speak for the party.
func (a *asked) look(st *conversation.State, now time.Time) {
	var ok bool
	if a.of, ok = st.Sessions.Session(a.session); !ok {
		return
	}
	for i, r := range []cite.Ref{a.party, a.through} {
		p, _ := st.Roll.Party(speaking.Party(r))
		a.named[i] = p.Named
	}
	if k, ok := st.Consultation.Call(a.of.Call); ok && k.Withdrawn == 0 && k.OpenAt(now) {
		a.call, a.until = k.Ref, k.Closes
	}
	//mutants:guard nobody is told anything for a party that is accredited no more, nor for a group through such a member
	if st.Accredited.Stands(a.party, now) && st.Accredited.Stands(a.through, now) {
		a.to = voices(st, speaking.Party(cmp.Or(a.through, a.party)), now)
	}
}

// floor writes the letters about the floor that a fact calls for.
func (w *Letters) floor(ctx context.Context, slug string, fact cite.Fact, at cite.Entry) (out []post.Message, err error) {
	find, ok := floors[fact.Describe().Kind]
	if !ok {
		return nil, nil
	}
	s := setting{slug: slug, at: at}
	var all []asked
	var need []cite.Position
	if _, err := w.Sec.Read(ctx, slug, func(st *conversation.State) error {
		s.title, s.demo, s.zone = st.Title, st.Demonstration, st.Zone
		found, told := find(st, fact)
		all = found
		for i := range all {
			all[i].look(st, w.clock(st, told))
			need = append(need, all[i].named[:]...)
		}
		return nil
	}); err != nil || len(all) == 0 {
		return nil, err
	}
	words, err := w.Sec.Words(ctx, slug, need)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		for _, p := range a.to {
			m, ok, err := w.asked(ctx, s, a, p, words)
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, m)
			}
		}
	}
	return out, nil
}

// asked writes one letter; ok is false where nothing leads to its reader, or they may not be written to.
func (w *Letters) asked(ctx context.Context, s setting, a asked, to delegation.Participant, words map[cite.Position]cite.Words) (m post.Message, ok bool, err error) {
	m = post.Message{Notice: strings.TrimSpace(aboutFloor + a.kind + " " + string(a.party) + " " + string(a.through)), Slug: s.slug, Participant: uint64(to), Position: cmp.Or(a.first, s.at.Position)}
	reach, ok, err := w.Accounts.Reach(ctx, account.Number{Slug: s.slug, Participant: m.Participant}, fmt.Sprintf("%s %d %s", s.slug, m.Position, m.Notice))
	if err != nil || !ok {
		return post.Message{}, false, err
	}
	l := cmp.Or(reach.Lang, locale.English)
	in := w.Address + "/" + string(l) + "/c/" + s.slug + "/"
	link, file, item := in+string(a.session)+"/requests?party="+string(a.party), in+string(a.call), in+string(cite.Item(a.session, a.requests[0].Item))
	stands := a.kind == "listed" || a.kind == "moved"
	if stands {
		link = item + "/ask-floor"
	}
	key := "mail.floor." + a.kind
	if a.kind == "listed" && a.requests[0].Entered {
		key = "mail.floor.entered"
	}
	party := cmp.Or(words[a.named[0]]["name"], string(a.party))
	if a.through != cite.None {
		party = l.T("floor.through", "group", party, "member", cmp.Or(words[a.named[1]]["name"], string(a.through)))
	}
	title, _ := s.title.For(l)
	name, _ := a.of.Plan.Title.For(l)
	reason, _ := a.reason.For(l)
	lines := a.lines(l)
	args := []any{"title", title, "session", name, "party", party, "items", lines, "reason", reason, "floor", item + "/floor", "link", link, "file", file, "until", s.when(l, a.until)}
	m.To, m.Lang, m.Subject, m.Stop = reach.Email, l, l.T(key+".subject", args...), stopAddress(w.Address, l, reach.Token)
	m.Text = l.Isolate(key+".text", args...)
	if a.call != cite.None && !stands {
		m.Text += "\n\n" + l.Isolate("mail.floor.file", args...)
	}
	m.Text = verbatim(l, m.Text, link, item+"/floor", file, lines) + foot{host: w.Address, body: w.Queue.body(l), why: "delegation", args: args, stop: m.Stop, unproven: !reach.Proven}.text(l)
	if s.demo {
		m.Text += "\n\n" + l.T("mail.demo")
	}
	return m, true, nil
}

// lines says what was asked for, a line for each item of the agenda.
func (a *asked) lines(l locale.Lang) string {
	var out []string
	for _, r := range a.requests {
		line := "-"
		if r.Kind != floor.Place {
			line += " " + l.T("floor.kind."+r.Kind)
		}
		if it, ok := a.of.Item(r.Item); ok {
			title, _ := it.Title.For(l)
			line += " " + l.T("session.item") + " " + cmp.Or(it.Label, strconv.Itoa(r.Item)) + " · " + title
		}
		if !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}
