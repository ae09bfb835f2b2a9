package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/speakers/casefile"
)

// speakersCmd drafts a list of speakers from a file, for secretariats that plan on paper and for whoever wants to check.
type speakersCmd struct {
	Case     string `arg:"" help:"File with the settings and the requests; - is standard input. docs/speakers.md says what stands in it."`
	Language string `default:"en" help:"Language of the sentences: ar, en, es, fr, ru or zh."`
}

// Run prints the order with its sentences, and the forecasts. Where the file says what is expected and something else was
// drawn, it fails after printing.
func (c *speakersCmd) Run(con *console) error {
	l, ok := locale.Parse(c.Language)
	if !ok {
		return fmt.Errorf("%w: --language is one of ar, en, es, fr, ru, zh", errWrongUse)
	}
	b, err := c.read(con)
	if err != nil {
		return inWords(l, err)
	}
	in, err := casefile.Read(b)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Case, inWords(l, err))
	}
	out := in.Draw(l)
	enc := json.NewEncoder(con.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(out); err != nil {
		return err
	}
	if what := in.Expected().Differs(out); what != "" {
		return fmt.Errorf("%s: drawn is another %s than the file expects", c.Case, what)
	}
	return nil
}

// read reads the file, up to its bound.
func (c *speakersCmd) read(con *console) ([]byte, error) {
	in := con.in
	if c.Case != "-" {
		f, err := os.Open(c.Case)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, casefile.MaxMiB<<20+1))
	if err == nil && len(b) > casefile.MaxMiB<<20 {
		return nil, fmt.Errorf("%s: %w", c.Case, refusal.New(refusal.TooLarge, "import.large", "max", casefile.MaxMiB))
	}
	return b, err
}

// inWords puts what is refused into words, a line for each.
func inWords(l locale.Lang, err error) error {
	rs := refusal.Of(err)
	if len(rs) == 0 {
		return err
	}
	lines := make([]string, len(rs))
	for i, r := range rs {
		lines[i] = l.T("refusal."+r.Key, r.Args...)
		if r.Field != "" {
			lines[i] = r.Field + ": " + lines[i]
		}
	}
	return errors.New(strings.Join(lines, "\n  "))
}
