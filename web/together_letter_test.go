package web_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
)

// told are the letters about drafts since they were last asked for, as "reader kind page", sorted.
func (h *delegations) told() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	names := map[uint64]string{}
	for name, who := range h.who {
		names[uint64(who)] = name
	}
	var out []string
	for _, l := range h.news {
		who := names[uint64(l.To)]
		if who == "" {
			who = "other"
		}
		if l.Slug != "ferries" || l.Draft.Key == "" {
			h.t.Errorf("a letter about no draft: %+v", l)
		}
		out = append(out, who+" "+l.Kind+" "+l.Page)
	}
	h.news = nil
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// prepares has an officer bring somebody into the delegation of a party who prepares, and does not speak.
func (h *delegations) prepares(name string, party delegation.Party) {
	h.t.Helper()
	n, err := h.sec.Number()
	if err == nil {
		n, err = h.web.Accounts.Invite(h.t.Context(), name+"@parties.example", "ferries", n, h.sec.Now())
	}
	if err == nil {
		h.who[name] = delegation.Participant(n)
		_, err = h.sec.Do(h.t.Context(), "ferries", conversation.Ask{By: h.officer(), Received: h.sec.Now(),
			Command: delegation.Authorise{Participant: h.who[name], Party: party, Capacity: delegation.Member}})
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// TestLettersOfDrafts: whoever can do the next thing with a draft gets a letter, and nobody else: who is named, who may clear, who sent
// it for clearance when it was cleared or returned. A refused act tells nobody, nor does one tell who did it.
func TestLettersOfDrafts(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, ben, hana := h.person("ana"), h.person("ben"), h.person("hana")
	h.prepares("mila", party(t, h, "ana"))
	draft := h.begin("2")
	is := func(after, want string) {
		t.Helper()
		if got := h.told(); got != want {
			t.Errorf("%s: told %q, want %q", after, got, want)
		}
	}
	is("begun", "")
	ana.press(draft, "draft", "name", "email", "dora@parties.example")
	is("named", "other named draft")
	ana.press(draft, "draft", "name", "email", "ana@parties.example")
	is("named by herself", "")
	dora := h.person("dora")
	dora.write(draft, "Ferries are late.")
	dora.press(draft, "draft", "name", "email", "x@parties.example")
	dora.press(draft, "whole", "clear")
	ana.press(draft, "draft", "ask", "text", "9")
	ben.press(draft, "whole", "return", "note-s2", "Nobody asked.")
	is("refused", "")
	ana.press(draft, "draft", "ask")
	is("ana asks", "ben clear whole, hana clear whole")
	ben.press(draft, "whole", "return", "note-s2", "Say how late.")
	is("returned", "ana returned draft")
	dora.write(draft, "Ferries are an hour late.")
	dora.press(draft, "draft", "ask")
	is("dora asks", "ana clear whole, ben clear whole, hana clear whole")
	ben.press(draft, "whole", "clear")
	is("reviewed", "ana clear whole, hana clear whole")
	ben.press(draft, "whole", "clear")
	is("twice", "")
	hana.press(draft, "whole", "clear")
	is("cleared", "other cleared whole")
}

// TestLettersOfJointDrafts: those who may authorise for a party that was invited get a letter, and who invited it one when it said its
// word. What is done and undone again floods nobody.
func TestLettersOfJointDrafts(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, fritz := h.person("ana"), h.person("fritz")
	h.prepares("rolf", party(t, h, "fritz"))
	ruritania := string(party(t, h, "fritz").Ref())
	draft := h.begin("0")
	ana.write(draft, "The ferry runs on Monday.")
	if ana.press(draft, "draft", "invite", "party", string(party(t, h, "ana").Ref())); h.told() != "" {
		t.Error("somebody is told of an invitation that was refused")
	}
	ana.press(draft, "draft", "invite", "party", ruritania)
	if got := h.told(); got != "fritz invited joint" {
		t.Errorf("told %q", got)
	}
	fritz.press(draft, "joint", "decline", "for", ruritania)
	fritz.press(draft, "joint", "join", "for", ruritania)
	if got := h.told(); got != "ana declined draft, ana joined draft" {
		t.Errorf("told %q", got)
	}
	for range 8 {
		ana.press(draft, "draft", "uninvite", "party", ruritania)
		ana.press(draft, "draft", "invite", "party", ruritania)
	}
	if n := strings.Count(h.told(), "fritz"); n != 4 {
		t.Errorf("%d letters more in a day, want 4", n)
	}
}

// TestLettersOfVoidedAuthorisations: who may authorise for a party gets a letter when the text is changed that it authorised: one, whatever is
// typed after it, none where nothing was changed or nothing was authorised, none to who changed it, and not more than a few a day. Its
// people and those who write the draft read what was changed, and nobody of another party does.
func TestLettersOfVoidedAuthorisations(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, fritz := h.person("ana"), h.person("fritz")
	h.prepares("rolf", party(t, h, "fritz"))
	ruritania := string(party(t, h, "fritz").Ref())
	draft := h.begin("0")
	ana.write(draft, "The ferry runs on Monday.")
	ana.press(draft, "draft", "invite", "party", ruritania)
	ana.write(draft, "The ferry runs on Tuesday.")
	h.told()
	join := func() {
		t.Helper()
		if a := fritz.press(draft, "joint", "join", "for", ruritania); a.status != 303 {
			t.Fatal(a.status, deskErrors(a.body))
		}
	}
	en := locale.English
	join()
	if page := ana.get(draft + "/part/s2").body; !strings.Contains(page, en.T("joint.voids")) {
		t.Error("who writes is not told that an edit voids what was authorised")
	}
	if page := fritz.get(draft + "/joint").body; strings.Contains(page, `id="since"`) {
		t.Error("something is said to be changed that was not")
	}
	if h.told(); ana.write(draft, "The ferry runs on Tuesday.").status != 303 || h.told() != "" {
		t.Error("a letter of a change that is none")
	}
	ana.write(draft, "The ferry runs on Friday.")
	ana.write(draft, "The ferry runs on Friday at noon.")
	if got := h.told(); got != "fritz voided joint#since" {
		t.Errorf("two edits: told %q", got)
	}
	for name, v := range map[string]*visitor{"fritz": fritz, "rolf": h.person("rolf"), "ana": ana} {
		page := v.get(draft + "/joint").body
		if _, since, ok := strings.Cut(page, `id="since"`); !ok || !strings.Contains(since, "<del>") || !strings.Contains(since, "Tuesday") || !strings.Contains(since, "Friday at noon") {
			t.Errorf("%s does not read what was changed since the text was authorised", name)
		}
	}
	if page := ana.get(draft + "/part/s2").body; strings.Contains(page, en.T("joint.voids")) {
		t.Error("there is nothing any more that an edit could void")
	}
	ana.write(draft, "The ferry runs on Tuesday.")
	if page := fritz.get(draft + "/joint").body; !strings.Contains(page, en.T("joint.since_same")) {
		t.Error("it is not said that the answers read as they did")
	}
	for n := range 8 {
		join()
		ana.write(draft, fmt.Sprint("The ferry runs, version ", n))
	}
	if n := strings.Count(h.told(), "fritz voided"); n != 3 {
		t.Errorf("%d letters more in a day about one party, want 3", n)
	}
	fritz.press(draft, "joint", "decline", "for", ruritania)
	if page := fritz.get(draft + "/joint").body; strings.Contains(page, `id="since"`) {
		t.Error("a party that declined is shown what changed")
	}
	h.told()
	if ana.write(draft, "The ferry does not run."); h.told() != "" {
		t.Error("a party that declined is told of an edit")
	}
}

// TestVoidedByOneOfTheirOwn: who changes the text that they authorised for another party is not written to about it; a party that was
// invited, and is not the one that authorised, does not read what that one did.
func TestVoidedByOneOfTheirOwn(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, fritz := h.person("ana"), h.person("fritz")
	ruritania := party(t, h, "fritz")
	draft := h.begin("0")
	ana.press(draft, "draft", "name", "email", "fritz@parties.example")
	fritz.write(draft, "The ferry runs on Monday.")
	ana.press(draft, "draft", "invite", "party", string(ruritania.Ref()))
	fritz.press(draft, "joint", "join", "for", string(ruritania.Ref()))
	h.told()
	fritz.write(draft, "The ferry runs on Friday.")
	if got := h.told(); got != "" {
		t.Errorf("told %q", got)
	}
	const isles = delegation.Party(901)
	do := func(command any) {
		t.Helper()
		if _, err := h.sec.Do(t.Context(), "ferries", conversation.Ask{By: h.officer(), Received: h.sec.Now(), Command: command}); err != nil {
			t.Fatal(err)
		}
	}
	do(delegation.EnterParty{Party: isles, Category: "ngo", Name: "Isles"})
	h.prepares("ike", isles)
	ana.press(draft, "draft", "invite", "party", string(isles.Ref()))
	if a := h.person("ike").get(draft + "/joint"); a.status != 200 || !strings.Contains(a.body, "Friday") || strings.Contains(a.body, "Monday") {
		t.Error("another party reads what was authorised before:", a.status)
	}
}

// TestLettersAboutGuestsTakeNoOthersPlace: a party that was invited and says the same again is news once, and one that changes its
// mind all day keeps nobody from being told that the draft waits for their clearance.
func TestLettersAboutGuestsTakeNoOthersPlace(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, ben, fritz := h.person("ana"), h.person("ben"), h.person("fritz")
	ruritania := string(party(t, h, "fritz").Ref())
	draft := h.begin("1")
	ana.write(draft, "The ferry runs on Monday.")
	ana.press(draft, "draft", "invite", "party", ruritania)
	h.told()
	for range 2 {
		fritz.press(draft, "joint", "decline", "for", ruritania)
	}
	if got := h.told(); got != "ana declined draft" {
		t.Errorf("declined twice: told %q", got)
	}
	for range 2 {
		fritz.press(draft, "joint", "join", "for", ruritania)
	}
	if got := h.told(); got != "ana joined draft" {
		t.Errorf("authorised twice: told %q", got)
	}
	for range 8 {
		fritz.press(draft, "joint", "decline", "for", ruritania)
		fritz.press(draft, "joint", "join", "for", ruritania)
	}
	if n := strings.Count(h.told(), "ana"); n != 3 {
		t.Errorf("%d letters more in a day about one party, want 3", n)
	}
	ben.press(draft, "draft", "ask")
	if got := h.told(); !strings.HasPrefix(got, "ana clear whole") {
		t.Errorf("the draft waits for her: told %q", got)
	}
}
