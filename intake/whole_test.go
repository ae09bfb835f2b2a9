package intake_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/intake"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/refusal"
)

// asking sets three questions of the call's own: words, one of two, words.
func (h *house) asking() {
	h.Helper()
	en := func(s string) locale.Text { return locale.Plain(locale.English, s) }
	_, err := h.sec.Do(h.Context(), "ferries", conversation.Ask{By: officer, Received: noon, Command: questionnaire.Ask{Call: "k1", Sections: []questionnaire.Section{{Title: en("All"), Questions: []questionnaire.Question{
		{Kind: questionnaire.Words, Text: en("Why?")}, {Kind: questionnaire.One, Text: en("Which?"), Options: []locale.Text{en("A"), en("B")}}, {Kind: questionnaire.Words, Text: en("How?")}}}}}})
	h.must(err)
}

// filler is somebody without an account, who wrote under the token before.
func filler(tokens ...string) intake.Sender {
	return intake.Sender{Slug: "ferries", Received: noon, Language: locale.English, Tokens: tokens}
}

// says saves answers from a version.
func (h *house) says(version int, answers ...intake.Answer) (intake.Draft, []intake.Answer, error) {
	h.Helper()
	d, others, err := h.among(version, answers...)
	return d, others.Clash, err
}

// among is says, with what other windows saved.
func (h *house) among(version int, answers ...intake.Answer) (intake.Draft, intake.Others, error) {
	h.Helper()
	return h.SaveAnswers(h.Context(), filler(token), intake.Draft{Key: token, Call: "k1", On: "p1.e1", Version: version, Written: intake.Written{Language: "en"}}, answers, nil)
}

func word(at, text string) intake.Answer { return intake.Answer{At: at, Text: text} }

// TestTwoWindows: what two windows save at different questions stands side by side; at the same, nothing is lost.
func TestTwoWindows(t *testing.T) {
	h := newHouse(t)
	h.asking()
	d, clash, err := h.says(0, word("q1", "one\r\n"), word("q3", ""))
	if h.must(err); d.Version != 1 || clash != nil {
		t.Fatalf("version %d, clash %v", d.Version, clash)
	}
	if again, _, err := h.says(1, word("q1", "one\n")); err != nil || again.Version != 1 {
		t.Errorf("the same again makes version %d: %v", again.Version, err)
	}
	d, clash, err = h.says(1, intake.Answer{At: "q2", Picks: []int{2}})
	if h.must(err); d.Version != 2 || clash != nil {
		t.Fatalf("version %d, clash %v", d.Version, clash)
	}
	// The other window still has version 1: it says something at q3, nothing new at q1, and leaves q2 as it was there.
	d, clash, err = h.says(1, word("q1", "one"), intake.Answer{At: "q2"}, word("q3", "three"))
	if h.must(err); d.Version != 3 || clash != nil || !reflect.DeepEqual(d.Written.Answers, []intake.Answer{word("q1", "one"), {At: "q2", Picks: []int{2}}, word("q3", "three")}) {
		t.Errorf("version %d, clash %v: %+v", d.Version, clash, d.Written.Answers)
	}
	// What that window still shows of q2 is not what its writer wants: it is told what is kept there.
	if _, others, err := h.among(1, word("q1", "one"), intake.Answer{At: "q2"}, word("q3", "three")); err != nil || others.Clash != nil || !others.Any() || !reflect.DeepEqual(others.Newer, []intake.Answer{{At: "q2", Picks: []int{2}}}) {
		t.Errorf("others %+v: %v", others, err)
	}
	if _, others, err := h.among(3, word("q1", "one\r\n"), intake.Answer{At: "q2", Picks: []int{2}}); err != nil || others.Any() {
		t.Errorf("others %+v: %v", others, err)
	}
	// The same question, said otherwise in both.
	_, _, err = h.says(3, word("q1", "first window"))
	h.must(err)
	d2, clash, err := h.says(3, word("q1", "second window"), word("q3", "also"))
	if h.must(err); !reflect.DeepEqual(clash, []intake.Answer{word("q1", "first window")}) || d2.Written.Answer("q3").Text != "also" || d2.Written.Answer("q1").Text != "first window" {
		t.Errorf("clash %v, kept %+v", clash, d2.Written.Answers)
	}
	// Who has seen both saves over it.
	if d, clash, err = h.says(d2.Version, word("q1", "second window")); err != nil || clash != nil || d.Written.Answer("q1").Text != "second window" {
		t.Errorf("clash %v, kept %+v: %v", clash, d.Written.Answers, err)
	}
	// Emptied.
	if d, _, err = h.says(d.Version, word("q1", " "), intake.Answer{At: "q2"}); err != nil || !reflect.DeepEqual(d.Written.Answers, []intake.Answer{word("q3", "also")}) {
		t.Errorf("kept %+v: %v", d.Written.Answers, err)
	}
}

// TestCodeOfADraft: the code finds the draft however it is typed, until it is sent or deleted; no other code does.
func TestCodeOfADraft(t *testing.T) {
	h := newHouse(t)
	h.asking()
	_, _, err := h.says(0, word("q1", "one"))
	h.must(err)
	code := h.Code("ferries", token)
	find := func(code string) string {
		key, call, ok, err := h.Resume(h.Context(), "ferries", code)
		if h.must(err); ok && call != "k1" {
			t.Errorf("it is a draft for %s", call)
		}
		return key
	}
	for _, typed := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", " "), strings.ReplaceAll(strings.ReplaceAll(code, "0", "o"), "1", "l")} {
		if find(typed) != token {
			t.Errorf("%q finds %q", typed, find(typed))
		}
	}
	wrong := strings.Map(func(r rune) rune {
		if r == '-' {
			return r
		}
		return '7'
	}, code)
	for _, typed := range []string{"", "0", wrong, code[:len(code)-1], code + "0", h.Code("ferries", other), "\xff\xfe", strings.Repeat("é", 10)} {
		if find(typed) != "" {
			t.Errorf("%q finds a draft", typed)
		}
	}
	if key, _, ok, err := h.Resume(h.Context(), "trams", code); ok || err != nil {
		t.Errorf("in another conversation it finds %q: %v", key, err)
	}
	// It is kept nowhere as it is.
	for _, column := range []string{"key", "kind"} {
		var n int
		h.must(h.db.QueryRowContext(h.Context(), `SELECT count(*) FROM draft WHERE `+column+` LIKE '%'||$1||'%'`, strings.ReplaceAll(code, "-", "")).Scan(&n))
		if n != 0 {
			t.Error("the code is kept")
		}
	}
	h.must(h.DeleteDraft(h.Context(), filler(other), token))
	if find(code) != token {
		t.Error("somebody else deleted it")
	}
	h.must(h.drafts.Delete(h.Context(), "ferries", "contribution", token)) // as an erasure does
	if find(code) != "" {
		t.Error("a deleted draft is found by its code")
	}
}

// TestFilesOfADeletedDraft: whoever deletes a draft deletes the files of its versions; where they sent something with files, nobody can
// tell in a moment whether the record has them, and the sweeper asks it.
func TestFilesOfADeletedDraft(t *testing.T) {
	h := newHouse(t)
	h.asking()
	begin := func(token string) (ids []string) {
		t.Helper()
		for version := range 2 {
			f, err := h.files.Keep(t.Context(), strings.NewReader("A permit."), "permit.txt", noon)
			h.must(err)
			h.must(h.files.Claim(t.Context(), f.ID, noon))
			_, err = h.SaveDraft(t.Context(), filler(token), intake.Draft{Key: token, Call: "k1", On: "p1.e1", Version: version, Written: intake.Written{Whole: true, Files: []intake.File{{ID: f.ID}}}})
			h.must(err)
			ids = append(ids, f.ID)
		}
		return ids
	}
	lie := func(ids []string) (n int) {
		t.Helper()
		for _, id := range ids {
			_, ok, err := h.files.Look(t.Context(), id)
			if h.must(err); ok {
				n++
			}
		}
		return n
	}
	mine, others := begin(token), begin(other)
	h.must(h.DeleteDraft(t.Context(), filler(token), token))
	if lie(mine) != 0 || lie(others) != 2 {
		t.Errorf("%d of its files are left, and %d of another's", lie(mine), lie(others))
	}
	w := intake.Written{Text: "With a file.", Language: "en", Category: "individual"}
	c, err := w.Contribution(filler(other), "k1", "p1.e1.x1")
	h.must(err)
	c.Submit.Files = []consultation.SubmitFile{{ID: others[1], Name: "permit.txt", Type: "text/plain", Size: 9, SHA: strings.Repeat("0", 64)}}
	c.Token = other
	d, _, err := h.drafts.Get(t.Context(), "ferries", "contribution", other)
	h.must(err)
	_, err = h.Send(t.Context(), c)
	h.must(err)
	_, err = h.drafts.Save(t.Context(), d, 0, noon) // as if the house had stopped before any of this was noted
	h.must(err)
	_, err = h.db.ExecContext(t.Context(), `UPDATE attachment SET claimed = $1`, private.Micro(noon))
	h.must(err)
	h.must(h.DeleteDraft(t.Context(), filler(other), other))
	if lie(others) != 2 {
		t.Error("files are gone that the record may cite")
	}
}

// TestWholeIsSent: all answers are one contribution; sent again it is the same; a draft that was sent takes nothing more.
func TestWholeIsSent(t *testing.T) {
	h := newHouse(t)
	h.asking()
	d, _, err := h.says(0, word("q3", "Three."), intake.Answer{At: "q2", Picks: []int{1}}, word("q1", "One."))
	h.must(err)
	d.Written.Category = "individual"
	send := func() cite.Ref {
		c, err := d.Written.Contribution(filler(token), "k1", d.On)
		h.must(err)
		c.Token = token
		a, err := h.Send(t.Context(), c)
		h.must(err)
		return a.Refs[0]
	}
	ref := send()
	if again := send(); again != ref {
		t.Errorf("sent twice, it is %s and %s", ref, again)
	}
	_, err = h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
		row, _ := st.Consultation.Row(ref)
		if row.Parts != 2 || st.Consultation.Part(ref, 1).Question != 1 || st.Consultation.Part(ref, 2).Question != 3 {
			t.Errorf("%d parts, on %d and %d", row.Parts, st.Consultation.Part(ref, 1).Question, st.Consultation.Part(ref, 2).Question)
		}
		if got := st.Questions.Chosen(ref); !reflect.DeepEqual(got, []cite.Choice{{Question: 2, Picks: []int{1}}}) {
			t.Errorf("it chose %v", got)
		}
		return nil
	})
	h.must(err)
	if _, _, err := h.says(1, word("q1", "More.")); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Key != "draft.unknown" {
		t.Errorf("what was sent goes on: %v", err)
	}
	if h.Code("ferries", token) == "" {
		t.Error("no code")
	}
	if _, _, ok, err := h.Resume(t.Context(), "ferries", h.Code("ferries", token)); ok || err != nil {
		t.Errorf("what was sent is found by its code: %v", err)
	}
}

// TestStanceAlone: a stance without words is a point, alike only where it is said at the same question.
func TestStanceAlone(t *testing.T) {
	w := intake.Written{Whole: true, Language: "en", Answers: []intake.Answer{{At: "x1", Stance: "yes"}, {At: "x2", Stance: "maybe"}}}
	if _, err := w.Contribution(filler(token), "k1", "p1.e1"); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Field != "x2" {
		t.Errorf("a stance that is none: %v", err)
	}
	w.Answers[1].Stance = "no"
	c, err := w.Contribution(filler(token), "k1", "p1.e1")
	want := []consultation.SubmitPart{{On: "p1.e1.x1", Language: "en", Stance: consultation.Yes}, {On: "p1.e1.x2", Language: "en", Stance: consultation.No}}
	if err != nil || !reflect.DeepEqual(c.Submit.Parts, want) {
		t.Errorf("%+v: %v", c.Submit.Parts, err)
	}
}
