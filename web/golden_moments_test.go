package web_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"hash/fnv"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/together"
	"github.com/openplenary/plenary/web"
	"golang.org/x/net/html"
)

// TestGoldenMoments plays scripts, reads pages at many moments of them and sends forms at their ends. That is more than can be kept in
// words: of each answer a digest is kept, and only where it says something that none before it said. What is asked stands in the files
// beside the digests, and is asked again.
//
// With -update the same is asked, and the answers are kept. For a script without a file everything that is linked to is asked, and what says
// something new is chosen; remove testdata/golden/moments to choose all anew, which takes minutes. To see what became of an answer whose
// digest is another, have the words written down before a change and after it:
//
//	PLENARY_SAID=/tmp/is go test ./web -run TestGoldenMoments
//	git stash; PLENARY_SAID=/tmp/was go test ./web -run TestGoldenMoments; git stash pop
//	diff -r /tmp/was /tmp/is

// moments plays a script, and reads what there is to be read at moments of it, as everybody who has a part in it.
type moments struct {
	*compared
	script  string
	runner  *script.Runner
	aliases []string            // of people, as the script names them
	cookies map[string]string   // of their sessions, by alias
	want    map[string][]string // the lines of the file by moment; nil where they are chosen anew
	told    time.Time
	moment  int
	between int // blocks since what there is was read
	out     strings.Builder
	asks    int // of how many sources something was asked
	chosen  *news
	sheets  []sheet                 // pages with forms
	opened  map[string][]*sheetForm // of pages that were read to send their forms
	heads   *heads

	choosing, chose bool // parts that the file has not are chosen; some were
}

// news is what was said so far, in all scripts, while what is asked is chosen.
type news struct {
	lines map[string]int // that were said, without numbers
	forms map[string]int // that were tried, by kind
	tried map[string]bool
	pairs map[uint64]bool // of lines, one after the other
}

// maxSaid is how often the same is kept, in pages of which each says something that no other does.
const maxSaid = 1

// isNew reports whether words say something that was not said so often before, and notes them if so.
func (c *news) isNew(words []byte) (yes bool) {
	var lines []string
	for line := range strings.Lines(inNumber.ReplaceAllString(string(words), "0")) {
		yes = yes || c.lines[line] < maxSaid
		lines = append(lines, line)
	}
	slices.Sort(lines)
	for _, line := range slices.Compact(lines) {
		if yes {
			c.lines[line]++
		}
	}
	return yes
}

// maxBetween is how many blocks a script goes on before its pages are read again, if its clock stands still.
const maxBetween = 16

// newMoments opens a house for a script.
func newMoments(t *testing.T, name string, c *news) *moments {
	t.Helper()
	m := &moments{compared: newCompared(t, time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC), 0, 1, 1), script: name, cookies: map[string]string{}, chosen: c}
	m.options.TogetherMail = func(context.Context, together.Letter) error { return nil }
	m.options.SecondReaderMail = func(_ context.Context, x paper.Asking) (int, error) { return len(x.To), nil }
	m.options.DraftMail = func(context.Context, string, locale.Lang, string, string) error { return nil }
	m.old = web.New(m.options)
	m.runner = script.New(m.sec)
	return m
}

// expect reads what is asked, and what was answered.
func (m *moments) expect(file string) {
	m.want = map[string][]string{}
	moment := ""
	for line := range strings.Lines(file) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "=== ") {
			moment = line
		} else {
			m.want[moment] = append(m.want[moment], line)
		}
	}
}

// play runs the script and reads at its moments.
func (m *moments) play(files fs.FS) {
	m.t.Helper()
	text, err := fs.ReadFile(files, m.script+".txt")
	if err != nil {
		m.t.Fatal(err)
	}
	for _, alias := range alias.FindAllString(string(text), -1) {
		if !slices.Contains(m.aliases, alias) {
			m.aliases = append(m.aliases, alias)
		}
	}
	m.slug = func() string { return m.runner.Slug }
	m.runner.Attach = attachNothing
	m.runner.After = func(told time.Time) error {
		if m.runner.Slug == "" {
			return nil
		}
		if m.between++; told.After(m.told) || m.between >= maxBetween {
			m.read(told, 1)
		}
		m.told = told
		return nil
	}
	if err := m.runner.Run(m.t.Context(), files, m.script+".txt"); err != nil {
		m.t.Fatal(err)
	}
	m.read(m.told, 2)
	m.fill()
	m.read(m.now.Add(time.Hour), 1)
	m.more()
}

// read reads pages as everybody, of each kind one or some, or those that the file names.
func (m *moments) read(now time.Time, of int) {
	m.t.Helper()
	if now.After(m.now) {
		m.now = now
	}
	m.between = 0
	m.moment++
	m.sheets = nil
	for _, who := range m.aliases {
		if m.runner.Participant(who) != 0 {
			m.cookie(who)
		}
	}
	title := fmt.Sprintf("=== %d, %s", m.moment, m.now.UTC().Format("2006-01-02T15:04Z"))
	if m.want != nil {
		m.again(title)
		return
	}
	was := m.out.Len()
	m.out.WriteString(title + "\n")
	is := m.out.Len()
	m.crawl("", locale.English, of)
	if m.moment%4 == 0 {
		m.crawl("", locale.All[m.moment/4%len(locale.All)], of)
	}
	for _, who := range m.aliases {
		if m.runner.Participant(who) != 0 {
			m.crawl(who, locale.English, of)
		}
	}
	if m.out.Len() == is {
		kept := m.out.String()[:was]
		m.out.Reset()
		m.out.WriteString(kept)
	}
}

// again asks what the file says was asked at a moment.
func (m *moments) again(title string) {
	m.t.Helper()
	for i, line := range m.want[title] {
		if i == 0 {
			m.out.WriteString(title + "\n")
		}
		who, rest, _ := strings.Cut(line, " ")
		address, _, _ := strings.Cut(rest, " ")
		m.note(who, address, m.get(who, address))
	}
}

// note writes down what was answered.
func (m *moments) note(who, asked string, a answer) {
	m.t.Helper()
	words := wordsOf(a)
	if strings.Contains(asked, "/receipt.json") && a.status == http.StatusOK { // half of it is drawn: its words are held by tests of their own
		words, _, _ = bytes.Cut(words, []byte("\n"))
	}
	if m.want != nil && m.chosen != nil {
		m.chosen.isNew(words)
		m.chosen.isNewPair(words)
	}
	fmt.Fprintf(&m.out, "%s %s %d %s\n", who, asked, a.status, m.digest(who+" "+asked, words))
}

// maxAlike is how many pages of a kind are read at the end of a script.
const maxAlike = 6

// crawl reads what somebody comes to.
func (m *moments) crawl(who string, lang locale.Lang, of int) {
	m.t.Helper()
	seen, tries := map[string]bool{}, map[string]int{}
	base := "/" + string(lang) + "/c/" + m.slug()
	most, mostKeys := of, 3
	if of > 1 {
		most, mostKeys = maxAlike, 2*maxAlike
	}
	for at := m.begins(base); len(at) > 0; at = at[1:] {
		kind := kindOf(at[0])
		path, query, _ := strings.Cut(kind, "?")
		keys := path + "?" + inValue.ReplaceAllString(query, "=")
		if seen[at[0]] || tries[kind] >= most || tries[keys] >= mostKeys {
			continue
		}
		seen[at[0]] = true
		tries[kind]++
		if query != "" {
			tries[keys]++
		}
		a := m.get(who, at[0])
		if !isPacked(a) && m.chosen.isNew(wordsOf(a)) {
			m.note(who, at[0], a)
		}
		if of > 1 && query == "" && a.status == http.StatusOK && tries[kind] == 1 {
			if twin := m.get(who, at[0]+".json"); m.chosen.isNew(wordsOf(twin)) {
				m.note(who, at[0]+".json", twin)
			}
		}
		if of > 1 && strings.Contains(a.body, `method="post"`) {
			m.sheets = append(m.sheets, sheet{who, at[0]})
		}
		for _, link := range inPage.FindAllStringSubmatch(a.body, -1) {
			if to := html.UnescapeString(link[1]); strings.HasPrefix(to, base) && !strings.ContainsAny(to, "# ") {
				at = append(at, to)
			}
		}
	}
}

// inValue is a value in the query of an address.
var inValue = regexp.MustCompile(`=[^&]*`)

// begins are addresses from which a reader comes to others: of what there is, the newest first.
func (m *moments) begins(base string) []string {
	out := []string{base, base + "/desk", base + "/mine"}
	refs, _ := m.there()
	for _, kind := range "pkcdqsob" {
		for _, r := range slices.Backward(refs[byte(kind)]) {
			out = append(out, base+"/"+string(r))
		}
	}
	return out
}

// alias is how a script names somebody.
var alias = regexp.MustCompile(`@[a-z][a-z-]*`)

// inPage are links and sources of fragments.
var inPage = regexp.MustCompile(`<a [^>]*?href="(/[^"]*)"`)

// kindOf is what addresses have in common that lead to pages of one kind: all but their numbers.
func kindOf(address string) string { return inNumber.ReplaceAllString(address, "0") }

// cookie is that of a session of somebody.
func (m *moments) cookie(who string) *http.Cookie {
	m.t.Helper()
	if m.cookies[who] == "" {
		email := who[1:] + "@demonstration.invalid"
		if _, err := m.accounts.Invite(m.t.Context(), email, m.slug(), uint64(m.runner.Participant(who)), m.now); err != nil {
			m.t.Fatal(err)
		}
		id, err := m.accounts.Ensure(m.t.Context(), email, locale.English, m.now)
		if err != nil {
			m.t.Fatal(err)
		}
		if m.cookies[who], err = m.accounts.NewSession(m.t.Context(), id, m.now); err != nil {
			m.t.Fatal(err)
		}
	}
	return &http.Cookie{Name: "plenary", Value: m.cookies[who]}
}

// do asks the server, each time from another address, so that nobody is told to wait.
func (m *moments) do(who string, r *http.Request) answer {
	m.t.Helper()
	m.asks++
	if r.Method == http.MethodPost {
		m.now = m.now.Add(time.Second) // what is listed by its time has an order
	}
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:4000", m.asks>>16, m.asks>>8&255, m.asks&255)
	if who != "" {
		r.AddCookie(m.cookie(who))
	}
	w := httptest.NewRecorder()
	m.old.ServeHTTP(w, r)
	a := answer{w.Code, w.Body.String(), w.Header()}
	if m.heads != nil {
		m.heads.note(r, who != "", a)
	}
	return a
}

func (m *moments) get(who, address string) answer {
	m.t.Helper()
	return m.do(who, httptest.NewRequest("GET", address, nil))
}

// digest is that of the words of an answer.
func (m *moments) digest(title string, words []byte) string {
	m.t.Helper()
	h := fnv.New32a()
	_, _ = h.Write(words)
	if dir := os.Getenv("PLENARY_SAID"); dir != "" {
		file := filepath.Join(dir, m.script, strconv.Itoa(m.moment), url.QueryEscape(title))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			m.t.Fatal(err)
		}
		if err := os.WriteFile(file[:min(len(file), 200)], words, 0o600); err != nil {
			m.t.Fatal(err)
		}
	}
	return fmt.Sprintf("%08x", h.Sum32())
}

// wordsOf are the words of a page or of a file, with where its links lead and what its fields hold.
func wordsOf(a answer) []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, a.header.Get("Content-Type"), a.header.Get("Location"), a.header.Get("Cache-Control"))
	if isPacked(a) {
		return b.Bytes()
	}
	if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		b.WriteString(strings.ReplaceAll(a.body, `,"`, ",\n\""))
	} else {
		pageWords(&b, a.body)
	}
	var out bytes.Buffer
	for line := range bytes.Lines(b.Bytes()) {
		if mayBeDrawn(line) {
			if inConversation.Match(line) {
				line = inPiece.ReplaceAllFunc(line, unkeyed) // before what looks like a digest, of which slashes are a part
			}
			line = inPiece.ReplaceAllFunc(byChanceToo.ReplaceAll(byChance.ReplaceAll(inBadge.ReplaceAll(line, []byte("*")), []byte("*")), []byte("*")), unkeyed)
		}
		out.Write(line)
	}
	return out.Bytes()
}

// inPiece is a piece that is as long as the name of a draft, of a picture or of a form, or longer.
var inPiece = regexp.MustCompile(`[A-Za-z0-9_-]{22,}`)

// inConversation is an address in a conversation.
var inConversation = regexp.MustCompile(`/[a-z]{2}/c/[a-z]`)

// inBadge is the number of a badge.
var inBadge = regexp.MustCompile(`\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\b|\b[0-9A-Z]{13}\b`)

// unkeyed is a piece, or a star for one that has letters of both cases, as such names have.
func unkeyed(piece []byte) []byte {
	if bytes.ContainsFunc(piece, unicode.IsUpper) && bytes.ContainsFunc(piece, unicode.IsLower) {
		return []byte("*")
	}
	return piece
}

// mayBeDrawn reports whether there may be something in a line that was drawn by chance: a figure, or more letters of one piece than
// most words have. Most of the time that these tests take would be lost by looking closely at every line.
func mayBeDrawn(line []byte) bool {
	long, hex := 0, 0
	for _, c := range line {
		switch {
		case c >= '0' && c <= '9':
			return true
		case c >= 'a' && c <= 'f':
			long, hex = long+1, hex+1
		case c >= 'g' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == '-', c == '+':
			long, hex = long+1, 0
		default:
			long, hex = 0, 0
		}
		if long >= 12 || hex >= 8 {
			return true
		}
	}
	return false
}

// isPacked reports whether a file is packed: what is in it has its own tests.
func isPacked(a answer) bool {
	kind := a.header.Get("Content-Type")
	return strings.Contains(kind, "spreadsheet") || strings.Contains(kind, "zip") || strings.Contains(kind, "pdf") || strings.HasPrefix(kind, "image/")
}

// pageWords writes what is in the middle of a page, and its title.
func pageWords(b *bytes.Buffer, page string) {
	z := html.NewTokenizer(strings.NewReader(page))
	in := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			if text := bytes.TrimSpace(z.Text()); in && len(text) > 0 {
				b.Write(text)
				b.WriteByte('\n')
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			tag := string(name)
			in = in || tag == "main" || tag == "title"
			if !in {
				continue
			}
			var key, value []byte
			line := tag
			for more {
				key, value, more = z.TagAttr()
				switch k := string(key); k {
				case "href", "action", "name", "value", "datetime", "aria-label", "aria-current", "checked", "selected", "required", "title", "lang", "disabled", "open":
					line += " " + k + "=" + string(value)
				}
			}
			if line != tag && !strings.HasPrefix(line, "input name=token ") && !strings.HasPrefix(line, "input name=as ") {
				b.WriteString(line + "\n")
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "main" || string(name) == "title" {
				in = false
			}
		}
	}
}

// TestGoldenMoments holds what is said at moments of the scripts to everybody and to each who has a part in them, and what is answered
// at their ends to forms that are sent with nothing, as they stand, with what is not offered, with too much, and filled in.
func TestGoldenMoments(t *testing.T) {
	t.Parallel()
	files := os.DirFS("../internal/script/testdata")
	names, err := fs.Glob(files, "*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	c := &news{lines: map[string]int{}, forms: map[string]int{}, tried: map[string]bool{}, pairs: map[uint64]bool{}}
	h := &heads{of: map[string]map[string]bool{}}
	kept := map[string]string{}
	for i, name := range names {
		names[i] = strings.TrimSuffix(name, ".txt")
		file, err := os.ReadFile(filepath.Join("testdata", "golden", "moments", names[i]+".txt"))
		if kept[names[i]] = string(file); err != nil && !*updateGolden && names[i] != "chain" { // it goes on where the demonstration ends
			t.Errorf("nothing is asked at the moments of %s: -update", names[i])
		}
	}
	if *updateGolden {
		chooseMoments(t, files, names, kept, c)
	}
	all := t.Run("scripts", func(t *testing.T) {
		for _, name := range names {
			if kept[name] == "" {
				continue
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				m := newMoments(t, name, nil)
				m.heads = h
				m.expect(kept[name])
				m.play(files)
				asGolden(t, filepath.Join("moments", name), m.out.String())
				t.Logf("%d asks at %d moments", m.asks, m.moment)
			})
		}
	})
	if all && !strings.Contains(flag.Lookup("test.run").Value.String(), "/") {
		h.asGolden(t, filepath.Join("moments", "headers"))
	}
}

// chooseMoments chooses what is asked of scripts, where their files do not say it.
func chooseMoments(t *testing.T, files fs.FS, names []string, kept map[string]string, c *news) {
	t.Helper()
	missing := func(name string) bool { return name != "chain" && kept[name] == "" }
	if os.Getenv("PLENARY_CHOOSE") == "" && !slices.ContainsFunc(names, missing) {
		return
	}
	for _, choosing := range []bool{false, true} { // what is said already is known first
		for _, name := range names {
			if name == "chain" {
				continue
			}
			m := newMoments(t, name, c)
			if m.choosing = choosing; kept[name] != "" {
				m.expect(kept[name])
			}
			m.play(files)
			if m.chose || kept[name] == "" {
				kept[name] = m.out.String()
			}
			t.Logf("%s: %d asks", name, m.asks)
		}
	}
}
