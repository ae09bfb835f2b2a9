package questionnaire

import (
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// What is wrong with a value that was typed.
var (
	errValue   = errors.New("questionnaire: cannot be read")
	errUnclear = errors.New("questionnaire: can be read in two ways")
	errPart    = errors.New("questionnaire: not a whole number")
)

// maxDigits is how many digits a number may have, those after the mark too: as many are kept and compared exactly.
const maxDigits = 15

// maxTyped is how long a value may be as it is typed, in bytes.
const maxTyped = 100

// Read reads what somebody typed as the answer to a question for a number or a date, in the spelling of any of the six
// languages, and gives it as it is kept: "-1.5", "2030-01-31". What is wrong is said of the field QuestionField.
func (q *Question) Read(n int, typed string) (value string, no *refusal.Refusal) {
	field := QuestionField(n)
	value, err := q.read(typed)
	switch {
	case errors.Is(err, errUnclear):
		return "", refusal.In(field, "question.unclear_"+q.Kind, "n", n)
	case errors.Is(err, errPart):
		return "", refusal.In(field, "question.whole", "n", n)
	case err != nil:
		return "", refusal.In(field, "question."+q.Kind, "n", n)
	}
	return value, q.between(n, value)
}

// between holds a value to the bounds.
func (q *Question) between(n int, value string) *refusal.Refusal {
	size := q.Size(value)
	switch {
	case q.Least != "" && size < q.Size(q.Least):
		return refusal.In(QuestionField(n), "question.least", "n", n, "min", q.Least)
	case q.Greatest != "" && size > q.Size(q.Greatest):
		return refusal.In(QuestionField(n), "question.greatest", "n", n, "max", q.Greatest)
	}
	return nil
}

// read reads a number or a date.
func (q *Question) read(typed string) (string, error) {
	if len(typed) > maxTyped || !utf8.ValidString(typed) {
		return "", errValue
	}
	if q.Kind == Date {
		return readDate(typed)
	}
	return readNumber(typed, q.Whole)
}

// canonical reports whether a value is spelled as it is kept.
func (q *Question) canonical(value string) bool {
	if q.Kind == Date {
		t, err := time.Parse(time.DateOnly, value)
		return err == nil && t.Year() >= 1
	}
	digits := strings.TrimPrefix(value, "-")
	whole, part, marked := strings.Cut(digits, ".")
	if !isDigits(whole) || len(whole) > 1 && whole[0] == '0' || len(whole)+len(part) > maxDigits || marked && q.Whole {
		return false
	}
	if marked && (!isDigits(part) || strings.HasSuffix(part, "0")) {
		return false
	}
	return value != "-0"
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// Size is a value that is kept as a number that can be compared: that of a date counts days. It is 0 for what is none.
func (q *Question) Size(value string) float64 {
	if q.Kind == Date {
		t, err := time.Parse(time.DateOnly, value)
		if err != nil {
			return 0
		}
		return float64(t.Unix() / (24 * 60 * 60))
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return 0
	}
	return n
}

// Value is a size as a value that is kept: of a date the day on which it falls.
func (q *Question) Value(size float64) string {
	if q.Kind == Date {
		return time.Unix(int64(size)*24*60*60, 0).UTC().Format(time.DateOnly)
	}
	n, err := strconv.ParseFloat(strconv.FormatFloat(size, 'g', maxDigits, 64), 64)
	if err != nil || n == 0 {
		return "0"
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// The marks of a number, whatever keyboard they are typed on.
const (
	mark  = 'D' // between the whole and the part, and nothing else
	group = 'G' // between thousands, and nothing else
)

// plain writes digits and marks of all keyboards alike, and leaves out marks of direction.
func plain(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '−' || r == '－' || r == '﹣':
			return '-'
		case r == '＋':
			return '+'
		case r == '٫':
			return mark
		case r == '٬' || r == '’' || r == '\'' || unicode.IsSpace(r):
			return group
		case r == '，' || r == '،':
			return ','
		case r == '．':
			return '.'
		case r == '‎' || r == '‏' || r == '؜':
			return -1
		case r == mark || r == group:
			return '?'
		}
		return r
	}, locale.WesternDigits(strings.TrimSpace(typed)))
}

// readNumber reads a number with a comma, a dot or the Arabic mark before its part, and with spaces, dots, commas or
// apostrophes between its thousands. "1,500" can be one and a half or fifteen hundred: only where no number but a whole one
// will do, it is the latter.
func readNumber(typed string, whole bool) (string, error) {
	s := plain(typed)
	sign := ""
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") {
		sign, s = strings.Trim(s[:1], "+"), strings.TrimLeft(s[1:], string(group))
	}
	if strings.Trim(s, "0123456789.,DG") != "" {
		return "", errValue
	}
	at, err := markOf(s, whole)
	if err != nil {
		return "", err
	}
	before, after := s, ""
	if at >= 0 {
		if before, after = s[:at], s[at+1:]; !isDigits(after) {
			return "", errValue
		}
	}
	if before == "" && after == "" {
		return "", errValue
	}
	before, err = grouped(before)
	if err != nil {
		return "", err
	}
	before, after = strings.TrimLeft(before, "0"), strings.TrimRight(after, "0")
	if before == "" {
		before = "0"
	}
	switch {
	case len(before)+len(after) > maxDigits:
		return "", errValue
	case after != "" && whole:
		return "", errPart
	case after != "":
		after = "." + after
	case before == "0":
		sign = ""
	}
	return sign + before + after, nil
}

// markOf finds what stands before the part of a number, -1 for nothing.
func markOf(s string, whole bool) (int, error) {
	if at := strings.IndexByte(s, mark); at >= 0 {
		return at, nil
	}
	dot, comma := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ',')
	at := max(dot, comma)
	switch {
	case at < 0:
		return -1, nil
	case dot >= 0 && comma >= 0: // the last one
		return at, nil
	case strings.Count(s, s[at:at+1]) > 1: // between thousands
		return -1, nil
	case len(s)-at-1 == 3 && at >= 1 && at <= 3 && s[0] != '0' && isDigits(s[:at]):
		if whole {
			return -1, nil
		}
		return 0, errUnclear
	}
	return at, nil
}

// grouped are the digits of a whole number, without what stands between its thousands.
func grouped(s string) (string, error) {
	if s == "" || isDigits(s) {
		return s, nil
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	marks := strings.Trim(s, "0123456789")
	if len(parts) < 2 || len(parts[0]) > 3 || !isDigits(s[:1]) || !isDigits(s[len(s)-1:]) || strings.Trim(strings.Join(strings.FieldsFunc(marks, unicode.IsDigit), ""), marks[:1]) != "" {
		return "", errValue
	}
	n := len(parts[0])
	for _, p := range parts[1:] {
		if n += 1 + len(p); len(p) != 3 {
			return "", errValue
		}
	}
	if n != len(s) { // two marks between two thousands
		return "", errValue
	}
	return strings.Join(parts, ""), nil
}

// readDate reads a day with its year first, or last where it cannot be mistaken which number is the month.
func readDate(typed string) (string, error) {
	s := strings.TrimSuffix(plain(typed), "日")
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("-/.GD年月", r) })
	if len(parts) != 3 {
		return "", errValue
	}
	year, month, day := parts[0], parts[1], parts[2]
	if len(day) == 4 {
		year, day = day, year
		unclear := !strings.Contains(s, ".") && month != day && len(month) <= 2 && len(day) <= 2
		if a, b := number(month), number(day); unclear && a <= 12 && b <= 12 {
			return "", errUnclear
		} else if a > 12 && b <= 12 {
			month, day = day, month
		}
	}
	if len(year) != 4 || len(month) > 2 || len(day) > 2 || number(year) < 1 {
		return "", errValue
	}
	t := time.Date(number(year), time.Month(number(month)), number(day), 0, 0, 0, 0, time.UTC)
	if t.Year() != number(year) || int(t.Month()) != number(month) || t.Day() != number(day) {
		return "", errValue
	}
	return t.Format(time.DateOnly), nil
}

// number is a whole number in digits, -1 for what is none.
func number(s string) int {
	if !isDigits(s) {
		return -1
	}
	n, _ := strconv.Atoi(s)
	return n
}
