package web

// Who may use a route. What a reader may see on it is decided by State.MaySee, and what they may do by
// State.Decide; the table only keeps the door.
type Who uint8

// The doors.
const (
	Nobody    Who = iota // the zero row opens nothing
	Everybody            // with or without an account
	SignedIn             // with an account
	Staff                // officers and moderators of the conversation
	Officers             // officers of the conversation
	Operators            // those who may convene: the operators, and everybody signed in to a demonstration
	DemoOnly             // everybody, in a demonstration; elsewhere there is no such page
)

// Rule is one row of the policy table.
type Rule struct {
	Method  string
	Pattern string // {lang} stands for each language, {slug} for a conversation
	Who     Who
	Cached  bool   // anonymous answers may be kept until what they show changes
	Body    int64  // the largest body in bytes, for methods that have one
	Twin    bool   // the page has a JSON twin
	Name    string // for the API's description
}

const (
	kib = 1 << 10
	mib = 1 << 20
)

// Policy is the one policy table. Deny by default: what is not here does not exist.
var Policy = []Rule{
	{Method: "GET", Pattern: "/{$}", Who: Everybody},
	{Method: "GET", Pattern: "/healthz", Who: Everybody},
	{Method: "GET", Pattern: "/openapi.json", Who: Everybody},
	{Method: "GET", Pattern: "/robots.txt", Who: Everybody},
	{Method: "GET", Pattern: "/static/{hash}/{name}", Who: Everybody},
	{Method: "GET", Pattern: "/c/{slug}/log/checkpoint", Who: Everybody},
	{Method: "GET", Pattern: "/c/{slug}/log/tile/{path...}", Who: Everybody},
	{Method: "GET", Pattern: "/c/{slug}/symbol/{symbol...}", Who: Everybody},
	{Method: "GET", Pattern: "/c/{slug}", Who: Everybody},
	{Method: "GET", Pattern: "/c/{slug}/{path...}", Who: Everybody},

	{Method: "GET", Pattern: "/{lang}/{$}", Who: Everybody, Cached: true, Twin: true, Name: "index"},
	{Method: "GET", Pattern: "/{lang}/sign-in", Who: Everybody},
	{Method: "POST", Pattern: "/{lang}/sign-in", Who: Everybody, Body: 16 * kib},
	{Method: "POST", Pattern: "/{lang}/sign-in/code", Who: Everybody, Body: 16 * kib},
	{Method: "GET", Pattern: "/{lang}/sign-in/{token}", Who: Everybody},
	{Method: "POST", Pattern: "/{lang}/sign-in/{token}", Who: Everybody, Body: 16 * kib},
	{Method: "POST", Pattern: "/{lang}/sign-out", Who: SignedIn, Body: 16 * kib},
	{Method: "GET", Pattern: "/{lang}/account", Who: SignedIn},
	{Method: "POST", Pattern: "/{lang}/account", Who: SignedIn, Body: 16 * kib},
	{Method: "POST", Pattern: "/{lang}/account/delete", Who: SignedIn, Body: 16 * kib},
	{Method: "GET", Pattern: "/{lang}/check", Who: Everybody},
	{Method: "POST", Pattern: "/{lang}/check", Who: Everybody, Body: 4 * mib, Twin: true, Name: "check"},
	{Method: "GET", Pattern: "/{lang}/mailbox", Who: DemoOnly, Twin: true, Name: "mailbox"},
	{Method: "GET", Pattern: "/{lang}/demo/{role}", Who: DemoOnly},
	{Method: "POST", Pattern: "/{lang}/demo/{role}", Who: DemoOnly, Body: 16 * kib},

	{Method: "GET", Pattern: "/{lang}/c/{slug}", Who: Everybody, Cached: true, Twin: true, Name: "home"},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/documents", Who: Everybody, Cached: true, Twin: true, Name: "documents"},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/contributions", Who: Everybody, Cached: true, Twin: true, Name: "contributions"},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/contributions.csv", Who: Everybody},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/overview", Who: Everybody, Cached: true, Twin: true, Name: "overview"},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/overview.csv", Who: Everybody},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/overview/{row}/{subject}", Who: Everybody, Cached: true, Twin: true, Name: "evidence"},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/responses", Who: Everybody, Cached: true, Twin: true, Name: "responses"},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/responses.csv", Who: Everybody},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/responses.xlsx", Who: Everybody},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/map", Who: Everybody, Cached: true, Twin: true, Name: "map"},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/map.csv", Who: Everybody},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/map.svg", Who: Everybody},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/record", Who: Everybody, Cached: true, Twin: true, Name: "record"},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/mine", Who: Everybody, Twin: true, Name: "mine"},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/live", Who: Everybody},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}", Who: Everybody, Cached: true, Twin: true, Name: "reference"},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/contribute", Who: Everybody, Twin: true, Name: "contribute"},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/contribute", Who: Everybody, Body: 21 * mib, Twin: true, Name: "submit"},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/draft", Who: Everybody, Body: 21 * mib},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/receipt", Who: Everybody, Twin: true, Name: "receipt"},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/check", Who: Everybody, Body: 16 * kib},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/withdraw", Who: Everybody, Body: 16 * kib},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/publish", Who: Staff, Body: 16 * kib},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/withhold", Who: Staff, Body: 64 * kib},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/redact", Who: Staff, Body: 64 * kib},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/erase", Who: Officers, Body: 16 * kib},
}

// rule finds the row of a route.
func rule(method, pattern string) (Rule, bool) {
	for _, table := range [][]Rule{Policy, deskPolicy, tracePolicy} {
		for _, r := range table {
			if r.Method == method && r.Pattern == pattern {
				return r, true
			}
		}
	}
	return Rule{}, false
}
