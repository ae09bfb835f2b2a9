package part_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
)

// ferry is a conversation in which one contribution with two parts was answered in English and, unofficially, in
// French; and its words.
func ferry(t *testing.T) (*conversation.Reading, map[cite.Position]cite.Words) {
	t.Helper()
	st, words := conversation.NewState(), map[cite.Position]cite.Words{}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	say := func(fact cite.Fact, w cite.Words) {
		p := st.Head + 1
		words[p] = w
		if err := st.Apply(cite.Entry{Position: p, Time: at}, fact); err != nil {
			t.Fatal(err)
		}
	}
	say(&conversation.Convened{Slug: "ferry", Title: locale.Plain("en", "Ferry"), Languages: []locale.Lang{"en", "fr"}, Zone: "UTC", At: at}, nil)
	say(&paper.Published{Ref: "p1.e1", PaperKind: paper.IssuesPaper, Symbol: "F/1", Title: locale.Plain("en", "On ferries"), Date: "2026-01-01", Counter: 2, Elements: []paper.Element{
		{Ref: "p1.x1", Kind: paper.Paragraph, Number: "1", Text: locale.Plain("en", "A ferry crosses.")}, {Ref: "p1.x2", Kind: paper.Paragraph, Number: "2", Text: locale.Plain("en", "It comes back.")}}}, nil)
	say(&consultation.CallAnnounced{Ref: "k1", Title: locale.Plain("en", "Call"), Paper: "p1", Edition: "p1.e1", Opens: at, Closes: at.AddDate(1, 0, 0), Zone: "UTC"}, nil)
	say(&consultation.Received{Ref: "c1", Call: "k1", By: "u1", For: "y1", Category: "ngo", Country: "CH", Received: at, Published: true, Parts: []consultation.ReceivedPart{
		{On: "p1.e1.x1", Language: "en", Bytes: 5, Likeness: 1}, {On: "p1.e1.x2", Language: "fr", Bytes: 5, Likeness: 2}}},
		cite.Words{"name": "Ana", "body": "The bridge builders", "1.text": "It should cross twice a day.", "2.wording": "Il revient."})
	say(&consultation.Answered{Ref: "d1", Parts: []cite.Ref{"c1.1"}, Outcome: "accepted", Changes: []cite.Ref{"p1.x1"}, Original: "en", Languages: []locale.Lang{"en"}, At: at}, cite.Words{"reason.en": "It shall."})
	say(&consultation.ReasonTranslated{Disposition: "d1", Language: "fr", Status: "unofficial", At: at}, cite.Words{"reason": "Soit."})
	return conversation.NewReading(st, conversation.Public, at.AddDate(0, 1, 0)), words
}

// TestReason: every view of an answer gives its reason in the reader's language where it is in it, else in the
// original, and says which of the two it is.
func TestReason(t *testing.T) {
	t.Parallel()
	st, words := ferry(t)
	d, _ := st.Consultation.Disposition("d1")
	for l, want := range map[locale.Lang][3]string{"en": {"It shall.", "en", ""}, "fr": {"Soit.", "fr", "unofficial"}, "ar": {"It shall.", "en", ""}} {
		a := part.NewAnswer(st, "d1", l)
		a.Fill(words)
		causes := part.NewCauses(st, l)
		why := causes.Why([]*part.Cause{causes.Of(d)}, 3).Answers[0]
		why.Fill(words)
		for _, v := range []*part.Answer{a, &why.Answer} {
			if got := [3]string{v.Reason.Text, string(v.Reason.Lang), v.Status}; got != want || v.Original != "en" || len(v.Languages) != 2 || v.Points != 1 || v.Outcome != "accepted" || len(v.Need()) != 1 {
				t.Errorf("in %s: %+v, want %q", l, v, want)
			}
		}
		if len(why.Authors) != 1 || why.Authors[0].Name != "The bridge builders" || why.Authors[0].Ref != "c1.1" || why.Translation != want[2] || len(why.Need()) != 2 {
			t.Errorf("in %s: %+v", l, why)
		}
		if len(a.Changes) != 1 || !a.Changes[0].Promised || a.Changes[0].Ref != "p1.x1" || a.Changes[0].Label != "1" || len(why.Changes) != 0 {
			t.Errorf("in %s: %+v", l, a.Changes)
		}
	}
	if part.NewAnswer(st, "d9", "en") != nil {
		t.Error("an answer that is not there")
	}
}

// TestPoint: the page of a contribution, a card and a row have one view of each of its parts; a row has the beginning.
func TestPoint(t *testing.T) {
	t.Parallel()
	st, words := ferry(t)
	c, ok := part.NewContribution(st, "c1", "en")
	if !ok {
		t.Fatal("no contribution")
	}
	c.Answered(st, "en").Fill(words)
	rows := part.NewPointRows(st, "en")
	for i, want := range []part.Point{
		{Ref: "c1.1", On: "p1.e1.x1", Label: "1", Symbol: "F/1", Kind: paper.Paragraph, Language: "en", Text: "It should cross twice a day."},
		{Ref: "c1.2", On: "p1.e1.x2", Label: "2", Symbol: "F/1", Kind: paper.Paragraph, Language: "fr", Wording: "Il revient."},
	} {
		want.Stance = c.Parts[i].Stance
		card, ok := part.NewPointCard(st, want.Ref, "en")
		row := rows.Point(want.Ref)
		if !ok || row == nil {
			t.Fatal("no point", want.Ref)
		}
		card.Fill(words)
		rows.Fill(words)
		if c.Parts[i].Point != want || card.Part.Point != want || row.Point != want {
			t.Errorf("%+v, %+v, %+v; want %+v", c.Parts[i].Point, card.Part.Point, row.Point, want)
		}
		if (row.Answer == "d1") != (i == 0) || row.Open() != (i == 1) || (c.Parts[i].Answer != nil) != (i == 0) || row.Org != "The bridge builders" {
			t.Errorf("%+v", row)
		}
	}
	if s := c.Parts[0].Begin(12); s.Text != "It should …" || c.Parts[0].Text != "It should cross twice a day." {
		t.Errorf("%q of %q", s.Text, c.Parts[0].Text)
	}
	if s := c.Parts[1].Excerpt(100); s.Text != "Il revient." || s.Lang != "fr" {
		t.Errorf("%+v", s)
	}
	if c.Signed() != "The bridge builders" {
		t.Error(c.Signed())
	}
	if _, ok := part.NewPointCard(st, "c1.3", "en"); ok || rows.Point("c1.3") != nil || rows.Point("c2.1") != nil {
		t.Error("points that are not there")
	}
}

// TestTwins: what the views were called in JSON before they were one.
func TestTwins(t *testing.T) {
	t.Parallel()
	st, words := ferry(t)
	rows := part.NewPointRows(st, "fr")
	row := rows.Point("c1.1")
	rows.Fill(words)
	causes := part.NewCauses(st, "fr")
	d, _ := st.Consultation.Disposition("d1")
	why := causes.Why([]*part.Cause{causes.Of(d)}, 3).Answers[0]
	why.Fill(words)
	for v, names := range map[any][]string{
		row: {"ref", "contribution", "on", "symbol", "kind", "label", "organisation", "category", "country", "language", "text", "answer", "outcome"},
		why: {"ref", "outcome", "at", "points", "reason", "translation", "authors"},
	} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if got[name] == nil {
				t.Errorf("%s is not in %s", name, b)
			}
		}
	}
}

// TestBeginning: what fits is shown as it was written, with its lines; of what does not, the beginning is said to be one,
// and leads to the whole.
func TestBeginning(t *testing.T) {
	t.Parallel()
	f := &frame.Frame{Lang: locale.English, Slug: "ferry"}
	long := "First line.\nSecond line " + strings.Repeat("and on ", 40)
	for said, want := range map[string][]string{
		"First line.\nSecond line.": {"First line.<br>Second line.", `lang="fr"`},
		long:                        {"First line. Second line", " …</p>", `href="/en/c/ferry/c1.2">This is the beginning`},
		"":                          nil,
	} {
		for _, wording := range []bool{false, true} {
			p := part.Point{Ref: "c1.2", Language: locale.French, Text: said}
			if wording {
				p.Text, p.Wording = "", said
			}
			var b bytes.Buffer
			if err := part.BeginningOf(f, p, 200).Render(t.Context(), &b); err != nil {
				t.Fatal(err)
			}
			for _, w := range want {
				if !strings.Contains(b.String(), w) {
					t.Errorf("%s lacks %s", b.String(), w)
				}
			}
			if whole := !strings.Contains(b.String(), "the beginning"); whole == (said == long) || said == "" && b.Len() > 0 {
				t.Errorf("%q is shown as %s", said, b.String())
			}
		}
	}
}

// TestCompare: what became of passages is shown in the reader's language; in the originals where one is not in it, and where
// a translation stayed as it was while its original did not. Two that were left out have nothing after them.
func TestCompare(t *testing.T) {
	t.Parallel()
	e := func(en, fr string) *paper.Element {
		x := &paper.Element{Text: locale.Plain("en", en)}
		if fr != "" {
			x.Text.In["fr"] = fr
		}
		return x
	}
	for _, c := range []struct {
		before  []*paper.Element
		after   *paper.Element
		in      locale.Lang
		instead bool
	}{
		{[]*paper.Element{e("One.", "Un.")}, e("Two.", "Deux."), "fr", false},
		{[]*paper.Element{e("One.", "Un.")}, e("Two.", "Un."), "en", true},
		{[]*paper.Element{e("One.", "Un.")}, e("One.", "Un."), "fr", false},
		{[]*paper.Element{e("One.", "Un.")}, e("Two.", ""), "en", true},
		{[]*paper.Element{e("One.", "Un."), e("Two.", "Deux.")}, nil, "fr", false},
		{[]*paper.Element{e("One.", "Un."), e("Two.", "")}, nil, "en", true},
		{nil, e("New.", "Nouveau."), "fr", false},
	} {
		if _, in, instead := part.Compare(c.before, c.after, "fr"); in != c.in || instead != c.instead {
			t.Errorf("in %q, instead: %v; want %q, %v: %+v", in, instead, c.in, c.instead, c)
		}
	}
}

// TestSupportFor: who is signed in may support a proposal for each party that they speak for, by its name, and for
// themselves; who is not, for nobody.
func TestSupportFor(t *testing.T) {
	t.Parallel()
	st, words := conversation.NewState(), map[cite.Position]cite.Words{}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	say := func(fact cite.Fact, w cite.Words) {
		p := st.Head + 1
		words[p] = w
		if err := st.Apply(cite.Entry{Position: p, Time: at}, fact); err != nil {
			t.Fatal(err)
		}
	}
	categories := []settings.Label{{ID: "state", Name: locale.Plain("en", "States"), State: true}, {ID: "ngo", Name: locale.Plain("en", "NGOs"), Body: true}, {ID: "person", Name: locale.Plain("en", "Persons")}}
	say(&conversation.Convened{Slug: "ferry", Title: locale.Plain("en", "Ferry"), Languages: []locale.Lang{"en"}, Zone: "UTC", Categories: categories, At: at}, nil)
	say(&paper.Published{Ref: "p1.e1", PaperKind: paper.IssuesPaper, Symbol: "F/1", Title: locale.Plain("en", "On ferries"), Date: "2026-01-01", Counter: 1, Elements: []paper.Element{
		{Ref: "p1.x1", Kind: paper.Paragraph, Number: "1", Text: locale.Plain("en", "A ferry crosses.")}}}, nil)
	say(&consultation.CallAnnounced{Ref: "k1", Title: locale.Plain("en", "Call"), Paper: "p1", Edition: "p1.e1", Opens: at, Closes: at.AddDate(1, 0, 0), Zone: "UTC"}, nil)
	say(&formulation.Gathered{Call: "k1", Days: 10, At: at}, nil)
	author, party, self := delegation.Participant(1), delegation.Party(7), delegation.Party(8)
	say(&delegation.Entered{Party: party, Category: "state", Country: "CH"}, cite.Words{"name": "Switzerland’s mission"})
	say(&delegation.Authorised{Participant: 2, Party: party}, nil)
	say(&consultation.Received{Ref: "c1", Call: "k1", By: string(author.Ref()), For: "y9", Category: "ngo", Received: at, Rule: consultation.OnTime, Published: true,
		Parts: []consultation.ReceivedPart{{On: "p1.e1", Language: "en", Bytes: 5, Wording: 6, Likeness: 1}}}, cite.Words{"1.wording": "Why?", "1.text": "Because."})
	say(&formulation.Supported{Proposal: "c1.1", By: string(delegation.Participant(2).Ref()), For: string(party.Ref()), Category: "state", At: at}, nil)
	mine := func(me delegation.Participant, self delegation.Party) []part.Support {
		r := conversation.NewReading(st.Snapshot(), conversation.Public, at)
		defer r.Close()
		p := part.NewProposed(r, "c1.1", "k1", "en")
		p.For(r, me, self, "en")
		needed := map[cite.Position]cite.Words{}
		for _, n := range p.Need() {
			if n == 0 {
				t.Error("the words of no entry are asked for")
			}
			needed[n] = words[n]
		}
		p.Fill(needed)
		return p.Mine
	}
	if got := mine(2, self); len(got) != 2 || got[0].Party != party.Ref() || got[0].Name != "Switzerland’s mission" || !got[0].Gives || got[1].Party != cite.None || got[1].Gives {
		t.Errorf("who speaks for a party: %+v", got)
	}
	if got := mine(3, self); len(got) != 1 || got[0].Name != "" || got[0].Gives {
		t.Errorf("who speaks for themselves: %+v", got)
	}
	if got := mine(0, 0); len(got) != 0 {
		t.Errorf("who is not signed in: %+v", got)
	}
}
