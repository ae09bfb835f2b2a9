package consult

import (
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// The tables that leave the house as files. What stands in them is in the language of the file: the heads of the
// columns, categories, countries, outcomes, and the places that people spoke of, with their words. What programs need
// is in the JSON form, where nothing is translated; the identifiers that join the two stand here as well.

// Column is a column of a table: its key in the catalogue stands under "table.".
type Column struct {
	ID    string
	Width float64 // in a spreadsheet, in characters
}

// Heads are the heads of columns in the language of a page.
func Heads(f *frame.Frame, columns []Column) []string {
	ids := make([]string, len(columns))
	for i, c := range columns {
		ids[i] = c.ID
	}
	return frame.TableHeads(f, ids...)
}

// Widths are the widths of columns.
func Widths(columns []Column) []float64 {
	out := make([]float64, len(columns))
	for i, c := range columns {
		out[i] = c.Width
	}
	return out
}

// ContributionColumns heads the table of contributions: a row for each part.
var ContributionColumns = []Column{{"reference", 12}, {"call", 12}, {"received", 24}, {"late", 8}, {"status", 12}, {"name", 24}, {"organisation", 24}, {"affiliation", 24},
	{"category", 18}, {"country", 18}, {"on", 16}, {"place", 40}, {"language", 12},
	{"stance", 12}, {"text", 60}, {"wording", 60}, {"redacted", 8}, {"invented", 8}, {"position", 12}, {"category_id", 12}, {"country_code", 8}, {"line", 40},
	{"files", 40}, {"corrected", 24}, {"reply_to", 12}, {"joint", 40}, {"heard", 24}}

// ContributionCells is the row of one part of a contribution; that of a contribution without parts is empty there.
func ContributionCells(f *frame.Frame, c *part.Contribution, p part.ContributionPart) []string {
	files := make([]string, len(c.Files))
	for i, file := range c.Files {
		files[i] = string(file.Ref) + frame.Colon(f) + file.Name
	}
	return []string{string(c.Ref), string(c.Call), c.Received.UTC().Format(time.RFC3339), frame.TableYes(f, c.Late), word(f, "status.", c.Status),
		c.Name, c.Org, c.Affiliation, c.CategoryName, c.CountryName, string(p.On),
		placeWords(f, p.Kind, p.Label, p.Asked.Text), p.Language.NameIn(f.Lang), word(f, "stance.", p.Stance), p.Text, p.Wording, frame.TableYes(f, c.Redacted), frame.TableYes(f, c.Invented),
		strconv.FormatInt(int64(c.Position), 10), c.Category, c.Country, c.Heading.Text, strings.Join(files, "\n"), correctedAt(c.Corrected), string(p.ReplyTo), withAll(f, c), heardAt(c)}
}

// ResponseColumns heads the table of the comment-response document: a row for each point.
var ResponseColumns = []Column{{"reference", 12}, {"contribution", 12}, {"part", 8}, {"name", 24}, {"organisation", 24}, {"affiliation", 24}, {"category", 18}, {"country", 18}, {"language", 12},
	{"place", 40}, {"document", 24}, {"deleted", 8}, {"on", 16}, {"stance", 12},
	{"text", 60}, {"wording", 60}, {"received", 24}, {"late", 8}, {"redacted", 8}, {"outcome", 14}, {"answer", 12}, {"reopened", 8}, {"reason", 60},
	{"reason_language", 12}, {"changes", 16}, {"reaction", 14}, {"reaction_text", 60}, {"invented", 8}, {"position", 12}, {"category_id", 12}, {"country_code", 8},
	{"line", 40}, {"answer_line", 40}, {"corrected", 24}, {"reply_to", 12}, {"joint", 40}}

// ResponseCells is the row of one point.
func ResponseCells(f *frame.Frame, r *ResponseRow) []string {
	p := r.Point
	changes := make([]string, len(r.Changes))
	for i, c := range r.Changes {
		changes[i] = string(c.Ref)
		if !c.Made {
			changes[i] += " (" + f.T("table.promised") + ")"
		}
	}
	reasonIn := ""
	if r.Reason.Text != "" {
		reasonIn = r.Reason.Lang.NameIn(f.Lang)
	}
	places := make([]string, len(r.Places))
	for i, w := range r.Places {
		places[i] = placeWords(f, w.Kind, w.Label, w.Text.Text)
	}
	return []string{string(p.Ref), string(p.Contribution), strconv.Itoa(p.Ref.PartNumber()), p.Name, p.Org, p.Whole.Affiliation, p.Whole.CategoryName, p.Whole.CountryName, p.Language.NameIn(f.Lang),
		strings.Join(places, "\n"), r.Symbol, frame.TableYes(f, r.Deleted), string(p.On), word(f, "stance.", p.Stance), r.Said.Text, r.Said.Wording, p.Whole.Received.UTC().Format(time.RFC3339),
		frame.TableYes(f, p.Late), frame.TableYes(f, p.Redacted), word(f, "outcome.", r.Outcome), string(p.Answer), frame.TableYes(f, p.Reopened), r.Reason.Text, reasonIn, strings.Join(changes, "; "),
		word(f, "verdict.", p.Verdict), p.Reaction.Text, frame.TableYes(f, r.Invented), strconv.FormatInt(int64(p.Whole.Position), 10), p.Category, p.Country,
		p.Whole.Heading.Text, r.Heading.Text, correctedAt(p.Corrected), string(p.ReplyTo), withAll(f, p.Whole)}
}

// heardAt is when it was said, of what was asked from the floor, as a table tells it.
func heardAt(c *part.Contribution) string {
	if c.Heard == nil {
		return ""
	}
	return correctedAt(c.Heard.Said)
}

// correctedAt is when the author last corrected words, as a table tells it.
func correctedAt(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// PlaceInWords is a place of a paper as a table tells it.
type PlaceInWords struct {
	Kind, Label string
	Text        frame.LocalizedText
}

// placeWords says where something stands: "Question 13(i): Should the law allow it?"; nothing for a paper as a whole.
func placeWords(f *frame.Frame, kind, label, text string) string {
	if kind == "" {
		return ""
	}
	s := strings.TrimSpace(f.T("kind."+kind) + " " + label)
	if text != "" {
		s += frame.Colon(f) + locale.OneLine(text)
	}
	return s
}

func word(f *frame.Frame, prefix, id string) string {
	if id == "" {
		return ""
	}
	return f.T(prefix + id)
}
