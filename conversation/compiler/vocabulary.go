package compiler

import "github.com/openplenary/plenary/locale"

// vocabulary are the words of a language by which a sentence says how many of those who spoke say something. A word of quantity is a claim where it
// governs a word for those who speak ("most small island states"), or is the subject of a verb of speaking ("many said"). "Most recent works" says
// nothing about parties, and "should serve all offices" neither. All are whole words, compared as the eye sees them: see fold.
type vocabulary struct {
	quantity map[Quantity][]string // stand before those who speak
	adverbs  map[Quantity][]string // stand beside a verb of speaking or one who speaks: "generally agreed"
	alone    map[Quantity][]string // are a claim by themselves: "there is consensus that"
	never    []string              // hold a term and are none: "by consensus"
	speakers []string              // those who speak, and what they sent
	who      []string              // "who", before a verb of speaking
	said     []string              // verbs of speaking and of wanting
	weak     []string              // those that systems and works may be subjects of too: "support"; they count with nothing between
	helping  []string              // may stand before a verb of speaking: "have"
	before   []string              // may stand before those who speak: "of the"
	like     []string              // adjectives that may stand before them, in languages in which most stand behind
	stops    []string              // end what a quantity governs: "should"
	numbers  []string              // two, three, … twelve, all forms of a number in one string
	percent  []string
	of       []string // between a number and how many there are: "14 of 20 parties"
	finite   []string // verbs that no heading needs: "is", "should"
	asking   []string // begin a heading that asks: "what", "how"
	that     []string // behind a verb of speaking, before what is said
	answers  map[string][]string
}

// What a sentence says of the stance of those whom it counts: the words are looked for everywhere in it.
const (
	wordsFor     = "for"
	wordsAgainst = "against"
	wordsNot     = "not"
	wordsPart    = "part" // in part
	wordsYes     = "yes"  // behind a verb of speaking: "answered yes"
	wordsNo      = "no"
)

var vocabularies = map[locale.Lang]vocabulary{"en": english, "fr": french, "es": spanish, "ru": russian, "ar": arabic, "zh": chinese}

var english = vocabulary{
	quantity: map[Quantity][]string{
		Everyone: {"all", "every", "everyone", "everybody", "each"}, ThreeQuarters: {"three quarters", "three fourths"}, TwoThirds: {"two thirds"},
		Most: {"most", "the majority", "a majority", "majority", "the bulk"},
		Half: {"half", "one half"}, Third: {"a third", "one third"}, Many: {"many", "numerous", "a large number", "a great number", "a great many", "a good many", "scores", "dozens"},
		Several: {"several", "a number", "various", "a handful"}, Some: {"some", "certain", "a couple"}, Few: {"few", "a few", "a minority", "minority", "hardly any"},
		None: {"no", "none", "nobody", "no one", "neither", "not one", "not a single"}},
	adverbs: map[Quantity][]string{Everyone: {"unanimously", "universally"}, Most: {"generally", "largely", "mostly", "mainly", "widely", "broadly", "predominantly", "overwhelmingly"}},
	alone:   map[Quantity][]string{Everyone: {"consensus", "unanimity"}},
	never: []string{"by consensus", "without consensus", "no consensus", "seek consensus", "reach consensus", "for consensus", "towards consensus", "by unanimity",
		"at most", "some day", "each other", "all in all", "state of the art"},
	speakers: []string{"party", "parties", "delegation", "delegations", "delegate", "delegates", "state", "states", "member", "members", "country", "countries", "government", "governments",
		"contribution", "contributions", "contributor", "contributors", "comment", "comments", "commenter", "commenters", "commentator", "commentators", "response", "responses",
		"respondent", "respondents", "reply", "replies", "submission", "submissions", "speaker", "speakers", "stakeholder", "stakeholders", "observer", "observers",
		"participant", "participants", "intervention", "interventions", "voice", "voices", "ngo", "ngos"},
	who: []string{"who", "that", "which"},
	said: []string{"said", "say", "says", "spoke", "wrote", "stated", "commented", "replied", "answered", "responded", "asked", "ask", "agreed", "agree", "agrees", "disagreed", "disagree",
		"disagrees", "thought", "think", "thinks", "believed", "believe", "believes", "felt", "feel", "feels", "held that", "argued", "argue", "argues", "proposed", "propose", "proposes",
		"suggested", "suggest", "stressed", "stress", "noted", "wanted", "want", "wants", "preferred", "prefer", "prefers", "favoured", "favour", "favours", "favored", "favor", "favors",
		"wished", "wish", "wishes", "demanded", "demand", "demands", "urged", "urge", "insisted", "insist", "doubted", "doubt", "rejected", "reject", "rejects", "welcomed", "welcome",
		"endorsed", "endorse", "endorses", "objected", "considered that", "consider that", "recommended", "opposed", "supported", "took part", "took a position"},
	weak:    []string{"support", "supports", "oppose", "opposes", "object", "objects", "request", "requested", "call for", "called for", "consider", "considered", "accept", "accepted"},
	helping: []string{"have", "has", "had", "do", "does", "did", "also", "would", "clearly", "strongly"},
	before:  []string{"of", "the", "these", "those", "all", "our", "its", "their", "them", "other"},
	stops: []string{"of", "for", "in", "on", "at", "to", "with", "from", "by", "as", "about", "under", "over", "between", "through", "than", "that", "which", "who", "whose", "where", "when",
		"while", "if", "because", "but", "should", "must", "may", "might", "can", "could", "will", "would", "shall", "is", "are", "was", "were", "be", "been", "being", "has", "have", "had",
		"do", "does", "did", "not", "the", "a", "an", "this", "these", "those", "its", "their", "without"},
	numbers: []string{"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"},
	percent: []string{"per cent", "percent"}, of: []string{"of", "out of", "of the", "out of the", "among", "among the"},
	finite: []string{"is", "are", "was", "were", "should", "must", "has", "have", "had", "shall", "cannot", "may", "want", "wants", "need", "needs"},
	asking: []string{"what", "how", "who", "whose", "which", "why", "when", "where", "whether"},
	that:   []string{"that"},
	answers: map[string][]string{wordsFor: {"want", "wants", "wanted", "support", "supports", "supported", "favour", "favours", "favoured", "favor", "favors", "favored", "agree", "agrees",
		"agreed",
		"endorse", "endorses", "endorsed", "welcome", "welcomed", "in favour", "in favor"},
		wordsAgainst: {"oppose", "opposes", "opposed", "reject", "rejects", "rejected", "against", "disagree", "disagrees", "disagreed", "object", "objects", "objected"},
		wordsNot:     {"not", "never", "no longer", "don t", "doesn t", "didn t"}, wordsPart: {"in part", "partly", "partially"}, wordsYes: {"yes"}, wordsNo: {"no"}},
}

var french = vocabulary{
	quantity: map[Quantity][]string{
		Everyone: {"tous", "toutes", "tout", "toute", "chacun", "chacune", "chaque", "l’ensemble", "la totalité"}, ThreeQuarters: {"les trois quarts", "trois quarts"},
		TwoThirds: {"les deux tiers", "deux tiers"},
		Most: {"la plupart", "la majorité", "une majorité", "la grande majorité", "une grande majorité", "la vaste majorité", "une large majorité", "l’immense majorité", "majorité",
			"la majeure partie",
			"la plus grande partie"},
		Half: {"la moitié", "moitié"}, Third: {"un tiers", "le tiers"},
		Many:    {"beaucoup", "nombre", "bon nombre", "un grand nombre", "de nombreux", "de nombreuses", "nombreux", "nombreuses", "maints", "maintes"},
		Several: {"plusieurs", "un certain nombre", "divers", "diverses", "différents", "différentes"},
		Some:    {"certains", "certaines", "quelques", "quelques-uns", "quelques-unes"}, Few: {"peu", "une minorité", "la minorité", "rares sont", "rares"},
		None: {"aucun", "aucune", "nul", "nulle", "personne", "pas un", "pas une"}},
	adverbs: map[Quantity][]string{Everyone: {"unanimement", "à l’unanimité"}, Most: {"majoritairement", "généralement", "largement", "en général", "en majorité"}},
	alone:   map[Quantity][]string{Everyone: {"consensus", "unanimité"}},
	never: []string{"par consensus", "sans consensus", "du consensus", "de consensus", "un consensus", "le consensus", "rechercher un consensus", "à l’unanimité", "tout en", "peu à peu",
		"tout à fait",
		"en tout cas", "une personne", "la personne", "toute personne", "chaque personne", "cette personne", "quelque peu", "le nombre", "du nombre", "au nombre", "ce nombre"},
	speakers: []string{"partie", "parties", "partie prenante", "délégation", "délégations", "délégué", "délégués", "déléguées", "état", "états", "membre", "membres", "pays", "gouvernement",
		"gouvernements",
		"contribution", "contributions", "contributeur", "contributeurs", "contributrices", "commentaire", "commentaires", "commentateurs", "réponse", "réponses", "répondants", "orateur",
		"orateurs",
		"oratrices", "observateur", "observateurs", "intervenant", "intervenants", "participant", "participants", "intervention", "interventions", "communications", "voix", "ong"},
	who: []string{"qui"},
	said: []string{"dit", "disent", "demandé", "demandent", "parlé", "écrit", "déclaré", "déclarent", "répondu", "estiment", "estimé", "estime", "pensent", "pense", "pensé", "considèrent",
		"considéré",
		"veulent", "veut", "voulu", "souhaitent", "souhaite", "souhaité", "proposent", "proposé", "approuvent", "approuvé", "rejettent", "rejeté", "jugent", "jugé", "préfèrent", "préféré",
		"s’opposent", "opposés", "soutenu", "appuyé", "convenu", "soulignent", "souligné", "convenus", "pris position", "refusent", "réclament"},
	weak:    []string{"soutiennent", "soutient", "appuient", "acceptent", "accepté", "admettent"},
	helping: []string{"ont", "a", "avaient", "sont", "l", "le", "la", "les", "y", "en", "s", "se", "est", "étaient", "également", "ne", "n"},
	before:  []string{"de", "des", "du", "d", "la", "le", "les", "l", "ces", "ceux", "celles", "entre", "nos", "leurs", "eux", "elles"},
	like: []string{"petits", "petites", "petit", "grands", "grandes", "autres", "autre", "nombreux", "nombreuses", "divers", "diverses", "mêmes", "principaux", "principales", "différents",
		"différentes",
		"premiers", "premières", "nouveaux", "nouvelles", "plus", "très", "rares", "seules", "seuls"},
	numbers: []string{"deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"},
	percent: []string{"pour cent"}, of: []string{"sur", "sur les", "des", "parmi", "parmi les"},
	finite: []string{"est", "sont", "était", "étaient", "doit", "doivent", "devrait", "devraient", "faut", "faudrait", "peut", "peuvent", "ont", "veut", "veulent"},
	asking: []string{"ce que", "ce qu", "ce qui", "comment", "qui", "quel", "quelle", "quels", "quelles", "pourquoi", "quand", "où", "si"},
	that:   []string{"que", "qu"},
	answers: map[string][]string{wordsFor: {"veulent", "veut", "voulu", "souhaitent", "souhaite", "souhaité", "soutiennent", "soutient", "soutenu", "appuient", "appuyé", "approuvent",
		"approuvé",
		"favorables", "favorable", "en faveur", "pour que", "d’accord"},
		wordsAgainst: {"s’opposent", "s’oppose", "opposés", "opposées", "opposé", "contre", "rejettent", "rejeté", "refusent", "refusé", "défavorables"},
		wordsNot:     {"ne", "n’", "pas", "jamais", "aucun"}, wordsPart: {"en partie", "partiellement"}, wordsYes: {"oui"}, wordsNo: {"non"}},
}

var spanish = vocabulary{
	quantity: map[Quantity][]string{
		Everyone: {"todos", "todas", "todo", "toda", "cada", "la totalidad", "el conjunto"}, ThreeQuarters: {"tres cuartas partes", "las tres cuartas partes", "tres cuartos"},
		TwoThirds: {"dos tercios", "los dos tercios", "las dos terceras partes", "dos terceras partes"},
		Most: {"la mayoría", "una mayoría", "la gran mayoría", "una gran mayoría", "la inmensa mayoría", "la amplia mayoría", "una amplia mayoría", "mayoría", "la mayor parte",
			"mayor parte"},
		Half: {"la mitad", "mitad"}, Third: {"un tercio", "la tercera parte"},
		Many:    {"muchos", "muchas", "numerosos", "numerosas", "un gran número", "gran número", "buen número", "multitud"},
		Several: {"varios", "varias", "diversos", "diversas", "distintos", "distintas", "cierto número", "una serie"},
		Some:    {"algunos", "algunas", "unos cuantos", "unas cuantas", "ciertos", "ciertas"}, Few: {"pocos", "pocas", "una minoría", "la minoría", "unos pocos", "unas pocas"},
		None: {"ninguna", "ninguno", "ningún", "nadie"}},
	adverbs: map[Quantity][]string{Everyone: {"unánimemente", "por unanimidad"}, Most: {"mayoritariamente", "generalmente", "ampliamente", "en general", "en su mayoría"}},
	alone:   map[Quantity][]string{Everyone: {"consenso", "unanimidad"}},
	never: []string{"por consenso", "sin consenso", "de consenso", "del consenso", "el consenso", "un consenso", "por unanimidad", "sobre todo", "ante todo", "en todo caso", "cada vez",
		"cada cual", "en todas partes", "en ninguna parte"},
	speakers: []string{"parte interesada", "partes interesadas", "partes", "parte", "delegación", "delegaciones", "delegado", "delegados", "delegadas", "estado", "estados", "miembro",
		"miembros", "país", "países",
		"gobierno", "gobiernos", "contribución", "contribuciones", "contribuyentes", "comentario", "comentarios", "comentaristas", "respuesta", "respuestas", "orador", "oradores", "oradoras",
		"observador", "observadores", "observadoras", "participante", "participantes", "interviniente", "intervinientes", "intervención", "intervenciones", "voces", "interesados", "interesadas",
		"comunicaciones", "ong"},
	who: []string{"que", "quienes"},
	said: []string{"dijo", "dijeron", "dicho", "dicen", "dice", "pidió", "pidieron", "pedido", "piden", "pide", "hablaron", "hablado", "escribieron", "escrito", "declararon", "declarado",
		"respondieron", "respondido",
		"contestaron", "consideran", "consideraron", "considera", "piensan", "piensa", "pensaron", "creen", "creyeron", "quieren", "quiere", "quisieron", "desean", "desea", "deseaban",
		"propusieron",
		"propuesto", "proponen", "propone", "aprueban", "rechazan", "rechazaron", "rechaza", "rechazado", "prefieren", "prefirieron", "prefiere", "oponen", "opusieron", "opone", "opuesto",
		"apoyado",
		"apoyaron", "opinan", "opinaron", "opina", "estiman", "estimaron", "coincidieron", "coinciden", "señalaron", "señalado", "subrayaron", "acordaron"},
	weak:    []string{"apoyan", "apoya", "aceptan", "aceptaron", "respaldan", "respaldaron", "favorecen"},
	helping: []string{"han", "ha", "habían", "lo", "la", "los", "las", "se", "le", "también", "no"},
	before:  []string{"de", "del", "la", "el", "los", "las", "estos", "estas", "esos", "esas", "ellos", "ellas", "entre", "nuestros"},
	like: []string{"pequeños", "pequeñas", "pequeño", "grandes", "otros", "otras", "otra", "otro", "demás", "diversos", "diversas", "distintos", "distintas", "principales", "numerosos",
		"numerosas", "primeros",
		"primeras", "nuevos", "nuevas", "mismos", "mismas", "más", "muy"},
	numbers: []string{"dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce"},
	percent: []string{"por ciento"}, of: []string{"de", "de las", "de los", "de entre", "entre"},
	finite: []string{"es", "son", "era", "eran", "fue", "fueron", "debe", "deben", "debería", "deberían", "hay", "puede", "pueden", "tiene", "tienen", "quiere", "quieren"},
	asking: []string{"qué", "lo que", "cómo", "quién", "quiénes", "cuál", "cuáles", "por qué", "cuándo", "dónde", "si"},
	that:   []string{"que"},
	answers: map[string][]string{wordsFor: {"quieren", "quiere", "quisieron", "desean", "desea", "apoyan", "apoya", "apoyaron", "apoyado", "respaldan", "respaldaron", "aprueban", "a favor",
		"de acuerdo", "favorables"},
		wordsAgainst: {"oponen", "opone", "opusieron", "opuesto", "en contra", "contra", "rechazan", "rechaza", "rechazaron", "rechazado"},
		wordsNot:     {"no", "nunca", "jamás", "tampoco"}, wordsPart: {"en parte", "parcialmente"}, wordsYes: {"sí"}, wordsNo: {"que no"}},
}

var russian = vocabulary{
	quantity: map[Quantity][]string{
		Everyone:      {"все", "всех", "всем", "всеми", "каждый", "каждая", "каждое", "каждого", "каждой", "каждому", "каждым", "каждую", "вся", "любая", "любой"},
		ThreeQuarters: {"три четверти", "трёх четвертей", "тремя четвертями"}, TwoThirds: {"две трети", "двух третей", "двумя третями", "двум третям"},
		Most: {"большинство", "большинства", "большинству", "большинством", "большинстве", "большая часть", "большей части", "большую часть", "большей частью", "подавляющая часть"},
		Half: {"половина", "половины", "половине", "половину", "половиной"}, Third: {"треть", "трети", "третью"},
		Many:    {"многие", "много", "многих", "многим", "многими", "немало", "множество", "множества", "многочисленные", "многочисленных", "значительное число"},
		Several: {"несколько", "нескольких", "нескольким", "несколькими", "ряд", "ряда", "ряду", "рядом", "различные", "различных"},
		Some:    {"некоторые", "некоторых", "некоторым", "некоторыми", "часть", "части", "частью", "кое-кто"},
		Few:     {"немногие", "немногих", "немногим", "немногими", "мало", "меньшинство", "меньшинства", "меньшинству", "меньшинством"},
		None:    {"никто", "никого", "никому", "никем", "ни один", "ни одна", "ни одно", "ни одного", "ни одной", "ни одному", "ни одну", "никакая", "никакие"}},
	adverbs: map[Quantity][]string{Everyone: {"единогласно", "единодушно", "единодушны"}, Most: {"в целом", "в основном", "преимущественно", "большей частью", "широко"}},
	alone:   map[Quantity][]string{Everyone: {"консенсус", "единодушие"}},
	never:   []string{"все ещё", "все же", "все более", "все равно", "прежде всего", "рядом с", "в части", "по части", "составной частью", "как часть", "часть вторая"},
	speakers: []string{"сторона", "стороны", "сторон", "сторонам", "сторонами", "участник", "участника", "участники", "участников", "участникам", "участниками", "участница", "делегация",
		"делегации", "делегаций",
		"делегациям", "делегациями", "делегацию", "делегацией", "делегат", "делегаты", "делегатов", "делегатам", "делегатами", "государство", "государства", "государств", "государствам",
		"государствами",
		"государством", "член", "члена", "члены", "членов", "членам", "членами", "страна", "страны", "стран", "странам", "странами", "страной", "правительство", "правительства", "правительств",
		"комментарий", "комментарии", "комментариев", "комментариям", "комментариях", "комментаторы", "ответ", "ответы", "ответов", "ответах", "выступающий", "выступающие", "выступающих",
		"выступавшие", "выступавших", "выступивший", "выступившие", "выступивших", "выступившим", "выступления", "выступлений", "выступлениях", "оратор", "ораторы", "ораторов", "ораторам",
		"ораторами",
		"наблюдатель", "наблюдатели", "наблюдателей", "наблюдателям", "наблюдателями", "голоса", "голосов", "высказавшиеся", "высказавшихся", "высказавшимся", "ответившие", "ответивших",
		"респондентов", "респонденты"},
	who: []string{"кто", "которые", "которая", "который"},
	said: []string{"сказал", "сказала", "сказали", "сказало", "говорит", "говорят", "говорили", "спросил", "спросили", "спрашивали", "спрашивают", "высказался", "высказалась", "высказались",
		"высказалось",
		"высказано", "выступил", "выступила", "выступили", "выступило", "выступают", "написал", "написали", "написала", "заявил", "заявили", "заявила", "ответил", "ответили", "ответила",
		"считает", "считают",
		"считали", "считало", "полагает", "полагают", "полагали", "думает", "думают", "хочет", "хотят", "хотели", "хотело", "желает", "желают", "предложил", "предложили", "предлагает",
		"предлагают", "предлагали",
		"возражает", "возражают", "возразили", "возражали", "одобрили", "одобряют", "одобряет", "отвергли", "отвергают", "согласились", "согласны", "согласно с", "отметили", "подчеркнули",
		"настаивают",
		"предпочитают", "предпочли", "поддержали", "поддержано", "поддержало", "признано", "просят", "просили", "попросили", "заняли позицию"},
	weak:    []string{"поддерживает", "поддерживают", "поддерживали", "принимают", "допускают"},
	helping: []string{"также", "не", "бы", "уже", "было"},
	before:  []string{"из", "эти", "этих", "тех", "те", "наши", "наших", "них", "другие", "других"},
	stops: []string{"в", "во", "на", "для", "с", "со", "к", "ко", "о", "об", "по", "при", "от", "до", "у", "за", "под", "над", "через", "что", "которые", "который", "которая", "чтобы",
		"если", "когда", "должны",
		"должен", "должна", "должно", "следует", "могут", "может", "можно", "нужно", "надо", "будут", "будет", "были", "был", "не"},
	numbers: []string{"два две двух двум двумя", "три трёх трём тремя", "четыре четырёх четырьмя", "пять пяти пятью", "шесть шести шестью", "семь семи семью", "восемь восьми", "девять девяти",
		"десять десяти", "одиннадцать одиннадцати", "двенадцать двенадцати"},
	percent: []string{"процент", "процента", "процентов"}, of: []string{"из"},
	finite: []string{"является", "являются", "должен", "должна", "должно", "должны", "следует", "необходимо", "нужно", "надо", "может", "могут", "был", "была", "были", "хочет", "хотят",
		"нужны", "нужен", "нужна"},
	asking: []string{"что", "как", "кто", "чей", "какой", "какая", "какие", "почему", "когда", "где"},
	that:   []string{"что", "чтобы"},
	answers: map[string][]string{wordsFor: {"хочет", "хотят", "хотели", "хотело", "желает", "желают", "поддерживает", "поддерживают", "поддержал", "поддержали", "поддержало", "одобряют",
		"одобрили", "за то", "в пользу",
		"согласны", "согласились"}, wordsAgainst: {"против", "возражает", "возражают", "возразили", "возражали", "отвергают", "отвергли", "несогласны"},
		wordsNot: {"не", "никогда"}, wordsPart: {"частично", "отчасти"}, wordsYes: {"да"}, wordsNo: {"нет"}},
}

var arabic = vocabulary{
	quantity: map[Quantity][]string{
		Everyone: {"جميع", "الجميع", "كل", "كلا", "كافة", "كافه", "سائر"}, ThreeQuarters: {"ثلاثة أرباع"}, TwoThirds: {"ثلثا", "ثلثي", "ثلثان"},
		Most: {"معظم", "أغلب", "أغلبية", "غالبية", "أكثرية", "أكثر", "جل"}, Half: {"نصف"}, Third: {"ثلث"},
		Many: {"كثير", "كثيرون", "كثيرين", "عديد", "كثيرة", "عدد كبير", "عديدة"}, Several: {"عدة", "عدد من", "مختلف", "شتى"},
		Some: {"بعض"}, Few: {"قليل", "قليلون", "قليلة", "قلة", "أقلية", "عدد قليل"}, None: {"لا أحد", "لم أحد", "لا أي", "لا يوجد أي", "لم أي", "لم تطلب أي", "لا تطلب أي", "لم تؤيد أي",
			"لا تؤيد أي", "لم تعارض أي", "ما من"}},
	adverbs: map[Quantity][]string{Everyone: {"بالإجماع"}, Most: {"عموما", "بوجه عام", "بصفة عامة", "على نطاق واسع", "إلى حد كبير"}},
	alone:   map[Quantity][]string{Everyone: {"إجماع", "توافق في الآراء"}},
	never:   []string{"بتوافق الآراء", "توافق الآراء", "كل من يدرب", "أكثر من", "على كل حال", "بشكل", "كل منهما", "عدد من المرات"},
	speakers: []string{"جهة", "جهات", "وفدا", "طرفا", "عضوا", "مشاركا", "مساهما", "بلدا", "تعليقا", "ردا", "مراقبا", "متحدثا", "طرف", "أطراف", "وفد", "وفود", "دولة", "دول", "عضو", "أعضاء",
		"بلد", "بلدان", "حكومة", "حكومات", "مشارك", "مشاركون", "مشاركين", "مشاركات", "مساهم", "مساهمون", "مساهمين",
		"مساهمة", "مساهمات", "معلق", "معلقون", "معلقين", "تعليق", "تعليقات", "رد", "ردود", "متحدث", "متحدثون", "متحدثين", "متكلم", "متكلمون", "متكلمين", "مراقب", "مراقبون", "مراقبين", "مداخلة",
		"مداخلات", "مجيبون", "مجيبين",
		"أصوات", "آراء", "مندوبون", "مندوبين", "مذكرات"},
	who: []string{"من", "الذين", "ممن", "التي"},
	said: []string{"قال", "قالت", "قالوا", "سأل", "سألت", "سألوا", "تكلم", "تكلموا", "تحدث", "تحدثت", "تحدثوا", "كتب", "كتبت", "كتبوا", "صرح", "صرحت", "أجاب", "أجابت", "أجابوا", "رأى", "رأت",
		"رأوا", "يرى", "ترى", "يرون",
		"اعتبر", "اعتبرت", "اعتبروا", "أيد", "أيدت", "أيدوا", "عارض", "عارضت", "عارضوا", "رفض", "رفضت", "رفضوا", "اقترح", "اقترحت", "اقترحوا", "طلب", "طلبت", "طلبوا", "طالب", "طالبت", "طالبوا",
		"أراد", "أرادت", "أرادوا",
		"يريد", "تريد", "يريدون", "يفضل", "تفضل", "يفضلون", "وافق", "وافقت", "وافقوا", "اتفق", "اتفقت", "اتفقوا", "أكدت", "أكد", "أكدوا", "يعارض", "تعارض", "يعارضون", "يؤيدون"},
	weak:    []string{"يؤيد", "تؤيد", "يدعم", "تدعم", "يقبل", "تقبل"},
	helping: []string{"قد", "لا", "لم"},
	before:  []string{"من", "هذه", "هؤلاء", "تلك", "كل", "جميع"},
	like:    []string{"عظمى", "ساحقة", "كبرى", "كبيرة", "واسعة", "كبير", "صغيرة", "أخرى", "مختلف"},
	numbers: []string{"اثنان اثنين اثنتان اثنتين", "ثلاث ثلاثة", "أربع أربعة", "خمس خمسة", "ست ستة", "سبع سبعة", "ثماني ثمانية ثمان", "تسع تسعة", "عشر عشرة"},
	percent: []string{"في المائة", "بالمائة", "في المئة", "بالمئة"}, of: []string{"من أصل", "من بين", "من"},
	finite: []string{"ينبغي", "يجب", "يمكن", "يتعين", "كان", "كانت", "يلزم"},
	asking: []string{"ما", "كيف", "من الذي", "أي", "لماذا", "متى", "أين", "هل", "ماذا"},
	that:   []string{"أن", "إن", "بأن"},
	answers: map[string][]string{wordsFor: {"أيد", "أيدت", "أيدوا", "يؤيد", "تؤيد", "يؤيدون", "أراد", "أرادت", "أرادوا", "يريد", "تريد", "يريدون", "وافق", "وافقت", "وافقوا", "لصالح"},
		wordsAgainst: {"عارض", "عارضت", "عارضوا", "يعارض", "تعارض", "يعارضون", "رفض", "رفضت", "رفضوا", "ضد"},
		wordsNot:     {"لا", "لم", "لن", "ليس", "ليست", "عدم", "ألا"}, wordsPart: {"جزئيا"}, wordsYes: {"نعم"}, wordsNo: {"لا"}},
}

var chinese = vocabulary{
	quantity: map[Quantity][]string{
		Everyone: {"所有", "全部", "全体", "全體", "各个", "各個", "每个", "每個", "每一个", "每一", "一切"}, ThreeQuarters: {"四分之三"}, TwoThirds: {"三分之二"},
		Most: {"大多数", "大多數", "绝大多数", "絕大多數", "多数", "多數", "大部分", "大部份", "过半数", "過半數", "过半", "過半", "半数以上", "半數以上"}, Half: {"半数", "半數", "一半"}, Third: {"三分之一"},
		Many: {"许多", "許多", "很多", "不少", "众多", "眾多", "大量", "多个", "多個"}, Several: {"若干", "好几", "好幾", "数个", "數個", "几个", "幾個"}, Some: {"一些", "有些", "部分", "部份", "某些"},
		Few: {"少数", "少數", "极少数", "極少數", "极少", "很少"}, None: {"没有任何", "沒有任何", "没有一个", "沒有一個", "无一", "無一", "没有"}},
	adverbs: map[Quantity][]string{Everyone: {"一致", "一致地"}, Most: {"普遍", "总体上", "總體上", "大都", "大多", "多半"}},
	alone:   map[Quantity][]string{Everyone: {"各国", "各國", "各方", "各代表团", "各代表團", "各成员国", "各成員國", "各参与方", "各參與方", "各界", "人人", "已达成共识", "已達成共識"}, None: {"无人", "無人", "没有人", "沒有人"}},
	never: []string{"人工智能", "人工智慧", "协商一致", "協商一致", "保持一致", "相一致", "不一致", "部分内容", "第三方", "双方", "多方面", "方面", "方式", "方法", "方案", "地方", "官方", "国际", "國際", "国家主管局", "意见书格式", "多数据", "組成部分",
		"组成部分", "这部分", "最大部分", "代表性", "代表作", "成员身份"},
	speakers: []string{"参与方", "參與方", "当事方", "各方", "缔约方", "締約方", "代表团", "代表團", "代表", "国家", "國家", "成员国", "成員國", "成员", "成員", "会员国", "會員國", "发展中国家", "發展中國家", "政府", "意见书", "意見書", "意见", "意見", "评论",
		"評論", "答复", "答覆", "发言", "發言", "发言者", "發言者", "发言人", "發言人", "观察员", "觀察員", "利益攸关方", "利益攸關方", "参加者", "參加者", "与会者", "與會者", "提交者", "评论者"},
	said: []string{"说", "說", "问", "問", "表示", "认为", "認為", "支持", "反对", "反對", "希望", "提出", "指出", "主张", "主張", "要求", "同意", "赞成", "贊成", "建议", "建議", "强调", "強調", "呼吁", "呼籲", "回答", "人士认为", "倾向于", "发言"},
	// What may be a noun as well: it counts where something stands between.
	weak:    []string{"要求", "建议", "建議", "主张", "主張", "希望", "提出"},
	stops:   []string{"应", "應", "须", "須", "必须", "可", "需", "将", "將", "为", "為", "在", "对", "對", "被", "由", "把", "会", "會", "能", "是", "的", "和", "与"},
	numbers: []string{"两 二 兩", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"},
	before:  []string{"个", "個", "位", "家", "名", "份", "条", "條", "的", "其他"},
	finite:  []string{"应当", "應當", "应该", "應該", "必须", "必須", "不得"},
	asking:  []string{"什么", "什麼", "如何", "谁", "誰", "哪些", "为何", "為何", "是否", "怎样"},
	answers: map[string][]string{wordsFor: {"支持", "赞成", "贊成", "希望", "同意", "主张", "主張"}, wordsAgainst: {"反对", "反對", "拒绝", "拒絕"}, wordsNot: {"不", "没有", "沒有", "未"}, wordsPart: {"部分同意", "部分支持",
		"部分赞成"},
		wordsYes: {"“是”", "肯定"}, wordsNo: {"“否”", "否定"}},
}
