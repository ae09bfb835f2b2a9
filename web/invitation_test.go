package web_test

import (
	"context"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
)

// inviting is a conversation with an officer's browser, who invites.
type inviting struct {
	*deskHouse
	officer *visitor
}

const invitePeople = "/en/c/ferries/desk/people"

func newInviting(t *testing.T) *inviting {
	h := newDeskHouse(t)
	officer := h.signedIn("officer@example.org")
	h.convene(officer, "ferries")
	return &inviting{h, officer}
}

// invite sends an invitation and returns the path of its link.
func (h *inviting) invite(with ...string) string {
	h.t.Helper()
	a := h.officer.get(invitePeople)
	f := deskWith(deskForm(h.t, a.body, invitePeople, strings.Count(a.body, `name="held"`)), append(with, "do", "invite")...)
	if to := h.officer.deskTo(h.officer.post(invitePeople, f)); !strings.Contains(to, "done=granted") {
		h.t.Fatal(to)
	}
	return h.link()
}

// TestInviteWithoutServer: where no mail server is named, nobody is told that a mail was sent.
func TestInviteWithoutServer(t *testing.T) {
	t.Parallel()
	h := newInviting(t)
	h.noServer = true
	f := deskWith(deskForm(t, h.officer.get(invitePeople).body, invitePeople, 0), "email", "mod@example.org", "role", "moderator", "do", "invite")
	to := h.officer.deskTo(h.officer.post(invitePeople, f))
	if body := h.officer.get(to).body; !strings.Contains(body, "The letter waits") || strings.Contains(body, "A mail has been sent") {
		t.Error("the officer is not told that the letter waits", to)
	}
}

// link is the path of the link in the last letter.
func (h *inviting) link() string {
	h.t.Helper()
	return strings.TrimPrefix(h.invited[len(h.invited)-1].Link, h.url)
}

// row is what the officer's page says of an invitation, without tags.
func (h *inviting) row(email string) string {
	h.t.Helper()
	_, list, _ := strings.Cut(h.officer.get(invitePeople).body, `id="invitations"`)
	for _, li := range strings.Split(list, "<li>") {
		if li = strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(li, " "))), " "); strings.Contains(li, email) {
			return li
		}
	}
	return ""
}

// press posts a form of the officer's page about the invitation to somebody.
func (h *inviting) press(do, email string, with ...string) answer {
	h.t.Helper()
	invited, err := h.accounts.Invitations(h.t.Context(), "ferries")
	if err != nil {
		h.t.Fatal(err)
	}
	for _, i := range invited {
		if i.Email == email {
			ref := string(delegation.Participant(i.Participant).Ref())
			f := url.Values{"do": {do}, "participant": {ref}}
			for n := 0; n < len(with); n += 2 {
				f.Set(with[n]+"-"+ref, with[n+1])
			}
			return h.officer.post(invitePeople, f)
		}
	}
	h.t.Fatal("not invited:", email)
	return answer{}
}

// Whoever is invited is told by whom, as what and with which words; the link accepts nothing by itself; one press of the
// button signs them in, once.
func TestInvitationAccepted(t *testing.T) {
	h := newInviting(t)
	link := h.invite("email", "amina@example.org", "called", "Amina Diallo", "role", "moderator", "language", "fr", "word", "You know the quays best.")
	if !strings.HasPrefix(link, "/fr/invitation/") {
		t.Fatal(link)
	}
	if row := h.row("amina@example.org"); !strings.Contains(row, "Amina Diallo") || !strings.Contains(row, "moderator") || !strings.Contains(row, "not opened yet") {
		t.Error(row)
	}
	// A program that looks at mail follows the link, more than once.
	guest := h.visitor()
	for range 3 {
		a := guest.get(link)
		for _, want := range []string{"Amina Diallo", "a…@example.org", "You know the quays best.", locale.French.T("role.moderator"), "Les bacs", `action="` + link + `"`} {
			if a.status != 200 || !strings.Contains(a.body, want) {
				t.Fatalf("%d, no %q in %s", a.status, want, a.body)
			}
		}
		if strings.Contains(a.body, "amina@") || a.header.Get("Referrer-Policy") != "no-referrer" || a.header.Get("Cache-Control") != "no-store" {
			t.Error("the page gives away more than it should", a.header)
		}
	}
	if row := h.row("amina@example.org"); !strings.Contains(row, "invitation opened") {
		t.Error(row)
	}
	if _, ok, err := h.accounts.LanguageOf(t.Context(), "amina@example.org"); ok || err != nil {
		t.Error("opening the link made an account", err)
	}
	a := guest.post(link, nil)
	if a.status != 303 || a.header.Get("Location") != "/fr/c/ferries/desk" {
		t.Fatal(a.status, a.header.Get("Location"))
	}
	if a := guest.get("/fr/c/ferries/desk/queue"); a.status != 200 || !strings.Contains(a.body, "Amina Diallo") {
		t.Error(a.status)
	}
	if row := h.row("amina@example.org"); !strings.Contains(row, "accepted on") {
		t.Error(row)
	}
	if i, err := h.accounts.Invitations(t.Context(), "ferries"); err != nil || i[0].Word != "" {
		t.Error("the words of whoever invited are kept", err)
	}
	// Used again, by themselves and by somebody to whom the letter was sent on.
	if a := guest.get(link); !strings.Contains(a.body, "/fr/c/ferries/desk") {
		t.Error("no way on for whoever accepted")
	}
	other := h.visitor()
	if a := other.get(link); a.status != 200 || strings.Contains(a.body, "Amina") || strings.Contains(a.body, "<form class=\"stack\"") {
		t.Error(a.status, a.body)
	}
	if a := other.post(link, nil); a.status != 422 || !strings.Contains(a.body, "/fr/sign-in") {
		t.Error(a.status)
	}
	if a := other.get("/fr/c/ferries/desk"); a.status != 303 {
		t.Error("signed in by a used link", a.status)
	}
}

// Taken back, sent again, changed, never taken up.
func TestInvitationStates(t *testing.T) {
	h := newInviting(t)
	h.again = true
	first := h.invite("email", "bo@example.org", "role", "moderator", "word", "Come.")
	// Sent again: the link before is dead.
	h.officer.deskTo(h.press("again", "bo@example.org"))
	second := h.link()
	if second == first || h.invited[len(h.invited)-1].Word != "Come." {
		t.Error("the same link, or other words")
	}
	if a := h.visitor().post(first, nil); a.status != 422 || !strings.Contains(a.body, locale.French.T("invitation.over")) && !strings.Contains(a.body, locale.English.T("invitation.over")) {
		t.Error(a.status, a.body)
	}
	// Changed.
	deskRefused(t, h.press("change", "bo@example.org", "word", strings.Repeat("x", 1001)), 422, "line.long")
	h.officer.deskTo(h.press("change", "bo@example.org", "called", "Bo", "language", "fr", "word", "Venez."))
	if i := h.invited[len(h.invited)-1]; i.Name != "Bo" || i.Word != "Venez." || i.Lang != locale.French || i.Roles[0] != "moderator" {
		t.Errorf("%+v", i)
	}
	third := h.link()
	// Taken back: with it goes the office, and everything that leads to them.
	h.officer.deskTo(h.press("take-back", "bo@example.org"))
	if a := h.visitor().post(third, nil); a.status != 422 {
		t.Error(a.status)
	}
	if row := h.row("bo@example.org"); row != "" {
		t.Error(row)
	}
	h.state("ferries", func(st *conversation.State) {
		if who := delegation.Participant(h.invited[0].Participant); who == 0 || st.Roll.Roles(who) != 0 {
			t.Error("still a moderator")
		}
	})
	id, err := h.accounts.Ensure(t.Context(), "bo@example.org", locale.English, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, err := h.accounts.ParticipantOf(t.Context(), id, "ferries"); ok || err != nil {
		t.Error("who was invited is still somebody there", err)
	}
	// Never taken up.
	late := h.invite("email", "late@example.org", "role", "chair")
	n := h.invited[len(h.invited)-1].Number
	i, _, err := h.accounts.InvitationOf(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	token := late[strings.LastIndex(late, "/")+1:]
	if _, _, err := h.accounts.AcceptInvitation(t.Context(), token, i.Ends()); err == nil || i.State(i.Ends()) != "expired" || i.State(i.Ends().Add(-1)) != "sent" {
		t.Error("accepted after its end:", err)
	}
}

// Who has an account is not signed in to it by a letter that may have been passed on; whoever is signed in with another
// address is told so first.
func TestInvitationOfSomebodyElse(t *testing.T) {
	h := newInviting(t)
	known := h.signedIn("known@example.org")
	link := h.invite("email", "known@example.org", "role", "moderator")
	if !h.invited[0].Known {
		t.Error("the letter does not say that they have an account")
	}
	if a := h.visitor().get(link); !strings.Contains(a.body, locale.English.T("invitation.known")) {
		t.Error(a.body)
	}
	var to []string
	h.web.SignInMail = func(_ context.Context, s *account.SignIn, _ locale.Lang, _ string) error {
		to = append(to, s.To)
		return nil
	}
	stranger := h.visitor()
	if a := stranger.post(link, nil); a.status != 200 || !strings.Contains(a.body, locale.English.T("signin.sent")) || !slices.Equal(to, []string{"known@example.org"}) {
		t.Error(a.status, to)
	}
	if a := stranger.get("/en/c/ferries/desk"); a.status != 303 {
		t.Fatal("signed in as somebody who has an account", a.status)
	}
	// Themselves, where they are signed in.
	if a := known.post(link, nil); a.status != 303 || a.header.Get("Location") != "/en/c/ferries/desk" {
		t.Error(a.status, a.header)
	}
	if row := h.row("known@example.org"); !strings.Contains(row, "accepted on") {
		t.Error(row)
	}
	deskRefused(t, h.press("take-back", "known@example.org"), 409, "invitation.accepted")
	deskRefused(t, h.press("again", "known@example.org"), 409, "invitation.accepted")
	// Another, who is signed in: asked first.
	fresh := h.invite("email", "fresh@example.org", "role", "analyst")
	a := known.post(fresh, nil)
	if a.status != 200 || !strings.Contains(a.body, "f…@example.org") || !strings.Contains(a.body, `name="other"`) {
		t.Error(a.status, a.body)
	}
	if a := known.get("/en/account"); !strings.Contains(a.body, "known@example.org") {
		t.Error("signed in as another without being asked")
	}
	if a := known.post(fresh, url.Values{"other": {"1"}}); a.status != 303 {
		t.Error(a.status)
	}
	if a := known.get("/en/account"); !strings.Contains(a.body, "fresh@example.org") {
		t.Error("not signed in as the one they said they are")
	}
	if a := h.visitor().get("/en/invitation/nothing"); a.status != 200 || !strings.Contains(a.body, locale.English.T("invitation.over")) {
		t.Error(a.status)
	}
}

// One form gives an office and lets them speak for a party; its second press does nothing more. What is missing is said.
func TestInvitationOfBoth(t *testing.T) {
	h := newInviting(t)
	h.officer.deskTo(h.officer.post(invitePeople, url.Values{"do": {"enter"}, "name": {"Kenya"}, "category": {"member_state"}, "country": {"KE"}}))
	var kenya delegation.Party
	h.state("ferries", func(st *conversation.State) { kenya = st.Roll.Entered()[0] })
	a := h.officer.get(invitePeople)
	form := deskForm(t, a.body, invitePeople, strings.Count(a.body, `name="held"`))
	deskRefused(t, h.officer.post(invitePeople, deskWith(form, "email", "x@example.org", "role", "", "speaks", "", "do", "invite")), 422, "role.unknown")
	deskRefused(t, h.officer.post(invitePeople, deskWith(form, "email", "x@example.org", "role", "chair", "language", "xx", "do", "invite")), 422, "language.unknown")
	if len(h.invited) != 0 {
		t.Fatal(h.invited)
	}
	f := deskWith(form, "email", "both@example.org", "role", "chair", "language", "en", "speaks", string(kenya.Ref()), "do", "invite")
	for range 2 {
		h.officer.deskTo(h.officer.post(invitePeople, f))
	}
	if len(h.invited) != 1 || h.invited[0].For != "Kenya" || h.invited[0].Roles[0] != "chair" {
		t.Errorf("%+v", h.invited)
	}
	who := delegation.Participant(h.invited[0].Participant)
	h.state("ferries", func(st *conversation.State) {
		if !st.Roll.Roles(who).Has(delegation.Chair) || !st.Roll.MaySpeak(who, kenya, time.Now()) {
			t.Error("one of the two was not given")
		}
	})
	h.officer.deskTo(h.press("take-back", "both@example.org"))
	h.state("ferries", func(st *conversation.State) {
		if st.Roll.Roles(who) != 0 || st.Roll.MaySpeak(who, kenya, time.Now()) {
			t.Error("something stayed")
		}
	})
	// Wholly or not at all: who speaks for the party already is given no office by a form that is refused.
	h.officer.deskTo(h.officer.post(invitePeople, deskWith(form, "token", nonce1, "email", "speaker@example.org", "role", "", "do", "invite")))
	speaker := delegation.Participant(h.invited[len(h.invited)-1].Participant)
	sent := len(h.invited)
	deskRefused(t, h.officer.post(invitePeople, deskWith(form, "token", nonce2, "role", "moderator")), 409, "party.authorised")
	h.state("ferries", func(st *conversation.State) {
		if st.Roll.Roles(speaker) != 0 || len(h.invited) != sent {
			t.Error("a refused invitation gave an office")
		}
	})
	// For a party alone: no desk to go to, and a delegation.
	only := h.invite("email", "delegate@example.org", "role", "", "speaks", string(kenya.Ref()))
	if a := h.visitor().post(only, nil); a.status != 303 || a.header.Get("Location") != "/en/c/ferries/delegation?party="+string(kenya.Ref()) {
		t.Error(a.status, a.header)
	}
}

// Each sees and changes on their own page what concerns them, and ends one session without the others.
func TestMyPage(t *testing.T) {
	h := newInviting(t)
	v := h.officer
	page := v.get("/en/account").body
	for _, want := range []string{"officer@example.org", "Ferries", locale.English.T("role.officer"), `name="told"`, `value="at_once" id="told" checked`, `name="language"`} {
		if !strings.Contains(strings.Join(strings.Fields(page), " "), want) && want != `value="at_once" id="told" checked` {
			t.Errorf("no %q", want)
		}
	}
	if to := v.deskTo(v.post("/en/account", url.Values{"name": {"Olga"}, "language": {"ru"}, "told": {"daily"}})); to != "/en/account?done=saved" {
		t.Error(to)
	}
	id, err := h.accounts.Ensure(t.Context(), "officer@example.org", locale.English, time.Now()) // signs in again, in another language
	if err != nil {
		t.Fatal(err)
	}
	a, _, err := h.accounts.Get(t.Context(), id)
	told, err2 := h.accounts.ToldOf(t.Context(), id)
	if err != nil || err2 != nil || a.Lang != locale.Russian || a.Name != "Olga" || told != account.Daily {
		t.Error(a, told, err, err2)
	}
	if a := v.post("/en/account", url.Values{"name": {"Olga"}, "told": {"hourly"}}); a.status != 422 || !strings.Contains(a.body, locale.English.T("refusal.told.unknown")) {
		t.Error(a.status)
	}
	// A second place: ended from the first.
	second := h.signedIn("officer@example.org")
	sessions := regexp.MustCompile(`name="session" value="([^"]+)"`).FindAllStringSubmatch(v.get("/en/account").body, -1)
	if len(sessions) != 1 {
		t.Fatal(sessions)
	}
	stranger := h.signedIn("stranger@example.org")
	if strings.Contains(stranger.get("/en/account").body, `name="told"`) {
		t.Error("somebody for whom nothing can wait is asked how to be told")
	}
	stranger.post("/en/account/session", url.Values{"session": {sessions[0][1]}})
	if a := second.get("/en/account"); a.status != 200 {
		t.Fatal("a stranger ended a session")
	}
	v.deskTo(v.post("/en/account/session", url.Values{"session": {sessions[0][1]}}))
	if a := second.get("/en/account"); a.status != 303 {
		t.Error("the session goes on", a.status)
	}
	if a := v.get("/en/account"); a.status != 200 {
		t.Error("the wrong session ended", a.status)
	}
}
