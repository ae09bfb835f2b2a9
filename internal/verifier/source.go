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

// program is the main file of it: it reads a receipt or a dossier and says what it shows.
//
//go:embed program.txt
var program string

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
