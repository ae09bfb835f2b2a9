package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/openplenary/plenary/internal/golden"
)

var updateGolden = flag.Bool("update", false, "write what the commands say now into testdata")

// wrongUses are commands that are not given what they need, or are given what they do not take, and some beside them that are: a line each,
// with "DIR" for a directory with a conversation, "NONE" for one that is not there, "FILE" for a file that is none of ours, "EMPTY" for an
// empty directory; "_" stands for a space within an argument, "”" for an argument with nothing in it.
const wrongUses = `

burn
verify
verify NONE
verify FILE
verify EMPTY
verify -
verify --data NONE
verify --data EMPTY
verify --data DIR
verify --data DIR FILE
verify --data DIR ZIP
verify ZIP
verify FILE --key x
verify --data DIR --key x
fsck
fsck --data NONE
fsck --data FILE
fsck --data EMPTY
fsck --data DIR
fsck --data DIR --restrictions NONE
fsck --data DIR --record postgres://
fsck --data DIR --record nowhere
fsck --data DIR --bucket nowhere
fsck --data DIR more
new
new --data NONE --title X
new --data NONE --title X --officer nobody
new --data NONE --title X --officer a@example.org --languages xx
new --data NONE --title X --officer a@example.org --languages ''
new --data NONE --title X --officer a@example.org --languages ,
new --data NONE --title X --officer a@example.org --languages en,,fr,en
new --data DIR --title '' --officer a@example.org
new --data DIR --title _ --officer a@example.org
new --data DIR --title LONG200 --slug long --officer a@example.org
new --data DIR --title LONG201 --slug longer --officer a@example.org
new --data DIR --title X --officer a@example.org --zone Mars
new --data DIR --title X --officer a@example.org --zone ''
new --data DIR --title X --officer a@example.org --zone Local
new --data DIR --title X --officer a@example.org --slug A_B
new --data DIR --title X --officer a@example.org --slug water-wells
new --data DIR --title X --officer a@example.org --slug -
new --data DIR --title X --officer a@example.org --slug y --public-url nowhere
new --data DIR --title X --officer a@example.org --slug z --languages ru,fr --public-url https://talk.example.org
new --data DIR --title X --title Two_titles --officer a@example.org --officer b@example.org --open
new --data FILE --title X --officer a@example.org
new --data DIR --title X --officer a@example.org more
codes
codes --data DIR
codes --data NONE a@example.org
codes --data FILE a@example.org
codes --data DIR nobody
codes --data DIR stranger@example.org
codes --data DIR officer@example.org --count 0
codes --data DIR officer@example.org --count -1
codes --data DIR officer@example.org --count 51
codes --data DIR officer@example.org --count many
codes --data DIR officer@example.org other@example.org
codes --data DIR officer@example.org --count 1 --public-url https://talk.example.org
mail
mail --data NONE
mail --data FILE
mail --data EMPTY
mail --data DIR
mail --data DIR 0
mail --data DIR 1
mail --data DIR -- -1
mail --data DIR x
mail --data DIR --handed
mail --data DIR --files EMPTY
mail --data DIR 7 --handed
mail --data DIR 7 --files EMPTY
backup --data DIR
backup --data NONE -o NONE
backup --data FILE -o NONE
backup --data DIR -o EMPTY
backup --data DIR -o DIR
backup --data DIR -o NONE/below
move
move --from DIR --to NONE
move --from DIR --to DIR
move --from postgres://x --to s3://y
move --from postgres://x --to postgres://y
move --from DIR --to s3://
move --from NONE --to postgres://nowhere.invalid:1/x?connect_timeout=1
move --from s3:// --to DIR
resume --data DIR
resume --data NONE --reason X
resume --data FILE --reason X
resume --data EMPTY --reason X
resume --data DIR --reason ''
resume --data DIR --reason X --without private.db
resume --data DIR --reason X --without keys
resume --data DIR --reason X --officer nobody
resume --data DIR --reason X --without private.db --officer nobody
resume --data DIR --reason Tried. --restrictions NONE
resume --data DIR --reason Tried.
resume --data DIR --reason Tried_again. --officer b@example.org
digest
digest --data DIR
digest --data NONE
bench
bench nothing
bench pages --seconds x
config
config more
priority
priority tally
priority tally --method lots FILE
priority tally --method approval
priority tally --method approval NONE
priority tally --method approval FILE
priority tally --method approval EMPTY
priority tally --method approval - --options -
speakers
speakers NONE
speakers FILE
speakers FILE --language xx
speakers FILE --language ''
speakers EMPTY
demo --addr nowhere
demo --data FILE
demo --data DIR --addr x:y:z
serve
serve --data FILE --addr nowhere
serve --data FILE --addr 127.0.0.1:99999
serve --data FILE --addr 127.0.0.1:0
serve --data FILE --addr localhost:0
serve --data FILE --addr :0
serve --data FILE --addr 0.0.0.0:0
serve --data FILE --addr 192.0.2.1:0 --public-url https://talk.example.org
serve --data FILE --addr 192.0.2.1:0 --behind-proxy
serve --data FILE --addr 127.0.0.1:0 --behind-proxy
serve --data FILE --addr 127.0.0.1:0 --behind-proxy --public-url http://talk.example.org
serve --data FILE --addr 127.0.0.1:0 --behind-proxy --public-url https://talk.example.org
serve --data FILE --addr 127.0.0.1:0 --public-url http://talk.example.org
serve --data FILE --addr 127.0.0.1:0 --public-url https://talk.example.org/x
serve --data FILE --addr 127.0.0.1:0 --public-url talk.example.org
serve --data FILE --addr 127.0.0.1:0 --trusted-proxy x
serve --data FILE --addr 127.0.0.1:0 --trusted-proxy 10.0.0.0/8
serve --data FILE --addr 127.0.0.1:0 --trusted-proxy 10.0.0.0/8,192.0.2.1 --public-url https://talk.example.org
serve --data FILE --addr 127.0.0.1:0 --trusted-proxy 10.0.0.1/8 --public-url https://talk.example.org
serve --data FILE --addr 127.0.0.1:0 --trusted-proxy 0.0.0.0/0 --public-url https://talk.example.org
serve --data FILE --addr 127.0.0.1:0 --max-connections -1
serve --data FILE --addr 127.0.0.1:0 --max-connections 0
serve --data FILE --addr 127.0.0.1:0 --max-connections 1
serve --data FILE --addr 127.0.0.1:0 --max-connections x
serve --data FILE --addr 127.0.0.1:0 --reserve x
serve --data FILE --addr 127.0.0.1:0 --reserve -1
serve --data FILE --addr 127.0.0.1:0 --reserve 0
serve --data FILE --addr 127.0.0.1:0 --reserve 2GiB
serve --data FILE --addr 127.0.0.1:0 --reserve GiB
serve --data FILE --addr 127.0.0.1:0 --reserve 4194304TiB
serve --data FILE --addr 127.0.0.1:0 --reserve 4194305TiB
serve --data FILE --addr 127.0.0.1:0 --smtp nowhere
serve --data FILE --addr 127.0.0.1:0 --smtp smtp://
serve --data FILE --addr 127.0.0.1:0 --smtp http://relay.example
serve --data FILE --addr 127.0.0.1:0 --from nobody
serve --data FILE --addr 127.0.0.1:0 --smtp smtp://relay.example --from nobody
serve --data FILE --addr 127.0.0.1:0 --smtp smtp://relay.example --from plenary@talk.example.org
serve --data FILE --addr 127.0.0.1:0 --witness nobody
serve --data FILE --addr 127.0.0.1:0 --witness ftp://x
serve --data FILE --addr 127.0.0.1:0 --witness http://
serve --data FILE --addr 127.0.0.1:0 --witness nobody@
serve --data FILE --addr 127.0.0.1:0 --witness w@example.org --witness https://w.example/x
serve --data FILE --addr 127.0.0.1:0 --oidc x
serve --data FILE --addr 127.0.0.1:0 --oidc Port=http://c:s@i.example
serve --data FILE --addr 127.0.0.1:0 --oidc Port=https://c:s@i.example
serve --data FILE --addr 127.0.0.1:0 --oidc Port=https://c:s@i.example --oidc Port=https://c:s@j.example
serve --data FILE --addr 127.0.0.1:0 --oidc Port=https://c:s@i.example --oidc Quay=https://c:s@i.example
serve --data FILE --addr 127.0.0.1:0 --oidc Port=https://c:s@i.example --oidc Quay=https://c:s@j.example
serve --data FILE --addr 127.0.0.1:0 --operator nobody
serve --data FILE --addr 127.0.0.1:0 --operator a@example.org,nobody
serve --data FILE --addr 127.0.0.1:0 --operator a@example.org,,b@example.org
serve --data FILE --addr 127.0.0.1:0 --metrics nowhere
serve --data FILE --addr 127.0.0.1:0 --metrics 127.0.0.1:0
serve --data FILE --addr 127.0.0.1:0 --metrics 0.0.0.0:0
serve --data FILE --addr 127.0.0.1:0 --metrics 0.0.0.0:0 --metrics-token 123456789012345
serve --data FILE --addr 127.0.0.1:0 --metrics 0.0.0.0:0 --metrics-token 1234567890123456
serve --data FILE --addr 127.0.0.1:0 --metrics 127.0.0.1:0 --metrics-token short
serve --data FILE --addr 127.0.0.1:0 --metrics-token short
serve --data FILE --addr 127.0.0.1:0 --security-log NONE/below
serve --data FILE --addr 127.0.0.1:0 --acme talk.example.org
serve --data FILE --addr 127.0.0.1:0 --acme-email a@example.org
serve --data FILE --addr 127.0.0.1:0 --record postgres://
serve --data FILE --addr 127.0.0.1:0 --record nowhere
serve --data FILE --addr 127.0.0.1:0 --record-may-lose
serve --data FILE --addr 127.0.0.1:0 --bucket nowhere
serve --data FILE --addr 127.0.0.1:0 more
`

// byChance is what is other each time: codes, links, keys, digests, times.
var byChance = regexp.MustCompile(`\d{4}-\d{2}-\d{2}T[0-9:.+Z-]+|"sign_in":"[^"]*"|"(code|codes|key|digest|size)":("[^"]*"|\[[^]]*\]|\d+)|\b[0-9a-f]{8,64}\b|[A-Za-z0-9+/]{40,}=*|time=\S+`)

// TestGoldenUse holds what each of these commands prints, and its status, against a file.
func TestGoldenUse(t *testing.T) {
	dir, _ := made(t)
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	for name, text := range map[string]string{"FILE": "This is none of ours.\n", "ZIP": "PK\x03\x04 is no archive."} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"EMPTY", "HOME"} {
		if err := os.Mkdir(at(name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HOME", at("HOME"))
	here := strings.NewReplacer("DIR", dir, "NONE", at("NONE"), "FILE", at("FILE"), "ZIP", at("ZIP"), "EMPTY", at("EMPTY"), "_", " ", "''", "", "LONG200", strings.Repeat("n", 200), "LONG201", strings.Repeat("n", 201))
	there := strings.NewReplacer(dir, "DIR", root+"/", "", strings.Repeat("n", 200), "LONG200")
	var said strings.Builder
	for line := range strings.Lines(wrongUses) {
		line = strings.TrimSpace(line)
		if line == "config" {
			continue // has its own test
		}
		var args []string
		for word := range strings.SplitSeq(line, " ") {
			if word != "" {
				args = append(args, here.Replace(word))
			}
		}
		var out, errs output
		status := run(t.Context(), args, &console{strings.NewReader("Nothing.\n"), &out, &errs})
		for i, text := range []string{out.String(), errs.String()} {
			for n, l := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
				if l != "" || n == 0 && i == 1 { // a line of its own for every word, so that each is compared with its command
					fmt.Fprintf(&said, "%s: %d %s %s\n", line, status, []string{"says", "complains"}[i], byChance.ReplaceAllString(there.Replace(l), "*"))
				}
			}
		}
		for _, name := range []string{"NONE"} {
			if _, err := os.Stat(at(name)); err == nil {
				fmt.Fprintf(&said, "%s: made %s\n", line, name)
				if err := os.RemoveAll(at(name)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	golden.Lines(t, "use.golden", said.String(), *updateGolden)
}
