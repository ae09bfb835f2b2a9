package conversation_test

import (
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/transcript"
)

// TestMerge: what was said in a category is counted, listed and spelled with the one that it was merged into, before and
// after, also for those who still name the old one; a snapshot from before stays as it was.
func TestMerge(t *testing.T) {
	t.Parallel()
	w := seated(t)
	in := func(category string) consultation.Submit {
		return with(send("k2", "p1.e1.x3"), func(c *consultation.Submit) { c.Category = category })
	}
	w.must(ann, in("ngo"))
	w.must(ben, in("person"))
	before := w.st.Snapshot()
	count := func(st *conversation.State, category string) int {
		_, n := st.Consultation.List(consultation.Filter{Category: category}, 10)
		return n
	}
	w.must(olga, settings.Merge{ID: "ngo", Into: "person"})
	w.must(ann, in("ngo"))
	if got := [...]int{count(before, "ngo"), count(before, "person"), count(w.st, "person"), count(w.st, "ngo")}; got != [...]int{1, 1, 3, 0} {
		t.Errorf("counted %v", got)
	}
	for _, r := range []cite.Ref{"c1", "c3"} {
		if c, _ := w.st.Consultation.Row(r); c.Category != "person" {
			t.Errorf("%s is in %s", r, c.Category)
		}
	}
	if c, _ := before.Consultation.Row("c1"); c.Category != "ngo" {
		t.Errorf("a snapshot changed: %s", c.Category)
	}
	evidence, ok := w.st.Evidence("author", "patents", cite.None, 10)
	if !ok {
		t.Fatal("no cell")
	}
	for _, k := range evidence.By {
		if want := map[string]int{"person": 3}[k.Category]; k.Everything.Submissions != want {
			t.Errorf("%s: %d, want %d", k.Category, k.Everything.Submissions, want)
		}
	}
	if w.replayed() != w.st.Digest() {
		t.Error("a replay gives another state")
	}
	reading(w.st, conversation.Public, w.now, func(r *conversation.Reading) {
		if _, n := r.Consultation.List(consultation.Filter{Category: "ngo"}, 10); n != 3 {
			t.Errorf("an address from before lists %d", n)
		}
	})
}

// TestLife: what is prepared is there for those who hold an office, who can send nothing; it is opened when nothing is
// missing; what is archived takes only what takes words away; what is discarded is there for nobody.
func TestLife(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, with(convening(), func(c *conversation.Convene) { c.Prepared = true }))
	w.must(olga, delegation.Grant{Participant: cora, Role: delegation.Chair}, publishing("", "P/1", paper.Element{Kind: paper.Paragraph, Number: "1", Text: english("Boats.")}))
	for _, c := range []struct {
		who conversation.Audience
		may bool
	}{{conversation.Public, false}, {conversation.Audience{As: []delegation.Participant{ann}}, false}, {conversation.Readers, true}, {conversation.Audience{Roles: w.st.Roll.Roles(cora)}, true}} {
		if seen := w.st.MaySee(c.who, "p1") != conversation.Nothing; seen != c.may {
			t.Errorf("%+v sees a paper: %v", c.who, seen)
		}
		if w.st.MayEnter(c.who) != c.may || w.st.MaySeeFact(c.who, &settings.Changed{}) != c.may {
			t.Errorf("%+v", c.who)
		}
	}
	refused := func(by delegation.Participant, c any, key string) {
		t.Helper()
		_, err := w.ask(conversation.Ask{By: by, For: ownOfAnn, Command: c})
		if rs := refusal.Of(err); len(rs) == 0 || rs[0].Key != key {
			t.Errorf("%T: %v, want %s", c, err, key)
		}
	}
	refused(ann, send("k1", "p1.e1.x3"), "life.prepared")
	refused(olga, settings.OpenUp{}, "life.missing")
	refused(olga, settings.Archive{Last: english("Over.")}, "life.not_open")
	w.must(olga, settings.Change{Title: settings.Words{"fr": "Les bacs"}, Lead: settings.Words{"en": "a", "fr": "b"}, Contact: settings.Words{"en": "a", "fr": "b"}})
	for _, id := range []string{"state", "ngo", "person"} {
		w.must(olga, settings.Name{List: settings.Categories, ID: id, Name: settings.Words{"fr": id + " fr"}})
	}
	w.must(olga, settings.Change{Lead: settings.Words{"en": "changed"}})
	refused(olga, settings.OpenUp{}, "life.missing") // the French is older
	w.must(olga, settings.Change{Lead: settings.Words{"fr": "b"}})
	w.must(olga, settings.OpenUp{})
	if !w.st.MayEnter(conversation.Public) {
		t.Error("it is not open")
	}
	refused(olga, settings.Discard{Slug: "ferries"}, "life.opened")
	w.must(olga, settings.Archive{Last: english("Over.")})
	refused(olga, settings.Change{Zone: "Europe/Paris"}, "life.archived")
	w.must(olga, delegation.Grant{Participant: 9, Role: delegation.Officer})
	w.must(olga, settings.Reopen{Reason: "Not over."})
	w.must(olga, settings.Change{Zone: "Europe/Paris"})

	w = newWorldOf(t, with(convening(), func(c *conversation.Convene) { c.Prepared = true }))
	w.must(olga, settings.Discard{Slug: "ferries"})
	refused(olga, settings.Change{Zone: "Europe/Paris"}, "conversation.unknown")
	if w.st.MayEnter(conversation.Audience{Roles: w.st.Roll.Roles(olga)}) {
		t.Error("its officer still sees it")
	}
}

// TestLanguageTaken: a language in which something was published stays, and it is said how much there is.
func TestLanguageTaken(t *testing.T) {
	t.Parallel()
	w := seated(t)
	w.must(olga, settings.Change{Languages: []locale.Lang{"en", "fr", "ar"}})
	w.must(olga, settings.Change{Languages: []locale.Lang{"en", "fr"}})
	paper := publishing("", "P/9", elements()...)
	for i := range paper.Elements {
		paper.Elements[i].Text = locale.Text{Original: "en", In: map[locale.Lang]string{"en": "One.", "fr": "Un."}}
	}
	w.must(olga, paper)
	_, err := w.ask(officer(settings.Change{Languages: []locale.Lang{"en"}}))
	if rs := refusal.Of(err); len(rs) != 1 || rs[0].Key != "settings.language_used" || rs[0].Args[3].(int) < 4 {
		t.Errorf("%v", err)
	}
}

// TestLastModerator: the office of the only moderator is taken while somebody has to decide only from whoever says that they
// mean it.
func TestLastModerator(t *testing.T) {
	t.Parallel()
	revoke := func(w *world, who delegation.Participant, sure bool) error {
		_, err := w.ask(conversation.Ask{By: olga, Command: delegation.Revoke{Participant: who, Role: delegation.Moderator, Sure: sure}})
		return err
	}
	refused := func(t *testing.T, err error, key string) {
		t.Helper()
		if rs := refusal.Of(err); key == "" && err != nil || key != "" && (len(rs) != 1 || rs[0].Key != key) {
			t.Errorf("%v, want %q", err, key)
		}
	}
	w := seated(t)
	refused(t, revoke(w, olga, false), "") // another is left
	refused(t, revoke(w, ana, false), "role.not_held")
	refused(t, revoke(w, mo, false), "role.last_moderator")
	w.must(olga, life.Withdraw{Call: "k1", Reason: "r"})
	refused(t, revoke(w, mo, false), "role.last_moderator") // k2 is open
	w.must(olga, life.Withdraw{Call: "k2", Reason: "r"})
	refused(t, revoke(w, mo, false), "")
	waiting := seated(t)
	waiting.must(ann, send("k1", "p1.e1.x3"))
	waiting.must(olga, life.Withdraw{Call: "k1", Reason: "r"}, life.Withdraw{Call: "k2", Reason: "r"})
	refused(t, revoke(waiting, olga, false), "")
	refused(t, revoke(waiting, mo, false), "role.last_moderator")
	refused(t, revoke(waiting, mo, true), "")
	late := seated(t)
	late.now = noon.AddDate(1, 0, 0) // both calls are closed, and k1 keeps what comes late
	refused(t, revoke(late, olga, false), "")
	refused(t, revoke(late, mo, false), "role.last_moderator")
}

// TestArchiveWaitsForACorrection: a correction that waits for a moderator is decided upon before the conversation is archived, since nobody can
// afterwards; words of a transcript that must go, go then too.
func TestArchiveWaitsForACorrection(t *testing.T) {
	t.Parallel()
	w := spoken(t, consultation.ModerateAfter)
	w.must(ann, send("k1", "p1.e1.x3"))
	w.must(mo, consultation.PublishContribution{Contribution: "c2"})
	w.must(ann, with(correcting("Bridges."), func(c *correction.Correct) { c.Contribution = "c2" }))
	w.now = w.now.AddDate(1, 0, 0)
	archive := settings.Archive{Last: english("Over.")}
	if _, err := w.do(olga, archive); refused(err) != "life.pending" {
		t.Error("a correction waits, and it is archived:", err)
	}
	w.must(mo, correction.Publish{Contribution: "c2"})
	w.must(olga, archive)
	w.must(olga, transcript.Erase{Session: "s1", Sitting: 1, Language: "en", Passage: 1, Ground: "abuse"})
}
