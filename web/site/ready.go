package site

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/openplenary/plenary/cite"
)

// mostLag is how many entries a node may lag behind the others and still be asked for pages.
const mostLag = 1000

// readiness is what a balancer is told.
type readiness struct {
	Ready         bool       `json:"ready"`
	Conversations []position `json:"conversations"`
}

// position is how far a node has read a conversation that is open.
type position struct {
	Conversation string        `json:"conversation"`
	Position     cite.Position `json:"position"`
	Lag          cite.Position `json:"lag"` // entries that other nodes have written and this one has not read yet
}

// ready says whether a balancer may send readers to this node: 200, or 503 while it lags too far behind or cannot look up who is signed
// in. While the storage of the records is away pages are read on, so the node stays ready.
func (q *request) ready() error {
	there, err := q.There()
	if err != nil {
		return err
	}
	out := readiness{Ready: q.Server.Accounts != nil, Conversations: []position{}}
	for _, slug := range q.Server.Sec.Conversations() {
		p := position{slug, q.Server.Sec.Durable(slug), q.Server.Sec.Lag(slug)}
		out.Ready = out.Ready && p.Lag <= mostLag
		//mutants:guard a conversation that is not open is not there for everybody
		if slices.Contains(there, slug) {
			out.Conversations = append(out.Conversations, p)
		}
	}
	b, err := json.Marshal(out)
	if err != nil {
		return err
	}
	q.Writer.Header().Set("Content-Type", "application/json")
	q.Writer.Header().Set("Cache-Control", "no-store")
	if !out.Ready {
		q.Writer.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = q.Writer.Write(append(b, '\n'))
	return nil
}
