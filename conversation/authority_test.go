package conversation_test

import (
	"github.com/openplenary/plenary/studio"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/panel"
	"github.com/openplenary/plenary/poll"
)

// can is what somebody can do in the name of a party, and what of it an act needs.
type can uint16

const (
	speaks    can = 1 << iota // for the party
	counts                    // the party is counted among those who support
	member                    // the party is a member of the group
	author                    // of what they said for themselves before
	manages                   // the delegation
	stands                    // the party is accredited
	asked                     // for the accreditation of another body
	elsewhere                 // for another member of the group
	nameless                  // nobody in particular: not even what needs nothing
)

// himself is as what Dan is counted who speaks for no party.
const himself delegation.Party = 68

// ed and flo are members of the delegation, and eve an alternate.
const ed, eve, flo delegation.Participant = 63, 64, 66

// boating is a world in which Dan said something for himself, something for the boats, who are accredited for half an hour, and something for the isles, declared by the boats; Mina
// something for the isles, declared by Moor. Ben is the focal point of the boats, and Tom waits for the accreditation of another body.
type boating struct {
	*world
	own, through, groups cite.Ref
	heard                cite.Ref // of the boats, from the floor
	personal             cite.Ref // of Dan, for himself
	proposals            []cite.Ref
}

func newBoating(t *testing.T, as string) boating {
	t.Helper()
	w, p := opened(t)
	b := boating{world: w, proposals: p}
	w.must(ben, asking(boats, "ngo", 7))
	w.must(tom, asking(62, "ngo", 9))
	w.must(olga, granting(boats, as, w.now.Add(30*time.Minute)), delegation.EnterParty{Party: moor, Category: "state", Name: "Moor"}, delegation.EnterParty{Party: isles, Category: "state", Name: "Isles"},
		delegation.Authorise{Participant: dan, Party: boats}, delegation.Authorise{Participant: mina, Party: moor, Capacity: delegation.Head},
		delegation.Authorise{Participant: ed, Party: boats, Capacity: delegation.Member}, delegation.Authorise{Participant: flo, Party: boats, Capacity: delegation.Member},
		delegation.Authorise{Participant: eve, Party: boats, Capacity: delegation.Alternate},
		delegation.Compose{Group: isles, Members: []delegation.Party{boats, moor}})
	said := func(a conversation.Ask) cite.Ref {
		t.Helper()
		c := proposing("k3", "Whose is the ferry?")
		c.Known = a.For != himself
		a.Assurance, a.Command = consultation.EmailProven, c
		facts, err := w.ask(a)
		if err != nil {
			t.Fatal(err)
		}
		return facts[0].Body.(consultation.Received).Ref
	}
	b.personal = said(conversation.Ask{By: dan, For: himself})
	b.own, b.through, b.groups = said(conversation.Ask{By: dan, For: boats}), said(conversation.Ask{By: dan, For: isles, Through: boats}), said(conversation.Ask{By: mina, For: isles, Through: moor})
	if as == accreditation.AsParty {
		if _, err := w.ask(conversation.Ask{By: dan, For: boats, Assurance: consultation.EmailProven, Command: formulation.GiveSupport{Proposal: p[0], Known: true}}); err != nil {
			t.Fatal(err)
		}
	}
	facts, err := w.ask(conversation.Ask{By: olga, Command: hearing(boats)})
	if err != nil {
		t.Fatal(err)
	}
	b.heard = facts[0].Body.(consultation.Received).Ref
	assembled(w)
	w.must(dan, floor.Ask{Session: "s1", Item: 1, Party: boats.Ref()}, floor.Ask{Session: "s1", Kind: floor.Point, Party: isles.Ref(), Through: boats.Ref()},
		panel.PutQuestion{Session: "s1", Item: 1, Party: boats.Ref(), Language: "en", Text: "Who pays?"})
	w.must(olga, panel.TakeQuestion{Session: "s1", Question: 1})
	w.must(olga, floor.Consult{Session: "s1", Text: english("It is closed."), Seconds: 30, Seen: w.st.Floors.Floor("s1").Acted})
	w.must(olga, floor.AskHands{Session: "s1", Text: english("Shall it be closed?"), Seen: w.st.Floors.Floor("s1").Acted})
	ordering(w)
	voted(w, "o1", 20*time.Hour)
	if _, err := w.ask(conversation.Ask{By: dan, For: boats, Assurance: consultation.EmailProven, Command: poll.Cast{Poll: "b1", Known: true}}); err != nil {
		t.Fatal(err)
	}
	w.must(olga, answering(consultation.Noted, cite.Part(b.own, 1)), answering(consultation.Noted, cite.Part(b.through, 1)), answering(consultation.Noted, cite.Part(b.heard, 1)), answering(consultation.Noted, cite.Part(b.personal, 1)))
	return b
}

// hearing is a question that was asked from the floor for a party just now.
func hearing(party delegation.Party) formulation.Hear {
	return formulation.Hear{Call: "k3", On: "p1.e1", Party: party.Ref(), Said: noon, Language: "en", Wording: "Where is the ferry?"}
}

// inTheName is an act in the name of a party, or of what somebody did before.
type inTheName struct {
	command string
	needs   can
	ask     conversation.Ask
}

// acts are those of everybody who is no officer: each command that anybody may ask for has one or more.
func (b boating) acts() []inTheName {
	known := proposing("k3", "Where is the ferry?")
	known.Known = true
	mend := func(c cite.Ref) correction.Correct {
		return correction.Correct{Contribution: c, Parts: []correction.Part{{Part: 1, Text: "It is ours.", Wording: "Whose?"}}}
	}
	react := func(c cite.Ref) reaction.React {
		return reaction.React{Part: cite.Part(c, 1), Verdict: "satisfied", Language: "en"}
	}
	return []inTheName{
		{"consultation.submit", speaks, conversation.Ask{For: boats, Command: known}},
		{"consultation.submit", speaks | member, conversation.Ask{For: isles, Through: boats, Command: known}},
		{"formulation.support", speaks | counts, conversation.Ask{For: boats, Command: formulation.GiveSupport{Proposal: b.proposals[1], Known: true}}},
		{"poll.cast", speaks, conversation.Ask{For: boats, Command: poll.Cast{Poll: "b1", Known: true}}},
		{"poll.return", speaks, conversation.Ask{For: boats, Command: poll.Return{Poll: "b1", Known: true}}},
		{"formulation.take-back", speaks, conversation.Ask{For: boats, Command: formulation.TakeBackSupport{Proposal: b.proposals[0], Known: true}}},
		{"delegation.align", speaks | member, conversation.Ask{For: boats, Command: delegation.Align{Contribution: b.groups, Stand: delegation.Aligned}}},
		{"delegation.align", speaks, conversation.Ask{For: boats, Command: delegation.Align{Contribution: b.heard, Stand: delegation.Dissociated}}},
		{"consultation.withdraw", speaks, conversation.Ask{Command: consultation.Withdraw{Contribution: b.heard}}},
		{"consultation.react", speaks, conversation.Ask{Command: react(b.heard)}},
		// What was said for a party is its own: whoever sent it, those act for it who speak for it now.
		{"consultation.withdraw", speaks, conversation.Ask{Command: consultation.Withdraw{Contribution: b.own}}},
		{"consultation.withdraw", speaks | member, conversation.Ask{Command: consultation.Withdraw{Contribution: b.through}}},
		{"consultation.correct", speaks, conversation.Ask{Command: mend(b.own)}},
		{"consultation.correct", speaks | member, conversation.Ask{Command: mend(b.through)}},
		{"consultation.react", speaks, conversation.Ask{Command: react(b.own)}},
		{"consultation.react", speaks | member, conversation.Ask{Command: react(b.through)}},
		// What somebody said for themselves is theirs, whatever becomes of their mandates.
		{"consultation.withdraw", author, conversation.Ask{Command: consultation.Withdraw{Contribution: b.personal}}},
		{"consultation.correct", author, conversation.Ask{Command: mend(b.personal)}},
		{"consultation.react", author, conversation.Ask{Command: react(b.personal)}},
		{"consultation.withdraw", elsewhere, conversation.Ask{Command: consultation.Withdraw{Contribution: b.groups}}},
		{"consultation.correct", elsewhere, conversation.Ask{Command: mend(b.groups)}},
		{"floor.ask-floor", speaks, conversation.Ask{Command: floor.Ask{Session: "s1", Item: 1, Party: boats.Ref()}}},
		{"floor.ask-floor", speaks | member, conversation.Ask{Command: floor.Ask{Session: "s1", Item: 1, Party: isles.Ref(), Through: boats.Ref()}}},
		{"floor.leave-list", speaks, conversation.Ask{Command: floor.Leave{Session: "s1", Item: 1, Party: boats.Ref()}}},
		{"floor.leave-list", speaks | member, conversation.Ask{Command: floor.Leave{Session: "s1", Kind: floor.Point, Party: isles.Ref(), Through: boats.Ref()}}},
		{"floor.show-hand", speaks, conversation.Ask{Command: floor.ShowHand{Session: "s1", Party: boats.Ref(), Answer: floor.Favours}}},
		{"panel.put-question", speaks, conversation.Ask{Command: panel.PutQuestion{Session: "s1", Item: 1, Party: boats.Ref(), Language: "en", Text: "Who pays?"}}},
		{"panel.retract-question", speaks, conversation.Ask{Command: panel.RetractQuestion{Session: "s1", Question: 1}}},
		{"studio.hand-in", speaks, conversation.Ask{Command: studio.HandIn{Session: "s1", Item: 1, Party: boats.Ref(), Language: "en", Text: "The ferry is late."}}},
		{"floor.object", speaks, conversation.Ask{Command: floor.Object{Session: "s1", Party: boats.Ref()}}},
		{"delegation.appoint", manages | stands, conversation.Ask{Command: delegation.Appoint{Party: boats, Participant: 77, Capacity: delegation.Member, Reached: true}}},
		{"delegation.appoint", manages | stands, conversation.Ask{Command: delegation.Appoint{Party: boats, Participant: ed, Capacity: delegation.Alternate}}},
		{"delegation.hand-over", manages, conversation.Ask{Command: delegation.HandOver{Party: boats, Participant: eve, Stays: delegation.Member}}},
		{"delegation.end", manages, conversation.Ask{Command: delegation.End{Party: boats, Participant: flo}}},
		{"accreditation.request", 0, conversation.Ask{Command: asking(65, "ngo", 11)}}, // of a body that is no party yet
		{"accreditation.retract", asked, conversation.Ask{Command: accreditation.Retract{Party: delegation.Party(62).Ref()}}},
	}
}

// TestWhoActs: whoever stands to a party in whatever way, by every act that anybody may ask for, after what ended in the middle of the work. Who has no
// office is refused every other command.
func TestWhoActs(t *testing.T) {
	t.Parallel()
	const full = speaks | counts | member | author | stands
	capacity := func(c delegation.Capacity, until time.Duration) func(boating) {
		return func(b boating) {
			a := delegation.Authorise{Participant: dan, Party: boats, Capacity: c}
			if until > 0 {
				a.Until = b.now.Add(until)
			}
			b.must(olga, a)
		}
	}
	both := func(all ...func(boating)) func(boating) {
		return func(b boating) {
			for _, f := range all {
				f(b)
			}
		}
	}
	does := func(by delegation.Participant, commands ...any) func(boating) {
		return func(b boating) { b.must(by, commands...) }
	}
	head := capacity(delegation.Head, 0)
	// Why somebody is refused, where it is for who they are.
	why := []string{"party.mandate_over", "party.member", "party.not_authorised", "group.not_declared", "group.not_member", "delegation.manages", "accreditation.over", "accreditation.observer",
		"contribution.unknown", "accreditation.unknown"}
	for name, row := range map[string]struct {
		by    delegation.Participant // Dan, where nobody is named
		as    string                 // of the boats, a party where nothing is said
		then  func(boating)
		later time.Duration
		can   can
	}{
		"none in particular":                {can: full},
		"head":                              {then: head, can: full | manages},
		"alternate":                         {then: capacity(delegation.Alternate, 0), can: full},
		"focal point":                       {then: capacity(delegation.FocalPoint, 0), can: full | manages},
		"member":                            {then: capacity(delegation.Member, 0), can: full &^ speaks},
		"the last instant":                  {then: capacity(delegation.Head, time.Minute), later: time.Minute - 1, can: full | manages},
		"over":                              {then: capacity(delegation.Head, time.Minute), later: time.Minute, can: full &^ speaks},
		"revoked":                           {then: both(head, does(olga, delegation.Unauthorise{Participant: dan, Party: boats})), can: full &^ speaks},
		"ended by the focal point":          {then: does(ben, delegation.End{Party: boats, Participant: dan}), can: full &^ speaks},
		"left, as the head":                 {then: both(head, does(dan, delegation.End{Party: boats, Participant: dan})), can: full &^ speaks},
		"handed over, and stays":            {then: both(head, does(dan, delegation.HandOver{Party: boats, Participant: eve, Stays: delegation.Member})), can: full &^ speaks},
		"handed over, and left":             {then: both(head, does(dan, delegation.HandOver{Party: boats, Participant: eve})), can: full &^ speaks},
		"of an observer":                    {as: accreditation.AsObserver, then: head, can: full&^counts | manages},
		"of an observer for one occasion":   {as: accreditation.AsAdHoc, then: head, can: full&^counts | manages},
		"the accreditation was ended":       {then: both(head, does(olga, accreditation.Terminate{Party: boats.Ref(), Reason: "Wrong."})), can: full&^(speaks|stands) | manages},
		"the accreditation ran out":         {then: head, later: 30 * time.Minute, can: full&^(speaks|stands) | manages},
		"the last instant of it":            {then: head, later: 30*time.Minute - 1, can: full | manages},
		"the party left the group":          {then: both(head, does(olga, delegation.Compose{Group: isles, Members: []delegation.Party{fenland, moor}})), can: full&^member | manages},
		"the group is none any more":        {then: both(head, does(olga, delegation.Compose{Group: isles})), can: full&^member | manages},
		"a colleague who manages":           {by: ben, can: full&^author | manages},
		"a colleague who speaks":            {by: eve, can: full &^ author},
		"a colleague who prepares":          {by: ed, can: full &^ (author | speaks)},
		"the head of another party":         {by: mina, can: counts | member | stands | elsewhere},
		"an officer":                        {by: olga, can: counts | member | stands},
		"a moderator":                       {by: mo, can: counts | member | stands},
		"who asked for another body":        {by: tom, can: counts | member | stands | asked},
		"somebody":                          {by: ann, can: counts | member | stands},
		"somebody who was never here":       {by: 4711, can: counts | member | stands},
		"nobody, as the head of everything": {by: nobody, then: does(olga, delegation.Authorise{Participant: nobody + 4712, Party: boats, Capacity: delegation.Head}), can: nameless},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if row.as == "" {
				row.as = accreditation.AsParty
			}
			b := newBoating(t, row.as)
			if row.then != nil {
				row.then(b)
			}
			for i, c := range b.acts() {
				a := c.ask
				if a.By = row.by; row.by == nobody && row.can != nameless {
					a.By = dan
				}
				a.Assurance, a.Received = consultation.EmailProven, b.now.Add(row.later)
				_, err := b.st.Decide(a)
				got := keyOf(err)
				switch may := row.can != nameless && c.needs&^row.can == 0; {
				case may && got != "" && got != "proposal.unsupported": // the rule of the noun came to that
					t.Errorf("%s, %d: %q", c.command, i, got)
				case row.can == nameless && got != "standing.missing":
					t.Errorf("%s, %d: nobody, %q", c.command, i, got)
				case !may && row.can != nameless && !slices.Contains(why, got):
					t.Errorf("%s, %d: %q", c.command, i, got)
				}
			}
		})
	}
	b := newBoating(t, accreditation.AsParty)
	head(b)
	var acts []string
	for _, c := range b.acts() {
		acts = append(acts, c.command)
	}
	for _, c := range conversation.Commands() {
		if c.Standing == conversation.Anybody {
			if !slices.Contains(acts, c.Name) {
				t.Errorf("nothing says who may ask for %s in the name of a party", c.Name)
			}
			continue
		}
		_, err := b.st.Decide(conversation.Ask{By: dan, For: boats, Assurance: consultation.EmailProven, Received: b.now, Command: reflect.ValueOf(c.New()).Elem().Interface()})
		if got := keyOf(err); c.Standing != conversation.Founders && got != "standing.missing" {
			t.Errorf("the head of a delegation asks for %s: %q", c.Name, got)
		}
	}
}
