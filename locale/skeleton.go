package locale

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Skeleton reduces a name to what the eye takes from it, so that names which look alike have the same
// skeleton: "Sеcrеtariаt" with three Cyrillic letters and "SECRETARIAT" in full-width capitals have that
// of "secretariat". It is for comparing, never for showing. Compatibility forms are taken apart, case,
// marks and invisible characters dropped, and the common look-alikes of Latin letters in Cyrillic,
// Greek and elsewhere replaced, among them 0 and o; 1, i and l; rn and m. It is a small cousin of the skeleton
// of Unicode Technical Standard 39 and, like it, sees some pairs as alike that people tell apart: use it
// to flag, and let a person decide.
func Skeleton(s string) string { return skeleton(s, false) }

// skeleton with capitals takes a Greek capital for the Latin capital it looks like ("Η" for H) where
// Skeleton goes by its small letter ("η" for n), so as not to make one Greek name two.
func skeleton(s string, capitals bool) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range norm.NFKD.String(s) {
		if capitals {
			if c, ok := capitalLikes[r]; ok {
				r = c
			}
		}
		r = unicode.ToLower(r)
		switch {
		case unicode.IsSpace(r) || isFiller(r):
			space = true
			continue
		case isMark(r) || isUnwanted(r) || r == '\u0640': // the last only stretches an Arabic word
			continue
		case r >= 0x1f150 && r <= 0x1f169: // letters in black circles
			r += 'a' - 0x1f150
		case r >= 0x1f170 && r <= 0x1f189: // in black squares
			r += 'a' - 0x1f170
		case r >= 0x1f1e6 && r <= 0x1f1ff: // the letters that flags are made of
			r += 'a' - 0x1f1e6
		case r >= 0x660 && r <= 0x669: // Arabic digits
			r += '0' - 0x660
		case r >= 0x6f0 && r <= 0x6f9: // Persian digits
			r += '0' - 0x6f0
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		if like, ok := looksLike[r]; ok {
			b.WriteString(like)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// looksLike gives the Latin letters that a small letter looks like. Its values contain none of its keys.
var looksLike = func() map[rune]string {
	m := map[rune]string{
		'i': "l", '1': "l", '|': "l", '0': "o", 'm': "rn", 'w': "vv",
		// Arabic letters that differ by the keyboard they were typed on, or by habit.
		'ی': "ي", 'ى': "ي", 'ک': "ك", 'ة': "ه", 'ہ': "ه", 'ھ': "ه", 'ە': "ه",
		'æ': "ae", 'œ': "oe", 'ß': "ss",
	}
	// Pairs of a letter and the letter it looks like.
	for _, pairs := range []string{
		"аa вb еe зɜ гr кk мm нh оo пn рp сc тt уy хx іi ѕs јj ԛq ԝw һh ԁd ӏl ьb ѵv ґr єe ғf қk ңh үy ұy ҳx әə",
		"αa βb γy εe ζz ηn ιi κk μm νv οo ρp σo ςc τt υu χx ωw ϲc ϳj ͺi",
		"օo սu հh ոn ցg քp զq ասw", // Armenian
		"ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz",
		"ɑa ɡg ıi ȷj øo łl đd ħh ƅb ɩi ʋv ɔc ɛe ǀl ∣l ⅼl ꞁl ꓲl ɐa ǝe ƒf ŧt ƀb ðd",
	} {
		for pair := range strings.FieldsSeq(pairs) {
			if r := []rune(pair); len(r) == 2 {
				like := string(r[1])
				if again, ok := m[r[1]]; ok {
					like = again
				}
				m[r[0]] = like
			}
		}
	}
	return m
}()

// capitalLikes gives the Latin letters that Greek capitals look like where their small letters do not.
var capitalLikes = map[rune]rune{'Η': 'h', 'Μ': 'm', 'Ν': 'n', 'Υ': 'y', 'Ζ': 'z', 'Σ': 'e'}

// reservedWords are the names of offices, in the six languages, that nobody may seem to hold by choosing
// a name.
var reservedWords = []string{
	"secretariat", "secrétariat", "secretaría", "секретариат", "секретариата", "秘书处", "秘書處",
	"أمانة", "الأمانة",
	"moderator", "moderators", "modérateur", "modératrice", "moderador", "moderadora", "модератор", "主持人", "版主",
	"مشرف", "المشرف", "مدير الجلسة",
	"chair", "chairperson", "chairman", "chairwoman", "président de séance", "présidente de séance", "présidence",
	"presidencia", "председатель", "председательница", "主席", "رئيس الجلسة", "رئيسة الجلسة", "رئاسة", "الرئاسة",
	"admin", "administrator", "administrateur", "administratrice", "administrador", "administradora", "админ",
	"администратор", "管理员", "管理員", "مدير النظام", "مدير الموقع", "مسؤول النظام",
	"plenary", "plénière", "plenaria", "пленарное", "пленум", "全体会议", "الجلسة العامة",
}

// reserved holds the skeletons of reservedWords: those that must be whole words, wrapped in spaces, and
// those of a script that writes no spaces.
var reserved = sync.OnceValue(func() (r struct {
	words []string
	han   []string
	whole map[string]bool
}) {
	r.whole = make(map[string]bool)
	for _, word := range reservedWords {
		s := Skeleton(word)
		r.whole[strings.ReplaceAll(s, " ", "")] = true
		if unicode.Is(unicode.Han, []rune(s)[0]) {
			r.han = append(r.han, s)
		} else {
			r.words = append(r.words, " "+s+" ")
		}
	}
	return r
})

// Reserved says whether a name looks like that of an office of the process, in any of the six languages:
// the secretariat, a moderator, the chair, an administrator, or Plenary itself, alone or as a whole word
// among others ("The Secretariat (official)"), also when spelt with look-alikes, spaced out letter by
// letter, or numbered. It is meant to flag: "UNESCO Chair on AI" is reserved in this sense and may be
// perfectly genuine, so somebody should be able to let it pass.
func Reserved(name string) bool {
	if isReserved(skeleton(name, false)) || isReserved(skeleton(name, true)) {
		return true
	}
	// "admin2": once more with digits as the ends of words, which look-alikes have hidden above.
	if strings.ContainsFunc(name, unicode.IsDigit) {
		return isReserved(Skeleton(strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return ' '
			}
			return r
		}, name)))
	}
	return false
}

// Claims says whether a name is that of an office of the process and nothing else, in any of the six languages:
// "Secretariat", "The Secretariat (official)", "Moderator 2", "Secretariat of the conversation", also when spelt with
// look-alikes or spaced out. Nobody may bear it. A name with more in it, such as "State Secretariat for Economic
// Affairs", claims nothing: it is Reserved, and a person looks.
func Claims(name string) bool {
	if claims(skeleton(name, false)) || claims(skeleton(name, true)) {
		return true
	}
	if strings.ContainsFunc(name, unicode.IsDigit) {
		return claims(Skeleton(strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return ' '
			}
			return r
		}, name)))
	}
	return false
}

// besideOffices are words that add nothing to the name of an office.
var besideOffices = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq("the a an of for and co official our your this team office desk staff general conversation conference meeting session " +
		"le la les l de du des d et officiel officielle équipe bureau général générale dialogue conférence réunion " +
		"el los las del y oficial equipo oficina general diálogo conferencia reunión " +
		"и официальный официальная официально команда бюро общий генеральный диалога конференции заседания " +
		"官方 的 正式 总 办公室 会议 对话会 " +
		"و في ال الرسمية الرسمي رسمي العامة العام فريق مكتب المؤتمر الاجتماع الحوار") {
		m[Skeleton(word)] = true
	}
	return m
})

// claims reports whether a skeleton is made of names of offices, and of words that add nothing to them.
func claims(skeleton string) bool {
	r, beside := reserved(), besideOffices()
	words := strings.FieldsFunc(skeleton, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	if r.whole[strings.Join(words, "")] {
		return true
	}
	office := false
	left := words[:0:0]
	for _, w := range words {
		for _, h := range r.han {
			if strings.Contains(w, h) {
				office = true
				w = strings.ReplaceAll(w, h, "")
			}
		}
		for b := range beside {
			if office && unicode.Is(unicode.Han, []rune(b)[0]) {
				w = strings.ReplaceAll(w, b, "")
			}
		}
		switch {
		case w == "" || beside[w]:
		case r.whole[w]:
			office = true
		default:
			left = append(left, w)
		}
	}
	return office && len(left) == 0 || r.whole[strings.Join(left, "")]
}

func isReserved(skeleton string) bool {
	r := reserved()
	words := strings.FieldsFunc(skeleton, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	if r.whole[strings.Join(words, "")] {
		return true
	}
	for _, w := range r.han {
		if strings.Contains(skeleton, w) {
			return true
		}
	}
	line := " " + strings.Join(words, " ") + " "
	for _, w := range r.words {
		if strings.Contains(line, w) {
			return true
		}
	}
	return false
}

// HasAddress reports whether something stands in a name that looks like an e-mail address.
func HasAddress(name string) bool {
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>()[],;:\"", r) }) {
		user, host, ok := strings.Cut(word, "@")
		if i := strings.LastIndexByte(host, '.'); ok && user != "" && i > 0 && i < len(host)-1 && !strings.Contains(host, "@") {
			return true
		}
	}
	return false
}
