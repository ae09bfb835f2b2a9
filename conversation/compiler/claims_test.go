package compiler

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
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
