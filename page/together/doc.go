// Package together makes the pages on which several people write the contribution of a party: the drafts at a call, a draft with
// its sections and what is missing, a section, and the whole text for whoever clears it. They show the form of the call as
// page/consult does, and so stand above it.
package together
