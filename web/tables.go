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
		{Method: "GET", Pattern: "/{$}", Who: Everybody, Handle: (*Request).root},
		{Method: "GET", Pattern: "/healthz", Who: Everybody, Handle: (*Request).health},
		{Method: "GET", Pattern: "/openapi.json", Who: Everybody, Handle: (*Request).openAPI},
		{Method: "GET", Pattern: "/robots.txt", Who: Everybody, Handle: (*Request).robots},
		{Method: "GET", Pattern: "/static/{hash}/{name}", Who: Everybody, Handle: (*Request).static},
		{Method: "GET", Pattern: "/{lang}/{$}", Who: Everybody, Twin: true, Name: "index", Views: []any{home.Index{}}, Handle: (*Request).index},
		{Method: "GET", Pattern: "/c/{slug}", Who: Everybody, Handle: (*Request).redirect},
		{Method: "GET", Pattern: "/c/{slug}/{path...}", Who: Everybody, Handle: (*Request).redirect},
	}
}

// accountRoutes are signing in, and what a person may see and change of their account.
func accountRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/sign-in", Who: Everybody, Query: signInQuery{}, Handle: (*Request).signIn},
		{Method: "POST", Pattern: "/{lang}/sign-in", Who: Everybody, Body: 16 * KiB, Handle: (*Request).postSignIn},
		{Method: "POST", Pattern: "/{lang}/sign-in/code", Who: Everybody, Body: 16 * KiB, Handle: (*Request).postCode},
		{Method: "GET", Pattern: "/{lang}/sign-in/{token}", Who: Everybody, Handle: (*Request).confirm},
		{Method: "POST", Pattern: "/{lang}/sign-in/{token}", Who: Everybody, Body: 16 * KiB, Handle: (*Request).postConfirm},
		{Method: "POST", Pattern: "/{lang}/sign-out", Who: SignedIn, Body: 16 * KiB, Handle: (*Request).signOut},
		{Method: "GET", Pattern: "/{lang}/account", Who: SignedIn, Handle: (*Request).accountPage},
		{Method: "POST", Pattern: "/{lang}/account", Who: SignedIn, Body: 16 * KiB, Handle: (*Request).postAccount},
		{Method: "POST", Pattern: "/{lang}/account/delete", Who: SignedIn, Body: 16 * KiB, Handle: (*Request).postDeleteAccount},
	}
}

// demonstrationRoutes are what exists in a demonstration only.
func demonstrationRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/mailbox", Who: DemoOnly, Twin: true, Name: "mailbox", Views: []any{accounts.Mailbox{}}, Handle: (*Request).mailbox},
		{Method: "GET", Pattern: "/{lang}/demo/{role}", Who: DemoOnly, Handle: (*Request).demoRole},
		{Method: "POST", Pattern: "/{lang}/demo/{role}", Who: DemoOnly, Body: 16 * KiB, Handle: (*Request).postDemoRole},
	}
}

// conversationRoutes are the conversation as a whole: its home, its calendar, whatever a reference names.
func conversationRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}", Who: Everybody, Cached: true, Twin: true, Name: "home", Views: []any{home.Page{}}, Handle: (*Request).home},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/documents", Who: Everybody, Cached: true, Twin: true, Name: "documents", Views: []any{home.Documents{}}, Handle: (*Request).documents},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}", Who: Everybody, Cached: true, Twin: true, Name: "reference", Views: []any{papers.Paper{}, papers.ElementPage{}, consult.CallPage{}, consult.ContributionPage{}, consult.Disposition{}, home.Entry{}}, Query: referenceQuery{}, Handle: (*Request).reference},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/live", Who: Everybody, Query: liveQuery{}, Handle: (*Request).live},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/stages", Who: Officers, Twin: true, Name: "stages", Views: []any{desk.Stages{}}, Handle: (*Request).stages},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/stages", Who: Officers, Body: 256 * KiB, Handle: (*Request).postStages},
		{Method: "GET", Pattern: "/{lang}/convene", Who: Operators, Handle: (*Request).convene},
		{Method: "POST", Pattern: "/{lang}/convene", Who: Operators, Body: 256 * KiB, Handle: (*Request).postConvene},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk", Who: Staff, Twin: true, Name: "desk", Views: []any{desk.Home{}}, Handle: (*Request).desk},
	}
}

// recordRoutes are the record: entries, checkpoints, receipts and their check.
func recordRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/c/{slug}/log/checkpoint", Who: Everybody, Handle: (*Request).checkpoint},
		{Method: "GET", Pattern: "/c/{slug}/log/tile/{path...}", Who: Everybody, Handle: (*Request).tile},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/record", Who: Everybody, Cached: true, Twin: true, Name: "record", Views: []any{home.Record{}}, Query: recordQuery{}, Handle: (*Request).record},
		{Method: "GET", Pattern: "/{lang}/check", Who: Everybody, Handle: (*Request).check},
		{Method: "POST", Pattern: "/{lang}/check", Who: Everybody, Body: 4 * MiB, Twin: true, Name: "check", Views: []any{consult.Check{}}, Handle: (*Request).postCheck},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/check", Who: Everybody, Body: 16 * KiB, Handle: (*Request).postCheckHere},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/receipt", Who: Everybody, Twin: true, Name: "receipt", Views: []any{consultation.Receipt{}}, Handle: (*Request).receipt},
	}
}

// paperRoutes are papers: reading, comparing, drafting.
func paperRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/c/{slug}/symbol/{symbol...}", Who: Everybody, Handle: (*Request).symbol},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/redline", Who: Everybody, Cached: true, Twin: true, Name: "redline", Views: []any{papers.Redline{}}, Query: redlineQuery{}, Handle: (*Request).redline},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/concordance", Who: Everybody, Cached: true, Twin: true, Name: "concordance", Views: []any{papers.Concordance{}}, Query: concordanceQuery{}, Handle: (*Request).concordance},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/concordance", Who: Officers, Body: 64 * KiB, Handle: (*Request).postConcordance},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/find", Who: Everybody, Cached: true, Twin: true, Name: "find", Views: []any{papers.Find{}}, Query: findQuery{}, Handle: (*Request).find},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/trace", Who: Everybody, Cached: true, Twin: true, Name: "trace", Views: []any{trace.Page{}}, Query: traceQuery{}, Handle: (*Request).trace},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers", Who: Officers, Twin: true, Name: "desk_papers", Views: []any{desk.Papers{}}, Handle: (*Request).deskPapers},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers", Who: Officers, Body: 16 * KiB, Handle: (*Request).postDeskPapers},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers/import", Who: Officers, Handle: (*Request).paperImport},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers/import", Who: Officers, Body: 5 * MiB, Handle: (*Request).postPaperImport},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers/{key}", Who: Officers, Query: draftQuery{}, Handle: (*Request).paperDraft},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers/{key}", Who: Officers, Body: 4 * MiB, Handle: (*Request).postPaperDraft},
	}
}

// consultationRoutes are calls and contributions: sending, reading, moderating.
func consultationRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/contributions", Who: Everybody, Cached: true, Twin: true, Name: "contributions", Views: []any{consult.List{}}, Query: listQuery{}, Handle: (*Request).contributions},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/contributions.csv", Who: Everybody, Query: listQuery{}, Handle: (*Request).contributionsCSV},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/mine", Who: Everybody, Twin: true, Name: "mine", Views: []any{consult.Mine{}}, Handle: (*Request).mine},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/contribute", Who: Everybody, Twin: true, Name: "contribute", Views: []any{consult.Contribute{}}, Query: contributeQuery{}, Handle: (*Request).contribute},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/contribute", Who: Everybody, Body: 21 * MiB, Twin: true, Name: "submit", Views: []any{consultation.Receipt{}}, Handle: (*Request).postContribute},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/draft", Who: Everybody, Body: 21 * MiB, Handle: (*Request).postDraft},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/withdraw", Who: Everybody, Body: 16 * KiB, Handle: (*Request).postWithdraw},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/publish", Who: Staff, Body: 16 * KiB, Handle: (*Request).postPublish},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/withhold", Who: Staff, Body: 64 * KiB, Handle: (*Request).postWithhold},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/redact", Who: Staff, Body: 64 * KiB, Handle: (*Request).postRedact},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/erase", Who: Officers, Body: 16 * KiB, Handle: (*Request).postErase},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/queue", Who: Staff, Twin: true, Name: "queue", Views: []any{desk.Queue{}}, Query: queueQuery{}, Handle: (*Request).queue},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/queue", Who: Staff, Body: 64 * KiB, Handle: (*Request).postQueue},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/calls/new", Who: Officers, Handle: (*Request).newCall},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/calls/new", Who: Officers, Body: 256 * KiB, Handle: (*Request).postNewCall},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/calls/{ref}/extend", Who: Officers, Handle: (*Request).extendCall},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/calls/{ref}/extend", Who: Officers, Body: 64 * KiB, Handle: (*Request).postExtendCall},
	}
}

// answerRoutes are answers to what was said, and what their authors think of them.
func answerRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/responses", Who: Everybody, Cached: true, Twin: true, Name: "responses", Views: []any{consult.Responses{}}, Query: responsesQuery{}, Handle: (*Request).responses},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/responses.csv", Who: Everybody, Handle: (*Request).responsesCSV},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/responses.xlsx", Who: Everybody, Handle: (*Request).responsesXLSX},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/points", Who: Officers, Twin: true, Name: "points", Views: []any{desk.Points{}}, Query: pointsQuery{}, Handle: (*Request).points},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/points/{ref}", Who: Officers, Twin: true, Name: "point", Views: []any{desk.AnswerPage{}}, Handle: (*Request).point},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/points/{ref}", Who: Officers, Body: 512 * KiB, Handle: (*Request).postPoint},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/answers/{ref}", Who: Officers, Body: 128 * KiB, Handle: (*Request).postAnswerTools},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/react", Who: Everybody, Body: 64 * KiB, Handle: (*Request).postReact},
	}
}

// overviewRoutes are the overview and the map.
func overviewRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/overview", Who: Everybody, Cached: true, Twin: true, Name: "overview", Views: []any{survey.Overview{}}, Handle: (*Request).overview},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/overview.csv", Who: Everybody, Handle: (*Request).overviewCSV},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/overview/{row}/{subject}", Who: Everybody, Cached: true, Twin: true, Name: "evidence", Views: []any{survey.Evidence{}}, Query: evidenceQuery{}, Handle: (*Request).evidence},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/map", Who: Everybody, Cached: true, Twin: true, Name: "map", Views: []any{survey.Map{}}, Handle: (*Request).mapPage},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/map.csv", Who: Everybody, Handle: (*Request).mapCSV},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/map.svg", Who: Everybody, Handle: (*Request).mapSVG},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/map", Who: Officers, Twin: true, Name: "desk_map", Views: []any{desk.Map{}}, Handle: (*Request).deskMap},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/map", Who: Officers, Body: 64 * KiB, Handle: (*Request).postDeskMap},
	}
}

// delegationRoutes are who holds which office, and who speaks for whom.
func delegationRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/people", Who: Officers, Twin: true, Name: "people", Views: []any{desk.People{}}, Handle: (*Request).people},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/people", Who: Officers, Body: 16 * KiB, Handle: (*Request).postPeople},
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
