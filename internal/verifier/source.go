package verifier

import (
	"archive/zip"
	"bytes"
	"embed"
	"io/fs"
	"strings"
	"sync"
	"time"
)

// checks is what checks a receipt and a dossier: these files need nothing but Go's own library.
//
//go:embed receipt.go party.go note.go merkle.go entry.go verifier.go dossier.go dossier_paper.go dossier_source.go dossier_page.go dossier_said.go phrases.go
var checks embed.FS

// program reads a receipt or a dossier and says what it shows.
const program = `// Checks the receipt of a contribution, or the dossier of a paper, on your own computer and without asking anybody:
//
//	go run . receipt.json [KEY]
//	go run . dossier.zip [KEY]
//
// KEY is the verifier key of the record, if you know it from elsewhere than from the file.
package main

import (
	"bytes"
	"fmt"
	"os"

	"verify/verifier"
)

func main() {
	if len(os.Args) < 2 || len(os.Args) > 3 {
		fmt.Fprintln(os.Stderr, "usage: go run . receipt.json|dossier.zip [KEY]")
		os.Exit(2)
	}
	b, err := os.ReadFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	key := ""
	if len(os.Args) == 3 {
		key = os.Args[2]
	}
	report, err := verifier.Report{}, error(nil)
	if bytes.HasPrefix(b, []byte("PK")) {
		report, err = verifier.Dossier(bytes.NewReader(b), int64(len(b)), key)
	} else {
		report, err = verifier.Receipt(b, key)
	}
	for _, l := range report.Lines {
		fmt.Printf("%-5v %s: %s\n", l.OK, l.What, l.Detail)
	}
	fmt.Println(report.Verdict())
	if err != nil {
		os.Exit(1)
	}
}
`

// Source is a program that checks receipts and dossiers, as an archive (ZIP) of its source: whoever has Go can read it, build it and
// run it without this instance and without anything else of ours. Its bytes are always the same.
var Source = sync.OnceValues(func() ([]byte, error) {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	add := func(name, text string) error {
		f, err := w.CreateHeader(&zip.FileHeader{Name: "verify/" + name, Method: zip.Deflate, Modified: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		return err
	}
	if err := add("go.mod", "module verify\n\ngo 1.24\n"); err != nil {
		return nil, err
	}
	if err := add("main.go", program); err != nil {
		return nil, err
	}
	files, err := fs.Glob(checks, "*.go")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		b, err := checks.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := add("verifier/"+name, strings.ReplaceAll(string(b), "\r\n", "\n")); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
})
