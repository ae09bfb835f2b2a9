package script

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openplenary/plenary/internal/script/words"
)

var isAlias = words.IsAlias

// block is a verb with its words and keys, as it stands in a file.
type block struct {
	file  string
	line  int
	head  string   // the verb line as written
	verb  string   // its first word
	words []string // the words after it
	gives string   // "$alias" after "=>", or ""
	keys  []key
}

// key is one "name: value" of a block.
type key struct {
	line        int
	name, value string
}

// Error says where a script went wrong, in which block, and why.
type Error struct {
	File  string
	Line  int
	Block string // the verb line
	Err   error
}

// Error gives file, line, block and reason.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d: %s: %v", e.File, e.Line, e.Block, e.Err)
}

// Unwrap is the reason.
func (e *Error) Unwrap() error { return e.Err }

func (b *block) wrap(err error) error {
	if err == nil {
		return nil
	}
	return &Error{b.file, b.line, b.head, err}
}

// get is the value of a key, "" if the block does not have it.
func (b *block) get(name string) string {
	v, _ := b.lookup(name)
	return v
}

func (b *block) lookup(name string) (string, bool) {
	for _, k := range b.keys {
		if k.name == name {
			return k.value, true
		}
	}
	return "", false
}

func (b *block) has(name string) bool { _, ok := b.lookup(name); return ok }

// under lists the keys that begin with a name and a dot: "fr" for "title.fr".
func (b *block) under(name string) []string {
	var out []string
	for _, k := range b.keys {
		if rest, ok := strings.CutPrefix(k.name, name+"."); ok {
			out = append(out, rest)
		}
	}
	return out
}

// parse reads a script. It looks at the form only; the verbs are looked up by check.
func parse(file, text string) ([]*block, error) {
	var blocks []*block
	var now *block // whose keys are being read
	var long *key  // whose text is being read
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		n := i + 1
		fail := func(why string) error { return &Error{file, n, strings.TrimSpace(line), fmt.Errorf("%s", why)} }
		if long != nil {
			if rest, ok := strings.CutPrefix(line, "    "); ok {
				long.value += rest + "\n"
				continue
			}
			if strings.TrimSpace(line) == "" {
				long.value += "\n"
				continue
			}
			long = nil
		}
		switch {
		case strings.TrimSpace(line) == "" || line[0] == '#':
		case line[0] != ' ' && line[0] != '\t':
			b, err := parseHead(line)
			if err != nil {
				return nil, fail(err.Error())
			}
			b.file, b.line = file, n
			blocks, now = append(blocks, b), b
		case now == nil:
			return nil, fail("a key before the first block")
		default:
			rest, ok := strings.CutPrefix(line, "  ")
			name, value, colon := strings.Cut(rest, ":")
			if !ok || !colon || name == "" || strings.ContainsAny(name, " \t") || value != "" && value[0] != ' ' {
				return nil, fail("want two spaces and \"key: value\"")
			}
			if now.has(name) {
				return nil, fail("the key stands twice")
			}
			now.keys = append(now.keys, key{n, name, strings.TrimSpace(value)})
			if k := &now.keys[len(now.keys)-1]; k.value == "|" {
				k.value, long = "", k
			}
		}
	}
	return blocks, nil
}

// parseHead reads a verb line: words, some in quotes, and "=> $alias" at the end.
func parseHead(line string) (*block, error) {
	b := &block{head: strings.TrimSpace(line)}
	all, err := words.Fields(line)
	if err != nil {
		return nil, err
	}
	if i := slices.Index(all, "=>"); i >= 0 {
		if i != len(all)-2 || !isAlias(all[i+1], '$') {
			return nil, fmt.Errorf("want \"=> $alias\" at the end")
		}
		b.gives, all = all[i+1], all[:i]
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("a block without a verb")
	}
	b.verb, b.words = all[0], all[1:]
	return b, nil
}
