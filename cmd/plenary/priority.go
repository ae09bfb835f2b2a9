package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/openplenary/plenary/ballot"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// priorityCmd holds what can be done about priorities.
type priorityCmd struct {
	Tally tallyCmd `cmd:"" help:"Count indicative ballots and print every table as JSON. Example: plenary priority tally --method schulze ballots.csv"`
}

// tallyCmd counts ballots from a file.
type tallyCmd struct {
	Method  string `required:"" enum:"approval,schulze,points" help:"How the ballots are marked and counted: approval (columns ballot,option), schulze (ballot,option,rank; 1 is the first place) or points (ballot,option,points)."`
	Options string `placeholder:"FILE" help:"The options that were put to the vote, one a line, in the order of the tables; a ballot that names another is refused. Without it the options are those that ballots name."`
	File    string `arg:"" help:"Ballots as CSV in UTF-8; the first line names the columns; - is standard input. A line without an option is an empty ballot."`
}

// tallied is what tallyCmd prints, as JSON.
type tallied struct {
	Label string `json:"label"` // what the count is not
	*ballot.Result
	Says []string `json:"order_changes_if"` // the sensitivity in words
}

// Run counts, and prints nothing where a line cannot be read.
func (c *tallyCmd) Run(ctx context.Context, con *console) error {
	var options []string
	if c.Options != "" {
		if c.Options == "-" && c.File == "-" {
			return fmt.Errorf("%w: only one of the files can be standard input", errWrongUse)
		}
		var err error
		if options, err = c.list(con); err != nil {
			return sentence(err)
		}
	}
	in, err := opened(c.File, con)
	if err != nil {
		return err
	}
	defer in.Close()
	ballots, err := ballot.Read(untilDone{ctx, in}, ballot.Method(c.Method), options)
	if err != nil {
		return sentence(err)
	}
	r := ballots.Count()
	out := bufio.NewWriter(con.out)
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	if err := e.Encode(tallied{"indicative; not a decision of member states", r, changesIf(r)}); err != nil {
		return err
	}
	return out.Flush()
}

// list reads the options that were put to the vote.
func (c *tallyCmd) list(con *console) (options []string, err error) {
	in, err := opened(c.Options, con)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	const most = 1 << 20 // bytes; more are too many options
	b, err := io.ReadAll(io.LimitReader(in, most))
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(strings.TrimPrefix(string(b), "\ufeff")) {
		if strings.TrimSpace(line) != "" {
			options = append(options, line)
		}
	}
	if len(options) == 0 {
		return nil, refusal.New(refusal.Malformed, "ballot.list.none")
	}
	return options, nil
}

// opened opens a file; - is standard input.
func opened(name string, con *console) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(con.in), nil
	}
	return os.Open(name)
}

// untilDone reads until the context ends.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

// sentence is a refusal as the English sentence of the catalogue; any other error is itself.
func sentence(err error) error {
	if rs := refusal.Of(err); len(rs) > 0 {
		return errors.New(locale.English.T("refusal."+rs[0].Key, rs[0].Args...))
	}
	return err
}

// changesIf says in words how few ballots would have changed the first place, and how that was found.
func changesIf(r *ballot.Result) []string {
	if len(r.Options) < 2 {
		return []string{"There is one option: no ballot changes the order."}
	}
	now, s := shared(r.Order[0]), r.Sensitivity
	added, removed := "No ballot that could be added changes the first place.", "The first place is the same whichever ballots are removed."
	if c := s.Added; c.Ballots > 0 {
		each := "approves " + c.Option + " alone"
		why := "Fewer cannot do it, whatever they say: it follows from the counts."
		switch r.Method {
		case ballot.Schulze:
			each = "puts " + c.Option + " first and leaves the others out"
			why = "No smaller number of such ballots does it for any option; ballots that rank more were not tried."
			if c.MoreThan < c.Ballots-1 {
				why = fmt.Sprintf("No smaller number of such ballots brings an option to the first place, and up to %d change nothing there; ballots that rank more were not tried.", c.MoreThan)
			}
		case ballot.Points:
			each = fmt.Sprintf("gives %d points, the most on any ballot, to %s alone", c.Points, c.Option)
			why = "Fewer cannot do it, if none gives an option more points than that: it follows from the sums."
		}
		added = fmt.Sprintf("The first place changes from %s to %s if %s added and each %s. %s", now, shared(c.First), counted(c.Ballots), each, why)
	}
	switch c := s.Removed; {
	case c.Ballots > 0:
		which := ""
		if c.Option != "" {
			which = ", those that prefer " + r.Order[0][0] + " to " + c.Option + " by most"
		}
		why := "Fewer cannot do it: it follows from the counts."
		switch {
		case r.Method == ballot.Points:
			why = "Fewer cannot do it: it follows from the sums."
		case r.Method == ballot.Schulze && c.MoreThan == c.Ballots-1:
			why = "Fewer cannot do it: every choice of fewer was tried."
		case r.Method == ballot.Schulze:
			if why = "Only some choices were tried, so fewer may do it."; c.MoreThan > 0 {
				why = fmt.Sprintf("Every choice of up to %d was tried and does not do it; of more, only some were tried.", c.MoreThan)
			}
		}
		removed = fmt.Sprintf("The first place changes from %s to %s if %s removed%s. %s", now, shared(c.First), counted(c.Ballots), which, why)
	case r.Method == ballot.Schulze && c.MoreThan < r.Ballots-r.Empty:
		removed = fmt.Sprintf("No choice of removed ballots was found that changes the first place. Every choice of up to %d was tried, and of more only some.", c.MoreThan)
	}
	return []string{added, removed}
}

// counted says how many ballots are.
func counted(n int) string {
	if n == 1 {
		return "1 ballot is"
	}
	return fmt.Sprintf("%d ballots are", n)
}

// shared names those on a place.
func shared(p ballot.Place) string { return strings.Join(p, " and ") }
