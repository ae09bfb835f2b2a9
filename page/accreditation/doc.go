// Package accreditation has the pages of who speaks for which body: the list of accredited parties, the request of somebody who
// would speak for one, and what officers decide.
package accreditation
