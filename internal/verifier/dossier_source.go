package verifier

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// dossierSource is sources/REF.json.
type dossierSource struct {
	Format  string        `json:"format"`
	Ref     string        `json:"ref"`
	Kind    string        `json:"kind"`
	Gone    string        `json:"gone,omitempty"`
	Black   bool          `json:"blackened,omitempty"`
	Who     string        `json:"who"`
	Address string        `json:"address"`
	Entries []int64       `json:"entries"`
	Words   []dossierWord `json:"words"`
	RestsOn []string      `json:"rests_on"`

	unproved bool // its words are not proved
	nowhere  bool // not even in which entry they stand
}

// sourceKinds are the kinds of source by the letter with which their references begin.
var sourceKinds = map[byte]string{'c': "point", 'd': "answer", 'p': "passage", 'q': "question", 'o': "theme"}

// readSources checks every source, and that all that the sentences cite is there.
func (d *dossier) readSources() bool {
	d.begin()
	cited := map[string]bool{}
	for _, n := range d.paper.Notes {
		cited[n.Ref] = true
		if d.files["sources/"+n.Ref+".json"] == nil {
			d.wrong("sources", "%s is cited, and is not there", n.Ref)
		}
	}
	n := 0
	for _, p := range d.manifest.Files {
		name, in := strings.CutPrefix(p.Name, "sources/")
		ref, ok := strings.CutSuffix(name, ".json")
		if !in || !ok {
			continue
		}
		n++
		s := new(dossierSource)
		err := d.exact(p.Name, s)
		if err == nil {
			err = d.source(s, ref)
		}
		if err != nil {
			d.wrong("sources", "%s: %w", ref, err)
			continue
		}
		if s.unproved {
			d.unproved[unprovedWords]++
		}
		if s.nowhere {
			d.unproved[unprovedPlace]++
		}
		d.who[ref] = s.Who
		if cited[ref] {
			d.sources[ref] = s
		}
	}
	for _, n := range d.paper.Notes {
		if s := d.sources[n.Ref]; s != nil && (s.Who != n.Who || s.Address != n.Address) {
			d.wrong("notes", "note %d calls %s otherwise than its own file does", n.N, n.Ref)
		}
	}
	return d.end("sources", "%d of %d are cited by a sentence, and every source that a sentence cites is there; their words are those of the entries", len(cited), n)
}

// source checks one source: that its words are those of its entries.
func (d *dossier) source(s *dossierSource, ref string) error {
	if s.Format != DossierFormat || s.Ref != ref || s.Kind == "" || s.Kind != sourceKinds[ref[0]] || s.Entries == nil || s.Words == nil || s.RestsOn == nil {
		return errors.New("it is another source")
	}
	if d.files["sources/"+ref+".html"] == nil {
		return errors.New("its page is not there")
	}
	for _, at := range s.Entries {
		if d.files[fmt.Sprintf("entries/%d.json", at)] == nil {
			return fmt.Errorf("entry %d is not there", at)
		}
	}
	for _, r := range s.RestsOn {
		if d.files["sources/"+r+".json"] == nil && d.manifest.LeftOut == 0 {
			return fmt.Errorf("it rests on %s, which is not there", r)
		}
		if !d.step(s, r) {
			d.unproved[unprovedLink]++
		}
	}
	if s.Gone != "" || len(s.Words) == 0 {
		if len(s.Words) > 0 {
			return errors.New("it is gone, and has words")
		}
		s.unproved = s.Gone != ""
		if err := d.called(s); err != nil {
			return err
		}
		return d.empty(s)
	}
	for _, w := range s.Words {
		if !slices.Contains(s.Entries, w.Entry) {
			return fmt.Errorf("entry %d is not among those of the source", w.Entry)
		}
		if err := d.word(s, w); err != nil {
			return err
		}
	}
	if err := d.called(s); err != nil {
		return err
	}
	return d.whole(s)
}

// empty checks a source without words: where an entry has words of it for everybody, they may not be left out.
func (d *dossier) empty(s *dossierSource) error {
	for _, at := range s.Entries {
		e, err := d.entry(at)
		if err != nil {
			return err
		}
		if s.Kind == "point" && e.text != nil && e.kind == "consultation.received/1" {
			return fmt.Errorf("entry %d has words of it, and the source says that there are none", at)
		}
	}
	return nil
}

// whole checks that nothing of a point is left out that its entry says.
func (d *dossier) whole(s *dossierSource) error {
	if s.Kind != "point" {
		return nil
	}
	root, n, _ := strings.Cut(s.Ref, ".")
	for _, at := range s.Entries {
		e, err := d.entry(at)
		if err != nil {
			return err
		}
		if e.text == nil || e.kind != "consultation.received/1" || e.says("/ref") != root {
			continue
		}
		for _, name := range []string{n + ".text", n + ".wording"} {
			said, _ := e.text[name].(string)
			if said != "" && !d.replaced(s, name) && !slices.ContainsFunc(s.Words, func(w dossierWord) bool { return w.At == name }) {
				return fmt.Errorf("entry %d says more than the source has", at)
			}
		}
	}
	return nil
}

// replaced reports whether an entry of a source put something right in a member of its text.
func (d *dossier) replaced(s *dossierSource, name string) bool {
	n, _, _ := strings.Cut(name, ".")
	return slices.ContainsFunc(s.Entries, func(at int64) bool {
		e, err := d.entry(at)
		if err != nil || e.kind != "consultation.corrected/1" {
			return false
		}
		parts, _ := e.data["parts"].([]any)
		for i := range parts {
			if v, _ := e.at("/parts/" + strconv.Itoa(i) + "/part"); fmt.Sprint(v) == n {
				return true
			}
		}
		return false
	})
}

// word checks a text of a source against the entry that is said to have it.
func (d *dossier) word(s *dossierSource, w dossierWord) error {
	if s.Kind == "passage" {
		return d.passageOf(s, w)
	}
	e, err := d.entry(w.Entry)
	if err != nil {
		return err
	}
	if e.data == nil {
		s.unproved, s.nowhere = true, true
		return nil
	}
	if !e.has(s.Ref, w) {
		return fmt.Errorf("entry %d, %s, says nothing of it at %q in %q", w.Entry, e.kind, w.At, w.Lang)
	}
	if w.In == "data" {
		if e.says(w.At) != w.Text {
			return fmt.Errorf("entry %d has other words at %s", w.Entry, w.At)
		}
		return nil
	}
	if e.text == nil {
		s.unproved = true
		return nil
	}
	if said, _ := e.text[w.At].(string); said != w.Text {
		return fmt.Errorf("entry %d has other words at %q", w.Entry, w.At)
	}
	return nil
}

// has reports whether a place of an entry is one where words of a source in a language stand.
func (e *proved) has(ref string, w dossierWord) bool {
	root, part, _ := strings.Cut(ref, ".")
	theme := strings.TrimPrefix(part, "t")
	in := "text"
	ok := false
	switch e.kind {
	case "consultation.received/1":
		n, err := strconv.Atoi(part)
		ok = err == nil && e.says("/ref") == root && (w.At == part+".text" || w.At == part+".wording") && e.says("/parts/"+strconv.Itoa(n-1)+"/language") == w.Lang
	case "consultation.corrected/1":
		ok = e.says("/contribution") == root && (w.At == part+".text" || w.At == part+".wording")
	case "consultation.answered/1":
		ok = e.says("/ref") == ref && (w.At == "reason."+w.Lang || w.At == "heading."+w.Lang)
	case "consultation.reason_translated/1":
		ok = e.says("/disposition") == ref && e.says("/language") == w.Lang && (w.At == "reason" || w.At == "heading")
	case "formulation.worded/1":
		ok = e.says("/ref") == ref && w.At == "wording."+w.Lang
	case "priority.proposed/1", "priority.decided/1":
		ok = e.says("/order") == root && w.At == "reason."+theme+"."+w.Lang
	case "priority.begun/1":
		n, err := strconv.Atoi(theme)
		ok, in = err == nil && e.says("/ref") == root && w.At == "/themes/"+strconv.Itoa(n-1)+"/title/in/"+w.Lang, "data"
	}
	return ok && w.In == in
}

// passageOf checks a text of a passage of a paper.
func (d *dossier) passageOf(s *dossierSource, w dossierWord) error {
	m := passageForm.FindStringSubmatch(s.Ref)
	if m == nil {
		return errors.New("no element of an edition")
	}
	place := "/elements/0/text"
	if p, ok := strings.CutSuffix(w.At, "/in/"+w.Lang); ok {
		place = p
	}
	if !strings.HasSuffix(place, "/text") || strings.Count(place, "/") != 3 {
		return errors.New("no place of an element")
	}
	return d.passage(w, m[1]+m[2], m[1]+m[3], place)
}

// step reports whether an entry of a source says that it rests on another.
func (d *dossier) step(s *dossierSource, on string) bool {
	_, part, _ := strings.Cut(s.Ref, ".")
	n, _ := strconv.Atoi(strings.TrimPrefix(part, "t"))
	at := strconv.Itoa(n - 1)
	return slices.ContainsFunc(s.Entries, func(p int64) bool {
		e, err := d.entry(p)
		if err != nil {
			return false
		}
		var said []string
		switch e.kind {
		case "consultation.received/1":
			said = []string{e.says("/parts/" + at + "/on"), e.says("/parts/" + at + "/to")}
		case "consultation.answered/1":
			said = e.list("/parts")
		case "formulation.worded/1":
			said = e.list("/of")
		case "priority.begun/1":
			said = e.list("/themes/" + at + "/names")
		case "paper.published/1":
			if len(s.Words) > 0 {
				place, _, _ := strings.Cut(s.Words[0].At, "/text")
				said = e.list(place + "/cites")
			}
		}
		return slices.ContainsFunc(said, func(c string) bool { return sameSource(c, on) })
	})
}
