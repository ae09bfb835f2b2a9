package web_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/receipt"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/verifier"
	"github.com/openplenary/plenary/locale"
)

// TestJointSubmission: a party is invited from the page of a draft; its people read the text and nothing else of the draft; somebody
// who speaks for it authorises what they read, an edit voids that, and what is sent names those that authorised it: on its page, in
// lists, tables and on its receipt. Afterwards the party dissociates itself.
func TestJointSubmission(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, fritz := h.person("ana"), h.person("fritz")
	arcadia, ruritania := string(party(t, h, "ana").Ref()), string(party(t, h, "fritz").Ref())
	en := locale.English
	says := func(v *visitor, at, key string) {
		t.Helper()
		if a := v.get(at); a.status != 200 || !strings.Contains(a.body, en.T(key)) {
			t.Errorf("%s: %d, and no %s", at, a.status, key)
		}
	}
	draft := h.begin("0")
	ana.write(draft, "The ferry runs on Monday.")
	ana.post(draft+"/part/s2", deskWith(ana.hidden(draft+"/part/s2"), "do", "say", "remark", "BETWEEN-US"))
	if a := fritz.get(draft + "/joint"); a.status != 404 {
		t.Error("who was not invited reads it:", a.status)
	}

	if page := ana.get(draft + "/draft").body; !strings.Contains(page, `value="`+ruritania+`">Ruritania</option>`) || strings.Contains(page, `value="`+arcadia+`">`) {
		t.Error("the parties that can be invited are not offered by their names")
	}
	h.refused(ana.press(draft, "draft", "invite", "party", "y0000000000009"), 422, "joint.party")
	h.refused(ana.press(draft, "draft", "invite", "party", arcadia), 422, "joint.itself")
	if a := ana.press(draft, "draft", "invite", "party", ruritania); a.status != 303 {
		t.Fatal(a.status, deskErrors(a.body))
	}
	h.refused(ana.press(draft, "draft", "invite", "party", ruritania), 422, "joint.invited")
	says(ana, draft+"/draft", "joint.says.silent")
	if page := ana.get(draft + "/draft").body; !strings.Contains(page, "<b><bdi>Ruritania</bdi></b>") || !strings.Contains(page, "<bdi>Arcadia</bdi>") {
		t.Error("the page of the draft does not name the parties")
	}
	says(fritz, draft+"/joint", "joint.join")
	says(fritz, tg, "joint.waits")
	says(fritz, "/en/account", "joint.waits")
	if page := fritz.get(draft + "/joint").body; !strings.Contains(page, "The ferry runs on Monday.") || strings.Contains(page, "BETWEEN-US") || strings.Contains(page, "ana@") {
		t.Error("those of a party that was invited read something else than the text")
	}
	for _, page := range []string{"draft", "whole", "part/s2", "now"} {
		if a := fritz.get(draft + "/" + page); a.status != 404 {
			t.Errorf("those of a party that was invited see %s: %d", page, a.status)
		}
	}
	if a := fritz.press(draft, "joint", "invite", "party", arcadia); a.status == 303 {
		t.Error("those of a party that was invited invite others")
	}

	h.refused(ana.press(draft, "joint", "join", "for", ruritania), 403, "together.not_yours")
	h.refused(ana.press(draft, "whole", "send"), 422, "joint.sure")
	if a := fritz.press(draft, "joint", "join", "for", ruritania); a.status != 303 {
		t.Fatal(a.status, deskErrors(a.body))
	}
	says(ana, draft+"/whole", "joint.named")
	stale := ana.hidden(draft + "/whole")
	ana.write(draft, "The ferry runs on Tuesday.")
	says(ana, draft+"/draft", "joint.says.edited")
	says(fritz, draft+"/joint", "joint.edited")
	h.refused(fritz.press(draft, "joint", "join", "for", ruritania, "text", "1"), 409, "together.moved")
	h.refused(ana.post(draft+"/whole", deskWith(stale, "do", "send", "text", ana.hidden(draft+"/whole").Get("text"), "with", ruritania)), 409, "joint.changed")
	if a := fritz.press(draft, "joint", "join", "for", ruritania); a.status != 303 {
		t.Fatal(a.status, deskErrors(a.body))
	}
	h.told()
	sent := ana.press(draft, "whole", "send", "with", ruritania)
	receipt := sent.header.Get("Location")
	if sent.status != 303 || !strings.Contains(receipt, "/c1/receipt") {
		t.Fatal(sent.status, receipt, deskErrors(sent.body))
	}
	if got := h.told(); got != "fritz sent " {
		t.Errorf("it was sent in his party's name: told %q", got)
	}

	for what, at := range map[string]string{"its receipt": receipt, "its page": "/en/c/ferries/c1", "the list": "/en/c/ferries/contributions?party=" + ruritania,
		"the table": "/en/c/ferries/contributions.csv", "the JSON": "/en/c/ferries/c1.json", "on paper": "/en/c/ferries/contributions?print=1"} {
		if a := ana.get(at); a.status != 200 || !strings.Contains(a.body, "Ruritania") || !strings.Contains(a.body, "Arcadia") {
			t.Errorf("%s does not name the parties: %d", what, a.status)
		}
	}
	if a := ana.get(receipt); strings.Contains(a.body, en.T("receipt.account")) {
		t.Error("the receipt says of what several parties authorised that it can be corrected")
	}
	if a := fritz.get(draft + "/joint"); a.status != 303 || !strings.HasSuffix(a.header.Get("Location"), "/c1") {
		t.Error("the draft does not lead to what it became:", a.status)
	}
	stand := deskWith(fritz.hidden("/en/c/ferries/c1"), "for", ruritania, "at", "joint", "do", "dissociated")
	if a := fritz.post("/en/c/ferries/c1/stand", stand); a.status != 303 || !strings.HasSuffix(a.header.Get("Location"), "#joint") {
		t.Fatal(a.status, deskErrors(a.body))
	}
	says(h.visitor(), "/en/c/ferries/c1", "group.stand.dissociated")
	if a := h.visitor().get("/en/c/ferries/contributions?party=" + ruritania); strings.Contains(a.body, "/c1\"") {
		t.Error("who dissociated itself is found with it")
	}
}

// TestJointWaits: what several parties submitted is read, while it waits for a moderator, by those who may authorise for one of them, with
// its receipt; not by who only prepares for it, nor by anybody else. What was chosen otherwise since it was authorised is shown before and now.
func TestJointWaits(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, fritz := h.person("ana"), h.person("fritz")
	h.prepares("rolf", party(t, h, "fritz"))
	ruritania := string(party(t, h, "fritz").Ref())
	en := locale.English
	draft := h.beginAt("/en/c/ferries/k3/together", "0")
	choose := func(n string) {
		t.Helper()
		at := draft + "/part/s1"
		if a := ana.post(at, deskWith(deskForm(t, ana.get(at).body, at, 0), "q1", n, "do", "save")); a.status != 303 {
			t.Fatal(a.status, deskErrors(a.body))
		}
	}
	choose("1")
	ana.press(draft, "draft", "invite", "party", ruritania)
	fritz.press(draft, "joint", "join", "for", ruritania)
	choose("3")
	page := fritz.get(draft + "/joint").body
	if _, since, _ := strings.Cut(page, `id="since"`); !strings.Contains(since, "On foot") || !strings.Contains(since, en.T("joint.since_is")) {
		t.Error("what was chosen before is not shown beside what is chosen now")
	}
	fritz.press(draft, "joint", "join", "for", ruritania)
	if a := ana.press(draft, "whole", "send", "with", ruritania); a.status != 303 {
		t.Fatal(a.status, deskErrors(a.body))
	}
	for name, v := range map[string]*visitor{"ana": ana, "fritz": fritz, "ben": h.person("ben")} { // he speaks for the party that leads
		a, receipt := v.get("/en/c/ferries/c1"), v.get("/en/c/ferries/c1/receipt")
		if a.status != 200 || !strings.Contains(a.body, "Not at all") || !strings.Contains(a.body, en.T("state.pending_joint")) || receipt.status != 200 || !strings.Contains(receipt.body, "Not at all") {
			t.Errorf("%s does not read it while it waits: %d, %d", name, a.status, receipt.status)
		}
	}
	for name, v := range map[string]*visitor{"rolf": h.person("rolf"), "somebody": h.visitor()} {
		for _, page := range []string{"c1", "c1.json", "c1/receipt", "c1/receipt.json", "contributions", "k3"} {
			if a := v.get("/en/c/ferries/" + page); strings.Contains(a.body, "Ruritania") || page != "k3" && strings.Contains(a.body, "Not at all") {
				t.Errorf("%s reads it at %s while it waits: %d", name, page, a.status)
			}
		}
	}
	if a := fritz.post("/en/c/ferries/c1/withdraw", deskWith(ana.hidden("/en/c/ferries/c1"))); a.status == 303 {
		t.Error("a party that is named withdraws what another sent:", a.status)
	}
}

// TestJointReceipt: the receipt of what several parties submitted proves each of them, offline too, by its name; one that is made after a
// party dissociated itself proves that. A file in which anything of a party was changed, left out, doubled or taken from elsewhere is
// refused by both who check. One without parties, as it was given out before, is checked as before.
func TestJointReceipt(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, fritz := h.person("ana"), h.person("fritz")
	arcadia, ruritania := party(t, h, "ana").Ref(), party(t, h, "fritz").Ref()
	joint := func() cite.Ref {
		t.Helper()
		draft := h.begin("0")
		ana.write(draft, "The ferry runs on Monday.")
		ana.press(draft, "draft", "invite", "party", string(ruritania))
		fritz.press(draft, "joint", "join", "for", string(ruritania))
		a := ana.press(draft, "whole", "send", "with", string(ruritania))
		m := regexp.MustCompile(`/(c\d+)/receipt`).FindStringSubmatch(a.header.Get("Location"))
		if a.status != 303 || m == nil {
			t.Fatal(a.status, deskErrors(a.body))
		}
		return cite.Ref(m[1])
	}
	ref := joint()
	other := joint()
	get := func(ref cite.Ref) *receipt.File {
		t.Helper()
		r, err := receipt.Decode([]byte(ana.get("/en/c/ferries/" + string(ref) + "/receipt.json").body))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	// checked is what both who check say of a file: the parties, or "wrong".
	checked := func(r *receipt.File) string {
		t.Helper()
		b, err := receipt.Encode(r)
		if err != nil {
			t.Fatal(err)
		}
		c := h.sec.CheckReceipt(t.Context(), b)
		second, err := verifier.Receipt(b, r.Key)
		if (err == nil) != c.Genuine() || c.Genuine() && !c.Held() {
			t.Errorf("the two who check differ: %v, %q %+v", err, c.Wrong, c.Lines)
		}
		if err != nil {
			return "wrong"
		}
		var here, there []string
		for _, p := range c.Parties {
			s := p.Name + ", " + string(p.Party)
			if !p.Dissociated.IsZero() {
				s += " dissociated"
			}
			here = append(here, s)
		}
		for _, l := range second.Lines {
			if l.What == "party" {
				s := strings.Join(strings.Split(l.Detail, ", ")[:2], ", ")
				if strings.Contains(l.Detail, "DISSOCIATED") {
					s += " dissociated"
				}
				there = append(there, s)
			}
		}
		if !slices.Equal(here, there) {
			t.Errorf("one says %q, the other %q", here, there)
		}
		return strings.Join(here, "; ")
	}
	lead, with := "Arcadia, "+string(arcadia), "Ruritania, "+string(ruritania)
	first := get(ref)
	if got := checked(first); first.Format != receipt.JointFormat || got != lead+"; "+with {
		t.Errorf("%s: %s", first.Format, got)
	}
	stand := deskWith(fritz.hidden("/en/c/ferries/"+string(ref)), "for", string(ruritania), "at", "joint", "do", "dissociated")
	if a := fritz.post("/en/c/ferries/"+string(ref)+"/stand", stand); a.status != 303 {
		t.Fatal(a.status, deskErrors(a.body))
	}
	later, elsewhere := get(ref), get(other)
	if got := checked(later); got != lead+"; "+with+" dissociated" {
		t.Error("after it dissociated itself:", got)
	}
	if got := checked(first); got != lead+"; "+with {
		t.Error("a file that was made before:", got)
	}
	b, err := receipt.Encode(first)
	if err != nil {
		t.Fatal(err)
	}
	en := locale.English
	if a := h.visitor().post("/en/check", url.Values{"receipt": {string(b)}}); a.status != 200 || !strings.Contains(a.body, "Ruritania") || !strings.Contains(a.body, en.T("check.since.dissociated")) {
		t.Error("the page that checks does not say what became of the parties:", a.status)
	}
	if a := h.visitor().get("/en/c/ferries/" + string(ref) + "/receipt"); !strings.Contains(a.body, en.T("group.stand.dissociated")) {
		t.Error("the page of the receipt does not say that a party dissociated itself")
	}
	plain := *first
	if plain.Format, plain.Parties = consultation.ReceiptFormat, nil; checked(&plain) != "" {
		t.Error("one without parties is not what it was")
	}
	if later.Parties[1].Dissociated.IsZero() || len(later.Parties[1].Entries) != 3 {
		t.Fatalf("%+v", later.Parties)
	}
	flip := func(b []byte) []byte { b = slices.Clone(b); b[len(b)/2] ^= 1; return b }
	salted := func(b []byte) []byte { b = slices.Clone(b); b[0] ^= 1; return b }
	for what, change := range map[string]func(r *receipt.File, p *receipt.Party){
		"format":                func(r *receipt.File, _ *receipt.Party) { r.Format = consultation.ReceiptFormat },
		"name":                  func(_ *receipt.File, p *receipt.Party) { p.Name = "Boreas" },
		"party":                 func(_ *receipt.File, p *receipt.Party) { p.Party = "y0000000000009" },
		"category":              func(_ *receipt.File, p *receipt.Party) { p.Category = "ngo" },
		"country":               func(_ *receipt.File, p *receipt.Party) { p.Country = "XB" },
		"member":                func(_ *receipt.File, p *receipt.Party) { p.Through = arcadia },
		"dissociated otherwise": func(_ *receipt.File, p *receipt.Party) { p.Dissociated = p.Dissociated.Add(1) },
		"not dissociated":       func(_ *receipt.File, p *receipt.Party) { p.Dissociated = time.Time{} },
		"data":                  func(_ *receipt.File, p *receipt.Party) { p.Entries[0].Data = flip(p.Entries[0].Data) },
		"text":                  func(_ *receipt.File, p *receipt.Party) { p.Entries[1].Text = flip(p.Entries[1].Text) },
		"salt of the data":      func(_ *receipt.File, p *receipt.Party) { p.Entries[0].Data = salted(p.Entries[0].Data) },
		"salt of the text":      func(_ *receipt.File, p *receipt.Party) { p.Entries[1].Text = salted(p.Entries[1].Text) },
		"text where none is":    func(_ *receipt.File, p *receipt.Party) { p.Entries[0].Text = p.Entries[1].Text },
		"envelope": func(_ *receipt.File, p *receipt.Party) {
			p.Entries[0].Proof.Envelope = flip(p.Entries[0].Proof.Envelope)
		},
		"checkpoint": func(_ *receipt.File, p *receipt.Party) {
			p.Entries[0].Proof.Checkpoint = flip(p.Entries[0].Proof.Checkpoint)
		},
		"path":                  func(_ *receipt.File, p *receipt.Party) { p.Entries[0].Proof.Path = p.Entries[0].Proof.Path[1:] },
		"no path":               func(_ *receipt.File, p *receipt.Party) { p.Entries[0].Proof.Path = nil },
		"no entry":              func(_ *receipt.File, p *receipt.Party) { p.Entries = nil },
		"without the first":     func(_ *receipt.File, p *receipt.Party) { p.Entries = p.Entries[1:] },
		"without the last":      func(_ *receipt.File, p *receipt.Party) { p.Entries = p.Entries[:2] },
		"another order":         func(_ *receipt.File, p *receipt.Party) { p.Entries[1], p.Entries[2] = p.Entries[2], p.Entries[1] },
		"an entry twice":        func(_ *receipt.File, p *receipt.Party) { p.Entries = append(p.Entries, p.Entries[2]) },
		"another's name":        func(r *receipt.File, p *receipt.Party) { p.Entries[1], p.Name = r.Parties[0].Entries[0], "Arcadia" },
		"of another":            func(r *receipt.File, _ *receipt.Party) { r.Parties[1] = elsewhere.Parties[1] },
		"twice":                 func(r *receipt.File, p *receipt.Party) { r.Parties = append(r.Parties, *p) },
		"the one that leads":    func(r *receipt.File, p *receipt.Party) { r.Parties = r.Parties[1:] },
		"as the one that leads": func(r *receipt.File, p *receipt.Party) { r.Parties[0], r.Parties[1] = r.Parties[1], r.Parties[0] },
		"who leads, dissociated": func(r *receipt.File, p *receipt.Party) {
			r.Parties[0].Entries = append(r.Parties[0].Entries, p.Entries[2])
		},
		"beside another": func(r *receipt.File, _ *receipt.Party) { r.Receipt = elsewhere.Receipt },
	} {
		r := get(ref)
		change(r, &r.Parties[1])
		if got := checked(r); got != "wrong" {
			t.Errorf("%s was changed: %s", what, got)
		}
	}
}

// TestJointAlone: those that did not authorise the text are not named, once whoever sends it says that they know; an invitation
// that was taken back shows nothing any more.
func TestJointAlone(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, fritz, ruritania := h.person("ana"), h.person("fritz"), string(party(t, h, "fritz").Ref())
	draft := h.begin("0")
	ana.write(draft, "The ferry runs on Monday.")
	for range 2 {
		if a := ana.press(draft, "draft", "invite", "party", ruritania); a.status != 303 {
			t.Fatal(a.status, deskErrors(a.body))
		}
		if a := fritz.get(draft + "/joint"); a.status != 200 {
			t.Error(a.status)
		}
		if a := ana.press(draft, "draft", "uninvite", "party", ruritania); a.status != 303 {
			t.Fatal(a.status, deskErrors(a.body))
		}
		if a := fritz.get(draft + "/joint"); a.status != 404 {
			t.Error("an invitation that was taken back is open:", a.status)
		}
	}
	ana.press(draft, "draft", "invite", "party", ruritania)
	if a := ana.press(draft, "whole", "send", "sure", "yes"); a.status != 303 {
		t.Fatal(a.status, deskErrors(a.body))
	}
	if a := ana.get("/en/c/ferries/c1"); a.status != 200 || strings.Contains(a.body, "Ruritania") {
		t.Error("a party is named that did not authorise it")
	}
	if a := fritz.get("/en/c/ferries/c1"); a.status != 200 {
		t.Error(a.status)
	}
}

// TestJointGroupEnded: for a group that was invited somebody authorises through a member; once the accreditation of the group has ended
// nobody reads the draft for it any more, and nobody joins.
func TestJointGroupEnded(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	ana, fritz := h.person("ana"), h.person("fritz")
	const isles = delegation.Party(901)
	group, member := string(isles.Ref()), party(t, h, "fritz")
	var olga delegation.Participant
	if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
		olga = st.Roll.Holders(delegation.Officer)[0]
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	do := func(by delegation.Participant, command any) {
		t.Helper()
		if _, err := h.sec.Do(t.Context(), "ferries", conversation.Ask{By: by, Assurance: consultation.EmailProven, Received: h.sec.Now(), Command: command}); err != nil {
			t.Fatal(err)
		}
	}
	do(olga, accreditation.SetOffer{Categories: []string{"ngo"}, As: accreditation.Capacities})
	do(h.who["ben"], accreditation.Ask{Party: isles.Ref(), Name: "Isles", Category: "ngo", As: accreditation.Capacities[0], Alike: 9})
	do(olga, accreditation.Accredit{Party: isles.Ref(), Name: "Isles", Reason: "Because."})
	do(olga, delegation.Unauthorise{Participant: h.who["ben"], Party: isles})
	do(olga, delegation.Compose{Group: isles, Members: []delegation.Party{member}})

	draft := h.begin("0")
	ana.write(draft, "The ferry runs on Monday.")
	if a := ana.press(draft, "draft", "invite", "party", group); a.status != 303 {
		t.Fatal(a.status, deskErrors(a.body))
	}
	form := deskWith(fritz.hidden(draft+"/joint"), "do", "join", "for", group, "through", string(member.Ref()))
	if a := fritz.post(draft+"/joint", form); a.status != 303 {
		t.Fatal(a.status, deskErrors(a.body))
	}
	do(olga, accreditation.Terminate{Party: isles.Ref(), Reason: "It is no more."})
	if a := fritz.get(draft + "/joint"); a.status != 404 {
		t.Error("the draft is read for a group whose accreditation has ended:", a.status)
	}
	if a := fritz.post(draft+"/joint", form); a.status != 404 {
		t.Error("somebody joins for a group whose accreditation has ended:", a.status)
	}
	if page := ana.get(draft + "/draft").body; !strings.Contains(page, locale.English.T("joint.says.ended")) {
		t.Error("the draft does not say that what was authorised has ended")
	}
}
