package part_test

import (
	"testing"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/questionnaire"
)

// TestValued: numbers and days as readers of a language write them.
func TestValued(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		l           locale.Lang
		kind, value string
		want        string
	}{
		{locale.English, questionnaire.Number, "-1234567.5", "−1\u202f234\u202f567.5"}, {locale.French, questionnaire.Number, "1234.25", "1234,25"}, {locale.Russian, questionnaire.Number, "12345", "12\u202f345"},
		{locale.Arabic, questionnaire.Number, "-0.5", "−0.5"}, {locale.English, questionnaire.Number, "0", "0"}, {locale.English, questionnaire.Date, "2030-01-31", "31 January 2030"},
	} {
		if got := part.Valued(&frame.Frame{Lang: c.l}, c.kind, c.value); got != c.want {
			t.Errorf("%s: %q is %q, want %q", c.l, c.value, got, c.want)
		}
	}
}
