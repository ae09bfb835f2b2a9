package mail

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
)

// isRead holds of what is read, or may be.
func isRead(s consultation.Status) bool {
	return s == consultation.Published || s == consultation.Pending
}

// corrected tells whoever corrected that their correction is on the record: they should know of it, were it not theirs.
var corrected = notice{
	name: "corrected",
	find: func(_ *conversation.State, fact cite.Fact) []letter {
		f := fact.(*correction.Corrected)
		return []letter{{about: f.Contribution, path: string(f.Contribution), to: f.By}}
	},
	holds: isRead,
}

// correctedFor tells who sent something for a party, and still speaks for it, that a colleague corrected it.
var correctedFor = notice{name: "corrected_for", find: correctedByColleague, holds: isRead}

func correctedByColleague(st *conversation.State, fact cite.Fact) []letter {
	f := fact.(*correction.Corrected)
	row, _ := st.Consultation.Row(f.Contribution)
	author := delegation.ParticipantOf(row.By)
	r := conversation.NewReading(st, conversation.Audience{As: []delegation.Participant{author}}, f.At())
	defer r.Close()
	//mutants:guard whoever left a delegation hears no more of what it does
	if _, acts := r.Acts(f.Contribution); !acts || author.Is(f.By) {
		return nil
	}
	return []letter{{about: f.Contribution, path: string(f.Contribution)}}
}

// corrector is who corrected a contribution for the n-th time.
func corrector(st *conversation.State, c cite.Ref, n int) string {
	if all := st.Consultation.Corrections(c); n >= 1 && n <= len(all) {
		return all[n-1].By
	}
	return ""
}

// correctionPublished tells whoever corrected that a moderator let the public read their correction.
var correctionPublished = notice{
	name: "correction_published",
	find: func(st *conversation.State, fact cite.Fact) []letter {
		f := fact.(*correction.Published)
		return []letter{{about: f.Contribution, path: string(f.Contribution), to: corrector(st, f.Contribution, f.Number)}}
	},
	holds: isRead,
}

// correctionWithheld tells whoever corrected on what ground the public does not read their correction.
var correctionWithheld = notice{
	name: "correction_withheld",
	find: func(st *conversation.State, fact cite.Fact) []letter {
		f := fact.(*correction.Withheld)
		return []letter{{about: f.Contribution, path: string(f.Contribution), args: func(l locale.Lang) []any { return []any{"ground", l.T("ground." + f.Ground)} },
			to: corrector(st, f.Contribution, f.Number)}}
	},
	holds: isRead,
}
