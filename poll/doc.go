// Package poll keeps indicative ballots on the themes of an order: an input to a reasoned order of priorities, and never a decision.
// An officer holds one: on which order, by which method, secret or open, from when until when, and who may vote. When it opens the
// roll of those who may vote is frozen, with a hash of it; when it closes the ballots are listed, by constituency and by how sure the
// house is of those who voted, and are never added up across either.
//
// What a ballot says stands beside the entry of whoever cast it, and goes when it is counted: what is listed then says which ballots there
// were, in the order of what they say, and not whose they are. In an open ballot, delegations are named with theirs; persons never are.
package poll
