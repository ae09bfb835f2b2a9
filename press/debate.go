package press

import (
	"encoding/xml"
	"strconv"
	"time"
)

// Debate is what was said in a session, as a debate record of Akoma Ntoso 3.0 has it.
type Debate struct {
	Address  string // of the session on the web
	File     string // the address of this file
	Language string // of its headings
	Began    time.Time
	Ended    time.Time
	Keeper   string // who keeps the record
	Items    []DebateItem
}

// DebateItem is what was said under an item of the agenda.
type DebateItem struct {
	Number  string // as it is called; "" for none
	Heading string
	Spoken  []Speech
	Written DebatePart // filed in writing
	Beside  []DebatePart
}

// DebatePart is a part of an item with a heading of its own; nothing is written of one that has neither speeches nor notes.
type DebatePart struct {
	Name     string // a word for programs: written, unheard, hidden
	Heading  string
	Speeches []Speech
	Notes    []string // sentences about what happened
}

// Speech is what somebody said, or filed in writing.
type Speech struct {
	By         string // a name for programs that stands for whoever spoke: letters and digits
	Name       string
	Person     bool // and no organisation
	From, To   time.Time
	Paragraphs []Paragraph
}

// Paragraph is one of a speech.
type Paragraph struct {
	Language string // "" where it is that of the headings
	Text     string
	Remark   bool // it is about the speech, and was not said
}

type aknValue struct {
	Value string `xml:"value,attr"`
}

type aknDate struct {
	Date string `xml:"date,attr"`
	Name string `xml:"name,attr"`
}

type aknLink struct {
	Href string `xml:"href,attr"`
}

type aknLanguage struct {
	Language string `xml:"language,attr"`
}

// aknLevel is one of work, expression and manifestation, in the order of the schema.
type aknLevel struct {
	This     aknValue     `xml:"FRBRthis"`
	URI      aknValue     `xml:"FRBRuri"`
	Date     aknDate      `xml:"FRBRdate"`
	Author   aknLink      `xml:"FRBRauthor"`
	Country  *aknValue    `xml:"FRBRcountry"`
	Language *aknLanguage `xml:"FRBRlanguage"`
	Format   *aknValue    `xml:"FRBRformat"`
}

type aknReference struct {
	XMLName xml.Name
	ID      string `xml:"eId,attr"`
	Href    string `xml:"href,attr"`
	ShowAs  string `xml:"showAs,attr"`
}

type aknParagraph struct {
	Language string     `xml:"xml:lang,attr,omitempty"`
	Text     string     `xml:",chardata"`
	Remark   *aknRemark `xml:"remark"`
}

type aknRemark struct {
	Text string `xml:",chardata"`
}

type aknSpeech struct {
	By         string         `xml:"by,attr"`
	Start      string         `xml:"startTime,attr,omitempty"`
	End        string         `xml:"endTime,attr,omitempty"`
	From       string         `xml:"from"`
	Paragraphs []aknParagraph `xml:"p"`
}

type aknSection struct {
	XMLName  xml.Name
	Name     string       `xml:"name,attr,omitempty"`
	ID       string       `xml:"eId,attr"`
	Number   string       `xml:"num,omitempty"`
	Heading  string       `xml:"heading"`
	Speeches []aknSpeech  `xml:"speech"`
	Notes    []string     `xml:"narrative"`
	Parts    []aknSection `xml:",any"`
}

type aknDocument struct {
	XMLName xml.Name  `xml:"akomaNtoso"`
	Space   string    `xml:"xmlns,attr"`
	Debate  aknDebate `xml:"debate"`
}

type aknDebate struct {
	Name string  `xml:"name,attr"`
	Meta aknMeta `xml:"meta"`
	Body struct {
		Sections []aknSection `xml:",any"`
	} `xml:"debateBody"`
}

type aknMeta struct {
	Identification struct {
		Source        string   `xml:"source,attr"`
		Work          aknLevel `xml:"FRBRWork"`
		Expression    aknLevel `xml:"FRBRExpression"`
		Manifestation aknLevel `xml:"FRBRManifestation"`
	} `xml:"identification"`
	References struct {
		Source string         `xml:"source,attr"`
		All    []aknReference `xml:",any"`
	} `xml:"references"`
}

// keeper stands for who keeps the record.
const keeper = "keeper"

// AkomaNtoso is the debate as XML. Each item is a section with its speeches, in their order; what was filed in writing stands in a part of its own
// with equal speeches. Who spoke is among the references, once.
func (d *Debate) AkomaNtoso() ([]byte, error) {
	x := aknDocument{Space: "http://docs.oasis-open.org/legaldocml/ns/akn/3.0", Debate: aknDebate{Name: "session"}}
	m := &x.Debate.Meta
	level := func(at, name string, day time.Time) aknLevel {
		return aknLevel{This: aknValue{at}, URI: aknValue{at}, Date: aknDate{Date: day.UTC().Format(time.DateOnly), Name: name}, Author: aknLink{"#" + keeper}}
	}
	m.Identification.Source, m.References.Source = "#"+keeper, "#"+keeper
	m.Identification.Work = level(d.Address, "began", d.Began)
	m.Identification.Work.Country = &aknValue{"zz"} // of no country: ISO 3166 leaves these letters to whoever needs them
	m.Identification.Expression = level(d.Address+"#"+d.Language, "ended", d.Ended)
	m.Identification.Expression.Language = &aknLanguage{d.Language}
	m.Identification.Manifestation = level(d.File, "ended", d.Ended)
	m.Identification.Manifestation.Format = &aknValue{"application/akn+xml"}
	m.References.All = d.references()
	for i, it := range d.Items {
		id := "item_" + strconv.Itoa(i+1)
		y := section("debateSection", "item", id, it.Heading)
		y.Number, y.Speeches = it.Number, speeches(it.Spoken)
		if w := it.Written; len(w.Speeches) > 0 {
			part := section("writtenStatements", "", id+"__"+w.Name, w.Heading)
			part.Speeches = speeches(w.Speeches)
			y.Parts = append(y.Parts, part)
		}
		for _, b := range it.Beside {
			if len(b.Notes) > 0 {
				part := section("debateSection", b.Name, id+"__"+b.Name, b.Heading)
				part.Notes = b.Notes
				y.Parts = append(y.Parts, part)
			}
		}
		x.Debate.Body.Sections = append(x.Debate.Body.Sections, y)
	}
	out, err := xml.MarshalIndent(x, "", " ")
	return append([]byte(xml.Header), append(out, '\n')...), err
}

// references are who keeps the record, and whoever spoke, each once, in the order in which they first did.
func (d *Debate) references() []aknReference {
	made := func(element, id, name string) aknReference {
		return aknReference{XMLName: xml.Name{Local: element}, ID: id, Href: d.Address + "#" + id, ShowAs: name}
	}
	out, seen := []aknReference{made("TLCOrganization", keeper, d.Keeper)}, map[string]bool{}
	for _, it := range d.Items {
		for _, s := range append(it.Spoken[:len(it.Spoken):len(it.Spoken)], it.Written.Speeches...) {
			if seen[s.By] {
				continue
			}
			seen[s.By] = true
			element := "TLCOrganization"
			if s.Person {
				element = "TLCPerson"
			}
			out = append(out, made(element, s.By, s.Name))
		}
	}
	return out
}

func section(element, name, id, heading string) aknSection {
	return aknSection{XMLName: xml.Name{Local: element}, Name: name, ID: id, Heading: heading}
}

func speeches(all []Speech) (out []aknSpeech) {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	for _, s := range all {
		y := aknSpeech{By: "#" + s.By, Start: at(s.From), End: at(s.To), From: s.Name}
		for _, p := range s.Paragraphs {
			q := aknParagraph{Language: p.Language, Text: p.Text}
			if p.Remark {
				q.Text, q.Remark = "", &aknRemark{Text: p.Text}
			}
			y.Paragraphs = append(y.Paragraphs, q)
		}
		out = append(out, y)
	}
	return out
}
