package contribution

import (
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/web/serve"
)

// The parameters of the pages. What their tags mean is said in web/serve.

// listQuery are those of the list of contributions.
type listQuery struct {
	// Call chooses what answers one call.
	Call cite.Ref `query:"call,k"`
	// Issue chooses what is said on an element of a paper, through time, and on what stands inside it.
	Issue cite.Ref `query:"issue,x"`
	// Category chooses one stakeholder category.
	Category string `query:"category"`
	// Country chooses one country by its code.
	Country string `query:"country"`
	// Party chooses what one party on the roll said.
	Party cite.Ref `query:"party,y"`
	// Language chooses what is written in one language.
	Language locale.Lang `query:"language,written"`
	// Since and Until choose by the day of arrival, both days included.
	Since serve.Date `query:"since"`
	Until serve.Date `query:"until"`
	// Late chooses what came after the deadline.
	Late bool `query:"late"`
	// Status chooses another status than published.
	Status string `query:"status,pending published withheld withdrawn erased"`
	// Before is the number of the contribution before which the page begins; 0 for the newest.
	Before int `query:"before"`
	// Print shows the whole list on one page.
	Print bool `query:"print"`
}

// chosen is the choice as the page takes it.
func (l listQuery) chosen() consult.ListQuery {
	return consult.ListQuery{Call: l.Call, Issue: l.Issue.Element(), Category: l.Category, Country: strings.ToUpper(l.Country), Party: string(l.Party), Language: l.Language,
		Since: string(l.Since), Until: string(l.Until), Late: l.Late, Status: l.Status, Before: l.Before}
}

// receiptQuery are those of a receipt.
type receiptQuery struct {
	// Correction is which correction of the contribution the receipt file is of, 1, 2, ...; 0 for the contribution itself.
	Correction int `query:"correction"`
}

// responsesQuery are those of comments and answers.
type responsesQuery struct {
	// Outcome chooses one outcome, or what has no answer.
	Outcome string `query:"outcome"`
	// After is the part after which the page begins.
	After cite.Ref `query:"after,part"`
	// Print shows everything on one page.
	Print bool `query:"print"`
}

// contributeQuery are those of the form of a contribution.
type contributeQuery struct {
	// On is what is commented on: an element of an edition, or an edition; in a round of replies the point that is replied to.
	On cite.Ref `query:"on,x p part"`
	// Draft names a draft of the reader's.
	Draft string `query:"draft"`
}

// mineQuery are those of the list of what the reader sent.
type mineQuery struct {
	// Contribution is one that they say they sent from elsewhere.
	Contribution cite.Ref `query:"contribution,c"`
}

// formQuery are those of the whole form of a call.
type formQuery struct {
	// Draft names a draft of the reader's; without it, what they changed last.
	Draft string `query:"draft"`
}

// resumeQuery are those of the page on which somebody goes on with a draft by its code.
type resumeQuery struct {
	// Code is the code of a draft.
	Code string `query:"code"`
}
