package web_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/web"
	"github.com/openplenary/plenary/web/serve"
)

// maxGoldenLines is how much is kept of what a page says: more says the same of more things.
const maxGoldenLines = 300

// unread are routes of which no page is read here, by the reason.
var unread = map[string][]string{
	"is not a page": {
		"/healthz", "/openapi.json", "/robots.txt", "/verify.zip", "/readyz", "/c/{slug}/log/checkpoint", "/logo/{file}", "/static/{hash}/{name}",
		"/c/{slug}/log/tile/{path...}", "/c/{slug}/log/root/{size}", "/{lang}/c/{slug}/live", "/{lang}/c/{slug}/picture/{ref}/{name}",
		"/{lang}/c/{slug}/desk/papers/{key}/picture/{name}",
	},
	"leads elsewhere": {
		"/{$}", "/c/{slug}", "/c/{slug}/{path...}", "/c/{slug}/symbol/{symbol...}", "/sign-in/with/{provider}", "/{lang}/sign-in/with/{provider}",
		"/{lang}/account/with/{provider}", "/{lang}/demo/{role}",
	},
	"has what is drawn by chance": {
		"/{lang}/sign-in/{token}", "/{lang}/invitation/{token}", "/{lang}/mailbox",
	},
	"is for an account with a passkey": {
		"/{lang}/sign-in/passkey", "/{lang}/account/passkey", "/{lang}/account/passkey/remove",
	},
	"is there while something is written": {
		"/{lang}/c/{slug}/desk/papers/{key}", "/{lang}/c/{slug}/desk/papers/{key}/preview", "/{lang}/c/{slug}/desk/sources/{key}",
		"/{lang}/c/{slug}/{ref}/together/{key}/draft", "/{lang}/c/{slug}/{ref}/together/{key}/whole", "/{lang}/c/{slug}/{ref}/together/{key}/joint",
		"/{lang}/c/{slug}/{ref}/together/{key}/now", "/{lang}/c/{slug}/{ref}/together/{key}/part/{section}",
	},
	"is of something that the demonstration has not": {
		"/{lang}/c/{slug}/desk/accreditation/{ref}", "/{lang}/c/{slug}/desk/booth/{ref}", "/{lang}/c/{slug}/member/{ref}/{id}",
	},
}

func isUnread(pattern string) bool {
	for _, all := range unread {
		if slices.Contains(all, pattern) {
			return true
		}
	}
	return false
}

// routed is a route of a page, with what its addresses look like.
type routed struct {
	serve.Route
	like *regexp.Regexp
}

// pageRoutes are those that are read, the ones with the fewest parameters first: an address is of the first that is like it.
func pageRoutes() (out []routed) {
	parameter := regexp.MustCompile(`\\\{[a-z]+(\\\.\\\.\\\.)?\\\}`)
	for _, r := range web.Routes() {
		if r.Method != http.MethodGet || r.File || r.Media != "" || isUnread(r.Pattern) {
			continue
		}
		like := strings.ReplaceAll(regexp.QuoteMeta(r.Pattern), `\{\$\}`, "")
		out = append(out, routed{r, regexp.MustCompile("^" + parameter.ReplaceAllString(like, `[^/]+`) + "$")})
	}
	slices.SortStableFunc(out, func(a, b routed) int { return strings.Count(a.Pattern, "{") - strings.Count(b.Pattern, "{") })
	return out
}

// kind is the file of a page: the pattern of its route, with of what kind the reference is. Elements of papers are told from papers.
func (r routed) kind(path string) string {
	ref := ""
	if strings.Contains(r.Pattern, "{ref}") {
		for i, part := range strings.Split(r.Pattern, "/") {
			if part == "{ref}" {
				ref = "-" + strings.Trim(inNumber.ReplaceAllString(strings.Split(path, "/")[i], ""), ".")
			}
		}
	}
	name := strings.NewReplacer("/{lang}/c/{slug}", "c", "/{lang}", "site", "/", "-", "{", "", "}", "", "$", "index").Replace(r.Pattern)
	return strings.Trim(name, "-") + strings.ReplaceAll(ref, ".", "-")
}

var inNumber = regexp.MustCompile(`[0-9]+`)

var inLink = regexp.MustCompile(`<a [^>]*?href="(/en/[^"#?]*)`)

// begins are addresses from which a reader comes to others. To the last no link leads from a page that is read.
func begins() (out []string) {
	for _, path := range []string{"", "/desk", "/p1/find", "/s1/register", "/s2/register", "/s1/badge", "/s1/join", "/s1/join-by-code", "/s1/ask-floor", "/s1/members", "/s1/invitation-letter", "/s1/certificate",
		"/k2/results", "/k3/results", "/o1/vote", "/b1/vote", "/k2/together", "/k3/together", "/c23/correct"} {
		out = append(out, "/en"+conv+path)
	}
	return append(out, "/en/", "/en/account")
}

// goldenRoutes reads a page of every route that a reader comes to from one link to the next, and its JSON twin, and holds what they say to each
// reader against a file for every route. What another reader is told is what is other on it.
func goldenRoutes(t *testing.T, h *house, readers map[string]*visitor) {
	routes := pageRoutes()
	said, first, come := map[string]*strings.Builder{}, map[string][]string{}, map[string]bool{}
	for _, role := range []string{"", "moderator", "officer", "speaker", "chair"} {
		v, seen, tries := readers[role], map[string]bool{}, map[string]int{}
		for at := begins(); len(at) > 0; at = at[1:] {
			i := slices.IndexFunc(routes, func(r routed) bool { return r.like.MatchString(at[0]) })
			if seen[at[0]] || i < 0 || tries[routes[i].kind(at[0])] == 3 || strings.Contains(at[0], script.TownSlug) {
				continue
			}
			r, path := routes[i], at[0]
			seen[path] = true
			kind := r.kind(path)
			tries[kind]++
			come[r.Pattern] = true
			a := v.get(path)
			if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
				continue
			}
			tokens(t, path, a.body)
			for _, m := range inLink.FindAllStringSubmatch(a.body, -1) {
				if to, err := url.PathUnescape(m[1]); err == nil {
					at = append(at, to)
				}
			}
			if tries[kind] > 1 {
				continue
			}
			texts := []string{riverText(t, h, a)}
			if r.Twin {
				texts = append(texts, riverText(t, h, v.get(strings.TrimSuffix(path, "/")+".json")))
			}
			if said[kind] == nil {
				said[kind] = &strings.Builder{}
			}
			for n, text := range texts {
				title := "=== " + role + " " + byChanceToo.ReplaceAllString(byChance.ReplaceAllString(path, "*"), "*") + []string{"", ".json"}[n]
				key, now := path+strconv.Itoa(n), strings.Split(text, "\n")
				if len(now) > maxGoldenLines {
					now = append(now[:maxGoldenLines:maxGoldenLines], strconv.Itoa(len(now))+" lines", "")
				}
				if text = strings.Join(now, "\n"); first[key] != nil {
					text = otherwise(first[key], now)
				} else {
					first[key] = now
				}
				said[kind].WriteString(title + "\n" + text)
			}
		}
	}
	for _, r := range routes {
		if !come[r.Pattern] {
			t.Errorf("nobody comes to a page of %s", r.Pattern)
		}
	}
	for kind, b := range said {
		t.Run(kind, func(t *testing.T) { asGolden(t, filepath.Join("routes", kind), b.String()) })
	}
}

// before are forms and pages that look at something else before they look whether there is what they are of: with what they answer.
var before = map[string]int{
	"POST /{lang}/c/{slug}/{ref}/stand": http.StatusForbidden, "POST /{lang}/c/{slug}/{ref}/captions": http.StatusForbidden, "POST /{lang}/c/{slug}/{ref}/support": http.StatusForbidden,
	"POST /{lang}/c/{slug}/{ref}/removal": http.StatusUnprocessableEntity, "POST /{lang}/c/{slug}/{ref}/draft": http.StatusUnprocessableEntity, "POST /{lang}/c/{slug}/{ref}/accreditation": http.StatusUnprocessableEntity,
	"POST /{lang}/c/{slug}/desk/studio/{ref}": http.StatusUnprocessableEntity, "POST /{lang}/c/{slug}/desk/questions/{ref}": http.StatusUnprocessableEntity,
	"POST /{lang}/c/{slug}/desk/answers/{ref}": http.StatusUnprocessableEntity, "POST /{lang}/c/{slug}/desk/accreditation/{ref}": http.StatusUnprocessableEntity,
	"GET /{lang}/c/{slug}/{ref}/requests": http.StatusUnprocessableEntity,
	// A form that somebody else made, as it seems, is shown again: its page is not there.
	"POST /{lang}/c/{slug}/{ref}/form": http.StatusSeeOther, "POST /{lang}/c/{slug}/{ref}/form/part/check": http.StatusSeeOther,
}

// nowhere asks for what is not there: nobody is shown anything, whoever asks, and nothing breaks. Who has to sign in is told so first.
func nowhere(t *testing.T, readers map[string]*visitor) {
	parameter := regexp.MustCompile(`\{[a-z]+(\.\.\.)?\}`)
	for _, r := range web.Routes() {
		if !strings.Contains(r.Pattern, "{ref}") || r.Command.Type != nil {
			continue
		}
		for _, ref := range []string{"c9999", "c9999.1", "k99", "p99", "p99.e9", "p1.x9999", "d999", "q999", "s99", "s99.i9", "o99", "b99", "entry-99999", "x",
			"p1.e99", "p1.e99.x1", "p1.e1.x9999", "c1.99", "s1.i99"} { // the last are parts that are not of what is
			path := parameter.ReplaceAllString(strings.NewReplacer("{lang}", "en", "{slug}", script.DemoSlug, "{ref}", ref).Replace(r.Pattern), "1")
			for _, role := range []string{"", "speaker", "officer"} {
				a := answer{}
				if r.Method == http.MethodGet {
					a = readers[role].get(path)
				} else {
					a = readers[role].post(path, url.Values{"as": {""}})
				}
				signIn := role == "" && a.status == http.StatusSeeOther && (r.Who != serve.Everybody || strings.HasPrefix(a.header.Get("Location"), "/en/sign-in"))
				if a.status != http.StatusNotFound && a.status != before[r.Method+" "+r.Pattern] && !signIn {
					t.Errorf("%s %s as %q: %d %s", r.Method, path, role, a.status, a.header.Get("Location"))
				}
			}
		}
	}
}
