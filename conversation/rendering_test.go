package conversation_test

import (
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/removal"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/translation"
)

// rendered reads how the first part of the first contribution, or one of its reactions, is rendered in French.
func rendered(w *world, a conversation.Audience, reaction int) (at cite.Position) {
	reading(w.st, a, w.now, func(r *conversation.Reading) {
		x, ok := r.Consultation.Rendering("c1.1", reaction, "fr")
		if ok && x.Position == 0 {
			w.t.Fatalf("a rendering is there for somebody who may not read it: %+v", x)
		}
		if ok {
			at = x.Position
		}
	})
	return at
}

// TestRenderings: who may read a part reads its rendering, the last one; and whatever takes the words away, erasing or
// blacking out, by one person or two, takes all renderings away, those that count no more included.
func TestRenderings(t *testing.T) {
	t.Parallel()
	render := func(text string) translation.Render {
		return translation.Render{Part: "c1.1", Language: "fr", Text: text}
	}
	for name, take := range map[string]func(*world) []conversation.Fact{
		"erasing": func(w *world) []conversation.Fact {
			f, _ := w.do(olga, conversation.Erase{Contribution: "c1", Ground: "abuse"})
			return f
		},
		"blacking out": func(w *world) []conversation.Fact {
			f, _ := w.do(mo, consultation.Redact{Part: "c1.1[8:12]", Ground: "abuse"})
			return f
		},
		"blacking out by two": func(w *world) []conversation.Fact {
			w.must(olga, removal.RequireTwo{Required: true})
			f, _ := w.do(mo, consultation.Redact{Part: "c1.1[8:12]", Ground: "abuse"})
			if len(f) != 1 || rendered(w, conversation.Public, 0) == 0 {
				t.Error("what was only proposed takes renderings away")
			}
			f, err := w.do(olga, consultation.ConfirmRemoval{Contribution: "c1", Proposal: w.st.Head})
			if err != nil {
				t.Error(err)
			}
			return f
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := seated(t)
			discussed(w)
			w.must(tom, render("Des bacs."), render("Des bacs, dit-il."), translation.Render{Part: "c1.1", Reaction: 1, Language: "fr", Text: "J’ai dit bacs."})
			last := w.st.Head
			if got := rendered(w, conversation.Public, 0); got != last-1 {
				t.Errorf("the rendering at %d is read, not the last, at %d", got, last-1)
			}
			if got := rendered(w, conversation.Public, 1); got != last {
				t.Errorf("that of the reaction is at %d, not %d", got, last)
			}
			gone := map[cite.Position]bool{}
			for _, f := range take(w) {
				for _, p := range f.Erase {
					gone[p] = true
				}
			}
			for p := last - 2; p <= last; p++ {
				if !gone[p] {
					t.Errorf("the rendering at %d stays", p)
				}
			}
			if rendered(w, conversation.Public, 0)+rendered(w, conversation.Public, 1) != 0 {
				t.Error("a rendering can still be found")
			}
		})
	}
	w := seated(t)
	discussed(w)
	w.must(tom, render("Des bacs."))
	w.must(mo, consultation.Withhold{Contribution: "c1", Ground: "abuse", Reason: "No."})
	if rendered(w, conversation.Public, 0) != 0 || rendered(w, audiences["moderator"], 0) == 0 {
		t.Error("withheld: everybody reads the rendering, or nobody")
	}
}
