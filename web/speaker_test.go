package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
)

// delegate is the moderator, who may speak for a party too, signed in, and the reference of the party.
func (h *house) delegate(party string) (*visitor, string) {
	h.t.Helper()
	officer := h.as("officer")
	const people = "/en" + conv + "/desk/people"
	officer.deskTo(officer.post(people, url.Values{"do": {"enter"}, "name": {party}, "category": {"member_state"}, "token": {nonce1}}))
	ref := ""
	h.state(func(st *conversation.State) { all := st.Roll.Entered(); ref = string(all[len(all)-1].Ref()) })
	officer.deskTo(officer.post(people, url.Values{"do": {"authorise"}, "party": {ref}, "speaker": {"moderator@demonstration.invalid"}, "token": {nonce2}}))
	return h.as("moderator"), ref
}

func (h *house) contributions() (n int) {
	h.state(func(st *conversation.State) { n = st.Consultation.Len() })
	return n
}

// TestSpeakerStays: whoever was signed in when a form was made, and is not when it is sent, does not speak as somebody
// else by it. The text is kept, and they sign in again or choose to speak for themselves.
func TestSpeakerStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v, party := h.delegate("Kingdom of Ferries")
	before := h.contributions()
	f := deskForm(t, v.get(form).body, form, 0)
	if f.Get("for") != party || f.Get("as") == "" {
		t.Fatalf("%v", f)
	}
	preview := deskForm(t, v.post(form, deskWith(f, "text", "The kingdom asks for boats.", "do", "preview")).body, form, 0)
	v.post("/en/sign-out", nil)
	gone := v.post(form, deskWith(preview, "do", "send"))
	deskRefused(t, gone, 422, "speaker.gone")
	kept := deskForm(t, gone.body, form, 0)
	if kept.Get("text") != "The kingdom asks for boats." || kept.Get("for") != party {
		t.Errorf("%v", kept)
	}
	if again := v.post(form, deskWith(kept, "do", "preview")); again.status != 422 {
		t.Errorf("without a choice it is answered %d", again.status)
	}
	if a := v.post(strings.Replace(form, "/contribute", "/draft", 1), kept); a.status != 409 || !strings.Contains(a.body, "speaker.gone") {
		t.Errorf("a draft saved by itself: %d %s", a.status, a.body)
	}
	if h.contributions() != before {
		t.Fatal("something was sent")
	}
	// Signed in again, the same page can be sent, for the party.
	v.post("/en/demo/moderator", nil)
	sent := deskForm(t, v.post(form, deskWith(kept, "do", "preview")).body, form, 0)
	if to := v.deskTo(v.post(form, deskWith(sent, "do", "send"))); !strings.Contains(to, "/receipt") {
		t.Error(to)
	}
	h.state(func(st *conversation.State) {
		if row, _ := st.Consultation.Row(cite.Contribution(st.Consultation.Len())); row.For != party {
			t.Errorf("it is for %s", row.For)
		}
	})
	// Or they choose to speak for themselves, without an account.
	kept = deskForm(t, func() string {
		p := deskForm(t, v.get(form).body, form, 0)
		v.post("/en/sign-out", nil)
		return v.post(form, deskWith(p, "text", "My own word.", "do", "send")).body
	}(), form, 0)
	kept.Add("as", "nobody")
	sent = deskForm(t, v.post(form, deskWith(kept, "do", "preview")).body, form, 0)
	if sent.Get("as") != "nobody" || sent.Get("token") == kept.Get("token") {
		t.Errorf("%v", sent)
	}
	v.deskTo(v.post(form, deskWith(sent, "do", "send")))
	h.state(func(st *conversation.State) {
		if row, _ := st.Consultation.Row(cite.Contribution(st.Consultation.Len())); row.Known || row.For == party {
			t.Errorf("%+v", row)
		}
	})
}

// TestSpeakerAppears: what was begun without an account is not sent by an account that was signed in meanwhile.
func TestSpeakerAppears(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	f := deskForm(t, v.get(form).body, form, 0)
	v.signIn("somebody@elsewhere.example")
	before := h.contributions()
	deskRefused(t, v.post(form, deskWith(f, "text", "Mine.", "do", "send")), 422, "speaker.in")
	f = deskForm(t, v.get(form).body, form, 0)
	v.signIn("another@elsewhere.example")
	deskRefused(t, v.post(form, deskWith(f, "text", "Mine.", "do", "send")), 422, "speaker.other")
	if h.contributions() != before {
		t.Error("something was sent")
	}
	// The box on the home page is a form like others.
	box := deskForm(t, h.visitor().get("/en"+conv).body, form, 0)
	deskRefused(t, v.post(form, deskWith(box, "text", "From the box.")), 422, "speaker.in")
}

func heldForm(t *testing.T, a answer, action, text string) url.Values {
	t.Helper()
	if !strings.Contains(a.body, text) {
		t.Fatalf("%d: what was typed is lost: %s", a.status, deskErrors(a.body))
	}
	return deskForm(t, a.body, action, 0)
}

// TestHeld: whoever is not signed in any more gets back what they typed into a form of the desk, and can send it once
// they are.
func TestHeld(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.as("officer")
	const call = "/en" + conv + "/desk/calls/new"
	f := deskForm(t, v.get(call).body, call, 0)
	v.post("/en/sign-out", nil)
	deskWith(f, "title-en", "A call about the ferries", "text-en", "What of the ferries?\nSay it.")
	a := v.post(call, f)
	if a.status != http.StatusConflict {
		t.Errorf("%d", a.status)
	}
	held := heldForm(t, a, call, "What of the ferries?")
	if held.Get("title-en") != f.Get("title-en") || held.Get("text-en") != f.Get("text-en") || held.Get("as") != f.Get("as") || held.Get("token") != f.Get("token") || held.Get("paper") != f.Get("paper") {
		t.Errorf("%v\nwas\n%v", held, f)
	}
	if a := v.post(call, held); a.status != http.StatusConflict {
		t.Errorf("sent again without signing in: %d", a.status)
	}
	if a := v.post(call, url.Values{"text": {"x y"}}); a.status != http.StatusNotFound || strings.Contains(a.body, "x y") {
		t.Errorf("of a form that nobody was given: %d", a.status)
	}
	other := h.as("moderator") // who may not
	if a := other.post(call, held); a.status != http.StatusConflict || !strings.Contains(a.body, "What of the ferries?") {
		t.Errorf("another account: %d", a.status)
	}
	held.Add("as", deskForm(t, other.get(form).body, form, 0).Get("as"))
	if a := other.post(call, held); a.status != http.StatusNotFound || !strings.Contains(a.body, "What of the ferries?") {
		t.Errorf("another account that chose to: %d", a.status)
	}
	held.Set("as", f.Get("as"))
	v.post("/en/demo/officer", nil)
	if a := v.post(call, held); a.status != 303 && a.status != 422 {
		t.Errorf("signed in again: %d", a.status)
	}
}

// TestTooLargeIsHeld: of a form that is larger than is taken, what came before the end comes back.
func TestTooLargeIsHeld(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.as("officer")
	const call = "/en" + conv + "/desk/calls/new"
	f := deskForm(t, v.get(call).body, call, 0)
	f.Set("title-en", "A call about the ferries")
	f.Set("zz", strings.Repeat("many words ", 30_000)) // read last
	a := v.post(call, f)
	if a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("%d", a.status)
	}
	if held := heldForm(t, a, call, "A call about the ferries"); held.Get("as") != f.Get("as") || !strings.Contains(held.Get("zz"), "many words") {
		t.Error("the texts are not kept")
	}
	// A contribution of more text than is kept at all.
	f = contribution(strings.Repeat("many words ", 500_000))
	f.Set("name", "Ada")
	a = v.deskUpload(form, f, "", "", nil)
	deskRefused(t, a, http.StatusRequestEntityTooLarge)
	if again := deskForm(t, a.body, form, 0); again.Get("name") != "Ada" || len(again.Get("text")) < 4_000_000 {
		t.Error("the texts of a contribution are not kept")
	}
}

// TestCutShort: an upload that ends before it is whole is the sender's trouble, said plainly, and no fault of ours.
func TestCutShort(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	const body = "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nBoats.\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhalf"
	for _, cut := range []string{body, body[:60]} {
		r, err := http.NewRequest("POST", h.url+form, strings.NewReader(cut))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		if a := v.do(r); a.status != http.StatusBadRequest || strings.Contains(a.body, `class="code"`) {
			t.Errorf("%q: %d", cut, a.status)
		}
	}
}
