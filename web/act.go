package web

// actRoutes are what can be asked for by a program: one address for each command.
func actRoutes() []Route { return nil }
