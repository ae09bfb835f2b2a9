package conversation_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/transcript"
)

// inTranscript makes of a command about a transcript one that may well be granted, and gives who asks for it.
func (g *generator) inTranscript(command any) delegation.Participant {
	n := 1
	for _, x := range g.w.st.Sessions.Sessions() {
		for i, t := range x.Sittings {
			if !t.Opened.IsZero() {
				n = i + 1
			}
		}
	}
	passage := 1 + g.number(2)
	switch c := command.(type) {
	case *transcript.Transcribe:
		*c = transcript.Transcribe{Session: "s1", Sitting: n, Language: "en", Made: pick(g, transcript.Makers...), Source: "[0:00:00] One.\n\n[0:00:02] Two."}
	case *transcript.Correct:
		*c = transcript.Correct{Session: "s1", Sitting: n, Language: "en", Passage: passage, Text: pick(g, "Three.", "Three.\nFour.")}
	case *transcript.Erase:
		*c = transcript.Erase{Session: "s1", Sitting: n, Language: "en", Passage: passage, Ground: "abuse"}
	case *transcript.SetFeed:
		*c = transcript.SetFeed{Session: "s1", Sitting: n, Language: "fr", Made: transcript.Machine, Key: strings.Repeat("ab", 32)}
	case *transcript.Caption:
		*c = transcript.Caption{Session: "s1", Sitting: n, Language: "fr", Key: strings.Repeat("ab", 32), Source: "WEBVTT\n\n00:01.000 --> 00:02.000\nBonjour.\n"}
		return nobody // a program
	}
	return olga
}

// spoken is a sitting in which Fenland spoke from its second until its third minute, with a transcript of it: a passage before, one of it, one after.
func spoken(t tester, moderation string) *world {
	w := seated(t)
	assembled(w)
	from := w.now
	w.now = w.now.Add(10 * time.Minute)
	w.must(olga, session.Invite{Session: "s1", Paper: "p1", Days: 20, Late: consultation.LateKept, Moderation: moderation, Seen: w.st.Sessions.Sessions()[0].Seen},
		session.Deliver{Item: "s1.i1", Sitting: 1, Party: fenland.Ref(), From: from.Add(2 * time.Minute), To: from.Add(3 * time.Minute), Floor: "en", Language: "en",
			Paragraphs: []session.Paragraph{{On: "p1.e1.x3", Text: "The ferry carries goats."}}},
		transcript.Transcribe{Session: "s1", Sitting: 1, Language: "en", Made: transcript.Machine, Source: "[0:01] Good morning.\n\n[2:05] The ferry\n\n[2:40] carries boats.\n\n[3:01] Thank you."},
		transcript.Correct{Session: "s1", Sitting: 1, Language: "en", Passage: 2, Text: "The ferry\ncarries goats."})
	return w
}

// shows are the numbers of the passages that an audience reads, with how many entries of each: what stands and what stood.
func shows(w *world, a conversation.Audience) string {
	var all []int
	var of string
	var entries [][]cite.Position
	r := reading(w.st, a, w.now, func(r *conversation.Reading) {
		for _, t := range r.Transcripts.Of("s1") {
			for _, p := range r.Transcripts.Passages(t) {
				entries = append(entries, p.Entries())
				if p.Contribution != cite.None {
					of += fmt.Sprint(p.Number, " of ", p.Contribution, "; ")
				}
			}
		}
	})
	shown := r.Show(w.words)
	for _, p := range entries {
		n := 0
		for _, at := range p {
			if _, ok := shown[at]; ok {
				n++
			}
		}
		all = append(all, n)
	}
	return of + fmt.Sprint(all)
}

// TestTranscriptIsReadAsItsIntervention: whoever may not read an intervention does not read it in a transcript, nor what is black in it; what goes
// takes its passage of every transcript with it, as it came and as it was put right; and what is not of an intervention stays.
func TestTranscriptIsReadAsItsIntervention(t *testing.T) {
	t.Parallel()
	has := func(w *world, when, want string, names ...string) {
		t.Helper()
		for _, name := range names {
			if got := shows(w, audiences[name]); got != want {
				t.Errorf("%s: %s reads %s, want %s", when, name, got, want)
			}
		}
	}
	last := func(w *world) cite.Ref { return cite.Contribution(w.st.Consultation.Len()) }
	everybody := []string{}
	for name := range maps.Keys(audiences) {
		everybody = append(everybody, name)
	}

	w := spoken(t, consultation.ModerateAfter)
	whole := fmt.Sprintf("2 of %s; [1 2 1]", last(w))
	has(w, "published", whole, everybody...)
	w.must(mo, consultation.Redact{Part: cite.Part(last(w), 1) + "[4:9]", Ground: "abuse"})
	has(w, "with black in it", "[1 0 1]", "public", "another", "nosy", "moderator", "officer", "rapporteur")
	has(w, "with black in it, asking", whole, "asking")
	w.must(olga, conversation.Erase{Contribution: last(w), Ground: "abuse"})
	has(w, "erased", "[1 0 1]", everybody...)
	for p := range w.words {
		if _, gone := w.st.Erased(p); gone {
			delete(w.words, p)
		}
	}
	if tr, _ := w.st.Transcripts.Find(transcript.Of{Session: "s1", Sitting: 1, Language: "en"}); !tr.Passages[1].Gone || tr.Passages[0].Gone {
		t.Error("the passage of the intervention is there, or another is gone")
	} else {
		for _, at := range tr.Passages[1].Entries() {
			if _, gone := w.st.Erased(at); !gone {
				t.Errorf("the words of entry %d are there", at)
			}
		}
	}
	if w.replayed() != w.st.Digest() {
		t.Error("a replay gives another state than was live")
	}

	w = spoken(t, consultation.ModerateBefore)
	has(w, "while it waits", "[1 0 1]", "public", "another", "nosy", "rapporteur")
	has(w, "while it waits", fmt.Sprintf("2 of %s; [1 2 1]", last(w)), "moderator", "officer")

	// Words are put right in the office of whoever does it, and another's is not written over unseen.
	of := transcript.Correct{Session: "s1", Sitting: 1, Language: "en", Passage: 1, Text: "Good evening.", Over: 1}
	if _, err := w.do(olga, of); err == nil {
		t.Error("words are put over others that nobody read")
	}
	tr, _ := w.st.Transcripts.Find(transcript.Of{Session: "s1", Sitting: 1, Language: "en"})
	if of.Over = tr.Passages[0].Standing(); tr.Passages[1].Changes[0].Office != "officer" {
		t.Error(tr.Passages[1].Changes)
	}
	before := w.st.Snapshot()
	w.must(olga, of)
	if old, _ := before.Transcripts.Find(tr.Of); len(old.Passages[0].Changes) != 0 {
		t.Error("a snapshot changed")
	}
}
