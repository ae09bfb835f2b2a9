package web_test

import (
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// says checks what stands in an answer, its entities read.
func says(t *testing.T, what string, a answer, status int, wants ...string) {
	t.Helper()
	body := html.UnescapeString(a.body)
	for _, want := range wants {
		if a.status != status || !strings.Contains(body, want) {
			t.Errorf("%s (%d) lacks %q", what, a.status, want)
		}
	}
}

// TestSurvey fills in a form with questions of each kind, without a script: what cannot be read is refused by its question and
// kept, what is not asked is left out and said, what has to be answered is named; and everything is counted.
func TestSurvey(t *testing.T) {
	t.Parallel()
	h := newAskingOf(t, "survey.json")
	v := h.visitor()
	s1, s2 := fc+"/form/part/s1", fc+"/form/part/s2"
	says(t, "the form", v.get(fc+"/form"), 200, "once the questions that are marked so have an answer")
	says(t, "the first part", v.get(s1), 200, "Answer only if your answer to question 1 is: With a cart.", `data-if="q1"`, `data-picks="2"`, "(must be answered)", "From 0 to 12.5.", "tonnes", `type="date"`)
	for typed, want := range map[string]string{"NaN": "write a number in digits", "1,500": "can be read in two ways", "13": "the most that can be answered is 12.5", "-0,5": "the least that can be answered is 0"} {
		says(t, typed, v.fill(s1, url.Values{"q1": {"2"}, "q2-value": {typed}, "do": {"next"}}), 422, want, `value="`+typed+`"`)
	}
	says(t, "no day", v.fill(s1, url.Values{"q1": {"2"}, "q2-value": {"٢٫٥"}, "q3-value": {"31.02.2030"}, "do": {"next"}}), 422, "there is no such day", `value="31.02.2030"`)
	a := v.fill(s1, url.Values{"q1": {"2"}, "q2-value": {"٢٫٥"}, "q3-value": {"1.3.2030"}, "do": {"next"}})
	if a.status != 303 || a.header.Get("Location") != s2 {
		t.Fatal(a.status, a.header.Get("Location"), deskErrors(a.body))
	}
	says(t, "the second part", v.get(s2), 200, "Answer this part only if your answer to question 1 is: On foot / With a cart.", `name="q4-r2-c1"`, `enctype="multipart/form-data"`)
	says(t, "a long cell", v.fill(s2, url.Values{"q4-r1-c1": {strings.Repeat("x", 20_000)}, "do": {"next"}}), 422, "at most 200 characters", strings.Repeat("x", 20_000))
	f := v.hidden(s2)
	f.Set("q4-r1-c1", "hay")
	f.Set("q4-r2-c2", "salt | wool")
	f.Set("do", "next")
	refused := v.deskUpload(s2, f, "q5-file", "permit.exe", []byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff"))
	says(t, "a program", refused, 422, `<a href="#q5">`, `value="hay"`)
	a = v.deskUpload(s2, f, "q5-file", "permit.txt", []byte("A permit."))
	if a.status != 303 {
		t.Fatal(a.status, deskErrors(a.body))
	}
	says(t, "the second part", v.get(s2), 200, "permit.txt", `value="salt / wool"`)
	says(t, "before sending", v.get(check), 200, "2.5\u00a0tonnes", "1 March 2030", "hay", "permit.txt")
	// Who does not cross is asked nothing more: what was filled in stays, and is not sent.
	v.deskTo(v.fill(s1, url.Values{"q1": {"3"}, "q2-value": {"2,5"}, "q3-value": {"2030-03-01"}, "do": {"next"}}))
	says(t, "before sending", v.get(check), 200, "This answer is not sent.", "hay")
	says(t, "the form", v.get(fc+"/form"), 200, "Not asked of you")
	v.deskTo(v.fill(s1, url.Values{"q1": {"2"}, "q2-value": {""}, "q3-value": {"2030-03-01"}, "do": {"next"}}))
	says(t, "before sending", v.get(check), 200, "Questions that must be answered before you can send: 1")
	a = v.post(check, with(deskForm(t, v.get(check).body, check, 0), "do", "send"))
	says(t, "without an answer", a, 422, "Question 2 must be answered", s1+`#q2`)
	v.deskTo(v.fill(s1, url.Values{"q1": {"2"}, "q2-value": {"2,5"}, "q3-value": {"2030-03-01"}, "do": {"next"}}))
	send := func(v *visitor) string {
		t.Helper()
		f := deskForm(t, v.get(check).body, check, 0)
		f.Set("category", "ngo")
		a := v.post(check, with(f, "do", "send"))
		ref := regexp.MustCompile(`/(c\d+)/receipt`).FindStringSubmatch(a.header.Get("Location"))
		if a.status != 303 || ref == nil {
			t.Fatal(a.status, deskErrors(a.body))
		}
		return ref[1]
	}
	older(t, v, s2)
	ref := send(v)
	says(t, "the contribution", v.get("/en/c/ferries/"+ref), 200, "2.5\u00a0tonnes", "1 March 2030", ">hay</td>", ">salt / wool</td>", "permit.txt", "File 1")
	other := h.visitor()
	other.deskTo(other.fill(s1, url.Values{"q1": {"3"}, "do": {"next"}}))
	send(other)
	says(t, "the results", other.get(fc+"/results"), 200, "Median", "2.5\u00a0tonnes", "Not asked, because of an earlier answer", "Out, Summer", "Did not answer", "Files")
	var results struct {
		Questions []struct {
			All struct {
				Of, Answered, Silent, Files int
				NotAsked                    int `json:"not_asked"`
				Spread                      *struct{ Median string }
			}
		}
	}
	if err := json.Unmarshal([]byte(other.get(fc+"/results.json").body), &results); err != nil {
		t.Fatal(err)
	}
	if q := results.Questions[1].All; q.Of != 2 || q.Answered != 1 || q.NotAsked != 1 || q.Silent != 0 || q.Spread == nil || q.Spread.Median != "2.5" {
		t.Errorf("%+v", q)
	}
	if q := results.Questions[4].All; q.Files != 1 || q.NotAsked != 1 || q.Silent != 0 {
		t.Errorf("%+v", q)
	}
	says(t, "the data", other.get(fc+"/data.csv"), 200, "q1,q2,q3,q4_r1_c1,q4_r1_c2,q4_r2_c1,q4_r2_c2,q5_files", ",2,2.5,2030-03-01,hay,,,salt / wool,1", ",3,not_asked,,not_asked,not_asked,not_asked,not_asked,not_asked")
	says(t, "the codebook", other.get(fc+"/codebook.csv"), 200, "q2,How heavy is the cart?,a number,0…12.5,Number: tonnes", "not_asked", "declined", `"Words in the cell: Out, Summer"`)
}

// older saves a page of a part that was made before a file was attached there: the file stays. One that is left out on a page that
// shows it goes, from the part and from the draft, and is attached again.
func older(t *testing.T, v *visitor, part string) {
	t.Helper()
	f := deskForm(t, v.get(part).body, part, 0)
	f["q5-kept"] = nil
	v.deskTo(v.post(part, with(f, "do", "save")))
	if body := v.get(check).body; strings.Contains(body, "permit.txt") {
		t.Error("a file that was left out is still sent")
	}
	before := with(deskForm(t, v.get(part).body, part, 0), "do", "save")
	v.deskTo(v.deskUpload(part, before, "q5-file", "permit.txt", []byte("A permit.")))
	before.Set("q4-r1-c1", "hay and straw")
	v.deskTo(v.post(part, before))
	says(t, "after an older page", v.get(part), 200, "permit.txt", "hay and straw")
	f = deskForm(t, v.get(part).body, part, 0)
	v.deskTo(v.post(part, with(with(f, "q4-r1-c1", "hay"), "do", "save")))
	says(t, "before sending", v.get(check), 200, "permit.txt")
}

// TestSurveyIsWritten: an officer writes questions of each kind and of whom they are asked; a condition follows its question
// when that is moved. Once somebody has answered, a choice can be withdrawn.
func TestSurveyIsWritten(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	olga, path := h.as("officer"), "/en/c/ferries/desk/calls/k1/questions"
	f := deskForm(t, olga.get(path).body, path, 0)
	press := func(do string) {
		f.Set("do", do)
		f = deskForm(t, olga.post(path, f).body, path, 0)
	}
	press("add-number-1")
	for k, s := range map[string]string{"q3-ask-en": "How many?", "q3-unit-en": "km", "q3-least": "0,5", "q3-greatest": "abc", "q3-required": "yes", "q3-if": "2", "q3-picks": "1, 3", "s2-if": "9", "s2-picks": "1", "alone": "yes"} {
		f.Set(k, s)
	}
	press("up-q2") // what is asked at 2 now stands first
	if f.Get("q3-if") != "1" {
		t.Errorf("the condition names question %q", f.Get("q3-if"))
	}
	press("add-table-1")
	f.Set("q4-ask-en", "What?")
	f.Set("q4-rows-en", "Out\nBack")
	f.Set("q4-options-en", "Summer")
	f.Set("do", "save")
	says(t, "saved", olga.post(path, f), 422, "the least and the greatest as numbers", "only on a question that stands before it", "It must be answered, and is asked of some only")
	f.Set("q3-greatest", "99")
	f.Set("s2-if", "")
	f.Set("s2-picks", "")
	f = deskForm(t, olga.post(path, f).body, path, 0) // what lacks a language is said once
	f.Set("do", "save")
	olga.deskTo(olga.post(path, f))
	says(t, "the form", h.visitor().get(fc+"/form/part/s1"), 200, "km", "From 0.5 to 99.", "Answer only if your answer to question 1 is: Cattle / Nothing.")
	v := h.visitor()
	v.deskTo(v.fill(fc+"/form/part/s1", url.Values{"q2": {"3"}, "do": {"check"}}))
	f = deskForm(t, v.get(check).body, check, 0)
	f.Set("category", "ngo")
	v.deskTo(v.post(check, with(f, "do", "send")))
	f = deskForm(t, olga.get(path).body, path, 0)
	f.Set("do", "withdraw-q2-3")
	olga.deskTo(olga.post(path, f))
	says(t, "the results", v.get(fc+"/results"), 200, "(withdrawn)")
	if body := h.visitor().get(fc + "/form/part/s1").body; strings.Contains(body, `name="q2" value="3"`) || !strings.Contains(body, `name="q2" value="2"`) {
		t.Error("the choice is offered, or others are not")
	}
	says(t, "chosen all the same", h.visitor().fill(fc+"/form/part/s1", url.Values{"q2": {"3"}, "do": {"next"}}), 422, "is not offered any more")
	f = deskForm(t, olga.get(path).body, path, 0)
	f.Set("do", "withdraw-q2-1")
	says(t, "the last but two", olga.post(path, f), 422, "Two choices must remain")
}
