package survey

// For the tests of the steps of a map, and of what is blacked out.
var (
	MapSteps = mapSteps
)
