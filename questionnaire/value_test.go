package questionnaire

import (
	"math"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
)

// TestReadNumber: numbers as they are typed on the keyboards of the six languages, and what is none.
func TestReadNumber(t *testing.T) {
	t.Parallel()
	part, whole := &Question{Kind: Number}, &Question{Kind: Number, Whole: true}
	for typed, want := range map[string]string{
		"1.5": "1.5", "1,5": "1.5", "١٫٥": "1.5", "۱٫۵": "1.5", "１．５": "1.5", "١،٥": "1.5", "-1,50": "-1.5", "−2": "-2", "+7": "7", " 12 ": "12",
		"1 500": "1500", "1\u202f500,25": "1500.25", "1.500,25": "1500.25", "1,500.25": "1500.25", "1’500": "1500", "1٬500٫5": "1500.5", "1,500,000": "1500000",
		"0,125": "0.125", "12345,678": "12345.678", "007": "7", "-0": "0", "-0,0": "0", "0.10": "0.1", ".5": "0.5", "123456789012345": "123456789012345",
		"\u200f١٢": "12", "- 3": "-3",
	} {
		if got, err := part.Read(1, typed); got != want || err != nil {
			t.Errorf("%q is %q %v, want %q", typed, got, err, want)
		}
		if !part.canonical(want) {
			t.Errorf("%q is not as it is kept", want)
		}
	}
	for typed, want := range map[string]string{"1,500": "1500", "1.500": "1500", "12": "12", "3,0": "3"} {
		if got, err := whole.Read(1, typed); got != want || err != nil {
			t.Errorf("whole: %q is %q %v, want %q", typed, got, err, want)
		}
	}
	for typed, want := range map[string]string{
		"NaN": "number", "Inf": "number", "1e999": "number", "1e5": "number", "0x10": "number", "": "number", "-": "number", "--1": "number", "1.": "number", "1,5,0": "number",
		"12 34": "number", "1 2345": "number", "1.2.3": "number", "1..2": "number", "1,,500,000": "number", "1,50.5": "number", "٣ أمتار": "number", "½": "number", "1234567890123456": "number",
		"D5": "number", "1G000": "number", strings.Repeat("9", 101): "number", "\xff": "number", "1,500": "unclear_number", "1.500": "unclear_number", "-12,345": "unclear_number",
	} {
		if got, err := part.Read(7, typed); err == nil || err.Key != "question."+want || err.Field != "q7" {
			t.Errorf("%q is %q %v, want %q", typed, got, err, want)
		}
	}
	if _, err := whole.Read(1, "1,5"); err == nil || err.Key != "question.whole" {
		t.Errorf("a part where only whole numbers do: %v", err)
	}
	for _, s := range []string{"NaN", "-0", "1e5", "1.50", "01", "", "-", ".5", "1.", "+1", "1,5", "1234567890123456", "٣"} {
		if part.canonical(s) || part.Refused(cite.Choice{Question: 1, Value: s}) == nil {
			t.Errorf("%q is kept", s)
		}
	}
}

// TestReadDate: days with the year first, and last where nobody can mistake the month.
func TestReadDate(t *testing.T) {
	t.Parallel()
	q := &Question{Kind: Date}
	for typed, want := range map[string]string{
		"2030-01-31": "2030-01-31", "2030/1/31": "2030-01-31", "2030.1.31": "2030-01-31", "2030年1月31日": "2030-01-31", "٢٠٣٠-٠١-٣١": "2030-01-31", "31.1.2030": "2030-01-31",
		"31/01/2030": "2030-01-31", "01/31/2030": "2030-01-31", "3.4.2030": "2030-04-03", "5/5/2030": "2030-05-05", "2028-02-29": "2028-02-29", " 2030-01-31 ": "2030-01-31", "31 01 2030": "2030-01-31",
	} {
		if got, err := q.Read(1, typed); got != want || err != nil {
			t.Errorf("%q is %q %v, want %q", typed, got, err, want)
		}
	}
	for typed, want := range map[string]string{
		"2030-02-31": "date", "31.02.2030": "date", "2030-13-01": "date", "2030-00-10": "date", "0000-01-01": "date", "30-01-31": "date", "2030-01": "date", "tomorrow": "date", "": "date",
		"2029-02-29": "date", "2030-01-311": "date", "1-2-3-4": "date", "99999-01-01": "date", "03/04/2030": "unclear_date", "3-4-2030": "unclear_date",
	} {
		if got, err := q.Read(1, typed); err == nil || err.Key != "question."+want {
			t.Errorf("%q is %q %v, want %q", typed, got, err, want)
		}
	}
	for _, s := range []string{"2030-02-31", "2030-1-31", "0000-01-01", "31.01.2030", "2030-01-31T00:00:00Z"} {
		if q.Refused(cite.Choice{Question: 1, Value: s}) == nil {
			t.Errorf("%q is kept", s)
		}
	}
	if q.Value(q.Size("1969-12-31")) != "1969-12-31" || q.Value(q.Size("2030-01-31")+1) != "2030-02-01" {
		t.Error("a day is not the day that it was")
	}
}

// TestBetween: what lies at a bound is taken, and what is beyond is not.
func TestBetween(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		q              Question
		at, low, above string
	}{
		{Question{Kind: Number, Least: "-1.5", Greatest: "-1.5"}, "-1.5", "-1.51", "-1.49"},
		{Question{Kind: Date, Least: "2030-01-31", Greatest: "2030-01-31"}, "2030-01-31", "2030-01-30", "2030-02-01"},
	} {
		for value, want := range map[string]string{c.at: "", c.low: "question.least", c.above: "question.greatest"} {
			key := ""
			if no := c.q.Refused(cite.Choice{Question: 1, Value: value}); no != nil {
				key = no.Key
			}
			if key != want {
				t.Errorf("%s: %q, want %q", value, key, want)
			}
		}
	}
}

// FuzzRead: whatever is typed is read as a value as it is kept, or refused; a value as it is kept is read as itself where it can
// be read in one way only.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"1,5", "1.500,25", "٣٫٥", "NaN", "-0", "1e999", "2030-02-31", "31.12.1999", "1 000 000", "--", "２０３０年１月３１日"} {
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, typed string, whole bool) {
		for _, q := range []*Question{{Kind: Number, Whole: whole}, {Kind: Date}} {
			value, err := q.Read(1, typed)
			if err != nil {
				continue
			}
			if !q.canonical(value) || math.IsNaN(q.Size(value)) || math.IsInf(q.Size(value), 0) {
				t.Fatalf("%q is read as %q", typed, value)
			}
			if again, err := q.Read(1, value); err == nil && again != value {
				t.Fatalf("%q is read as %q, and this as %q", typed, value, again)
			}
			if q.Refused(cite.Choice{Question: 1, Value: value}) != nil {
				t.Fatalf("%q, read of %q, is refused", value, typed)
			}
		}
	})
}
