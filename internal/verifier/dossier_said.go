package verifier

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Beside the words of the record, a page of a dossier says few things: what its parts are called, who said a source, what became of it. Each of
// these is a phrase of a fixed table or follows from the files that were checked. Nothing else may stand on it: a sentence that somebody put in
// would look like one of the paper.

// styles are the SHA-256 sums of the styles that dossiers were ever given out with. A style decides what is seen.
var styles = []string{
	"66f184d7c0e8ff8baaa3c1773fa8fe1be784788343a742be837219a28e4d9ad0",
	"b70e855946a168c63d7863404f72c089314357ac840895877ce2d5b1e060896f",
}

// styled checks the style.
func (d *dossier) styled() error {
	b, err := d.unpack("style.css")
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(b); !slices.Contains(styles, hex.EncodeToString(sum[:])) {
		return errors.New("style.css is none that dossiers are given out with: it could hide words")
	}
	return nil
}

// numbers are the numbers of a text.
var numbers = regexp.MustCompile(`[0-9]+(?:[ ,.\x{a0}\x{202f}][0-9]{3})*`)

// is reports whether a text is what a phrase says in a language. # in it stands for a number; of what was worded otherwise before every wording counts.
func is(lang, phrase, text string) bool {
	return slices.Contains(phrases[lang][phrase], text) || slices.Contains(phrases[lang][phrase], numbers.ReplaceAllString(text, "#"))
}

// of reports whether the first number of a text is that of a reference.
func of(ref, text string) bool {
	root, _, _ := strings.Cut(ref, ".")
	return numbers.FindString(text) == root[1:]
}

// saying is one page, while what stands on it is checked.
type saying struct {
	*dossier
	lang    string
	source  *dossierSource // whose page it is; nil for the first page
	to      string         // where the link leads in which a text stands, "" outside links
	folded  int            // how many details stand open around it
	status  bool           // the first page said what considerations are
	noticed bool           // the notice of a demonstration, or what became of a source
	black   bool           // that passages are blacked out
}

var (
	langForm  = regexp.MustCompile(`<html lang="([a-z]{2})"`)
	titleForm = regexp.MustCompile(`<title>[^<]*</title>`)
	piece     = regexp.MustCompile(`(?s)<span class="words[^>]*>[^<]*</span>|<[^<>]*>|[^<>]+`)
	checkForm = regexp.MustCompile(`\Aplenary verify [a-z0-9-]+-(p[0-9]+\.e[0-9]+)\.zip\z`)
	whoForm   = regexp.MustCompile(`\A\x{2068}?(.*?)\x{2069}?(?: \(([^()]*(?:\([^()]*\))?[^()]*)\))? · ([^·]*)\z`)
	homeForm  = regexp.MustCompile(`\A(?:https?://[^\s<>/]+)?/c/[a-z0-9-]+/([a-z0-9.]+)\z`)
)

// said checks what stands on a page around the words of the record.
func (d *dossier) said(page string, source *dossierSource) error {
	m := langForm.FindStringSubmatch(page)
	if m == nil || phrases[m[1]] == nil {
		return errors.New("it does not say in which language it is")
	} else if at := titleForm.FindStringIndex(page); at == nil || strings.Count(page, "<title") != 1 || strings.Count(page, "</title") != 1 || at[0] > strings.Index(page, "<body") {
		return errors.New("it has not one title, at its head: what stands in a title is shown on no page")
	}
	v := &saying{dossier: d, lang: m[1], source: source}
	for _, p := range piece.FindAllString(strings.TrimPrefix(page, "<!doctype html>"), -1) {
		switch {
		case strings.HasPrefix(p, `<span class="words`):
			if v.folded > 0 {
				return errors.New("words of the record are folded away")
			}
		case p[0] == '<':
			v.tag(p)
		default:
			if text := strings.TrimSpace(html.UnescapeString(p)); text != "" && !v.may(text) {
				return fmt.Errorf("%.200q stands on it, which no page of a dossier says there", text)
			}
		}
	}
	return v.complete()
}

// tag follows where the text is that comes next.
func (v *saying) tag(t string) {
	switch {
	case strings.HasPrefix(t, "<details"):
		v.folded++
	case strings.HasPrefix(t, "</details") && v.folded == 0:
		v.folded = 1 << 40 // a browser passes over such an end: what follows could be folded away and not look so
	case strings.HasPrefix(t, "</details"):
		v.folded--
	case strings.HasPrefix(t, "</a"):
		v.to = ""
	case strings.HasPrefix(t, "<a"):
		if m := leads.FindStringSubmatch(t); m != nil {
			v.to = html.UnescapeString(m[1])
		}
	}
}

// complete reports what the page had to say.
func (v *saying) complete() error {
	switch s := v.source; {
	case s == nil && !v.status:
		return errors.New("it does not say that considerations commit nobody")
	case s == nil && v.noticed != (v.manifest.Notice != ""), s != nil && v.noticed != (s.Gone != "" && s.Gone != "unknown"):
		return errors.New("it does not give the notice that it has to give, or gives one that it has not")
	case s != nil && v.black != s.Black:
		return errors.New("it does not say that passages are blacked out, or says so where none are")
	}
	return nil
}

// may reports whether a text may stand where it stands.
func (v *saying) may(text string) bool {
	if v.to != "" {
		return v.link(text)
	}
	if v.source != nil {
		return v.onSource(text)
	}
	return v.onFirst(text)
}

// link checks the text of a link by where it leads.
func (v *saying) link(text string) bool {
	to := strings.TrimPrefix(strings.TrimPrefix(v.to, "../"), "sources/")
	if n, ok := strings.CutPrefix(to, "entries/"); ok {
		return is(v.lang, "entry", text) && numbers.FindString(text) == strings.TrimSuffix(n, ".json")
	}
	if n, ok := strings.CutPrefix(to, "#n"); ok {
		return text == "["+n+"]"
	}
	if n, ok := strings.CutPrefix(to, "index.html#e"); ok {
		i, err := strconv.Atoi(n)
		if err != nil || i < 1 || i > len(v.paper.Elements) {
			return false
		}
		x := v.paper.Elements[i-1]
		kind, ok := strings.CutSuffix(text, " "+x.Number)
		return ok && is(v.lang, "kind."+x.Kind, strings.TrimSpace(kind)) || x.Number == "" && is(v.lang, "kind."+x.Kind, text)
	}
	if to == "index.html" {
		return text == v.paper.Symbol
	}
	ref, ok := strings.CutSuffix(to, ".html")
	return ok && v.who[ref] != "" && text == v.who[ref]
}

// onFirst checks a text of the first page outside of links.
func (v *saying) onFirst(text string) bool {
	switch {
	case is(v.lang, "status", text):
		v.status = true
		return true
	case is(v.lang, "notice", text):
		v.noticed = true
		return true
	}
	for _, p := range []string{"how", "key", "left_out", "sources", "rests_on", "chain"} {
		if is(v.lang, p, text) {
			return true
		}
	}
	if m := checkForm.FindStringSubmatch(text); m != nil {
		return m[1] == v.paper.Edition
	}
	if text == "·" || text == v.paper.Symbol || text == v.manifest.Address || text == v.manifest.Key || v.dated(text) {
		return true
	}
	if day, ok := strings.CutSuffix(text, " ·"); ok && v.dated(day) {
		return true
	}
	return slices.ContainsFunc(v.paper.Elements, func(x dossierElement) bool { return text == x.Number }) ||
		slices.ContainsFunc(v.paper.Notes, func(n dossierNote) bool { return text == n.Address })
}

// dated reports whether a text is the day of the paper.
func (v *saying) dated(text string) bool {
	t, err := time.Parse(time.DateOnly, v.paper.Date)
	if err != nil {
		return false
	}
	month := "day." + strconv.Itoa(int(t.Month()))
	return slices.ContainsFunc(slices.Concat(phrases[v.lang][month], phrases[v.lang][month+"."+strconv.Itoa(t.Day())]), func(p string) bool {
		return text == strings.NewReplacer("{y}", strconv.Itoa(t.Year()), "{d}", strconv.Itoa(t.Day())).Replace(p)
	})
}

// onSource checks a text of the page of a source outside of links.
func (v *saying) onSource(text string) bool {
	s := v.source
	switch {
	case is(v.lang, "gone."+s.Gone, text):
		v.noticed = true
		return true
	case is(v.lang, "black", text):
		v.black = true
		return true
	}
	for _, p := range []string{"entries", "rests", "cited"} {
		if is(v.lang, p, text) {
			return true
		}
	}
	return text == s.Who || text == s.Address
}

// called checks what a source is called: that follows from its entries, as far as they are there. What does not follow is listed, word by word.
func (d *dossier) called(s *dossierSource) error {
	if m := homeForm.FindStringSubmatch(s.Address); m == nil || m[1] != s.Ref {
		return errors.New("its address is of something else")
	}
	lang := d.language()
	if s.Gone != "" && s.Gone != "unknown" {
		if !is(lang, "gone_name."+s.Kind+"."+s.Gone, s.Who) || !of(s.Ref, s.Who) {
			return fmt.Errorf("nothing says that it is called %.200q", s.Who)
		}
		return nil
	}
	switch s.Kind {
	case "point":
		return d.signedBy(s, lang)
	case "passage":
		return d.placed(s, lang)
	case "answer":
		for _, w := range s.Words {
			if strings.HasPrefix(w.At, "heading") && slices.ContainsFunc(phrases[lang]["answer"], func(p string) bool { return s.Who == p+w.Text }) {
				return nil
			}
		}
		if is(lang, "answer_outcome", s.Who) {
			return nil
		}
	default:
		if is(lang, s.Kind, s.Who) && of(s.Ref, s.Who) {
			return nil
		}
	}
	return fmt.Errorf("nothing says that it is called %.200q", s.Who)
}

// language is the language of the pages.
func (d *dossier) language() string {
	b, err := d.unpack("index.html")
	if m := langForm.FindSubmatch(b); err == nil && m != nil {
		return string(m[1])
	}
	return ""
}

// signedBy checks the name and the country under which a point stands.
func (d *dossier) signedBy(s *dossierSource, lang string) error {
	m := whoForm.FindStringSubmatch(s.Who)
	if m == nil || !is(lang, "point", m[3]) || !of(s.Ref, m[3]) {
		return fmt.Errorf("nothing says that it is called %.200q", s.Who)
	}
	name, country := m[1], m[2]
	var told, known, longer bool
	for _, at := range s.Entries {
		e, err := d.entry(at)
		if err != nil {
			continue
		}
		for _, field := range []string{"body", "name"} {
			if said, _ := e.text[field].(string); said != "" {
				told, known = true, known || name == said
				longer = longer || strings.HasPrefix(name, said+" ") || strings.HasPrefix(name, said+",")
			}
		}
		if code := e.says("/country"); country != "" && code != "" && e.kind == "consultation.received/1" {
			if names := countries[lang][code]; len(names) > 0 {
				if !slices.Contains(names, country) {
					return fmt.Errorf("it is called as of %.100q, and its entry says %s", country, code)
				}
				country = ""
			}
		}
	}
	switch {
	case told && !known && !longer:
		return fmt.Errorf("it is called as said by %.200q, and its entries have another name", name)
	case !known && !is(lang, "nameless", name), country != "":
		d.unsaid = append(d.unsaid, fmt.Sprintf("%q of %s", s.Who, s.Ref))
	}
	return nil
}

// placed checks what a passage is called: the symbol of its edition, what it is and its number.
func (d *dossier) placed(s *dossierSource, lang string) error {
	for _, at := range s.Entries {
		e, err := d.entry(at)
		if err != nil || e.kind != "paper.published/1" {
			continue
		}
		symbol := e.says("/symbol")
		for _, w := range s.Words {
			place, ok := strings.CutSuffix(w.At, "/text/in/"+w.Lang)
			if !ok || w.Entry != at {
				continue
			}
			called, ok := strings.CutPrefix(s.Who, symbol+", ")
			called, ends := strings.CutSuffix(called, e.says(place+"/number"))
			called = strings.TrimRight(called, "0123456789. ") // what holds it lends its number
			if !ok || !ends || !is(lang, "kind."+e.says(place+"/kind"), called) {
				return fmt.Errorf("nothing says that it is called %.200q", s.Who)
			}
			return nil
		}
	}
	d.unsaid = append(d.unsaid, fmt.Sprintf("%q of %s", s.Who, s.Ref))
	return nil
}
