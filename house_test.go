package plenary_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The house: today's rooms and today's arrows, as data. docs/house.md says why. A new room is a row here; a
// new arrow is a word in a row; one that is no longer used must go.

// room is one Go package.
type room struct {
	name    string // its path in the module; "." is the secretariat
	floor   int    // arrows point down: to a lower floor, to a footing, to the room this one is part of, or to a part of its own
	imports string // of the house; "*" for anything
}

// footings import nothing of the house, and everything may stand on them.
const footings = "cite refusal locale"

var rooms = []room{
	{"cmd/plenary", 10, ". account aside attachment ballot certificate cite consultation conversation conversation/registering conversation/template delegation door door/ledger draft erasure floor intake internal/bench internal/heap internal/meter internal/platform internal/script internal/trace internal/verifier locale mail mail/post namesake openid page/home passkey place private record record/sqlite refusal registration registration/roster settings site speakers/casefile together web"},
	{"web", 7, ". account accreditation api aside attachment cite consultation consultation/correction consultation/reaction conversation conversation/quoting delegation door draft floor formulation intake internal/meter internal/trace internal/verifier locale openid page/accounts page/consult page/floor page/frame page/home page/papers page/part page/priorities page/questions page/sessions page/survey page/trace page/transcript paper passkey press refusal registration/roster replay session site together web/accreditation web/became web/contribution web/delegation web/desk web/dossier web/editor web/floor web/priorities web/questions web/registration web/replies web/serve web/sessions web/site web/studio web/team web/together web/transcript web/translator"},
	// It fills in the form of web/contribution, and sends it.
	{"web/together", 7, ". account cite conversation delegation door intake locale page/consult page/frame page/together questionnaire refusal together web/contribution web/serve"},
	{"web/became", 7, "cite conversation page/became page/frame web/serve"},
	// The rooms of handlers: they share web/serve and never import one another.
	{"web/contribution", 6, ". account attachment cite consultation consultation/correction consultation/reaction conversation conversation/receipt delegation door intake locale page/consult page/frame page/part press questionnaire refusal translation web/serve"},
	{"web/team", 6, "account aside cite consultation conversation delegation locale page/desk page/frame refusal web/serve"},
	{"web/desk", 6, ". answering aside attachment cite consultation consultation/life consultation/removal conversation conversation/template delegation draft input locale page/asking page/consult page/desk page/frame questionnaire refusal settings web/serve"},
	{"web/dossier", 6, "cite conversation conversation/dossier conversation/receipt page/dossier page/frame page/part/note refusal web/serve"},
	{"web/priorities", 6, ". cite conversation input locale page/frame page/priorities poll press priority refusal web/serve"},
	{"web/delegation", 6, "account cite conversation delegation page/delegation page/frame refusal web/serve"},
	{"web/questions", 6, "cite conversation delegation formulation input locale page/frame page/questions refusal web/serve"},
	{"web/sessions", 6, "cite conversation delegation input locale page/frame page/registration page/sessions press refusal registration registration/roster session web/serve"},
	{"web/registration", 6, "account attachment cite conversation delegation door input locale page/frame page/registration page/studio press refusal registration registration/roster web/serve"},
	{"web/floor", 6, "cite conversation conversation/speaking delegation floor input locale page/floor page/frame page/registration panel refusal registration registration/roster replay studio web/serve"},
	{"web/studio", 7, "cite conversation delegation locale page/booth page/frame page/registration page/studio refusal registration/roster studio web/serve"},
	{"web/transcript", 6, "cite conversation input locale page/frame page/transcript refusal transcript web/serve"},
	{"web/replies", 6, "cite conversation input locale page/frame page/replies refusal reply web/serve"},
	{"web/accreditation", 6, "accreditation aside attachment cite conversation delegation door locale page/accreditation page/frame press refusal web/serve"},
	{"web/translator", 6, "cite consultation consultation/life conversation draft input locale page/desk page/frame page/part paper questionnaire refusal settings web/serve"},
	{"web/editor", 6, "attachment cite conversation conversation/compiler conversation/quoting delegation draft formulation locale page/desk page/frame page/papers page/sources paper paper/editor paper/manuscript refusal settings web/serve"},
	{"web/site", 6, "attachment cite consultation conversation delegation input locale page/frame page/home page/part page/site refusal settings site web/serve"},
	{"web/serve", 5, ". account api attachment cite consultation conversation delegation door internal/meter internal/trace locale page/frame private refusal site web/stream"}, // knows no page
	{"web/stream", 4, "cite"}, // knows no HTTP
	// The areas of reading, and the desk: they share page/frame and page/part and never import one another.
	{"page/accreditation", 5, "accreditation cite conversation delegation internal/expr locale page/frame settings"},
	{"page/accounts", 5, "internal/expr locale page/frame page/part refusal"},
	{"page/consult", 5, "cite consultation conversation conversation/receipt delegation formulation internal/expr locale page/frame page/part page/part/like page/part/speech page/part/ties paper questionnaire"},
	{"page/delegation", 5, "cite consultation conversation delegation internal/expr locale page/frame page/part"},
	{"page/asking", 5, "cite conversation internal/expr locale page/frame page/part questionnaire"},
	{"page/desk", 5, "answering cite consultation consultation/correction consultation/find consultation/life consultation/removal conversation conversation/preparation conversation/template delegation internal/expr locale markup page/frame page/part page/part/calendar paper paper/editor paper/manuscript refusal session settings"},
	{"page/home", 5, "cite consultation conversation delegation internal/expr locale page/frame page/part page/part/calendar paper settings"},
	{"page/papers", 5, "cite consultation conversation conversation/dossier conversation/quoting internal/expr locale markup page/frame page/part page/part/note page/part/ties paper quote"},
	{"page/dossier", 5, "cite conversation/dossier internal/expr locale page/frame"}, // read from a disk, without a network
	{"page/priorities", 5, "ballot cite consultation conversation conversation/balloting conversation/overview delegation internal/expr locale page/frame page/part page/part/ties paper poll priority"},
	{"page/questions", 5, "cite consultation conversation formulation internal/expr locale page/frame page/part page/part/like page/part/ties"},
	{"page/transcript", 5, "cite consultation conversation conversation/speaking conversation/verbatim internal/expr locale page/frame page/part page/part/channel session transcript"},
	{"page/sessions", 5, "cite conversation conversation/speaking floor internal/expr locale page/frame page/part page/part/channel page/part/figure page/part/speech page/part/ties panel paper press registration session"},
	{"page/registration", 5, "cite conversation delegation internal/expr locale page/frame page/part page/part/atlas page/part/calendar page/part/figure registration registration/roster session settings"},
	{"page/floor", 5, "cite conversation conversation/speaking delegation floor internal/expr locale page/frame page/part page/part/channel panel session speakers studio"},
	{"page/studio", 5, "cite conversation internal/expr locale page/frame page/part/channel"},
	{"page/replies", 5, "cite consultation conversation internal/expr locale page/frame page/part reply"},
	{"page/sources", 5, "cite consultation conversation conversation/compiler conversation/quoting internal/expr locale page/frame page/part paper priority quote refusal"},
	{"page/site", 5, "internal/expr locale page/frame page/part site"},
	{"page/survey", 5, "cite conversation conversation/overview internal/expr locale page/frame page/part page/part/atlas paper settings"},
	{"page/trace", 5, "cite conversation conversation/chain internal/expr locale page/frame page/part page/part/ties paper"},

	{"page/became", 6, "cite consultation conversation internal/expr locale page/frame page/papers page/part page/part/calendar page/questions paper settings"}, // gives the numbers of their views together
	{"page/booth", 6, "cite conversation conversation/speaking delegation internal/expr locale page/floor page/frame page/part page/part/channel studio"},       // shows the floor beside its buttons
	{"page/together", 6, "cite conversation delegation internal/expr locale page/consult page/frame page/part questionnaire together"},                          // shows the form of page/consult

	{"replay", 5, ". cite conversation conversation/speaking floor session"}, // an hour of a sitting that was held, again
	{"intake", 5, ". account attachment cite consultation conversation delegation draft input input/code locale refusal"},
	{"api", 4, "accreditation cite consultation conversation/overview conversation delegation locale paper refusal settings"}, // what programs send and are answered
	{"speakers/casefile", 5, "api locale refusal speakers"},                                                                   // a list of speakers, drawn from a file
	{"internal/apidoc", 6, "api"}, // collects the comments that the description is made of
	{"internal/apitest", 8, "*"},

	{"mail", 6, ". account accreditation cite consultation consultation/correction conversation conversation/quoting conversation/speaking delegation floor formulation locale mail/post page/frame page/sessions paper private refusal registration/roster session together"},
	{"mail/post", 6, "cite locale page/accounts"},                      // what a letter is, and how it leaves the house
	{"mail/post/posttest", 1, ""},                                      // a mail server on the loopback, for tests
	{"namesake", 5, ". cite consultation conversation locale private"}, // names that look alike
	{"internal/script", 5, ". accreditation cite consultation consultation/correction consultation/life consultation/removal conversation conversation/chain delegation floor formulation internal/script/expect internal/script/words locale paper poll priority questionnaire refusal reply session settings"},
	{"internal/verifier", 5, "internal/verifier/stored"}, // the second verifier: it shares no code with what wrote the record
	{"internal/verifier/stored", 4, ""},                  // reads the files of a record for who checks them
	{"erasure", 7, ". account accreditation aside attachment cite consultation consultation/life conversation delegation draft intake locale mail page/registration paper paper/editor poll private refusal registration registration/roster"},
	{"place", 7, ". attachment attachment/bucket cite private record record/postgres record/sqlite record/transfer"},
	{"internal/script/expect", 4, "cite consultation conversation conversation/speaking floor locale"}, // compares what a script expects with a state
	{"internal/script/scripttest", 6, ". internal/script record"},                                      // a Secretariat in memory for tests that play a script
	{"internal/script/words", 4, "locale"}, // words, aliases and instants of scripts
	{"internal/bench", 9, "*"},
	{"internal/bench/prose", 0, ""}, // text that means nothing
	{"internal/cluster", 8, ". account delegation internal/fault/kept internal/freeport internal/script locale place private site"}, // several machines on one
	{"internal/cluster/play", 9, "internal/cluster"},
	{"internal/fault", 8, "*"},
	{"internal/fault/kept", 6, "internal/verifier"}, // holds a record against what clients were told
	{"internal/browser", 8, "*"},
	{"internal/atonce", 7, ""},  // names the tests in which something is done at once
	{"internal/mutants", 7, ""}, // changes the program in small ways, and looks which test notices

	{".", 4, "accreditation cite consultation consultation/correction consultation/life conversation conversation/compiler conversation/due conversation/idempotency conversation/quoting conversation/receipt delegation input/code internal/recent internal/trace internal/watch paper poll record record/directory record/sqlite refusal settings snapshot transcript"},
	{"page/part", 4, "cite consultation consultation/correction consultation/life conversation delegation formulation internal/expr locale markup page/frame paper questionnaire questionnaire/lint refusal translation"},
	{"page/part/calendar", 4, "cite consultation conversation locale page/frame paper priority session settings"}, // in which state the stages of a conversation are
	{"page/part/note", 4, "cite conversation locale page/frame page/part"},                                        // what sentences rest on, numbered
	{"page/part/atlas", 4, "conversation internal/expr locale page/frame"},                                        // the map of the world
	{"page/part/figure", 4, "cite internal/expr page/frame page/part registration"},                               // counts of people, as tables
	{"page/part/speech", 4, "cite conversation internal/expr locale page/frame"},
	{"page/part/channel", 4, "cite conversation internal/expr locale page/frame session studio"}, // the channels of a sitting
	{"page/part/ties", 4, "cite conversation conversation/chain internal/expr page/frame"},
	{"page/part/like", 4, "cite conversation formulation formulation/likeness internal/expr locale page/frame page/part"},
	{"conversation/template", 4, "locale settings"},
	{"press", 4, ""},
	{"door", 4, "internal/platform"},
	{"door/ledger", 5, "door private"}, // what nodes let in, together

	{"page/frame", 3, "cite delegation internal/expr locale markup refusal settings site"},
	{"conversation/round", 3, "cite consultation questionnaire refusal reply"},
	{"conversation/asked", 3, "cite consultation formulation paper questionnaire refusal reply settings"},
	{"conversation/registering", 3, "accreditation cite delegation refusal registration session settings"},
	{"conversation/formulating", 3, "cite consultation consultation/correction delegation formulation paper priority questionnaire refusal reply"},
	{"conversation/preparation", 3, "cite consultation consultation/correction consultation/life delegation locale paper priority questionnaire refusal session settings"},
	{"conversation/ordering", 3, "cite consultation formulation priority refusal reply"},
	{"conversation/staging", 3, "cite delegation floor panel refusal session studio"},
	{"conversation/standing", 3, "delegation"}, // who may ask for what
	{"conversation/verbatim", 3, "cite consultation floor refusal session transcript"},
	{"conversation/agenda", 3, "cite consultation paper refusal session"},
	{"conversation/speaking", 3, "accreditation cite delegation floor locale panel refusal session settings speakers"},
	{"conversation/chain", 3, "cite consultation formulation paper priority reply session"},
	{"conversation/compiler", 3, "cite consultation locale paper quote refusal"},
	{"conversation/dossier", 4, "cite consultation conversation conversation/receipt delegation locale paper quote record"},
	{"conversation/quoting", 3, "cite consultation conversation locale paper quote"},
	{"conversation/overview", 3, "cite consultation consultation/tally delegation paper settings"},
	{"conversation", 3, "accreditation cite consultation consultation/correction consultation/fast consultation/life consultation/reaction consultation/removal conversation/accrediting conversation/agenda conversation/asked conversation/balloting conversation/chain conversation/compiler conversation/formulating conversation/ordering conversation/overview conversation/preparation conversation/registering conversation/round conversation/speaking conversation/staging conversation/standing conversation/verbatim delegation floor formulation input internal/cow internal/digest internal/memo locale panel paper poll priority questionnaire refusal registration reply session settings studio transcript translation"},
	{"conversation/idempotency", 3, "conversation delegation"},                                            // whether two asks are one
	{"conversation/receipt", 3, "cite consultation consultation/correction conversation delegation poll"}, // the files that people keep
	{"conversation/balloting", 3, "accreditation cite consultation delegation poll priority refusal settings"},
	{"conversation/due", 3, "accreditation cite consultation consultation/life delegation poll"},
	{"conversation/accrediting", 3, "accreditation cite consultation delegation refusal settings"},

	{"accreditation", 2, "cite input internal/cow locale refusal"},
	{"delegation", 2, "cite input refusal"},
	{"settings", 2, "cite input locale refusal"},
	{"paper", 2, "cite input locale markup refusal"},
	{"paper/manuscript", 2, "cite input locale markup paper refusal"},
	{"paper/editor", 2, "cite locale markup paper refusal"},
	{"consultation", 2, "cite input internal/cow locale refusal"},
	{"consultation/fast", 2, "cite consultation internal/scan"},
	{"consultation/find", 2, "cite consultation locale"},
	{"translation", 2, "cite input internal/cow locale refusal"},

	{"consultation/correction", 2, "cite consultation input refusal"},
	{"consultation/life", 2, "cite consultation input locale refusal"},
	{"consultation/reaction", 2, "cite consultation input locale refusal"},
	{"consultation/removal", 2, "cite consultation refusal"},
	{"consultation/tally", 2, "consultation"},
	{"questionnaire", 2, "cite input internal/cow locale refusal"},
	{"questionnaire/lint", 2, "locale questionnaire"}, // hints for whoever writes questions
	{"ballot", 2, "locale refusal"},                   // counts ballots
	{"formulation", 2, "cite input internal/cow locale refusal"},
	{"formulation/likeness", 2, "locale"}, // who asked the same before
	{"priority", 2, "cite input locale refusal"},
	{"session", 2, "cite input internal/cow locale refusal"},
	{"registration", 2, "cite input locale refusal"},
	{"transcript", 2, "cite input locale refusal transcript/cue"},
	{"transcript/cue", 2, "locale refusal"},
	{"floor", 2, "cite input locale refusal"},
	{"panel", 2, "cite input locale refusal"},  // questions in writing during a sitting
	{"studio", 2, "cite input locale refusal"}, // sound and picture of sittings
	{"poll", 2, "cite input internal/cow locale refusal"},
	{"reply", 2, "cite input internal/cow locale refusal"},
	{"speakers", 2, "input locale"}, // the list of speakers: drawn, said why, forecast

	{"input", 1, "locale refusal"},
	{"input/code", 1, "locale"}, // codes that people copy by hand

	{"internal/dbfile", 0, "internal/platform"}, // databases on a full disk
	{"internal/platform", -1, ""},               // the ground: what systems do in different ways
	{"internal/dump", 1, ""},                    // all that a value holds, as bytes and back
	{"internal/watch", 1, "cite"},               // wakes those who wait for what is touched
	{"internal/cow", 1, ""},                     // tables that are copied on write
	{"internal/expr", 1, ""},                    // values in templates
	{"internal/trace", 1, ""},                   // how long what was asked for took, for a collector
	{"internal/meter", 1, "refusal"},            // counts what is answered, and writes the security log
	{"internal/heap", 1, ""},                    // how much memory may wait to be looked through
	{"internal/digest", 1, ""},                  // a hash of all that a value holds
	{"internal/memo", 1, ""},                    // answers that are worked out once
	{"internal/recent", 1, "cite"},              // words that were read lately
	{"internal/scan", 1, ""},                    // JSON in one known spelling
	{"cite", 1, ""},
	{"markup", 1, ""},    // what the secretariat may write beside plain words
	{"quote", 1, "cite"}, // what a text quotes, and where words stand
	{"refusal", 1, ""},
	{"locale", 1, ""},
	{"record", 1, "cite internal/platform record/merkle"},
	{"record/merkle", 0, ""},                                       // the hash tree
	{"snapshot", 2, "cite internal/dump internal/platform record"}, // what was folded, so that a start need not
	{"record/sqlite", 1, "cite internal/dbfile internal/platform record"},
	{"record/directory", 1, "internal/platform record"},
	{"record/transfer", 1, "cite record record/merkle"}, // takes whole records from one storage to another
	{"record/postgres", 1, "cite record record/merkle"},
	{"internal/golden", 0, ""},                               // what tests found, beside what a file says
	{"internal/freeport", 0, ""},                             // ports for servers that tests start
	{"record/postgres/postgrestest", 1, "internal/freeport"}, // a server of its own, for tests
	{"record/recordtest", 1, "cite record record/merkle"},
	{"private", 1, "cite internal/dbfile internal/platform"},
	{"certificate", 1, ""},                           // has an authority give certificates, and answers handshakes
	{"certificate/acmetest", 1, "internal/freeport"}, // an authority on the loopback, for tests
	{"private/privatetest", 2, "private record/postgres/postgrestest"},
	{"openid/openidtest", 1, ""},   // a provider on the loopback, for tests
	{"openid", 1, ""},              // asks a provider who somebody is, and whether its answer is right
	{"passkey/passkeytest", 1, ""}, // a device that keeps passkeys, for tests
	{"passkey", 1, ""},             // what a browser is asked for, and whether its answer is right
	{"account", 2, "locale private refusal"},
	{"aside", 2, "cite input locale private refusal"},
	{"draft", 2, "private refusal"},
	{"registration/roster", 3, "attachment cite input locale private refusal registration"}, // who registers for sessions
	{"answering", 3, "cite draft input locale refusal"},                                     // answers while they are written
	{"together", 3, "cite delegation draft input locale paper/editor refusal"},              // contributions that several people write
	{"attachment", 2, "attachment/bucket internal/platform locale private refusal"},
	{"attachment/bucket", 1, ""},                             // bytes in an object store
	{"attachment/bucket/buckettest", 1, "internal/freeport"}, // an object store on the loopback, for tests
	{"site", 2, "input internal/platform locale refusal"},    // what the operator says about the instance
}

// pure rooms read no clock and touch nothing outside.
const pure = "accreditation conversation/accrediting ballot questionnaire/lint internal/cow internal/digest internal/memo internal/scan cite refusal locale markup quote input delegation settings paper consultation consultation/fast consultation/correction consultation/find consultation/life consultation/reaction consultation/removal consultation/tally questionnaire formulation speakers conversation conversation/chain conversation/ordering conversation/formulating conversation/preparation conversation/overview conversation/template priority conversation/balloting conversation/due poll registration floor conversation/speaking"

// embeds are the rooms that may say "embed" and read what they embedded.
const embeds = "locale page/frame page/part/atlas"

// holdSQL are the rooms with SQL. Their statements stand in no other.
const holdSQL = "record/sqlite record/postgres private door/ledger account draft aside attachment mail namesake registration/roster"

// openSQL are the rooms that open a database for a reason of their own.
var openSQL = map[string]string{
	"internal/dbfile":              "reads a write-ahead log, and says where its index is kept",
	"record/postgres/postgrestest": "makes databases for tests",
	"private/privatetest":          "makes databases for tests",
	"internal/verifier":            "reads record.db by itself, so that nothing that wrote it vouches for it",
	"internal/verifier/stored":     "reads record.db by itself, so that nothing that wrote it vouches for it",
	"internal/bench":               "measures the engine beside the record",
	"internal/fault":               "damages databases on purpose",
	"internal/fault/kept":          "reads record.db by itself, so that nothing that wrote it vouches for it",
	"internal/cluster":             "makes the database of a cluster, and measures the server bare",
}

const module = "github.com/openplenary/plenary"

var (
	outside = []string{"os", "net", "net/http", "database/sql", "io/fs", "os/exec", "syscall"}
	drivers = regexp.MustCompile(`^(database/sql|github\.com/ncruces/go-sqlite3|github\.com/jackc/pgx/v5)(/|$)`)
	clock   = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
	sql     = regexp.MustCompile(`(?s)^\s*(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|(CREATE|DROP|ALTER)\s+(UNIQUE\s+)?(TABLE|INDEX|TRIGGER|VIEW)|PRAGMA\s+\w)`)
)

// listed is a package as the go command lists it.
type listed struct {
	ImportPath string
	Dir        string
	Doc        string
	GoFiles    []string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Doc,GoFiles,Imports", "./...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// roomOf is the path of a package of this module, "" for any other.
func roomOf(path string) string {
	if path == module {
		return "."
	}
	rest, ok := strings.CutPrefix(path, module+"/")
	if !ok {
		return ""
	}
	return rest
}

func in(list, word string) bool { return slices.Contains(strings.Fields(list), word) }

// TestHouse holds the packages of the module against the plan.
func TestHouse(t *testing.T) {
	plan := map[string]room{}
	for _, r := range rooms {
		plan[r.name] = r
	}
	found := map[string]bool{}
	for _, p := range packages(t) {
		name := roomOf(p.ImportPath)
		r, ok := plan[name]
		if !ok {
			t.Errorf("%s is a room that the plan does not know: give it a row in house_test.go and in docs/house.md", name)
			continue
		}
		found[name] = true
		if p.Doc == "" {
			t.Errorf("%s has no package comment", name)
		}
		arrows(t, plan, r, p)
		for _, path := range p.Imports {
			if in(pure, name) && slices.Contains(outside, path) {
				t.Errorf("%s is pure and imports %s", name, path)
			}
			if in(pure, name) && path == "embed" && !in(embeds, name) {
				t.Errorf("%s is pure and embeds files", name)
			}
			if drivers.MatchString(path) && !in(holdSQL, name) && openSQL[name] == "" {
				t.Errorf("%s imports %s: SQL lives in %s", name, path, holdSQL)
			}
		}
		for _, file := range p.GoFiles {
			read(t, name, filepath.Join(p.Dir, file))
		}
	}
	for name := range plan {
		// A room that is still being built may be missing only where it may import anything.
		if !found[name] && plan[name].imports != "*" {
			t.Errorf("the plan knows a room %s that is not there", name)
		}
	}
}

// arrows checks what a room imports of the house.
func arrows(t *testing.T, plan map[string]room, r room, p listed) {
	t.Helper()
	unused := map[string]bool{}
	if r.imports != "*" {
		for _, allowed := range strings.Fields(r.imports) {
			unused[allowed] = true
		}
	}
	for _, path := range p.Imports {
		to := roomOf(path)
		if to == "" {
			continue
		}
		if r.imports != "*" && !in(r.imports, to) {
			t.Errorf("%s may not import %s", r.name, to)
		}
		delete(unused, to)
		part := strings.HasPrefix(r.name, to+"/") || strings.HasPrefix(to, r.name+"/")
		footing := in(footings, to) && !in(footings, r.name)
		if target := plan[to]; target.floor >= r.floor && !part && !footing {
			t.Errorf("the arrow from %s (floor %d) to %s (floor %d) does not run down", r.name, r.floor, to, target.floor)
		}
	}
	for _, allowed := range slices.Sorted(maps.Keys(unused)) {
		t.Errorf("%s is allowed to import %s and does not: take the allowance away", r.name, allowed)
	}
}

// read looks into a file for what imports do not show: clocks and statements.
func read(t *testing.T, name, path string) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && in(pure, name) && slices.Contains(clock, n.Sel.Name) {
				t.Errorf("%s: %s is pure and reads the clock", fset.Position(n.Pos()), name)
			}
		case *ast.BasicLit:
			if n.Kind != token.STRING || in(holdSQL, name) || openSQL[name] != "" {
				break
			}
			if s, err := strconv.Unquote(n.Value); err == nil && sql.MatchString(s) {
				t.Errorf("%s: SQL in %s; it lives in %s", fset.Position(n.Pos()), name, holdSQL)
			}
		}
		return true
	})
}

// TestTemplates looks for what the content policy would refuse to run.
func TestTemplates(t *testing.T) {
	files, err := filepath.Glob("page/*/*.templ")
	if err != nil || len(files) == 0 {
		t.Fatal("no templates", err)
	}
	for what, pattern := range map[string]*regexp.Regexp{
		"hx-on":                   regexp.MustCompile(`hx-on`),
		"js:":                     regexp.MustCompile(`\bjs:|javascript:`),
		"an inline script":        regexp.MustCompile(`<script(?:\s+[^>]*)?>`),
		"an inline style":         regexp.MustCompile(`\sstyle=|<style`),
		"an inline handler":       regexp.MustCompile(`\son[a-z]+=`),
		"a filter on a trigger":   regexp.MustCompile(`hx-trigger="[^"]*\[`),
		"a physical side":         regexp.MustCompile(`\b(?:margin|padding|border)-(?:left|right)\b`),
		"a script of templ's own": regexp.MustCompile(`(?m)^script\s`),
	} {
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range pattern.FindAllString(string(b), -1) {
				if strings.HasPrefix(m, "<script") && strings.Contains(m, " src=") {
					continue
				}
				t.Errorf("%s has %s: %s", file, what, m)
			}
		}
	}
}
