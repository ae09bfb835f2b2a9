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
		{Method: "GET", Pattern: "/{$}", Who: Everybody, handle: (*Server).root},
		{Method: "GET", Pattern: "/healthz", Who: Everybody, handle: (*Server).health},
		{Method: "GET", Pattern: "/openapi.json", Who: Everybody, handle: (*Server).openAPI},
		{Method: "GET", Pattern: "/robots.txt", Who: Everybody, handle: (*Server).robots},
		{Method: "GET", Pattern: "/static/{hash}/{name}", Who: Everybody, handle: (*Server).static},
		{Method: "GET", Pattern: "/{lang}/{$}", Who: Everybody, Twin: true, Name: "index", Views: views(home.Index{}), handle: (*Server).index},
		{Method: "GET", Pattern: "/c/{slug}", Who: Everybody, handle: (*Server).redirect},
		{Method: "GET", Pattern: "/c/{slug}/{path...}", Who: Everybody, handle: (*Server).redirect},
	}
}

// accountRoutes are signing in, and what a person may see and change of their account.
func accountRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/sign-in", Who: Everybody, Query: signInQuery{}, handle: (*Server).signIn},
		{Method: "POST", Pattern: "/{lang}/sign-in", Who: Everybody, Body: 16 * kib, handle: (*Server).postSignIn},
		{Method: "POST", Pattern: "/{lang}/sign-in/code", Who: Everybody, Body: 16 * kib, handle: (*Server).postCode},
		{Method: "GET", Pattern: "/{lang}/sign-in/{token}", Who: Everybody, handle: (*Server).confirm},
		{Method: "POST", Pattern: "/{lang}/sign-in/{token}", Who: Everybody, Body: 16 * kib, handle: (*Server).postConfirm},
		{Method: "POST", Pattern: "/{lang}/sign-out", Who: SignedIn, Body: 16 * kib, handle: (*Server).signOut},
		{Method: "GET", Pattern: "/{lang}/account", Who: SignedIn, handle: (*Server).accountPage},
		{Method: "POST", Pattern: "/{lang}/account", Who: SignedIn, Body: 16 * kib, handle: (*Server).postAccount},
		{Method: "POST", Pattern: "/{lang}/account/delete", Who: SignedIn, Body: 16 * kib, handle: (*Server).postDeleteAccount},
	}
}

// demonstrationRoutes are what exists in a demonstration only.
func demonstrationRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/mailbox", Who: DemoOnly, Twin: true, Name: "mailbox", Views: views(accounts.Mailbox{}), handle: (*Server).mailbox},
		{Method: "GET", Pattern: "/{lang}/demo/{role}", Who: DemoOnly, handle: (*Server).demoRole},
		{Method: "POST", Pattern: "/{lang}/demo/{role}", Who: DemoOnly, Body: 16 * kib, handle: (*Server).postDemoRole},
	}
}

// conversationRoutes are the conversation as a whole: its home, its calendar, whatever a reference names.
func conversationRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}", Who: Everybody, Cached: true, Twin: true, Name: "home", Views: views(home.Page{}), handle: (*Server).home},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/documents", Who: Everybody, Cached: true, Twin: true, Name: "documents", Views: views(home.Documents{}), handle: (*Server).documents},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}", Who: Everybody, Cached: true, Twin: true, Name: "reference", Views: views(papers.Paper{}, papers.ElementPage{}, consult.CallPage{}, consult.ContributionPage{}, consult.Disposition{}, home.Entry{}), Query: referenceQuery{}, handle: (*Server).reference},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/live", Who: Everybody, Query: liveQuery{}, handle: (*Server).stream},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/stages", Who: Officers, Twin: true, Name: "stages", Views: views(desk.Stages{}), handle: (*Server).stages},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/stages", Who: Officers, Body: 256 * kib, handle: (*Server).postStages},
		{Method: "GET", Pattern: "/{lang}/convene", Who: Operators, handle: (*Server).convene},
		{Method: "POST", Pattern: "/{lang}/convene", Who: Operators, Body: 256 * kib, handle: (*Server).postConvene},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk", Who: Staff, Twin: true, Name: "desk", Views: views(desk.Home{}), handle: (*Server).desk},
	}
}

// recordRoutes are the record: entries, checkpoints, receipts and their check.
func recordRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/c/{slug}/log/checkpoint", Who: Everybody, handle: (*Server).checkpoint},
		{Method: "GET", Pattern: "/c/{slug}/log/tile/{path...}", Who: Everybody, handle: (*Server).tile},
		{Method: "GET", Pattern: "/c/{slug}/log/root/{size}", Who: Everybody, handle: (*Server).logRoot},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/record", Who: Everybody, Cached: true, Twin: true, Name: "record", Views: views(home.Record{}), Query: recordQuery{}, handle: (*Server).record},
		{Method: "GET", Pattern: "/{lang}/check", Who: Everybody, handle: (*Server).check},
		{Method: "POST", Pattern: "/{lang}/check", Who: Everybody, Body: 4 * mib, Twin: true, Name: "check", Views: views(consult.Check{}), handle: (*Server).postCheck},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/check", Who: Everybody, Body: 16 * kib, handle: (*Server).postCheckHere},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/receipt", Who: Everybody, Twin: true, Name: "receipt", Views: views(consultation.Receipt{}), handle: (*Server).receipt},
	}
}

// paperRoutes are papers: reading, comparing, drafting.
func paperRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/c/{slug}/symbol/{symbol...}", Who: Everybody, handle: (*Server).symbol},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/redline", Who: Everybody, Cached: true, Twin: true, Name: "redline", Views: views(papers.Redline{}), Query: redlineQuery{}, handle: (*Server).redline},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/concordance", Who: Everybody, Cached: true, Twin: true, Name: "concordance", Views: views(papers.Concordance{}), Query: concordanceQuery{}, handle: (*Server).concordance},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/concordance", Who: Officers, Body: 64 * kib, handle: (*Server).postConcordance},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/find", Who: Everybody, Cached: true, Twin: true, Name: "find", Views: views(papers.Find{}), Query: findQuery{}, handle: (*Server).find},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/trace", Who: Everybody, Cached: true, Twin: true, Name: "trace", Views: views(trace.Page{}), Query: traceQuery{}, handle: (*Server).trace},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers", Who: Officers, Twin: true, Name: "desk_papers", Views: views(desk.Papers{}), handle: (*Server).deskPapers},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers", Who: Officers, Body: 16 * kib, handle: (*Server).postDeskPapers},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers/import", Who: Officers, handle: (*Server).paperImport},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers/import", Who: Officers, Body: 5 * mib, handle: (*Server).postPaperImport},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers/{key}", Who: Officers, Query: draftQuery{}, handle: (*Server).paperDraft},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers/{key}", Who: Officers, Body: 4 * mib, handle: (*Server).postPaperDraft},
	}
}

// consultationRoutes are calls and contributions: sending, reading, moderating.
func consultationRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/contributions", Who: Everybody, Cached: true, Twin: true, Name: "contributions", Views: views(consult.List{}), Query: listQuery{}, handle: (*Server).contributions},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/contributions.csv", Who: Everybody, Query: listQuery{}, handle: (*Server).contributionsCSV},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/mine", Who: Everybody, Twin: true, Name: "mine", Views: views(consult.Mine{}), handle: (*Server).mine},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/contribute", Who: Everybody, Twin: true, Name: "contribute", Views: views(consult.Contribute{}), Query: contributeQuery{}, handle: (*Server).contribute},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/contribute", Who: Everybody, Body: 21 * mib, Twin: true, Name: "submit", Views: views(consultation.Receipt{}), handle: (*Server).postContribute},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/draft", Who: Everybody, Body: 21 * mib, handle: (*Server).postDraft},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/withdraw", Who: Everybody, Body: 16 * kib, handle: (*Server).postWithdraw},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/publish", Who: Staff, Body: 16 * kib, handle: (*Server).postPublish},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/withhold", Who: Staff, Body: 64 * kib, handle: (*Server).postWithhold},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/redact", Who: Staff, Body: 64 * kib, handle: (*Server).postRedact},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/erase", Who: Officers, Body: 16 * kib, handle: (*Server).postErase},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/queue", Who: Staff, Twin: true, Name: "queue", Views: views(desk.Queue{}), Query: queueQuery{}, handle: (*Server).queue},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/queue", Who: Staff, Body: 64 * kib, handle: (*Server).postQueue},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/calls/new", Who: Officers, handle: (*Server).newCall},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/calls/new", Who: Officers, Body: 256 * kib, handle: (*Server).postNewCall},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/calls/{ref}/extend", Who: Officers, handle: (*Server).extendCall},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/calls/{ref}/extend", Who: Officers, Body: 64 * kib, handle: (*Server).postExtendCall},
	}
}

// answerRoutes are answers to what was said, and what their authors think of them.
func answerRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/responses", Who: Everybody, Cached: true, Twin: true, Name: "responses", Views: views(consult.Responses{}), Query: responsesQuery{}, handle: (*Server).responses},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/responses.csv", Who: Everybody, handle: (*Server).responsesCSV},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/responses.xlsx", Who: Everybody, handle: (*Server).responsesXLSX},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/points", Who: Officers, Twin: true, Name: "points", Views: views(desk.Points{}), Query: pointsQuery{}, handle: (*Server).points},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/points/{ref}", Who: Officers, Twin: true, Name: "point", Views: views(desk.AnswerPage{}), handle: (*Server).point},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/points/{ref}", Who: Officers, Body: 512 * kib, handle: (*Server).postPoint},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/answers/{ref}", Who: Officers, Body: 128 * kib, handle: (*Server).postAnswerTools},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/react", Who: Everybody, Body: 64 * kib, handle: (*Server).postReact},
	}
}

// overviewRoutes are the overview and the map.
func overviewRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/overview", Who: Everybody, Cached: true, Twin: true, Name: "overview", Views: views(survey.Overview{}), handle: (*Server).overview},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/overview.csv", Who: Everybody, handle: (*Server).overviewCSV},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/overview/{row}/{subject}", Who: Everybody, Cached: true, Twin: true, Name: "evidence", Views: views(survey.Evidence{}), Query: evidenceQuery{}, handle: (*Server).evidence},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/map", Who: Everybody, Cached: true, Twin: true, Name: "map", Views: views(survey.Map{}), handle: (*Server).mapPage},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/map.csv", Who: Everybody, handle: (*Server).mapCSV},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/map.svg", Who: Everybody, handle: (*Server).mapSVG},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/map", Who: Officers, Twin: true, Name: "desk_map", Views: views(desk.Map{}), handle: (*Server).deskMap},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/map", Who: Officers, Body: 64 * kib, handle: (*Server).postDeskMap},
	}
}

// delegationRoutes are who holds which office, and who speaks for whom.
func delegationRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/people", Who: Officers, Twin: true, Name: "people", Views: views(desk.People{}), handle: (*Server).people},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/people", Who: Officers, Body: 16 * kib, handle: (*Server).postPeople},
	}
}
