package verifier

import (
	"errors"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
)

// wordsForm is how a page of a dossier has words of the record.
var wordsForm = regexp.MustCompile(`<span class="words ?(?:other)?" data-entry="([0-9]+)" data-in="(text|data)" data-at="([^"<>]*)" lang="([a-z]{2})" dir="(?:ltr|rtl)">([^<]*)</span>`)

// tag is an element's beginning or end; what stands in a text has no such sign.
var tag = regexp.MustCompile(`<[^<>]*>`)

// plain is a tag that pages of dossiers have. Any other could run, fetch, send or hide something.
var plain = regexp.MustCompile(`\A</?(?:html|head|meta|title|link|body|p|h1|h2|span|a|bdi|ol|ul|li|code|main|section|details|summary)` +
	`(?:\s+(?:lang|dir|charset|name|content|rel|href|class|id)="[^"<>]*")*\s*/?>\z`)

// leads is where a page leads to, and inside an address within the dossier.
var (
	leads  = regexp.MustCompile(`\shref="([^"]*)"`)
	inside = regexp.MustCompile(`\A(?:\.\./)?(?:sources/|entries/)?(?:[a-z0-9][a-z0-9.]*\.(?:html|json|css))?(?:#[a-z0-9]+)?\z`)
)

// pages checks the pages for people: they have the words that the files for programs have, and nothing that is run or fetched.
func (d *dossier) pages() {
	d.begin()
	n := 0
	for _, p := range d.manifest.Files {
		if !strings.HasSuffix(p.Name, ".html") {
			continue
		}
		n++
		if err := d.page(p.Name); err != nil {
			d.wrong("pages", "%s: %w", p.Name, err)
		}
	}
	if err := d.styled(); err != nil {
		d.wrong("pages", "%w", err)
	}
	d.end("pages", "%d: the words of the record that they show are those of the entries, what stands around them is what dossiers say there, and they run, fetch and hide nothing", n)
}

// page checks one.
func (d *dossier) page(name string) error {
	b, err := d.unpack(name)
	if err != nil {
		return err
	}
	shown, err := wordsOn(b)
	if err != nil {
		return err
	}
	if ref, ok := strings.CutPrefix(strings.TrimSuffix(name, ".html"), "sources/"); ok {
		s := new(dossierSource)
		if err := d.exact("sources/"+ref+".json", s); err != nil {
			return err
		}
		if err := d.said(string(b), s); err != nil {
			return err
		}
		if len(shown) != len(s.Words) {
			return fmt.Errorf("it shows %d texts, the source has %d", len(shown), len(s.Words))
		}
		for i, w := range shown {
			if w != s.Words[i] {
				return fmt.Errorf("text %d is not that of the source", i+1)
			}
		}
		return nil
	}
	if err := d.said(string(b), nil); err != nil {
		return err
	}
	return d.first(shown)
}

// first checks the first page: the title, then of every element its words in one language or two, in their order.
func (d *dossier) first(shown []dossierWord) error {
	all := [][]dossierWord{d.paper.Title}
	for _, x := range d.paper.Elements {
		all = append(all, x.Words)
	}
	for i, words := range all {
		n := 0
		for len(shown) > 0 {
			has := false
			for _, w := range words {
				has = has || w == shown[0]
			}
			if !has || n == 2 {
				break
			}
			shown = shown[1:]
			n++
		}
		if n == 0 {
			return fmt.Errorf("it does not show element %d as it is", i)
		}
	}
	if len(shown) > 0 {
		return errors.New("it shows more than the paper has")
	}
	return nil
}

// wordsOn are the words of the record that a page shows.
func wordsOn(b []byte) (out []dossierWord, err error) {
	page := string(b)
	for _, m := range wordsForm.FindAllStringSubmatch(page, -1) {
		at, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil {
			return nil, err
		}
		out = append(out, dossierWord{at, m[2], html.UnescapeString(m[3]), m[4], html.UnescapeString(m[5])})
	}
	around := wordsForm.ReplaceAllString(page, "")
	if strings.ContainsAny(tag.ReplaceAllString(strings.TrimPrefix(around, "<!doctype html>"), ""), "<>") {
		return nil, errors.New("it is not the page of a dossier")
	}
	for _, t := range tag.FindAllString(strings.TrimPrefix(around, "<!doctype html>"), -1) {
		if !plain.MatchString(t) || strings.Contains(t, `class="words`) {
			return nil, fmt.Errorf("it has %.100q", t)
		}
		for _, m := range leads.FindAllStringSubmatch(t, -1) {
			if !inside.MatchString(m[1]) {
				return nil, fmt.Errorf("it leads to %.100q", m[1])
			}
		}
	}
	return out, nil
}
