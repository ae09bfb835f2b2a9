// Package asking makes the page on which an officer writes the questions of a call: sections, questions of each kind, of whom
// each is asked, and the choices that are withdrawn once somebody has answered.
package asking
