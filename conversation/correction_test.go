package conversation_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/removal"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/refusal"
)

// correcting says something else in the first part of the first contribution.
func correcting(text string) correction.Correct {
	return correction.Correct{Contribution: "c1", Parts: []correction.Part{{Part: 1, Text: text, Likeness: uint64(len(text))}}, Reason: "I mistyped."}
}

// readAll gives the words of the first contribution as an audience reads them now, as they came, and of its first correction.
func readAll(w *world, a conversation.Audience) (now, before, corrected cite.Words) {
	r := reading(w.st, a, w.now, func(r *conversation.Reading) { r.Consultation.Row("c1") })
	row, _ := w.st.Consultation.Row("c1")
	shown := r.Show(w.words)
	for _, k := range w.st.Consultation.Corrections("c1")[:1] {
		corrected = shown[k.Position]
	}
	return shown[row.Position], shown[conversation.Original(row.Position)], corrected
}

// TestCorrect is the table of the rule: who corrects what, when, and how it is refused.
func TestCorrect(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", consultation.MaxText+1)
	for name, c := range map[string]struct {
		before []any // commands of Ann
		by     delegation.Participant
		at     time.Duration // from the opening
		what   correction.Correct
		want   string // the refusal
	}{
		"the author":                   {by: ann, what: correcting("Bridges.")},
		"somebody else":                {by: ben, what: correcting("Bridges."), want: "contribution.unknown"},
		"an officer":                   {by: olga, what: correcting("Bridges."), want: "contribution.unknown"},
		"a moderator":                  {by: mo, what: correcting("Bridges."), want: "contribution.unknown"},
		"nobody":                       {by: nobody, what: correcting("Bridges."), want: "standing.missing"},
		"nothing":                      {by: ann, what: correction.Correct{Contribution: "c1", Reason: "?"}, want: "correction.same"},
		"a part of it":                 {by: ann, what: correction.Correct{Contribution: "c1.1", Retitle: true, Title: "Ferries"}, want: "contribution.unknown"},
		"a part that is not there":     {by: ann, what: correction.Correct{Contribution: "c1", Parts: []correction.Part{{Part: 3, Text: "a"}}}, want: "contribution.anchor"},
		"a part twice":                 {by: ann, what: correction.Correct{Contribution: "c1", Parts: []correction.Part{{Part: 1, Text: "a"}, {Part: 1, Text: "b"}}}, want: "contribution.anchor"},
		"all words taken away":         {by: ann, what: correcting(""), want: "contribution.empty"},
		"too long a text":              {by: ann, what: correcting(long), want: "contribution.long"},
		"the line alone":               {by: ann, what: correction.Correct{Contribution: "c1", Retitle: true, Title: "Ferries"}},
		"too long a line":              {by: ann, what: correction.Correct{Contribution: "c1", Retitle: true, Title: long}, want: "line.long"},
		"after the call closed":        {by: ann, at: 10 * time.Hour, what: correcting("Bridges."), want: "correction.closed"},
		"one that was taken back":      {before: []any{consultation.Withdraw{Contribution: "c1"}}, by: ann, what: correcting("Bridges."), want: "contribution.decided"},
		"a second time":                {before: []any{correcting("Bridges.")}, by: ann, what: correcting("Bridges and ferries.")},
		"on what was seen before that": {before: []any{correcting("Bridges.")}, by: ann, what: correction.Correct{Contribution: "c1", Retitle: true, Title: "a", Seen: 11}, want: "contribution.changed"},
	} {
		t.Run(name, func(t *testing.T) {
			w := seated(t)
			w.must(ann, send("k2", "p1.e1.x3", "p1.e1.x4"))
			w.must(ann, c.before...)
			if c.at != 0 {
				w.now = noon.Add(c.at)
			}
			before := len(w.words)
			_, err := w.do(c.by, c.what)
			if refused(err) != c.want || c.want == "" && err != nil {
				t.Fatalf("%v, want %q", err, c.want)
			}
			if c.want == "" && len(w.words) != before+1 {
				t.Error("there are no words of it")
			}
			if w.st.Digest() != w.replayed() {
				t.Error("what is folded again is something else")
			}
		})
	}
	w := seated(t)
	w.must(ann, send("k2", "p1.e1.x3"))
	for range correction.Most {
		w.must(ann, correcting("Bridges."))
	}
	if _, err := w.do(ann, correcting("Bridges.")); refused(err) != "correction.most" {
		t.Error("one more than there may be:", err)
	}
}

// TestCorrectForParty: whoever may not speak for a party any more does not correct what was said in its name.
func TestCorrectForParty(t *testing.T) {
	t.Parallel()
	w := seated(t)
	c := send("k2", "p1.e1.x3")
	c.Known = true
	if _, err := w.ask(conversation.Ask{By: fen, For: fenland, Command: c}); err != nil {
		t.Fatal(err)
	}
	w.must(fen, correcting("Bridges."))
	w.must(olga, delegation.Unauthorise{Participant: fen, Party: fenland})
	if _, err := w.do(fen, correcting("Ferries.")); refused(err) != "party.not_authorised" {
		t.Error(err)
	}
}

// TestCorrected: what is read, counted and compared is what stands; what stood before is there as well.
func TestCorrected(t *testing.T) {
	t.Parallel()
	w := seated(t)
	first := send("k2", "p1.e1.x3", "p1.e1.x4")
	first.Title = "On feries"
	first.Parts[0].Wording = "Feries sail."
	w.must(ann, first)
	same := send("k2", "p1.e1.x3")
	same.Parts[0].Text, same.Parts[0].Likeness = "Bridges.", 8
	w.must(ben, same)
	if n := len(w.st.Consultation.Alike("c1.1")); n != 1 {
		t.Fatal("alike before it was corrected:", n)
	}
	c := correcting("Bridges.")
	c.Retitle, c.Title = true, "On bridges"
	w.must(ann, c)
	for name, a := range audiences {
		now, before, corrected := readAll(w, a)
		if now["1.text"] != "Bridges." || now["title"] != "On bridges" || now["1.wording"] != "" || now["2.text"] != "Ferries, said 1 times." || now["name"] != "A name" {
			t.Errorf("the %s reads %q", name, now)
		}
		if before["1.text"] != "Ferries, said 0 times." || before["title"] != "On feries" || before["1.wording"] != "Feries sail." {
			t.Errorf("the %s reads that there stood %q before", name, before)
		}
		if corrected["reason"] != "I mistyped." {
			t.Errorf("the %s reads %q for a reason", name, corrected)
		}
	}
	if got := listed(w.st.Consultation.Alike("c1.1")); got != "c1.1 c2.1" {
		t.Error("alike now:", got)
	}
	if got := listed(w.st.Consultation.Alike("c2.1")); got != "c1.1 c2.1" {
		t.Error("alike the other way round:", got)
	}
	for i := range 70 { // the index grows, and has each once all the same
		x := send("k2", "p1.e1.x3")
		x.Parts[0].Likeness = uint64(1000 + i)
		w.must(ben, x)
	}
	if got := listed(w.st.Consultation.Alike("c2.1")); got != "c1.1 c2.1" {
		t.Error("alike among more:", got)
	}
	w.must(olga, answering(consultation.Noted, "c1.1")) // by somebody who says nothing of what they read
	if w.st.Digest() != w.replayed() {
		t.Error("what is folded again is something else")
	}
}

// TestCorrectionWaits: where a call is moderated first, or something is black or is to be, everybody reads what stood before
// until a moderator publishes the correction; what a moderator withholds is never read.
func TestCorrectionWaits(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(*world){
		"moderated first": func(w *world) {
			w.must(ann, send("k1", "p1.e1.x3"))
			w.must(mo, consultation.PublishContribution{Contribution: "c1"})
		},
		"something is black": func(w *world) {
			w.must(ann, send("k2", "p1.e1.x3"))
			w.must(mo, consultation.Redact{Part: "c1.1[9:13]", Ground: "abuse"})
		},
		"something is to be black": func(w *world) {
			w.must(olga, removal.RequireTwo{Required: true})
			w.must(ann, send("k2", "p1.e1.x3"))
			w.must(mo, consultation.Redact{Part: "c1.1[9:13]", Ground: "abuse"})
			if n := len(w.st.Consultation.Removals("c1")); n != 1 {
				w.t.Fatal("proposed:", n)
			}
		},
	} {
		for _, publish := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				w := seated(t)
				begin(w)
				was, _, _ := readFirst(w, conversation.Public)
				w.must(ann, correcting("Bridges."))
				at := w.st.Head
				for name, a := range audiences {
					now, _, corrected := readAll(w, a)
					inside := slices.Contains([]string{"author", "moderator", "officer", "asking"}, name)
					if (corrected != nil) != inside {
						t.Errorf("the %s reads the correction that waits: %q", name, corrected)
					}
					if name != "asking" && name != "author" && now["1.text"] != was["1.text"] && strings.Contains(now["1.text"], "Bridges") {
						t.Errorf("the %s reads %q", name, now)
					}
					var list []consultation.Correction
					reading(w.st, a, w.now, func(r *conversation.Reading) { list = r.Consultation.Corrections("c1") })
					if (len(list) == 1) != inside {
						t.Errorf("the %s learns of %d corrections", name, len(list))
					}
					fact, err := conversation.Decode(w.data[at-1])
					if err != nil {
						t.Fatal(err)
					}
					if got := w.st.MaySeeFact(a, fact); got != inside {
						t.Errorf("the %s reads its data: %v", name, got)
					}
				}
				if _, err := w.do(ann, correcting("Ferries.")); refused(err) != "correction.waits" {
					t.Error("another while one waits:", err)
				}
				for _, who := range []delegation.Participant{ann, ben, tom} {
					if _, err := w.do(who, correction.Publish{Contribution: "c1"}); refused(err) != "standing.missing" {
						t.Error("published by one who does not moderate:", err)
					}
				}
				if _, err := w.do(mo, correction.Publish{Contribution: "c1", Seen: at - 1}); refused(err) != "contribution.changed" {
					t.Error("published as it was seen before:", err)
				}
				want := was["1.text"]
				if publish {
					w.must(mo, correction.Publish{Contribution: "c1", Seen: at})
					want = "Bridges."
				} else {
					w.must(mo, correction.Withhold{Contribution: "c1", Ground: "abuse", Reason: "Rude."})
				}
				now, _, corrected := readAll(w, conversation.Public)
				if now["1.text"] != want || (corrected != nil) != publish {
					t.Errorf("everybody reads %q, and of the correction %q", now, corrected)
				}
				if _, err := w.do(mo, correction.Publish{Contribution: "c1"}); refused(err) != "correction.none" {
					t.Error("decided twice:", err)
				}
				w.must(ann, correcting("Bridges again."))
				if w.st.Digest() != w.replayed() {
					t.Error("what is folded again is something else")
				}
			})
		}
	}
	w := seated(t)
	w.must(ann, send("k1", "p1.e1.x3"))
	w.must(ann, correcting("Bridges."))
	if ks := w.st.Consultation.Corrections("c1"); len(ks) != 1 || ks[0].Waits() {
		t.Errorf("of what waits itself a correction waits for itself: %+v", ks)
	}
}

// readFirst is readAll where there is no correction yet.
func readFirst(w *world, a conversation.Audience) (now, before, corrected cite.Words) {
	r := reading(w.st, a, w.now, func(r *conversation.Reading) { r.Consultation.Row("c1") })
	row, _ := w.st.Consultation.Row("c1")
	return r.Show(w.words)[row.Position], nil, nil
}

// TestCorrectedIsBlack: each text that ever stood has its own black, in every field of it; and what is erased is erased in all.
func TestCorrectedIsBlack(t *testing.T) {
	t.Parallel()
	w := seated(t)
	c := send("k2", "p1.e1.x3")
	c.Title, c.Parts[0].Text, c.Parts[0].Wording = "Poloznik", "Mrs Poloznik said it.", "Ask Poloznik."
	w.must(ann, c)
	k := correcting("Mrs Poloznik has said it.")
	k.Parts[0].Wording, k.Retitle, k.Title, k.Reason = "Ask Poloznik now.", true, "Of Poloznik", "Poloznik asked me."
	w.must(ann, k)
	if _, err := w.do(mo, consultation.Redact{Part: "c1.1[4:12]", Ground: "abuse"}); refused(err) != "redact.corrected" {
		t.Error("a passage of whichever text:", err)
	}
	for _, bad := range []string{"1.text@2", "1.text@0", "1.text@01", "2.text@1", "name@1", "1.text@1[0:99]", "title@1[0:9999]", "f1@1", "@1", "1.text@x"} {
		m, ok := consultation.ParseMask(bad)
		if !ok {
			t.Fatal(bad)
		}
		if _, err := w.do(mo, consultation.Redact{Part: "c1", Ground: "abuse", Masks: []consultation.Mask{m}}); refused(err) != "redact.passage" {
			t.Errorf("%s: %v", bad, err)
		}
	}
	w.must(mo, consultation.Redact{Part: "c1", Ground: "personal_data", Masks: []consultation.Mask{{Field: "1.text", From: 4, To: 12}, {Field: "1.wording", From: 4, To: 12}, {Field: "title"},
		{Field: "1.text@1", From: 4, To: 12}, {Field: "1.wording@1", From: 4, To: 12}, {Field: "title@1", From: 3, To: 11}, {Field: "reason@1", From: 0, To: 8}}})
	for name, a := range audiences {
		now, before, corrected := readAll(w, a)
		all := strings.Join([]string{now["1.text"], now["1.wording"], now["title"], before["1.text"], before["1.wording"], before["title"], corrected["1.text"], corrected["title"], corrected["reason"]}, "|")
		want := "Mrs █████ has said it.|Ask █████ now.|Of █████|Mrs █████ said it.|Ask █████.|█████|Mrs █████ has said it.|Of █████|█████ asked me."
		if name == "author" || name == "asking" {
			want = "Mrs Poloznik has said it.|Ask Poloznik now.|Of Poloznik|Mrs Poloznik said it.|Ask Poloznik.|Poloznik|Mrs Poloznik has said it.|Of Poloznik|Poloznik asked me."
		}
		if all != want {
			t.Errorf("the %s reads\n%s, not\n%s", name, all, want)
		}
	}
	w.must(ann, correcting("Nobody said it."))
	w.must(mo, correction.Withhold{Contribution: "c1", Ground: "abuse", Reason: "Nobody did."})
	kept := maps.Clone(w.words)
	w.must(olga, conversation.Erase{Contribution: "c1", Ground: "personal_data"})
	for p, words := range kept {
		_, there := w.words[p]
		of := words["1.text"] != "" || words["reason"] != ""
		if there == of {
			t.Errorf("entry %d, %q: there still is %v", p, words, there)
		}
	}
}

// TestWordsOfACorrection: whoever erases a contribution finds the entries of all its words, and no other.
func TestWordsOfACorrection(t *testing.T) {
	t.Parallel()
	w := seated(t)
	w.must(ann, send("k1", "p1.e1.x3"))
	first := w.st.Head
	w.must(mo, consultation.PublishContribution{Contribution: "c1"})
	w.must(ann, correcting("Bridges."))
	second := w.st.Head
	if got := w.st.Consultation.WordsOf("c1"); !slices.Equal(got, []cite.Position{first, second}) {
		t.Error(got, first, second)
	}
	w.must(mo, correction.Withhold{Contribution: "c1", Ground: "abuse", Reason: "A slur."})
	if got := w.st.Consultation.WordsOf("c1"); !slices.Equal(got, []cite.Position{first, second, w.st.Head}) {
		t.Error(got, first, second, w.st.Head)
	}
}

// TestCorrectKeepsTheAnswer: what corrects an answer to a question of the call's own, or a proposal, is held to what the call asks, as
// what was sent first: what was counted of it stays what it says.
func TestCorrectKeepsTheAnswer(t *testing.T) {
	t.Parallel()
	w := seated(t)
	p := gathered(w)
	w.must(olga, questionnaire.Ask{Call: "k2", Sections: []questionnaire.Section{{Title: english("All"), Questions: []questionnaire.Question{
		{Kind: questionnaire.Table, Text: english("How many?"), Rows: []locale.Text{english("R")}, Options: []locale.Text{english("X"), english("Y")}},
		{Kind: questionnaire.Words, Text: english("Why?"), Required: true}}}}})
	on := func(n int, text string) consultation.SubmitPart {
		return consultation.SubmitPart{On: "p1.e1", Question: n, Language: "en", Text: text}
	}
	w.must(ann, consultation.Submit{Call: "k2", Category: "ngo", Parts: []consultation.SubmitPart{on(1, "| 7 |  |"), on(2, "So."), {On: "p1.e1.x3", Language: "en", Text: "Ferries."}}})
	c := cite.Contribution(w.st.Consultation.Len())
	for name, k := range map[string]struct {
		of, want string
		part     correction.Part
	}{
		"the same cells":             {string(c), "", correction.Part{Part: 1, Text: "| 8 |  |"}},
		"another cell":               {string(c), "text correction.cells", correction.Part{Part: 1, Text: "| 7 | 8 |"}},
		"a cell less":                {string(c), "text question.table", correction.Part{Part: 1, Text: "|  |  |"}},
		"no table":                   {string(c), "text question.table", correction.Part{Part: 1, Text: "Seven."}},
		"other words":                {string(c), "", correction.Part{Part: 2, Text: "So it is."}},
		"no words":                   {string(c), "text contribution.empty", correction.Part{Part: 2, Text: " "}},
		"on the paper":               {string(c), "", correction.Part{Part: 3, Text: "| Ferries."}},
		"another question":           {string(p[0].Root()), "", correction.Part{Part: 1, Wording: "What is a bridge?"}},
		"no question any more":       {string(p[0].Root()), "wording proposal.question", correction.Part{Part: 1, Text: "Because."}},
		"a question that is a paper": {string(p[0].Root()), "wording line.long", correction.Part{Part: 1, Wording: strings.Repeat("a", formulation.MaxProposed+1)}},
	} {
		k.part.Likeness = 1
		_, err := w.st.Decide(conversation.Ask{By: ann, Received: w.now, Command: correction.Correct{Contribution: cite.Ref(k.of), Parts: []correction.Part{k.part}}})
		got := ""
		for _, r := range refusal.Of(err) {
			got = strings.TrimSpace(got + " " + r.Field + " " + r.Key)
		}
		if got != k.want {
			t.Errorf("%s: %q, want %q", name, got, k.want)
		}
	}
}
