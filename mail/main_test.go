package mail

import (
	"testing"

	"github.com/openplenary/plenary/private/privatetest"
)

// TestMain runs the tests with private.db, and those of the queue with PostgreSQL too.
func TestMain(m *testing.M) {
	privatetest.Main(m, "TestAccreditationLetters", "TestLetters", "TestDelegationLetters", "TestHeardLetters", "TestLostLetters", "TestMandate.*", "TestBody.*", "TestColleague.*", "TestThroughBadServers", "TestWaitingChoice",
		"TestLettersAndPositionAreOne", "TestSecretLettersLeaveNothing", "TestGivenUpIsForgotten", "TestRunOutlivesFaults")
}
