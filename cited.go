package plenary

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/record"
)

// RecordEntriesOf hands on the durable entries of some kinds of fact, from a position on to the head. The
// others are read and not decoded.
func (s *Secretariat) RecordEntriesOf(ctx context.Context, slug string, from cite.Position, kinds []string, each func(RecordEntry) error) error {
	w, err := s.writer(slug)
	if err != nil {
		return err
	}
	err = s.log.Entries(ctx, w.id, max(1, from), 1<<40, func(e record.Entry) error {
		kind, _, _ := bytes.Cut(e.Data, []byte("\n"))
		if !slices.Contains(kinds, string(kind)) {
			return nil
		}
		fact, err := conversation.Decode(e.Data)
		if err != nil {
			return err
		}
		return each(RecordEntry{Entry: e, Fact: fact, Raw: e.Envelope.Marshal(), Kind: string(kind)})
	})
	return s.unreadable(slug, err)
}

// Cited is what a record rests on that is kept beside it.
type Cited struct {
	// Files are the files of contributions whose words were not erased, of the documents of calls, and the pictures of
	// papers, each with the contributions, calls and editions that cite it.
	Files map[string][]cite.Ref
	// Lost are those of them whose keys were lost with the private database, as the record itself says.
	Lost map[string]bool
	// Participants are those who must have a way to a person: who hold or held a role, speak for a party, or
	// sent something as somebody who had signed in. In a demonstration there are none: its people are
	// invented; nor are those who were lost with the private database, as the record itself says.
	Participants map[delegation.Participant]bool
}

// lostAccounts is what a record says is lost (conversation.Resumed) when the accounts and the keys of files are.
const lostAccounts = "private.db"

// citing are the kinds of fact that cite something beside the record, and the one that takes it back.
var citing = []string{
	conversation.Convened{}.Describe().Kind, conversation.Erased{}.Describe().Kind, conversation.Resumed{}.Describe().Kind,
	delegation.Granted{}.Describe().Kind, delegation.Authorised{}.Describe().Kind,
	consultation.Received{}.Describe().Kind, life.DocumentAdded{}.Describe().Kind, life.DocumentRemoved{}.Describe().Kind, paper.Published{}.Describe().Kind,
}

// Cited reads from a conversation's record what it rests on. Where the record is damaged the answer is an
// error: what cites something may be what cannot be read.
func (s *Secretariat) Cited(ctx context.Context, slug string) (Cited, error) {
	if err := s.Halted(slug); err != nil && !errors.Is(err, record.ErrReadOnly) && !errors.Is(err, record.ErrBehind) || errors.Is(err, record.ErrDamaged) {
		return Cited{}, err
	}
	c := Cited{Files: map[string][]cite.Ref{}, Lost: map[string]bool{}, Participants: map[delegation.Participant]bool{}}
	demonstration := false
	sent := map[cite.Ref][]string{} // the files of each contribution, and in the end of each call
	type document struct {
		call   cite.Ref
		number int
	}
	documents := map[document]string{}
	err := s.RecordEntriesOf(ctx, slug, 1, citing, func(e RecordEntry) error {
		switch f := e.Fact.(type) {
		case *conversation.Convened:
			demonstration = f.Demonstration
			c.Participants[f.Officer] = true
		case *delegation.Granted:
			c.Participants[f.Participant] = true
		case *delegation.Authorised:
			c.Participants[f.Participant] = true
		case *consultation.Received:
			for _, file := range f.Files {
				sent[f.Ref] = append(sent[f.Ref], file.ID)
				delete(c.Lost, file.ID)
			}
			if f.Assurance == consultation.Anonymous {
				return nil
			}
			var p delegation.Participant
			if err := p.UnmarshalText([]byte(f.By)); err != nil {
				return err
			}
			c.Participants[p] = true
		case *life.DocumentAdded:
			if f.File != nil {
				documents[document{f.Call, f.Number}] = f.File.ID
				delete(c.Lost, f.File.ID)
			}
		case *life.DocumentRemoved:
			delete(documents, document{f.Call, f.Number})
		case *paper.Published:
			for _, p := range f.Pictures {
				sent[f.Ref] = append(sent[f.Ref], p.File)
				delete(c.Lost, p.File)
			}
		case *conversation.Erased:
			delete(sent, f.Contribution)
		case *conversation.Resumed:
			if !strings.Contains(f.Beside, lostAccounts) {
				return nil
			}
			clear(c.Participants)
			for _, files := range sent {
				for _, id := range files {
					c.Lost[id] = true
				}
			}
			for _, id := range documents {
				c.Lost[id] = true
			}
		}
		return nil
	})
	if err != nil {
		return Cited{}, err
	}
	for d, id := range documents {
		if files := sent[d.call]; !slices.Contains(files, id) {
			sent[d.call] = append(files, id)
		}
	}
	for ref, files := range sent {
		for _, id := range files {
			c.Files[id] = append(c.Files[id], ref)
		}
	}
	if demonstration {
		clear(c.Participants)
	}
	delete(c.Participants, 0)
	return c, nil
}

// AnonymousParticipant is the number of whoever sends a form without having signed in: it follows from the
// form's token, and without the instance's secret nobody can tell which token gave it.
func (s *Secretariat) AnonymousParticipant(slug, token string) delegation.Participant {
	return delegation.Participant(s.Derive("participant", slug, token))
}
