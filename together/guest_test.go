package together

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
)

// isles is a group of Ruritania alone.
const isles delegation.Party = 9

// grouped is a roll on which the isles are a group.
type grouped struct{ roll }

func (grouped) Members(p delegation.Party) []delegation.Party {
	if p == isles {
		return []delegation.Party{ruritania}
	}
	return nil
}

// only is a roll on which somebody who is in a delegation does not speak.
type only struct{ grouped }

func (o only) WritesFor(p delegation.Participant) []delegation.Party {
	if p == drafter {
		return []delegation.Party{ruritania}
	}
	return o.roll[p]
}

func (s *Store) says(t *testing.T, r Roll, party delegation.Party) string {
	t.Helper()
	all, err := s.Guests(t.Context(), slug, token)
	if err != nil {
		t.Fatal(err)
	}
	sections, err := s.Sections(t.Context(), slug, token)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range all {
		if g.Party == party {
			return g.Says(r, TextOf(sections, 0))
		}
	}
	return ""
}

// TestGuestMatrix: nobody joins or declines for a party but who speaks for it, for a group who speaks for a member; a text that was
// not read is not authorised; a party that was not invited says nothing.
func TestGuestMatrix(t *testing.T) {
	r := only{grouped{people()}}
	for _, c := range []struct {
		who            delegation.Participant
		party, through delegation.Party
		text           int
		want           string
	}{
		{foreign, ruritania, 0, 1, ""},
		{head, ruritania, 0, 1, ""}, // speaks for both
		{ana, ruritania, 0, 1, "together.not_yours"},
		{drafter, ruritania, 0, 1, "together.not_yours"}, // only prepares
		{0, ruritania, 0, 1, "together.not_yours"},
		{foreign, ruritania, ruritania, 1, "together.not_yours"},
		{foreign, ruritania, 0, 0, "together.moved"},
		{foreign, isles, ruritania, 1, ""},
		{foreign, isles, 0, 1, "together.not_yours"},
		{ana, isles, arcadia, 1, "together.not_yours"},
		{ana, isles, ruritania, 1, "together.not_yours"},
		{ana, arcadia, 0, 1, "draft.unknown"},
	} {
		for _, joins := range []bool{true, false} {
			s, _, _ := kept(t)
			s.mustWrite(t, Change{Section: "s1", Mine: answers("The ferry runs."), By: ana})
			for _, p := range []delegation.Party{ruritania, isles} {
				if err := s.Invite(t.Context(), slug, token, p, by(ana, 1)); err != nil {
					t.Fatal(err)
				}
			}
			w := Word{Mark: by(c.who, c.text), Party: c.party, Through: c.through, Joins: joins}
			if got := key(s.Answer(t.Context(), slug, token, r, w)); got != c.want {
				t.Errorf("%+v: %q, want %q", c, got, c.want)
			}
			want := map[bool]string{true: Joined, false: Declined}[joins]
			if c.want != "" {
				want = Silent
			}
			if c.party == arcadia {
				want = ""
			}
			if got := s.says(t, r, c.party); got != want {
				t.Errorf("%+v: it says %q, want %q", c, got, want)
			}
		}
	}
	for who, reads := range map[delegation.Participant]bool{ana: false, foreign: true, head: true, drafter: true, 0: false} {
		if Reads(r, who, isles) != reads || Reads(r, who, ruritania) != reads {
			t.Errorf("%d reads: %v", who, !reads)
		}
	}
	if got := Voices(r, foreign, isles); !slices.Equal(got, []delegation.Party{ruritania}) {
		t.Error(got)
	}
	if got := Voices(r, foreign, ruritania); !slices.Equal(got, []delegation.Party{0}) {
		t.Error(got)
	}
}

// TestInvite: a party is invited once, never the one that leads, and not more than fit; what was taken back is gone.
func TestInvite(t *testing.T) {
	s, drafts, _ := kept(t)
	invite := func(p delegation.Party) string { return key(s.Invite(t.Context(), slug, token, p, by(ana, 0))) }
	for _, c := range []struct {
		p    delegation.Party
		want string
	}{{arcadia, "joint.itself"}, {ruritania, ""}, {ruritania, "joint.invited"}} {
		if got := invite(c.p); got != c.want {
			t.Errorf("%d: %q", c.p, got)
		}
	}
	if all, err := s.Invited(t.Context(), slug, ruritania); err != nil || len(all) != 1 || all[0].Key != token {
		t.Error(all, err)
	}
	for p := delegation.Party(100); p < 100+delegation.MaxJoint-1; p++ {
		if got := invite(p); got != "" {
			t.Fatal(got)
		}
	}
	if got := invite(999); got != "joint.many" {
		t.Error(got)
	}
	if err := s.Uninvite(t.Context(), slug, token, ruritania); err != nil {
		t.Fatal(err)
	}
	if all, err := s.Invited(t.Context(), slug, ruritania); err != nil || len(all) != 0 {
		t.Error(all, err)
	}
	if got := key(s.Answer(t.Context(), slug, token, people(), Word{Mark: by(foreign, 0), Party: ruritania, Joins: true})); got != "draft.unknown" {
		t.Error(got)
	}
	// A party whose words were erased is not invited any more; the draft of the other stays.
	if err := drafts.ForgetParty(t.Context(), slug, 100); err != nil {
		t.Fatal(err)
	}
	all, err := s.Guests(t.Context(), slug, token)
	if err != nil || slices.ContainsFunc(all, func(g Guest) bool { return g.Party == 100 }) || len(all) != delegation.MaxJoint-2 {
		t.Error(len(all), err)
	}
	if err := s.Delete(t.Context(), slug, token); err != nil {
		t.Fatal(err)
	}
	if left, err := drafts.Parts(t.Context(), slug, draft.Guest, token); err != nil || len(left) > 0 {
		t.Error(left, err)
	}
}

// TestAgreed: the text that a party authorised is kept until it declines, authorises another or is invited no more, and no longer than the
// words of the draft; the first change of it says whose word it voids, and none after it does.
func TestAgreed(t *testing.T) {
	s, drafts, _ := kept(t)
	r := grouped{people()}
	for _, p := range []delegation.Party{ruritania, isles} {
		if err := s.Invite(t.Context(), slug, token, p, by(ana, 0)); err != nil {
			t.Fatal(err)
		}
	}
	write := func(text, was string, voided ...delegation.Party) {
		t.Helper()
		w, err := s.Write(t.Context(), slug, token, Change{Section: "s1", Mine: answers(text), Was: answers(was), By: ana, At: t0})
		if err != nil {
			t.Fatal(err)
		}
		var got []delegation.Party
		for _, g := range w.Voided {
			got = append(got, g.Party)
		}
		if slices.Sort(got); !slices.Equal(got, voided) {
			t.Errorf("%q voids %v, want %v", text, got, voided)
		}
	}
	word := func(p, through delegation.Party, text int, joins bool) {
		t.Helper()
		if err := s.Answer(t.Context(), slug, token, r, Word{Mark: by(foreign, text), Party: p, Through: through, Joins: joins}); err != nil {
			t.Fatal(err)
		}
	}
	is := func(want ...string) {
		t.Helper()
		all, err := s.Agreed(t.Context(), slug, token)
		var got []string
		for _, a := range all {
			got = append(got, fmt.Sprint(a.Party, " ", a.Text, " ", a.Answer("q1").Text))
		}
		if slices.Sort(got); err != nil || !slices.Equal(got, want) {
			t.Errorf("kept %q, want %q: %v", got, want, err)
		}
	}
	write("one", "")
	word(ruritania, 0, 1, true)
	word(isles, ruritania, 1, true)
	is("8 1 one", "9 1 one")
	write("one", "one")
	write("two", "one", ruritania, isles)
	write("three", "two")
	is("8 1 one", "9 1 one")
	word(ruritania, 0, 3, true)
	is("8 3 three", "9 1 one")
	if all, err := drafts.Versions(t.Context(), slug, draft.Agreed, guestRow(slug, token, ruritania).Key); err != nil || len(all) != 1 {
		t.Error("the text before is kept:", len(all), err)
	}
	word(isles, ruritania, 3, false)
	is("8 3 three")
	write("four", "three", ruritania)
	if err := s.Uninvite(t.Context(), slug, token, ruritania); err != nil {
		t.Fatal(err)
	}
	is()
	word(isles, ruritania, 4, true)
	if err := s.Done(t.Context(), slug, token, "c1", t0.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	is()
}

// TestJoining: an edit voids what was authorised, and so does the end of the mandate; whoever sends names those that authorised the
// present text and no other, and says once that they know who is missing; while it is sent nobody joins.
func TestJoining(t *testing.T) {
	s, _, _ := kept(t)
	r := roll(people())
	if _, err := s.Update(t.Context(), slug, token, t0, func(d *Draft) error { return d.Settle(r, head, NoClearance) }); err != nil {
		t.Fatal(err)
	}
	s.mustWrite(t, Change{Section: "s1", Mine: answers("The ferry runs."), By: ana})
	if err := s.Invite(t.Context(), slug, token, ruritania, by(ana, 1)); err != nil {
		t.Fatal(err)
	}
	word := func(text int, joins bool) string {
		return key(s.Answer(t.Context(), slug, token, r, Word{Mark: by(foreign, text), Party: ruritania, Joins: joins}))
	}
	var sent Outgoing
	send := func(text int, sure bool, with ...delegation.Party) string {
		var err error
		sent, err = s.Send(t.Context(), slug, token, r, Sending{Mark: by(ana, text), With: with, Sure: sure})
		return key(err)
	}
	if k := send(1, false); k != "joint.sure" {
		t.Error("nobody asked:", k)
	}
	if k := word(1, true); k != "" {
		t.Fatal(k)
	}
	gone := roll{ana: {arcadia}}
	for _, c := range []struct {
		r    Roll
		want string
	}{{r, Joined}, {gone, Ended}} {
		if got := s.says(t, c.r, ruritania); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	s.mustWrite(t, Change{Section: "s2", Mine: []Answer{{At: "q2", Text: "And the other."}}, By: ana})
	if got := s.says(t, r, ruritania); got != Edited {
		t.Error("an edit voids nothing:", got)
	}
	if k := send(2, true, ruritania); k != "joint.changed" {
		t.Error("a party is named that authorised another text:", k)
	}
	if k := word(1, true); k != "together.moved" {
		t.Error(k)
	}
	if k := word(2, false); k != "" || s.says(t, r, ruritania) != Declined {
		t.Error(k)
	}
	if k := word(2, true); k != "" || s.says(t, r, ruritania) != Joined {
		t.Error("the last word does not count:", k)
	}
	if k := send(2, true); k != "joint.changed" {
		t.Error("a party is left out that authorised it:", k)
	}
	if k := send(2, false, ruritania); k != "" {
		t.Fatal(k)
	}
	if want := []delegation.Joining{{Party: ruritania, By: foreign}}; !slices.Equal(sent.With, want) {
		t.Error(sent.With)
	}
	if k := word(2, false); k != "together.sending" {
		t.Error("a party declines while it is sent:", k)
	}
	if err := s.Done(t.Context(), slug, token, "c1", t0.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	for i, k := range []string{word(2, false), key(s.Invite(t.Context(), slug, token, isles, by(ana, 2)))} {
		if k != "draft.sent" {
			t.Error(i, k)
		}
	}
}
