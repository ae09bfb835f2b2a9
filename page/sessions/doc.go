// Package sessions makes the pages of sessions: the list of them, one session with its sittings, its agenda and what was said under each
// item, the files of both, and the desk at which officers plan and rapporteurs enter what was said.
package sessions
