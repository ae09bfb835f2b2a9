// Package frame is what every page has in common: the frame around a view (head, bar, languages, foot), the
// fields of forms, dates and times in a conversation's zone, texts with their language, the style and the
// scripts, and the page of a refusal.
//
// A page is a value: a view struct built for one audience out of the state of a conversation, which is rendered
// as HTML or, the same struct, as JSON. It holds only what its audience may have; what belongs to the reader
// alone (form tokens, their name) is in the Frame, which JSON leaves out. A live update is a fragment of the same
// page rendered again.
//
// A view is made in two steps: it collects from a Reading references, counts and the positions whose words
// it needs; afterwards it is filled with those words.
package frame
