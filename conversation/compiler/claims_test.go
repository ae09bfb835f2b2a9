package compiler

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// TestClaimsGovern: a word for how many is a claim where it governs those who speak, or is the subject of a verb of speaking, in every form of a
// language; and nowhere else.
func TestClaimsGovern(t *testing.T) {
	for l, all := range map[locale.Lang]map[string]string{
		"en": {
			"All systems should be listed.":                            "",
			"A register should serve all offices.":                     "",
			"Few holders of rights can read it.":                       "",
			"All works of member states are listed.":                   "",
			"Every system serves parties.":                             "",
			"Most systems support many languages.":                     "",
			"Some support for training is needed.":                     "",
			"It should be decided by consensus.":                       "",
			"See paragraph 14 of the comments.":                        "",
			"At most two names are kept.":                              "",
			"No delegation wants lamps.":                               "none",
			"None of the parties wants lamps.":                         "none",
			"Nobody said so.":                                          "none",
			"Two thirds of the delegations want lamps.":                "two_thirds",
			"Two-thirds of delegations want lamps.":                    "two_thirds",
			"Half of those who spoke want lamps.":                      "half",
			"There was consensus that lamps are needed.":               "all",
			"It was generally agreed that lamps are needed.":           "most",
			"Delegations generally agreed.":                            "most",
			"Each delegation wants lamps.":                             "all",
			"14 delegations want lamps.":                               "number 14",
			"Fourteen lamps hang there.":                               "",
			"14 of 20 parties want lamps.":                             "number 14/20",
			"60 % of the parties want lamps.":                          "percent 60",
			"Two who spoke want lamps.":                                "number 2",
			"Most small island developing member states want lamps.":   "most",
			"The vast majority of delegations want lamps.":             "most",
			"Mo\u00adst parties want lamps.":                           "most",
			"M\u043est parties want lamps.":                            "most",
			"Most p\u0430rties want lamps.":                            "most",
			"\uff2d\uff4f\uff53\uff54 parties want lamps.":             "most",
			"Most offices said so.":                                    "most",
			"Many have asked for lamps.":                               "many",
			"All works supported by offices are listed.":               "",
			"Most, it was written, and the parties were there.":        "",
			"In 2019 delegations spoke of lamps.":                      "",
			"A system should keep all names of those who made a work.": "",
		},
		"es": {
			"Todos los sistemas deberían figurar en una lista.": "", "Todas las obras de los Estados miembros figuran.": "",
			"La gran mayoría de las delegaciones quiere lámparas.": "most", "Cada delegación quiere lámparas.": "all", "Ninguna delegación quiere lámparas.": "none",
			"La totalidad de las partes quiere lámparas.": "all", "La mayoría de los pequeños Estados insulares lo pidió.": "most", "Catorce lámparas cuelgan.": "", "14 delegaciones lo dijeron.": "number 14",
			"Dos tercios de los participantes lo quieren.": "two_thirds", "Cada vez que se usa.": "",
		},
		"fr": {
			"Toutes les œuvres des États membres figurent.": "", "La grande majorité des délégations veut des lampes.": "most", "Chaque délégation veut des lampes.": "all",
			"L’ensemble des parties veut des lampes.": "all", "Aucune délégation ne veut de lampes.": "none", "La plupart des petits États insulaires le veulent.": "most",
			"La moitié des parties le veut.": "half", "Les décisions sont prises par consensus.": "", "Le nombre de contributions est connu.": "", "Deux de ceux qui ont parlé veulent des lampes.": "number 2",
			"La personne dont la voix est imitée devrait pouvoir refuser, et être consultée à nouveau pour chaque usage nouveau.": "",
		},
		"ru": {
			"Все системы следует внести в перечень.": "", "Все системы государств-членов следует внести в перечень.": "",
			"Это поддержано большинством делегаций.": "most", "По мнению большинства участников, лампы нужны.": "most", "Это нужно большинству сторон.": "most",
			"Это поддержано всеми делегациями.": "all", "По мнению всех делегаций, лампы нужны.": "all", "Многим делегациям нужны лампы.": "many", "Нескольким делегациям нужны лампы.": "several",
			"Ни одна делегация не хочет фонарей.": "none", "Большинство малых островных развивающихся государств хочет фонарей.": "most", "14 делегаций хотят фонарей.": "number 14",
			"Две трети делегаций хотят фонарей.": "two_thirds", "Человека следует спрашивать заново при каждом новом использовании.": "", "Б\u043eльшинство делегаций хочет фонарей.": "most",
			"Б\u006fльшинство делегаций хочет фонарей.": "most", "Многие считают, что фонари нужны.": "many",
		},
		"ar": {
			"ينبغي إدراج كل من النظام ومصدره.": "", "ينبغي إدراج جميع الأنظمة.": "",
			"ومعظم الوفود تريد مصابيح.": "most", "كان لمعظم الوفود رأي.": "most", "وجميع الوفود تريد مصابيح.": "all", "الغالبية العظمى من الوفود تريد مصابيح.": "most",
			"الأغلبية من الوفود تريد ذلك.": "most", "الكثير من الوفود يريد ذلك.": "many", "أكثر الوفود تريد ذلك.": "most", "مُعْظَمُ الْوُفُودِ تُرِيدُ مَصَابِيحَ.": "most", "معـــظم الوفود تريد مصابيح.": "most",
			"بعض الجهات قالت غير ذلك.": "some", "كل من تكلم أيد ذلك.": "all", "14 وفدا تريد ذلك.": "number 14", "ينبغي أن يُستأذن من جديد عند كل استعمال جديد.": "",
		},
		"zh": {
			"所有人工智能系统应当列出。": "", "所有要求都应当列明。": "", "所有作品应当列出。": "", "许多国际规则不清楚。": "",
			"各国希望有灯。": "all", "各方希望有灯。": "all", "普遍认为需要灯。": "most", "过半数代表团希望有灯。": "most", "多數代表團希望有燈。": "most", "大部份成員國希望有燈。": "most", "大多数小岛屿发展中成员国希望有灯。": "most",
			"没有代表团希望有灯。": "none", "14个代表团希望有灯。": "number 14", "十四个代表团希望有灯。": "number 14", "许多人认为需要灯。": "many", "三分之二的代表团希望有灯。": "two_thirds", "第三方可以查看。": "", "决定以协商一致方式作出。": "",
			"声音被模仿的人应当可以拒绝，每一种新用途都应当再次征得其同意。": "",
		},
	} {
		for text, want := range all {
			var got []string
			for _, c := range claims(l, text) {
				s := c.String()
				if c.n > 0 {
					s += fmt.Sprintf(" %d", c.n)
				}
				if c.of > 0 {
					s += fmt.Sprintf("/%d", c.of)
				}
				got = append(got, s)
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("%s: %q claims %q, and not %q", l, text, got, want)
			}
		}
	}
}

// TestCountsAreOfOneStance: those who want a thing and those who do not are no majority together, and a count is of the stance that the sentence says.
func TestCountsAreOfOneStance(t *testing.T) {
	w := newRiver(t)
	var yes, no []cite.Ref
	for i := range 12 {
		yes = append(yes, w.say(i+1, false, consultation.Yes))
	}
	for i := range 4 {
		no = append(no, w.say(20+i, false, consultation.No))
	}
	words := []cite.Ref{w.say(30, false, consultation.NoStance), w.say(31, false, consultation.NoStance)}
	question := cite.Ref("p1.e1.x3")
	for _, c := range []struct {
		text  string
		cites []cite.Ref
		want  string
	}{
		{"Most parties want lamps.", yes, ""},
		{"Most parties want lamps.", yes[:9], "quantifier"},
		{"Most parties want lamps.", slices.Concat(yes[:8], no), "stance"},
		{"Most parties spoke of lamps.", slices.Concat(yes[:8], no), "stance"},
		{"Most parties want lamps.", slices.Concat(yes[:8], words), ""}, // ten of eighteen
		{"Most parties oppose lamps.", yes, "stance"},
		{"Most parties do not want lamps.", yes, "stance"},
		{"Most parties answered no.", yes, "stance"},
		{"Most parties answered yes.", yes, ""},
		{"Most parties want lamps.", []cite.Ref{question}, ""},
		{"Most parties oppose lamps.", []cite.Ref{question}, "stance"},
		{"Several parties oppose lamps.", []cite.Ref{question}, ""},
		{"Several parties said so.", []cite.Ref{question, no[0]}, ""}, // twelve are more than half
		{"4 parties said so.", []cite.Ref{question}, "stance"},        // which four?
		{"4 parties said so.", []cite.Ref{question, no[0]}, ""},
		{"4 parties oppose lamps.", []cite.Ref{question}, ""},
		{"5 parties oppose lamps.", []cite.Ref{question}, "quantifier"},
		{"12 of 16 parties want lamps.", []cite.Ref{question}, ""},
		{"12 of 17 parties want lamps.", []cite.Ref{question}, "quantifier"},
		{"75 % of the parties want lamps.", []cite.Ref{question}, ""},
		{"Two thirds of the parties want lamps.", []cite.Ref{question}, ""},
		{"Half of the parties oppose lamps.", []cite.Ref{question}, "stance"},
		{"No party supports them in part.", []cite.Ref{question}, ""},
		{"No party opposes lamps.", []cite.Ref{question}, "nobody"},
		{"No party spoke of lamps.", []cite.Ref{question}, "nobody"}, // of which stance?
		{"No party opposes lamps.", yes, "nobody"},                   // of those that are cited: which says nothing of the others
	} {
		el := paper.Element{Kind: paper.Paragraph, Cites: c.cites, Text: locale.Plain("en", c.text)}
		var got []string
		for _, k := range w.keys(el) {
			if k = strings.TrimPrefix(k, "0 "); k != "unread" && k != "-1 minority" {
				got = append(got, k)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q by %d sources: %v, and not %q", c.text, len(c.cites), got, c.want)
		}
	}
}

// TestHeadings: a heading, the title and the note hold nothing that needs a source: no sentence, no claim, no quotation, nothing that somebody said.
func TestHeadings(t *testing.T) {
	w := newRiver(t)
	compile := func(kind string, l locale.Lang, text string) string {
		p := Paper{Itself: "p2", Original: l}
		switch kind {
		case "title":
			p.Title = locale.Plain(l, text)
		case "note":
			p.Note = locale.Plain(l, text)
		default:
			p.Elements = []paper.Element{{Kind: kind, Text: locale.Plain(l, text)}}
		}
		var got []string
		for _, f := range w.house().Compile(p) {
			got = append(got, strings.TrimPrefix(f.Key, "compiler."))
		}
		return strings.Join(got, " ")
	}
	for _, c := range []struct {
		kind string
		l    locale.Lang
		text string
		want string
	}{
		{paper.Theme, "en", "Use of works as training data", ""},
		{paper.Theme, "en", "What was heard", ""},
		{paper.Issue, "en", "Support for small offices", ""},
		{paper.Theme, "en", "Should ferries be free?", ""},
		{paper.Theme, "en", "Ferries should be free", "heading_sentence"},
		{paper.Theme, "en", "Nothing is gained by lamps.", "heading_sentence"},
		{paper.Theme, "en", "Free ferries.", "heading_sentence"},
		{paper.Issue, "en", "Ferries. Lamps", "heading_sentence"},
		{paper.Issue, "en", "Ferries\nLamps", "heading_sentence"},
		{paper.Theme, "en", "The parties want lamps", "heading_speech"},
		{paper.Theme, "en", "Lamps, wanted by most parties", "heading_quantity"},
		{paper.Theme, "en", "The ‘night’ crossing", "heading_quotation"},
		{paper.Theme, "fr", "Les bacs doivent être gratuits", "heading_sentence"},
		{paper.Theme, "fr", "Les pays de l’Est et le fleuve", ""},
		{paper.Theme, "es", "Los transbordadores deberían ser gratuitos", "heading_sentence"},
		{paper.Theme, "ru", "Паромы должны быть бесплатными", "heading_sentence"},
		{paper.Theme, "zh", "渡船应当免费", "heading_sentence"},
		{paper.Theme, "zh", "人工智能的应用", ""},
		{paper.Theme, "ar", "ينبغي أن تكون العبّارات مجانية", "heading_sentence"},
		{"title", "en", "Considerations on ferries", ""},
		{"title", "en", "Ferries must be free", "title_sentence"},
		{"note", "en", "This paper was written for a demonstration. Nothing in it is real.", ""},
		{"note", "en", "It was prepared in May. Delegations have said that ferries are slow.", "title_speech"},
		{"note", "en", "It was agreed that ferries are slow.", "title_speech"},
		{"note", "fr", "Les délégations ont dit non.", "title_speech"},
		{"note", "ru", "Делегации считают иначе.", "title_speech"},
		{"note", "zh", "代表团认为渡船很慢。", "title_speech"},
		{"note", "ar", "قالت الوفود إن العبّارات بطيئة.", "title_speech"},
	} {
		if got := compile(c.kind, c.l, c.text); got != c.want {
			t.Errorf("%s %q: %q, and not %q", c.kind, c.text, got, c.want)
		}
	}
}

// TestOnlyElementsAreSources: what is cited is one point, passage, answer, question or priority, and nothing that holds many.
func TestOnlyElementsAreSources(t *testing.T) {
	w := newRiver(t)
	for _, r := range []cite.Ref{"p1", "p1.e1", "c1", "k1", "b1", "o1", "s1", "s1.i2", "c1.f1", "y0000000000000", "p1.e1.x2", "c1.1", "c1.1[0:2]", "d1", "q1", "o1.t2", "p1.e1.x2.en[0:2]"} {
		whole := w.keys(paper.Element{Cites: []cite.Ref{r}})[0] == "0 source"
		if want := !slices.Contains([]cite.Ref{"p1.e1.x2", "c1.1", "c1.1[0:2]", "d1", "q1", "o1.t2", "p1.e1.x2.en[0:2]"}, r); whole != want {
			t.Errorf("%s: %v", r, whole)
		}
	}
}

// TestTranslationsAreOneSentence: no translation adds a sentence to the original, in the edition or after it.
func TestTranslationsAreOneSentence(t *testing.T) {
	w := newRiver(t)
	el := paper.Element{Kind: paper.Paragraph, Cites: []cite.Ref{"p1.e1.x2"}, Text: locale.Text{Original: "en", In: map[locale.Lang]string{"en": "Boats cross.", "fr": "Les bacs traversent. Les vaches nagent."}}}
	if got := w.keys(el); !slices.Equal(got, []string{"0 translation_sentences", "0 unread"}) {
		t.Error(got)
	}
	w.publish("p2.e1", paper.Considerations, paper.Element{Ref: "p2.x1", Kind: paper.Paragraph, Cites: []cite.Ref{"p1.e1.x2"}, Text: locale.Plain("en", "Boats cross.")})
	e, _ := w.papers.Edition("p2.e1")
	for text, want := range map[string]string{"Les bacs traversent.": "", "Les bacs traversent… les vaches nagent.": "compiler.translation_sentences"} {
		got := ""
		for _, r := range refusal.Of(Translated(e, "p2.x1", "fr", text)) {
			got += r.Key
		}
		if got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	w.must((&paper.Published{Ref: "p3.e1", PaperKind: paper.Summary, Symbol: "N", Title: locale.Plain("en", "N"), Note: locale.Plain("en", "Prepared in May. It is short."), At: noon}).Apply(w.papers, w.entry()))
	e, _ = w.papers.Edition("p3.e1")
	if err := Translated(e, paper.NotePassage, "fr", "Rédigé en mai. Elle est courte."); err != nil {
		t.Error("the note holds whole sentences in every language", err)
	}
}

// TestMarksAreOfTheSourcesAsTheyStood: what was said of a sentence before its source was corrected is said of other words; what is said afterwards counts.
func TestMarksAreOfTheSourcesAsTheyStood(t *testing.T) {
	w := newRiver(t)
	point := w.say(1, false, consultation.Yes)
	el := paper.Element{Kind: paper.Paragraph, Cites: []cite.Ref{point, "p1.x2"}, Text: locale.Plain("en", "It is said.")}
	read := func(want int) {
		t.Helper()
		if got := len(w.house().Marks(&el, nil)); got != want {
			t.Errorf("%d marks", got)
		}
	}
	w.mark(el, "u9", paper.Supported)
	read(1)
	other := w.say(2, false, consultation.Yes)
	w.must((&correction.Corrected{Contribution: other.Root(), Parts: []consultation.CorrectedPart{{Part: 1, Bytes: 3}}}).Apply(w.book, w.entry()))
	read(1)
	w.must((&correction.Corrected{Contribution: point.Root(), Parts: []consultation.CorrectedPart{{Part: 1, Bytes: 3}}}).Apply(w.book, w.entry()))
	read(0)
	w.mark(el, "u9", paper.Supported)
	read(1)
	again := []paper.Element{{Ref: "p1.x1", Kind: paper.Issue, Number: "1"}, {Ref: "p1.x2", Kind: paper.Paragraph, Number: "1"}}
	w.publish("p1.e2", paper.IssuesPaper, again...)
	read(1) // the passage says the same
	again[1].Text = locale.Plain("en", "It is said otherwise.")
	w.publish("p1.e3", paper.IssuesPaper, again...)
	read(0)
}
