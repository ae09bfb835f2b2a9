package web

import (
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/page/papers"
	"github.com/openplenary/plenary/page/survey"
	"github.com/openplenary/plenary/page/trace"
)

// The routes, one table for each noun. What is not here does not exist.

// siteRoutes are the pages of the whole site, and its files.
func siteRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{$}", Who: Everybody, handle: (*request).root},
		{Method: "GET", Pattern: "/healthz", Who: Everybody, handle: (*request).health},
		{Method: "GET", Pattern: "/openapi.json", Who: Everybody, handle: (*request).openAPI},
		{Method: "GET", Pattern: "/robots.txt", Who: Everybody, handle: (*request).robots},
		{Method: "GET", Pattern: "/static/{hash}/{name}", Who: Everybody, handle: (*request).static},
		{Method: "GET", Pattern: "/{lang}/{$}", Who: Everybody, Twin: true, Name: "index", Views: []any{home.Index{}}, handle: (*request).index},
		{Method: "GET", Pattern: "/c/{slug}", Who: Everybody, handle: (*request).redirect},
		{Method: "GET", Pattern: "/c/{slug}/{path...}", Who: Everybody, handle: (*request).redirect},
	}
}

// accountRoutes are signing in, and what a person may see and change of their account.
func accountRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/sign-in", Who: Everybody, Query: signInQuery{}, handle: (*request).signIn},
		{Method: "POST", Pattern: "/{lang}/sign-in", Who: Everybody, Body: 16 * kib, handle: (*request).postSignIn},
		{Method: "POST", Pattern: "/{lang}/sign-in/code", Who: Everybody, Body: 16 * kib, handle: (*request).postCode},
		{Method: "GET", Pattern: "/{lang}/sign-in/{token}", Who: Everybody, handle: (*request).confirm},
		{Method: "POST", Pattern: "/{lang}/sign-in/{token}", Who: Everybody, Body: 16 * kib, handle: (*request).postConfirm},
		{Method: "POST", Pattern: "/{lang}/sign-out", Who: SignedIn, Body: 16 * kib, handle: (*request).signOut},
		{Method: "GET", Pattern: "/{lang}/account", Who: SignedIn, handle: (*request).accountPage},
		{Method: "POST", Pattern: "/{lang}/account", Who: SignedIn, Body: 16 * kib, handle: (*request).postAccount},
		{Method: "POST", Pattern: "/{lang}/account/delete", Who: SignedIn, Body: 16 * kib, handle: (*request).postDeleteAccount},
	}
}

// demonstrationRoutes are what exists in a demonstration only.
func demonstrationRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/mailbox", Who: DemoOnly, Twin: true, Name: "mailbox", Views: []any{accounts.Mailbox{}}, handle: (*request).mailbox},
		{Method: "GET", Pattern: "/{lang}/demo/{role}", Who: DemoOnly, handle: (*request).demoRole},
		{Method: "POST", Pattern: "/{lang}/demo/{role}", Who: DemoOnly, Body: 16 * kib, handle: (*request).postDemoRole},
	}
}

// conversationRoutes are the conversation as a whole: its home, its calendar, whatever a reference names.
func conversationRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}", Who: Everybody, Cached: true, Twin: true, Name: "home", Views: []any{home.Page{}}, handle: (*request).home},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/documents", Who: Everybody, Cached: true, Twin: true, Name: "documents", Views: []any{home.Documents{}}, handle: (*request).documents},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}", Who: Everybody, Cached: true, Twin: true, Name: "reference", Views: []any{papers.Paper{}, papers.ElementPage{}, consult.CallPage{}, consult.ContributionPage{}, consult.Disposition{}, home.Entry{}}, Query: referenceQuery{}, handle: (*request).reference},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/live", Who: Everybody, Query: liveQuery{}, handle: (*request).live},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/stages", Who: Officers, Twin: true, Name: "stages", Views: []any{desk.Stages{}}, handle: (*request).stages},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/stages", Who: Officers, Body: 256 * kib, handle: (*request).postStages},
		{Method: "GET", Pattern: "/{lang}/convene", Who: Operators, handle: (*request).convene},
		{Method: "POST", Pattern: "/{lang}/convene", Who: Operators, Body: 256 * kib, handle: (*request).postConvene},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk", Who: Staff, Twin: true, Name: "desk", Views: []any{desk.Home{}}, handle: (*request).desk},
	}
}

// recordRoutes are the record: entries, checkpoints, receipts and their check.
func recordRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/c/{slug}/log/checkpoint", Who: Everybody, handle: (*request).checkpoint},
		{Method: "GET", Pattern: "/c/{slug}/log/tile/{path...}", Who: Everybody, handle: (*request).tile},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/record", Who: Everybody, Cached: true, Twin: true, Name: "record", Views: []any{home.Record{}}, Query: recordQuery{}, handle: (*request).record},
		{Method: "GET", Pattern: "/{lang}/check", Who: Everybody, handle: (*request).check},
		{Method: "POST", Pattern: "/{lang}/check", Who: Everybody, Body: 4 * mib, Twin: true, Name: "check", Views: []any{consult.Check{}}, handle: (*request).postCheck},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/check", Who: Everybody, Body: 16 * kib, handle: (*request).postCheckHere},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/receipt", Who: Everybody, Twin: true, Name: "receipt", Views: []any{consultation.Receipt{}}, handle: (*request).receipt},
	}
}

// paperRoutes are papers: reading, comparing, drafting.
func paperRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/c/{slug}/symbol/{symbol...}", Who: Everybody, handle: (*request).symbol},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/redline", Who: Everybody, Cached: true, Twin: true, Name: "redline", Views: []any{papers.Redline{}}, Query: redlineQuery{}, handle: (*request).redline},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/concordance", Who: Everybody, Cached: true, Twin: true, Name: "concordance", Views: []any{papers.Concordance{}}, Query: concordanceQuery{}, handle: (*request).concordance},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/concordance", Who: Officers, Body: 64 * kib, handle: (*request).postConcordance},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/find", Who: Everybody, Cached: true, Twin: true, Name: "find", Views: []any{papers.Find{}}, Query: findQuery{}, handle: (*request).find},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/trace", Who: Everybody, Cached: true, Twin: true, Name: "trace", Views: []any{trace.Page{}}, Query: traceQuery{}, handle: (*request).trace},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers", Who: Officers, Twin: true, Name: "desk_papers", Views: []any{desk.Papers{}}, handle: (*request).deskPapers},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers", Who: Officers, Body: 16 * kib, handle: (*request).postDeskPapers},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers/import", Who: Officers, handle: (*request).paperImport},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers/import", Who: Officers, Body: 5 * mib, handle: (*request).postPaperImport},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers/{key}", Who: Officers, Query: draftQuery{}, handle: (*request).paperDraft},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers/{key}", Who: Officers, Body: 4 * mib, handle: (*request).postPaperDraft},
	}
}

// consultationRoutes are calls and contributions: sending, reading, moderating.
func consultationRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/contributions", Who: Everybody, Cached: true, Twin: true, Name: "contributions", Views: []any{consult.List{}}, Query: listQuery{}, handle: (*request).contributions},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/contributions.csv", Who: Everybody, Query: listQuery{}, handle: (*request).contributionsCSV},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/mine", Who: Everybody, Twin: true, Name: "mine", Views: []any{consult.Mine{}}, handle: (*request).mine},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/contribute", Who: Everybody, Twin: true, Name: "contribute", Views: []any{consult.Contribute{}}, Query: contributeQuery{}, handle: (*request).contribute},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/contribute", Who: Everybody, Body: 21 * mib, Twin: true, Name: "submit", Views: []any{consultation.Receipt{}}, handle: (*request).postContribute},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/draft", Who: Everybody, Body: 21 * mib, handle: (*request).postDraft},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/withdraw", Who: Everybody, Body: 16 * kib, handle: (*request).postWithdraw},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/publish", Who: Staff, Body: 16 * kib, handle: (*request).postPublish},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/withhold", Who: Staff, Body: 64 * kib, handle: (*request).postWithhold},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/redact", Who: Staff, Body: 64 * kib, handle: (*request).postRedact},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/erase", Who: Officers, Body: 16 * kib, handle: (*request).postErase},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/queue", Who: Staff, Twin: true, Name: "queue", Views: []any{desk.Queue{}}, Query: queueQuery{}, handle: (*request).queue},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/queue", Who: Staff, Body: 64 * kib, handle: (*request).postQueue},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/calls/new", Who: Officers, handle: (*request).newCall},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/calls/new", Who: Officers, Body: 256 * kib, handle: (*request).postNewCall},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/calls/{ref}/extend", Who: Officers, handle: (*request).extendCall},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/calls/{ref}/extend", Who: Officers, Body: 64 * kib, handle: (*request).postExtendCall},
	}
}

// answerRoutes are answers to what was said, and what their authors think of them.
func answerRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/responses", Who: Everybody, Cached: true, Twin: true, Name: "responses", Views: []any{consult.Responses{}}, Query: responsesQuery{}, handle: (*request).responses},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/responses.csv", Who: Everybody, handle: (*request).responsesCSV},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/responses.xlsx", Who: Everybody, handle: (*request).responsesXLSX},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/points", Who: Officers, Twin: true, Name: "points", Views: []any{desk.Points{}}, Query: pointsQuery{}, handle: (*request).points},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/points/{ref}", Who: Officers, Twin: true, Name: "point", Views: []any{desk.AnswerPage{}}, handle: (*request).point},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/points/{ref}", Who: Officers, Body: 512 * kib, handle: (*request).postPoint},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/answers/{ref}", Who: Officers, Body: 128 * kib, handle: (*request).postAnswerTools},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/react", Who: Everybody, Body: 64 * kib, handle: (*request).postReact},
	}
}

// overviewRoutes are the overview and the map.
func overviewRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/overview", Who: Everybody, Cached: true, Twin: true, Name: "overview", Views: []any{survey.Overview{}}, handle: (*request).overview},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/overview.csv", Who: Everybody, handle: (*request).overviewCSV},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/overview/{row}/{subject}", Who: Everybody, Cached: true, Twin: true, Name: "evidence", Views: []any{survey.Evidence{}}, Query: evidenceQuery{}, handle: (*request).evidence},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/map", Who: Everybody, Cached: true, Twin: true, Name: "map", Views: []any{survey.Map{}}, handle: (*request).mapPage},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/map.csv", Who: Everybody, handle: (*request).mapCSV},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/map.svg", Who: Everybody, handle: (*request).mapSVG},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/map", Who: Officers, Twin: true, Name: "desk_map", Views: []any{desk.Map{}}, handle: (*request).deskMap},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/map", Who: Officers, Body: 64 * kib, handle: (*request).postDeskMap},
	}
}

// delegationRoutes are who holds which office, and who speaks for whom.
func delegationRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/people", Who: Officers, Twin: true, Name: "people", Views: []any{desk.People{}}, handle: (*request).people},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/people", Who: Officers, Body: 16 * kib, handle: (*request).postPeople},
	}
}

// Routes lists every route: the tables, joined.
func Routes() []Route {
	var out []Route
	for _, table := range []func() []Route{siteRoutes, accountRoutes, demonstrationRoutes, conversationRoutes, recordRoutes, paperRoutes, consultationRoutes, answerRoutes,
		overviewRoutes, delegationRoutes, actRoutes,
	} {
		out = append(out, table()...)
	}
	return out
}
