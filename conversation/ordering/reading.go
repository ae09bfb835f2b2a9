package ordering

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/priority"
)

// Reading reads the orders of themes, which are everybody's. That they were looked at is noted, and which reasons may be shown is granted, by
// those who lend it.
type Reading struct {
	Priorities *priority.State
	Note       func() // that orders were looked at
	Grant      func(words cite.Position)
}

// Orders lists the orders, oldest first; their reasons may be shown.
func (r Reading) Orders() []*priority.Order {
	r.Note()
	all := r.Priorities.Orders()
	for _, o := range all {
		r.granted(o)
	}
	return all
}

// Order finds an order by its reference or that of one of its themes; its reasons may be shown.
func (r Reading) Order(x cite.Ref) (*priority.Order, bool) {
	r.Note()
	o, ok := r.Priorities.Order(x)
	if ok {
		r.granted(o)
	}
	return o, ok
}

// ByCall finds the order on whose proposal comments are taken at a call.
func (r Reading) ByCall(call cite.Ref) (*priority.Order, bool) {
	r.Note()
	return r.Priorities.ByCall(call)
}

func (r Reading) granted(o *priority.Order) {
	if o.Proposal != nil {
		r.Grant(o.Proposal.Position)
	}
	for _, d := range o.Decisions {
		r.Grant(d.Position)
	}
	r.Grant(o.Withdrawn)
}
