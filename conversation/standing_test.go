package conversation

import (
	"testing"

	"github.com/openplenary/plenary/delegation"
)

// TestNobody: a row of the table that does not say who may ask lets nobody, and one that says something else than
// there is neither.
func TestNobody(t *testing.T) {
	t.Parallel()
	all := delegation.RoleSet(0)
	for _, r := range delegation.Roles() {
		all = all.With(r)
	}
	for _, w := range []Standing{Nobody, Founders + 1} {
		for _, a := range []Ask{{}, {By: 1}, {System: true}, {By: 1, System: true}} {
			if w.Allows(a.By, a.System, all) {
				t.Errorf("standing %d allows %+v", w, a)
			}
		}
	}
}
