// Package questionnaire keeps the questions that a call asks beside its paper, and counts what was chosen.
//
// A questionnaire belongs to one call. Its questions stand in sections and are numbered through: one is answered in
// words, by one choice or several, on a scale with words at both ends, by yes, in part, no, by a ranking, a number, a date, the
// cells of a table or files. Nobody has to answer any, unless a question says so; and a question or a section may be asked only
// of those who chose something earlier. What is not asked need not and cannot be answered.
// What somebody chose is data of their contribution, by numbers; what they wrote beside it is a part of it like any
// other, and waits for an answer of the secretariat. The cells of a table are such words.
//
//	asked ──> asked again (while nobody has answered) ──> answered, answered, ...
//	                                                      an option withdrawn: it is offered no more, and counted still
package questionnaire
