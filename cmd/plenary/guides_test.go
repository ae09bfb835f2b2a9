package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/openplenary/plenary/locale"
)

const guides = "../../docs/guides"

// block is a fenced block of a guide: commands that are run ("sh"), or what is for root or stands in a file ("text").
type block struct{ mark, text string }

// guide reads a guide: its blocks, and its prose with the blocks left out.
func guide(t *testing.T, name string) (blocks []block, prose string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(guides, name))
	if err != nil {
		t.Fatal(err)
	}
	for i, part := range strings.Split("\n"+string(b), "\n```") {
		if i%2 == 0 {
			prose += part
			continue
		}
		mark, text, _ := strings.Cut(part, "\n")
		if mark != "sh" && mark != "text" {
			t.Errorf("%s: a block is marked %q", name, mark)
		}
		blocks = append(blocks, block{mark, text})
	}
	return blocks, prose
}

// inQuotes is a text in quotation marks: it may differ from language to language.
var inQuotes = regexp.MustCompile(`"[^"]*"`)

// Both operators' guides say the same commands, and each works in the order in which it stands there.
func TestOperatorGuide(t *testing.T) {
	en, _ := guide(t, "operator.md")
	fr, _ := guide(t, "fr/operator.md")
	same := func(a, b block) bool {
		return a.mark == b.mark && inQuotes.ReplaceAllString(a.text, "") == inQuotes.ReplaceAllString(b.text, "")
	}
	if !slices.EqualFunc(en, fr, same) {
		t.Errorf("the English and the French guide have other blocks:\n%q\n%q", en, fr)
	}
	for name, blocks := range map[string][]block{"en": en, "fr": fr} {
		t.Run(name, func(t *testing.T) { follow(t, blocks) })
	}
}

// follow does what an operator's guide says, in directories of the test's own.
func follow(t *testing.T, blocks []block) {
	root := t.TempDir()
	var there []string // directories that root makes
	for _, place := range []string{"/var/lib/plenary", "/srv/backup", "/srv/keys"} {
		there = append(there, place, filepath.Join(root, filepath.Base(place)))
		if err := os.Mkdir(there[len(there)-1], 0o700); err != nil {
			t.Fatal(err)
		}
	}
	here := strings.NewReplacer(append(there, "127.0.0.1:8080", "127.0.0.1:0")...)
	var server *running
	stop := func() {
		if server != nil {
			server.ends()
			if log := server.errs.String(); strings.Contains(log, "level=ERROR") {
				t.Error(log)
			}
		}
		server = nil
	}
	defer stop()
	ran := map[string]bool{}
	for _, b := range blocks {
		for line := range strings.Lines(b.text) {
			if line = strings.TrimSpace(line); line == "systemctl stop plenary" {
				stop()
			}
			if b.mark != "sh" || line == "" {
				continue
			}
			words := wordsOf(here.Replace(line))
			if words[0] != "plenary" {
				if out, err := exec.CommandContext(t.Context(), words[0], words[1:]...).CombinedOutput(); err != nil {
					t.Fatalf("%s: %v\n%s", line, err, out)
				}
				continue
			}
			if ran[words[1]] = true; words[1] == "serve" {
				stop()
				server = starts(t, words[1:]...)
				continue
			}
			obeyed(t, words, server)
		}
	}
	for _, want := range []string{"serve", "new", "codes", "backup", "verify", "fsck", "resume", "config"} {
		if !ran[want] {
			t.Errorf("the guide has no plenary %s", want)
		}
	}
}

// obeyed runs a command that ends, and looks whether it did what the guide says of it.
func obeyed(t *testing.T, words []string, server *running) {
	t.Helper()
	out, _ := plenaryDoes(t, 0, words[1:]...)
	switch words[1] {
	case "new":
		var c convened
		if err := json.Unmarshal([]byte(out), &c); err != nil || server == nil || !strings.HasPrefix(c.SignIn, server.url+"/") || c.Code == "" {
			t.Error(out, err)
		}
	case "fsck":
		records := 0
		for what := range lines(t, out) {
			if strings.HasPrefix(what, "record ") {
				records++
			}
		}
		if records != 1 {
			t.Errorf("the conversation is not there: %s", out)
		}
	case "resume":
		if !strings.Contains(out, "may be missing; said in entry") {
			t.Error(out)
		}
	}
}

// wordsOf splits a line as a shell does, where it has words and texts in double quotation marks.
func wordsOf(line string) (out []string) {
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}

var (
	longFlag   = regexp.MustCompile(`--[a-z][a-z-]*`)
	ofProgram  = regexp.MustCompile("(?m)(?:^|[/`])plenary ([a-z]+)([^`\n]*)")
	setting    = regexp.MustCompile(`(?m)^(PLENARY_[A-Z_]+)=(.*)$`)
	inBrackets = regexp.MustCompile(`\]\([^)]*\)`)
	inCode     = regexp.MustCompile("`[^`]*`")
	// notFrench is an apostrophe of a typewriter, or a sign without its space that does not break.
	notFrench = regexp.MustCompile(`.{0,20}('|[ \n][:;?!»]|«[^\x{a0}]|[^\x{a0}]»|[^\x{a0}]:\s|[^\x{202f}][;?!]\s).{0,10}`)
)

// TestGuidesNameWhatIsThere: each command, flag and variable that a guide names is one of the program's, and the
// settings that it shows are taken.
func TestGuidesNameWhatIsThere(t *testing.T) {
	var c cli
	parser, err := kong.New(&c, kong.Name("plenary"), kong.DefaultEnvars("PLENARY"), kong.BindTo(t.Context(), (*context.Context)(nil)), measured())
	if err != nil {
		t.Fatal(err)
	}
	flags := map[string]map[string]bool{"": {"--help": true}} // of a command; of any under ""
	variables := map[string]bool{}
	for _, command := range parser.Model.Children {
		flags[command.Name] = map[string]bool{"--help": true}
		for _, f := range command.Flags {
			flags[command.Name]["--"+f.Name], flags[""]["--"+f.Name] = true, true
			for _, e := range f.Envs {
				variables[e] = variables[e] || command.Name == "serve"
			}
		}
	}
	for _, name := range everyGuide(t) {
		blocks, prose := guide(t, name)
		for _, f := range longFlag.FindAllString(prose, -1) {
			if !flags[""][f] {
				t.Errorf("%s: no command has %s", name, f)
			}
		}
		all := prose
		for _, b := range blocks {
			all += "\n" + b.text
			for _, m := range setting.FindAllStringSubmatch(b.text, -1) {
				if !variables[m[1]] {
					t.Errorf("%s: %s is no setting of plenary serve", name, m[1])
				}
				t.Setenv(m[1], m[2])
			}
		}
		for _, m := range ofProgram.FindAllStringSubmatch(all, -1) {
			if flags[m[1]] == nil {
				t.Errorf("%s: there is no plenary %s", name, m[1])
			}
			for _, f := range longFlag.FindAllString(m[2], -1) {
				if !flags[m[1]][f] {
					t.Errorf("%s: plenary %s has no %s", name, m[1], f)
				}
			}
		}
	}
	if _, err := parser.Parse([]string{"serve"}); err != nil {
		t.Fatal(err)
	}
	if o, err := c.Serve.appOptions(); err != nil || !o.secure || o.transport == nil || len(o.operators) == 0 || len(o.door.sources.Named) == 0 {
		t.Errorf("the settings in the guides: %v, %+v", err, o)
	}
}

func everyGuide(t *testing.T) (names []string) {
	t.Helper()
	for _, name := range []string{"officer.md", "operator.md", "contributor.md"} {
		names = append(names, name, "fr/"+name)
	}
	return names
}

// TestGuidesArePlain: sentences are short, French is set as French is, and each guide has its twin.
func TestGuidesArePlain(t *testing.T) {
	const most = 20
	end := regexp.MustCompile(`[.!?:;]['”»*]*(\s|$)|\n\n|\n(- |\d+\. |#+ )`)
	for _, name := range everyGuide(t) {
		_, prose := guide(t, name)
		prose = inBrackets.ReplaceAllString(prose, "]")
		french := strings.HasPrefix(name, "fr/")
		for _, s := range end.Split(prose, -1) {
			if n := len(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\n' })); n > most && !strings.Contains(s, "|") {
				t.Errorf("%s: %d words: %s", name, n, s)
			}
		}
		prose = inCode.ReplaceAllString(prose, "")
		if bad := notFrench.FindString(prose); french && bad != "" {
			t.Errorf("%s is not set as French is: %q", name, bad)
		}
	}
}

// TestGuidesSayWhatPagesSay: what stands in bold in the guides of those who use the pages is what stands on the pages.
func TestGuidesSayWhatPagesSay(t *testing.T) {
	bold := regexp.MustCompile(`\*\*([^*]+)\*\*`)
	for _, name := range everyGuide(t) {
		if strings.HasSuffix(name, "operator.md") {
			continue
		}
		lang := locale.English
		if strings.HasPrefix(name, "fr/") {
			lang = locale.French
		}
		said := said(t, lang)
		_, prose := guide(t, name)
		for _, m := range bold.FindAllStringSubmatch(prose, -1) {
			if m[1] != "bold" && m[1] != "gras" && !slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, m[1]) }) {
				t.Errorf("%s: no page says %q", name, m[1])
			}
		}
	}
}

// said is what the pages can say in a language, in no order. Some of it goes on with numbers or names.
func said(t *testing.T, lang locale.Lang) (out []string) {
	t.Helper()
	files, err := filepath.Glob("../../locale/catalog/" + string(lang) + "/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no catalogue", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var keys map[string]any
		if err := json.Unmarshal(b, &keys); err != nil {
			t.Fatal(f, err)
		}
		for _, v := range keys {
			if s, ok := v.(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}
