package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/internal/script"
)

// firstWords are words of the demonstration's first conversation. A page of the second that says one shows something of
// the first that was built in.
var firstWords = regexp.MustCompile(`\b(WIPO|OMPI|ВОИС|DEMO/IP|IP|IA|AI|PI|Sujets?)\b|(?i)\b(ip-ai|patents?|brevets?|copyright|trademarks?|designs|issues paper|document de synthèse|considérations préliminaires|preliminary considerations` +
	`|intellectual property|propriété intellectuelle|droit d[’']auteur|intelligence artificielle|artificial intelligence|member states?|États? membres?|Sénégal|Senegal|Genève|Geneva|issues paper|XA|XB|de 0 pays)\b` +
	`|الويبو|الملكية الفكرية|الذكاء الاصطناعي|ورقة القضايا|القضايا|الدول الأعضاء|دولة عضو|براءات|حق المؤلف|اعتبارات أولية|جنيف`)

// townPages are pages of the second conversation, without the language.
var townPages = []string{"", "/documents", "/p1", "/p1?second=ar", "/p1.x5", "/p1.x5/trace", "/p1/responses", "/p1/responses.csv", "/k1", "/k1/form", "/k1/contribute", "/k1/contribute?on=p1.e1.x5", "/contributions", "/contributions?category=shop",
	"/k2", "/k2/questions", "/k2/questions?state=worded", "/k2/contribute", "/q1", "/q2", "/c61", "/c62/trace", "/desk/questions/k2", "/desk/questions/k2?question=q1", "/desk/questions/k1", "/c8", "/c9", "/c1.1/trace", "/d1", "/record", "/entry-5", "/mine", "/overview", "/map", "/desk", "/desk/points", "/desk/queue"}

// TestTownOwesNothing walks the second conversation in its languages, as a reader and as its officer: every page is
// there, and none has a word of the first.
func TestTownOwesNothing(t *testing.T) {
	t.Parallel()
	h := houseOf(t, script.TownSlug, "@mairie", "@accueil", func(sec *plenary.Secretariat) (*script.Runner, error) {
		return script.Town(t.Context(), sec, sec.Now())
	})
	for role, v := range map[string]*visitor{"": h.visitor(), "officer": h.as("officer")} {
		for _, lang := range []string{"fr", "ar"} {
			for _, p := range townPages {
				if role == "" && strings.HasPrefix(p, "/desk") {
					continue
				}
				at := "/" + lang + "/c/" + script.TownSlug + p
				a := v.get(at)
				if a.status == http.StatusSeeOther {
					a = v.get(a.header.Get("Location"))
				}
				if a.status != http.StatusOK {
					t.Errorf("%s as %q: %d", at, role, a.status)
				}
				if said := firstWords.FindAllString(goldenText(t, a.body), -1); len(said) > 0 {
					slices.Sort(said)
					t.Errorf("%s as %q says %q", at, role, slices.Compact(said))
				}
			}
		}
	}
}
