package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
)

// declared declares the usual rules of a session, and opens the list of its first item.
func declared(t *testing.T, h *delegations, officer *visitor) {
	t.Helper()
	rules, err := json.Marshal(floor.Usual())
	if err != nil {
		t.Fatal(err)
	}
	for _, act := range [][2]string{{"floor.set-rules", `{"session":"s1","rules":` + string(rules) + `}`}, {"floor.set-list", `{"session":"s1","item":1,"open":true}`}} {
		if a := officer.actIn("ferries", act[0], act[1]); a.status != http.StatusOK {
			t.Fatal(act[0], a.status, a.body)
		}
	}
}

// requests counts those for the floor of the session.
func (h *delegations) requests() (n int) {
	_, _ = h.sec.Read(context.Background(), "ferries", func(st *conversation.State) error {
		n = len(st.Floors.Floor("s1").Requests)
		return nil
	})
	return n
}

// TestActiveSeat: where a session says so, whoever asks for the floor for a party holds an active seat for it, on the page and as a program: not whose seat
// is passive, who did not register, or who registered for themselves. Without that rule everybody asks who speaks for a party, and the secretariat
// enters whom it wants.
func TestActiveSeat(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	officer := sitting(t, h)
	declared(t, h, officer)
	ana, ben, fritz := h.person("ana"), h.person("ben"), h.person("fritz")
	arcadia, ruritania := string(party(t, h, "ana").Ref()), string(party(t, h, "fritz").Ref())
	const in = "/en/c/ferries/s1"
	asks := func(v *visitor, party string, want bool) {
		t.Helper()
		before := h.requests()
		page := v.get(in + ".i1/ask-floor").body
		if says := strings.Contains(page, locale.English.T("floor.seat")); says == want {
			t.Errorf("the page says that a seat is missing: %t", says)
		}
		a := v.post(in+".i1/ask-floor", url.Values{"do": {"ask"}, "for": {party}, "item": {"1"}})
		if got := a.status == http.StatusSeeOther; got != want {
			t.Errorf("by the form: %d: %s", a.status, deskErrors(a.body))
		}
		b := v.actIn("ferries", "floor.ask-floor", fmt.Sprintf(`{"session":"s1","item":1,"party":%q}`, party))
		if got := b.status == http.StatusOK; got != want || !want && !strings.Contains(b.body, "floor.seat") {
			t.Errorf("by a program: %d: %s", b.status, b.body)
		}
		if n := h.requests() - before; want && n != 2 || !want && n != 0 {
			t.Errorf("%d requests came", n)
		}
		v.post(in+".i1/ask-floor", url.Values{"do": {"leave"}, "for": {party}, "item": {"1"}})
	}
	asks(ben, arcadia, true) // nothing is offered
	terms := func(seen, rule string) {
		t.Helper()
		now := time.Now().UTC()
		if a := officer.actIn("ferries", "registration.set-terms", fmt.Sprintf(`{"session":"s1","opens":%q,"closes":%q,"active":9,"passive":9,"figures":"nobody","list":"nobody","reason":{"original":"en","in":{"en":"Put right."}},"seen":%s%s}`,
			now.Add(-time.Hour).Format(time.RFC3339), now.Add(time.Hour).Format(time.RFC3339), seen, rule)); a.status != http.StatusOK {
			t.Fatal(a.status, a.body)
		}
	}
	terms("0", "")
	asks(ben, arcadia, true) // seats are offered, and nobody needs one
	seen := ""
	_, _ = h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
		seen = fmt.Sprint(st.Registration.Seen("s1"))
		return nil
	})
	terms(seen, `,"floor":true`)
	register := func(v *visitor, with ...string) {
		t.Helper()
		f := url.Values{"do": {"begin"}, "category": {"individual"}}
		for i := 0; i < len(with); i += 2 {
			f.Set(with[i], with[i+1])
		}
		if a := v.post(in+"/register", f); a.status != http.StatusSeeOther {
			t.Fatal(a.status, deskErrors(a.body))
		}
		if a := v.post(in+"/register", url.Values{"do": {"confirm"}, "name": {"Somebody"}}); a.status != http.StatusSeeOther {
			t.Fatal(a.status, deskErrors(a.body))
		}
	}
	asks(ana, arcadia, false)
	register(ana, "seat", "active", "party", arcadia)
	asks(ana, arcadia, true)
	register(ben, "seat", "passive", "party", arcadia)
	asks(ben, arcadia, false)
	register(fritz, "seat", "active")
	asks(fritz, ruritania, false)
	if a := officer.actIn("ferries", "floor.enter-request", fmt.Sprintf(`{"session":"s1","item":1,"party":%q}`, ruritania)); a.status != http.StatusOK {
		t.Error("the secretariat enters nobody:", a.status, a.body)
	}
	if page := h.visitor().get(in + "/registration").body; !strings.Contains(page, locale.English.T("registration.floor_text")) {
		t.Error("the offer does not say it")
	}
}
