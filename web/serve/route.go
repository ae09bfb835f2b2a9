package serve

import (
	"net/http"

	"github.com/openplenary/plenary/conversation"
)

// Who says who may use a route. What a reader may see on it is decided by the rule of reading, and what they may do by
// the rules of commands; the routes only keep the door.
type Who uint8

// The doors.
const (
	Nobody      Who = iota // the zero row opens nothing
	Everybody              // with or without an account
	SignedIn               // with an account
	Staff                  // officers and moderators of the conversation
	Offices                // whoever holds any office in the conversation
	Translators            // translators and officers of the conversation
	Rapporteurs            // rapporteurs and officers of the conversation
	Officers               // officers of the conversation
	Operators              // those who may convene: the operators, and everybody signed in to a demonstration
	DemoOnly               // everybody, in a demonstration; elsewhere there is no such page
)

// Route is one row of the tables of routes: everything that is said about an address in one place. Deny by
// default: what has no row does not exist, and a row that does not say who may use it lets nobody.
type Route struct {
	Method  string
	Pattern string // {lang} stands for each language, {slug} for a conversation
	Who     Who
	Cached  bool                 // anonymous answers may be kept until what they show changes
	Body    int64                // the largest body in bytes, for methods that have one
	Twin    bool                 // the page has a JSON twin
	Framed  bool                 // others may show it inside their pages: to everybody the same, whoever asks
	File    bool                 // the answer is a file to take away
	Beside  bool                 // a page for everybody that needs what is kept beside the record: accounts, drafts, files
	Reads   bool                 // what is sent is only looked at: nothing is kept of it
	Foreign bool                 // others write the parameters of its address: the handler reads them
	Name    string               // of the operation in the description of the API
	Query   any                  // the parameters of the address: a struct with a field for each; nil for none
	Views   []any                // the values of the JSON twin
	Media   string               // the media type of a file that is answered instead, where the description of the API names it
	Command conversation.Command // what is asked for, on the address of an act
	// Handle answers. Its error is shown to the reader as a page: refusals as sentences, anything else as a fault.
	Handle func(*Request) error
}

// beside reports whether the route needs what is kept beside the record.
func (r Route) beside() bool {
	switch r.Who {
	case Everybody, DemoOnly:
		return r.Beside || r.Method != http.MethodGet && !r.Reads
	}
	return true
}

// Workbook is the media type of a workbook.
const Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Sizes of bodies, in bytes.
const (
	KiB = 1 << 10
	MiB = 1 << 20
)
