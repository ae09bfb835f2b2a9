package web

import (
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/page/papers"
	"github.com/openplenary/plenary/page/priorities"
	"github.com/openplenary/plenary/page/questions"
	"github.com/openplenary/plenary/page/sessions"
	"github.com/openplenary/plenary/page/survey"
	"github.com/openplenary/plenary/page/trace"
	webbecame "github.com/openplenary/plenary/web/became"
	webdelegation "github.com/openplenary/plenary/web/delegation"
	webdossier "github.com/openplenary/plenary/web/dossier"
	webpriorities "github.com/openplenary/plenary/web/priorities"
	webquestions "github.com/openplenary/plenary/web/questions"
	webregistration "github.com/openplenary/plenary/web/registration"
	"github.com/openplenary/plenary/web/replies"
	"github.com/openplenary/plenary/web/serve"
	websessions "github.com/openplenary/plenary/web/sessions"
	webstudio "github.com/openplenary/plenary/web/studio"
	webtranscript "github.com/openplenary/plenary/web/transcript"
)

// The routes, one table for each noun. What is neither here nor in the tables of the rooms beside it does
// not exist.

// Routes lists every route: the tables, joined.
func Routes() []serve.Route { return newSite(&Options{}).routes() }

func (s *site) routes() []serve.Route {
	out := serve.SiteRoutes()
	for _, table := range []func() []serve.Route{s.siteRoutes, s.accountRoutes, s.demonstrationRoutes, s.conversationRoutes, s.recordRoutes, s.paperRoutes,
		s.contributions.Routes, s.desk.Routes, s.editor.Routes, s.team.Routes, (&webdelegation.Handlers{Team: s.team}).Routes, s.translator.Routes,
		s.instance.Routes, s.accreditation.Routes, webquestions.Routes, webpriorities.Routes, (&websessions.Handlers{Roster: s.Roster}).Routes, s.floors.Routes,
		webtranscript.Routes, (&webstudio.Handlers{Roster: s.Roster}).Routes,
		(&webregistration.Handlers{Roster: s.Roster, Files: s.Files, Tell: s.RegistrationMail}).Routes, replies.Routes, s.together.Routes, webdossier.Routes, webbecame.Routes,
		s.overviewRoutes, s.actRoutes,
	} {
		out = append(out, table()...)
	}
	return out
}

// siteRoutes are the pages of the whole site.
func (s *site) siteRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/{$}", Who: serve.Everybody, Twin: true, Name: "index", Views: []any{home.Index{}}, Handle: s.on((*request).index)},
	}
}

// accountRoutes are signing in, and what a person may see and change of their account.
func (s *site) accountRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/sign-in", Who: serve.Everybody, Beside: true, Query: signInQuery{}, Handle: s.on((*request).signIn)},
		{Method: "POST", Pattern: "/{lang}/sign-in", Who: serve.Everybody, Body: 16 * serve.KiB, Handle: s.on((*request).postSignIn)},
		{Method: "POST", Pattern: "/{lang}/sign-in/code", Who: serve.Everybody, Body: 16 * serve.KiB, Handle: s.on((*request).postCode)},
		{Method: "GET", Pattern: "/{lang}/sign-in/printed", Who: serve.Everybody, Beside: true, Query: signInQuery{}, Handle: s.on((*request).printed)},
		{Method: "POST", Pattern: "/{lang}/sign-in/printed", Who: serve.Everybody, Body: 16 * serve.KiB, Handle: s.on((*request).postPrinted)},
		{Method: "GET", Pattern: "/{lang}/sign-in/passkey", Who: serve.Everybody, Beside: true, Query: signInQuery{}, Handle: s.on((*request).passkey)},
		{Method: "POST", Pattern: "/{lang}/sign-in/passkey", Who: serve.Everybody, Body: 64 * serve.KiB, Handle: s.on((*request).postPasskey)},
		{Method: "GET", Pattern: "/{lang}/sign-in/with/{provider}", Who: serve.Everybody, Beside: true, Query: signInQuery{}, Handle: s.on((*request).signInWith)},
		{Method: "GET", Pattern: "/sign-in/with/{provider}", Who: serve.Everybody, Beside: true, Foreign: true, Handle: s.on((*request).backFrom)},
		{Method: "GET", Pattern: "/{lang}/sign-in/{token}", Who: serve.Everybody, Beside: true, Handle: s.on((*request).confirm)},
		{Method: "POST", Pattern: "/{lang}/sign-in/{token}", Who: serve.Everybody, Body: 16 * serve.KiB, Handle: s.on((*request).postConfirm)},
		{Method: "GET", Pattern: "/{lang}/mail/{token}", Who: serve.Everybody, Beside: true, Handle: s.on((*request).letters)},
		{Method: "POST", Pattern: "/{lang}/mail/{token}", Who: serve.Everybody, Body: 16 * serve.KiB, Handle: s.on((*request).postLetters)},
		{Method: "POST", Pattern: "/{lang}/sign-out", Who: serve.SignedIn, Body: 16 * serve.KiB, Handle: s.on((*request).signOut)},
		{Method: "GET", Pattern: "/{lang}/account", Who: serve.SignedIn, Handle: s.on((*request).accountPage)},
		{Method: "POST", Pattern: "/{lang}/account", Who: serve.SignedIn, Body: 16 * serve.KiB, Handle: s.on((*request).postAccount)},
		{Method: "POST", Pattern: "/{lang}/account/session", Who: serve.SignedIn, Body: 16 * serve.KiB, Handle: s.on((*request).postSession)},
		{Method: "GET", Pattern: "/{lang}/account/passkey", Who: serve.SignedIn, Handle: s.on((*request).newPasskey)},
		{Method: "POST", Pattern: "/{lang}/account/passkey", Who: serve.SignedIn, Body: 64 * serve.KiB, Handle: s.on((*request).postNewPasskey)},
		{Method: "POST", Pattern: "/{lang}/account/passkey/name", Who: serve.SignedIn, Body: 16 * serve.KiB, Handle: s.on((*request).postPasskeyName)},
		{Method: "GET", Pattern: "/{lang}/account/passkey/remove", Who: serve.SignedIn, Query: passkeyQuery{}, Handle: s.on((*request).removePasskey)},
		{Method: "POST", Pattern: "/{lang}/account/passkey/remove", Who: serve.SignedIn, Body: 16 * serve.KiB, Handle: s.on((*request).postRemovePasskey)},
		{Method: "GET", Pattern: "/{lang}/account/with/{provider}", Who: serve.SignedIn, Handle: s.on((*request).linkWith)},
		{Method: "POST", Pattern: "/{lang}/account/with", Who: serve.SignedIn, Body: 16 * serve.KiB, Handle: s.on((*request).postUnlink)},
		{Method: "GET", Pattern: "/{lang}/invitation/{token}", Who: serve.Everybody, Beside: true, Handle: s.on((*request).invitation)},
		{Method: "POST", Pattern: "/{lang}/invitation/{token}", Who: serve.Everybody, Body: 16 * serve.KiB, Handle: s.on((*request).postInvitation)},
		{Method: "POST", Pattern: "/{lang}/account/delete", Who: serve.SignedIn, Body: 16 * serve.KiB, Handle: s.on((*request).postDeleteAccount)},
	}
}

// demonstrationRoutes are what exists in a demonstration only.
func (s *site) demonstrationRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/mailbox", Who: serve.DemoOnly, Twin: true,
			Name: "mailbox", Views: []any{accounts.Mailbox{}}, Handle: s.on((*request).mailbox)},
		{Method: "GET", Pattern: "/{lang}/demo/{role}", Who: serve.DemoOnly, Handle: s.on((*request).demoRole)},
		{Method: "POST", Pattern: "/{lang}/demo/{role}", Who: serve.DemoOnly, Body: 16 * serve.KiB, Handle: s.on((*request).postDemoRole)},
	}
}

// conversationRoutes are the conversation as a whole: its home, its documents, whatever a reference names.
func (s *site) conversationRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "home", Views: []any{home.Page{}}, Handle: s.on((*request).home)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/documents", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "documents", Views: []any{home.Documents{}}, Handle: s.on((*request).documents)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "reference", Query: referenceQuery{},
			Views: []any{papers.Paper{}, papers.ElementPage{}, consult.CallPage{}, consult.ContributionPage{}, consult.Disposition{}, questions.QuestionPage{},
				priorities.Order{}, priorities.Evidence{}, priorities.Ballot{}, sessions.Session{}, home.Entry{}},
			Handle: s.on((*request).reference)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/live", Who: serve.Everybody, Query: liveQuery{}, Handle: s.on((*request).live)},
	}
}

// recordRoutes are the record: entries, checkpoints, tiles.
func (s *site) recordRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/verify.zip", Who: serve.Everybody, Handle: s.on((*request).verifierSource)},
		{Method: "GET", Pattern: "/c/{slug}/log/checkpoint", Who: serve.Everybody, Handle: s.on((*request).checkpoint)},
		{Method: "GET", Pattern: "/c/{slug}/log/tile/{path...}", Who: serve.Everybody, Handle: s.on((*request).tile)},
		{Method: "GET", Pattern: "/c/{slug}/log/root/{size}", Who: serve.Everybody, Handle: s.on((*request).logRoot)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/record", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "record", Views: []any{home.Record{}}, Query: recordQuery{}, Handle: s.on((*request).record)},
	}
}

// paperRoutes are papers: reading, comparing, finding again.
func (s *site) paperRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/c/{slug}/symbol/{symbol...}", Who: serve.Everybody, Handle: s.on((*request).symbol)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/picture/{ref}/{name}", Who: serve.Everybody, Beside: true, Handle: s.on((*request).picture)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/paper.txt", Who: serve.Everybody, File: true, Name: "paper_txt", Media: "text/plain", Query: paperTextQuery{},
			Handle: s.on((*request).paperText)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/redline", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "redline", Views: []any{papers.Redline{}}, Query: redlineQuery{}, Handle: s.on((*request).redline)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/concordance", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "concordance", Views: []any{papers.Concordance{}}, Query: concordanceQuery{}, Handle: s.on((*request).concordance)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/concordance", Who: serve.Officers, Body: 64 * serve.KiB, Handle: s.on((*request).postConcordance)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/find", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "find", Views: []any{papers.Find{}}, Query: findQuery{}, Handle: s.on((*request).find)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/trace", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "trace", Views: []any{trace.Page{}}, Query: traceQuery{}, Handle: s.on((*request).trace)},
	}
}

// overviewRoutes are the overview and the map.
func (s *site) overviewRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/overview", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "overview", Views: []any{survey.Overview{}}, Handle: s.on((*request).overview)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/overview.csv", Who: serve.Everybody, Name: "overview_csv", Media: "text/csv", Handle: s.on((*request).overviewCSV)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/overview/{row}/{subject}", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "evidence", Views: []any{survey.Evidence{}}, Query: evidenceQuery{}, Handle: s.on((*request).evidence)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/map", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "map", Views: []any{survey.Map{}}, Handle: s.on((*request).mapPage)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/map.csv", Who: serve.Everybody, Name: "map_csv", Media: "text/csv", Handle: s.on((*request).mapCSV)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/map.svg", Who: serve.Everybody, Name: "map_svg", Media: "image/svg+xml", Handle: s.on((*request).mapSVG)},
	}
}
