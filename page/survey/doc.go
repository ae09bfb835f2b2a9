// Package survey makes the pages on which all that was said is seen together: the overview of questions by
// subject areas, the evidence behind a cell of it, and from which countries contributions came.
package survey
