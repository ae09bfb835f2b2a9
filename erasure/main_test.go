package erasure

import (
	"testing"

	"github.com/openplenary/plenary/private/privatetest"
)

// TestMain runs the tests with private.db, and those that reach most tables with PostgreSQL too.
func TestMain(m *testing.M) {
	privatetest.Only(m, "TestDeleteAccount", "TestPartyDrafts", "TestMandatesEnded", "TestBallotsReturned")
}
