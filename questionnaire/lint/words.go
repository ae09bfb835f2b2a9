package lint

import "github.com/openplenary/plenary/locale"

// leading are words that lead to an answer: they expect it, or say that everybody gives it. "Do you agree" is among
// them, because more people agree with whatever they are asked than disagree with its contrary.
var leading = map[locale.Lang][]string{
	locale.English: {"don't you", "do you not", "wouldn't you", "would you not", "shouldn't we", "isn't it", "aren't they", "do you agree", "would you agree", "surely", "obviously", "clearly",
		"of course", "undoubtedly", "needless to say", "everyone knows", "everybody knows", "it is well known", "how much do you support"},
	locale.French: {"n'est-ce pas", "ne pensez-vous pas", "ne croyez-vous pas", "ne trouvez-vous pas", "ne faut-il pas", "êtes-vous d'accord", "évidemment", "bien sûr",
		"bien entendu", "naturellement",
		"à l'évidence", "sans aucun doute", "chacun sait", "tout le monde sait", "il est bien connu"},
	locale.Spanish: {"no cree", "no piensa", "no le parece", "no considera", "verdad que", "no es cierto", "está de acuerdo", "están de acuerdo", "evidentemente",
		"obviamente", "claramente", "por supuesto",
		"desde luego", "sin duda", "naturalmente", "como todos saben", "todo el mundo sabe", "es bien sabido"},
	locale.Russian: {"не считаете ли", "не думаете ли", "не кажется ли", "не правда ли", "согласны ли", "вы согласны", "разве", "неужели", "очевидно", "конечно",
		"разумеется", "безусловно", "несомненно",
		"как известно", "все знают"},
	locale.Chinese: {"难道", "是否同意", "同意吗", "不认为", "不觉得", "不是吗", "显然", "当然", "众所周知", "毫无疑问", "大家都知道"},
	locale.Arabic: {"ألا تعتقد", "ألا تعتقدون", "ألا ترى", "ألا ترون", "ألا تظن", "أليس", "أليس من", "هل توافق", "هل توافقون", "هل تتفق", "هل تتفقون", "بالطبع",
		"بلا شك", "لا شك", "من الواضح", "من البديهي",
		"كما يعلم الجميع", "الجميع يعلم", "من المعروف"},
}

// eitherOr are two things in one word.
var eitherOr = map[locale.Lang][]string{
	locale.English: {"and/or"}, locale.French: {"et/ou"}, locale.Spanish: {"y/o"}, locale.Russian: {"и/или"}, locale.Chinese: {"和/或", "及/或"}, locale.Arabic: {"و/أو"},
}

// joins are words that join two things.
var joins = map[locale.Lang][]string{
	locale.English: {"and"}, locale.French: {"et"}, locale.Spanish: {"y", "e"}, locale.Russian: {"и"}, locale.Chinese: {"以及", "并且"},
}

// agreeing is how a choice begins that agrees.
var agreeing = map[locale.Lang][]string{
	locale.English: {"yes", "agree", "strongly agree", "fully agree", "i agree", "support", "strongly support", "i support", "in favour", "in favor", "very good",
		"excellent", "very satisfied", "very useful", "very important"},
	locale.French: {"oui", "d'accord", "tout à fait", "je suis d'accord", "favorable", "tout à fait favorable", "je soutiens", "très bien", "excellent",
		"très satisfait", "très utile", "très important"},
	locale.Spanish: {"sí", "de acuerdo", "muy de acuerdo", "totalmente de acuerdo", "estoy de acuerdo", "a favor", "apoyo", "muy bueno", "excelente", "muy satisfecho",
		"muy útil", "muy importante"},
	locale.Russian: {"да", "согласен", "согласна", "полностью согласен", "полностью согласна", "поддерживаю", "очень хорошо", "отлично", "очень полезно", "очень важно"},
	locale.Chinese: {"是", "同意", "完全同意", "非常同意", "支持", "完全支持", "赞成", "非常满意", "很好", "非常好", "非常重要", "非常有用"},
	locale.Arabic:  {"نعم", "أوافق", "أوافق تماما", "موافق", "أؤيد", "أؤيد بشدة", "ممتاز", "جيد جدا", "راض جدا", "مهم جدا", "مفيد جدا"},
}
