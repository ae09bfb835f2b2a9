package settings

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// The lists of labels that officers look after.
const (
	Categories   = "categories"
	Groups       = "groups"
	Subjects     = "subjects"
	Crosscutting = "crosscutting"
)

// Lists are the lists of labels that officers look after, in the order in which pages show them.
var Lists = []string{Categories, Groups, Subjects, Crosscutting}

// Who may choose a category.
const (
	Persons = "persons" // somebody who speaks for themselves
	Bodies  = "bodies"  // an organisation
	Both    = "both"
	States  = "states" // a member state, which speaks through its party
)

// Choosers lists who may choose a category.
var Choosers = []string{Persons, Bodies, Both, States}

// Chooser says who may choose a category: one of Choosers.
func (l Label) Chooser() string {
	switch {
	case l.State:
		return States
	case l.Both:
		return Both
	case l.Body:
		return Bodies
	}
	return Persons
}

// Chosen is the label with others who may choose it.
func (l Label) Chosen(by string) Label {
	l.State, l.Both, l.Body = by == States, by == Both, by != Persons
	return l
}

// Offered reports whether somebody may still choose the label.
func (l Label) Offered() bool { return !l.Closed && l.Into == "" }

// Offered are those of some labels that somebody may still choose.
func Offered(ls []Label) []Label {
	return slices.DeleteFunc(slices.Clone(ls), func(l Label) bool { return !l.Offered() })
}

// list finds a list of labels, nil where there is none of the name.
func (s *State) list(name string) *[]Label {
	for field, labels := range s.labels() {
		if field == name && slices.Contains(Lists, name) {
			return labels
		}
	}
	return nil
}

// Name puts a label right, or adds one. What is nil or "" stays as it is.
type Name struct {
	List    string // one of Lists
	ID      string // of the label; "" adds one
	Fresh   string // the id of one that is added; "" has it made of its name
	Name    Words  // at most input.MaxName characters in each language
	Chooser string // of a category: one of Choosers
	Unsaid  bool   // of a category: whoever says none is in it from now on
	Asked   bool   // of a category: whoever says none is asked from now on, if that was in it
	Reason  string // why, for everybody to read; "" for none
}

// Check cleans the name and holds it to its bounds.
func (c Name) Check() (Name, error) {
	var in input.Check
	in.OneOf("list", c.List, Lists, "settings.list")
	in.Line("id", &c.ID, maxLabelID)
	in.Line("fresh", &c.Fresh, maxLabelID)
	c.Name = clean(&in, "name", c.Name, input.MaxName, true)
	if c.Chooser != "" {
		in.OneOf("chooser", c.Chooser, Choosers, "settings.chooser")
	}
	in.Text("reason", &c.Reason, input.MaxOutcome)
	return c, in.Err()
}

// Name decides.
func (s *State) Name(act cite.Act, c Name) (cite.Proposal, error) {
	labels := s.list(c.List)
	if labels == nil {
		return cite.Proposal{}, refusal.In("list", "settings.list")
	}
	f := Named{List: c.List, ID: c.ID, Reason: c.Reason, By: act.By, At: act.At}
	var was Label
	if c.ID == "" {
		if len(*labels) >= maxLabels {
			return cite.Proposal{}, refusal.In("name", "settings.many", "max", maxLabels)
		}
		name := locale.Text{}.With(c.Name, s.Title.Original)
		if name.Empty() {
			return cite.Proposal{}, refusal.In("name-"+string(s.Title.Original), "settings.name")
		}
		if f.ID, f.New = c.Fresh, true; f.ID == "" {
			f.ID = freeID(*labels, c.List, name.String())
		} else if Place(*labels, f.ID) >= 0 {
			return cite.Proposal{}, refusal.New(refusal.Conflict, "settings.unchanged")
		}
		was = Label{Body: c.List == Categories}
	} else {
		i := Place(*labels, c.ID)
		if i < 0 || (*labels)[i].Into != "" {
			return cite.Proposal{}, refusal.New(refusal.Hidden, "settings.unknown")
		}
		was = (*labels)[i]
	}
	now := was
	var in input.Check
	f.Name = s.news(&in, c.List+" "+f.ID, was.Name, c.Name)
	for _, l := range slices.Sorted(maps.Keys(f.Name)) {
		name := f.Name[l]
		in.If(name != "" && slices.ContainsFunc(*labels, func(x Label) bool { return x.ID != f.ID && x.Into == "" && locale.SameLine(x.Name.In[l], name) }),
			"name-"+string(l), "settings.twice")
	}
	in.If(!f.New && was.Name.With(f.Name, s.Title.Original).Empty(), "name-"+string(was.Name.Original), "settings.name")
	if c.List == Categories {
		if c.Chooser != "" {
			now = now.Chosen(c.Chooser)
		}
		now.Unsaid = (was.Unsaid || c.Unsaid) && !c.Asked
		in.If(now.Unsaid && !now.Persons(), "chooser", "category.unsaid", "category", was.Name.With(f.Name, s.Title.Original).String())
	}
	if err := in.Err(); err != nil {
		return cite.Proposal{}, renamed(err)
	}
	if !f.New && f.Name == nil && now.Chooser() == was.Chooser() && now.Unsaid == was.Unsaid {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "settings.unchanged")
	}
	f.Chooser, f.Unsaid = "", now.Unsaid
	if c.List == Categories {
		f.Chooser = now.Chooser()
	}
	return cite.Proposal{Body: f}, nil
}

// renamed puts refusals about a label where a form asks for its name.
func renamed(err error) error {
	var out refusal.Several
	for _, r := range refusal.Of(err) {
		field := r.Field
		if list, rest, ok := strings.Cut(field, " "); ok && slices.Contains(Lists, list) {
			field = "name" + rest[strings.LastIndexByte(rest, '-'):]
		}
		moved := *r
		moved.Field = field
		out = append(out, &moved)
	}
	return out.Or()
}

// freeID makes the id of a new label out of its name.
func freeID(labels []Label, list, name string) string {
	id := LabelIDOf(name)
	if id == "" {
		id = strings.TrimSuffix(list, "s") + "_" + strconv.Itoa(len(labels)+1)
	}
	for n, free := 2, id; ; n++ {
		if Place(labels, free) < 0 {
			return free
		}
		free = id[:min(len(id), maxLabelID-4)] + "_" + strconv.Itoa(n)
	}
}

// Named: a label is as described from now on, or is new. It holds only the words that were changed.
type Named struct {
	List    string    `json:"list"`
	ID      string    `json:"id"`
	New     bool      `json:"new,omitempty"`
	Name    Words     `json:"name,omitempty"`
	Chooser string    `json:"chooser,omitempty"`
	Unsaid  bool      `json:"unsaid,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at"`
}

// Describe: labels are everybody's to read.
func (Named) Describe() cite.Description {
	return cite.Description{Kind: "settings.named/1", Touches: []cite.Ref{Any}, About: cite.Public}
}

// Apply takes it over.
func (f *Named) Apply(s *State, _ cite.Entry) error {
	labels := s.list(f.List)
	if labels == nil {
		return nil // a list that a newer Plenary knows
	}
	all := slices.Clone(*labels) // snapshots hold the one before
	i := Place(all, f.ID)
	if i < 0 {
		all, i = append(all, Label{ID: f.ID}), len(all)
	}
	l := &all[i]
	s.write(f.List+" "+f.ID, &l.Name, f.Name, "")
	if f.List == Categories {
		*l = l.Chosen(f.Chooser)
		if l.Unsaid = f.Unsaid; f.Unsaid {
			for j := range all {
				all[j].Unsaid = j == i
			}
		}
	}
	*labels = all
	return nil
}

// Close has nobody choose a label any more, or offers it again. What stands under it stays there.
type Close struct {
	List   string // one of Lists
	ID     string
	Offer  bool   // it is offered again
	Reason string // why, for everybody to read; "" for none
}

// Check cleans the reason.
func (c Close) Check() (Close, error) {
	var in input.Check
	in.OneOf("list", c.List, Lists, "settings.list")
	in.Text("reason", &c.Reason, input.MaxOutcome)
	return c, in.Err()
}

// Close decides: of the categories one stays that somebody may choose.
func (s *State) Close(act cite.Act, c Close) (cite.Proposal, error) {
	labels := s.list(c.List)
	if labels == nil {
		return cite.Proposal{}, refusal.In("list", "settings.list")
	}
	i := Place(*labels, c.ID)
	switch {
	case i < 0 || (*labels)[i].Into != "":
		return cite.Proposal{}, refusal.New(refusal.Hidden, "settings.unknown")
	case (*labels)[i].Closed != c.Offer:
		return cite.Proposal{}, refusal.New(refusal.Conflict, "settings.unchanged")
	case !c.Offer && (*labels)[i].Unsaid:
		return cite.Proposal{}, refusal.New(refusal.Conflict, "settings.unsaid")
	case !c.Offer && c.List == Categories && s.last(c.ID):
		return cite.Proposal{}, refusal.New(refusal.Conflict, "settings.last")
	}
	return cite.Proposal{Body: Closing{List: c.List, ID: c.ID, Offer: c.Offer, Reason: c.Reason, By: act.By, At: act.At}}, nil
}

// last reports whether a category is the only one that somebody may choose on their own word.
func (s *State) last(id string) bool {
	return !slices.ContainsFunc(s.Categories, func(l Label) bool { return l.ID != id && l.Offered() && !l.State })
}

// Closing: a label is not offered any more, or is again.
type Closing struct {
	List   string    `json:"list"`
	ID     string    `json:"id"`
	Offer  bool      `json:"offer,omitempty"`
	Reason string    `json:"reason,omitempty"`
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at"`
}

// Describe: labels are everybody's to read.
func (Closing) Describe() cite.Description {
	return cite.Description{Kind: "settings.closed/1", Touches: []cite.Ref{Any}, About: cite.Public}
}

// Apply closes it, or opens it again.
func (f *Closing) Apply(s *State, _ cite.Entry) error {
	s.edit(f.List, f.ID, func(l *Label) { l.Closed = !f.Offer })
	return nil
}

// edit changes a label in a copy of its list: snapshots hold the one before.
func (s *State) edit(list, id string, change func(*Label)) {
	labels := s.list(list)
	if labels == nil {
		return
	}
	if i := Place(*labels, id); i >= 0 {
		*labels = slices.Clone(*labels)
		change(&(*labels)[i])
	}
}

// Merge counts everybody in a category under another from now on. The old name stays on the record.
type Merge struct {
	ID     string // the category that is given up
	Into   string // the one that takes its place
	Reason string // why, for everybody to read; "" for none
}

// Check cleans the reason.
func (c Merge) Check() (Merge, error) {
	var in input.Check
	in.Text("reason", &c.Reason, input.MaxOutcome)
	return c, in.Err()
}

// Merge decides: a category is merged once, with another that is still there and of the same standing.
func (s *State) Merge(act cite.Act, c Merge) (cite.Proposal, error) {
	from, into := Place(s.Categories, c.ID), Place(s.Categories, c.Into)
	switch {
	case from < 0 || into < 0:
		return cite.Proposal{}, refusal.In("into", "settings.unknown")
	case from == into:
		return cite.Proposal{}, refusal.In("into", "settings.merge_itself")
	case s.Categories[from].Into != "" || s.Categories[into].Into != "":
		return cite.Proposal{}, refusal.In("into", "settings.merged")
	case s.Categories[into].Closed:
		return cite.Proposal{}, refusal.In("into", "settings.merge_closed")
	case s.Categories[from].State != s.Categories[into].State:
		return cite.Proposal{}, refusal.In("into", "settings.merge_state")
	case s.Categories[from].Unsaid && !s.Categories[into].Persons():
		return cite.Proposal{}, refusal.In("into", "category.unsaid", "category", s.Categories[into].Name.String())
	}
	return cite.Proposal{Body: Merged{ID: c.ID, Into: c.Into, Reason: c.Reason, By: act.By, At: act.At}}, nil
}

// Merged: a category is counted under another from now on.
type Merged struct {
	ID     string    `json:"id"`
	Into   string    `json:"into"`
	Reason string    `json:"reason,omitempty"`
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at"`
}

// Describe: labels are everybody's to read.
func (Merged) Describe() cite.Description {
	return cite.Description{Kind: "settings.merged/1", Touches: []cite.Ref{Any}, About: cite.Public}
}

// Apply merges them; whoever was merged into the one before goes with it.
func (f *Merged) Apply(s *State, _ cite.Entry) error {
	unsaid := slices.ContainsFunc(s.Categories, func(l Label) bool { return l.ID == f.ID && l.Unsaid })
	s.Categories = slices.Clone(s.Categories)
	for i := range s.Categories {
		l := &s.Categories[i]
		if l.ID == f.ID || l.Into == f.ID {
			l.Into, l.Unsaid = f.Into, false
		}
		if l.ID == f.Into && unsaid {
			l.Unsaid = true
		}
	}
	return nil
}

// Remove takes a label away that nothing stands under.
type Remove struct {
	List string // one of Lists
	ID   string
}

// Check looks which list it is.
func (c Remove) Check() (Remove, error) {
	var in input.Check
	in.OneOf("list", c.List, Lists, "settings.list")
	return c, in.Err()
}

// Remove decides. That nothing stands under the label was looked up before.
func (s *State) Remove(act cite.Act, c Remove) (cite.Proposal, error) {
	labels := s.list(c.List)
	if labels == nil {
		return cite.Proposal{}, refusal.In("list", "settings.list")
	}
	i := Place(*labels, c.ID)
	switch {
	case i < 0:
		return cite.Proposal{}, refusal.New(refusal.Hidden, "settings.unknown")
	case (*labels)[i].Unsaid:
		return cite.Proposal{}, refusal.New(refusal.Conflict, "settings.unsaid")
	case c.List == Categories && s.last(c.ID):
		return cite.Proposal{}, refusal.New(refusal.Conflict, "settings.last")
	case slices.ContainsFunc(*labels, func(l Label) bool { return l.Into == c.ID }):
		return cite.Proposal{}, refusal.New(refusal.Conflict, "settings.used")
	}
	return cite.Proposal{Body: Removed{List: c.List, ID: c.ID, By: act.By, At: act.At}}, nil
}

// Removed: a label that nothing stood under is gone.
type Removed struct {
	List string    `json:"list"`
	ID   string    `json:"id"`
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at"`
}

// Describe: labels are everybody's to read.
func (Removed) Describe() cite.Description {
	return cite.Description{Kind: "settings.removed/1", Touches: []cite.Ref{Any}, About: cite.Public}
}

// Apply takes it away.
func (f *Removed) Apply(s *State, _ cite.Entry) error {
	if labels := s.list(f.List); labels != nil {
		*labels = slices.DeleteFunc(slices.Clone(*labels), func(l Label) bool { return l.ID == f.ID })
		s.Marks = s.Marks.Without(f.List + " " + f.ID)
	}
	return nil
}
