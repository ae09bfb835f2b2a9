package api

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/openplenary/plenary/conversation"
)

// Manual is the page of the manual that lists everything that can be asked for, in Markdown.
func Manual(c Comments) string {
	var b strings.Builder
	b.WriteString(manualHead)
	s := newSchemas(c)
	room := ""
	for _, command := range conversation.Commands() {
		if command.Room() != room {
			room = command.Room()
			fmt.Fprintf(&b, "\n## %s\n", upper(room))
		}
		summary, more := ActWords(c, command)
		fmt.Fprintf(&b, "\n### %s\n\n%s.", command.Name, summary)
		if more != "" {
			fmt.Fprintf(&b, " %s", more)
		}
		fmt.Fprintf(&b, "\n\nWho may: %s.\n", WhoMay(command))
		s.table(&b, command)
	}
	return b.String()
}

const manualHead = `# What can be asked for

Everything that happens in a conversation happens because somebody asked for it: with a form, with a script, or with a program. This is
the list, made from the table of commands and the comments of their fields (` + "`go generate ./api`" + `).

A program sends ` + "`POST /{language}/c/{conversation}/acts/{name}`" + ` with one JSON object and, so that sending again does no harm, a header
` + "`Idempotency-Key`" + ` of its own for each act. Fields that are left out are empty. Who asks is known by the cookies that forms use. The
answer is ` + "`{\"first\", \"last\", \"refs\", \"repeated\"}`" + `: the positions on the record, the references of what was made, and whether the key had been
used before. A refusal is a problem (RFC 9457) with the fields to mend, and leaves the record as it was. ` + "`/openapi.json`" + ` describes all
of it for programs that make programs.

A script names an act by its last word (` + "`withhold`" + `), with the fields as keys. Texts in several languages are
` + "`{\"original\": \"en\", \"in\": {\"en\": \"...\", \"fr\": \"...\"}}`" + `; instants are RFC 3339 in UTC; days are 2020-01-31; references are as in
[record.md](record.md).
`

// who says who has a standing.
var who = map[conversation.Standing]string{
	conversation.Timekeeper:  "the house itself: its clock, and whoever looks after the instance by the command line; nobody can ask for it",
	conversation.Anybody:     "the author, with or without an account",
	conversation.Moderators:  "moderators",
	conversation.Translators: "translators and officers",
	conversation.Rapporteurs: "rapporteurs and officers",
	conversation.Chairs:      "the chair and officers",
	conversation.Technicians: "technicians and officers",
	conversation.Booths:      "interpreters for the booths that they were given; technicians, the chair, rapporteurs and officers for any",
	conversation.Officers:    "officers",
	conversation.Staff:       "officers and moderators",
	conversation.Founders:    "whoever may convene; not by this address, because there is no conversation yet",
}

// WhoMay says in words who may ask for a command.
func WhoMay(c conversation.Command) string {
	if c.Name == submit {
		return "everybody, with or without an account"
	}
	if supports(c.Name) || delegates(c.Name) {
		return "everybody who is signed in"
	}
	return who[c.Standing]
}

// table lists the fields of a command.
func (s *schemas) table(b *strings.Builder, command conversation.Command) {
	fields := askedOf(command.Type)
	if extra := Extra(command.Name); extra != nil {
		fields = append(fields, askedOf(reflect.TypeOf(extra))...)
	}
	if len(fields) == 0 {
		return
	}
	b.WriteString("\n| field | type | meaning |\n|---|---|---|\n")
	s.rows(b, "", command.Type, fields)
}

func (s *schemas) rows(b *strings.Builder, path string, in reflect.Type, fields []field) {
	for _, f := range fields {
		meaning := s.meaning(f, nameOf(in))
		if values := valuesOf(f); values != nil {
			meaning += " One of " + strings.Join(values, ", ") + "."
		}
		name := path + f.name
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", name, typeWord(f.Type), strings.ReplaceAll(meaning, "|", "\\|"))
		inner := f.Type
		if inner.Kind() == reflect.Slice {
			inner, name = inner.Elem(), name+"[]"
		}
		if nested(inner) {
			s.rows(b, name+".", inner, askedOf(inner))
		}
	}
}

// nested reports whether the fields of a type are listed one by one: those of a text are said once for all.
func nested(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]() && t.Name() != "Text" && !isText(t)
}

// typeWord is a type in a word or two.
func typeWord(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "instant"
	case t.Kind() == reflect.Slice:
		return "list of " + typeWord(t.Elem())
	case t.Kind() == reflect.Map:
		return "by language"
	case t.Name() == "Text":
		return "text in several languages"
	case t.Name() == "Ref", t.Name() == "Participant", t.Name() == "Party":
		return "reference"
	case t.Name() == "Lang":
		return "language"
	case t.Name() == "Stance", t.Name() == "Role":
		return strings.ToLower(t.Name())
	case t.Kind() == reflect.Struct:
		return "object"
	case t.Kind() == reflect.Bool:
		return "yes or no (true, false)"
	case t.Kind() == reflect.String:
		return "text"
	}
	return "number"
}
