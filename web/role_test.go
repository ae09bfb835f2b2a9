package web_test

import (
	"bufio"
	"net/http"
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

// firstEvent is what a stream says first to somebody whose page stands from the beginning; "" where there is no stream.
func (v *visitor) firstEvent(query string) (status int, data string) {
	v.h.t.Helper()
	r, err := http.NewRequestWithContext(v.h.t.Context(), "GET", v.h.url+"/en"+conv+"/live?"+query+"&from=0", nil)
	if err != nil {
		v.h.t.Fatal(err)
	}
	resp, err := v.c.Do(r)
	if err != nil {
		v.h.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return resp.StatusCode, ""
	}
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if line, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			data += line
		} else if lines.Text() == "" && data != "" {
			break
		}
	}
	return resp.StatusCode, data
}

// TestStreamsAreTheSameForAllRoles: a stream sends what everybody may see, to whoever follows it: an officer, a
// moderator and the author of what waits or was withheld get the same bytes as a stranger. Of a place that is not there
// nobody gets one.
func TestStreamsAreTheSameForAllRoles(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	roles := h.everyRole()
	author := h.visitor()
	roles["author"] = author
	const hidden = "Zwischenruf"
	send := func(token, text string) string {
		f := url.Values{"on": {"p2.e1.x4"}, "text": {text}, "name": {text}, "language": {"fr"}, "category": {"ngo"}, "token": {token}, "do": {"send"}}
		ref, _, _ := strings.Cut(strings.TrimPrefix(author.deskTo(author.post(form, f)), "/en"+conv+"/"), "/")
		return ref
	}
	send(nonce1, hidden)
	withheld, published := send(nonce2, hidden), send(strings.Repeat("p", 21)+"A", "Everybody reads this.")
	at := "/en" + conv + "/"
	roles["moderator"].deskTo(roles["moderator"].post(at+withheld+"/withhold", url.Values{"ground": {"abuse"}, "reason": {"It insults."}}))
	roles["moderator"].deskTo(roles["moderator"].post(at+published+"/publish", nil))
	for _, query := range []string{"page=home", "page=list", "page=paper&ref=p2", "page=paper&ref=p2&text=fr"} {
		status, want := roles["nobody"].firstEvent(query)
		if status != http.StatusOK || !strings.Contains(want, "hx-partial") {
			t.Fatalf("%s: %d %q", query, status, want)
		}
		for role, v := range roles {
			status, got := v.firstEvent(query)
			if strings.Contains(got, hidden) {
				t.Errorf("%s sends the %s what is not public", query, role)
			}
			if status != http.StatusOK || got != want {
				t.Errorf("%s sends the %s something else: %d, %d bytes, not %d", query, role, status, len(got), len(want))
			}
		}
	}
	for role, v := range roles {
		for query, want := range map[string]int{"page=desk": 400, "page=queue": 400, "page=list&ref=" + withheld: 400, "page=paper&ref=" + withheld: 400, "page=paper&ref=p9": 404} {
			if status, _ := v.firstEvent(query); status != want {
				t.Errorf("%s for the %s: %d, want %d", query, role, status, want)
			}
		}
	}
}
