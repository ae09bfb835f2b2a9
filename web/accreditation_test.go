package web_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/conversation"
	view "github.com/openplenary/plenary/page/accreditation"
)

// The pages of these tests.
const (
	requestPage = "/en/c/ferries/accreditation"
	decidePage  = "/en/c/ferries/desk/accreditation"
	partiesPage = "/en/c/ferries/parties"
)

// accrediting is a house with an open call in which bodies may request accreditation, its officer, and somebody who is signed in.
func accrediting(t *testing.T) (*deskHouse, *visitor, *visitor) {
	t.Helper()
	h, officer := announced(t)
	bo := h.signedIn("bo@boats.example")
	if a := bo.get(requestPage); a.status != 200 || strings.Contains(a.body, `name="contact"`) || !strings.Contains(a.body, "cannot be requested at present") {
		t.Fatalf("before it is offered: %d", a.status)
	}
	deskRefused(t, bo.deskUpload(requestPage, url.Values{"name": {"Boats"}}, "file", "letter.txt", []byte("Signed.\n")), 409, "accreditation.closed")
	form := deskForm(t, officer.get(decidePage).body, decidePage, 0)
	form["category"], form["capacity"] = []string{"ngo", "member_state"}, []string{"party", "observer"}
	officer.deskTo(officer.post(decidePage, form))
	return h, officer, bo
}

// asked fills in the request.
func asked(t *testing.T, v *visitor, with ...string) url.Values {
	t.Helper()
	form := deskWith(deskForm(t, v.get(requestPage).body, requestPage, 0), "name", "Boats for All", "category", "ngo", "capacity", "party", "contact", "Bo Barge, +41 22 000 00 00",
		"interests", "Builders of ferries pay a third of it.")
	return deskWith(form, with...)
}

// waiting finds the address of the only request that waits.
func waiting(t *testing.T, officer *visitor) string {
	t.Helper()
	m := regexp.MustCompile(`href="(/en/c/ferries/desk/accreditation/y[0-9a-z]{13})"`).FindStringSubmatch(officer.get(decidePage).body)
	if m == nil {
		t.Fatal("no request waits on the desk")
	}
	return m[1]
}

// TestAccreditation: somebody requests accreditation with a letter; an officer reads it, decides with a reason, and ends it again. What is
// private is on no page of anybody else.
func TestAccreditation(t *testing.T) {
	t.Parallel()
	h, officer, bo := accrediting(t)
	if body := h.visitor().get("/en/c/ferries").body; !strings.Contains(body, `href="`+requestPage+`"`) {
		t.Error("while nobody is on the roll, nothing on the first page leads to the request")
	}
	if a := h.visitor().get(requestPage); a.status != 303 || !strings.Contains(a.header.Get("Location"), "/sign-in") {
		t.Errorf("who is not signed in: %d", a.status)
	}
	form := asked(t, bo)
	for range 2 { // pressed twice, it is one
		if to := bo.deskTo(bo.deskUpload(requestPage, form, "file", "letter.txt", []byte("She speaks for us.\n"))); !strings.Contains(to, "done=requested") {
			t.Fatal(to)
		}
	}
	h.state("ferries", func(st *conversation.State) {
		if all := st.Accredited.Waiting(); len(all) != 1 || all[0].Category != "ngo" || all[0].Assurance != "email_proven" {
			t.Errorf("%+v", all)
		}
	})
	if body := officer.get("/en/c/ferries/desk").body; !strings.Contains(body, "wait for a decision: 1.") || !strings.Contains(body, `href="`+decidePage+`"`) {
		t.Error("the desk does not count what waits")
	}
	at := waiting(t, officer)
	letter := "/en/c/ferries" + at[strings.LastIndexByte(at, '/'):] + "/letter"
	page := html.UnescapeString(officer.get(at).body)
	for _, said := range []string{"Boats for All", "Bo Barge, +41 22 000 00 00", "letter.txt", "Builders of ferries pay", "bo@boats.example", "Somebody who signed in by e-mail"} {
		if !strings.Contains(page, said) {
			t.Errorf("the officer does not read %q", said)
		}
	}
	stranger := h.signedIn("somebody@else.example")
	for name, c := range map[string]struct {
		v    *visitor
		want int
	}{"the officer": {officer, 200}, "who sent it": {bo, 200}, "somebody else": {stranger, 404}, "who is not signed in": {h.visitor(), 303}} {
		if a := c.v.get(letter); a.status != c.want || a.status == 200 && a.body != "She speaks for us.\n" {
			t.Errorf("the letter, %s: %d %q", name, a.status, a.body)
		}
	}
	for _, path := range []string{partiesPage, partiesPage + ".json", partiesPage + ".csv", "/en/c/ferries/record", "/en/c/ferries/record.json", requestPage} {
		if body := stranger.get(path).body; strings.Contains(body, "Boats for All") || strings.Contains(body, "Barge") || strings.Contains(body, "letter.txt") {
			t.Errorf("%s tells of what waits", path)
		}
	}
	if a := stranger.get(at); a.status != 404 {
		t.Errorf("another looks at the decision: %d", a.status)
	}

	decide := func(with ...string) answer { t.Helper(); return officer.deskFill(at, at, 0, with...) }
	deskRefused(t, decide("do", "accredit", "reason", " "), 422, "accreditation.reason")
	deskRefused(t, decide("do", "accredit", "reason", "Signed.", "capacity", "ad_hoc"), 422, "accreditation.ad_hoc")
	deskRefused(t, decide("do", "accredit", "reason", "Signed.", "until", "2020-01-01"), 422, "accreditation.past")
	deskRefused(t, decide("do", "accredit", "reason", "Signed.", "until", "tomorrow"), 422, "desk.time")
	last := time.Now().AddDate(0, 3, 0)
	officer.deskTo(decide("do", "accredit", "reason", "The letter is signed by the chair.", "name", "Boats for All (BFA)", "until", last.Format(time.DateOnly)))
	list := html.UnescapeString(h.visitor().get(partiesPage).body)
	for _, said := range []string{"Boats for All (BFA)", "The letter is signed by the chair.", "Builders of ferries pay"} {
		if !strings.Contains(list, said) {
			t.Errorf("the list does not say %q", said)
		}
	}
	if strings.Contains(list, "Barge") || strings.Contains(list, "letter.txt") {
		t.Error("the list tells what is private")
	}
	var parties view.Parties
	if err := json.Unmarshal([]byte(h.visitor().get(partiesPage+".json").body), &parties); err != nil || parties.Total != 1 || parties.Stand != 1 {
		t.Fatalf("%+v %v", parties, err)
	}
	if p := parties.Groups[0].Parties[0]; p.As != accreditation.AsParty || p.State != view.Stands || p.Speakers != 1 || p.Until.IsZero() || p.Until.Sub(last) > 48*time.Hour {
		t.Errorf("%+v", p)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(h.visitor().get(partiesPage+".csv").body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][1] != "Boats for All (BFA)" || rows[1][11] != "Builders of ferries pay a third of it." {
		t.Errorf("%v %v", rows, err)
	}
	if a := h.visitor().get(partiesPage + "?print=1"); a.status != 200 || strings.Contains(a.body, "<details>\n<summary>") {
		t.Errorf("the print: %d", a.status)
	}

	// Bo speaks for it; with the contribution stand its interests.
	contribute := deskForm(t, bo.get("/en/c/ferries/k1/contribute").body, "/en/c/ferries/k1/contribute", 0)
	sent := bo.post("/en/c/ferries/k1/contribute", deskWith(contribute, "for", string(parties.Groups[0].Parties[0].Party), "language", "en", "text", "Ferries at night.", "do", "send"))
	bo.deskTo(sent)
	if body := html.UnescapeString(h.visitor().get("/en/c/ferries/c1").body); !strings.Contains(body, "Builders of ferries pay") || !strings.Contains(body, "entered by the secretariat") {
		t.Error("with the contribution stand no interests, or not how the author is known")
	}

	if body := bo.get(requestPage).body; !strings.Contains(body, `<p><a href="/en/c/ferries/delegation">`) {
		t.Error("whoever was accredited is not led to what they may do now")
	}

	// It was wrong: it is ended, with a reason that everybody reads, and nobody speaks for it.
	draft := deskForm(t, bo.get("/en/c/ferries/k1/contribute").body, "/en/c/ferries/k1/contribute", 0)
	draft.Set("for", string(parties.Groups[0].Parties[0].Party))
	deskRefused(t, decide("do", "terminate", "reason", ""), 422, "accreditation.reason")
	officer.deskTo(decide("do", "terminate", "reason", "The chair did not sign it."))
	if body := h.visitor().get(partiesPage).body; !strings.Contains(body, "The chair did not sign it.") || !strings.Contains(body, "ended by an officer") {
		t.Error("nobody is told that it was ended, and why")
	}
	deskRefused(t, bo.post("/en/c/ferries/k1/contribute", deskWith(draft, "language", "en", "text", "What was being written.", "do", "send")), 422, "accreditation.over")
	if body := bo.get("/en/c/ferries/k1/contribute").body; strings.Contains(body, "Boats for All") {
		t.Error("the party is offered to Bo still")
	}

	// Contact and letter go when they are asked to.
	mine := "/en/c/ferries" + at[strings.LastIndexByte(at, '/'):] + "/accreditation"
	if a := stranger.post(mine, url.Values{"do": {"forget"}}); a.status != 404 {
		t.Errorf("another deletes them: %d", a.status)
	}
	bo.deskTo(bo.post(mine, deskWith(deskForm(t, bo.get(requestPage).body, mine, 0), "do", "forget")))
	if a := officer.get(letter); a.status != 404 {
		t.Errorf("the letter is there: %d", a.status)
	}
	if page := officer.get(at).body; strings.Contains(page, "Barge") || !strings.Contains(page, "not kept here") {
		t.Error("the contact is there")
	}
}

// TestAccreditationDeclined: whoever is declined reads why, and withdraws the request with all that came with it.
func TestAccreditationDeclined(t *testing.T) {
	t.Parallel()
	h, officer, bo := accrediting(t)
	bo.deskTo(bo.deskUpload(requestPage, asked(t, bo), "file", "letter.txt", []byte("She speaks for us.\n")))
	at := waiting(t, officer)
	officer.deskTo(officer.deskFill(at, at, 0, "do", "refuse", "reason", "The letter has no date."))
	if body := bo.get(requestPage).body; !strings.Contains(body, "The letter has no date.") {
		t.Error("Bo does not read why")
	}
	for _, path := range []string{partiesPage, "/en/c/ferries/record", "/en/c/ferries/record.json"} {
		if body := h.visitor().get(path).body; strings.Contains(body, "The letter has no date.") || strings.Contains(body, "Boats for All") {
			t.Errorf("%s says so to everybody", path)
		}
	}
	mine := "/en/c/ferries" + at[strings.LastIndexByte(at, '/'):] + "/accreditation"
	bo.deskTo(bo.post(mine, deskWith(deskForm(t, bo.get(requestPage).body, mine, 0), "do", "retract")))
	if body := bo.get(requestPage).body; strings.Contains(body, "Boats for All") || strings.Contains(body, "Barge") {
		t.Error("what it said is there")
	}
	if a := officer.get(at); a.status != 404 {
		t.Errorf("the officer decides on what was withdrawn: %d", a.status)
	}
}

// TestAccreditationBadInput: a letter that is a program or is too large, no letter, no contact, the same body twice, a letter brought by a
// ticket of another form: what was typed stays, and nothing is kept of what was refused.
func TestAccreditationBadInput(t *testing.T) {
	t.Parallel()
	h, officer, bo := accrediting(t)
	program := append([]byte("MZ\x90\x00"), bytes.Repeat([]byte{0, 1, 2, 0xff}, 4000)...)
	for name, c := range map[string]struct {
		file    []byte
		called  string
		with    []string
		status  int
		refused string
	}{
		"a program":            {program, "letter.pdf", nil, 422, "file.type"},
		"a picture":            {[]byte("\x89PNG\r\n\x1a\n"), "letter.pdf", nil, 422, "file.type"},
		"nothing":              {nil, "", nil, 422, "accreditation.letter"},
		"an empty file":        {[]byte{}, "letter.txt", nil, 422, "file.empty"},
		"30 MB":                {bytes.Repeat([]byte("a"), 30<<20), "letter.txt", nil, 413, "too_large"},
		"no contact":           {[]byte("Signed.\n"), "letter.txt", []string{"contact", " "}, 422, "accreditation.contact"},
		"no name":              {[]byte("Signed.\n"), "letter.txt", []string{"name", ""}, 422, "name.missing"},
		"a category of people": {[]byte("Signed.\n"), "letter.txt", []string{"category", "individual"}, 422, "accreditation.category"},
		"a state nowhere":      {[]byte("Signed.\n"), "letter.txt", []string{"category", "member_state"}, 422, "accreditation.country"},
		"not offered":          {[]byte("Signed.\n"), "letter.txt", []string{"capacity", "ad_hoc"}, 422, "accreditation.as"},
	} {
		field := "file"
		if c.called == "" {
			field = ""
		}
		a := bo.deskUpload(requestPage, asked(t, bo, c.with...), field, c.called, c.file)
		t.Log(name)
		deskRefused(t, a, c.status, c.refused)
		if c.status == 422 && !strings.Contains(a.body, "Builders of ferries pay a third of it.") {
			t.Errorf("%s: what was typed is gone", name)
		}
	}
	if all, err := aside.New(h.db).Enclosures(t.Context(), "ferries", 0); len(all) != 0 || err != nil {
		t.Errorf("kept of what was refused: %v %v", all, err)
	}

	// The form that is shown again brings its letter; that of another form brings none.
	again := bo.deskUpload(requestPage, asked(t, bo, "contact", ""), "file", "letter.txt", []byte("Signed.\n"))
	kept := deskForm(t, again.body, requestPage, 0)
	if kept.Get("letter") == "" {
		t.Fatal("the letter did not stay with the form")
	}
	stolen := asked(t, h.signedIn("ida@else.example"), "letter", kept.Get("letter"))
	deskRefused(t, h.signedIn("ida@else.example").post(requestPage, stolen), 422, "accreditation.letter")
	bo.deskTo(bo.post(requestPage, deskWith(kept, "contact", "Bo")))
	deskRefused(t, bo.deskUpload(requestPage, asked(t, bo, "name", "BOATS, for all"), "file", "letter.txt", []byte("Signed.\n")), 409, "accreditation.waiting")
	at := waiting(t, officer)
	if a := officer.get("/en/c/ferries" + at[strings.LastIndexByte(at, '/'):] + "/letter"); a.body != "Signed.\n" {
		t.Errorf("the letter: %d", a.status)
	}

	// Another of the same body: the officer is told, and does not enter it twice by mistake.
	ida := h.signedIn("ida@boats.example")
	officer.deskTo(officer.deskFill(at, at, 0, "do", "accredit", "reason", "Signed."))
	ida.deskTo(ida.deskUpload(requestPage, asked(t, ida), "file", "letter.txt", []byte("Signed.\n")))
	second := waiting(t, officer)
	if second == at || !strings.Contains(officer.get(second).body, "seems to be on the roll already") {
		t.Fatal("nobody says that the body stands already")
	}
	deskRefused(t, officer.deskFill(second, second, 0, "do", "accredit", "reason", "Signed."), 422, "accreditation.twin")
	officer.deskTo(officer.deskFill(second, second, 0, "do", "accredit", "reason", "The same.", "into", at[strings.LastIndexByte(at, '/')+1:]))
	h.state("ferries", func(st *conversation.State) {
		if n := len(st.Roll.Entered()); n != 1 {
			t.Errorf("%d parties", n)
		}
	})
}

// TestAccreditationPressedAtOnce: a form that is pressed several times at once is one request, with one letter, which those who decide can read; of
// the others nothing is kept.
func TestAccreditationPressedAtOnce(t *testing.T) {
	t.Parallel()
	h, officer, bo := accrediting(t)
	form := asked(t, bo)
	var pressed sync.WaitGroup
	for range 8 {
		pressed.Go(func() { bo.deskUpload(requestPage, form, "file", "letter.txt", []byte("Signed.\n")) })
	}
	pressed.Wait()
	at := waiting(t, officer)
	if a := officer.get("/en/c/ferries" + at[strings.LastIndexByte(at, '/'):] + "/letter"); a.status != 200 || a.body != "Signed.\n" {
		t.Errorf("the letter: %d", a.status)
	}
	if held, err := h.files.Held(t.Context()); len(held) != 1 || err != nil {
		t.Errorf("%d letters are kept, %v", len(held), err)
	}
}

// TestLetterIsNoPage: whatever a letter holds and however it is called, it is downloaded and never shown as a page of the house; those who hold another
// office than that of an officer do not get it.
func TestLetterIsNoPage(t *testing.T) {
	t.Parallel()
	h, officer, bo := accrediting(t)
	var others []*visitor
	for _, role := range []string{"moderator", "chair", "translator", "rapporteur", "analyst", "interpreter"} {
		email := role + "@example.org"
		officer.deskTo(officer.post("/en/c/ferries/desk/people", url.Values{"do": {"invite"}, "email": {email}, "role": {role}, "language": {"en"}}))
		others = append(others, h.signedIn(email))
	}
	for name, c := range map[string]struct {
		content string
		refused bool
	}{
		"drawing.svg":                     {`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, false},
		"letter.html":                     {`<!doctype html><script>alert(1)</script>`, false},
		"both.html":                       {"%PDF-1.7\n<script>alert(1)</script>", false},
		"run.sh":                          {"#!/bin/sh\nrm -rf /\n", false},
		"../../\u202efdp.exe":             {"Signed.\n", false},
		"class.class":                     {"\xca\xfe\xba\xbe\x00\x00\x00\x34", true},
		"elf.pdf":                         {"\x7fELF\x02\x01\x01\x00", true},
		strings.Repeat("w", 300) + ".pdf": {"Signed.\n", false},
	} {
		form := asked(t, bo, "name", "Boats "+name[:5])
		a := bo.deskUpload(requestPage, form, "file", name, []byte(c.content))
		if c.refused {
			deskRefused(t, a, 422, "file.type")
			continue
		}
		bo.deskTo(a)
		at := waiting(t, officer)
		ref := at[strings.LastIndexByte(at, '/'):]
		got := officer.get("/en/c/ferries" + ref + "/letter")
		disposition := got.header.Get("Content-Disposition")
		if got.status != 200 || got.body != c.content || got.header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(disposition, "attachment") ||
			got.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") || got.header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%q: %d %v", name, got.status, got.header)
		}
		if strings.ContainsAny(disposition, "/\\") || strings.Contains(disposition, "202E") || strings.Contains(disposition, "\u202e") || len(disposition) > 1000 {
			t.Errorf("%q is called %s", name, disposition)
		}
		for i, v := range others {
			if a := v.get("/en/c/ferries" + ref + "/letter"); a.status != 404 {
				t.Errorf("%q, another office, %d: %d", name, i, a.status)
			}
			if a := v.get(at); a.status != 404 && a.status != 403 {
				t.Errorf("%q, another office decides, %d: %d", name, i, a.status)
			}
		}
		for _, guess := range []string{ref + "/files/1", ref + ".f1", ref + "/file", ref + "/letter.json", ref} {
			if a := officer.get("/en/c/ferries" + guess); a.status == 200 && strings.Contains(a.body, c.content) {
				t.Errorf("%q is at %s, too", name, guess)
			}
		}
		officer.deskTo(officer.deskFill(at, at, 0, "do", "refuse", "reason", "No."))
		bo.deskTo(bo.post("/en/c/ferries"+ref+"/accreditation", deskWith(deskForm(t, bo.get(requestPage).body, "/en/c/ferries"+ref+"/accreditation", 0), "do", "retract")))
		if a := officer.get("/en/c/ferries" + ref + "/letter"); a.status != 404 {
			t.Errorf("%q was taken back: %d", name, a.status)
		}
	}
}

// TestAccreditationByProgram: a program requests accreditation for whoever is signed in; for nobody else.
func TestAccreditationByProgram(t *testing.T) {
	t.Parallel()
	h, _, _ := accrediting(t)
	const body = `{"name":"Oars","category":"ngo","as":"observer"}`
	if a := h.visitor().actIn("ferries", "accreditation.request", body); a.status != 401 && a.status != 403 {
		t.Errorf("who is not signed in: %d %s", a.status, a.body)
	}
	v := h.signedIn("oar@example.org")
	v.actIn("ferries", "accreditation.request", body).did(t)
	v.actIn("ferries", "accreditation.request", body).refused(t, 409, "accreditation.waiting", "")
	v.actIn("ferries", "accreditation.accredit", `{"party":"y0000000000000","name":"Oars","reason":"So."}`).refused(t, 403, "standing.missing", "")
}
