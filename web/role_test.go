package web_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/script"
)

// everyRole are visitors of every kind: with each role and no other, signed in without any, and nobody.
func (h *house) everyRole() map[string]*visitor {
	h.t.Helper()
	roles := map[string]*visitor{"nobody": h.visitor(), "stranger": h.visitor(), "officer": h.as("officer"), "moderator": h.as("moderator")}
	roles["stranger"].signIn("stranger@elsewhere.example")
	const people = "/en" + conv + "/desk/people"
	for _, role := range delegation.Roles() {
		if roles[role.String()] != nil {
			continue
		}
		email := role.String() + "@elsewhere.example"
		roles["officer"].deskTo(roles["officer"].post(people, url.Values{"do": {"invite"}, "email": {email}, "role": {role.String()}}))
		roles[role.String()] = h.visitor()
		roles[role.String()].signIn(email)
	}
	return roles
}

// TestEveryRoleSeesWhatItNeeds: what waits for a moderator is for moderators, officers and its author. Nobody else finds
// it, whatever their role: in lists however filtered, counts, tables, prints, twins and entries of the record.
// Of what was withheld nobody else learns by a filter what its mark does not say.
func TestEveryRoleSeesWhatItNeeds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	roles := h.everyRole()
	author := h.visitor()
	const text, name, file, wording = "Zwischenruf", "Querulant", "Beweisstueck", "Gegenvorschlag"
	send := func(token string) string {
		sent := url.Values{"on": {"p2.e1.x4"}, "text": {text}, "name": {name}, "wording": {wording}, "language": {"fr"}, "category": {"ngo"}, "country": {"NZ"}, "token": {token}, "do": {"send"}}
		to := author.deskTo(author.deskUpload(form, sent, "file", file+".txt", []byte(file)))
		ref, _, _ := strings.Cut(strings.TrimPrefix(to, "/en"+conv+"/"), "/")
		return ref
	}
	waits, withheld := send(nonce1), send(nonce2)
	roles["moderator"].deskTo(roles["moderator"].post("/en"+conv+"/"+withheld+"/withhold", url.Values{"ground": {"abuse"}, "reason": {"It insults."}}))
	var head string
	var party string
	h.state(func(st *conversation.State) {
		row, _ := st.Consultation.Row(cite.Ref(withheld))
		party = row.For
		row, _ = st.Consultation.Row(cite.Ref(waits))
		head = strconv.FormatInt(int64(row.Position), 10)
	})
	fill := strings.NewReplacer("{lang}", "en", "{slug}", script.DemoSlug, "{ref}", waits, "{$}", "", "{token}", "none", "{role}", "nobody", "{key}", "none", "{hash}", "x", "{name}", "y", "{path...}", "p2", "{symbol...}", "X")
	var paths []string
	for _, r := range h.web.Routes() {
		if r.Method != "GET" || strings.HasSuffix(r.Pattern, "/live") {
			continue
		}
		path := fill.Replace(r.Pattern)
		paths = append(paths, path)
		if r.Twin {
			paths = append(paths, strings.TrimSuffix(path, "/")+".json")
		}
	}
	at := "/en" + conv
	for _, list := range []string{"/contributions", "/contributions.json", "/contributions.csv"} {
		for _, q := range []string{"status=pending", "status=pending&print=1", "status=pending&call=k2", "status=pending&country=NZ", "status=pending&language=fr", "status=pending&issue=p2.x4", "status=pending&category=ngo",
			"status=pending&with=not-public", "country=NZ", "status=withheld", "status=withheld&with=not-public", "with=not-public"} {
			paths = append(paths, at+list+"?"+q)
		}
	}
	for _, p := range []string{"/" + waits + ".1", "/" + waits + ".f1", "/" + waits + ".json", "/" + withheld + ".1", "/" + withheld + ".f1", "/" + withheld + ".json", "/" + withheld + "/receipt.json", "/" + withheld + "/trace",
		"/entry-" + head, "/entry-" + head + ".json", "/p2.e1.x4", "/p2.e1.x4.json", "/p2/responses?print=1", "/p2/responses.json", "/desk/points?show=all"} {
		paths = append(paths, at+p)
	}
	for role, v := range roles {
		staff, seen := role == "officer" || role == "moderator", 0
		for _, p := range paths {
			a := v.get(p)
			shows := strings.Contains(a.body, text) || strings.Contains(a.body, name) || strings.Contains(a.body, file) || strings.Contains(a.body, wording)
			if shows && !staff {
				t.Errorf("%s shows the %s what is not for them", p, role)
			}
			if shows {
				seen++
			}
			if a.status >= 500 {
				t.Errorf("%s for the %s: %d", p, role, a.status)
			}
		}
		if staff && seen < 10 {
			t.Errorf("the %s finds it on %d pages only", role, seen)
		}
		// A filter chooses nothing by what is hidden: its count is the same whether it is there or not.
		for _, q := range []string{"status=withheld&party=" + party, "status=withheld&language=fr&country=NZ", "status=withheld&issue=p2.x4&country=NZ", "status=pending&country=NZ", "country=NZ"} {
			a := v.get(at + "/contributions?" + q)
			if listed := strings.Contains(a.body, "/"+withheld+`"`) || strings.Contains(a.body, "/"+waits+`"`); listed && !staff {
				t.Errorf("%s tells the %s something", q, role)
			} else if !listed && staff && q != "country=NZ" {
				t.Errorf("%s tells the %s nothing: %d", q, role, a.status)
			}
		}
	}
}
