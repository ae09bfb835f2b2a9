// Package accreditation answers for the pages of who speaks for which body: the list of accredited parties, requests with their
// letters, and what officers decide.
package accreditation
