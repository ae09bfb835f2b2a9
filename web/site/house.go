package site

import (
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/site"
)

// House is what the operator says, as far as the rules of conversations ask.
func House(s *site.Site) *settings.House {
	h := &settings.House{Countries: s.CountryList(), Borders: s.Borders}
	for _, page := range site.PageNames {
		u := settings.Unwritten{Page: page}
		for _, l := range locale.All { // a conversation may speak a language that the pages are not offered in
			if _, ok := s.Page(page, l); !ok {
				u.In = append(u.In, l)
			}
		}
		if len(u.In) > 0 {
			h.Unwritten = append(h.Unwritten, u)
		}
	}
	return h
}
