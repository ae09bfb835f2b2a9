package attachment

import (
	"os"
	"testing"

	"github.com/openplenary/plenary/private/privatetest"
)

// TestMain runs the tests with private.db and with PostgreSQL, and those that are about keeping files with an object store.
func TestMain(m *testing.M) {
	if code := inStore(m); code != 0 {
		os.Exit(code)
	}
	privatetest.Main(m, "TestErasedForGood", "TestFaultsLeaveNothing", "TestDamageIsNeverServed", "TestSweep", "TestLost")
}
