package mail

import (
	"testing"

	"github.com/openplenary/plenary/private/privatetest"
)

// TestMain runs the tests with private.db, and those of the queue's rows with PostgreSQL too.
func TestMain(m *testing.M) {
	privatetest.Only(m, "TestPutAndFlush", "TestOneLetterPerPositionAndNotice", "TestPauses", "TestForgetAndErase", "TestRunSendsEachOnce", "TestFollow",
		"TestFollowInPieces", "TestWaitingBurst", "TestWaits", "TestHandedOver")
}
