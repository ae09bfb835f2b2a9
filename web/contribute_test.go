package web_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
)

// TestMineDrafts: whoever began a contribution finds it among what is theirs, by account or by cookie, and nobody
// else does.
func TestMineDrafts(t *testing.T) {
	h := newHouse(t)
	ann, ben, none := h.visitor(), h.visitor(), h.visitor()
	ann.signIn("ann@example.org")
	for v, text := range map[*visitor]string{ann: "Begun by Ann.", ben: "Begun by Ben."} {
		f := contribution(text)
		if a := v.post("/en"+conv+"/k2/draft", f); a.status != 200 {
			t.Fatal(a.status, a.body)
		}
	}
	for v, want := range map[*visitor]string{ann: "Begun by Ann.", ben: "Begun by Ben.", none: ""} {
		body := v.get("/en" + conv + "/mine").body
		for _, text := range []string{"Begun by Ann.", "Begun by Ben."} {
			if strings.Contains(body, text) != (text == want) {
				t.Errorf("%q: %v, for whom there is %q", text, text != want, want)
			}
		}
	}
}

// TestPreviewIsWhatIsStored: invisible signs are gone in the preview, and in what it sends; what is refused is shown
// as it was typed.
func TestPreviewIsWhatIsStored(t *testing.T) {
	h := newHouse(t)
	v := h.visitor()
	f := contribution("Boats\u202e, please.")
	f.Del("do")
	a := v.post(form, f)
	if sent := deskForm(t, a.body, form, 0); a.status != 200 || sent.Get("text") != "Boats, please." || sent.Get("do") == "save" {
		t.Errorf("%d %v", a.status, sent)
	}
	for field, text := range map[string]string{"text": "Boats\xff, please.", "name": "The Secretariat"} {
		f = contribution("Boats.")
		f.Set(field, text)
		a = v.post(form, f)
		key := map[string]string{"text": "text.utf8", "name": "name.reserved"}[field]
		deskRefused(t, a, 422, key)
		if got := deskForm(t, a.body, form, 0).Get(field); got != strings.ToValidUTF8(text, "\uFFFD") {
			t.Errorf("%s is shown again as %q", field, got)
		}
	}
}

// TestSendKeepsTheText: where the record cannot be written the page says so, and holds what was typed, to be sent again.
func TestSendKeepsTheText(t *testing.T) {
	h := newHouse(t)
	v := h.visitor()
	f := contribution("Boats.")
	f.Set("name", "Jo Roe")
	h.disk.full.Store(true)
	a := v.post(form, f)
	if held := deskForm(t, a.body, form, 0); a.status != 503 || held.Get("text") != "Boats." || held.Get("name") != "Jo Roe" || held.Get("token") != f.Get("token") {
		t.Fatalf("%d %v", a.status, held)
	}
	if !strings.Contains(a.body, "There is no room to write just now") || !strings.Contains(a.body, `value="send"`) || strings.Contains(a.body, "Nothing has been sent yet") {
		t.Error(a.body)
	}
	h.disk.full.Store(false)
	held := deskForm(t, a.body, form, 0)
	held.Set("do", "send")
	if a := v.post(form, held); a.status != 303 {
		t.Errorf("sent again: %d", a.status)
	}
}

// TestPreviewIsSigned: where a body speaks, the preview shows who signs for it, as the page will.
func TestPreviewIsSigned(t *testing.T) {
	h := newHouse(t)
	f := contribution("Boats.")
	f.Del("do")
	f.Set("name", "Jo Roe")
	if a := h.visitor().post(form, f); strings.Contains(a.body, "Signed by") {
		t.Error("signed by whom it is from")
	}
	f.Set("body", "Boats Fund")
	f.Set("category", "ngo")
	if a := h.visitor().post(form, f); a.status != 200 || !strings.Contains(a.body, "Boats Fund") || !strings.Contains(a.body, "Signed by <bdi>Jo Roe</bdi>") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestFormGoesOn: from the preview the form comes back as it was, with the version of its draft.
func TestFormGoesOn(t *testing.T) {
	h := newHouse(t)
	v := h.visitor()
	f := contribution("Boats.")
	f.Set("do", "save")
	a := v.post(form, f)
	saved := deskForm(t, a.body, form, 0)
	if a.status != 200 || saved.Get("version") != "1" || saved.Get("token") != f.Get("token") {
		t.Fatalf("%d %v", a.status, saved)
	}
	f.Set("version", "1")
	f.Del("do")
	preview := deskForm(t, v.post(form, f).body, form, 0)
	preview.Set("do", "edit")
	again := deskForm(t, v.post(form, preview).body, form, 0)
	for _, field := range []string{"text", "version", "token", "language", "category"} {
		if again.Get(field) != preview.Get(field) || again.Get(field) == "" {
			t.Errorf("%s: %q, then %q", field, preview.Get(field), again.Get(field))
		}
	}
	link := regexp.MustCompile(`/contribute\?on=[^"]*draft=[^"]+`).FindString(html.UnescapeString(v.get("/en" + conv + "/mine").body))
	opened := deskForm(t, v.get("/en"+conv+"/k2"+link).body, form, 0)
	if opened.Get("text") != "Boats." || opened.Get("version") != "1" {
		t.Errorf("%v", opened)
	}
}

// TestLanguageIsSaid: the language of a text is chosen, or guessed and shown before it is sent, and can be changed there.
// What is refused in the meantime comes back without a guess that nobody saw.
func TestLanguageIsSaid(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, c := range []struct{ text, chosen, want, guess string }{
		{"渡船每天两班。", "", "zh", "中文"}, {"Boats, please.", "", "en", "English"}, {"Des bacs.", "fr", "fr", ""}, {"Boote.", "de", "de", ""},
	} {
		v := h.visitor()
		f := deskForm(t, v.get(form).body, form, 0)
		if f.Get("language") != "" {
			t.Fatalf("a language is chosen for everybody: %v", f)
		}
		f = deskWith(f, "text", c.text, "language", c.chosen, "name", "Secretariat", "do", "preview")
		a := v.post(form, f)
		deskRefused(t, a, 422, "name.reserved")
		if again := deskForm(t, a.body, form, 0); again.Get("language") != c.chosen {
			t.Errorf("%q comes back in %q", c.text, again.Get("language"))
		}
		a = v.post(form, deskWith(f, "name", ""))
		shown := deskForm(t, a.body, form, 0)
		if a.status != 200 || shown.Get("language") != c.want || strings.Contains(a.body, "guessed from the text") != (c.guess != "") || !strings.Contains(a.body, ">"+c.guess) {
			t.Errorf("%q: %d, the preview is in %q", c.text, a.status, shown.Get("language"))
		}
		if again := deskForm(t, v.post(form, deskWith(shown, "do", "edit")).body, form, 0); again.Get("language") != c.want {
			t.Errorf("%q: the form goes on in %q", c.text, again.Get("language"))
		}
		v.deskTo(v.post(form, deskWith(shown, "do", "send")))
		h.state(func(st *conversation.State) {
			n := st.Consultation.Total().Received
			if got := st.Consultation.Part(cite.Contribution(n), 1).Language; string(got) != c.want {
				t.Errorf("%q is on the record in %s", c.text, got)
			}
		})
	}
}
