package likeness

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// there are questions that were proposed before, in six languages: each asks something of its own in words that the others use too.
var there = []string{
	"Can a machine be named as the inventor on a patent application?",
	"Who owns what a machine has made when nobody gave it an order?",
	"Should the licence for training data be paid to each author or to a society?",
	"Does copying a whole work to train a machine infringe copyright?",
	"Who answers for a machine that copied a protected design?",
	"Copier une traduction entière pour entraîner une machine, est-ce une contrefaçon ?",
	"Les offices doivent-ils dire quand une machine a examiné la demande ?",
	"¿Puede una máquina figurar como inventora en una solicitud de patente?",
	"¿Quién responde cuando una máquina copia un diseño protegido?",
	"Может ли машина быть указана изобретателем в заявке на патент?",
	"Кому принадлежит произведение, созданное машиной без участия человека?",
	"机器写成的文字，要有人的作者才受版权保护吗？",
	"用受保护的作品训练机器，要向作者付费吗？",
	"هل يجوز أن تُذكر الآلة مخترعًا في طلب براءة؟",
	"من يملك ما تنتجه الآلة دون أمر من أحد؟",
}

func texts(some ...string) (out []Text) {
	for _, s := range some {
		out = append(out, Text{Words: []string{s}})
	}
	return out
}

// TestFind: what asks the same in like words is found, in each language, and what only speaks of the same things is not.
func TestFind(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ text, want string }{
		{"Could an application for a patent name a machine as an inventor?", there[0]},
		{"can a MACHINE be named as inventor in patent applications", there[0]},
		{"If a machine copies a protected design, who answers for it?", there[4]},
		{"Est-ce une contrefaçon d’entraîner des machines en copiant des traductions entières ?", there[5]},
		{"Quand des machines examinent les demandes, les offices le disent-ils ?", there[6]},
		{"¿Pueden las máquinas figurar como inventoras en solicitudes de patentes?", there[7]},
		{"Можно ли указать машину изобретателем в патентной заявке?", there[9]},
		{"Кому принадлежат произведения, созданные машинами без человека?", there[10]},
		{"机器写的文字是否要有人类作者才受版权保护？", there[11]},
		{"训练机器时使用受保护的作品，需要付费给作者吗？", there[12]},
		{"هل يمكن ذكر آلة كمخترع في طلبات البراءات؟", there[13]},
		{"What do schools need to teach artists about pensions?", ""},
		{"Which fees do offices ask of small firms?", ""},
		{"Les écoles doivent-elles enseigner la musique ?", ""},
		{"Сколько стоит подать жалобу в суд?", ""},
		{"农民可以保留种子吗？", ""},
		{"ما رسوم تسجيل العلامات؟", ""},
		{"", ""},
		{"?!", ""},
	} {
		got := ""
		found := Find(x.text, texts(there...), 3)
		if len(found) > 0 {
			got = there[found[0].Index]
		}
		if got != x.want {
			t.Errorf("%q: %v %q, want %q", x.text, found, got, x.want)
		}
	}
}

// TestItself: a text is wholly like itself, whatever it says, and no share is beyond its bounds.
func TestItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SliceOfN(rapid.String(), 1, 8).Draw(t, "texts")
		i := rapid.IntRange(0, len(some)-1).Draw(t, "which")
		found := Find(some[i], texts(some...), len(some))
		if len(grams(some[i], nil)) == 0 {
			if found != nil {
				t.Fatal(found)
			}
			return
		}
		itself := false
		for n, f := range found {
			itself = itself || f.Index == i && f.Share > 0.999
			if f.Share < EnoughHere || f.Share > 1 || n > 0 && f.Share > found[n-1].Share {
				t.Fatal(found)
			}
		}
		if !itself {
			t.Fatalf("%q is not like itself: %v", some[i], found)
		}
	})
}

// TestPlaces: about the same place less is enough, a translation is as good as the original, and no more are offered than asked for.
func TestPlaces(t *testing.T) {
	t.Parallel()
	text := "Can a machine be named as the inventor on a patent application?"
	if f := Find(text, []Text{{Words: []string{there[7], there[0]}}, {Words: []string{"Seeds?"}}}, 3); len(f) != 1 || f[0].Index != 0 {
		t.Error(f)
	}
	if f := Find(text, texts(there[0], there[0], there[0], "Seeds?"), 2); len(f) != 2 || f[0].Index != 0 {
		t.Error(f)
	}
}

// BenchmarkFind: among a thousand questions, each one or two sentences or of the greatest length.
func BenchmarkFind(b *testing.B) {
	for name, times := range map[string]int{"sentences": 2, "longest": 8} {
		b.Run(name, func(b *testing.B) {
			var some []Text
			for i := range 1000 {
				some = append(some, Text{Words: []string{strings.Repeat(fmt.Sprint(there[i%len(there)], " ", i, " "), times)}})
			}
			for b.Loop() {
				Find(there[0], some, 3)
			}
		})
	}
}
