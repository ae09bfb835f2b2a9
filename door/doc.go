// Package door keeps a service usable for everybody while some want too much of it: it says where a request
// comes from, how much may come from there in a while, how slow a reader or a writer may be, and how many
// may be connected at once.
//
// Nobody is named. A source is an address (or a network of one household), it is counted for as long as a
// limit looks back, and it is written down nowhere. Nodes that serve together tell one another keyed hashes (see Limiter.Share).
//
//	connection ──> Listener   too many in all or of one peer: those that wait longest go first
//	request    ──> Sources    who is it, behind the proxies that the operator named?
//	act        ──> Limiter    too often from there, or too often in all: come back later
//	body       ──> Body       too slow: cut
//	answer     ──> Listener   read too slowly: cut
//
// The package knows nothing of what is asked for. Clocks are handed in, but for the deadlines of connections,
// which the operating system keeps.
package door
