// Package sessions answers for sessions: which there are, one with its agenda and what was said under it, its calendar and table as files, and
// the desk at which officers plan and rapporteurs enter what was said.
package sessions
