package conversation_test

import (
	"slices"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/removal"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
)

// refused reports the key with which an ask was refused.
func refused(err error) string {
	if rs := refusal.Of(err); len(rs) == 1 {
		return rs[0].Key
	}
	return ""
}

// TestEveryFieldIsMasked: text, wording, name, organisation and file name are black for everybody and for those who
// moderate, a file by itself is nobody's, and whoever asks for it as a moderator reads all of it.
func TestEveryFieldIsMasked(t *testing.T) {
	t.Parallel()
	w := seated(t)
	c := send("k2", "p1.e1.x3", "p1.e1.x3")
	c.Name, c.Body = "Ada Poloznik", "Poloznik & Sons"
	c.Parts[0].Text, c.Parts[1].Text, c.Parts[1].Wording = "Mrs Poloznik said it.", "Nobody else.", "Ask Poloznik."
	c.Files = []consultation.SubmitFile{{ID: "a", Name: "poloznik.txt", Type: "text/plain", SHA: "11"}, {ID: "b", Name: "letter.txt", Type: "text/plain", SHA: "22"}}
	w.must(ann, c)
	w.must(mo, consultation.Redact{Part: "c1", Ground: "personal_data", Masks: []consultation.Mask{
		{Field: "1.text", From: 4, To: 12}, {Field: "2.wording", From: 4, To: 12}, {Field: "name"}, {Field: "body", From: 0, To: 8}, {Field: "f1.name", From: 0, To: 8}, {Field: "f2"}}})
	black := cite.Words{"name": "█████", "body": "█████ & Sons", "1.text": "Mrs █████ said it.", "2.text": "Nobody else.", "2.wording": "Ask █████.",
		"f1.name": "█████.txt", "f1.sha256": "11", "f2.name": "letter.txt"}
	row, _ := w.st.Consultation.Row("c1")
	whole := w.words[row.Position]
	for name, a := range audiences {
		r := reading(w.st, a, w.now, func(r *conversation.Reading) { r.Consultation.Row("c1") })
		got, want, file := r.Show(w.words)[row.Position], black, conversation.Tombstone
		switch name {
		case "author", "asking":
			want, file = whole, conversation.Full
		case "moderator", "officer":
			file = conversation.Full // the file is opened, or not, by itself
		}
		for _, field := range []string{"name", "body", "1.text", "2.text", "2.wording", "f1.name", "f1.sha256", "f2.name", "f2.sha256"} {
			if got[field] != want[field] {
				t.Errorf("the %s reads %q in %s, want %q", name, got[field], field, want[field])
			}
		}
		if v := w.st.MaySee(a, "c1.f2"); v != file {
			t.Errorf("the %s sees %d of the withheld file", name, v)
		}
		if v := w.st.MaySee(a, "c1.f1"); v < conversation.Redacted {
			t.Errorf("the %s sees %d of the other file", name, v)
		}
	}
}

// TestNothingIsRedactedTwice: a press that takes nothing more says so, and what is new of it is taken.
func TestNothingIsRedactedTwice(t *testing.T) {
	t.Parallel()
	w := seated(t)
	w.must(ann, send("k2", "p1.e1.x3"))
	redact := func(masks ...consultation.Mask) consultation.Redact {
		return consultation.Redact{Part: "c1", Masks: masks, Ground: "abuse"}
	}
	w.must(mo, redact(consultation.Mask{Field: "1.text", From: 0, To: 4}))
	for _, c := range []consultation.Redact{
		redact(consultation.Mask{Field: "1.text", From: 0, To: 4}), redact(consultation.Mask{Field: "1.text", From: 1, To: 2}), {Part: "c1.1[0:4]", Ground: "abuse"},
	} {
		if _, err := w.do(mo, c); refused(err) != "redact.already" {
			t.Errorf("%v once more: %v", c, err)
		}
	}
	w.must(mo, redact(consultation.Mask{Field: "1.text", From: 4, To: 9}, consultation.Mask{Field: "1.text", From: 2, To: 6}))
	if _, err := w.do(mo, redact(consultation.Mask{Field: "1.text", From: 0, To: 9})); refused(err) != "redact.already" {
		t.Errorf("what two redactions cover is taken again: %v", err)
	}
	for _, m := range []consultation.Mask{{Field: "1.text", From: 3, To: 3}, {Field: "1.text", From: 5, To: 4}, {Field: "1.text", From: 0, To: 9999}, {Field: "1.text", From: -1, To: 3}, {Field: "2.text"}, {Field: "01.text"},
		{Field: "f1"}, {Field: "f1.name"}, {Field: "f0"}, {Field: ""}, {Field: "reason"}, {Field: "name", From: 0, To: 801}, {Field: "1.sha256"}} {
		if _, err := w.do(mo, redact(m)); refused(err) != "redact.passage" {
			t.Errorf("%+v: %v", m, err)
		}
	}
}

// TestTwoPeople: where the conversation asks for two, published text is redacted and erased by one who proposes and
// another who confirms; what nobody could read yet is redacted by one.
func TestTwoPeople(t *testing.T) {
	t.Parallel()
	w := seated(t)
	const other = delegation.Participant(9)
	w.must(olga, delegation.Grant{Participant: other, Role: delegation.Moderator})
	w.must(ann, send("k2", "p1.e1.x3"))
	w.must(ann, send("k1", "p1.e1.x3"))
	w.must(olga, removal.RequireTwo{Required: true})
	if _, err := w.do(olga, removal.RequireTwo{Required: true}); refused(err) != "removal.unchanged" {
		t.Error("it is settled twice:", err)
	}
	redact := consultation.Redact{Part: "c1", Masks: []consultation.Mask{{Field: "1.text", From: 0, To: 4}}, Ground: "abuse"}
	w.must(mo, consultation.Redact{Part: "c2.1[0:4]", Ground: "abuse"}) // it waits for a moderator: nobody read it
	if len(w.st.Consultation.Masks("c2")) != 1 {
		t.Error("what waits is not redacted by one")
	}
	w.must(mo, redact)
	at := w.st.Head
	if row, _ := w.st.Consultation.Row("c1"); row.Redacted || !slices.Equal(w.st.Consultation.Proposed(), []cite.Ref{"c1"}) {
		t.Fatal("one person redacted what was published")
	}
	for name, a := range audiences {
		reading(w.st, a, w.now, func(r *conversation.Reading) {
			staff := name == "moderator" || name == "officer" || name == "asking"
			is := r.Consultation.Removing("c1")
			if (len(is.Waiting) == 1) != staff || (len(is.Proposed) == 1) != staff || is.NeedsTwo != staff || is.Two != staff {
				t.Errorf("for the %s is proposed: %+v", name, is)
			}
		})
	}
	if _, err := w.do(mo, redact); refused(err) != "removal.proposed" {
		t.Error("it is proposed twice:", err)
	}
	confirm := consultation.ConfirmRemoval{Contribution: "c1", Proposal: at}
	if _, err := w.do(mo, confirm); refused(err) != "removal.same" {
		t.Error("whoever proposed it confirms it:", err)
	}
	if _, err := w.do(other, consultation.ConfirmRemoval{Contribution: "c1", Proposal: at + 1}); refused(err) != "removal.none" {
		t.Error("what nobody proposed is confirmed:", err)
	}
	w.must(other, confirm)
	if !slices.Equal(w.st.Consultation.Masks("c1"), redact.Masks) || len(w.st.Consultation.Proposed()) != 0 {
		t.Errorf("confirmed, masked is %v, proposed %v", w.st.Consultation.Masks("c1"), w.st.Consultation.Proposed())
	}
	if _, err := w.do(other, confirm); refused(err) != "removal.none" {
		t.Error("it is confirmed twice:", err)
	}
	// An erasure, declined and then confirmed.
	erase := conversation.Erase{Contribution: "c1", Ground: "at_request"}
	w.must(olga, erase)
	w.must(olga, removal.Decline{Contribution: "c1", Proposal: w.st.Head})
	w.must(olga, erase)
	at = w.st.Head
	if _, err := w.do(olga, erase); refused(err) != "removal.proposed" {
		t.Error("it is proposed twice:", err)
	}
	w.must(mo, redactMore)
	if row, _ := w.st.Consultation.Row("c1"); row.Status != consultation.Published {
		t.Fatal("one person erased what was published")
	}
	w.must(other, consultation.ConfirmRemoval{Contribution: "c1", Proposal: at})
	if row, _ := w.st.Consultation.Row("c1"); row.Status != consultation.Erased || len(w.st.Consultation.Proposed()) != 0 {
		t.Errorf("it is %s, and waits: %v", row.Status, w.st.Consultation.Proposed())
	}
	// Withholding takes one person; what everybody could read is not removed by one after that.
	w.must(ann, send("k2", "p1.e1.x3"), send("k1", "p1.e1.x3"))
	w.must(mo, consultation.Withhold{Contribution: "c3", Ground: "off_topic", Reason: "Elsewhere."}, consultation.Withhold{Contribution: "c4", Ground: "off_topic", Reason: "Elsewhere."})
	w.must(olga, conversation.Erase{Contribution: "c3", Ground: "at_request"})
	at = w.st.Head
	w.must(mo, consultation.Redact{Part: "c3.1[0:4]", Ground: "abuse"})
	if row, _ := w.st.Consultation.Row("c3"); row.Status != consultation.Withheld || len(w.st.Consultation.Masks("c3")) > 0 || len(w.st.Consultation.Removals("c3")) != 2 {
		t.Errorf("one person withheld and removed what was published: %s %v", row.Status, w.st.Consultation.Removals("c3"))
	}
	w.must(mo, consultation.ConfirmRemoval{Contribution: "c3", Proposal: at})
	if row, _ := w.st.Consultation.Row("c3"); row.Status != consultation.Erased {
		t.Error("two persons do not erase what is withheld:", row.Status)
	}
	w.must(olga, conversation.Erase{Contribution: "c4", Ground: "at_request"})
	if row, _ := w.st.Consultation.Row("c4"); row.Status != consultation.Erased {
		t.Error("one person does not erase what nobody could read:", row.Status)
	}
	// One person again.
	w.must(olga, removal.RequireTwo{})
	w.must(mo, removal.RequireTwo{})
	w.must(ann, send("k2", "p1.e1.x3"))
	w.must(mo, consultation.Redact{Part: "c5.1[0:4]", Ground: "abuse"})
	if len(w.st.Consultation.Masks("c5")) != 1 {
		t.Error("two are still needed")
	}
	if w.replayed() != w.st.Digest() {
		t.Error("a replay gives another state than was live")
	}
}

var redactMore = consultation.Redact{Part: "c1", Masks: []consultation.Mask{{Field: "1.text", From: 6, To: 8}}, Ground: "abuse"}

// TestAnOfficerConfirms: the second person is any officer or moderator, whoever proposed it, and nobody else.
func TestAnOfficerConfirms(t *testing.T) {
	t.Parallel()
	const officer = delegation.Participant(9) // who does not moderate
	for _, erase := range []bool{false, true} {
		w := seated(t)
		w.must(olga, delegation.Grant{Participant: officer, Role: delegation.Officer})
		w.must(ann, send("k2", "p1.e1.x3"))
		w.must(olga, removal.RequireTwo{Required: true})
		if erase {
			w.must(olga, conversation.Erase{Contribution: "c1", Ground: "abuse"})
		} else {
			w.must(mo, consultation.Redact{Part: "c1.1[0:4]", Ground: "abuse"})
		}
		confirm := consultation.ConfirmRemoval{Contribution: "c1", Proposal: w.st.Head}
		for _, who := range []delegation.Participant{ann, cora, ana, tom} {
			if _, err := w.do(who, confirm); refused(err) != "standing.missing" {
				t.Errorf("participant %d confirms: %v", who, err)
			}
		}
		w.must(officer, confirm)
		row, _ := w.st.Consultation.Row("c1")
		if len(w.st.Consultation.Proposed()) != 0 || row.Redacted == erase || (row.Status == consultation.Erased) != erase {
			t.Errorf("confirmed by an officer: %+v", row)
		}
	}
}

// TestTwoEndTwo: that one person be enough again takes two people: an officer who proposes it, and another officer or a
// moderator who asks for the same. Until then, and when it is declined, two are needed.
func TestTwoEndTwo(t *testing.T) {
	t.Parallel()
	w := seated(t)
	on, off := removal.RequireTwo{Required: true}, removal.RequireTwo{}
	refuses := func(who delegation.Participant, c removal.RequireTwo, key string) {
		t.Helper()
		if _, err := w.do(who, c); refused(err) != key {
			t.Errorf("%d asks for %+v: %v, not %s", who, c, err, key)
		}
	}
	is := func(two, waits bool) {
		t.Helper()
		if b := w.st.Consultation; b.TwoToRemove != two || (b.OneProposed.At > 0) != waits {
			t.Fatalf("two are needed: %v, and what waits is %+v", b.TwoToRemove, b.OneProposed)
		}
	}
	w.must(olga, delegation.Grant{Participant: 9, Role: delegation.Moderator})
	w.must(ann, send("k2", "p1.e1.x3"))
	refuses(mo, on, "standing.missing")
	refuses(olga, off, "removal.unchanged")
	w.must(olga, on)
	refuses(9, off, "standing.missing")
	refuses(9, on, "standing.missing")
	w.must(olga, off)
	is(true, true)
	w.must(mo, consultation.Redact{Part: "c1.1[0:4]", Ground: "abuse"})
	if len(w.st.Consultation.Masks("c1")) != 0 {
		t.Error("what one person proposed holds already")
	}
	refuses(olga, off, "removal.same")
	refuses(ann, off, "standing.missing")
	w.must(9, on) // a moderator lets it stay as it is
	is(true, false)
	w.must(olga, off)
	w.must(9, off)
	is(false, false)
	if w.replayed() != w.st.Digest() {
		t.Error("a replay gives another state than was live")
	}
}
