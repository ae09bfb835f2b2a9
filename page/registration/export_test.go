package registration

// What the test of the maps needs.
var (
	NewWorld  = newWorld
	WorldMaps = worldMaps
)
