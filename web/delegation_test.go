package web_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
)

// delegating is a conversation with a party, Fenland, whose delegation an officer begins.
type delegating struct {
	*inviting
	party string
}

func newDelegating(t *testing.T) *delegating {
	h := newInviting(t)
	return &delegating{h, h.enter("Fenland")}
}

// enter puts a party on the roll and gives its reference.
func (h *inviting) enter(name string) (ref string) {
	h.t.Helper()
	h.officer.deskTo(h.officer.post(invitePeople, url.Values{"do": {"enter"}, "name": {name}, "category": {"member_state"}, "country": {"KE"}}))
	h.state("ferries", func(st *conversation.State) {
		all := st.Roll.Entered()
		ref = string(all[len(all)-1].Ref())
	})
	return ref
}

// page is the address of the delegation in a language.
func (h *delegating) page(l string) string {
	return "/" + l + "/c/ferries/delegation?party=" + h.party
}

// does posts a form of the page.
func (h *delegating) does(v *visitor, l, do string, with ...string) answer {
	h.t.Helper()
	f := url.Values{"do": {do}, "party": {h.party}}
	for i := 0; i < len(with); i += 2 {
		f.Add(with[i], with[i+1])
	}
	return v.post("/"+l+"/c/ferries/delegation", f)
}

// brings has somebody bring in another, who accepts by the link of their letter and is led to the page.
func (h *delegating) brings(by *visitor, email, capacity, l string, with ...string) *visitor {
	h.t.Helper()
	a := h.does(by, l, "invite", append(with, "email", email, "capacity", capacity, "language", l)...)
	if to := a.header.Get("Location"); a.status != http.StatusSeeOther || !strings.Contains(to, "done=appointed") {
		h.t.Fatalf("%s: %d %s %.300s", email, a.status, to, a.body)
	}
	v := h.visitor()
	if body, lang := html.UnescapeString(v.get(h.link()).body), locale.Lang(l); !strings.Contains(body, lang.T("delegation.capacity."+capacity)) || strings.Contains(body, lang.T("desk.people.party_for")) {
		h.t.Errorf("%s does not read in which capacity, or that everybody there speaks for the party", email)
	}
	a = v.post(h.link(), url.Values{})
	if to := a.header.Get("Location"); to != h.page(l) {
		h.t.Fatalf("%s is led to %q, %d", email, to, a.status)
	}
	return v
}

// number is the participant that an address was invited as.
func (h *inviting) number(email string) (ref string) {
	h.t.Helper()
	invited, err := h.accounts.Invitations(h.t.Context(), "ferries")
	if err != nil {
		h.t.Fatal(err)
	}
	for _, i := range invited {
		if i.Email == email {
			return string(delegation.Participant(i.Participant).Ref())
		}
	}
	h.t.Fatal("not invited:", email)
	return ""
}

// TestDelegationOfFive: an officer names the head, everything else the delegation does by itself, in French and Arabic; each with
// an access of their own.
func TestDelegationOfFive(t *testing.T) {
	t.Parallel()
	h := newDelegating(t)
	head := h.brings(h.officer, "head@fenland.example", "head", "fr", "called", "Amina Diallo")
	for _, want := range []string{"Chef de délégation", "head@fenland.example", "Personne d’autre ne gère cette délégation", "Il n’y a encore personne à qui transmettre"} {
		if body := html.UnescapeString(head.get(h.page("fr")).body); !strings.Contains(body, want) {
			t.Errorf("the head does not read %q", want)
		}
	}
	if l := h.invited[len(h.invited)-1]; l.Capacity != "head" || l.May != "manage" || l.For != "Fenland" {
		t.Errorf("the letter: %+v", l)
	}
	focal := h.brings(head, "focal@fenland.example", "focal_point", "ar")
	if body := focal.get(h.page("ar")).body; !strings.Contains(body, `dir="rtl"`) || !strings.Contains(body, locale.Arabic.T("delegation.capacity.focal_point")) || !strings.Contains(body, "Amina Diallo") {
		t.Error("the focal point does not see the delegation in Arabic")
	}
	alternate := h.brings(focal, "alternate@fenland.example", "alternate", "ar", "until", "2100-02-14")
	member := h.brings(focal, "member@fenland.example", "member", "fr")
	second := h.brings(focal, "second@fenland.example", "focal_point", "fr")
	// Both focal points see what the other did; addresses are for those who manage.
	if body := html.UnescapeString(second.get(h.page("fr")).body); !strings.Contains(body, "jusqu’au 14 février 2100") || !strings.Contains(body, "focal@fenland.example") {
		t.Error("the second focal point does not see what the first did")
	}
	for who, v := range map[string]*visitor{"alternate": alternate, "member": member} {
		if body := v.get(h.page("fr")).body; strings.Contains(body, "@fenland.example") || strings.Contains(body, `name="email"`) || strings.Contains(body, `value="change"`) {
			t.Errorf("the %s reads addresses, or is offered what is not theirs", who)
		}
		if a := h.does(v, "fr", "invite", "email", "x@fenland.example", "capacity", "member"); a.status != http.StatusForbidden {
			t.Errorf("the %s invites: %d", who, a.status)
		}
		if a := h.does(v, "fr", "end", "participant", h.number("focal@fenland.example")); a.status != http.StatusForbidden || !strings.Contains(html.UnescapeString(a.body), locale.French.T("refusal.delegation.manages")) {
			t.Errorf("the %s ends a mandate: %d", who, a.status)
		}
	}
	// A focal point changes a mandate; not that of the head, and not their own.
	ref := h.number("member@fenland.example")
	if a := h.does(focal, "ar", "change", "participant", ref, "capacity-"+ref, "alternate"); !strings.Contains(a.header.Get("Location"), "done=changed") {
		t.Errorf("change: %d %.200s", a.status, a.body)
	}
	ref = h.number("head@fenland.example")
	if a := h.does(focal, "ar", "change", "participant", ref, "capacity-"+ref, "member"); a.status != http.StatusForbidden {
		t.Errorf("the head is made a member: %d", a.status)
	}
	if a := h.does(focal, "ar", "end", "participant", ref); a.status != http.StatusForbidden {
		t.Errorf("the head is put out: %d", a.status)
	}
	// The head hands over and leaves, in one act, and has no business there afterwards.
	if a := h.does(head, "fr", "hand-over", "to", h.number("alternate@fenland.example")); a.status != http.StatusUnprocessableEntity || !strings.Contains(html.UnescapeString(a.body), "Indiquez ce que vous êtes ensuite") {
		t.Errorf("hand over and say nothing: %d", a.status)
	}
	a := h.does(head, "fr", "hand-over", "to", h.number("alternate@fenland.example"), "stays", "leaves")
	if to := a.header.Get("Location"); !strings.Contains(to, "done=handed_over") || strings.Contains(to, "party=") {
		t.Fatalf("hand over: %d %s", a.status, to)
	}
	if a := head.get(h.page("fr")); a.status != http.StatusNotFound {
		t.Errorf("who left still reads: %d", a.status)
	}
	if body := head.get("/fr/c/ferries/delegation").body; !strings.Contains(html.UnescapeString(body), "Vous ne faites partie d’aucune délégation") {
		t.Error("who left is not told so")
	}
	if body := alternate.get(h.page("fr")).body; !strings.Contains(body, "Chef de délégation") || !strings.Contains(body, `value="invite"`) {
		t.Error("who was handed over to does not manage")
	}
	if body := alternate.get("/fr/account").body; !strings.Contains(body, "/fr/c/ferries/delegation") {
		t.Error("the account does not lead to the delegation")
	}
	// The last who manages stays.
	for _, email := range []string{"focal@fenland.example", "second@fenland.example"} {
		if a := h.does(alternate, "fr", "end", "participant", h.number(email)); a.status != http.StatusSeeOther {
			t.Errorf("end %s: %d", email, a.status)
		}
	}
	if a := h.does(alternate, "fr", "end", "participant", h.number("alternate@fenland.example")); a.status != http.StatusConflict && a.status != http.StatusForbidden ||
		!strings.Contains(html.UnescapeString(a.body), "Transmettez d’abord votre fonction") {
		t.Errorf("the last leaves: %d", a.status)
	}
}

// TestDelegationBadInput: what is wrong is refused and says why, what was typed stays, and nobody is reserved for it; who has no
// business with a delegation finds none.
func TestDelegationBadInput(t *testing.T) {
	t.Parallel()
	h := newDelegating(t)
	head := h.brings(h.officer, "head@fenland.example", "head", "en")
	moor := &delegating{h.inviting, h.enter("Moor")}
	foreign := moor.brings(h.officer, "head@moor.example", "head", "en")
	letters := len(h.invited)
	long := strings.Repeat("W", 300)
	for name, c := range map[string]struct {
		with []string
		want string
	}{
		"oneself":           {[]string{"email", "head@fenland.example", "capacity", "member"}, "refusal.delegation.self"},
		"no address":        {[]string{"capacity", "member"}, "refusal.address.invalid"},
		"300 addresses":     {[]string{"email", strings.Repeat("a@fenland.example, ", 300), "capacity", "member"}, "refusal.address.invalid"},
		"no capacity":       {[]string{"email", "x@fenland.example"}, "refusal.delegation.capacity"},
		"another capacity":  {[]string{"email", "x@fenland.example", "capacity", "king"}, "refusal.delegation.capacity"},
		"another head":      {[]string{"email", "x@fenland.example", "capacity", "head"}, "refusal.delegation.head"},
		"a day that is not": {[]string{"email", "x@fenland.example", "capacity", "member", "until", "2030-02-30"}, "refusal.delegation.day"},
		"a day that is over": {[]string{"email", "x@fenland.example", "capacity", "member", "until", "2001-02-14"},
			"refusal.delegation.until"},
		"a long name": {[]string{"email", "x@fenland.example", "capacity", "member", "called", long}, "refusal.line.long"},
	} {
		a := h.does(head, "en", "invite", c.with...)
		if a.status < 400 || !strings.Contains(html.UnescapeString(a.body), strings.Split(locale.English.T(c.want, "max", 200), ":")[0]) {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	if a := h.does(head, "en", "invite", "email", "x@fenland.example", "called", "<b>\u202eNoel", "word", "Bring a <coat>"); !strings.Contains(a.body, `value="x@fenland.example"`) || !strings.Contains(a.body, "Bring a &lt;coat&gt;") {
		t.Error("what was typed is lost")
	}
	if len(h.invited) != letters {
		t.Error("a letter went out")
	}
	// A name that would break the page, and the head of another party in this one.
	h.brings(head, "wide@fenland.example", "member", "en", "called", strings.Repeat("W", 200))
	if a := h.does(head, "en", "invite", "email", "head@moor.example", "capacity", "member"); a.status != http.StatusSeeOther {
		t.Errorf("the head of another party: %d", a.status)
	}
	if body := foreign.get("/en/c/ferries/delegation").body; !strings.Contains(body, "<bdi>Moor</bdi>") || !strings.Contains(body, "<bdi>Fenland</bdi>") {
		t.Error("who is in two delegations does not see both")
	}
	// Strangers, people of other delegations, nobody.
	stranger := h.signedIn("stranger@example.org")
	for _, v := range []*visitor{stranger, head} {
		if a := v.get(moor.page("en")); a.status != http.StatusNotFound {
			t.Errorf("another delegation: %d", a.status)
		}
		for _, do := range []string{"invite", "change", "end", "hand-over", "compose"} {
			if a := moor.does(v, "en", do, "email", "x@example.org", "capacity", "member", "participant", h.number("head@moor.example")); a.status != http.StatusNotFound {
				t.Errorf("%s in another delegation: %d", do, a.status)
			}
		}
	}
	if a := h.visitor().get(h.page("en")); a.status != http.StatusSeeOther || !strings.Contains(a.header.Get("Location"), "sign-in") {
		t.Errorf("nobody: %d", a.status)
	}
	for _, bad := range []string{"/en/c/ferries/delegation?party=y0000000000000", "/en/c/ferries/delegation?party=fenland", "/en/c/ferries/delegation?party=u0000000000001"} {
		if a := head.get(bad); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", bad, a.status)
		}
	}
	if a := h.does(head, "en", "compose", "members", moor.party); a.status != http.StatusForbidden {
		t.Errorf("the head makes it a group: %d", a.status)
	}
}

// TestNothingReserved: an invitation that is refused reserves no number for the address it names.
func TestNothingReserved(t *testing.T) {
	t.Parallel()
	h := newDelegating(t)
	head := h.brings(h.officer, "head@fenland.example", "head", "en")
	member := h.brings(head, "member@fenland.example", "member", "en")
	if a := h.does(member, "en", "invite", "email", "fresh@example.org", "capacity", "member"); a.status != http.StatusForbidden {
		t.Errorf("a member invites: %d", a.status)
	}
	if n, err := h.accounts.Invite(t.Context(), "fresh@example.org", "ferries", 4799, time.Now()); err != nil || n != 4799 {
		t.Error("a number was reserved:", n, err)
	}
}

// TestDelegationByNumber: the numbers of those who take part stand on the record; whoever manages a delegation learns by none of them
// who that is, neither of whoever signed in nor of whoever left an address. Of whom they know the address, they learn what their account
// says when these come.
func TestDelegationByNumber(t *testing.T) {
	t.Parallel()
	h := newDelegating(t)
	head := h.brings(h.officer, "head@fenland.example", "head", "en")
	vera := h.signedIn("vera@example.org")
	vera.post("/en/account", url.Values{"name": {"Vera Quill"}, "language": {"en"}, "told": {"daily"}})
	id, err := h.accounts.Ensure(t.Context(), "vera@example.org", locale.English, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	number, err := h.accounts.Participant(t.Context(), id, "ferries", func() (uint64, error) { return 4711, nil })
	if err != nil {
		t.Fatal(err)
	}
	if err := h.accounts.SetAddress(t.Context(), account.Number{Slug: "ferries", Participant: 4712}, "anon@example.org", locale.English, time.Now()); err != nil {
		t.Fatal(err)
	}
	said := func(of ...string) {
		t.Helper()
		for _, l := range []string{"en", "ar"} {
			body := head.get(h.page(l)).body
			for _, s := range of {
				if strings.Contains(body, s) {
					t.Errorf("the page in %s says %q", l, s)
				}
			}
		}
	}
	outside := locale.English.T("refusal.delegation.outside")
	for _, n := range []uint64{number, 4712, 4713} {
		ref := string(delegation.Participant(n).Ref())
		for do, a := range map[string]answer{
			"change":    h.does(head, "en", "change", "participant", ref, "capacity-"+ref, "member"),
			"hand over": h.does(head, "en", "hand-over", "to", ref, "stays", "alternate"),
			"an act":    head.actIn("ferries", "delegation.appoint", `{"party": "`+h.party+`", "participant": "`+ref+`", "capacity": "member"}`),
			"another":   head.actIn("ferries", "delegation.hand-over", `{"party": "`+h.party+`", "participant": "`+ref+`"}`),
		} {
			if a.status != http.StatusUnprocessableEntity || !strings.Contains(html.UnescapeString(a.body), outside) || strings.Contains(a.body, "vera@") || strings.Contains(a.body, "anon@") {
				t.Errorf("%s, %d: %d %.300s", do, n, a.status, a.body)
			}
		}
		if a := h.does(head, "en", "end", "participant", ref); a.status != http.StatusConflict {
			t.Errorf("end, %d: %d", n, a.status)
		}
	}
	h.does(head, "en", "invite", "participant", string(delegation.Participant(number).Ref()), "capacity", "member")
	said("vera@", "Quill", "anon@")
	if a := h.does(head, "en", "invite", "email", "vera@example.org", "capacity", "member", "called", "V."); a.status != http.StatusSeeOther {
		t.Fatalf("by her address: %d", a.status)
	}
	said("Quill")
	if body := head.get(h.page("en")).body; !strings.Contains(body, "V. &lt;vera@example.org&gt;") {
		t.Error("whoever invited does not see whom")
	}
	vera.post(h.link(), url.Values{})
	if body := head.get(h.page("en")).body; !strings.Contains(body, "Vera Quill") {
		t.Error("whoever came is not named")
	}
}

// TestDelegationOfThreeHundred: a large delegation has a page, and where nobody but officers look at it.
func TestDelegationOfThreeHundred(t *testing.T) {
	t.Parallel()
	h := newDelegating(t)
	var party delegation.Party
	if err := party.UnmarshalText([]byte(h.party)); err != nil {
		t.Fatal(err)
	}
	for n := range 300 {
		if _, err := h.sec.Do(t.Context(), "ferries", conversation.Ask{System: true, Received: time.Now(),
			Command: delegation.Authorise{Participant: delegation.Participant(1000 + n), Party: party, Capacity: delegation.Member}}); err != nil {
			t.Fatal(err)
		}
	}
	a := h.officer.get(h.page("en"))
	if a.status != http.StatusOK || strings.Count(a.body, `value="change"`) != 300 || !strings.Contains(a.body, "People: 300") {
		t.Errorf("%d, %d people", a.status, strings.Count(a.body, `value="change"`))
	}
}

// TestGroupSpeaks: who speaks for a member chooses the group, which is marked and where nothing is chosen for them; another member
// aligns and dissociates itself, in sight of everybody.
func TestGroupSpeaks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v, fenland := h.delegate("Kingdom of Fenland")
	officer, rep := h.as("officer"), h.visitor()
	rep.signIn("rep@moor.example")
	const people, at = "/en" + conv + "/desk/people", "/en" + conv + "/delegation"
	enter := func(name string) (ref string) {
		officer.deskTo(officer.post(people, url.Values{"do": {"enter"}, "name": {name}, "category": {"member_state"}}))
		h.state(func(st *conversation.State) { all := st.Roll.Entered(); ref = string(all[len(all)-1].Ref()) })
		return ref
	}
	moor, isles := enter("Moor"), enter("Isles")
	officer.deskTo(officer.post(people, url.Values{"do": {"authorise"}, "party": {moor}, "speaker": {"rep@moor.example"}}))
	if a := officer.post(at, url.Values{"do": {"compose"}, "party": {isles}, "members": {fenland, moor}}); a.status != http.StatusSeeOther {
		t.Fatalf("compose: %d", a.status)
	}
	deskRefused(t, officer.post(people, url.Values{"do": {"authorise"}, "party": {isles}, "speaker": {"rep@moor.example"}}), 422, "group.no_delegation")
	f := deskForm(t, v.get(form).body, form, 0)
	if f.Has("for") {
		t.Errorf("%q is chosen for them", f.Get("for"))
	}
	deskRefused(t, v.post(form, deskWith(f, "for", isles+" "+moor, "text", "Boats for the isles.", "language", "en", "do", "send")), 422, "group.not_declared")
	deskRefused(t, v.post(form, deskWith(f, "for", isles, "text", "Boats for the isles.", "language", "en", "do", "send")), 422, "group.not_declared")
	f = deskWith(f, "for", isles+" "+fenland, "text", "Boats for the isles.", "language", "en")
	if body := html.UnescapeString(v.post(form, deskWith(f, "do", "preview")).body); !strings.Contains(body, "Isles\u2069, declared by \u2068Kingdom of Fenland") && !strings.Contains(body, "Isles, declared by Kingdom of Fenland") {
		t.Error("the preview does not say who declares")
	}
	to := v.deskTo(v.post(form, deskWith(f, "do", "send")))
	ref := strings.TrimSuffix(strings.TrimPrefix(strings.Split(to, "?")[0], "/en"+conv+"/"), "/receipt")
	page := "/en" + conv + "/" + ref
	stand := func(v *visitor, party, how string) answer {
		return v.post(page+"/stand", url.Values{"do": {how}, "for": {party}})
	}
	if a := stand(rep, moor, "aligned"); a.status != http.StatusNotFound {
		t.Errorf("on what waits: %d", a.status)
	}
	if a := h.as("moderator").post(page+"/publish", url.Values{}); a.status != http.StatusSeeOther {
		t.Fatalf("publish: %d", a.status)
	}
	says := func(v *visitor, want ...string) {
		t.Helper()
		body := strings.Join(strings.Fields(v.get(page).body), " ")
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("the page does not say %q", w)
			}
		}
	}
	says(h.visitor(), "Declared by <bdi>Kingdom of Fenland</bdi>", "Aligned: 0 of 1", "Said nothing: 1 of 1")
	says(rep, "You speak for", `name="for" value="`+moor+`"`)
	if body := v.get(page).body; strings.Contains(body, page+"/stand") {
		t.Error("who declared is asked how they stand")
	}
	if a := stand(rep, moor, "aligned"); a.status != http.StatusSeeOther {
		t.Fatalf("align: %d", a.status)
	}
	says(h.visitor(), "Aligned: 1 of 1", "<bdi>Moor</bdi>", "Said nothing: 0 of 1")
	for _, c := range []struct {
		v          *visitor
		party, how string
		status     int
	}{{rep, moor, "aligned", 409}, {rep, fenland, "aligned", 422}, {rep, "y0000000000000", "aligned", 422}, {rep, moor, "maybe", 422}, {v, fenland, "dissociated", 422}, {h.visitor(), moor, "aligned", 303}} {
		if a := stand(c.v, c.party, c.how); a.status != c.status {
			t.Errorf("%s %s: %d, want %d", c.party, c.how, a.status, c.status)
		}
	}
	// A mandate that is withdrawn in the middle of a draft: nothing is sent, and nothing that was typed is lost.
	stand(rep, moor, "dissociated")
	draft := deskWith(deskForm(t, rep.get(form).body, form, 0), "for", moor, "text", "Moor has its own boats.", "language", "en")
	number := ""
	h.state(func(st *conversation.State) {
		var y delegation.Party
		if err := y.UnmarshalText([]byte(moor)); err != nil {
			t.Fatal(err)
		}
		number = string(st.Roll.Delegation(y)[0].Participant.Ref())
	})
	officer.deskTo(officer.post(people, url.Values{"do": {"unauthorise"}, "party": {moor}, "participant": {number}}))
	for _, do := range []string{"preview", "send"} {
		if a := rep.post(form, deskWith(draft, "do", do)); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Moor has its own boats.") ||
			!strings.Contains(html.UnescapeString(a.body), locale.English.T("refusal.party.not_authorised")) {
			t.Errorf("%s without a mandate: %d", do, a.status)
		}
	}
	says(h.visitor(), "Aligned: 0 of 1", "Dissociated: 1 of 1")
}

// TestActsOfDelegation: programs of those who are in a delegation ask for what the page asks for, under the same rules.
func TestActsOfDelegation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, fenland := h.delegate("Kingdom of Fenland")
	v, officer := h.as("moderator"), h.as("officer")
	me, other := "", string(delegation.Participant(77).Ref())
	h.state(func(st *conversation.State) {
		var y delegation.Party
		if err := y.UnmarshalText([]byte(fenland)); err != nil {
			t.Fatal(err)
		}
		me = string(st.Roll.Delegation(y)[0].Participant.Ref())
	})
	appoint := `{"party": "` + fenland + `", "participant": "` + other + `", "capacity": "member"}`
	v.act("delegation.appoint", appoint).refused(t, 403, "delegation.manages", "")
	officer.act("delegation.authorise", `{"party": "`+fenland+`", "participant": "`+me+`", "capacity": "head"}`).did(t)
	v.act("delegation.appoint", strings.Replace(appoint, "member", "king", 1)).refused(t, 422, "delegation.capacity", "capacity")
	v.act("delegation.appoint", strings.Replace(appoint, "member", "head", 1)).refused(t, 422, "delegation.head", "capacity")
	v.act("delegation.appoint", appoint).refused(t, 422, "delegation.outside", "participant")
	v.act("delegation.appoint", strings.Replace(appoint, `"member"`, `"member", "reached": true`, 1)).refused(t, 400, "body.unknown", "reached")
	v.act("delegation.hand-over", `{"party": "`+fenland+`", "participant": "`+other+`", "stays": "member"}`).refused(t, 422, "delegation.outside", "participant")
	officer.act("delegation.authorise", `{"party": "`+fenland+`", "participant": "`+other+`"}`).did(t)
	v.act("delegation.appoint", strings.Replace(appoint, `"member"`, `"focal_point", "until": "2100-01-01T00:00:00Z"`, 1)).did(t)
	v.act("delegation.end", `{"party": "`+fenland+`", "participant": "`+other+`"}`).did(t)
	v.act("delegation.end", `{"party": "`+fenland+`", "participant": "`+me+`"}`).refused(t, 409, "delegation.last", "")
	v.act("delegation.align", `{"contribution": "c1", "stand": "aligned", "for": "`+fenland+`"}`).refused(t, 409, "group.not_for", "")
	h.visitor().act("delegation.end", `{"party": "`+fenland+`", "participant": "`+me+`"}`).refused(t, 401, "sign_in.needed", "")
}

// TestDelegationLetterOver: the link of a letter that invites to a delegation leads nowhere once the mandate was withdrawn, whoever withdrew it and
// however; looked at by a program, twice, or by another person it signs nobody in but whoever it is for.
func TestDelegationLetterOver(t *testing.T) {
	t.Parallel()
	h := newDelegating(t)
	head := h.brings(h.officer, "head@fenland.example", "head", "en")
	mandate := func(email string) string {
		return `{"party": "` + h.party + `", "participant": "` + h.number(email) + `"}`
	}
	for email, withdraw := range map[string]func(email string){
		"page@fenland.example":    func(email string) { h.does(head, "en", "end", "participant", h.number(email)) },
		"program@fenland.example": func(email string) { head.actIn("ferries", "delegation.end", mandate(email)).did(t) },
		"officer@fenland.example": func(email string) { h.officer.actIn("ferries", "delegation.unauthorise", mandate(email)).did(t) },
	} {
		if a := h.does(head, "en", "invite", "email", email, "capacity", "member", "language", "en"); a.status != http.StatusSeeOther {
			t.Fatalf("%s: %d", email, a.status)
		}
		link := h.link()
		for range 2 {
			if a := h.visitor().get(link); a.status != http.StatusOK || !strings.Contains(a.body, "Fenland") { // a program that looks at mail
				t.Errorf("%s: %d", email, a.status)
			}
		}
		withdraw(email)
		v := h.visitor()
		if a := v.get(link); a.status != http.StatusOK || strings.Contains(a.body, "Fenland") || !strings.Contains(html.UnescapeString(a.body), locale.English.T("invitation.over")) {
			t.Errorf("%s, the link: %d", email, a.status)
		}
		if a := v.post(link, url.Values{}); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s, accepted: %d", email, a.status)
		}
		if ok, err := h.accounts.HasAccount(t.Context(), email); ok || err != nil {
			t.Errorf("%s: an account was made, %v", email, err)
		}
	}
}

// TestLetterToAccount: a letter to somebody with an account is taken back with the office that it gave, though they did not come yet.
func TestLetterToAccount(t *testing.T) {
	t.Parallel()
	h := newDelegating(t)
	h.signedIn("known@example.org")
	h.invite("email", "known@example.org", "role", "chair")
	holders := func() (n int) {
		h.state("ferries", func(st *conversation.State) { n = len(st.Roll.Holders(delegation.Chair)) })
		return n
	}
	if holders() != 1 {
		t.Fatal("the letter gave no office")
	}
	if h.officer.deskTo(h.press("take-back", "known@example.org")); holders() != 0 {
		t.Error("the office stayed")
	}
}

// TestDelegationLetterToOfficer: a letter of a delegation to somebody who holds an office is taken back with what it gave, and not with the office.
func TestDelegationLetterToOfficer(t *testing.T) {
	t.Parallel()
	h := newDelegating(t)
	head := h.brings(h.officer, "head@fenland.example", "head", "en")
	chair := h.visitor()
	chair.post(h.invite("email", "chair@example.org", "role", "chair"), url.Values{})
	if a := h.does(head, "en", "invite", "email", "chair@example.org", "capacity", "member"); a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	h.officer.deskTo(h.press("take-back", "chair@example.org"))
	h.state("ferries", func(st *conversation.State) {
		if len(st.Roll.Holders(delegation.Chair)) != 1 {
			t.Error("the office went with the letter")
		}
		var y delegation.Party
		if err := y.UnmarshalText([]byte(h.party)); err != nil || len(st.Roll.Delegation(y)) != 1 {
			t.Errorf("what the letter gave stayed, %v", err)
		}
	})
}

// TestMandateEndsSoon: those who may renew a mandate that ends soon read in how many days, and renew it in one press; whose it is reads who can.
func TestMandateEndsSoon(t *testing.T) {
	t.Parallel()
	h := newDelegating(t)
	head := h.brings(h.officer, "head@fenland.example", "head", "en")
	focal := h.brings(head, "focal@fenland.example", "focal_point", "en")
	member := h.brings(focal, "member@fenland.example", "member", "en")
	here, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		t.Fatal(err)
	}
	now := h.sec.Now().In(here)
	until := time.Date(now.Year(), now.Month(), now.Day()+5, 0, 0, 0, 0, here)
	party := delegation.Party(0)
	if err := party.UnmarshalText([]byte(h.party)); err != nil {
		t.Fatal(err)
	}
	for email, c := range map[string]delegation.Capacity{"head@fenland.example": delegation.Head, "member@fenland.example": delegation.Member} {
		if _, err := h.sec.Do(t.Context(), "ferries", conversation.Ask{System: true, Received: now.AddDate(0, 0, -100), Command: delegation.Authorise{
			Participant: delegation.ParticipantOf(h.number(email)), Party: party, Capacity: c, Until: until}}); err != nil {
			t.Fatal(err)
		}
	}
	ends := strings.TrimSpace(strings.SplitAfter(locale.English.T("delegation.ends", "date", locale.English.Date(until.Add(-time.Second)), "n", 4), ", in")[0])
	button := func(email string) string {
		return `name="until-` + h.number(email) + `" value="` + until.AddDate(1, 0, -1).Format(time.DateOnly) + `"`
	}
	for _, c := range []struct {
		who              string
		v                *visitor
		reads            int
		renews, ownWords string // whose mandates, and what they read of their own
	}{
		{"head", head, 2, "member@fenland.example", "delegation.renew_secretariat"},
		{"focal point", focal, 1, "member@fenland.example", ""},
		{"member", member, 1, "", "delegation.renew_manager"},
		{"officer", h.officer, 2, "head@fenland.example member@fenland.example", ""},
	} {
		body := html.UnescapeString(c.v.get(h.page("en")).body)
		if n := strings.Count(body, ends); n != c.reads {
			t.Errorf("the %s reads %d times that a mandate ends, want %d", c.who, n, c.reads)
		}
		for _, email := range []string{"head@fenland.example", "member@fenland.example"} {
			if got := strings.Contains(body, button(email)); got != strings.Contains(c.renews, email) {
				t.Errorf("the %s renews the mandate of %s: %v", c.who, email, got)
			}
		}
		for _, key := range []string{"delegation.renew_secretariat", "delegation.renew_manager"} {
			if got := strings.Contains(body, locale.English.T(key)); got != (key == c.ownWords) {
				t.Errorf("the %s reads %s: %v", c.who, key, got)
			}
		}
	}
	ref := h.number("member@fenland.example")
	press := []string{"participant", ref, "capacity-" + ref, "member", "until-" + ref, until.AddDate(1, 0, -1).Format(time.DateOnly)}
	if a := h.does(focal, "en", "change", press...); !strings.Contains(a.header.Get("Location"), "done=changed") {
		t.Errorf("renewed: %d %.300s", a.status, a.body)
	}
	if body := html.UnescapeString(focal.get(h.page("en")).body); strings.Contains(body, ends) || !strings.Contains(body, locale.English.Date(until.AddDate(1, 0, 0).Add(-time.Second))) {
		t.Error("renewed, it ends soon all the same")
	}
}
