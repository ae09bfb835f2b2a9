package erasure

import (
	"errors"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/poll"
	"github.com/openplenary/plenary/priority"
	"github.com/openplenary/plenary/refusal"
)

// TestPartyDrafts: when words that were sent for a party are erased, what its people have begun for it together goes too, with
// all its parts; what another party has begun stays, and so does everything where the words were nobody's but their author's.
func TestPartyDrafts(t *testing.T) {
	w := newWorld(t)
	const arcadia, ruritania, ana delegation.Participant = 71, 72, 73
	told := time.Date(2020, 1, 12, 0, 0, 0, 0, time.UTC)
	officer := func(command any) {
		t.Helper()
		_, err := w.Sec.Do(ctx, "ferries", conversation.Ask{By: w.officer("ferries"), Assurance: consultation.EmailProven, Command: command, Told: told})
		w.ok(err)
	}
	officer(delegation.EnterParty{Party: delegation.Party(arcadia), Category: "member_state", Country: "XA", Name: "Arcadia"})
	officer(delegation.Authorise{Participant: ana, Party: delegation.Party(arcadia)})
	begin := func(key string, party delegation.Participant, text string) {
		t.Helper()
		for kind, at := range map[string]string{draft.Party: key, draft.Section: draft.PartKey(key, "s1"), draft.Remarks: draft.PartKey(key, "s1.1"), draft.Seat: draft.PartKey(key, "u1")} {
			d := draft.Draft{Slug: "ferries", Kind: kind, Key: at, Body: []byte(`{"text":"` + text + `"}`)}
			if kind == draft.Party {
				d.Owner = uint64(party)
			}
			_, err := w.Drafts.Save(ctx, d, 0, w.Now())
			w.ok(err)
		}
	}
	const boreas, cora delegation.Participant = 74, 75 // who submits with Arcadia
	officer(delegation.EnterParty{Party: delegation.Party(boreas), Category: "member_state", Country: "XA", Name: "Boreas"})
	officer(delegation.Authorise{Participant: cora, Party: delegation.Party(boreas)})
	const ours, theirs, joint = "AAAAAAAAAAAAAAAAAAAAAA", "BBBBBBBBBBBBBBBBBBBBBB", "CCCCCCCCCCCCCCCCCCCCCC"
	begin(joint, boreas, marker)
	begin(ours, arcadia, marker)
	begin(theirs, ruritania, "of others")
	there := func(key string) bool {
		parts, err := w.Drafts.Parts(ctx, "ferries", draft.Section, key)
		w.ok(err)
		_, ok, err := w.Drafts.Get(ctx, "ferries", draft.Party, key)
		w.ok(err)
		return ok && len(parts) == 1
	}
	w.erased("ferries", w.submit("ferries", "words of a person", "nonce-of-a-form-of-somebody", 0))
	w.ok(w.CatchUp(ctx))
	if !there(ours) || !there(theirs) || !there(joint) {
		t.Fatal("drafts of parties went with the words of a person")
	}
	answer, err := w.Sec.Do(ctx, "ferries", conversation.Ask{By: ana, For: delegation.Party(arcadia), Token: "nonce-of-arcadia", Scope: string(ana.Ref()), Assurance: consultation.EmailProven, Told: told,
		With: []delegation.Joining{{Party: delegation.Party(boreas), By: cora}}, Command: consultation.Submit{Call: "k1", Known: true, Parts: []consultation.SubmitPart{{On: "p1.e1.x3", Language: locale.English, Text: marker, Likeness: w.Sec.Likeness("ferries", marker)}}}})
	w.ok(err)
	seat := draft.Draft{Slug: "ferries", Kind: draft.Seat, Key: draft.PartKey(theirs, string(ana.Ref())), Owner: uint64(ana), Body: []byte("{}")}
	_, err = w.Drafts.Save(ctx, seat, 0, w.Now())
	w.ok(err)
	own := draft.Draft{Slug: "ferries", Kind: draft.Contribution, Key: "a-draft-of-their-own", Owner: uint64(ana), Body: []byte(marker)}
	_, err = w.Drafts.Save(ctx, own, 0, w.Now())
	w.ok(err)
	w.erased("ferries", answer.Refs[0])
	w.ok(w.CatchUp(ctx))
	if there(ours) || there(joint) || !there(theirs) {
		t.Error("not the drafts of the parties, and those alone")
	}
	if _, ok, err := w.Drafts.Get(ctx, "ferries", draft.Seat, seat.Key); err != nil || !ok {
		t.Error("who had words erased does not write any more what they were named to write", err)
	}
	if names := w.left(marker); len(names) > 0 {
		t.Error("still in", names)
	}
}

// TestMandatesEnded: with an account its mandates end, so that nobody waits for a head, or counts on somebody who manages, to whom nothing leads
// any more. Those of others stay.
func TestMandatesEnded(t *testing.T) {
	w := newWorld(t)
	const party delegation.Party = 77
	id, err := w.Accounts.Ensure(ctx, "maria@example.org", locale.English, w.Now())
	w.ok(err)
	n, err := w.Accounts.Participant(ctx, id, "ferries", w.Sec.Number)
	w.ok(err)
	maria, other := delegation.Participant(n), delegation.Participant(n+1)
	officer := w.officer("ferries")
	for _, c := range []any{delegation.EnterParty{Party: party, Category: "ngo", Name: "Boats"}, delegation.Authorise{Participant: maria, Party: party, Capacity: delegation.Head},
		delegation.Authorise{Participant: other, Party: party, Capacity: delegation.FocalPoint}} {
		_, err := w.Sec.Do(ctx, "ferries", w.by(officer, c))
		w.ok(err)
	}
	w.ok(w.DeleteAccount(ctx, id))
	_, err = w.Sec.Read(ctx, "ferries", func(st *conversation.State) error {
		if all := st.Roll.Delegation(party); len(all) != 1 || all[0].Participant != other || !st.Roll.Heads(other, party, w.Now()) {
			t.Errorf("the delegation is %+v", all)
		}
		return nil
	})
	w.ok(err)
	if _, err := w.Sec.Do(ctx, "ferries", w.by(other, delegation.End{Party: party, Participant: other})); err == nil {
		t.Error("the last who manages leaves")
	}
	w.ok(w.DeleteAccount(ctx, id)) // which is not there any more
}

// TestHeardErased: when what was heard of a party from the floor is erased, its words are nowhere, and what the party and whoever entered it
// are writing stays: it was made from none of that.
func TestHeardErased(t *testing.T) {
	w := newWorld(t)
	const arcadia delegation.Party = 71
	told := time.Date(2020, 1, 12, 0, 0, 0, 0, time.UTC)
	officer := w.officer("ferries")
	ask := func(command any) cite.Ref {
		t.Helper()
		answer, err := w.Sec.Do(ctx, "ferries", conversation.Ask{By: officer, Assurance: consultation.EmailProven, Command: command, Told: told})
		w.ok(err)
		if len(answer.Refs) == 0 {
			return cite.None
		}
		return answer.Refs[0]
	}
	ask(delegation.EnterParty{Party: arcadia, Category: "member_state", Country: "XA", Name: "Arcadia"})
	call := ask(consultation.AnnounceCall{Title: locale.Text{Original: "en", In: map[locale.Lang]string{"en": "Which?"}}, Paper: "p1", Opens: told, Closes: told.AddDate(0, 1, 0), Zone: "UTC", Late: consultation.LateRefused, Moderation: consultation.ModerateAfter})
	ask(formulation.Gather{Call: call, Days: 1})
	ours := draft.Draft{Slug: "ferries", Kind: draft.Party, Key: "AAAAAAAAAAAAAAAAAAAAAA", Owner: uint64(arcadia), Body: []byte("{}")}
	mine := draft.Draft{Slug: "ferries", Kind: draft.Contribution, Key: "BBBBBBBBBBBBBBBBBBBBBB", Owner: uint64(officer), Body: []byte("{}")}
	for _, d := range []draft.Draft{ours, mine} {
		_, err := w.Drafts.Save(ctx, d, 0, w.Now())
		w.ok(err)
	}
	w.erased("ferries", ask(formulation.Hear{Call: call, On: "p1.e1", Party: arcadia.Ref(), Said: told, Language: locale.English, Wording: marker}))
	w.ok(w.CatchUp(ctx))
	for _, d := range []draft.Draft{ours, mine} {
		if _, ok, err := w.Drafts.Get(ctx, "ferries", d.Kind, d.Key); err != nil || !ok {
			t.Errorf("the draft of the kind %s is gone: %v", d.Kind, err)
		}
	}
	if names := w.left(marker); len(names) > 0 {
		t.Error("still in", names)
	}
}

// TestBallotsReturned: with an account goes what it cast for itself in an indicative ballot that is not counted yet: nothing of it is left. While nothing can be
// written of that, the account stays, and its deletion may be asked for again.
func TestBallotsReturned(t *testing.T) {
	w := newWorld(t)
	id, err := w.Accounts.Ensure(ctx, "maria@example.org", locale.English, w.Now())
	w.ok(err)
	n, err := w.Accounts.Participant(ctx, id, "ferries", w.Sec.Number)
	w.ok(err)
	maria, officer, now := delegation.Participant(n), w.officer("ferries"), w.Sec.Now()
	begin := priority.Begin{Title: locale.Plain("en", "First"), Criteria: []locale.Text{locale.Plain("en", "Haste")}, Themes: []priority.Theme{{Names: []cite.Ref{"p1.e1.x1"}}, {Names: []cite.Ref{"p1.e1.x2"}}}}
	for _, a := range []conversation.Ask{{By: officer, Command: begin},
		{By: officer, Command: poll.Hold{Order: "o1", Terms: poll.Terms{Method: poll.Approval, Constituencies: []string{poll.Public}, Opens: now.Add(-time.Minute), Closes: now.Add(time.Hour), Zone: "UTC"}}},
		{System: true, Command: poll.Freeze{Poll: "b1"}},
		{By: maria, Assurance: consultation.EmailProven, Command: poll.Cast{Poll: "b1", Marks: []poll.Mark{{Option: 1, Value: 1}}}}} {
		a.Received = now
		_, err := w.Sec.Do(ctx, "ferries", a)
		w.ok(err)
	}
	cast := func() (at []cite.Position) {
		_, err := w.Sec.Read(ctx, "ferries", func(st *conversation.State) error { at = st.Polls.CastAt("b1"); return nil })
		w.ok(err)
		return at
	}
	before := cast()
	if len(before) != 1 {
		t.Fatal("nothing was cast")
	}
	log, record, err := w.Sec.Record("ferries")
	w.ok(err)
	log.Halt(record, errors.New("a test says so"))
	if err := w.DeleteAccount(ctx, id); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Kind != refusal.TryAgain {
		t.Error("deleted while the ballot stands:", err)
	}
	w.again()
	w.ok(w.DeleteAccount(ctx, id))
	if words, err := w.Sec.Words(ctx, "ferries", before); err != nil || len(words) > 0 || len(cast()) > 0 {
		t.Errorf("the ballot of a deleted account: %v %v %v", words, cast(), err)
	}
}
