package dossier

import (
	"context"
	"io"
	"slices"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation/dossier"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// StyleFile is the name of the file that says how the pages look.
const StyleFile = "style.css"

// Style is that file.
const Style = `:root{color-scheme:light dark}
body{max-width:46rem;margin:0 auto;padding:1rem 1.2rem 4rem;font:1.05rem/1.55 Georgia,"Times New Roman",serif;overflow-wrap:anywhere}
h1,h2,h3,nav,.s,summary{font-family:system-ui,sans-serif;line-height:1.25}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-block-start:2rem}h3{font-size:1rem}
.s{font-size:.85rem;margin-block:.2em}.words{display:block;white-space:pre-wrap}section{margin-block:1.6rem}section p{margin-block:.3em}
.other{font-size:.95rem;border-inline-start:3px solid;padding-inline-start:.8em}
.notice{border:2px solid;padding:.5em .8em}code{overflow-wrap:anywhere}li{margin-block:.3em}
`

// Index is the first page: the paper, its notes, and how it is checked.
type Index struct {
	Paper   *dossier.Paper
	Address string
	Key     string
	Notice  bool // it is of a demonstration
	LeftOut int
	// Called names every source.
	Called map[cite.Ref]string
	// Rests is what each source rests on.
	Rests map[cite.Ref][]cite.Ref
}

// Render writes the page.
func (v *Index) Render(f *frame.Frame, to io.Writer) error {
	return index(f, v).Render(context.Background(), to)
}

// Source is the page of a source.
type Source struct {
	*dossier.Source
	Called map[cite.Ref]string
	// Behind are what rests on it.
	Behind []cite.Ref
	// Sentences are the sentences that cite it, by their place among the elements, from 0.
	Sentences []int
	Paper     *dossier.Paper
}

// Render writes the page.
func (v *Source) Render(f *frame.Frame, to io.Writer) error {
	return source(f, v).Render(context.Background(), to)
}

// title is the title of the paper in the language of the pages, else in that of the original.
func title(f *frame.Frame, p *dossier.Paper) dossier.Word { return reading(f.Lang, p.Title) }

// reading is a text in a language, else in the first that it has.
func reading(l locale.Lang, words []dossier.Word) dossier.Word {
	if i := slices.IndexFunc(words, func(w dossier.Word) bool { return w.Lang == l }); i >= 0 {
		return words[i]
	}
	if len(words) > 0 {
		return words[0]
	}
	return dossier.Word{}
}

// read are the words of a sentence that its page shows: in the language of the pages, and in the original where that is another.
func read(l locale.Lang, words []dossier.Word) []dossier.Word {
	if len(words) == 0 {
		return nil
	}
	if w := reading(l, words); w.Lang != words[0].Lang {
		return []dossier.Word{w, words[0]}
	}
	return words[:1]
}

// anchor is the place of an element on the first page.
func anchor(i int) string { return "e" + strconv.Itoa(i+1) }

// number is the number of the note of a source, 0 for none.
func number(p *dossier.Paper, r cite.Ref) int {
	for _, n := range p.Notes {
		if n.Ref == r {
			return n.N
		}
	}
	return 0
}

// page is the address of the page of a source from another one.
func page(r cite.Ref) string { return string(r) + ".html" }

func itoa[T ~int | ~int64](n T) string { return strconv.FormatInt(int64(n), 10) }
