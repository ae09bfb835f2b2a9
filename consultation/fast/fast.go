// Package fast reads the two commonest facts of a record, contributions and their publishing, without reflection: a long
// record is almost all of these, and it is read whole at every start.
package fast

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/internal/scan"
)

// Decode reads the JSON of a fact of a kind, many times as fast as any JSON is read. Only the spelling in which facts are
// written is read here: at anything else, and at any other kind, it gives nil, and the fact is read as any JSON.
func Decode(kind string, body []byte) cite.Fact {
	q := reader{scan.New(body)}
	switch kind {
	case "consultation.received/1":
		f := q.received()
		if q.Done() {
			return f
		}
	case "consultation.published/1":
		f := &consultation.ContributionPublished{}
		q.Must(`{"contribution":`)
		f.Contribution = cite.Ref(q.Text())
		if q.May(`,"by":`) {
			f.By = q.Text()
		}
		q.Must(`,"at":`)
		f.At = q.Time()
		q.Must(`}`)
		if q.Done() {
			return f
		}
	}
	return nil
}

// reader reads the facts.
type reader struct{ *scan.Scanner }

func (q reader) received() *consultation.Received {
	f := &consultation.Received{}
	q.Must(`{"ref":`)
	f.Ref = cite.Ref(q.Text())
	q.Must(`,"call":`)
	f.Call = cite.Ref(q.Text())
	q.Must(`,"by":`)
	f.By = q.Text()
	q.Must(`,"for":`)
	f.For = q.Text()
	q.Must(`,"category":`)
	f.Category = q.Text()
	if q.May(`,"country":`) {
		f.Country = q.Text()
	}
	f.Known = q.May(`,"known":true`)
	q.Must(`,"assurance":`)
	f.Assurance = q.Text()
	q.Must(`,"parts":[`)
	for more := q.OK(); more && q.OK(); more = q.May(`,`) {
		f.Parts = append(f.Parts, q.part())
	}
	q.Must(`]`)
	if q.May(`,"chosen":[`) {
		for more := q.OK(); more && q.OK(); more = q.May(`,`) {
			f.Chosen = append(f.Chosen, q.choice())
		}
		q.Must(`]`)
	}
	q.Must(`,"received":`)
	f.Received = q.Time()
	if q.May(`,"told":`) {
		f.Told = q.Time()
	}
	q.Must(`,"rule":`)
	f.Rule = q.Text()
	q.Must(`,"deadline":`)
	f.Deadline = q.Time()
	f.Published = q.May(`,"published":true`)
	q.Must(`}`)
	return f
}

func (q reader) part() consultation.ReceivedPart {
	var p consultation.ReceivedPart
	q.Must(`{"on":`)
	p.On = cite.Ref(q.Text())
	q.Must(`,"language":`)
	p.Language = q.Text()
	if q.May(`,"stance":`) {
		p.Stance = q.Text()
	}
	q.Must(`,"bytes":`)
	p.Bytes = q.Int()
	if q.May(`,"wording":`) {
		p.Wording = q.Int()
	}
	if q.May(`,"likeness":`) {
		p.Likeness = q.Number()
	}
	p.Earlier = q.May(`,"earlier":true`)
	if q.May(`,"question":`) {
		p.Question = q.Int()
	}
	if q.May(`,"to":`) {
		p.To = cite.Ref(q.Text())
	}
	q.Must(`}`)
	return p
}

func (q reader) choice() (c cite.Choice) {
	q.Must(`{"question":`)
	c.Question = q.Int()
	q.Must(`,"picks":[`)
	if q.May(`]`) {
		c.Picks = []int{}
	} else {
		for more := q.OK(); more && q.OK(); more = q.May(`,`) {
			c.Picks = append(c.Picks, q.Int())
		}
		q.Must(`]`)
	}
	if q.May(`,"value":`) {
		c.Value = q.Text()
	}
	q.Must(`}`)
	return c
}
