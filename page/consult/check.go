package consult

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation/receipt"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// Verdict is what checking a receipt came to.
type Verdict string

// What checking a receipt can come to.
const (
	Held      Verdict = "held"      // it is genuine, and the record holds it
	NotHeld   Verdict = "not_held"  // it is genuine, and the record does not hold it: something was lost
	Elsewhere Verdict = "elsewhere" // it agrees with itself, and another instance signed it
	Changed   Verdict = "changed"   // it is not genuine, or not a receipt
)

// Check is the page where a receipt is checked.
type Check struct {
	frame.NoWords
	Asked bool `json:"-"`
	// Verdict is what it came to: held, not_held, elsewhere or changed.
	Verdict Verdict     `json:"verdict"`
	Lines   []CheckLine `json:"lines"`
	// OK says that the receipt is genuine and that the record holds it.
	OK       bool               `json:"ok"`
	Wrong    string             `json:"wrong,omitempty"`
	Slug     string             `json:"conversation,omitempty"`
	Now      *part.Contribution `json:"now,omitempty"` // what became of it
	Seen     bool               `json:"-"`             // the reader may see its page too
	SignedBy string             `json:"signed_by,omitempty"`
	// Missing says, for somebody who looks after the instance, in which way the record does not hold it.
	Missing string `json:"missing,omitempty"`
	// Erased says that the words were erased from the record since.
	Erased bool `json:"erased,omitempty"`
	// Origin is the host in whose name the record is kept, "" where it has none.
	Origin string `json:"origin,omitempty"`
	// Host is the host under which this instance is reached.
	Host string `json:"host,omitempty"`
	// Address is the address in the file where it leads to another host. Nothing proves an address.
	Address string          `json:"other_address,omitempty"`
	Answer  *CheckedReceipt `json:"receipt,omitempty"`
}

// CheckLine is one thing that was checked.
type CheckLine struct {
	Key    string `json:"key"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
}

// CheckedReceipt is what the receipt says.
type CheckedReceipt struct {
	Contribution cite.Ref              `json:"contribution"`
	Correction   int                   `json:"correction,omitempty"` // of the contribution, 1, 2, ..., where it is the receipt of one
	Received     time.Time             `json:"received"`
	Text         []frame.LocalizedText `json:"text"`
	// Parties are those that submitted it together, as the file proves them; the one that leads first.
	Parties []receipt.Party `json:"parties,omitempty"`
}

// changed is how a party stands now, where that is otherwise than the file says: aligned or dissociated. It is "" where it is not, and
// where the reader may not know.
func (v *Check) changed(p receipt.Party) string {
	if !v.OK || v.Now == nil {
		return ""
	}
	for _, j := range v.Now.Joint {
		switch {
		case j.Party != p.Party || j.Dissociated == !p.Dissociated.IsZero():
		case j.Dissociated:
			return delegation.Dissociated
		default:
			return delegation.Aligned
		}
	}
	return ""
}

// Title is the page's title.
func (v *Check) Title(f *frame.Frame) string { return f.T("check.title") }
