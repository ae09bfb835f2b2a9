package locale

import (
	"regexp"
	"testing"
)

// What stands in an Arabic sentence as it should not, unless it is isolated: brackets that follow Latin letters or digits
// stand on the other side ("13(i)" is read "(i)13"), and so does the point of a symbol that the sentence goes on after
// ("REV.").
var (
	isolatedRun = regexp.MustCompile("[\u2066\u2068][^\u2069]*\u2069")
	strayRun    = regexp.MustCompile(`[0-9A-Za-z]\([0-9A-Za-z]+\)|\([0-9A-Za-z]+\)[0-9A-Za-z]|[A-Z0-9/]{2,}\.[ \t]+[^\s]`)
)

// stray is the first run of an Arabic text that is not isolated and should be, "" for none.
func stray(s string) string { return strayRun.FindString(isolatedRun.ReplaceAllString(s, "\u2060")) }

// TestArabicRuns: what is written from the left inside an Arabic sentence is isolated where it would fall apart.
func TestArabicRuns(t *testing.T) {
	t.Parallel()
	for s, bad := range map[string]bool{"السؤال 13(i)": true, "السؤال \u206613(i)\u2069": false, "السؤال (i) في الفقرة 13": false, "الوثيقة DEMO/1 REV. المؤرخة": true, "الوثيقة \u2066DEMO/1 REV.\u2069 المؤرخة": false, "الرسم: Natural Earth.": false} {
		if got := stray(s); (got != "") != bad {
			t.Errorf("%q: %q", s, got)
		}
	}
	for key, v := range readFiles(t)[Arabic].words {
		forms, ok := v.(map[string]any)
		if !ok {
			forms = map[string]any{"": v}
		}
		for _, form := range forms {
			if s, _ := form.(string); stray(s) != "" {
				t.Errorf("%s: isolate %q", key, stray(s))
			}
		}
	}
}
