package desk

import (
	"slices"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/session"
)

// Sits is a page on which the reader works at the sittings of a session.
type Sits struct {
	Name frame.LocalizedText // of the session
	Path string              // of the page
	Key  string              // of what the page is called
	now  bool                // a sitting is open
}

// sits lists those of the sessions that are not over, the one that sits now first. Whoever was given an office comes to the desk first, and finds the way from there.
func sits(st *conversation.Reading, l locale.Lang) (out []Sits) {
	roles := st.Audience.Roles
	for _, x := range st.Sessions.Sessions() {
		is := x.State()
		if is == session.Over || is == session.Off {
			continue
		}
		add := func(does bool, path, key string) {
			if does {
				out = append(out, Sits{frame.Localize(x.Plan.Title, l), path + string(x.Ref), key, is == session.Sits})
			}
		}
		add(roles.Has(delegation.Chair, delegation.Rapporteur), "/desk/speakers/", "floor.console")
		add(len(st.Studio.Booths(x.Ref)) > 0, "/desk/booth/", "studio.booth_page")
		add(roles.Has(delegation.Technician), "/desk/studio/", "studio.desk")
	}
	slices.SortStableFunc(out, func(a, b Sits) int {
		switch {
		case a.now == b.now:
			return 0
		case a.now:
			return -1
		}
		return 1
	})
	return out
}
