package web_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/internal/script"
)

// flags are those of the contributions in a page's twin, by the name that they were sent under.
func flags(t *testing.T, a answer) map[string][]string {
	t.Helper()
	type row struct {
		Name, Organisation string
		Flags              []string
	}
	var page struct{ Items, Contributions []row }
	if err := json.Unmarshal([]byte(a.body), &page); err != nil || a.status != 200 {
		t.Fatal(a.status, err)
	}
	out := map[string][]string{}
	for _, r := range append(page.Items, page.Contributions...) {
		if len(r.Flags) > 0 {
			out[r.Name+r.Organisation] = r.Flags
		}
	}
	return out
}

// TestNames: nobody bears the bare name of an office, signed in or not. Real names that have such a word in them, and
// those that look like somebody else's, are taken, and those who moderate are told; nobody else is.
func TestNames(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	moderator := h.as("moderator")
	_, party := h.delegate("Kingdom of Ferries")
	stranger, signed := h.visitor(), h.visitor()
	signed.signIn("somebody@elsewhere.example")
	tokens := 0
	say := func(v *visitor, name string, with ...string) answer {
		tokens++
		f := contribution("Boats.")
		f.Set("token", strings.Repeat(string(rune('A'+tokens)), 21)+"A")
		f.Set("name", name)
		return v.post(form, deskWith(f, with...))
	}
	for _, v := range []*visitor{stranger, signed} {
		for _, bare := range []string{"Secretariat", "The Secretariat", "Mоderator", "Chair"} {
			deskRefused(t, say(v, bare), 422, "name.reserved")
		}
		deskRefused(t, say(v, "", "body", "秘书处"), 422, "name.reserved")
	}
	if a := signed.post("/en/account", url.Values{"name": {"Moderator"}}); a.status != 422 {
		t.Error("an account bears the name of an office")
	}
	if a := signed.post("/en/account", url.Values{"name": {"UNESCO Chair in Water Ethics"}}); a.status != 303 {
		t.Error("an account may not bear a real name")
	}
	want := map[string][]string{}
	for name, flag := range map[string]string{"State Secretariat for Economic Affairs": "office", "Kingdom of Ferries": "party", "Kingdorn of Ferries": "party"} {
		want[name] = []string{flag}
		stranger.deskTo(say(stranger, name))
	}
	want["Kingdom of Ferries"] = append(want["Kingdom of Ferries"], "alike")
	want["Kingdorn of Ferries"] = append(want["Kingdorn of Ferries"], "alike")
	stranger.deskTo(say(stranger, "Ana María"))
	// An address is asked about.
	a := say(stranger, "ana.privat@example.org")
	deskRefused(t, a, 422, "name.address")
	again := deskForm(t, a.body, form, 0)
	if again.Get("public_address") != "" || again.Get("name") != "ana.privat@example.org" {
		t.Errorf("%v", again)
	}
	again.Set("public_address", "yes")
	preview := deskForm(t, stranger.post(form, deskWith(again, "do", "preview")).body, form, 0)
	stranger.deskTo(stranger.post(form, deskWith(preview, "do", "send")))
	want["ana.privat@example.org"] = []string{"address"}
	// Who speaks for the party is not flagged.
	delegate := deskForm(t, moderator.get(form).body, form, 0)
	moderator.deskTo(moderator.post(form, deskWith(delegate, "text", "Boats.", "for", party, "do", "send")))
	for _, page := range []string{"/desk/queue.json", "/contributions.json?status=pending&with=not-public"} {
		got := flags(t, moderator.get("/en"+conv+page))
		for name, f := range want {
			if !slices.Equal(got[name], f) {
				t.Errorf("%s: %s is flagged %v, want %v", page, name, got[name], f)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %v", page, got)
		}
	}
	for _, path := range []string{"/desk/queue", "/contributions?status=pending"} {
		if page := moderator.get("/en" + conv + path).body; strings.Count(page, "The name is that of a party on the roll") != 2 {
			t.Errorf("%s does not say so", path)
		}
	}
	for _, v := range []*visitor{stranger, signed, h.visitor()} {
		if got := flags(t, v.get("/en"+conv+"/contributions.json")); len(got) != 0 {
			t.Errorf("everybody is told: %v", got)
		}
	}
}

// TestNamesakes: a name that looks like that of another contribution is flagged to those who moderate, wherever that one
// stands, and to nobody else; nobody is refused. When the words of the other are erased, it is like nobody's.
func TestNamesakes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	moderator, officer, stranger := h.as("moderator"), h.as("officer"), h.visitor()
	n := 0
	send := func(name string) string {
		n++
		f := deskWith(contribution("Boats."), "name", name, "token", strings.Repeat(string(rune('a'+n)), 21)+"A", "do", "send")
		ref, _, _ := strings.Cut(strings.TrimPrefix(stranger.deskTo(stranger.post(form, f)), "/en"+conv+"/"), "/")
		return ref
	}
	first := send("Ada Poloznik")
	publish := func(ref string) { moderator.deskTo(moderator.post("/en"+conv+"/"+ref+"/publish", nil)) }
	publish(first)
	same, like := send("Ada Poloznik"), send("Ad\u0430 Poloznik")
	publish(same)
	seen := func(v *visitor) (looks []string, flags []string) {
		var page struct {
			Items []struct {
				Ref       string
				Flags     []string
				LooksLike string `json:"looks_like"`
			}
		}
		if err := json.Unmarshal([]byte(v.get("/en"+conv+"/desk/queue.json?from="+like).body), &page); err != nil || len(page.Items) != 1 {
			t.Fatal(err, page)
		}
		return []string{page.Items[0].LooksLike}, page.Items[0].Flags
	}
	if _, flags := seen(moderator); len(flags) != 0 {
		t.Errorf("before anything is known: %v", flags)
	}
	catchUp := func() {
		t.Helper()
		if err := h.names.CatchUp(t.Context(), script.DemoSlug); err != nil {
			t.Fatal(err)
		}
	}
	catchUp()
	if looks, flags := seen(moderator); !slices.Equal(flags, []string{"elsewhere"}) || looks[0] != first {
		t.Errorf("it looks like %v: %v", looks, flags)
	}
	if page := moderator.get("/en" + conv + "/desk/queue?from=" + like).body; !strings.Contains(page, "written otherwise:  <a class=\"sym\" href=\"/en"+conv+"/"+first+`"`) {
		t.Error("the page does not lead to it")
	}
	publish(like)
	for who, v := range map[string]*visitor{"stranger": stranger, "everybody": h.visitor()} {
		if page := v.get("/en" + conv + "/contributions.json").body; strings.Contains(page, "looks_like") || strings.Contains(page, "elsewhere") {
			t.Errorf("it is told to the %s", who)
		}
	}
	for _, ref := range []string{first, same} {
		officer.deskTo(officer.post("/en"+conv+"/"+ref+"/erase", url.Values{"erase-ground": {"at_request"}}))
	}
	catchUp()
	others, err := h.names.Others(t.Context(), script.DemoSlug, []string{"Ad\u0430 Poloznik", "Ada Poloznik"})
	if err != nil || len(others) != 1 || string(others["Ada Poloznik"]) != like {
		t.Errorf("erased, they are still there: %v %v", others, err)
	}
}
