package manuscript

import (
	"path"
	"regexp"
	"strings"
)

// What Markdown writes in other ways than a paper does, and means the same by.
var (
	strongUnder = regexp.MustCompile(`(^|[\s(\[«“"])__([^_\s](?:[^_]*[^_\s])?)__($|[\s)\].,;:!?»”"])`)
	emUnder     = regexp.MustCompile(`(^|[\s(\[«“"])_([^_\s](?:[^_]*[^_\s])?)_($|[\s)\].,;:!?»”"])`)
	linkTitle   = regexp.MustCompile(`(\]\([^()\s]+)[ \t]+(?:"[^"\n]*"|'[^'\n]*')\)`)
	autoLink    = regexp.MustCompile(`<(https?://[^<>\s]+)>`)
	linkTarget  = regexp.MustCompile(`^\[([^\]\[^]+)\]:[ \t]+<?(https?://[^\s<>]+)>?(?:[ \t]+(?:"[^"]*"|'[^']*'))?$`)
	linkBy      = regexp.MustCompile(`\[([^\]\[]+)\]\[([^\]\[]*)\]`)
	pictureAt   = regexp.MustCompile(`(!\[[^\]\[\n]*\]\()([^()\s:]+/)([^()\s/]+\))`)
	remoteImage = regexp.MustCompile(`!\[[^\]]*\]\(https?://`)
	anyImage    = regexp.MustCompile(`^!\[[^\]]*\]\([^()\s]+\)$`)
)

// tidy writes emphasis, links and pictures as a paper does: __strong__, _emphasis_, links by name, addresses in angle
// brackets, and pictures in a folder.
func (m *markdown) tidy(s string) string {
	if strings.Contains(s, "_") {
		s = strongUnder.ReplaceAllString(s, "$1**$2**$3")
		s = emUnder.ReplaceAllString(s, "$1*$2*$3")
	}
	if strings.Contains(s, "](") {
		s = linkTitle.ReplaceAllString(s, "$1)")
		if strings.Contains(s, "![") {
			s = pictureAt.ReplaceAllStringFunc(s, func(x string) string {
				p := pictureAt.FindStringSubmatch(x)
				return p[1] + path.Base(p[3])
			})
		}
	}
	if strings.Contains(s, "<http") {
		s = autoLink.ReplaceAllString(s, "$1")
	}
	if len(m.targets) > 0 && strings.Contains(s, "][") {
		s = linkBy.ReplaceAllStringFunc(s, func(x string) string {
			p := linkBy.FindStringSubmatch(x)
			name := p[2]
			if name == "" {
				name = p[1]
			}
			if to, ok := m.targets[strings.ToLower(name)]; ok {
				return "[" + p[1] + "](" + to + ")"
			}
			return x
		})
	}
	return s
}
