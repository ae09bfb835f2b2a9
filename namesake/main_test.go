package namesake_test

import (
	"testing"

	"github.com/openplenary/plenary/private/privatetest"
)

// TestMain runs the tests with private.db and with PostgreSQL.
func TestMain(m *testing.M) { privatetest.Main(m, "TestErasedIsScrubbed") }
