package desk

import (
	"github.com/openplenary/plenary/cite"
)

// The parameters of the pages. What their tags mean is said in web/serve.

// newCallQuery are those of the form of a new call.
type newCallQuery struct {
	// Paper is the paper that the call is about, and Who may answer it, as the form begins.
	Paper cite.Ref `query:"paper,p"`
	Who   string   `query:"who"`
}

// pointsQuery are those of the officers' points.
type pointsQuery struct {
	// Show chooses among the points.
	Show string `query:"show"`
	// Paper chooses those on one paper.
	Paper       cite.Ref `query:"paper,p"`
	PointsAfter cite.Ref `query:"points-after,part"`
}

// pointQuery are those of the page on which a point is answered.
type pointQuery struct {
	// Words are looked for in earlier answers and in points.
	Words string `query:"words"`
	// Change opens another officer's draft to be changed.
	Change bool `query:"change"`
}
