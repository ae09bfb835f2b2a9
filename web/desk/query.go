package desk

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// The parameters of the pages. What their tags mean is said in web/serve.

// queueQuery are those of the moderators' queue.
type queueQuery struct {
	// From is the contribution at which the page begins.
	From cite.Ref `query:"from,c"`
}

// pointsQuery are those of the officers' points.
type pointsQuery struct {
	// Show chooses among the points.
	Show string `query:"show"`
	// Paper chooses those on one paper.
	Paper       cite.Ref `query:"paper,p"`
	PointsAfter cite.Ref `query:"points-after,part"`
}

// draftQuery are those of a draft of a paper.
type draftQuery struct {
	// Text is the language beside the original.
	Text locale.Lang `query:"text"`
	// From is the element at which the page begins, counted from 0.
	From int `query:"from"`
}
