package priority

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// The facts of this room. A field is never renamed, and never changes its meaning.

// Begun: an order of themes was begun: its criteria and its themes are declared.
type Begun struct {
	Ref      cite.Ref      `json:"ref"`
	Title    locale.Text   `json:"title"`
	Criteria []locale.Text `json:"criteria"`
	Themes   []Theme       `json:"themes"` // theme N is the Nth
	By       string        `json:"by,omitempty"`
	At       time.Time     `json:"at"`
}

// Describe: the order is everybody's from its beginning.
func (f Begun) Describe() cite.Description {
	return cite.Description{Kind: "priority.begun/1", Minted: []cite.Ref{f.Ref}, Touches: []cite.Ref{f.Ref, AnyOrder}, About: cite.Public}
}

// Proposed: an order is proposed, and comments on it are taken at a call. Words: reason.1.en, reason.1.fr, ... for theme 1.
type Proposed struct {
	Order  cite.Ref   `json:"order"`
	Call   cite.Ref   `json:"call"`
	Places []Place    `json:"places"` // every theme once, in order
	Names  []cite.Ref `json:"names"`  // the elements that its themes name
	By     string     `json:"by,omitempty"`
	At     time.Time  `json:"at"`
}

// Describe: the order, the call and what the themes name show one another.
func (f Proposed) Describe() cite.Description {
	return cite.Description{Kind: "priority.proposed/1", Touches: append([]cite.Ref{f.Order, f.Call, AnyOrder}, f.Names...), About: cite.Public}
}

// Decided: the themes are taken up in this order, and those that are left are not. Words: as Proposed, and why.en, why.fr, ...
// where it takes the place of the decision before.
type Decided struct {
	Order      cite.Ref      `json:"order"`
	Places     []Place       `json:"places"`
	Left       []Place       `json:"left,omitempty"`
	Unanswered int           `json:"unanswered,omitempty"` // comments that had no answer
	Names      []cite.Ref    `json:"names"`
	Again      bool          `json:"again,omitempty"` // it takes the place of the decision before
	Original   locale.Lang   `json:"original,omitempty"`
	Languages  []locale.Lang `json:"languages,omitempty"`
	By         string        `json:"by,omitempty"`
	At         time.Time     `json:"at"`
}

// Describe: the order and what its themes name show the decision.
func (f Decided) Describe() cite.Description {
	return cite.Description{Kind: "priority.decided/1", Touches: append([]cite.Ref{f.Order, AnyOrder}, f.Names...), About: cite.Public}
}

// Withdrawn: an order was given up before anything was decided. Words: reason.en, reason.fr, ...
type Withdrawn struct {
	Order     cite.Ref      `json:"order"`
	Names     []cite.Ref    `json:"names"`
	Original  locale.Lang   `json:"original"`
	Languages []locale.Lang `json:"languages"`
	By        string        `json:"by,omitempty"`
	At        time.Time     `json:"at"`
}

// Describe: what its themes name does not stand in it any more.
func (f Withdrawn) Describe() cite.Description {
	return cite.Description{Kind: "priority.withdrawn/1", Touches: append([]cite.Ref{f.Order, AnyOrder}, f.Names...), About: cite.Public}
}
