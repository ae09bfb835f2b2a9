package script

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/session"
)

// Every command of the conversation is a verb of the language: its fields are keys of their names in small
// letters. Where a command wants more than its fields (a paper that stands in a file, a passage that is
// quoted), verbs.go has the verb instead.

// wordFields are the fields that follow the verb as words, where it is not the first field alone that does.
var wordFields = map[string][]string{
	"delegation.grant":             {"Participant", "Role"},
	"delegation.revoke":            {"Participant", "Role"},
	"delegation.unauthorise":       {"Participant", "Party"},
	"delegation.appoint":           {"Party", "Participant"},
	"delegation.end":               {"Party", "Participant"},
	"delegation.hand-over":         {"Party", "Participant"},
	"paper.reserve":                {"Kind"},
	"paper.correct":                {"Edition", "From"},
	"paper.translate-passage":      {"Edition", "Passage", "Language"},
	"consultation.link":            {"Disposition", "Changes"},
	"consultation.remove-document": {"Call", "Number"},
	"settings.close":               {"List", "ID"},
	"settings.merge":               {"ID", "Into"},
	"settings.remove":              {"List", "ID"},
	"conversation.discard":         {"Slug"},
	"session.plan":                 {}, // it may be a new one
	"session.place":                {"Contribution", "Item"},
	"conversation.ask-first":       {}, // the choice may be taken back: there is no call then
}

// commandVerb is the verb of a command.
func commandVerb(c conversation.Command) verb {
	names, ok := wordFields[c.Name]
	if !ok && c.Type.NumField() > 0 && isReference(c.Type.Field(0).Type) {
		names = []string{c.Type.Field(0).Name}
	}
	v := verb{least: len(names), most: len(names), commands: []any{reflect.Zero(c.Type).Interface()}}
	var keys []string
	for i := range c.Type.NumField() {
		f := c.Type.Field(i)
		if slices.Contains(names, f.Name) {
			if f.Type.Kind() == reflect.Slice {
				v.most = -1
			}
			continue
		}
		keys = append(keys, keysOf(f)...)
	}
	v.keys = strings.Join(keys, " ")
	v.run = func(r *Runner, ctx context.Context, b *block) error {
		command := reflect.New(c.Type).Elem()
		if err := r.decode(command, names, b); err != nil {
			return err
		}
		if err := r.seenLast(ctx, b, command); err != nil {
			return err
		}
		if c, ok := command.Addr().Interface().(*delegation.Appoint); ok {
			c.Reached = true // a script knows its people by name
		}
		return r.ask(ctx, b, command.Interface())
	}
	return v
}

func isReference(t reflect.Type) bool {
	return t == reflect.TypeFor[cite.Ref]() || t == reflect.TypeFor[delegation.Participant]() || t == reflect.TypeFor[delegation.Party]()
}

// keysOf are the keys of a field: of a text in several languages one a language, of a value with fields of its
// own those.
func keysOf(f reflect.StructField) []string {
	name := strings.ToLower(f.Name)
	switch {
	case f.Type == reflect.TypeFor[locale.Text]():
		return []string{name + ".*", "original"}
	case f.Type.Kind() == reflect.Struct && f.Type != reflect.TypeFor[time.Time]():
		var out []string
		for i := range f.Type.NumField() {
			out = append(out, keysOf(f.Type.Field(i))...)
		}
		return out
	}
	return []string{name}
}

// decode fills a command from the words and keys of a block.
func (r *Runner) decode(command reflect.Value, names []string, b *block) error {
	for i, name := range names {
		f := command.FieldByName(name)
		if f.Kind() == reflect.Slice {
			if err := r.value(f, strings.Join(b.words[i:], " ")); err != nil {
				return err
			}
			break
		}
		if err := r.value(f, b.words[i]); err != nil {
			return err
		}
	}
	return r.keys(command, b)
}

func (r *Runner) keys(v reflect.Value, b *block) error {
	for i := range v.NumField() {
		f, name := v.Field(i), strings.ToLower(v.Type().Field(i).Name)
		if t, ok := f.Addr().Interface().(*locale.Text); ok {
			text, err := textOf(b, name)
			if err != nil {
				return err
			}
			*t = text
			continue
		}
		if f.Kind() == reflect.Struct && f.Type() != reflect.TypeFor[time.Time]() {
			if err := r.keys(f, b); err != nil {
				return err
			}
			continue
		}
		if s, ok := b.lookup(name); ok {
			if err := r.value(f, s); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// value reads what a word or a key says into a field of a command.
func (r *Runner) value(f reflect.Value, s string) (err error) {
	switch to := f.Addr().Interface().(type) {
	case *cite.Ref:
		if isAlias(s, '%') {
			var p delegation.Party
			p, err = r.party(s)
			*to = p.Ref()
			break
		}
		if isAlias(s, '@') {
			var p delegation.Participant
			p, err = r.person(s)
			*to = p.Ref()
			break
		}
		*to, err = r.ref(target(s, r))
	case *[]cite.Ref:
		*to, err = r.refsOf(strings.Fields(s))
	case *delegation.Participant:
		*to, err = r.person(s)
	case *delegation.Party:
		if !isAlias(s, '%') {
			return errors.New("want a party (%alias)")
		}
		*to, err = r.party(s)
	case *[]delegation.Party:
		for _, alias := range strings.Fields(s) {
			p, err := r.party(alias)
			if err != nil {
				return err
			}
			*to = append(*to, p)
		}
	case *delegation.Role:
		role, ok := delegation.ParseRole(s)
		if !ok {
			return fmt.Errorf("no such role: %s", s)
		}
		*to = role
	case *time.Time:
		*to, err = r.instant(s)
	case *[]string:
		*to = strings.Fields(s)
	case *[]session.Document:
		*to, err = documents(s)
	default:
		return plain(f, s)
	}
	return err
}

// plain reads a word, a number or a yes.
func plain(f reflect.Value, s string) error {
	switch f.Kind() {
	case reflect.String:
		f.SetString(s)
	case reflect.Bool:
		if s != "yes" && s != "no" {
			return fmt.Errorf("want yes or no, not %q", s)
		}
		f.SetBool(s == "yes")
	case reflect.Int, reflect.Int64:
		n, err := strconv.Atoi(s)
		if err != nil {
			return err
		}
		f.SetInt(int64(n))
	default:
		return fmt.Errorf("a script cannot say a %s", f.Type())
	}
	return nil
}
